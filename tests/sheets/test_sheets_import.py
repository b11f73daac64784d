"""Importing sheets: what is read, what is refused and where, all or nothing, the same file twice."""

from __future__ import annotations

import csv
import gc
import io
import tempfile
import weakref
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ayala.sheets.rows import SWEPT, Batch
from tests.program import Ayala, AyalaProcess

HEAD = "iin,surname,given_name,birth_date,sex\n"
GOOD = "980315300005,Әбдіров,Ғани,1998-03-15,M\n"


@pytest.fixture
def office(ayala: Ayala, office_db: str) -> Ayala:
    return ayala


def sheet(folder: Path, content: str | bytes, name: str = "people.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def people(office: Ayala) -> list[str]:
    return [row["surname"] for row in office("graduate", "list", "--format", "json").json()]


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_any_delimiter_bom_and_line_end(ayala: Ayala, tmp_path: Path, sign: str, bom: str, end: str) -> None:
    ayala("init")
    content = bom + (HEAD + GOOD).replace(",", sign).replace("\n", end)
    (row,) = ayala("import", sheet(tmp_path, content), "--format", "json").json()
    assert row == {
        "file": str(tmp_path / "people.csv"), "kind": "graduates",
        "read": 1, "added": 1, "updated": 0, "same": 0, "rejected": 0, "warned": 0,
        "encoding": "utf-8-sig" if bom else "utf-8",
    }  # fmt: skip
    assert people(ayala) == ["Әбдіров"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "f.csv: the sheet is empty"),
        (b"colour,shape\nred,round\n", "f.csv:1: the headings (colour, shape) are those of no kind of sheet"),
        (HEAD.encode() + b'980315300005,"Abc,C,1998-03-15,M\nx,D,C,1998-03-15,M\n', "f.csv:2: a quote"),
        (
            HEAD.encode() + b"980315300005," + b"x" * 10_000_000 + b",C,1998-03-15,M\n",
            "f.csv:2: the line has more",
        ),
        (
            (HEAD + GOOD).encode() + b"980315300005,\xc0\xc1,C,1998-03-15,M\n",
            "f.csv:3: the sheet is not in UTF-8 (byte 0xC0)",
        ),
        (
            b"iin,surname,given_name,sex\n",
            "f.csv:1: the headings fit graduates best, but lack birth_date",
        ),
        (
            b"iin,surname,surname,given_name,birth_date,sex\n",
            "f.csv:1: surname: the heading stands there twice",
        ),
        ((HEAD + GOOD).encode("utf-32"), "f.csv: the sheet is in UTF-32, which Ayala does not read"),
        (
            HEAD.encode() + b"********0005,A,C,1998-03-15,M\n",
            "f.csv:2: iin: the personal values of this sheet are masked",
        ),
    ],
)
def test_a_sheet_that_cannot_be_read_is_refused_whole(
    ayala: Ayala, tmp_path: Path, content: bytes, said: str
) -> None:
    ayala("init")
    sheet(tmp_path, content, "f.csv")
    done = ayala("import", "f.csv", "--format", "json", ok=4)
    assert said in done.err.splitlines()[0]
    (row,) = done.json()
    assert (row["read"], row["added"]) == (0, 0)
    assert people(ayala) == []


def test_a_file_that_is_not_there_or_a_folder_is_wrong_usage(ayala: Ayala, tmp_path: Path) -> None:
    ayala("init")
    assert ayala("import", "none.csv", ok=2).err == "ayala: there is no file none.csv\n"
    assert ayala("import", tmp_path, ok=2).err.startswith(f"ayala: {tmp_path} is a folder\n")


def test_every_problem_of_every_row_is_said_with_its_place(ayala: Ayala, tmp_path: Path) -> None:
    ayala("init")
    rows = [
        GOOD,
        "980315300006,,B,1998-02-31,X\n",
        "000000000000,C,D,01/02/1998,F\n",
        ",E,F,,M,extra\n",
        "\n",
        ",G\x07,H\x00,2000-01-01,F\n",
    ]
    sheet(tmp_path, HEAD + "".join(rows), "f.csv")
    done = ayala("import", "f.csv", "--format", "json", ok=4)
    places = [
        line.split(": ")[0] + ": " + line.split(": ")[1]
        for line in done.err.splitlines()
        if line.startswith("f.csv")
    ]
    assert places == [
        "f.csv:3: iin",
        "f.csv:3: birth_date",
        "f.csv:3: sex",
        "f.csv:3: surname",
        "f.csv:4: iin",
        "f.csv:4: birth_date",
        "f.csv:5: row",
        "f.csv:5: birth_date",
        "f.csv:7: surname",
        "f.csv:7: given_name",
    ]
    assert done.err.splitlines()[-2] == "ayala: nothing imported: 4 of 5 rows are rejected"
    assert "980315300006" not in done.err
    assert people(ayala) == []


