"""What a picture of a table shows, before anyone draws it: names along the axis, and series of numbers.

``svg`` draws it for HTML, ``screen`` with block characters, ``xlsx`` hands it to the spreadsheet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from ayala.output import words
from ayala.output.table import Column, Table

MOST_SERIES = 12
"""Series that a reader can tell apart without colour: six patterns in two tones."""
LONG_NAME = 10
"""Characters of a name that no longer fits under a standing column."""


@dataclass(frozen=True)
class Series:
    """Numbers that belong together; nothing where a value is absent."""

    name: str
    column: Column
    values: tuple[float | None, ...]

    def shown(self, value: float) -> str:
        """A value of this series as the table has it."""
        return words.value(self.column, value)


@dataclass(frozen=True)
class Picture:
    """A table as it is drawn. ``along``, ``across`` and ``of`` (the first number) are headings; ``names``
    stand along the axis."""

    kind: Literal["bars", "columns", "stacked", "line"]
    along: str
    across: str
    of: str
    names: tuple[str, ...]
    series: tuple[Series, ...]

    @property
    def lying(self) -> bool:
        """Whether its bars lie: the names are too long to stand side by side."""
        return self.kind == "bars" or (
            self.kind in ("columns", "stacked") and max(map(len, self.names)) > LONG_NAME
        )

    @property
    def sums(self) -> list[float]:
        """What the series add up to, at each name."""
        return [sum(s.values[i] or 0 for s in self.series) for i in range(len(self.names))]

    @property
    def highest(self) -> float:
        """The greatest value that is drawn."""
        if self.kind == "stacked":
            return max(self.sums)
        return max(value or 0 for series in self.series for value in series.values)


def picture(table: Table) -> Picture | None:
    """The picture of a table whose rows are known; nothing where there is none, or nothing to see in it.

    A value below zero has no bar, and more series than :data:`MOST_SERIES` nobody tells apart: such tables
    are only read.
    """
    chart = table.chart
    rows = list(table.rows)
    if chart is None or not rows:
        return None
    headings = words.headings(table)
    by_key = {c.key: (c, heading) for c, heading in zip(table.columns, headings, strict=True)}
    along, along_heading = by_key[chart.along]
    if chart.across:
        across_column, across_heading = by_key[chart.across]
        names, series = _across(rows, table.on, along, across_column, by_key[chart.of[0]][0])
    else:
        across_heading = ""
        names = tuple(words.value(along, row.get(along.key), table.on) for row in rows)
        series = tuple(
            Series(heading, column, tuple(_number(row.get(column.key)) for row in rows))
            for column, heading in (by_key[key] for key in chart.of)
        )
    values = [value for each in series for value in each.values if value is not None]
    if not any(values) or min(values) < 0 or len(series) > MOST_SERIES:
        return None
    return Picture(chart.kind, along_heading, across_heading, by_key[chart.of[0]][1], names, series)


def _across(
    rows: Sequence[Mapping[str, Any]], on: date | None, along: Column, across: Column, number: Column
) -> tuple[tuple[str, ...], tuple[Series, ...]]:
    """Names and series of a table that has a line for each pair of names; what has no line counts nothing."""
    names = list(dict.fromkeys(words.value(along, row.get(along.key), on) for row in rows))
    found: dict[str, dict[str, float]] = {}
    for row in rows:
        series = found.setdefault(words.value(across, row.get(across.key), on), {})
        name = words.value(along, row.get(along.key), on)
        series[name] = series.get(name, 0) + (_number(row.get(number.key)) or 0)
    return tuple(names), tuple(
        Series(series, number, tuple(values.get(name, 0) for name in names))
        for series, values in found.items()
        if any(values.values())
    )


def _number(value: Any) -> float | None:
    return value if isinstance(value, int | float) else None
