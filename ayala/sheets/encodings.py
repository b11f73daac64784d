"""Which encoding a sheet is in, told by evidence from all of its bytes.

In this order: a byte order mark; bytes that are strict UTF-8; NULs at every other place (UTF-16); then the
single-byte encodings of Kazakhstan, which only their letters tell apart. KZ-1048 (the state standard СТ РК
1048), PT154 and CP1251 agree on every Russian letter and differ on 40 bytes, the Kazakh letters among them:
CP1251 has none of Ә Ғ Қ Ң Ө Ұ Ү Һ. General detectors take KZ-1048 for CP1251 without a word (``Јсел``).
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import IO

from ayala.errors import SheetNotReadable, WrongUsage
from ayala.language.phrases import any_of, phrase
from ayala.output.harmless import shortened, term
from ayala.sheets import lost_letters

SHOWN = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "kz1048": "KZ-1048",
    "ptcp154": "PT154",
    "cp1251": "CP1251",
}
"""Python's name of an encoding -> the one that people know."""
SINGLE_BYTE = ("cp1251", "kz1048", "ptcp154")
"""Told apart by their letters; of two that read a sheet alike, the earlier one is named."""
CHUNK = 1 << 20
MARKS = (
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
LOST = (b"?", b"\xef\xbf\xbd", b"\xfd\xff", b"\xff\xfd")
"""A question mark, and U+FFFD in UTF-8 and UTF-16: only with one of them can letters have been lost."""
NAMES = "--encoding kz1048 | ptcp154 | cp1251 | utf-8 | utf-16 | cp866 | koi8-r"

KAZAKH = frozenset("ӘҒҚҢӨҰҮҺәғқңөұүһ")
SHARED = frozenset("АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯІабвгдеёжзийклмнопрстуфхцчшщъыьэюяі")
"""Letters that all three encodings have at the same bytes."""
BESIDE_WORDS = frozenset("«»„“”‘’‚‹›–—…№\u00a0\u00ad€™§©®°·•‰")
"""Signs that stand beside a word without being part of it."""
INSIDE_WORDS = frozenset("’‘\u00ad–—\u00a0·…")
VOWELS = frozenset("аәеёоөұүыіэ")
GLIDES = frozenset("уиюя")
"""Vowels in one place and half consonants in another (Сәуле, Дәулет): they prove nothing beside ә or ғ."""
FRONT, BACK = frozenset("әеёөүіэ"), frozenset("аоұы")
ENOUGH = 5000
"""Different words that are weighed; a sheet with so many has told what it is."""


FEW = 3
"""Words that must speak against every reading before a sheet is called unreadable for them."""


def _different() -> bytes:
    """The bytes that are not the same letter in all three encodings."""
    every = [bytes([byte]) for byte in range(0x80, 0x100)]
    return b"".join(b for b in every if len({b.decode(name, "replace") for name in SINGLE_BYTE}) > 1)


DIFFERENT = _different()
_OTHERS = bytes(set(range(256)) - set(DIFFERENT))
_TELLING = re.compile(rb"[A-Za-z\x80-\xff]*[%s][A-Za-z\x80-\xff]*" % re.escape(DIFFERENT))
_HIGH = re.compile(rb"[A-Za-z\x80-\xff]*[\x80-\xff][A-Za-z\x80-\xff]*")


def as_utf8() -> str:
    """What to do with a sheet whose letters cannot be read."""
    return phrase("save it as 'CSV UTF-8' or XLSX")


def name_it() -> str:
    """What to do where the encoding is known to a person."""
    return phrase("name it: {options}", options=NAMES)


def named(name: str) -> str:
    """Python's name of the encoding that somebody typed. Raises :class:`WrongUsage`."""
    try:
        found = codecs.lookup(name.strip()).name
        "Ә".encode(found, "ignore").decode(found)
    except (LookupError, UnicodeError, ValueError, TypeError, AttributeError):
        found = ""
    if not found or found in NOT_TEXT:
        raise WrongUsage(phrase("'{name}' is no encoding that Ayala knows", name=shortened(name)), name_it())
    return "utf-8-sig" if found == "utf-8" else found


NOT_TEXT = frozenset(
    {
        "idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "utf-7", "utf-32",
        "utf-32-le", "utf-32-be",
    }
)  # fmt: skip
"""What Python calls an encoding and no office ever wrote a sheet in."""


def shown(encoding: str) -> str:
    """The name of an encoding as people know it."""
    return SHOWN.get(encoding, encoding.upper())


@dataclass
class Evidence:
    """What the bytes of a sheet tell, gathered chunk by chunk; nothing grows with the sheet."""

    head: bytes = b""
    """The first megabyte."""
    words: set[bytes] = field(default_factory=set)
    """Different words with a byte that the single-byte encodings read differently."""
    _utf8: codecs.IncrementalDecoder = field(
        default_factory=lambda: codecs.getincrementaldecoder("utf-8")("strict")
    )
    _rest: bytes = b""
    _last: bytes = b""
    is_utf8: bool = True
    is_ascii: bool = True
    broken: bytes = b""
    """What surrounds the first bytes that are not UTF-8."""
    unreadable: frozenset[str] = frozenset()
    """The single-byte encodings that do not know one of the bytes."""

    def add(self, chunk: bytes) -> None:
        if not self.head:
            self.head = chunk[:CHUNK]
        if self.is_ascii and chunk.isascii():
            return
        self.is_ascii = False
        self.is_utf8 = self.is_utf8 and self._still_utf8(chunk)
        if not self.is_utf8 and len(self.words) < ENOUGH:
            self._gather(chunk)

    def end(self) -> None:
        if self.is_utf8 and not self._still_utf8(b"", final=True):
            # The last letter is cut off, or the only one that is not ASCII.
            self.is_utf8 = False
            self._gather(self.head)
        self._gather(b"", final=True)

    def _still_utf8(self, chunk: bytes, *, final: bool = False) -> bool:
        try:
            self._utf8.decode(chunk, final)
        except UnicodeDecodeError as error:
            before = self._last + error.object[: error.start]
            self.broken = before[-4096:] + error.object[error.start : error.start + 4096]
            return False
        self._last = chunk[-4096:]
        return True

    def _gather(self, chunk: bytes, *, final: bool = False) -> None:
        if b"\x98" in chunk:
            self.unreadable = frozenset({"cp1251", "kz1048"})
        chunk = self._rest + chunk
        self._rest = b""
        if not final and (cut := max(chunk.rfind(sign) for sign in (b"\n", b" ", b";"))) >= 0:
            chunk, self._rest = chunk[:cut], chunk[cut:]
        # Most chunks of a Russian sheet have none of these bytes; the next line says so at the speed of C.
        if chunk.translate(None, _OTHERS):
            self.words.update(word for word in _TELLING.findall(chunk) if len(word) < 100)


def examined(name: str, stream: IO[bytes], *, encoding: str | None = None) -> str:
    """Read a stream to its end and tell its encoding (as Python calls it); it is left at its end.

    ``encoding`` is what a person said it is: then it is only looked for letters that were lost. Raises
    :class:`SheetNotReadable`: letters lost, or no encoding fits, or two fit equally well.
    """
    evidence, found, asks = Evidence(), encoding, False
    for chunk in _chunks(name, stream):
        if found is None:
            if not evidence.head:
                found = _by_mark(name, chunk) or _by_nuls(chunk)
            evidence.add(chunk)
        elif found == "utf-16" and stream.tell() == len(chunk):
            found = _without_mark(name, chunk)
        # One byte is looked for several times as fast as two, and most sheets have none of them.
        asks = asks or any(sign[:1] in chunk and sign in chunk for sign in LOST)
    if found is None:
        evidence.end()
        found = _told(name, evidence)
    if asks:
        stream.seek(0)
        lost_letters.check(name, _texts(_chunks(name, stream), found))
    return found


def _texts(chunks: Iterable[bytes], encoding: str) -> Iterator[str]:
    """The text, piece by piece; wrong bytes are left out here, and named where the lines are read."""
    decoder = codecs.getincrementaldecoder(encoding)("ignore")
    for chunk in chunks:
        yield decoder.decode(chunk)


def _chunks(name: str, stream: IO[bytes]) -> Iterator[bytes]:
    try:
        while chunk := stream.read(CHUNK):
            yield chunk
    except OSError as error:
        raise SheetNotReadable(
            phrase(
                "{name} cannot be read to its end: {cause}",
                name=name,
                cause=error.strerror,
            )
        ) from None


def _by_mark(name: str, head: bytes) -> str | None:
    found = next((encoding for mark, encoding in MARKS if head.startswith(mark)), None)
    if found == "utf-32":
        raise SheetNotReadable(
            phrase("{name}: the sheet is in UTF-32, which Ayala does not read", name=name), as_utf8()
        )
    return found


def _by_nuls(head: bytes) -> str | None:
    """UTF-16 without a mark: at every other place a NUL (ASCII) or 4 (Cyrillic), and no NUL elsewhere."""
    head = head[: len(head) - len(head) % 2]
    for high, low, encoding in ((head[1::2], head[::2], "utf-16-le"), (head[::2], head[1::2], "utf-16-be")):
        nuls = high.count(0)
        if nuls and not low.count(0) and (nuls + high.count(4)) * 10 >= len(high) * 9:
            return encoding
    return None


def _without_mark(name: str, head: bytes) -> str:
    """Which UTF-16 it is that a person spoke of: most programs write the mark that tells, some do not."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if found := _by_nuls(head):
        return found
    raise SheetNotReadable(
        phrase(
            "{name}:{number}: the sheet is not in {encoding} (byte {byte})",
            name=name,
            number=1,
            encoding="UTF-16",
            byte=f"0x{head[0]:02X}",
        ),
        name_it(),
    )


def _told(name: str, evidence: Evidence) -> str:
    if evidence.is_utf8:
        return "utf-8"
    around = evidence.broken
    good = sum(len(char.encode()) for char in around.decode("utf-8", "ignore") if char > "\x7f")
    if good * 5 >= len(around.translate(None, bytes(range(0x80)))) * 4:
        # UTF-8 of which a few bytes are damaged, or that was cut off: reading on names the line.
        return "utf-8"
    return _single_byte(name, evidence)


def _single_byte(name: str, evidence: Evidence) -> str:
    words = sorted(evidence.words)
    candidates = [encoding for encoding in SINGLE_BYTE if encoding not in evidence.unreadable]
    readings = {e: [word.decode(e) if _fits(word, e) else "" for word in words] for e in candidates}
    scores = {e: sum(map(weight, readings[e])) for e in candidates}
    best = max(candidates, key=lambda e: scores[e])
    if (scores[best] < 0 and len(words) >= FEW) or not _makes_sense(evidence.head, best):
        raise SheetNotReadable(
            phrase("{name}: the encoding of the sheet cannot be told", name=name),
            phrase("save it as 'CSV UTF-8' or XLSX, or name it: {options}", options=NAMES),
        )
    for other in candidates:
        if other != best and scores[other] == scores[best] and readings[other] != readings[best]:
            pairs = [(a, b) for a, b in zip(readings[best], readings[other], strict=True) if a != b][:3]
            doubt = "; ".join(any_of([term(a), term(b)]) for a, b in pairs)
            raise SheetNotReadable(
                phrase(
                    "{name}: the sheet fits {best} and {other} equally well: {words}",
                    name=name,
                    best=shown(best),
                    other=shown(other),
                    words=doubt,
                ),
                f"--encoding {best} | {other}",
            )
    return best


def _fits(word: bytes, encoding: str) -> bool:
    return b"\x98" not in word or encoding == "ptcp154"


def weight(word: str) -> int:
    """How well a word of one reading could stand in a Kazakh or Russian sheet: a point for each Kazakh
    letter in a sensible place; two off for one in an impossible place, a letter of another language, or a
    sign inside the word."""
    points = 0
    for at, letter in enumerate(word):
        if letter < "\x80" or letter in SHARED:
            continue
        before, after = word[at - 1 : at], word[at + 1 : at + 2]
        if letter in KAZAKH:
            points += -2 if _misplaced(word, at) else 1
        elif letter.isalpha() and letter != "µ":
            points -= 2
        elif before.isalpha() and after.isalpha():
            points -= 0 if letter in INSIDE_WORDS else 2
        elif (before.isalpha() or after.isalpha()) and letter not in BESIDE_WORDS:
            points -= 2
    return points


def _misplaced(word: str, at: int) -> bool:
    """Whether a Kazakh letter cannot stand there.

    A capital after a small letter; a letter all alone; and, since one byte is ғ in KZ-1048 and ә in PT154:
    ә beside a vowel, ғ with no vowel beside it. (In Kazakh words no two vowels meet, but for the glides и and
    у, after which the harmony of the next vowel decides: Сәуле, Дәурен, but Ғумар.)
    """
    letter, before, after = word[at], word[at - 1 : at], word[at + 1 : at + 2]
    if not (before.isalpha() or after.isalpha()) or (letter.isupper() and before.islower()):
        return True
    small = letter.lower()
    if small not in "әғ":
        return False
    beside = {before.lower(), after.lower()}
    if beside & VOWELS:
        return small == "ә"
    if beside & GLIDES:
        low = word.lower()
        next_one = next((v for v in low[at + 1 :] + low[:at][::-1] if v in FRONT or v in BACK), "")
        return next_one in (BACK if small == "ә" else FRONT) if next_one else False
    return small == "ғ"


def _makes_sense(head: bytes, encoding: str) -> bool:
    """Whether words look like words: no capital after a small letter, no sign or Latin letter inside.

    What is in KOI8-R, CP866 or MacCyrillic would else come in as letters, and as nonsense."""
    words = {word.decode(encoding, "replace") for word in _HIGH.findall(head[: 1 << 16])}
    return sum(map(_looks_wrong, words)) * 4 <= len(words)


def _looks_wrong(word: str) -> bool:
    pairs = pairwise(word)
    return any(
        (a.islower() and b.isupper())
        or (a.isalpha() and b.isalpha() and a.isascii() != b.isascii())
        or (a.isalpha() and not b.isalpha() and b not in BESIDE_WORDS)
        or (b.isalpha() and not a.isalpha() and a not in BESIDE_WORDS)
        for a, b in pairs
    )
