"""Numbers and days as the three languages write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ayala.language.catalogue import choose
from ayala.language.phrases import phrase, phrases
from ayala.language.writing import day, days_in, decimal
from ayala.output.table import Column
from ayala.output.words import value


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    choose("en")
    yield
    choose("en")


@pytest.mark.parametrize(
    ("kind", "raw", "en", "kk_and_ru"),
    [
        ("share", 0.5345, "53.45 %", "53,45 %"),
        ("share", 0, "0.00 %", "0,00 %"),
        ("ratio", 3.05, "3.05", "3,05"),
        ("number", 43.5, "43.5", "43,5"),
        ("number", 12000, "12000", "12000"),
        ("number", 12000.0, "12000", "12000"),
        ("day", "2026-11-23", "2026-11-23", "23.11.2026"),
        ("day", date(2026, 11, 23), "2026-11-23", "23.11.2026"),
        ("day", "soon", "soon", "soon"),
        ("text", "2026-11-23", "2026-11-23", "2026-11-23"),
        ("text", "1.5", "1.5", "1.5"),
        ("ratio", None, "", ""),
        ("day", "", "", ""),
    ],
)
def test_a_value_is_written_as_the_language_writes_it(
    kind: str, raw: object, en: str, kk_and_ru: str
) -> None:
    column = Column("x", kind)  # type: ignore[arg-type]
    assert value(column, raw) == en
    for lang in ("kk", "ru"):
        choose(lang)
        assert value(column, raw) == kk_and_ru


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2026-11-23", "23.11.2026"),
        ("2026-01-01..2026-11-23", "01.01.2026 – 23.11.2026"),
        ("2026-01-01..", "01.01.2026 –"),
        ("..2026-11-23", "– 23.11.2026"),
        ("2026-11-23 / 2025-11-23", "23.11.2026 / 23.11.2025"),
        ("2026-q3 / 2025-q3", "2026-q3 / 2025-q3"),
        ("A-2026-0311 Әбдіров", "A-2026-0311 Әбдіров"),
        ("№ 12-2026-11-23", "№ 12-2026-11-23"),
        ("ZU-1/204/3", "ZU-1/204/3"),
    ],
)
def test_the_line_above_a_table_has_its_days_in_the_language(text: str, shown: str) -> None:
    assert days_in(text) == text
    choose("kk")
    assert days_in(text) == shown
    assert days_in(shown) == shown


def test_days_in_a_sentence_are_written_in_the_language() -> None:
    on = date(2026, 11, 23)
    assert phrase("until {day}", day=on) == "until 2026-11-23"
    choose("ru")
    assert phrase("no translation has this: {day}", day=on).endswith("23.11.2026")
    assert phrases("{n} row of {day}", "{n} rows of {day}", 2, day=on).endswith("23.11.2026")
    assert phrase("no translation has this: {day}", day="2026-11-23").endswith("2026-11-23")


@given(st.dates(), st.floats(min_value=-1e9, max_value=1e9))
def test_what_is_written_means_the_same(on: date, number: float) -> None:
    for lang in ("kk", "ru", "en"):
        choose(lang)
        written = day(on)
        parts = [int(part) for part in re.split(r"[.-]", written)]
        assert date(*(parts if lang == "en" else parts[::-1])) == on
        assert float(decimal(number, ".2f").replace(",", ".")) == float(f"{number:.2f}")
        assert ("." in decimal(number, ".2f")) == (lang == "en")
