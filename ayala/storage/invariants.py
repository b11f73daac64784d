"""Rules of the beds that no plain constraint can state, held by the database itself.

Two stays never share a bed-day and one person never has two beds on one day, whoever writes: the
whole half-open interval is compared, so a day of leaving is free for the next. SQLite holds this by
triggers (its writers are serial), PostgreSQL by exclusion constraints: a trigger there would not be
safe under READ COMMITTED.
"""

from __future__ import annotations

from sqlalchemy import DDL, event

from ayala.storage.tables import METADATA, Stay


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

POSTGRESQL = [
    f"ALTER TABLE stay ADD CONSTRAINT stay_{name}_overlap "
    f"EXCLUDE USING gist ({column} WITH =, daterange(from_date, until, '[)') WITH &&)"
    for name, column in (("bed", "bed_id"), ("graduate", "graduate_id"))
]

EXTENSION = "CREATE EXTENSION IF NOT EXISTS btree_gist"


def attach() -> None:
    """Make ``METADATA.create_all`` give the same database as the migrations do."""
    event.listen(METADATA, "before_create", DDL(EXTENSION).execute_if(dialect="postgresql"))
    table = Stay.__table__  # type: ignore[attr-defined]
    for statement in SQLITE:
        event.listen(table, "after_create", DDL(statement.replace("%", "%%")).execute_if(dialect="sqlite"))
    for statement in POSTGRESQL:
        event.listen(table, "after_create", DDL(statement.replace("%", "%%")).execute_if(dialect="postgresql"))


attach()
