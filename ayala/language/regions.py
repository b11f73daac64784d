"""The regions of Kazakhstan: their names on a day, and the code that a written name means.

The facts with their dates and sources are in ``regions.toml``, which is read when a name is first
asked for; a two-digit code is known without it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from ayala.language.codes import CODES

codes = CODES["region"]
"""The twenty two-digit codes in their order."""

FACTS = Path(__file__).parent / "regions.toml"

# Words that only say what kind of unit is meant, folded. An oblast and its city differ by them.
_OBLAST = frozenset((
    "облысы", "облыс", "облысынын", "облысында", "облысынан", "обл", "область", "области",
    "областью", "region", "oblast", "oblysy", "province",
))  # fmt: skip
_CITY = frozenset((
    "каласы", "кала", "каласынын", "каласында", "каласынан", "к", "город", "города", "городе", "г",
    "гор", "city", "qalasy", "kalasy",
))  # fmt: skip

_BESIDE = frozenset(("в", "во", "по", "из", "рк", "бойынша"))
"""Words that may stand beside a name and say nothing of it."""

_SHORTEST = 3
"""Letters that an abbreviation has at least: Алм. обл."""


def region_name(code: str, lang: str, on: date | None = None) -> str:
    """The name of a region, as it was on a day if one is given: Nur-Sultan for ``71`` in 2019.

    An unknown code is its own name.
    """
    region = _facts().get(code)
    if region is None:
        return code
    if on is not None:
        for former in region.get("former", ()):
            if former["from"] <= on < former["to"]:
                return str(former[lang])
    return str(region[lang])


@lru_cache(maxsize=4096)
def read_region(text: str) -> str | None:
    """The code of a region from its code, ``KZ-75``, or a name of today or before in three languages.

    The words for oblast, region and city may be there or not; "Алматы" alone is the city, with
    "облысы" the region around it. With such a word the name may be shortened or declined. A name that
    is not a region's, such as another town's, is nothing.
    """
    if text in codes:
        return text
    from ayala.language.names import fold

    words = fold(text).split()
    core = " ".join(word for word in words if word not in _OBLAST and word not in _CITY)
    kinds = {"region" for word in words if word in _OBLAST} | {"city" for word in words if word in _CITY}
    if len(kinds) > 1:
        return None
    # A bare name is the city's, where there is one.
    said = list(kinds) or ["city", "region"]
    bare = " ".join(word for word in core.split() if word not in _BESIDE)
    forms = dict.fromkeys((core, bare, re.sub("ской$", "ская", bare)))
    readings = _readings()
    found = [readings[form, kind] for kind in said for form in forms if (form, kind) in readings]
    if found or not kinds:
        return found[0] if found else None
    return next((code for form in forms if (code := _abbreviated(form.split(), said[0]))), None)


def _abbreviated(words: Sequence[str], kind: str) -> str | None:
    """The one unit of its kind whose name begins so, word by word: "Вост.-Каз. обл.", "Алм. обл."; also a
    city's name with the ending of a case ("в г. Шымкенте")."""
    words = [word.removesuffix("е") for word in words] if kind == "city" else words
    if sum(map(len, words)) < _SHORTEST:
        return None
    fitting = {
        code
        for (name, its_kind), code in _readings().items()
        if its_kind == kind
        and len(parts := name.split()) == len(words)
        and all(part.startswith(word) for part, word in zip(parts, words, strict=True))
    }
    return fitting.pop() if len(fitting) == 1 else None


@cache
def _facts() -> dict[str, dict[str, Any]]:
    import tomllib

    with FACTS.open("rb") as stream:
        return {region["code"]: region for region in tomllib.load(stream)["region"]}


@cache
def _readings() -> dict[tuple[str, str], str]:
    """(folded name without the word for its kind, kind) -> code, and the codes in their other forms."""
    from ayala.language.names import fold

    readings: dict[tuple[str, str], str] = {}
    for code, region in _facts().items():
        names = [region[lang] for lang in ("kk", "ru", "en")] + region.get("read", [])
        for former in region.get("former", ()):
            names += [former[lang] for lang in ("kk", "ru", "en")]
        for name in names:
            words = [word for word in fold(name).split() if word not in _OBLAST and word not in _CITY]
            readings[" ".join(words), region["kind"]] = code
        for written in (code, region["iso"], region["iso"].replace("-", ""), region["kato"]):
            readings[fold(written), region["kind"]] = code
    return readings
