"""How a database is addressed and opened: the one recipe for questions and for changes.

Only the standard library (and the chosen SQLite module) is imported here, since every command at
the shell passes through. The SQLite module is chosen once for the whole process: two copies of
SQLite in one process would break each other's file locks.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import quote, unquote

from ayala.errors import (
    AyalaError,
    BadSetting,
    DatabaseBehind,
    DatabaseBusy,
    DatabaseDamaged,
    DatabaseForeign,
    DatabaseMissing,
    DatabaseNewer,
    DatabaseProblem,
    DatabaseUnreachable,
    DiskFull,
    NotAllowed,
    NotWritable,
)
from ayala.language.phrases import phrase
from ayala.paths import typed_path, why
from ayala.storage.custody import refuse_another_hand

SCHEMA = 4
"""Number of the newest migration; ``PRAGMA user_version`` on SQLite, the Alembic revision on both."""

APPLICATION_ID = 0x4159414C
"""``AYAL``: tells an office's file from any other SQLite file."""

WAIT_SECONDS = 60
"""How long a command waits for another one's transaction."""

PATIENCE = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
    "application_name": "ayala",
}
"""Where a server's address says nothing else: after how many seconds (the last: milliseconds) a server that
went away without a word counts as lost. By themselves TCP and libpq would wait for hours."""

# The first versions without the WAL-reset bug (sqlite.org/wal.html#walresetbug).
SAFE_WAL = ((3, 51, 3), (3, 50, 7), (3, 44, 6))


@dataclass(frozen=True)
class Address:
    """Where the database is: a file (SQLite) or a server (PostgreSQL)."""

    engine: str
    path: Path | None = None
    url: str = ""

    @property
    def shown(self) -> str:
        """The address as it may be printed: never with a password."""
        return str(self.path) if self.path is not None else _PASSWORD.sub(r"\1@", self.url)


def address(text: str) -> Address:
    """Read ``--database``: a bare path or ``sqlite:///path`` is SQLite, ``postgresql://`` a server."""
    if text.startswith(("postgresql://", "postgres://")):
        return Address("postgresql", url=_server(text.split("://", 1)[1]))
    if text.startswith("sqlite:///"):
        return Address("sqlite", path=typed_path(unquote(text.removeprefix("sqlite:///"))))
    if "://" in text:
        scheme = text.split("://", 1)[0]
        raise BadSetting(
            phrase("'{scheme}://' is not a database Ayala knows", scheme=scheme),
            phrase("a path, or postgresql://…"),
        )
    if not text:
        raise BadSetting(phrase("the database address is empty"), "ayala settings")
    return Address("sqlite", path=typed_path(text))


# As libpq reads an address: who (up to the first @ that no / precedes), hosts, database, parameters.
_PASSWORD = re.compile(r"(?<=^postgresql://)([^:@/]*):[^@/]*@")
_SERVER = re.compile(
    r"(?P<who>[^@/]*@)?(?P<hosts>[^/?]*)(?P<database>/[^?]*)?(?:\?(?P<query>.*))?", re.DOTALL
)
_HOST = re.compile(r"(?:\[[^\[\]@]*\]|[^:\[\]@]*)(?::[0-9]*)?")
_SECRETS = ("password", "sslpassword", "oauth_client_secret", "scram_client_key", "scram_server_key")
_LISTS = ("host", "hostaddr", "port")


