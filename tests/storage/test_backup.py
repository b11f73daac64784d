"""Backups: proven copies, put in their place as a whole, and back again, on both engines."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import random
import re
import resource
import shutil
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyrage
import pytest

from ayala.errors import DatabaseBusy, DatabaseProblem, DatabaseUnreachable, DiskFull, NotAllowed
from ayala.options import sure as really_sure
from ayala.storage import (
    archive,
    backup,
    backup_commands,
    encryption,
    making,
    opening,
    restoring,
    server_archive,
)
from ayala.storage.database import engine_for
from ayala.storage.opening import APPLICATION_ID, SCHEMA, address
from tests.conftest import Templates
from tests.figures import Figures, rounds
from tests.postgres import Postgres
from tests.program import ROOT, Ayala, AyalaProcess
from tests.terminal import at_terminal

HEAD = r"head of the history: (\d+:[0-9a-f]{16}|none yet)"
PLAIN = "not encrypted: keep it on an encrypted disk, or use --encrypt-to\n"

OFFICE = pyrage.x25519.Identity.from_str(
    "AGE-SECRET-KEY-132R2E3M040L3E7H96WNZJD8HPPVVG927EKF63AW3CC44V5G9LKRQ4R8ZM7"
)
REGION = pyrage.x25519.Identity.generate()

# Made for these tests and used nowhere else.
SSH_PUBLIC = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHyW/Y+Iyk44t+4WMt7vfKKNdls7xJzFHB2ocfCWIBXi test"
SSH_SECRET = """-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW
QyNTUxOQAAACB8lv2PiMpOOLfuFjLe73yijXZbO8ScxRwdqHHwliAV4gAAAIgFYmLYBWJi
2AAAAAtzc2gtZWQyNTUxOQAAACB8lv2PiMpOOLfuFjLe73yijXZbO8ScxRwdqHHwliAV4g
AAAEAsJNYuup7KAHL5vhZqWwSNJvhj9PNDLQ2aa0IfDZ25EnyW/Y+Iyk44t+4WMt7vfKKN
dls7xJzFHB2ocfCWIBXiAAAABHRlc3QB
-----END OPENSSH PRIVATE KEY-----
"""
LOCKED_PUBLIC = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAID6MjM3+27R44siQkCvbWujJUgWwL/5Q3rFOSu+Lyals test"
LOCKED_SECRET = """-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jdHIAAAAGYmNyeXB0AAAAGAAAABDKxDcbOf
wa6ow/Gay4L/EJAAAAEAAAAAEAAAAzAAAAC3NzaC1lZDI1NTE5AAAAID6MjM3+27R44siQ
kCvbWujJUgWwL/5Q3rFOSu+LyalsAAAAkF2eXkeR4UPVk3CT0/W/e9YOrclimeYJqhOaDX
QuN3vivAs8ydmMQ6L+quu1vfC/ZOK5+OmJiX9tAKJ0uFlMB9DASAqRa2sXswjz3lg3ngnx
XZwt2oQmFEutE07MAuK6IZdQoCVol3EMj835vJYgkTfpyZsEiFOUZTl6MEBHiit+vXONeL
dz7wUuUM3WKqj0iA==
-----END OPENSSH PRIVATE KEY-----
"""


# --- offices ---------------------------------------------------------------------------------------


def with_programs(env: dict[str, str], server: Postgres) -> None:
    """PostgreSQL's own programs first on the PATH, of the version of the server."""
    env["PATH"] = f"{server.ground.binaries}{os.pathsep}{env['PATH']}"


@pytest.fixture
def ayala(ayala: Ayala, request: pytest.FixtureRequest) -> Ayala:
    """The program, which finds ``pg_dump`` where the test is on a server."""
    if address(ayala.database).path is None:
        with_programs(ayala.env, request.getfixturevalue("postgres"))
    return ayala


@pytest.fixture
def file_office(templates: Templates, tmp_path: Path) -> Ayala:
    """An office in a file, for what only a file can suffer."""
    shutil.copytree(templates.sqlite, tmp_path, dirs_exist_ok=True)
    return Ayala(tmp_path, str(tmp_path / "office.db"), tmp_path / "home")


@pytest.fixture
def server_office(templates: Templates, postgres: Postgres, tmp_path: Path) -> Iterator[Ayala]:
    """An office on a server, for what only a server can suffer."""
    folder, template = templates.postgresql
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    with postgres.database(template) as url:
        program = Ayala(tmp_path, url, tmp_path / "home")
        with_programs(program.env, postgres)
        yield program


@contextlib.contextmanager
def empty_place(ayala: Ayala, request: pytest.FixtureRequest) -> Iterator[Ayala]:
    """The same program before a database that does not exist yet, or is empty."""
    with contextlib.ExitStack() as stack:
        if address(ayala.database).path is not None:
            place = str(ayala.folder / "new" / "office.db")
        else:
            place = stack.enter_context(request.getfixturevalue("postgres").database())
        other = Ayala(ayala.folder, place, ayala.folder / "home")
        other.env["PATH"] = ayala.env["PATH"]
        yield other


NUMBERS = itertools.count(1)


def add(ayala: Ayala, **more: Any) -> str:
    """Register an invented graduate, each under a number of his own; the code."""
    name = ("--surname", "Әбдіров", "--given-name", f"Ғани{next(NUMBERS):04}")
    words = (*name, "--born", "1998-03-15", "--sex", "M")
    return ayala("graduate", "add", *words, **more).out.strip()


def graduates(ayala: Ayala) -> list[str]:
    return [row["code"] for row in ayala("graduate", "list", "--format", "json").json()]


def history(ayala: Ayala) -> list[tuple[str, str, str | None]]:
    rows = ayala("history", "list", "--format", "json").json()
    return [(row["code"], row["command"], row["reason"]) for row in rows]


def bytes_of(database: str) -> bytes:
    return Path(database).read_bytes()


def psql(url: str, *statements: str) -> list[Any]:
    """What the server's own shell would do."""
    connection = opening.connect_postgresql(url, reading=False)
    try:
        done = [connection.execute(statement) for statement in statements]
        return list(done[-1].fetchall()) if done[-1].description else []
    finally:
        connection.close()


def raw(path: Path | str) -> Any:
    return opening.sqlite().connect(str(path), isolation_level=None)


def left_behind(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.name.startswith(archive._ROOM))


def keyfile(folder: Path, *identities: Any) -> Path:
    path = folder / "key.txt"
    path.write_text("# made for a test\n\n" + "".join(f"{key}\n" for key in identities), encoding="utf-8")
    return path


@contextlib.contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file of this process, nor of those it starts, grows beyond so many bytes: a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def older(url: str) -> None:
    """An office as the first Ayala made it: schema 1, with one graduate and one change."""
    from alembic import command
    from alembic.config import Config

    place = address(url)
    if place.path is not None:
        making._make_file(place.path)
    config = Config()
    config.set_main_option("script_location", str(making.MIGRATIONS))
    engine = engine_for(place)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.exec_driver_sql(
            "INSERT INTO graduate (id, code, surname, given_name, birth_date, sex, registered_on,"
            " name_key, surname_fold, given_fold, sort_key) VALUES"
            " ('0190163d-8694-739b-aea5-966c26f8ad91', 'G-1', 'Сұлтан', 'Бек', '1999-01-01', 'M',"
            " '2026-01-01', 'a', 'a', 'a', 'a')"
        )
        connection.exec_driver_sql(
            "INSERT INTO change (id, code, made_at, made_by, command, records) VALUES"
            " ('0190163d-8694-739b-aea5-966c26f8ad92', 'H-1', '2026-01-01T06:00:00.000000Z', 'Сәуле',"
            " 'graduate add', 1)"
        )
        connection.exec_driver_sql("INSERT INTO counter (name, value) VALUES ('graduate', 1), ('change', 1)")
        if place.path is not None:
            connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.exec_driver_sql("PRAGMA user_version = 1")
    engine.dispose()


@dataclass
class KeptAs:
    """An office and how its backups are kept: what is encrypted is the same on both engines."""

    name: str
    ayala: Ayala
    words: tuple[str, ...] = ()


@pytest.fixture(params=["sqlite", "sqlite, encrypted", "postgresql"])
def kept_as(request: pytest.FixtureRequest) -> KeptAs:
    engine, _, encrypted = request.param.partition(", ")
    program = request.getfixturevalue("file_office" if engine == "sqlite" else "server_office")
    return KeptAs(request.param, program, ("--encrypt-to", OFFICE.to_public()) if encrypted else ())


