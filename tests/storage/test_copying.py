"""Many rows into PostgreSQL: a COPY that stays open over several blocks, whatever stands in the cells."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Integer,
    MetaData,
    Table,
    Text,
    exc,
    select,
)

from ayala.storage import images, loading
from ayala.storage.copying import Copying, Lines
from ayala.storage.database import engine_for
from ayala.storage.loading import LARGE, Into
from ayala.storage.opening import address
from tests.postgres import Postgres

COPIED = Table(
    "copied",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("said", Text),
    Column("day", Date),
    Column("at", DateTime(timezone=True)),
    Column("so", Boolean),
)
PLAIN = {"said": "so", "day": date(2026, 11, 23), "at": datetime(2026, 11, 23, 6, tzinfo=UTC), "so": True}


@pytest.fixture
def connection(postgres: Postgres) -> Iterator[Connection]:
    with ExitStack() as stack:
        engine = engine_for(address(stack.enter_context(postgres.database())))
        stack.callback(engine.dispose)
        connection = stack.enter_context(engine.connect())
        COPIED.create(connection)
        connection.commit()
        connection.begin()
        yield connection


def taken_back(connection: Connection) -> bool:
    """Take back what is not saved; whether the table is as empty as it was, and the connection free."""
    connection.rollback()
    connection.begin()
    return not stored(connection)


def no_shape(name: str) -> images.Shape:
    raise AssertionError("PostgreSQL asks for none")


def into(connection: Connection) -> Into:
    return Into(connection, COPIED, no_shape)


def rows(first: int, count: int, **other: Any) -> list[dict[str, Any]]:
    return [{"id": number, **PLAIN, **other} for number in range(first, first + count)]


def stored(connection: Connection) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(select(COPIED).order_by(COPIED.c.id)).mappings()]


@pytest.mark.parametrize(
    "said",
    ["", "\\N", "\\.", "C:\\new\\table", "two\nlines", "a\tb", "\r", "\\", "Ә", None, "NULL", "\x01\x1f"],
)
def test_what_stands_in_a_cell_comes_in_as_it_is(connection: Connection, said: str | None) -> None:
    given = [*rows(1, 100), *rows(101, 2, said=said, day=None, so=False), *rows(103, 1)]
    loading.load(connection, COPIED, given, no_shape)
    assert stored(connection) == given


def test_blocks_in_several_copies(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """A COPY ends after some rows, where the columns are others, and where anything is asked."""
    monkeypatch.setattr("ayala.storage.copying.COPIED", 5)
    other: list[dict[str, Any]] = [{"said": "x", "id": 20}, {"said": None, "id": 21}]
    with loading.large(into(connection), LARGE, ()) as load:
        assert load is not None
        load.put(rows(1, 3))
        load.put(rows(4, 3))
        load.put(rows(7, 2))
        load.put(other)
        assert len(stored(connection)) == 10
        load.put(rows(30, 1))
    assert [row["id"] for row in stored(connection)] == [*range(1, 9), 20, 21, 30]


def load_and_stop(connection: Connection) -> None:
    with loading.large(into(connection), LARGE, ()) as load:
        assert load is not None
        load.put(rows(1, 3))
        raise ZeroDivisionError


def load_twice(connection: Connection) -> None:
    with loading.large(into(connection), LARGE, ()) as load:
        assert load is not None
        load.put(rows(1, 3))
        load.put(rows(2, 3))


def test_a_load_that_ends_early_leaves_nothing(connection: Connection) -> None:
    with pytest.raises(ZeroDivisionError):
        load_and_stop(connection)
    assert taken_back(connection)


def test_what_the_server_refuses_is_raised_with_its_constraint(connection: Connection) -> None:
    with pytest.raises(exc.IntegrityError, match="copied_pkey"):
        load_twice(connection)
    assert taken_back(connection)
    with pytest.raises(exc.IntegrityError, match="copied_pkey"):
        loading.load(connection, COPIED, [*rows(1, 100), *rows(1, 1)], no_shape)
    assert taken_back(connection)


def test_a_load_that_ends_while_somebody_holds_the_table(connection: Connection) -> None:
    """The server is told to leave off, or Ctrl-C would wait as long as the lock is held."""
    with connection.engine.connect() as other:
        other.exec_driver_sql("LOCK TABLE copied IN SHARE MODE")
        with pytest.raises(ZeroDivisionError):
            load_and_stop(connection)
    assert taken_back(connection)


def test_a_copy_that_cannot_go_on_is_given_up(connection: Connection) -> None:
    copying = Copying(connection, "copied")
    copying.write(Lines(("id", "said"), 1, b"1\tx\n"))
    copying.end(KeyboardInterrupt())
    assert taken_back(connection)
    with pytest.raises(exc.ProgrammingError, match="missing"):
        Copying(connection, "missing").write(Lines(("id",), 1, b"1\n"))
    assert taken_back(connection)
