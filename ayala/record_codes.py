"""The short codes people type: ``G-1042``, ``A-2026-0311``, ``ZU-1/204/3``.

Codes are read generously (small letters, look-alike Cyrillic letters, the bare number where the
noun is known) and written in one form. They are drawn in the transaction and never used again.
"""

from __future__ import annotations

import re
from datetime import date

LOOK_ALIKES = str.maketrans("АВСЕНКМОРТХУІаvгсенкмортху", "ABCEHKMOPTXYIAVGCEHKMOPTXY")

PREFIXES = {
    "graduate": "G",
    "appeal": "A",
    "service": "S",
    "session": "E",
    "queue": "Q",
    "placement": "P",
    "aid": "M",
    "change": "H",
}


def read_code(noun: str, text: str, today: date) -> str | None:
    """The code of a noun's record as it is written, or nothing if the text is no such code."""
    folded = re.sub(r"\s", "", text.translate(LOOK_ALIKES).upper().replace("–", "-").replace("—", "-"))
    if not folded.isascii():
        return None
    prefix = PREFIXES[noun]
    if noun == "appeal":
        found = re.fullmatch(rf"(?:{prefix}-?)?(?:((?:19|20|21)\d\d)-)?(\d{{1,7}})", folded)
        if not found:
            return None
        return appeal_code(int(found[1] or today.year), int(found[2]))
    if noun == "service" and folded.startswith("C"):  # the Cyrillic letter that sounds like S
        folded = f"S{folded[1:]}"
    found = re.fullmatch(rf"(?:{prefix}-?)?0*(\d{{1,10}})", folded)
    return f"{prefix}-{found[1]}" if found else None


def code(noun: str, number: int) -> str:
    return f"{PREFIXES[noun]}-{number}"


def appeal_code(year: int, number: int) -> str:
    """The register of appeals begins anew each year."""
    return f"A-{year}-{number:04d}"


def number_of(written: str) -> int:
    """The number inside a code; for an appeal the number within its year."""
    return int(written.rpartition("-")[2])


def read_place(text: str) -> tuple[str, ...]:
    """A building, a room or a bed: one to three parts of ``ZU-1/204/3``."""
    parts = tuple(part.strip() for part in text.split("/"))
    if parts and parts[0]:
        parts = (parts[0].translate(LOOK_ALIKES).upper() if not parts[0].isascii() else parts[0], *parts[1:])
    return parts


def place_key(text: str) -> str:
    """What all ways to write a building, a room or a bed have in common: ``zu-1``, ``ZU–1``, ``101а``."""
    return re.sub(r"\s", "", text.upper().translate(LOOK_ALIKES).replace("–", "-").replace("—", "-"))
