"""Names as keys: finding, Kazakh order, Latin spellings."""

from __future__ import annotations

import random
import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ayala.language.names import ALPHABET, fold, from_latin, is_latin, name_key, sort_key

# One word for each letter and some that differ late, in the order of a Kazakh dictionary.
IN_ORDER = """
Абай, Абайұлы, Ахмет, Әбдіров, Әлия, Бекзат, Венера, Гүлнар, Ғабит, Ғани, Дана, Есен, Ёлкин, Жанар, Зере,
Ибрай, Йорк, Кәрім, Керім, Қабыл, Қасым, Лаура, Мадина, Нұр, Ңай, Олжас, Омар, Өтеген, Пак, Рахым, Сәуле,
Тимур, Уәли, Ұлжан, Үміт, Фариза, Хан, Һарун, Цой, Чен, Шәкен, Щукин, Ыбырай, Іңкәр, Эльмира, Юлия, Яна
""".replace("\n", " ").split(", ")
IN_ORDER = [word.strip() for word in IN_ORDER]

LETTERS = st.text(ALPHABET + ALPHABET.upper(), max_size=12)


def places(text: str) -> list[int]:
    return [ALPHABET.index(letter) for letter in text.lower()]


def test_names_stand_in_the_order_of_the_kazakh_alphabet() -> None:
    mixed = random.Random(1).sample(IN_ORDER, len(IN_ORDER))
    assert len(IN_ORDER) == 47
    assert sorted(mixed, key=sort_key) == IN_ORDER


def test_the_alphabet_has_its_42_letters_in_order() -> None:
    assert len(ALPHABET) == len(set(ALPHABET)) == 42
    assert sorted(ALPHABET.upper(), key=sort_key) == list(ALPHABET.upper())


@pytest.mark.parametrize(
    "in_order",
    [
        ["Ким А", "Кимов", "Кимова"],
        ["Ян", "Abay", "Zere", "1-үй", "9", "李"],
        ["Ахмет", "Ахмет Ұлы", "Ахмет Ыбырай"],
        ["", "а"],
    ],
)
def test_spaces_first_then_kazakh_then_latin_then_digits(in_order: list[str]) -> None:
    assert sorted(set(in_order), key=sort_key) == in_order


@given(LETTERS, LETTERS)
def test_keys_compare_as_places_in_the_alphabet(one: str, other: str) -> None:
    assert (sort_key(one) < sort_key(other)) == (places(one) < places(other))
    assert (sort_key(one) == sort_key(other)) == (places(one) == places(other))


@given(st.text())
def test_a_sort_key_is_printable_ascii(text: str) -> None:
    key = sort_key(text)
    assert key.isascii()
    assert not key or key.isprintable()
    assert not set(key) & set("\"'\\%_")
    assert key == key.strip()


def test_sqlite_sorts_the_keys_as_python_does() -> None:
    with sqlite3.connect(":memory:") as db:
        db.execute("create table person (name text, key text)")
        db.executemany("insert into person values (?, ?)", [(n, sort_key(n)) for n in reversed(IN_ORDER)])
        assert [row[0] for row in db.execute("select name from person order by key")] == IN_ORDER


@pytest.mark.parametrize(
    ("typed", "also"),
    [
        ("Іңкәр", "Инкар"),
        ("Нұрғалиев", "НУРГАЛИЕВ"),
        ("Әбдірахманов", "абдирахманов"),
        ("Һарун", "Харун"),
        ("Ёлкин", "Елкин"),
        ("Aсан", "Асан"),  # a Latin capital A
        ("Iңкәр", "Інкәр"),  # a Latin capital I
        ("Мұhаммед", "Мухаммед"),  # a Latin small h
        ("НHТ", "ННТ"),  # a Latin capital H
        ("Қайрат-ұлы", "Кайрат улы"),
        ("  Қасым ,\u00a0Ержан. ", "касым ержан"),
        ("Ва\u0301ня", "Ваня"),
        ("Сергеи\u0306", "Сергей"),
        ("О\u200bмар", "Омар"),
        ("Müller", "muller"),
    ],
)
def test_the_same_name_typed_otherwise_folds_alike(typed: str, also: str) -> None:
    assert fold(typed) == fold(also)


def test_latin_words_stay_latin() -> None:
    assert fold("Omarov OMAR") == "omarov omar"
    assert fold("Омаров Hans") == "омаров hans"
    assert fold("") == fold(" - ") == ""


def test_short_i_and_hard_letters_are_kept() -> None:
    assert fold("Йорк Объездъ Эльмира") == "йорк объездъ эльмира"


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(ALPHABET + "abcehikmoptxyABCEHIKMOPTXY -'Ёёй\u0306\u0308İïﬁ"))
def test_folding_mixed_script_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_a_name_key_is_the_folded_whole_name() -> None:
    assert name_key("Әбдірахманов", "Ғани", "Қайратұлы") == "абдирахманов гани кайратулы"
    assert name_key("Цой", "Анна", None) == name_key("ЦОЙ", " Анна ", "") == "цой анна"


@pytest.mark.parametrize(
    ("latin", "cyrillic"),
    [
        ("Abdirakhmanov", "Әбдірахманов"),
        ("Abdrahmanov", "Абдрахманов"),
        ("ÄBDIRAKHMANOV GHANĪ", "Әбдірахманов Ғани"),
        ("Zhusipbek", "Жүсіпбек"),
        ("Qayrat", "Қайрат"),
        ("Kairat", "Қайрат"),
        ("Shyngys", "Шыңғыс"),
        ("Şyñğys", "Шыңғыс"),
        ("Kairatuly", "Қайратұлы"),
        ("Galiuly", "Ғалиұлы"),
        ("Abayuly", "Абайұлы"),
        ("Muratqyzy", "Мұратқызы"),
        ("Yerlan", "Ерлан"),
        ("Yessenov", "Есенов"),
        ("Ayan", "Аян"),
        ("Aiym", "Айым"),
        ("Dmitrii", "Дмитрий"),
        ("Sergey", "Сергей"),
        ("Nikolayevich", "Николаевич"),
        ("Iuliia", "Юлия"),
        ("Yuliya", "Юлия"),
        ("Maria", "Мария"),
        ("Mariia", "Мария"),
        ("Diana", "Диана"),
        ("Shchukin", "Щукин"),
        ("Tsoi", "Цой"),
        ("Alexandr", "Александр"),
        ("Janibek", "Жанибек"),
        ("Dawren", "Даурен"),
        ("Nur-Sultan", "Нұр-Сұлтан"),
    ],
)
def test_latin_spellings_meet_the_cyrillic_name(latin: str, cyrillic: str) -> None:
    assert from_latin(latin) == fold(cyrillic)


def test_cyrillic_words_in_a_latin_search_are_folded() -> None:
    assert from_latin("Omarov Ғани") == "омаров гани"


@given(st.text())
def test_any_text_can_be_read_as_latin(text: str) -> None:
    assert fold(from_latin(text)) == from_latin(text)


def test_latin_text_is_told_from_cyrillic() -> None:
    assert is_latin("Omarov")
    assert is_latin("Ömirbek 7")
    assert not is_latin("Омаров")
    assert not is_latin("Oмаров")  # a Latin O
    assert not is_latin("123")
