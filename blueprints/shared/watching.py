"""Who may ask how an installation runs, without a page: colleagues, this machine itself, and who shows the token.

To everybody else there is nothing here. A request of this machine is one that no proxy sent on: it carries none of
their headers. In production a proxy must be known to the settings, or all visitors might look like this machine.
"""

from __future__ import annotations

import ipaddress
import shutil
from hmac import compare_digest
from pathlib import Path

from flask import abort, current_app, request
from flask_login import current_user

from config import Settings
from domain.reports.readiness import Here

FORWARDED = (
    "Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Server", "X-Real-IP",
)  # fmt: skip


def settings() -> Settings:
    return current_app.config["SETTINGS"]


def require_watcher() -> None:
    """404 for whoever may not know how this installation runs."""
    if not (_shows_token() or _of_this_machine() or _colleague()):
        abort(404)


def _shows_token() -> bool:
    token, given = settings().metrics_token, request.headers.get("Authorization", "")
    return bool(token) and compare_digest(given.encode(), f"Bearer {token}".encode())


def _of_this_machine() -> bool:
    if settings().production and not settings().proxies:
        return False
    if any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def _colleague() -> bool:
    if not current_user.is_authenticated or current_user.stage != "full":
        return False
    return current_user.scope.staff and current_user.scope.everything


def here() -> Here:
    """What this process knows of itself."""
    ours, marks = settings(), current_app.extensions["marks"]
    free = shutil.disk_usage(ours.instance).free
    return Here(migrations(), ours.scheduler, marks.ran_at, free, ours.production)


def migrations() -> Path:
    return Path(str(current_app.extensions["migrate"].directory))
