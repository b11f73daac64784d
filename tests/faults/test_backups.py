"""Backups beside those who work, and backup and restore killed at any moment."""

from __future__ import annotations

import itertools
import json
import os
import random
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ayala.storage import archive, backup, server_archive
from ayala.storage.opening import address
from tests.conftest import database_of
from tests.faults.forking import Crew, Nursery, Worker
from tests.figures import Figures, rounds
from tests.postgres import Postgres

WRITERS = 4
ADDS = rounds(ci=15, soak=400)
BACKUPS = rounds(ci=4, soak=60)
KILLS = rounds(ci=8, soak=300)

ADD = (
    "graduate",
    "add",
    "--surname",
    "Әбдіров",
    "--given-name",
    "Ғани",
    "--born",
    "1998-03-15",
    "--sex",
    "M",
)

NUMBERS = itertools.count(1)


def another() -> tuple[str, ...]:
    """The command that registers one more person, of a name with a number."""
    return (*ADD[:3], f"Әбдіров-{next(NUMBERS)}", *ADD[4:])


@pytest.fixture
def crew(
    request: pytest.FixtureRequest, nursery: Nursery, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Crew]:
    """Workers that find PostgreSQL's own programs, where the test is on a server; so does the test."""
    database = database_of(request, tmp_path)
    gathered = Crew(nursery, tmp_path, database)
    if address(database).path is None:
        server: Postgres = request.getfixturevalue("postgres")
        gathered.env["PATH"] = f"{server.ground.binaries}{os.pathsep}{gathered.env['PATH']}"
        monkeypatch.setenv("PATH", gathered.env["PATH"])
    yield gathered
    gathered.close()


def contents(file: Path, room: Path) -> archive.Contents:
    """What a backup holds, its checksum and all of it proven."""
    plain = room / "plain"
    shutil.copy(file, plain)
    assert archive.take_checksum(plain, file)
    engine = archive.kind_of(plain)
    return server_archive.read(plain, file) if engine == "postgresql" else backup.examine(plain, file)


def graduates(desk: Worker) -> set[str]:
    return {row["code"] for row in json.loads(desk("graduate", "list", "--format", "json").out)}


def test_backups_beside_writers_are_whole(
    crew: Crew, office_db: str, tmp_path: Path, figures: Figures
) -> None:
    """Each has all that was saved before it began, and of what was saved meanwhile no half."""
    desk = crew.worker()
    names = [tmp_path / f"{number}.backup" for number in range(BACKUPS)]
    work = [[another() for _ in range(ADDS)] for _ in range(WRITERS)]
    done = crew.work_off([*work, [("backup", name) for name in names]])
    adds = [run.expect(0) for run in done if run.args[0] == "graduate"]
    taken = [run.expect(0) for run in done if run.args[0] == "backup"]
    assert len(adds) == WRITERS * ADDS
    assert len({run.out for run in adds}) == len(adds)
    saved = {run.out.strip(): run.sent + run.marks["end"] for run in done if run.args[0] == "graduate"}
    overlapped = 0
    for run in taken:
        before = {code for code, at in saved.items() if at < run.sent}
        begun = [
            other
            for other in done
            if other.args[0] == "graduate" and other.sent < run.sent + run.marks["end"]
        ]
        found = contents(Path(run.args[1]), tmp_path)
        assert len(before) <= found.rows["graduate"] <= len(begun)
        assert found.rows["graduate"] == found.rows["change"] == len(found.changes)
        overlapped += len(begun) - len(before)
    last = max(taken, key=lambda run: run.sent)
    before = {code for code, at in saved.items() if at < last.sent}
    desk("restore", last.args[1], "--yes", "--quiet")
    assert before <= graduates(desk) <= saved.keys()
    desk("history", "verify")
    engine = address(office_db).engine
    figures(f"backups beside writers, {engine}", backups=len(taken), beside=overlapped, lost=0, halves=0)


def test_a_killed_backup_leaves_a_whole_one(
    crew: Crew, office_db: str, tmp_path: Path, figures: Figures
) -> None:
    desk = crew.worker()
    desk(*another())
    file = tmp_path / "o.backup"
    longest = desk("backup", file).marks["end"]
    killed = new = 0
    for _ in range(KILLS):
        desk(*another())
        old = file.read_bytes()
        other = crew.worker()
        other.send("backup", file)
        time.sleep(random.uniform(0, longest))
        other.kill()
        killed += other.result().killed
        new += file.read_bytes() != old
        found = contents(file, tmp_path)
        assert found.rows["graduate"] == found.rows["change"]
    assert graduates(desk) == {f"G-{number}" for number in range(1, KILLS + 2)}
    figures(f"kill -9 in a backup, {address(office_db).engine}", kills=killed, new_file=new, broken=0)


def test_a_killed_restore_leaves_one_office_or_the_other(
    crew: Crew, office_db: str, tmp_path: Path, figures: Figures
) -> None:
    desk = crew.worker()
    desk(*another())
    file = tmp_path / "o.backup"
    desk("backup", file)
    longest = desk("restore", file).marks["end"]
    killed = back = 0
    for _ in range(KILLS):
        desk(*another())
        before = graduates(desk)
        other = crew.worker()
        other.send("restore", file, "--yes")
        time.sleep(random.uniform(longest / 3, longest * 1.1))
        other.kill()
        killed += other.result().killed
        after = graduates(desk)
        assert after in ({"G-1"}, before)
        back += after == {"G-1"}
        desk("check", "--quiet")
        desk("history", "verify", "--quiet")
    figures(f"kill -9 in a restore, {address(office_db).engine}", kills=killed, restored=back, broken=0)
