"""Sheets of beds: one row a bed, with what is known of its room and building.

A bed's key is its place; a building that is not known yet begins with the policy of the law. What a
sheet gives for one room or building twice, it must give alike. Stays are in ``stay_sheet``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from ayala.dormitory.policy import default_policy
from ayala.language.phrases import phrase
from ayala.output.harmless import shortened
from ayala.record_codes import place_key
from ayala.sheets.rows import (
    BadCell,
    Batch,
    Heading,
    Kind,
    Row,
    code_of,
    number,
    short,
    words,
    yes_no,
)

Key = tuple[str, ...]


def part(text: str) -> str:
    """A building, a room or a bed: one part of a place."""
    if "/" in text:
        raise BadCell(
            phrase(
                "'{text}' holds a '/', which stands between building, room and bed",
                text=shortened(text),
            ),
            "bad_place",
        )
    return short(text)


def room_sex(text: str) -> str:
    """F, M, or ``any`` for a room without a rule."""
    try:
        return str(code_of("sex")(text))
    except BadCell:
        return str(code_of("sex_rule")(text))


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

        known = remembered(batch, "beds", _Places)
        new: dict[str, list[dict[str, Any]]] = {"building": [], "room": [], "bed": []}
        changed: dict[str, tuple[Any, Thing]] = {}
        for row in rows:
            known.refuse_contradictions(row)
            if row.problems:
                continue
            building = known.building(row, new["building"], batch.today)
            room = known.room(row, building, new["room"])
            before = {
                heading: thing.record[column]
                for thing, headings in ((building, OF_BUILDING), (room, OF_ROOM))
                for heading, column in headings
            }
            updates = [
                (table, thing, heading)
                for table, thing, headings in ((Building, building, OF_BUILDING), (Room, room, OF_ROOM))
                for heading, column in headings
                if heading in row.values and thing.takes(column, _stored(row.values[heading]), row.line)
            ]
            changed |= {thing.record["id"]: (table, thing) for table, thing, _ in updates if not thing.is_new}
            place = known.add_bed(row, building, room, new["bed"])
            row.outcome = "added" if place else "updated" if updates else "same"
            given = {heading: _stored(row.values[heading]) for _, _, heading in updates}
            batch.meets(row, {**before, "id": place or known.place(row, building, room)}, given)
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
        self.beds: dict[Key, str] = {}
        keys: dict[str, Key] = {}
        for found in batch.fetch(select(houses.id, houses.code, houses.name)):
            self.buildings[place_key(found.code)] = Thing(dict(found._mapping))
            keys[found.id] = (place_key(found.code),)
        columns = (rooms.id, rooms.building_id, rooms.number, rooms.floor, rooms.sex, rooms.accessible)
        for found in batch.fetch(select(*columns, rooms.family_flat)):
            keys[found.id] = (*keys[found.building_id], place_key(found.number))
            self.rooms[keys[found.id]] = Thing(dict(found._mapping))
        for room_id, bed, place in batch.fetch(select(beds.room_id, beds.number, beds.place)):
            self.beds[*keys[room_id], place_key(bed)] = place

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
                    row.reject(
                        heading,
                        phrase("line {line} of this file says otherwise", line=line),
                        code="contradiction",
                    )

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

    def place(self, row: Row, building: Thing, room: Thing) -> str | None:
        """The place of the row's bed, if it is on record."""
        names = (building.record["code"], room.record["number"], row.values["bed"])
        return self.beds.get(tuple(map(place_key, names)))

    def add_bed(self, row: Row, building: Thing, room: Thing, new: list[dict[str, Any]]) -> str | None:
        """Enter the row's bed; its place, or nothing if it is on record."""
        from ayala.storage.tables import new_key

        bed = row.values["bed"]
        key = tuple(place_key(text) for text in (building.record["code"], room.record["number"], bed))
        if key in self.beds:
            return None
        self.beds[key] = place = f"{building.record['code']}/{room.record['number']}/{bed}"
        new.append({"id": new_key(), "room_id": room.record["id"], "number": bed, "place": place})
        return place

    def settle(self) -> None:
        """What was new is on record now."""
        for thing in (*self.buildings.values(), *self.rooms.values()):
            thing.is_new = False


def remembered(batch: Batch, name: str, make: Callable[[Batch], Any]) -> Any:
    """Something found out once for a whole file."""
    if name not in batch.memory:
        batch.memory[name] = make(batch)
    return batch.memory[name]
