"""Days of work and of rest: the public calendar as announced, the office's own days, and how fast it is asked."""

from __future__ import annotations

import time
from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ayala.rules.calendar import Calendar, estimated, holiday_name

ONE = timedelta(days=1)
LIBRARY = holidays.country_holidays("KZ", years=range(1999, 2041))
days = st.dates(date(2000, 1, 1), date(2039, 12, 31))


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("2026-11-23", 15, "2026-12-14"),
        ("2026-11-20", 15, "2026-12-11"),
        ("2026-11-21", 15, "2026-12-11"),
        ("2026-12-15", 15, "2027-01-11"),
        ("2026-12-28", 15, "2027-01-21"),
        ("2026-03-10", 15, "2026-04-03"),
        ("2026-11-20", 1, "2026-11-23"),
        ("2026-11-20", 0, "2026-11-20"),
        ("2026-08-28", 1, "2026-08-31"),  # Constitution Day has left August
        ("2027-03-14", 1, "2027-03-16"),  # and is kept in March
    ],
)
def test_the_nth_working_day(start: str, count: int, end: str) -> None:
    assert Calendar().add_working(date.fromisoformat(start), count) == date.fromisoformat(end)


def test_days_of_2019_as_they_were_announced() -> None:
    calendar = Calendar()
    off = [
        day
        for n in range(365)
        if (day := date(2019, 1, 1) + timedelta(days=n)).weekday() < 5 and not calendar.is_working(day)
    ]
    assert " ".join(day.strftime("%m-%d") for day in off) == (
        "01-01 01-02 01-07 03-08 03-21 03-22 03-25 05-01 05-07 05-09 05-10 07-08 08-30 12-02 12-16 12-17"
    )
    assert calendar.is_working(date(2019, 5, 4))  # a Saturday worked for 10 May
    assert calendar.count(date(2026, 12, 14), date(2026, 12, 18)) == 4
    assert calendar.count(date(2026, 12, 18), date(2026, 12, 14)) == 0


@pytest.mark.parametrize(
    ("day", "names"),
    [
        ("2026-12-16", ("Тәуелсіздік күні", "День Независимости", "Independence Day")),
        ("2019-05-10", ("Демалыс күні (04.05.2019 бастап ауыстырылды)", "выходной день (перенесён с 04.05.2019)",
                        "Day off (substituted from 05/04/2019)")),
        ("2019-07-08", ("Астана күні (қайта белгіленген демалыс)", "День столицы (выходной за праздник)",
                        "Capital Day (observed)")),
        ("2026-05-27", ("Құрбан айт (бағаланған)", "Курбан-айт (день расчётный)", "Eid al-Adha (estimated)")),
        ("2026-11-21", ("сенбі", "суббота", "Saturday")),
        ("2026-11-23", (None, None, None)),
    ],
)  # fmt: skip
def test_a_day_of_rest_says_why_in_three_languages(day: str, names: tuple[str | None, ...]) -> None:
    calendar = Calendar()
    assert tuple(calendar.why_not(date.fromisoformat(day), lang) for lang in ("kk", "ru", "en")) == names


def test_every_holiday_of_the_library_has_a_russian_name() -> None:
    kazakh = set("әғқңөұүһі")
    for year in range(2007, 2041):
        for day in holidays.country_holidays("KZ", years=year):
            name = holiday_name(day, "ru")
            assert name, day
            assert not kazakh & set(name.lower()), name


def test_own_days_go_before_the_public_ones() -> None:
    calendar = Calendar({date(2026, 12, 19): (True, "decree"), date(2026, 12, 21): (False, "decree 7")})
    assert calendar.is_working(date(2026, 12, 19))
    assert calendar.why_not(date(2026, 12, 21)) == "decree 7"
    assert calendar.next_working(date(2026, 12, 20)) == date(2026, 12, 22)
    assert calendar.next_working(date(2026, 12, 19)) == date(2026, 12, 19)
    assert estimated(2026) == [date(2026, 5, 27)]


@settings(deadline=None)
@given(
    asked=st.lists(st.tuples(days, st.integers(0, 30)), min_size=1, max_size=5),
    own=st.dictionaries(days, st.booleans(), max_size=30),
)
def test_looking_up_is_counting_whatever_the_order_of_the_years(
    asked: list[tuple[date, int]], own: dict[date, bool]
) -> None:
    calendar = Calendar({day: (working, "own") for day, working in own.items()})

    def works(day: date) -> bool:
        return own[day] if day in own else LIBRARY.is_working_day(day)

    for start, count in asked:
        day, left = start, count
        while left:
            day += ONE
            left -= works(day)
        assert calendar.add_working(start, count) == day
        assert calendar.is_working(start) == works(start)
        assert calendar.count(start + ONE, day) == count
        assert calendar.is_working(calendar.next_working(start))


def test_a_look_up_costs_microseconds() -> None:
    """100,000 in well under 0.2 s; the limit here leaves room for a busy machine."""
    calendar = Calendar()
    first = date(2007, 1, 1)
    starts = [first + timedelta(days=n % 10_000) for n in range(100_000)]
    calendar.count(first, date(2035, 12, 31))
    began = time.process_time()
    for start in starts:
        calendar.add_working(start, 15)
    assert time.process_time() - began < 0.5


def test_past_the_last_year_it_is_said() -> None:
    with pytest.raises(OverflowError, match="past the year 2200"):
        Calendar().add_working(date(2200, 12, 30), 5)
