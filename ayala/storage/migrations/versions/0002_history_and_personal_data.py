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


def downgrade() -> None:
    for name in ("blanking", "seal", "row_image", "history_context"):
        op.drop_table(name)
