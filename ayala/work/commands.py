"""``ayala work …``: partners, workplaces, placements, the pilot "Ayala", money and study grants."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer

from ayala.dates import Span
from ayala.errors import WrongUsage
from ayala.graduate.commands import GraduateArgument, the_graduate
from ayala.options import (
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
from ayala.output.saying import say
from ayala.work import reading

CONTEXT = {"help_option_names": ["-h", "--help"]}


def group(help: str, **options: Any) -> typer.Typer:
    return typer.Typer(
        rich_markup_mode=None, no_args_is_help=True, help=help, context_settings=CONTEXT, **options
    )


app = group(
    "Partners, workplaces, placements, the pilot, aid.",
    epilog="add, show, list, edit and close are about placements.",
)
partner_app = group("Partners: employers, education centres and others.")
workplace_app = group("Jobs that partners keep for graduates.")
pilot_app = group('The pilot "Ayala" for graduates in difficult situations.')
aid_app = group("Money and study grants: asked, decided, paid; in whole tenge.")
app.add_typer(partner_app, name="partner")
app.add_typer(workplace_app, name="workplace")
app.add_typer(pilot_app, name="pilot")
app.add_typer(aid_app, name="aid")

PlacementArgument = Annotated[
    str,
    typer.Argument(
        metavar="PLACEMENT", help="A placement's code, P-5.", autocompletion=completes("work", "codes")
    ),
]
AidArgument = Annotated[
    str,
    typer.Argument(metavar="AID", help="Its code, M-3.", autocompletion=completes("work", "aid_codes")),
]
PartnerArgument = Annotated[
    str, typer.Argument(metavar="PARTNER", help="The partner's name; letter case does not matter.")
]
Partner = Annotated[str | None, worded("The partner's name.")]
PartnerKind = Annotated[str | None, coded("partner_kind", "employer, education, ngo, state or other.")]
Region = Annotated[str | None, coded("region", "The region, by code or name.")]
Contact = Annotated[str | None, worded("Whom to ask there, and how.")]
Title = Annotated[str | None, worded("The job.")]
Opened = Annotated[date | None, dated("The day of the workplace meant, where there are several.")]
Places = Annotated[
    int | None, typer.Option(min=1, max=9999, metavar="N", help="How many places.", show_default=False)
]
Special = Annotated[
    bool | None, typer.Option("--special/--ordinary", help="Of the pilot, or not.", show_default=False)
]
Why = Annotated[str | None, coded("placement_end", "Why it ended.")]
Amount = Annotated[
    int | None, typer.Option(min=1, max=10**12, metavar="N", help="Whole tenge.", show_default=False)
]
Purpose = Annotated[str | None, worded("What it is for.")]
Everything = Annotated[bool, typer.Option("--all", help="With those closed.")]
GraduateOption = Annotated[
    str | None,
    typer.Option(
        "--graduate",
        metavar="GRADUATE",
        help="A code, an IIN or a name.",
        show_default=False,
        autocompletion=completes("graduate", "codes"),
    ),
]
BegunArgument = Annotated[
    Span | None,
    typer.Argument(parser=read_span, metavar="[SPAN]", help="Begun in the span.", show_default="all"),
]
Note = Annotated[
    str | None, typer.Option(parser=read_lines, metavar="TEXT", help="A note.", show_default=False)
]


# --- placements ----------------------------------------------------------------------------------


@app.command()
def place(
    ctx: typer.Context,
    graduate: GraduateArgument,
    partner: Partner = None,
    title: Title = None,
    on: On = "today",  # type: ignore[assignment]
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
    with office.change(f"work place {code}", reason=reason) as records:
        placement = records.work.place(
            code, partner=name, title=given["title"], from_date=on, workplace=workplace, note=note
        )
    typer.echo(placement.code)
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
    _something(values, "work edit")
    code = reading.placement_code(office.ask, placement, office.today)
    with office.change(f"work edit {code}", reason=reason) as records:
        records.work.edit_placement(code, **values)
    say(f"changed {code}")
    said(office)


@app.command()
def close(
    ctx: typer.Context,
    placement: PlacementArgument,
    on: On = "today",  # type: ignore[assignment]
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
    with office.change(f"work close {code}", reason=reason) as records:
        records.work.end(code, on=on, why=given["why"])
    say(f"{code} ended on {on}: {given['why']}")
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
    why = reason_given(reason, "reopening a placement")
    with office.change(f"work reopen {code}", reason=why) as records:
        records.work.resume(code)
    say(f"{code} goes on")
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
        name=(read_text(name), read_text, "PARTNER"), partner_kind=(kind, reads("partner_kind"), "--kind")
    )
    with office.change("work partner add", reason=reason) as records:
        partner = records.work.add_partner(
            name=given["name"], kind=given["partner_kind"], region=region, contact=contact, note=note
        )
    typer.echo(partner.name)
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
    new_name: Annotated[str | None, worded("The new name.", "--name")] = None,
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
    _something(values, "work partner edit")
    found = reading.partner_name(office.ask, name)
    with office.change("work partner edit", reason=reason) as records:
        records.work.edit_partner(found, **values)
    say(f"changed {new_name or found}")
    said(office)


@partner_app.command("close")
def partner_close(
    ctx: typer.Context,
    name: PartnerArgument,
    on: On = "today",  # type: ignore[assignment]
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Note that a partner takes nobody on any more.

    Example: ayala work partner close "Нан-Сауда" --on 2020-01-01 --reason "out of business"
    """
    office = the_office(ctx)
    found = reading.partner_name(office.ask, name)
    why = reason_given(reason, "closing a partner")
    with office.change("work partner close", reason=why) as records:
        records.work.close_partner(found, on)
    say(f"{found} is closed since {on}")
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
    with office.change("work partner reopen", reason=reason) as records:
        records.work.reopen_partner(found)
    say(f"{found} is open again")
    said(office)


