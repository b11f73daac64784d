"""Counting anything by any of its keys, with another span beside it.

The keys are a fixed list for each noun and the SQL is put together from them and the named questions
``keyed_…``; values come in as parameters only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from ayala.dates import Span
from ayala.errors import WrongUsage
from ayala.language.catalogue import codes
from ayala.language.phrases import phrase
from ayala.output.harmless import shortened
from ayala.output.table import Chart, Table, columns

if TYPE_CHECKING:
    from ayala.storage.asking import Asking

Row = dict[str, Any]


@dataclass(frozen=True)
class Counted:
    """What can be counted: its keys (with the vocabulary of their codes) and how the span applies."""

    measure: str
    keys: Mapping[str, str]
    default: str
    spanned: bool = True
    needs_day: bool = False
    shown: str = ""
    """What is told of a record behind a figure, besides its code."""


QUARTER = "substr(month, 1, 5) || 'q' || ((CAST(substr(month, 6, 2) AS INTEGER) + 2) / 3)"
"""The quarter of a ``YYYY-MM``, written as spans are typed: ``2026-q3``."""

BY_DAY = {"region", "topic", "month", "quarter", "year"}
"""The keys of appeals by which a day's are counted together first, in the order of ``ix_appeal_counted``."""

COUNTED: dict[str, Counted] = {
    "appeals": Counted(
        "appeals",
        {
            "topic": "topic", "region": "region", "month": "", "quarter": "", "year": "",
            "channel": "channel", "status": "status", "decision": "decision", "assignee": "",
            "kind": "appeal_kind",
        },
        "topic",
        shown="day",
    ),
    "services": Counted(
        "services",
        {
            "kind": "kind", "mode": "mode", "region": "region", "month": "", "quarter": "", "year": "",
            "provider": "",
        },
        "kind",
        shown="graduate, day",
    ),
    "graduates": Counted(
        "graduates",
        {
            "region": "region", "sex": "sex", "institution": "", "care_status": "care_status", "year": "",
            "month": "", "quarter": "", "birth_year": "",
        },
        "region",
        spanned=False,
        needs_day=True,
    ),
    "dormitory": Counted(
        "residents",
        {"building": "", "floor": "", "sex": "sex", "region": "region", "birth_year": ""},
        "building",
        spanned=False,
        needs_day=True,
        shown="bed",
    ),
    "apartments": Counted(
        "apartments",
        {"year": "", "month": "", "quarter": "", "region": "region", "tenure": "tenure", "rooms": ""},
        "year",
        shown="day",
    ),
    "work": Counted(
        "placements",
        {
            "partner_kind": "partner_kind", "partner": "", "region": "region", "sex": "sex", "year": "",
            "month": "", "quarter": "", "end_reason": "placement_end",
        },
        "partner_kind",
        shown="graduate, day",
    ),
}  # fmt: skip


def count(
    ask: Asking,
    noun: str,
    *,
    by: Sequence[str],
    span: Span | None,
    as_of: date,
    compare: Span | None = None,
    filters: Mapping[str, str | None] | None = None,
    mentions: bool = False,
) -> Table:
    """The count of a noun by keys, in the order of their codes.

    ``span`` None counts all on record. ``compare`` adds the count of another span (``compared``) and
    the ``change`` to this one. ``mentions`` counts an appeal once for each of its topics.
    """
    counted = COUNTED[noun]
    for key in by:
        if key not in counted.keys:
            raise WrongUsage(
                phrase("{noun} cannot be counted by '{key}'", noun=noun, key=shortened(key)),
                f"--by {' | '.join(counted.keys)}",
            )
    question = "keyed_mentions" if mentions else f"keyed_{noun}"
    only = {key: value for key, value in (filters or {}).items() if value is not None}
    answer = grouped(ask, question, by, only, span, as_of)
    total: dict[str, Any] = {counted.measure: sum(answer.values())}
    shown = [f"{key}:{counted.keys[key]}" if counted.keys[key] else key for key in by]
    shown.append(f"{counted.measure}#")
    if compare is None:
        rows = [dict(zip(by, keys, strict=True)) | {counted.measure: n} for keys, n in answer.items()]
    else:
        other = grouped(ask, question, by, only, compare, compare.end)
        if span is not None:
            other = {moved(keys, by, compare, span): n for keys, n in other.items()}
        rows = [
            dict(zip(by, keys, strict=True))
            | {counted.measure: (now := answer.get(keys, 0)), "compared": (then := other.get(keys, 0))}
            | {"change": now - then}
            for keys in {**answer, **other}
        ]
        shown += ["compared#", "change#"]
        total |= {"compared": sum(other.values())}
        total |= {"change": total[counted.measure] - total["compared"]}
    rows.sort(key=lambda row: [rank(row[key], counted.keys[key]) for key in by])

    def behind(row: Mapping[str, Any] | None, column: str) -> Iterator[Row] | None:
        if column not in (counted.measure, "compared"):
            return None
        days, on = (span, as_of) if column == counted.measure or compare is None else (compare, compare.end)
        keys = tuple(row[key] for key in by) if row is not None else ()
        if row is not None and column == "compared" and span is not None and days is not None:
            keys = moved(keys, by, span, days)
        return records(ask, question, only | dict(zip(by, keys, strict=bool(keys))), days, on)

    subtitle = _subtitle(span, as_of, compare)
    chart = _chart(by, counted) if compare is None else None
    at = span.end if span is not None else as_of
    return Table(noun, columns(*shown), rows, total, subtitle, on=at, chart=chart, behind=behind)


