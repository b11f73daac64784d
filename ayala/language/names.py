"""Names of people as keys: folded for finding, in Kazakh order for lists, read from Latin letters.

Kazakh names are typed on Russian keyboards, copied with Latin look-alikes, and spelt in Latin in
papers; the keys made here meet all the same. What is stored stays as it was typed. How alike two
names are is not decided here.
"""

from __future__ import annotations

import re
from functools import lru_cache
from unicodedata import category, normalize

from ayala.language.phrases import phrase

ALPHABET = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"
"""The 42 letters of Kazakh Cyrillic in their order (the order of ICU's ``kk``)."""

_KAZAKH = dict(zip("әғқңөұүіһё", "агкноууихе", strict=True))
_LATIN = "abcdefghijklmnopqrstuvwxyz"

# Latin letters that cannot be told from Cyrillic ones on a page. Capital H looks like Cyrillic en,
# small h like Kazakh shha, which folds to kha; hence capitals and small letters apart.
_LOOK_ALIKES = str.maketrans("ABCEHKMOPTXYIaceopxyih", "авсенкмортхуиасеорхуих")
_LATIN_SET = frozenset(_LATIN + _LATIN.upper())


# --- folding -------------------------------------------------------------------------------------


class _Folding(dict[int, str]):
    """What each character folds to, worked out when it is first met (``str.translate`` asks)."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold_character(chr(code))
        return folded


def _fold_character(character: str) -> str:
    """A letter without case, marks and Kazakh form; nothing for a mark or an invisible sign; a
    space for anything else."""
    kind = category(character)
    if kind[0] == "M" or kind == "Cf":
        return ""
    if kind[0] not in "LN":
        return " "
    if character in _LATIN_SET:
        return character  # its case is still needed: see _LOOK_ALIKES
    small = character.casefold()
    if small == "й":
        return small
    # Twice: a decomposed letter may have a case again.
    for _ in range(2):
        small = normalize("NFKD", small).casefold()
    return "".join(_KAZAKH.get(c, c) for c in small if category(c)[0] in "LN")


_FOLDING = _Folding()


@lru_cache(maxsize=16384)
def fold(text: str) -> str:
    """A text as a key for finding: the same for every way to type the same name.

    Kazakh letters become the Russian ones they are typed as (Ә→а, Ғ→г, Қ→к, Ң→н, Ө→о, Ұ Ү→у, І→и,
    Һ→х, Ё→е), Latin look-alikes become Cyrillic in a word that has Cyrillic, case and accents go,
    and whatever is neither letter nor digit becomes one space. Folding twice changes nothing.
    """
    folded = normalize("NFC", text).translate(_FOLDING)
    if folded.isascii():
        return " ".join(folded.lower().split())
    words = folded.split()
    if not _LATIN_SET.isdisjoint(folded):
        words = [word.translate(_LOOK_ALIKES) if _has_cyrillic(word) else word for word in words]
    return " ".join(words).lower()


def name_key(surname: str, given_name: str, patronymic: str | None = None) -> str:
    """The folded whole name: with the birth date, the natural key of a person without a number."""
    return fold(" ".join(part for part in (surname, given_name, patronymic) if part))


def _has_cyrillic(text: str) -> bool:
    return any("\u0400" <= character <= "\u052f" for character in text)


_MIXED = re.compile(r"[A-Za-z][\u0400-\u052f]|[\u0400-\u052f][A-Za-z]")


def mixed_letters(text: str) -> str | None:
    """What is odd about the first word that has Latin and Cyrillic letters side by side, or nothing:
    ``Aсан`` looks like ``Асан``, and is another name to whoever searches for it elsewhere."""
    if not _MIXED.search(text):
        return None
    word = next(word for word in text.split() if _MIXED.search(word))
    latin = "".join(dict.fromkeys(letter for letter in word if letter in _LATIN_SET))
    return phrase("'{word}' mixes Latin and Cyrillic letters (Latin: {letters})", word=word, letters=latin)


# --- order ---------------------------------------------------------------------------------------

# Every key is made of these characters, in the order of their bytes, so that SQLite's BINARY and
# PostgreSQL's COLLATE "C" sort alike. Characters that mean something in quotes, JSON or LIKE are
# left out.
_SORTED = " " + "".join(chr(c) for c in range(0x21, 0x7F) if chr(c) not in "\"'\\%_`")
_ORDERED = " " + ALPHABET + _LATIN + "0123456789"
_PLACES = dict(zip(_ORDERED, _SORTED, strict=False))
_LAST = _SORTED[len(_ORDERED)]
"""Where letters of other scripts stand: after everything."""


class _Ordering(dict[int, str]):
    """What each character is in a sort key, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = place = _place_of(chr(code))
        return place


