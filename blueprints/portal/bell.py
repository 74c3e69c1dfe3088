"""What happened, newest first, behind the bell that every page of the customer shows."""

from __future__ import annotations

from types import SimpleNamespace

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.portal import portal
from blueprints.shared import htmx
from blueprints.shared.clock import now
from blueprints.shared.signed_in import scope
from domain.actions import bells
from domain.reports import bell_pages
from domain.words import Gone


@portal.get("/alerts/bell")
def bell() -> ResponseReturnValue:
    asked = request.args.get("page", "1")
    shown = bell_pages.page(
        scope(), int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
    )
    return htmx.render("portal/bell/bell.html", shown=shown, paging=_paging(shown))


def _paging(shown: bell_pages.BellPage) -> SimpleNamespace:
    number, pages = shown.number, shown.pages
    return SimpleNamespace(
        number=number, pages=pages, total=shown.total,
        previous_url=url_for("portal.bell", page=number - 1) if number > 1 else None,
        next_url=url_for("portal.bell", page=number + 1) if number < pages else None,
    )  # fmt: skip


@portal.get("/alerts/widgets/bell")
def bell_count() -> ResponseReturnValue:
    """The bell by itself: it renews its count while a page stays open. Opened as a page it is the list."""
    if not htmx.wants_fragment():
        return bell()
    return htmx.render("portal/bell/bell.html", "shared/_bell.html")


@portal.get("/alerts/widgets/latest")
def latest_notices() -> ResponseReturnValue:
    """The last lines by themselves, for the first page. Opened as a page it is the list."""
    if not htmx.wants_fragment():
        return bell()
    return htmx.render("portal/bell/bell.html", "portal/bell/_latest.html", shown=bell_pages.page(scope(), 1))


@portal.get("/alerts/bell/<ref>")
def open_bell(ref: str) -> ResponseReturnValue:
    """Mark one line as read and go on to what it tells of."""
    try:
        path = bells.read(ref, who=scope(), now=now())
    except Gone:
        abort(404)
    return redirect(path or url_for("portal.bell"), 303)


@portal.post("/alerts/bell")
def read_bell() -> ResponseReturnValue:
    bells.read_all(who=scope(), now=now())
    return htmx.see_other(url_for("portal.bell"))
