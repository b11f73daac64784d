"""Sentences of Ayala in the chosen language: what is said, refused and advised, with its values put in.

The English sentence is written where it is said and is its own key, which is gettext's way:
``phrase("there is no bed {bed}", bed=code)``. Kazakh and Russian stand in
``locale/*/LC_MESSAGES/sentences.po``, read when the first sentence is needed in one of them. What counts has
the forms of its number: ``phrases("{n} row", "{n} rows", n)``.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import reduce

from ayala.language.catalogue import catalogue, current
from ayala.language.writing import day

DOMAIN = "sentences"


def phrase(sentence: str, /, **values: object) -> str:
    """The sentence in the chosen language with its values in place; English where no other is known.

    ``sentence`` is written out where it is used, so that the tests find it; braces in it are names of values.
    """
    if (lang := current()) != "en":
        sentence = catalogue(lang, DOMAIN).gettext(sentence)
    return sentence.format(**_written(values)) if values else sentence


def phrases(one: str, many: str, n: int, /, **values: object) -> str:
    """The sentence in the form that the number asks for; ``{n}`` in it is the number.

    English has two forms, Russian three; Kazakh leaves the noun as it is after a number.
    """
    if (lang := current()) != "en":
        sentence = catalogue(lang, DOMAIN).ngettext(one, many, n)
    else:
        sentence = one if n == 1 else many
    return sentence.format(n=n, **_written(values))


def _written(values: dict[str, object]) -> dict[str, object]:
    """The values, days among them in the form of the language."""
    return {name: day(value) if type(value) is date else value for name, value in values.items()}


def any_of(words: Iterable[str]) -> str:
    """Words of which one is meant, inside a sentence: "1926 or 2026"."""
    return reduce(lambda one, other: phrase("{one} or {other}", one=one, other=other), words)


def all_of(words: Iterable[str]) -> str:
    """Words or clauses that are all meant, inside a sentence."""
    return reduce(lambda one, other: phrase("{one} and {other}", one=one, other=other), words)


def and_more(named: str, more: int) -> str:
    """What a sentence names, and how many others there are, if any."""
    return phrase("{named} and {count} more", named=named, count=more) if more > 0 else named
