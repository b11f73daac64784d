"""Many rows of one table at once, by each engine's own way of loading, and their images with them.

SQLite: tuples go through the driver in one call, and the images of all of them are then written by one
statement, since row triggers would take twice the time. PostgreSQL: COPY; its triggers work on whole
statements anyway. In a large load (:func:`large`) SQLite's triggers of inserts, and indexes that the load
itself does not ask, are set aside and put back with the same text inside the same transaction: nobody sees
them missing, and a load that fails leaves them where they were.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Table, exc, insert, text

from ayala.storage import images
from ayala.storage.types import Day

COPY_FROM = 100
"""From how many rows on COPY is quicker than one statement with all of them."""

LARGE = 2_000
"""From how many rows on a load is worth setting triggers and indexes aside."""

SORTED = 1_500_000
"""Rows up to which indexes are made anew: SQLite sorts them in memory, about 100 bytes a row."""

CACHE = -32 * 1024
"""SQLite's pages in memory, in KiB (below 0: KiB, not pages). More gains nothing, with less it thrashes."""

_OF_INSERTS = """
SELECT name FROM sqlite_master
WHERE type = 'trigger' AND (name = 'append_only_row_image_insert' OR tbl_name = ?1
  AND (name IN ('history_' || ?1 || '_insert', 'history_' || ?1 || '_replace')
       OR name LIKE 'uq!_' || ?1 || '!_%!_insert' ESCAPE '!'))
"""
"""The triggers that write an image of each row, and those that keep ``REPLACE`` from deleting one: the
constraints themselves stay."""

_SET_WISE = text("UPDATE history_context SET set_wise = :on")


def load(
    connection: Connection,
    table: Table,
    rows: Sequence[dict[str, Any]],
    shape_of: Callable[[str], images.Shape],
) -> None:
    """Add rows that all fill the same columns, with their images."""
    if connection.dialect.name == "sqlite":
        shape = shape_of(table.name)
        last = connection.exec_driver_sql(f"SELECT coalesce(max(rowid), 0) FROM {shape.name}").scalar()
        connection.execute(_SET_WISE, {"on": 1})
        columns, values = _bound(connection, table, rows)
        marks = ", ".join("?" * len(columns))
        connection.exec_driver_sql(
            f"INSERT INTO {shape.name} ({', '.join(columns)}) VALUES ({marks})", values
        )
        connection.execute(text(images.sqlite_inserted(shape)), {"last": last})
        connection.execute(_SET_WISE, {"on": 0})
    elif len(rows) < COPY_FROM:
        connection.execute(insert(table), rows)
    else:
        _copy(connection, table.name, rows)


def _bound(
    connection: Connection, table: Table, rows: Sequence[dict[str, Any]]
) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The columns that some row fills, and each row's values as SQLite keeps them."""
    gathered = itemgetter(*rows[0])
    across = dict(zip(rows[0], zip(*map(gathered, rows), strict=True), strict=True))
    filled: dict[str, Sequence[Any]] = {}
    for name, values in across.items():
        if not any(values) and values.count(None) == len(values):
            continue
        column = table.c[name].type
        if isinstance(column, Day):  # three a graduate, and its own way is a call for each
            filled[name] = [value.isoformat() if isinstance(value, date) else value for value in values]
            continue
        bind = column.dialect_impl(connection.dialect).bind_processor(connection.dialect)
        filled[name] = values if bind is None else list(map(bind, values))
    return list(filled), list(zip(*filled.values(), strict=True))


def _copy(connection: Connection, table: str, rows: Sequence[dict[str, Any]]) -> None:
    import psycopg

    gathered = itemgetter(*rows[0])
    raw: Any = connection.connection.driver_connection
    try:
        with raw.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(rows[0])}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(gathered(row))
    except psycopg.Error as error:
        # As SQLAlchemy raises what the driver says, so that it is told in the same words.
        raise exc.DBAPIError.instance(
            "COPY", None, error, psycopg.Error, hide_parameters=True, dialect=connection.dialect
        ) from None


@contextmanager
def large(connection: Connection, table: str, expected: int, unasked: Sequence[str]) -> Iterator[None]:
    """While ``expected`` rows are loaded into a table, set aside what slows each of them down.

    ``unasked``: indexes of the table that the load does not ask. They are made anew only where that takes
    less time than keeping them up: where the load is at least as large as what is there. (Keeping up takes
    about twice as long a row as making them anew; ``benchmarks/bulk_import.py``.) And only where memory is no
    matter: see :data:`SORTED`.
    """
    if not table or connection.dialect.name != "sqlite" or expected < LARGE:
        yield
        return
    triggers = connection.exec_driver_sql(_OF_INSERTS, (table,)).scalars().all()
    there = connection.exec_driver_sql(f"SELECT coalesce(max(rowid), 0) FROM {table}").scalar() or 0
    indexes = list(unasked) if there <= expected and there + expected <= SORTED else []
    texts = [_set_aside(connection, "TRIGGER", name) for name in triggers]
    texts += [_set_aside(connection, "INDEX", name) for name in indexes]
    kept = connection.exec_driver_sql("PRAGMA cache_size").scalar_one()
    connection.exec_driver_sql(f"PRAGMA cache_size = {CACHE}")
    yield
    # An index is sorted in memory, so the pages give way to it.
    connection.exec_driver_sql(f"PRAGMA cache_size = {CACHE // 4}")
    for statement in texts:
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql(f"PRAGMA cache_size = {kept}")


def _set_aside(connection: Connection, kind: str, name: str) -> str:
    """Drop a trigger or an index; the statement that makes it again."""
    found = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = ?", (name,)).scalar_one()
    connection.exec_driver_sql(f"DROP {kind} {name}")
    return str(found)
