"""The ages and the sex rule that a Youth House begins with: dated rows of law, read from data.

The rows stand in the rulebook, each with its source. A building keeps a copy of
what held on the day it was entered and may go its own way from there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ayala.rules import book
from ayala.rules.book import Rule

AGES = ("min_age", "max_age", "ceiling_age")


@dataclass(frozen=True)
class Policy:
    """Whom a building admits, in whole years; ``None`` where nothing is laid down.

    ``min_age`` is the first age admitted; on reaching ``max_age`` the right to a place ends, and
    ``ceiling_age`` is as far as practice goes beyond it.
    """

    min_age: int | None
    max_age: int | None
    ceiling_age: int | None
    source: str


def default_policy(on: date) -> Policy:
    """What a new building begins with, by the rows that hold on a day."""
    rows = {what: row for what in AGES if (row := rule(what, on))}
    values = {what: rows[what].number if what in rows else None for what in AGES}
    return Policy(**values, source="; ".join(dict.fromkeys(row.source for row in rows.values())))


def one_sex_a_room(on: date) -> str | None:
    """The source of the rule that a room holds people of one sex, if it holds on a day."""
    row = rule("one_sex_a_room", on)
    return row.source if row and row.value else None


def rule(what: str, on: date, building: str | None = None) -> Rule | None:
    """The row that holds for ``what`` on a day, in a building."""
    return book.current().rule(what, on, building=building)
