"""The briefing: all the office did, counted in SQL, each total tied to its parts.

``tables`` asks within one snapshot and gives the tables in the order of the briefing. Every total is
asked for by itself and never added up from the rows, so that a difference shows (``checking``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ayala.appeal.steps import OPEN
from ayala.dates import Span
from ayala.language.catalogue import codes
from ayala.output.table import Behind, Chart, Column, Table, columns
from ayala.report import counting
from ayala.report.asked import Asked

if TYPE_CHECKING:
    from ayala.storage.asking import Asking

Row = dict[str, Any]

UNTIED = frozenset({"services_by_kind.graduates", "services_by_mode.graduates"})
"""A person may have services of two kinds."""
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


def tables(ask: Asking, asked: Asked) -> list[Table]:
    """The tables of ``ayala report summary``; counts in the span, standing on the as-of day.

    A region narrows people, appeals and services to the person's own region; apartments, buildings and
    partners to the region they are in. A building narrows the dormitory.
    """
    makers: Iterable[Callable[[Asking, Asked], Table]] = (
        graduates,
        appeals_by_topic,
        appeals_by_status,
        services_by_kind,
        services_by_mode,
        dormitory,
        apartments,
        work,
    )
    made = [make(ask, asked) for make in makers]
    for table in made:
        table.chart = CHARTS.get(table.key)
    return made


def graduates(ask: Asking, asked: Asked) -> Table:
    """All on record and not archived, by region; of them the newly registered."""
    rows = [
        row
        for row in ask.rows("report", "graduates_by_region", **_days(asked))
        if asked.region in (None, row["region"])
    ]
    total = {
        "graduates": _total(ask, "keyed_graduates", asked, None)
        if asked.region
        else ask.value("report", "graduates_total", as_of=asked.as_of),
        "registered_in_span": _total(ask, "keyed_graduates", asked, asked.span),
    }
    spans = {"graduates": None, "registered_in_span": asked.span}
    return Table(
        "graduates",
        columns("region:region", "graduates#", "registered_in_span#"),
        rows,
        total,
        _on(asked),
        on=asked.as_of,
        behind=_behind(ask, "keyed_graduates", "region", asked, spans),
    )


def appeals_by_topic(ask: Asking, asked: Asked) -> Table:
    """Appeals received in the span by main topic, and on the same days a year before."""
    before = asked.span.year_before()
    now, then = (_appeals(ask, "topic", span, asked) for span in (asked.span, before))
    total, total_before = (_all_appeals(ask, span, asked) for span in (asked.span, before))
    rows = [
        {
            "topic": topic,
            "appeals": now.get(topic, 0),
            "share": round(now.get(topic, 0) / total, 4) if total else 0.0,
            "year_before": then.get(topic, 0),
        }
        for topic in codes("topic")
    ]
    return Table(
        "appeals_by_topic",
        columns("topic:topic", "appeals#", Column("share", "share"), "year_before#"),
        rows,
        {"appeals": total, "share": 1.0 if total else 0.0, "year_before": total_before},
        asked.span.label,
        behind=_behind(ask, "keyed_appeals", "topic", asked, {"appeals": asked.span, "year_before": before}),
    )


def appeals_by_status(ask: Asking, asked: Asked) -> Table:
    """Appeals received in the span, as they stand now; of them those past their last day on the day."""
    now = _appeals(ask, "status", asked.span, asked)
    late = overdue(ask, asked, "status") if any(now.get(status) for status in OPEN) else Counter()
    counted = _behind(ask, "keyed_appeals", "status", asked, {"appeals": asked.span})

    def behind(row: Mapping[str, Any] | None, column: str) -> Iterable[Mapping[str, Any]] | None:
        if column != "overdue":
            return counted(row, column)
        return (
            {"code": each["code"], "day": each["received_on"]}
            for each in overdue_behind(ask, asked)
            if row is None or each["status"] == row["status"]
        )

    return Table(
        "appeals_by_status",
        columns("status:status", "appeals#", "overdue#"),
        [
            {"status": status, "appeals": now.get(status, 0), "overdue": late.get(status, 0)}
            for status in codes("status")
        ],
        {"appeals": _all_appeals(ask, asked.span, asked), "overdue": sum(late.values())},
        asked.span.label,
        behind=behind,
    )


def _appeals(ask: Asking, key: str, span: Span, asked: Asked) -> dict[str, int]:
    """Appeals of the span by a key; without a region by the question that one index answers."""
    if asked.region is None:
        found = ask.rows("report", f"appeals_by_{key}", start=span.start, end=span.end)
        return {row[key]: row["appeals"] for row in found}
    counted = counting.grouped(ask, "keyed_appeals", [key], _only(asked), span, asked.as_of)
    return {code: n for (code,), n in counted.items()}


def _all_appeals(ask: Asking, span: Span, asked: Asked) -> int:
    if asked.region is None:
        return int(ask.value("report", "appeals_total", start=span.start, end=span.end))
    return _total(ask, "keyed_appeals", asked, span)


def overdue(ask: Asking, asked: Asked, key: str) -> Counter[str | None]:
    """How many open appeals of the span are past their last day, by status or region; loads the clock."""
    from ayala.appeal.deadlines import Deadlines
    from ayala.report.appeals import OVERDUE, open_levels

    late: Counter[str | None] = Counter()
    for row, level, n in open_levels(ask, Deadlines(ask, asked.as_of), asked.span, asked.region):
        if level in OVERDUE:
            late[row[key]] += n
    return late


def overdue_behind(ask: Asking, asked: Asked) -> Iterator[Mapping[str, Any]]:
    """Those that :func:`overdue` counts, in the order of the register."""
    from ayala.appeal.deadlines import Deadlines
    from ayala.report.appeals import OVERDUE, each_level

    for row, level in each_level(ask, Deadlines(ask, asked.as_of), asked.span, asked.region):
        if level in OVERDUE:
            yield row


def services_by_kind(ask: Asking, asked: Asked) -> Table:
    """Services provided in the span, by the eight kinds."""
    return _services(ask, asked, "services_by_kind", "kind")


def services_by_mode(ask: Asking, asked: Asked) -> Table:
    """Services provided in the span, by mode."""
    return _services(ask, asked, "services_by_mode", "mode")


def _services(ask: Asking, asked: Asked, table: str, key: str) -> Table:
    span = asked.span
    if asked.region is None:
        found = {row[key]: row for row in ask.rows("report", table, start=span.start, end=span.end)}
        total = ask.row("report", "services_total", start=span.start, end=span.end)
    else:
        keyed, values = counting.narrowed(ask, "keyed_services", _only(asked), span, asked.as_of)
        figures = f"count(*) AS services, count(DISTINCT graduate) AS graduates {keyed}"
        found = {row[key]: row for row in ask.run(f"SELECT {key}, {figures} GROUP BY {key}", values)}
        total = next(iter(ask.run(f"SELECT {figures}", values)))
    nothing = {"services": 0, "graduates": 0}
    given = _behind(ask, "keyed_services", key, asked, {"services": span})

    def behind(row: Mapping[str, Any] | None, column: str) -> Iterable[Mapping[str, Any]] | None:
        records = given(row, "services")
        if column != "graduates" or records is None:
            return given(row, column)
        people = {str(record["graduate"]) for record in records if record["graduate"]}
        return [{"code": code} for code in sorted(people, key=lambda code: (len(code), code))]

    return Table(
        table,
        columns(f"{key}:{key}", "services#", "graduates#"),
        [{**nothing, **found.get(code, nothing), key: code} for code in codes(key)],
        total,
        span.label,
        behind=behind,
    )


def dormitory(ask: Asking, asked: Asked) -> Table:
    """Beds and residents by building on the day."""
    where = {"building": asked.building, "region": asked.region}
    rows = [
        row
        for row in ask.rows("dormitory", "occupancy", day=asked.as_of, building=asked.building)
        if asked.region in (None, row["region"])
    ]
    total = {
        "beds": ask.value("report", "beds_total", **where),
        "residents": ask.value("report", "residents_total", as_of=asked.as_of, **where),
        **{key: sum(row[key] for row in rows) for key in ("companions", "out_of_service", "free")},
    }

    def behind(row: Mapping[str, Any] | None, column: str) -> Iterable[Mapping[str, Any]] | None:
        from ayala.report.dormitory import occupancy

        opens = occupancy(ask, asked).behind
        return opens(row, column) if opens else None

    return Table(
        "dormitory",
        columns("building", "name", "beds#", "residents#", "companions#", "out_of_service#", "free#"),
        rows,
        total,
        _on(asked),
        behind=behind,
    )


def apartments(ask: Asking, asked: Asked) -> Table:
    """Apartments granted, every year up to the span's end, against the year before."""
    given = {"end": asked.span.end, "region": asked.region}
    rows: list[Row] = list(ask.rows("report", "apartments_by_year", **given))
    by_year = {row["year"]: row["apartments"] for row in rows}
    for row in rows:
        before = by_year.get(row["year"] - 1)
        row["ratio"] = round(row["apartments"] / before, 2) if before else None
    total = {"apartments": ask.value("report", "apartments_total", **given)}

    def behind(row: Mapping[str, Any] | None, column: str) -> Iterable[Mapping[str, Any]] | None:
        if column != "apartments":
            return None
        year = {} if row is None else {"year": str(row["year"])}
        found = counting.records(ask, "keyed_apartments", _only(asked) | year, None, asked.as_of)
        return [each for each in found if str(each["day"]) <= asked.span.end.isoformat()]

    shown = columns("year#", "apartments#", Column("ratio", "ratio"))
    return Table("apartments", shown, rows, total, behind=behind, own_years=True)


