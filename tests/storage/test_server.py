"""One or several PostgreSQL servers: their address, what passes and is tried again, what is said when it ends."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ayala.errors import BadSetting
from ayala.storage.opening import address, server_parameters
from tests.postgres import NoPostgres, Postgres
from tests.program import ROOT, Ayala, AyalaProcess

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

# --- the address ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed, shown",
    [
        ("postgresql://clerk:secret@h/office", "postgresql://clerk@h/office"),
        ("postgres://clerk:secret@h1:5432,h2:5433/office", "postgresql://clerk@h1:5432,h2:5433/office"),
        ("postgresql://clerk:sec?ret#1@h/office", "postgresql://clerk@h/office"),
        ("postgresql://clerk:se%40cr%2Fet@h1,h2/office", "postgresql://clerk@h1,h2/office"),
        ("postgresql://:secret@/office?host=%2Frun", "postgresql://@/office?host=%2Frun"),
        ("postgresql://clerk:secret@[::1]:5432,[::2]/office", "postgresql://clerk@[::1]:5432,[::2]/office"),
        (
            "postgresql://clerk:secret@/o?host=a&host=b&port=1&port=2",
            "postgresql://clerk@/o?host=a,b&port=1,2",
        ),
        ("postgresql://clerk@/o?host=%2Fx%20y&host=b", "postgresql://clerk@/o?host=%2Fx%20y,b"),
        ("postgresql:///office", "postgresql:///office"),
    ],
)
def test_an_address_is_shown_without_its_password(typed: str, shown: str) -> None:
    assert address(typed).shown == shown


@pytest.mark.parametrize(
    "typed",
    [
        "postgresql://clerk:sec/ret@h/office",
        "postgresql://clerk:12/34@h/office",
        "postgresql://clerk:sec@ret@h/office",
        "postgresql://h/office?password=secret",
        "postgresql://h/office?host=h2&p%61ssword=secret",
        "postgresql://h/office?sslpassword=secret",
        "postgresql://h:port/office",
    ],
)
def test_an_address_that_would_show_its_password_is_refused_without_a_quote(ayala: Ayala, typed: str) -> None:
    refused = ayala("--database", typed, "graduate", "list", ok=2)
    assert refused.err.startswith("ayala: ")
    assert not any(part in refused.err for part in ("secret", "ret@", "34@", "h:port"))


def test_an_address_that_the_server_would_not_read_is_refused(ayala: Ayala) -> None:
    for words in (("graduate", "list"), ADD):
        refused = ayala("--database", "postgresql://h/office?secretly=yes", *words, ok=2)
        assert refused.err == (
            "ayala: the database address cannot be read\ntry: postgresql://user@host/office\n"
        )
    with pytest.raises(BadSetting):
        server_parameters("postgresql://h/office?secretly=yes", reading=True)


def wanted(url: str, *, reading: bool) -> list[Any]:
    return [p.get("target_session_attrs") for p in server_parameters(address(url).url, reading=reading)]


def test_a_change_goes_where_writes_are_taken_and_a_question_there_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one, two = "postgresql://h/office", "postgresql://h1,h2/office"
    assert wanted(one, reading=False) == wanted(two, reading=False) == ["read-write"]
    assert wanted(one, reading=True) == [None]
    assert wanted(two, reading=True) == ["read-write", "any"]
    assert wanted(two + "?target_session_attrs=primary", reading=True) == ["primary"]
    assert wanted(two + "?target_session_attrs=primary", reading=False) == ["primary"]
    monkeypatch.setenv("PGHOST", "h1,h2")
    assert wanted("postgresql:///office", reading=True) == ["read-write", "any"]
    monkeypatch.setenv("PGTARGETSESSIONATTRS", "standby")
    assert wanted(two, reading=True) == [None]


def test_a_server_that_went_away_is_noticed_unless_the_address_says_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (ours,) = server_parameters("postgresql://h/office", reading=True)
    assert (ours["connect_timeout"], ours["keepalives_idle"], ours["application_name"]) == (10, 10, "ayala")
    (given,) = server_parameters("postgresql://h/office?connect_timeout=3", reading=True)
    assert given["connect_timeout"] == "3"
    monkeypatch.setenv("PGCONNECT_TIMEOUT", "4")
    (left,) = server_parameters("postgresql://h/office", reading=True)
    assert "connect_timeout" not in left


# --- what passes ------------------------------------------------------------------------------------


class Ward:
    """An office on the server, and its psql."""

    def __init__(self, server: Postgres, folder: Path, url: str) -> None:
        import psycopg

        self.server = server
        self.url = url
        self.program = AyalaProcess(folder, url, folder / "home")
        self.here = Ayala(folder, url, folder / "home")
        self.psql = psycopg.connect(url, autocommit=True)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.psql.execute(sql).fetchall()

    def trouble(self, times: int, deed: str, *, at_commit: bool = False) -> None:
        """Let the server fail the first ``times`` graduates; a sequence counts on through a rollback."""
        when = "DEFERRABLE INITIALLY DEFERRED" if at_commit else "NOT DEFERRABLE"
        self.psql.execute(
            f"""
            CREATE SEQUENCE tries;
            CREATE FUNCTION trouble() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF nextval('tries') <= {times} THEN {deed} END IF;
                RETURN NEW;
            END $$;
            CREATE CONSTRAINT TRIGGER trouble AFTER INSERT ON graduate {when}
            FOR EACH ROW EXECUTE FUNCTION trouble()
            """
        )


@pytest.fixture
def ward(postgres: Postgres, templates: Any, tmp_path: Path) -> Iterator[Ward]:
    with postgres.database(templates.postgresql[1]) as url:
        office = Ward(postgres, tmp_path, url)
        yield office
        office.program.close()
        office.psql.close()


PASSING = {
    "serialization": "RAISE EXCEPTION 'x' USING ERRCODE = '40001';",
    "deadlock": "RAISE EXCEPTION 'x' USING ERRCODE = '40P01';",
    "lock": "RAISE EXCEPTION 'x' USING ERRCODE = '55P03';",
    "read only": "RAISE EXCEPTION 'x' USING ERRCODE = '25006';",
    "result unknown": "RAISE EXCEPTION 'x' USING ERRCODE = '40003';",
    "connection lost": "PERFORM pg_terminate_backend(pg_backend_pid());",
}


@pytest.mark.parametrize("at_commit", [False, True], ids=["at the statement", "at COMMIT"])
@pytest.mark.parametrize("deed", PASSING)
def test_what_passes_is_tried_again_and_done_once(ward: Ward, deed: str, at_commit: bool) -> None:
    ward.trouble(2, PASSING[deed], at_commit=at_commit)
    done = ward.here(*ADD)
    assert (done.out, done.err) == ("G-1\n", "")
    assert ward.rows("SELECT last_value FROM tries") == [(3,)]
    assert ward.rows("SELECT g.code, c.code, c.command FROM graduate g, change c") == [
        ("G-1", "H-1", "graduate add")
    ]


@pytest.mark.parametrize("deed", ["deadlock", "connection lost"])
def test_an_import_that_is_tried_again_reads_its_sheets_anew(ward: Ward, tmp_path: Path, deed: str) -> None:
    ward.trouble(2, PASSING[deed])
    good = [f"Әбдіров,Ғани,1998-03-{day:02},M" for day in range(1, 21)]
    sheet = tmp_path / "graduates.csv"
    sheet.write_text(
        "surname,given_name,birth_date,sex\n" + "\n".join([*good, "Әбдіров,Ғани,1998-02-30,M"]) + "\n",
        encoding="utf-8",
    )
    done = ward.here(
        "import", sheet, "--keep-good", "--rejects", tmp_path / "again.csv", "--format", "json", ok=4
    )
    (row,) = done.json()
    assert (row["read"], row["added"], row["rejected"]) == (21, 20, 1)
    assert done.err.count("graduates.csv:22:") == 1
    assert len((tmp_path / "again.csv").read_text(encoding="utf-8").splitlines()) == 2
    assert ward.rows("SELECT count(*) FROM graduate") == [(20,)]
    assert ward.rows("SELECT records FROM change") == [(20,)]


@pytest.mark.parametrize(
    "deed, sentence",
    [
        (PASSING["serialization"], "was busy with another command; nothing was changed"),
        (PASSING["connection lost"], "was lost; nothing was changed"),
    ],
)
def test_what_does_not_pass_in_time_is_told(ward: Ward, deed: str, sentence: str) -> None:
    ward.trouble(1_000_000, deed)
    began = time.monotonic()
    refused = ward.here(*ADD, env={"AYALA_WAIT": "1"}, ok=6)
    assert 1 <= time.monotonic() - began < 5
    assert sentence in refused.err
    assert ward.rows("SELECT count(*) FROM graduate") == [(0,)]


@pytest.mark.parametrize(
    "state, code, sentence",
    [
        ("P0001", 6, "the database refused (P0001)"),
        ("53100", 7, "the disk is full; nothing was changed"),
        ("57014", 6, "was busy with another command; nothing was changed"),
        ("42501", 6, "does not allow this user to do that; nothing was changed"),
        ("23514", 5, "the database refuses this: a constraint"),
    ],
)
def test_an_error_that_would_come_again_is_not_tried_again(
    ward: Ward, state: str, code: int, sentence: str
) -> None:
    ward.trouble(1_000_000, f"RAISE EXCEPTION 'x' USING ERRCODE = '{state}';")
    refused = ward.here(*ADD, ok=code)
    assert refused.err.splitlines()[0].endswith(sentence)
    assert ward.rows("SELECT last_value FROM tries") == [(1,)]


def test_a_value_that_the_driver_refuses_is_no_lost_connection(ward: Ward, tmp_path: Path) -> None:
    """psycopg has no state for it, as it has none for a lost connection."""
    from sqlalchemy import text

    from ayala.errors import DatabaseProblem
    from ayala.storage.database import Unit, attempts
    from ayala.storage.sealing import HistoryKey

    unit = Unit(address(ward.url), date(2026, 11, 23), "tester", "test", HistoryKey(tmp_path / "key"))
    tried: list[Any] = []

    def write() -> None:
        for attempt in attempts(unit):
            with attempt as writing:
                tried.append(attempt)
                writing.session.execute(text("SELECT CAST(:x AS text)"), {"x": "a\0b"})

    with pytest.raises(DatabaseProblem, match=r"the database refused \(DataError\)"):
        write()
    assert len(tried) == 1


def test_a_record_that_another_holds_is_waited_for_and_no_longer(ward: Ward) -> None:
    ward.here(*ADD)
    with ward.psql.transaction():
        ward.psql.execute("UPDATE graduate SET note = 'held'")
        running = ward.program.start("graduate", "edit", "G-1", "--note", "x", env={"AYALA_WAIT": "1"})
        refused = running.finish(6, timeout=20)
    assert refused.err.splitlines() == [
        f"ayala: {ward.url} was busy with another command; nothing was changed",
        "try: the same command again in a minute",
    ]
    assert ward.here("graduate", "edit", "G-1", "--note", "x").code == 0


def test_the_same_command_started_twice_is_done_once(ward: Ward, tmp_path: Path) -> None:
    """The second begins before the first has saved, and meets its request key only when it saves itself."""
    from sqlalchemy import text

    from ayala.errors import DoneAlready
    from ayala.storage.database import Unit, attempts
    from ayala.storage.sealing import HistoryKey

    unit = Unit(address(ward.url), date(2026, 11, 23), "tester", "graduate add", HistoryKey(tmp_path / "key"))

    def write() -> None:
        for attempt in attempts(unit):
            with attempt as writing:
                ward.here(*ADD, env={"AYALA_REQUEST_KEY": "letter 17"})
                ((unit.request_key,),) = ward.rows("SELECT request_key FROM change")
                writing.session.execute(text("UPDATE graduate SET note = 'twice'"))
                writing.records += 1

    with pytest.raises(DoneAlready) as done:
        write()
    assert str(done.value) == "done already as H-1: graduate add"
    assert ward.rows("SELECT note FROM graduate") == [(None,)]


# --- Ctrl-C while it saves ----------------------------------------------------------------------------


def test_ctrl_c_that_stops_a_commit_is_told_rightly(ward: Ward) -> None:
    ward.trouble(1, "PERFORM pg_sleep(20);", at_commit=True)

    def interrupt() -> None:
        deadline = time.monotonic() + 20
        while ward.rows("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'") == [(0,)]:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        os.kill(os.getpid(), signal.SIGINT)

    with ThreadPoolExecutor(1) as beside:
        interrupting = beside.submit(interrupt)
        stopped = ward.here(*ADD, ok=130)
        interrupting.result(20)
    assert (stopped.out, stopped.err.splitlines()[-1]) == ("", "ayala: interrupted; nothing was changed")
    assert ward.rows("SELECT count(*) FROM graduate") == [(0,)]


def test_ctrl_c_that_came_too_late_says_that_the_change_is_saved(
    ayala: Ayala, office_db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy.orm import Session

    commit = Session.commit

    def interrupted(self: Session) -> None:
        commit(self)
        raise KeyboardInterrupt

    with monkeypatch.context() as late:
        late.setattr(Session, "commit", interrupted)
        stopped = ayala(*ADD, ok=130)
    assert stopped.err.splitlines()[-1] == "ayala: interrupted; the change is saved"
    assert [row["code"] for row in ayala("graduate", "list", "--format", "json").json()] == ["G-1"]


# --- sealing what was saved ---------------------------------------------------------------------------


def test_a_change_that_cannot_be_sealed_is_saved_all_the_same(ward: Ward, tmp_path: Path) -> None:
    ward.here(*ADD)
    other = tmp_path / "other.key"
    other.write_text("ab" * 32)
    edit = ("graduate", "edit", "G-1", "--note")
    told = ward.here(*edit, "1", env={"AYALA_HISTORY_KEY": str(other)})
    assert "not sealed: the history was sealed with the key" in told.err
    other.write_text("no key")
    told = ward.here(*edit, "2", env={"AYALA_HISTORY_KEY": str(other)})
    assert f"not sealed: {other} holds no history key" in told.err
    ward.psql.execute("ALTER TABLE seal RENAME COLUMN mac TO mak")
    assert ward.here(*edit, "3").err == "changed G-1\n"
    ward.psql.execute("ALTER TABLE seal RENAME COLUMN mak TO mac")
    assert ward.rows("SELECT note FROM graduate") == [("3",)]
    ward.here(*edit, "4")
    ward.here("history", "verify")


def test_who_finds_another_one_sealing_leaves_it_to_the_next(ward: Ward) -> None:
    ward.rows("SELECT pg_advisory_lock(hashtext('ayala seal'))")
    assert ward.here(*ADD).out == "G-1\n"
    assert ward.rows("SELECT count(*) FROM seal") == [(0,)]
    ward.rows("SELECT pg_advisory_unlock_all()")
    ward.here("graduate", "edit", "G-1", "--note", "x")
    assert ward.rows("SELECT count(*) FROM seal") == [(1,)]
    ward.here("history", "verify")


# --- what the server writes down ------------------------------------------------------------------------

IIN = "980315300005"


def mistakes(url: str) -> None:
    """Errors whose detail, statement or parameters hold a personal number."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as psql:
        psql.execute("CREATE TABLE person (iin text PRIMARY KEY)")
        psql.execute("INSERT INTO person VALUES (%s)", [IIN])
        with pytest.raises(psycopg.errors.UniqueViolation):
            psql.execute("INSERT INTO person VALUES (%s)", [IIN])
        with pytest.raises(psycopg.errors.DivisionByZero):
            psycopg.ClientCursor(psql).execute("SELECT CAST(%s AS text), 1 / 0", [IIN])
        with pytest.raises(psycopg.errors.DivisionByZero):
            psql.execute("SELECT %s::text, 1 / (length(%s) - 12)", [IIN, IIN])


