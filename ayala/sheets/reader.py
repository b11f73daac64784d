"""From bytes to numbered lines: encoding, delimiter, quotes, workbooks; nothing of what they mean.

A sheet is gone through once for its encoding (:mod:`ayala.sheets.encodings`), and then read in blocks of
lines; no more than one of them is held in memory. Workbooks come the same way
(:mod:`ayala.sheets.workbooks`).
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any, NamedTuple

from ayala.errors import NoSuchFile, SheetNotReadable
from ayala.language.phrases import phrase
from ayala.output.harmless import LONGEST, term
from ayala.sheets import delimiters, encodings, forms
from ayala.sheets.delimiters import Marks

DELIMITERS = delimiters.USUAL
LONGEST_FIELD = 16 * LONGEST
"""Characters the CSV reader lets through; the field's own limit is told with its heading."""
LONGEST_LINE = 1 << 20
"""Bytes of one line: more is not a line of a sheet, and is never held in memory."""
PIECE = 1 << 16
"""Bytes that are read and decoded at a time, and by which the signs of a sheet are told."""
BLOCK = 500
"""Lines that are read and looked at together: what is asked of a block costs little a line."""
BOM = codecs.BOM_UTF8
WORKBOOKS = frozenset({"xlsx", "ods", "xls"})


class Line(NamedTuple):
    """One record of a sheet: the line it begins on (in a workbook its row), and its cells as they came."""

    number: int
    cells: list[str]


class Block(NamedTuple):
    """Some records of a sheet, column by column cheaper to read than line by line: where each begins, and its
    cells."""

    numbers: list[int]
    rows: list[list[str]]

    def column(self, place: int) -> list[str]:
        """The cells of a column; empty where a line ends before it."""
        try:
            return [cells[place] for cells in self.rows]
        except IndexError:
            return [cells[place] if place < len(cells) else "" for cells in self.rows]


class Number(str):
    """A cell that was a number in a workbook: leading noughts of what should have been text are gone.

    It has no white space around it, so it stays what it is when cells are stripped.
    """

    __slots__ = ()

    def strip(self, chars: str | None = None, /) -> str:
        return self


class BrokenFormula(str):
    """A cell of a workbook whose formula gave an error, such as ``#REF!``: it holds no value, and stays what
    it is when cells are stripped."""

    __slots__ = ()

    def strip(self, chars: str | None = None, /) -> str:
        return self


@dataclass
class Sheet:
    """An open sheet: its name as typed, its first line, and the lines below, in blocks."""

    name: str
    headings: list[str]
    delimiter: str
    blocks: Iterator[Block]
    encoding: str = "utf-8"
    """As Python calls it; of a workbook ``xlsx``, ``ods`` or ``xls``."""
    quote: str = '"'
    part: str | None = None
    """The sheet of the workbook that was read."""
    notes: Sequence[str] = ()
    """What is to be said of how it was read."""
    hash: Any = field(default_factory=hashlib.sha256)
    heading_line: int = 1
    """The line of the headings: lines may stand above them."""
    numbers_columns: bool = False
    """Whether a line below the headings does no more than number the columns, as on official forms."""

    def next_lines(self) -> list[Line]:
        """The lines below the headings as far as they are read at once; they stay to be read."""
        block = next(self.blocks, None)
        if block is None:
            return []
        self.blocks = chain([block], self.blocks)
        return list(map(Line, *block))

    def move_down(self, line: int) -> None:
        """Take a line further down, one of :meth:`next_lines`, for the headings; those above are left out."""
        block = next(self.blocks)
        if line not in block.numbers:
            raise _changed(self.name)
        place = block.numbers.index(line)
        self.heading_line, self.headings = line, [cell.strip() for cell in block.rows[place]]
        self._go_on(block, place + 1)

    def column_numbers(self) -> list[str]:
        """The cells of the line below the headings if they count the columns: 1, 2, 3 or (1), (2), (3)."""
        lines = self.next_lines()
        cells = [cell.strip() for cell in lines[0].cells] if lines else []
        while cells and not cells[-1]:
            cells.pop()
        bare = [cell.lstrip("(").rstrip(").") for cell in cells]
        return cells if len(cells) > 2 and bare == [str(n) for n in range(1, len(cells) + 1)] else []

    def pass_by_numbers(self) -> None:
        """Leave the line below the headings out, since it does no more than count the columns."""
        self.numbers_columns = True
        self._go_on(next(self.blocks), 1)

    def _go_on(self, block: Block, place: int) -> None:
        """Go on with a block from one of its lines."""
        if place < len(block.rows):
            self.blocks = chain([Block(block.numbers[place:], block.rows[place:])], self.blocks)

    @property
    def is_workbook(self) -> bool:
        """Whether its cells have kinds of their own: numbers, days, formulas."""
        return self.encoding in WORKBOOKS

    @property
    def lines(self) -> Iterator[Line]:
        """The lines one by one."""
        for block in self.blocks:
            yield from map(Line, block.numbers, block.rows)

    def digest(self) -> str:
        """The SHA-256 of the file's bytes as they were read; whole once the last line was taken."""
        digest: str = self.hash.hexdigest()
        return digest


