"""Stored text made harmless for where it goes; what is stored stays what was typed.

``term`` is for screens, pipes and errors: control characters, terminal escapes, bidi tricks and
zero-width characters become visible. ``cell`` is for spreadsheets: text that one would run as a
formula gets an apostrophe. ``clean_in`` is the gate for text on its way in.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST = 4096
"""Characters a single field may have; longer ones are a mistake or an attack."""

_VISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_PLAIN = re.compile(r"[ -~\u00ab\u00bb\u0400-\u0482\u048a-\u052f\u2010-\u2027\u2116]*")
"""Text that needs no second look: visible, composed, no bidi."""
_FORMULA = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]*[=+\-@|%\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
_PHONE_LIKE = re.compile(r"[+-]?[0-9 ()\-]+(\.[0-9]+)?")


class BadText(ValueError):
    """Text that may not go in; the sentence says which character and where."""


def term(text: str) -> str:
    """Text for a terminal, a pipe or an error: what would act or deceive becomes ``\\u001b``."""
    if _PLAIN.fullmatch(text):
        return text
    return "".join(f"\\u{ord(char):04x}" if unicodedata.category(char) in _VISIBLE else char for char in text)


def shortened(text: str) -> str:
    """A value as it may stand in a sentence: harmless and not too long."""
    shown = term(text)
    return shown if len(shown) <= 40 else shown[:39] + "…"


def cell(text: str) -> str:
    """Text for a spreadsheet's cell; phone numbers and negative numbers stay as they are."""
    if "\r" in text:
        # Python's csv leaves a lone carriage return unquoted, and readers end the line there.
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _FORMULA.match(text) and not _PHONE_LIKE.fullmatch(text):
        return "'" + text
    return text


def clean_in(text: str, *, lines: bool = False) -> str:
    """Text as it may be stored: NFC, no white space around, nothing invisible inside.

    ``lines`` allows line breaks (the text of an appeal). Raises :class:`BadText`.
    """
    if len(text) <= LONGEST and _PLAIN.fullmatch(text):
        return text.strip()
    text = unicodedata.normalize("NFC", text).strip().replace("\u00a0", " ")
    if len(text) > LONGEST:
        raise BadText(f"has {len(text)} characters; at most {LONGEST} fit")
    if lines:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    for position, char in enumerate(text, 1):
        if unicodedata.category(char) in _VISIBLE and not (lines and char in "\n\t"):
            name = "NUL" if char == "\0" else f"U+{ord(char):04X}"
            raise BadText(f"holds the invisible character {name} at position {position}")
    return text
