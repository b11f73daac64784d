"""Asking about services and sessions: the lists, one of each, and whom a list of names means.

Nothing here changes anything, and SQLAlchemy is never loaded.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from ayala import record_codes
from ayala.dates import Span
from ayala.errors import NoSuchRecord, WrongUsage
from ayala.graduate.reading import EVERYTHING
from ayala.language.names import sort_key
from ayala.language.phrases import phrase
from ayala.output.harmless import shortened
from ayala.output.table import Column, Table, columns

if TYPE_CHECKING:
    from ayala.storage.asking import Asking

LISTED = columns(
    "code", "graduate", "name", "kind:kind", "mode:mode", "provider", "planned_on@", "provided_on@",
    "status:service_status", "appeal",
)  # fmt: skip
SESSIONS = [
    *columns(
        "code", "held_on@", "kind:kind", "mode:mode", Column("title", heading="session_title"), "provider"
    ),
    *columns(
        "region:region", "graduates#", "named_guests#", Column("guests", "number", heading="nameless_guests")
    ),
    *columns("status:service_status"),
]


def read_service_code(text: str, today: date) -> str | None:
    """The code of a service if the text has its form (``S-88``, ``с88``), else nothing.

    The bare number is not taken for one: where a service or a person may stand, it is the person's.
    """
    return None if text.strip().isdigit() else record_codes.read_code("service", text, today)


def one(ask: Asking, noun: str, text: str, today: date) -> str:
    """The code of the ``service`` or ``session`` that was typed; the bare number is read as well.

    Raises :class:`WrongUsage` if the text is no such code, :class:`NoSuchRecord` if nothing has it.
    """
    code = record_codes.read_code(noun, text, today)
    if code is None:
        raise WrongUsage(
            phrase(
                "'{typed}' is not a code like {example}",
                typed=shortened(text),
                example=record_codes.code(noun, 12),
            )
        )
    if noun == "service":
        if ask.row("service", "by_code", code=code) is None:
            raise NoSuchRecord(phrase("there is no service {code}", code=code), "ayala service list")
    elif ask.row("service", "session_by_code", code=code) is None:
        raise NoSuchRecord(phrase("there is no session {code}", code=code), LIST_SESSIONS)
    return code


LIST_SESSIONS = "ayala service session list"


def listed(
    ask: Asking,
    *,
    kind: str | None,
    mode: str | None,
    provider: str | None,
    graduate: str | None,
    provided: Span | None,
    open: bool,
    as_of: date,
    limit: int | None,
) -> Table:
    """Services to one person; ``open`` only those that are neither given nor cancelled on the day."""
    rows = ask.rows(
        "service",
        "listed",
        kind=kind,
        mode=mode,
        provider=provider,
        graduate=graduate,
        provided_from=provided.start if provided else None,
        provided_to=provided.end if provided else None,
        open=int(open),
        as_of=as_of,
        limit=limit or EVERYTHING,
    )
    return Table("services", LISTED, rows)


def page(ask: Asking, code: str, as_of: date) -> Table:
    """One service, a line a column."""
    columns_shown = columns(
        "code", "graduate", "name", "kind:kind", "mode:mode", "provider", "status:service_status",
        "planned_on@", "provided_on@", "cancelled_on@", "appeal", "outcome", "note",
    )  # fmt: skip
    return Table("service", columns_shown, ask.rows("service", "page", code=code, as_of=as_of), upright=True)


def sessions(
    ask: Asking,
    *,
    kind: str | None,
    mode: str | None,
    provider: str | None,
    region: str | None,
    held: Span | None,
    as_of: date,
    limit: int | None,
) -> Table:
    """Group sessions with how many were there."""
    rows = ask.rows(
        "service",
        "sessions_listed",
        kind=kind,
        mode=mode,
        provider=provider,
        region=region,
        held_from=held.start if held else None,
        held_to=held.end if held else None,
        as_of=as_of,
        limit=limit or EVERYTHING,
    )
    return Table("sessions", SESSIONS, rows)


def session_page(ask: Asking, code: str, as_of: date) -> list[Table]:
    """One session and everyone on its list."""
    shown = [*SESSIONS, *columns("cancelled_on@", "note")]
    return [
        Table(
            "session", shown, list(ask.rows("service", "session_page", code=code, as_of=as_of)), upright=True
        ),
        Table(
            "attendance",
            columns("graduate", "name", "region:region", "note"),
            sorted(ask.rows("service", "session_attendance", code=code), key=_guests_by_name),
            optional=True,
        ),
    ]


def _guests_by_name(row: Mapping[str, Any]) -> tuple[bool, str]:
    """Graduates as they came, which is by the Kazakh alphabet; behind them the guests in the same order."""
    return (True, sort_key(row["name"])) if row["graduate"] is None else (False, "")
