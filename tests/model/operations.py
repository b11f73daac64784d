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
from tests.model.paper import STEPS, PaperOffice

FIRST_DAY = date(2025, 12, 8)
"""The days go over the end of a year, where a new register of appeals begins."""
TODAY = FIRST_DAY + timedelta(25)

SURNAMES = ("Әбдіров", "Кім", "Өтеген", "Серік")
GIVEN_NAMES = ("Ғани", "Мөлдір")
# 23 and 16 are reached within these days; 20 is well between.
BORN = (date(2005, 6, 1), date(2003, 1, 5), date(2010, 1, 1))
IINS = tuple(an_iin(born, 4000 + n) for n, born in enumerate((*BORN, BORN[0])))


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
    """What the numbers drawn mean in one office just now; the highest mean nobody and nothing on record."""

    def __init__(self, paper: PaperOffice) -> None:
        self.paper = paper

    def graduate(self, number: int) -> str:
        return _one_of([row["code"] for _, row in self.paper.rows("graduate")], number, "G-999")

    def resident(self, number: int) -> str:
        """Somebody who has a bed or will, without an end; then somebody who had one; at last anybody."""
        people = self.paper.tables["graduate"]
        stays = [(row["until"], people[row["graduate"]]["code"]) for _, row in self.paper.rows("stay")]
        staying = sorted({code for until, code in stays if until is None})
        others = sorted({code for until, code in stays if until is not None})
        return (
            (number < 14 and _one_of(staying, number, ""))
            or _one_of(others, number, "")
            or self.graduate(number)
        )

    def day_of_stay(self, code: str, number: int) -> date:
        """A day about the beginning of the latest stay of a person."""
        people = [key for key, _ in self.paper.rows("graduate", code=code)]
        begun = [row["from_date"] for _, row in self.paper.rows("stay") if row["graduate"] in people]
        return max(begun, default=FIRST_DAY) + timedelta(number)

    def appeal(self, verb: str | None, number: int) -> str:
        """An appeal that the step is possible for; where the number is high, any."""
        rows = [row for _, row in self.paper.rows("appeal")]
        fit = [row["code"] for row in rows if verb is None or verb in STEPS[row["status"]]]
        return _one_of(fit, number, "") or _one_of([row["code"] for row in rows], 20 - number, "A-2026-0999")

    def day_of_appeal(self, code: str, number: int) -> date:
        """A day about the one on which an appeal came."""
        came = [row["received_on"] for _, row in self.paper.rows("appeal", code=code)]
        return max(came, default=FIRST_DAY) + timedelta(number)

    def bed(self, number: int) -> str:
        return _one_of(sorted(map(self.paper.place_of, self.paper.tables["bed"])), number, "ZU-1/9/9")

    def closed(self, number: int) -> str:
        """A bed that is closed on some days; where the number is high, any."""
        places = [self.paper.place_of(row["bed"]) for _, row in self.paper.rows("closing")]
        return _one_of(places, number, "") or self.bed(number)


def _one_of(found: list[str], number: int, nobody: str) -> str:
    return found[number % len(found)] if found and number < 18 else nobody


def day(number: int) -> date:
    return FIRST_DAY + timedelta(number)


def after(start: date, days: int | None) -> date | None:
    return None if days is None else start + timedelta(days)


WHO = BED = st.sampled_from(range(20))
ON = st.sampled_from(range(40))
PAST = st.sampled_from(range(26))
THEN = st.sampled_from((0, 1, 2, 3, 5, 8, 4, 6, -1))
"""Days after the one that matters: the beginning of a stay, the coming of an appeal."""
LENGTH = st.sampled_from((None, 1, 2, 3, 5, 8, 13, None, None, 0))
BUILDING = st.sampled_from(("ZU-1", "ZU-2"))
ROOM = st.sampled_from(("1", "2"))
BED_NUMBER = st.sampled_from(("1", "2", "3", "4"))
PARTS = st.sampled_from((3, 3, 3, 2, 1))
SURNAME = st.sampled_from(SURNAMES)
GIVEN_NAME = st.sampled_from(GIVEN_NAMES)
BORN_ON = st.sampled_from(BORN)
NOTE = st.sampled_from((None, "бір", "екі", ""))
SEX = st.sampled_from(("F", "M"))
IIN = st.sampled_from((None, None, None, *IINS))
NUMBER = st.sampled_from((None, None, None, "Д-1", "Д-2"))
FEW = st.integers(0, 2)
FEW_OR_AS_BEFORE = st.sampled_from((None, 0, 1, 2))
DOCUMENT = st.sampled_from(("№ 7", None))

Making = Callable[..., dict[str, Any]]


