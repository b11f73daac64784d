"""The report on regions: a line a region with all that an office counts, and of one region its page.

A region is where each thing is: a person's, an appeal's own, the person's of a service and of a queue entry,
that of an apartment, of a house, of the partner who gives the job. So a line is what happened there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ayala.language.catalogue import codes
from ayala.output.table import Chart, Column, Table, columns
from ayala.report import dormitory, housing
from ayala.report.asked import Asked
from ayala.report.grids import ANY, Row, folded, of_row, ordered

if TYPE_CHECKING:
    from ayala.storage.asking import Asking

UNTIED: frozenset[str] = housing.UNTIED
"""Columns whose total is not the sum of the rows."""

FILE = "report/regions"
OVERDUE = frozenset({"overdue", "far_overdue"})
FIGURES = (
    "graduates", "registered_in_span", "appeals", "open", "overdue", "services", "in_queue", "apartments",
    "residents", "placed",
)  # fmt: skip


def tables(ask: Asking, asked: Asked) -> list[Table]:
    """The line of each region and its appeals by topic; of one region that is asked for, its page: topics
    beside the year before, services, houses, queue and apartments.
    """
    appeals = list(ask.rows(FILE, "appeals", **_in(asked)))
    services = list(ask.rows(FILE, "services", **_in(asked)))
    first = regions(ask, asked, appeals, services)
    if asked.region is None:
        return [first, appeals_by_region_and_topic(ask, asked, appeals)]
    waiting = list(ask.rows(housing.FILE, "queue", as_of=asked.as_of, region=asked.region))
    return [
        first,
        appeals_by_topic(ask, asked, appeals),
        services_by_kind(ask, asked, services),
        dormitory.occupancy(ask, asked),
        housing.queue_by_year(ask, asked, waiting),
        housing.apartments_by_year(ask, asked),
    ]


def _in(asked: Asked) -> dict[str, Any]:
    return {
        "start": asked.span.start,
        "end": asked.span.end,
        "as_of": asked.as_of,
        "region": asked.region,
    }


def regions(ask: Asking, asked: Asked, appeals: Sequence[Row], services: Sequence[Row]) -> Table:
    """All figures of each region that has any: on record, of the span, and on the as-of day.

    ``open`` and ``overdue`` are of the appeals received in the span, as they stand now, the clock on the day.
    """
    where = _in(asked)
    counts: dict[str, dict[Any, int]] = {
        "appeals": _of(appeals, "appeals"),
        "services": _of(services, "services"),
        "in_queue": _of(ask.rows(housing.FILE, "queue", **where), "entries"),
        "apartments": _of(ask.rows(housing.FILE, "apartments_by_region", **where), "apartments"),
        "residents": _of(ask.rows(FILE, "residents", **where), "residents"),
        "placed": _of(ask.rows(FILE, "placed", **where), "placed"),
    }
    people = list(ask.rows(FILE, "graduates", **where))
    counts |= {of: _of(people, of) for of in ("graduates", "registered_in_span")}
    still, late = Counter[Any](), Counter[Any]()
    for row, level, n in _open(ask, asked):
        still[row["region"]] += n
        late[row["region"]] += n if level in OVERDUE else 0
    counts |= {"open": still, "overdue": late}
    met = dict.fromkeys(region for found in counts.values() for region in found)
    shown = columns("region:region", *(f"{of}#" for of in FIGURES))
    rows = [{"region": region, **{of: counts[of].get(region, 0) for of in FIGURES}} for region in met]
    total = {
        **(ask.row(FILE, "graduates_total", **where) or {}),
        "appeals": ask.value(FILE, "appeals_total", **where),
        "open": ask.value(FILE, "open_total", **where),
        "overdue": late.total(),
        "services": ask.value(FILE, "services_total", **where),
        "in_queue": ask.value(housing.FILE, "queue_total", **where),
        "apartments": ask.value(housing.FILE, "apartments_total", **where),
        "residents": ask.value(FILE, "residents_total", **where),
        "placed": ask.value(FILE, "placed_total", **where),
    }
    return Table(
        "regions",
        shown,
        ordered(rows, shown),
        total,
        asked.span.label,
        on=asked.span.end,
        chart=Chart("bars", "region", ("graduates", "appeals")),
        behind=lambda row, column: _behind(ask, asked, row, column),
    )


def _of(rows: Iterable[Row], of: str) -> dict[Any, int]:
    return {key[0]: number for key, number in folded(rows, ("region",), of).items()}


def _open(ask: Asking, asked: Asked) -> Iterator[tuple[Mapping[str, Any], str, int]]:
    """The open appeals of the span in groups that the clock gives one last day: how near it is, how many."""
    from ayala.appeal.deadlines import Deadlines
    from ayala.report.appeals import open_levels

    return open_levels(ask, Deadlines(ask, asked.as_of), asked.span, asked.region)


def _open_behind(ask: Asking, asked: Asked) -> Iterator[tuple[Mapping[str, Any], str]]:
    from ayala.appeal.deadlines import Deadlines
    from ayala.report.appeals import each_level

    return each_level(ask, Deadlines(ask, asked.as_of), asked.span, asked.region)


def _behind(ask: Asking, asked: Asked, row: Mapping[str, Any] | None, column: str) -> Iterable[Row] | None:
    where, of = _in(asked), of_row(row, "region")
    if column in ("graduates", "registered_in_span"):
        return ask.rows(FILE, "behind_graduates", **where, **of, registered=int(column != "graduates"))
    if column in ("open", "overdue"):
        return (
            {"code": each["code"], "day": each["received_on"]}
            for each, level in _open_behind(ask, asked)
            if (row is None or each["region"] == row["region"]) and (level in OVERDUE or column == "open")
        )
    if column == "in_queue":
        return ask.rows(housing.FILE, "behind_queue", **where, **of, of_year=ANY)
    if column == "apartments":
        return ask.rows(housing.FILE, "behind_apartments", **where, **of, of_year=ANY)
    if column in ("appeals", "services"):
        return ask.rows(FILE, f"behind_{column}", **where, **of, of_topic=ANY, of_kind=ANY)
    return ask.rows(FILE, f"behind_{column}", **where, **of) if column in ("residents", "placed") else None


def appeals_by_region_and_topic(ask: Asking, asked: Asked, appeals: Sequence[Row]) -> Table:
    """Appeals received in the span by region and main topic; a line for what was met."""

    def behind(row: Mapping[str, Any] | None, column: str) -> Iterable[Row] | None:
        return ask.rows(FILE, "behind_appeals", **_in(asked), **of_row(row, "region", "topic"))

    shown = columns("region:region", "topic:topic", "appeals#")
    return Table(
        "appeals_by_region_and_topic",
        shown,
        ordered(appeals, shown),
        {"appeals": ask.value(FILE, "appeals_total", **_in(asked))},
        asked.span.label,
        on=asked.span.end,
        chart=Chart("stacked", "region", ("appeals",), across="topic"),
        behind=behind,
    )


def appeals_by_topic(ask: Asking, asked: Asked, appeals: Sequence[Row]) -> Table:
    """Of one region: appeals of the span by main topic, and of the same days a year before."""
    before = asked.span.year_before()
    then_in = {**_in(asked), "start": before.start, "end": before.end}
    now = folded(appeals, ("topic",), "appeals")
    then = folded(list(ask.rows(FILE, "appeals", **then_in)), ("topic",), "appeals")
    total, total_before = (ask.value(FILE, "appeals_total", **where) for where in (_in(asked), then_in))

    def behind(row: Mapping[str, Any] | None, column: str) -> Iterable[Row] | None:
        where = {"appeals": _in(asked), "year_before": then_in}.get(column)
        if where is None:
            return None
        return ask.rows(FILE, "behind_appeals", **where, of_region=ANY, **of_row(row, "topic"))

    return Table(
        "appeals_by_topic",
        columns("topic:topic", "appeals#", Column("share", "share"), "year_before#"),
        [
            {
                "topic": topic,
                "appeals": now.get((topic,), 0),
                "share": round(now.get((topic,), 0) / total, 4) if total else 0.0,
                "year_before": then.get((topic,), 0),
            }
            for topic in codes("topic")
        ],
        {"appeals": total, "share": 1.0 if total else 0.0, "year_before": total_before},
        asked.span.label,
        on=asked.span.end,
        chart=Chart("bars", "topic", ("appeals", "year_before")),
        behind=behind,
    )


def services_by_kind(ask: Asking, asked: Asked, services: Sequence[Row]) -> Table:
    """Of one region: services of the span by the eight kinds."""
    counts = folded(services, ("kind",), "services")

    def behind(row: Mapping[str, Any] | None, column: str) -> Iterable[Row] | None:
        return ask.rows(FILE, "behind_services", **_in(asked), of_region=ANY, **of_row(row, "kind"))

    return Table(
        "services_by_kind",
        columns("kind:kind", "services#"),
        [{"kind": kind, "services": counts.get((kind,), 0)} for kind in codes("kind")],
        {"services": ask.value(FILE, "services_total", **_in(asked))},
        asked.span.label,
        on=asked.span.end,
        chart=Chart("bars", "kind", ("services",)),
        behind=behind,
    )
