"""What columns and constraints cannot state, held by the database itself: overlaps, partial indexes.

Two stays never share a bed-day and one person never has two beds on one day, whoever writes: the
whole half-open interval is compared, so a day of leaving is free for the next. SQLite holds this by
triggers (its writers are serial), PostgreSQL by exclusion constraints: a trigger there would not be
safe under READ COMMITTED.
"""

from __future__ import annotations

from sqlalchemy import DDL, event
from sqlalchemy.schema import ExecutableDDLElement

from ayala.storage.tables import METADATA


def _sqlite_trigger(moment: str, name: str, column: str) -> str:
    when = "INSERT" if moment == "insert" else f"UPDATE OF {column}, from_date, until"
    return f"""
CREATE TRIGGER stay_{name}_{moment} BEFORE {when} ON stay
BEGIN
    SELECT RAISE(ABORT, 'stay_{name}_overlap')
    WHERE EXISTS (
        SELECT 1 FROM stay AS other
        WHERE other.{column} = NEW.{column}
          AND other.id <> NEW.id
          AND other.from_date < coalesce(NEW.until, '9999-12-31')
          AND NEW.from_date < coalesce(other.until, '9999-12-31')
    );
END
""".strip()


SQLITE = [
    _sqlite_trigger(moment, name, column)
    for name, column in (("bed", "bed_id"), ("graduate", "graduate_id"))
    for moment in ("insert", "update")
]


def _sqlite_unique(moment: str, name: str, columns: tuple[str, ...]) -> str:
    """Keep ``OR REPLACE`` from deleting the record that has the key already; NULLs are no keys."""
    table = name.split("_")[1]
    when = "INSERT" if moment == "insert" else f"UPDATE OF {', '.join(columns)}"
    alike = " AND ".join(f"other.{column} = NEW.{column}" for column in columns)
    return f"""
CREATE TRIGGER {name}_{moment} BEFORE {when} ON {table}
BEGIN
    SELECT RAISE(ABORT, '{name}')
    WHERE EXISTS (SELECT 1 FROM {table} AS other WHERE {alike} AND other.id <> NEW.id);
END
""".strip()


UNIQUE = {
    "uq_graduate_iin": ("iin",),
    "uq_apartment_graduate_id_granted_on": ("graduate_id", "granted_on"),
}

SQLITE += [
    _sqlite_unique(moment, name, columns)
    for name, columns in UNIQUE.items()
    for moment in ("insert", "update")
]

POSTGRESQL = [
    f"ALTER TABLE stay ADD CONSTRAINT stay_{name}_overlap "
    f"EXCLUDE USING gist ({column} WITH =, daterange(from_date, until, '[)') WITH &&)"
    for name, column in (("bed", "bed_id"), ("graduate", "graduate_id"))
]

OPEN = "status IN ('registered', 'in_progress', 'paused')"

PARTIAL_INDEXES = {
    "ix_appeal_open": ("appeal", f"CREATE INDEX ix_appeal_open ON appeal (received_on, topic) WHERE {OPEN}"),
    "uq_stay_bed_now": ("stay", "CREATE UNIQUE INDEX uq_stay_bed_now ON stay (bed_id) WHERE until IS NULL"),
    "uq_stay_graduate_now": (
        "stay",
        "CREATE UNIQUE INDEX uq_stay_graduate_now ON stay (graduate_id) WHERE until IS NULL",
    ),
    "ix_graduate_without_iin": (
        "graduate",
        "CREATE INDEX ix_graduate_without_iin ON graduate (birth_date) WHERE iin IS NULL",
    ),
    "uq_block_now": (
        "block",
        "CREATE UNIQUE INDEX uq_block_now ON block (graduate_id) WHERE unblocked_on IS NULL",
    ),
    "uq_pilot_enrolment_now": (
        "pilot_enrolment",
        "CREATE UNIQUE INDEX uq_pilot_enrolment_now ON pilot_enrolment (graduate_id) WHERE until IS NULL",
    ),
}
"""Index -> table and statement, the same text on both engines. Not in ``tables``, where SQLAlchemy would
load PostgreSQL's dialect for them at every change (+20 ms)."""

SEALING_INDEX = "CREATE INDEX ix_row_image_txid_seq ON row_image (txid, seq)"
"""PostgreSQL's history is sealed by transaction; SQLite's by the number of the image, which is its key."""

EXTENSION = "CREATE EXTENSION IF NOT EXISTS btree_gist"


def attach() -> None:
    """Make ``METADATA.create_all`` give the same database as the migrations do."""
    stay = METADATA.tables["stay"]
    event.listen(METADATA, "before_create", _only("postgresql", EXTENSION))
    for name, statement in PARTIAL_INDEXES.values():
        event.listen(METADATA.tables[name], "after_create", _ddl(statement))
    event.listen(METADATA.tables["row_image"], "after_create", _only("postgresql", SEALING_INDEX))
    for statement in SQLITE:
        event.listen(METADATA.tables[_table_of(statement)], "after_create", _only("sqlite", statement))
    for statement in POSTGRESQL:
        event.listen(stay, "after_create", _only("postgresql", statement))


def _table_of(trigger: str) -> str:
    return trigger.partition("\n")[0].rpartition(" ")[2]


def _ddl(statement: str) -> ExecutableDDLElement:
    found: ExecutableDDLElement = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
    return found


def _only(engine: str, statement: str) -> ExecutableDDLElement:
    return _ddl(statement).execute_if(dialect=engine)


attach()
