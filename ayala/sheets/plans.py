"""A plan of an import: what it would do, kept in a file; and the promise that applying it does just that.

JSON Lines, mode 0600: first the plan itself (the sheets with their hashes, how they are to be taken, the
office's day, the state of the records, the counts), then a line for everything that would be added, changed,
rejected or warned of. The lines are made by doing the import and taking it back, so they hold what really
happens; :class:`Plan.check` refuses where the sheets or the records are others now.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ayala.errors import NoSuchFile, PlanOutdated, WrongUsage
from ayala.language.phrases import all_of, phrase, phrases
from ayala.output.emit import replacing
from ayala.output.harmless import shortened
from ayala.output.table import Table, columns
from ayala.sheets.reader import open_bytes
from ayala.sheets.wanted import Wanted

if TYPE_CHECKING:
    from ayala.sheets.outcomes import Outcomes
    from ayala.sheets.taking import Taken
    from ayala.storage.database import Writing

FORM = 2
"""The form of the file; another Ayala may have another."""

LONGEST_HEAD = 1 << 22
COUNTS = ("kind", "read", "added", "updated", "same", "rejected", "warned")

State = dict[str, Any]
Source = dict[str, Any]


def again() -> str:
    """What to do where a plan cannot be applied any more."""
    return phrase("make the plan again: {command}", command="ayala import … --plan")


@dataclass(frozen=True)
class Plan:
    """The first line of a plan."""

    ayala_import_plan: int
    made_by: str
    today: str
    """The office's day: what depends on it is done as on that day, whenever it is applied."""
    sources: list[Source]
    options: Mapping[str, Any]
    state: State
    counts: list[dict[str, Any]]
    doubts: list[str]
    """The guards that stop it."""
    outcomes: str
    """The hash of the lines below."""
    done: str
    """The hash of what they say was done, which is the same in every language."""
    head: str = ""
    """The hash of all that stands above it."""

    @property
    def files(self) -> list[str]:
        """The sheets as they were named."""
        return [source["file"] for source in self.sources]

    @property
    def wanted(self) -> Wanted:
        return Wanted.from_json(self.options)

    @property
    def day(self) -> date:
        return date.fromisoformat(self.today)

    def paths(self) -> dict[str, str]:
        """Where each sheet lies, as an absolute path."""
        return {source["file"]: source["path"] for source in self.sources}

    def check_form(self) -> None:
        """Raises whatever comes of a head that somebody made by hand."""
        _ = self.day, self.wanted.given.keys(), self.paths(), self.state["changes"] + self.state["outside"]
        for source in self.sources:
            _ = source["sha256"], source["bytes"]
        if not self.sources:
            raise ValueError

    def check_sources(self, paths: Mapping[str, str]) -> None:
        """Raises :class:`PlanOutdated` if a sheet is another now, or gone."""
        for source in self.sources:
            try:
                now = looked_at(source["file"], paths[source["file"]])
            except NoSuchFile as error:
                raise PlanOutdated(
                    phrase("nothing imported: {problem}, and the plan was made on it", problem=error),
                    again(),
                ) from None
            if now["sha256"] != source["sha256"]:
                raise PlanOutdated(
                    phrase(
                        "nothing imported: {file} was changed since the plan was made "
                        "({then} bytes then, {now} now)",
                        file=source["file"],
                        then=source["bytes"],
                        now=now["bytes"],
                    ),
                    again(),
                )

    def check_state(self, now: State) -> None:
        """Raises :class:`PlanOutdated` if anybody changed a record since."""
        if all(now[key] == self.state[key] for key in ("images", "outside", "newest")):
            return
        changes = now["changes"] - self.state["changes"]
        outside = now["outside"] - self.state["outside"]
        said = []
        if changes > 0:
            said.append(
                phrases(
                    "{n} entry in the history, the newest {entry}",
                    "{n} entries in the history, the newest {entry}",
                    changes,
                    entry=now["entry"],
                )
            )
        if outside > 0:
            said.append(phrases("{n} row changed past Ayala", "{n} rows changed past Ayala", outside))
        what = all_of(said) if said else phrase("the history is another")
        raise PlanOutdated(
            phrase(
                "nothing imported: the records were changed since the plan was made: {what}",
                what=what,
            ),
            again(),
        )

    def check_outcome(self, taken: Iterable[Taken], outcomes: Outcomes) -> None:
        """Raises :class:`PlanOutdated` if something else was done than the plan says."""
        if counts_of(taken) != self.counts or outcomes.done != self.done:
            raise PlanOutdated(
                phrase(
                    "nothing imported: it would do something else than the plan says; the records, "
                    "the rules or Ayala itself changed",
                ),
                again(),
            )


def counts_of(taken: Iterable[Taken]) -> list[dict[str, Any]]:
    """The counts of the sheets, as a plan keeps them."""
    return [{"file": sheet.file} | {key: getattr(sheet, key) for key in COUNTS} for sheet in taken]


