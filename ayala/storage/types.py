"""Column types that mean the same on both engines.

SQLite's STRICT tables know only TEXT, INTEGER, REAL and BLOB, so keys, days and moments are text
there and native on PostgreSQL; a truth value is a checked INTEGER there and BOOLEAN here. In
Python a key is a ``str``, a day a ``date``, a moment an aware ``datetime``.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import REAL, BigInteger, Boolean, Date, DateTime, Dialect, Double, Integer, Text, Uuid
from sqlalchemy.types import TypeDecorator, TypeEngine


class Key(TypeDecorator[str]):
    """A UUIDv7 as text with hyphens: no sequence, so rows made in two places never collide."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(Uuid(as_uuid=False))
        return dialect.type_descriptor(Text())


class Day(TypeDecorator[date]):
    """A calendar day; ISO text on SQLite, where a CHECK refuses days that do not exist."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Date() if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: date | str | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if dialect.name == "postgresql":
            return date.fromisoformat(value) if isinstance(value, str) else value
        return value if isinstance(value, str) else value.isoformat()

    def process_result_value(self, value: Any, dialect: Dialect) -> date | None:
        return date.fromisoformat(value) if isinstance(value, str) else value


class Moment(TypeDecorator[datetime]):
    """A moment in UTC; ``2026-11-23T06:00:00.000000Z`` as text on SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(DateTime(timezone=True) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None or dialect.name == "postgresql":
            return value
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return datetime.fromisoformat(value) if isinstance(value, str) else value


class Flag(TypeDecorator[bool]):
    """True or false; INTEGER 0 or 1 on SQLite, held there by a CHECK."""

    impl = Integer
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Boolean() if dialect.name == "postgresql" else Integer())

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> Any:
        return value if value is None or dialect.name == "postgresql" else int(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> bool | None:
        return None if value is None else bool(value)


class Real(TypeDecorator[float]):
    """A measured number, such as an area in m²; double precision on both engines."""

    impl = Double
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Double() if dialect.name == "postgresql" else REAL())


class SortText(TypeDecorator[str]):
    """Text ordered byte by byte on both engines, for sort keys that the tool itself computes."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text(collation="C") if dialect.name == "postgresql" else Text())


Big = BigInteger().with_variant(Integer(), "sqlite")
"""A whole number that may pass two thousand million; STRICT tables of SQLite know only INTEGER."""
