"""What ``docs/cron.md`` tells a machine to do: crontab and units are read as cron and systemd read them, and run."""

from __future__ import annotations

import configparser
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ayala import cli
from tests.documents import pages
from tests.program import ROOT, TODAY, AyalaProcess

PAGE = ROOT / "docs" / "cron.md"
FENCE = re.compile(r"^```(cron|ini)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

# How far each field of a crontab goes: minute, hour, day of the month, month, day of the week.
FIELDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))


@dataclass
class Crontab:
    """The variables of a crontab and its lines, each with what goes to the command as its input."""

    variables: dict[str, str] = field(default_factory=dict)
    lines: list[tuple[str, str]] = field(default_factory=list)


def crontab(text: str) -> Crontab:
    """Read a crontab as crontab(5) says; AssertionError for a line that cron would refuse."""
    found = Crontab()
    for line in map(str.strip, text.splitlines()):
        if not line or line.startswith("#"):
            continue
        if setting := re.fullmatch(r"([A-Z_]+)\s*=\s*(.*)", line):
            found.variables[setting[1]] = setting[2].strip("\"'")
            continue
        *times, command = line.split(None, 5)
        assert len(times) == 5, line
        for time, (least, most) in zip(times, FIELDS, strict=True):
            for part in time.split(","):
                span, _, step = part.partition("/")
                assert not step or step.isdigit(), line
                ends = [least, most] if span == "*" else [int(end) for end in span.split("-")]
                assert least <= ends[0] <= ends[-1] <= most, line
        # A percent sign ends the command, unless a backslash stands before it.
        command, *typed = re.split(r"(?<!\\)%", command)
        typed = [part.replace(r"\%", "%") for part in typed]
        found.lines.append((command.replace(r"\%", "%"), "\n".join(typed)))
    return found


def blocks(page: Path, language: str) -> list[str]:
    return [block[2] for block in FENCE.finditer(page.read_text(encoding="utf-8")) if block[1] == language]


CRONTABS = [crontab(block) for page in pages() for block in blocks(page, "cron")]
OURS = crontab("\n".join(blocks(PAGE, "cron")))


def units() -> dict[str, configparser.RawConfigParser]:
    """The units of the page by their names; a key may stand there several times."""
    found = {}
    for block in blocks(PAGE, "ini"):
        first, _, text = block.partition("\n")
        parser = configparser.RawConfigParser(strict=False, delimiters=("=",), dict_type=_Repeated)
        parser.optionxform = str  # type: ignore[assignment,method-assign]
        parser.read_string(text)
        found[Path(first.removeprefix("# ")).name] = parser
    return found


class _Repeated(dict):  # type: ignore[type-arg]
    """Keeps the values of a key that stands there again, as systemd does."""

    def __setitem__(self, key: str, value: object) -> None:
        if isinstance(value, list) and isinstance(self.get(key), list) and value is not self[key]:
            value = [*self[key], " ", *value]
        super().__setitem__(key, value)


UNITS = units()


def test_the_parser_reads_as_cron_does() -> None:
    read = crontab("A = 'b'\n# no\n*/5 1-3,7 * * 0  date +%F%x\\%y\n")
    assert read.variables == {"A": "b"}
    assert read.lines == [("date +", "F\nx%y")]
    for wrong in ("60 * * * * x", "* * * 0 * x", "* 25 * * * x", "daily x", "* * * x"):
        with pytest.raises((AssertionError, ValueError)):
            crontab(wrong)


def test_no_line_of_any_page_loses_its_end_at_a_percent_sign() -> None:
    assert len(CRONTABS) >= 2
    assert [typed for tab in CRONTABS for _, typed in tab.lines if typed] == []


def test_the_crontab_says_whose_office_where_the_program_is_and_who_hears() -> None:
    assert {"PATH", "MAILTO", "AYALA_DATABASE", "AYALA_HISTORY_KEY", "AYALA_USER"} <= OURS.variables.keys()
    assert not any(name.startswith("AYALA_") and name not in known() for name in OURS.variables)


def known() -> set[str]:
    from ayala.settings import KEYS

    return set(KEYS.values())


def ayala_words(command: str) -> Iterator[list[str]]:
    """The words of each ``ayala …`` in a line of shell."""
    for part in re.split(r";|&&|\|\|?", command):
        words = shlex.split(re.sub(r"\$\([^()]*(?:\([^()]*\)[^()]*)*\)", "X", part))
        if words and Path(words[0]).name == "ayala":
            yield words[1:]


def test_each_job_of_the_page_is_done_once_in_its_period() -> None:
    """All but those that change nothing and say the same each time."""
    commands = [command for command, _ in OURS.lines] + [
        u["Service"]["ExecStart"] for u in services().values()
    ]
    jobs = [words for command in commands for words in ayala_words(command)]
    assert len(jobs) >= 7
    assert [words for words in jobs if "--once" not in words and words[0] != "doctor"] == []
    assert {words[0] for words in jobs} == {"watch", "report", "backup", "doctor"}
    assert all(words[0] in cli.COMMANDS for words in jobs)


