"""What becomes of every column of every table when a person is erased: data, and no behaviour.

Each column is in one of three lists: ``kept`` (counts and registers stay), ``blank`` (made empty), or
``rule`` (made something neutral). A table belongs to people by its ``way``: the column that refers to
the graduate, or to a row of the ``parent`` table that does. A test holds both against the schema, so a
new column has to be decided upon here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

DASH = "—"
"""What stands in a text that may not be empty."""


@dataclass(frozen=True)
class Columns:
    """The columns of one table. Rules: ``dash`` (a dash), ``code`` (the register code), ``year`` (the first
    day of the same year), ``names`` (computed from the neutral name), ``history`` (see ``erasing``)."""

    kept: str
    blank: str = ""
    rule: Mapping[str, str] = field(default_factory=dict)
    way: str = ""
    parent: str = "graduate"
    also: str = ""
    """A second column that refers to a graduate: the row belongs to both."""

    @property
    def personal(self) -> tuple[str, ...]:
        """The columns that say something of a person which may not stay."""
        return (*self.blank.split(), *self.rule)

    @property
    def all(self) -> tuple[str, ...]:
        return (*self.kept.split(), *self.personal)


TABLES: dict[str, Columns] = {
    # The office's own: no row of these belongs to a graduate.
    "counter": Columns("name value"),
    "building": Columns(
        "id code name region address sex_rule min_age max_age ceiling_age policy_source note"
    ),
    "room": Columns("id building_id number floor sex accessible family_flat note"),
    "bed": Columns("id room_id number place"),
    "out_of_service": Columns("id bed_id from_date until reason"),
    "session": Columns("id code kind mode held_on title provider region guests cancelled_on note"),
    "partner": Columns("id name sort_key kind region contact closed_on note"),
    "workplace": Columns("id partner_id title opened_on closed_on places special note"),
    "calendar_day": Columns("day working reason"),
    # Cron's own log: codes of records, never a name.
    "run": Columns("id command period_kind period started_at ended_at result rows caught_up_from"),
    "said": Columns("id run_id rule code due_on level"),
    # The history: its images are made blank one by one.
    "history_context": Columns("one change_id set_wise erasing txid_offset"),
    "seal": Columns("seq made_at horizon images outside key_id mac"),
    "blanking": Columns("image_seq change_id digest"),
    "change": Columns("id code made_at made_by command request_key records", rule={"reason": "history"}),
    "row_image": Columns(
        "seq txid change_id made_at made_by table_name op row_key",
        rule={"before": "history", "after": "history"},
    ),
    # People, and all that hangs on them; a parent stands before its children.
    "graduate": Columns(
        "id code sex region care_status registered_on archived_on",
        blank="iin patronymic latin_name phone other_phones email address institution conscript_months note",
        rule={
            "surname": "dash",
            "given_name": "code",
            "birth_date": "year",
            "left_care_on": "year",
            "name_key": "names",
            "surname_fold": "names",
            "given_fold": "names",
            "sort_key": "names",
        },
        way="id",
    ),
    "not_same": Columns("id graduate_id other_id decided_on", way="graduate_id", also="other_id"),
    "also_known": Columns(
        "id graduate_id decided_on", rule={"name_key": "dash", "birth_date": "year"}, way="graduate_id"
    ),
    "document": Columns("id graduate_id kind issued_on expires_on", blank="number note", way="graduate_id"),
    "contact": Columns("id graduate_id made_on outcome channel", blank="note", way="graduate_id"),
    "consent": Columns(
        "id graduate_id given_on until form operator operator_bin given_by third_parties cross_border"
        " public_sources taken_by withdrawn_on withdrawal_form answered_on answer",
        blank="representative other_terms proof document withdrawal_reason answer_text",
        rule={"data_list": "dash", "purposes": "dash"},
        way="graduate_id",
    ),
    "block": Columns(
        "id graduate_id blocked_on unblocked_on",
        blank="unblock_reason",
        rule={"reason": "dash"},
        way="graduate_id",
    ),
    # The register of transfers has to tell what went where, also of people who are erased.
    "transfer": Columns(
        "id graduate_id people kind made_on to_whom purpose data_list basis notified_on",
        blank="document note",
        way="graduate_id",
    ),
    "erasure": Columns("id graduate_id erased_on basis change_id", way="graduate_id"),
    "appeal": Columns(
        "id code graduate_id household kind topic channel received_on registered_on region assignee"
        " status decision answered_on redirected_to extended_until",
        blank="number caller town caller_phone text ground document note",
        way="graduate_id",
    ),
    "appeal_topic": Columns("appeal_id topic position", way="appeal_id", parent="appeal"),
    "appeal_event": Columns(
        "id appeal_id happened_on event made_by to_whom until rule",
        blank="reason",
        way="appeal_id",
        parent="appeal",
    ),
    "attendance": Columns("id session_id graduate_id", blank="name name_key note", way="graduate_id"),
    "service": Columns(
        "id code graduate_id kind mode provider appeal_id planned_on provided_on cancelled_on",
        blank="outcome note",
        way="graduate_id",
    ),
    "stay": Columns(
        "id bed_id graduate_id from_date until planned_end end_reason destination rule",
        blank="contract reason note",
        way="graduate_id",
    ),
    "companion": Columns(
        "id stay_id kind from_date until", blank="name birth_date", way="stay_id", parent="stay"
    ),
    "queue_entry": Columns(
        "id code graduate_id registrar registered_on category status closed_on rule",
        blank="number note",
        way="graduate_id",
    ),
    "queue_event": Columns(
        "id entry_id happened_on status made_by", blank="reason", way="entry_id", parent="queue_entry"
    ),
    "position": Columns(
        "id entry_id position position_on", blank="document", way="entry_id", parent="queue_entry"
    ),
    "apartment": Columns(
        "id graduate_id granted_on region rooms area tenure",
        blank="address decision note",
        way="graduate_id",
    ),
    "placement": Columns(
        "id code graduate_id partner_id workplace_id title from_date until end_reason",
        blank="note",
        way="graduate_id",
    ),
    "pilot_enrolment": Columns(
        "id graduate_id from_date until", blank="reason end_reason", way="graduate_id"
    ),
    "aid": Columns(
        "id code graduate_id appeal_id kind status asked_on amount_asked decided_on amount_approved"
        " paid_on amount_paid",
        blank="purpose note",
        way="graduate_id",
    ),
}

PEOPLE: dict[str, Columns] = {name: table for name, table in TABLES.items() if table.way}
"""The tables whose rows belong to people, parents first."""


def owned(table: str, alias: str = "t") -> str:
    """The SQL condition for the rows of a table that belong to the graduate ``:person``, on both engines."""
    own = PEOPLE[table]
    if own.parent == "graduate" or table == "graduate":
        if own.also:
            return f"({alias}.{own.way} = :person OR {alias}.{own.also} = :person)"
        return f"{alias}.{own.way} = :person"
    return f"{alias}.{own.way} IN (SELECT p.id FROM {own.parent} AS p WHERE {owned(own.parent, 'p')})"
