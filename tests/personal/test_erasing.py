"""A person erased is nowhere: not in the tables, not in the history, not in the files; and all is counted as before."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, update

from ayala.language.names import fold
from ayala.personal.columns import DASH, PEOPLE
from ayala.report.counting import COUNTED
from ayala.storage.opening import address
from ayala.storage.tables import METADATA, Contact, Service
from tests.personal.filling import ERASED, IIN, OTHER, PHONE, change, files, is_text, rows, secret
from tests.program import Ayala

ERASE = ("graduate", "erase", ERASED, "--basis", "consent_withdrawn", "--reason", "application № 9", "--yes")

TEXTS = {
    name: [column for column in own.personal if is_text(METADATA.tables[name].columns[column])]
    for name, own in PEOPLE.items()
}
NAME_KEYS = ("name_key", "surname_fold", "given_fold", "sort_key")
SECRETS = [
    secret(table, column, ERASED)
    for table, columns in TEXTS.items()
    for column in columns
    if column not in ("iin", "phone", "other_phones", "caller_phone", "email", *NAME_KEYS)
] + [
    IIN[ERASED],
    PHONE[ERASED],
    "g-1@example.kz",
    secret("change", "reason", ERASED),
    "2001-05-06",
    "2019-06-07",
    fold(secret("graduate", "surname", ERASED)),
]
"""Every personal text of the erased person, and the days that go."""

KEPT_OF_OTHER = [secret("graduate", "note", OTHER), IIN[OTHER], PHONE[OTHER]]


def found(office: Ayala) -> dict[str, str]:
    """What ``history verify`` names."""
    answer = office("history", "verify", "--format", "json", ok=(0, 1)).json()
    return {row["check"]: row["what"] for row in answer if row["found"]}


def owned(row: dict[str, Any], table: str, everything: dict[str, dict[str, dict[str, Any]]]) -> bool:
    """Whether a row belongs to the erased person."""
    own = PEOPLE[table]
    if table == "graduate":
        return bool(row["code"] == ERASED)
    parent = everything[own.parent].get(row[own.way] or "")
    return parent is not None and owned(parent, own.parent, everything)


def figures(office: Ayala) -> dict[str, Any]:
    """Every table of the briefing, and the count of every noun by all its keys at once."""
    answer = {"summary": office("report", "summary", "2020", "--format", "json").json()}
    for noun, counted in COUNTED.items():
        keys = ",".join(key for key in counted.keys if key != "institution")
        answer[noun] = office("report", noun, "--by", keys, "--format", "json").json()
    return answer


def test_everything_of_the_person_goes_and_nothing_else(filled: Ayala) -> None:
    """Something stood in every column of every table: what is kept is as it was, the rest is neutral."""
    before = rows(filled)
    assert all(text in json.dumps(before, default=str, ensure_ascii=False) for text in SECRETS)
    done = filled(*ERASE)
    assert done.out == ""
    said = done.err.splitlines()
    # Who erases is told what is still open, and where others wrote of the person: nowhere here.
    assert said[0] == "still open: A-2020-0001, Q-1, M-1"
    assert "still named" not in done.err
    images = sum(len(after) for after in before.values())
    assert said[1].startswith("erased G-1: 20 records, ")
    assert said[-1] == "backups, exports and reports made before still hold the person: destroy them as well"
    assert images > 19

    after = rows(filled)
    for table, own in PEOPLE.items():
        assert before[table].keys() <= after[table].keys()
        for key, row in before[table].items():
            now = after[table][key]
            if not owned(row, table, before):
                assert now == row
                continue
            assert {c: now[c] for c in own.kept.split()} == {c: row[c] for c in own.kept.split()}
            assert {now[column] for column in own.blank.split()} <= {None}
            for column, rule in own.rule.items():
                if rule == "year":
                    assert now[column] == date(row[column].year, 1, 1)
    (person,) = (row for row in after["graduate"].values() if row["code"] == ERASED)
    assert (person["surname"], person["given_name"]) == (DASH, ERASED)
    (erasure,) = after["erasure"].values()
    assert (erasure["erased_on"], erasure["basis"]) == (date(2026, 11, 23), "consent_withdrawn")
    held = json.dumps(after, default=str, ensure_ascii=False)
    assert [text for text in SECRETS if text in held] == []
    assert all(text in held for text in KEPT_OF_OTHER)
    assert found(filled) == {}


def test_the_bytes_are_gone_from_the_files(filled_file: Ayala) -> None:
    """Of an SQLite file the free pages too, and of the file beside it that waits to be written back."""
    filled_file("graduate", "edit", ERASED, "--note", "a secret that was replaced")
    secrets = [text.encode() for text in (*SECRETS, "a secret that was replaced")]
    there = files(filled_file)
    assert all(any(text in content for content in there.values()) for text in secrets)
    with someone_who_reads(filled_file):
        filled_file(*ERASE)
        left = files(filled_file)
        assert {"office.db", "office.db-wal"} <= left.keys()
        assert [
            (name, text.decode()) for name, content in left.items() for text in secrets if text in content
        ] == []
    assert all(any(text.encode() in content for content in left.values()) for text in KEPT_OF_OTHER)


@contextmanager
def someone_who_reads(office: Ayala) -> Iterator[Any]:
    """Another program that has the database open, so that the -wal file stays beside it."""
    from ayala.storage import opening

    path = address(office.database).path
    assert path is not None
    connection = opening.open_sqlite(path, reading=True)
    connection.execute("SELECT count(*) FROM graduate").fetchall()
    yield connection
    connection.close()


def test_a_reader_in_the_way_is_said(filled_file: Ayala, monkeypatch: pytest.MonkeyPatch) -> None:
    from ayala.personal import erasing

    monkeypatch.setattr(erasing, "PATIENCE", 50)
    with someone_who_reads(filled_file) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM graduate").fetchall()
        done = filled_file(*ERASE)
    assert "another command is reading: the old pages leave the -wal file when it ends\n" in done.err
    filled_file("graduate", "list")
    assert b"-graduate-note-G-1" not in b"".join(files(filled_file).values())


def test_reports_say_the_same_as_before(filled: Ayala) -> None:
    """Of all figures only the children's home changes, which could tell who it was."""
    before = figures(filled)
    filled(*ERASE)
    assert figures(filled) == before
    homes = filled("report", "graduates", "--by", "institution", "--format", "json").json()
    assert [(row["institution"], row["graduates"]) for row in homes] == [
        (secret("graduate", "institution", OTHER), 1),
        (None, 1),
    ]
    assert filled("check", "--format", "json").code == 0


