"""Whether a rulebook can be right: gaps, overlaps, rows that cannot be; and days that are not sure yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from ayala.language.codes import CODES
from ayala.language.phrases import phrase
from ayala.rules.book import FOLDER, ORGANISATIONS, Book, Rule, read, rule_of, wrong_form
from ayala.rules.calendar import Calendar, estimated

AGES = (("min_age", "max_age"), ("max_age", "ceiling_age"))
"""What may not be more than what."""


class Problem(NamedTuple):
    """What is wrong with a row, and where it stands."""

    file: str
    id: str
    problem: str


def problems(own: Path | None) -> Iterator[Problem]:
    """Everything wrong with the shipped rows and with the office's own file, if there is one."""
    good: dict[str, Rule] = {}
    for path in [*sorted(FOLDER.glob("*.toml")), *([own] if own else [])]:
        here: set[str] = set()
        for row in read(path):
            name = str(row.get("id", ""))
            if name in here:
                yield Problem(path.name, name, phrase("this id stands there twice"))
            here.add(name)
            if wrong := wrong_form(row):
                yield Problem(path.name, name, wrong)
                continue
            rule = rule_of(row, path.name)
            found = list(_of_row(rule, row))
            yield from found
            if not found:
                good[rule.id] = rule
    rules = tuple(good.values())
    yield from _of_order(rules)
    yield from _of_ages(rules)


def _of_row(rule: Rule, row: dict[str, Any]) -> Iterator[Problem]:
    def wrong(sentence: str) -> Problem:
        return Problem(rule.file, rule.id, sentence)

    if rule.unit not in CODES["term_unit"]:
        yield wrong(
            phrase("'{unit}' is no unit: {known}", unit=rule.unit, known=", ".join(CODES["term_unit"]))
        )
    elif rule.unit == "yes_or_no":
        if not isinstance(rule.value, bool):
            yield wrong(phrase("the value must be true or false"))
    elif rule.unit == "columns":
        if not all(isinstance(part, str) for part in _parts(rule)):
            yield wrong(phrase("the value must be a list of names"))
    else:
        for part in _parts(rule):
            if isinstance(part, bool) or not isinstance(part, int):
                yield wrong(phrase("the value {value} is no whole number", value=repr(part)))
            elif part < 0 or (part == 0 and not row.get("at_once")):
                yield wrong(phrase("the value {value} is not more than 0", value=part))
    if rule.valid_to < rule.valid_from:
        yield wrong(
            phrase(
                "valid_to ({last}) is before valid_from ({first})", last=rule.valid_to, first=rule.valid_from
            )
        )
    if not rule.source.strip():
        yield wrong(phrase("no source"))
    for codes, known in ((rule.organisation, ORGANISATIONS), (rule.appeal_kind, CODES["appeal_kind"])):
        for code in codes:
            if code not in known:
                yield wrong(phrase("'{typed}' is none of: {known}", typed=code, known=", ".join(known)))


def _parts(rule: Rule) -> Sequence[Any]:
    return rule.value if isinstance(rule.value, tuple) else (rule.value,)


def _of_order(rules: Sequence[Rule]) -> Iterator[Problem]:
    """Rows of the same thing and the same restrictions follow each other day for day."""
    alike: dict[Any, list[Rule]] = {}
    for rule in rules:
        key = (rule.what, rule.organisation, rule.appeal_kind, rule.building, rule.procedure)
        alike.setdefault(key, []).append(rule)
    for rows in alike.values():
        rows.sort(key=lambda rule: (rule.valid_from, rule.valid_to))
        for before, after in pairwise(rows):
            if after.valid_from <= before.valid_to:
                yield Problem(
                    after.file,
                    after.id,
                    phrase(
                        "overlaps {id} ({file}) on {day}",
                        id=before.id,
                        file=before.file,
                        day=after.valid_from,
                    ),
                )
            elif after.valid_from > before.valid_to + timedelta(days=1):
                first = before.valid_to + timedelta(days=1)
                last = after.valid_from - timedelta(days=1)
                yield Problem(
                    after.file,
                    after.id,
                    phrase(
                        "no row says '{what}' from {first} to {last}, after {id} ({file})",
                        what=after.what,
                        first=first,
                        last=last,
                        id=before.id,
                        file=before.file,
                    ),
                )


def _of_ages(rules: Sequence[Rule]) -> Iterator[Problem]:
    book = Book(tuple(rules))
    for low, high in AGES:
        for rule in rules:
            if rule.what != low or rule.organisation or rule.building:
                continue
            other = book.rule(high, rule.valid_from)
            if other is not None and rule.number > other.number:
                yield Problem(
                    rule.file,
                    rule.id,
                    phrase(
                        "{low} {low_age} is more than {high} {high_age} of {id} ({file})",
                        low=low,
                        low_age=rule.number,
                        high=high,
                        high_age=other.number,
                        id=other.id,
                        file=other.file,
                    ),
                )


def unsure_days(calendar: Calendar, today: date) -> list[date]:
    """Estimated holidays of the coming year that the office has not laid down itself.

    Weekends are left out: nothing is moved there, so nothing hangs on them.
    """
    coming = [
        day
        for year in (today.year, today.year + 1)
        for day in estimated(year)
        if today <= day <= today + timedelta(days=366)
    ]
    return [day for day in coming if day not in calendar.own]
