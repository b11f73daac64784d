"""Taking a backup: a whole and proven copy of the office beside those who work in it.

SQLite's pages are copied out of one read snapshot in a single step (with pauses between steps every
foreign write would begin the copy anew), PostgreSQL's rows by ``pg_dump`` out of an exported one. The copy is
then proven: integrity, references, and as many rows in every table as the snapshot has. Only then does it
take its place, all at once.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ayala.errors import DatabaseBehind, DatabaseDamaged, Failed, LibraryMissing, NotWritable, WrongUsage
from ayala.language.phrases import phrase
from ayala.paths import typed_path, why
from ayala.storage import opening, server_archive
from ayala.storage.archive import (
    Contents,
    add_checksum,
    changes_of,
    free_name,
    head_of,
    put,
    workroom,
)
from ayala.storage.opening import Address

COMPANIONS = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a database while it is open."""


@dataclass(frozen=True)
class Taken:
    """A backup that has taken its place."""

    path: Path
    rows: int
    bytes: int
    head: str | None
    recipients: int


def target(name: str, day: date, address: Address, *others: Path) -> Path:
    """The file that a backup goes to; ``{date}`` in its name is the day.

    Raises :class:`NotWritable` for a folder or a device, :class:`WrongUsage` where the office's database or
    one of ``others`` would be written over.
    """
    path = typed_path(name.replace("{date}", day.isoformat()))
    if name == "-":
        raise WrongUsage(phrase("a backup is written to a file, not to standard output"), "ayala backup FILE")
    if path.is_dir():
        raise NotWritable(
            phrase("{path} is a folder", path=path), f"ayala backup '{path / 'office-{date}.db'}'"
        )
    if path.exists() and not path.is_file():
        raise NotWritable(phrase("{path} is no file that can be replaced", path=path))
    live = [] if address.path is None else _live(address.path)
    if any(_same(path, other) for other in live):
        raise WrongUsage(phrase("{path} is the office's database itself", path=path), phrase("another file"))
    if any(_same(path, other) for other in others):
        raise WrongUsage(
            phrase("{path} is a file that the office needs and no backup", path=path), phrase("another file")
        )
    return path


def _live(path: Path) -> list[Path]:
    return [
        place.with_name(place.name + end) for place in (path, path.resolve()) for end in ("", *COMPANIONS)
    ]


def _same(one: Path, other: Path) -> bool:
    """Whether replacing the one would replace the other; a link to it would be replaced, not followed."""
    with suppress(OSError):
        if os.path.samestat(one.lstat(), other.lstat()):
            return True
    return one.parent.resolve() / one.name == other.parent.resolve() / other.name


def take(address: Address, to: Path, recipients: Sequence[Any] = ()) -> Taken:
    """Copy the office, prove the copy, encrypt it if there are recipients, and put it in its place.

    Until then an older file of that name stays as it is, and nothing else stays behind.
    """
    with workroom(to.parent, to) as room:
        plain = room / "plain"
        contents, head = copy(address, plain, to)
        add_checksum(plain)
        part = plain
        if recipients:
            from ayala.storage.encryption import encrypt

            part = room / "encrypted"
            encrypt(plain, part, recipients)
        size = part.stat().st_size
        put(part, to)
    return Taken(to, sum(contents.rows.values()), size, head, len(recipients))


def copy(address: Address, plain: Path, shown: Path) -> tuple[Contents, str | None]:
    """A proven copy of an office on either engine; what it holds and the head of its history."""
    if address.path is None:
        return server_archive.dump(address, plain, shown)
    rows, head = copy_file(address.path, plain, shown)
    found = examine(plain, address.path)
    if found.rows != rows:
        wrong = sorted(name for name in rows | found.rows if rows.get(name) != found.rows.get(name))
        raise Failed(
            phrase(
                "the copy differs from the database in {tables}; it was not kept",
                tables=", ".join(wrong),
            )
        )
    return found, head


def copy_file(path: Path, plain: Path, shown: Path) -> tuple[dict[str, int], str | None]:
    """Copy the pages of one snapshot as they are; its rows, table by table, and the head of its history."""
    errors = opening.sqlite().Error
    with closing(opening.open_sqlite(path, reading=True)) as source:
        schema = _schema_of(source, path)
        plain.touch(mode=0o600)
        with closing(opening.open_sqlite(plain, reading=False)) as copy:
            try:
                source.execute("BEGIN")
                found = _rows(source), head_of(source, schema)
                source.backup(copy)
                # One file, whatever opens it: a database with a write-ahead log wants to write beside it.
                copy.execute("PRAGMA journal_mode = DELETE")
            except errors as error:
                damaged = "malformed" in str(error)
                raise opening.explain_sqlite(error, path if damaged else shown) from None
    return found


def examine(plain: Path, shown: Path) -> Contents:
    """Prove a copy page by page and reference by reference; what it holds.

    Raises the errors of exit code 6, about ``shown``.
    """
    with closing(opening.open_sqlite(plain, reading=True)) as connection:
        schema = _schema_of(connection, shown)
        try:
            damage = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            loose = connection.execute("PRAGMA foreign_key_check").fetchone()
            if damage != "ok" or loose:
                raise DatabaseDamaged(
                    phrase("{file} is damaged: loose references", file=shown)
                    if loose
                    else phrase("{file} is damaged", file=shown)
                )
            return Contents(schema, _rows(connection), changes_of(connection, schema))
        except opening.sqlite().Error as error:
            raise opening.explain_sqlite(error, shown) from None


def _schema_of(connection: Any, shown: Path) -> int:
    """The schema number; an older one may be copied and proven."""
    with suppress(DatabaseBehind):
        opening.check_sqlite(connection, shown)
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _rows(connection: Any) -> dict[str, int]:
    tables = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
    ).fetchall()
    return {
        name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in sorted(tables)
    }


def before_upgrade(address: Address, schema: int, folder: Path, sure: Callable[[str], None]) -> Path | None:
    """A backup beside the database, or in ``folder`` for a server's, before its schema changes.

    Without PostgreSQL's programs there is none, and ``sure`` is asked whether to go on.
    """
    if address.path is not None:
        return take(address, free_name(address.path, f"before-upgrade-{schema}")).path
    try:
        return take(address, server_copy(address, folder, f"before-upgrade-{schema}")).path
    except LibraryMissing as missing:
        sure(phrase("the server is not backed up first ({reason}): is its backup of today?", reason=missing))
        return None


def server_copy(address: Address, folder: Path, what: str) -> Path:
    """Where a copy of a server's office is kept on this machine; the folder is made, with mode 0700."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise NotWritable(phrase("{path} cannot be made: {reason}", path=folder, reason=why(error))) from None
    name = "".join(
        char if char.isalnum() else "-" for char in address.url.partition("?")[0].rpartition("/")[2]
    )
    return free_name(folder / f"{name or 'office'}.dump", what)
