"""Who gets a bed, moves, leaves, and who lives with them: what is allowed and what is said."""

from __future__ import annotations

from typing import Any

import pytest

from tests.program import Ayala


def stays(house: Ayala, person: str) -> list[dict[str, Any]]:
    """Every stay of a person, the first one first; only what is not empty."""
    rows = house("dormitory", "stays", "--graduate", person, "--format", "json").json()
    shown = ("bed", "from_date", "until", "contract", "planned_end", "end_reason", "destination", "reason")
    rows.sort(key=lambda row: row["from_date"])
    return [{key: row[key] for key in shown if row[key] is not None} for row in rows]


def counts(house: Ayala, day: str = "2026-11-23") -> tuple[int, int]:
    """Residents and companions on a day."""
    (row,) = house("dormitory", "list", "--as-of", day, "--format", "json").json()
    return row["residents"], row["companions"]


# --- place -----------------------------------------------------------------------------------------


def test_a_bed_is_given(house: Ayala, office_db: str) -> None:
    done = house(
        "dormitory",
        "place",
        "Арманова Айгүл",
        "zu-1/101/2",
        "--contract",
        "17/2026",
        "--planned-end",
        "2027-06-30",
    )
    assert (done.out, done.err) == ("ZU-1/101/2\n", "G-1 has ZU-1/101/2 from 2026-11-23\n")
    assert stays(house, "G-1") == [
        {"bed": "ZU-1/101/2", "from_date": "2026-11-23", "contract": "17/2026", "planned_end": "2027-06-30"}
    ]


def test_a_taken_bed_is_refused_and_nothing_changes(house: Ayala, office_db: str) -> None:
    house("dormitory", "place", "G-1", "ZU-1/101/1", "--on", "2026-11-01", "--until", "2026-12-01")
    done = house("dormitory", "place", "G-2", "ZU-1/101/1", "--reason", "urgent", ok=5)
    assert (done.out, done.err) == (
        "",
        "ayala: ZU-1/101/1 is taken by G-1 from 2026-11-01 until 2026-12-01\n"
        "try: ayala dormitory free --on 2026-11-23\n",
    )
    assert stays(house, "G-2") == []
    assert counts(house) == (1, 0)


@pytest.mark.parametrize(
    ("on", "until", "fits"),
    [
        ("2026-10-01", "2026-11-01", True),  # leaves on the day the other comes
        ("2026-12-01", None, True),  # comes on the day the other leaves
        ("2026-10-01", "2026-11-02", False),
        ("2026-10-01", None, False),
        ("2026-11-30", None, False),
        ("2026-11-10", "2026-11-11", False),
    ],
)
def test_the_whole_interval_counts(house: Ayala, on: str, until: str | None, fits: bool) -> None:
    house("dormitory", "place", "G-1", "ZU-1/101/1", "--on", "2026-11-01", "--until", "2026-12-01")
    end = ("--until", until) if until else ()
    house("dormitory", "place", "G-2", "ZU-1/101/1", "--on", on, *end, ok=0 if fits else 5)
    # The same days for one person and two beds.
    house("dormitory", "place", "G-1", "ZU-1/101/2", "--on", on, *end, ok=0 if fits else 5)


def test_nobody_has_two_beds(house: Ayala, office_db: str) -> None:
    house("dormitory", "place", "G-1", "ZU-1/101/1", "--on", "2026-11-01")
    assert house("dormitory", "place", "G-1", "ZU-1/101/2", ok=5).err == (
        "ayala: G-1 already has the bed ZU-1/101/1 from 2026-11-01\n"
        "try: ayala dormitory move G-1 BED --reason …\n"
    )


