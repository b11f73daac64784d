"""The program in worker processes that are forked from one which has loaded it already.

A command started as a process of its own costs a third of a second of processor time, nearly all of it imports.
Here one process, the nursery, imports everything once and forks a worker in some milliseconds; a worker runs one
command after another, each with its own environment and streams, and can be killed at any moment. The nursery
never opens a database and never makes a key, so that no connection, no lock and no random number is inherited.
"""

from __future__ import annotations

import gc
import io
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import chdir, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tests.program import ROOT, Result, environment

KILLED = -signal.SIGKILL.value if hasattr(signal, "SIGKILL") else -9

PATIENCE = 120.0
"""Seconds after which a command counts as hanging."""


@dataclass(frozen=True)
class Task:
    """One command to run in a worker."""

    args: tuple[str, ...]
    folder: Path
    env: dict[str, str]
    stdin: bytes = b""
    watched: bool = False
    """Whether the marks are told at once, for who waits for one, or all together at the end."""
    largest_file: int | None = None
    """Bytes beyond which no file of the worker may grow: a full disk, for one command."""


@dataclass(frozen=True)
class Outcome(Result):
    """What a run in a worker left behind, and when it reached which point.

    ``marks`` are seconds since the command was sent: ``start``, ``begin`` (its transaction is open), ``commit``
    (about to), ``saved``, ``end``. The code of a run that was killed is :data:`KILLED`.
    """

    marks: dict[str, float] = field(default_factory=dict)
    sent: float = 0.0

    @property
    def killed(self) -> bool:
        return self.code == KILLED


class Worker:
    """A process that runs commands of the program for a test."""

    def __init__(self, crew: Crew, channel: Connection, pid: int) -> None:
        self.crew = crew
        self.channel = channel
        self.pid = pid
        self.gone = False
        self.args: tuple[str, ...] = ()
        self.sent = 0.0
        self.heard: dict[str, Any] = {}

    def __call__(self, *args: object, ok: int | tuple[int, ...] | None = 0, **more: Any) -> Outcome:
        """Run a command to its end."""
        __tracebackhide__ = True
        self.send(*args, **more)
        done = self.result()
        if ok is not None:
            done.expect(ok)
        return done

    def send(
        self,
        *args: object,
        stdin: str = "",
        env: Mapping[str, str] | None = None,
        watched: bool = False,
        largest_file: int | None = None,
    ) -> None:
        """Let a command begin, and come back at once; ``watched``, if a mark is waited for."""
        self.args = tuple(str(arg) for arg in args)
        self.heard = {"out": b"", "err": b"", "marks": {}, "code": None}
        merged = self.crew.env | dict(env or {})
        self.sent = time.monotonic()
        self.channel.send(Task(self.args, self.crew.folder, merged, stdin.encode(), watched, largest_file))

    def until(self, mark: str) -> bool:
        """Wait until the command has reached a point; False if it ended without."""
        while mark not in self.heard["marks"] and self.heard["code"] is None:
            self.hear()
        return mark in self.heard["marks"]

    def hear(self, patience: float = PATIENCE) -> None:
        """Take in one message of the worker, or its death."""
        try:
            if not self.channel.poll(patience):
                self.kill()
                raise AssertionError(f"ayala {' '.join(self.args)}: no word for {patience:g} seconds")
            what, value = self.channel.recv()
        except (EOFError, ConnectionError, OSError):
            what, value = "code", KILLED
            self.gone = True
        if what == "marks":
            for name, at in value.items():
                self.heard["marks"].setdefault(name, at - self.sent)
        elif what == "code":
            self.heard["code"] = value
        else:
            self.heard[what] += value

    def result(self) -> Outcome:
        """Wait for the command's end, or for that of the worker."""
        while self.heard["code"] is None:
            self.hear()
        heard = self.heard
        return Outcome(self.args, heard["code"], heard["out"], heard["err"], heard["marks"], self.sent)

    def kill(self) -> None:
        """``kill -9``, once: the number may soon be another process's."""
        if not self.gone:
            self.gone = True
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    def close(self) -> None:
        """End the worker, whatever it does."""
        self.kill()
        self.channel.close()
        self.crew.workers.remove(self)


class Crew:
    """Workers for one office: its folder, its database, its home."""

    def __init__(self, nursery: Nursery, folder: Path, database: str) -> None:
        self.nursery = nursery
        self.folder = folder
        self.env = environment(folder / "home", database)
        self.workers: list[Worker] = []

    def worker(self) -> Worker:
        """A new worker process."""
        made = Worker(self, *self.nursery.fork())
        self.workers.append(made)
        return made

    def work_off(self, lists: Sequence[Sequence[Sequence[object]]]) -> list[Outcome]:
        """Run lists of commands, each list by a worker of its own, none waiting for another; all outcomes."""
        outcomes: list[Outcome] = []
        busy: dict[Connection, tuple[Worker, Iterator[Sequence[object]]]] = {}
        for commands in lists:
            worker, rest = self.worker(), iter(commands)
            worker.send(*next(rest))
            busy[worker.channel] = worker, rest
        while busy:
            ready = wait(list(busy), PATIENCE)
            assert ready, f"no word for {PATIENCE:g} seconds from {len(busy)} workers"
            for channel in ready:
                assert isinstance(channel, Connection)
                worker, rest = busy[channel]
                worker.hear()
                if worker.heard["code"] is None:
                    continue
                outcomes.append(worker.result())
                following = next(rest, None)
                if following is None:
                    del busy[channel]
                else:
                    worker.send(*following)
        return outcomes

    def close(self) -> None:
        """End all workers."""
        for worker in list(self.workers):
            worker.close()


