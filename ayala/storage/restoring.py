"""Putting a backup back: proven before anything is touched, then all at once or not at all.

The backup is decrypted and proven at a place of its own, brought up to this Ayala's schema, and its return is
recorded in it. Then it takes its place: an SQLite file that is there is overwritten within one transaction
of SQLite's own, so that whoever has it open sees the old office or the new one; a missing one is made by
renaming. On a server everything is one transaction, the upgrade and the entry in the history included.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, exc
from sqlmodel import Session as OrmSession

from ayala.errors import (
    AyalaError,
    DatabaseBehind,
    DatabaseBusy,
    DatabaseDamaged,
    DatabaseForeign,
    DatabaseMissing,
    DatabaseProblem,
    DatabaseUnreachable,
    Failed,
    MissingValue,
    NoSuchFile,
    WrongUsage,
)
from ayala.language.phrases import phrase, phrases
from ayala.output.harmless import term
from ayala.paths import why
from ayala.storage import making, opening, roles, server_archive
from ayala.storage.archive import (
    Contents,
    add_checksum,
    changes_of,
    clock,
    counters_of,
    erasures_of,
    free_name,
    head_of,
    kind_of,
    not_written,
    put,
    refuse_engine,
    take_checksum,
    workroom,
)
from ayala.storage.backup import COMPANIONS, copy_file, examine, server_copy, take
from ayala.storage.database import (
    Unit,
    Writing,
    begin_history,
    changing,
    engine_for,
    is_saved,
    record_change,
    recorded,
)
from ayala.storage.invariants import EXTENSION
from ayala.storage.opening import Address
from ayala.storage.refusals import explain
from ayala.storage.tables import METADATA

NOTHING = Contents(0, {}, {})

# A restored database may be on a server that counts its transactions from a lower number.
_RAISE_OFFSET = """
UPDATE history_context SET txid_offset = greatest(
    txid_offset,
    greatest((SELECT coalesce(max(txid), 0) + 1 FROM row_image), (SELECT coalesce(max(horizon), 0) FROM seal))
        - pg_snapshot_xmin(pg_current_snapshot())::text::bigint
)
"""

_FUNCTIONS = r"""
SELECT p.oid::regprocedure::text FROM pg_proc AS p
WHERE p.pronamespace = current_schema()::regnamespace AND p.prorettype = 'trigger'::regtype
AND (p.proname LIKE 'history\_%' OR p.proname LIKE 'append\_only\_%')
"""


@dataclass
class Restoring:
    """A backup that is proven and ready; :meth:`carry_out` puts it in its place."""

    unit: Unit
    file: Path
    plain: Path
    """The backup as it is restored: decrypted, without its checksum."""
    contents: Contents
    there: Contents
    """What the database holds that would be replaced."""
    damaged: bool
    """Whether that database is there and so damaged that nothing can be told about it."""
    folder: Path
    """Where a copy of a server's office is kept."""
    kept: Path | None = None
    """The copy of what was replaced."""
    notes: list[str] = field(default_factory=list)
    head: str | None = None
    """The head of the history that came back."""
    writing: Writing | None = None
    """The entry of the return, once it may be saved."""

    @property
    def address(self) -> Address:
        return self.unit.address

    @property
    def question(self) -> str:
        """What must be agreed to, or nothing: the changes on record that the backup does not have."""
        shown, file = self.address.shown, self.file.name
        if self.damaged:
            return phrase(
                "{database} is damaged, and nobody knows what it holds that {file} lacks; replace it?",
                database=shown,
                file=file,
            )
        lost = self.there.lacking(self.contents)
        if not lost:
            return ""
        first = clock(lost[0])
        if len(lost) == 1:
            return phrase(
                "{database} holds a change of {moment} that {file} lacks; go on without it?",
                database=shown,
                moment=first,
                file=file,
            )
        return phrases(
            "{database} holds {n} change since {moment} that {file} lacks; go on without it?",
            "{database} holds {n} changes since {moment} that {file} lacks; go on without them?",
            len(lost),
            database=shown,
            moment=first,
            file=file,
        )

    def carry_out(self) -> None:
        """Put the backup in its place, all at once; what it replaces is kept beside it.

        Raises :class:`DatabaseBusy` if somebody changed the database since it was looked at.
        """
        lost = sorted(c for change, c in self.there.erasures.items() if change not in self.contents.changes)
        if lost:
            self.notes.append(
                phrase(
                    "destroyed since that backup and now here again, so once more: {commands}",
                    commands=", ".join(lost),
                )
            )
        try:
            if self.address.path is None:
                self._into_server()
            else:
                self._into_file(self.address.path)
        except (KeyboardInterrupt, DatabaseUnreachable) as error:
            if not self._is_done():
                raise
            self._tell_saved()
            if isinstance(error, KeyboardInterrupt):
                raise
        else:
            self._tell_saved()

    def _tell_saved(self) -> None:
        assert self.writing is not None
        self.unit.saved(self.writing)

    def _is_done(self) -> bool:
        """Whether a last step whose end was not seen was done: only the database knows."""
        if self.writing is None:
            return False
        if self.address.path is None:
            return is_saved(self.unit, self.writing)
        try:
            return recorded(self.address, str(self.unit.request_key)) is not None
        except AyalaError:
            return False

    def _guard(self, connection: Any, schema: int) -> None:
        """Nobody may have changed what is to be replaced since its owner was asked."""
        if changes_of(connection, schema).keys() - self.there.changes.keys():
            raise DatabaseBusy(
                phrase(
                    "somebody changed {database} meanwhile; it was left as it is",
                    database=self.address.shown,
                ),
                phrase("the same command again"),
            )

    def _keep_counting(self, writing: Writing) -> None:
        """Give no code a second time, also none of a record that is lost: it may stand on paper."""
        for name, number in sorted(self.there.counters.items()):
            writing.keep_above(name, number)

    # --- SQLite --------------------------------------------------------------------------------------

    def _into_file(self, path: Path) -> None:
        writing = self._made_ready()
        if path.exists() and not self.damaged:
            if self.there.changes:
                self.kept = free_name(path, f"before-restore-{self.unit.today}")
                keep(path, self.kept)
            self.writing = writing
            self._overwrite(path)
            return
        making.choose_journal(self.plain)
        self._set_aside(path)
        self.writing = writing
        put(self.plain, path)

    def _made_ready(self) -> Writing:
        """Bring the backup up to this Ayala's schema, and record in it that it came back."""
        ready = replace(self.unit, address=Address("sqlite", path=self.plain))
        try:
            making.bring_up(ready.address, ready.author, ready.key)
            with changing(ready) as writing:
                writing.recorded_always = True
                self._keep_counting(writing)
        except (DatabaseProblem, Failed) as error:
            raise type(error)(
                str(error).replace(str(self.plain), str(self.address.path)), error.hint
            ) from None
        with closing(opening.open_sqlite(self.plain, reading=True)) as connection:
            self.head = head_of(connection, opening.SCHEMA)
        return writing

    def _set_aside(self, path: Path) -> None:
        """Move a damaged database away; and a journal without its database, which would be played into the
        new one."""
        aside = free_name(path, f"before-restore-{self.unit.today}")
        for end in (*COMPANIONS, ""):
            with suppress(FileNotFoundError):
                path.with_name(path.name + end).rename(aside.with_name(aside.name + end))
                self.kept = aside

    def _overwrite(self, path: Path) -> None:
        with (
            closing(opening.open_sqlite(self.plain, reading=True)) as source,
            closing(opening.open_sqlite(path, reading=False)) as target,
        ):
            try:
                target.execute(f"PRAGMA busy_timeout = {int(self.unit.wait * 1000)}")
                if target.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
                    with closing(opening.open_sqlite(path, reading=True)) as witness:
                        self._copy_all(source, target, witness)
                else:
                    # Only in this mode does a rollback journal's lock outlive a transaction.
                    target.execute("PRAGMA locking_mode = EXCLUSIVE")
                    target.execute("BEGIN EXCLUSIVE")
                    self._guard(target, _schema(target))
                    target.execute("COMMIT")
                    self._copy_all(source, target, None)
            except opening.sqlite().Error as error:
                raise opening.explain_sqlite(error, path) from None

    def _copy_all(self, source: Any, target: Any, witness: Any) -> None:
        """Copy in two steps and one transaction; the first takes the writer's place and leaves one page."""

        def after_step(code: int, remaining: int, pages: int) -> None:
            if code & 0xFF in (opening.sqlite().SQLITE_BUSY, opening.sqlite().SQLITE_LOCKED):
                raise DatabaseBusy(
                    phrase(
                        "{path} is busy with another command; nothing was changed",
                        path=self.address.shown,
                    )
                )
            if remaining and witness is not None:
                self._guard(witness, _schema(witness))

        pages = source.execute("PRAGMA page_count").fetchone()[0]
        source.backup(target, pages=pages - 1, progress=after_step)

    # --- PostgreSQL ------------------------------------------------------------------------------------

    def _into_server(self) -> None:
        import psycopg

        if self.there.changes:
            self.kept = server_copy(self.address, self.folder, f"before-restore-{self.unit.today}")
            take(self.address, self.kept)
        engine = engine_for(self.address, wait=self.unit.wait, tell=self.unit.tell_once)
        try:
            with engine.connect() as connection:
                with connection.begin():
                    driver: Any = connection.connection.driver_connection
                    writing = self._replace(connection, driver)
                    self.writing = writing
                writing.behind = bool(getattr(driver, "behind", False))
        except exc.DBAPIError as error:
            raise explain(error, self.address) from None
        except psycopg.Error as error:
            raise server_archive.refused(error, self.address.shown) from None
        finally:
            engine.dispose()

    def _replace(self, connection: Connection, driver: Any) -> Writing:
        """The one transaction; the entry of the history that it writes."""
        unit, shown = self.unit, self.address.shown
        driver.execute("SELECT set_config('lock_timeout', %s, true)", (str(int(unit.wait * 1000)),))
        driver.execute(making.ONE_AT_A_TIME)
        with_roles = roles.become_admin(connection)
        if self.there.schema:
            # The first lock of every command: whoever is at work ends first, and nobody begins.
            driver.execute("LOCK TABLE alembic_version IN ACCESS EXCLUSIVE MODE")
        there = server_contents(driver, shown)
        self._guard(driver, there.schema)
        _drop(driver, there, self.contents)
        schema, path = driver.execute("SELECT current_schema(), current_setting('search_path')").fetchone()
        if schema != self.contents.namespace:
            raise DatabaseProblem(
                phrase(
                    "{file} is of the schema {schema}, {database} leads to {other}",
                    file=self.file,
                    schema=self.contents.namespace,
                    database=shown,
                    other=schema,
                ),
                phrase("the schema made, and '?options=-csearch_path%3DNAME' behind the database address"),
            )
        driver.execute(EXTENSION)
        self._load(driver)
        strangers = self._rights(driver)
        driver.execute("SELECT set_config('search_path', %s, true)", (path,))
        if self.contents.schema >= 2:
            driver.execute(_RAISE_OFFSET)
        if self.contents.schema < opening.SCHEMA:
            making.migrate(connection, unit.author)
        if with_roles:
            roles.give_rights(connection)
        self.head = head_of(driver, opening.SCHEMA)
        with OrmSession(connection) as session:
            writing = Writing(session, today=unit.today, author=unit.author, command=unit.command)
            begin_history(writing)
            self._keep_counting(writing)
            record_change(writing, unit.reason, unit.request_key)
        if strangers:
            writing.note(
                phrase(
                    "this server has no role {roles}, so it was given no rights",
                    roles=", ".join(sorted(strangers)),
                )
            )
        return writing

    def _load(self, driver: Any) -> None:
        with server_archive.pieces(self.plain, self.file) as script:
            for statement, lines in script:
                if lines is None:
                    driver.execute(statement)
                    continue
                with driver.cursor() as cursor, cursor.copy(statement) as copy:
                    for line in lines:
                        copy.write(line)

    def _rights(self, driver: Any) -> set[str]:
        """Let those do what they might do before; the roles that this server does not have."""
        import psycopg

        missing = set()
        with server_archive.pieces(self.plain, self.file, rights=True) as script:
            statements = [
                line.decode()
                for text, _ in script
                for line in text.splitlines()
                if line.startswith((b"GRANT ", b"REVOKE "))
            ]
        for statement in statements:
            try:
                with driver.transaction():
                    driver.execute(statement)
            except psycopg.errors.UndefinedObject:
                missing.add(re.split(" TO | FROM ", statement.rstrip(";"))[-1])
        return missing


