"""The clock through the commands: the last day, the days on the way, extensions, notices, levels."""

from __future__ import annotations

from typing import Any

import pytest

from tests.program import Ayala


def add(office: Ayala, day: str, *more: str) -> str:
    return office("appeal", "add", "G-1", "--topic", "housing", "--on", day, *more).out.strip()


def head(office: Ayala, code: str, *more: str) -> dict[str, Any]:
    row: dict[str, Any] = office("appeal", "explain", code, "--format", "json", *more).json()["clock"][0]
    return row


def days(office: Ayala, code: str, *more: str) -> list[str]:
    rows = office("appeal", "explain", code, "--format", "json", *more).json()["days"]
    return [f"{row['day'][5:]} {row['number'] or '-'} {row['why']}" for row in rows]


def listed(office: Ayala, *options: str) -> list[tuple[str, str, str]]:
    rows = office("appeal", "list", "--format", "json", *options).json()
    return [(row["code"][-1], row["due_on"], row["level"]) for row in rows]


def test_an_appeal_of_december_ends_in_january_and_says_why(office: Ayala) -> None:
    office.env["AYALA_TODAY"] = "2026-12-20"
    add(office, "2026-12-15")
    assert (
        office("appeal", "explain", "1").out
        == """\
The clock of an appeal: A-2026-0001
Code          A-2026-0001
Rule          appc_2026
Value         15
Unit          working days
Counted from  registered_on
Begins on     2026-12-15
Due on        2027-01-11
Deadline      in time
Days          22
Source        Code 350-VI of 2020-06-29 (APPC), art. 76 as amended by Law 241-VIII of 2025-12-17

Day by day
Day         Weekday    Counted      No  Why              Remark
----------  ---------  ---------  ----  ---------------  -------------------------
2026-12-15  Tuesday    no               the term begins
2026-12-16  Wednesday  no               holiday          Independence Day
2026-12-17  Thursday   yes           1  working day
2026-12-18  Friday     yes           2  working day
2026-12-19  Saturday   no               weekend
2026-12-20  Sunday     no               weekend
2026-12-21  Monday     yes           3  working day
2026-12-22  Tuesday    yes           4  working day
2026-12-23  Wednesday  yes           5  working day
2026-12-24  Thursday   yes           6  working day
2026-12-25  Friday     yes           7  working day
2026-12-26  Saturday   no               weekend
2026-12-27  Sunday     no               weekend
2026-12-28  Monday     yes           8  working day
2026-12-29  Tuesday    yes           9  working day
2026-12-30  Wednesday  yes          10  working day
2026-12-31  Thursday   yes          11  working day
2027-01-01  Friday     no               holiday          New Year's Day
2027-01-02  Saturday   no               holiday          New Year's Day
2027-01-03  Sunday     no               weekend
2027-01-04  Monday     no               holiday          New Year's Day (observed)
2027-01-05  Tuesday    yes          12  working day
2027-01-06  Wednesday  yes          13  working day
2027-01-07  Thursday   no               holiday          Orthodox Christmas
2027-01-08  Friday     yes          14  working day
2027-01-09  Saturday   no               weekend
2027-01-10  Sunday     no               weekend
2027-01-11  Monday     yes          15  working day
"""
    )


def test_an_appeal_of_2019_is_counted_in_calendar_days(office: Ayala) -> None:
    code = add(office, "2019-04-30")
    row = head(office, code, "--as-of", "2019-05-10")
    assert row == {
        "code": "A-2019-0001", "rule": "law221_simple", "value": 15, "unit": "days",
        "counted_from": "received_on", "start_on": "2019-04-30", "extended_until": None,
        "due_on": "2019-05-15", "level": "due_soon", "days": 5, "days_left": None,
        "source": "Law 221 of 2007-01-12, art. 8",
    }  # fmt: skip
    told = days(office, code)
    assert told[0] == "04-30 - start"
    assert told[1:] == [
        f"{day} {number} calendar_day"
        for number, day in enumerate(["05-01", *(f"05-{n:02d}" for n in range(2, 16))], 1)
    ]


def test_an_appeal_of_before_the_law_has_no_last_day(desk: Ayala) -> None:
    code = add(desk, "2006-05-05")
    assert head(desk, code)["due_on"] is None
    assert listed(desk) == [("1", None, "open")]
    said = desk("appeal", "extend", code, "--reason", "x", ok=2)
    assert said.err == f"ayala: no rule says until when {code} may be extended: --until is missing\n"
    desk("appeal", "extend", code, "--until", "2026-12-01", "--reason", "x")
    assert listed(desk) == [("1", "2026-12-01", "open")]


