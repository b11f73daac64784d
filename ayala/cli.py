"""The root command: global options, the nouns of the office, and errors turned into exit codes.

A noun's module is imported only when its word is typed; the one-line helps below are what the root
help needs, and a test holds them equal to the commands' own.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.exceptions import TyperException

from ayala import __version__, rules
from ayala.command_help import Verb, Words, choose_language, told, usage_error
from ayala.errors import AyalaError, BadSetting, DoneAlready, Failed, SavedHereOnly
from ayala.language.phrases import phrase
from ayala.office import Office
from ayala.output import veil
from ayala.output.saying import be_quiet, complain, complain_of, give, say
from ayala.paths import why
from ayala.settings import Settings, checked_language

# word -> (module, name of the Typer app or of the one command, help)
# Two words are a command under one that takes files; a file called like the second is still read as ./map.
COMMANDS: dict[str, tuple[str, str, str]] = {
    "graduate": ("ayala.graduate.commands", "app", "Graduates: who they are, their papers and contacts."),
    "appeal": ("ayala.appeal.commands", "app", "Appeals: register, follow and answer them."),
    "service": ("ayala.service.commands", "app", "Social services and group sessions."),
    "dormitory": ("ayala.dormitory.commands", "app", "Buildings, rooms, beds and who lives there."),
    "housing": ("ayala.housing.commands", "app", "The housing queue mirrored, apartments granted."),
    "work": ("ayala.work.commands", "app", "Partners, workplaces, placements, the pilot, aid."),
    "report": ("ayala.report.commands", "app", "Summary tables: the briefing and any count."),
    "watch": ("ayala.watch.commands", "watch", "List what is about to be lost and what is late."),
    "agenda": ("ayala.watch.commands", "agenda", "Show what the morning brings: answers, sessions, checks."),
    "rules": ("ayala.rules.commands", "app", "The law as dated rows, and days of work and of rest."),
    "history": ("ayala.history.commands", "app", "Who changed what, and taking it back."),
    "init": ("ayala.storage.commands", "init", "Make the office's database."),
    "import": ("ayala.sheets.commands", "import_", "Take in sheets: all of them, or nothing."),
    "import map": (
        "ayala.sheets.map_commands",
        "app",
        "An office's own headings: what they mean, kept by name.",
    ),
    "export": ("ayala.sheets.commands", "export", "Write all records as sheets, for exchange."),
    "doctor": (
        "ayala.report.doctor",
        "doctor",
        "Look whether the office is in order, and say what mends it.",
    ),
    "check": ("ayala.report.checking", "check", "Look for damage and for totals that do not tie."),
    "backup": (
        "ayala.storage.backup_commands",
        "backup",
        "Copy the whole office into one file, and prove the copy.",
    ),
    "restore": (
        "ayala.storage.backup_commands",
        "restore",
        "Put a backup in the place of the database, and check it.",
    ),
    "upgrade": ("ayala.storage.commands", "upgrade", "Bring an older database up to this Ayala."),
    "settings": ("ayala.storage.commands", "settings", "Show every setting and where it came from."),
    "demo": ("ayala.demo.commands", "demo", "Try Ayala on an invented case-load."),
}

INTERRUPTED = 130

_offices: list[Office] = []
"""The office of the running command, for the words that its failure needs."""

CONTEXT = {"help_option_names": ["-h", "--help"]}


def load(word: str) -> Any:
    """The command behind a word of the root, its module imported now."""
    module, name, _ = COMMANDS[word]
    found = getattr(import_module(module), name)
    if isinstance(found, typer.Typer):
        return Noun(word, found)
    single = typer.Typer(rich_markup_mode=None, add_completion=False)
    single.command(word, cls=Verb, context_settings=CONTEXT)(found)
    command = typer.main.get_command(single)
    command.name = word
    return command


class Noun(Words):
    """A noun with its verbs, each built when it is typed: a noun has a dozen, a command needs one."""

    def __init__(self, name: str, app: typer.Typer) -> None:
        super().__init__(
            name=name,
            help=str(app.info.help),
            no_args_is_help=True,
            rich_markup_mode=None,
            context_settings=CONTEXT,
        )
        self.verbs: dict[str, Callable[[], Any]] = {}
        self._take(app)
        # Names only, so that a mistyped verb finds its nearest one.
        self.commands = dict.fromkeys(self.verbs)  # type: ignore[assignment]

    def _take(self, app: typer.Typer) -> None:
        for info in app.registered_commands:
            callback = info.callback
            assert callback is not None
            info.cls = Verb
            verb = info.name or typer.main.get_command_name(callback.__name__)
            self.verbs[verb] = partial(
                typer.main.get_command_from_info,
                info,
                pretty_exceptions_short=False,
                rich_markup_mode=None,
            )
        for group in app.registered_groups:
            inner = group.typer_instance
            assert inner is not None
            if group.name:
                self.verbs[group.name] = partial(Noun, group.name, inner)
            else:
                self._take(inner)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        build = self.verbs.get(cmd_name)
        if build is None:
            return None
        command = build()
        command.name = cmd_name
        return command

    def list_commands(self, ctx: Any) -> list[str]:
        return list(self.verbs)


class Root(Words):
    """The root: nouns loaded when typed, an :class:`AyalaError` as a line on stderr and an exit code."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        # Names only, so that a mistyped word finds its nearest one; loaded in get_command.
        self.commands = dict.fromkeys(COMMANDS)  # type: ignore[assignment]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        return load(cmd_name) if cmd_name in COMMANDS else None

    @property
    def saved(self) -> bool:
        """Whether this run saved a change before it failed."""
        return bool(_offices and _offices[-1].saved)

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def told_commands(self, ctx: Any) -> list[tuple[str, str]]:
        return [(word, told(help)) for word, (_, _, help) in COMMANDS.items()]

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        choose_language(self.params, args)
        return super().parse_args(ctx, args)

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        from typer._click.shell_completion import CompletionItem  # only here, while a TAB is answered

        if incomplete.startswith("-"):
            return super().shell_complete(ctx, incomplete)
        words = [w for w in COMMANDS if " " not in w and w.startswith(incomplete)]
        return [CompletionItem(w, help=told(COMMANDS[w][2])) for w in words]

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        ctx.meta["words"] = tuple(args)
        if (both := " ".join(args[:2])) in COMMANDS and len(args) > 1:
            args = [both, *args[2:]]
        return super().resolve_command(ctx, args)

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **options: Any,
    ) -> Any:
        _offices.clear()
        code = self._run(args, prog_name, complete_var)
        if _offices and _offices[-1].behind:
            # The answer stands: it is said first. Any other code says more than this one.
            behind = SavedHereOnly(phrase("saved here, not yet on the second server"))
            complain_of(behind)
            code = code or behind.exit_code
        if standalone_mode:
            sys.exit(code)
        return code

    def _run(self, args: Sequence[str] | None, prog_name: str | None, complete_var: str | None) -> int:
        try:
            code = super().main(args, prog_name, complete_var, standalone_mode=False)
            if code == INTERRUPTED:
                complain(phrase("ayala: interrupted; {state}", state=_state(self.saved)))
            return code if isinstance(code, int) else 0
        except DoneAlready as error:
            return _done_already(error)
        except AyalaError as error:
            complain_of(error)
            if self.saved and isinstance(error, Failed):
                complain(phrase("the change itself is saved; only its answer could not be written"))
            return error.exit_code
        except TyperException as error:
            return _wrong_usage(error)
        except typer.Abort:
            complain(phrase("ayala: stopped; {state}", state=_state(self.saved)))
            return INTERRUPTED
        except BrokenPipeError:
            return _reader_left()
        except SystemExit as error:
            # Typer ends a broken pipe this way; everything else it ends by return or raise.
            return _reader_left() if error.code == 1 else int(error.code or 0)
        except OSError as error:
            return _not_said(error, self.saved)
        except Exception as error:
            return _bug(error, self.saved)