def keep(path: Path, to: Path) -> None:
    """A copy of a database as it is, proven or not: what is replaced may well be damaged."""
    with workroom(to.parent, to) as room:
        copy_file(path, room / "plain", to)
        add_checksum(room / "plain")
        put(room / "plain", to)


def _schema(connection: Any) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _drop(driver: Any, there: Contents, coming: Contents) -> None:
    """Take away the office that is there; other tables of the schema stay."""
    ours = {*METADATA.tables, *coming.rows, "alembic_version"} & there.rows.keys()
    if ours:
        driver.execute("DROP TABLE " + ", ".join(f'"{name}"' for name in sorted(ours)))
    for (function,) in driver.execute(_FUNCTIONS).fetchall():
        driver.execute(f"DROP FUNCTION {function}")


# --- making ready ------------------------------------------------------------------------------------


@contextmanager
def restoring(file: Path, identity: str | None, unit: Unit, folder: Path) -> Iterator[Restoring]:
    """Decrypt and prove a backup, and look at what it would replace. Nothing is changed yet.

    ``identity`` names the file of the secret keys. Raises the errors of exit code 6 for a backup that is
    damaged, newer, foreign or of the other engine.
    """
    if not file.is_file():
        raise NoSuchFile(
            phrase("{path} is a folder", path=file)
            if file.is_dir()
            else phrase("there is no file {path}", path=file)
        )
    path = unit.address.path
    if path is not None and path.is_symlink():
        path = path.resolve()
        unit = replace(unit, address=Address("sqlite", path=path))
    if path is not None and path.exists() and path.samefile(file):
        raise WrongUsage(
            phrase("{path} is the office's database itself", path=file),
            phrase("the file that ayala backup wrote"),
        )
    beside = folder if path is None else path.parent
    try:
        beside.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise not_written(error, beside) from None
    with workroom(beside, path or file) as room:
        plain = room / "plain"
        notes = _decrypted(file, plain, identity)
        refuse_engine(kind_of(plain), unit.address.engine, file)
        if not take_checksum(plain, file):
            notes.append(
                phrase("{file} has no checksum of Ayala's: proven as a database, not byte by byte", file=file)
            )
        if path is None:
            contents = server_archive.read(plain, file)
            there, damaged = _server(unit.address), False
        else:
            contents = _proven(plain, file)
            there, damaged = _file(path)
        yield Restoring(unit, file, plain, contents, there, damaged, folder, notes=notes)


