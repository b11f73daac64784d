"""Workbooks: what was typed comes as text, one sheet is read and said, and no file fills the memory."""

from __future__ import annotations

import io
import struct
import zipfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from ayala.errors import SheetNotReadable
from ayala.sheets import archives, workbooks
from ayala.sheets.reader import BrokenFormula, Number, Sheet, reading
from tests.program import Ayala

HEADS = ["surname", "given_name", "birth_date", "sex", "note"]
PEOPLE = [HEADS, ["Әбдіров", "Ғани", date(1998, 3, 15), "M", 12], ["Өтеген", "Ұлжан", "2000-02-29", "F", ""]]


@pytest.fixture
def office(ayala: Ayala) -> Ayala:
    ayala("init")
    return ayala


def xlsx(path: Path, sheets: dict[str, list[list[Any]]], *, hidden: str = "") -> Path:
    """A workbook as Excel writes it; a tuple is a formula and what it gave."""
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "dd/mm/yy", "strings_to_formulas": False})
    for title, rows in sheets.items():
        page = book.add_worksheet(title)
        if title == hidden:
            page.hide()
        for i, row in enumerate(rows):
            for j, value in enumerate(row):
                if isinstance(value, tuple):
                    page.write_formula(i, j, value[0], None, value[1])
                elif value != "":
                    page.write(i, j, value)
    book.close()
    return path


def ods(path: Path, rows: str, *, title: str = "Тізім") -> Path:
    """A workbook as LibreOffice writes it, with these rows."""
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.3">'
        f'<office:body><office:spreadsheet><table:table table:name="{title}">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("Pictures/", "")
        archive.writestr("Thumbnails/thumbnail.png", b"\x89PNG")
    return path


def ods_row(*cells: Any, repeated: int = 1) -> str:
    made = []
    for cell in cells:
        if isinstance(cell, date):
            made.append(
                f'<table:table-cell office:value-type="date" office:date-value="{cell}"><text:p>x</text:p></table:table-cell>'
            )
        elif isinstance(cell, bool):
            made.append(
                f'<table:table-cell office:value-type="boolean" office:boolean-value="{str(cell).lower()}"/>'
            )
        elif isinstance(cell, int | float):
            made.append(f'<table:table-cell office:value-type="float" office:value="{cell}"/>')
        elif cell:
            made.append(
                f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
            )
        else:
            made.append("<table:table-cell/>")
    again = f' table:number-rows-repeated="{repeated}"' if repeated > 1 else ""
    return f"<table:table-row{again}>{''.join(made)}</table:table-row>"


def read(path: Path, part: str | None = None) -> tuple[Sheet, list[tuple[int, list[str]]]]:
    with reading(str(path), sheet=part) as sheet:
        return sheet, [(line.number, line.cells) for line in sheet.lines]


def refused(path: Path, part: str | None = None) -> str:
    with pytest.raises(SheetNotReadable) as error:
        read(path, part)
    return str(error.value).replace(str(path), path.name)


# --- what is read ---------------------------------------------------------------------------------


def test_cells_as_they_were_typed(tmp_path: Path) -> None:
    typed = [
        "Ә", 980315300005, 10101500123, 43.5, 0.1, -3, 1e20, True, False, date(2001, 3, 27),
        datetime.fromisoformat("2001-03-27"), datetime.fromisoformat("2001-03-27T10:30"), time(10, 30), " x ", "=1+1", ("=1/0", "#DIV/0!"),
        ("=A1", "сөз"), ("=1+1", 2),
    ]  # fmt: skip
    sheet, rows = read(xlsx(tmp_path / "f.xlsx", {"Тізім": [[f"h{n}" for n in range(len(typed))], typed]}))
    assert rows == [
        (2, ["Ә", "980315300005", "10101500123", "43.5", "0.1", "-3", "1e+20", "true", "false", "2001-03-27",
             "2001-03-27", "2001-03-27 10:30:00", "10:30:00", " x ", "=1+1", "#DIV/0!", "сөз", "2"]),
    ]  # fmt: skip
    cells = rows[0][1]
    assert [type(cell) for cell in cells[:2]] == [str, Number]
    assert isinstance(cells[15], BrokenFormula)
    assert (sheet.encoding, sheet.part, sheet.notes) == ("xlsx", "Тізім", [])