def _place_of(character: str) -> str:
    kind = category(character)
    if kind[0] == "M" or kind == "Cf":
        return ""
    if kind[0] not in "LN":
        return " "
    small = character.casefold()
    if small not in _PLACES:
        # An accented or full-width letter stands with its plain one.
        small = "".join(c for c in normalize("NFKD", small).casefold() if category(c)[0] in "LN")
    return "".join(_PLACES.get(c, _LAST) for c in small)


_ORDERING = _Ordering()


@lru_cache(maxsize=16384)
def sort_key(text: str) -> str:
    """A key in printable ASCII whose byte order is the Kazakh alphabetical order of the text.

    A space goes before every letter (Ким А before Кимов), then the 42 Kazakh letters, then Latin
    letters, then digits, then other scripts. Case, accents and kinds of punctuation do not count.
    """
    return " ".join(normalize("NFC", text).translate(_ORDERING).split())


# --- Latin spellings -----------------------------------------------------------------------------


def is_latin(text: str) -> bool:
    """Whether a text has Latin letters and no Cyrillic ones."""
    return not _has_cyrillic(text) and any(c in _LATIN_SET for c in normalize("NFKD", text))


# Letters of the Kazakh Latin alphabets of 2018 to 2021 and of scholarly spellings that would lose
# their sound together with their mark.
_MARKED = str.maketrans({"ş": "sh", "ś": "sh", "š": "sh", "ç": "ch", "č": "ch", "ž": "zh", "ý": "u"})

# The longest fitting spelling is read; patronymics in -ұлы would else lose their и or й to ю.
_SOUNDS = {
    "shch": "щ",
    "iuly": "иулы",
    "yuly": "йулы",
    "zh": "ж",
    "kh": "х",
    "gh": "г",
    "ts": "ц",
    "tz": "ц",
    "ch": "ч",
    "sh": "ш",
    "ph": "ф",
    "ck": "к",
    "yu": "ю",
    "iu": "ю",
    "ya": "я",
    "ye": "е",
    "yo": "е",
    "ss": "с",
    "a": "а",
    "b": "б",
    "c": "к",
    "d": "д",
    "e": "е",
    "f": "ф",
    "g": "г",
    "h": "х",
    "i": "и",
    "j": "ж",
    "k": "к",
    "l": "л",
    "m": "м",
    "n": "н",
    "o": "о",
    "p": "п",
    "q": "к",
    "r": "р",
    "s": "с",
    "t": "т",
    "u": "у",
    "v": "в",
    "w": "у",
    "x": "кс",
    "y": "ы",
    "z": "з",
    "ı": "ы",
}
_VOWELS = frozenset("аеиоуыэюя")


def from_latin(text: str) -> str:
    """A name in Latin letters as folded Cyrillic, for searching only.

    Read are the spelling of passports (Abdirakhmanov, Zhusipbek), the everyday one (Abdrahmanov,
    Kairat, Yessenov) and the Kazakh Latin ones (Qairat, Şyñğys). Latin spellings are many and lose
    sounds, so the answer is near the name and not always the name; words in Cyrillic are folded.
    """
    words = normalize("NFC", text).casefold().translate(_MARKED).split()
    folded = (fold(word if _has_cyrillic(word) else _word_from_latin(word)) for word in words)
    return " ".join(part for part in folded if part)


def _word_from_latin(word: str) -> str:
    word = normalize("NFD", word)
    plain = "".join(c for c in word if category(c)[0] != "M")
    out: list[str] = []
    at = 0
    while at < len(plain):
        after_vowel = bool(out) and out[-1][-1] in _VOWELS
        if plain.startswith("ia", at) and (after_vowel or not out):
            out.append("я")  # as passports write Я: Iana, Mariia
            at += 2
            continue
        if plain[at:] == "ia":
            out.append("ия")  # Maria; but Diana keeps her иа
            break
        for length in (4, 2, 1):
            sound = _SOUNDS.get(plain[at : at + length])
            if sound:
                break
        else:
            out.append(plain[at])
            at += 1
            continue
        # After a vowel a lone i or y is the short one: Kairat, Aigul, Sergey, Dmitrii.
        if sound in ("и", "ы") and after_vowel:
            sound = "й"
        out.append(sound)
        at += length
    return "".join(out)
