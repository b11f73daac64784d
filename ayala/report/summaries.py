"""The briefing: all the office did, counted in SQL, each total tied to its parts.

``summary`` asks within one snapshot and gives the tables in the order of the briefing. Every total is
asked for by itself and never added up from the rows, so that a difference shows (``checking``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from ayala.appeal.steps import OPEN
from ayala.dates import Span
from ayala.language.catalogue import codes
from ayala.output.table import Chart, Column, Table, columns

if TYPE_CHECKING:
    from ayala.storage.asking import Asking

Row = dict[str, Any]

CHARTS = {
    "graduates": Chart("bars", "region", ("graduates",)),
    "appeals_by_topic": Chart("bars", "topic", ("appeals",)),
    "appeals_by_status": Chart("bars", "status", ("appeals",)),
    "services_by_kind": Chart("bars", "kind", ("services",)),
    "services_by_mode": Chart("bars", "mode", ("services",)),
    "dormitory": Chart("stacked", "building", ("residents", "out_of_service", "free")),
    "apartments": Chart("columns", "year", ("apartments",)),
    "work": Chart("bars", "partner_kind", ("workplaces", "placed")),
}
"""How the tables are drawn, where there is anything to see."""


def summary(ask: Asking, span: Span, as_of: date) -> list[Table]:
    """The tables of ``ayala report summary``; counts in the span, standing on the as-of day."""
    tables: Iterable[Callable[[Asking, Span, date], Table]] = (
        graduates,
        appeals_by_topic,
        appeals_by_status,
        services_by_kind,
        services_by_mode,
        dormitory,
        apartments,
        work,
    )
    made = [table(ask, span, as_of) for table in tables]
    for table in made:
        table.chart = CHARTS.get(table.key)
    return made


def graduates(ask: Asking, span: Span, as_of: date) -> Table:
    """All on record and not archived, by region; of them the newly registered."""
    rows = list(ask.rows("report", "graduates_by_region", start=span.start, end=span.end, as_of=as_of))
    total = {
        "graduates": ask.value("report", "graduates_total", as_of=as_of),
        "registered_in_span": sum(row["registered_in_span"] for row in rows),
    }
    return Table(
        "graduates", columns("region:region", "graduates#", "registered_in_span#"), rows, total, _on(as_of)
    )


def appeals_by_topic(ask: Asking, span: Span, as_of: date) -> Table:
    """Appeals received in the span by main topic, and on the same days a year before."""
    before = span.year_before()
    now = _counts(ask, "appeals_by_topic", "topic", span)
    then = _counts(ask, "appeals_by_topic", "topic", before)
    total = ask.value("report", "appeals_total", start=span.start, end=span.end)
    rows = [
        {
            "topic": topic,
            "appeals": now.get(topic, 0),
            "share": round(now.get(topic, 0) / total, 4) if total else 0.0,
            "year_before": then.get(topic, 0),
        }
        for topic in codes("topic")
    ]
    total_before = ask.value("report", "appeals_total", start=before.start, end=before.end)
    return Table(
        "appeals_by_topic",
        columns("topic:topic", "appeals#", Column("share", "share"), "year_before#"),
        rows,
        {"appeals": total, "share": 1.0 if total else 0.0, "year_before": total_before},
        span.label,
    )


def appeals_by_status(ask: Asking, span: Span, as_of: date) -> Table:
    """Appeals received in the span, as they stand now; of them those past their last day on the day."""
    now = _counts(ask, "appeals_by_status", "status", span)
    late = _overdue(ask, span, as_of) if any(now.get(status) for status in OPEN) else {}
    return Table(
        "appeals_by_status",
        columns("status:status", "appeals#", "overdue#"),
        [
            {"status": status, "appeals": now.get(status, 0), "overdue": late.get(status, 0)}
            for status in codes("status")
        ],
        {
            "appeals": ask.value("report", "appeals_total", start=span.start, end=span.end),
            "overdue": sum(late.values()),
        },
        span.label,
    )


def _overdue(ask: Asking, span: Span, as_of: date) -> Counter[str]:
    """How many open appeals of the span are past their last day, by status; loads the clock."""
    from ayala.appeal.deadlines import Deadlines

    clock = Deadlines(ask, as_of)
    return Counter(
        row["status"]
        for row in ask.rows("report", "appeals_open", start=span.start, end=span.end)
        if clock.of_open(row)["level"] in ("overdue", "far_overdue")
    )


def services_by_kind(ask: Asking, span: Span, as_of: date) -> Table:
    """Services provided in the span, by the eight kinds."""
    return _services(ask, span, "services_by_kind", "kind")


def services_by_mode(ask: Asking, span: Span, as_of: date) -> Table:
    """Services provided in the span, by mode."""
    return _services(ask, span, "services_by_mode", "mode")


def _services(ask: Asking, span: Span, table: str, key: str) -> Table:
    found = {row[key]: row for row in ask.rows("report", table, start=span.start, end=span.end)}
    nothing = {"services": 0, "graduates": 0}
    rows = [{"services": 0, "graduates": 0, **found.get(code, nothing), key: code} for code in codes(key)]
    total = ask.row("report", "services_total", start=span.start, end=span.end)
    return Table(table, columns(f"{key}:{key}", "services#", "graduates#"), rows, total, span.label)


def dormitory(ask: Asking, span: Span, as_of: date) -> Table:
    """Beds and residents by building on the day."""
    rows = list(ask.rows("dormitory", "occupancy", day=as_of, building=None))
    total = {
        "beds": ask.value("report", "beds_total"),
        "residents": ask.value("report", "residents_total", as_of=as_of),
        **{key: sum(row[key] for row in rows) for key in ("companions", "out_of_service", "free")},
    }
    return Table(
        "dormitory",
        columns("building", "name", "beds#", "residents#", "companions#", "out_of_service#", "free#"),
        rows,
        total,
        _on(as_of),
    )


def apartments(ask: Asking, span: Span, as_of: date) -> Table:
    """Apartments granted, every year up to the span's end, against the year before."""
    rows: list[Row] = list(ask.rows("report", "apartments_by_year", end=span.end))
    by_year = {row["year"]: row["apartments"] for row in rows}
    for row in rows:
        before = by_year.get(row["year"] - 1)
        row["ratio"] = round(row["apartments"] / before, 2) if before else None
    total = {"apartments": ask.value("report", "apartments_total", end=span.end)}
    return Table("apartments", columns("year#", "apartments#", Column("ratio", "ratio")), rows, total)


def work(ask: Asking, span: Span, as_of: date) -> Table:
    """Workplaces open and people placed, by kind of partner, on the day."""
    rows = list(ask.rows("work", "by_partner_kind", day=as_of))
    total = {
        "workplaces": sum(row["workplaces"] for row in rows),
        "placed": ask.value("report", "placed_total", as_of=as_of),
    }
    return Table(
        "work", columns("partner_kind:partner_kind", "workplaces#", "placed#"), rows, total, _on(as_of)
    )


def _counts(ask: Asking, question: str, key: str, span: Span) -> dict[str, int]:
    return {row[key]: row["appeals"] for row in ask.rows("report", question, start=span.start, end=span.end)}


def _on(day: date) -> str:
    return day.isoformat()
