"""A block of lines is read column by column, and says what its lines would one by one."""

from __future__ import annotations

import csv
import io
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ayala.errors import SheetNotReadable
from ayala.graduate.phones import BadPhone, is_as_kept, read_phone
from ayala.sheets import columns as looking_at
from ayala.sheets import parsing as reading_cells
from ayala.sheets import reader
from ayala.sheets.columns import Columns, Looking, NoName
from ayala.sheets.kinds import kind_named
from ayala.sheets.parsing import parsing
from ayala.sheets.reader import Block, Line, Number, reading
from ayala.sheets.rows import Problem
from tests.program import Ayala

TODAY = date(2026, 11, 23)
GRADUATES = kind_named("graduates")
QUEUE = kind_named("queue")

WRITTEN = st.sampled_from(
    [
        "", " ", "\u00a0", "\u2003\u3000", "980315300005", " 980315300005 ", "98031530000\u0665", "980315-300005",
        "980315300006", "000000000000", "٩٨٠٣١٥٣٠٠٠٠٥", "+77012345678", "+7701234567\u0668", "8 (701) 234-56-78",
        "8 701 234 56 78, 8 727 250 12 34", "+77012345678 ішкі 12", "12", "Әбдіров", "Aсан", "С?лейменов", "\u200b",
        "2001-03-27", "27.03.2001", "03/04/2001", "27/03/2001", "04/27/2001", "2001-02-30", "1.1.01", "F", "ер", "X",
        "75", "Алматы", "Atlantis", "G-12", "new", "екі\nжол", "a@example.org", "=1+1", "Ким Олег", "Ким",
    ]
)  # fmt: skip
CELL = WRITTEN | st.text(max_size=8) | st.text("0123456789 +-/.٠٥\u00a0", max_size=14)
PEOPLE: list[str | None] = [
    "iin", "surname", "given_name", None, "birth_date", "sex", "phone", "region", "note", "other_phones",
]  # fmt: skip
SHAPES = [
    (GRADUATES, PEOPLE, {}),
    (GRADUATES, ["full_name", "birth_date", "sex", "phone", "left_care_on"], {}),
    (GRADUATES, ["surname", "birth_date"], {"sex": "F", "region": "75"}),
    (QUEUE, ["iin", "graduate", "registrar", "registered_on", "number"], {}),
]
"""Kinds with the columns of a sheet, and what is said of all rows."""
SHEET = st.sampled_from(SHAPES).flatmap(
    lambda shape: st.tuples(
        st.just(shape),
        st.lists(
            st.lists(CELL, min_size=len(shape[1]), max_size=len(shape[1]))
            | st.lists(CELL, min_size=1, max_size=12),
            min_size=1,
            max_size=9,
        ),
    )
)


def one_by_one(
    columns: Columns, kind: Any, said: dict[str, Any], cells: list[str]
) -> tuple[Any, list[Problem]]:
    """What a row says, read cell by cell with nothing remembered."""
    values, problems = dict(said), []
    for (heading, parse), cell in zip(columns.parsers, cells, strict=False):
        if parse is None or not (text := cell.strip()):
            continue
        try:
            values[heading] = parse(text)
        except ValueError as error:
            problems.append(Problem(heading, str(error), getattr(error, "code", "bad_value")))
    there, width = len(columns.headings), len(columns.parsers)
    if any(map(str.strip, cells[width:])):
        what = f"has {there + len(cells) - width} cells, but there are {there} headings"
        problems.append(Problem("row", what, "too_many_cells"))
    tried = values.keys() | {problem.heading for problem in problems}
    for heading, rule in kind.headings.items():
        if rule.required and heading not in tried:
            problems.append(Problem(heading, "missing", f"no_{heading}"))
    lacking = [group for group in kind.one_of if tried.isdisjoint(group)]
    problems += [Problem(" or ".join(group), "missing", "no_" + "_or_".join(group)) for group in lacking]
    return list(values.items()), problems


def blocks_of(rows: list[list[str]], size: int) -> list[Block]:
    numbers = list(range(2, len(rows) + 2))
    return [Block(numbers[at : at + size], rows[at : at + size]) for at in range(0, len(rows), size)]


@settings(max_examples=400, deadline=None)
@given(SHEET, st.integers(1, 4), st.booleans(), st.sampled_from([0, 1, 4096]))
def test_a_block_says_what_its_lines_say_one_by_one(
    sheet: Any, size: int, alike: bool, remembered: int
) -> None:
    (kind, headings, said), rows = sheet
    looking = Looking(headings, kind)
    columns = looking.columns("f.csv", today=TODAY, dates="dmy")
    blocks = [columns.taken_apart(block) for block in blocks_of(rows, size)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading_cells, "MEMORY", remembered)
        parsed = parsing(columns, kind, said, alike=alike)
        found = [row for block in blocks for row in parsed(block)]
    cells = [cells for block in blocks for cells in block.rows]
    assert [row.cells for row in found] == cells
    assert [row.line for row in found] == list(range(2, len(rows) + 2))
    for row in found:
        assert (list(row.values.items()), row.problems) == one_by_one(columns, kind, said, row.cells)