def _chart(by: Sequence[str], counted: Counted) -> Chart | None:
    """A picture where there is one key, or two of which the first stands along the axis."""
    if len(by) > 2:
        return None
    times = by[0] in ("month", "quarter", "year", "birth_year")
    if len(by) == 1:
        return Chart("columns" if times else "bars", by[0], (counted.measure,))
    return Chart("stacked", by[0], (counted.measure,), across=by[1])


def _months(day: date) -> int:
    return day.year * 12 + day.month - 1


def moved(keys: tuple[Any, ...], by: Sequence[str], other: Span, span: Span) -> tuple[Any, ...]:
    """The keys of the other span as those of this one: its March stands beside this one's March.

    A quarter or a year moves only by whole ones, a day by as many days as the spans begin apart; otherwise a
    key keeps its own name and row.
    """
    months = _months(span.start) - _months(other.start)
    found = []
    for key, value in zip(by, keys, strict=True):
        if value is None:
            pass
        elif key == "month":
            year, month = divmod(_months(date.fromisoformat(f"{value}-01")) + months, 12)
            value = f"{year}-{month + 1:02d}"
        elif key == "quarter" and months % 3 == 0:
            quarters = int(value[:4]) * 4 + int(value[-1]) - 1 + months // 3
            value = f"{quarters // 4}-q{quarters % 4 + 1}"
        elif key == "year" and months % 12 == 0:
            value = type(value)(int(value) + months // 12)
        elif key == "day":
            value = (date.fromisoformat(str(value)) + (span.start - other.start)).isoformat()
        found.append(value)
    return tuple(found)


def grouped(
    ask: Asking, question: str, by: Sequence[str], only: Mapping[str, Any], span: Span | None, as_of: date
) -> dict[tuple[Any, ...], int]:
    """How many records a ``keyed_…`` question finds for each of the keys."""
    keys = ", ".join(f"{QUARTER} AS quarter" if key == "quarter" else key for key in by)
    groups = ", ".join(str(number) for number in range(1, len(by) + 1))
    counting = "count(*)"
    if question == "keyed_appeals" and span is not None and {*by, *only} <= BY_DAY:
        # As many rows as days are left to sort.
        question, counting = "keyed_appeals_by_day", "CAST(coalesce(sum(appeals), 0) AS INTEGER)"
    keyed, values = narrowed(ask, question, only, span, as_of)
    if not by:
        return {(): next(iter(ask.run(f"SELECT {counting} AS counted {keyed}", values)))["counted"]}
    sql = f"SELECT {keys}, {counting} AS counted {keyed} GROUP BY {groups}"
    return {tuple(row[key] for key in by): row["counted"] for row in ask.run(sql, values)}


def records(
    ask: Asking, question: str, only: Mapping[str, Any], span: Span | None, as_of: date
) -> Iterator[Row]:
    """The records that :func:`grouped` counts, by their codes; a key that is None asks for those without."""
    shown = COUNTED[NOUNS[question]].shown
    keyed, values = narrowed(ask, question, only, span, as_of)
    more = f", {shown}" if shown else ""
    return iter(ask.run(f"SELECT code{more} {keyed} ORDER BY length(code), code{more}", values))


NOUNS = {f"keyed_{noun}": noun for noun in COUNTED} | {
    "keyed_mentions": "appeals",
    "keyed_appeals_by_day": "appeals",
}


def narrowed(
    ask: Asking, question: str, only: Mapping[str, Any], span: Span | None, as_of: date
) -> tuple[str, dict[str, Any]]:
    """``FROM … WHERE …`` of a keyed question, and the values of its parameters."""
    conditions, values = [], {}
    for key, value in only.items():
        name = QUARTER if key == "quarter" else key
        conditions.append(f"{name} IS NULL" if value is None else f"{name} = :{key}")
        if value is not None:
            values[key] = value
    if span is not None:
        # A day that is cast keeps SQLite off the index of days, behind which it would look up the region of
        # every appeal.
        day = "CAST(day AS TEXT)" if question == "keyed_appeals_by_day" else "day"
        conditions.append(f"{day} BETWEEN :start AND :end")
        values |= {"start": span.start, "end": span.end}
    if COUNTED[NOUNS[question]].needs_day:
        values["as_of"] = as_of
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"FROM ({ask.text('report', question)}) AS keyed{where}", values


def rank(value: Any, vocabulary: str) -> tuple[int, int, str]:
    """Codes in the order of their vocabulary, numbers by size, texts by the Kazakh alphabet, nothing last."""
    if value is None:
        return (2, 0, "")
    if isinstance(value, int):
        return (0, value, "")
    if vocabulary and vocabulary != "region":
        known = codes(vocabulary)
        return (0, known.index(value) if value in known else len(known), value)
    from ayala.language.names import sort_key

    return (1, 0, value if vocabulary else sort_key(value))


def _subtitle(span: Span | None, as_of: date, compare: Span | None) -> str:
    label = span.label if span else as_of.isoformat()
    return f"{label} / {compare.label}" if compare else label
