"""Sheets of invented people and places, and plain questions to the engine, past the program."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from ayala.storage import opening
from ayala.storage.opening import address

HEADINGS = "code,surname,given_name,birth_date,sex\n"
BORN = date(1999, 1, 1)


def people(path: Path, first: int, count: int, surname: str = "Арыстан") -> Path:
    """A sheet of people, G-first and on."""
    rows = (
        f"G-{n},{surname}{n},Нұр{n},{BORN + timedelta(days=n % 2000)},{'FM'[n % 2]}\n"
        for n in range(first, first + count)
    )
    path.write_text(HEADINGS + "".join(rows), encoding="utf-8")
    return path


def beds(path: Path, places: Sequence[str]) -> Path:
    """A sheet of beds, by their places."""
    rows = (place.replace("/", ",") + "\n" for place in places)
    path.write_text("building,room,bed\n" + "".join(rows), encoding="utf-8")
    return path


def asked(url: str, sql: str) -> list[tuple[Any, ...]]:
    """What the engine itself answers."""
    place = address(url)
    if place.path is not None:
        connection = opening.open_sqlite(place.path, reading=True)
    else:
        connection = opening.connect_postgresql(url, reading=True)
    try:
        return [tuple(row) for row in connection.execute(sql).fetchall()]
    finally:
        connection.close()
