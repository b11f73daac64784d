"""Who on record is likely the same person as somebody about to be entered; inside a change.

At a desk a person sits there, so everybody is compared. A sheet may bring a million rows, twins among them:
two IINs are two people there, and only rows are compared of which at least one side has no IIN (who has two
is on ``graduate alike``). Who was told apart once is remembered in ``not_same`` and never asked for again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import and_, or_, select, tuple_

from ayala.graduate.likeness import Likeness, Measure, Someone, likeness, measure, someone
from ayala.graduate.reading import described
from ayala.language.names import fold
from ayala.personal.closed import everyone_closed
from ayala.storage.tables import Graduate, NotSame, new_key

if TYPE_CHECKING:
    from sqlmodel import Session

    from ayala.sheets.rows import Batch, Row

NEW = "new"
"""What ``same_as`` says of a row that is nobody on record."""

NAMED = 5
"""How many likely people a problem of a row names."""

_BY_NAME = "ix_graduate_surname_fold_given_fold"
"""The index by which the block's names are looked up; a large load may have set it aside."""

LINES = 50_000
"""Of how many added rows the line is remembered, so that memory stays constant."""

_TABLE = Graduate.__table__.c  # type: ignore[attr-defined]
_PAIRS = NotSame.__table__.c  # type: ignore[attr-defined]
_FIELDS = (
    "id", "code", "surname", "given_name", "patronymic", "birth_date", "sex", "iin", "region", "institution",
    "phone", "other_phones",
)  # fmt: skip
_WANTED = select(*(_TABLE[name] for name in _FIELDS))


def _record(row: Any) -> dict[str, Any]:
    return dict(zip(_FIELDS, row, strict=True))


class Likely(NamedTuple):
    """Somebody on record, or about to be, who is likely the same person."""

    id: str
    code: str
    found: Likeness
    record: Mapping[str, Any]


def on_record(session: Session, values: Mapping[str, Any], on: date) -> list[Likely]:
    """The people on record who are likely the person of these values, the likeliest first; nobody erased."""
    names = (fold(values["surname"]), fold(values["given_name"]))
    near = or_(
        _TABLE.birth_date == values["birth_date"],
        *(and_(_TABLE.surname_fold == a, _TABLE.given_fold == b) for a, b in (names, names[::-1])),
    )
    rows = [_record(row) for row in session.execute(_WANTED.where(near))]
    closed = everyone_closed(session)
    erased = {key for key, person in closed.items() if person.state == "erased"}
    return _likely(
        someone(values), ((row, someone(row)) for row in rows if row["id"] not in erased), measure(on)
    )


def _likely(
    who: Someone, others: Iterable[tuple[Mapping[str, Any], Someone]], points: Measure
) -> list[Likely]:
    found = []
    for record, other in others:
        how = likeness(who, other, points)
        if points.asks(how):
            found.append(Likely(record["id"], record["code"] or "", how, record))
    return sorted(found, key=lambda one: (-one.found.score, -one.found.support, len(one.code), one.code))


def told_apart(session: Session, one: str, others: Sequence[str]) -> list[Any]:
    """The pairs on record of one person with some others, by their keys."""
    either = or_(
        and_(_PAIRS.graduate_id == one, _PAIRS.other_id.in_(others)),
        and_(_PAIRS.other_id == one, _PAIRS.graduate_id.in_(others)),
    )
    return list(session.execute(select(_PAIRS.graduate_id, _PAIRS.other_id, _PAIRS.decided_on).where(either)))


def pair(one: str, other: str, on: date) -> dict[str, Any]:
    """A row of ``not_same``: the older record second, as it was there first."""
    first, second = sorted((one, other), reverse=True)
    return {"id": new_key(), "graduate_id": first, "other_id": second, "decided_on": on}


