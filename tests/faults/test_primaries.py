"""The server that takes writes dies under load, and the second one takes over; or the second one is gone.

Two PostgreSQL servers (``tests/cluster.py``): every commit is on both before it is acknowledged. The programs
know both by one address and are told nothing of what happens to the servers.
"""

from __future__ import annotations

import itertools
import os
import random
import re
import signal
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.cluster import Cluster
from tests.conftest import Figures
from tests.faults.forking import Crew, Nursery, Outcome, Worker
from tests.figures import rounds
from tests.postgres import NoPostgres
from tests.program import Ayala, AyalaProcess

WRITERS = 6
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


TEMPLATE = "office_as_made"


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """The two servers, and an office that ``ayala init`` has made there."""
    try:
        servers = Cluster()
    except NoPostgres as why:
        pytest.skip(str(why))
    try:
        servers.primary.admin.execute(f"CREATE DATABASE {TEMPLATE}")
        folder = tmp_path_factory.mktemp("cluster")
        AyalaProcess(folder, servers.url(TEMPLATE), folder / "home")("init")
        yield servers
    finally:
        servers.stop()


@dataclass
class Office:
    """An office on the cluster, and the program that works there."""

    cluster: Cluster
    name: str
    url: str
    program: AyalaProcess
    here: Ayala
    """The same program, inside this process."""

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What the server that takes writes holds now."""
        import psycopg

        with psycopg.connect(self.cluster.primary.url(self.name)) as connection:
            return connection.execute(sql).fetchall()

    def waiting(self) -> int:
        """The process of the server in which a COMMIT waits for the second server."""
        found = eventually(
            lambda: self.cluster.primary.ask(
                "SELECT max(pid) FROM pg_stat_activity "
                f"WHERE wait_event = 'SyncRep' AND datname = '{self.name}'"
            )
        )
        return int(found)


NUMBERS = itertools.count(1)


@pytest.fixture
def office(cluster: Cluster, tmp_path: Path) -> Iterator[Office]:
    """A fresh office; both servers run when the test begins."""
    if cluster.standby is None:
        cluster.add_standby()
    name = f"office_{next(NUMBERS)}"
    cluster.primary.admin.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    url = cluster.url(name)
    program = AyalaProcess(tmp_path, url, tmp_path / "home")
    yield Office(cluster, name, url, program, Ayala(tmp_path, url, tmp_path / "home"))
    program.close()
    cluster.primary.admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def alone(office: Office) -> Office:
    """An office whose second server is gone, so that COMMIT waits for it for ever."""
    assert office.cluster.standby is not None
    office.cluster.kill(office.cluster.standby)
    return office


def eventually(ask: Callable[[], Any], seconds: float = 20) -> Any:
    """The first answer that is something."""
    deadline = time.monotonic() + seconds
    while not (found := ask()):
        assert time.monotonic() < deadline, f"nothing after {seconds:g} seconds"
        time.sleep(0.02)
    return found


# --- the first server dies --------------------------------------------------------------------------


class Clerk:
    """One who registers graduates, one after another, and notes each outside the database."""

    def __init__(self, worker: Worker, name: str) -> None:
        self.worker = worker
        self.name = name
        self.done: list[tuple[str, Outcome, float]] = []

    def work(self, stop: threading.Event) -> None:
        for number in itertools.count():
            if stop.is_set():
                return
            mark = f"{self.name}-{number}"
            person = int(self.name.rpartition("-")[2]) * 100_000 + number
            outcome = self.worker(*ADD[:3], f"Әбдіров-{person}", *ADD[4:], "--note", mark, ok=None)
            self.done.append((mark, outcome, time.monotonic()))

    def outage(self, moment: float) -> float:
        """How long the command took on that was running at a moment."""
        return next((end - moment for _, outcome, end in self.done if outcome.sent < moment < end), 0.0)


def test_primaries_die_under_load_and_nothing_is_lost_or_doubled(
    office: Office, nursery: Nursery, tmp_path: Path, figures: Figures
) -> None:
    cluster = office.cluster
    crew = Crew(nursery, tmp_path, office.url)
    clerks = [Clerk(crew.worker(), f"clerk-{number}") for number in range(WRITERS)]
    stop, moments = threading.Event(), []
    seed = random.randrange(2**32)
    pauses = random.Random(seed)
    with ThreadPoolExecutor(WRITERS) as pool:
        working = [pool.submit(clerk.work, stop) for clerk in clerks]
        try:
            for _ in range(rounds(ci=3, soak=25)):
                time.sleep(pauses.uniform(2.0, 4.0))
                dead = cluster.primary
                moments.append(time.monotonic())
                cluster.kill(dead)
                cluster.promote()
                time.sleep(pauses.uniform(0.5, 1.5))
                cluster.add_standby(dead)
            time.sleep(1.0)
        finally:
            stop.set()
        for one in working:
            one.result(120)
    crew.close()

    everything = [each for clerk in clerks for each in clerk.done]
    gave_up = [outcome for _, outcome, _ in everything if outcome.code != 0]
    acknowledged = {mark: outcome.out.strip() for mark, outcome, _ in everything if outcome.code == 0}
    stored = office.rows("SELECT note, code FROM graduate")
    doubled = [mark for mark, times in Counter(mark for mark, _ in stored).items() if times > 1]
    lost = acknowledged.items() - set(stored)
    outages = sorted(clerk.outage(moment) for moment in moments for clerk in clerks)
    figures(
        "primaries killed under load",
        kills=len(moments),
        writers=WRITERS,
        acknowledged=len(acknowledged),
        lost=len(lost),
        doubled=len(doubled),
        gave_up=len(gave_up),
        median_outage=f"{statistics.median(outages):.2f} s",
        longest=f"{outages[-1]:.2f} s",
    )
    assert not gave_up, f"seed {seed}: {gave_up[0].code} {gave_up[0].err}"
    assert (lost, doubled) == (set(), []), f"seed {seed}"
    # Each command has said the code of its own record, and no record is there of which no command knows.
    assert sorted(stored) == sorted(acknowledged.items()), f"seed {seed}"
    ((entries,),) = office.rows("SELECT count(*) FROM change WHERE command = 'graduate add'")
    assert entries == len(acknowledged)
    assert office.program("check").code == 0


def test_while_no_server_takes_writes_reading_goes_on_and_a_change_waits(office: Office) -> None:
    cluster, program = office.cluster, office.program
    program(*ADD)
    cluster.kill(cluster.primary)
    assert [row["code"] for row in program("graduate", "list", "--format", "json").json()] == ["G-1"]
    refused = office.here(*ADD, env={"AYALA_WAIT": "1.5"}, ok=6)
    assert (refused.out, refused.err) == (
        "",
        "waiting for the database server…\n"
        f"ayala: no server at {office.url} takes changes now; nothing was changed\n"
        "try: the same command again in a minute\n",
    )
    running = program.start(*ADD[:3], "Оспанов", *ADD[4:])
    time.sleep(1.5)
    assert running.process.poll() is None
    cluster.promote()
    done = running.finish()
    assert done.out == "G-2\n"
    assert office.rows("SELECT code FROM graduate ORDER BY code") == [("G-1",), ("G-2",)]


def caught_up(office: Office) -> None:
    """The second server has all that was written so far, the database itself among it."""
    standby = office.cluster.standby
    assert standby is not None
    position = office.cluster.primary.ask("SELECT pg_current_wal_lsn()")
    eventually(lambda: standby.ask(f"SELECT pg_last_wal_replay_lsn() >= '{position}'"))


def saved_there(office: Office) -> None:
    """The second server has the change and does not say so, so the first one never answers."""
    standby = office.cluster.standby
    assert standby is not None
    office.cluster.primary.admin.execute(
        f"ALTER DATABASE {office.name} SET synchronous_commit = remote_apply"
    )
    caught_up(office)
    standby.ask("SELECT pg_wal_replay_pause()")


def not_saved_there(office: Office) -> None:
    """The second server no longer hears the first one."""
    standby = office.cluster.standby
    assert standby is not None
    caught_up(office)
    standby.set("primary_conninfo", "")
    eventually(lambda: standby.ask("SELECT count(*) = 0 FROM pg_stat_wal_receiver"))


@pytest.mark.parametrize("far", [saved_there, not_saved_there])
def test_a_primary_that_dies_before_it_answers_a_commit_does_not_double_or_lose_it(
    office: Office, far: Callable[[Office], None]
) -> None:
    """The program cannot know whether its change survived, so it asks the new server by the request key."""
    far(office)
    running = office.program.start(*ADD)
    office.waiting()
    office.cluster.kill(office.cluster.primary)
    office.cluster.promote()
    done = running.finish()
    assert done.out == "G-1\n"
    assert on_record(office) == [("G-1", "graduate add")]
    assert office.rows("SELECT count(*) FROM row_image WHERE table_name = 'graduate'") == [(1,)]
    assert office.program("history", "verify").code == 0


@pytest.mark.parametrize("impatient", [False, True], ids=["time is over", "Ctrl-C"])
def test_a_primary_that_dies_for_good_leaves_a_command_that_can_be_repeated(
    office: Office, impatient: bool
) -> None:
    """Nobody can tell whether the change is saved; with its request key it is not done twice."""

    def die() -> None:
        office.waiting()
        office.cluster.kill(office.cluster.primary)
        if impatient:
            time.sleep(1.2)
            os.kill(os.getpid(), signal.SIGINT)

    saved_there(office)
    with ThreadPoolExecutor(1) as beside:
        dying = beside.submit(die)
        lost = office.here(*ADD, env={"AYALA_WAIT": "30" if impatient else "2"}, ok=6)
        dying.result(20)
    assert lost.out == ""
    said, hint = lost.err.splitlines()[-2:]
    assert said == f"ayala: {office.url} was lost while saving: the change is saved or not"
    found = re.fullmatch(r"try: the same command with AYALA_REQUEST_KEY=(\S+): it is not done twice", hint)
    assert found, hint
    assert found[1].isalpha(), "a number would be hidden in the message"
    office.cluster.promote()
    again = office.program(*ADD, env={"AYALA_REQUEST_KEY": found[1]})
    assert (again.out, again.err) == ("G-1\n", "ayala: done already as H-1: graduate add\n")
    assert on_record(office) == [("G-1", "graduate add")]


def test_a_server_that_is_started_anew_is_waited_for_by_who_was_there(office: Office) -> None:
    """The address of one server only: a program that has reached it before waits for it to come back."""
    import psycopg

    node = office.cluster.primary
    office.program(*ADD)
    holding = psycopg.connect(node.url(office.name))
    holding.execute("UPDATE graduate SET note = 'held'")
    alone = {"AYALA_DATABASE": node.url(office.name)}
    running = office.program.start("graduate", "edit", "G-1", "--note", "new", env=alone)
    eventually(lambda: node.ask("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"))
    office.cluster.kill(node)
    time.sleep(1.2)
    office.cluster.begin(node)
    assert running.finish().err == "waiting for the database server…\nchanged G-1\n"
    assert office.rows("SELECT note FROM graduate") == [("new",)]
    assert office.rows("SELECT count(*) FROM change WHERE command = 'graduate edit G-1'") == [(1,)]


# --- the second server is gone ----------------------------------------------------------------------

SAVED_HERE = (
    "ayala: saved here, not yet on the second server\n"
    "try: ask whoever looks after the servers to bring the second one back; do not repeat the command\n"
)


def on_record(office: Office) -> list[tuple[Any, ...]]:
    return office.rows("SELECT g.code, c.command FROM graduate AS g, change AS c")


def test_a_change_that_waits_in_vain_for_the_second_server_is_saved_here(alone: Office) -> None:
    done = alone.here(*ADD, env={"AYALA_WAIT": "2"}, ok=8)
    assert (done.out, done.err) == ("G-1\n", "waiting for the second server…\n" + SAVED_HERE)
    assert on_record(alone) == [("G-1", "graduate add")]
    # Questions never wait, and once the second server is back nothing else does.
    assert alone.program("graduate", "show", "G-1").code == 0
    alone.cluster.add_standby()
    again = alone.program("graduate", "edit", "G-1", "--note", "came back")
    assert again.err == "changed G-1\n"


def test_a_short_absence_of_the_second_server_is_only_waited_for(alone: Office) -> None:
    running = alone.program.start(*ADD)
    alone.waiting()
    time.sleep(1.2)
    alone.cluster.add_standby()
    done = running.finish()
    assert (done.out, done.err) == ("G-1\n", "waiting for the second server…\n")


def test_tables_that_are_made_on_one_server_only_are_told_too(alone: Office) -> None:
    node = alone.cluster.primary
    node.admin.execute("CREATE DATABASE office_of_its_own")
    own = {"AYALA_DATABASE": node.url("office_of_its_own"), "AYALA_WAIT": "1.5"}
    done = alone.program("init", env=own, ok=8)
    made, rest = done.err.split("\n", 1)
    assert (made, rest) == (
        "waiting for the second server…",
        f"made {own['AYALA_DATABASE']}\n" + SAVED_HERE,
    )
    node.admin.execute("DROP DATABASE office_of_its_own")


def interrupt(office: Office) -> None:
    office.waiting()
    os.kill(os.getpid(), signal.SIGINT)


def cancel(office: Office) -> None:
    office.cluster.primary.ask(f"SELECT pg_cancel_backend({office.waiting()})")


def terminate(office: Office) -> None:
    office.waiting()
    time.sleep(1.2)  # it has said by now what it waits for, and does not say it again
    office.cluster.primary.ask(f"SELECT pg_terminate_backend({office.waiting()})")


def kill_backend(office: Office) -> None:
    import psycopg

    node = office.cluster.primary
    os.kill(office.waiting(), signal.SIGKILL)
    # The server ends all other connections too, this test's own among them, and starts anew by itself.
    with pytest.raises(psycopg.OperationalError):
        node.ask("SELECT pg_sleep(20)")
    node.connect()


@pytest.mark.parametrize("end", [interrupt, cancel, terminate, kill_backend])
def test_a_wait_for_the_second_server_that_is_ended_from_outside_is_told_rightly(
    alone: Office, end: Callable[[Office], None]
) -> None:
    """Ctrl-C, an administrator, a crash: the record is there, its code is said, and nothing is done twice."""
    with ThreadPoolExecutor(1) as beside:
        ending = beside.submit(end, alone)
        done = alone.here(*ADD, env={"AYALA_WAIT": "4"}, ok=8)
        ending.result(20)
    assert done.out == "G-1\n"
    assert done.err.removeprefix("waiting for the second server…\n") == SAVED_HERE
    assert on_record(alone) == [("G-1", "graduate add")]