@settings(max_examples=400, deadline=None)
@given(SHEET, st.integers(1, 4), st.sampled_from([0, 2, 1 << 14]))
@example((SHAPES[0], [[*[""] * 4, "03/04/2001"], [*[""] * 4, "27/03/2001"]] * 3), 2, 1)
def test_looking_at_a_block_tells_what_looking_at_its_lines_does(
    sheet: Any, size: int, remembered: int
) -> None:
    (kind, headings, _), rows = sheet
    careful, quick = Looking(headings, kind), Looking(headings, kind)
    for number, cells in enumerate(rows, 2):
        careful.see(Line(number, cells))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(looking_at, "REMEMBERED", remembered)
        for block in blocks_of(rows, size):
            quick.see_texts(block)
    for (_, heading, one), (_, _, other) in zip(careful.orders, quick.orders, strict=True):
        assert vars(one) | {"_seen": None} == vars(other) | {"_seen": None}, heading
    assert quick.long_phones == careful.long_phones
    assert not quick.numbered


def test_numbers_of_a_workbook_that_look_alike_are_told_apart_from_text() -> None:
    headings: list[str | None] = ["surname", "given_name", "birth_date", "sex"]
    looking = Looking(headings, GRADUATES)
    row = ["Ә", "Ғ", Number("36977"), "F"]
    looking.see(Line(2, row))
    parsed = parsing(looking.columns("f.xlsx", today=TODAY), GRADUATES, {}, alike=False)
    number, text = parsed(Block([2, 3], [row, ["Ә", "Ғ", "36977", "F"]]))
    assert (number.values["birth_date"], number.problems) == (date(2001, 3, 27), [])
    assert [problem.code for problem in text.problems] == ["bad_date"]


@given(st.from_regex(r"(\+7|8)7[0-9٠-٩]{8,10}", fullmatch=True) | st.text("+780٥ -\u00a0", max_size=14))
def test_a_number_that_is_as_it_is_kept_is_read_as_itself(text: str) -> None:
    with suppress(BadPhone):
        assert bool(is_as_kept(text)) == (read_phone(text) == text and text.startswith("+77"))


FIELD = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r?\ufffd"), max_size=3)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(FIELD, min_size=1, max_size=3), max_size=12), st.integers(1, 5))
def test_blocks_hold_the_lines_and_where_each_begins(rows: list[list[str]], size: int) -> None:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n", quoting=csv.QUOTE_ALL)
    expected, number = [], 2
    writer.writerow(["a", "b", "c"])
    for cells in rows:
        writer.writerow(cells)
        if any(map(str.strip, cells)):
            expected.append(Line(number, cells))
        number += 1 + sum(cell.count("\n") for cell in cells)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "BLOCK", size)
        patch.setattr("sys.stdin", Piped(stream.getvalue().encode()))
        with reading("-", encoding="utf-8", delimiter=",") as sheet:
            blocks = list(sheet.blocks)
    assert [Line(*line) for block in blocks for line in zip(*block, strict=True)] == expected
    assert all(len(block.rows) == size for block in blocks[:-1])


class Piped:
    """A stdin that holds these bytes."""

    def __init__(self, content: bytes) -> None:
        self.buffer = io.BytesIO(content)

    def isatty(self) -> bool:
        return False


@pytest.mark.parametrize("wrong", [b'"1\n2\n', b"\xc0\xc1\n", b"x" * 100], ids=["quote", "bytes", "length"])
def test_lines_before_one_that_cannot_be_read_are_given_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: bytes
) -> None:
    monkeypatch.setattr(reader, "PIECE", 16)
    monkeypatch.setattr(reader, "LONGEST_LINE", 64)
    path = tmp_path / "f.csv"
    path.write_bytes("surname,note\nӘ,1\nҒ,12345678901234567890\n".encode() + wrong)
    found: list[Line] = []
    with (
        pytest.raises(SheetNotReadable) as caught,
        reading(str(path), encoding="utf-8", delimiter=",") as sheet,
    ):
        found.extend(sheet.lines)
    assert str(caught.value).startswith(f"{path}:4: ")
    assert found[0] == Line(2, ["Ә", "1"])


def test_of_two_reasons_to_refuse_a_sheet_the_first_line_is_told(ayala: Ayala) -> None:
    ayala("init")
    masked = "surname,given_name,birth_date,sex,phone\nӘ,Ғ,2001-03-27,F,********5678\n"
    done = ayala("import", "-", stdin=masked + 'Ә,Ғ,2001-03-27,F,"\n', ok=4)
    assert "-:2: phone: the personal values of this sheet are masked" in done.err
    assert ":3:" not in done.err


def test_an_asterisk_in_a_note_hides_nothing_unless_a_number_is_behind_it(ayala: Ayala) -> None:
    ayala("init")
    people = "surname,given_name,birth_date,sex,note,phone\nӘ,Ғ,2001-03-27,F,* 2 * 2\nӘ,І,2001-03-27,F,,\n"
    ayala("import", "-", stdin=people)
    done = ayala("import", "-", stdin=people + "Ә,Ү,2001-03-27,F,phone ********5678,\n", ok=4)
    assert "-:4: note: the personal values of this sheet are masked" in done.err


def test_one_word_is_no_name_though_it_was_a_surname_above(ayala: Ayala) -> None:
    ayala("init")
    people = "full_name,birth_date,sex\nКим Олег,2001-03-04,M\nОлег Ан,2001-03-05,M\nКим,2002-03-04,M\n"
    done = ayala("import", "-", stdin=people + "Олег,2002-03-06,M\n", ok=4)
    assert [line.split(": ")[:2] for line in done.err.splitlines() if "1 word where" in line] == [
        ["-:4", "surname"],
        ["-:5", "surname"],
    ]


def test_what_is_no_name_equals_nothing_that_was_read_before() -> None:
    word = NoName("Ким")
    assert (word == "Ким") is False
    assert (word == word) is True
    assert word not in {"Ким": "a surname"}
