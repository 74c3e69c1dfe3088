"""A folder in place of a mail server, so that an installation can be tried before it has one.

Each mail is one `.eml` file, readable by the owner alone (a claim link inside opens an account). `read` gives them back
for a page, newest first.
"""

from __future__ import annotations

import email
import email.policy
import os
import re
from dataclasses import dataclass
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path

from channels.message import Attachment, Message, address, mail_document

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,199}\Z")
_LINK = re.compile(r"https?://[^\s<>\"']+")


@dataclass(frozen=True, slots=True)
class ReceivedMail:
    """One mail in the folder, taken apart: `links` are the addresses in it, in order, each once."""

    id: str
    sender: str
    to: str
    subject: str
    text: str
    html: str
    links: tuple[str, ...]
    attachments: tuple[Attachment, ...]


class FileMailbox:
    """Mail as files in `folder` (made with mode 0700 when it is missing); the same door as an SMTP server."""

    def __init__(
        self, folder: str | os.PathLike[str], sender: str = "office@example.invalid", sender_name: str = ""
    ):
        self.folder = Path(folder)
        self._sender = address(sender, sender_name)

    def deliver(self, message: Message, message_id: str) -> None:
        """Write the mail; the same id again replaces it, as a mailbox would show it once."""
        content = mail_document(message, message_id, self._sender).as_bytes()
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        half = self.folder / f".{message_id}.part"
        half.unlink(missing_ok=True)
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
        half.replace(self.folder / f"{message_id}.eml")

    def read(self, limit: int = 100) -> list[ReceivedMail]:
        """The newest `limit` mails, newest first; an empty list while there is no folder."""
        return read(self.folder, limit)

    def find(self, mail_id: str) -> ReceivedMail | None:
        """The mail with this id, or None (also for anything that is not an id, such as a path)."""
        path = self.folder / f"{mail_id}.eml"
        return _parsed(path) if _ID.match(mail_id) and path.is_file() else None


def read(folder: str | os.PathLike[str], limit: int = 100) -> list[ReceivedMail]:
    """The newest `limit` mails of a FileMailbox folder, newest first."""
    newest: list[tuple[int, str, Path]] = []
    for path in Path(folder).glob("*.eml"):
        try:
            newest.append((path.stat().st_mtime_ns, path.name, path))
        except FileNotFoundError:  # replaced between listing and looking
            continue
    newest.sort(reverse=True)
    return [_parsed(path) for _time, _name, path in newest[:limit]]


def _parsed(path: Path) -> ReceivedMail:
    mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    text, html = _body(mail, "plain"), _body(mail, "html")
    return ReceivedMail(
        id=path.stem,
        sender=str(mail["From"]),
        to=str(mail["To"]),
        subject=str(mail["Subject"]),
        text=text,
        html=html,
        links=_links(text, html),
        attachments=tuple(_attachment(part) for part in mail.iter_attachments()),
    )


def _attachment(part: EmailMessage) -> Attachment:
    content = part.get_payload(decode=True)
    return (
        part.get_filename() or "file",
        part.get_content_type(),
        content if isinstance(content, bytes) else b"",
    )


def _body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body(preferencelist=(kind,))
    return str(part.get_content()).replace("\r\n", "\n") if part is not None else ""


class _Hrefs(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found += [value for name, value in attrs if name == "href" and value]


def _links(text: str, html: str) -> tuple[str, ...]:
    hrefs = _Hrefs()
    hrefs.feed(html)
    found = [link.rstrip(".,;:)") for link in _LINK.findall(text)]
    found += [link for link in hrefs.found if _LINK.match(link)]
    return tuple(dict.fromkeys(found))
