"""What a file is, by its first bytes: text, a workbook, or something that is no sheet.

A name proves nothing: programs write web pages and call them ``.xls``.
"""

from __future__ import annotations

import zipfile
from typing import IO, Literal

from ayala.errors import SheetNotReadable
from ayala.language.phrases import phrase

Form = Literal["text", "xlsx", "ods", "xls"]
ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""An old workbook (.xls), or a new one behind a password."""
SPREADSHEET = b"application/vnd.oasis.opendocument.spreadsheet"
AS_SHEET = "save it as XLSX or as 'CSV UTF-8'"
NO_SHEETS = (
    (b"pk\x05\x06", "an empty archive"),
    (b"%pdf", "a PDF"),
    (b"{\\rtf", "a text document (RTF)"),
    (b"<!doctype html", "a web page (HTML)"),
    (b"<html", "a web page (HTML)"),
    (b"<table", "a web page (HTML)"),
    (b"<?xml", "an XML file"),
    (b"\x89png", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"7z\xbc\xaf\x27\x1c", "an archive that Ayala does not open"),
    (b"rar!", "an archive that Ayala does not open"),
    (b"\x1f\x8b", "an archive that Ayala does not open"),
    (b"sqlite format 3", "a database"),
)
"""How files begin that are sent in place of a sheet, and what they are."""


def told(name: str, stream: IO[bytes]) -> Form:
    """What the stream holds; it is left at its beginning. Raises :class:`SheetNotReadable`."""
    try:
        head = stream.read(512)
        stream.seek(0)
    except OSError as error:
        raise SheetNotReadable(
            phrase("{name} cannot be read: {strerror}", name=name, strerror=error.strerror)
        ) from None
    if head.startswith(ZIP):
        form = _zipped(name, stream)
        if form == "zip":
            sentence = f"{name}: an archive inside an archive is not opened"
            raise SheetNotReadable(sentence, phrase("take the sheets out of it"))
        return form
    if head.startswith(OLE):
        return "xls"
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for mark, what in NO_SHEETS:
        if start.startswith(mark):
            raise SheetNotReadable(
                phrase("{name}: this is {what}, not a sheet", name=name, what=what), AS_SHEET
            )
    return "text"


def is_archive(name: str, stream: IO[bytes]) -> bool:
    """Whether the stream is a zip of files, and no workbook; it is left at its beginning."""
    head = stream.read(len(ZIP))
    stream.seek(0)
    return head == ZIP and _zipped(name, stream) == "zip"


def _zipped(name: str, stream: IO[bytes]) -> Form | Literal["zip"]:
    """Which workbook a zip is, or that it is none."""
    try:
        with zipfile.ZipFile(stream) as archive:
            names = set(archive.namelist())
            kind = archive.read("mimetype")[:100] if _is_small(archive, "mimetype") else b""
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise SheetNotReadable(
            phrase("{name}: the file is damaged or cut off", name=name), phrase("ask for it again")
        ) from error
    finally:
        stream.seek(0)
    if "xl/workbook.xml" in names:
        return "xlsx"
    if kind.startswith(SPREADSHEET):
        return "ods"
    if "[Content_Types].xml" in names or kind:
        raise SheetNotReadable(
            phrase("{name}: this document is not a sheet that Ayala reads", name=name), AS_SHEET
        )
    return "zip"


def _is_small(archive: zipfile.ZipFile, name: str) -> bool:
    return name in archive.namelist() and archive.getinfo(name).file_size < 1000
