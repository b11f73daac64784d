"""Modes of service that are meant for many, and those that are meant for one."""

from __future__ import annotations

GROUP_MODES = frozenset({"group_consultation", "seminar", "training", "talk"})
SINGLE_MODES = frozenset({"individual", "helpline"})
"""``remote`` and ``other`` may be either: a talk over a video call, an excursion, an errand for one."""