def test_a_bed_out_of_service_is_refused(house: Ayala, office_db: str) -> None:
    house(
        "dormitory",
        "close",
        "ZU-1/101/1",
        "--from",
        "2026-12-01",
        "--until",
        "2026-12-15",
        "--reason",
        "new floor",
    )
    assert house("dormitory", "place", "G-1", "ZU-1/101/1", "--reason", "x", ok=5).err == (
        "ayala: ZU-1/101/1 is out of service from 2026-12-01 until 2026-12-15: new floor\n"
        "try: ayala dormitory free --on 2026-11-23\n"
    )
    house("dormitory", "place", "G-1", "ZU-1/101/1", "--until", "2026-12-01")
    house("dormitory", "place", "G-2", "ZU-1/101/1", "--on", "2026-12-15")


def test_who_is_in_the_archive_gets_no_bed(house: Ayala) -> None:
    house("graduate", "close", "G-1", "--reason", "moved abroad")
    assert house("dormitory", "place", "G-1", "ZU-1/101/1", "--reason", "x", ok=5).err == (
        "ayala: G-1 is in the archive since 2026-11-23\ntry: ayala graduate reopen G-1\n"
    )


@pytest.mark.parametrize(
    ("person", "bed", "rules"),
    [
        ("G-5", "ZU-1/101/1", "14 years old on 2026-11-23, ZU-1 admits from 16"),
        ("G-6", "ZU-1/102/1", "26 years old on 2026-11-23, ZU-1 admits until 23 is reached"),
        (
            "G-7",
            "ZU-1/101/1",
            "30 years old on 2026-11-23, ZU-1 admits until 23 is reached;"
            " 30 years old on 2026-11-23, the ceiling of ZU-1 is 29; room ZU-1/101 is for women only, the person is male",
        ),
    ],
)
def test_a_broken_rule_needs_a_reason(
    house: Ayala, office_db: str, person: str, bed: str, rules: str
) -> None:
    """Every broken rule is named; with a reason the bed is given, the rules are said, the reason is kept."""
    done = house("dormitory", "place", person, bed, ok=5)
    assert done.err == (
        f'ayala: {person} on {bed}: {rules}\ntry: the same command with --reason "…" if it is right\n'
    )
    assert stays(house, person) == []
    done = house("dormitory", "place", person, bed, "--reason", "decision 4")
    assert done.out == f"{bed}\n"
    assert done.err == f"{person} has {bed} from 2026-11-23\n" + "".join(
        f"{person} on {bed}: {rule}\n" for rule in rules.split("; ")
    )
    assert stays(house, person) == [{"bed": bed, "from_date": "2026-11-23", "reason": "decision 4"}]


def test_a_room_without_a_sex_takes_the_sex_of_who_lives_there(house: Ayala, office_db: str) -> None:
    house("dormitory", "place", "G-1", "ZU-1/201/1", "--until", "2026-12-01")
    done = house("dormitory", "place", "G-3", "ZU-1/201/2", ok=5)
    assert (
        "people of the other sex live in room ZU-1/201 on these days (Law 94-I of 1997-04-16, art. 76(2))"
        in done.err
    )
    house("dormitory", "place", "G-3", "ZU-1/201/2", "--on", "2026-12-01")
    house("dormitory", "place", "G-2", "ZU-1/201/2", "--until", "2026-12-01")


def test_no_rule_on_sex_in_a_family_flat(house: Ayala) -> None:
    house("dormitory", "edit", "ZU-1", "--sex-rule", "F")
    house("dormitory", "place", "G-3", "ZU-1/202/1")
    assert (
        "ZU-1 is for women only, the person is male"
        in house("dormitory", "place", "G-4", "ZU-1/102/1", ok=5).err
    )


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--until", "2026-11-23"), "--until (2026-11-23) must be after the first day (2026-11-23)"),
        (
            ("--planned-end", "2026-11-01"),
            "the planned end (2026-11-01) must be after the first day (2026-11-23)",
        ),
    ],
)
def test_a_stay_holds_at_least_a_day(house: Ayala, options: tuple[str, ...], sentence: str) -> None:
    assert house("dormitory", "place", "G-1", "ZU-1/101/1", *options, ok=2).err == f"ayala: {sentence}\n"


