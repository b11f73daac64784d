"""Giving records out as sheets: one CSV a kind, raw values, in an order that never changes.

What is written can be imported into an empty database, and exporting that again gives the same
bytes. Personal numbers and phones are masked unless asked for; ``import`` refuses masked sheets.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ayala.errors import NotWritable
from ayala.language.phrases import phrase
from ayala.output.emit import mask, replacing
from ayala.output.harmless import FREE_TEXT, hidden
from ayala.sheets.kinds import MODULES
from ayala.sheets.taking import PERSONAL

if TYPE_CHECKING:
    from ayala.storage.asking import Asking


def give_out(
    ask: Asking, folder: Path, *, unmask: bool, without: frozenset[str] = frozenset()
) -> list[tuple[str, str, int]]:
    """Write every kind into the folder; for each the file, the kind and the number of rows.

    ``without``: the codes of people who are left out, with all that is theirs.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise NotWritable(
            phrase("{folder} cannot be made: {cause}", folder=folder, cause=error.strerror)
        ) from None
    answer = []
    for kind, where in MODULES.items():
        noun = where.split(".")[1]
        path = folder / f"{kind}.csv"
        with replacing(path) as stream:
            writer = csv.writer(stream, lineterminator="\n")
            rows = 0
            headings: list[str] = []
            for row in ask.rows(noun, f"sheet_{kind}"):
                if not headings:
                    headings = list(row)
                    writer.writerow(headings)
                if without and row.get("code" if kind == "graduates" else "graduate") in without:
                    continue
                writer.writerow(_cells(row, headings, unmask=unmask))
                rows += 1
            if not headings:
                writer.writerow(ask.names(noun, f"sheet_{kind}"))
        answer.append((str(path), kind, rows))
    return answer


def _cells(row: dict[str, Any], headings: Sequence[str], *, unmask: bool) -> list[str]:
    if unmask:
        return [_plain(row[h]) for h in headings]
    return [
        mask(str(row[h]))
        if h in PERSONAL and row[h]
        else hidden(_plain(row[h]))
        if h in FREE_TEXT
        else _plain(row[h])
        for h in headings
    ]


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.10g}"
    # A lone carriage return would end the line for most readers; none comes in through Ayala.
    return str(value).replace("\r", "\n")
