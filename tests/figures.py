"""Figures that a run of the tests has shown, printed at its end, and how much of a thing one run tries.

A test that counts (kills survived, inputs tried) says what it saw with the ``figures`` fixture; the lines are
printed after the tests, so that whoever reads CI's output sees numbers and not dots. ``make soak`` runs the same
tests with the numbers of a night.
"""

from __future__ import annotations

import os

SOAK = "AYALA_SOAK"


def rounds(ci: int, soak: int) -> int:
    """How many to try: the number of every run, or that of ``make soak``."""
    return soak if os.environ.get(SOAK) else ci


class Figures:
    """What was counted, in the order it was said."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def __call__(self, what: str, **numbers: int | float | str) -> None:
        """``figures("kill -9, import", kills=100, lost=0)``"""
        told = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in numbers.items())
        self.lines.append(f"{what}: {told}")
