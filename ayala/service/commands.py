"""``ayala service …``: services planned and given, group sessions and their lists."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer

from ayala.dates import Span
from ayala.errors import WrongUsage
from ayala.graduate.choosing import GraduateArgument, the_graduate
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
    completes,
    dated,
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
from ayala.service import reading, session_commands
from ayala.service.session_commands import Kind, Mode, Note, Provider

app = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Social services and group sessions.",
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(session_commands.app, name="session")

ServiceArgument = Annotated[
    str,
    typer.Argument(
        parser=read_text,
        metavar="SERVICE",
        help="A code such as S-88.",
        autocompletion=completes("service", "codes"),
    ),
]
AppealOption = Annotated[str | None, worded("The appeal it answers, by code or outside number.", "--appeal")]
Outcome = Annotated[str | None, worded("What came of it.")]


@app.command()
def plan(
    ctx: typer.Context,
    graduate: GraduateArgument,
    kind: Kind = None,
    mode: Mode = None,
    on: On = TODAY,
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
    for attempt in office.change(f"service plan {code}", reason=reason):
        with attempt as records:
            service = records.services.plan(code, on=on, appeal=appeal, provider=provider, note=note, **given)
    give(service.code)
    said(office)


@app.command()
def done(
    ctx: typer.Context,
    what: Annotated[
        str,
        typer.Argument(
            parser=read_text,
            metavar="GRADUATE|SERVICE",
            help="The person served; or a planned service, such as S-88, that is now given.",
            autocompletion=completes("graduate", "codes"),
        ),
    ],
    kind: Kind = None,
    mode: Mode = None,
    on: On = TODAY,
    provider: Provider = None,
    appeal: AppealOption = None,
    outcome: Outcome = None,
    note: Note = None,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Record a service that was given, or mark a planned one; prints its code.

    Example: ayala service done G-1042 --kind legal --mode individual

    With the code of a planned service: ayala service done S-88 --outcome "claim written". The same
    command is called add as well.
    """
    office = the_office(ctx)
    values = {"appeal": appeal, "provider": provider, "outcome": outcome, "note": note}
    planned = reading.read_service_code(what, office.today)
    if planned is not None:
        if kind or mode:
            raise WrongUsage(
                phrase("{code} has its kind and mode from the plan", code=planned),
                f"ayala service edit {planned} --kind … --mode …",
            )
        for attempt in office.change(f"service done {planned}", reason=reason):
            with attempt as records:
                service = records.services.provide(planned, on=on, **values)
    else:
        code = the_graduate(office, what)
        given = required(kind=(kind, reads("kind")), mode=(mode, reads("mode")))
        for attempt in office.change(f"service done {code}", reason=reason):
            with attempt as records:
                service = records.services.done(code, on=on, **given, **values)
    give(service.code)
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
        typer.Option(
            parser=read_text, metavar="GRADUATE", help="Only those of one graduate.", show_default=False
        ),
    ] = None,
    provided: Annotated[
        Span | None,
        typer.Option(parser=read_span, metavar="SPAN", help="Given in the span.", show_default=False),
    ] = None,
    open: Annotated[
        bool,
        typer.Option(
            "--open", "--planned-and-not-provided", help="Planned, and neither given nor cancelled."
        ),
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
        str | None,
        typer.Option(
            parser=read_text, metavar="GRADUATE", help="The person it belongs to.", show_default=False
        ),
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
    values: dict[str, Any] = {
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
        raise WrongUsage(phrase("nothing to change was given"), "ayala service edit --help")
    for attempt in office.change(f"service edit {code}", reason=reason):
        with attempt as records:
            records.services.edit(code, **values)
    say(phrase("changed {code}", code=code))
    said(office)


@app.command()
def close(
    ctx: typer.Context,
    service: ServiceArgument,
    on: On = TODAY,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Cancel a planned service that will not take place.

    Example: ayala service close S-88 --reason "moved to another city"
    """
    office = the_office(ctx)
    code = reading.one(office.ask, "service", service, office.today)
    why = reason_given(reason, phrase("cancelling"))
    for attempt in office.change(f"service close {code}", reason=why):
        with attempt as records:
            records.services.close(code, on)
    say(phrase("{code} is cancelled", code=code))
    said(office)
