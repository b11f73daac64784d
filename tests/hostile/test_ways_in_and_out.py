"""Every way in passes the gate and every way out is made harmless: told of the source and of every command."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from ayala import cli
from ayala.errors import AyalaError
from tests.hostile.samples import NO_TEXT, REFUSED, acting
from tests.program import Ayala

PACKAGE = Path(cli.__file__).parent

# --- out -----------------------------------------------------------------------------------------

SPEAKING = {
    "print",
    "typer.echo", "typer.secho", "typer.prompt", "typer.confirm",
    "sys.stdout.write", "sys.stdout.buffer", "sys.stderr.write", "sys.stderr.buffer", "sys.__stdout__",
    "os.write", "csv.writer", "csv.DictWriter", "json.dump", "tabulate", "logging.basicConfig",
}  # fmt: skip
DRAWING = ("rich", "tabulate")

ALLOWED = {
    ("options.py", "typer.prompt"): "asks with names of fields and sentences, which are the program's own",
    ("sheets/giving.py", "csv.writer"): "an export is raw: what is imported again must be the same",
    ("sheets/rejects.py", "csv.writer"): "rejected rows go back as they came, to be mended",
    ("sheets/commands.py", "rich"): "the progress bar holds two numbers",
    ("demo/case_load.py", "csv.writer"): "invented people",
    ("language/build.py", "print"): "a developer's tool",
    ("dormitory/picture.py", "rich"): "makes lines; output/screen.py draws them and makes them harmless",
}
"""What speaks or draws outside ``output/``, and why it may."""


def dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def spoken(path: Path) -> Iterator[str]:
    """What a module says, writes or draws by itself."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [name.name for name in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        else:
            names = []
        yield from (name.split(".")[0] for name in names if name.split(".")[0] in DRAWING)
        if isinstance(node, ast.Attribute | ast.Name) and dotted(node) in SPEAKING:
            yield dotted(node)


def test_nothing_is_said_shown_or_tabled_but_through_the_output() -> None:
    found = {
        (path.relative_to(PACKAGE).as_posix(), what)
        for path in PACKAGE.rglob("*.py")
        if path.parent != PACKAGE / "output"
        for what in spoken(path)
    }
    assert found - ALLOWED.keys() == set(), (
        "say() and complain() are for stderr, give() and emit() for stdout"
    )
    assert ALLOWED.keys() - found == set(), "no longer there: take it off the list"


# --- in ------------------------------------------------------------------------------------------

LEAVES = [(path, command) for path, command in cli.walk() if not isinstance(command, cli.Noun)]
PARAMETERS = [(path, param) for path, command in LEAVES for param in command.params]

UNPARSED = {
    "FILE", "-|FILE", "FILE...", "FOLDER", "PATH",  # names of files are the user's own affair
    "KEYFILE", "KEY",  # an age key, or the file that holds it
    "FORMAT", "KIND", "KEY[,KEY]", "SPAN",  # one of a list, or refused by name
    "IIN", "PHONE",  # read by the records, which keep digits only
}  # fmt: skip
"""Values that no parser reads at the command line."""


def parser_of(param: Any) -> Any:
    """The function that reads a parameter's text, if one does."""
    return getattr(param.type, "func", None)


def test_every_text_of_every_command_is_read_by_a_parser() -> None:
    raw = [
        f"{' '.join(path)} {param.opts[0]}"
        for path, param in PARAMETERS
        if type(param.type).__name__ == "StringParamType" and param.metavar not in UNPARSED
    ]
    assert raw == [], "give it parser=read_text, read_name or read_lines"


def test_no_parser_lets_through_what_may_not_come_in(figures: Any) -> None:
    parsers = {parser_of(param): param for _, param in PARAMETERS if parser_of(param)}
    texts = [*REFUSED.values(), "Ә" * 5000, "\x1b" * 5000]
    for parse, param in parsers.items():
        for text in texts:
            with pytest.raises((typer.BadParameter, AyalaError)) as refused:
                parse(text)
            assert len(str(refused.value)) < 6000, param.name
    figures("hostile text at options", parameters=len(PARAMETERS), parsers=len(parsers), texts=len(texts))


