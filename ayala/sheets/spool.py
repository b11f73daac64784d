"""Where each sheet can be read twice from: copies of what comes through a pipe or stands in an archive."""

from __future__ import annotations

import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import IO

from ayala.errors import SheetNotReadable
from ayala.language.phrases import and_more, phrase
from ayala.output.harmless import shortened
from ayala.sheets import archives, forms
from ayala.sheets.reader import open_bytes

MOST_SHEETS = 200
"""Sheets of one archive."""
NAMED = 5
"""Files that a sentence names."""


class Refused(str):
    """The path of an archive that cannot be opened, and why."""

    def __new__(cls, path: str, error: SheetNotReadable) -> Refused:
        refused = super().__new__(cls, path)
        refused.error = error
        return refused

    error: SheetNotReadable


@contextmanager
def spooled(
    files: Sequence[str],
    tell: Callable[[str], None] = lambda sentence: None,
    at: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[dict[str, str]]:
    """The sheets by the names that they are called by, and where each can be read from.

    Stdin and pipes are copied; an archive becomes the sheets in it, ``archive.zip/member.csv``. An archive
    that cannot be opened is :class:`Refused`. The copies are private, and gone afterwards. ``at``: where
    files lie, if not where their names say.
    """
    with tempfile.TemporaryDirectory(prefix="ayala-sheets-") as folder:
        paths: dict[str, str] = {}
        for name in files:
            path = at.get(name, name)
            if _passes_once(path):
                path = _copied(path, Path(folder) / f"{len(paths)}")
            paths.update(_members(name, path, Path(folder), tell))
        yield paths


def _passes_once(name: str) -> bool:
    if name == "-":
        return not sys.stdin.isatty()
    try:
        return stat.S_ISFIFO(Path(name).stat().st_mode)
    except (OSError, ValueError):
        return False  # reading it tells what is wrong


def _copied(name: str, copy: Path) -> str:
    with open_bytes(name) as stream, copy.open("wb") as target:
        shutil.copyfileobj(stream, target, 1 << 20)
    return str(copy)


def _members(name: str, path: str, folder: Path, tell: Callable[[str], None]) -> dict[str, str]:
    """The sheets of an archive, unpacked; or the file itself, if it is none."""
    try:
        with Path(path).open("rb") as stream:
            if not forms.is_archive(name, stream):
                return {name: path}
            return _unpacked(name, stream, folder, tell)
    except SheetNotReadable as error:
        return {name: Refused(path, error)}
    except (OSError, ValueError):
        return {name: path}  # reading it tells what is wrong


def _unpacked(name: str, stream: IO[bytes], folder: Path, tell: Callable[[str], None]) -> dict[str, str]:
    found: dict[str, str] = {}
    others: list[str] = []
    target = Path(tempfile.mkdtemp(dir=folder))
    with archives.unpacking(name, stream) as archive:
        for member, info in archives.files(archive):
            if not archives.is_sheet(member):
                others.append(shortened(member))
                continue
            called = f"{name}/{member}"
            if called in found:
                raise SheetNotReadable(
                    phrase(
                        "{name}: the archive holds two files of the name {file}",
                        name=name,
                        file=shortened(member),
                    )
                )
            if len(found) == MOST_SHEETS:
                raise SheetNotReadable(
                    phrase(
                        "{name}: the archive holds more than {most} sheets",
                        name=name,
                        most=MOST_SHEETS,
                    )
                )
            copy = target / str(len(found))
            with copy.open("wb") as written:
                for piece in archives.content(name, archive, info):
                    written.write(piece)
            found[called] = str(copy)
    if not found:
        raise SheetNotReadable(
            phrase("{name}: the archive holds no sheet", name=name),
            phrase("an archive of CSV, XLSX or ODS sheets"),
        )
    if others:
        tell(
            phrase(
                "{name}: no sheets, and left out: {files}",
                name=name,
                files=and_more(", ".join(others[:NAMED]), len(others) - NAMED),
            )
        )
    return found
