"""What a case conference asks beyond the records themselves: what is due, which days matter, what happened
when.

Everything is told as of a day and read only. Ages and terms are the rulebook's, or the house's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from ayala.appeal.deadlines import Deadlines
from ayala.dates import age_reached
from ayala.output.table import Column, Table, columns
from ayala.rules import book
from ayala.rules.calendar import Calendar, own_days
from ayala.rules.comparing import reached

if TYPE_CHECKING:
    from ayala.storage.asking import Asking

Row = dict[str, Any]

FILE = "graduate/case"

WHOLE_LIST = frozenset({"position-moved-back", "queue-entry-vanished"})
"""Rules that go through every position on record to tell of one: the watch's affair. That somebody moved back
stands among the positions, as the change."""


def due_next(ask: Asking, code: str, as_of: date) -> Table:
    """What the watch tells of this person, the most urgent first, but for :data:`WHOLE_LIST`."""
    from ayala.watch import watching

    calendar = Calendar(own_days(ask.rows("rules", "calendar_days")))
    watch = watching.Watch(ask, book.current(), calendar, as_of, graduate=code)
    shown = columns(
        "rule", Column("level", "code", "watch_level"), "code", "due_on@", "days#", "sentence", "next_step"
    )
    names = [name for name in watching.rules() if name not in WHOLE_LIST]
    found = [
        {column.key: line[column.key] for column in shown}
        for line in watching.lines(watch.find(names), as_of)
    ]  # fmt: skip
    return Table("due_next", shown, found, subtitle=as_of.isoformat(), optional=True)


def far_days(ask: Asking, code: str, as_of: date) -> Table:
    """The days that matter, past and ahead: ages that the law or the house sets, and what ends when.

    ``days`` are counted from the as-of day and less than nought where the day is past. An age comes on the
    birthday, moved on by conscript service where the rule says so.
    """
    person = ask.row(FILE, "person", code=code, as_of=as_of)
    rows = [] if person is None else [*_ages(person, as_of), *_ends(ask, person, code, as_of)]
    for row in rows:
        row["days"] = (date.fromisoformat(row["day"]) - as_of).days
    rows.sort(key=lambda row: row["day"])
    shown = columns(
        "what:far_day",
        "day@",
        "days#",
        "age#",
        "place",
        Column("document", "code", "document_kind"),
        "source",
    )
    return Table("far_days", shown, rows, subtitle=as_of.isoformat(), optional=True)


def _ages(person: Mapping[str, Any], as_of: date) -> Iterator[Row]:
    """The age limits; where the person lives, the house's own go before those of the rulebook."""
    rules = book.current()
    born = date.fromisoformat(str(person["birth_date"]))
    for what in ("majority", "max_age", "ceiling_age", "queue_age"):
        if person["building"] and (own := person.get(what)):
            day, years, source = age_reached(born, own), own, person["policy_source"]
        elif rule := rules.rule(what, as_of, building=person["building"]):
            day, years, source = reached(rule, person), rule.number, rule.source
        else:
            continue
        place = person["building"] if what in ("max_age", "ceiling_age") else None
        yield _day(what, day.isoformat(), age=years, place=place, source=source)


def _ends(ask: Asking, person: Mapping[str, Any], code: str, as_of: date) -> Iterator[Row]:
    """The ends of the contract and the stay of the day, and of papers and consents."""
    for what, key in (("contract_end", "planned_end"), ("leaving", "until")):
        if person[key]:
            yield _day(what, str(person[key]), place=person["place"])
    for row in ask.rows(FILE, "expiring", code=code, as_of=as_of):
        yield _day(row["what"], str(row["day"]), document=row["document_kind"])


def _day(what: str, day: str, **more: Any) -> Row:
    return {"what": what, "day": day, "age": None, "place": None, "document": None, "source": None, **more}


def appeals(ask: Asking, code: str, as_of: date) -> Table:
    """The person's appeals, the open ones first with their last day and how near it is."""
    clock = Deadlines(ask, as_of, few=True)
    shown = columns(
        "code", "received_on@", "topic:topic", "channel:channel", "status:status", "decision:decision",
        "answered_on@", "assignee", "due_on@", "level:level",
    )  # fmt: skip
    rows = [{**row, **clock.of_open(row)} for row in ask.rows("graduate", "page_appeals", code=code)]
    return Table("appeals", shown, rows, optional=True)


def positions(ask: Asking, code: str, as_of: date) -> Table:
    """Every position reported of the person's queue entries, the latest first."""
    rows = list(ask.rows(FILE, "positions", code=code, as_of=as_of))
    return Table("positions", columns("code", "position_on@", "position#", "change#"), rows, optional=True)


def consents(ask: Asking, code: str, as_of: date) -> Table:
    """Consents to the processing of personal data, as they stand on the day."""
    from ayala.graduate.reading import EVERYTHING

    shown = columns(
        "given_on@", "until@", Column("state", "code", "consent_state"),
        Column("form", "code", "consent_form"), Column("given_by", "code", "consent_giver"), "withdrawn_on@",
    )  # fmt: skip
    asked = {"graduate": code, "state": None, "as_of": as_of, "limit": EVERYTHING}
    return Table("consents", shown, list(ask.rows("personal", "consents", **asked)), optional=True)


def blocks(ask: Asking, code: str, as_of: date) -> Table:
    """Whether the person's data are or were blocked."""
    shown = columns("blocked_on@", "reason", "unblocked_on@", "unblock_reason")
    return Table("blocks", shown, list(ask.rows(FILE, "blocks", code=code, as_of=as_of)), optional=True)


def story(ask: Asking, code: str, as_of: date) -> Table:
    """What happened to the person, in order of time, until the as-of day."""
    shown = columns(
        "day@", Column("what", "code", "story"), "code", "topic:topic", "kind:kind", "detail"
    )  # fmt: skip
    return Table("story", shown, list(ask.rows(FILE, "story", code=code, as_of=as_of)), optional=True)
