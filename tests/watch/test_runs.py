"""Cron's ledger: once in a period, a missed one made good once, a failed or lost one done again."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ayala import cli
from ayala.report.asked import REPORTS
from ayala.storage import opening
from ayala.storage.opening import address
from ayala.watch import runs
from tests.faults.invented import asked
from tests.program import Ayala, AyalaProcess

PEOPLE = ("report", "graduates", "--by", "sex", "--format", "csv")
LEDGER = "SELECT command, period, result, rows, caught_up_from FROM run ORDER BY command, period"
ONE = ("--surname", "Ким", "--given-name", "Олег", "--born", "2004-05-06", "--sex", "M")


def on(day: str) -> dict[str, str]:
    return {"AYALA_TODAY": day}


@contextmanager
def shell(url: str) -> Iterator[Any]:
    """The database as its own shell opens it."""
    path = address(url).path
    opened = (
        opening.connect_postgresql(url, reading=False)
        if path is None
        else opening.open_sqlite(path, reading=False)
    )
    with closing(opened) as connection:
        yield connection


# --- once in a period ------------------------------------------------------------------------------


def test_three_skipped_days_are_made_good_by_one_run(ayala: Ayala, office_db: str) -> None:
    first = ayala(*PEOPLE, "--once", "day", env=on("2026-11-20"))
    assert (first.out, first.err) == ("sex,graduates\n", "")
    later = ayala(*PEOPLE, "--once", "day", env=on("2026-11-24"))
    assert (later.out, later.err) == (first.out, "caught up: no run since 2026-11-20\n")
    next_day = ayala(*PEOPLE, "--once", "day", env=on("2026-11-25"))
    assert (next_day.out, next_day.err) == (first.out, "")
    job = "report graduates --by sex --format csv"
    assert asked(office_db, LEDGER) == [
        (job, "2026-11-20", "done", 0, None),
        (job, "2026-11-24", "done", 0, "2026-11-21"),
        (job, "2026-11-25", "done", 0, None),
    ]


def test_a_second_run_of_the_period_says_and_writes_nothing(
    ayala: Ayala, office_db: str, tmp_path: Path
) -> None:
    words = ("report", "summary", "--output", "briefing.md", "--once", "week")
    ayala(*words, env=on("2026-11-23"))
    (tmp_path / "briefing.md").unlink()
    again = ayala(*words, env=on("2026-11-29"))
    assert (again.code, again.out, again.err) == (0, "", "")
    assert not (tmp_path / "briefing.md").exists()
    ayala(*words, env=on("2026-11-30"))
    assert (tmp_path / "briefing.md").exists()
    assert [row[1] for row in asked(office_db, LEDGER)] == ["2026-W48", "2026-W49"]


SCHEDULED = {
    path: command
    for path, command in cli.walk()
    if any("--once" in param.opts for param in getattr(command, "params", ()))
}


def test_the_commands_that_cron_runs_are_known() -> None:
    kinds = {*REPORTS, "graduates", "apartments", "all"}
    assert {("backup",), ("export",), *(("report", kind) for kind in kinds)} <= SCHEDULED.keys()


@pytest.mark.parametrize("path", SCHEDULED, ids=" ".join)
def test_each_of_them_is_done_once(path: tuple[str, ...], ayala: Ayala, tmp_path: Path) -> None:
    ayala("init")
    more = {"export": ["sheets"], "backup": ["office-{date}.db.copy"], "all": ["--output", "reports"]}
    words = [*path, *more.get(path[-1], [])]
    first = ayala(*words, "--once", "month")
    assert first.out or (tmp_path / "reports" / "summary.txt").read_bytes()
    again = ayala(*words, "--once", "month", env=on("2026-11-30"))
    assert (again.code, again.out, again.err) == (0, "", "")
    (row,) = asked(str(tmp_path / "office.db"), "SELECT period, result, ended_at >= started_at FROM run")
    assert row == ("2026-11", "done", 1)
    # Without --once it is done whenever it is asked for.
    assert ayala(*words).out or path == ("report", "all")


def test_other_words_are_another_job_and_a_name_stands_for_all_words(ayala: Ayala, office_db: str) -> None:
    assert ayala(*PEOPLE, "--once", "day").out
    assert ayala(*PEOPLE, "--region", "75", "--once", "day").out
    assert ayala(*PEOPLE, "--region", "алматы қаласы", "--once", "day", "--quiet").out == ""
    assert ayala("--lang", "kk", *PEOPLE, "--once", "day").out
    assert ayala(*PEOPLE, "--once", "day", "--job", "briefing").out
    other = ("report", "graduates", "2025", "--format", "json", "--once", "day", "--job", "briefing")
    assert ayala(*other).out == ""
    assert [row[0] for row in asked(office_db, LEDGER)] == [
        "--lang kk report graduates --by sex --format csv",
        "report graduates --by sex --format csv",
        "report graduates --by sex --region 75 --format csv",
        "report graduates --job briefing",
    ]


def test_what_cannot_be_a_period_or_a_job(ayala: Ayala) -> None:
    ayala("init")
    done = ayala(*PEOPLE, "--once", "year", ok=2)
    assert done.err.startswith("ayala: invalid value for '--once': 'year' is none of: day, week, month\n")
    done = ayala(*PEOPLE, "--job", "x", ok=2)
    assert done.err == "ayala: --job names a scheduled command; it goes with --once\ntry: --once day\n"


def test_a_number_typed_as_the_name_of_a_job_is_not_kept(ayala: Ayala, tmp_path: Path) -> None:
    ayala("init")
    ayala(*PEOPLE, "--once", "day", "--job", "980315300005")
    ((command,),) = asked(str(tmp_path / "office.db"), "SELECT command FROM run")
    assert command == "report graduates --job ********0005"


def test_the_ledger_makes_no_entry_in_the_history(ayala: Ayala, office_db: str) -> None:
    ayala("graduate", "add", *ONE)
    ayala(*PEOPLE, "--once", "day")
    entries = ayala("history", "list", "--format", "json").json()
    assert [entry["command"] for entry in entries] == ["graduate add"]
    ayala("history", "verify")


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("kk", "өткізіп алынғаны толықтырылды: соңғы іске қосу — 2026-11-20"),
        ("ru", "пропущенное наверстано: последний запуск — 2026-11-20"),
    ],
)
def test_what_was_made_good_in_kazakh_and_russian(ayala: Ayala, lang: str, sentence: str) -> None:
    ayala("init")
    ayala(*PEOPLE, "--once", "day", env=on("2026-11-20") | {"AYALA_LANG": lang})
    later = ayala(*PEOPLE, "--once", "day", env=on("2026-11-24") | {"AYALA_LANG": lang})
    assert later.err == f"{sentence}\n"
    assert (
        ayala("--lang", lang, "watch", "--job", "x", ok=2).err
        == {
            "kk": "ayala: --job кесте бойынша орындалатын пәрменді атайды; ол --once опциясымен бірге беріледі\n"
            "кеңес: --once day\n",
            "ru": "ayala: --job называет команду по расписанию; указывается вместе с --once\nсовет: --once day\n",
        }[lang]
    )


# --- failures --------------------------------------------------------------------------------------


def test_a_failure_is_recorded_and_done_again(ayala: Ayala, office_db: str, tmp_path: Path) -> None:
    words = ("report", "graduates", "--output", "out/people.csv", "--once", "day")
    failed = ayala(*words, ok=7)
    assert failed.err == "ayala: out/people.csv cannot be written: No such file or directory\n"
    command = "report graduates --output out/people.csv"
    assert asked(office_db, LEDGER) == [(command, "2026-11-23", "failed 7", None, None)]
    tomorrow = ayala(*words, ok=7, env=on("2026-11-24"))
    assert tomorrow.err == failed.err
    (tmp_path / "out").mkdir()
    done = ayala(*words, env=on("2026-11-24"))
    assert done.err == "caught up: not done since 2026-11-23\n"
    assert asked(office_db, LEDGER) == [
        (command, "2026-11-23", "failed 7", None, None),
        (command, "2026-11-24", "done", 0, "2026-11-23"),
    ]
    assert ayala(*words, env=on("2026-11-24")).err == ""


def test_a_bug_and_an_interruption_are_failures_too(
    ayala: Ayala, office_db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ayala.report import counting

    def breaks(error: BaseException) -> None:
        def count(*_: Any, **__: Any) -> Any:
            raise error

        monkeypatch.setattr(counting, "count", count)

    breaks(KeyboardInterrupt())
    ayala(*PEOPLE, "--once", "day", ok=130)
    assert [row[2] for row in asked(office_db, LEDGER)] == ["failed 130"]
    breaks(RuntimeError("foreseen by nobody"))
    assert "bug" in ayala(*PEOPLE, "--once", "day", ok=7, env={"AYALA_DEBUG": None}).err
    assert [row[2] for row in asked(office_db, LEDGER)] == ["failed 7"]
    monkeypatch.undo()


def test_a_missing_database_is_said_as_ever(ayala: Ayala, tmp_path: Path) -> None:
    done = ayala(*PEOPLE, "--once", "day", ok=6)
    assert done.err == f"ayala: there is no database at {tmp_path / 'office.db'}\ntry: ayala init\n"


# --- runs that are under way -----------------------------------------------------------------------


HERE, PID = socket.gethostname(), os.getpid()


@pytest.mark.parametrize(
    ("running", "hours", "left_alone"),
    [
        (f"{HERE} {PID} {runs._born(PID)}", 0, True),
        (f"{HERE} {PID} {runs._born(PID)}", 7, False),
        (f"{HERE} {PID} 17", 0, False),
        (f"{HERE} 99999999 17", 0, False),
        (f"{HERE} ", 0, True),
        ("another-machine 1 17", 5, True),
        ("another-machine 1 17", 7, False),
    ],
    ids=[
        "alive",
        "alive for too long",
        "number given anew",
        "dead",
        "no number",
        "elsewhere",
        "elsewhere, lost",
    ],
)
def test_a_run_under_way_is_left_alone_and_a_lost_one_taken_over(
    running: str, hours: int, left_alone: bool, ayala: Ayala, office_db: str
) -> None:
    began = datetime.now(UTC) - timedelta(hours=hours)
    with shell(office_db) as connection:
        connection.execute(
            "INSERT INTO run (id, command, period_kind, period, started_at, result) VALUES "
            "('01a2089b-4775-77b9-b146-ab4f227a5fe1', 'report graduates --by sex --format csv', 'day', "
            f"'2026-11-23', '{began:%Y-%m-%dT%H:%M:%S.%f}Z', 'running {running}')"
        )
    done = ayala(*PEOPLE, "--once", "day")
    ((_, _, result, _, _),) = asked(office_db, LEDGER)
    if left_alone:
        assert (done.out, done.err, result) == ("", "", f"running {running}")
    else:
        assert (done.out, result) == ("sex,graduates\n", "done")


def test_a_run_that_was_taken_over_meanwhile_does_not_write_over_the_other_ones_end(
    ayala: Ayala, office_db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ayala.report import counting

    count, begun = counting.count, []

    def slow(*args: Any, **more: Any) -> Any:
        if not begun:
            begun.append(True)
            with shell(office_db) as connection:
                connection.execute(
                    "UPDATE run SET started_at = '2026-11-22T01:00:00.000000Z', result = 'lost'"
                )
            assert ayala(*PEOPLE, "--once", "day").out  # another machine finds it lost, and does it
            with shell(office_db) as connection:
                connection.execute("UPDATE run SET rows = 17")
        return count(*args, **more)

    monkeypatch.setattr(counting, "count", slow)
    ayala(*PEOPLE, "--once", "day")
    assert [row[2:4] for row in asked(office_db, LEDGER)] == [("done", 17)]


@pytest.mark.parametrize("together", [6])
def test_of_many_that_begin_at_once_one_does_it(
    ayala_process: AyalaProcess, office_db: str, together: int
) -> None:
    started = [ayala_process.start(*PEOPLE, "--once", "day") for _ in range(together)]
    done = [run.finish() for run in started]
    assert sorted(run.out for run in done) == [""] * (together - 1) + ["sex,graduates\n"]
    assert {run.err for run in done} <= {"", "waiting for another writer…\n"}
    assert [row[2] for row in asked(office_db, LEDGER)] == ["done"]


def test_where_processes_cannot_be_looked_at_they_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "exists", lambda self: False)
    assert runs._is_alive(os.getpid(), "")
    assert not runs._is_alive(99999999, "")


# --- periods ---------------------------------------------------------------------------------------

DAYS = st.dates(date(2007, 1, 1), date(2040, 12, 31))
KINDS = st.sampled_from(["day", "week", "month"])


@given(DAYS, KINDS)
def test_periods_follow_each_other_without_a_gap(day: date, kind: str) -> None:
    period = runs.period_of(day, kind)
    begins, following = runs.first_day(period, kind), runs.after(period, kind)
    ends = runs.first_day(following, kind)
    assert begins <= day < ends
    inside = [begins + timedelta(days=n) for n in range((ends - begins).days)]
    assert {runs.period_of(other, kind) for other in inside} == {period}
    assert runs.period_of(ends, kind) == following
    assert period < following  # as text, since the database compares them so


@given(DAYS, DAYS, KINDS)
def test_only_a_whole_period_without_a_run_is_late(one: date, other: date, kind: str) -> None:
    done, today = sorted((one, other))
    whole = runs.first_day(runs.after(runs.period_of(done, kind), kind), kind)
    late = runs.first_day(runs.after(runs.period_of(whole, kind), kind), kind) <= today
    assert runs.is_late(runs.period_of(done, kind), runs.period_of(today, kind), kind) == late


def test_weeks_are_those_of_iso() -> None:
    assert runs.period_of(date(2027, 1, 3), "week") == "2026-W53"
    assert runs.period_of(date(2026, 11, 23), "week") == "2026-W48"
    assert runs.after("2026-W53", "week") == "2027-W01"
    assert runs.after("2026-12", "month") == "2027-01"
