"""An office kept on paper: the rules of Ayala once more, in plain Python over dictionaries.

Written from the documents and not from the program, and slow on purpose: every rule goes through all rows. Rows
have numbers of their own; what has a code or a place is compared with the program's records by that. A change is
written into a log, from which it is taken out again where something is refused, and from which entries of the
history know what each row was before and after.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from ayala.errors import (
    AlreadyThere,
    AyalaError,
    LikelySame,
    NoSuchRecord,
    NotNow,
    OutOfService,
    ReasonDemanded,
    RowsRejected,
    RuleBroken,
    Taken,
    WrongUsage,
)

Row = dict[str, Any]
Name = tuple[str, Any]
"""A row's table and its number, or for a further topic the number of its appeal and the topic."""

REFERENCES = {
    "room": {"building": "building"},
    "bed": {"room": "room"},
    "stay": {"bed": "bed", "graduate": "graduate"},
    "companion": {"stay": "stay"},
    "closing": {"bed": "bed"},
    "appeal": {"graduate": "graduate"},
    "topic": {"appeal": "appeal"},
    "event": {"appeal": "appeal"},
}
UNIQUE = {
    "graduate": (("code",), ("iin",)),
    "building": (("code",),),
    "room": (("building", "number"),),
    "bed": (("room", "number"),),
    "appeal": (("code",), ("number",)),
}
TABLES = ("graduate", "building", *REFERENCES)

COMPARED = {
    "graduate": (
        "code", "iin", "surname", "given_name", "birth_date", "sex", "region", "note", "registered_on",
        "archived_on",
    ),
    "building": ("code", "name"),
    "room": ("building", "number", "sex"),
    "stay": (
        "bed", "graduate", "from_date", "until", "planned_end", "contract", "reason", "end_reason", "destination",
    ),
    "companion": ("stay", "kind", "from_date", "until"),
    "closing": ("bed", "from_date", "until", "reason"),
    "appeal": (
        "code", "number", "graduate", "caller", "topic", "received_on", "region", "status", "assignee", "decision",
        "answered_on", "ground", "document", "redirected_to", "extended_until",
    ),
    "topic": ("appeal", "topic", "position"),
    "event": ("appeal", "happened_on", "event", "reason", "to_whom", "until"),
}  # fmt: skip
"""Table -> what is held against the program's records (of beds the place); see :meth:`PaperOffice.told`."""

FAR = date.max

# Law 113-II, art. 24 and 31: from 16 until 23 is reached.
ADMITTED = range(16, 23)

# Status -> the steps possible, and where each leads (the manual's table of the desk).
STEPS: dict[str, dict[str, str]] = {
    "registered": {
        "start": "in_progress", "pause": "paused", "extend": "registered", "redirect": "redirected",
        "answer": "answered", "withdraw": "withdrawn", "close": "terminated",
    },
    "in_progress": {
        "pause": "paused", "extend": "in_progress", "redirect": "redirected", "answer": "answered",
        "withdraw": "withdrawn", "close": "terminated",
    },
    "paused": {
        "resume": "in_progress", "extend": "paused", "redirect": "redirected", "answer": "answered",
        "withdraw": "withdrawn", "close": "terminated",
    },
    "answered": {"reopen": "in_progress"},
    "redirected": {"answer": "answered", "reopen": "in_progress"},
    "terminated": {"reopen": "in_progress"},
    "withdrawn": {"reopen": "in_progress"},
}  # fmt: skip
EVENTS = {
    "start": "started", "pause": "paused", "resume": "resumed", "extend": "extended", "redirect": "redirected",
    "answer": "answered", "withdraw": "withdrawn", "close": "terminated", "reopen": "reopened",
}  # fmt: skip


class InTheWay(RuleBroken):
    """An entry cannot be taken back, and of these entries the refusal must name some, and no other."""

    def __init__(self, entries: set[str]) -> None:
        super().__init__("in the way")
        self.entries = entries


