"""What a cell may hold: several phone numbers, text of several lines, the code of a record."""

from __future__ import annotations

import csv

import pytest

from tests.program import Ayala

PEOPLE = "surname,given_name,birth_date,sex,other_phones\nӘбдіров,Ғани,1998-03-15,M,"
APPEAL = "code,graduate,received_on,category,text\n"


@pytest.fixture
def office(ayala: Ayala) -> Ayala:
    ayala("init")
    return ayala


def exported(office: Ayala, kind: str) -> list[dict[str, str]]:
    """The rows of a kind as ``export`` writes them."""
    office("export", "out", "--unmask", "--reason", "test")
    with (office.folder / "out" / f"{kind}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize(
    "typed",
    [
        "+77015551234 +77272501234",
        "+7 701 555 12 34 +7 727 250 12 34",
        "8 701 555 12 34; 8 727 250 12 34",
        '"8 (701) 555-12-34, 8 727 250-12-34"',
        "8 701 555 12 34 +77272501234",
        "+77015551234;+77272501234; ",
        "+77015551234;8 701 555 12 34;+77272501234",
    ],
)
def test_several_phones_in_whatever_spelling(office: Ayala, typed: str) -> None:
    office("import", "-", stdin=PEOPLE + typed + "\n")
    (row,) = exported(office, "graduates")
    assert row["other_phones"] == "+77015551234 +77272501234"
    (again,) = office("import", "out/graduates.csv", "--format", "json").json()
    assert again["same"] == 1


@pytest.mark.parametrize("typed", ["+77015551234; home", "+77015551234;12", "+77015551234 5"])
def test_one_wrong_phone_among_several_is_refused_and_not_repeated(office: Ayala, typed: str) -> None:
    done = office("import", "-", stdin=PEOPLE + typed + "\n", ok=4)
    assert done.err.startswith("-:2: other_phones: this")
    assert "5551234" not in done.err
    assert office("graduate", "list", "--format", "json").json() == []


def test_several_lines_of_text_hold_no_hidden_signs(office: Ayala) -> None:
    office("import", "-", stdin=PEOPLE + "\n")
    office("import", "-", stdin=APPEAL + ',G-1,2026-01-02,housing,"first\nsecond"\n')
    assert [row["text"] for row in exported(office, "appeals")] == ["first\nsecond"]
    done = office("import", "-", stdin=APPEAL + ',G-1,2026-01-03,legal,"first\n\x1b[2Jsecond"\n', ok=4)
    assert done.err.startswith("-:2: text: holds the invisible character U+001B at position 7\n")


@pytest.mark.parametrize("typed", ["A-2026-0311", "2026-311", "а-2026-311", "A–2026–0311"])
def test_the_code_of_an_appeal_is_read_generously(office: Ayala, typed: str) -> None:
    office("import", "-", stdin=PEOPLE + "\n")
    office("import", "-", stdin=APPEAL + f"{typed},G-1,2026-01-02,housing,\n")
    assert [row["code"] for row in exported(office, "appeals")] == ["A-2026-0311"]


@pytest.mark.parametrize("typed", ["A-12", "12", "A-0311", "G-1", "x"])
def test_the_year_of_an_appeals_code_is_not_guessed(office: Ayala, typed: str) -> None:
    """The register begins anew each year: without its year a number in it names many appeals."""
    office("import", "-", stdin=PEOPLE + "\n")
    done = office("import", "-", stdin=APPEAL + f"{typed},G-1,2026-01-02,housing,\n", ok=4)
    assert done.err.startswith(f"-:2: code: '{typed}' is not a code like A-2026-0012\n")


@pytest.mark.parametrize("typed", ["A-2026-0001", "Әбдіров", "G-"])
def test_what_is_no_graduates_code_is_refused(office: Ayala, typed: str) -> None:
    done = office("import", "-", stdin=APPEAL + f",{typed},2026-01-02,housing,\n", ok=4)
    assert done.err.startswith(f"-:2: graduate: '{typed}' is not a code like G-12\n")
