"""What several sentences about beds have in common: who has one, and for which days."""

from __future__ import annotations

from datetime import date

from ayala.language.phrases import phrase


def days(start: date, until: date | None) -> str:
    """``from 2026-01-05``, ``from 2026-01-05 until 2026-03-01``: fit to follow a place or a person."""
    if until is None:
        return phrase("from {start}", start=start)
    return phrase("from {start} until {until}", start=start, until=until)


def stay(graduate: str, place: str, start: date, until: date | None) -> str:
    """Who has which bed, and for which days."""
    return phrase("{graduate} on {place} {period}", graduate=graduate, place=place, period=days(start, until))
