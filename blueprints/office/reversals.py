"""Taking a payment back that was entered at the counter by mistake, and presenting a returned debit again."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms.validators import DataRequired

from blueprints.office import office
from blueprints.office.adjusting import AdjustForm, acting, found, reviewed, tried
from blueprints.office.typed import text_field
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import today
from blueprints.shared.fields import RefField, seal_ref
from blueprints.shared.formats import here
from blueprints.shared.signed_in import scope
from domain.actions import counter_reversals as acts
from domain.actions import representment
from domain.reports import money_back
from domain.reports.agreements import View
from domain.sealing import fresh_ref
from domain.words import Conflict, Refused
from models import Payment


class ReversalForm(AdjustForm):
    reason = text_field(
        _("Reason"), acts.MOST_REASON, DataRequired(_("Say why, for those who look later.")), lines=True
    )


def asked_for(ref: str) -> tuple[Payment, View]:
    """The payment and its agreement; 403 without the right that its day asks for, 404 without the payment."""
    if not (scope().may("counter") or scope().may("adjust")):
        abort(403)
    payment = lookup.get_or_404(Payment, ref)
    right = acts.right_for(payment.settled_on or today(), today())
    return payment, found(payment.agreement.ref, right)


def _page(payment: Payment, at: View, form: ReversalForm, status: int = 200) -> ResponseReturnValue:
    return htmx.render("office/reversals/new.html", status=status, payment=payment, at=at, form=form)


@office.get("/office/payments/<ref>/reversals/new")
def new_reversal(ref: str) -> ResponseReturnValue:
    payment, at = asked_for(ref)
    given = request.args if "form_ref" in request.args else None
    return _page(payment, at, ReversalForm(at, given))


@office.get("/office/payments/<ref>/reversals/review")
def review_reversal(ref: str) -> ResponseReturnValue:
    payment, at = asked_for(ref)
    form = ReversalForm(at, request.args)
    effect = tried(form, lambda: acts.preview(payment.ref, form.reason.data, **acting()))
    rows = [
        (gettext("Taken back"), here().money(payment.amount_minor, payment.currency)),
        (gettext("Reason"), form.reason.data),
    ]
    return reviewed(
        at, form, effect, lambda at, form, status: _page(payment, at, form, status),
        title=gettext("Take this payment back?"), rows=rows, confirm=gettext("Take it back"), danger=True,
        action=url_for("office.create_reversal", ref=ref), step=url_for("office.new_reversal", ref=ref),
    )  # fmt: skip


@office.post("/office/payments/<ref>/reversals")
def create_reversal(ref: str) -> ResponseReturnValue:
    payment, at = asked_for(ref)
    form = ReversalForm(at, request.form, sent=True)

    def work() -> bool:
        acts.reverse(payment.ref, form.reason.data, **acting())
        return True

    if tried(form, work) is None:
        return _page(payment, at, form, 422)
    flash(gettext("The payment was taken back."))
    return htmx.see_other(url_for("office.payment", ref=ref))


class AgainForm(FlaskForm):
    """The button that presents a debit again; its sealed ref lets it act once."""

    form_ref = RefField(purpose="present-again")


def beside(payment: Payment) -> dict[str, Any]:
    """What the page of a payment shows of money back, and what may be done about it by whoever looks."""
    form = AgainForm(formdata=None)
    form.form_ref.data = seal_ref("present-again", fresh_ref(), _owner(payment))
    back = money_back.of_payment(scope(), payment, today())
    whole = payment.gateway == "counter" and back.left_minor == payment.amount_minor
    right = acts.right_for(payment.settled_on or today(), today())
    return {"back": back, "again_form": form, "reversible": whole and scope().may(right)}


def _owner(payment: Payment) -> str:
    return f"{current_user.user_ref}:{payment.ref}"


@office.post("/office/payments/<ref>/representments")
def present_again(ref: str) -> ResponseReturnValue:
    lookup.require(representment.RIGHT)
    payment = lookup.get_or_404(Payment, ref)
    form = AgainForm()
    form.form_ref.owner = _owner(payment)
    try:
        if not form.validate() or not form.form_ref.ref:
            flash(gettext("This form is out of date. Nothing was sent. Try again."), "error")
            return htmx.see_other(url_for("office.payment", ref=ref))
        made = representment.again(payment.ref, form.form_ref.ref, **acting())
    except (Refused, Conflict) as refused:
        flash(here().say(refused.sentence), "error")
        return htmx.see_other(url_for("office.payment", ref=ref))
    flash(gettext("The debit is planned again."))
    return htmx.see_other(url_for("office.payment", ref=made))
