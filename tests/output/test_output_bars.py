"""Bars on a terminal: as long as their numbers, readable without colour, never wider than the screen."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from ayala.language.catalogue import LANGUAGES
from ayala.output import bars
from ayala.output.table import Chart, Table, columns
from tests.program import Ayala
from tests.terminal import at_terminal

BLOCKS = set("▏▎▍▌▋▊▉█▒░▓▁▂▃▄▅▆▇")


@pytest.fixture
def office(ayala: Ayala) -> Ayala:
    ayala("demo", "--file", "office.db", env={"AYALA_DATABASE": None})
    return ayala


def test_the_apartments_of_the_demo_are_drawn_beside_their_figures(office: Ayala) -> None:
    shown = at_terminal(office)("report", "summary", "2019").out
    [block] = [part for part in shown.split("\n\n") if part.startswith("Apartments granted\n")]
    assert [line.rstrip() for line in block.splitlines()[3:]] == [
        " 2018          20                            ██████████▌",
        " 2019          61                      3.05  ████████████████████████████████",
        "",
        "total          81",
    ]


@pytest.mark.parametrize("columns", [40, 60, 80, 100, 140, 200])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_is_wider_than_the_screen(office: Ayala, lang: str, columns: int) -> None:
    shown = at_terminal(office, columns)("--lang", lang, "report", "summary", "2019").out
    assert max(cell_len(line) for line in shown.splitlines()) <= columns
    assert "689" in shown
    assert (set(shown) & BLOCKS != set()) or columns < 80
    assert "\x1b[3" not in shown  # NO_COLOR


def test_bars_are_only_for_a_terminal(office: Ayala) -> None:
    shown = at_terminal(office, 140)("report", "summary", "2019").out
    assert set(shown) & BLOCKS
    for words in ((), ("--format", "markdown"), ("--format", "csv"), ("--format", "json")):
        assert not set(office("report", "summary", "2019", *words).out) & BLOCKS
    at_terminal(office, 140)("report", "summary", "2019", "--output", "x.txt")
    assert not set((office.folder / "x.txt").read_text(encoding="utf-8")) & BLOCKS
    coloured = at_terminal(office, 140)("report", "summary", "2019", env={"NO_COLOR": None}).out
    assert "\x1b[36m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == re.sub(r"\x1b\[[0-9;]*m", "", shown)


PARTS = ("residents", "free")


def of(kind: str, *numbers: tuple[float | None, ...]) -> Table:
    rows = [{"code": f"ZU-{n}", **dict(zip(PARTS, each, strict=True))} for n, each in enumerate(numbers)]
    return Table("buildings", columns("code", "residents#", "free#"), rows, chart=Chart(kind, "code", PARTS))  # type: ignore[arg-type]


def test_parts_of_a_whole_are_told_apart_by_how_dense_they_are() -> None:
    drawn = bars.beside(of("stacked", (6, 2), (1, 0), (0, 0)), 8)
    assert drawn is not None
    assert drawn.bars == ["██████▒▒", "█", ""]
    assert drawn.below == ["█ Residents  ▒ Free"]


def test_many_days_are_a_line_of_blocks_above_the_table() -> None:
    drawn = bars.beside(of("line", *((n, None if n % 5 == 0 else 3) for n in range(8))), 0)
    assert drawn is not None
    assert drawn.bars == []
    assert drawn.above == ["Residents  0 ▁▂▃▄▅▆▇█ 7", "Free  3  ▅▅▅▅ ▅▅ 3"]
    longer = bars.beside(of("line", *((n, None) for n in range(365))), 0)
    assert longer is not None
    assert len(longer.above[0]) == len("Residents  0  364") + 2 * bars.LONGEST


def test_of_several_series_the_first_is_drawn_under_its_name() -> None:
    drawn = bars.beside(of("columns", (8, 100), (None, 1), (4, 1)), 12)
    assert drawn is not None
    assert (drawn.heading, drawn.bars) == ("Residents", ["█" * 12, "", "█" * 6])
    assert bars.beside(of("columns", (8, 1)), bars.SHORTEST - 1) is None
    assert bars.beside(of("columns", (0, 1)), 12) is None  # nothing to see in the first


def test_a_second_column_of_codes_has_a_bar_in_every_line() -> None:
    rows = [
        {"topic": "housing", "status": "answered", "appeals": 8},
        {"topic": "housing", "status": "paused", "appeals": 2},
        {"topic": "legal", "status": "answered", "appeals": None},
    ]
    table = Table(
        "appeals",
        columns("topic:topic", "status:status", "appeals#"),
        rows,
        chart=Chart("stacked", "topic", ("appeals",), across="status"),
    )
    drawn = bars.beside(table, 8)
    assert drawn is not None
    assert (drawn.heading, drawn.bars) == ("Appeals", ["████████", "██", ""])


@given(
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), min_size=1, max_size=9),
    st.integers(9, 60),
)
def test_a_bar_is_as_long_as_its_number_and_no_number_is_unseen(
    numbers: list[tuple[int, int]], room: int
) -> None:
    longest = min(room, bars.LONGEST)
    drawn = bars.beside(of("columns", *numbers), room)
    if drawn is not None:
        highest = max(first for first, _ in numbers)
        for (number, _), bar in zip(numbers, drawn.bars, strict=True):
            length = len(bar) - 1 + bars.EIGHTHS.index(bar[-1]) / 8 if bar else 0
            assert abs(length - number / highest * longest) <= 1 / 8
            assert bool(bar) == bool(number)
    parts = bars.beside(of("stacked", *numbers), room)
    if parts is not None:
        assert all(
            len(bar) <= longest and bool(bar) == any(number)
            for bar, number in zip(parts.bars, numbers, strict=True)
        )
