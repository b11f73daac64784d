"""``ayala service …``: services planned and given, group sessions and their lists."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from ayala.dates import Span
from ayala.errors import WrongUsage
from ayala.graduate.commands import GraduateArgument, the_graduate
from ayala.options import (
    AsOf,
    DryRun,
    Format,
    Limit,
    On,
    Output,
    Quiet,
    Reason,
    coded,
    completes,
    dated,
    one_of_several,
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
from ayala.output.saying import say, say_all
from ayala.service import attendees, reading

app = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Social services and group sessions.",
    context_settings={"help_option_names": ["-h", "--help"]},
)
session_app = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Group sessions: seminars, trainings, talks, and who came.",
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(session_app, name="session")

ServiceArgument = Annotated[
    str,
    typer.Argument(metavar="SERVICE", help="A code such as S-88.", autocompletion=completes("service", "codes")),
]
SessionArgument = Annotated[
    str,
    typer.Argument(
        metavar="SESSION", help="A code such as E-12.", autocompletion=completes("service", "session_codes")
    ),
]
Attendees = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[WHO...]",
        help="Codes, IINs or names; - reads them from stdin, one a line.",
        autocompletion=completes("graduate", "codes"),
    ),
]
FromFile = Annotated[
    str | None,
    typer.Option("--from", metavar="FILE", help="A sheet of attendance, or a name or code a line.", show_default=False),
]
Headcount = Annotated[
    int | None,
    typer.Option("--guests", min=0, metavar="N", help="How many more came without a name.", show_default=False),
]
Kind = Annotated[str | None, coded("kind", "The kind of service.")]
Mode = Annotated[str | None, coded("mode", "How it is given.")]
Provider = Annotated[str | None, worded("Who gives it: a lawyer, a psychologist…")]
AppealOption = Annotated[str | None, worded("The appeal it answers, by code or outside number.", "--appeal")]
Outcome = Annotated[str | None, worded("What came of it.")]
Title = Annotated[str | None, worded("What the session was about.")]
Region = Annotated[str | None, coded("region", "The region, by code or name.")]
Note = Annotated[str | None, typer.Option(parser=read_lines, metavar="TEXT", help="A note.", show_default=False)]


# --- services to one person ----------------------------------------------------------------------


@app.command()
def plan(
    ctx: typer.Context,
    graduate: GraduateArgument,
    kind: Kind = None,
    mode: Mode = None,
    on: On = "today",  # type: ignore[assignment]
    provider: Provider = None,
    appeal: AppealOption = None,
    note: Note = None,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Plan a service for a day; prints its code.

    Example: ayala service plan G-1042 --kind legal --mode individual --on 2026-12-01
    """
    office = the_office(ctx)
    code = the_graduate(office, graduate)
    given = required(kind=(kind, reads("kind")), mode=(mode, reads("mode")))
    with office.change(f"service plan {code}", reason=reason) as records:
        service = records.services.plan(code, on=on, appeal=appeal, provider=provider, note=note, **given)
    typer.echo(service.code)
    said(office)


