"""Sheets of beds and stays: keys, updates, what is rejected and what only warns, on both engines."""

from __future__ import annotations

import csv
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.dormitory.conftest import BEDS, PEOPLE, sheet
from tests.program import Ayala

HEAD = "graduate,building,room,bed,from_date,until\n"


def taken_in(
    house: Ayala, kind: str, text: str, *, ok: int = 0, keep_good: bool = False
) -> tuple[str, list[str]]:
    """Counts of an import as ``added updated same rejected warned``, and what was said of the rows."""
    more = ("--keep-good",) if keep_good else ()
    done = house("import", "--as", kind, sheet(house, kind, text), *more, "--format", "json", ok=ok)
    (row,) = done.json()
    counts = " ".join(str(row[key]) for key in ("added", "updated", "same", "rejected", "warned"))
    return counts, [line.partition(".csv:")[2] for line in done.err.splitlines() if ".csv:" in line]


def stays(house: Ayala) -> str:
    """Every stay as the export has it."""
    house("export", "out", "--unmask", "--reason", "test")
    return (house.folder / "out" / "stays.csv").read_text(encoding="utf-8")


# --- beds ------------------------------------------------------------------------------------------


def test_beds_come_in_once(house: Ayala, office_db: str) -> None:
    assert taken_in(house, "beds", BEDS) == ("0 0 7 0 0", [])
    (row,) = house("dormitory", "list", "--format", "json").json()
    assert (row["code"], row["name"], row["rooms"], row["beds"]) == ("ZU-1", "Жастар үйі", 4, 7)


def test_a_building_that_a_sheet_brings_begins_with_the_law(house: Ayala, office_db: str) -> None:
    text = "building,room,bed\nZU-5,1,1\nZU-5,1,1\nzu-5,1,2\n"
    assert taken_in(house, "beds", text) == ("2 0 1 0 0", [])
    (row,) = house("dormitory", "show", "ZU-5", "--format", "json").json()["building"]
    assert (row["name"], row["min_age"], row["max_age"], row["ceiling_age"]) == ("ZU-5", 16, 23, 29)
    assert row["policy_source"].startswith("Law 113-II")
    assert row["beds"] == 2


def test_what_changed_in_a_later_sheet_is_updated(house: Ayala, office_db: str) -> None:
    text = (
        "building,building_name,floor,room,bed,room_sex,accessible\nZU-1,Жаңа,2,101,1,M,да\nZU-1,,,101,2,,\n"
    )
    assert taken_in(house, "beds", text) == ("0 1 1 0 0", [])
    assert taken_in(house, "beds", text) == ("0 0 2 0 0", [])
    (room,) = house("dormitory", "show", "ZU-1/101", "--format", "json").json()["room"]
    assert (room["floor"], room["room_sex"], room["accessible"]) == (2, "M", True)
    assert house("dormitory", "list", "--format", "json").json()[0]["name"] == "Жаңа"
    assert taken_in(house, "beds", "building,room,bed,room_sex\nZU-1,101,1,any\n") == ("0 1 0 0 0", [])
    (room,) = house("dormitory", "show", "ZU-1/101", "--format", "json").json()["room"]
    assert room["room_sex"] is None


def test_a_sheet_that_contradicts_itself_is_rejected(house: Ayala, office_db: str) -> None:
    text = "building,floor,room,bed\nZU-1,1,101,1\nZU-1,2,101,2\nZU-6,1,1,1\nZU-6,3,1,2\n"
    assert taken_in(house, "beds", text, ok=4) == (
        "1 0 1 2 0",
        ["3: floor: line 2 of this file says otherwise", "5: floor: line 4 of this file says otherwise"],
    )


