"""Whether a person fits a bed: the age and sex rules of its building and room.

A broken rule is a sentence, never a wall: the commands demand a reason for it, an import only warns.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from ayala.dates import age_on
from ayala.dormitory.policy import one_sex_a_room
from ayala.language.catalogue import word
from ayala.language.phrases import phrase


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
        sentences.append(
            phrase(
                "{age} years old on {day}, {building} admits from {least}",
                age=age,
                day=on,
                building=house.building,
                least=house.min_age,
            )
        )
    if house.max_age is not None and age >= house.max_age:
        sentences.append(
            phrase(
                "{age} years old on {day}, {building} admits until {limit} is reached",
                age=age,
                day=on,
                building=house.building,
                limit=house.max_age,
            )
        )
    if house.ceiling_age is not None and age >= house.ceiling_age:
        sentences.append(
            phrase(
                "{age} years old on {day}, the ceiling of {building} is {ceiling}",
                age=age,
                day=on,
                building=house.building,
                ceiling=house.ceiling_age,
            )
        )
    if house.family_flat:
        return sentences
    if house.sex_rule not in ("any", sex):
        sentences.append(
            phrase(
                "{building} is for {rule}, the person is {sex}",
                building=house.building,
                rule=word("sex_rule", house.sex_rule),
                sex=word("sex", sex),
            )
        )
    room = f"{house.building}/{house.room}"
    if house.room_sex is not None and house.room_sex != sex:
        sentences.append(
            phrase(
                "room {room} is for {rule}, the person is {sex}",
                room=room,
                rule=word("sex_rule", house.room_sex),
                sex=word("sex", sex),
            )
        )
    if house.room_sex is None and any(mate != sex for mate in room_mates) and (law := one_sex_a_room(on)):
        sentences.append(
            phrase("people of the other sex live in room {room} on these days ({law})", room=room, law=law)
        )
    return sentences