def test_keep_good_takes_the_good_rows_and_writes_the_rest(ayala: Ayala, tmp_path: Path) -> None:
    ayala("init")
    sheet(
        tmp_path, HEAD.replace(",", ";") + GOOD.replace(",", ";") + "980315300006;Б;В;1998-01-01;M\n", "f.csv"
    )
    done = ayala("import", "f.csv", "--keep-good", "--rejects", "bad.csv", "--format", "json", ok=4)
    assert [(r["added"], r["rejected"]) for r in done.json()] == [(1, 1)]
    bad = (tmp_path / "bad.csv").read_text(encoding="utf-8-sig")
    assert bad.splitlines()[0] == "iin;surname;given_name;birth_date;sex;problem;problem_code"
    (_, row) = csv.reader(bad.splitlines(), delimiter=";")
    assert row[:5] == ["980315300006", "Б", "В", "1998-01-01", "M"]
    assert row[5].startswith("iin: the control digit")
    assert row[6] == "bad_iin_check_digit"
    mended = bad.replace("980315300006", "")
    sheet(tmp_path, mended.encode("utf-8-sig"), "bad.csv")
    (row,) = ayala("import", "bad.csv", "--format", "json").json()
    assert (row["added"], row["rejected"]) == (1, 0)
    assert people(ayala) == ["Әбдіров", "Б"]


def test_one_bad_row_stops_all_files(ayala: Ayala, tmp_path: Path) -> None:
    ayala("init")
    sheet(tmp_path, HEAD + GOOD, "a.csv")
    sheet(tmp_path, HEAD + ",X,Y,no,M\n", "b.csv")
    done = ayala("import", "a.csv", "b.csv", "--format", "json", ok=4)
    assert [(r["file"], r["added"], r["rejected"]) for r in done.json()] == [("a.csv", 1, 0), ("b.csv", 0, 1)]
    assert people(ayala) == []


def test_a_file_refused_in_the_middle_leaves_nothing_while_others_come_in(
    ayala: Ayala, tmp_path: Path
) -> None:
    ayala("init")
    many = "".join(f",Т{n},А,2000-01-01,F\n" for n in range(1500))
    sheet(tmp_path, HEAD + many + '"open\n', "a.csv")
    sheet(tmp_path, HEAD + GOOD, "b.csv")
    done = ayala("import", "a.csv", "b.csv", "--keep-good", "--format", "json", ok=4)
    assert [(r["read"], r["added"]) for r in done.json()] == [(0, 0), (1, 1)]
    assert people(ayala) == ["Әбдіров"]


def test_the_same_file_twice_changes_nothing(office: Ayala, tmp_path: Path) -> None:
    content = HEAD + GOOD + ",Өтеген,Ұлжан,2000-02-29,F\n" + GOOD
    path = sheet(tmp_path, content)
    first, second = (office("import", path, "--format", "json").json()[0] for _ in range(2))
    assert (first["read"], first["added"], first["same"]) == (3, 2, 1)
    assert (second["read"], second["added"], second["updated"], second["same"]) == (3, 0, 0, 3)


def test_an_empty_cell_keeps_what_is_stored_and_a_new_value_updates(office: Ayala, tmp_path: Path) -> None:
    office(
        "import",
        sheet(tmp_path, HEAD.replace("sex", "sex,phone") + GOOD.replace("M\n", "M,8 701 234 56 78\n")),
    )
    later = HEAD.replace("sex", "sex,phone,address") + GOOD.replace("M\n", "M,,Алматы\n")
    (row,) = office("import", sheet(tmp_path, later), "--format", "json").json()
    assert (row["updated"], row["same"]) == (1, 0)
    shown = office("graduate", "show", "G-1", "--unmask", "--reason", "test", "--format", "json").json()
    assert (shown["graduate"][0]["phone"], shown["graduate"][0]["address"]) == ("+77012345678", "Алматы")


