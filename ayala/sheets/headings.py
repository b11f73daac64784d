"""What stands above a column of somebody's sheet, and which heading of Ayala that is.

Read are Ayala's own words for a heading, its names in the three catalogues, the spellings of
``headings.toml``, and before all of these an office's own map. What is compared is folded
(:func:`ayala.language.names.fold`); where two kinds of sheet mean different things by the same words, the
kind settles it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from ayala.language.catalogue import LANGUAGES, current
from ayala.language.catalogue import heading as printed
from ayala.language.names import fold
from ayala.sheets.rows import Kind

DATA = Path(__file__).parent / "headings.toml"

ADDED = ("problem", "problem_code")
"""Columns that Ayala itself adds to a rejects file; they say nothing of a record."""

NEAR = 66
"""How alike (of 100) an unknown heading must be to a known one to be proposed for it."""

LEFT_OUT = "-"
"""What a map says of a column that is left out without a word."""

Own = Mapping[str, str]
"""An office's own map: heading of the sheet -> known heading, or ``-``."""


@cache
def _data() -> dict[str, Any]:
    with DATA.open("rb") as stream:
        return tomllib.load(stream)


def added(key: str) -> str:
    """The heading of a column that Ayala adds to a rejects file, in the chosen language. In English it is the
    key itself, which scripts rely on."""
    return key if current() == "en" else printed(key)


@cache
def _ours() -> frozenset[str]:
    return frozenset(
        fold(name) for key in ADDED for name in (key, *(printed(key, lang) for lang in LANGUAGES))
    )


@cache
def _ignored() -> frozenset[str]:
    return frozenset(fold(name) for name in _data()["ignored"]["headings"])


def is_added(heading: str) -> bool:
    """Whether Ayala itself added the column to a rejects file, in whatever language."""
    return fold(heading) in _ours()


def is_ignored(heading: str) -> bool:
    """Whether a column says nothing of a record: a row number, or what Ayala added."""
    return is_added(heading) or fold(heading) in _ignored()


def spellings(kind: Kind) -> dict[str, tuple[str, str]]:
    """Every way to write the headings of a kind: folded -> (known heading, as it is written)."""
    return _spellings(kind.name, (*kind.headings, *kind.joined))


@cache
def _spellings(kind: str, known: tuple[str, ...]) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}

    def take(name: str, written: Iterable[str]) -> None:
        for text in written:
            found.setdefault(fold(text), (name, text))

    for name in known:
        take(name, [name])
    for source in (_data()["kinds"].get(kind, {}), _catalogues(known), _data()["any"]):
        for name in known:
            take(name, source.get(name, ()))
    return found


def _catalogues(names: Iterable[str]) -> dict[str, list[str]]:
    return {name: [printed(name, lang) for lang in LANGUAGES] for name in names}


def matched(headings: Sequence[str], kind: Kind, own: Own | None = None) -> list[str | None]:
    """For each column of the sheet the kind's heading it stands for, or nothing.

    Where a sheet has the parts of a name in columns of their own, a column with the whole name is left out.
    """
    known = spellings(kind)
    mapped = {fold(theirs): name for theirs, name in (own or {}).items()}
    columns: list[str | None] = []
    for heading in headings:
        key = fold(heading)
        name = mapped.get(key) or known.get(key, (None,))[0]
        columns.append(name if name in kind.headings or name in kind.joined else None)
    for whole, parts in kind.joined.items():
        if whole in columns and not set(parts).isdisjoint(columns):
            columns = [None if name == whole else name for name in columns]
    return columns


def nearest(heading: str, kind: Kind) -> tuple[str, str] | None:
    """The known heading that an unknown one is most like, and how it is spelt there; or nothing."""
    from rapidfuzz import fuzz, process

    known = spellings(kind)
    found = process.extractOne(fold(heading), list(known), scorer=fuzz.ratio, score_cutoff=NEAR)
    return known[found[0]] if found else None


def told_apart(heading: str, own: Own | None) -> bool:
    """Whether the office's map says that this column is left out."""
    return any(fold(theirs) == fold(heading) and name == LEFT_OUT for theirs, name in (own or {}).items())