def _server(text: str) -> str:
    """The address of one or several servers, as libpq takes it; what stands in it is never quoted."""
    found = _SERVER.fullmatch(text)
    assert found is not None  # every text has these parts
    hosts, database = found["hosts"].split(","), (found["database"] or "")[1:]
    # Such a character in a password ends it early: the rest would be taken for a host, and shown.
    readable = text.isprintable() and all(_HOST.fullmatch(host) for host in hosts)
    if "@" in database or "/" in database or not readable:
        raise BadSetting(
            phrase("the database address cannot be read"),
            phrase("postgresql://user@host:5432,host:5432/office; inside a name @ is %40, / is %2F"),
        )
    pairs = [pair.partition("=") for pair in (found["query"] or "").split("&") if pair]
    given = [(unquote(key), unquote(value)) for key, _, value in pairs]
    if any(key in _SECRETS for key, _ in given):
        raise BadSetting(
            phrase("a password may not stand behind '?' in the database address"),
            phrase("put it in the file that PGPASSFILE names"),
        )
    several = {key: ",".join(v for k, v in given if k == key) for key in _LISTS}
    if all(value.count(",") == dict(given).get(key, "").count(",") for key, value in several.items()):
        return f"postgresql://{text}"
    # host=a&host=b, as others write it, is host=a,b to libpq, which would take the last one alone.
    merged = {key: several.get(key) or value for key, value in given}
    query = "&".join(f"{key}={quote(value, safe=',')}" for key, value in merged.items())
    return f"postgresql://{text.partition('?')[0]}?{query}"


@lru_cache(maxsize=1)
def sqlite() -> ModuleType:
    """The SQLite module of this process: the bundled current one where there is a wheel."""
    try:
        from pysqlite3 import dbapi2
    except ImportError:
        import sqlite3

        return sqlite3
    return dbapi2  # type: ignore[no-any-return]


def wal_is_safe() -> bool:
    """Whether the SQLite in use is past the WAL-reset bug."""
    version: tuple[int, ...] = sqlite().sqlite_version_info
    return version >= SAFE_WAL[0] or any(
        version[:2] == fixed[:2] and version >= fixed for fixed in SAFE_WAL[1:]
    )


def open_sqlite(path: Path, *, reading: bool, create: bool = False) -> Any:
    """Open an office's file; a DB-API connection in autocommit, its PRAGMAs set.

    Raises the errors of exit code 6: missing, foreign, damaged, or not to be opened.
    """
    if not create:
        look_at_file(path)
    mode = "rwc" if create else "rw" if os.access(path, os.W_OK) else "ro"
    dbapi = sqlite()
    try:
        connection = dbapi.connect(
            f"file:{quote(str(path))}?mode={mode}",
            uri=True,
            isolation_level=None,
            timeout=WAIT_SECONDS,
            check_same_thread=False,
        )
        prepare_sqlite(connection, reading=reading)
        if not reading:
            connection.text_factory = any_text
    except dbapi.Error as error:
        raise explain_sqlite(error, path) from None
    return connection


def prepare_sqlite(connection: Any, *, reading: bool) -> None:
    """Set what has to be set on every connection."""
    run = connection.execute
    run(f"PRAGMA busy_timeout = {WAIT_SECONDS * 1000}")
    run("PRAGMA foreign_keys = ON")
    run("PRAGMA trusted_schema = OFF")
    run("PRAGMA cell_size_check = ON")
    if reading:
        run("PRAGMA query_only = ON")
    else:
        if sqlite().sqlite_version_info < (3, 41):
            # SQLite took its own JSON functions, which write the history, for unsafe ones until then.
            run("PRAGMA trusted_schema = ON")
        run("PRAGMA recursive_triggers = ON")
        run("PRAGMA secure_delete = ON")
        run("PRAGMA cache_size = -65536")
        # WAL keeps acknowledged work over a power cut only with FULL, a rollback journal with EXTRA. Which
        # of them a file has was settled where it was made: by another SQLite perhaps, or by its folder.
        (journal,) = run("PRAGMA journal_mode").fetchone()
        run("PRAGMA synchronous = " + ("FULL" if journal == "wal" else "EXTRA"))


def any_text(text: bytes) -> str:
    """A text of SQLite as it lies there. Other programs may have written bytes that are no UTF-8: a change
    has to get past them, to mend them and to seal what was written."""
    return text.decode("utf-8", "surrogateescape")


