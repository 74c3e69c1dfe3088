"""How often one address may try the doors (safety A7), and how long an answer takes that must not tell anything (A6).

Tries are counted in this process's memory, on top of each user's own counter: with several processes an address has as
many tries as there are processes. What guards one account stands in the database and holds for all of them.
"""

from __future__ import annotations

import functools
import ipaddress
import time
from collections.abc import Callable
from typing import Any

from flask import current_app, request
from flask_limiter import Limiter

TRIES = "20 per minute; 200 per hour"
MAILS = "10 per minute; 60 per hour"
SECONDS_TO_ANSWER = 0.15


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


def same_time_for_all(view: Callable[..., Any]) -> Callable[..., Any]:
    """Answer after a fixed time, so that a name that makes a mail is not told from one that makes none by waiting."""

    @functools.wraps(view)
    def timed(*arguments: Any, **named: Any) -> Any:
        began = time.monotonic()
        answer = view(*arguments, **named)
        left = SECONDS_TO_ANSWER - (time.monotonic() - began)
        if left > 0 and current_app.config["THROTTLE"]:
            time.sleep(left)
        return answer

    return timed
