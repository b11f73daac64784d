"""Opening a figure: the records behind one cell of a report (``--explain ROW COLUMN``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from ayala.dates import FIRST_DAY, BadDay, day
from ayala.errors import NoSuchRecord, SeveralFit, WrongUsage
from ayala.language.catalogue import LANGUAGES, read_code, say, word
from ayala.language.names import fold
from ayala.language.phrases import phrase
from ayala.output.harmless import shortened
from ayala.output.table import FIGURES, Column, Table
from ayala.output.words import heading_of

Row = Mapping[str, Any]
Cell = tuple[Table, Row | None, Column]

NOTHING = "-"
"""What stands in a name for a part that has no value."""
TOTAL = "total"
"""What the totals row is called, besides its word in each language."""


def explained(tables: Sequence[Table], row: str, column: str, table: str | None = None) -> Table:
    """The records behind the cell that ``row`` and ``column`` name, as a table that begins with their codes.

    ``row`` is what stands before the figures of its line, parts divided by ``/``: codes or their names in
    any language, the last ones left out where the first are enough; ``total`` for the last line, ``-`` for
    nothing. ``column`` is a key or a heading in any language; ``table`` a key, needed where several tables
    have such a cell.
    """
    for each in tables:
        each.rows = list(each.rows)
    cells = [cell for each in tables if table in (None, each.key) for cell in _cells(each, row, column)]
    if not cells:
        raise _none_such(tables, row, column, table)
    if len(cells) > 1:
        raise SeveralFit(
            phrase(
                "several tables have '{row}' and '{column}'", row=shortened(row), column=shortened(column)
            ),
            [(found.key, _named(found, line)) for found, line, _ in cells],
            phrase("the same command with --table KEY"),
        )
    found, line, head = cells[0]
    answer = found.behind(line, head.key) if found.behind else None
    if answer is None:
        raise WrongUsage(
            phrase(
                "no records stand behind '{column}' of the table {table}", column=head.key, table=found.key
            )
        )
    rows = list(answer)
    keys = list(rows[0]) if rows else ["code"]
    value = line.get(head.key) if line is not None else (found.total or {}).get(head.key)
    subtitle = f"{_named(found, line)}, {heading_of(head)}: {'' if value is None else value}"
    return Table(
        "records", [Column(key, "day" if key == "day" else "text") for key in keys], rows, None, subtitle
    )


def _cells(table: Table, row: str, column: str) -> Iterator[Cell]:
    """The cells of a table that the two words name; several lines only where they are named alike."""
    head = next((c for c in _figures(table) if _is_called(c, column)), None)
    if head is None:
        return
    if table.total is not None and head.key in table.total and _folded(row) in _totals():
        yield table, None, head
    names = [c for c in table.columns if c.key in table.named_by]
    # The last part, such as a partner's name, may have a stroke in it.
    typed = [part.strip() for part in row.split("/", len(names) - 1)]
    for line in table.rows:
        if all(_is_meant(c, line.get(c.key), part) for c, part in zip(names, typed, strict=False)):
            yield table, line, head


def _figures(table: Table) -> list[Column]:
    return [c for c in table.columns if c.kind in FIGURES and c.key not in table.named_by]


def _totals() -> set[str]:
    return {TOTAL} | {_folded(say("total", lang)) for lang in LANGUAGES}


def _is_called(column: Column, typed: str) -> bool:
    if typed == column.key:
        return True
    return _folded(typed) in {_folded(heading_of(column, lang)) for lang in LANGUAGES}


def _is_meant(column: Column, value: Any, typed: str) -> bool:
    """Whether a typed part names the value: as itself, as a code, or by a name of the code."""
    if value is None or value == "":
        return typed in ("", NOTHING)
    if column.kind == "code" and (code := read_code(column.vocabulary, typed)) is not None:
        return bool(code == value)
    if column.kind == "day":
        with suppress(BadDay):
            return day(typed, FIRST_DAY).isoformat() == str(value)
    return _folded(str(value)) == _folded(typed)


def _folded(text: str) -> str:
    return fold(text) or text.strip().casefold()


def _named(table: Table, line: Row | None) -> str:
    """A line as people call it."""
    if line is None:
        return say("total")
    names = [c for c in table.columns if c.key in table.named_by]
    return " / ".join(
        NOTHING
        if line.get(c.key) in (None, "")
        else word(c.vocabulary, str(line[c.key]))
        if c.kind == "code"
        else str(line[c.key])
        for c in names
    )


def _none_such(tables: Sequence[Table], row: str, column: str, table: str | None) -> NoSuchRecord:
    """What there is instead: the tables, the columns of a table, or its lines."""
    known = {each.key: each for each in tables}
    if table is not None and table not in known:
        return NoSuchRecord(
            phrase("this report has no table '{table}'", table=shortened(table)),
            phrase("one of: {names}", names=", ".join(known)),
        )
    those = [each for each in tables if table in (None, each.key)]
    heads = [c for each in those for c in _figures(each)]
    if not any(_is_called(c, column) for c in heads):
        keys = dict.fromkeys(c.key for c in heads)
        return NoSuchRecord(
            phrase("this report has no column of figures '{column}'", column=shortened(column)),
            phrase("one of: {names}", names=", ".join(keys)),
        )
    return NoSuchRecord(
        phrase("no line '{row}' has a figure '{column}'", row=shortened(row), column=shortened(column)),
        phrase(
            "what stands before the figures, its parts divided by '/': {example}",
            example=_example(those, column),
        ),
    )


def _example(tables: Sequence[Table], column: str) -> str:
    """A line of the first table that has such a column."""
    for table in tables:
        if any(_is_called(c, column) for c in _figures(table)):
            for line in table.rows:
                return "/".join(str(line.get(key) or NOTHING) for key in table.named_by)
    return TOTAL
