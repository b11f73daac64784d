"""Workbooks: XLSX, ODS and old XLS, as lines like those of any other sheet.

``python-calamine`` reads them, fast, and believes what a file says: a small one that unpacks to gigabytes, or
that has one cell at each end of a sheet, would take all memory. So Ayala unpacks the file itself, counting
bytes and cells, and hands on a copy in which nothing is packed any more. Macros are never run: nothing here
could.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import IO, TYPE_CHECKING, Any
from xml.parsers import expat

from ayala.errors import SheetNotReadable
from ayala.language.phrases import phrase
from ayala.output.harmless import shortened
from ayala.sheets import archives, lost_letters
from ayala.sheets.forms import Form
from ayala.sheets.reader import BrokenFormula, Line, Number, Sheet, headings_of, in_blocks

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

LARGEST = archives.LARGEST
"""Bytes of a workbook, packed or unpacked."""
MOST_CELLS = 10_000_000
"""Cells of a sheet from its first to its last one, empty ones among them: all have a place in memory."""
ERRORS = frozenset({"#REF!", "#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#VALUE!", "#GETTING_DATA"})
"""What a formula gives that failed."""
CHUNK = archives.CHUNK


def opened(name: str, stream: IO[bytes], form: Form, *, part: str | None) -> Sheet:
    """Open one sheet of a workbook: the one named or numbered (from 1), else the first that is not empty.

    Raises :class:`SheetNotReadable`.
    """
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
    stream.seek(0)
    if size > LARGEST:
        raise SheetNotReadable(
            phrase("{name}: the workbook has more than {megabytes} MB", name=name, megabytes=LARGEST >> 20),
            archives.as_csv(),
        )
    with tempfile.TemporaryFile() as copy:
        if form == "xls":
            title, table, notes = _table(name, stream, part)
        else:
            _unpack(name, stream, copy)
            copy.seek(0)
            title, table, notes = _table(name, copy, part)
    rows = table.iter_rows()
    lost_letters.check(name, ("\t".join(c for c in row if isinstance(c, str)) + "\n" for row in rows))
    blocks = in_blocks(_lines(table))
    line, headings = headings_of(name, blocks)
    return Sheet(name, headings, ",", blocks, form, part=title, notes=notes, hash=digest, heading_line=line)


def _table(name: str, stream: IO[bytes], part: str | None) -> tuple[str, CalamineSheet, list[str]]:
    import python_calamine as calamine

    try:
        book = calamine.CalamineWorkbook.from_filelike(stream)
        return _chosen(name, book, part)
    except calamine.PasswordError:
        raise SheetNotReadable(
            phrase("{name}: the workbook is protected by a password", name=name),
            phrase("ask for it without a password"),
        ) from None
    except calamine.CalamineError as error:
        raise SheetNotReadable(
            phrase("{name}: the workbook is damaged ({cause})", name=name, cause=shortened(str(error))),
            phrase("ask for it again"),
        ) from None
    except BaseException as error:
        # What calamine did not foresee comes as a PanicException, which is no Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise SheetNotReadable(
            phrase("{name}: the workbook is damaged", name=name), phrase("ask for it again")
        ) from None


def _chosen(name: str, book: CalamineWorkbook, part: str | None) -> tuple[str, CalamineSheet, list[str]]:
    """The sheet that was named, by its title or number; else the first visible one that is not empty."""
    from python_calamine import SheetVisibleEnum

    titles = book.sheet_names
    if part is not None:
        fits = [title for title in titles if title == part]
        fits = fits or [title for title in titles if title.casefold() == part.strip().casefold()]
        if not fits and part.isdecimal() and 0 < int(part) <= len(titles):
            fits = [titles[int(part) - 1]]
        if not fits:
            named = " | ".join(shortened(title) for title in titles)
            raise SheetNotReadable(
                phrase("{name}: there is no sheet '{sheet}'", name=name, sheet=shortened(part)),
                f"--sheet {named}",
            )
        return fits[0], book.get_sheet_by_name(fits[0]), []
    visible = SheetVisibleEnum.Visible
    seen = [sheet.name for sheet in book.sheets_metadata if sheet.visible == visible]
    found: list[str] = []
    first: CalamineSheet | None = None
    for title in seen or titles:
        table = book.get_sheet_by_name(title)
        if table.height:
            found.append(title)
            first = first or table
    if first is None:
        raise SheetNotReadable(
            phrase("{name}: the workbook is empty", name=name),
            phrase("a sheet whose first line holds the headings"),
        )
    notes = []
    if len(found) > 1:
        others = ", ".join(f"'{shortened(other)}'" for other in found[1:])
        notes.append(
            phrase(
                "{name}: the sheet '{sheet}' is read; --sheet reads another: {others}",
                name=name,
                sheet=shortened(found[0]),
                others=others,
            )
        )
    return found[0], first, notes


def _lines(table: CalamineSheet) -> Iterator[Line]:
    for number, row in enumerate(table.iter_rows(), 1):
        cells = [_text(value) for value in row]
        while cells and not cells[-1]:
            cells.pop()
        if any(map(str.strip, cells)):
            yield Line(number, cells)


def _text(value: Any) -> str:
    """A cell as text: a day in the ISO style, a whole number without ``.0``."""
    match value:
        case str():
            return BrokenFormula(value) if value in ERRORS else value
        case bool():
            return str(value).lower()
        case float():
            return Number(int(value) if value.is_integer() and abs(value) < 1e15 else value)
        case int():
            return Number(value)
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime():
            return value.isoformat(" ")
        case date() | time():
            return value.isoformat()
    return str(value)


# --- before it is read ----------------------------------------------------------------------------


def _unpack(name: str, stream: IO[bytes], copy: IO[bytes]) -> None:
    """Write an unpacked copy of a workbook whose size and cells were counted."""
    with archives.unpacking(name, stream) as packed, zipfile.ZipFile(copy, "w") as plain:
        for info in packed.infolist():
            if info.is_dir():
                continue
            pieces = archives.content(name, packed, info)
            # A formula with an error comes as an empty cell, unless it is called a text.
            pieces = _replaced(pieces, b' t="e"', b' t="str"') if "worksheets/" in info.filename else pieces
            extent: Extent | None = None
            with plain.open(info.filename, "w") as member:
                for number, piece in enumerate(pieces):
                    if number == 0 and piece.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
                        extent = Extent(name)
                    if extent is not None:
                        extent.add(piece)
                    member.write(piece)


def _replaced(pieces: Iterator[bytes], old: bytes, new: bytes) -> Iterator[bytes]:
    rest = b""
    for piece in pieces:
        whole = (rest + piece).replace(old, new)
        cut = max(0, len(whole) - len(old) + 1)
        rest = whole[cut:]
        yield whole[:cut]
    yield rest


class Extent:
    """How far the cells of a sheet reach, told from its XML piece by piece.

    A reader makes room for all cells between the first and the last, so one far away fills the memory; ODS
    also says of a row or cell how often it is repeated.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.rows = self.columns = 0
        """Where the last cell is that holds something."""
        self.row = self.column = 0
        self.times = 1
        """How often the row is repeated (ODS)."""
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._doctype

    def add(self, piece: bytes) -> None:
        try:
            self.parser.Parse(piece, False)
        except expat.ExpatError:
            raise SheetNotReadable(
                phrase("{name}: the workbook is damaged", name=self.name), phrase("ask for it again")
            ) from None

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        match tag.rpartition(":")[2]:
            case "row":
                self.row = _number(attributes.get("r"), self.row + 1)
                self.column = 0
            case "c":
                self.row, self.column = _place(attributes.get("r"), self.row, self.column + 1)
            case "v" | "is" | "f":
                self._reach()
            case "table":
                self.row = self.column = self.rows = self.columns = 0
            case "table-row":
                self.times = _number(attributes.get("table:number-rows-repeated"), 1)
                self.column = 0
            case "table-cell" | "covered-table-cell":
                self.column += _number(attributes.get("table:number-columns-repeated"), 1)
                if any(key.endswith(("value-type", "formula")) for key in attributes):
                    self._reach(self.times)
            case "p":
                self._reach(self.times)

    def _end(self, tag: str) -> None:
        if tag.endswith("table-row"):
            self.row += self.times

    def _reach(self, more: int = 0) -> None:
        self.rows = max(self.rows, self.row + more)
        self.columns = max(self.columns, self.column)
        if self.rows * self.columns > MOST_CELLS:
            raise SheetNotReadable(
                phrase(
                    "{name}: a cell stands in row {row}, column {column}: that is too far away",
                    name=self.name,
                    row=self.rows,
                    column=self.columns,
                ),
                phrase("delete what is below and beside the rows, or save the sheet as 'CSV UTF-8'"),
            )

    def _doctype(self, *_: object) -> None:
        raise SheetNotReadable(
            phrase("{name}: the workbook is none that a spreadsheet program wrote", name=self.name),
            archives.as_csv(),
        )


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() else otherwise


def _place(text: str | None, row: int, column: int) -> tuple[int, int]:
    """Row and column of a place such as ``AB12``; where it says nothing, those that were counted."""
    found = _PLACE.fullmatch(text or "")
    if not found:
        return row, column
    letters = 0
    for letter in found[1].upper():
        letters = letters * 26 + ord(letter) - ord("A") + 1
    return int(found[2]), letters


_PLACE = re.compile(r"([A-Za-z]{1,9})([0-9]{1,9})")