def test_what_was_deleted_or_became_anothers_goes_from_the_history(filled: Ayala) -> None:
    contacts, services = Contact.__table__, Service.__table__  # type: ignore[attr-defined]
    people = {row["code"]: row["id"] for row in rows(filled, "graduate")["graduate"].values()}
    with change(filled, "test") as writing:
        writing.session.execute(delete(contacts).where(contacts.c.graduate_id == people[ERASED]))
        writing.session.execute(
            update(services)
            .where(services.c.graduate_id == people[ERASED])
            .values(graduate_id=people[OTHER], note="another's now")
        )
    filled(*ERASE)
    images = rows(filled, "row_image")["row_image"].values()
    gone = [image for image in images if image["table_name"] == "contact"]
    assert {(image["op"], image["before"], image["after"]) for image in gone if ERASED in str(image)} == set()
    assert [image["op"] for image in gone if image["before"] is None and image["after"] is None] == ["I", "D"]
    held = json.dumps(list(images), default=str, ensure_ascii=False)
    assert [text for text in SECRETS if text in held] == []
    (moved,) = (s for s in rows(filled, "service")["service"].values() if s["code"] == "S-1")
    assert (moved["graduate_id"], moved["note"]) == (people[OTHER], "another's now")
    assert found(filled) == {}


