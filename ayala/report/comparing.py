"""A report of one span with the figures of another beside it.

Rows are the same by what names them (``Table.named_by``); months, quarters, years and days of the other span
are laid beside this one's. What only one span has stays, with nothing in the place of the other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ayala.dates import Span
from ayala.output.table import FIGURES, Column, Table
from ayala.report.counting import moved

Row = Mapping[str, Any]

AGAINST = frozenset({"year_before", "ratio"})
"""Columns that set a figure against another span themselves."""


def beside(
    tables: Sequence[Table],
    others: Sequence[Table],
    span: Span,
    other: Span,
    untied: frozenset[str] = frozenset(),
) -> list[Table]:
    """Each table with two more columns a figure: ``…_compared``, of the other span, and ``…_change``.

    A table of which the other span has none stays as it is. Where only one span has a line, the other's
    counts are 0 and all other figures unknown: of tables without a total, and ``untied`` ones, a median.
    """
    known = {(table.key, _about(table)): table for table in others}
    return [
        _with(table, found, (span, other), untied)
        if (found := known.get((table.key, _about(table))))
        else table
        for table in tables
    ]


def _about(table: Table) -> str:
    """What tells tables of one key apart: their subtitle, unless it is a span or a day."""
    return "" if table.subtitle[:1].isdigit() else table.subtitle


def _with(table: Table, found: Table, spans: tuple[Span, Span], untied: frozenset[str]) -> Table:
    span, other = spans if not table.own_years else (spans[0], spans[0])
    names = table.named_by
    figures = [c for c in table.columns if c.kind in FIGURES and c.key not in names and c.key not in AGAINST]
    if not figures or table.upright:
        return table
    counts = {
        c.key
        for c in figures
        if c.key in (table.total or {}) and not {c.key, f"{table.key}.{c.key}"} & untied
    }
    then = {moved(_name(row, names), names, other, span): row for row in found.rows}
    now = {_name(row, names): row for row in table.rows}
    rows = [
        {
            **now.get(name, {}),
            **dict(zip(names, name, strict=True)),
            **_pair(now.get(name), then.get(name), figures, counts),
        }
        for name in {**now, **then}
    ]
    total = None
    if table.total is not None and found.total is not None:
        total = {**table.total, **_pair(table.total, found.total, figures, counts)}
    subtitle = f"{table.subtitle} / {found.subtitle}" if table.subtitle else ""

    def behind(row: Row | None, column: str) -> Iterator[Row] | None:
        key = column.removesuffix("_compared")
        asked = table if key == column else found
        if row is not None and asked is found:
            moving = moved(_name(row, names), names, span, other)
            row = {**row, **dict(zip(names, moving, strict=True))}
        answer = asked.behind(row, key) if asked.behind else None
        return None if answer is None else iter(answer)

    return replace(
        table,
        columns=list(_columns(table.columns, figures)),
        rows=rows,
        total=total,
        subtitle=subtitle,
        behind=behind,
    )


def _name(row: Row, names: Sequence[str]) -> tuple[Any, ...]:
    return tuple(row.get(name) for name in names)


def _columns(shown: Sequence[Column], figures: Sequence[Column]) -> Iterator[Column]:
    for column in shown:
        yield column
        if column in figures:
            points = "change_points" if column.kind == "share" else "change"
            for end, told in (("compared", "compared"), ("change", points)):
                yield Column(f"{column.key}_{end}", column.kind, heading=column.heading_key, beside=told)


def _pair(
    now: Row | None, then: Row | None, figures: Sequence[Column], counts: Collection[str]
) -> dict[str, Any]:
    """The figures of both spans and the change; a count that only one span has is 0 in the other."""
    answer: dict[str, Any] = {}
    for column in figures:
        nothing = 0 if column.key in counts else None
        left, right = (nothing if row is None else row.get(column.key) for row in (now, then))
        change = None if left is None or right is None else round(left - right, 4)
        answer |= {column.key: left, f"{column.key}_compared": right, f"{column.key}_change": change}
    return answer
