"""Whether the Kazakh letters of a sheet were lost as ``?`` before it was sent.

A program that saves a sheet in an encoding without Ә Ғ Қ Ң Ө Ұ Ү Һ, such as CP1251, writes ``?`` for each:
``С?лейменов``, ``?айрат``, ``?йі``. Which letter it was nobody can tell any more, so such a sheet is
refused whole. An honest question mark ends a sentence, stands alone, or in an address of the web. Counted is
one that stands before a letter of the same Cyrillic word, none of whose Kazakh letters is left, in a cell as
short as a name. A sheet is refused when at least :data:`FEW` words are so, one in :data:`LINES` lines or
more, and one for every :data:`KEPT` Kazakh letters that are left or more; less is a slip of the hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ayala.errors import SheetNotReadable
from ayala.language.phrases import phrase, phrases
from ayala.output.harmless import shortened

FEW = 3
LINES = 1000
KEPT = 50
LONGEST_CELL, MOST_WORDS = 60, 6
"""Characters and words of a cell beyond which it is free text."""
REPLACED = "\ufffd"
"""What a program writes for bytes that it could not read."""

_ASKING = re.compile(r"[^\n]*\?[^\n]*")
_CELLS = re.compile(r"[,;\t|\"\r]+")
_WORDS = re.compile(r"[\w?]*\?\w[\w?]*")
_CYRILLIC = re.compile(r"[А-Яа-яЁёІі?]+")
_KAZAKH = re.compile(r"[ӘҒҚҢӨҰҮҺәғқңөұүһ]")


def check(name: str, texts: Iterable[str]) -> None:
    """Refuse a sheet whose letters were lost. ``texts`` are its pieces, in order; a line may be cut in two.

    Raises :class:`SheetNotReadable`.
    """
    lines, kept, broken = 1, 0, 0
    first: list[str] = []
    for text in texts:
        if (at := text.find(REPLACED)) >= 0:
            number = lines + text.count("\n", 0, at)
            raise SheetNotReadable(
                phrase(
                    "{name}:{number}: letters of the sheet are lost: U+FFFD stands where some "
                    "program could not read them",
                    name=name,
                    number=number,
                ),
                _hint(),
            )
        lines += text.count("\n")
        kept += len(_KAZAKH.findall(text))
        for line in _ASKING.findall(text):
            found = lost_words(line)
            broken += len(found)
            first += found[: 3 - len(first)]
    if broken >= FEW and broken * LINES >= lines and broken * KEPT >= kept:
        words = ", ".join(map(shortened, first))
        raise SheetNotReadable(
            phrases(
                "{name}: the Kazakh letters of the sheet are lost: a ? stands in {n} word ({words})",
                "{name}: the Kazakh letters of the sheet are lost: a ? stands in {n} words ({words})",
                broken,
                name=name,
                words=words,
            ),
            _hint(),
        )


def _hint() -> str:
    return phrase(
        "ask the office to save it from its own program as 'CSV UTF-8' or XLSX; "
        "these letters cannot be restored"
    )


def lost_words(line: str) -> list[str]:
    """The words of a line in which ``?`` stands for a letter."""
    cells = [cell.strip() for cell in _CELLS.split(line) if "?" in cell and "//" not in cell]
    short = [cell for cell in cells if len(cell) <= LONGEST_CELL and len(cell.split()) <= MOST_WORDS]
    return [word for cell in short for word in _WORDS.findall(cell) if _lost_a_letter(word)]


def _lost_a_letter(word: str) -> bool:
    """A ``?`` before a small letter, or before a capital that no small letter comes before: that would be the
    next sentence, whose blank is missing (``Бар ма?Жоқ``)."""
    if not _CYRILLIC.fullmatch(word):
        return False
    pairs = zip(" " + word, word, word[1:], strict=False)
    return any(
        sign == "?" and after != "?" and (after.islower() or not before.islower())
        for before, sign, after in pairs
    )
