"""Whatever an office writes above its columns: three languages, spellings, whole names, what is not known."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Iterator

import pytest

from ayala.language.catalogue import LANGUAGES, heading
from ayala.language.names import fold
from ayala.sheets.columns import phones_of
from ayala.sheets.headings import DATA, matched
from ayala.sheets.kinds import every_kind, kind_named
from tests.program import Ayala

SPELLINGS = tomllib.loads(DATA.read_text(encoding="utf-8"))
KINDS = [kind.name for kind in every_kind()]


@pytest.fixture
def office(ayala: Ayala) -> Ayala:
    ayala("init")
    return ayala


# --- the list of spellings ----------------------------------------------------------------------------


def written() -> Iterator[tuple[str, str, str]]:
    """(kind or nothing, known heading, spelling)."""
    for name, spellings in SPELLINGS["any"].items():
        yield from (("", name, text) for text in spellings)
    for kind, names in SPELLINGS["kinds"].items():
        yield from ((kind, name, text) for name, spellings in names.items() for text in spellings)


def test_every_spelling_is_read_where_it_is_meant() -> None:
    for kind, name, text in written():
        kinds = [kind_named(kind)] if kind else every_kind()
        having = [each for each in kinds if name in each.headings or name in each.joined]
        assert having, f"{name} is no heading of {kind or 'any kind'}"
        assert any(matched([text], each) == [name] for each in having), f"{text}: {name} of {kind or 'any'}"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_ayala_prints_above_its_columns_is_read_back(kind: str, lang: str) -> None:
    known = list(kind_named(kind).headings)
    assert matched([heading(name, lang) for name in known], kind_named(kind)) == known


def test_case_signs_and_russian_letters_make_no_difference() -> None:
    row = ["ЖСН:", "ТЕГІ*", "аты", "Акесинин аты", "Туған күні (КК.АА.ЖЖЖЖ)", " жынысы ", "birth-date"]
    assert matched(row, kind_named("graduates")) == [
        "iin", "surname", "given_name", "patronymic", None, "sex", "birth_date",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("theirs", "kind", "known"),
    [
        ("Дата выбытия", "stays", "until"),
        ("Шыққан күні", "graduates", "left_care_on"),
        ("Шыққан күні", "stays", "until"),
        ("Категория", "graduates", "care_status"),
        ("Категория", "queue", "category"),
        ("Дата", "appeals", "received_on"),
        ("Дата", "services", "provided_on"),
        ("Номер в очереди", "queue", "number"),
        ("Номер в очереди", "positions", "position"),
        ("Тема", "sessions", "title"),
        ("Организация", "partners", "name"),
        ("Организация", "placements", "partner"),
    ],
)
def test_the_kind_settles_what_words_mean(theirs: str, kind: str, known: str) -> None:
    assert matched([theirs], kind_named(kind)) == [known]


# --- through the command ------------------------------------------------------------------------------

PEOPLE = {
    "kk": "ЖСН;Тегі;Аты;Әкесінің аты;Туған күні;Жынысы;Телефон;Облыс;Балалар үйі;Шыққан күні",
    "ru": "ИИН;Фамилия;Имя;Отчество;Дата рождения;Пол;Контактный телефон;Регион;Детский дом;Дата выпуска",
    "en": "IIN;Surname;Given name;Patronymic;Date of birth;Sex;Phone number;Region;Children's home;Left care on",
}
ROW = "980315300005;Әбдіров;Ғани;Қайратұлы;15.03.1998;{};8 701 234-56-78;{};№1 балалар үйі;30.06.2016\n"
WORDS = {
    "kk": ("ер", "Түркістан облысы"),
    "ru": ("муж", "Южно-Казахстанская обл."),
    "en": ("male", "Turkistan"),
}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_sheet_of_graduates_in_each_language(office: Ayala, office_db: str, lang: str) -> None:
    done = office("import", "-", "--format", "json", stdin=PEOPLE[lang] + "\n" + ROW.format(*WORDS[lang]))
    assert done.err == ""
    assert [(r["kind"], r["added"]) for r in done.json()] == [("graduates", 1)]
    office("export", "out", "--unmask", "--reason", "test")
    with (office.folder / "out" / "graduates.csv").open(encoding="utf-8", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert {key: value for key, value in row.items() if value and key not in ("code", "registered_on")} == {
        "iin": "980315300005",
        "surname": "Әбдіров",
        "given_name": "Ғани",
        "patronymic": "Қайратұлы",
        "birth_date": "1998-03-15",
        "sex": "M",
        "phone": "+77012345678",
        "region": "61",
        "institution": "№1 балалар үйі",
        "left_care_on": "2016-06-30",
    }


KEPT = {
    "graduates": "code,surname,given_name,birth_date,sex\nG-1,Әбдіров,Ғани,1998-03-15,M\n",
    "beds": "building,building_name,room,bed,room_sex\nZU-1,Жастар үйі,101,1,M\n",
    "stays": "graduate,building,room,bed,from_date,contract\nG-1,ZU-1,101,1,2026-01-10,17/2026\n",
    "appeals": "graduate,received_on,category,channel,text\nG-1,2026-01-02,housing,letter,Пәтер\n",
    "services": "graduate,kind,mode,provided_on\nG-1,legal,individual,2026-01-03\n",
    "apartments": "graduate,granted_on,address,rooms\nG-1,2026-05-05,Алматы,1\n",
    "queue": "graduate,registrar,registered_on,number\nG-1,akimat,2020-02-02,77\n",
    "positions": "number,registrar,position,position_on\n77,akimat,412,2026-03-01\n",
    "partners": "name,kind\nНан-Сауда,employer\n",
    "workplaces": "partner,title,opened_on\nНан-Сауда,Наубайшы,2026-01-01\n",
    "placements": "graduate,partner,title,from_date\nG-1,Нан-Сауда,Наубайшы,2026-02-02\n",
    "sessions": "kind,mode,held_on,title\nlegal,seminar,2026-03-03,Құқық\n",
    "attendance": "session,graduate\nE-1,G-1\n",
}


def test_sheets_of_all_kinds_under_translated_headings_say_the_same(office: Ayala) -> None:
    """An export whose headings somebody translated changes nothing at the office that it came from."""
    for kind, content in KEPT.items():
        office("import", "--as", kind, "-", stdin=content)
    office("export", "out", "--unmask", "--reason", "test")
    for lang in LANGUAGES:
        files = []
        for kind in KEPT:
            rows = list(
                csv.reader((office.folder / "out" / f"{kind}.csv").open(encoding="utf-8", newline=""))
            )
            assert len(rows) == 2, kind
            path = office.folder / f"{lang}-{kind}.csv"
            text = io.StringIO()
            csv.writer(text).writerows([[heading(name, lang) for name in rows[0]], rows[1]])
            path.write_text(text.getvalue(), encoding="utf-8")
            files.append(path)
        answer = office("import", *files, "--format", "json").json()
        assert [(row["kind"], row["read"], row["same"]) for row in answer] == [(kind, 1, 1) for kind in KEPT]


def test_an_unknown_heading_is_named_with_the_nearest_in_its_language(office: Ayala) -> None:
    head = "Фамилия,Имя,Отчетсво,Туған күнi,Жынысы,Группа здоровья,№,Тугаан куни\n"
    done = office("import", "-", stdin=head + "Ә,Ғ,Қ,1998-03-15,ер,2,1,x\n")
    assert done.err.splitlines() == [
        "-:1: Отчетсво: column 3 is not known and is left out; did you mean Отчество?",
        "-:1: Группа здоровья: column 6 is not known and is left out",
        "-:1: Тугаан куни: column 8 is not known and is left out",
    ]


def test_two_headings_that_mean_the_same_are_not_chosen_between(office: Ayala) -> None:
    head = "Фамилия,Имя,Дата рождения,Пол,Телефон,Мобильный телефон\n"
    done = office("import", "-", stdin=head + "Ә,Ғ,1998-03-15,муж,,\n", ok=4)
    assert done.err.splitlines()[:2] == [
        "-:1: phone: 'Телефон' and 'Мобильный телефон' both mean this",
        "try: ayala import map save NAME --from - --set 'Мобильный телефон=-', then --map NAME",
    ]


def test_one_column_with_the_whole_name(office: Ayala) -> None:
    rows = "Әбдіров Ғани Қайратұлы,1998-03-15,ер\nЛи Ольга,1999-01-01,әйел\nОмар Асет  Қайрат ұлы,2000-01-01,ер\n"
    done = office("import", "-", stdin="Аты-жөні,Туған күні,Жынысы\n" + rows)
    assert done.err == "-:1: Аты-жөні: column 1 is read as surname, given name, patronymic, in this order\n"
    got = office("graduate", "list", "--format", "json").json()
    assert [(r["surname"], r["given_name"], r["patronymic"]) for r in got] == [
        ("Әбдіров", "Ғани", "Қайратұлы"),
        ("Ли", "Ольга", None),
        ("Омар", "Асет", "Қайрат ұлы"),
    ]


def test_a_whole_name_of_one_word_or_too_many_is_a_problem(office: Ayala) -> None:
    rows = "Әбдіров,1998-03-15,ер\nА Б В Г,1999-01-01,әйел\n"
    done = office("import", "-", stdin="ФИО,Туған күні,Жынысы\n" + rows + ",1999-01-01,ер\n", ok=4)
    sentence = "where surname, given name and patronymic are expected; give each a column of its own"
    assert done.err.splitlines()[1:5] == [
        f"-:2: surname: 1 word {sentence}",
        f"-:3: surname: 4 words {sentence}",
        "-:4: surname: missing",
        "-:4: given_name: missing",
    ]


def test_a_whole_name_beside_its_parts_is_left_out(office: Ayala) -> None:
    head = "ФИО,Фамилия,Имя,Туған күні,Жынысы\n"
    done = office("import", "-", stdin=head + "x y z,Ә,Ғ,1998-03-15,ер\n")
    assert done.err == "-:1: ФИО: column 1 is left out: its parts have columns of their own\n"
    (row,) = office("graduate", "list", "--format", "json").json()
    assert (row["surname"], row["given_name"]) == ("Ә", "Ғ")


def test_cells_beyond_the_headings_are_told_beside_a_whole_name(office: Ayala) -> None:
    done = office(
        "import", "-", stdin="ФИО,Туған күні,Жынысы\nӘ Ғ,1998-03-15,ер,more\nӘ Ғ,1998-03-15,ер,\n", ok=4
    )
    assert done.err.splitlines()[1:] == [
        "-:2: row: has 4 cells, but there are 3 headings",
        "ayala: nothing imported: 1 of 2 rows are rejected",
        "try: mend the rows, or: ayala import - --keep-good --rejects bad.csv",
    ]


def test_no_spelling_stands_twice_for_one_kind() -> None:
    for kind in SPELLINGS["kinds"].values():
        folded = [fold(text) for spellings in kind.values() for text in spellings]
        assert len(folded) == len(set(folded))


# --- what stands in the cells -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "phone", "others"),
    [
        ("87011234567, 87021234567", "+77011234567", "+77021234567"),
        ("87011234567/87021234567", "+77011234567", "+77021234567"),
        ("8-701-123-45-67 8-702-123-45-67", "+77011234567", "+77021234567"),
        ("+7 701 123 45 67 +7 702 123 45 67", "+77011234567", "+77021234567"),
        ("8 (7252) 53-21-10; 87011234567", "+77252532110", "+77011234567"),
        ("8 701 123 45 67 және 8 727 250-12-34", "+77011234567", "+77272501234"),
        ("8 (7252) 53-21-10", "+77252532110", ""),
        ("8-701-123-45-67", "+77011234567", ""),
        ("8 701 123 87 87", "+77011238787", ""),
    ],
)
def test_phones_in_every_local_spelling(office: Ayala, typed: str, phone: str, others: str) -> None:
    office("import", "-", stdin=f'Тегі;Аты;Туған күні;Жынысы;Телефон\nӘ;Ғ;1998-03-15;ер;"{typed}"\n')
    office("export", "out", "--unmask", "--reason", "test")
    (row,) = csv.DictReader((office.folder / "out" / "graduates.csv").open(encoding="utf-8", newline=""))
    assert (row["phone"], row["other_phones"]) == (phone, others)


def test_a_second_phone_joins_those_of_the_column_for_others(office: Ayala) -> None:
    head = "Тегі;Аты;Туған күні;Жынысы;Басқа телефондар;Телефон\n"
    rows = (
        "Ә;Ғ;1998-03-15;ер;8 727 250 12 34;87011234567, 87021234567\n"
        "Оспан;Асет;1998-03-16;ер;;87011234567\nКім;Ян;1998-03-17;ер\n"
    )
    office("import", "-", stdin=head + rows)
    office("export", "out", "--unmask", "--reason", "test")
    got = csv.DictReader((office.folder / "out" / "graduates.csv").open(encoding="utf-8", newline=""))
    assert [(row["phone"], row["other_phones"]) for row in got] == [
        ("+77011234567", "+77021234567 +77272501234"),
        ("+77011234567", ""),
        ("", ""),
    ]


def test_an_extension_is_left_out_and_said(office: Ayala) -> None:
    head = "Тегі;Аты;Туған күні;Жынысы;Телефон\n"
    rows = "Ә;Ғ;1998-03-15;ер;8 (7252) 53-21-10, вн. 15\nОспан;Асет;1998-03-16;ер;8 7252 53 21 10 доб.3\n"
    done = office("import", "-", stdin=head + rows)
    assert done.err == "-: phone: an extension is left out, 2 times; a note may keep it\n"
    caller = "Заявитель,Телефон,Дата,Категория\nӘ,8 7252 53 21 10 вн. 3,2026-01-02,жильё\n"
    done = office("import", "-", stdin=caller)
    assert done.err == "-: phone: an extension is left out, once; a note may keep it\n"


@pytest.mark.parametrize("cell", ["8 (701) 123 8 7 00 — кешке", "; ; ; ; ; ; ; ; ; ; ; ;"])
def test_what_are_not_two_phones_is_left_as_it_is(cell: str) -> None:
    assert phones_of(cell) == [cell]
