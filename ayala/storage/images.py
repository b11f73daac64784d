"""The triggers that write an image of every changed row, whoever changes it; their text and their making.

The text follows from the names of a table's columns, as the database itself tells them, so a table or a
column that a migration adds is under history from then on. Only built-in functions are called: the
triggers fire in the ``sqlite3`` and ``psql`` shells too. Row by row on SQLite; on PostgreSQL once a
statement, over its transition tables, by functions that run with their owner's rights, so that who may
change records need not be allowed to write history.

Nothing here imports SQLAlchemy: :mod:`ayala.history.verifying` holds the text against the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

OUTSIDE = frozenset({"row_image", "seal", "history_context", "counter", "alembic_version", "run", "said"})
"""Tables without images: the history's own, counters, which only ever rise, and cron's log."""

APPEND_ONLY = ("row_image", "seal", "change", "blanking")
"""Tables that nobody updates or deletes from; see :func:`guards` for what erasing a person may do."""

BARE = frozenset("0123456789abcdefghijklmnopqrstuvwxyz_")


@dataclass(frozen=True)
class Shape:
    """A table as its triggers see it: its columns in order, and those of its key."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]

    def __post_init__(self) -> None:
        for name in (self.name, *self.columns):
            if not BARE.issuperset(name):
                raise ValueError(f"{name!r} cannot stand in a trigger")


def shapes(rows: Iterable[Any]) -> list[Shape]:
    """Tables under history, from rows of table, column, position in the key (0: not in it)."""
    columns: dict[str, list[tuple[str, int]]] = {}
    for row in rows:
        table, column, position = row
        columns.setdefault(table, []).append((column, position))
    return [
        Shape(
            name,
            tuple(column for column, _ in found),
            tuple(column for column, position in sorted(found, key=lambda c: c[1]) if position),
        )
        for name, found in sorted(columns.items())
        if name not in OUTSIDE
    ]


def unique(rows: Iterable[Any]) -> dict[str, list[tuple[str, ...]]]:
    """Columns of SQLite's tables that are unique together, from rows of table, index, column."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for row in rows:
        table, index, column = row
        found[table, index] = (*found.get((table, index), ()), column)
    tables: dict[str, list[tuple[str, ...]]] = {}
    for (table, _), columns in sorted(found.items(), key=lambda item: (item[0][0], item[1])):
        tables.setdefault(table, []).append(columns)
    return tables


SQLITE_SHAPES = """
SELECT t.name AS table_name, c.name AS column_name, c.pk AS key_position
FROM sqlite_master AS t, pragma_table_info(t.name) AS c
WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite!_%' ESCAPE '!'
ORDER BY t.name, c.cid
"""

SQLITE_UNIQUE = """
SELECT t.name AS table_name, i.name AS index_name, c.name AS column_name
FROM sqlite_master AS t, pragma_index_list(t.name) AS i, pragma_index_info(i.name) AS c
WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite!_%' ESCAPE '!'
  AND i."unique" = 1 AND i.partial = 0 AND i.origin <> 'pk'
ORDER BY t.name, i.name, c.seqno
"""

POSTGRESQL_SHAPES = """
SELECT t.relname AS table_name, a.attname AS column_name,
       coalesce(array_position(i.indkey::int2[], a.attnum), -1) + 1 AS key_position
FROM pg_class AS t
JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_index AS i ON i.indrelid = t.oid AND i.indisprimary
WHERE t.relkind = 'r' AND t.relnamespace = current_schema()::regnamespace
ORDER BY t.relname, a.attnum
"""

SQLITE_TRIGGERS = """
SELECT name, sql AS text FROM sqlite_master
WHERE type = 'trigger' AND (substr(name, 1, 8) = 'history_' OR substr(name, 1, 12) = 'append_only_')
"""

POSTGRESQL_FUNCTIONS = """
SELECT proname AS name, prosrc AS text FROM pg_proc WHERE pronamespace = current_schema()::regnamespace
"""

POSTGRESQL_TRIGGERS = """
SELECT t.tgname AS name, t.tgenabled IN ('O', 'A') AS works
FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid
WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace
"""

# --- SQLite ----------------------------------------------------------------------------------------

_NOW = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
_COLUMNS = "(change_id, made_at, table_name, op, row_key, before, after)"


def row_json(shape: Shape, row: str) -> str:
    """A row of SQLite as JSON, its columns in order."""
    parts = [f"'{column}', {row}.{column}" for column in shape.columns]
    return f"json_object({', '.join(parts)})"


def row_key(shape: Shape, row: str) -> str:
    """A row's key as one text."""
    return " || '/' || ".join(f"{row}.{column}" for column in shape.key)


