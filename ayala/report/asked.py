"""What a report is asked for, and which reports there are.

A report is one function: it asks in SQL within one snapshot and gives its tables, in the order of reading. It
knows nothing of formats, files or cron (``commands``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from typing import TYPE_CHECKING

from ayala.dates import Span
from ayala.output.table import Table

if TYPE_CHECKING:
    from ayala.storage.asking import Asking


@dataclass(frozen=True)
class Asked:
    """The span that is counted in (both ends count), the day that things stand on, and what narrows them.

    ``region`` is a code of the vocabulary ``region``; ``building`` the code of a building. None: all.
    """

    span: Span
    as_of: date
    region: str | None = None
    building: str | None = None

    @property
    def values(self) -> dict[str, object]:
        """The parameters that the questions of reports know."""
        return {
            "start": self.span.start,
            "end": self.span.end,
            "as_of": self.as_of,
            "region": self.region,
            "building": self.building,
        }


Tables = Callable[["Asking", Asked], list[Table]]

REPORTS: dict[str, str] = {
    "summary": "ayala.report.summaries",
    "appeals": "ayala.report.appeals",
    "services": "ayala.report.services",
    "dormitory": "ayala.report.dormitory",
    "housing": "ayala.report.housing",
    "work": "ayala.report.work",
    "regions": "ayala.report.regions",
}
"""The reports by name, and the module whose ``tables`` makes each; imported when it is asked for."""


def untied_of(report: str) -> frozenset[str]:
    """The columns of a report, or ``table.column``, whose total is not the sum of the lines."""
    named: frozenset[str] = import_module(REPORTS[report]).UNTIED
    return named


def tables_of(report: str) -> Tables:
    """The function that makes a report's tables. KeyError for a name that is none of :data:`REPORTS`."""
    made: Tables = import_module(REPORTS[report]).tables
    return made
