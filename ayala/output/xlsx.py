"""XLSX: a workbook with a sheet for each table, its values as numbers, days and shares to count with.

Text is always written as text, so that nothing a person typed runs as a formula or becomes a link. The first
row says what the sheet is about, the second has the headings; both stay while the rest scrolls and stand on
every printed page. A long table is written in constant memory. The same tables give the same bytes.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import replace as changed
from datetime import date, datetime
from itertools import chain, islice
from textwrap import wrap
from typing import IO, Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from ayala.errors import WrongUsage
from ayala.language.catalogue import current, say
from ayala.language.phrases import phrase
from ayala.output import words
from ayala.output.charts import Picture, picture
from ayala.output.table import FIGURES, Column, Table

KNOWN = 5000
"""Rows that are held in memory; a longer table goes straight to the disk, and its picture is left out."""
MEASURED = 1000
"""Rows whose values say how wide the columns are."""
MOST_ROWS = 1_048_576
"""Rows of a sheet, by the format; the title, the headings and the total are among them."""
MOST_LETTERS = 32_767
"""Letters of a cell, by the format."""
FIRST_DAY = date(1900, 3, 1)
"""Before it spreadsheets disagree about days, so that earlier ones are written as text."""
DAY_ZERO = date(1899, 12, 30).toordinal()
NARROWEST, WIDEST = 6, 60
"""Widths of columns, in letters."""
LINE = 15.5
"""The height of a line of headings, in points."""
A4 = 9
DAYS = {"kk": "dd\\.mm\\.yyyy", "ru": "dd\\.mm\\.yyyy", "en": "yyyy\\-mm\\-dd"}
"""How a day is shown; the cell holds the day itself."""
ABOVE = 2
"""Rows above the values: the title, the headings."""
_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
# Chosen so that two neighbours differ without colour; the first two are plain and striped.
_PATTERNS = (
    "",
    "wide_upward_diagonal",
    "percent_50",
    "wide_downward_diagonal",
    "small_grid",
    "dark_vertical",
)
_DASHES = ("solid", "dash", "round_dot", "dash_dot", "long_dash", "square_dot")
_MARKERS = ("circle", "square", "triangle", "diamond", "x", "plus")
_INK, _TONES = "#12507B", ("#2F7DB1", "#9CC4E0")

Put = Callable[[int, int, Any], Any]


def write(tables: Sequence[Table], stream: IO[bytes], *, single: bool) -> None:
    """Write the workbook to the stream. :class:`WrongUsage` if a table has more rows than a sheet."""
    with tempfile.TemporaryFile() as whole:  # a workbook cannot be written to a pipe from front to back
        _workbook(tables, whole)
        whole.seek(0)
        shutil.copyfileobj(whole, stream)


def _workbook(tables: Sequence[Table], file: IO[bytes]) -> None:
    shown = [known for table in tables if (known := _Known.of(table)) is not None]
    long = any(known.more for known in shown)
    book = xlsxwriter.Workbook(
        file,
        {
            "constant_memory": long,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.use_zip64()
    book.set_properties(
        {
            "title": words.document_title([known.table for known in shown]),
            "author": "Ayala",
            # When it was made is not in it: the same tables give the same bytes.
            "created": datetime(2000, 1, 1),  # noqa: DTZ001 -- a fixed day has no zone
        }
    )
    book.set_custom_property("Language", current(), "text")
    looks = _Looks.of(book)
    names: set[str] = set()
    try:
        for known in shown:
            lead = words.lead(known.table)
            sheet = book.add_worksheet(_sheet_name(words.short_title(known.table), names))
            _page(sheet, lead, columns=len(known.table.columns))
            if known.table.upright:
                _upright(sheet, known.table, lead, looks)
                continue
            last = _fill(sheet, known, lead, looks)
            drawn = None if long else picture(known.table)
            if drawn:
                _draw(book, sheet, known.table, drawn, lead, last, looks, names)
        if not shown:
            book.add_worksheet(_sheet_name(say("nothing found"), names)).write_string(
                0, 0, say("nothing found")
            )
    finally:
        try:
            book.close()
        except FileCreateError as error:
            raise error.args[0] from None


@dataclass(frozen=True)
class _Known:
    """A table whose first rows are known, so that its columns can be measured, and the rows after them."""

    table: Table
    more: bool
    rows: Iterator[Mapping[str, Any]]

    @classmethod
    def of(cls, table: Table) -> _Known | None:
        """Nothing for an optional table without rows."""
        rows = iter(table.rows)
        first = list(islice(rows, KNOWN + 1))
        if not first and table.optional:
            return None
        return cls(changed(table, rows=first), len(first) > KNOWN, chain(first, rows))


@dataclass(frozen=True)
class _Looks:
    """How cells look."""

    title: Format
    heading: Format
    heading_right: Format
    kinds: Mapping[str, Format | None]
    totals: Mapping[str, Format]

    @classmethod
    def of(cls, book: xlsxwriter.Workbook) -> _Looks:
        wrapped = {"text_wrap": True, "valign": "top"}
        kinds: dict[str, dict[str, Any]] = {
            "text": wrapped,
            "code": wrapped,
            "day": {"num_format": DAYS[current()], "align": "left", "valign": "top"},
            "share": {"num_format": "0.00\\ %", "valign": "top"},
            "ratio": {"num_format": "0.00", "valign": "top"},
        }
        plain = {"valign": "top"}
        every = ("text", "code", "number", "share", "ratio", "day", "flag", "iin", "phone")
        head = {"bold": True, "text_wrap": True, "valign": "bottom", "bottom": 1, "bg_color": "#F1F3F5"}
        return cls(
            book.add_format({"bold": True, "font_size": 14}),
            book.add_format(head),
            book.add_format({**head, "align": "right"}),
            {kind: book.add_format(kinds.get(kind, plain)) for kind in every},
            {kind: book.add_format({**kinds.get(kind, plain), "bold": True, "top": 1}) for kind in every},
        )


def _fill(sheet: Worksheet, known: _Known, lead: str, looks: _Looks) -> int:
    """Write a table; gives the number of the row after its last line."""
    table = known.table
    headings = words.headings(table)
    sheet.set_row(0, 22)
    sheet.set_row(ABOVE - 1, LINE * _widths(sheet, table, headings))
    sheet.write_string(0, 0, lead, looks.title)
    for at, (column, heading) in enumerate(zip(table.columns, headings, strict=True)):
        right = column.kind in FIGURES
        sheet.write_string(ABOVE - 1, at, heading, looks.heading_right if right else looks.heading)
    puts = [(at, c.key, _put(sheet, c, looks.kinds[c.kind], table.on)) for at, c in enumerate(table.columns)]
    most = MOST_ROWS - ABOVE - (table.total is not None)
    line = ABOVE
    for line, row in enumerate(known.rows, ABOVE):
        if line >= most + ABOVE:
            raise WrongUsage(
                phrase("a sheet of a workbook holds {most} rows at most", most=most), "--format csv"
            )
        for at, key, put in puts:
            value = row.get(key)
            if value is not None and value != "":
                put(line, at, value)
    last = line + 1 if known.table.rows else ABOVE
    if last == ABOVE:
        sheet.write_string(ABOVE, 0, say("nothing found"), looks.kinds["flag"])
    else:
        sheet.autofilter(ABOVE - 1, 0, last - 1, len(headings) - 1)
    if table.total is not None and last > ABOVE:
        _total(sheet, table, last, looks)
    sheet.freeze_panes(ABOVE, 0)
    sheet.repeat_rows(0, ABOVE - 1)
    return last


def _total(sheet: Worksheet, table: Table, line: int, looks: _Looks) -> None:
    """The total, below what the filter reaches."""
    total = table.total or {}
    for at, column in enumerate(table.columns):
        look = looks.totals[column.kind]
        value = total.get(column.key)
        if value is not None and value != "":
            _put(sheet, column, look, table.on)(line, at, value)
        elif at == 0:
            sheet.write_string(line, at, say("total"), looks.totals["text"])
        else:
            sheet.write_blank(line, at, None, look)


def _upright(sheet: Worksheet, table: Table, lead: str, looks: _Looks) -> None:
    """A line a value, its heading before it."""
    sheet.write_string(0, 0, lead, looks.title)
    line, headings = ABOVE - 1, words.headings(table)
    for row in table.rows:
        for column, heading in zip(table.columns, headings, strict=True):
            if words.value(column, row.get(column.key)):
                sheet.write_string(line, 0, heading, looks.heading)
                # Numbers among words stand where the words begin.
                _put(sheet, column, looks.kinds[column.kind], table.on)(line, 1, row[column.key])
                line += 1
    sheet.set_column(0, 0, min(WIDEST, max(map(len, headings)) + 2))
    sheet.set_column(1, 1, WIDEST)


def _put(sheet: Worksheet, column: Column, look: Format | None, on: date | None) -> Put:
    """What writes the values of a column, each as what it is; ``on`` is the day of a region's name."""
    write_number, write_string = sheet.write_number, sheet.write_string

    def text(line: int, at: int, value: Any) -> None:
        shown = words.value(column, value, on)
        if len(shown) > MOST_LETTERS // 2:
            shown = _cut(shown)
        write_string(line, at, shown, look)

    def number(line: int, at: int, value: Any) -> None:
        # What a spreadsheet's numbers cannot hold exactly stays text; not a number is none.
        if isinstance(value, int | float) and -(2**53) <= value <= 2**53:
            write_number(line, at, value, look)
        else:
            text(line, at, value)

    def day(line: int, at: int, value: Any) -> None:
        try:
            parsed = date.fromisoformat(str(value))
        except ValueError:
            text(line, at, value)
            return
        if parsed < FIRST_DAY:
            text(line, at, value)
        else:
            write_number(line, at, parsed.toordinal() - DAY_ZERO, look)

    if column.kind in FIGURES:
        return number
    if column.kind == "text":
        # A year or an age that names a line is a number still.
        return lambda line, at, value: (number if type(value) is int else text)(line, at, value)
    if column.kind == "day":
        return day
    if column.kind in ("code", "flag"):
        known: dict[Any, str] = {}

        def word(line: int, at: int, value: Any) -> None:
            shown = known.get(value)
            if shown is None:
                shown = known[value] = _cut(words.value(column, value, on))
            write_string(line, at, shown, look)

        return word
    return text


