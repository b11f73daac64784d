"""The rules of group sessions and their lists: who came, who is a guest, who is who afterwards.

A list grows by whole pages that may come twice: who is on it already is said, not doubled. A guest's
name stays in the row when the guest is identified, so that the same page still fits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlmodel import col, select

from ayala import record_codes
from ayala.errors import AlreadyThere, NoSuchRecord, NotNow, SeveralFit, WrongUsage
from ayala.language.catalogue import word
from ayala.language.names import fold
from ayala.language.phrases import phrase, phrases
from ayala.service.attendees import Attendee
from ayala.service.words import SINGLE_MODES
from ayala.storage.tables import Attendance, Graduate, Session

if TYPE_CHECKING:
    from ayala.office import Records

CHUNK = 400
"""Codes asked for at once."""


@dataclass(frozen=True)
class OnList:
    """How many are on a session's list, and how many more came without a name."""

    graduates: int
    named: int
    guests: int

    def __str__(self) -> str:
        parts = [phrases("{n} graduate", "{n} graduates", self.graduates)]
        if self.named:
            parts.append(phrases("{n} guest by name", "{n} guests by name", self.named))
        listed = phrase(
            "{count} on the list: {parts}", count=self.graduates + self.named, parts=", ".join(parts)
        )
        if not self.guests:
            return listed
        return phrase("{listed}; {count} more without a name", listed=listed, count=self.guests)


