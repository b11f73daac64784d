"""Help, completion and questions stay light: what they may load is checked in processes of their own.

SQLModel alone takes a third of a second to import. So anything short of real work loads no library that is
heavy, and a command that only asks never loads the ORM (``test_imports.py`` says the same of the source).
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from ayala.cli import COMMANDS, walk
from tests.program import ROOT, AyalaProcess, environment

ORM = ("sqlalchemy", "sqlmodel", "pydantic", "alembic")
HEAVY = (*ORM, "rich", "tabulate")

# Commands that only ask: by their last word, or by their first.
READING_VERBS = {"list", "show", "find", "map", "free", "head", "verify", "retention", "explain"}
READING_NOUNS = {"report", "settings", "check", "doctor", "agenda", "rules", "watch"}

# What a reading command needs behind it; GRADUATE and APPEAL stand for codes of the small office below.
SAMPLES: dict[tuple[str, ...], tuple[str, ...]] = {
    ("graduate", "show"): ("GRADUATE",),
    ("report", "all"): ("--output", "reports"),
    ("report", "verify"): ("briefing.json",),
    ("graduate", "find"): ("Ахметова",),
    ("appeal", "show"): ("APPEAL",),
    ("dormitory", "show"): ("ZU-1",),
    ("service", "show"): ("S-1",),
    ("service", "session", "show"): ("E-1",),
    ("work", "show"): ("P-1",),
    ("work", "partner", "show"): ("Нан-Сауда",),
    ("work", "aid", "show"): ("M-1",),
    ("housing", "show"): ("Q-1",),
    ("housing", "queue", "show"): ("Q-1",),
    ("history", "show"): ("H-1",),
    ("appeal", "explain"): ("APPEAL",),
    ("rules", "show"): ("appeal_answer",),
    ("rules", "diff"): ("shipped", "shipped"),
    ("import", "map", "show"): ("zhambyl",),
}

PROBE = """
import json, sys
from ayala.cli import main
try:
    code = main(sys.argv[2:])
except SystemExit as stop:
    code = stop.code
with open(sys.argv[1], "w") as file:
    json.dump({"code": code or 0, "loaded": sorted(sys.modules)}, file)
"""


def run(folder: Path, args: Sequence[str], **env: str) -> tuple[int, set[str], str]:
    """Run the program in a process of its own: exit code, modules loaded, what it printed."""
    report = folder / "loaded.json"
    variables = environment(folder / "home", str(folder / "office.db")) | {"PYTHONPATH": str(ROOT)} | env
    done = subprocess.run(
        [sys.executable, "-c", PROBE, str(report), *args],
        env=variables,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    printed = done.stdout + done.stderr
    assert report.exists(), f"ayala {' '.join(args)} did not come to its end:\n{printed}"
    found = json.loads(report.read_text())
    return found["code"], set(found["loaded"]), printed


def commands() -> Iterator[tuple[tuple[str, ...], bool]]:
    """Every path of words, and whether more words follow."""
    for path, command in walk():
        yield path, bool(getattr(command, "commands", None))


GROUPS = [path for path, more in commands() if more]
READING = [
    path
    for path, more in commands()
    if not more
    and (
        (path[0] in READING_NOUNS and path[:2] != ("rules", "calendar"))
        or (len(path) > 1 and path[-1] in READING_VERBS)
    )
]


@pytest.mark.parametrize(
    "args",
    [
        ("--version",),
        ("--help",),
        *((*path, "--help") for path in GROUPS),
        ("graduate", "list", "--help"),
        ("graduate", "add", "--help"),
        ("gradute",),
        ("graduate", "lst"),
        ("graduate", "list", "--nonesuch"),
    ],
    ids=" ".join,
)
def test_help_and_mistakes_load_nothing_heavy(args: tuple[str, ...], tmp_path: Path) -> None:
    code, loaded, printed = run(tmp_path, args)
    assert code == (0 if args[-1] in ("--help", "--version") else 2), printed
    assert not loaded & {*HEAVY}


@pytest.mark.parametrize("typed", ["ayala ", "ayala gra", "ayala graduate ", "ayala graduate list --"])
def test_a_tab_loads_nothing_heavy(typed: str, tmp_path: Path) -> None:
    words = typed.split(" ")
    _, loaded, printed = run(
        tmp_path,
        (),
        _AYALA_COMPLETE="complete_bash",
        COMP_WORDS=typed,
        COMP_CWORD=str(len(words) - 1),
    )
    assert not loaded & {*HEAVY}
    assert printed.split(), "nothing was offered"


@pytest.fixture(scope="module")
def small_office(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """An office with one graduate and one appeal; its folder, and their codes."""
    folder = tmp_path_factory.mktemp("office")
    ayala = AyalaProcess(folder, str(folder / "office.db"), folder / "home")
    ayala("init")
    person = ("--surname", "Ахметова", "--given-name", "Айгүл", "--born", "2004-05-06", "--sex", "F")
    graduate = ayala("graduate", "add", *person).out.strip()
    appeal = ayala("appeal", "add", graduate, "--topic", "housing").out.strip()
    ayala("report", "summary", "--output", "briefing.json")
    return folder, {"GRADUATE": graduate, "APPEAL": appeal}


@pytest.mark.parametrize("path", READING, ids=" ".join)
def test_a_question_never_loads_the_orm(
    path: tuple[str, ...], small_office: tuple[Path, dict[str, str]]
) -> None:
    folder, codes = small_office
    args = [codes.get(word, word) for word in SAMPLES.get(path, ())]
    code, loaded, printed = run(folder, (*path, *args))
    # 1: something found, 3: no such record; both have asked the database.
    assert code in (0, 1, 3), f"give it what it needs in SAMPLES:\n{printed}"
    assert not loaded & {*ORM}


def test_every_noun_that_lists_is_tried() -> None:
    """The marks above must not fall behind the commands."""
    assert {"graduate", "appeal", "report"} <= {path[0] for path in READING} <= set(COMMANDS)
