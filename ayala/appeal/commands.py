"""``ayala appeal …``: register what people ask, follow it, answer it."""

from __future__ import annotations

import os
from datetime import date
from typing import Annotated, Any

import typer

from ayala.appeal import reading
from ayala.dates import Span
from ayala.errors import MissingValue, WrongUsage
from ayala.graduate.choosing import GraduateArgument, the_graduate
from ayala.language.phrases import phrase
from ayala.office import Office
from ayala.options import (
    TODAY,
    AsOf,
    Format,
    Limit,
    On,
    Output,
    Quiet,
    Reason,
    Unmask,
    coded,
    completes,
    dated,
    named,
    one_of_several,
    read_lines,
    read_secret,
    read_span,
    read_text,
    reads,
    reason_asked,
    reason_given,
    required,
    said,
    someone_is_there,
    the_office,
    unmasking,
    worded,
)
from ayala.output.emit import emit
from ayala.output.saying import give, say

app = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Appeals: register, follow and answer them.",
    context_settings={"help_option_names": ["-h", "--help"]},
)

AppealArgument = Annotated[
    str,
    typer.Argument(
        parser=read_text,
        metavar="APPEAL",
        help="A register code, or an outside number.",
        autocompletion=completes("appeal", "codes"),
    ),
]
Topics = Annotated[
    list[str] | None, coded("topic", "What it is about; the first is the main one.", "--topic")
]
Channel = Annotated[str | None, coded("channel", "How it came.")]
Text = Annotated[
    str | None, typer.Option(parser=read_lines, metavar="TEXT", help="What is asked.", show_default=False)
]
Household = Annotated[
    int | None,
    typer.Option(min=1, max=100, metavar="N", help="People in the household.", show_default=False),
]
Kind = Annotated[str | None, coded("appeal_kind", "Its kind in law.", "--kind")]
Number = Annotated[str | None, named("Its number in another body's register.")]
Assignee = Annotated[str | None, named("Who looks into it.")]
Region = Annotated[str | None, coded("region", "The region it came from, by code or name.")]
Town = Annotated[str | None, named("Where the caller is.")]
PhoneFile = Annotated[
    str | None,
    typer.Option(metavar="-|FILE", help="Read the caller's phone from stdin or a file.", show_default=False),
]
Note = Annotated[
    str | None, typer.Option(parser=read_lines, metavar="TEXT", help="A note.", show_default=False)
]


def the_appeal(office: Office, text: str) -> str:
    """The code of the one appeal meant; a numbered choice at a terminal if several fit."""
    return one_of_several(lambda typed: reading.one(office.ask, typed, office.today), text)


