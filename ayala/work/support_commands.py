"""``ayala work pilot …`` and ``ayala work aid …``: the pilot "Ayala", money and study grants."""

from __future__ import annotations

from typing import Annotated

import typer

from ayala.dates import Span
from ayala.graduate.choosing import GraduateArgument, the_graduate
from ayala.language.phrases import phrase
from ayala.options import (
    MOST,
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
from ayala.output.harmless import shortened
from ayala.output.saying import give, say
from ayala.work import reading
from ayala.work.partner_commands import Note, group

pilot_app = group('The pilot "Ayala" for graduates in difficult situations.')
aid_app = group("Money and study grants: asked, decided, paid; in whole tenge.")

AidArgument = Annotated[
    str,
    typer.Argument(
        parser=read_text, metavar="AID", help="Its code, M-3.", autocompletion=completes("work", "aid_codes")
    ),
]
Amount = Annotated[
    int | None, typer.Option(min=1, max=MOST, metavar="N", help="Whole tenge.", show_default=False)
]
Purpose = Annotated[str | None, worded("What it is for.")]
GraduateOption = Annotated[
    str | None,
    typer.Option(
        "--graduate",
        parser=read_text,
        metavar="GRADUATE",
        help="A code, an IIN or a name.",
        show_default=False,
        autocompletion=completes("graduate", "codes"),
    ),
]


# --- the pilot -----------------------------------------------------------------------------------


@pilot_app.command("add")
def pilot_add(
    ctx: typer.Context,
    graduate: GraduateArgument,
    on: On = TODAY,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Take a graduate into the pilot, and say why.

    Example: ayala work pilot add G-1042 --on 2019-06-01 --reason "no work, no home"
    """
    office = the_office(ctx)
    code = the_graduate(office, graduate)
    why = reason_given(reason, phrase("taking into the pilot"))
    for attempt in office.change(f"work pilot add {code}", reason=why):
        with attempt as records:
            records.work.enrol(code, on=on, reason=why)
    say(phrase("{graduate} is in the pilot from {day}", graduate=code, day=on))
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
    on: On = TODAY,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Note that a graduate left the pilot; --on is the first day without it.

    Example: ayala work pilot close G-1042 --on 2020-06-01 --reason "settled"
    """
    office = the_office(ctx)
    code = the_graduate(office, graduate)
    why = reason_given(reason, phrase("leaving the pilot"))
    for attempt in office.change(f"work pilot close {code}", reason=why):
        with attempt as records:
            records.work.leave_pilot(code, on=on, reason=why)
    say(phrase("{graduate} is in the pilot no more from {day}", graduate=code, day=on))
    said(office)


# --- aid -----------------------------------------------------------------------------------------


@aid_app.command("add")
def aid_add(
    ctx: typer.Context,
    graduate: GraduateArgument,
    kind: Annotated[str | None, coded("aid_kind", "money or study_grant.")] = None,
    amount: Amount = None,
    purpose: Purpose = None,
    on: On = TODAY,
    appeal: Annotated[
        str | None,
        typer.Option(
            parser=read_text,
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
    for attempt in office.change(f"work aid add {code}", reason=reason):
        with attempt as records:
            aid = records.work.ask_aid(code, **given, on=on, purpose=purpose, appeal=asked_in, note=note)
    give(aid.code)
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
    on: On = TODAY,
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
    for attempt in office.change(f"work aid approve {code}", reason=reason):
        with attempt as records:
            records.work.approve_aid(code, **given, on=on, reason=reason)
    say(phrase("{aid}: {amount} approved on {day}", aid=code, amount=given["amount"], day=on))
    said(office)


@aid_app.command("refuse")
def aid_refuse(
    ctx: typer.Context,
    aid: AidArgument,
    on: On = TODAY,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Note the refusal, and why.

    Example: ayala work aid refuse M-3 --reason "given by the akimat already"
    """
    office = the_office(ctx)
    code = reading.aid_code(office.ask, aid, office.today)
    why = reason_given(reason, phrase("a refusal"))
    for attempt in office.change(f"work aid refuse {code}", reason=why):
        with attempt as records:
            records.work.refuse_aid(code, on=on, reason=why)
    say(phrase("{aid} is refused on {day}", aid=code, day=on))
    said(office)


@aid_app.command("pay")
def aid_pay(
    ctx: typer.Context,
    aid: AidArgument,
    amount: Amount = None,
    on: On = TODAY,
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
    for attempt in office.change(f"work aid pay {code}", reason=reason):
        with attempt as records:
            paid = records.work.pay_aid(code, **given, on=on, reason=reason)
    say(
        phrase(
            "{aid}: {paid} of {approved} paid",
            aid=code,
            paid=paid.amount_paid,
            approved=paid.amount_approved,
        )
    )
    said(office)


def read_amount(text: str) -> int:
    """A sum in whole tenge; spaces between the digits do not matter."""
    digits = "".join(text.split())
    if not (digits.isascii() and digits.isdigit() and len(digits) < 10 and int(digits) >= 1):
        raise typer.BadParameter(phrase("'{text}' is not a sum in whole tenge", text=shortened(text)))
    return int(digits)
