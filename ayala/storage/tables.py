"""Every table of the office: columns and constraints, no behaviour. The map of the whole domain.

Read it top to bottom: the ledger of changes, people, appeals, services, beds, housing, work, the calendar
and cron's log.
Keys are UUIDv7; what people type is the ``code``. ``until`` is half-open everywhere: the day named
is free again. What changes with the day (age, occupancy, overdue, totals) is never a column.
Rules that no constraint can state (no two stays on one bed-day) and indexes over a part of a table are in
``invariants``.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import uuid_utils
from sqlalchemy import CheckConstraint, Column, Index, Integer, MetaData, Table, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from ayala.language.catalogue import codes
from ayala.storage.types import Big, Day, Flag, Key, Moment, Real, SortText

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


def new_key() -> str:
    """A key that nobody else will make, ordered by the time it was made."""
    return str(uuid_utils.uuid7())


def key() -> Any:
    return Field(default_factory=new_key, sa_type=Key, primary_key=True)


def of(table: str, **options: Any) -> Any:
    """A reference to another table's row; rows that others refer to cannot be deleted."""
    options.setdefault("index", True)
    return Field(sa_type=Key, foreign_key=f"{table}.id", ondelete="RESTRICT", **options)


def words(**options: Any) -> Any:
    return Field(sa_type=Text, **options)


def ordered_text(**options: Any) -> Any:
    """Text that lists are sorted by: codes and numbers of rooms, in the same order everywhere."""
    return Field(sa_type=SortText, **options)


def maybe(**options: Any) -> Any:
    """Text that may be absent."""
    return Field(default=None, sa_type=Text, **options)


def day(**options: Any) -> Any:
    return Field(sa_type=Day, **options)


def flag() -> Any:
    return Field(default=False, sa_type=Flag)


def one_of(column: str, vocabulary: str) -> CheckConstraint:
    """Only the codes of a vocabulary, also for someone who writes SQL."""
    listed = ", ".join(f"'{code}'" for code in codes(vocabulary))
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_code")


def ordered(first: str, second: str) -> CheckConstraint:
    """A half-open interval that holds at least one day, or a day that is not before another."""
    return CheckConstraint(f"{second} > {first}", name=f"{second}_after_{first}")


class Record(SQLModel):
    """What all tables have in common: one set of names for constraints."""

    metadata = MetaData(naming_convention=NAMING)
    # Rows are never validated here (parsing is the nouns' business), so no validator is built: -60 ms.
    model_config = {"defer_build": True}


class Counter(Record, table=True):
    """The last number given out for each kind of code; drawn inside the transaction."""

    name: str = words(primary_key=True)
    value: int = 0


class Change(Record, table=True):
    """One command that changed something: who, when, which, why. Its row images are in ``row_image``."""

    id: str = key()
    code: str = ordered_text(unique=True)
    made_at: datetime = Field(sa_type=Moment, index=True)
    made_by: str = words()
    command: str = words()
    reason: str | None = maybe()
    request_key: str | None = maybe(unique=True)
    records: int = 0


# --- history: what triggers write, and the chain that seals it -----------------------------------
# Plain tables: no record of them is ever made in Python, and a class of its own costs each change 5 ms.


def _plain(name: str, *columns: Any, **options: Any) -> Table:
    return Table(name, Record.metadata, *columns, **options)


HISTORY_CONTEXT = _plain(
    "history_context",
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("change_id", Text),
    Column("set_wise", Integer, nullable=False),
    Column("erasing", Integer, nullable=False),
    Column("txid_offset", Big, nullable=False),
    CheckConstraint("one = 1", name="only_one"),
)
"""One row, at rest outside a transaction: which change is being written, for the triggers of SQLite.

``set_wise`` holds the row triggers of inserts off while their images are written all at once; ``erasing``
lets images be blanked; ``txid_offset`` is added to PostgreSQL's transaction numbers, which begin anew in a
restored database.
"""

