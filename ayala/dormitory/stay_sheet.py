"""Sheets of stays: who had which bed from a day on.

A stay's key is person, bed and first day. Two stays on one bed-day are rejected, against the records
and within the sheet; ages and sexes only warn. What a sheet gives for one stay twice, it must give alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from ayala.dormitory import sentences
from ayala.dormitory.admission import HouseRules, broken
from ayala.dormitory.sheet import Key, part, remembered
from ayala.language.phrases import phrase
from ayala.output.harmless import shortened
from ayala.record_codes import place_key
from ayala.sheets.rows import (
    Batch,
    Heading,
    Kind,
    Person,
    Row,
    chunks,
    code_of,
    day,
    record_code,
    words,
)
from ayala.sheets.rows import iin as iin_cell

COMPARED = ("until", "contract", "planned_end", "end_reason", "destination", "reason")
COLUMNS = ("id", "bed_id", "graduate_id", "from_date", *COMPARED)
FAR = date(9999, 12, 31)


@dataclass
class Known:
    """A stay on record or about to be, with what a sentence about it may name."""

    record: dict[str, Any]
    place: str
    holder: str
    is_new: bool = False
    line: int | None = None

    @property
    def until(self) -> date:
        return self.record["until"] or FAR

    def shares_a_day(self, start: date, until: date) -> bool:
        return bool(self.record["from_date"] < until and start < self.until)

    def said(self) -> str:
        """Who has which bed for which days, and the line of this file that says so."""
        stay = sentences.stay(self.holder, self.place, self.record["from_date"], self.record["until"])
        return stay if self.line is None else phrase("{stay} (line {line})", stay=stay, line=self.line)


class Stays(Kind):
    """``stays``: one row a stay of a person on a bed."""

    name = "stays"
    # Ends make room for new stays anywhere in the sheet, so nearly every sheet is one block.
    block = 100_000
    headings: ClassVar[Mapping[str, Heading]] = {
        "iin": Heading(iin_cell),
        "graduate": Heading(record_code("graduate")),
        "building": Heading(part, required=True),
        "room": Heading(part, required=True),
        "bed": Heading(part, required=True),
        "from_date": Heading(day, required=True),
        "until": Heading(day),
        "contract": Heading(words),
        "planned_end": Heading(day),
        "end_reason": Heading(code_of("end_reason")),
        "destination": Heading(code_of("destination")),
        "reason": Heading(words),
    }
    one_of: ClassVar[tuple[tuple[str, ...], ...]] = (("iin", "graduate"),)

    def take(self, rows: list[Row], batch: Batch) -> None:
        """First the rows that change stays on record (an end makes room), then the new ones."""
        from ayala.storage.tables import Stay

        beds = remembered(batch, "beds", _BedsOnRecord)
        people = batch.people(rows)
        there: list[tuple[Row, Person, _Bed]] = []
        for row in rows:
            bed = beds.get(row)
            if bed is None:
                row.reject(
                    "bed",
                    phrase("there is no bed {bed} on record", bed=shortened(place_of(row))),
                    code="no_such_record",
                )
            elif row.line in people:
                there.append((row, people[row.line], bed))
        known = _Stays(batch, there)
        later = []
        for row, person, bed in there:
            stay = known.by_key.get((person.id, bed.id, row.values["from_date"]))
            if stay is None:
                later.append((row, person, bed))
            else:
                _update(row, stay, known, batch)
        new: list[dict[str, Any]] = []
        for row, person, bed in later:
            stay = known.by_key.get((person.id, bed.id, row.values["from_date"]))
            if stay is None:
                _enter(row, person, bed, known, new, batch)
            else:
                _update(row, stay, known, batch)
        for row, person, bed in there:
            if not row.problems:
                _notice(row, person, bed, batch)
        batch.insert(Stay, new)


def _enter(
    row: Row, person: Person, bed: _Bed, known: _Stays, new: list[dict[str, Any]], batch: Batch
) -> None:
    from ayala.storage.tables import new_key

    record = {
        "id": new_key(),
        "bed_id": bed.id,
        "graduate_id": person.id,
        "from_date": row.values["from_date"],
        **{column: row.get(column) for column in COMPARED},
    }
    stay = Known(record, bed.place, person.code, is_new=True, line=row.line)
    if _fits(row, stay, record["until"], known):
        known.add(stay)
        known.gave(row, record["id"])
        new.append(record)
        batch.meets(row, record, {})
        row.outcome = "added"


def _update(row: Row, stay: Known, known: _Stays, batch: Batch) -> None:
    """Take over what the row gives of a stay on record, or of one that this file brought."""
    from ayala.storage.tables import Stay

    given = known.given.get(stay.record["id"], {})
    changes = {}
    for column in COMPARED:
        if column not in row.values or row.values[column] == stay.record[column]:
            continue
        if column in given:
            row.reject(
                column,
                phrase("line {line} of this file says otherwise for the same stay", line=given[column]),
                code="contradiction",
            )
        changes[column] = row.values[column]
    if row.problems or not _fits(row, stay, row.get("until") or stay.record["until"], known):
        return
    known.gave(row, stay.record["id"])
    batch.meets(row, stay.record, changes)
    row.outcome = "updated" if changes else "same"
    if not changes:
        return
    stay.record.update(changes)
    if not stay.is_new:
        batch.update(Stay, stay.record["id"], changes)
        if "until" in changes:
            _end_companions(stay, batch)


def _fits(row: Row, stay: Known, until: date | None, known: _Stays) -> bool:
    """Whether the stay holds a day and shares none with another; if not, the row is rejected."""
    start = stay.record["from_date"]
    if until is not None and until <= start:
        row.reject(
            "until",
            phrase("{day} is not after the first day, {first_day}", day=until, first_day=start),
            code="bad_order",
        )
        return False
    end = until or FAR
    for heading, others in (
        ("bed", known.by_bed.get(stay.record["bed_id"], ())),
        ("from_date", known.by_person.get(stay.record["graduate_id"], ())),
    ):
        for other in others:
            if other is not stay and other.shares_a_day(start, end):
                row.reject(
                    heading,
                    phrase("the bed is taken on some of these days: {stay}", stay=other.said())
                    if heading == "bed"
                    else phrase(
                        "the person has another bed on some of these days: {stay}", stay=other.said()
                    ),
                    code="taken",
                )
                return False
    return True


def _notice(row: Row, person: Person, bed: _Bed, batch: Batch) -> None:
    """Warn of broken rules, as things stood on the first day; a closed bed is only noted."""
    on = row.values["from_date"]
    for sentence in broken(bed.rules, birth_date=person.birth_date, sex=person.sex, on=on):
        row.warn("bed", f"{person.code}: {sentence}")
    until = row.get("until") or FAR
    for start, end in bed.closed:
        if start < until and on < (end or FAR):
            batch.note(
                row, "bed: " + phrase("{place} is out of service on some of these days", place=bed.place)
            )
            break


def _end_companions(stay: Known, batch: Batch) -> None:
    """Nobody lives with a resident who has left."""
    from sqlalchemy import select

    from ayala.storage.tables import Companion

    table = Companion.__table__  # type: ignore[attr-defined]
    until = stay.record["until"]
    wanted = select(table.c.id, table.c.from_date, table.c.until)
    for found in batch.fetch(wanted.where(table.c.stay_id == stay.record["id"])):
        if found.from_date >= until:
            batch.records.writing.session.execute(table.delete().where(table.c.id == found.id))
        elif found.until is None or found.until > until:
            batch.update(Companion, found.id, {"until": until})


@dataclass(frozen=True)
class _Bed:
    """A bed on record: what its house lays down, and when it is closed."""

    id: str
    place: str
    rules: HouseRules
    closed: list[tuple[date, date | None]] = field(default_factory=list)


class _BedsOnRecord:
    """Every bed by its place, known whole for the length of a file."""

    def __init__(self, batch: Batch) -> None:
        from sqlalchemy import select

        from ayala.storage.tables import METADATA

        houses, rooms, beds, closings = (
            METADATA.tables[name] for name in ("building", "room", "bed", "out_of_service")
        )
        wanted = (
            select(
                beds.c.id, beds.c.place, beds.c.number.label("bed"), houses.c.code, rooms.c.number,
                houses.c.sex_rule, houses.c.min_age, houses.c.max_age, houses.c.ceiling_age,
                rooms.c.sex, rooms.c.family_flat,
            )
            .join_from(beds, rooms, rooms.c.id == beds.c.room_id)
            .join(houses, houses.c.id == rooms.c.building_id)
        )  # fmt: skip
        closed: dict[str, list[tuple[date, date | None]]] = {}
        for found in batch.fetch(select(closings.c.bed_id, closings.c.from_date, closings.c.until)):
            closed.setdefault(found.bed_id, []).append((found.from_date, found.until))
        self.beds: dict[Key, _Bed] = {}
        for found in batch.fetch(wanted):
            rules = HouseRules(*found[3:])
            key = tuple(place_key(text) for text in (found.code, found.number, found.bed))
            self.beds[key] = _Bed(found.id, found.place, rules, closed.get(found.id, []))
        self.typed: dict[Key, _Bed | None] = {}

    def get(self, row: Row) -> _Bed | None:
        """The bed that a row names, in whatever spelling."""
        typed = (row.values["building"], row.values["room"], row.values["bed"])
        if typed not in self.typed:
            self.typed[typed] = self.beds.get(tuple(place_key(text) for text in typed))
        return self.typed[typed]


class _Stays:
    """The stays on record of the beds and the people that a block of rows names."""

    def __init__(self, batch: Batch, rows: Iterable[tuple[Row, Person, _Bed]]) -> None:
        from sqlalchemy import or_, select

        from ayala.storage.tables import METADATA

        self.by_key: dict[tuple[str, str, date], Known] = {}
        self.by_bed: dict[str, list[Known]] = {}
        self.by_person: dict[str, list[Known]] = {}
        self.given: dict[str, dict[str, int]] = batch.memory.setdefault("given", {})
        stays, beds, people = (METADATA.tables[name] for name in ("stay", "bed", "graduate"))
        wanted = (
            select(
                *(stays.c[column] for column in COLUMNS),
                beds.c.place,
                people.c.code,
            )
            .join_from(stays, beds, beds.c.id == stays.c.bed_id)
            .join(people, people.c.id == stays.c.graduate_id)
        )
        rows = list(rows)
        if rows:  # what was over before the first of these days is nobody's concern
            first = min(row.values["from_date"] for row, _, _ in rows)
            wanted = wanted.where(or_(stays.c.until.is_(None), stays.c.until > first))
        for column, values in (
            (stays.c.bed_id, {bed.id for _, _, bed in rows}),
            (stays.c.graduate_id, {person.id for _, person, _ in rows}),
        ):
            for some in chunks(values):
                for found in batch.fetch(wanted.where(column.in_(some))):
                    *values_of, place, holder = found
                    if (values_of[2], values_of[1], values_of[3]) not in self.by_key:
                        self.add(Known(dict(zip(COLUMNS, values_of, strict=True)), place, holder))

    def gave(self, row: Row, stay: str) -> None:
        """Remember for the length of the file which line gave which value of a stay."""
        given = {column: row.line for column in COMPARED if column in row.values}
        if given:
            self.given[stay] = given | self.given.get(stay, {})

    def add(self, stay: Known) -> None:
        record = stay.record
        self.by_key[record["graduate_id"], record["bed_id"], record["from_date"]] = stay
        self.by_bed.setdefault(record["bed_id"], []).append(stay)
        self.by_person.setdefault(record["graduate_id"], []).append(stay)


def place_of(row: Row) -> str:
    return "/".join(row.values[heading] for heading in ("building", "room", "bed"))