def test_while_an_appeal_is_paused_the_clock_stands(office: Ayala) -> None:
    add(office, "2026-11-09")
    office("appeal", "pause", "1", "--reason", "court", "--on", "2026-11-12")
    row = head(office, "1")
    assert (row["due_on"], row["level"], row["days"], row["days_left"]) == (None, "open", None, 13)
    assert listed(office) == [("1", None, "open")]
    assert days(office, "1")[-1] == "11-23 - paused"
    # As known before the pause.
    assert head(office, "1", "--as-of", "2026-11-11")["due_on"] == "2026-11-30"
    office("appeal", "resume", "1", "--on", "2026-11-19")
    assert head(office, "1")["due_on"] == "2026-12-07"
    assert days(office, "1")[2:13] == [
        "11-11 2 working_day", "11-12 - paused", "11-13 - paused", "11-14 - paused", "11-15 - paused",
        "11-16 - paused", "11-17 - paused", "11-18 - paused", "11-19 3 working_day", "11-20 4 working_day",
        "11-21 - weekend",
    ]  # fmt: skip


def test_a_pause_that_begins_too_late_moves_nothing(office: Ayala) -> None:
    add(office, "2026-10-01")
    office("appeal", "pause", "1", "--reason", "court", "--on", "2026-11-12")
    assert listed(office) == [("1", "2026-10-22", "far_overdue")]


def test_an_extension_goes_as_far_as_the_law_allows(office: Ayala) -> None:
    add(office, "2026-11-20")
    done = office("appeal", "extend", "1", "--reason", "visit", "--on", "2026-11-23")
    assert done.err == (
        "A-2026-0001 is extended until 2027-01-25\n"
        "A-2026-0001: tell the person by 2026-11-26, then: ayala appeal notify A-2026-0001 --of extension\n"
    )
    assert listed(office) == [("1", "2027-01-25", "open")]
    row = head(office, "1")
    assert (row["rule"], row["start_on"], row["unit"]) == ("appc_2026_extension", "2026-11-23", "months")
    told = days(office, "1")
    assert told[3:6] == ["11-23 1 working_day", "11-23 - extended", "11-24 1 calendar_day"]
    assert told[-1] == "01-25 63 calendar_day"

    beyond = office("appeal", "extend", "1", "--until", "2027-03-01", "--reason", "court")
    assert beyond.err.splitlines()[1] == (
        "A-2026-0001: 2027-03-01 is beyond what the law allows: at most 2027-01-25"
        " (Code 350-VI of 2020-06-29 (APPC), art. 76 as amended by Law 241-VIII of 2025-12-17)"
    )
    short = office("appeal", "extend", "1", "--until", "2026-12-01", "--reason", "sooner")
    assert short.err.splitlines()[1] == (
        "A-2026-0001: 2026-12-01 is before its last day without extending, 2026-12-11"
    )


def test_the_law_of_2007_extends_from_the_last_day(office: Ayala) -> None:
    code = add(office, "2019-05-20")
    done = office("appeal", "extend", code, "--reason", "inquiry", "--on", "2019-06-03")
    assert done.err == (
        f"{code} is extended until 2019-07-04\n"
        f"{code}: tell the person by 2019-06-06, then: ayala appeal notify {code} --of extension\n"
    )
    assert listed(office, "--as-of", "2019-07-04") == [("1", "2019-07-04", "due_soon")]
    assert listed(office, "--as-of", "2019-07-05") == [("1", "2019-07-04", "overdue")]


def test_the_person_is_told_of_an_extension_and_of_where_it_went(office: Ayala) -> None:
    add(office, "2026-11-09")
    none = office("appeal", "notify", "1", "--of", "extension", ok=5)
    assert none.err == "ayala: A-2026-0001 was not extended here\ntry: ayala appeal show A-2026-0001\n"
    office("appeal", "extend", "1", "--reason", "visit", "--on", "2026-11-10")
    early = office("appeal", "notify", "1", "--of", "extension", "--on", "2026-11-09", ok=2)
    assert early.err == (
        "ayala: A-2026-0001 was extended on 2026-11-10; the person cannot be told on 2026-11-09\n"
    )
    told = office(
        "appeal", "notify", "1", "--of", "мерзімнің ұзартылуы", "--reason", "by phone", "--on", "2026-11-16"
    )
    assert told.err == (
        "A-2026-0001: the person was told on 2026-11-16\n"
        "A-2026-0001: the person was to be told by 2026-11-13 (Code 350-VI of 2020-06-29 (APPC), art. 76)\n"
    )
    office("appeal", "redirect", "1", "--to", "Әкімдік", "--on", "2026-11-17")
    assert office("appeal", "notify", "1", "--of", "redirect", "--on", "2026-11-20").err == (
        "A-2026-0001: the person was told on 2026-11-20\n"
    )
    rows = office("appeal", "show", "1", "--format", "json").json()["events"]
    assert [(row["event"], row["reason"], row["to_whom"], row["rule"]) for row in rows[1:]] == [
        ("extended", "visit", None, "appc_2026_extension"),
        ("notified", "by phone", "extension", "appc_extension_notice"),
        ("redirected", None, "Әкімдік", "appc_2026_redirect"),
        ("notified", None, "redirect", "redirect_notice"),
    ]


