"""A title above the headings, and a heading that is misspelt: said, and never in the way of the rest."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from ayala.sheets.columns import Looking
from tests.program import Ayala

HEADINGS = ["Фамилия", "Имя", "Дата рождения", "Пол"]
ROWS = [["Ахметов", "Асқар", "12.03.2001", "м"], ["Цой", "Ирина", "30.02.2002", "ж"]]
TITLE = [["Список выпускников на 01.11.2026"], ["Отдел образования", "", "исх. № 12"], []]


@pytest.fixture
def office(ayala: Ayala) -> Ayala:
    ayala("init")
    return ayala


def sheet(folder: Path, name: str, rows: list[list[str]]) -> str:
    if name.endswith(".xlsx"):
        book = xlsxwriter.Workbook(str(folder / name))
        page = book.add_worksheet("Лист1")
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
        book.close()
    else:
        text = io.StringIO()
        csv.writer(text, delimiter=";").writerows(rows)
        (folder / name).write_text(text.getvalue(), encoding="utf-8")
    return name


def counts(answer: Any) -> list[tuple[int, int]]:
    return [(row["added"], row["rejected"]) for row in answer]


@pytest.mark.parametrize("name", ["f.csv", "f.xlsx"])
def test_what_stands_above_the_headings_is_left_out_and_said(
    office: Ayala, office_db: str, name: str
) -> None:
    sheet(office.folder, name, [*TITLE, HEADINGS, *ROWS])
    done = office("import", name, "--keep-good", "--rejects", "bad.csv", "--format", "json", ok=4)
    assert counts(done.json()) == [(1, 1)]
    assert f"{name}: the headings are on line 4; what stands above them is left out\n" in done.err
    assert f"{name}:6: birth_date: " in done.err
    assert f"{name}:1:" not in done.err
    bad = (office.folder / "bad.csv").read_text(encoding="utf-8-sig").splitlines()
    assert bad[0].replace(",", ";").startswith("Фамилия;Имя;Дата рождения;Пол")
    mended = (office.folder / "bad.csv").read_text(encoding="utf-8-sig").replace("30.02", "28.02")
    (office.folder / "bad.csv").write_text(mended, encoding="utf-8")
    assert counts(office("import", "bad.csv", "--format", "json").json()) == [(1, 0)]


def test_a_plan_of_a_sheet_with_a_title_is_applied(office: Ayala, office_db: str) -> None:
    sheet(office.folder, "f.csv", [*TITLE, HEADINGS, ROWS[0]])
    office("import", "f.csv", "--plan", "f.plan")
    done = office("import", "--apply", "f.plan", "--format", "json")
    assert counts(done.json()) == [(1, 0)]


def test_blank_lines_above_the_headings_are_counted(office: Ayala) -> None:
    sheet(office.folder, "f.csv", [[], [], [*HEADINGS, "Регеон"], [*ROWS[0], "Астана"]])
    done = office("import", "f.csv", "--dry-run")
    assert "f.csv:3: Регеон: column 5 is not known and is left out; did you mean Регион?" in done.err
    assert "the headings are on line" not in done.err


def test_only_the_lines_at_the_top_are_looked_at(office: Ayala) -> None:
    filler = [[f"строка {n}"] for n in range(30)]
    sheet(office.folder, "f.csv", [*filler, HEADINGS, ROWS[0]])
    done = office("import", "f.csv", ok=4)
    assert done.err.startswith("f.csv:1: the headings (строка 0) are those of no kind of sheet\n")


@pytest.mark.parametrize("rows", [[["Список"]], [["Список"], ["Фамилия", "и ещё"], ["Имя", "что-то"]]])
def test_a_sheet_without_headings_is_told_of_its_first_line(office: Ayala, rows: list[list[str]]) -> None:
    sheet(office.folder, "f.csv", rows)
    done = office("import", "f.csv", ok=4)
    assert done.err.startswith("f.csv:1: the headings (Список) are those of no kind of sheet\n")


def test_headings_below_a_title_that_lack_one_are_told_as_headings(office: Ayala) -> None:
    sheet(office.folder, "f.csv", [*TITLE, ["Фамилия", "Имяя", "Дата рождения", "Пол"], ROWS[0]])
    done = office("import", "f.csv", ok=4)
    assert (
        "f.csv:4: the headings fit graduates best, but lack given_name; "
        "column 2, Имяя, is perhaps given_name\n"
        "try: ayala import map save NAME --from f.csv --set 'Имяя=given_name', then --map NAME\n"
    ) in done.err
    office("import", "map", "save", "office", "--from", "f.csv", "--set", "Имяя=given_name")
    done = office("import", "f.csv", "--map", "office", "--format", "json")
    assert counts(done.json()) == [(1, 0)]


def test_a_misspelt_heading_of_the_kind_that_was_named(office: Ayala) -> None:
    sheet(office.folder, "f.csv", [["Фамилия", "Имяя", "Дата рождения", "Пол", "x"], ROWS[0]])
    done = office("import", "f.csv", "--as", "graduates", ok=4)
    assert (
        "f.csv:1: a sheet of graduates needs the heading given_name; column 2, Имяя, is perhaps given_name"
        in done.err
    )


def test_a_heading_with_an_apostrophe_is_not_put_into_a_command(office: Ayala) -> None:
    sheet(office.folder, "f.csv", [["Фамилия", "Имя'я", "Дата рождения", "Пол"], ROWS[0]])
    done = office("import", "f.csv", ok=4)
    assert "column 2, Имя'я, is perhaps given_name" in done.err
    assert "--set 'THEIR WORD=surname'" in done.err


@pytest.mark.parametrize("name", ["f.csv", "f.xlsx"])
@pytest.mark.parametrize("title", [[], TITLE])
@pytest.mark.parametrize(
    "numbers", [["1", "2", "3", "4"], ["(1)", "(2)", "(3)", ""], ["1.", "2.", "3.", "4."]]
)
def test_a_line_that_numbers_the_columns_is_left_out(
    office: Ayala, name: str, title: list[list[str]], numbers: list[str]
) -> None:
    sheet(office.folder, name, [*title, HEADINGS, numbers, ROWS[0]])
    done = office("import", name, "--format", "json")
    assert counts(done.json()) == [(1, 0)]
    assert f"{name}: the line below the headings numbers the columns; it is left out\n" in done.err


@pytest.mark.parametrize("row", [["1", "2", "4", "3"], ["1", "2"], ["2", "3", "4", "5"]])
def test_other_numbers_below_the_headings_are_a_row(office: Ayala, row: list[str]) -> None:
    sheet(office.folder, "f.csv", [HEADINGS, row, ROWS[0]])
    done = office("import", "f.csv", "--keep-good", "--format", "json", ok=4)
    assert counts(done.json()) == [(1, 1)]


def test_headings_with_nothing_below(office: Ayala) -> None:
    sheet(office.folder, "f.csv", [HEADINGS])
    sheet(office.folder, "f.xlsx", [*TITLE, HEADINGS])
    done = office("import", "f.csv", "f.xlsx", "--format", "json")
    assert counts(done.json()) == [(0, 0), (0, 0)]


def test_a_row_of_numbers_that_says_something_is_a_row(office: Ayala) -> None:
    (office.folder / "b.csv").write_text("building,room,bed\n1,2,3\n1,2,4\n", encoding="utf-8")
    assert counts(office("import", "b.csv", "--format", "json").json()) == [(2, 0)]


def test_rows_cut_at_their_last_cell_do_not_change_the_delimiter(office: Ayala) -> None:
    (office.folder / "f.csv").write_text(
        "Фамилия;Имя;Адрес;Дата рождения;Пол;Примечание;Телефон\n"
        "Ким;Олег;Алматы, Абая 1;12.03.2001;м\n"
        "Цой;Анна;Алматы, Абая 2;12.03.2002;ж;студентка\n",
        encoding="utf-8",
    )
    assert counts(office("import", "f.csv", "--format", "json").json()) == [(2, 0)]


def test_a_title_with_another_sign_than_the_rows(office: Ayala) -> None:
    sheet(office.folder, "f.csv", [["Список, 2026 год"], HEADINGS, ROWS[0], ROWS[0]])
    assert counts(office("import", "f.csv", "--format", "json").json()) == [(1, 0)]


@pytest.mark.parametrize("above", [[*TITLE, HEADINGS], [HEADINGS, ["1", "2", "3", "4"]]])
@pytest.mark.parametrize("rows", [[], ROWS])
def test_a_file_that_changes_above_its_rows_while_it_is_read(
    office: Ayala, monkeypatch: pytest.MonkeyPatch, above: list[list[str]], rows: list[list[str]]
) -> None:
    name = sheet(office.folder, "f.csv", [*above, ROWS[0]])
    columns = Looking.columns

    def and_then_changed(looking: Looking, *args: Any, **more: Any) -> Any:
        sheet(office.folder, name, [HEADINGS, *rows])
        return columns(looking, *args, **more)

    monkeypatch.setattr(Looking, "columns", and_then_changed)
    done = office("import", name, ok=4)
    assert "f.csv: the file changed while it was read; nothing is taken in" in done.err


def test_columns_that_are_left_out_are_counted_too(office: Ayala) -> None:
    rows = [["№ п/п", *HEADINGS], ["1", "2", "3", "4", "5"], ["1", *ROWS[0]]]
    sheet(office.folder, "f.csv", rows)
    assert counts(office("import", "f.csv", "--format", "json").json()) == [(1, 0)]