ROW_IMAGE = _plain(
    "row_image",
    Column("seq", Big, primary_key=True),
    Column("txid", Big),
    Column("change_id", Text, index=True),
    Column("made_at", Text, nullable=False),
    Column("made_by", Text),
    Column("table_name", Text, nullable=False),
    Column("op", Text, nullable=False),
    Column("row_key", SortText, nullable=False, index=True),
    Column("before", Text),
    Column("after", Text),
    CheckConstraint("op IN ('I', 'U', 'D', 'B')", name="op_code"),
    sqlite_autoincrement=True,
)
"""A row before and after a change, as JSON; written by triggers, whoever changed the row.

``op``: I inserted, U updated, D deleted, B as it was when its history began. ``change_id`` is empty where
the change did not come through Ayala. All text, so that the seal's bytes are the same on both engines.
"""

SEAL = _plain(
    "seal",
    Column("seq", Big, primary_key=True),
    Column("made_at", Text, nullable=False),
    Column("horizon", Big, nullable=False),
    Column("images", Big, nullable=False),
    Column("outside", Integer, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("mac", Text, nullable=False),
    sqlite_autoincrement=True,
)
"""A link of the chain: a keyed hash over the images since the link before, and over that link.

``horizon``: the first image (SQLite: its ``seq``; PostgreSQL: its ``txid``) that is not under it.
``outside``: 1 where it seals what the command found unsealed, written by something else than Ayala.
"""

BLANKING = _plain(
    "blanking",
    Column("image_seq", Big, primary_key=True, autoincrement=False),
    Column("change_id", Text, nullable=False),
    Column("digest", Text, nullable=False),
)
"""An image whose content was blanked when a person was erased: the keyed hash that it had."""


# --- people --------------------------------------------------------------------------------------


class Graduate(Record, table=True):
    """A graduate of a children's home, as the person and the papers say."""

    __table_args__ = (
        one_of("sex", "sex"),
        one_of("care_status", "care_status"),
        CheckConstraint("length(iin) = 12", name="iin_length"),
        CheckConstraint("length(region) = 2", name="region_length"),
        CheckConstraint("conscript_months >= 0", name="conscript_months_positive"),
        Index("ix_graduate_birth_date_name_key", "birth_date", "name_key"),
        Index("ix_graduate_surname_fold_given_fold", "surname_fold", "given_fold"),
    )
    id: str = key()
    code: str = ordered_text(unique=True)
    iin: str | None = maybe(unique=True)
    surname: str = words()
    given_name: str = words()
    patronymic: str | None = maybe()
    latin_name: str | None = maybe()
    birth_date: date = day()
    sex: str = words()
    phone: str | None = maybe(index=True)
    other_phones: str | None = maybe()
    email: str | None = maybe()
    region: str | None = maybe(index=True)
    address: str | None = maybe()
    institution: str | None = maybe()
    left_care_on: date | None = day(default=None)
    care_status: str | None = maybe()
    conscript_months: int | None = None
    registered_on: date = day()
    archived_on: date | None = day(default=None)
    note: str | None = maybe()
    name_key: str = words()
    surname_fold: str = words()
    given_fold: str = words(index=True)
    sort_key: str = ordered_text(index=True)


class NotSame(Record, table=True):
    """Two records that look like the same person, and are two people: somebody has looked, for ever."""

    __tablename__ = "not_same"
    __table_args__ = (
        UniqueConstraint("graduate_id", "other_id"),
        CheckConstraint("graduate_id <> other_id", name="two_people"),
    )
    id: str = key()
    graduate_id: str = of("graduate", index=False)
    other_id: str = of("graduate")
    decided_on: date = day()


class AlsoKnown(Record, table=True):
    """A name and birth date by which sheets mean a graduate who is on record otherwise: somebody said so."""

    __tablename__ = "also_known"
    __table_args__ = (Index("ix_also_known_birth_date_name_key", "birth_date", "name_key"),)
    id: str = key()
    graduate_id: str = of("graduate")
    name_key: str = words()
    birth_date: date = day()
    decided_on: date = day()


class Document(Record, table=True):
    """A paper that the person holds: kind, number and days; never a scan."""

    __table_args__ = (one_of("kind", "document_kind"),)
    id: str = key()
    graduate_id: str = of("graduate")
    kind: str = words()
    number: str | None = maybe()
    issued_on: date | None = day(default=None)
    expires_on: date | None = day(default=None)
    note: str | None = maybe()


class Contact(Record, table=True):
    """An attempt to reach the person, answered or not."""

    __table_args__ = (one_of("outcome", "contact_outcome"), one_of("channel", "contact_channel"))
    id: str = key()
    graduate_id: str = of("graduate")
    made_on: date = day()
    outcome: str = words()
    channel: str | None = maybe()
    note: str | None = maybe()


# --- personal data (Law 94-V of 2013-05-21) ------------------------------------------------------


class Consent(Record, table=True):
    """What a person agreed to, with the elements of art. 8(4), and how it was withdrawn.

    ``operator_bin`` may be an IIN where the operator is a person. ``until`` empty: until the purposes
    are reached (art. 8(6)). ``proof``: by what a consent can be shown that has no paper.
    """

    __table_args__ = (
        one_of("form", "consent_form"),
        one_of("given_by", "consent_giver"),
        one_of("withdrawal_form", "consent_form"),
        one_of("answer", "withdrawal_answer"),
        ordered("given_on", "until"),
        CheckConstraint("length(operator_bin) = 12", name="operator_bin_length"),
        CheckConstraint("withdrawn_on >= given_on", name="withdrawn_on_after_given_on"),
        CheckConstraint("answered_on >= withdrawn_on", name="answered_on_after_withdrawn_on"),
    )
    id: str = key()
    graduate_id: str = of("graduate")
    given_on: date = day()
    until: date | None = day(default=None)
    form: str = words()
    operator: str = words()
    operator_bin: str = words()
    given_by: str = words(default="person")
    representative: str | None = maybe()
    third_parties: bool = flag()
    cross_border: bool = flag()
    public_sources: bool = flag()
    data_list: str = words()
    purposes: str = words()
    other_terms: str | None = maybe()
    taken_by: str = words()
    proof: str | None = maybe()
    document: str | None = maybe()
    withdrawn_on: date | None = day(default=None)
    withdrawal_form: str | None = maybe()
    withdrawal_reason: str | None = maybe()
    answered_on: date | None = day(default=None)
    answer: str | None = maybe()
    answer_text: str | None = maybe()


class Block(Record, table=True):
    """A time in which a person's data are not used (art. 1, subpara. 3); it lasts until it is lifted."""

    __table_args__ = (CheckConstraint("unblocked_on >= blocked_on", name="unblocked_on_after_blocked_on"),)
    id: str = key()
    graduate_id: str = of("graduate")
    blocked_on: date = day()
    reason: str = words()
    unblocked_on: date | None = day(default=None)
    unblock_reason: str | None = maybe()


class Transfer(Record, table=True):
    """Personal data passed on, sent abroad or published: the register of art. 22(1), subpara. 5.

    Of one person, or of ``people`` who are not named here.
    """

    __table_args__ = (
        one_of("kind", "transfer_kind"),
        one_of("basis", "transfer_basis"),
        CheckConstraint("people >= 1", name="people_positive"),
        Index("ix_transfer_made_on", "made_on"),
    )
    id: str = key()
    graduate_id: str | None = of("graduate", default=None)
    people: int = 1
    kind: str = words()
    made_on: date = day()
    to_whom: str = words()
    purpose: str = words()
    data_list: str = words()
    basis: str = words()
    document: str | None = maybe()
    notified_on: date | None = day(default=None)
    note: str | None = maybe()


class Erasure(Record, table=True):
    """A person whose data were destroyed; the records stay, for counting, and belong to nobody."""

    __table_args__ = (one_of("basis", "erasure_basis"),)
    id: str = key()
    graduate_id: str = of("graduate", unique=True, index=False)
    erased_on: date = day()
    basis: str = words(default="other")
    change_id: str = words()


# --- appeals -------------------------------------------------------------------------------------


class Appeal(Record, table=True):
    """What a person asked of the office; from a helpline caller perhaps without a record yet."""

    __table_args__ = (
        one_of("kind", "appeal_kind"),
        one_of("topic", "topic"),
        one_of("channel", "channel"),
        one_of("status", "status"),
        one_of("decision", "decision"),
        CheckConstraint("graduate_id IS NOT NULL OR caller IS NOT NULL", name="somebody_asked"),
        CheckConstraint("length(region) = 2", name="region_length"),
        CheckConstraint("household >= 1", name="household_positive"),
        Index("ix_appeal_graduate_id_received_on", "graduate_id", "received_on"),
        Index("ix_appeal_counted", "region", "topic", "received_on"),
        Index("ix_appeal_received", "received_on", "topic", "status"),
    )
    id: str = key()
    code: str = ordered_text(unique=True)
    number: str | None = maybe(unique=True)
    graduate_id: str | None = of("graduate", default=None, index=False)
    caller: str | None = maybe()
    town: str | None = maybe()
    caller_phone: str | None = maybe()
    household: int | None = None
    kind: str = words(default="application")
    topic: str = words()
    channel: str | None = maybe()
    received_on: date = day()
    registered_on: date = day()
    region: str | None = maybe()
    assignee: str | None = maybe(index=True)
    text: str | None = maybe()
    status: str = words(default="registered")
    decision: str | None = maybe()
    answered_on: date | None = day(default=None)
    ground: str | None = maybe()
    document: str | None = maybe()
    redirected_to: str | None = maybe()
    extended_until: date | None = day(default=None)
    note: str | None = maybe()


class AppealTopic(Record, table=True):
    """A further topic of an appeal; the main one stands in the appeal itself."""

    __tablename__ = "appeal_topic"
    __table_args__ = (one_of("topic", "topic"),)
    appeal_id: str = of("appeal", primary_key=True, index=False)
    topic: str = words(primary_key=True)
    position: int = 2


class AppealEvent(Record, table=True):
    """One step in the life of an appeal: the day, what was done, by whom and why.

    ``rule``: the row of the rulebook that the desk went by.
    """

    __tablename__ = "appeal_event"
    __table_args__ = (one_of("event", "event"),)
    id: str = key()
    appeal_id: str = of("appeal")
    happened_on: date = day()
    event: str = words()
    made_by: str = words()
    reason: str | None = maybe()
    to_whom: str | None = maybe()
    until: date | None = day(default=None)
    rule: str | None = maybe()


# --- services ------------------------------------------------------------------------------------


class Session(Record, table=True):
    """A service given to a group: a seminar, a training, a talk, a group consultation."""

    __table_args__ = (
        one_of("kind", "kind"),
        one_of("mode", "mode"),
        CheckConstraint("guests >= 0", name="guests_positive"),
        CheckConstraint("length(region) = 2", name="region_length"),
        Index("ix_session_held_on", "held_on", "kind", "mode"),
    )
    id: str = key()
    code: str = ordered_text(unique=True)
    kind: str = words()
    mode: str = words()
    held_on: date = day()
    title: str | None = maybe()
    provider: str | None = maybe()
    region: str | None = maybe()
    guests: int = 0
    cancelled_on: date | None = day(default=None)
    note: str | None = maybe()


class Attendance(Record, table=True):
    """One person at a session: a graduate, or a guest known by name only."""

    __table_args__ = (
        UniqueConstraint("session_id", "graduate_id", name="uq_attendance_session_id_graduate_id"),
        CheckConstraint("graduate_id IS NOT NULL OR name IS NOT NULL", name="somebody_came"),
    )
    id: str = key()
    session_id: str = of("session")
    graduate_id: str | None = of("graduate", default=None)
    name: str | None = maybe()
    name_key: str | None = ordered_text(default=None)
    note: str | None = maybe()


class Service(Record, table=True):
    """One of the eight kinds of social service, given or planned for one person."""

    __table_args__ = (
        one_of("kind", "kind"),
        one_of("mode", "mode"),
        CheckConstraint("provided_on IS NULL OR cancelled_on IS NULL", name="provided_or_cancelled"),
        Index("ix_service_provided_on", "provided_on", "kind", "mode", "graduate_id"),
        Index("ix_service_graduate_id_provided_on", "graduate_id", "provided_on"),
    )
    id: str = key()
    code: str = ordered_text(unique=True)
    graduate_id: str = of("graduate", index=False)
    kind: str = words()
    mode: str = words()
    provider: str | None = maybe()
    appeal_id: str | None = of("appeal", default=None)
    planned_on: date | None = day(default=None)
    provided_on: date | None = day(default=None)
    cancelled_on: date | None = day(default=None)
    outcome: str | None = maybe()
    note: str | None = maybe()


# --- dormitory -----------------------------------------------------------------------------------


class Building(Record, table=True):
    """A Youth House building and its policy: ages and sexes it admits (warnings, never walls)."""

    __table_args__ = (
        one_of("sex_rule", "sex_rule"),
        CheckConstraint("length(region) = 2", name="region_length"),
    )
    id: str = key()
    code: str = ordered_text(unique=True)
    name: str = words()
    region: str | None = maybe()
    address: str | None = maybe()
    sex_rule: str = words(default="any")
    min_age: int | None = None
    max_age: int | None = None
    ceiling_age: int | None = None
    policy_source: str | None = maybe()
    note: str | None = maybe()


class Room(Record, table=True):
    """A room, or a family flat: then its one bed is the whole flat."""

    __table_args__ = (
        one_of("sex", "sex"),
        UniqueConstraint("building_id", "number", name="uq_room_building_id_number"),
    )
    id: str = key()
    building_id: str = of("building", index=False)
    number: str = ordered_text()
    floor: int | None = None
    sex: str | None = maybe()
    accessible: bool = flag()
    family_flat: bool = flag()
    note: str | None = maybe()


class Bed(Record, table=True):
    """A place to sleep, known by where it stands: ``ZU-1/204/3``."""

    __table_args__ = (UniqueConstraint("room_id", "number", name="uq_bed_room_id_number"),)
    id: str = key()
    room_id: str = of("room", index=False)
    number: str = ordered_text()
    place: str = ordered_text(unique=True)


class Stay(Record, table=True):
    """A person on a bed from a day until (not including) another.

    ``rule``: the row of the rulebook on whose age the desk placed the person.
    """

    __table_args__ = (
        one_of("end_reason", "end_reason"),
        one_of("destination", "destination"),
        ordered("from_date", "until"),
        Index("ix_stay_bed_id_from_date", "bed_id", "from_date"),
        Index("ix_stay_graduate_id_from_date", "graduate_id", "from_date"),
    )
    id: str = key()
    bed_id: str = of("bed", index=False)
    graduate_id: str = of("graduate", index=False)
    from_date: date = day()
    until: date | None = day(default=None)
    contract: str | None = maybe()
    planned_end: date | None = day(default=None)
    end_reason: str | None = maybe()
    destination: str | None = maybe()
    reason: str | None = maybe()
    note: str | None = maybe()
    rule: str | None = maybe()


class Companion(Record, table=True):
    """Someone who lives with a resident: another adult or a child; counted apart."""

    __table_args__ = (one_of("kind", "companion_kind"), ordered("from_date", "until"))
    id: str = key()
    stay_id: str = of("stay")
    kind: str = words()
    name: str | None = maybe()
    birth_date: date | None = day(default=None)
    from_date: date = day()
    until: date | None = day(default=None)


class OutOfService(Record, table=True):
    """A bed that nobody may be placed on for some days, and why. A closed room closes its beds."""

    __tablename__ = "out_of_service"
    __table_args__ = (ordered("from_date", "until"),)
    id: str = key()
    bed_id: str = of("bed")
    from_date: date = day()
    until: date | None = day(default=None)
    reason: str = words()


# --- housing -------------------------------------------------------------------------------------


class QueueEntry(Record, table=True):
    """A place in the outside housing queue, mirrored: we never compute an official position.

    ``rule``: the row of the rulebook whose age the desk looked at.
    """

    __tablename__ = "queue_entry"
    __table_args__ = (
        one_of("registrar", "registrar"),
        one_of("status", "queue_status"),
        UniqueConstraint(
            "graduate_id",
            "registrar",
            "registered_on",
            name="uq_queue_entry_graduate_id_registrar_registered_on",
        ),
        Index("ix_queue_entry_number", "registrar", "number"),
    )
    id: str = key()
    code: str = ordered_text(unique=True)
    graduate_id: str = of("graduate", index=False)
    registrar: str = words()
    registered_on: date = day()
    number: str | None = maybe()
    category: str | None = maybe()
    status: str = words(default="waiting")
    closed_on: date | None = day(default=None)
    note: str | None = maybe()
    rule: str | None = maybe()


class QueueEvent(Record, table=True):
    """A change of a queue entry's status, as the registrar reported it."""

    __tablename__ = "queue_event"
    __table_args__ = (one_of("status", "queue_status"),)
    id: str = key()
    entry_id: str = of("queue_entry")
    happened_on: date = day()
    status: str = words()
    made_by: str = words()
    reason: str | None = maybe()


class Position(Record, table=True):
    """A position in the queue as the registrar reported it for a day."""

    __table_args__ = (
        UniqueConstraint("entry_id", "position_on", name="uq_position_entry_id_position_on"),
        CheckConstraint("position >= 1", name="position_positive"),
    )
    id: str = key()
    entry_id: str = of("queue_entry", index=False)
    position: int
    position_on: date = day()
    document: str | None = maybe()


class Apartment(Record, table=True):
    """An apartment granted to a person by a decision of a day."""

    __table_args__ = (
        one_of("tenure", "tenure"),
        CheckConstraint("length(region) = 2", name="region_length"),
        CheckConstraint("rooms >= 1", name="rooms_positive"),
        CheckConstraint("area > 0", name="area_positive"),
        UniqueConstraint("graduate_id", "granted_on", name="uq_apartment_graduate_id_granted_on"),
        Index("ix_apartment_granted_on", "granted_on", "region"),
    )
    id: str = key()
    graduate_id: str = of("graduate", index=False)
    granted_on: date = day()
    region: str | None = maybe()
    address: str | None = maybe()
    rooms: int | None = None
    area: float | None = Field(default=None, sa_type=Real)
    tenure: str | None = maybe()
    decision: str | None = maybe()
    note: str | None = maybe()


# --- work ----------------------------------------------------------------------------------------


class Partner(Record, table=True):
    """An employer, an education centre or another body that takes graduates on."""

    __table_args__ = (
        one_of("kind", "partner_kind"),
        CheckConstraint("length(region) = 2", name="region_length"),
    )
    id: str = key()
    name: str = words(unique=True)
    sort_key: str = ordered_text()
    kind: str = words()
    region: str | None = maybe()
    contact: str | None = maybe()
    closed_on: date | None = day(default=None)
    note: str | None = maybe()


class Workplace(Record, table=True):
    """A job that a partner keeps for graduates; ``special`` ones are of the pilot project."""

    __table_args__ = (
        UniqueConstraint("partner_id", "title", "opened_on", name="uq_workplace_partner_id_title_opened_on"),
        CheckConstraint("places >= 1", name="places_positive"),
    )
    id: str = key()
    partner_id: str = of("partner", index=False)
    title: str = ordered_text()
    opened_on: date = day()
    closed_on: date | None = day(default=None)
    places: int = 1
    special: bool = flag()
    note: str | None = maybe()


class Placement(Record, table=True):
    """A person in a job from a day until (not including) another."""

    __table_args__ = (
        one_of("end_reason", "placement_end"),
        ordered("from_date", "until"),
        UniqueConstraint(
            "graduate_id",
            "partner_id",
            "title",
            "from_date",
            name="uq_placement_graduate_id_partner_id_title_from_date",
        ),
    )
    id: str = key()
    code: str = ordered_text(unique=True)
    graduate_id: str = of("graduate", index=False)
    partner_id: str = of("partner")
    workplace_id: str | None = of("workplace", default=None)
    title: str = ordered_text()
    from_date: date = day()
    until: date | None = day(default=None)
    end_reason: str | None = maybe()
    note: str | None = maybe()


class PilotEnrolment(Record, table=True):
    """A person taken into the pilot project "Ayala" for a time."""

    __tablename__ = "pilot_enrolment"
    __table_args__ = (
        ordered("from_date", "until"),
        UniqueConstraint("graduate_id", "from_date", name="uq_pilot_enrolment_graduate_id_from_date"),
    )
    id: str = key()
    graduate_id: str = of("graduate", index=False)
    from_date: date = day()
    until: date | None = day(default=None)
    reason: str | None = maybe()
    end_reason: str | None = maybe()


class Aid(Record, table=True):
    """Money or a study grant: asked, decided, paid. Amounts in whole tenge."""

    __table_args__ = (
        one_of("kind", "aid_kind"),
        one_of("status", "aid_status"),
        CheckConstraint("amount_asked >= 0", name="amount_asked_positive"),
        CheckConstraint("amount_approved >= 0", name="amount_approved_positive"),
        CheckConstraint("amount_paid >= 0", name="amount_paid_positive"),
    )
    id: str = key()
    code: str = ordered_text(unique=True)
    graduate_id: str = of("graduate")
    appeal_id: str | None = of("appeal", default=None)
    kind: str = words()
    purpose: str | None = maybe()
    status: str = words(default="asked")
    asked_on: date = day()
    amount_asked: int | None = None
    decided_on: date | None = day(default=None)
    amount_approved: int | None = None
    paid_on: date | None = day(default=None)
    amount_paid: int | None = None
    note: str | None = maybe()


# --- the calendar, and what cron has done --------------------------------------------------------


class CalendarDay(Record, table=True):
    """A day that is worked, or not, other than the public calendar says; and why."""

    __tablename__ = "calendar_day"
    day: date = Field(sa_type=Day, primary_key=True)
    working: bool = Field(sa_type=Flag)
    reason: str = words()


class Run(Record, table=True):
    """A scheduled command in one period: begun, ended, and what came of it. Cron's own log, without history.

    ``period``: ``2026-11-23``, ``2026-W47`` or ``2026-11``. ``ended_at`` empty: under way, or it never came
    to its end. ``caught_up_from``: the missed period that this run makes good.
    """

    __table_args__ = (
        CheckConstraint("period_kind IN ('day', 'week', 'month')", name="period_kind_code"),
        CheckConstraint("rows >= 0", name="rows_positive"),
        UniqueConstraint("command", "period_kind", "period", name="uq_run_command_period_kind_period"),
    )
    id: str = key()
    command: str = words()
    period_kind: str = words()
    period: str = words()
    started_at: str = words()
    ended_at: str | None = maybe()
    result: str | None = maybe()
    rows: int | None = None
    caught_up_from: str | None = maybe()


class Said(Record, table=True):
    """What a scheduled run has said: the rule of the watch, the record, the day it is due, and how near."""

    __table_args__ = (Index("ix_said_rule_code", "rule", "code"),)
    id: str = key()
    run_id: str = of("run")
    rule: str = words()
    code: str = ordered_text()
    due_on: date | None = day(default=None)
    level: str = words()


METADATA = Record.metadata


def _finish() -> None:
    """Give every table what a column cannot say for itself: STRICT, real days, truth values."""
    for table in METADATA.sorted_tables:
        table.dialect_options["sqlite"]["strict"] = True
        for column in table.columns:
            check = None
            if isinstance(column.type, Day):
                # date(x) alone lets 2026-02-30 pass; with a modifier it does not.
                check = f"{column.name} IS date({column.name}, '+0 days')", f"{column.name}_day"
            elif isinstance(column.type, Flag):
                check = f"{column.name} IN (0, 1)", f"{column.name}_flag"
            if check:
                table.append_constraint(CheckConstraint(check[0], name=check[1]).ddl_if(dialect="sqlite"))


_finish()
