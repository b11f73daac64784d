"""What ``ayala rules`` shows: rows, the row that holds, days that are not ordinary ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from ayala.errors import NoSuchRecord
from ayala.language.phrases import phrase
from ayala.output.harmless import shortened
from ayala.output.table import Column, Table, columns
from ayala.rules.book import Book, Rule

COLUMNS = columns(
    "id", Column("what", heading="about"), "value", "unit:term_unit", "counted_from", "applies_to",
    "valid_from@", "valid_to@", "organisation", "appeal_kind", "building", "procedure",
    Column("rolls", "flag"), Column("proposal", "flag"), "source", "note", "file",
)  # fmt: skip


def listed(book: Book, *, what: str | None = None, on: date | None = None) -> Table:
    """The rows of the rulebook: all, of one thing, or those in force on a day."""
    rules = [
        rule
        for rule in book.rules
        if (what is None or rule.what == _key(what)) and (on is None or rule.holds(on))
    ]
    return Table("rules", COLUMNS, map(_row, rules), subtitle=on.isoformat() if on else "")


def shown(book: Book, text: str, on: date | None = None) -> Table:
    """A row by its id, or the rows of one thing; with a day those in force then.

    Raises :class:`NoSuchRecord`.
    """
    key = _key(text)
    found: Sequence[Rule] = [book.by_id[key]] if key in book.by_id else book.by_what.get(key, ())
    if on is not None:
        found = [rule for rule in found if rule.holds(on)]
    if not found:
        what = shortened(text)
        raise NoSuchRecord(
            phrase("no rule says '{what}' on {day}", what=what, day=on)
            if on
            else phrase("no rule says '{what}'", what=what),
            "ayala rules list",
        )
    return Table("rules", COLUMNS, map(_row, found), upright=len(found) == 1)


def _key(text: str) -> str:
    return text.strip().replace(".", "_").replace("-", "_")


def _row(rule: Rule) -> dict[str, Any]:
    many = isinstance(rule.value, tuple)
    value = " ".join(map(str, rule.value)) if many else str(rule.value).lower()
    return {
        **{
            name: getattr(rule, name)
            for name in ("id", "what", "unit", "source", "file", "rolls", "proposal")
        },
        "value": value,
        "counted_from": rule.counted_from or None,
        "applies_to": rule.applies_to or None,
        "valid_from": None if rule.valid_from == date.min else rule.valid_from.isoformat(),
        "valid_to": None if rule.valid_to == date.max else rule.valid_to.isoformat(),
        "organisation": " ".join(rule.organisation) or None,
        "appeal_kind": " ".join(rule.appeal_kind) or None,
        "building": " ".join(rule.building) or None,
        "procedure": rule.procedure or None,
        "note": rule.note or None,
    }


def calendar_days(own: dict[date, tuple[bool, str]], year: int) -> Table:
    """The days of a year on which work is other than the weekday says, and the office's own."""
    from ayala.rules.calendar import WEEKDAYS, Calendar, estimated, holiday_name

    calendar = Calendar(own)
    unsure = set(estimated(year))
    rows = []
    day = date(year, 1, 1)
    while day.year == year:
        working, name = calendar.is_working(day), holiday_name(day)
        if day in own or name or working != (day.weekday() < 5):
            rows.append(
                {
                    "day": day.isoformat(),
                    "weekday": WEEKDAYS[day.weekday()],
                    "working": working,
                    "kind": "own" if day in own else "estimated" if day in unsure else "public",
                    "name": own[day][1] if day in own else name,
                }
            )
        day += timedelta(days=1)
    return Table(
        "calendar",
        columns(
            "day@", "weekday:weekday", Column("working", "flag"),
            Column("kind", "code", "day_kind", heading="day_kind"), Column("name", heading="remark"),
        ),
        rows,
        subtitle=str(year),
    )  # fmt: skip


def moved(rows: Iterable[tuple[str, date | None, date | None]]) -> Table:
    """The open appeals whose last day is another one since the calendar changed."""
    return Table(
        "moved",
        columns("code", Column("from", "day", heading="from_day"), Column("to", "day", heading="to_day")),
        [
            {"code": code, "from": before and before.isoformat(), "to": after and after.isoformat()}
            for code, before, after in rows
        ],
        optional=True,
    )
