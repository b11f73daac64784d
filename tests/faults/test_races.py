"""Many desks at once: one bed for many people, importers beside them, and the calendar of ten beds."""

from __future__ import annotations

import json
import random
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from statistics import quantiles

from ayala.storage.opening import address
from tests.faults.forking import Crew, Outcome
from tests.faults.invented import asked, beds, people
from tests.figures import Figures, rounds

RACERS = rounds(ci=32, soak=64)
BEDS = rounds(ci=30, soak=200)
ROWS = rounds(ci=2_000, soak=10_000)
SHEETS = 4
"""Each is imported by two at once."""

DESKS = 32
STEPS = rounds(ci=60, soak=600)
"""Stays that each desk tries."""
PEOPLE = 20
PLACES = [f"ZU-1/{floor}0{room}/1" for floor in (1, 2) for room in range(1, 6)]
OPENED = date(2026, 12, 1)


def are_at_once(one: Outcome, other: Outcome) -> bool:
    """Whether two commands ran beside one another for a while."""
    return one.sent < other.sent + other.marks["end"] and other.sent < one.sent + one.marks["end"]


def milliseconds(runs: list[Outcome]) -> str:
    """What the commands took: half of them at most, nineteen of twenty, the slowest."""
    times = [run.marks["end"] * 1000 for run in runs]
    cuts = quantiles(times, n=20)
    return f"{cuts[9]:.0f} / {cuts[18]:.0f} / {max(times):.0f}"


def test_a_bed_has_one_winner_while_sheets_come_in(
    crew: Crew, office_db: str, tmp_path: Path, figures: Figures
) -> None:
    desk = crew.worker()
    places = [f"ZU-1/{number}/1" for number in range(101, 101 + BEDS)]
    desk("import", people(tmp_path / "racers.csv", 1, RACERS * BEDS), beds(tmp_path / "beds.csv", places))
    first = RACERS * BEDS + 1
    sheets = [people(tmp_path / f"{n}.csv", first + n * ROWS, ROWS) for n in range(SHEETS)]

    importers = [(crew.worker(), crew.worker()) for _ in sheets]
    for sheet, pair in zip(sheets, importers, strict=True):
        for importer in pair:
            importer.send("import", sheet, "--format", "json")
    racers = [crew.worker() for _ in range(RACERS)]
    runs: list[Outcome] = []
    for turn, place in enumerate(places):
        for n, racer in enumerate(racers):
            racer.send("dormitory", "place", f"G-{turn * RACERS + n + 1}", place, "--reason", "race")
        runs += [racer.result() for racer in racers]
    winners: dict[str, Outcome] = {}
    for run in runs:
        if run.expect((0, 5)).code == 0:
            assert winners.setdefault(run.args[3], run) is run, f"two have {run.args[3]}"
        else:
            assert "taken" in run.err
    assert sorted(winners) == places
    crowd = [
        sum(are_at_once(won, run) for run in runs if run.args[3] == place) for place, won in winners.items()
    ]
    assert min(crowd) > 1, crowd
    for pair in importers:
        counts = [json.loads(importer.result().expect(0).out)[0] for importer in pair]
        assert sorted((row["added"], row["same"]) for row in counts) == [(0, ROWS), (ROWS, 0)]
    stays = json.loads(desk("dormitory", "stays", "--format", "json").out)
    assert {row["bed"]: row["graduate"] for row in stays} == {
        place: run.args[2] for place, run in winners.items()
    }
    assert asked(office_db, "SELECT count(*) FROM graduate") == [(RACERS * BEDS + SHEETS * ROWS,)]
    desk("check")
    engine = address(office_db).engine
    figures(
        f"{RACERS} processes for one bed, {2 * SHEETS} importers beside, {engine}",
        beds=BEDS,
        winners=len(winners),
        racing_at_least=min(crowd),
        failed=0,
        rows=SHEETS * ROWS,
        ms_p50_p95_max=milliseconds(runs),
    )


def random_step(rng: random.Random) -> tuple[object, ...]:
    """A move in, a move or a leaving on some day: who, where and when left to chance."""
    who, on = f"G-{rng.randint(1, PEOPLE)}", OPENED + timedelta(days=rng.randrange(400))
    kind = rng.choice(("place", "place", "move", "leave"))
    if kind == "leave":
        return "dormitory", "leave", who, "--to", "rented", "--why", "work", "--on", on
    place = rng.choice(PLACES)
    if kind == "move":
        return "dormitory", "move", who, place, "--on", on, "--reason", "race"
    ending = ("--until", on + timedelta(days=rng.randint(1, 30))) if rng.random() < 0.9 else ()
    return "dormitory", "place", who, place, "--on", on, *ending, "--reason", "race"


OVERLAPS = """
SELECT count(*) FROM stay AS one JOIN stay AS other
ON one.{column} = other.{column} AND one.id < other.id
AND one.from_date < coalesce(other.until, '9999-12-31') AND other.from_date < coalesce(one.until, '9999-12-31')
"""


def test_random_stays_at_many_desks_never_overlap(
    crew: Crew, office_db: str, tmp_path: Path, figures: Figures
) -> None:
    crew.worker()("import", people(tmp_path / "people.csv", 1, PEOPLE), beds(tmp_path / "beds.csv", PLACES))
    rng = random.Random(20261123)
    engine = address(office_db).engine
    runs = crew.work_off([[random_step(rng) for _ in range(STEPS)] for _ in range(DESKS)])
    done: Counter[str] = Counter()
    for run in runs:
        # 5: taken, or nobody there to move; 2: the day of leaving lies before the stay.
        run.expect((0, 2, 5))
        done[f"{run.args[1]} {run.code}"] += 1
    assert min(done[f"{kind} 0"] for kind in ("place", "move", "leave")) > 5, done
    assert done["place 5"] > 50, done
    for column in ("bed_id", "graduate_id"):
        assert asked(office_db, OVERLAPS.format(column=column)) == [(0,)]
    crew.worker()("check")
    figures(
        f"{DESKS} processes x {STEPS} random stays on {len(PLACES)} beds, {engine}",
        stays=asked(office_db, "SELECT count(*) FROM stay")[0][0],
        refused=sum(run.code != 0 for run in runs),
        overlaps=0,
        ms_p50_p95_max=milliseconds(runs),
    )
