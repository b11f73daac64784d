"""Asking about housing: the queue as it was reported, positions, apartments, what stays open.

Nothing here changes anything, and SQLAlchemy is never loaded.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from ayala import record_codes
from ayala.dates import Span
from ayala.errors import NoSuchRecord, SeveralFit
from ayala.graduate.identity import full_name
from ayala.graduate.reading import EVERYTHING
from ayala.language.catalogue import word
from ayala.language.phrases import phrase, phrases
from ayala.output.table import Column, Table, columns

if TYPE_CHECKING:
    from ayala.storage.asking import Asking

QUEUE = columns(
    "code", "graduate", "name", "registrar:registrar", "registered_on@", "number", "category",
    "status:queue_status", "position#", "position_on@",
)  # fmt: skip
ENTRY = columns(
    "code", "graduate", "name", "registrar:registrar", "registered_on@", "number", "category",
    "status:queue_status", "closed_on@", "note",
)  # fmt: skip
STATUSES = columns("happened_on@", "status:queue_status", "made_by", "reason")
POSITIONS = columns("position_on@", "position#", "change#", "document")
APARTMENTS = columns(
    "graduate",
    "name",
    "granted_on@",
    "region:region",
    "address",
    "rooms#",
    "area#",
    "tenure:tenure",
    "decision",
)
LEFT_OPEN = columns("code", "kind:left_open", "from_date@", "what")


def entry_code(ask: Asking, text: str, today: date) -> str:
    """The code of the queue entry meant. Raises :class:`NoSuchRecord`."""
    code = record_codes.read_code("queue", text, today)
    if code is None or ask.row("housing", "by_code", code=code) is None:
        raise NoSuchRecord(
            phrase("there is no queue entry {entry}", entry=code or text), "ayala housing queue list"
        )
    return code


def holder(ask: Asking, code: str) -> str:
    """The code of the graduate whose queue entry it is."""
    entry = ask.row("housing", "entry", code=code)
    assert entry is not None
    return str(entry["graduate"])


def names_entry(text: str, today: date) -> bool:
    """Whether the text is written like the code of a queue entry, ``Q-7``; a bare number is not."""
    return text.strip()[:1] in ("Q", "q") and record_codes.read_code("queue", text, today) is not None


def waiting_entry(ask: Asking, graduate: str, registrar: str | None) -> str:
    """The one waiting queue entry of a person, of that registrar if one is named.

    Raises :class:`NoSuchRecord` if there is none, :class:`SeveralFit` if there are several.
    """
    waiting = list(ask.rows("housing", "waiting", graduate=graduate, registrar=registrar))
    if not waiting:
        raise NoSuchRecord(
            phrase(
                "{graduate} is not waiting in the queue with the {registrar}",
                graduate=graduate,
                registrar=word("registrar", registrar),
            )
            if registrar
            else phrase("{graduate} is not waiting in the queue", graduate=graduate),
            f"ayala housing queue add {graduate} --registrar …",
        )
    if len(waiting) > 1:
        raise SeveralFit(
            phrases(
                "{graduate} has {n} queue entry that is waiting",
                "{graduate} has {n} queue entries that are waiting",
                len(waiting),
                graduate=graduate,
            ),
            [(str(entry["code"]), _described(entry)) for entry in waiting],
            phrase("name one: --entry Q-…, or --registrar"),
        )
    return str(waiting[0]["code"])


def _described(entry: dict[str, Any]) -> str:
    registered = phrase(
        "{registrar}, registered on {day}",
        registrar=word("registrar", entry["registrar"]),
        day=entry["registered_on"],
    )
    return f"{registered}, {entry['number']}" if entry["number"] else registered


def queue(
    ask: Asking,
    *,
    registrar: str | None,
    status: str | None,
    region: str | None,
    registered: Span | None,
    as_of: date | None,
    limit: int | None,
) -> Table:
    """The mirror of the queue by the day of registration; ``as_of`` None means: all that is on record."""
    rows = ask.rows(
        "housing",
        "queue",
        registrar=registrar,
        status=status,
        region=region,
        registered_from=registered.start if registered else None,
        registered_to=registered.end if registered else None,
        as_of=as_of,
        limit=limit or EVERYTHING,
    )
    return Table("queue", QUEUE, rows)


def entry_page(ask: Asking, code: str) -> list[Table]:
    """One queue entry: the entry, how its status went, every position with its change."""
    entry = ask.row("housing", "entry", code=code)
    assert entry is not None
    return [
        Table("queue_entry", ENTRY, [entry], subtitle=f"{code} {entry['name']}", upright=True),
        _part(ask, "queue_statuses", STATUSES, "entry_events", code=code),
        _part(ask, "positions", POSITIONS, "entry_positions", code=code),
    ]


def person_page(ask: Asking, graduate: str) -> list[Table]:
    """The housing of one person: queue entries, positions, apartments."""
    person = ask.row("housing", "person", graduate=graduate)
    assert person is not None
    name = full_name(person["surname"], person["given_name"], person["patronymic"])
    entries = [c for c in ENTRY if c.key not in ("graduate", "name", "note")]
    apartments = [c for c in APARTMENTS if c.key not in ("graduate", "name")]
    first = _part(ask, "queue", entries, "person_queue", graduate=graduate)
    first.subtitle, first.optional = f"{graduate} {name}", False
    return [
        first,
        _part(ask, "positions", [Column("code"), *POSITIONS], "person_positions", graduate=graduate),
        _part(ask, "apartments", [*apartments, Column("note")], "person_apartments", graduate=graduate),
    ]


def _part(ask: Asking, key: str, heads: Iterable[Column], question: str, **values: Any) -> Table:
    rows = list(ask.rows("housing", question, **values))
    return Table(key, list(heads), rows, optional=True)


def apartments(
    ask: Asking, *, granted: Span | None, region: str | None, tenure: str | None, limit: int | None
) -> Table:
    """Apartments granted, by the day of the decision."""
    rows = ask.rows(
        "housing",
        "apartments",
        granted_from=granted.start if granted else None,
        granted_to=granted.end if granted else None,
        region=region,
        tenure=tenure,
        limit=limit or EVERYTHING,
    )
    return Table("apartments", APARTMENTS, rows)


def granted_day(ask: Asking, graduate: str, granted: date | None) -> date:
    """The day of the one apartment of a person that is meant; named by its day where there are several.

    Raises :class:`NoSuchRecord`, or :class:`SeveralFit`.
    """
    found = list(ask.rows("housing", "person_apartments", graduate=graduate))
    days = {date.fromisoformat(row["granted_on"]): row for row in found}
    if granted is not None:
        found = [days[granted]] if granted in days else []
    if not found:
        raise NoSuchRecord(
            phrase("no apartment was granted to {graduate} on {day}", graduate=graduate, day=granted)
            if granted
            else phrase("no apartment was granted to {graduate}", graduate=graduate),
            f"ayala housing show {graduate}",
        )
    if len(found) > 1:
        raise SeveralFit(
            phrases(
                "{graduate} was granted {n} apartment",
                "{graduate} was granted {n} apartments",
                len(found),
                graduate=graduate,
            ),
            [(row["granted_on"], row["address"] or "") for row in found],
            phrase("name the day of one: --granted DAY"),
        )
    return date.fromisoformat(found[0]["granted_on"])


def left_open(ask: Asking, graduate: str, on: date) -> list[dict[str, Any]]:
    """What stays open after an apartment was granted: queue entries, appeals about housing, a bed."""
    return list(ask.rows("housing", "left_open", graduate=graduate, on=on))
