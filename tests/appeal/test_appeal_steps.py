"""Steps: what is possible from where, what each leaves behind, what is refused."""

from __future__ import annotations

from datetime import date
from threading import Thread
from time import sleep
from typing import Any

import pytest

from ayala.appeal.steps import OPEN, RANK, STEPS, possible, sheet_moves
from ayala.errors import NotNow
from ayala.language.catalogue import codes
from ayala.office import Office
from ayala.settings import Settings
from tests.appeal.test_appeal_desk import appeal, steps
from tests.program import Ayala, AyalaProcess

TODAY = date(2026, 11, 23)

# What each verb needs besides the code and the day.
NEEDED: dict[str, dict[str, Any]] = {
    "start": {},
    "pause": {"reason": "waits"},
    "resume": {},
    "extend": {"until": date(2026, 12, 31), "reason": "a site visit"},
    "redirect": {"to_whom": "the akimat"},
    "answer": {"decision": "satisfied"},
    "withdraw": {"reason": "own wish"},
    "close": {"reason": "a repeat"},
    "reopen": {"reason": "a mistake"},
}

# How a refusal names the step.
SAID = {
    "start": "started",
    "pause": "paused",
    "resume": "resumed",
    "extend": "extended",
    "redirect": "redirected",
    "answer": "answered",
    "withdraw": "withdrawn",
    "close": "closed",
    "reopen": "reopened",
}

# The table as the office would draw it: status -> the verbs possible, each with the status it leads to.
TABLE: dict[str, dict[str, str]] = {
    "registered": {
        "start": "in_progress", "pause": "paused", "extend": "registered", "redirect": "redirected",
        "answer": "answered", "withdraw": "withdrawn", "close": "terminated",
    },
    "in_progress": {
        "pause": "paused", "extend": "in_progress", "redirect": "redirected", "answer": "answered",
        "withdraw": "withdrawn", "close": "terminated",
    },
    "paused": {
        "resume": "in_progress", "extend": "paused", "redirect": "redirected", "answer": "answered",
        "withdraw": "withdrawn", "close": "terminated",
    },
    "answered": {"reopen": "in_progress"},
    "redirected": {"answer": "answered", "reopen": "in_progress"},
    "terminated": {"reopen": "in_progress"},
    "withdrawn": {"reopen": "in_progress"},
}  # fmt: skip


