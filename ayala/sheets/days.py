"""Days as offices write them: one column, one order of day and month, told by its own cells.

``27.03.2001`` is read day first wherever it stands, ``2001-03-27`` and ``2001/03/27`` year first, months in
words in three languages. With ``/`` or ``-`` after one or two digits the order is nobody's to guess:
:class:`Order` looks at the whole column, and :class:`Days` reads it as that, or as it was told.
Which years two digits may mean stands in ``days.toml``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal

from ayala.dates import FIRST_DAY, LAST_DAY, age_on
from ayala.errors import WrongUsage
from ayala.language.names import fold
from ayala.language.phrases import any_of, phrase
from ayala.output.harmless import shortened
from ayala.sheets.reader import Number
from ayala.sheets.rows import BadCell

DATA = Path(__file__).parent / "days.toml"

Style = Literal["dmy", "mdy", "ymd", "mixed"]
STYLES: tuple[Style, ...] = ("dmy", "mdy", "ymd")
"""What ``--dates`` may answer; ``mixed`` is what a column turns out to be."""

EXCEL = date(1899, 12, 30)
"""The day that a spreadsheet numbers 0 (its 29 February 1900 does not exist, hence not the 31st)."""

_CACHED = 1 << 16
"""Days kept per column once read: more than a life has."""

_NUMBERS = re.compile(
    r"([0-9]{1,4})([./\-])([0-9]{1,2})\2([0-9]{1,4})(?:[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?"
)
_YEAR_WORD = re.compile(r"(?<=[0-9])\s*(?:г|года|год|ж|жылы|жыл)\.?$")
"""The word for a year behind a day in digits: 4.3.2001 г."""
_ORDERED = re.compile(r"([0-9]{1,2})[/\-]([0-9]{1,2})[/\-]")


def spoken(style: Style) -> str:
    """An order of day, month and year in words."""
    if style == "ymd":
        return phrase("year/month/day")
    return phrase("month/day/year") if style == "mdy" else phrase("day/month/year")


def style_named(name: str | None) -> Style | None:
    """The style of that name, if one is given. Raises :class:`WrongUsage`."""
    for style in STYLES:
        if name == style:
            return style
    if name is None:
        return None
    raise WrongUsage(
        phrase("'{name}' is no order of a day", name=shortened(name)), f"--dates {' | '.join(STYLES)}"
    )


@cache
def _data() -> dict[str, Any]:
    with DATA.open("rb") as stream:
        return tomllib.load(stream)


@cache
def _months() -> dict[str, int]:
    return {fold(word): int(number) for number, words in _data()["months"].items() for word in words}


@cache
def _year_words() -> frozenset[str]:
    return frozenset(fold(word) for word in _data()["words"]["year"])


@dataclass(frozen=True)
class Span:
    """How many whole years ago a day may lie."""

    at_most: int
    at_least: int

    def has(self, day: date, today: date) -> bool:
        return self.at_least <= age_on(day, today) <= self.at_most


def span_of(heading: str) -> Span:
    """The years that a column's two-digit ones may mean."""
    years = _data()["years"]
    return Span(**years.get(heading, years["other"]))


# --- what a column tells ------------------------------------------------------------------------------


@dataclass
class Order:
    """The order of day and month in one column, gathered from its cells: (line, cell) that tell it."""

    day_first: tuple[int, str] | None = None
    month_first: tuple[int, str] | None = None
    either: tuple[int, str] | None = None
    numbers: bool = False
    """Whether a cell is a number of a workbook."""
    others: bool = False
    """Whether some cells are written so that their order is known."""
    _seen: set[str] = field(default_factory=set)

    def see(self, text: str, line: int) -> None:
        if text[4:5] == "-":
            self.others = True  # 2001-03-27, nearly always
            return
        if text.__class__ is Number:
            self.numbers = True
            return
        head = text[:5]
        if head in self._seen:
            return
        self._seen.add(head)
        found = _ORDERED.match(text.strip())
        if found is None:
            self.others = self.others or head[:1].isdigit()
            return
        first, second = int(found[1]), int(found[2])
        if first > 12 >= second:
            self.day_first = self.day_first or (line, text.strip())
        elif second > 12 >= first:
            self.month_first = self.month_first or (line, text.strip())
        elif first != second and first <= 12:
            self.either = self.either or (line, text.strip())

    @property
    def style(self) -> Style | None:
        """What the cells prove; nothing if none proves it."""
        if self.day_first and self.month_first:
            return "mixed"
        return "dmy" if self.day_first else "mdy" if self.month_first else None

    @property
    def is_open(self) -> bool:
        """Whether all cells are written alike, some can be read in two ways, and none tells which. (A few of
        them among days of another form are problems of their rows.)"""
        return self.either is not None and self.style is None and not self.others


def both_ways(cell: str) -> str:
    """The two readings of a day whose order nobody knows."""
    found = _ORDERED.match(cell)
    assert found is not None
    first, second = int(found[1]), int(found[2])
    return phrase(
        "day {first} of month {second}, or day {second} of month {first}", first=first, second=second
    )


# --- reading ------------------------------------------------------------------------------------------


