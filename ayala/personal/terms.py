"""The terms of the law on personal data: dated rows of the rulebook.

Working days are counted Monday to Friday. Public holidays and moved working days are not known here, so
the true last day may be a later one; whoever keeps to the day shown is in time unless the Government moved
a day of rest to a weekday before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from ayala.rules import book
from ayala.rules.book import Rule

RETENTION = "retention_"
"""What a row on keeping is about begins so; the kind of record follows."""


@dataclass(frozen=True)
class Term:
    """A number of days, working days, months or years, counted from an event; with its source."""

    value: int
    unit: str
    source: str
    proposal: bool = False
    next_step: str = ""

    def end(self, start: date) -> date:
        """The day on which the term that began on ``start`` ends; the next day is the first counted."""
        if self.unit == "working_days":
            return working_day(start, self.value)
        if self.unit == "days":
            return start + timedelta(days=self.value)
        from dateutil.relativedelta import relativedelta

        return start + relativedelta(**{self.unit: self.value})  # type: ignore[arg-type]


def term(what: str, on: date) -> Term:
    """The term of that name as it holds on a day. KeyError if there is none."""
    row = book.current().rule(what, on)
    if row is None:
        raise KeyError(what)
    return _term(row)


def retention(on: date) -> dict[str, Term]:
    """How long records are kept, by their kind, as it holds on a day."""
    office = book.current()
    kinds = [what for what in office.by_what if what.startswith(RETENTION)]
    return {what.removeprefix(RETENTION): _term(row) for what in kinds if (row := office.rule(what, on))}


def beyond(table: str, on: date) -> tuple[str, ...]:
    """The columns of a table that are more than the tasks of the office need."""
    row = book.current().rule(f"beyond_{table}", on)
    return tuple(row.value) if row else ()


def working_day(start: date, count: int) -> date:
    """The ``count``-th day after ``start`` that is neither a Saturday nor a Sunday."""
    day = start
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


def _term(row: Rule) -> Term:
    return Term(row.number, row.unit, row.source, row.proposal, row.next_step)
