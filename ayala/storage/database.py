"""Changing the records: one transaction a command, one entry in the ledger of changes.

Everything that writes goes through :func:`changing`. It opens the transaction at once (SQLite:
``BEGIN IMMEDIATE``), so that what a record checks is still so when it writes; it commits once, at
the end, or rolls all of it back on any error and on a dry run. Records never commit.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, NullPool, create_engine, event, exc, text, update
from sqlmodel import Session as OrmSession

from ayala.errors import (
    AyalaError,
    DatabaseProblem,
    DatabaseUnreachable,
    DoneAlready,
    PerhapsSaved,
)
from ayala.language.phrases import phrase
from ayala.storage import images, opening
from ayala.storage.opening import Address
from ayala.storage.refusals import constraint, explain, is_gone, is_passing
from ayala.storage.sealing import HistoryKey, seal
from ayala.storage.tables import METADATA, Change, Counter, new_key

if TYPE_CHECKING:
    from ayala.storage.digesting import Digesting
    from ayala.storage.loading import Loading


def engine_for(
    address: Address,
    *,
    create: bool = False,
    wait: float = opening.WAIT_SECONDS,
    tell: Callable[[str], None] = lambda sentence: None,
    tell_behind: Callable[[], None] | None = None,
) -> Engine:
    """An engine that opens each connection by the recipe; parameters never reach an error text.

    ``tell`` hears when SQLite's one writer, or the second server at COMMIT, has been waited for a second;
    ``wait`` seconds are the most. ``tell_behind`` hears of what is saved on the first server only.
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
            opening.begin_writing(connection.connection.driver_connection, path, wait, tell)

        return engine
    try:
        from ayala.storage import server
    except ImportError:
        raise opening.driver_missing() from None
    # A statement that fails inside a pipeline is told by its exception; psycopg would print it as well.
    logging.getLogger("psycopg").setLevel(logging.CRITICAL)
    engine = create_engine("postgresql+psycopg://", poolclass=NullPool, hide_parameters=True)

    @event.listens_for(engine, "do_connect")
    def _connect(dialect: Any, record: Any, args: Any, parameters: dict[str, Any]) -> Any:
        # SQLAlchemy would read the address in its own way; its types come with the context.
        context = parameters.get("context")
        return server.connect(address.url, wait=wait, tell=tell, tell_behind=tell_behind, context=context)

    return engine


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
    behind: bool = False
    """Whether it is saved on this server, and perhaps not yet on the second."""
    shapes: dict[str, images.Shape] = field(default_factory=dict, repr=False)
    key: HistoryKey | None = field(default=None, repr=False)
    """With what the change will be sealed, if it is."""
    digesting: Digesting | None = field(default=None, repr=False)
    """What makes the hashes of a large load's images beside it."""
    _loading: Loading | None = field(default=None, repr=False)
    _drawn: dict[str, int] = field(default_factory=dict, repr=False)
    """The last numbers drawn in a large load, where they are not in the database yet."""

    @property
    def engine_name(self) -> str:
        return self.session.get_bind().dialect.name

    def draw(self, name: str, count: int = 1) -> int:
        """Draw ``count`` numbers of a kind of code; the first of them. Numbers are never reused."""
        if self._loading is None:
            return self._draw(name, count)
        # The first draw locks the counter until the change ends, so the others need not ask.
        self._drawn[name] = self._last_drawn(name) + count
        return self._drawn[name] - count + 1

    def _last_drawn(self, name: str) -> int:
        return self._drawn[name] if name in self._drawn else self._draw(name, 0) - 1

    def _draw(self, name: str, count: int) -> int:
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

    def insert(self, table: Any, rows: list[dict[str, Any]]) -> None:
        """Add many rows to a table at once, their images too; counted. Rows fill the same columns.

        How: ``storage/loading.py``.
        """
        if not rows:
            return
        if self._loading is not None and self._loading.table is table.__table__:
            self._loading.put(rows)
        else:
            from ayala.storage import loading

            loading.load(self.session.connection(), table.__table__, rows, self._shape)
        self.records += len(rows)

    @contextmanager
    def large_load(self, table: str, expected: int, unasked: Sequence[str] = ()) -> Iterator[None]:
        """For the time in which ``expected`` rows go into a table: ``storage/loading.py``."""
        if not table:
            yield
            return
        from ayala.storage import loading

        connection = self.session.connection()
        if self.digesting is None and self.engine_name == "sqlite" and self.key is not None:
            from ayala.storage import digesting

            raw = connection.connection.driver_connection
            self.digesting = digesting.begun(raw, self.key, expected)
        into = loading.Into(connection, METADATA.tables[table], self._shape, self.digesting)
        with loading.large(into, expected, unasked) as self._loading:
            try:
                yield
            finally:
                self._loading = None
            for name, number in self._drawn.items():
                self.keep_above(name, number)
            self._drawn.clear()

    def end(self) -> None:
        """Leave nothing behind that the change had beside it."""
        if self.digesting is not None:
            self.digesting.end()

    def asks(self, index: str) -> None:
        """Make an index now that a large load has set aside."""
        if self._loading is not None:
            self._loading.put_back(index)

    def _shape(self, table: str) -> images.Shape:
        if not self.shapes:
            found = images.shapes(self.session.execute(text(images.SQLITE_SHAPES)))
            self.shapes = {shape.name: shape for shape in found}
        return self.shapes[table]

    def keep_above(self, name: str, number: int) -> None:
        """Let no number up to ``number`` be drawn later: a sheet brought it along."""
        if self._loading is not None:
            self._drawn[name] = max(self._last_drawn(name), number)
        else:
            self.session.execute(_BEGIN_OR_RAISE, {"name": name, "number": number})

    def note(self, sentence: str) -> None:
        """Something worth saying once the change is saved; said on stderr, never counted."""
        self.notes.append(sentence)


