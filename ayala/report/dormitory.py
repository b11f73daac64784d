"""The Youth House: how full it is, who lives there, who came and went, and which beds come free.

A region narrows to the buildings that stand in it, a building to itself. Residents are graduates; those who
live with them are counted apart (``companions``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from ayala.dates import Span, age_on, age_reached
from ayala.language.catalogue import codes
from ayala.output.table import Chart, Column, Table, columns
from ayala.report import summaries
from ayala.report.asked import Asked

if TYPE_CHECKING:
    from ayala.storage.asking import Asking

Row = Mapping[str, Any]
Records = Iterable[Mapping[str, Any]]

QUESTIONS = "report/dormitory"

UNTIED: frozenset[str] = frozenset()

DAILY = 92
"""The most days that are listed one by one, a quarter; a longer span has the last day of each month."""
AHEAD = 6
"""Months that the forecast of free beds looks ahead."""


def tables(ask: Asking, asked: Asked) -> list[Table]:
    """The tables of ``ayala report dormitory``: standing on the as-of day, moving in the span."""
    occupancy = summaries.dormitory(ask, asked)
    occupancy.chart = summaries.CHARTS["dormitory"]
    gone = list(ask.rows(QUESTIONS, "left", start=asked.span.start, end=asked.span.end, **_where(asked)))
    return [
        occupancy,
        by_day(ask, asked),
        ages(ask, asked),
        leavers(gone, asked, "destination", "destination"),
        leavers(gone, asked, "end_reason", "end_reason"),
        movement(ask, gone, asked),
        free_beds(ask, asked),
    ]


def by_day(ask: Asking, asked: Asked) -> Table:
    """Residents on the days of the span, none after the as-of day; the share of all beds on record."""
    days = list(_days(asked))
    beds = ask.value("report", "beds_total", **_where(asked))
    rows = []
    if days:
        there, moves = 0, iter(ask.rows(QUESTIONS, "comings_and_goings", end=days[-1], **_where(asked)))
        move = next(moves, None)
        for day in days:
            while move is not None and str(move["day"]) <= day.isoformat():
                there += move["came"] - move["went"]
                move = next(moves, None)
            share = round(there / beds, 4) if beds else None
            rows.append({"day": day.isoformat(), "residents": there, "occupied_share": share})

    def behind(row: Row | None, column: str) -> Records | None:
        if row is None or column != "residents":
            return None
        found = ask.rows(QUESTIONS, "residents", day=row["day"], **_where(asked))
        return ({"code": each["code"], "bed": each["bed"]} for each in found)

    return Table(
        "occupancy_by_day",
        columns("day@", "residents#", Column("occupied_share", "share")),
        rows,
        subtitle=asked.span.label,
        chart=Chart("line", "day", ("residents",)),
        behind=behind,
    )


def _days(asked: Asked) -> Iterator[date]:
    """The days that are listed: each one of a quarter, else the last of each month and the last of all."""
    last = min(asked.span.end, asked.as_of)
    if (last - asked.span.start).days < DAILY:
        for ahead in range((last - asked.span.start).days + 1):
            yield asked.span.start + timedelta(days=ahead)
        return
    for month in _months(Span(asked.span.start, last)):
        yield min(age_reached(date.fromisoformat(f"{month}-01"), 0, 1) - timedelta(days=1), last)


def _months(span: Span) -> Iterator[str]:
    first, last = (day.year * 12 + day.month - 1 for day in (span.start, span.end))
    for month in range(first, last + 1):
        yield f"{month // 12:04d}-{month % 12 + 1:02d}"


def ages(ask: Asking, asked: Asked) -> Table:
    """Residents on the as-of day by their age in whole years."""
    counted: Counter[int] = Counter()
    for row in ask.rows(QUESTIONS, "birth_dates", day=asked.as_of, **_where(asked)):
        counted[_age(row, asked)] += row["residents"]

    def behind(row: Row | None, column: str) -> Records | None:
        if column != "residents":
            return None
        found = ask.rows(QUESTIONS, "residents", day=asked.as_of, **_where(asked))
        return (
            {"code": each["code"], "bed": each["bed"]}
            for each in found
            if row is None or _age(each, asked) == row["age"]
        )

    total = ask.value("report", "residents_total", as_of=asked.as_of, **_where(asked))
    return Table(
        "residents_by_age",
        columns("age#", "residents#"),
        [{"age": age, "residents": counted[age]} for age in sorted(counted)],
        {"residents": total},
        asked.as_of.isoformat(),
        chart=Chart("columns", "age", ("residents",)),
        behind=behind,
    )


def _age(row: Row, asked: Asked) -> int:
    return age_on(date.fromisoformat(str(row["birth_date"])), asked.as_of)


def leavers(gone: list[dict[str, Any]], asked: Asked, key: str, vocabulary: str) -> Table:
    """Who left the house in the span, by where to or why; a move to another bed is no leaving."""
    counted = Counter(row[key] for row in gone)
    order = [*codes(vocabulary), None]

    def behind(row: Row | None, column: str) -> Records | None:
        return _listed(gone, lambda each: row is None or each[key] == row[key])

    return Table(
        f"leavers_by_{key}",
        columns(f"{key}:{vocabulary}", "leavers#"),
        [{key: code, "leavers": counted[code]} for code in order if counted[code]],
        {"leavers": len(gone)},
        asked.span.label,
        chart=Chart("bars", key, ("leavers",)),
        behind=behind,
    )


def movement(ask: Asking, gone: list[dict[str, Any]], asked: Asked) -> Table:
    """Who came into the house and who left it, month by month, until the as-of day's month."""
    new = list(ask.rows(QUESTIONS, "came", start=asked.span.start, end=asked.span.end, **_where(asked)))
    came, left = (Counter(row["month"] for row in rows) for rows in (new, gone))
    known = sorted(came.keys() | left.keys())
    months = list(_months(Span(asked.span.start, max(asked.span.start, min(asked.span.end, asked.as_of)))))
    shown = sorted({*known, *(months if len(months) <= DAILY else ())})

    def behind(row: Row | None, column: str) -> Records | None:
        return _listed(
            new if column == "arrivals" else gone, lambda each: row is None or each["month"] == row["month"]
        )

    return Table(
        "arrivals_and_leavers",
        columns("month", "arrivals#", "leavers#"),
        [{"month": month, "arrivals": came[month], "leavers": left[month]} for month in shown],
        {"arrivals": len(new), "leavers": len(gone)},
        asked.span.label,
        chart=Chart("columns", "month", ("arrivals", "leavers")),
        behind=behind,
    )