class Sessions:
    """Group sessions inside one change."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.writing = records.writing
        self.session = records.writing.session

    def get(self, code: str, *, locked: bool = False) -> Session:
        """The session of that code, locked against others if asked. Raises :class:`NoSuchRecord`."""
        wanted = select(Session).where(Session.code == code)
        found = self.session.exec(wanted.with_for_update() if locked else wanted).one_or_none()
        if found is None:
            raise NoSuchRecord(phrase("there is no session {code}", code=code), "ayala service session list")
        return found

    def add(self, *, kind: str, mode: str, held_on: date, **values: Any) -> Session:
        """Enter a session, held or planned; its list comes with :meth:`attend`."""
        added = Session(
            code=record_codes.code("session", self.writing.draw("session")),
            kind=kind,
            mode=mode,
            held_on=held_on,
        )
        for name, value in values.items():
            setattr(added, name, value or None)
        if mode in SINGLE_MODES:
            self.writing.note(
                phrase(
                    "{code} is a session of mode {mode}; for one person: ayala service done",
                    code=added.code,
                    mode=word("mode", mode),
                )
            )
        self.session.add(added)
        self.session.flush()
        return added

    def edit(self, code: str, *, guests: int | None = None, **values: Any) -> Session:
        """Change what is given; ``None`` means: leave as it is, ``""``: make empty."""
        found = self.get(code, locked=True)
        for name, value in values.items():
            if value is not None:
                setattr(found, name, value or None)
        if guests is not None:
            found.guests = guests
        return found

    def close(self, code: str, on: date) -> Session:
        """Cancel a session: it and its list are kept and not counted. :class:`NotNow` if it is."""
        found = self._open(code)
        found.cancelled_on = on
        listed = self.on_list(found)
        if listed.graduates + listed.named:
            self.writing.note(
                phrases(
                    "{code}: the {n} attendance on its list no longer counts as a service",
                    "{code}: the {n} attendances on its list no longer count as services",
                    listed.graduates + listed.named,
                    code=code,
                )
            )
        return found

    def attend(self, code: str, people: Sequence[Attendee], guests: int | None = None) -> OnList:
        """Put people on the list and set how many more came; the list as it then is.

        Raises :class:`NoSuchRecord` naming every code that is not on record, :class:`NotNow` if the
        session was cancelled.
        """
        found = self._open(code)
        ids = self._graduates({person.code for person in people if person.code})
        rows = self.session.exec(select(Attendance).where(Attendance.session_id == found.id)).all()
        by_person = {row.graduate_id: row for row in rows if row.graduate_id}
        by_name = {row.name_key: row for row in rows if row.name_key}
        again: list[str] = []
        unknown: list[str] = []
        for person in people:
            graduate_id = ids[person.code] if person.code else None
            name_key = fold(person.name) if person.name else None
            row = by_person.get(graduate_id) if graduate_id else None
            namesake = by_name.get(name_key) if name_key else None
            if row is None and namesake is not None:
                if graduate_id and namesake.graduate_id is None:
                    namesake.graduate_id = graduate_id
                    by_person[graduate_id] = namesake
                    self.writing.note(
                        phrase("the guest '{name}' is {code}", name=namesake.name, code=person.code)
                    )
                    continue
                row = namesake if person.by_name or not graduate_id else None
            if row is not None:
                again.append(person.name or person.code or "")
                continue
            row = Attendance(
                session_id=found.id,
                graduate_id=graduate_id,
                name=person.name,
                name_key=name_key,
                note=person.note or None,
            )
            self.session.add(row)
            if graduate_id:
                by_person[graduate_id] = row
            if name_key:
                by_name[name_key] = row
            if person.remark:
                self.writing.note(person.remark)
            elif not graduate_id:
                unknown.append(person.name or "")
        if guests is not None:
            found.guests = guests
        if unknown:
            self.writing.note(phrase("not on record, kept as guests: {names}", names=", ".join(unknown)))
        if again:
            self.writing.note(phrase("on the list already: {names}", names=", ".join(dict.fromkeys(again))))
        if found.held_on > self.writing.today:
            self.writing.note(
                phrase("{code} is on {day}, which is yet to come", code=code, day=found.held_on)
            )
        self.session.flush()
        return self.on_list(found)

    def identify(self, code: str, name: str, graduate: str) -> Attendance:
        """Say which graduate a guest by name is.

        The name is compared folded, or by its words if no guest has all of it. Raises
        :class:`NoSuchRecord` if nobody fits, :class:`SeveralFit` with the guests that do,
        :class:`AlreadyThere` if the graduate is on the list already.
        """
        found = self._open(code)
        guest = self._guest(found, name)
        person = self.records.graduates.get(graduate)
        if self._attendance(found, Attendance.graduate_id == person.id) is not None:
            raise AlreadyThere(
                phrase("{graduate} is on the list of {session} already", graduate=graduate, session=code),
                f'ayala service session absent {code} "{guest.name}"',
            )
        guest.graduate_id = person.id
        self.session.flush()
        return guest

    def remove(self, code: str, people: Sequence[Attendee]) -> OnList:
        """Take people off the list who did not come. Raises :class:`NoSuchRecord` if one is not on it."""
        found = self._open(code)
        for person in people:
            row = None
            if person.code:
                one = self.records.graduates.get(person.code)
                row = self._attendance(found, Attendance.graduate_id == one.id)
            if row is None and person.name:
                row = self._guest(found, person.name)
            if row is None:
                raise NoSuchRecord(
                    phrase("{graduate} is not on the list of {session}", graduate=person.code, session=code),
                    f"ayala service session show {code}",
                )
            self.session.delete(row)
            self.session.flush()
        return self.on_list(found)

    def on_list(self, found: Session) -> OnList:
        """How many are on the list now."""
        rows = self.session.exec(
            select(Attendance.graduate_id).where(Attendance.session_id == found.id)
        ).all()
        graduates = sum(row is not None for row in rows)
        return OnList(graduates, len(rows) - graduates, found.guests)

    def _open(self, code: str) -> Session:
        """The session, locked, if it was not cancelled."""
        found = self.get(code, locked=True)
        if found.cancelled_on is not None:
            raise NotNow(
                phrase("{code} was cancelled on {day}", code=code, day=found.cancelled_on),
                f"ayala service session show {code}",
            )
        return found

    def _graduates(self, codes: Iterable[str]) -> dict[str, str]:
        wanted = sorted(codes)
        ids: dict[str, str] = {}
        for start in range(0, len(wanted), CHUNK):
            part = wanted[start : start + CHUNK]
            found = select(Graduate.code, Graduate.id).where(col(Graduate.code).in_(part))
            ids |= dict(self.session.exec(found).all())
        if missing := [code for code in wanted if code not in ids]:
            raise NoSuchRecord(
                phrase("nothing written; no graduate on record has {codes}", codes=", ".join(missing))
            )
        return ids

    def _attendance(self, found: Session, *conditions: Any) -> Attendance | None:
        wanted = select(Attendance).where(Attendance.session_id == found.id, *conditions)
        return self.session.exec(wanted).one_or_none()

    def _guest(self, found: Session, name: str) -> Attendance:
        key = fold(name)
        guests = self.session.exec(
            select(Attendance)
            .where(Attendance.session_id == found.id, col(Attendance.graduate_id).is_(None))
            .order_by(Attendance.name_key, Attendance.id)
        ).all()
        if not key:
            raise WrongUsage(phrase("the name is empty"))
        fitting = [guest for guest in guests if guest.name_key == key] or [
            guest for guest in guests if set(key.split()) <= set((guest.name_key or "").split())
        ]
        if not fitting:
            raise NoSuchRecord(
                phrase("no guest on the list of {session} is called '{name}'", session=found.code, name=name),
                f"ayala service session show {found.code}",
            )
        if len(fitting) > 1:
            raise SeveralFit(
                phrase("several guests of {session} fit '{name}'", session=found.code, name=name),
                [(guest.name or "", guest.note or "") for guest in fitting],
                phrase("give the whole name"),
            )
        return fitting[0]
