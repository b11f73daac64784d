"""Blocking is a temporary stop of use (Law 94-V, art. 1): nothing is shown, changed, passed on or destroyed."""

from __future__ import annotations

import csv
from typing import Any

import pytest

from ayala.personal.columns import PEOPLE
from tests.personal.conftest import OPERATOR, PAPER, PURPOSE
from tests.personal.filling import ERASED, OTHER, PHONE, rows, secret
from tests.program import Ayala, AyalaProcess

BLOCKED = ERASED
THIRD = "G-11"
BLOCK = ("graduate", "block", BLOCKED, "--reason", "the data may be wrong")
REFUSED = (
    "ayala: G-1 is blocked since 2026-11-23: nothing is changed while that lasts\n"
    'try: ayala graduate unblock G-1 --reason "…"\n'
)

CHANGES = {
    "edit": ("graduate", "edit", BLOCKED, "--note", "x"),
    "close": ("graduate", "close", BLOCKED, "--reason", "x"),
    "contact": ("graduate", "contact", BLOCKED, "--reached"),
    "document": ("graduate", "document", BLOCKED, "--kind", "passport"),
    "companions": ("dormitory", "companions", BLOCKED, "--adults", "2", "--on", "2020-05-01"),
    "plan": ("service", "plan", BLOCKED, "--kind", "legal", "--mode", "individual"),
    "done": ("service", "done", BLOCKED, "--kind", "legal", "--mode", "individual"),
    "service": ("service", "edit", "S-1", "--note", "x"),
    "absent": ("service", "session", "absent", "E-1", BLOCKED),
    "queue": ("housing", "queue", "add", BLOCKED, "--registrar", "bank"),
    "reported": ("housing", "reported", BLOCKED, "--entry", "Q-1", "--position", "7", "--on", "2026-11-01"),
    "grant": ("housing", "grant", BLOCKED, "--on", "2026-11-01"),
    "work": ("work", "edit", "P-1", "--note", "x"),
    "pilot": ("work", "pilot", "add", BLOCKED, "--on", "2026-11-01", "--reason", "x"),
    "aid": ("work", "aid", "add", BLOCKED, "--kind", "money", "--amount", "1"),
    "erase": ("graduate", "erase", BLOCKED, "--reason", "x", "--yes"),
}  # fmt: skip


def block(office: Ayala) -> Ayala:
    """Add one more person, then block the one."""
    add = (
        "graduate",
        "add",
        "--surname",
        "Жаңа",
        "--given-name",
        "Адам",
        "--born",
        "2000-01-02",
        "--sex",
        "M",
    )
    assert office(*add).out == f"{THIRD}\n"
    assert office(*BLOCK).err == "G-1 is blocked from 2026-11-23\n"
    return office


def test_no_noun_changes_anything_of_the_person(filled: Ayala) -> None:
    block(filled)
    before = rows(filled)
    for name, words in CHANGES.items():
        assert filled(*words, ok=5).err == REFUSED, name
    after = rows(filled)
    assert {table: found for table, found in after.items() if found != before[table]} == {}
    filled("service", "session", "attend", "E-1", THIRD)
    assert filled("graduate", "edit", OTHER, "--note", "x").err == f"changed {OTHER}\n"


def test_a_bed_is_not_given(office: Ayala) -> None:
    office("dormitory", "add", "ZU-1", "--name", "Жастар үйі")
    office("dormitory", "add", "ZU-1/1", "--beds", "2")
    office("graduate", "block", "G-2", "--reason", "x")
    assert (
        "G-2 is blocked since" in office("dormitory", "place", "G-2", "ZU-1/1/1", "--reason", "x", ok=5).err
    )
    office("dormitory", "place", "G-1", "ZU-1/1/1", "--reason", "x")


