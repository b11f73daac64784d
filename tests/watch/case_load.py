"""An invented case-load of a year like 2019, as sheets of the shape that offices send; the same for a seed."""

from __future__ import annotations

import csv
import random
from datetime import date, timedelta
from pathlib import Path

from tests.hostile.iins import an_iin


def write(folder: Path, *, people: int, seed: int) -> list[str]:
    """Write the sheets; their names. Every edge that the rules know is among the days drawn."""
    pick = random.Random(seed)
    begin, end = date(2019, 1, 1), date(2019, 12, 31)

    def day(first: date = begin, last: date = end) -> date:
        return first + timedelta(days=pick.randrange((last - first).days + 1))

    graduates = []
    while len(graduates) < people:
        n = len(graduates)
        born = day(date(1988, 1, 1), date(2004, 12, 31))
        if n % 25 == 0:
            born = pick.choice((date(1996, 2, 29), date(1990, 12, 31), date(1991, 1, 1), date(1996, 12, 31)))
        if n % 40 == 1:  # about to be 29, or just 29
            born = date(1990, 12, 31) + timedelta(days=pick.randrange(-5, 370))
        left = date(born.year + 18, pick.randrange(5, 9), pick.randrange(1, 29)) if n % 11 else ""
        sex = pick.choice("FM")
        months = pick.choice((0, 12, 24)) if sex == "M" and n % 7 == 0 else ""
        graduates.append((an_iin(born, n, sex), f"Ким{n}", "Ай", born, sex, left, months))
    numbers = [row[0] for row in graduates]

    appeals = []
    for _ in range(people):
        received = day() if pick.random() < 0.7 else day(date(2019, 12, 1))
        status = pick.choice(("answered",) * 6 + ("in_progress", "registered", "redirected"))
        answered = received + timedelta(days=pick.randrange(30)) if status == "answered" else ""
        appeals.append((pick.choice(numbers), received, pick.choice(("visit", "hotline_150", "online")),
                        pick.choice(("housing", "employment", "financial_aid")), status, answered))  # fmt: skip
    appeals.sort(key=lambda row: row[1])

    young = [(row[0], row[4]) for row in graduates if date(1994, 1, 1) <= row[3] <= date(2002, 12, 31)]
    beds, stays = [], []
    for n, (iin, sex) in enumerate(pick.sample(young, people // 10)):
        beds.append(("ZU-1", 100 + n, 1, sex))
        begun = day(date(2018, 1, 1), date(2019, 11, 1))
        until = pick.choice(("", "", day(date(2019, 11, 2)), "2019-12-31", "2020-01-01"))
        stays.append((iin, "ZU-1", 100 + n, 1, begun, until))

    sheets: dict[str, tuple[str, list[tuple[object, ...]]]] = {
        "graduates": ("iin surname given_name birth_date sex left_care_on conscript_months", graduates),
        "appeals": ("iin received_on channel category status answered_on", appeals),
        "beds": ("building room bed room_sex", beds),
        "residents": ("iin building room bed from_date until", stays),
        "apartments": (
            "iin granted_on",
            [(iin, day(date(2018, 6, 1), date(2020, 3, 1))) for iin in pick.sample(numbers, people // 20)],
        ),
        "queue": (
            "iin registrar registered_on",
            [(iin, "akimat", day(date(2012, 1, 1), date(2018, 6, 1))) for iin in pick.sample(numbers, people // 3)]
            + [(numbers[0], "bank", date(2020, 1, 1))],
        ),
        "services": (
            "iin kind mode provided_on",
            [(pick.choice(numbers), "legal", "remote", day(date(2019, 2, 1))) for _ in range(people)],
        ),
    }  # fmt: skip
    for name, (headings, lines) in sheets.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(headings.split())
            writer.writerows(lines)
    return [f"{name}.csv" for name in sheets]
