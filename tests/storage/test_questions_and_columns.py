"""Small promises of the storage: a question has one text, a moment comes back as it went, a copy replaces none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, select

from ayala.storage import asking, opening
from ayala.storage.database import engine_for
from ayala.storage.opening import address
from ayala.storage.types import Day, Flag, Moment
from tests.program import Ayala


def test_a_question_that_stands_there_twice_is_found_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "twice").mkdir()
    text = "-- name: one\nSELECT 1;\n-- name: other\nSELECT 2;\n-- name: one\nSELECT 3;\n"
    (tmp_path / "twice" / "questions.sql").write_text(text, encoding="utf-8")
    monkeypatch.setattr(asking, "PACKAGE", tmp_path)
    with pytest.raises(ValueError, match="twice: the question one stands there twice"):
        asking.questions("twice")


def test_moments_days_and_truths_come_back_as_they_went(office_db: str) -> None:
    """In whatever zone a moment was, it comes back in UTC; nothing stays nothing."""
    table = Table(
        "kept",
        MetaData(),
        Column("n", Integer),
        *(Column(n, t) for n, t in (("at", Moment), ("on", Day), ("flag", Flag))),
    )
    almaty = datetime(2026, 11, 23, 11, 0, 0, 250_000, timezone(timedelta(hours=5)))
    rows: list[dict[str, Any]] = [
        {"n": 1, "at": almaty, "on": almaty.date(), "flag": True},
        {"n": 2, "at": None, "on": None, "flag": None},
        {"n": 3, "at": almaty.astimezone(UTC), "on": "2026-11-23", "flag": False},
    ]
    engine = engine_for(address(office_db))
    with engine.begin() as connection:
        table.create(connection)
        connection.execute(insert(table), rows)
        found = [dict(row._mapping) for row in connection.execute(select(table).order_by(table.c.n))]
        table.drop(connection)
    engine.dispose()
    assert found == [*rows[:2], {**rows[2], "on": almaty.date()}]
    assert {row["at"].utcoffset() for row in found if row["at"]} == {timedelta(0)}
    assert {type(row["flag"]) for row in found} == {bool, type(None)}


def behind(path: Path, name: str = "office.db") -> None:
    """An office as a crash in its making might leave it."""
    connection = opening.sqlite().connect(str(path / name), isolation_level=None)
    connection.execute(f"PRAGMA application_id = {opening.APPLICATION_ID}")
    connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
    connection.close()
    (path / name).chmod(0o600)


def test_the_copy_before_an_upgrade_replaces_no_other(ayala: Ayala, tmp_path: Path) -> None:
    behind(tmp_path)
    (tmp_path / "office.before-upgrade-0.db").write_text("an earlier copy")
    (tmp_path / "office.before-upgrade-0-2.db").symlink_to("nowhere.db")
    copy = tmp_path / "office.before-upgrade-0-3.db"
    assert ayala("upgrade").err.endswith(f"it had schema 0; copy: {copy}\n")
    assert (tmp_path / "office.before-upgrade-0.db").read_text() == "an earlier copy"
    assert not (tmp_path / "nowhere.db").exists()


def test_without_a_copy_nothing_is_upgraded(ayala: Ayala, tmp_path: Path) -> None:
    name = "o" * 240 + ".db"  # a file may be called so, its copy may not
    behind(tmp_path, name)
    done = ayala("--database", tmp_path / name, "upgrade", ok=7)
    assert done.err.endswith(".before-upgrade-0.db cannot be written: File name too long\n")
    assert "was made by an older Ayala" in ayala("--database", tmp_path / name, "graduate", "list", ok=6).err