def _decrypted(file: Path, plain: Path, identity: str | None) -> list[str]:
    """A copy of the backup as it was before it was encrypted."""
    try:
        encrypted = kind_of(file) == "age"
    except OSError as error:
        raise NoSuchFile(phrase("{path} cannot be read: {reason}", path=file, reason=why(error))) from None
    if not encrypted:
        log = file.with_name(f"{file.name}-wal")
        if log.exists() and log.stat().st_size:
            raise WrongUsage(
                phrase(
                    "{file} is a database in use: {log} beside it belongs to it",
                    file=file,
                    log=log.name,
                ),
                f"ayala --database {file} backup FILE",
            )
        shutil.copyfile(file, plain)
        plain.chmod(0o600)
        note = phrase("{file} is not encrypted; no identity is needed", file=file)
        return [note] if identity else []
    if identity is None:
        raise MissingValue(
            phrase("{file} is encrypted", file=file), phrase("the same command with --identity KEYFILE")
        )
    from ayala.storage.encryption import decrypt, identities

    decrypt(file, plain, identities(identity), file)
    return []


def _proven(plain: Path, file: Path) -> Contents:
    try:
        return examine(plain, file)
    except DatabaseMissing:
        raise DatabaseForeign(phrase("{file} holds no office", file=file)) from None