def test_every_verb_does_what_the_table_says_from_every_status(
    office: Ayala, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AYALA_TODAY", TODAY.isoformat())
    sheet = office.folder / "a.csv"
    rows = "".join(f"G-1,2026-11-0{n},other,{status}\n" for n, status in enumerate(TABLE, 1))
    sheet.write_text("graduate,received_on,category,status\n" + rows)
    office("import", sheet, "--as", "appeals")
    within = Office(Settings({"database": office.database, "user": "tester"}))
    for number, status in enumerate(TABLE, 1):
        code = f"A-2026-{number:04d}"
        for verb, needed in NEEDED.items():
            for attempt in within.change(f"appeal {verb}", dry_run=True):
                with attempt as records:
                    step = getattr(records.appeals, verb)
                    if verb in TABLE[status]:
                        assert step(code, TODAY, **needed).status == TABLE[status][verb], (status, verb)
                        continue
                    with pytest.raises(NotNow) as refusal:
                        step(code, TODAY, **needed)
                    assert str(refusal.value) == (
                        f"{code} is {status.replace('_', ' ')} and cannot be {SAID[verb]}; "
                        f"possible now: {', '.join(TABLE[status])}"
                    )


def test_the_tables_know_every_status_and_event() -> None:
    assert set(RANK) == set(codes("status")) == set(TABLE)
    assert {step.event for step in STEPS.values()} < set(codes("event"))
    assert all(possible(status) for status in RANK)
    assert set(OPEN) == {status for status in RANK if "close" in possible(status)}


@pytest.mark.parametrize("stored", list(RANK))
@pytest.mark.parametrize("given", list(RANK))
def test_a_sheet_moves_forward_only(stored: str, given: str) -> None:
    order = [
        {"registered"},
        {"in_progress", "paused"},
        {"redirected"},
        {"answered", "terminated", "withdrawn"},
    ]
    place = {status: n for n, statuses in enumerate(order) for status in statuses}
    both_under_way = {stored, given} == {"in_progress", "paused"}
    assert sheet_moves(stored, given) == (place[given] > place[stored] or both_under_way)


def test_a_whole_life_in_steps(office: Ayala) -> None:
    office("appeal", "add", "G-1", "--topic", "housing", "--on", "2026-11-02")
    said = [
        office("appeal", *words.split("|")).err
        for words in (
            "start|1|--assignee|Айгүл|--on|2026-11-03",
            "pause|1|--reason|court|--on|2026-11-04",
            "resume|1|--on|2026-11-10",
            "extend|1|--until|2026-12-25|--reason|visit|--on|2026-11-11",
            "redirect|1|--to|Әкімдік|--reason|theirs|--on|2026-11-12",
            "answer|1|--decision|refused|--ground|art. 67|--document|№ 5|--on|2026-11-20",
        )
    ]
    assert said == [
        "A-2026-0001 is in progress\n",
        "A-2026-0001 is paused\n",
        "A-2026-0001 is in progress\n",
        "A-2026-0001 is extended until 2026-12-25\n"
        "A-2026-0001: tell the person by 2026-11-16, then: ayala appeal notify A-2026-0001 --of extension\n",
        "A-2026-0001 is redirected to Әкімдік\n"
        "A-2026-0001 was to be sent on by 2026-11-05 (Code 350-VI of 2020-06-29 (APPC), art. 65)\n"
        "A-2026-0001: tell the person by 2026-11-17, then: ayala appeal notify A-2026-0001 --of redirect\n",
        "A-2026-0001 is answered\n"
        "A-2026-0001: the person may complain until 2027-02-20"
        " (Code 350-VI of 2020-06-29 (APPC), art. 91 and 92)\n",
    ]
    rows = office("appeal", "show", "1", "--format", "json").json()["events"]
    assert [tuple(row.values()) for row in rows] == [
        ("2026-11-02", "registered", "tester", None, None, None, None),
        ("2026-11-03", "started", "tester", None, None, None, None),
        ("2026-11-04", "paused", "tester", "court", None, None, None),
        ("2026-11-10", "resumed", "tester", None, None, None, None),
        ("2026-11-11", "extended", "tester", "visit", None, "2026-12-25", "appc_2026_extension"),
        ("2026-11-12", "redirected", "tester", "theirs", "Әкімдік", None, "appc_2026_redirect"),
        ("2026-11-20", "answered", "tester", "refused: art. 67", None, None, "appc_2026_extension"),
    ]
    shown = appeal(office, "1")
    kept = ("status", "decision", "answered_on", "ground", "document", "assignee")
    assert {key: shown[key] for key in kept} == {
        "status": "answered", "decision": "refused", "answered_on": "2026-11-20", "ground": "art. 67",
        "document": "№ 5", "assignee": "Айгүл",
    }  # fmt: skip


def test_a_mistaken_end_is_taken_back_with_what_it_left(office: Ayala) -> None:
    office("appeal", "add", "G-1", "--topic", "housing", "--on", "2026-11-02")
    office("appeal", "redirect", "1", "--to", "Әкімдік")
    office("appeal", "answer", "1", "--decision", "satisfied", "--document", "№ 5")
    office("appeal", "reopen", "1", "--reason", "of another person")
    shown = appeal(office, "1")
    left = ("decision", "answered_on", "ground", "document", "redirected_to")
    assert (shown["status"], [shown[key] for key in left]) == ("in_progress", [None] * 5)
    assert steps(office, "1")[-2:] == [
        ("2026-11-23", "answered", "tester", "satisfied"),
        ("2026-11-23", "reopened", "tester", "of another person"),
    ]


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ((), "--ground and --document are missing"),
        (("--ground", "art. 67"), "--document is missing"),
        (("--document", "№ 5"), "--ground is missing"),
    ],
)
def test_a_refusal_names_its_ground_and_its_document(
    desk: Ayala, given: tuple[str, ...], missing: str
) -> None:
    desk("appeal", "add", "G-1", "--topic", "housing")
    done = desk("appeal", "answer", "1", "--decision", "refused", *given, ok=5)
    assert done.err == (
        f"ayala: a refusal needs its ground and its document: {missing}\n"
        'try: ayala appeal answer A-2026-0001 --decision refused --ground "…" --document "№ …"\n'
    )
    assert appeal(desk, "1")["status"] == "registered"
    assert len(steps(desk, "1")) == 1


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("answer|1", 2, "ayala: --decision is missing\n"),
        ("redirect|1", 2, "ayala: --to is missing\n"),
        ("extend|1|--until|2026-12-01", 2, "ayala: extending needs --reason\n"),
        ("close|1", 2, "ayala: ending an appeal without an answer needs --reason\n"),
        ("reopen|1", 2, "ayala: reopening needs --reason\n"),
        ("start|1|--on|2026-11-01", 2, "ayala: 2026-11-01 is before A-2026-0001 was received (2026-11-02)\n"),
        ("start|1|--on|2026-11-24", 2, "ayala: 2026-11-24 is in the future: today is 2026-11-23\n"),
        ("identify|2|G-1|--on|2026-11-24", 2, "ayala: 2026-11-24 is in the future: today is 2026-11-23\n"),
        ("extend|1|--until|2026-11-23|--reason|x", 2,
         "ayala: an extension until 2026-11-23 ends before it begins (2026-11-23)\n"),
        ("resume|3|--on|2026-11-09", 2,
         "ayala: A-2026-0003 is paused since 2026-11-10; it cannot be resumed on 2026-11-09\n"),
        ("resume|1", 5, "ayala: A-2026-0001 is registered and cannot be resumed; possible now: "
         "start, pause, extend, redirect, answer, withdraw, close\n"),
        ("start|9", 3, "ayala: there is no appeal A-2026-0009\n"),
    ],
)  # fmt: skip
def test_a_step_that_cannot_be_is_refused_and_leaves_nothing(
    desk: Ayala, words: str, code: int, said: str
) -> None:
    desk("appeal", "add", "G-1", "--topic", "housing", "--on", "2026-11-02")
    desk("appeal", "add", "--caller", "Асет", "--topic", "housing", "--on", "2026-11-02")
    desk("appeal", "add", "G-2", "--topic", "housing", "--on", "2026-11-02")
    desk("appeal", "pause", "3", "--on", "2026-11-10", "--reason", "x")
    before = [desk("appeal", "show", n, "--format", "json").out for n in "123"]
    done = desk("appeal", *words.split("|"), ok=code)
    assert done.out == ""
    assert done.err.splitlines(keepends=True)[0] == said
    assert [desk("appeal", "show", n, "--format", "json").out for n in "123"] == before


