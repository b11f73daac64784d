"""Each rule of the watch by example, on both engines: when it begins to speak, what it says, when it is silent."""

from __future__ import annotations

import pytest

from tests.program import Ayala
from tests.watch.telling import people, rows, take, told

HEAD = "code,graduate,caller,received_on,category,status,decision,answered_on,kind\n"


@pytest.fixture
def office(office_db: str, ayala: Ayala) -> Ayala:
    return ayala


# --- appeals -----------------------------------------------------------------------------------------


def test_an_answer_is_due_until_its_day_and_late_after_it(office: Ayala) -> None:
    """15 working days after registration: 2026-12-15 ends on 2027-01-11, after New Year and Christmas."""
    take(
        office,
        graduates=people("G-1,2000-01-01"),
        appeals="code,graduate,received_on,category\nA-2026-0001,G-1,2026-12-15,legal\n",
    )
    assert told(office, "appeal-due", "2027-01-04") == []
    # The 7th is Christmas; after the 5th the 6th, the 8th and the 11th are worked.
    assert told(office, "appeal-due", "2027-01-05") == ["due_soon A-2026-0001 2027-01-11 6"]
    assert told(office, "appeal-due", "2027-01-11") == ["due_soon A-2026-0001 2027-01-11 0"]
    assert told(office, "appeal-overdue", "2027-01-11") == []
    assert told(office, "appeal-due", "2027-01-12") == []
    assert told(office, "appeal-overdue", "2027-01-12") == ["overdue A-2026-0001 2027-01-11 -1"]
    assert told(office, "appeal-overdue", "2027-02-10") == ["far_overdue A-2026-0001 2027-01-11 -30"]
    assert told(office, "appeal-overdue", "2026-12-14") == []


def test_the_law_of_2007_counts_calendar_days_and_the_answer_itself_ends_it(office: Ayala) -> None:
    take(
        office,
        graduates=people("G-1,2000-01-01"),
        appeals=HEAD + "A-2019-0001,G-1,,2019-03-01,housing,answered,explained,2019-03-20,\n"
        "A-2019-0002,G-1,,2019-03-01,housing,registered,,,\n",
    )
    late = "overdue A-2019-000{} 2019-03-16 {}".format
    assert told(office, "appeal-due", "2019-03-16") == [
        "due_soon A-2019-0001 2019-03-16 0",
        "due_soon A-2019-0002 2019-03-16 0",
    ]
    # It was open until it was answered: what happened after the day is not looked at.
    assert told(office, "appeal-overdue", "2019-03-19") == [late(1, -3), late(2, -3)]
    assert told(office, "appeal-overdue", "2019-03-20") == [late(2, -4)]


def test_a_pause_stops_the_clock_unless_the_day_has_passed(office: Ayala) -> None:
    day = {"AYALA_TODAY": "2026-02-20"}
    take(office, graduates=people("G-1,2000-01-01"))
    code = office("appeal", "add", "G-1", "--topic", "legal", "--on", "2026-02-02", env=day).out.strip()
    [due] = rows(office, as_of="2026-02-23", rule="appeal-due")
    assert due["due_on"] == "2026-02-23"
    office("appeal", "pause", code, "--on", "2026-02-20", "--reason", "ждём ответа акимата", env=day)
    assert told(office, "appeal-due", "2026-02-23") == []
    assert told(office, "appeal-overdue", "2026-03-23") == []
    assert told(office, "appeal-due", "2026-02-19") == [f"due_soon {code} 2026-02-23 4"]
    office("appeal", "resume", code, "--on", "2026-03-02", env={"AYALA_TODAY": "2026-03-02"})
    assert told(office, "appeal-due", "2026-03-02") == [f"due_soon {code} 2026-03-03 1"]
    late = office(
        "appeal", "pause", code, "--on", "2026-03-10", "--reason", "поздно", env={"AYALA_TODAY": "2026-03-10"}
    )
    assert late.code == 0
    assert told(office, "appeal-overdue", "2026-03-12") == [f"overdue {code} 2026-03-03 -9"]


