"""Who gains and who loses where rules change: the old and the new day of everybody on record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from ayala.appeal.deadlines import Deadlines
from ayala.dates import LAST_DAY
from ayala.rules.book import Book, Rule
from ayala.rules.clock import answer_due, months_after
from ayala.storage.asking import Asking

AGES = ("queue_age", "min_age", "max_age", "ceiling_age")
"""Ages with a far day: of the queue those who are in none, of a house those who live there."""


def differences(ask: Asking, old: Book, new: Book, today: date) -> Iterator[dict[str, Any]]:
    """A row for everybody whose day is another one under the new rules, as of a day.

    Only days that are not past under both: what is over is over. No day means: no rule, so never.
    """
    for what in AGES:
        rules = old.rule(what, today), new.rule(what, today)
        if _says(rules[0]) == _says(rules[1]):
            continue
        later_is_better = what != "min_age"
        for person in ask.rows(
            "rules", "people_queue" if what == "queue_age" else "people_housed", day=today
        ):
            days = [reached(rule, person) if rule else None for rule in rules]
            building = person.get("building")
            if building:
                days = [
                    reached(rule, person) if rule else None
                    for rule in (
                        old.rule(what, today, building=building),
                        new.rule(what, today, building=building),
                    )
                ]
            yield from _told(what, person["code"], person["code"], days, today, later_is_better)
    clock = Deadlines(ask, today)
    for row in ask.rows("rules", "people_appeals"):
        facts = clock.facts(row)
        days = [answer_due(facts, book, clock.calendar).day for book in (old, new)]
        yield from _told("appeal_answer", row["code"], row["graduate"], days, today, later_is_better=False)


def _says(rule: Rule | None) -> Any:
    return rule and (rule.value, rule.unit, rule.extended_by)


def reached(rule: Rule, person: Any) -> date:
    """The day on which a person is of an age, moved on by conscript service where the rule says so."""
    born = date.fromisoformat(person["birth_date"])
    served = (person["conscript_months"] or 0) if rule.extended_by == "conscript_months" else 0
    months = 12 * rule.number + served if rule.unit == "years" else rule.number + served
    day = months_after(born, months)
    # A day that the month does not have is the first of the next one: nothing ends a day too early.
    return day if day.day == born.day else date.fromordinal(day.toordinal() + 1)


def _told(
    what: str,
    code: str,
    graduate: str | None,
    days: Iterable[date | None],
    today: date,
    later_is_better: bool,
) -> Iterator[dict[str, Any]]:
    before, after = days
    if before == after or max(before or LAST_DAY, after or LAST_DAY) < today:
        return
    later = (after or LAST_DAY) > (before or LAST_DAY)
    yield {
        "what": what,
        "code": code,
        "graduate": graduate,
        "old_on": before and before.isoformat(),
        "new_on": after and after.isoformat(),
        "change": "gains" if later == later_is_better else "loses",
    }
