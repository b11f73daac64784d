"""The rules of buildings, rooms and beds: what may be entered, how a place is closed and opened.

A room's closing is one row a bed, so that a bed can be opened while its room waits. Nothing here
knows who may live there; that is ``records``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_
from sqlmodel import col, select

from ayala.dormitory import sentences
from ayala.dormitory.admission import HouseRules
from ayala.dormitory.policy import AGES, default_policy
from ayala.errors import AlreadyThere, NoSuchRecord, NotNow, Taken, WrongUsage
from ayala.language.phrases import phrase
from ayala.record_codes import place_key
from ayala.storage.tables import Bed, Building, Graduate, OutOfService, Room, Stay

if TYPE_CHECKING:
    from ayala.storage.database import Writing

Place = tuple[str, ...]
"""One to three parts of ``ZU-1/204/3``, as they stand on record."""


@dataclass(frozen=True)
class Spot:
    """A bed with the room and the building it stands in."""

    bed: Bed
    room: Room
    building: Building

    @property
    def house_rules(self) -> HouseRules:
        house, room = self.building, self.room
        return HouseRules(
            house.code, room.number, house.sex_rule, house.min_age, house.max_age, house.ceiling_age,
            room.sex, room.family_flat,
        )  # fmt: skip


class Buildings:
    """Buildings, rooms and beds inside one change."""

    def __init__(self, writing: Writing) -> None:
        self.writing = writing
        self.session = writing.session

    # --- finding -----------------------------------------------------------------------------------

    def building(self, code: str) -> Building:
        """The building of that code. Raises :class:`NoSuchRecord`."""
        found = self.session.exec(select(Building).where(Building.code == code)).one_or_none()
        if found is None:
            raise NoSuchRecord(
                phrase("there is no building {building}", building=code),
                f'ayala dormitory add {code} --name "…"',
            )
        return found

    def room(self, building: str, number: str) -> Room:
        """The room of that number. Raises :class:`NoSuchRecord`."""
        house = self.building(building)
        found = self.session.exec(
            select(Room).where(Room.building_id == house.id, Room.number == number)
        ).one_or_none()
        if found is None:
            raise NoSuchRecord(
                phrase("there is no room {room}", room=f"{building}/{number}"),
                f"ayala dormitory add {building}/{number}",
            )
        return found

    def spots(self, places: Iterable[str]) -> dict[str, Spot]:
        """Beds by their places, locked until the change ends, in an order that is always the same.

        Raises :class:`NoSuchRecord`.
        """
        wanted = list(dict.fromkeys(places))
        self._lock(select(Bed.id).where(col(Bed.place).in_(wanted)))
        found = self.session.exec(
            select(Bed, Room, Building)
            .join(Room, col(Room.id) == Bed.room_id)
            .join(Building, col(Building.id) == Room.building_id)
            .where(col(Bed.place).in_(wanted))
        )
        spots = {bed.place: Spot(bed, room, building) for bed, room, building in found}
        for place in wanted:
            if place not in spots:
                raise NoSuchRecord(phrase("there is no bed {bed}", bed=place), "ayala dormitory free")
        return spots

    def beds(self, place: Place) -> list[Bed]:
        """The beds of a place, locked: those of a building, of a room, or the one bed itself."""
        statement = (
            select(Bed)
            .join(Room, col(Room.id) == Bed.room_id)
            .join(Building, col(Building.id) == Room.building_id)
        )
        for column, part in zip((Building.code, Room.number, Bed.number), place, strict=False):
            statement = statement.where(column == part)
        self._lock(select(Bed.id).where(col(Bed.id).in_([bed.id for bed in self.session.exec(statement)])))
        return sorted(self.session.exec(statement), key=_standing)

    def _lock(self, statement: Any) -> None:
        """Keep other changes away from these beds: on PostgreSQL by their rows, on SQLite all are away."""
        self.session.exec(statement.order_by(Bed.id).with_for_update()).all()

    # --- entering and editing ----------------------------------------------------------------------

    def add_building(self, code: str, **values: Any) -> Building:
        """Enter a building; ages that are not given come from the law that holds today.

        Raises :class:`AlreadyThere` if a building of this code, or of one that looks the same, is
        on record, :class:`WrongUsage` for ages that contradict one another.
        """
        _check_parts((code,))
        for known in self.session.exec(select(Building.code)):
            if place_key(known) == place_key(code):
                raise AlreadyThere(
                    phrase("the building {building} is on record already", building=known),
                    f"ayala dormitory edit {known}",
                )
        building = Building(code=code, **self._with_policy(values))
        _check_ages(building)
        self.session.add(building)
        self.session.flush()
        return building

    def _with_policy(self, values: dict[str, Any]) -> dict[str, Any]:
        policy = default_policy(self.writing.today)
        given = [values.get(age) for age in AGES]
        for age in AGES:
            values[age] = getattr(policy, age) if values.get(age) is None else or_none(values[age])
        if all(age is None for age in given):
            values["policy_source"] = values.get("policy_source") or policy.source
        return values

    def add_room(self, building: str, number: str, *, beds: int = 0, **values: Any) -> Room:
        """Enter a room with beds numbered from 1; a family flat has one bed, which is the whole flat."""
        _check_parts((building, number))
        house = self.building(building)
        numbers = self.session.exec(select(Room.number).where(Room.building_id == house.id))
        for known in numbers:
            if place_key(known) == place_key(number):
                raise AlreadyThere(
                    phrase("the room {room} is on record already", room=f"{building}/{known}"),
                    f"ayala dormitory add {building}/{known}/BED",
                )
        if values.get("family_flat"):
            if beds > 1:
                raise WrongUsage(
                    phrase(
                        "{room}: a family flat has one bed, which is the whole flat",
                        room=f"{building}/{number}",
                    )
                )
            beds = 1
        room = Room(building_id=house.id, number=number, **values)
        self.session.add(room)
        self.session.flush()
        for bed in range(1, beds + 1):
            self._enter_bed(house, room, str(bed))
        return room

    def add_bed(self, building: str, room: str, number: str) -> Bed:
        """Enter one bed in a room on record."""
        _check_parts((building, room, number))
        there = self.room(building, room)
        for known in self.session.exec(select(Bed.number).where(Bed.room_id == there.id)):
            if place_key(known) == place_key(number):
                raise AlreadyThere(
                    phrase("the bed {bed} is on record already", bed=f"{building}/{room}/{known}")
                )
        if there.family_flat:
            raise WrongUsage(
                phrase("{room} is a family flat: its one bed is the whole flat", room=f"{building}/{room}")
            )
        return self._enter_bed(self.building(building), there, number)

    def _enter_bed(self, building: Building, room: Room, number: str) -> Bed:
        bed = Bed(room_id=room.id, number=number, place=f"{building.code}/{room.number}/{number}")
        self.session.add(bed)
        return bed

    def edit(self, place: Place, **values: Any) -> None:
        """Change what is given of a building or a room; ``""`` makes a text empty, -1 an age or floor's
        absence. Raises :class:`WrongUsage` for a bed, which has nothing to change."""
        if len(place) == 3:
            raise WrongUsage(
                phrase("a bed has nothing to change"), f"ayala dormitory edit {'/'.join(place[:2])}"
            )
        record: Building | Room = self.building(place[0]) if len(place) == 1 else self.room(*place)
        for name, value in values.items():
            if value is None:
                continue
            if name == "name" and value == "":
                raise WrongUsage(phrase("the name cannot be empty"))
            setattr(record, name, or_none(value))
        if isinstance(record, Building):
            _check_ages(record)
        elif record.family_flat and len(self.beds(place)) > 1:
            raise WrongUsage(
                phrase(
                    "{room} has several beds; a family flat has one, which is the whole flat",
                    room="/".join(place),
                )
            )

    # --- closing and opening -----------------------------------------------------------------------

    def close(self, place: Place, *, start: date, until: date | None, reason: str) -> list[str]:
        """Put every bed of a place out of service from a day until (not including) another.

        Beds that are closed for all these days already are left as they are. The places of those
        that were closed now. Raises :class:`Taken`, naming who lives there on any of these days.
        """
        shown = "/".join(place)
        if until is not None and until <= start:
            raise WrongUsage(
                phrase(
                    "the closing would end ({until}) before a day has passed ({start})",
                    until=until,
                    start=start,
                )
            )
        beds = self.beds(place)
        if not beds:
            raise NoSuchRecord(phrase("{place} has no beds", place=shown), f"ayala dormitory show {shown}")
        self._refuse_occupants(shown, beds, start, until)
        already = {
            closing.bed_id
            for closing in self.closings(beds, start, until)
            if closing.from_date <= start and ends_by(until, closing.until)
        }
        closed = [bed for bed in beds if bed.id not in already]
        if not closed:
            raise NotNow(
                phrase("{place} is closed on all these days already", place=shown),
                f"ayala dormitory show {shown}",
            )
        for bed in closed:
            self.session.add(OutOfService(bed_id=bed.id, from_date=start, until=until, reason=reason))
        return [bed.place for bed in closed]

    def _refuse_occupants(self, shown: str, beds: Sequence[Bed], start: date, until: date | None) -> None:
        places = {bed.id: bed.place for bed in beds}
        lived_in = self.session.exec(
            select(Stay, Graduate.code)
            .join(Graduate, col(Graduate.id) == Stay.graduate_id)
            .where(col(Stay.bed_id).in_(list(places)), *sharing(Stay, start, until))
        ).all()
        if lived_in:
            order = [bed.id for bed in beds]
            lived_in = sorted(lived_in, key=lambda pair: (order.index(pair[0].bed_id), pair[0].from_date))
            stays = "; ".join(
                sentences.stay(code, places[stay.bed_id], stay.from_date, stay.until)
                for stay, code in lived_in
            )
            first, code = lived_in[0]
            raise Taken(
                phrase("{place} is lived in on these days: {stays}", place=shown, stays=stays),
                f"ayala dormitory move {code} BED --on {max(start, first.from_date)} --reason …",
            )

    def open(self, place: Place, on: date) -> list[str]:
        """End the closings of a place on a day; one that would begin that very day is taken back.

        The places of the beds that are open now. Raises :class:`NotNow` if none was closed.
        """
        beds = self.beds(place)
        places = {bed.id: bed.place for bed in beds}
        shown = "/".join(place)
        ended = set()
        later = []
        for closing in self.closings(beds, on, None):
            if closing.from_date > on:
                later.append(closing.from_date)
                continue
            if closing.from_date == on:
                self.session.delete(closing)
            else:
                closing.until = on
            ended.add(closing.bed_id)
        if not ended:
            if later:
                raise NotNow(
                    phrase(
                        "{place} is not closed on {day}; it will be from {start}",
                        place=shown,
                        day=on,
                        start=min(later),
                    ),
                    f"ayala dormitory open {shown} --on {min(later)}",
                )
            raise NotNow(
                phrase("{place} is not closed on {day}", place=shown, day=on),
                f"ayala dormitory show {shown}",
            )
        return [place for id, place in places.items() if id in ended]

    def closings(self, beds: Iterable[Bed], start: date, until: date | None) -> Sequence[OutOfService]:
        """The closings of beds that share a day with the interval."""
        return self.session.exec(
            select(OutOfService)
            .where(
                col(OutOfService.bed_id).in_([bed.id for bed in beds]), *sharing(OutOfService, start, until)
            )
            .order_by(col(OutOfService.from_date), col(OutOfService.id))
        ).all()


def sharing(table: Any, start: date, until: date | None) -> list[Any]:
    """Conditions: the row's half-open interval and this one have a day in common."""
    conditions = [or_(table.until.is_(None), table.until > start)]
    if until is not None:
        conditions.append(table.from_date < until)
    return conditions


