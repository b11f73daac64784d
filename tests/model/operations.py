"""What is done to an office and to its model: operations made up by Hypothesis, a few people, beds and days.

An operation is drawn as numbers and words that mean something in every office (the third graduate, the fifth bed),
and becomes the arguments of a real one only when its turn comes, by what is on record then.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, NamedTuple

from hypothesis import strategies as st

from tests.hostile.iins import an_iin
from tests.model.paper import PaperOffice

FIRST_DAY = date(2025, 12, 8)
"""The days go over the end of a year, where a new register of appeals begins."""
TODAY = FIRST_DAY + timedelta(25)

SURNAMES = ("Әбдіров", "Кім", "Өтеген", "Серік")
GIVEN_NAMES = ("Ғани", "Ән")
# 23 and 16 are reached within these days; 20 is well between.
BORN = (date(2005, 6, 1), date(2003, 1, 5), date(2010, 1, 1))
IINS = tuple(an_iin(born, 4000 + n) for n, born in enumerate((*BORN, BORN[0])))

TOPICS = ("housing", "legal", "employment")


class Told(NamedTuple):
    """An operation with its real arguments: whose it is, its verb, and what the command would be called."""

    noun: str
    verb: str
    values: dict[str, Any]

    @property
    def command(self) -> str:
        named = [self.values[key] for key in ("code", "place") if isinstance(self.values.get(key), str)]
        return " ".join([self.noun, self.verb, *named])


class Codes:
    """What numbers mean in one office just now."""

    def __init__(self, paper: PaperOffice) -> None:
        self.paper = paper

    def graduate(self, number: int) -> str:
        """One of those on record; number 9 is nobody."""
        return self._one_of("graduate", number, "G-999")

    def appeal(self, number: int) -> str:
        return self._one_of("appeal", number, "A-2026-0999")

    def _one_of(self, table: str, number: int, nobody: str) -> str:
        codes = [row["code"] for _, row in self.paper.rows(table)]
        return codes[number % len(codes)] if codes and number < 9 else nobody

    def bed(self, number: int) -> str:
        places = sorted(self.paper.place_of(bed) for bed, _ in self.paper.rows("bed"))
        return places[number % len(places)] if places and number < 19 else "ZU-1/9/9"


def day(number: int) -> date:
    return FIRST_DAY + timedelta(number)


def after(start: date, days: int | None) -> date | None:
    return None if days is None else start + timedelta(days)


WHO = st.integers(0, 9)
BED = st.integers(0, 19)
ON = st.integers(0, 40)
LENGTH = st.sampled_from((None, 1, 2, 3, 5, 8, 13, None, None, 0))
BUILDING = st.sampled_from(("ZU-1", "ZU-2"))
ROOM = st.sampled_from(("1", "2"))
NOTE = st.sampled_from((None, "бір", "екі", ""))
SEX = st.sampled_from(("F", "M"))
IIN = st.sampled_from((None, None, *IINS))
FEW = st.integers(0, 2)
TOPIC_LIST = st.sampled_from((["housing"], ["legal", "housing"], ["housing", "employment", "legal"]))
DOCUMENT = st.sampled_from((None, "№ 7"))

Making = Callable[..., dict[str, Any]]

# Noun and verb: what is drawn, and what that means; the first argument knows the codes.
OPERATIONS: dict[tuple[str, str], tuple[tuple[st.SearchStrategy[Any], ...], Making]] = {
    ("graduates", "add"): (
        (st.sampled_from(SURNAMES), st.sampled_from(GIVEN_NAMES), st.sampled_from(BORN), SEX, IIN, NOTE),
        lambda codes, surname, given_name, born, sex, iin, note: {
            "surname": surname, "given_name": given_name, "birth_date": born, "sex": sex, "iin": iin,
            "registered_on": FIRST_DAY, "note": note or None,
        },
    ),
    ("graduates", "edit"): (
        (WHO, st.sampled_from((None, *SURNAMES, "")), st.sampled_from((None, *IINS, "")), NOTE,
         st.sampled_from((None, "75", "61"))),
        lambda codes, who, surname, iin, note, region: {
            "code": codes.graduate(who), "surname": surname, "iin": iin, "note": note, "region": region,
        },
    ),
    ("graduates", "close"): (
        (WHO, ON), lambda codes, who, on: {"code": codes.graduate(who), "on": day(on)}
    ),
    ("graduates", "reopen"): ((WHO,), lambda codes, who: {"code": codes.graduate(who)}),
    ("buildings", "add_building"): ((BUILDING,), lambda codes, house: {"code": house, "name": house}),
    ("buildings", "add_room"): (
        (BUILDING, ROOM, FEW, st.sampled_from((None, "F", "M"))),
        lambda codes, house, room, beds, sex: {"building": house, "number": room, "beds": beds, "sex": sex},
    ),
    ("buildings", "add_bed"): (
        (BUILDING, ROOM, st.sampled_from(("1", "2", "3", "4"))),
        lambda codes, house, room, bed: {"building": house, "room": room, "number": bed},
    ),
    ("buildings", "close"): (
        (BED, st.sampled_from((3, 3, 2, 1)), ON, LENGTH),
        lambda codes, bed, parts, on, length: {
            "place": tuple(codes.bed(bed).split("/")[:parts]), "start": day(on), "until": after(day(on), length),
            "reason": "repairs",
        },
    ),
    ("buildings", "open"): (
        (BED, st.sampled_from((3, 3, 2, 1)), ON),
        lambda codes, bed, parts, on: {"place": tuple(codes.bed(bed).split("/")[:parts]), "on": day(on)},
    ),
    ("dormitories", "place"): (
        (WHO, BED, ON, LENGTH, LENGTH, st.sampled_from(("known", None)), FEW, FEW),
        lambda codes, who, bed, on, length, planned, reason, adults, children: {
            "code": codes.graduate(who), "place": codes.bed(bed), "on": day(on), "until": after(day(on), length),
            "planned_end": after(day(on), planned), "reason": reason, "adults": adults, "children": children,
        },
    ),
    ("dormitories", "move"): (
        (WHO, BED, ON),
        lambda codes, who, bed, on: {
            "code": codes.graduate(who), "place": codes.bed(bed), "on": day(on), "reason": "repairs",
        },
    ),
    ("dormitories", "leave"): (
        (WHO, ON, st.sampled_from(("rented", "family"))),
        lambda codes, who, on, destination: {
            "code": codes.graduate(who), "on": day(on), "destination": destination, "end_reason": "own_wish",
        },
    ),
    ("dormitories", "companions"): (
        (WHO, st.sampled_from((None, 0, 1, 2)), st.sampled_from((None, 0, 1, 2)), ON),
        lambda codes, who, adults, children, on: {
            "code": codes.graduate(who), "adults": adults, "children": children, "on": day(on),
        },
    ),
    ("dormitories", "contract"): (
        (WHO, ON, st.sampled_from((None, "1/2026", "")), LENGTH),
        lambda codes, who, on, contract, length: {
            "code": codes.graduate(who), "on": day(on), "contract": contract,
            "planned_end": after(day(on), length),
        },
    ),
    ("appeals", "add"): (
        (WHO, TOPIC_LIST, ON, st.sampled_from((None, None, "Д-1", "Д-2")), st.booleans()),
        lambda codes, who, topics, on, number, unknown: {
            "topics": topics, "channel": None, "received_on": day(on), "number": number,
            "graduate": None if unknown else codes.graduate(who), "caller": "Айша" if unknown else None,
        },
    ),
    ("appeals", "edit"): (
        (WHO, st.sampled_from((None, ["legal"], ["housing"], ["employment", "housing"])),
         st.sampled_from((None, "Айгүл", "")), st.sampled_from((None, "Д-1", "Д-2", ""))),
        lambda codes, who, topics, assignee, number: {
            "code": codes.appeal(who), "topics": topics, "assignee": assignee, "number": number,
        },
    ),
    ("appeals", "start"): (
        (WHO, ON, st.sampled_from((None, "Ерлан"))),
        lambda codes, who, on, assignee: {"code": codes.appeal(who), "on": day(on), "assignee": assignee},
    ),
    ("appeals", "pause"): (
        (WHO, ON), lambda codes, who, on: {"code": codes.appeal(who), "on": day(on), "reason": "waits"}
    ),
    ("appeals", "resume"): ((WHO, ON), lambda codes, who, on: {"code": codes.appeal(who), "on": day(on)}),
    ("appeals", "extend"): (
        (WHO, ON, st.integers(0, 20)),
        lambda codes, who, on, days: {
            "code": codes.appeal(who), "on": day(on), "until": day(on + days), "reason": "a visit",
        },
    ),
    ("appeals", "redirect"): (
        (WHO, ON), lambda codes, who, on: {"code": codes.appeal(who), "on": day(on), "to_whom": "the akimat"}
    ),
    ("appeals", "answer"): (
        (WHO, ON, st.sampled_from(("satisfied", "refused")), DOCUMENT, DOCUMENT),
        lambda codes, who, on, decision, ground, document: {
            "code": codes.appeal(who), "on": day(on), "decision": decision, "ground": ground,
            "document": document,
        },
    ),
    ("appeals", "withdraw"): (
        (WHO, ON), lambda codes, who, on: {"code": codes.appeal(who), "on": day(on), "reason": "own wish"}
    ),
    ("appeals", "close"): (
        (WHO, ON), lambda codes, who, on: {"code": codes.appeal(who), "on": day(on), "reason": "a repeat"}
    ),
    ("appeals", "reopen"): (
        (WHO, ON), lambda codes, who, on: {"code": codes.appeal(who), "on": day(on), "reason": "a mistake"}
    ),
    ("appeals", "identify"): (
        (WHO, ON, WHO),
        lambda codes, who, on, graduate: {
            "code": codes.appeal(who), "on": day(on), "graduate": codes.graduate(graduate),
        },
    ),
}  # fmt: skip

# Stays are what most rules are about.
OFTEN = {
    ("dormitories", "place"): 4,
    ("dormitories", "move"): 3,
    ("dormitories", "leave"): 2,
    ("appeals", "add"): 2,
}

Operation = tuple[tuple[str, str], tuple[Any, ...]]

OPERATION: st.SearchStrategy[Operation] = st.sampled_from(
    [name for name in OPERATIONS for _ in range(OFTEN.get(name, 1))]
).flatmap(lambda name: st.tuples(st.just(name), st.tuples(*OPERATIONS[name][0])))


def told(operation: Operation, paper: PaperOffice) -> Told:
    """An operation with its real arguments."""
    name, drawn = operation
    return Told(*name, OPERATIONS[name][1](Codes(paper), *drawn))


# --- sheets ----------------------------------------------------------------------------------------

GRADUATES = st.lists(
    st.tuples(
        st.sampled_from(SURNAMES),
        st.sampled_from(GIVEN_NAMES),
        st.sampled_from(BORN),
        SEX,
        st.sampled_from((None, None, None, None, None, *IINS)),
        NOTE,
    ),
    min_size=1,
    max_size=3,
)
BEDS = st.lists(st.tuples(BUILDING, ROOM, st.sampled_from(("1", "2", "3", "4"))), min_size=1, max_size=3)
STAYS = st.lists(
    st.tuples(WHO, BED, ON, LENGTH, st.sampled_from((None, "rented", "family"))), min_size=1, max_size=2
)
SHEETS = st.fixed_dictionaries({}, optional={"graduates": GRADUATES, "beds": BEDS, "stays": STAYS}).filter(
    bool
)


def rows_of(sheets: dict[str, list[tuple[Any, ...]]], paper: PaperOffice) -> dict[str, list[dict[str, Any]]]:
    """Sheets as rows by heading, what is empty as None."""
    codes = Codes(paper)
    found: dict[str, list[dict[str, Any]]] = {}
    for surname, given_name, born, sex, iin, note in sheets.get("graduates", ()):
        row = {"surname": surname, "given_name": given_name, "birth_date": born, "sex": sex, "iin": iin}
        found.setdefault("graduates", []).append({**row, "note": note or None})
    for building, room, bed in sheets.get("beds", ()):
        found.setdefault("beds", []).append({"building": building, "room": room, "bed": bed})
    for who, number, on, length, destination in sheets.get("stays", ()):
        building, room, bed = codes.bed(number).split("/")
        found.setdefault("stays", []).append(
            {
                "graduate": codes.graduate(who),
                "building": building,
                "room": room,
                "bed": bed,
                "from_date": day(on),
                "until": after(day(on), length),
                "end_reason": destination and "own_wish",
                "destination": destination,
            }
        )
    return found
