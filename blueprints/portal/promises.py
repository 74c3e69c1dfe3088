"""Promises to pay: choose a day, or ask for more time; what became of earlier ones; take one back."""

from __future__ import annotations

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from blueprints.portal import portal
from blueprints.portal.agreements import viewed
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import now, today
from blueprints.shared.fields import DayField, MoneyField, RefField, seal_ref
from blueprints.shared.formats import here
from blueprints.shared.signed_in import scope
from domain.actions import promises as acts
from domain.reports import late_terms
from domain.reports import promises as report
from domain.reports.agreements import View
from domain.sealing import fresh_ref
from domain.words import Refused
from models import Promise

PURPOSE = "promise"


def words_field(label: str, *validators: object) -> TextAreaField:
    most = Length(
        max=acts.MOST_REASON, message=_("Use at most %(count)s characters.", count=acts.MOST_REASON)
    )
    return TextAreaField(label, [*validators, most], filters=[lambda text: (text or "").replace("\x00", "")])


class PromiseForm(FlaskForm):
    amount = MoneyField(_("How much"), [InputRequired(_("Enter an amount above zero."))])
    until = DayField(_("I can pay on"), [InputRequired(_("Choose a day."))])
    reason = words_field(_("Why it is late"))
    ref = RefField(purpose=PURPOSE)


class MoreTimeForm(FlaskForm):
    until = DayField(_("I need until"), [InputRequired(_("Choose a day."))])
    reason = words_field(_("Why"), InputRequired(_("Say in a few words why you need more time.")))
    ref = RefField(purpose=PURPOSE)


def forms_of(view: View) -> tuple[PromiseForm, MoreTimeForm]:
    """Both forms of the page; the one that was sent has what was typed."""
    sent = request.method == "POST"
    asking = sent and request.endpoint == "portal.ask_more_time"
    promise = PromiseForm(prefix="p") if sent and not asking else PromiseForm(formdata=None, prefix="p")
    more = MoreTimeForm(prefix="m") if asking else MoreTimeForm(formdata=None, prefix="m")
    promise.amount.currency = view.currency
    for form in (promise, more):
        form.ref.owner = f"{current_user.user_ref}:{view.ref}:{type(form).__name__}"
        if form.ref.data is None:
            form.ref.data = seal_ref(PURPOSE, fresh_ref(), form.ref.owner)
    return promise, more


@portal.get("/agreements/<ref>/promises")
def promises(ref: str) -> ResponseReturnValue:
    view = viewed(ref)
    promise, more = forms_of(view)
    promise.amount.data = view.uncovered_minor or None
    return page(view, promise, more)


def page(view: View, promise: PromiseForm, more: MoreTimeForm, status: int = 200) -> ResponseReturnValue:
    return htmx.render(
        "portal/promises/promises.html", status=status, view=view, form=promise, more=more,
        offer=report.offer(scope(), view), lines=report.of_agreement(scope(), view.agreement),
        late_terms=late_terms.late_terms(view),
    )  # fmt: skip


@portal.post("/agreements/<ref>/promises")
def create_promise(ref: str) -> ResponseReturnValue:
    view = viewed(ref)
    promise, more = forms_of(view)
    if promise.validate():
        wish = acts.Wish(promise.amount.data, promise.until.data, promise.reason.data or "")
        try:
            acts.make(view.ref, wish, promise.ref.ref or "", who=scope(), today=today(), now=now())
        except Refused as refused:
            blame(promise, refused)
        else:
            flash(gettext("We wrote it down: you pay by %(day)s.", day=here().day(promise.until.data)))
            return htmx.see_other(url_for("portal.promises", ref=ref))
    return page(view, promise, more, 422)


@portal.post("/agreements/<ref>/more-time")
def ask_more_time(ref: str) -> ResponseReturnValue:
    view = viewed(ref)
    promise, more = forms_of(view)
    if more.validate():
        wish = acts.Wish(0, more.until.data, more.reason.data or "")
        try:
            acts.ask(view.ref, wish, more.ref.ref or "", who=scope(), today=today(), now=now())
        except Refused as refused:
            blame(more, refused)
        else:
            flash(gettext("We have your request, and somebody will answer it."))
            return htmx.see_other(url_for("portal.promises", ref=ref))
    return page(view, promise, more, 422)


@portal.post("/promises/<ref>/withdraw")
def withdraw_promise(ref: str) -> ResponseReturnValue:
    lookup.get_or_404(Promise, ref)
    line = report.one(scope(), ref)
    acts.withdraw(ref, who=scope(), today=today(), now=now())
    flash(gettext("It was taken back. Reminders begin again."))
    return htmx.see_other(url_for("portal.promises", ref=line.agreement_ref if line else ""))


def blame(form: FlaskForm, refused: Refused) -> None:
    """Put the sentence beside its field, or above the form where it names none."""
    text = here().say(refused.sentence)
    if refused.field and refused.field in form:
        form[refused.field].errors = [*form[refused.field].errors, text]
    else:
        form.form_errors = [*form.form_errors, text]
