"""What the database refused, in words: by the constraint's name and the state, never by the error's text."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, exc

from ayala.errors import (
    AlreadyThere,
    AyalaError,
    DatabaseBusy,
    DatabaseProblem,
    DatabaseUnreachable,
    DiskFull,
    NotAllowed,
    RuleBroken,
    Taken,
)
from ayala.language.phrases import phrase
from ayala.storage import opening
from ayala.storage.opening import Address

_BUSY = frozenset({"40001", "40P01", "55P03"})
"""States of PostgreSQL that another try may not meet: serialization, a deadlock, a lock held too long."""

_GONE = frozenset({"40003", "57P01", "57P02", "57P03"})
"""States of a server that ends or begins; what it was asked to save may be saved."""

_ELSEWHERE = "25006"
"""The state of a server that has become a standby: it saved nothing."""


REFUSALS: dict[str, tuple[type[AyalaError], Callable[[], str]]] = {
    "history_append_only": (RuleBroken, lambda: phrase("the history is only ever added to")),
    "history_no_replace": (RuleBroken, lambda: phrase("a row with this key is there already")),
    "stay_bed_overlap": (Taken, lambda: phrase("the bed is taken on some of these days")),
    "uq_stay_bed_now": (Taken, lambda: phrase("the bed is taken on some of these days")),
    "stay_graduate_overlap": (Taken, lambda: phrase("this person already has a bed on some of these days")),
    "uq_stay_graduate_now": (Taken, lambda: phrase("this person already has a bed on some of these days")),
    "uq_change_request_key": (
        AlreadyThere,
        lambda: phrase("this command was saved before, with the same request key"),
    ),
    "uq_graduate_iin": (AlreadyThere, lambda: phrase("another graduate has this personal number (IIN)")),
    "uq_apartment_graduate_id_granted_on": (
        AlreadyThere,
        lambda: phrase("an apartment granted to this person on this day is on record already"),
    ),
    "uq_attendance_session_id_graduate_id": (
        AlreadyThere,
        lambda: phrase("this person is on the session's list already"),
    ),
    "uq_pilot_enrolment_now": (AlreadyThere, lambda: phrase("this person is enrolled in the pilot already")),
    "uq_block_now": (AlreadyThere, lambda: phrase("this person's data are blocked already")),
    "uq_erasure_graduate_id": (AlreadyThere, lambda: phrase("this person is erased already")),
    "uq_partner_name": (AlreadyThere, lambda: phrase("a partner of this name is on record already")),
    "uq_building_code": (AlreadyThere, lambda: phrase("a building with this code is on record already")),
    "uq_appeal_number": (AlreadyThere, lambda: phrase("an appeal with this number is on record already")),
    "uq_bed_place": (AlreadyThere, lambda: phrase("this bed is on record already")),
    "uq_queue_entry_graduate_id_registrar_registered_on": (
        AlreadyThere,
        lambda: phrase("this queue entry is on record already"),
    ),
    "uq_position_entry_id_position_on": (
        AlreadyThere,
        lambda: phrase("a position for this day is on record already"),
    ),
    "uq_placement_graduate_id_partner_id_title_from_date": (
        AlreadyThere,
        lambda: phrase("this placement is on record already"),
    ),
    "uq_workplace_partner_id_title_opened_on": (
        AlreadyThere,
        lambda: phrase("this workplace is on record already"),
    ),
    "uq_pilot_enrolment_graduate_id_from_date": (
        AlreadyThere,
        lambda: phrase("this enrolment is on record already"),
    ),
}
"""Constraint -> the error, and its sentence, said in the language that is chosen by then."""


def is_gone(error: exc.DBAPIError) -> bool:
    """Whether the connection was lost; psycopg has no state then, as for values it refuses itself."""
    state = getattr(error.orig, "sqlstate", None)
    if state is None:
        return error.connection_invalidated or isinstance(error, exc.OperationalError)
    return error.connection_invalidated or state in _GONE or state.startswith("08")


def is_passing(error: exc.DBAPIError) -> bool:
    """Whether a server that is there refused what it may take when asked again."""
    state = getattr(error.orig, "sqlstate", None)
    return state in _BUSY or state == _ELSEWHERE


def explain(error: exc.DBAPIError, address: Address) -> AyalaError:
    """The sentence for what the database refused; by the constraint's name, never by its text."""
    if address.path is None:
        return _explain_postgresql(error, address.shown)
    original: Any = error.orig
    if isinstance(error, exc.IntegrityError):
        return refused_by(error)
    return opening.explain_sqlite(original, address.path)


def refused_by(error: exc.IntegrityError) -> AyalaError:
    """The sentence for the constraint that a statement broke, on either engine."""
    return refusal(constraint(error))


def constraint(error: exc.DBAPIError) -> str:
    """The name of the constraint that a statement broke, on either engine; empty for another error."""
    if not isinstance(error, exc.IntegrityError):
        return ""
    original: Any = error.orig
    diag = getattr(original, "diag", None)
    return str(diag.constraint_name or "a constraint") if diag else _sqlite_constraint(str(original))


def refusal(name: str) -> AyalaError:
    """The error for a constraint's name."""
    if name in REFUSALS:
        kind, sentence = REFUSALS[name]
        return kind(sentence())
    return RuleBroken(phrase("the database refuses this: {name}", name=name))


def _sqlite_constraint(text: str) -> str:
    """The constraint's name in SQLite's message: columns for UNIQUE, a name for CHECK and RAISE."""
    if found := re.fullmatch(r"UNIQUE constraint failed: (.+)", text):
        columns = [part.strip().split(".") for part in found[1].split(",")]
        return "uq_" + columns[0][0] + "_" + "_".join(column for _, column in columns)
    if found := re.search(r"(?:CHECK constraint failed: |^)(\w+)$", text):
        return found[1]
    return text.split(":")[0]


def _explain_postgresql(error: exc.DBAPIError, shown: str) -> AyalaError:
    original: Any = error.orig
    state = getattr(original, "sqlstate", None)
    if isinstance(error, exc.IntegrityError):
        return refused_by(error)
    if is_gone(error) or state == _ELSEWHERE:
        return DatabaseUnreachable(
            phrase("the connection to {database} was lost; nothing was changed", database=shown)
        )
    if state in _BUSY or state == "57014":
        return DatabaseBusy(
            phrase("{database} was busy with another command; nothing was changed", database=shown)
        )
    if state == "53100":
        return DiskFull(phrase("{path}: the disk is full; nothing was changed", path=shown))
    if state == "42501":
        return NotAllowed(
            phrase("{database} does not allow this user to do that; nothing was changed", database=shown)
        )
    return DatabaseProblem(
        phrase(
            "{database}: the database refused ({state})",
            database=shown,
            state=state or type(original).__name__,
        )
    )


def as_raised(connection: Connection, statement: str, error: Exception, family: type[Exception]) -> Exception:
    """As SQLAlchemy raises what the driver says, so that it is told in the same words."""
    raised: Exception = exc.DBAPIError.instance(
        statement, None, error, family, hide_parameters=True, dialect=connection.dialect
    )
    return raised
