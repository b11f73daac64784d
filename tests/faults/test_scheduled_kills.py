"""``kill -9`` in the middle of what cron runs: the next run does it again, and nothing is lost or said twice."""

from __future__ import annotations

import random
import time
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

from tests.faults.forking import Crew, Worker
from tests.faults.invented import asked
from tests.figures import Figures, rounds
from tests.program import TODAY

SEED = 20261123
FIRST = date.fromisoformat(TODAY)
WATCH = ("watch", "--rule", "queue-missing", "--new", "--once", "day", "--format", "json")
DONE = "SELECT period, result FROM run ORDER BY period"
SAID = "SELECT rule, code, due_on, level, count(*) FROM said GROUP BY 1, 2, 3, 4 ORDER BY 2"


def on(number: int) -> dict[str, str]:
    return {"AYALA_TODAY": (FIRST + timedelta(days=number)).isoformat()}


def killed(worker: Worker, *args: object, env: dict[str, str], after: str, pause: float) -> bool:
    """Kill a command some time after it has reached a mark; whether it had come to its end before."""
    worker.send(*args, env=env, watched=True)
    if worker.until(after):
        time.sleep(pause)
    worker.kill()
    done = worker.result()
    until = time.monotonic() + 30
    while Path(f"/proc/{worker.pid}").exists():
        assert time.monotonic() < until, "the dead are not buried"
        time.sleep(0.005)
    worker.close()
    return not done.killed


def test_a_scheduled_watch_that_is_killed_says_each_alert_once(
    crew: Crew, office_db: str, figures: Figures
) -> None:
    rng = random.Random(SEED)
    desk = crew.worker()
    people = 0

    def one_more() -> str:
        nonlocal people
        people += 1
        name = (
            "--surname",
            "Ким",
            "--given-name",
            f"Олег{people}",
            "--born",
            f"2004-01-{people % 28 + 1:02d}",
        )
        return desk("graduate", "add", *name, "--sex", "M").out.strip()

    one_more()
    usual = desk(*WATCH, env=on(0), ok=1).marks
    length = usual["end"] - usual["begin"]
    landed: Counter[str] = Counter()
    lost = twice = 0
    times = rounds(ci=12, soak=200)
    for number in range(1, times + 1):
        new = one_more()
        pause = rng.uniform(0, length)
        killed(crew.worker(), *WATCH, env=on(number), after="begin", pause=pause)
        results = dict(asked(office_db, DONE))
        period = on(number)["AYALA_TODAY"]
        result = results.get(period)
        landed["before" if result is None else "after" if result == "done" else "inside"] += 1
        kept = [row for row in asked(office_db, SAID) if row[1] == new]
        assert bool(kept) == (result == "done"), "the end and what was said are one"
        again = desk(*WATCH, env=on(number), ok=(0, 1))
        told = again.json() if again.out else []
        if result == "done":
            length *= 0.7  # the run that was timed was a slow one
            assert (again.code, again.out, again.err) == (0, "", "")
        else:
            assert [row["code"] for row in told] == [new]
            assert again.err == ""
        assert dict(asked(office_db, DONE))[period] == "done"
    said = asked(office_db, SAID)
    lost += people - len(said)
    twice += sum(row[4] != 1 for row in said)
    runs = asked(office_db, DONE)
    twice += len(runs) - len({period for period, _ in runs})
    engine = "postgresql" if office_db.startswith("postgresql") else "sqlite"
    places = {place: landed[place] for place in ("before", "inside", "after")}
    figures(f"kill -9, watch --once, {engine}", kills=times, **places, alerts=people, lost=lost, twice=twice)
    assert (lost, twice) == (0, 0), f"seed {SEED}"
    assert landed["inside"] >= times / 4, landed


def test_a_scheduled_report_that_is_killed_leaves_the_old_file_or_the_new_one(
    crew: Crew, office_db: str, tmp_path: Path
) -> None:
    rng = random.Random(SEED)
    desk, file = crew.worker(), tmp_path / "people.csv"
    words = ("report", "graduates", "--by", "sex", "--output", str(file), "--once", "day")
    usual = desk(*words, env=on(0)).marks
    inside = 0
    for number in range(1, rounds(ci=8, soak=100) + 1):
        born = ("--born", f"2004-02-{number % 28 + 1:02d}")
        desk("graduate", "add", "--surname", "Ә", "--given-name", f"Ғ{number}", *born, "--sex", "F")
        old, new = ("sex,graduates\n" + (f"F,{n}\n" if n else "") for n in (number - 1, number))
        killed(
            crew.worker(),
            *words,
            env=on(number),
            after="begin",
            pause=rng.uniform(0, usual["end"] - usual["begin"]),
        )
        result = dict(asked(office_db, DONE)).get(on(number)["AYALA_TODAY"])
        inside += result is not None and result != "done"
        assert file.read_text() in ((new,) if result == "done" else (old, new))
        desk(*words, env=on(number))
        assert file.read_text() == new
        assert dict(asked(office_db, DONE))[on(number)["AYALA_TODAY"]] == "done"
    assert inside
