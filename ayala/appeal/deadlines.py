"""The clock put to appeals on record: the last day and the level of each, as of a day.

The steps of all open appeals are asked for at once, and only when the first open appeal is met; holidays
are loaded then too, so a list of ended appeals costs what it did.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import Any

from ayala.appeal.steps import OPEN
from ayala.output.table import Column, Table, columns
from ayala.rules import book
from ayala.rules.book import Book
from ayala.rules.calendar import WEEKDAYS, Calendar, own_days
from ayala.rules.clock import Due, Facts, answer_due, explained, facts_of, level
from ayala.storage.asking import Asking

Row = Mapping[str, Any]


class Deadlines:
    """Last days and levels of appeals on a day. ``few``: the steps of each appeal are asked for by itself,
    where only some of the open ones are looked at."""

    def __init__(
        self, ask: Asking, as_of: date, calendar: Calendar | None = None, *, few: bool = False
    ) -> None:
        self.ask = ask
        self.as_of = as_of
        self.few = few
        self._levels: dict[date | None, str] = {}
        if calendar is not None:
            self.calendar = calendar

    @cached_property
    def book(self) -> Book:
        return book.current()

    @cached_property
    def calendar(self) -> Calendar:
        return Calendar(own_days(self.ask.rows("rules", "calendar_days")))

    @cached_property
    def _steps(self) -> dict[str, list[Row]]:
        """The steps of the open appeals that the clock looks at, by code."""
        found: dict[str, list[Row]] = {}
        for row in self.ask.rows("appeal", "clock_steps_open"):
            found.setdefault(row["code"], []).append(row)
        return found

    def facts(self, appeal: Row) -> Facts:
        """What the clock has to know of an open appeal."""
        code = appeal["code"]
        if self.few:
            return facts_of(appeal, self.ask.rows("appeal", "clock_steps_of_one", code=code), self.as_of)
        return facts_of(appeal, self._steps.get(code, ()), self.as_of)

    def of_open(self, appeal: Row) -> dict[str, Any]:
        """``due_on`` and ``level`` of an appeal; both empty if it has ended."""
        if appeal["status"] not in OPEN:
            return {"due_on": None, "level": None}
        due = answer_due(self.facts(appeal), self.book, self.calendar)
        return {"due_on": _iso(due.day), "level": level(due, self.as_of, self.book, self.calendar)}

    def alike(self, alike: Iterable[Row], stepped: Iterable[Row]) -> Iterator[tuple[Row, int, Due]]:
        """A row, how many appeals it stands for, and their last day: the clock is put to them together.

        ``alike``: rows with ``appeals``, those of the same facts one after the other, of appeals that no step
        stopped or moved. ``stepped``: the other ones, a row for each of their steps, an appeal's together.
        """
        asked: tuple[Any, ...] | None = None
        due = Due(None, None)
        for row in alike:
            facts = (row["kind"], row["received_on"], row["registered_on"], row["extended_until"])
            if facts != asked:
                asked, due = facts, answer_due(facts_of(row), self.book, self.calendar)
            yield row, row["appeals"], due
        for _, steps in groupby(stepped, key=itemgetter("code")):
            told = list(steps)
            yield told[0], 1, answer_due(facts_of(told[0], told, self.as_of), self.book, self.calendar)

    def of_row(self, appeal: Row) -> Due:
        """The last day of an appeal; its steps are asked for if it has ``stepped``."""
        steps = (
            self.ask.rows("appeal", "clock_steps_of_one", code=appeal["code"]) if appeal["stepped"] else ()
        )
        return answer_due(facts_of(appeal, steps, self.as_of), self.book, self.calendar)

    def level_of(self, due: Due) -> str:
        """How near a last day is; each day is looked at once."""
        if due.day not in self._levels:
            self._levels[due.day] = level(due, self.as_of, self.book, self.calendar)
        return self._levels[due.day]

    def open_ones(self) -> Iterator[tuple[str, Facts]]:
        """Code and facts of every open appeal, in the order of the register."""
        for row in self.ask.rows("appeal", "clock_open"):
            yield row["code"], self.facts(row)

    def due_days(self, calendar: Calendar | None = None, rules: Book | None = None) -> dict[str, date | None]:
        """The last day of every open appeal, by code; with another calendar or other rules if given."""
        return {
            code: answer_due(facts, rules or self.book, calendar or self.calendar).day
            for code, facts in self.open_ones()
        }

    def of_one(self, code: str) -> tuple[Row, Facts, Due]:
        """Row, facts and last day of one appeal, whatever its status."""
        row = self.ask.row("appeal", "clock_of_one", code=code)
        assert row is not None
        facts = facts_of(row, self.ask.rows("appeal", "clock_steps_of_one", code=code), self.as_of)
        return row, facts, answer_due(facts, self.book, self.calendar)

    def shown(self, code: str) -> dict[str, Any]:
        """``due_on`` and ``level`` for the page of one appeal; an ended one keeps its last day."""
        row, _, due = self.of_one(code)
        near = level(due, self.as_of, self.book, self.calendar) if row["status"] in OPEN else None
        return {"due_on": _iso(due.day), "level": near}


def explain(clock: Deadlines, code: str) -> list[Table]:
    """The rule and the last day of one appeal, and every day on the way, counted or skipped and why."""
    row, facts, due = clock.of_one(code)
    rule = due.last_rule
    head = {
        "code": code,
        "rule": rule.id if rule else None,
        "value": rule.number if rule else None,
        "unit": rule.unit if rule else None,
        "counted_from": rule.counted_from if rule else None,
        "start_on": _iso((due.extension and due.extension.on) or due.start),
        "extended_until": _iso(due.extension and due.extension.until),
        "due_on": _iso(due.day),
        "level": level(due, clock.as_of, clock.book, clock.calendar) if row["status"] in OPEN else None,
        "days": (due.day - clock.as_of).days if due.day else None,
        "days_left": due.left,
        "source": rule.source if rule else None,
    }
    days = [
        {
            "day": told.day.isoformat(),
            "weekday": WEEKDAYS[told.day.weekday()],
            "counted": told.counted,
            "number": told.number,
            "why": told.why,
            "name": told.name,
        }
        for told in explained(facts, due, clock.calendar, clock.as_of)
    ]
    return [
        Table(
            "clock",
            columns(
                "code", "rule", "value#", "unit:term_unit", "counted_from", "start_on@", "extended_until@",
                "due_on@", "level:level", "days#", Column("days_left", "number"), "source",
            ),
            [head],
            subtitle=code,
            upright=True,
        ),
        Table(
            "days",
            columns(
                "day@", "weekday:weekday", Column("counted", "flag"),
                Column("number", "number", heading="no"), "why:day_why", Column("name", heading="remark"),
            ),
            days,
            optional=True,
        ),
    ]  # fmt: skip


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
