"""Planned payments: the list, and changing or cancelling one until it is sent.

In the list each is changed in place; without scripts the same form is a page. Whoever comes too late, in another tab or
after the payment left, is told so and nothing changes.
"""

from __future__ import annotations

from flask import abort, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from blueprints.portal import permission, portal, upcoming
from blueprints.portal.agreements import viewed
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import now, today
from blueprints.shared.fields import DayField, MoneyField
from blueprints.shared.formats import here
from blueprints.shared.signed_in import scope
from domain.actions import scheduled
from domain.actions.payment_limits import check_day
from domain.reports import planned as report
from domain.reports import ways_to_pay
from domain.reports.agreements import View
from domain.reports.planned import Planned
from domain.rules.authorisations import Authorisation
from domain.words import Conflict, Refused
from models import Payment


class ChangeForm(FlaskForm):
    amount = MoneyField(_("Amount"), [InputRequired(_("Enter an amount above zero."))])
    on = DayField(_("Day"), [InputRequired(_("Choose a day."))])
    method = RadioField(_("Pay from"), [InputRequired(_("Choose where the money comes from."))])
    agree = BooleanField(_("Your permission"), [InputRequired(_("Tick the box to allow this payment."))])

    def validate_on(self, field: DayField) -> None:
        try:
            check_day(field.data, today())
        except Refused as refused:
            raise ValidationError(here().say(refused.sentence)) from refused


@portal.get("/payments/planned")
def planned() -> ResponseReturnValue:
    return listed()


def listed(status: int = 200) -> ResponseReturnValue:
    """The list in which something was changed: that of everything that is coming, or of planned payments alone."""
    if request.values.get("in") == "upcoming":
        return upcoming.page(status)
    return htmx.render(
        "portal/planned/planned.html", "portal/planned/_planned.html", status,
        planned=report.planned(scope()), editing=None,
    )  # fmt: skip


@portal.get("/payments/<ref>/change")
def edit_payment(ref: str) -> ResponseReturnValue:
    plan, view = found(ref)
    form = form_of(view, plan)
    form.amount.data, form.on.data, form.method.data = plan.amount_minor, plan.on, plan.method_ref
    return page(plan, view, form)


@portal.post("/payments/<ref>/change", endpoint="change_payment")
def change_payment(ref: str) -> ResponseReturnValue:
    plan, view = found(ref)
    form = form_of(view, plan, sent=True)
    if not form.validate():
        return page(plan, view, form, 422)
    try:
        changed(plan, view, form)
    except Refused as refused:
        field = refused.field if refused.field in form else "amount"
        form[field].errors = [here().say(refused.sentence)]
        return page(plan, view, form, 422)
    except Conflict as late:
        flash(here().say(late.sentence), "warning")
        return htmx.see_other(url_for("portal.payment", ref=ref))
    lookup.forget()
    if htmx.wants_fragment():
        return listed()
    flash(gettext("Your planned payment was changed."))
    return htmx.see_other(url_for("portal.payment", ref=ref))


def changed(plan: Planned, view: View, form: ChangeForm) -> None:
    amount, on, method = form.amount.data, form.on.data, form.method.data
    way = next((way for way in form.saved if way.ref == method), None)
    fee = ways_to_pay.fees(view.agreement, [way], amount, today())[method] if way else 0
    given = None
    if way is not None and amount > 0:
        times = ways_to_pay.times(way, on, today(), now())
        name = f"{plan.ref}:{amount}:{on}:{method}"
        given = permission.accepted(permission.asked(view, way, amount, fee, times.leaves_on, name), name)
    scheduled.change(
        plan.ref, amount, on, method, who=scope(), today=today(), now=now(), fee_minor=fee, permission=given
    )


@portal.post("/payments/<ref>/cancel", endpoint="cancel_payment")
def cancel_payment(ref: str) -> ResponseReturnValue:
    lookup.get_or_404(Payment, ref)
    try:
        scheduled.cancel(ref, who=scope(), today=today(), now=now())
    except Conflict as late:
        flash(here().say(late.sentence), "warning")
        return htmx.see_other(url_for("portal.payment", ref=ref))
    lookup.forget()
    if htmx.wants_fragment():
        return listed()
    flash(gettext("Your planned payment was cancelled. Nothing was taken."))
    return htmx.see_other(url_for("portal.payment", ref=ref))


def found(ref: str) -> tuple[Planned, View]:
    """The planned payment and its agreement; the payment's page says what became of one that is planned no more."""
    row = lookup.get_or_404(Payment, ref)
    plan = report.one(scope(), row.ref)
    if plan is None:
        flash(gettext("This payment cannot be changed here (any more). This is how it stands."), "warning")
        abort(htmx.see_other(url_for("portal.payment", ref=ref)))
    return plan, viewed(plan.agreement_ref)


def form_of(view: View, plan: Planned, sent: bool = False) -> ChangeForm:
    form = ChangeForm() if sent else ChangeForm(formdata=None)
    form.amount.currency = view.currency
    form.saved = ways_to_pay.ways(scope(), view.agreement, today(), also=plan.method_ref, hosted=False)
    form.method.choices = [SelectChoice(way.ref, here().say(way.label)) for way in form.saved]
    return form


def terms_of(plan: Planned, view: View, form: ChangeForm) -> Authorisation | None:
    """What the payer allows by the form as it stands; None while it says nothing that can be allowed."""
    way = next((way for way in form.saved if way.ref == form.method.data), None)
    amount, on = form.amount.data, form.on.data
    if way is None or not amount or amount < 1 or on is None or on < today() or form.on.errors:
        return None
    fee = ways_to_pay.fees(view.agreement, [way], amount, today())[way.ref]
    times = ways_to_pay.times(way, on, today(), now())
    return permission.asked(view, way, amount, fee, times.leaves_on, plan.ref)


def page(plan: Planned, view: View, form: ChangeForm, status: int = 200) -> ResponseReturnValue:
    terms = terms_of(plan, view, form)
    # What is typed here stands in the form itself; below it only what does not change with it.
    lasting = [one for one in terms.sentences if "%(amount)s" not in one.msgid] if terms else []
    told = {"plan": plan, "view": view, "form": form, "terms": [here().say(sentence) for sentence in lasting]}
    if htmx.wants_fragment() and request.values.get("in") == "upcoming":
        return upcoming.page(status, editing=plan, **told)
    return htmx.render(
        "portal/planned/change.html", "portal/planned/_planned.html", status,
        planned=report.planned(scope()) if htmx.wants_fragment() else [], editing=plan, **told,
    )  # fmt: skip
