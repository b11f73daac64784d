"""Every text that the help of Ayala is made of, as the catalogue ``help`` has it, with where it is said."""

from __future__ import annotations

from typing import Any

import typer

from ayala import cli
from ayala.command_help import EXAMPLE, USAGE, VALUE_WORD, paragraphs

WORDS = ("Usage:", "Arguments", "Options", "Commands", "default:", "required", EXAMPLE)


def texts() -> dict[tuple[str, str], str]:
    """(context, msgid) of every text, and one place where it is said."""
    found: dict[tuple[str, str], str] = {}
    for word in WORDS:
        found[("", word)] = "ayala --help"
    for _, sentence in USAGE:
        found[("", sentence)] = "wrong usage"
    root = typer.main.get_command(cli.app)
    for path, command in [((), root), *cli.walk()]:
        place = " ".join(("ayala", *path))
        for text in _texts(command):
            for part in paragraphs(text):
                if not part.startswith(EXAMPLE):
                    found.setdefault(("", part), place)
        for metavar in _metavars(command):
            for word in VALUE_WORD.findall(metavar):
                found.setdefault(("metavar", word), place)
    for _, _, help in cli.COMMANDS.values():
        found.setdefault(("", help), "ayala --help")
    return found


def _texts(command: Any) -> list[str]:
    params = command.get_params(typer.Context(command))
    given = [command.help, *(getattr(p, "help", None) for p in params)]
    given += [p.show_default for p in params if isinstance(getattr(p, "show_default", None), str)]
    return [text for text in given if text]


def _metavars(command: Any) -> list[str]:
    given = [p.metavar for p in command.params] + [command.options_metavar]
    given.append(getattr(command, "subcommand_metavar", None))
    return [metavar for metavar in given if metavar]