def test_a_deleted_record_goes_from_the_history_with_all_that_hung_on_it(office: Ayala) -> None:
    """An appeal that began with a caller, who was then identified: also what came before that, and its steps."""
    words = ("--topic", "legal", "--caller", "Шолпан апай", "--text", "before she was known")
    code = office("appeal", "add", *words).out.strip()
    office("appeal", "start", code, "--reason", "a step of hers")
    office("appeal", "identify", code, ERASED)
    appeals, events = METADATA.tables["appeal"], METADATA.tables["appeal_event"]
    with change(office, "test") as writing:
        writing.session.execute(delete(events))
        writing.session.execute(delete(appeals))
    office(*ERASE)
    held = json.dumps(rows(office, "row_image"), default=str, ensure_ascii=False)
    secrets = ("Шолпан", "before she was known", "a step of hers")
    assert [text for text in secrets if text in held] == []
    assert found(office) == {}


def test_reasons_of_entries_that_touched_or_name_the_person_go(filled: Ayala) -> None:
    filled("graduate", "show", ERASED, "--unmask", "--reason", "asked by the aunt")
    filled("graduate", "list", "--unmask", "--reason", f"for {IIN[ERASED]}")
    filled("graduate", "edit", OTHER, "--note", "x", "--reason", "another matter")
    filled("appeal", "show", "A-2020-0001", "--unmask", "--reason", "asked once more")
    filled("service", "show", "S-1")
    filled(*ERASE)
    reasons = {row["command"]: row["reason"] for row in filled("history", "list", "--format", "json").json()}
    assert {command: reason for command, reason in reasons.items() if reason} == {
        "graduate erase G-1": "application № 9",
        "graduate edit G-2": "another matter",
    }
    images = [i for i in rows(filled, "row_image")["row_image"].values() if i["table_name"] == "change"]
    held = json.dumps(images, default=str, ensure_ascii=False)
    assert [text for text in ("asked by the aunt", IIN[ERASED], "asked once more") if text in held] == []
    assert "another matter" in held
    assert found(filled) == {}


def test_where_others_wrote_of_the_person_is_named(filled: Ayala) -> None:
    name = f"{secret('graduate', 'surname', ERASED)} {secret('graduate', 'given_name', ERASED)}"
    filled("appeal", "add", OTHER, "--topic", "legal", "--text", f"she lives with {name}")
    filled(
        "service",
        "session",
        "add",
        "--kind",
        "legal",
        "--mode",
        "talk",
        "--on",
        "2026-11-01",
        "--note",
        f"{PHONE[ERASED]}",
    )
    filled("appeal", "answer", "A-2026-0001", "--decision", "satisfied", "--ground", name)
    said = filled(*ERASE, "--dry-run").err.splitlines()
    assert said[
        1
    ] == "still named in: A-2026-0001 (text), A-2026-0001 (ground), A-2026-0001 (reason), S-2 (note)".replace(
        "S-2", filled("service", "session", "list", "--format", "json").json()[-1]["code"]
    )


def test_a_dry_run_says_what_would_go_and_takes_it_back(filled: Ayala) -> None:
    before = rows(filled)
    done = filled(*ERASE, "--dry-run")
    assert done.err.splitlines()[-2].startswith("would erase G-1: 20 records, ")
    assert done.err.splitlines()[-1] == "dry run: nothing was changed"
    assert rows(filled) == before


def test_it_cannot_be_undone_and_not_be_done_twice(filled: Ayala) -> None:
    filled(*ERASE)
    entry = filled("history", "list", "--limit", "1", "--format", "json").json()[0]["code"]
    filled("history", "undo", entry, ok=5)
    filled("history", "undo", "H-1", ok=5)
    assert filled(*ERASE, ok=5).err == "ayala: G-1 was erased on 2026-11-23\n"


