"""Absolute addresses of our own pages. They come from the settings, never from what a visitor says our name is.

One exception: on this machine the portal answers as `localhost` and as `127.0.0.1`, which browsers hold apart (cookies,
form targets). There, and only there, a round trip to the sandbox's page comes back under the name it left from.
"""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import current_app, request

from config import LOOPBACK


def own_address(path: str) -> str:
    """The absolute address of a path of ours, for a gateway to send the payer back to."""
    return here(current_app.config["BASE_URL"] + path)


def here(address: str) -> str:
    """An address under our base address, under the loopback name the visitor used; any other as it is."""
    base = current_app.config["BASE_URL"]
    if current_app.config["PRODUCTION"] or not address.startswith(f"{base}/"):
        return address
    said = urlsplit(request.host_url)
    return (
        f"{said.scheme}://{said.netloc}{address.removeprefix(base)}" if said.hostname in LOOPBACK else address
    )


def with_value(address: str, name: str, value: str) -> str:
    """A local address with one value of its query set anew, and the others as they were."""
    path, _mark, asked = address.partition("?")
    kept = [one for one in parse_qsl(asked) if one[0] != name]
    return f"{path}?{urlencode([*kept, (name, value)])}"
