"""Which days are worked in Kazakhstan: public holidays, days that were moved, and the office's own.

Holidays are those of the library ``holidays``, imported when the first day is asked for (a tenth of a
second). Moved days are announced late and the first day of Kurban Ait is estimated for years ahead, so the
office's own days (``ayala rules calendar add``) go before the library's.

A day is looked up in a sorted list of working days, filled year by year as years are asked for: a look-up
costs a microsecond, however far the days lie apart.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from ayala.language import catalogue

FIRST_YEAR, LAST_YEAR = 1900, 2200
"""Years that days are counted in; ``holidays`` knows 1991 to 2100, others have weekends only."""

NAMES = Path(__file__).resolve().parent / "names" / "holidays.toml"

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_ESTIMATED = "(бағаланған)"
_OBSERVED = "(қайта белгіленген демалыс)"
_BOTH = "(қайта белгіленген демалыс, бағаланған)"
_MOVED = "Демалыс күні ("


class Calendar:
    """Working days, with the office's own days in the place of the public ones.

    ``own``: day -> whether it is worked, and the reason.
    """

    def __init__(self, own: Mapping[date, tuple[bool, str]] | None = None) -> None:
        self.own = dict(own or {})
        self._first = self._last = 0
        self._days: list[int] = []

    def is_working(self, day: date) -> bool:
        """Whether the day is worked."""
        self._reach(day.year, day.year)
        number = day.toordinal()
        place = bisect_left(self._days, number)
        return place < len(self._days) and self._days[place] == number

    def why_not(self, day: date, lang: str | None = None) -> str | None:
        """Why the day is not worked, in words: the office's reason, the holiday's name, or the weekday;
        nothing if it is worked."""
        if self.is_working(day):
            return None
        if day in self.own:
            return self.own[day][1]
        return holiday_name(day, lang) or catalogue.word("weekday", WEEKDAYS[day.weekday()], lang)

    def add_working(self, start: date, count: int) -> date:
        """The ``count``-th working day after ``start``, which itself is not counted; ``start`` for 0."""
        if count <= 0:
            return start
        self._reach(start.year, start.year)
        place = bisect_right(self._days, start.toordinal()) + count - 1
        while place >= len(self._days):
            more = min(self._last + 1 + (place - len(self._days)) // 200, LAST_YEAR)
            if more == self._last:
                raise OverflowError(f"{count} working days after {start} is past the year {LAST_YEAR}")
            self._reach(more, more)
        return date.fromordinal(self._days[place])

    def next_working(self, day: date) -> date:
        """The day itself if it is worked, else the next one that is."""
        return self.add_working(day - timedelta(days=1), 1)

    def count(self, first: date, last: date) -> int:
        """How many days from ``first`` to ``last``, both counted, are worked; 0 if ``last`` is before."""
        if last < first:
            return 0
        self._reach(first.year, last.year)
        return bisect_right(self._days, last.toordinal()) - bisect_left(self._days, first.toordinal())

    def _reach(self, first: int, last: int) -> None:
        """Fill the list so that it covers these years; those it has lie next to each other."""
        if self._first <= first and last <= self._last:
            return
        if not self._days:
            self._days = [day for year in range(first, last + 1) for day in self._year(year)]
            self._first, self._last = first, last
            return
        if first < self._first:
            self._days[:0] = [day for year in range(first, self._first) for day in self._year(year)]
            self._first = first
        if last > self._last:
            self._days += [day for year in range(self._last + 1, last + 1) for day in self._year(year)]
            self._last = last

    def _year(self, year: int) -> list[int]:
        found = set(public_working_days(year))
        for day, (working, _) in self.own.items():
            if day.year == year:
                (found.add if working else found.discard)(day.toordinal())
        return sorted(found)


@cache
def public_working_days(year: int) -> tuple[int, ...]:
    """The days of a year that the public calendar has worked, as ordinals."""
    from holidays.countries.kazakhstan import Kazakhstan

    # A Saturday may be worked for a day of rest in the year before or after.
    days = Kazakhstan(years=(year - 1, year, year + 1))
    first, end = date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal()
    off = {day.toordinal() for day in days}
    worked = {day.toordinal() for day in days.weekend_workdays}
    # The ordinal 1 was a Monday.
    return tuple(
        number
        for number in range(first, end)
        if (number not in off if (number - 1) % 7 < 5 else number in worked)
    )


@cache
def _public(year: int, lang: str) -> Any:
    from holidays.countries.kazakhstan import Kazakhstan

    return Kazakhstan(years=year, language={"en": "en_US"}.get(lang, "kk"))


def holiday_name(day: date, lang: str | None = None) -> str | None:
    """What the public calendar calls a day on which nobody works; nothing for other days."""
    chosen = lang or catalogue.current()
    found = _public(day.year, chosen).get(day)
    if found is None:
        return None
    return "; ".join(_russian(part) for part in found.split("; ")) if chosen == "ru" else str(found)


@cache
def _names() -> dict[str, str]:
    import tomllib

    with NAMES.open("rb") as stream:
        return dict(tomllib.load(stream))


def _russian(kazakh: str) -> str:
    """The Russian name of what the library calls a day in Kazakh."""
    if kazakh.startswith(_MOVED):
        return f"выходной день (перенесён с {kazakh.removeprefix(_MOVED)[:10]})"
    for mark, words in (
        (_BOTH, "выходной за праздник, день расчётный"),
        (_OBSERVED, "выходной за праздник"),
        (_ESTIMATED, "день расчётный"),
    ):
        if kazakh.endswith(mark):
            return f"{_russian(kazakh.removesuffix(mark).rstrip())} ({words})"
    return _names().get(kazakh, kazakh)


def estimated(year: int) -> list[date]:
    """The holidays of a year whose day is computed and not yet announced."""
    return [day for day, name in sorted(_public(year, "kk").items()) if "бағаланған" in name]


def last_year_known() -> int:
    """The last year whose holidays the public calendar knows."""
    from holidays.countries.kazakhstan import Kazakhstan

    return int(Kazakhstan.end_year)


def own_days(rows: Any) -> dict[date, tuple[bool, str]]:
    """The office's days from the rows of the question ``calendar_days``."""
    return {date.fromisoformat(row["day"]): (bool(row["working"]), str(row["reason"])) for row in rows}