def test_an_open_document(tmp_path: Path) -> None:
    rows = (
        '<table:table-row table:number-rows-repeated="2"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row>'
        + ods_row("name", "born", "n", "x", "yes")
        + ods_row("Ә", date(2001, 3, 27), 980315300005, 43.5, True)
        + ods_row("", "")
        + ods_row("Ғ", "", "", "", "", repeated=2)
        + '<table:table-row table:number-rows-repeated="1048560"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row>'
    )
    sheet, found = read(ods(tmp_path / "f.ods", rows))
    assert sheet.headings == ["name", "born", "n", "x", "yes"]
    assert found == [(4, ["Ә", "2001-03-27", "980315300005", "43.5", "true"]), (6, ["Ғ"]), (7, ["Ғ"])]
    assert (sheet.encoding, sheet.part) == ("ods", "Тізім")


def test_lines_have_the_numbers_of_the_rows(tmp_path: Path) -> None:
    sheet, rows = read(
        xlsx(tmp_path / "f.xlsx", {"x": [[], [], ["", "a", "b"], [], ["", "1", " "], ["", " "]]})
    )
    assert sheet.headings == ["a", "b"]
    assert rows == [(5, ["1", " "])]


def test_numbers_and_moments_as_text() -> None:
    values = (7, 7.0, float("nan"), None, datetime.fromisoformat("2001-03-27"))
    assert [workbooks._text(value) for value in values] == ["7", "7", "nan", "None", "2001-03-27"]


SEVERAL = {"бос": [], "Бір": PEOPLE, "Екі": [HEADS, ["Б", "В", "2001-01-01", "F", ""]]}


@pytest.mark.parametrize("part", ["Екі", "екі ", "3"])
def test_a_sheet_is_named_or_numbered(office: Ayala, tmp_path: Path, part: str) -> None:
    xlsx(tmp_path / "f.xlsx", SEVERAL)
    done = office("import", "f.xlsx", "--sheet", part, "--format", "json")
    assert done.err == ""
    assert [(row["file"], row["added"], row["encoding"]) for row in done.json()] == [("f.xlsx", 1, "xlsx")]
    assert [row["surname"] for row in office("graduate", "list", "--format", "json").json()] == ["Б"]


def test_the_first_sheet_that_is_not_empty_is_read_and_said(office: Ayala, tmp_path: Path) -> None:
    xlsx(tmp_path / "f.xlsx", {**SEVERAL, "Жасырын": PEOPLE}, hidden="Жасырын")
    done = office("import", "f.xlsx", "--format", "json")
    assert done.err == "f.xlsx: the sheet 'Бір' is read; --sheet reads another: 'Екі'\n"
    assert [row["added"] for row in done.json()] == [2]
    again = office("import", "f.xlsx", "--quiet", "--format", "json").json()
    assert [row["same"] for row in again] == [2]


@pytest.mark.parametrize("part", ["Төрт", "4", "0"])
def test_a_sheet_that_is_not_there(office: Ayala, tmp_path: Path, part: str) -> None:
    xlsx(tmp_path / "f.xlsx", SEVERAL)
    done = office("import", "f.xlsx", "--sheet", part, ok=4)
    assert done.err.splitlines()[:2] == [
        f"f.xlsx: there is no sheet '{part}'",
        "try: --sheet бос | Бір | Екі",
    ]


def test_a_workbook_on_stdin(office: Ayala, tmp_path: Path) -> None:
    content = xlsx(tmp_path / "f.xlsx", {"x": PEOPLE}).read_bytes()
    assert [r["added"] for r in office("import", "-", "--format", "json", stdin=content).json()] == [2]


def test_charts_are_no_sheets(tmp_path: Path) -> None:
    path = tmp_path / "f.xlsx"
    book = xlsxwriter.Workbook(str(path))
    chart = book.add_chart({"type": "column"})
    book.add_chartsheet("Диаграмма").set_chart(chart)
    page = book.add_worksheet("x")
    page.write_row(0, 0, ["a", "b"])
    chart.add_series({"values": "=x!$A$1:$B$1"})
    book.close()
    assert read(path)[0].headings == ["a", "b"]


