"""Text messages by an HTTP gateway: one POST of JSON for each, as most gateways (or ten lines in front of one) take it.

    POST <url>   Authorization: Bearer <token>   Idempotency-Key: <our id>
    {"id": "...", "from": "...", "to": "+12025550143", "text": "..."}

2xx: taken. 408, 425, 429 and 5xx, no answer or a broken one: silent, tried again under the same id. 401 and 403: our
token. Any other answer, also a redirect: refused.
"""

from __future__ import annotations

import http.client
import ipaddress
import json
import ssl
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from channels.message import ChannelRefused, ChannelSilent
from channels.sms.base import TextMessage

LATER = (408, 425, 429)


@dataclass(frozen=True, slots=True)
class SmsSettings:
    """How to reach the gateway. The token travels in the clear to this machine only: else ValueError.

    `timeout` is whole seconds for each step of the talk.
    """

    url: str
    token: str = field(default="", repr=False)
    sender: str = ""
    timeout: int = 15

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("the address of the gateway for text messages must begin with https://")
        if parts.scheme == "http" and not _this_machine(parts.hostname):
            raise ValueError("the gateway for text messages must be asked by https")
        if self.timeout <= 0:
            raise ValueError("the timeout of the gateway must be at least one second")


def _this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class HttpTexts:
    """Text messages by an HTTP gateway."""

    def __init__(self, settings: SmsSettings):
        self.settings = settings

    def deliver(self, message: TextMessage, message_id: str) -> None:
        """Send one message. Raises ChannelSilent, or ChannelRefused with what has to change; neither names the text."""
        try:
            status = self._post(message, message_id)
        except ssl.SSLCertVerificationError as doubt:
            said = f"the certificate of the text gateway is not trusted: {doubt.verify_message}"
            raise ChannelRefused(said, about="settings") from None
        except (OSError, http.client.HTTPException) as silence:
            raise ChannelSilent(f"the text gateway did not answer: {type(silence).__name__}") from None
        if 200 <= status < 300:
            return
        said = f"the text gateway answered {status}"
        if status in LATER or status >= 500:
            raise ChannelSilent(said)
        about = "settings" if status in (301, 302, 303, 307, 308, 401, 403, 404) else "recipient"
        raise ChannelRefused(said, about=about, code=status)

    def _post(self, message: TextMessage, message_id: str) -> int:
        parts = urlsplit(self.settings.url)
        assert parts.hostname is not None
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        talk = kind(parts.hostname, parts.port, timeout=self.settings.timeout)
        content = {
            "id": message_id,
            "from": self.settings.sender,
            "to": message.to,
            "text": message.text,
        }
        headers = {"Content-Type": "application/json", "Idempotency-Key": message_id}
        if self.settings.token:
            headers["Authorization"] = f"Bearer {self.settings.token}"
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            talk.request("POST", path, body=json.dumps(content), headers=headers)
            answer = talk.getresponse()
            answer.read(4096)
            return answer.status
        finally:
            talk.close()
