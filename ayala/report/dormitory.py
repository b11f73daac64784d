"""The report on the houses: how full they are and were, how old who lives there is, who came and left, what
frees.

A move from bed to bed within the houses that are asked for is neither an arrival nor a leaving, so those who
lived there before the span, with who arrived and without who left, are those who live there after it.
``until`` is the day of leaving: the bed is free on it. What lies after the as-of day has not happened, but
for the forecast.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from ayala.dates import FIRST_DAY, LAST_DAY, Span
from ayala.output.table import Chart, Column, Table, columns
from ayala.report.asked import Asked
from ayala.report.grids import ANY, MONTHS_SHOWN, Row, days_of, folded, of_row, ordered, periods
from ayala.rules.clock import months_after

if TYPE_CHECKING:
    from ayala.storage.asking import Asking

UNTIED: frozenset[str] = frozenset()
"""Columns whose total is not the sum of the rows."""

FILE = "report/dormitory"

DAYS_SHOWN = 92
"""A span of so many days (a quarter) is shown day by day; a longer one by the first days of its months."""

MONTHS_AHEAD = 6
"""How many first days of months the forecast looks at, besides the day itself."""


def tables(ask: Asking, asked: Asked) -> list[Table]:
    """The tables of the report, in the order of reading."""
    ages = list(ask.rows(FILE, "by_age", day=asked.as_of, **_where(asked)))
    left = list(ask.rows(FILE, "leavers", **_in(asked)))
    return [
        occupancy(ask, asked),
        by_day(ask, asked),
        by_age(ask, asked, ages),
        by_building_and_age(ask, asked, ages),
        _leavers(ask, asked, left, "destination", "leavers_by_destination"),
        _leavers(ask, asked, left, "end_reason", "leavers_by_reason"),
        flow(ask, asked, left),
        forecast(ask, asked),
    ]


def _where(asked: Asked) -> dict[str, Any]:
    return {"building": asked.building, "region": asked.region}


def _in(asked: Asked, period: str | None = None) -> dict[str, Any]:
    return {**days_of(asked.span, period), "as_of": asked.as_of, **_where(asked)}


# --- on the day ---------------------------------------------------------------------------------------


def occupancy(ask: Asking, asked: Asked) -> Table:
    """Beds and residents by building on the as-of day; ``occupied`` is the part of the beds in service that
    is taken.
    """
    rows = [
        {key: row[key] for key in _STANDING} | {"occupied": _occupied(row)}
        for row in ask.rows("dormitory", "occupancy", day=asked.as_of, building=asked.building)
        if asked.region in (None, row["region"])
    ]
    total = _standing(ask, asked, asked.as_of)
    total |= {"companions": ask.value(FILE, "companions_total", day=asked.as_of, **_where(asked))}

    def behind(row: Mapping[str, Any] | None, column: str) -> Iterable[Row] | None:
        of = of_row(row, "building")
        if column == "companions":
            return ask.rows(FILE, "behind_companions", day=asked.as_of, **_where(asked), **of)
        return _behind(ask, asked, asked.as_of, column, of["of_building"])

    return Table(
        "occupancy",
        columns(
            "building", "name", "beds#", "residents#", "companions#", "out_of_service#", "free#",
            Column("occupied", "share"),
        ),
        rows,
        {key: total[key] for key in _STANDING[2:]} | {"occupied": _occupied(total)},
        asked.as_of.isoformat(),
        chart=Chart("stacked", "building", ("residents", "out_of_service", "free")),
        behind=behind,
    )  # fmt: skip


_STANDING = ("building", "name", "beds", "residents", "companions", "out_of_service", "free")
_STATES = frozenset({"beds", "out_of_service", "free", "free_as_planned", "in_service"})


def _occupied(row: Mapping[str, Any]) -> float | None:
    in_service = row["beds"] - row["out_of_service"]
    return round(row["residents"] / in_service, 4) if in_service else None


def _standing(ask: Asking, asked: Asked, day: date) -> Row:
    found = ask.row(FILE, "standing_total", day=day, since=asked.as_of, **_where(asked))
    assert found is not None
    return found


def _behind(
    ask: Asking, asked: Asked, day: date, column: str, building: str = ANY, age: str = ANY
) -> Iterable[Row] | None:
    """The residents behind a figure of a day, or the beds."""
    where = {"day": day, "of_building": building, **_where(asked)}
    if column == "residents":
        return ask.rows(FILE, "behind_residents", of_age=age, **where)
    if column in _STATES:
        return ask.rows(FILE, "behind_beds", state=column, since=asked.as_of, **where)
    return None


# --- day by day -----------------------------------------------------------------------------------------


def by_day(ask: Asking, asked: Asked) -> Table:
    """Residents, beds in service and free beds on the days of the span until the as-of day.

    A row a day up to :data:`DAYS_SHOWN`; of a longer span its first and last day and the first day of each
    month between; of one longer than grids.MONTHS_SHOWN months the first day of each year. Beds have no days
    of their own on record: those of today stand for every day.
    """
    days = _days(ask, asked)
    found: list[Row] = []
    if days:
        residents = _residents(ask, asked, days)
        beds = _standing(ask, asked, asked.as_of)["beds"]
        for day, lived, closed in zip(days, residents, _closed(ask, asked, days), strict=True):
            in_service = beds - closed
            found.append(
                {
                    "day": day.isoformat(),
                    "residents": lived,
                    "in_service": in_service,
                    "free": in_service - lived,
                }
            )

    def behind(row: Mapping[str, Any] | None, column: str) -> Iterable[Row] | None:
        return None if row is None else _behind(ask, asked, date.fromisoformat(row["day"]), column)

    return Table(
        "occupancy_by_day",
        columns("day@", "residents#", "in_service#", "free#"),
        found,
        None,
        asked.span.label,
        chart=Chart("line", "day", ("residents", "in_service", "free")),
        behind=behind,
    )


def _days(ask: Asking, asked: Asked) -> list[date]:
    """The days that are shown; an open side of the span reaches to the first stay and to the as-of day."""
    start, end = asked.span.start, min(asked.span.end, asked.as_of)
    if start == FIRST_DAY:
        first = ask.value(FILE, "first_day", **_where(asked))
        start = date.fromisoformat(str(first)) if first else end
    if end < start:
        return []
    if (end - start).days < DAYS_SHOWN:
        return [start + timedelta(days=number) for number in range((end - start).days + 1)]
    months = (end.year - start.year) * 12 + end.month - start.month + 1
    step = 1 if months <= MONTHS_SHOWN else 12
    day = date(start.year, start.month if step == 1 else 1, 1)
    shown = {start, end}
    while (day := months_after(day, step)) <= end:
        shown.add(day)
    return sorted(shown)


def _residents(ask: Asking, asked: Asked, days: Sequence[date]) -> list[int]:
    """How many lived there on each of the days: what came and went until then, added up."""
    known, sums, lived = [], [], 0
    for row in ask.rows(FILE, "changes", end=days[-1], **_where(asked)):
        lived += row["more"]
        known.append(str(row["day"]))
        sums.append(lived)
    return [sums[at - 1] if (at := bisect_right(known, day.isoformat())) else 0 for day in days]


def _closed(ask: Asking, asked: Asked, days: Sequence[date]) -> Iterator[int]:
    """How many beds were out of service on each of the days: closed, and nobody in them."""
    span = {"start": days[0], "end": days[-1]}
    closings = list(ask.rows(FILE, "closings", **span, **_where(asked)))
    stays = list(ask.rows(FILE, "stays_on_closed", **span)) if closings else []
    for day in days:
        yield len(_places(closings, day.isoformat()) - _places(stays, day.isoformat()))


def _places(rows: Iterable[Mapping[str, Any]], day: str) -> set[str]:
    return {row["place"] for row in rows if str(row["from_date"]) <= day < str(row["until"] or LAST_DAY)}


# --- ages -----------------------------------------------------------------------------------------------


def by_age(ask: Asking, asked: Asked, ages: Sequence[Row]) -> Table:
    """Residents on the as-of day by years of age."""
    counts = folded(ages, ("age",), "residents")
    rows = [{"age": age, "residents": counts[age,]} for (age,) in sorted(counts)]
    return _aged(ask, asked, "residents_by_age", columns(Column("age", "number"), "residents#"), rows)


def by_building_and_age(ask: Asking, asked: Asked, ages: Sequence[Row]) -> Table:
    """The same, house by house."""
    return _aged(ask, asked, "residents_by_building", columns("building", "age", "residents#"), ages)


def _aged(ask: Asking, asked: Asked, key: str, shown: list[Column], rows: Sequence[Row]) -> Table:
    def behind(row: Mapping[str, Any] | None, column: str) -> Iterable[Row] | None:
        if column != "residents":
            return None
        age = ANY if row is None else str(row["age"])
        building = ANY if row is None else row.get("building", ANY)
        return _behind(ask, asked, asked.as_of, column, building, age)

    chart = Chart("columns", "age", ("residents",)) if shown[0].key == "age" else None
    total = {"residents": _standing(ask, asked, asked.as_of)["residents"]}
    return Table(key, shown, rows, total, asked.as_of.isoformat(), chart=chart, behind=behind)


# --- coming and leaving -----------------------------------------------------------------------------------


def _leavers(ask: Asking, asked: Asked, left: Sequence[Row], by: str, key: str) -> Table:
    shown = columns(f"{by}:{by}", "leavers#", Column("share", "share"))
    total = ask.value(FILE, "leavers_total", **_in(asked))
    rows: list[Row] = [
        {by: code, "leavers": number, "share": round(number / total, 4)}
        for (code,), number in folded(left, (by,), "leavers").items()
    ]

    def behind(row: Mapping[str, Any] | None, column: str) -> Iterable[Row] | None:
        if column != "leavers":
            return None
        of = {"of_destination": ANY, "of_end_reason": ANY, **of_row(row, by)}
        return ask.rows(FILE, "behind_leavers", **_in(asked), **of)

    return Table(
        key,
        shown,
        ordered(rows, shown),
        {"leavers": total, "share": 1.0 if total else None},
        asked.span.label,
        chart=Chart("bars", by, ("leavers",)),
        behind=behind,
    )


def flow(ask: Asking, asked: Asked, left: Sequence[Row]) -> Table:
    """Who came and who left: every month of the span until the as-of day; years where months are too many."""
    came = list(ask.rows(FILE, "arrivals", **_in(asked)))
    span = Span(asked.span.start, max(asked.span.start, min(asked.span.end, asked.as_of)))
    name, every = periods(span, [row["month"] for row in (*came, *left)])
    counts = {"arrivals": Counter[str](), "leavers": Counter[str]()}
    for of, found in (("arrivals", came), ("leavers", left)):
        for row in found:
            counts[of][row["month"][: 4 if name == "year" else 7]] += row[of]

    def behind(row: Mapping[str, Any] | None, column: str) -> Iterable[Row] | None:
        here = _in(asked, str(row[name]) if row else None)
        if column == "leavers":
            return ask.rows(FILE, "behind_leavers", **here, of_destination=ANY, of_end_reason=ANY)
        return ask.rows(FILE, "behind_arrivals", **here) if column == "arrivals" else None

    return Table(
        f"arrivals_by_{name}",
        columns(name, "arrivals#", "leavers#"),
        [{name: at, **{of: counts[of][at] for of in counts}} for at in every],
        {of: ask.value(FILE, f"{of}_total", **_in(asked)) for of in counts},
        asked.span.label,
        chart=Chart("columns", name, ("arrivals", "leavers")),
        behind=behind,
    )


# --- what frees -------------------------------------------------------------------------------------------


def forecast(ask: Asking, asked: Asked) -> Table:
    """Free beds on the as-of day and on the first days of the months after it.

    ``free`` counts only what is on record: leavers whose day is known, stays that begin later, closings.
    ``free_as_planned`` adds the beds whose contracts end by then as planned, though nobody has said that they
    will leave. Whose contract has ended already and who still lives there is taken to stay. No newcomers are
    guessed.
    """
    first = asked.as_of.replace(day=1)
    days = [asked.as_of, *(months_after(first, number) for number in range(1, MONTHS_AHEAD + 1))]
    shown = columns("day@", "residents#", "out_of_service#", "free#", "free_as_planned#")
    rows = [{**_standing(ask, asked, day), "day": day.isoformat()} for day in days]

    def behind(row: Mapping[str, Any] | None, column: str) -> Iterable[Row] | None:
        return None if row is None else _behind(ask, asked, date.fromisoformat(row["day"]), column)

    return Table(
        "free_beds_ahead",
        shown,
        [{column.key: row[column.key] for column in shown} for row in rows],
        None,
        asked.as_of.isoformat(),
        chart=Chart("columns", "day", ("free", "free_as_planned")),
        behind=behind,
    )
