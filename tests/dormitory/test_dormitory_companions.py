"""Who lives with a resident: entered beforehand, taken back, moved along, and gone with the resident."""

from __future__ import annotations

import sqlite3

import pytest

from tests.dormitory.conftest import sheet
from tests.program import Ayala


@pytest.fixture
def family(house: Ayala) -> Ayala:
    """G-1 in the family flat since 1 November, with an adult; a child comes on 10 December."""
    house("dormitory", "place", "G-1", "ZU-1/202/1", "--on", "2026-11-01", "--adults", "1")
    house("dormitory", "companions", "G-1", "--children", "1", "--on", "2026-12-10")
    return house


def living(house: Ayala, day: str, person: str = "G-1") -> tuple[int, int] | None:
    """Adults and children who live with the person that day; nothing if the person has no bed."""
    rows = house("dormitory", "stays", "--as-of", day, "--format", "json").json()
    found = [(row["adults"], row["children"]) for row in rows if row["graduate"] == person]
    return found[0] if found else None


def test_who_comes_later_is_counted_from_that_day(family: Ayala) -> None:
    assert [living(family, day) for day in ("2026-12-09", "2026-12-10")] == [(1, 0), (1, 1)]


def test_a_companion_of_the_same_day_is_taken_back_without_a_trace(family: Ayala) -> None:
    family("dormitory", "companions", "G-1", "--children", "0", "--on", "2026-12-10")
    assert living(family, "2026-12-10") == (1, 0)
    connection = sqlite3.connect(family.folder / "office.db")
    assert connection.execute("SELECT kind FROM companion").fetchall() == [("adult",)]
    connection.close()


def test_whoever_lives_there_or_will_moves_along(family: Ayala, office_db: str) -> None:
    family("dormitory", "move", "G-1", "ZU-1/201/1", "--on", "2026-11-20", "--reason", "repairs")
    assert [living(family, day) for day in ("2026-11-19", "2026-11-20", "2026-12-09", "2026-12-10")] == [
        (1, 0), (1, 0), (1, 0), (1, 1),
    ]  # fmt: skip
    rows = family("dormitory", "list", "--as-of", "2026-12-10", "--format", "json").json()
    assert rows[0]["companions"] == 2


def test_whoever_was_to_come_after_the_resident_left_never_comes(family: Ayala) -> None:
    family("dormitory", "leave", "G-1", "--to", "rented", "--why", "work", "--on", "2026-11-23")
    family("dormitory", "place", "G-1", "ZU-1/202/1", "--on", "2026-11-25")
    assert living(family, "2026-11-22") == (1, 0)
    assert living(family, "2026-12-10") == (0, 0)


def test_an_end_from_a_sheet_ends_what_it_must_and_nothing_else(family: Ayala, office_db: str) -> None:
    """Of three companions one has left before, one is there, one is yet to come."""
    family("dormitory", "companions", "G-1", "--adults", "2", "--on", "2026-11-05")
    family("dormitory", "companions", "G-1", "--adults", "1", "--on", "2026-11-10")
    head = "graduate,building,room,bed,from_date,until,contract\n"
    stay = "G-1,ZU-1,202,1,2026-11-01,{},{}\n"
    family("import", sheet(family, "contract", head + stay.format("", "17/2026")))
    assert living(family, "2026-12-10") == (1, 1)
    family("import", sheet(family, "end", head + stay.format("2026-11-20", "")))
    assert [living(family, day) for day in ("2026-11-05", "2026-11-10", "2026-11-19", "2026-11-20")] == [
        (2, 0), (1, 0), (1, 0), None,
    ]  # fmt: skip
    family("dormitory", "place", "G-1", "ZU-1/202/1", "--on", "2026-11-25")
    assert living(family, "2026-12-10") == (0, 0)
    family("check")