@contextmanager
def reading(
    name: str,
    *,
    encoding: str | None = None,
    sheet: str | None = None,
    delimiter: str | None = None,
    again: Sheet | None = None,
) -> Iterator[Sheet]:
    """Open a sheet. ``encoding``, ``delimiter`` and ``sheet`` (the name or number of one in a workbook) are
    told by a person; else by evidence.

    ``again`` is the same sheet as it was read before, to its end: it is read in the same way, and refused
    after its last line if its bytes are not the same. Raises :class:`NoSuchFile`, :class:`SheetNotReadable`
    or :class:`ayala.errors.WrongUsage`.
    """
    with open_bytes(name) as raw, seekable(name, raw) as stream:
        form = forms.told(name, stream)
        if form != "text":
            from ayala.sheets import workbooks

            found = workbooks.opened(name, stream, form, part=again.part if again else sheet)
        else:
            found = _opened(name, stream, encoding, delimiter, again)
        if again is not None:
            found.blocks = _unchanged(found, found.blocks, again)
        yield found


def _opened(
    name: str, stream: IO[bytes], encoding: str | None, delimiter: str | None, again: Sheet | None
) -> Sheet:
    notes = []
    if again is not None:
        encoding = again.encoding
    else:
        encoding = encodings.examined(name, stream, encoding=encoding and encodings.named(encoding))
        if not encoding.startswith("utf-8"):
            notes.append(phrase("{name}: read as {encoding}", name=name, encoding=encodings.shown(encoding)))
        stream.seek(0)
    piece = stream.read(PIECE)
    stream.seek(0)
    head = codecs.getincrementaldecoder(encoding)("ignore").decode(piece)
    # The line ends of old Macs: no other in the whole piece.
    end = "\r" if "\r" in head and "\n" not in head else "\n"
    if len(piece) == PIECE:
        head = head[: head.rfind(end) + 1] or head
    above, sign = _above(head, end)
    if again is not None:
        marks = Marks(again.delimiter, again.quote)
    else:
        below = "".join(_split(head, end)[above:])
        marks = delimiters.told(below, delimiter=delimiters.named(delimiter) if delimiter else sign)
    source = Source(name, stream, end.encode())
    texts = io.TextIOWrapper(source, encoding, "strict", newline=end)
    blocks = _blocks(name, texts, marks, above, stream)
    line, headings = headings_of(name, blocks)
    sheet = Sheet(name, headings, marks.delimiter, blocks, encoding, marks.quote, None, notes, source.hash)
    sheet.heading_line = line
    return sheet


def headings_of(name: str, blocks: Iterator[Block]) -> tuple[int, list[str]]:
    """The first line of a sheet, which its first block holds and nothing else, and the number of it."""
    first = next(blocks, None)
    if first is None:
        raise SheetNotReadable(
            phrase("{name}: the sheet is empty", name=name),
            phrase("a sheet whose first line holds the headings"),
        )
    return first.numbers[0], [cell.strip() for cell in first.rows[0]]


