"""A table's picture in block characters, beside its figures on a terminal, where a look beats reading.

A bar is as long as its number, to an eighth of a character; parts of a whole are told apart by how dense they
are; many days are a line of little blocks. No colour is needed, and nothing of it goes into a pipe or a file.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ayala.output.charts import Picture, picture
from ayala.output.harmless import term
from ayala.output.table import Table

STYLE = "cyan"
SHORTEST, LONGEST = 8, 32
"""Characters of the longest bar: with less room there is none, more would lead the eye too far."""
EIGHTHS = " ▏▎▍▌▋▊▉█"
HEIGHTS = "▁▂▃▄▅▆▇█"
DENSE = "█▒░▓"
"""What the parts of a whole are drawn with; a whole of more parts is only read."""


@dataclass(frozen=True)
class Blocks:
    """Lines above a table, a bar for each of its rows with the heading they stand under, lines below."""

    above: list[str] = field(default_factory=list)
    heading: str = ""
    bars: list[str] = field(default_factory=list)
    below: list[str] = field(default_factory=list)


def beside(table: Table, room: int) -> Blocks | None:
    """The blocks of a table whose rows are known; ``room`` is what its columns leave of the screen's width.

    Nothing where the table has no picture or the screen no room. Of several series that are no parts of a
    whole the first is drawn; the bars stand under its name.
    """
    drawn = picture(table)
    if drawn is None:
        return None
    if drawn.kind == "line":
        return Blocks(above=[_line(drawn, at) for at in range(len(drawn.series))])
    longest = min(LONGEST, room)
    if longest < SHORTEST:
        return None
    if drawn.kind == "stacked" and not drawn.across:
        if len(drawn.series) > len(DENSE):
            return None
        legend = "  ".join(f"{DENSE[at]} {series.name}" for at, series in enumerate(drawn.series))
        return Blocks(bars=[_parts(drawn, at, longest) for at in range(len(drawn.names))], below=[legend])
    values = _of_rows(table) if drawn.across else drawn.series[0].values
    # The series of a table with a second column are named by its values; its one number by its heading.
    name = drawn.of
    highest = max(value or 0 for value in values)
    if not highest:
        return None
    bars = ["" if value is None else _bar(value / highest * longest) for value in values]
    if max(map(len, name.split())) > longest:
        return None
    return Blocks(bars=bars, heading=name)


def _of_rows(table: Table) -> tuple[float, ...]:
    """The one number of each row, where the series are the values of a second column."""
    assert table.chart is not None
    return tuple(row.get(table.chart.of[0]) or 0 for row in table.rows)


def _bar(length: float) -> str:
    """A bar to an eighth of a character; what is there at all is seen."""
    eighths = max(round(length * 8), 1) if length else 0
    return "█" * (eighths // 8) + (EIGHTHS[eighths % 8] if eighths % 8 else "")


def _parts(drawn: Picture, at: int, longest: int) -> str:
    """The parts of a whole in one bar, each rounded where it ends, so that the whole is as long as it is."""
    bar, sum_so_far = "", 0.0
    for number, series in enumerate(drawn.series):
        sum_so_far += series.values[at] or 0
        end = round(sum_so_far / drawn.highest * longest)
        if series.values[at]:
            bar += DENSE[number] * max(end - len(bar), 1)
    return bar[:longest]


def _line(drawn: Picture, number: int) -> str:
    """A series as a line of blocks: its least, the blocks, its greatest; many days share a block."""
    series = drawn.series[number]
    known = [value for value in series.values if value is not None]
    if not known:
        return series.name
    least, most = min(known), max(known)
    count = min(len(series.values), 2 * LONGEST)
    blocks = ""
    for at in range(count):
        start, end = at * len(series.values) // count, (at + 1) * len(series.values) // count
        part = [value for value in series.values[start:end] if value is not None]
        if not part:
            blocks += " "
            continue
        height = (sum(part) / len(part) - least) / (most - least) if most > least else 0.5
        blocks += HEIGHTS[min(int(height * len(HEIGHTS)), len(HEIGHTS) - 1)]
    name = "" if len(drawn.series) == 1 else f"{series.name}  "
    return f"{term(name)}{series.shown(least)} {blocks} {series.shown(most)}"
