"""The terms of the law on personal data: dated rows read from ``ayala/rules/personal_data.toml``.

Working days are counted Monday to Friday. Public holidays and moved working days are not known here, so
the true last day may be a later one; whoever keeps to the day shown is in time unless the Government moved
a day of rest to a weekday before it.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

RULES = Path(__file__).resolve().parent.parent / "rules" / "personal_data.toml"


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
    for row in _rows("term"):
        if row["what"] == what and holds(row, on):
            return _term(row)
    raise KeyError(what)


def retention(on: date) -> dict[str, Term]:
    """How long records are kept, by their kind, as it holds on a day."""
    return {row["kind"]: _term(row) for row in _rows("retention") if holds(row, on)}


def beyond(table: str, on: date) -> tuple[str, ...]:
    """The columns of a table that are more than the tasks of the office need."""
    return tuple(
        column
        for row in _rows("beyond")
        if row["table"] == table and holds(row, on)
        for column in row["columns"]
    )


def holds(row: dict[str, Any], on: date) -> bool:
    """Whether a row holds on a day."""
    return bool(row.get("valid_from", date.min) <= on < row.get("valid_until", date.max))


def working_day(start: date, count: int) -> date:
    """The ``count``-th day after ``start`` that is neither a Saturday nor a Sunday."""
    day = start
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


def _term(row: dict[str, Any]) -> Term:
    return Term(
        row["value"], row["unit"], row["source"], row.get("proposal", False), row.get("next_step", "")
    )


@cache
def _rows(kind: str) -> list[dict[str, Any]]:
    with RULES.open("rb") as stream:
        rows: list[dict[str, Any]] = tomllib.load(stream)[kind]
    return rows