@app.command()
def add(
    ctx: typer.Context,
    graduate: Annotated[
        str | None,
        typer.Argument(
            parser=read_text,
            metavar="[GRADUATE]",
            help="Who asks: a code, an IIN or a name.",
            show_default=False,
            autocompletion=completes("graduate", "codes"),
        ),
    ] = None,
    topic: Topics = None,
    channel: Channel = None,
    on: On = TODAY,
    text: Text = None,
    household: Household = None,
    kind: Kind = None,
    number: Number = None,
    assignee: Assignee = None,
    region: Region = None,
    caller: Annotated[str | None, named("Who asks, if not on record: a name as it was said.")] = None,
    town: Town = None,
    phone_file: PhoneFile = None,
    note: Note = None,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Register an appeal; prints its code in the register of the year.

    Example: ayala appeal add G-1042 --topic housing --topic legal --text "Asks for a place in the queue"

    A caller who is not on record is entered with --caller, and identified later.
    """
    office = the_office(ctx)
    if graduate and caller:
        raise WrongUsage(phrase("GRADUATE and --caller both say who asks; give one of them"))
    if graduate is None and not caller:
        if not someone_is_there():
            raise MissingValue(phrase("who asks is missing: GRADUATE, or --caller NAME"))
        caller = required(caller=caller)["caller"]
    if graduate and (town or phone_file):
        raise WrongUsage(phrase("--town and --phone-file go with --caller"))
    main = required(topic=(topic[0] if topic else None, reads("topic")))["topic"]
    code = the_graduate(office, graduate) if graduate else None
    phone = read_secret(phone_file, phrase("phone"))
    for attempt in office.change("appeal add", reason=reason):
        with attempt as records:
            appeal = records.appeals.add(
                topics=[main, *(topic or [])],
                channel=channel or ("visit" if graduate else "helpline"),
                received_on=on,
                graduate=code,
                caller=caller,
                caller_phone=phone,
                number=number,
                region=region,
                town=town,
                household=household,
                kind=kind or "application",
                assignee=assignee,
                text=text,
                note=note,
            )
    give(appeal.code)
    said(office)


@app.command()
def show(
    ctx: typer.Context,
    appeal: AppealArgument,
    receipt: Annotated[bool, typer.Option("--receipt", help="The slip for the person who asked.")] = False,
    unmask: Unmask = False,
    reason: Reason = None,
    format: Format = None,
    output: Output = None,
) -> None:
    """Show one appeal and its steps, or the receipt for the person.

    Example: ayala appeal show A-2026-0311 --receipt
    """
    office = the_office(ctx)
    code = the_appeal(office, appeal)
    if receipt:
        slip = reading.receipt(office.ask, code, clock_is_real=not os.environ.get("AYALA_TODAY"))
        emit(slip, format=format, output=output)
        return
    shown = unmasking(office, f"appeal show {code}", unmask, reason)
    emit(reading.page(office.ask, code, office.today), format=format, output=output, unmask=shown)


@app.command()
def explain(
    ctx: typer.Context,
    appeal: AppealArgument,
    as_of: AsOf = None,
    format: Format = None,
    output: Output = None,
) -> None:
    """Show the last day for an answer, and every day counted or skipped, and why.

    Example: ayala appeal explain A-2026-0311

    With --as-of, pauses and extensions of later days are left out.
    """
    from ayala.appeal.deadlines import Deadlines
    from ayala.appeal.deadlines import explain as explained

    office = the_office(ctx)
    code = the_appeal(office, appeal)
    emit(explained(Deadlines(office.ask, as_of or office.today), code), format=format, output=output)


@app.command("list")
def list_(
    ctx: typer.Context,
    status: Annotated[list[str] | None, coded("status", "Where it stands; may be given again.")] = None,
    topic: Annotated[str | None, coded("topic", "Its main topic.")] = None,
    region: Region = None,
    channel: Channel = None,
    assignee: Assignee = None,
    graduate: Annotated[
        str | None,
        typer.Option(
            parser=read_text,
            metavar="GRADUATE",
            help="Of one person.",
            show_default=False,
            autocompletion=completes("graduate", "codes"),
        ),
    ] = None,
    received: Annotated[
        Span | None,
        typer.Option(parser=read_span, metavar="SPAN", help="Received in the span.", show_default=False),
    ] = None,
    only_open: Annotated[bool, typer.Option("--open", help="Without an end: registered to paused.")] = False,
    unidentified: Annotated[bool, typer.Option("--unidentified", help="Of callers not on record.")] = False,
    level: Annotated[
        list[str] | None, coded("level", "How near the last day of an open one is; may be given again.")
    ] = None,
    as_of: AsOf = None,
    limit: Limit = None,
    format: Format = None,
    output: Output = None,
) -> None:
    """List appeals by the day received, the oldest first.

    Example: ayala appeal list --open --topic housing --region 75

    --as-of says on which day the levels are looked at; the statuses are those of now.
    """
    office = the_office(ctx)
    if graduate and unidentified:
        raise WrongUsage(phrase("--graduate and --unidentified exclude each other"))
    table = reading.listed(
        office.ask,
        statuses=status or (),
        topic=topic,
        region=region,
        channel=channel,
        assignee=assignee,
        graduate=the_graduate(office, graduate) if graduate else None,
        received=received,
        only_open=only_open,
        unidentified=unidentified,
        levels=level or (),
        as_of=as_of or office.today,
        limit=limit,
    )
    emit(table, format=format, output=output)


@app.command()
def edit(
    ctx: typer.Context,
    appeal: AppealArgument,
    topic: Topics = None,
    channel: Channel = None,
    text: Text = None,
    household: Household = None,
    kind: Kind = None,
    number: Number = None,
    assignee: Assignee = None,
    region: Region = None,
    caller: Annotated[str | None, named("Who asked, as it was said.")] = None,
    town: Town = None,
    phone_file: PhoneFile = None,
    note: Note = None,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Change what is noted of an appeal; --note "" makes a field empty.

    Example: ayala appeal edit A-2026-0311 --topic legal --topic housing --assignee "Айгүл"

    The topics given take the place of all that were there. Its status moves by its own steps only.
    """
    office = the_office(ctx)
    code = the_appeal(office, appeal)
    values: dict[str, Any] = {
        "channel": channel,
        "text": text,
        "household": household,
        "kind": kind,
        "number": number,
        "assignee": assignee,
        "region": region,
        "caller": caller,
        "town": town,
        "caller_phone": read_secret(phone_file, phrase("phone")),
        "note": note,
    }
    if not topic and all(value is None for value in values.values()):
        raise WrongUsage(phrase("nothing to change was given"), "ayala appeal edit --help")
    for attempt in office.change(f"appeal edit {code}", reason=reason):
        with attempt as records:
            records.appeals.edit(code, topics=topic, **values)
    say(phrase("changed {code}", code=code))


@app.command()
def start(
    ctx: typer.Context,
    appeal: AppealArgument,
    assignee: Assignee = None,
    on: On = TODAY,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Begin to look into an appeal.

    Example: ayala appeal start A-2026-0311 --assignee "Айгүл"
    """
    office = the_office(ctx)
    code = the_appeal(office, appeal)
    for attempt in office.change(f"appeal start {code}", reason=reason):
        with attempt as records:
            records.appeals.start(code, on, assignee=assignee, reason=reason)
    say(phrase("{code} is in progress", code=code))


@app.command()
def pause(
    ctx: typer.Context,
    appeal: AppealArgument,
    on: On = TODAY,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Pause an appeal while something is waited for.

    Example: ayala appeal pause A-2026-0311 --reason "waiting for the court's ruling"
    """
    office = the_office(ctx)
    code = the_appeal(office, appeal)
    why = reason_asked(reason)
    for attempt in office.change(f"appeal pause {code}", reason=why):
        with attempt as records:
            records.appeals.pause(code, on, reason=why)
    say(phrase("{code} is paused", code=code))


@app.command()
def resume(
    ctx: typer.Context,
    appeal: AppealArgument,
    on: On = TODAY,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Go on with a paused appeal.

    Example: ayala appeal resume A-2026-0311
    """
    office = the_office(ctx)
    code = the_appeal(office, appeal)
    for attempt in office.change(f"appeal resume {code}", reason=reason):
        with attempt as records:
            records.appeals.resume(code, on, reason=reason)
    say(phrase("{code} is in progress", code=code))


@app.command()
def extend(
    ctx: typer.Context,
    appeal: AppealArgument,
    until: Annotated[date | None, dated("The new last day.")] = None,
    on: On = TODAY,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Take more time for an appeal.

    Example: ayala appeal extend A-2026-0311 --until 2026-12-25 --reason "a site visit is needed"

    Without --until it is extended as far as the law allows. What goes beyond that is said.
    """
    office = the_office(ctx)
    code = the_appeal(office, appeal)
    why = reason_given(reason, phrase("extending"))
    for attempt in office.change(f"appeal extend {code}", reason=why):
        with attempt as records:
            extended = records.appeals.extend(code, on, until=until, reason=why)
            last = extended.extended_until
    say(phrase("{code} is extended until {last}", code=code, last=last))
    said(office)


@app.command()
def notify(
    ctx: typer.Context,
    appeal: AppealArgument,
    of: Annotated[str | None, coded("notice", "What the person was told of.", "--of")] = None,
    on: On = TODAY,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Note that the person was told of an extension, or of where it was sent.

    Example: ayala appeal notify A-2026-0311 --of extension
    """
    office = the_office(ctx)
    code = the_appeal(office, appeal)
    given = required(notice=(of, reads("notice"), "--of"))
    for attempt in office.change(f"appeal notify {code}", reason=reason):
        with attempt as records:
            records.appeals.notify(code, on, of=given["notice"], reason=reason)
    say(phrase("{code}: the person was told on {day}", code=code, day=on))
    said(office)


@app.command()
def redirect(
    ctx: typer.Context,
    appeal: AppealArgument,
    to: Annotated[str | None, worded("The body that may decide it.")] = None,
    on: On = TODAY,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Send an appeal on to the body that may decide it.

    Example: ayala appeal redirect A-2026-0311 --to "Housing department of Almaty"
    """
    office = the_office(ctx)
    code = the_appeal(office, appeal)
    given = required(to_whom=(to, read_text, "--to"))
    for attempt in office.change(f"appeal redirect {code}", reason=reason):
        with attempt as records:
            records.appeals.redirect(code, on, to_whom=given["to_whom"], reason=reason)
    say(phrase("{code} is redirected to {to_whom}", code=code, to_whom=given["to_whom"]))
    said(office)


@app.command()
def answer(
    ctx: typer.Context,
    appeal: AppealArgument,
    decision: Annotated[str | None, coded("decision", "What was decided.")] = None,
    ground: Annotated[str | None, worded("The law or fact it rests on; a refusal needs it.")] = None,
    document: Annotated[str | None, worded("The paper it was given by; a refusal needs it.")] = None,
    on: On = TODAY,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Answer an appeal with a decision.

    Example: ayala appeal answer A-2026-0311 --decision satisfied --document "№ 12-3 of 2026-11-20"
    """
    office = the_office(ctx)
    code = the_appeal(office, appeal)
    given = required(decision=(decision, reads("decision")))
    if given["decision"] == "refused" and someone_is_there():
        asked = required(ground=ground, document=document)
        ground, document = asked["ground"], asked["document"]
    for attempt in office.change(f"appeal answer {code}", reason=reason):
        with attempt as records:
            records.appeals.answer(code, on, **given, ground=ground, document=document)
    say(phrase("{code} is answered", code=code))
    said(office)


@app.command()
def withdraw(
    ctx: typer.Context,
    appeal: AppealArgument,
    on: On = TODAY,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Note that the person withdrew an appeal.

    Example: ayala appeal withdraw A-2026-0311 --reason "found a flat of her own"
    """
    office = the_office(ctx)
    code = the_appeal(office, appeal)
    why = reason_asked(reason)
    for attempt in office.change(f"appeal withdraw {code}", reason=why):
        with attempt as records:
            records.appeals.withdraw(code, on, reason=why)
    say(phrase("{code} is withdrawn", code=code))


@app.command()
def close(
    ctx: typer.Context,
    appeal: AppealArgument,
    on: On = TODAY,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """End an appeal without an answer, for a reason.

    Example: ayala appeal close A-2026-0311 --reason "the same question as A-2026-0298"
    """
    office = the_office(ctx)
    code = the_appeal(office, appeal)
    why = reason_given(reason, phrase("ending an appeal without an answer"))
    for attempt in office.change(f"appeal close {code}", reason=why):
        with attempt as records:
            records.appeals.close(code, on, reason=why)
    say(phrase("{code} is terminated", code=code))


@app.command()
def reopen(
    ctx: typer.Context,
    appeal: AppealArgument,
    on: On = TODAY,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Take a mistaken end of an appeal back.

    Example: ayala appeal reopen A-2026-0311 --reason "the answer belongs to A-2026-0312"
    """
    office = the_office(ctx)
    code = the_appeal(office, appeal)
    why = reason_given(reason, phrase("reopening"))
    for attempt in office.change(f"appeal reopen {code}", reason=why):
        with attempt as records:
            records.appeals.reopen(code, on, reason=why)
    say(phrase("{code} is in progress", code=code))


@app.command()
def identify(
    ctx: typer.Context,
    appeal: AppealArgument,
    graduate: GraduateArgument,
    on: On = TODAY,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Say which graduate the caller of an appeal was.

    Example: ayala appeal identify A-2026-0311 G-1042
    """
    office = the_office(ctx)
    code = the_appeal(office, appeal)
    person = the_graduate(office, graduate)
    for attempt in office.change(f"appeal identify {code}", reason=reason):
        with attempt as records:
            records.appeals.identify(code, person, on, reason=reason)
    say(phrase("{code} is of {graduate}", code=code, graduate=person))