def test_a_birth_date_that_differs_from_the_iin_is_warned_and_kept(office: Ayala, tmp_path: Path) -> None:
    done = office(
        "import", sheet(tmp_path, HEAD + "980315300005,Әбдіров,Ғани,1997-01-01,F\n"), "--format", "json"
    )
    (row,) = done.json()
    assert (row["added"], row["warned"], row["rejected"]) == (1, 1, 0)
    assert done.err.count("iin:") == 2
    (person,) = office("graduate", "list", "--format", "json").json()
    assert (person["birth_date"], person["sex"]) == ("1997-01-01", "F")


def test_someone_without_an_iin_is_the_same_person_when_it_comes(office: Ayala, tmp_path: Path) -> None:
    office("import", sheet(tmp_path, HEAD + ",Абдиров,Гани,1998-03-15,M\n"))
    (row,) = office("import", sheet(tmp_path, HEAD + GOOD), "--format", "json").json()
    assert (row["added"], row["updated"]) == (0, 1)


def test_codes_of_a_sheet_are_kept_and_never_given_out_again(office: Ayala, tmp_path: Path) -> None:
    office("import", sheet(tmp_path, "code," + HEAD + "G-7," + GOOD))
    done = office(
        "graduate", "add", "--surname", "Б", "--given-name", "В", "--born", "1999-01-01", "--sex", "F"
    )
    assert done.out == "G-8\n"


def test_a_code_that_is_another_person_here_is_rejected(office: Ayala, tmp_path: Path) -> None:
    office("import", sheet(tmp_path, "code," + HEAD + "G-1," + GOOD))
    other = "code," + HEAD + "G-1,,Басқа,Адам,1985-01-01,F\n"
    done = office("import", sheet(tmp_path, other), ok=4)
    assert "G-1 is another person here" in done.err
    renamed = "code," + HEAD + "G-1,,Басқа,Ғани,1998-03-15,M\n"
    (row,) = office("import", sheet(tmp_path, renamed), "--format", "json").json()
    assert row["updated"] == 1


def test_stdin_is_a_sheet(office: Ayala) -> None:
    (row,) = office("import", "-", "--format", "json", stdin=HEAD + GOOD).json()
    assert (row["file"], row["added"]) == ("-", 1)


def test_an_unknown_heading_is_named_with_the_nearest(office: Ayala, tmp_path: Path) -> None:
    sheet(tmp_path, HEAD.replace("sex", "sex,patronimic") + GOOD.replace("M\n", "M,Ғалымұлы\n"), "f.csv")
    said = office("import", "f.csv").err
    assert said.splitlines()[0] == (
        "f.csv:1: patronimic: column 6 is not known and is left out; did you mean patronymic?"
    )


def test_names_of_codes_are_read_in_three_languages(office: Ayala, tmp_path: Path) -> None:
    rows = [
        ",А,Ә,2000-01-01,әйел,Түркістан облысы\n",
        ",Б,Ә,2000-01-01,муж,г. Алматы\n",
        ",В,Ә,2000-01-01,female,Abai Region\n",
    ]
    office("import", sheet(tmp_path, HEAD.replace("sex", "sex,region") + "".join(rows)))
    got = [(r["sex"], r["region"]) for r in office("graduate", "list", "--format", "json").json()]
    assert got == [("F", "61"), ("M", "75"), ("F", "10")]


def test_text_that_would_act_is_stored_as_typed_and_comes_out_harmless(office: Ayala, tmp_path: Path) -> None:
    office("import", sheet(tmp_path, HEAD + ",=cmd(),[red],2000-01-01,F\n"))
    assert "=cmd()" in office("graduate", "list").out
    assert "'=cmd()" in office("graduate", "list", "--format", "csv").out
    assert office("graduate", "list", "--format", "json").json()[0]["surname"] == "=cmd()"
    office("export", "out", "--unmask", "--reason", "test")
    assert ",=cmd()," in (tmp_path / "out" / "graduates.csv").read_text(encoding="utf-8")


