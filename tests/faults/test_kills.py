"""``kill -9`` at any moment: what was acknowledged is there afterwards, nothing is half there, a rerun completes."""

from __future__ import annotations

import itertools
import random
import shutil
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import pytest
from alembic import command
from alembic.config import Config

from ayala.errors import AyalaError
from ayala.storage import opening
from ayala.storage.database import engine_for
from ayala.storage.loading import LARGE
from ayala.storage.making import MIGRATIONS
from ayala.storage.opening import address
from tests.faults.forking import Crew, Outcome
from tests.faults.invented import asked, people
from tests.figures import Figures, rounds

SEED = 20261123
ROWS = 200
TIMES = rounds(ci=1, soak=15)
MARKS = ("start", "begin", "commit", "saved", "end")


@dataclass
class Killing:
    """Commands of one kind, killed one after the other; what was found, and where the kills landed."""

    crew: Crew
    url: str
    rng: random.Random = field(default_factory=lambda: random.Random(SEED))
    usual: dict[str, float] = field(default_factory=dict)
    landed: Counter[str] = field(default_factory=Counter)
    acknowledged: int = 0
    lost: int = 0
    partial: int = 0

    @property
    def engine(self) -> str:
        return address(self.url).engine

    def learn(self, runs: list[Outcome]) -> None:
        """How long the command takes to each mark when nobody kills it, in a fresh worker."""
        marks = [mark for mark in MARKS if mark in runs[0].marks]
        self.usual = {mark: median(run.marks[mark] for run in runs) for mark in marks}

    def times(self, what: str) -> int:
        """How many kills are this command's share."""
        return KILLS[what, self.engine] * TIMES

    def kill(self, *args: object) -> Outcome:
        """Run a command in a fresh worker and kill it at a random moment, mostly while its work is unsaved."""
        worker = self.crew.worker()
        marks = list(self.usual)
        weights = {"start": 1, "begin": 6, "commit": 3, "saved": 1}
        mark = self.rng.choices(marks[:-1], [weights[mark] for mark in marks[:-1]])[0]
        until = self.usual[marks[marks.index(mark) + 1]] - self.usual[mark]
        worker.send(*args, watched=True)
        if worker.until(mark):
            time.sleep(self.rng.uniform(0, until))
        worker.kill()
        done = worker.result()
        worker.close()
        self.settle()
        self.landed[self.place(done)] += 1
        return done

    def place(self, done: Outcome) -> str:
        """Where a kill landed: before the command's work, inside, or after it was saved."""
        first = "begin" if "begin" in self.usual else "start"
        last = "saved" if "saved" in self.usual else "end"
        return "before" if first not in done.marks else "after" if last in done.marks else "inside"

    def settle(self) -> None:
        """Wait until the server has noticed that its client is gone; SQLite has nobody left to wait for."""
        if self.engine == "postgresql":
            others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            until = time.monotonic() + 60
            while asked(self.url, others) != [(1,)]:
                assert time.monotonic() < until, "the server still works for a client that is gone"
                time.sleep(0.005)

    def count(self, sql: str) -> int:
        ((found,),) = asked(self.url, sql)
        return int(found)

    def told(self, figures: Figures, what: str, **more: int) -> None:
        """Say the figures, then hold them."""
        kills = self.landed.total()
        where = {f"{place}_work": self.landed[place] for place in ("before", "inside", "after")}
        figures(
            f"kill -9, {what}, {self.engine}",
            kills=kills, **where, acknowledged=self.acknowledged, lost=self.lost, partial=self.partial, **more,
        )  # fmt: skip
        assert (self.lost, self.partial) == (0, 0), f"seed {SEED}"
        assert self.landed["inside"] >= kills / 3, self.landed


@pytest.fixture
def killing(crew: Crew, office_db: str) -> Killing:
    """Kills in an office, on both engines."""
    return Killing(crew, office_db)


@pytest.fixture
def killing_sqlite(crew: Crew) -> Killing:
    """Kills in an office on SQLite."""
    crew.worker()("init")
    return Killing(crew, str(crew.folder / "office.db"))