def _listed(rows: list[dict[str, Any]], fits: Any) -> Records:
    found = [{key: row[key] for key in ("code", "bed", "day")} for row in rows if fits(row)]
    return sorted(found, key=lambda row: (len(row["code"]), row["code"], str(row["day"])))


def free_beds(ask: Asking, asked: Asked) -> Table:
    """Free beds on the as-of day and on the first of the months to come, if everybody leaves as planned.

    ``freed`` are the stays whose end, known or planned, comes until then. A stay without a planned end, or
    one that has outlasted it, is taken to go on; nobody new is taken to come.
    """
    rows = [
        {
            "day": day.isoformat(),
            "free": ask.value(QUESTIONS, "free_on", day=day, as_of=asked.as_of, **_where(asked)),
            "freed": sum(
                1 for _ in ask.rows(QUESTIONS, "freed_until", as_of=asked.as_of, day=day, **_where(asked))
            ),
        }
        for day in _ahead(asked.as_of)
    ]

    def behind(row: Row | None, column: str) -> Records | None:
        if row is None or column != "freed":
            return None
        return ask.rows(QUESTIONS, "freed_until", as_of=asked.as_of, day=row["day"], **_where(asked))

    return Table(
        "free_beds_ahead",
        columns("day@", "free#", "freed#"),
        rows,
        subtitle=asked.as_of.isoformat(),
        chart=Chart("columns", "day", ("free",)),
        behind=behind,
    )


def _ahead(day: date) -> Iterator[date]:
    yield day
    for months in range(1, AHEAD + 1):
        yield age_reached(day.replace(day=1), 0, months)


def _where(asked: Asked) -> dict[str, Any]:
    return {"building": asked.building, "region": asked.region}
