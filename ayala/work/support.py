"""The pilot "Ayala" and aid: who is enrolled, what money was asked, decided and paid."""

from __future__ import annotations

from datetime import date

from sqlmodel import col, select

from ayala import record_codes
from ayala.errors import AlreadyThere, NoSuchRecord, NotNow, ReasonDemanded, RuleBroken, WrongUsage
from ayala.language.catalogue import word
from ayala.language.phrases import phrase
from ayala.storage.tables import Aid, Appeal, Graduate, PilotEnrolment
from ayala.work.partners import Partners


class Support(Partners):
    """Enrolments and aid inside one change."""

    # --- the pilot -------------------------------------------------------------------------------

    def enrol(self, graduate: str, *, on: date, reason: str) -> PilotEnrolment:
        """Take a person into the pilot. Raises :class:`AlreadyThere` if the days overlap an enrolment."""
        person = self._person(graduate)
        for other in self._enrolments(person):
            if other.until is None or other.until > on:
                raise AlreadyThere(
                    phrase(
                        "{graduate} is enrolled in the pilot already, from {start} until {until}",
                        graduate=graduate,
                        start=other.from_date,
                        until=other.until,
                    )
                    if other.until
                    else phrase(
                        "{graduate} is enrolled in the pilot already, from {start}",
                        graduate=graduate,
                        start=other.from_date,
                    ),
                    f"ayala work pilot close {graduate} --reason …",
                )
        enrolment = PilotEnrolment(graduate_id=person.id, from_date=on, reason=reason)
        self.session.add(enrolment)
        self.session.flush()
        return enrolment

    def leave_pilot(self, graduate: str, *, on: date, reason: str) -> PilotEnrolment:
        """End a person's enrolment; the day named is the first one without it."""
        person = self._person(graduate)
        for enrolment in self._enrolments(person):
            if enrolment.until is None:
                if on <= enrolment.from_date:
                    raise WrongUsage(
                        phrase(
                            "{graduate} was enrolled on {first_day}; the end must be after it",
                            graduate=graduate,
                            first_day=enrolment.from_date,
                        )
                    )
                enrolment.until, enrolment.end_reason = on, reason
                return enrolment
        raise NotNow(
            phrase("{graduate} is not enrolled in the pilot", graduate=graduate),
            f"ayala work pilot add {graduate} --reason …",
        )

    def _person(self, code: str) -> Graduate:
        """The graduate, held until the change ends, so that two desks do not enter the same twice."""
        self.session.exec(select(Graduate.id).where(Graduate.code == code).with_for_update()).all()
        return self.records.graduates.get(code)

    def _enrolments(self, person: Graduate) -> list[PilotEnrolment]:
        found = self.session.exec(
            select(PilotEnrolment)
            .where(PilotEnrolment.graduate_id == person.id)
            .order_by(col(PilotEnrolment.from_date))
        )
        return list(found)

    # --- money and study grants ------------------------------------------------------------------

    def aid(self, code: str) -> Aid:
        """The aid of that code, held until the change ends. Raises :class:`NoSuchRecord`."""
        aid = self.session.exec(select(Aid).where(Aid.code == code).with_for_update()).one_or_none()
        if aid is None:
            raise NoSuchRecord(phrase("there is no aid {aid}", aid=code), "ayala work aid list")
        return aid

    def ask_aid(
        self,
        graduate: str,
        *,
        kind: str,
        amount: int,
        on: date,
        purpose: str | None = None,
        appeal: str | None = None,
        note: str | None = None,
    ) -> Aid:
        """Note what a person asked for, in whole tenge. Raises :class:`RuleBroken` for a strange appeal."""
        person = self.records.graduates.get(graduate)
        aid = Aid(
            code=record_codes.code("aid", self.writing.draw("aid")),
            graduate_id=person.id,
            appeal_id=self._appeal(appeal, person) if appeal else None,
            kind=kind,
            purpose=purpose or None,
            asked_on=on,
            amount_asked=amount,
            note=note or None,
        )
        self.session.add(aid)
        self.session.flush()
        return aid

    def approve_aid(self, code: str, *, amount: int, on: date, reason: str | None = None) -> Aid:
        """Note the decision to give. An earlier decision is changed with a reason only.

        Raises :class:`ReasonDemanded` for a second decision, :class:`RuleBroken` for less than was paid.
        """
        aid = self.aid(code)
        self._check_day(aid, on)
        if aid.status != "asked" and not reason:
            raise ReasonDemanded(
                phrase("{aid} is decided already: {status}", aid=code, status=word("aid_status", aid.status)),
                phrase('the same command with --reason "…"'),
            )
        if amount < (aid.amount_paid or 0):
            raise RuleBroken(
                phrase(
                    "{aid}: {paid} is paid already, more than {amount}",
                    aid=code,
                    paid=aid.amount_paid,
                    amount=amount,
                )
            )
        if aid.amount_asked is not None and amount > aid.amount_asked:
            self.writing.note(
                phrase(
                    "{aid}: {amount} is more than was asked, {asked}",
                    aid=code,
                    amount=amount,
                    asked=aid.amount_asked,
                )
            )
        aid.amount_approved, aid.decided_on = amount, on
        aid.status = "paid" if aid.amount_paid and aid.amount_paid >= amount else "approved"
        return aid

    def refuse_aid(self, code: str, *, on: date, reason: str) -> Aid:
        """Note the refusal and its reason. What was paid in part cannot be refused."""
        aid = self.aid(code)
        self._check_day(aid, on)
        if aid.status == "refused":
            raise NotNow(phrase("{aid} is refused since {day}", aid=code, day=aid.decided_on))
        if aid.amount_paid:
            raise NotNow(
                phrase("{aid}: {paid} is paid already", aid=code, paid=aid.amount_paid),
                f"ayala work aid show {code}",
            )
        aid.status, aid.decided_on, aid.amount_approved = "refused", on, None
        aid.note = "\n".join(part for part in (aid.note, reason) if part)
        return aid

    def pay_aid(self, code: str, *, amount: int, on: date, reason: str | None = None) -> Aid:
        """Note a payment; several add up, and the whole is paid when the approved sum is reached.

        Raises :class:`NotNow` if nothing was approved, :class:`ReasonDemanded` for more than was.
        """
        aid = self.aid(code)
        if aid.amount_approved is None or aid.decided_on is None:
            raise NotNow(
                phrase("{aid} is not approved: {status}", aid=code, status=word("aid_status", aid.status)),
                f"ayala work aid approve {code} --amount …",
            )
        if on < aid.decided_on:
            raise WrongUsage(
                phrase(
                    "{aid} was approved on {decided_on}, after {day}",
                    aid=code,
                    decided_on=aid.decided_on,
                    day=on,
                )
            )
        total = (aid.amount_paid or 0) + amount
        if total > aid.amount_approved and not reason:
            raise ReasonDemanded(
                phrase(
                    "{aid}: {total} would be paid, but {approved} is approved",
                    aid=code,
                    total=total,
                    approved=aid.amount_approved,
                ),
                phrase('the same command with --reason "…"'),
            )
        aid.amount_paid = total
        aid.paid_on = max(on, aid.paid_on) if aid.paid_on else on
        aid.status = "paid" if total >= aid.amount_approved else "approved"
        return aid

    def _check_day(self, aid: Aid, on: date) -> None:
        if on < aid.asked_on:
            raise WrongUsage(
                phrase(
                    "{aid} was asked on {asked_on}, after {day}",
                    aid=aid.code,
                    asked_on=aid.asked_on,
                    day=on,
                )
            )

    def _appeal(self, code: str, person: Graduate) -> str:
        appeal = self.session.exec(select(Appeal).where(Appeal.code == code)).one_or_none()
        if appeal is None:
            raise NoSuchRecord(phrase("there is no appeal {appeal}", appeal=code), "ayala appeal list")
        if appeal.graduate_id is None:
            self.writing.note(phrase("{appeal} is of a caller not yet identified", appeal=code))
        elif appeal.graduate_id != person.id:
            raise RuleBroken(phrase("{appeal} is another person's appeal", appeal=code))
        return appeal.id
