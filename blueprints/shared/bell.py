"""The bell in the frame of a customer's pages: how many lines behind it were not read yet."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, request
from flask_login import current_user

from blueprints.shared.frame import address, looking
from blueprints.shared.signed_in import scope
from domain.reports import bell_pages

MOST_SHOWN = 99


@dataclass(frozen=True, slots=True)
class Bell:
    """`count` lines are not read, `shown` as the sign beside the bell; `here` where the list itself is looked at."""

    count: int
    shown: str
    list_url: str
    renewed_from: str
    here: bool


def bell() -> Bell | None:
    """The bell, for whom there is one; None for everybody else, and while nothing can be read."""
    if not current_user.is_authenticated or current_user.stage != "full":
        return None
    if current_user.role != "customer" and not looking():
        return None
    # One's own are counted by the statement that says who is there, which every page asks anyway.
    own = current_user.viewing_person_id is None
    count = current_user.unread if own else bell_pages.unread(scope())
    if count is None:
        return None
    shown = str(count) if count <= MOST_SHOWN else f"{MOST_SHOWN}+"
    here = request.endpoint == "portal.bell"
    return Bell(count, shown, address("portal.bell"), address("portal.bell_count"), here)


def init_app(app: Flask) -> None:
    # Asked by the frame itself, so that an answer without a frame costs nothing.
    app.jinja_env.globals["bell"] = bell
