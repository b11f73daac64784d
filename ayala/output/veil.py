"""People whose data are blocked: an answer shows the code and the word, and nothing that is personal.

Blocking stops the use of the data for a time (Law 94-V, art. 1, subpara. 3), so it holds for every list,
page and format, also for ``--unmask``. What has to go on is still seen: that an appeal is open, that a
bed is taken. Counts count everybody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from ayala.output.table import Table

WORD = "blocked"
"""What stands in place of a name, in formats for programs."""

PEOPLE = frozenset({"graduate", "graduates"})
"""Tables whose rows are people: nothing of them is shown but the code."""

Row = Mapping[str, Any]

_blocked: Callable[[], frozenset[str]] = frozenset


def asks(blocked: Callable[[], frozenset[str]]) -> None:
    """Say where the codes of those who are blocked come from; asked only when people are shown."""
    global _blocked
    _blocked = blocked


def veiled(tables: Sequence[Table], word: str = WORD) -> list[Table]:
    """The tables as they may be shown."""
    if not any(_shows_people(table) for table in tables):
        return list(tables)
    blocked = _blocked()
    if not blocked:
        return list(tables)
    first = tables[0]
    if (person := first.subtitle.split(" ")[0]) in blocked:
        return [_emptied(table, person, word) for table in tables]
    parts = [_each(table, lambda row, t=table: _checked(row, t, blocked, word)) for table in tables]  # type: ignore[misc]
    if first.upright and _has(first, "name"):  # the page of one record, such as an appeal
        rows = list(first.rows)
        parts[0] = replace(parts[0], rows=[_checked(row, first, blocked, word) for row in rows])
        if any(row.get("graduate") in blocked for row in rows):
            parts[0].subtitle = str(rows[0].get("code") or "")
            for part in parts[1:]:
                if not _has(part, "graduate"):
                    part.rows = [_hidden(row, word) for row in part.rows]
    return parts


def _has(table: Table, key: str) -> bool:
    return any(column.key == key for column in table.columns)


def _shows_people(table: Table) -> bool:
    keys = {column.key for column in table.columns}
    return "graduate" in keys or table.subtitle[:2] == "G-" or (table.key in PEOPLE and "code" in keys)


def _each(table: Table, change: Callable[[Row], Row]) -> Table:
    def rows() -> Iterator[Row]:
        for row in table.rows:
            yield change(row)

    return replace(table, rows=rows())


def _checked(row: Row, table: Table, blocked: frozenset[str], word: str) -> Row:
    if table.key in PEOPLE and row.get("code") in blocked:
        return _person(row["code"], word)
    return _hidden(row, word) if row.get("graduate") in blocked else row


def _person(code: str, word: str) -> Row:
    return {"code": code, "surname": word}


def _hidden(row: Row, word: str) -> Row:
    """A record of a blocked person: what it says of the person is left out."""
    shown = {key: value for key, value in row.items() if key not in _personal()}
    return shown | {key: word for key in ("surname", "name") if key in row}


def _emptied(table: Table, person: str, word: str) -> Table:
    """A page of one person: the code, and no more."""
    rows = [_person(person, word)] if table.key in PEOPLE else []
    subtitle = f"{person} {word}" if table.subtitle else ""
    return replace(table, rows=rows, subtitle=subtitle)


@cache
def _personal() -> frozenset[str]:
    """What a column of an answer is called that is personal somewhere among the records."""
    from ayala.personal import columns

    found = {name for table in columns.PEOPLE.values() for name in table.personal}
    return frozenset(found | {"name", "age", "adults", "children", "companions", "what", "sentence"})