@app.command()
def done(
    ctx: typer.Context,
    what: Annotated[
        str,
        typer.Argument(
            metavar="GRADUATE|SERVICE",
            help="The person served; or a planned service, such as S-88, that is now given.",
            autocompletion=completes("graduate", "codes"),
        ),
    ],
    kind: Kind = None,
    mode: Mode = None,
    on: On = "today",  # type: ignore[assignment]
    provider: Provider = None,
    appeal: AppealOption = None,
    outcome: Outcome = None,
    note: Note = None,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Record a service that was given, or mark a planned one; prints its code.

    Example: ayala service done G-1042 --kind legal --mode individual --provider lawyer

    With the code of a planned service: ayala service done S-88 --outcome "claim written". The same
    command is called add as well.
    """
    office = the_office(ctx)
    values = {"appeal": appeal, "provider": provider, "outcome": outcome, "note": note}
    planned = reading.read_service_code(what, office.today)
    if planned is not None:
        if kind or mode:
            raise WrongUsage(
                f"{planned} has its kind and mode from the plan", f"ayala service edit {planned} --kind … --mode …"
            )
        with office.change(f"service done {planned}", reason=reason) as records:
            service = records.services.provide(planned, on=on, **values)
    else:
        code = the_graduate(office, what)
        given = required(kind=(kind, reads("kind")), mode=(mode, reads("mode")))
        with office.change(f"service done {code}", reason=reason) as records:
            service = records.services.done(code, on=on, **given, **values)
    typer.echo(service.code)
    said(office)


app.command(
    "add",
    help="Record a service that was given; the same as done.\n\n"
    "Example: ayala service add G-1042 --kind legal --mode individual",
)(done)


@app.command()
def show(
    ctx: typer.Context,
    service: ServiceArgument,
    as_of: AsOf = None,
    format: Format = None,
    output: Output = None,
) -> None:
    """Show one service.

    Example: ayala service show S-88
    """
    office = the_office(ctx)
    code = reading.one(office.ask, "service", service, office.today)
    emit(reading.page(office.ask, code, as_of or office.today), format=format, output=output)


@app.command("list")
def list_(
    ctx: typer.Context,
    kind: Kind = None,
    mode: Mode = None,
    provider: Provider = None,
    graduate: Annotated[
        str | None,
        typer.Option(metavar="GRADUATE", help="Only those of one graduate.", show_default=False),
    ] = None,
    provided: Annotated[
        Span | None,
        typer.Option(parser=read_span, metavar="SPAN", help="Given in the span.", show_default=False),
    ] = None,
    open: Annotated[
        bool,
        typer.Option("--open", "--planned-and-not-provided", help="Planned, and neither given nor cancelled."),
    ] = False,
    as_of: AsOf = None,
    limit: Limit = None,
    format: Format = None,
    output: Output = None,
) -> None:
    """List services to one person; --open is what was promised and not given.

    Example: ayala service list --open --provider lawyer
    """
    office = the_office(ctx)
    table = reading.listed(
        office.ask,
        kind=kind,
        mode=mode,
        provider=provider,
        graduate=the_graduate(office, graduate) if graduate else None,
        provided=provided,
        open=open,
        as_of=as_of or office.today,
        limit=limit,
    )
    emit(table, format=format, output=output)


@app.command()
def edit(
    ctx: typer.Context,
    service: ServiceArgument,
    kind: Kind = None,
    mode: Mode = None,
    provider: Provider = None,
    planned: Annotated[date | None, dated("The day it is planned for.")] = None,
    provided: Annotated[date | None, dated("The day it was given.")] = None,
    graduate: Annotated[
        str | None, typer.Option(metavar="GRADUATE", help="The person it belongs to.", show_default=False)
    ] = None,
    appeal: AppealOption = None,
    outcome: Outcome = None,
    note: Note = None,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Change what is known of a service; --note "" and the like make a field empty.

    Example: ayala service edit S-88 --provider "Иванова А." --outcome "claim written"
    """
    office = the_office(ctx)
    code = reading.one(office.ask, "service", service, office.today)
    values = {
        "kind": kind,
        "mode": mode,
        "provider": provider,
        "planned_on": planned,
        "provided_on": provided,
        "graduate": the_graduate(office, graduate) if graduate else None,
        "appeal": appeal,
        "outcome": outcome,
        "note": note,
    }
    if all(value is None for value in values.values()):
        raise WrongUsage("nothing to change was given", "ayala service edit --help")
    with office.change(f"service edit {code}", reason=reason) as records:
        records.services.edit(code, **values)
    say(f"changed {code}")
    said(office)


@app.command()
def close(
    ctx: typer.Context,
    service: ServiceArgument,
    on: On = "today",  # type: ignore[assignment]
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Cancel a planned service that will not take place.

    Example: ayala service close S-88 --reason "moved to another city"
    """
    office = the_office(ctx)
    code = reading.one(office.ask, "service", service, office.today)
    why = reason_given(reason, "cancelling")
    with office.change(f"service close {code}", reason=why) as records:
        records.services.close(code, on)
    say(f"{code} is cancelled")
    said(office)


# --- group sessions ------------------------------------------------------------------------------


@session_app.command("add")
def session_add(
    ctx: typer.Context,
    who: Attendees = None,
    kind: Kind = None,
    mode: Mode = None,
    on: On = "today",  # type: ignore[assignment]
    title: Title = None,
    provider: Provider = None,
    region: Region = None,
    from_file: FromFile = None,
    guests: Headcount = None,
    note: Note = None,
    dry_run: DryRun = False,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Enter a group session, with its list if there is one; prints its code.

    Example: ayala service session add --kind legal --mode seminar --on 2026-11-20 --from list.txt
    """
    office = the_office(ctx)
    given = required(kind=(kind, reads("kind")), mode=(mode, reads("mode")))
    came = attendees.looked_up(office.ask, attendees.entries(who or [], from_file, None))
    with office.change("service session add", reason=reason, dry_run=dry_run) as records:
        session = records.services.sessions.add(
            **given, held_on=on, title=title, provider=provider, region=region, note=note
        )
        listed = records.services.sessions.attend(session.code, came.people, guests)
    typer.echo(session.code)
    if came.people or guests:
        _say_list(came, str(listed))
    said(office)
    _say_dry(dry_run)


def _say_list(came: attendees.Attendees, listed: str) -> None:
    say_all(came.said)
    say(listed)


def _say_dry(dry_run: bool) -> None:
    if dry_run:
        say("dry run: nothing was changed")


@session_app.command("show")
def session_show(
    ctx: typer.Context,
    session: SessionArgument,
    as_of: AsOf = None,
    format: Format = None,
    output: Output = None,
) -> None:
    """Show one session and everyone on its list.

    Example: ayala service session show E-12
    """
    office = the_office(ctx)
    code = reading.one(office.ask, "session", session, office.today)
    emit(reading.session_page(office.ask, code, as_of or office.today), format=format, output=output)


@session_app.command("list")
def session_list(
    ctx: typer.Context,
    kind: Kind = None,
    mode: Mode = None,
    provider: Provider = None,
    region: Region = None,
    held: Annotated[
        Span | None, typer.Option(parser=read_span, metavar="SPAN", help="Held in the span.", show_default=False)
    ] = None,
    as_of: AsOf = None,
    limit: Limit = None,
    format: Format = None,
    output: Output = None,
) -> None:
    """List group sessions with how many came.

    Example: ayala service session list --held 2026-q4 --mode seminar
    """
    office = the_office(ctx)
    table = reading.sessions(
        office.ask,
        kind=kind,
        mode=mode,
        provider=provider,
        region=region,
        held=held,
        as_of=as_of or office.today,
        limit=limit,
    )
    emit(table, format=format, output=output)


@session_app.command("edit")
def session_edit(
    ctx: typer.Context,
    session: SessionArgument,
    kind: Kind = None,
    mode: Mode = None,
    on: Annotated[date | None, dated("The day it was held.")] = None,
    title: Title = None,
    provider: Provider = None,
    region: Region = None,
    guests: Headcount = None,
    note: Note = None,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Change what is known of a session; --note "" and the like make a field empty.

    Example: ayala service session edit E-12 --title "Housing queue" --guests 4
    """
    office = the_office(ctx)
    code = reading.one(office.ask, "session", session, office.today)
    values = {
        "kind": kind,
        "mode": mode,
        "held_on": on,
        "title": title,
        "provider": provider,
        "region": region,
        "note": note,
    }
    if guests is None and all(value is None for value in values.values()):
        raise WrongUsage("nothing to change was given", "ayala service session edit --help")
    with office.change(f"service session edit {code}", reason=reason) as records:
        records.services.sessions.edit(code, guests=guests, **values)
    say(f"changed {code}")
    said(office)


@session_app.command("close")
def session_close(
    ctx: typer.Context,
    session: SessionArgument,
    on: On = "today",  # type: ignore[assignment]
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Cancel a session: it is kept, and counted no more.

    Example: ayala service session close E-12 --reason "the lecturer fell ill"
    """
    office = the_office(ctx)
    code = reading.one(office.ask, "session", session, office.today)
    why = reason_given(reason, "cancelling")
    with office.change(f"service session close {code}", reason=why) as records:
        records.services.sessions.close(code, on)
    say(f"{code} is cancelled")
    said(office)


@session_app.command("attend")
def session_attend(
    ctx: typer.Context,
    session: SessionArgument,
    who: Attendees = None,
    from_file: FromFile = None,
    guests: Headcount = None,
    dry_run: DryRun = False,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Put people on the list of a session; unknown names stay as guests.

    Example: ayala service session attend E-12 G-1042 "Ахметова Айгүл" --guests 3

    A code must be on record; a name that is exactly one graduate's becomes that graduate, any other
    stays as a guest by name, for identify. Who is on the list already is not put there twice.
    --guests sets how many more came without a name; they are shown and not counted as services.
    """
    office = the_office(ctx)
    code = reading.one(office.ask, "session", session, office.today)
    if not who and from_file is None and guests is None:
        raise WrongUsage("nobody was named: give codes, names, -, --from FILE or --guests N")
    came = attendees.looked_up(office.ask, attendees.entries(who or [], from_file, code))
    with office.change(f"service session attend {code}", reason=reason, dry_run=dry_run) as records:
        listed = records.services.sessions.attend(code, came.people, guests)
    _say_list(came, str(listed))
    said(office)
    _say_dry(dry_run)


@session_app.command("identify")
def session_identify(
    ctx: typer.Context,
    session: SessionArgument,
    name: Annotated[str, typer.Argument(metavar="NAME", parser=read_text, help="The guest, as on the list.")],
    graduate: GraduateArgument,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Say which graduate a guest by name is.

    Example: ayala service session identify E-12 "Ахметова Айгүл" G-1042
    """
    office = the_office(ctx)
    code = reading.one(office.ask, "session", session, office.today)
    person = the_graduate(office, graduate)

    def identify(typed: str) -> str:
        with office.change(f"service session identify {code}", reason=reason) as records:
            return str(records.services.sessions.identify(code, typed, person).name)

    say(f"{one_of_several(identify, name)} is {person}")
    said(office)


@session_app.command("absent")
def session_absent(
    ctx: typer.Context,
    session: SessionArgument,
    who: Attendees = None,
    dry_run: DryRun = False,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Take people off the list of a session who were not there.

    Example: ayala service session absent E-12 G-1042 "Ахметова Айгүл"
    """
    office = the_office(ctx)
    code = reading.one(office.ask, "session", session, office.today)
    if not who:
        raise WrongUsage("nobody was named: give codes or names as on the list")
    gone = attendees.looked_up(office.ask, attendees.entries(who, None, code))
    with office.change(f"service session absent {code}", reason=reason, dry_run=dry_run) as records:
        listed = records.services.sessions.remove(code, gone.people)
    say(str(listed))
    said(office)
    _say_dry(dry_run)
