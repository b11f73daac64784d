"""Text made harmless for where it goes; what is stored stays what was typed.

``term`` is for screens, pipes and errors: control characters, terminal escapes, bidi tricks and
zero-width characters become visible. ``cell`` is for spreadsheets: text that one would run as a
formula gets an apostrophe. ``quoted`` is for JSON, ``hint`` for a shell's completion. ``hidden`` takes
personal numbers out of sentences. ``clean_in`` is the gate for text on its way in.
"""

from __future__ import annotations

import re
import unicodedata

from ayala.language.phrases import phrase

LONGEST = 4096
"""Characters a single field may have; longer ones are a mistake or an attack."""
LONGEST_NAME = 200
"""Characters of what records are found by: names, titles, numbers. An index has no room for more."""
SHORT = 40
"""Characters of a value that a sentence repeats."""

_VISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and signs that show nothing: a name made of them looks empty."""
_PLAIN = re.compile(r"[ -~\u00ab\u00bb\u0400-\u0482\u048a-\u052f\u2010-\u2027\u2116]*")
"""Text that needs no second look: visible, composed, no bidi."""
_FORMULA = re.compile(r"\s*[=+\-@|%\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
_PHONE_LIKE = re.compile(r"[+-]?[0-9 ()\-]+(\.[0-9]+)?")
_NEW_CELL = re.compile(r"([;\t\n|]\s*)(?=[=@\uff1d\uff20]|[+\-|%\uff0b\uff0d]\s*[^\W_][^;\t\n]*[|!(])")
"""What a spreadsheet that splits at another sign than ours would take for the beginning of a formula:
Excel in Russian and Kazakh opens a comma-separated file at its semicolons, and no quoting stops it."""
_OTHER_LINE_END = re.compile(r"\r\n?|[\x85\u2028\u2029]")

_NO_NUMBER = re.compile(
    r"(?<!\d)(?:(?:19|20|21)\d\d(-?)[01]\d\1[0-3]\d|[0-3]?\d\.[01]?\d\.(?:19|20|21)\d\d)(?!\d)"
    r"|A-(?:19|20|21)\d\d-\d{4}(?!\d)"
)
"""A day, or the code of an appeal: digits that are nobody's number."""
_LONG_NUMBER = re.compile(r"\d{10,}")
_SPACED_NUMBER = re.compile(r"(?<![\d*])\+?\(?\d(?:(?:[ \u00a0()\u2010-\u2014-]{0,3}|\.)\d){9,}")
"""A phone, or a personal number in groups: ten digits or more, a few signs between them."""


FREE_TEXT = frozenset({"note", "text", "reason", "outcome", "ground", "command"})
"""Columns into which people write what they like, a phone or a personal number among it."""


class BadText(ValueError):
    """Text that may not go in; the sentence says which character and where."""


def term(text: str) -> str:
    """Text for a terminal, a pipe or an error: what would act or deceive becomes ``\\u001b``."""
    if _PLAIN.fullmatch(text):
        return text
    return "".join(_named(char) if _acts(char) else char for char in text)


def shortened(text: str) -> str:
    """A value as it may stand in a sentence: harmless, not too long, no personal number."""
    shown = hidden(term(text[: 2 * SHORT]))
    return shown if len(shown) <= SHORT and len(text) <= 2 * SHORT else shown[: SHORT - 1] + "…"


def hidden(sentence: str) -> str:
    """A sentence whose long numbers keep only their last four digits: a personal number or a phone may
    have been typed where it does not belong, and errors end in mails and logs. Days and codes stay."""
    if sum(map(str.isdigit, sentence)) < 10:
        return sentence
    at, shown = 0, []
    for other in _NO_NUMBER.finditer(sentence):
        shown += [_stars(sentence[at : other.start()]), other[0]]
        at = other.end()
    return "".join([*shown, _stars(sentence[at:])])


def _stars(text: str) -> str:
    return _SPACED_NUMBER.sub(_all_but_four, _LONG_NUMBER.sub(_all_but_four, text))


def _all_but_four(found: re.Match[str]) -> str:
    text = found[0]
    left = sum(map(str.isdigit, text))
    shown = []
    for char in text:
        shown.append("*" if char.isdigit() and left > 4 else char)
        left -= char.isdigit()
    return "".join(shown)


def cell(text: str) -> str:
    """Text for a spreadsheet's cell; phone numbers and negative numbers stay as they are.

    A formula gets an apostrophe, also where a reader that splits at other signs would begin a cell
    inside the text. What would act on a terminal becomes visible; line breaks and tabs stay.
    """
    if not _PLAIN.fullmatch(text):
        text = _OTHER_LINE_END.sub("\n", text)
        text = "".join(_named(char) if char not in "\n\t" and _acts(char) else char for char in text)
    text = _NEW_CELL.sub(r"\1'", text)
    if _FORMULA.match(text) and not _PHONE_LIKE.fullmatch(text):
        return "'" + text
    return text


def quoted(document: str) -> str:
    """JSON as it was, but for the characters that would act on a terminal: those are escaped, which
    means the same to every reader."""
    if _PLAIN.fullmatch(document):
        return document
    return "".join(_utf16(char) if _acts(char) else char for char in document)


def hint(text: str) -> str:
    """Text for the completion of a shell, some of which evaluate what they are given: letters, digits
    and the plainest signs; a space for all else."""
    shown = "".join(char if char.isalnum() or char in _OF_HINTS else " " for char in text)
    return " ".join(shown.split())


_OF_HINTS = frozenset(" .,-/_№")


def is_plain(text: str) -> bool:
    """Whether a shell takes the text for one word and for nothing more."""
    return " " not in text and hint(text) == text


def clean_in(text: str, *, lines: bool = False, longest: int = LONGEST) -> str:
    """Text as it may be stored: NFC, no white space around, nothing invisible inside.

    ``lines`` allows line breaks and tabs (the text of an appeal). Raises :class:`BadText`.
    """
    if len(text) <= longest and _PLAIN.fullmatch(text):
        return text.strip()
    if len(text) > 16 * LONGEST:
        raise BadText(
            phrase("has {count} characters; at most {longest} fit", count=len(text), longest=longest)
        )
    text = unicodedata.normalize("NFC", text).replace("\u00a0", " ").strip()
    if lines:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > longest:
        raise BadText(
            phrase("has {count} characters; at most {longest} fit", count=len(text), longest=longest)
        )
    for position, char in enumerate(text, 1):
        if _acts(char) and not (lines and char in "\n\t"):
            name = "NUL" if char == "\0" else f"U+{ord(char):04X}"
            raise BadText(
                phrase(
                    "holds the invisible character {character} at position {position}",
                    character=name,
                    position=position,
                )
            )
    return text


def _acts(char: str) -> bool:
    return unicodedata.category(char) in _VISIBLE or char in _BLANK


def _named(char: str) -> str:
    code = ord(char)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _utf16(char: str) -> str:
    code = ord(char)
    if code < 0x10000:
        return f"\\u{code:04x}"
    return f"\\u{0xD7C0 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"
