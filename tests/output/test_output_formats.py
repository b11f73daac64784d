"""The way out: formats of text, one table or several, masked, atomic, harmless."""

from __future__ import annotations

import csv
import io
import json
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ayala.errors import LibraryMissing, NotWritable, WrongUsage
from ayala.language import catalogue
from ayala.output.emit import as_text, choose_format, emit, masked, replacing
from ayala.output.harmless import BadText, cell, clean_in, term
from ayala.output.table import Column, Table, columns

ROWS = [
    {"code": "A-1", "topic": "housing", "appeals": 689, "share": 0.5345, "on": "2019-01-03", "open": 1},
    {"code": "A-2", "topic": "legal", "appeals": 7, "share": 0.0054, "on": None, "open": 0},
]
TABLE = Table(
    "appeals",
    [
        *columns("code", "topic:topic", "appeals#"),
        Column("share", "share"),
        *columns("on@"),
        Column("open", "flag"),
    ],
    ROWS,
    {"appeals": 696},
    "2019",
)


@pytest.fixture(autouse=True)
def english() -> None:
    catalogue.choose("en")


def test_text_is_plain_and_whole() -> None:
    assert as_text([TABLE]) == (
        "Appeals: 2019\n"
        "Code    Topic         Appeals    Share  On          Open\n"
        "------  ----------  ---------  -------  ----------  ------\n"
        "A-1     housing           689  53.45 %  2019-01-03  yes\n"
        "A-2     legal help          7   0.54 %              no\n"
        "------  ----------  ---------  -------  ----------  ------\n"
        "total                     696\n"
    )


def test_markdown_is_a_pipe_table_with_a_heading() -> None:
    assert as_text([TABLE], "markdown") == (
        "## Appeals: 2019\n\n"
        "| Code | Topic | Appeals | Share | On | Open |\n"
        "| --- | --- | ---: | ---: | --- | --- |\n"
        "| A-1 | housing | 689 | 53.45 % | 2019-01-03 | yes |\n"
        "| A-2 | legal help | 7 | 0.54 % |  | no |\n"
        "| total |  | 696 |  |  |  |\n"
    )


def test_machine_formats_have_codes_and_no_totals() -> None:
    stream = io.StringIO()
    from ayala.output import csv as as_csv

    as_csv.write([TABLE], stream, single=True)
    assert stream.getvalue() == (
        "code,topic,appeals,share,on,open\nA-1,housing,689,0.5345,2019-01-03,yes\nA-2,legal,7,0.0054,,no\n"
    )
    document = json.loads(as_text([TABLE], "json"))
    assert document == {
        "appeals": [
            {
                "code": "A-1",
                "topic": "housing",
                "appeals": 689,
                "share": 0.5345,
                "on": "2019-01-03",
                "open": True,
            },
            {"code": "A-2", "topic": "legal", "appeals": 7, "share": 0.0054, "on": None, "open": False},
        ]
    }


def test_several_tables_in_one_csv_are_led_by_their_keys() -> None:
    assert as_text([TABLE, Table("work", columns("placed#"), [{"placed": 1}])], "csv").split("\n\n")[1] == (
        "table,placed\nwork,1\n"
    )


def test_an_empty_table_says_so_and_an_empty_list_is_json() -> None:
    empty = Table("appeals", columns("code"), [])
    assert as_text([empty]) == "Appeals\nnothing found\n"
    assert json.loads(as_text([empty], "json")) == {"appeals": []}


def test_headings_and_names_are_in_the_chosen_language() -> None:
    seen = set()
    for lang in catalogue.LANGUAGES:
        catalogue.choose(lang)
        text = as_text([TABLE])
        assert "689" in text
        seen.add(text)
    catalogue.choose("en")
    assert len(seen) == 3


def test_personal_values_are_masked_but_for_the_last_four() -> None:
    table = Table("graduates", columns("iin", "phone"), [{"iin": "980315300005", "phone": "+77012345678"}])
    assert list(masked(table).rows) == [{"iin": "********0005", "phone": "********5678"}]


def test_the_format_is_asked_for_or_told_by_the_suffix() -> None:
    assert choose_format(None, None) == "text"
    assert choose_format(None, "x.json") == "json"
    assert choose_format("csv", "x.json") == "csv"
    with pytest.raises(WrongUsage):
        choose_format("pdf", None)


def test_a_file_is_replaced_as_a_whole_and_private(tmp_path: Path) -> None:
    target = tmp_path / "report.csv"
    target.write_text("old")
    target.chmod(0o644)
    emit(TABLE, output=str(target))
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert target.read_text(encoding="utf-8").startswith("code,topic")
    assert [path.name for path in tmp_path.iterdir()] == ["report.csv"]