def begin_writing(connection: Any, path: Path, wait: float, tell: Callable[[str], None]) -> None:
    """Take the place of SQLite's one writer, waiting at most ``wait`` seconds; say so after the first.

    SQLite's own waiting looks at the same moments in every process and ever less often, so that of a
    crowd most find the place taken again, and who has waited longest looks least. Here the pauses are of
    chance, and shorter the longer one has waited. Raises :class:`DatabaseBusy` when the time is over.
    """
    import random  # only here: a question has no need of it
    import time

    began = time.monotonic()
    pause, said = 0.005, False
    try:
        connection.execute("PRAGMA busy_timeout = 0")
        while True:
            try:
                connection.execute("BEGIN IMMEDIATE")
                break
            except sqlite().OperationalError as error:
                waited = time.monotonic() - began
                if "locked" not in str(error) or waited >= wait:
                    raise
            if waited >= 1 and not said:
                tell(phrase("waiting for another writer…"))
                said = True
            pause = max(0.01, min(2 * pause, 0.1 / (1 + 10 * waited)))
            time.sleep(min(random.uniform(0, pause), wait - waited))
        connection.execute(f"PRAGMA busy_timeout = {int(wait * 1000)}")
    except sqlite().Error as error:
        raise explain_sqlite(error, path) from None


def look_at_file(path: Path) -> None:
    """Refuse what is no file, or another person's, before SQLite is asked to open it."""
    refuse_another_hand(path)
    try:
        kind = path.stat().st_mode
    except FileNotFoundError:
        raise DatabaseMissing(phrase("there is no database at {path}", path=path)) from None
    except OSError as error:
        raise DatabaseProblem(
            phrase("{path} cannot be opened: {reason}", path=path, reason=why(error))
        ) from None
    if not stat.S_ISREG(kind):
        raise DatabaseForeign(phrase("{path} is not a file", path=path))
    if not os.access(path, os.R_OK):
        raise DatabaseProblem(phrase("{path} cannot be read: permission denied", path=path))


