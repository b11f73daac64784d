"""Running the whole program in a test: inside this process (fast), or as a process of its own.

A run never touches the machine's own settings: home, working folder, database, language, day and user are
those of the test. An exit code that the test did not expect fails it and shows what was printed.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from unittest.mock import patch

import pytest

ROOT = Path(__file__).resolve().parent.parent
TODAY = "2026-11-23"

# Of the machine's own variables, only what a program needs in order to start at all.
KEPT = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP")


def environment(home: Path, database: str) -> dict[str, str]:
    """The whole environment of a run: an office on a fixed day, in a home of its own."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return kept | {
        "HOME": str(home),
        "USERPROFILE": str(home),
        "APPDATA": str(home / "AppData" / "Roaming"),
        "LOCALAPPDATA": str(home / "AppData" / "Local"),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_CONFIG_DIRS": str(home / "etc"),
        "XDG_DATA_HOME": str(home / ".local" / "share"),
        "XDG_STATE_HOME": str(home / ".local" / "state"),
        "LC_ALL": "C.UTF-8",
        "COLUMNS": "80",
        "NO_COLOR": "1",
        "AYALA_DATABASE": database,
        "AYALA_LANG": "en",
        "AYALA_TODAY": TODAY,
        "AYALA_USER": "tester",
    }


@dataclass(frozen=True)
class Result:
    """What a run left behind."""

    args: tuple[str, ...]
    code: int
    stdout: bytes
    stderr: bytes

    @property
    def out(self) -> str:
        return self.stdout.decode()

    @property
    def err(self) -> str:
        return self.stderr.decode()

    def json(self) -> Any:
        return json.loads(self.stdout)

    def expect(self, ok: int | tuple[int, ...]) -> Result:
        """Fail the test unless the exit code is (one of) the expected."""
        __tracebackhide__ = True
        expected = (ok,) if isinstance(ok, int) else ok
        if self.code not in expected:
            out, err = (text.decode(errors="backslashreplace") for text in (self.stdout, self.stderr))
            pytest.fail(
                f"ayala {' '.join(self.args)}\n"
                f"exit code {self.code}, expected {' or '.join(map(str, expected))}\n"
                f"--- stdout\n{out}--- stderr\n{err}"
            )
        return self


class Ayala:
    """The program, run inside this process: ``ayala("graduate", "list", "--format", "json").json()``."""

    Stream = io.TextIOWrapper

    def __init__(self, folder: Path, database: str, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.database = database
        # A bug shows its traceback in the test instead of becoming exit code 7.
        self.env = environment(home, database) | {"AYALA_DEBUG": "1"}

    def __call__(
        self,
        *args: object,
        ok: int | tuple[int, ...] = 0,
        stdin: str | bytes | None = None,
        env: Mapping[str, str | None] | None = None,
    ) -> Result:
        """Run ``ayala ARGS``; ``env`` adds variables to the run, or takes them away (None)."""
        __tracebackhide__ = True
        words = tuple(str(arg) for arg in args)
        typed = stdin.encode() if isinstance(stdin, str) else stdin or b""
        return self.run(words, typed, self.with_env(env)).expect(ok)

    def with_env(self, more: Mapping[str, str | None] | None) -> dict[str, str]:
        merged: dict[str, str | None] = {**self.env, **(more or {})}
        return {name: value for name, value in merged.items() if value is not None}

    def run(self, args: tuple[str, ...], stdin: bytes, env: dict[str, str]) -> Result:
        from ayala.cli import main

        out, err = Kept(), Kept()
        umask = os.umask(0o022)
        streams: dict[str, Any] = {
            "stdin": self.Stream(io.BytesIO(stdin), encoding="utf-8"),
            "stdout": self.Stream(out, encoding="utf-8", newline="", write_through=True),
            "stderr": self.Stream(err, encoding="utf-8", newline="", write_through=True),
        }
        with (
            patch.dict(os.environ, env, clear=True),
            patch.multiple(sys, argv=["ayala", *args], **streams),
            contextlib.chdir(self.folder),
        ):
            try:
                code: object = main(list(args))
            except SystemExit as stop:
                code = stop.code
            finally:
                os.umask(umask)
        number = code if isinstance(code, int) else int(code is not None)
        return Result(args, number, out.getvalue(), err.getvalue())


class Kept(io.BytesIO):
    """A stream whose content outlives its closing."""

    def close(self) -> None:
        pass


class AyalaProcess(Ayala):
    """The program as a process of its own; ``start`` runs several beside one another."""

    def __init__(self, folder: Path, database: str, home: Path) -> None:
        super().__init__(folder, database, home)
        self.env = environment(home, database) | {"PYTHONPATH": str(ROOT)}
        self.started: list[Started] = []

    def run(self, args: tuple[str, ...], stdin: bytes, env: dict[str, str]) -> Result:
        return Started(args, stdin, env, self.folder).finish(ok=None)

    def start(
        self, *args: object, stdin: str | bytes | None = None, env: Mapping[str, str | None] | None = None
    ) -> Started:
        """Start ``ayala ARGS`` and come back at once; ``.finish()`` waits for it."""
        typed = stdin.encode() if isinstance(stdin, str) else stdin or b""
        running = Started(tuple(str(arg) for arg in args), typed, self.with_env(env), self.folder)
        self.started.append(running)
        return running

    def close(self) -> None:
        """End whatever a test left running."""
        for running in self.started:
            running.end()


class Started:
    """A run that goes on beside the test. It writes into files, so it never waits for a reader."""

    def __init__(self, args: tuple[str, ...], stdin: bytes, env: dict[str, str], folder: Path) -> None:
        self.args = args
        self.stdout: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 -- finish() closes them
        self.stderr: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115
        with tempfile.TemporaryFile() as typed:
            typed.write(stdin)
            typed.seek(0)
            self.process = subprocess.Popen(
                [sys.executable, "-m", "ayala", *args],
                stdin=typed,
                stdout=self.stdout,
                stderr=self.stderr,
                env=env,
                cwd=folder,
            )

    def finish(self, ok: int | tuple[int, ...] | None = 0, timeout: float = 120) -> Result:
        """Wait until it ends; ``ok=None`` takes any exit code."""
        __tracebackhide__ = True
        try:
            code = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.end()
            pytest.fail(f"ayala {' '.join(self.args)}\nstill running after {timeout:g} seconds")
        with self.stdout as out, self.stderr as err:
            out.seek(0)
            err.seek(0)
            result = Result(self.args, code, out.read(), err.read())
        return result if ok is None else result.expect(ok)

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.stdout.close()
        self.stderr.close()
