"""Reader, clerk and admin on a PostgreSQL server: what each may do, held to by the server itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ayala.storage.images import APPEND_ONLY, OUTSIDE
from ayala.storage.opening import address
from ayala.storage.roles import CLERK_MAY, ROLES
from tests.postgres import NoPostgres, Postgres
from tests.program import Ayala, AyalaProcess

LOGINS = {"aigul": "ayala_clerk", "nurlan": "ayala_reader", "dina": "ayala_admin", "nobody_special": None}

ADD = (
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


@pytest.fixture(scope="module")
def template(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database that ``ayala init --roles`` has made, and a login in each role."""
    folder = tmp_path_factory.mktemp("roles")
    with postgres.database() as url:
        done = AyalaProcess(folder, url, folder / "home")("init", "--roles")
        assert done.err == (
            f"made {url}\n"
            "made the roles ayala_reader, ayala_clerk, ayala_admin\n"
            "try: GRANT ayala_clerk TO …, for each login\n"
        )
        for login, role in LOGINS.items():
            postgres.admin.execute(f"CREATE ROLE {login} LOGIN" + (f" IN ROLE {role}" if role else ""))
        yield url.partition("@/")[2].partition("?")[0]
    for role in (*LOGINS, *ROLES):
        postgres.admin.execute(f"DROP ROLE {role}")


