"""Words for people in the chosen language, and the way back from a typed word to a code.

``heading``, ``title``, ``word`` and ``say`` look words up in gettext catalogues, which are read when
the first word is asked for; a catalogue that is missing gives readable English made from the key,
never an error. ``read_code`` goes the other way. No word stands in this file: they are in
``locale/*/LC_MESSAGES/ayala.po``, in ``regions.toml`` and in ``synonyms``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from ayala.language.codes import CODES

if TYPE_CHECKING:
    from datetime import date
    from gettext import NullTranslations

LANGUAGES = ("kk", "ru", "en")

LOCALE = Path(__file__).parent / "locale"

_chosen = "en"


def choose(lang: str) -> None:
    """Set the language of this process. ValueError if it is none of :data:`LANGUAGES`."""
    global _chosen
    if lang not in LANGUAGES:
        raise ValueError(f"'{lang}' is no language Ayala speaks")
    _chosen = lang


def current() -> str:
    """The language of this process; ``en`` until one is chosen."""
    return _chosen


def from_locale(environ: Mapping[str, str]) -> str:
    """The language that the locale variables ask for, the first that is set deciding; else ``en``."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environ.get(variable):
            lang = value[:2].lower()
            return lang if lang in LANGUAGES and not value[2:3].isalpha() else "en"
    return "en"


def codes(vocabulary: str) -> tuple[str, ...]:
    """The codes of a vocabulary in their order. KeyError for a vocabulary that does not exist."""
    return CODES[vocabulary]


def heading(key: str, lang: str | None = None) -> str:
    """The heading of a column: "Given name" for ``given_name``."""
    return _found("heading", key, lang) or _plain(key).capitalize()


def in_a_sentence(key: str) -> str:
    """The heading of a column as a sentence names it: "birth date", «дата рождения»."""
    if _chosen == "en":
        return _plain(key)
    found = heading(key)
    return found[:1].lower() + found[1:] if found[1:2].islower() else found


def title(key: str, lang: str | None = None) -> str:
    """The title of a table; its heading where it has no title of its own."""
    return _found("title", key, lang) or heading(key, lang)


def word(vocabulary: str, code: str, lang: str | None = None, on: date | None = None) -> str:
    """The name of a code: "тұрғын үй" for ``housing`` of ``topic``. An unknown code stays readable.

    A region is called as it was ``on`` a day, if one is given.
    """
    if vocabulary == "region":
        from ayala.language.regions import region_name

        return region_name(code, lang or _chosen, on)
    return _found(vocabulary, code, lang) or _plain(code)


def say(msgid: str, lang: str | None = None) -> str:
    """One of the short texts, by its English words."""
    return _found("text", msgid, lang) or msgid


@lru_cache(maxsize=4096)
def read_code(vocabulary: str, text: str) -> str | None:
    """The code that a typed word means, or nothing.

    Read are the code, its name in Kazakh, Russian and English, and the synonyms; letter case,
    hyphens, underscores, spaces and Kazakh letters typed as Russian ones make no difference.
    KeyError for a vocabulary that does not exist.
    """
    known = CODES[vocabulary]
    if text in known:
        return text
    if vocabulary == "region":
        from ayala.language.regions import read_region

        return read_region(text)
    from ayala.language.names import fold

    return _readings(vocabulary).get(fold(text))


@cache
def _readings(vocabulary: str) -> dict[str, str]:
    """Every folded way to write the codes of a vocabulary; a code goes before a name, a name before
    a synonym."""
    from ayala.language.names import fold
    from ayala.language.synonyms import SYNONYMS

    known = CODES[vocabulary]
    readings = {fold(code): code for code in known}
    for lang in LANGUAGES:
        for code in known:
            readings.setdefault(fold(word(vocabulary, code, lang)), code)
    for code, words in SYNONYMS.get(vocabulary, {}).items():
        for text in words:
            readings.setdefault(fold(text), code)
    return readings


def _found(context: str, key: str, lang: str | None) -> str:
    """The translation, or an empty text."""
    found = catalogue(lang or _chosen).pgettext(context, key)
    # gettext answers with the question where it knows nothing.
    return "" if found == key else found


def _plain(key: str) -> str:
    return key.replace("_", " ")


@cache
def catalogue(lang: str, domain: str = "ayala") -> NullTranslations:
    """The compiled catalogue of a language: ``ayala`` for words, ``sentences`` for :mod:`phrases`."""
    import struct
    from gettext import GNUTranslations, NullTranslations

    try:
        with (LOCALE / lang / "LC_MESSAGES" / f"{domain}.mo").open("rb") as stream:
            return GNUTranslations(stream)
    except (OSError, ValueError, struct.error):
        # Not compiled, not installed or damaged: a report in plain keys is better than none.
        return NullTranslations()
