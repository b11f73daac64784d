"""Times whole processes side by side, with the standard library only.

A machine is never quiet, so milliseconds say little and ratios a lot: the programs take turns (A B A B …),
each round gives one ratio, and the median of these counts. No run starts without byte-code on the disk.
"""

from __future__ import annotations

import compileall
import os
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
BENCH = ROOT / ".bench"

# Exported on some machines; either would make a run measure something else.
UNWANTED = ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "PYTHONPATH", "PYTHONPROFILEIMPORTTIME")


@dataclass(frozen=True)
class Run:
    """What one process took."""

    seconds: float
    peak_mib: float
    out: str


@dataclass(frozen=True)
class Program:
    """A command line to be timed; ``args`` gets the number of the round, for deeds that must differ."""

    name: str
    args: Callable[[int], Sequence[str | Path]]
    ok: tuple[int, ...] = (0,)


def always(*args: str | Path) -> Callable[[int], Sequence[str | Path]]:
    return lambda _: args


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in UNWANTED and not name.startswith("AYALA_")
    }
    return kept | {"NO_COLOR": "1", "LC_ALL": "C.UTF-8", **(more or {})}


def run(args: Sequence[str | Path], env: Mapping[str, str], ok: tuple[int, ...] = (0,)) -> Run:
    """Run a process to its end: wall time, its own peak memory, and what it printed on stdout.

    A peak below this harness's own (some 20 MiB) shows as that: the system counts from the fork on.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        begin = time.perf_counter()
        process = subprocess.Popen(args, env=dict(env), stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if process.returncode not in ok:
            words = err.read().decode(errors="replace")
            sys.exit(f"{' '.join(map(str, args))}\nexit code {process.returncode}\n{words[-3000:]}")
        # Linux counts kibibytes, macOS bytes.
        peak = used.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
        return Run(seconds, peak, out.read().decode(errors="replace"))


def compare(
    ours: Program, peer: Program, *, rounds: int, env: Mapping[str, str]
) -> tuple[float, float, float]:
    """Let two programs take turns: median seconds of each, and the median of the rounds' ratios."""
    for program in (ours, peer):
        run(program.args(0), env, program.ok)  # the disk's cache is filled for both
    pairs = [
        (run(ours.args(number), env, ours.ok).seconds, run(peer.args(number), env, peer.ok).seconds)
        for number in range(1, rounds + 1)
    ]
    return (
        median(a for a, _ in pairs),
        median(b for _, b in pairs),
        median(a / b for a, b in pairs),
    )


def verdict(value: float, limit: float, *, at_least: bool = False) -> str:
    met = value >= limit if at_least else value <= limit
    return f"target {'>=' if at_least else '<='} {limit:g}: {'met' if met else 'missed'}"


def ayala() -> list[str | Path]:
    """The command as it is installed beside this Python, its byte-code compiled."""
    compileall.compile_dir(ROOT / "ayala", quiet=1)
    installed = Path(sys.executable).with_name("ayala")
    if not installed.exists():
        sys.exit(f"there is no ayala beside {sys.executable}; try: make setup")
    return [installed]


def peer(name: str, *packages: str) -> Path:
    """The ``bin`` of a virtual environment of its own for a peer; pip compiles its byte-code."""
    home = BENCH / name
    if not (home / "ready").exists():
        print(f"installing {', '.join(packages)} in {home.relative_to(ROOT)}", file=sys.stderr)
        venv.create(home, with_pip=True, clear=True)
        pip: list[str | Path] = [
            home / "bin" / "python",
            "-m",
            "pip",
            "--disable-pip-version-check",
            "install",
            "--quiet",
        ]
        subprocess.run([*pip, "--compile", *packages], check=True, env=environment(), stdout=sys.stderr)
        (home / "ready").touch()
    return home / "bin"
