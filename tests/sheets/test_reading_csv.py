"""Any sign between and around the cells, any line end, whatever stands in a cell: read back as it was."""

from __future__ import annotations

import csv
import io
import json
import os
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ayala.errors import NoSuchFile, SheetNotReadable, WrongUsage
from ayala.sheets import delimiters, reader
from ayala.sheets.reader import Sheet, reading
from tests.program import Ayala

HEAD = "surname,given_name,birth_date,sex,note\n"


def read(path: Path, **said: str) -> tuple[Sheet, list[list[str]]]:
    with reading(str(path), **said) as sheet:
        return sheet, [line.cells for line in sheet.lines]


def parsed(folder: Path, content: str | bytes, **said: str) -> list[list[str]]:
    """All records of a sheet, the headings first."""
    path = folder / "f.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    sheet, rows = read(path, **said)
    return [sheet.headings, *rows]


# --- the cases of csv-spectrum, https://github.com/max-mapper/csv-spectrum -----------------------

SPECTRUM = {
    "comma in quotes": (
        'first,last,address,city,zip\nJohn,Doe,120 any st.,"Anytown, WW",08123\n',
        [["first", "last", "address", "city", "zip"], ["John", "Doe", "120 any st.", "Anytown, WW", "08123"]],
    ),
    "empty": ('a,b,c\n1,"",""\n2,3,4\n', [["a", "b", "c"], ["1", "", ""], ["2", "3", "4"]]),
    "escaped quotes": (
        'a,b\n1,"ha ""ha"" ha"\n3,4\n',
        [["a", "b"], ["1", 'ha "ha" ha'], ["3", "4"]],
    ),
    "json": (
        'key,val\n1,"{""type"": ""Point"", ""coordinates"": [102.0, 0.5]}"\n',
        [["key", "val"], ["1", json.dumps({"type": "Point", "coordinates": [102.0, 0.5]})]],
    ),
    "newlines": (
        'a,b,c\n1,2,3\n"Once upon \na time",5,6\n7,8,9\n',
        [["a", "b", "c"], ["1", "2", "3"], ["Once upon \na time", "5", "6"], ["7", "8", "9"]],
    ),
    "quotes and newlines": (
        'a,b\n1,"ha \n""ha"" \nha"\n3,4\n',
        [["a", "b"], ["1", 'ha \n"ha" \nha'], ["3", "4"]],
    ),
    "simple": ("a,b,c\n1,2,3\n", [["a", "b", "c"], ["1", "2", "3"]]),
    "utf8": ("a,b,c\n1,2,3\n4,5,ʤ\n", [["a", "b", "c"], ["1", "2", "3"], ["4", "5", "ʤ"]]),
}


@pytest.mark.parametrize("case", SPECTRUM)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_cases_of_csv_spectrum(tmp_path: Path, case: str, end: str) -> None:
    text, expected = SPECTRUM[case]
    expected = [[cell.replace("\n", end) for cell in row] for row in expected]
    assert parsed(tmp_path, text.replace("\n", end)) == expected
    assert parsed(tmp_path, text.replace("\n", end).removesuffix(end)) == expected


# --- which sign it is -----------------------------------------------------------------------------


@pytest.mark.parametrize("sign", [*delimiters.USUAL, *delimiters.OTHERS])
def test_any_single_sign_stands_between_cells(tmp_path: Path, sign: str) -> None:
    rows = [["Тегі", "Аты", "Күні"], ["Әбдіров", "Ғани", "2001-02-03"], ["", "Ұлжан", ""]]
    assert parsed(tmp_path, "".join(sign.join(row) + "\n" for row in rows)) == rows


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ('"Тегі, аты";"Туған күні, жылы";Жынысы\nА;2000-01-01;ер\n', ";"),
        ("Тегі, аты, әкесінің аты;Күні\nА;2000-01-01\nБ;2000-01-01\n", ";"),
        ("name,kind\n1,a;b;c\n2,a;b;c\n", ","),
        ("a|b|c\n1|2,5|3\n", "|"),
        ("Уақыты;Орны\n10:30;x\n", ";"),
        ("Уақыты: басы\n10:30\n11:00:00\n", ","),
        ("name\nАлматы\n", ","),
        ("время:место\n", ","),
        ("a:b:c^d\n1:2:3^4\n", ":"),
        ("", ","),
        ("a,b,c;d\n'1,2,3;4\n", ","),
    ],
)
def test_the_sign_is_told_by_the_records_not_by_counting(text: str, sign: str) -> None:
    assert delimiters.told(text) == (sign, '"')


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("'a','b'\n'1','it''s'\n", "'"),
        ("a,b\n1,'x, y'\n2,'z, w'\n", "'"),
        ("a,b\n1,'x\n2,y\n", '"'),
        ("a,b\n'=1+1,x\n", '"'),
        ("a,b\nO'Neil,x\n", '"'),
        ("'a','b'\n'1','2\n", "'"),
        ('a,b\n1,"x, y"\n', '"'),
    ],
)
def test_the_quotes_are_told_by_what_fits(text: str, quote: str) -> None:
    assert delimiters.told(text) == (",", quote)


