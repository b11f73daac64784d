"""The dormitory at a terminal: the picture of the house, and what a person is asked for."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from tests.program import Ayala
from tests.terminal import at_terminal


@pytest.fixture
def drawn(house: Ayala) -> Ayala:
    """A house with residents and a closed bed, and a second one whose rooms stand on no floor."""
    house("dormitory", "place", "G-1", "ZU-1/101/1")
    house("dormitory", "place", "G-3", "ZU-1/202/1")
    house("dormitory", "close", "ZU-1/102/2", "--from", "2026-11-20", "--reason", "repairs")
    house("dormitory", "add", "ZU-2", "--name", "Екінші үй")
    house("dormitory", "add", "ZU-2/A", "--beds", "1")
    return house


def test_the_picture_goes_from_the_top_floor_down(drawn: Ayala) -> None:
    done = at_terminal(drawn)("dormitory", "map")
    assert done.err == ""
    assert done.out == (
        "● taken   ○ free   × out of service\n"
        "\n"
        "ZU-1 Жастар үйі\n"
        "Beds 7: taken 2, free 4, out of service 1\n"
        "\n"
        "Floor 2\n"
        "┌───────────────┐ ┌───────────────┐\n"
        "│201            │ │202 Family flat│\n"
        "│1 ○            │ │1 ● G-3        │\n"
        "│2 ○            │ │               │\n"
        "└───────────────┘ └───────────────┘\n"
        "\n"
        "Floor 1\n"
        "┌──────────┐ ┌──────────┐\n"
        "│101 female│ │102 male  │\n"
        "│1 ● G-1   │ │1 ○       │\n"
        "│2 ○       │ │2 ×       │\n"
        "└──────────┘ └──────────┘\n"
        "\n"
        "ZU-2 Екінші үй\n"
        "Beds 1: taken 0, free 1, out of service 0\n"
        "\n"
        "Floor –\n"
        "┌───┐\n"
        "│A  │\n"
        "│1 ○│\n"
        "└───┘\n"
    )


def test_the_picture_of_one_house_shows_that_house(drawn: Ayala) -> None:
    said = at_terminal(drawn)("dormitory", "map", "ZU-2").out
    assert "ZU-2 Екінші үй" in said
    assert "ZU-1" not in said


def test_below_sixty_columns_residents_are_left_out(drawn: Ayala) -> None:
    assert "│1 ● G-1   │" in at_terminal(drawn, 60)("dormitory", "map").out
    narrow = at_terminal(drawn, 59)("dormitory", "map").out
    assert "│● ○       │ │○ ×       │\n" in narrow
    assert "G-1" not in narrow


@pytest.mark.parametrize("columns", [8, 12, 20, 35, 61, 200])
def test_nothing_is_wider_than_the_screen(drawn: Ayala, columns: int) -> None:
    drawn("dormitory", "add", "ZU-1/very long room, with a name", "--beds", "1")
    said = at_terminal(drawn, columns)("dormitory", "map").out.splitlines()
    assert max(map(cell_len, said)) <= columns
    assert {line[-1] for line in said if line.startswith("│")} == {"│"}  # nor cut off by it
    # The signs are explained on every screen; where they do not fit beside one another, one under another.
    assert [line for line in said[:3] if line.startswith("○")] == (["○ free"] if columns < 44 else [])


def test_an_empty_house_has_no_picture_and_says_so(ayala: Ayala) -> None:
    ayala("init")
    assert "nothing found" in at_terminal(ayala)("dormitory", "map").out


def test_the_picture_goes_to_no_file(drawn: Ayala) -> None:
    at_terminal(drawn)("dormitory", "map", "--output", "map.txt")
    assert "┌" not in (drawn.folder / "map.txt").read_text(encoding="utf-8")


def test_a_broken_rule_asks_for_the_reason(house: Ayala) -> None:
    done = at_terminal(house, 100)("dormitory", "place", "G-6", "ZU-1/102/1", stdin="decision 4\n")
    assert done.err.splitlines()[0] == (
        "ayala: G-6 on ZU-1/102/1: 26 years old on 2026-11-23, ZU-1 admits until 23 is reached"
    )
    assert "Reason:" in done.err
    (row,) = house("dormitory", "stays", "--graduate", "G-6", "--format", "json").json()
    assert (row["bed"], row["reason"]) == ("ZU-1/102/1", "decision 4")


def test_who_gives_no_reason_places_nobody(house: Ayala) -> None:
    done = at_terminal(house)("dormitory", "place", "G-6", "ZU-1/102/1", stdin="", ok=130)
    assert done.err.endswith("ayala: stopped; nothing was changed\n")
    assert house("dormitory", "stays", "--graduate", "G-6", "--format", "json").json() == []
