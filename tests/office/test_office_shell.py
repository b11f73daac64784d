"""At the shell: exit codes, stdout and stderr, terminals, pipes, interrupts, completion, bugs."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.program import ROOT, Ayala, AyalaProcess, environment

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


class Terminal:
    """The program at a terminal of its own: what it shows, and typing into it."""

    def __init__(self, folder: Path, *words: str, columns: int = 80, **env: str) -> None:
        full = environment(folder / "home", str(folder / "office.db")) | {
            "PYTHONPATH": str(ROOT), "COLUMNS": str(columns), "LINES": "50", "TERM": "xterm", "AYALA_PAGER": "cat", **env,
        }  # fmt: skip
        self.pid, self.handle = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execve(sys.executable, [sys.executable, "-m", "ayala", *words], full)
        self.shown = b""

    def until(self, text: str, seconds: float = 20) -> None:
        deadline = time.monotonic() + seconds
        while text.encode() not in self.shown:
            if not self._read(deadline):
                pytest.fail(f"{text!r} never came; shown: {self.shown.decode(errors='replace')}")

    def type(self, text: str) -> None:
        os.write(self.handle, text.encode() + b"\n")

    def end(self) -> tuple[int, str]:
        """The exit code and all that was shown."""
        deadline = time.monotonic() + 20
        while self._read(deadline):
            pass
        if time.monotonic() > deadline:
            os.kill(self.pid, signal.SIGKILL)
        _, status = os.waitpid(self.pid, 0)
        os.close(self.handle)
        return os.waitstatus_to_exitcode(status), self.shown.decode(errors="replace").replace("\r\n", "\n")

    def _read(self, deadline: float) -> bool:
        ready, _, _ = select.select([self.handle], [], [], max(0, deadline - time.monotonic()))
        if not ready:
            return False
        try:
            part = os.read(self.handle, 65536)
        except OSError:
            return False
        self.shown += part
        return bool(part)


def test_missing_values_are_asked_for_at_a_terminal(ayala: Ayala, tmp_path: Path) -> None:
    ayala("init")
    terminal = Terminal(tmp_path, "graduate", "add", "--surname", "Әбдіров")
    terminal.until("Given name")
    terminal.type("Ғани")
    terminal.until("Date of birth")
    terminal.type("31.02.1998")
    terminal.until("not in the calendar")
    terminal.type("15.03.1998")
    terminal.until("Sex")
    terminal.type("ер")
    code, shown = terminal.end()
    assert code == 0, shown
    assert "G-1" in shown
    assert [row["sex"] for row in ayala("graduate", "list", "--format", "json").json()] == ["M"]


def test_several_that_fit_become_a_numbered_choice_at_a_terminal(ayala: Ayala, tmp_path: Path) -> None:
    ayala("init")
    ayala(*ADD)
    ayala(*ADD[:-3], "2001-01-01", *ADD[-2:])
    terminal = Terminal(tmp_path, "graduate", "close", "Әбдіров Ғани", "--reason", "x")
    terminal.until("number")
    terminal.type("2")
    code, shown = terminal.end()
    assert code == 0, shown
    assert [row["code"] for row in ayala("graduate", "list", "--format", "json").json()] == ["G-1"]


def test_a_terminal_shows_one_persons_numbers_and_a_list_does_not(ayala: Ayala, tmp_path: Path) -> None:
    ayala("init")
    ayala(*ADD, "--iin-file", "-", stdin="980315300005\n")
    assert "980315300005" in Terminal(tmp_path, "graduate", "show", "G-1").end()[1]
    assert "980315300005" not in Terminal(tmp_path, "graduate", "list").end()[1]


@pytest.mark.parametrize("columns", [60, 80, 140])
def test_a_terminals_table_fits_its_width(ayala: Ayala, tmp_path: Path, columns: int) -> None:
    ayala("init")
    ayala(*ADD, "--region", "75", "--patronymic", "Қайратұлы", "--phone", "87012345678")
    code, shown = Terminal(tmp_path, "graduate", "list", columns=columns).end()
    assert code == 0
    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown)
    assert max(len(line) for line in plain.splitlines()) <= columns
    assert "\x1b[3" not in shown  # NO_COLOR is set: no colours


def test_a_pipe_gets_whole_lines_whatever_the_width(ayala: Ayala) -> None:
    ayala("init")
    ayala(*ADD, "--patronymic", "Қ" * 150)
    assert "Қ" * 150 in ayala("graduate", "list", env={"COLUMNS": "40"}).out


def test_a_reader_that_leaves_early_is_no_error(ayala_process: AyalaProcess, tmp_path: Path) -> None:
    ayala_process("init")
    rows = "".join(f"Т{n},А,2000-01-01,F\n" for n in range(3000))
    ayala_process("import", "-", stdin="surname,given_name,birth_date,sex\n" + rows)
    done = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m ayala graduate list | head -1; exit $?"],
        env=ayala_process.env,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr, len(done.stdout.splitlines())) == (0, "", 1)


def test_an_interrupt_ends_with_130_and_changes_nothing(ayala: Ayala, tmp_path: Path) -> None:
    ayala("init")
    terminal = Terminal(tmp_path, "graduate", "add", "--surname", "Ә")
    terminal.until("Given name")
    os.kill(terminal.pid, signal.SIGINT)
    code, shown = terminal.end()
    assert code == 130, shown
    assert "Traceback" not in shown
    assert ayala("graduate", "list", "--format", "json").json() == []


def test_quiet_says_nothing_but_errors(ayala: Ayala) -> None:
    ayala("init")
    assert ayala(*ADD, "--quiet", "--iin", "980315300005").err == ""
    assert ayala("graduate", "close", "G-9", "--quiet", "--reason", "x", ok=3).err != ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("gradate",), "ayala: no such command 'gradate'. Did you mean 'graduate', 'upgrade'?\ntry: ayala --help\n"),
        (("graduate", "fly"), "ayala: no such command 'fly'\ntry: ayala graduate --help\n"),
        (("graduate", "list", "--colour"), "ayala: no such option: --colour\ntry: ayala graduate list --help\n"),
        (("--lang", "fr", "graduate", "list"), "ayala: 'fr' (option --lang) is no language Ayala speaks\ntry: --lang kk | ru | en\n"),
        (("graduate", "list", "--format", "pdf"), "ayala: 'pdf' is no format Ayala writes\ntry: --format text | markdown | csv | json | xlsx | html | docx\n"),
    ],
)  # fmt: skip
def test_wrong_usage_is_one_line_and_a_hint(ayala: Ayala, words: tuple[str, ...], said: str) -> None:
    ayala("init")
    assert ayala(*words, ok=2).err == said


def test_a_noun_alone_prints_its_help(ayala: Ayala) -> None:
    done = ayala("graduate", ok=2)
    assert "add" in done.err
    assert done.out == ""


def test_a_bug_is_one_line_and_a_log_without_data(
    ayala: Ayala, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ayala.graduate import reading

    def broken(*_: object, **__: object) -> None:
        raise KeyError("980315300005")

    ayala("init")
    monkeypatch.setattr(reading, "listed", broken)
    done = ayala("graduate", "list", ok=7, env={"AYALA_DEBUG": None})
    assert done.err.splitlines()[0] == "ayala: this is a bug in Ayala: KeyError; nothing was changed"
    log = tmp_path / "home" / ".local" / "share" / "ayala" / "bugs.log"
    assert "980315300005" not in done.err + log.read_text()
    assert "commands.py" in log.read_text()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_an_answer_that_cannot_be_written_says_what_became_of_the_change(ayala_process: AyalaProcess) -> None:
    ayala_process("init")
    shell = " ".join(f"'{word}'" for word in ADD)
    env, folder = ayala_process.env, ayala_process.folder

    def full(words: str) -> tuple[int, str]:
        done = subprocess.run(
            ["sh", "-c", f"{sys.executable} -m ayala {words} > /dev/full"],
            env=env, cwd=folder, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.returncode, done.stderr

    sentence = "ayala: the answer cannot be written: No space left on device; "
    assert full(shell) == (7, sentence + "the change is saved\n")
    assert full("graduate list") == (7, sentence + "nothing was changed\n")
    assert len(ayala_process("graduate", "list", "--format", "json").json()) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_target_that_fails_after_the_change_says_that_it_is_saved(ayala: Ayala) -> None:
    ayala("init")
    ayala(*ADD)
    done = ayala("housing", "grant", "G-1", "--output", "/dev/full", ok=7)
    assert done.err == (
        "ayala: /dev/full cannot be written: No space left on device\n"
        "the change itself is saved; only its answer could not be written\n"
    )
    assert len(ayala("housing", "list", "--format", "json").json()) == 1


def test_a_target_that_cannot_be_written_is_told_before_the_change(ayala: Ayala, tmp_path: Path) -> None:
    ayala("init")
    ayala(*ADD)
    for words in (("housing", "grant", "G-1"), ("import", "-")):
        ayala(
            *words,
            "--output",
            tmp_path / "no" / "x.json",
            ok=7,
            stdin="surname,given_name,birth_date,sex\nA,B,2000-01-01,F\n",
        )
        ayala(*words, "--output", "x.pdf", ok=2, stdin="")
    assert ayala("housing", "list", "--format", "json").json() == []
    assert len(ayala("graduate", "list", "--format", "json").json()) == 1


@pytest.mark.parametrize(
    "words",
    [
        ("graduate", "show", "98031530000"),
        ("graduate", "show", "9803153000051"),
        ("graduate", "list", "--born", "980315300005"),
        ("graduate", "list", "--region", "980315300005"),
        ("graduate", "show", "G-1", "980315300005"),
        ("appeal", "show", "980315300005"),
        ("appeal", "add", "--caller", "980315300005", "--topic", "housing"),
    ],
)
def test_a_number_typed_where_it_does_not_belong_is_not_repeated(
    ayala: Ayala, words: tuple[str, ...]
) -> None:
    ayala("init")
    done = ayala(*words, ok=(2, 3))
    assert "98031530" not in done.err


def test_a_pager_that_fails_does_not_swallow_the_answer(ayala: Ayala, tmp_path: Path) -> None:
    ayala("init")
    rows = "".join(f"Т{n},А,2000-01-01,F\n" for n in range(80))
    ayala("import", "-", stdin="surname,given_name,birth_date,sex\n" + rows)
    code, shown = Terminal(tmp_path, "graduate", "list", AYALA_PAGER="false").end()
    assert code == 0
    assert "G-80" in shown


def complete(program: AyalaProcess, line: str) -> list[str]:
    env = {
        "_AYALA_COMPLETE": "complete_bash",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(line.split(" ")) - 1),
    }
    return program(env=env, ok=(0, 1)).out.split()


def test_completion_of_nouns_verbs_codes_and_people(ayala_process: AyalaProcess) -> None:
    ayala_process("init")
    for number in range(3):
        ayala_process(*ADD[:3], f"Әбдіров-{number}", *ADD[4:])
    assert complete(ayala_process, "ayala gr") == ["graduate"]
    assert {"add", "show", "list"} <= set(complete(ayala_process, "ayala graduate "))
    assert complete(ayala_process, "ayala graduate show G-") == ["G-1", "G-2", "G-3"]
    assert complete(ayala_process, "ayala graduate add --sex ") == ["F", "M"]
    assert "housing" in complete(ayala_process, "ayala report appeals --topic h")


def test_completion_without_a_database_is_silent(ayala_process: AyalaProcess) -> None:
    assert complete(ayala_process, "ayala graduate show G-") == []
    assert not (ayala_process.folder / "office.db").exists()


def test_the_module_runs_like_the_command(ayala_process: AyalaProcess) -> None:
    from ayala import __version__

    assert ayala_process("--version").out == f"ayala {__version__}\n"
