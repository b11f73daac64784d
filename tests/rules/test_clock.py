"""The clock against an independent count, a day at a time, over 28 years of law; and the days known by hand."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import holidays
from hypothesis import given, settings
from hypothesis import strategies as st

from ayala.rules import book as rulebook
from ayala.rules.calendar import Calendar
from ayala.rules.clock import answer_due, explained, facts_of

ONE = timedelta(days=1)
BOOK = rulebook.book_of(None)
PUBLIC = holidays.country_holidays("KZ", years=range(2005, 2040))
APPEALS = Path(rulebook.__file__).parent / "appeals.toml"
ROWS = tomllib.loads(APPEALS.read_text(encoding="utf-8"))["rule"]

days = st.dates(date(2007, 1, 12), date(2035, 12, 31))
kinds = st.sampled_from(["application", "complaint", "message", "proposal", "response", "request"])


@st.composite
def steps(draw: Any) -> tuple[date, date, list[dict[str, Any]], dict[date, tuple[bool, str]]]:
    """An appeal's days, its steps as the register keeps them, and the office's own days."""
    received = draw(days)
    registered = received + timedelta(days=draw(st.integers(0, 5)))
    events: list[dict[str, Any]] = []
    at = received
    for _ in range(draw(st.integers(0, 4))):
        at += timedelta(days=draw(st.integers(0, 20)))
        match draw(st.sampled_from(["pause", "open", "extend"])):
            case "pause":
                events.append({"event": "paused", "happened_on": at, "until": None})
                at += timedelta(days=draw(st.integers(0, 40)))
                events.append({"event": "resumed", "happened_on": at, "until": None})
            case "extend":
                until = at + timedelta(days=draw(st.integers(1, 70)))
                events.append({"event": "extended", "happened_on": at, "until": until})
            case "open":
                events.append({"event": "paused", "happened_on": at, "until": None})
                break
    own = {
        received + timedelta(days=n): (working, "own")
        for n, working in draw(st.dictionaries(st.integers(0, 90), st.booleans(), max_size=6)).items()
    }
    return received, registered, events, own


def worked(day: date, own: dict[date, tuple[bool, str]]) -> bool:
    return own[day][0] if day in own else PUBLIC.is_working_day(day)


def naive(
    received: date,
    registered: date,
    kind: str,
    events: list[dict[str, Any]],
    own: dict[date, tuple[bool, str]],
) -> date | None:
    """The last day, told by walking; nothing while the clock stands. Written from the text of the law and
    the conventions of docs/rules.md, without the code of the rules."""
    if registered >= date(2026, 1, 1):
        start, count, working, rolls = registered, 20 if kind == "complaint" else 15, True, True
    elif received >= date(2021, 7, 1):
        start, count, working, rolls = received, 20 if kind == "complaint" else 15, True, False
    else:
        start, count, working, rolls = received, 15, False, False

    held: set[date] = set()
    held_late: set[date] = set()
    extended: tuple[date, date] | None = None
    for event in events:
        if event["event"] == "extended":
            extended, held_late = (event["happened_on"], event["until"]), set()
    paused: date | None = None
    for event in [*events, {"event": "end", "happened_on": received + 400 * ONE}]:
        if event["event"] == "paused":
            paused = event["happened_on"]
        elif event["event"] in ("resumed", "end") and paused:
            day = paused
            while day < event["happened_on"]:
                held.add(day)
                if extended and paused > extended[0]:
                    held_late.add(day)
                day += ONE
            paused = None
    if extended:
        start, until = extended
        count, working, held = (until - start).days, False, held_late
    day = start
    while count:
        day += ONE
        if day in held or (working and not worked(day, own)):
            pass
        else:
            count -= 1
        if day > received + 390 * ONE:
            return None
    if rolls and (not extended or day != extended[1]):
        while day in held or not worked(day, own):
            day += ONE
            if day > received + 399 * ONE:
                return None
    return day


@settings(max_examples=1500, deadline=None)
@given(case=steps(), kind=kinds)
def test_the_clock_counts_as_one_counts_by_hand(case: Any, kind: str) -> None:
    received, registered, events, own = case
    row = {"kind": kind, "received_on": received, "registered_on": registered, "extended_until": None}
    facts, calendar = facts_of(row, events), Calendar(own)
    due = answer_due(facts, BOOK, calendar)
    assert due.day == naive(received, registered, kind, events, own)
    assert (due.day is None) == (due.stands_since is not None)

    told = list(explained(facts, due, calendar, received + 100 * ONE))
    if due.day:
        assert told[-1].day == due.day
        base = due.rule.number if due.rule else 0
        if not due.extension:
            assert sum(day.counted for day in told) == base
    numbers = [day.number for day in told if day.counted]
    assert all(day.counted == (day.number is not None) for day in told)
    assert len(numbers) == sum(day.counted for day in told)