# --- workplaces ----------------------------------------------------------------------------------


@workplace_app.command("add")
def workplace_add(
    ctx: typer.Context,
    partner: PartnerArgument,
    title: Title = None,
    on: On = "today",  # type: ignore[assignment]
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
    with office.change("work workplace add", reason=reason) as records:
        records.work.add_workplace(
            name, **given, opened_on=on, places=places or 1, special=bool(special), note=note
        )
    say(f"{name} keeps from {on}: {given['title']}, places: {places or 1}")
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
    new_title: Annotated[str | None, worded("The job's new title.")] = None,
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
    _something(values, "work workplace edit")
    name = reading.partner_name(office.ask, partner)
    which, day = reading.workplace(office.ask, name, given["title"], opened)
    with office.change("work workplace edit", reason=reason) as records:
        records.work.edit_workplace(name, which, day, **values)
    say(f"changed {which} at {name}")
    said(office)


@workplace_app.command("close")
def workplace_close(
    ctx: typer.Context,
    partner: PartnerArgument,
    title: Title = None,
    opened: Opened = None,
    on: On = "today",  # type: ignore[assignment]
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
    with office.change("work workplace close", reason=reason) as records:
        records.work.close_workplace(name, which, day, on)
    say(f"{which} at {name} is closed since {on}")
    said(office)


# --- the pilot -----------------------------------------------------------------------------------


@pilot_app.command("add")
def pilot_add(
    ctx: typer.Context,
    graduate: GraduateArgument,
    on: On = "today",  # type: ignore[assignment]
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Take a graduate into the pilot, and say why.

    Example: ayala work pilot add G-1042 --on 2019-06-01 --reason "no work, no home"
    """
    office = the_office(ctx)
    code = the_graduate(office, graduate)
    why = reason_given(reason, "taking into the pilot")
    with office.change(f"work pilot add {code}", reason=why) as records:
        records.work.enrol(code, on=on, reason=why)
    say(f"{code} is in the pilot from {on}")
    said(office)


@pilot_app.command("list")
def pilot_list(
    ctx: typer.Context,
    everyone: Annotated[bool, typer.Option("--all", help="With those who left it.")] = False,
    as_of: AsOf = None,
    limit: Limit = None,
    format: Format = None,
    output: Output = None,
) -> None:
    """List who is in the pilot.

    Example: ayala work pilot list --as-of 2019-12-31
    """
    office = the_office(ctx)
    table = reading.pilot(office.ask, as_of=as_of or office.today, everyone=everyone, limit=limit)
    emit(table, format=format, output=output)


@pilot_app.command("close")
def pilot_close(
    ctx: typer.Context,
    graduate: GraduateArgument,
    on: On = "today",  # type: ignore[assignment]
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Note that a graduate left the pilot; --on is the first day without it.

    Example: ayala work pilot close G-1042 --on 2020-06-01 --reason "settled"
    """
    office = the_office(ctx)
    code = the_graduate(office, graduate)
    why = reason_given(reason, "leaving the pilot")
    with office.change(f"work pilot close {code}", reason=why) as records:
        records.work.leave_pilot(code, on=on, reason=why)
    say(f"{code} is in the pilot no more from {on}")
    said(office)


# --- aid -----------------------------------------------------------------------------------------


@aid_app.command("add")
def aid_add(
    ctx: typer.Context,
    graduate: GraduateArgument,
    kind: Annotated[str | None, coded("aid_kind", "money or study_grant.")] = None,
    amount: Amount = None,
    purpose: Purpose = None,
    on: On = "today",  # type: ignore[assignment]
    appeal: Annotated[
        str | None,
        typer.Option(
            metavar="APPEAL",
            help="The appeal it was asked in.",
            show_default=False,
            autocompletion=completes("appeal", "codes"),
        ),
    ] = None,
    note: Note = None,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Note money or a study grant asked for; prints its code.

    Example: ayala work aid add G-1042 --kind money --amount 60000 --purpose "winter clothes"
    """
    office = the_office(ctx)
    given = required(
        kind=(kind, reads("aid_kind")),
        amount=(amount, read_amount),
    )
    code = the_graduate(office, graduate)
    asked_in = reading.appeal_code(office.ask, appeal, office.today) if appeal else None
    with office.change(f"work aid add {code}", reason=reason) as records:
        aid = records.work.ask_aid(code, **given, on=on, purpose=purpose, appeal=asked_in, note=note)
    typer.echo(aid.code)
    said(office)


@aid_app.command("list")
def aid_list(
    ctx: typer.Context,
    span: Annotated[
        Span | None,
        typer.Argument(parser=read_span, metavar="[SPAN]", help="Asked in the span.", show_default="all"),
    ] = None,
    kind: Annotated[str | None, coded("aid_kind", "money or study_grant.")] = None,
    status: Annotated[str | None, coded("aid_status", "asked, approved, refused or paid.")] = None,
    graduate: GraduateOption = None,
    limit: Limit = None,
    format: Format = None,
    output: Output = None,
) -> None:
    """List money and study grants by the day they were asked for.

    Example: ayala work aid list 2019 --status approved
    """
    office = the_office(ctx)
    table = reading.aid(
        office.ask,
        kind=kind,
        status=status,
        graduate=the_graduate(office, graduate) if graduate else None,
        asked=span,
        limit=limit,
    )
    emit(table, format=format, output=output)


@aid_app.command("show")
def aid_show(ctx: typer.Context, aid: AidArgument, format: Format = None, output: Output = None) -> None:
    """Show one sum of money or study grant.

    Example: ayala work aid show M-3
    """
    office = the_office(ctx)
    code = reading.aid_code(office.ask, aid, office.today)
    emit(reading.aid_page(office.ask, code), format=format, output=output)


@aid_app.command("approve")
def aid_approve(
    ctx: typer.Context,
    aid: AidArgument,
    amount: Amount = None,
    on: On = "today",  # type: ignore[assignment]
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Note the decision to give, and how much.

    Example: ayala work aid approve M-3 --amount 50000 --on 2019-11-04

    A decision made before is changed with --reason.
    """
    office = the_office(ctx)
    given = required(amount=(amount, read_amount))
    code = reading.aid_code(office.ask, aid, office.today)
    with office.change(f"work aid approve {code}", reason=reason) as records:
        records.work.approve_aid(code, **given, on=on, reason=reason)
    say(f"{code}: {given['amount']} approved on {on}")
    said(office)


@aid_app.command("refuse")
def aid_refuse(
    ctx: typer.Context,
    aid: AidArgument,
    on: On = "today",  # type: ignore[assignment]
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Note the refusal, and why.

    Example: ayala work aid refuse M-3 --reason "given by the akimat already"
    """
    office = the_office(ctx)
    code = reading.aid_code(office.ask, aid, office.today)
    why = reason_given(reason, "a refusal")
    with office.change(f"work aid refuse {code}", reason=why) as records:
        records.work.refuse_aid(code, on=on, reason=why)
    say(f"{code} is refused on {on}")
    said(office)


@aid_app.command("pay")
def aid_pay(
    ctx: typer.Context,
    aid: AidArgument,
    amount: Amount = None,
    on: On = "today",  # type: ignore[assignment]
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Note a payment; several add up to what was approved.

    Example: ayala work aid pay M-3 --amount 25000 --on 2019-11-11

    Paying more than was approved needs --reason.
    """
    office = the_office(ctx)
    given = required(amount=(amount, read_amount))
    code = reading.aid_code(office.ask, aid, office.today)
    with office.change(f"work aid pay {code}", reason=reason) as records:
        paid = records.work.pay_aid(code, **given, on=on, reason=reason)
    say(f"{code}: {paid.amount_paid} of {paid.amount_approved} paid")
    said(office)


def read_amount(text: str) -> int:
    """A sum in whole tenge; spaces between the digits do not matter."""
    digits = "".join(text.split())
    if not (digits.isascii() and digits.isdigit() and 1 <= int(digits) <= 10**12):
        raise typer.BadParameter(f"'{text}' is not a sum in whole tenge")
    return int(digits)


def _something(values: dict[str, Any], command: str) -> None:
    if all(value is None for value in values.values()):
        raise WrongUsage("nothing to change was given", f"ayala {command} --help")
