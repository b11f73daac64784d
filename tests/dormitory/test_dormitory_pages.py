"""The page of a bed, places with parts too many, missing or alike, and what is gone when it is to be changed."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from ayala.office import Office
from tests.program import Ayala
from tests.terminal import at_terminal


def written(house: Ayala, *statements: str) -> None:
    """SQL from another program, such as the ``sqlite3`` shell."""
    connection = sqlite3.connect(house.folder / "office.db")
    with connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


def test_the_page_of_a_bed_tells_who_had_it_and_when_it_was_closed(house: Ayala, office_db: str) -> None:
    house(
        "dormitory", "close", "ZU-1/102/1", "--from", "2026-01-01", "--until", "2026-02-01", "--reason", "x"
    )
    house("dormitory", "place", "G-3", "ZU-1/102/1", "--on", "2026-03-01", "--contract", "7/2026")
    house("dormitory", "leave", "G-3", "--to", "rented", "--why", "work", "--on", "2026-10-01")
    house("dormitory", "place", "G-4", "ZU-1/102/1", "--on", "2026-11-01")
    house("dormitory", "place", "G-1", "ZU-1/101/1", "--on", "2026-11-01")
    page = house("dormitory", "show", "zu-1/102/1", "--format", "json").json()
    assert page["bed"] == [
        {
            "code": "ZU-1/102/1", "state": "taken", "graduate": "G-4", "floor": 1, "room_sex": "M",
            "accessible": 0, "family_flat": 0,
        }
    ]  # fmt: skip
    assert [
        (row["graduate"], row["from_date"], row["until"], row["contract"], row["end_reason"])
        for row in page["stays"]
    ] == [
        ("G-3", "2026-03-01", "2026-10-01", "7/2026", "work"),
        ("G-4", "2026-11-01", None, None, None),
    ]
    assert page["out_of_service"] == [
        {"bed": "ZU-1/102/1", "from_date": "2026-01-01", "until": "2026-02-01", "reason": "x"}
    ]
    (before,) = house("dormitory", "show", "ZU-1/102/1", "--as-of", "2026-01-15", "--format", "json").json()[
        "bed"
    ]
    assert (before["state"], before["graduate"]) == ("closed", None)


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        ("ZU-1/101/1/2", "'ZU-1/101/1/2' has more parts than a bed"),
        ("ZU-1/", "a part of the place is empty"),
        ("ZU-1/101/ ", "a part of the place is empty"),
    ],
)
def test_a_place_to_enter_has_one_to_three_parts(house: Ayala, place: str, sentence: str) -> None:
    done = house("dormitory", "add", place, ok=2)
    assert done.err == f"ayala: {sentence}\ntry: ayala dormitory add ZU-3/204/5\n"
    assert done.out == ""


def test_a_room_without_beds_cannot_be_closed(house: Ayala) -> None:
    house("dormitory", "add", "ZU-1/301")
    done = house("dormitory", "close", "ZU-1/301", "--from", "2026-12-01", "--reason", "repairs", ok=3)
    assert done.err == "ayala: ZU-1/301 has no beds\ntry: ayala dormitory show ZU-1/301\n"


def alike(house: Ayala) -> None:
    """Two rooms that look the same, as only someone who writes past Ayala can enter them."""
    for code in ("0a", "0b"):
        written(
            house,
            "INSERT INTO room (id, building_id, number, accessible, family_flat) "
            f"SELECT '01900000-0000-7000-8000-00000000{code}00', id, "
            f"'{'12A' if code == '0a' else '12А'}', 0, 0 FROM building",
        )


def test_rooms_that_look_the_same_are_told_apart_by_whoever_types_exactly(house: Ayala) -> None:
    alike(house)
    done = house("dormitory", "list", "ZU-1/12a", ok=4)
    assert [line.strip() for line in done.err.splitlines()] == [
        "ayala: several fit 'ZU-1/12a'", "ZU-1/12A", "ZU-1/12А", "try: name one by its code",
    ]  # fmt: skip
    (room,) = house("dormitory", "show", "ZU-1/12А", "--format", "json").json()["room"]
    assert room["code"] == "ZU-1/12А"


def test_at_a_terminal_one_of_the_rooms_is_chosen(house: Ayala) -> None:
    alike(house)
    said = at_terminal(house)("dormitory", "show", "ZU-1/12a", "--format", "json", stdin="2\n")
    (room,) = said.json()["room"]
    assert room["code"] == "ZU-1/12А"


@pytest.mark.parametrize(
    ("meanwhile", "words", "sentence"),
    [
        ("DELETE FROM building WHERE code = 'ZU-2'", ("edit", "ZU-2", "--name", "Ү"), "there is no building ZU-2"),
        ("DELETE FROM room WHERE number = '301'", ("edit", "ZU-1/301", "--note", "x"), "there is no room ZU-1/301"),
        ("DELETE FROM bed WHERE place = 'ZU-1/101/1'", ("place", "G-1", "ZU-1/101/1"), "there is no bed ZU-1/101/1"),
        ("DELETE FROM graduate WHERE code = 'G-1'", ("place", "G-1", "ZU-1/101/1"), "there is no graduate G-1"),
    ],
)  # fmt: skip
def test_what_somebody_took_back_meanwhile_is_named(
    house: Ayala, monkeypatch: pytest.MonkeyPatch, meanwhile: str, words: tuple[str, ...], sentence: str
) -> None:
    """Between a command's question and its change another one may have undone what was found."""
    house("dormitory", "add", "ZU-2", "--name", "Екінші үй")
    house("dormitory", "add", "ZU-1/301")
    change = Office.change

    def late(office: Office, *args: Any, **options: Any) -> Any:
        office.close()
        written(house, meanwhile)
        return change(office, *args, **options)

    monkeypatch.setattr(Office, "change", late)
    done = house("dormitory", *words, ok=3)
    assert done.err.splitlines()[0] == f"ayala: {sentence}"
    assert done.out == ""
