"""The clock on appeals: the last day for an answer, the days that count, and how near the day is.

How days are counted, everywhere here:

- The day that a term begins on is not counted; the next one is the first (Code № 350-VI, art. 76).
- A pause holds its days from the first one up to, and not including, the day of going on.
- Only days up to the last one are held: a pause that begins later moves nothing.
- After an extension the day decided upon is the last one. A pause that begins after the decision moves it,
  a calendar day for a day; so moved, it becomes a working day where the rule has ``rolls``.
- While a pause goes on that began in time, the clock stands: there is no last day, only days left.
- An appeal is overdue from the day after the last one.

Pure functions of facts, rules and calendar: nothing here asks the database or knows what day it is.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from ayala.rules.book import Book, Rule
from ayala.rules.calendar import Calendar, holiday_name

DAY = timedelta(days=1)

EVENTS = ("paused", "resumed", "extended", "redirected", "answered", "terminated", "withdrawn", "reopened")
"""The steps of an appeal that the clock looks at; all but the first and the third end a pause."""

LEVELS = ("open", "due_soon", "overdue", "far_overdue")


class Pause(NamedTuple):
    """Days that do not count: from ``first`` until (not including) ``until``; open if that is missing."""

    first: date
    until: date | None = None


class Extension(NamedTuple):
    """A decision that the answer may take until a day, that day counted. ``on`` is missing where only
    a sheet told of it."""

    on: date | None
    until: date


@dataclass(frozen=True)
class Facts:
    """What the clock has to know of an appeal. ``pauses`` come sorted and do not overlap."""

    kind: str
    received_on: date
    registered_on: date
    pauses: tuple[Pause, ...] = ()
    extension: Extension | None = None


@dataclass(frozen=True)
class Due:
    """The last day for an answer and where it comes from.

    ``day`` is missing while the clock stands (then ``left`` days remain, held since ``stands_since``), and
    where no rule says how long an answer may take. ``rule`` is the row for the answer, ``by`` the row
    for the extension if there was one.
    """

    day: date | None
    rule: Rule | None
    start: date | None = None
    left: int | None = None
    stands_since: date | None = None
    extension: Extension | None = None
    by: Rule | None = None

    @property
    def last_rule(self) -> Rule | None:
        """The row that the last day follows from."""
        return self.by if self.extension and self.by else self.rule


class Counted(NamedTuple):
    """A day of the explanation: whether it counts, the how-manieth it is, why (a code), and what is
    known besides (a holiday's name, a reason)."""

    day: date
    counted: bool
    number: int | None
    why: str
    name: str | None = None


# --- terms -----------------------------------------------------------------------------------------


def months_after(day: date, months: int) -> date:
    """The same day of a later month; the last day of the month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def term_end(rule: Rule, start: date, calendar: Calendar) -> date:
    """The last day of a term that begins on ``start``, in the rule's unit, without pauses."""
    match rule.unit:
        case "working_days":
            return calendar.add_working(start, rule.number)
        case "months":
            end = months_after(start, rule.number)
        case "years":
            end = months_after(start, 12 * rule.number)
        case _:
            end = start + timedelta(days=rule.number)
    return calendar.next_working(end) if rule.rolls else end


def answer_due(facts: Facts, book: Book, calendar: Calendar) -> Due:
    """The last day for the answer to an appeal."""
    rule = book.for_appeal("appeal_answer", facts.received_on, facts.registered_on, facts.kind)
    start = start_of(rule, facts) if rule else None
    if facts.extension:
        by = book.for_appeal("appeal_extension", facts.received_on, facts.registered_on, facts.kind)
        return _extended(facts, facts.extension, rule, start, by, calendar)
    if rule is None or start is None:
        return Due(None, None)
    if not facts.pauses:
        return Due(term_end(rule, start, calendar), rule, start)
    working, count = _length(rule, start, calendar)
    day, left, since = _with_pauses(start, count, working, facts.pauses, calendar)
    if day and rule.rolls:
        day, since = _rolled(day, facts.pauses, calendar)
        left = left if day else 1
    return Due(day, rule, start, None if day else left, since)


def start_of(rule: Rule, facts: Facts) -> date:
    """The day that the term of an answer begins on, itself not counted."""
    later = max(facts.received_on, facts.registered_on)
    return later if rule.counted_from == "registered_on" else facts.received_on


def _length(rule: Rule, start: date, calendar: Calendar) -> tuple[bool, int]:
    """Whether working days are counted, and how many days."""
    if rule.unit == "working_days":
        return True, rule.number
    if rule.unit == "days":
        return False, rule.number
    months = rule.number * (12 if rule.unit == "years" else 1)
    return False, (months_after(start, months) - start).days


def _extended(
    facts: Facts,
    extension: Extension,
    rule: Rule | None,
    start: date | None,
    by: Rule | None,
    calendar: Calendar,
) -> Due:
    later = [p for p in facts.pauses if extension.on and p.first > extension.on]
    day: date | None = extension.until
    left, since = 0, None
    if later and extension.on and extension.until > extension.on:
        count = (extension.until - extension.on).days
        day, left, since = _with_pauses(extension.on, count, False, later, calendar)
        if day and day != extension.until and by is not None and by.rolls:
            day, since = _rolled(day, later, calendar)
            left = left if day else 1
    return Due(day, rule, start, None if day else left, since, extension, by)


def _with_pauses(
    start: date, count: int, working: bool, pauses: Sequence[Pause], calendar: Calendar
) -> tuple[date | None, int, date | None]:
    """The ``count``-th day after ``start`` that no pause holds; while one goes on: nothing, the days
    left, and since when."""
    here, left = start, count
    for pause in pauses:
        free = _between(here, pause.first, working, calendar)
        if free >= left:
            break
        left -= free
        if pause.until is None:
            return None, left, pause.first
        here = max(here, pause.until - DAY)
    return (calendar.add_working(here, left) if working else here + left * DAY), 0, None


def _between(here: date, first: date, working: bool, calendar: Calendar) -> int:
    """How many days count after ``here`` and before ``first``."""
    if working:
        return calendar.count(here + DAY, first - DAY)
    return max(0, (first - here).days - 1)


def _rolled(day: date, pauses: Sequence[Pause], calendar: Calendar) -> tuple[date | None, date | None]:
    """The day, or the next one that is worked and not held; nothing and since when if a pause goes on."""
    while True:
        held = next((p for p in pauses if p.first <= day and (p.until is None or day < p.until)), None)
        if held and held.until is None:
            return None, held.first
        if not held and calendar.is_working(day):
            return day, None
        day += DAY


# --- levels ----------------------------------------------------------------------------------------


def level(due: Due, as_of: date, book: Book, calendar: Calendar) -> str:
    """How near the last day of an open appeal is, on a day: one of :data:`LEVELS`."""
    if due.day is None:
        return "open"
    if as_of > due.day:
        far = book.rule("appeal_far_overdue", as_of)
        return "far_overdue" if far and as_of >= term_end(far, due.day, calendar) else "overdue"
    soon = book.rule("appeal_due_soon", as_of)
    if soon is None:
        return "open"
    if soon.unit == "working_days":
        left = calendar.count(as_of + DAY, due.day)
    else:
        left = (due.day - as_of).days
    return "due_soon" if left <= soon.number else "open"


# --- facts -----------------------------------------------------------------------------------------


def facts_of(
    appeal: Mapping[str, Any], events: Iterable[Mapping[str, Any]] = (), as_of: date | None = None
) -> Facts:
    """The facts of an appeal from its row and those of its steps, the earliest first; as known on a day.

    Rows hold days as ISO text or as ``date``. An extension that only a sheet told of counts from the
    appeal's own ``extended_until``.
    """
    pauses: list[Pause] = []
    extension: Extension | None = None
    decided_later = False
    for event in events:
        on = _day(event["happened_on"])
        what = event["event"]
        if as_of is not None and on > as_of:
            decided_later = decided_later or what == "extended"
            continue
        if what == "extended" and event["until"]:
            extension = Extension(on, _day(event["until"]))
        elif what == "paused":
            if not pauses or pauses[-1].until is not None:
                pauses.append(Pause(on))
        elif what in EVENTS and pauses and pauses[-1].until is None:
            pauses[-1] = Pause(pauses[-1].first, on)
    stored = appeal.get("extended_until")
    if extension is None and stored and not decided_later:
        extension = Extension(None, _day(stored))
    return Facts(
        appeal["kind"],
        _day(appeal["received_on"]),
        _day(appeal["registered_on"]),
        tuple(pause for pause in pauses if pause.until is None or pause.first < pause.until),
        extension,
    )


def _day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


# --- day by day ------------------------------------------------------------------------------------


def explained(facts: Facts, due: Due, calendar: Calendar, as_of: date) -> Iterator[Counted]:
    """Every day from the one the term begins on to the last one (or, while the clock stands, to
    ``as_of``): counted or not, and why."""
    if due.rule is None or due.start is None:
        return
    end = due.day or max(as_of, due.stands_since or as_of)
    decided = due.extension.on if due.extension else None
    number, (working, count) = 0, _length(due.rule, due.start, calendar)
    day = due.start
    while day <= min(end, decided or end):
        if day == due.start:
            yield Counted(day, False, None, "start")
        elif number < count:
            told = _of_day(day, working, facts.pauses, calendar, number)
            number += told.counted
            yield told
        else:
            told = _of_day(day, True, facts.pauses, calendar, number)
            yield Counted(day, False, None, "past_due" if due.extension else "moved_on", told.name)
        day += DAY
    if due.extension is None or decided is None:
        return
    yield Counted(decided, False, None, "extended", str(due.extension.until))
    later = [pause for pause in facts.pauses if pause.first > decided]
    number, count = 0, (due.extension.until - decided).days
    day = decided + DAY
    while day <= end:
        told = _of_day(day, False, later, calendar, number)
        if not told.counted or number < count:
            number += told.counted
            yield told
        else:
            yield Counted(day, False, None, "moved_on", _of_day(day, True, later, calendar, 0).name)
        day += DAY


def _of_day(day: date, working: bool, pauses: Sequence[Pause], calendar: Calendar, number: int) -> Counted:
    """A day after ``number`` that have counted."""
    if any(p.first <= day and (p.until is None or day < p.until) for p in pauses):
        return Counted(day, False, None, "paused")
    if not working:
        return Counted(day, True, number + 1, "calendar_day")
    own = calendar.own.get(day)
    if calendar.is_working(day):
        return Counted(day, True, number + 1, *(("own_working_day", own[1]) if own else ("working_day",)))
    if own:
        return Counted(day, False, None, "own_day_off", own[1])
    name = holiday_name(day)
    return Counted(day, False, None, "holiday" if name else "weekend", name)