@given(
    names=st.lists(
        st.text(alphabet="ӘҒҚҢӨҰҮІабвгдеёжзийклмнопрстуфхцчшщъыьэюя -", min_size=1, max_size=12).filter(
            lambda name: name.strip(" -")
        ),
        min_size=1,
        max_size=12,
    )
)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_names_come_back_as_they_went(ayala: Ayala, tmp_path: Path, names: list[str]) -> None:
    folder = Path(tempfile.mkdtemp(dir=tmp_path))
    office = Ayala(folder, str(folder / "office.db"), folder / "home")
    office("init")
    path = folder / "g.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEAD.strip().split(","))
        writer.writerows(
            ["", name, "Аты", f"{1900 + n}-{n % 12 + 1:02}-{2 * n + 1:02}", "F"]
            for n, name in enumerate(names)
        )
    office("import", path)
    office("export", "out", "--unmask", "--reason", "test")
    with (folder / "out" / "graduates.csv").open(encoding="utf-8", newline="") as stream:
        assert [row["surname"] for row in csv.DictReader(stream)] == [name.strip() for name in names]


def test_rows_of_one_sheet_that_contradict_each_other_are_rejected(office: Ayala, tmp_path: Path) -> None:
    head = HEAD.replace("sex", "sex,phone")
    path = sheet(
        tmp_path, head + GOOD.replace("M\n", "M,+77011234567\n") + GOOD.replace("M\n", "M,+77011234568\n")
    )
    done = office("import", path, "--keep-good", "--format", "json", ok=4)
    assert [(r["added"], r["rejected"]) for r in done.json()] == [(1, 1)]
    assert ":3: phone: an earlier row of this sheet says otherwise" in done.err
    again = office("import", path, "--keep-good", "--format", "json", ok=4).json()[0]
    assert (again["updated"], again["same"], again["rejected"]) == (0, 1, 1)


def test_a_row_known_by_its_folded_name_replaces_no_spelling(office: Ayala, tmp_path: Path) -> None:
    office("import", sheet(tmp_path, HEAD + ",Әбдіров,Ғани,1998-03-15,M\n"))
    worse = HEAD.replace("sex", "sex,address") + ",АБДИРОВ,гани,1998-03-15,M,Алматы\n"
    (row,) = office("import", sheet(tmp_path, worse), "--format", "json").json()
    assert row["updated"] == 1
    assert people(office) == ["Әбдіров"]


@pytest.mark.parametrize("lead", ["\n", "\n \n", "sep=;\n", "\ufeffsep=;\r\n"])
def test_blank_lines_and_excels_own_line_above_the_headings(ayala: Ayala, tmp_path: Path, lead: str) -> None:
    ayala("init")
    content = lead + (HEAD + GOOD + ",,Ғ,no,M\n").replace(",", ";")
    done = ayala("import", sheet(tmp_path, content, "f.csv").name, "--keep-good", "--format", "json", ok=4)
    assert [(r["added"], r["rejected"]) for r in done.json()] == [(1, 1)]
    assert f"f.csv:{lead.count(chr(10)) + 3}: surname: missing" in done.err


def test_no_sheet_is_overwritten_by_its_own_rejects_or_answer(ayala: Ayala, tmp_path: Path) -> None:
    ayala("init")
    content = HEAD + GOOD + ",X,Y,no,M\n"
    sheet(tmp_path, content, "f.csv")
    for option in ("--rejects", "--output"):
        assert "would be lost" in ayala("import", "f.csv", "--keep-good", option, "f.csv", ok=2).err
    assert (tmp_path / "f.csv").read_text(encoding="utf-8") == content
    assert people(ayala) == []


def test_a_target_for_rejects_that_cannot_be_is_told_before_the_import(ayala: Ayala, tmp_path: Path) -> None:
    ayala("init")
    sheet(tmp_path, HEAD + GOOD + ",X,Y,no,M\n", "f.csv")
    ayala("import", "f.csv", "--keep-good", "--rejects", tmp_path / "no" / "bad.csv", ok=7)
    assert people(ayala) == []


def test_rejects_of_two_sheets_of_one_name_are_both_kept(ayala: Ayala, tmp_path: Path) -> None:
    ayala("init")
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        sheet(tmp_path / folder, HEAD + f",{folder},Y,no,M\n", "f.csv")
    ayala("import", "a/f.csv", "b/f.csv", "--keep-good", "--rejects", "bad.csv", ok=4)
    kept = "".join(path.read_text(encoding="utf-8-sig") for path in tmp_path.glob("bad-*.csv"))
    assert ",a,Y" in kept
    assert ",b,Y" in kept


