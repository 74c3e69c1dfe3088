"""What the development mailbox holds, mails and texts, for the page that shows it where no mail server is set."""

from __future__ import annotations

from pathlib import Path

from channels.mailbox import FileMailbox, ReceivedMail, read
from channels.sms.folder import ReceivedText, read_texts


def received(folder: Path, limit: int = 50) -> list[ReceivedMail]:
    """The newest mails in `folder`, newest first."""
    return read(folder, limit)


def texts(folder: Path, limit: int = 20) -> list[ReceivedText]:
    """The newest text messages in `folder`, newest first."""
    return read_texts(folder, limit)


def attachment(folder: Path, mail_id: str, number: int) -> tuple[str, str, bytes] | None:
    """(file name, type, bytes) of the attachment with this number (from 0) of a mail; None when there is none."""
    mail = FileMailbox(folder).find(mail_id)
    found = mail.attachments[number : number + 1] if mail else ()
    return found[0] if found else None
