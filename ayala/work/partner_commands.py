"""``ayala work partner …`` and ``ayala work workplace …``: partners and the jobs that they keep."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer

from ayala.errors import WrongUsage
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
    dated,
    named,
    read_lines,
    read_name,
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
from ayala.work import reading


def group(help: str, **options: Any) -> typer.Typer:
    """A group of commands, as the house makes them."""
    return typer.Typer(
        rich_markup_mode=None,
        no_args_is_help=True,
        help=help,
        context_settings={"help_option_names": ["-h", "--help"]},
        **options,
    )


partner_app = group("Partners: employers, education centres and others.")
workplace_app = group("Jobs that partners keep for graduates.")

PartnerArgument = Annotated[
    str,
    typer.Argument(
        parser=read_text, metavar="PARTNER", help="The partner's name; letter case does not matter."
    ),
]
Partner = Annotated[str | None, named("The partner's name.")]
PartnerKind = Annotated[str | None, coded("partner_kind", "employer, education, ngo, state or other.")]
Region = Annotated[str | None, coded("region", "The region, by code or name.")]
Contact = Annotated[str | None, worded("Whom to ask there, and how.")]
Title = Annotated[str | None, named("The job.")]
Opened = Annotated[date | None, dated("The day of the workplace meant, where there are several.")]
Places = Annotated[
    int | None, typer.Option(min=1, max=9999, metavar="N", help="How many places.", show_default=False)
]
Special = Annotated[
    bool | None, typer.Option("--special/--ordinary", help="Of the pilot, or not.", show_default=False)
]
Everything = Annotated[bool, typer.Option("--all", help="With those closed.")]
Note = Annotated[
    str | None, typer.Option(parser=read_lines, metavar="TEXT", help="A note.", show_default=False)
]


def something(values: dict[str, Any], command: str) -> None:
    """Refuse an edit that changes nothing."""
    if all(value is None for value in values.values()):
        raise WrongUsage(phrase("nothing to change was given"), f"ayala {command} --help")


# --- partners ------------------------------------------------------------------------------------


@partner_app.command("add")
def partner_add(
    ctx: typer.Context,
    name: PartnerArgument,
    kind: PartnerKind = None,
    region: Region = None,
    contact: Contact = None,
    note: Note = None,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Enter a partner; prints its name as it is stored.

    Example: ayala work partner add "Нан-Сауда" --kind employer --region 75
    """
    office = the_office(ctx)
    given = required(
        name=(read_name(name), read_name, "PARTNER"), partner_kind=(kind, reads("partner_kind"), "--kind")
    )
    for attempt in office.change("work partner add", reason=reason):
        with attempt as records:
            partner = records.work.add_partner(
                name=given["name"], kind=given["partner_kind"], region=region, contact=contact, note=note
            )
    give(partner.name)
    said(office)


@partner_app.command("list")
def partner_list(
    ctx: typer.Context,
    kind: PartnerKind = None,
    region: Region = None,
    everything: Everything = False,
    as_of: AsOf = None,
    limit: Limit = None,
    format: Format = None,
    output: Output = None,
) -> None:
    """List partners, with their places and the people placed.

    Example: ayala work partner list --kind employer
    """
    office = the_office(ctx)
    table = reading.partners(
        office.ask, kind=kind, region=region, closed=everything, as_of=as_of or office.today, limit=limit
    )
    emit(table, format=format, output=output)


@partner_app.command("show")
def partner_show(
    ctx: typer.Context,
    name: PartnerArgument,
    as_of: AsOf = None,
    format: Format = None,
    output: Output = None,
) -> None:
    """Show one partner, its workplaces and everyone placed there.

    Example: ayala work partner show "Нан-Сауда"
    """
    office = the_office(ctx)
    found = reading.partner_name(office.ask, name)
    emit(reading.partner_page(office.ask, found, as_of or office.today), format=format, output=output)