def test_an_appeal_sent_on_in_time_is_not_spoken_of(office: Ayala) -> None:
    add(office, "2026-11-18")
    assert office("appeal", "redirect", "1", "--to", "Әкімдік").err == (
        "A-2026-0001 is redirected to Әкімдік\n"
        "A-2026-0001: tell the person by 2026-11-26, then: ayala appeal notify A-2026-0001 --of redirect\n"
    )


@pytest.mark.parametrize(
    ("day", "level"),
    [
        ("2026-11-26", "open"),
        ("2026-11-27", "due_soon"),  # three working days before 2 December
        ("2026-12-02", "due_soon"),
        ("2026-12-03", "overdue"),
        ("2026-12-31", "overdue"),
        ("2027-01-01", "far_overdue"),
    ],
)
def test_levels_follow_the_day(desk: Ayala, day: str, level: str) -> None:
    add(desk, "2026-11-11")
    add(desk, "2026-11-11")
    desk("appeal", "answer", "2", "--decision", "explained")
    both = listed(desk, "--as-of", day)
    assert both == [("1", "2026-12-02", level), ("2", None, None)]
    assert listed(desk, "--as-of", day, "--level", level) == both[:1]
    others = [
        word
        for name in ("open", "due_soon", "overdue", "far_overdue")
        if name != level
        for word in ("--level", name)
    ]
    assert listed(desk, "--as-of", day, *others) == []


def test_levels_go_with_the_other_filters_and_the_limit(office: Ayala) -> None:
    for n, day in enumerate(("2026-10-01", "2026-10-26", "2026-10-28", "2026-11-20")):
        add(office, day, "--region", "75" if n % 2 else "10")
    late = ("--level", "overdue", "--level", "көптен бері өтті")
    assert [row[0] for row in listed(office, *late)] == ["1", "2", "3"]
    assert [row[0] for row in listed(office, *late, "--limit", "2")] == ["1", "2"]
    assert [row[0] for row in listed(office, *late, "--region", "10")] == ["1", "3"]
    assert [row[0] for row in listed(office, *late, "--graduate", "G-1", "--limit", "1")] == ["1"]
    assert [row[0] for row in listed(office, *late, "--graduate", "G-2")] == []
    counts = office("report", "summary", "2026", "--format", "json").json()["appeals_by_status"]
    assert {row["status"]: (row["appeals"], row["overdue"]) for row in counts if row["appeals"]} == {
        "registered": (4, 3)
    }
    earlier = office("report", "summary", "2026", "--as-of", "2026-10-23", "--format", "json").json()
    assert sum(row["overdue"] for row in earlier["appeals_by_status"]) == 1


def test_a_complaint_has_its_own_term(desk: Ayala) -> None:
    add(desk, "2026-11-11", "--kind", "complaint")
    assert head(desk, "1")["rule"] == "appc_complaint"
    assert listed(desk) == [("1", "2026-12-09", "open")]


def test_the_offices_own_rule_is_counted_by(desk: Ayala) -> None:
    (desk.folder / "rules.toml").write_text(
        '[[rule]]\nid = "ours"\nwhat = "appeal_answer"\nvalue = 1\nunit = "months"\n'
        'counted_from = "received_on"\nrolls = true\nvalid_from = 2026-11-01\nsource = "order № 5"\n'
    )
    env = {"AYALA_RULES": "rules.toml"}
    add(desk, "2026-11-12")
    rows = desk("appeal", "explain", "1", "--format", "json", env=env).json()
    assert (rows["clock"][0]["rule"], rows["clock"][0]["due_on"]) == ("ours", "2026-12-14")
    assert [row["why"] for row in rows["days"][-3:]] == ["calendar_day", "moved_on", "moved_on"]


def test_a_decision_keeps_the_row_it_went_by(office: Ayala, office_db: str) -> None:
    from ayala.storage.asking import Asking
    from ayala.storage.opening import address

    office("housing", "queue", "add", "G-1", "--registrar", "bank", "--on", "2026-11-20")
    office("dormitory", "add", "ZU-1", "--name", "Үй")
    office("dormitory", "add", "ZU-1/101", "--beds", "2")
    office("dormitory", "place", "G-3", "ZU-1/101/1", "--reason", "a flat is promised")
    ask = Asking(address(office_db))
    try:
        kept = [next(ask.run(f"SELECT rule FROM {table}", {}))["rule"] for table in ("queue_entry", "stay")]
    finally:
        ask.close()
    assert kept == ["queue_age_29", "youth_house_max_age"]
