"""``ayala housing queue …``: the entries of the outside queue, as the registrar keeps them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer

from ayala.dates import Span
from ayala.errors import WrongUsage
from ayala.graduate.choosing import GraduateArgument, the_graduate
from ayala.housing import reading
from ayala.language.catalogue import word
from ayala.language.phrases import phrase
from ayala.options import (
    TODAY,
    AsOf,
    Format,
    Limit,
    On,
    Output,
    Quiet,
    Reason,
    coded,
    completes,
    dated,
    named,
    read_lines,
    read_span,
    read_text,
    reads,
    reason_given,
    required,
    said,
    the_office,
    worded,
)
from ayala.output.emit import emit
from ayala.output.saying import give, say

app = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    help="The outside queue, as the akimat or the bank keeps it.",
    context_settings={"help_option_names": ["-h", "--help"]},
)

EntryArgument = Annotated[
    str,
    typer.Argument(
        parser=read_text,
        metavar="ENTRY",
        help="A queue entry's code, Q-7.",
        autocompletion=completes("housing", "codes"),
    ),
]
Registrar = Annotated[str | None, coded("registrar", "Who keeps the queue: akimat or bank.")]
Number = Annotated[str | None, named("The number that the registrar gave.")]
Category = Annotated[str | None, worded("The category, as the registrar calls it.")]
Region = Annotated[str | None, coded("region", "The region, by code or name.")]
Note = Annotated[
    str | None, typer.Option(parser=read_lines, metavar="TEXT", help="A note.", show_default=False)
]


def something(values: dict[str, Any], command: str) -> None:
    """Refuse an edit that changes nothing."""
    if all(value is None for value in values.values()):
        raise WrongUsage(phrase("nothing to change was given"), f"ayala {command} --help")


@app.command()
def add(
    ctx: typer.Context,
    graduate: GraduateArgument,
    registrar: Registrar = None,
    on: On = TODAY,
    number: Number = None,
    category: Category = None,
    note: Note = None,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Mirror a registration in the outside queue; prints its code.

    Example: ayala housing queue add G-1042 --registrar akimat --on 2012-05-14 --number 607-C

    --on is the day of the registration. Whoever was too old on that day by the housing law is only
    pointed out: the registrar decides.
    """
    office = the_office(ctx)
    given = required(registrar=(registrar, reads("registrar")))
    code = the_graduate(office, graduate)
    for attempt in office.change(f"housing queue add {code}", reason=reason):
        with attempt as records:
            entry = records.housing.add_entry(
                code, **given, registered_on=on, number=number, category=category, note=note
            )
    give(entry.code)
    said(office)


@app.command("list")
def list_(
    ctx: typer.Context,
    registrar: Registrar = None,
    status: Annotated[str | None, coded("queue_status", "Only entries of this status.")] = None,
    region: Region = None,
    registered: Annotated[
        Span | None,
        typer.Option(parser=read_span, metavar="SPAN", help="Registered in the span.", show_default=False),
    ] = None,
    as_of: AsOf = None,
    limit: Limit = None,
    format: Format = None,
    output: Output = None,
) -> None:
    """List queue entries by registration, each with its last position.

    Example: ayala housing queue list --registrar bank --status waiting --region 75

    The position is the last one that the registrar reported, with its day; none is ever computed.
    """
    office = the_office(ctx)
    table = reading.queue(
        office.ask,
        registrar=registrar,
        status=status,
        region=region,
        registered=registered,
        as_of=as_of or office.today,
        limit=limit,
    )
    emit(table, format=format, output=output)


@app.command()
def show(ctx: typer.Context, entry: EntryArgument, format: Format = None, output: Output = None) -> None:
    """Show one queue entry: its statuses and all its positions.

    Example: ayala housing queue show Q-7

    The change of a position is to the one before: -3 is three places nearer to the front.
    """
    office = the_office(ctx)
    code = reading.entry_code(office.ask, entry, office.today)
    emit(reading.entry_page(office.ask, code), format=format, output=output)


@app.command()
def edit(
    ctx: typer.Context,
    entry: EntryArgument,
    registrar: Registrar = None,
    on: Annotated[date | None, dated("The day of the registration.")] = None,
    number: Number = None,
    category: Category = None,
    note: Note = None,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Put a queue entry right; --note "" and the like make a field empty.

    Example: ayala housing queue edit Q-7 --registrar bank --number 75-004512
    """
    office = the_office(ctx)
    code = reading.entry_code(office.ask, entry, office.today)
    values = {
        "registrar": registrar,
        "registered_on": on,
        "number": number,
        "category": category,
        "note": note,
    }
    something(values, "housing queue edit")
    for attempt in office.change(f"housing queue edit {code}", reason=reason):
        with attempt as records:
            records.housing.edit_entry(code, **values)
    say(phrase("changed {code}", code=code))
    said(office)


@app.command()
def close(
    ctx: typer.Context,
    entry: EntryArgument,
    status: Annotated[str | None, coded("queue_status", "housed, withdrawn, struck_off or other.")] = None,
    on: On = TODAY,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Note that the registrar ended a queue entry, and why.

    Example: ayala housing queue close Q-7 --status housed --on 2019-07-11 --reason "order 214"
    """
    office = the_office(ctx)
    given = required(status=(status, reads("queue_status")))
    code = reading.entry_code(office.ask, entry, office.today)
    why = reason_given(reason, phrase("closing a queue entry"))
    for attempt in office.change(f"housing queue close {code}", reason=why):
        with attempt as records:
            records.housing.close_entry(code, **given, on=on, reason=why)
    say(phrase("{entry} is closed: {status}", entry=code, status=word("queue_status", given["status"])))
    said(office)


@app.command()
def reopen(
    ctx: typer.Context,
    entry: EntryArgument,
    on: On = TODAY,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Note that a closed queue entry is waiting again.

    Example: ayala housing queue reopen Q-7 --reason "restored by the court"
    """
    office = the_office(ctx)
    code = reading.entry_code(office.ask, entry, office.today)
    why = reason_given(reason, phrase("reopening a queue entry"))
    for attempt in office.change(f"housing queue reopen {code}", reason=why):
        with attempt as records:
            records.housing.reopen_entry(code, on=on, reason=why)
    say(phrase("{entry} is waiting again", entry=code))
    said(office)
