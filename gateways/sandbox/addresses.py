"""Where the hosted pages may send people back to: only to origins named when the processor was started."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote, urlsplit, urlunsplit

from gateways.sandbox.refusals import refused

_MAX_LENGTH = 2000


def origin_of(address: str) -> str:
    """scheme://host:port of an absolute http or https address, in lower case; "" for anything else."""
    if len(address) > _MAX_LENGTH or "\\" in address or any(not "!" <= letter <= "~" for letter in address):
        return ""
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018 - raises for a port that is not a number
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        return ""
    return f"{parts.scheme}://{parts.netloc.lower()}"


def allowed_origins(addresses: Iterable[str]) -> frozenset[str]:
    """The origins of these addresses; `http://localhost:*` stands for every port of that host.

    Raises ValueError for an address without an origin, so that a typo shows at start.
    """
    found = {
        address: address if address.endswith(":*") and origin_of(address[:-2]) else origin_of(address)
        for address in addresses
    }
    for address, origin in found.items():
        if not origin:
            raise ValueError(f"not an http or https address: {address!r}")
    return frozenset(found.values())


def check_return(address: str, origins: frozenset[str]) -> None:
    """Refuse an address outside the allowed origins."""
    origin = origin_of(address)
    any_port = f"{origin.removesuffix(f':{urlsplit(address).port}')}:*" if origin else ""
    if not origin or not origins & {origin, any_port}:
        raise refused("bad_return_url")


def with_setup(address: str, setup_ref: str) -> str:
    """The return address with `setup=<setup_ref>` added to its query."""
    parts = urlsplit(address)
    query = f"{parts.query}&" if parts.query else ""
    return urlunsplit(parts._replace(query=f"{query}setup={quote(setup_ref)}"))
