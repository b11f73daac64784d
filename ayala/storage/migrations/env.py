"""Alembic's environment: runs on the connection that ``storage.making`` hands over."""

from __future__ import annotations

from alembic import context

from ayala.storage.tables import METADATA

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATA,
    transaction_per_migration=False,
    render_as_batch=connection.dialect.name == "sqlite",
)
with context.begin_transaction():
    context.run_migrations()
