"""A large sheet: triggers and indexes stand aside while it comes in, and nobody can tell afterwards."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from functools import cache
from pathlib import Path
from threading import Event
from threading import enumerate as enumerate_threads
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ayala.graduate.sheet import Came
from ayala.storage import opening
from ayala.storage.loading import LARGE, Loading
from tests.faults.invented import asked, people
from tests.hostile.iins import an_iin
from tests.program import Ayala

SCHEMA = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"


def schema(url: str) -> object:
    return asked(url, SCHEMA) if "://" not in url else None


@pytest.fixture
def office(ayala: Ayala, office_db: str) -> Ayala:
    ayala("import", people(ayala.folder / "few.csv", 1, 20))
    return ayala


def test_it_is_as_if_every_row_had_come_by_itself(office: Ayala, office_db: str, tmp_path: Path) -> None:
    before = schema(office_db)
    sheet = people(tmp_path / "many.csv", 21, LARGE + 20)
    office("export", tmp_path / "first")
    office("import", sheet)
    assert schema(office_db) == before
    office("history", "verify")
    office("check")
    images = "SELECT count(*) FROM row_image WHERE table_name = 'graduate' AND op = 'I'"
    assert asked(office_db, images) == [(LARGE + 40,)]
    ((again,),) = (office("import", sheet, "--format", "json").json(),)
    assert (again["added"], again["updated"], again["same"]) == (0, 0, LARGE + 20)
    office("history", "undo", "H-2", "--reason", "the wrong sheet")
    office("history", "verify")
    office("export", tmp_path / "second")
    for file in (tmp_path / "first").iterdir():
        assert file.read_bytes() == (tmp_path / "second" / file.name).read_bytes()


def test_a_sheet_that_is_refused_leaves_all_in_place(office: Ayala, office_db: str, tmp_path: Path) -> None:
    before = schema(office_db)
    sheet = people(tmp_path / "many.csv", 21, LARGE)
    with sheet.open("a", encoding="utf-8") as file:
        file.write("G-9999,Арыстан,Нұр,1999-02-30,F\n")
    office("import", sheet, ok=4)
    assert schema(office_db) == before
    assert asked(office_db, "SELECT count(*) FROM graduate") == [(20,)]
    done = office("import", sheet, "--keep-good", "--format", "json", ok=4).json()
    assert [(row["added"], row["rejected"]) for row in done] == [(LARGE, 1)]
    assert schema(office_db) == before
    office("history", "verify")


def test_an_iin_that_two_rows_of_different_blocks_have(office: Ayala, office_db: str, tmp_path: Path) -> None:
    sheet = people(tmp_path / "many.csv", 21, LARGE)
    lines = sheet.read_text(encoding="utf-8").splitlines()
    lines[0] = f"iin,{lines[0]}"
    lines[1:] = [f",{line}" for line in lines[1:]]
    number = an_iin(date(1999, 5, 6), 17)
    lines[5] = number + lines[5]
    lines[-1] = number + lines[-1]
    sheet.write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = office("import", sheet, ok=4)
    assert (
        f":{LARGE + 1}: surname: an earlier row of this sheet says otherwise of the same record" in done.err
    )
    assert asked(office_db, "SELECT count(*) FROM graduate") == [(20,)]


def test_rows_of_the_sheet_that_speak_of_the_same_person(
    office: Ayala, office_db: str, tmp_path: Path
) -> None:
    """What an earlier row told is remembered across blocks, for people who were there and who are new."""
    sheet = people(tmp_path / "many.csv", 1, LARGE + 500)
    with sheet.open("a", encoding="utf-8") as file:
        file.write("G-3,Басқа,Нұр3,1999-01-04,M\nG-700,Басқа,Нұр700,2000-12-01,F\n")
        file.write("G-4,Арыстан4,Нұр4,1999-01-05,F\n")
    done = office("import", sheet, "--keep-good", "--format", "json", ok=4)
    [row] = done.json()
    assert (row["added"], row["same"], row["rejected"]) == (LARGE + 480, 21, 2)
    assert done.err.count("an earlier row of this sheet says otherwise of the same record") == 2


def test_what_the_database_refuses_in_the_middle_takes_all_back(
    ayala: Ayala, office_db: str, tmp_path: Path
) -> None:
    connection: Any
    if "://" in office_db:
        import psycopg

        with psycopg.connect(office_db) as connection:
            connection.execute("ALTER TABLE graduate ADD CONSTRAINT no_150 CHECK (surname <> 'Арыстан150')")
    else:
        with closing(opening.sqlite().connect(office_db)) as connection:
            connection.execute(
                "CREATE TRIGGER no_150 BEFORE INSERT ON graduate WHEN NEW.surname = 'Арыстан150' "
                "BEGIN SELECT RAISE(ABORT, 'no_150'); END"
            )
    done = ayala("import", people(tmp_path / "many.csv", 1, 300), ok=(5, 6))
    assert "Арыстан" not in done.err
    assert asked(office_db, "SELECT count(*) FROM graduate") == [(0,)]


def test_a_code_far_from_all_others_is_remembered_too(office: Ayala, tmp_path: Path) -> None:
    sheet = people(tmp_path / "far.csv", 90_000_001, 2)
    office("import", sheet)
    with sheet.open("a", encoding="utf-8") as file:
        file.write("G-90000001,Басқа,Нұр90000001,1999-01-02,M\n")
    done = office("import", sheet, ok=4)
    assert "far.csv:4: surname: an earlier row of this sheet says otherwise of the same record" in done.err


BORN = date(1999, 5, 6)


@cache
def iins() -> list[str]:
    """Numbers of men born on that day, each once."""
    found = [an_iin(BORN, 0, "M")]
    while len(found) < 2 * LARGE + 1000:
        found.append(an_iin(BORN, int(found[-1][7:11]) + 1, "M"))
    return found


def with_iins(path: Path, count: int, rows: list[str]) -> Path:
    """A sheet of people born on one day, each with a number, and some rows more."""
    lines = [f",{iins()[n]},Арыстан{n},Нұр{n},{BORN},M" for n in range(count)]
    text = "\n".join(["code,iin,surname,given_name,birth_date,sex", *lines, *rows])
    path.write_text(text + "\n", encoding="utf-8")
    return path


def test_a_code_that_was_drawn_for_an_earlier_row(ayala: Ayala, office_db: str, tmp_path: Path) -> None:
    """Nobody was on record when the sheet began; who came with it is found all the same."""
    sheet = with_iins(
        tmp_path / "many.csv",
        LARGE + 500,
        [
            f"G-3,,Арыстан2,Нұр2,{BORN},M",
            f"G-77,{iins()[76]},Арыстан76,Нұр76,{BORN},M",
            f"G-900000,{iins()[-1]},Жаңа,Адам,{BORN},M",
            f"G-78,{iins()[-2]},Тағы,Адам,{BORN},M",
        ],
    )
    done = ayala("import", sheet, "--keep-good", "--format", "json", ok=4)
    [row] = done.json()
    assert (row["added"], row["same"], row["rejected"]) == (LARGE + 501, 2, 1)
    assert f"many.csv:{LARGE + 505}: code: G-78 is another person here: the IIN differs" in done.err
    ayala(
        "graduate", "add", "--surname", "Келесі", "--given-name", "Адам", "--born", "1998-01-01", "--sex", "M"
    )
    numbers = sorted(int(code[2:]) for (code,) in asked(office_db, "SELECT code FROM graduate"))
    ((newest,),) = asked(office_db, "SELECT code FROM graduate WHERE surname = 'Келесі'")
    assert newest == f"G-{numbers[-1]}"
    assert numbers[-1] > 900_000


def test_somebody_without_an_iin_behind_many_who_have_one(
    ayala: Ayala, office_db: str, tmp_path: Path
) -> None:
    """The index that finds people by name is set aside until somebody needs it."""
    before = schema(office_db)
    sheet = with_iins(
        tmp_path / "many.csv", LARGE + 500, [f",,Арыстан7,Нұр7,{BORN},M", f",,Арыстан8,Нұр99,{BORN},M"]
    )
    done = ayala("import", sheet, "--format", "json").json()
    assert [(row["added"], row["same"]) for row in done] == [(LARGE + 501, 1)]
    assert schema(office_db) == before
    ayala("history", "verify")


def test_an_iin_that_came_in_a_block_before_is_known(ayala: Ayala, office_db: str, tmp_path: Path) -> None:
    more = [f",{iins()[n]},Арыстан{n},Нұр{n},{BORN},M" for n in range(0, LARGE, 7)]
    sheet = with_iins(tmp_path / "many.csv", 2 * LARGE + 500, more)
    [row] = ayala("import", sheet, "--format", "json").json()
    assert (row["added"], row["same"]) == (2 * LARGE + 500, len(more))


def test_what_the_database_refuses_in_a_large_load_takes_all_back(
    ayala: Ayala, office_db: str, tmp_path: Path
) -> None:
    """Whatever block it is in: the thread that writes tells whoever waits for it."""
    connection: Any
    for last in (LARGE // 2, 3 * LARGE - 1):
        if "://" in office_db:
            import psycopg

            with psycopg.connect(office_db) as connection:
                connection.execute("ALTER TABLE graduate DROP CONSTRAINT IF EXISTS no")
                connection.execute(
                    f"ALTER TABLE graduate ADD CONSTRAINT no CHECK (surname <> 'Арыстан{last}')"
                )
        else:
            with closing(opening.sqlite().connect(office_db)) as connection:
                connection.execute("DROP TRIGGER IF EXISTS no")
                connection.execute(
                    f"CREATE TRIGGER no BEFORE INSERT ON graduate WHEN NEW.surname = 'Арыстан{last}' "
                    "BEGIN SELECT RAISE(ABORT, 'no'); END"
                )
        done = ayala("import", people(tmp_path / "many.csv", 1, 3 * LARGE), ok=(5, 6))
        assert "Арыстан" not in done.err
        assert asked(office_db, "SELECT count(*) FROM graduate") == [(0,)]


@given(st.lists(st.text(min_size=1)), st.lists(st.text(min_size=1)), st.integers(0, 5))
def test_the_filter_of_what_came_misses_nothing(came: list[str], others: list[str], rows: int) -> None:
    found = Came(rows)
    found.add(came)
    assert set(came) <= found.perhaps([*came, *others]) <= {*came, *others}


def test_the_filter_of_what_came_takes_few_for_one_that_did() -> None:
    found = Came(20_000)
    found.add([f"{n:012}" for n in range(20_000)])
    assert len(found.perhaps([f"{n:012}" for n in range(20_000, 40_000)])) < 40


@pytest.mark.parametrize("block", [0, 2])
def test_an_import_that_is_interrupted_ends_at_once_and_leaves_nothing(
    ayala: Ayala, office_db: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    """Ctrl-C, while blocks wait to be written."""
    before = schema(office_db)
    put, blocks = Loading.put, []

    def interrupted(load: Loading, rows: Any) -> None:
        put(load, rows)
        blocks.append(len(rows))
        if len(blocks) > block:
            raise KeyboardInterrupt

    monkeypatch.setattr(Loading, "put", interrupted)
    ayala("import", people(tmp_path / "many.csv", 1, 2 * LARGE), ok=130)
    assert len(blocks) == block + 1
    assert schema(office_db) == before
    assert asked(office_db, "SELECT count(*) FROM graduate") == [(0,)]
    monkeypatch.undo()
    ayala("import", tmp_path / "many.csv")
    ayala("history", "verify")


@pytest.mark.parametrize("times", [1, 2])
def test_an_interrupt_while_a_statement_waits_for_the_blocks(
    ayala: Ayala, office_db: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    """SQLAlchemy closes the connection then: the thread that writes on it has to end before."""
    wait, waited, slept = Loading.wait, [], []

    def interrupted(load: Loading) -> None:
        waited.append(load)
        if len(waited) > 3:
            raise KeyboardInterrupt
        wait(load)

    def interrupted_again(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) < times:
            raise KeyboardInterrupt

    monkeypatch.setattr(Loading, "wait", interrupted)
    monkeypatch.setattr("ayala.storage.loading.time.sleep", interrupted_again)
    ayala("import", people(tmp_path / "many.csv", 1, 2 * LARGE), ok=130)
    assert asked(office_db, "SELECT count(*) FROM graduate") == [(0,)]
    assert not any(thread.name == "loading" for thread in enumerate_threads())
    monkeypatch.undo()
    ayala("import", tmp_path / "many.csv")
    ayala("history", "verify")


def test_an_iin_that_an_earlier_row_gave_to_somebody_who_came_without(ayala: Ayala, office_db: str) -> None:
    number = iins()[-1]
    fill = [f",{iins()[n]},Арыстан{n},Нұр{n},{BORN},M" for n in range(2 * LARGE)]
    rows = [
        f",,Бірінші,Адам,{BORN},M",
        *fill[:LARGE],
        f",{number},Бірінші,Адам,{BORN},M",
        *fill[LARGE:],
        f",{number},Басқа,Адам,{BORN},M",
    ]
    sheet = with_iins(ayala.folder / "many.csv", 0, rows)
    done = ayala("import", sheet, "--keep-good", "--format", "json", ok=4)
    [row] = done.json()
    assert (row["added"], row["updated"], row["rejected"]) == (2 * LARGE + 1, 1, 1)
    said = f"many.csv:{len(rows) + 1}: surname: an earlier row of this sheet says otherwise"
    assert said in done.err


def test_nothing_is_written_after_what_failed(
    ayala: Ayala, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk or Ctrl-C makes SQLite roll back by itself: what came after would be saved by itself too."""
    ayala("init")
    put, given, ready, written = Loading.put, [], Event(), []

    def giving(load: Loading, rows: Any) -> None:
        put(load, rows)
        given.append(len(rows))
        if len(given) == 3:
            ready.set()

    def failing(load: Loading, block: Any) -> None:
        written.append(block)
        assert ready.wait(20)
        raise KeyboardInterrupt

    monkeypatch.setattr(Loading, "put", giving)
    monkeypatch.setattr(Loading, "_write", failing)
    ayala("import", with_iins(tmp_path / "many.csv", 2 * LARGE, []), ok=130)
    assert len(written) == 1
    assert asked(ayala.env["AYALA_DATABASE"], "SELECT count(*) FROM graduate") == [(0,)]
