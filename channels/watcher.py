"""Whoever waits for a sign of life: one GET of an address while all goes well, and silence when it does not.

2xx: heard. Everything else, no answer and a broken one too: ChannelSilent. Nothing about the installation is told.
"""

from __future__ import annotations

import http.client
from urllib.parse import urlsplit

from channels.message import ChannelSilent

TIMEOUT_SECONDS = 10


def tell(url: str, timeout: int = TIMEOUT_SECONDS) -> None:
    """Ask for the address once; `timeout` is whole seconds for each step. Raises ChannelSilent without the address,
    which is a secret of its owner."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    try:
        talk = kind(parts.hostname or "", parts.port, timeout=timeout)
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            talk.request("GET", path, headers={"User-Agent": "Duebook"})
            status = talk.getresponse().status
        finally:
            talk.close()
    except (OSError, http.client.HTTPException) as silence:
        raise ChannelSilent(f"the watcher did not answer: {type(silence).__name__}") from None
    if not 200 <= status < 300:
        raise ChannelSilent(f"the watcher answered {status}")