def ends_by(until: date | None, other: date | None) -> bool:
    """Whether an interval is over when the other one is."""
    return other is None or (until is not None and until <= other)


def during(interval: Stay | OutOfService) -> str:
    """The days of a stay or a closing, for the end of a sentence."""
    return sentences.days(interval.from_date, interval.until)


def or_none(value: Any) -> Any:
    """What a value that stands for nothing means: an empty text, or -1 for a number."""
    return None if value in ("", -1) else value


def _standing(bed: Bed) -> list[tuple[int, str]]:
    """A bed's rank among others: 2 stands before 10."""
    return [(len(part), part) for part in bed.place.split("/")]


def _check_parts(parts: Iterable[str]) -> None:
    for part in parts:
        if not part:
            raise WrongUsage(phrase("a part of the place is empty"), "ayala dormitory add ZU-3/204/5")


def _check_ages(building: Building) -> None:
    ages = [age for age in (building.min_age, building.max_age, building.ceiling_age) if age is not None]
    if ages != sorted(ages):
        raise WrongUsage(
            phrase(
                "{code}: the ages contradict one another: from {min_age}, until {max_age}, "
                "ceiling {ceiling_age}",
                code=building.code,
                min_age=building.min_age,
                max_age=building.max_age,
                ceiling_age=building.ceiling_age,
            )
        )
