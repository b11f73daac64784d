"""``ayala housing …``: positions as reported, apartments granted; the queue is in ``queue_commands``."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer

from ayala.dates import Span
from ayala.errors import WrongUsage
from ayala.graduate.choosing import GraduateArgument, the_graduate
from ayala.housing import queue_commands, reading
from ayala.housing.queue_commands import Note, Region, Registrar, something
from ayala.language.phrases import phrase
from ayala.options import (
    MOST,
    TODAY,
    Format,
    Limit,
    On,
    Output,
    Quiet,
    Reason,
    coded,
    dated,
    one_of_several,
    read_span,
    read_text,
    reason_given,
    required,
    said,
    the_office,
    worded,
)
from ayala.output.emit import emit, ready
from ayala.output.harmless import shortened
from ayala.output.saying import say
from ayala.output.table import Table

app = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    help="The housing queue mirrored, apartments granted.",
    epilog="list, show and edit are about apartments; the queue has its own: ayala housing queue --help",
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(queue_commands.app, name="queue")


def read_area(text: str) -> float:
    """An area in square metres; a decimal comma is read as well."""
    try:
        area = float(text.replace(",", ".")) if text.isascii() else 0.0
    except ValueError:
        area = 0.0
    if not 0 < area < 10_000:
        raise typer.BadParameter(phrase("'{text}' is not an area in square metres", text=shortened(text)))
    return area


Document = Annotated[str | None, worded("The letter or page that says so.")]
Address = Annotated[str | None, worded("The address of the apartment.")]
Rooms = Annotated[int | None, typer.Option(min=1, max=99, metavar="N", help="Rooms.", show_default=False)]
Area = Annotated[
    float | None,
    typer.Option(parser=read_area, metavar="M2", help="Area in square metres.", show_default=False),
]
Tenure = Annotated[str | None, coded("tenure", "rent, rent_to_own or owned.")]
Decision = Annotated[str | None, worded("The number of the decision.")]


@app.command()
def reported(
    ctx: typer.Context,
    graduate: GraduateArgument,
    position: Annotated[
        int | None,
        typer.Option(min=1, max=MOST, metavar="N", help="The place in the queue.", show_default=False),
    ] = None,
    on: On = TODAY,
    registrar: Registrar = None,
    entry: Annotated[
        str | None,
        typer.Option(
            parser=read_text,
            metavar="ENTRY",
            help="The queue entry, where several are waiting.",
            show_default=False,
        ),
    ] = None,
    document: Document = None,
    correct: Annotated[
        bool, typer.Option("--correct", help="Replace the position on record for that day; needs --reason.")
    ] = False,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Note the position that the registrar reported for a day.

    Example: ayala housing reported G-1042 --position 607 --on 2020-01-01
    """
    office = the_office(ctx)
    given = required(position=(position, read_position))
    why = reason_given(reason, "--correct") if correct else reason
    code = the_graduate(office, graduate)

    def meant(typed: str) -> str:
        if not typed:
            return reading.waiting_entry(office.ask, code, registrar)
        found = reading.entry_code(office.ask, typed, office.today)
        holder = reading.holder(office.ask, found)
        if holder != code:
            raise WrongUsage(
                phrase(
                    "{entry} is an entry of {holder}, not of {graduate}",
                    entry=found,
                    holder=holder,
                    graduate=code,
                )
            )
        return found

    chosen = one_of_several(meant, entry or "")
    for attempt in office.change(f"housing reported {chosen}", reason=why):
        with attempt as records:
            records.housing.report(chosen, **given, on=on, document=document, correct=correct)
    say(phrase("{entry}: position {position} on {day}", entry=chosen, position=given["position"], day=on))
    said(office)


def read_position(text: str) -> int:
    """A place in the queue, from 1."""
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) >= 1):
        raise typer.BadParameter(phrase("'{text}' is not a place in the queue", text=shortened(text)))
    return int(text)


# --- apartments ----------------------------------------------------------------------------------


