"""What a table is: a key, columns that know their kind, and rows of plain values.

No strings are formatted here and nothing is translated: each writer does that for its format.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

Kind = Literal["text", "code", "number", "share", "ratio", "day", "flag", "iin", "phone"]

FIGURES = frozenset({"number", "share", "ratio"})
"""The kinds whose values are counted or measured."""


@dataclass(frozen=True)
class Column:
    """A column: a stable English key, the kind of its values, and for codes their vocabulary.

    ``share`` is a part of one (0.5345), ``ratio`` a quotient (3.05), ``iin`` and ``phone`` are
    personal and masked on their way out. ``wide`` text gives way first on a narrow screen.
    """

    key: str
    kind: Kind = "text"
    vocabulary: str = ""
    heading: str = ""
    beside: str = ""
    """The key of a second word for the heading, of a column that repeats another: "Appeals (change)"."""

    @property
    def heading_key(self) -> str:
        """What to look the heading up by; the key itself unless said otherwise."""
        return self.heading or self.key


@dataclass(frozen=True)
class Chart:
    """How a table is drawn, where a look says more than reading: what stands along the axis, and the numbers.

    ``along`` is the key of the column whose values name the bars or points; ``of`` the keys of the number
    columns, a series each. ``bars`` lie (names are long), ``columns`` stand (months, years), ``stacked`` are
    columns whose series add up to a whole, ``line`` is for many days. ``across`` is the key of a second code
    column where each of its values is a series of the one number in ``of``.
    """

    kind: Literal["bars", "columns", "stacked", "line"]
    along: str
    of: tuple[str, ...]
    across: str = ""


Behind = Callable[[Mapping[str, Any] | None, str], "Iterable[Mapping[str, Any]] | None"]
"""The records behind a cell: given a row of the table (None: the total) and the key of a column, rows that
begin with ``code``; nothing if no records stand behind that column."""


@dataclass
class Table:
    """Rows with their columns; ``total`` is shown in formats for people only.

    ``key`` names the table in JSON and its title; ``subtitle`` is plain text for people (a span, a
    person's name). ``rows`` may be an iterator: it is walked once.
    """

    key: str
    columns: list[Column]
    rows: Iterable[Mapping[str, Any]]
    total: Mapping[str, Any] | None = None
    subtitle: str = ""
    personal_on_terminal: bool = False
    """Whether a terminal may show personal numbers and phones: one person's page, not a list."""
    upright: bool = False
    """One record, shown to people as a line a column."""
    optional: bool = False
    """Left out for people when it has no rows; a list of none in JSON and CSV."""
    chart: Chart | None = None
    """How HTML, XLSX and a terminal draw it beside the figures."""
    behind: Behind | None = None
    """What ``--explain`` asks for a cell."""
    own_years: bool = False
    """Whether its years are the records' own, such as that of a registration: beside another span's figures
    2018 stands beside 2018, not beside the year that is as far into that span."""
    on: date | None = None
    """The day whose names of regions people read: in 2019 the capital was Nur-Sultan."""

    @property
    def named_by(self) -> tuple[str, ...]:
        """The keys of the columns that name a row: those before the first figure, at least the first."""
        keys: list[str] = []
        for column in self.columns:
            if column.kind in FIGURES:
                break
            keys.append(column.key)
        return tuple(keys) or (self.columns[0].key,)


def columns(*keys: str | Column) -> list[Column]:
    """Columns from short notations: ``"name"``, ``"topic:topic"`` (a code), ``"beds#"`` (a number),
    ``"born@"`` (a day)."""
    return [key if isinstance(key, Column) else _column(key) for key in keys]


def _column(text: str) -> Column:
    if text.endswith("#"):
        return Column(text[:-1], "number")
    if text.endswith("@"):
        return Column(text[:-1], "day")
    key, _, vocabulary = text.partition(":")
    if vocabulary:
        return Column(key, "code", vocabulary)
    return Column(key, key if key in ("iin", "phone") else "text")  # type: ignore[arg-type]