def test_imports_of_overlapping_sheets_at_once_all_succeed(
    ayala_process: AyalaProcess, office_db: str, tmp_path: Path
) -> None:
    rows = [f",Т{n},Аты,2000-01-01,F\n" for n in range(120)]
    for part in range(6):
        sheet(tmp_path, HEAD + "".join(rows[part * 10 : part * 10 + 60]), f"p{part}.csv")
    running = [ayala_process.start("import", f"p{part}.csv", "--format", "json") for part in range(6)]
    done = [started.finish() for started in running]
    assert sum(result.json()[0]["added"] for result in done) == 110
    assert [result.err for result in done] == [""] * 6
    assert len(ayala_process("graduate", "list", "--format", "json").json()) == 110


@pytest.mark.parametrize(
    ("head", "row", "bad"),
    [
        (
            "graduate,received_on,channel,category,status,note",
            "G-1,2019-01-01,visit,housing,registered,{}",
            "bad",
        ),
        ("graduate,kind,mode,provided_on,cancelled_on,note", "G-1,legal,individual,2019-01-01,,{}", "never"),
    ],
)
def test_a_mended_row_among_identical_ones_completes_the_batch(
    office: Ayala, tmp_path: Path, head: str, row: str, bad: str
) -> None:
    """Identical rows are separate records: the third, mended by itself, is not taken for the first."""
    office("import", sheet(tmp_path, HEAD + GOOD))
    rows = [row.format(note) for note in ("a", "b", "c")]
    third = rows[2].replace("registered", bad) if "registered" in row else rows[2].replace(",,", f",{bad},")
    sheet(tmp_path, "\n".join([head, *rows[:2], third, ""]), "f.csv")
    office("import", "f.csv", "--keep-good", "--rejects", "bad.csv", ok=4)
    mended = (tmp_path / "bad.csv").read_text(encoding="utf-8-sig").replace(third, rows[2])
    sheet(tmp_path, mended, "bad.csv")
    for outcome in ("added", "same"):
        (answer,) = office("import", "bad.csv", "--format", "json").json()
        assert answer[outcome] == 1
    office("export", "out", "--unmask", "--reason", "test")
    name = "appeals.csv" if "received_on" in head else "services.csv"
    with (tmp_path / "out" / name).open(encoding="utf-8", newline="") as stream:
        assert [r["note"] for r in csv.DictReader(stream)] == ["a", "b", "c"]


def test_a_sheet_that_fails_while_it_is_read_is_said() -> None:
    from ayala.errors import SheetNotReadable
    from ayala.sheets.reader import decoded

    class Failing(io.BytesIO):
        def readline(self, size: int | None = -1, /) -> bytes:
            raise OSError(5, "Input/output error")

    with pytest.raises(SheetNotReadable, match=r"f\.csv cannot be read to its end: Input/output error"):
        list(decoded("f.csv", Failing()))


def test_rows_of_one_sheet_that_contradict_each_other_about_a_partner(office: Ayala) -> None:
    sheet = "name,kind\nЖануя,ngo\nЖануя,employer\n"
    done = office("import", "-", stdin=sheet, ok=4)
    assert "-:3: kind: an earlier row of this sheet says otherwise of the same record" in done.err


class Knot:
    """A statement that refers to itself."""

    def __init__(self) -> None:
        self.itself = self


def test_statements_that_were_asked_do_not_pile_up() -> None:
    records: Any = SimpleNamespace(
        writing=SimpleNamespace(session=SimpleNamespace(execute=lambda statement: [statement.__class__]))
    )
    batch = Batch(records, date(2026, 11, 23), "g.csv")
    asked: list[weakref.ref[Knot]] = []
    collecting = gc.isenabled()
    gc.disable()
    try:
        for _ in range(4 * SWEPT):
            statement = Knot()
            asked.append(weakref.ref(statement))
            assert batch.fetch(statement) == [Knot]
    finally:
        if collecting:
            gc.enable()
    assert sum(knot() is not None for knot in asked) <= SWEPT + 1
