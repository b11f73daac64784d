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
        if until is not None and until <= on:
            raise WrongUsage(
                phrase("--until ({day}) must be after the first day ({first_day})", day=until, first_day=on)
            )
        if planned_end is not None:
            _check_planned_end(planned_end, on)
        graduate = self._graduate(code)
        if graduate.archived_on is not None:
            raise NotNow(
                phrase("{graduate} is in the archive since {day}", graduate=code, day=graduate.archived_on),
                f"ayala graduate reopen {code}",
            )
        spot = self.buildings.spots([place])[place]
        self._refuse_second_bed(graduate, on, until)
        self._refuse_taken(spot, on, until)
        rules = self._broken(graduate, spot, on, until)
        if rules and not reason:
            raise ReasonDemanded(
                phrase("{graduate} on {place}: {what}", graduate=code, place=place, what="; ".join(rules)),
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
                phrase(
                    "{graduate} has the bed {place} {period}", graduate=code, place=place, period=during(stay)
                )
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
                    "{graduate} came to {place} that very day: the stay is put right in place",
                    graduate=code,
                    place=here,
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
                        "{graduate} came that very day: the stay keeps one day, until {day}",
                        graduate=code,
                        day=until,
                    )
                )
        if stay.until == until and stay.destination is not None:
            raise self._left(code, stay, until)
        self._end(stay, until, end_reason=end_reason, destination=destination)
        for later in self._stays_from(graduate, until):
            self.writing.note(
                phrase(
                    "{graduate} still has {place} {period} on record",
                    graduate=code,
                    place=self._place_of(later),
                    period=during(later),
                )
            )
        checks = book.current().rule("exit_checks", until)
        if destination == "unknown" and checks and checks.unit == "days":
            days = ", ".join(str(until + timedelta(days=number)) for number in reversed(checks.numbers))
            self.writing.note(
                phrase(
                    "nobody knows where {graduate} goes: ayala watch asks for a contact on {days}",
                    graduate=code,
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
                        "{graduate}: companions are on record from {start}, which is after {day}",
                        graduate=code,
                        start=min(later),
                        day=on,
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
            _check_planned_end(planned_end, stay.from_date)
            stay.planned_end = planned_end
        return stay

    # --- checks --------------------------------------------------------------------------------------

    def _graduate(self, code: str) -> Graduate:
        """The graduate of that code, locked until the change ends."""
        graduate = self.session.exec(
            select(Graduate).where(Graduate.code == code).with_for_update()
        ).one_or_none()
        if graduate is None:
            raise NoSuchRecord(
                phrase("there is no graduate {graduate}", graduate=code), "ayala graduate find NAME"
            )
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
            raise NotNow(phrase("{graduate} has no bed", graduate=code), f"ayala dormitory place {code} BED")
        for stay in stays:
            if stay.from_date <= on:
                if stay.until is None or on < stay.until or (ending and on == stay.until):
                    return stay
                raise NotNow(
                    phrase(
                        "{graduate} has no bed on {day}; the last one was {place} {period}",
                        graduate=code,
                        day=on,
                        place=self._place_of(stay),
                        period=during(stay),
                    ),
                    f"ayala dormitory place {code} BED",
                )
        raise self._before(code, stays[-1], on)

    def _before(self, code: str, stay: Stay, on: date) -> WrongUsage:
        return WrongUsage(
            phrase(
                "{graduate} came to {place} on {first_day}; {day} is before that",
                graduate=code,
                place=self._place_of(stay),
                first_day=stay.from_date,
                day=on,
            )
        )

    def _left(self, code: str, stay: Stay, until: date) -> NotNow:
        return NotNow(
            phrase(
                "{graduate} left {place} on {day} already",
                graduate=code,
                place=self._place_of(stay),
                day=until,
            ),
            f"ayala graduate show {code}",
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
        raise self._left(code, stay, stay.until)

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
                    "{graduate} already has the bed {place} {period}",
                    graduate=graduate.code,
                    place=self._place_of(other),
                    period=during(other),
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
                    "{place} is taken by {graduate} {period}",
                    place=place,
                    graduate=holder,
                    period=during(stay),
                ),
                f"ayala dormitory free --on {on}",
            )
        for closing in self.buildings.closings([spot.bed], on, until):
            raise OutOfService(
                phrase(
                    "{place} is out of service {period}: {reason}",
                    place=place,
                    period=during(closing),
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
                phrase("{graduate} on {place}: {what}", graduate=code, place=place, what=sentence)
            )

    def _notice_flat(self, spot: Spot, companions: int) -> None:
        if companions and not spot.room.family_flat:
            self.writing.note(
                phrase("{room} is not a family flat", room=f"{spot.building.code}/{spot.room.number}")
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


def _check_planned_end(planned_end: date, first_day: date) -> None:
    if planned_end <= first_day:
        raise WrongUsage(
            phrase(
                "the planned end ({day}) must be after the first day ({first_day})",
                day=planned_end,
                first_day=first_day,
            )
        )


def _age_rule(spot: Spot, on: date) -> str | None:
    """The row of the rulebook on the age up to which a place may be had, where the building has one."""
    row = rule("max_age", on, spot.building.code) if spot.building.max_age is not None else None
    return row.id if row else None
