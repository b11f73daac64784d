"""The report on housing: who waits in the queue, apartments granted, how long people waited, positions
reported.

The queue is the person's region's; an apartment is counted where it stands. The queue and the positions are
what the registrars reported; no position is computed here. What part of all dwellings distributed went to
graduates is not told: the office's records hold their apartments only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from ayala.dates import FIRST_DAY, Span
from ayala.language.catalogue import codes
from ayala.output.table import Chart, Column, Table, columns
from ayala.report.asked import Asked
from ayala.report.grids import ANY, Row, days_of, folded, median, of_row, ordered, periods

if TYPE_CHECKING:
    from ayala.storage.asking import Asking

UNTIED = frozenset({"waiting_time.median_days", "positions_by_month.entries", "positions_by_year.entries"})
"""A median is no sum; an entry that was reported in two months stands in both."""

FILE = "report/housing"


def tables(ask: Asking, asked: Asked) -> list[Table]:
    """The tables of the report, in the order of reading."""
    waiting = list(ask.rows(FILE, "queue", **_on(asked)))
    return [
        queue_by_region(ask, asked, waiting),
        queue_by_year(ask, asked, waiting),
        queue_by_region_and_year(ask, asked, waiting),
        apartments_by_year(ask, asked),
        apartments_by_region(ask, asked),
        waiting_time(ask, asked),
        positions(ask, asked),
        moved(ask, asked),
    ]


def _on(asked: Asked) -> dict[str, Any]:
    return {"as_of": asked.as_of, "region": asked.region}


def _in(asked: Asked, period: str | None = None) -> dict[str, Any]:
    return {**days_of(asked.span, period), **_on(asked)}


# --- the queue --------------------------------------------------------------------------------------------


def queue_by_region(ask: Asking, asked: Asked, waiting: Sequence[Row]) -> Table:
    """Entries that wait on the as-of day by the person's region, and since when the oldest of them waits."""
    counts = folded(waiting, ("region",), "entries")
    oldest = {
        region: min(str(row["oldest"]) for row in waiting if row["region"] == region) for (region,) in counts
    }
    shown = columns("region:region", "entries#", Column("share", "share"), "oldest@")
    total = sum(counts.values())
    rows = [
        {
            "region": region,
            "entries": number,
            "share": round(number / total, 4),
            "oldest": oldest[region],
        }
        for (region,), number in counts.items()
    ]
    return _queue(ask, asked, "queue_by_region", shown, rows, "region")


def queue_by_year(ask: Asking, asked: Asked, waiting: Sequence[Row]) -> Table:
    """The same entries by the year of registration."""
    counts = folded(waiting, ("year",), "entries")
    rows = [{"year": year, "entries": counts[year,]} for (year,) in sorted(counts)]
    return _queue(ask, asked, "queue_by_year", columns("year#", "entries#"), rows, "year")


def queue_by_region_and_year(ask: Asking, asked: Asked, waiting: Sequence[Row]) -> Table:
    """The same entries by both."""
    shown = columns("region:region", "year", "entries#")
    rows = [{key: row[key] for key in ("region", "year", "entries")} for row in waiting]
    return _queue(ask, asked, "queue_by_region_and_year", shown, rows, "")


def _queue(ask: Asking, asked: Asked, key: str, shown: list[Column], rows: list[Row], along: str) -> Table:
    def behind(row: Mapping[str, Any] | None, column: str) -> Iterable[Row] | None:
        if column != "entries":
            return None
        of = {"of_region": ANY, "of_year": ANY}
        if row is not None:
            of |= {f"of_{name}": str(row[name] or "") for name in ("region", "year") if name in row}
        return ask.rows(FILE, "behind_queue", **_on(asked), **of)

    total: Row = {"entries": ask.value(FILE, "queue_total", **_on(asked))}
    if any(column.key == "share" for column in shown):
        total["share"] = 1.0 if total["entries"] else None
    chart = Chart("columns" if along == "year" else "bars", along, ("entries",)) if along else None
    day = asked.as_of
    ordered_rows = ordered(rows, shown)
    return Table(
        key, shown, ordered_rows, total, day.isoformat(), chart=chart, behind=behind, on=day, own_years=True
    )


# --- apartments -------------------------------------------------------------------------------------------


def apartments_by_year(ask: Asking, asked: Asked) -> Table:
    """Apartments granted, every year on record up to the span's end, against the year before."""
    until = {"end": asked.span.end, "region": asked.region}
    rows = list(ask.rows(FILE, "apartments_by_year", **until))
    by_year = {row["year"]: row["apartments"] for row in rows}
    for row in rows:
        before = by_year.get(row["year"] - 1)
        row["ratio"] = round(row["apartments"] / before, 2) if before else None

    def behind(row: Mapping[str, Any] | None, column: str) -> Iterable[Row] | None:
        if column != "apartments":
            return None
        year = ANY if row is None else str(row["year"])
        return ask.rows(FILE, "behind_apartments", start=FIRST_DAY, **until, of_region=ANY, of_year=year)

    return Table(
        "apartments_by_year",
        columns("year#", "apartments#", Column("ratio", "ratio")),
        rows,
        {"apartments": ask.value(FILE, "apartments_total", start=FIRST_DAY, **until)},
        chart=Chart("columns", "year", ("apartments",)),
        behind=behind,
        own_years=True,
    )