def test_only_the_first_records_are_looked_at() -> None:
    assert delimiters.told("a;b\n" + "1;2\n" * 200 + "1,2,3\n" * 900) == (";", '"')


@pytest.mark.parametrize(
    ("typed", "sign"), [("tab", "\t"), ("TAB", "\t"), ("\\t", "\t"), (";", ";"), ("~", "~")]
)
def test_a_sign_that_is_typed(typed: str, sign: str) -> None:
    assert delimiters.named(typed) == sign


@pytest.mark.parametrize("typed", ["", ";;", "a", "1", '"', "'", " ", "\n", "\0", "\u202e", "ә"])
def test_a_sign_that_cannot_be(typed: str) -> None:
    with pytest.raises(WrongUsage, match="cannot stand between cells"):
        delimiters.named(typed)


def test_a_person_names_the_sign(ayala: Ayala, tmp_path: Path) -> None:
    ayala("init")
    (tmp_path / "f.csv").write_text(HEAD.replace(",", "§") + "Ә§Ғ§2000-01-01§F§a,b;c\n", encoding="utf-8")
    ayala("import", "f.csv", ok=4)
    (row,) = ayala("import", "f.csv", "--delimiter", "§", "--format", "json").json()
    assert row["added"] == 1
    assert "cannot stand between cells" in ayala("import", "f.csv", "--delimiter", "ab", ok=2).err


@pytest.mark.parametrize(
    ("lead", "number"),
    [
        ("sep=;\n", 3),
        ("SEP=;\r\n", 3),
        ("\n\n \nsep=;\n", 6),
        ("\n \n", 4),
        ("\ufeffsep=;\n", 3),
        (";;\n", 3),
    ],
)
def test_what_stands_above_the_headings_is_counted(tmp_path: Path, lead: str, number: int) -> None:
    path = tmp_path / "f.csv"
    path.write_text(lead + "a;b,c;d\n1;2,3;4\n", encoding="utf-8")
    with reading(str(path)) as sheet:
        assert sheet.headings == ["a", "b,c", "d"]
        assert [line.number for line in sheet.lines] == [number]


@pytest.mark.parametrize("text", ["", "\n", " \n\r\n", ",,,\n,,,\n", "\ufeff", "\ufeff\n"])
def test_a_sheet_without_a_word_is_empty(tmp_path: Path, text: str) -> None:
    with pytest.raises(SheetNotReadable, match=r"f\.csv: the sheet is empty"):
        parsed(tmp_path, text)


# --- whatever stands in it ------------------------------------------------------------------------

LETTERS = "ӘҒҚҢӨҰҮҺәғқңөұүһАбЖзІіЁёЭя aZ09.-№«»"
SIGNS = ",;\t|^~:\"'\n\r()=+*/\\"
HEADS = ["code", "surname", "given name", "note"]
KAZAKH_ROW = ["1", "Нұрланова", "Өркен", "«Ұмай» балалар үйі, Сағынтаев"]
LATIN = st.text("abcXYZ019 .-" + SIGNS, max_size=8)
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "kz1048", "ptcp154", "cp1251"]


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[list[str]], str]:
    """Rows of any text, and an encoding that has its letters."""
    encoding = draw(st.sampled_from(ENCODINGS))
    letters = LETTERS if encoding != "cp1251" else "".join(set(LETTERS) - set("ӘҒҚҢӨҰҮҺәғқңөұүһ"))
    # Letters in any order are no words: what is typed at random tells no single-byte encoding by itself.
    words = st.sampled_from(["Әсел", "Ғани", "Қайрат", "Сағынтаев", "Өмір", "Ұлжан"])
    cell = LATIN if encoding in ("kz1048", "ptcp154", "cp1251") else st.text(letters + SIGNS, max_size=8)
    if encoding in ("kz1048", "ptcp154"):
        cell = st.one_of(cell, words)
    rows = draw(st.lists(st.lists(cell, min_size=4, max_size=4), min_size=0, max_size=6))
    return ([KAZAKH_ROW, *rows] if encoding != "cp1251" else rows), encoding


