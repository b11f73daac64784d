"""Paths as people type them."""

from __future__ import annotations

from pathlib import Path

from ayala.errors import BadSetting
from ayala.language.phrases import phrase


def typed_path(text: str | Path) -> Path:
    """A path, ``~`` and ``~name`` read as a home folder. Raises :class:`BadSetting` where there is none."""
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise BadSetting(
            phrase("a path begins with ~ and the name of nobody here"), phrase("./ before a name with ~")
        ) from None
