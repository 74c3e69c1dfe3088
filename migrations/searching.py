"""What finds `search_text` by parts of words: FTS5 with its trigram tokenizer on SQLite, a pg_trgm index on Postgres.

SQLite keeps a second table, which three triggers fill from the first, so that nobody has to remember it. Rebuilding the
first drops them silently, so after every migration what is missing is made again. Everything made here begins with
`search_text_`; comparing the models with the database leaves it out (`ours`).
"""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

PREFIX = "search_text_"
SQLITE = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS search_text_parts USING fts5("
    "title, body, content='search_text', content_rowid='id', tokenize='trigram')",
    "CREATE TRIGGER IF NOT EXISTS search_text_added AFTER INSERT ON search_text BEGIN "
    "INSERT INTO search_text_parts(rowid, title, body) VALUES (new.id, new.title, new.body); END",
    "CREATE TRIGGER IF NOT EXISTS search_text_removed AFTER DELETE ON search_text BEGIN "
    "INSERT INTO search_text_parts(search_text_parts, rowid, title, body) "
    "VALUES ('delete', old.id, old.title, old.body); END",
    "CREATE TRIGGER IF NOT EXISTS search_text_changed AFTER UPDATE ON search_text BEGIN "
    "INSERT INTO search_text_parts(search_text_parts, rowid, title, body) "
    "VALUES ('delete', old.id, old.title, old.body); "
    "INSERT INTO search_text_parts(rowid, title, body) VALUES (new.id, new.title, new.body); END",
)
POSTGRES = (
    # Trusted since Postgres 13: whoever may create in this database may add it.
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX IF NOT EXISTS search_text_parts ON search_text USING gin ((title || ' ' || body) gin_trgm_ops)",
)


def ensure_searching(connection: Connection) -> None:
    """Make what this database searches with where it is missing; nothing to do before there is a `search_text`."""
    if not inspect(connection).has_table("search_text"):
        return
    for statement in SQLITE if connection.dialect.name == "sqlite" else POSTGRES:
        connection.execute(text(statement))


def ours(_item: object, name: str | None, kind: str, reflected: bool, _other: object) -> bool:
    """Whether something is described by the models, for Alembic's `include_object`."""
    return not (reflected and kind in ("table", "index") and (name or "").startswith(PREFIX))
