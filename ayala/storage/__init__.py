"""Where the records live: every table, the database for changes, the asking of questions.

Only this folder knows which engine is behind it. ``asking`` reads over the plain DB-API and never
imports SQLAlchemy; ``database`` changes through SQLModel; both open SQLite by the one recipe in
``opening``.
"""