def sqlite_triggers(shape: Shape) -> dict[str, str]:
    """Trigger name -> its text, as ``sqlite_master`` keeps it."""
    table = shape.name
    change = "(SELECT change_id FROM history_context)"

    def image(op: str, row: str, before: str, after: str, where: str = "") -> str:
        return (
            f"    INSERT INTO row_image {_COLUMNS}\n"
            f"    SELECT {change}, {_NOW}, '{table}', '{op}', {row_key(shape, row)},\n"
            f"           {before}, {after}{where};\n"
        )

    old, new = row_json(shape, "OLD"), row_json(shape, "NEW")
    same = f"{row_key(shape, 'OLD')} IS {row_key(shape, 'NEW')}"
    moved = f"\n    WHERE NOT ({same})"
    return {
        f"history_{table}_insert": (
            f"CREATE TRIGGER history_{table}_insert AFTER INSERT ON {table}\n"
            "WHEN (SELECT set_wise FROM history_context) IS NOT 1\nBEGIN\n"
            + image("I", "NEW", "NULL", new)
            + "END"
        ),
        f"history_{table}_update": (
            f"CREATE TRIGGER history_{table}_update AFTER UPDATE ON {table}\nBEGIN\n"
            + image("U", "OLD", old, new, f"\n    WHERE {same}")
            + image("D", "OLD", old, "NULL", moved)
            + image("I", "NEW", "NULL", new, moved)
            + "END"
        ),
        f"history_{table}_delete": (
            f"CREATE TRIGGER history_{table}_delete AFTER DELETE ON {table}\nBEGIN\n"
            + image("D", "OLD", old, "NULL")
            + "END"
        ),
    }


def sqlite_replace(shape: Shape, unique: Sequence[tuple[str, ...]]) -> str:
    """The trigger that keeps ``INSERT OR REPLACE`` from deleting a row behind the other triggers' back.

    SQLite calls no delete trigger for it. What is raised is called as the constraint that would be broken.
    """
    table = shape.name

    def there(columns: Sequence[str]) -> str:
        alike = " AND ".join(f"t.{column} = NEW.{column}" for column in columns)
        return f"EXISTS (SELECT 1 FROM {table} AS t WHERE {alike})"

    checks = [("history_no_replace", shape.key)]
    checks += [(f"uq_{table}_{'_'.join(columns)}", columns) for columns in unique]
    raised = "".join(
        f"    SELECT RAISE(ABORT, '{name}')\n    WHERE {there(columns)};\n" for name, columns in checks
    )
    return (
        f"CREATE TRIGGER history_{table}_replace BEFORE INSERT ON {table}\n"
        f"WHEN (SELECT set_wise FROM history_context) IS NOT 1\nBEGIN\n{raised}END"
    )


def allowed_to_erase(table: str, same: str) -> str:
    """What erasing a person may do to an append-only table: make personal text empty, nothing else.

    ``same`` is the engine's comparison that takes NULL for a value.
    """

    def kept(columns: str) -> str:
        return " AND ".join(f"NEW.{column} {same} OLD.{column}" for column in columns.split())

    if table == "row_image":
        return (
            kept("seq txid change_id made_at made_by table_name op row_key")
            + f" AND NEW.before IS NULL AND (NEW.after IS NULL OR NEW.after {same} OLD.after)"
        )
    if table == "change":
        return kept("id code made_at made_by command request_key records") + " AND NEW.reason IS NULL"
    return ""


def sqlite_guards() -> dict[str, str]:
    """The triggers that keep the history append-only."""
    found = {}
    for table in APPEND_ONLY:
        allowed = allowed_to_erase(table, "IS")
        erasing = (
            f"\nWHEN (SELECT erasing FROM history_context) IS NOT 1 OR NOT ({allowed})" if allowed else ""
        )
        for moment, when in (("update", erasing), ("delete", "")):
            name = f"append_only_{table}_{moment}"
            found[name] = (
                f"CREATE TRIGGER {name} BEFORE {moment.upper()} ON {table}{when}\n"
                "BEGIN\n    SELECT RAISE(ABORT, 'history_append_only');\nEND"
            )
    for table in ("row_image", "seal"):
        name = f"append_only_{table}_insert"
        found[name] = (
            f"CREATE TRIGGER {name} BEFORE INSERT ON {table}\n"
            f"WHEN EXISTS (SELECT 1 FROM {table} AS t WHERE t.seq = NEW.seq)\n"
            "BEGIN\n    SELECT RAISE(ABORT, 'history_append_only');\nEND"
        )
    return found


def sqlite_first(shape: Shape) -> str:
    """The statement that writes a first image of every row of a table."""
    return (
        f"INSERT INTO row_image {_COLUMNS} SELECT (SELECT change_id FROM history_context), {_NOW}, "
        f"'{shape.name}', 'B', {row_key(shape, 't')}, NULL, {row_json(shape, 't')} FROM {shape.name} AS t"
    )


def sqlite_inserted(shape: Shape) -> str:
    """The statement that writes the images of all rows behind a ``rowid``, at once."""
    # The moment in a query of its own is asked once, not for every row.
    return sqlite_first(shape).replace("'B'", "'I'", 1).replace(_NOW, f"(SELECT {_NOW})", 1) + (
        " WHERE t.rowid > :last"
    )


