"""The hashes that a process of its own makes beside a large load are the seal's own."""

from __future__ import annotations

import io
import secrets
from pathlib import Path
from typing import Any

import pytest

from ayala.storage import digesting, opening, sealing
from ayala.storage.digesting import WORTH, Digesting
from tests.faults.invented import asked, people
from tests.program import Ayala


@pytest.fixture
def key() -> bytes:
    return secrets.token_bytes(sealing.KEY_BYTES)


@pytest.fixture
def office(ayala: Ayala, tmp_path: Path) -> str:
    """An office with a change of thirty people."""
    database = str(tmp_path / "office.db")
    ayala("init", env={"AYALA_DATABASE": database})
    ayala("import", people(tmp_path / "people.csv", 1, 30), env={"AYALA_DATABASE": database})
    return database


def image_numbers(database: str) -> list[int]:
    return [seq for (seq,) in asked(database, "SELECT seq FROM row_image WHERE table_name = 'graduate'")]


def by_the_seal(database: str, key: bytes) -> list[bytes]:
    """The hashes of the people's images as the seal makes them."""
    connection = opening.open_sqlite(Path(database), reading=True)
    numbers = image_numbers(database)
    try:
        sql = sealing.between("sqlite", numbers[0], numbers[-1] + 1)
        return list(sealing.digests(connection, "sqlite", key, sql))
    finally:
        connection.close()


def begun(database: str, key: bytes) -> Digesting:
    """A process that has got the images of the thirty people."""
    made = Digesting(key)
    connection = opening.open_sqlite(Path(database), reading=True)
    try:
        made.add(connection, "graduate", image_numbers(database)[0] - 1, 30)
    finally:
        connection.close()
    return made


def test_the_process_makes_the_hashes_that_the_seal_makes(office: str, key: bytes) -> None:
    made = begun(office, key)
    ((first, images, pieces),) = made.taken()
    assert (first, images) == (image_numbers(office)[0], 30)
    assert b"".join(pieces) == b"".join(by_the_seal(office, key))
    made.end()


def test_blocks_that_follow_each_other_are_one_run_of_images(office: str, key: bytes) -> None:
    numbers = image_numbers(office)
    made = Digesting(key)
    connection = opening.open_sqlite(Path(office), reading=True)
    made.add(connection, "graduate", numbers[0] - 1, 10)
    made.add(connection, "graduate", numbers[10] - 1, 10)
    made.add(connection, "graduate", numbers[25] - 1, 5)
    connection.close()
    found = [(first, images, b"".join(pieces)) for first, images, pieces in made.taken()]
    all_of_them = by_the_seal(office, key)
    assert found == [
        (numbers[0], 20, b"".join(all_of_them[:20])),
        (numbers[25], 5, b"".join(all_of_them[25:])),
    ]
    made.end()


def test_what_the_process_reads_and_writes(key: bytes) -> None:
    head = digesting.HEAD.pack(7, 3, 9)
    source, target = io.BytesIO(key + head + b"abc" + b"k\x1f{}\x1em\x1f{}"), io.BytesIO()
    digesting.main(source, target)
    assert target.getvalue() == sealing.digests_of(key, 7, b"abc", b"k\x1f{}\x1em\x1f{}")
    assert len(target.getvalue()) == 2 * digesting.DIGEST


def test_a_process_that_ended_leaves_the_hashes_to_the_seal(office: str, key: bytes) -> None:
    made = begun(office, key)
    made.kill()
    connection = opening.open_sqlite(Path(office), reading=True)
    for _ in range(3):
        made.add(connection, "graduate", image_numbers(office)[0] - 1, 30)
    connection.close()
    assert list(made.taken()) == []
    made.end()


def test_a_small_load_an_unknown_key_and_a_single_processor_need_no_process(
    office: str, key: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "history.key"
    connection = opening.open_sqlite(Path(office), reading=True)
    monkeypatch.setattr(digesting, "processors", lambda: 1)
    assert digesting.begun(connection, sealing.HistoryKey(path), WORTH) is None
    monkeypatch.setattr(digesting, "processors", lambda: 2)
    assert digesting.begun(connection, sealing.HistoryKey(path), WORTH) is None
    path.write_text(key.hex(), encoding="ascii")
    assert digesting.begun(connection, sealing.HistoryKey(path), WORTH - 1) is None
    made = digesting.begun(connection, sealing.HistoryKey(path), WORTH)
    assert made is not None
    made.end()
    connection.close()


def test_the_processors_that_this_process_may_use(monkeypatch: pytest.MonkeyPatch) -> None:
    assert digesting.processors() >= 1
    monkeypatch.delattr("os.sched_getaffinity", raising=False)
    monkeypatch.setattr("os.cpu_count", lambda: None)
    assert digesting.processors() == 1


@pytest.mark.parametrize("killed", [False, True])
def test_a_large_load_is_sealed_as_ever(
    ayala: Ayala, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, killed: bool
) -> None:
    """Also where the process fails on the way."""
    begun = []
    begin = digesting.begun

    def watched(raw: Any, key: sealing.HistoryKey, rows: int) -> Digesting | None:
        begun.append(begin(raw, key, rows))
        assert begun[-1] is not None
        if killed:
            begun[-1].kill()
        return begun[-1]

    monkeypatch.setattr(digesting, "processors", lambda: 2)
    monkeypatch.setattr(digesting, "WORTH", 5000)
    monkeypatch.setattr(digesting, "begun", watched)
    env = {"AYALA_DATABASE": str(tmp_path / "office.db")}
    ayala("init", env=env)
    sheets = people(tmp_path / "many.csv", 1, 5000), people(tmp_path / "more.csv", 5001, 2500)
    with sheets[1].open("a", encoding="utf-8") as file:
        file.write("G-7,Арыстан7,Нұр7,1999-01-09,M\n")  # a change, whose image stands among those of the load
    ayala("import", *sheets, env=env)
    (made,) = begun
    assert made is not None
    assert sum(images for _, images in made.made) == (0 if killed else 7500)
    done = ayala("history", "verify", "--format", "json", env=env).json()
    assert {row["found"] for row in done} == {0}
