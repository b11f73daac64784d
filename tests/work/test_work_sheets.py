"""Sheets of work: partners, the places they keep, placements; in, in again, out and in again."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.program import Ayala, AyalaProcess

PEOPLE = """\
code,iin,surname,given_name,birth_date,sex
G-1,980315300005,Әбдіров,Ғани,1998-03-15,M
G-2,,Ахметова,Айгүл,2004-05-06,F
"""
PARTNERS = "name,kind,region,contact\nНан-Сауда,жұмыс беруші,75,Сәуле\n№1 колледж,education,,\n"
WORKPLACES = """\
partner,title,opened_on,places,special
нан сауда,наубайшы,2019-01-01,2,иә
Нан-Сауда,сатушы,2019-01-01,,
"""
PLACEMENTS = """\
iin,graduate,partner,title,from_date,until,end_reason
980315300005,,Нан-Сауда,наубайшы,2019-02-01,2019-09-01,оқу
,G-1,1 колледж,аспаз,2019-09-01,,
,G-2,НАН САУДА,сатушы,2018-09-01,,
"""


@pytest.fixture
def office(office_db: str, ayala: Ayala) -> Ayala:
    take(ayala, PEOPLE)
    return ayala


def take(ayala: Ayala, content: str, *options: str, ok: int = 0) -> tuple[tuple[int, ...], str]:
    """What came of a sheet: read, added, updated, same, rejected, warned; and what was said."""
    (ayala.folder / "in.csv").write_text(content, encoding="utf-8")
    done = ayala("import", "in.csv", *options, "--format", "json", ok=ok)
    (row,) = done.json()
    return tuple(row[key] for key in ("read", "added", "updated", "same", "rejected", "warned")), done.err


def test_partners_places_and_placements_come_in_once(office: Ayala) -> None:
    sheets = (PARTNERS, WORKPLACES, PLACEMENTS)
    for content in sheets:
        rows = content.count("\n") - 1
        assert take(office, content) == ((rows, rows, 0, 0, 0, 0), "")
    for content in sheets:
        rows = content.count("\n") - 1
        assert take(office, content) == ((rows, 0, 0, rows, 0, 0), "")
    assert office("work", "partner", "list", "--all", "--format", "csv").out == (
        "name,kind,region,workplaces,placed,closed_on\n"
        "Нан-Сауда,employer,75,3,1,\n"
        "№1 колледж,education,,0,1,\n"
    )
    assert office("work", "list", "--format", "csv").out == (
        "code,graduate,name,partner,partner_kind,title,from_date,until,end_reason\n"
        "P-3,G-2,Ахметова Айгүл,Нан-Сауда,employer,сатушы,2018-09-01,,\n"
        "P-1,G-1,Әбдіров Ғани,Нан-Сауда,employer,наубайшы,2019-02-01,2019-09-01,study\n"
        "P-2,G-1,Әбдіров Ғани,№1 колледж,education,аспаз,2019-09-01,,\n"
    )
    shown = [office("work", "show", code, "--format", "json").json()[0] for code in ("P-1", "P-3")]
    assert [row["workplace"] for row in shown] == ["2019-01-01", None]


def test_later_sheets_change_what_they_give(office: Ayala) -> None:
    for content in (PARTNERS, WORKPLACES, PLACEMENTS):
        take(office, content)
    assert take(office, "name,kind,contact,closed_on\nнан-сауда,employer,,2020-01-01\n") == (
        (1, 0, 1, 0, 0, 0),
        "",
    )
    assert take(office, "partner,title,opened_on,places\nНан-Сауда,сатушы,2019-01-01,5\n") == (
        (1, 0, 1, 0, 0, 0),
        "",
    )
    ended = (
        "code,graduate,partner,title,from_date,until,end_reason\n"
        "P-2,G-1,Нан-Сауда,наубайшы,2019-10-01,2019-12-01,other\n"
        ",G-2,Нан-Сауда,сатушы,2018-09-01,2019-03-01,\n"
        ",G-2,Нан-Сауда,сатушы,2018-09-01,,own_wish\n"
    )
    assert take(office, ended) == ((3, 0, 3, 0, 0, 0), "")
    assert office("work", "list", "--format", "csv").out.splitlines()[1:] == [
        "P-3,G-2,Ахметова Айгүл,Нан-Сауда,employer,сатушы,2018-09-01,2019-03-01,own_wish",
        "P-1,G-1,Әбдіров Ғани,Нан-Сауда,employer,наубайшы,2019-02-01,2019-09-01,study",
        "P-2,G-1,Әбдіров Ғани,Нан-Сауда,employer,наубайшы,2019-10-01,2019-12-01,other",
    ]
    assert office("work", "show", "P-2", "--format", "json").json()[0]["workplace"] == "2019-01-01"
    partner = office("work", "partner", "show", "Нан-Сауда", "--format", "json").json()
    assert partner["partner"][0]["contact"] == "Сәуле"
    assert [(row["title"], row["places"]) for row in partner["workplaces"]] == [
        ("наубайшы", 2),
        ("сатушы", 5),
    ]


def test_a_row_may_be_changed_by_a_later_row_of_the_same_file(office: Ayala) -> None:
    assert take(office, "name,kind,contact\nНан-Сауда,employer,\nНАН САУДА,employer,Сәуле\n") == (
        (2, 1, 1, 0, 0, 0),
        "",
    )
    spell = "G-1,Нан-Сауда,а,2019-01-01,"
    rows = f"graduate,partner,title,from_date,until\n{spell}\n{spell}2019-02-01\n"
    assert take(office, rows)[0] == (2, 1, 1, 0, 0, 0)
    (row,) = office("work", "list", "--format", "json").json()
    assert row["until"] == "2019-02-01"


def test_wrong_rows_are_named_with_their_places(office: Ayala) -> None:
    take(office, PARTNERS)
    take(office, PLACEMENTS)
    wrong = (
        "code,graduate,partner,title,from_date,until,end_reason\n"
        ",G-1,Ромашка,x,2019-01-01,,\n"
        ",G-1,Нан-Сауда,x,2019-01-01,2019-01-01,\n"
        ",G-1,Нан-Сауда,наубайшы,2019-02-01,2019-01-01,\n"
        "P-1,G-2,Нан-Сауда,x,2019-01-01,,\n"
        "P-1,G-1,№1 колледж,аспаз,2019-09-01,,\n"
        ",G-1,Нан-Сауда,x,2019-01-01,,bored\n"
        ",,Нан-Сауда,x,2019-01-01,,\n"
    )
    counted, said = take(office, wrong, ok=4)
    assert counted == (7, 0, 0, 0, 7, 0)
    assert said.splitlines()[:7] == [
        "in.csv:2: partner: no partner on record is called 'Ромашка'",
        "in.csv:3: until: 2019-01-01 is not after the first day, 2019-01-01",
        "in.csv:4: until: 2019-01-01 is not after the first day, 2019-02-01",
        "in.csv:5: code: P-1 is another person's placement here",
        "in.csv:6: code: P-2 is on record for this person, partner, title and day",
        "in.csv:7: end_reason: 'bored' is none of: own_wish, dismissed, contract_end, study, moved, health,"
        " other",
        "in.csv:8: iin or graduate: missing",
    ]
    counted, said = take(
        office, "partner,title,opened_on,special,places\nНан-Сауда,x,2019-01-01,maybe,0\n", ok=4
    )
    assert said.splitlines()[:2] == [
        "in.csv:2: special: 'maybe' is neither yes nor no",
        "in.csv:2: places: '0' is not a number from 1",
    ]


def test_what_is_exported_comes_in_again_as_it_was(office: Ayala, tmp_path: Path) -> None:
    for content in (PARTNERS, WORKPLACES, PLACEMENTS):
        take(office, content)
    for name in ("Ұя", "Үміт", "Әлем"):
        office("work", "partner", "add", name, "--kind", "ngo")
    office("work", "partner", "edit", "Ұя", "--note", "бірінші жол\nекінші, «жол»")
    office("work", "partner", "close", "Әлем", "--on", "2020-01-01", "--reason", "x")
    office("work", "workplace", "close", "Нан-Сауда", "--title", "сатушы", "--on", "2020-01-01")
    office("work", "place", "G-2", "--partner", "Ұя", "--title", "көмекші", "--on", "2026-01-01")
    out = ("export", "--unmask", "--reason", "exchange")
    office(*out, "first")
    other = AyalaProcess(office.folder, str(tmp_path / "other.db"), tmp_path / "home")
    other("init")
    files = sorted(str(path) for path in (office.folder / "first").glob("*.csv"))
    other("import", *files)
    other(*out, "second")
    for kind in ("partners", "workplaces", "placements"):
        written = (office.folder / "first" / f"{kind}.csv").read_bytes()
        assert written == (office.folder / "second" / f"{kind}.csv").read_bytes()
    assert (office.folder / "first" / "placements.csv").read_text(encoding="utf-8") == (
        "code,graduate,partner,title,from_date,until,end_reason,note\n"
        "P-1,G-1,Нан-Сауда,наубайшы,2019-02-01,2019-09-01,study,\n"
        "P-2,G-1,№1 колледж,аспаз,2019-09-01,,,\n"
        "P-3,G-2,Нан-Сауда,сатушы,2018-09-01,,,\n"
        "P-4,G-2,Ұя,көмекші,2026-01-01,,,\n"
    )
    assert (office.folder / "first" / "workplaces.csv").read_text(encoding="utf-8") == (
        "partner,title,opened_on,closed_on,places,special,note\n"
        "Нан-Сауда,наубайшы,2019-01-01,,2,yes,\n"
        "Нан-Сауда,сатушы,2019-01-01,2020-01-01,1,no,\n"
    )
    added = other("work", "place", "G-1", "--partner", "Үміт", "--title", "x")
    assert added.out == "P-5\n"
