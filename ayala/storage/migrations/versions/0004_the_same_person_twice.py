"""Pairs of graduates that are two people for sure, other names of one person, and the indexes by which likely pairs are found.

An index by birth date and name serves what the one by name and birth date did, and finds who was born on a day;
one by surname and given name serves what the one by surname did.

Frozen: the newest tables are in ``storage.tables``.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ayala.storage import types

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "not_same",
        sa.Column("id", types.Key(), nullable=False),
        sa.Column("graduate_id", types.Key(), nullable=False),
        sa.Column("other_id", types.Key(), nullable=False),
        sa.Column("decided_on", types.Day(), nullable=False),
        sa.CheckConstraint("graduate_id <> other_id", name=op.f("ck_not_same_two_people")),
        sa.CheckConstraint(
            "decided_on IS date(decided_on, '+0 days')", name=op.f("ck_not_same_decided_on_day")
        ).ddl_if(dialect="sqlite"),
        sa.ForeignKeyConstraint(
            ["graduate_id"], ["graduate.id"], name=op.f("fk_not_same_graduate_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["graduate.id"], name=op.f("fk_not_same_other_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_not_same")),
        sa.UniqueConstraint("graduate_id", "other_id", name=op.f("uq_not_same_graduate_id_other_id")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_not_same_other_id"), "not_same", ["other_id"])
    op.create_table(
        "also_known",
        sa.Column("id", types.Key(), nullable=False),
        sa.Column("graduate_id", types.Key(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("birth_date", types.Day(), nullable=False),
        sa.Column("decided_on", types.Day(), nullable=False),
        sa.CheckConstraint(
            "birth_date IS date(birth_date, '+0 days')", name=op.f("ck_also_known_birth_date_day")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "decided_on IS date(decided_on, '+0 days')", name=op.f("ck_also_known_decided_on_day")
        ).ddl_if(dialect="sqlite"),
        sa.ForeignKeyConstraint(
            ["graduate_id"], ["graduate.id"], name=op.f("fk_also_known_graduate_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_also_known")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_also_known_graduate_id"), "also_known", ["graduate_id"])
    op.create_index("ix_also_known_birth_date_name_key", "also_known", ["birth_date", "name_key"])
    op.drop_index("ix_graduate_name_key_birth_date", "graduate")
    op.create_index("ix_graduate_birth_date_name_key", "graduate", ["birth_date", "name_key"])
    op.drop_index(op.f("ix_graduate_surname_fold"), "graduate")
    op.create_index("ix_graduate_surname_fold_given_fold", "graduate", ["surname_fold", "given_fold"])
    op.execute("CREATE INDEX ix_graduate_without_iin ON graduate (birth_date) WHERE iin IS NULL")


def downgrade() -> None:
    op.drop_index("ix_graduate_without_iin", "graduate")
    op.drop_index("ix_graduate_surname_fold_given_fold", "graduate")
    op.create_index(op.f("ix_graduate_surname_fold"), "graduate", ["surname_fold"])
    op.drop_index("ix_graduate_birth_date_name_key", "graduate")
    op.create_index("ix_graduate_name_key_birth_date", "graduate", ["name_key", "birth_date"])
    op.drop_table("also_known")
    op.drop_table("not_same")
