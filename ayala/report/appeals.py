"""The report on appeals: what about and from where, when, by which way, how soon answered, what is late.

All but what is overdue is of the appeals received in the span, as they stand on record.

An appeal is *answered* when the office has answered it: its status says so, and the day of the answer is
known and not after the as-of day. An appeal that was redirected, withdrawn or ended without an answer is
neither in time nor late: another body owes the answer, or nobody does.

What is *overdue* stands on the as-of day, whenever it was received: a debt does not end with a span.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ayala.appeal.deadlines import Deadlines
from ayala.dates import FIRST_DAY, Span
from ayala.language.catalogue import codes
from ayala.output.table import Chart, Column, Table, columns
from ayala.report.asked import Asked
from ayala.report.grids import ANY, Row, by_period, days_of, folded, median, of_row, ordered
from ayala.rules.clock import Due

if TYPE_CHECKING:
    from ayala.storage.asking import Asking

UNTIED = frozenset({"median_days", "share"})
"""Columns whose total is not the sum of the rows."""

OVERDUE = ("overdue", "far_overdue")

FILE = "report/appeals"


def tables(ask: Asking, asked: Asked) -> list[Table]:
    """The tables of the report, in the order of reading."""
    counted = list(ask.rows(FILE, "by_region_topic_month", **_here(asked)))
    total = ask.value(FILE, "total", **_here(asked))
    return [
        by_topic_and_region(ask, asked, counted, total),
        by_month(ask, asked, counted, total),
        by_channel(ask, asked, total),
        time_to_answer(ask, asked),
        overdue(ask, asked),
        refusals(ask, asked),
    ]


def _here(asked: Asked, period: str | None = None) -> dict[str, Any]:
    """The days and the region that are asked for; the days only as far as they are in a month or year."""
    return {**days_of(asked.span, period), "region": asked.region}


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


# --- what about, from where, when, by which way -------------------------------------------------------


def by_topic_and_region(ask: Asking, asked: Asked, counted: list[Row], total: int) -> Table:
    """Appeals by main topic and region; pairs that nobody asked from are left out."""
    shown = columns("topic:topic", "region:region", "appeals#")
    rows = [
        {"topic": topic, "region": region, "appeals": n}
        for (topic, region), n in folded(counted, ("topic", "region"), "appeals").items()
    ]

    def behind(row: Mapping[str, Any] | None, column: str) -> Iterable[Row] | None:
        if column != "appeals":
            return None
        return ask.rows(FILE, "behind", **_here(asked), **of_row(row, "topic", "region"), of_channel=ANY)

    return Table(
        "appeals_by_topic_and_region",
        shown,
        ordered(rows, shown),
        {"appeals": total},
        asked.span.label,
        chart=Chart("stacked", "region", ("appeals",), across="topic"),
        behind=behind,
    )


def by_month(ask: Asking, asked: Asked, counted: list[Row], total: int) -> Table:
    """Appeals by month and main topic: every month of the span; years where the months are too many."""
    name, rows = by_period(counted, asked.span, "topic", "appeals", codes("topic"))

    def behind(row: Mapping[str, Any] | None, column: str) -> Iterable[Row] | None:
        if column != "appeals":
            return None
        here = _here(asked, row[name] if row else None)
        return ask.rows(FILE, "behind", **here, **of_row(row, "topic"), of_region=ANY, of_channel=ANY)

    return Table(
        f"appeals_by_{name}",
        columns(name, "topic:topic", "appeals#"),
        rows,
        {"appeals": total},
        asked.span.label,
        chart=Chart("stacked", name, ("appeals",), across="topic"),
        behind=behind,
    )


def by_channel(ask: Asking, asked: Asked, total: int) -> Table:
    """Appeals by the way they came."""
    shown = columns("channel:channel", "appeals#", Column("share", "share"))
    rows = [
        {**row, "share": _share(row["appeals"], total)}
        for row in ask.rows(FILE, "by_channel", **_here(asked))
    ]

    def behind(row: Mapping[str, Any] | None, column: str) -> Iterable[Row] | None:
        if column != "appeals":
            return None
        named = of_row(row, "channel")
        return ask.rows(FILE, "behind", **_here(asked), of_topic=ANY, of_region=ANY, **named)

    return Table(
        "appeals_by_channel",
        shown,
        ordered(rows, shown),
        {"appeals": total, "share": 1.0 if total else None},
        asked.span.label,
        chart=Chart("bars", "channel", ("appeals",)),
        behind=behind,
    )


# --- how soon -----------------------------------------------------------------------------------------


def time_to_answer(ask: Asking, asked: Asked) -> Table:
    """Answered appeals by main topic: the median of the calendar days from receiving to answering, and how
    many were answered within the term of the law. The share is of those that a rule sets a term for."""
    clock = Deadlines(ask, asked.as_of)
    here = {**_here(asked), "as_of": asked.as_of}
    days: defaultdict[str, Counter[int]] = defaultdict(Counter)
    kept: Counter[tuple[str, bool | None]] = Counter()
    for topic, took, in_time, appeals in _answers(ask, clock, here):
        days[topic][took] += appeals
        kept[topic, in_time] += appeals
    rows = [
        {"topic": topic, **_answered(days[topic], kept[topic, True], kept[topic, False])}
        for topic in codes("topic")
        if topic in days
    ]
    everything: Counter[int] = Counter()
    for counts in days.values():
        everything.update(counts)
    timely, late = (sum(n for (_, which), n in kept.items() if which is way) for way in (True, False))
    total = _answered(everything, timely, late)

    def behind(row: Mapping[str, Any] | None, column: str) -> Iterable[Row] | None:
        if column not in ("answered", "in_term", "late"):
            return None
        found = ask.rows(FILE, "behind_answered", **here, **of_row(row, "topic"))
        return _of_clock(
            clock, found, lambda one, due: column == "answered" or in_term(one, due) is (column == "in_term")
        )

    return Table(
        "time_to_answer",
        columns(
            "topic:topic",
            "answered#",
            "median_days#",
            "in_term#",
            "late#",
            Column("share", "share", heading="share_in_term"),
        ),
        rows,
        {**total, "answered": ask.value(FILE, "answered_total", **here)},
        asked.span.label,
        chart=Chart("bars", "topic", ("median_days",)),
        behind=behind,
    )


def _answers(
    ask: Asking, clock: Deadlines, here: Mapping[str, Any]
) -> Iterator[tuple[str, int, bool | None, int]]:
    """Topic, calendar days, whether in the term, and of how many answered appeals this is so."""
    received_on, received, lasts = "", 0, dict[str, int | None]()
    for row in ask.rows(FILE, "answered_alike", **here):
        topic = row["topic"]
        if row["received_on"] != received_on:
            received_on, received, lasts = row["received_on"], _ordinal(row["received_on"]), {}
        for answer, appeals in Counter(row["answers"].split(";")).items():
            facts, _, answered_on = answer.rpartition("|")
            if facts not in lasts:
                lasts[facts] = _last(clock.of_row(_apart(received_on, facts)))
            answered, last = _ordinal(answered_on), lasts[facts]
            yield topic, answered - received, None if last is None else answered <= last, appeals
    for one, appeals, due in clock.alike((), ask.rows(FILE, "answered_stepped", **here)):
        took = _ordinal(one["answered_on"]) - _ordinal(one["received_on"])
        yield one["topic"], took, in_term(one, due), appeals


def _apart(received_on: str, facts: str) -> Row:
    kind, registered_on, extended_until = facts.split("|")
    return {
        "received_on": received_on,
        "kind": kind,
        "registered_on": registered_on,
        "extended_until": extended_until,
        "stepped": 0,
    }


def in_term(row: Mapping[str, Any], due: Due) -> bool | None:
    """Whether an answer came within the term of the law; nothing where no rule sets one."""
    last = _last(due)
    return None if last is None else _ordinal(row["answered_on"]) <= last


def _last(due: Due) -> int | None:
    """The last day for an answer as a number; while the clock stands any day is in time."""
    if due.rule is None and due.extension is None:
        return None
    return due.day.toordinal() if due.day else date.max.toordinal()


def _answered(days: Counter[int], in_time: int, late: int) -> Row:
    return {
        "answered": days.total(),
        "median_days": median(days.items()),
        "in_term": in_time,
        "late": late,
        "share": _share(in_time, in_time + late),
    }


@lru_cache(maxsize=4096)
def _ordinal(day: str) -> int:
    return date.fromisoformat(day).toordinal()


def _of_clock(clock: Deadlines, found: Iterable[Row], wanted: Any) -> Iterator[Row]:
    """The codes of those appeals whose last day is as wanted, put to the clock one by one."""
    for row in found:
        due = clock.of_row(row)
        if wanted(row, due):
            yield {"code": row["code"]}


# --- what is late, what was refused -------------------------------------------------------------------


def overdue(ask: Asking, asked: Asked) -> Table:
    """Open appeals on the as-of day by the officer in charge (nobody: empty); of them those past their last
    day."""
    clock = Deadlines(ask, asked.as_of)
    here = {"start": FIRST_DAY, "end": asked.as_of, "region": asked.region}
    counts: defaultdict[str | None, Counter[str]] = defaultdict(Counter)
    for row, how_near, appeals in open_levels(ask, clock, Span(FIRST_DAY, asked.as_of), asked.region):
        counts[row["assignee"]][how_near] += appeals
    shown = columns("assignee", "open#", "overdue#", "far_overdue#")
    rows: list[Row] = [
        {
            "assignee": assignee,
            "open": of.total(),
            "overdue": sum(of[late] for late in OVERDUE),
            "far_overdue": of["far_overdue"],
        }
        for assignee, of in counts.items()
    ]
    total = {
        "open": ask.value(FILE, "open_total", **here),
        "overdue": sum(row["overdue"] for row in rows),
        "far_overdue": sum(row["far_overdue"] for row in rows),
    }

    def behind(row: Mapping[str, Any] | None, column: str) -> Iterable[Row] | None:
        if column not in ("open", *OVERDUE):
            return None
        wanted = {"overdue": OVERDUE, "far_overdue": OVERDUE[1:]}.get(column)
        found = ask.rows(FILE, "behind_open", **here, **of_row(row, "assignee"))
        return _of_clock(clock, found, lambda one, due: wanted is None or clock.level_of(due) in wanted)

    return Table(
        "overdue_by_assignee",
        shown,
        ordered(rows, shown),
        total,
        asked.as_of.isoformat(),
        chart=Chart("bars", "assignee", ("overdue",)),
        behind=behind,
    )


def each_level(
    ask: Asking, clock: Deadlines, span: Span, region: str | None = None
) -> Iterator[tuple[Mapping[str, Any], str]]:
    """The open appeals received in a span in the order of the register: each, how near its last day is."""
    here = {"start": span.start, "end": span.end, "region": region}
    for row in ask.rows(FILE, "behind_open", **here, of_assignee=ANY):
        yield row, clock.level_of(clock.of_row(row))


def open_levels(
    ask: Asking, clock: Deadlines, span: Span, region: str | None = None
) -> Iterator[tuple[Mapping[str, Any], str, int]]:
    """Rows of open appeals received in a span, with status, assignee and region: how near the last day is,
    and how many appeals the row stands for."""
    here = {"start": span.start, "end": span.end, "region": region}
    alike = ask.rows(FILE, "open_alike", **here)
    for row, appeals, due in clock.alike(alike, ask.rows(FILE, "open_stepped", **here)):
        yield row, clock.level_of(due), appeals


def refusals(ask: Asking, asked: Asked) -> Table:
    """Refused appeals by the ground that was given."""
    shown = columns("ground", "refusals#", Column("share", "share"))
    total = ask.value(FILE, "refused_total", **_here(asked))
    rows = [
        {**row, "share": _share(row["refusals"], total)}
        for row in ask.rows(FILE, "refused_by_ground", **_here(asked))
    ]

    def behind(row: Mapping[str, Any] | None, column: str) -> Iterable[Row] | None:
        if column != "refusals":
            return None
        return ask.rows(FILE, "behind_refused", **_here(asked), **of_row(row, "ground"))

    return Table(
        "refusals_by_ground",
        shown,
        ordered(rows, shown),
        {"refusals": total, "share": 1.0 if total else None},
        asked.span.label,
        behind=behind,
    )
