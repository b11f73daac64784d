"""Holding a report that was given out against the records of today (``ayala report verify``).

A report in JSON carries what it was asked for and the fingerprint of its figures. Asked again for the same
days, it gives the same figures, unless records of those days were changed since: each such figure is named.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from ayala.dates import BadDay, Span, span
from ayala.errors import NoSuchFile, SheetNotReadable
from ayala.language.phrases import phrase
from ayala.output.table import FIGURES, Table
from ayala.paths import why
from ayala.report import figures
from ayala.report.asked import REPORTS, Asked

Held = dict[str, list[dict[str, Any]]]
Making = Callable[[str, Asked, Span | None], list[Table]]


def read(path: Path) -> tuple[Held, dict[str, Any]]:
    """The tables of a report in JSON, and what it says about itself.

    Raises :class:`NoSuchFile`, or :class:`SheetNotReadable` for a file that is no report of Ayala in JSON.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise NoSuchFile(phrase("{path} cannot be read: {reason}", path=path, reason=why(error))) from None
    except UnicodeDecodeError:
        raise _no_report(path) from None
    try:
        held = json.loads(text)
        (about,) = held.pop("report")
        Asked(span(about["span"], date.min), date.fromisoformat(about["as_of"]))
        rows = [row for rows in held.values() for row in rows]
        if about["report"] not in REPORTS or not all(isinstance(row, dict) for row in [*rows, about]):
            raise KeyError(about["report"])
        _ = about["fingerprint"]
    except (ValueError, KeyError, TypeError, AttributeError, BadDay, RecursionError):
        raise _no_report(path) from None
    return held, about


def _no_report(path: Path) -> SheetNotReadable:
    return SheetNotReadable(
        phrase("{path} is no report of Ayala in JSON", path=path),
        phrase("a file that ayala report NAME --output FILE.json wrote"),
    )


def differences(path: Path, make: Making) -> Iterator[dict[str, Any]]:
    """What is otherwise today: the table, its line, the column, the figure of the file, today's figure."""
    held, about = read(path)
    if figures.signs_of(held) != about["fingerprint"]:
        what = phrase("the file was changed after it was written")
        yield {"table": "report", "line": str(path), "column": "fingerprint", "was": what, "now": None}
    other = span(about["compared_span"], date.min) if about.get("compared_span") else None
    asked = Asked(
        span(about["span"], date.min),
        date.fromisoformat(about["as_of"]),
        about.get("region"),
        about.get("building"),
    )
    for table in make(about["report"], asked, other):
        yield from _of_table(table, held.get(table.key, []))


def _of_table(table: Table, was: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    names = table.named_by
    before = {tuple(row.get(name) for name in names): row for row in was}
    now = {tuple(row.get(name) for name in names): row for row in table.rows}
    for name in {**before, **now}:
        for column in table.columns:
            if column.kind not in FIGURES or column.key in names:
                continue
            then, today = (rows.get(name, {}).get(column.key) for rows in (before, now))
            if then != today:
                line = "/".join("-" if part in (None, "") else str(part) for part in name)
                yield {
                    "table": table.key, "line": line, "column": column.key,
                    "was": _text(then), "now": _text(today),
                }  # fmt: skip


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
