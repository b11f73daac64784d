"""A terminal: Rich tables fitted to the width, a pager for long lists, colour never alone."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from itertools import zip_longest

from rich import box
from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.table import Table as RichTable
from rich.text import Text

from ayala.language.catalogue import say
from ayala.output import bars, words
from ayala.output.harmless import term
from ayala.output.table import FIGURES, Table

GAP = 2
"""Characters between two columns: a space and Rich's separator."""


def show(tables: Sequence[Table]) -> None:
    """Print the tables; through a pager when they are longer than the screen."""
    parts = [part for table in words.for_people(tables) for part in _parts(table)]
    console = console_for()
    with console.capture() as captured:
        for part in parts:
            console.print(part)
    printed = captured.get().rstrip("\n") + "\n"
    pager = os.environ.get("AYALA_PAGER") or os.environ.get("PAGER") or "less -FIRX"
    too_long = printed.count("\n") >= shutil.get_terminal_size().lines
    if too_long and pager != "cat" and shutil.which(pager.split()[0]):
        done = subprocess.run(pager.split(), input=printed.encode(), check=False)
        if done.returncode == 0:
            return
    sys.stdout.write(printed)
    sys.stdout.flush()


def draw(lines: Iterable[Text]) -> None:
    """Print lines that fit the screen as they are; what would act in them becomes visible."""
    console = console_for()
    for line in lines:
        if (harmless := term(line.plain)) != line.plain:
            line = Text(harmless, style=line.style)
        console.print(line, no_wrap=True, overflow="crop", crop=False, soft_wrap=True)


def width() -> int:
    """The screen's width in columns."""
    return shutil.get_terminal_size().columns


def console_for() -> Console:
    """A console that obeys nothing written in the data: no markup, no emoji, no highlighting."""
    plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
    return Console(
        file=sys.stdout,
        width=width(),
        markup=False,
        emoji=False,
        highlight=False,
        no_color=plain,
        force_terminal=False if plain else None,
        soft_wrap=False,
    )


def _parts(table: Table) -> list[RenderableType]:
    """What to print for a table: its title, and the table or one block a row."""
    parts: list[RenderableType] = [Text(words.lead(table), style="bold")]
    if table.upright:
        return [*parts, _block(words.upright_rows(table)), ""]
    rows = [words.row_values(table, row) for row in table.rows]
    if not rows:
        return [*parts, Text(say("nothing found")), ""]
    heads = words.headings(table)
    totals = words.total_values(table) if table.total is not None else None
    # A column without a value says nothing here; in a pipe or a file it stays.
    kept = [i for i in range(len(heads)) if any(row[i] for row in rows)]
    cells = [[line[i] for i in kept] for line in (heads, *rows, *([totals] if totals else []))]
    widths = fitted(cells, width())
    if widths is None:
        blocks = [_block([(h, v) for h, v in zip(heads, row, strict=True) if v]) for row in rows]
        return [*parts, *(part for block in blocks for part in (block, ""))]
    numeric = [table.columns[i].kind in FIGURES for i in kept]
    drawn = bars.beside(table, width() - sum(widths) - GAP * len(widths)) if _draws() else None
    shown = _table(cells, widths, numeric, has_total=totals is not None, drawn=drawn)
    if drawn is None:
        return [*parts, shown, ""]
    above = [Text(line, style=bars.STYLE) for line in drawn.above]
    below = [Text(line) for line in drawn.below]
    return [*parts, *above, shown, *below, ""]


def _draws() -> bool:
    """Whether the terminal's letters have blocks among them."""
    return (getattr(sys.stdout, "encoding", None) or "").lower().startswith("utf")


def fitted(cells: Sequence[Sequence[str]], available: int) -> list[int] | None:
    """Widths of the columns within the screen, no word broken; nothing if they do not fit.

    ``cells`` are all lines, the headings first. Columns give way in proportion to what they have
    above their longest word.
    """
    columns = list(zip(*cells, strict=True))
    natural = [max(max(map(cell_len, cell.split("\n"))) for cell in column) for column in columns]
    least = [max(max(map(cell_len, cell.split() or [""])) for cell in column) for column in columns]
    room = available - GAP * (len(columns) - 1)
    if sum(natural) <= room:
        return natural
    spare = room - sum(least)
    if spare < 0:
        return None
    wanted = sum(natural) - sum(least)
    widths = [low + (high - low) * spare // wanted for low, high in zip(least, natural, strict=True)]
    for _ in range(room - sum(widths)):
        short = max(range(len(widths)), key=lambda i: natural[i] - widths[i])
        widths[short] += 1
    return widths


def _table(
    cells: Sequence[Sequence[str]],
    widths: Sequence[int],
    numeric: Sequence[bool],
    *,
    has_total: bool,
    drawn: bars.Blocks | None = None,
) -> RichTable:
    rich = RichTable(
        box=box.SIMPLE_HEAD,
        show_edge=False,
        padding=(0, 1, 0, 0),
        pad_edge=False,
        show_footer=has_total,
        footer_style="bold",
    )
    heads, *rows = cells
    totals = rows.pop() if has_total else [""] * len(heads)
    for head, total, width, right in zip(heads, totals, widths, numeric, strict=True):
        rich.add_column(
            Text(head), Text(total), width=width, justify="right" if right else "left", overflow="fold"
        )
    beside: Sequence[str] = drawn.bars if drawn else ()
    if drawn and beside:
        rich.add_column(Text(drawn.heading), Text(""), overflow="fold")
    for row, bar in zip_longest(rows, beside):
        rich.add_row(*(Text(value) for value in row), *([] if bar is None else [Text(bar, style=bars.STYLE)]))
    return rich


def _block(pairs: Sequence[tuple[str, str]]) -> RichTable:
    """One record, a line a value."""
    rich = RichTable(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
    rich.add_column(style="dim", no_wrap=True)
    rich.add_column(overflow="fold")
    for head, value in pairs:
        rich.add_row(Text(head), Text(value))
    return rich
