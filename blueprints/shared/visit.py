"""Where a request comes from, in words short enough for a list of one's own sign-ins."""

from __future__ import annotations

from flask import current_app, request

from domain.actions.second_factors import Place

_PROGRAMS = (("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
             ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"))  # fmt: skip
_SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
            ("Macintosh", "Mac"), ("CrOS", "ChromeOS"), ("Linux", "Linux"))  # fmt: skip


def address() -> str:
    """The visitor's network address, as far as the configured number of proxies lets us know it."""
    return (request.remote_addr or "")[:64]


def place() -> Place:
    """From where the visitor does what they do, for actions that write it down and mail about it."""
    return Place(address(), device(), current_app.config["BASE_URL"])


def device() -> str:
    """The browser and the system it says it is: "Firefox · Android"; else the first words it gave of itself."""
    said = "".join(c for c in request.headers.get("User-Agent", "") if c.isprintable())[:400]
    program = next((name for sign, name in _PROGRAMS if f"{sign}/" in said), "")
    system = next((name for sign, name in _SYSTEMS if sign in said), "")
    return " · ".join(filter(None, (program, system))) or said[:60]
