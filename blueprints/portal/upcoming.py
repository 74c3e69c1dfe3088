"""What is coming: debits of autopay, planned payments and money on its way in one list, each changed in place.

Of each autopay the next three debits are shown, and the next twelve when asked for. Without scripts every change is a
form with a page of its own. Whoever comes after a debit was sent is told so.
"""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from blueprints.portal import portal
from blueprints.shared import htmx
from blueprints.shared.clock import today
from blueprints.shared.signed_in import scope
from domain.reports import agreements, autopay_coming, autopay_marks
from domain.reports.autopay import AHEAD
from domain.reports.planned import Planned
from domain.rules.autopay_amount import percent


def _all_of_it() -> bool:
    return request.values.get("more") == "1"


def address() -> str:
    """The page of the list as the visitor sees it: short, or with every debit that is known."""
    return url_for("portal.upcoming", more="1" if _all_of_it() else None)


@portal.get("/upcoming")
def upcoming() -> ResponseReturnValue:
    return page()


def page(status: int = 200, editing: Planned | None = None, **told: Any) -> ResponseReturnValue:
    """The list; `editing` is the planned payment whose form stands in its place, `told` what that form shows."""
    whole = autopay_coming.upcoming(scope(), today(), count=AHEAD)
    shown = whole if _all_of_it() else autopay_coming.first_of(whole)
    views = [] if htmx.wants_fragment() else [one for one in agreements.views(scope(), today()) if one.open]
    return htmx.render(
        "portal/upcoming/upcoming.html", "portal/upcoming/_upcoming.html", status,
        coming=shown, whole=len(whole), more=_all_of_it(), editing=editing, views=views, percent=percent,
        marks=autopay_marks.marks(scope()) if views else {}, **told,
    )  # fmt: skip
