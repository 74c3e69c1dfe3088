"""Files that people hand in (an invoice, a photo): checked by their bytes, kept sealed outside the web root.

Verbs: `take`, `open_file`. The name a file had is for people only; where it lies is named by its ref. The content is
written before the row, so a process that ends in between leaves a file that nothing names, never a row without one.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from domain.actions import kept_files
from domain.records.names import new_ref
from domain.rules.file_kinds import SUFFIX, media_type_of
from domain.words import N_, Gone, Sentence
from models import KeptFile

FOLDER = "handed_in"
MOST_NAME = 120


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A file as it came: the name it had, and its bytes."""

    name: str
    content: bytes


def take(
    session: Session, given: HandedIn, uploads: Path, *, property_id: int | None, by: str, now: datetime
) -> KeptFile:
    """Keep a file inside the caller's transaction. Raises Refused beside "file" for what is no PDF or picture."""
    media_type = media_type_of(given.content)
    ref = new_ref()
    file = KeptFile(
        ref=ref, name=name_for(given.name, media_type), media_type=media_type, size=len(given.content),
        sha256=hashlib.sha256(given.content).hexdigest(),
        path=kept_files.keep(uploads / FOLDER, ref, given.content), property_id=property_id, kept_at=now, kept_by=by,
    )  # fmt: skip
    session.add(file)
    session.flush()
    return file


def open_file(file: KeptFile, uploads: Path) -> bytes:
    """The bytes of a kept file. Raises Gone where it is not there any more, or is not what was kept."""
    try:
        content = kept_files.read(uploads / FOLDER, file.path)
    except FileNotFoundError as missing:
        raise Gone(Sentence(N_("This file is not there any more."))) from missing
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise Gone(Sentence(N_("This file is not what was handed in, so it is not given out.")))
    return content


def name_for(name: str, media_type: str) -> str:
    """The name for people to recognise it by, with the ending that its content asks for."""
    bare = re.split(r"[/\\]", name)[-1]
    bare = "".join(letter for letter in bare if letter.isprintable() and letter not in '"<>|:*?').strip(" .")
    stem = bare.rpartition(".")[0] or bare or "file"
    return f"{stem[:MOST_NAME]}.{SUFFIX.get(media_type, 'txt')}"