def test_who_is_not_on_record_is_not_placed(house: Ayala) -> None:
    house("dormitory", "place", "G-99", "ZU-1/101/1", ok=3)
    house("dormitory", "place", "G-1", "ZU-1/101/9", ok=3)
    assert "is not a bed (ZU-1/204/3)" in house("dormitory", "place", "G-1", "ZU-1/101", ok=2).err


def test_a_dry_run_changes_nothing(house: Ayala, office_db: str) -> None:
    done = house("dormitory", "place", "G-1", "ZU-1/101/1", "--dry-run")
    assert (done.out, done.err.splitlines()[-1]) == ("ZU-1/101/1\n", "dry run: nothing was changed")
    assert stays(house, "G-1") == []
    house("dormitory", "place", "G-1", "ZU-1/101/1")
    house("dormitory", "move", "G-1", "ZU-1/101/2", "--reason", "x", "--on", "2026-12-01", "--dry-run")
    house("dormitory", "leave", "G-1", "--to", "unknown", "--why", "other", "--on", "2026-12-01", "--dry-run")
    assert stays(house, "G-1") == [{"bed": "ZU-1/101/1", "from_date": "2026-11-23"}]


# --- move ------------------------------------------------------------------------------------------


def test_a_move_carries_everything_over(house: Ayala, office_db: str) -> None:
    house(
        "dormitory", "place", "G-1", "ZU-1/101/1", "--on", "2026-11-01", "--until", "2027-07-01",
        "--contract", "17/2026", "--planned-end", "2027-06-30", "--children", "1", "--adults", "1",
    )  # fmt: skip
    house("dormitory", "companions", "G-1", "--adults", "0", "--on", "2026-11-10")
    done = house("dormitory", "move", "G-1", "ZU-1/202/1", "--reason", "a second child", "--on", "2026-11-20")
    assert (done.out, done.err) == ("ZU-1/202/1\n", "G-1 has ZU-1/202/1 from 2026-11-20\n")
    kept = {"contract": "17/2026", "planned_end": "2027-06-30"}
    assert stays(house, "G-1") == [
        {
            "bed": "ZU-1/101/1", "from_date": "2026-11-01", "until": "2026-11-20", **kept,
            "end_reason": "transfer", "destination": "dormitory",
        },
        {
            "bed": "ZU-1/202/1", "from_date": "2026-11-20", "until": "2027-07-01", **kept,
            "reason": "a second child",
        },
    ]  # fmt: skip
    days = ("2026-11-05", "2026-11-15", "2026-11-19", "2026-11-20", "2027-06-30", "2027-07-01")
    assert [counts(house, day) for day in days] == [(1, 2), (1, 1), (1, 1), (1, 1), (1, 1), (0, 0)]


def test_a_refused_move_leaves_the_old_stay_as_it_was(house: Ayala, office_db: str) -> None:
    house("dormitory", "place", "G-1", "ZU-1/101/1", "--on", "2026-11-01")
    house("dormitory", "place", "G-2", "ZU-1/101/2", "--on", "2027-01-01")
    done = house("dormitory", "move", "G-1", "ZU-1/101/2", "--reason", "x", ok=5)
    assert done.err.startswith("ayala: ZU-1/101/2 is taken by G-2 from 2027-01-01\n")
    assert stays(house, "G-1") == [{"bed": "ZU-1/101/1", "from_date": "2026-11-01"}]


def test_a_move_on_the_first_day_puts_the_stay_right(house: Ayala, office_db: str) -> None:
    house("dormitory", "place", "G-1", "ZU-1/101/1", "--contract", "3", "--children", "1")
    done = house("dormitory", "move", "G-1", "ZU-1/101/2", "--reason", "wrong bed typed")
    assert done.err == (
        "G-1 has ZU-1/101/2 from 2026-11-23\n"
        "G-1 came to ZU-1/101/1 that very day: the stay is put right in place\n"
        "ZU-1/101 is not a family flat\n"
    )
    assert stays(house, "G-1") == [
        {"bed": "ZU-1/101/2", "from_date": "2026-11-23", "contract": "3", "reason": "wrong bed typed"}
    ]
    assert counts(house) == (1, 1)


