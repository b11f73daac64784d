"""The regions of Kazakhstan: their names on a day, and the code that a written name means.

The facts with their dates and sources are in ``regions.toml``, which is read when a name is first
asked for; a two-digit code is known without it.
"""

from __future__ import annotations

from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from ayala.language.codes import CODES

codes = CODES["region"]
"""The twenty two-digit codes in their order."""

FACTS = Path(__file__).parent / "regions.toml"

# Words that only say what kind of unit is meant, folded. An oblast and its city differ by them.
_OBLAST = frozenset(
    ("облысы", "облыс", "обл", "область", "области", "region", "oblast", "oblysy", "province")
)
_CITY = frozenset(("каласы", "кала", "к", "город", "города", "г", "гор", "city", "qalasy", "kalasy"))


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
    "облысы" the region around it. A name that is not a region's, such as another town's, is nothing.
    """
    if text in codes:
        return text
    from ayala.language.names import fold

    words = fold(text).split()
    core = " ".join(word for word in words if word not in _OBLAST and word not in _CITY)
    kinds = {"region" for word in words if word in _OBLAST} | {"city" for word in words if word in _CITY}
    readings = _readings()
    if len(kinds) > 1:
        return None
    if kinds:
        return readings.get((core, kinds.pop()))
    # A bare name is the city's, where there is one.
    return readings.get((core, "city")) or readings.get((core, "region"))


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
