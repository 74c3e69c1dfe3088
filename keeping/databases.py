"""A whole database as one file while others work in it, and back.

SQLite is copied by its online backup in one step: a reader of the write-ahead log, so that writers do not wait and the
copy is one moment. Postgres is dumped by `pg_dump`, which reads one snapshot; its programs must be on this machine.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

SQLITE_NAME = "database.sqlite3"


class CannotKeep(Exception):
    """Why a copy cannot be made or put back, in one sentence for the operator."""


def is_sqlite(url: str) -> bool:
    return url.startswith("sqlite")


def sqlite_file(url: str) -> Path:
    """The file of a `sqlite:///...` address."""
    return Path(unquote(url.split("///", 1)[1].split("?", 1)[0]))


def name_of(url: str) -> str:
    """What the copy of this database is called inside a backup."""
    return SQLITE_NAME if is_sqlite(url) else "database.dump"


def copy(url: str, target: Path) -> None:
    """Write the database at `url` into `target`, as of one moment. Raises CannotKeep."""
    if is_sqlite(url):
        copy_sqlite(sqlite_file(url), target)
    else:
        _run("pg_dump", url, "--format=custom", "--no-owner", "--no-privileges", "--file", str(target))


def copy_sqlite(source: Path, target: Path) -> None:
    """The same for one SQLite file; the copy is whole in itself (no log beside it) and checked."""
    if not source.exists():
        raise CannotKeep(f"There is no database at {source}.")
    with (
        contextlib.closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True, timeout=30)) as old,
        contextlib.closing(sqlite3.connect(target)) as new,
    ):
        try:
            old.backup(new)
            new.execute("PRAGMA journal_mode=DELETE")
            check_sqlite(new)
        except sqlite3.DatabaseError as problem:
            raise CannotKeep(f"The database cannot be read: {problem}.") from problem


def check_sqlite(connection: sqlite3.Connection) -> None:
    """Raises CannotKeep when the file is damaged, or a row names one that is not there."""
    found = [row[0] for row in connection.execute("PRAGMA integrity_check(3)")]
    if found != ["ok"]:
        raise CannotKeep(f"The database is damaged: {found[0]}.")
    if broken := connection.execute("PRAGMA foreign_key_check").fetchone():
        raise CannotKeep(
            f"The database is damaged: a row of {broken[0]} names one of {broken[2]} that is gone."
        )


def put_back(url: str, kept: Path) -> None:
    """Make the database at `url` what `kept` is. What was there is gone then. Raises CannotKeep."""
    if not is_sqlite(url):
        _empty(url)
        _run(
            "pg_restore",
            url,
            "--single-transaction",
            "--exit-on-error",
            "--no-owner",
            "--no-privileges",
            str(kept),
        )
        return
    with contextlib.closing(sqlite3.connect(kept)) as copied:
        check_sqlite(copied)
    file = sqlite_file(url)
    for beside in ("-wal", "-shm"):
        Path(f"{file}{beside}").unlink(missing_ok=True)
    shutil.move(kept, file)
    file.chmod(0o600)


def read_through(kept: Path) -> None:
    """Let the program that would put a dump of Postgres back read all of it. Raises CannotKeep."""
    _call("pg_restore", ["--file", "-", str(kept)], dict(os.environ))


def _empty(url: str) -> None:
    import psycopg

    with psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True) as connection:
        owner = connection.execute("SELECT current_user").fetchone()
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
        if owner is not None:
            connection.execute("GRANT USAGE ON SCHEMA public TO PUBLIC")


def _run(program: str, url: str, *arguments: str) -> None:
    """One of Postgres's programs. The password goes by the environment: a command line can be read by others."""
    parts = urlsplit(url.replace("+psycopg", "", 1))
    environment = dict(os.environ)
    if parts.password:
        environment["PGPASSWORD"] = unquote(parts.password)
        parts = parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", "@", 1))
    _call(program, ["--dbname", parts.geturl(), *arguments], environment)


def _call(program: str, arguments: Sequence[str], environment: dict[str, str]) -> None:
    found = shutil.which(program) or _newest(program)
    if found is None:
        raise CannotKeep(f"{program} is not on this machine. Install the client programs of Postgres.")
    done = subprocess.run(
        [found, *arguments], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise CannotKeep(f"{program} could not do it: {said[0] if said else 'no word why'}")


def _newest(program: str) -> str | None:
    """Where Debian and others keep the programs of each version."""
    found = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{program}"),
        key=lambda path: int(path.parts[-3].split(".")[0]),
    )
    return str(found[-1]) if found else None
