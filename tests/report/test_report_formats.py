"""Each report in all seven formats, written by the command and read back: the same figures in each."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest

from ayala.output import words
from ayala.output.table import FIGURES, Table
from ayala.report.asked import REPORTS, Asked, tables_of
from ayala.storage.asking import Asking
from tests.output.test_output_files import read_html
from tests.program import Ayala
from tests.report.conftest import ASKED


def read(table: Table) -> list[list[str]]:
    """The lines of a table as people read them in English, its total last."""
    rows = [words.row_values(table, row) for row in table.rows]
    return [*rows, words.total_values(table)] if rows and table.total is not None else rows


def shown(tables: Sequence[Table]) -> list[list[list[str]]]:
    """What every format for people has to hold: the tables that have lines."""
    return [read(table) for table in words.for_people(tables) if list(table.rows)]


@pytest.mark.parametrize("what", ["all", "a region"])
@pytest.mark.parametrize("name", REPORTS)
def test_seven_formats_of_a_report_have_the_same_figures(
    busy: Ayala,
    ask: Asking,
    tmp_path: Path,
    name: str,
    what: str,
) -> None:
    asked: Asked = ASKED[what]
    words_of = ["report", name, asked.span.label, *(["--region", asked.region] if asked.region else [])]
    endings = ("json", "csv", "md", "txt", "html", "docx", "xlsx")
    for ending in endings:
        busy(*words_of, "--output", f"out.{ending}")
    files = {ending: tmp_path / f"out.{ending}" for ending in endings}
    tables = tables_of(name)(ask, asked)
    for table in tables:
        table.rows = list(table.rows)
        table.on = table.on or asked.as_of
    people = shown(tables)
    assert sum(len(lines) for lines in people) > 5

    document = json.loads(files["json"].read_text(encoding="utf-8"))
    assert list(document) == [*(table.key for table in tables), "report"]
    for table in tables:
        keys = [column.key for column in table.columns]
        assert document[table.key] == [{key: row.get(key) for key in keys} for row in table.rows]

    blocks = list(csv.reader(io.StringIO(files["csv"].read_text(encoding="utf-8"))))
    for table in tables:
        lines = [line[1:] for line in blocks if line and line[0] == table.key]
        assert [figures(table, line) for line in lines] == [
            figures(table, [plain(row.get(column.key)) for column in table.columns]) for row in table.rows
        ]

    page = read_html(files["html"].read_bytes())
    assert [table[1:] for table in page.tables] == people

    letter = docx.Document(str(files["docx"]))
    held = [[[cell.text for cell in row.cells] for row in table.rows] for table in letter.tables]
    assert [table[1:] for table in held[:-1]] == people  # the last is what the report says about itself

    book = openpyxl.load_workbook(files["xlsx"])
    sheets = list(book)
    for table in tables:
        if not table.rows:
            continue
        # Behind some tables stands a sheet of what their chart draws.
        sheet = next(sheet for sheet in sheets if heads(sheet) == words.headings(table))
        sheets.remove(sheet)
        lines = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
        for row, line in zip(table.rows, lines, strict=False):
            for column, value in zip(table.columns, line, strict=False):
                if column.kind in FIGURES:
                    assert value == row.get(column.key), (table.key, column.key)
        if table.total is not None:
            total = lines[len(list(table.rows))]
            for at, column in enumerate(table.columns):
                if at and column.kind in FIGURES:
                    assert total[at] == table.total.get(column.key), (table.key, column.key)

    for ending in ("md", "txt"):
        text = files[ending].read_text(encoding="utf-8").replace("\\", "").replace("|", " ")
        printed = [" ".join(line.split()) for line in text.splitlines()]
        for lines in people:
            for line in lines:
                assert " ".join(" ".join(line).split()) in printed, ending


def heads(sheet: Any) -> list[str]:
    return [cell.value for cell in sheet[2] if cell.value is not None]


def plain(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def figures(table: Table, line: Sequence[str]) -> list[str]:
    return [text for column, text in zip(table.columns, line, strict=True) if column.kind in FIGURES]
