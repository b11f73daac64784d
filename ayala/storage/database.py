"""Changing the records: one transaction a command, one entry in the ledger of changes.

Everything that writes goes through :func:`changing`. It opens the transaction at once (SQLite:
``BEGIN IMMEDIATE``), so that what a record checks is still so when it writes; it commits once, at
the end, or rolls all of it back on any error and on a dry run. Records never commit.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, create_engine, event, exc, text, update
from sqlmodel import Session as OrmSession

from ayala.errors import (
    AlreadyThere,
    AyalaError,
    DatabaseBusy,
    DatabaseProblem,
    DatabaseUnreachable,
    DiskFull,
    RuleBroken,
    Taken,
)
from ayala.storage import opening
from ayala.storage.opening import Address
from ayala.storage.tables import Change, Counter


def engine_for(address: Address, *, create: bool = False) -> Engine:
    """An engine that opens each connection by the recipe; parameters never reach an error text."""
    if address.path is not None:
        path = address.path
        engine = create_engine(
            "sqlite://",
            module=opening.sqlite(),
            creator=lambda: opening.open_sqlite(path, reading=False, create=create),
            poolclass=NullPool,
            hide_parameters=True,
        )

        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

        return engine
    # A statement that fails inside a pipeline is told by its exception; psycopg would print it as well.
    logging.getLogger("psycopg").setLevel(logging.CRITICAL)
    url = address.url.replace("postgresql://", "postgresql+psycopg://", 1)
    return create_engine(url, poolclass=NullPool, hide_parameters=True)


_BEGIN_OR_ADD = text(
    "INSERT INTO counter (name, value) VALUES (:name, :count) "
    "ON CONFLICT (name) DO UPDATE SET value = counter.value + excluded.value RETURNING value"
)
_BEGIN_OR_RAISE = text(
    "INSERT INTO counter (name, value) VALUES (:name, :number) "
    "ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE counter.value < excluded.value"
)


@dataclass
class Writing:
    """One open change: the session to write with, the day, the author, and what was noticed."""

    session: OrmSession
    today: date
    author: str
    command: str
    notes: list[str] = field(default_factory=list)
    records: int = 0
    recorded_always: bool = False

    @property
    def engine_name(self) -> str:
        return self.session.get_bind().dialect.name

    def draw(self, name: str, count: int = 1) -> int:
        """Draw ``count`` numbers of a kind of code; the first of them. Numbers are never reused."""
        value = self.session.execute(
            update(Counter)
            .where(Counter.name == name)  # type: ignore[arg-type]
            .values(value=Counter.value + count)
            .returning(Counter.value)  # type: ignore[call-overload]
            .execution_options(synchronize_session=False)
        ).scalar_one_or_none()
        if value is None:
            # Another command may begin the same counter meanwhile: the second then counts on.
            value = self.session.execute(_BEGIN_OR_ADD, {"name": name, "count": count}).scalar_one()
        return int(value) - count + 1

    def keep_above(self, name: str, number: int) -> None:
        """Let no number up to ``number`` be drawn later: a sheet brought it along."""
        self.session.execute(_BEGIN_OR_RAISE, {"name": name, "number": number})

    def note(self, sentence: str) -> None:
        """Something worth saying once the change is saved; said on stderr, never counted."""
        self.notes.append(sentence)


@contextmanager
def changing(
    address: Address,
    *,
    today: date,
    author: str,
    command: str,
    reason: str | None = None,
    dry_run: bool = False,
) -> Iterator[Writing]:
    """One transaction: what the block writes is saved as a whole, or not at all."""
    check(address)
    engine = engine_for(address)
    file = _file_of(address)
    try:
        with OrmSession(engine, expire_on_commit=False, autoflush=True) as session:
            writing = Writing(session, today=today, author=author, command=command)
            event.listen(session, "before_flush", _counter_of_records(writing))
            yield writing
            session.flush()
            if writing.records or writing.recorded_always:
                _record_change(writing, reason)
            if dry_run:
                session.expunge_all()  # what was made stays readable, as after a commit
                session.rollback()
            else:
                session.commit()
        if file != _file_of(address):
            raise DatabaseProblem(
                f"{address.shown} was removed or replaced meanwhile: the change is not in it"
            )
    except exc.DBAPIError as error:
        raise explain(error, address) from None
    finally:
        engine.dispose()


def _file_of(address: Address) -> tuple[int, int] | None:
    """Which file the path names now: SQLite would go on writing into one that was removed."""
    if address.path is None:
        return None
    try:
        found = address.path.stat()
    except OSError:
        return (0, 0)
    return found.st_dev, found.st_ino


def _counter_of_records(writing: Writing) -> Any:
    """Count the rows that a change touches; counters and the ledger itself are no records."""

    def before_flush(session: OrmSession, *_: Any) -> None:
        touched = [*session.new, *session.deleted, *(o for o in session.dirty if session.is_modified(o))]
        writing.records += sum(not isinstance(o, Counter | Change) for o in touched)

    return before_flush


def _record_change(writing: Writing, reason: str | None) -> None:
    writing.session.add(
        Change(
            code=f"H-{writing.draw('change')}",
            made_at=datetime.now(UTC),
            made_by=writing.author,
            command=writing.command,
            reason=reason,
            records=writing.records,
        )
    )
    writing.session.flush()


def check(address: Address) -> None:
    """Refuse a database that is missing, foreign, older or newer, before anything is written."""
    if address.path is not None:
        connection = opening.open_sqlite(address.path, reading=True)
        try:
            opening.check_sqlite(connection, address.path)
        finally:
            connection.close()
    else:
        connection = opening.connect_postgresql(address.url, reading=True)
        try:
            opening.check_postgresql(connection, address.shown)
        finally:
            connection.close()


# What the database refused, in words: constraint -> (error, sentence).
REFUSALS: dict[str, tuple[type[AyalaError], str]] = {
    "stay_bed_overlap": (Taken, "the bed is taken on some of these days"),
    "uq_stay_bed_now": (Taken, "the bed is taken on some of these days"),
    "stay_graduate_overlap": (Taken, "this person already has a bed on some of these days"),
    "uq_stay_graduate_now": (Taken, "this person already has a bed on some of these days"),
    "uq_graduate_iin": (AlreadyThere, "another graduate has this personal number (IIN)"),
    "uq_apartment_graduate_id_granted_on": (
        AlreadyThere,
        "an apartment granted to this person on this day is on record already",
    ),
    "uq_attendance_session_id_graduate_id": (AlreadyThere, "this person is on the session's list already"),
    "uq_pilot_enrolment_now": (AlreadyThere, "this person is enrolled in the pilot already"),
    "uq_partner_name": (AlreadyThere, "a partner of this name is on record already"),
    "uq_building_code": (AlreadyThere, "a building with this code is on record already"),
    "uq_appeal_number": (AlreadyThere, "an appeal with this number is on record already"),
    "uq_bed_place": (AlreadyThere, "this bed is on record already"),
    "uq_queue_entry_graduate_id_registrar_registered_on": (
        AlreadyThere,
        "this queue entry is on record already",
    ),
    "uq_position_entry_id_position_on": (AlreadyThere, "a position for this day is on record already"),
    "uq_placement_graduate_id_partner_id_title_from_date": (
        AlreadyThere,
        "this placement is on record already",
    ),
    "uq_workplace_partner_id_title_opened_on": (AlreadyThere, "this workplace is on record already"),
    "uq_pilot_enrolment_graduate_id_from_date": (AlreadyThere, "this enrolment is on record already"),
}


def explain(error: exc.DBAPIError, address: Address) -> AyalaError:
    """The sentence for what the database refused; by the constraint's name, never by its text."""
    if address.path is None:
        return _explain_postgresql(error, address.shown)
    original: Any = error.orig
    if isinstance(error, exc.IntegrityError):
        return refusal(_sqlite_constraint(str(original)))
    return opening.explain_sqlite(original, address.path)


