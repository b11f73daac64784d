"""Days, spans, today and ages, as people type and count them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ayala.dates import FIRST_DAY, LAST_DAY, BadDay, Span, age_on, age_reached, clock_today, day, span

TODAY = date(2026, 11, 23)
DAYS = st.dates(FIRST_DAY, LAST_DAY)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("today", TODAY),
        ("TODAY", TODAY),
        ("бүгін", TODAY),
        ("Сегодня", TODAY),
        ("yesterday", date(2026, 11, 22)),
        ("кеше", date(2026, 11, 22)),
        ("вчера", date(2026, 11, 22)),
        ("2026-11-01", date(2026, 11, 1)),
        (" 2026-11-01 ", date(2026, 11, 1)),
        ("01.11.2026", date(2026, 11, 1)),
        ("1.11.2026", date(2026, 11, 1)),
        ("29.02.2024", date(2024, 2, 29)),
        ("1900-01-01", FIRST_DAY),
        ("31.12.2100", LAST_DAY),
    ],
)
def test_a_day_is_read(text: str, expected: date) -> None:
    assert day(text, TODAY) == expected


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1/2/2026", "'1/2/2026' is not a day; a day is read as 2026-11-01, 01.11.2026, today or yesterday"),
        ("01.11.26", "is not a day"),
        ("2026-1-5", "is not a day"),
        ("2026-W01-1", "is not a day"),
        ("20261101", "is not a day"),
        ("0", "is not a day"),
        ("1699920000", "is not a day"),
        ("", "'' is not a day"),
        ("2026-11-01T00:00", "is not a day"),
        ("٢٠٢٦-١١-٠١", "is not a day"),
        ("2026-02-30", "'2026-02-30' is not in the calendar"),
        ("29.02.2025", "'29.02.2025' is not in the calendar"),
        ("0000-01-01", "the year must be from 1900 to 2100"),
        ("1899-12-31", "the year must be from 1900 to 2100"),
        ("01.01.2101", "the year must be from 1900 to 2100"),
    ],
)
def test_any_other_form_is_refused(text: str, says: str) -> None:
    with pytest.raises(BadDay) as caught:
        day(text, TODAY)
    assert says in str(caught.value)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize(
    ("text", "start", "end", "label"),
    [
        ("2026", "2026-01-01", "2026-12-31", "2026"),
        ("2026-11", "2026-11-01", "2026-11-30", "2026-11"),
        ("2024-02", "2024-02-01", "2024-02-29", "2024-02"),
        ("2026-q3", "2026-07-01", "2026-09-30", "2026-q3"),
        ("2026-Q4", "2026-10-01", "2026-12-31", "2026-q4"),
        ("2026-09-01..2026-11-01", "2026-09-01", "2026-11-01", "2026-09-01..2026-11-01"),
        ("01.09.2026 .. 01.11.2026", "2026-09-01", "2026-11-01", "2026-09-01..2026-11-01"),
        ("2026-01..2026-03", "2026-01-01", "2026-03-31", "2026-q1"),
        ("2025..2026", "2025-01-01", "2026-12-31", "2025-01-01..2026-12-31"),
        ("2026-q1..today", "2026-01-01", "2026-11-23", "2026-01-01..2026-11-23"),
        ("2026-01..", "2026-01-01", "2100-12-31", "2026-01-01.."),
        ("..2026-03", "1900-01-01", "2026-03-31", "..2026-03-31"),
        ("2026-11-01", "2026-11-01", "2026-11-01", "2026-11-01"),
        ("yesterday", "2026-11-22", "2026-11-22", "2026-11-22"),
    ],
)
def test_a_span_is_read_and_named(text: str, start: str, end: str, label: str) -> None:
    read = span(text, TODAY)
    assert read == Span(date.fromisoformat(start), date.fromisoformat(end))
    assert read.label == label


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("soon", "'soon' is not a span; a span is read as 2026, 2026-11, 2026-q3"),
        ("26", "is not a span"),
        ("2026-q5", "a quarter is q1, q2, q3 or q4"),
        ("2026-q0", "a quarter is q1, q2, q3 or q4"),
        ("2026-13", "'2026-13' is not in the calendar"),
        ("1899", "the year must be from 1900 to 2100"),
        ("..", "has no beginning and no end"),
        ("", "is not a span"),
        ("2026-11-01..2026-09-01", "ends before it starts"),
        ("2026..2027..2028", "is not a span"),
        ("2026-01-01..1/2/2026", "'1/2/2026' is not a span"),
        ("2026-02-30", "is not in the calendar"),
    ],
)
def test_a_span_that_cannot_be_read_is_refused(text: str, says: str) -> None:
    with pytest.raises(BadDay) as caught:
        span(text, TODAY)
    assert says in str(caught.value)


@given(DAYS, DAYS)
def test_a_span_reads_its_own_label(one: date, other: date) -> None:
    made = Span(min(one, other), max(one, other))
    assert span(made.label, TODAY) == made


@given(st.integers(1900, 2100), st.integers(1, 12), st.integers(0, 11))
def test_whole_months_read_their_own_label(year: int, month: int, more: int) -> None:
    last = min(12, month + more)
    made = span(f"{year}-{month:02d}..{year}-{last:02d}", TODAY)
    assert span(made.label, TODAY) == made


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("2020", "2019"),
        ("2020-02", "2019-02"),
        ("2021-02", "2020-02"),
        ("2021-q1", "2020-q1"),
        ("2021-01..2021-02", "2020-01..2020-02"),
        ("2020-02-29", "2019-02-28"),
        ("2020-02-10..2020-02-29", "2019-02-10..2019-02-28"),
        ("2021-02-10..2021-02-28", "2020-02-10..2020-02-28"),
        ("2020-03-01..2020-11-20", "2019-03-01..2019-11-20"),
        ("2026-01..", "2025-01.."),
        ("..2026-03", "..2025-03"),
        ("2100", "2099"),
    ],
)
def test_the_year_before(text: str, before: str) -> None:
    assert span(text, TODAY).year_before() == span(before, TODAY)


def test_the_year_before_the_first_year_is_still_a_span() -> None:
    assert span("1900", TODAY).year_before() == Span(date(1899, 1, 1), date(1899, 12, 31))


@given(DAYS, st.integers(0, 2000))
def test_every_span_has_a_year_before(start: date, days: int) -> None:
    made = Span(start, min(LAST_DAY, start + timedelta(days=days)))
    before = made.year_before()
    assert before.start <= made.start
    assert abs((made.end - made.start) - (before.end - before.start)) <= timedelta(days=366)


@pytest.mark.parametrize(
    ("birth", "on", "age"),
    [
        ("2000-05-17", "2026-05-16", 25),
        ("2000-05-17", "2026-05-17", 26),
        ("2004-02-29", "2027-02-28", 22),
        ("2004-02-29", "2027-03-01", 23),
        ("2004-02-29", "2028-02-28", 23),
        ("2004-02-29", "2028-02-29", 24),
        ("2026-05-17", "2026-05-17", 0),
        ("2026-05-17", "2026-05-16", -1),
    ],
)
def test_age_is_counted_in_whole_years(birth: str, on: str, age: int) -> None:
    assert age_on(date.fromisoformat(birth), date.fromisoformat(on)) == age


@given(DAYS, st.dates(FIRST_DAY, LAST_DAY - timedelta(days=1)))
def test_age_never_falls_and_grows_by_one_at_most(birth: date, on: date) -> None:
    assert 0 <= age_on(birth, on + timedelta(days=1)) - age_on(birth, on) <= 1


def test_the_office_clock_can_be_set() -> None:
    assert clock_today({"AYALA_TODAY": "2019-12-31"}) == date(2019, 12, 31)
    assert clock_today({"AYALA_TODAY": "31.12.2019"}) == date(2019, 12, 31)
    assert abs(clock_today({"AYALA_TODAY": ""}) - date.today()) <= timedelta(days=1)


@pytest.mark.parametrize("bad", ["today", "soon", "2019-02-30", "1/2/2019"])
def test_a_clock_that_cannot_be_read_is_an_error(bad: str) -> None:
    with pytest.raises(BadDay, match="AYALA_TODAY"):
        clock_today({"AYALA_TODAY": bad})


@given(DAYS, st.integers(0, 40))
def test_the_day_of_an_age_is_the_first_day_of_that_age(born: date, age: int) -> None:
    day = age_reached(born, age)
    assert age_on(born, day) == age
    assert age == 0 or age_on(born, day - timedelta(days=1)) == age - 1


@given(DAYS, st.integers(0, 40), st.integers(0, 60))
def test_months_of_service_move_an_age_on_and_end_nothing_too_early(
    born: date, age: int, months: int
) -> None:
    day = age_reached(born, age, months)
    whole = (day.year - born.year) * 12 + day.month - born.month
    assert (whole, day.day) in ((12 * age + months, born.day), (12 * age + months + 1, 1))
    assert day >= age_reached(born, age)


def test_an_age_of_somebody_born_on_29_february() -> None:
    born = date(1996, 2, 29)
    assert [age_reached(born, 28), age_reached(born, 29)] == [date(2024, 2, 29), date(2025, 3, 1)]
    assert age_reached(date(1996, 8, 31), 29, 6) == date(2026, 3, 1)
    assert age_reached(date(1996, 10, 31), 29, 1) == date(2025, 12, 1)
