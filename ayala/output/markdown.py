"""Markdown: a pipe table each, a heading above, for pages and letters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import IO

from ayala.language.catalogue import say
from ayala.output import words
from ayala.output.table import FIGURES, Table

_EMOJI = re.compile(r":(?=[\w+-]+:)")
"""The colon that begins ``:100:``."""


def write(tables: Sequence[Table], stream: IO[str], *, single: bool) -> None:
    for number, table in enumerate(words.for_people(tables)):
        if number:
            stream.write("\n")
        stream.write(f"## {_escaped(words.lead(table))}\n\n")
        if table.upright:
            stream.writelines(f"- **{_escaped(h)}**: {_escaped(v)}\n" for h, v in words.upright_rows(table))
            continue
        _write_row(stream, words.headings(table))
        _write_row(stream, ["---:" if c.kind in FIGURES else "---" for c in table.columns], raw=True)
        empty = True
        for row in table.rows:
            _write_row(stream, words.row_values(table, row))
            empty = False
        if empty:
            stream.write(f"\n{say('nothing found')}\n")
        elif table.total is not None:
            _write_row(stream, words.total_values(table))


def _write_row(stream: IO[str], values: Sequence[str], *, raw: bool = False) -> None:
    stream.write("| " + " | ".join(v if raw else _escaped(v) for v in values) + " |\n")


def _escaped(text: str) -> str:
    """Text that no Markdown reader takes for markup or HTML."""
    for char in "\\`*_[]<>|#&~$":
        text = text.replace(char, "\\" + char)
    return _EMOJI.sub(r"\:", text).replace("\n", " ")
