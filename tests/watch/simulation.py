"""A case-load of many years made up day by day, and on which days each of its alerts has to stand.

The lives are drawn first; what is due is worked out from them with plain loops over days, without the program's
rulebook, clock, calendar or SQL, as spans ``(first day, last day, alert)``. The same lives are written into a
database, and the watch is asked on every day.
"""

from __future__ import annotations

import random
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from holidays.countries.kazakhstan import Kazakhstan

from ayala.storage.tables import new_key
from tests.watch.plain import Alert, birthday, months_on

DAY = timedelta(days=1)
FAR = date(9000, 1, 1)
LADDER = (365, 180, 90, 30, 7)
SHORT = (90, 30, 7)

_CALENDAR = Kazakhstan(years=range(2005, 2030))
_WORKING: dict[date, bool] = {}

Span = tuple[date, date, Alert]


def working(day: date) -> bool:
    if day not in _WORKING:
        _WORKING[day] = _CALENDAR.is_working_day(day)
    return _WORKING[day]


def working_after(start: date, count: int) -> date:
    day = start
    while count:
        day += DAY
        count -= working(day)
    return day


@dataclass
class Life:
    """All that is known of one person, days only."""

    code: str
    born: date
    months: int = 0
    left: date | None = None
    registered: date = FAR
    archived: date = FAR
    queue: dict[str, Any] | None = None
    housed: date = FAR
    stays: list[dict[str, Any]] = field(default_factory=list)
    appeals: list[dict[str, Any]] = field(default_factory=list)
    services: list[dict[str, Any]] = field(default_factory=list)
    contacts: list[tuple[date, bool]] = field(default_factory=list)
    documents: list[tuple[date, date]] = field(default_factory=list)
    consents: list[tuple[date, date, date]] = field(default_factory=list)
    placement: tuple[str, date, date] | None = None


