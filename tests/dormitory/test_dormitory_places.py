"""Buildings, rooms and beds: entering them, finding them by what was typed, changing them."""

from __future__ import annotations

import pytest

from tests.program import Ayala


def test_a_building_begins_with_the_law(ayala: Ayala, office_db: str) -> None:
    assert ayala("dormitory", "add", "ZU-3", "--name", "Жаңа үй", "--region", "Almaty").out == "ZU-3\n"
    assert ayala("dormitory", "show", "ZU-3").out == (
        "Building\n"
        "Code                ZU-3\n"
        "Name                Жаңа үй\n"
        "Region              Almaty\n"
        "For whom            any\n"
        "Minimum age         16\n"
        "Maximum age         23\n"
        "Age ceiling         29\n"
        "Source of the ages  Law 113-II of 2000-12-13, art. 24 and 31; practice of Kyzylorda and Aktobe\n"
        "Rooms               0\n"
        "Beds                0\n"
        "Residents           0\n"
        "Companions          0\n"
        "Out of service      0\n"
        "Free                0\n"
        "\n"
        "Rooms\n"
        "nothing found\n"
    )


def test_a_building_may_go_its_own_way(ayala: Ayala, office_db: str) -> None:
    ayala(
        "dormitory", "add", "ZU-3", "--name", "Үй", "--max-age", "25", "--ceiling-age", "none",
        "--sex-rule", "әйел", "--source", "order 12",
    )  # fmt: skip
    (row,) = ayala("dormitory", "show", "ZU-3", "--format", "json").json()["building"]
    ages = (row["min_age"], row["max_age"], row["ceiling_age"])
    assert (*ages, row["sex_rule"], row["policy_source"]) == (16, 25, None, "F", "order 12")


def test_ages_that_contradict_one_another_are_refused(ayala: Ayala, office_db: str) -> None:
    done = ayala("dormitory", "add", "ZU-3", "--name", "Үй", "--min-age", "30", ok=2)
    assert done.err == "ayala: ZU-3: the ages contradict one another: from 30, until 23, ceiling 29\n"
    assert ayala("dormitory", "list", "--format", "json").json() == []


def test_a_building_needs_a_name(ayala: Ayala, office_db: str) -> None:
    assert ayala("dormitory", "add", "ZU-3", ok=2).err == "ayala: --name is missing\n"


def test_a_room_comes_with_its_beds(house: Ayala, office_db: str) -> None:
    assert (
        house("dormitory", "add", "zu-1/301", "--floor", "3", "--sex", "ж", "--beds", "3").out == "ZU-1/301\n"
    )
    assert house("dormitory", "add", "ZU-1/301/4").out == "ZU-1/301/4\n"
    assert house("dormitory", "list", "ZU-1/301", "--format", "json").json() == [
        {
            "code": f"ZU-1/301/{n}", "bed": f"{n}", "state": "free", "graduate": None, "until": None,
            "planned_end": None,
        }
        for n in (1, 2, 3, 4)
    ]  # fmt: skip


def test_a_family_flat_is_one_bed(house: Ayala) -> None:
    assert house("dormitory", "add", "ZU-1/401", "--family-flat").out == "ZU-1/401\n"
    assert [row["code"] for row in house("dormitory", "list", "ZU-1/401", "--format", "json").json()] == [
        "ZU-1/401/1"
    ]
    assert house("dormitory", "add", "ZU-1/401/2", ok=2).err == (
        "ayala: ZU-1/401 is a family flat: its one bed is the whole flat\n"
    )
    assert house("dormitory", "add", "ZU-1/402", "--family-flat", "--beds", "2", ok=2).err == (
        "ayala: ZU-1/402: a family flat has one bed, which is the whole flat\n"
    )
    assert house("dormitory", "edit", "ZU-1/101", "--family-flat", ok=2).err == (
        "ayala: ZU-1/101 has several beds; a family flat has one, which is the whole flat\n"
    )


