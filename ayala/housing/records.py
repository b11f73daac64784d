"""The rules of housing: the outside queue is mirrored, an apartment is noted, a person decides.

No position is computed, nobody is removed from the queue by a program, and a grant closes nothing.
The age at the registration is only noticed (``policy``).
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from sqlmodel import col, select

from ayala import record_codes
from ayala.errors import AlreadyThere, NoSuchRecord, NotNow, RuleBroken, WrongUsage
from ayala.housing.policy import queue_age, too_old
from ayala.language.catalogue import word
from ayala.language.phrases import phrase
from ayala.storage.tables import Apartment, Graduate, Position, QueueEntry, QueueEvent

if TYPE_CHECKING:
    from ayala.office import Records


class Housing:
    """Queue entries, positions and apartments inside one change."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.writing = records.writing
        self.session = records.writing.session

    # --- the queue, as the registrar keeps it ----------------------------------------------------

    def entry(self, code: str) -> QueueEntry:
        """The queue entry of that code, held until the change ends. Raises :class:`NoSuchRecord`."""
        entry = self.session.exec(
            select(QueueEntry).where(QueueEntry.code == code).with_for_update()
        ).one_or_none()
        if entry is None:
            raise NoSuchRecord(
                phrase("there is no queue entry {entry}", entry=code), "ayala housing queue list"
            )
        return entry

    def add_entry(
        self,
        graduate: str,
        *,
        registrar: str,
        registered_on: date,
        number: str | None = None,
        category: str | None = None,
        note: str | None = None,
    ) -> QueueEntry:
        """Mirror a registration in the outside queue.

        Raises :class:`AlreadyThere` if this person's registration there on this day is on record.
        """
        person = self._person(graduate)
        others = self.session.exec(
            select(QueueEntry)
            .where(QueueEntry.graduate_id == person.id, QueueEntry.registrar == registrar)
            .order_by(col(QueueEntry.registered_on))
        ).all()
        for other in others:
            if other.registered_on == registered_on:
                raise AlreadyThere(
                    phrase(
                        "{graduate} is on record with the {registrar} since {day}: {entry}",
                        graduate=graduate,
                        registrar=word("registrar", registrar),
                        day=registered_on,
                        entry=other.code,
                    ),
                    f"ayala housing queue show {other.code}",
                )
        entry = QueueEntry(
            code=record_codes.code("queue", self.writing.draw("queue")),
            graduate_id=person.id,
            registrar=registrar,
            registered_on=registered_on,
            number=number or None,
            category=category or None,
            note=note or None,
            rule=age.id if (age := queue_age(registered_on)) else None,
        )
        self.session.add(entry)
        self.session.flush()
        for other in others:
            if other.status == "waiting":
                self.writing.note(
                    phrase(
                        "{graduate} is waiting with the {registrar} already: {entry}, since {day}",
                        graduate=graduate,
                        registrar=word("registrar", registrar),
                        entry=other.code,
                        day=other.registered_on,
                    )
                )
        self._notice_age(entry, person)
        self._notice_future(entry.code, registered_on)
        return entry

    def edit_entry(self, code: str, **values: Any) -> QueueEntry:
        """Change what is given; ``None`` means: leave as it is, ``""``: make empty."""
        entry = self.entry(code)
        registered_on = values.get("registered_on")
        if registered_on and entry.closed_on and registered_on > entry.closed_on:
            raise WrongUsage(
                phrase(
                    "{entry} was closed on {closed_on}, before {day}",
                    entry=code,
                    closed_on=entry.closed_on,
                    day=registered_on,
                )
            )
        _set(entry, values)
        self.session.flush()
        if registered_on:
            self._notice_age(entry, self.session.get_one(Graduate, entry.graduate_id))
            self._notice_future(code, registered_on)
        return entry

    def close_entry(self, code: str, *, status: str, on: date, reason: str) -> QueueEntry:
        """Note that the registrar ended the entry: how, on which day, and why."""
        entry = self.entry(code)
        if status == "waiting":
            raise WrongUsage(
                phrase("an entry is not closed as waiting"), f"ayala housing queue reopen {code} --reason …"
            )
        if entry.status != "waiting":
            status = word("queue_status", entry.status)
            raise NotNow(
                phrase(
                    "{entry} is closed since {day}: {status}", entry=code, day=entry.closed_on, status=status
                )
                if entry.closed_on
                else phrase("{entry} is closed: {status}", entry=code, status=status),
                f"ayala housing queue reopen {code} --reason …",
            )
        if on < entry.registered_on:
            raise WrongUsage(
                phrase(
                    "{entry} was registered on {registered_on}, after {day}",
                    entry=code,
                    registered_on=entry.registered_on,
                    day=on,
                )
            )
        entry.status, entry.closed_on = status, on
        self._step(entry, on, reason)
        if status == "housed" and not self._has_apartment(entry.graduate_id):
            person = self.session.get_one(Graduate, entry.graduate_id)
            self.writing.note(
                phrase(
                    "no apartment of {graduate} is on record: {command}",
                    graduate=person.code,
                    command=f"ayala housing grant {person.code} --on …",
                )
            )
        return entry

    def reopen_entry(self, code: str, *, on: date, reason: str) -> QueueEntry:
        """Note that the entry is waiting again: a mistake, or a court's decision."""
        entry = self.entry(code)
        if entry.status == "waiting":
            raise NotNow(phrase("{entry} is waiting; there is nothing to reopen", entry=code))
        entry.status, entry.closed_on = "waiting", None
        self._step(entry, on, reason)
        return entry

    def report(
        self, code: str, *, position: int, on: date, document: str | None = None, correct: bool = False
    ) -> Position:
        """Note the position that the registrar reported for a day.

        The same number for the same day again changes nothing but the document; another number is
        refused (:class:`AlreadyThere`) unless it is a correction. What moved back is only noticed.
        """
        entry = self.entry(code)
        stored = self.session.exec(
            select(Position).where(Position.entry_id == entry.id, Position.position_on == on)
        ).one_or_none()
        if stored is None:
            stored = Position(entry_id=entry.id, position=position, position_on=on, document=document or None)
            self.session.add(stored)
        else:
            if stored.position == position:
                self.writing.note(
                    phrase(
                        "{entry}: position {position} on {day} is on record already",
                        entry=code,
                        position=position,
                        day=on,
                    )
                )
            elif not correct:
                raise AlreadyThere(
                    phrase(
                        "{entry} has position {known} on {day} already, not {position}",
                        entry=code,
                        known=stored.position,
                        day=on,
                        position=position,
                    ),
                    phrase("the same command with --correct --reason …, if the one on record is wrong"),
                )
            stored.position = position
            if document is not None:
                stored.document = document or None
        self.session.flush()
        self._notice_position(entry, stored)
        return stored

    # --- apartments ------------------------------------------------------------------------------

    def grant(self, graduate: str, *, granted_on: date, **rest: Any) -> Apartment:
        """Note an apartment granted by a decision of a day; nothing else is closed by it.

        Raises :class:`AlreadyThere` if one was granted to this person on this day.
        """
        person = self._person(graduate)
        for other in self._apartments(person.id):
            if other.granted_on == granted_on:
                raise AlreadyThere(
                    phrase(
                        "an apartment granted to {graduate} on {day} is on record already",
                        graduate=graduate,
                        day=granted_on,
                    ),
                    f"ayala housing edit {graduate} --granted {granted_on}",
                )
            self.writing.note(
                phrase(
                    "{graduate} was granted an apartment on {day} already",
                    graduate=graduate,
                    day=other.granted_on,
                )
            )
        apartment = Apartment(graduate_id=person.id, granted_on=granted_on)
        _set(apartment, rest)
        self.session.add(apartment)
        self.session.flush()
        self._notice_future(graduate, granted_on)
        return apartment

    def edit_apartment(self, graduate: str, granted: date, **values: Any) -> Apartment:
        """Change what is given of the apartment granted on that day; ``""`` makes a field empty."""
        person = self._person(graduate)
        for apartment in self._apartments(person.id):
            if apartment.granted_on == granted:
                _set(apartment, values)
                return apartment
        raise NoSuchRecord(
            phrase("no apartment was granted to {graduate} on {day}", graduate=graduate, day=granted),
            f"ayala housing show {graduate}",
        )

    # --- inside ----------------------------------------------------------------------------------

    def _person(self, code: str) -> Graduate:
        """The graduate, held until the change ends, so that two desks do not enter the same twice."""
        self.session.exec(select(Graduate.id).where(Graduate.code == code).with_for_update()).all()
        return self.records.graduates.get(code)

    def _apartments(self, graduate_id: str) -> list[Apartment]:
        found = self.session.exec(
            select(Apartment).where(Apartment.graduate_id == graduate_id).order_by(col(Apartment.granted_on))
        )
        return list(found)

    def _has_apartment(self, graduate_id: str) -> bool:
        return bool(self._apartments(graduate_id))

    def _step(self, entry: QueueEntry, on: date, reason: str | None) -> None:
        last = self.session.exec(
            select(QueueEvent)
            .where(QueueEvent.entry_id == entry.id)
            .order_by(col(QueueEvent.happened_on).desc())
            .limit(1)
        ).one_or_none()
        if last is not None and on < last.happened_on:
            raise RuleBroken(
                phrase(
                    "{entry} had its last change on {last}, after {day}",
                    entry=entry.code,
                    last=last.happened_on,
                    day=on,
                )
            )
        self.session.add(
            QueueEvent(
                entry_id=entry.id,
                happened_on=on,
                status=entry.status,
                made_by=self.writing.author,
                reason=reason,
            )
        )

    def _notice_age(self, entry: QueueEntry, person: Graduate) -> None:
        why = too_old(person.birth_date, person.conscript_months, entry.registered_on)
        if why:
            self.writing.note(f"{entry.code}: {why}")

    def _notice_position(self, entry: QueueEntry, reported: Position) -> None:
        before = self.session.exec(
            select(Position)
            .where(Position.entry_id == entry.id, Position.position_on < reported.position_on)
            .order_by(col(Position.position_on).desc())
            .limit(1)
        ).one_or_none()
        if before is not None and before.position < reported.position:
            self.writing.note(
                phrase(
                    "{entry}: moved back from {before} to {position} since {day}",
                    entry=entry.code,
                    before=before.position,
                    position=reported.position,
                    day=before.position_on,
                )
            )
        if entry.status != "waiting":
            status = word("queue_status", entry.status)
            self.writing.note(phrase("{entry} is closed: {status}", entry=entry.code, status=status))
        if reported.position_on < entry.registered_on:
            self.writing.note(
                phrase(
                    "{entry} was registered on {registered_on}, after {day}",
                    entry=entry.code,
                    registered_on=entry.registered_on,
                    day=reported.position_on,
                )
            )
        self._notice_future(entry.code, reported.position_on)

    def _notice_future(self, code: str, on: date) -> None:
        if on > self.writing.today:
            self.writing.note(phrase("{code}: {day} is after today", code=code, day=on))


def _set(record: Any, values: dict[str, Any]) -> None:
    for name, value in values.items():
        if value is not None:
            setattr(record, name, None if value == "" else value)
