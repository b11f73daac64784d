"""What holds for every command there is, found by walking the program itself."""

from __future__ import annotations

import re
import shlex
from typing import Any

import pytest

from ayala import cli
from tests import reference
from tests.program import Ayala

ALL = list(cli.walk())
LEAVES = [(path, command) for path, command in ALL if not getattr(command, "commands", None)]


def ids(pair: Any) -> str:
    return " ".join(pair[0])


@pytest.mark.parametrize("pair", LEAVES, ids=ids)
def test_help_is_one_line_then_an_example(pair: Any) -> None:
    path, command = pair
    first, _, rest = command.help.partition("\n")
    assert len(first) <= 78, first
    assert first.endswith("."), first
    example = re.search(r"^Example: ayala (.*)$", rest, re.MULTILINE)
    assert example, "no example"
    words = [w for w in shlex.split(example[1]) if not w.startswith("-")]
    assert tuple(words[: len(path)]) == path


@pytest.mark.parametrize("pair", LEAVES, ids=ids)
def test_the_example_is_understood(pair: Any, ayala: Ayala) -> None:
    """The words and options of the example exist: on a new office it may find nothing (3, 4, 5), never misread (2)."""
    _, command = pair
    example = re.search(r"^Example: ayala (.*)$", command.help, re.MULTILINE)
    assert example
    ayala("init", ok=(0,))
    typed = shlex.split(example[1].split(" | ")[-1].removeprefix("ayala "))
    done = ayala(*typed, ok=(0, 1, 2, 3, 4, 5), stdin="")
    allowed = ("there is no file", "is a folder", "are missing", "is missing")
    assert done.code != 2 or any(words in done.err for words in allowed), done.err


@pytest.mark.parametrize("word", cli.COMMANDS)
def test_the_roots_list_says_what_the_command_says(word: str) -> None:
    command = cli.load(word)
    assert cli.COMMANDS[word][2] == command.help.partition("\n")[0]


@pytest.mark.parametrize("pair", ALL, ids=ids)
def test_shared_options_mean_the_same_everywhere(pair: Any) -> None:
    _, command = pair
    names = {option: param.name for param in command.params for option in param.opts}
    for option, name in names.items():
        if option == "--format":
            assert name == "format"
        if option in ("-o", "-n", "-q", "-y", "-h"):
            full = {"-o": "--output", "-n": "--limit", "-q": "--quiet", "-y": "--yes", "-h": "--help"}[option]
            assert full in names, f"{option} without {full}"


def test_the_command_reference_is_up_to_date() -> None:
    assert reference.COMMANDS.read_text(encoding="utf-8") == reference.commands_page(), "make reference"


def test_the_list_of_errors_is_up_to_date() -> None:
    assert reference.ERRORS.read_text(encoding="utf-8") == reference.errors_page(), "make reference"


def test_the_table_of_sheets_is_up_to_date() -> None:
    page = reference.SHEETS.read_text(encoding="utf-8")
    assert page == reference.with_kinds(page), "make reference"
