"""Ask somebody else to pay: a link for one amount that a customer makes and hands on themselves."""

from __future__ import annotations

from flask import abort, current_app, flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from blueprints.portal import portal
from blueprints.portal.agreements import viewed
from blueprints.shared import htmx
from blueprints.shared.clock import now, today
from blueprints.shared.fields import MoneyField, RefField, seal_ref
from blueprints.shared.formats import here
from blueprints.shared.qr import picture
from blueprints.shared.signed_in import scope
from domain.actions import pay_links as acts
from domain.reports import pay_links as reports
from domain.reports.agreements import View
from domain.sealing import fresh_ref
from domain.words import Conflict, Refused

PURPOSE = "ask to pay"
DAYS = 7


class LinkForm(FlaskForm):
    amount = MoneyField(_("Amount"), [InputRequired(_("Enter an amount above zero."))])
    note = StringField(
        _("What for"),
        [Length(max=acts.MOST_NOTE, message=_("Use at most %(count)s characters.", count=acts.MOST_NOTE))],
    )
    ref = RefField(purpose=PURPOSE)


@portal.get("/agreements/<ref>/pay-links")
def pay_links(ref: str) -> ResponseReturnValue:
    view = viewed(ref)
    form = LinkForm(formdata=None)
    form.amount.data = view.uncovered_minor or None
    form.ref.data = seal_ref(PURPOSE, fresh_ref(), owner(view))
    return page(view, form)


@portal.post("/agreements/<ref>/pay-links")
def create_pay_link(ref: str) -> ResponseReturnValue:
    view = viewed(ref)
    form = LinkForm()
    form.amount.currency = view.currency
    form.ref.owner = owner(view)
    if not form.validate():
        return page(view, form, 422)
    try:
        made = acts.make(
            view.ref, form.amount.data, days=DAYS, note=form.note.data or "", ref=form.ref.ref or "", who=scope(),
            today=today(), now=now(),
        )  # fmt: skip
    except (Refused, Conflict) as refused:
        field = getattr(refused, "field", "") or "amount"
        form[field if field in form else "amount"].errors = [here().say(refused.sentence)]
        return page(view, form, 422)
    return htmx.see_other(url_for("portal.pay_link", ref=made.ref))


@portal.get("/pay-links/<ref>")
def pay_link(ref: str) -> ResponseReturnValue:
    """One link of mine, to be shown or handed on."""
    told = reports.listed(scope(), ref[:64], now())
    if told is None:
        abort(404)
    link, secret = told
    address = f"{current_app.config['BASE_URL']}/pay-link/{secret}" if secret and link.open else ""
    return htmx.render(
        "portal/pay_links/pay_link.html", link=link, address=address, picture=picture(address) if address else "",
        states=reports.STATES,
    )  # fmt: skip


@portal.post("/pay-links/<ref>/revoke", endpoint="revoke_pay_link")
def revoke_pay_link(ref: str) -> ResponseReturnValue:
    try:
        acts.revoke(ref[:64], who=scope(), now=now())
    except Conflict as refused:
        flash(here().say(refused.sentence), "warning")
    else:
        flash(gettext("The link was withdrawn: it pays nothing any more."))
    return htmx.see_other(url_for("portal.pay_link", ref=ref))


def owner(view: View) -> str:
    return f"{current_user.user_ref}:{view.ref}"


def page(view: View, form: LinkForm, status: int = 200) -> ResponseReturnValue:
    form.amount.currency = view.currency
    return htmx.render(
        "portal/pay_links/index.html", status=status, view=view, form=form, states=reports.STATES,
        made=reports.of_agreement(scope(), view.ref, now()), days=DAYS,
    )  # fmt: skip
