"""The office as it begins.

Frozen: the newest tables are in ``storage.tables``; a later change is a migration of its own.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ayala.storage import types

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


EXTENSION = "CREATE EXTENSION IF NOT EXISTS btree_gist"

PARTIAL_INDEXES = [
    "CREATE INDEX ix_appeal_open ON appeal (received_on, topic)"
    " WHERE status IN ('registered', 'in_progress', 'paused')",
    "CREATE UNIQUE INDEX uq_stay_bed_now ON stay (bed_id) WHERE until IS NULL",
    "CREATE UNIQUE INDEX uq_stay_graduate_now ON stay (graduate_id) WHERE until IS NULL",
    "CREATE UNIQUE INDEX uq_pilot_enrolment_now ON pilot_enrolment (graduate_id) WHERE until IS NULL",
]

SQLITE = [
    """CREATE TRIGGER stay_bed_insert BEFORE INSERT ON stay
BEGIN
    SELECT RAISE(ABORT, 'stay_bed_overlap')
    WHERE EXISTS (
        SELECT 1 FROM stay AS other
        WHERE other.bed_id = NEW.bed_id
          AND other.id <> NEW.id
          AND other.from_date < coalesce(NEW.until, '9999-12-31')
          AND NEW.from_date < coalesce(other.until, '9999-12-31')
    );
END""",
    """CREATE TRIGGER stay_bed_update BEFORE UPDATE OF bed_id, from_date, until ON stay
BEGIN
    SELECT RAISE(ABORT, 'stay_bed_overlap')
    WHERE EXISTS (
        SELECT 1 FROM stay AS other
        WHERE other.bed_id = NEW.bed_id
          AND other.id <> NEW.id
          AND other.from_date < coalesce(NEW.until, '9999-12-31')
          AND NEW.from_date < coalesce(other.until, '9999-12-31')
    );
END""",
    """CREATE TRIGGER stay_graduate_insert BEFORE INSERT ON stay
BEGIN
    SELECT RAISE(ABORT, 'stay_graduate_overlap')
    WHERE EXISTS (
        SELECT 1 FROM stay AS other
        WHERE other.graduate_id = NEW.graduate_id
          AND other.id <> NEW.id
          AND other.from_date < coalesce(NEW.until, '9999-12-31')
          AND NEW.from_date < coalesce(other.until, '9999-12-31')
    );
END""",
    """CREATE TRIGGER stay_graduate_update BEFORE UPDATE OF graduate_id, from_date, until ON stay
BEGIN
    SELECT RAISE(ABORT, 'stay_graduate_overlap')
    WHERE EXISTS (
        SELECT 1 FROM stay AS other
        WHERE other.graduate_id = NEW.graduate_id
          AND other.id <> NEW.id
          AND other.from_date < coalesce(NEW.until, '9999-12-31')
          AND NEW.from_date < coalesce(other.until, '9999-12-31')
    );
END""",
    """CREATE TRIGGER uq_graduate_iin_insert BEFORE INSERT ON graduate
BEGIN
    SELECT RAISE(ABORT, 'uq_graduate_iin')
    WHERE EXISTS (SELECT 1 FROM graduate AS other WHERE other.iin = NEW.iin AND other.id <> NEW.id);
END""",
    """CREATE TRIGGER uq_graduate_iin_update BEFORE UPDATE OF iin ON graduate
BEGIN
    SELECT RAISE(ABORT, 'uq_graduate_iin')
    WHERE EXISTS (SELECT 1 FROM graduate AS other WHERE other.iin = NEW.iin AND other.id <> NEW.id);
END""",
    """CREATE TRIGGER uq_apartment_graduate_id_granted_on_insert BEFORE INSERT ON apartment
BEGIN
    SELECT RAISE(ABORT, 'uq_apartment_graduate_id_granted_on')
    WHERE EXISTS (SELECT 1 FROM apartment AS other WHERE other.graduate_id = NEW.graduate_id AND other.granted_on = NEW.granted_on AND other.id <> NEW.id);
END""",
    """CREATE TRIGGER uq_apartment_graduate_id_granted_on_update BEFORE UPDATE OF graduate_id, granted_on ON apartment
BEGIN
    SELECT RAISE(ABORT, 'uq_apartment_graduate_id_granted_on')
    WHERE EXISTS (SELECT 1 FROM apartment AS other WHERE other.graduate_id = NEW.graduate_id AND other.granted_on = NEW.granted_on AND other.id <> NEW.id);