class Staff:
    """An office with roles; the program as one of the staff, and that login's own psql."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.url = url
        self.owner = self.works("postgres")

    def url_of(self, login: str) -> str:
        return self.url.replace("//postgres@", f"//{login}@")

    def works(self, login: str) -> Ayala:
        return Ayala(self.folder, self.url_of(login), self.folder / "home")

    def psql(self, login: str, sql: str) -> Any:
        import psycopg

        with psycopg.connect(self.url_of(login)) as connection:
            cursor = connection.execute(sql)
            return cursor.fetchall() if cursor.description else cursor.rowcount


@pytest.fixture
def staff(postgres: Postgres, template: str, tmp_path: Path) -> Iterator[Staff]:
    with postgres.database(template) as url:
        yield Staff(tmp_path, url)


def test_a_clerk_does_all_the_daily_work(staff: Staff, tmp_path: Path) -> None:
    clerk = staff.works("aigul")
    assert clerk(*ADD).out == "G-1\n"
    clerk("graduate", "edit", "G-1", "--phone", "+7 701 000 00 01")
    clerk("graduate", "contact", "G-1", "--reached", "--channel", "phone")
    clerk("appeal", "add", "G-1", "--topic", "housing")
    clerk("appeal", "start", "1", "--assignee", "Айгүл")
    clerk("appeal", "answer", "1", "--decision", "satisfied")
    clerk("service", "done", "G-1", "--kind", "legal", "--mode", "individual")
    clerk("dormitory", "add", "ZU-1", "--name", "Жастар үйі", "--region", "Алматы")
    clerk("dormitory", "add", "ZU-1/101", "--beds", "2")
    clerk("dormitory", "place", "G-1", "ZU-1/101/1", "--reason", "decision no. 4")
    clerk("dormitory", "leave", "G-1", "--to", "family", "--why", "own_wish", "--on", "2026-12-01")
    clerk("housing", "queue", "add", "G-1", "--registrar", "akimat")
    sheet = tmp_path / "graduates.csv"
    sheet.write_text("surname,given_name,birth_date,sex\nӨтеген,Ұлжан,2000-02-29,F\n", encoding="utf-8")
    (row,) = clerk("import", sheet, "--format", "json").json()
    assert row["added"] == 1
    clerk("graduate", "show", "G-1", "--unmask", "--reason", "the bank asks")
    undone = clerk("history", "list", "--format", "json").json()
    last = next(entry for entry in undone if entry["command"].startswith("import"))
    clerk("history", "undo", last["code"], "--yes")
    people = clerk("graduate", "list", "--format", "json").json()
    assert [one["code"] for one in people] == ["G-1"]
    clerk("history", "verify")
    clerk("check")
    clerk("report", "summary")
    # The server itself wrote down who it was, whatever name the program was given.
    assert staff.psql("postgres", "SELECT DISTINCT made_by FROM row_image") == [("aigul",)]


ATTACKS = {
    "update of an image": "UPDATE row_image SET after = NULL",
    "delete of an image": "DELETE FROM row_image",
    "image of its own": "INSERT INTO row_image (made_at, table_name, op, row_key) VALUES ('', 'graduate', 'I', 'x')",
    "update of an entry": "UPDATE change SET made_by = 'somebody else'",
    "delete of an entry": "DELETE FROM change",
    "update of a seal": "UPDATE seal SET mac = ''",
    "delete of a seal": "DELETE FROM seal",
    "blanking": "INSERT INTO blanking VALUES (1, 'x', 'y')",
    "erasure": "INSERT INTO erasure SELECT id, id, CURRENT_DATE, 'other', 'x' FROM graduate",
    "update of the context": "UPDATE history_context SET txid_offset = 0",
    "trigger off": "ALTER TABLE graduate DISABLE TRIGGER ALL",
    "trigger dropped": "DROP TRIGGER history_graduate_update ON graduate",
    "trigger of its own": "CREATE TRIGGER quiet BEFORE UPDATE ON graduate FOR EACH ROW"
    " EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "function replaced": "CREATE OR REPLACE FUNCTION history_graduate() RETURNS trigger LANGUAGE plpgsql"
    " AS 'BEGIN RETURN NULL; END'",
    "replica": "SET session_replication_role = replica",
    "truncate": "TRUNCATE graduate CASCADE",
    "truncate of the history": "TRUNCATE row_image",
    "column": "ALTER TABLE graduate ADD COLUMN secret text",
    "table": "CREATE TABLE own (x int)",
    "counter deleted": "DELETE FROM counter",
    "schema number": "UPDATE alembic_version SET version_num = '0001'",
    "role of the admin": "SET ROLE ayala_admin",
    "right for itself": "GRANT DELETE ON row_image TO aigul",
    "erasing switched on": "SET ayala.erasing = 'on'; UPDATE row_image SET before = NULL",
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_server_refuses_a_clerk_who_goes_past_the_program(staff: Staff, attack: str) -> None:
    import psycopg

    staff.works("aigul")(*ADD)
    before = staff.psql("postgres", "SELECT seq, op, after FROM row_image ORDER BY seq")
    if attack == "right for itself":
        # PostgreSQL answers this one with a warning, and does nothing.
        staff.psql("aigul", ATTACKS[attack])
        granted = "SELECT has_table_privilege('aigul', 'row_image', 'DELETE')"
        assert staff.psql("postgres", granted) == [(False,)]
    else:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            staff.psql("aigul", ATTACKS[attack])
    assert staff.psql("postgres", "SELECT seq, op, after FROM row_image ORDER BY seq") == before
    assert before


def test_what_a_clerk_changes_in_psql_is_in_the_history_too(staff: Staff) -> None:
    staff.works("aigul")(*ADD)
    assert staff.psql("aigul", "UPDATE graduate SET note = 'by hand'") == 1
    found = staff.psql("postgres", "SELECT op, made_by, change_id FROM row_image ORDER BY seq DESC LIMIT 1")
    assert found == [("U", "aigul", None)]


def test_a_reader_asks_and_reports_and_changes_nothing(staff: Staff) -> None:
    staff.works("aigul")(*ADD)
    reader = staff.works("nurlan")
    assert [row["code"] for row in reader("graduate", "list", "--format", "json").json()] == ["G-1"]
    reader("report", "summary")
    reader("check")
    for words in (
        ADD,
        ("graduate", "edit", "G-1", "--note", "x"),
        ("appeal", "add", "G-1", "--topic", "housing"),
    ):
        refused = reader(*words, ok=6)
        assert (refused.out, refused.err.splitlines()[-2:]) == (
            "",
            [
                f"ayala: {staff.url_of('nurlan')} does not allow this user to do that; nothing was changed",
                "try: a login of the role ayala_clerk; of ayala_admin to upgrade, erase or restore",
            ],
        )
    assert staff.psql("postgres", "SELECT code, note FROM graduate") == [("G-1", None)]


def test_a_login_without_a_role_sees_nothing(staff: Staff) -> None:
    stranger = staff.works("nobody_special")
    for words in (("graduate", "list"), ADD):
        refused = stranger(*words, ok=6)
        assert refused.err.splitlines()[0] == (
            f"ayala: {staff.url_of('nobody_special')} does not let this user see its records"
        )


RIGHTS = """
SELECT relname, relkind, relowner::regrole::text, relacl::text FROM pg_class
WHERE relnamespace = current_schema()::regnamespace ORDER BY relname
"""


def test_only_an_admin_upgrades_and_what_is_new_has_its_rights(staff: Staff) -> None:
    from alembic import command
    from alembic.config import Config

    from ayala.storage.database import engine_for
    from ayala.storage.making import MIGRATIONS
    from ayala.storage.roles import become_admin

    staff.works("aigul")(*ADD)
    before = staff.psql("postgres", RIGHTS)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = engine_for(address(staff.url_of("dina")))
    with engine.begin() as connection:
        assert become_admin(connection)
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")
    engine.dispose()
    assert staff.psql("postgres", RIGHTS) != before
    refused = staff.works("aigul")("upgrade", "--yes", ok=6)
    assert "does not allow this user to do that; nothing was changed" in refused.err
    staff.works("dina")("upgrade", "--yes")
    assert staff.psql("postgres", RIGHTS) == before
    assert staff.works("aigul")(*ADD, "--not-same", "G-1").out == "G-2\n"


def test_only_an_admin_erases_a_person(staff: Staff) -> None:
    staff.works("aigul")(*ADD)
    erase = ("graduate", "erase", "G-1", "--yes", "--reason", "asked for it")
    refused = staff.works("aigul")(*erase, ok=6)
    assert "does not allow this user to do that; nothing was changed" in refused.err
    assert staff.psql("nurlan", "SELECT surname FROM graduate") == [("Әбдіров",)]
    staff.works("dina")(*erase)
    assert staff.psql("nurlan", "SELECT surname FROM graduate") != [("Әбдіров",)]


def test_roles_twice_change_nothing_and_the_admin_may_give_them_anew(staff: Staff) -> None:
    before = staff.psql("postgres", RIGHTS)
    for login in ("postgres", "dina"):
        done = staff.works(login)("init", "--roles")
        assert done.err.splitlines()[1] == "the roles were there already"
    assert staff.psql("postgres", RIGHTS) == before
    staff.psql("dina", "GRANT DELETE ON row_image TO ayala_clerk")
    staff.works("dina")("init", "--roles")
    assert staff.psql("postgres", RIGHTS) == before


def test_the_owner_of_a_database_needs_not_be_a_superuser(tmp_path: Path) -> None:
    try:
        server = Postgres()
    except NoPostgres as why:
        pytest.skip(str(why))
    try:
        server.admin.execute("CREATE ROLE keeper LOGIN CREATEROLE")
        server.admin.execute("CREATE DATABASE office OWNER keeper")
        url = server.url("office").replace("//postgres@", "//keeper@")
        keeper = Ayala(tmp_path, url, tmp_path / "home")
        keeper("init", "--roles")
        server.admin.execute("CREATE ROLE aigul LOGIN IN ROLE ayala_clerk")
        clerk = Ayala(tmp_path, url.replace("keeper", "aigul"), tmp_path / "home")
        assert clerk(*ADD).out == "G-1\n"
        assert keeper("graduate", "list", "--format", "json").json()[0]["code"] == "G-1"
    finally:
        server.stop()


def test_a_login_that_may_not_make_roles_is_told_so(staff: Staff) -> None:
    refused = staff.works("aigul")("init", "--roles", ok=6)
    assert refused.err.splitlines()[-2:] == [
        f"ayala: {staff.url_of('aigul')} does not let this user make roles; nothing was changed",
        "try: the login that owns the database, once it has CREATEROLE",
    ]


def test_a_server_that_refuses_for_another_reason_says_which(staff: Staff) -> None:
    staff.psql(
        "postgres",
        """
        CREATE FUNCTION stop() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;
        CREATE EVENT TRIGGER stop ON ddl_command_start WHEN TAG IN ('GRANT') EXECUTE FUNCTION stop()
        """,
    )
    refused = staff.works("postgres")("init", "--roles", ok=6)
    assert refused.err.splitlines()[-1] == f"ayala: {staff.url}: the database refused (P0001)"


def test_a_file_has_no_roles(ayala: Ayala, tmp_path: Path) -> None:
    done = ayala("init", "--roles", ok=2)
    assert done.err == (
        "ayala: --roles is for a PostgreSQL server; a file is guarded by its folder's permissions\n"
    )
    assert not (tmp_path / "office.db").exists()


def test_every_table_of_the_history_has_its_rights_named() -> None:
    """A table of the history that is not named there would be open to clerks."""
    assert {*OUTSIDE, *APPEND_ONLY, "erasure"} == CLERK_MAY.keys()
