"""Every migration leaves all tables under history as they are then: no trigger too few, none too many."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from ayala.storage.database import engine_for
from ayala.storage.making import keep_history
from ayala.storage.opening import address
from tests.program import Ayala

ADD = ("graduate", "add", "--surname", "Ә", "--given-name", "Ғ", "--born", "1998-03-15", "--sex", "M")
TRIGGERS = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name",
    "postgresql": "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname",
}


def answers(connection: Connection, sql: str) -> list[Any]:
    return [tuple(row) for row in connection.exec_driver_sql(sql)]


def images_of(connection: Connection, table: str) -> list[str]:
    """The operations of a table's images, the first one first."""
    found = answers(connection, f"SELECT op FROM row_image WHERE table_name = '{table}' ORDER BY seq")
    return [op for (op,) in found]


def test_a_table_that_gained_a_column_begins_its_history_anew(ayala: Ayala, office_db: str) -> None:
    ayala(*ADD)
    engine = engine_for(address(office_db))
    with engine.begin() as connection:
        before = answers(connection, TRIGGERS[engine.dialect.name])
        assert not keep_history(connection, "tester")
        assert answers(connection, TRIGGERS[engine.dialect.name]) == before

        connection.exec_driver_sql("ALTER TABLE graduate ADD COLUMN shoe_size INTEGER NOT NULL DEFAULT 40")
        assert keep_history(connection, "tester")
        assert images_of(connection, "graduate") == ["I", "B"]
        last = "SELECT after FROM row_image WHERE table_name = 'graduate' ORDER BY seq DESC LIMIT 1"
        assert '"shoe_size"' in answers(connection, last)[0][0]
        connection.exec_driver_sql("UPDATE graduate SET shoe_size = 43")
        assert images_of(connection, "graduate") == ["I", "B", "U"]
        assert not keep_history(connection, "tester")
    engine.dispose()
    checks = ayala("history", "verify", "--format", "json", ok=(0, 1)).json()
    assert [row["found"] for row in checks if row["check"] == "rows against images"] == [0]
    entries = ayala("history", "list", "--format", "json").json()
    assert [(e["reason"], e["user"]) for e in entries if e["command"] == "upgrade"] == [
        ("history begins", "tester")
    ]


def test_a_trigger_that_is_no_longer_wanted_is_removed(ayala: Ayala, tmp_path: Any) -> None:
    """As after a version that keeps a table out of the history which an older one had under it."""
    ayala("init")
    engine = engine_for(address(str(tmp_path / "office.db")))
    with engine.begin() as connection:
        before = answers(connection, TRIGGERS["sqlite"])
        connection.exec_driver_sql(
            "CREATE TRIGGER history_counter_update AFTER UPDATE ON counter BEGIN\n"
            "    INSERT INTO row_image (made_at, table_name, op, row_key) VALUES ('', 'counter', 'U', '');\nEND"
        )
        assert not keep_history(connection, "tester")
        assert answers(connection, TRIGGERS["sqlite"]) == before
    engine.dispose()
    ayala(*ADD)
    ayala("check")