def test_without_yes_a_reason_or_a_day_that_was_nothing_is_erased(filled: Ayala) -> None:
    before = rows(filled)
    assert "--reason" in filled("graduate", "erase", ERASED, "--yes", ok=2).err
    assert "--yes" in filled("graduate", "erase", ERASED, "--reason", "x", ok=2).err
    assert filled(*ERASE, "--on", "2026-11-24", ok=2).err == "ayala: 2026-11-24 is still to come\n"
    assert rows(filled) == before


def test_without_the_key_of_the_history_nothing_is_erased(filled: Ayala, tmp_path: Path) -> None:
    """Nobody could tell a blanked image from a forged one."""
    before = rows(filled, "graduate", "appeal", "erasure")
    other = tmp_path / "other.key"
    done = filled(*ERASE, ok=2, env={"AYALA_HISTORY_KEY": str(other)})
    assert done.err == (
        f"ayala: the history key {other} is missing: nothing can be erased without it\n"
        "try: put the key back from where it is kept\n"
    )
    other.write_text("ab" * 32)
    done = filled(*ERASE, ok=2, env={"AYALA_HISTORY_KEY": str(other)})
    assert done.err.startswith(
        f"ayala: {other} is not the key that seals this history: nothing can be erased"
    )
    assert rows(filled, "graduate", "appeal", "erasure") == before


def test_about_an_erased_person_nothing_is_written_again(filled: Ayala) -> None:
    """What was left open can be ended; nothing else comes to the record, by no way."""
    person = _id(filled, ERASED)
    with change(filled, "test") as writing:
        stays = METADATA.tables["stay"]
        of_person = stays.c.graduate_id == person
        writing.session.execute(
            update(stays).where(of_person).values(until=None, destination=None, end_reason=None)
        )
    filled(*ERASE)
    for words in (
        ("graduate", "edit", ERASED, "--note", "x"),
        ("graduate", "contact", ERASED, "--reached"),
        ("appeal", "add", ERASED, "--topic", "legal"),
        ("service", "plan", ERASED, "--kind", "legal", "--mode", "individual"),
        ("graduate", "document", ERASED, "--kind", "passport"),
        ("service", "edit", "S-1", "--note", "x"),
    ):
        assert "ayala: G-1 was erased on 2026-11-23: nothing more is written" in filled(*words, ok=5).err
    filled("appeal", "close", "A-2020-0001", "--reason", "the data are destroyed")
    filled("dormitory", "leave", ERASED, "--to", "unknown", "--why", "other")
    filled("graduate", "close", ERASED, "--reason", "erased")
    assert found(filled) == {}


def _id(office: Ayala, code: str) -> str:
    (found,) = (row["id"] for row in rows(office, "graduate")["graduate"].values() if row["code"] == code)
    return str(found)


def test_sheets_bring_nothing_back_and_come_in_all_the_same(filled: Ayala) -> None:
    """An export from before the erasing, taken in after it; and one from after it changes nothing."""
    filled("export", "before", "--unmask", "--reason", "x")
    filled(*ERASE)
    sheets = [str(path) for path in sorted((filled.folder / "before").glob("*.csv"))]
    done = filled("import", *sheets, "--format", "json", ok=(0, 4))
    assert done.code == 0, done.err
    assert [row for row in done.json() if row["added"] or row["rejected"]] == []
    for kind in ("graduates", "appeals", "stays"):
        told = f"{filled.folder / 'before' / kind}.csv: nothing is taken from 1 row of erased people: G-1\n"
        assert done.err.count(told) == 1
    held = json.dumps(rows(filled), default=str, ensure_ascii=False)
    assert [text for text in SECRETS if text in held] == []
    filled("export", "after")
    (filled.folder / "appeals.csv").write_text(
        "code,received_on,category,text\nA-2020-0001,2020-01-02,housing,again\n", encoding="utf-8"
    )
    (filled.folder / "positions.csv").write_text(
        "queue,registrar,position,position_on,document\nQ-1,akimat,1,2020-01-02,again\n", encoding="utf-8"
    )
    again = filled("import", "appeals.csv", "positions.csv", "--format", "json").json()
    assert [row["same"] for row in again] == [1, 1]
    assert "again" not in json.dumps(rows(filled), default=str)


