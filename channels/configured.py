"""The channels that an installation's settings describe."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from channels.email import FileMailbox, MailChannel, SmtpMailer, SmtpSettings
from channels.sms.base import TextChannel
from channels.sms.folder import FolderTexts
from channels.sms.http import HttpTexts, SmsSettings
from channels.web_push.endpoints import KNOWN, Services
from channels.web_push.http import WebPush
from channels.web_push.vapid import sender_of

SERVICES, CONTACT, HOOK = "DUEBOOK_PUSH_SERVICES", "DUEBOOK_PUSH_CONTACT", "DUEBOOK_SMS_HOOK_SECRET"
NONE = "none"
SHORTEST_SECRET = 20


def mail_by_settings(server: SmtpSettings | None, mailbox: Path, sender: str) -> MailChannel:
    """Mails go to the server; without one they stand in the installation's own mailbox folder."""
    return SmtpMailer(server) if server else FileMailbox(mailbox, sender)


def texts_by_settings(gateway: SmsSettings | None, mailbox: Path | None) -> TextChannel | None:
    """Text messages go to the gateway; without one into the folder, where there is one for them."""
    if gateway:
        return HttpTexts(gateway)
    return FolderTexts(mailbox) if mailbox else None


def push_by_settings(
    settings: Mapping[str, str], secret: bytes, mail_from: str, production: bool
) -> WebPush | None:
    """The way to push; None where the settings want none. Raises ValueError for what cannot be used."""
    named = settings.get(SERVICES, "").replace(" ", "")
    if named == NONE:
        return None
    services = Services(tuple(filter(None, named.split(","))) or KNOWN)
    if production and services.tried_here:
        raise ValueError(
            f"{SERVICES} may not name a service on this machine when other people use this portal."
        )
    contact = settings.get(CONTACT) or f"mailto:{mail_from}"
    if not contact.startswith(("mailto:", "https://")):
        raise ValueError(f"{CONTACT} must begin with mailto: or https://.")
    return WebPush(sender_of(secret, contact), services)


def hook_secret(settings: Mapping[str, str]) -> str:
    """What the gateway for text messages shows with news of its own; "" where none is taken. Raises ValueError."""
    secret = settings.get(HOOK, "")
    if secret and len(secret) < SHORTEST_SECRET:
        raise ValueError(f"{HOOK} must have {SHORTEST_SECRET} characters or more.")
    return secret
