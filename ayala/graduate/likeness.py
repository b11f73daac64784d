"""How likely two records are the same person: one pure function, its reasons, and what it asks for.

The name decides, folded as for finding (``language/names.py``) and compared as a whole; a patronymic
counts where both have one, with and without its ending, so that Қайратұлы and Кайратович meet. What speaks
against it (a birth date that is only near, two IINs, another sex) is taken off by the points of
``rules/likeness.toml``; a birth date that is far takes everything. What speaks for it (phone, institution,
region) adds nothing: it is shown, and orders what is equally likely. A likeness is a question to a person,
never an answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from ayala.language.catalogue import word
from ayala.language.names import fold, from_latin, is_latin
from ayala.language.phrases import phrase

AGAINST = ("birth_date_far", "iins_differ", "sex_differs")
"""The reasons that count against it; all others of the vocabulary ``likeness`` count for it."""

DAYS = {
    "same": "same_birth_date",
    "swapped": "birth_day_and_month_swapped",
    "digit": "birth_date_one_digit_off",
    "year": "birth_date_other_year",
    "far": "birth_date_far",
}

_DIGITS = re.compile(r"\d+")
_ENDING = re.compile(r"\s?(?:улы|кызы|ович|евич|овна|евна|ич|ична)$")


class Someone(NamedTuple):
    """What is compared of a person; names folded."""

    surname: str
    given_name: str
    patronymic: str
    birth_date: date
    sex: str
    iin: str | None = None
    region: str | None = None
    institution: str = ""
    phones: frozenset[str] = frozenset()


class Likeness(NamedTuple):
    """How alike two people are: ``name`` and ``score`` from 0 to 100, and the reasons as codes."""

    score: int
    name: int
    reasons: tuple[str, ...]

    @property
    def support(self) -> int:
        """How many things beside name and date speak for it."""
        return sum(reason in ("same_phone", "same_institution", "same_region") for reason in self.reasons)

    @property
    def sentence(self) -> str:
        """The reasons in words: ``name 92 alike, same birth date; against: the IINs differ``."""
        words = [phrase("name {score} alike", score=self.name)]
        words += [word("likeness", reason) for reason in self.reasons if reason not in AGAINST]
        reasons = ", ".join(words)
        against = [word("likeness", reason) for reason in self.reasons if reason in AGAINST]
        if not against:
            return reasons
        return phrase("{reasons}; against: {against}", reasons=reasons, against=", ".join(against))


class Measure(NamedTuple):
    """The points of the rulebook: from which score on it is a question, and what counts against it."""

    ask_from: int
    without_patronymic: int
    near_date: int
    two_numbers: int
    other_sex: int

    def asks(self, found: Likeness) -> bool:
        """Whether a person should be asked."""
        return found.score >= self.ask_from


def measure(on: date) -> Measure:
    """The points that hold on a day, the office's own going first."""
    from ayala.rules.book import current

    book = current()
    kept = ("", "_without_patronymic", "_near_date", "_two_numbers", "_other_sex")
    return Measure(*(book.needed(f"likely_same{what}", on).number for what in kept))


def someone(record: Mapping[str, Any]) -> Someone:
    """A person from the columns of a record or the values of a row; what is absent stays empty."""
    born = record["birth_date"]
    phones = [record.get("phone") or "", *str(record.get("other_phones") or "").split()]
    return Someone(
        surname=plain(record["surname"]),
        given_name=plain(record["given_name"]),
        patronymic=plain(record.get("patronymic") or ""),
        birth_date=date.fromisoformat(born) if isinstance(born, str) else born,
        sex=record["sex"],
        iin=record.get("iin") or None,
        region=record.get("region") or None,
        institution=fold(record.get("institution") or ""),
        phones=frozenset(filter(None, phones)),
    )


def plain(name: str) -> str:
    """A name as it is compared: folded, and in Cyrillic if it was written in Latin letters."""
    folded = fold(name)
    return from_latin(name) if folded.isascii() and is_latin(name) else folded


