"""Values as people read them, in the chosen language; shared by the formats for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from ayala.language.catalogue import heading, say, title, word
from ayala.language.writing import day, days_in, decimal
from ayala.output.harmless import term
from ayala.output.table import Column, Table


def short_title(table: Table) -> str:
    """What a table is called, without what it is about."""
    return title(table.key)


def lead(table: Table) -> str:
    """The line above a table: its title, and what it is about."""
    name = title(table.key)
    return term(f"{name}: {days_in(table.subtitle)}" if table.subtitle else name)


def headings(table: Table) -> list[str]:
    return [heading_of(column) for column in table.columns]


def heading_of(column: Column, lang: str | None = None) -> str:
    """The heading of a column in a language, else in the chosen one."""
    name = heading(column.heading_key, lang)
    return f"{name} ({heading(column.beside, lang).lower()})" if column.beside else name


def document_title(tables: Sequence[Table]) -> str:
    """What a file with these tables is called: by what the report says of itself, else by the first table."""
    for table in tables:
        if table.key == "report":
            about = next(iter(table.rows))
            return term(f"{title(str(about.get('report')))}: {days_in(str(about.get('span')))}")
    return lead(tables[0]) if tables else "Ayala"


def value(column: Column, raw: Any, on: date | None = None) -> str:
    """One value for people: names of codes, digits without groups, the decimal sign and the days of the
    language; nothing for what is absent.

    A region has the name that it had on the day, if one is given.
    """
    if raw is None or raw == "":
        return ""
    match column.kind:
        case "code":
            return term(" / ".join(word(column.vocabulary, part, on=on) for part in str(raw).split(";")))
        case "share":
            return f"{decimal(raw * 100, '.2f')} %"
        case "ratio":
            return decimal(raw, ".2f")
        case "day":
            return term(day(raw))
        case "flag":
            return say("yes") if raw else say("no")
        case "number" if isinstance(raw, float):
            return decimal(raw, ".10g")
    return "\n".join(term(line.replace("\t", "    ")) for line in str(raw).split("\n"))


def row_values(table: Table, row: Mapping[str, Any]) -> list[str]:
    return [value(c, row.get(c.key), table.on) for c in table.columns]


def total_values(table: Table) -> list[str]:
    """The totals row: the word for total in the first column, sums where there are any."""
    values = row_values(table, table.total or {})
    return [say("total"), *values[1:]] if not values[0] else values


def for_people(tables: Sequence[Table]) -> Iterator[Table]:
    """The tables as people see them: their rows known, empty optional ones left out."""
    for table in tables:
        rows = list(table.rows)
        if rows or not table.optional:
            yield replace(table, rows=rows)


def upright_rows(table: Table) -> list[tuple[str, str]]:
    """Heading and value of what is known of one record."""
    pairs: list[tuple[str, str]] = []
    for row in table.rows:
        pairs += [(h, v) for h, v in zip(headings(table), row_values(table, row), strict=True) if v]
    return pairs