@given(
    tables(),
    st.sampled_from([*delimiters.USUAL, "^", "~"]),
    st.sampled_from(['"', "'"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.booleans(),
)
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_was_written_in_any_way_is_read_back(
    tmp_path: Path, table: tuple[list[list[str]], str], sign: str, quote: str, end: str, all_quoted: bool
) -> None:
    rows, encoding = table
    if end == "\r":
        # With \n inside a cell nobody can tell that \r ends the lines.
        assume(not any("\n" in cell for row in rows for cell in row))
    stream = io.StringIO()
    # Python's writer leaves a line end bare that is not its own; who writes sheets so cannot be helped.
    bare = any(sign in cell for row in rows for cell in row for sign in "\r\n")
    every = all_quoted or bare or quote == "'" or sign in "^~"
    quoting = csv.QUOTE_ALL if every else csv.QUOTE_MINIMAL
    writer = csv.writer(stream, delimiter=sign, quotechar=quote, lineterminator=end, quoting=quoting)
    writer.writerows([HEADS, *rows])
    path = tmp_path / "f.csv"
    path.write_bytes(stream.getvalue().encode(encoding))
    sheet, found = read(path)
    assert (sheet.headings, sheet.delimiter) == (HEADS, sign)
    assert found == [row for row in rows if any(cell.strip() for cell in row)]
    if encoding not in ("utf-8", "cp1251"):  # what is ASCII to its end is called UTF-8
        assert sheet.encoding == encoding
    with reading(str(path), again=sheet) as again:
        assert [line.cells for line in again.lines] == found
    assert again.digest() == sheet.digest()


# --- files that are not as they should be ---------------------------------------------------------


@pytest.mark.parametrize(
    "later", ["surname;x\nБ;2\n", "surname;x\nА;1\nВ;3\n", "", "surname;x\nА;1", "\ufeffА"]
)
def test_a_file_that_changes_between_two_readings_is_refused(tmp_path: Path, later: str) -> None:
    path = tmp_path / "f.csv"
    path.write_text("surname;x\nА;1\n", encoding="utf-8")
    sheet, _ = read(path)
    path.write_text(later, encoding="utf-8")
    with pytest.raises(SheetNotReadable), reading(str(path), again=sheet) as again:
        list(again.lines)


def test_wrong_bytes_that_came_between_two_readings(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(b"a;b\n1;2\n")
    sheet, _ = read(path)
    path.write_bytes(b"a;b\n1;\xff\n")
    with (
        pytest.raises(SheetNotReadable, match=r"f\.csv:2: the sheet is not in UTF-8"),
        reading(str(path), again=sheet) as again,
    ):
        list(again.lines)


def test_bytes_that_are_right_when_looked_at_again(tmp_path: Path) -> None:
    with (tmp_path / "f").open("wb+") as stream:
        stream.write(b"a\n")
        error = reader._wrong_bytes("f.csv", "utf-8", stream)
    assert str(error) == "f.csv: the file changed while it was read; nothing is taken in"


def test_nothing_is_saved_of_a_file_that_changes_during_the_import(
    ayala: Ayala, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ayala.sheets import taking

    ayala("init")
    path = tmp_path / "f.csv"
    row = "Т{},А,2000-01-01,F,\n"
    path.write_text(HEAD + "".join(map(row.format, range(1500))), encoding="utf-8")
    take = taking._take_file

    def changing(*args: object) -> None:
        with path.open("a", encoding="utf-8") as stream:
            stream.write(row.format("9999"))
        take(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(taking, "_take_file", changing)
    done = ayala("import", "f.csv", "--keep-good", ok=4)
    assert done.err == (
        "ayala: f.csv: the file changed while it was read; nothing is taken in\ntry: the same command again\n"
    )
    assert ayala("graduate", "list", "--format", "json").json() == []


def test_a_pipe_is_read_like_a_file(ayala: Ayala, tmp_path: Path) -> None:
    ayala("init")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    content = (HEAD + "Әсел,Ғани,2000-01-01,F,\n").encode("kz1048")
    writer = threading.Thread(target=pipe.write_bytes, args=(content,))
    writer.start()
    done = ayala("import", pipe, "--format", "json")
    writer.join()
    assert [row["added"] for row in done.json()] == [1]
    assert done.err == f"{pipe}: read as KZ-1048\n"


def test_a_pipe_that_is_read_by_itself(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(b"a;b\n1;2\n",))
    writer.start()
    sheet, rows = read(pipe)
    writer.join()
    assert (sheet.headings, rows) == (["a", "b"], [["1", "2"]])


class Broken(io.BytesIO):
    """A disk that fails."""

    def __init__(self, fails_at: int, seekable: bool = True) -> None:
        super().__init__(b"a,b\n1,2\n")
        self.left, self.can_seek = fails_at, seekable

    def seekable(self) -> bool:
        return self.can_seek

    def read(self, size: int | None = -1, /) -> bytes:
        self.left -= 1
        if self.left < 0:
            raise OSError(5, "Input/output error")
        return super().read(size)


@pytest.mark.parametrize(
    ("fails_at", "seekable", "said"),
    [
        (0, True, "- cannot be read: Input/output error"),
        (1, True, "- cannot be read to its end: Input/output error"),
        (4, True, "- cannot be read to its end: Input/output error"),
        (0, False, "- cannot be read to its end: Input/output error"),
    ],
)
def test_a_disk_that_fails(monkeypatch: pytest.MonkeyPatch, fails_at: int, seekable: bool, said: str) -> None:
    broken = Broken(fails_at, seekable)
    monkeypatch.setattr("sys.stdin", type("Stdin", (), {"buffer": broken, "isatty": lambda self: False})())
    with pytest.raises(SheetNotReadable) as error, reading("-") as sheet:
        list(sheet.lines)
    assert str(error.value) == said


def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    with pytest.raises(NoSuchFile, match="is a folder"):
        read(tmp_path)
    with pytest.raises(NoSuchFile, match="there is no file"):
        read(tmp_path / "none")


@pytest.mark.parametrize("end", ["\n", "\r"])
def test_a_line_without_end_is_never_held_in_memory(tmp_path: Path, end: str) -> None:
    path = tmp_path / "f.csv"
    short = f"{'x' * 500_000},{'y' * 500_000}"
    path.write_text(
        f"a,b{end}{'x' * 60_000},y{end}" * 20 + short.replace("x", " ")[:10] + end, encoding="utf-8"
    )
    assert len(read(path)[1]) == 39
    path.write_text(f"a,b{end}1,2{end}" + "x," * (1 << 20) + end, encoding="utf-8")
    with pytest.raises(SheetNotReadable, match=r"f\.csv:3: the line has more than 1048576 bytes"):
        read(path)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"%PDF-1.7\n", "a PDF"),
        (b"{\\rtf1\\ansi", "a text document (RTF)"),
        (b"\n <!DOCTYPE html><table>", "a web page (HTML)"),
        (b"\xef\xbb\xbf<html>", "a web page (HTML)"),
        (b"<table><tr>", "a web page (HTML)"),
        (b'<?xml version="1.0"?><Workbook>', "an XML file"),
        (b"\x89PNG\r\n", "a picture"),
        (b"\xff\xd8\xff\xe0", "a picture"),
        (b"7z\xbc\xaf\x27\x1c", "an archive that Ayala does not open"),
        (b"Rar!\x1a\x07", "an archive that Ayala does not open"),
        (b"\x1f\x8b\x08", "an archive that Ayala does not open"),
        (b"PK\x05\x06" + b"\0" * 18, "an empty archive"),
        (b"SQLite format 3\0", "a database"),
    ],
)
def test_what_is_no_sheet_is_named(ayala: Ayala, tmp_path: Path, content: bytes, what: str) -> None:
    ayala("init")
    (tmp_path / "f.xls").write_bytes(content)
    done = ayala("import", "f.xls", ok=4)
    assert done.err.splitlines()[:2] == [
        f"f.xls: this is {what}, not a sheet",
        "try: save it as XLSX or as 'CSV UTF-8'",
    ]


# --- lists of names, which are lines without cells ------------------------------------------------


def test_the_lines_of_a_list() -> None:
    assert list(reader.decoded("f.txt", io.BytesIO("\ufeffӘсел\nҒани".encode()))) == ["Әсел\n", "Ғани"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("Әсел".encode("utf-16"), "f.txt: the sheet is in UTF-16, not in UTF-8"),
        (b"a\n" + b"x" * (1 << 20), "f.txt:2: the line has more than 1048576 bytes"),
        (b"a\n\xff\n", "f.txt:2: the sheet is not in UTF-8 (byte 0xFF)"),
    ],
)
def test_a_list_that_cannot_be_read(content: bytes, said: str) -> None:
    with pytest.raises(SheetNotReadable) as error:
        list(reader.decoded("f.txt", io.BytesIO(content)))
    assert str(error.value) == said
