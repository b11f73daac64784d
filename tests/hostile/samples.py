"""Text that means harm, by accident or by design: what may not come in, and what comes in and must not act."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence

REFUSED = {
    "escape": "Әбдіров\x1b[31m",
    "clipboard": "Әбдіров\x1b]52;c;cm0gLXJm\x07",
    "title": "\x9d0;Әбдіров\x9c",
    "C1": "Әбдіров\x9b31m",
    "NUL": "Әбд\0іров",
    "backspace": "Әбдіров\b\b\b",
    "right to left": "Әбдіров\u202egnp.exe",
    "isolate": "Әбд\u2066іров\u2069",
    "zero width": "Әбд\u200bіров",
    "joiner": "Әбд\u200dіров",
    "byte order mark": "\ufeffӘбдіров",
    "soft hyphen": "Әбд\u00adіров",
    "tag": "Әбдіров\U000e0041",
    "line separator": "Әбдіров\u2028G-2",
    "private use": "Әбдіров\ue000",
    "filler": "\u3164\u3164",
    "half a character": "Әбдіров\ud83d",
    "undecodable byte": "Әбдіров\udcff",
}
"""No field of a record takes these; those that are no Unicode text at all can only come from a shell."""

NO_TEXT = frozenset({"half a character", "undecodable byte"})

STORED = {
    "markup": "[red]Әбдіров[/red]",
    "closing markup": "[/red]",
    "link": "[link=http://evil.example]Әбдіров[/link]",
    "emoji": ":100: Әбдіров :smile:",
    "formula": "=cmd()",
    "formula at": "@SUM(1+1)",
    "formula plus": "+cmd|' /C calc'!A0",
    "formula minus": "-2+3+cmd|' /C calc'!A0",
    "formula pipe": "|calc",
    "formula percent": "%0A",
    "full-width formula": "＝1+1",
    "link formula": '=HYPERLINK("http://evil.example";"Әбдіров")',
    "formula behind a semicolon": "Әбдіров;=1+1",
    "HTML": "<script>alert(1)</script>",
    "entity": "&lt;b&gt; &#x202e;",
    "Markdown": "**Әбдіров** `rm -rf` [x](http://evil.example) ![y](z)",
    "table": "Әбдіров | G-1 | M",
    "SQL": "Robert'); DROP TABLE graduate;--",
    "format": "%s {0} {surname!r} ${HOME}",
    "shell": "$(touch pwned) `touch pwned` \\$(touch pwned)",
    "quotes": "\"'«»''\"\"",
    "backslash": "\\u001b[31m \\n \\",
    "comma": ",;\\,",
    "apostrophe": "'=1",
    "word": "NULL",
    "zalgo": "Ә̷̢̛б̸д̵і̶р",
    "dash": "-",
    "number": "0012",
    "Kazakh": "Әңғүұқөһі ӘҢҒҮҰҚӨҺІ",
    "Chinese": "阿拜·库南拜",
    "Arabic": "عبدالله",
    "astral": "𝒜𝓁𝒾 🦄",
}
"""Odd, but text: kept as it was typed."""

ACTING = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def acting(text: str) -> set[str]:
    """The characters that act on a terminal or deceive; line breaks are layout."""
    return {char for char in text if char != "\n" and unicodedata.category(char) in ACTING}


def runs_as_formula(text: str) -> bool:
    """Whether a spreadsheet takes a cell for a formula; numbers and phone numbers are none."""
    begin = text.lstrip()[:1]
    if begin not in set("=+-@|%＝＋－＠") or not begin:
        return False
    return not set(text) <= set("+-0123456789 ().")


def begins_a_formula(text: str) -> bool:
    """Whether a spreadsheet that splits a file of ours at another sign has a formula in this part of it.

    What begins with a sign of arithmetic is harmful only if it calls something; our comma ends it.
    """
    text = text.lstrip(' "')
    if text[:1] in set("+-|%＋－"):
        text = text.partition(",")[0]
        return any(char.isalpha() for char in text) and any(sign in text for sign in "|!(")
    return text[:1] in set("=@＝＠") and bool(text)


def sheet(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A sheet in CSV."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(headings)
    writer.writerows(rows)
    return stream.getvalue().encode(errors="surrogatepass")
