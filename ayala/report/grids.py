"""Rows of a report in their order, and its months: every one of a span, also those in which nothing was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from ayala.dates import FIRST_DAY, LAST_DAY, Span
from ayala.output.table import Column
from ayala.report.counting import rank

Row = dict[str, Any]

MONTHS_SHOWN = 36
"""A span of more months than a person reads is shown by year."""

ANY = "*"
"""What a question of the records behind a cell takes for a key that it does not ask by; empty text stands for
records that have nothing there."""


def ordered(rows: Iterable[Row], columns: Sequence[Column]) -> list[Row]:
    """The rows by what names them: codes as in their vocabulary, texts in Kazakh order, nothing last."""
    named = [column for column in columns if column.kind in ("code", "text")]
    return sorted(rows, key=lambda row: [rank(row[column.key], column.vocabulary) for column in named])


def folded(rows: Iterable[Mapping[str, Any]], keys: Sequence[str], of: str) -> dict[tuple[Any, ...], int]:
    """The counts of rows, added up over all keys but these."""
    counts: Counter[tuple[Any, ...]] = Counter()
    for row in rows:
        counts[tuple(row[key] for key in keys)] += row[of]
    return dict(counts)


def periods(span: Span, months: Iterable[str]) -> tuple[str, list[str]]:
    """``month`` or ``year``, and each of them in the span, as ``YYYY-MM`` or ``YYYY``.

    ``months`` are those in which something was: an open side of the span reaches no further than they do.
    """
    found = sorted(months)
    first, last = span.start.isoformat()[:7], span.end.isoformat()[:7]
    if span.start == FIRST_DAY:
        first = found[0] if found else last
    if span.end == LAST_DAY:
        last = found[-1] if found else first
    low, high = _number(first), _number(last)
    if high - low + 1 > MONTHS_SHOWN:
        return "year", [str(year) for year in range(low // 12, high // 12 + 1)]
    return "month", [f"{month // 12}-{month % 12 + 1:02d}" for month in range(low, high + 1)]


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:]) - 1


def days_of(span: Span, period: str | None) -> dict[str, date]:
    """The first and last day of a span that are in a month or year of it; the span's own for nothing."""
    if period is None:
        return {"start": span.start, "end": span.end}
    first = date.fromisoformat(f"{period}-01" if len(period) == 7 else f"{period}-01-01")
    until = date(first.year + 1, 1, 1) if len(period) == 4 else _next_month(first)
    return {"start": max(span.start, first), "end": min(span.end, until - timedelta(days=1))}


def _next_month(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def by_period(
    rows: Sequence[Mapping[str, Any]], span: Span, key: str, of: str, codes: Sequence[str]
) -> tuple[str, list[Row]]:
    """Rows of a ``month`` and a code as a grid: every period of the span by each code that is met in it.

    All ``codes`` where none is met. Gives the name of the period's column too.
    """
    name, every = periods(span, {row["month"] for row in rows})
    counts: Counter[tuple[str, str]] = Counter()
    for row in rows:
        counts[row["month"][: 4 if name == "year" else 7], row[key]] += row[of]
    met = {code for _, code in counts}
    shown = [code for code in codes if code in met] or list(codes)
    return name, [{name: at, key: code, of: counts[at, code]} for at in every for code in shown]


def of_row(row: Mapping[str, Any] | None, *keys: str) -> dict[str, str]:
    """What the records behind a cell are asked by: the row's own values, anything for the total."""
    return {f"of_{key}": ANY if row is None else row[key] or "" for key in keys}


def median(counted: Iterable[tuple[int, int]]) -> int | float | None:
    """The exact median of values, each with how many times it is met, in any order; nothing of nothing.

    Half-way between the two in the middle where there are two.
    """
    known = sorted(counted)
    number = sum(times for _, times in known)
    if not number:
        return None
    low, high = _at(known, (number - 1) // 2), _at(known, number // 2)
    return low if low == high else (low + high) / 2 if (low + high) % 2 else (low + high) // 2


def _at(counted: Sequence[tuple[int, int]], place: int) -> int:
    """The value at a place of all values in their order."""
    for value, times in counted:
        if place < times:
            return value
        place -= times
    raise IndexError(place)