def refusal(constraint: str) -> AyalaError:
    """The error for a constraint's name."""
    kind, sentence = REFUSALS.get(constraint, (RuleBroken, f"the database refuses this: {constraint}"))
    return kind(sentence)


def _sqlite_constraint(text: str) -> str:
    """The constraint's name in SQLite's message: columns for UNIQUE, a name for CHECK and RAISE."""
    if found := re.fullmatch(r"UNIQUE constraint failed: (?:index '(\w+)'|(.+))", text):
        if found[1]:
            return found[1]
        columns = [part.strip().split(".") for part in found[2].split(",")]
        return "uq_" + columns[0][0] + "_" + "_".join(column for _, column in columns)
    if found := re.search(r"(?:CHECK constraint failed: |^)(\w+)$", text):
        return found[1]
    return text.split(":")[0]


def _explain_postgresql(error: exc.DBAPIError, shown: str) -> AyalaError:
    original: Any = error.orig
    state = getattr(original, "sqlstate", None)
    if isinstance(error, exc.IntegrityError):
        name = getattr(getattr(original, "diag", None), "constraint_name", None)
        return refusal(str(name or "a constraint"))
    if error.connection_invalidated or state is None:
        return DatabaseUnreachable(f"the connection to {shown} was lost; nothing was changed")
    if state in {"40001", "40P01", "55P03"}:
        return DatabaseBusy(f"{shown} was busy with another command; nothing was changed")
    if state in {"53100"}:
        return DiskFull(f"{shown}: the disk is full; nothing was changed")
    return DatabaseProblem(f"{shown}: the database refused ({state})")