@dataclass
class Days:
    """How the days of one column are read. Without anything known of the column: nothing is guessed."""

    style: Style | None = None
    today: date | None = None
    """The office's day; two-digit years need it."""
    years: Span | None = None
    numbers: bool = False
    serials: int = 0
    """How many numbers of a workbook were read as days."""

    def parser(self) -> Callable[[str], date]:
        """The reader for a whole column: a day that came before is looked up."""
        return self.read if self.numbers else lru_cache(_CACHED)(self.read)

    def read(self, text: str) -> date:
        """The day. Raises :class:`BadCell` for what is no day, not in the calendar, or two days at once."""
        found = _NUMBERS.fullmatch(_YEAR_WORD.sub("", text))
        if found is not None:
            return self._from_numbers(text, found[1], found[2], found[3], found[4])
        if text.__class__ is Number and text.isdigit():
            return self._from_serial(text)
        day = self._from_words(text)
        if day is None:
            raise BadCell(phrase("'{text}' is not a day", text=shortened(text)), "bad_date")
        return day

    def _from_numbers(self, text: str, first: str, sign: str, second: str, third: str) -> date:
        if len(first) == 4 and len(third) <= 2:
            return self._day(text, first, second, third)
        if len(first) > 2 or len(third) not in (2, 4):
            raise BadCell(phrase("'{text}' is not a day", text=shortened(text)), "bad_date")
        style = "dmy" if sign == "." else self.style
        if style == "ymd":
            if len(third) == 4:
                raise BadCell(
                    phrase(
                        "'{text}' is not {order}, as the column was said to be",
                        text=text,
                        order=spoken("ymd"),
                    ),
                    "bad_date",
                )
            return self._day(text, first, second, third)
        if style in (None, "mixed"):
            if int(first) <= 12 and int(second) <= 12 and first.zfill(2) != second.zfill(2):
                sentence = phrase(
                    "'{text}' is {readings}, and the column does not tell (--dates does)",
                    text=text,
                    readings=both_ways(text),
                )
                raise BadCell(sentence, "unclear_date")
            style = "mdy" if int(second) > 12 else "dmy"
        if style == "mdy":
            first, second = second, first
        try:
            return self._day(text, third, second, first)
        except BadCell as error:
            if error.code == "impossible_date" and self.style in STYLES and sign != ".":
                raise BadCell(
                    phrase("{problem}; the column is {order}", problem=error, order=spoken(self.style)),
                    error.code,
                ) from None
            raise

    def _from_words(self, text: str) -> date | None:
        parts = [part for part in fold(text).split() if part not in _year_words()]
        months = _months()
        at = [place for place, part in enumerate(parts) if part in months]
        if len(parts) != 3 or len(at) != 1:
            return None
        month = str(months[parts.pop(at[0])])
        first, second = (re.sub(r"(?<=[0-9])(?:st|nd|rd|th)$", "", part) for part in parts)
        if not (first.isdigit() and second.isdigit() and (first + second).isascii()):
            return None
        if len(first) == 4 and len(second) <= 2:
            return self._day(text, first, month, second)
        if len(first) <= 2 and len(second) in (2, 4):
            return self._day(text, second, month, first)
        return None

    def _from_serial(self, text: str) -> date:
        number = int(text)
        if self.today is not None and self.years is not None and number < (LAST_DAY - EXCEL).days:
            day = EXCEL + timedelta(days=number)
            if self.years.has(day, self.today):
                self.serials += 1
                return day
        raise BadCell(
            phrase("'{text}' is a number, and no day of this column's", text=shortened(text)), "bad_date"
        )

    def _day(self, text: str, year: str, month: str, day: str) -> date:
        if len(year) == 2:
            return self._in_a_century(text, int(year), int(month), int(day))
        if not FIRST_DAY.year <= int(year) <= LAST_DAY.year:
            raise BadCell(
                phrase(
                    "'{text}': the year must be from {first} to {last}",
                    text=text,
                    first=FIRST_DAY.year,
                    last=LAST_DAY.year,
                ),
                "impossible_date",
            )
        return _calendar_day(text, int(year), int(month), int(day))

    def _in_a_century(self, text: str, year: int, month: int, day: int) -> date:
        if self.today is None or self.years is None:
            raise BadCell(
                phrase("'{text}': write the year with four digits", text=shortened(text)), "unclear_century"
            )
        candidates = []
        for century in (1900, 2000):
            try:
                candidates.append(date(century + year, month, day))
            except ValueError:
                continue
        if not candidates:
            return _calendar_day(text, 2000 + year, month, day)
        fitting = [candidate for candidate in candidates if self.years.has(candidate, self.today)]
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            earlier, later = (candidate.year for candidate in fitting)
            raise BadCell(
                phrase(
                    "'{text}': {earlier} and {later} both fit; write the year with four digits",
                    text=text,
                    earlier=earlier,
                    later=later,
                ),
                "unclear_century",
            )
        raise BadCell(
            phrase(
                "'{text}': {years} cannot be meant; write the year with four digits",
                text=text,
                years=any_of([str(candidate.year) for candidate in candidates]),
            ),
            "unclear_century",
        )


def _calendar_day(text: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise BadCell(
            phrase("'{text}' is not in the calendar", text=shortened(text)), "impossible_date"
        ) from None