def _step(verb: str, **words: str) -> tuple[Any, Making]:
    """A step of an appeal on a day, with words that are always the same."""
    return (WHO, THEN), lambda codes, who, then: {
        "code": (code := codes.appeal(verb, who)), "on": codes.day_of_appeal(code, then), **words,
    }  # fmt: skip


def _start(codes: Codes, who: int, then: int, assignee: str | None) -> dict[str, Any]:
    code = codes.appeal("start", who)
    return {"code": code, "on": codes.day_of_appeal(code, then), "assignee": assignee}


def _extend(codes: Codes, who: int, then: int, days: int) -> dict[str, Any]:
    code = codes.appeal("extend", who)
    on = codes.day_of_appeal(code, then)
    return {"code": code, "on": on, "until": on + timedelta(days), "reason": "a visit"}


def _answer(
    codes: Codes, who: int, then: int, decision: str, ground: str | None, document: str | None
) -> dict[str, Any]:
    code = codes.appeal("answer", who)
    on = codes.day_of_appeal(code, then)
    return {"code": code, "on": on, "decision": decision, "ground": ground, "document": document}


def _identify(codes: Codes, who: int, then: int, graduate: int) -> dict[str, Any]:
    code = codes.appeal(None, who)
    return {"code": code, "on": codes.day_of_appeal(code, then), "graduate": codes.graduate(graduate)}


def _resident(making: Making) -> Making:
    """Somebody who has a bed, and a day."""

    def made(codes: Codes, who: int, then: int, *rest: Any) -> dict[str, Any]:
        code = codes.resident(who)
        return {"code": code, "on": codes.day_of_stay(code, then), **making(codes, *rest)}

    return made


# Noun and verb: how often it comes, what is drawn, and what that means.
OPERATIONS: dict[tuple[str, str], tuple[int, tuple[st.SearchStrategy[Any], ...], Making]] = {
    ("graduates", "add"): (
        3,
        (SURNAME, GIVEN_NAME, BORN_ON, SEX, IIN, NOTE),
        lambda codes, surname, given_name, born, sex, iin, note: {
            "surname": surname, "given_name": given_name, "birth_date": born, "sex": sex, "iin": iin,
            "registered_on": FIRST_DAY, "note": note or None,
        },
    ),
    ("graduates", "edit"): (
        3,
        (WHO, st.sampled_from((None, None, *SURNAMES, "")), st.sampled_from((None, None, *IINS, "")), NOTE,
         st.sampled_from((None, "75", "61"))),
        lambda codes, who, surname, iin, note, region: {
            "code": codes.graduate(who), "surname": surname, "iin": iin, "note": note, "region": region,
        },
    ),
    ("graduates", "close"): (
        1, (WHO, ON), lambda codes, who, on: {"code": codes.graduate(who), "on": day(on)}
    ),
    ("graduates", "reopen"): (1, (WHO,), lambda codes, who: {"code": codes.graduate(who)}),
    ("buildings", "add_building"): (1, (BUILDING,), lambda codes, house: {"code": house, "name": house}),
    ("buildings", "add_room"): (
        1,
        (BUILDING, ROOM, FEW, st.sampled_from((None, "F", "M"))),
        lambda codes, house, room, beds, sex: {"building": house, "number": room, "beds": beds, "sex": sex},
    ),
    ("buildings", "add_bed"): (
        2,
        (BUILDING, ROOM, BED_NUMBER),
        lambda codes, house, room, bed: {"building": house, "room": room, "number": bed},
    ),
    ("buildings", "close"): (
        2,
        (BED, PARTS, ON, LENGTH),
        lambda codes, bed, parts, on, length: {
            "place": tuple(codes.bed(bed).split("/")[:parts]), "start": day(on), "until": after(day(on), length),
            "reason": "repairs",
        },
    ),
    ("buildings", "open"): (
        2,
        (BED, PARTS, ON),
        lambda codes, bed, parts, on: {"place": tuple(codes.closed(bed).split("/")[:parts]), "on": day(on)},
    ),
    ("dormitories", "place"): (
        8,
        (WHO, BED, ON, LENGTH, LENGTH, st.sampled_from(("known", "known", None)), FEW, FEW),
        lambda codes, who, bed, on, length, planned, reason, adults, children: {
            "code": codes.graduate(who), "place": codes.bed(bed), "on": day(on), "until": after(day(on), length),
            "planned_end": after(day(on), planned), "reason": reason, "adults": adults, "children": children,
        },
    ),
    ("dormitories", "move"): (
        7,
        (WHO, THEN, BED),
        _resident(lambda codes, bed: {"place": codes.bed(bed), "reason": "repairs"}),
    ),
    ("dormitories", "leave"): (
        4,
        (WHO, THEN, st.sampled_from(("rented", "family"))),
        _resident(lambda codes, destination: {"destination": destination, "end_reason": "own_wish"}),
    ),
    ("dormitories", "companions"): (
        4,
        (WHO, THEN, FEW_OR_AS_BEFORE, FEW_OR_AS_BEFORE),
        _resident(lambda codes, adults, children: {"adults": adults, "children": children}),
    ),
    ("dormitories", "contract"): (
        1,
        (WHO, THEN, st.sampled_from((None, "1/2026", "")), st.sampled_from((None, date(2026, 2, 1), FIRST_DAY))),
        _resident(lambda codes, contract, planned: {"contract": contract, "planned_end": planned}),
    ),
    ("appeals", "add"): (
        4,
        (WHO, st.sampled_from((["housing"], ["legal", "housing"], ["housing", "documents", "legal"])), PAST,
         NUMBER, st.booleans()),
        lambda codes, who, topics, on, number, unknown: {
            "topics": topics, "channel": None, "received_on": day(on), "number": number,
            "graduate": None if unknown else codes.graduate(who), "caller": "Айша" if unknown else None,
        },
    ),
    ("appeals", "edit"): (
        2,
        (WHO, st.sampled_from((None, ["legal"], ["housing"], ["documents", "housing"])),
         st.sampled_from((None, "Айгүл", "")), st.sampled_from((None, None, "Д-1", "Д-2", ""))),
        lambda codes, who, topics, assignee, number: {
            "code": codes.appeal(None, who), "topics": topics, "assignee": assignee, "number": number,
        },
    ),
    ("appeals", "start"): (1, (WHO, THEN, st.sampled_from((None, "Ерлан"))), _start),
    ("appeals", "pause"): (1, *_step("pause", reason="waits")),
    ("appeals", "resume"): (1, *_step("resume")),
    ("appeals", "extend"): (1, (WHO, THEN, st.integers(0, 20)), _extend),
    ("appeals", "redirect"): (1, *_step("redirect", to_whom="the akimat")),
    ("appeals", "answer"): (
        2, (WHO, THEN, st.sampled_from(("satisfied", "refused")), DOCUMENT, DOCUMENT), _answer
    ),
    ("appeals", "withdraw"): (1, *_step("withdraw", reason="own wish")),
    ("appeals", "close"): (1, *_step("close", reason="a repeat")),
    ("appeals", "reopen"): (2, *_step("reopen", reason="a mistake")),
    ("appeals", "identify"): (1, (WHO, THEN, WHO), _identify),
}  # fmt: skip

