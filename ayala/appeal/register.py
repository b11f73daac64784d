"""The register of appeals: what its codes look like when someone wrote one as a plain number."""

from __future__ import annotations

import re
from datetime import date

from ayala import record_codes

_WRITTEN = re.compile(r"A-[0-9]{4}-[0-9]{1,7}")


def written_code(text: str) -> str | None:
    """The register code that a text is (``А-2026-311`` with a Cyrillic letter too), or nothing.

    Only the whole code with its letter and year counts, so that an outside number stays one.
    """
    if not _WRITTEN.fullmatch(text.translate(record_codes.LOOK_ALIKES).upper()):
        return None
    return record_codes.read_code("appeal", text, date.min)


def counter(year: int) -> str:
    """The counter that the codes of a year's register are drawn from."""
    return f"appeal-{year}"


def year_of(code: str) -> int:
    """The year of the register that a code stands in."""
    return int(code.split("-")[1])


def place_in_register(code: str) -> tuple[int, int]:
    """Year and number: the order of the register, which text order is only up to 9999."""
    return year_of(code), record_codes.number_of(code)