def _cut(text: str) -> str:
    """What a cell holds of a text; its letters are counted in UTF-16."""
    if len(text.encode("utf-16-le")) // 2 <= MOST_LETTERS:
        return text
    return text.encode("utf-16-le")[: 2 * (MOST_LETTERS - 1)].decode("utf-16-le", "ignore") + "…"


def _widths(sheet: Worksheet, table: Table, headings: Sequence[str]) -> int:
    """As wide as the first rows and the total need; a heading breaks between its words, into how many lines
    is the answer."""
    high = 1
    lines = [words.row_values(table, row) for row in islice(table.rows, MEASURED)]
    if table.total is not None:
        lines.append(words.total_values(table))
    for at, heading in enumerate(headings):
        # The sign of the filter stands at a heading's end.
        longest = max(len(word) for word in [*heading.split(), ""]) + 3
        longest = max([longest, *(len(part) + 1 for line in lines for part in line[at].split("\n"))])
        width = min(WIDEST, max(NARROWEST, longest))
        sheet.set_column(at, at, width)
        high = max(high, len(wrap(heading, width - 2)))
    return high


def _page(sheet: Worksheet, lead: str, *, columns: int) -> None:
    """A4, as wide as the page, numbered."""
    sheet.set_paper(A4)
    sheet.set_margins(left=0.6, right=0.6, top=0.6, bottom=0.8)
    if columns > 6:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C&P / &N")


