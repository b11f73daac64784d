"""The age by which a person must be registered in the housing queue: dated data, not code.

The rows stand in ``ayala/rules/housing.toml`` with their source. What comes of them is a note beside
the record; it decides nothing.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from dateutil.relativedelta import relativedelta

RULES = Path(__file__).resolve().parent.parent / "rules" / "housing.toml"


@dataclass(frozen=True)
class QueueAge:
    """An age in years that was not yet reached at the registration, and where that is written."""

    value: int
    source: str
    valid_from: date
    valid_until: date

    def reached_on(self, born: date, conscript_months: int | None) -> date:
        """The day on which the person is of that age, moved on by the months of conscript service.

        A day that the month does not have becomes the first of the next one, as in
        :func:`ayala.dates.age_on`: nothing ends a day too early.
        """
        day = born + relativedelta(years=self.value, months=conscript_months or 0)
        return day if day.day == born.day else day + timedelta(days=1)


@cache
def queue_ages() -> tuple[QueueAge, ...]:
    """Every dated row of the rule."""
    with RULES.open("rb") as stream:
        rows = tomllib.load(stream)["queue_age"]
    return tuple(
        QueueAge(
            int(row["value"]),
            str(row["source"]),
            row.get("valid_from", date.min),
            row.get("valid_until", date.max),
        )
        for row in rows
    )


def too_old(born: date, conscript_months: int | None, registered_on: date) -> str | None:
    """Why the person was too old on the day of registration, with the source; nothing if not."""
    for rule in queue_ages():
        if rule.valid_from <= registered_on < rule.valid_until:
            reached = rule.reached_on(born, conscript_months)
            if registered_on >= reached:
                served = f" and {conscript_months} months of service" if conscript_months else ""
                return (
                    f"registered on {registered_on}, but {rule.value} years{served} were full on {reached}"
                    f" ({rule.source})"
                )
    return None
