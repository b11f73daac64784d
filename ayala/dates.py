"""Days and spans of days as people type them, the office's today, and ages.

Nothing is guessed: a form that could be read in two ways is refused with a sentence that says which
forms are read. Working days and time limits are not here; they belong to the rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone, tzinfo

from ayala.errors import WrongUsage
from ayala.language.phrases import phrase

FIRST_DAY = date(1900, 1, 1)
"""The earliest day that is read; where a span without a beginning begins."""
LAST_DAY = date(2100, 12, 31)
"""The last day that is read; where a span without an end ends."""

TODAY = frozenset(("today", "бүгін", "сегодня"))
YESTERDAY = frozenset(("yesterday", "кеше", "вчера"))

ABOUT_NOW = frozenset(
    f"{which}-{kind}" for which in ("this", "last") for kind in ("month", "quarter", "year")
)


class BadDay(WrongUsage, ValueError):
    """A day or span that cannot be read; the message is a sentence for the person who typed it."""


class NoDay(BadDay):
    """What was typed has none of the forms of a day; it may be meant as a span."""


# --- days ----------------------------------------------------------------------------------------


def day(text: str, today: date) -> date:
    """The day that was typed: ``today``, ``yesterday`` (бүгін, кеше, сегодня, вчера),
    ``2026-11-01`` or ``01.11.2026``.

    Raises :class:`BadDay` for any other form, a day that is not in the calendar, and a year outside
    1900 to 2100.
    """
    typed = text.strip()
    if (word := typed.casefold()) in TODAY:
        return today
    if word in YESTERDAY:
        return today - timedelta(days=1)
    if _shape(typed) == "9999-99-99":
        year, month, number = typed.split("-")
    elif _shape(typed) in ("99.99.9999", "9.99.9999", "99.9.9999", "9.9.9999"):
        number, month, year = typed.split(".")
    else:
        raise NoDay(
            phrase(
                "'{typed}' is not a day; a day is read as 2026-11-01, 01.11.2026, today or yesterday",
                typed=typed,
            )
        )
    return _calendar_day(int(year), int(month), int(number), typed)


def _shape(text: str) -> str:
    """The text with a 9 for every ASCII digit; other digits keep their own face and fit no form."""
    return text.translate(_SHAPES)


_SHAPES = str.maketrans("0123456789", "9999999999")


def _calendar_day(year: int, month: int, number: int, typed: str) -> date:
    _year(year, typed)
    try:
        return date(year, month, number)
    except ValueError:
        raise BadDay(phrase("'{typed}' is not in the calendar", typed=typed)) from None


def _year(year: int, typed: str) -> int:
    if not FIRST_DAY.year <= year <= LAST_DAY.year:
        raise BadDay(
            phrase(
                "'{typed}': the year must be from {first} to {last}",
                typed=typed,
                first=FIRST_DAY.year,
                last=LAST_DAY.year,
            )
        )
    return year


def clock_today(environ: Mapping[str, str]) -> date:
    """The office's day: ``AYALA_TODAY`` if it is set, else today in Almaty.

    ``AYALA_TODAY`` is a written day (2026-11-01 or 01.11.2026); anything else is a :class:`BadDay`.
    """
    if typed := environ.get("AYALA_TODAY", "").strip():
        if typed.casefold() in TODAY | YESTERDAY:
            raise BadDay(phrase("AYALA_TODAY is '{typed}'; it must be a day such as 2026-11-01", typed=typed))
        try:
            return day(typed, FIRST_DAY)
        except BadDay as error:
            raise BadDay(phrase("AYALA_TODAY: {error}", error=error)) from None
    return datetime.now(office_zone()).date()


def office_zone() -> tzinfo:
    """The time that the office's clocks show: Almaty's."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo("Asia/Almaty")
    except ZoneInfoNotFoundError:
        # No time zone data on this machine. All of Kazakhstan is at UTC+5 since 2024-03-01.
        return timezone(timedelta(hours=5))


def age_on(birth: date, day: date) -> int:
    """Age in whole years on a day; negative before the birth.

    A person born on 29 February is a year older on 1 March in a common year: a choice, since the
    law names no day, and the one that grants nothing and ends nothing a day too early.
    """
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def age_reached(birth: date, years: int, months: int = 0) -> date:
    """The first day of an age, moved on by months; as in :func:`age_on`, a day that the month does not
    have becomes the first of the next one."""
    year, month = divmod(birth.year * 12 + birth.month - 1 + years * 12 + months, 12)
    try:
        return date(year, month + 1, birth.day)
    except ValueError:
        return date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)


