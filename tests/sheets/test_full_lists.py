"""Full lists: what is on record and not in the sheet is listed with what to do next, and never removed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.program import Ayala
from tests.sheets.test_sheets_plans import BEFORE

MORE = {
    "graduates": (
        "code,iin,surname,given_name,birth_date,sex,region\n"
        "G-1,010203500008,Ким,Олег,2001-02-03,M,75\nG-2,,Нұр,Дана,2004-05-06,F,75\n"
        "G-3,,Серік,Асан,2003-01-01,M,71\n"
    ),
    "stays": (
        "graduate,building,room,bed,from_date,until\n"
        "G-1,ZU-1,101,1,2026-09-01,\nG-3,ZU-1,101,2,2026-01-01,2026-02-01\n"
    ),
    "queue": (
        "code,graduate,registrar,registered_on,number,status\n"
        "Q-1,G-1,akimat,2022-05-14,607,waiting\nQ-2,G-2,akimat,2023-01-01,,waiting\n"
        "Q-3,G-2,bank,2023-01-01,,waiting\nQ-4,G-3,akimat,2020-01-01,,housed\n"
    ),
}
ALL = {**BEFORE, **MORE}


@pytest.fixture
def office(ayala: Ayala, office_db: str) -> Ayala:
    """An office with something of every kind."""
    for kind, content in ALL.items():
        (ayala.folder / f"{kind}.csv").write_text(content, encoding="utf-8")
    ayala("import", *(f"{kind}.csv" for kind in ALL))
    return ayala


def missing(office: Ayala, content: str, *options: str, ok: int = 0) -> tuple[list[Any], str]:
    """What is missing from a list, and the sentence that says what it is taken for."""
    (office.folder / "list.csv").write_text(content, encoding="utf-8")
    before = {table: office(*words, "--format", "csv").out for table, words in LISTS.items()}
    done = office("import", "list.csv", "--full-list", "--format", "json", *options, ok=ok)
    assert {table: office(*words, "--format", "csv").out for table, words in LISTS.items()} == before
    rows = [tuple(row.values())[2:] for row in done.json()["missing"]]
    (said,) = [line for line in done.err.splitlines() if "taken for" in line]
    return rows, said.removeprefix("list.csv: taken for the full list of all ")


LISTS = {"graduates": ("graduate", "list"), "queue": ("housing", "queue", "list")}

EXPECTED = {
    "graduates": [("G-1", "G-1", "Ким Олег", "ayala graduate show G-1")],
    "beds": [("ZU-1/101/1", None, "ZU-1/101/1", "ayala dormitory map")],
    "partners": [("Нан", None, "Нан", "")],
    "workplaces": [("Нан", None, "наубайшы", "")],
    "appeals": [("A-2026-0001", "G-1", "housing", "ayala appeal show A-2026-0001")],
    "sessions": [("E-1", None, "x", "ayala service session show E-1")],
    "services": [("S-1", "G-1", "legal", "ayala service show S-1")],
    "attendance": [("E-1", "G-1", "Ким Олег", "ayala graduate show G-1")],
    "stays": [("ZU-1/101/1", "G-1", "Ким Олег", "ayala graduate show G-1")],
    "apartments": [("G-1", "G-1", "Ким Олег", "ayala graduate show G-1")],
    "queue": [("Q-1", "G-1", "Ким Олег", "ayala housing queue show Q-1")],
    "placements": [("P-1", "G-1", "наубайшы", "ayala work show P-1")],
}
"""What is missing where the first row of the kind's sheet is left out, and all else is there."""


@pytest.mark.parametrize("kind", EXPECTED)
def test_what_is_left_out_is_listed_of_every_kind(office: Ayala, kind: str) -> None:
    head, first, *rest = ALL[kind].splitlines(keepends=True)
    whole, _ = missing(office, head + first + "".join(rest))
    assert whole == []
    left_out, _ = missing(office, head + "".join(rest), "--as", kind)
    assert left_out == EXPECTED[kind]


HEAD = "code,iin,surname,given_name,birth_date,sex,region\n"


def test_a_list_of_one_region_is_held_against_that_region(office: Ayala) -> None:
    rows, said = missing(office, HEAD + ",,Нұр,Дана,2004-05-06,F,Алматы қаласы\n")
    assert (rows, said) == (EXPECTED["graduates"], "graduates of region 75")
    both = HEAD + ",,Нұр,Дана,2004-05-06,F,75\n,,Серік,Асан,2003-01-01,M,71\n"
    assert missing(office, both) == (EXPECTED["graduates"], "graduates on record")
    none = HEAD + ",,Нұр,Дана,2004-05-06,F,\n"
    assert [row[0] for row in missing(office, none)[0]] == ["G-1", "G-3"]


@pytest.mark.parametrize(
    "row",
    ["G-1,,Ким,Олег,2001-02-03,,75", ",010203500008,Ким,,2001-02-03,M,75", ",,Ким,Олег,2001-02-03,X,75"],
)
def test_who_is_on_the_list_in_a_rejected_row_is_not_missing(office: Ayala, row: str) -> None:
    rows, said = missing(office, f"{HEAD}{row}\n,,Нұр,Дана,2004-05-06,F,75\n", "--keep-good", ok=4)
    assert (rows, said) == ([], "graduates of region 75; 1 rejected row may mean some of them")
    rows, said = missing(office, f"{HEAD}{row}\n,,,Дана,2004-05-06,F,75\n", ok=4)
    assert [found[0] for found in rows] == ["G-2"]
    assert said.endswith("; 2 rejected rows may mean some of them")


def test_a_rejected_bed_or_partner_is_not_missing(office: Ayala) -> None:
    assert missing(office, "building,room,bed,floor\nZU-1,101,1,x\n", "--keep-good", ok=4)[0] == [
        ("ZU-1/101/2", None, "ZU-1/101/2", "ayala dormitory map")
    ]
    assert missing(office, "name,kind\nНан,none\n", "--keep-good", ok=4)[0] == []


def test_who_is_archived_is_not_expected_and_who_is_blocked_is_not_named(office: Ayala) -> None:
    office("graduate", "close", "G-3", "--reason", "moved abroad")
    office("graduate", "block", "G-1", "--reason", "asked for it")
    rows, _ = missing(office, HEAD + ",,Нұр,Дана,2004-05-06,F,\n")
    assert [row[:3] for row in rows] == [("G-1", "G-1", "blocked")]


def test_people_say_nothing_found_and_a_plan_lists_as_well(office: Ayala) -> None:
    done = office("import", "graduates.csv", "--full-list")
    assert done.out.endswith("\nOn record and missing from the list\nnothing found\n")
    (office.folder / "list.csv").write_text(HEAD + ",,Нұр,Дана,2004-05-06,F,75\n", encoding="utf-8")
    shown = office("import", "list.csv", "--full-list", "--plan", "a.plan", "--format", "json").json()[
        "missing"
    ]
    assert office("import", "--apply", "a.plan", "--format", "json").json()["missing"] == shown
    assert [row["code"] for row in shown] == ["G-1"]


def test_a_sheet_that_is_refused_lists_nothing(office: Ayala) -> None:
    (office.folder / "list.csv").write_text("colour\nred\n", encoding="utf-8")
    done = office(
        "import", "list.csv", "graduates.csv", "--full-list", "--keep-good", "--format", "json", ok=4
    )
    assert done.json()["missing"] == []
    assert "list.csv: taken" not in done.err