def test_the_reason_of_a_move_covers_broken_rules_which_are_said(house: Ayala) -> None:
    house("dormitory", "place", "G-3", "ZU-1/102/1", "--on", "2026-11-01")
    done = house("dormitory", "move", "G-3", "ZU-1/101/1", "--reason", "repairs")
    assert done.err.splitlines()[1:] == [
        "G-3 on ZU-1/101/1: room ZU-1/101 is for women only, the person is male"
    ]


def test_two_people_change_beds_in_three_moves(house: Ayala, office_db: str) -> None:
    house("dormitory", "place", "G-1", "ZU-1/101/1", "--on", "2026-11-01")
    house("dormitory", "place", "G-2", "ZU-1/101/2", "--on", "2026-11-01")
    house("dormitory", "move", "G-1", "ZU-1/201/1", "--reason", "swap")
    house("dormitory", "move", "G-2", "ZU-1/101/1", "--reason", "swap")
    house("dormitory", "move", "G-1", "ZU-1/101/2", "--reason", "swap")
    today = {row["graduate"]: row["bed"] for row in house("dormitory", "stays", "--format", "json").json()}
    assert today == {"G-2": "ZU-1/101/1", "G-1": "ZU-1/101/2"}


@pytest.mark.parametrize(
    ("args", "code", "sentence"),
    [
        (("ZU-1/101/2",), 2, "moving needs --reason"),
        (("ZU-1/101/1", "--reason", "x"), 5, "G-1 has the bed ZU-1/101/1 from 2026-11-10"),
        (
            ("ZU-1/101/2", "--reason", "x", "--on", "2026-11-09"),
            2,
            "G-1 came to ZU-1/101/1 on 2026-11-10; 2026-11-09 is before that",
        ),
    ],
)
def test_moves_that_cannot_be(house: Ayala, args: tuple[str, ...], code: int, sentence: str) -> None:
    house("dormitory", "place", "G-1", "ZU-1/101/1", "--on", "2026-11-10")
    assert house("dormitory", "move", "G-1", *args, ok=code).err.splitlines()[0] == f"ayala: {sentence}"
    assert house("dormitory", "move", "G-2", "ZU-1/101/2", "--reason", "x", ok=5).err == (
        "ayala: G-2 has no bed\ntry: ayala dormitory place G-2 BED\n"
    )


# --- leave -----------------------------------------------------------------------------------------


def test_the_day_of_leaving_is_free_for_the_next(house: Ayala, office_db: str) -> None:
    house("dormitory", "place", "G-1", "ZU-1/101/1", "--on", "2026-11-01", "--children", "2")
    done = house("dormitory", "leave", "G-1", "--to", "rented", "--why", "work")
    assert (done.out, done.err) == ("", "the bed of G-1 is free from 2026-11-23\n")
    assert stays(house, "G-1") == [
        {
            "bed": "ZU-1/101/1", "from_date": "2026-11-01", "until": "2026-11-23", "end_reason": "work",
            "destination": "rented",
        }
    ]  # fmt: skip
    house("dormitory", "place", "G-2", "ZU-1/101/1")
    assert counts(house, "2026-11-22") == (1, 2)
    assert counts(house, "2026-11-23") == (1, 0)


def test_leaving_asks_where_to_and_why(house: Ayala) -> None:
    house("dormitory", "place", "G-1", "ZU-1/101/1", "--on", "2026-11-01")
    assert house("dormitory", "leave", "G-1", ok=2).err == "ayala: --to and --why are missing\n"
    assert house("dormitory", "leave", "G-1", "--to", "unknown", ok=2).err == "ayala: --why is missing\n"
    house("dormitory", "leave", "G-1", "--to", "unknown", "--why", "other")


