"""An akimat's letter of queue positions: whom each row means, what is asked, who is missing, who moved back."""

from __future__ import annotations

import pytest

from tests.program import Ayala

PEOPLE = """\
code,iin,surname,given_name,patronymic,birth_date,sex
G-1,980315300005,Әбдіров,Ғани,Серікұлы,1998-03-15,M
G-2,031014600003,Қасым,Індіра,,2003-10-14,F
G-3,,Ким,Олег,,2001-02-03,M
G-4,,Ким,Олег,,2002-02-03,M
G-5,,Нұр,Дана,,2004-05-06,F
G-6,,Ли Цой,Анна,,2004-05-06,F
"""
QUEUE = """\
code,graduate,registrar,registered_on,number,status
Q-1,G-1,akimat,2016-03-15,607-C,waiting
Q-2,G-2,akimat,2021-11-01,,waiting
Q-3,G-3,akimat,2019-05-06,,waiting
Q-4,G-4,akimat,2020-05-06,,waiting
Q-5,G-5,akimat,2022-05-06,,waiting
Q-6,G-5,akimat,2023-05-06,,waiting
Q-7,G-1,bank,2025-06-01,75-1,waiting
Q-8,G-6,akimat,2010-05-06,,housed
Q-9,G-6,akimat,2012-05-06,,struck_off
"""
AKIMAT = ("--as", "positions", "--registrar", "akimat", "--on", "2026-11-01", "--document", "№ 12")


@pytest.fixture
def office(ayala: Ayala, office_db: str) -> Ayala:
    """Six people and their entries in the queues."""
    for name, content in (("people", PEOPLE), ("queue", QUEUE)):
        (ayala.folder / f"{name}.csv").write_text(content, encoding="utf-8")
    ayala("import", "people.csv", "queue.csv")
    return ayala


def letter(office: Ayala, content: str, *options: str, ok: int = 0) -> tuple[dict[str, int], list[str]]:
    """The positions of the entries after a letter, and what was said."""
    (office.folder / "letter.csv").write_text(content, encoding="utf-8")
    done = office("import", "letter.csv", *(options or AKIMAT), ok=ok)
    rows = office("housing", "queue", "list", "--format", "json").json()
    return {row["code"]: row["position"] for row in rows if row["position"]}, done.err.splitlines()


@pytest.mark.parametrize(
    ("content", "entry"),
    [
        ("number,position\n607-C,5\n", "Q-1"),
        ("iin,position\n980315300005,5\n", "Q-1"),
        ("surname,given_name,position\nӘбдіров,Ғани,5\n", "Q-1"),
        ("surname,given_name,patronymic,position\nАбдиров,Гани,Серикулы,5\n", "Q-1"),
        ("name,position\nАбдиров Гани,5\n", "Q-1"),
        ("name,position\nӘБДІРОВ  ҒАНИ СЕРІКҰЛЫ,5\n", "Q-1"),
        ("name,iin,position\nКасым Индира Асанкызы,,5\n", "Q-2"),
        ("number,iin,name,position\n999,,Касым Индира,5\n", "Q-2"),
        ("surname,given_name,birth_date,position\nКим,Олег,03.02.2001,5\n", "Q-3"),
        ("surname,given_name,iin,position\nКим,Олег,980315300005,5\n", "Q-1"),
        ("name,birth_date,position\nКим Олег,2002-02-03,5\n", "Q-4"),
        ("name,position\nЛи Цой Анна,5\n", "Q-9"),
        ("number,name,position\n607-C,Касым Индира,5\n", "Q-1"),
        ("iin,name,position\n020203500014,Касым Индира,5\n", ""),
        ("iin,name,birth_date,position\n020203500013,Ким Олег,2002-02-03,5\n", "Q-4"),
    ],
)
def test_a_row_is_matched_by_number_iin_or_name(office: Ayala, content: str, entry: str) -> None:
    positions, _ = letter(office, content, ok=0 if entry else 4)
    assert positions == ({entry: 5} if entry else {})


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("name,position\nКим Олег,5\n", "name: several in the akimat's queue fit: Q-3, Q-4; give the number or the IIN"),
        ("name,position\nНур Дана,5\n", "name: several in the akimat's queue fit: Q-5, Q-6; give the number or the IIN"),
        ("name,position\nОспан Айдос,5\n", "name: nobody in the akimat's queue on record is this person"),
        ("surname,position\nКасым,5\n", "surname: nobody in the akimat's queue on record is this person"),
        ("number,name,position\n999,,5\n,Касым Индира,6\n", "number: nobody in the akimat's queue on record is this person"),
        ("number,position\n999,5\n", "number: no queue entry on record has this number at the akimat"),
        ("iin,number,position\n020203500013,999,5\n", "number: no queue entry on record has this number at the akimat"),
        ("iin,number,position\n020203500013,607-C,5\n", "iin: this IIN is not that of the person whose entry Q-1 is"),
        ("iin,position\n020203500013,5\n", "iin: no graduate on record has this IIN"),
        ("position,name\n0,Касым Индира\n", "position: '0' is not a number from 1"),
        ("position,name\n5,\n", "queue or number or iin or graduate or surname or name: missing"),
    ],
)  # fmt: skip
def test_a_row_that_means_nobody_or_several_is_a_question(office: Ayala, content: str, said: str) -> None:
    positions, told = letter(office, content, ok=4)
    assert positions == {}
    assert told[0] == f"letter.csv:2: {said}"


