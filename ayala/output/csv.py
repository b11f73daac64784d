"""CSV: the same keys as JSON for headings, raw codes and ISO days, no totals.

Several tables stand one below the other, a blank line between, each row led by its table's key.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from typing import IO, Any

from ayala.output.harmless import cell
from ayala.output.table import Column, Table


def write(tables: Sequence[Table], stream: IO[str], *, single: bool) -> None:
    writer = csv.writer(stream, lineterminator="\n")
    for number, table in enumerate(tables):
        if number:
            stream.write("\n")
        lead = [] if single else [table.key]
        writer.writerow([*([] if single else ["table"]), *(c.key for c in table.columns)])
        writer.writerows([*lead, *_cells(table.columns, row)] for row in table.rows)


def _cells(columns: Sequence[Column], row: Mapping[str, Any]) -> list[str]:
    return [_plain(c, row.get(c.key)) for c in columns]


def _plain(column: Column, value: Any) -> str:
    if value is None:
        return ""
    if column.kind == "flag":
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.10g}"
    return cell(str(value))
