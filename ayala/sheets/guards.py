"""Guards against a bad sheet: the wrong file, an old one, a column that was sorted by itself.

Every row may be right by itself and the sheet still be wrong. A guard counts over the whole sheet and stops
the import before anything is saved; a person who has looked lets it pass by name (``--allow``), which the
history keeps. The shares are settings; what ships stands in ``guards.toml`` with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ayala.errors import BadSetting, SheetDoubted
from ayala.language.phrases import phrase

if TYPE_CHECKING:
    from ayala.sheets.taking import Taken

_VALUE = re.compile(r"\s*([0-9]{1,3}(?:\.[0-9]+)?)\s*%\s*from\s*([0-9]{1,9})\s*")


@cache
def shipped() -> dict[str, dict[str, Any]]:
    """The guards by their names, with what they ship with."""
    import tomllib

    text = Path(__file__).with_name("guards.toml").read_text(encoding="utf-8")
    return {row["id"]: row for row in tomllib.loads(text)["guard"]}


def setting_of(guard: str) -> str:
    """The setting that holds a guard's limit."""
    return f"import_{guard.replace('-', '_')}"


class Limit(NamedTuple):
    """A guard's limit: more than this share of a sheet's rows, and at least so many."""

    share: float
    least: int

    def is_passed(self, rows: int, of: int) -> bool:
        return rows >= self.least and rows > of * self.share

    def __str__(self) -> str:
        return f"{self.share * 100:g}% from {self.least}"


def limit(value: str, origin: str) -> Limit:
    """``20% from 20`` as a limit. Raises :class:`BadSetting`."""
    found = _VALUE.fullmatch(value)
    if not found or float(found[1]) > 100:
        raise BadSetting(
            phrase("'{value}' ({origin}) is no share of a sheet's rows", value=value, origin=origin),
            "20% from 20",
        )
    return Limit(float(found[1]) / 100, int(found[2]))


@dataclass(frozen=True)
class Doubt:
    """A guard that a sheet does not pass."""

    file: str
    guard: str
    rows: int
    of: int
    limit: Limit

    def __str__(self) -> str:
        """Which sheet, and the figures."""
        return phrase(
            "{file}: {what} ({guard}: more than {share}% from {least})",
            file=self.file,
            what=self._what(),
            guard=self.guard,
            share=f"{self.limit.share * 100:g}",
            least=self.limit.least,
        )

    def _what(self) -> str:
        if self.guard == "many-rejected":
            return phrase("{rejected} of {read} rows are rejected", rejected=self.rows, read=self.of)
        if self.guard == "many-updated":
            return phrase("{rows} of {all} rows would change what is on record", rows=self.rows, all=self.of)
        return phrase(
            "in {rows} of {all} rows the IIN contradicts the birth date, the sex or the name on record: "
            "a column may be shifted",
            rows=self.rows,
            all=self.of,
        )


def limits(found: Callable[[str], tuple[str, str]]) -> dict[str, Limit]:
    """The limit of every guard; ``found`` tells a setting's value and origin. Raises :class:`BadSetting`."""
    return {name: limit(*found(setting_of(name))) for name in shipped()}


def doubts(taken: Iterable[Taken], limits: Mapping[str, Limit], allowed: Iterable[str]) -> list[Doubt]:
    """The guards that the sheets do not pass, those that were allowed left out."""
    held = {name: limits[name] for name in limits.keys() - set(allowed)}
    return [
        Doubt(sheet.file, name, rows, of, held[name])
        for sheet in taken
        for name, rows, of in _counted(sheet)
        if name in held and held[name].is_passed(rows, of)
    ]


def _counted(sheet: Taken) -> Iterator[tuple[str, int, int]]:
    """What the guards count in a sheet: guard, rows, of how many."""
    yield "many-rejected", sheet.rejected, sheet.read
    yield "many-updated", sheet.updated, sheet.read
    yield "shifted", sheet.contradicted + sheet.renamed, sheet.read - sheet.rejected


def stop(found: list[Doubt], again: str) -> None:
    """Raise :class:`SheetDoubted` if there is a doubt; ``again`` is the command that was typed."""
    if found:
        allowed = " ".join(f"--allow {name}" for name in dict.fromkeys(doubt.guard for doubt in found))
        raise SheetDoubted(
            phrase("nothing imported: {what}", what="; ".join(map(str, found))),
            phrase("look at the sheet; if it is right: {command}", command=f"{again} {allowed}"),
        )
