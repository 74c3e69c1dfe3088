"""The mails this installation would have sent, while it has no mail server: for trying things out on one's own machine.

The links in them open accounts, so the page exists only where no mail server is set, the portal's own address is this
machine, and the visitor sits at it.
"""

from __future__ import annotations

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from flask import Response, abort, current_app, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.public import public
from blueprints.shared import htmx
from domain.actions.mailbox import attachment, received, texts

FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Forwarded-Host", "X-Forwarded-Proto", "Via")
"""What a proxy adds: then the nearest machine is not the visitor's."""


def mailbox_is_open() -> bool:
    settings = current_app.config["SETTINGS"]
    if settings.production or settings.smtp_host or any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


@public.get("/mailbox")
def mailbox() -> ResponseReturnValue:
    if not mailbox_is_open():
        abort(404)
    folder = current_app.config["SETTINGS"].mailbox
    return htmx.render("public/mailbox/mailbox.html", mails=received(folder), texts=texts(folder), own=_own)


@public.get("/mailbox/<mail>/<int:number>")
def mailbox_attachment(mail: str, number: int) -> ResponseReturnValue:
    """One file that came with a mail: a PDF opens, anything else is saved."""
    found = attachment(current_app.config["SETTINGS"].mailbox, mail, number) if mailbox_is_open() else None
    if found is None:
        abort(404)
    name, kind, content = found
    shown = kind == "application/pdf"
    answer = Response(content, mimetype=kind if shown else "application/octet-stream")
    answer.headers.set("Content-Disposition", "inline" if shown else "attachment", filename=name)
    return answer


def _own(link: str) -> str:
    """A link of this portal as a path on it, so that it opens at whatever name and port the page was opened."""
    base = current_app.config["BASE_URL"]
    parts = urlsplit(link)
    if not link.startswith(f"{base}/"):
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")


@public.app_context_processor
def mailbox_address() -> dict[str, Any]:
    """`mailbox_url`: where the page is, or None where it does not exist."""
    return {"mailbox_url": url_for("public.mailbox") if request and mailbox_is_open() else None}
