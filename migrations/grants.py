"""What the program's own role may do, where another role migrates the schema (Postgres, DUEBOOK_MIGRATION_URL).

It reads everything, adds to the books and to nothing else of them, and changes no table: a program that was broken into
cannot rewrite the ledger or take its triggers away (safety D9). Given anew after every migration.
"""

from __future__ import annotations

from sqlalchemy import Connection, inspect
from sqlalchemy.engine import make_url
from triggers import BOOKS

READ_ONLY = ("alembic_version",)


def ensure_grants(connection: Connection, program_url: str) -> None:
    """Give the role of `program_url` its rights. Nothing to do where it is the one that migrates, or on SQLite."""
    role = make_url(program_url).username
    if connection.dialect.name != "postgresql" or not role or role == connection.engine.url.username:
        return
    tables = set(inspect(connection).get_table_names())
    if not set(BOOKS) <= tables:
        return
    name = connection.dialect.identifier_preparer.quote_identifier
    who = name(role)
    for table in sorted(tables):
        rights = "SELECT" if table in READ_ONLY else "SELECT, INSERT"
        if table not in (*BOOKS, *READ_ONLY):
            rights += ", UPDATE, DELETE"
        connection.exec_driver_sql(f"REVOKE ALL ON {name(table)} FROM {who}")
        connection.exec_driver_sql(f"GRANT {rights} ON {name(table)} TO {who}")
    connection.exec_driver_sql(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {who}")
