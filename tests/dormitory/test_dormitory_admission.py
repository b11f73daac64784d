"""Who fits a bed: ages and sexes as the law's data and the building's policy say."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ayala.dormitory.admission import HouseRules, broken
from ayala.dormitory.policy import AGES, default_policy, one_sex_a_room, rule

DAY = date(2026, 11, 23)
ANYONE = HouseRules("ZU-1", "101")
BY_LAW = HouseRules("ZU-1", "101", "any", 16, 23, 29)


def test_the_law_of_today() -> None:
    policy = default_policy(DAY)
    assert (policy.min_age, policy.max_age, policy.ceiling_age) == (16, 23, 29)
    assert policy.source == ("Law 113-II of 2000-12-13, art. 24 and 31; practice of Kyzylorda and Aktobe")
    assert one_sex_a_room(DAY) == "Law 94-I of 1997-04-16, art. 76(2)"


def test_before_the_law_nothing_was_laid_down() -> None:
    policy = default_policy(date(2000, 12, 12))
    assert (policy.min_age, policy.max_age, policy.ceiling_age, policy.source) == (None, None, None, "")
    assert one_sex_a_room(date(1997, 4, 15)) is None


@pytest.mark.parametrize("what", [*AGES, "one_sex_a_room"])
def test_every_row_says_where_it_comes_from(what: str) -> None:
    row = rule(what, DAY)
    assert row is not None
    assert row.source
    assert row.applies_to in ("residents of a Youth House", "rooms of a dormitory")


@pytest.mark.parametrize(
    ("born", "sentences"),
    [
        (date(2010, 11, 24), ["15 years old on 2026-11-23, ZU-1 admits from 16"]),
        (date(2010, 11, 23), []),
        (date(2003, 11, 24), []),
        (date(2003, 11, 23), ["23 years old on 2026-11-23, ZU-1 admits until 23 is reached"]),
        (date(1997, 11, 24), ["28 years old on 2026-11-23, ZU-1 admits until 23 is reached"]),
        (
            date(1997, 11, 23),
            [
                "29 years old on 2026-11-23, ZU-1 admits until 23 is reached",
                "29 years old on 2026-11-23, the ceiling of ZU-1 is 29",
            ],
        ),
    ],
)
def test_ages_at_their_limits(born: date, sentences: list[str]) -> None:
    assert broken(BY_LAW, birth_date=born, sex="F", on=DAY) == sentences


@pytest.mark.parametrize(
    ("house", "mates", "sentences"),
    [
        (ANYONE, (), []),
        (HouseRules("ZU-1", "101", room_sex="M"), ("F",), []),
        (
            HouseRules("ZU-1", "101", room_sex="F"),
            (),
            ["room ZU-1/101 is for women only, the person is male"],
        ),
        (HouseRules("ZU-1", "101", "F"), (), ["ZU-1 is for women only, the person is male"]),
        (
            HouseRules("ZU-1", "101", "F", room_sex="F"),
            (),
            [
                "ZU-1 is for women only, the person is male",
                "room ZU-1/101 is for women only, the person is male",
            ],
        ),
        (
            ANYONE,
            ("M", "F"),
            [
                "people of the other sex live in room ZU-1/101 on these days"
                " (Law 94-I of 1997-04-16, art. 76(2))"
            ],
        ),
        (ANYONE, ("M",), []),
        (HouseRules("ZU-1", "101", "F", room_sex="F", family_flat=True), ("F",), []),
    ],
)
def test_sexes(house: HouseRules, mates: tuple[str, ...], sentences: list[str]) -> None:
    assert broken(house, birth_date=date(2006, 1, 1), sex="M", on=DAY, room_mates=mates) == sentences


@given(st.dates(date(1950, 1, 1), date(2015, 1, 1)))
def test_growing_older_never_mends_a_broken_rule_once_one_is_old_enough(born: date) -> None:
    """Too young, then nothing broken, then over the limit of the law, then over the ceiling as well."""
    counts = [
        len(broken(BY_LAW, birth_date=born, sex="F", on=date(year, 6, 15)))
        for year in range(born.year + 1, born.year + 40)
    ]
    first_fit = counts.index(0)
    assert set(counts[:first_fit]) == {1}
    assert counts[first_fit:] == sorted(counts[first_fit:])
    assert set(counts) == {0, 1, 2}