def test_sending_on_is_told_from_registration_to_its_last_day(office: Ayala) -> None:
    take(office, graduates=people("G-1,2000-01-01"))
    day = {"AYALA_TODAY": "2026-05-06"}
    code = office("appeal", "add", "G-1", "--topic", "legal", "--on", "2026-05-06", env=day).out.strip()
    # 7 and 9 May are holidays, the latter, a Saturday, is kept on Monday.
    assert told(office, "redirect-due", "2026-05-05") == []
    assert told(office, "redirect-due", "2026-05-06") == [f"due_soon {code} 2026-05-13 7"]
    assert told(office, "redirect-due", "2026-05-13") == [f"due_soon {code} 2026-05-13 0"]
    assert told(office, "redirect-due", "2026-05-14") == []
    office("appeal", "start", code, "--on", "2026-05-12", env={"AYALA_TODAY": "2026-05-12"})
    assert told(office, "redirect-due", "2026-05-13") == []
    assert told(office, "redirect-due", "2026-05-11") == [f"due_soon {code} 2026-05-13 2"]


def test_who_is_not_told_of_an_extension_is_on_the_list_until_told(office: Ayala) -> None:
    take(office, graduates=people("G-1,2000-01-01"))
    code = office(
        "appeal", "add", "G-1", "--topic", "legal", "--on", "2026-06-01", env={"AYALA_TODAY": "2026-06-01"}
    ).out.strip()
    day = {"AYALA_TODAY": "2026-06-10"}
    office(
        "appeal", "extend", code, "--on", "2026-06-10", "--until", "2026-07-10", "--reason", "запрос", env=day
    )
    assert told(office, "extension-notice-due", "2026-06-09") == []
    assert told(office, "extension-notice-due", "2026-06-10") == [f"due_soon {code} 2026-06-15 5"]
    assert told(office, "extension-notice-due", "2026-06-16") == [f"overdue {code} 2026-06-15 -1"]
    assert told(office, "appeal-overdue", "2026-07-10") == []
    assert told(office, "appeal-overdue", "2026-07-13") == [f"overdue {code} 2026-07-10 -3"]
    office(
        "appeal", "notify", code, "--of", "extension", "--on", "2026-06-17", env={"AYALA_TODAY": "2026-06-17"}
    )
    assert told(office, "extension-notice-due", "2026-06-17") == []
    assert told(office, "extension-notice-due", "2026-06-16") == [f"overdue {code} 2026-06-15 -1"]


def test_a_complaint_is_possible_for_three_months_and_then_no_alarm(office: Ayala) -> None:
    take(
        office,
        graduates=people("G-1,2000-01-01", "G-2,2000-01-01"),
        appeals=HEAD + "A-2026-0001,G-1,,2026-01-05,housing,answered,refused,2026-01-31,\n"
        "A-2026-0002,G-2,,2026-01-05,housing,answered,refused,2026-01-31,\n"
        "A-2026-0003,G-2,,2026-02-03,housing,answered,satisfied,2026-02-10,complaint\n"
        "A-2026-0004,,Асқар,2026-01-05,housing,answered,refused,2026-02-10,\n",
    )
    # Three months after 31 January: April has no 31st.
    assert told(office, "complaint-closing", "2026-01-30") == []
    assert told(office, "complaint-closing", "2026-02-02") == []
    assert told(office, "complaint-closing", "2026-03-31") == ["in_30 A-2026-0001 2026-04-30 30"]
    assert told(office, "complaint-closing", "2026-04-30") == [
        "in_7 A-2026-0001 2026-04-30 0",
        "in_30 A-2026-0004 2026-05-10 10",
    ]
    assert told(office, "complaint-closing", "2026-05-01") == ["in_30 A-2026-0004 2026-05-10 9"]
    one, nobody = rows(office, as_of="2026-04-30", rule="complaint-closing")
    assert one["next_step"] == "ayala appeal add G-1 --kind complaint --topic housing"
    assert (nobody["graduate"], nobody["next_step"]) == (None, "ayala appeal show A-2026-0004")


def test_a_caller_is_to_be_identified(office: Ayala) -> None:
    take(office, appeals=HEAD + "A-2026-0001,,Асқар,2026-11-02,legal,registered,,,\n")
    assert told(office, "appeal-unidentified", "2026-11-02") == ["due_soon A-2026-0001 2026-11-09 7"]
    [row] = rows(office, as_of="2026-11-10", rule="appeal-unidentified")
    assert (row["level"], row["graduate"], row["name"]) == ("overdue", None, "Асқар")
    person = ("--surname", "Ким", "--given-name", "Асқар", "--born", "2001-01-01", "--sex", "M")
    code = office("graduate", "add", *person).out.strip()
    office("appeal", "identify", "A-2026-0001", code)
    assert told(office, "appeal-unidentified", "2026-11-22") == ["overdue A-2026-0001 2026-11-09 -13"]
    assert told(office, "appeal-unidentified", "2026-11-23") == []


