"""The generated pages: ``docs/commands.md`` from the commands' own help, ``docs/errors.md`` from the errors,
and the table of kinds in ``docs/sheets.md``.

``python -m tests.reference`` writes them; a test compares them with what would be written.
"""

from __future__ import annotations

import inspect
from pathlib import Path

import typer

from ayala import cli, errors
from tests.program import ROOT

COMMANDS = ROOT / "docs" / "commands.md"
ERRORS = ROOT / "docs" / "errors.md"
SHEETS = ROOT / "docs" / "sheets.md"

CODES = {
    0: "done; also: a list found nothing",
    1: "something found (`check`, `doctor`, `history verify`, `rules check`, `watch`)",
    2: "wrong usage, no such file",
    3: "no such record",
    4: "rows rejected, sheet not readable, or several records fit",
    5: "against a rule, taken, conflict",
    6: "database missing, busy, foreign, damaged or of another version",
    7: "failed: output not writable, disk full, a bug",
    8: "saved here, not yet on the second server",
    130: "interrupted",
}


def commands_page() -> str:
    """Every command with its help, as a terminal of 100 columns shows it."""
    parts = ["# All commands", "", "Made from the commands' own help by `make reference`; do not edit.", ""]
    root = typer.main.get_command(cli.app)
    parts += ["## ayala", "", "```text", _help(root, "ayala"), "```", ""]
    for path, command in cli.walk():
        words = " ".join(("ayala", *path))
        parts += [f"{'#' * min(len(path) + 1, 4)} {words}", "", "```text", _help(command, words), "```", ""]
    return "\n".join(parts)


def _help(command: object, words: str) -> str:
    context = typer.Context(command, info_name=words, terminal_width=100, max_content_width=100)  # type: ignore[arg-type]
    return "\n".join(line.rstrip() for line in command.get_help(context).splitlines())  # type: ignore[attr-defined]


def errors_page() -> str:
    """Every kind of error by its exit code."""
    kinds = [
        kind
        for _, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, errors.AyalaError) and kind is not errors.AyalaError
    ]
    lines = [
        "# Errors and exit codes",
        "",
        "Made from `ayala/errors.py` by `make reference`; do not edit.",
        "",
    ]
    lines += [
        "An error is one line on stderr, `ayala: what is wrong`, and where something helps, `try: what to do`",
        "(`кеңес:` in Kazakh, `совет:` in Russian).",
        "Errors in a file begin with `file:line: column:`.",
        "",
    ]
    for code, meaning in CODES.items():
        lines += [f"## {code}: {meaning}", ""]
        for kind in sorted((k for k in kinds if k.exit_code == code), key=lambda k: k.__name__):
            doc = " ".join((kind.__doc__ or "").split())
            lines.append(f"- **{kind.__name__}**: {doc}")
        if lines[-1]:
            lines.append("")
    return "\n".join(lines)


KEYS = {
    "graduates": "code where given and known, else IIN, else name and birth date",
    "beds": "place",
    "partners": "name",
    "workplaces": "partner, title, opened_on",
    "appeals": "code or number; else person or caller, received_on, category, channel and the how-manieth",
    "sessions": "code; else kind, mode, held_on, title, provider",
    "services": "code; else person, kind, mode, planned_on, provided_on and the how-manieth",
    "attendance": "session and person, or session and name",
    "stays": "person, bed, from_date",
    "apartments": "person, granted_on",
    "queue": "code; else person, registrar, registered_on",
    "positions": "entry, position_on",
    "placements": "code; else person, partner, title, from_date",
}
"""What makes a row of a sheet mean a record that is there already, in words."""


def kinds_table() -> str:
    """The kinds of sheets with their headings, for the page on sheets."""
    from ayala.sheets.kinds import every_kind

    lines = ["| kind | headings | the same record is the one with the same |", "|---|---|---|"]
    for kind in every_kind():
        headings = [f"{name}*" if heading.required else name for name, heading in kind.headings.items()]
        groups = "".join(f"; at least one of {', '.join(group)}" for group in kind.one_of)
        lines.append(f"| {kind.name} | {', '.join(headings)}{groups} | {KEYS[kind.name]} |")
    return "\n".join(lines)


def with_kinds(text: str) -> str:
    """The page on sheets with the table as it should be."""
    head, _, rest = text.partition("<!-- kinds -->\n")
    return f"{head}<!-- kinds -->\n{kinds_table()}\n<!-- end -->{rest.partition('<!-- end -->')[2]}"


def write(page: Path, text: str) -> None:
    page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(COMMANDS, commands_page())
    write(ERRORS, errors_page())
    write(SHEETS, with_kinds(SHEETS.read_text(encoding="utf-8")))
