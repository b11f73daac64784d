"""Sheets that would be taken for something else than they mean: another record, another person, another kind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.program import Ayala, Result

PEOPLE = (
    "iin,surname,given_name,birth_date,sex\n"
    "980315300005,Омаров,Асет,1998-03-15,M\n"
    "031014600003,Ким,Ирина,2003-10-14,F\n"
)


@pytest.fixture
def office(ayala: Ayala, office_db: str) -> Ayala:
    ayala("import", "-", stdin=PEOPLE)
    return ayala


def counts(done: Result) -> tuple[int, ...]:
    (row,) = done.json()
    return tuple(row[key] for key in ("added", "updated", "same", "rejected"))


@pytest.mark.parametrize(
    ("noun", "head", "good", "bad", "mended"),
    [
        (
            "appeal",
            "iin,received_on,category,channel,document,note",
            "980315300005,2026-01-10,housing,visit,исх. 12,первое",
            "980315300005,2026-01-10,housng,visit,,второе",
            "housing",
        ),
        (
            "service",
            "iin,kind,mode,provider,provided_on,note",
            "980315300005,legal,individual,А,2026-01-10,первая",
            "980315300005,legl,individual,А,2026-01-10,вторая",
            "legal",
        ),
    ],
)
def test_a_mended_row_whose_like_could_not_be_told_is_a_record_of_its_own(
    office: Ayala, noun: str, head: str, good: str, bad: str, mended: str
) -> None:
    sheet = office.folder / "sheet.csv"
    sheet.write_text(f"{head}\n{good}\n{bad}\n", encoding="utf-8")
    again = ("--keep-good", "--rejects", "bad.csv", "--format", "json")
    assert counts(office("import", "sheet.csv", *again, ok=4)) == (1, 0, 0, 1)
    rejects = office.folder / "bad.csv"
    text = rejects.read_text(encoding="utf-8-sig")
    assert text.rstrip().endswith(",+")
    wrong = bad.split(",")[1 if noun == "service" else 2]
    rejects.write_text(text.replace(f",{wrong},", f",{mended},", 1), encoding="utf-8")
    assert counts(office("import", "bad.csv", "--format", "json")) == (1, 0, 0, 0)
    assert counts(office("import", "bad.csv", "--format", "json")) == (0, 0, 1, 0)
    assert len(office(noun, "list", "--format", "json").json()) == 2


@pytest.mark.parametrize(
    ("head", "row", "problem"),
    [
        (
            "surname,given_name,birth_date,sex,same_as",
            "Цой,Анна,1999-05-05,F,G-1",
            "same_as: G-1 is another person here: both name and birth date differ",
        ),
        (
            "surname,given_name,birth_date,sex",
            "Касым?лы,Асет,1999-05-05,F",
            "surname: a letter of 'Касым?лы' is lost; write it as the paper has it",
        ),
        (
            "surname,given_name,birth_date,sex,phone",
            "Цой,Анна,4.3.1999 г.,F,8701123456",
            "phone: there is no such phone number; a digit may be missing",
        ),
    ],
)
def test_what_is_another_persons_or_incomplete_is_not_taken(
    office: Ayala, head: str, row: str, problem: str
) -> None:
    done = office("import", "-", stdin=f"{head}\n{row}\n", ok=4)
    assert done.err.startswith(f"-:2: {problem}\n"), done.err
    assert "saved" not in office("import", "-", "--keep-good", stdin=f"{head}\n{row}\n", ok=4).err


def test_the_iin_of_somebody_who_was_renamed_or_put_right_still_means_the_person(office: Ayala) -> None:
    head = "iin,surname,given_name,birth_date,sex\n"
    for row in ("031014600003,Ахметова,Ирина,2003-10-14,F", "031014600003,Ахметова,Ирина,2003-10-15,F"):
        done = office("import", "-", "--format", "json", stdin=f"{head}{row}\n")
        assert counts(done) == (0, 1, 0, 0)


def test_stays_without_a_person_do_not_come_in_as_beds(office: Ayala) -> None:
    sheet = "surname,given_name,building,room,bed,from_date\nКим,Ирина,B,1,1,2020-01-01\n"
    done = office("import", "-", stdin=sheet, ok=4)
    assert "-:1: the headings fit stays best, but lack iin or graduate\n" in done.err
    assert counts(office("import", "-", "--as", "beds", "--format", "json", stdin=sheet)) == (1, 0, 0, 0)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="there is no endless device here")
def test_a_device_is_no_sheet(office: Ayala) -> None:
    assert "/dev/zero is a device and no sheet" in office("import", "/dev/zero", ok=2).err


@pytest.mark.parametrize(
    ("change", "code", "sentence"),
    [
        ({"keep": True}, 5, "t.plan was altered after it was made"),
        ({"today": "2020-01-01"}, 5, "t.plan was altered after it was made"),
        ({"sources": [{"path": 5}]}, 2, "t.plan is no plan of an import"),
        ({"options": {"encoding": 5}}, 2, "t.plan is no plan of an import"),
    ],
)
def test_a_plan_whose_head_was_altered_is_refused(
    office: Ayala, change: dict[str, object], code: int, sentence: str
) -> None:
    office("import", "-", "--plan", "t.plan", stdin=PEOPLE)
    plan = office.folder / "t.plan"
    head, _, rest = plan.read_text(encoding="utf-8").partition("\n")
    kept = json.loads(head)
    if "keep" in change:
        kept["options"]["keep_good"] = True
    else:
        kept |= change
    plan.write_text(json.dumps(kept, ensure_ascii=False) + "\n" + rest, encoding="utf-8")
    assert sentence in office("import", "--apply", "t.plan", ok=code).err