# --- there and back --------------------------------------------------------------------------------


def test_a_backup_brings_the_same_office_back(
    ayala: Ayala, office_db: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    add(ayala)
    ayala("appeal", "add", "G-1", "--topic", "housing")
    ayala("export", "before")
    done = ayala("backup", "o-{date}.backup")
    assert done.out == "o-2026-11-23.backup\n"
    assert re.fullmatch(rf"\d+ rows, 0\.\d MB, {HEAD}\n{PLAIN}", done.err)
    assert ayala("history", "head").out.strip() in done.err
    assert stat.S_IMODE((tmp_path / "o-2026-11-23.backup").stat().st_mode) == 0o600
    with empty_place(ayala, request) as other:
        done = other("restore", "o-2026-11-23.backup", "--reason", "a new computer")
        assert re.match(rf"restored \S+ from o-2026-11-23\.backup\n\d+ rows, {HEAD}\n", done.err)
        key = tmp_path / "home" / ".local" / "share" / "ayala" / "history.key"
        assert done.err.endswith(
            f"not in a backup: the settings (see ayala settings) and the history key {key}\n"
        )
        assert done.out.startswith("Check ")
        other("export", "after")
        assert [p.read_bytes() for p in sorted((tmp_path / "before").iterdir())] == [
            p.read_bytes() for p in sorted((tmp_path / "after").iterdir())
        ]
        assert history(other)[0] == ("H-3", "restore o-2026-11-23.backup", "a new computer")
        assert [code for code, _, _ in history(other)] == ["H-3", "H-2", "H-1"]
        other("history", "verify")
        assert add(other) == "G-2"
        other("history", "verify")
        if (path := address(other.database).path) is not None:
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
            assert raw(path).execute("PRAGMA journal_mode").fetchone()[0] == "wal"
            assert sorted(p.name for p in path.parent.iterdir() if "-" not in p.name) == ["office.db"]
    assert left_behind(tmp_path) == []


def test_changes_made_since_are_lost_only_with_yes(ayala: Ayala, office_db: str, tmp_path: Path) -> None:
    add(ayala)
    ayala("backup", "o.backup", "--quiet")
    for _ in range(2):
        add(ayala)
    done = ayala("restore", "o.backup", ok=2)
    told = r"ayala: \S+ holds 2 changes since \d{4}-\d\d-\d\d \d\d:\d\d that o\.backup lacks; go on without them\?"
    assert re.fullmatch(told + r" — nobody is there to answer\ntry: the same command with --yes\n", done.err)
    assert graduates(ayala) == ["G-1", "G-2", "G-3"]
    done = ayala("restore", "o.backup", "--yes")
    (kept,) = re.findall(r"^what was there is kept as (.*)$", done.err, re.MULTILINE)
    assert stat.S_IMODE(Path(kept).stat().st_mode) == 0o600
    assert graduates(ayala) == ["G-1"]
    # The codes of lost records may stand on paper, so they are not given again.
    assert history(ayala)[0][:2] == ("H-4", "restore o.backup")
    assert add(ayala) == "G-4"
    ayala("history", "verify")
    ayala("restore", kept, "--yes", "--quiet")
    assert graduates(ayala) == ["G-1", "G-2", "G-3"]


def test_a_change_made_in_the_engines_own_shell_counts_as_well(ayala: Ayala, office_db: str) -> None:
    add(ayala)
    ayala("backup", "o.backup", "--quiet")
    if (path := address(office_db).path) is not None:
        raw(path).execute("UPDATE graduate SET note = 'by hand'")
    else:
        psql(office_db, "UPDATE graduate SET note = 'by hand'")
    done = ayala("restore", "o.backup", ok=2)
    assert "holds a change of " in done.err
    assert "that o.backup lacks; go on without it?" in done.err
    ayala("restore", "o.backup", "--yes")
    assert ayala("graduate", "list", "--format", "json").json()[0].get("note") is None


def test_who_was_erased_since_is_named(ayala: Ayala, office_db: str) -> None:
    """The law wants their data destroyed, and the backup has them."""
    add(ayala)
    ayala("backup", "o.backup", "--quiet")
    insert = (
        "INSERT INTO change (id, code, made_at, made_by, command, records) VALUES"
        " ('0190163d-8694-739b-aea5-966c26f8ad9{}', 'H-9{}', '2026-11-23T06:00:00.000000Z', 'Сәуле', '{}', 1)"
    )
    for number, command in enumerate(("graduate erase G-1", "graduate edit G-1", "appeal erase A-2026-0001")):
        statement = insert.format(number, number, command)
        if (path := address(office_db).path) is not None:
            raw(path).execute(statement)
        else:
            psql(office_db, statement)
    told = "destroyed since that backup and now here again, so once more: appeal erase A-2026-0001, graduate erase G-1\n"
    assert told in ayala("restore", "o.backup", "--yes").err


def test_a_backup_that_lacks_nothing_is_restored_without_a_question(ayala: Ayala, office_db: str) -> None:
    add(ayala)
    ayala("backup", "o.backup", "--quiet")
    ayala("restore", "o.backup")
    assert graduates(ayala) == ["G-1"]


def test_a_person_is_asked_at_a_terminal(file_office: Ayala, tmp_path: Path) -> None:
    file_office("backup", "o.db")
    add(file_office)
    program = at_terminal(file_office)
    program("restore", "o.db", stdin="n\n", ok=2)
    assert graduates(file_office) == ["G-1"]
    program("restore", "o.db", stdin="y\n")
    assert graduates(file_office) == []


def test_a_backup_is_an_ordinary_database(file_office: Ayala, tmp_path: Path) -> None:
    """Any ``sqlite3`` opens it, with nothing beside it."""
    add(file_office)
    file_office("backup", "o.db")
    with contextlib.closing(sqlite3.connect(f"file:{tmp_path / 'o.db'}?mode=ro", uri=True)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("SELECT surname FROM graduate").fetchall() == [("Әбдіров",)]
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("o.db-")]


def test_a_copy_without_a_checksum_is_taken_with_a_word(file_office: Ayala, tmp_path: Path) -> None:
    add(file_office)
    raw(tmp_path / "office.db").execute("VACUUM INTO ?", (str(tmp_path / "byhand.db"),))
    done = file_office("restore", "byhand.db")
    assert "byhand.db has no checksum of Ayala's: proven as a database, not byte by byte\n" in done.err
    assert graduates(file_office) == ["G-1"]


def test_a_server_with_a_lower_count_of_transactions_goes_on_counting(
    server_office: Ayala, postgres: Postgres
) -> None:
    """As in a new cluster: the next changes must not slip under what is sealed already."""
    add(server_office)
    psql(
        server_office.database,
        "ALTER TABLE row_image DISABLE TRIGGER USER",
        "ALTER TABLE seal DISABLE TRIGGER USER",
        "UPDATE history_context SET txid_offset = 5000000",
        "ALTER TABLE row_image ENABLE TRIGGER USER",
        "ALTER TABLE seal ENABLE TRIGGER USER",
    )
    add(server_office)
    psql(server_office.database, "UPDATE history_context SET txid_offset = 0")
    server_office("backup", "o.dump")
    with postgres.database() as url:
        other = Ayala(server_office.folder, url, server_office.folder / "home")
        other.env["PATH"] = server_office.env["PATH"]
        other("restore", "o.dump")
        add(other)
        other("history", "verify")
        (after,) = psql(url, "SELECT max(txid) > 5000000, count(*) FROM row_image")
        assert after[0]


# --- encrypted -------------------------------------------------------------------------------------


def test_an_encrypted_backup_opens_for_each_of_its_recipients(file_office: Ayala, tmp_path: Path) -> None:
    add(file_office)
    people = tmp_path / "recipients.txt"
    people.write_text(f"# the office\n{OFFICE.to_public()}\n\n{SSH_PUBLIC}\n", encoding="utf-8")
    done = file_office("backup", "o.age", "--encrypt-to", f"@{people}", "--encrypt-to", REGION.to_public())
    assert re.fullmatch(rf"\d+ rows, 0\.\d MB, {HEAD}\n", done.err)
    assert (tmp_path / "o.age").read_bytes().startswith(b"age-encryption.org/v1\n")
    assert "Ғани".encode() not in (tmp_path / "o.age").read_bytes()
    assert stat.S_IMODE((tmp_path / "o.age").stat().st_mode) == 0o600
    ssh = tmp_path / "id_test"
    ssh.write_text(SSH_SECRET, encoding="utf-8")
    for identity in (keyfile(tmp_path, OFFICE), "-", ssh):
        (tmp_path / "office.db").unlink()
        file_office("restore", "o.age", "--identity", identity, stdin=str(REGION))
        assert graduates(file_office) == ["G-1"]
    assert left_behind(tmp_path) == []


def test_one_recipient_alone_is_remarked_upon(file_office: Ayala, tmp_path: Path) -> None:
    done = file_office("backup", "o.age", "--encrypt-to", OFFICE.to_public())
    assert (
        "one recipient: if that key is lost, so is the backup; a second --encrypt-to is a second key\n"
        in (done.err)
    )
    assert file_office("backup", "o.age", "--encrypt-to", OFFICE.to_public(), "--quiet").err == ""


def test_an_armoured_backup_opens_too(file_office: Ayala, tmp_path: Path) -> None:
    """As ``age --armor`` writes them, for who sends one by mail."""
    add(file_office)
    file_office("backup", "o.db")
    pyrage.encrypt_file(str(tmp_path / "o.db"), str(tmp_path / "o.asc"), [OFFICE.to_public()], armored=True)
    file_office("restore", "o.asc", "--identity", keyfile(tmp_path, OFFICE))


@pytest.mark.parametrize(
    ("given", "code", "said"),
    [
        (("age1nonsense",), 2, "the value of --encrypt-to is no public key"),
        (("ssh-ed25519 nonsense",), 2, "the value of --encrypt-to is no public key"),
        ((str(OFFICE),), 2, "the value of --encrypt-to is a secret key"),
        (("@people.txt",), 2, "people.txt:2 is no public key"),
        (("@empty.txt",), 2, "empty.txt holds no public key"),
        (("@nobody.txt",), 2, "there is no file nobody.txt"),
        (("@.",), 2, ". cannot be read"),
    ],
)
def test_a_recipient_that_is_none_is_named(
    file_office: Ayala, tmp_path: Path, given: tuple[str, ...], code: int, said: str
) -> None:
    (tmp_path / "people.txt").write_text("# who\nSaule\n", encoding="utf-8")
    (tmp_path / "empty.txt").write_text("# nobody yet\n", encoding="utf-8")
    done = file_office("backup", "o.age", *(w for key in given for w in ("--encrypt-to", key)), ok=code)
    assert done.err.startswith(f"ayala: {said}\n")
    assert "SECRET" not in done.err
    assert not (tmp_path / "o.age").exists()


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (None, 2, "o.age is encrypted\ntry: the same command with --identity KEYFILE\n"),
        ("# no key\n", 2, "key.txt holds no secret key\n"),
        ("AGE-SECRET-KEY-1NONSENSE\n", 2, "key.txt holds no secret key\n"),
        ("-----BEGIN NONSENSE-----\n", 2, "key.txt holds no secret key\n"),
        ("age-encryption.org/v1\n-> scrypt\n", 2, "key.txt is locked with a passphrase\n"),
        (str(REGION), 6, "the identity does not open o.age: it was encrypted for others"),
        (SSH_SECRET, 6, "the identity does not open o.age: it was encrypted for others"),
        (LOCKED_SECRET, 2, "the SSH key key.txt is locked with a passphrase\n"),
        ("", 2, "key.txt holds no secret key\n"),
    ],
    ids=[
        "none",
        "a comment",
        "a bad key",
        "a bad SSH key",
        "locked",
        "another",
        "another SSH",
        "SSH locked",
        "empty",
    ],
)
def test_an_identity_that_does_not_fit_is_said(
    file_office: Ayala, tmp_path: Path, content: str | None, code: int, said: str
) -> None:
    file_office("backup", "o.age", "--encrypt-to", OFFICE.to_public(), "--encrypt-to", LOCKED_PUBLIC)
    before = bytes_of(file_office.database)
    words: tuple[str, ...] = ()
    if content is not None:
        (tmp_path / "key.txt").write_text(content, encoding="utf-8")
        words = ("--identity", "key.txt")
    done = file_office("restore", "o.age", *words, ok=code)
    assert done.err.startswith(f"ayala: {said}")
    assert content is None or content not in done.err or content == ""
    assert bytes_of(file_office.database) == before
    assert left_behind(tmp_path) == []


