"""Which sign stands between the cells of a sheet, and which around them: told by its first records.

Not by counting signs: a heading may hold a comma in quotes, and a note a semicolon. A sign fits as far as the
records split by it have as many cells as the headings.
"""

from __future__ import annotations

import csv
import io
import re
from typing import NamedTuple

from ayala.errors import WrongUsage
from ayala.language.phrases import phrase
from ayala.output.harmless import shortened

USUAL = (",", ";", "\t", "|")
OTHERS = ("^", "~", ":", "#", "$", "%", "&", "!", "@", "*", "=", "+", "\\", "¦", "\x01", "\x1e", "\x1f")
"""Taken only where none of the usual ones splits the headings, and every record fits."""
RECORDS = 100
"""How many records are looked at."""

TITLES = 20
"""How many lines may stand above the headings: a title, whose sheet it is, the day."""
MOST = 0.5
"""Which part of the records has to be split at all, for the first line to be the headings; for a line below
it to be these, into as many cells."""


class Marks(NamedTuple):
    """The signs between and around the cells."""

    delimiter: str
    quote: str = '"'


class _Fit(NamedTuple):
    cells: int = 1
    """How many headings there are."""
    share: float = 0.0
    """Which part of the records below have as many."""
    quoted: bool = False
    """Whether a heading stands in quotes."""
    split: float = 0.0
    """Which part of the records below have several cells."""

    @property
    def points(self) -> float:
        return (self.cells - 1) * (self.share + 0.1)


def named(text: str) -> str:
    """The delimiter that somebody typed: one sign, or the word ``tab``. Raises :class:`WrongUsage`."""
    sign = {"tab": "\t", "\\t": "\t"}.get(text.casefold(), text)
    known = sign in USUAL or sign in OTHERS
    if len(sign) != 1 or sign.isalnum() or sign in "\"' " or not (known or sign.isprintable()):
        raise WrongUsage(
            phrase("'{text}' cannot stand between cells", text=shortened(text)),
            phrase("{options}, or one sign", options="--delimiter ';' | ',' | '|' | tab"),
        )
    return sign


def told(head: str, *, delimiter: str | None = None) -> Marks:
    """The signs that the beginning of a sheet fits best. ``delimiter``: the one that is known already."""
    best = _best(head, USUAL if delimiter is None else (delimiter,))
    if delimiter is not None:
        return best
    fit = _fit(head, best)
    if fit.cells == 1:
        other = _best(head, OTHERS)
        found = _fit(head, other)
        if found.cells > 1 and (found.share == 1.0 or found.quoted):
            return other
    is_title = fit.cells == 1 or fit.split < MOST
    return (_below_a_title(head) if is_title else None) or best


def _below_a_title(head: str) -> Marks | None:
    """The signs that fit from one of the next lines on, where the first ones are split like no record."""
    lines = list(io.StringIO(head, newline=""))
    starts = ["".join(lines[above:]) for above in range(1, min(TITLES, len(lines) - 1) + 1)]
    found = [(start, _best(start, USUAL)) for start in starts]
    fits = [(_fit(start, marks), marks) for start, marks in found]
    good = [(fit.points, marks) for fit, marks in fits if fit.cells > 1 and fit.share >= MOST]
    return max(good, key=lambda each: each[0])[1] if good else None


def _best(head: str, signs: tuple[str, ...]) -> Marks:
    """Those with quotes around the headings; the better fit; of equal ones double quotes, the usual sign."""

    def preference(marks: Marks) -> tuple[bool, float, bool, int]:
        fit = _fit(head, marks)
        return fit.quoted and fit.cells > 1, fit.points, marks.quote == '"', -signs.index(marks.delimiter)

    return max((Marks(sign, quote) for sign in signs for quote in ('"', "'")), key=preference)


def _fit(head: str, marks: Marks) -> _Fit:
    if marks.quote == "'" and not re.search(f"(?:^|{re.escape(marks.delimiter)})'", head, re.MULTILINE):
        return _Fit()
    counts: list[int] = []
    lines = list(io.StringIO(head, newline=""))
    quoted = False
    records = csv.reader(lines, delimiter=marks.delimiter, quotechar=marks.quote, strict=True)
    try:
        for record in records:
            if not any(map(str.strip, record)):
                continue
            if not counts:
                text = "".join(lines[: records.line_num])
                quoted = any(marks.quote + cell + marks.quote in text for cell in record if cell)
            counts.append(len(record))
            if len(counts) > RECORDS:
                break
    except csv.Error:
        # The quotes are wrong, or the piece ends inside a cell: what was read till then must do. An
        # apostrophe that is no quote, before a formula say, ends here as well.
        if marks.quote == "'" and not quoted:
            return _Fit()
    if not counts:
        return _Fit()
    below = counts[1:]
    share = below.count(counts[0]) / len(below) if below else 0.0
    split = sum(count > 1 for count in below) / len(below) if below else 0.0
    return _Fit(counts[0], share, quoted, split)