app = typer.Typer(
    cls=Root,
    name="ayala",
    rich_markup_mode=None,
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    context_settings=CONTEXT,
)


def _version(asked: bool) -> None:
    if asked:
        give(f"ayala {__version__}")
        raise typer.Exit


@app.callback()
def root(
    ctx: typer.Context,
    database: Annotated[
        str | None, typer.Option(metavar="PATH|URL", help="The office's database.", show_default=False)
    ] = None,
    user: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who works here; kept with every change.")
    ] = None,
    lang: Annotated[
        str | None, typer.Option(metavar="kk|ru|en", help="Language of all that Ayala says.")
    ] = None,
    request_key: Annotated[
        str | None,
        typer.Option(metavar="KEY", help="A key of your own: a command repeated with it is done once."),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """The office tool of those who stand by graduates of children's homes.

    Begin with: ayala init, then ayala import sheets/*.csv, then ayala report summary 2026
    """
    from ayala.language import catalogue

    settings = Settings({"database": database, "user": user, "lang": lang, "request_key": request_key})
    try:
        catalogue.choose(checked_language(*settings.found("lang")))
    except BadSetting:
        if ctx.invoked_subcommand != "doctor":
            raise
        catalogue.choose("en")  # a setting that cannot be read is what the doctor is asked about
    be_quiet(False)
    ctx.obj = Office(settings, tell=say, words=_meant(ctx))
    veil.asks(ctx.obj.blocked)
    rules.comes_from(settings.rulebook)
    _offices[:] = [ctx.obj]
    ctx.call_on_close(ctx.obj.close)
    ctx.call_on_close(partial(_look_around, ctx.obj))


def _meant(ctx: typer.Context) -> tuple[str, ...]:
    """The words of the command itself, behind the global options."""
    words: tuple[str, ...] = ctx.meta.get("words", ())
    return words


def _look_around(office: Office) -> None:
    """Say it once the command is done, if others can read the file that it worked on."""
    if "address" in vars(office) and office.address.path is not None:
        from ayala.storage.custody import open_to_others

        if sentence := open_to_others(office.address.path):
            say(sentence)


def walk() -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command with the words that lead to it, for the tests and the command reference."""
    for word in COMMANDS:
        command, words = load(word), tuple(word.split())
        yield words, command
        yield from _walk_group(words, command)


def _walk_group(path: tuple[str, ...], command: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(command, Noun):
        for name in command.verbs:
            child = command.get_command(None, name)
            yield (*path, name), child
            yield from _walk_group((*path, name), child)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; its exit code."""
    os.umask(0o077)
    # A command makes its objects and ends; by default one would be looked through a dozen times.
    gc.set_threshold(50_000, 20, 50)
    # What is no text is refused by name where it is read, and shown as what it is where it is written.
    for stream, way in (
        (sys.stdin, "surrogateescape"),
        (sys.stdout, "backslashreplace"),
        (sys.stderr, "backslashreplace"),
    ):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors=way)
    command = typer.main.get_command(app)
    code: int = command.main(
        list(argv) if argv is not None else None, prog_name="ayala", standalone_mode=False
    )
    return code