def test_who_leaves_on_the_day_of_coming_keeps_one_day(house: Ayala, office_db: str) -> None:
    house("dormitory", "place", "G-1", "ZU-1/101/1", "--children", "1")
    done = house("dormitory", "leave", "G-1", "--to", "family", "--why", "own_wish")
    assert done.err == (
        "the bed of G-1 is free from 2026-11-24\n"
        "G-1 came that very day: the stay keeps one day, until 2026-11-24\n"
    )
    assert counts(house, "2026-11-23") == (1, 1)
    assert counts(house, "2026-11-24") == (0, 0)
    assert house("dormitory", "leave", "G-1", "--to", "family", "--why", "own_wish", ok=5).err == (
        "ayala: G-1 left ZU-1/101/1 on 2026-11-24 already\ntry: ayala graduate show G-1\n"
    )


def test_leaving_before_coming_is_wrong(house: Ayala, office_db: str) -> None:
    house("dormitory", "place", "G-1", "ZU-1/101/1", "--on", "2026-11-10")
    away = ("--to", "rented", "--why", "work")
    assert house("dormitory", "leave", "G-1", *away, "--on", "2026-11-09", ok=2).err == (
        "ayala: G-1 came to ZU-1/101/1 on 2026-11-10; 2026-11-09 is before that\n"
    )
    assert house("dormitory", "leave", "G-2", *away, ok=5).err.startswith("ayala: G-2 has no bed\n")


def test_an_end_that_was_set_beforehand(house: Ayala, office_db: str) -> None:
    """It can come earlier, and gets its destination on the day; later the stay is history."""
    house("dormitory", "place", "G-1", "ZU-1/101/1", "--on", "2026-11-01", "--until", "2026-11-23")
    house("dormitory", "leave", "G-1", "--to", "army", "--why", "other")
    assert stays(house, "G-1")[0]["destination"] == "army"
    house("dormitory", "place", "G-2", "ZU-1/101/2", "--on", "2026-11-01", "--until", "2027-01-01")
    house("dormitory", "leave", "G-2", "--to", "abroad", "--why", "study")
    assert stays(house, "G-2")[0]["until"] == "2026-11-23"


def test_history_is_not_rewritten_by_a_day_typed_wrong(house: Ayala, office_db: str) -> None:
    house("dormitory", "place", "G-1", "ZU-1/101/1", "--on", "2026-01-01", "--until", "2026-06-01")
    house("dormitory", "place", "G-1", "ZU-1/101/2", "--on", "2026-06-01")
    before = stays(house, "G-1")
    done = house("dormitory", "leave", "G-1", "--to", "rented", "--why", "work", "--on", "2026-03-01", ok=2)
    assert done.err == "ayala: G-1 came to ZU-1/101/2 on 2026-06-01; 2026-03-01 is before that\n"
    house("dormitory", "move", "G-1", "ZU-1/201/1", "--reason", "x", "--on", "2026-03-01", ok=2)
    house("dormitory", "place", "G-2", "ZU-1/101/1", "--on", "2026-07-01", "--until", "2026-08-01")
    away = ("dormitory", "leave", "G-2", "--to", "rented", "--why", "work", "--on")
    house(*away, "2026-07-15")  # nobody had recorded the leaving, so the true day may be earlier
    assert "G-2 left ZU-1/101/1 on 2026-07-15 already" in house(*away, "2026-07-10", ok=5).err
    assert (
        "G-2 has no bed on 2026-11-23; the last one was ZU-1/101/1 from 2026-07-01 until 2026-07-15"
        in house("dormitory", "leave", "G-2", "--to", "rented", "--why", "work", ok=5).err
    )
    assert stays(house, "G-1") == before


def test_a_move_booked_for_later_is_named_when_the_person_leaves(house: Ayala, office_db: str) -> None:
    house("dormitory", "place", "G-1", "ZU-1/101/1", "--on", "2026-11-01")
    house("dormitory", "move", "G-1", "ZU-1/101/2", "--on", "2026-12-10", "--reason", "repairs")
    said = house("dormitory", "leave", "G-1", "--to", "rented", "--why", "own_wish").err
    assert "G-1 still has ZU-1/101/2 from 2026-12-10 on record" in said


# --- companions and the contract ---------------------------------------------------------------------