def test_an_identity_that_is_not_needed_is_remarked_upon(file_office: Ayala, tmp_path: Path) -> None:
    file_office("backup", "o.db")
    done = file_office("restore", "o.db", "--identity", "nowhere.txt")
    assert "o.db is not encrypted; no identity is needed\n" in done.err


def test_without_the_library_encryption_says_what_to_install(
    file_office: Ayala, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_office("backup", "o.age", "--encrypt-to", OFFICE.to_public())
    monkeypatch.setitem(sys.modules, "pyrage", None)
    told = "ayala: the library for encrypted backups is not installed\ntry: pip install 'ayala[backup]'\n"
    assert file_office("backup", "p.age", "--encrypt-to", OFFICE.to_public(), ok=7).err == told
    assert file_office("restore", "o.age", "--identity", keyfile(tmp_path, OFFICE), ok=7).err == told
    file_office("backup", "o.db")


# --- where to ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [
        ("-", 2, "a backup is written to a file, not to standard output"),
        ("folder", 7, "folder is a folder"),
        ("/dev/null", 7, "/dev/null is no file that can be replaced"),
        ("missing/o.db", 7, "missing/o.db cannot be written: No such file or directory"),
        ("office.db", 2, "office.db is the office's database itself"),
        ("folder/../office.db", 2, "folder/../office.db is the office's database itself"),
        ("office.db-wal", 2, "office.db-wal is the office's database itself"),
        ("office.db-journal", 2, "office.db-journal is the office's database itself"),
        ("hard.db", 2, "hard.db is the office's database itself"),
        ("home/.local/share/ayala/history.key", 2, "history.key is a file that the office needs"),
    ],
)
def test_a_backup_never_goes_where_it_would_do_harm(
    file_office: Ayala, tmp_path: Path, name: str, code: int, said: str
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "hard.db").hardlink_to(tmp_path / "office.db")
    add(file_office)
    files = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    done = file_office("backup", name, ok=code)
    assert said in done.err.splitlines()[0]
    assert done.out == ""
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == files
    assert Path("/dev/null").is_char_device()