@dataclass
class Unit:
    """A change as it is asked for; tried until it is saved, or until it cannot be.

    ``request_key`` is written with it and unique, so a unit whose answer was lost is never done twice;
    ``repeat_with`` is what a person gives as the key to ask again;
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
    repeat_with: str = ""
    wait: float = opening.WAIT_SECONDS
    tell: Callable[[str], None] = lambda sentence: None
    saved: Callable[[Writing], None] = lambda writing: None

    def __post_init__(self) -> None:
        self.request_key = self.request_key or new_key()
        self.reached = self.address.path is not None
        """Whether the server was there, or may well be in a moment, so that it is waited for."""
        self._pauses = 0
        self._failed_first = 0.0
        self._said: set[str] = set()

    def pause(self, error: AyalaError) -> None:
        """Wait before another try: full jitter, two seconds at the most; the error when the time is over.

        The time runs from the first failure. Source of the jitter: "Exponential Backoff And Jitter", AWS
        Architecture Blog, 2015.
        """
        now = time.monotonic()
        self._failed_first = self._failed_first or now
        waited = now - self._failed_first
        if waited >= self.wait:
            raise error
        pause = min(self.wait - waited, random.uniform(0, min(2.0, 0.05 * 2**self._pauses)))
        self._pauses += 1
        if waited + pause >= 1 and isinstance(error, DatabaseUnreachable | PerhapsSaved):
            early = max(0.0, 1 - waited)
            time.sleep(early)
            pause -= early
            self.tell_once(phrase("waiting for the database server…"))
        time.sleep(max(0.0, pause))

    def tell_once(self, sentence: str) -> None:
        """Say what is waited for; however many tries meet it, once."""
        if sentence not in self._said:
            self._said.add(sentence)
            self.tell(sentence)


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
    while True:
        attempt = Attempt(unit)
        try:
            attempt.open()
        except Passing as passing:
            attempt.passing = passing
        else:
            yield attempt
        if attempt.passing is None:
            return
        if attempt.passing.unknown and attempt.writing is not None and is_saved(unit, attempt.writing):
            attempt.close()
            return
        unit.pause(attempt.passing.error)


def is_saved(unit: Unit, writing: Writing) -> bool:
    """Whether a unit whose answer was lost is saved. Raises :class:`PerhapsSaved` if nobody can tell."""
    nobody_knows = PerhapsSaved(
        phrase(
            "{database} was lost while saving: the change is saved or not",
            database=unit.address.shown,
        ),
        phrase(
            "the same command with AYALA_REQUEST_KEY={key}: it is not done twice",
            key=unit.repeat_with,
        ),
    )
    try:
        while True:
            try:
                found, writing.behind = _recorded(unit)
                return found is not None
            except (Passing, DatabaseProblem):
                unit.pause(nobody_knows)
    except KeyboardInterrupt:
        raise nobody_knows from None


def recorded(address: Address, request_key: str, question: str = "by_request_key") -> tuple[str, str] | None:
    """Code and command of the change with that key, if it is saved."""
    from ayala.storage.asking import Asking

    ask = Asking(address)
    try:
        row = ask.row("history", question, request_key=request_key)
    finally:
        ask.close()
    return (row["code"], row["command"]) if row else None


def _recorded(unit: Unit) -> tuple[tuple[str, str] | None, bool]:
    """Code and command of a unit that may be saved, and whether it is on this server only.

    Who saves a change holds the counter of changes until it is saved or gone, so behind that lock the
    answer is final. A standby may lag, and is not asked. Having locked a row, this COMMIT waits for the
    second server as the change's own did.
    """
    assert unit.request_key is not None
    if unit.address.path is not None:
        return recorded(unit.address, unit.request_key), False
    engine = engine_for(unit.address, wait=unit.wait, tell=unit.tell_once)
    try:
        with engine.connect() as connection:
            connection.execute(_LOCK_TIMEOUT, {"wait": _milliseconds(unit.wait)})
            connection.execute(_LOCK_CHANGES)
            row = connection.execute(_BY_REQUEST_KEY, {"key": unit.request_key}).one_or_none()
            connection.commit()
            return (row[0], row[1]) if row else None, _is_behind(connection)
    except exc.DBAPIError as error:
        raise _told(error, unit.address, saving=False) from None
    finally:
        engine.dispose()


@contextmanager
def changing(unit: Unit) -> Iterator[Writing]:
    """One transaction: what the block writes is saved as a whole, or not at all."""
    address = unit.address
    if address.path is not None:
        check(address)
    engine = engine_for(address, wait=unit.wait, tell=unit.tell_once)
    file = _file_of(address)
    saving = False
    try:
        with (
            _connected(engine, unit) as connection,
            OrmSession(connection, expire_on_commit=False) as session,
            ExitStack() as stack,
        ):
            writing = Writing(session, today=unit.today, author=unit.author, command=unit.command)
            writing.key = None if unit.dry_run else unit.key
            stack.callback(writing.end)
            event.listen(session, "before_flush", _counter_of_records(writing))
            if address.path is None:
                opening.check_postgresql(session.connection().exec_driver_sql, address.shown)
                session.execute(_LOCK_TIMEOUT, {"wait": _milliseconds(unit.wait)})
            _seal_within(writing, unit, outside=True)
            begin_history(writing)
            yield writing
            session.flush()
            if writing.records or writing.recorded_always:
                record_change(writing, unit.reason, unit.request_key)
            end_history(writing)
            # What was made stays readable, also when the answer to COMMIT is lost.
            session.expunge_all()
            if unit.dry_run:
                session.rollback()
            else:
                _seal_within(writing, unit, outside=False)
                saving = True
                session.commit()
                writing.behind = _is_behind(connection)
                _seal_after(connection, unit, writing)
        if file != _file_of(address):
            raise DatabaseProblem(
                phrase(
                    "{database} was removed or replaced meanwhile: the change is not in it",
                    database=address.shown,
                )
            )
    except exc.DBAPIError as error:
        if constraint(error) == "uq_change_request_key":
            # The same command, started twice, was quicker there.
            raise DoneAlready(*(recorded(address, str(unit.request_key)) or ("", unit.command))) from None
        raise _told(error, address, saving=saving) from None
    except KeyboardInterrupt:
        if saving and is_saved(unit, writing):
            unit.saved(writing)
        raise
    finally:
        engine.dispose()


def _connected(engine: Engine, unit: Unit) -> Connection:
    """A connection. Raises :class:`Passing` while a server may come back."""
    if unit.address.path is not None:
        return engine.connect()
    from ayala.storage import server

    try:
        connection = engine.connect()
    except exc.DBAPIError:
        explained = DatabaseUnreachable(
            phrase("the database server at {database} does not let us in", database=unit.address.shown)
        )
        unit.reached = unit.reached or server.may_come_back(unit.address.url)
        if unit.reached:
            explained = DatabaseUnreachable(
                phrase(
                    "no server at {database} takes changes now; nothing was changed",
                    database=unit.address.shown,
                ),
                phrase("the same command again in a minute"),
            )
            raise Passing(explained, unknown=False) from None
        raise explained from None
    unit.reached = True
    return connection


def _is_behind(connection: Connection) -> bool:
    """Whether what was just saved is perhaps not on the second server; see ``storage/server.py``."""
    return bool(getattr(connection.connection.driver_connection, "behind", False))


def _told(error: exc.DBAPIError, address: Address, *, saving: bool) -> Exception:
    """What to raise for an error of the database: words, passing where another try may not meet it."""
    explained = explain(error, address)
    if address.path is not None:
        return explained  # SQLite has waited as long as it may
    gone = is_gone(error)
    if gone or is_passing(error):
        return Passing(explained, unknown=saving and gone)
    return explained


def _milliseconds(seconds: float) -> str:
    return str(max(1, int(seconds * 1000)))


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


def _seal_within(writing: Writing, unit: Unit, *, outside: bool) -> None:
    """SQLite has one writer at a time, so a change seals what it finds, then itself."""
    if unit.address.path is not None:
        raw = writing.session.connection().connection.driver_connection
        why = seal(raw, "sqlite", unit.key, outside=outside, made=writing.digesting)
        if why and not outside:
            writing.note(why)


def _seal_after(connection: Connection, unit: Unit, writing: Writing) -> None:
    """Seal what other transactions no longer hold open, unless another command is sealing just now."""
    if unit.address.path is not None:
        return
    if writing.behind:
        return  # it would wait once more
    import psycopg

    try:
        with connection.begin():
            if connection.execute(_SEALING).scalar():
                why = seal(connection.connection.driver_connection, "postgresql", unit.key)
                if why:
                    writing.note(why)
    except (exc.DBAPIError, psycopg.Error):
        pass  # the change is saved, and the next command seals it
    except AyalaError as error:
        writing.note(phrase("not sealed: {reason}", reason=error))


_CONTEXT = text("UPDATE history_context SET change_id = :id")
_CONTEXT_POSTGRESQL = text("SELECT set_config('ayala.change', :id, true)")
_LOCK_TIMEOUT = text("SELECT set_config('lock_timeout', :wait, true)")
_LOCK_CHANGES = text(
    "INSERT INTO counter (name, value) VALUES ('change', 0) "
    "ON CONFLICT (name) DO UPDATE SET value = counter.value"
)
_BY_REQUEST_KEY = text("SELECT code, command FROM change WHERE request_key = :key")
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
        connection = opening.connect_postgresql(address.url, reading=False)
        try:
            opening.check_postgresql(connection.execute, address.shown)
        finally:
            connection.close()
