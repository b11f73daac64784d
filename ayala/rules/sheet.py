"""A sheet of days of work and of rest, read as a whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from ayala.dates import FIRST_DAY, BadDay
from ayala.dates import day as parse_day
from ayala.errors import RowsRejected, SheetNotReadable
from ayala.language.phrases import phrase, phrases
from ayala.output.harmless import BadText, clean_in, shortened
from ayala.sheets.reader import reading

HEADINGS = ("day", "working", "reason")
YES = frozenset(("yes", "1", "true", "иә", "да"))
NO = frozenset(("no", "0", "false", "жоқ", "нет"))


def read_days(name: str, tell: Callable[[str], None]) -> list[tuple[date, bool, str]]:
    """The days of a sheet: the day, whether it is worked, and why.

    Every wrong cell is told as ``file:line: column:``; then :class:`RowsRejected`.
    :class:`SheetNotReadable` if a heading is missing.
    """
    found: list[tuple[date, bool, str]] = []
    wrong = 0
    with reading(name) as sheet:
        headings = [heading.strip().casefold() for heading in sheet.headings]
        if missing := [heading for heading in HEADINGS if heading not in headings]:
            raise SheetNotReadable(
                phrase(
                    "{name}: headings are missing: {headings}",
                    name=sheet.name,
                    headings=", ".join(missing),
                )
            )
        places = [headings.index(heading) for heading in HEADINGS]
        for line in sheet.lines:
            cells = [line.cells[place].strip() if place < len(line.cells) else "" for place in places]
            row, problems = _row(cells)
            for column, problem in problems:
                tell(f"{sheet.name}:{line.number}: {column}: {problem}")
            wrong += bool(problems)
            if row is not None:
                found.append(row)
    if wrong:
        raise RowsRejected(
            phrases(
                "{name}: {n} row is wrong; nothing was taken in",
                "{name}: {n} rows are wrong; nothing was taken in",
                wrong,
                name=sheet.name,
            )
        )
    return found


def _row(cells: list[str]) -> tuple[tuple[date, bool, str] | None, list[tuple[str, str]]]:
    problems = []
    day, reason = FIRST_DAY, ""
    try:
        if cells[0].casefold() in ("today", "yesterday"):
            raise BadDay(phrase("a sheet names its days"))
        day = parse_day(cells[0], FIRST_DAY)
    except BadDay as error:
        problems.append(("day", str(error)))
    said = cells[1].casefold()
    if said not in YES | NO:
        problems.append(("working", phrase("'{text}' is neither yes nor no", text=shortened(cells[1]))))
    try:
        reason = clean_in(cells[2])
        if not reason:
            problems.append(("reason", phrase("is missing")))
    except BadText as error:
        problems.append(("reason", phrase("the text {problem}", problem=error)))
    return (None if problems else (day, said in YES, reason)), problems
