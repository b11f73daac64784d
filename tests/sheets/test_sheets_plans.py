"""A plan, then its applying: exactly what was shown, or nothing."""

from __future__ import annotations

import errno
import io
import json
import os
import stat
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ayala.sheets import outcomes, plans, taking
from ayala.storage.opening import sqlite
from tests.program import Ayala

PEOPLE = """\
iin,surname,given_name,birth_date,sex,phone,region
980315300005,Әбдіров,Ғани,1998-03-15,M,8 701 234 56 78,75
031014600003,Қасым,Індіра,2003-10-14,F,,75
,Ким,Олег,2001-02-03,M,,71
"""
LATER = """\
iin,surname,given_name,birth_date,sex,phone,region
980315300005,Әбдіров,Ғани,1998-03-15,M,8 702 234 56 78,75
031014600003,Қасым,Індіра,2003-10-15,F,,75
,Ким,Олег,2001-02-03,M,8 747 111 22 33,71
980315300006,Серік,Дана,2005-10-14,F,,75
,Нұр,Асан,2004-01-01,M,,75
"""


@pytest.fixture
def office(ayala: Ayala, office_db: str) -> Ayala:
    """An office with three people, and a later sheet of them."""
    (ayala.folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
    (ayala.folder / "later.csv").write_text(LATER, encoding="utf-8")
    ayala("import", "people.csv")
    return ayala


def exported(office: Ayala) -> dict[str, bytes]:
    """All records, to the byte."""
    office("export", "out", "--unmask", "--reason", "a test")
    return {path.name: path.read_bytes() for path in (office.folder / "out").iterdir()}


def lines_of(office: Ayala, name: str = "later.plan") -> list[dict[str, Any]]:
    return [json.loads(line) for line in (office.folder / name).read_text(encoding="utf-8").splitlines()]


def planned(office: Ayala, *options: str, ok: int = 4) -> Any:
    return office("import", "later.csv", "--plan", "later.plan", "--keep-good", *options, ok=ok)


def by_hand(office: Ayala, statement: str) -> None:
    """A statement in the database's own shell."""
    if office.database.startswith("postgresql"):
        import psycopg

        with psycopg.connect(office.database) as connection:
            connection.execute(statement.encode())
    else:
        with closing(sqlite().connect(office.database)) as file, file:
            file.execute(statement)


def test_a_plan_shows_all_that_would_be_done_and_does_nothing(office: Ayala) -> None:
    before = exported(office)
    done = planned(office, "--format", "json")
    assert done.json() == {
        "import": [
            {
                "file": "later.csv", "kind": "graduates", "read": 5, "added": 1, "updated": 3, "same": 0,
                "rejected": 1, "warned": 1, "encoding": "utf-8",
            }
        ],
        "changes": [
            {"file": "later.csv", "line": line, "kind": "graduates", "record": code, "name": name,
             "field": field, "before": then, "after": now}
            for line, code, name, field, then, now in (
                (2, "G-1", "Әбдіров Ғани", "phone", "********5678", "********5678 ≠"),
                (3, "G-2", "Қасым Індіра", "birth_date", "2003-10-14", "2003-10-15"),
                (4, "G-3", "Ким Олег", "phone", None, "********2233"),
            )
        ],
        "rejections": [
            {
                "file": "later.csv", "line": 5, "field": "iin",
                "problem": "the control digit of the IIN does not match; a digit is wrong",
            }
        ],
        "warnings": [
            {
                "file": "later.csv", "line": 3, "field": "iin",
                "problem": "the birth date differs from the IIN",
            }
        ],
    }  # fmt: skip
    assert done.err.splitlines()[-3:] == [
        "later.plan: the plan; nothing was changed",
        "try: ayala import --apply later.plan",
        "ayala: 1 of 5 rows are rejected",
    ]
    assert exported(office) == before
    plan = office.folder / "later.plan"
    assert stat.S_IMODE(plan.stat().st_mode) == 0o600
    assert not {"9803153", "2345678", "1112233"} & {plan.read_text()[i : i + 7] for i in range(9999)}
    head, *body = lines_of(office)
    assert head["sources"][0]["bytes"] == len(LATER.encode())
    assert (head["today"], head["options"]["keep_good"], head["doubts"]) == ("2026-11-23", True, [])
    assert [(line["line"], line["outcome"]) for line in body] == [
        (2, "updated"),
        (3, "updated"),
        (3, "warned"),
        (4, "updated"),
        (5, "rejected"),
        (6, "added"),
    ]
    assert body[-1]["record"] == "G-4"
    assert body[-1]["fields"]["surname"] == [None, "Нұр"]


def test_applying_does_what_an_import_would_have_done_and_is_undone_as_one(office: Ayala) -> None:
    before = exported(office)
    office("import", "later.csv", "--keep-good", ok=4)
    imported = exported(office)
    office("history", "undo", "H-3")
    planned(office)
    done = office("import", "--apply", "later.plan", "--rejects", "bad.csv", "--format", "json", ok=4)
    counted = lines_of(office)[0]["counts"][0]
    assert done.json() == [{"file": "later.csv", **counted, "encoding": "utf-8"}]
    assert done.err.splitlines()[-1] == "ayala: 1 of 5 rows are rejected; the good rows are saved"
    assert "980315300006" in (office.folder / "bad.csv").read_text()
    code = {b"G-4": b"G-5"}  # what was taken back keeps its code
    expected = imported["graduates.csv"]
    for old, new in code.items():
        expected = expected.replace(old, new)
    assert exported(office)["graduates.csv"] == expected
    (entry,) = office("history", "list", "--limit", "2", "--format", "json").json()[1:]
    assert (entry["command"], entry["records"]) == ("import --apply later.plan later.csv", 4)
    office("history", "undo", entry["code"])
    assert exported(office) == before


def refused(office: Ayala, said: str, plan: str = "later.plan") -> None:
    """The plan is not applied, and nothing is changed."""
    before = exported(office)
    entries = len(office("history", "list", "--format", "json").json())
    done = office("import", "--apply", plan, ok=5)
    assert done.out == ""
    assert done.err.splitlines()[0] == f"ayala: {said}"
    assert "try: make the plan again" in done.err
    assert len(office("history", "list", "--format", "json").json()) == entries
    assert exported(office) == before


SINCE = "nothing imported: the records were changed since the plan was made: "


def test_a_plan_is_refused_after_a_clerks_change_and_after_itself(office: Ayala) -> None:
    planned(office)
    office("graduate", "edit", "G-3", "--region", "75")
    office("graduate", "edit", "G-3", "--region", "71")
    done = office("import", "--apply", "later.plan", ok=5)
    assert done.err.splitlines()[0] == f"ayala: {SINCE}2 entries in the history, the newest H-3"
    planned(office)
    office("import", "--apply", "later.plan", ok=4)
    done = office("import", "--apply", "later.plan", ok=5)
    assert done.err.splitlines()[0] == f"ayala: {SINCE}1 entry in the history, the newest H-4"


@pytest.mark.parametrize(
    ("statements", "said"),
    [
        (["UPDATE graduate SET note = 'x' WHERE code = 'G-3'"], "1 row changed past Ayala"),
        (["UPDATE graduate SET note = 'x'", "UPDATE graduate SET note = NULL"], "6 rows changed past Ayala"),
        (["DELETE FROM graduate WHERE code = 'G-2'"], "1 row changed past Ayala"),
    ],
)
def test_a_plan_is_refused_after_a_change_in_the_databases_own_shell(
    office: Ayala, statements: list[str], said: str
) -> None:
    planned(office)
    for statement in statements:
        by_hand(office, statement)
    done = office("import", "--apply", "later.plan", ok=5)
    assert done.err.splitlines()[0] == f"ayala: {SINCE}{said}"


def test_a_plan_of_another_office_is_refused(ayala: Ayala) -> None:
    ayala("init")
    (ayala.folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
    (ayala.folder / "later.csv").write_text(PEOPLE, encoding="utf-8")
    ayala("import", "people.csv")
    ayala("import", "later.csv", "--plan", "later.plan")
    (ayala.folder / "office.db").unlink()
    ayala("init")
    ayala("graduate", "add", "--surname", "А", "--given-name", "Б", "--born", "2000-01-01", "--sex", "F")
    done = ayala("import", "--apply", "later.plan", ok=5)
    assert done.err.splitlines()[0] == f"ayala: {SINCE}the history is another"


def test_a_plan_is_refused_where_a_sheet_or_the_plan_itself_was_changed(
    office: Ayala, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned(office)
    plan, sheet = office.folder / "later.plan", office.folder / "later.csv"
    whole, size = plan.read_text(encoding="utf-8"), len(LATER.encode())
    sheet.write_text(LATER + "\n", encoding="utf-8")
    refused(
        office,
        f"nothing imported: later.csv was changed since the plan was made ({size} bytes then, {size + 1} now)",
    )
    sheet.unlink()
    done = office("import", "--apply", "later.plan", ok=5)
    assert done.err.startswith("ayala: nothing imported: there is no file ")
    assert "later.csv, and the plan was made on it\n" in done.err
    sheet.write_text(LATER, encoding="utf-8")
    plan.write_text(whole.replace("Ким Олег", "Ким Олга"), encoding="utf-8")
    done = office("import", "--apply", "later.plan", ok=5)
    assert done.err.splitlines()[0] == "ayala: later.plan is not whole, or was altered after it was made"
    plan.write_text("\n".join(whole.splitlines()[:-1]) + "\n", encoding="utf-8")
    office("import", "--apply", "later.plan", ok=5)
    plan.write_text(whole.replace('"added": 1', '"added": 2', 1), encoding="utf-8")
    done = office("import", "--apply", "later.plan", ok=5)
    assert done.err.splitlines()[0] == "ayala: later.plan was altered after it was made"
    # Whoever works the hash out anew comes no further.
    monkeypatch.setattr(plans, "_hash_of", lambda plan: plan.head)
    done = office("import", "--apply", "later.plan", ok=5)
    assert "it would do something else than the plan says" in done.err
    plan.write_text(whole, encoding="utf-8")
    office("import", "--apply", "later.plan", ok=4)


def test_a_plan_is_applied_from_anywhere_and_as_on_its_day(office: Ayala, tmp_path: Path) -> None:
    planned(office)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    office.folder = elsewhere
    done = office("import", "--apply", "../later.plan", env={"AYALA_TODAY": "2026-11-27"}, ok=4)
    assert done.err.splitlines()[0] == "what depends on the day is done as on 2026-11-23, the plan's"
    (found,) = office("graduate", "show", "G-4", "--format", "json").json()["graduate"]
    assert found["registered_on"] == "2026-11-23"


def test_a_plan_with_rejected_rows_that_were_not_allowed_imports_nothing(office: Ayala) -> None:
    done = office("import", "later.csv", "--plan", "later.plan", ok=4)
    assert done.err.splitlines()[-3:] == [
        "later.plan: the plan; nothing was changed",
        "ayala: 1 of 5 rows are rejected: this plan imports nothing",
        "try: mend the rows, or: ayala import later.csv --plan later.plan --keep-good",
    ]
    done = office("import", "--apply", "later.plan", ok=4)
    assert "ayala: nothing imported: 1 of 5 rows are rejected" in done.err
    assert len(office("graduate", "list", "--format", "json").json()) == 3


def test_standard_input_is_planned_and_piped_in_again(office: Ayala) -> None:
    office("import", "-", "people.csv", "--plan", "in.plan", "--keep-good", stdin=LATER, ok=4)
    done = office("import", "--apply", "in.plan", stdin=PEOPLE, ok=5)
    assert "nothing imported: - was changed since the plan was made" in done.err
    office("import", "--apply", "in.plan", stdin=LATER, ok=4)
    assert len(office("graduate", "list", "--format", "json").json()) == 4


def test_a_dry_run_of_applying_changes_nothing(office: Ayala) -> None:
    planned(office)
    before = exported(office)
    planned(office)
    done = office("import", "--apply", "later.plan", "--dry-run", ok=4)
    assert "dry run: nothing was changed" in done.err
    assert exported(office) == before


def test_a_sheet_that_is_changed_while_it_is_planned_gives_no_plan(
    office: Ayala, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = office.folder / "later.csv"
    taken_in = taking.take_in

    def meanwhile(*args: Any, **options: Any) -> Any:
        sheet.write_text(LATER + ",Ән,Ая,2004-01-01,F,,75\n", encoding="utf-8")
        return taken_in(*args, **options)

    monkeypatch.setattr(taking, "take_in", meanwhile)
    done = planned(office)
    assert done.err.splitlines()[-1] == "ayala: later.csv was changed while it was read: no plan was made"
    assert not (office.folder / "later.plan").exists()
    sheet.write_text(LATER, encoding="utf-8")
    monkeypatch.undo()
    planned(office)
    monkeypatch.setattr(taking, "take_in", meanwhile)
    done = office("import", "--apply", "later.plan", ok=5)
    assert "nothing imported: " in done.err
    assert len(office("graduate", "list", "--format", "json").json()) == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "name the sheets to take in, or a plan"),
        (("people.csv", "--apply", "later.plan"), "--apply does what the plan says: it takes neither"),
        (("--apply", "later.plan", "--keep-good"), "--apply does what the plan says: it takes neither"),
        (("--apply", "later.plan", "--plan", "x"), "--apply does what the plan says: it takes neither"),
        (("--apply", "none.plan"), "there is no file none.plan"),
        (("--apply", "."), ". cannot be read: Is a directory"),
        (("--apply", "people.csv"), "people.csv is no plan of an import"),
        (("people.csv", "--plan", "people.csv"), "people.csv is one of the sheets to take in"),
        (("people.csv", "--plan", "-"), "the plan needs a file of its own"),
        (("people.csv", "--plan", "x", "--rejects", "x"), "the plan needs a file of its own"),
        (("none.csv", "--plan", "x"), "there is no file none.csv"),
    ],
)
def test_words_that_do_not_fit_together_are_wrong_usage(
    ayala: Ayala, words: tuple[str, ...], said: str
) -> None:
    ayala("init")
    (ayala.folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
    ayala("import", "people.csv", "--plan", "later.plan")
    done = ayala("import", *words, ok=2)
    assert done.err.startswith(f"ayala: {said}"), done.err
    assert not (ayala.folder / "x").exists()


@pytest.mark.parametrize(
    "edit",
    [
        {"sources": []}, {"sources": [{}]}, {"sources": 3}, {"today": "tomorrow"}, {"today": 3}, {"state": {}},
        {"options": {"colour": "red", "allow": []}}, {"options": []}, {"options": {"allow": [], "given": 3}},
        {"more": 1},
    ],
    ids=str,
)  # fmt: skip
def test_a_head_that_somebody_made_is_no_plan(ayala: Ayala, edit: dict[str, Any]) -> None:
    ayala("init")
    (ayala.folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
    ayala("import", "people.csv", "--plan", "made.plan")
    head, *_ = lines_of(ayala, "made.plan")
    (ayala.folder / "made.plan").write_text(json.dumps({**head, **edit}) + "\n", encoding="utf-8")
    assert ayala("import", "--apply", "made.plan", ok=2).err.startswith("ayala: made.plan is no plan of an")
    (ayala.folder / "made.plan").write_text(json.dumps({**head, "ayala_import_plan": 9}), encoding="utf-8")
    assert "was planned by another Ayala (9)" in ayala("import", "--apply", "made.plan", ok=2).err


def test_a_plan_replaces_an_older_one_and_where_it_cannot_be_written_nothing_begins(office: Ayala) -> None:
    (office.folder / "later.plan").write_text("an older one\n")
    planned(office)
    assert lines_of(office)[0]["counts"][0]["added"] == 1
    done = office("import", "later.csv", "--plan", "no/such/later.plan", ok=7)
    assert done.err.startswith("ayala: no/such/later.plan cannot be written")


BEFORE = {
    "graduates": (
        "code,surname,given_name,birth_date,sex\nG-1,Ким,Олег,2001-02-03,M\nG-2,Нұр,Дана,2004-05-06,F\n"
    ),
    "beds": "building,building_name,floor,room,bed,room_sex\nZU-1,Үй,1,101,1,M\nZU-1,Үй,1,101,2,M\n",
    "partners": "name,kind\nНан,employer\n",
    "workplaces": "partner,title,opened_on\nНан,наубайшы,2025-01-01\n",
    "appeals": "code,graduate,received_on,category,topics,status\nA-2026-0001,G-1,2026-11-02,housing,,registered\n",
    "sessions": "code,kind,mode,held_on,title\nE-1,legal,seminar,2026-11-20,x\n",
    "services": "code,graduate,kind,mode,planned_on\nS-1,G-1,legal,individual,2026-11-20\n",
    "attendance": "session,graduate,name,note\nE-1,G-1,,\nE-1,,Айша,\n",
    "stays": "graduate,building,room,bed,from_date\nG-1,ZU-1,101,1,2026-09-01\n",
    "apartments": "graduate,granted_on,rooms\nG-1,2026-10-01,1\n",
    "queue": "code,graduate,registrar,registered_on,number\nQ-1,G-1,akimat,2022-05-14,607\n",
    "positions": "queue,registrar,position,position_on\nQ-1,akimat,10,2026-10-01\n",
    "placements": "code,graduate,partner,title,from_date\nP-1,G-1,Нан,наубайшы,2026-01-01\n",
}
AFTER = {
    "graduates": "code,surname,given_name,birth_date,sex,note\nG-1,Кимов,Олег,2001-02-03,M,8 701 234 56 78\n",
    "beds": "building,building_name,floor,room,bed,room_sex\nZU-1,Жас үй,2,101,1,F\nZU-1,Жас үй,2,101,3,F\n",
    "partners": "name,kind\nНан,state\n",
    "workplaces": "partner,title,opened_on,places,special\nНан,наубайшы,2025-01-01,3,yes\n",
    "appeals": (
        "code,graduate,received_on,category,topics,status,decision\n"
        "A-2026-0001,G-1,2026-11-02,housing,legal;medical,answered,satisfied\n"
        "A-2026-0002,G-1,2026-11-03,legal,,,\n"
    ),
    "sessions": "code,kind,mode,held_on,title\nE-1,legal,training,2026-11-20,x\nE-2,legal,talk,2026-11-21,y\n",
    "services": (
        "code,graduate,kind,mode,planned_on,provided_on\n"
        "S-1,G-1,legal,individual,2026-11-20,2026-11-21\nS-2,G-1,medical,individual,2026-11-20,\n"
    ),
    "attendance": "session,graduate,name,note\nE-1,G-1,,late\nE-1,G-2,,\n",
    "stays": (
        "graduate,building,room,bed,from_date,until\n"
        "G-1,ZU-1,101,1,2026-09-01,2026-11-01\nG-2,ZU-1,101,2,2026-09-01,\n"
    ),
    "apartments": "graduate,granted_on,rooms\nG-1,2026-10-01,2\n",
    "queue": "code,graduate,registrar,registered_on,number\nQ-1,G-1,akimat,2022-05-14,608\n",
    "positions": "queue,registrar,position,position_on\nQ-1,akimat,9,2026-10-01\n",
    "placements": "code,graduate,partner,title,from_date,until\nP-1,G-1,Нан,наубайшы,2026-01-01,2026-06-01\n",
}
CHANGES = """\
graduates 2 G-1 Ким Олег: surname Ким -> Кимов
graduates 2 G-1 Ким Олег: note None -> * *** *** 56 78
beds 2  ZU-1/101/1: building_name Үй -> Жас үй
beds 2  ZU-1/101/1: floor 1 -> 2
beds 2  ZU-1/101/1: room_sex M -> F
partners 2  Нан: kind employer -> state
workplaces 2  наубайшы: places 1 -> 3
workplaces 2  наубайшы: special False -> True
appeals 2 A-2026-0001 : decision None -> satisfied
appeals 2 A-2026-0001 : status registered -> answered
appeals 2 A-2026-0001 : topics  -> legal;medical
sessions 2 E-1 x: mode seminar -> training
services 2 S-1 : provided_on None -> 2026-11-21
attendance 2 E-1 : note None -> late
stays 2 G-1 ZU-1/101/1: until None -> 2026-11-01
apartments 2 G-1 : rooms 1 -> 2
queue 2 Q-1 607: number 607 -> 608
positions 2 Q-1 : position 10 -> 9
placements 2 P-1 наубайшы: until None -> 2026-06-01
"""


def test_every_kind_tells_its_changes_field_by_field(ayala: Ayala, office_db: str) -> None:
    names = [f"{kind}.csv" for kind in BEFORE]
    for sheets in (BEFORE, AFTER):
        for kind, content in sheets.items():
            (ayala.folder / f"{kind}.csv").write_text(content, encoding="utf-8")
        if sheets is BEFORE:
            ayala("import", *names)
    tables = ayala("import", *names, "--plan", "all.plan", "--format", "json").json()
    told = "".join(
        f"{row['kind']} {row['line']} {row['record']} {row['name']}: "
        f"{row['field']} {row['before']} -> {row['after']}\n"
        for row in tables["changes"]
    )
    assert told == CHANGES
    added = [
        (line["kind"], line["record"])
        for line in lines_of(ayala, "all.plan")[1:]
        if line["outcome"] == "added"
    ]
    assert added == [
        ("beds", ""), ("appeals", "A-2026-0002"), ("sessions", "E-2"), ("services", "S-2"),
        ("attendance", "E-1"), ("stays", "G-2"),
    ]  # fmt: skip
    applied = ayala("import", "--apply", "all.plan", "--format", "json").json()
    assert applied == tables["import"]


GOOD = st.tuples(st.sampled_from(["Ким", "Нұр", "Әлі"]), st.integers(1, 28), st.sampled_from(["M", "F", "X"]))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=st.lists(GOOD, max_size=8), second=st.lists(GOOD, min_size=1, max_size=8))
def test_a_plan_that_is_applied_is_the_import(
    ayala: Ayala, tmp_path_factory: pytest.TempPathFactory, first: list[Any], second: list[Any]
) -> None:
    """Whatever the sheets: planned and applied, or imported at once, the same records come of it."""
    results = []
    for way in ("plan", "at once"):
        folder = tmp_path_factory.mktemp("office")
        office = Ayala(folder, str(folder / "office.db"), folder / "home")
        office("init")
        for name, rows in (("a.csv", first), ("b.csv", second)):
            cells = "".join(f"{s},Дана,2004-05-{d:02d},{sex}\n" for s, d, sex in rows)
            (folder / name).write_text("surname,given_name,birth_date,sex\n" + cells, encoding="utf-8")
        office("import", "a.csv", "--keep-good", ok=(0, 4))
        if way == "plan":
            office("import", "b.csv", "--plan", "b.plan", "--keep-good", ok=(0, 4))
            done = office("import", "--apply", "b.plan", "--format", "json", ok=(0, 4))
        else:
            done = office("import", "b.csv", "--keep-good", "--format", "json", ok=(0, 4))
        results.append((done.json(), done.err, exported(office)))
    assert results[0] == results[1]


def test_a_plan_shows_nothing_of_whom_is_blocked_and_no_number_out_of_place(office: Ayala) -> None:
    """To ask is the person's right while the data are blocked, so an appeal comes in; what it says is not shown."""
    head = "graduate,received_on,category,text,note\n"
    (office.folder / "appeals.csv").write_text(f"{head}G-1,2026-11-02,legal,aa,bb\n", encoding="utf-8")
    office("import", "appeals.csv")
    office("graduate", "block", "G-1", "--reason", "asked for it")
    rows = "G-1,2026-11-02,legal,cc,dd\nG-1,2026-11-03,legal,ee,ff\nG-2,2026-11-03,980315300005,g,h\n"
    (office.folder / "appeals.csv").write_text(head + rows, encoding="utf-8")
    done = office("import", "appeals.csv", "--plan", "a.plan", "--keep-good", "--format", "json", ok=4)
    changes = done.json()["changes"]
    assert [(row["field"], row["name"], row["before"], row["after"]) for row in changes] == [
        ("text", "blocked", None, "blocked"),
        ("note", "blocked", None, "blocked"),
    ]
    added = lines_of(office, "a.plan")[2]
    assert (added["outcome"], added["name"], added["fields"]["text"]) == (
        "added",
        "blocked",
        [None, "blocked"],
    )
    assert "980315300005" not in (office.folder / "a.plan").read_text() + done.out
    office("import", "--apply", "a.plan", ok=4)


class Failing(io.StringIO):
    """A file that takes nothing, or gives nothing."""

    def __init__(self, error: int) -> None:
        super().__init__()
        self.error = error

    def write(self, text: str) -> int:
        raise OSError(self.error, os.strerror(self.error))

    def read(self, size: int | None = -1) -> str:
        raise OSError(self.error, os.strerror(self.error))


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (errno.ENOSPC, "later.plan: the disk is full; no plan was made, nothing was changed"),
        (errno.EIO, "later.plan cannot be written: Input/output error"),
    ],
)
def test_a_plan_that_finds_no_room_is_said_and_nothing_is_changed(
    office: Ayala, monkeypatch: pytest.MonkeyPatch, error: int, said: str
) -> None:
    before = exported(office)
    (office.folder / "later.plan").write_text("an older one\n")
    monkeypatch.setattr(outcomes, "TemporaryFile", lambda *_, **__: Failing(error))
    done = office("import", "later.csv", "--plan", "later.plan", ok=7)
    assert done.err.splitlines()[-1] == f"ayala: {said}"
    assert (office.folder / "later.plan").read_text() == "an older one\n"
    assert exported(office) == before


def test_a_sheet_that_cannot_be_read_to_its_end_is_not_planned(
    ayala: Ayala, monkeypatch: pytest.MonkeyPatch
) -> None:
    ayala("init")
    monkeypatch.setattr(plans, "open_bytes", lambda name: Failing(errno.EIO))
    done = ayala("import", "later.csv", "--plan", "later.plan", ok=2)
    assert done.err == "ayala: later.csv cannot be read to its end: Input/output error\n"


def test_an_archive_on_stdin_cannot_be_planned(office: Ayala) -> None:
    with zipfile.ZipFile(office.folder / "a.zip", "w") as archive:
        archive.writestr("g.csv", "surname,given_name,birth_date,sex\nКім,Ян,1999-01-02,M\n")
    packed = (office.folder / "a.zip").read_bytes()
    done = office("import", "-", "--plan", "a.plan", stdin=packed, ok=2)
    assert "a plan needs an archive as a file" in done.err
    office("import", "a.zip", "--plan", "a.plan")
    assert office("import", "--apply", "a.plan", "--format", "json").json()[0]["added"] == 1