def test_a_sheet_of_many_erased_people_says_so_in_one_line(desk: Ayala) -> None:
    people = [f"{code},Әбдіров,Ғани,19{70 + code}-01-02,M" for code in range(3, 9)]
    (desk.folder / "more.csv").write_text(
        "code,surname,given_name,birth_date,sex\n" + "".join(f"G-{row}\n" for row in people), encoding="utf-8"
    )
    desk("import", "more.csv")
    for code in range(3, 9):
        desk("graduate", "erase", f"G-{code}", "--reason", "x", "--yes")
    assert desk("import", "more.csv").err == (
        "more.csv: nothing is taken from 6 rows of erased people: G-3, G-4, G-5, G-6, G-7 and 1 more\n"
    )


def test_a_caller_who_is_not_on_record_goes_by_the_appeal(office: Ayala) -> None:
    words = ("--topic", "legal", "--caller", "Гүлнәр апай", "--town", "Түркістан", "--phone-file", "-")
    code = office("appeal", "add", *words, "--text", "Гүлнәр апай сұрайды", stdin="87013334455\n").out.strip()
    office("appeal", "close", code, "--reason", "Гүлнәр апай rang no more")
    done = office("graduate", "erase", code.lower(), "--basis", "term_over", "--reason", "over", "--yes")
    assert done.err.splitlines()[0].startswith(f"erased the caller of {code}: 2 records, ")
    appeal = office("appeal", "list", "--format", "json").json()
    assert [(row["code"], row["name"], row["topic"], row["status"]) for row in appeal] == [
        (code, DASH, "legal", "terminated")
    ]
    held = json.dumps(rows(office), default=str, ensure_ascii=False)
    assert [text for text in ("Гүлнәр", "Түркістан", "+77013334455") if text in held] == []
    assert found(office) == {}
    office("appeal", "identify", code, "G-2")
    assert "is an appeal of G-2" in office("graduate", "erase", code, "--reason", "x", "--yes", ok=5).err
    office("graduate", "erase", "A-2026-0099", "--reason", "x", "--yes", ok=3)


def test_a_guest_goes_by_the_session(office: Ayala) -> None:
    office("service", "session", "add", "--kind", "legal", "--mode", "talk", "--on", "2026-11-01")
    office("service", "session", "attend", "E-1", "Гүлнәр Апай", "Басқа Адам", "G-2")
    erase = ("graduate", "erase", "E-1", "--guest")
    assert office(*erase, "гулнар апай", "--reason", "x", "--yes").err.startswith(
        "erased the guest of E-1: 1 record, "
    )
    assert "no guest" in office(*erase, "Гүлнәр Апай", "--reason", "x", "--yes", ok=3).err
    named = [
        row["name"]
        for row in office("service", "session", "show", "E-1", "--format", "json").json()["attendance"]
    ]
    assert sorted(named) == sorted(["Кім Ән", "Басқа Адам", DASH])
    assert "Гүлнәр" not in json.dumps(rows(office), default=str, ensure_ascii=False)
    assert found(office) == {}


def test_an_erasure_written_by_another_hand_counts(filled: Ayala) -> None:
    people, other = METADATA.tables["erasure"], _id(filled, OTHER)
    with change(filled, "test") as writing:
        writing.session.execute(
            insert(people).values(
                id=_new(),
                graduate_id=other,
                erased_on="2026-11-23",
                basis="other",
                change_id="x",
            )
        )
    before = rows(filled)
    assert filled("graduate", "erase", OTHER, "--reason", "x", "--yes", ok=5).err == (
        "ayala: G-2 was erased on 2026-11-23\n"
    )
    assert rows(filled) == before


