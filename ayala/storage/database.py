"""Changing the records: one transaction a command, one entry in the ledger of changes.

Everything that writes goes through :func:`changing`. It opens the transaction at once (SQLite:
``BEGIN IMMEDIATE``), so that what a record checks is still so when it writes; it commits once, at
the end, or rolls all of it back on any error and on a dry run. Records never commit.
"""

from __future__ import annotations

import itertools
import logging
import random
import re
import time
from collections.abc import Callable, Iterator
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
from ayala.storage.sealing import HistoryKey, seal
from ayala.storage.tables import Change, Counter, new_key


def engine_for(
    address: Address,
    *,
    create: bool = False,
    wait: float = opening.WAIT_SECONDS,
    tell: Callable[[str], None] = lambda sentence: None,
) -> Engine:
    """An engine that opens each connection by the recipe; parameters never reach an error text.

    ``tell`` hears when SQLite's one writer has been waited for a second; ``wait`` seconds are the most.
    """
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
            opening.begin_writing(connection.connection.driver_connection, wait, tell)

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
    id: str = field(default_factory=new_key)
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


@dataclass
class Unit:
    """A change as it is asked for; tried until it is saved, or until it cannot be.

    ``request_key`` is written with it and unique, so a unit whose answer was lost is never done twice;
    ``wait`` is how many seconds it may wait for others, in all; ``tell`` hears that it waits.
    """

    address: Address
    today: date
    author: str
    command: str
    key: HistoryKey
    reason: str | None = None
    dry_run: bool = False
    request_key: str | None = None
    wait: float = opening.WAIT_SECONDS
    tell: Callable[[str], None] = lambda sentence: None
    saved: Callable[[Writing], None] = lambda writing: None

    def __post_init__(self) -> None:
        self.request_key = self.request_key or new_key()


class Attempt:
    """One try of a unit, as a context: one transaction, saved at its end or not at all.

    A state that passes (a deadlock, a lost connection) is swallowed, and :func:`attempts` gives another
    try; everything else is raised in words.
    """

    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self.done = False
        self.passing: Passing | None = None
        self.writing: Writing | None = None

    def open(self) -> None:
        """Begin the transaction. Raises :class:`Passing`."""
        self._context = changing(self.unit)
        self.writing = self._context.__enter__()

    def __enter__(self) -> Writing:
        if self.writing is None:
            self.open()
        assert self.writing is not None
        return self.writing

    def __exit__(self, kind: Any, error: Any, trace: Any) -> bool:
        try:
            self._context.__exit__(kind, error, trace)
        except Passing as passing:
            self.passing = passing
            return True
        if error is None:
            self.close()
        return False

    def close(self) -> None:
        """The unit is saved."""
        self.done = True
        assert self.writing is not None
        self.unit.saved(self.writing)


class Passing(Exception):
    """A failure that another try may not meet: the error it would be, and whether it may be saved."""

    def __init__(self, error: AyalaError, *, unknown: bool) -> None:
        super().__init__(str(error))
        self.error = error
        self.unknown = unknown
        """The connection was lost while saving, so only the database knows."""


def attempts(unit: Unit) -> Iterator[Attempt]:
    """Tries of a unit until one is saved: full-jitter pauses, ``unit.wait`` seconds in all."""
    until = time.monotonic() + unit.wait
    for number in itertools.count():
        attempt = Attempt(unit)
        try:
            attempt.open()
        except Passing as passing:
            attempt.passing = passing
        else:
            yield attempt
        if attempt.passing is None:
            return
        _pause(number, until, attempt.passing.error)
        if attempt.passing.unknown and _is_saved(unit, until, attempt.passing.error):
            attempt.close()
            return


def _pause(number: int, until: float, error: AyalaError) -> None:
    """Full jitter, five seconds at the most; the error itself when the time is over."""
    left = until - time.monotonic()
    if left <= 0:
        raise error
    time.sleep(min(left, random.uniform(0, min(5.0, 0.05 * 2**number))))


def _is_saved(unit: Unit, until: float, error: AyalaError) -> bool:
    """Whether a unit whose answer was lost is saved: only the database knows."""
    for number in itertools.count():
        try:
            return recorded(unit.address, unit.request_key) is not None
        except DatabaseUnreachable:
            _pause(number, until, error)
    raise AssertionError


