"""The rules on personal data: consents and their withdrawal, blocks, the register of transfers.

Law 94-V of 2013-05-21: art. 8 (consent), art. 1 and 25(2) (blocking), art. 15, 16, 19 and 22 (passing on).
Nothing here ends or refuses a right by itself (art. 19-1): a consent that ran out, or was withdrawn,
changes nothing but its own row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlmodel import col, select

from ayala.dates import age_on
from ayala.errors import NotNow, SeveralFit, WrongUsage
from ayala.graduate.iin import BadIin, check_iin
from ayala.language.catalogue import in_a_sentence
from ayala.language.phrases import phrase, phrases
from ayala.personal.terms import beyond, term
from ayala.storage.tables import Block, Consent, Graduate, Transfer

if TYPE_CHECKING:
    from ayala.office import Records
    from ayala.personal.erasing import Erasing

UNWRITTEN = ("phone", "oral")
"""Forms of a consent that leave no paper: by what it can be shown has to be said (art. 8(1), 25(2))."""

ADULT = 18


class PersonalData:
    """Consents, blocks and transfers inside one change; :attr:`erasing` destroys."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.writing = records.writing
        self.session = records.writing.session

    @cached_property
    def erasing(self) -> Erasing:
        """Destroying a person's data, inside the same change."""
        from ayala.personal.erasing import Erasing

        return Erasing(self.records)

    # --- consents --------------------------------------------------------------------------------

    def consent(self, graduate: str, *, given_on: date, form: str, **values: Any) -> Consent:
        """Record a consent with its elements (art. 8(4)); ``values`` are the further columns.

        Raises :class:`WrongUsage` for a day to come, an operator's number that cannot be, and a consent
        by phone or by word of mouth without ``proof``.
        """
        person = self.records.graduates.get(graduate)
        self._check_past(given_on)
        until = values.get("until")
        if until is not None and until <= given_on:
            raise WrongUsage(
                phrase(
                    "the consent would end ({last}) before it was given ({given})",
                    last=until,
                    given=given_on,
                )
            )
        if form in UNWRITTEN and not values.get("proof"):
            raise WrongUsage(
                phrase("a consent given by phone has no paper: --proof says by what it can be shown")
                if form == "phone"
                else phrase("a consent given orally has no paper: --proof says by what it can be shown"),
                f'--proof "{phrase("recorded call of 14:05, kept by …")}"',
            )
        try:
            values["operator_bin"] = check_iin(values["operator_bin"])  # a BIN has the same control digit
        except BadIin as error:
            what = _wrong_bin(values["operator_bin"], error.code)
            raise WrongUsage(f"--operator-bin: {what}") from None
        representative = values.get("representative")
        values["given_by"] = "representative" if representative else "person"
        age = age_on(person.birth_date, given_on)
        if age < ADULT and not representative:
            self.writing.note(
                phrase(
                    "{code} was {age} on {day}: a legal representative consents for a minor",
                    code=graduate,
                    age=age,
                    day=given_on,
                )
            )
        if age >= ADULT and representative:
            self.writing.note(
                phrase(
                    "{code} was {age} on {day}: an adult consents himself",
                    code=graduate,
                    age=age,
                    day=given_on,
                )
            )
        if values.get("public_sources") and not values.get("third_parties"):
            self.writing.note(
                phrase("data that are published are passed to everybody: is --no-third-parties right?")
            )
        further: dict[str, Any] = {name: None if value == "" else value for name, value in values.items()}
        consent = Consent(graduate_id=person.id, given_on=given_on, form=form, **further)
        self.session.add(consent)
        self.session.flush()
        return consent

    def withdraw(
        self, graduate: str, *, on: date, form: str | None, reason: str | None, given: date | None = None
    ) -> Consent:
        """Record that a consent was withdrawn. The term of the answer begins; nothing else changes."""
        consent = self._one(
            graduate,
            [c for c in self._consents(graduate) if c.withdrawn_on is None],
            given,
            phrase(
                "{code} has no consent on record that could be withdrawn of {given}",
                code=graduate,
                given=given,
            )
            if given
            else phrase("{code} has no consent on record that could be withdrawn", code=graduate),
        )
        self._check_past(on)
        if on < consent.given_on:
            raise WrongUsage(
                phrase(
                    "{day} is before the consent was given ({given})",
                    day=on,
                    given=consent.given_on,
                )
            )
        consent.withdrawn_on, consent.withdrawal_form, consent.withdrawal_reason = on, form, reason
        self.session.flush()
        return consent

    def answer(
        self, graduate: str, *, on: date, answer: str, text: str | None, given: date | None = None
    ) -> Consent:
        """Record the answer to a withdrawal: processing ``stopped``, or ``refused`` with reasons."""
        consent = self._one(
            graduate,
            [c for c in self._consents(graduate) if c.withdrawn_on is not None and c.answered_on is None],
            given,
            phrase(
                "{code} has no withdrawal on record that waits for an answer of {given}",
                code=graduate,
                given=given,
            )
            if given
            else phrase("{code} has no withdrawal on record that waits for an answer", code=graduate),
        )
        self._check_past(on)
        assert consent.withdrawn_on is not None
        if on < consent.withdrawn_on:
            raise WrongUsage(
                phrase(
                    "{day} is before the consent was withdrawn ({withdrawn})",
                    day=on,
                    withdrawn=consent.withdrawn_on,
                )
            )
        if answer == "refused" and not text:
            raise WrongUsage(phrase("a refusal gives its reasons (art. 8(7))"), '--refused --text "…"')
        consent.answered_on, consent.answer, consent.answer_text = on, answer, text
        last = term("withdrawal_answer", consent.withdrawn_on).end(consent.withdrawn_on)
        if on > last:
            self.writing.note(
                phrase(
                    "{code}: the answer was due by {last}, counted Monday to Friday",
                    code=graduate,
                    last=last,
                )
            )
        self.session.flush()
        return consent

    def _consents(self, graduate: str) -> Sequence[Consent]:
        person = self.records.graduates.get(graduate)
        return self.session.exec(
            select(Consent)
            .where(Consent.graduate_id == person.id)
            .order_by(col(Consent.given_on), col(Consent.id))
            .with_for_update()
        ).all()

    def _one(self, graduate: str, found: Sequence[Consent], given: date | None, none: str) -> Consent:
        fitting = [consent for consent in found if given is None or consent.given_on == given]
        if not fitting:
            raise NotNow(none, f"ayala graduate consent list {graduate}")
        if len(fitting) > 1:
            raise SeveralFit(
                phrases(
                    "{code} has {n} such consent", "{code} has {n} such consents", len(fitting), code=graduate
                ),
                [(str(consent.given_on), consent.operator) for consent in fitting],
                phrase("name the day of one: --given DAY"),
            )
        return fitting[0]

    def has_consent(self, person: Graduate, on: date) -> bool:
        """Whether a consent of the person holds on a day."""
        return any(holds(consent, on) for consent in self._consents_of(person))

    def _consents_of(self, person: Graduate) -> Sequence[Consent]:
        return self.session.exec(select(Consent).where(Consent.graduate_id == person.id)).all()

    def notice_beyond(self, person: Graduate, given: Iterable[str]) -> None:
        """Say that values were added which the office's tasks do not need and no consent covers."""
        today = self.writing.today
        added = [name for name in beyond("graduate", today) if name in set(given)]
        if added and not self.has_consent(person, today):
            self.writing.note(
                phrase(
                    "{code}: no consent on record covers {fields}; try: {command}",
                    code=person.code,
                    fields=", ".join(map(in_a_sentence, added)),
                    command=f"ayala graduate consent add {person.code}",
                )
            )

    # --- blocks ----------------------------------------------------------------------------------

    def block(self, graduate: str, *, on: date, reason: str) -> Block:
        """Stop the use of a person's data. Raises :class:`NotNow` if it is stopped already."""
        person = self.records.graduates.get(graduate)
        self._check_past(on)
        if (standing := self._block_of(person)) is not None:
            raise NotNow(
                phrase(
                    "{code} is blocked since {since}",
                    code=graduate,
                    since=standing.blocked_on,
                )
            )
        block = Block(graduate_id=person.id, blocked_on=on, reason=reason)
        self.session.add(block)
        self.session.flush()
        return block

    def unblock(self, graduate: str, *, on: date, reason: str) -> Block:
        """Let the data be used again. Raises :class:`NotNow` if they are not blocked."""
        person = self.records.graduates.get(graduate)
        block = self._block_of(person)
        if block is None:
            raise NotNow(phrase("{code} is not blocked", code=graduate))
        self._check_past(on)
        if on < block.blocked_on:
            raise WrongUsage(
                phrase(
                    "{day} is before {code} was blocked ({since})",
                    day=on,
                    code=graduate,
                    since=block.blocked_on,
                )
            )
        block.unblocked_on, block.unblock_reason = on, reason
        self.session.flush()
        return block

    def _block_of(self, person: Graduate) -> Block | None:
        return self.session.exec(
            select(Block)
            .where(Block.graduate_id == person.id, col(Block.unblocked_on).is_(None))
            .with_for_update()
        ).one_or_none()

    # --- transfers -------------------------------------------------------------------------------

    def transfer(
        self, graduates: Sequence[str], *, kind: str, made_on: date, basis: str, **values: Any
    ) -> list[Transfer]:
        """Enter a transfer, of each person named, or of people who are not named.

        That a consent allows it is only noticed: whether it was right is for a person to say.
        """
        self._check_past(made_on)
        notified = values.get("notified_on")
        if notified is not None:
            self._check_past(notified)
        if not graduates:
            transfers = [Transfer(kind=kind, made_on=made_on, basis=basis, **values)]
        else:
            people = [self.records.graduates.get(code) for code in graduates]
            transfers = [
                Transfer(graduate_id=person.id, kind=kind, made_on=made_on, basis=basis, **values)
                for person in people
            ]
            if basis == "consent":
                for person in people:
                    self._notice_transfer(person, kind, made_on)
        self.session.add_all(transfers)
        self.session.flush()
        return transfers

    def _notice_transfer(self, person: Graduate, kind: str, on: date) -> None:
        allows = {"passed": "third_parties", "cross_border": "cross_border", "published": "public_sources"}
        if not any(
            holds(consent, on) and getattr(consent, allows[kind]) for consent in self._consents_of(person)
        ):
            self.writing.note(
                phrase("{code}: no consent on record allows this on {day}", code=person.code, day=on)
            )

    def _check_past(self, on: date) -> None:
        if on > self.writing.today:
            raise WrongUsage(phrase("{day} is still to come", day=on))


def _wrong_bin(text: str, code: str) -> str:
    """What is wrong with an operator's number, which is made as an IIN is."""
    digits = "".join(text.split()).replace("-", "")
    if code == "bad_iin_check_digit":
        return phrase("the control digit of the BIN does not match; a digit is wrong")
    if code == "masked_iin":
        return phrase("the BIN is masked; the whole number is needed")
    if digits.isascii() and digits.isdigit() and len(digits) != 12:
        return phrase("a BIN is 12 digits, this has {count}", count=len(digits))
    if not digits.strip("0"):
        return phrase("the BIN is all zeros")
    return phrase("a BIN is 12 digits; this has other characters")


def holds(consent: Consent, on: date) -> bool:
    """Whether a consent holds on a day: given, not run out, not withdrawn."""
    return (
        consent.given_on <= on
        and (consent.until is None or consent.until > on)
        and (consent.withdrawn_on is None or consent.withdrawn_on > on)
    )
