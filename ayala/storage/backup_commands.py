"""``ayala backup`` and ``ayala restore``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ayala.language.catalogue import current
from ayala.language.phrases import phrase, phrases
from ayala.options import Job, Once, Quiet, Reason, Yes, said, sure, the_office
from ayala.output.saying import give, say
from ayala.watch import runs

if TYPE_CHECKING:
    from ayala.storage.backup import Taken


def backup(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="Where to; {date} becomes the day.")],
    encrypt_to: Annotated[
        list[str] | None,
        typer.Option(
            "--encrypt-to",
            metavar="KEY",
            help="Who may open it: a public key (age1…, ssh-…), or @FILE with one a line; may be repeated.",
            show_default=False,
        ),
    ] = None,
    once: Once = None,
    job: Job = None,
    quiet: Quiet = False,
) -> None:
    """Copy the whole office into one file, and prove the copy.

    Example: ayala backup 'office-{date}.db.age' --encrypt-to @recipients.txt

    Others may work meanwhile. FILE is replaced as a whole, or left as it is if anything fails.
    """
    from ayala.storage.backup import take, target

    office = the_office(ctx)
    to = target(file, office.today, office.address, office.history_key.path)
    taken: list[Taken] = []

    def work() -> int:
        keys = []
        if encrypt_to:
            from ayala.storage.encryption import recipients

            keys = recipients(encrypt_to)
        taken.append(take(office.address, to, keys))
        return taken[0].rows

    if runs.once(ctx, once, job, work) is not None:
        _tell(taken[0])


def _tell(done: Taken) -> None:
    give(str(done.path))
    say(
        phrases(
            "{n} row, {size}, head of the history: {head}",
            "{n} rows, {size}, head of the history: {head}",
            done.rows,
            size=_size(done.bytes),
            head=done.head or phrase("none yet"),
        ),
        exactly=True,
    )
    if done.recipients == 1:
        say(
            phrase(
                "one recipient: if that key is lost, so is the backup; a second --encrypt-to is a second key"
            )
        )
    if not done.recipients:
        say(phrase("not encrypted: keep it on an encrypted disk, or use --encrypt-to"))


def restore(
    ctx: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="What ayala backup wrote.", show_default=False)
    ],
    identity: Annotated[
        str | None,
        typer.Option(
            "--identity",
            metavar="KEYFILE",
            help="The secret key of an encrypted backup: a file, or - for standard input.",
            show_default=False,
        ),
    ] = None,
    reason: Reason = None,
    yes: Yes = False,
    quiet: Quiet = False,
) -> None:
    """Put a backup in the place of the database, and check it.

    Example: ayala restore office-2026-11-22.db.age --identity key.txt

    The backup is proven before anything is touched. Changes made since are lost only with --yes, and what
    is replaced is kept. A database that is missing is made. Exit code 1 when the check finds something.
    """
    from ayala.report.checking import check

    office = the_office(ctx)
    with office.restoring(file, identity=identity, reason=reason) as found:
        if found.question:
            sure(found.question, yes)
        found.carry_out()
    rows = sum(found.contents.rows.values())
    say(phrase("restored {database} from {file}", database=office.address.shown, file=file))
    say(
        phrases(
            "{n} row, head of the history: {head}",
            "{n} rows, head of the history: {head}",
            rows,
            head=found.head or phrase("none yet"),
        ),
        exactly=True,
    )
    if found.kept is not None:
        say(phrase("what was there is kept as {file}", file=found.kept))
    for note in found.notes:
        say(note)
    said(office)
    key = office.history_key.path
    say(
        phrase(
            "not in a backup: the settings (see ayala settings) and the history key {path}",
            path=key,
        )
        if key.exists()
        else phrase(
            "not in a backup: the settings (see ayala settings) and the history key {path}, which is missing",
            path=key,
        )
    )
    check(ctx)


def _size(number: int) -> str:
    if number < 100_000:
        return phrases("{n} byte", "{n} bytes", number)
    megabytes = f"{number / 1_000_000:.1f}"
    return phrase("{size} MB", size=megabytes if current() == "en" else megabytes.replace(".", ","))