def test_a_rejected_row_leaves_nothing_behind(house: Ayala, office_db: str) -> None:
    head = "building,building_name,floor,room,bed\n"
    text = head + "ZU-7,Үй,1,1,1\nZU-7,Басқа,2,2,1\nZU-1,Жаңа,5,101,1\nZU-1,Басқа,9,8,1\n"
    counts, said = taken_in(house, "beds", text, ok=4, keep_good=True)
    assert (counts, len(said)) == ("1 1 0 2 0", 2)
    rows = house("dormitory", "list", "--format", "json").json()
    assert [(row["name"], row["rooms"], row["beds"]) for row in rows] == [("Жаңа", 4, 7), ("Үй", 1, 1)]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("ZU/1,101,1", "2: building: 'ZU/1' holds a '/', which stands between building, room and bed"),
        (",101,1", "2: building: missing"),
        ("ZU-1,,1", "2: room: missing"),
    ],
)
def test_places_that_cannot_be(house: Ayala, row: str, problem: str) -> None:
    assert taken_in(house, "beds", f"building,room,bed\n{row}\n", ok=4) == ("0 0 0 1 0", [problem])


# --- stays -----------------------------------------------------------------------------------------


def test_stays_come_in_and_a_later_sheet_ends_them(house: Ayala, office_db: str) -> None:
    text = HEAD + "G-1,ZU-1,101,1,2026-01-01,\nG-3,zu-1,102,1,01.02.2026,2026-05-01\n"
    assert taken_in(house, "stays", text) == ("2 0 0 0 0", [])
    assert taken_in(house, "stays", text) == ("0 0 2 0 0", [])
    house("dormitory", "companions", "G-1", "--children", "1", "--on", "2026-02-01")
    later = (
        "graduate,building,room,bed,from_date,until,contract,end_reason,destination\n"
        "G-1,ZU-1,101,1,2026-01-01,2026-06-01,7,apartment,own_home\n"
    )
    assert taken_in(house, "stays", later) == ("0 1 0 0 0", [])
    assert taken_in(house, "stays", text) == ("0 0 2 0 0", [])
    assert stays(house) == (
        "graduate,building,room,bed,from_date,until,contract,planned_end,end_reason,destination,reason\n"
        "G-1,ZU-1,101,1,2026-01-01,2026-06-01,7,,apartment,own_home,\n"
        "G-3,ZU-1,102,1,2026-02-01,2026-05-01,,,,,\n"
    )
    (row,) = house("dormitory", "list", "--as-of", "2026-06-01", "--format", "json").json()
    assert (row["residents"], row["companions"]) == (0, 0)


def test_a_row_twice_is_one_stay_and_what_it_adds_counts(house: Ayala, office_db: str) -> None:
    text = HEAD + "G-1,ZU-1,101,1,2026-01-01,\n" * 2 + "G-1,ZU-1,101,1,2026-01-01,2026-06-01\n"
    assert taken_in(house, "stays", text) == ("1 1 1 0 0", [])
    assert taken_in(house, "stays", text) == ("0 0 3 0 0", [])
    assert ",2026-01-01,2026-06-01," in stays(house)


def test_two_ends_for_one_stay_in_one_sheet_are_rejected(house: Ayala, office_db: str) -> None:
    text = HEAD + "G-1,ZU-1,101,1,2026-01-01,2026-05-01\nG-1,ZU-1,101,1,2026-01-01,2026-06-01\n"
    assert taken_in(house, "stays", text, ok=4) == (
        "1 0 0 1 0", ["3: until: line 2 of this file says otherwise for the same stay"],
    )  # fmt: skip


@pytest.mark.parametrize("stored", [True, False], ids=["on record", "in the file"])
@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("G-2,ZU-1,101,1,2026-05-31,", "bed: the bed is taken on some of these days: {}"),
        ("G-2,ZU-1,101,1,2025-01-01,2026-01-02", "bed: the bed is taken on some of these days: {}"),
        ("G-2,ZU-1,101,1,2026-02-01,2026-02-02", "bed: the bed is taken on some of these days: {}"),
        ("G-1,ZU-1,101,2,2025-01-01,", "from_date: the person has another bed on some of these days: {}"),
        ("G-2,ZU-1,101,1,2026-06-01,", ""),
        ("G-2,ZU-1,101,1,2025-01-01,2026-01-01", ""),
        ("G-1,ZU-1,101,2,2026-06-01,", ""),
    ],
)
def test_no_bed_day_is_given_twice(
    house: Ayala, office_db: str, stored: bool, row: str, problem: str
) -> None:
    first = "G-1,ZU-1,101,1,2026-01-01,2026-06-01\n"
    text = HEAD + row + "\n"
    told = "G-1 on ZU-1/101/1 from 2026-01-01 until 2026-06-01"
    if stored:
        taken_in(house, "stays", HEAD + first)
    else:
        text = HEAD + first + row + "\n"
        told += " (line 2)"
    _, said = taken_in(house, "stays", text, ok=4 if problem else 0)
    line = 2 if stored else 3
    assert said == ([f"{line}: {problem.format(told)}"] if problem else [])