def looked_at(file: str, path: str) -> Source:
    """A sheet by its path, size and hash. Raises :class:`NoSuchFile`."""
    digest, size = sha256(), 0
    with open_bytes(path) as stream:
        try:
            while chunk := stream.read(1 << 20):
                digest.update(chunk)
                size += len(chunk)
        except OSError as error:
            raise NoSuchFile(
                phrase(
                    "{name} cannot be read to its end: {cause}",
                    name=file,
                    cause=error.strerror,
                )
            ) from None
    where = "-" if file == "-" else str(Path(path).resolve())
    return {"file": file, "path": where, "bytes": size, "sha256": digest.hexdigest()}


def state_of(writing: Writing) -> State:
    """What the history says of the records, within the change that is open."""
    from sqlalchemy import text

    from ayala.storage.asking import questions

    return dict(writing.session.execute(text(questions("sheets")["state"])).one()._mapping)


def write(
    name: str,
    outcomes: Outcomes,
    *,
    author: str,
    today: date,
    sources: list[Source],
    wanted: Wanted,
    state: State,
    taken: Sequence[Taken],
    doubts: Sequence[object],
) -> None:
    """Write the plan: its head, then what was followed; in place of an older one, as a whole."""
    plan = Plan(
        FORM,
        made_by=author,
        today=today.isoformat(),
        sources=sources,
        options=wanted.as_json(),
        state=state,
        counts=counts_of(taken),
        doubts=[str(doubt) for doubt in doubts],
        outcomes=outcomes.digest,
        done=outcomes.done,
    )
    plan = replace(plan, head=_hash_of(plan))
    assert outcomes.spool is not None
    with replacing(Path(name)) as stream:
        stream.write(json.dumps(asdict(plan), ensure_ascii=False) + "\n")
        outcomes.spool.copy(stream)


def read(name: str) -> Plan:
    """The plan of a file. Raises :class:`NoSuchFile`, :class:`WrongUsage` where the file is no plan, and
    :class:`PlanOutdated` where its lines are not those that it was made with."""
    try:
        with Path(name).open("rb") as stream:
            plan = _head(name, stream.readline(LONGEST_HEAD))
            digest = sha256()
            while chunk := stream.read(1 << 20):
                digest.update(chunk)
    except FileNotFoundError:
        raise NoSuchFile(phrase("there is no file {name}", name=name)) from None
    except (OSError, ValueError) as error:
        raise NoSuchFile(
            phrase(
                "{name} cannot be read: {cause}",
                name=name,
                cause=getattr(error, "strerror", None) or error,
            )
        ) from None
    if digest.hexdigest() != plan.outcomes:
        raise PlanOutdated(
            phrase("{name} is not whole, or was altered after it was made", name=name), again()
        )
    return plan


def _hash_of(plan: Plan) -> str:
    kept = {**asdict(plan), "head": ""}
    return sha256(json.dumps(kept, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _head(name: str, line: bytes) -> Plan:
    no_plan = WrongUsage(phrase("{name} is no plan of an import", name=name), "ayala import FILE --plan FILE")
    try:
        kept = json.loads(line)
        form = kept["ayala_import_plan"]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise no_plan from None
    if form != FORM:
        raise WrongUsage(
            phrase(
                "{name} was planned by another Ayala ({form})",
                name=name,
                form=shortened(str(form)),
            ),
            again(),
        )
    try:
        plan = Plan(**kept)
        plan.check_form()
    except (ValueError, TypeError, KeyError, AttributeError):
        raise no_plan from None
    if plan.head != _hash_of(plan):
        raise PlanOutdated(phrase("{name} was altered after it was made", name=name), again())
    return plan


def shown(outcomes: Outcomes) -> list[Table]:
    """A plan as it is shown: what is changed, field by field; what is rejected; what is warned of."""
    return [
        Table(
            "changes",
            columns("file", "line#", "kind", "record", "name", "field", "before", "after"),
            _changes(outcomes),
            optional=True,
        ),
        Table(
            "rejections",
            columns("file", "line#", "field", "problem"),
            _problems(outcomes, "rejected"),
            optional=True,
        ),
        Table(
            "warnings",
            columns("file", "line#", "field", "problem"),
            _problems(outcomes, "warned"),
            optional=True,
        ),
    ]


def _changes(outcomes: Outcomes) -> Iterator[dict[str, Any]]:
    for line in outcomes.lines():
        if line["outcome"] == "updated":
            for field, (before, after) in line["fields"].items():
                yield {**line, "field": field, "before": before, "after": after}


def _problems(outcomes: Outcomes, outcome: str) -> Iterator[dict[str, Any]]:
    for line in outcomes.lines():
        if line["outcome"] == outcome:
            for problem in line["problems"]:
                field, what = islice(problem, 2)
                yield {"file": line["file"], "line": line["line"], "field": field, "problem": what}
