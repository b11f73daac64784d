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
NO_SHEETS = (
    (b"pk\x05\x06", "empty"),
    (b"%pdf", "pdf"),
    (b"{\\rtf", "rtf"),
    (b"<!doctype html", "html"),
    (b"<html", "html"),
    (b"<table", "html"),
    (b"<?xml", "xml"),
    (b"\x89png", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"rar!", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"sqlite format 3", "database"),
)
"""How files begin that are sent in place of a sheet, and what they are."""


def as_sheet() -> str:
    """What to do with a file that is no sheet."""
    return phrase("save it as XLSX or as 'CSV UTF-8'")


def _no_sheet(name: str, form: str) -> str:
    """What is said of a file that was sent in place of a sheet."""
    match form:
        case "empty":
            return phrase("{name}: this is an empty archive, not a sheet", name=name)
        case "pdf":
            return phrase("{name}: this is a PDF, not a sheet", name=name)
        case "rtf":
            return phrase("{name}: this is a text document (RTF), not a sheet", name=name)
        case "html":
            return phrase("{name}: this is a web page (HTML), not a sheet", name=name)
        case "xml":
            return phrase("{name}: this is an XML file, not a sheet", name=name)
        case "picture":
            return phrase("{name}: this is a picture, not a sheet", name=name)
        case "archive":
            return phrase("{name}: this is an archive that Ayala does not open, not a sheet", name=name)
    return phrase("{name}: this is a database, not a sheet", name=name)


def told(name: str, stream: IO[bytes]) -> Form:
    """What the stream holds; it is left at its beginning. Raises :class:`SheetNotReadable`."""
    try:
        head = stream.read(512)
        stream.seek(0)
    except OSError as error:
        raise SheetNotReadable(
            phrase("{name} cannot be read: {cause}", name=name, cause=error.strerror)
        ) from None
    if head.startswith(ZIP):
        form = _zipped(name, stream)
        if form == "zip":
            raise SheetNotReadable(
                phrase("{name}: an archive inside an archive is not opened", name=name),
                phrase("take the sheets out of it"),
            )
        return form
    if head.startswith(OLE):
        return "xls"
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for mark, what in NO_SHEETS:
        if start.startswith(mark):
            raise SheetNotReadable(_no_sheet(name, what), as_sheet())
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
            phrase("{name}: this document is not a sheet that Ayala reads", name=name), as_sheet()
        )
    return "zip"


def _is_small(archive: zipfile.ZipFile, name: str) -> bool:
    return name in archive.namelist() and archive.getinfo(name).file_size < 1000
