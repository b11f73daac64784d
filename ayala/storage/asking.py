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

import aiosql

from ayala.storage import opening
from ayala.storage.opening import Address

PACKAGE = Path(__file__).resolve().parent.parent


@lru_cache
def questions(noun: str, driver: str) -> Any:
    """The named questions of ``ayala/<noun>/questions.sql``."""
    return aiosql.from_path(PACKAGE / noun / "questions.sql", driver, mandatory_parameters=False)


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
            opening.check_postgresql(connection, self.address.shown)
            connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        return connection

    def close(self) -> None:
        """Give the snapshot back; asking again opens a new one."""
        if "connection" in self.__dict__:
            self.connection.close()
            del self.__dict__["connection"]

    def text(self, noun: str, question: str) -> str:
        """The SQL of a question, for this engine."""
        named = questions(noun, self.driver)
        if self.driver == "psycopg" and hasattr(named, f"{question}_postgresql"):
            question = f"{question}_postgresql"
        return str(getattr(named, question).sql)

    def rows(self, noun: str, question: str, **values: Any) -> Iterator[dict[str, Any]]:
        """The answer, a row at a time, keys as the question names its columns."""
        return self.run(self.text(noun, question), values)

    def run(self, sql: str, values: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """Put SQL that was composed from named questions; values only ever as parameters."""
        bound = {k: v.isoformat() if isinstance(v, date) else v for k, v in values.items()}
        try:
            cursor = self.connection.execute(sql, bound)
            names = [column[0] for column in cursor.description]
            for row in cursor:
                yield dict(zip(names, row, strict=True))
        except opening.sqlite().Error as error:
            raise opening.explain_sqlite(error, self.address.shown) from None

    def bound(self, sql: str, values: Mapping[str, Any]) -> str:
        """SQL composed with ``:name`` parameters, in the driver's own style."""
        if self.driver == "psycopg":
            for name in values:
                sql = re.sub(rf"(?<![:\w]):{name}\b", f"%({name})s", sql)
        return sql

    def row(self, noun: str, question: str, **values: Any) -> dict[str, Any] | None:
        """The first row of the answer, or nothing."""
        return next(self.rows(noun, question, **values), None)

    def names(self, noun: str, question: str) -> list[str]:
        """The columns that a question without parameters answers with."""
        cursor = self.connection.execute(self.text(noun, question))
        return [column[0] for column in cursor.description]

    def value(self, noun: str, question: str, **values: Any) -> Any:
        """The first value of the first row."""
        row = self.row(noun, question, **values)
        return None if row is None else next(iter(row.values()))