def test_on_failure_the_old_file_stays(tmp_path: Path) -> None:
    target = tmp_path / "report.csv"
    target.write_text("old")

    def fail_half_way() -> None:
        with replacing(target) as stream:
            stream.write("half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["report.csv"]


def test_a_link_is_replaced_and_not_written_through(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("precious")
    link = tmp_path / "report.csv"
    link.symlink_to(precious)
    emit(TABLE, output=str(link))
    assert precious.read_text() == "precious"
    assert not link.is_symlink()


def test_a_folder_that_is_none_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NotWritable):
        emit(TABLE, output=str(tmp_path / "file" / "report.csv"))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Әбдіров Ғани", "Әбдіров Ғани"),
        ("a\x1b]52;c;AAAA\x07b", "a\\u001b]52;c;AAAA\\u0007b"),
        ("пример\u202egnp.exe", "пример\\u202egnp.exe"),
        ("a\u200bb", "a\\u200bb"),
        ("[red]bold[/red]", "[red]bold[/red]"),
    ],
)
def test_text_for_a_terminal_cannot_act(text: str, shown: str) -> None:
    assert term(text) == shown


@given(st.text())
def test_no_text_reaches_a_terminal_with_a_control_character(text: str) -> None:
    import unicodedata

    assert not {unicodedata.category(c) for c in term(text)} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@pytest.mark.parametrize(
    "text", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3+cmd", "\tA1", " =1", "＝1", "|x"]
)
def test_a_spreadsheet_runs_nothing(text: str) -> None:
    assert cell(text) == "'" + text


@pytest.mark.parametrize(
    "text", ["+77012345678", "8 (701) 234-56-78", "-5", "Әсел", "", "2019-01-03", "-1.5"]
)
def test_phones_and_numbers_stay_as_they_are_in_a_cell(text: str) -> None:
    assert cell(text) == text


def test_what_goes_in_is_clean() -> None:
    assert clean_in("  Йәл\u0069  ") == "Йәлi"
    assert clean_in("Й") == "Й"  # composed
    assert clean_in("a\r\nb", lines=True) == "a\nb"
    for text in ("a\0b", "a\x1bb", "a\nb", "a\u202eb", "x" * 5000):
        with pytest.raises(BadText):
            clean_in(text)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=50))
def test_csv_comes_back_as_the_cell_it_was(text: str) -> None:
    written = as_text([Table("t", columns("a"), [{"a": text}])], "csv")
    (_, row) = csv.reader(io.StringIO(written, newline=""))
    assert row[1] == cell(text)


def test_columns_fit_the_screen_and_no_word_is_broken() -> None:
    from ayala.output.screen import GAP, fitted

    cells = [["Code", "Received on", "Name"], ["A-1", "2019-06-08", "Өтеген Ұлжан Қайратқызы"]]
    assert fitted(cells, 80) == [4, 11, 23]
    narrow = fitted(cells, 30)
    assert narrow is not None
    assert sum(narrow) + 2 * GAP == 30
    assert narrow[1] >= len("2019-06-08")
    assert narrow[2] >= len("Қайратқызы")
    assert fitted(cells, 20) is None


@given(
    st.lists(st.lists(st.text("абв гд", max_size=30), min_size=3, max_size=3), min_size=1, max_size=6),
    st.integers(min_value=10, max_value=120),
)
def test_fitted_widths_never_exceed_the_screen(cells: list[list[str]], available: int) -> None:
    from ayala.output.screen import GAP, fitted

    widths = fitted(cells, available)
    if widths is not None:
        assert sum(widths) + GAP * 2 <= available
        for column, width in zip(zip(*cells, strict=True), widths, strict=True):
            assert all(len(word) <= width for cell in column for word in cell.split())


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    import threading

    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    got: list[str] = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_text(encoding="utf-8")))
    reader.start()
    emit(TABLE, format="csv", output=str(pipe))
    reader.join(10)
    assert got[0].startswith("code,topic")
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@pytest.mark.parametrize("name", ["x.xls", "x.xlsm", "x.ods", "x.doc", "x.odt", "x.PDF"])
def test_a_suffix_that_is_not_written_is_refused(name: str) -> None:
    with pytest.raises(WrongUsage):
        choose_format(None, name)


@pytest.mark.parametrize(
    ("name", "format"),
    [("x.xlsx", "xlsx"), ("x.HTML", "html"), ("x.htm", "html"), ("x.docx", "docx"), ("x", "text")],
)
def test_the_suffix_tells_the_format(name: str, format: str) -> None:
    assert choose_format(None, name) == format


def test_a_library_that_is_missing_is_said_with_the_way_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from ayala.output import emit as way_out

    monkeypatch.setattr(way_out, "find_spec", lambda name: None)
    with pytest.raises(LibraryMissing) as refused:
        choose_format(None, "letter.docx")
    assert refused.value.hint == "pip install 'ayala[docx]'"
    assert choose_format(None, "table.xlsx") == "xlsx"
