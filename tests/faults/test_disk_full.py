"""A disk that is full at any byte: one clear line, nothing half there, and the same command works afterwards."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Set
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

import pytest

from ayala.storage import opening
from ayala.storage.loading import LARGE
from tests.conftest import Templates
from tests.faults.forking import Crew, Nursery, Outcome
from tests.faults.invented import asked, people
from tests.figures import Figures, rounds

SEED = 20261123
ROWS = 300
MORE = LARGE + 100
"""Rows of the import that the disk has no room for: many enough for triggers and indexes to be set aside."""
ADD = ("graduate", "add", "--surname", "Әлиева", "--given-name", "Дана", "--born", "2004-05-06", "--sex", "F")
OLD = "what lay there before\n"

Room = Callable[[int], AbstractContextManager[int | None]]
"""Leaves so many bytes; gives the limit for the worker's files, or None where the disk itself is full."""


def clear(done: Outcome) -> None:
    """Nothing but one line that says what is wrong, and perhaps one that helps."""
    assert done.code in (6, 7), done
    said, *hint = done.err.splitlines()
    assert said.startswith("ayala: "), done.err
    assert "bug" not in said, done.err
    assert len(hint) <= 1, done.err
    assert all(line.startswith("try: ") for line in hint), done.err


class Office:
    """An office whose disk can be full, and which is as it was before each command."""

    def __init__(self, crew: Crew, room: Room) -> None:
        self.crew = crew
        self.room = room
        self.folder = crew.folder
        self.database = self.folder / "office.db"
        self.base = self.folder / "base.db"
        self.out = self.folder / "out"
        self.whole = self.folder / "whole"
        self.desk = crew.worker()
        self.desk("import", people(self.folder / "first.csv", 1, ROWS))
        shutil.copy(self.database, self.base)
        self.counted = self.counts()
        self.commands = {
            "import": ("import", people(self.folder / "more.csv", ROWS + 1, MORE)),
            "add": ADD,
            "export": ("export", self.out),
            "report": ("report", "summary", "2026", "--output", self.out / "summary.txt"),
        }
        self.needs = {name: self.needed(name) for name in ("import", "add")}
        self.desk("export", self.whole)
        self.desk("report", "summary", "2026", "--output", self.whole / "summary.txt")
        self.files = {path.name: path.read_text() for path in self.whole.iterdir()}
        self.needs["export"] = max(path.stat().st_size for path in self.whole.iterdir())
        self.needs["report"] = (self.whole / "summary.txt").stat().st_size
        self.out.mkdir()

    def needed(self, name: str) -> int:
        """The bytes that a change writes into one file: those of the WAL, which somebody beside keeps there."""
        with self.somebody_beside():
            self.desk(*self.commands[name])
            size = Path(f"{self.database}-wal").stat().st_size
        self.reset()
        return size

    @contextmanager
    def somebody_beside(self) -> Iterator[None]:
        """Another desk has the office open, so its files are there already."""
        connection = opening.open_sqlite(self.database, reading=True)
        connection.execute("SELECT count(*) FROM change").fetchone()
        try:
            yield
        finally:
            connection.close()

    def counts(self) -> tuple[int, int]:
        """Graduates and changes on record."""
        sql = "SELECT (SELECT count(*) FROM graduate), (SELECT count(*) FROM change)"
        ((graduates, changes),) = asked(str(self.database), sql)
        return graduates, changes

    def reset(self) -> None:
        """The office as it was."""
        for end in ("-wal", "-shm"):
            Path(f"{self.database}{end}").unlink(missing_ok=True)
        shutil.copy(self.base, self.database)

    def fails(self, name: str, rng: random.Random) -> bool:
        """Whether a command fails with so much room; either way nothing is half there, and it works after."""
        self.reset()
        for file in self.files:
            (self.out / file).write_text(OLD)
        beside = self.somebody_beside() if rng.random() < 0.7 else nullcontext()
        with beside, self.room(rng.randint(0, int(self.needs[name] * 1.2))) as limit:
            self.desk.send(*self.commands[name], largest_file=limit)
            done = self.desk.result()
        saved = {"import": (MORE, 1), "add": (1, 1)}.get(name, (0, 0))
        names = {"export": self.files.keys() - {"summary.txt"}, "report": {"summary.txt"}}.get(
            name, frozenset()
        )
        if done.code:
            clear(done)
            self.is_there((0, 0), frozenset(), names, done)
            done = self.desk(*self.commands[name])
            self.is_there(saved, names, frozenset(), done)
            return True
        self.is_there(saved, names, frozenset(), done)
        return False

    def is_there(self, added: tuple[int, int], new: Set[str], either: Set[str], done: Outcome) -> None:
        """Exactly these rows are added; these files are new, those new or old, the others old, and no more."""
        before, after = self.counted, self.counts()
        assert (after[0] - before[0], after[1] - before[1]) == added, done
        assert asked(str(self.database), "PRAGMA integrity_check") == [("ok",)], done
        found = {path.name: path.read_text() for path in self.out.iterdir()}
        for name, fresh in self.files.items():
            allowed = {fresh} if name in new else {fresh, OLD} if name in either else {OLD}
            assert found.pop(name, None) in allowed, (name, done)
        assert not found, done


@contextmanager
def small_disk(folder: Path) -> Iterator[Room]:
    """A file system in memory with 32 MB, mounted on the folder; its room is taken by another file."""
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=32m", "none", folder], check=True, capture_output=True
    )

    @contextmanager
    def leave(left: int) -> Iterator[None]:
        other = folder / "other"
        free = os.statvfs(folder)
        try:
            with other.open("wb") as stream:
                os.posix_fallocate(stream.fileno(), 0, max(1, free.f_bavail * free.f_bsize - left))
            yield None
        finally:
            other.unlink()

    try:
        yield leave
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True, capture_output=True)


@contextmanager
def limited(folder: Path) -> Iterator[Room]:
    """No file of the command grows beyond the limit."""
    yield nullcontext


@pytest.mark.parametrize(
    ("disk", "tries"),
    [(limited, rounds(ci=50, soak=1_000)), (small_disk, rounds(ci=12, soak=200))],
    ids=["limit", "tmpfs"],
)
def test_a_full_disk_is_said_and_leaves_nothing_half(
    disk: Callable[[Path], AbstractContextManager[Room]],
    tries: int,
    nursery: Nursery,
    templates: Templates,
    tmp_path: Path,
    figures: Figures,
    request: pytest.FixtureRequest,
) -> None:
    if disk is small_disk and not (sys.platform == "linux" and os.geteuid() == 0):
        pytest.skip("only root can mount a small file system")
    rng = random.Random(SEED)
    with disk(tmp_path) as room:
        shutil.copytree(templates.sqlite, tmp_path, dirs_exist_ok=True)
        crew = Crew(nursery, tmp_path, str(tmp_path / "office.db"))
        try:
            office = Office(crew, room)
            failed: Counter[str] = Counter()
            for number in range(tries):
                name = list(office.commands)[number % len(office.commands)]
                failed[name] += office.fails(name, rng)
            office.desk("check")
        finally:
            crew.close()
    assert min(failed[name] for name in office.commands) > 0, failed
    figures(
        f"full disk, {request.node.callspec.id}",
        tries=tries,
        failed_clearly=failed.total(),
        half_written=0,
        **failed,
    )
