"""Whether a person fits a bed: the age and sex rules of its building and room.

A broken rule is a sentence, never a wall: the commands demand a reason for it, an import only warns.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from ayala.dates import age_on
from ayala.dormitory.policy import one_sex_a_room


@dataclass(frozen=True)
class HouseRules:
    """What a bed's building and room lay down."""

    building: str
    room: str
    sex_rule: str = "any"
    min_age: int | None = None
    max_age: int | None = None
    ceiling_age: int | None = None
    room_sex: str | None = None
    family_flat: bool = False


def broken(
    house: HouseRules, *, birth_date: date, sex: str, on: date, room_mates: Collection[str] = ()
) -> list[str]:
    """A sentence for every rule that the person would break on that day.

    On reaching ``max_age`` the right to a place ends (Law 113-II, art. 31), so that very age breaks
    the rule. In a family flat no rule on sex applies. ``room_mates`` are the sexes of those who live
    in the room: they count where the room itself has no sex laid down.
    """
    sentences = []
    age = age_on(birth_date, on)
    if house.min_age is not None and age < house.min_age:
        sentences.append(f"{age} years old on {on}, {house.building} admits from {house.min_age}")
    if house.max_age is not None and age >= house.max_age:
        sentences.append(f"{age} years old on {on}, {house.building} admits until {house.max_age} is reached")
    if house.ceiling_age is not None and age >= house.ceiling_age:
        sentences.append(f"{age} years old on {on}, the ceiling of {house.building} is {house.ceiling_age}")
    if house.family_flat:
        return sentences
    if house.sex_rule not in ("any", sex):
        sentences.append(f"{house.building} is for {house.sex_rule}, the person is {sex}")
    if house.room_sex is not None and house.room_sex != sex:
        sentences.append(f"room {house.building}/{house.room} is for {house.room_sex}, the person is {sex}")
    if house.room_sex is None and any(mate != sex for mate in room_mates) and (law := one_sex_a_room(on)):
        sentences.append(
            f"people of the other sex live in room {house.building}/{house.room} on these days ({law})"
        )
    return sentences
