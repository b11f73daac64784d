"""Writing cron's ledger: a run begun, ended, failed, and what it said; each in the change that is open.

The ledger is no record of the office: it has no history, and writing it makes no entry there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, insert, select, text, update

from ayala.storage.tables import Run, Said, new_key
from ayala.storage.types import Key

if TYPE_CHECKING:
    from ayala.office import Records

RETIRED = "retired"
"""The result of the newest run of a command that cron runs no longer."""

_BEGIN = text(
    "INSERT INTO run (id, command, period_kind, period, started_at, result) "
    "VALUES (:id, :command, :kind, :period, :started_at, :result) "
    "ON CONFLICT (command, period_kind, period) DO NOTHING"
).bindparams(bindparam("id", type_=Key()))


class Runs:
    """The runs of scheduled commands."""

    def __init__(self, records: Records) -> None:
        self.session = records.writing.session
        self.table = Run.__table__  # type: ignore[attr-defined]

    def begin(
        self,
        *,
        run_id: str,
        command: str,
        kind: str,
        period: str,
        started_at: str,
        running: str,
        seen: Mapping[str, Any] | None,
    ) -> bool:
        """Begin a run, or take over the one that was ``seen`` to have failed; False if another is quicker.

        ``started_at`` with its microseconds tells this run from any other of the same period.
        """
        if seen is None:
            values = {"command": command, "kind": kind, "period": period, "started_at": started_at}
            done: Any = self.session.execute(_BEGIN, {"id": run_id, "result": running, **values})
            # Tried a second time after a lost connection, it may be there already, and ours.
            return bool(done.rowcount) or self._is_ours(run_id, started_at)
        taken: Any = self.session.execute(
            update(self.table)
            .where(self.table.c.id == run_id, self.table.c.started_at.in_((seen["started_at"], started_at)))
            .values(started_at=started_at, ended_at=None, result=running, rows=None, caught_up_from=None)
        )
        return bool(taken.rowcount)

    def _is_ours(self, run_id: str, started_at: str) -> bool:
        mine = self.table.select().where(self.table.c.id == run_id, self.table.c.started_at == started_at)
        return self.session.execute(mine).first() is not None

    def end(self, run_id: str, started_at: str, **values: Any) -> bool:
        """Write how a run ended; False if another has taken it over, or it is written already."""
        ended: Any = self.session.execute(
            update(self.table)
            .where(
                self.table.c.id == run_id,
                self.table.c.started_at == started_at,
                self.table.c.ended_at.is_(None),
            )
            .values(**values)
        )
        return bool(ended.rowcount)

    def said(self, run_id: str, lines: Iterable[Mapping[str, Any]]) -> None:
        """Keep what a run said: ``rule``, ``code``, ``due_on`` and ``level`` of each line."""
        rows = [{"id": new_key(), "run_id": run_id, **line} for line in lines]
        if rows:
            self.session.execute(insert(Said.__table__), rows)  # type: ignore[attr-defined]

    def retire(self, command: str) -> int:
        """Say that a command is scheduled no longer, on its newest run; how many periods it was for."""
        other = self.table.alias()
        newest = (
            select(func.max(other.c.period))
            .where(other.c.command == command, other.c.period_kind == self.table.c.period_kind)
            .correlate(self.table)
        )
        gone: Any = self.session.execute(
            update(self.table)
            .where(self.table.c.command == command, self.table.c.period == newest.scalar_subquery())
            .values(result=RETIRED, ended_at=func.coalesce(self.table.c.ended_at, self.table.c.started_at))
        )
        return int(gone.rowcount)
