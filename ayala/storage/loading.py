"""Many rows of one table at once, by each engine's own way of loading, and their images with them.

SQLite: tuples go through the driver in one call, and the images of all of them are then written by one
statement, since row triggers would take twice the time. PostgreSQL: COPY; its triggers work on whole
statements anyway. In a large load (:func:`large`) SQLite's triggers of inserts, and indexes that the load
does not ask, are set aside and put back with the same text inside the same transaction: nobody sees them
missing, and a load that fails leaves them where they were. There a thread writes the blocks
(:class:`Loading`) while the next rows are read: neither engine needs Python for it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from functools import partial
from itertools import chain
from operator import itemgetter
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Connection, Table, event, exc, insert, text

from ayala.storage import images, opening
from ayala.storage.copying import Copying, copy, lines_of
from ayala.storage.refusals import as_raised
from ayala.storage.types import Day

if TYPE_CHECKING:
    from ayala.storage.digesting import Digesting

COPY_FROM = 100
"""From how many rows on COPY is quicker than one statement with all of them."""

LARGE = 2_000
"""From how many rows on a load is worth setting triggers and indexes aside."""

SORTED = 1_500_000
"""Rows up to which indexes are made anew: SQLite sorts them in memory, about 100 bytes a row."""

CACHE = -32 * 1024
"""SQLite's pages in memory, in KiB (below 0: KiB, not pages). More gains nothing, with less it thrashes."""

VARIABLES = 32_766
"""Values that one statement of SQLite may take; what it is built with at the least since 3.32."""

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
        copy(connection, table.name, rows)


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


class Into(NamedTuple):
    """What a large load goes into, and what hashes its images meanwhile."""

    connection: Connection
    table: Table
    shape_of: Callable[[str], images.Shape]
    digesting: Digesting | None = None


_ALL = object()
"""In place of a block: whatever came before it is to be written out."""


class Loading:
    """A table that many rows go into: blocks of them are written in order by a thread, on the connection of
    the change itself. Any statement that goes through SQLAlchemy waits until all of them are written.

    What the database refuses is raised by the next block, the next statement or :meth:`wait`.
    """

    AHEAD = 3
    """Blocks that may be on their way, the one that is being written among them."""

    def __init__(self, into: Into) -> None:
        self.table = into.table
        self._connection = into.connection
        self._raw: Any = into.connection.connection.driver_connection
        sqlite = into.connection.dialect.name == "sqlite"
        self._shape = into.shape_of(into.table.name) if sqlite else None
        self._copying = None if sqlite else Copying(into.connection, into.table.name)
        self._digesting = into.digesting
        self._aside: dict[str, str] = {}
        # No lock that is written in Python: Ctrl-C may come between taking and leaving one.
        self._blocks: SimpleQueue[Any] = SimpleQueue()
        self._written: SimpleQueue[None] = SimpleQueue()
        self._given = self._known_written = 0
        self._ended = False
        self._failed: BaseException | None = None
        self._thread = Thread(target=self._write_blocks, name="loading", daemon=True)
        self._thread.start()
        event.listen(self._connection, "before_cursor_execute", self._let_it_end)
        # Whatever interrupts SQLAlchemy, Ctrl-C too, makes it close the connection at once.
        event.listen(self._connection.engine.pool, "close", self._end)

    def put(self, rows: Sequence[dict[str, Any]]) -> None:
        """Let a block be written; its rows fill the same columns."""
        self._raise_what_failed()
        if self._copying is not None:
            self._give(lines_of(self._connection, rows))
        else:
            self._give(_bound(self._connection, self.table, rows))
        self._wait_for(self._given - self.AHEAD)

    def wait(self) -> None:
        """Wait until every block is written."""
        if self._copying is not None:
            self._give(_ALL)
        self._wait_for(self._given)
        self._raise_what_failed()

    def _give(self, block: Any) -> None:
        self._blocks.put(block)
        self._given += 1

    def _wait_for(self, count: int) -> None:
        while self._known_written < count:
            self._written.get()
            self._known_written += 1

    def set_aside(self, kind: str, name: str) -> None:
        """Drop a trigger or an index until :meth:`put_back`."""
        run = self._connection.exec_driver_sql
        self._aside[name] = str(run("SELECT sql FROM sqlite_master WHERE name = ?", (name,)).scalar_one())
        run(f"DROP {kind} {name}")

    def put_back(self, *names: str) -> None:
        """Make what was set aside again; without names all of it."""
        for name in names or tuple(self._aside):
            if statement := self._aside.pop(name, ""):
                self._give(statement)
        self.wait()

    def leave_off(self) -> None:
        """Have the database end what it is at, also where it waits for somebody's lock, and end the thread:
        all is taken back."""
        end = self._raw.interrupt if self._copying is None else partial(self._raw.cancel_safe, timeout=5)
        self._failed = self._failed or RuntimeError("stopped")
        self._blocks.put(None)
        while not self._ended:
            with suppress(self._connection.dialect.loaded_dbapi.Error, KeyboardInterrupt):
                time.sleep(0.02)
                if not self._ended:
                    end()

    def stop(self) -> None:
        """End the thread; what still waits after a failure is forgotten."""
        self._blocks.put(None)
        while not self._ended:
            time.sleep(0.001)
        event.remove(self._connection, "before_cursor_execute", self._let_it_end)
        event.remove(self._connection.engine.pool, "close", self._end)

    def _end(self, *_: Any) -> None:
        self.leave_off()

    def _let_it_end(self, *_: Any) -> None:
        self.wait()

    def _raise_what_failed(self) -> None:
        if self._failed is not None:
            raise self._failed

    def _write_blocks(self) -> None:
        try:
            while (block := self._blocks.get()) is not None:
                try:
                    # SQLite may have rolled back by itself then, and would save what comes after at once.
                    if self._failed is None:
                        self._write(block)
                except BaseException as error:  # raised where the rows come from
                    self._failed = self._failed or error
                self._written.put(None)
            if self._copying is not None:
                with suppress(exc.DBAPIError):  # nothing is open now, but after a failure
                    self._copying.end(self._failed)
        finally:
            self._ended = True

    def _write(self, block: Any) -> None:
        if self._copying is not None:
            if block is _ALL:
                self._copying.end()
            else:
                self._copying.write(block)
            return
        assert self._shape is not None
        try:
            if isinstance(block, str):
                self._raw.execute(block)
                return
            before = self._raw.execute("SELECT coalesce(max(seq), 0) FROM row_image").fetchone()[0]
            _insert(self._raw, self._shape, *block)
            if self._digesting is not None:
                self._digesting.add(self._raw, self._shape.name, before, len(block[1]))
        except opening.sqlite().Error as error:
            raise as_raised(self._connection, "INSERT", error, opening.sqlite().Error) from None


