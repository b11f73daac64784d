"""Apartments granted, and what stays open after one."""

from __future__ import annotations

import pytest

from tests.program import Ayala, AyalaProcess

PEOPLE = """\
code,surname,given_name,birth_date,sex,region
G-1,Әбдіров,Ғани,1998-03-15,M,75
G-2,Ахметова,Айгүл,2004-05-06,F,71
"""
BEDS = "building,room,bed\nZU-1,101,1\n"
STAYS = "graduate,building,room,bed,from_date,until,contract\nG-1,ZU-1,101,1,2025-01-01,,D-5\n"
APPEALS = """\
number,graduate,received_on,channel,category,status
A-2026-0001,G-1,2026-02-01,visit,housing,in_progress
A-2026-0002,G-1,2026-02-02,visit,legal,in_progress
A-2026-0003,G-1,2026-02-03,visit,housing,answered
A-2026-0004,G-2,2026-02-04,visit,housing,registered
"""
QUEUE = """\
graduate,registrar,registered_on,number,status
G-1,akimat,2016-05-14,607-C,waiting
G-1,bank,2017-05-14,,withdrawn
G-2,akimat,2022-05-14,,waiting
"""
SHEETS = {"people": PEOPLE, "beds": BEDS, "stays": STAYS, "appeals": APPEALS, "queue": QUEUE}


@pytest.fixture
def office(office_db: str, ayala: Ayala) -> Ayala:
    for name, content in SHEETS.items():
        (ayala.folder / f"{name}.csv").write_text(content, encoding="utf-8")
    ayala("import", *(f"{name}.csv" for name in SHEETS))
    return ayala


def test_a_grant_says_what_stays_open_and_changes_none_of_it(office: Ayala) -> None:
    grant = ("housing", "grant", "G-1", "--on", "2026-11-20", "--region", "75", "--area", "43,5")
    granted = office(
        *grant, "--rooms", "2", "--tenure", "rent_to_own", "--decision", "214", "--format", "json"
    )
    assert granted.json() == [
        {"code": "Q-1", "kind": "queue", "from_date": "2016-05-14", "what": "akimat 607-C"},
        {"code": "A-2026-0001", "kind": "appeal", "from_date": "2026-02-01", "what": "in_progress"},
        {"code": "ZU-1/101/1", "kind": "bed", "from_date": "2025-01-01", "what": "D-5"},
    ]
    assert granted.err == (
        "an apartment is on record for G-1, granted on 2026-11-20\n"
        "Q-1 is still waiting in the queue; try: ayala housing queue close Q-1 --status housed --reason …\n"
        "A-2026-0001 about housing is still open; try: ayala appeal answer A-2026-0001 --decision satisfied\n"
        "the bed ZU-1/101/1 is still kept;"
        " try: ayala dormitory leave G-1 --to own_home --why apartment\n"
    )
    assert office("housing", "queue", "list", "--status", "waiting", "--format", "csv").out.count("Q-") == 2
    page = office("graduate", "show", "G-1", "--format", "json").json()
    assert [row["until"] for row in page["stays"]] == [None]
    assert [row["status"] for row in page["appeals"]].count("in_progress") == 2


def test_two_apartments_on_one_day_are_refused_and_on_two_days_noticed(office: Ayala) -> None:
    grant = ("housing", "grant", "G-2", "--on")
    office(*grant, "2020-03-04")
    refused = office(*grant, "2020-03-04", ok=5)
    assert (refused.out, refused.err) == (
        "",
        "ayala: an apartment granted to G-2 on 2020-03-04 is on record already\n"
        "try: ayala housing edit G-2 --granted 2020-03-04\n",
    )
    other = office(*grant, "2021-03-04", "--quiet")
    assert (other.out.splitlines()[2].split(), other.err) == (
        ["Q-3", "queue", "entry", "2022-05-14", "akimat"],
        "",
    )
    assert office("housing", "list", "--format", "csv").out.splitlines()[1:] == [
        "G-2,Ахметова Айгүл,2020-03-04,,,,,,",
        "G-2,Ахметова Айгүл,2021-03-04,,,,,,",
    ]


