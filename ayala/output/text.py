"""Plain text for pipes and files: a tabulate table, nothing cut, nothing wrapped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO

from tabulate import SEPARATING_LINE, tabulate

from ayala.language.catalogue import say
from ayala.output import words
from ayala.output.table import FIGURES, Table


def write(tables: Sequence[Table], stream: IO[str], *, single: bool) -> None:
    for number, table in enumerate(words.for_people(tables)):
        if number:
            stream.write("\n")
        if not single or table.subtitle:
            stream.write(f"{words.lead(table)}\n")
        if table.upright:
            stream.write(tabulate(words.upright_rows(table), tablefmt="plain", disable_numparse=True) + "\n")
            continue
        rows: list[object] = [words.row_values(table, row) for row in table.rows]
        if not rows:
            stream.write(f"{say('nothing found')}\n")
            continue
        if table.total is not None:
            rows += [SEPARATING_LINE, words.total_values(table)]
        stream.write(
            tabulate(
                rows,  # type: ignore[arg-type]
                headers=words.headings(table),
                tablefmt="simple",
                disable_numparse=True,
                colalign=["right" if c.kind in FIGURES else "left" for c in table.columns],
            )
        )
        stream.write("\n")
