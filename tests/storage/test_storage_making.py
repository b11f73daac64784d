"""Making a database, opening it by the recipe, refusing what is not ours, coming up to date."""

from __future__ import annotations

import re
import stat
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect

from ayala.storage import opening
from ayala.storage.database import engine_for
from ayala.storage.invariants import PARTIAL_INDEXES
from ayala.storage.making import keep_history, make
from ayala.storage.opening import APPLICATION_ID, SCHEMA, address
from ayala.storage.tables import METADATA
from tests.program import Ayala


def raw(path: Path) -> Any:
    path.touch(0o600)
    return opening.sqlite().connect(str(path), isolation_level=None)


def test_init_makes_a_private_file_and_says_so(ayala: Ayala, tmp_path: Path) -> None:
    done = ayala("--database", tmp_path / "new" / "office.db", "init")
    path = tmp_path / "new" / "office.db"
    assert (done.out, done.err) == ("", f"made {path}\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_init_leaves_an_office_as_it_is(ayala: Ayala, office_db: str) -> None:
    ayala(
        "graduate",
        "add",
        "--surname",
        "Әбдіров",
        "--given-name",
        "Ғани",
        "--born",
        "1998-03-15",
        "--sex",
        "M",
    )
    done = ayala("init")
    assert done.err.endswith("is there already and was left as it is\n")
    assert [row["code"] for row in ayala("graduate", "list", "--format", "json").json()] == ["G-1"]


def test_the_file_is_opened_by_the_recipe(ayala: Ayala, tmp_path: Path) -> None:
    ayala("init")
    path = tmp_path / "office.db"
    writing = opening.open_sqlite(path, reading=False)
    asked = {name: writing.execute(f"PRAGMA {name}").fetchone()[0] for name in (
        "application_id", "user_version", "foreign_keys", "trusted_schema", "busy_timeout", "synchronous",
        "journal_mode", "recursive_triggers", "secure_delete", "cell_size_check",
    )}  # fmt: skip
    writing.close()
    safe = opening.wal_is_safe()
    assert asked == {
        "application_id": APPLICATION_ID,
        "user_version": SCHEMA,
        "foreign_keys": 1,
        "trusted_schema": 0,
        "busy_timeout": 60_000,
        "synchronous": 2 if safe else 3,
        "journal_mode": "wal" if safe else "delete",
        "recursive_triggers": 1,
        "secure_delete": 1,
        "cell_size_check": 1,
    }
    reading = opening.open_sqlite(path, reading=True)
    with pytest.raises(opening.sqlite().OperationalError):
        reading.execute("DELETE FROM graduate")
    reading.close()


def test_every_table_is_strict(ayala: Ayala, tmp_path: Path) -> None:
    ayala("init")
    connection = raw(tmp_path / "office.db")
    loose = connection.execute(
        "SELECT name FROM pragma_table_list WHERE type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite%'"
    ).fetchall()
    connection.close()
    assert loose == [("alembic_version",)]


def test_drift_migrations_make_exactly_the_tables_on_sqlite(tmp_path: Path) -> None:
    """The text of every table, index and trigger, from the migrations and from the models."""
    migrated, modelled = tmp_path / "a.db", tmp_path / "b.db"
    make(address(str(migrated)), "tester")
    raw(modelled).execute("VACUUM")
    engine = engine_for(address(str(modelled)), create=True)
    METADATA.create_all(engine)
    with engine.begin() as connection:
        keep_history(connection, "tester")
    engine.dispose()

    def schema(path: Path) -> dict[str, str]:
        rows = raw(path).execute(
            "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'alembic%'"
        )
        # A column that a migration adds stands behind the last one, in the same line.
        return {
            name: sorted(
                part.strip(" ,\t") for part in re.split(r"\n|(?<= TEXT), (?=\w+ TEXT\b)", sql) if part.strip()
            )
            for name, sql in rows
        }

    assert schema(migrated) == schema(modelled)


def test_drift_migrations_make_exactly_the_tables_on_both_engines(office_db: str) -> None:
    from alembic.autogenerate import compare_metadata

    engine = engine_for(address(office_db))
    elsewhere = {*PARTIAL_INDEXES, "ix_row_image_txid_seq"}

    def ours(obj: Any, name: str | None, type_: str, reflected: bool, compare_to: Any) -> bool:
        return not (type_ == "index" and name in elsewhere) and name != "alembic_version"

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": ours, "compare_type": False})
        differences = [d for d in compare_metadata(context, METADATA) if not _excluded(d)]
        indexes = _indexes(connection)
    engine.dispose()
    assert differences == []
    assert set(PARTIAL_INDEXES) <= indexes


def _excluded(difference: Any) -> bool:
    """PostgreSQL shows an exclusion constraint's index as an index of its own."""
    return difference[0] == "remove_index" and difference[1].name.endswith("_overlap")


def _indexes(connection: Connection) -> set[str]:
    found = inspect(connection)
    return {str(index["name"]) for table in found.get_table_names() for index in found.get_indexes(table)}


def test_migrations_go_down_and_up_again(engine_url: str) -> None:
    """Every step down empties what it made, and up again gives the same database."""
    from alembic import command
    from alembic.config import Config

    from ayala.storage.making import MIGRATIONS

    make(address(engine_url), "tester")
    engine = engine_for(address(engine_url))
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        before = sorted(inspect(connection).get_table_names())
        command.downgrade(config, "base")
        assert inspect(connection).get_table_names() == ["alembic_version"]
        command.upgrade(config, "head")
        inspected = inspect(connection)
        inspected.clear_cache()
        assert sorted(inspected.get_table_names()) == before
    engine.dispose()


@pytest.mark.parametrize(
    "words", [("graduate", "list"), ("check",), ("report", "summary"), ("graduate", "show", "G-1")]
)
def test_a_missing_database_is_said(ayala: Ayala, tmp_path: Path, words: tuple[str, ...]) -> None:
    done = ayala(*words, ok=6)
    assert (done.out, done.err) == (
        "",
        f"ayala: there is no database at {tmp_path / 'office.db'}\ntry: ayala init\n",
    )


def test_a_change_on_a_missing_database_is_refused(ayala: Ayala, tmp_path: Path) -> None:
    done = ayala(
        "graduate", "add", "--surname", "Ә", "--given-name", "Ғ", "--born", "1998-03-15", "--sex", "M", ok=6
    )
    assert done.err.splitlines()[-1] == "try: ayala init"
    assert not (tmp_path / "office.db").exists()


def test_an_empty_server_database_holds_no_office(ayala: Ayala, engine_url: str) -> None:
    done = ayala("graduate", "list", ok=6)
    assert done.err.endswith("try: ayala init\n")


@pytest.mark.parametrize(
    "content", [b"this is not a database, it is a letter" * 100, b"SQLite format 3\0" + b"\xff" * 4000]
)
def test_a_file_that_is_no_database_is_left_alone(ayala: Ayala, tmp_path: Path, content: bytes) -> None:
    letter = tmp_path / "office.db"
    letter.write_bytes(content)
    for words in (("graduate", "list"), ("init",), ("upgrade",)):
        done = ayala(*words, ok=6)
        assert len(done.err.splitlines()) <= 2
    assert letter.read_bytes() == content


def test_another_programs_database_is_left_alone(ayala: Ayala, tmp_path: Path) -> None:
    path = tmp_path / "office.db"
    connection = raw(path)
    connection.execute("CREATE TABLE songs (title)")
    connection.close()
    for words in (("graduate", "list"), ("init",), ("upgrade",)):
        assert ayala(*words, ok=6).err == f"ayala: {path} is a database of another program\n"


def test_a_newer_database_is_refused(ayala: Ayala, tmp_path: Path) -> None:
    ayala("init")
    connection = raw(tmp_path / "office.db")
    connection.execute(f"PRAGMA user_version = {SCHEMA + 1}")
    connection.close()
    for words in (("graduate", "list"), ("init",), ("upgrade",), ("import", "x.csv")):
        done = ayala(*words, ok=6)
        assert "was made by a newer Ayala" in done.err
        assert done.err.splitlines()[-1] == "try: install the newer ayala"


def test_a_folder_is_no_database(ayala: Ayala, tmp_path: Path) -> None:
    done = ayala("--database", tmp_path, "graduate", "list", ok=6)
    assert done.err == f"ayala: {tmp_path} is not a file\n"


def test_a_folder_that_cannot_be_written_is_said(ayala: Ayala, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    done = ayala("--database", file / "office.db", "init", ok=6)
    assert done.err == f"ayala: {file / 'office.db'} cannot be opened: Not a directory\n"


def test_an_unfinished_init_is_finished_by_upgrade(ayala: Ayala, tmp_path: Path) -> None:
    """A file of ours without a schema, as a crash might leave it: behind, copied, brought up."""
    path = tmp_path / "office.db"
    connection = raw(path)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
    connection.close()
    done = ayala("graduate", "list", ok=6)
    assert done.err.splitlines()[-1] == "try: ayala upgrade"
    said = ayala("upgrade").err
    copy = tmp_path / "office.before-upgrade-0.db"
    assert said == f"{path} is up to date; it had schema 0; copy: {copy}\n"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert ayala("graduate", "list", "--format", "json").json() == []
    assert ayala("upgrade").err == f"{path} is up to date\n"


def test_a_server_that_is_not_there_is_said_without_the_password(ayala: Ayala) -> None:
    done = ayala("--database", "postgresql://clerk:secret@127.0.0.1:1/office", "graduate", "list", ok=6)
    assert done.err == (
        "ayala: the database server at postgresql://clerk@127.0.0.1:1/office does not let us in\n"
    )


def test_a_password_behind_the_question_mark_is_refused(ayala: Ayala) -> None:
    done = ayala("--database", "postgresql://h/office?password=secret", "graduate", "list", ok=2)
    assert "secret" not in done.err


def test_settings_say_where_each_came_from(ayala: Ayala, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('lang = "kk"\nuser = "Айгүл"\n', encoding="utf-8")
    env = {"AYALA_CONFIG": str(config), "AYALA_LANG": None, "AYALA_USER": None}
    rows = ayala("--database", "my.db", "settings", "--format", "json", env=env).json()
    assert rows == [
        {"setting": "database", "value": "my.db", "origin": "option --database"},
        {"setting": "user", "value": "Айгүл", "origin": f"file {config}"},
        {"setting": "lang", "value": "kk", "origin": f"file {config}"},
        {"setting": "pager", "value": "less -FIRX", "origin": "default"},
        {
            "setting": "history_key",
            "value": str(tmp_path / "home" / ".local" / "share" / "ayala" / "history.key"),
            "origin": "default",
        },
        {"setting": "wait", "value": "60", "origin": "default"},
        {"setting": "request_key", "value": "", "origin": "default"},
        {"setting": "organisation", "value": "state", "origin": "default"},
        {"setting": "rules", "value": "", "origin": "default"},
        {"setting": "maps", "value": str(tmp_path / "maps"), "origin": "default"},
        {"setting": "import_many_rejected", "value": "20% from 20", "origin": "default"},
        {"setting": "import_many_updated", "value": "50% from 100", "origin": "default"},
        {"setting": "import_shifted", "value": "10% from 10", "origin": "default"},
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ('lang = "fr"\n', "'fr'"),
        ("lang = [", "config.toml"),
        ('colour = "red"\n', "'colour' is no setting"),
    ],
)
def test_a_wrong_setting_is_named(ayala: Ayala, tmp_path: Path, content: str, sentence: str) -> None:
    config = tmp_path / "config.toml"
    config.write_text(content, encoding="utf-8")
    done = ayala("graduate", "list", ok=2, env={"AYALA_CONFIG": str(config), "AYALA_LANG": None})
    assert sentence in done.err


def test_a_driver_that_is_not_installed_is_said(ayala: Ayala, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "psycopg", None)
    done = ayala("--database", "postgresql://h/office", "graduate", "list", ok=6)
    assert done.err == ("ayala: the PostgreSQL driver is not installed\ntry: pip install 'ayala[postgres]'\n")


def test_the_names_of_the_guards_are_those_of_the_invariants() -> None:
    from ayala.storage import guards, invariants

    triggers = {statement.split()[2] for statement in invariants.SQLITE}
    exclusions = {statement.split()[5] for statement in invariants.POSTGRESQL}
    assert set(guards.PARTIAL_INDEXES) == set(invariants.PARTIAL_INDEXES)
    assert set(guards.SQLITE) == {*guards.PARTIAL_INDEXES, *triggers}
    assert set(guards.POSTGRESQL) == {*guards.PARTIAL_INDEXES, *exclusions}


@pytest.mark.parametrize("change", ["SET version_num = '9999_future'", "SET version_num = '0009'"])
def test_a_newer_revision_is_refused_as_well(ayala: Ayala, tmp_path: Path, change: str) -> None:
    ayala("init")
    connection = raw(tmp_path / "office.db")
    connection.execute(f"UPDATE alembic_version {change}")
    connection.close()
    assert "was made by a newer Ayala" in ayala("graduate", "list", ok=6).err


def test_a_file_removed_while_it_is_written_is_said(ayala: Ayala, tmp_path: Path) -> None:
    from ayala.errors import DatabaseProblem
    from ayala.storage.database import Unit, changing
    from ayala.storage.sealing import HistoryKey

    ayala("init")
    place = address(str(tmp_path / "office.db"))
    key = HistoryKey(tmp_path / "history.key")
    change = changing(Unit(place, date(2026, 11, 23), author="tester", command="test", key=key))
    with pytest.raises(DatabaseProblem, match="removed or replaced"), change:
        (tmp_path / "office.db").unlink()


def test_a_history_key_is_made_once(tmp_path: Path) -> None:
    from ayala.errors import BadSetting, NotWritable
    from ayala.storage.sealing import HistoryKey

    key = HistoryKey(tmp_path / "folder" / "history.key")
    key.make()
    first = key.secret
    assert first is not None
    key.make()
    assert key.secret == first
    assert [path.name for path in key.path.parent.iterdir()] == ["history.key"]
    with pytest.raises(NotWritable, match="cannot be made: "):
        HistoryKey(key.path / "below.key").make()
    with pytest.raises(BadSetting, match="cannot be read"):
        _ = HistoryKey(tmp_path / "folder").secret


def test_a_name_that_could_say_more_than_a_name_is_put_in_no_trigger() -> None:
    from ayala.storage.images import Shape

    with pytest.raises(ValueError, match="cannot stand in a trigger"):
        Shape("graduate; DROP TABLE seal", ("id",), ("id",))