# --- housing -----------------------------------------------------------------------------------------


def test_who_was_never_queued_is_told_until_29_and_not_on_that_day(office: Ayala) -> None:
    take(
        office,
        graduates=people(
            "G-1,1996-02-29,2014-08-25",  # 29 on 1 March: 2025 has no 29 February
            "G-2,1996-02-28,2014-08-25",
            "G-3,1996-02-28,2014-08-25,,12",  # served a year: 30 on the day that counts
            "G-4,2010-05-05",  # nobody noted when care ends
            "G-5,1998-01-01,2016-08-25",  # has an apartment
            "G-6,1998-01-01,2016-08-25",  # was queued at 18 and struck off
        ),
        apartments="graduate,granted_on\nG-5,2025-02-28\n",
        queue="graduate,registrar,registered_on,status,closed_on\nG-6,akimat,2016-09-01,struck_off,2020-01-01\n",
    )
    late = "overdue G-{} 2014-08-25 {}".format
    assert told(office, "queue-missing", "2025-02-27") == [
        late(1, -3839), late(2, -3839), late(3, -3839), "overdue G-5 2016-08-25 -3108", "ahead G-4 2028-05-05 1163",
    ]  # fmt: skip
    assert told(office, "queue-missing", "2025-02-28") == [
        late(1, -3840),
        late(3, -3840),
        "ahead G-4 2028-05-05 1162",
    ]
    assert told(office, "queue-missing", "2025-03-01") == [late(3, -3841), "ahead G-4 2028-05-05 1161"]
    assert told(office, "queue-missing", "2026-02-27")[0].startswith("overdue G-3")
    assert told(office, "queue-missing", "2026-02-28") == ["ahead G-4 2028-05-05 797"]
    # The ladder towards 29, the conscript a year later; on the birthday itself it is too late to tell.
    ahead = "{} G-{} {} {}".format
    assert told(office, "age-29-unqueued", "2024-02-28") == [ahead("in_365", 2, "2025-02-28", 366)][:0]
    assert told(office, "age-29-unqueued", "2024-02-29") == [ahead("in_365", 2, "2025-02-28", 365)]
    assert told(office, "age-29-unqueued", "2025-02-27") == [
        ahead("in_7", 2, "2025-02-28", 1), ahead("in_7", 1, "2025-03-01", 2),
    ]  # fmt: skip
    assert told(office, "age-29-unqueued", "2025-02-28") == [
        ahead("in_7", 1, "2025-03-01", 1), ahead("in_365", 3, "2026-02-28", 365),
    ]  # fmt: skip
    assert told(office, "age-29-unqueued", "2025-03-01") == [ahead("in_365", 3, "2026-02-28", 364)]


def test_who_turned_29_while_queued_is_never_an_alarm(office: Ayala) -> None:
    take(
        office,
        graduates=people("G-1,1996-06-15,2014-08-25"),
        queue="graduate,registrar,registered_on\nG-1,akimat,2014-10-01\n",
    )
    housing = ("queue-missing", "queue-late", "age-29-unqueued", "queue-entry-vanished")
    for day in ("2024-06-15", "2025-06-14", "2025-06-15", "2025-06-16", "2026-06-15"):
        for rule in housing:
            assert told(office, rule, day) == []
    # Before he was entered he was missing, as far as anybody knew on that day.
    assert told(office, "queue-missing", "2014-09-30") == ["overdue G-1 2014-08-25 -36"]