def test_the_settings_of_the_page_keep_personal_numbers_out_of_the_log() -> None:
    page = (ROOT / "docs" / "many-offices.md").read_text(encoding="utf-8")
    settings = re.findall(r'"(ALTER SYSTEM SET log_.*)"', page)
    assert len(settings) == 5
    try:
        server = Postgres()
    except NoPostgres as why:
        pytest.skip(str(why))
    try:
        log = server.folder / "log"
        with server.database() as url:
            mistakes(url)
        assert IIN in log.read_text(encoding="utf-8")
        for setting in settings:
            server.admin.execute(setting)
        server.admin.execute("SELECT pg_reload_conf()")
        time.sleep(0.5)
        before = log.stat().st_size
        with server.database() as url:
            mistakes(url)
        said = log.read_text(encoding="utf-8")[before:]
        assert "duplicate key value" in said
        assert IIN not in said
    finally:
        server.stop()


# --- a server that is not there -----------------------------------------------------------------------


def test_a_change_without_the_driver_says_what_to_install(
    ayala: Ayala, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ayala import storage

    monkeypatch.delattr(storage, "server", raising=False)
    monkeypatch.delitem(sys.modules, "ayala.storage.server", raising=False)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    refused = ayala("--database", "postgresql://h/office", *ADD, ok=6)
    assert refused.err == (
        "ayala: the PostgreSQL driver is not installed\ntry: pip install 'ayala[postgres]'\n"
    )


def test_one_server_that_does_not_answer_is_not_waited_for(ayala: Ayala) -> None:
    url = "postgresql://clerk:secret@127.0.0.1:1/office"
    for words in (("graduate", "list"), ADD):
        began = time.monotonic()
        refused = ayala("--database", url, *words, ok=6)
        assert time.monotonic() - began < 10
        assert refused.err == (
            "ayala: the database server at postgresql://clerk@127.0.0.1:1/office does not let us in\n"
        )


@pytest.mark.parametrize("user, database", [("stranger", "postgres"), ("postgres", "no_such_office")])
def test_servers_that_refuse_this_user_are_not_asked_again(
    ayala: Ayala, postgres: Postgres, user: str, database: str
) -> None:
    folder = postgres.folder
    url = f"postgresql://{user}@/{database}?host={folder},{folder}"
    began = time.monotonic()
    refused = ayala("--database", url, *ADD, ok=6)
    assert time.monotonic() - began < 10
    assert refused.err.endswith("does not let us in\n")


def test_several_servers_of_which_none_answers_are_waited_for(ayala: Ayala) -> None:
    url = "postgresql://clerk@127.0.0.1:1,127.0.0.1:2/office"
    began = time.monotonic()
    refused = ayala("--database", url, *ADD, env={"AYALA_WAIT": "1.2"}, ok=6)
    assert time.monotonic() - began > 1
    assert refused.err.splitlines() == [
        "waiting for the database server…",
        f"ayala: no server at {url} takes changes now; nothing was changed",
        "try: the same command again in a minute",
    ]
    assert ayala("--database", url, "graduate", "list", ok=6).err.endswith("does not let us in\n")


def test_a_server_that_starts_is_waited_for(postgres: Postgres) -> None:
    """What PostgreSQL answers while it starts or ends: neither a refusal nor nothing."""
    from psycopg.pq import Ping

    from ayala.storage import server

    folder = str(postgres.folder)
    url = f"postgresql://postgres@/no_such_office?host={folder}"
    assert not server.may_come_back(url)
    with pytest.MonkeyPatch.context() as starting:
        starting.setattr(server, "PGconn", SimpleNamespace(ping=lambda conninfo: Ping.REJECT))
        assert server.may_come_back(url)
    assert not server.may_come_back("postgresql://127.0.0.1:1/office")
    assert server.may_come_back("postgresql://127.0.0.1:1,127.0.0.1:2/office")
