"""Power cuts at any moment: what was acknowledged is there afterwards, nothing is half there.

The statements are those that the program itself executes, recorded while it works, and executed again on a
simulated disk (``power.py``) by connections that the program's own recipe has opened.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ayala.storage import opening
from tests.conftest import Templates
from tests.faults.power import Disk, Recorder, cuts
from tests.figures import Figures, rounds
from tests.program import Ayala

CUTS = rounds(ci=2_000, soak=50_000)
PEOPLE = 12
SEED = 20261123

Work = list[list[str]]
"""The statements of each command, without those that open the connection."""


def heard(statements: list[str]) -> Callable[[str], None]:
    """Takes down what a connection executes; a statement that fires triggers is told once for each."""

    def hear(statement: str) -> None:
        if statement not in statements[-1:]:
            statements.append(statement)

    return hear


@pytest.fixture(scope="module")
def work(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Work]:
    """An office as ``ayala init`` makes it, and what some dozens of commands write into it."""
    folder = tmp_path_factory.mktemp("recorded")
    shutil.copytree(templates.sqlite, folder, dirs_exist_ok=True)
    begun = folder / "begun.db"
    shutil.copy(folder / "office.db", begun)
    ayala = Ayala(folder, str(folder / "office.db"), folder / "home")
    written: Work = []
    prepare = opening.prepare_sqlite

    def traced(connection: Any, *, reading: bool) -> None:
        prepare(connection, reading=reading)
        if not reading:
            written.append([])
            connection.set_trace_callback(heard(written[-1]))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opening, "prepare_sqlite", traced)
        for n in range(1, PEOPLE + 1):
            name = ("--surname", f"Арыстан{n}", "--given-name", "Дана")
            ayala("graduate", "add", *name, "--born", "2004-05-06", "--sex", "F")
            ayala(
                "appeal", "add", f"G-{n}", "--topic", "housing", "--topic", "legal", "--text", "сұрақ " * 200
            )
            ayala("graduate", "edit", f"G-{n}", "--region", "75", "--address", "Абай көшесі, 5-үй")
            ayala("appeal", "answer", str(n), "--decision", "explained")
    assert all(statements[-1] == "COMMIT" for statements in written)
    return begun, written


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory, where the system has one."""
    shared = Path("/dev/shm")
    if not os.access(shared, os.W_OK):
        yield tmp_path
        return
    folder = shared / f"ayala-{os.getpid()}-{tmp_path.name}"
    folder.mkdir()
    yield folder
    shutil.rmtree(folder)


def digest(connection: Any) -> str:
    """All rows of all tables, as one short text."""
    found = hashlib.blake2b(digest_size=16)
    tables = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
    ).fetchall()
    for (table,) in tables:
        found.update(repr([tuple(row) for row in connection.execute(f"SELECT * FROM {table}")]).encode())
    return found.hexdigest()


def put(path: Path, files: dict[str, bytes]) -> None:
    """Let these files lie there, and nothing else of the database."""
    for end in ("", "-wal", "-shm", "-journal"):
        Path(f"{path}{end}").unlink(missing_ok=True)
    for name, content in files.items():
        Path(name).write_bytes(content)


def recovered(path: Path) -> bytes:
    """The database file after SQLite has put right what the cut has left."""
    connection = opening.sqlite().connect(str(path))
    try:
        connection.execute("PRAGMA user_version").fetchone()
    finally:
        connection.close()
    return path.read_bytes()


class States:
    """The states after each command, known by their rows and, which is quicker to tell, by their bytes."""

    def __init__(self) -> None:
        self.rows: dict[str, int] = {}
        self.bytes: dict[bytes, int] = {}

    def add(self, path: Path) -> None:
        """What lies there now is the next state, whether its rows are still in the journal or not."""
        files = {str(file): file.read_bytes() for file in (path, Path(f"{path}-wal")) if file.exists()}
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            copy = Path(folder) / path.name
            put(copy, {str(copy) + name.removeprefix(str(path)): content for name, content in files.items()})
            connection = opening.sqlite().connect(str(copy))
            number = len(self.rows)
            assert self.rows.setdefault(digest(connection), number) == number
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            connection.close()
            self.bytes[recovered(copy)] = number

    def find(self, path: Path) -> int | None:
        """Which state a cut has left; none if it is a part of one. Raises the error of a damaged file."""
        number = self.bytes.get(recovered(path))
        if number is not None:
            return number
        connection = opening.sqlite().connect(str(path))
        try:
            if connection.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                raise opening.sqlite().DatabaseError("not sound")
            return self.rows.get(digest(connection))
        finally:
            connection.close()


def replayed(path: Path, work: Work, synchronous: str | None) -> tuple[Recorder, States]:
    """Execute the work through a recorder; the states before, between and after the commands.

    In the second half another connection stays open, as on a desk beside, so that a WAL grows over commands.
    """
    recorder = Recorder(path)
    beside = None
    states = States()
    states.add(path)
    for number, statements in enumerate(work):
        connection = recorder.connect(path)
        opening.prepare_sqlite(connection, reading=False)
        if synchronous:
            connection.execute(f"PRAGMA synchronous = {synchronous}")
        for statement in statements:
            connection.execute(statement)
        recorder.note("saved", number + 1)
        states.add(path)
        if beside is None and number > len(work) / 2:
            beside = recorder.connect(path)
            beside.execute("SELECT count(*) FROM change").fetchall()
        connection.close()
    if beside:
        beside.close()
    return recorder, states


@pytest.mark.parametrize(
    ("journal", "synchronous", "count"),
    [
        ("WAL", None, CUTS),
        ("DELETE", None, CUTS),
        # Widely advised settings that lose what was acknowledged, and one that damages the file: the simulated
        # disk must show it.
        ("WAL", "NORMAL", CUTS // 10),
        ("DELETE", "FULL", CUTS // 10),
        ("WAL", "OFF", CUTS // 20),
    ],
)
def test_a_power_cut_takes_no_acknowledged_work(
    work: tuple[Path, Work],
    journal: str,
    synchronous: str | None,
    count: int,
    memory: Path,
    figures: Figures,
) -> None:
    begun, written = work
    path = memory / "office.db"
    shutil.copy(begun, path)
    connection = opening.open_sqlite(path, reading=False)
    assert connection.execute(f"PRAGMA journal_mode = {journal}").fetchone() == (journal.lower(),)
    connection.close()
    connection = opening.open_sqlite(path, reading=False)
    (level,) = connection.execute("PRAGMA synchronous").fetchone()
    connection.close()
    before = path.read_bytes()

    recorder, states = replayed(path, written, synchronous)
    rng = random.Random(SEED)
    lost = partial = corrupt = 0
    saved = [event.file if event.what == "saved" else 0 for event in recorder.events]
    disk = Disk({str(path): before})
    acknowledged = [0]
    for number in saved:
        acknowledged.append(number or acknowledged[-1])
    for moment, files in cuts(disk, recorder.events, count, rng):
        put(path, files)
        try:
            found = states.find(path)
        except opening.sqlite().Error:
            corrupt += 1
            continue
        partial += found is None
        lost += found is not None and found < acknowledged[moment]
    named = synchronous or {2: "FULL", 3: "EXTRA"}[level]
    figures(f"power cuts, {journal} {named}", cuts=count, lost=lost, partial=partial, corrupt=corrupt)
    if synchronous is None:
        assert (lost, partial, corrupt) == (0, 0, 0), f"seed {SEED}"
    else:
        assert lost > 0
        assert (corrupt > 0) is (synchronous == "OFF")