@pytest.mark.parametrize("typed", ["ZU-1", "zu-1", "ZU–1", "zU-1 "])
def test_a_building_is_not_entered_twice(house: Ayala, typed: str) -> None:
    done = house("dormitory", "add", typed, "--name", "Тағы", ok=5)
    assert done.err.startswith("ayala: the building ZU-1 is on record already\n")


def test_rooms_and_beds_are_not_entered_twice(house: Ayala) -> None:
    house("dormitory", "add", "ZU-1/12a")
    # Cyrillic а: looks the same, so it is the same room.
    assert "the room ZU-1/12a is on record already" in house("dormitory", "add", "ZU-1/12а", ok=5).err
    assert "the bed ZU-1/101/2 is on record already" in house("dormitory", "add", "ZU-1/101/2", ok=5).err


@pytest.mark.parametrize(
    ("typed", "code", "sentence"),
    [
        ("ZU-9", 3, "there is no building ZU-9"),
        ("ZU-1/999", 3, "there is no room ZU-1/999"),
        ("ZU-1/101/9", 3, "there is no bed ZU-1/101/9"),
        (
            "ZU-1/101/1/2",
            2,
            "'ZU-1/101/1/2' is not a building (ZU-1) or a room (ZU-1/204) or a bed (ZU-1/204/3)",
        ),
        ("ZU-1//1", 2, "'ZU-1//1' is not a building (ZU-1) or a room (ZU-1/204) or a bed (ZU-1/204/3)"),
        ("", 2, "'' is not a building (ZU-1) or a room (ZU-1/204) or a bed (ZU-1/204/3)"),
        (
            "ZU-1\x1b/101",
            2,
            "invalid value for 'PLACE': the text holds the invisible character U+001B at position 5",
        ),
    ],
)
def test_places_that_are_not_there(house: Ayala, typed: str, code: int, sentence: str) -> None:
    assert house("dormitory", "show", typed, ok=code).err.splitlines()[0] == f"ayala: {sentence}"


@pytest.mark.parametrize("typed", ["ZU-1/101", "zu-1/101", " ZU-1 / 101 ", "ZU–1/101"])
def test_a_place_is_read_generously(house: Ayala, typed: str) -> None:
    (row,) = house("dormitory", "show", typed, "--format", "json").json()["room"]
    assert row["code"] == "ZU-1/101"


def test_look_alike_letters_name_a_building_unless_it_is_exactly_another(house: Ayala) -> None:
    house("dormitory", "add", "AB", "--name", "Латын")
    (row,) = house("dormitory", "show", "АВ", "--format", "json").json()["building"]
    assert row["code"] == "AB"
    house("dormitory", "add", "Ж-1", "--name", "Кирилл")
    (row,) = house("dormitory", "show", "ж-1", "--format", "json").json()["building"]
    assert row["code"] == "Ж-1"


def test_options_of_another_kind_of_place_are_refused(house: Ayala) -> None:
    assert (
        "--floor, --beds: a building has none"
        in house("dormitory", "add", "ZU-2", "--name", "Үй", "--floor", "1", "--beds", "2", ok=2).err
    )
    assert "--name: a room has none" in house("dormitory", "add", "ZU-1/9", "--name", "Үй", ok=2).err
    assert "--sex: a bed has none" in house("dormitory", "add", "ZU-1/101/9", "--sex", "F", ok=2).err
    assert "--sex: a building has none" in house("dormitory", "edit", "ZU-1", "--sex", "any", ok=2).err
    assert "a bed has nothing to change" in house("dormitory", "edit", "ZU-1/101/1", "--note", "x", ok=2).err
    assert "nothing to change was given" in house("dormitory", "edit", "ZU-1", ok=2).err


def test_an_age_is_a_number_of_years_or_none(house: Ayala) -> None:
    for wrong in ("-1", "121", "1.5", "x"):
        assert (
            "is neither an age in years nor none"
            in house("dormitory", "edit", "ZU-1", f"--max-age={wrong}", ok=2).err
        )


