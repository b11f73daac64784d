"""A terminal: Rich tables fitted to the width, a pager for long lists, colour never alone."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from ayala.language.catalogue import say, title
from ayala.output import words
from ayala.output.table import Table


def show(tables: Sequence[Table]) -> None:
    """Print the tables; through a pager when they are longer than the screen."""
    built = [(t, _rich(t)) for t in words.for_people(tables)]
    lines = sum(len(b.rows) + 4 if b else 2 for _, b in built)
    pager = os.environ.get("AYALA_PAGER") or os.environ.get("PAGER") or "less -FIRX"
    if lines > shutil.get_terminal_size().lines and pager != "cat" and shutil.which(pager.split()[0]):
        console = console_for(record=True)
        with console.capture() as captured:
            _print(console, built)
        subprocess.run(pager.split(), input=captured.get().encode(), check=False)
    else:
        _print(console_for(), built)


def console_for(*, record: bool = False) -> Console:
    """A console that obeys nothing written in the data: no markup, no emoji, no highlighting."""
    plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
    return Console(
        file=sys.stdout,
        force_terminal=True if record else None,
        markup=False,
        emoji=False,
        highlight=False,
        no_color=plain,
        soft_wrap=False,
    )


def _print(console: Console, built: Sequence[tuple[Table, RichTable | None]]) -> None:
    for number, (table, rich) in enumerate(built):
        if number:
            console.print()
        if rich is None:
            console.print(Text(title(table.key), style="bold"))
            console.print(Text(say("nothing found")))
        else:
            console.print(rich)


def _rich(table: Table) -> RichTable | None:
    lead = title(table.key)
    lead = f"{lead}: {table.subtitle}" if table.subtitle else lead
    if table.upright:
        return _upright(table, lead)
    rows = [words.row_values(table, row) for row in table.rows]
    if not rows:
        return None
    rich = RichTable(
        title=Text(lead, style="bold"),
        title_justify="left",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        show_footer=table.total is not None,
        footer_style="bold",
    )
    totals = words.total_values(table) if table.total is not None else [""] * len(table.columns)
    for column, head, total in zip(table.columns, words.headings(table), totals, strict=True):
        number = column.kind in words.NUMERIC
        rich.add_column(
            Text(head),
            Text(total),
            justify="right" if number else "left",
            no_wrap=number or column.kind == "day" or column.key == "code",
            overflow="fold",
        )
    for row in rows:
        rich.add_row(*(Text(value) for value in row))
    return rich


def _upright(table: Table, lead: str) -> RichTable:
    rich = RichTable(
        title=Text(lead, style="bold"), title_justify="left", box=None, show_header=False, pad_edge=False
    )
    rich.add_column(style="dim", no_wrap=True)
    rich.add_column(overflow="fold")
    for head, value in words.upright_rows(table):
        rich.add_row(Text(head), Text(value))
    return rich
