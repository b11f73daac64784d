"""``ayala watch`` and ``ayala agenda``: what is about to be lost, and what the morning brings."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

import typer

from ayala.language.phrases import phrase
from ayala.office import Office
from ayala.options import (
    MOST,
    AsOf,
    Format,
    Job,
    Limit,
    Once,
    Output,
    Quiet,
    coded,
    named,
    the_office,
)
from ayala.output.emit import choose_format, emit
from ayala.output.harmless import shortened
from ayala.output.table import Column, Table, columns
from ayala.watch import runs, watching

LISTED = columns(
    "rule",
    Column("level", "code", "watch_level"),
    "code",
    "graduate",
    "name",
    Column("due_on", "day", heading="due_on"),
    Column("days", "number", heading="days_left"),
    "sentence",
    "next_step",
)

WEEK = timedelta(days=7)
"""How far the agenda looks ahead."""

ANSWERS = ("appeal-due", "appeal-overdue", "redirect-due", "extension-notice-due", "appeal-unidentified")
LEAVERS = ("contract-end", "youth-house-age")
CHECKS = ("exit-check", "placement-check", "unreachable", "service-not-provided")
"""The rules that the tables of the agenda are made of."""


def read_rule(text: str) -> str:
    """The name of a rule of the watch."""
    name = text.strip().lower().replace("_", "-")
    if name not in watching.rules():
        raise typer.BadParameter(
            phrase(
                "'{typed}' is none of: {known}",
                typed=shortened(text),
                known=", ".join(watching.rules()),
            )
        )
    return name


Within = Annotated[
    int | None,
    typer.Option(
        "--within",
        min=0,
        max=MOST,
        metavar="DAYS",
        help="Only what is due in so many days, and all that is late.",
        show_default=False,
    ),
]
RuleNames = Annotated[
    list[str] | None,
    typer.Option(
        "--rule",
        parser=read_rule,
        metavar="RULE",
        help="Only this rule; may be given several times.",
        autocompletion=lambda: list(watching.rules()),
        show_default=False,
    ),
]
Region = Annotated[str | None, coded("region", "Only this region.")]
Assignee = Annotated[str | None, named("Only what this person looks into.", "--assignee")]
New = Annotated[bool, typer.Option("--new", help="Only what no scheduled run has said before.")]


def the_watch(office: Office, day: date) -> watching.Watch:
    """The watch of this office on a day."""
    return watching.Watch(office.ask, office.book, office.calendar, day)


def watch(
    ctx: typer.Context,
    as_of: AsOf = None,
    within: Within = None,
    rule: RuleNames = None,
    region: Region = None,
    assignee: Assignee = None,
    new: New = False,
    once: Once = None,
    job: Job = None,
    limit: Limit = None,
    format: Format = None,
    output: Output = None,
    quiet: Quiet = False,
) -> None:
    """List what is about to be lost and what is late.

    Example: ayala watch --within 30 --region 75

    The most urgent first. Exit code 1 when something is listed; with --quiet nothing is printed when
    nothing is. Nothing is changed or decided: each line says what mends it.
    """
    office = the_office(ctx)
    day = as_of or office.today
    choose_format(format, output)
    found: list[watching.Found] = []

    def work() -> int:
        names = list(dict.fromkeys(rule or ()))
        told = the_watch(office, day).find(names, within=within, region=region, assignee=assignee)
        found[:] = (watching.unsaid(office.ask, told) if new else told)[:limit]
        if found or not quiet or output not in (None, "-"):
            emit(Table("watch", LISTED, watching.lines(found, day)), format=format, output=output)
        return len(found)

    if runs.once(ctx, once, job, work, lambda records, run: watching.remember(records, run, found)):
        raise typer.Exit(1)


def agenda(
    ctx: typer.Context,
    assignee: Annotated[str | None, named("Only what this person looks into or gives.", "--assignee")] = None,
    as_of: AsOf = None,
    format: Format = None,
    output: Output = None,
    quiet: Quiet = False,
) -> None:
    """Show what the morning brings: answers, sessions, checks.

    Example: ayala agenda --assignee "Айгүл"

    Of this day and the seven that follow. Leavers and checks belong to nobody and are always shown.
    """
    office = the_office(ctx)
    day = as_of or office.today
    found = the_watch(office, day)

    def table(key: str, rules: tuple[str, ...], *, whose: str | None = None, within: int) -> Table:
        told = found.find(rules, within=within, assignee=whose)
        return Table(key, LISTED, list(watching.lines(told, day)))

    ask, last = office.ask, day + WEEK
    tables = [
        table("due_answers", ANSWERS, whose=assignee, within=WEEK.days),
        Table(
            "sessions",
            columns(
                "code",
                "held_on@",
                "kind:kind",
                "mode:mode",
                Column("title", heading="session_title"),
                "provider",
                "region:region",
                "attended#",
            ),
            ask.rows("watch", "sessions_ahead", held_from=day, held_to=last, provider=assignee),
        ),
        Table(
            "planned_services",
            columns("code", "planned_on@", "graduate", "name", "kind:kind", "mode:mode", "provider"),
            ask.rows("watch", "services_ahead", planned_from=day, planned_to=last, provider=assignee),
        ),
        Table(
            "leavers",
            columns("bed", "graduate", "name", Column("due_on", "day", heading="due_on"), "contract"),
            ask.rows("watch", "leaving", until_from=day, until_to=last),
        ),
        table("leavers_ahead", LEAVERS, within=30),
        table("due_checks", CHECKS, within=0),
    ]
    tables[0].subtitle = day.isoformat()
    emit(tables, format=format, output=output)