def test_a_link_is_replaced_and_never_followed(file_office: Ayala, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear colleague", encoding="utf-8")
    for name, leads in (("a.db", "letter.txt"), ("b.db", "office.db")):
        (tmp_path / name).symlink_to(tmp_path / leads)
        file_office("backup", name)
        assert not (tmp_path / name).is_symlink()
    assert (tmp_path / "letter.txt").read_text(encoding="utf-8") == "dear colleague"
    assert graduates(file_office) == []


def test_a_database_behind_a_link_is_found_out(file_office: Ayala, tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to(tmp_path / "office.db")
    for name in ("office.db", "link.db", "office.db-wal", "link.db-wal"):
        file_office("--database", "link.db", "backup", name, ok=2)


def test_a_database_behind_a_link_is_restored_where_it_is(file_office: Ayala, tmp_path: Path) -> None:
    add(file_office)
    file_office("backup", "o.db")
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "link.db"
    link.symlink_to(tmp_path / "elsewhere" / "real.db")
    file_office("--database", link, "restore", "o.db")
    file_office("--database", link, "restore", "o.db", "--yes")
    assert link.is_symlink()
    kept = ["real.before-restore-2026-11-23.db", "real.db"]
    assert sorted(p.name for p in (tmp_path / "elsewhere").iterdir() if p.suffix == ".db") == kept


# --- what fails leaves everything as it was ------------------------------------------------------------


def test_a_full_disk_leaves_the_old_backup(kept_as: KeptAs, tmp_path: Path, figures: Figures) -> None:
    ayala, words, encrypted = kept_as.ayala, kept_as.words, bool(kept_as.words)
    add(ayala)
    ayala("backup", "plain")
    ayala("backup", "o.backup", *words)
    size = (tmp_path / "o.backup").stat().st_size
    old = (tmp_path / "o.backup").read_bytes()
    # An age file's head is of a length by chance, some hundred bytes.
    most = size - 1000 if encrypted else size - 1
    places = [
        0,
        most // 2,
        most,
        (tmp_path / "plain").stat().st_size + 9 if encrypted else 9,
        *random.sample(range(most), rounds(ci=2, soak=200)),
    ]
    for place in places:
        with room_for(place):
            done = ayala("backup", "o.backup", *words, ok=7)
        assert re.match(r"ayala: .*(disk|File too large)", done.err), (place, done.err)
        assert len(done.err.splitlines()) == 1
        assert (tmp_path / "o.backup").read_bytes() == old
        assert left_behind(tmp_path) == []
    figures(f"full disk in a backup, {kept_as.name}", offsets=len(places), lost=0)


def test_a_full_disk_leaves_the_database_that_was_to_be_replaced(
    file_office: Ayala, tmp_path: Path, figures: Figures
) -> None:
    add(file_office)
    file_office("backup", "o.age", "--encrypt-to", OFFICE.to_public())
    add(file_office)
    size = (tmp_path / "office.db").stat().st_size
    places = [0, size // 2, size - 1, size + 200, *random.sample(range(size), rounds(ci=3, soak=200))]
    for place in places:
        with room_for(place):
            done = file_office("restore", "o.age", "--identity", "-", "--yes", stdin=str(OFFICE), ok=7)
        assert re.match(r"ayala: \S*office\S*db.*(disk|cannot be written)", done.err), (place, done.err)
        assert graduates(file_office) == ["G-1", "G-2"]
        assert left_behind(tmp_path) == []
    figures("full disk in a restore, sqlite", offsets=len(places), lost=0)


def test_a_system_that_refuses_to_write_is_quoted(
    file_office: Ayala, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(archive, "sync", refuse)
    done = file_office("backup", "o.db", ok=7)
    assert done.err == "ayala: o.db cannot be written: Operation not permitted\n"
    assert left_behind(tmp_path) == []
    assert not (tmp_path / "o.db").exists()


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 200_000])
def test_an_encrypted_file_that_is_too_short_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    """Also where the library says nothing, as one of its functions does on a full disk."""
    plain, part = tmp_path / "plain", tmp_path / "part"
    plain.write_bytes(os.urandom(size))
    encryption.encrypt(plain, part, [OFFICE.to_public(), REGION.to_public()])
    with room_for(size // 2), pytest.raises(OSError, match="File too large"):
        encryption.encrypt(plain, part, [OFFICE.to_public()])
    whole = pyrage.encrypt_io

    def cut(reader: Any, writer: Any, to: Any) -> None:
        whole(reader, writer, to)
        writer.truncate(writer.tell() - 1)

    monkeypatch.setattr(pyrage, "encrypt_io", cut)
    with pytest.raises(OSError, match="Input/output error"):
        encryption.encrypt(plain, part, [OFFICE.to_public()])


def test_a_flipped_bit_is_never_restored(kept_as: KeptAs, tmp_path: Path, figures: Figures) -> None:
    ayala, words, encrypted = kept_as.ayala, kept_as.words, bool(kept_as.words)
    add(ayala)
    ayala("backup", "o.backup", "--quiet", *words)
    add(ayala)
    whole = (tmp_path / "o.backup").read_bytes()
    flips = 0
    content = len(whole) if encrypted else len(whole) - archive._TRAILER_LENGTH
    places = [0, 100, content - 1, *random.sample(range(content), rounds(ci=9, soak=5_000))]
    for place in places:
        damaged = bytearray(whole)
        damaged[place] ^= 1 << random.randrange(8)
        (tmp_path / "o.backup").write_bytes(damaged)
        done = ayala("restore", "o.backup", "--yes", "--identity", "-", stdin=str(OFFICE), ok=6)
        assert re.match(r"ayala: (o\.backup is|the identity does not open o\.backup)", done.err), done.err
        flips += 1
    assert graduates(ayala) == ["G-1", "G-2"]
    assert left_behind(tmp_path) == []
    figures(f"flipped bits in a backup, {kept_as.name}", flips=flips, restored=0)


def test_a_backup_that_was_cut_is_never_restored(kept_as: KeptAs, tmp_path: Path, figures: Figures) -> None:
    ayala, words, encrypted = kept_as.ayala, kept_as.words, bool(kept_as.words)
    add(ayala)
    ayala("backup", "o.backup", "--quiet", *words)
    whole = (tmp_path / "o.backup").read_bytes()
    content = len(whole) if encrypted else len(whole) - archive._TRAILER_LENGTH
    cuts = [0, 3, 20, content // 2, content - 5000, content - 1]
    cuts += random.sample(range(content), rounds(ci=3, soak=500))
    for place in cuts:
        (tmp_path / "o.backup").write_bytes(whole[:place])
        done = ayala("restore", "o.backup", "--identity", "-", stdin=str(OFFICE), ok=6)
        assert re.match(r"ayala: o\.backup (is|holds)", done.err), (place, done.err)
    assert graduates(ayala) == ["G-1"]
    figures(f"cut backups, {kept_as.name}", cuts=len(cuts), restored=0)


def test_a_damaged_office_is_not_backed_up_over_its_last_good_backup(
    file_office: Ayala, tmp_path: Path
) -> None:
    for _ in range(3):
        add(file_office)
    file_office("backup", "o.db")
    good = (tmp_path / "o.db").read_bytes()
    connection = raw(tmp_path / "office.db")
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute("DELETE FROM sqlite_master WHERE name = 'ix_graduate_region'")
    connection.execute("PRAGMA writable_schema = RESET")
    connection.close()
    done = file_office("backup", "o.db", ok=6)
    assert done.err.startswith(f"ayala: {tmp_path / 'office.db'} is damaged\n")
    assert (tmp_path / "o.db").read_bytes() == good
    # What is damaged like that is kept as it is, and the good backup comes back over it.
    file_office("restore", "o.db")
    file_office("backup", "o.db")


def test_loose_references_are_damage(file_office: Ayala, tmp_path: Path) -> None:
    add(file_office)
    file_office("appeal", "add", "G-1", "--topic", "housing")
    connection = raw(tmp_path / "office.db")
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("DELETE FROM graduate")
    connection.close()
    done = file_office("backup", "o.db", ok=6)
    assert done.err.startswith(f"ayala: {tmp_path / 'office.db'} is damaged: loose references\n")


def test_a_page_of_garbage_is_damage(file_office: Ayala, tmp_path: Path) -> None:
    add(file_office)
    file_office("backup", "o.db")
    raw(tmp_path / "office.db").execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with (tmp_path / "office.db").open("r+b") as stream:
        stream.seek(100)
        stream.write(b"\xff" * 3000)
    assert "is damaged" in file_office("backup", "p.db", ok=6).err
    done = file_office("restore", "o.db", ok=2)
    assert "is damaged, and nobody knows what it holds that o.db lacks; replace it?" in done.err
    done = file_office("restore", "o.db", "--yes")
    kept = tmp_path / "office.before-restore-2026-11-23.db"
    assert f"what was there is kept as {kept}\n" in done.err
    assert kept.read_bytes()[100:200] == b"\xff" * 100
    assert graduates(file_office) == ["G-1"]


def test_a_missing_table_is_damage(file_office: Ayala, tmp_path: Path) -> None:
    add(file_office)
    file_office("backup", "o.db")
    with contextlib.closing(raw(tmp_path / "office.db")) as connection:
        connection.execute("DROP TABLE change")
    assert (
        "office.db lacks a table or column that it should have\n" in file_office("backup", "p.db", ok=6).err
    )
    shutil.copy(tmp_path / "office.db", tmp_path / "less.db")
    assert (
        "less.db lacks a table or column that it should have\n" in file_office("restore", "less.db", ok=6).err
    )
    file_office("restore", "o.db", ok=2)
    file_office("restore", "o.db", "--yes")
    assert graduates(file_office) == ["G-1"]


def test_what_fails_while_the_backup_is_made_ready_names_the_database(
    file_office: Ayala, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(place: Any, *_: Any) -> None:
        raise backup.NotWritable(f"{place.path} cannot be written")

    file_office("backup", "o.db")
    monkeypatch.setattr(making, "bring_up", full)
    done = file_office("restore", "o.db", ok=7)
    assert done.err == f"ayala: {tmp_path / 'office.db'} cannot be written\n"


def test_a_copy_that_differs_is_not_kept(
    ayala: Ayala, office_db: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(ayala)
    kind = backup if address(office_db).path is not None else server_archive
    name = "_rows" if kind is backup else "_counts"
    counted = getattr(kind, name)
    asked: list[Any] = []

    def one_more(connection: Any) -> dict[str, int]:
        asked.append(connection)
        rows: dict[str, int] = counted(connection)
        return rows | ({"graduate": rows["graduate"] + 1} if len(asked) == 1 else {})

    monkeypatch.setattr(kind, name, one_more)
    done = ayala("backup", "o.backup", ok=7)
    assert done.err == "ayala: the copy differs from the database in graduate; it was not kept\n"
    assert not (tmp_path / "o.backup").exists()
    assert left_behind(tmp_path) == []


# --- what is no backup, or none for here -----------------------------------------------------------------


def test_what_is_no_backup_is_refused(file_office: Ayala, tmp_path: Path) -> None:
    ayala = file_office
    add(ayala)
    (tmp_path / "letter.txt").write_text("dear colleague", encoding="utf-8")
    assert ayala("restore", "letter.txt", ok=6).err == "ayala: letter.txt is no backup of Ayala\n"
    assert ayala("restore", "nothing.db", ok=2).err == "ayala: there is no file nothing.db\n"
    assert ayala("restore", "home", ok=2).err == "ayala: home is a folder\n"
    assert graduates(ayala) == ["G-1"]


def test_a_file_that_may_not_be_read_is_said(
    file_office: Ayala, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(restoring, "kind_of", refuse)
    (tmp_path / "o.db").write_bytes(b"")
    done = file_office("restore", "o.db", ok=2)
    assert done.err == "ayala: o.db cannot be read: Permission denied\n"


def test_other_databases_are_no_backups(file_office: Ayala, tmp_path: Path) -> None:
    with contextlib.closing(raw(tmp_path / "songs.db")) as connection:
        connection.execute("CREATE TABLE song (title)")
    done = file_office("restore", "songs.db", ok=6)
    assert done.err == "ayala: songs.db is a database of another program\n"
    with contextlib.closing(raw(tmp_path / "empty.db")) as connection:
        connection.execute("PRAGMA user_version = 1")
    assert file_office("restore", "empty.db", ok=6).err == "ayala: empty.db holds no office\n"
    done = file_office("restore", "office.db", ok=2)
    assert done.err.startswith("ayala: office.db is the office's database itself\n")


def test_a_newer_backup_is_refused(file_office: Ayala, tmp_path: Path) -> None:
    file_office("backup", "o.db")
    with contextlib.closing(raw(tmp_path / "o.db")) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA + 1}")
    os.truncate(tmp_path / "o.db", (tmp_path / "o.db").stat().st_size - archive._TRAILER_LENGTH)
    done = file_office("restore", "o.db", ok=6)
    assert "o.db was made by a newer Ayala" in done.err
    assert done.err.endswith("try: install the newer ayala\n")


def test_a_newer_backup_of_a_server_is_refused(server_office: Ayala, postgres: Postgres) -> None:
    psql(server_office.database, "CREATE TABLE note (line text)")
    server_office("backup", "o.dump")
    psql(server_office.database, f"UPDATE alembic_version SET version_num = '{SCHEMA + 1:04}'")
    assert "was made by a newer Ayala" in server_office("backup", "p.dump", ok=6).err
    done = server_office("restore", "o.dump", ok=6)
    assert "was made by a newer Ayala" in done.err


def test_a_database_in_use_is_no_backup(file_office: Ayala, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    file_office("--database", other, "init")
    holding = raw(other)
    holding.execute("INSERT INTO counter VALUES ('x', 1)")
    done = file_office("restore", "other.db", ok=2)
    assert done.err == (
        "ayala: other.db is a database in use: other.db-wal beside it belongs to it\n"
        "try: ayala --database other.db backup FILE\n"
    )
    holding.close()


def test_a_backup_of_the_other_engine_is_refused(
    file_office: Ayala, server_office: Ayala, tmp_path: Path
) -> None:
    file_office("backup", "o.db")
    server_office("backup", "o.dump")
    assert server_office("restore", "o.db", ok=6).err == (
        "ayala: o.db is a backup of a file (SQLite); --database names a server (PostgreSQL)\n"
        "try: ayala --database PATH restore …\n"
    )
    assert file_office("restore", "o.dump", ok=6).err == (
        "ayala: o.dump is a backup of a server (PostgreSQL); --database names a file (SQLite)\n"
        "try: ayala --database postgresql://… restore …\n"
    )


def test_the_database_of_another_program_is_never_replaced(file_office: Ayala, tmp_path: Path) -> None:
    file_office("backup", "o.db")
    with contextlib.closing(raw(tmp_path / "songs.db")) as connection:
        connection.execute("CREATE TABLE song (title)")
    before = bytes_of(str(tmp_path / "songs.db"))
    done = file_office("--database", "songs.db", "restore", "o.db", "--yes", ok=6)
    assert done.err.endswith("ayala: songs.db is a database of another program\n")
    (tmp_path / "letter.db").write_text("dear colleague " * 100, encoding="utf-8")
    file_office("--database", "letter.db", "restore", "o.db", "--yes", ok=6)
    assert bytes_of(str(tmp_path / "songs.db")) == before


def test_a_folder_that_cannot_be_made_is_said(file_office: Ayala, tmp_path: Path) -> None:
    file_office("backup", "o.db")
    done = file_office("--database", "o.db/office.db", "restore", "o.db", ok=7)
    assert done.err == "ayala: o.db cannot be written: File exists\n"


def test_tables_of_another_program_on_a_server_are_never_replaced(
    server_office: Ayala, postgres: Postgres
) -> None:
    server_office("backup", "o.dump")
    with postgres.database() as url:
        psql(url, "CREATE TABLE song (title text)", "INSERT INTO song VALUES ('Көзімнің қарасы')")
        done = server_office("--database", url, "restore", "o.dump", "--yes", ok=6)
        assert "already holds tables of another program\n" in done.err
        assert psql(url, "SELECT title FROM song") == [("Көзімнің қарасы",)]
        server_office("--database", url, "backup", "p.dump", ok=6)


# --- what is there when a backup comes back ---------------------------------------------------------------


def test_an_unfinished_office_is_replaced(file_office: Ayala, tmp_path: Path) -> None:
    add(file_office)
    file_office("backup", "o.db")
    (tmp_path / "empty.db").touch()
    file_office("--database", "empty.db", "restore", "o.db")
    with contextlib.closing(raw(tmp_path / "half.db")) as connection:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
    file_office("--database", "half.db", "restore", "o.db")
    for name in ("empty.db", "half.db"):
        assert len(file_office("--database", name, "graduate", "list", "--format", "json").json()) == 1


def test_a_journal_without_its_database_is_moved_away(file_office: Ayala, tmp_path: Path) -> None:
    """SQLite would play it into the restored file."""
    add(file_office)
    file_office("backup", "o.db")
    writer = raw(tmp_path / "office.db")
    writer.execute("UPDATE graduate SET surname = 'Басқа'")
    (tmp_path / "office.db").unlink()
    assert (tmp_path / "office.db-wal").stat().st_size
    done = file_office("restore", "o.db")
    assert "what was there is kept as " in done.err
    assert (tmp_path / "office.before-restore-2026-11-23.db-wal").exists()
    assert file_office("graduate", "list", "--format", "json").json()[0]["surname"] == "Әбдіров"
    writer.close()


def test_a_missing_history_key_is_said(file_office: Ayala, tmp_path: Path) -> None:
    add(file_office)
    file_office("backup", "o.db")
    done = file_office("restore", "o.db", env={"AYALA_HISTORY_KEY": str(tmp_path / "gone.key")})
    assert f"not sealed: the history key {tmp_path / 'gone.key'} is missing\n" in done.err
    assert done.err.endswith(f"and the history key {tmp_path / 'gone.key'}, which is missing\n")


def test_what_check_finds_in_a_backup_is_shown(file_office: Ayala, tmp_path: Path) -> None:
    add(file_office)
    raw(tmp_path / "office.db").execute("UPDATE counter SET value = 0 WHERE name = 'graduate'")
    file_office("backup", "o.db")
    (tmp_path / "office.db").unlink()
    done = file_office("restore", "o.db", ok=1)
    assert re.search(r"^counter of graduate +1 ", done.out, re.MULTILINE)


@pytest.mark.parametrize("journal", ["wal", "delete"])
def test_a_reader_sees_one_office_or_the_other(file_office: Ayala, tmp_path: Path, journal: str) -> None:
    """An open snapshot goes on; the same connection sees the restored office afterwards."""
    add(file_office)
    file_office("backup", "o.db")
    add(file_office)
    with contextlib.closing(raw(tmp_path / "office.db")) as reader:
        assert reader.execute(f"PRAGMA journal_mode = {journal}").fetchone()[0] == journal
        if journal == "wal":
            reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM graduate").fetchone() == (2,)
        file_office("restore", "o.db", "--yes")
        if journal == "wal":
            assert reader.execute("SELECT count(*) FROM graduate").fetchone() == (2,)
            reader.execute("COMMIT")
        assert reader.execute("SELECT count(*) FROM graduate").fetchone() == (1,)
        assert reader.execute("PRAGMA journal_mode").fetchone()[0] == journal
        assert reader.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_reader_on_a_server_sees_one_office_or_the_other(
    server_office: Ayala, ayala_process: AyalaProcess
) -> None:
    """Whoever has begun to ask goes on with the old office; the restore waits for them."""
    from ayala.storage.asking import Asking

    add(server_office)
    server_office("backup", "o.dump")
    add(server_office)
    ayala_process.env |= server_office.env
    ask = Asking(address(server_office.database))
    assert ask.value("report", "highest_graduate") == "G-2"
    waiting = ayala_process.start("restore", "o.dump", "--yes")
    locks = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'alembic_version'::regclass"
    while psql(server_office.database, locks) == [(0,)]:
        assert waiting.process.poll() is None
        time.sleep(0.02)
    # Tables that were not asked yet are still those of the old office.
    assert ask.value("report", "counters") is not None
    assert [row["value"] for row in ask.rows("report", "counters") if row["name"] == "graduate"] == [2]
    ask.close()
    waiting.finish()
    assert graduates(server_office) == ["G-1"]


@pytest.mark.parametrize("journal", ["wal", "delete"])
def test_a_change_saved_while_the_question_stands_is_not_lost(
    file_office: Ayala, tmp_path: Path, journal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_office("backup", "o.db")
    add(file_office)
    raw(tmp_path / "office.db").execute(f"PRAGMA journal_mode = {journal}")

    def thinking(question: str, yes: bool) -> None:
        raw(tmp_path / "office.db").execute("UPDATE graduate SET note = 'meanwhile'")
        really_sure(question, yes)

    monkeypatch.setattr(backup_commands, "sure", thinking)
    done = file_office("restore", "o.db", "--yes", ok=6)
    assert done.err == (
        f"ayala: somebody changed {tmp_path / 'office.db'} meanwhile; it was left as it is\n"
        "try: the same command again\n"
    )
    assert raw(tmp_path / "office.db").execute("SELECT note FROM graduate").fetchall() == [("meanwhile",)]


def test_a_change_saved_on_a_server_meanwhile_is_not_lost(
    server_office: Ayala, monkeypatch: pytest.MonkeyPatch
) -> None:
    server_office("backup", "o.dump")
    add(server_office)

    def thinking(question: str, yes: bool) -> None:
        psql(server_office.database, "UPDATE graduate SET note = 'meanwhile'")
        really_sure(question, yes)

    monkeypatch.setattr(backup_commands, "sure", thinking)
    done = server_office("restore", "o.dump", "--yes", ok=6)
    assert "meanwhile; it was left as it is\n" in done.err
    assert psql(server_office.database, "SELECT note FROM graduate") == [("meanwhile",)]


@pytest.mark.parametrize("journal", ["wal", "delete"])
def test_a_writer_who_does_not_end_is_not_waited_for_for_ever(
    file_office: Ayala, tmp_path: Path, journal: str
) -> None:
    add(file_office)
    file_office("backup", "o.db")
    with contextlib.closing(raw(tmp_path / "office.db")) as writer:
        writer.execute(f"PRAGMA journal_mode = {journal}")
        writer.execute("BEGIN IMMEDIATE")
        done = file_office("restore", "o.db", env={"AYALA_WAIT": "0.1"}, ok=6)
    assert f"{tmp_path / 'office.db'} is busy with another command; nothing was changed\n" in done.err


def test_a_writer_on_a_server_is_not_waited_for_for_ever(server_office: Ayala) -> None:
    add(server_office)
    server_office("backup", "o.dump")
    writer = opening.connect_postgresql(server_office.database, reading=False)
    writer.execute("BEGIN")
    writer.execute("SELECT * FROM alembic_version")
    done = server_office("restore", "o.dump", env={"AYALA_WAIT": "0.1"}, ok=6)
    assert "was busy with other commands; nothing was changed\n" in done.err
    writer.close()
    assert graduates(server_office) == ["G-1"]


# --- an older office ------------------------------------------------------------------------------------


def test_an_older_backup_comes_up_to_date(
    ayala: Ayala, engine_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    older(engine_url)
    done = ayala("backup", "old.backup")
    assert "head of the history: none yet\n" in done.err
    with empty_place(ayala, request) as other:
        other("restore", "old.backup")
        assert graduates(other) == ["G-1"]
        assert [command for _, command, _ in history(other)] == [
            "restore old.backup",
            "upgrade",
            "graduate add",
        ]
        assert add(other) == "G-2"
        other("history", "verify")
        # Back over an office that has more tables than it.
        other("restore", "old.backup", "--yes")
        assert graduates(other) == ["G-1"]
        other("history", "verify")
    # Over the older office itself.
    ayala("restore", "old.backup")
    assert graduates(ayala) == ["G-1"]


def test_an_upgrade_backs_up_first(ayala: Ayala, engine_url: str, tmp_path: Path) -> None:
    older(engine_url)
    done = ayala("upgrade")
    if (path := address(engine_url).path) is not None:
        kept = path.with_name("office.before-upgrade-1.db")
    else:
        name = engine_url.partition("?")[0].rpartition("/")[2].replace("_", "-")
        folder = tmp_path / "home" / ".local" / "share" / "ayala" / "backups"
        kept = folder / f"{name}.before-upgrade-1.dump"
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert done.err == f"{address(engine_url).shown} is up to date; it had schema 1; copy: {kept}\n"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert [command for _, command, _ in history(ayala)] == ["upgrade", "graduate add"]
    ayala("restore", kept, "--yes")
    assert graduates(ayala) == ["G-1"]
    assert ayala("upgrade").err.endswith("is up to date\n")


def test_a_server_without_its_programs_is_upgraded_only_with_yes(postgres: Postgres, tmp_path: Path) -> None:
    with postgres.database() as url:
        ayala = Ayala(tmp_path, url, tmp_path / "home")
        ayala.env["PATH"] = str(tmp_path)
        older(url)
        done = ayala("upgrade", ok=2)
        assert done.err.startswith(
            "ayala: the server is not backed up first (pg_dump is not installed): is its backup of today?"
        )
        assert ayala("upgrade", "--yes").err.endswith("is up to date; it had schema 1\n")
        assert ayala("upgrade").err.endswith("is up to date\n")


def test_names_that_are_taken_are_counted_on(file_office: Ayala, tmp_path: Path) -> None:
    add(file_office)
    file_office("backup", "o.db")
    (tmp_path / "office.before-restore-2026-11-23-2.db").touch()
    for _ in range(2):
        file_office("restore", "o.db", "--yes")
    assert sorted(p.name for p in tmp_path.glob("office.before*.db")) == [
        "office.before-restore-2026-11-23-2.db",
        "office.before-restore-2026-11-23-3.db",
        "office.before-restore-2026-11-23.db",
    ]


def test_a_folder_for_copies_of_a_server_that_cannot_be_made_is_said(
    server_office: Ayala, tmp_path: Path
) -> None:
    add(server_office)
    server_office("backup", "o.dump")
    (tmp_path / "flat").touch()
    done = server_office("restore", "o.dump", env={"XDG_DATA_HOME": str(tmp_path / "flat")}, ok=7)
    assert re.match(r"ayala: \S+backups cannot be (made|written): ", done.err)
    with pytest.raises(backup.NotWritable, match="cannot be made"):
        backup.server_copy(address(server_office.database), tmp_path / "flat" / "x", "before")


# --- PostgreSQL's programs --------------------------------------------------------------------------------


def fake(folder: Path, name: str, script: str) -> None:
    folder.mkdir(exist_ok=True)
    program = folder / name
    program.write_text(f"#!{sys.executable}\nimport os, sys\n{script}\n", encoding="utf-8")
    program.chmod(0o700)


def before_on_path(ayala: Ayala, folder: Path) -> dict[str, str | None]:
    return {"PATH": f"{folder}{os.pathsep}{ayala.env['PATH']}"}


def test_an_older_pg_dump_is_refused(server_office: Ayala, tmp_path: Path) -> None:
    for said in ("pg_dump (PostgreSQL) 9.6.24", "what?"):
        fake(tmp_path / "bin", "pg_dump", f"print({said!r})")
        done = server_office("backup", "o.dump", env=before_on_path(server_office, tmp_path / "bin"), ok=7)
        assert re.fullmatch(
            rf"ayala: pg_dump is older than the server: {re.escape(said)}, server (\d+)\n"
            r"try: install PostgreSQL's client programs \1 and put them on the PATH\n",
            done.err,
        )


def test_a_pg_dump_that_fails_is_quoted_in_one_line(server_office: Ayala, tmp_path: Path) -> None:
    version = "print('pg_dump (PostgreSQL) 99.0') if '--version' in sys.argv else "
    for deed, sentence in (
        ("'pg_dump: error: connection refused\\nmore'", "pg_dump failed: connection refused\n"),
        ("'could not write: No space left on device'", "the disk is full; nothing was changed\n"),
        ("3", "pg_dump failed: exit 3\n"),
    ):
        fake(tmp_path / "bin", "pg_dump", f"{version}sys.exit({deed})")
        done = server_office("backup", "o.dump", env=before_on_path(server_office, tmp_path / "bin"), ok=7)
        assert done.err == f"ayala: {sentence}"
        assert left_behind(tmp_path) == []


def test_an_older_pg_restore_is_refused(server_office: Ayala, tmp_path: Path) -> None:
    server_office("backup", "o.dump")
    fake(
        tmp_path / "bin",
        "pg_restore",
        "sys.exit('pg_restore: error: unsupported version (1.99) in file header')",
    )
    done = server_office("restore", "o.dump", env=before_on_path(server_office, tmp_path / "bin"), ok=7)
    assert done.err.startswith("ayala: pg_restore is older than the pg_dump that made o.dump\ntry: install")


def test_a_pg_restore_that_ends_early_is_noticed(server_office: Ayala, tmp_path: Path) -> None:
    """It lists the archive, and stops in the middle of its rows."""
    add(server_office)
    server_office("backup", "o.dump")
    real = shutil.which("pg_restore", path=server_office.env["PATH"])
    fake(
        tmp_path / "bin",
        "pg_restore",
        f"""
import subprocess
done = subprocess.run([{real!r}, *sys.argv[1:]], capture_output=True)
whole = "--list" in sys.argv
sys.stdout.buffer.write(done.stdout if whole else done.stdout.partition(b"COPY public.change")[0] + b"COPY public.x (a) FROM stdin;\\n1\\n")
sys.exit(0 if whole else 1)
""",
    )
    done = server_office("restore", "o.dump", env=before_on_path(server_office, tmp_path / "bin"), ok=6)
    assert done.err == (
        "ayala: o.dump is damaged: pg_restore cannot read it to its end\ntry: another backup\n"
    )
    assert graduates(server_office) == ["G-1"]


def test_an_archive_without_an_office_is_refused(
    server_office: Ayala, postgres: Postgres, tmp_path: Path
) -> None:
    with postgres.database() as url:
        psql(url, "CREATE TABLE song (title text)")
        program = shutil.which("pg_dump", path=server_office.env["PATH"])
        subprocess.run([str(program), "--format=custom", "--file", tmp_path / "songs.dump", url], check=True)
    done = server_office("restore", "songs.dump", ok=6)
    assert done.err == "ayala: songs.dump holds no office\n"


def test_a_password_is_on_no_command_line(server_office: Ayala, tmp_path: Path) -> None:
    real = shutil.which("pg_dump", path=server_office.env["PATH"])
    fake(
        tmp_path / "bin",
        "pg_dump",
        f"""
open({str(tmp_path / "told")!r}, "a").write(" ".join(sys.argv) + "\\n" + os.environ.get("PGPASSWORD", "-") + "\\n")
os.execv({real!r}, sys.argv)
""",
    )
    url = server_office.database.replace("postgres@", "postgres:qupiya-soz@")
    several = url.replace("host=", "target_session_attrs=read-write&host=/nowhere,")
    for place in (url, several):
        server_office(
            "--database", place, "backup", "o.dump", env=before_on_path(server_office, tmp_path / "bin")
        )
    lines = (tmp_path / "told").read_text(encoding="utf-8").splitlines()
    assert lines[3::4] == ["qupiya-soz", "qupiya-soz"]
    assert not [line for line in lines[2::4] if "qupiya" in line or "nowhere" in line]


def test_rights_come_back_as_far_as_their_roles_are_there(
    server_office: Ayala, postgres: Postgres, tmp_path: Path
) -> None:
    admin = postgres.admin
    admin.execute("CREATE ROLE statistics_office")
    admin.execute("CREATE ROLE newspaper")
    try:
        psql(server_office.database, "GRANT SELECT ON graduate TO statistics_office, newspaper")
        server_office("backup", "o.dump")
        psql(server_office.database, "REVOKE ALL ON graduate FROM newspaper, statistics_office")
        admin.execute("DROP ROLE newspaper")
        done = server_office("restore", "o.dump")
        assert "this server has no role newspaper, so it was given no rights\n" in done.err
        asked = "SELECT has_table_privilege('statistics_office', 'graduate', 'SELECT')"
        assert psql(server_office.database, asked) == [(True,)]
    finally:
        admin.execute(
            f"DROP DATABASE {server_office.database.partition('@/')[2].partition('?')[0]} WITH (FORCE)"
        )
        admin.execute(f"CREATE DATABASE {server_office.database.partition('@/')[2].partition('?')[0]}")
        admin.execute("DROP ROLE IF EXISTS newspaper")
        admin.execute("DROP ROLE statistics_office")


def test_the_admin_restores_and_a_clerk_may_not(
    server_office: Ayala, postgres: Postgres, tmp_path: Path
) -> None:
    admin = postgres.admin
    name = server_office.database.partition("@/")[2].partition("?")[0]
    try:
        server_office("init", "--roles")
        for login, role in (("aigul", "clerk"), ("nurlan", "reader"), ("dina", "admin")):
            admin.execute(f"CREATE ROLE {login} LOGIN IN ROLE ayala_{role}")
        add(server_office)

        def as_(login: str, *words: str, **more: Any) -> Any:
            return server_office(
                "--database", server_office.database.replace("postgres@", f"{login}@"), *words, **more
            )

        as_("nurlan", "backup", "o.dump")
        done = as_("aigul", "restore", "o.dump", ok=6)
        assert "does not allow this user to do that; nothing was changed\n" in done.err
        assert done.err.endswith("of ayala_admin to upgrade, erase or restore\n")
        as_("dina", "restore", "o.dump")
        assert psql(
            server_office.database, "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'"
        ) == [("ayala_admin",)]
        as_(
            "aigul",
            "graduate",
            "add",
            "--surname",
            "Ә",
            "--given-name",
            "Ғ",
            "--born",
            "1998-03-15",
            "--sex",
            "M",
        )
        as_("nurlan", "history", "verify")
    finally:
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {name}")
        for role in ("aigul", "nurlan", "dina", "ayala_reader", "ayala_clerk", "ayala_admin"):
            admin.execute(f"DROP ROLE IF EXISTS {role}")


def test_a_view_built_upon_the_office_stops_a_restore(server_office: Ayala) -> None:
    server_office("backup", "o.dump")
    psql(server_office.database, "CREATE VIEW people AS SELECT surname FROM graduate")
    done = server_office("restore", "o.dump", ok=6)
    assert "something else is built upon the office's tables; nothing was changed\n" in done.err
    assert graduates(server_office) == []


def test_tables_that_are_not_the_offices_stay(server_office: Ayala) -> None:
    server_office("backup", "o.dump")
    psql(server_office.database, "CREATE TABLE note (line text)", "INSERT INTO note VALUES ('mine')")
    server_office("restore", "o.dump")
    assert psql(server_office.database, "SELECT line FROM note") == [("mine",)]


def test_another_schema_is_said(server_office: Ayala, postgres: Postgres) -> None:
    server_office("backup", "o.dump")
    with postgres.database() as url:
        psql(url, "CREATE SCHEMA office")
        inside = f"{url}&options=-csearch_path%3Doffice,public"
        done = server_office("--database", inside, "restore", "o.dump", ok=6)
        assert "o.dump is of the schema public, " in done.err
        assert " leads to office\n" in done.err
        server_office("--database", inside, "init")
        server_office("--database", inside, "backup", "p.age", "--encrypt-to", OFFICE.to_public())
        server_office("--database", inside, "restore", "p.age", "--identity", "-", stdin=str(OFFICE))
        assert psql(url, "SELECT DISTINCT schemaname FROM pg_tables WHERE tablename = 'graduate'") == [
            ("office",)
        ]


@pytest.mark.parametrize(
    ("error", "kind", "sentence"),
    [
        ("OperationalError", DatabaseUnreachable, "the connection to … was lost; nothing was changed"),
        ("AdminShutdown", DatabaseUnreachable, "the connection to … was lost; nothing was changed"),
        ("DeadlockDetected", DatabaseBusy, "… was busy with other commands; nothing was changed"),
        ("InsufficientPrivilege", NotAllowed, "… does not allow this user to do that; nothing was changed"),
        ("DiskFull", DiskFull, "…: the disk is full; nothing was changed"),
        ("DataCorrupted", DatabaseProblem, "…: the database refused (XX001); nothing was changed"),
    ],
)
def test_what_a_server_refuses_is_said_in_words(error: str, kind: type[Exception], sentence: str) -> None:
    import psycopg

    said = server_archive.refused(
        getattr(psycopg.errors, error, psycopg.OperationalError)("980315300005"), "…"
    )
    assert (type(said), str(said)) == (kind, sentence)


def test_a_server_that_refuses_is_understood_wherever_it_does(
    server_office: Ayala, monkeypatch: pytest.MonkeyPatch
) -> None:
    import psycopg

    def refuse(*_: Any) -> Any:
        raise psycopg.errors.DataCorrupted("980315300005")

    server_office("backup", "o.dump")
    for module, name, words in (
        (server_archive, "_counts", ("backup", "p.dump")),
        (restoring, "changes_of", ("restore", "o.dump")),
        (restoring, "_drop", ("restore", "o.dump")),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(module, name, refuse)
            done = server_office(*words, ok=6)
        assert done.err.endswith(": the database refused (XX001); nothing was changed\n")


def test_a_connection_lost_at_the_end_is_said_in_words(
    server_office: Ayala, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_off(writing: Any, *_: Any) -> None:
        writing.session.connection().exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")

    server_office("backup", "o.dump")
    monkeypatch.setattr(restoring, "record_change", break_off)
    done = server_office("restore", "o.dump", ok=6)
    assert "was lost" in done.err
    assert graduates(server_office) == []


# --- interrupted -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("moment", ["before", "after"])
def test_ctrl_c_says_whether_the_backup_came_back(
    file_office: Ayala, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    add(file_office)
    file_office("backup", "o.db")
    (tmp_path / "office.db").unlink()

    def interrupted(part: Path, to: Path) -> None:
        if moment == "after":
            archive.put(part, to)
        raise KeyboardInterrupt

    monkeypatch.setattr(restoring, "put", interrupted)
    done = file_office("restore", "o.db", ok=130)
    state = "the change is saved" if moment == "after" else "nothing was changed"
    assert done.err.splitlines()[-1] == f"ayala: interrupted; {state}"
    assert (tmp_path / "office.db").exists() == (moment == "after")


def test_ctrl_c_before_anything_was_done_says_so(file_office: Ayala, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    add(file_office)
    file_office("backup", "o.db")
    monkeypatch.setattr(making, "bring_up", interrupted)
    done = file_office("restore", "o.db", ok=130)
    assert done.err.splitlines()[-1] == "ayala: interrupted; nothing was changed"


@pytest.mark.parametrize("saved", [True, False])
def test_an_answer_lost_while_saving_is_looked_up(
    server_office: Ayala, monkeypatch: pytest.MonkeyPatch, saved: bool
) -> None:
    import psycopg

    from ayala.storage.server import Server

    add(server_office)
    server_office("backup", "o.dump")
    add(server_office)
    commit = Server.commit
    lost: list[bool] = []

    def losing(self: Server) -> None:
        if lost or self.execute("SELECT to_regclass('change')").fetchone() is None:
            return commit(self)
        lost.append(True)
        if saved:
            commit(self)
        else:
            self.rollback()
        self.close()
        raise psycopg.OperationalError("the connection is lost")

    monkeypatch.setattr(Server, "commit", losing)
    done = server_office("restore", "o.dump", "--yes", ok=0 if saved else 6)
    assert lost
    assert ("restored " in done.err) == saved
    assert graduates(server_office) == (["G-1"] if saved else ["G-1", "G-2"])


# --- killed -----------------------------------------------------------------------------------------------

# Runs the program, and kills it in the middle of one of its own functions.
KILLED = """
import os, signal, sys
from ayala.storage import {module} as there
whole = there.{name}
def kill(*args, **more):
    {before}
    os.kill(os.getpid(), signal.SIGKILL)
there.{name} = kill
from ayala.cli import main
main(sys.argv[1:])
"""


def killed(ayala: Ayala, module: str, name: str, *words: str, before: str = "") -> None:
    script = KILLED.format(module=module, name=name, before=before)
    done = subprocess.run(
        [sys.executable, "-c", script, *words],
        env=ayala.env | {"PYTHONPATH": str(ROOT)},
        cwd=ayala.folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    assert done.returncode == -9, done.stderr.decode()


@pytest.mark.parametrize("journal", ["wal", "delete"])
def test_kill_9_in_the_middle_of_a_restore_leaves_the_old_office(
    file_office: Ayala, tmp_path: Path, journal: str
) -> None:
    """Killed while all pages but one are written and nothing is committed."""
    add(file_office)
    file_office("backup", "o.db")
    add(file_office)
    raw(tmp_path / "office.db").execute(f"PRAGMA journal_mode = {journal}")
    half = "source, target, witness = args[1:]; " + (
        "return_ = source.backup(target, pages=source.execute('PRAGMA page_count').fetchone()[0] - 1,"
        " progress=lambda *_: os.kill(os.getpid(), signal.SIGKILL))"
    )
    killed(file_office, "restoring", "Restoring._copy_all", "restore", "o.db", "--yes", before=half)
    assert graduates(file_office) == ["G-1", "G-2"]
    file_office("check")
    file_office("history", "verify")
    assert len(left_behind(tmp_path)) == 1
    file_office("restore", "o.db", "--yes")
    assert graduates(file_office) == ["G-1"]


def test_kill_9_in_the_middle_of_a_servers_restore_leaves_the_old_office(server_office: Ayala) -> None:
    add(server_office)
    server_office("backup", "o.dump")
    add(server_office)
    killed(server_office, "restoring", "record_change", "restore", "o.dump", "--yes")
    assert graduates(server_office) == ["G-1", "G-2"]
    server_office("history", "verify")


def test_what_a_killed_backup_left_is_removed_by_the_next(file_office: Ayala, tmp_path: Path) -> None:
    """Its plain copy of the office, too; that of a backup which still runs is not touched."""
    file_office("backup", "o.db")
    old = (tmp_path / "o.db").read_bytes()
    add(file_office)
    killed(file_office, "backup", "put", "backup", "o.db")
    assert (tmp_path / "o.db").read_bytes() == old
    (room,) = left_behind(tmp_path)
    file_office("backup", "o.db")
    assert left_behind(tmp_path) == [room]  # too young to be sure
    an_hour_ago = time.time() - 3600
    os.utime(tmp_path / room, (an_hour_ago, an_hour_ago))
    busy = tmp_path / f"{archive._ROOM}busy"
    busy.mkdir()
    held = archive._hold(busy)
    os.utime(busy, (an_hour_ago, an_hour_ago))
    file_office("backup", "o.db")
    assert left_behind(tmp_path) == [busy.name]
    assert held is not None
    os.close(held)
    file_office("backup", "o.db")
    assert left_behind(tmp_path) == []


def test_a_system_without_locks_sweeps_nothing(
    file_office: Ayala, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = tmp_path / f"{archive._ROOM}left"
    room.mkdir()
    os.utime(room, (0, 0))
    monkeypatch.setitem(sys.modules, "fcntl", None)
    file_office("backup", "o.db")
    assert left_behind(tmp_path) == [room.name]


def test_a_backup_loads_no_orm(ayala_process: AyalaProcess, file_office: Ayala) -> None:
    script = "import sys; from ayala.cli import main; main(['backup', 'o.db']); print(sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=ayala_process.env,
        cwd=ayala_process.folder,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "sqlalchemy" not in json.dumps(done.stdout)
    assert "pyrage" not in done.stdout
