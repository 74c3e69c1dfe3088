"""Ways to pay: the list, names and ranks, adding one on the processor's own page, taking one out of use.

A visit to the processor is bound to this browser: its ref is kept in the signed session, and one that is not there is
nobody's business here. No number of a card is ever typed on these pages; accounts for files of the bank are
(`blueprints.portal.bank_accounts`). Adding and removing ask for a fresh proof of who it is (safety A22); paying with
what is there does not.
"""

from __future__ import annotations

from flask import abort, flash, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import StringField

from blueprints.portal import portal
from blueprints.shared import formats, frame, htmx, step_up, visit
from blueprints.shared.addresses import here, own_address, with_value
from blueprints.shared.clock import now, today
from blueprints.shared.doors import local_path
from blueprints.shared.lookup import get_or_404
from blueprints.shared.signed_in import scope
from domain.actions import methods as actions
from domain.reports import agreements, autopay_marks, my_methods
from domain.words import Refused
from models import PaymentMethod

MOST_SETUPS = 5


class NameForm(FlaskForm):
    name = StringField(_("Your name for it"))


@portal.get("/methods")
def methods() -> ResponseReturnValue:
    return page()


def page(wrong: str = "", form: NameForm | None = None, status: int = 200) -> ResponseReturnValue:
    """The list; `wrong` names the method whose new name was refused."""
    return htmx.render(
        "portal/methods/methods.html", status=status, methods=my_methods.methods(scope()), on=today(),
        additions=my_methods.additions(scope()), wrong=wrong, form=form or NameForm(formdata=None),
        uses=autopay_marks.by_method(scope()),
    )  # fmt: skip


@portal.get("/methods/new")
def choose_method() -> ResponseReturnValue:
    """How another one can be added: an account typed here, or the page of a processor."""
    return htmx.render(
        "portal/methods/choose.html", additions=my_methods.additions(scope()),
        back=local_path(request.args.get("next")),
    )  # fmt: skip


@portal.post("/methods/new")
def new_method() -> ResponseReturnValue:
    """Off to the processor's page, and back to `next` afterwards; where there are more ways, to choose one first.

    Where accounts are only typed, and of one kind, to its form.
    """
    wanted, gateway = local_path(request.form.get("next")), request.form.get("gateway", "")
    if not gateway:
        there = my_methods.additions(scope())
        if len(there) != 1:
            return htmx.see_other(url_for("portal.choose_method", next=wanted or None))
        if there[0].typed:
            address = url_for("portal.new_bank_account", gateway=there[0].gateway, next=wanted or None)
            return htmx.see_other(address)
    if asked := step_up.required(back=wanted or url_for("portal.methods")):
        return asked
    name = (frame.business() or {}).get("name", "")
    address = own_address(url_for("portal.method_return"))
    setup_ref, page = actions.begin(name=name, return_url=address, now=now(), gateway=gateway)
    setups = [*session.get("setups", []), [setup_ref, wanted, gateway]]
    session["setups"] = setups[-MOST_SETUPS:]
    return htmx.see_other(here(page))


@portal.get("/methods/return")
def method_return() -> ResponseReturnValue:
    """What was chosen over there. Nothing is stored by looking."""
    setup_ref = request.args.get("setup", "")
    back, gateway = _visit(setup_ref)
    return htmx.render(
        "portal/methods/chosen.html", setup_ref=setup_ref, chosen=actions.chosen(setup_ref, gateway), back=back,
        payable=any(view.open and view.payable_minor for view in agreements.views(scope(), today())),
    )  # fmt: skip


@portal.post("/methods")
def save_method() -> ResponseReturnValue:
    setup_ref = request.form.get("setup", "")
    back, gateway = _visit(setup_ref)
    if asked := step_up.required(back=url_for("portal.method_return", setup=setup_ref)):
        return asked
    keep = request.form.get("keep") != "0"
    ref = actions.save(
        setup_ref, keep=keep, who=scope(), now=now(), place=visit.place(), gateway=gateway
    )  # fmt: skip
    if keep:
        flash(gettext("Saved. You can pay with it from now on."))
    if not back and request.form.get("then") == "pay":
        return htmx.see_other(url_for("portal.pay", method=ref))
    if not back:
        return htmx.see_other(url_for("portal.methods"))
    return htmx.see_other(with_value(back, "method", ref))


@portal.post("/methods/<ref>/name")
def name_method(ref: str) -> ResponseReturnValue:
    get_or_404(PaymentMethod, ref)
    form = NameForm()
    if not form.validate():
        return page(ref, form, 422)
    try:
        actions.rename(ref, form.name.data or "", who=scope(), now=now(), place=visit.place())
    except Refused as refused:
        form.name.errors = [*form.name.errors, formats.here().say(refused.sentence)]
        return page(ref, form, 422)
    flash(gettext("Saved."))
    return htmx.see_other(url_for("portal.methods"))


@portal.post("/methods/<ref>/rank")
def rank_method(ref: str) -> ResponseReturnValue:
    """Primary, backup or neither; what that means for planned payments is said at once (the rule of two days)."""
    method = get_or_404(PaymentMethod, ref)
    wanted = request.form.get("rank", "")
    notices = actions.rank(ref, wanted, who=scope(), today=today(), now=now(), place=visit.place())
    words = {
        "primary": gettext("%(label)s is now your primary way to pay.", label=method.label),
        "backup": gettext("%(label)s is now your backup way to pay.", label=method.label),
    }
    flash(words.get(wanted, gettext("Saved.")))
    for notice in notices:
        flash(formats.here().say(notice), "warning")
    return htmx.see_other(url_for("portal.methods"))


@portal.get("/methods/<ref>/remove")
def ask_remove_method(ref: str) -> ResponseReturnValue:
    """The question; where another one has to take its place first, or a payment waits for it, that is said instead."""
    method = get_or_404(PaymentMethod, ref)
    if method.removed_at is not None:
        abort(404)
    if asked := step_up.required(about=f"remove:{method.ref}", words=_words(method)):
        return asked
    uses = autopay_marks.by_method(scope()).get(method.ref, [])
    return htmx.render("portal/methods/remove.html", method=method, uses=uses)


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


def _visit(setup_ref: str) -> tuple[str, str]:
    """(where this browser's visit to the processor was begun from, the processor); 404 for another browser's visit."""
    for known, back, *gateway in session.get("setups", []):
        if known == setup_ref:
            return str(back), str(gateway[0]) if gateway else ""
    abort(404)
