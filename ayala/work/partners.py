"""Partners of the office and the places that they keep for graduates."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import func
from sqlmodel import col, or_, select

from ayala.errors import AlreadyThere, NoSuchRecord, NotNow, WrongUsage
from ayala.language.names import fold, sort_key
from ayala.language.phrases import phrase, phrases
from ayala.storage.tables import Partner, Placement, Workplace

if TYPE_CHECKING:
    from ayala.office import Records


class Partners:
    """Partners and workplaces inside one change."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.writing = records.writing
        self.session = records.writing.session

    def partner(self, name: str) -> Partner:
        """The partner of that very name, held until the change ends. Raises :class:`NoSuchRecord`."""
        partner = self.session.exec(
            select(Partner).where(Partner.name == name).with_for_update()
        ).one_or_none()
        if partner is None:
            raise NoSuchRecord(
                phrase("there is no partner {partner}", partner=name), "ayala work partner list"
            )
        return partner

    def add_partner(
        self,
        *,
        name: str,
        kind: str,
        region: str | None = None,
        contact: str | None = None,
        note: str | None = None,
    ) -> Partner:
        """Enter a partner. Raises :class:`AlreadyThere` if one of this name, however spelt, is there."""
        self._check_name(name)
        partner = Partner(
            name=name,
            sort_key=sort_key(name),
            kind=kind,
            region=region,
            contact=contact or None,
            note=note or None,
        )
        self.session.add(partner)
        self.session.flush()
        return partner

    def edit_partner(self, called: str, **values: Any) -> Partner:
        """Change what is given; ``None`` means: leave as it is, ``""``: make empty."""
        partner = self.partner(called)
        if (renamed := values.get("name")) is not None:
            if not renamed:
                raise WrongUsage(phrase("the name cannot be empty"))
            self._check_name(renamed, besides=partner)
            partner.sort_key = sort_key(renamed)
        set_given(partner, values)
        self.session.flush()
        return partner

    def close_partner(self, name: str, on: date) -> Partner:
        """Note that the partner takes nobody on from that day; its workplaces are not touched."""
        partner = self.partner(name)
        if partner.closed_on is not None:
            raise NotNow(
                phrase("{partner} is closed since {day}", partner=name, day=partner.closed_on),
                "ayala work partner reopen NAME --reason …",
            )
        partner.closed_on = on
        if kept := self._count(Workplace, partner, on, Workplace.closed_on):
            self.writing.note(
                phrases(
                    "{partner}: {n} workplace not ended",
                    "{partner}: {n} workplaces not ended",
                    kept,
                    partner=name,
                )
            )
        if placed := self._count(Placement, partner, on, Placement.until):
            self.writing.note(
                phrases(
                    "{partner}: {n} placement not ended",
                    "{partner}: {n} placements not ended",
                    placed,
                    partner=name,
                )
            )
        return partner

    def reopen_partner(self, name: str) -> Partner:
        """Note that the partner takes people on again."""
        partner = self.partner(name)
        if partner.closed_on is None:
            raise NotNow(phrase("{partner} is not closed", partner=name))
        partner.closed_on = None
        return partner

    def _count(self, table: Any, partner: Partner, on: date, end: Any) -> int:
        return self.session.exec(
            select(func.count())
            .select_from(table)
            .where(table.partner_id == partner.id, or_(end.is_(None), end > on))
        ).one()

    def _check_name(self, name: str, besides: Partner | None = None) -> None:
        folded = fold(name)
        for id, other in self.session.exec(select(Partner.id, Partner.name)):
            if fold(other) == folded and (besides is None or id != besides.id):
                raise AlreadyThere(
                    phrase("a partner of this name is on record: {partner}", partner=other),
                    "ayala work partner list --all",
                )

    # --- workplaces ------------------------------------------------------------------------------

    def add_workplace(
        self,
        partner: str,
        *,
        title: str,
        opened_on: date,
        places: int = 1,
        special: bool = False,
        note: str | None = None,
    ) -> Workplace:
        """Enter a job that a partner keeps for graduates.

        Raises :class:`AlreadyThere` for the same partner, title and day.
        """
        by = self.partner(partner)
        workplace = Workplace(
            partner_id=by.id,
            title=title,
            opened_on=opened_on,
            places=places,
            special=special,
            note=note or None,
        )
        self.session.add(workplace)
        self.session.flush()
        self._notice_closed(by, opened_on)
        return workplace

    def workplace(self, partner: str, title: str, opened_on: date) -> Workplace:
        """The workplace of that partner, title and day, held until the change ends."""
        found = self.session.exec(
            select(Workplace)
            .where(
                Workplace.partner_id == self.partner(partner).id,
                Workplace.title == title,
                Workplace.opened_on == opened_on,
            )
            .with_for_update()
        ).one_or_none()
        if found is None:
            raise NoSuchRecord(
                phrase(
                    "{partner} has no workplace {title} of {day}",
                    partner=partner,
                    title=title,
                    day=opened_on,
                ),
                "ayala work workplace list",
            )
        return found

    def edit_workplace(self, partner: str, which: str, opened: date, **values: Any) -> Workplace:
        """Change what is given; ``""`` makes a field empty."""
        workplace = self.workplace(partner, which, opened)
        if values.get("title") == "":
            raise WrongUsage(phrase("the title cannot be empty"))
        set_given(workplace, values)
        self.session.flush()
        return workplace

    def close_workplace(self, partner: str, which: str, opened: date, on: date) -> Workplace:
        """Note that the workplace is kept no more from that day; nobody's placement ends by it."""
        workplace = self.workplace(partner, which, opened)
        if workplace.closed_on is not None:
            raise NotNow(
                phrase(
                    "{title} at {partner} is closed since {day}",
                    title=which,
                    partner=partner,
                    day=workplace.closed_on,
                )
            )
        if on < workplace.opened_on:
            raise WrongUsage(
                phrase(
                    "{title} was opened on {opened_on}, after {day}",
                    title=which,
                    opened_on=workplace.opened_on,
                    day=on,
                )
            )
        workplace.closed_on = on
        if taken := self.taken(workplace, on):
            self.writing.note(
                phrases("{n} of its places is still taken", "{n} of its places are still taken", taken)
            )
        return workplace

    def open_workplaces(self, partner: Partner, title: str, on: date) -> list[Workplace]:
        """The workplaces of that title that are open on a day, the oldest first, held until the end."""
        found = self.session.exec(
            select(Workplace)
            .where(
                Workplace.partner_id == partner.id,
                Workplace.opened_on <= on,
                or_(col(Workplace.closed_on).is_(None), col(Workplace.closed_on) > on),
            )
            .order_by(col(Workplace.opened_on), col(Workplace.title))
            .with_for_update()
        )
        return [workplace for workplace in found if fold(workplace.title) == fold(title)]

    def taken(self, workplace: Workplace, on: date) -> int:
        """How many of its places are taken on a day."""
        return self.session.exec(
            select(func.count())
            .select_from(Placement)
            .where(
                Placement.workplace_id == workplace.id,
                Placement.from_date <= on,
                or_(col(Placement.until).is_(None), col(Placement.until) > on),
            )
        ).one()

    def _notice_closed(self, partner: Partner, on: date) -> None:
        if partner.closed_on is not None and partner.closed_on <= on:
            self.writing.note(
                phrase("{partner} is closed since {day}", partner=partner.name, day=partner.closed_on)
            )


def set_given(record: Any, values: dict[str, Any]) -> None:
    """Set what is given: ``None`` means leave as it is, ``""`` make empty."""
    for name, value in values.items():
        if value is not None:
            setattr(record, name, None if value == "" else value)
