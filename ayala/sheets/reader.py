"""From bytes to numbered lines: encoding, delimiter, quotes, sizes; nothing of what they mean.

UTF-8 with or without BOM, any of ``, ; tab |``. Other encodings have their seam in
:func:`decoded`.
"""

from __future__ import annotations

import csv
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO

from ayala.errors import NoSuchFile, SheetNotReadable
from ayala.output.harmless import LONGEST, term

DELIMITERS = (",", ";", "\t", "|")
LONGEST_FIELD = 16 * LONGEST
"""Characters the CSV reader lets through; the field's own limit is told with its heading."""
LONGEST_LINE = 1 << 20
"""Bytes of one line: more is not a line of a sheet, and is never held in memory."""
BOM = b"\xef\xbb\xbf"
CSV_WORDS = {
    "field larger": f"a field has more than {LONGEST_FIELD} characters; a quote may be open",
    "unexpected end of data": 'a quote (") is opened and never closed',
    "expected after": 'a closing quote (") is followed by more text; double the quotes inside a field',
    "new-line character": (
        "a carriage return stands inside the line; save the sheet with Unix or Windows line ends"
    ),
}
"""Part of an error of the CSV reader, and the sentence for it."""


class Number(str):
    """A cell that a workbook holds as a number; text elsewhere. A number has no white space around it, so
    that it stays one when its cell is stripped."""

    __slots__ = ()

    def strip(self, chars: str | None = None, /) -> str:
        return self


@dataclass(frozen=True)
class Line:
    """One record of a sheet: the line it begins on, and its cells as they came."""

    number: int
    cells: list[str]


@dataclass
class Sheet:
    """An open sheet: its name as typed, its first line, and the lines below."""

    name: str
    headings: list[str]
    delimiter: str
    lines: Iterator[Line]


@contextmanager
def reading(name: str, *, delimiter: str | None = None) -> Iterator[Sheet]:
    """Open a sheet; ``delimiter`` is what somebody said of it.

    Raises :class:`NoSuchFile` or :class:`SheetNotReadable`.
    """
    with open_bytes(name) as stream:
        texts = decoded(name, stream)
        blank = 0
        head = next(texts, "")
        while head and (not head.strip() or _told(head)):
            # Blank lines, and Excel's own line that names the delimiter (sep=;).
            blank += 1
            if head.strip():
                break
            head = next(texts, "")
        told = _told(head)
        sign = delimiter or told or _delimiter(head)
        above = texts if told else chain([head] if head else [], texts)
        lines = _lines(name, above, sign, above=blank)
        first = next(lines, None)
        if first is None:
            hint = "a sheet whose first line holds the headings"
            raise SheetNotReadable(f"{name}: the sheet is empty", hint)
        yield Sheet(name, [cell.strip() for cell in first.cells], sign, lines)


@contextmanager
def open_bytes(name: str) -> Iterator[IO[bytes]]:
    """The sheet's bytes; ``-`` is stdin."""
    if name == "-":
        if sys.stdin.isatty():
            raise NoSuchFile("- means a sheet on stdin, and none is piped in", "ayala import FILE")
        yield sys.stdin.buffer
        return
    path = Path(name)
    try:
        if stat.S_ISDIR(path.stat().st_mode):
            raise NoSuchFile(f"{name} is a folder", f"ayala import {name}/*.csv")
        stream = path.open("rb")
    except FileNotFoundError:
        raise NoSuchFile(f"there is no file {name}") from None
    except (OSError, ValueError) as error:
        raise NoSuchFile(f"{name} cannot be read: {getattr(error, 'strerror', None) or error}") from None
    with stream:
        yield stream


def decoded(name: str, stream: IO[bytes]) -> Iterator[str]:
    """The lines as text, decoded strictly: a wrong byte is named with its line and never replaced."""
    number = 0
    while raw := _line(name, stream):
        number += 1
        if number == 1:
            if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
                sentence = f"{name}: the sheet is in UTF-16, not in UTF-8"
                raise SheetNotReadable(sentence, "save it as 'CSV UTF-8'")
            raw = raw.removeprefix(BOM)
        if len(raw) == LONGEST_LINE and not raw.endswith(b"\n"):
            raise SheetNotReadable(f"{name}:{number}: the line has more than {LONGEST_LINE} bytes")
        try:
            yield raw.decode()
        except UnicodeDecodeError as error:
            raise SheetNotReadable(
                f"{name}:{number}: the sheet is not in UTF-8 (byte 0x{raw[error.start]:02X})",
                "save it as 'CSV UTF-8'",
            ) from None


def _line(name: str, stream: IO[bytes]) -> bytes:
    try:
        return stream.readline(LONGEST_LINE)
    except OSError as error:
        raise SheetNotReadable(f"{name} cannot be read to its end: {error.strerror}") from None


def _delimiter(head: str) -> str:
    """The sign that the heading line holds most of, outside quotes; a comma if none."""
    bare = "".join(head.split('"')[::2])
    return max(DELIMITERS, key=lambda sign: (bare.count(sign), -DELIMITERS.index(sign)))


def _told(head: str) -> str | None:
    """The delimiter of Excel's line ``sep=;``, if that is what this is."""
    text = head.strip().lower()
    return text[4] if len(text) == 5 and text.startswith("sep=") else None


def _lines(name: str, texts: Iterator[str], delimiter: str, *, above: int) -> Iterator[Line]:
    """The records below ``above`` lines that were read before."""
    csv.field_size_limit(LONGEST_FIELD)
    records = csv.reader(texts, delimiter=delimiter, strict=True)
    while True:
        number = above + records.line_num + 1
        try:
            cells = next(records)
        except StopIteration:
            return
        except csv.Error as error:
            raise SheetNotReadable(f"{name}:{number}: {_csv_words(str(error))}") from None
        if any(cell.strip() for cell in cells):
            yield Line(number, cells)


def _csv_words(text: str) -> str:
    """What the CSV reader's own words mean for who made the sheet."""
    return next((sentence for part, sentence in CSV_WORDS.items() if part in text), term(text))