def _sheet_name(title: str, taken: set[str]) -> str:
    """A name that the format allows: at most 31 letters, none of ``[]:*?/\\``, the book's only one."""
    plain = _NOT_IN_A_NAME.sub(" ", title).strip("' ") or "Ayala"
    name = plain[:31].rstrip("' ")
    number = 1
    # Spreadsheets take names for the same whatever the letters' case; "History" is theirs.
    while name.casefold() in taken or name.casefold() == "history":
        number += 1
        end = f" ({number})"
        name = plain[: 31 - len(end)].rstrip("' ") + end
    taken.add(name.casefold())
    return name


# --- pictures --------------------------------------------------------------------------------------


def _draw(
    book: xlsxwriter.Workbook,
    sheet: Worksheet,
    table: Table,
    drawn: Picture,
    lead: str,
    last: int,
    looks: _Looks,
    names: set[str],
) -> None:
    """A chart of the spreadsheet's own, over the cells of the table, at its right.

    Where the series are the values of a second column, they stand as columns on a sheet of their own.
    """
    assert table.chart is not None
    at = {column.key: number for number, column in enumerate(table.columns)}
    if table.chart.across:
        sheet = book.add_worksheet(_sheet_name(words.short_title(table), names))
        _page(sheet, lead, columns=len(drawn.series) + 1)
        last = _laid_out(sheet, drawn, lead, looks)
        along, of = 0, range(1, len(drawn.series) + 1)
        columns = len(drawn.series) + 1
    else:
        along, of = at[table.chart.along], [at[key] for key in table.chart.of]  # type: ignore[assignment]
        columns = len(table.columns)
    kind: dict[str, str] = {"type": {"bars": "bar", "line": "line"}.get(drawn.kind, "column")}
    if drawn.kind == "stacked":
        kind["subtype"] = "stacked"
    if drawn.kind != "bars" and drawn.kind != "line" and drawn.lying:
        kind["type"] = "bar"
    chart = book.add_chart(kind)
    assert chart is not None
    for number, column in enumerate(of):
        chart.add_series(
            {
                "name": [sheet.name, ABOVE - 1, column],
                "categories": [sheet.name, ABOVE, along, last - 1, along],
                "values": [sheet.name, ABOVE, column, last - 1, column],
                **_series_look(drawn, number),
            }
        )
    chart.set_title({"name": lead, "name_font": {"size": 12}, "overlay": False})
    figures = drawn.series[0].name if len(drawn.series) == 1 else ""
    names_axis: dict[str, Any] = {"name": drawn.along, "num_font": {"size": 9}}
    if not table.chart.across and table.columns[along].kind == "day":
        names_axis |= {"date_axis": True, "num_format": DAYS[current()]}
    figures_axis = {
        "name": figures,
        "min": 0,
        "major_gridlines": {"visible": True, "line": {"color": "#C8C8C8"}},
    }
    if kind["type"] == "bar":
        # What lies is named at the left, from the top, and the scale stays below.
        chart.set_y_axis(
            {**names_axis, "reverse": True, "crossing": "max", "major_gridlines": {"visible": False}}
        )
        chart.set_x_axis(figures_axis)
    else:
        chart.set_x_axis(names_axis)
        chart.set_y_axis(figures_axis)
    chart.set_legend({"none": True} if len(drawn.series) == 1 else {"position": "bottom"})
    high = max(300, 110 + 24 * len(drawn.names)) if kind["type"] == "bar" else 340
    chart.set_size({"width": 620, "height": high})
    chart.show_blanks_as("gap")
    sheet.set_landscape()
    sheet.insert_chart(ABOVE - 1, columns + 1, chart, {"description": lead, "object_position": 2})


