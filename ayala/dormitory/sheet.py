"""Sheets of beds and of stays.

A bed's key is its place; a building that is not known yet begins with the policy of the law. A
stay's key is person, bed and first day. Two stays on one bed-day are rejected, against the records and
within the sheet; ages and sexes only warn. What a sheet gives for one record twice, it must give alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from ayala.dormitory.admission import HouseRules, broken
from ayala.dormitory.policy import default_policy
from ayala.record_codes import place_key
from ayala.sheets.rows import (
    BadCell,
    Batch,
    Heading,
    Kind,
    Person,
    Row,
    chunks,
    code_of,
    day,
    number,
    record_code,
    shortened,
    words,
    yes_no,
)
from ayala.sheets.rows import iin as iin_cell

Key = tuple[str, ...]


def part(text: str) -> str:
    """A building, a room or a bed: one part of a place."""
    if "/" in text:
        raise BadCell(f"'{shortened(text)}' holds a '/', which stands between building, room and bed")
    return words(text)


def room_sex(text: str) -> str:
    """F, M, or ``any`` for a room without a rule."""
    try:
        return str(code_of("sex")(text))
    except BadCell:
        return str(code_of("sex_rule")(text))


def place_of(row: Row) -> str:
    return "/".join(row.values[heading] for heading in ("building", "room", "bed"))


# --- beds ------------------------------------------------------------------------------------------


@dataclass
class Thing:
    """A building or a room on record, and which line of this file gave which of its values."""

    record: dict[str, Any]
    is_new: bool = False
    given: dict[str, int] = field(default_factory=dict)

    def contradicts(self, column: str, value: Any) -> int | None:
        """The earlier line of the same file that gave the column another value."""
        return self.given.get(column) if self.record[column] != value else None

    def takes(self, column: str, value: Any, line: int) -> bool:
        """Take a value over; whether that changed anything."""
        self.given.setdefault(column, line)
        changed = bool(self.record[column] != value)
        self.record[column] = value
        return changed


OF_BUILDING = (("building_name", "name"),)
OF_ROOM = (
    ("floor", "floor"),
    ("room_sex", "sex"),
    ("accessible", "accessible"),
    ("family_flat", "family_flat"),
)


class Beds(Kind):
    """``beds``: one row a bed, with what is known of its room and building."""

    name = "beds"
    headings: ClassVar[Mapping[str, Heading]] = {
        "building": Heading(part, required=True),
        "building_name": Heading(words),
        "floor": Heading(number),
        "room": Heading(part, required=True),
        "bed": Heading(part, required=True),
        "room_sex": Heading(room_sex),
        "accessible": Heading(yes_no),
        "family_flat": Heading(yes_no),
    }

    def take(self, rows: list[Row], batch: Batch) -> None:
        from ayala.storage.tables import Bed, Building, Room

        known = _remembered(batch, "beds", _Places)
        new: dict[str, list[dict[str, Any]]] = {"building": [], "room": [], "bed": []}
        changed: dict[str, tuple[Any, Thing]] = {}
        for row in rows:
            known.refuse_contradictions(row)
            if row.problems:
                continue
            building = known.building(row, new["building"], batch.today)
            room = known.room(row, building, new["room"])
            updates = [
                (table, thing)
                for table, thing, headings in ((Building, building, OF_BUILDING), (Room, room, OF_ROOM))
                for heading, column in headings
                if heading in row.values and thing.takes(column, _stored(row.values[heading]), row.line)
            ]
            changed |= {thing.record["id"]: (table, thing) for table, thing in updates if not thing.is_new}
            if known.add_bed(row, building, room, new["bed"]):
                row.outcome = "added"
            else:
                row.outcome = "updated" if updates else "same"
        batch.insert(Building, new["building"])
        batch.insert(Room, new["room"])
        batch.insert(Bed, new["bed"])
        for table, thing in changed.values():
            values = {column: thing.record[column] for column in thing.given}
            batch.update(table, thing.record["id"], values)
        known.settle()


def _stored(value: Any) -> Any:
    """``any`` in a cell means that the room has no rule on sex."""
    return None if value == "any" else value


class _Places:
    """Every building, room and bed: few enough to be known whole for the length of a file."""

    def __init__(self, batch: Batch) -> None:
        from sqlalchemy import select

        from ayala.storage.tables import METADATA

        houses, rooms, beds = (METADATA.tables[name].c for name in ("building", "room", "bed"))
        self.buildings: dict[str, Thing] = {}
        self.rooms: dict[Key, Thing] = {}
        self.beds: set[Key] = set()
        keys: dict[str, Key] = {}
        for found in batch.fetch(select(houses.id, houses.code, houses.name)):
            self.buildings[place_key(found.code)] = Thing(dict(found._mapping))
            keys[found.id] = (place_key(found.code),)
        columns = (rooms.id, rooms.building_id, rooms.number, rooms.floor, rooms.sex, rooms.accessible)
        for found in batch.fetch(select(*columns, rooms.family_flat)):
            keys[found.id] = (*keys[found.building_id], place_key(found.number))
            self.rooms[keys[found.id]] = Thing(dict(found._mapping))
        for room_id, bed in batch.fetch(select(beds.room_id, beds.number)):
            self.beds.add((*keys[room_id], place_key(bed)))

    def refuse_contradictions(self, row: Row) -> None:
        """Reject a row that says otherwise of its building or room than an earlier one of the file."""
        code, number = place_key(row.values["building"]), place_key(row.values["room"])
        for thing, headings in (
            (self.buildings.get(code), OF_BUILDING),
            (self.rooms.get((code, number)), OF_ROOM),
        ):
            for heading, column in headings:
                if thing is None or heading not in row.values:
                    continue
                if (line := thing.contradicts(column, _stored(row.values[heading]))) is not None:
                    row.reject(heading, f"line {line} of this file says otherwise")

    def building(self, row: Row, new: list[dict[str, Any]], today: date) -> Thing:
        """The row's building; entered with the law's policy if it is not on record."""
        from ayala.storage.tables import new_key

        code = row.values["building"]
        thing = self.buildings.get(place_key(code))
        if thing is None:
            policy = default_policy(today)
            record = {
                "id": new_key(),
                "code": code,
                "name": code,
                "sex_rule": "any",
                "min_age": policy.min_age,
                "max_age": policy.max_age,
                "ceiling_age": policy.ceiling_age,
                "policy_source": policy.source,
            }
            thing = self.buildings[place_key(code)] = Thing(record, is_new=True)
            new.append(record)
        return thing

    def room(self, row: Row, building: Thing, new: list[dict[str, Any]]) -> Thing:
        """The row's room; entered if it is not on record."""
        from ayala.storage.tables import new_key

        key = (place_key(building.record["code"]), place_key(row.values["room"]))
        thing = self.rooms.get(key)
        if thing is None:
            record = {
                "id": new_key(),
                "building_id": building.record["id"],
                "number": row.values["room"],
                "floor": None,
                "sex": None,
                "accessible": False,
                "family_flat": False,
            }
            thing = self.rooms[key] = Thing(record, is_new=True)
            new.append(record)
        return thing

    def add_bed(self, row: Row, building: Thing, room: Thing, new: list[dict[str, Any]]) -> bool:
        """Enter the row's bed; False if it is on record."""
        from ayala.storage.tables import new_key

        bed = row.values["bed"]
        key = tuple(place_key(text) for text in (building.record["code"], room.record["number"], bed))
        if key in self.beds:
            return False
        self.beds.add(key)
        place = f"{building.record['code']}/{room.record['number']}/{bed}"
        new.append({"id": new_key(), "room_id": room.record["id"], "number": bed, "place": place})
        return True

    def settle(self) -> None:
        """What was new is on record now."""
        for thing in (*self.buildings.values(), *self.rooms.values()):
            thing.is_new = False