END""",
]

POSTGRESQL = [
    "ALTER TABLE stay ADD CONSTRAINT stay_bed_overlap EXCLUDE USING gist (bed_id WITH =, daterange(from_date, until, '[)') WITH &&)",
    "ALTER TABLE stay ADD CONSTRAINT stay_graduate_overlap EXCLUDE USING gist (graduate_id WITH =, daterange(from_date, until, '[)') WITH &&)",
]


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(EXTENSION)
    op.create_table(
        "building",
        sa.Column("id", types.Key(), nullable=False),
        sa.Column("code", types.SortText(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("sex_rule", sa.Text(), nullable=False),
        sa.Column("min_age", sa.Integer(), nullable=True),
        sa.Column("max_age", sa.Integer(), nullable=True),
        sa.Column("ceiling_age", sa.Integer(), nullable=True),
        sa.Column("policy_source", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint("sex_rule IN ('any', 'F', 'M')", name=op.f("ck_building_sex_rule_code")),
        sa.CheckConstraint("length(region) = 2", name=op.f("ck_building_region_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_building")),
        sa.UniqueConstraint("code", name=op.f("uq_building_code")),
        sqlite_strict=True,
    )
    op.create_table(
        "change",
        sa.Column("id", types.Key(), nullable=False),
        sa.Column("code", types.SortText(), nullable=False),
        sa.Column("made_at", types.Moment(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("command", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("request_key", sa.Text(), nullable=True),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
        sa.UniqueConstraint("code", name=op.f("uq_change_code")),
        sa.UniqueConstraint("request_key", name=op.f("uq_change_request_key")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_change_made_at"), "change", ["made_at"], unique=False)

    op.create_table(
        "counter",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counter")),
        sqlite_strict=True,
    )
    op.create_table(
        "graduate",
        sa.Column("id", types.Key(), nullable=False),
        sa.Column("code", types.SortText(), nullable=False),
        sa.Column("iin", sa.Text(), nullable=True),
        sa.Column("surname", sa.Text(), nullable=False),
        sa.Column("given_name", sa.Text(), nullable=False),
        sa.Column("patronymic", sa.Text(), nullable=True),
        sa.Column("latin_name", sa.Text(), nullable=True),
        sa.Column("birth_date", types.Day(), nullable=False),
        sa.Column("sex", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("other_phones", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("institution", sa.Text(), nullable=True),
        sa.Column("left_care_on", types.Day(), nullable=True),
        sa.Column("care_status", sa.Text(), nullable=True),
        sa.Column("conscript_months", sa.Integer(), nullable=True),
        sa.Column("registered_on", types.Day(), nullable=False),
        sa.Column("archived_on", types.Day(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("surname_fold", sa.Text(), nullable=False),
        sa.Column("given_fold", sa.Text(), nullable=False),
        sa.Column("sort_key", types.SortText(), nullable=False),
        sa.CheckConstraint(
            "archived_on IS date(archived_on, '+0 days')", name=op.f("ck_graduate_archived_on_day")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "birth_date IS date(birth_date, '+0 days')", name=op.f("ck_graduate_birth_date_day")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "care_status IN ('orphan', 'without_parental_care')", name=op.f("ck_graduate_care_status_code")
        ),
        sa.CheckConstraint(
            "left_care_on IS date(left_care_on, '+0 days')", name=op.f("ck_graduate_left_care_on_day")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "registered_on IS date(registered_on, '+0 days')", name=op.f("ck_graduate_registered_on_day")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("sex IN ('F', 'M')", name=op.f("ck_graduate_sex_code")),
        sa.CheckConstraint("conscript_months >= 0", name=op.f("ck_graduate_conscript_months_positive")),
        sa.CheckConstraint("length(iin) = 12", name=op.f("ck_graduate_iin_length")),
        sa.CheckConstraint("length(region) = 2", name=op.f("ck_graduate_region_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_graduate")),
        sa.UniqueConstraint("code", name=op.f("uq_graduate_code")),
        sa.UniqueConstraint("iin", name=op.f("uq_graduate_iin")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_graduate_given_fold"), "graduate", ["given_fold"], unique=False)
    op.create_index("ix_graduate_name_key_birth_date", "graduate", ["name_key", "birth_date"], unique=False)
    op.create_index(op.f("ix_graduate_phone"), "graduate", ["phone"], unique=False)
    op.create_index(op.f("ix_graduate_region"), "graduate", ["region"], unique=False)
    op.create_index(op.f("ix_graduate_sort_key"), "graduate", ["sort_key"], unique=False)
    op.create_index(op.f("ix_graduate_surname_fold"), "graduate", ["surname_fold"], unique=False)

    op.create_table(
        "partner",
        sa.Column("id", types.Key(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sort_key", types.SortText(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("contact", sa.Text(), nullable=True),
        sa.Column("closed_on", types.Day(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "closed_on IS date(closed_on, '+0 days')", name=op.f("ck_partner_closed_on_day")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "kind IN ('employer', 'education', 'ngo', 'state', 'other')", name=op.f("ck_partner_kind_code")
        ),
        sa.CheckConstraint("length(region) = 2", name=op.f("ck_partner_region_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner")),
        sa.UniqueConstraint("name", name=op.f("uq_partner_name")),
        sqlite_strict=True,
    )
    op.create_table(
        "session",
        sa.Column("id", types.Key(), nullable=False),
        sa.Column("code", types.SortText(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("held_on", types.Day(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("provider", sa.Text(), nullable=True),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("guests", sa.Integer(), nullable=False),
        sa.Column("cancelled_on", types.Day(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "cancelled_on IS date(cancelled_on, '+0 days')", name=op.f("ck_session_cancelled_on_day")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("held_on IS date(held_on, '+0 days')", name=op.f("ck_session_held_on_day")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint(
            "kind IN ('household', 'medical', 'psychological', 'pedagogical', 'labour', 'cultural', 'economic', 'legal')",
            name=op.f("ck_session_kind_code"),
        ),
        sa.CheckConstraint(
            "mode IN ('individual', 'remote', 'helpline', 'group_consultation', 'seminar', 'training', 'talk', 'other')",
            name=op.f("ck_session_mode_code"),
        ),
        sa.CheckConstraint("guests >= 0", name=op.f("ck_session_guests_positive")),
        sa.CheckConstraint("length(region) = 2", name=op.f("ck_session_region_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
        sa.UniqueConstraint("code", name=op.f("uq_session_code")),
        sqlite_strict=True,
    )
    op.create_index("ix_session_held_on", "session", ["held_on", "kind", "mode"], unique=False)

    op.create_table(
        "apartment",
        sa.Column("id", types.Key(), nullable=False),
        sa.Column("graduate_id", types.Key(), nullable=False),
        sa.Column("granted_on", types.Day(), nullable=False),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("rooms", sa.Integer(), nullable=True),
        sa.Column("area", types.Real(), nullable=True),
        sa.Column("tenure", sa.Text(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "granted_on IS date(granted_on, '+0 days')", name=op.f("ck_apartment_granted_on_day")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "tenure IN ('rent', 'rent_to_own', 'owned')", name=op.f("ck_apartment_tenure_code")
        ),
        sa.CheckConstraint("area > 0", name=op.f("ck_apartment_area_positive")),
        sa.CheckConstraint("length(region) = 2", name=op.f("ck_apartment_region_length")),
        sa.CheckConstraint("rooms >= 1", name=op.f("ck_apartment_rooms_positive")),
        sa.ForeignKeyConstraint(
            ["graduate_id"], ["graduate.id"], name=op.f("fk_apartment_graduate_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_apartment")),
        sa.UniqueConstraint("graduate_id", "granted_on", name="uq_apartment_graduate_id_granted_on"),
        sqlite_strict=True,
    )
    op.create_index("ix_apartment_granted_on", "apartment", ["granted_on", "region"], unique=False)

    op.create_table(
        "appeal",
        sa.Column("id", types.Key(), nullable=False),
        sa.Column("code", types.SortText(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("graduate_id", types.Key(), nullable=True),
        sa.Column("caller", sa.Text(), nullable=True),
        sa.Column("town", sa.Text(), nullable=True),
        sa.Column("caller_phone", sa.Text(), nullable=True),
        sa.Column("household", sa.Integer(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("received_on", types.Day(), nullable=False),
        sa.Column("registered_on", types.Day(), nullable=False),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("assignee", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("answered_on", types.Day(), nullable=True),
        sa.Column("ground", sa.Text(), nullable=True),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("redirected_to", sa.Text(), nullable=True),
        sa.Column("extended_until", types.Day(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "answered_on IS date(answered_on, '+0 days')", name=op.f("ck_appeal_answered_on_day")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "channel IN ('visit', 'letter', 'helpline', 'online', 'event')",
            name=op.f("ck_appeal_channel_code"),
        ),
        sa.CheckConstraint(
            "decision IN ('satisfied', 'partly_satisfied', 'refused', 'explained')",
            name=op.f("ck_appeal_decision_code"),
        ),
        sa.CheckConstraint(
            "extended_until IS date(extended_until, '+0 days')", name=op.f("ck_appeal_extended_until_day")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "kind IN ('application', 'complaint', 'message', 'proposal', 'response', 'request')",
            name=op.f("ck_appeal_kind_code"),
        ),
        sa.CheckConstraint(
            "received_on IS date(received_on, '+0 days')", name=op.f("ck_appeal_received_on_day")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "registered_on IS date(registered_on, '+0 days')", name=op.f("ck_appeal_registered_on_day")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "status IN ('registered', 'in_progress', 'paused', 'answered', 'redirected', 'terminated', 'withdrawn')",
            name=op.f("ck_appeal_status_code"),
        ),
        sa.CheckConstraint(
            "topic IN ('housing', 'employment', 'education_grant', 'financial_aid', 'legal', 'psychological', 'medical', 'documents', 'other')",
            name=op.f("ck_appeal_topic_code"),
        ),
        sa.CheckConstraint(
            "graduate_id IS NOT NULL OR caller IS NOT NULL", name=op.f("ck_appeal_somebody_asked")
        ),
        sa.CheckConstraint("household >= 1", name=op.f("ck_appeal_household_positive")),
        sa.CheckConstraint("length(region) = 2", name=op.f("ck_appeal_region_length")),
        sa.ForeignKeyConstraint(
            ["graduate_id"], ["graduate.id"], name=op.f("fk_appeal_graduate_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
        sa.UniqueConstraint("code", name=op.f("uq_appeal_code")),
        sa.UniqueConstraint("number", name=op.f("uq_appeal_number")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_appeal_assignee"), "appeal", ["assignee"], unique=False)
    op.create_index("ix_appeal_counted", "appeal", ["region", "topic", "received_on"], unique=False)
    op.create_index(
        "ix_appeal_graduate_id_received_on", "appeal", ["graduate_id", "received_on"], unique=False
    )
    op.create_index("ix_appeal_received", "appeal", ["received_on", "topic", "status"], unique=False)

    op.create_table(
        "attendance",
        sa.Column("id", types.Key(), nullable=False),
        sa.Column("session_id", types.Key(), nullable=False),
        sa.Column("graduate_id", types.Key(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("name_key", types.SortText(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "graduate_id IS NOT NULL OR name IS NOT NULL", name=op.f("ck_attendance_somebody_came")
        ),
        sa.ForeignKeyConstraint(
            ["graduate_id"], ["graduate.id"], name=op.f("fk_attendance_graduate_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_attendance_session_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
        sa.UniqueConstraint("session_id", "graduate_id", name="uq_attendance_session_id_graduate_id"),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_attendance_graduate_id"), "attendance", ["graduate_id"], unique=False)
    op.create_index(op.f("ix_attendance_session_id"), "attendance", ["session_id"], unique=False)

    op.create_table(
        "contact",
        sa.Column("id", types.Key(), nullable=False),
        sa.Column("graduate_id", types.Key(), nullable=False),
        sa.Column("made_on", types.Day(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "channel IN ('phone', 'visit', 'message', 'email', 'social_media', 'other')",
            name=op.f("ck_contact_channel_code"),
        ),
        sa.CheckConstraint("made_on IS date(made_on, '+0 days')", name=op.f("ck_contact_made_on_day")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("outcome IN ('reached', 'no_answer')", name=op.f("ck_contact_outcome_code")),
        sa.ForeignKeyConstraint(
            ["graduate_id"], ["graduate.id"], name=op.f("fk_contact_graduate_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_contact_graduate_id"), "contact", ["graduate_id"], unique=False)

    op.create_table(
        "document",
        sa.Column("id", types.Key(), nullable=False),
        sa.Column("graduate_id", types.Key(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("issued_on", types.Day(), nullable=True),
        sa.Column("expires_on", types.Day(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "expires_on IS date(expires_on, '+0 days')", name=op.f("ck_document_expires_on_day")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "issued_on IS date(issued_on, '+0 days')", name=op.f("ck_document_issued_on_day")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "kind IN ('identity_card', 'passport', 'birth_certificate', 'institution_certificate', 'court_ruling', 'guardianship_decision', 'diploma', 'other')",
            name=op.f("ck_document_kind_code"),
        ),
        sa.ForeignKeyConstraint(
            ["graduate_id"], ["graduate.id"], name=op.f("fk_document_graduate_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_document_graduate_id"), "document", ["graduate_id"], unique=False)

    op.create_table(
        "pilot_enrolment",
        sa.Column("id", types.Key(), nullable=False),
        sa.Column("graduate_id", types.Key(), nullable=False),
        sa.Column("from_date", types.Day(), nullable=False),
        sa.Column("until", types.Day(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "from_date IS date(from_date, '+0 days')", name=op.f("ck_pilot_enrolment_from_date_day")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "until IS date(until, '+0 days')", name=op.f("ck_pilot_enrolment_until_day")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("until > from_date", name=op.f("ck_pilot_enrolment_until_after_from_date")),
        sa.ForeignKeyConstraint(
            ["graduate_id"], ["graduate.id"], name=op.f("fk_pilot_enrolment_graduate_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pilot_enrolment")),
        sa.UniqueConstraint("graduate_id", "from_date", name="uq_pilot_enrolment_graduate_id_from_date"),
        sqlite_strict=True,
    )

    op.create_table(
        "queue_entry",
        sa.Column("id", types.Key(), nullable=False),
        sa.Column("code", types.SortText(), nullable=False),
        sa.Column("graduate_id", types.Key(), nullable=False),
        sa.Column("registrar", sa.Text(), nullable=False),
        sa.Column("registered_on", types.Day(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("closed_on", types.Day(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "closed_on IS date(closed_on, '+0 days')", name=op.f("ck_queue_entry_closed_on_day")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "registered_on IS date(registered_on, '+0 days')", name=op.f("ck_queue_entry_registered_on_day")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("registrar IN ('akimat', 'bank')", name=op.f("ck_queue_entry_registrar_code")),
        sa.CheckConstraint(
            "status IN ('waiting', 'housed', 'withdrawn', 'struck_off', 'other')",
            name=op.f("ck_queue_entry_status_code"),
        ),
        sa.ForeignKeyConstraint(
            ["graduate_id"], ["graduate.id"], name=op.f("fk_queue_entry_graduate_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue_entry")),
        sa.UniqueConstraint("code", name=op.f("uq_queue_entry_code")),
        sa.UniqueConstraint(
            "graduate_id",
            "registrar",
            "registered_on",
            name="uq_queue_entry_graduate_id_registrar_registered_on",
        ),
        sqlite_strict=True,
    )
    op.create_index("ix_queue_entry_number", "queue_entry", ["registrar", "number"], unique=False)

    op.create_table(
        "room",
        sa.Column("id", types.Key(), nullable=False),
        sa.Column("building_id", types.Key(), nullable=False),
        sa.Column("number", types.SortText(), nullable=False),
        sa.Column("floor", sa.Integer(), nullable=True),
        sa.Column("sex", sa.Text(), nullable=True),
        sa.Column("accessible", types.Flag(), nullable=False),
        sa.Column("family_flat", types.Flag(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint("sex IN ('F', 'M')", name=op.f("ck_room_sex_code")),
        sa.CheckConstraint("accessible IN (0, 1)", name=op.f("ck_room_accessible_flag")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("family_flat IN (0, 1)", name=op.f("ck_room_family_flat_flag")).ddl_if(
            dialect="sqlite"
        ),
        sa.ForeignKeyConstraint(
            ["building_id"], ["building.id"], name=op.f("fk_room_building_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room")),
        sa.UniqueConstraint("building_id", "number", name="uq_room_building_id_number"),
        sqlite_strict=True,
    )
    op.create_table(
        "workplace",
        sa.Column("id", types.Key(), nullable=False),
        sa.Column("partner_id", types.Key(), nullable=False),
        sa.Column("title", types.SortText(), nullable=False),
        sa.Column("opened_on", types.Day(), nullable=False),
        sa.Column("closed_on", types.Day(), nullable=True),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("special", types.Flag(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "closed_on IS date(closed_on, '+0 days')", name=op.f("ck_workplace_closed_on_day")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "opened_on IS date(opened_on, '+0 days')", name=op.f("ck_workplace_opened_on_day")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("places >= 1", name=op.f("ck_workplace_places_positive")),
        sa.CheckConstraint("special IN (0, 1)", name=op.f("ck_workplace_special_flag")).ddl_if(
            dialect="sqlite"
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_workplace_partner_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workplace")),
        sa.UniqueConstraint(
            "partner_id", "title", "opened_on", name="uq_workplace_partner_id_title_opened_on"
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "aid",
        sa.Column("id", types.Key(), nullable=False),
        sa.Column("code", types.SortText(), nullable=False),
        sa.Column("graduate_id", types.Key(), nullable=False),
        sa.Column("appeal_id", types.Key(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("asked_on", types.Day(), nullable=False),
        sa.Column("amount_asked", sa.Integer(), nullable=True),
        sa.Column("decided_on", types.Day(), nullable=True),
        sa.Column("amount_approved", sa.Integer(), nullable=True),
        sa.Column("paid_on", types.Day(), nullable=True),
        sa.Column("amount_paid", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint("asked_on IS date(asked_on, '+0 days')", name=op.f("ck_aid_asked_on_day")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint(
            "decided_on IS date(decided_on, '+0 days')", name=op.f("ck_aid_decided_on_day")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("kind IN ('money', 'study_grant')", name=op.f("ck_aid_kind_code")),
        sa.CheckConstraint("paid_on IS date(paid_on, '+0 days')", name=op.f("ck_aid_paid_on_day")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint(
            "status IN ('asked', 'approved', 'refused', 'paid')", name=op.f("ck_aid_status_code")
        ),
        sa.CheckConstraint("amount_approved >= 0", name=op.f("ck_aid_amount_approved_positive")),
        sa.CheckConstraint("amount_asked >= 0", name=op.f("ck_aid_amount_asked_positive")),
        sa.CheckConstraint("amount_paid >= 0", name=op.f("ck_aid_amount_paid_positive")),
        sa.ForeignKeyConstraint(
            ["appeal_id"], ["appeal.id"], name=op.f("fk_aid_appeal_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["graduate_id"], ["graduate.id"], name=op.f("fk_aid_graduate_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_aid")),
        sa.UniqueConstraint("code", name=op.f("uq_aid_code")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_aid_appeal_id"), "aid", ["appeal_id"], unique=False)
    op.create_index(op.f("ix_aid_graduate_id"), "aid", ["graduate_id"], unique=False)

    op.create_table(
        "appeal_event",
        sa.Column("id", types.Key(), nullable=False),
        sa.Column("appeal_id", types.Key(), nullable=False),
        sa.Column("happened_on", types.Day(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("to_whom", sa.Text(), nullable=True),
        sa.Column("until", types.Day(), nullable=True),
        sa.CheckConstraint(
            "event IN ('received', 'registered', 'started', 'paused', 'resumed', 'extended', 'redirected', 'answered', 'terminated', 'withdrawn', 'identified', 'reopened', 'imported')",
            name=op.f("ck_appeal_event_event_code"),
        ),
        sa.CheckConstraint(
            "happened_on IS date(happened_on, '+0 days')", name=op.f("ck_appeal_event_happened_on_day")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("until IS date(until, '+0 days')", name=op.f("ck_appeal_event_until_day")).ddl_if(
            dialect="sqlite"
        ),
        sa.ForeignKeyConstraint(
            ["appeal_id"], ["appeal.id"], name=op.f("fk_appeal_event_appeal_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal_event")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_appeal_event_appeal_id"), "appeal_event", ["appeal_id"], unique=False)

    op.create_table(
        "appeal_topic",
        sa.Column("appeal_id", types.Key(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "topic IN ('housing', 'employment', 'education_grant', 'financial_aid', 'legal', 'psychological', 'medical', 'documents', 'other')",
            name=op.f("ck_appeal_topic_topic_code"),
        ),
        sa.ForeignKeyConstraint(
            ["appeal_id"], ["appeal.id"], name=op.f("fk_appeal_topic_appeal_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("appeal_id", "topic", name=op.f("pk_appeal_topic")),
        sqlite_strict=True,
    )
    op.create_table(
        "bed",
        sa.Column("id", types.Key(), nullable=False),
        sa.Column("room_id", types.Key(), nullable=False),
        sa.Column("number", types.SortText(), nullable=False),
        sa.Column("place", types.SortText(), nullable=False),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_bed_room_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bed")),
        sa.UniqueConstraint("place", name=op.f("uq_bed_place")),
        sa.UniqueConstraint("room_id", "number", name="uq_bed_room_id_number"),
        sqlite_strict=True,
    )
    op.create_table(
        "placement",
        sa.Column("id", types.Key(), nullable=False),
        sa.Column("code", types.SortText(), nullable=False),
        sa.Column("graduate_id", types.Key(), nullable=False),
        sa.Column("partner_id", types.Key(), nullable=False),
        sa.Column("workplace_id", types.Key(), nullable=True),
        sa.Column("title", types.SortText(), nullable=False),
        sa.Column("from_date", types.Day(), nullable=False),
        sa.Column("until", types.Day(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "end_reason IN ('own_wish', 'dismissed', 'contract_end', 'study', 'moved', 'health', 'other')",
            name=op.f("ck_placement_end_reason_code"),
        ),
        sa.CheckConstraint(
            "from_date IS date(from_date, '+0 days')", name=op.f("ck_placement_from_date_day")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("until IS date(until, '+0 days')", name=op.f("ck_placement_until_day")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("until > from_date", name=op.f("ck_placement_until_after_from_date")),
        sa.ForeignKeyConstraint(
            ["graduate_id"], ["graduate.id"], name=op.f("fk_placement_graduate_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_placement_partner_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["workplace_id"], ["workplace.id"], name=op.f("fk_placement_workplace_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement")),
        sa.UniqueConstraint("code", name=op.f("uq_placement_code")),
        sa.UniqueConstraint(
            "graduate_id",
            "partner_id",
            "title",
            "from_date",
            name="uq_placement_graduate_id_partner_id_title_from_date",
        ),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_placement_partner_id"), "placement", ["partner_id"], unique=False)
    op.create_index(op.f("ix_placement_workplace_id"), "placement", ["workplace_id"], unique=False)

    op.create_table(
        "position",
        sa.Column("id", types.Key(), nullable=False),
        sa.Column("entry_id", types.Key(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("position_on", types.Day(), nullable=False),
        sa.Column("document", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "position_on IS date(position_on, '+0 days')", name=op.f("ck_position_position_on_day")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("position >= 1", name=op.f("ck_position_position_positive")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["queue_entry.id"], name=op.f("fk_position_entry_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_position")),
        sa.UniqueConstraint("entry_id", "position_on", name="uq_position_entry_id_position_on"),
        sqlite_strict=True,
    )
    op.create_table(
        "queue_event",
        sa.Column("id", types.Key(), nullable=False),
        sa.Column("entry_id", types.Key(), nullable=False),
        sa.Column("happened_on", types.Day(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "happened_on IS date(happened_on, '+0 days')", name=op.f("ck_queue_event_happened_on_day")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "status IN ('waiting', 'housed', 'withdrawn', 'struck_off', 'other')",
            name=op.f("ck_queue_event_status_code"),
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["queue_entry.id"], name=op.f("fk_queue_event_entry_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue_event")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_queue_event_entry_id"), "queue_event", ["entry_id"], unique=False)

    op.create_table(
        "service",
        sa.Column("id", types.Key(), nullable=False),
        sa.Column("code", types.SortText(), nullable=False),
        sa.Column("graduate_id", types.Key(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=True),
        sa.Column("appeal_id", types.Key(), nullable=True),
        sa.Column("planned_on", types.Day(), nullable=True),
        sa.Column("provided_on", types.Day(), nullable=True),
        sa.Column("cancelled_on", types.Day(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "cancelled_on IS date(cancelled_on, '+0 days')", name=op.f("ck_service_cancelled_on_day")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "kind IN ('household', 'medical', 'psychological', 'pedagogical', 'labour', 'cultural', 'economic', 'legal')",
            name=op.f("ck_service_kind_code"),
        ),
        sa.CheckConstraint(
            "mode IN ('individual', 'remote', 'helpline', 'group_consultation', 'seminar', 'training', 'talk', 'other')",
            name=op.f("ck_service_mode_code"),
        ),
        sa.CheckConstraint(
            "planned_on IS date(planned_on, '+0 days')", name=op.f("ck_service_planned_on_day")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "provided_on IS date(provided_on, '+0 days')", name=op.f("ck_service_provided_on_day")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "provided_on IS NULL OR cancelled_on IS NULL", name=op.f("ck_service_provided_or_cancelled")
        ),
        sa.ForeignKeyConstraint(
            ["appeal_id"], ["appeal.id"], name=op.f("fk_service_appeal_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["graduate_id"], ["graduate.id"], name=op.f("fk_service_graduate_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service")),
        sa.UniqueConstraint("code", name=op.f("uq_service_code")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_service_appeal_id"), "service", ["appeal_id"], unique=False)
    op.create_index(
        "ix_service_graduate_id_provided_on", "service", ["graduate_id", "provided_on"], unique=False
    )
    op.create_index(
        "ix_service_provided_on", "service", ["provided_on", "kind", "mode", "graduate_id"], unique=False
    )

    op.create_table(
        "out_of_service",
        sa.Column("id", types.Key(), nullable=False),
        sa.Column("bed_id", types.Key(), nullable=False),
        sa.Column("from_date", types.Day(), nullable=False),
        sa.Column("until", types.Day(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "from_date IS date(from_date, '+0 days')", name=op.f("ck_out_of_service_from_date_day")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "until IS date(until, '+0 days')", name=op.f("ck_out_of_service_until_day")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("until > from_date", name=op.f("ck_out_of_service_until_after_from_date")),
        sa.ForeignKeyConstraint(
            ["bed_id"], ["bed.id"], name=op.f("fk_out_of_service_bed_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_out_of_service")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_out_of_service_bed_id"), "out_of_service", ["bed_id"], unique=False)

    op.create_table(
        "stay",
        sa.Column("id", types.Key(), nullable=False),
        sa.Column("bed_id", types.Key(), nullable=False),
        sa.Column("graduate_id", types.Key(), nullable=False),
        sa.Column("from_date", types.Day(), nullable=False),
        sa.Column("until", types.Day(), nullable=True),
        sa.Column("contract", sa.Text(), nullable=True),
        sa.Column("planned_end", types.Day(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("destination", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "destination IN ('own_home', 'rented', 'family', 'dormitory', 'other_region', 'army', 'prison', 'hospital', 'abroad', 'deceased', 'unknown')",
            name=op.f("ck_stay_destination_code"),
        ),
        sa.CheckConstraint(
            "end_reason IN ('own_wish', 'age', 'contract_end', 'apartment', 'study', 'work', 'breach', 'repairs', 'transfer', 'other')",
            name=op.f("ck_stay_end_reason_code"),
        ),
        sa.CheckConstraint(
            "from_date IS date(from_date, '+0 days')", name=op.f("ck_stay_from_date_day")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "planned_end IS date(planned_end, '+0 days')", name=op.f("ck_stay_planned_end_day")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("until IS date(until, '+0 days')", name=op.f("ck_stay_until_day")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("until > from_date", name=op.f("ck_stay_until_after_from_date")),
        sa.ForeignKeyConstraint(["bed_id"], ["bed.id"], name=op.f("fk_stay_bed_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["graduate_id"], ["graduate.id"], name=op.f("fk_stay_graduate_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stay")),
        sqlite_strict=True,
    )
    op.create_index("ix_stay_bed_id_from_date", "stay", ["bed_id", "from_date"], unique=False)
    op.create_index("ix_stay_graduate_id_from_date", "stay", ["graduate_id", "from_date"], unique=False)

    op.create_table(
        "companion",
        sa.Column("id", types.Key(), nullable=False),
        sa.Column("stay_id", types.Key(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("birth_date", types.Day(), nullable=True),
        sa.Column("from_date", types.Day(), nullable=False),
        sa.Column("until", types.Day(), nullable=True),
        sa.CheckConstraint(
            "birth_date IS date(birth_date, '+0 days')", name=op.f("ck_companion_birth_date_day")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "from_date IS date(from_date, '+0 days')", name=op.f("ck_companion_from_date_day")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("kind IN ('adult', 'child')", name=op.f("ck_companion_kind_code")),
        sa.CheckConstraint("until IS date(until, '+0 days')", name=op.f("ck_companion_until_day")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("until > from_date", name=op.f("ck_companion_until_after_from_date")),
        sa.ForeignKeyConstraint(
            ["stay_id"], ["stay.id"], name=op.f("fk_companion_stay_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_companion")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_companion_stay_id"), "companion", ["stay_id"], unique=False)

    for statement in PARTIAL_INDEXES:
        op.execute(statement)
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(sa.text(statement.replace(":", "\\:")))


def downgrade() -> None:
    op.drop_index(op.f("ix_companion_stay_id"), "companion")

    op.drop_table("companion")
    op.drop_index("ix_stay_graduate_id_from_date", "stay")
    op.drop_index("ix_stay_bed_id_from_date", "stay")

    op.drop_table("stay")
    op.drop_index(op.f("ix_out_of_service_bed_id"), "out_of_service")

    op.drop_table("out_of_service")
    op.drop_index("ix_service_provided_on", "service")
    op.drop_index("ix_service_graduate_id_provided_on", "service")
    op.drop_index(op.f("ix_service_appeal_id"), "service")

    op.drop_table("service")
    op.drop_index(op.f("ix_queue_event_entry_id"), "queue_event")

    op.drop_table("queue_event")
    op.drop_table("position")
    op.drop_index(op.f("ix_placement_workplace_id"), "placement")
    op.drop_index(op.f("ix_placement_partner_id"), "placement")

    op.drop_table("placement")
    op.drop_table("bed")
    op.drop_table("appeal_topic")
    op.drop_index(op.f("ix_appeal_event_appeal_id"), "appeal_event")

    op.drop_table("appeal_event")
    op.drop_index(op.f("ix_aid_graduate_id"), "aid")
    op.drop_index(op.f("ix_aid_appeal_id"), "aid")

    op.drop_table("aid")
    op.drop_table("workplace")
    op.drop_table("room")
    op.drop_index("ix_queue_entry_number", "queue_entry")

    op.drop_table("queue_entry")

    op.drop_table("pilot_enrolment")
    op.drop_index(op.f("ix_document_graduate_id"), "document")

    op.drop_table("document")
    op.drop_index(op.f("ix_contact_graduate_id"), "contact")

    op.drop_table("contact")
    op.drop_index(op.f("ix_attendance_session_id"), "attendance")
    op.drop_index(op.f("ix_attendance_graduate_id"), "attendance")

    op.drop_table("attendance")
    op.drop_index("ix_appeal_received", "appeal")
    op.drop_index("ix_appeal_graduate_id_received_on", "appeal")
    op.drop_index("ix_appeal_counted", "appeal")
    op.drop_index(op.f("ix_appeal_assignee"), "appeal")

    op.drop_table("appeal")
    op.drop_index("ix_apartment_granted_on", "apartment")

    op.drop_table("apartment")
    op.drop_index("ix_session_held_on", "session")

    op.drop_table("session")
    op.drop_table("partner")
    op.drop_index(op.f("ix_graduate_surname_fold"), "graduate")
    op.drop_index(op.f("ix_graduate_sort_key"), "graduate")
    op.drop_index(op.f("ix_graduate_region"), "graduate")
    op.drop_index(op.f("ix_graduate_phone"), "graduate")
    op.drop_index("ix_graduate_name_key_birth_date", "graduate")
    op.drop_index(op.f("ix_graduate_given_fold"), "graduate")

    op.drop_table("graduate")
    op.drop_table("counter")
    op.drop_index(op.f("ix_change_made_at"), "change")

    op.drop_table("change")
    op.drop_table("building")