# --- spans ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Span:
    """Days from ``start`` to ``end``, both counted. :class:`BadDay` if it ends before it starts."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise BadDay(
                phrase(
                    "the span {start}..{end} ends before it starts",
                    start=self.start.isoformat(),  # as spans are typed, in every language
                    end=self.end.isoformat(),
                )
            )

    def year_before(self) -> Span:
        """The same days a year before; 29 February becomes 28.

        A span of whole months (a year, a quarter, a month) becomes the same whole months: 2021-02
        becomes all 29 days of 2020-02. A side that is open stays open.
        """
        start, end = _a_year_before(self.start), _a_year_before(self.end)
        if self.start.day == 1 and self.end == _month_end(self.end):
            end = _month_end(end)
        if self.start.year < self.end.year:
            start = FIRST_DAY if self.start == FIRST_DAY else start
            end = LAST_DAY if self.end == LAST_DAY else end
        return Span(start, end)

    @property
    def label(self) -> str:
        """The shortest way to type the span: 2026, 2026-q3, 2026-11, a day, or both its ends."""
        start, end = self.start, self.end
        if start == end:
            return start.isoformat()
        if start.day == 1 and end == _month_end(end) and start.year == end.year:
            match start.month, end.month:
                case 1, 12:
                    return f"{start.year}"
                case first, last if first == last:
                    return f"{start.year}-{first:02d}"
                case (1 | 4 | 7 | 10) as first, last if last == first + 2:
                    return f"{start.year}-q{(first + 2) // 3}"
        left = "" if start == FIRST_DAY else start.isoformat()
        right = "" if end == LAST_DAY else end.isoformat()
        return f"{left}..{right}" if left or right else f"{start}..{end}"


def year_of(day: date) -> Span:
    """The whole calendar year that a day is in."""
    return Span(date(day.year, 1, 1), date(day.year, 12, 31))


def span(text: str, today: date) -> Span:
    """The span that was typed: a year ``2026``, a month ``2026-11``, a quarter ``2026-q3``, a day in
    any form that :func:`day` reads, or two of these with ``..`` between them, both ends counted.
    ``this-`` or ``last-`` with ``month``, ``quarter`` or ``year`` is the one that today is in, or the one
    before it.

    An end may be left open: ``2026-01..`` or ``..2026-03``. Raises :class:`BadDay` for anything else.
    """
    typed = text.strip()
    left, dots, right = typed.partition("..")
    if not dots:
        return _period(typed, today)
    left, right = left.strip(), right.strip()
    if not left and not right:
        raise BadDay(
            phrase(
                "'{typed}' has no beginning and no end; a span is read as 2026, 2026-11, 2026-q3, 2026-11-01,"
                " 2026-09-01..2026-11-01 or last-month",
                typed=typed,
            )
        )
    start = _period(left, today).start if left else FIRST_DAY
    end = _period(right, today).end if right else LAST_DAY
    return Span(start, end)


def _period(typed: str, today: date) -> Span:
    if typed.casefold() in ABOUT_NOW:
        return _about_now(typed.casefold(), today)
    match _shape(typed):
        case "9999":
            year = _year(int(typed), typed)
            return Span(date(year, 1, 1), date(year, 12, 31))
        case "9999-99":
            start = _calendar_day(int(typed[:4]), int(typed[5:]), 1, typed)
            return Span(start, _month_end(start))
        case "9999-q9" | "9999-Q9":
            year, quarter = _year(int(typed[:4]), typed), int(typed[6])
            if not 1 <= quarter <= 4:
                raise BadDay(phrase("'{typed}': a quarter is q1, q2, q3 or q4", typed=typed))
            return Span(date(year, 3 * quarter - 2, 1), _month_end(date(year, 3 * quarter, 1)))
    try:
        only = day(typed, today)
    except NoDay:
        raise BadDay(
            phrase(
                "'{typed}' is not a span; a span is read as 2026, 2026-11, 2026-q3, 2026-11-01,"
                " 2026-09-01..2026-11-01 or last-month",
                typed=typed,
            )
        ) from None
    return Span(only, only)


def _about_now(typed: str, today: date) -> Span:
    """This or the last month, quarter or year."""
    which, _, kind = typed.partition("-")
    months = {"month": 1, "quarter": 3, "year": 12}[kind]
    first = (today.year * 12 + today.month - 1) // months * months - (months if which == "last" else 0)
    start, end = (date(at // 12, at % 12 + 1, 1) for at in (first, first + months - 1))
    return Span(start, _month_end(end))


def _month_end(of: date) -> date:
    next_month = of.replace(day=28) + timedelta(days=4)
    return next_month - timedelta(days=next_month.day)


def _a_year_before(of: date) -> date:
    if (of.month, of.day) == (2, 29):
        return of.replace(year=of.year - 1, day=28)
    return of.replace(year=of.year - 1)
