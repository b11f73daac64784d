"""The regions side by side; and, where one is asked for, a page on it.

People, appeals, services, the queue, residents and placements count in the person's own region (an appeal in
that of its caller), apartments in the region they are in. Of one region the tables of the briefing follow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ayala.output.table import Chart, Table, columns
from ayala.report import counting, housing, summaries
from ayala.report.asked import Asked

if TYPE_CHECKING:
    from ayala.storage.asking import Asking

Row = Mapping[str, Any]
Records = Iterable[Mapping[str, Any]]
Counts = Mapping[str | None, int]

QUESTIONS = "report/regions"

UNTIED = summaries.UNTIED | housing.UNTIED

FIGURES = (
    "graduates", "registered_in_span", "appeals", "overdue", "services", "in_queue", "apartments",
    "residents", "placed",
)  # fmt: skip


def tables(ask: Asking, asked: Asked) -> list[Table]:
    """A row a region with its main figures; of one region its breakdowns too."""
    regions = side_by_side(ask, asked)
    if asked.region is None:
        return [regions]
    return [
        regions,
        summaries.appeals_by_topic(ask, asked),
        summaries.appeals_by_status(ask, asked),
        summaries.services_by_kind(ask, asked),
        summaries.services_by_mode(ask, asked),
        housing.queue(ask, asked),
        summaries.apartments(ask, asked),
    ]


def side_by_side(ask: Asking, asked: Asked) -> Table:
    """The main figures of each region that has any."""
    asking = _asking(ask, asked)
    counted = {figure: asking[figure]() for figure in FIGURES}
    codes = {code for counts in counted.values() for code, n in counts.items() if n}
    if asked.region is not None:
        codes = {asked.region}
    rows = [
        {"region": code, **{figure: counted[figure].get(code, 0) for figure in FIGURES}}
        for code in sorted(codes, key=lambda code: (code is None, code or ""))
    ]
    total = {
        figure: counts.get(asked.region, 0) if asked.region else sum(counts.values())
        for figure, counts in counted.items()
    }

    def behind(row: Row | None, column: str) -> Records | None:
        region = asked.region if row is None else row["region"]
        return _behind(ask, asked, column, region, anywhere=row is None and asked.region is None)

    return Table(
        "regions",
        columns("region:region", *(f"{figure}#" for figure in FIGURES)),
        rows,
        total,
        asked.span.label,
        chart=Chart("bars", "region", ("graduates",)),
        behind=behind,
    )


def _asking(ask: Asking, asked: Asked) -> dict[str, Callable[[], Counts]]:
    """How each figure is asked for, by region."""

    def keyed(noun: str, spanned: bool = True) -> Callable[[], Counts]:
        span = asked.span if spanned else None
        return lambda: {
            code: n
            for (code,), n in counting.grouped(
                ask, f"keyed_{noun}", ["region"], {}, span, asked.as_of
            ).items()
        }

    def standing(question: str) -> Callable[[], Counts]:
        return lambda: {
            row["region"]: row["counted"] for row in ask.rows(QUESTIONS, question, as_of=asked.as_of)
        }

    return {
        "graduates": keyed("graduates", spanned=False),
        "registered_in_span": keyed("graduates"),
        "appeals": keyed("appeals"),
        "overdue": lambda: summaries.overdue(ask, asked, "region"),
        "services": keyed("services"),
        "in_queue": standing("queue_by_region"),
        "apartments": keyed("apartments"),
        "residents": keyed("dormitory", spanned=False),
        "placed": standing("placed_by_region"),
    }


def _behind(ask: Asking, asked: Asked, column: str, region: str | None, *, anywhere: bool) -> Records | None:
    nouns = {
        "graduates": "graduates", "registered_in_span": "graduates", "appeals": "appeals",
        "services": "services", "apartments": "apartments", "residents": "dormitory",
    }  # fmt: skip
    if column in nouns:
        only = {} if anywhere else {"region": region}
        span = None if column in ("graduates", "residents") else asked.span
        return counting.records(ask, f"keyed_{nouns[column]}", only, span, asked.as_of)
    if column == "overdue":
        found: Records = summaries.overdue_behind(ask, asked)
        keys: tuple[str, ...] = ("code", "day")
    elif column == "in_queue":
        found, keys = ask.rows("report/housing", "queue_behind", as_of=asked.as_of, region=None), (
            "code", "graduate", "day",
        )  # fmt: skip
    else:
        found, keys = ask.rows(QUESTIONS, "placed_behind", as_of=asked.as_of), ("code", "graduate", "day")
    fitting = [{key: row[key] for key in keys} for row in found if anywhere or row["region"] == region]
    return sorted(fitting, key=lambda row: (len(row["code"]), row["code"]))
