"""The options and habits that every command shares.

Types for signatures (``Format``, ``Output``, ``On``…), parsers that read what people type, asking
at a terminal for what is missing, and completion. Nothing here touches the database except
completion, which asks with plain SQL and stays silent when anything is wrong.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import reduce
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from ayala.dates import BadDay, Span, clock_today
from ayala.dates import day as parse_day
from ayala.dates import span as parse_span
from ayala.errors import MissingValue, NeedsReason, NeedsYes, NoSuchFile, SeveralFit, WrongUsage
from ayala.language import catalogue
from ayala.language.catalogue import codes, heading, word
from ayala.language.catalogue import read_code as read_word
from ayala.language.phrases import phrase, phrases
from ayala.office import Office
from ayala.output.harmless import LONGEST_NAME, BadText, clean_in, hint, is_plain, shortened
from ayala.output.saying import be_quiet, complain, say_all

Result = TypeVar("Result")
PERIODS = ("day", "week", "month")
"""How often cron runs a command (``--once``)."""
MOST = 999_999_999
"""The highest number that an option takes; both engines have room for it."""


def the_office(ctx: typer.Context) -> Office:
    """The office this command works in; made by the root command."""
    office: Office = ctx.obj
    return office


def noun_app(help: str) -> typer.Typer:
    """The Typer app of a noun: plain help, no completion switches of its own."""
    return typer.Typer(
        help=help,
        rich_markup_mode=None,
        no_args_is_help=True,
        add_completion=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )


# --- reading what people type --------------------------------------------------------------------


def read_day(text: str) -> date:
    """A day: ``today``, ``yesterday``, ``2026-11-01``, ``01.11.2026``."""
    try:
        return parse_day(text, clock_today(os.environ))
    except BadDay as error:
        raise typer.BadParameter(str(error)) from None


def read_span(text: str) -> Span:
    """A span: ``2026``, ``2026-11``, ``2026-q3``, ``last-month``, ``2026-09-01..2026-11-01`` (both ends
    count)."""
    try:
        return parse_span(text, clock_today(os.environ))
    except BadDay as error:
        raise typer.BadParameter(str(error)) from None


def read_period(text: str) -> str:
    """How often a scheduled command is done: ``day``, ``week`` or ``month``."""
    if text not in PERIODS:
        raise typer.BadParameter(
            phrase("'{typed}' is none of: {known}", typed=shortened(text), known=", ".join(PERIODS))
        )
    return text


def read_text(text: str) -> str:
    """One line of text, made fit for the records."""
    try:
        return clean_in(text)
    except BadText as error:
        raise typer.BadParameter(phrase("the text {error}", error=error)) from None


def read_name(text: str) -> str:
    """One line that records are found by: a name, a title, a number."""
    try:
        return clean_in(text, longest=LONGEST_NAME)
    except BadText as error:
        raise typer.BadParameter(phrase("the text {error}", error=error)) from None


def read_sign(text: str) -> str:
    """The sign between the cells of a sheet, by itself or by its name."""
    from ayala.sheets.delimiters import named

    return named(text)


def read_lines(text: str) -> str:
    """Text that may have several lines."""
    try:
        return clean_in(text, lines=True)
    except BadText as error:
        raise typer.BadParameter(phrase("the text {error}", error=error)) from None


def reads(vocabulary: str, *, empty: bool = False) -> Callable[[str], str]:
    """A parser for the codes of a vocabulary; their names in kk, ru and en are read as well.

    ``empty`` lets ``""`` through, which makes a field empty.
    """

    def read(text: str) -> str:
        if empty and not text:
            return ""
        code = read_word(vocabulary, text)
        if code is None:
            known = ", ".join(codes(vocabulary))
            raise typer.BadParameter(
                phrase("'{typed}' is none of: {known}", typed=shortened(text), known=known)
            )
        return code

    read.__name__ = vocabulary
    return read


def coded(vocabulary: str, help: str, *flags: str, empty: bool = False) -> Any:
    """An option whose value is a code of a vocabulary; with ``empty`` also ``""``."""
    return typer.Option(
        *flags,
        parser=reads(vocabulary, empty=empty),
        autocompletion=lambda: [(code, word(vocabulary, code)) for code in codes(vocabulary)],
        metavar=vocabulary.upper(),
        help=help,
        show_default=False,
    )


def dated(help: str, *flags: str, empty: bool = False) -> Any:
    """An option whose value is a day; with ``empty`` also ``""``, which makes the field empty."""
    parse = _day_or_empty if empty else read_day
    return typer.Option(*flags, parser=parse, metavar="DAY", help=help)


def _day_or_empty(text: str) -> Any:
    return read_day(text) if text else ""


def worded(help: str, *flags: str) -> Any:
    """An option whose value is one line of text."""
    return typer.Option(*flags, parser=read_text, metavar="TEXT", help=help, show_default=False)


def named(help: str, *flags: str) -> Any:
    """An option whose value is a name, a title or a number."""
    return typer.Option(*flags, parser=read_name, metavar="TEXT", help=help, show_default=False)


def _formats() -> list[str]:
    from ayala.output.emit import FORMATS

    return list(FORMATS)


Format = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="FORMAT",
        help="text, markdown, csv, json, xlsx, html or docx.",
        autocompletion=_formats,
    ),
]
Output = Annotated[
    str | None,
    typer.Option("--output", "-o", metavar="FILE", help="Write to FILE, replaced as a whole."),
]
Quiet = Annotated[
    bool,
    typer.Option(
        "--quiet", "-q", help="Say nothing on stderr but errors.", callback=lambda v: be_quiet(v) or v
    ),
]
TODAY: Any = "today"
"""The default of :data:`On`: a word, read by the option's parser when the command runs."""
On = Annotated[date, typer.Option("--on", parser=read_day, metavar="DAY", help="The day of the deed.")]
AsOf = Annotated[
    date | None,
    typer.Option(
        "--as-of", parser=read_day, metavar="DAY", help="As things stood on DAY.", show_default="today"
    ),
]
Reason = Annotated[
    str | None,
    typer.Option(
        "--reason", parser=read_text, metavar="TEXT", help="Why; kept with the change.", show_default=False
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Do it, show what came of it, and take it back.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
Limit = Annotated[
    int | None,
    typer.Option("--limit", "-n", min=1, max=MOST, metavar="N", help="The first N only.", show_default=False),
]
Unmask = Annotated[
    bool, typer.Option("--unmask", help="Show personal numbers and phones; needs --reason, recorded.")
]
Once = Annotated[
    str | None,
    typer.Option(
        "--once",
        parser=read_period,
        metavar="day|week|month",
        help="For cron: once in this time, a missed run made good.",
        show_default=False,
    ),
]
Job = Annotated[
    str | None,
    typer.Option(
        "--job",
        parser=read_name,
        metavar="NAME",
        help="With --once: what this line of cron is called.",
        show_default=False,
    ),
]
SpanArgument = Annotated[
    Span | None,
    typer.Argument(
        parser=read_span,
        metavar="[SPAN]",
        help="2026, 2026-11, 2026-q3, 2026-09-01..2026-11-01 or last-month.",
        show_default="this year",
    ),
]


# --- people at a terminal ------------------------------------------------------------------------


def someone_is_there() -> bool:
    """Whether a person can be asked: both ends of the talk are a terminal."""
    return bool(sys.stdin and sys.stderr) and sys.stdin.isatty() and sys.stderr.isatty()


def required(**fields: Any) -> dict[str, Any]:
    """The values given, the missing ones asked for at a terminal.

    A field is a value, or a tuple of a value, its parser and, where it differs from the field's
    name, its option. Without a terminal all the missing ones are named at once
    (:class:`MissingValue`).
    """
    values: dict[str, Any] = {}
    missing = []
    for name, given in fields.items():
        value, parse, *flag = given if isinstance(given, tuple) else (given, read_text)
        if value is None and someone_is_there():
            value = _asked(name, parse)
        if value is None or value == "":
            missing.append(flag[0] if flag else f"--{name.replace('_', '-')}")
        values[name] = value
    if missing:
        names = reduce(lambda some, last: phrase("{some} and {last}", some=some, last=last), missing)
        raise MissingValue(phrases("{names} is missing", "{names} are missing", len(missing), names=names))
    return values


def _asked(name: str, parse: Callable[[str], Any]) -> Any:
    label = heading(name)
    if choices := codes(name) if _is_vocabulary(name) else ():
        label += f" ({', '.join(choices)})"
    while True:
        text = typer.prompt(label, err=True)
        try:
            return parse(text)
        except typer.BadParameter as error:
            complain(str(error))


def _is_vocabulary(name: str) -> bool:
    try:
        return bool(codes(name))
    except KeyError:
        return False


def sure(question: str, yes: bool) -> None:
    """Ask before what cannot be undone; without a terminal ``--yes`` is demanded (exit 2)."""
    if yes:
        return
    if not someone_is_there():
        raise NeedsYes(
            phrase("{question} — nobody is there to answer", question=question),
            phrase("the same command with --yes"),
        )
    if not agreed(question):
        raise typer.Exit(2)


YES = ("y", "yes", "д", "да", "и", "иә", "ия")
"""How people say yes, whatever language Ayala speaks to them."""


def agreed(question: str) -> bool:
    """Whether the person at the terminal says yes; nothing typed is no, anything else is asked again."""
    while True:
        choice = f"{question} [{catalogue.say('y/N')}]"
        typed = str(typer.prompt(choice, default="", show_default=False, err=True)).strip().casefold()
        if typed in YES:
            return True
        if not typed or typed in NOBODY:
            return False
        complain(catalogue.say("yes or no?"))


def reason_given(reason: str | None, what: str) -> str:
    """The reason, asked for at a terminal, demanded elsewhere."""
    if reason:
        return reason
    if someone_is_there():
        return str(_asked("reason", read_text))
    raise NeedsReason(
        phrase("{what} needs --reason", what=what), phrase('the same command with --reason "…"')
    )


def reason_asked(reason: str | None) -> str | None:
    """The reason, asked for at a terminal; elsewhere a deed may go without."""
    return reason if reason or not someone_is_there() else str(_asked("reason", read_text))


def one_of_several(resolve: Callable[[str], Result], text: str) -> Result:
    """Resolve what was typed; if several records fit and a person is there, let her choose."""
    try:
        return resolve(text)
    except SeveralFit as error:
        if not someone_is_there():
            raise
        complain(str(error))
        for number, (code, description) in enumerate(error.candidates, 1):
            complain(f"  {number}  {code}  {description}")
        chosen = typer.prompt(phrase("number"), type=int, err=True)
        if not 1 <= chosen <= len(error.candidates):
            raise WrongUsage(phrase("{number} is not on the list", number=chosen)) from None
        return resolve(error.candidates[chosen - 1][0])


NOBODY = ("n", "no", "н", "нет", "ж", "жоқ")
"""How people say that it is nobody of those shown."""


def one_or_nobody(question: str, shown: Sequence[str], read: Callable[[str], str | None]) -> str | None:
    """Which of the codes shown is meant, asked until one of them or nobody is."""
    while True:
        typed = str(
            typer.prompt(f"{question} [{' / '.join(shown)} / {catalogue.say('n')}]", err=True)
        ).strip()
        if typed.casefold() in NOBODY:
            return None
        if (code := read(typed)) in shown:
            return code


def read_secret(source: str | None, label: str) -> str | None:
    """A personal value from ``-`` (stdin) or a file, so that no process list ever shows it.

    Raises :class:`MissingValue` if nothing came: a pipe that failed must not pass for no number.
    """
    if source is None:
        return None
    if source == "-":
        if someone_is_there():
            return str(typer.prompt(label, hide_input=True, err=True))
        typed = sys.stdin.readline().strip() if sys.stdin else ""
        if not typed:
            raise MissingValue(phrase("no {what} came on standard input", what=label))
        return typed
    try:
        found = Path(source).read_text(encoding="utf-8-sig").strip()
        if not found:
            raise MissingValue(phrase("{file} holds no {what}", file=source, what=label))
        return found
    except FileNotFoundError:
        raise NoSuchFile(phrase("there is no file {path}", path=source)) from None
    except (OSError, UnicodeDecodeError):
        raise NoSuchFile(phrase("{path} cannot be read", path=source)) from None


def said(office: Office) -> None:
    """Say what the records noticed, after the change is saved."""
    say_all(office.notes)
    office.notes.clear()


def unmasking(office: Office, command: str, unmask: bool, reason: str | None) -> bool:
    """Record that personal values were shown, and why, before they are."""
    if not unmask:
        return False
    why = reason_given(reason, "--unmask")
    for attempt in office.change(f"{command} --unmask", reason=why):
        with attempt as records:
            records.writing.recorded_always = True
    return True


# --- completion ----------------------------------------------------------------------------------


def completes(noun: str, question: str) -> Callable[[typer.Context, str], Iterable[Any]]:
    """Completion of record codes from the database; silent when there is none."""

    def complete(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
        try:
            root = ctx.find_root()
            office = ctx.obj or office_of(root.params)
            prefix = incomplete.upper()
            rows = office.ask.rows(noun, question, prefix=prefix, after=prefix + "\x7f")
            return [(row["code"], hint(row["description"] or "")) for row in rows if is_plain(row["code"])]
        except Exception:  # completion must never disturb the line being typed
            return []

    return complete


def office_of(params: dict[str, Any]) -> Office:
    """The office that the root command's options name."""
    from ayala.settings import Settings

    return Office(Settings({key: params.get(key) for key in ("database", "user", "lang")}))
