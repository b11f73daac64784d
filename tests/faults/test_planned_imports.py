"""Plans under faults: two at once, clerks beside, ``kill -9`` while one is applied, a full disk while one is made."""

from __future__ import annotations

import json
import os
import random
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import Templates
from tests.faults.forking import KILLED, Crew, Nursery
from tests.faults.invented import asked, people
from tests.faults.test_disk_full import small_disk
from tests.figures import Figures, rounds

ROWS = 1_500
SEED = 20261123
CLERK = ("graduate", "add", "--given-name", "Дана", "--born", "2004-05-06", "--sex", "F", "--surname")


def graduates(url: str) -> int:
    ((found,),) = asked(url, "SELECT count(*) FROM graduate")
    return int(found)


def test_of_two_that_apply_one_plan_at_once_one_does(crew: Crew, office_db: str, tmp_path: Path) -> None:
    desk = crew.worker()
    desk("import", people(tmp_path / "a.csv", 1, ROWS), "--plan", "a.plan")
    workers = [crew.worker() for _ in range(2)]
    for worker in workers:
        worker.send("import", "--apply", "a.plan")
    runs = [worker.result() for worker in workers]
    assert sorted(run.code for run in runs) == [0, 5], [run.err for run in runs]
    (second,) = [run for run in runs if run.code == 5]
    assert (
        "the records were changed since the plan was made: 1 entry in the history, the newest H-1"
        in second.err
    )
    assert graduates(office_db) == ROWS
    desk("check")
    desk("history", "verify")


def test_clerks_beside_lose_nothing_and_a_plan_they_overtake_is_refused(
    crew: Crew, office_db: str, tmp_path: Path
) -> None:
    """What a clerk saves before the plan is applied stops it; what is saved beside is kept, the plan whole or not."""
    desk, clerk, importer = (crew.worker() for _ in range(3))
    sheet = people(tmp_path / "a.csv", 10_001, ROWS)  # codes that no clerk draws meanwhile
    applied = saved = 0
    for turn in range(4):
        desk("import", sheet, "--plan", "a.plan")
        before = graduates(office_db)
        importer.send("import", "--apply", "a.plan", "--format", "json")
        clerks = 0
        if turn < 3:
            clerk(*CLERK, f"Арыстан{turn}а")
            clerks = 1
        done = importer.result()
        saved += clerks
        if done.code == 5:
            assert "since the plan was made" in done.err or "something else than the plan says" in done.err
            assert graduates(office_db) == before + clerks
        else:
            done.expect(0)
            applied += 1
            counts = json.loads(done.out)[0]
            assert graduates(office_db) == before + clerks + counts["added"]
    assert applied >= 1
    ((clerks_saved,),) = asked(office_db, "SELECT count(*) FROM graduate WHERE surname LIKE 'Арыстан%а'")
    assert (clerks_saved, graduates(office_db)) == (saved, saved + ROWS)
    desk("check")
    desk("history", "verify")


def test_a_plan_whose_applying_is_killed_is_done_or_not(
    crew: Crew, office_db: str, tmp_path: Path, figures: Figures
) -> None:
    rng = random.Random(SEED)
    desk = crew.worker()
    inside = 0
    kills = rounds(ci=8, soak=100)
    for n in range(kills):
        there = graduates(office_db)
        sheet = people(tmp_path / f"{n}.csv", n * ROWS + 1, ROWS)
        desk("import", sheet, "--plan", "a.plan")
        worker = crew.worker()
        worker.send("import", "--apply", "a.plan", watched=True)
        worker.until("begin")
        time.sleep(rng.uniform(0, 0.35))
        worker.kill()
        done = worker.result()
        worker.close()
        if not office_db.endswith(".db"):
            settle(office_db)
        rows = graduates(office_db) - there
        assert rows in (0, ROWS)
        assert done.code != 0 or rows == ROWS
        inside += done.code == KILLED and rows == 0
        desk("import", "--apply", "a.plan", ok=5 if rows else 0)
        assert graduates(office_db) == there + ROWS
    desk("check")
    desk("history", "verify")
    assert inside
    figures("kill -9 while a plan is applied", kills=kills, unsaved=inside, half_done=0)


def settle(url: str) -> None:
    """Wait until the server has noticed that its client is gone."""
    until = time.monotonic() + 60
    while asked(url, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()") != [(1,)]:
        assert time.monotonic() < until
        time.sleep(0.01)


def test_a_full_disk_leaves_no_plan_and_the_older_one_as_it_was(
    nursery: Nursery, templates: Templates, tmp_path: Path
) -> None:
    if not (sys.platform == "linux" and os.geteuid() == 0):
        pytest.skip("only root can mount a small file system")
    crew = Crew(nursery, tmp_path, str(templates.sqlite / "office.db"))
    disk = tmp_path / "small"
    disk.mkdir()
    sheet = people(tmp_path / "a.csv", 1, ROWS)
    try:
        desk = crew.worker()
        with small_disk(disk) as room:
            plan = disk / "a.plan"
            desk("import", sheet, "--plan", plan)
            older = plan.read_bytes()
            for part in (0, 0.3, 0.9, 1.1, 1.7):
                with room(int(len(older) * part)):
                    done = desk("import", sheet, "--plan", plan, ok=7)
                first, *hint = done.err.splitlines()
                assert "the disk is full" in first, done.err
                assert hint == []
                assert plan.read_bytes() == older
                assert sorted(path.name for path in disk.iterdir()) == ["a.plan"]
            desk("import", sheet, "--plan", plan)
        assert graduates(str(templates.sqlite / "office.db")) == 0
    finally:
        crew.close()
