"""The rulebook: law as dated data with its source, days of work and of rest, and the clock on appeals.

Every row of law is in a ``.toml`` file here, or in the office's own. ``book`` reads them and picks the row
that holds; ``calendar`` knows which days are worked; ``clock`` counts. Here is only where the running
command's own file is found, so that nothing is loaded before a rule is needed.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

Source = Callable[[], tuple[Path | None, str]]
"""Gives the office's own file of rules, if it has one, and what kind of office it is."""


def shipped_only() -> tuple[Path | None, str]:
    """No rules but those that come with Ayala, for a state office."""
    return None, "state"


_source: list[Source] = [shipped_only]


def comes_from(source: Source) -> None:
    """Say where the office's own rules are found; asked when a rule is first needed."""
    _source[0] = source


def source() -> Source:
    """Where the office's own rules are found."""
    return _source[0]
