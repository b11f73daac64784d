"""Who on record is likely the same person as somebody about to be entered; inside a change.

Asked about is the same birth date; near ones, with their points, are on ``graduate alike``. At a desk a
person sits there, so all who were born that day are compared. A sheet may bring a million rows, twins among
them: two IINs are two people there, and only rows are compared of which at least one side has no IIN (who has
two is on ``graduate alike`` too). Who was told apart once is in ``not_same`` and never asked for again.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import and_, or_, select

from ayala import record_codes
from ayala.graduate.likeness import Likeness, Measure, Names, Someone, likeness, measure, someone
from ayala.graduate.reading import described
from ayala.language.names import fold
from ayala.language.phrases import phrase
from ayala.personal.closed import everyone_closed
from ayala.storage.tables import Graduate, NotSame, new_key

if TYPE_CHECKING:
    from sqlmodel import Session

    from ayala.sheets.rows import Batch, Row

NEW = "new"
"""What ``same_as`` says of a row that is nobody on record."""

NAMED = 5
"""How many likely people a problem of a row names."""

LINES = 50_000
"""Of how many added rows the line is remembered, so that memory stays constant."""

_TABLE = Graduate.__table__.c  # type: ignore[attr-defined]
_PAIRS = NotSame.__table__.c  # type: ignore[attr-defined]
_FIELDS = (
    "id", "code", "surname", "given_name", "patronymic", "birth_date", "sex", "iin", "region", "institution",
    "phone", "other_phones",
)  # fmt: skip
_WANTED = select(*(_TABLE[name] for name in _FIELDS))
_BRIEF = select(_TABLE.id, _TABLE.birth_date, _TABLE.surname_fold, _TABLE.given_fold)


def _without_iin(index: str) -> Any:
    """SQLite would take the index of the IIN, and read everybody who has none."""
    table = Graduate.__table__  # type: ignore[attr-defined]
    return _BRIEF.where(_TABLE.iin.is_(None)).with_hint(table, f"INDEXED BY {index}", "sqlite")


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
    born = _WANTED.where(_TABLE.birth_date == values["birth_date"])
    rows = [_record(row) for row in session.execute(born)]
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


class Lines:
    """The lines of the sheet that added records, by the numbers of their codes: four bytes each, since nearly
    all of these follow one another."""

    def __init__(self) -> None:
        self._first = 0
        self._lines = array("I")
        self._apart: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._lines) + len(self._apart)

    def put(self, number: int, line: int) -> None:
        """A line added the record of a number."""
        if not self._lines:
            self._first = number
        if number == self._first + len(self._lines):
            self._lines.append(line)
        else:
            self._apart[number] = line

    def get(self, number: int) -> int:
        """The line that added a record; 0 if none is remembered."""
        place = number - self._first
        return self._lines[place] if 0 <= place < len(self._lines) else self._apart.get(number, 0)


class Questions:
    """The rows of a block that are likely somebody on record, or an earlier row of the sheet.

    Rows with a code of their own are never asked about: they come from an office that told them apart. Nor is
    anything looked up while everybody, here and in the sheet, has an IIN.
    """

    def __init__(self, batch: Batch, rows: Sequence[Row]) -> None:
        self.batch = batch
        self.held: list[tuple[Row, list[Likely]]] = []
        self.pairs: list[dict[str, Any]] = []
        self.near: dict[int, list[str]] = {}
        self.people: dict[str, tuple[Mapping[str, Any], Someone]] = {}
        self.days: dict[date, list[str]] = {}
        self.new: list[tuple[Mapping[str, Any], int]] = []
        memory = batch.memory
        self.lines: Lines = memory.setdefault("lines", Lines())
        lacking = [row for row in rows if "iin" not in row.values and "code" not in row.values]
        self.open = bool(lacking or memory["by name only"])
        if self.open:
            self.points = memory.setdefault("likely", measure(batch.today))
            having = [row for row in rows if "iin" in row.values and "code" not in row.values]
            self._by_day(lacking, _BRIEF)
            self._by_day(having, _without_iin("ix_graduate_without_iin"))
            self._fetch()

    def _by_day(self, rows: Sequence[Row], wanted: Any) -> None:
        """Who on record was born on the day of a row, and is called nearly the same."""
        born: dict[date, list[Any]] = {}
        for found in self._brief(wanted, _TABLE.birth_date, {row.values["birth_date"] for row in rows}):
            born.setdefault(found.birth_date, []).append(found)
        names = {
            day: Names(((one.surname_fold, one.given_fold) for one in people), self.points)
            for day, people in born.items()
        }
        for row in rows:
            day = row.values["birth_date"]
            if day in born:
                near = names[day].near(*_names(row.values))
                self.near.setdefault(row.line, []).extend(born[day][at].id for at in near)

    def _brief(self, wanted: Any, key: Any, values: set[Any]) -> Iterator[Any]:
        from ayala.sheets.rows import chunks

        for part in chunks(values):
            yield from self.batch.fetch(wanted.where(key.in_(part)))

    def _fetch(self) -> None:
        """Those who are near with all that is compared of them."""
        from ayala.sheets.rows import chunks

        for part in chunks({id for near in self.near.values() for id in near}):
            for found in self.batch.fetch(_WANTED.where(_TABLE.id.in_(part))):
                record = _record(found)
                closed = self.batch.closed.get(record["id"])
                if closed is None or closed.state != "erased":
                    self.people[record["id"]] = (record, someone(record))

    def hold(self, row: Row) -> bool:
        """Whether a row that is nobody known has to wait for an answer."""
        if not self.open or "code" in row.values or row.get("same_as") == NEW:
            return False
        if found := self._likely(row):
            self.held.append((row, found))
        return bool(found)

    def added(self, row: Row, record: Mapping[str, Any]) -> None:
        """A row is added: the rows after it may be the same person; whom it was told apart from is noted."""
        self.new.append((record, row.line))
        if not self.open:
            return
        if row.get("same_as") == NEW:
            self.pairs += [pair(record["id"], other.id, self.batch.today) for other in self._likely(row)]
        who = someone(record)
        self.people[record["id"]] = (record, who)
        self.days.setdefault(who.birth_date, []).append(record["id"])

    def _likely(self, row: Row) -> list[Likely]:
        ids = dict.fromkeys((*self.near.get(row.line, ()), *self.days.get(row.values["birth_date"], ())))
        if not ids:
            return []
        who = someone(row.values)
        others = [self.people[id] for id in ids if id in self.people]
        return _likely(who, (other for other in others if not (who.iin and other[1].iin)), self.points)

    def tell(self) -> None:
        """Reject the rows that wait, once those before them have their codes; write who was told apart."""
        for record, line in self.new[: LINES - len(self.lines)]:
            self.lines.put(record_codes.number_of(record["code"]), line)
        if self.pairs:
            self.batch.insert(NotSame, self.pairs)
        for row, found in self.held:
            named = "; ".join(self._named(one) for one in found[:NAMED])
            if len(found) > NAMED:
                named = phrase("{named} and {count} more", named=named, count=len(found) - NAMED)
            what = phrase("perhaps {named}: write the code if it is the same person, new if not", named=named)
            row.reject("same_as", what, code="likely_same")

    def _named(self, one: Likely) -> str:
        who = one.record["code"]
        if line := self.lines.get(record_codes.number_of(who)):
            who = phrase("line {line} of this sheet ({code} if it is saved)", line=line, code=who)
        if one.id in self.batch.closed:
            return phrase("{who}, blocked", who=who)
        return f"{who} ({described(dict(one.record))}): {one.found.sentence}"


def _names(values: Mapping[str, Any]) -> tuple[str, str]:
    return fold(values["surname"]), fold(values["given_name"])
