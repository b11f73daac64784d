"""The rules of services to one person: planned, given, or cancelled before they were given.

A service that was given stays given: it is counted, and only the history takes it back. A group mode
for one person is accepted with a note, since old sheets are full of them.
"""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlmodel import col, select

from ayala import record_codes
from ayala.errors import NoSuchRecord, NotNow, WrongUsage
from ayala.language.catalogue import word
from ayala.language.phrases import phrase
from ayala.output.harmless import shortened
from ayala.service.words import GROUP_MODES
from ayala.storage.tables import Appeal, Graduate, Service

if TYPE_CHECKING:
    from ayala.office import Records
    from ayala.service.sessions import Sessions


class Services:
    """Services inside one change; group sessions are in :attr:`sessions`."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.writing = records.writing
        self.session = records.writing.session

    @cached_property
    def sessions(self) -> Sessions:
        """Group sessions inside the same change."""
        from ayala.service.sessions import Sessions

        return Sessions(self.records)

    def get(self, code: str, *, locked: bool = False) -> Service:
        """The service of that code, locked against others if asked. Raises :class:`NoSuchRecord`."""
        wanted = select(Service).where(Service.code == code)
        service = self.session.exec(wanted.with_for_update() if locked else wanted).one_or_none()
        if service is None:
            raise NoSuchRecord(phrase("there is no service {code}", code=code), "ayala service list")
        return service

    def plan(self, graduate: str, *, on: date, appeal: str | None = None, **values: Any) -> Service:
        """Plan a service for a day; it is counted when it is done."""
        return self._add(graduate, appeal, planned_on=on, **values)

    def done(self, graduate: str, *, on: date, appeal: str | None = None, **values: Any) -> Service:
        """Record a service that was given on a day. Raises :class:`WrongUsage` for a day to come."""
        self._check_past(on)
        service = self._add(graduate, appeal, provided_on=on, **values)
        open = self.session.exec(
            select(Service)
            .where(Service.graduate_id == service.graduate_id, Service.kind == service.kind)
            .where(col(Service.provided_on).is_(None), col(Service.cancelled_on).is_(None))
            .order_by(Service.planned_on, Service.code)  # type: ignore[arg-type]
        ).first()
        if open is not None:
            self.writing.note(
                phrase(
                    "{code}, planned for {day}, is still open; if {added} is the same: ayala "
                    "service close {code} --reason …",
                    code=open.code,
                    day=open.planned_on,
                    added=service.code,
                )
                if open.planned_on
                else phrase(
                    "{code}, planned without a day, is still open; if {added} is the same: ayala "
                    "service close {code} --reason …",
                    code=open.code,
                    added=service.code,
                )
            )
        return service

    def provide(self, code: str, *, on: date, appeal: str | None = None, **values: Any) -> Service:
        """Mark a planned service as given. Raises :class:`NotNow` if it is given or cancelled."""
        service = self.get(code, locked=True)
        self._check_open(service)
        self._check_past(on)
        service.provided_on = on
        self._set(service, appeal, values)
        return service

    def edit(
        self, code: str, *, graduate: str | None = None, appeal: str | None = None, **values: Any
    ) -> Service:
        """Change what is given; ``None`` means: leave as it is, ``""``: make empty.

        Raises :class:`NotNow` for a day of giving on a cancelled service.
        """
        service = self.get(code, locked=True)
        if values.get("provided_on"):
            if service.cancelled_on is not None:
                raise NotNow(phrase("{code} was cancelled on {day}", code=code, day=service.cancelled_on))
            self._check_past(values["provided_on"])
        if graduate is not None:
            service.graduate_id = self.records.graduates.get(graduate).id
        self._set(service, appeal, values)
        return service

    def close(self, code: str, on: date) -> Service:
        """Cancel a planned service. Raises :class:`NotNow` if it was given, or cancelled already."""
        service = self.get(code, locked=True)
        self._check_open(service)
        service.cancelled_on = on
        return service

    def _add(self, graduate: str, appeal: str | None, **values: Any) -> Service:
        person = self.records.graduates.get(graduate)
        given: dict[str, Any] = {name: value or None for name, value in values.items()}
        service = Service(
            code=record_codes.code("service", self.writing.draw("service")),
            graduate_id=person.id,
            appeal_id=self._appeal(appeal, person) if appeal else None,
            **given,
        )
        if person.archived_on is not None:
            self.writing.note(
                phrase("{code} is in the archive since {day}", code=person.code, day=person.archived_on)
            )
        if service.mode in GROUP_MODES:
            self.writing.note(
                phrase(
                    "{code} is for one person, its mode for many ({mode}); for many at once: ayala "
                    "service session add",
                    code=service.code,
                    mode=word("mode", service.mode),
                )
            )
        self.session.add(service)
        self.session.flush()
        return service

    def _set(self, service: Service, appeal: str | None, values: dict[str, Any]) -> None:
        for name, value in values.items():
            if value is not None:
                setattr(service, name, value or None)
        if appeal is not None:
            person = self.session.get_one(Graduate, service.graduate_id)
            service.appeal_id = self._appeal(appeal, person) if appeal else None

    def _appeal(self, text: str, person: Graduate) -> str:
        """The key of the appeal of that register code or outside number. Raises :class:`NoSuchRecord`."""
        code = record_codes.read_code("appeal", text, self.writing.today)
        # A bare number may be another register's; our own codes are read of it only if it is not.
        ways = [Appeal.number == text, Appeal.code == code]
        for way in reversed(ways) if text[:1].isalpha() else ways:
            appeal = self.session.exec(select(Appeal).where(way)).one_or_none()
            if appeal is not None:
                if appeal.graduate_id not in (None, person.id):
                    self.writing.note(
                        phrase(
                            "{appeal} is another person's appeal, not {graduate}'s",
                            appeal=appeal.code,
                            graduate=person.code,
                        )
                    )
                return appeal.id
        raise NoSuchRecord(
            phrase("no appeal on record has the code or number '{typed}'", typed=shortened(text)),
            "ayala appeal list",
        )

    def _check_open(self, service: Service) -> None:
        if service.provided_on is not None:
            raise NotNow(
                phrase("{code} was given on {day}", code=service.code, day=service.provided_on),
                f"ayala service show {service.code}",
            )
        if service.cancelled_on is not None:
            raise NotNow(
                phrase("{code} was cancelled on {day}", code=service.code, day=service.cancelled_on),
                f"ayala service show {service.code}",
            )

    def _check_past(self, on: date) -> None:
        if on > self.writing.today:
            raise WrongUsage(phrase("{day} is yet to come", day=on), "ayala service plan")