def test_companions_are_counted_apart(house: Ayala, office_db: str) -> None:
    house("dormitory", "place", "G-1", "ZU-1/202/1", "--on", "2026-11-01", "--adults", "1", "--children", "1")
    done = house("dormitory", "companions", "G-1", "--children", "3", "--on", "2026-11-10")
    assert done.err == "with G-1 from 2026-11-10: children 3\n"
    house("dormitory", "companions", "G-1", "--adults", "0", "--children", "2", "--on", "2026-11-20")
    assert [counts(house, f"2026-11-{day}") for day in ("01", "09", "10", "19", "20", "23")] == [
        (1, 2), (1, 2), (1, 4), (1, 4), (1, 2), (1, 2),
    ]  # fmt: skip
    (row,) = house("dormitory", "stays", "--format", "json").json()
    assert (row["adults"], row["children"]) == (0, 2)
    house("dormitory", "companions", "G-1", "--children", "0", "--on", "2026-11-20")
    assert counts(house) == (1, 0)


def test_companions_need_a_resident_and_a_number(house: Ayala) -> None:
    assert "--adults N or --children N" in house("dormitory", "companions", "G-1", ok=2).err
    assert "G-1 has no bed" in house("dormitory", "companions", "G-1", "--adults", "1", ok=5).err
    house("dormitory", "place", "G-1", "ZU-1/202/1", "--on", "2026-11-01")
    house("dormitory", "companions", "G-1", "--adults", "1", "--on", "2026-11-20")
    assert house("dormitory", "companions", "G-1", "--adults", "0", "--on", "2026-11-10", ok=2).err == (
        "ayala: G-1: companions are on record from 2026-11-20, which is after 2026-11-10\n"
    )
    done = house("dormitory", "place", "G-2", "ZU-1/101/1", "--children", "1")
    assert done.err.splitlines()[1:] == ["ZU-1/101 is not a family flat"]


def test_the_contract_of_a_stay_changes(house: Ayala, office_db: str) -> None:
    house("dormitory", "place", "G-1", "ZU-1/101/1", "--on", "2026-11-01")
    done = house("dormitory", "contract", "G-1", "--contract", "9", "--planned-end", "30.06.2027")
    assert done.err == "changed the stay of G-1\n"
    assert stays(house, "G-1")[0] == {
        "bed": "ZU-1/101/1", "from_date": "2026-11-01", "contract": "9", "planned_end": "2027-06-30",
    }  # fmt: skip
    house("dormitory", "contract", "G-1", "--contract", "")
    assert "contract" not in stays(house, "G-1")[0]
    assert (
        "must be after the first day"
        in house("dormitory", "contract", "G-1", "--planned-end", "2026-11-01", ok=2).err
    )
    assert "--contract or --planned-end" in house("dormitory", "contract", "G-1", ok=2).err


def test_residents_of_a_day(house: Ayala, office_db: str) -> None:
    house("dormitory", "place", "G-3", "ZU-1/102/1", "--on", "2026-01-01", "--contract", "5")
    house("dormitory", "place", "G-1", "ZU-1/101/2", "--on", "2026-11-01", "--until", "2026-11-20")
    head = "graduate,surname,given_name,patronymic,age,sex,bed,from_date,until,contract,planned_end,"
    head += "adults,children\n"
    one = "G-1,Арманова,Айгүл,,20,F,ZU-1/101/2,2026-11-01,2026-11-20,,,0,0\n"
    other = "G-3,Ғалымов,Нұрлан,,{age},M,ZU-1/102/1,2026-01-01,,5,,0,0\n"
    listing = ("dormitory", "stays", "--format", "csv")
    assert house(*listing, "--as-of", "2026-11-19").out == head + one + other.format(age=20)
    assert house(*listing).out == head + other.format(age=20)
    assert house(*listing, "--as-of", "2026-01-01", "--building", "zu-1").out == head + other.format(age=19)
    house("dormitory", "add", "ZU-2", "--name", "Екінші")
    assert house(*listing, "--building", "ZU-2").out == head
