"""The age by which a person must be registered in the housing queue: dated data, not code.

The rows stand in the rulebook (``queue_age``) with their source. What comes of them is a note beside the
record; it decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from ayala.language.phrases import phrase, phrases
from ayala.rules import book


@dataclass(frozen=True)
class QueueAge:
    """An age in years that was not yet reached at the registration, and where that is written; the first
    and the last day on which the rule holds."""

    value: int
    source: str
    valid_from: date
    valid_to: date
    id: str = ""

    def reached_on(self, born: date, conscript_months: int | None) -> date:
        """The day on which the person is of that age, moved on by the months of conscript service.

        A day that the month does not have becomes the first of the next one, as in
        :func:`ayala.dates.age_on`: nothing ends a day too early.
        """
        day = born + relativedelta(years=self.value, months=conscript_months or 0)
        return day if day.day == born.day else day + timedelta(days=1)


def queue_ages() -> tuple[QueueAge, ...]:
    """Every dated row of the rule."""
    return tuple(
        QueueAge(rule.number, rule.source, rule.valid_from, rule.valid_to, rule.id)
        for rule in book.rows_of("queue_age")
    )


def queue_age(registered_on: date) -> QueueAge | None:
    """The row that holds for an entry registered on a day."""
    return next((rule for rule in queue_ages() if rule.valid_from <= registered_on <= rule.valid_to), None)


def too_old(born: date, conscript_months: int | None, registered_on: date) -> str | None:
    """Why the person was too old on the day of registration, with the source; nothing if not."""
    rule = queue_age(registered_on)
    if rule is None:
        return None
    reached = rule.reached_on(born, conscript_months)
    if registered_on < reached:
        return None
    if conscript_months:
        return phrases(
            "registered on {day}, but {age} years and {n} month of service were full on {reached} ({source})",
            "registered on {day}, but {age} years and {n} months of service were full on {reached}"
            " ({source})",
            conscript_months,
            day=registered_on,
            age=rule.value,
            reached=reached,
            source=rule.source,
        )
    return phrase(
        "registered on {day}, but {age} years were full on {reached} ({source})",
        day=registered_on,
        age=rule.value,
        reached=reached,
        source=rule.source,
    )
