"""Who may do what on a PostgreSQL server: three roles without a login, to which logins are added.

The server holds to it, whatever program asks: also ``psql``. A reader sees everything and changes
nothing. A clerk changes records as Ayala's commands do, and can neither write nor empty the history nor
stop its triggers: images are written by functions that run with the rights of their owner. That owner is
the admin, who upgrades, erases and restores. Roles belong to the whole server, rights to one database.

The rights follow from the tables as they are, so they are given anew after every migration, which runs as the
admin; no default privileges are needed.
"""

from __future__ import annotations

from sqlalchemy import Connection, Engine, exc

from ayala.errors import NotAllowed
from ayala.language.phrases import phrase
from ayala.storage.opening import Address
from ayala.storage.refusals import explain

READER, CLERK, ADMIN = "ayala_reader", "ayala_clerk", "ayala_admin"
ROLES = (READER, CLERK, ADMIN)

CLERK_MAY = {
    "change": "INSERT",
    "seal": "INSERT",
    "counter": "INSERT, UPDATE",
    "row_image": "",
    "blanking": "",
    "erasure": "",
    "history_context": "",
    "alembic_version": "",
    # Cron's log: a run that was killed is done again, and what it said is taken back before.
    "run": "INSERT, UPDATE, DELETE",
    "said": "INSERT, UPDATE, DELETE",
}
"""What a clerk may write where it is not a record; every other table takes all three ways of writing."""

_TABLES = """
SELECT c.relname, pg_get_userbyid(c.relowner) FROM pg_class AS c
WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace ORDER BY c.relname
"""

_FUNCTIONS = r"""
SELECT p.proname, pg_get_userbyid(p.proowner) FROM pg_proc AS p
WHERE p.pronamespace = current_schema()::regnamespace AND p.prorettype = 'trigger'::regtype
AND (p.proname LIKE 'history\_%%' OR p.proname LIKE 'append\_only\_%%') ORDER BY p.proname
"""


def make_roles(address: Address, engine: Engine) -> list[str]:
    """Make the roles that are missing and give each its rights on this office; the names of the new ones.

    Needs a login that owns the database and may make roles. Raises :class:`NotAllowed`.
    """
    try:
        with engine.begin() as connection:
            there = set(connection.exec_driver_sql("SELECT rolname FROM pg_roles").scalars())
            made = [role for role in ROLES if role not in there]
            for role in made:
                connection.exec_driver_sql(f"CREATE ROLE {role} NOLOGIN")
            if not connection.exec_driver_sql(f"SELECT pg_has_role('{ADMIN}', 'USAGE')").scalar():
                connection.exec_driver_sql(f"GRANT {ADMIN} TO CURRENT_USER")
            hand_over(connection)
            give_rights(connection)
    except exc.DBAPIError as error:
        explained = explain(error, address)
        if isinstance(explained, NotAllowed):
            raise NotAllowed(
                phrase(
                    "{database} does not let this user make roles; nothing was changed",
                    database=address.shown,
                ),
                phrase("the login that owns the database, once it has CREATEROLE"),
            ) from None
        raise explained from None
    finally:
        engine.dispose()
    return made


def become_admin(connection: Connection) -> bool:
    """Act as the admin until the end of the transaction, where the office is the admin's; whether it is."""
    if not is_the_admins(connection):
        return False
    connection.exec_driver_sql(f"SET LOCAL ROLE {ADMIN}")
    return True


def is_the_admins(connection: Connection) -> bool:
    """Whether roles were made for this office."""
    return ("alembic_version", ADMIN) in map(tuple, connection.exec_driver_sql(_TABLES))


def hand_over(connection: Connection) -> None:
    """Make the admin the owner of the office: its tables, their sequences, the functions of its triggers."""
    schema = connection.exec_driver_sql("SELECT quote_ident(current_schema())").scalar()
    connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA {schema} TO {', '.join(ROLES)}")
    connection.exec_driver_sql(f"GRANT CREATE ON SCHEMA {schema} TO {ADMIN}")
    for kind, question, end in (("TABLE", _TABLES, ""), ("FUNCTION", _FUNCTIONS, "()")):
        for name, owner in connection.exec_driver_sql(question).all():
            if owner != ADMIN:
                connection.exec_driver_sql(f'ALTER {kind} "{name}"{end} OWNER TO {ADMIN}')


def give_rights(connection: Connection) -> None:
    """Give reader and clerk their rights, and nobody else any; run again after each migration."""
    connection.exec_driver_sql(f"SET LOCAL ROLE {ADMIN}")
    everything = "ALL {} IN SCHEMA " + str(
        connection.exec_driver_sql("SELECT quote_ident(current_schema())").scalar()
    )
    for kind in ("TABLES", "SEQUENCES"):
        connection.exec_driver_sql(f"REVOKE ALL ON {everything.format(kind)} FROM PUBLIC, {READER}, {CLERK}")
        connection.exec_driver_sql(f"GRANT SELECT ON {everything.format(kind)} TO {READER}, {CLERK}")
    for name, _ in connection.exec_driver_sql(_TABLES).all():
        if ways := CLERK_MAY.get(name, "INSERT, UPDATE, DELETE"):
            connection.exec_driver_sql(f'GRANT {ways} ON TABLE "{name}" TO {CLERK}')
    connection.exec_driver_sql("RESET ROLE")