@contextmanager
def open_bytes(name: str) -> Iterator[IO[bytes]]:
    """The sheet's bytes; ``-`` is stdin."""
    if name == "-":
        if sys.stdin.isatty():
            raise NoSuchFile(phrase("- means a sheet on stdin, and none is piped in"), "ayala import FILE")
        yield sys.stdin.buffer
        return
    path = Path(name)
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise NoSuchFile(phrase("{name} is a folder", name=name), f"ayala import {name}/*.csv")
        if stat.S_ISCHR(mode) or stat.S_ISBLK(mode):
            raise NoSuchFile(phrase("{name} is a device and no sheet", name=name))
        stream = path.open("rb")
    except FileNotFoundError:
        raise NoSuchFile(phrase("there is no file {name}", name=name)) from None
    except (OSError, ValueError) as error:
        raise NoSuchFile(
            phrase(
                "{name} cannot be read: {cause}",
                name=name,
                cause=getattr(error, "strerror", None) or error,
            )
        ) from None
    with stream:
        yield stream


def decoded(name: str, stream: IO[bytes]) -> Iterator[str]:
    """The lines as text, decoded strictly: a wrong byte is named with its line and never replaced."""
    number = 0
    while raw := _line(name, stream):
        number += 1
        if number == 1:
            if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
                raise SheetNotReadable(
                    phrase("{name}: the sheet is in UTF-16, not in UTF-8", name=name),
                    phrase("save it as 'CSV UTF-8'"),
                )
            raw = raw.removeprefix(BOM)
        if len(raw) == LONGEST_LINE and not raw.endswith(b"\n"):
            raise _too_long(name, number)
        try:
            yield raw.decode()
        except UnicodeDecodeError as error:
            raise SheetNotReadable(
                phrase(
                    "{name}:{number}: the sheet is not in {encoding} (byte {byte})",
                    name=name,
                    number=number,
                    encoding="UTF-8",
                    byte=f"0x{raw[error.start]:02X}",
                ),
                phrase("save it as 'CSV UTF-8'"),
            ) from None


def _too_long(name: str, number: int) -> SheetNotReadable:
    return SheetNotReadable(
        phrase(
            "{name}:{number}: the line has more than {most} bytes",
            name=name,
            number=number,
            most=LONGEST_LINE,
        )
    )


def _line(name: str, stream: IO[bytes]) -> bytes:
    try:
        return stream.readline(LONGEST_LINE)
    except OSError as error:
        raise SheetNotReadable(
            phrase(
                "{name} cannot be read to its end: {cause}",
                name=name,
                cause=error.strerror,
            )
        ) from None


@contextmanager
def seekable(name: str, stream: IO[bytes]) -> Iterator[IO[bytes]]:
    """The stream itself, or a private copy of what can be read only once: a pipe."""
    if stream.seekable():
        yield stream
        return
    with tempfile.TemporaryFile() as copy:
        try:
            shutil.copyfileobj(stream, copy, encodings.CHUNK)
        except OSError as error:
            raise SheetNotReadable(
                phrase(
                    "{name} cannot be read to its end: {cause}",
                    name=name,
                    cause=error.strerror,
                )
            ) from None
        copy.seek(0)
        yield copy


class Source(io.BufferedIOBase):
    """The bytes of a sheet on their way to the decoder: hashed, and no line longer than may be held."""

    def __init__(self, name: str, stream: IO[bytes], end: bytes) -> None:
        self.name, self.stream, self.end = name, stream, end
        self.hash = hashlib.sha256()
        self.number, self.length = 1, 0

    def readable(self) -> bool:
        return True

    def read1(self, size: int = -1, /) -> bytes:
        try:
            piece = self.stream.read(PIECE)
        except OSError as error:
            raise SheetNotReadable(
                phrase(
                    "{name} cannot be read to its end: {cause}",
                    name=self.name,
                    cause=error.strerror,
                )
            ) from None
        self.hash.update(piece)
        ends = piece.count(self.end)
        self.length += piece.find(self.end) if ends else len(piece)
        if self.length >= LONGEST_LINE:
            raise _too_long(self.name, self.number)
        if ends:
            self.length = len(piece) - piece.rfind(self.end)
            self.number += ends
        return piece


def _split(text: str, end: str) -> list[str]:
    return list(io.StringIO(text, newline=end))


