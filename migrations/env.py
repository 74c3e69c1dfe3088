"""How migrations run: through an engine of their own (the pages' one cannot write), in one transaction.

After every upgrade the triggers that guard the books and fill the search are made again where they are missing, because
rebuilding a table on SQLite drops them silently; on Postgres the program's own role gets its rights, where another one
migrates.
"""

import sys
from pathlib import Path

from alembic import context
from flask import current_app
from sqlalchemy import create_engine, event

sys.path.insert(0, str(Path(__file__).resolve().parent))

from grants import ensure_grants
from searching import ensure_searching, ours
from triggers import ensure_triggers

from domain.transaction import sqlite_pragmas
from models import Base, ExactDecimal, UTCDateTime


def render_item(kind: str, item: object, autogen_context: object) -> str | bool:
    """Write our column types as the plain ones they are stored as, so a migration never imports the models."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, ExactDecimal):
        return "sa.String(length=40)"
    return False


def _free_to_rebuild(connection: object, _record: object) -> None:
    """Let a table be rebuilt: its rows may be away for a moment, and triggers of other tables may name it meanwhile."""
    for pragma in ("foreign_keys=OFF", "legacy_alter_table=ON"):
        connection.execute(f"PRAGMA {pragma}")  # type: ignore[attr-defined]


def run() -> None:
    engine = create_engine(current_app.config["MIGRATION_URL"])
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", sqlite_pragmas)
        event.listen(engine, "connect", _free_to_rebuild)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            render_item=render_item,
            compare_type=True,
            include_object=ours,
            transactional_ddl=True,
        )
        with context.begin_transaction():
            context.run_migrations()
            ensure_triggers(connection)
            ensure_searching(connection)
            ensure_grants(connection, current_app.config["SQLALCHEMY_DATABASE_URI"])
    engine.dispose()


run()