def test_an_entry_that_came_too_late_is_told_for_a_year(office: Ayala) -> None:
    take(
        office,
        graduates=people("G-1,2005-01-01,2023-08-31", "G-2,2005-01-01,2023-08-31"),
        queue="code,graduate,registrar,registered_on\nQ-1,G-1,bank,2024-03-01\nQ-2,G-2,bank,2024-02-29\n",
        appeals="code,graduate,received_on,category,topics\nA-2024-0007,G-1,2024-04-01,housing,legal\n",
    )
    assert told(office, "queue-late", "2024-02-29") == []
    assert told(office, "queue-late", "2024-03-01") == ["overdue Q-1 2024-02-29 -1"]
    assert (
        rows(office, as_of="2024-03-31", rule="queue-late")[0]["next_step"]
        == "ayala appeal add G-1 --topic legal --topic housing"
    )
    assert rows(office, as_of="2024-04-01", rule="queue-late")[0]["next_step"] == "on record: A-2024-0007"
    assert told(office, "queue-late", "2025-03-01") == ["overdue Q-1 2024-02-29 -366"]
    assert told(office, "queue-late", "2025-03-02") == []


def test_a_place_that_moved_back_names_both_places_and_days(office: Ayala) -> None:
    take(
        office,
        graduates=people("G-1,2000-01-01"),
        queue="code,graduate,registrar,registered_on\nQ-1,G-1,akimat,2018-10-01\n",
        positions="queue,registrar,position,position_on\n"
        "Q-1,akimat,700,2019-01-01\nQ-1,akimat,607,2020-01-01\nQ-1,akimat,734,2020-06-01\nQ-1,akimat,700,2021-01-01\n",
    )
    assert told(office, "position-moved-back", "2020-05-31") == []
    assert told(office, "position-moved-back", "2020-06-01") == ["overdue Q-1 2020-06-01 0"]
    [row] = rows(office, as_of="2020-12-31", rule="position-moved-back")
    assert row["sentence"] == "The place in the queue moved back: 607 on 2020-01-01 -> 734 on 2020-06-01."
    assert told(office, "position-moved-back", "2021-01-01") == []


def test_an_entry_missing_from_a_list_is_told_and_one_report_is_no_list(office: Ayala) -> None:
    queue = "".join(f"Q-{n},G-{n},{'bank' if n == 5 else 'akimat'},2018-10-0{n}\n" for n in range(1, 6))
    take(
        office,
        graduates=people(*(f"G-{n},2000-01-01" for n in range(1, 6))),
        queue="code,graduate,registrar,registered_on\n" + queue,
        positions="queue,registrar,position,position_on\n"
        "Q-1,akimat,11,2019-01-01\nQ-2,akimat,12,2019-01-01\nQ-3,akimat,13,2019-01-01\n"
        "Q-1,akimat,9,2020-01-01\nQ-2,akimat,10,2020-01-01\n"
        "Q-1,akimat,8,2020-07-01\n"
        "Q-3,akimat,12,2021-01-01\n",
    )
    assert told(office, "queue-entry-vanished", "2019-01-01") == ["overdue Q-4 2019-01-01 0"]
    assert told(office, "queue-entry-vanished", "2020-12-31") == [
        "overdue Q-3 2020-01-01 -365", "overdue Q-4 2020-01-01 -365",
    ]  # fmt: skip
    assert told(office, "queue-entry-vanished", "2021-01-01") == ["overdue Q-4 2020-01-01 -366"]
    office(
        "housing", "queue", "close", "Q-4", "--status", "withdrawn", "--on", "2021-02-01", "--reason", "сам"
    )
    assert told(office, "queue-entry-vanished", "2021-01-31") == ["overdue Q-4 2020-01-01 -396"]
    assert told(office, "queue-entry-vanished", "2021-02-01") == []


# --- the dormitory -----------------------------------------------------------------------------------

STAYS = "graduate,building,room,bed,from_date,until,planned_end,destination\n"
BEDS = "building,room,bed\n" + "".join(f"ZU-1,101,{n}\n" for n in range(1, 6))


