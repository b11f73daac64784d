"""The file that a backup is: its checksum, what it holds, and how it takes its place as a whole.

Plain, a backup of SQLite is an ordinary database file and one of PostgreSQL an ordinary ``pg_dump`` archive:
both are opened by their own programs should Ayala ever be gone. One line behind the content says its
length and its SHA-256, since neither format would notice every flipped bit; those programs do not read
that far. Encrypted, it is an age file (``encryption.py``) around that.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from errno import EDQUOT, EFBIG, ENOSPC
from pathlib import Path
from typing import Any

from ayala.dates import office_zone
from ayala.errors import AyalaError, DatabaseDamaged, DatabaseForeign, DiskFull, NotWritable
from ayala.language.phrases import phrase
from ayala.paths import why

_TRAILER = "\nayala backup 1 bytes={size:016d} sha256={digest}\n"
_TRAILER_LENGTH = len(_TRAILER.format(size=0, digest="0" * 64))
_TRAILER_FORM = re.compile(rb"\nayala backup 1 bytes=([0-9]{16}) sha256=([0-9a-f]{64})\n")

_MAGIC = {
    b"SQLite format 3\x00": "sqlite",
    b"PGDMP": "postgresql",
    b"age-encryption.org/": "age",
    b"-----BEGIN AGE ENCRYPTED FILE-----": "age",
}

_ROOM = ".ayala-backup-"
_LEFT_BEHIND = 60
"""Seconds after which a folder that nobody holds is one of a run that was killed."""


@dataclass(frozen=True)
class Contents:
    """What a database or a backup holds, as far as two of them are compared."""

    schema: int
    rows: dict[str, int]
    """Table -> number of rows."""
    changes: dict[str, str]
    """Change -> when it was made. One made past Ayala, in the engine's own shell, counts as well."""
    namespace: str = ""
    """PostgreSQL's schema that the tables are in."""
    counters: dict[str, int] = field(default_factory=dict)
    """Kind of code -> the last number that was given out."""
    erasures: dict[str, str] = field(default_factory=dict)
    """Change -> its command, of those by which somebody's data were destroyed."""

    def lacking(self, other: Contents) -> list[str]:
        """When the changes were made that are here and not in the other one; the first one first."""
        return sorted(at for change, at in self.changes.items() if change not in other.changes)


def changes_of(connection: Any, schema: int) -> dict[str, str]:
    """Every change on record with its moment, for :class:`Contents`."""
    found: dict[str, str] = {}
    if schema >= 1:
        found |= connection.execute("SELECT CAST(id AS text), CAST(made_at AS text) FROM change").fetchall()
    if schema >= 2:
        found |= connection.execute(
            "SELECT made_at || '/' || table_name || '/' || row_key, made_at "
            "FROM row_image WHERE change_id IS NULL"
        ).fetchall()
    return found


def counters_of(connection: Any, schema: int) -> dict[str, int]:
    """The counters of codes, for :class:`Contents`."""
    return dict(connection.execute("SELECT name, value FROM counter").fetchall() if schema >= 1 else ())


def erasures_of(connection: Any, schema: int) -> dict[str, str]:
    """The changes that destroyed somebody's data, for :class:`Contents`."""
    if schema < 2:
        return {}
    question = "SELECT CAST(id AS text), command FROM change WHERE command LIKE '% erase %'"
    return dict(connection.execute(question).fetchall())


def head_of(connection: Any, schema: int) -> str | None:
    """The head of the history as ``ayala history head`` prints it, where anything is sealed."""
    from ayala.storage.sealing import last_link

    link = last_link(connection) if schema >= 2 else None
    return f"{link.seq}:{link.mac[:16]}" if link and link.seq else None


def clock(moment: str) -> str:
    """A moment of either engine as the office's clock shows it."""
    return f"{datetime.fromisoformat(moment).astimezone(office_zone()):%Y-%m-%d %H:%M}"


# --- a place to work at ----------------------------------------------------------------------------