def test_a_number_goes_before_a_name_and_the_difference_is_told(office: Ayala) -> None:
    positions, told = letter(office, "number,name,position\n607-C,Касым Индира,5\n607-C,Абдиров Гани,5\n")
    assert positions == {"Q-1": 5}
    assert told == ["letter.csv:2: taken as of Q-1, whose holder has another name or birth date"]


def test_what_the_command_says_stands_for_what_rows_leave_out(office: Ayala) -> None:
    rows = "number,iin,registrar,position_on,document,position\n75-1,,bank,2026-10-01,№ 7,3\n607-C,,,,,5\n"
    assert letter(office, rows)[0] == {"Q-7": 3, "Q-1": 5}
    told = [
        office("housing", "queue", "show", code, "--format", "json").json()["positions"][0]
        for code in ("Q-7", "Q-1")
    ]
    assert [(row["position_on"], row["document"]) for row in told] == [
        ("2026-10-01", "№ 7"),
        ("2026-11-01", "№ 12"),
    ]
    again = office("import", "letter.csv", *AKIMAT, "--format", "json").json()
    assert (again[0]["same"], again[0]["added"]) == (2, 0)


def test_without_the_registrar_or_for_another_kind_the_sheet_is_refused(office: Ayala) -> None:
    _, told = letter(office, "number,position\n607-C,5\n", "--as", "positions", ok=4)
    assert told[0] == "letter.csv:1: a sheet of positions needs the heading registrar, position_on"
    done = office("import", "people.csv", "--registrar", "akimat", "--on", "2026-11-01", ok=4)
    assert done.err.splitlines()[0] == (
        "people.csv: position_on, registrar is given, and graduates have no such heading"
    )
    assert "'moon' is none of: akimat, bank" in office("import", "x.csv", "--registrar", "moon", ok=2).err


def test_who_moved_back_is_named_and_who_is_missing_is_listed(office: Ayala) -> None:
    letter(office, "number,name,position\n607-C,,12\n,Касым Индира,340\n")
    rows = "number,name,birth_date,position\n607-C,,,15\n,Касым Индира,,338\n,Ким Олег,2001-02-03,350\n"
    (office.folder / "letter.csv").write_text(rows, encoding="utf-8")
    december = [*AKIMAT[:5], "2026-12-01", "--full-list"]
    done = office("import", "letter.csv", *december, "--format", "json")
    assert done.err.splitlines() == [
        "letter.csv:2: Q-1 moved back: 12 on 2026-11-01, 15 now; ask the akimat why",
        "letter.csv: taken for the full list of all waiting entries of the queue of registrar akimat",
    ]
    assert done.json()["missing"] == [
        {
            "file": "letter.csv", "kind": "queue", "code": code, "graduate": graduate, "name": name,
            "next_step": f"ayala housing queue show {code}",
        }
        for code, graduate, name in (
            ("Q-4", "G-4", "Ким Олег"), ("Q-5", "G-5", "Нұр Дана"), ("Q-6", "G-5", "Нұр Дана"),
        )
    ]  # fmt: skip
    again = office("import", "letter.csv", *december)
    assert [line for line in again.err.splitlines() if "moved back" in line] == []
    rejected, told = letter(office, "name,position\nНур Дана,5\n", *december, ok=4)
    assert told[1].endswith("registrar akimat; 1 rejected row may mean some of them")
    assert "Q-5" not in rejected


def test_a_letter_is_planned_and_applied_with_what_the_command_said(office: Ayala) -> None:
    (office.folder / "letter.csv").write_text("number,position\n607-C,5\n", encoding="utf-8")
    office("import", "letter.csv", *AKIMAT, "--plan", "letter.plan")
    office("import", "--apply", "letter.plan", env={"AYALA_TODAY": "2026-12-05"})
    (told,) = office("housing", "queue", "show", "Q-1", "--format", "json").json()["positions"]
    assert (told["position"], told["position_on"], told["document"]) == (5, "2026-11-01", "№ 12")


def test_nobody_who_is_blocked_gets_a_position_and_the_name_of_nobody_is_asked(office: Ayala) -> None:
    office("graduate", "block", "G-2", "--reason", "asked for it")
    positions, told = letter(office, "name,position\nКасым Индира,5\n", ok=4)
    assert positions == {}
    assert "G-2 is blocked since 2026-11-23" in told[0]
