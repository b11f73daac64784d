"""The statuses of an appeal as data: which step is possible from where, and where it leads.

The desk goes by :data:`STEPS`, sheets by :data:`RANK`. Words of the register only; nothing here
reads or writes records.
"""

from __future__ import annotations

from typing import NamedTuple

OPEN = ("registered", "in_progress", "paused")
"""The statuses of an appeal that the office still owes an end."""
ENDED = ("redirected", "answered", "terminated", "withdrawn")


class Step(NamedTuple):
    """A step at the desk: the event it leaves, the statuses it is possible from, the one it leads
    to (nothing: the status stays)."""

    event: str
    allowed: tuple[str, ...]
    leads_to: str | None


STEPS: dict[str, Step] = {
    "start": Step("started", ("registered",), "in_progress"),
    "pause": Step("paused", ("registered", "in_progress"), "paused"),
    "resume": Step("resumed", ("paused",), "in_progress"),
    "extend": Step("extended", OPEN, None),
    "redirect": Step("redirected", OPEN, "redirected"),
    # The body it was sent to may answer through us.
    "answer": Step("answered", (*OPEN, "redirected"), "answered"),
    "withdraw": Step("withdrawn", OPEN, "withdrawn"),
    "close": Step("terminated", OPEN, "terminated"),
    "reopen": Step("reopened", ENDED, "in_progress"),
}

RANK: dict[str, int] = {
    "registered": 0,
    "in_progress": 1,
    "paused": 1,
    "redirected": 2,
    "answered": 3,
    "terminated": 3,
    "withdrawn": 3,
}
"""How far a status stands on the way; a sheet moves one forward only."""


def possible(status: str) -> list[str]:
    """The steps that are possible from a status, in the order of the table."""
    return [verb for verb, step in STEPS.items() if status in step.allowed]


def sheet_moves(stored: str, given: str) -> bool:
    """Whether a sheet may change the status: forward, or between in progress and paused."""
    return RANK[given] > RANK[stored] or {stored, given} == {"in_progress", "paused"}