# --- run, as cron runs them ------------------------------------------------------------------------


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """What the page calls /srv/ayala: a folder with a fresh office, and whom its backups are encrypted to."""
    import pyrage

    srv = tmp_path / "srv"
    for folder in (srv / "briefings", srv / "backups"):
        folder.mkdir(parents=True, mode=0o700)
    keys = [str(pyrage.x25519.Identity.generate().to_public()) for _ in range(2)]
    (srv / "recipients.txt").write_text("\n".join(keys) + "\n")
    program = AyalaProcess(tmp_path, str(srv / "office.db"), tmp_path / "home")
    program("init", env={"AYALA_HISTORY_KEY": str(srv / "history.key")})
    person = ("--surname", "Ким", "--given-name", "Олег", "--born", "2004-05-06", "--sex", "M")
    program("graduate", "add", *person, env={"AYALA_HISTORY_KEY": str(srv / "history.key")})
    return srv


def moved(text: str, place: Path) -> str:
    return text.replace("/srv/ayala", str(place)).replace("/usr/local/bin", str(Path(sys.executable).parent))


def run(command: str, variables: dict[str, str], place: Path, day: str = TODAY) -> tuple[int, str]:
    """Run a line with nothing but what cron or systemd gives it; exit code and what would be mailed."""
    env = {name: moved(value, place) for name, value in variables.items()}
    done = subprocess.run(
        ["sh", "-c", moved(command, place)],
        env={"PATH": "/usr/bin:/bin", "HOME": str(place.parent / "home"), "AYALA_TODAY": day, **env},
        cwd=place.parent,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    return done.returncode, done.stdout


def test_the_crontab_runs_on_a_fresh_office(place: Path) -> None:
    first = {command: run(command, OURS.variables, place) for command, _ in OURS.lines}
    for command, (code, said) in first.items():
        found = any(words[0] == "watch" for words in ayala_words(command))
        assert code == int(found), (command, said)
        # G-1 is in no queue: the watch says so. Nothing else is worth a mail.
        assert ("queue-missing" in said or "G-1" in said) if found else said == "", (command, said)
    assert list((place / "backups").glob(f"office-{TODAY}.db.age"))
    assert [path.name for path in (place / "briefings").iterdir()] == [f"{TODAY}.html"]
    assert "summary.xlsx" in {path.name for path in (place / "reports").iterdir()}
    # Called again on the same day they say nothing at all.
    assert {run(command, OURS.variables, place) for command, _ in OURS.lines} == {(0, "")}
    # Next day only what is done each day, and what was said is not said again.
    next_day = {run(command, OURS.variables, place, "2026-11-24") for command, _ in OURS.lines}
    assert next_day == {(0, "")}
    assert list((place / "backups").glob("office-2026-11-24.db.age"))


# --- systemd ---------------------------------------------------------------------------------------


def services() -> dict[str, configparser.RawConfigParser]:
    return {name: unit for name, unit in UNITS.items() if name.endswith(".service")}


def test_each_service_has_a_timer_that_makes_good_what_was_missed() -> None:
    assert len(UNITS) == 4
    for name in services():
        timer = UNITS[name.replace(".service", ".timer")]
        assert timer["Timer"]["Persistent"] == "true"
        assert re.fullmatch(r"\*-\*-\* \d\d:\d\d:\d\d", timer["Timer"]["OnCalendar"])
        assert timer["Install"]["WantedBy"] == "timers.target"


def test_the_services_run_on_a_fresh_office(place: Path) -> None:
    for name, unit in services().items():
        service = unit["Service"]
        assert service["Type"] == "oneshot"
        assert "$(" not in service["ExecStart"]
        assert ">" not in service["ExecStart"]
        pairs = [pair.partition("=") for pair in service["Environment"].split()]
        variables = {key: value for key, _, value in pairs}
        assert {"AYALA_DATABASE", "AYALA_HISTORY_KEY"} <= variables.keys() <= known()
        fine = {0, *map(int, service.get("SuccessExitStatus", "0").split())}
        code, said = run(service["ExecStart"].replace("%%", "%"), variables, place)
        assert code in fine, (name, said)
    assert "G-1" in (place / "watch.md").read_text()
    assert list((place / "backups").glob(f"office-{TODAY}.db.age"))


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not on this machine")
def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    texts = {block.splitlines()[0].rpartition("/")[2]: block for block in blocks(PAGE, "ini")}
    for name, text in texts.items():
        # The program and the user of the page are not those of this machine.
        text = re.sub(r"^User=.*$", "User=root", moved(text, tmp_path), flags=re.MULTILINE)
        (tmp_path / name).write_text(text)
    (tmp_path / "ayala-wrong.timer").write_text("[Timer]\nOnCalendar=every full moon\n")
    for name in (*texts, "ayala-wrong.timer"):
        done = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", str(tmp_path / name)],
            capture_output=True,
            text=True,
            check=False,
        )
        ours = [line for line in done.stderr.splitlines() if "ayala" in line]
        assert bool(ours) == (name == "ayala-wrong.timer"), done.stderr
