"""Files that hold account numbers: kept in the installation's own folder, sealed, readable by nobody else.

A file is written beside its name first and put there in one step, so that a process which ends in the middle leaves
the old one or none. Verbs: `keep`, `read`, `forget`, `reseal`, `keys_in_use`.
"""

from __future__ import annotations

import os
import secrets
from collections import Counter
from pathlib import Path

from domain import sealing

SUFFIX = ".sealed"


def keep(folder: Path, name: str, content: bytes) -> str:
    """Keep `content` under `name` (a ref, no path) in `folder`; the name of the file."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    place = folder / f"{name}{SUFFIX}"
    sealed = sealing.seal(content.decode("latin-1"), _place(place))
    temporary = place.with_name(f"{place.name}.{secrets.token_hex(4)}")
    with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(sealed)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, place)
    return place.name


def read(folder: Path, file_name: str) -> bytes:
    """What was kept. Raises FileNotFoundError, and sealing.CannotOpen when its key is gone or it was changed."""
    place = folder / file_name
    return sealing.unseal(place.read_text("ascii"), _place(place)).encode("latin-1")


def forget(folder: Path, file_name: str) -> None:
    """Take a kept file away that nothing names."""
    (folder / file_name).unlink(missing_ok=True)


def keys_in_use(folder: Path) -> Counter[str]:
    """The name of each key that seals a kept file under `folder`, and how many it seals."""
    return Counter(place.read_text("ascii").partition(".")[0] for place in folder.rglob(f"*{SUFFIX}"))


def reseal(folder: Path) -> int:
    """Seal every kept file under `folder` anew that another key than the present one seals; how many."""
    changed = 0
    for place in sorted(folder.rglob(f"*{SUFFIX}")):
        if not place.read_text("ascii").startswith(f"{sealing.current_key()}."):
            keep(place.parent, place.name.removesuffix(SUFFIX), read(place.parent, place.name))
            changed += 1
    return changed


def _place(path: Path) -> str:
    return f"kept_file:{path.parent.name}/{path.name}"