def filled(command: Any, text: str) -> list[str]:
    """A command line that gives the text to every argument and option that a parser reads."""
    words: list[str] = []
    for param in command.params:
        if parser_of(param) is not None:
            words += [text] if param.param_type_name == "argument" else [param.opts[0], text]
        elif param.required:
            words.append("no-such-file")
    return words


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Ayala:
    folder = tmp_path_factory.mktemp("desk")
    ayala = Ayala(folder, str(folder / "office.db"), folder / "home")
    ayala("init")
    return ayala


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_every_command_refuses_it_in_a_sentence(name: str, desk: Ayala) -> None:
    """Whatever the command: wrong usage, nothing that acts on the terminal, never a bug."""
    text = REFUSED[name]
    for path, command in LEAVES:
        words = filled(command, text)
        if text not in words:
            continue
        done = desk(*path, *words, ok=2)
        assert done.out == ""
        assert done.err.startswith("ayala: "), done.err
        assert acting(done.err) == set(), (path, done.err)


@pytest.mark.parametrize("name", sorted(REFUSED.keys() - {"NUL", "half a character"}))
def test_what_is_no_record_of_ours_is_refused_too(name: str, desk: Ayala) -> None:
    """The values that no parser reads: a format, a key, a kind of sheet, a file, a number, a setting.

    (The two left out can be in no file's name, and no shell gives them to a program.)
    """
    text = REFUSED[name]
    (desk.folder / "sheet.csv").write_text("surname,given_name,birth_date,sex\n")
    add = (
        "graduate",
        "add",
        "--surname",
        "Ким",
        "--given-name",
        "Олег",
        "--born",
        "2000-01-01",
        "--sex",
        "M",
    )
    for words, codes in (
        (("graduate", "list", "--format", text), 2),
        (("report", "appeals", "--by", text), 2),
        (("report", "appeals", "--compare", text), 2),
        (("import", "sheet.csv", "--as", text), 2),
        (("import", text), 2),
        (("import", "sheet.csv", "--rejects", f"{text}/x"), (2, 7)),
        (("graduate", "list", "--output", f"{text}/x.csv"), 7),
        (("graduate", "find", "--phone", text), 2),
        (("backup", "x.age", "--encrypt-to", text), (2, 7)),
        (("backup", f"{text}/x"), (2, 7)),
        (("restore", text, "--identity", text), (2, 7)),
        ((*add, "--iin", text), 2),
        ((*add, "--phone", text), 2),
        ((*add, "--iin-file", text), 2),
        (("--user", text, *add), 2),
        (("--lang", text, *add), 2),
        (("--database", text, *add), 6),
        ((text,), 2),
        (("graduate", text), 2),
        (("graduate", "list", f"--{text}"), 2),
    ):
        done = desk(*words, ok=codes)
        assert done.out == ""
        assert acting(done.err) == set(), (words, done.err)


@pytest.mark.parametrize("count", ["99999999999999999999", "9" * 5000, "-99", "1e9", "0x10", "", "\udcff"])
def test_no_number_is_too_odd_to_be_refused(count: str, desk: Ayala) -> None:
    for path, command in LEAVES:
        for param in command.params:
            if type(param.type).__name__ == "IntRange":
                line = [words for need in command.params if need.required for words in ("x",)]
                done = desk(*path, *line, f"{param.opts[0]}={count}", ok=2)
                assert "Traceback" not in done.err


def test_the_samples_are_what_they_say() -> None:
    assert {name for name, text in REFUSED.items() if not text.isprintable()} >= REFUSED.keys() - {"filler"}
    assert all(any("\ud800" <= char <= "\udfff" for char in REFUSED[name]) for name in NO_TEXT)