def test_appeals_go_on(office: Ayala) -> None:
    """To ask is the person's right, and its term runs on."""
    code = office("appeal", "add", BLOCKED, "--topic", "housing", "--text", "before").out.strip()
    office(*BLOCK)
    done = office("appeal", "add", BLOCKED, "--topic", "legal")
    assert done.err == "G-1 is blocked since 2026-11-23; the appeal is entered all the same\n"
    office("appeal", "start", code)
    office("appeal", "edit", code, "--topic", "housing", "--topic", "legal")
    office("appeal", "answer", code, "--decision", "satisfied")
    assert [row["status"] for row in office("appeal", "list", "--format", "json").json()] == [
        "answered",
        "registered",
    ]
    office(
        "graduate",
        "transfer",
        "add",
        BLOCKED,
        "--kind",
        "passed",
        "--to",
        "x",
        "--purpose",
        "x",
        "--data",
        "x",
        "--basis",
        "court",
    )
    office("graduate", "consent", "add", BLOCKED, "--form", "written", *OPERATOR, *PAPER, *PURPOSE)
    office("graduate", "consent", "withdraw", BLOCKED)


def test_it_is_lifted_and_done_again(office: Ayala) -> None:
    unblock = ("graduate", "unblock", BLOCKED, "--reason", "not confirmed")
    assert office(*unblock, ok=5).err == "ayala: G-1 is not blocked\n"
    office(*BLOCK, "--on", "2026-11-20")
    assert office(*BLOCK, ok=5).err == "ayala: G-1 is blocked since 2026-11-20\n"
    assert "before G-1 was blocked" in office(*unblock, "--on", "2026-11-19", ok=2).err
    assert "still to come" in office(*unblock, "--on", "2026-11-24", ok=2).err
    assert office(*unblock).err == "G-1 is blocked no more\n"
    office("graduate", "edit", BLOCKED, "--note", "x")
    office(*BLOCK)
    assert "needs --reason" in office("graduate", "block", "G-2", ok=2).err
    assert (
        "still to come" in office("graduate", "block", "G-2", "--reason", "x", "--on", "2026-11-24", ok=2).err
    )
    kept = [
        (str(row["blocked_on"]), row["unblocked_on"] is None)
        for row in rows(office, "block")["block"].values()
    ]
    assert sorted(kept) == [("2026-11-20", False), ("2026-11-23", True)]


def hidden(office: Ayala) -> list[str]:
    """The person's texts, of which none may be shown."""
    texts = [
        str(row[column])
        for table, own in PEOPLE.items()
        for row in rows(office, table)[table].values()
        for column in own.personal
        if str(row[column]).endswith(f"-{BLOCKED}") and table not in ("transfer", "consent", "block")
    ]
    return [*texts, PHONE[BLOCKED], PHONE[BLOCKED][-4:]]


PLACES: list[tuple[str, ...]] = [
    ("graduate", "list"),
    ("graduate", "show", BLOCKED),
    ("graduate", "find", secret("graduate", "surname", BLOCKED)),
    ("appeal", "list"),
    ("appeal", "show", "A-2020-0001"),
    ("service", "list"),
    ("service", "show", "S-1"),
    ("service", "session", "show", "E-1"),
    ("housing", "show", BLOCKED),
    ("housing", "show", "Q-1"),
    ("housing", "list"),
    ("housing", "queue", "list"),
    ("work", "list"),
    ("work", "show", "P-1"),
    ("work", "pilot", "list", "--all"),
    ("work", "aid", "list"),
    ("work", "aid", "show", "M-1"),
    ("graduate", "consent", "list"),
]
UNMASKING = {("graduate", "list"), ("graduate", "show"), ("graduate", "find"), ("appeal", "show")}


def test_nothing_of_the_person_is_shown_anywhere(filled: Ayala) -> None:
    """In no format, for people or for programs, and not for --unmask; the other person is shown as ever."""
    secrets = hidden(filled)
    before = {words: filled(*words, "--format", "json").out for words in PLACES}
    assert [words for words, out in before.items() if not any(text in out for text in secrets)] == []
    block(filled)
    shown = ""
    for words in PLACES:
        unmask = ("--unmask", "--reason", "x") if words[:2] in UNMASKING else ()
        for format in ("json", "text") if words in PLACES[:5] else ("json",):
            done = filled(*words, "--format", format, *unmask)
            assert [text for text in secrets if text in done.out + done.err] == [], words
            assert BLOCKED in done.out or words == ("housing", "show", BLOCKED), words
            shown += done.out
    assert secret("graduate", "surname", OTHER) in shown


