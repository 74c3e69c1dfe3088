"""Promises to pay, for the office: what stands, what asks for an answer, one for a caller, and the policy."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired

from blueprints.office import office
from blueprints.office.adjusting import AdjustForm, acting, found, tried
from blueprints.office.listing import Listing, wanted
from blueprints.office.typed import blame, text_field
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import now
from blueprints.shared.fields import DayField, MoneyField, WholeField
from blueprints.shared.signed_in import scope
from domain.actions import promises as acts
from domain.reports import office_views
from domain.reports import promises as reports
from domain.reports.agreements import View
from domain.rules.promises import LIMITS, PromisePolicy
from domain.words import Refused

POLICY_WORDS = {
    "most_days": _("A promise reaches at most this many days ahead"),
    "least_percent": _("At least this share of what is due, in percent"),
    "most_open": _("How many may stand at once on an agreement"),
    "most_broken": _("After so many broken promises a customer asks the office instead"),
    "barred_days": _("Broken ones count for this many days"),
    "most_more_days": _("More time can be asked for at most this many days ahead"),
    "asked_waits_days": _("Reminders wait for an unanswered request this many days"),
}


class DecideForm(FlaskForm):
    granted = RadioField(
        _("Your answer"), choices=[SelectChoice("yes", _("Give more time")), SelectChoice("no", _("Refuse"))],
        validators=[InputRequired(_("Choose one."))],
    )  # fmt: skip
    until = DayField(_("Until"))
    answer = text_field(_("What the customer reads"), acts.MOST_REASON, lines=True)


class CallerForm(AdjustForm):
    person = SelectField(_("Who promises"), validate_choice=True)
    amount = MoneyField(_("How much"), [InputRequired(_("Enter an amount above zero."))])
    until = DayField(_("Pays by"), [InputRequired(_("Choose a day."))])
    reason = text_field(_("Why it is late"), acts.MOST_REASON, lines=True)


class PolicyForm(FlaskForm):
    offered = BooleanField(_("Customers may promise a day by themselves"))


for _name, _words in POLICY_WORDS.items():
    setattr(
        PolicyForm, _name, WholeField(_words, [InputRequired(_("Write a whole number, for example 12."))])
    )


@office.get("/office/promises")
def promises() -> ResponseReturnValue:
    lookup.require("people")
    asked = wanted(filters=("state",))
    listing = Listing("office.promises", asked, reports.listed(scope(), asked))
    return htmx.render(
        "office/promises/index.html", listing=listing, found=listing.found, states=reports.STATE_WORDS,
        chosen=asked.filters["state"],
    )  # fmt: skip


@office.get("/office/promises/<ref>")
def promise(ref: str) -> ResponseReturnValue:
    lookup.require("people")
    return shown(ref, DecideForm(formdata=None))


def shown(ref: str, form: DecideForm, status: int = 200) -> ResponseReturnValue:
    line = reports.one(scope(), ref[:64])
    if line is None:
        abort(404)
    if form.until.data is None:
        form.until.data = line.row.until_on
    return htmx.render("office/promises/show.html", status=status, line=line, form=form)


@office.post("/office/promises/<ref>/answer")
def decide_promise(ref: str) -> ResponseReturnValue:
    lookup.require("counter")
    form = DecideForm()
    if reports.one(scope(), ref[:64]) is None:
        abort(404)
    if form.validate():
        granted = form.granted.data == "yes"
        try:
            acts.decide(
                ref,
                granted,
                form.answer.data or "",
                **acting(),
                until_on=form.until.data if granted else None,
            )
        except Refused as refused:
            blame(form, refused)
        else:
            flash(gettext("The customer is told."))
            return htmx.see_other(url_for("office.promises"))
    return shown(ref, form, 422)


@office.get("/office/agreements/<ref>/promises/new")
def new_promise(ref: str) -> ResponseReturnValue:
    at = found(ref, "counter")
    return asked_for(at, caller_form(at))


def caller_form(at: View, given: Any = None, *, sent: bool = False) -> CallerForm:
    form = CallerForm(at, given, sent=sent)
    people = office_views.holders_of([at.agreement.id]).get(at.agreement.id, ())
    form.person.choices = [
        SelectChoice(one.ref, one.name) for one in people if one.role in ("customer", "joint")
    ]
    if given is None:
        form.amount.data = at.uncovered_minor or None
    return form


def asked_for(at: View, form: CallerForm, status: int = 200) -> ResponseReturnValue:
    return htmx.render(
        "office/promises/new.html", status=status, at=at, form=form, offer=reports.offer(scope(), at),
        lines=reports.of_agreement(scope(), at.agreement),
    )  # fmt: skip


@office.post("/office/agreements/<ref>/promises")
def create_promise(ref: str) -> ResponseReturnValue:
    at = found(ref, "counter")
    form = caller_form(at, request.form, sent=True)
    made = tried(form, lambda: acts.make(
        at.ref, acts.Wish(form.amount.data, form.until.data, form.reason.data or ""), form.ref, **acting(),
        person_ref=form.person.data,
    ))  # fmt: skip
    if made is None:
        return asked_for(at, form, 422)
    flash(gettext("The promise was written down. Reminders wait until then."))
    return htmx.see_other(url_for("office.agreement", ref=at.ref))


@office.get("/office/promises/policy")
def promise_policy() -> ResponseReturnValue:
    lookup.require("settings")
    policy = reports.policy()
    return policy_page(
        PolicyForm(formdata=None, data={name: getattr(policy, name) for name in (*LIMITS, "offered")})
    )


def policy_page(form: PolicyForm, status: int = 200) -> ResponseReturnValue:
    return htmx.render(
        "office/promises/policy.html", status=status, form=form, names=list(LIMITS), limits=LIMITS
    )


@office.post("/office/promises/policy")
def change_promise_policy() -> ResponseReturnValue:
    lookup.require("settings")
    form = PolicyForm()
    if form.validate():
        figures = {name: form[name].data for name in LIMITS}
        try:
            acts.set_policy(PromisePolicy(offered=form.offered.data, **figures), who=scope(), now=now())
        except Refused as refused:
            blame(form, refused)
        else:
            flash(gettext("Kept. Promises that stand are not changed."))
            return htmx.see_other(url_for("office.promises"))
    return policy_page(form, 422)
