"""Placements: a person in a job from a day until (not including) another.

A full workplace, a closed partner and a second job at the same time are only noticed: the records
say what is, and the partner decides whom it takes.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlmodel import col, select

from ayala import record_codes
from ayala.errors import AlreadyThere, NoSuchRecord, NotNow, WrongUsage
from ayala.language.phrases import phrase
from ayala.storage.tables import Partner, Placement, Workplace
from ayala.work.partners import set_given
from ayala.work.support import Support


class Work(Support):
    """Partners, workplaces, placements, the pilot and aid inside one change."""

    def placement(self, code: str) -> Placement:
        """The placement of that code, held until the change ends. Raises :class:`NoSuchRecord`."""
        placement = self.session.exec(
            select(Placement).where(Placement.code == code).with_for_update()
        ).one_or_none()
        if placement is None:
            raise NoSuchRecord(phrase("there is no placement {placement}", placement=code), "ayala work list")
        return placement

    def place(
        self,
        graduate: str,
        *,
        partner: str,
        title: str,
        from_date: date,
        workplace: bool | None = None,
        note: str | None = None,
    ) -> Placement:
        """Place a person in a job.

        An open workplace of the partner with that title is taken: ``workplace`` False takes none,
        True refuses if there is none (:class:`NoSuchRecord`). Raises :class:`AlreadyThere` for the
        same person, partner, title and day.
        """
        person = self._person(graduate)
        by = self.partner(partner)
        place = None if workplace is False else self._free_workplace(by, title, from_date)
        if workplace and place is None:
            raise NoSuchRecord(
                phrase(
                    "{partner} keeps no workplace {title} on {day}",
                    partner=partner,
                    title=title,
                    day=from_date,
                ),
                f'ayala work workplace list --partner "{partner}"',
            )
        others = self._of_person(person.id)
        for other in others:
            if (other.partner_id, other.title, other.from_date) == (by.id, title, from_date):
                raise AlreadyThere(
                    phrase(
                        "this placement of {graduate} is on record already: {placement}",
                        graduate=graduate,
                        placement=other.code,
                    ),
                    f"ayala work show {other.code}",
                )
        placement = Placement(
            code=record_codes.code("placement", self.writing.draw("placement")),
            graduate_id=person.id,
            partner_id=by.id,
            workplace_id=place.id if place else None,
            title=title,
            from_date=from_date,
            note=note or None,
        )
        self.session.add(placement)
        self.session.flush()
        self._notice_overlaps(placement, others)
        self._notice_closed(by, from_date)
        return placement

    def edit_placement(self, code: str, **values: Any) -> Placement:
        """Change what is given; ``None`` means: leave as it is, ``""``: make empty.

        A new partner, title or first day looks for the workplace anew.
        """
        placement = self.placement(code)
        if values.get("title") == "":
            raise WrongUsage(phrase("the title cannot be empty"))
        if (name := values.pop("partner", None)) is not None:
            values["partner_id"] = self.partner(name).id
        if placement.until is None and (values.get("until") or values.get("end_reason")):
            raise NotNow(
                phrase("{placement} has not ended", placement=code), f"ayala work close {code} --why …"
            )
        until = values.get("until") or placement.until
        self._check_days(code, values.get("from_date") or placement.from_date, until)
        moved = any(values.get(name) is not None for name in ("partner_id", "title", "from_date"))
        set_given(placement, values)
        if moved:
            placement.workplace_id = None
            self.session.flush()
            by = self.session.get_one(Partner, placement.partner_id)
            place = self._free_workplace(by, placement.title, placement.from_date)
            placement.workplace_id = place.id if place else None
        self.session.flush()
        return placement

    def end(self, code: str, *, on: date, why: str) -> Placement:
        """End a placement; the day named is the first one no longer worked."""
        placement = self.placement(code)
        if placement.until is not None:
            raise NotNow(
                phrase("{placement} ended on {day}", placement=code, day=placement.until),
                f"ayala work edit {code} --until DAY",
            )
        self._check_days(code, placement.from_date, on)
        placement.until, placement.end_reason = on, why
        return placement

    def resume(self, code: str) -> Placement:
        """Take the end of a placement back: it was entered by mistake."""
        placement = self.placement(code)
        if placement.until is None:
            raise NotNow(phrase("{placement} has not ended", placement=code))
        placement.until = placement.end_reason = None
        return placement

    # --- inside ----------------------------------------------------------------------------------

    def _check_days(self, code: str, from_date: date, until: date | None) -> None:
        if until is not None and until <= from_date:
            raise WrongUsage(
                phrase(
                    "{placement} begins on {first_day}; the first day without it, {day}, must be after that",
                    placement=code,
                    first_day=from_date,
                    day=until,
                )
            )

    def _free_workplace(self, partner: Partner, title: str, on: date) -> Workplace | None:
        """The oldest open workplace of that title with a place free, else the oldest, with a note."""
        workplaces = self.open_workplaces(partner, title, on)
        for workplace in workplaces:
            if self.taken(workplace, on) < workplace.places:
                return workplace
        if not workplaces:
            return None
        places = sum(workplace.places for workplace in workplaces)
        self.writing.note(
            phrase(
                "all {places} places of {title} at {partner} are taken on {day}",
                places=places,
                title=title,
                partner=partner.name,
                day=on,
            )
            if places > 1
            else phrase(
                "the one place of {title} at {partner} is taken on {day}",
                title=title,
                partner=partner.name,
                day=on,
            )
        )
        return workplaces[0]

    def _of_person(self, graduate_id: str) -> list[Placement]:
        found = self.session.exec(
            select(Placement)
            .where(Placement.graduate_id == graduate_id)
            .order_by(col(Placement.from_date), col(Placement.id))
        )
        return list(found)

    def _notice_overlaps(self, placement: Placement, others: list[Placement]) -> None:
        for other in others:
            if other.until is None or other.until > placement.from_date:
                by = self.session.get_one(Partner, other.partner_id)
                self.writing.note(
                    phrase(
                        "{placement}: also placed with {partner}, from {start} until {until}",
                        placement=other.code,
                        partner=by.name,
                        start=other.from_date,
                        until=other.until,
                    )
                    if other.until
                    else phrase(
                        "{placement}: also placed with {partner}, from {start}",
                        placement=other.code,
                        partner=by.name,
                        start=other.from_date,
                    )
                )