KILLS = {
    ("import", "sqlite"): 26,
    ("import", "postgresql"): 8,
    ("large import", "sqlite"): 10,
    ("large import", "postgresql"): 4,
    ("add", "sqlite"): 20,
    ("add", "postgresql"): 8,
    ("undo", "sqlite"): 14,
    ("upgrade", "sqlite"): 12,
    ("backup", "sqlite"): 12,
}
"""How many of a hundred kills each command gets."""


@pytest.mark.parametrize("rows", [ROWS, LARGE + 500])
def test_an_import_that_is_killed_is_whole_or_absent(
    killing: Killing, tmp_path: Path, figures: Figures, rows: int
) -> None:
    crew, desk = killing.crew, killing.crew.worker()
    sheets = (people(tmp_path / f"{n}.csv", n * rows + 1, rows) for n in itertools.count())
    killing.learn([crew.worker()("import", next(sheets)) for _ in range(3)])
    there = 3 * rows
    for _ in range(killing.times("import" if rows < LARGE else "large import")):
        sheet = next(sheets)
        done = killing.kill("import", sheet)
        found = killing.count("SELECT count(*) FROM graduate") - there
        killing.partial += found not in (0, rows)
        killing.acknowledged += bool(done.out)
        killing.lost += bool(done.out) and found != rows
        desk("check")
        ((again),) = desk("import", sheet, "--format", "json").json()
        assert (again["added"], again["same"]) == (rows - found, found)
        killing.acknowledged += 1
        there += rows
    killing.lost += there - killing.count("SELECT count(*) FROM graduate")
    desk("history", "verify")
    killing.told(figures, f"import of {rows} rows")


def test_a_code_that_was_printed_is_never_lost(killing: Killing, figures: Figures) -> None:
    crew, desk = killing.crew, killing.crew.worker()
    numbers = itertools.count()

    def add() -> tuple[str, ...]:
        name = ("--surname", f"Арыстан{next(numbers)}", "--given-name", "Дана")
        return ("graduate", "add", *name, "--born", "2004-05-06", "--sex", "F")

    killing.learn([crew.worker()(*add()) for _ in range(3)])
    codes = 3
    for _ in range(killing.times("add")):
        for _ in range(killing.rng.randint(0, 3)):
            codes += 1
            assert desk(*add()).out == f"G-{codes}\n"
            killing.acknowledged += 1
        this = add()
        done = killing.kill(*this)
        rows = killing.count("SELECT count(*) FROM graduate")
        killing.acknowledged += bool(done.out)
        killing.lost += rows < codes + bool(done.out)
        killing.partial += rows != killing.count("SELECT count(*) FROM change WHERE command = 'graduate add'")
        desk("check")
        codes += 1
        if rows < codes:
            assert desk(*this).out == f"G-{codes}\n"
    killing.lost += killing.count("SELECT count(DISTINCT surname) FROM graduate") != next(numbers)
    desk("history", "verify")
    killing.told(figures, "graduate add")


def test_an_undo_that_is_killed_is_done_or_not(
    killing_sqlite: Killing, tmp_path: Path, figures: Figures
) -> None:
    killing = killing_sqlite
    crew, desk = killing.crew, killing.crew.worker()
    sheet = people(tmp_path / "people.csv", 1, ROWS)

    def imported() -> str:
        """Import the sheet; the code of the entry."""
        desk("import", sheet)
        return str(desk("history", "list", "--limit", "1", "--format", "json").json()[0]["code"])

    killing.learn([crew.worker()("history", "undo", imported()) for _ in range(3)])
    for _ in range(killing.times("undo")):
        entry = imported()
        done = killing.kill("history", "undo", entry)
        rows = killing.count("SELECT count(*) FROM graduate")
        killing.partial += rows not in (0, ROWS)
        killing.acknowledged += bool(done.out)
        killing.lost += bool(done.out) and rows != 0
        desk("check")
        desk("history", "verify")
        desk("history", "undo", entry, ok=0 if rows else 5)
        killing.acknowledged += 1
        killing.lost += killing.count("SELECT count(*) FROM graduate") != 0
    killing.told(figures, f"history undo of {ROWS} rows")


