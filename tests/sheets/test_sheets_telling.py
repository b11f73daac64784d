"""What an import tells while it goes and afterwards: its speed, a dry run, rejects that are none."""

from __future__ import annotations

import itertools
from types import SimpleNamespace

import pytest

from tests.program import Ayala
from tests.terminal import at_terminal

HEAD = "surname,given_name,birth_date,sex\n"
MANY = HEAD + "".join(f"Т{n},А,2000-01-01,F\n" for n in range(4100))


@pytest.fixture
def office(ayala: Ayala) -> Ayala:
    ayala("init")
    return ayala


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every look at the clock is 0.7 s after the last."""
    ticks = itertools.count(1)
    monkeypatch.setattr("ayala.sheets.commands.time", SimpleNamespace(monotonic=lambda: next(ticks) * 0.7))


@pytest.mark.usefixtures("slow")
def test_a_person_sees_how_fast_rows_come_in(office: Ayala) -> None:
    (office.folder / "many.csv").write_text(MANY, encoding="utf-8")
    done = at_terminal(office)("import", "many.csv", "--format", "json")
    assert "4100 rows, " in done.err
    assert " a second" in done.err
    assert [row["added"] for row in done.json()] == [4100]


@pytest.mark.usefixtures("slow")
def test_nobody_else_does(office: Ayala) -> None:
    (office.folder / "many.csv").write_text(MANY, encoding="utf-8")
    assert office("import", "many.csv", "--dry-run").err == "dry run: nothing was changed\n"
    assert at_terminal(office)("import", "many.csv", "--dry-run", "--quiet").err == ""


def test_an_import_of_a_moment_shows_no_speed(office: Ayala) -> None:
    (office.folder / "one.csv").write_text(HEAD + "Т,А,2000-01-01,F\n", encoding="utf-8")
    assert at_terminal(office)("import", "one.csv").err == ""


def test_a_dry_run_counts_and_changes_nothing(office: Ayala, office_db: str) -> None:
    for _ in range(2):
        done = office("import", "-", "--dry-run", "--format", "json", stdin=HEAD + "Т,А,2000-01-01,F\n")
        assert done.err == "dry run: nothing was changed\n"
        assert [row["added"] for row in done.json()] == [1]
    assert office("graduate", "list", "--format", "json").json() == []


def test_rejects_of_an_earlier_import_are_left_when_there_are_none(office: Ayala) -> None:
    rejects = office.folder / "bad.csv"
    rejects.write_text("earlier\n", encoding="utf-8")
    done = office("import", "-", "--rejects", "bad.csv", stdin=HEAD + "Т,А,2000-01-01,F\n")
    assert done.err == "no rows are rejected; bad.csv is as it was\n"
    assert rejects.read_text(encoding="utf-8") == "earlier\n"
    rejects.unlink()
    assert office("import", "-", "--rejects", "bad.csv", stdin=HEAD + "Т,А,2000-01-01,F\n").err == ""
    assert not rejects.exists()
