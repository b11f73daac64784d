"""``ayala check``: damage, broken references, and totals that do not tie to their parts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import typer

from ayala import record_codes
from ayala.dates import year_of
from ayala.language.catalogue import codes, current, heading, title
from ayala.language.phrases import phrase
from ayala.options import AsOf, Format, Output, Quiet, the_office
from ayala.output.emit import choose_format, emit
from ayala.output.table import Table, columns
from ayala.report import figures
from ayala.report.asked import REPORTS, Asked, tables_of, untied_of
from ayala.storage import guards

if TYPE_CHECKING:
    from ayala.storage.asking import Asking

Finding = tuple[str, int, str]

FOR_PROGRAMS = ("csv", "json")
"""Formats in which a check is called by its English name, whatever the language."""

NAMED = 20
"""How many places of a finding are named."""


def check(
    ctx: typer.Context,
    as_of: AsOf = None,
    format: Format = None,
    output: Output = None,
    quiet: Quiet = False,
) -> None:
    """Look for damage and for totals that do not tie.

    Example: ayala check

    Exit code 1 when something is found. Nothing is changed.
    """
    office = the_office(ctx)
    named = str if choose_format(format, output) in FOR_PROGRAMS else in_words
    rows = [
        {"check": named(name), "found": found, "what": what}
        for name, found, what in findings(office.ask, as_of or office.today)
    ]
    emit(Table("check", columns("check", "found#", "what"), rows), format=format, output=output)
    if any(row["found"] for row in rows):
        raise typer.Exit(1)


def findings(ask: Asking, day: date) -> Iterator[Finding]:
    """Every check with how much it found and what."""
    yield from _integrity(ask)
    yield _texts(ask)
    yield _guards(ask)
    yield _regions(ask)
    yield from _ties(ask, day)
    yield _count(ask, "overlapping stays", "overlapping_stays")
    yield _codes(ask, "closed beds with residents", "closed_beds_with_people", as_of=day)
    yield _codes(ask, "answers before the appeal", "answered_before_received")
    yield from _counters(ask)


def quick_findings(ask: Asking) -> Iterator[Finding]:
    """Those checks whose time hardly grows with the office, for ``doctor``."""
    yield from _integrity(ask, "quick_check")
    yield _guards(ask)


def _integrity(ask: Asking, pragma: str = "integrity_check") -> Iterator[Finding]:
    """What the engine itself knows of damage; PostgreSQL checks its references as it writes."""
    if ask.driver != "sqlite3":
        return
    damaged = [row[pragma] for row in ask.run(f"PRAGMA {pragma}", {})]
    wrong = [text for text in damaged if text != "ok"]
    yield "database file", len(wrong), "; ".join(wrong[:3])
    loose = [f"{row['table']}" for row in ask.run("PRAGMA foreign_key_check", {})]
    yield "references", len(loose), ", ".join(sorted(set(loose)))


def _texts(ask: Asking) -> Finding:
    """Texts that are no UTF-8, which SQLite takes from other programs; PostgreSQL takes none."""
    from ayala.storage import images

    found: list[str] = []
    if ask.driver == "sqlite3":
        ask.take_any_text("surrogateescape")
        for shape in images.shapes(tuple(row.values()) for row in ask.run(images.SQLITE_SHAPES, {})):
            row_json = images.row_json(shape, "t")
            for row in ask.run(f"SELECT {row_json} AS held FROM {shape.name} AS t", {}):
                try:
                    row["held"].encode()
                except UnicodeEncodeError:
                    found += _unreadable(shape.name, json.loads(row["held"]))
    return "text that is no UTF-8", len(found), "; ".join(found[:NAMED])


def _unreadable(table: str, row: dict[str, Any]) -> Iterator[str]:
    for column, value in row.items():
        if isinstance(value, str) and any("\udc80" <= letter <= "\udcff" for letter in value):
            yield f"{table} {row.get('code') or row.get('place') or row.get('id')} ({column})"


def _guards(ask: Asking) -> Finding:
    """Whether the triggers, exclusions and indexes that keep the records apart are all there."""
    wanted = guards.SQLITE if ask.driver == "sqlite3" else guards.POSTGRESQL
    there = {row["name"] for row in ask.rows("report", "guards")}
    gone = [name for name in wanted if name not in there]
    return "guards of the database", len(gone), ", ".join(gone)


def _regions(ask: Asking) -> Finding:
    """Codes that name no region; the list of regions is data and no constraint."""
    known = codes("region")
    unknown = [row["region"] for row in ask.rows("report", "regions") if row["region"] not in known]
    return "unknown regions", len(unknown), ", ".join(sorted(unknown))


def _ties(ask: Asking, day: date) -> Iterator[Finding]:
    """Each report of this year: every total asked for by itself against the sum of its lines.

    A line for each figure of the briefing, and one for each other report.
    """
    wanted = Asked(year_of(day), day)
    for name in REPORTS:
        tables = tables_of(name)(ask, wanted)
        ties = list(figures.tied(tables, untied_of(name)))
        if name == "summary":
            for table, column, parts, total in ties:
                off = abs(int(parts - total)) or int(parts != total)
                yield f"{table}: {column}", off, _untied(table, column, parts, total) if off else ""
            yield from _beds(tables)
        else:
            wrong = [_untied(*tie) for tie in ties if tie[2] != tie[3]]
            yield f"totals of {name}", len(wrong), "; ".join(wrong[:NAMED])


def _untied(table: str, column: str, parts: float, total: float) -> str:
    return phrase("{figure}: {parts} is not {total}", figure=f"{table}.{column}", parts=parts, total=total)


def _beds(tables: Sequence[Table]) -> Iterator[Finding]:
    """Beds are those of residents, those out of service and the free ones."""
    for table in tables:
        for row in table.rows if table.key == "dormitory" else ():
            rest = row["beds"] - row["residents"] - row["out_of_service"] - row["free"]
            yield f"beds of {row['building']}", abs(rest), ""


def _count(ask: Asking, name: str, question: str, **values: Any) -> Finding:
    return name, ask.value("report", question, **values), ""


def _codes(ask: Asking, name: str, question: str, **values: Any) -> Finding:
    found = [row["code"] for row in ask.rows("report", question, **values)]
    return name, len(found), ", ".join(found)


def _counters(ask: Asking) -> Iterator[Finding]:
    """A counter behind its codes would give a code out twice."""
    counters = {row["name"]: row["value"] for row in ask.rows("report", "counters")}
    for noun in ("graduate", "service", "session", "queue", "placement", "aid"):
        highest = ask.value("report", f"highest_{noun}")
        behind = highest is not None and record_codes.number_of(highest) > counters.get(noun, 0)
        above = phrase("{code} is above it", code=highest) if behind else ""
        yield f"counter of {noun}", int(behind), above


def in_words(name: str) -> str:
    """What a check is called for people: the total it ties, or its name in the chosen language."""
    if current() == "en":
        return name
    if name.startswith("counter of "):
        return phrase("counter of {noun}", noun=title(name.removeprefix("counter of ")))
    if name.startswith("beds of "):
        return phrase("beds of {building}", building=name.removeprefix("beds of "))
    if name.startswith("totals of "):
        return phrase("totals of {report}", report=title(name.removeprefix("totals of ")))
    tables, tie, column = name.partition(": ")
    if tie:
        return f"{title(tables)}: {heading(column)}"
    match name:
        case "database file":
            return phrase("database file")
        case "references":
            return phrase("references")
        case "text that is no UTF-8":
            return phrase("text that is no UTF-8")
        case "guards of the database":
            return phrase("guards of the database")
        case "unknown regions":
            return phrase("unknown regions")
        case "overlapping stays":
            return phrase("overlapping stays")
        case "closed beds with residents":
            return phrase("closed beds with residents")
        case "answers before the appeal":
            return phrase("answers before the appeal")
    return name
