"""At the desk: registering, showing, the receipt, listing, changing, identifying."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.program import Ayala

NOTHING = dict.fromkeys(
    ("number", "graduate", "name", "caller", "town", "caller_phone", "topics", "region", "household",
     "assignee", "decision", "answered_on", "ground", "document", "redirected_to", "extended_until", "text",
     "note")
)  # fmt: skip


def appeal(office: Ayala, code: str) -> dict[str, Any]:
    (row,) = office("appeal", "show", code, "--format", "json").json()["appeal"]
    return dict(row)


def steps(office: Ayala, code: str) -> list[tuple[str, ...]]:
    rows = office("appeal", "show", code, "--format", "json").json()["events"]
    return [(row["happened_on"], row["event"], row["made_by"], row["reason"]) for row in rows]


def listed(office: Ayala, *options: str) -> list[str]:
    return [row["code"] for row in office("appeal", "list", "--format", "json", *options).json()]


# --- add -----------------------------------------------------------------------------------------


def test_an_appeal_of_a_graduate_takes_the_next_code_of_its_years_register(office: Ayala) -> None:
    words = ("appeal", "add", "--topic", "housing")
    assert office(*words, "G-1").out == "A-2026-0001\n"
    assert office(*words, "Өтеген Ұлжан", "--on", "2025-12-31").out == "A-2025-0001\n"
    assert office(*words, "980315300005", "--on", "01.01.2026").out == "A-2026-0002\n"
    assert appeal(office, "A-2026-0001") == NOTHING | {
        "code": "A-2026-0001", "graduate": "G-1", "name": "Әбдіров Ғани Қайратұлы",
        "received_on": "2026-11-23", "registered_on": "2026-11-23", "channel": "visit", "kind": "application",
        "topic": "housing", "region": "75", "status": "registered", "due_on": "2026-12-14", "level": "open",
    }  # fmt: skip
    assert steps(office, "A-2026-0001") == [("2026-11-23", "registered", "tester", None)]
    assert appeal(office, "A-2025-0001")["registered_on"] == "2025-12-31"


def test_everything_that_can_be_noted_is_kept(office: Ayala) -> None:
    done = office(
        "appeal", "add", "G-2", "--topic", "тұрғын үй", "--topic", "legal", "--topic", "psychological",
        "--topic", "legal", "--topic", "housing", "--channel", "hotline_150",
        "--text", "Орын сұрайды\nжатақханадан", "--household", "3",
        "--kind", "complaint", "--number", "ЖТ-15/26", "--assignee", "Айгүл",
        "--region", "Шымкент", "--note", "бірінші рет", "--on", "2026-11-20",
    )  # fmt: skip
    assert appeal(office, done.out.strip()) == NOTHING | {
        "code": "A-2026-0001", "number": "ЖТ-15/26", "graduate": "G-2", "name": "Өтеген Ұлжан",
        "received_on": "2026-11-20", "registered_on": "2026-11-20", "channel": "helpline",
        "kind": "complaint", "topic": "housing", "topics": "legal;psychological", "region": "79",
        "household": 3, "assignee": "Айгүл", "status": "registered",
        "text": "Орын сұрайды\nжатақханадан", "note": "бірінші рет",
        "due_on": "2026-12-21", "level": "open",
    }  # fmt: skip


def test_a_caller_is_registered_by_name_and_identified_later(office: Ayala) -> None:
    phone = office.folder / "phone.txt"
    phone.write_text("8 701 234 56 78\n")
    words = ("appeal", "add", "--caller", "Асет", "--town", "Сарқан", "--topic", "employment")
    code = office(*words, "--phone-file", "phone.txt", "--on", "2026-11-02").out.strip()
    before = NOTHING | {
        "code": code, "caller": "Асет", "town": "Сарқан", "caller_phone": "********5678",
        "received_on": "2026-11-02", "registered_on": "2026-11-02", "channel": "helpline",
        "kind": "application", "topic": "employment", "status": "registered",
        "due_on": "2026-11-23", "level": "due_soon",
    }  # fmt: skip
    assert appeal(office, code) == before
    assert listed(office, "--unidentified") == [code]

    office("appeal", "identify", code, "G-2", "--on", "2026-11-05", "--reason", "her voice")
    assert appeal(office, code) == before | {"graduate": "G-2", "name": "Өтеген Ұлжан", "region": "10"}
    assert listed(office, "--unidentified") == []
    assert steps(office, code)[1] == ("2026-11-05", "identified", "tester", "her voice")

    again = office("appeal", "identify", code, "G-1", ok=5)
    assert again.err == f"ayala: {code} has a person already\ntry: ayala appeal show {code}\n"
    assert appeal(office, code)["graduate"] == "G-2"


def test_a_region_that_was_given_outlives_identifying(desk: Ayala) -> None:
    code = desk("appeal", "add", "--caller", "Асет", "--region", "71", "--topic", "other").out.strip()
    desk("appeal", "identify", code, "G-2")
    assert appeal(desk, code)["region"] == "71"


def test_the_phone_of_a_caller_is_shown_only_with_a_reason(desk: Ayala) -> None:
    code = desk(
        "appeal", "add", "--caller", "Асет", "--topic", "other", "--phone-file", "-", stdin="+77012345678\n"
    ).out.strip()
    assert "+7701" not in desk("appeal", "show", code).out
    desk("appeal", "show", code, "--unmask", ok=2)
    assert "+77012345678" in desk("appeal", "show", code, "--unmask", "--reason", "to call back").out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--topic", "other"), 2, "ayala: who asks is missing: GRADUATE, or --caller NAME\n"),
        (("G-1",), 2, "ayala: --topic is missing\n"),
        (("G-1", "--caller", "Асет", "--topic", "other"), 2,
         "ayala: GRADUATE and --caller both say who asks; give one of them\n"),
        (("G-1", "--town", "Сарқан", "--topic", "other"), 2,
         "ayala: --town and --phone-file go with --caller\n"),
        (("G-1", "--topic", "other", "--on", "2026-11-24"), 2,
         "ayala: 2026-11-24 is in the future: today is 2026-11-23\n"),
        (("G-9", "--topic", "other"), 3, "ayala: there is no graduate G-9\ntry: ayala graduate find NAME\n"),
        (("G-1", "--topic", "other", "--number", "А-2026-0007"), 2,
         "ayala: А-2026-0007 looks like a code of this register; --number is another body's number\n"),
    ],
)  # fmt: skip
def test_what_cannot_be_registered_is_refused_and_nothing_written(
    desk: Ayala, words: tuple[str, ...], code: int, said: str
) -> None:
    done = desk("appeal", "add", *words, ok=code)
    assert (done.out, done.err) == ("", said)
    assert listed(desk) == []


def test_a_phone_that_cannot_be_is_refused_without_repeating_it(desk: Ayala) -> None:
    words = ("appeal", "add", "--caller", "Асет", "--topic", "other", "--phone-file", "-")
    done = desk(*words, stdin="87012\n", ok=2)
    assert done.err.startswith("ayala: this phone number has too few")
    assert "87012" not in done.err


def test_an_outside_number_is_taken_once(office: Ayala) -> None:
    office("appeal", "add", "G-1", "--topic", "other", "--number", "15")
    done = office("appeal", "add", "G-2", "--topic", "other", "--number", "15", ok=5)
    assert done.err == (
        "ayala: an appeal with this number is on record: A-2026-0001\ntry: ayala appeal show A-2026-0001\n"
    )
    office("appeal", "edit", "A-2026-0001", "--number", "15", "--note", "the same number is its own")


# --- which appeal is meant -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["A-2026-0001", "а-2026-0001", "А-2026-1", "2026-1", "1", "0001", "ЖТ-7", "77"]
)
def test_an_appeal_is_meant_by_its_code_or_its_outside_number(desk: Ayala, typed: str) -> None:
    number = typed if typed in ("ЖТ-7", "77") else "х-1"
    desk("appeal", "add", "G-1", "--topic", "housing", "--number", number)
    desk("appeal", "add", "G-2", "--topic", "housing", "--on", "2025-11-01")
    assert appeal(desk, typed)["code"] == "A-2026-0001"


def test_a_bare_number_is_of_this_year(desk: Ayala) -> None:
    desk("appeal", "add", "G-2", "--topic", "housing", "--on", "2025-11-01")
    done = desk("appeal", "show", "1", ok=3)
    assert done.err == "ayala: there is no appeal A-2026-0001\ntry: ayala appeal list\n"
    assert (
        desk("appeal", "show", "ЖТ-8", ok=3).err == "ayala: there is no appeal ЖТ-8\ntry: ayala appeal list\n"
    )
    assert appeal(desk, "2025-1")["graduate"] == "G-2"


def test_a_code_that_is_also_an_outside_number_is_said_to_fit_twice(desk: Ayala) -> None:
    desk("appeal", "add", "G-1", "--topic", "housing", "--on", "2026-11-01")
    desk("appeal", "add", "G-2", "--topic", "legal", "--on", "2026-11-02", "--number", "1")
    done = desk("appeal", "show", "1", ok=4)
    assert done.err == (
        "ayala: several appeals fit '1'\n"
        "  A-2026-0001  2026-11-01, housing, Әбдіров Ғани\n"
        "  A-2026-0002  2026-11-02, legal help, Өтеген Ұлжан, 1\n"
        "try: name one by its code\n"
    )
    assert appeal(desk, "A-2026-1")["graduate"] == "G-1"


# --- show, receipt -------------------------------------------------------------------------------


def test_the_page_of_an_appeal(desk: Ayala) -> None:
    desk(
        "appeal",
        "add",
        "G-1",
        "--topic",
        "housing",
        "--topic",
        "legal",
        "--on",
        "2026-11-02",
        "--number",
        "Б-7",
    )
    desk("appeal", "start", "1", "--assignee", "Айгүл", "--on", "2026-11-10")
    desk("appeal", "extend", "1", "--until", "2026-12-25", "--reason", "a site visit", "--on", "2026-11-05")
    assert desk("appeal", "show", "1").out == (
        "Appeal: A-2026-0001 Әбдіров Ғани Қайратұлы\n"
        "Code                 A-2026-0001\n"
        "Number               Б-7\n"
        "Graduate             G-1\n"
        "Name                 Әбдіров Ғани Қайратұлы\n"
        "Received on          2026-11-02\n"
        "Registered on        2026-11-02\n"
        "Channel              in person\n"
        "Kind of appeal       application\n"
        "Topic                housing\n"
        "Topics               legal help\n"
        "Region               Almaty\n"
        "Responsible officer  Айгүл\n"
        "Status               in progress\n"
        "Due on               2026-12-25\n"
        "Deadline             in time\n"
        "Extended until       2026-12-25\n"
        "\n"
        "Steps of the appeal\n"
        "Day         Event       User    Reason        To whom    Until       Rule\n"
        "----------  ----------  ------  ------------  ---------  ----------  -------------------\n"
        "2026-11-02  registered  tester\n"
        "2026-11-05  extended    tester  a site visit             2026-12-25  appc_2026_extension\n"
        "2026-11-10  started     tester\n"
    )


def test_the_receipt_has_what_the_law_asks_and_no_personal_number(desk: Ayala) -> None:
    desk("appeal", "add", "980315300005", "--topic", "housing", "--topic", "legal", "--assignee", "Айгүл")
    done = desk("appeal", "show", "1", "--receipt")
    assert done.out == (
        "Receipt of an appeal: A-2026-0001\n"
        "Register number      A-2026-0001\n"
        "Received on          2026-11-23\n"
        "Received by          tester\n"
        "Topics               housing / legal help\n"
        "Responsible officer  Айгүл\n"
    )
    kazakh = desk("--lang", "kk", "appeal", "show", "1", "--receipt").out.splitlines()
    assert kazakh[0] == "Өтініштің қабылданғаны туралы талон: A-2026-0001"
    assert kazakh[4] == "Тақырыптар         тұрғын үй / заң көмегі"


def test_the_receipt_tells_the_time_when_the_clock_is_real(desk: Ayala) -> None:
    real = {"AYALA_TODAY": None}
    code = desk("appeal", "add", "G-1", "--topic", "housing", env=real).out.strip()
    shown = desk("appeal", "show", code, "--receipt", "--format", "json", env=real).json()[0]
    assert re.fullmatch(r"[0-2]\d:[0-5]\d", shown["time"])
    earlier = desk("appeal", "add", "G-1", "--topic", "housing", "--on", "yesterday", env=real).out.strip()
    assert (
        desk("appeal", "show", earlier, "--receipt", "--format", "json", env=real).json()[0]["time"] is None
    )


# --- list ----------------------------------------------------------------------------------------


@pytest.fixture
def register(office: Ayala) -> Ayala:
    sheet = office.folder / "appeals.csv"
    sheet.write_text(
        "graduate,caller,received_on,channel,category,topics,status,region,assignee\n"
        "G-1,,2026-01-15,visit,housing,legal,registered,75,Айгүл\n"
        "G-2,,2026-02-15,letter,legal,,answered,10,Айгүл\n"
        "G-1,,2026-03-15,online,legal,,paused,71,\n"
        ",Асет,2025-03-15,helpline,housing,,in_progress,,Болат\n"
        "G-1,,2026-01-15,visit,housing,,withdrawn,75,\n",
        encoding="utf-8",
    )
    office("import", sheet, "--as", "appeals")
    return office


@pytest.mark.parametrize(
    ("options", "codes"),
    [
        ("", "25-1 26-1 26-4 26-2 26-3"),
        ("--status paused --status answered", "26-2 26-3"),
        ("--status в_работе", "25-1"),
        ("--topic legal", "26-2 26-3"),
        ("--topic баспана", "25-1 26-1 26-4"),
        ("--region 75", "26-1 26-4"),
        ("--channel visit", "26-1 26-4"),
        ("--assignee Айгүл", "26-1 26-2"),
        ("--received 2026-q1", "26-1 26-4 26-2 26-3"),
        ("--received 2026-02-15..2026-03-14", "26-2"),
        ("--open", "25-1 26-1 26-3"),
        ("--open --status paused --status answered", "26-3"),
        ("--open --topic housing --received 2026", "26-1"),
        ("--unidentified", "25-1"),
        ("--open --unidentified --region 75", ""),
        ("--graduate G-1", "26-1 26-4 26-3"),
        ("--graduate G-1 --open", "26-1 26-3"),
        ("--graduate G-1 --open --status withdrawn", ""),
        ("--graduate G-1 --open --status paused --topic legal", "26-3"),
        ("--graduate G-3", ""),
        ("--limit 2", "25-1 26-1"),
    ],
)  # fmt: skip
def test_the_list_is_narrowed_by_what_is_asked(register: Ayala, options: str, codes: str) -> None:
    expected = [f"A-20{year}-{int(number):04d}" for year, number in (c.split("-") for c in codes.split())]
    assert listed(register, *options.split()) == expected


def test_the_list_has_stable_keys_code_first_and_names_who_asked(register: Ayala) -> None:
    rows = register("appeal", "list", "--format", "csv").out.splitlines()
    assert rows[0] == (
        "code,received_on,graduate,name,topic,channel,region,status,decision,answered_on,extended_until,"
        "due_on,level,assignee,number"
    )
    assert rows[1] == (
        "A-2025-0001,2025-03-15,,Асет,housing,helpline,,in_progress,,,,2025-04-09,far_overdue,Болат,"
    )
    assert rows[2] == (
        "A-2026-0001,2026-01-15,G-1,Әбдіров Ғани,housing,visit,75,registered,,,,2026-02-05,far_overdue,Айгүл,"
    )


def test_the_register_goes_on_after_9999(desk: Ayala) -> None:
    sheet = desk.folder / "a.csv"
    sheet.write_text(
        "code,graduate,received_on,category\n"
        "A-2026-10000,G-1,2026-01-01,other\nA-2026-9999,G-2,2026-01-01,other\nA-2027-0001,G-2,2026-01-01,other\n"
    )
    desk("import", sheet, "--as", "appeals")
    assert listed(desk) == ["A-2026-9999", "A-2026-10000", "A-2027-0001"]
    assert desk("appeal", "add", "G-1", "--topic", "other").out == "A-2026-10001\n"


def test_an_empty_list_is_no_error(desk: Ayala) -> None:
    assert desk("appeal", "list").out == "nothing found\n"


# --- edit ----------------------------------------------------------------------------------------


def test_topics_that_are_given_take_the_place_of_all_that_were(office: Ayala) -> None:
    office("appeal", "add", "G-1", "--topic", "housing", "--topic", "legal", "--topic", "medical")
    office("appeal", "edit", "1", "--topic", "legal", "--topic", "employment", "--topic", "medical")
    shown = appeal(office, "1")
    assert (shown["topic"], shown["topics"]) == ("legal", "employment;medical")
    office("appeal", "edit", "1", "--topic", "housing")
    shown = appeal(office, "1")
    assert (shown["topic"], shown["topics"]) == ("housing", None)


def test_edit_changes_what_is_given_and_moves_nothing(office: Ayala) -> None:
    office("appeal", "add", "G-1", "--topic", "housing", "--note", "a", "--text", "b", "--household", "2")
    before = appeal(office, "1")
    done = office(
        "appeal", "edit", "1", "--assignee", "Айгүл", "--note", "", "--text", "c", "--household", "4",
        "--region", "71", "--kind", "request", "--channel", "letter", "--number", "7/26",
    )  # fmt: skip
    assert (done.out, done.err) == ("", "changed A-2026-0001\n")
    assert appeal(office, "1") == before | {
        "assignee": "Айгүл", "note": None, "text": "c", "household": 4, "region": "71", "kind": "request",
        "channel": "letter", "number": "7/26",
    }  # fmt: skip
    assert [event for _, event, _, _ in steps(office, "1")] == ["registered"]


def test_an_edit_that_changes_nothing_or_leaves_nobody_is_refused(desk: Ayala) -> None:
    desk("appeal", "add", "--caller", "Асет", "--topic", "other")
    assert desk("appeal", "edit", "1", ok=2).err.startswith("ayala: nothing to change was given\n")
    done = desk("appeal", "edit", "1", "--caller", "", ok=2)
    assert done.err == "ayala: A-2026-0001 has nobody but its caller: identify the person first\n"
    assert appeal(desk, "1")["caller"] == "Асет"


def test_every_change_is_in_the_ledger_with_its_reason(desk: Ayala) -> None:
    import sqlite3

    desk("appeal", "add", "G-1", "--topic", "housing", "--reason", "came in")
    desk("appeal", "pause", "1", "--reason", "waits for the court")
    desk("appeal", "show", "1", "--receipt")
    with sqlite3.connect(desk.database) as connection:
        rows = connection.execute("SELECT command, reason, made_by FROM change ORDER BY id").fetchall()
    assert rows[1:] == [
        ("appeal add", "came in", "tester"),
        ("appeal pause A-2026-0001", "waits for the court", "tester"),
    ]


def test_the_json_of_a_page_is_a_table_a_key(desk: Ayala) -> None:
    desk("appeal", "add", "G-1", "--topic", "housing")
    assert list(json.loads(desk("appeal", "show", "1", "--format", "json").out)) == ["appeal", "events"]
