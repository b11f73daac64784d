"""The report on work: places open and people placed, what began and ended, why, and whether it lasted.

A placement is of its partner's region: that is where the job is. ``until`` is the first day without the job,
and the day on which a placement is counted as ended. What lies after the as-of day has not happened.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ayala.output.table import Chart, Column, Table, columns
from ayala.report.asked import Asked
from ayala.report.grids import ANY, Row, days_of, folded, of_row, ordered, periods
from ayala.rules import book
from ayala.work.reading import lasted

if TYPE_CHECKING:
    from ayala.storage.asking import Asking

UNTIED = frozenset({"share"})
"""Columns whose total is not the sum of the rows."""

FILE = "report/work"


def tables(ask: Asking, asked: Asked) -> list[Table]:
    """The tables of the report, in the order of reading."""
    standing = list(ask.rows(FILE, "by_partner", **_on(asked)))
    return [
        by_partner_kind(ask, asked, standing),
        by_partner(ask, asked, standing),
        begun_and_ended(ask, asked),
        ends(ask, asked),
        retention(ask, asked),
    ]


def _on(asked: Asked) -> dict[str, Any]:
    return {"as_of": asked.as_of, "region": asked.region}


def _in(asked: Asked, period: str | None = None) -> dict[str, Any]:
    return {**days_of(asked.span, period), **_on(asked)}


# --- on the day ---------------------------------------------------------------------------------------


def by_partner_kind(ask: Asking, asked: Asked, standing: list[Row]) -> Table:
    """Places open and people placed on the as-of day, by kind of partner."""
    shown = columns("partner_kind:partner_kind", "workplaces#", "placed#")
    counts = {of: folded(standing, ("partner_kind",), of) for of in ("workplaces", "placed")}
    rows = [
        {"partner_kind": kind, **{of: counts[of][kind,] for of in counts}} for (kind,) in counts["placed"]
    ]
    return _standing(ask, asked, "work_by_partner_kind", shown, rows, ("partner_kind",))


def by_partner(ask: Asking, asked: Asked, standing: list[Row]) -> Table:
    """Places open and people placed on the as-of day, by partner; those without either are left out."""
    shown = columns("partner_kind:partner_kind", "partner", "workplaces#", "placed#")
    return _standing(ask, asked, "work_by_partner", shown, standing, ("partner_kind", "partner"))


def _standing(
    ask: Asking, asked: Asked, key: str, shown: list[Column], rows: list[Row], named: tuple[str, ...]
) -> Table:
    def behind(row: Mapping[str, Any] | None, column: str) -> Iterable[Row] | None:
        if column != "placed":
            return None
        return ask.rows(FILE, "behind_placed", **_on(asked), **{"of_partner": ANY, **of_row(row, *named)})

    return Table(
        key,
        shown,
        ordered(rows, shown),
        ask.row(FILE, "standing_total", **_on(asked)),
        asked.as_of.isoformat(),
        chart=Chart("bars", named[-1], ("workplaces", "placed")),
        behind=behind,
    )


# --- in the span --------------------------------------------------------------------------------------


def begun_and_ended(ask: Asking, asked: Asked) -> Table:
    """Placements that began and that ended: every month of the span; years where the months are too many."""
    found = list(ask.rows(FILE, "begun_and_ended", **_in(asked)))
    name, every = periods(asked.span, [row["month"] for row in found])
    begun, ended = Counter[str](), Counter[str]()
    for row in found:
        at = row["month"][:4] if name == "year" else row["month"]
        begun[at] += row["begun"]
        ended[at] += row["ended"]

    def behind(row: Mapping[str, Any] | None, column: str) -> Iterable[Row] | None:
        here = _in(asked, row[name] if row else None)
        if column == "ended":
            return ask.rows(FILE, "behind_ended", **here, of_end_reason=ANY)
        return ask.rows(FILE, "behind_begun", **here) if column == "begun" else None

    return Table(
        f"placements_by_{name}",
        columns(name, "begun#", "ended#"),
        [{name: at, "begun": begun[at], "ended": ended[at]} for at in every],
        {
            "begun": ask.value(FILE, "begun_total", **_in(asked)),
            "ended": ask.value(FILE, "ended_total", **_in(asked)),
        },
        asked.span.label,
        chart=Chart("columns", name, ("begun", "ended")),
        behind=behind,
    )


def ends(ask: Asking, asked: Asked) -> Table:
    """Placements that ended in the span, by the reason."""
    shown = columns(
        Column("end_reason", "code", "placement_end", heading="reason"), "ended#", Column("share", "share")
    )
    total = ask.value(FILE, "ended_total", **_in(asked))
    rows = [
        {**row, "share": round(row["ended"] / total, 4)}
        for row in ask.rows(FILE, "by_end_reason", **_in(asked))
    ]

    def behind(row: Mapping[str, Any] | None, column: str) -> Iterable[Row] | None:
        if column != "ended":
            return None
        return ask.rows(FILE, "behind_ended", **_in(asked), **of_row(row, "end_reason"))

    return Table(
        "placements_by_end",
        shown,
        ordered(rows, shown),
        {"ended": total, "share": 1.0 if total else None},
        asked.span.label,
        chart=Chart("bars", "end_reason", ("ended",)),
        behind=behind,
    )


def retention(ask: Asking, asked: Asked) -> Table:
    """Of the placements that began in the span: how many are old enough on the as-of day to have lasted so
    many months, how many of these lasted, and the share. The months are the rule ``placement_checks``."""
    checks = sorted(book.current().needed("placement_checks", asked.as_of).numbers)
    reached, kept = Counter[int](), Counter[int]()
    for row in ask.rows(FILE, "begun_alike", **_in(asked)):
        for months in checks:
            held = lasted(row["from_date"], row["until"], months, asked.as_of)
            reached[months] += row["placements"] if held is not None else 0
            kept[months] += row["placements"] if held else 0

    def behind(row: Mapping[str, Any] | None, column: str) -> Iterable[Row] | None:
        if row is None or column not in ("placements", "kept"):
            return None
        wanted = (True, False) if column == "placements" else (True,)
        return (
            {"code": one["code"]}
            for one in ask.rows(FILE, "behind_begun_days", **_in(asked))
            if lasted(one["from_date"], one["until"], row["months"], asked.as_of) in wanted
        )

    return Table(
        "retention",
        columns("months#", "placements#", "kept#", Column("share", "share")),
        [
            {
                "months": months,
                "placements": reached[months],
                "kept": kept[months],
                "share": round(kept[months] / reached[months], 4) if reached[months] else None,
            }
            for months in checks
        ],
        subtitle=asked.span.label,
        chart=Chart("bars", "months", ("placements", "kept")),
        behind=behind,
    )
