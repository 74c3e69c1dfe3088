"""Ways to pay: the list, adding one on the processor's own page, taking one out of use.

A visit to the processor is bound to this browser: its ref is kept in the signed session, and one that is not there is
nobody's business here. No number of an account or card is ever typed on these pages. Adding and removing ask for a
fresh proof of who it is (safety A22); paying with what is there does not.
"""

from __future__ import annotations

from flask import abort, flash, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from blueprints.portal import portal
from blueprints.shared import frame, htmx, step_up, visit
from blueprints.shared.addresses import here, own_address
from blueprints.shared.clock import now, today
from blueprints.shared.doors import local_path
from blueprints.shared.lookup import get_or_404
from blueprints.shared.signed_in import scope
from domain.actions import methods as actions
from domain.reports import agreements, my_methods
from models import PaymentMethod

MOST_SETUPS = 5


@portal.get("/methods")
def methods() -> ResponseReturnValue:
    return htmx.render("portal/methods/methods.html", methods=my_methods.methods(scope()), on=today())


@portal.post("/methods/new")
def new_method() -> ResponseReturnValue:
    """Off to the processor's page, and back to `next` afterwards."""
    wanted = local_path(request.form.get("next"))
    if asked := step_up.required(back=wanted or url_for("portal.methods")):
        return asked
    name = (frame.business() or {}).get("name", "")
    address = own_address(url_for("portal.method_return"))
    setup_ref, page = actions.begin(name=name, return_url=address, now=now())
    setups = [*session.get("setups", []), [setup_ref, wanted]]
    session["setups"] = setups[-MOST_SETUPS:]
    return htmx.see_other(here(page))


@portal.get("/methods/return")
def method_return() -> ResponseReturnValue:
    """What was chosen over there. Nothing is stored by looking."""
    setup_ref = request.args.get("setup", "")
    back = _back(setup_ref)
    return htmx.render(
        "portal/methods/chosen.html", setup_ref=setup_ref, chosen=actions.chosen(setup_ref), back=back,
        payable=any(view.open and view.payable_minor for view in agreements.views(scope(), today())),
    )  # fmt: skip


@portal.post("/methods")
def save_method() -> ResponseReturnValue:
    setup_ref = request.form.get("setup", "")
    back = _back(setup_ref)
    if asked := step_up.required(back=url_for("portal.method_return", setup=setup_ref)):
        return asked
    keep = request.form.get("keep") != "0"
    ref = actions.save(setup_ref, keep=keep, who=scope(), now=now(), place=visit.place())
    if keep:
        flash(gettext("Saved. You can pay with it from now on."))
    if not back and request.form.get("then") == "pay":
        return htmx.see_other(url_for("portal.pay", method=ref))
    if not back:
        return htmx.see_other(url_for("portal.methods"))
    return htmx.see_other(f"{back.partition('?')[0]}?method={ref}")


@portal.get("/methods/<ref>/remove")
def ask_remove_method(ref: str) -> ResponseReturnValue:
    method = get_or_404(PaymentMethod, ref)
    if method.removed_at is not None:
        abort(404)
    if asked := step_up.required(about=f"remove:{method.ref}", words=_words(method)):
        return asked
    return htmx.render("portal/methods/remove.html", method=method)


@portal.post("/methods/<ref>/remove")
def remove_method(ref: str) -> ResponseReturnValue:
    method = get_or_404(PaymentMethod, ref)
    page = url_for("portal.ask_remove_method", ref=ref)
    if asked := step_up.required(about=f"remove:{method.ref}", words=_words(method), back=page):
        return asked
    actions.remove(method.ref, who=scope(), now=now(), place=visit.place())
    flash(gettext("%(label)s was removed.", label=method.label))
    return htmx.see_other(url_for("portal.methods"))


def _words(method: PaymentMethod) -> str:
    return gettext("Remove %(label)s", label=method.label)


def _back(setup_ref: str) -> str:
    """Where this browser's visit to the processor was begun from; 404 for a visit that was not this browser's."""
    for known, back in session.get("setups", []):
        if known == setup_ref:
            return str(back)
    abort(404)
