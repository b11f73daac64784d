"""Alembic migrations, shipped in the package: from nothing to the newest schema, step by step."""