def test_what_is_known_of_a_place_changes(house: Ayala, office_db: str) -> None:
    house("dormitory", "edit", "ZU-1", "--name", "Жаңа атау", "--min-age", "none", "--reason", "order 7")
    house("dormitory", "edit", "ZU-1", "--address", "Жетісу-2", "--note", "a\nb")
    (building,) = house("dormitory", "show", "ZU-1", "--format", "json").json()["building"]
    assert {k: building[k] for k in ("name", "address", "min_age", "max_age", "policy_source", "note")} == {
        "name": "Жаңа атау", "address": "Жетісу-2", "min_age": None, "max_age": 23,
        "policy_source": "order 7", "note": "a\nb",
    }  # fmt: skip
    house("dormitory", "edit", "ZU-1/101", "--sex", "any", "--accessible", "--floor", "0", "--note", "ramp")
    (room,) = house("dormitory", "show", "ZU-1/101", "--format", "json").json()["room"]
    assert (room["floor"], room["room_sex"], room["accessible"], room["note"]) == (
        0,
        None,
        True,
        "ramp",
    )
    house("dormitory", "edit", "ZU-1/101", "--not-accessible", "--note", "")
    (room,) = house("dormitory", "show", "ZU-1/101", "--format", "json").json()["room"]
    assert (room["accessible"], room["note"]) == (False, None)
    house("dormitory", "edit", "ZU-1", "--name", "", ok=2)


def test_the_list_counts_each_bed_once(house: Ayala, office_db: str) -> None:
    house("dormitory", "add", "ZU-10", "--name", "Бос үй")
    house("dormitory", "add", "ZU-2", "--name", "Екінші")
    house("dormitory", "place", "G-1", "ZU-1/101/1", "--on", "2026-11-01")
    house("dormitory", "place", "G-3", "ZU-1/202/1", "--children", "2", "--adults", "1")
    house(
        "dormitory",
        "close",
        "ZU-1/102",
        "--from",
        "2026-11-20",
        "--until",
        "2026-11-24",
        "--reason",
        "repairs",
    )
    assert house("dormitory", "list").out == (
        "Code    Name        Region      Rooms    Beds    Residents    Companions    Out of service    Free\n"
        "------  ----------  --------  -------  ------  -----------  ------------  ----------------  ------\n"
        "ZU-1    Жастар үйі                  4       7            2             3                 2       3\n"
        "ZU-2    Екінші                      0       0            0             0                 0       0\n"
        "ZU-10   Бос үй                      0       0            0             0                 0       0\n"
        "------  ----------  --------  -------  ------  -----------  ------------  ----------------  ------\n"
        "total                               4       7            2             3                 2       3\n"
    )
    assert house("dormitory", "list", "--as-of", "2026-11-19", "--format", "csv").out == (
        "code,name,region,rooms,beds,residents,companions,out_of_service,free\n"
        "ZU-1,Жастар үйі,,4,7,1,0,0,6\n"
        "ZU-2,Екінші,,0,0,0,0,0,0\n"
        "ZU-10,Бос үй,,0,0,0,0,0,0\n"
    )
    assert house("dormitory", "list", "ZU-1").out == (
        "Code        Floor  Room for    Accessible    Family flat      Beds    Taken    Closed    Free\n"
        "--------  -------  ----------  ------------  -------------  ------  -------  --------  ------\n"
        "ZU-1/101        1  female      no            no                  2        1         0       1\n"
        "ZU-1/102        1  male        no            no                  2        0         2       0\n"
        "ZU-1/201        2              no            no                  2        0         0       2\n"
        "ZU-1/202        2              no            yes                 1        1         0       0\n"
        "--------  -------  ----------  ------------  -------------  ------  -------  --------  ------\n"
        "total                                                            7        2         2       3\n"
    )
