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
import threading
import time
import venv
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
BENCH = ROOT / ".bench"

# Exported on some machines; either would make a run measure something else.
UNWANTED = ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "PYTHONPATH", "PYTHONPROFILEIMPORTTIME")


LOOK = 0.2
"""Seconds between two looks at a process and its children: a look takes the system some 3 ms."""


@dataclass(frozen=True)
class Run:
    """What one process took, with the processes it started itself."""

    seconds: float
    cpu: float
    """Seconds on a processor, its own and the system's for it."""
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
    """Run a process to its end: wall time, processor time, peak memory, and what it printed on stdout.

    A peak below this harness's own (some 20 MiB) shows as that: the system counts from the fork on. What a
    process and its children have at the same time is added up (on Linux; elsewhere the largest counts).
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        begin = time.perf_counter()
        process = subprocess.Popen(args, env=dict(env), stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        with watched(process.pid) as family:
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
        return Run(
            seconds,
            used.ru_utime + used.ru_stime,
            max(peak, family.peak_mib),
            out.read().decode(errors="replace"),
        )


@dataclass
class Family:
    """A process and those it started."""

    pid: int
    peak_mib: float = 0
    """The most memory they were seen to have together, in MiB; 0 while it has no children."""
    over: threading.Event = field(default_factory=threading.Event)

    def watch(self) -> None:
        while not self.over.wait(LOOK):
            if children := list(descendants(self.pid)):
                held = sum(map(proportional, (self.pid, *children)))
                self.peak_mib = max(self.peak_mib, held / 2**10)


@contextmanager
def watched(pid: int) -> Iterator[Family]:
    """Look at a process from time to time, for the system tells the largest of a family and not their sum."""
    family = Family(pid)
    watching = threading.Thread(target=family.watch)
    watching.start()
    try:
        yield family
    finally:
        family.over.set()
        watching.join()


def descendants(pid: int) -> Iterator[int]:
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = listed.read_text().split()
        except OSError:  # gone meanwhile
            continue
        for child in map(int, children):
            yield child
            yield from descendants(child)


def proportional(pid: int) -> int:
    """Memory of a process in KiB, its share of what it has in common with others."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def used_by(server: int) -> float:
    """Processor seconds of a server and the processes it started, up to now; 0 where there is no /proc."""
    ticks = 0
    for pid in (server, *descendants(server)):
        try:
            # Behind the name in brackets: own time, the system's for it, and both of children that ended.
            times = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:15]
        except OSError:
            continue
        ticks += sum(map(int, times))
    return ticks / os.sysconf("SC_CLK_TCK")


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
