"""``ayala service session …``: group sessions, who is on their lists, and who a guest turns out to be."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from ayala.dates import Span
from ayala.errors import WrongUsage
from ayala.graduate.choosing import GraduateArgument, the_graduate
from ayala.language.phrases import phrase
from ayala.options import (
    MOST,
    TODAY,
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
from ayala.output.saying import give, say
from ayala.service import attendees, reading

app = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Group sessions: seminars, trainings, talks, and who came.",
    context_settings={"help_option_names": ["-h", "--help"]},
)

SessionArgument = Annotated[
    str,
    typer.Argument(
        parser=read_text,
        metavar="SESSION",
        help="A code such as E-12.",
        autocompletion=completes("service", "session_codes"),
    ),
]
Attendees = Annotated[
    list[str] | None,
    typer.Argument(
        parser=read_text,
        metavar="[WHO...]",
        help="Codes, IINs or names; - reads them from stdin, one a line.",
        autocompletion=completes("graduate", "codes"),
    ),
]
FromFile = Annotated[
    str | None,
    typer.Option(
        "--from", metavar="FILE", help="A sheet of attendance, or a name or code a line.", show_default=False
    ),
]
Headcount = Annotated[
    int | None,
    typer.Option(
        "--guests",
        min=0,
        max=MOST,
        metavar="N",
        help="How many more came without a name.",
        show_default=False,
    ),
]
Kind = Annotated[str | None, coded("kind", "The kind of service.")]
Mode = Annotated[str | None, coded("mode", "How it is given.")]
Provider = Annotated[str | None, worded("Who gives it: a lawyer, a psychologist…")]
Title = Annotated[str | None, worded("What the session was about.")]
Region = Annotated[str | None, coded("region", "The region, by code or name.")]
Note = Annotated[
    str | None, typer.Option(parser=read_lines, metavar="TEXT", help="A note.", show_default=False)
]


@app.command()
def add(
    ctx: typer.Context,
    who: Attendees = None,
    kind: Kind = None,
    mode: Mode = None,
    on: On = TODAY,
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
    for attempt in office.change("service session add", reason=reason, dry_run=dry_run):
        with attempt as records:
            session = records.services.sessions.add(
                **given, held_on=on, title=title, provider=provider, region=region, note=note
            )
            listed = records.services.sessions.attend(session.code, came, guests)
    give(session.code)
    said(office)
    if came or guests:
        say(str(listed))
    _say_dry(dry_run)


def _say_dry(dry_run: bool) -> None:
    if dry_run:
        say(phrase("dry run: nothing was changed"))


@app.command()
def show(
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


@app.command("list")
def list_(
    ctx: typer.Context,
    kind: Kind = None,
    mode: Mode = None,
    provider: Provider = None,
    region: Region = None,
    held: Annotated[
        Span | None,
        typer.Option(parser=read_span, metavar="SPAN", help="Held in the span.", show_default=False),
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


@app.command()
def edit(
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
        raise WrongUsage(phrase("nothing to change was given"), "ayala service session edit --help")
    for attempt in office.change(f"service session edit {code}", reason=reason):
        with attempt as records:
            records.services.sessions.edit(code, guests=guests, **values)
    say(phrase("changed {code}", code=code))
    said(office)


@app.command()
def close(
    ctx: typer.Context,
    session: SessionArgument,
    on: On = TODAY,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Cancel a session: it is kept, and counted no more.

    Example: ayala service session close E-12 --reason "the lecturer fell ill"
    """
    office = the_office(ctx)
    code = reading.one(office.ask, "session", session, office.today)
    why = reason_given(reason, phrase("cancelling"))
    for attempt in office.change(f"service session close {code}", reason=why):
        with attempt as records:
            records.services.sessions.close(code, on)
    say(phrase("{code} is cancelled", code=code))
    said(office)


@app.command()
def attend(
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
        raise WrongUsage(phrase("nobody was named: give codes, names, -, --from FILE or --guests N"))
    came = attendees.looked_up(office.ask, attendees.entries(who or [], from_file, code))
    for attempt in office.change(f"service session attend {code}", reason=reason, dry_run=dry_run):
        with attempt as records:
            listed = records.services.sessions.attend(code, came, guests)
    said(office)
    say(str(listed))
    _say_dry(dry_run)


@app.command()
def identify(
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
        for attempt in office.change(f"service session identify {code}", reason=reason):
            with attempt as records:
                guest = records.services.sessions.identify(code, typed, person)
        return str(guest.name)

    say(phrase("{name} is {code}", name=one_of_several(identify, name), code=person))
    said(office)


@app.command()
def absent(
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
        raise WrongUsage(phrase("nobody was named: give codes or names as on the list"))
    gone = attendees.looked_up(office.ask, attendees.entries(who, None, code))
    for attempt in office.change(f"service session absent {code}", reason=reason, dry_run=dry_run):
        with attempt as records:
            listed = records.services.sessions.remove(code, gone)
    said(office)
    say(str(listed))
    _say_dry(dry_run)
