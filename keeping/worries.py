"""What is unwise about an installation's settings and machine, in words: it may start, and somebody should see to it.

Verbs: `of_settings`, `of_machine`, `of_backups`, `of_mail_server`, `of_clock`, `apart`. What it must not start with
stands in `keeping.dangers`.
"""

from __future__ import annotations

import http.client
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

from config import LIVE_KEYS, LOOPBACK, Settings
from keeping import archive

LOW_DISK_BYTES = 200 * 1024 * 1024
SECONDS = 5
"""How long somebody outside may take to answer."""
CLOCK_MAY_DIFFER = timedelta(seconds=30)
"""Codes of authenticator apps live for thirty seconds; signatures of webhooks for five minutes."""


def of_settings(settings: Settings) -> Iterator[str]:
    """Production alone: what customers would notice first."""
    if not settings.production:
        return
    key = settings.ways.get("DUEBOOK_STRIPE_KEY", "")
    if not settings.live_gateway:
        yield "Only test keys are set, and other people use this portal: what they pay moves no money."
    if urlsplit(settings.base_url).hostname in LOOPBACK:
        yield "Real money moves, and DUEBOOK_BASE_URL is this machine: nobody else can open the links in our mails."
    if key.startswith(LIVE_KEYS) and not settings.ways.get("DUEBOOK_STRIPE_WEBHOOK_SECRET"):
        yield "DUEBOOK_STRIPE_WEBHOOK_SECRET is not set: what becomes of a payment is known only when we ask."
    if not settings.smtp_host:
        yield "DUEBOOK_SMTP_HOST is not set: nobody gets a link, a code or a receipt."
    elif settings.smtp_security == "none" and settings.smtp_host not in LOOPBACK:
        yield "DUEBOOK_SMTP_SECURITY is none: mails and the password of the mail server travel in the clear."
    if settings.mail_from.endswith("@example.org"):
        yield "DUEBOOK_MAIL_FROM is not set: no server takes mails from portal@example.org."
    if not settings.proxies:
        yield "DUEBOOK_PROXIES is 0: behind a proxy all visitors count as one, and lock each other out."


def of_backups(settings: Settings) -> Iterator[str]:
    """What the backups of the night would not survive."""
    if settings.backup_to and not archive.is_recipient(settings.backup_to):
        yield "DUEBOOK_BACKUP_TO is no public key of age: no backup can be made. flask backup-key makes one."
    if settings.backups is None:
        return
    if not os.access(settings.backups if settings.backups.exists() else settings.backups.parent, os.W_OK):
        yield f"DUEBOOK_BACKUPS: nothing can be written to {settings.backups}."
    elif settings.production and _device(settings.backups) == _device(settings.instance):
        yield f"The backups in {settings.backups} are on the same disk as the database: copy them to another place."


def _device(place: Path) -> int:
    return next(one for one in (place, *place.parents) if one.exists()).stat().st_dev


def of_machine(settings: Settings) -> Iterator[str]:
    free = shutil.disk_usage(settings.instance).free
    if free < LOW_DISK_BYTES:
        yield f"Only {free // 1024 // 1024} MB are free on the disk of {settings.instance}."


def of_mail_server(settings: Settings) -> Iterator[str]:
    """Whether anything listens where mails go; nothing is sent."""
    if not settings.smtp_host:
        return
    try:
        socket.create_connection((settings.smtp_host, settings.smtp_port), SECONDS).close()
    except OSError as fault:
        yield (
            f"The mail server {settings.smtp_host}:{settings.smtp_port} does not answer ({type(fault).__name__})."
        )


def of_clock(url: str, clock: Callable[[], datetime]) -> Iterator[str]:
    """The clock here against that of the processor at `url`, by the date in its answer."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    try:
        talk = kind(parts.hostname or "", parts.port, timeout=SECONDS)
        try:
            talk.request("HEAD", "/", headers={"User-Agent": "Duebook"})
            said = talk.getresponse().headers.get("Date", "")
        finally:
            talk.close()
    except (OSError, http.client.HTTPException) as fault:
        yield f"The processor at {parts.hostname} does not answer ({type(fault).__name__})."
        return
    if said:
        yield from apart(clock(), parsedate_to_datetime(said), f"the processor's at {parts.hostname}")


def apart(ours: datetime, theirs: datetime, whose: str) -> Iterator[str]:
    """Whether two clocks differ by more than may be."""
    by = ours - theirs
    if abs(by) > CLOCK_MAY_DIFFER:
        said = f"{abs(by).days} days" if abs(by).days else f"{abs(by).seconds} seconds"
        yield f"The clock of this machine is {said} {'ahead of' if by > timedelta(0) else 'behind'} {whose}."
