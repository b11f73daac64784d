"""People whose records are closed: blocked for a time, or erased. Every change is held against them here.

While a person is blocked, the law stops collecting, changing, using, passing on and destroying the data
(art. 1, subpara. 3). So nothing is written about the person but the block itself, consents and
transfers, and appeals: to ask is the person's right, and its term runs on. About an erased person
nothing personal is written again; what was left open can be ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, event, inspect, select, text
from sqlmodel import Session as OrmSession

from ayala.errors import NotNow
from ayala.language.phrases import phrase
from ayala.personal.columns import PEOPLE
from ayala.storage.tables import Record

if TYPE_CHECKING:
    from ayala.sheets.rows import Batch
    from ayala.storage.database import Writing

OPEN_TO_BLOCKED = frozenset(
    {"block", "consent", "transfer", "erasure", "appeal", "appeal_topic", "appeal_event"}
)
"""Tables that take rows of a blocked person."""

ENDING = frozenset({"appeal_event", "queue_event", "transfer", "erasure"})
"""Tables that take rows of an erased person: the steps that end what was open, and the registers."""


@dataclass(frozen=True)
class Closed:
    """A person whose record is closed: ``blocked`` or ``erased``, since a day."""

    code: str
    state: str
    since: date

    def refusal(self) -> NotNow:
        if self.state == "blocked":
            return NotNow(
                phrase(
                    "{code} is blocked since {since}: nothing is changed while that lasts",
                    code=self.code,
                    since=self.since,
                ),
                f'ayala graduate unblock {self.code} --reason "…"',
            )
        return NotNow(
            phrase(
                "{code} was erased on {since}: nothing more is written about this person",
                code=self.code,
                since=self.since,
            ),
            phrase("a new record, if the person comes again"),
        )


_CLOSED = """
SELECT CAST(b.graduate_id AS TEXT), g.code, 'blocked', CAST(b.blocked_on AS TEXT)
FROM block AS b JOIN graduate AS g ON g.id = b.graduate_id
WHERE b.unblocked_on IS NULL {blocked}
UNION ALL
SELECT CAST(e.graduate_id AS TEXT), g.code, 'erased', CAST(e.erased_on AS TEXT)
FROM erasure AS e JOIN graduate AS g ON g.id = e.graduate_id
WHERE 1 = 1 {erased}
"""
_EVERYONE = text(_CLOSED.format(blocked="", erased=""))
_OF_THESE = text(
    _CLOSED.format(blocked="AND b.graduate_id IN :people", erased="AND e.graduate_id IN :people")
).bindparams(bindparam("people", expanding=True))


def everyone_closed(session: OrmSession) -> dict[str, Closed]:
    """All who are blocked or erased, by the key of their record."""
    return _read(session.connection().execute(_EVERYONE))


def _read(rows: Iterable[Any]) -> dict[str, Closed]:
    return {key: Closed(code, state, date.fromisoformat(since)) for key, code, state, since in rows}


def check_update(batch: Batch, table: Any, id: str, values: Mapping[str, Any]) -> None:
    """The last gate for sheets: refuse (:class:`NotNow`) to change a row of somebody whose record is
    closed. A kind that can name such a row tells it as a problem of the row before."""
    own = PEOPLE.get(table.name)
    if own is None or own.way != "graduate_id":
        return
    remembered = ("rows of closed people", table.name)
    if remembered not in batch.memory:
        wanted = select(table.c.id, table.c.graduate_id).where(table.c.graduate_id.in_(batch.closed))
        batch.memory[remembered] = {row.id: row.graduate_id for row in batch.fetch(wanted)}
    person = batch.closed.get(batch.memory[remembered].get(id, ""))
    if person is None or (person.state == "blocked" and table.name in OPEN_TO_BLOCKED):
        return
    if person.state == "blocked" or not values.keys().isdisjoint(own.personal):
        raise person.refusal()


def keep_closed(writing: Writing) -> None:
    """Hold everything that this change writes against those whose records are closed."""
    event.listen(writing.session, "before_flush", _Guard(writing).before_flush)


class _Guard:
    """What a change knows of the people it touches."""

    def __init__(self, writing: Writing) -> None:
        self.writing = writing
        self.noticed: set[str] = set()

    def before_flush(self, session: OrmSession, *_: Any) -> None:
        """Refuse (:class:`NotNow`) what is about to be written of somebody whose record is closed."""
        touched = [(row, "new") for row in session.new]
        touched += [(row, "gone") for row in session.deleted]
        touched += [(row, "changed") for row in session.dirty if session.is_modified(row)]
        owners = [(row, how, set(_owners(session, row))) for row, how in touched]
        people = sorted(set().union(*(who for _, _, who in owners)))
        if not people:
            return
        closed = _read(session.connection().execute(_OF_THESE, {"people": people}))
        for row, how, who in owners:
            for key in who & closed.keys():
                self._check(row, how, closed[key])

    def _check(self, row: Any, how: str, closed: Closed) -> None:
        table = row.__tablename__
        if closed.state == "blocked":
            if table not in OPEN_TO_BLOCKED:
                raise closed.refusal()
            if table == "appeal" and how == "new" and closed.code not in self.noticed:
                self.noticed.add(closed.code)
                self.writing.note(
                    phrase(
                        "{code} is blocked since {since}; the appeal is entered all the same",
                        code=closed.code,
                        since=closed.since,
                    )
                )
        elif how == "new" and table not in ENDING:
            raise closed.refusal()
        elif how == "changed" and table not in ENDING:
            attributes = inspect(row).attrs
            if any(attributes[name].history.has_changes() for name in PEOPLE[table].personal):
                raise closed.refusal()


def _owners(session: OrmSession, row: Any) -> Iterator[str]:
    """The keys of the graduates that a row belongs to, or belonged to before it was changed."""
    own = PEOPLE.get(row.__tablename__)
    if own is None:
        return
    before = inspect(row).attrs[own.way].history.deleted or ()
    for key in filter(None, (getattr(row, own.way), *before)):
        if own.parent == "graduate":
            yield key
        else:
            parent = _parent(session, own.parent, key)
            if parent is not None:
                yield from _owners(session, parent)


def image_owners(session: OrmSession, table: str, row: Mapping[str, Any]) -> Iterator[str]:
    """The keys of the graduates that a row of the history belongs to, the row as its image holds it."""
    own = PEOPLE.get(table)
    key = row.get(own.way) if own else None
    if own is None or key is None:
        return
    if own.parent == "graduate":
        yield str(key)
    elif (parent := session.get(_CLASSES[own.parent], key)) is not None:
        yield from _owners(session, parent)


def _parent(session: OrmSession, table: str, key: str) -> Any:
    """The row that another refers to, on record or about to be."""
    for row in session.new:
        if row.__tablename__ == table and row.id == key:
            return row
    return session.get(_CLASSES[table], key)


_CLASSES: dict[str, Any] = {
    mapper.local_table.name: mapper.class_  # type: ignore[attr-defined]
    for mapper in Record._sa_registry.mappers
}
