"""Who changed what, seen from the command line, and taking a change back."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ayala.office import Office
from ayala.settings import Settings
from tests.program import Ayala

ADD = ("graduate", "add", "--born", "1998-03-15", "--sex", "M")
SHEET = (
    "iin,surname,given_name,birth_date,sex,phone,note\n"
    "980315300005,Әбдіров,Ғани,1998-03-15,M,87011234567,first\n"
    ",Өтеген,Ұлжан,2000-02-29,F,,\n"
)


def add(ayala: Ayala, surname: str = "Әбдіров", given_name: str = "Ғани") -> str:
    return ayala(*ADD, "--surname", surname, "--given-name", given_name).out.strip()


def entries(ayala: Ayala, *words: str) -> list[dict[str, Any]]:
    return ayala("history", "list", *words, "--format", "json").json()  # type: ignore[no-any-return]


def everything(ayala: Ayala, folder: Path, name: str) -> dict[str, str]:
    """All records, as the export writes them."""
    ayala("export", folder / name, "--unmask", "--reason", "comparing")
    return {file.name: file.read_text() for file in sorted((folder / name).iterdir())}


def clean(ayala: Ayala) -> None:
    ayala("history", "verify")
    ayala("check")


def test_the_list_is_newest_first_and_says_who_when_what_and_why(ayala: Ayala, office_db: str) -> None:
    add(ayala)
    ayala("--user", "Айгүл", "graduate", "edit", "G-1", "--note", "moved", "--reason", "she called")
    second, first = entries(ayala)
    assert list(first) == ["code", "at", "user", "command", "reason", "records"]
    assert (first["code"], first["user"], first["command"]) == ("H-1", "tester", "graduate add")
    assert first["at"].endswith("+05:00")
    assert {key: second[key] for key in second if key != "at"} == {
        "code": "H-2",
        "user": "Айгүл",
        "command": "graduate edit G-1",
        "reason": "she called",
        "records": 1,
    }
    assert second["at"] >= first["at"]
    assert [row["code"] for row in entries(ayala, "--user", "Айгүл")] == ["H-2"]
    assert [row["code"] for row in entries(ayala, "--limit", "1")] == ["H-2"]
    assert entries(ayala, "--on", "2019-01-01") == []
    assert [row["code"] for row in entries(ayala, "--on", first["at"][:10])][-1:] == ["H-1"]


def test_a_records_history_is_what_touched_it_or_refers_to_it(ayala: Ayala, office_db: str) -> None:
    add(ayala)
    add(ayala, "Өтеген", "Ұлжан")
    appeal = ayala("appeal", "add", "G-2", "--topic", "housing").out.strip()
    ayala("graduate", "edit", "G-1", "--note", "x")
    assert [row["code"] for row in entries(ayala, "G-2")] == ["H-3", "H-2"]
    assert [row["code"] for row in entries(ayala, "g-1")] == ["H-4", "H-1"]
    assert [row["code"] for row in entries(ayala, appeal)] == ["H-3"]
    assert [row["code"] for row in entries(ayala, "Отеген Улжан")] == ["H-3", "H-2"]
    assert [row["code"] for row in entries(ayala, "H-3")] == ["H-3"]
    assert [row["code"] for row in entries(ayala, "G-2", "--limit", "1")] == ["H-3"]
    assert ayala("history", "list", "A-2026-0099", ok=(3, 4)).out == ""
    assert ayala("history", "list", "H-99", ok=3).err.startswith("ayala: there is no entry H-99")


def test_an_entry_shows_every_field_before_and_after(ayala: Ayala, office_db: str) -> None:
    add(ayala)
    ayala("graduate", "edit", "G-1", "--note", "moved", "--region", "Алматы")
    shown = ayala("history", "show", "H-2", "--format", "json").json()
    assert shown["history_entry"][0]["command"] == "graduate edit G-1"
    assert sorted(shown["changes"], key=lambda row: row["field"]) == [
        {"record": "G-1", "table": "graduate", "op": "U", "field": "note", "before": None, "after": "moved"},
        {"record": "G-1", "table": "graduate", "op": "U", "field": "region", "before": None, "after": "75"},
    ]
    assert ayala("history", "show", "H-7", ok=3).err.startswith("ayala: there is no entry H-7")


def test_personal_values_are_masked_in_an_entry_unless_asked_for_with_a_reason(
    ayala: Ayala, office_db: str, tmp_path: Path
) -> None:
    sheet = tmp_path / "g.csv"
    sheet.write_text(SHEET, encoding="utf-8")
    ayala("import", sheet)
    shown = ayala("history", "show", "H-1", "--format", "json").out
    assert "980315300005" not in shown
    assert "77011234567" not in shown
    assert "********0005" in shown
    ayala("history", "show", "H-1", "--unmask", ok=2)
    shown = ayala("history", "show", "H-1", "--unmask", "--reason", "inspection", "--format", "json").out
    assert "980315300005" in shown
    assert entries(ayala)[0]["command"] == "history show H-1 --unmask"


def test_an_import_is_taken_back_as_one(ayala: Ayala, office_db: str, tmp_path: Path) -> None:
    add(ayala, "Ким", "Олег")
    before = everything(ayala, tmp_path, "before")
    sheet = tmp_path / "g.csv"
    sheet.write_text(SHEET + "".join(f",Кім{n},Ән,2001-01-01,F,,\n" for n in range(2500)), encoding="utf-8")
    beds = tmp_path / "b.csv"
    beds.write_text("building,room,bed\nZU-1,101,1\nZU-1,101,2\n", encoding="utf-8")
    appeals = tmp_path / "a.csv"
    appeals.write_text(
        "iin,received_on,category,topics\n980315300005,2026-11-02,housing,housing;legal\n", encoding="utf-8"
    )
    ayala("import", sheet, beds, appeals)
    (entry,) = [row for row in entries(ayala) if row["command"].startswith("import")]
    done = ayala("history", "undo", entry["code"], "--reason", "the wrong file", "--format", "json").json()
    assert {row["table"]: row["removed"] for row in done} == {
        "graduate": 2502, "building": 1, "room": 1, "bed": 2, "appeal": 1, "appeal_topic": 1,
    }  # fmt: skip
    assert everything(ayala, tmp_path, "after") == before
    clean(ayala)
    # What was taken back can be taken back.
    again = entries(ayala)
    (undo,) = [row for row in again if row["command"] == f"history undo {entry['code']}"]
    ayala("history", "undo", undo["code"])
    assert len(ayala("graduate", "list", "--format", "json").json()) == 2503
    assert len(ayala("appeal", "list", "--topic", "housing", "--format", "json").json()) == 1
    clean(ayala)


def test_an_update_and_a_removal_are_taken_back_to_the_letter(
    ayala: Ayala, office_db: str, tmp_path: Path
) -> None:
    add(ayala)
    appeal = ayala("appeal", "add", "G-1", "--topic", "housing", "--topic", "legal").out.strip()
    ayala("graduate", "edit", "G-1", "--note", "as it was", "--region", "75")
    before = everything(ayala, tmp_path, "before")
    ayala("graduate", "edit", "G-1", "--note", "", "--surname", "Кім", "--region", "71")
    ayala("appeal", "edit", appeal, "--topic", "legal")  # the further topic goes
    changed = [row["code"] for row in entries(ayala)][:2]
    for code in changed:
        ayala("history", "undo", code)
    assert everything(ayala, tmp_path, "after") == before
    clean(ayala)


def test_a_later_change_of_the_same_record_is_named_and_nothing_is_changed(
    ayala: Ayala, office_db: str, tmp_path: Path
) -> None:
    add(ayala)
    ayala("graduate", "edit", "G-1", "--note", "one")
    ayala("graduate", "edit", "G-1", "--note", "two")
    before = everything(ayala, tmp_path, "before")
    refused = ayala("history", "undo", "H-2", ok=5)
    assert refused.err == (
        "ayala: H-2 cannot be taken back: H-3 (graduate edit G-1) came later and changed the same records\n"
        "try: ayala history undo H-3\n"
    )
    assert everything(ayala, tmp_path, "after") == before


def test_records_made_later_that_need_these_are_named(ayala: Ayala, office_db: str) -> None:
    add(ayala)
    ayala("appeal", "add", "G-1", "--topic", "housing")
    refused = ayala("history", "undo", "H-1", ok=5)
    assert refused.err.startswith(
        "ayala: H-1 cannot be taken back: H-2 (appeal add) came later and made records (appeal) that need these"
    )
    ayala("history", "undo", "H-2")
    ayala("history", "undo", "H-1")
    assert ayala("graduate", "list", "--format", "json").json() == []
    clean(ayala)


def test_changes_that_were_taken_back_themselves_stand_in_nobodys_way(ayala: Ayala, office_db: str) -> None:
    add(ayala)
    ayala("graduate", "edit", "G-1", "--note", "one")
    ayala("history", "undo", "H-2")
    refused = ayala("history", "undo", "H-2", ok=5)
    assert "H-3 (history undo H-2) came later" in refused.err
    ayala("history", "undo", "H-1")
    assert ayala("graduate", "list", "--format", "json").json() == []


def test_a_move_is_taken_back_although_both_stays_meet_on_one_day(ayala: Ayala, office_db: str) -> None:
    add(ayala)
    ayala("dormitory", "add", "ZU-1", "--name", "Жастар үйі")
    ayala("dormitory", "add", "ZU-1/101", "--beds", "2", "--floor", "1")
    ayala("dormitory", "place", "G-1", "ZU-1/101/1", "--on", "2026-11-01", "--reason", "known")
    ayala("dormitory", "move", "G-1", "ZU-1/101/2", "--on", "2026-11-10", "--reason", "a quarrel")
    ayala("history", "undo", entries(ayala)[0]["code"])
    (stay,) = ayala("dormitory", "stays", "--format", "json").json()
    assert (stay["bed"], stay["until"]) == ("ZU-1/101/1", None)
    clean(ayala)


def test_a_bed_that_was_given_away_since_keeps_its_leaver_out(ayala: Ayala, office_db: str) -> None:
    for name in ("Бір", "Екі"):
        add(ayala, name)
    ayala("dormitory", "add", "ZU-1", "--name", "Жастар үйі")
    ayala("dormitory", "add", "ZU-1/101", "--beds", "1", "--floor", "1")
    ayala("dormitory", "place", "G-1", "ZU-1/101/1", "--on", "2026-11-01", "--reason", "known")
    ayala("dormitory", "leave", "G-1", "--to", "rented", "--why", "own_wish", "--on", "2026-11-10")
    left = entries(ayala)[0]["code"]
    ayala("dormitory", "place", "G-2", "ZU-1/101/1", "--on", "2026-11-11", "--reason", "known")
    refused = ayala("history", "undo", left, ok=5)
    assert refused.err.startswith(
        f"ayala: {left} cannot be taken back now: the bed is taken on some of these days"
    )
    clean(ayala)


def test_a_dry_run_shows_and_changes_nothing(ayala: Ayala, office_db: str) -> None:
    add(ayala)
    done = ayala("history", "undo", "H-1", "--dry-run")
    assert done.out.splitlines()[-1].split() == ["graduate", "1", "0", "0"]
    assert done.err == "dry run: nothing was changed\n"
    assert len(entries(ayala)) == 1
    assert len(ayala("graduate", "list", "--format", "json").json()) == 1


def test_an_entry_without_records_has_nothing_to_take_back(ayala: Ayala, office_db: str) -> None:
    add(ayala)
    ayala("graduate", "show", "G-1", "--unmask", "--reason", "letter to the bank")
    refused = ayala("history", "undo", "H-2", ok=5)
    assert refused.err == "ayala: H-2 (graduate show G-1 --unmask) changed no records\n"
    assert ayala("history", "undo", "H-77", ok=3).err.startswith("ayala: there is no entry H-77")


def test_codes_are_never_given_out_twice_even_after_an_undo(ayala: Ayala, office_db: str) -> None:
    add(ayala)
    ayala("history", "undo", "H-1")
    assert add(ayala) == "G-2"


def test_the_head_is_a_line_that_grows(ayala: Ayala, office_db: str) -> None:
    assert ayala("history", "head").err == "nothing is sealed yet\n"
    add(ayala)
    first = ayala("history", "head").out.strip()
    number, _, mac = first.partition(":")
    assert number.isdigit()
    assert len(mac) == 16
    assert ayala("history", "verify", "--head", first).code == 0
    add(ayala, "Оспанов", "Асет")
    assert ayala("history", "head").out.strip() != first
    assert ayala("history", "verify", "--head", first).code == 0
    ayala("history", "verify", "--head", "nonsense", ok=2)
    (row,) = ayala("history", "head", "--format", "json").json()
    assert row["unsealed"] == 0


@pytest.mark.parametrize("typed", ["H-1", "h-1", "Н-1", "1"])
def test_an_entry_is_read_in_any_letters(ayala: Ayala, tmp_path: Path, typed: str) -> None:
    ayala("init")
    add(ayala)
    assert json.loads(ayala("history", "show", typed, "--format", "json").out)["history_entry"]


def test_what_comes_back_may_have_to_be_there_before_what_goes(
    ayala: Ayala, office_db: str, tmp_path: Path
) -> None:
    """An entry that made a person and turned an appeal over to him: the appeal has to let go of him first."""
    from sqlmodel import select

    from ayala.storage.tables import Appeal

    add(ayala)
    ayala("appeal", "add", "G-1", "--topic", "housing")
    before = everything(ayala, tmp_path, "before")
    office = Office(Settings({"database": office_db, "user": "tester"}))
    for attempt in office.change("turn over"):
        with attempt as records:
            person = records.graduates.add(
                surname="Кім",
                given_name="Ән",
                birth_date=date(2001, 1, 1),
                sex="F",
                registered_on=office.today,
            )
            appeal = records.writing.session.exec(select(Appeal)).one()
            appeal.graduate_id = person.id
    assert ayala("appeal", "list", "--format", "json").json()[0]["graduate"] == "G-2"
    ayala("history", "undo", "H-4")
    assert everything(ayala, tmp_path, "after") == before
    clean(ayala)


def test_a_move_is_taken_back_and_forth_with_those_who_come_later(
    ayala: Ayala, office_db: str, tmp_path: Path
) -> None:
    """Stays end before others begin, whichever way it goes, and a child who comes after the move goes along."""
    add(ayala)
    ayala("dormitory", "add", "ZU-1", "--name", "Жастар үйі")
    ayala("dormitory", "add", "ZU-1/101", "--beds", "2", "--floor", "1")
    ayala("dormitory", "place", "G-1", "ZU-1/101/1", "--on", "2026-11-01", "--reason", "known")
    ayala("dormitory", "companions", "G-1", "--children", "1", "--on", "2026-11-15")
    before = everything(ayala, tmp_path, "before")
    ayala("dormitory", "move", "G-1", "ZU-1/101/2", "--on", "2026-11-10", "--reason", "a quarrel")
    moved = everything(ayala, tmp_path, "moved")
    for state in (before, moved, before):
        ayala("history", "undo", next(row["code"] for row in entries(ayala) if row["records"]))
        assert everything(ayala, tmp_path, "now") == state
    clean(ayala)


def test_only_what_came_later_is_named(ayala: Ayala, office_db: str) -> None:
    """An appeal of somebody unknown, who is entered and then recognised."""
    appeal = ayala("appeal", "add", "--caller", "Айша", "--topic", "housing").out.strip()
    add(ayala)
    ayala("appeal", "identify", appeal, "G-1")
    refused = ayala("history", "undo", "H-2", ok=5)
    assert refused.err.startswith("ayala: H-2 cannot be taken back: H-3 (appeal identify")
    assert "H-1" not in refused.err


def test_nothing_of_a_blocked_person_is_taken_back(ayala: Ayala, office_db: str) -> None:
    add(ayala)
    ayala("graduate", "edit", "G-1", "--note", "moved")
    entry = ayala("housing", "queue", "add", "G-1", "--registrar", "akimat", "--on", "2026-11-02").out.strip()
    assert entry == "Q-1"
    ayala("housing", "reported", "G-1", "--position", "607", "--on", "2026-11-03")
    reported = entries(ayala)[0]["code"]
    ayala("graduate", "block", "G-1", "--reason", "the person asked for it")
    block = entries(ayala)[0]["code"]
    for code in ("H-2", reported):
        assert ayala("history", "undo", code, ok=5).err.startswith("ayala: G-1 is blocked since 2026-11-23")
    ayala("history", "undo", block)
    ayala("history", "undo", reported)
    clean(ayala)
