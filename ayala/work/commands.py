"""``ayala work …``: placements, and whether they lasted; partners, the pilot and aid stand beside."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from ayala.dates import Span
from ayala.graduate.choosing import GraduateArgument, the_graduate
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
    read_span,
    read_text,
    reads,
    reason_given,
    required,
    said,
    the_office,
)
from ayala.output.emit import emit
from ayala.output.saying import give, say
from ayala.work import partner_commands, reading, support_commands
from ayala.work.partner_commands import Note, Partner, PartnerKind, Title, group, something
from ayala.work.support_commands import GraduateOption

app = group(
    "Partners, workplaces, placements, the pilot, aid.",
    epilog="add, show, list, edit and close are about placements.",
)
app.add_typer(partner_commands.partner_app, name="partner")
app.add_typer(partner_commands.workplace_app, name="workplace")
app.add_typer(support_commands.pilot_app, name="pilot")
app.add_typer(support_commands.aid_app, name="aid")

PlacementArgument = Annotated[
    str,
    typer.Argument(
        parser=read_text,
        metavar="PLACEMENT",
        help="A placement's code, P-5.",
        autocompletion=completes("work", "codes"),
    ),
]
Why = Annotated[str | None, coded("placement_end", "Why it ended.")]
BegunArgument = Annotated[
    Span | None,
    typer.Argument(parser=read_span, metavar="[SPAN]", help="Begun in the span.", show_default="all"),
]


@app.command()
def place(
    ctx: typer.Context,
    graduate: GraduateArgument,
    partner: Partner = None,
    title: Title = None,
    on: On = TODAY,
    workplace: Annotated[
        bool | None,
        typer.Option(
            "--workplace/--no-workplace",
            help="Only into a place kept for graduates, or never.",
            show_default=False,
        ),
    ] = None,
    note: Note = None,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Place a graduate in a job; prints the placement's code.

    Example: ayala work place G-1042 --partner "Нан-Сауда" --title наубайшы --on 2019-09-02

    If the partner keeps an open workplace of that title, the person takes a place of it.
    """
    office = the_office(ctx)
    given = required(partner=partner, title=title)
    code = the_graduate(office, graduate)
    name = reading.partner_name(office.ask, given["partner"])
    for attempt in office.change(f"work place {code}", reason=reason):
        with attempt as records:
            placement = records.work.place(
                code, partner=name, title=given["title"], from_date=on, workplace=workplace, note=note
            )
    give(placement.code)
    said(office)


app.command(
    "add",
    help="Place a graduate in a job; the same as ayala work place.\n\n"
    'Example: ayala work add G-1042 --partner "Нан-Сауда" --title наубайшы',
)(place)


@app.command()
def show(
    ctx: typer.Context, placement: PlacementArgument, format: Format = None, output: Output = None
) -> None:
    """Show one placement.

    Example: ayala work show P-5
    """
    office = the_office(ctx)
    code = reading.placement_code(office.ask, placement, office.today)
    emit(reading.placement_page(office.ask, code), format=format, output=output)


@app.command("list")
def list_(
    ctx: typer.Context,
    span: BegunArgument = None,
    partner: Partner = None,
    kind: PartnerKind = None,
    graduate: GraduateOption = None,
    only_open: Annotated[bool, typer.Option("--open", help="Only those not ended.")] = False,
    as_of: AsOf = None,
    limit: Limit = None,
    format: Format = None,
    output: Output = None,
) -> None:
    """List placements by their first day.

    Example: ayala work list 2019 --partner "Нан-Сауда" --open
    """
    office = the_office(ctx)
    table = reading.placements(
        office.ask,
        partner=reading.partner_name(office.ask, partner) if partner else None,
        kind=kind,
        graduate=the_graduate(office, graduate) if graduate else None,
        begun=span,
        as_of=as_of,
        open_on=(as_of or office.today) if only_open else None,
        limit=limit,
    )
    emit(table, format=format, output=output)


@app.command()
def edit(
    ctx: typer.Context,
    placement: PlacementArgument,
    partner: Partner = None,
    title: Title = None,
    on: Annotated[date | None, dated("The first day, put right.")] = None,
    until: Annotated[date | None, dated("The first day no longer worked, put right.")] = None,
    why: Why = None,
    note: Note = None,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Put a placement right; --note "" makes the note empty.

    Example: ayala work edit P-5 --title "аға наубайшы"
    """
    office = the_office(ctx)
    values = {
        "title": title,
        "from_date": on,
        "until": until,
        "end_reason": why,
        "note": note,
        "partner": reading.partner_name(office.ask, partner) if partner else None,
    }
    something(values, "work edit")
    code = reading.placement_code(office.ask, placement, office.today)
    for attempt in office.change(f"work edit {code}", reason=reason):
        with attempt as records:
            records.work.edit_placement(code, **values)
    say(phrase("changed {code}", code=code))
    said(office)


@app.command()
def close(
    ctx: typer.Context,
    placement: PlacementArgument,
    on: On = TODAY,
    why: Why = None,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """End a placement; --on is the first day no longer worked.

    Example: ayala work close P-5 --on 2020-03-01 --why own_wish
    """
    office = the_office(ctx)
    given = required(why=(why, reads("placement_end")))
    code = reading.placement_code(office.ask, placement, office.today)
    for attempt in office.change(f"work close {code}", reason=reason):
        with attempt as records:
            records.work.end(code, on=on, why=given["why"])
    say(
        phrase(
            "{placement} ended on {day}: {why}",
            placement=code,
            day=on,
            why=word("placement_end", given["why"]),
        )
    )
    said(office)


@app.command()
def reopen(
    ctx: typer.Context, placement: PlacementArgument, reason: Reason = None, quiet: Quiet = False
) -> None:
    """Take the end of a placement back.

    Example: ayala work reopen P-5 --reason "the wrong person was ended"
    """
    office = the_office(ctx)
    code = reading.placement_code(office.ask, placement, office.today)
    why = reason_given(reason, phrase("reopening a placement"))
    for attempt in office.change(f"work reopen {code}", reason=why):
        with attempt as records:
            records.work.resume(code)
    say(phrase("{placement} goes on", placement=code))
    said(office)


@app.command()
def retention(
    ctx: typer.Context,
    span: BegunArgument = None,
    partner: Partner = None,
    kind: PartnerKind = None,
    as_of: AsOf = None,
    format: Format = None,
    output: Output = None,
) -> None:
    """Whether placements lasted three, six and twelve months.

    Example: ayala work retention 2019 --as-of 2020-12-31

    A share counts the placements whose months were full by the day; the others are not known yet.
    """
    office = the_office(ctx)
    tables = reading.retention(
        office.ask,
        begun=span,
        partner=reading.partner_name(office.ask, partner) if partner else None,
        kind=kind,
        as_of=as_of or office.today,
    )
    emit(tables, format=format, output=output)