def _file(path: Path) -> tuple[Contents, bool]:
    """What the office's file holds, and whether it is there and cannot tell."""
    try:
        with closing(opening.open_sqlite(path, reading=True)) as connection:
            with suppress(DatabaseBehind):
                opening.check_sqlite(connection, path)
            try:
                schema = _schema(connection)
                return _contents(connection, schema, {}), False
            except opening.sqlite().Error as error:
                raise opening.explain_sqlite(error, path) from None
    except DatabaseMissing:
        return NOTHING, False
    except DatabaseDamaged:
        return NOTHING, True


def _server(address: Address) -> Contents:
    import psycopg

    with closing(opening.connect_postgresql(address.url, reading=True)) as connection:
        try:
            return server_contents(connection, address.shown)
        except psycopg.Error as error:
            raise server_archive.refused(error, address.shown) from None


def server_contents(connection: Any, shown: str) -> Contents:
    """What an office on a server holds; nothing where its schema is empty. Refuses other programs' tables."""
    tables = {name: 0 for (name,) in connection.execute(server_archive.TABLES).fetchall()}
    if not tables:
        return NOTHING
    try:
        server_archive.accept_older(connection, shown)
    except DatabaseMissing:
        raise DatabaseForeign(
            phrase("{database} already holds tables of another program", database=shown),
            phrase("an empty database"),
        ) from None
    version = connection.execute("SELECT max(version_num) FROM alembic_version").fetchone()[0]
    return _contents(connection, int(version or 0), tables)


def _contents(connection: Any, schema: int, rows: dict[str, int]) -> Contents:
    return Contents(
        schema,
        rows,
        changes_of(connection, schema),
        counters=counters_of(connection, schema),
        erasures=erasures_of(connection, schema),
    )


def shown_name(file: Path) -> str:
    """The name of a backup as it is kept in the history: harmless, and without its folder."""
    return re.sub(r"\s+", " ", term(file.name))[:100]
