"""The mirror of the public-housing queue, and the apartments granted.

Positions are those that the registrar reported: nothing here computes one. The share of all dwellings
distributed (Law on housing relations, art. 74: not less than a fifth to orphans) cannot be told from an
office's records, which know only the apartments of its own people; so it is not told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from ayala.dates import FIRST_DAY, age_reached
from ayala.output.table import Chart, Column, Table, columns
from ayala.report import summaries
from ayala.report.asked import Asked

if TYPE_CHECKING:
    from ayala.storage.asking import Asking

Row = Mapping[str, Any]
Records = Iterable[Mapping[str, Any]]

QUESTIONS = "report/housing"

UNTIED = frozenset({"waiting_time.median_days", "waiting_time.longest_days"})
"""A median is no sum."""


def tables(ask: Asking, asked: Asked) -> list[Table]:
    """The tables of ``ayala report housing``: the queue on the as-of day, the rest in the span."""
    by_year = summaries.apartments(ask, asked)
    by_year.chart = summaries.CHARTS["apartments"]
    return [
        queue(ask, asked),
        by_year,
        by_region(ask, asked),
        waiting_time(ask, asked),
        positions(ask, asked),
        moved(ask, asked),
    ]


def queue(ask: Asking, asked: Asked) -> Table:
    """Who waits on the as-of day, by the person's region and the year of registration."""
    given = {"as_of": asked.as_of, "region": asked.region}
    rows = list(ask.rows(QUESTIONS, "queue_on", **given))
    rows.sort(key=lambda row: (row["region"] is None, row["region"] or "", row["year"]))

    def behind(row: Row | None, column: str) -> Records:
        for each in ask.rows(QUESTIONS, "queue_behind", **given):
            if row is None or (each["region"], each["year"]) == (row["region"], row["year"]):
                yield {key: each[key] for key in ("code", "graduate", "day")}

    return Table(
        "queue_by_region",
        columns("region:region", "year", "entries#"),
        rows,
        {"entries": sum(row["entries"] for row in rows)},
        asked.as_of.isoformat(),
        chart=Chart("stacked", "year", ("entries",), across="region"),
        behind=behind,
    )


def by_region(ask: Asking, asked: Asked) -> Table:
    """Apartments granted in the span, by the region they are in, and its share of them."""
    given = {"start": asked.span.start, "end": asked.span.end, "region": asked.region}
    total = ask.value(QUESTIONS, "granted_total", **given)
    rows = [
        {**row, "share": round(row["apartments"] / total, 4)}
        for row in ask.rows(QUESTIONS, "granted_by_region", **given)
    ]
    rows.sort(key=lambda row: (row["region"] is None, row["region"] or ""))

    def behind(row: Row | None, column: str) -> Records | None:
        from ayala.report import counting

        if column != "apartments":
            return None
        only = {"region": row["region"]} if row is not None else {}
        if asked.region:
            only["region"] = asked.region
        return counting.records(ask, "keyed_apartments", only, asked.span, asked.as_of)

    return Table(
        "apartments_by_region",
        columns("region:region", "apartments#", Column("share", "share")),
        rows,
        {"apartments": total, "share": 1.0 if total else 0.0},
        asked.span.label,
        chart=Chart("bars", "region", ("apartments",)),
        behind=behind,
    )


def waiting_time(ask: Asking, asked: Asked) -> Table:
    """Days from the first registration in a queue to the apartment, by the year of the grant."""
    given = {"start": FIRST_DAY, "end": asked.span.end, "region": asked.region}
    waited: dict[str, Counter[int]] = {}
    everybody: Counter[int] = Counter()
    for row in ask.rows(QUESTIONS, "waited", **given):
        granted, registered = (date.fromisoformat(str(row[key])) for key in ("granted_on", "registered_on"))
        days = (granted - registered).days
        waited.setdefault(str(granted.year), Counter())[days] += row["people"]
        everybody[days] += row["people"]

    def behind(row: Row | None, column: str) -> Iterable[Row] | None:
        if column != "people":
            return None
        return (
            each
            for each in ask.rows(QUESTIONS, "waited_behind", **given)
            if row is None or str(each["day"])[:4] == row["year"]
        )

    return Table(
        "waiting_time",
        columns("year", "people#", "median_days#", "longest_days#"),
        [{"year": year, **_times(waited[year])} for year in sorted(waited)],
        _times(everybody),
        f"..{asked.span.end.isoformat()}",
        chart=Chart("columns", "year", ("median_days",)),
        behind=behind,
    )


def _times(counted: Counter[int]) -> dict[str, Any]:
    return {
        "people": sum(counted.values()),
        "median_days": median(counted),
        "longest_days": max(counted, default=None),
    }


def median(counted: Mapping[int, int]) -> float | None:
    """The median of values of which each is there so many times; nothing of none. Half-way between two."""
    number = sum(counted.values())
    if not number:
        return None
    wanted = [(number - 1) // 2, number // 2]
    found, before = [], 0
    for value in sorted(counted):
        after = before + counted[value]
        found += [value for place in wanted if before <= place < after]
        before = after
    middle = sum(found) / 2
    return int(middle) if middle.is_integer() else middle


def positions(ask: Asking, asked: Asked) -> Table:
    """Positions reported in the span, month by month: how many entries, and their median position."""
    given = {"start": asked.span.start, "end": asked.span.end, "region": asked.region}
    months: dict[str, Counter[int]] = {}
    for row in ask.rows(QUESTIONS, "reported", **given):
        months.setdefault(row["month"], Counter())[row["position"]] += row["entries"]
    rows = [
        {"month": month, "entries": sum(counted.values()), "median_position": median(counted)}
        for month, counted in months.items()
    ]

    def behind(row: Row | None, column: str) -> Records | None:
        if row is None or column != "entries":
            return None
        first = date.fromisoformat(f"{row['month']}-01")
        last = date.fromordinal(age_reached(first, 0, 1).toordinal() - 1)
        days = {"start": max(first, asked.span.start), "end": min(last, asked.span.end)}
        return ask.rows(QUESTIONS, "reported_behind", **{**given, **days})

    return Table(
        "reported_positions",
        columns("month", "entries#", "median_position#"),
        rows,
        subtitle=asked.span.label,
        chart=Chart("line", "month", ("median_position",)),
        behind=behind,
    )


def moved(ask: Asking, asked: Asked) -> Table:
    """How entries moved from the first to the last position reported in the span, by registrar."""
    given = {"start": asked.span.start, "end": asked.span.end, "region": asked.region}
    rows = list(ask.rows(QUESTIONS, "moved", **given))
    ways = {
        "moved_forward": lambda change: change < 0,
        "moved_back": lambda change: change > 0,
        "unchanged": lambda change: change == 0,
    }

    def behind(row: Row | None, column: str) -> Records:
        for each in ask.rows(QUESTIONS, "moved_behind", **given):
            fits = column not in ways or ways[column](each["now"] - each["was"])
            if fits and (row is None or each["registrar"] == row["registrar"]):
                yield {key: each[key] for key in ("code", "graduate", "was", "now")}

    return Table(
        "positions_moved",
        columns("registrar:registrar", "entries#", "moved_forward#", "moved_back#", "unchanged#"),
        rows,
        {key: sum(row[key] for row in rows) for key in ("entries", *ways)},
        asked.span.label,
        behind=behind,
    )
