"""Sheets and folders that are refused whole: their kind, their quotes, where they are; nothing is changed."""

from __future__ import annotations

import pytest

from tests.program import Ayala
from tests.terminal import at_terminal

HEAD = "surname,given_name,birth_date,sex\n"
GOOD = "Әбдіров,Ғани,1998-03-15,M\n"


@pytest.fixture
def office(ayala: Ayala) -> Ayala:
    ayala("init")
    return ayala


def test_a_kind_that_does_not_exist(office: Ayala) -> None:
    done = office("import", "-", "--as", "people", stdin=HEAD + GOOD, ok=2)
    assert done.err.startswith("ayala: 'people' is no kind of sheet\ntry: --as graduates | beds | ")
    assert done.out == ""


def test_a_kind_whose_headings_are_not_there(office: Ayala) -> None:
    done = office("import", "-", "--as", "appeals", "--format", "json", stdin=HEAD + GOOD, ok=4)
    assert done.err.splitlines()[0] == (
        "-:1: a sheet of appeals needs the heading received_on, category, "
        "iin or graduate or caller or number or code"
    )
    assert [(row["read"], row["added"]) for row in done.json()] == [(0, 0)]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (
            '"A"b,C,1998-03-15,M\n',
            'a closing quote (") is followed by more text; double the quotes inside a field',
        ),
        (
            "A\rB,C,1998-03-15,M\n",
            "a carriage return stands inside the line; save the sheet with Unix or Windows line ends",
        ),
        (
            "x" * 70_000 + ",C,1998-03-15,M\n",
            "a field has more than 65536 characters; a quote may be open",
        ),
        ('"A,C,1998-03-15,M\n' + GOOD, 'a quote (") is opened and never closed'),
    ],
)
def test_a_line_that_is_no_csv_is_named(office: Ayala, row: str, sentence: str) -> None:
    done = office("import", "-", "--format", "json", stdin=HEAD + GOOD + row, ok=4)
    assert done.err.splitlines()[0] == f"-:3: {sentence}"
    assert [(answer["read"], answer["added"]) for answer in done.json()] == [(0, 0)]
    assert office("graduate", "list", "--format", "json").json() == []


def test_nobody_is_asked_to_type_a_sheet(office: Ayala) -> None:
    done = at_terminal(office)("import", "-", stdin=HEAD + GOOD, ok=2)
    assert done.err == "ayala: - means a sheet on stdin, and none is piped in\ntry: ayala import FILE\n"


def test_a_file_that_the_system_cannot_open(office: Ayala) -> None:
    name = "x" * 300
    assert office("import", name, ok=2).err == f"ayala: {name} cannot be read: File name too long\n"


def test_a_folder_for_the_export_that_cannot_be_made(office: Ayala) -> None:
    (office.folder / "sheets").write_text("in the way", encoding="utf-8")
    for folder in ("sheets", "sheets/2026"):
        assert office("export", folder, ok=7).err.startswith(f"ayala: {folder} cannot be made: ")
    assert (office.folder / "sheets").read_text(encoding="utf-8") == "in the way"
