"""The rules of the register: who may be entered, what is checked, what is only noticed.

A birth date or a sex that differs from the IIN is a warning: the law cut that tie in 2013
(Government Decree 853), and the IIN never overwrites what a person typed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlmodel import select

from ayala import record_codes
from ayala.errors import AlreadyThere, LikelySame, NoSuchRecord, NotNow, WrongUsage
from ayala.graduate.identity import full_name, name_columns
from ayala.graduate.iin import BadIin, check_iin, iin_warnings
from ayala.graduate.phones import BadPhone, read_phone
from ayala.language.names import mixed_letters
from ayala.language.phrases import phrase
from ayala.storage.tables import Contact, Document, Graduate, NotSame

if TYPE_CHECKING:
    from ayala.office import Records

NAMED = ("surname", "given_name", "patronymic")


class Graduates:
    """Graduates inside one change."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.writing = records.writing
        self.session = records.writing.session

    def get(self, code: str) -> Graduate:
        """The graduate of that code. Raises :class:`NoSuchRecord`."""
        graduate = self.session.exec(select(Graduate).where(Graduate.code == code)).one_or_none()
        if graduate is None:
            raise NoSuchRecord(phrase("there is no graduate {code}", code=code), "ayala graduate find NAME")
        return graduate

    def add(
        self,
        *,
        surname: str,
        given_name: str,
        birth_date: date,
        sex: str,
        registered_on: date,
        iin: str | None = None,
        phone: str | None = None,
        patronymic: str | None = None,
        not_same: Sequence[str] = (),
        **rest: Any,
    ) -> Graduate:
        """Register a graduate. ``rest`` are further columns of the record; ``not_same`` the codes of people
        this one was told apart from.

        Raises :class:`WrongUsage` for an IIN or a phone that cannot be, :class:`AlreadyThere` if the
        IIN is on record, :class:`LikelySame` if somebody on record is likely the same person.
        """
        self._check_born(birth_date)
        rest = {name: None if value == "" else value for name, value in rest.items()}
        self._check_left_care(birth_date, rest.get("left_care_on"))
        names = name_columns(surname, given_name, patronymic)
        code = record_codes.code("graduate", self.writing.draw("graduate"))
        values = {
            "surname": surname,
            "given_name": given_name,
            "patronymic": patronymic,
            "birth_date": birth_date,
            "sex": sex,
            "iin": self._checked_iin(iin),
            "phone": _phone(phone),
            **rest,
        }
        others = [self.get(code) for code in dict.fromkeys(not_same)]
        self._check_likely(values, {other.id for other in others})
        graduate = Graduate(
            code=code,
            registered_on=registered_on,
            **values,
            **names,
        )
        self._notice_letters(graduate)
        self._notice(graduate)
        self.session.add(graduate)
        self.session.flush()
        for other in others:
            self._tell_apart(graduate, other)
        self.records.personal.notice_beyond(graduate, [name for name, value in rest.items() if value])
        return graduate

    def not_same(self, code: str, other: str) -> None:
        """Remember that two records are two people; it is never asked again.

        Raises :class:`WrongUsage` for one record, :class:`AlreadyThere` if it is remembered.
        """
        from ayala.graduate.likely import told_apart

        if code == other:
            raise WrongUsage(phrase("{code} is one record: name two", code=code))
        first, second = self.get(code), self.get(other)
        if known := told_apart(self.session, first.id, [second.id]):
            raise AlreadyThere(
                phrase(
                    "{code} and {other} are two people since {day}",
                    code=code,
                    other=other,
                    day=known[0].decided_on,
                )
            )
        self._tell_apart(first, second)
        self.session.flush()

    def _tell_apart(self, one: Graduate, other: Graduate) -> None:
        from ayala.graduate.likely import pair
        from ayala.personal.closed import everyone_closed

        closed = everyone_closed(self.session)
        for person in (one, other):
            if person.id in closed:
                raise closed[person.id].refusal()
        self.session.add(NotSame(**pair(one.id, other.id, self.writing.today)))

    def _check_likely(self, values: Mapping[str, Any], told_apart: set[str]) -> None:
        """Refuse (:class:`LikelySame`) somebody who is likely on record, unless told apart."""
        from ayala.graduate.likely import on_record
        from ayala.graduate.reading import described
        from ayala.personal.closed import everyone_closed

        likely = [
            one for one in on_record(self.session, values, self.writing.today) if one.id not in told_apart
        ]
        if not likely:
            return
        closed = everyone_closed(self.session)
        raise LikelySame(
            phrase("nobody is added: this is likely somebody on record"),
            [
                (
                    one.code,
                    phrase("blocked")
                    if one.id in closed
                    else f"{described(dict(one.record))}: {one.found.sentence}",
                )
                for one in likely
            ],
            phrase(
                "if it is another person, the same command with {options}",
                options=" ".join(f"--not-same {one.code}" for one in likely),
            ),
        )

    def edit(self, code: str, **values: Any) -> Graduate:
        """Change what is given; ``None`` means: leave as it is, ``""``: make empty."""
        graduate = self.get(code)
        if values.get("iin"):
            values["iin"] = self._checked_iin(values["iin"], besides=graduate)
        if values.get("phone"):
            values["phone"] = _phone(values["phone"])
        if values.get("birth_date"):
            self._check_born(values["birth_date"])
        for name, value in values.items():
            if value is not None:
                if value == "" and name == "surname":
                    raise WrongUsage(phrase("the surname cannot be empty"))
                if value == "" and name == "given_name":
                    raise WrongUsage(phrase("the given name cannot be empty"))
                setattr(graduate, name, None if value == "" else value)
        if any(values.get(name) is not None for name in NAMED):
            renamed = name_columns(graduate.surname, graduate.given_name, graduate.patronymic)
            for name, value in renamed.items():
                setattr(graduate, name, value)
            self._notice_letters(graduate)
        self._check_left_care(graduate.birth_date, graduate.left_care_on)
        if any(values.get(name) for name in ("iin", "birth_date", "sex")):
            self._notice(graduate)
        self.records.personal.notice_beyond(graduate, [name for name, value in values.items() if value])
        return graduate

    def close(self, code: str, on: date) -> Graduate:
        """Archive: the person needs the office no more. Nothing is removed."""
        graduate = self.get(code)
        if on > self.writing.today:
            raise WrongUsage(phrase("{day} is still to come", day=on))
        if graduate.archived_on is not None:
            raise NotNow(
                phrase("{code} is in the archive since {day}", code=code, day=graduate.archived_on),
                f"ayala graduate reopen {code}",
            )
        graduate.archived_on = on
        return graduate

    def reopen(self, code: str) -> Graduate:
        """Take out of the archive."""
        graduate = self.get(code)
        if graduate.archived_on is None:
            raise NotNow(phrase("{code} is not in the archive", code=code))
        graduate.archived_on = None
        return graduate

    def add_document(self, code: str, **values: Any) -> Document:
        """Note a paper that the person holds: its kind, number and days; never a scan."""
        issued, expires = values.get("issued_on"), values.get("expires_on")
        if issued and expires and expires <= issued:
            raise WrongUsage(
                phrase(
                    "the document would expire ({expires}) before it was issued ({issued})",
                    expires=expires,
                    issued=issued,
                )
            )
        document = Document(graduate_id=self.get(code).id, **values)
        self.session.add(document)
        return document

    def add_contact(
        self, code: str, *, made_on: date, outcome: str, channel: str | None, note: str | None
    ) -> Contact:
        """Note an attempt to reach the person."""
        if made_on > self.writing.today:
            raise WrongUsage(phrase("{day} is still to come", day=made_on))
        contact = Contact(
            graduate_id=self.get(code).id, made_on=made_on, outcome=outcome, channel=channel, note=note
        )
        self.session.add(contact)
        return contact

    def _checked_iin(self, iin: str | None, besides: Graduate | None = None) -> str | None:
        if not iin:
            return None
        try:
            number = check_iin(iin)
        except BadIin as error:
            raise WrongUsage(phrase("IIN: {problem}", problem=error)) from None
        holder = self.session.exec(select(Graduate).where(Graduate.iin == number)).one_or_none()
        if holder is not None and holder is not besides:
            raise AlreadyThere(
                phrase("this IIN is on record: {code}", code=holder.code),
                f"ayala graduate show {holder.code}",
            )
        return number

    def _check_born(self, born: date) -> None:
        if born > self.writing.today:
            raise WrongUsage(phrase("the birth date {day} is in the future", day=born))

    def _check_left_care(self, born: date, left_care_on: date | None) -> None:
        if left_care_on is not None and left_care_on <= born:
            raise WrongUsage(
                phrase(
                    "the day of leaving care ({day}) is before the birth ({born})",
                    day=left_care_on,
                    born=born,
                )
            )

    def _notice_letters(self, graduate: Graduate) -> None:
        name = full_name(graduate.surname, graduate.given_name, graduate.patronymic)
        if odd := mixed_letters(name):
            self.writing.note(f"{graduate.code}: {odd}")

    def _notice(self, graduate: Graduate) -> None:
        if graduate.iin:
            for warning in iin_warnings(graduate.iin, graduate.birth_date, graduate.sex):
                self.writing.note(f"{graduate.code}: {warning}")


def _phone(text: str | None) -> str | None:
    if not text:
        return None
    try:
        return read_phone(text)
    except BadPhone as error:
        raise WrongUsage(str(error)) from None