@app.command()
def grant(
    ctx: typer.Context,
    graduate: GraduateArgument,
    on: On = TODAY,
    region: Region = None,
    address: Address = None,
    rooms: Rooms = None,
    area: Area = None,
    tenure: Tenure = None,
    decision: Decision = None,
    note: Note = None,
    reason: Reason = None,
    format: Format = None,
    output: Output = None,
    quiet: Quiet = False,
) -> None:
    """Note an apartment granted; prints what stays open.

    Example: ayala housing grant G-1042 --on 2019-07-11 --region 75 --rooms 1 --tenure rent_to_own

    The queue entry, open appeals about housing and the bed are listed and not changed: each has an
    end of its own.
    """
    office = the_office(ctx)
    ready(format=format, output=output)
    code = the_graduate(office, graduate)
    for attempt in office.change(f"housing grant {code}", reason=reason):
        with attempt as records:
            records.housing.grant(
                code,
                granted_on=on,
                region=region,
                address=address,
                rooms=rooms,
                area=area,
                tenure=tenure,
                decision=decision,
                note=note,
            )
    rows = reading.left_open(office.ask, code, on)
    emit(Table("left_open", reading.LEFT_OPEN, rows), format=format, output=output)
    say(phrase("an apartment is on record for {graduate}, granted on {day}", graduate=code, day=on))
    said(office)
    for row in rows:
        say(_still(row, code))


def _still(row: dict[str, Any], graduate: str) -> str:
    """What the apartment leaves open, and the command that ends it."""
    code = row["code"]
    match row["kind"]:
        case "queue":
            return phrase(
                "{entry} is still waiting in the queue; try: {command}",
                entry=code,
                command=f"ayala housing queue close {code} --status housed --reason …",
            )
        case "appeal":
            return phrase(
                "{appeal} about housing is still open; try: {command}",
                appeal=code,
                command=f"ayala appeal answer {code} --decision satisfied",
            )
    return phrase(
        "the bed {bed} is still kept; try: {command}",
        bed=code,
        command=f"ayala dormitory leave {graduate} --to own_home --why apartment",
    )


@app.command("list")
def list_(
    ctx: typer.Context,
    span: Annotated[
        Span | None,
        typer.Argument(
            parser=read_span, metavar="[SPAN]", help="Granted in the span.", show_default="all years"
        ),
    ] = None,
    region: Region = None,
    tenure: Tenure = None,
    limit: Limit = None,
    format: Format = None,
    output: Output = None,
) -> None:
    """List the apartments granted, by the day of the decision.

    Example: ayala housing list 2019 --region 75
    """
    office = the_office(ctx)
    table = reading.apartments(office.ask, granted=span, region=region, tenure=tenure, limit=limit)
    emit(table, format=format, output=output)


@app.command()
def show(
    ctx: typer.Context, graduate: GraduateArgument, format: Format = None, output: Output = None
) -> None:
    """Show the housing of one graduate: queue, positions, apartments.

    Example: ayala housing show G-1042

    The code of a queue entry (Q-7) shows that entry, as ayala housing queue show does.
    """
    office = the_office(ctx)
    if reading.names_entry(graduate, office.today):
        code = reading.entry_code(office.ask, graduate, office.today)
        emit(reading.entry_page(office.ask, code), format=format, output=output)
        return
    emit(reading.person_page(office.ask, the_graduate(office, graduate)), format=format, output=output)


@app.command()
def edit(
    ctx: typer.Context,
    graduate: GraduateArgument,
    granted: Annotated[date | None, dated("The day of the apartment meant, where there are several.")] = None,
    on: Annotated[date | None, dated("The day of the decision, put right.")] = None,
    region: Region = None,
    address: Address = None,
    rooms: Rooms = None,
    area: Area = None,
    tenure: Tenure = None,
    decision: Decision = None,
    note: Note = None,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Put an apartment's record right; "" empties a field.

    Example: ayala housing edit G-1042 --area 43.5 --decision 214/19
    """
    office = the_office(ctx)
    code = the_graduate(office, graduate)
    values = {
        "granted_on": on,
        "region": region,
        "address": address,
        "rooms": rooms,
        "area": area,
        "tenure": tenure,
        "decision": decision,
        "note": note,
    }
    something(values, "housing edit")
    day = reading.granted_day(office.ask, code, granted)
    for attempt in office.change(f"housing edit {code}", reason=reason):
        with attempt as records:
            records.housing.edit_apartment(code, day, **values)
    say(phrase("changed the apartment of {graduate}", graduate=code))
    said(office)
