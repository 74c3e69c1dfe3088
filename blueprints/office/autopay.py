"""Autopay of an agreement for the office: what stands and what became of it, prepare it for a caller, pause it, end it.

What staff write down for somebody takes nothing before that person has read the text and said yes to it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms.fields import SelectChoice
from wtforms.validators import Optional

from blueprints.office import office
from blueprints.office.adjusting import found
from blueprints.office.typed import blame
from blueprints.portal.autopay_form import CADENCES, RULES, AutopayForm
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import now, today
from blueprints.shared.fields import DayField
from blueprints.shared.formats import here
from blueprints.shared.signed_in import scope
from domain.access import Scope
from domain.actions import autopay as acts
from domain.actions.by_phone import caller_scope
from domain.reports import autopay as offers
from domain.reports import autopay_office as reports
from domain.reports import ways_to_pay
from domain.reports.agreements import View, payer_of, view
from domain.rules.autopay_amount import percent
from domain.words import Conflict, Gone, Refused
from models import Agreement, Autopay, Person

RIGHT = "counter"


class PrepareForm(AutopayForm):
    """The fields of the customer's own wizard on one page, sent by POST with the token of a form."""

    class Meta:
        csrf = True


class PauseForm(FlaskForm):
    until = DayField(_("Through"), [Optional()])


@office.get("/office/agreements/<ref>/autopay")
def agreement_autopay(ref: str) -> ResponseReturnValue:
    return _page(found(ref, "people"))


def _page(at: View, status: int = 200, wrong: str = "") -> ResponseReturnValue:
    return htmx.render(
        "office/autopay/index.html", status=status, at=at, contracts=reports.contracts(scope(), at.agreement, today()),
        without=reports.without(scope(), at.agreement), percent=percent, wrong=wrong,
    )  # fmt: skip


@office.get("/office/autopay/<ref>")
def autopay_contract(ref: str) -> ResponseReturnValue:
    """From a contract to the page of its agreement: tasks lead here."""
    lookup.require("people")
    agreement = reports.agreement_ref(scope(), lookup.get_or_404(Autopay, ref))
    return htmx.see_other(url_for("office.agreement_autopay", ref=agreement or abort(404)))


@office.get("/office/agreements/<ref>/autopay/new")
def prepare_autopay(ref: str) -> ResponseReturnValue:
    at, person, caller = _caller(ref)
    return _asked(at, person, caller, _form(at, caller, PrepareForm(formdata=None)))


@office.post("/office/agreements/<ref>/autopay")
def create_prepared_autopay(ref: str) -> ResponseReturnValue:
    """Write it down and send the person the link to read and accept it."""
    at, person, caller = _caller(ref)
    form = _form(at, caller, PrepareForm(request.form))
    steps = [form.serves(step) for step in ("amount", "days", "methods")]
    if not all(steps) or not form.csrf_token.validate(form):
        return _asked(at, person, caller, form, 422)
    try:
        acts.prepare(
            at.ref, person.ref, form.contract(at.currency), form.refs, who=scope(), today=today(), now=now()
        )
    except Refused as refused:
        blame(form, refused)
        return _asked(at, person, caller, form, 422)
    except Conflict as refused:
        form.form_errors = [here().say(refused.sentence)]
        return _asked(at, person, caller, form, 409)
    flash(
        gettext(
            "%(name)s gets a message to read the text. Nothing is taken before their yes.", name=person.name
        )
    )
    return htmx.see_other(url_for("office.agreement_autopay", ref=at.ref))


def _caller(ref: str) -> tuple[View, Person, Scope]:
    """The agreement as the caller knows it, the caller, and their scope with the clerk as who acts."""
    at = found(ref, RIGHT)
    person = lookup.get_or_404(Person, request.values.get("person", ""))
    try:
        caller = caller_scope(at.ref, person.ref, scope())
    except Gone:
        abort(404)
    return view(at.agreement, today(), payer_of(caller)), person, caller


def _form(at: View, caller: Scope, form: PrepareForm) -> PrepareForm:
    offered = offers.offered(caller, at)
    form.rule.choices = [SelectChoice(name, RULES[name]) for name in offered.rules]
    form.rule.data = form.rule.data or offered.rules[0]
    form.above.choices = [
        SelectChoice("ask", gettext("Ask them first")), SelectChoice("pay_limit", gettext("Take the limit")),
        SelectChoice("skip", gettext("Take nothing and tell them")),
    ]  # fmt: skip
    form.cadence.choices = [SelectChoice(name, words) for name, words in CADENCES.items()]
    form.saved = [way for way in ways_to_pay.ways(caller, at.agreement, today(), hosted=False) if way.kept]
    form.method.choices = [SelectChoice(way.ref, here().say(way.label)) for way in form.saved]
    others = [way for way in form.saved if way.problem is None and offers.stands_in(way, at.currency)]
    none = SelectChoice("", gettext("nothing else"))
    form.backup.choices = [none, *(SelectChoice(way.ref, here().say(way.label)) for way in others)]
    form.backup.data = form.backup.data or ""
    del form.third
    if "share" not in offered.rules:
        del form.share
    if not offered.follows:
        del form.follow
    for field in (form.amount, form.limit, form.low, form.high):
        field.currency = at.currency
    return form


def _asked(
    at: View, person: Person, caller: Scope, form: PrepareForm, status: int = 200
) -> ResponseReturnValue:
    debits = None
    if status == 200 and form.refs:
        try:
            debits = offers.preview(caller, at, form.contract(at.currency), form.refs, count=4)
        except Refused:
            debits = None
    return htmx.render(
        "office/autopay/prepare.html",
        status=status,
        at=at,
        person=person,
        form=form,
        debits=debits,
        percent=percent,
    )


@office.post("/office/autopay/<ref>/pause")
def pause_autopay(ref: str) -> ResponseReturnValue:
    form = PauseForm()
    if not form.validate():
        return _page(_of(ref), 422, " ".join(map(str, form.until.errors)))
    return _done(
        ref, lambda who: acts.pause(ref, until_on=form.until.data, **who), gettext("Autopay is paused.")
    )


@office.post("/office/autopay/<ref>/resume")
def resume_autopay(ref: str) -> ResponseReturnValue:
    return _done(ref, lambda who: acts.resume(ref, **who), gettext("Autopay takes money again."))


@office.post("/office/autopay/<ref>/end")
def end_autopay(ref: str) -> ResponseReturnValue:
    return _done(
        ref, lambda who: acts.end(ref, **who), gettext("Autopay has ended. What was sent is not called back.")
    )


def _of(ref: str) -> View:
    """The agreement of a contract, where the person may work on it."""
    lookup.require(RIGHT)
    row = lookup.get_or_404(Autopay, ref)
    agreement = lookup.get_or_404(Agreement, reports.agreement_ref(scope(), row))
    return found(agreement.ref, RIGHT)


def _done(ref: str, act: Callable[[dict[str, Any]], Any], words: str) -> ResponseReturnValue:
    at = _of(ref)
    try:
        act({"who": scope(), "today": today(), "now": now()})
    except (Refused, Conflict) as refused:
        return _page(at, 422, here().say(refused.sentence))
    flash(words)
    return htmx.see_other(url_for("office.agreement_autopay", ref=at.ref))
