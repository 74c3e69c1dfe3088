"""Pay by payday: the payday in, amounts and days out that meet the contract, and autopay set up from them."""

from __future__ import annotations

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired

from blueprints.portal import portal
from blueprints.portal.agreements import viewed
from blueprints.portal.autopay_form import CADENCES
from blueprints.shared import htmx
from blueprints.shared.fields import DayField, WholeField
from blueprints.shared.formats import here
from domain.reports import paydays as report
from domain.reports.agreements import View
from domain.reports.paydays import Told
from domain.rules.autopay_amount import percent
from domain.rules.payday import Payday
from domain.words import Refused, plain_amount


class PaydayForm(FlaskForm):
    """Read from an address: it changes nothing."""

    class Meta:
        csrf = False

    cadence = RadioField(_("How often are you paid?"), [DataRequired(_("Choose how often you are paid."))])
    anchor = DayField(_("Your next payday"))
    second = WholeField(_("The other day of the month"))

    @property
    def sent(self) -> bool:
        return "anchor" in request.args

    def serves(self) -> bool:
        good = bool(self.validate())
        if not self.anchor.errors and self.anchor.data is None:
            self.anchor.errors = [gettext("Choose your next payday.")]
            return False
        if self.cadence.data == "semimonthly" and not 1 <= (self.second.data or 0) <= 31:
            self.second.errors = [*self.second.errors, gettext("Enter a day of the month from 1 to 31.")]
            return False
        return good


@portal.get("/agreements/<ref>/payday")
def payday(ref: str) -> ResponseReturnValue:
    view = viewed(ref)
    form = PaydayForm(request.args) if "anchor" in request.args else PaydayForm(formdata=None)
    form.cadence.choices = [SelectChoice(name, words) for name, words in CADENCES.items() if name != "due"]
    form.cadence.data = form.cadence.data or "biweekly"
    told = plan(view, form) if form.sent and view.open else None
    return htmx.render(
        "portal/payday/payday.html", "portal/payday/_plan.html", 422 if form.errors else 200, view=view, form=form,
        told=told, currency=view.currency, percent=percent, address=set_up_address(view, told) if told else "",
    )  # fmt: skip


def plan(view: View, form: PaydayForm) -> Told | None:
    """What paying by payday comes to; None with what is wrong in the form."""
    if not form.serves():
        return None
    second = form.second.data or 0 if form.cadence.data == "semimonthly" else 0
    try:
        return report.by_payday(view, Payday(form.cadence.data, form.anchor.data, second))
    except Refused as refused:
        field = form.second if refused.field == "second" else form.anchor
        field.errors = [*field.errors, here().say(refused.sentence)]
        return None


def set_up_address(view: View, told: Told) -> str:
    """The wizard of autopay, filled in with what was found."""
    contract = told.plan.contract
    day = contract.anchor_on.isoformat() if contract.anchor_on else None
    return url_for(
        "portal.new_autopay", ref=view.ref, rule="fixed", amount=plain_amount(contract.amount_minor, view.currency),
        cadence=contract.cadence, anchor=day, second=contract.second_day or None, step="methods",
    )  # fmt: skip