@dataclass
class Entry:
    """An entry of the history: each row it touched, as it was before and as it left it."""

    command: str
    rows: dict[Name, tuple[Row | None, Row | None]] = field(default_factory=dict)
    twice: bool = False
    """Whether a row was touched by several operations, so that it was something else in between."""


class PaperOffice:
    """All records of one office, its counters and its history."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.tables: dict[str, dict[Any, Row]] = {table: {} for table in TABLES}
        self.counters: Counter[str] = Counter()
        self.history: list[Entry] = []
        self._numbers = itertools.count(1)
        self.open = Entry("")
        self._log: list[tuple[Name, Row | None]] = []

    # --- changes -----------------------------------------------------------------------------------

    def begin(self, command: str) -> None:
        """Open a change."""
        self.open = Entry(command)
        self._before = self.counters.copy()
        self._all: list[tuple[Name, Row | None]] = []

    def do(self, work: Callable[[], Any]) -> AyalaError | None:
        """One thing inside the change: done as a whole, or refused and not done at all."""
        self._log = []
        counters = self.counters.copy()
        try:
            work()
        except AyalaError as refusal:
            self._take_out(self._log)
            self.counters = counters
            return refusal
        was: dict[Name, Row | None] = {}
        for name, before in self._log:
            was.setdefault(name, before)
        undoing = self.open.command.startswith("history undo")
        for name, before in was.items():
            if before != self.row(name) or (undoing and before is not None):
                first, _ = self.open.rows.get(name, (before, None))
                self.open.twice |= name in self.open.rows
                self.open.rows[name] = (first, self.row(name))
        self._all += self._log
        return None

    def save(self) -> None:
        """Keep the change; it is an entry if it did anything."""
        if self.open.rows:
            self.history.append(self.open)

    def give_up(self) -> None:
        """As if the change had never been begun; its codes were not given out."""
        self._take_out(self._all)
        self.counters = self._before

    def _take_out(self, log: Sequence[tuple[Name, Row | None]]) -> None:
        for name, before in reversed(log):
            self._put(name, before)

    # --- rows --------------------------------------------------------------------------------------

    def row(self, name: Name) -> Row | None:
        return self.tables[name[0]].get(name[1])

    def rows(self, table: str, /, **wanted: Any) -> list[tuple[Any, Row]]:
        """The rows of a table that have these values, the oldest number first."""
        return [
            (number, row)
            for number, row in sorted(self.tables[table].items())
            if all(row[column] == value for column, value in wanted.items())
        ]

    def _put(self, name: Name, row: Row | None) -> None:
        table, number = name
        if row is None:
            self.tables[table].pop(number, None)
        else:
            self.tables[table][number] = row

    def write(self, name: Name, row: Row | None) -> None:
        self._log.append((name, self.row(name)))
        self._put(name, row)

    def enter(self, table: str, /, **row: Any) -> int:
        number = next(self._numbers)
        self.write((table, number), row)
        return number

    def change(self, table: str, number: Any, /, **values: Any) -> None:
        self.write((table, number), {**self.tables[table][number], **values})

    def draw(self, counter: str) -> int:
        self.counters[counter] += 1
        return self.counters[counter]

    # --- graduates ---------------------------------------------------------------------------------

    def graduate(self, code: str) -> tuple[int, Row]:
        for found in self.rows("graduate", code=code):
            return found
        raise NoSuchRecord(code)

    def _iin_is_free(self, iin: str | None, besides: int | None = None) -> None:
        if iin and any(number != besides for number, _ in self.rows("graduate", iin=iin)):
            raise AlreadyThere(iin)

    def graduates_add(
        self, surname: str, given_name: str, birth_date: date, sex: str, registered_on: date,
        iin: str | None, note: str | None,
    ) -> None:  # fmt: skip
        if birth_date > self.today:
            raise WrongUsage("not born yet")
        self._iin_is_free(iin)
        if any(self.rows("graduate", surname=surname, given_name=given_name, birth_date=birth_date)):
            raise LikelySame("asked about", [])
        self.enter(
            "graduate", code=f"G-{self.draw('graduate')}", iin=iin, surname=surname, given_name=given_name,
            birth_date=birth_date, sex=sex, region=None, note=note, registered_on=registered_on, archived_on=None,
        )  # fmt: skip

    def graduates_edit(self, code: str, **values: str | None) -> None:
        number, _ = self.graduate(code)
        self._iin_is_free(values.get("iin"), besides=number)
        if values.get("surname") == "":
            raise WrongUsage("nobody is without a surname")
        self.change("graduate", number, **{c: v or None for c, v in values.items() if v is not None})

    def graduates_close(self, code: str, on: date) -> None:
        number, row = self.graduate(code)
        if on > self.today:
            raise WrongUsage("to come")
        if row["archived_on"]:
            raise NotNow("archived")
        self.change("graduate", number, archived_on=on)

    def graduates_reopen(self, code: str) -> None:
        number, row = self.graduate(code)
        if not row["archived_on"]:
            raise NotNow("not archived")
        self.change("graduate", number, archived_on=None)

    # --- places ------------------------------------------------------------------------------------

    def _building(self, code: str) -> int:
        for number, _ in self.rows("building", code=code):
            return number
        raise NoSuchRecord(code)

    def _room(self, building: str, number: str) -> int:
        for found, _ in self.rows("room", building=self._building(building), number=number):
            return found
        raise NoSuchRecord(number)

    def place_of(self, bed: int) -> str:
        row = self.tables["bed"][bed]
        room = self.tables["room"][row["room"]]
        return f"{self.tables['building'][room['building']]['code']}/{room['number']}/{row['number']}"

    def beds(self, place: Sequence[str]) -> list[int]:
        """The beds of a building, of a room, or the one."""
        return [bed for bed, _ in self.rows("bed") if self.place_of(bed).split("/")[: len(place)] == [*place]]

    def _bed(self, place: str) -> int:
        for bed in self.beds(place.split("/")):
            return bed
        raise NoSuchRecord(place)

    def buildings_add_building(self, code: str, name: str) -> None:
        if self.rows("building", code=code):
            raise AlreadyThere(code)
        self.enter("building", code=code, name=name)

    def buildings_add_room(self, building: str, number: str, beds: int, sex: str | None) -> None:
        house = self._building(building)
        if self.rows("room", building=house, number=number):
            raise AlreadyThere(number)
        room = self.enter("room", building=house, number=number, sex=sex)
        for bed in range(1, beds + 1):
            self.enter("bed", room=room, number=str(bed))

    def buildings_add_bed(self, building: str, room: str, number: str) -> None:
        there = self._room(building, room)
        if self.rows("bed", room=there, number=number):
            raise AlreadyThere(number)
        self.enter("bed", room=there, number=number)

    def buildings_close(self, place: Sequence[str], start: date, until: date | None, reason: str) -> None:
        if until is not None and until <= start:
            raise WrongUsage("no day")
        beds = self.beds(place)
        if not beds:
            raise NoSuchRecord("no beds")
        if any(row["bed"] in beds for _, row in self._sharing("stay", start, until)):
            raise Taken("lived in")
        closed = [
            bed
            for bed in beds
            if not any(
                row["from_date"] <= start and (until or FAR) <= (row["until"] or FAR)
                for _, row in self.rows("closing", bed=bed)
            )
        ]
        if not closed:
            raise NotNow("closed already")
        for bed in closed:
            self.enter("closing", bed=bed, from_date=start, until=until, reason=reason)

    def buildings_open(self, place: Sequence[str], on: date) -> None:
        beds = self.beds(place)
        now = [(n, row) for n, row in self._sharing("closing", on, on + timedelta(1)) if row["bed"] in beds]
        if not now:
            raise NotNow("not closed")
        for number, row in now:
            if row["from_date"] == on:
                self.write(("closing", number), None)
            else:
                self.change("closing", number, until=on)

    # --- staying -----------------------------------------------------------------------------------

    def _sharing(self, table: str, start: date, until: date | None, **wanted: Any) -> list[tuple[int, Row]]:
        """Rows whose days (the last one not included) have one in common with these."""
        return [
            (number, row)
            for number, row in self.rows(table, **wanted)
            if row["from_date"] < (until or FAR) and start < (row["until"] or FAR)
        ]

    def _refuse_taken(self, bed: int, start: date, until: date | None) -> None:
        if self._sharing("stay", start, until, bed=bed):
            raise Taken("bed")
        if self._sharing("closing", start, until, bed=bed):
            raise OutOfService("closed")

    def _against_the_rules(self, person: int, bed: int, start: date, until: date | None) -> bool:
        graduate = self.tables["graduate"][person]
        born = graduate["birth_date"]
        age = start.year - born.year - ((start.month, start.day) < (born.month, born.day))
        room = self.tables["bed"][bed]["room"]
        sex = self.tables["room"][room]["sex"]
        mates = {
            self.tables["graduate"][row["graduate"]]["sex"]
            for _, row in self._sharing("stay", start, until)
            if row["graduate"] != person and self.tables["bed"][row["bed"]]["room"] == room
        }
        return age not in ADMITTED or bool(({sex} if sex else mates) - {graduate["sex"]})

    def dormitories_place(
        self, code: str, place: str, on: date, until: date | None, planned_end: date | None,
        reason: str | None, adults: int, children: int,
    ) -> None:  # fmt: skip
        if (until and until <= on) or (planned_end and planned_end <= on):
            raise WrongUsage("no day")
        person, graduate = self.graduate(code)
        if graduate["archived_on"]:
            raise NotNow("archived")
        bed = self._bed(place)
        if self._sharing("stay", on, until, graduate=person):
            raise Taken("person")
        self._refuse_taken(bed, on, until)
        if not reason and self._against_the_rules(person, bed, on, until):
            raise ReasonDemanded("rules")
        stay = self.enter(
            "stay", bed=bed, graduate=person, from_date=on, until=until, planned_end=planned_end, contract=None,
            reason=reason, end_reason=None, destination=None,
        )  # fmt: skip
        for kind, count in (("adult", adults), ("child", children)):
            for _ in range(count):
                self.enter("companion", stay=stay, kind=kind, from_date=on, until=until)

    def beds_of(self, code: str) -> list[str]:
        """The beds of a person, in the order of the stays."""
        stays = [
            row for _, row in self.rows("stay") if self.tables["graduate"][row["graduate"]]["code"] == code
        ]
        return [self.place_of(row["bed"]) for row in sorted(stays, key=lambda row: row["from_date"])]

    def _stay_of(self, person: int, on: date, *, ending: bool = False) -> tuple[int, Row]:
        stays = sorted(self.rows("stay", graduate=person), key=lambda found: found[1]["from_date"])
        begun = [(number, row) for number, row in stays if row["from_date"] <= on]
        if stays and not begun:
            raise WrongUsage("before the first")
        if begun:
            number, row = begun[-1]
            if on < (row["until"] or FAR) or (ending and on == row["until"]):
                return number, row
        raise NotNow("no bed")

    def _refuse_ended(self, person: int, stay: Row, on: date) -> None:
        if (stay["until"] or FAR) > self.today:
            return
        if any(row["from_date"] > on for _, row in self.rows("stay", graduate=person)):
            raise WrongUsage("before the latest")
        if stay["destination"]:
            raise NotNow("left")

    def _companions(self, stay: int, on: date) -> list[tuple[int, Row]]:
        """Who lives there on a day or will, the first to come first."""
        there = [(n, row) for n, row in self.rows("companion", stay=stay) if on < (row["until"] or FAR)]
        return sorted(there, key=lambda found: found[1]["from_date"])

    def _end_companion(self, number: int, row: Row, on: date) -> None:
        if row["from_date"] >= on:
            self.write(("companion", number), None)
        else:
            self.change("companion", number, until=on)

    def dormitories_move(self, code: str, place: str, on: date, reason: str) -> None:
        person, _ = self.graduate(code)
        number, stay = self._stay_of(person, on)
        self._refuse_ended(person, stay, on)
        if self.place_of(stay["bed"]) == place:
            raise NotNow("there")
        bed = self._bed(place)
        self._refuse_taken(bed, on, stay["until"])
        if stay["from_date"] == on:
            self.change("stay", number, bed=bed, reason=reason)
            return
        self.change("stay", number, until=on, end_reason="transfer", destination="dormitory")
        moved = self.enter("stay", **{**stay, "bed": bed, "from_date": on, "reason": reason})
        for companion, row in self._companions(number, on):
            if row["from_date"] >= on:
                self.change("companion", companion, stay=moved)
            else:
                self.change("companion", companion, until=on)
                self.enter("companion", **{**row, "stay": moved, "from_date": on})

    def dormitories_leave(self, code: str, on: date, end_reason: str, destination: str) -> None:
        person, _ = self.graduate(code)
        number, stay = self._stay_of(person, on, ending=True)
        if stay["until"] != on:
            self._refuse_ended(person, stay, on)
        until = on + timedelta(1) if stay["from_date"] == on else on
        if stay["until"] == until and stay["destination"]:
            raise NotNow("left")
        self.change("stay", number, until=until, end_reason=end_reason, destination=destination)
        for companion, row in self._companions(number, until):
            self._end_companion(companion, row, until)

    def dormitories_companions(self, code: str, adults: int | None, children: int | None, on: date) -> None:
        number, stay = self._stay_of(self.graduate(code)[0], on)
        for kind, count in (("adult", adults), ("child", children)):
            if count is None:
                continue
            there = [(n, row) for n, row in self._companions(number, on) if row["kind"] == kind]
            if any(row["from_date"] > on for _, row in there):
                raise WrongUsage("some come later")
            for companion, row in there[count:]:
                self._end_companion(companion, row, on)
            for _ in range(count - len(there)):
                self.enter("companion", stay=number, kind=kind, from_date=on, until=stay["until"])

    def dormitories_contract(
        self, code: str, on: date, contract: str | None, planned_end: date | None
    ) -> None:
        number, stay = self._stay_of(self.graduate(code)[0], on)
        if planned_end and planned_end <= stay["from_date"]:
            raise WrongUsage("no day")
        values: Row = {"contract": contract or None} if contract is not None else {}
        self.change("stay", number, **values, **({"planned_end": planned_end} if planned_end else {}))

    # --- appeals -----------------------------------------------------------------------------------

    def _appeal(self, code: str) -> tuple[int, Row]:
        for found in self.rows("appeal", code=code):
            return found
        raise NoSuchRecord(code)

    def _number_is_free(self, number: str | None, besides: int | None = None) -> None:
        if number and any(n != besides for n, _ in self.rows("appeal", number=number)):
            raise AlreadyThere(number)

    def _event(self, appeal: int, on: date, event: str, **more: Any) -> None:
        row = {"reason": None, "to_whom": None, "until": None} | more
        self.enter("event", appeal=appeal, happened_on=on, event=event, **row)

    def _set_topics(self, appeal: int, topics: Sequence[str]) -> None:
        further = [topic for topic in dict.fromkeys(topics) if topic != topics[0]]
        for name, row in self.rows("topic", appeal=appeal):
            if row["topic"] not in further:
                self.write(("topic", name), None)
        for position, topic in enumerate(further, 2):
            self.write(("topic", (appeal, topic)), {"appeal": appeal, "topic": topic, "position": position})

    def appeals_add(
        self, topics: list[str], channel: str | None, received_on: date, graduate: str | None,
        caller: str | None, number: str | None,
    ) -> None:  # fmt: skip
        if received_on > self.today:
            raise WrongUsage("to come")
        person, row = self.graduate(graduate) if graduate else (None, {"region": None})
        self._number_is_free(number)
        year = received_on.year
        appeal = self.enter(
            "appeal", code=f"A-{year}-{self.draw(f'appeal-{year}'):04}", number=number, graduate=person,
            caller=caller, topic=topics[0], received_on=received_on, region=row["region"], status="registered",
            assignee=None, decision=None, answered_on=None, ground=None, document=None, redirected_to=None,
            extended_until=None,
        )  # fmt: skip
        self._set_topics(appeal, topics)
        self._event(appeal, received_on, "registered")

    def appeals_edit(self, code: str, topics: list[str] | None, **values: str | None) -> None:
        appeal, _ = self._appeal(code)
        self._number_is_free(values.get("number"), besides=appeal)
        self.change("appeal", appeal, **{c: v or None for c, v in values.items() if v is not None})
        if topics:
            self.change("appeal", appeal, topic=topics[0])
            self._set_topics(appeal, topics)

    def _step(self, verb: str, code: str, on: date, values: Row | None = None, **event: Any) -> None:
        appeal, row = self._appeal(code)
        if verb not in STEPS[row["status"]]:
            raise NotNow(row["status"])
        self._refuse_day(row, on)
        self.change("appeal", appeal, status=STEPS[row["status"]][verb], **(values or {}))
        self._event(appeal, on, EVENTS[verb], **event)

    def _refuse_day(self, appeal: Row, on: date) -> None:
        if not appeal["received_on"] <= on <= self.today:
            raise WrongUsage("no such day")

    def appeals_start(self, code: str, on: date, assignee: str | None) -> None:
        self._step("start", code, on, {"assignee": assignee} if assignee else {})

    def appeals_pause(self, code: str, on: date, reason: str) -> None:
        self._step("pause", code, on, reason=reason)

    def appeals_resume(self, code: str, on: date) -> None:
        appeal, row = self._appeal(code)
        pauses = [event["happened_on"] for _, event in self.rows("event", appeal=appeal, event="paused")]
        if row["status"] == "paused" and pauses and on < max(pauses):
            raise WrongUsage("before the pause")
        self._step("resume", code, on)

    def appeals_extend(self, code: str, on: date, until: date, reason: str) -> None:
        self._appeal(code)
        if until <= on:
            raise WrongUsage("no time")
        self._step("extend", code, on, {"extended_until": until}, until=until, reason=reason)

    def appeals_redirect(self, code: str, on: date, to_whom: str) -> None:
        self._step("redirect", code, on, {"redirected_to": to_whom}, to_whom=to_whom)

    def appeals_answer(
        self, code: str, on: date, decision: str, ground: str | None, document: str | None
    ) -> None:
        _, row = self._appeal(code)
        if "answer" not in STEPS[row["status"]]:
            raise NotNow(row["status"])
        if decision == "refused" and not (ground and document):
            raise RuleBroken("a refusal says why")
        given = {"decision": decision, "answered_on": on, "ground": ground, "document": document}
        self._step("answer", code, on, given, reason=f"{decision}: {ground}" if ground else decision)

    def appeals_withdraw(self, code: str, on: date, reason: str) -> None:
        self._step("withdraw", code, on, reason=reason)

    def appeals_close(self, code: str, on: date, reason: str) -> None:
        self._step("close", code, on, reason=reason)

    def appeals_reopen(self, code: str, on: date, reason: str) -> None:
        ended = ("decision", "answered_on", "ground", "document", "redirected_to")
        self._step("reopen", code, on, dict.fromkeys(ended), reason=reason)

    def appeals_identify(self, code: str, graduate: str, on: date) -> None:
        appeal, row = self._appeal(code)
        if row["graduate"]:
            raise NotNow("known")
        self._refuse_day(row, on)
        person, found = self.graduate(graduate)
        self.change("appeal", appeal, graduate=person, region=row["region"] or found["region"])
        self._event(appeal, on, "identified", to_whom=graduate)

    # --- sheets ------------------------------------------------------------------------------------

    def take_in(self, sheets: dict[str, list[Row]]) -> None:
        """Take sheets in, their cells parsed: all of them, or nothing where one row is rejected."""
        for kind in ("graduates", "beds", "stays"):
            if kind in sheets:
                getattr(self, f"_take_{kind}")(sheets[kind])

    def _take_graduates(self, rows: list[Row]) -> None:
        """Known by the IIN, else by name and birth date, which those who have another IIN do not share."""
        called = ("surname", "given_name", "birth_date")
        people = dict(self.rows("graduate"))
        names = {n: {tuple(row[c] for c in called)} for n, row in people.items()}
        said: dict[int, set[str]] = {}
        new: list[int] = []
        for row in rows:
            given = {column: value for column, value in row.items() if value is not None}
            iin = given.get("iin")
            found = [n for n, person in people.items() if iin and person["iin"] == iin] or [
                n
                for n, person in people.items()
                if tuple(row[c] for c in called) in names[n] and not (iin and person["iin"])
            ]
            if len(found) > 1:
                raise RowsRejected("which of them?")
            if not found:
                person = {
                    "code": None, "iin": None, "region": None, "note": None, "archived_on": None,
                    "registered_on": self.today, **given,
                }  # fmt: skip
                number = next(self._numbers)
                new.append(number)
                names[number] = set()
            else:
                (number,) = found
                person = {**people[number], **given}
                for column, value in given.items():
                    was = people[number][column]
                    if value != was and was is not None and column in said.get(number, ()):
                        raise RowsRejected("which of the two?")
            people[number] = person
            names[number].add(tuple(person[c] for c in called))
            said.setdefault(number, set()).update(given)
        for number in new:
            people[number] = {**people[number], "code": f"G-{self.draw('graduate')}"}
        for number in said:
            self.write(("graduate", number), people[number])

    def _take_beds(self, rows: list[Row]) -> None:
        for row in rows:
            code, number, bed = row["building"], row["room"], row["bed"]
            if not self.rows("building", code=code):
                self.enter("building", code=code, name=code)
            house = self._building(code)
            if not self.rows("room", building=house, number=number):
                self.enter("room", building=house, number=number, sex=None)
            room = self._room(code, number)
            if not self.rows("bed", room=room, number=bed):
                self.enter("bed", room=room, number=bed)

    def _take_stays(self, rows: list[Row]) -> None:
        """First what changes stays on record (an end makes room), then the new ones."""
        there = []
        for row in rows:
            try:
                bed = self._bed(f"{row['building']}/{row['room']}/{row['bed']}")
                person, _ = self.graduate(row["graduate"])
            except NoSuchRecord:
                raise RowsRejected("no bed or nobody") from None
            given = {c: row[c] for c in ("until", "end_reason", "destination") if row[c] is not None}
            there.append(({"graduate": person, "bed": bed, "from_date": row["from_date"]}, given))
        known = [bool(self.rows("stay", **key)) for key, _ in there]
        said: dict[int, set[str]] = {}
        for wanted in (True, False):
            for (key, given), is_known in zip(there, known, strict=True):
                if is_known == wanted:
                    self._take_stay(key, given, said)

    def _take_stay(self, key: Row, given: Row, said: dict[int, set[str]]) -> None:
        start = key["from_date"]
        found = self.rows("stay", **key)
        number, stay = found[0] if found else (0, {"until": None})
        until = given.get("until") or stay["until"]
        if until and until <= start:
            raise RowsRejected("no day")
        for column in ("bed", "graduate"):
            if any(n != number for n, _ in self._sharing("stay", start, until, **{column: key[column]})):
                raise RowsRejected("taken")
        if not found:
            rest = ("contract", "planned_end", "reason", "end_reason", "destination")
            number = self.enter("stay", **key, until=until, **{c: given.get(c) for c in rest})
        else:
            changes = {column: value for column, value in given.items() if value != stay[column]}
            if said.get(number, set()) & changes.keys():
                raise RowsRejected("which of the two?")
            self.change("stay", number, **changes)
            if "until" in changes:
                for companion, row in self._companions(number, until):
                    self._end_companion(companion, row, until)
        said.setdefault(number, set()).update(given)

    # --- taking back -------------------------------------------------------------------------------

    def undo(self, which: int) -> None:
        """Make every row of an entry what it was before, if that gets on with what is there now."""
        entry = self.history[which]
        if not entry.rows:
            raise NotNow("changed nothing")
        later: set[str] = set()
        for name, (_, after) in entry.rows.items():
            if self.row(name) != after:
                later |= {f"H-{n}" for n in self._since(which) if name in self.history[n - 1].rows}
        if later:
            raise InTheWay(later)
        for name, (before, _) in entry.rows.items():
            if before is None:
                later |= {
                    f"H-{n}"
                    for child in self._referring(name)
                    if child not in entry.rows
                    for n in self._since(which)
                    if child in self.history[n - 1].rows
                }
        if later:
            raise InTheWay(later)
        self.open.twice = entry.twice
        for name, (before, after) in entry.rows.items():
            if before or after:
                self.write(name, before)
        for name, (before, after) in entry.rows.items():
            if (before or after) and not self._lawful(name):
                raise RuleBroken("not now")

    def _since(self, which: int) -> range:
        """The numbers of the entries that came after one."""
        return range(which + 2, len(self.history) + 1)

    def _referring(self, name: Name) -> Iterator[Name]:
        for table, columns in REFERENCES.items():
            for column, parent in columns.items():
                if parent == name[0]:
                    for number, _ in self.rows(table, **{column: name[1]}):
                        yield table, number

    def _lawful(self, name: Name) -> bool:
        """Whether a row, as it is or is not there now, gets on with all others."""
        table, number = name
        row = self.row(name)
        if row is None:
            return not any(True for _ in self._referring(name))
        alike = (
            self.rows(table, **{column: row[column] for column in columns})
            for columns in UNIQUE.get(table, ())
            if row[columns[0]] is not None
        )
        days = (
            self._sharing(table, row["from_date"], row["until"], **{column: row[column]})
            for column in (("bed", "graduate") if table == "stay" else ())
        )
        return all(
            row[column] is None or row[column] in self.tables[parent]
            for column, parent in REFERENCES.get(table, {}).items()
        ) and not any(other != number for found in (*alike, *days) for other, _ in found)

    # --- what is compared --------------------------------------------------------------------------

    def told(self) -> dict[str, Counter[tuple[Any, ...]]]:
        """Every table as rows of plain values: what they refer to by code or place, days as text."""
        people = {number: row["code"] for number, row in self.tables["graduate"].items()}
        houses = {number: row["code"] for number, row in self.tables["building"].items()}
        appeals = {number: row["code"] for number, row in self.tables["appeal"].items()}
        places = {number: self.place_of(number) for number in self.tables["bed"]}
        stays = {
            number: (places[row["bed"]], people[row["graduate"]], row["from_date"])
            for number, row in self.tables["stay"].items()
        }
        shown: dict[str, Callable[[Any], tuple[Any, ...]]] = {
            "room.building": lambda number: (houses[number],),
            "stay.bed": lambda number: (places[number],),
            "stay.graduate": lambda number: (people[number],),
            "companion.stay": lambda number: stays[number],
            "closing.bed": lambda number: (places[number],),
            "appeal.graduate": lambda number: (people.get(number),),
            "topic.appeal": lambda number: (appeals[number],),
            "event.appeal": lambda number: (appeals[number],),
        }
        found = {"bed": Counter((place,) for place in places.values())}
        for table, columns in COMPARED.items():
            found[table] = Counter(
                tuple(
                    value.isoformat() if isinstance(value, date) else value
                    for column in columns
                    for value in (shown.get(f"{table}.{column}") or (lambda found: (found,)))(row[column])
                )
                for row in self.tables[table].values()
            )
        return found

    def closed_and_lived_in(self) -> int:
        """How many beds are out of service today and somebody's: taking back asks no rule of the house."""
        tomorrow = self.today + timedelta(1)
        closed = {row["bed"] for _, row in self._sharing("closing", self.today, tomorrow)}
        return len(closed & {row["bed"] for _, row in self._sharing("stay", self.today, tomorrow)})
