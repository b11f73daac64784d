"""The office's own days of work and of rest: what may be written."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from sqlmodel import select

from ayala.storage.tables import CalendarDay

if TYPE_CHECKING:
    from ayala.office import Records


class OwnDays:
    """The calendar of the office inside one change."""

    def __init__(self, records: Records) -> None:
        self.writing = records.writing
        self.session = records.writing.session

    def set(self, days: Iterable[tuple[date, bool, str]]) -> int:
        """Lay down days with whether they are worked and why; how many are new or other than before.

        A day that is on record is changed, so that the same list twice changes nothing.
        """
        changed = 0
        for day, working, reason in days:
            found = self.session.exec(select(CalendarDay).where(CalendarDay.day == day)).one_or_none()
            if found is None:
                self.session.add(CalendarDay(day=day, working=working, reason=reason))
            elif (found.working, found.reason) != (working, reason):
                found.working, found.reason = working, reason
            else:
                continue
            changed += 1
        return changed