def _new() -> str:
    from ayala.storage.tables import new_key

    return new_key()


def test_images_that_are_not_sealed_yet_are_blanked_as_well(office: Ayala) -> None:
    """On a server a long transaction holds back the seal; the chain is whole all the same afterwards."""
    if address(office.database).path is not None:
        office("graduate", "edit", "G-1", "--note", "sealed at once")
        office(*ERASE)
        assert found(office) == {}
        return
    import psycopg

    with psycopg.connect(office.database) as slow:
        slow.execute("UPDATE counter SET value = value WHERE name = 'nothing'")
        slow.execute("SELECT pg_current_xact_id()")
        office("graduate", "edit", "G-1", "--note", "not sealed yet")
        seals = len(rows(office, "seal")["seal"])
        office(*ERASE)
        assert len(rows(office, "seal")["seal"]) == seals
    office("graduate", "edit", "G-2", "--note", "seals")
    assert len(rows(office, "seal")["seal"]) > seals
    assert found(office) == {}
    assert "not sealed yet" not in json.dumps(rows(office, "row_image"), default=str)


def test_who_was_taken_back_can_be_erased_too(office: Ayala) -> None:
    """A wrong sheet was undone: its people are in the history, and nowhere else."""
    sheet = office.folder / "wrong.csv"
    sheet.write_text(
        "iin,surname,given_name,birth_date,sex,phone\n990531400902,Қатеев,Ән,1999-05-31,F,+77019998877\n",
        encoding="utf-8",
    )
    office("import", str(sheet))
    entry = office("history", "list", "--format", "json").json()[0]["code"]
    (code,) = (
        row["code"]
        for row in office("graduate", "list", "--format", "json").json()
        if row["surname"] == "Қатеев"
    )
    office("history", "undo", entry, "--reason", "another region's")
    erase = ("graduate", "erase", code, "--basis", "consent_withdrawn", "--reason", "№ 9", "--yes")
    assert office(*erase).err.startswith(f"erased {code}: 0 records, 3 images in the history, 1 reason\n")
    held = json.dumps(rows(office), default=str, ensure_ascii=False)
    assert [text for text in ("Қатеев", "990531400902", "+77019998877") if text in held] == []
    assert found(office) == {}
    assert office(*erase, ok=3).err.startswith(f"ayala: there is no graduate {code}")


def test_a_reason_that_names_the_person_is_refused(filled: Ayala) -> None:
    """The reason of an erasing stays: it would be the last place that holds the name."""
    named = f"asked by {secret('graduate', 'surname', ERASED)} {secret('graduate', 'given_name', ERASED)}"
    before = rows(filled)
    for reason in (named, f"IIN {IIN[ERASED]}"):
        refused = filled("graduate", "erase", ERASED, "--basis", "other", "--reason", reason, "--yes", ok=5)
        assert refused.err.startswith(
            "ayala: the reason names the person, and reasons of an erasing stay for ever"
        )
    assert rows(filled) == before


def test_what_stays_of_an_erased_person_is_held_against_the_history(filled_file: Ayala) -> None:
    """Also rows of which nothing had to go; and who wrote a blank image, and when."""
    import apsw

    filled_file(*ERASE)
    assert found(filled_file) == {}
    for statement, check in (
        ("UPDATE contact SET made_on = '2020-01-01'", "rows against images"),
        ("UPDATE row_image SET made_by = 'x' WHERE after IS NULL", "chain"),
        ("UPDATE row_image SET made_at = '2020-01-01T00:00:00.000Z' WHERE after IS NULL", "chain"),
    ):
        quiet = apsw.Connection(filled_file.database)
        quiet.config(apsw.SQLITE_DBCONFIG_ENABLE_TRIGGER, 0)
        quiet.execute("BEGIN")
        quiet.execute(statement)
        quiet.execute("COMMIT")
        quiet.close()
        assert check in found(filled_file), statement
