"""Giving money of a payment back: how much, in which way and why, reviewed with its effect before it is done."""

from __future__ import annotations

from typing import Any

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import RadioField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, InputRequired

from blueprints.office import office
from blueprints.office.adjusting import AdjustForm, acting, found, reviewed, tried
from blueprints.office.typed import text_field
from blueprints.shared import htmx, lookup, step_up
from blueprints.shared.fields import MoneyField
from blueprints.shared.formats import here
from blueprints.shared.signed_in import scope
from domain.actions import refund_watch
from domain.actions import refunds as acts
from domain.reports import money_back
from domain.reports.agreements import View
from domain.rules.refund_states import WAY_WORDS
from domain.words import Refused
from models import Payment, Refund

PAID, CREDIT = "paid", "credit"


class RefundForm(AdjustForm):
    amount = MoneyField(_("How much is given back"), [InputRequired(_("Enter an amount above zero."))])
    of = RadioField(_("Of what"), choices=[], default=PAID)
    way = RadioField(_("How it is given back"), choices=[])
    reason = text_field(
        _("Reason"), acts.MOST_REASON, DataRequired(_("Say why, for those who look later.")), lines=True
    )

    def __init__(self, at: View, facts: money_back.Giving, given: Any = None, *, sent: bool = False):
        super().__init__(at, given, sent=sent)
        self.way.choices = [SelectChoice(way, gettext(WAY_WORDS[way])) for way in facts.ways]
        self.of.choices = [SelectChoice(PAID, gettext("What it paid: it is owed again"))]
        if facts.credit_minor > 0:
            self.of.choices.append(SelectChoice(CREDIT, gettext("Only what was paid too much")))
        if given is None:
            self.amount.data = facts.credit_minor if facts.credit_minor > 0 else facts.left_minor
            self.of.data = CREDIT if facts.credit_minor > 0 else PAID
            self.way.data = facts.ways[0] if facts.ways else None

    @property
    def wanted(self) -> acts.Wanted:
        return acts.Wanted(
            self.amount.data or 0, self.way.data or "", self.reason.data or "", self.of.data == CREDIT
        )


def asked_for(ref: str) -> tuple[Payment, View, money_back.Giving]:
    """The payment, its agreement, and what may be given back of it; 403 without the right, 404 without the payment."""
    lookup.require(acts.RIGHT)
    payment = lookup.get_or_404(Payment, ref)
    return payment, found(payment.agreement.ref, acts.RIGHT), money_back.giving(scope(), payment)


def _proof(payment: Payment) -> ResponseReturnValue | None:
    """The way to a fresh proof of who it is, for giving money of just this payment back (safety A22, A23)."""
    return step_up.required(
        about=f"refund:{payment.ref}", words=gettext("Give money back"),
        back=url_for("office.new_refund", ref=payment.ref),
    )  # fmt: skip


def _page(payment: Payment, at: View, facts: Any, form: RefundForm, status: int = 200) -> ResponseReturnValue:
    return htmx.render(
        "office/refunds/new.html", status=status, payment=payment, at=at, facts=facts, form=form
    )


@office.get("/office/payments/<ref>/refunds/new")
def new_refund(ref: str) -> ResponseReturnValue:
    payment, at, facts = asked_for(ref)
    if asked := _proof(payment):
        return asked
    given = request.args if "form_ref" in request.args else None
    return _page(payment, at, facts, RefundForm(at, facts, given))


@office.get("/office/payments/<ref>/refunds/review")
def review_refund(ref: str) -> ResponseReturnValue:
    payment, at, facts = asked_for(ref)
    form = RefundForm(at, facts, request.args)
    effect = tried(form, lambda: acts.preview(payment.ref, form.wanted, form.ref, **acting()))
    rows = [
        (gettext("Given back"), here().money(form.amount.data or 0, at.currency)),
        (gettext("How"), gettext(WAY_WORDS[form.way.data]) if form.way.data in WAY_WORDS else ""),
        (gettext("Reason"), form.reason.data),
    ]
    return reviewed(
        at, form, effect, lambda at, form, status: _page(payment, at, facts, form, status),
        title=gettext("Give this back?"), rows=rows, confirm=gettext("Give back"),
        action=url_for("office.create_refund", ref=ref), step=url_for("office.new_refund", ref=ref),
    )  # fmt: skip


@office.post("/office/payments/<ref>/refunds")
def create_refund(ref: str) -> ResponseReturnValue:
    payment, at, facts = asked_for(ref)
    if asked := _proof(payment):
        return asked
    form = RefundForm(at, facts, request.form, sent=True)
    made = tried(form, lambda: acts.start(payment.ref, form.wanted, form.ref, **acting()))
    if made is None:
        return _page(payment, at, facts, form, 422)
    flash(gettext("%(amount)s is given back.", amount=here().money(form.amount.data or 0, at.currency)))
    return htmx.see_other(url_for("office.payment", ref=ref))


@office.post("/office/refunds/<ref>/failure")
def fail_refund(ref: str) -> ResponseReturnValue:
    """A check that was never cashed, a transfer that came back."""
    lookup.require(acts.RIGHT)
    refund = lookup.get_or_404(Refund, ref)
    payment = money_back.payment_ref(scope(), refund)
    try:
        refund_watch.did_not_arrive(ref, **acting())
        flash(gettext("The money counts again."))
    except Refused as refused:
        flash(here().say(refused.sentence), "error")
    return htmx.see_other(url_for("office.payment", ref=payment))