def _wrong_usage(error: Any) -> int:
    """Usage errors in the house form; a noun typed alone prints its help instead."""
    if type(error).__name__ == "NoArgsIsHelpError":
        complain(error.format_message())
        return 2
    ctx = getattr(error, "ctx", None)
    message = usage_error(error)
    complain(phrase("ayala: {error}", error=message[:1].lower() + message[1:]))
    if ctx is not None:
        complain(phrase("try: {hint}", hint=f"{ctx.command_path} --help"))
    return int(getattr(error, "exit_code", 2))


def _done_already(error: DoneAlready) -> int:
    """Say what the lost answer said: the code of the record that the command made, if it made one."""
    made = [row["code"] for row in _offices[-1].ask.rows("history", "codes_made", entry=error.code)]
    if len(made) == 1:
        give(made[0])
    complain(phrase("ayala: {error}", error=error))
    return 0


def _reader_left() -> int:
    """The reader of a pipe has what it wanted (``| head``): end without a word."""
    sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115  the interpreter flushes stdout once more
    return 0


def _not_said(error: OSError, saved: bool) -> int:
    """The answer could not be written out: stdout is a full disk, or closed."""
    reason = why(error)
    complain(
        phrase(
            "ayala: the answer cannot be written: {reason}; {state}",
            reason=reason,
            state=_state(saved),
        )
    )
    # The interpreter would try to write the rest once more at its end.
    sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115
    return 7


def _state(saved: bool) -> str:
    return phrase("the change is saved") if saved else phrase("nothing was changed")


def _bug(error: Exception, saved: bool) -> int:
    """An error nobody foresaw: one line here, the places it went through in a file, no data."""
    if os.environ.get("AYALA_DEBUG") == "1":
        raise error
    complain(
        phrase(
            "ayala: this is a bug in Ayala: {name}; {state}",
            name=type(error).__name__,
            state=_state(saved),
        )
    )
    try:
        import traceback

        from ayala.settings import data_folder

        folder = data_folder()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        log = folder / "bugs.log"
        frames = traceback.extract_tb(error.__traceback__)
        places = "\n".join(f"  {f.filename}:{f.lineno} {f.name}" for f in frames)
        with os.fdopen(os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a") as stream:
            stream.write(f"ayala {__version__} {type(error).__name__}\n{places}\n")
        hint = phrase("send the last lines of {log} (they hold no personal data)", log=log)
        complain(phrase("try: {hint}", hint=hint))
    except OSError:
        pass
    return 7
