"""The help of commands, and the words of Typer's usage errors, in the chosen language.

Help is written in English where a command is declared: its docstring, the texts of its options. Kazakh and
Russian stand in ``locale/*/LC_MESSAGES/help.po``, one entry a paragraph, a text of an option, or a word that
stands for a value (``DAY``, context ``metavar``). A command whose help nobody asks for never reads them:
words are put in when the help is written, an error is told, or TAB is answered.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Sequence
from typing import Any

from typer.core import TyperCommand, TyperGroup

from ayala.language.catalogue import catalogue, choose, current
from ayala.settings import Settings, checked_language

DOMAIN = "help"
EXAMPLE = "Example:"
"""Begins a paragraph that is a command to type; only this word of it is translated."""


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a help text as the catalogue has them, each on one line."""
    return [" ".join(part.split()) for part in inspect.cleandoc(text).split("\n\n")]


def told(text: str) -> str:
    """A help text in the chosen language; its English where no other is known."""
    if current() == "en" or not text:
        return text  # gettext answers "" with the catalogue's own heading
    return "\n\n".join(_paragraph(part) for part in paragraphs(text))


def _paragraph(text: str) -> str:
    words = catalogue(current(), DOMAIN)
    if text.startswith(EXAMPLE):
        return words.gettext(EXAMPLE) + text.removeprefix(EXAMPLE)
    return words.gettext(text)


VALUE_WORD = re.compile(r"[A-Z][A-Z_]+")


def value_words(metavar: str) -> str:
    """What stands for a value (``[GRADUATE]...``, ``-|FILE``) with its words in the chosen language."""
    if current() == "en":
        return metavar
    words = catalogue(current(), DOMAIN)
    return VALUE_WORD.sub(lambda found: words.pgettext("metavar", found[0]), metavar)


def first_sentence(text: str) -> str:
    """What a list of commands says of one."""
    return paragraphs(text)[0].partition(". ")[0].rstrip(".") + "."


def choose_language(params: Iterable[Any], args: Sequence[str]) -> None:
    """Choose the language before anything is parsed: help and wrong usage are told in it, too.

    A language that Ayala does not speak, or settings that cannot be read, are refused by the root command;
    until then it is English.
    """
    from ayala.errors import AyalaError

    try:
        choose(checked_language(*Settings({"lang": _typed(params, args)}).found("lang")))
    except AyalaError:
        choose("en")


def _typed(params: Iterable[Any], args: Sequence[str]) -> str | None:
    """What ``--lang`` says among the options before the noun."""
    with_value = {name for p in params if not getattr(p, "is_flag", True) for name in p.opts}
    found = None
    words = iter(args)
    for typed in words:
        name, equals, value = typed.partition("=")
        if name in with_value:
            value = value if equals else next(words, "")
            found = value if name == "--lang" else found
        elif not typed.startswith("-"):
            break
    return found


class InLanguage:
    """A command that tells its help, and what it offers at a TAB, in the chosen language."""

    def speak(self, *more: Any) -> None:
        """Put the words of the chosen language in the place of the English ones; twice changes nothing."""
        if current() == "en":
            return
        command: Any = self
        command.help = told(command.help or "")
        for name in ("options_metavar", "subcommand_metavar"):
            setattr(command, name, value_words(getattr(command, name, None) or ""))
        for param in (*command.params, *more):
            if help := getattr(param, "help", None):
                param.help = told(help)
            if isinstance(param.show_default, str):
                param.show_default = told(param.show_default)
            if param.metavar:
                param.metavar = value_words(param.metavar)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        self.speak(self.get_help_option(ctx))  # type: ignore[attr-defined]
        super().format_help(ctx, formatter)  # type: ignore[misc]

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        pieces = self.collect_usage_pieces(ctx)  # type: ignore[attr-defined]
        formatter.write_usage(ctx.command_path, " ".join(pieces), f"{told('Usage:')} ")

    def format_options(self, ctx: Any, formatter: Any) -> None:
        records: dict[str, list[tuple[str, str]]] = {"argument": [], "option": []}
        for param in self.get_params(ctx):  # type: ignore[attr-defined]
            if record := param.get_help_record(ctx):
                words, text = record
                help = param.help or ""
                records[param.param_type_name].append((words, help + _beside(text.removeprefix(help))))
        for title, rows in (("Arguments", records["argument"]), ("Options", records["option"])):
            if rows:
                with formatter.section(told(title)):
                    formatter.write_dl(rows)

    def get_short_help_str(self, limit: int = 45) -> str:
        self.speak()
        return super().get_short_help_str(limit)  # type: ignore[misc, no-any-return]

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        self.speak()
        return super().shell_complete(ctx, incomplete)  # type: ignore[misc, no-any-return]


