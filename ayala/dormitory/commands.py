"""``ayala dormitory …``: who gets a bed, moves and leaves; the places are in ``building_commands``."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from ayala.dormitory import building_commands, reading
from ayala.dormitory.building_commands import BuildingOption, done, the_building, the_place
from ayala.errors import ReasonDemanded, WrongUsage
from ayala.graduate.choosing import GraduateArgument, the_graduate
from ayala.language.phrases import phrase
from ayala.options import (
    TODAY,
    AsOf,
    DryRun,
    Format,
    On,
    Output,
    Quiet,
    Reason,
    coded,
    completes,
    dated,
    read_text,
    reads,
    reason_given,
    required,
    said,
    someone_is_there,
    the_office,
    worded,
)
from ayala.output.emit import emit
from ayala.output.saying import complain_of, give, say

app = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Buildings, rooms, beds and who lives there.",
    context_settings={"help_option_names": ["-h", "--help"]},
)

BedArgument = Annotated[
    str,
    typer.Argument(
        parser=read_text,
        metavar="BED",
        help="A bed, such as ZU-1/204/3.",
        autocompletion=completes("dormitory", "bed_places"),
    ),
]
Contract = Annotated[str | None, worded("Number of the contract on maintenance.")]
PlannedEnd = Annotated[date | None, dated("The day on which the contract would end.")]
Adults = Annotated[
    int | None,
    typer.Option(min=0, max=20, metavar="N", help="Other adults who live there too.", show_default=False),
]
Children = Annotated[
    int | None,
    typer.Option(min=0, max=20, metavar="N", help="Children who live there too.", show_default=False),
]


@app.command()
def place(
    ctx: typer.Context,
    graduate: GraduateArgument,
    bed: BedArgument,
    on: On = TODAY,
    until: Annotated[date | None, dated("The day the bed is free again, if that is known.")] = None,
    planned_end: PlannedEnd = None,
    contract: Contract = None,
    adults: Adults = None,
    children: Children = None,
    reason: Reason = None,
    dry_run: DryRun = False,
    quiet: Quiet = False,
) -> None:
    """Give a graduate a bed; prints its place.

    Example: ayala dormitory place G-1042 ZU-1/204/3 --contract 17/2026 --planned-end 2027-06-30

    A taken bed is refused. A broken rule on age or sex needs --reason.
    """
    office = the_office(ctx)
    code = the_graduate(office, graduate)
    found = "/".join(the_place(office, bed, least=3))

    def placed(why: str | None) -> None:
        for attempt in office.change(f"dormitory place {code} {found}", reason=why, dry_run=dry_run):
            with attempt as records:
                records.dormitories.place(
                    code,
                    found,
                    on=on,
                    until=until,
                    planned_end=planned_end,
                    contract=contract,
                    reason=why,
                    adults=adults or 0,
                    children=children or 0,
                )

    try:
        placed(reason)
    except ReasonDemanded as demand:
        if not someone_is_there():
            raise
        complain_of(demand)
        placed(reason_given(None, phrase("placing")))
    give(found)
    if until is None:
        say(phrase("{graduate} has {place} from {start}", graduate=code, place=found, start=on))
    else:
        say(
            phrase(
                "{graduate} has {place} from {start} until {until}",
                graduate=code,
                place=found,
                start=on,
                until=until,
            )
        )
    done(office, dry_run)


@app.command()
def move(
    ctx: typer.Context,
    graduate: GraduateArgument,
    bed: BedArgument,
    on: On = TODAY,
    reason: Reason = None,
    dry_run: DryRun = False,
    quiet: Quiet = False,
) -> None:
    """Move a resident to another bed; the contract carries over.

    Example: ayala dormitory move G-1042 ZU-1/301/2 --reason repairs
    """
    office = the_office(ctx)
    code = the_graduate(office, graduate)
    found = "/".join(the_place(office, bed, least=3))
    why = reason_given(reason, phrase("moving"))
    for attempt in office.change(f"dormitory move {code} {found}", reason=why, dry_run=dry_run):
        with attempt as records:
            records.dormitories.move(code, found, on=on, reason=why)
    give(found)
    say(phrase("{graduate} has {place} from {start}", graduate=code, place=found, start=on))
    done(office, dry_run)


@app.command()
def leave(
    ctx: typer.Context,
    graduate: GraduateArgument,
    to: Annotated[str | None, coded("destination", "Where the person goes.", "--to")] = None,
    why: Annotated[str | None, coded("end_reason", "Why the stay ends.", "--why")] = None,
    on: On = TODAY,
    reason: Reason = None,
    dry_run: DryRun = False,
    quiet: Quiet = False,
) -> None:
    """End a resident's stay; that day is free for the next.

    Example: ayala dormitory leave G-1042 --to rented --why work

    With --to unknown the watch asks for a contact on the days of the rule exit_checks, until one is
    noted.
    """
    office = the_office(ctx)
    code = the_graduate(office, graduate)
    given = required(
        destination=(to, reads("destination"), "--to"), end_reason=(why, reads("end_reason"), "--why")
    )
    for attempt in office.change(f"dormitory leave {code}", reason=reason, dry_run=dry_run):
        with attempt as records:
            # A dry run takes the stay back at the end of the block, so the day is read inside it.
            until = records.dormitories.leave(code, **given, on=on).until
    say(phrase("the bed of {graduate} is free from {day}", graduate=code, day=until))
    done(office, dry_run)


@app.command()
def companions(
    ctx: typer.Context,
    graduate: GraduateArgument,
    adults: Adults = None,
    children: Children = None,
    on: On = TODAY,
    reason: Reason = None,
    dry_run: DryRun = False,
    quiet: Quiet = False,
) -> None:
    """Set how many adults and children live with a resident.

    Example: ayala dormitory companions G-1042 --adults 1 --children 2
    """
    office = the_office(ctx)
    if adults is None and children is None:
        raise WrongUsage(phrase("say who lives there too: --adults N or --children N"))
    code = the_graduate(office, graduate)
    for attempt in office.change(f"dormitory companions {code}", reason=reason, dry_run=dry_run):
        with attempt as records:
            records.dormitories.companions(code, adults=adults, children=children, on=on)
    if adults is None:
        say(
            phrase(
                "with {graduate} from {day}: children {children}", graduate=code, day=on, children=children
            )
        )
    elif children is None:
        say(phrase("with {graduate} from {day}: adults {adults}", graduate=code, day=on, adults=adults))
    else:
        say(
            phrase(
                "with {graduate} from {day}: adults {adults}, children {children}",
                graduate=code,
                day=on,
                adults=adults,
                children=children,
            )
        )
    done(office, dry_run)


@app.command()
def contract(
    ctx: typer.Context,
    graduate: GraduateArgument,
    contract: Contract = None,
    planned_end: PlannedEnd = None,
    on: On = TODAY,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Set the contract or planned end of a stay.

    Example: ayala dormitory contract G-1042 --contract 17/2026 --planned-end 2027-06-30
    """
    office = the_office(ctx)
    if contract is None and planned_end is None:
        raise WrongUsage(phrase("nothing to change was given: --contract or --planned-end"))
    code = the_graduate(office, graduate)
    for attempt in office.change(f"dormitory contract {code}", reason=reason):
        with attempt as records:
            records.dormitories.contract(code, on=on, contract=contract, planned_end=planned_end)
    say(phrase("changed the stay of {graduate}", graduate=code))
    said(office)


@app.command()
def stays(
    ctx: typer.Context,
    building: BuildingOption = None,
    graduate: Annotated[
        str | None,
        typer.Option(
            parser=read_text,
            metavar="GRADUATE",
            help="Every stay of one graduate, whatever the day.",
            autocompletion=completes("graduate", "codes"),
            show_default=False,
        ),
    ] = None,
    as_of: AsOf = None,
    format: Format = None,
    output: Output = None,
) -> None:
    """List the residents of a day, or every stay of one graduate.

    Example: ayala dormitory stays --building ZU-1 --as-of 2026-11-01 --format csv
    """
    office = the_office(ctx)
    code = None if graduate is None else the_graduate(office, graduate)
    day = as_of or (office.today if code is None else None)
    table = reading.stays(
        office.ask, building=the_building(office, building), graduate=code, day=day, today=office.today
    )
    emit(table, format=format, output=output)


app.add_typer(building_commands.app)
