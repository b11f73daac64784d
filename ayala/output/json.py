"""JSON: one table is a list of objects, several are an object of such lists; keys never change."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import IO, Any

from ayala.output.harmless import quoted
from ayala.output.table import Column, Table


def write(tables: Sequence[Table], stream: IO[str], *, single: bool) -> None:
    if single:
        _write_rows(tables[0], stream, "")
    else:
        stream.write("{")
        for number, table in enumerate(tables):
            stream.write(("," if number else "") + f'\n"{table.key}": ')
            _write_rows(table, stream, " ")
        stream.write("\n}")
    stream.write("\n")


def _write_rows(table: Table, stream: IO[str], indent: str) -> None:
    stream.write("[")
    # A terminal or pipe that is not in UTF-8 gets ASCII: what it cannot show would else break the JSON.
    plain = not (getattr(stream, "encoding", None) or "utf-8").lower().startswith("utf")
    written = False
    for row in table.rows:
        stream.write((",\n" if written else "\n") + indent + " ")
        stream.write(quoted(json.dumps(_object(table.columns, row), ensure_ascii=plain)))
        written = True
    stream.write(f"\n{indent}]" if written else "]")


def _object(columns: Sequence[Column], row: Mapping[str, Any]) -> dict[str, Any]:
    return {c.key: _plain(c, row.get(c.key)) for c in columns}


def _plain(column: Column, value: Any) -> Any:
    return bool(value) if column.kind == "flag" and value is not None else value
