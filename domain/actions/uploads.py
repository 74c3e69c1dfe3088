"""Files that come with messages, questions and requests. Verbs: `prepare`, `keep`; `open_file` gives them out again.

`prepare` checks and draws outside the caller's transaction (a picture takes a while); `keep` writes inside it.
Kept as everything handed in (`handed_in_files`): sealed, under a random name, outside the web root.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.actions import kept_files
from domain.actions.handed_in_files import FOLDER, HandedIn, name_for, open_file
from domain.records.names import new_ref
from domain.rules.upload_checks import MOST_FILES, Upload, checked
from domain.transaction import transaction
from domain.words import N_, Refused, Sentence
from models import KeptFile

__all__ = ["HandedIn", "Kept", "keep", "open_file", "prepare"]

DAY = timedelta(days=1)
MOST_A_DAY = 60
MOST_BYTES_A_DAY = 120 * 1024 * 1024
Kept = tuple[KeptFile, KeptFile | None]
"""A file and the picture of it, if there is one."""


def prepare(files: Sequence[HandedIn], *, by: str, now: datetime) -> list[Upload]:
    """The files as they may be kept. Raises Refused beside "file": too many, also for a day, or none of what we take.

    What goes beyond the day's share of `by` is refused before anything is decoded, which is what costs.
    """
    if len(files) > MOST_FILES:
        words = N_("At most %(count)s files go with one message.")
        raise Refused(Sentence(words, {"count": MOST_FILES}), "file")
    if files:
        with transaction() as session:
            _check_quota(session, files, by, now)
    return [_checked(file, alone=len(files) == 1) for file in files]


def _checked(file: HandedIn, *, alone: bool) -> Upload:
    """The file as it may be kept. Where several came, the sentence names the one that is wrong."""
    try:
        return checked(file.name, file.content)
    except Refused as refused:
        if alone:
            raise
        named = Sentence(N_("%(file)s: %(why)s"), {"file": file.name[:80], "why": refused.sentence})
        raise Refused(named, "file") from None


def keep(
    session: Session, files: Sequence[Upload], uploads: Path, *, by: str, now: datetime, property_id: int | None = None
) -> list[Kept]:  # fmt: skip
    """Keep prepared files. Raises Refused beside "file" when `by` has handed in as much as goes in a day."""
    if not files:
        return []
    _check_quota(session, files, by, now)
    return [_keep(session, file, uploads, by, now, property_id) for file in files]


def _keep(
    session: Session, file: Upload, uploads: Path, by: str, now: datetime, property_id: int | None
) -> Kept:
    def row(name: str, media_type: str, content: bytes) -> KeptFile:
        ref = new_ref()
        return KeptFile(
            ref=ref, name=name, media_type=media_type, size=len(content),
            sha256=hashlib.sha256(content).hexdigest(), path=kept_files.keep(uploads / FOLDER, ref, content),
            property_id=property_id, kept_at=now, kept_by=by,
        )  # fmt: skip

    name = name_for(file.name, file.media_type)
    original = row(name, file.media_type, file.content)
    picture = row(name_for(name, "image/jpeg"), "image/jpeg", file.preview) if file.preview else None
    session.add_all([original, *([picture] if picture else [])])
    session.flush()
    return original, picture


def _check_quota(session: Session, files: Sequence[HandedIn | Upload], by: str, now: datetime) -> None:
    mine = KeptFile.kept_by == by, KeptFile.kept_at > now - DAY
    count, size = session.execute(
        select(func.count(), func.coalesce(func.sum(KeptFile.size), 0)).where(*mine)
    ).one()
    if (
        count + len(files) > MOST_A_DAY
        or int(size) + sum(len(one.content) for one in files) > MOST_BYTES_A_DAY
    ):
        raise Refused(Sentence(N_("That is as many files as we take in a day. Send more tomorrow.")), "file")