FIRST_SCHEMA = f"""
INSERT INTO graduate (id, code, surname, given_name, birth_date, sex, registered_on, name_key, surname_fold,
                      given_fold, sort_key)
WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {ROWS})
SELECT printf('01a207ab-df4e-7651-9c5b-%012d', n), 'G-' || n, 'Арыстан' || n, 'Дана', '2004-05-06', 'F',
       '2026-01-01', 'арыстан' || n || ' дана', 'арыстан' || n, 'дана', n FROM n;
INSERT INTO counter (name, value) VALUES ('graduate', {ROWS});
PRAGMA application_id = {opening.APPLICATION_ID};
PRAGMA user_version = 1;
"""


@pytest.fixture
def oldest(tmp_path: Path) -> Path:
    """An office as the first Ayala made it, with people."""
    path = tmp_path / "oldest.db"
    connection = opening.open_sqlite(path, reading=False, create=True)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.close()
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = engine_for(address(str(path)))
    with engine.begin() as inside:
        config.attributes["connection"] = inside
        command.upgrade(config, "0001")
    engine.dispose()
    connection = opening.open_sqlite(path, reading=False)
    connection.executescript(FIRST_SCHEMA)
    connection.close()
    return path


def test_an_upgrade_that_is_killed_is_done_or_not(
    killing_sqlite: Killing, oldest: Path, figures: Figures
) -> None:
    killing = killing_sqlite
    crew, desk = killing.crew, killing.crew.worker()
    path = Path(killing.url)

    def old() -> None:
        """Put the oldest office there, and nothing of earlier tries."""
        for file in [*path.parent.glob("*.before-upgrade-*"), *path.parent.glob("office.db*")]:
            file.unlink()
        shutil.copy(oldest, path)

    def upgraded() -> Outcome:
        old()
        return crew.worker()("upgrade")

    killing.learn([upgraded() for _ in range(3)])
    for _ in range(killing.times("upgrade")):
        old()
        done = killing.kill("upgrade")
        version = killing.count("PRAGMA user_version")
        killing.partial += version not in (1, opening.SCHEMA)
        killing.partial += not is_whole(path, ROWS)
        for copy in path.parent.glob("*.before-upgrade-*.db"):
            killing.partial += not is_whole(copy, ROWS)
        killing.acknowledged += done.code == 0
        killing.lost += done.code == 0 and version != opening.SCHEMA
        desk("upgrade")
        desk("check")
        desk("history", "verify")
        killing.acknowledged += 1
        killing.lost += not is_whole(path, ROWS)
    killing.told(figures, "upgrade")


def is_whole(path: Path, rows: int) -> bool:
    """Whether a file is a sound database with so many graduates."""
    try:
        return asked(str(path), "PRAGMA integrity_check") == [("ok",)] and asked(
            str(path), "SELECT count(*) FROM graduate"
        ) == [(rows,)]
    except (AyalaError, opening.sqlite().Error):
        return False


def test_a_backup_that_is_killed_leaves_a_whole_file(
    killing_sqlite: Killing, tmp_path: Path, figures: Figures
) -> None:
    killing = killing_sqlite
    crew, desk = killing.crew, killing.crew.worker()
    file = tmp_path / "copies" / "copy.db"
    file.parent.mkdir()
    desk("import", people(tmp_path / "people.csv", 1, ROWS))
    killing.learn([crew.worker()("backup", file) for _ in range(3)])
    rows = ROWS
    for number in range(killing.times("backup")):
        desk("import", people(tmp_path / "more.csv", (number + 1) * ROWS + 1, ROWS))
        done = killing.kill("backup", file)
        killing.acknowledged += bool(done.out)
        if is_whole(file, rows):
            killing.lost += bool(done.out)
        else:
            killing.partial += not is_whole(file, rows + ROWS)
        rows += ROWS
        desk("check")
        desk("backup", file)
        killing.acknowledged += 1
        killing.lost += not is_whole(file, rows)
    killing.told(figures, "backup")
