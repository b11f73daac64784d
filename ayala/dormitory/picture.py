"""A building on a terminal: floors from the top, rooms as boxes, beds as marks with who lives there.

The marks tell free, taken and closed apart; colour only repeats what they say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from rich.text import Text

from ayala.dormitory.reading import MARKS
from ayala.language.catalogue import heading, word
from ayala.output.harmless import term
from ayala.output.screen import draw, width

STYLES = {"taken": "bold", "free": "green", "closed": "red"}
NARROW = 60
"""Columns below which the codes of residents are left out."""


def show(rows: Sequence[dict[str, Any]], names: dict[str, str]) -> None:
    """Print the buildings of these beds; ``names`` are those of the buildings by code."""
    draw(drawn(rows, names, width()))


def drawn(rows: Sequence[dict[str, Any]], names: dict[str, str], width: int) -> Iterator[Text]:
    """The lines of the picture, none wider than the screen."""
    legend = [
        Text(f"{mark} {word('bed_state', state)}", style=STYLES[state]) for state, mark in MARKS.items()
    ]
    if sum(part.cell_len + 3 for part in legend) > width:
        yield from (_cut(part, width) for part in legend)
    else:
        yield Text("   ").join(legend)
    for building, house in groupby(rows, key=lambda row: row["building"]):
        beds = list(house)
        counts = ", ".join(
            f"{word('bed_state', state)} {sum(bed['state'] == state for bed in beds)}" for state in MARKS
        )
        yield Text()
        yield _cut(Text(term(f"{building} {names.get(building, '')}"), style="bold"), width)
        yield _cut(Text(f"{heading('beds')} {len(beds)}: {counts}"), width)
        floors = sorted({bed["floor"] for bed in beds}, key=lambda floor: (floor is None, -(floor or 0)))
        for floor in floors:
            yield Text()
            yield Text(f"{heading('floor')} {'–' if floor is None else floor}")
            yield from _floor([bed for bed in beds if bed["floor"] == floor], width)


def _floor(beds: Sequence[dict[str, Any]], width: int) -> Iterator[Text]:
    """The rooms of a floor as boxes of one size, as many beside one another as fit."""
    rooms = [list(room) for _, room in groupby(beds, key=lambda bed: bed["room"])]
    contents = [_room(room, codes=width >= NARROW) for room in rooms]
    inner = min(max(line.cell_len for lines in contents for line in lines), width - 2)
    in_a_row = max(1, (width + 1) // (inner + 3))
    for start in range(0, len(rooms), in_a_row):
        beside = contents[start : start + in_a_row]
        height = max(len(lines) for lines in beside)
        yield Text(" ").join(Text("┌" + "─" * inner + "┐") for _ in beside)
        for number in range(height):
            yield Text(" ").join(
                Text("│") + _fit(lines[number] if number < len(lines) else Text(), inner) + Text("│")
                for lines in beside
            )
        yield Text(" ").join(Text("└" + "─" * inner + "┘") for _ in beside)


def _room(beds: Sequence[dict[str, Any]], *, codes: bool) -> list[Text]:
    """What stands in a room's box: its number and sex, then its beds."""
    first = beds[0]
    kind = word("sex", first["room_sex"]) if first["room_sex"] else ""
    if first["family_flat"]:
        kind = heading("family_flat")
    head = Text(term(f"{first['room']} {kind}".rstrip()), style="bold")
    if not codes:
        marks = Text(" ").join(Text(MARKS[bed["state"]], style=STYLES[bed["state"]]) for bed in beds)
        return [head, marks]
    lines = [head]
    for bed in beds:
        who = f" {bed['graduate']}" if bed["graduate"] else ""
        lines.append(
            Text(f"{term(bed['bed'])} ") + Text(f"{MARKS[bed['state']]}{who}", style=STYLES[bed["state"]])
        )
    return lines


def _fit(line: Text, width: int) -> Text:
    """The line at exactly this width."""
    line = line.copy()
    line.truncate(width, overflow="ellipsis", pad=True)
    return line


def _cut(line: Text, width: int) -> Text:
    line.truncate(width, overflow="ellipsis")
    return line
