"""``ayala rules …``: the law as dated rows, whether they can be right, and days of work and of rest."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ayala.errors import WrongUsage
from ayala.language.phrases import phrase, phrases
from ayala.office import Office
from ayala.options import (
    DryRun,
    Format,
    Output,
    Quiet,
    Reason,
    dated,
    noun_app,
    read_day,
    read_text,
    reason_given,
    the_office,
)
from ayala.output.emit import emit, ready
from ayala.output.saying import complain, say
from ayala.output.table import Column, Table, columns

if TYPE_CHECKING:
    from ayala.rules.book import Book

app = noun_app("The law as dated rows, and days of work and of rest.")
calendar_app = noun_app("Days of work and of rest: the public ones and the office's own.")
app.add_typer(calendar_app, name="calendar")

OnDay = Annotated[date | None, dated("In force on DAY.", "--on")]


@app.command("list")
def list_(
    ctx: typer.Context,
    what: Annotated[
        str | None,
        typer.Option("--what", parser=read_text, metavar="WHAT", help="Of one thing.", show_default=False),
    ] = None,
    on: OnDay = None,
    format: Format = None,
    output: Output = None,
) -> None:
    """List the rows of law and of the office's own rules.

    Example: ayala rules list --what appeal_answer --format markdown
    """
    from ayala.rules import reading

    emit(reading.listed(the_office(ctx).book, what=what, on=on), format=format, output=output)


@app.command()
def show(
    ctx: typer.Context,
    what: Annotated[
        str,
        typer.Argument(parser=read_text, metavar="WHAT|ID", help="What it is about, or the name of a row."),
    ],
    on: OnDay = None,
    format: Format = None,
    output: Output = None,
) -> None:
    """Show a row by its id, or all rows of one thing.

    Example: ayala rules show appeal_answer --on 2026-11-23
    """
    from ayala.rules import reading

    emit(reading.shown(the_office(ctx).book, what, on), format=format, output=output)


@app.command()
def check(
    ctx: typer.Context,
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="Rules to look at in the place of the office's own."),
    ] = None,
    format: Format = None,
    output: Output = None,
    quiet: Quiet = False,
) -> None:
    """Look for gaps, overlaps and impossible rows.

    Example: ayala rules check

    Exit code 1 when something is found. A holiday whose day is only estimated is said, too.
    """
    from ayala.rules.checking import problems, unsure_days

    office = the_office(ctx)
    found = [problem._asdict() for problem in problems(file or office.settings.rulebook()[0])]
    emit(Table("problems", columns("file", "id", "problem"), found), format=format, output=output)
    for day in unsure_days(office.calendar, office.today):
        say(
            phrase(
                "{day} is an estimated holiday: once it is announced, {command}",
                day=day,
                command=f"ayala rules calendar add {day} --off …",
            )
        )
    if found:
        raise typer.Exit(1)


@app.command()
def diff(
    ctx: typer.Context,
    old: Annotated[
        str, typer.Argument(parser=read_text, metavar="OLD", help="A file of rules, or: shipped.")
    ],
    new: Annotated[
        str, typer.Argument(parser=read_text, metavar="NEW", help="A file of rules, or: shipped.")
    ],
    format: Format = None,
    output: Output = None,
) -> None:
    """Name by code who gains and who loses by other rules.

    Example: ayala rules diff shipped rules.toml

    Ages with a far day, and the last days of open appeals; each file is read over the shipped rows.
    """
    from ayala.rules.comparing import differences

    office = the_office(ctx)
    rows = list(differences(office.ask, _book(office, old), _book(office, new), office.today))
    table = Table(
        "differences",
        columns(
            Column("what", heading="about"),
            "code",
            "graduate",
            "old_on@",
            "new_on@",
            "change:rule_change",
        ),
        rows,
    )
    emit(table, format=format, output=output)


def _book(office: Office, text: str) -> Book:
    from ayala.rules.book import book_of

    return book_of(None if text == "shipped" else Path(text).expanduser(), office.book.organisation)


# --- the calendar ----------------------------------------------------------------------------------


@calendar_app.command("list")
def calendar_list(
    ctx: typer.Context,
    year: Annotated[
        int | None,
        typer.Argument(min=1992, max=2099, metavar="[YEAR]", help="A year.", show_default="this year"),
    ] = None,
    format: Format = None,
    output: Output = None,
) -> None:
    """List the holidays of a year, days that were moved, and the office's own.

    Example: ayala rules calendar list 2027
    """
    from ayala.rules import reading

    office = the_office(ctx)
    emit(reading.calendar_days(office.calendar.own, year or office.today.year), format=format, output=output)


@calendar_app.command("add")
def calendar_add(
    ctx: typer.Context,
    day: Annotated[date, typer.Argument(parser=read_day, metavar="DAY", help="The day.")],
    working: Annotated[bool | None, typer.Option("--working/--off", help="Worked, or a day of rest.")] = None,
    reason: Reason = None,
    dry_run: DryRun = False,
    format: Format = None,
    output: Output = None,
    quiet: Quiet = False,
) -> None:
    """Lay down that a day is worked, or not; lists the appeals whose last day moved.

    Example: ayala rules calendar add 2027-05-17 --off --reason "Kurban Ait, moved by the Government"
    """
    office = the_office(ctx)
    if working is None:
        raise WrongUsage(phrase("is the day worked or not? --working or --off is missing"))
    ready(format=format, output=output)
    why = reason_given(reason, phrase("a day of the office's own"))
    words = f"rules calendar add {day} {'--working' if working else '--off'}"
    if office.calendar.is_working(day) == working and day not in office.calendar.own:
        say(
            phrase("{day} is worked in the public calendar, too", day=day)
            if working
            else phrase("{day} is a day of rest in the public calendar, too", day=day)
        )
    _lay_down(office, words, [(day, working, why)], why, dry_run, format, output)


@calendar_app.command("import")
def calendar_import(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="A sheet: day, working, reason.")],
    reason: Reason = None,
    dry_run: DryRun = False,
    format: Format = None,
    output: Output = None,
    quiet: Quiet = False,
) -> None:
    """Take in days from a sheet; lists the appeals whose last day moved.

    Example: ayala rules calendar import days.csv --reason "decree on moved days of 2027"

    Headings: day, working (yes or no) and reason. One wrong row, and nothing is taken in.
    """
    from ayala.rules.sheet import read_days

    office = the_office(ctx)
    ready(format=format, output=output)
    _lay_down(office, "rules calendar import", read_days(file, complain), reason, dry_run, format, output)


def _lay_down(
    office: Office,
    command: str,
    days: list[tuple[date, bool, str]],
    reason: str | None,
    dry_run: bool,
    format: str | None,
    output: str | None,
) -> None:
    from ayala.appeal.deadlines import Deadlines
    from ayala.rules import reading
    from ayala.rules.calendar import Calendar

    own = office.calendar.own | {day: (working, why) for day, working, why in days}
    clock = Deadlines(office.ask, office.today, office.calendar)
    before, after = clock.due_days(), clock.due_days(Calendar(own))
    for attempt in office.change(command, reason=reason, dry_run=dry_run):
        with attempt as records:
            changed = records.own_days.set(days)
    say(phrases("{n} day of the calendar changed", "{n} days of the calendar changed", changed))
    rows = [(code, day, after[code]) for code, day in before.items() if day != after[code]]
    emit(reading.moved(rows), format=format, output=output)