def test_the_age_of_the_house_comes_near_is_reached_and_passed(office: Ayala) -> None:
    take(
        office,
        graduates=people("G-1,1996-02-29", "G-2,1997-05-05", "G-3,1996-02-28"),
        beds=BEDS,
        stays=STAYS + "G-1,ZU-1,101,1,2017-01-01,,,\nG-2,ZU-1,101,2,2017-01-01,2019-03-02,,own_home\n"
        "G-3,ZU-1,101,3,2017-01-01,2019-02-28,,own_home\n",
    )
    assert told(office, "youth-house-age", "2019-01-29") == [
        "in_30 G-3 2019-02-28 30",
        "in_90 G-1 2019-03-01 31",
    ]
    assert told(office, "youth-house-age", "2019-02-28") == ["in_7 G-1 2019-03-01 1"]
    # G-3 left on the birthday: that day is no more of the stay.
    assert told(office, "stay-over-age", "2019-02-28") == []
    assert told(office, "youth-house-age", "2019-03-01") == []
    assert told(office, "stay-over-age", "2019-03-01") == ["overdue G-1 2019-03-01 0"]
    assert told(office, "stay-over-age", "2025-02-28") == ["overdue G-1 2019-03-01 -2191"]
    assert told(office, "stay-over-age", "2025-03-01") == ["far_overdue G-1 2019-03-01 -2192"]
    # On the last day of February G-2 is still there and a year and more from the age.
    assert told(office, "youth-house-age", "2018-02-28") == ["in_365 G-3 2019-02-28 365"]


def test_a_contract_ends_and_its_next_step_is_a_new_end(office: Ayala) -> None:
    take(
        office,
        graduates=people("G-1,2004-01-01"),
        beds=BEDS,
        stays=STAYS + "G-1,ZU-1,101,1,2025-01-01,,2026-06-30,\n",
    )
    for day, line in (
        ("2026-03-31", []), ("2026-04-01", ["in_90 G-1 2026-06-30 90"]), ("2026-06-30", ["in_7 G-1 2026-06-30 0"]),
        ("2026-07-01", ["overdue G-1 2026-06-30 -1"]),
    ):  # fmt: skip
        assert told(office, "contract-end", day) == line
    step = rows(office, as_of="2026-07-01", rule="contract-end")[0]["next_step"]
    assert step == "ayala dormitory contract G-1 --planned-end 2027-06-30"
    office(*step.split()[1:])
    assert told(office, "contract-end", "2026-07-01") == []


def test_nobody_knows_where_until_somebody_is_reached(office: Ayala) -> None:
    take(
        office, graduates=people("G-1,2004-01-01"), beds=BEDS, stays=STAYS + "G-1,ZU-1,101,1,2026-01-01,,,\n"
    )
    leave = ("dormitory", "leave", "G-1", "--why", "own_wish", "--on", "2026-09-01")
    assert "--to is missing" in office(*leave, ok=2).err
    done = office(*leave, "--to", "unknown")
    assert (
        "nobody knows where G-1 goes: ayala watch asks for a contact on 2026-09-08, 2026-10-01, 2026-11-30"
        in done.err
    )
    assert told(office, "exit-check", "2026-09-07") == []
    assert told(office, "exit-check", "2026-09-08") == ["check_7 G-1 2026-09-08 0"]
    assert told(office, "exit-check", "2026-10-01") == ["check_30 G-1 2026-10-01 0"]
    assert told(office, "exit-check", "2027-01-01") == ["check_90 G-1 2026-11-30 -32"]
    office("graduate", "contact", "G-1", "--no-answer", "--on", "2026-10-02")
    assert told(office, "exit-check", "2026-10-02") == ["check_30 G-1 2026-10-01 -1"]
    office("graduate", "contact", "G-1", "--reached", "--on", "2026-10-03")
    assert told(office, "exit-check", "2026-10-02") == ["check_30 G-1 2026-10-01 -1"]
    assert told(office, "exit-check", "2027-01-01") == []


def test_a_same_day_exit_is_checked_and_a_same_day_return_is_not(office: Ayala) -> None:
    take(office, graduates=people("G-1,2004-01-01", "G-2,2004-01-01"), beds=BEDS)
    for code, bed in (("G-1", 1), ("G-2", 2)):
        office("dormitory", "place", code, f"ZU-1/101/{bed}", "--on", "2026-09-01")
        office("dormitory", "leave", code, "--to", "unknown", "--why", "own_wish", "--on", "2026-09-01")
    # Whoever came and went on one day keeps that one day.
    assert told(office, "exit-check", "2026-09-08") == []
    assert told(office, "exit-check", "2026-09-09") == [
        "check_7 G-1 2026-09-09 0",
        "check_7 G-2 2026-09-09 0",
    ]
    office("dormitory", "place", "G-2", "ZU-1/101/3", "--on", "2026-09-02")
    assert told(office, "exit-check", "2026-09-09") == ["check_7 G-1 2026-09-09 0"]


