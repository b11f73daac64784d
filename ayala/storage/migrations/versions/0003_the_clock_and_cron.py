"""The office's own days of work and of rest, the rule a decision went by, and cron's log.

Frozen: the newest tables are in ``storage.tables``.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ayala.storage import types

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

EVENTS = (
    "received", "registered", "started", "paused", "resumed", "extended", "redirected", "answered",
    "terminated", "withdrawn", "identified", "reopened", "imported",
)  # fmt: skip
OLD = ("id", "appeal_id", "happened_on", "event", "made_by", "reason", "to_whom", "until")


def one_of(events: tuple[str, ...]) -> str:
    return "event IN (" + ", ".join(f"'{event}'" for event in events) + ")"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _events_anew((*EVENTS, "notified"), with_rule=True)
    else:
        op.add_column("appeal_event", sa.Column("rule", sa.Text(), nullable=True))
        _events_code((*EVENTS, "notified"))
    for table in ("queue_entry", "stay"):
        op.execute(f"ALTER TABLE {table} ADD COLUMN rule TEXT")
    op.create_table(
        "calendar_day",
        sa.Column("day", types.Day(), nullable=False),
        sa.Column("working", types.Flag(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("day IS date(day, '+0 days')", name=op.f("ck_calendar_day_day_day")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("working IN (0, 1)", name=op.f("ck_calendar_day_working_flag")).ddl_if(
            dialect="sqlite"
        ),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_calendar_day")),
        sqlite_strict=True,
    )
    op.create_table(
        "run",
        sa.Column("id", types.Key(), nullable=False),
        sa.Column("command", sa.Text(), nullable=False),
        sa.Column("period_kind", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("started_at", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.Text(), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=True),
        sa.Column("caught_up_from", sa.Text(), nullable=True),
        sa.CheckConstraint("period_kind IN ('day', 'week', 'month')", name=op.f("ck_run_period_kind_code")),
        sa.CheckConstraint("rows >= 0", name=op.f("ck_run_rows_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
        sa.UniqueConstraint("command", "period_kind", "period", name="uq_run_command_period_kind_period"),
        sqlite_strict=True,
    )
    op.create_table(
        "said",
        sa.Column("id", types.Key(), nullable=False),
        sa.Column("run_id", types.Key(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("code", types.SortText(), nullable=False),
        sa.Column("due_on", types.Day(), nullable=True),
        sa.Column("level", sa.Text(), nullable=False),
        sa.CheckConstraint("due_on IS date(due_on, '+0 days')", name=op.f("ck_said_due_on_day")).ddl_if(
            dialect="sqlite"
        ),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_said_run_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_said")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_said_run_id"), "said", ["run_id"])
    op.create_index("ix_said_rule_code", "said", ["rule", "code"])


def downgrade() -> None:
    for name in ("said", "run", "calendar_day"):
        op.drop_table(name)
    # What the older schema has no word for.
    op.execute("DELETE FROM appeal_event WHERE event = 'notified'")
    if op.get_bind().dialect.name == "sqlite":
        _events_anew(EVENTS, with_rule=False)
    else:
        _events_code(EVENTS)
        op.drop_column("appeal_event", "rule")
    for table in ("queue_entry", "stay"):
        if op.get_bind().dialect.name == "sqlite":
            for moment in ("insert", "update", "delete"):
                op.execute(f"DROP TRIGGER IF EXISTS history_{table}_{moment}")
        op.execute(f"ALTER TABLE {table} DROP COLUMN rule")


def _events_code(events: tuple[str, ...]) -> None:
    op.drop_constraint(op.f("ck_appeal_event_event_code"), "appeal_event")
    op.create_check_constraint(op.f("ck_appeal_event_event_code"), "appeal_event", one_of(events))


def _events_anew(events: tuple[str, ...], *, with_rule: bool) -> None:
    """SQLite cannot change a CHECK: the table is made anew and its rows are copied.

    Alembic's batch mode would lose STRICT. Nothing refers to this table, and its triggers are made
    after the migration.
    """
    op.drop_index(op.f("ix_appeal_event_appeal_id"), "appeal_event")
    op.execute("ALTER TABLE appeal_event RENAME TO appeal_event_before")
    columns = [
        sa.Column("id", types.Key(), nullable=False),
        sa.Column("appeal_id", types.Key(), nullable=False),
        sa.Column("happened_on", types.Day(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("to_whom", sa.Text(), nullable=True),
        sa.Column("until", types.Day(), nullable=True),
    ]
    if with_rule:
        columns.append(sa.Column("rule", sa.Text(), nullable=True))
    op.create_table(
        "appeal_event",
        *columns,
        sa.CheckConstraint(one_of(events), name=op.f("ck_appeal_event_event_code")),
        sa.CheckConstraint(
            "happened_on IS date(happened_on, '+0 days')", name=op.f("ck_appeal_event_happened_on_day")
        ),
        sa.CheckConstraint("until IS date(until, '+0 days')", name=op.f("ck_appeal_event_until_day")),
        sa.ForeignKeyConstraint(
            ["appeal_id"], ["appeal.id"], name=op.f("fk_appeal_event_appeal_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal_event")),
        sqlite_strict=True,
    )
    names = ", ".join(OLD)
    op.execute(f"INSERT INTO appeal_event ({names}) SELECT {names} FROM appeal_event_before")
    op.execute("DROP TABLE appeal_event_before")
    op.create_index(op.f("ix_appeal_event_appeal_id"), "appeal_event", ["appeal_id"], unique=False)
