"""Rows in every table, with something in every column, made from the tables as they are.

So a column that is added later has a value here too, and a test that looks for what was not erased finds it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import CheckConstraint, Column, Connection, ForeignKeyConstraint, Table, Text, insert, select

from ayala.graduate.identity import name_columns
from ayala.personal.columns import PEOPLE
from ayala.storage.database import Unit, Writing, changing, engine_for
from ayala.storage.opening import address
from ayala.storage.sealing import HistoryKey
from ayala.storage.tables import METADATA, new_key
from ayala.storage.types import Day, Flag, SortText
from tests.program import Ayala

TODAY = date(2026, 11, 23)
HISTORY = {"counter", "change", "history_context", "row_image", "seal", "blanking"}
ERASED, OTHER = "G-1", "G-2"
IIN = {ERASED: "010506500015", OTHER: "000102600023"}
PHONE = {ERASED: "+77012345678", OTHER: "+77020000002"}

DAYS = {
    "birth_date": date(2001, 5, 6),
    "left_care_on": date(2019, 6, 7),
    "until": date(2021, 2, 3),
    "withdrawn_on": date(2021, 1, 5),
    "answered_on": date(2021, 1, 6),
    "unblocked_on": date(2021, 1, 7),
}
"""Days that have to come after others, or that are personal; all others are one day."""

CODES = {"appeal": "A-2020-000", "session": "E-", "aid": "M-"}
"""How codes begin that do not begin with the first letter of their table."""

EMPTY = {("service", "cancelled_on"), ("graduate", "archived_on"), ("session", "cancelled_on")}
"""Columns that may not be filled beside another."""


def is_text(column: Column[Any]) -> bool:
    """Whether a column holds words."""
    return isinstance(column.type, Text | SortText)


def secret(table: str, column: str, who: str) -> str:
    """The text that stands in a column of a person's row."""
    return f"құпия-{table}-{column}-{who}"


def key_of(office: Ayala) -> HistoryKey:
    return HistoryKey(office.folder / "home/.local/share/ayala/history.key")


@contextmanager
def change(office: Ayala, command: str, reason: str | None = None) -> Iterator[Writing]:
    """A change that no command makes, with its entry in the history."""
    unit = Unit(
        address(office.database),
        today=TODAY,
        author="tester",
        command=command,
        key=key_of(office),
        reason=reason,
    )
    with changing(unit) as writing:
        writing.recorded_always = True
        yield writing


def fill(office: Ayala) -> None:
    """A row of each table for two people, and of the tables that belong to nobody one."""
    with change(office, "filling", reason=secret("change", "reason", ERASED)) as writing:
        known: dict[tuple[str, str], str] = {}
        for table in METADATA.sorted_tables:
            if table.name in HISTORY or table.name == "erasure":
                continue
            for who in (ERASED, OTHER) if table.name in PEOPLE or table.name == "bed" else ("",):
                row = _row(table, who, known)
                writing.session.execute(insert(table).values(**row))
                known[table.name, who] = row.get("id", "")
    number = 10
    with change(office, "counting") as writing:
        for name in ("graduate", "service", "session", "queue", "placement", "aid", "appeal-2020"):
            writing.keep_above(name, number)


def _row(table: Table, who: str, known: dict[tuple[str, str], str]) -> dict[str, Any]:
    referred = {
        key.column_keys[0]: key.elements[0].column.table.name
        for key in table.constraints
        if isinstance(key, ForeignKeyConstraint)
    }
    row: dict[str, Any] = {}
    for column in table.columns:
        name = column.name
        if (table.name, name) in EMPTY:
            continue
        if name == "id":
            row[name] = new_key()
        elif name in referred:
            parent = referred[name]
            whom = {ERASED: OTHER, OTHER: ERASED}[who] if name == "other_id" else who
            row[name] = known.get((parent, whom)) or known.get((parent, "")) or known[parent, ERASED]
        elif codes := _codes(table, name):
            row[name] = codes[0]
        elif isinstance(column.type, Day):
            row[name] = DAYS.get(name, date(2020, 1, 2)) + timedelta(days=who == OTHER)
        elif isinstance(column.type, Flag):
            row[name] = True
        elif not is_text(column):
            row[name] = 1
        else:
            row[name] = _text(table.name, name, who)
    if table.name == "graduate":
        row |= name_columns(row["surname"], row["given_name"], row["patronymic"])
    return row


def _text(table: str, column: str, who: str) -> str:
    match column:
        case "code":
            number = who.removeprefix("G-") or "1"
            return CODES.get(table, f"{table[:1].upper()}-") + number
        case "iin":
            return IIN[who]
        case "operator_bin":
            return "990140000384"
        case "phone" | "other_phones" | "caller_phone":
            return PHONE[who]
        case "region":
            return "75"
        case "email":
            return f"{who.lower()}@example.kz"
    return secret(table, column, who)


def _codes(table: Table, column: str) -> list[str]:
    """The codes that a column may hold."""
    for constraint in table.constraints:
        if isinstance(constraint, CheckConstraint):
            found = re.fullmatch(rf"{column} IN \((.*)\)", str(constraint.sqltext))
            if found and "'" in found[1]:
                return re.findall(r"'([^']+)'", found[1])
    return []


def rows(office: Ayala, *tables: str) -> dict[str, dict[str, dict[str, Any]]]:
    """Everything in the database: table, key, row."""
    engine = engine_for(address(office.database))
    try:
        with engine.connect() as connection:
            return {name: _of(connection, METADATA.tables[name]) for name in tables or METADATA.tables}
    finally:
        engine.dispose()


def _of(connection: Connection, table: Table) -> dict[str, dict[str, Any]]:
    found = connection.execute(select(table)).mappings()
    return {"/".join(str(row[c.name]) for c in table.primary_key): dict(row) for row in found}


def files(office: Ayala) -> dict[str, bytes]:
    """The bytes of the database's files; none on a server."""
    path = address(office.database).path
    return {file.name: file.read_bytes() for file in Path(path).parent.glob("office.db*")} if path else {}
