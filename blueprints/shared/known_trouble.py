"""What the business tells everybody, also before they sign in: a trouble that is known, hours that changed."""

from __future__ import annotations

from flask import Flask

from blueprints.shared.clock import now
from domain.reports import announcements
from domain.reports.announcements import Notice


def told_to_anybody() -> list[Notice]:
    """For pages that nobody needs to sign in for; customers read it on their first page."""
    return announcements.told_to_anybody(now())


def init_app(app: Flask) -> None:
    app.jinja_env.globals["told_to_anybody"] = told_to_anybody
