"""Buildings, rooms and beds at the command line: enter, list, show, change, close, open, find free."""

from __future__ import annotations

import sys
from datetime import date
from typing import Annotated, Any

import typer

from ayala.dormitory import reading
from ayala.errors import WrongUsage
from ayala.language import catalogue
from ayala.language.phrases import phrase, phrases
from ayala.office import Office
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
    one_of_several,
    read_day,
    read_lines,
    read_name,
    read_text,
    reason_given,
    required,
    said,
    the_office,
    worded,
)
from ayala.output.emit import choose_format, emit
from ayala.output.harmless import shortened
from ayala.output.saying import give, say

app = typer.Typer(rich_markup_mode=None)

ABSENT = -1
"""What ``none`` means where a number is typed: there is no such limit, no such floor."""


def read_age(text: str) -> int:
    """An age in whole years, or ``none``."""
    if text.strip().casefold() == "none":
        return ABSENT
    if not (text.isascii() and text.isdigit() and len(text) < 4) or int(text) > 120:
        raise typer.BadParameter(phrase("'{text}' is neither an age in years nor none", text=shortened(text)))
    return int(text)


def aged(help: str) -> Any:
    """An option whose value is an age or ``none``."""
    return typer.Option(parser=read_age, metavar="YEARS|none", help=help, show_default=False)


PlaceArgument = Annotated[
    str,
    typer.Argument(
        parser=read_text,
        metavar="PLACE",
        help="A building ZU-3, a room ZU-3/204 or a bed ZU-3/204/5.",
        autocompletion=completes("dormitory", "places"),
    ),
]
BuildingOption = Annotated[
    str | None,
    typer.Option(
        "--building",
        parser=read_text,
        metavar="BUILDING",
        help="Only this building.",
        autocompletion=completes("dormitory", "places"),
        show_default=False,
    ),
]
Name = Annotated[str | None, worded("The building's name.")]
MinAge = Annotated[int | None, aged("The first age admitted; by law at first.")]
MaxAge = Annotated[int | None, aged("On reaching it the right to a place ends; by law at first.")]
CeilingAge = Annotated[int | None, aged("As far as practice goes beyond the law.")]
Source = Annotated[str | None, worded("Where the building's ages come from.")]
SexRule = Annotated[str | None, coded("sex_rule", "Whom the building admits: any, F or M.")]
Region = Annotated[str | None, coded("region", "The building's region, by code or name.")]
Address = Annotated[str | None, worded("The building's address.")]
Floor = Annotated[
    int | None, typer.Option(min=-9, max=99, metavar="N", help="The room's floor.", show_default=False)
]
RoomSex = Annotated[str | None, coded("sex_rule", "Whom the room is for: F, M or any.")]
Accessible = Annotated[
    bool | None,
    typer.Option("--accessible/--not-accessible", help="Whether a wheelchair gets in.", show_default=False),
]
FamilyFlat = Annotated[
    bool | None,
    typer.Option(
        "--family-flat/--not-family-flat", help="A flat for a family, given as one bed.", show_default=False
    ),
]
Note = Annotated[
    str | None, typer.Option(parser=read_lines, metavar="TEXT", help="A note.", show_default=False)
]
Start = Annotated[
    date | None,
    typer.Option("--from", parser=read_day, metavar="DAY", help="The first day.", show_default=False),
]
Until = Annotated[date | None, dated("The day from which it is free again.")]


def the_place(office: Office, text: str, *, least: int = 1, most: int = 3) -> tuple[str, ...]:
    """The building, room or bed meant; a numbered choice at a terminal if several fit."""
    return one_of_several(lambda typed: reading.place(office.ask, typed, least=least, most=most), text)


def the_building(office: Office, text: str | None) -> str | None:
    """The code of the building meant, if one was named."""
    return None if text is None else the_place(office, text, most=1)[0]


def _refuse_for(parts: int, **given: Any) -> None:
    """Refuse options that a place of so many parts has no use for."""
    useless = [f"--{name.replace('_', '-')}" for name, value in given.items() if value is not None]
    if not useless:
        return
    options = ", ".join(useless)
    if parts == 1:
        sentence = phrase("{options}: a building has none", options=options)
    elif parts == 2:
        sentence = phrase("{options}: a room has none", options=options)
    else:
        sentence = phrase("{options}: a bed has none", options=options)
    raise WrongUsage(sentence, "ayala dormitory add --help")


