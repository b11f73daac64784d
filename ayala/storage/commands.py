"""``ayala init``, ``ayala upgrade`` and ``ayala settings``."""

from __future__ import annotations

from typing import Annotated

import typer

from ayala.errors import WrongUsage
from ayala.language.phrases import phrase
from ayala.options import Format, Output, Quiet, Yes, sure, the_office
from ayala.output.emit import emit
from ayala.output.saying import say
from ayala.output.table import Table, columns


def init(
    ctx: typer.Context,
    roles: Annotated[
        bool, typer.Option("--roles", help="On a PostgreSQL server: make the roles of reader, clerk, admin.")
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Make the office's database.

    Example: ayala init

    A database that is there already is left as it is; --roles gives the roles their rights anew.
    """
    office = the_office(ctx)
    shown = office.address.shown
    if roles and office.address.path is not None:
        raise WrongUsage(
            phrase("--roles is for a PostgreSQL server; a file is guarded by its folder's permissions")
        )
    say(
        phrase("made {database}", database=shown)
        if office.make()
        else phrase("{database} is there already and was left as it is", database=shown)
    )
    if roles:
        made = office.make_roles()
        say(
            phrase("made the roles {roles}", roles=", ".join(made))
            if made
            else phrase("the roles were there already")
        )
        say(phrase("try: {hint}", hint=phrase("GRANT ayala_clerk TO …, for each login")))


def upgrade(ctx: typer.Context, yes: Yes = False, quiet: Quiet = False) -> None:
    """Bring an older database up to this Ayala.

    Example: ayala upgrade

    It is backed up first: a file beside itself, a server into your data folder. A database that is up to
    date is left as it is.
    """
    office = the_office(ctx)
    done = office.bring_up(lambda question: sure(question, yes))
    shown = office.address.shown
    if done is None:
        say(phrase("{database} is up to date", database=shown))
        return
    schema, copy = done
    say(
        phrase("{database} is up to date; it had schema {schema}", database=shown, schema=schema)
        if copy is None
        else phrase(
            "{database} is up to date; it had schema {schema}; copy: {file}",
            database=shown,
            schema=schema,
            file=copy,
        )
    )


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
