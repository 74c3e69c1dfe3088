"""What the development mailbox holds, for the page that shows it where no mail server is set."""

from __future__ import annotations

from pathlib import Path

from channels.mailbox import ReceivedMail, read


def received(folder: Path, limit: int = 50) -> list[ReceivedMail]:
    """The newest mails in `folder`, newest first."""
    return read(folder, limit)