@pytest.mark.parametrize("rows", [[], [[" ", ""], [" "]]])
def test_an_empty_workbook(tmp_path: Path, rows: list[list[str]]) -> None:
    assert "is empty" in refused(xlsx(tmp_path / "f.xlsx", {"x": rows}))


def test_lost_letters_in_a_workbook(tmp_path: Path) -> None:
    rows = [["surname", "given_name", 5], ["С?лейменов", "?айрат", 6], ["?ли", "М?рат", 7]]
    assert refused(xlsx(tmp_path / "f.xlsx", {"x": rows})).startswith(
        "f.xlsx: the Kazakh letters of the sheet are lost: a ? stands in 4 words"
    )


# --- what is refused ------------------------------------------------------------------------------


def packed(path: Path, members: dict[str, bytes | str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def sheet_of(xml: str) -> dict[str, bytes | str]:
    """A workbook by hand, whose only sheet is this."""
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    pack = "http://schemas.openxmlformats.org/package/2006/relationships"
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": f'<Relationships xmlns="{pack}"><Relationship Id="r1" Type="{rel}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{rel}"><sheets><sheet name="x" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{pack}"><Relationship Id="r1" Type="{rel}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'{xml[: xml.startswith("<!") and xml.index("><") + 1]}<worksheet xmlns="{main}"><sheetData>{xml}</sheetData></worksheet>',
    }


FAR = "that is too far away"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
         f"f.xlsx: a cell stands in row 1048576, column 16384: {FAR}"),
        ('<row r="9000000"><c><v>1</v></c><c t="inlineStr"><is><t>x</t></is></c></row>',
         f"f.xlsx: a cell stands in row 9000000, column 2: {FAR}"),
        ('<row><c r="zzz99999"><f>1</f></c></row>', f"f.xlsx: a cell stands in row 99999, column 18278: {FAR}"),
        ('<row r="1"><c r="A1">', "f.xlsx: the workbook is damaged"),
        ('<row r="1"></c>', "f.xlsx: the workbook is damaged"),
    ],
)  # fmt: skip
def test_cells_far_away_and_damage(tmp_path: Path, rows: str, said: str) -> None:
    assert refused(packed(tmp_path / "f.xlsx", sheet_of(rows))).startswith(said)


def test_empty_cells_far_away_do_no_harm(tmp_path: Path) -> None:
    rows = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c><c><v>2</v></c></row>'
        '<row r="1048576"><c r="XFD1048576" s="1"/></row>'
    )
    assert read(packed(tmp_path / "f.xlsx", sheet_of(rows)))[0].headings[0] == "a"


def test_repeated_cells_of_an_open_document(tmp_path: Path) -> None:
    many = '<table:table-row table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="{}"{}</table:table-row>'
    filled = many.format(16384, ' office:value-type="float" office:value="1"/>')
    assert refused(ods(tmp_path / "f.ods", filled)).endswith(FAR)
    worded = many.format(16384, "><text:p>x</text:p></table:table-cell>")
    assert refused(ods(tmp_path / "f.ods", worded)).endswith(FAR)


