"""A backup is one file: a compressed tar with the database, what was handed in, and a list of it all with hashes.

`MANIFEST` comes last: a file that was cut off has none, and is told from a whole one. With a recipient the tar is
encrypted with age (age-encryption.org), so that the key that opens it need not be on this machine.
"""

from __future__ import annotations

import hashlib
import json
import os
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import pyrage

from keeping.databases import CannotKeep

MANIFEST = "manifest.json"
FORMAT = 1
AGE = b"age-encryption.org/v1"
BLOCK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Part:
    """A file that goes into a backup: what it is called there, and where it is now."""

    name: str
    path: Path


def parts_of(folder: Path, below: str, leave_out: frozenset[str] = frozenset()) -> Iterator[Part]:
    """Every file of a folder, as `below`/its place, but for the folders named in `leave_out`."""
    for path in sorted(folder.rglob("*")):
        place = path.relative_to(folder)
        if path.is_file() and not path.is_symlink() and place.parts[0] not in leave_out:
            yield Part(str(PurePosixPath(below, *place.parts)), path)


def write(target: Path, parts: Iterator[Part], facts: dict[str, Any], recipient: str = "") -> int:
    """Write a backup; returns its size in bytes. Nothing of that name is left when it fails. Raises CannotKeep.

    A file that went away meanwhile (an archive that was a week old) is left out.
    """
    if target.exists():
        raise CannotKeep(f"{target} is there already. Name a new file.")
    key = _recipient(recipient) if recipient else None
    unfinished = target.with_name(f".{target.name}.part")
    try:
        with _private(unfinished) as file:
            _fill(file, parts, facts)
        if key is not None:
            plain, unfinished = unfinished, unfinished.with_suffix(".age.part")
            _seal(plain, unfinished, key)
            plain.unlink()
        _settle(unfinished, target)
    except OSError as problem:
        raise CannotKeep(f"The backup cannot be written: {problem.strerror}.") from problem
    finally:
        for left in target.parent.glob(f".{target.name}*.part"):
            left.unlink(missing_ok=True)
    return target.stat().st_size


def encrypt(plain: Path, target: Path, recipient: str) -> None:
    """Write an encrypted copy of a backup; nothing of that name is left when it fails. Raises CannotKeep."""
    key, unfinished = _recipient(recipient), target.with_name(f".{target.name}.part")
    try:
        _seal(plain, unfinished, key)
        _settle(unfinished, target)
    except OSError as problem:
        raise CannotKeep(f"The backup cannot be written: {problem.strerror}.") from problem
    finally:
        unfinished.unlink(missing_ok=True)


def _seal(plain: Path, target: Path, key: Any) -> None:
    with _private(target):
        pass
    pyrage.encrypt_file(str(plain), str(target), [key])


def _settle(unfinished: Path, target: Path) -> None:
    """Give it its name once it is on the disk."""
    with unfinished.open("rb") as written:
        os.fsync(written.fileno())
    unfinished.replace(target)


def is_recipient(text: str) -> bool:
    """Whether it is a public key of age."""
    try:
        _recipient(text)
    except CannotKeep:
        return False
    return True


def _fill(file: Any, parts: Iterator[Part], facts: dict[str, Any]) -> None:
    hashes = {}
    with tarfile.open(fileobj=file, mode="w:gz", compresslevel=3) as tar:
        for part in parts:
            try:
                source = part.path.open("rb")
            except FileNotFoundError:
                continue
            with source:
                hashes[part.name] = hashlib.file_digest(source, "sha256").hexdigest()
                source.seek(0)
                told = tarfile.TarInfo(part.name)
                told.size, told.mode = os.fstat(source.fileno()).st_size, 0o600
                tar.addfile(told, source)
        text = json.dumps(facts | {"format": FORMAT, "files": hashes}, indent=1, sort_keys=True).encode()
        told = tarfile.TarInfo(MANIFEST)
        told.size, told.mode = len(text), 0o600
        with tempfile.SpooledTemporaryFile() as list_of_all:
            list_of_all.write(text)
            list_of_all.seek(0)
            tar.addfile(told, list_of_all)


def read(source: Path, folder: Path, identity: Path | None = None) -> dict[str, Any]:
    """Take a backup apart into an empty folder and prove every file against the list; the list. Raises CannotKeep."""
    if not source.is_file():
        raise CannotKeep(f"There is no file {source}.")
    with source.open("rb") as file:
        sealed = file.read(len(AGE)) == AGE
    if not sealed:
        return _taken_apart(source, folder)
    if identity is None:
        raise CannotKeep("This backup is encrypted. Name the file of its key with --identity.")
    opened = folder.with_name(f"{folder.name}.tar")
    try:
        with _private(opened):
            pass
        pyrage.decrypt_file(str(source), str(opened), [_identity(identity)])
        return _taken_apart(opened, folder)
    except pyrage.DecryptError as problem:
        raise CannotKeep("This key does not open the backup.") from problem
    finally:
        opened.unlink(missing_ok=True)


def _taken_apart(source: Path, folder: Path) -> dict[str, Any]:
    try:
        with tarfile.open(source, mode="r:gz") as tar:
            tar.extractall(folder, filter="data")
    except (tarfile.TarError, EOFError, OSError) as problem:
        raise CannotKeep(f"This is no whole backup: {problem}.") from problem
    told = folder / MANIFEST
    if not told.is_file():
        raise CannotKeep("This is no whole backup: its list is missing.")
    facts: dict[str, Any] = json.loads(told.read_text("utf-8"))
    if facts.get("format") != FORMAT:
        raise CannotKeep(f"This backup is of another form ({facts.get('format')}).")
    for name, expected in facts["files"].items():
        path = folder / name
        if not path.is_file():
            raise CannotKeep(f"This is no whole backup: {name} is missing.")
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != expected:
                raise CannotKeep(f"This backup was changed: {name} is not what was kept.")
    return facts


def make_identity(target: Path) -> str:
    """Make a key for encrypted backups in a file of its own (mode 0600); the recipient to name. Raises CannotKeep."""
    if target.exists():
        raise CannotKeep(f"{target} is there already. Name a new file.")
    identity = pyrage.x25519.Identity.generate()
    with _private(target) as file:
        file.write(f"# public key: {identity.to_public()}\n{identity}\n".encode())
    return str(identity.to_public())


def _recipient(text: str) -> Any:
    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError as problem:
        raise CannotKeep(f"{text[:20]} is no public key of age: it begins with age1.") from problem


def _identity(file: Path) -> Any:
    try:
        lines = [line.strip() for line in file.read_text("utf-8").splitlines()]
        return pyrage.x25519.Identity.from_str(
            next(line for line in lines if line and not line.startswith("#"))
        )
    except (OSError, UnicodeDecodeError, StopIteration, pyrage.IdentityError) as problem:
        raise CannotKeep(f"{file} holds no key of age.") from problem


@contextmanager
def _private(path: Path) -> Iterator[Any]:
    """A new file that nobody else may read."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        yield file