class Questions:
    """The rows of a block that are likely somebody on record, or an earlier row of the sheet.

    Rows with a code of their own are never asked about: they come from an office that told them apart. Nor is
    anything looked up while everybody, here and in the sheet, has an IIN.
    """

    def __init__(self, batch: Batch, rows: Sequence[Row]) -> None:
        self.batch = batch
        self.held: list[tuple[Row, list[Likely]]] = []
        self.pairs: list[dict[str, Any]] = []
        self.seen: set[str] = set()
        self.days: dict[date, list[tuple[Mapping[str, Any], Someone]]] = {}
        self.names: dict[tuple[str, str], list[tuple[Mapping[str, Any], Someone]]] = {}
        memory = batch.memory
        lacking = [row for row in rows if "iin" not in row.values and "code" not in row.values]
        self.open = bool(lacking or memory["by name only"])
        if self.open:
            batch.records.writing.asks(_BY_NAME)
            self.points = memory.setdefault("likely", measure(batch.today))
            self._look_up(lacking, having_iin=False)
            having = [row for row in rows if "iin" in row.values and "code" not in row.values]
            self._look_up(having, having_iin=True)

    def _look_up(self, rows: Sequence[Row], *, having_iin: bool) -> None:
        from ayala.sheets.rows import chunks

        wanted = _WANTED.where(_TABLE.iin.is_(None)) if having_iin else _WANTED
        names = tuple_(_TABLE.surname_fold, _TABLE.given_fold)
        named = {name for row in rows for name in (_names(row.values), _names(row.values)[::-1])}
        for key, values in ((_TABLE.birth_date, {row.values["birth_date"] for row in rows}), (names, named)):
            for part in chunks(values):
                for found in self.batch.fetch(wanted.where(key.in_(part))):
                    self._remember(_record(found))

    def _remember(self, record: Mapping[str, Any]) -> None:
        closed = self.batch.closed.get(record["id"])
        if record["id"] in self.seen or (closed is not None and closed.state == "erased"):
            return
        self.seen.add(record["id"])
        who = someone(record)
        self.days.setdefault(who.birth_date, []).append((record, who))
        self.names.setdefault(_names(record), []).append((record, who))

    def hold(self, row: Row) -> bool:
        """Whether a row that is nobody known has to wait for an answer."""
        if not self.open or "code" in row.values or row.get("same_as") == NEW:
            return False
        if found := self._likely(row):
            self.held.append((row, found))
        return bool(found)

    def added(self, row: Row, record: Mapping[str, Any]) -> None:
        """A row is added: the rows after it may be the same person; whom it was told apart from is noted."""
        lines = self.batch.memory.setdefault("lines", {})
        if len(lines) < LINES:
            lines[record["id"]] = row.line
        if not self.open:
            return
        if row.get("same_as") == NEW:
            self.pairs += [pair(record["id"], other.id, self.batch.today) for other in self._likely(row)]
        self._remember(record)

    def _likely(self, row: Row) -> list[Likely]:
        name, who = _names(row.values), someone({"patronymic": None, **row.values})
        others = {
            record["id"]: (record, other)
            for where in (self.days.get(who.birth_date), self.names.get(name), self.names.get(name[::-1]))
            for record, other in where or ()
            if not (who.iin and other.iin) and _quickly(who, other, self.points)
        }
        return _likely(who, others.values(), self.points)

    def tell(self) -> None:
        """Reject the rows that wait, once those before them have their codes; write who was told apart."""
        if self.pairs:
            self.batch.insert(NotSame, self.pairs)
        for row, found in self.held:
            named = "; ".join(self._named(one) for one in found[:NAMED])
            more = f" and {len(found) - NAMED} more" if len(found) > NAMED else ""
            what = f"perhaps {named}{more}: write the code if it is the same person, new if not"
            row.reject("same_as", what, code="likely_same")

    def _named(self, one: Likely) -> str:
        who = one.record["code"]
        if line := self.batch.memory.get("lines", {}).get(one.id):
            who = f"line {line} of this sheet ({who} if it is saved)"
        if one.id in self.batch.closed:
            return f"{who}, blocked"
        return f"{who} ({described(dict(one.record))}): {one.found.sentence}"


def _names(values: Mapping[str, Any]) -> tuple[str, str]:
    return fold(values["surname"]), fold(values["given_name"])


def _quickly(one: Someone, other: Someone, points: Measure) -> bool:
    """Whether two names are near enough to be compared in full."""
    from rapidfuzz import fuzz

    cutoff = min(points.without_patronymic, points.ask_from) - 1
    own = f"{one.surname} {one.given_name}"
    return bool(
        fuzz.ratio(own, f"{other.surname} {other.given_name}", score_cutoff=cutoff)
        or fuzz.ratio(own, f"{other.given_name} {other.surname}", score_cutoff=cutoff)
        or fuzz.ratio(
            f"{one.given_name} {one.surname}", f"{other.surname} {other.given_name}", score_cutoff=cutoff
        )
    )