# --- papers, people, services, work -------------------------------------------------------------------


def test_papers_and_consents_come_to_their_end(office: Ayala) -> None:
    take(office, graduates=people("G-1,2004-01-01"))
    office("graduate", "document", "G-1", "--kind", "identity_card", "--expires", "2026-03-31")
    assert told(office, "document-expiry", "2025-12-31") == ["in_90 G-1 2026-03-31 90"]
    assert told(office, "document-expiry", "2026-03-31") == ["in_7 G-1 2026-03-31 0"]
    assert told(office, "document-expiry", "2026-04-01") == ["overdue G-1 2026-03-31 -1"]
    office(
        "graduate",
        "document",
        "G-1",
        "--kind",
        "identity_card",
        "--expires",
        "2036-03-31",
        "--issued",
        "2026-04-02",
    )
    assert told(office, "document-expiry", "2026-04-02") == []
    assert told(office, "document-expiry", "2026-04-01") == ["overdue G-1 2026-03-31 -1"]

    form = ("--operator", "Үміт", "--operator-bin", "990140000384", "--document", "№ 1", "--form", "written",
            "--no-third-parties", "--no-cross-border", "--no-public", "--data", "имя", "--purpose", "помощь")  # fmt: skip
    office("graduate", "consent", "add", "G-1", *form, "--on", "2025-01-10", "--until", "2026-01-10")
    assert told(office, "consent-expiry", "2025-12-11") == ["in_30 G-1 2026-01-10 30"]
    # The first day on which it holds no more.
    assert told(office, "consent-expiry", "2026-01-10") == ["overdue G-1 2026-01-10 0"]
    office("graduate", "consent", "add", "G-1", *form, "--on", "2026-01-12", "--until", "2030-01-10")
    assert told(office, "consent-expiry", "2026-01-11") == ["overdue G-1 2026-01-10 -1"]
    assert told(office, "consent-expiry", "2026-01-12") == []


def test_nothing_heard_for_half_a_year(office: Ayala) -> None:
    take(
        office,
        graduates=people("G-1,2000-01-01,2018-08-25,2020-01-10", "G-2,2000-01-01,2018-08-25,2020-01-10",
                         "G-3,1990-01-01,2008-08-25,2020-01-10", "G-4,2000-01-01,2018-08-25,2020-01-10"),
        services="graduate,kind,mode,provided_on\nG-2,legal,remote,2020-06-30\n",
        apartments="graduate,granted_on\nG-4,2020-05-05\n",
    )  # fmt: skip
    assert told(office, "no-contact", "2020-07-10") == []
    assert told(office, "no-contact", "2020-07-11") == ["overdue G-1 2020-07-10 -1"]
    assert told(office, "no-contact", "2020-12-31") == [
        "overdue G-1 2020-07-10 -174",
        "overdue G-2 2020-12-30 -1",
    ]
    office("graduate", "contact", "G-1", "--reached", "--on", "2020-09-01")
    assert told(office, "no-contact", "2020-12-31") == ["overdue G-2 2020-12-30 -1"]
    assert told(office, "no-contact", "2020-08-31") == ["overdue G-1 2020-07-10 -52"]
    # Who lives in the house is seen every day.
    take(office, beds=BEDS, stays=STAYS + "G-2,ZU-1,101,1,2020-06-30,,,\n")
    assert told(office, "no-contact", "2020-12-31") == []


def test_three_times_nobody_answered(office: Ayala) -> None:
    take(office, graduates=people("G-1,2000-01-01"))
    tries = (("--no-answer", "2026-01-10"), ("--reached", "2026-01-11"), ("--no-answer", "2026-02-01"),
             ("--no-answer", "2026-02-05"), ("--no-answer", "2026-02-05"), ("--no-answer", "2026-03-01"))  # fmt: skip
    for outcome, on in tries:
        office("graduate", "contact", "G-1", outcome, "--on", on)
    assert told(office, "unreachable", "2026-02-04") == []
    assert told(office, "unreachable", "2026-02-05") == ["overdue G-1 2026-02-05 0"]
    [row] = rows(office, as_of="2026-03-01", rule="unreachable")
    assert (row["due_on"], row["sentence"]) == (
        "2026-02-05",
        "Nobody answered 4 times in a row, the last time on 2026-03-01.",
    )
    office("graduate", "contact", "G-1", "--reached", "--on", "2026-03-02")
    assert told(office, "unreachable", "2026-03-02") == []


