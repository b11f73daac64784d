"""The office's own days through the commands: what they move, and where they come from."""

from __future__ import annotations

import pytest

from tests.program import Ayala


@pytest.fixture
def office(ayala: Ayala, office_db: str) -> Ayala:
    """Three open appeals and an ended one."""
    (ayala.folder / "appeals.csv").write_text(
        "code,caller,received_on,category,status\n"
        "A-2026-0001,Асет,2026-11-16,housing,registered\n"
        "A-2026-0002,Асет,2026-11-23,housing,in_progress\n"
        "A-2026-0003,Асет,2026-11-23,housing,answered\n"
        "A-2019-0004,Асет,2019-03-01,housing,registered\n",
        encoding="utf-8",
    )
    ayala("import", "appeals.csv")
    return ayala


def test_a_day_of_rest_moves_the_appeals_that_run_over_it(office: Ayala) -> None:
    done = office(
        "rules", "calendar", "add", "2026-12-10", "--off", "--reason", "decree № 7", "--format", "csv"
    )
    assert done.out == "code,from,to\nA-2026-0002,2026-12-14,2026-12-15\n"
    assert done.err == "1 day of the calendar changed\n"
    assert office("appeal", "list", "--format", "json").json()[2]["due_on"] == "2026-12-15"
    again = office("rules", "calendar", "add", "2026-12-10", "--off", "--reason", "decree № 7")
    assert (again.out, again.err) == ("", "0 days of the calendar changed\n")

    worked = office("rules", "calendar", "add", "05.12.2026", "--working", "--reason", "for the 10th")
    assert worked.out == (
        "Code         From        To\n"
        "-----------  ----------  ----------\n"
        "A-2026-0001  2026-12-07  2026-12-05\n"
        "A-2026-0002  2026-12-15  2026-12-14\n"
    )
    days = office("rules", "calendar", "list", "--format", "csv").out.splitlines()
    assert "2026-12-05,saturday,yes,own,for the 10th" in days
    assert "2026-12-10,thursday,no,own,decree № 7" in days
    assert "2026-12-16,wednesday,no,public,Independence Day" in days
    assert "2026-05-27,wednesday,no,estimated,Eid al-Adha (estimated)" in days

    told = office("appeal", "explain", "2", "--format", "json").json()["days"]
    why = {row["day"]: (row["counted"], row["why"], row["name"]) for row in told}
    assert why["2026-12-05"] == (True, "own_working_day", "for the 10th")
    assert why["2026-12-10"] == (False, "own_day_off", "decree № 7")
    entry = office("history", "list", "--format", "json").json()[0]
    assert (entry["command"], entry["reason"]) == ("rules calendar add 2026-12-05 --working", "for the 10th")
    office("history", "undo", entry["code"], "--reason", "a mistake")
    assert office("appeal", "list", "--format", "json").json()[2]["due_on"] == "2026-12-15"


def test_a_rehearsal_changes_nothing(office: Ayala) -> None:
    done = office(
        "rules", "calendar", "add", "2026-12-10", "--off", "--reason", "x", "--dry-run", "--format", "json"
    )
    assert done.json() == [{"code": "A-2026-0002", "from": "2026-12-14", "to": "2026-12-15"}]
    assert office("appeal", "list", "--format", "json").json()[2]["due_on"] == "2026-12-14"


def test_what_a_day_needs_is_demanded(office: Ayala) -> None:
    assert "--working or --off is missing" in office("rules", "calendar", "add", "2026-12-10", ok=2).err
    needs = office("rules", "calendar", "add", "2026-12-10", "--off", ok=2)
    assert needs.err.startswith("ayala: a day of the office's own needs --reason\n")
    same = office("rules", "calendar", "add", "2026-12-16", "--off", "--reason", "x")
    assert same.err == (
        "2026-12-16 is a day of rest in the public calendar, too\n1 day of the calendar changed\n"
    )


def test_days_come_in_from_a_sheet(office: Ayala) -> None:
    (office.folder / "days.csv").write_text(
        "day;working;reason\n2026-12-10;жоқ;қаулы\n12.12.2026;да;постановление\n", encoding="utf-8"
    )
    done = office("rules", "calendar", "import", "days.csv", "--format", "csv")
    assert done.out == "code,from,to\nA-2026-0002,2026-12-14,2026-12-14\n".replace(
        "A-2026-0002,2026-12-14,2026-12-14\n", ""
    )
    assert done.err == "2 days of the calendar changed\n"
    assert office("rules", "calendar", "import", "days.csv").err == "0 days of the calendar changed\n"


def test_a_wrong_sheet_is_told_line_by_line_and_nothing_comes_in(office: Ayala) -> None:
    (office.folder / "days.csv").write_text(
        "day,working,reason\n2026-12-10,no,decree\n10/12/2026,no,decree\n2026-12-11,perhaps,\n",
        encoding="utf-8",
    )
    done = office("rules", "calendar", "import", "days.csv", ok=4)
    assert done.err == (
        "days.csv:3: day: '10/12/2026' is not a day; a day is read as 2026-11-01, 01.11.2026, today or yesterday\n"
        "days.csv:4: working: 'perhaps' is neither yes nor no\n"
        "days.csv:4: reason: is missing\n"
        "ayala: days.csv: 2 rows are wrong; nothing was taken in\n"
    )
    assert "own" not in office("rules", "calendar", "list", "--format", "csv").out
    (office.folder / "days.csv").write_text("day,why\n2026-12-10,x\n", encoding="utf-8")
    missing = office("rules", "calendar", "import", "days.csv", ok=4)
    assert missing.err == "ayala: days.csv: headings are missing: working, reason\n"
