"""A folder in place of a gateway, so that an installation can be tried before it has one: one file for each text."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

from channels.message import UnsafeHeader
from channels.sms.base import TextMessage

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,199}\Z")


@dataclass(frozen=True, slots=True)
class ReceivedText:
    """One text in the folder; `at` is when it was written, in nanoseconds since 1970."""

    id: str
    to: str
    text: str
    at: int


class FolderTexts:
    """Texts as files in `folder` (made with mode 0700 when it is missing), readable by the owner alone."""

    def __init__(self, folder: str | os.PathLike[str]):
        self.folder = Path(folder)

    def deliver(self, message: TextMessage, message_id: str) -> None:
        """Write the text; the same id again replaces it, as a gateway would send it once."""
        if not _ID.match(message_id):
            raise UnsafeHeader(
                "the id of a text may hold only letters, digits, dots, plus, hyphens, underscores"
            )
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        half = self.folder / f".{message_id}.part"
        half.unlink(missing_ok=True)
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump({"to": message.to, "text": message.text}, file)
        half.replace(self.folder / f"{message_id}.sms")


def read_texts(folder: str | os.PathLike[str], limit: int = 100) -> list[ReceivedText]:
    """The newest `limit` texts of such a folder, newest first."""
    found = []
    for path in Path(folder).glob("*.sms"):
        try:
            at, content = path.stat().st_mtime_ns, json.loads(path.read_text("utf-8"))
        except FileNotFoundError:  # replaced between listing and looking
            continue
        found.append(ReceivedText(path.stem, content["to"], content["text"], at))
    return sorted(found, key=lambda one: (-one.at, one.id))[:limit]
