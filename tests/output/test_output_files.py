"""The seven formats of the same tables carry the same figures, and nothing that was typed acts in any of them.

Each is read back by a program that knows nothing of Ayala: openpyxl, python-docx, an HTML parser, json, csv,
and LibreOffice where the machine has it.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
import stat
import subprocess
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from ayala.errors import WrongUsage
from ayala.language import catalogue
from ayala.output import words, xlsx
from ayala.output.emit import FORMATS, as_text, emit
from ayala.output.emit import write as write_format
from ayala.output.table import FIGURES, Chart, Column, Table, columns
from tests.program import Ayala
from tests.terminal import at_terminal

NASTY = (
    '=HYPERLINK("http://x.example","y")',
    "+1+cmd|' /C calc'!A0",
    "@SUM(A1)",
    "-2+3",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style></title></svg>&amp;&#x27;",
    "{{7*7}} ${7*7} %s {0}",
    "abc\u202egnp.exe",
    "esc\x1b]0;x\x07 nul\x00 bell\x07",
    "_x000D_ _x0041_ \x0b\x0c",
    "\ufffe\uffff \ud800",
    "line one\nline two\ttab",
    "👩‍👧 Әбдіров Ғани қыз 👋🏽",
    "http://x.example/a https://y.example mailto:a@b.kz",
    "7" * 40,
    "007",
    "ұзын " * 3000,
    " leading and trailing ",
)

EVERY = [
    *columns("text", "topic:topic", "n#"),
    Column("big", "number"),
    Column("share", "share"),
    Column("ratio", "ratio"),
    Column("on", "day"),
    Column("flag", "flag"),
    Column("iin", "iin"),
    Column("phone", "phone"),
]


def rows() -> list[dict[str, Any]]:
    return [
        {
            "text": text,
            "topic": "housing" if at % 2 else "legal",
            "n": at * 37,
            "big": 2**60 if at == 3 else at / 8,
            "share": at / 1000,
            "ratio": None if at == 0 else at * 1.25,
            "on": "1898-05-06" if at == 1 else f"2026-01-{at + 1:02}",
            "flag": at % 2,
            "iin": "980315300005",
            "phone": "+77012345678",
        }
        for at, text in enumerate(NASTY)
    ]


def tables() -> list[Table]:
    """Tables of every kind of column, an upright one, an empty one, an optional one without rows."""
    total = {"n": sum(at * 37 for at in range(len(NASTY))), "share": 1.0}
    return [
        Table("appeals", EVERY, rows(), total, "2026 <b>&", chart=Chart("bars", "text", ("n",))),
        Table("graduate", columns("code", "note", "birth_date@"), rows=[upright_row()], upright=True),
        Table("work", columns("partner", "placed#"), [], subtitle="2026"),
        Table("aid", columns("code"), [], optional=True),
    ]


def upright_row() -> dict[str, Any]:
    return {"code": "G-1", "note": NASTY[0] + "\n" + NASTY[4], "birth_date": "1998-03-15"}


def bytes_of(format: str, shown: Sequence[Table]) -> bytes:
    if format in ("xlsx", "docx"):
        stream = io.BytesIO()
        write_format(shown, format, stream, single=False)
        return stream.getvalue()
    return as_text(shown, format).encode("utf-8", "surrogatepass")


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    catalogue.choose("en")
    yield
    catalogue.choose("en")


# --- readers ---------------------------------------------------------------------------------------


class Tables(HTMLParser):
    """The tables of a page as lists of rows of texts; a tag or attribute that nobody expects fails."""

    TAGS = frozenset(
        {"html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "section", "div", "p", "br"}
        | {"dl", "dt", "dd", "table", "thead", "tbody", "tfoot", "tr", "th", "td"}
        | {"figure", "svg", "desc", "defs", "pattern", "path", "rect", "text", "g", "circle"}
    )

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self.texts: list[str] = []
        self.open = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in self.TAGS, f"<{tag}>"
        assert not any(name.startswith("on") or name in ("src", "href") for name, _ in attrs), attrs
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")
        elif tag in ("dt", "dd"):
            self.texts.append("")
        elif tag == "br":
            self.handle_data("\n")
        self.open = tag if tag != "br" else self.open

    def handle_data(self, data: str) -> None:
        if self.open in ("td", "th"):
            self.tables[-1][-1][-1] += data
        elif self.open in ("dt", "dd"):
            self.texts[-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == self.open or tag in ("td", "th", "dt", "dd"):
            self.open = ""


def read_html(content: bytes) -> Tables:
    parser = Tables()
    parser.feed(content.decode())
    parser.close()
    return parser


def texts(table: Table) -> list[list[str]]:
    """A table as people read it, the total too."""
    shown = [words.headings(table), *(words.row_values(table, row) for row in table.rows)]
    return [*shown, words.total_values(table)] if table.total is not None else shown


# --- the same figures ------------------------------------------------------------------------------


def test_a_page_has_every_figure_and_nothing_in_it_acts() -> None:
    read = read_html(bytes_of("html", tables()))
    assert read.tables == [texts(tables()[0])]
    assert read.texts == [part for pair in words.upright_rows(tables()[1]) for part in pair]


def test_a_document_has_every_figure_in_real_tables() -> None:
    document = docx.Document(io.BytesIO(bytes_of("docx", tables())))
    first, upright = document.tables
    assert [[cell.text for cell in row.cells] for row in first.rows] == texts(tables()[0])
    assert [tuple(cell.text for cell in row.cells) for row in upright.rows] == words.upright_rows(tables()[1])
    head = first.rows[0]._tr
    assert head.trPr is not None
    assert head.trPr.find(qn("w:tblHeader")) is not None
    number = first.rows[1].cells[2].paragraphs[0]
    assert number.alignment == docx.enum.text.WD_ALIGN_PARAGRAPH.RIGHT  # type: ignore[attr-defined]
    assert all(run.bold for cell in first.rows[-1].cells for run in cell.paragraphs[0].runs)
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (297, 210)  # ten columns lie
    assert [p.text for p in document.paragraphs if p.style.name.startswith("Heading")] == [  # type: ignore[union-attr]
        "Appeals: 2026 <b>&",
        "Graduate",
        "Workplaces and placements: 2026",
    ]
    assert "nothing found" in [p.text for p in document.paragraphs]


def test_a_workbook_has_every_figure_as_what_it_is() -> None:
    book = openpyxl.load_workbook(io.BytesIO(bytes_of("xlsx", tables())))
    assert book.sheetnames == ["Appeals", "Graduate", "Workplaces and placements"]
    sheet = book["Appeals"]
    assert sheet["A1"].value == "Appeals: 2026 <b>&"
    lines = list(sheet.iter_rows(min_row=2))
    assert [cell.value for cell in lines[0]] == words.headings(tables()[0])
    for line, row in zip(lines[1:], rows(), strict=False):
        text, topic, n, big, share, ratio, on, flag, iin, phone = line
        assert (text.value, text.data_type) == (term_lines(row["text"]), "s")
        assert topic.value == words.value(EVERY[1], row["topic"])
        assert n.value == row["n"]
        assert big.value == (str(row["big"]) if row["big"] == 2**60 else row["big"])
        assert (share.value, share.number_format) == (row["share"], "0.00\\ %")
        assert ratio.value == row["ratio"]
        expected = row["on"] if row["on"] < "1900" else datetime.fromisoformat(row["on"])
        assert on.value == expected
        assert flag.value == ("yes" if row["flag"] else "no")
        assert (iin.value, iin.data_type) == (row["iin"], "s")
        assert (phone.value, phone.data_type) == (row["phone"], "s")
        assert all(cell.hyperlink is None and cell.data_type != "f" for cell in line)
    total = lines[-1]
    assert (total[0].value, total[2].value, total[4].value) == ("total", tables()[0].total["n"], 1.0)  # type: ignore[index]
    assert total[0].font.b
    assert total[2].font.b
    assert sheet.freeze_panes == "A3"
    assert sheet.auto_filter.ref == f"A2:J{2 + len(NASTY)}"  # the total is outside
    assert sheet.print_title_rows == "$1:$2"
    assert sheet.page_setup.paperSize == xlsx.A4
    assert book["Workplaces and placements"]["A3"].value == "nothing found"
    page = [[cell.value for cell in row[:2]] for row in book["Graduate"].iter_rows(min_row=2)]
    assert page == [
        ["Code", "G-1"],
        ["Note", upright_row()["note"]],
        ["Date of birth", datetime.fromisoformat("1998-03-15")],
    ]
    assert book.properties.title == "Appeals: 2026 <b>&"


def term_lines(text: str) -> str:
    """What people see of a text, as a workbook gives it back (at most what a cell holds)."""
    return words.value(Column("text"), text)


def test_the_formats_for_programs_have_the_same_figures() -> None:
    document = json.loads(as_text(tables(), "json"))
    blocks = as_text(tables(), "csv").encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    read = list(csv.reader(io.StringIO(blocks, newline="")))
    for at, row in enumerate(rows()):
        assert document["appeals"][at] == row | {"flag": bool(row["flag"])}
        assert read[1 + at][3:6] == [
            str(row["n"]),
            f"{row['big']:.10g}" if at != 3 else str(2**60),
            f"{row['share']:.10g}",
        ]


def test_the_formats_of_text_have_the_same_figures() -> None:
    total = str(tables()[0].total["n"])  # type: ignore[index]
    for format in ("text", "markdown"):
        shown = as_text(tables(), format)
        assert total in shown
        assert all(str(row["n"]) in shown and words.value(EVERY[4], row["share"]) in shown for row in rows())


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("lang", catalogue.LANGUAGES)
def test_the_same_tables_give_the_same_bytes(format: str, lang: str) -> None:
    catalogue.choose(lang)
    assert bytes_of(format, tables()) == bytes_of(format, tables())


@settings(deadline=None)  # three files are made and read each time
@given(st.text(max_size=60))
def test_no_text_breaks_a_file_or_acts_in_it(text: str) -> None:
    table = Table("appeals", columns("text", "n#"), [{"text": text, "n": 7}], subtitle=text)
    shown = words.value(table.columns[0], text)
    [[_, [cell, number]]] = read_html(bytes_of("html", [table])).tables
    assert (cell, number) == (shown, "7")
    book = openpyxl.load_workbook(io.BytesIO(bytes_of("xlsx", [table])))
    found = book.worksheets[0]["A3"]
    assert (found.value or "", found.data_type if shown else "s") == (shown, "s")
    [made] = docx.Document(io.BytesIO(bytes_of("docx", [table]))).tables
    assert made.rows[1].cells[0].text == shown


# --- workbooks -------------------------------------------------------------------------------------


@given(st.lists(st.text(max_size=60), min_size=1, max_size=12))
def test_names_of_sheets_are_allowed_and_the_only_ones(titles: list[str]) -> None:
    taken: set[str] = set()
    names = [xlsx._sheet_name(title, taken) for title in titles]
    assert len({name.casefold() for name in names}) == len(titles)
    for name in names:
        assert 1 <= len(name) <= 31
        assert not set(name) & set("[]:*?/\\")
        assert name[0] != "'" != name[-1]
        assert name.casefold() != "history"


def test_a_long_table_is_written_past_what_is_held_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "KNOWN", 10)
    many = [
        {"text": f"{text} {n}", "n": n}
        for n, text in enumerate(NASTY * 3)
        if len(text) < 100 and "_x0" not in text
    ]
    table = Table("appeals", columns("text", "n#"), iter(many), {"n": 5}, chart=Chart("bars", "text", ("n",)))
    sheet = openpyxl.load_workbook(io.BytesIO(bytes_of("xlsx", [table]))).worksheets[0]
    read = [(a.value, b.value) for a, b in sheet.iter_rows(min_row=3, max_col=2)]
    assert read == [*((term_lines(row["text"]), row["n"]) for row in many), ("total", 5)]
    assert sheet._charts == []  # type: ignore[attr-defined]


def test_more_rows_than_a_sheet_has_are_refused_and_the_old_file_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx, "MOST_ROWS", 12)
    target = tmp_path / "x.xlsx"
    target.write_bytes(b"old")

    def table(rows: int) -> Table:
        return Table("appeals", columns("n#"), [{"n": n} for n in range(rows)], {"n": 1})

    with pytest.raises(WrongUsage) as refused:
        emit(table(10), output=str(target))
    assert str(refused.value) == "a sheet of a workbook holds 9 rows at most"
    assert target.read_bytes() == b"old"
    emit(table(9), output=str(target))
    assert openpyxl.load_workbook(target).worksheets[0]["A12"].value == 1
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["x.xlsx"]


def test_charts_of_the_spreadsheet_point_at_the_figures() -> None:
    drawn = Table(
        "apartments",
        columns("year#", "apartments#"),
        [{"year": 2018, "apartments": 20}, {"year": 2019, "apartments": 61}],
        chart=Chart("columns", "year", ("apartments",)),
    )
    across = Table(
        "appeals",
        columns("topic:topic", "status:status", "appeals#"),
        [
            {"topic": "housing", "status": "answered", "appeals": 5},
            {"topic": "housing", "status": "paused", "appeals": 2},
            {"topic": "legal", "status": "answered", "appeals": 3},
        ],
        chart=Chart("stacked", "topic", ("appeals",), across="status"),
    )
    content = bytes_of("xlsx", [drawn, across])
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["Apartments granted", "Appeals", "Appeals (2)"]
    assert [[cell.value for cell in row] for row in book["Appeals (2)"].iter_rows(min_row=2)] == [
        ["Topic", "answered", "paused"],
        ["housing", 5, 2],
        ["legal help", 3, 0],
    ]
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        first, second = (parts.read(f"xl/charts/chart{n}.xml").decode() for n in (1, 2))
    assert "'Apartments granted'!$B$3:$B$4" in first
    assert "Apartments granted</a:t>" in first
    assert "'Appeals (2)'!$B$3:$B$4" in second
    assert "'Appeals (2)'!$C$3:$C$4" in second
    assert "pattFill" in second  # two series are told apart without colour
    assert "pattFill" not in first


def test_a_region_has_the_name_of_its_day_in_every_format() -> None:
    table = Table(
        "graduates",
        columns("region:region", "graduates#"),
        [{"region": "61", "graduates": 2}],
        chart=Chart("bars", "region", ("graduates",)),
        on=date(2018, 1, 1),
    )
    assert as_text([table]).splitlines()[-1].startswith("South Kazakhstan")
    assert read_html(bytes_of("html", [table])).tables[0][1][0].startswith("South Kazakhstan")
    assert as_text([table], "html").count("South Kazakhstan") == 2  # in the picture, too
    sheet = openpyxl.load_workbook(io.BytesIO(bytes_of("xlsx", [table]))).worksheets[0]
    assert str(sheet["A3"].value).startswith("South Kazakhstan")


def test_days_along_a_chart_are_days() -> None:
    table = Table(
        "beds",
        columns("day@", "free#"),
        [
            {"day": "2026-01-30", "free": 3},
            {"day": "2026-01-31", "free": None},
            {"day": "2026-02-01", "free": 2},
        ],
        chart=Chart("line", "day", ("free",)),
    )
    with zipfile.ZipFile(io.BytesIO(bytes_of("xlsx", [table]))) as parts:
        chart = parts.read("xl/charts/chart1.xml").decode()
    assert "<c:dateAx>" in chart
    assert 'formatCode="yyyy\\-mm\\-dd"' in chart


# --- at the command line ---------------------------------------------------------------------------


@pytest.fixture
def office(office_db: str, ayala: Ayala) -> Ayala:
    (ayala.folder / "people.csv").write_text(
        "code,surname,given_name,birth_date,sex,region,iin,phone\n"
        "G-1,=Әбдіров,Ғани,1998-03-15,M,75,,+77012345678\n"
        "G-2,Өтеген,Ұлжан,2000-02-29,F,61,,\n",
        encoding="utf-8",
    )
    ayala("import", "people.csv", "--quiet")
    return ayala


def test_a_list_leaves_in_every_format_masked(office: Ayala) -> None:
    for format in FORMATS:
        office("graduate", "show", "G-1", "--output", f"x.{format}", "--format", format)
        content = (office.folder / f"x.{format}").read_bytes()
        if format in ("xlsx", "docx"):
            with zipfile.ZipFile(io.BytesIO(content)) as parts:
                content = b"".join(parts.read(name) for name in parts.namelist())
        assert "Ғани".encode() in content, format
        assert b"77012345678" not in content, format
        assert b"5678" in content, format


def test_bytes_go_into_a_pipe_and_not_onto_a_terminal(office: Ayala) -> None:
    for format, begins in (("xlsx", b"PK"), ("docx", b"PK"), ("html", b"<!DOCTYPE html>")):
        office("graduate", "list", "--output", f"x.{format}")
        piped = office("graduate", "list", "--format", format).stdout
        assert piped.startswith(begins)
        assert piped == (office.folder / f"x.{format}").read_bytes()
    for format in ("xlsx", "docx"):
        refused = at_terminal(office)("graduate", "list", "--format", format, ok=2)
        assert refused.stdout == b""
        assert refused.err == (
            f"ayala: {format.upper()} is a file and cannot be shown on a terminal\ntry: --output FILE.{format}\n"
        )
        assert at_terminal(office)("graduate", "list", "--output", f"y.{format}").stdout == b""


def test_a_blocked_person_is_only_a_word_in_every_format(office: Ayala) -> None:
    office("graduate", "block", "G-1", "--reason", "asked for it")
    for format in ("xlsx", "html", "docx"):
        content = office("--lang", "ru", "graduate", "list", "--format", format).stdout
        if format != "html":
            with zipfile.ZipFile(io.BytesIO(content)) as parts:
                content = b"".join(parts.read(name) for name in parts.namelist())
        assert "Ғани".encode() not in content, format
        assert "данные заблокированы".encode() in content or "заблокирован".encode() in content, format


# --- LibreOffice -----------------------------------------------------------------------------------

OFFICE = shutil.which("soffice")


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not on this machine, so it opened no file here")
@pytest.mark.parametrize("lang", catalogue.LANGUAGES)
def test_libreoffice_opens_the_files_and_keeps_the_figures(lang: str, tmp_path: Path) -> None:
    catalogue.choose(lang)
    table = replace(tables()[0], rows=[row for row in rows() if len(row["text"]) < 200])
    for format in ("xlsx", "docx"):
        (tmp_path / f"x.{format}").write_bytes(bytes_of(format, [table]))
    expected = [[cell.replace("\n", " ") for cell in line] for line in texts(table)]

    convert(tmp_path, "x.xlsx", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true")
    with (tmp_path / "x.csv").open(encoding="utf-8", newline="") as stream:
        read = [[cell.replace("\n", " ") for cell in line[:10]] for line in csv.reader(stream)][1:]
    # The program itself is set to English: the decimal signs of numbers are its own, those of days the file's.
    ours = [
        [
            cell.replace(",", ".") if column.kind in FIGURES else cell
            for cell, column in zip(line, EVERY, strict=True)
        ]
        for line in expected[1:]
    ]
    assert read == [expected[0], *ours]

    convert(tmp_path, "x.docx", "html:HTML (StarWriter)")
    parser = Loose()
    parser.feed((tmp_path / "x.html").read_text(encoding="utf-8"))
    assert [[plain(cell) for cell in line] for line in parser.rows] == [
        [plain(cell) for cell in line] for line in expected
    ]


class Loose(HTMLParser):
    """The rows of a table in a page that another program wrote."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")
            self.inside = True

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.rows[-1][-1] += data


def plain(text: str) -> str:
    return "".join(text.split())


def convert(folder: Path, name: str, to: str) -> None:
    assert OFFICE is not None
    subprocess.run(
        [
            OFFICE,
            "--headless",
            f"-env:UserInstallation={(folder / 'libreoffice').as_uri()}",
            "--convert-to",
            to,
            "--outdir",
            folder,
            folder / name,
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )


def test_every_part_of_the_files_is_wellformed() -> None:
    for format in ("xlsx", "docx"):
        with zipfile.ZipFile(io.BytesIO(bytes_of(format, tables()))) as parts:
            assert parts.testzip() is None
            for name in parts.namelist():
                if name.endswith((".xml", ".rels")):
                    ElementTree.fromstring(parts.read(name))
