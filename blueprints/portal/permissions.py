"""My permissions: what was accepted, word for word, when and from where; end one, have a copy mailed."""

from __future__ import annotations

from flask import abort, flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from blueprints.portal import portal
from blueprints.shared import htmx, step_up, visit
from blueprints.shared.clock import now, today
from blueprints.shared.signed_in import scope
from domain.actions import permissions as actions
from domain.reports import my_permissions
from domain.reports.my_permissions import Permission


def given(ref: str) -> Permission:
    """The visitor's permission of that name, or 404."""
    found = my_permissions.permission(scope(), ref)
    if found is None:
        abort(404)
    return found


@portal.get("/permissions")
def permissions() -> ResponseReturnValue:
    return htmx.render("portal/permissions/index.html", permissions=my_permissions.permissions(scope()))


@portal.get("/permissions/<ref>")
def permission(ref: str) -> ResponseReturnValue:
    return htmx.render("portal/permissions/show.html", permission=given(ref))


@portal.get("/permissions/<ref>/end")
def ask_end_permission(ref: str) -> ResponseReturnValue:
    found = given(ref)
    if asked := step_up.required(about=f"permission:{found.ref}", words=gettext("End a permission")):
        return asked
    return htmx.render("portal/permissions/end.html", permission=found)


@portal.post("/permissions/<ref>/end")
def end_permission(ref: str) -> ResponseReturnValue:
    found = given(ref)
    page = url_for("portal.ask_end_permission", ref=ref)
    if asked := step_up.required(
        about=f"permission:{found.ref}", words=gettext("End a permission"), back=page
    ):
        return asked
    cancelled = actions.end(found.ref, who=scope(), today=today(), now=now(), place=visit.place())
    said = gettext("The permission has ended.")
    if cancelled:
        planned = ngettext(
            "%(num)s planned payment was cancelled with it.", "%(num)s planned payments were cancelled with it.",
            cancelled,
        )  # fmt: skip
        said = f"{said} {planned}"
    flash(said)
    return htmx.see_other(url_for("portal.permission", ref=ref))


@portal.post("/permissions/<ref>/copy")
def mail_permission(ref: str) -> ResponseReturnValue:
    found = given(ref)
    if actions.mail_copy(found.ref, who=scope(), now=now()):
        flash(gettext("A copy is on its way to your mail address."))
    else:
        flash(gettext("There is no mail address in your account. Add one, or print this page."), "warning")
    return htmx.see_other(url_for("portal.permission", ref=ref))
