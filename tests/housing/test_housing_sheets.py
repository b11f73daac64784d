"""Sheets of housing: apartments, the queue, positions; in, in again, out and in again."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.program import Ayala, AyalaProcess

PEOPLE = """\
code,iin,surname,given_name,birth_date,sex,region
G-1,980315300005,Әбдіров,Ғани,1998-03-15,M,75
G-2,,Ахметова,Айгүл,2004-05-06,F,71
G-3,,Ким,Олег,1980-05-14,M,75
"""


@pytest.fixture
def office(office_db: str, ayala: Ayala) -> Ayala:
    sheet(ayala, "people", PEOPLE)
    ayala("import", "people.csv")
    return ayala


def sheet(ayala: Ayala, name: str, content: str) -> str:
    (ayala.folder / f"{name}.csv").write_text(content, encoding="utf-8")
    return f"{name}.csv"


def take(ayala: Ayala, content: str, *options: str, ok: int = 0) -> tuple[tuple[int, ...], str]:
    """What came of a sheet: read, added, updated, same, rejected, warned; and what was said."""
    done = ayala("import", sheet(ayala, "in", content), *options, "--format", "json", ok=ok)
    (row,) = done.json()
    return tuple(row[key] for key in ("read", "added", "updated", "same", "rejected", "warned")), done.err


def test_apartments_come_in_once_and_change_by_what_is_given(office: Ayala) -> None:
    rows = (
        "iin,graduate,granted_on,region,address,rooms,area,tenure\n"
        "980315300005,,2019-07-11,75,Алматы,1,,rent_to_own\n"
        ',G-2,24.05.2019,Астана қаласы,,2,"43,5",меншік\n'
        "980315300005,,2019-07-11,75,Алматы,1,,rent_to_own\n"
    )
    assert take(office, rows) == ((3, 2, 0, 1, 0, 0), "")
    assert take(office, rows) == ((3, 0, 0, 3, 0, 0), "")
    changed = "graduate,granted_on,rooms,tenure,decision\nG-1,2019-07-11,3,,214\nG-2,2019-05-24,2,,\n"
    assert take(office, changed) == ((2, 0, 1, 1, 0, 0), "")
    assert office("housing", "list", "--format", "csv").out == (
        "graduate,name,granted_on,region,address,rooms,area,tenure,decision\n"
        "G-2,Ахметова Айгүл,2019-05-24,71,,2,43.5,owned,\n"
        "G-1,Әбдіров Ғани,2019-07-11,75,Алматы,3,,rent_to_own,214\n"
    )


def test_wrong_apartments_are_named_with_their_places_and_nothing_comes_in(office: Ayala) -> None:
    wrong = (
        "graduate,granted_on,rooms,area,tenure\n"
        "G-1,2019-07-11,0,,\n"
        "G-9,2019-07-11,1,,\n"
        ",2019-07-11,1,,\n"
        "G-2,31.02.2019,1,x,hut\n"
        "G-2,2019-03-01,1,40,\n"
    )
    counted, said = take(office, wrong, ok=4)
    assert counted == (5, 1, 0, 0, 4, 0)
    assert said.splitlines() == [
        "in.csv:2: rooms: '0' is not a number from 1",
        "in.csv:3: graduate: no graduate on record has G-9",
        "in.csv:4: iin or graduate: missing",
        "in.csv:5: granted_on: '31.02.2019' is not in the calendar",
        "in.csv:5: area: 'x' is not a number above 0",
        "in.csv:5: tenure: 'hut' is none of: rent, rent_to_own, owned",
        "ayala: nothing imported: 4 of 5 rows are rejected",
        "try: mend the rows, or: ayala import in.csv --keep-good --rejects bad.csv",
    ]
    assert office("housing", "list", "--format", "json").json() == []


def test_queue_entries_keep_their_codes_and_are_never_reopened_by_a_sheet(office: Ayala) -> None:
    rows = (
        "code,graduate,registrar,registered_on,number,status,closed_on\n"
        "Q-7,G-1,akimat,2012-05-14,607-C,waiting,\n"
        ",G-2,bank,2025-06-01,,,\n"
        ",G-2,akimat,2022-06-01,5,housed,2023-01-01\n"
    )
    assert take(office, rows) == ((3, 3, 0, 0, 0, 0), "")
    assert take(office, rows) == ((3, 0, 0, 3, 0, 0), "")
    listed = office("housing", "queue", "list", "--format", "csv").out.splitlines()[1:]
    assert listed == [
        "Q-7,G-1,Әбдіров Ғани,akimat,2012-05-14,607-C,,waiting,,",
        "Q-9,G-2,Ахметова Айгүл,akimat,2022-06-01,5,,housed,,",
        "Q-8,G-2,Ахметова Айгүл,bank,2025-06-01,,,waiting,,",
    ]
    later = (
        "graduate,registrar,registered_on,status,closed_on\n"
        "G-1,akimat,2012-05-14,housed,2019-07-11\n"
        "G-2,akimat,2022-06-01,waiting,\n"
        "G-2,bank,2025-06-01,waiting,2026-01-01\n"
    )
    assert take(office, later) == (
        (3, 0, 1, 2, 0, 0),
        "in.csv:3: Q-9 is closed: housed; a sheet does not reopen it\n"
        "in.csv:4: closed_on is left out: the entry is waiting\n",
    )
    story = office("housing", "queue", "show", "Q-7", "--format", "json").json()["queue_statuses"]
    assert [(step["happened_on"], step["status"]) for step in story] == [
        ("2012-05-14", "waiting"),
        ("2019-07-11", "housed"),
    ]
    assert (
        office("housing", "queue", "add", "G-3", "--registrar", "bank", "--on", "1999-01-01").out == "Q-10\n"
    )


def test_a_code_of_another_entry_is_refused(office: Ayala) -> None:
    take(
        office,
        "graduate,registrar,registered_on\nG-1,akimat,2012-05-14\nG-2,akimat,2022-06-01\nG-2,bank,2022-06-01\n",
    )
    wrong = "code,graduate,registrar,registered_on\nQ-1,G-2,bank,2023-01-01\nQ-2,G-2,bank,2022-06-01\n"
    counted, said = take(office, wrong, ok=4)
    assert counted == (2, 0, 0, 0, 2, 0)
    assert said.splitlines()[:2] == [
        "in.csv:2: code: Q-1 is another person's entry here",
        "in.csv:3: code: Q-3 is on record for this person, registrar and day",
    ]
    moved = "code,graduate,registrar,registered_on\nQ-2,G-2,akimat,2022-07-01\n"
    assert take(office, moved) == ((1, 0, 1, 0, 0, 0), "")


def test_who_was_too_old_at_the_registration_is_counted_as_warned(office: Ayala) -> None:
    rows = "graduate,registrar,registered_on\nG-3,akimat,2009-05-13\nG-3,bank,2009-05-14\n"
    counted, said = take(office, rows)
    assert counted == (2, 2, 0, 0, 0, 1)
    assert said == (
        "in.csv:3: registered_on: registered on 2009-05-14, but 29 years were full on 2009-05-14"
        " (Law 94-I On Housing Relations, art. 68, subpara. 6)\n"
    )
    served = "code,surname,given_name,birth_date,sex,conscript_months\nG-3,Ким,Олег,1980-05-14,M,12\n"
    take(office, served)
    assert take(office, rows) == ((2, 0, 0, 2, 0, 0), "")


QUEUE = """\
graduate,registrar,registered_on,number,status
G-1,akimat,2012-05-14,607-C,waiting
G-1,bank,2025-06-01,75-1,waiting
G-2,akimat,2022-06-01,,housed
G-2,akimat,2023-06-01,,withdrawn
G-3,bank,2008-06-01,75-9,waiting
G-3,bank,2008-07-01,75-9,waiting
"""


def test_positions_find_their_entry_by_number_by_person_and_by_code(office: Ayala) -> None:
    take(office, QUEUE)
    rows = (
        "number,iin,graduate,queue,registrar,position,position_on,document\n"
        "607-C,,,,akimat,600,2020-01-01,letter 1\n"
        ",980315300005,,,bank,20,2026-01-01,\n"
        ",,G-2,,akimat,30,2024-01-01,\n"
        ",,,Q-5,bank,40,2026-01-01,\n"
        "8,,G-1,,bank,21,2026-02-01,\n"
        "607-C,,,,akimat,600,2020-01-01,\n"
    )
    assert take(office, rows) == (
        (6, 5, 0, 1, 0, 0),
        "in.csv:6: taken as of Q-2, whose number is another\n",
    )
    assert take(office, rows)[0] == (6, 0, 0, 6, 0, 0)
    corrected = "number,registrar,position,position_on,document\n607-C,akimat,601,2020-01-01,letter 2\n"
    assert take(office, corrected) == ((1, 0, 1, 0, 0, 0), "")
    listed = office("housing", "queue", "list", "--format", "json").json()
    assert [(row["code"], row["position"], row["position_on"]) for row in listed] == [
        ("Q-5", 40, "2026-01-01"),
        ("Q-6", None, None),
        ("Q-1", 601, "2020-01-01"),
        ("Q-3", None, None),
        ("Q-4", 30, "2024-01-01"),  # none of the two is waiting: the later one
        ("Q-2", 21, "2026-02-01"),
    ]


def test_positions_that_fit_no_entry_or_several_are_rejected(office: Ayala) -> None:
    take(office, QUEUE)
    rows = (
        "number,graduate,queue,registrar,position,position_on\n"
        "607-X,,,akimat,1,2020-01-01\n"
        "607-C,G-2,,akimat,1,2020-01-01\n"
        ",G-2,,bank,1,2020-01-01\n"
        ",G-3,,bank,1,2020-01-01\n"
        "75-9,,,bank,1,2020-01-01\n"
        ",,Q-99,bank,1,2020-01-01\n"
        ",,Q-1,bank,1,2020-01-01\n"
        ",G-2,Q-1,akimat,1,2020-01-01\n"
        "607-C,,,akimat,0,2020-01-01\n"
    )
    counted, said = take(office, rows, ok=4)
    assert counted == (9, 0, 0, 0, 9, 0)
    assert said.splitlines()[:9] == [
        "in.csv:2: number: no queue entry on record has this number at the akimat",
        "in.csv:3: number: the akimat's 607-C is another person's entry",
        "in.csv:4: registrar: G-2 has no queue entry with the Otbasy Bank",
        "in.csv:5: graduate: G-3 has several entries waiting with the Otbasy Bank: Q-5, Q-6",
        "in.csv:6: number: 2 queue entries have this number at the Otbasy Bank",
        "in.csv:7: queue: there is no queue entry Q-99",
        "in.csv:8: registrar: Q-1 is with the akimat",
        "in.csv:9: queue: Q-1 is another person's entry",
        "in.csv:10: position: '0' is not a number from 1",
    ]


def test_what_is_exported_comes_in_again_as_it_was(office: Ayala, tmp_path: Path) -> None:
    take(office, QUEUE)
    take(
        office,
        "queue,registrar,position,position_on,document\n"
        "Q-6,bank,40,2026-01-01,\nQ-5,bank,41,2026-01-01,\nQ-4,akimat,9,2023-07-01,letter\n",
    )
    office("housing", "queue", "close", "Q-2", "--status", "struck_off", "--reason", "sold a flat")
    office("housing", "queue", "edit", "Q-1", "--note", "бірінші жол\nекінші, «жол»", "--category", "жетім")
    take(office, "graduate,granted_on,area\nG-1,2019-07-11,43.55\nG-2,2019-07-11,\n")
    out = ("export", "--unmask", "--reason", "exchange")
    office(*out, "first")
    other = AyalaProcess(office.folder, str(tmp_path / "other.db"), tmp_path / "home")
    other("init")
    files = sorted(str(path) for path in (office.folder / "first").glob("*.csv"))
    other("import", *files)
    other(*out, "second")
    for kind in ("apartments", "queue", "positions"):
        written = (office.folder / "first" / f"{kind}.csv").read_bytes()
        assert written == (office.folder / "second" / f"{kind}.csv").read_bytes()
        assert len(list(csv.reader(written.decode().splitlines()))) > 2
    assert (office.folder / "first" / "positions.csv").read_text() == (
        "queue,graduate,number,registrar,position,position_on,document\n"
        "Q-4,G-2,,akimat,9,2023-07-01,letter\n"
        "Q-5,G-3,75-9,bank,41,2026-01-01,\n"
        "Q-6,G-3,75-9,bank,40,2026-01-01,\n"
    )
    again = other("import", *files, "--format", "json").json()
    assert {row["kind"]: row["same"] for row in again if row["read"]} == {
        "graduates": 3,
        "queue": 6,
        "positions": 3,
        "apartments": 2,
    }
