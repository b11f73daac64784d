"""The pairs on record that are likely one person twice, and about whom nobody has decided yet.

Who was born on one day is compared, and who bears the same name on a near day: two walks along an index, each
holding one day's or one name's people in memory. Nobody is compared who is blocked, erased or in the archive.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import combinations, groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from ayala.graduate.identity import full_name
from ayala.graduate.likeness import Likeness, Measure, Names, Someone, likeness, measure, someone
from ayala.output.table import Table, columns

if TYPE_CHECKING:
    from ayala.storage.asking import Asking

Record = dict[str, Any]

PAIRS = columns(
    "graduate", "name", "birth_date@", "other", "other_name", "other_birth_date@", "name_alike#", "score#",
    "reasons:likeness",
)  # fmt: skip


class Pair(NamedTuple):
    """Two records, the one with the lower code first, and how alike they are."""

    one: Record
    other: Record
    found: Likeness

    @property
    def rank(self) -> tuple[Any, ...]:
        """The likeliest first; of equally likely ones that with more to speak for it."""
        codes = [_number(record["code"]) for record in (self.one, self.other)]
        return (-self.found.score, -self.found.support, *codes)


def alike(
    ask: Asking, on: date, *, graduate: str | None = None, region: str | None = None, limit: int | None = None
) -> Table:
    """Pairs likely the same person, undecided, the likeliest first; those of one person, or of a region."""
    points = measure(on)
    if graduate is None:
        found = [*_of_a_day(ask, points), *_of_a_name(ask, points)]
    else:
        found = list(_of_one(ask, graduate, points))
    decided = {frozenset(row.values()) for row in ask.rows("graduate", "told_apart")}
    pairs = sorted(
        (
            pair
            for pair in found
            if (region is None or region in (pair.one["region"], pair.other["region"]))
            and frozenset((pair.one["id"], pair.other["id"])) not in decided
        ),
        key=lambda pair: pair.rank,
    )
    return Table("alike", PAIRS, [_row(pair) for pair in pairs[:limit]])


def _row(pair: Pair) -> Record:
    one, other = pair.one, pair.other
    return {
        "graduate": one["code"],
        "name": full_name(one["surname"], one["given_name"], one["patronymic"]),
        "birth_date": one["birth_date"],
        "other": other["code"],
        "other_name": full_name(other["surname"], other["given_name"], other["patronymic"]),
        "other_birth_date": other["birth_date"],
        "name_alike": pair.found.name,
        "score": pair.found.score,
        "reasons": ";".join(pair.found.reasons),
    }


def _number(code: str) -> tuple[int, str]:
    return len(code), code


def _of_a_day(ask: Asking, points: Measure) -> Iterator[Pair]:
    """Pairs of the same birth date."""
    for _, born in groupby(ask.rows("graduate", "compared_by_day"), key=lambda row: row["birth_date"]):
        people = list(born)
        if len(people) > 1:
            yield from _likely(people, _near_names(people, points), points)


def _of_a_name(ask: Asking, points: Measure) -> Iterator[Pair]:
    """Pairs of the same name and a near birth date: of the same year, or of the same day and month."""
    named = groupby(
        ask.rows("graduate", "compared_by_name"), key=lambda row: (row["surname_fold"], row["given_fold"])
    )
    for _, called in named:
        people = list(called)
        if len(people) > 1:
            yield from _likely(people, _near_days([person["birth_date"] for person in people]), points)


def _of_one(ask: Asking, code: str, points: Measure) -> Iterator[Pair]:
    people = list(ask.rows("graduate", "compared_with", code=code))
    mine = [i for i, person in enumerate(people) if person["code"] == code]
    yield from _likely(people, ((i, j) for i in mine for j in range(len(people)) if i != j), points)


def _likely(people: Sequence[Record], pairs: Iterable[tuple[int, int]], points: Measure) -> Iterator[Pair]:
    """Of some pairs those to be asked about."""
    compared: dict[int, Someone] = {}
    for pair in pairs:
        for i in pair:
            if i not in compared:
                compared[i] = someone(people[i])
        found = likeness(compared[pair[0]], compared[pair[1]], points)
        if points.asks(found):
            first, second = sorted((people[i] for i in pair), key=lambda person: _number(person["code"]))
            yield Pair(first, second, found)


def _near_names(people: Sequence[Record], points: Measure) -> set[tuple[int, int]]:
    """The pairs whose names are near enough to be compared in full."""
    called = [(person["surname_fold"], person["given_fold"]) for person in people]
    names = Names(called, points)
    return {(i, j) for i, name in enumerate(called[:-1]) for j in names.near(*name, after=i + 1)}


def _near_days(days: Sequence[str]) -> set[tuple[int, int]]:
    """The pairs of near days, as ``likeness.days_alike`` tells them."""
    found: set[tuple[int, int]] = set()
    for part, is_near in ((slice(5, None), _differ), (slice(0, 4), _near_in_a_year)):
        alike: dict[str, list[int]] = {}
        for i, day in enumerate(days):
            alike.setdefault(day[part], []).append(i)
        for group in alike.values():
            found.update((i, j) for i, j in combinations(group, 2) if is_near(days[i], days[j]))
    return found


def _differ(one: str, other: str) -> bool:
    return one != other


def _near_in_a_year(one: str, other: str) -> bool:
    """Whether month and day are changed about, or differ by one digit."""
    if one[5:7] == other[8:] and one[8:] == other[5:7]:
        return one != other
    return sum(a != b for a, b in zip(one[5:], other[5:], strict=True)) == 1
