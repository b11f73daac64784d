"""The rules of staying: who gets a bed, moves, leaves, and who lives with them.

A bed-day belongs to one person and a person to one bed a day, for the whole half-open interval; the
database holds that too, whoever writes. Capacity is a wall; ages and sexes warn and need a reason.
Locks are taken in one order everywhere: the graduate, then the beds by their keys.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from sqlalchemy import or_
from sqlmodel import col, select

from ayala.dormitory.admission import broken
from ayala.dormitory.buildings import Buildings, Spot, during, or_none, sharing
from ayala.dormitory.policy import rule
from ayala.errors import NoSuchRecord, NotNow, OutOfService, ReasonDemanded, Taken, WrongUsage
from ayala.language.phrases import phrase
from ayala.rules import book
from ayala.storage.tables import Bed, Companion, Graduate, Stay

if TYPE_CHECKING:
    from ayala.office import Records

KINDS = ("adult", "child")


class Dormitories:
    """Beds and stays inside one change."""

    def __init__(self, records: Records) -> None:
        self.writing = records.writing
        self.session = records.writing.session

    @cached_property
    def buildings(self) -> Buildings:
        """Buildings, rooms and beds: entering, editing, closing, opening."""
        return Buildings(self.writing)

    def place(
        self,
        code: str,
        place: str,
        *,
        on: date,
        until: date | None = None,
        planned_end: date | None = None,
        contract: str | None = None,
        reason: str | None = None,
        adults: int = 0,
        children: int = 0,
    ) -> Stay:
        """Give a graduate a bed from a day until (not including) another.

        Raises :class:`Taken` if the bed or the person has a stay on one of these days,
        :class:`OutOfService` if the bed is closed on one, :class:`NotNow` for a graduate in the
        archive, and :class:`ReasonDemanded` if an age or sex rule is broken and no reason is given.
        """
        for what, day in (("until", until), ("planned end", planned_end)):
            if day is not None and day <= on:
                raise WrongUsage(
                    phrase(
                        "the {what} ({day}) must be after the first day ({on})",
                        what=what,
                        day=day,
                        on=on,
                    )
                )
        graduate = self._graduate(code)
        if graduate.archived_on is not None:
            raise NotNow(
                phrase(
                    "{code} is in the archive since {archived_on}",
                    code=code,
                    archived_on=graduate.archived_on,
                ),
                f"ayala graduate reopen {code}",
            )
        spot = self.buildings.spots([place])[place]
        self._refuse_second_bed(graduate, on, until)
        self._refuse_taken(spot, on, until)
        rules = self._broken(graduate, spot, on, until)
        if rules and not reason:
            raise ReasonDemanded(
                phrase("{code} on {place}: {names}", code=code, place=place, names="; ".join(rules)),
                phrase('the same command with --reason "…" if it is right'),
            )
        self._notice(code, place, rules)
        stay = Stay(
            bed_id=spot.bed.id,
            graduate_id=graduate.id,
            from_date=on,
            until=until,
            planned_end=planned_end,
            contract=contract,
            reason=reason,
            rule=_age_rule(spot, on),
        )
        self.session.add(stay)
        self.session.flush()
        for kind, count in zip(KINDS, (adults, children), strict=True):
            self._add_companions(stay, kind, count, on)
        self._notice_flat(spot, adults + children)
        return stay

    def move(self, code: str, place: str, *, on: date, reason: str) -> Stay:
        """End the stay of that day and begin one on another bed; all or nothing.

        Contract, planned end and the end already set carry over, companions move along. A stay
        that began that very day is put right in place, since it would keep no day of its own.
        Raises as :meth:`place` does, but the reason of the move covers broken rules.
        """
        graduate = self._graduate(code)
        stay = self._stay_on(graduate, on)
        self._refuse_ended(graduate, stay, on)
        here = self._place_of(stay)
        if here == place:
            raise NotNow(
                phrase("{code} has the bed {place} {stay}", code=code, place=place, stay=during(stay))
            )
        spots = self.buildings.spots([here, place])
        spot = spots[place]
        self._refuse_taken(spot, on, stay.until)
        self._notice(code, place, self._broken(graduate, spot, on, stay.until))
        if stay.from_date == on:
            stay.bed_id = spot.bed.id
            stay.reason = reason
            stay.rule = _age_rule(spot, on)
            self.session.flush()
            self.writing.note(
                phrase(
                    "{code} came to {here} that very day: the stay is put right in place",
                    code=code,
                    here=here,
                )
            )
            moved = stay
        else:
            moved = Stay(
                bed_id=spot.bed.id,
                graduate_id=graduate.id,
                from_date=on,
                until=stay.until,
                contract=stay.contract,
                planned_end=stay.planned_end,
                end_reason=stay.end_reason,
                destination=stay.destination,
                reason=reason,
                rule=_age_rule(spot, on),
            )
            self._end(stay, on, end_reason="transfer", destination="dormitory", keep_companions=True)
            self.session.flush()
            self.session.add(moved)
            self.session.flush()
            self._move_companions(stay, moved)
        self._notice_flat(spot, len(self._companions(moved, on)))
        return moved

    def leave(self, code: str, *, destination: str, end_reason: str, on: date) -> Stay:
        """End a stay: the day of leaving is free for the next person.

        Who came that very day keeps one bed-day, so that the stay is not lost. A stay whose end was
        set beforehand gets its destination on that day. Raises :class:`WrongUsage` for a day before
        the stay began, :class:`NotNow` if the person has no bed then.
        """
        graduate = self._graduate(code)
        stay = self._stay_on(graduate, on, ending=True)
        if stay.until != on:
            self._refuse_ended(graduate, stay, on)
        until = on
        if stay.from_date == on:
            until = on + timedelta(days=1)
            if stay.until != until or stay.destination is None:
                self.writing.note(
                    phrase(
                        "{code} came that very day: the stay keeps one day, until {until}",
                        code=code,
                        until=until,
                    )
                )
        if stay.until == until and stay.destination is not None:
            raise NotNow(
                phrase(
                    "{code} left {stay} on {until} already",
                    code=code,
                    stay=self._place_of(stay),
                    until=until,
                ),
                f"ayala graduate show {code}",
            )
        self._end(stay, until, end_reason=end_reason, destination=destination)
        for later in self._stays_from(graduate, until):
            self.writing.note(
                phrase(
                    "{code} still has {later} {later_2} on record",
                    code=code,
                    later=self._place_of(later),
                    later_2=during(later),
                )
            )
        checks = book.current().rule("exit_checks", until)
        if destination == "unknown" and checks and checks.unit == "days":
            days = ", ".join(str(until + timedelta(days=number)) for number in reversed(checks.numbers))
            self.writing.note(
                phrase(
                    "nobody knows where {code} goes: ayala watch asks for a contact on {days}",
                    code=code,
                    days=days,
                )
            )
        return stay

    def companions(self, code: str, *, adults: int | None, children: int | None, on: date) -> dict[str, int]:
        """Set who lives with a resident from a day on; the change for each kind, by its code.

        What is not given stays as it is. Surplus ends on the day, the last to come leaving first.
        """
        stay = self._stay_on(self._graduate(code), on)
        changes = {}
        for kind, count in zip(KINDS, (adults, children), strict=True):
            if count is None:
                continue
            rows = [row for row in self._companions(stay, on) if row.kind == kind]
            if later := [row.from_date for row in rows if row.from_date > on]:
                raise WrongUsage(
                    phrase(
                        "{code}: companions are on record from {later}, which is after {on}",
                        code=code,
                        later=min(later),
                        on=on,
                    )
                )
            for row in rows[count:]:
                self._end_companion(row, on)
            self._add_companions(stay, kind, count - len(rows), on)
            changes[kind] = count - len(rows)
        (spot,) = self.buildings.spots([self._place_of(stay)]).values()
        self._notice_flat(spot, (adults or 0) + (children or 0))
        return changes

    def contract(self, code: str, *, on: date, contract: str | None, planned_end: date | None) -> Stay:
        """Set the contract or the planned end of the stay of that day; ``""`` makes the contract empty."""
        stay = self._stay_on(self._graduate(code), on)
        if contract is not None:
            stay.contract = or_none(contract)
        if planned_end is not None:
            if planned_end <= stay.from_date:
                raise WrongUsage(
                    phrase(
                        "the planned end ({planned_end}) must be after the first day ({from_date})",
                        planned_end=planned_end,
                        from_date=stay.from_date,
                    )
                )
            stay.planned_end = planned_end
        return stay

    # --- checks --------------------------------------------------------------------------------------

    def _graduate(self, code: str) -> Graduate:
        """The graduate of that code, locked until the change ends."""
        graduate = self.session.exec(
            select(Graduate).where(Graduate.code == code).with_for_update()
        ).one_or_none()
        if graduate is None:
            raise NoSuchRecord(phrase("there is no graduate {code}", code=code), "ayala graduate find NAME")
        return graduate

    def _stays_from(self, graduate: Graduate, day: date) -> list[Stay]:
        """The person's stays that begin on a day or later."""
        later = select(Stay).where(Stay.graduate_id == graduate.id, col(Stay.from_date) >= day)
        return list(self.session.exec(later.order_by(col(Stay.from_date))).all())

    def _stay_on(self, graduate: Graduate, on: date, *, ending: bool = False) -> Stay:
        """The person's stay of a day; with ``ending`` also one that ends that day."""
        stays = self.session.exec(
            select(Stay).where(Stay.graduate_id == graduate.id).order_by(col(Stay.from_date).desc())
        ).all()
        code = graduate.code
        if not stays:
            raise NotNow(phrase("{code} has no bed", code=code), f"ayala dormitory place {code} BED")
        for stay in stays:
            if stay.from_date <= on:
                if stay.until is None or on < stay.until or (ending and on == stay.until):
                    return stay
                raise NotNow(
                    phrase(
                        "{code} has no bed on {on}; the last one was {stay} {stay_2}",
                        code=code,
                        on=on,
                        stay=self._place_of(stay),
                        stay_2=during(stay),
                    ),
                    f"ayala dormitory place {code} BED",
                )
        raise self._before(code, stays[-1], on)

    def _before(self, code: str, stay: Stay, on: date) -> WrongUsage:
        return WrongUsage(
            phrase(
                "{code} came to {stay} on {from_date}; {on} is before that",
                code=code,
                stay=self._place_of(stay),
                from_date=stay.from_date,
                on=on,
            )
        )

    def _refuse_ended(self, graduate: Graduate, stay: Stay, on: date) -> None:
        """Keep a stay as it is that is over by today: what was recorded of it is history."""
        if stay.until is None or stay.until > self.writing.today:
            return
        code = graduate.code
        latest = self.session.exec(
            select(Stay).where(Stay.graduate_id == graduate.id).order_by(col(Stay.from_date).desc()).limit(1)
        ).one()
        if latest.from_date > on:
            raise self._before(code, latest, on)
        if stay.destination is None:
            return  # the end was set beforehand and nobody recorded a leaving: the true day may be earlier
        raise NotNow(
            phrase(
                "{code} left {stay} on {until} already",
                code=code,
                stay=self._place_of(stay),
                until=stay.until,
            ),
            f"ayala graduate show {code}",
        )

    def _refuse_second_bed(self, graduate: Graduate, on: date, until: date | None) -> None:
        other = self.session.exec(
            select(Stay)
            .where(Stay.graduate_id == graduate.id, *sharing(Stay, on, until))
            .order_by(col(Stay.from_date))
            .limit(1)
        ).one_or_none()
        if other is not None:
            raise Taken(
                phrase(
                    "{code} already has the bed {other} {other_2}",
                    code=graduate.code,
                    other=self._place_of(other),
                    other_2=during(other),
                ),
                f"ayala dormitory move {graduate.code} BED --reason …",
            )

    def _refuse_taken(self, spot: Spot, on: date, until: date | None) -> None:
        place = spot.bed.place
        taken = self.session.exec(
            select(Stay, Graduate.code)
            .join(Graduate, col(Graduate.id) == Stay.graduate_id)
            .where(Stay.bed_id == spot.bed.id, *sharing(Stay, on, until))
            .order_by(col(Stay.from_date))
            .limit(1)
        ).one_or_none()
        if taken is not None:
            stay, holder = taken
            raise Taken(
                phrase(
                    "{place} is taken by {holder} {stay}",
                    place=place,
                    holder=holder,
                    stay=during(stay),
                ),
                f"ayala dormitory free --on {on}",
            )
        for closing in self.buildings.closings([spot.bed], on, until):
            raise OutOfService(
                phrase(
                    "{place} is out of service {closing}: {reason}",
                    place=place,
                    closing=during(closing),
                    reason=closing.reason,
                ),
                f"ayala dormitory free --on {on}",
            )

    def _broken(self, graduate: Graduate, spot: Spot, on: date, until: date | None) -> list[str]:
        mates = self.session.exec(
            select(Graduate.sex)
            .distinct()
            .join(Stay, col(Stay.graduate_id) == Graduate.id)
            .join(Bed, col(Bed.id) == Stay.bed_id)
            .where(Bed.room_id == spot.room.id, Graduate.id != graduate.id, *sharing(Stay, on, until))
        ).all()
        return broken(
            spot.house_rules, birth_date=graduate.birth_date, sex=graduate.sex, on=on, room_mates=mates
        )

    def _notice(self, code: str, place: str, rules: Sequence[str]) -> None:
        for sentence in rules:
            self.writing.note(
                phrase("{code} on {place}: {sentence}", code=code, place=place, sentence=sentence)
            )

    def _notice_flat(self, spot: Spot, companions: int) -> None:
        if companions and not spot.room.family_flat:
            self.writing.note(
                phrase(
                    "{code}/{number} is not a family flat",
                    code=spot.building.code,
                    number=spot.room.number,
                )
            )

    def _place_of(self, stay: Stay) -> str:
        return self.session.exec(select(Bed.place).where(Bed.id == stay.bed_id)).one()

    # --- ending and companions -------------------------------------------------------------------------

    def _end(
        self, stay: Stay, until: date, *, end_reason: str, destination: str, keep_companions: bool = False
    ) -> None:
        stay.until = until
        stay.end_reason = end_reason
        stay.destination = destination
        if not keep_companions:
            for row in self._companions(stay, until):
                self._end_companion(row, until)

    def _companions(self, stay: Stay, on: date) -> Sequence[Companion]:
        """Who lives with the resident on a day or later, the first to come first."""
        return self.session.exec(
            select(Companion)
            .where(
                Companion.stay_id == stay.id, or_(col(Companion.until).is_(None), col(Companion.until) > on)
            )
            .order_by(col(Companion.from_date), col(Companion.id))
        ).all()

    def _add_companions(self, stay: Stay, kind: str, count: int, on: date) -> None:
        for _ in range(count):
            self.session.add(Companion(stay_id=stay.id, kind=kind, from_date=on, until=stay.until))

    def _end_companion(self, row: Companion, on: date) -> None:
        if row.from_date >= on:
            self.session.delete(row)
        else:
            row.until = on

    def _move_companions(self, old: Stay, new: Stay) -> None:
        """Those who live with the person on the day of the move, or will, go along."""
        for row in self._companions(old, new.from_date):
            if row.from_date >= new.from_date:
                row.stay_id = new.id
                continue
            self.session.add(
                Companion(
                    stay_id=new.id,
                    kind=row.kind,
                    name=row.name,
                    birth_date=row.birth_date,
                    from_date=new.from_date,
                    until=row.until,
                )
            )
            row.until = new.from_date


def _age_rule(spot: Spot, on: date) -> str | None:
    """The row of the rulebook on the age up to which a place may be had, where the building has one."""
    row = rule("max_age", on, spot.building.code) if spot.building.max_age is not None else None
    return row.id if row else None
