"""The outside queue, mirrored: entries, their statuses, and the positions that the registrar reported."""

from __future__ import annotations

import pytest

from tests.program import Ayala

PEOPLE = """\
code,surname,given_name,birth_date,sex,region,conscript_months
G-1,Әбдіров,Ғани,1998-03-15,M,75,
G-2,Ахметова,Айгүл,2004-05-06,F,71,
G-3,Ким,Олег,1990-05-14,M,75,12
"""


@pytest.fixture
def office(office_db: str, ayala: Ayala) -> Ayala:
    """An office with three people, on both engines."""
    (ayala.folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
    ayala("import", "people.csv")
    return ayala


def queue(ayala: Ayala, *options: str) -> list[tuple[object, ...]]:
    rows = ayala("housing", "queue", "list", *options, "--format", "json").json()
    return [tuple(row.values()) for row in rows]


def test_an_entry_is_mirrored_with_its_last_position(office: Ayala) -> None:
    entry = ("housing", "queue", "add", "Әбдіров", "--registrar", "акимат", "--on", "14.05.2012")
    assert office(*entry, "--number", "607-C", "--category", "жетім").out == "Q-1\n"
    assert office("housing", "queue", "add", "G-2", "--registrar", "bank").out == "Q-2\n"
    assert office("housing", "reported", "G-1", "--position", 607, "--on", "2020-01-01").out == ""
    office("housing", "reported", "G-1", "--position", 734, "--on", "2026-01-01")

    table = office("housing", "queue", "list", "--format", "json").json()
    assert table == [
        {
            "code": "Q-1",
            "graduate": "G-1",
            "name": "Әбдіров Ғани",
            "registrar": "akimat",
            "registered_on": "2012-05-14",
            "number": "607-C",
            "category": "жетім",
            "status": "waiting",
            "position": 734,
            "position_on": "2026-01-01",
        },
        {
            "code": "Q-2",
            "graduate": "G-2",
            "name": "Ахметова Айгүл",
            "registrar": "bank",
            "registered_on": "2026-11-23",
            "number": None,
            "category": None,
            "status": "waiting",
            "position": None,
            "position_on": None,
        },
    ]
    assert [row[0] for row in queue(office, "--registrar", "bank")] == ["Q-2"]
    assert [row[0] for row in queue(office, "--region", "Алматы қаласы")] == ["Q-1"]
    assert [row[0] for row in queue(office, "--registered", "2012")] == ["Q-1"]
    assert [row[0] for row in queue(office, "--limit", "1")] == ["Q-1"]
    assert [(row[0], *row[-2:]) for row in queue(office, "--as-of", "2021-06-01")] == [
        ("Q-1", 607, "2020-01-01")
    ]


def test_the_same_registration_is_on_record_once(office: Ayala) -> None:
    entry = ("housing", "queue", "add", "G-1", "--registrar", "akimat", "--on", "2012-05-14")
    office(*entry)
    again = office(*entry, ok=5)
    assert again.out == ""
    assert again.err == (
        "ayala: G-1 is on record with the akimat since 2012-05-14: Q-1\ntry: ayala housing queue show Q-1\n"
    )
    later = office(*entry[:-1], "2015-01-01")
    assert (later.out, later.err) == (
        "Q-2\n",
        "G-1 is waiting with the akimat already: Q-1, since 2012-05-14\n",
    )
    refused = office("housing", "queue", "edit", "Q-2", "--on", "2012-05-14", ok=5)
    assert refused.err == "ayala: this queue entry is on record already\n"
    assert [row[4] for row in queue(office)] == ["2012-05-14", "2015-01-01"]


def test_the_age_at_the_registration_is_only_pointed_out(office: Ayala) -> None:
    """Twelve months of service carry a person past the age of 29."""
    add = ("housing", "queue", "add", "G-3", "--registrar", "akimat", "--on")
    assert office(*add, "2020-05-13").err == ""
    late = office(*add, "2021-01-01")
    assert late.out == "Q-2\n"
    assert late.err == (
        "G-3 is waiting with the akimat already: Q-1, since 2020-05-13\n"
        "Q-2: registered on 2021-01-01, but 29 years and 12 months of service were full on 2020-05-14"
        " (Law 94-I On Housing Relations, art. 68, subpara. 6)\n"
    )
    assert [row[7] for row in queue(office)] == ["waiting", "waiting"]


def test_a_position_that_moved_back_is_said(office: Ayala) -> None:
    office("housing", "queue", "add", "G-1", "--registrar", "akimat", "--on", "2012-05-14")
    reported = ("housing", "reported", "G-1", "--on")
    assert office(*reported, "2020-01-01", "--position", 607).err == "Q-1: position 607 on 2020-01-01\n"
    moved = office(*reported, "2021-01-01", "--position", 734)
    assert moved.err == (
        "Q-1: position 734 on 2021-01-01\nQ-1: moved back from 607 to 734 since 2020-01-01\n"
    )
    assert office(*reported, "2022-01-01", "--position", 700).err == "Q-1: position 700 on 2022-01-01\n"
    # A report of between is compared with the one before it, not with the last one.
    assert office(*reported, "2020-06-01", "--position", 600).err == "Q-1: position 600 on 2020-06-01\n"
    assert office("housing", "queue", "show", "Q-1", "--format", "json").json()["positions"] == [
        {"position_on": "2022-01-01", "position": 700, "change": -34, "document": None},
        {"position_on": "2021-01-01", "position": 734, "change": 134, "document": None},
        {"position_on": "2020-06-01", "position": 600, "change": -7, "document": None},
        {"position_on": "2020-01-01", "position": 607, "change": None, "document": None},
    ]


def test_a_day_has_one_position_and_a_mistake_is_corrected_with_a_reason(office: Ayala) -> None:
    office("housing", "queue", "add", "G-1", "--registrar", "akimat", "--on", "2012-05-14")
    reported = ("housing", "reported", "G-1", "--on", "2020-01-01", "--position")
    office(*reported, 607)
    again = office(*reported, 607)
    assert again.err == (
        "Q-1: position 607 on 2020-01-01\nQ-1: position 607 on 2020-01-01 is on record already\n"
    )
    refused = office(*reported, 706, ok=5)
    assert refused.err == (
        "ayala: Q-1 has position 607 on 2020-01-01 already, not 706\n"
        "try: the same command with --correct --reason …, if the one on record is wrong\n"
    )
    assert office(*reported, 706, "--correct", ok=2).err == (
        'ayala: --correct needs --reason\ntry: the same command with --reason "…"\n'
    )
    office(*reported, 706, "--correct", "--reason", "digits swapped", "--document", "letter 7")
    shown = office("housing", "queue", "show", "1", "--format", "json").json()["positions"]
    assert shown == [{"position_on": "2020-01-01", "position": 706, "change": None, "document": "letter 7"}]


def test_several_waiting_entries_are_named_not_guessed(office: Ayala) -> None:
    for registrar in ("akimat", "bank"):
        office("housing", "queue", "add", "G-1", "--registrar", registrar, "--on", "2012-05-14")
    reported = ("housing", "reported", "G-1", "--position", 5, "--on", "2020-01-01")
    several = office(*reported, ok=4)
    assert several.err == (
        "ayala: G-1 has 2 queue entries that are waiting\n"
        "  Q-1  akimat, registered on 2012-05-14\n"
        "  Q-2  Otbasy Bank, registered on 2012-05-14\n"
        "try: name one: --entry Q-…, or --registrar\n"
    )
    office(*reported, "--registrar", "bank")
    office(*reported, "--entry", "q-1")
    assert [row[8] for row in queue(office)] == [5, 5]
    none = office("housing", "reported", "G-2", "--position", 5, ok=3)
    assert none.err == (
        "ayala: G-2 is not waiting in the queue\ntry: ayala housing queue add G-2 --registrar …\n"
    )
    other = office("housing", "reported", "G-2", "--position", 5, "--entry", "Q-1", ok=2)
    assert other.err == "ayala: Q-1 is an entry of G-1, not of G-2\n"
    assert office("housing", "reported", "G-1", "--position", 5, "--entry", "Q-9", ok=3).err == (
        "ayala: there is no queue entry Q-9\ntry: ayala housing queue list\n"
    )


def test_an_entry_is_closed_and_reopened_with_reasons_and_keeps_its_story(office: Ayala) -> None:
    office("housing", "queue", "add", "G-1", "--registrar", "akimat", "--on", "2012-05-14")
    close = ("housing", "queue", "close", "Q-1", "--on", "2019-07-11", "--status")
    assert office(*close, "housed", ok=2).err.startswith("ayala: closing a queue entry needs --reason\n")
    assert office(*close, "waiting", "--reason", "x", ok=2).err == (
        "ayala: an entry is not closed as waiting\ntry: ayala housing queue reopen Q-1 --reason …\n"
    )
    before = office(*close[:5], "2012-05-13", "--status", "housed", "--reason", "x", ok=2)
    assert before.err == "ayala: Q-1 was registered on 2012-05-14, after 2012-05-13\n"
    closed = office(*close, "housed", "--reason", "order 214")
    assert closed.err == (
        "Q-1 is closed: housed\nno apartment of G-1 is on record: ayala housing grant G-1 --on …\n"
    )
    assert office(*close, "housed", "--reason", "again", ok=5).err == (
        "ayala: Q-1 is closed since 2019-07-11: housed\ntry: ayala housing queue reopen Q-1 --reason …\n"
    )
    early = office("housing", "queue", "reopen", "Q-1", "--on", "2019-01-01", "--reason", "x", ok=5)
    assert early.err == "ayala: Q-1 had its last change on 2019-07-11, after 2019-01-01\n"
    office("housing", "queue", "reopen", "Q-1", "--on", "2021-02-03", "--reason", "court")
    statuses = {
        day: queue(office, "--as-of", day)[0][7] for day in ("2019-07-10", "2019-07-11", "2021-02-03")
    }
    assert statuses == {"2019-07-10": "waiting", "2019-07-11": "housed", "2021-02-03": "waiting"}
    assert queue(office, "--as-of", "2020-01-01", "--status", "waiting") == []
    assert office("housing", "queue", "show", "Q-1", "--format", "json").json() == {
        "queue_entry": [
            {
                "code": "Q-1",
                "graduate": "G-1",
                "name": "Әбдіров Ғани",
                "registrar": "akimat",
                "registered_on": "2012-05-14",
                "number": None,
                "category": None,
                "status": "waiting",
                "closed_on": None,
                "note": None,
            }
        ],
        "queue_statuses": [
            {"happened_on": "2012-05-14", "status": "waiting", "made_by": None, "reason": None},
            {"happened_on": "2019-07-11", "status": "housed", "made_by": "tester", "reason": "order 214"},
            {"happened_on": "2021-02-03", "status": "waiting", "made_by": "tester", "reason": "court"},
        ],
        "positions": [],
    }


def test_an_entry_is_put_right(office: Ayala) -> None:
    office("housing", "queue", "add", "G-1", "--registrar", "akimat", "--on", "2012-05-14", "--number", "7")
    edit = ("housing", "queue", "edit", "Q-1")
    assert office(*edit, ok=2).err == (
        "ayala: nothing to change was given\ntry: ayala housing queue edit --help\n"
    )
    office(*edit, "--registrar", "bank", "--number", "", "--note", "handed over")
    row = queue(office)[0]
    assert (row[3], row[5]) == ("bank", None)
    shown = office("housing", "show", "Q-1", "--format", "json").json()["queue_entry"][0]
    assert shown["note"] == "handed over"


def test_a_registrar_is_asked_for(office: Ayala) -> None:
    assert office("housing", "queue", "add", "G-1", ok=2).err == "ayala: --registrar is missing\n"
    assert office("housing", "reported", "G-1", ok=2).err == "ayala: --position is missing\n"
    assert office("housing", "queue", "list", "--format", "csv").out == (
        "code,graduate,name,registrar,registered_on,number,category,status,position,position_on\n"
    )
