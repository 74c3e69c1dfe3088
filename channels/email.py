"""Mail to people, by an SMTP server or, on a developer's machine, into a folder that a page can show.

Both ways have the same door: `deliver(message, message_id)`. It returns when the mail is taken, and raises
`ChannelSilent` (try again later with the same id) or `ChannelRefused` (something has to change first).
"""

from __future__ import annotations

import contextlib
import ipaddress
import smtplib
import ssl as tls
from dataclasses import dataclass, field
from typing import Protocol

from channels.mailbox import FileMailbox, ReceivedMail, read
from channels.message import (
    Attachment,
    ChannelFailure,
    ChannelRefused,
    ChannelSilent,
    Message,
    UnsafeHeader,
    address,
    mail_document,
)

__all__ = [
    "Attachment",
    "ChannelFailure",
    "ChannelRefused",
    "ChannelSilent",
    "FileMailbox",
    "MailChannel",
    "Message",
    "ReceivedMail",
    "SmtpMailer",
    "SmtpSettings",
    "UnsafeHeader",
    "read",
    "send",
]


class MailChannel(Protocol):
    """What the outbox needs from a way of sending mail."""

    def deliver(self, message: Message, message_id: str) -> None:
        """Hand the mail over; returns when it was taken, raises ChannelSilent or ChannelRefused when it was not."""


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """How to reach the mail server. `timeout` is whole seconds for each step of the talk.

    `starttls` asks for encryption on a plain port (587) and does not go on without it; `ssl` speaks TLS from the first
    byte (465). `ca_file` is a PEM file of the authority of a private server. A password is sent in the clear to no host
    but this machine: such settings raise ValueError.
    """

    host: str
    port: int = 587
    user: str = ""
    password: str = field(default="", repr=False)
    starttls: bool = True
    ssl: bool = False
    sender: str = ""
    sender_name: str = ""
    timeout: int = 15
    ca_file: str | None = None

    def __post_init__(self) -> None:
        if self.ssl and self.starttls:
            raise ValueError("choose one of starttls and ssl for the mail server, not both")
        if self.timeout <= 0:
            raise ValueError("the timeout of the mail server must be at least one second")
        if self.user and not (self.ssl or self.starttls or _this_machine(self.host)):
            raise ValueError("a password may not be sent to a mail server without encryption")
        try:
            address(self.sender, self.sender_name)
        except ChannelRefused as problem:
            raise ValueError(f"the sender of our mail is not usable: {problem}") from None


def _this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def send(settings: SmtpSettings, message: Message, message_id: str) -> None:
    """Give one mail to the server; returns once the server has taken it.

    `message_id` is the outbox's key for this mail and stays the same when it is tried again. Raises ChannelSilent when
    the server cannot be reached, does not answer in time, hangs up or says "later" (4xx); ChannelRefused when it says
    no (5xx), when our sign-in fails, or when the message cannot be written.
    """
    document = mail_document(message, message_id, address(settings.sender, settings.sender_name))
    server = None
    try:
        server = _greeted(settings)
        server.send_message(document)
    except smtplib.SMTPRecipientsRefused as answer:
        code, text = next(iter(answer.recipients.values()))
        raise _refusal(code, text, "recipient") from None
    except smtplib.SMTPSenderRefused as answer:
        raise _refusal(answer.smtp_code, answer.smtp_error, "settings") from None
    except smtplib.SMTPAuthenticationError as answer:
        raise _refusal(answer.smtp_code, answer.smtp_error, "settings") from None
    except smtplib.SMTPResponseException as answer:
        raise _refusal(answer.smtp_code, answer.smtp_error, "message") from None
    except smtplib.SMTPNotSupportedError as missing:
        raise ChannelRefused(
            f"the mail server cannot do what is needed: {missing}", about="settings"
        ) from None
    except tls.SSLCertVerificationError as doubt:
        raise ChannelRefused(
            f"the mail server's certificate is not trusted: {doubt.verify_message}", "settings"
        ) from None
    except (OSError, smtplib.SMTPException) as silence:
        raise ChannelSilent(f"the mail server did not answer: {type(silence).__name__}") from None
    finally:
        if server is not None:
            _leave(server)


def _greeted(settings: SmtpSettings) -> smtplib.SMTP:
    """An open talk with the server, encrypted and signed in as the settings ask."""
    context = (
        tls.create_default_context(cafile=settings.ca_file) if settings.ssl or settings.starttls else None
    )
    if settings.ssl:
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            settings.host, settings.port, timeout=settings.timeout, context=context
        )
    else:
        server = smtplib.SMTP(settings.host, settings.port, timeout=settings.timeout)
    try:
        if settings.starttls:
            server.starttls(context=context)
        if settings.user:
            _sign_in(server, settings)
    except BaseException:
        server.close()
        raise
    return server


def _sign_in(server: smtplib.SMTP, settings: SmtpSettings) -> None:
    # smtplib's own `login` tries a wrong password once per method; servers count each.
    server.ehlo_or_helo_if_needed()
    offered = server.esmtp_features.get("auth", "").upper().split()
    server.user, server.password = settings.user, settings.password
    if "PLAIN" in offered:
        server.auth("PLAIN", server.auth_plain)
    elif "LOGIN" in offered:
        server.auth("LOGIN", server.auth_login)
    else:
        server.login(settings.user, settings.password)


def _leave(server: smtplib.SMTP) -> None:
    # The mail is already taken or refused: how the goodbye goes must not turn a sent mail into a failed one.
    with contextlib.suppress(OSError, smtplib.SMTPException):
        server.quit()
    server.close()


def _refusal(code: int, answer: bytes | str, about: str) -> ChannelFailure:
    """The server's reply as ours: 4xx is "later", 5xx is "no"."""
    words = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    text = f"the mail server answered {code} {' '.join(words.split())[:200]}"
    return ChannelSilent(text) if 400 <= code < 500 or code <= 0 else ChannelRefused(text, about, code)


class SmtpMailer:
    """Mail by an SMTP server."""

    def __init__(self, settings: SmtpSettings):
        self.settings = settings

    def deliver(self, message: Message, message_id: str) -> None:
        """See `send`."""
        send(self.settings, message, message_id)
