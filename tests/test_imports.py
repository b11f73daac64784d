"""Imports point one way. The arrows are data, below; the tests read the source and never import it."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal

import pytest

ROOT = Path(__file__).resolve().parent.parent

NOUNS = ("graduate", "appeal", "service", "dormitory", "housing", "work", "personal", "report", "rules")


def of_nouns(name: str) -> tuple[str, ...]:
    return tuple(f"ayala.{noun}.{name}" for noun in NOUNS)


# --- the arrows ----------------------------------------------------------------------------------

STDLIB = tuple(f"{name}{end}" for name in sys.stdlib_module_names for end in ("", ".*"))
WORDS = of_nouns("words")
RECORDS = of_nouns("records")
RULES = (*RECORDS, "ayala.personal.closed", "ayala.personal.erasing")
COMMANDS = ("ayala.*.commands", "ayala.*.*_commands", "ayala.report.checking", "ayala.report.doctor")
READING = (
    "ayala.*.reading",
    "ayala.storage.asking",
    "ayala.storage.opening",
    "ayala.report.summaries",
    "ayala.report.appeals",
    "ayala.report.services",
    "ayala.report.work",
    "ayala.report.grids",
    "ayala.report.dormitory",
    "ayala.report.housing",
    "ayala.report.regions",
    "ayala.watch.watching",
)
FOUNDATION = (*WORDS, "ayala.dates", "ayala.errors", "ayala.record_codes", "ayala.output.table")
LANGUAGE = ("ayala.language", "ayala.language.*")
ORM = (
    "sqlalchemy",
    "sqlalchemy.*",
    "sqlmodel",
    "sqlmodel.*",
    "alembic",
    "alembic.*",
    "pydantic",
    "pydantic.*",
)
SCREEN = ("typer", "typer.*", "rich", "rich.*", "tabulate")
WAY_OUT = ("ayala.output.emit", "ayala.output.screen", "ayala.output.text", "ayala.output.saying")


@dataclass(frozen=True)
class Arrow:
    """What some modules may import: ``only`` these, or ``never`` those; at their top, or anywhere."""

    why: str
    who: tuple[str, ...]
    only: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    but: tuple[str, ...] = ()
    where: Literal["top", "anywhere", "even for types"] = "anywhere"

    def forbids(self, target: str) -> bool:
        return fits(target, self.never) or bool(self.only and not fits(target, self.only))


ARROWS = (
    Arrow(
        "words, dates, errors and tables are known to everyone, so they know only the standard library",
        FOUNDATION,
        only=(*STDLIB, *FOUNDATION, *LANGUAGE),
    ),
    Arrow("the language is known to everyone", LANGUAGE, only=(*STDLIB, *LANGUAGE, "babel.*", "hatchling.*")),
    Arrow(
        "records hold the rules of the office; what is said and shown is the commands' affair",
        (*RULES, "ayala.storage.*"),
        never=(*SCREEN, *WAY_OUT),
        but=COMMANDS,
    ),
    Arrow(
        "records work inside a change that the office opened",
        RULES,
        never=("ayala.office", "ayala.options", "ayala.settings", *COMMANDS),
    ),
    Arrow(
        "no one runs the root command but python -m ayala",
        ("ayala", "ayala.*"),
        never=("ayala.cli",),
        but=("ayala.__main__",),
        where="even for types",
    ),
    Arrow(
        "the office is the one lazy seam between a command and the records",
        (
            *COMMANDS,
            *READING,
            "ayala.cli",
            "ayala.watch.runs",
            "ayala.options",
            "ayala.settings",
            "ayala.output.*",
        ),
        never=(*RULES, "ayala.storage.tables", "ayala.storage.database"),
    ),
    Arrow(
        "commands parse, call and print: what they need at their top is light",
        COMMANDS,
        only=(
            *STDLIB,
            *LANGUAGE,
            *WORDS,
            "ayala.*.reading",  # plain SQL, kept light by the tests below
            "ayala.graduate.choosing",
            "ayala.paths",
            "ayala.report.asked",
            "ayala.report.counting",
            "ayala.report.figures",
            "ayala.service.attendees",
            "ayala.settings",
            "ayala.storage",
            "ayala.storage.guards",
            "ayala.watch.watching",
            "ayala.*.*_commands",  # a second file of the same noun; another noun's is forbidden below
            "ayala.report.summaries",
            "ayala.watch",
            "ayala.watch.runs",
            "typer",
            "typer.*",
            "ayala",
            "ayala.dates",
            "ayala.errors",
            "ayala.office",
            "ayala.options",
            "ayala.output",
            "ayala.output.*",
            "ayala.record_codes",
        ),
        where="top",
    ),
    Arrow("ask in SQL, change through records: a question never loads the ORM", READING, never=ORM),
    *(
        Arrow(
            "no noun imports another noun's commands",
            (f"ayala.{noun}.*",),
            never=tuple(
                f"ayala.{other}.{name}"
                for other in (*NOUNS, "sheets", "storage", "demo")
                if other != noun
                for name in ("commands", "*_commands")
            ),
        )
        for noun in (*NOUNS, "sheets", "storage", "demo", "output", "language")
    ),
    # Among the nouns' records: housing, dormitory, service, appeal → graduate; report → everything.
    *(
        Arrow(
            "a noun's records know the graduates', and no other noun's",
            (f"ayala.{noun}.records",),
            never=tuple(
                name for name in RECORDS if name not in (f"ayala.{noun}.records", "ayala.graduate.records")
            ),
        )
        for noun in NOUNS
        if noun != "report"
    ),
)

# What loading these modules must not load, however long the way: (start, heavy libraries).
LIGHT = (
    (("ayala.cli", *COMMANDS), (*ORM, "rich", "rich.*", "tabulate", "psycopg", "psycopg.*")),
    (READING, ORM),
)

NO_NAMES = ("utils", "helpers", "common", "base", "manager", "misc")


# --- reading the source --------------------------------------------------------------------------


def fits(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path): path for path in sorted((ROOT / "ayala").rglob("*.py"))}


@dataclass(frozen=True)
class Import:
    module: str
    line: int
    target: str
    place: Literal["top", "inside", "typing"]

    def __str__(self) -> str:
        return f"{MODULES[self.module].relative_to(ROOT)}:{self.line}: {self.module} imports {self.target}"


def imports_of(module: str) -> Iterator[Import]:
    """Every import statement of a module, in functions and for types too."""

    def walk(node: ast.AST, place: Literal["top", "inside", "typing"]) -> Iterator[Import]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import | ast.ImportFrom):
                for target in targets(child):
                    yield Import(module, child.lineno, target, place)
            elif isinstance(child, ast.If) and ast.unparse(child.test).endswith("TYPE_CHECKING"):
                for statement in child.body:
                    yield from walk(ast.Module([statement], []), "typing")
                for statement in child.orelse:
                    yield from walk(ast.Module([statement], []), place)
            elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                yield from walk(child, "inside" if place == "top" else place)
            else:
                yield from walk(child, place)

    def targets(statement: ast.Import | ast.ImportFrom) -> Iterator[str]:
        if isinstance(statement, ast.Import):
            yield from (alias.name for alias in statement.names)
            return
        source = statement.module or ""
        if statement.level:
            package = module if MODULES[module].name == "__init__.py" else module.rpartition(".")[0]
            for _ in range(statement.level - 1):
                package = package.rpartition(".")[0]
            source = f"{package}.{source}".rstrip(".")
        for alias in statement.names:
            whole = f"{source}.{alias.name}"
            yield whole if whole in MODULES else source

    yield from walk(ast.parse(MODULES[module].read_text(encoding="utf-8"), str(MODULES[module])), "top")


IMPORTS = {module: tuple(imports_of(module)) for module in MODULES}


# --- the tests -----------------------------------------------------------------------------------


@pytest.mark.parametrize("arrow", ARROWS, ids=lambda arrow: arrow.why)
def test_imports_point_one_way(arrow: Arrow) -> None:
    places = {"top": ("top",), "anywhere": ("top", "inside"), "even for types": ("top", "inside", "typing")}
    wrong = [
        str(found)
        for module, imports in IMPORTS.items()
        if fits(module, arrow.who) and not fits(module, arrow.but)
        for found in imports
        if found.place in places[arrow.where] and arrow.forbids(found.target)
    ]
    assert not wrong, f"{arrow.why}:\n" + "\n".join(wrong)


@pytest.mark.parametrize("module", MODULES)
def test_light_modules_load_nothing_heavy_on_any_way(module: str) -> None:
    heavy = tuple(name for who, names in LIGHT if fits(module, who) for name in names)
    if not heavy:
        return
    way: dict[str, Import | None] = {module: None}
    waiting = [module]
    while waiting:
        here = waiting.pop()
        for found in IMPORTS[here]:
            if found.place != "top":
                continue
            if fits(found.target, heavy):
                steps = [str(found)]
                before = way[here]
                while before is not None:
                    steps.insert(0, str(before))
                    before = way[before.module]
                pytest.fail(f"loading {module} loads {found.target}:\n" + "\n".join(steps), pytrace=False)
            # Loading a.b.c runs the top of a and of a.b first.
            for name in (found.target, *parents(found.target)):
                if name in MODULES and name not in way:
                    way[name] = found
                    waiting.append(name)


def parents(name: str) -> Iterator[str]:
    while "." in name:
        name = name.rpartition(".")[0]
        yield name


def test_no_module_is_named_for_nothing_in_particular() -> None:
    wrong = [
        str(path.relative_to(ROOT))
        for module, path in MODULES.items()
        # "service" is a noun of the office, so it cannot also mean the place of a noun's logic.
        if {*module.split(".")} & {*NO_NAMES} or (path.stem == "service" and path.name != "__init__.py")
    ]
    assert not wrong, "say in the name what the module holds:\n" + "\n".join(wrong)


def test_the_arrows_speak_of_modules_that_exist() -> None:
    """A renamed module must not fall out of its rule unseen."""
    names = {
        name
        for arrow in ARROWS
        for name in arrow.who
        if "*" not in name and not name.startswith(tuple(f"ayala.{noun}." for noun in NOUNS))
    }
    assert names <= set(MODULES), f"no such modules: {', '.join(sorted(names - set(MODULES)))}"