def test_a_planned_service_that_was_not_given(office: Ayala) -> None:
    take(
        office,
        graduates=people("G-1,2000-01-01"),
        services="code,graduate,kind,mode,provider,planned_on,provided_on,cancelled_on\n"
        "S-1,G-1,legal,remote,Дана,2026-01-10,,\nS-2,G-1,legal,remote,,2026-01-10,2026-01-12,\n"
        "S-3,G-1,legal,remote,,2026-01-10,,2026-01-09\n",
    )
    assert told(office, "service-not-provided", "2026-01-10") == []
    assert told(office, "service-not-provided", "2026-01-11") == [
        "overdue S-1 2026-01-10 -1", "overdue S-2 2026-01-10 -1",
    ]  # fmt: skip
    assert told(office, "service-not-provided", "2026-01-12", "--assignee", "Дана") == [
        "overdue S-1 2026-01-10 -2"
    ]
    assert told(office, "service-not-provided", "2026-01-12", "--assignee", "Асан") == []


def test_a_placement_is_asked_about_after_three_six_and_twelve_months(office: Ayala) -> None:
    take(
        office,
        graduates=people("G-1,2000-01-01"),
        partners="name,kind\nНан,employer\n",
        placements="code,graduate,partner,title,from_date\nP-1,G-1,Нан,наубайшы,2025-11-30\n",
    )
    assert told(office, "placement-check", "2026-02-27") == []
    assert told(office, "placement-check", "2026-02-28") == ["check_3 P-1 2026-02-28 0"]
    office("graduate", "contact", "G-1", "--reached", "--on", "2026-03-05")
    assert told(office, "placement-check", "2026-03-04") == ["check_3 P-1 2026-02-28 -4"]
    assert told(office, "placement-check", "2026-03-05") == []
    assert told(office, "placement-check", "2026-05-30") == ["check_6 P-1 2026-05-30 0"]
    assert told(office, "placement-check", "2026-11-30") == ["check_12 P-1 2026-11-30 0"]
    office(
        "work", "close", "P-1", "--on", "2026-06-15", "--why", "own_wish", env={"AYALA_TODAY": "2026-06-15"}
    )
    assert told(office, "placement-check", "2026-06-14") == ["check_6 P-1 2026-05-30 -15"]
    assert told(office, "placement-check", "2026-06-15") == []


# --- who is in no rule ---------------------------------------------------------------------------------


def test_of_the_archive_only_appeals_are_told_and_of_the_erased_nothing(office: Ayala) -> None:
    take(
        office,
        graduates=people(
            "G-1,2000-01-01,2018-08-25", "G-2,2000-01-01,2018-08-25", "G-3,2000-01-01,2018-08-25"
        ),
        appeals="code,graduate,received_on,category\nA-2026-0001,G-1,2026-01-10,legal\nA-2026-0002,G-2,2026-01-10,legal\n",
    )
    office("graduate", "close", "G-1", "--on", "2026-11-20", "--reason", "переехал")
    office("graduate", "erase", "G-2", "--basis", "other", "--reason", "просьба", "--yes")
    told_now = rows(office, as_of="2026-11-23")
    assert {row["graduate"] for row in told_now} == {"G-1", "G-3"}
    assert [row["code"] for row in told_now if row["graduate"] == "G-1"] == ["A-2026-0001"]
    assert {row["graduate"] for row in rows(office, as_of="2026-11-19")} == {"G-1", "G-3"}


def test_a_blocked_person_is_on_the_list_and_nothing_of_the_person_is(office: Ayala) -> None:
    take(office, graduates=people("G-1,1998-01-20,2016-08-25"))
    office("graduate", "block", "G-1", "--reason", "просьба")
    listed = office("watch", "--rule", "age-29-unqueued", "--format", "json", ok=1)
    assert listed.json() == [
        {
            "rule": "age-29-unqueued", "level": "in_90", "code": "G-1", "graduate": "G-1", "name": "blocked",
            "due_on": "2027-01-20", "days": 58, "sentence": None,
            "next_step": "ayala housing queue add G-1 --registrar bank",
        }
    ]  # fmt: skip
    assert "Ким" not in listed.out