def _laid_out(sheet: Worksheet, drawn: Picture, lead: str, looks: _Looks) -> int:
    """The figures of a picture, a column each series; gives the number of the row after the last."""
    sheet.write_string(0, 0, lead, looks.title)
    sheet.write_string(ABOVE - 1, 0, drawn.along, looks.heading)
    sheet.set_column(0, 0, min(WIDEST, max(len(name) for name in (drawn.along, *drawn.names)) + 2))
    for at, series in enumerate(drawn.series, 1):
        sheet.write_string(ABOVE - 1, at, series.name, looks.heading_right)
        sheet.set_column(at, at, max(NARROWEST, min(20, len(series.name) + 2)))
        for line, value in enumerate(series.values, ABOVE):
            if value is not None:
                sheet.write_number(line, at, value, looks.kinds[series.column.kind])
    for line, name in enumerate(drawn.names, ABOVE):
        sheet.write_string(line, 0, name, looks.kinds["text"])
    sheet.freeze_panes(ABOVE, 1)
    sheet.repeat_rows(0, ABOVE - 1)
    return ABOVE + len(drawn.names)


def _series_look(drawn: Picture, number: int) -> dict[str, Any]:
    """Patterns, dashes and marks that tell the series apart without colour."""
    tone = _TONES[number // 6 % 2]
    if drawn.kind == "line":
        return {
            "line": {"color": _INK, "dash_type": _DASHES[number % 6], "width": 1.75},
            "marker": {"type": _MARKERS[(number + number // 6) % 6], "size": 5}
            if len(drawn.names) <= 40
            else {"type": "none"},
        }
    look: dict[str, Any] = {"border": {"color": _INK}, "gap": 40}
    pattern = _PATTERNS[number % 6]
    if pattern:
        look["pattern"] = {
            "pattern": pattern,
            "fg_color": _INK,
            "bg_color": "#FFFFFF" if number < 6 else tone,
        }
    else:
        look["fill"] = {"color": tone}
    if len(drawn.series) == 1 and len(drawn.names) <= 40:
        look["data_labels"] = {"value": True}
    return look
