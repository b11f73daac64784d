"""Every shipped schema, with an office's records in it, comes up to the newest one and loses nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, inspect, select

from ayala.storage import opening
from ayala.storage.database import engine_for
from ayala.storage.making import MIGRATIONS, keep_history, make, schema_of
from ayala.storage.opening import SCHEMA, address
from ayala.storage.tables import METADATA
from tests.figures import Figures
from tests.program import Ayala

SHIPPED = [file.name[:4] for file in sorted(MIGRATIONS.glob("versions/0*.py"))]


def make_old(url: str, revision: str, fill: Callable[[Connection], None]) -> None:
    """An office as the Ayala of that revision left it, with records."""
    from alembic import command
    from alembic.config import Config

    if path := address(url).path:
        path.touch(mode=0o600)
    engine = engine_for(address(url))
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        if int(revision) >= 2:
            keep_history(connection, "tester")
        fill(connection)
        if path:
            connection.exec_driver_sql(f"PRAGMA application_id = {opening.APPLICATION_ID}")
            connection.exec_driver_sql(f"PRAGMA user_version = {int(revision)}")
    engine.dispose()


def rows_of(url: str, tables: dict[str, list[str]]) -> dict[str, list[Any]]:
    """The rows of some tables in the columns named."""
    engine = engine_for(address(url))
    with engine.begin() as connection:
        found = {
            name: sorted((tuple(row) for row in connection.execute(of(name, columns))), key=repr)
            for name, columns in tables.items()
        }
    engine.dispose()
    return found


def of(table: str, columns: list[str]) -> Any:
    return select(*(METADATA.tables[table].c[name] for name in columns))


def schema(url: str) -> Any:
    """What the database is made of, as its own catalogue says."""
    engine = engine_for(address(url))
    with engine.begin() as connection:
        seen = inspect(connection)
        made: dict[str, Any] = {
            name: (
                sorted((c["name"], str(c["type"]), c["nullable"]) for c in seen.get_columns(name)),
                sorted(str(i["name"]) for i in seen.get_indexes(name)),
                sorted(str(f["name"]) for f in seen.get_foreign_keys(name)),
                sorted(str(u["name"]) for u in seen.get_unique_constraints(name)),
            )
            for name in seen.get_table_names()
        }
        question = (
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
            if address(url).path
            else "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = current_schema()::regnamespace "
            "AND (proname LIKE 'history%%' OR proname LIKE 'append%%')"
        )
        made["triggers"] = sorted(tuple(row) for row in connection.exec_driver_sql(question))
    engine.dispose()
    return made


@pytest.fixture
def second_url(request: pytest.FixtureRequest, engine_url: str, tmp_path: Path) -> Any:
    if address(engine_url).path is not None:
        yield str(tmp_path / "old.db")
        return
    with request.getfixturevalue("postgres").database() as url:
        yield url


@pytest.mark.parametrize("revision", SHIPPED)
def test_an_old_office_comes_up_with_all_it_holds(
    ayala: Ayala, engine_url: str, second_url: str, tmp_path: Path, revision: str, figures: Figures
) -> None:
    from ayala.demo.case_load import write_sheets

    make(address(engine_url), "tester")
    sheets = tmp_path / "sheets"
    sheets.mkdir()
    ayala("import", *write_sheets(sheets))

    records: dict[str, int] = {}
    columns: dict[str, list[str]] = {}

    def fill(connection: Connection) -> None:
        there = inspect(connection).get_table_names()
        source = engine_for(address(engine_url))
        with source.begin() as old:
            for table in METADATA.sorted_tables:
                if table.name not in there or table.name in {"row_image", "seal", "history_context"}:
                    continue
                columns[table.name] = [c["name"] for c in inspect(connection).get_columns(table.name)]
                found = [dict(row._mapping) for row in old.execute(of(table.name, columns[table.name]))]
                records[table.name] = len(found)
                if found:
                    connection.execute(table.insert(), found)
        source.dispose()

    make_old(second_url, revision, fill)
    kept = rows_of(second_url, columns)
    assert schema_of(address(second_url)) == int(revision)

    words = ("--database", second_url)
    if int(revision) < SCHEMA:
        assert "was made by an older Ayala" in ayala(*words, "graduate", "list", ok=6).err
    ayala(*words, "upgrade", "--yes")
    assert schema(second_url) == schema(engine_url)
    after = rows_of(second_url, columns)
    for name in set(records) - {"change", "counter"}:
        assert after[name] == kept[name]
    assert set(kept["change"]) <= set(after["change"])

    # History begins with what was there, and goes on from it.
    if int(revision) < 2:
        ayala(*words, "graduate", "edit", "G-1", "--note", "after the upgrade")
        ayala(*words, "history", "verify")
        ayala(*words, "check")
    engine = "SQLite" if address(second_url).path else "PostgreSQL"
    figures(f"schema {revision} to {SCHEMA}, {engine}", rows=sum(records.values()), lost=0)
