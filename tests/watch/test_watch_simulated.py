"""Years of an invented office, day by day: each alert stands on exactly the days on which it has to."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from datetime import date, timedelta
from pathlib import Path

from ayala.rules.book import book_of
from ayala.rules.calendar import Calendar
from ayala.storage.asking import Asking
from ayala.storage.opening import address
from ayala.watch import watching
from tests.figures import Figures, rounds
from tests.program import Ayala
from tests.watch.plain import Alert
from tests.watch.simulation import Simulation

PEOPLE = rounds(ci=300, soak=10_000)
YEARS = rounds(ci=3, soak=20)


def test_every_lapse_is_told_at_each_step_and_nothing_else(
    ayala: Ayala, tmp_path: Path, figures: Figures
) -> None:
    ayala("init")
    # In a short run the years in which the laws on appeals changed.
    first = date(2007, 2, 1) if YEARS > 19 else date(2020, 11, 1)
    days = YEARS * 365 + YEARS // 4
    lives = Simulation(PEOPLE, first, days, seed=2019)
    lives.write(str(tmp_path / "office.db"))
    begins: dict[date, list[Alert]] = defaultdict(list)
    ends: dict[date, list[Alert]] = defaultdict(list)
    for begin, end, alert in lives.spans():
        if end >= first and begin <= end:
            begins[max(begin, first)].append(alert)
            ends[end].append(alert)
    ask, book, calendar = Asking(address(str(tmp_path / "office.db"))), book_of(None), Calendar()
    expected: Counter[Alert] = Counter()
    announced: Counter[str] = Counter()
    began = time.perf_counter()
    said_before: set[Alert] = set()
    for n in range(days):
        day = first + timedelta(days=n)
        expected.update(begins[day])
        said = {
            (told.rule, told.level, told.code, told.due_on.isoformat())
            for told in watching.Watch(ask, book, calendar, day).find()
        }
        if said != expected.keys():
            wrong = sorted(said ^ expected.keys())
            raise AssertionError(f"{day}: only {['expected', 'said'][wrong[0] in said]}: {wrong[:5]}")
        announced.update(alert[0] for alert in said - said_before)
        said_before = said
        for alert in ends[day]:
            expected[alert] -= 1
            if not expected[alert]:
                del expected[alert]
    ask.close()
    assert announced.keys() == watching.rules().keys()
    figures(
        "simulated office",
        people=PEOPLE,
        days=days,
        announced=sum(announced.values()),
        missed=0,
        untrue=0,
        seconds=round(time.perf_counter() - began),
    )
    figures(
        "simulated office, by rule", **{rule.replace("-", "_"): n for rule, n in sorted(announced.items())}
    )
