"""From cells to values, or to problems with their column: a block of lines at a time, column by column.

Regions, names and days repeat, so that most cells of a column were read before and are looked up. What the
cells of a sheet may say is the kind's affair (``headings``), and how a column is written
:mod:`ayala.sheets.columns`'.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from itertools import repeat
from typing import Any, NamedTuple

from ayala.graduate.iin import iin_is_valid
from ayala.graduate.phones import is_as_kept
from ayala.language.phrases import phrase
from ayala.sheets.columns import Columns
from ayala.sheets.reader import Block
from ayala.sheets.rows import OR, Kind, Parser, Row, iin, phone, phones

MEMORY = 4096
"""How many different cells of a column are remembered with what they say."""

_SHARED = frozenset({str, int, float, bool, date})
"""Kinds of values that several rows may hold together: none can be changed in place."""

_PLAIN: Mapping[Parser, Callable[[str], object]] = {iin: iin_is_valid, phone: is_as_kept}
"""Of columns in which hardly any two cells are alike: what tells that a cell is its own value."""


class _Wrong(NamedTuple):
    """Why a cell cannot be read: a sentence, and a code of the vocabulary ``problem``."""

    what: str
    code: str


class _Reading(dict[str, Any]):
    """How one column is read: what each different cell says, worked out when it is first met.

    An empty cell says nothing (``None``). ``alike``: whether cells that look alike say the same.
    """

    def __init__(self, heading: str, parse: Parser, *, alike: bool) -> None:
        super().__init__({"": None})
        self.heading = heading
        self.parse = parse
        self.plain = _PLAIN.get(parse)
        self.repeats = alike and self.plain is None and parse is not phones
        self.is_wrong = False
        """Whether a cell of the column that was last read cannot be read."""

    def column(self, cells: Iterable[str]) -> list[Any]:
        """What the cells of a column say."""
        self.is_wrong = False
        if self.repeats:
            return list(map(self.__getitem__, cells))
        read, plain = self.read, self.plain
        if plain is None:
            return list(map(read, cells))
        return [cell if plain(cell) else read(cell) for cell in cells]

    def __missing__(self, cell: str) -> Any:
        value = self.read(cell)
        if value.__class__ in _SHARED and len(self) <= MEMORY:
            self[cell] = value
        return value

    def read(self, cell: str) -> Any:
        """What one cell says."""
        text = cell.strip()
        if not text:
            return None
        try:
            return self.parse(text)
        except ValueError as error:
            self.is_wrong = True
            return _Wrong(str(error), getattr(error, "code", "bad_value"))


def parsing(
    columns: Columns, kind: Kind, given: Mapping[str, Any], *, alike: bool
) -> Callable[[Block], list[Row]]:
    """What makes rows of a block of lines: every cell that cannot be read is a problem.

    ``given`` stands for what a row leaves out; ``alike``: whether cells that look alike say the same (a
    number of a workbook does not say what its text would).
    """
    readings = [parse and _Reading(heading, parse, alike=alike) for heading, parse in columns.parsers]
    required = frozenset(heading for heading, rule in kind.headings.items() if rule.required)
    width = len(readings)

    def parsed(block: Block) -> list[Row]:
        lines = block.rows
        widths = set(map(len, lines))
        if widths != {width}:
            lines = [(cells + [""] * (width - len(cells)))[:width] for cells in lines]
        found: dict[str, list[Any]] = {}
        wrong: dict[str, list[Any]] = {}
        for reading, cells in zip(readings, zip(*lines, strict=True), strict=True):
            if reading is None or not any(cells):
                continue
            values = reading.column(cells)
            if reading.is_wrong:
                wrong[reading.heading] = values
                values = [None if value.__class__ is _Wrong else value for value in values]
            found[reading.heading] = values
        rows = _rows(block, found, given)
        for heading, values in wrong.items():
            for row, value in zip(rows, values, strict=True):
                if value.__class__ is _Wrong:
                    row.reject(heading, value.what, code=value.code)
        if max(widths) > width:
            _look_for_more(rows, width, len(columns.headings))
        if kind.one_of or not required <= found.keys() | given.keys():
            lacking: Iterable[Row] = rows
        else:
            lacking = _lacking(rows, [found[heading] for heading in required & found.keys()])
        for row in lacking:
            _look_for_missing(row, kind)
        return rows

    return parsed


def _rows(block: Block, found: Mapping[str, Sequence[Any]], given: Mapping[str, Any]) -> list[Row]:
    """Rows of the values that the columns have for them."""
    names = tuple(found)
    filled = zip(*found.values(), strict=True) if found else repeat((), len(block.rows))
    values = [
        {name: value for name, value in zip(names, some, strict=True) if value is not None} for some in filled
    ]
    if given:
        values = [{**given, **some} for some in values]
    return list(map(Row, block.numbers, block.rows, values))


def _lacking(rows: Sequence[Row], columns: Collection[Sequence[Any]]) -> list[Row]:
    """The rows for which a column has nothing."""
    places = {
        place for values in columns if not all(values) for place, value in enumerate(values) if value is None
    }
    return [rows[place] for place in places]


def _look_for_more(rows: Iterable[Row], width: int, headings: int) -> None:
    """Reject the rows that have cells beyond the last heading."""
    for row in rows:
        cells = row.cells
        if len(cells) > width and any(cell.strip() for cell in cells[width:]):
            what = phrase(
                "has {cells} cells, but there are {headings} headings",
                cells=headings + len(cells) - width,
                headings=headings,
            )
            row.reject("row", what, code="too_many_cells")


def _look_for_missing(row: Row, kind: Kind) -> None:
    tried = row.values.keys() | {heading for heading, *_ in row.problems}
    for heading, rule in kind.headings.items():
        if rule.required and heading not in tried:
            row.reject(heading, phrase("missing"), code=f"no_{heading}")
    for group in kind.one_of:
        if not tried & set(group):
            row.reject(OR.join(group), phrase("missing"), code="no_" + "_or_".join(group))
