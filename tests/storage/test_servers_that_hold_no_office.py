"""Server databases of other programs, half-made ones, and servers that go away between two questions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ayala.storage.asking import Asking
from tests.postgres import Postgres
from tests.program import Ayala

LIST = ("graduate", "list", "--format", "json")


class Server:
    """A database of the server, the program on it, and a shell on it."""

    def __init__(self, ayala: Ayala, url: str) -> None:
        import psycopg

        self.url = url
        self.ayala = ayala
        self.ayala.env["AYALA_DATABASE"] = url
        self.shell = psycopg.connect(url, autocommit=True)

    def sql(self, statement: str) -> Any:
        return self.shell.execute(statement)


@pytest.fixture
def empty(ayala: Ayala, postgres: Postgres) -> Iterator[Server]:
    with postgres.database() as url:
        server = Server(ayala, url)
        yield server
        server.shell.close()


@pytest.fixture
def made(ayala: Ayala, postgres: Postgres, templates: Any) -> Iterator[Server]:
    with postgres.database(templates.postgresql[1]) as url:
        server = Server(ayala, url)
        yield server
        server.shell.close()


def test_a_database_with_other_tables_is_left_alone(empty: Server) -> None:
    empty.sql("CREATE TABLE songs (title text)")
    done = empty.ayala("init", ok=6)
    assert done.err == (
        f"ayala: {empty.url} already holds tables of another program\ntry: an empty database\n"
    )
    assert empty.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall() == [("songs",)]


def test_an_office_that_was_not_made_to_the_end(made: Server) -> None:
    made.sql("DELETE FROM alembic_version")
    for words in (LIST, ("init",)):
        assert made.ayala(*words, ok=6).err == (
            f"ayala: {made.url} was not made to the end\ntry: ayala upgrade\n"
        )


def test_migrations_of_another_program(made: Server) -> None:
    made.sql("UPDATE alembic_version SET version_num = 'a8f3'")
    for words in (LIST, ("init",), ("upgrade",)):
        assert made.ayala(*words, ok=6).err == f"ayala: {made.url} is a database of another program\n"


def test_a_server_that_is_up_to_date_is_left_as_it_is(made: Server) -> None:
    assert made.ayala("upgrade").err == f"{made.url} is up to date\n"


@pytest.fixture
def ended(made: Server, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Before each question of this list the server has ended the program's connection."""
    questions: list[str] = []
    put = Asking.rows

    def rows(self: Asking, noun: str, question: str, **values: Any) -> Any:
        if question in questions:
            number = self.connection.info.backend_pid
            made.sql(f"SELECT pg_terminate_backend({number}, 5000)")
        return put(self, noun, question, **values)

    monkeypatch.setattr(Asking, "rows", rows)
    return questions


def test_a_server_that_stops_between_two_questions(made: Server, ended: list[str]) -> None:
    ended.append("listed")
    done = made.ayala(*LIST, ok=6)
    assert (done.out, done.err) == ("", f"ayala: the connection to {made.url} was lost\n")


def test_a_question_that_the_server_refuses(made: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the number of its error is told: its own words may hold values."""
    put = Asking.rows

    def rows(self: Asking, noun: str, question: str, **values: Any) -> Any:
        self.connection.execute("SET statement_timeout = 1")
        return (
            self.run("SELECT pg_sleep(1) AS code", {})
            if question == "listed"
            else put(self, noun, question, **values)
        )

    monkeypatch.setattr(Asking, "rows", rows)
    done = made.ayala(*LIST, ok=6)
    assert done.err == f"ayala: {made.url}: the database refused (57014)\n"
