"""What a report carries besides its figures: its span, its day, and a fingerprint to compare copies by."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ayala.dates import Span
from ayala.output.table import Column, Table, columns
from ayala.report.asked import Asked

SIGNS = 12
"""Hexadecimal signs of a fingerprint: 48 bits, enough to tell the copies of an office's reports apart."""


def fingerprint(tables: Sequence[Table]) -> str:
    """Twelve signs that differ when a figure or a line of the tables does.

    The same figures give the same signs in every language, format and year: SHA-256 over the keys and plain
    values of the tables in their order, as JSON has them. Titles, headings, totals and the names of codes are
    not in it, so that a file can be held against its own fingerprint (``verifying``).
    """
    held = {}
    for table in tables:
        table.rows = rows = list(table.rows)
        held[table.key] = [{c.key: _plain(c, row.get(c.key)) for c in table.columns} for row in rows]
    return signs_of(held)


def signs_of(held: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """The fingerprint of tables as JSON has them: lists of objects by their keys."""
    digest = hashlib.sha256()
    for key, rows in held.items():
        digest.update(json.dumps([key, rows], ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n")
    signs = digest.hexdigest()[:SIGNS]
    return "-".join(signs[at : at + 4] for at in range(0, SIGNS, 4))


def _plain(column: Column, value: Any) -> Any:
    return bool(value) if column.kind == "flag" and value is not None else value


def about(report: str, asked: Asked, tables: Sequence[Table], compared: Span | None = None) -> Table:
    """What tells a report from others: its name, its days, what it is narrowed to, and its figures' signs."""
    row = {
        "report": report,
        "span": asked.span.label,
        "as_of": asked.as_of.isoformat(),
        "region": asked.region,
        "building": asked.building,
        "compared_span": compared.label if compared else None,
        "fingerprint": fingerprint(tables),
    }
    shown = columns("report", "span", "as_of@", "region:region", "building", "compared_span", "fingerprint")
    return Table("report", shown, [row], upright=True)


def tied(
    tables: Sequence[Table], untied: frozenset[str] = frozenset()
) -> Iterator[tuple[str, str, float, float]]:
    """Every figure that is to be the sum of its lines: table, column, sum of the lines, total.

    Shares and ratios are none; nor is what ``untied`` names as ``column`` or ``table.column``: a median,
    people counted once though they stand in several lines.
    """
    for table in tables:
        table.rows = rows = list(table.rows)
        for column in table.columns:
            total = (table.total or {}).get(column.key)
            if column.kind != "number" or total is None or {column.key, f"{table.key}.{column.key}"} & untied:
                continue
            yield table.key, column.key, sum(row.get(column.key) or 0 for row in rows), total
