"""The report on services: of which kind and how, by month, the group sessions, and what each provider did.

One attendance at a session is one service. A service is of the person's region, or of the session's where
nobody knows the person; a session and those who came to it are of the session's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ayala.language.catalogue import codes
from ayala.output.table import Chart, Column, Table, columns
from ayala.report.asked import Asked
from ayala.report.grids import ANY, Row, by_period, days_of, folded, of_row, ordered

if TYPE_CHECKING:
    from ayala.storage.asking import Asking

UNTIED = frozenset({"mean_attendance", "graduates"})
"""Columns whose total is not the sum of the rows: a person may go to two providers."""

FILE = "report/services"


def tables(ask: Asking, asked: Asked) -> list[Table]:
    """The tables of the report, in the order of reading."""
    here = {**days_of(asked.span, None), "region": asked.region}
    counted = list(ask.rows(FILE, "by_kind_mode_month", **here))
    total = ask.value(FILE, "total", **here)
    return [
        by_kind_and_mode(ask, asked, counted, total),
        by_month(ask, asked, counted, total),
        sessions(ask, asked),
        by_provider(ask, asked),
    ]


def by_kind_and_mode(ask: Asking, asked: Asked, counted: list[Row], total: int) -> Table:
    """Services by the eight kinds and by how they were given; what was not given is left out."""
    shown = columns("kind:kind", "mode:mode", "services#")
    rows = [
        {"kind": kind, "mode": mode, "services": n}
        for (kind, mode), n in folded(counted, ("kind", "mode"), "services").items()
    ]

    def behind(row: Mapping[str, Any] | None, column: str) -> Iterable[Row] | None:
        if column != "services":
            return None
        here = {**days_of(asked.span, None), "region": asked.region}
        return ask.rows(FILE, "behind", **here, **of_row(row, "kind", "mode"))

    return Table(
        "services_by_kind_and_mode",
        shown,
        ordered(rows, shown),
        {"services": total},
        asked.span.label,
        chart=Chart("stacked", "kind", ("services",), across="mode"),
        behind=behind,
    )


def by_month(ask: Asking, asked: Asked, counted: list[Row], total: int) -> Table:
    """Services by month and kind: every month of the span; years where the months are too many."""
    name, rows = by_period(counted, asked.span, "kind", "services", codes("kind"))

    def behind(row: Mapping[str, Any] | None, column: str) -> Iterable[Row] | None:
        if column != "services":
            return None
        here = {**days_of(asked.span, row[name] if row else None), "region": asked.region}
        return ask.rows(FILE, "behind", **here, **of_row(row, "kind"), of_mode=ANY)

    return Table(
        f"services_by_{name}",
        columns(name, "kind:kind", "services#"),
        rows,
        {"services": total},
        asked.span.label,
        chart=Chart("stacked", name, ("services",), across="kind"),
        behind=behind,
    )


def sessions(ask: Asking, asked: Asked) -> Table:
    """Group sessions held by the as-of day: those who came (``attendances``, graduates and guests by name),
    ``guests`` who left no name, and the mean of both a session."""
    shown = columns(
        "kind:kind", "mode:mode", "sessions#", "attendances#", "guests#", Column("mean_attendance", "ratio")
    )
    rows = [_with_mean(row) for row in ask.rows(FILE, "sessions", **_of(asked))]
    total = ask.row(FILE, "sessions_total", **_of(asked))
    assert total is not None

    def behind(row: Mapping[str, Any] | None, column: str) -> Iterable[Row] | None:
        if column not in ("sessions", "attendances"):
            return None
        named = of_row(row, "kind", "mode")
        return ask.rows(FILE, f"behind_{column}", **_of(asked), **named, of_provider=ANY)

    return Table(
        "sessions_held",
        shown,
        ordered(rows, shown),
        _with_mean(total),
        asked.span.label,
        chart=Chart("bars", "kind", ("sessions",), across="mode"),
        behind=behind,
    )


def _of(asked: Asked) -> dict[str, Any]:
    return {**days_of(asked.span, None), "as_of": asked.as_of, "region": asked.region}


def _with_mean(row: Row) -> Row:
    came = row["attendances"] + row["guests"]
    return {**row, "mean_attendance": round(came / row["sessions"], 2) if row["sessions"] else None}


def by_provider(ask: Asking, asked: Asked) -> Table:
    """What each provider did: services to one person, sessions held and attendances at them, and how many
    graduates that were. The same person counts once for each provider, and once in the total."""
    services = Column("services", "number", heading="individual_services")
    shown = columns("provider", services, "sessions#", "attendances#", "graduates#")
    sessions_total = ask.row(FILE, "sessions_total", **_of(asked))
    total = ask.row(FILE, "providers_total", **_of(asked))
    assert sessions_total is not None
    assert total is not None

    def behind(row: Mapping[str, Any] | None, column: str) -> Iterable[Row] | None:
        if column not in ("services", "sessions", "attendances", "graduates"):
            return None
        named = of_row(row, "provider")
        if column in ("sessions", "attendances"):
            named |= {"of_kind": ANY, "of_mode": ANY}
        return ask.rows(FILE, f"behind_{column}", **_of(asked), **named)

    return Table(
        "services_by_provider",
        shown,
        ordered(ask.rows(FILE, "by_provider", **_of(asked)), shown),
        {**total, "sessions": sessions_total["sessions"], "attendances": sessions_total["attendances"]},
        asked.span.label,
        chart=Chart("bars", "provider", ("services", "attendances")),
        behind=behind,
    )
