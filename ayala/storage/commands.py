"""``ayala init``, ``ayala upgrade`` and ``ayala settings``."""

from __future__ import annotations

import typer

from ayala.options import Format, Output, Quiet, Yes, sure, the_office
from ayala.output.emit import emit
from ayala.output.saying import say
from ayala.output.table import Table, columns


def init(ctx: typer.Context, quiet: Quiet = False) -> None:
    """Make the office's database.

    Example: ayala init

    A database that is there already is left as it is.
    """
    office = the_office(ctx)
    shown = office.address.shown
    say(f"made {shown}" if office.make() else f"{shown} is there already and was left as it is")


def upgrade(ctx: typer.Context, yes: Yes = False, quiet: Quiet = False) -> None:
    """Bring an older database up to this Ayala.

    Example: ayala upgrade

    An SQLite file is copied beside itself first. A database that is up to date is left as it is.
    """
    office = the_office(ctx)
    if office.address.path is None:
        sure("a server is not copied first: is its backup of today?", yes)
    done = office.bring_up()
    if done is None:
        say(f"{office.address.shown} is up to date")
        return
    schema, copy = done
    say(f"{office.address.shown} is up to date; it had schema {schema}" + (f"; copy: {copy}" if copy else ""))


def settings(
    ctx: typer.Context,
    format: Format = None,
    output: Output = None,
) -> None:
    """Show every setting and where it came from.

    Example: ayala settings

    An option goes before a variable (AYALA_DATABASE, AYALA_USER, AYALA_LANG, AYALA_PAGER), that
    before the user's config.toml, that before the system's.
    """
    rows = the_office(ctx).settings.rows()
    emit(Table("settings", columns("setting", "value", "origin"), rows), format=format, output=output)