def test_an_end_makes_room_whatever_the_order_of_the_rows(house: Ayala, office_db: str) -> None:
    taken_in(house, "stays", HEAD + "G-1,ZU-1,101,1,2026-01-01,\n")
    text = HEAD + (
        "G-2,ZU-1,101,1,2026-06-01,\nG-1,ZU-1,101,2,2026-06-01,\nG-1,ZU-1,101,1,2026-01-01,2026-06-01\n"
    )
    assert taken_in(house, "stays", text) == ("2 1 0 0 0", [])


def test_an_end_that_reaches_into_another_stay_is_rejected(house: Ayala, office_db: str) -> None:
    taken_in(house, "stays", HEAD + "G-1,ZU-1,101,1,2026-01-01,2026-03-01\nG-2,ZU-1,101,1,2026-04-01,\n")
    text = HEAD + "G-1,ZU-1,101,1,2026-01-01,2026-04-02\n"
    assert taken_in(house, "stays", text, ok=4) == (
        "0 0 0 1 0", ["2: bed: the bed is taken on some of these days: G-2 on ZU-1/101/1 from 2026-04-01"],
    )  # fmt: skip
    assert taken_in(house, "stays", text.replace("04-02", "04-01")) == ("0 1 0 0 0", [])


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("G-1,ZU-1,101,9,2026-01-01,", "bed: there is no bed ZU-1/101/9 on record"),
        ("G-1,ZU-1,101,1,2026-01-01,2026-01-01", "until: 2026-01-01 is not after the first day, 2026-01-01"),
        ("G-99,ZU-1,101,1,2026-01-01,", "graduate: no graduate on record has G-99"),
        ("G-1,ZU-1,101,1,,", "from_date: missing"),
        (",ZU-1,101,1,2026-01-01,", "iin or graduate: missing"),
    ],
)
def test_rows_that_are_rejected(house: Ayala, row: str, problem: str) -> None:
    assert taken_in(house, "stays", HEAD + row + "\n", ok=4) == ("0 0 0 1 0", [f"2: {problem}"])


def test_good_rows_come_in_beside_rejected_ones(house: Ayala, office_db: str) -> None:
    text = HEAD + "G-1,ZU-1,101,1,2026-01-01,\nG-2,ZU-1,101,1,2026-02-01,\nG-3,ZU-1,102,1,2026-01-01,\n"
    counts, said = taken_in(house, "stays", text, ok=4, keep_good=True)
    assert (counts, len(said)) == ("2 0 0 1 0", 1)
    assert stays(house).count("\n") == 3


def test_ages_and_sexes_warn_as_of_the_first_day(house: Ayala, office_db: str) -> None:
    """G-6 turned 23 on 2023-06-10; a closed bed is noted and not counted."""
    house(
        "dormitory", "close", "ZU-1/201/1", "--from", "2020-01-01", "--until", "2020-02-01", "--reason", "x"
    )
    text = HEAD + (
        "G-6,ZU-1,101,1,2023-06-09,2023-06-10\n"
        "G-6,ZU-1,102,1,2023-06-10,2024-01-01\n"
        "G-5,ZU-1,202,1,2026-01-01,\n"
        "G-1,ZU-1,201,1,2020-01-31,2020-03-01\n"
        "G-1,ZU-1,201,1,2022-03-01,2022-04-01\n"
    )
    expected = [
        "2: bed: G-6: room ZU-1/101 is for women only, the person is male",
        "3: bed: G-6: 23 years old on 2023-06-10, ZU-1 admits until 23 is reached",
        "4: bed: G-5: 13 years old on 2026-01-01, ZU-1 admits from 16",
        "5: bed: G-1: 14 years old on 2020-01-31, ZU-1 admits from 16",
        "5: bed: ZU-1/201/1 is out of service on some of these days",
    ]
    counts, said = taken_in(house, "stays", text)
    assert (counts, sorted(said)) == ("5 0 0 0 4", sorted(expected))
    counts, said = taken_in(house, "stays", text)
    assert (counts, sorted(said)) == ("0 0 5 0 4", sorted(expected))