def test_of_several_who_answer_at_once_one_does(
    ayala_process: AyalaProcess, office: Ayala, office_db: str
) -> None:
    office("appeal", "add", "G-1", "--topic", "housing")
    running = [
        ayala_process.start("appeal", "answer", "1", "--decision", decision)
        for decision in ("satisfied", "partly_satisfied", "explained", "satisfied")
    ]
    codes_seen = sorted(started.finish(ok=None).code for started in running)
    assert codes_seen == [0, 5, 5, 5]
    assert [event for _, event, _, _ in steps(office, "1")] == ["registered", "answered"]


def test_the_first_appeals_of_a_year_may_come_at_once(office: Ayala, office_db: str) -> None:
    """The year's counter does not exist yet, and two commands draw from it before either is saved."""

    def add(name: str) -> str:
        within = Office(Settings({"database": office_db, "user": name}))
        for attempt in within.change("appeal add"):
            with attempt as records:
                added = records.appeals.add(
                    topics=["housing"], channel="visit", received_on=date(2026, 1, 5), graduate="G-1"
                )
                if name == "first":
                    second.start()
                    sleep(0.5)  # the second is now waiting for this change to end
                return added.code

    drawn: list[str] = []
    second = Thread(target=lambda: drawn.append(add("second")))
    drawn.append(add("first"))
    second.join(30)
    assert drawn == ["A-2026-0001", "A-2026-0002"]