class Verb(InLanguage, TyperCommand):
    """One command that does something."""


class Words(InLanguage, TyperGroup):
    """A command that has others under it."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        super().format_options(ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        with formatter.section(told("Commands")):
            formatter.write_dl(self.told_commands(ctx))

    def told_commands(self, ctx: Any) -> list[tuple[str, str]]:
        """Each word and what it is for, in one sentence."""
        commands = [(word, self.get_command(ctx, word)) for word in self.list_commands(ctx)]
        return [(word, first_sentence(told(command.help or ""))) for word, command in commands if command]


def _beside(text: str) -> str:
    """What stands in brackets behind a help text: a default, limits, that it is required."""
    if current() == "en":
        return text
    text = re.sub(r"(?<=[\[ ])default: ([^;\]]*)", lambda found: f"{told('default:')} {told(found[1])}", text)
    return re.sub(r"(?<=[\[ ])required\]$", told("required") + "]", text)


# --- wrong usage ---------------------------------------------------------------------------------

USAGE = (
    (r"Invalid value for (?P<option>.+?): (?P<problem>.+)", "Invalid value for {option}: {problem}"),
    (r"Invalid value: (?P<problem>.+)", "Invalid value: {problem}"),
    (r"Missing argument (?P<option>.+?)\.", "Missing argument {option}"),
    (r"Missing option (?P<option>.+?)\.", "Missing option {option}"),
    (
        r"No such option: (?P<option>.+) \(Possible options: (?P<known>.+)\)",
        "No such option: {option} (Possible options: {known})",
    ),
    (r"No such option: (?P<option>.+)", "No such option: {option}"),
    (
        r"No such command (?P<word>.+)\. Did you mean (?P<known>.+)\?",
        "No such command {word}. Did you mean {known}?",
    ),
    (r"No such command (?P<word>.+)\.", "No such command {word}"),
    (r"Got unexpected extra argument\(s\) \((?P<words>.*)\)", "Got unexpected extra arguments ({words})"),
    (r"Option (?P<option>.+) requires an argument\.", "Option {option} requires an argument"),
    (r"Option (?P<option>.+) does not take a value\.", "Option {option} does not take a value"),
    (r"(?P<value>.+) is not in the range (?P<range>.+)\.", "{value} is not in the range {range}"),
    (r"(?P<value>.+) is not a valid (int|integer|int range)\.", "{value} is not a whole number"),
    (r"(?P<value>.+) is not a valid (float|float range)\.", "{value} is not a number"),
)
"""Typer's sentences as it makes them, and each as the catalogue has it."""


def usage_error(error: Any) -> str:
    """A usage error of Typer in the chosen language, without a full stop."""
    ctx = getattr(error, "ctx", None)
    if isinstance(command := getattr(ctx, "command", None), InLanguage):
        command.speak()
    return _usage(error.format_message()).rstrip(".")


def _usage(message: str) -> str:
    if current() == "en":
        return message
    for english, sentence in USAGE:
        if found := re.fullmatch(english, message, re.DOTALL):
            values = found.groupdict()
            if "problem" in values:
                values["problem"] = _usage(values["problem"])
            return catalogue(current(), DOMAIN).gettext(sentence).format(**values)
    return message