@app.command()
def add(
    ctx: typer.Context,
    place: PlaceArgument,
    name: Name = None,
    min_age: MinAge = None,
    max_age: MaxAge = None,
    ceiling_age: CeilingAge = None,
    source: Source = None,
    sex_rule: SexRule = None,
    region: Region = None,
    address: Address = None,
    floor: Floor = None,
    sex: RoomSex = None,
    accessible: Accessible = None,
    family_flat: FamilyFlat = None,
    beds: Annotated[
        int | None,
        typer.Option(
            min=1, max=99, metavar="N", help="The room's beds, numbered 1 to N.", show_default=False
        ),
    ] = None,
    note: Note = None,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Enter a building, a room with its beds, or a bed.

    Example: ayala dormitory add ZU-3/204 --floor 2 --sex F --beds 4
    """
    office = the_office(ctx)
    typed = tuple(read_name(part) for part in place.split("/"))
    of_building = {
        "min_age": min_age, "max_age": max_age, "ceiling_age": ceiling_age, "sex_rule": sex_rule,
        "region": region, "address": address,
    }  # fmt: skip
    of_room = {"floor": floor, "sex": sex, "accessible": accessible, "family_flat": family_flat, "beds": beds}
    if len(typed) > 3:
        raise WrongUsage(
            phrase("'{place}' has more parts than a bed", place=shortened(place)),
            "ayala dormitory add ZU-3/204/5",
        )
    if len(typed) == 1:
        _refuse_for(1, **of_room)
        of_building |= required(name=name)
    else:
        _refuse_for(len(typed), name=name, source=source, **of_building)
        above = the_place(office, "/".join(typed[:-1]))
        typed = (*above, typed[-1])
    if len(typed) == 3:
        _refuse_for(3, note=note, **of_room)
    for attempt in office.change(f"dormitory add {'/'.join(typed)}", reason=reason):
        with attempt as records:
            entering = records.dormitories.buildings
            if len(typed) == 1:
                of_building["sex_rule"] = sex_rule or "any"
                entering.add_building(typed[0], **of_building, policy_source=source or reason, note=note)
            elif len(typed) == 2:
                entering.add_room(
                    *typed,
                    beds=beds or 0,
                    floor=floor,
                    sex=None if sex == "any" else sex,
                    accessible=bool(accessible),
                    family_flat=bool(family_flat),
                    note=note,
                )
            else:
                entering.add_bed(*typed)
    give("/".join(typed))
    said(office)


@app.command("list")
def list_(
    ctx: typer.Context,
    place: Annotated[
        str | None,
        typer.Argument(
            parser=read_text,
            metavar="[BUILDING|ROOM]",
            help="The building whose rooms, or the room whose beds to list.",
            autocompletion=completes("dormitory", "places"),
        ),
    ] = None,
    as_of: AsOf = None,
    format: Format = None,
    output: Output = None,
) -> None:
    """List buildings, a building's rooms or a room's beds.

    Example: ayala dormitory list ZU-1 --as-of 2026-11-01
    """
    office = the_office(ctx)
    day = as_of or office.today
    if place is None:
        table = reading.building_list(office.ask, day)
    else:
        found = the_place(office, place, most=2)
        table = (reading.room_list if len(found) == 1 else reading.bed_list)(office.ask, found, day)
    emit(table, format=format, output=output)


@app.command()
def show(
    ctx: typer.Context, place: PlaceArgument, as_of: AsOf = None, format: Format = None, output: Output = None
) -> None:
    """Show all of a building, a room or a bed.

    Example: ayala dormitory show ZU-1/204/3
    """
    office = the_office(ctx)
    found = the_place(office, place)
    emit(reading.page(office.ask, found, as_of or office.today), format=format, output=output)


@app.command()
def edit(
    ctx: typer.Context,
    place: PlaceArgument,
    name: Name = None,
    min_age: MinAge = None,
    max_age: MaxAge = None,
    ceiling_age: CeilingAge = None,
    source: Source = None,
    sex_rule: SexRule = None,
    region: Region = None,
    address: Address = None,
    floor: Floor = None,
    sex: RoomSex = None,
    accessible: Accessible = None,
    family_flat: FamilyFlat = None,
    note: Note = None,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Change what is known of a building or a room.

    Example: ayala dormitory edit ZU-1 --ceiling-age none --reason "order 12 of the director"

    A text is made empty by --note "" and the like, an age is lifted by none.
    """
    office = the_office(ctx)
    found = the_place(office, place)
    ages = {"min_age": min_age, "max_age": max_age, "ceiling_age": ceiling_age}
    of_building = {"name": name, **ages, "sex_rule": sex_rule, "region": region, "address": address}
    of_room: dict[str, Any] = {
        "floor": floor,
        "sex": "" if sex == "any" else sex,
        "accessible": accessible,
        "family_flat": family_flat,
    }
    if len(found) == 1:
        _refuse_for(1, **{**of_room, "sex": sex})
        if any(age is not None for age in ages.values()):
            # The ages are no longer those of the source on record.
            source = source or reason or ""
        values: dict[str, Any] = {**of_building, "policy_source": source, "note": note}
    else:
        _refuse_for(len(found), source=source, **of_building)
        values = {**of_room, "note": note}
    if all(value is None for value in values.values()):
        raise WrongUsage(phrase("nothing to change was given"), "ayala dormitory edit --help")
    shown = "/".join(found)
    for attempt in office.change(f"dormitory edit {shown}", reason=reason):
        with attempt as records:
            records.dormitories.buildings.edit(found, **values)
    say(phrase("changed {code}", code=shown))
    said(office)


@app.command()
def close(
    ctx: typer.Context,
    place: PlaceArgument,
    start: Start = None,
    until: Until = None,
    reason: Reason = None,
    dry_run: DryRun = False,
    quiet: Quiet = False,
) -> None:
    """Put a bed, a room or a building out of service.

    Example: ayala dormitory close ZU-1/204 --from 2026-12-01 --until 2026-12-15 --reason repairs

    Refused while anybody lives there on one of these days.
    """
    office = the_office(ctx)
    start = required(from_date=(start, read_day, "--from"))["from_date"]
    why = reason_given(reason, phrase("closing"))
    found = the_place(office, place)
    shown = "/".join(found)
    for attempt in office.change(f"dormitory close {shown}", reason=why, dry_run=dry_run):
        with attempt as records:
            closed = records.dormitories.buildings.close(found, start=start, until=until, reason=why)
    say(_closed(closed, start, until))
    done(office, dry_run)


@app.command("open")
def open_(
    ctx: typer.Context,
    place: PlaceArgument,
    on: On = TODAY,
    reason: Reason = None,
    dry_run: DryRun = False,
    quiet: Quiet = False,
) -> None:
    """Put a closed bed or room back into service.

    Example: ayala dormitory open ZU-1/204 --on 2026-12-10
    """
    office = the_office(ctx)
    found = the_place(office, place)
    shown = "/".join(found)
    for attempt in office.change(f"dormitory open {shown}", reason=reason, dry_run=dry_run):
        with attempt as records:
            opened = records.dormitories.buildings.open(found, on)
    if len(opened) == 1:
        say(phrase("{place} is in service from {day}", place=opened[0], day=on))
    else:
        say(
            phrases(
                "{n} bed ({places}) is in service from {day}",
                "{n} beds ({places}) are in service from {day}",
                len(opened),
                places=", ".join(opened),
                day=on,
            )
        )
    done(office, dry_run)


def _closed(places: list[str], start: date, until: date | None) -> str:
    """The beds that were closed: the one, or how many and which; and for which days."""
    if len(places) == 1:
        if until is None:
            return phrase("{place} is out of service from {start}", place=places[0], start=start)
        return phrase(
            "{place} is out of service from {start} until {until}", place=places[0], start=start, until=until
        )
    shown = ", ".join(places)
    if until is None:
        return phrases(
            "{n} bed ({places}) is out of service from {start}",
            "{n} beds ({places}) are out of service from {start}",
            len(places),
            places=shown,
            start=start,
        )
    return phrases(
        "{n} bed ({places}) is out of service from {start} until {until}",
        "{n} beds ({places}) are out of service from {start} until {until}",
        len(places),
        places=shown,
        start=start,
        until=until,
    )


def done(office: Office, dry_run: bool) -> None:
    """Say what the records noticed, and whether all of it was taken back."""
    said(office)
    if dry_run:
        say(catalogue.say("dry run: nothing was changed"))


@app.command()
def free(
    ctx: typer.Context,
    on: Annotated[
        date | None,
        typer.Option("--on", parser=read_day, metavar="DAY", help="Free on this day.", show_default="today"),
    ] = None,
    start: Start = None,
    until: Until = None,
    building: BuildingOption = None,
    sex: Annotated[str | None, coded("sex", "Where this person breaks no rule on sex.")] = None,
    accessible: Annotated[
        bool, typer.Option("--accessible", help="Only where a wheelchair gets in.")
    ] = False,
    format: Format = None,
    output: Output = None,
) -> None:
    """List beds that are free on a day, or all of some days.

    Example: ayala dormitory free --sex F --from 2026-12-01 --until 2027-06-01
    """
    office = the_office(ctx)
    first, end = reading.interval(on, start, until, office.today)
    table = reading.free_beds(
        office.ask,
        start=first,
        until=end,
        building=the_building(office, building),
        sex=sex,
        accessible=accessible,
    )
    emit(table, format=format, output=output)


@app.command("map")
def map_(
    ctx: typer.Context,
    building: Annotated[
        str | None,
        typer.Argument(
            parser=read_text,
            metavar="[BUILDING]",
            help="Only this building.",
            autocompletion=completes("dormitory", "places"),
        ),
    ] = None,
    as_of: AsOf = None,
    format: Format = None,
    output: Output = None,
) -> None:
    """See floors, rooms, beds and residents at a glance.

    Example: ayala dormitory map ZU-1
    """
    office = the_office(ctx)
    code = the_building(office, building)
    rows = reading.map_rows(office.ask, (code,) if code else (), as_of or office.today)
    chosen = choose_format(format, output)
    if chosen not in ("text", "markdown", "html", "docx"):
        emit(reading.map_table(rows), format=format, output=output)
    elif chosen == "text" and rows and output in (None, "-") and sys.stdout.isatty():
        from ayala.dormitory import picture

        picture.show(rows, reading.building_names(office.ask))
    else:
        emit(reading.map_drawn(rows), format=format, output=output)
        say(
            "   ".join(
                f"{mark} {catalogue.word('bed_state', state)}" for state, mark in reading.MARKS.items()
            )
        )
