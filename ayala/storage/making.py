"""Making an office's database and bringing an older one up: Alembic, in one transaction."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, exc
from sqlmodel import Session as OrmSession

from ayala.errors import DatabaseBehind, DatabaseForeign, DatabaseMissing, NotWritable
from ayala.language.phrases import phrase
from ayala.paths import why
from ayala.storage import images, opening, roles
from ayala.storage.database import (
    Writing,
    begin_history,
    check,
    end_history,
    engine_for,
    record_change,
)
from ayala.storage.opening import Address
from ayala.storage.refusals import explain
from ayala.storage.sealing import HistoryKey, seal

MIGRATIONS = Path(__file__).resolve().parent / "migrations"

ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(1096371532)"
"""Two offices' machines may make, upgrade or restore at once; PostgreSQL's lock makes the second wait."""


OpenEngine = Callable[[Address], Engine]
"""``engine_for``, with what it has to know of waiting."""


def make(address: Address, author: str, engine: OpenEngine = engine_for) -> bool:
    """Make the database; False if it was there already, which is then left as it is.

    The file is created with mode 0600, its folder with 0700 where it was missing.
    """
    try:
        check(address)
    except DatabaseMissing:
        if address.path is not None:
            _make_file(address.path)
        _migrate(engine(address), address, author)
        return True
    return False


def bring_up(
    address: Address,
    author: str,
    key: HistoryKey | None = None,
    *,
    engine: OpenEngine = engine_for,
    backed_up: Callable[[int], Path | None] = lambda schema: None,
) -> tuple[int, Path | None] | None:
    """Upgrade an older database; the schema it had and the backup made before, or nothing to do.

    ``backed_up`` makes the backup, given the schema, and raises where the upgrade may not go on without.
    """
    try:
        check(address)
    except DatabaseBehind:
        found = schema_of(address)
        copy = backed_up(found)
        _migrate(engine(address), address, author, key)
        return found, copy
    return None


def schema_of(address: Address) -> int:
    """The schema number a database has, whatever it is."""
    if address.path is not None:
        connection = opening.open_sqlite(address.path, reading=True)
        try:
            return int(connection.execute("PRAGMA user_version").fetchone()[0])
        finally:
            connection.close()
    connection = opening.connect_postgresql(address.url, reading=True)
    try:
        found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        return int(found[0]) if found else 0
    finally:
        connection.close()


def _make_file(path: Path) -> None:
    """An empty file that only its owner reads; SQLite gives its companions the same mode."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0), 0o600))
    except OSError as error:
        raise NotWritable(phrase("{path} cannot be made: {reason}", path=path, reason=why(error))) from None
    choose_journal(path)


def choose_journal(path: Path) -> None:
    """The journal that keeps acknowledged work over a power cut, with the SQLite that is in use."""
    connection = opening.open_sqlite(path, reading=False)
    try:
        # Where the folder does not allow a WAL, as on a network drive, the rollback journal stays.
        connection.execute("PRAGMA journal_mode = " + ("WAL" if opening.wal_is_safe() else "DELETE"))
    except opening.sqlite().Error as error:
        raise opening.explain_sqlite(error, path) from None
    finally:
        connection.close()


def _migrate(engine: Engine, address: Address, author: str, key: HistoryKey | None = None) -> None:
    try:
        with engine.begin() as connection:
            if address.path is None:
                _refuse_foreign(connection, address)
                connection.exec_driver_sql(ONE_AT_A_TIME)
            with_roles = address.path is None and roles.become_admin(connection)
            begun = migrate(connection, author)
            if begun and key is not None and address.path is not None:
                seal(connection.connection.driver_connection, "sqlite", key)
            if with_roles:
                roles.give_rights(connection)
            if address.path is not None:
                connection.exec_driver_sql(f"PRAGMA application_id = {opening.APPLICATION_ID}")
                connection.exec_driver_sql(f"PRAGMA user_version = {opening.SCHEMA}")
    except exc.DBAPIError as error:
        raise explain(error, address) from None
    finally:
        engine.dispose()


def migrate(connection: Connection, author: str) -> bool:
    """Bring the tables up to this Ayala's schema in the transaction that is open; whether history began."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["configure_logger"] = False
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    return keep_history(connection, author)


def _refuse_foreign(connection: Connection, address: Address) -> None:
    """A server database that holds other tables is not ours to build in."""
    ours = connection.exec_driver_sql("SELECT to_regclass('alembic_version')::text").scalar()
    others = connection.exec_driver_sql(
        "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()"
    ).scalar()
    if ours is None and others:
        raise DatabaseForeign(
            phrase("{database} already holds tables of another program", database=address.shown),
            phrase("an empty database"),
        )


def keep_history(connection: Connection, author: str) -> bool:
    """Put every table under history as it is now; whether rows that were there got a first image.

    Run after each migration, in its transaction: a table that gained a column begins anew with it.
    """
    if connection.dialect.name == "sqlite":
        begun = _triggers_sqlite(connection)
    else:
        begun = _triggers_postgresql(connection)
    filled = [s for s in begun if connection.exec_driver_sql(f"SELECT 1 FROM {s.name} LIMIT 1").first()]
    if filled:
        _first_images(connection, filled, author)
    return bool(filled)


def _shapes(connection: Connection, question: str) -> list[images.Shape]:
    return images.shapes(connection.exec_driver_sql(question))


def _triggers_sqlite(connection: Connection) -> list[images.Shape]:
    """Make the triggers that are missing or of another text; the tables whose history begins."""
    tables = _shapes(connection, images.SQLITE_SHAPES)
    there: dict[str, str] = {row[0]: row[1] for row in connection.exec_driver_sql(images.SQLITE_TRIGGERS)}
    wanted = images.sqlite_all(tables, images.unique(connection.exec_driver_sql(images.SQLITE_UNIQUE)))
    for name in there.keys() - wanted.keys():
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    for name, statement in wanted.items():
        if there.get(name) != statement:
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
            connection.exec_driver_sql(statement)
    return [s for s in tables if (n := f"history_{s.name}_insert") not in there or there[n] != wanted[n]]


def _triggers_postgresql(connection: Connection) -> list[images.Shape]:
    tables = _shapes(connection, images.POSTGRESQL_SHAPES)
    there: dict[str, str] = {
        row[0]: row[1] for row in connection.exec_driver_sql(images.POSTGRESQL_FUNCTIONS)
    }
    functions = images.postgresql_functions(tables)
    for name, body in functions.items():
        connection.exec_driver_sql(images.postgresql_create(name, body).replace("%", "%%"))
        # Only triggers call it.
        connection.exec_driver_sql(f"REVOKE ALL ON FUNCTION {name}() FROM PUBLIC")
    for name, statement in images.postgresql_triggers(tables).items():
        table = statement.partition(" ON ")[2].split()[0]
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name} ON {table}")
        connection.exec_driver_sql(statement)
    return [s for s in tables if there.get(f"history_{s.name}") != functions[f"history_{s.name}"]]


def _first_images(connection: Connection, tables: list[images.Shape], author: str) -> None:
    """An image of every row as its table's history begins, under an entry of its own."""
    sqlite = connection.dialect.name == "sqlite"
    with OrmSession(connection) as session:
        writing = Writing(session, today=date.min, author=author, command="upgrade")
        begin_history(writing)
        for shape in tables:
            connection.exec_driver_sql(
                images.sqlite_first(shape) if sqlite else images.postgresql_first(shape)
            )
        record_change(writing, reason="history begins")
        end_history(writing)
        session.flush()