Operation = tuple[tuple[str, str], tuple[Any, ...]]

DRAWN = {name: st.tuples(st.just(name), st.tuples(*drawn)) for name, (_, drawn, _) in OPERATIONS.items()}
OPERATION: st.SearchStrategy[Operation] = st.sampled_from(
    [name for name, (often, *_) in OPERATIONS.items() for _ in range(often)]
).flatmap(DRAWN.__getitem__)
LEAVING = DRAWN["dormitories", "leave"] | DRAWN["dormitories", "move"]
PLACING = DRAWN["dormitories", "place"]


def told(operation: Operation, paper: PaperOffice) -> Told:
    """An operation with its real arguments."""
    name, drawn = operation
    return Told(*name, OPERATIONS[name][2](Codes(paper), *drawn))


# --- sheets ----------------------------------------------------------------------------------------

GRADUATES = st.lists(
    st.tuples(
        SURNAME,
        GIVEN_NAME,
        BORN_ON,
        SEX,
        st.sampled_from((None, None, None, None, None, *IINS)),
        NOTE,
    ),
    min_size=1,
    max_size=3,
)
BEDS = st.lists(st.tuples(BUILDING, ROOM, BED_NUMBER), min_size=1, max_size=3)
STAYS = st.lists(
    st.tuples(WHO, BED, ON, LENGTH, st.sampled_from((None, "rented", "family")), st.booleans()),
    min_size=1,
    max_size=2,
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
    stays = [row for _, row in paper.rows("stay")]
    for who, number, on, length, destination, on_record in sheets.get("stays", ()):
        person, bed, start = codes.graduate(who), codes.bed(number), day(on)
        if on_record and stays:
            stay = stays[number % len(stays)]
            person = paper.tables["graduate"][stay["graduate"]]["code"]
            bed, start = paper.place_of(stay["bed"]), stay["from_date"]
        found.setdefault("stays", []).append(
            {
                "graduate": person,
                **dict(zip(("building", "room", "bed"), bed.split("/"), strict=True)),
                "from_date": start,
                "until": after(start, length),
                "end_reason": destination and "own_wish",
                "destination": destination,
            }
        )
    return found
