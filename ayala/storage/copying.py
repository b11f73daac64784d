"""Many rows of a table of PostgreSQL at once, as COPY reads them; its triggers work on whole statements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection

from ayala.storage.refusals import as_raised

COPIED = 20_000
"""Rows after which a COPY ends, so that what the server refuses is not heard at the end of the sheet only."""


class Lines(NamedTuple):
    """Rows as COPY reads them."""

    columns: tuple[str, ...]
    rows: int
    text: bytes


def lines_of(connection: Connection, rows: Sequence[dict[str, Any]]) -> Lines:
    """Rows that all fill the same columns, as text in the encoding of the connection."""
    gathered = list(map(itemgetter(*rows[0]), rows))
    empty = sum([row.count(None) for row in gathered])
    cells = [
        "\t".join([cell if cell.__class__ is str else _NULL if cell is None else str(cell) for cell in row])
        for row in gathered
    ]
    text = "\n".join(cells)
    marks = sum(map(text.count, ("\t", "\n", "\r", "\\")))
    if marks != len(rows) * len(rows[0]) - 1 + empty:  # some stand in a cell
        text = "\n".join(
            "\t".join(_NULL if cell is None else str(cell).translate(_ESCAPED) for cell in row)
            for row in gathered
        )
    raw: Any = connection.connection.driver_connection
    return Lines(tuple(rows[0]), len(rows), f"{text}\n".encode(raw.info.encoding))


_NULL = "\\N"
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


class Copying:
    """A COPY of PostgreSQL, open over several blocks: the server answers at its end only, and works on while
    the next block comes. Nobody may ask the connection for anything else before that."""

    def __init__(self, connection: Connection, table: str) -> None:
        self._connection = connection
        self._table = table
        self._columns: tuple[str, ...] = ()
        self._rows = 0
        self._open = ExitStack()

    def write(self, lines: Lines) -> None:
        """Send rows. What is refused of them is raised here or by :meth:`end`."""
        if lines.columns != self._columns:
            self.end()
            self._begin(lines.columns)
        with self._told():
            self._copy.write(lines.text)
        self._rows += lines.rows
        if self._rows >= COPIED:
            self.end()

    def _begin(self, columns: tuple[str, ...]) -> None:
        raw: Any = self._connection.connection.driver_connection
        with self._told():
            cursor = self._open.enter_context(raw.cursor())
            self._copy = self._open.enter_context(
                cursor.copy(f"COPY {self._table} ({', '.join(columns)}) FROM STDIN")
            )
        self._columns = columns

    def end(self, error: BaseException | None = None) -> None:
        """Let all of it be in the table; or, where there is an error, forget it."""
        opened, self._open = self._open, ExitStack()
        self._columns, self._rows = (), 0
        with self._told():
            opened.__exit__(type(error) if error else None, error, None)

    @contextmanager
    def _told(self) -> Iterator[None]:
        import psycopg

        try:
            yield
        except psycopg.Error as error:
            raise as_raised(self._connection, "COPY", error, psycopg.Error) from None


def copy(connection: Connection, table: str, rows: Sequence[dict[str, Any]]) -> None:
    """Add rows to a table by a COPY of their own."""
    copying = Copying(connection, table)
    try:
        copying.write(lines_of(connection, rows))
        copying.end()
    except BaseException as error:
        copying.end(error)
        raise