def apartments_by_region(ask: Asking, asked: Asked) -> Table:
    """Apartments granted in the span by the region they stand in, and on the same days a year before."""
    spans = {"apartments": asked.span, "year_before": asked.span.year_before()}
    found = {
        of: {row["region"]: row["apartments"] for row in ask.rows(FILE, "apartments_by_region", **where)}
        for of, where in _spans(asked, spans).items()
    }
    shown = columns("region:region", "apartments#", "year_before#")
    rows = [
        {"region": region, **{of: found[of].get(region, 0) for of in spans}}
        for region in {**found["apartments"], **found["year_before"]}
    ]

    def behind(row: Mapping[str, Any] | None, column: str) -> Iterable[Row] | None:
        if column not in spans:
            return None
        where = _spans(asked, spans)[column]
        return ask.rows(FILE, "behind_apartments", **where, of_year=ANY, **of_row(row, "region"))

    return Table(
        "apartments_by_region",
        shown,
        ordered(rows, shown),
        {of: ask.value(FILE, "apartments_total", **where) for of, where in _spans(asked, spans).items()},
        asked.span.label,
        on=asked.span.end,
        chart=Chart("bars", "region", ("apartments", "year_before")),
        behind=behind,
    )


def _spans(asked: Asked, spans: Mapping[str, Span]) -> dict[str, dict[str, Any]]:
    return {of: {"start": span.start, "end": span.end, "region": asked.region} for of, span in spans.items()}


def waiting_time(ask: Asking, asked: Asked) -> Table:
    """How many days those waited who were granted an apartment, by the year of it, up to the span's end.

    Days from the first registration in any queue to the apartment: the median, the least and the most.
    ``without_entry`` were in no queue on record by that day and count in none of the days.
    """
    until = {"end": asked.span.end, "region": asked.region}
    found = list(ask.rows(FILE, "waiting", **until))
    rows = [
        {"year": year, **_waited(list(group))} for year, group in groupby(found, key=lambda row: row["year"])
    ]
    everybody = _waited(found)
    asked_for = ask.row(FILE, "waiting_total", **until) or {}
    total = {
        "waited": asked_for["waited"],
        "without_entry": asked_for["granted"] - asked_for["waited"],
        "median_days": everybody["median_days"],
    }

    def behind(row: Mapping[str, Any] | None, column: str) -> Iterable[Row] | None:
        if column not in ("waited", "without_entry"):
            return None
        year = ANY if row is None else str(row["year"])
        return ask.rows(FILE, "behind_waiting", **until, of_year=year, waited=int(column == "waited"))

    return Table(
        "waiting_time",
        columns("year#", "waited#", "median_days#", "shortest_days#", "longest_days#", "without_entry#"),
        rows,
        total,
        chart=Chart("columns", "year", ("median_days",)),
        behind=behind,
        own_years=True,
    )


def _waited(rows: Sequence[Row]) -> Row:
    """The figures of some rows of days and apartments, in any order."""
    days = sorted((row["days"], row["apartments"]) for row in rows if row["days"] is not None)
    return {
        "waited": sum(number for _, number in days),
        "median_days": median(days),
        "shortest_days": days[0][0] if days else None,
        "longest_days": days[-1][0] if days else None,
        "without_entry": sum(row["apartments"] for row in rows if row["days"] is None),
    }


# --- positions --------------------------------------------------------------------------------------------


def _reported(ask: Asking, asked: Asked, digits: int) -> Iterator[tuple[str, Row]]:
    """For each month (``digits`` 7) or year (4): how many entries had a position reported, and the median.

    One of them at a time is held in memory: a country's queue has half a million positions in five years.
    """
    answer = ask.rows(FILE, "positions", **_in(asked), digits=digits)
    for period, group in groupby(answer, key=lambda row: str(row["month"])[:digits]):
        counted = [(row["position"], row["entries"]) for row in group]
        yield period, {"entries": sum(times for _, times in counted), "median_position": median(counted)}


def positions(ask: Asking, asked: Asked) -> Table:
    """Positions that were reported in the span until the as-of day: how many entries, and their median; every
    month, or year where the months are too many. An entry counts once in a row, with its last position
    there.
    """
    found = dict(_reported(ask, asked, digits=7))
    span = Span(asked.span.start, max(asked.span.start, min(asked.span.end, asked.as_of)))
    name, every = periods(span, found)
    if name == "year":
        found = dict(_reported(ask, asked, digits=4))
    nothing = {"entries": 0, "median_position": None}
    rows = [{name: at, **found.get(at, nothing)} for at in every]

    def behind(row: Mapping[str, Any] | None, column: str) -> Iterable[Row] | None:
        if column != "entries":
            return None
        return ask.rows(FILE, "behind_positions", **_in(asked, str(row[name]) if row else None))

    return Table(
        f"positions_by_{name}",
        columns(name, "entries#", "median_position#"),
        rows,
        {"entries": ask.value(FILE, "positions_total", **_in(asked))},
        asked.span.label,
        on=asked.span.end,
        chart=Chart("line", name, ("median_position",)),
        behind=behind,
    )


def moved(ask: Asking, asked: Asked) -> Table:
    """Entries that were reported in the span: whether the last position of it is nearer to the front than the
    first. What moved back wants a look."""
    found = {row["movement"]: row["entries"] for row in ask.rows(FILE, "moved", **_in(asked))}
    total = ask.value(FILE, "positions_total", **_in(asked))
    rows = [
        {
            "movement": code,
            "entries": found.get(code, 0),
            "share": round(found.get(code, 0) / total, 4) if total else None,
        }
        for code in codes("movement")
    ]

    def behind(row: Mapping[str, Any] | None, column: str) -> Iterable[Row] | None:
        if column != "entries":
            return None
        return ask.rows(FILE, "behind_moved", **_in(asked), **of_row(row, "movement"))

    return Table(
        "positions_moved",
        columns("movement:movement", "entries#", Column("share", "share")),
        rows,
        {"entries": total, "share": 1.0 if total else None},
        asked.span.label,
        on=asked.span.end,
        chart=Chart("bars", "movement", ("entries",)),
        behind=behind,
    )
