"""Asking about the dormitories: places by what was typed, buildings, rooms, beds, stays, free beds.

Nothing here changes anything, and SQLAlchemy is never loaded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from ayala.dates import age_on
from ayala.errors import NoSuchRecord, SeveralFit, WrongUsage
from ayala.language.phrases import phrase
from ayala.output.harmless import shortened
from ayala.output.table import Column, Table, columns
from ayala.record_codes import place_key, read_place
from ayala.storage.asking import Asking

FAR = date(9999, 12, 31)
"""Later than any day on record: where an interval without an end ends, for comparing."""

MARKS = {"taken": "●", "free": "○", "closed": "×"}
"""How a bed is drawn; told apart without colour."""

BUILDINGS = columns(
    "code",
    "name",
    "region:region",
    "rooms#",
    "beds#",
    "residents#",
    "companions#",
    "out_of_service#",
    "free#",
)
ROOMS = columns(
    "code", "floor#", "room_sex:sex", Column("accessible", "flag"), Column("family_flat", "flag"), "beds#",
    "taken#", "closed#", "free#",
)  # fmt: skip
BEDS = columns("code", "bed", "state:bed_state", "graduate", "until@", "planned_end@")
MAP = columns("code", "building", "floor#", "room", "room_sex:sex", "bed", "state:bed_state", "graduate")
DRAWN = columns("building", "floor#", "room", "room_sex:sex", "beds", "taken#", "closed#", "free#", "who")
FREE = columns(
    "code", "building", "floor#", "room", "bed", "room_sex:sex", Column("accessible", "flag"),
    Column("family_flat", "flag"), "free_until@",
)  # fmt: skip
STAYS = columns(
    "graduate", "surname", "given_name", "patronymic", "age#", "sex:sex", "bed", "from_date@", "until@",
    "contract", "planned_end@", "adults#", "children#",
)  # fmt: skip
ENDED = columns("end_reason:end_reason", "destination:destination", "reason")
OF_BED = [
    *columns("graduate", "surname", "given_name", "from_date@", "until@", "contract", "planned_end@"),
    *ENDED,
]
CLOSINGS = columns("bed", "from_date@", "until@", "reason")


# --- places by what was typed ----------------------------------------------------------------------


def place(ask: Asking, text: str, *, least: int = 1, most: int = 3) -> tuple[str, ...]:
    """The building, room or bed meant, its parts as they stand on record.

    Small letters and look-alike Cyrillic letters fit too, where none fits exactly. ``least`` and
    ``most`` are the number of parts wanted: 1 a building, 2 a room, 3 a bed. Raises
    :class:`WrongUsage`, :class:`NoSuchRecord`, or :class:`SeveralFit`.
    """
    typed = read_place(text)
    if not all(typed) or not least <= len(typed) <= most:
        raise WrongUsage(_no_such_place(shortened(text), least, most), "ayala dormitory list")
    typed = (text.split("/")[0].strip(), *typed[1:])
    building = _fitting(typed[:1], (row["code"] for row in ask.rows("dormitory", "building_codes")))
    if building is None:
        raise NoSuchRecord(
            phrase("there is no building {building}", building=shortened(typed[0])), "ayala dormitory list"
        )
    found: tuple[str, ...] = (building,)
    for part, question in zip(typed[1:], ("room_numbers", "bed_numbers"), strict=False):
        numbers = ask.rows("dormitory", question, building=building, room=found[-1])
        fits = _fitting((*found, part), (row["number"] for row in numbers))
        if fits is None:
            shown = "/".join((*found, shortened(part)))
            raise NoSuchRecord(
                phrase("there is no room {room}", room=shown)
                if question == "room_numbers"
                else phrase("there is no bed {bed}", bed=shown),
                f"ayala dormitory list {'/'.join(found)}",
            )
        found = (*found, fits)
    return found


def _no_such_place(text: str, least: int, most: int) -> str:
    """What a text is not that should name a place of so many parts."""
    match least, most:
        case 1, 1:
            return phrase("'{text}' is not a building (ZU-1)", text=text)
        case 1, 2:
            return phrase("'{text}' is not a building (ZU-1) or a room (ZU-1/204)", text=text)
        case 3, 3:
            return phrase("'{text}' is not a bed (ZU-1/204/3)", text=text)
    return phrase("'{text}' is not a building (ZU-1) or a room (ZU-1/204) or a bed (ZU-1/204/3)", text=text)


def _fitting(typed: Sequence[str], known: Iterable[str]) -> str | None:
    """The one of the known that was typed, exactly or else in another spelling."""
    *above, part = typed
    fitting = []
    for number in known:
        if number == part:
            return number
        if place_key(number) == place_key(part):
            fitting.append(number)
    if len(fitting) > 1:
        raise SeveralFit(
            phrase("several fit '{text}'", text=shortened("/".join(typed))),
            [("/".join((*above, number)), "") for number in fitting],
        )
    return fitting[0] if fitting else None


# --- lists -----------------------------------------------------------------------------------------


def buildings(ask: Asking, day: date, building: str | None = None) -> list[dict[str, Any]]:
    """Each building with how full it is on a day."""
    return [
        {
            "code": row["building"],
            "rooms": len(list(ask.rows("dormitory", "room_numbers", building=row["building"]))),
            **row,
        }
        for row in ask.rows("dormitory", "occupancy", day=day, building=building)
    ]


def building_names(ask: Asking) -> dict[str, str]:
    """The names of the buildings by their codes."""
    return {row["code"]: row["name"] for row in ask.rows("dormitory", "building_codes")}


def building_list(ask: Asking, day: date) -> Table:
    """All buildings on a day, with totals for people."""
    rows = buildings(ask, day)
    counted = ("rooms", "beds", "residents", "companions", "out_of_service", "free")
    total = {key: sum(row[key] for row in rows) for key in counted} if len(rows) > 1 else None
    return Table("buildings", BUILDINGS, rows, total=total)


def room_list(ask: Asking, place: Sequence[str], day: date) -> Table:
    """The rooms of a building, or the one room named, on a day."""
    room = place[1] if len(place) > 1 else None
    rows = list(ask.rows("dormitory", "rooms", building=place[0], room=room, day=day))
    total = {key: sum(row[key] for row in rows) for key in ("beds", "taken", "closed", "free")}
    return Table("rooms", ROOMS, rows, total=total if len(rows) > 1 else None)


def bed_list(ask: Asking, place: Sequence[str], day: date) -> Table:
    """The beds of a room on a day."""
    return Table("beds", BEDS, list(ask.rows("dormitory", "beds", building=place[0], room=place[1], day=day)))


def free_beds(
    ask: Asking,
    *,
    start: date,
    until: date | None,
    building: str | None = None,
    sex: str | None = None,
    accessible: bool = False,
) -> Table:
    """Beds that can be given for every day from ``start`` to (not including) ``until``.

    ``free_until`` is the day on which the next stay or closing begins.
    """

    def rows() -> Iterator[dict[str, Any]]:
        for row in ask.rows(
            "dormitory",
            "free_beds",
            start=start,
            stop=until or FAR,
            building=building,
            sex=sex,
            accessible=1 if accessible else None,
        ):
            coming = [day for day in (row.pop("next_stay"), row.pop("next_closing")) if day]
            yield {**row, "free_until": min(coming, default=None)}

    return Table("free_beds", FREE, list(rows()))


def stays(ask: Asking, *, building: str | None, graduate: str | None, day: date | None, today: date) -> Table:
    """Who lives where on a day; without a day, every stay of a graduate."""
    rows = _stays(ask, building=building, graduate=graduate, bed=None, day=day, counted=day or today)
    return Table("stays", STAYS if day else [*STAYS, *ENDED], rows)


def _stays(
    ask: Asking,
    *,
    building: str | None,
    graduate: str | None,
    bed: str | None,
    day: date | None,
    counted: date,
) -> list[dict[str, Any]]:
    asked = ask.rows(
        "dormitory", "stays", building=building, graduate=graduate, bed=bed, day=day, counted=counted
    )
    return [{**row, "age": age_on(date.fromisoformat(row["birth_date"]), counted)} for row in asked]


# --- pages -----------------------------------------------------------------------------------------


def page(ask: Asking, place: Sequence[str], day: date) -> list[Table]:
    """What is known of a building, a room or a bed, as it stands on a day."""
    closings = Table("out_of_service", CLOSINGS, _closings(ask, place), optional=True)
    if len(place) == 1:
        return [_building(ask, place[0], day), room_list(ask, place, day), closings]
    (room,) = room_list(ask, place, day).rows
    if len(place) == 2:
        known = [*ROOMS, *columns("note")]
        return [Table("room", known, [room], upright=True), bed_list(ask, place, day), closings]
    (bed,) = (row for row in bed_list(ask, place, day).rows if row["bed"] == place[2])
    known = columns(
        "code", "state:bed_state", "graduate", "floor#", "room_sex:sex", Column("accessible", "flag"),
        Column("family_flat", "flag"),
    )  # fmt: skip
    of_bed = _stays(ask, building=None, graduate=None, bed="/".join(place), day=None, counted=day)
    return [
        Table("bed", known, [{**room, **bed}], upright=True),
        Table("stays", OF_BED, of_bed, optional=True),
        closings,
    ]


def _building(ask: Asking, code: str, day: date) -> Table:
    (counts,) = buildings(ask, day, code)
    facts = ask.row("dormitory", "page_building", building=code)
    known = columns(
        "code", "name", "region:region", "address", "sex_rule:sex_rule", "min_age#", "max_age#",
        "ceiling_age#", "policy_source", "rooms#", "beds#", "residents#", "companions#",
        "out_of_service#", "free#", "note",
    )  # fmt: skip
    return Table("building", known, [{**counts, **(facts or {})}], upright=True)


def _closings(ask: Asking, place: Sequence[str]) -> list[dict[str, Any]]:
    building, room, bed = (*place, None, None)[:3]
    return list(ask.rows("dormitory", "closings", building=building, room=room, bed=bed))


# --- the map ---------------------------------------------------------------------------------------


def map_rows(ask: Asking, place: Sequence[str], day: date) -> list[dict[str, Any]]:
    """Every bed of all buildings, or of one, with its state on a day."""
    return list(ask.rows("dormitory", "beds", building=place[0] if place else None, room=None, day=day))


def map_table(rows: Iterable[dict[str, Any]]) -> Table:
    """A row a bed, for programs."""
    return Table("dormitory_map", MAP, rows)


def map_drawn(rows: Iterable[dict[str, Any]]) -> Table:
    """A row a room, its beds as marks, for people who read text."""
    drawn = []
    for _, beds in groupby(rows, key=lambda row: (row["building"], row["room"])):
        room = list(beds)
        states = [bed["state"] for bed in room]
        drawn.append(
            {
                **room[0],
                "beds": "".join(MARKS[state] for state in states),
                **{state: states.count(state) for state in MARKS},
                "who": " ".join(bed["graduate"] for bed in room if bed["graduate"]),
            }
        )
    total = {state: sum(row[state] for row in drawn) for state in MARKS}
    return Table("dormitory_map", DRAWN, drawn, total=total if len(drawn) > 1 else None)


def interval(
    on: date | None, start: date | None, until: date | None, today: date
) -> tuple[date, date | None]:
    """The days asked for: one, or from a day until (not including) another."""
    if on is not None and (start is not None or until is not None):
        raise WrongUsage(phrase("give --on DAY, or --from DAY and --until DAY"))
    if start is None and until is not None:
        start = today
    if start is None:
        day = on or today
        return day, day + timedelta(days=1)
    if until is not None and until <= start:
        raise WrongUsage(
            phrase(
                "--until ({until}) must be after --from ({start}); the day named is free again",
                until=until,
                start=start,
            )
        )
    return start, until
