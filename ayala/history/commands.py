"""``ayala history``: who changed what, whether the record of it is whole, and taking a change back."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer

from ayala.errors import NoSuchRecord
from ayala.graduate.choosing import the_graduate
from ayala.history import reading
from ayala.language.phrases import phrase, phrases
from ayala.office import Office
from ayala.options import (
    DryRun,
    Format,
    Limit,
    Output,
    Quiet,
    Reason,
    Unmask,
    Yes,
    completes,
    noun_app,
    read_day,
    read_text,
    reason_given,
    said,
    someone_is_there,
    sure,
    the_office,
    unmasking,
    worded,
)
from ayala.output.emit import emit, ready
from ayala.output.saying import give, say
from ayala.output.table import Table, columns

app = noun_app("Who changed what, and taking it back.")

EntryArgument = Annotated[
    str,
    typer.Argument(
        metavar="ENTRY",
        parser=read_text,
        help="An entry of the history: H-512, or X-1043.",
        autocompletion=completes("history", "codes"),
    ),
]


@app.command("list")
def list_(
    ctx: typer.Context,
    code: Annotated[
        str | None,
        typer.Argument(
            metavar="[CODE]",
            parser=read_text,
            help="Of one record or entry only: G-1042, A-2026-0311, ZU-1/204/3, a name, H-512.",
        ),
    ] = None,
    on: Annotated[
        date | None,
        typer.Option("--on", parser=read_day, metavar="DAY", help="Of one day.", show_default=False),
    ] = None,
    user: Annotated[str | None, worded("Of one person.", "--user")] = None,
    limit: Limit = None,
    format: Format = None,
    output: Output = None,
) -> None:
    """List who changed what, newest first.

    Example: ayala history list G-1042

    Entries X-… are what was changed outside of Ayala, in the shell of the database.
    """
    office = the_office(ctx)
    if code and code.upper()[:1] in "HXНХ" and not reading.key_of(office.ask, code, office.today):
        found = reading.entry(office.ask, code, office.today)
        emit(reading.page(office.ask, found, limit=0, unmask=False)[0], format=format, output=output)
        return
    key = _key(office, code) if code else None
    emit(reading.listed(office.ask, key=key, on=on, user=user, limit=limit), format=format, output=output)


def _key(office: Office, code: str) -> str:
    """The key of the record that is meant: by its code, else the graduate of that name or IIN."""
    found = reading.key_of(office.ask, code, office.today)
    if found is None:
        found = reading.key_of(office.ask, the_graduate(office, code), office.today)
    if found is None:
        raise NoSuchRecord(phrase("no record is called {code}", code=code), "ayala history list")
    return found


@app.command()
def show(
    ctx: typer.Context,
    entry: EntryArgument,
    limit: Limit = None,
    unmask: Unmask = False,
    reason: Reason = None,
    format: Format = None,
    output: Output = None,
    quiet: Quiet = False,
) -> None:
    """Show what an entry changed: every field before and after.

    Example: ayala history show H-512

    --limit N shows the first N rows of a long entry, such as an import.
    """
    office = the_office(ctx)
    ready(format=format, output=output)
    found = reading.entry(office.ask, entry, office.today)
    shown = unmasking(office, f"history show {found.code}", unmask, reason)
    emit(
        reading.page(office.ask, found, limit=limit, unmask=shown),
        format=format,
        output=output,
        unmask=shown,
    )


@app.command()
def verify(
    ctx: typer.Context,
    head: Annotated[
        str | None,
        typer.Option(
            "--head", parser=read_text, metavar="HEAD", help="A head that was kept elsewhere: 12:9f3a…"
        ),
    ] = None,
    format: Format = None,
    output: Output = None,
    quiet: Quiet = False,
) -> None:
    """Hold the history against its seals and the records against the history.

    Example: ayala history verify --head 512:9f3a61c2d4e5f607

    Exit code 1 when something is found; each finding names its record. Nothing is changed.
    """
    from ayala.history import verifying

    office = the_office(ctx)
    ready(format=format, output=output)
    rows = [
        {"check": check, "found": found, "what": what}
        for check, found, what in verifying.findings(office.ask, office.history_key, head)
    ]
    emit(
        Table("verify", columns("check:history_check", "found#", "what"), rows), format=format, output=output
    )
    if any(row["found"] for row in rows):
        raise typer.Exit(1)


@app.command()
def head(
    ctx: typer.Context,
    format: Format = None,
    output: Output = None,
    quiet: Quiet = False,
) -> None:
    """Print the head of the chain, to be kept outside the office.

    Example: ayala history head

    Whoever holds the database and the key cannot rewrite what a head kept elsewhere covers.
    """
    office = the_office(ctx)
    found = reading.head(office.ask)
    if found is None:
        say(phrase("nothing is sealed yet"))
        rows: list[dict[str, Any]] = []
    else:
        rows = [found]
    if format is None and output is None:
        for row in rows:
            give(row["head"])
        return
    emit(Table("head", columns("head", "at", "key", "unsealed#"), rows), format=format, output=output)


@app.command()
def undo(
    ctx: typer.Context,
    entry: EntryArgument,
    reason: Reason = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    format: Format = None,
    output: Output = None,
    quiet: Quiet = False,
) -> None:
    """Take an entry back: all it changed becomes what it was before.

    Example: ayala history undo H-512 --dry-run

    An import is taken back as one. Where later entries depend on it nothing is changed, and they are
    named. What was taken back is an entry itself, and can be taken back.
    """
    office = the_office(ctx)
    ready(format=format, output=output)
    found = reading.entry(office.ask, entry, office.today)
    command = found.command or reading.outside()
    if not dry_run and someone_is_there():
        question = phrases(
            "take back {code} of {moment} ({command}, {n} row)?",
            "take back {code} of {moment} ({command}, {n} rows)?",
            found.records,
            code=found.code,
            moment=reading.moment(found.at),
            command=command,
        )
        sure(question, yes)
    rows = _undone(office, found, reason, dry_run)
    table = Table("undone", columns("table", "removed#", "brought_back#", "restored#"), rows)
    emit(table, format=format, output=output)
    said(office)
    say(
        phrase("dry run: nothing was changed")
        if dry_run
        else phrase("took back {code} ({command})", code=found.code, command=command)
    )


def _undone(office: Office, entry: reading.Entry, reason: str | None, dry_run: bool) -> list[dict[str, Any]]:
    """Take the entry back, quickly or else step by step: a whole transaction each, since a savepoint over
    many rows is slow in SQLite (the time grows with its square)."""
    from ayala.history.undoing import Refused

    for step_by_step in (False, True):
        try:
            for attempt in office.change(f"history undo {entry.code}", reason=reason, dry_run=dry_run):
                with attempt as records:
                    undone = records.history.undo(entry, step_by_step=step_by_step)
            return [vars(line) for line in undone]
        except Refused:
            if step_by_step:
                raise
    raise AssertionError


@app.command()
def accept(
    ctx: typer.Context,
    entry: EntryArgument,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Say that a change outside of Ayala was meant, and why.

    Example: ayala history accept X-1043 --reason "the provider moved the server"

    `history verify` then passes it.
    """
    office = the_office(ctx)
    found = reading.entry(office.ask, entry, office.today)
    why = reason_given(reason, phrase("accepting"))
    for attempt in office.change(f"history accept {found.code}", reason=why):
        with attempt as records:
            records.writing.recorded_always = True
    say(phrase("{code} is accepted", code=found.code))
    said(office)