def test_a_list_and_a_page_of_the_blocked(desk: Ayala) -> None:
    desk(*BLOCK)
    assert desk("graduate", "list", "--format", "csv").out == (
        "code,surname,given_name,patronymic,birth_date,sex,region,iin,phone\n"
        "G-2,Кім,Ән,,2000-01-02,F,10,,\n"
        "G-1,blocked,,,,,,,\n"
    )
    shown = desk("--lang", "kk", "graduate", "show", "G-1").out
    assert shown == "Түлек: G-1 бұғатталған\nКоды  G-1\nТегі  бұғатталған\n"
    page = desk("graduate", "show", "G-1", "--format", "json").json()
    assert {key: value for key, value in page["graduate"][0].items() if value is not None} == {
        "code": "G-1",
        "surname": "blocked",
    }
    assert {len(table) for key, table in page.items() if key != "graduate"} == {0}
    (found,) = desk("graduate", "find", "Омаров", "--format", "json").json()
    assert (found["code"], found["surname"], found["given_name"]) == ("G-1", "blocked", None)


def test_candidates_and_completion_do_not_name_the_blocked(desk: Ayala, ayala_process: AyalaProcess) -> None:
    desk(
        "graduate", "add", "--surname", "Омаров", "--given-name", "Асет", "--born", "1999-01-02", "--sex", "M"
    )
    desk("appeal", "add", BLOCKED, "--topic", "legal", "--number", "A2-5")
    desk("service", "plan", BLOCKED, "--kind", "legal", "--mode", "individual")
    desk(*BLOCK)
    done = desk("graduate", "show", "Омаров Асет", ok=4)
    assert sorted(done.err.splitlines()[1:3]) == ["  G-1  blocked", "  G-3  Омаров Асет, 1999-01-02"]
    for words in ("graduate show G", "service show S"):
        offered = ayala_process(
            env={"_AYALA_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": f"ayala {words}"}
        ).out
        assert "blocked" in offered
        assert ("Омаров" in offered) == ("graduate" in words)  # the other one of this name


def test_the_other_people_of_a_page_stay(filled: Ayala) -> None:
    """A session and a bed are nobody's: only the blocked person's line is hidden there."""
    block(filled)
    listed = filled("service", "session", "show", "E-1", "--format", "json").json()["attendance"]
    assert [row["name"] for row in listed if row["graduate"] == BLOCKED] == ["blocked"]
    assert [row["name"] for row in listed if row["graduate"] == OTHER] == [
        f"{secret('graduate', 'surname', OTHER)} {secret('graduate', 'given_name', OTHER)}"
    ]


def test_counts_count_everybody(filled: Ayala) -> None:
    before = [
        filled("report", noun, "--format", "json").json() for noun in ("graduates", "appeals", "services")
    ]
    block(filled)
    filled("graduate", "close", THIRD, "--reason", "x")
    assert [
        filled("report", noun, "--format", "json").json() for noun in ("graduates", "appeals", "services")
    ] == before


def test_the_history_tells_what_was_done_and_nothing_of_the_person(filled: Ayala) -> None:
    """The images of a row are veiled by its owner, also where the row hangs on another one."""
    secrets = hidden(filled)
    block(filled)
    shown = ""
    for entry in filled("history", "list", "--limit", "1000", "--format", "json").json():
        done = filled("history", "show", entry["code"], "--unmask", "--reason", "x", "--format", "json")
        shown += done.out
    assert [text for text in secrets if text in shown] == []
    assert secret("graduate", "surname", OTHER) in shown
    told = filled("history", "show", "H-1", "--format", "json").json()["changes"]
    of_the_blocked = {(row["table"], row["field"]) for row in told if row["after"] == "blocked"}
    assert {("graduate", "surname"), ("appeal", "caller"), ("appeal_event", "reason")} <= of_the_blocked
    filled("graduate", "unblock", BLOCKED, "--reason", "x")
    assert secret("graduate", "surname", BLOCKED) in filled("history", "show", "H-1").out