@contextmanager
def workroom(folder: Path, target: Path) -> Iterator[Path]:
    """A folder that only its owner reads, on the disk where the file is to stand; gone afterwards.

    What a run that was killed left there is removed by the next one. Failures to write become sentences
    about ``target``.
    """
    _sweep(folder)
    try:
        room = Path(tempfile.mkdtemp(prefix=_ROOM, dir=folder))
    except OSError as error:
        raise not_written(error, target) from None
    held = _hold(room)
    try:
        yield room
    except OSError as error:
        raise not_written(error, target) from None
    finally:
        shutil.rmtree(room, ignore_errors=True)
        if held is not None:
            os.close(held)


def _hold(room: Path) -> int | None:
    """Lock the folder for as long as this process lives; None if another one holds it, or nobody can."""
    try:
        import fcntl
    except ImportError:
        return None
    handle = os.open(room, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return None
    return handle


def _sweep(folder: Path) -> None:
    for room in folder.glob(f"{_ROOM}*"):
        with suppress(OSError):
            if time.time() - room.stat().st_mtime > _LEFT_BEHIND and (held := _hold(room)) is not None:
                shutil.rmtree(room, ignore_errors=True)
                os.close(held)


def not_written(error: OSError, target: Path) -> AyalaError:
    """The sentence for a file that could not be written."""
    if error.errno in (ENOSPC, EFBIG, EDQUOT):
        return DiskFull(phrase("{path}: the disk is full; nothing was changed", path=target))
    return NotWritable(phrase("{path} cannot be written: {reason}", path=target, reason=why(error)))


def put(part: Path, target: Path) -> None:
    """Let a finished file take the place of ``target``: synced, renamed, mode 0600; a link is replaced."""
    part.chmod(0o600)
    sync(part)
    part.replace(target)
    sync(target.parent)


def sync(path: Path) -> None:
    """Wait until the disk has a file, or the names in a folder."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def free_name(path: Path, what: str) -> Path:
    """``office.before-upgrade-1.db`` for ``office.db``; with a number behind it if it is taken."""
    name = path.with_name(f"{path.stem}.{what}{path.suffix}")
    number = 1
    while os.path.lexists(name):
        number += 1
        name = path.with_name(f"{path.stem}.{what}-{number}{path.suffix}")
    return name


# --- checksum --------------------------------------------------------------------------------------


def add_checksum(plain: Path) -> None:
    """Write the line behind the content by which a later reader knows that every byte is as it was."""
    size = plain.stat().st_size
    trailer = _TRAILER.format(size=size, digest=_digest(plain, size)).encode()
    with plain.open("ab") as stream:
        stream.write(trailer)


def take_checksum(plain: Path, shown: Path) -> bool:
    """Hold the content against the line behind it and take the line off; False if there is none.

    Raises :class:`DatabaseDamaged` where they differ.
    """
    size = plain.stat().st_size - _TRAILER_LENGTH
    with plain.open("rb") as stream:
        stream.seek(max(size, 0))
        found = _TRAILER_FORM.fullmatch(stream.read())
    if found is None:
        return False
    if int(found[1]) != size or found[2].decode() != _digest(plain, size):
        raise DatabaseDamaged(
            phrase("{file} is damaged: its checksum differs", file=shown), phrase("another backup")
        )
    os.truncate(plain, size)
    return True


def _digest(path: Path, size: int) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while size > 0 and (block := stream.read(min(size, 1 << 20))):
            digest.update(block)
            size -= len(block)
    return digest.hexdigest()


def kind_of(path: Path) -> str | None:
    """``sqlite``, ``postgresql`` or ``age``, by the first bytes; nothing for any other file."""
    with path.open("rb") as stream:
        head = stream.read(max(map(len, _MAGIC)))
    return next((kind for magic, kind in _MAGIC.items() if head.startswith(magic)), None)


def refuse_engine(kind: str | None, wanted: str, shown: Path) -> None:
    """Refuse a file that is no backup, or one of the other engine."""
    if kind not in ("sqlite", "postgresql"):
        raise DatabaseForeign(phrase("{file} is no backup of Ayala", file=shown))
    if kind == wanted:
        return
    if kind == "sqlite":
        raise DatabaseForeign(
            phrase(
                "{file} is a backup of a file (SQLite); --database names a server (PostgreSQL)", file=shown
            ),
            "ayala --database PATH restore …",
        )
    raise DatabaseForeign(
        phrase("{file} is a backup of a server (PostgreSQL); --database names a file (SQLite)", file=shown),
        "ayala --database postgresql://… restore …",
    )
