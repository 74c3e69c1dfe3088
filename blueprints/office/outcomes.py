"""An outcome that nobody knows: a person who looked at the processor's own pages says what became of the payment."""

from __future__ import annotations

from flask import abort, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, InputRequired

from blueprints.office import office
from blueprints.office.adjusting import acting
from blueprints.office.typed import blame, text_field
from blueprints.shared import htmx
from blueprints.shared.clock import today
from blueprints.shared.fields import DayField
from blueprints.shared.lookup import get_or_404, require
from domain.actions import late_payments
from domain.rules.payment_states import LIVE
from domain.words import Refused
from models import Payment

RIGHT = "bank"
CHOICES = [
    SelectChoice("taken", _("The money was taken")),
    SelectChoice("not_taken", _("Nothing was taken")),
]


class OutcomeForm(FlaskForm):
    decision = RadioField(
        _("What did you find?"),
        choices=CHOICES,
        validators=[InputRequired(_("Say whether the money was taken."))],
    )
    on = DayField(_("On which day"), validators=[DataRequired(_("Enter the day."))])
    note = text_field(
        _("Where you looked it up"), 300, DataRequired(_("Write down where you looked it up.")), lines=True
    )


@office.get("/office/payments/<ref>/outcome", endpoint="ask_outcome")
def ask_outcome(ref: str) -> ResponseReturnValue:
    payment = _unknown(ref)
    return _page(payment, OutcomeForm(formdata=None, on=payment.begun_on))


@office.post("/office/payments/<ref>/outcome")
def decide_outcome(ref: str) -> ResponseReturnValue:
    payment = _unknown(ref)
    form = OutcomeForm(request.form)
    if not form.validate():
        return _page(payment, form, 422)
    try:
        late_payments.decide(
            payment.ref, form.decision.data, on=form.on.data, note=form.note.data, **acting()
        )
    except Refused as refused:
        blame(form, refused)
        return _page(payment, form, 422)
    flash(gettext("Written down. The payment goes on from here like any other."))
    return htmx.see_other(url_for("office.agreement", ref=payment.agreement.ref))


def _unknown(ref: str) -> Payment:
    """The payment, while nobody knows its outcome; 404 otherwise."""
    require(RIGHT)
    payment = get_or_404(Payment, ref)
    if payment.state not in LIVE:
        abort(404)
    return payment


def _page(payment: Payment, form: OutcomeForm, status: int = 200) -> ResponseReturnValue:
    return htmx.render("office/outcomes/decide.html", status=status, payment=payment, form=form, on=today())
