"""Stop debits for everybody, let them go on, and the limits and habits of the run."""

from __future__ import annotations

from typing import Any

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField
from wtforms.validators import Optional

from blueprints.office import office
from blueprints.office.adjusting import reason_field
from blueprints.office.legal_caps import currency
from blueprints.office.typed import blame
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import now
from blueprints.shared.fields import MoneyField, WholeField, WholesField
from blueprints.shared.signed_in import scope
from domain.actions import autopay_settings as acts
from domain.reports import autopay_settings as reports
from domain.words import Refused

MONEY = ("most_per_day_minor", "most_per_customer_minor")


class SwitchForm(FlaskForm):
    what = HiddenField()
    stop = HiddenField()
    reason = reason_field()


class PolicyForm(FlaskForm):
    most_per_run = WholeField(_("Debits in a day, at most"), [Optional()])
    most_per_day_minor = MoneyField(_("Money of a day, at most"), [Optional()])
    most_per_customer_minor = MoneyField(_("Money from one customer in a day, at most"), [Optional()])
    card_retry_days = WholesField(_("A card that was declined is tried again after days"), [Optional()])
    funds_retry_days = WholesField(
        _("A bank debit without enough money is presented again after days"), [Optional()]
    )
    stop_after = WholeField(_("Stop autopay after failures in a row"), [Optional()])
    late_days = WholeField(_("A missed debit is still taken up to days late"), [Optional()])
    notice_days = WholeField(_("Tell of another amount days before"), [Optional()])

    def __init__(self, **wishes: Any):
        super().__init__(**wishes)
        for name in MONEY:
            self[name].currency = currency()


@office.get("/office/autopay-settings")
def autopay_settings() -> ResponseReturnValue:
    lookup.require("settings")
    return _page()


def _page(
    status: int = 200, policy: PolicyForm | None = None, switch: SwitchForm | None = None
) -> ResponseReturnValue:
    known = reports.settings(scope())
    form = policy or PolicyForm(formdata=None, obj=known.policy)
    return htmx.render(
        "office/autopay_settings/index.html", status=status, known=known, form=form,
        switch=switch or SwitchForm(formdata=None),
    )  # fmt: skip


@office.post("/office/autopay-settings/switch")
def switch_debits() -> ResponseReturnValue:
    lookup.require("settings")
    form = SwitchForm()
    if not form.validate():
        return _page(422, switch=form)
    turn = acts.pause if form.stop.data == "yes" else acts.allow
    try:
        turned = turn(form.what.data or "", form.reason.data, who=scope(), now=now())
    except Refused as refused:
        blame(form, refused)
        return _page(422, switch=form)
    if turned:
        flash(
            gettext("It is stopped from now on.")
            if form.stop.data == "yes"
            else gettext("It goes on from now on.")
        )
    return htmx.see_other(url_for("office.autopay_settings"))


@office.post("/office/autopay-settings")
def change_autopay_settings() -> ResponseReturnValue:
    lookup.require("settings")
    form = PolicyForm(formdata=request.form)
    if form.validate():
        wishes = {field.name: field.data for field in form if field.name != "csrf_token"}
        try:
            acts.set_policy(wishes, who=scope(), now=now())
            flash(gettext("Saved. The next run keeps to it."))
            return htmx.see_other(url_for("office.autopay_settings"))
        except Refused as refused:
            blame(form, refused)
    return _page(422, policy=form)
