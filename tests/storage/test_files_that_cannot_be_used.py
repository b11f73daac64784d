"""SQLite files that are empty, damaged, closed to us, busy or in the way: a sentence, and nothing changed."""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from ayala.errors import (
    DatabaseBusy,
    DatabaseDamaged,
    DatabaseForeign,
    DatabaseProblem,
    DiskFull,
    NotWritable,
)
from ayala.storage import opening
from tests.program import Ayala

LIST = ("graduate", "list", "--format", "json")
ADD = ("graduate", "add", "--surname", "Ә", "--given-name", "Ғ", "--born", "1998-03-15", "--sex", "M")
ANOTHER = ("graduate", "add", "--surname", "Б", "--given-name", "В", "--born", "1999-01-01", "--sex", "F")


def raw(path: Path) -> Any:
    return opening.sqlite().connect(str(path), isolation_level=None)


@pytest.fixture
def office(ayala: Ayala, tmp_path: Path) -> Ayala:
    """An office of one, its file whole by itself."""
    ayala("init")
    ayala(*ADD)
    connection = raw(tmp_path / "office.db")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return ayala


# --- addresses -------------------------------------------------------------------------------------


def test_a_file_may_be_named_as_an_address(office: Ayala, tmp_path: Path) -> None:
    (tmp_path / "office.db").rename(tmp_path / "our office.db")
    found = office("--database", f"sqlite:///{tmp_path}/our%20office.db", *LIST).json()
    assert [row["code"] for row in found] == ["G-1"]


def test_an_address_of_another_kind_is_refused(ayala: Ayala, tmp_path: Path) -> None:
    done = ayala("--database", "mysql://clerk:secret@h/office", *LIST, ok=2)
    assert done.err == "ayala: 'mysql://' is not a database Ayala knows\ntry: a path, or postgresql://…\n"
    assert ayala("--database", "", *LIST, ok=2).err == (
        "ayala: the database address is empty\ntry: ayala settings\n"
    )


# --- what a file may be ----------------------------------------------------------------------------


def test_an_empty_file_waits_for_init(ayala: Ayala, tmp_path: Path) -> None:
    path = tmp_path / "office.db"
    path.touch(0o600)
    assert ayala(*LIST, ok=6).err == f"ayala: {path} is an empty database\ntry: ayala init\n"
    ayala("init")
    assert ayala(*LIST).json() == []


@pytest.mark.parametrize("words", [LIST, ADD])
def test_a_damaged_file_is_said_and_left_as_it_is(
    office: Ayala, tmp_path: Path, words: tuple[str, ...]
) -> None:
    path = tmp_path / "office.db"
    with path.open("r+b") as stream:
        stream.seek(4096)
        stream.write(b"\xff" * (path.stat().st_size - 4096))
    damaged = path.read_bytes()
    assert office(*words, ok=6).err == (
        f"ayala: {path} is damaged\ntry: a copy from the last backup; keep the damaged file\n"
    )
    assert path.read_bytes() == damaged


def test_a_table_that_somebody_dropped_is_missed(office: Ayala, tmp_path: Path) -> None:
    connection = raw(tmp_path / "office.db")
    connection.execute("DROP TABLE companion")
    connection.close()
    done = office("dormitory", "stays", ok=6)
    assert done.err == (
        f"ayala: {tmp_path / 'office.db'} lacks a table or column that it should have\ntry: ayala check\n"
    )


def test_a_file_that_may_not_be_read(office: Ayala, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An administrator may read all files, so the system's answer is given in its place."""
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.R_OK)
    done = office(*LIST, ok=6)
    assert done.err == f"ayala: {tmp_path / 'office.db'} cannot be read: permission denied\n"


