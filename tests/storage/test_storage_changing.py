"""One transaction a command; what the database itself holds; who changed what."""

from __future__ import annotations

from typing import Any

import pytest

from ayala.storage import opening
from ayala.storage.opening import address
from tests.program import Ayala, AyalaProcess

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


def another(number: int) -> tuple[str, ...]:
    """The command that registers one more person, of a name with a number."""
    return (*ADD[:3], f"Әбдіров-{number}", *ADD[4:])


class Shell:
    """The engine's own shell: plain SQL, past everything Ayala does."""

    def __init__(self, url: str) -> None:
        place = address(url)
        if place.path is not None:
            self.connection: Any = opening.open_sqlite(place.path, reading=False)
            self.error: Any = opening.sqlite().IntegrityError
        else:
            import psycopg

            self.connection = opening.connect_postgresql(url, reading=False)
            self.error = psycopg.IntegrityError

    def run(self, sql: str) -> list[Any]:
        cursor = self.connection.execute(sql)
        return list(cursor.fetchall()) if cursor.description else []


@pytest.fixture
def shell(office_db: str) -> Any:
    found = Shell(office_db)
    yield found
    found.connection.close()


def test_a_change_is_recorded_with_author_command_and_reason(ayala: Ayala, shell: Shell) -> None:
    ayala("--user", "Айгүл", *ADD, "--reason", "came on Monday")
    rows = shell.run("SELECT code, made_by, command, reason, records FROM change")
    assert [tuple(row) for row in rows] == [("H-1", "Айгүл", "graduate add", "came on Monday", 1)]


def test_a_failed_change_leaves_nothing_and_draws_no_code(ayala: Ayala, shell: Shell) -> None:
    ayala(*ADD, "--iin-file", "-", stdin="980315300005\n")
    done = ayala(*ADD, "--iin-file", "-", stdin="980315300005\n", ok=5)
    assert done.err == "ayala: this IIN is on record: G-1\ntry: ayala graduate show G-1\n"
    assert ayala(*another(1)).out == "G-2\n"
    assert [tuple(row) for row in shell.run("SELECT count(*) FROM change")] == [(2,)]


def test_the_database_itself_refuses_a_second_iin(ayala: Ayala, shell: Shell) -> None:
    for number in range(2):
        ayala(*another(number))
    shell.run("UPDATE graduate SET iin = '980315300005' WHERE code = 'G-1'")
    with pytest.raises(shell.error):
        shell.run("UPDATE graduate SET iin = '980315300005' WHERE code = 'G-2'")


def test_the_database_itself_refuses_a_second_apartment_of_a_day(ayala: Ayala, shell: Shell) -> None:
    ayala(*ADD)
    insert = (
        "INSERT INTO apartment (id, graduate_id, granted_on) "
        "SELECT '0190163d-8694-739b-aea5-966c26f8ad9{}', id, '2019-07-11' FROM graduate"
    )
    shell.run(insert.format(1))
    with pytest.raises(shell.error):
        shell.run(insert.format(2))


@pytest.mark.parametrize(
    "change",
    [
        "sex = 'X'",
        "birth_date = '2026-02-30'",
        "birth_date = '2026-13-01'",
        "region = '7'",
        "iin = '12'",
        "surname = NULL",
        "code = NULL",
    ],
)
def test_the_database_itself_refuses_nonsense(ayala: Ayala, office_db: str, change: str) -> None:
    ayala(*ADD)
    shell = Shell(office_db)
    wrong: tuple[type[Exception], ...] = (shell.error,)
    if address(office_db).path is None:
        import psycopg

        wrong += (psycopg.DataError,)
    with pytest.raises(wrong):
        shell.run(f"UPDATE graduate SET {change}")
    shell.connection.close()


def test_a_person_that_others_refer_to_cannot_be_deleted(ayala: Ayala, shell: Shell) -> None:
    ayala(*ADD)
    ayala("graduate", "contact", "G-1", "--reached")
    with pytest.raises(shell.error):
        shell.run("DELETE FROM graduate")


def test_twenty_processes_draw_twenty_codes(ayala_process: AyalaProcess, office_db: str) -> None:
    running = [ayala_process.start(*another(number)) for number in range(20)]
    codes = sorted((started.finish().out.strip() for started in running), key=lambda code: int(code[2:]))
    assert codes == [f"G-{n}" for n in range(1, 21)]


def test_a_dry_run_is_the_real_thing_taken_back(ayala: Ayala, shell: Shell, tmp_path: Any) -> None:
    sheet = tmp_path / "g.csv"
    sheet.write_text("surname,given_name,birth_date,sex\nӨтеген,Ұлжан,2000-02-29,F\n", encoding="utf-8")
    (row,) = ayala("import", sheet, "--dry-run", "--format", "json").json()
    assert row["added"] == 1
    assert [tuple(r) for r in shell.run("SELECT count(*) FROM graduate")] == [(0,)]
    assert [tuple(r) for r in shell.run("SELECT count(*) FROM change")] == [(0,)]


def test_replace_never_deletes_another_record(ayala: Ayala, tmp_path: Any) -> None:
    ayala("init")
    for number in range(2):
        ayala(*another(number))
    shell = Shell(str(tmp_path / "office.db"))
    shell.run("UPDATE graduate SET iin = '980315300005' WHERE code = 'G-1'")
    with pytest.raises(shell.error):
        shell.run("UPDATE OR REPLACE graduate SET iin = '980315300005' WHERE code = 'G-2'")
    with pytest.raises(shell.error):
        shell.run(
            "INSERT OR REPLACE INTO graduate (id, code, iin, surname, given_name, birth_date, sex, registered_on,"
            " name_key, surname_fold, given_fold, sort_key) SELECT 'x', 'G-9', iin, surname, given_name, birth_date,"
            " sex, registered_on, name_key, surname_fold, given_fold, sort_key FROM graduate WHERE code = 'G-1'"
        )
    assert [tuple(row) for row in shell.run("SELECT count(*) FROM graduate")] == [(2,)]
    shell.connection.close()