class Simulation:
    """Lives of ``people`` from a first day on, for a number of days."""

    def __init__(self, people: int, first: date, days: int, seed: int) -> None:
        self.pick = random.Random(seed)
        self.first, self.last = first, first + days * DAY
        self.number: dict[str, int] = defaultdict(int)
        self.lists: dict[date, dict[str, int]] = {}
        self.lives = [self._life(n) for n in range(1, people + 1)]
        self._report_positions()

    # --- drawing ---------------------------------------------------------------------------------

    def day(self, first: date | None = None, last: date | None = None) -> date:
        first, last = first or self.first, last or self.last
        return first + timedelta(days=self.pick.randrange(max((last - first).days, 0) + 1))

    def some(self, share: float) -> bool:
        return self.pick.random() < share

    def next(self, kind: str) -> int:
        self.number[kind] += 1
        return self.number[kind]

    def _life(self, n: int) -> Life:
        born = self.day(self.first - 31 * 365 * DAY, self.last - 17 * 365 * DAY)
        if n % 20 == 0:
            born = date(self.pick.choice((1980, 1984, 1988, 1992, 1996, 2000)), 2, 29)
        life = Life(f"G-{n}", born, self.pick.choice((0, 0, 0, 0, 12)))
        life.left = (
            None
            if self.some(0.1)
            else date(born.year + 18, self.pick.randrange(5, 9), self.pick.randrange(1, 29))
        )
        life.registered = self.day(
            max(self.first, date(born.year + 17, 1, 1)), max(self.first, date(born.year + 20, 1, 1))
        )
        if self.some(0.1):
            life.archived = self.day()
        if self.some(0.6):
            begun = self.day(date(born.year + 16, 1, 1), date(born.year + 20, 1, 1))
            ended = self.day(begun + DAY, self.last + 4000 * DAY) if self.some(0.3) else FAR
            life.queue = {
                "code": f"Q-{self.next('Q')}",
                "on": begun,
                "closed": ended,
                "registrar": self.pick.choice(("akimat", "bank")),
            }
        if self.some(0.25):
            life.housed = self.day()
        self._stays(life)
        for _ in range(self.pick.randrange(4)):
            life.appeals.append(self._appeal())
        for _ in range(self.pick.randrange(3)):
            planned = self.day()
            given = self.day(planned - 3 * DAY, planned + 20 * DAY)
            how = self.pick.choice(("provided", "provided", "cancelled", "nothing"))
            life.services.append({
                "code": f"S-{self.next('S')}", "planned": planned,
                "provided": given if how == "provided" else FAR, "cancelled": given if how == "cancelled" else FAR,
            })  # fmt: skip
        days = sorted({self.day() for _ in range(self.pick.randrange(12))})
        days += [
            d
            for d in (
                s["until"] + self.pick.choice((0, 1, 6, 7, 29, 31, 95)) * DAY
                for s in life.stays
                if s["until"] != FAR
            )
            if d not in days
        ]
        life.contacts = [(on, self.some(0.45)) for on in sorted(set(days))]
        if self.some(0.4):
            one = self.day()
            life.documents.append((one, one + self.pick.choice((365, 3650)) * DAY))
            if self.some(0.7):
                again = life.documents[0][1] + self.pick.randrange(-100, 60) * DAY
                life.documents.append((again, again + 3650 * DAY))
        if self.some(0.4):
            one = self.day()
            until = one + self.pick.choice((365, 1095)) * DAY
            life.consents.append((one, until, self.day(one, until) if self.some(0.2) else FAR))
            if self.some(0.6):
                again = until + self.pick.randrange(-40, 40) * DAY
                life.consents.append((again, again + 1095 * DAY, FAR))
        if self.some(0.2):
            begun = self.day()
            life.placement = (
                f"P-{self.next('P')}",
                begun,
                self.day(begun + DAY, begun + 600 * DAY) if self.some(0.6) else FAR,
            )
        return life

    def _stays(self, life: Life) -> None:
        begin = self.day(date(life.born.year + 16, 9, 1), date(life.born.year + 22, 9, 1))
        for _ in range(self.pick.choice((0, 1, 1, 2))):
            until = begin + self.pick.randrange(1, 2000) * DAY if self.some(0.8) else FAR
            planned = begin + self.pick.randrange(200, 1500) * DAY if self.some(0.6) else FAR
            place = f"ZU-1/{life.code[2:]}/1"
            life.stays.append({
                "from": begin, "until": until, "planned": planned, "place": place,
                "destination": self.pick.choice(("unknown", "rented")) if until != FAR else None,
            })  # fmt: skip
            if until == FAR:
                break
            begin = until + self.pick.choice((0, 5, 40, 400)) * DAY

    def _appeal(self) -> dict[str, Any]:
        received = self.day()
        kind = "complaint" if self.some(0.1) else "application"
        ended = received + self.pick.randrange(80) * DAY if self.some(0.9) else FAR
        status = self.pick.choice(
            ("answered", "answered", "answered", "redirected", "terminated", "withdrawn")
        )
        refused = status == "answered" and self.some(0.3)
        found = {
            "code": f"A-{received.year}-{self.next(f'A-{received.year}'):04d}", "received": received, "kind": kind,
            "topic": self.pick.choice(("housing", "legal", "other")), "ended": ended, "status": status,
            "refused": refused, "nobody": self.some(0.1), "started": FAR, "paused": FAR, "resumed": FAR,
            "extended": FAR, "until": FAR, "notified": FAR,
        }  # fmt: skip
        stop = min(ended - DAY, received + 60 * DAY)
        if stop > received and self.some(0.5):
            found["started"] = self.day(received, min(stop, received + 6 * DAY))
        if stop > received and self.some(0.3):
            begun = self.day(received, stop)
            found["paused"] = begun
            if self.some(0.8) and begun < stop:
                found["resumed"] = self.day(begun, stop)
        elif stop > received and self.some(0.3):
            begun = self.day(received, stop)
            found["extended"], found["until"] = begun, begun + self.pick.randrange(5, 60) * DAY
            if self.some(0.6):
                found["notified"] = self.day(begun, min(begun + 8 * DAY, stop))
        return found

    def _report_positions(self) -> None:
        """A list of each registrar a year with nearly all who wait, and single answers in between."""
        entries = [life.queue for life in self.lives if life.queue]
        for year in range(self.first.year, self.last.year + 1):
            for n, registrar in enumerate(("akimat", "bank")):
                on = date(year, 3, 1 + n)
                told = self.lists.setdefault(on, {})
                for place, entry in enumerate(e for e in entries if e["registrar"] == registrar):
                    if entry["on"] <= on < entry["closed"] and not self.some(0.05):
                        told[entry["code"]] = max(
                            1,
                            5000
                            - 150 * (year - self.first.year)
                            + place
                            + self.pick.choice((0, 0, 0, 0, 300)),
                        )
        for entry in entries:
            if self.some(0.2):
                on = self.day(max(self.first, entry["on"]), max(self.first, entry["on"]) + 2000 * DAY)
                self.lists.setdefault(on, {}).setdefault(entry["code"], self.pick.randrange(1, 6000))

    # --- what has to be said -----------------------------------------------------------------------

    def spans(self) -> Iterator[Span]:
        for life in self.lives:
            for appeal in life.appeals:
                yield from self._of_appeal(life, appeal)  # no archive ends what an appeal needs
            for first, last, alert in self._of(life):
                if (last := min(last, life.archived - DAY)) >= first:
                    yield first, last, alert
        yield from self._of_lists()

    def _of(self, life: Life) -> Iterator[Span]:
        code, over = life.code, birthday(life.born, 29, life.months)
        free = min(life.queue["on"] if life.queue else FAR, life.housed, over)
        due = life.left or birthday(life.born, 18)
        yield date.min, min(due - 366 * DAY, free - DAY), ("queue-missing", "ahead", code, str(due))
        yield from cut(ladder("queue-missing", code, due, LADDER), date.min, free - DAY)
        yield due + DAY, free - DAY, ("queue-missing", "overdue", code, str(due))
        yield from cut(ladder("age-29-unqueued", code, over, LADDER), date.min, min(free, over) - DAY)
        if life.queue and life.left:
            best, begun = months_on(life.left, 6), life.queue["on"]
            if begun > best:
                yield (
                    begun,
                    min(begun + 365 * DAY, life.queue["closed"] - DAY),
                    ("queue-late", "overdue", life.queue["code"], str(best)),
                )
        for stay in life.stays:
            yield from self._of_stay(life, stay)
        yield from self._of_silence(life, over)
        for service in life.services:
            stop = min(service["provided"], service["cancelled"]) - DAY
            yield (
                service["planned"] + DAY,
                stop,
                ("service-not-provided", "overdue", service["code"], str(service["planned"])),
            )
        for n, (issued, expires) in enumerate(life.documents):
            stop = life.documents[n + 1][0] - DAY if n + 1 < len(life.documents) else FAR
            yield from cut(ladder("document-expiry", code, expires, SHORT), issued, stop)
            yield max(issued, expires + DAY), stop, ("document-expiry", "overdue", code, str(expires))
        for n, (given, until, withdrawn) in enumerate(life.consents):
            stop = min(withdrawn, life.consents[n + 1][0] if n + 1 < len(life.consents) else FAR) - DAY
            yield from cut(ladder("consent-expiry", code, until, SHORT), given, min(stop, until - DAY))
            yield max(given, until), stop, ("consent-expiry", "overdue", code, str(until))
        if life.placement:
            place, begun, ended = life.placement
            days = [(n, months_on(begun, n)) for n in (3, 6, 12)]
            for n, (months, on) in enumerate(days):
                reached = min((day for day, was in life.contacts if was and day >= on), default=FAR)
                stop = min(days[n + 1][1] if n < 2 else FAR, reached, ended) - DAY
                yield on, stop, ("placement-check", f"check_{months}", place, str(on))

    def _of_stay(self, life: Life, stay: dict[str, Any]) -> Iterator[Span]:
        code, first, last = life.code, stay["from"], stay["until"] - DAY
        over, far = birthday(life.born, 23), birthday(life.born, 29)
        yield from cut(ladder("youth-house-age", code, over, LADDER), first, min(last, over - DAY))
        yield max(first, over), min(last, far - DAY), ("stay-over-age", "overdue", code, str(over))
        yield max(first, far), last, ("stay-over-age", "far_overdue", code, str(over))
        if stay["planned"] != FAR:
            yield from cut(ladder("contract-end", code, stay["planned"], SHORT), first, last)
            yield (
                max(first, stay["planned"] + DAY),
                last,
                ("contract-end", "overdue", code, str(stay["planned"])),
            )
        if stay["destination"] == "unknown":
            left = stay["until"]
            stop = min([day for day, was in life.contacts if was and day > left]
                       + [other["from"] for other in life.stays if other["from"] >= left], default=FAR)  # fmt: skip
            for number, next_one in ((7, 30), (30, 90), (90, None)):
                end = left + (next_one - 1) * DAY if next_one else FAR
                on = left + number * DAY
                yield on, min(end, stop - DAY), ("exit-check", f"check_{number}", code, str(on))

    def _of_silence(self, life: Life, over: date) -> Iterator[Span]:
        signs = {day for day, reached in life.contacts if reached} | {life.registered}
        signs |= {service["provided"] for service in life.services}
        signs |= {appeal["received"] for appeal in life.appeals if not appeal["nobody"]}
        signs |= {stay[end] for stay in life.stays for end in ("from", "until")}
        signs |= {life.left} if life.left else set()
        known = [*sorted(day for day in signs if day < FAR), FAR]
        for sign, following in pairwise(known):
            if any(stay["from"] == sign for stay in life.stays):
                continue  # the next sign is the end of the stay; until then the person is seen every day
            silent = months_on(sign, 6)
            stop = min(following, over, life.housed) - DAY
            inside = [stay for stay in life.stays if stay["from"] <= sign < stay["until"]]
            if not inside:
                yield silent + DAY, stop, ("no-contact", "overdue", life.code, str(silent))
        tried = 0
        for n, (on, reached) in enumerate(life.contacts):
            tried = 0 if reached else tried + 1
            if tried == 3:
                stop = next((day for day, was in life.contacts[n:] if was), FAR) - DAY
                yield on, stop, ("unreachable", "overdue", life.code, str(on))

    def _of_appeal(self, life: Life, appeal: dict[str, Any]) -> Iterator[Span]:
        code, received, ended = appeal["code"], appeal["received"], appeal["ended"]
        if not appeal["nobody"] and appeal["refused"] and ended < FAR:
            due = months_on(ended, 3)
            more = [
                a["received"]
                for a in life.appeals
                if a["kind"] == "complaint" and not a["nobody"] and a["received"] >= ended
            ]
            yield from cut(
                ladder("complaint-closing", code, due, (30, 7)), ended, min(more, default=FAR) - DAY
            )
        elif appeal["refused"] and ended < FAR:
            yield from cut(ladder("complaint-closing", code, months_on(ended, 3), (30, 7)), ended, FAR)
        if appeal["nobody"]:
            due = working_after(received, 5)
            yield received, min(due, ended - DAY), ("appeal-unidentified", "due_soon", code, str(due))
            yield due + DAY, ended - DAY, ("appeal-unidentified", "overdue", code, str(due))
        send = working_after(received, 3)
        begun = min(appeal["started"], appeal["paused"], ended)
        yield received, min(send, begun - DAY), ("redirect-due", "due_soon", code, str(send))
        if appeal["extended"] < FAR:
            first = appeal["extended"]
            due = working_after(first, 3) if first >= date(2021, 7, 1) else first + 3 * DAY
            stop = min(appeal["notified"], ended) - DAY
            yield first, min(due, stop), ("extension-notice-due", "due_soon", code, str(due))
            yield due + DAY, stop, ("extension-notice-due", "overdue", code, str(due))
        yield from self._of_answer(appeal)

    def _of_answer(self, appeal: dict[str, Any]) -> Iterator[Span]:
        """Day by day, as things were known on it, until nothing changes any more."""
        code, day = appeal["code"], appeal["received"]
        stop = min(appeal["ended"], self.last + DAY)
        while day < stop:
            due = self._due(appeal, day)
            if due is not None and day > due:
                rest = FAR  # a pause or an extension may still move it
                for change in (appeal["extended"], appeal["paused"], appeal["resumed"]):
                    if day < change < FAR:
                        rest = min(rest, change)
                far, rest = due + 30 * DAY, min(rest, stop)
                yield day, min(far, rest) - DAY, ("appeal-overdue", "overdue", code, str(due))
                yield max(day, far), rest - DAY, ("appeal-overdue", "far_overdue", code, str(due))
                day = rest
                continue
            if due is not None and sum(working(day + n * DAY) for n in range(1, (due - day).days + 1)) <= 3:
                yield day, day, ("appeal-due", "due_soon", code, str(due))
            day += DAY

    def _due(self, appeal: dict[str, Any], as_of: date) -> date | None:
        if appeal["extended"] <= as_of:
            until: date = appeal["until"]
            return until
        calendar_days = appeal["received"] <= date(2021, 6, 30)
        left = 15 if calendar_days or appeal["kind"] != "complaint" else 20
        begun = appeal["paused"] if appeal["paused"] <= as_of else FAR
        ended = appeal["resumed"] if appeal["resumed"] <= as_of else FAR
        day: date = appeal["received"]
        while left:
            day += DAY
            if begun <= day < ended:
                if ended == FAR:
                    return None
                continue
            left -= calendar_days or working(day)
        return day

    def _of_lists(self) -> Iterator[Span]:
        """Who moved back in the queue, and who is missing from a list, told anew whenever something changes."""
        entries = {life.queue["code"]: (life, life.queue) for life in self.lives if life.queue}
        reports: dict[str, list[tuple[date, int]]] = defaultdict(list)
        for on in sorted(self.lists):
            for code, place in self.lists[on].items():
                reports[code].append((on, place))
        for code, told in reports.items():
            life, entry = entries[code]
            stop = min(entry["closed"], life.archived) - DAY
            for n in range(1, len(told)):
                if told[n][1] > told[n - 1][1]:
                    end = told[n + 1][0] - DAY if n + 1 < len(told) else FAR
                    yield (
                        max(told[n][0], entry["on"]),
                        min(end, stop),
                        ("position-moved-back", "overdue", code, str(told[n][0])),
                    )
        for registrar in ("akimat", "bank"):
            yield from self._missing(
                {c: pair for c, pair in entries.items() if pair[1]["registrar"] == registrar}, reports
            )

    def _missing(self, entries: dict[str, Any], reports: dict[str, list[tuple[date, int]]]) -> Iterator[Span]:
        told_on: dict[date, set[str]] = defaultdict(set)
        for code in entries:
            for on, _ in reports[code]:
                told_on[on].add(code)
        first_told = {code: reports[code][0][0] for code in entries if reports[code]}
        changes = {self.first, *told_on}
        for life, entry in entries.values():
            changes |= {entry["on"], entry["closed"], life.archived}
        days = sorted(day for day in changes if self.first <= day <= self.last)
        lists = sorted((on for on, told in told_on.items() if len(told) >= 2), reverse=True)
        for n, day in enumerate(days):
            open_now = {code for code, (_, entry) in entries.items() if entry["on"] <= day < entry["closed"]}
            newest = None
            for on in lists:
                told = len(told_on[on] & open_now)
                if (
                    on <= day
                    and told >= 2
                    and 2 * told >= sum(first_told.get(c, FAR) <= on for c in open_now)
                ):
                    newest = on
                    break
            if newest is None:
                continue
            until = days[n + 1] - DAY if n + 1 < len(days) else self.last
            for code in open_now:
                life, entry = entries[code]
                mine = [on for on, _ in reports[code] if on <= day]
                if life.archived <= day or any(on >= newest for on in mine):
                    continue
                if entry["on"] < newest or mine:
                    yield day, until, ("queue-entry-vanished", "overdue", code, str(newest))

    # --- the same lives on record ------------------------------------------------------------------

    def write(self, database: str) -> None:
        """Put the lives into a database that ``ayala init`` has made."""
        self.rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        building = self.add(
            "building", code="ZU-1", name="x", sex_rule="any", min_age=16, max_age=23, ceiling_age=29
        )
        partner = self.add("partner", name="x", sort_key="x", kind="employer")
        for life in self.lives:
            self._write(life, building, partner)
        entries = {row["code"]: row["id"] for row in self.rows["queue_entry"]}
        for on, told in self.lists.items():
            for code, place in told.items():
                self.add("position", entry_id=entries[code], position=place, position_on=on)
        connection = sqlite3.connect(database)
        with connection:
            for table, rows in self.rows.items():
                names = list(rows[0])
                marks = ", ".join(f":{name}" for name in names)
                connection.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", rows)
        connection.close()

    def add(self, table: str, **values: Any) -> str:
        key = new_key()
        known = {
            name: None if value == FAR else str(value) if isinstance(value, date) else value
            for name, value in values.items()
        }
        self.rows[table].append({"id": key, **known})
        return key

    def _write(self, life: Life, building: str, partner: str) -> None:
        me = self.add(
            "graduate", code=life.code, surname="x", given_name="x", birth_date=life.born, sex="M",
            left_care_on=life.left, conscript_months=life.months, registered_on=life.registered,
            archived_on=life.archived, name_key="x", surname_fold="x", given_fold="x", sort_key="x",
        )  # fmt: skip
        if life.queue:
            closed = life.queue["closed"]
            self.add("queue_entry", code=life.queue["code"], graduate_id=me, registrar=life.queue["registrar"],
                     registered_on=life.queue["on"], status="waiting" if closed == FAR else "other", closed_on=closed)  # fmt: skip
        if life.housed < FAR:
            self.add("apartment", graduate_id=me, granted_on=life.housed)
        if life.stays:
            room = self.add("room", building_id=building, number=life.code[2:], accessible=0, family_flat=0)
            bed = self.add("bed", room_id=room, number="1", place=life.stays[0]["place"])
        for stay in life.stays:
            self.add("stay", bed_id=bed, graduate_id=me, from_date=stay["from"], until=stay["until"],
                     planned_end=stay["planned"], destination=stay["destination"])  # fmt: skip
        for service in life.services:
            self.add("service", code=service["code"], graduate_id=me, kind="legal", mode="remote",
                     planned_on=service["planned"], provided_on=service["provided"], cancelled_on=service["cancelled"])  # fmt: skip
        for on, reached in life.contacts:
            self.add("contact", graduate_id=me, made_on=on, outcome="reached" if reached else "no_answer")
        for issued, expires in life.documents:
            self.add("document", graduate_id=me, kind="passport", issued_on=issued, expires_on=expires)
        for given, until, withdrawn in life.consents:
            self.add("consent", graduate_id=me, given_on=given, until=until, withdrawn_on=withdrawn, form="written",
                     operator="x", operator_bin="990140000384", given_by="person", third_parties=0, cross_border=0,
                     public_sources=0, data_list="x", purposes="x", taken_by="x")  # fmt: skip
        if life.placement:
            code, begun, ended = life.placement
            self.add(
                "placement",
                code=code,
                graduate_id=me,
                partner_id=partner,
                title="x",
                from_date=begun,
                until=ended,
            )
        for appeal in life.appeals:
            self._write_appeal(appeal, me)

    def _write_appeal(self, appeal: dict[str, Any], person: str) -> None:
        steps = [("registered", appeal["received"]), ("started", appeal["started"]), ("paused", appeal["paused"]),
                 ("resumed", appeal["resumed"]), ("extended", appeal["extended"]), ("notified", appeal["notified"]),
                 (appeal["status"], appeal["ended"])]  # fmt: skip
        ended = appeal["ended"] < FAR
        now = "registered"
        for event, status in (("started", "in_progress"), ("paused", "paused"), ("resumed", "in_progress")):
            if appeal[event] < FAR:
                now = status
        key = self.add(
            "appeal", code=appeal["code"], graduate_id=None if appeal["nobody"] else person,
            caller="x" if appeal["nobody"] else None, kind=appeal["kind"], topic=appeal["topic"],
            received_on=appeal["received"], registered_on=appeal["received"],
            status=appeal["status"] if ended else now,
            decision=("refused" if appeal["refused"] else "explained") if ended and appeal["status"] == "answered" else None,
            answered_on=appeal["ended"] if ended and appeal["status"] == "answered" else None,
            extended_until=appeal["until"],
        )  # fmt: skip
        for event, on in sorted((step for step in steps if step[1] < FAR), key=lambda step: step[1]):
            self.add("appeal_event", appeal_id=key, happened_on=on, event=event, made_by="x",
                     to_whom="extension" if event == "notified" else None,
                     until=appeal["until"] if event == "extended" else None)  # fmt: skip


def ladder(rule: str, code: str, due: date, steps: Iterable[int]) -> Iterator[Span]:
    """The spans of the steps before a day, that day included."""
    limits = [*steps, -1]
    for step, after in pairwise(limits):
        yield due - step * DAY, due - (after + 1) * DAY, (rule, f"in_{step}", code, str(due))


def cut(spans: Iterable[Span], first: date, last: date) -> Iterator[Span]:
    for begin, end, alert in spans:
        if max(begin, first) <= min(end, last):
            yield max(begin, first), min(end, last), alert
