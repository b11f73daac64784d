"""Running the console blocks of the documents: what a page shows is what a reader will see.

All blocks of a page run in order, in a folder and an office of the page's own. ``$ `` begins a command
for the shell, the lines below are what it says on stdout and stderr; ``...`` stands for any lines, and a
command that fails says so with ``[exit 5]`` as its last line.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tests.program import ROOT, environment

FENCE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass
class Step:
    """A command of a page and what it should say."""

    line: int
    command: str
    expected: list[str] = field(default_factory=list)


def pages() -> list[Path]:
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def steps(page: Path) -> list[Step]:
    """The commands of a page's console blocks, in order."""
    text = page.read_text(encoding="utf-8")
    found: list[Step] = []
    for block in FENCE.finditer(text):
        first = text.count("\n", 0, block.start(1)) + 1
        for number, line in enumerate(block[1].splitlines(), first):
            if line.startswith("$ "):
                found.append(Step(number, line[2:]))
            elif line.startswith("> ") and found and not found[-1].expected:
                found[-1].command += "\n" + line[2:]
            elif found:
                found[-1].expected.append(line.rstrip())
    return found


def run(step: Step, folder: Path) -> list[str]:
    """What the command said, and its exit code if it failed."""
    env = environment(folder, str(folder / "office.db"))
    env["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{env['PATH']}"
    done = subprocess.run(
        ["sh", "-c", step.command],
        env=env,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    said = [line.rstrip() for line in done.stdout.replace(str(folder), "~").splitlines()]
    return said + ([f"[exit {done.returncode}]"] if done.returncode else [])


def fits(expected: list[str], said: list[str]) -> bool:
    """Whether what was said is what the page shows; blank lines at the end do not count."""
    while expected and not expected[-1]:
        expected = expected[:-1]
    while said and not said[-1]:
        said = said[:-1]
    pattern = "\n".join(r"(?:.*\n)*?.*" if line == "..." else re.escape(line) for line in expected)
    return re.fullmatch(pattern, "\n".join(said)) is not None
