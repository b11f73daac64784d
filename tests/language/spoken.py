"""What the source says to people, read from its syntax: sentences that are translated, and words that are not.

A sentence is a literal given to ``phrase`` or ``phrases``. Words that nobody can translate are a literal, or
the literal part of an f-string, given to an error or to one of the ways to say something.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

from ayala.cli import COMMANDS

SENTENCES = {"phrase": 1, "phrases": 2}
"""The doors that sentences go through, and how many literals each takes."""

SAYING = frozenset((
    "say", "say_all", "complain", "note", "tell", "sure", "reason_given", "one_or_nobody", "prompt", "confirm",
    "BadParameter",
))  # fmt: skip
"""Ways to say something, beside errors that are raised; ``give`` hands out codes and is none."""

GATHERED = ("problems", "notes", "warnings")
"""Lists of what will be said: what is appended to them is said, too."""

COMMAND = re.compile(
    rf"""ayala(\ [^,;]*)?  # a command to type: names of options and values in capitals
    | \{{x\}}\ ({"|".join(map(re.escape, COMMANDS))})\ .*  # the same behind a database's address
    | --[a-z][\w-]*\ "[^"]*"  # an option with a text for an example
    | --[a-z][^,;]*  # an option with what it takes
    | pip\ install\ .* | [A-Z_]+=.* | \{{x\}}\ =\ .*
    | \d+%\ from\ \d+  # a value as a setting has it
    """,
    re.VERBOSE,
)
"""A hint that is typed as it stands: the same in every language."""


@dataclass(frozen=True)
class Sentence:
    """One call of ``phrase`` or ``phrases``: its literals, the names of its values, where it stands."""

    one: str
    many: str | None
    values: frozenset[str] | None
    place: str


def placeholders(text: str) -> frozenset[str]:
    """The names in braces. ValueError if the braces do not fit."""
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name)


def sources(root: Path) -> Iterator[tuple[str, ast.Module]]:
    for path in sorted((root / "ayala").rglob("*.py")):
        yield path.relative_to(root).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def sentences(root: Path) -> tuple[list[Sentence], list[str]]:
    """Every sentence of the source; and the places where something else than a literal is given."""
    found, unreadable = [], []
    for path, tree in sources(root):
        if path == "ayala/language/phrases.py":
            tree = _without_doors(tree)
        for call in _calls(tree):
            if (takes := SENTENCES.get(_name(call))) is None:
                continue
            place = f"{path}:{call.lineno}"
            texts = [
                a.value for a in call.args[:takes] if isinstance(a, ast.Constant) and isinstance(a.value, str)
            ]
            if len(texts) < takes or len(call.args) != takes + (takes == 2):
                unreadable.append(place)
                continue
            names = [k.arg for k in call.keywords]
            values = None if None in names else frozenset(name for name in names if name)
            found.append(Sentence(texts[0], texts[1] if takes == 2 else None, values, place))
    return found, unreadable


def _without_doors(tree: ast.Module) -> ast.Module:
    """The module of the doors without the doors themselves, which pass on what they are given."""
    tree.body = [n for n in tree.body if not (isinstance(n, ast.FunctionDef) and n.name in SENTENCES)]
    return tree


def texts(root: Path) -> Iterator[tuple[str, str]]:
    """Every short text of the catalogue ``ayala`` that the source shows, with its place."""
    for path, tree in sources(root):
        bare = "say" in _imported(tree, "ayala.language.catalogue")
        for call in _calls(tree):
            if not (_of_catalogue(call) or (bare and _name(call) == "say")):
                continue
            if call.args and isinstance(text := call.args[0], ast.Constant):
                yield str(text.value), f"{path}:{call.lineno}"


def _of_catalogue(call: ast.Call) -> bool:
    """Whether it is ``catalogue.say``, which translates; the ``say`` of the way out does not."""
    return _name(call) == "say" and ast.unparse(call.func) == "catalogue.say"


def untranslatable(root: Path) -> Iterator[tuple[str, str]]:
    """(place, words) of what is said to people and goes through no door."""
    for path, tree in sources(root):
        silent = _imported(tree, "ayala.language.catalogue") | {"phrase", "phrases"}
        said = [(call, [*call.args, *(k.value for k in call.keywords)]) for call in _said(tree, silent)]
        for call, given in said:
            for text in given:
                yield from ((f"{path}:{call.lineno}", words) for words in _words(text))
        if path == "ayala/errors.py":
            yield from ((f"{path}:{line}", words) for line, words in _kept_by_classes(tree))


def _said(tree: ast.Module, silent: set[str]) -> Iterator[ast.Call]:
    raised = {id(n.exc) for n in ast.walk(tree) if isinstance(n, ast.Raise)}
    for call in _calls(tree):
        name = _name(call)
        if (
            (id(call) in raised and not hasattr(builtins, name))
            or (name in SAYING - silent and not _of_catalogue(call))
            or (name == "append" and _gathered(call))
        ):
            yield call


def _gathered(call: ast.Call) -> bool:
    assert isinstance(call.func, ast.Attribute)
    of = call.func.value
    name = of.id if isinstance(of, ast.Name) else of.attr if isinstance(of, ast.Attribute) else ""
    return name.endswith(GATHERED)


def _kept_by_classes(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """What errors say by themselves: attributes and what their functions give back."""
    for node in ast.walk(tree):
        given = node.value if isinstance(node, ast.Return | ast.Assign) else None
        if given is not None and not isinstance(node, ast.Module):
            yield from ((node.lineno, words) for words in _words(given))


def _words(node: ast.expr) -> Iterator[str]:
    """Words of ours in an expression, as they are written: not in the calls and names inside it."""
    match node:
        case ast.Constant(value=str(text)):
            if _means_something(text):
                yield text
        case ast.JoinedStr(values=parts):
            literal = "".join(p.value if isinstance(p, ast.Constant) else "{x}" for p in parts)  # type: ignore[misc]
            if _means_something(literal):
                yield literal
            for part in parts:
                if isinstance(part, ast.FormattedValue):
                    yield from _words(part.value)
        case ast.IfExp(body=one, orelse=other):
            yield from (*_words(one), *_words(other))
        case ast.BinOp(left=one, op=ast.Add(), right=other):
            yield from (*_words(one), *_words(other))
        case ast.BoolOp(values=several) | ast.Tuple(elts=several) | ast.List(elts=several):
            for one in several:
                yield from _words(one)


def _means_something(text: str) -> bool:
    """Whether a person reads words in it: two letters side by side, behind a space or before one, in what is
    no command; a key or a code alone is none."""
    letters = re.search(r"[A-Za-z]{2}", text.replace("{x}", ""))
    return " " in text and letters is not None and not COMMAND.fullmatch(text.strip())


def _calls(tree: ast.Module) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _name(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _imported(tree: ast.Module, module: str) -> set[str]:
    return {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == module
        for alias in node.names
    }