def work(ask: Asking, asked: Asked) -> Table:
    """Workplaces open and people placed, by kind of partner, on the day."""
    rows = list(ask.rows("work", "by_partner_kind", day=asked.as_of, region=asked.region))
    total = {
        "workplaces": sum(row["workplaces"] for row in rows),
        "placed": ask.value("report", "placed_total", as_of=asked.as_of, region=asked.region),
    }

    def behind(row: Mapping[str, Any] | None, column: str) -> Iterable[Mapping[str, Any]] | None:
        if column != "placed":
            return None
        kind = None if row is None else row["partner_kind"]
        return ask.rows("report", "placed_behind", as_of=asked.as_of, region=asked.region, partner_kind=kind)

    return Table(
        "work",
        columns("partner_kind:partner_kind", "workplaces#", "placed#"),
        rows,
        total,
        _on(asked),
        behind=behind,
    )


def _behind(ask: Asking, question: str, key: str, asked: Asked, spans: Mapping[str, Span | None]) -> Behind:
    """The records of a keyed question behind the columns that ``spans`` names, each with its days."""

    def behind(row: Mapping[str, Any] | None, column: str) -> Iterable[Mapping[str, Any]] | None:
        if column not in spans:
            return None
        only = _only(asked) | ({} if row is None else {key: row[key]})
        return counting.records(ask, question, only, spans[column], asked.as_of)

    return behind


def _total(ask: Asking, question: str, asked: Asked, span: Span | None) -> int:
    return counting.grouped(ask, question, [], _only(asked), span, asked.as_of)[()]


def _only(asked: Asked) -> dict[str, Any]:
    return {} if asked.region is None else {"region": asked.region}


def _days(asked: Asked) -> dict[str, Any]:
    return {"start": asked.span.start, "end": asked.span.end, "as_of": asked.as_of}


def _on(asked: Asked) -> str:
    return asked.as_of.isoformat()
