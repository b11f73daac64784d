"""Asking: every question is SQL in a ``.sql`` file, put to the plain DB-API.

A noun's folder holds its ``questions.sql``; a question has one text for both engines, or, where
they differ, a second one with ``_postgresql`` behind its name. Days go in and come out as ISO
text, keys as text. One command asks within one snapshot, so that its tables agree.

SQLAlchemy is never imported here: that is what keeps a list at a tenth of a second.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from ayala.errors import AyalaError, DatabaseProblem, DatabaseUnreachable
from ayala.language.phrases import phrase
from ayala.storage import opening
from ayala.storage.opening import Address

PACKAGE = Path(__file__).resolve().parent.parent

_PARAMETER = re.compile(r"('(?:[^']|'')*')|(?<![:\w]):([a-z_]+)\b|(%)")


@lru_cache
def questions(noun: str) -> dict[str, str]:
    """The named questions of ``ayala/<noun>/questions.sql``, by name; ``report/work`` means the file
    ``ayala/report/work.sql``, for a noun that asks so much that its questions stand in several.

    The file's form is that of aiosql (``-- name: x`` above each), whose import alone would cost every
    command a third of its time.
    """
    file = PACKAGE / f"{noun}.sql" if "/" in noun else PACKAGE / noun / "questions.sql"
    text = file.read_text(encoding="utf-8")
    found: dict[str, str] = {}
    for part in text.split("-- name:")[1:]:
        name, _, body = part.partition("\n")
        if name.strip() in found:
            raise ValueError(f"{noun}: the question {name.strip()} stands there twice")
        lines = (line for line in body.splitlines() if not line.lstrip().startswith("--"))
        found[name.strip()] = "\n".join(lines).strip().rstrip(";")
    return found


def for_psycopg(sql: str) -> str:
    """``:name`` as ``%(name)s``, a percent sign doubled; what stands in quotes keeps its colons."""

    def change(found: re.Match[str]) -> str:
        if found[1]:
            return found[1].replace("%", "%%")
        return f"%({found[2]})s" if found[2] else "%%"

    return _PARAMETER.sub(change, sql)


class Asking:
    """An open database to put questions to, read-only, in one snapshot."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self.driver = "sqlite3" if address.path is not None else "psycopg"

    @cached_property
    def connection(self) -> Any:
        if self.address.path is not None:
            connection = opening.open_sqlite(self.address.path, reading=True)
            opening.check_sqlite(connection, self.address.path)
            connection.execute("BEGIN")
        else:
            connection = opening.connect_postgresql(self.address.url, reading=True)
            opening.check_postgresql(connection.execute, self.address.shown)
            connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            # Before the snapshot: waits for a restore that is under way, and keeps the next one waiting.
            connection.execute("LOCK TABLE alembic_version IN ACCESS SHARE MODE")
        return connection

    def take_any_text(self, errors: str = "backslashreplace") -> None:
        """Read on where another program wrote bytes that are no UTF-8, as SQLite lets it."""
        if self.driver == "sqlite3":
            self.connection.text_factory = lambda text: text.decode("utf-8", errors)

    def close(self) -> None:
        """Give the snapshot back; asking again opens a new one."""
        if "connection" in self.__dict__:
            self.connection.close()
            del self.__dict__["connection"]

    def text(self, noun: str, question: str) -> str:
        """The SQL of a question, for this engine, its parameters written ``:name``."""
        named = questions(noun)
        if self.driver == "psycopg":
            return named.get(f"{question}_postgresql") or named[question]
        return named[question]

    def rows(self, noun: str, question: str, **values: Any) -> Iterator[dict[str, Any]]:
        """The answer, a row at a time, keys as the question names its columns."""
        return self.run(self.text(noun, question), values)

    def run(self, sql: str, values: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """Put SQL that was composed from named questions; values only ever as parameters."""
        bound = {k: v.isoformat() if isinstance(v, date) else v for k, v in values.items()}
        _ = self.connection  # opening has sentences of its own for what goes wrong
        try:
            cursor = self._execute(sql, bound)
            names = [column[0] for column in cursor.description]
            for row in cursor:
                yield dict(zip(names, row, strict=True))
        except self._errors as error:
            if type(error).__name__ in ("ProgrammingError", "UndefinedColumn", "SyntaxError"):
                raise  # a question that is wrong is a bug, not a database's failure
            raise self._explained(error) from None

    @property
    def _errors(self) -> type[Exception]:
        """What the driver raises."""
        if self.driver == "sqlite3":
            found: type[Exception] = opening.sqlite().Error
        else:
            import psycopg

            found = psycopg.Error
        return found

    def _explained(self, error: Exception) -> AyalaError:
        if self.driver == "sqlite3":
            return opening.explain_sqlite(error, self.address.shown)
        state = getattr(error, "sqlstate", None) or "08000"  # without a state the connection was lost
        if state.startswith(("08", "57P")):
            return DatabaseUnreachable(
                phrase("the connection to {database} was lost", database=self.address.shown)
            )
        return DatabaseProblem(
            phrase("{database}: the database refused ({state})", database=self.address.shown, state=state)
        )

    def row(self, noun: str, question: str, **values: Any) -> dict[str, Any] | None:
        """The first row of the answer, or nothing."""
        return next(self.rows(noun, question, **values), None)

    def names(self, noun: str, question: str) -> list[str]:
        """The columns that a question without parameters answers with."""
        return [column[0] for column in self._execute(self.text(noun, question), {}).description]

    def _execute(self, sql: str, values: Mapping[str, Any]) -> Any:
        if self.driver == "psycopg":
            sql = for_psycopg(sql)
        return self.connection.execute(sql, values)

    def value(self, noun: str, question: str, **values: Any) -> Any:
        """The first value of the first row."""
        row = self.row(noun, question, **values)
        return None if row is None else next(iter(row.values()))