def test_an_export_leaves_the_person_out(filled: Ayala) -> None:
    block(filled)
    done = filled("export", "out", "--unmask", "--reason", "x")
    assert done.err == "left out, since their data are blocked: G-1\n"
    held = b"".join(path.read_bytes() for path in (filled.folder / "out").glob("*.csv")).decode()
    assert ",G-1," not in held
    assert secret("graduate", "surname", BLOCKED) not in held
    assert OTHER in held
    with (filled.folder / "out" / "graduates.csv").open(newline="", encoding="utf-8") as stream:
        assert [row["code"] for row in csv.DictReader(stream)] == [OTHER, THIRD]
    filled("graduate", "unblock", BLOCKED, "--reason", "x")
    assert filled("export", "out", "--unmask", "--reason", "x").err == ""


SHEETS: dict[str, tuple[str, str]] = {
    "graduates": ("code,surname,given_name,birth_date,sex,note", "G-1,Омаров,Асет,2001-05-06,M,new"),
    "services": ("graduate,kind,mode,provided_on", "G-1,legal,individual,2026-11-01"),
    "queue": ("iin,registrar,registered_on", "010506500015,akimat,2026-11-01"),
    "positions": ("queue,registrar,position,position_on", "Q-1,akimat,1,2026-11-01"),
}


@pytest.mark.parametrize("kind", SHEETS)
def test_a_row_of_a_sheet_is_rejected_with_the_reason(office: Ayala, kind: str) -> None:
    office("housing", "queue", "add", BLOCKED, "--registrar", "akimat", "--on", "2020-01-02")
    office(*BLOCK)
    before = rows(office, "graduate", "service", "queue_entry", "position")
    headings, line = SHEETS[kind]
    (office.folder / "sheet.csv").write_text(f"{headings}\n{line}\n", encoding="utf-8")
    done = office("import", "sheet.csv", "--as", kind, ok=4)
    heading = {"graduates": "code", "services": "graduate", "queue": "iin", "positions": "queue"}[kind]
    assert done.err.splitlines()[0] == (
        f"sheet.csv:2: {heading}: G-1 is blocked since 2026-11-23: nothing is changed while that lasts"
    )
    assert rows(office, "graduate", "service", "queue_entry", "position") == before


def test_rows_that_change_nothing_and_appeals_come_in(office: Ayala) -> None:
    office("export", "out", "--unmask", "--reason", "x")
    office(*BLOCK)
    (office.folder / "appeals.csv").write_text(
        "graduate,received_on,category,text\nG-1,2026-11-01,legal,help\n", encoding="utf-8"
    )
    answer: list[dict[str, Any]] = office(
        "import", "out/graduates.csv", "appeals.csv", "--format", "json"
    ).json()
    assert [(row["added"], row["same"], row["rejected"]) for row in answer] == [(0, 2, 0), (1, 0, 0)]


def test_a_row_that_names_nobody_cannot_get_around_it(office: Ayala) -> None:
    """The last gate: a guest who was identified is named by name only, and belongs to a blocked person."""
    office("service", "session", "add", "--kind", "legal", "--mode", "talk", "--on", "2026-11-01")
    office("service", "session", "attend", "E-1", "Омаров Асет Серікұлы тағы")
    office("service", "session", "identify", "E-1", "Омаров Асет Серікұлы тағы", BLOCKED)
    office(*BLOCK)
    (office.folder / "attendance.csv").write_text(
        "session,name,note\nE-1,Омаров Асет Серікұлы тағы,came late\n", encoding="utf-8"
    )
    assert office("import", "attendance.csv", ok=5).err.startswith(REFUSED.splitlines()[0])
    assert [row["note"] for row in rows(office, "attendance")["attendance"].values()] == [None]