def test_export_into_an_empty_office_and_out_again(house: Ayala, office_db: str, tmp_path: Any) -> None:
    house("dormitory", "edit", "ZU-1/101", "--accessible")
    house("dormitory", "add", "Ж-2", "--name", "Бес қабатты")
    house("dormitory", "add", "Ж-2/10", "--beds", "11")
    house("dormitory", "place", "G-1", "Ж-2/10/11", "--contract", "00017", "--planned-end", "2027-01-01")
    house("dormitory", "move", "G-1", "ZU-1/101/2", "--reason", 'a, "b"', "--on", "2026-12-01")
    house("dormitory", "place", "G-7", "ZU-1/202/1", "--reason", "+1 decision", "--on", "2026-11-01")
    house("dormitory", "leave", "G-7", "--to", "unknown", "--why", "age")
    house("export", "out", "--unmask", "--reason", "test")
    other = {"AYALA_DATABASE": str(tmp_path / "other.db")}
    house("init", env=other)
    for kind in ("graduates", "beds", "stays"):
        house("import", "--as", kind, house.folder / "out" / f"{kind}.csv", env=other)
    house("export", "again", "--unmask", "--reason", "test", env=other)
    for kind in ("beds", "stays"):
        first, second = (house.folder / folder / f"{kind}.csv" for folder in ("out", "again"))
        assert first.read_bytes() == second.read_bytes()
        assert len(first.read_text(encoding="utf-8").splitlines()) == {"beds": 19, "stays": 4}[kind]


DAYS = st.integers(1, 28).map(lambda n: f"2026-01-{n:02d}")
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["G-1", "G-2", "G-3"]), st.sampled_from(["101", "102"]), DAYS, st.none() | DAYS
    ),
    max_size=12,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS)
def test_whatever_comes_no_bed_day_is_shared_and_the_second_time_changes_nothing(
    house: Ayala, rows: list[tuple[str, str, str, str | None]]
) -> None:
    """Good rows of any sheet come in; every one that is rejected shares a day or holds none."""
    forget_stays(house)
    text = HEAD + "".join(f"{who},ZU-1,{room},1,{start},{end or ''}\n" for who, room, start, end in rows)
    taken_in(house, "stays", text, ok=(0, 4), keep_good=True)  # type: ignore[arg-type]
    stored = list(csv.DictReader(stays(house).splitlines()))
    for one in stored:
        for other in stored:
            if one is not other and (one["graduate"] == other["graduate"] or one["room"] == other["room"]):
                assert (one["until"] or "9") <= other["from_date"] or (other["until"] or "9") <= one[
                    "from_date"
                ]
    if stored:
        counts, _ = taken_in(house, "stays", text, ok=(0, 4), keep_good=True)  # type: ignore[arg-type]
        assert counts.split()[:2] == ["0", "0"]


def forget_stays(house: Ayala) -> None:
    from ayala.storage import opening

    connection = opening.sqlite().connect(house.database)
    connection.execute("DELETE FROM companion")
    connection.execute("DELETE FROM stay")
    connection.commit()
    connection.close()


def test_the_sheets_are_told_by_their_headings() -> None:
    from ayala.sheets import kinds

    assert kinds.lacking(BEDS.splitlines()[0].split(","), kinds.kind_named("beds")) == []
    assert kinds.lacking(HEAD.strip().split(","), kinds.kind_named("stays")) == []
    assert kinds.lacking(PEOPLE.splitlines()[0].split(","), kinds.kind_named("stays")) == [
        "building", "room", "bed", "from_date", "iin or graduate",
    ]  # fmt: skip