def test_a_document_that_makes_its_own_words(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><row/>'
    members = sheet_of("")
    members["xl/worksheets/sheet1.xml"] = bomb
    assert refused(packed(tmp_path / "f.xlsx", members)) == (
        "f.xlsx: the workbook is none that a spreadsheet program wrote"
    )


def test_a_workbook_that_unpacks_to_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    members = sheet_of('<row r="1"/>' + " " * (3 << 20))
    path = packed(tmp_path / "f.xlsx", members)
    assert refused(path) == (
        "f.xlsx: a part of the file unpacks to more than 100 times its size: no sheet does"
    )
    monkeypatch.setattr(archives, "LARGEST", 2 << 20)
    assert refused(path) == "f.xlsx: the file unpacks to more than 2 MB"
    monkeypatch.setattr(archives, "MOST_MEMBERS", 3)
    assert refused(path) == "f.xlsx: the file has more than 3 parts"
    monkeypatch.setattr(workbooks, "LARGEST", 1 << 10)
    assert refused(path) == "f.xlsx: the workbook has more than 0 MB"


def lying(path: Path, name: str, size: int) -> None:
    """Let a member say of itself that it unpacks to so many bytes."""
    content = bytearray(path.read_bytes())
    for mark, at, of_name in ((b"PK\x03\x04", 22, 30), (b"PK\x01\x02", 24, 46)):
        start = 0
        while (start := content.find(mark, start)) >= 0:
            if content[start + of_name :].startswith(name.encode()):
                struct.pack_into("<I", content, start + at, size)
            start += 4
    path.write_bytes(content)


def test_a_workbook_that_lies_about_its_size(tmp_path: Path) -> None:
    path = packed(tmp_path / "f.xlsx", sheet_of('<row r="1"/>' * 400_000))
    lying(path, "xl/worksheets/sheet1.xml", 1000)
    assert refused(path) == "f.xlsx: the file says less of its size than it is"


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.99])
def test_a_workbook_that_was_cut_off(tmp_path: Path, kept: float) -> None:
    path = xlsx(tmp_path / "f.xlsx", {"x": PEOPLE})
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * kept)])
    assert refused(path) == "f.xlsx: the file is damaged or cut off"


def test_a_workbook_whose_bytes_are_damaged(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "f.xlsx", {"x": PEOPLE})
    with zipfile.ZipFile(path) as archive:
        at = archive.getinfo("xl/worksheets/sheet1.xml").header_offset + 80
    content = bytearray(path.read_bytes())
    content[at : at + 40] = bytes(40)
    path.write_bytes(content)
    assert refused(path) == "f.xlsx: the file is damaged or cut off"


def test_a_part_behind_a_password(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "f.xlsx", {"x": PEOPLE})
    content = bytearray(path.read_bytes())
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    assert refused(path) == "f.xlsx: the file is protected by a password"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("PasswordError", "f.xls: the workbook is protected by a password"),
        ("PanicException", "f.xls: the workbook is damaged"),
    ],
)
def test_what_the_reader_of_workbooks_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: str, said: str
) -> None:
    import python_calamine

    raised = getattr(python_calamine, error, None) or type(error, (BaseException,), {})

    class Failing:
        @staticmethod
        def from_filelike(stream: object) -> None:
            raise raised("x")

    monkeypatch.setattr(python_calamine, "CalamineWorkbook", Failing)
    path = tmp_path / "f.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    assert refused(path) == said


def test_a_person_who_interrupts_is_heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import python_calamine

    class Interrupted:
        @staticmethod
        def from_filelike(stream: object) -> None:
            raise KeyboardInterrupt

    monkeypatch.setattr(python_calamine, "CalamineWorkbook", Interrupted)
    with pytest.raises(KeyboardInterrupt):
        read(xlsx(tmp_path / "f.xlsx", {"x": PEOPLE}))


def test_an_old_workbook_that_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "f.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    assert refused(path).startswith("f.xls: the workbook is damaged (")


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"[Content_Types].xml": "x", "word/document.xml": "x"}, "f.xlsx: this document is not a sheet that Ayala reads"),
        ({"mimetype": "application/vnd.oasis.opendocument.text"}, "f.xlsx: this document is not a sheet that Ayala reads"),
        ({"mimetype": "x" * 5000, "a.csv": "a"}, "f.xlsx: an archive inside an archive is not opened"),
    ],
)  # fmt: skip
def test_other_documents_in_a_zip(tmp_path: Path, members: dict[str, bytes | str], said: str) -> None:
    assert refused(packed(tmp_path / "f.xlsx", members)) == said


def test_a_workbook_that_changes_between_two_readings(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "f.xlsx", {"x": PEOPLE})
    sheet, _ = read(path)
    xlsx(path, {"x": PEOPLE[:2]})
    with (
        pytest.raises(SheetNotReadable, match="the file changed while it was read"),
        reading(str(path), again=sheet) as again,
    ):
        list(again.lines)


def test_nothing_is_loaded_for_a_sheet_that_is_text(tmp_path: Path) -> None:
    stream = io.BytesIO(b"a,b\n")
    from ayala.sheets import forms

    assert forms.told("f.csv", stream) == "text"
    assert stream.tell() == 0
