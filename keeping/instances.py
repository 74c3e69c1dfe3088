"""An installation as a whole: its database, what was handed in, the sandbox's record; and, apart, its keys."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from keeping import archive, databases
from keeping.databases import CannotKeep

if TYPE_CHECKING:
    from config import Settings

SANDBOX = "sandbox.sqlite3"
FILES = "files"
KEYS = "keys"
SETTINGS_FILE = "duebook.env"
NOT_KEPT = frozenset({"exports"})
"""Folders of uploads that can be made again."""


def keep(settings: Settings, target: Path, *, now: datetime, recipient: str = "") -> int:
    """Write a backup of everything but the keys; its size in bytes. Raises CannotKeep."""
    if target.exists():
        raise CannotKeep(f"{target} is there already. Name a new file.")
    with tempfile.TemporaryDirectory(dir=target.resolve().parent, prefix=f".{target.name}-") as made:
        copied = Path(made) / databases.name_of(settings.database_url)
        # The database first: every file it names was written before its row.
        databases.copy(settings.database_url, copied)
        facts = {
            "made_at": now.isoformat(),
            "database": copied.name,
            "schema": schema(settings.database_url),
        }
        return archive.write(target, _parts(settings, copied, Path(made)), facts, recipient)


def _parts(settings: Settings, copied: Path, folder: Path) -> Iterator[archive.Part]:
    yield archive.Part(copied.name, copied)
    if settings.sandbox_database.exists():
        record = folder / SANDBOX
        databases.copy_sqlite(settings.sandbox_database, record)
        yield archive.Part(SANDBOX, record)
    yield from archive.parts_of(settings.uploads, FILES, NOT_KEPT)


def keep_keys(settings: Settings, target: Path, *, now: datetime, recipient: str = "") -> None:
    """Write the keys and the settings, which hold secrets too, into a file of their own. Raises CannotKeep."""

    def parts() -> Iterator[archive.Part]:
        yield from archive.parts_of(settings.instance / "keys", KEYS)
        if (settings.instance / SETTINGS_FILE).exists():
            yield archive.Part(SETTINGS_FILE, settings.instance / SETTINGS_FILE)

    archive.write(target, parts(), {"made_at": now.isoformat(), "keys": True}, recipient)


def put_back(settings: Settings, folder: Path, *, now: datetime) -> Path | None:
    """Put what was taken apart into its places; where the things of before were moved to. Raises CannotKeep."""
    aside = Path(tempfile.mkdtemp(prefix=f"before-{now:%Y%m%d-%H%M%S}-", dir=settings.instance))
    moved = _move_aside(settings, aside)
    try:
        databases.put_back(settings.database_url, folder / databases.name_of(settings.database_url))
    except CannotKeep as problem:
        if (aside / FILES).is_dir():
            shutil.move(aside / FILES, settings.uploads)
        raise CannotKeep(f"{problem} The database of before is kept in {aside}.") from problem
    files = folder / FILES
    if files.is_dir():
        shutil.move(files, settings.uploads)
    else:
        settings.uploads.mkdir(mode=0o700)
    for place in (settings.uploads, *settings.uploads.rglob("*")):
        place.chmod(0o700 if place.is_dir() else 0o600)
    # The record of the sandbox is the bank's: it is put where there is none, and never turned back.
    record = folder / SANDBOX
    if record.exists() and not settings.sandbox_database.exists():
        shutil.move(record, settings.sandbox_database)
        settings.sandbox_database.chmod(0o600)
    return aside if moved else None


def _move_aside(settings: Settings, aside: Path) -> bool:
    if databases.is_sqlite(settings.database_url):
        file = databases.sqlite_file(settings.database_url)
        if file.exists():
            databases.copy_sqlite(file, aside / "database.sqlite3")
    elif in_use(settings):
        databases.copy(settings.database_url, aside / "database.dump")
    if settings.uploads.exists():
        shutil.move(settings.uploads, aside / FILES)
    return any(aside.iterdir())


def put_keys_back(settings: Settings, source: Path, folder: Path, identity: Path | None) -> None:
    """Put keys into their place; those that are there stay beside them, so that nothing becomes unreadable."""
    folder.mkdir()
    facts = archive.read(source, folder, identity)
    if not facts.get("keys"):
        raise CannotKeep(f"{source} holds no keys: it is a backup of the database.")
    for kept in sorted((folder / KEYS).iterdir()):
        place = settings.instance / "keys" / kept.name
        if place.exists() and place.read_bytes() != kept.read_bytes():
            place.rename(place.with_name(f"{place.name}.replaced.old"))
        shutil.move(kept, place)
        place.chmod(0o600)


def in_use(settings: Settings) -> bool:
    """Whether a business is in the database at all."""
    engine = sa.create_engine(settings.database_url, poolclass=sa.NullPool)
    try:
        with engine.connect() as connection:
            if not sa.inspect(connection).has_table("business"):
                return False
            return connection.execute(sa.text("SELECT 1 FROM business")).first() is not None
    finally:
        engine.dispose()


def schema(url: str) -> str | None:
    """The version of the tables in the database at `url`."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    try:
        with engine.connect() as connection:
            found: Any = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
            return found
    finally:
        engine.dispose()