def recorded(address: Address, request_key: str | None) -> tuple[str, str] | None:
    """Code and command of the change with that key, if it is saved."""
    from ayala.storage.asking import Asking

    ask = Asking(address)
    try:
        row = ask.row("history", "by_request_key", request_key=request_key)
    finally:
        ask.close()
    return (row["code"], row["command"]) if row else None


@contextmanager
def changing(unit: Unit) -> Iterator[Writing]:
    """One transaction: what the block writes is saved as a whole, or not at all."""
    address = unit.address
    check(address)
    engine = engine_for(address, wait=unit.wait, tell=unit.tell)
    file = _file_of(address)
    saving = False
    try:
        with engine.connect() as connection, OrmSession(connection, expire_on_commit=False) as session:
            writing = Writing(session, today=unit.today, author=unit.author, command=unit.command)
            event.listen(session, "before_flush", _counter_of_records(writing))
            begin_history(writing)
            yield writing
            session.flush()
            if writing.records or writing.recorded_always:
                record_change(writing, unit.reason, unit.request_key)
            end_history(writing)
            if unit.dry_run:
                session.expunge_all()  # what was made stays readable, as after a commit
                session.rollback()
            else:
                _seal_within(connection, unit, writing)
                saving = True
                session.commit()
                _seal_after(connection, unit)
        if file != _file_of(address):
            raise DatabaseProblem(
                f"{address.shown} was removed or replaced meanwhile: the change is not in it"
            )
    except exc.DBAPIError as error:
        explained = explain(error, address)
        if _passes(error, address):
            raise Passing(explained, unknown=saving) from None
        raise explained from None
    finally:
        engine.dispose()


_PASSING = frozenset({"40001", "40P01", "40003", "25006", "55P03", "57P01", "57P02", "57P03"})
"""States of PostgreSQL that another try may not meet: serialization, deadlock, a server that went away."""


def _passes(error: exc.DBAPIError, address: Address) -> bool:
    if address.path is not None:
        return False  # SQLite has waited as long as it may
    state = getattr(error.orig, "sqlstate", None)
    return error.connection_invalidated or state is None or state in _PASSING or state.startswith("08")


def begin_history(writing: Writing) -> None:
    """Tell the triggers which change they write for; see ``storage/images.py``."""
    if writing.engine_name == "sqlite":
        writing.session.execute(_CONTEXT, {"id": writing.id})
    else:
        writing.session.execute(_CONTEXT_POSTGRESQL, {"id": writing.id})


def end_history(writing: Writing) -> None:
    """Put the context at rest."""
    if writing.engine_name == "sqlite":
        writing.session.execute(_CONTEXT, {"id": None})


def _seal_within(connection: Connection, unit: Unit, writing: Writing) -> None:
    """SQLite has one writer at a time, so the change seals itself."""
    if unit.address.path is not None:
        why = seal(connection.connection.driver_connection, "sqlite", unit.key)
        if why:
            writing.note(why)


def _seal_after(connection: Connection, unit: Unit) -> None:
    """Seal what other transactions no longer hold open, unless another command is sealing just now."""
    if unit.address.path is not None:
        return
    try:
        with connection.begin():
            if connection.execute(_SEALING).scalar():
                seal(connection.connection.driver_connection, "postgresql", unit.key)
    except exc.DBAPIError:
        pass  # the change is saved, and the next command seals it


_CONTEXT = text("UPDATE history_context SET change_id = :id")
_CONTEXT_POSTGRESQL = text("SELECT set_config('ayala.change', :id, true)")
_SEALING = text("SELECT pg_try_advisory_xact_lock(hashtext('ayala seal'))")


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


def record_change(writing: Writing, reason: str | None, request_key: str | None = None) -> None:
    """The entry of the history that the transaction's images belong to."""
    writing.session.add(
        Change(
            id=writing.id,
            code=f"H-{writing.draw('change')}",
            made_at=datetime.now(UTC),
            made_by=writing.author,
            command=writing.command,
            reason=reason,
            request_key=request_key,
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
