"""What came of every row of an import, line by line: a plan's body, and its digest.

A line is JSON, with personal numbers masked as everywhere. The same sheets on the same records give the same
lines, so that what a plan says is done and what its applying does are equal, or something else was done. What
is said of a problem is in the language of whoever runs Ayala, so it is left out of that comparison.
"""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date
from errno import ENOSPC
from hashlib import sha256
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from ayala.errors import DiskFull, NotWritable
from ayala.graduate.identity import full_name
from ayala.language.phrases import phrase
from ayala.output.emit import mask
from ayala.output.harmless import hidden
from ayala.output.veil import WORD

if TYPE_CHECKING:
    from ayala.sheets.rows import Kind, Person, Row

NUMBERS = frozenset({"iin", "phone", "other_phones", "caller_phone"})
"""Columns that hold personal numbers."""

DERIVED = frozenset({"name_key", "surname_fold", "given_fold", "sort_key", "rule"})
"""Columns that are worked out from others, and nobody's change."""

OTHER = "≠"
"""Stands behind a masked value that looks like the one before it and is another."""

Line = dict[str, Any]


class Spool:
    """A file without a name in the folder of a plan; it is gone with the process, however that ends."""

    def __init__(self, plan: str) -> None:
        self.plan = plan
        with self._told():
            self.file: IO[str] = TemporaryFile(  # noqa: SIM115  close() follows
                "w+", encoding="utf-8", errors="surrogatepass", dir=Path(plan).absolute().parent
            )

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if error.errno == ENOSPC:
                raise DiskFull(
                    phrase("{file}: the disk is full; no plan was made, nothing was changed", file=self.plan)
                ) from None
            raise NotWritable(
                phrase("{file} cannot be written: {cause}", file=self.plan, cause=error.strerror)
            ) from None

    def write(self, text: str) -> None:
        with self._told():
            self.file.write(text)

    def restart(self) -> None:
        """Nothing was written."""
        with self._told():
            self.file.seek(0)
            self.file.truncate()

    def finish(self) -> None:
        """All was written, and there was room for it."""
        with self._told():
            self.file.flush()

    def lines(self) -> Iterator[str]:
        self.file.seek(0)
        return iter(self.file)

    def copy(self, stream: IO[str]) -> None:
        self.file.seek(0)
        copyfileobj(self.file, stream, 1 << 20)

    def close(self) -> None:
        with suppress(OSError):  # what there was no room for is tried once more
            self.file.close()


class _Met(NamedTuple):
    """The record that a row means, what it is called, and what was and will be in it."""

    stored: Mapping[str, Any]
    name: str
    before: dict[str, Any]
    after: dict[str, Any]


class Outcomes:
    """Follows an import: every row that is added, updated, rejected or warned of becomes a line.

    Held in memory are the rows of one block only; the lines go to ``spool``, if there is one.
    """

    def __init__(self, spool: Spool | None = None) -> None:
        self.spool = spool
        self.begin()

    def begin(self) -> None:
        """Forget what was followed: the import begins, perhaps anew."""
        self._digest = sha256()
        self._done = sha256()
        self._met: dict[int, _Met] = {}
        self._people: dict[int, str] = {}
        if self.spool is not None:
            self.spool.restart()

    def meets(self, row: Row, stored: Mapping[str, Any], changes: Mapping[str, Any]) -> None:
        """A row means this record and changes so much of it; called before the record is changed."""
        if row.line not in self._met:
            self._met[row.line] = _Met(stored, _name(stored, row), {}, {})
        _, _, before, after = self._met[row.line]
        for column, value in changes.items():
            before.setdefault(column, stored.get(column))
            after[column] = value

    def meets_people(self, people: Mapping[int, Person]) -> None:
        """These people are named by the rows of these lines."""
        self._people |= {line: person.code for line, person in people.items()}

    def block(self, file: str, kind: Kind, rows: Iterable[Row], closed: Container[str]) -> None:
        """A block of rows is done; ``closed``: the keys of people of whose records nothing is shown."""
        for row in rows:
            for line in self._lines(row, kind, closed):
                self._write({"file": file, "line": row.line, "kind": kind.name, **line})
        self._met.clear()
        self._people.clear()

    def _lines(self, row: Row, kind: Kind, closed: Container[str]) -> Iterator[Line]:
        if row.problems:
            yield {
                "outcome": "rejected",
                "problems": [list(map(hidden, problem)) for problem in row.problems],
            }
            return
        if row.outcome in ("added", "updated"):
            stored, name, before, after = self._met[row.line]
            if row.outcome == "added":
                before, after = {}, row.values
            fields = {
                column: _pair(column, before.get(column), value)
                for column, value in after.items()
                if column not in DERIVED and not column.endswith("_id")
            }
            if (stored.get("graduate_id") or stored.get("id")) in closed:
                name, fields = WORD, {column: [None, WORD] for column in fields}
            yield {
                "outcome": row.outcome,
                "record": self._code(row, stored, kind),
                "name": hidden(name),
                "fields": fields,
            }
        if row.warnings:
            yield {"outcome": "warned", "problems": [list(map(hidden, warning)) for warning in row.warnings]}

    def _code(self, row: Row, stored: Mapping[str, Any], kind: Kind) -> str:
        own = stored.get("code") or row.get("code") or row.get("queue") or row.get("session")
        return str(own or self._people.get(row.line) or row.get(kind.person) or "")

    def _write(self, line: Line) -> None:
        text = json.dumps(line, ensure_ascii=False) + "\n"
        content = text.encode("utf-8", "surrogatepass")
        self._digest.update(content)
        if "problems" in line:
            # Which heading, and what kind of problem; a warning has no kind.
            told = [problem[::2] for problem in line["problems"]]
            content = json.dumps({**line, "problems": told}, ensure_ascii=False).encode(
                "utf-8", "surrogatepass"
            )
        self._done.update(content)
        if self.spool is not None:
            self.spool.write(text)

    @property
    def digest(self) -> str:
        """The hash of all lines."""
        return self._digest.hexdigest()

    @property
    def done(self) -> str:
        """The hash of what was done, in whatever language its problems were told."""
        return self._done.hexdigest()

    def finish(self) -> None:
        """The import is done; raises where its lines found no room."""
        if self.spool is not None:
            self.spool.finish()

    def lines(self) -> Iterator[Line]:
        """The lines, read again from the spool."""
        assert self.spool is not None
        for text in self.spool.lines():
            yield json.loads(text)


def _name(stored: Mapping[str, Any], row: Row) -> str:
    """What a record is called by people."""
    told = {**row.values, **{key: value for key, value in stored.items() if value}}
    if told.get("surname"):
        return full_name(told["surname"], told.get("given_name") or "", told.get("patronymic"))
    if told.get("building"):
        return "/".join(str(told[part]) for part in ("building", "room", "bed") if told.get(part))
    return str(told.get("name") or told.get("title") or told.get("number") or told.get("caller") or "")


def _pair(column: str, before: Any, after: Any) -> list[Any]:
    """What a value was and will be; two that masking makes alike are told apart by a sign."""
    shown = [_shown(column, before), _shown(column, after)]
    if shown[0] == shown[1] and before != after:
        shown[1] = f"{shown[1]} {OTHER}"
    return shown


def _shown(column: str, value: Any) -> Any:
    """A value as a plan tells it: masked, and as plain as JSON has it."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        value = ";".join(map(str, value))
    if not isinstance(value, str):
        return value
    return mask(value) if column in NUMBERS else hidden(value)
