"""All that is held on one person, for the person (Law 94-V, art. 24 and 25(2), subpara. 9)."""

from __future__ import annotations

import json
import stat
from datetime import date

import pytest

from ayala.language.catalogue import LANGUAGES, _found
from ayala.personal import reading
from ayala.personal.columns import PEOPLE
from tests.personal.filling import ERASED, IIN, OTHER, PHONE, rows, secret
from tests.program import Ayala

COPY = ("graduate", "export-subject", ERASED, "--reason", "asked in writing")


def test_every_value_of_every_record_is_in_it(filled: Ayala) -> None:
    """Nothing that is held is left out, and nothing of another person is in it."""
    answer = filled(*COPY).json()
    held = rows(filled)
    people = {row["code"]: row["id"] for row in held["graduate"].values()}
    assert set(answer) == {*reading.KEYS.values(), "history"}
    for table in PEOPLE:
        shown = answer[reading.KEYS[table]]
        assert len(shown) == {"erasure": 0, "not_same": 2}.get(table, 1), table
        for row in held[table].values():
            if row.get("graduate_id", people[ERASED]) != people[ERASED] or row.get("code") == OTHER:
                continue
            for column, value in row.items():
                if column in reading.LEFT_OUT or column.endswith("_id") or str(value).endswith(OTHER):
                    continue
                expected = str(value) if isinstance(value, date) else value
                if isinstance(value, date) and PEOPLE[table].parent != "graduate":
                    continue  # which of the two people's rows it is, only texts tell
                assert shown[0][column] == expected, f"{table}.{column}"
    text = json.dumps(answer, ensure_ascii=False)
    assert list(answer["graduate"][0])[:4] == ["code", "iin", "surname", "given_name"]
    assert IIN[ERASED] in text
    assert PHONE[ERASED] in text
    assert OTHER not in text
    assert PHONE[OTHER] not in text


def test_references_are_shown_by_what_people_call_them(filled: Ayala) -> None:
    answer = filled(*COPY).json()
    assert answer["appeal_events"][0]["appeal"] == "A-2020-0001"
    assert answer["stays"][0]["bed"] == secret("bed", "place", ERASED)
    assert answer["companions"][0]["stay"] == "2020-01-02"
    assert answer["positions"][0]["entry"] == "Q-1"
    assert answer["placements"][0]["partner"] == secret("partner", "name", "")
    assert answer["placements"][0]["workplace"] == secret("workplace", "title", "")
    assert {key: value for key, value in answer["attendance"][0].items() if key.startswith("session")} == {
        "session": "E-1",
        "session_kind": "household",
        "session_mode": "individual",
        "session_held_on": "2020-01-02",
        "session_title": secret("session", "title", ""),
        "session_provider": secret("session", "provider", ""),
    }
    assert (answer["consents"][0]["third_parties"], answer["consents"][0]["operator_bin"]) == (
        True,
        "990140000384",
    )


def test_who_did_what_with_the_records_is_in_it(filled: Ayala) -> None:
    """Also who had the person's numbers shown; not what was done with others."""
    filled("graduate", "edit", OTHER, "--note", "another matter")
    filled("graduate", "show", ERASED, "--unmask", "--reason", "asked by phone")
    filled("dormitory", "companions", ERASED, "--adults", "2", "--on", "2020-05-01")
    filled("housing", "reported", ERASED, "--entry", "Q-1", "--position", "9", "--on", "2026-11-01")
    filled("housing", "reported", OTHER, "--entry", "Q-2", "--position", "9", "--on", "2026-11-01")
    answer = filled(*COPY).json()["history"]
    assert [(row["user"], row["command"], row["reason"]) for row in answer] == [
        ("tester", "filling", secret("change", "reason", ERASED)),
        ("tester", "graduate show G-1 --unmask", "asked by phone"),
        ("tester", "dormitory companions G-1", None),
        ("tester", "housing reported Q-1", None),
        ("tester", "graduate export-subject G-1", "asked in writing"),
    ]
    assert all(row["code"].startswith("H-") and row["at"].endswith("+05:00") for row in answer)


def test_it_needs_a_reason_and_is_recorded(office: Ayala) -> None:
    before = len(office("history", "list", "--format", "json").json())
    assert "export-subject needs --reason" in office("graduate", "export-subject", ERASED, ok=2).err
    assert len(office("history", "list", "--format", "json").json()) == before
    office(*COPY)
    (newest, *_) = office("history", "list", "--format", "json").json()
    assert (newest["command"], newest["reason"]) == ("graduate export-subject G-1", "asked in writing")


@pytest.mark.parametrize(
    ("output", "begins"),
    [
        ("copy.json", '{\n"graduate": [\n  {"code": "G-1",'),
        ("copy", '{\n"graduate": [\n  {"code": "G-1",'),
        ("copy.md", "## Graduate: G-1\n"),
        ("copy.txt", "Graduate: G-1\nCode "),
    ],
)
def test_formats_for_programs_and_for_people(desk: Ayala, output: str, begins: str) -> None:
    assert desk(*COPY, "--output", output).out == ""
    path = desk.folder / output
    text = path.read_text(encoding="utf-8")
    assert text.startswith(begins)
    assert "+77012345678" in text
    assert "010506500015" in text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_target_that_cannot_be_written_records_nothing(desk: Ayala) -> None:
    before = desk("history", "list", "--format", "json").json()
    desk(*COPY, "--output", "/no/such/folder/copy.json", ok=7)
    assert desk("history", "list", "--format", "json").json() == before


def test_a_blocked_person_gets_it_too(desk: Ayala) -> None:
    """It is how the person sees what is blocked."""
    desk("graduate", "block", ERASED, "--reason", "x")
    answer = desk(*COPY).json()
    assert answer["graduate"][0]["surname"] == "Омаров"
    assert answer["blocks"] == [
        {"blocked_on": "2026-11-23", "reason": "x", "unblocked_on": None, "unblock_reason": None}
    ]


def test_after_the_erasing_it_shows_what_is_left(desk: Ayala) -> None:
    desk("graduate", "erase", ERASED, "--reason", "x", "--yes")
    answer = desk(*COPY).json()
    assert {key: value for key, value in answer["graduate"][0].items() if value is not None} == {
        "code": "G-1",
        "surname": "—",
        "given_name": "G-1",
        "birth_date": "2001-01-01",
        "sex": "M",
        "region": "75",
        "left_care_on": "2019-01-01",
        "registered_on": "2026-11-23",
    }
    assert answer["erasure"] == [{"erased_on": "2026-11-23", "basis": "other"}]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_title_and_heading_of_it_is_in_the_catalogues(desk: Ayala, lang: str) -> None:
    answer = desk(*COPY).json()
    lacking = [key for key in answer if not _found("title", key, lang) and not _found("heading", key, lang)]
    for table in PEOPLE:
        for column in PEOPLE[table].all:
            if column in reading.REFERRED:
                name = column.removesuffix("_id")
                names = [name, *(f"{name}_{field}" for field in reading.REFERRED[column][1][1:])]
            else:
                names = [] if column in reading.LEFT_OUT else [column]
            lacking += [name for name in names if not _found("heading", name, lang)]
    assert lacking == []
