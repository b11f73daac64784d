"""The rejects file: the office's own sheet, what is wrong beside each row; mended, it completes the batch."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from ayala.graduate.iin import iin_is_valid
from ayala.language.catalogue import CODES, LANGUAGES, word
from tests.program import Ayala

HEAD = "№;Пол;ИИН;Фамилия;Имя;Дата рождения;Контактный телефон;Регион;Дата выпуска;Цвет глаз\n"
GOOD = "1;муж;;Әбдіров{};Ғани;15.03.1998;;;;\n"


@pytest.fixture
def office(ayala: Ayala) -> Ayala:
    ayala("init")
    return ayala


def write(office: Ayala, name: str, text: str, encoding: str = "utf-8") -> None:
    (office.folder / name).write_bytes(text.encode(encoding))


def table(path: Path, delimiter: str = ";") -> list[list[str]]:
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream, delimiter=delimiter))


# (what is wrong with the row, its problem, its code, the row mended)
BROKEN = [
    ("1;муж;980315300006;А;Б;1998-03-15;;;;", "iin", "bad_iin_check_digit", "1;муж;980315300005;А;Б;15.03.1998;;;;"),
    ("2;муж;9803153;В;Г;15.03.1998;;;;", "iin", "short_iin", "2;муж;;В;Г;15.03.1998;;;;"),
    ("3;муж;9803153000050;В;Д;15.03.1998;;;;", "iin", "long_iin", "3;муж;;В;Д;15.03.1998;;;;"),
    ("4;муж;000000000000;В;Е;15.03.1998;;;;", "iin", "bad_iin", "4;муж;;В;Е;15.03.1998;;;;"),
    ("5;муж;9,80315E+11;В;Ж;15.03.1998;;;;", "iin", "rounded_iin", "5;муж;;В;Ж;15.03.1998;;;;"),
    ("6;муж;;;З;15.03.1998;;;;", "surname", "no_surname", "6;муж;;И;З;15.03.1998;;;;"),
    ("7;муж;;К;Л;31.02.1999;;;;", "birth_date", "impossible_date", "7;муж;;К;Л;28.02.1999;;;;"),
    ("8;муж;;К;М;вчера;;;;", "birth_date", "bad_date", "8;муж;;К;М;28.02.1999;;;;"),
    ("9;муж;;К;Н;02/03/1999;;;;", "birth_date", "unclear_date", "9;муж;;К;Н;02.03.1999;;;;"),
    ("10;муж;;К;О;02.03.20;;;;", "birth_date", "unclear_century", "10;муж;;К;О;02.03.1999;;;;"),
    ("11;икс;;К;П;02.03.1999;;;;", "sex", "unknown_value", "11;жен;;К;П;02.03.1999;;;;"),
    ("12;муж;;К;Р;02.03.1999;12345;;;", "phone", "bad_phone", "12;муж;;К;Р;02.03.1999;87011234567;;;"),
    ("13;муж;;К;С;02.03.1999;;Омск;;", "region", "unknown_value", "13;муж;;К;С;02.03.1999;;Астана;;"),
    ("14;муж;;К;Т\u200bу;02.03.1999;;;;", "given_name", "bad_text", "14;муж;;К;Ту;02.03.1999;;;;"),
    ("15;муж;;К;У;02.03.1999;;;;;more", "row", "too_many_cells", "15;муж;;К;У;02.03.1999;;;;"),
    ("16;муж;;К;Ф;02.03.1999;;;31.04.2019;", "left_care_on", "impossible_date", "16;муж;;К;Ф;02.03.1999;;;30.04.2019;"),
    ("17;муж;;К;Х;02.03.1999;+77011234567;;;", "phone", "contradiction", ""),
]  # fmt: skip
TWIN = "17;муж;;К;Х;02.03.1999;+77021234567;;;\n"


def test_every_kind_of_problem_mended_completes_the_batch(office: Ayala, office_db: str) -> None:
    """The first, the five hundred and first and the last row are broken, and all between that can be."""
    rows = [GOOD.format(n) for n in range(1000)]
    wrong = [broken + "\n" for broken, *_ in BROKEN[:-1]]
    lines = [wrong[0], *rows[:499], *wrong[1:-1], *rows[499:], TWIN, BROKEN[-1][0] + "\n", wrong[-1]]
    assert lines[500] == wrong[1]
    write(office, "f.csv", HEAD + "".join(lines))
    done = office("import", "f.csv", "--keep-good", "--rejects", "bad.csv", "--format", "json", ok=4)
    assert [(r["read"], r["added"], r["rejected"]) for r in done.json()] == [(1018, 1001, 17)]
    told = [line for line in done.err.splitlines() if line.startswith("f.csv:") and ":1: " not in line]
    assert [line.split(": ")[0] for line in (told[0], told[-1])] == ["f.csv:2", "f.csv:1019"]
    assert len(told) == 17

    head, *bad = table(office.folder / "bad.csv")
    assert ";".join(head) == HEAD.strip() + ";problem;problem_code"
    order = [0, *range(1, 15), 16, 15]
    assert [(row[0], row[-1], row[-2].split(": ")[0]) for row in bad] == [
        (BROKEN[at][0].split(";")[0], BROKEN[at][2], BROKEN[at][1]) for at in order
    ]
    for row, at in zip(bad, order, strict=True):
        cells = BROKEN[at][0].split(";")
        assert row[:10] == cells[:10]
    mended = [BROKEN[at][3] for at in order if BROKEN[at][3]]
    write(office, "bad.csv", ";".join(head) + "\n" + "".join(f"{row};x;y\n" for row in mended), "utf-8-sig")
    done = office("import", "bad.csv", "--format", "json")
    assert [(r["added"], r["rejected"]) for r in done.json()] == [(16, 0)]
    assert done.err == "bad.csv:1: Цвет глаз: column 10 is not known and is left out\n"
    assert len(office("graduate", "list", "--format", "json").json()) == 1017


@pytest.mark.parametrize(
    ("lang", "names", "sentence"),
    [
        (
            "kk",
            ["Мәселе", "Мәселе коды"],
            "ИИН: ЖСН-нің бақылау цифры сәйкес келмейді; Фамилия: толтырылмаған",
        ),
        ("ru", ["Что не так", "Код ошибки"], "ИИН: контрольная цифра ИИН не сходится; Фамилия: не заполнено"),
        (
            "en",
            ["problem", "problem_code"],
            "iin: the control digit of the IIN does not match; a digit is wrong; surname: missing",
        ),
    ],
)
def test_what_is_wrong_is_said_in_the_chosen_language(
    office: Ayala, lang: str, names: list[str], sentence: str
) -> None:
    write(office, "f.csv", "ИИН|Фамилия|Имя|Дата рождения|Пол\n980315300006||Ғ|15.03.1998|муж\n")
    office("--lang", lang, "import", "f.csv", "--rejects", "bad.csv", ok=4)
    head, row = table(office.folder / "bad.csv", "|")
    assert head == ["ИИН", "Фамилия", "Имя", "Дата рождения", "Пол", *names]
    assert row == ["980315300006", "", "Ғ", "15.03.1998", "муж", sentence, "bad_iin_check_digit no_surname"]
    # Broken once more, in another language: the columns of the first time are not kept beside the new ones.
    done = office("import", "bad.csv", "--rejects", "again.csv", ok=4)
    assert "is not known" not in done.err
    assert table(office.folder / "again.csv", "|")[0] == [*head[:5], "problem", "problem_code"]


def test_a_column_that_the_sheet_lacks_is_named_in_ours(office: Ayala) -> None:
    write(office, "f.csv", "Тегі,Аты,Туған күні,Жынысы,Лауазымы\nӘ,Ғ,15.03.1998,ер,x\n")
    office("import", "f.csv", "--quiet")
    write(office, "q.csv", "Кто ведет очередь,Дата постановки на учет,ИИН\nакимат,01.02.2020,\n")
    office("--lang", "ru", "import", "q.csv", "--rejects", "bad.csv", ok=4)
    assert table(office.folder / "bad.csv", ",")[1][-2:] == ["ИИН: не заполнено", "no_iin_or_graduate"]
    write(
        office, "p.csv", "Кто ведет очередь,По состоянию на,Позиция,Номер учёта\nбанк,01.02.2020,5,,лишнее\n"
    )
    office("--lang", "ru", "import", "p.csv", "--rejects", "bad.csv", ok=4)
    assert table(office.folder / "bad.csv", ",")[1][-2].startswith(
        "Строка: ячеек больше, чем заголовков; Очередь: "
    )


def test_rejected_rows_that_lose_the_order_of_their_days_say_so(office: Ayala) -> None:
    head = "Тегі;Аты;Туған күні;Жынысы\n"
    write(office, "f.csv", head + "Ә;Ғ;25/03/1998;ер\nӘ;;04/03/1998;ер\nӘ\n")
    done = office("import", "f.csv", "--keep-good", "--rejects", "bad.csv", ok=4)
    assert "bad.csv: days are day/month/year; import it with --dates dmy\n" in done.err
    text = (office.folder / "bad.csv").read_text(encoding="utf-8-sig").splitlines()
    write(office, "bad.csv", f"{text[0]}\n{text[1].replace('Ә;;', 'Ә;Қ;')}\n")
    assert "no cell of the column tells" in office("import", "bad.csv", ok=4).err
    office("import", "bad.csv", "--dates", "dmy")
    got = [row["birth_date"] for row in office("graduate", "list", "--format", "json").json()]
    assert got == ["1998-03-25", "1998-03-04"]


def test_rows_taken_apart_come_out_as_they_came(office: Ayala) -> None:
    head = "ФИО;Туған күні;Жынысы;Телефон\n"
    row = "Әбдіров Ғани;31.02.1998;ер;87011234567, 87021234567"
    write(office, "f.csv", head + row + "\n")
    office("import", "f.csv", "--rejects", "bad.csv", ok=4)
    _, bad = table(office.folder / "bad.csv")
    assert ";".join(bad[:4]) == row


def test_a_problem_of_a_whole_name_stands_under_its_heading(office: Ayala) -> None:
    write(office, "f.csv", "ФИО;Туған күні;Жынысы\nӘбдіров;31.03.1998;ер\n")
    office("--lang", "kk", "import", "f.csv", "--rejects", "bad.csv", ok=4)
    assert table(office.folder / "bad.csv")[1][-2:] == ["ФИО: аты-жөні дұрыс емес", "bad_name"]


def test_which_of_identical_rows_it_was_is_kept_when_it_fails_again(office: Ayala) -> None:
    write(office, "people.csv", "Тегі;Аты;Туған күні;Жынысы\nӘ;Ғ;15.03.1998;ер\n")
    office("import", "people.csv")
    row = "G-1;02.01.2026;жильё;письмо;{}\n"
    rows = row.format("") + row.format("32.01.2026") + row.format("")
    write(office, "a.csv", "Түлек;Дата;Категория;Канал;Дата ответа\n" + rows)
    office("import", "a.csv", "--keep-good", "--rejects", "bad.csv", ok=4)
    first = table(office.folder / "bad.csv")
    assert [line[-1] for line in first] == ["occurrence", "3"]
    office("import", "bad.csv", "--keep-good", "--rejects", "again.csv", ok=4)
    assert table(office.folder / "again.csv")[0][-3:] == [
        "occurrence",
        "problem",
        "problem_code",
    ]
    write(
        office,
        "bad.csv",
        (office.folder / "bad.csv").read_text(encoding="utf-8-sig").replace("32.01", "31.01"),
    )
    (answer,) = office("import", "bad.csv", "--format", "json").json()
    assert answer["added"] == 1


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_problem_has_a_name_of_its_own(lang: str) -> None:
    names = [word("problem", code, lang) for code in CODES["problem"]]
    assert len(set(names)) == len(names)
    assert not any("_" in name for name in names)


def test_every_code_that_a_row_can_be_rejected_with_is_in_the_vocabulary() -> None:
    """Whatever stands in the source as ``code=`` of a rejection, or as the second word of a ``BadCell``."""
    import re

    from tests.program import ROOT

    found = set()
    for path in (ROOT / "ayala").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        found |= set(re.findall(r'code="([a-z_]+)"', text))
        found |= set(re.findall(r'BadCell\((?:[^()]|\([^()]*\))*?"([a-z]+_[a-z_]+)"\s*,?\s*\)', text))
    assert {"bad_text", "contradiction", "unclear_date", "no_such_record"} <= found
    assert found - {"no_"} <= set(CODES["problem"])


# --- from a workbook ----------------------------------------------------------------------------------

IIN = next(f"0101015{n:04}{d}" for n in range(100) for d in range(10) if iin_is_valid(f"0101015{n:04}{d}"))


def workbook(office: Ayala, *rows: list[object]) -> None:
    book = xlsxwriter.Workbook(str(office.folder / "f.xlsx"), {"strings_to_formulas": False})
    page = book.add_worksheet("Түлектер")
    for number, cells in enumerate(rows):
        for place, cell in enumerate(cells):
            if cell == "#REF!":
                page.write_formula(number, place, "=A1", value="#REF!")
            elif isinstance(cell, date):
                page.write_datetime(number, place, cell, book.add_format({"num_format": "dd.mm.yyyy"}))
            else:
                page.write(number, place, cell)
    book.close()


HEADINGS: list[object] = ["ЖСН", "Тегі", "Аты", "Туған күні", "Жынысы", "Шыққан күні"]


def test_a_workbook_gives_a_sheet_to_mend_that_is_read_alike(office: Ayala) -> None:
    workbook(
        office,
        HEADINGS,
        [int(IIN), "Әбдіров", "Ғани", 36892, "ер", date(2019, 6, 30)],
        [int(IIN), "Өтеген", "Асан", 36892, "икс", date(2019, 6, 30)],
        ["", "#REF!", "Айгүл", date(2001, 3, 27), "әйел", ""],
        [980315, "Ли", "Ольга", date(2001, 3, 28), "әйел", ""],
    )
    done = office("import", "f.xlsx", "--keep-good", "--rejects", "bad.csv", "--format", "json", ok=4)
    assert done.err.splitlines() == [
        "f.xlsx:3: sex: 'икс' is none of: F, M",
        "f.xlsx:4: surname: the formula gave the error #REF!",
        "f.xlsx:5: iin: an IIN is 12 digits, this has 6",
        "f.xlsx: iin: leading zeros that the spreadsheet dropped are put back, 2 times",
        "f.xlsx: birth_date: numbers are read as the spreadsheet's days, 2 times",
        "ayala: 3 of 4 rows are rejected; the good rows are saved",
    ]
    assert [(row["added"], row["rejected"]) for row in done.json()] == [(1, 3)]
    head, *bad = table(office.folder / "bad.csv", ",")
    assert head[:6] == HEADINGS
    assert [(row[:6], row[7]) for row in bad] == [
        ([IIN, "Өтеген", "Асан", "2001-01-01", "икс", "2019-06-30"], "unknown_value"),
        (["", "#REF!", "Айгүл", "2001-03-27", "әйел", ""], "broken_formula"),
        (["980315", "Ли", "Ольга", "2001-03-28", "әйел", ""], "short_iin"),
    ]


def test_days_and_numbers_that_a_workbook_holds_as_text(office: Ayala) -> None:
    row = ["Ғ", "27/03/2001", "ер", "31/01/2019"]
    workbook(office, HEADINGS, [int(IIN), "А", *row], ["", "Б", *row], [None, "В", *row])
    (answer,) = office("import", "f.xlsx", "--format", "json").json()
    assert (answer["added"], answer["rejected"]) == (3, 0)
    assert {row["birth_date"] for row in office("graduate", "list", "--format", "json").json()} == {
        "2001-03-27"
    }
