"""Row images, the chain that seals them, and what the law on personal data asks for.

Frozen: the newest tables are in ``storage.tables``. The triggers that write the images are no part of
a migration: ``storage.images`` makes them for whatever columns the tables have after the last one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ayala.storage import types

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    op.create_table(
        "history_context",
        sa.Column("one", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("change_id", sa.Text(), nullable=True),
        sa.Column("set_wise", sa.Integer(), nullable=False),
        sa.Column("erasing", sa.Integer(), nullable=False),
        sa.Column("txid_offset", BIG, nullable=False),
        sa.CheckConstraint("one = 1", name=op.f("ck_history_context_only_one")),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_history_context")),
        sqlite_strict=True,
    )
    op.execute("INSERT INTO history_context (one, set_wise, erasing, txid_offset) VALUES (1, 0, 0, 0)")
    op.create_table(
        "row_image",
        sa.Column("seq", BIG, nullable=False),
        sa.Column("txid", BIG, nullable=True),
        sa.Column("change_id", sa.Text(), nullable=True),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=True),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("op", sa.Text(), nullable=False),
        sa.Column("row_key", types.SortText(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.CheckConstraint("op IN ('I', 'U', 'D', 'B')", name=op.f("ck_row_image_op_code")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_row_image")),
        sqlite_strict=True,
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_row_image_change_id"), "row_image", ["change_id"])
    op.create_index(op.f("ix_row_image_row_key"), "row_image", ["row_key"])
    if not sqlite:
        op.execute("CREATE INDEX ix_row_image_txid_seq ON row_image (txid, seq)")
    op.create_table(
        "seal",
        sa.Column("seq", BIG, nullable=False),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.Column("horizon", BIG, nullable=False),
        sa.Column("images", BIG, nullable=False),
        sa.Column("outside", sa.Integer(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("mac", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_seal")),
        sqlite_strict=True,
        sqlite_autoincrement=True,
    )
    op.create_table(
        "blanking",
        sa.Column("image_seq", BIG, nullable=False, autoincrement=False),
        sa.Column("change_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("image_seq", name=op.f("pk_blanking")),
        sqlite_strict=True,
    )

    op.create_table(
        "consent",
        sa.Column("id", types.Key(), nullable=False),
        sa.Column("graduate_id", types.Key(), nullable=False),
        sa.Column("given_on", types.Day(), nullable=False),
        sa.Column("until", types.Day(), nullable=True),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("operator", sa.Text(), nullable=False),
        sa.Column("operator_bin", sa.Text(), nullable=False),
        sa.Column("given_by", sa.Text(), nullable=False),
        sa.Column("representative", sa.Text(), nullable=True),
        sa.Column("third_parties", types.Flag(), nullable=False),
        sa.Column("cross_border", types.Flag(), nullable=False),
        sa.Column("public_sources", types.Flag(), nullable=False),
        sa.Column("data_list", sa.Text(), nullable=False),
        sa.Column("purposes", sa.Text(), nullable=False),
        sa.Column("other_terms", sa.Text(), nullable=True),
        sa.Column("taken_by", sa.Text(), nullable=False),
        sa.Column("proof", sa.Text(), nullable=True),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("withdrawn_on", types.Day(), nullable=True),
        sa.Column("withdrawal_form", sa.Text(), nullable=True),
        sa.Column("withdrawal_reason", sa.Text(), nullable=True),
        sa.Column("answered_on", types.Day(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answer_text", sa.Text(), nullable=True),
        sa.CheckConstraint("answer IN ('stopped', 'refused')", name=op.f("ck_consent_answer_code")),
        sa.CheckConstraint(
            "answered_on >= withdrawn_on", name=op.f("ck_consent_answered_on_after_withdrawn_on")
        ),
        sa.CheckConstraint(
            "answered_on IS date(answered_on, '+0 days')", name=op.f("ck_consent_answered_on_day")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("cross_border IN (0, 1)", name=op.f("ck_consent_cross_border_flag")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint(
            "form IN ('written', 'electronic', 'phone', 'oral')", name=op.f("ck_consent_form_code")
        ),
        sa.CheckConstraint("given_by IN ('person', 'representative')", name=op.f("ck_consent_given_by_code")),
        sa.CheckConstraint(
            "given_on IS date(given_on, '+0 days')", name=op.f("ck_consent_given_on_day")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("length(operator_bin) = 12", name=op.f("ck_consent_operator_bin_length")),
        sa.CheckConstraint("public_sources IN (0, 1)", name=op.f("ck_consent_public_sources_flag")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("third_parties IN (0, 1)", name=op.f("ck_consent_third_parties_flag")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("until > given_on", name=op.f("ck_consent_until_after_given_on")),
        sa.CheckConstraint("until IS date(until, '+0 days')", name=op.f("ck_consent_until_day")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint(
            "withdrawal_form IN ('written', 'electronic', 'phone', 'oral')",
            name=op.f("ck_consent_withdrawal_form_code"),
        ),
        sa.CheckConstraint("withdrawn_on >= given_on", name=op.f("ck_consent_withdrawn_on_after_given_on")),
        sa.CheckConstraint(
            "withdrawn_on IS date(withdrawn_on, '+0 days')", name=op.f("ck_consent_withdrawn_on_day")
        ).ddl_if(dialect="sqlite"),
        sa.ForeignKeyConstraint(
            ["graduate_id"], ["graduate.id"], name=op.f("fk_consent_graduate_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_consent_graduate_id"), "consent", ["graduate_id"], unique=False)
    op.create_table(
        "block",
        sa.Column("id", types.Key(), nullable=False),
        sa.Column("graduate_id", types.Key(), nullable=False),
        sa.Column("blocked_on", types.Day(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("unblocked_on", types.Day(), nullable=True),
        sa.Column("unblock_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "blocked_on IS date(blocked_on, '+0 days')", name=op.f("ck_block_blocked_on_day")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("unblocked_on >= blocked_on", name=op.f("ck_block_unblocked_on_after_blocked_on")),
        sa.CheckConstraint(
            "unblocked_on IS date(unblocked_on, '+0 days')", name=op.f("ck_block_unblocked_on_day")
        ).ddl_if(dialect="sqlite"),
        sa.ForeignKeyConstraint(
            ["graduate_id"], ["graduate.id"], name=op.f("fk_block_graduate_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_block")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_block_graduate_id"), "block", ["graduate_id"], unique=False)
    op.create_table(
        "transfer",
        sa.Column("id", types.Key(), nullable=False),
        sa.Column("graduate_id", types.Key(), nullable=True),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("made_on", types.Day(), nullable=False),
        sa.Column("to_whom", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("data_list", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("notified_on", types.Day(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "basis IN ('consent', 'law', 'court', 'other')", name=op.f("ck_transfer_basis_code")
        ),
        sa.CheckConstraint(
            "kind IN ('passed', 'cross_border', 'published')", name=op.f("ck_transfer_kind_code")
        ),
        sa.CheckConstraint(
            "made_on IS date(made_on, '+0 days')", name=op.f("ck_transfer_made_on_day")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "notified_on IS date(notified_on, '+0 days')", name=op.f("ck_transfer_notified_on_day")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("people >= 1", name=op.f("ck_transfer_people_positive")),
        sa.ForeignKeyConstraint(
            ["graduate_id"], ["graduate.id"], name=op.f("fk_transfer_graduate_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_transfer_graduate_id"), "transfer", ["graduate_id"], unique=False)
    op.create_index(op.f("ix_transfer_made_on"), "transfer", ["made_on"], unique=False)
    op.create_table(
        "erasure",
        sa.Column("id", types.Key(), nullable=False),
        sa.Column("graduate_id", types.Key(), nullable=False),
        sa.Column("erased_on", types.Day(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("change_id", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "basis IN ('term_over', 'relation_ended', 'court', 'without_consent', 'consent_withdrawn', 'other')",
            name=op.f("ck_erasure_basis_code"),
        ),
        sa.CheckConstraint(
            "erased_on IS date(erased_on, '+0 days')", name=op.f("ck_erasure_erased_on_day")
        ).ddl_if(dialect="sqlite"),
        sa.ForeignKeyConstraint(
            ["graduate_id"], ["graduate.id"], name=op.f("fk_erasure_graduate_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
        sa.UniqueConstraint("graduate_id", name=op.f("uq_erasure_graduate_id")),
        sqlite_strict=True,
    )
    op.execute("CREATE UNIQUE INDEX uq_block_now ON block (graduate_id) WHERE unblocked_on IS NULL")


def downgrade() -> None:
    for name in (
        "erasure",
        "transfer",
        "block",
        "consent",
        "blanking",
        "seal",
        "row_image",
        "history_context",
    ):
        op.drop_table(name)