@partner_app.command("edit")
def partner_edit(
    ctx: typer.Context,
    name: PartnerArgument,
    new_name: Annotated[str | None, named("The new name.", "--name")] = None,
    kind: PartnerKind = None,
    region: Region = None,
    contact: Contact = None,
    note: Note = None,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Change what is known of a partner; --note "" and the like empty a field.

    Example: ayala work partner edit "Нан-Сауда" --contact "кадр бөлімі, 2-қабат"
    """
    office = the_office(ctx)
    values = {"name": new_name, "kind": kind, "region": region, "contact": contact, "note": note}
    something(values, "work partner edit")
    found = reading.partner_name(office.ask, name)
    for attempt in office.change("work partner edit", reason=reason):
        with attempt as records:
            records.work.edit_partner(found, **values)
    say(phrase("changed {code}", code=new_name or found))
    said(office)


@partner_app.command("close")
def partner_close(
    ctx: typer.Context,
    name: PartnerArgument,
    on: On = TODAY,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Note that a partner takes nobody on any more.

    Example: ayala work partner close "Нан-Сауда" --on 2020-01-01 --reason "out of business"
    """
    office = the_office(ctx)
    found = reading.partner_name(office.ask, name)
    why = reason_given(reason, phrase("closing a partner"))
    for attempt in office.change("work partner close", reason=why):
        with attempt as records:
            records.work.close_partner(found, on)
    say(phrase("{partner} is closed since {day}", partner=found, day=on))
    said(office)


@partner_app.command("reopen")
def partner_reopen(
    ctx: typer.Context, name: PartnerArgument, reason: Reason = None, quiet: Quiet = False
) -> None:
    """Note that a partner takes people on again.

    Example: ayala work partner reopen "Нан-Сауда"
    """
    office = the_office(ctx)
    found = reading.partner_name(office.ask, name)
    for attempt in office.change("work partner reopen", reason=reason):
        with attempt as records:
            records.work.reopen_partner(found)
    say(phrase("{partner} is open again", partner=found))
    said(office)


# --- workplaces ----------------------------------------------------------------------------------


@workplace_app.command("add")
def workplace_add(
    ctx: typer.Context,
    partner: PartnerArgument,
    title: Title = None,
    on: On = TODAY,
    places: Places = None,
    special: Special = None,
    note: Note = None,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Enter a job that a partner keeps for graduates.

    Example: ayala work workplace add "Нан-Сауда" --title наубайшы --on 2019-09-01 --places 3 --special
    """
    office = the_office(ctx)
    given = required(title=title)
    name = reading.partner_name(office.ask, partner)
    for attempt in office.change("work workplace add", reason=reason):
        with attempt as records:
            records.work.add_workplace(
                name, **given, opened_on=on, places=places or 1, special=bool(special), note=note
            )
    say(
        phrase(
            "{partner} keeps from {day}: {title}, places: {places}",
            partner=name,
            day=on,
            title=given["title"],
            places=places or 1,
        )
    )
    said(office)


@workplace_app.command("list")
def workplace_list(
    ctx: typer.Context,
    partner: Partner = None,
    special: Special = None,
    everything: Everything = False,
    as_of: AsOf = None,
    limit: Limit = None,
    format: Format = None,
    output: Output = None,
) -> None:
    """List the jobs kept for graduates, and how many places are taken.

    Example: ayala work workplace list --special
    """
    office = the_office(ctx)
    table = reading.workplaces(
        office.ask,
        partner=reading.partner_name(office.ask, partner) if partner else None,
        as_of=as_of or office.today,
        closed=everything,
        special=special,
        limit=limit,
    )
    emit(table, format=format, output=output)


@workplace_app.command("edit")
def workplace_edit(
    ctx: typer.Context,
    partner: PartnerArgument,
    title: Title = None,
    opened: Opened = None,
    new_title: Annotated[str | None, named("The job's new title.")] = None,
    on: Annotated[date | None, dated("The first day, put right.")] = None,
    places: Places = None,
    special: Special = None,
    note: Note = None,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Change a job kept for graduates; --title says which is meant.

    Example: ayala work workplace edit "Нан-Сауда" --title наубайшы --places 4
    """
    office = the_office(ctx)
    given = required(title=title)
    values = {"title": new_title, "opened_on": on, "places": places, "special": special, "note": note}
    something(values, "work workplace edit")
    name = reading.partner_name(office.ask, partner)
    which, day = reading.workplace(office.ask, name, given["title"], opened)
    for attempt in office.change("work workplace edit", reason=reason):
        with attempt as records:
            records.work.edit_workplace(name, which, day, **values)
    say(phrase("changed {title} at {partner}", title=which, partner=name))
    said(office)


@workplace_app.command("close")
def workplace_close(
    ctx: typer.Context,
    partner: PartnerArgument,
    title: Title = None,
    opened: Opened = None,
    on: On = TODAY,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Note that a job is kept no more; no placement ends by it.

    Example: ayala work workplace close "Нан-Сауда" --title наубайшы --on 2020-06-01
    """
    office = the_office(ctx)
    given = required(title=title)
    name = reading.partner_name(office.ask, partner)
    which, day = reading.workplace(office.ask, name, given["title"], opened)
    for attempt in office.change("work workplace close", reason=reason):
        with attempt as records:
            records.work.close_workplace(name, which, day, on)
    say(phrase("{title} at {partner} is closed since {day}", title=which, partner=name, day=on))
    said(office)
