"""Backups of a server: written by ``pg_dump``, read by ``pg_restore``, PostgreSQL's own programs.

``pg_restore`` only turns an archive into SQL here; it is never connected to a server. So a backup is read
whole before anything is touched, and ``restoring.py`` can put it back in one transaction of its own,
together with what has to be true at once.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from ayala.errors import (
    AyalaError,
    DatabaseBehind,
    DatabaseBusy,
    DatabaseDamaged,
    DatabaseForeign,
    DatabaseProblem,
    DatabaseUnreachable,
    DiskFull,
    Failed,
    LibraryMissing,
    NotAllowed,
)
from ayala.language.phrases import phrase
from ayala.storage import opening
from ayala.storage.archive import Contents, head_of
from ayala.storage.opening import Address

Piece = tuple[bytes, Iterator[bytes] | None]
"""SQL to run, or a ``COPY … FROM stdin`` with the lines that follow it."""

_COPY = re.compile(rb"COPY (?:(\S+)\.)?(\S+) \((.*)\) FROM stdin;\n")
# What psql alone understands, and a setting that older servers do not know.
_NOT_SQL = re.compile(rb"\\(un)?restrict |SET transaction_timeout")
# The schema and the extension stay as they are: who may restore an office need not own them.
_LEFT_OUT = re.compile(r"\d+; \d+ \d+ (SCHEMA|EXTENSION|COMMENT|STATISTICS DATA|ACL|DEFAULT ACL) ")
_RIGHTS = re.compile(r"\d+; \d+ \d+ ACL ")

TABLES = (
    "SELECT c.relname FROM pg_class AS c "
    "WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace ORDER BY c.relname"
)


def program(name: str, major: int | None = None) -> Path:
    """``pg_dump`` or ``pg_restore`` from the PATH, not older than a server of version ``major``.

    Raises :class:`LibraryMissing`.
    """
    hint = (
        phrase("install PostgreSQL's client programs {version} and put them on the PATH", version=major)
        if major
        else phrase("install PostgreSQL's client programs and put them on the PATH")
    )
    found = shutil.which(name)
    if found is None:
        raise LibraryMissing(phrase("{program} is not installed", program=name), hint)
    if major is not None:
        told = _run([found, "--version"]).stdout
        version = re.search(r"\) (\d+)", told)
        if version is None or int(version[1]) < major:
            raise LibraryMissing(
                phrase(
                    "{program} is older than the server: {version}, server {server}",
                    program=name,
                    version=told.strip(),
                    server=major,
                ),
                hint,
            )
    return Path(found)


def _run(words: list[str], password: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        words,
        env=_environment(password),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )


def _environment(password: str | None = None) -> dict[str, str]:
    return os.environ | {"LC_ALL": "C"} | ({"PGPASSWORD": password} if password else {})


def dump(address: Address, part: Path, shown: Path) -> tuple[Contents, str | None]:
    """Write an archive of the office's schema; what it holds, and the head of its history.

    The archive is read whole and its rows are counted against those of the snapshot it was made from.
    """
    import psycopg

    connection = opening.connect_postgresql(address.url, reading=True)
    try:
        accept_older(connection, address.shown)
        made_by = program("pg_dump", connection.info.server_version // 10_000)
        program("pg_restore", connection.info.server_version // 10_000)
        # LOCK comes before the snapshot: it waits for a restore that is under way, and then sees it.
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        connection.execute("LOCK TABLE alembic_version IN ACCESS SHARE MODE")
        snapshot, schema = connection.execute("SELECT pg_export_snapshot(), current_schema()").fetchone()
        part.touch(mode=0o600)
        done = _run(
            [
                str(made_by),
                "--format=custom",
                f"--snapshot={snapshot}",
                f"--schema={_quoted(schema)}",
                "--extension=btree_gist",
                f"--file={part}",
                f"--dbname={_conninfo(connection)}",
            ],
            connection.info.password,
        )
        if done.returncode:
            raise _failed("pg_dump", done)
        found = read(part, shown)
        there = _counts(connection)
        if found.rows != there:
            wrong = sorted(name for name in there | found.rows if there.get(name) != found.rows.get(name))
            raise Failed(
                phrase(
                    "the copy differs from the database in {tables}; it was not kept",
                    tables=", ".join(wrong),
                )
            )
        return found, head_of(connection, found.schema)
    except psycopg.Error as error:
        raise refused(error, address.shown) from None
    finally:
        connection.close()


def accept_older(connection: Any, shown: str) -> None:
    """Refuse what is no office or a newer one; an older one may be copied and replaced."""
    with suppress(DatabaseBehind):
        opening.check_postgresql(connection.execute, shown)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _conninfo(connection: Any) -> str:
    """How to reach the one server that this connection has found, without its password."""
    from psycopg.conninfo import make_conninfo

    given = connection.info.get_parameters()
    for key in ("password", "hostaddr", "target_session_attrs", "load_balance_hosts"):
        given.pop(key, None)
    return str(make_conninfo(**given | {"host": connection.info.host, "port": connection.info.port}))


def _failed(name: str, done: subprocess.CompletedProcess[str]) -> Failed:
    if "No space left" in done.stderr or "File too large" in done.stderr or done.returncode == -25:
        return DiskFull(phrase("the disk is full; nothing was changed"))
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    if lines:
        reason = lines[0].removeprefix(f"{name}: ").removeprefix("error: ")[:200]
    else:
        reason = phrase("exit {code}", code=done.returncode)
    return Failed(phrase("{program} failed: {reason}", program=name, reason=reason))


def _counts(connection: Any) -> dict[str, int]:
    tables = [name for (name,) in connection.execute(TABLES)]
    return {
        name: connection.execute(f"SELECT count(*) FROM {_quoted(name)}").fetchone()[0] for name in tables
    }


def refused(error: Any, shown: str) -> AyalaError:
    """The sentence for what the server refused; by its state, never by its text."""
    state = getattr(error, "sqlstate", None) or "08000"
    if state.startswith(("08", "57P")):
        return DatabaseUnreachable(
            phrase("the connection to {database} was lost; nothing was changed", database=shown)
        )
    if state in ("40001", "40P01", "55P03"):
        return DatabaseBusy(
            phrase("{database} was busy with other commands; nothing was changed", database=shown)
        )
    if state == "42501":
        return NotAllowed(
            phrase("{database} does not allow this user to do that; nothing was changed", database=shown)
        )
    if state == "2BP01":
        return DatabaseProblem(
            phrase(
                "in {database} something else is built upon the office's tables; nothing was changed",
                database=shown,
            ),
            phrase("drop those views first; psql's \\d+ lists them"),
        )
    if state == "53100":
        return DiskFull(phrase("{path}: the disk is full; nothing was changed", path=shown))
    return DatabaseProblem(
        phrase(
            "{database}: the database refused ({state}); nothing was changed",
            database=shown,
            state=state,
        )
    )


# --- reading an archive ----------------------------------------------------------------------------


def read(archive: Path, shown: Path) -> Contents:
    """Read an archive from its first byte to its last: what it holds.

    Raises :class:`DatabaseDamaged` for one that cannot be read, and :class:`DatabaseForeign` for one
    without an office.
    """
    rows: dict[str, int] = {}
    changes: dict[str, str] = {}
    revision = ""
    namespaces: set[str] = set()
    with pieces(archive, shown) as script:
        for statement, lines in script:
            if lines is None:
                continue
            schema, table, columns = _copied(statement)
            namespaces.add(schema)
            rows[table] = 0
            names = columns.split(", ")
            for line in lines:
                rows[table] += 1
                if table == "alembic_version":
                    revision = line.decode().strip()
                elif table in ("change", "row_image"):
                    row = dict(zip(names, line.decode().rstrip("\n").split("\t"), strict=True))
                    if table == "change":
                        changes[row["id"]] = row["made_at"]
                    elif row["change_id"] == r"\N":
                        changes[f"{row['made_at']}/{row['table_name']}/{row['row_key']}"] = row["made_at"]
    if "change" not in rows or not revision.isdigit() or len(namespaces) != 1:
        raise DatabaseForeign(phrase("{file} holds no office", file=shown))
    with suppress(DatabaseBehind):
        opening.check_schema(int(revision), str(shown))
    return Contents(int(revision), rows, changes, namespaces.pop())


def _copied(statement: bytes) -> tuple[str, str, str]:
    found = _COPY.fullmatch(statement)
    assert found is not None
    schema, table, columns = (part.decode().replace('"', "") for part in found.groups(b""))
    return schema, table, columns


@contextmanager
def pieces(archive: Path, shown: Path, *, rights: bool = False) -> Iterator[Iterator[Piece]]:
    """The archive as SQL, piece by piece; of ``rights``, only who may do what, else all but these.

    Leaving the block raises if ``pg_restore`` did not come to the archive's end, so what was done with
    the pieces is saved after the block and not within.
    """
    restore = program("pg_restore")
    listed = _run([str(restore), "--list", str(archive)])
    if listed.returncode:
        raise _unreadable(listed.stderr, shown)
    wanted = [
        line
        for line in listed.stdout.splitlines()
        if (_RIGHTS.match(line) if rights else not _LEFT_OUT.match(line))
    ]
    with tempfile.NamedTemporaryFile("w", encoding="utf-8") as names, tempfile.TemporaryFile("w+") as said:
        names.write("\n".join(wanted) + "\n")
        names.flush()
        process = subprocess.Popen(
            [restore, "--file=-", "--no-owner", "--no-tablespaces", f"--use-list={names.name}", archive],
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=said,
        )
        assert process.stdout is not None
        try:
            yield _split(process.stdout)
            process.stdout.read()  # a reader that had enough must not look like a broken archive
            code = process.wait()
        finally:
            process.kill()
            process.stdout.close()
            process.wait()
        if code:
            said.seek(0)
            raise _unreadable(said.read(), shown)


def _unreadable(said: str, shown: Path) -> DatabaseDamaged | LibraryMissing:
    if "unsupported version" in said:
        return LibraryMissing(
            phrase("pg_restore is older than the pg_dump that made {file}", file=shown),
            phrase("install newer client programs of PostgreSQL and put them on the PATH"),
        )
    return DatabaseDamaged(
        phrase("{file} is damaged: pg_restore cannot read it to its end", file=shown),
        phrase("another backup"),
    )


def _split(script: IO[bytes]) -> Iterator[Piece]:
    sql: list[bytes] = []
    while line := script.readline():
        if _COPY.fullmatch(line):
            yield b"".join(sql), None
            sql = []
            yield line, _rows(script)
        elif not _NOT_SQL.match(line):
            sql.append(line)
    yield b"".join(sql), None


def _rows(script: IO[bytes]) -> Iterator[bytes]:
    while (line := script.readline()) not in (b"\\.\n", b""):
        yield line