def check_sqlite(connection: Any, path: Path) -> None:
    """Refuse another program's file and another version's, before anything is read from it."""
    dbapi = sqlite()
    try:
        (found,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except dbapi.Error as error:
        raise explain_sqlite(error, path) from None
    if found != APPLICATION_ID:
        if tables == 0:
            raise DatabaseMissing(phrase("{path} is an empty database", path=path))
        raise DatabaseForeign(phrase("{path} is a database of another program", path=path))
    check_schema(max(version, _revision(connection)) if version >= SCHEMA else version, str(path))


def _revision(connection: Any) -> int:
    """The newest migration that Alembic noted; a name that is no number is one of the future."""
    found = connection.execute("SELECT max(version_num) FROM alembic_version").fetchone()[0]
    return 0 if found is None else int(found) if str(found).isdigit() else SCHEMA + 1


def check_schema(version: int, shown: str) -> None:
    """Compare the schema number of a database with the one this Ayala is made for."""
    if version > SCHEMA:
        raise DatabaseNewer(
            phrase(
                "{database} was made by a newer Ayala (schema {schema}; this one knows {known})",
                database=shown,
                schema=version,
                known=SCHEMA,
            )
        )
    if version < SCHEMA:
        raise DatabaseBehind(
            phrase(
                "{database} was made by an older Ayala (schema {schema}; this one needs {needed})",
                database=shown,
                schema=version,
                needed=SCHEMA,
            )
        )


def explain_sqlite(error: Exception, where: object) -> AyalaError:
    """The sentence for an error of SQLite itself; never one of its values."""
    text = str(error).lower()
    if "not a database" in text or "file is encrypted" in text:
        return DatabaseForeign(phrase("{path} is not a database", path=where))
    if "malformed" in text or "corrupt" in text:
        return DatabaseDamaged(phrase("{file} is damaged", file=where))
    if "locked" in text or "busy" in text:
        return DatabaseBusy(phrase("{path} is busy with another command; nothing was changed", path=where))
    if "full" in text:
        return DiskFull(phrase("{path}: the disk is full; nothing was changed", path=where))
    if "readonly" in text or "read-only" in text or "attempt to write" in text:
        return NotWritable(phrase("{path} cannot be written", path=where))
    if "disk i/o" in text:
        return NotWritable(phrase("{path}: the disk reported an error; nothing was changed", path=where))
    if "unable to open" in text:
        return DatabaseProblem(phrase("{path} cannot be opened", path=where))
    if "no such table" in text or "no such column" in text:
        return DatabaseDamaged(
            phrase("{path} lacks a table or column that it should have", path=where), "ayala check"
        )
    if found := re.match(r"could not decode to utf-8 column '(\w+)'", text):
        return DatabaseProblem(
            phrase(
                "{path}: a text that is no UTF-8 stands in '{column}'",
                path=where,
                column=found[1],
            ),
            "ayala check",
        )
    return DatabaseProblem(
        phrase("{database}: the database refused ({state})", database=where, state=type(error).__name__)
    )


def server_parameters(url: str, *, reading: bool) -> list[dict[str, Any]]:
    """How to connect to a server: what to try, one after the other, as ``psycopg.connect`` takes it.

    A change goes to the server that takes writes. A question tries that one first, since a standby may lag,
    and among several servers then any other, so that reading goes on while no server takes writes. Raises
    :class:`BadSetting` for an address that PostgreSQL cannot read.
    """
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    try:
        given = conninfo_to_dict(url)
    except psycopg.Error:
        raise BadSetting(
            phrase("the database address cannot be read"), "postgresql://user@host/office"
        ) from None
    parameters = {
        key: value
        for key, value in PATIENCE.items()
        if key not in given and f"PG{key.upper()}" not in os.environ
    } | given
    if "target_session_attrs" in given or os.environ.get("PGTARGETSESSIONATTRS"):
        return [parameters]
    if not reading:
        return [parameters | {"target_session_attrs": "read-write"}]
    if several_servers(given):
        return [parameters | {"target_session_attrs": wanted} for wanted in ("read-write", "any")]
    return [parameters]


def several_servers(given: Mapping[str, Any]) -> bool:
    """Whether the parameters of an address name more than one server."""
    return any(
        "," in str(given.get(key) or os.environ.get(f"PG{key.upper()}", "")) for key in ("host", "hostaddr")
    )


def driver_missing() -> DatabaseProblem:
    return DatabaseProblem(phrase("the PostgreSQL driver is not installed"), "pip install 'ayala[postgres]'")


def connect_postgresql(url: str, *, reading: bool) -> Any:
    """Open a server for questions: text days and keys, so that rows are the same on both engines."""
    try:
        import psycopg
        from psycopg.types.numeric import FloatLoader
        from psycopg.types.string import TextLoader
    except ImportError:
        raise driver_missing() from None
    for parameters in server_parameters(url, reading=reading):
        try:
            connection = psycopg.connect(**parameters, cursor_factory=psycopg.ClientCursor, autocommit=True)
            break
        except psycopg.Error:
            continue
    else:
        # libpq's text names hosts and users only, yet may quote the whole address: say it ourselves.
        raise DatabaseUnreachable(
            phrase(
                "the database server at {database} does not let us in",
                database=Address("postgresql", url=url).shown,
            )
        )
    for name in ("date", "uuid", "timestamptz"):
        connection.adapters.register_loader(name, TextLoader)
    connection.adapters.register_loader("numeric", FloatLoader)
    connection.execute("SET datestyle = 'ISO'")
    if reading:
        connection.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")
    return connection


def check_postgresql(execute: Callable[[str], Any], shown: str) -> None:
    """Refuse a server database that holds no office, an older or a newer one, or no place for this user."""
    there, readable = execute(
        "SELECT to_regclass('alembic_version')::text,"
        " has_table_privilege(to_regclass('alembic_version'), 'SELECT')"
    ).fetchone()
    if there is None:
        raise DatabaseMissing(phrase("{database} holds no office yet", database=shown))
    if not readable:
        raise NotAllowed(phrase("{database} does not let this user see its records", database=shown))
    found = execute("SELECT version_num FROM alembic_version").fetchone()
    if found is None:
        raise DatabaseBehind(phrase("{database} was not made to the end", database=shown), "ayala upgrade")
    version = str(found[0])
    if not version.isdigit():
        raise DatabaseForeign(phrase("{path} is a database of another program", path=shown))
    check_schema(int(version), shown)