def sqlite_all(tables: Sequence[Shape], unique: Mapping[str, Sequence[tuple[str, ...]]]) -> dict[str, str]:
    """Every trigger of the history on SQLite."""
    found = sqlite_guards()
    for shape in tables:
        found |= sqlite_triggers(shape)
        found[f"history_{shape.name}_replace"] = sqlite_replace(shape, unique.get(shape.name, ()))
    return found


# --- PostgreSQL ------------------------------------------------------------------------------------

_TXID = "pg_current_xact_id()::text::bigint + (SELECT txid_offset FROM history_context)"
_PG_NOW = "to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
_PG_COLUMNS = "(txid, change_id, made_at, made_by, table_name, op, row_key, before, after)"


def postgresql_key(shape: Shape, row: str) -> str:
    """A row's key as one text."""
    return " || '/' || ".join(f"{row}.{column}::text" for column in shape.key)


def postgresql_function(shape: Shape) -> str:
    """The body of the function that writes a statement's images of one table."""
    table = shape.name
    who = f"{_TXID}, nullif(current_setting('ayala.change', true), ''), {_PG_NOW}, session_user, '{table}'"

    old, new = postgresql_key(shape, "o"), postgresql_key(shape, "n")
    joined = " AND ".join(f"n.{column} = o.{column}" for column in shape.key)
    first = shape.key[0]
    # The columns stand there so that a table which gains one has another text, and begins its history anew.
    return f"""
-- {", ".join(shape.columns)}
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO row_image {_PG_COLUMNS}
        SELECT {who}, 'I', {new}, NULL, to_jsonb(n)::text FROM new_rows AS n;
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO row_image {_PG_COLUMNS}
        SELECT {who}, CASE WHEN o.{first} IS NULL THEN 'I' WHEN n.{first} IS NULL THEN 'D' ELSE 'U' END,
               coalesce({old}, {new}),
               CASE WHEN o.{first} IS NOT NULL THEN to_jsonb(o)::text END,
               CASE WHEN n.{first} IS NOT NULL THEN to_jsonb(n)::text END
        FROM old_rows AS o FULL JOIN new_rows AS n ON {joined};
    ELSE
        INSERT INTO row_image {_PG_COLUMNS}
        SELECT {who}, 'D', {old}, to_jsonb(o)::text, NULL FROM old_rows AS o;
    END IF;
    RETURN NULL;
END
"""


def postgresql_guard(table: str) -> str:
    """The body of the function that keeps one table append-only."""
    allowed = allowed_to_erase(table, "IS NOT DISTINCT FROM")
    way = ""
    if allowed:
        way = (
            f"    IF TG_OP = 'UPDATE' AND current_setting('ayala.erasing', true) = 'on' AND {allowed} THEN\n"
            "        RETURN NEW;\n    END IF;\n"
        )
    return (
        f"\nBEGIN\n{way}    RAISE EXCEPTION 'history is append-only'\n"
        "        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'history_append_only';\nEND\n"
    )


def postgresql_functions(tables: Sequence[Shape]) -> dict[str, str]:
    """Function name -> its body."""
    found = {f"append_only_{table}": postgresql_guard(table) for table in APPEND_ONLY}
    return found | {f"history_{shape.name}": postgresql_function(shape) for shape in tables}


def postgresql_triggers(tables: Sequence[Shape]) -> dict[str, str]:
    """Trigger name -> the statement that makes it."""
    found = {}
    for table in APPEND_ONLY:
        found[f"append_only_{table}"] = (
            f"CREATE TRIGGER append_only_{table} BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION append_only_{table}()"
        )
        found[f"append_only_{table}_truncate"] = (
            f"CREATE TRIGGER append_only_{table}_truncate BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION append_only_{table}()"
        )
    for shape in tables:
        for moment, rows in (
            ("insert", "NEW TABLE AS new_rows"),
            ("update", "OLD TABLE AS old_rows NEW TABLE AS new_rows"),
            ("delete", "OLD TABLE AS old_rows"),
        ):
            name = f"history_{shape.name}_{moment}"
            found[name] = (
                f"CREATE TRIGGER {name} AFTER {moment.upper()} ON {shape.name} REFERENCING {rows} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION history_{shape.name}()"
            )
    return found


def postgresql_create(name: str, body: str) -> str:
    """The statement that makes one function; it runs with its owner's rights, in this schema only."""
    return (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER "
        f"SET search_path FROM CURRENT SET timezone = 'UTC' AS $history${body}$history$"
    )


def postgresql_first(shape: Shape) -> str:
    """The statement that writes a first image of every row of a table."""
    return (
        f"INSERT INTO row_image {_PG_COLUMNS} SELECT {_TXID}, "
        f"nullif(current_setting('ayala.change', true), ''), {_PG_NOW}, session_user, "
        f"'{shape.name}', 'B', {postgresql_key(shape, 't')}, NULL, to_jsonb(t)::text FROM {shape.name} AS t"
    )
