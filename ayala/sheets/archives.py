"""Zip files, from archives of sheets to workbooks: what they unpack to is counted and bounded."""

from __future__ import annotations

import copy
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import IO

from ayala.errors import SheetNotReadable
from ayala.language.phrases import phrase
from ayala.output.harmless import shortened

LARGEST = 100 << 20
"""Bytes that one file may unpack to, all its members together."""
MOST_MEMBERS = 10_000
RATIO = 100
"""How many bytes one packed byte may become; sheets seldom reach thirty."""
HARMLESS = 1 << 20
"""A member that unpacks to less is no bomb, whatever its ratio."""
CHUNK = 1 << 16
SHEETS = frozenset({".csv", ".tsv", ".tab", ".txt", ".xlsx", ".xlsm", ".ods", ".xls"})
"""How the names of an archive's members end that are taken for sheets."""
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, RuntimeError, NotImplementedError)
_NO_NAME = re.compile(r"[\x00-\x1f\x7f]+")


@contextmanager
def unpacking(name: str, stream: IO[bytes]) -> Iterator[zipfile.ZipFile]:
    """An open zip file whose members are few, small and not behind a password.

    Raises :class:`SheetNotReadable`, now and while members are read.
    """
    try:
        with zipfile.ZipFile(stream) as archive:
            _check(name, archive.infolist())
            yield archive
    except (*_DAMAGED, OSError) as error:
        raise SheetNotReadable(
            phrase("{name}: the file is damaged or cut off", name=name), phrase("ask for it again")
        ) from error


def _check(name: str, infos: Sequence[zipfile.ZipInfo]) -> None:
    if len(infos) > MOST_MEMBERS:
        raise SheetNotReadable(
            phrase(
                "{name}: the file has more than {most} parts",
                name=name,
                most=MOST_MEMBERS,
            ),
            as_csv(),
        )
    if any(info.flag_bits & 1 for info in infos):
        raise SheetNotReadable(
            phrase("{name}: the file is protected by a password", name=name),
            phrase("ask for it without a password"),
        )
    if sum(info.file_size for info in infos) > LARGEST:
        raise SheetNotReadable(
            phrase(
                "{name}: the file unpacks to more than {megabytes} MB",
                name=name,
                megabytes=LARGEST >> 20,
            ),
            as_csv(),
        )
    for info in infos:
        if info.file_size > max(HARMLESS, info.compress_size * RATIO):
            raise SheetNotReadable(
                phrase(
                    "{name}: a part of the file unpacks to more than {ratio} times its size: no sheet does",
                    name=name,
                    ratio=RATIO,
                ),
                as_csv(),
            )


def as_csv() -> str:
    """What to do with a workbook that is not taken."""
    return phrase("save the sheet as 'CSV UTF-8'")


def content(name: str, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """What a member unpacks to. One that says less of itself is refused when that is seen."""
    said = info.file_size
    honest = copy.copy(info)
    honest.file_size = LARGEST + 1  # else reading stops at the size that it says, whatever follows
    size = 0
    with archive.open(honest) as member:
        while chunk := member.read(CHUNK):
            size += len(chunk)
            if size > said:
                raise SheetNotReadable(
                    phrase("{name}: the file says less of its size than it is", name=name),
                    phrase("ask for it again"),
                )
            yield chunk


def files(archive: zipfile.ZipFile) -> Iterator[tuple[str, zipfile.ZipInfo]]:
    """The members that somebody put there, under names that are harmless and readable."""
    for info in archive.infolist():
        name = _name(info)
        path = PurePosixPath(name)
        if info.is_dir() or path.name.startswith((".", "~$")) or "__MACOSX" in path.parts:
            continue
        yield name, info


def is_sheet(name: str) -> bool:
    return PurePosixPath(name).suffix.lower() in SHEETS


def _name(info: zipfile.ZipInfo) -> str:
    """The name of a member: no way up or to another disk in it. Windows writes Cyrillic names in CP866."""
    name = info.filename
    if not info.flag_bits & 0x800 and not name.isascii():
        name = name.encode("cp437").decode("cp866")
    parts = [part for part in re.split(r"[/\\]", _NO_NAME.sub(" ", name)) if part not in ("", ".", "..")]
    return "/".join(part.replace(":", "_") for part in parts)[:200] or shortened(repr(info.filename))