class Nursery:
    """The process that has loaded the program and forks workers."""

    def __init__(self) -> None:
        self.control, inner = socket.socketpair()
        with inner:
            self.process = subprocess.Popen(
                [sys.executable, "-c", f"from tests.faults import forking; forking.main({inner.fileno()})"],
                pass_fds=[inner.fileno()],
                cwd=ROOT,
                env=dict(os.environ) | {"PYTHONPATH": str(ROOT)},
                stdin=subprocess.DEVNULL,
            )

    def fork(self) -> tuple[Connection, int]:
        """A fresh worker's channel and its process id."""
        ours, theirs = socket.socketpair()
        channel = Connection(ours.detach())
        try:
            with theirs:
                socket.send_fds(self.control, [b"w"], [theirs.fileno()])
            return channel, channel.recv()
        except (OSError, EOFError):
            raise RuntimeError("the nursery has ended; it says why on stderr") from None

    def close(self) -> None:
        self.control.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


# --- inside the nursery -----------------------------------------------------------------------------


def load() -> None:
    """Import the whole program, as a first command of every kind would."""
    import pkgutil
    from importlib import import_module

    import ayala

    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "1"
    for module in pkgutil.walk_packages(ayala.__path__, "ayala."):
        if ".migrations." not in module.name and module.name not in (
            "ayala.__main__",
            "ayala.language.build",
        ):
            import_module(module.name)
    for driver in (
        "psycopg",
        "sqlalchemy.dialects.postgresql.psycopg",
        "sqlalchemy.dialects.sqlite.pysqlite",
    ):
        import_module(driver)
    from sqlalchemy.orm import configure_mappers

    configure_mappers()
    gc.collect()
    gc.freeze()


def nurse(control: socket.socket) -> None:
    """Fork a worker for every channel that comes in, until the test goes away."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead are not waited for
    while True:
        word, handles, _, _ = socket.recv_fds(control, 1, 1)
        if not word:
            return
        if os.fork() == 0:
            control.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            try:
                serve(Connection(handles[0]))
            finally:
                os._exit(0)
        os.close(handles[0])


def serve(channel: Connection) -> None:
    """Run what comes in, one command after another."""
    reached = Marks(channel)
    reached.listen()
    channel.send(os.getpid())
    while True:
        try:
            task = channel.recv()
        except EOFError:
            return
        channel.send(("code", run(task, channel, reached)))


class Marks:
    """Notes which points of its transaction a command has reached, and when."""

    def __init__(self, channel: Connection) -> None:
        self.channel = channel
        self.watched = False
        self.reached: dict[str, float] = {}

    def __call__(self, mark: str) -> None:
        self.reached.setdefault(mark, time.monotonic())  # the first of each: sealing may follow in another
        if self.watched or mark == "end":
            self.channel.send(("marks", self.reached))

    def listen(self) -> None:
        from sqlalchemy import Engine, event
        from sqlalchemy.orm import Session

        event.listen(Engine, "begin", lambda connection: self("begin"))
        event.listen(Engine, "commit", lambda connection: self("commit"))
        # A session says so of a savepoint too.
        event.listen(Session, "after_commit", lambda session: "commit" in self.reached and self("saved"))


class Said(io.RawIOBase):
    """A stream whose every write is at the test before the next statement runs, as with a real pipe."""

    def __init__(self, channel: Connection, name: str) -> None:
        self.channel = channel
        self.name = name

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.channel.send((self.name, bytes(data)))
        return len(data)


def text_to(raw: Said, *, line_buffering: bool) -> io.TextIOWrapper:
    """A text stream as the interpreter opens one on a pipe."""
    return io.TextIOWrapper(
        io.BufferedWriter(raw), encoding="utf-8", newline="", line_buffering=line_buffering
    )


def run(task: Task, channel: Connection, reached: Marks) -> int:
    """The whole program, once, in this process; its exit code."""
    from ayala.cli import main

    reached.watched, reached.reached = task.watched, {}
    streams: dict[str, Any] = {
        "stdin": io.TextIOWrapper(io.BytesIO(task.stdin), encoding="utf-8"),
        "stdout": text_to(Said(channel, "out"), line_buffering=False),
        "stderr": text_to(Said(channel, "err"), line_buffering=True),
    }
    with (
        patch.dict(os.environ, task.env, clear=True),
        patch.multiple(sys, argv=["ayala", *task.args], **streams),
        chdir(task.folder),
        limited(task.largest_file),
    ):
        reached("start")
        try:
            code: object = main(list(task.args))
        except SystemExit as stop:
            code = stop.code
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        reached("end")
    return code if isinstance(code, int) else int(code is not None)


class limited:  # noqa: N801 -- read as a clause
    """No file grows beyond so many bytes: a write there fails as on a full disk, the signal being ignored."""

    def __init__(self, largest: int | None) -> None:
        self.largest = largest

    def set(self, soft: int | None) -> None:
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard if soft is None else soft, hard))

    def __enter__(self) -> None:
        if self.largest is not None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            self.set(self.largest)

    def __exit__(self, *_: object) -> None:
        if self.largest is not None:
            self.set(None)


def main(handle: int) -> None:
    """The nursery itself; started by :class:`Nursery`."""
    load()
    with socket.socket(fileno=handle) as outer:
        nurse(outer)
