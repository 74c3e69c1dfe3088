"""Charging an agreement off: what it owes becomes a loss, nothing bills any more. An administrator's page."""

from __future__ import annotations

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import IntegerField
from wtforms.validators import Optional
from wtforms.widgets import HiddenInput

from blueprints.office import office
from blueprints.office.adjusting import AdjustForm, acting, found, reason_field, reviewed, tried
from blueprints.shared import htmx
from blueprints.shared.formats import here
from domain.actions import charge_offs as acts
from domain.reports.agreements import View
from domain.words import Conflict


class ChargeOffForm(AdjustForm):
    """`expected` is the loss that the review showed, in minor units."""

    reason = reason_field()
    expected = IntegerField(validators=[Optional()], widget=HiddenInput())


@office.get("/office/agreements/<ref>/charge-offs/new")
def new_charge_off(ref: str) -> ResponseReturnValue:
    at = found(ref, acts.RIGHT)
    return asked(at, ChargeOffForm(at, request.args if "form_ref" in request.args else None))


def asked(at: View, form: ChargeOffForm, status: int = 200) -> ResponseReturnValue:
    return htmx.render("office/charge_offs/new.html", status=status, at=at, form=form)


@office.get("/office/agreements/<ref>/charge-offs/review")
def review_charge_off(ref: str) -> ResponseReturnValue:
    at = found(ref, acts.RIGHT)
    return review(at, ChargeOffForm(at, request.args))


def review(at: View, form: ChargeOffForm) -> ResponseReturnValue:
    shown = tried(form, lambda: acts.preview_charge_off(at.ref, form.reason.data, form.ref, **acting()))
    lost, effect = shown or (0, None)
    form.expected.data, form.expected.raw_data = lost, None
    rows = [
        (gettext("Charged off as a loss"), here().money(lost, at.currency)),
        (gettext("Reason"), form.reason.data),
    ]
    return reviewed(
        at, form, effect, asked, title=gettext("Charge off %(number)s?", number=at.number), rows=rows,
        confirm=gettext("Charge off"), action=url_for("office.create_charge_off", ref=at.ref), danger=True,
        step=url_for("office.new_charge_off", ref=at.ref),
    )  # fmt: skip


@office.post("/office/agreements/<ref>/charge-offs")
def create_charge_off(ref: str) -> ResponseReturnValue:
    """Charge off, once; when what is owed has changed since the review, nothing happens and it is shown again."""
    at = found(ref, acts.RIGHT)
    form = ChargeOffForm(at, request.form, sent=True)
    expected = form.expected.data or 0
    try:
        lost = tried(form, lambda: acts.charge_off(at.ref, expected, form.reason.data, form.ref, **acting()))
    except Conflict as conflict:
        form.form_errors = [here().say(conflict.sentence)]
        return asked(at, form, 409)
    if lost is None:
        return asked(at, form, 422)
    amount = here().money(lost, at.currency)
    flash(gettext("%(number)s was charged off: %(amount)s.", number=at.number, amount=amount))
    return htmx.see_other(url_for("office.agreement", ref=at.ref))
