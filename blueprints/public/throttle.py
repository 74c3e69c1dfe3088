"""How often one address may try the doors (safety A7): counted in this process, on top of each user's own counter.

The counts are kept in memory, so with several processes an address has as many tries as there are processes; what
guards one account stands in the database and holds for all of them.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Any

from flask import current_app, request
from flask_limiter import Limiter

TRIES = "20 per minute; 200 per hour"
MAILS = "10 per minute; 60 per hour"


def visitor_address() -> str:
    """The visitor's address; a network of 2^64 IPv6 addresses counts as one visitor."""
    address = request.remote_addr or ""
    try:
        if ipaddress.ip_address(address).version == 6:
            return str(ipaddress.ip_network(f"{address}/64", strict=False))
    except ValueError:
        return address
    return address


limiter = Limiter(visitor_address, storage_uri="memory://", headers_enabled=False, default_limits=[])


def limit_posts(how_often: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """At most `how_often` posted forms from one address at this route; reading is free. Off where THROTTLE is."""
    return limiter.limit(how_often, methods=["POST"], exempt_when=lambda: not current_app.config["THROTTLE"])