def _insert(raw: Any, shape: images.Shape, columns: list[str], values: list[tuple[Any, ...]]) -> None:
    """Add rows and their images by statements of many rows each: the driver lets go of Python's lock for the
    whole of a statement, and with ``executemany`` would ask for it anew for every row."""
    (last,) = raw.execute(f"SELECT coalesce(max(rowid), 0) FROM {shape.name}").fetchone()
    parts = -(-len(values) * len(columns) // VARIABLES)
    size = -(-len(values) // parts)
    marks = f"({', '.join('?' * len(columns))})"
    for start in range(0, len(values), size):
        part = values[start : start + size]
        raw.execute(
            f"INSERT INTO {shape.name} ({', '.join(columns)}) VALUES {', '.join([marks] * len(part))}",
            list(chain.from_iterable(part)),
        )
    raw.execute(images.sqlite_inserted(shape), {"last": last})


@contextmanager
def large(into: Into, expected: int, unasked: Sequence[str]) -> Iterator[Loading | None]:
    """While ``expected`` rows are loaded into a table, set aside what slows each of them down.

    ``unasked``: indexes of the table that the load does not ask, or asks so seldom that it puts them back
    then. They are made anew only where that takes less time than keeping them up: where the load is at least
    as large as what is there. (Keeping up takes about twice as long a row as making them anew;
    ``benchmarks/bulk_import.py``.) And only where memory is no matter: see :data:`SORTED`.
    """
    if expected < LARGE:
        yield None
        return
    run = into.connection.exec_driver_sql
    sqlite = into.connection.dialect.name == "sqlite"
    loading = Loading(into)
    try:
        kept = _prepare(into, loading, expected, unasked) if sqlite else None
        yield loading
        loading.wait()
        if sqlite:
            # An index is sorted in memory, so the pages give way to it.
            run(f"PRAGMA cache_size = {CACHE // 4}")
            loading.put_back()
            run(f"PRAGMA cache_size = {kept}")
    except BaseException:
        loading.leave_off()
        raise
    finally:
        loading.stop()


def _prepare(into: Into, loading: Loading, expected: int, unasked: Sequence[str]) -> int:
    """Set aside what stands in the way in SQLite; the size of the page cache until now."""
    run = into.connection.exec_driver_sql
    table = into.table.name
    for name in run(_OF_INSERTS, (table,)).scalars().all():
        loading.set_aside("TRIGGER", name)
    there = run(f"SELECT coalesce(max(rowid), 0) FROM {table}").scalar() or 0
    if there <= expected and there + expected <= SORTED:
        for name in unasked:
            loading.set_aside("INDEX", name)
    kept = int(run("PRAGMA cache_size").scalar_one())
    run(f"PRAGMA cache_size = {CACHE}")
    return kept