def _above(head: str, end: str) -> tuple[int, str | None]:
    """How many lines stand above the headings, and the delimiter if Excel's own line (``sep=;``) names it."""
    blank = 0
    for line in _split(head, end):
        text = line.removeprefix("\ufeff").rstrip("\r\n").lower()
        if text.startswith("sep=") and len(text) == 5:
            return blank + 1, text[4]
        if text.strip():
            break
        blank += 1
    return blank, None


def _blocks(
    name: str, texts: io.TextIOWrapper, marks: Marks, above: int, stream: IO[bytes]
) -> Iterator[Block]:
    """The records below ``above`` lines that say nothing; the first of them, the headings, by itself.

    What comes before a line that cannot be read is given before that is raised.
    """
    csv.field_size_limit(LONGEST_FIELD)
    number, size = above + 1, 1
    numbers: list[int] = []
    rows: list[list[str]] = []
    failure = None
    try:
        for _ in islice(texts, above):
            pass
        first = next(texts, "").removeprefix("\ufeff")
        records = csv.reader(
            chain([first] if first else [], texts),
            delimiter=marks.delimiter,
            quotechar=marks.quote,
            strict=True,
        )
        for cells in records:
            # What is blank to its last cell is no record; nearly always the first one tells.
            if cells and (cells[0].strip() or any(map(str.strip, cells))):
                numbers.append(number)
                rows.append(cells)
                if len(rows) == size:
                    yield Block(numbers, rows)
                    numbers, rows, size = [], [], BLOCK
            number = above + records.line_num + 1
    except csv.Error as error:
        failure = SheetNotReadable(f"{name}:{number}: {_csv_words(str(error), marks.quote)}")
    except UnicodeDecodeError:
        failure = _wrong_bytes(name, texts.encoding, stream)
    except SheetNotReadable as error:
        failure = error
    if rows:
        yield Block(numbers, rows)
    if failure is not None:
        raise failure


def in_blocks(lines: Iterable[Line]) -> Iterator[Block]:
    """Lines in blocks as a sheet has them: the first, its headings, by itself."""
    rest, size = iter(lines), 1
    while some := list(islice(rest, size)):
        yield Block([line.number for line in some], [line.cells for line in some])
        size = BLOCK


def _wrong_bytes(name: str, encoding: str, stream: IO[bytes]) -> SheetNotReadable:
    """Where the first bytes are that the encoding does not know: the sheet is gone through once more."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    number, piece = 1, b" "
    stream.seek(0)
    while piece:
        piece = stream.read(PIECE)
        try:
            number += decoder.decode(piece, not piece).count("\n")
        except UnicodeDecodeError as error:
            number += error.object[: error.start].decode(encoding, "ignore").count("\n")
            shown, byte = encodings.shown(encoding), error.object[error.start]
            return SheetNotReadable(
                phrase(
                    "{name}:{number}: the sheet is not in {encoding} (byte {byte})",
                    name=name,
                    number=number,
                    encoding=shown,
                    byte=f"0x{byte:02X}",
                ),
                encodings.as_utf8() if shown == "UTF-8" else encodings.name_it(),
            )
    return _changed(name)


def _changed(name: str) -> SheetNotReadable:
    return SheetNotReadable(
        phrase("{name}: the file changed while it was read; nothing is taken in", name=name),
        phrase("the same command again"),
    )


def _unchanged(found: Sheet, blocks: Iterator[Block], before: Sheet) -> Iterator[Block]:
    yield from blocks
    if found.digest() != before.digest():
        raise _changed(found.name)


def _csv_words(text: str, quote: str) -> str:
    """What the CSV reader's own words mean for who made the sheet."""
    if "field larger" in text:
        return phrase("a field has more than {most} characters; a quote may be open", most=LONGEST_FIELD)
    if "unexpected end of data" in text:
        return phrase("a quote ({quote}) is opened and never closed", quote=quote)
    if "expected after" in text:
        return phrase(
            "a closing quote ({quote}) is followed by more text; double the quotes inside a field",
            quote=quote,
        )
    if "new-line character" in text:
        return phrase(
            "a carriage return stands inside the line; save the sheet with Unix or Windows line ends"
        )
    return term(text)