def likeness(one: Someone, other: Someone, points: Measure) -> Likeness:
    """How likely two records are the same person; the same whichever comes first."""
    name = name_alike(one, other, points.without_patronymic)
    days = days_alike(one.birth_date, other.birth_date)
    reasons = [DAYS[days]]
    off = {"same": 0, "far": 100}.get(days, points.near_date)
    if one.phones & other.phones:
        reasons.append("same_phone")
    if one.institution and one.institution == other.institution:
        reasons.append("same_institution")
    if one.region and one.region == other.region:
        reasons.append("same_region")
    if one.iin and other.iin and one.iin != other.iin:
        reasons.append("iins_differ")
        off += points.two_numbers
    if one.sex != other.sex:
        reasons.append("sex_differs")
        off += points.other_sex
    return Likeness(max(0, name - off), name, tuple(reasons))


def name_alike(one: Someone, other: Someone, without_patronymic: int = 0) -> int:
    """How alike two names are, from 0 to 100: surname and given name in either order, and the patronymics
    where both have one. Surname and given name by themselves must be ``without_patronymic`` alike. Namesakes
    whom an office has numbered (Ким 1, Ким 2) are not alike at all."""
    if _numbers(one) != _numbers(other):
        return 0
    return max(
        _arranged(
            (one.surname, one.given_name), one, (other.surname, other.given_name), other, without_patronymic
        ),
        _arranged(
            (one.given_name, one.surname), one, (other.surname, other.given_name), other, without_patronymic
        ),
        _arranged(
            (one.surname, one.given_name), one, (other.given_name, other.surname), other, without_patronymic
        ),
    )


def _numbers(who: Someone) -> list[str]:
    return sorted(_DIGITS.findall(f"{who.surname} {who.given_name}"))


def _arranged(
    first: tuple[str, str], one: Someone, second: tuple[str, str], other: Someone, without_patronymic: int
) -> int:
    from rapidfuzz import fuzz

    left, right = " ".join(first), " ".join(second)
    alone = fuzz.ratio(left, right)
    if not one.patronymic or not other.patronymic or alone < without_patronymic:
        return round(alone)
    return round(
        max(
            fuzz.ratio(f"{left} {ending(one.patronymic)}", f"{right} {ending(other.patronymic)}"),
            fuzz.ratio(f"{left} {one.patronymic}", f"{right} {other.patronymic}"),
        )
    )


def ending(patronymic: str) -> str:
    """A folded patronymic without -ұлы, -қызы, -ович, -овна and the like."""
    return _ENDING.sub("", patronymic)


def days_alike(one: date, other: date) -> str:
    """``same``, near in one of three ways (``swapped``, ``digit``, ``year``), or ``far``."""
    if one == other:
        return "same"
    if (one.year, one.month, one.day) == (other.year, other.day, other.month):
        return "swapped"
    if sum(a != b for a, b in zip(one.isoformat(), other.isoformat(), strict=True)) == 1:
        return "digit"
    if (one.month, one.day) == (other.month, other.day):
        return "year"
    return "far"


class Names:
    """The folded names of many people: which are near enough to one other to be compared in full.

    Nobody is missed who would be asked about, unless a name was written in Latin letters with marks."""

    def __init__(self, names: Iterable[tuple[str, str]], points: Measure) -> None:
        self.straight: list[str] = []
        self.turned: list[str] = []
        self.cutoff = min(points.without_patronymic, points.ask_from) - 1
        for surname, given_name in names:
            straight, turned = both_ways(surname, given_name)
            self.straight.append(straight)
            self.turned.append(turned)

    def near(self, surname: str, given_name: str, after: int = 0) -> set[int]:
        """The places of the near ones, of those from the place ``after`` on."""
        from rapidfuzz import fuzz, process

        straight, turned = both_ways(surname, given_name)
        found: set[int] = set()
        for own, others in ((straight, self.straight), (turned, self.straight), (straight, self.turned)):
            near = process.extract(
                own, others[after:], scorer=fuzz.ratio, processor=None, limit=None, score_cutoff=self.cutoff
            )
            found.update(after + at for _, _, at in near)
        return found


def both_ways(surname: str, given_name: str) -> tuple[str, str]:
    """A folded name, and the same with the given name first; both in Cyrillic."""
    if surname.isascii() or given_name.isascii():
        surname, given_name = plain(surname), plain(given_name)
    return f"{surname} {given_name}", f"{given_name} {surname}"
