"""A backup each night by the program itself: one file a night, put back in a scratch place and proved, the oldest taken
away. Verbs: `keep_due`, `prove`.

A copy counts once it was proved: until then it has another name, and the duty that makes it has failed. One process at
a time works in a folder; the lock goes with the process that held it.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

from config import Clock, Settings
from keeping import archive, databases, instances
from keeping.databases import CannotKeep

NAME = "keep_backup"
HOUR = 3
"""From this hour on, by the business's own clock: after the day's last payments, before anybody comes in."""
MONTHS = 12
"""Of so many months the first copy is kept as well."""
AGAIN_AFTER = timedelta(hours=6)
"""A copy that could not be proved is made anew after so long, not at each tick."""
NIGHTLY = re.compile(r"duebook-(\d{4}-\d{2}-\d{2})\.tar\.gz(\.age)?")
UNPROVED = "unproved-"
MAKING = ".making.tar.gz"

Differences = Callable[[str], list[str]]
"""What is wrong in the books of the database at an address, in words."""


def keep_due(settings: Settings, clock: Clock, differences: Differences) -> bool:
    """Make the copy of this night where none is there yet; whether one was made. Raises CannotKeep.

    Off without `settings.backups`. Safe to repeat and to run beside itself.
    """
    now, today = clock.now(), clock.today()
    if settings.backups is None or now.astimezone(clock.zone).hour < HOUR:
        return False
    folder = settings.backups
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _alone(folder) as mine:
            if not mine or _made(folder, today):
                return False
            _make(settings, folder, today, now, differences)
            for name in too_old((path.name for path in folder.iterdir()), settings.backups_kept):
                (folder / name).unlink(missing_ok=True)
    except OSError as problem:
        raise CannotKeep(f"The backup cannot be written to {folder}: {problem.strerror}.") from problem
    return True


def _made(folder: Path, day: date) -> bool:
    return any(
        found.group(1) == day.isoformat() for found in map(NIGHTLY.fullmatch, os.listdir(folder)) if found
    )


def _make(settings: Settings, folder: Path, day: date, now: datetime, differences: Differences) -> None:
    if settings.backup_to and not archive.is_recipient(settings.backup_to):
        raise CannotKeep("DUEBOOK_BACKUP_TO is no public key of age.")
    ending = f"{day.isoformat()}.tar.gz{'.age' if settings.backup_to else ''}"
    unproved = folder / f"{UNPROVED}{ending}"
    if unproved.exists() and now.timestamp() - unproved.stat().st_mtime < AGAIN_AFTER.total_seconds():
        raise CannotKeep(f"The copy of this night could not be proved: {unproved}.")
    for old in folder.glob(f"{UNPROVED}*"):
        old.unlink()
    made = folder / MAKING
    instances.keep(settings, made, now=now)
    try:
        found = prove(settings, made, differences)
    except CannotKeep as problem:
        found = [str(problem)]
    target = unproved if found else folder / f"duebook-{ending}"
    if settings.backup_to:
        archive.encrypt(made, target, settings.backup_to)
        made.unlink()
    else:
        made.replace(target)
    if found:
        os.utime(target, (now.timestamp(), now.timestamp()))
        raise CannotKeep(f"The copy of this night could not be proved: {found[0]}")


def prove(
    settings: Settings, file: Path, differences: Differences, identity: Path | None = None
) -> list[str]:
    """Put a backup back in a scratch place and look at it; what is wrong with it, in words. Raises CannotKeep.

    SQLite is opened there; Postgres is restored into `settings.proof_url`, an empty database kept for this, or without
    one is read through from the first row to the last by the program that would put it back.
    """
    with tempfile.TemporaryDirectory(dir=file.resolve().parent, prefix=f"{file.name}-proof-") as made:
        folder = Path(made) / "backup"
        folder.mkdir(mode=0o700)
        facts = archive.read(file, folder, identity)
        if facts.get("keys"):
            raise CannotKeep(f"{file} holds keys and no database.")
        if facts["database"] != databases.name_of(settings.database_url):
            raise CannotKeep(f"{file} is of the other sort of database.")
        ours = instances.schema(settings.database_url)
        if facts["schema"] != ours:
            raise CannotKeep(
                f"{file} is of version {facts['schema']}, this database of {ours}: flask restore proves it."
            )
        copy = folder / facts["database"]
        if copy.name == databases.SQLITE_NAME:
            scratch = Path(made) / "scratch.sqlite3"
            url = f"sqlite:///{scratch}"
            databases.put_back(url, copy)
            return differences(url)
        if not settings.proof_url:
            databases.read_through(copy)
            return []
        databases.put_back(settings.proof_url, copy)
        return differences(settings.proof_url)


def too_old(names: Iterable[str], nights: int) -> set[str]:
    """Of the nightly copies in a folder those that may go: all but the last `nights`, and the first of each of the
    last MONTHS months. What else is there stays.
    """
    days = {name: found.group(1) for name in names if (found := NIGHTLY.fullmatch(name))}
    newest = set(sorted(days.values(), reverse=True)[:nights])
    first_of: dict[str, str] = {}
    for day in sorted(set(days.values())):
        first_of.setdefault(day[:7], day)
    firsts = {first_of[month] for month in sorted(first_of, reverse=True)[:MONTHS]}
    return {name for name, day in days.items() if day not in newest | firsts}


@contextmanager
def _alone(folder: Path) -> Iterator[bool]:
    """Whether nobody else works in the folder just now."""
    with open(os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600), "wb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        # What a process left that ended in the middle; the parts of a copy have its name in theirs.
        for left in folder.glob(f"*{MAKING}*"):
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        yield True