def test_a_grant_of_tomorrow_and_one_that_leaves_nothing_open(ayala: Ayala) -> None:
    ayala("init")
    ayala("graduate", "add", "--surname", "Ким", "--given-name", "Олег", "--born", "1998-03-15", "--sex", "M")
    granted = ayala("housing", "grant", "G-1", "--on", "2026-11-24")
    assert granted.out == "nothing found\n"
    assert granted.err == (
        "an apartment is on record for G-1, granted on 2026-11-24\nG-1: 2026-11-24 is after today\n"
    )


def test_apartments_are_listed_by_day_and_put_right(office: Ayala) -> None:
    office(
        "housing", "grant", "G-2", "--on", "2019-01-02", "--region", "71", "--tenure", "owned", "--rooms", 1
    )
    office("housing", "grant", "G-1", "--on", "2018-01-02", "--region", "75", "--tenure", "rent")
    assert office("housing", "list", "2019").out == (
        "Graduate    Name            Granted on    Region    Address      Rooms    Area, m²  Tenure"
        "    Decision\n"
        "----------  --------------  ------------  --------  ---------  -------  ----------  --------"
        "  ----------\n"
        "G-2         Ахметова Айгүл  2019-01-02    Astana                     1              owned\n"
    )
    for options, found in {
        ("--region", "75"): ["G-1"],
        ("--tenure", "меншік"): ["G-2"],
        ("--limit", "1"): ["G-1"],
        ("2018..2019",): ["G-1", "G-2"],
        ("2020",): [],
    }.items():
        rows = office("housing", "list", *options, "--format", "json").json()
        assert [row["graduate"] for row in rows] == found, options
    office("housing", "edit", "G-2", "--area", "43,5", "--address", "Астана, 5-үй", "--on", "2019-02-03")
    edited = office("housing", "show", "G-2", "--format", "json").json()["apartments"]
    assert edited == [
        {
            "granted_on": "2019-02-03",
            "region": "71",
            "address": "Астана, 5-үй",
            "rooms": 1,
            "area": 43.5,
            "tenure": "owned",
            "decision": None,
            "note": None,
        }
    ]
    office("housing", "grant", "G-2", "--on", "2020-01-02", "--address", "Көкшетау")
    assert office("housing", "edit", "G-2", "--rooms", 2, ok=4).err == (
        "ayala: G-2 was granted 2 apartments\n"
        "  2020-01-02  Көкшетау\n"
        "  2019-02-03  Астана, 5-үй\n"
        "try: name the day of one: --granted DAY\n"
    )
    same_day = ("housing", "edit", "G-2", "--granted", "2020-01-02", "--on", "2019-02-03")
    assert office(*same_day, ok=5).err == (
        "ayala: an apartment granted to this person on this day is on record already\n"
    )
    assert office("housing", "edit", "G-1", "--granted", "2020-01-02", "--rooms", 2, ok=3).err == (
        "ayala: no apartment was granted to G-1 on 2020-01-02\ntry: ayala housing show G-1\n"
    )
    assert office("housing", "edit", "G-1", "--area", "0", ok=2).err.startswith(
        "ayala: invalid value for '--area': '0' is not an area in square metres\n"
    )


def test_one_person_s_housing_on_one_page(office: Ayala) -> None:
    office("housing", "reported", "G-1", "--position", 12, "--on", "2026-10-01")
    office("housing", "grant", "G-1", "--on", "2026-11-20", "--region", "75", "--decision", "214")
    assert office("housing", "show", "ғани әбдіров", "--format", "csv").out == (
        "table,code,registrar,registered_on,number,category,status,closed_on\n"
        "queue,Q-1,akimat,2016-05-14,607-C,,waiting,\n"
        "queue,Q-2,bank,2017-05-14,,,withdrawn,\n"
        "\n"
        "table,code,position_on,position,change,document\n"
        "positions,Q-1,2026-10-01,12,,\n"
        "\n"
        "table,granted_on,region,address,rooms,area,tenure,decision,note\n"
        "apartments,2026-11-20,75,,,,,214,\n"
    )


def test_of_two_desks_that_grant_the_same_day_one_is_refused(
    office: Ayala, ayala_process: AyalaProcess
) -> None:
    desks = [ayala_process.start("housing", "grant", "G-2", "--on", "2026-11-20") for _ in range(3)]
    results = [desk.finish(ok=(0, 5)) for desk in desks]
    assert sorted(result.code for result in results) == [0, 5, 5]
    assert office("housing", "list", "--format", "csv").out.count("G-2,") == 1
