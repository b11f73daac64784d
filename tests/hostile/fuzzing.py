"""Random text near the edge of what is understood: seeds that are right, changed a little until they are not."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

ODD = [
    *"\0\t\n\r\x0b\x1b\x7f\x85\x9b\xa0\xad\u0301\u0600\u061c\u200b\u200e\u2028\u202e\u2066\u3000\u3164\ufeff\uffff",
    *"\ud800\udcff\ue000\U0001f600\U000e0041", *"0123456789", *"٠١٢۳४５𝟗²½", *"+-=@|%＝/\\\"'`$;:,.*?<>()[]{}#~_& ",
    *"AaZzАаЯяӘәҒғІіHһBВXхCсİıßﬁǅ", "..", "2026", "\r\n", '""', "sep=;", "%s", "G-", "E+11", "nan", "-0", "null",
]  # fmt: skip
"""What breaks readers: controls, bidi, digits of other scripts, look-alikes, halves of characters, signs."""


def mutants(seeds: Sequence[str], count: int, chance: random.Random) -> Iterator[str]:
    """``count`` texts, each a seed or an earlier text with a few changes."""
    pool = list(seeds)
    for _ in range(count):
        text = changed(chance.choice(pool if chance.random() < 0.4 else seeds), pool, chance)
        if len(text) < 200 and chance.random() < 0.05:
            pool[chance.randrange(len(seeds), len(pool)) if len(pool) > 400 else len(pool) :] = [text]
        yield text


def changed(text: str, pool: Sequence[str], chance: random.Random) -> str:
    for _ in range(chance.choice((0, 1, 1, 1, 1, 2, 2, 6))):
        at = chance.randint(0, len(text))
        match chance.randrange(8):
            case 0 | 1:
                text = text[:at] + chance.choice(ODD) + text[at:]
            case 2:
                text = text[:at] + chance.choice(ODD) + text[at + 1 :]
            case 3:
                text = text[:at] + text[at + chance.randint(1, 3) :]
            case 4:
                text = text[:at] + chance.choice(pool)[chance.randint(0, 5) :]
            case 5:
                text = text[at:] + text[:at]
            case 6:
                text = text[:at] + text[at : at + 3] * chance.choice((2, 3, 40)) + text[at + 3 :]
            case _:
                text = text.swapcase() if chance.random() < 0.5 else text + chance.choice(ODD)
    return text
