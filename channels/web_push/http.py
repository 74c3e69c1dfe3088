"""Hand one notification to the push service of a browser. The same door as mail and text messages have.

2xx: taken. 404 and 410: the browser does not listen any more (`ChannelRefused`, about "recipient", with the code). 408,
425, 429 and 5xx, no answer or a broken one: silent, tried again. 401 and 403: our key. Anything else, also a redirect,
which is never followed: refused.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from urllib.parse import SplitResult

from channels.message import ChannelRefused, ChannelSilent
from channels.web_push.encryption import Subscription, encrypt, to_text
from channels.web_push.endpoints import Services
from channels.web_push.vapid import Sender

LATER = (408, 425, 429)
GONE = (404, 410)
STAYS_SECONDS = 24 * 3600
TIMEOUT_SECONDS = 10


@dataclass(frozen=True, slots=True)
class PushMessage:
    """What one browser is told: `content` is what the service worker reads (JSON), `at` the aware moment of sending.

    `urgent`: it is shown at once also where a phone saves its battery. A service keeps it for a day at most.
    """

    to: Subscription
    content: bytes
    at: datetime
    urgent: bool = False


class PushChannel(Protocol):
    """What the outbox needs from a way of sending notifications."""

    def deliver(self, message: PushMessage, message_id: str) -> None:
        """Hand the notification over; returns when it was taken, raises ChannelSilent or ChannelRefused when not."""


class WebPush:
    """Notifications by the push services of browsers."""

    def __init__(self, sender: Sender, services: Services, timeout: int = TIMEOUT_SECONDS):
        self.sender, self.services, self.timeout = sender, services, timeout

    def deliver(self, message: PushMessage, message_id: str) -> None:
        """Send one notification. `message_id` is for ours to tell them apart: a service replaces one that still waits
        by another with the same topic, so one that had to be sent twice is shown once."""
        endpoint = message.to.endpoint
        parts = self.services.check(endpoint)
        body = encrypt(message.to, message.content)
        headers = {
            "Authorization": self.sender.authorisation(endpoint, message.at),
            "Content-Type": "application/octet-stream",
            "Content-Encoding": "aes128gcm",
            "TTL": str(STAYS_SECONDS),
            "Urgency": "high" if message.urgent else "normal",
            "Topic": _topic(message_id),
        }
        try:
            status = self._post(parts, body, headers)
        except ssl.SSLCertVerificationError as doubt:
            said = f"the certificate of the push service is not trusted: {doubt.verify_message}"
            raise ChannelSilent(said) from None
        except (OSError, http.client.HTTPException) as silence:
            raise ChannelSilent(f"the push service did not answer: {type(silence).__name__}") from None
        _judge(status)

    def _post(self, parts: SplitResult, body: bytes, headers: dict[str, str]) -> int:
        talk = _Pinned(parts, self.services.address(parts), self.timeout)
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            talk.request("POST", path, body=body, headers=headers)
            answer = talk.getresponse()
            answer.read(4096)
            return answer.status
        finally:
            talk.close()


class _Pinned(http.client.HTTPConnection):
    """A connection to an address that was looked at before, under the name it was asked by."""

    def __init__(self, parts: SplitResult, address: str, timeout: int):
        secure = parts.scheme == "https"
        super().__init__(parts.hostname or "", parts.port or (443 if secure else 80), timeout=timeout)
        self._address = address
        self._tls = ssl.create_default_context() if secure else None

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), self.timeout)
        if self._tls is not None:
            self.sock = self._tls.wrap_socket(self.sock, server_hostname=self.host)


def _judge(status: int) -> None:
    if 200 <= status < 300:
        return
    said = f"the push service answered {status}"
    if status in LATER or status >= 500:
        raise ChannelSilent(said)
    about = "recipient" if status in GONE else "settings" if status in (401, 403) else "message"
    raise ChannelRefused(said, about=about, code=status)


def _topic(message_id: str) -> str:
    """At most 32 characters of base64 for addresses (RFC 8030, 5.4)."""
    return to_text(message_id.encode())[-32:]
