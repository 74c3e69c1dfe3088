"""One mail as plain data, the two ways in which sending can fail, and how the mail is written down.

Everything that reaches a header is checked here, once: a line break in a name, a subject or an address would let its
author add headers (and recipients) of their own, so such a message is refused before any server is asked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

Attachment = tuple[str, str, bytes]
"""A file that travels with a mail: its name, its MIME type (`application/pdf`), its bytes."""

_BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*\Z")
# Bodies go out as 7-bit text, since not every server on the way promises to keep eight bits.
_PLAIN_WIRE = SMTP.clone(cte_type="7bit")
_MIME = re.compile(r"[a-z0-9.+-]+/[a-z0-9.+-]+\Z")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,199}\Z")
# Headers that this file writes itself; a caller may not write them a second time.
_OURS = frozenset(
    {"from", "to", "cc", "bcc", "subject", "date", "message-id", "reply-to", "sender", "return-path"}
    | {"content-type", "content-transfer-encoding", "mime-version"}
)
LARGEST_BYTES = 20_000_000


class ChannelFailure(Exception):
    """A message was not delivered for certain. The text is for logs and staff and carries no message content."""


class ChannelSilent(ChannelFailure):
    """No answer, or "try again later": it may or may not have gone out. Try again later with the same message id."""


class ChannelRefused(ChannelFailure):
    """A clear no; the same try again will be refused again.

    `about` says what has to change: "recipient" (the address), "settings" (our sign-in, sender or encryption at the
    mail server) or "message" (its content). `code` is the server's reply code, where a server spoke.
    """

    def __init__(self, text: str, about: str = "message", code: int | None = None):
        super().__init__(text)
        self.about = about
        self.code = code


class UnsafeHeader(ChannelRefused, ValueError):
    """A line break or control character where a header would be written."""


@dataclass(frozen=True, slots=True)
class Message:
    """One mail to one person.

    `text` is always there (people read mail on anything); `html` may be empty. `sent_at` becomes the Date header and
    must be aware; without it the mail server writes the date. `headers` are extra ones such as `Auto-Submitted`.
    Raises `UnsafeHeader` or `ChannelRefused` at once when it could not be written as one honest mail.
    """

    to: str
    subject: str
    text: str
    html: str = ""
    attachments: Sequence[Attachment] = ()
    reply_to: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    sent_at: datetime | None = None

    def __post_init__(self) -> None:
        address(self.to)
        one_line("subject", self.subject)
        if not self.subject.strip():
            raise ChannelRefused("a mail needs a subject")
        if self.reply_to is not None:
            address(self.reply_to)
        for name, value in self.headers.items():
            if not _NAME.match(name) or name.lower() in _OURS:
                raise UnsafeHeader(f"the header {name[:40]!r} may not be set")
            one_line(name, value)
        for filename, mime, _content in self.attachments:
            one_line("attachment name", filename)
            if not _MIME.match(mime):
                raise UnsafeHeader("the type of an attachment is not a MIME type")
        if self.sent_at is not None and self.sent_at.tzinfo is None:
            raise ValueError("sent_at must know its time zone")
        if sum(len(content) for _name, _mime, content in self.attachments) > LARGEST_BYTES:
            raise ChannelRefused("the attachments are larger than mail servers accept")


def one_line(what: str, value: str) -> str:
    """`value`, unless it holds a line break or control character: then UnsafeHeader naming `what`, not the value."""
    if _BREAKS.search(value):
        raise UnsafeHeader(f"a line break or control character in the {what}")
    return value


def address(text: str, display_name: str = "") -> Address:
    """The one mailbox `name@host` in `text`; a domain outside ASCII becomes its xn-- form.

    Raises UnsafeHeader on control characters and ChannelRefused(about="recipient") for anything but one plain address
    (no list, no display name, no comment).
    """
    one_line("address", text)
    local, at, domain = text.strip().rpartition("@")
    if not at or not local or not domain or re.search(r"[\s,;:<>()\[\]\"\\]", text.strip()):
        raise ChannelRefused("this is not one plain mail address", about="recipient")
    try:
        return Address(one_line("sender name", display_name), local, domain.encode("idna").decode("ascii"))
    except (UnicodeError, ValueError, IndexError):
        raise ChannelRefused("this is not one plain mail address", about="recipient") from None


def mail_document(message: Message, message_id: str, sender: Address) -> EmailMessage:
    """The message as MIME, ready for a server or a file.

    `message_id` is the outbox's own key for this mail (letters, digits, `.`, `_`, `+`, `-`): a mail that had to be
    sent twice keeps one Message-ID, so that mailboxes show it once.
    """
    if not _ID.match(message_id):
        raise UnsafeHeader(
            "the message id may hold only letters, digits, dots, plus, hyphens and underscores"
        )
    mail = EmailMessage(policy=_PLAIN_WIRE)
    mail["From"] = sender
    mail["To"] = address(message.to)
    mail["Subject"] = message.subject
    mail["Message-ID"] = f"<{message_id}@{sender.domain}>"
    if message.sent_at is not None:
        mail["Date"] = format_datetime(message.sent_at)
    if message.reply_to is not None:
        mail["Reply-To"] = address(message.reply_to)
    # A mailed notice is no conversation: out-of-office robots stay quiet (RFC 3834).
    mail["Auto-Submitted"] = message.headers.get("Auto-Submitted", "auto-generated")
    for name, value in message.headers.items():
        if name != "Auto-Submitted":
            mail[name] = value
    mail.set_content(message.text)
    if message.html:
        mail.add_alternative(message.html, subtype="html")
    for filename, mime, content in message.attachments:
        kind, _slash, subtype = mime.partition("/")
        mail.add_attachment(content, maintype=kind, subtype=subtype, filename=filename)
    return mail
