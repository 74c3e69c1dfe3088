"""Links to pay, made at the desk: one amount of one agreement, to be shown, mailed or sent as a text."""

from __future__ import annotations

from flask import abort, current_app, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms.validators import InputRequired, NumberRange

from blueprints.office import office
from blueprints.office.adjusting import AdjustForm, acting, found, tried
from blueprints.office.typed import text_field
from blueprints.shared import htmx
from blueprints.shared.clock import now
from blueprints.shared.fields import MoneyField, WholeField
from blueprints.shared.formats import here
from blueprints.shared.lookup import require
from blueprints.shared.qr import picture
from blueprints.shared.second_factors import texts_go_out
from blueprints.shared.signed_in import scope
from domain.actions import pay_links as acts
from domain.reports import pay_links as reports
from domain.reports.agreements import View
from domain.words import Conflict, Refused

RIGHT = "counter"


class LinkForm(AdjustForm):
    amount = MoneyField(_("Amount"), [InputRequired(_("Enter an amount above zero."))])
    days = WholeField(
        _("Works for (days)"),
        [
            InputRequired(_("Say for how many days it works.")),
            NumberRange(1, acts.MOST_DAYS, _("Let it work for 1 to 90 days.")),
        ],
    )
    note = text_field(_("What for"), acts.MOST_NOTE)


@office.get("/office/agreements/<ref>/pay-links")
def pay_links(ref: str) -> ResponseReturnValue:
    at = found(ref, RIGHT)
    start = at.uncovered_minor or min(at.due.next_minor or at.payable_minor, at.payable_minor)
    return page(at, LinkForm(at, amount=start or None, days=7))


def page(at: View, form: LinkForm, status: int = 200) -> ResponseReturnValue:
    return htmx.render(
        "office/pay_links/index.html", status=status, at=at, form=form, states=reports.STATES,
        made=reports.of_agreement(scope(), at.ref, now()),
    )  # fmt: skip


@office.post("/office/agreements/<ref>/pay-links")
def create_pay_link(ref: str) -> ResponseReturnValue:
    at = found(ref, RIGHT)
    form = LinkForm(at, request.form, sent=True)
    made = tried(
        form,
        lambda: acts.make(
            at.ref, form.amount.data, days=form.days.data, note=form.note.data or "", ref=form.ref, **acting()
        ),
    )
    if made is None:
        return page(at, form, 422)
    return htmx.see_other(url_for("office.pay_link", ref=made.ref))


@office.get("/office/pay-links/<ref>")
def pay_link(ref: str) -> ResponseReturnValue:
    """One link, to be shown, read out or sent."""
    return shown(ref)


@office.get("/office/pay-links/<ref>/widgets/state")
def pay_link_state(ref: str) -> ResponseReturnValue:
    """Whether it was paid, by itself: for a page that stays open during a call."""
    return shown(ref)


def shown(ref: str) -> ResponseReturnValue:
    require(RIGHT)
    told = reports.listed(scope(), ref[:64], now())
    if told is None:
        abort(404)
    link, secret = told
    address = f"{current_app.config['BASE_URL']}/pay-link/{secret}" if secret else ""
    return htmx.render(
        "office/pay_links/pay_link.html", "office/pay_links/_state.html", link=link, address=address,
        states=reports.STATES, picture=picture(address) if address and link.open else "", texts=texts_go_out(),
    )  # fmt: skip


@office.post("/office/pay-links/<ref>/send", endpoint="send_pay_link")
def send_pay_link(ref: str) -> ResponseReturnValue:
    require(RIGHT)
    way = "sms" if request.form.get("way") == "sms" else "email"
    try:
        acts.send(ref[:64], way, base_url=current_app.config["BASE_URL"], who=scope(), now=now())
    except (Refused, Conflict) as refused:
        flash(here().say(refused.sentence), "warning")
    else:
        flash(gettext("The link is on its way to the address on file."))
    return htmx.see_other(url_for("office.pay_link", ref=ref))


@office.post("/office/pay-links/<ref>/revoke", endpoint="revoke_pay_link")
def revoke_pay_link(ref: str) -> ResponseReturnValue:
    require(RIGHT)
    try:
        acts.revoke(ref[:64], who=scope(), now=now())
    except Conflict as refused:
        flash(here().say(refused.sentence), "warning")
    else:
        flash(gettext("The link was withdrawn: it pays nothing any more."))
    return htmx.see_other(url_for("office.pay_link", ref=ref))
