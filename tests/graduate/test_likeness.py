"""How likely two records are the same person: one pure function, held by rules and by measured pairs of names."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ayala.graduate.likeness import Measure, Someone, days_alike, likeness, name_alike, someone
from ayala.language.names import fold

POINTS = Measure(ask_from=88, without_patronymic=75, near_date=7, two_numbers=8, other_sex=4)
BORN = date(1998, 3, 15)

LETTERS = st.text(alphabet="ӘәҒғҚқҢңӨөҰұҮүІіҺһабвгдеёжзийклмнопрстуфхцчшщъыьэюя", min_size=1, max_size=12)
PATRONYMICS = st.one_of(
    st.just(""), st.builds(str.__add__, LETTERS, st.sampled_from(["ұлы", "қызы", "ович", "овна", " ұлы", ""]))
)
DAYS = st.dates(min_value=date(1980, 1, 1), max_value=date(2012, 12, 31))
PEOPLE = st.fixed_dictionaries(
    {
        "surname": LETTERS,
        "given_name": LETTERS,
        "patronymic": PATRONYMICS,
        "birth_date": DAYS,
        "sex": st.sampled_from("FM"),
        "iin": st.sampled_from([None, "980315300005", "031014600003"]),
        "region": st.sampled_from([None, "75", "71"]),
        "institution": st.sampled_from([None, "№1 балалар үйі", "Жануя"]),
        "phone": st.sampled_from([None, "+77012345678", "+77012345679"]),
        "other_phones": st.sampled_from([None, "+77012345678 +77012345670"]),
    }
)


def who(name: str, born: date = BORN, sex: str = "M", **more: str) -> Someone:
    surname, given_name, *patronymic = name.split(" ", 2)
    return someone(
        {
            "surname": surname,
            "given_name": given_name,
            "patronymic": " ".join(patronymic),
            "birth_date": born,
            "sex": sex,
            **more,
        }
    )


@given(PEOPLE, PEOPLE)
def test_it_is_the_same_whichever_comes_first(one: dict[str, object], other: dict[str, object]) -> None:
    assert likeness(someone(one), someone(other), POINTS) == likeness(someone(other), someone(one), POINTS)


@given(PEOPLE, PEOPLE)
def test_the_way_a_name_is_typed_does_not_matter(one: dict[str, object], other: dict[str, object]) -> None:
    typed = one | {key: fold(str(one[key])).upper() for key in ("surname", "given_name", "patronymic")}
    assert likeness(someone(typed), someone(other), POINTS) == likeness(someone(one), someone(other), POINTS)


@given(PEOPLE, PEOPLE, DAYS)
def test_another_birth_date_never_raises(
    one: dict[str, object], other: dict[str, object], born: date
) -> None:
    """Of all birth dates the same one scores most, a near one less, and a far one is no question."""
    same = likeness(someone(one), someone(other | {"birth_date": one["birth_date"]}), POINTS)
    moved = likeness(someone(one), someone(other | {"birth_date": born}), POINTS)
    assert moved.score <= same.score
    assert moved.name == same.name
    if days_alike(someone(one).birth_date, born) == "far":
        assert moved.score == 0
        assert not POINTS.asks(moved)


@given(PEOPLE, PEOPLE)
def test_what_speaks_for_it_never_raises_and_what_speaks_against_lowers(
    one: dict[str, object], other: dict[str, object]
) -> None:
    alike = {key: one[key] for key in ("region", "institution", "phone", "other_phones")}
    bare = dict.fromkeys(alike)
    with_support = likeness(someone(one), someone(other | alike), POINTS)
    without = likeness(someone(one), someone(other | bare), POINTS)
    assert with_support.score == without.score
    assert with_support.support >= without.support == 0
    for key, value in (("iin", one["iin"]), ("sex", one["sex"])):
        assert likeness(someone(one), someone(other | {key: value}), POINTS).score >= without.score


@given(PEOPLE)
def test_everybody_is_like_himself(one: dict[str, object]) -> None:
    found = likeness(someone(one), someone(one), POINTS)
    assert (found.score, found.name) == (100, 100)


@given(PEOPLE)
def test_surname_and_given_name_may_stand_in_each_others_column(one: dict[str, object]) -> None:
    turned = one | {"surname": one["given_name"], "given_name": one["surname"]}
    assert likeness(someone(one), someone(turned), POINTS).name == 100


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Нұрғалиев Іңкәр", "Нургалиев Инкар", 100),
        ("Әбдірахманов Ғани Қайратұлы", "Абдрахманов Гани Кайратович", 98),
        ("Әбдірахманов Ғани Қайрат ұлы", "Әбдірахманов Ғани Қайратұлы", 100),
        ("Әбдірахманов Ғани Қайратұлы", "Әбдірахманов Ғани", 100),
        ("Қасымов Ержан", "Касымова Ержан", 96),
        ("Мұхаммед Ерлан", "Мухамед Ерлан", 96),
        ("Жүсіпбек Ан", "Жусупбек Ан", 91),
        ("Омаров Асет", "Оспанов Асет", 78),
        ("Омаров Асет Қайратұлы", "Омаров Асет Болатович", 80),
        ("Abdirakhmanov Ghani", "Әбдірахманов Ғани", 100),
        ("Ли Ан Қайратұлы", "Югай Зоя Қайратұлы", 31),
        ("Ким 1", "Ким 2", 0),
    ],
)
def test_measured_pairs_of_names(one: str, other: str, alike: int) -> None:
    assert name_alike(who(one), who(other), 75) == alike


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (date(1998, 3, 15), "same"),
        (date(1998, 3, 16), "digit"),
        (date(1999, 3, 15), "digit"),
        (date(2001, 3, 15), "year"),
        (date(1998, 3, 27), "far"),
        (date(1999, 3, 16), "far"),
    ],
)
def test_how_near_two_days_are(other: date, expected: str) -> None:
    assert days_alike(BORN, other) == days_alike(other, BORN) == expected


def test_day_and_month_may_have_changed_places() -> None:
    assert days_alike(date(2001, 5, 4), date(2001, 4, 5)) == "swapped"
    assert days_alike(date(2001, 5, 4), date(2002, 4, 5)) == "far"


@pytest.mark.parametrize(
    ("one", "other", "score", "reasons", "asked"),
    [
        (who("Қасымов Ержан"), who("Касымова Ержан"), 96, "same_birth_date", True),
        (who("Омаров Асет"), who("Оспанов Асет"), 78, "same_birth_date", False),
        (
            who("Қасымов Ержан", iin="980315300005", phone="+77012345678", region="75"),
            who("Касымов Ержан", iin="031014600003", other_phones="+77012345678", region="75"),
            92,
            "same_birth_date same_phone same_region iins_differ",
            True,
        ),
        (
            who("Қасымов Ержан", iin="980315300005"),
            who("Касымов Еркен", iin="031014600003"),
            77,
            "same_birth_date iins_differ",
            False,
        ),
        (
            who("Қасымов Ержан", institution="№1 балалар үйі"),
            who("Касымова Ержан", sex="F", institution="№1 БАЛАЛАР ҮЙІ"),
            92,
            "same_birth_date same_institution sex_differs",
            True,
        ),
        (
            who("Қасымов Ержан"),
            who("Касымов Ержан", BORN + timedelta(days=1)),
            93,
            "birth_date_one_digit_off",
            True,
        ),
        (who("Қасымов Ержан"), who("Касымов Ержан", date(2003, 7, 1)), 0, "birth_date_far", False),
    ],
)
def test_score_and_reasons(one: Someone, other: Someone, score: int, reasons: str, asked: bool) -> None:
    found = likeness(one, other, POINTS)
    assert (found.score, " ".join(found.reasons), POINTS.asks(found)) == (score, reasons, asked)


def test_the_reasons_are_said_with_those_against_at_the_end() -> None:
    found = likeness(
        who("Қасымов Ержан", iin="980315300005"), who("Касымов Ержан", iin="031014600003", sex="F"), POINTS
    )
    assert found.sentence == "name 100 alike, same birth date; against: the IINs differ, the sex differs"
