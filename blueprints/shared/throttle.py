"""How often one visitor may do what is costly or dangerous. Off where THROTTLE is (tests).

`limit_posts`: forms at the doors, counted in the database, by address and over all addresses. `limit_reads`: pages that
cost much to make (PDF, CSV, search; safety W21), counted by person in this process's memory, because reading a page
must not write (W2) and the cost is this process's own.
"""

from __future__ import annotations

import functools
import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import abort, current_app, request
from flask_limiter import Limiter
from flask_login import current_user

from blueprints.shared.clock import now
from domain.actions import throttling
from domain.actions.throttling import Limit

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
View = Callable[..., Any]


@dataclass(frozen=True)
class HowOften:
    """The limits of one kind of door: of each address, and of everybody together."""

    each: tuple[Limit, ...]
    everybody: Limit


TRIES = HowOften((Limit(20, MINUTE), Limit(200, HOUR)), Limit(1_000, MINUTE))
MAILS = HowOften((Limit(10, MINUTE), Limit(60, HOUR)), Limit(300, MINUTE))
TYPING = HowOften((Limit(120, MINUTE), Limit(1_000, HOUR)), Limit(1_000, MINUTE))
"""A meter that answers while somebody types."""
PAPERS = "30 per minute; 300 per hour"
SEARCHES = "120 per minute"
POLLS = "300 per minute"
"""Ten conversations open at once, each asking every two seconds."""


def visitor_address() -> str:
    """The visitor's address; a network of 2^64 IPv6 addresses counts as one visitor."""
    address = request.remote_addr or ""
    try:
        if ipaddress.ip_address(address).version == 6:
            return str(ipaddress.ip_network(f"{address}/64", strict=False))
    except ValueError:
        return address
    return address


def reader() -> str:
    """Whose reading is counted: the person, else the address."""
    return f"user:{current_user.user_id}" if current_user.is_authenticated else visitor_address()


limiter = Limiter(reader, storage_uri="memory://", headers_enabled=False, default_limits=[])


def limit_posts(how_often: HowOften) -> Callable[[View], View]:
    """At most so many posted forms at this route; reading is free. One too many is answered with 429."""

    def wrap(view: View) -> View:
        @functools.wraps(view)
        def counted(*arguments: Any, **named: Any) -> Any:
            if request.method == "POST" and current_app.config["THROTTLE"]:
                door = request.endpoint
                buckets = [(f"{door}:{visitor_address()}", limit) for limit in how_often.each]
                if not throttling.allow([*buckets, (f"{door}:all", how_often.everybody)], now=now()):
                    abort(429)
            return view(*arguments, **named)

        return counted

    return wrap


def limit_reads(how_often: str) -> Callable[[View], View]:
    """At most `how_often` ("30 per minute") readings of this page by one person."""
    return limiter.limit(how_often, exempt_when=lambda: not current_app.config["THROTTLE"])