def test_a_file_that_may_only_be_read_is_read(
    office: Ayala, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
    assert [row["code"] for row in office(*LIST).json()] == ["G-1"]
    done = office(*ADD, ok=7)
    assert done.err == f"ayala: {tmp_path / 'office.db'} cannot be written\n"
    assert (done.out, len(office(*LIST).json())) == ("", 1)


def test_a_path_too_long_for_sqlite(office: Ayala, tmp_path: Path) -> None:
    folder = tmp_path.joinpath(*["a folder with a long name" * 4] * 6)
    folder.mkdir(parents=True)
    (tmp_path / "office.db").rename(folder / "office.db")
    done = office("--database", folder / "office.db", *LIST, ok=6)
    assert done.err == f"ayala: {folder / 'office.db'} cannot be opened\n"


@pytest.mark.parametrize("link", ["office.db", "folder"])
def test_init_makes_nothing_at_the_end_of_a_link(ayala: Ayala, tmp_path: Path, link: str) -> None:
    (tmp_path / link).symlink_to(tmp_path / "elsewhere")
    path = tmp_path / "office.db" if link == "office.db" else tmp_path / "folder" / "office.db"
    done = ayala("--database", path, "init", ok=7)
    assert done.err.startswith(f"ayala: {path} cannot be made: ")
    assert not (tmp_path / "elsewhere").exists()


def test_init_where_the_journal_finds_no_place(ayala: Ayala, tmp_path: Path) -> None:
    (tmp_path / "office.db-journal").mkdir()
    done = ayala("init", ok=6)
    assert done.err == f"ayala: {tmp_path / 'office.db'} cannot be opened\n"
    (tmp_path / "office.db-journal").rmdir()
    ayala("init")
    assert ayala(*LIST).json() == []


# --- one writer at a time --------------------------------------------------------------------------


@pytest.fixture
def busy(office: Ayala, tmp_path: Path) -> Any:
    """Another command that is writing: ``busy(seconds)`` lets it go on for so long."""
    held = raw(tmp_path / "office.db")
    held.execute("BEGIN IMMEDIATE")
    waiting: list[threading.Thread] = []

    def let(seconds: float) -> None:
        def end() -> None:
            time.sleep(seconds)
            other.execute("ROLLBACK")
            other.close()

        held.execute("ROLLBACK")
        other = opening.sqlite().connect(
            str(tmp_path / "office.db"), isolation_level=None, check_same_thread=False
        )
        other.execute("BEGIN IMMEDIATE")
        waiting.append(threading.Thread(target=end))
        waiting[0].start()

    yield let
    for thread in waiting:
        thread.join()
    held.close()


def test_a_command_waits_its_time_for_another_and_no_longer(office: Ayala, busy: Any, tmp_path: Path) -> None:
    began = time.monotonic()
    done = office(*ANOTHER, env={"AYALA_WAIT": "0.3"}, ok=6)
    assert 0.3 <= time.monotonic() - began < 5
    assert done.err == (
        f"ayala: {tmp_path / 'office.db'} is busy with another command; nothing was changed\n"
        "try: the same command again in a minute\n"
    )
    assert len(office(*LIST).json()) == 1  # whoever asks need not wait


def test_after_a_second_it_says_that_it_waits(office: Ayala, busy: Any) -> None:
    busy(1.3)
    done = office(*ANOTHER)
    assert (done.out, done.err) == ("G-2\n", "waiting for another writer…\n")


def test_a_wait_of_a_moment_is_not_told(office: Ayala, busy: Any) -> None:
    busy(0.2)
    done = office(*ANOTHER)
    assert (done.out, done.err) == ("G-2\n", "")


# --- sentences -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind", "sentence"),
    [
        ("file is not a database", DatabaseForeign, "office.db is not a database"),
        ("database disk image is malformed", DatabaseDamaged, "office.db is damaged"),
        ("database is locked", DatabaseBusy, "office.db is busy with another command; nothing was changed"),
        ("database or disk is full", DiskFull, "office.db: the disk is full; nothing was changed"),
        ("attempt to write a readonly database", NotWritable, "office.db cannot be written"),
        ("disk I/O error", NotWritable, "office.db: the disk reported an error; nothing was changed"),
        ("unable to open database file", DatabaseProblem, "office.db cannot be opened"),
        ("no such column: born", DatabaseDamaged, "office.db lacks a table or column that it should have"),
        ("datatype mismatch: Әбдіров", DatabaseProblem, "office.db: the database refused (OperationalError)"),
    ],
)
def test_what_sqlite_says_is_told_in_the_words_of_the_office(
    text: str, kind: type[Exception], sentence: str
) -> None:
    """Whatever SQLite quotes of the records stays unsaid."""
    found = opening.explain_sqlite(opening.sqlite().OperationalError(text), "office.db")
    assert (type(found), str(found)) == (kind, sentence)


# --- the SQLite of Python itself -------------------------------------------------------------------


@pytest.fixture
def old_sqlite(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A machine without the bundled SQLite, whose own one has the bug of the WAL."""
    import sqlite3

    monkeypatch.setitem(sys.modules, "pysqlite3", None)
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 40, 1))
    opening.sqlite.cache_clear()
    yield
    opening.sqlite.cache_clear()


@pytest.mark.usefixtures("old_sqlite")
def test_an_older_sqlite_keeps_the_office_in_a_journal_that_is_safe(ayala: Ayala, tmp_path: Path) -> None:
    ayala("init")
    assert ayala(*ADD).out == "G-1\n"
    assert [row["code"] for row in ayala(*LIST).json()] == ["G-1"]
    connection = opening.open_sqlite(tmp_path / "office.db", reading=False)
    assert safety(connection) == ["delete", 3]


def safety(connection: Any) -> list[Any]:
    """How a connection keeps what it saved, which is closed then: WAL with FULL (2), else EXTRA (3)."""
    found = [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")]
    connection.close()
    return found


def test_a_file_without_a_wal_is_safe_in_a_newer_sqlite_too(office: Ayala, tmp_path: Path) -> None:
    """Made by an older SQLite, or on a drive that allows none: the journal decides, not the version."""
    path = tmp_path / "office.db"
    assert safety(opening.open_sqlite(path, reading=False)) == (
        ["wal", 2] if opening.wal_is_safe() else ["delete", 3]
    )
    connection = raw(path)
    assert connection.execute("PRAGMA journal_mode = DELETE").fetchone() == ("delete",)
    connection.close()
    assert safety(opening.open_sqlite(path, reading=False)) == ["delete", 3]