# --- stays -----------------------------------------------------------------------------------------

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

    def __str__(self) -> str:
        end = f" until {self.record['until']}" if self.record["until"] else ""
        there = f" (line {self.line})" if self.line is not None else ""
        return f"{self.holder} on {self.place} from {self.record['from_date']}{end}{there}"


class Stays(Kind):
    """``stays``: one row a stay of a person on a bed."""

    name = "stays"
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

        beds = _remembered(batch, "beds", _BedsOnRecord)
        people = batch.people(rows)
        there: list[tuple[Row, Person, _Bed]] = []
        for row in rows:
            bed = beds.get(row)
            if bed is None:
                row.reject("bed", f"there is no bed {shortened(place_of(row))} on record")
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
                _enter(row, person, bed, known, new)
            else:
                _update(row, stay, known, batch)
        for row, person, bed in there:
            if not row.problems:
                _notice(row, person, bed, batch)
        batch.insert(Stay, new)


def _enter(row: Row, person: Person, bed: _Bed, known: _Stays, new: list[dict[str, Any]]) -> None:
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
        known.given[record["id"]] = dict.fromkeys(row.values, row.line)
        new.append(record)
        row.outcome = "added"


def _update(row: Row, stay: Known, known: _Stays, batch: Batch) -> None:
    """Take over what the row gives of a stay on record, or of one that this file brought."""
    from ayala.storage.tables import Stay

    given = known.given.setdefault(stay.record["id"], {})
    changes = {}
    for column in COMPARED:
        if column not in row.values or row.values[column] == stay.record[column]:
            continue
        if column in given:
            row.reject(column, f"line {given[column]} of this file says otherwise for the same stay")
        changes[column] = row.values[column]
    if row.problems or not _fits(row, stay, row.get("until") or stay.record["until"], known):
        return
    for column in row.values:
        given.setdefault(column, row.line)
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
        row.reject("until", f"{until} is not after the first day, {start}")
        return False
    end = until or FAR
    for heading, others in (
        ("bed", known.by_bed.get(stay.record["bed_id"], ())),
        ("from_date", known.by_person.get(stay.record["graduate_id"], ())),
    ):
        for other in others:
            if other is not stay and other.shares_a_day(start, end):
                what = "the bed is taken" if heading == "bed" else "the person has another bed"
                row.reject(heading, f"{what} on some of these days: {other}")
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
            batch.note(row, f"bed: {bed.place} is out of service on some of these days")
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

    def add(self, stay: Known) -> None:
        record = stay.record
        self.by_key[record["graduate_id"], record["bed_id"], record["from_date"]] = stay
        self.by_bed.setdefault(record["bed_id"], []).append(stay)
        self.by_person.setdefault(record["graduate_id"], []).append(stay)


def _remembered(batch: Batch, name: str, make: Callable[[Batch], Any]) -> Any:
    """Something found out once for a whole file."""
    if name not in batch.memory:
        batch.memory[name] = make(batch)
    return batch.memory[name]
