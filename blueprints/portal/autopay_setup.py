"""Setting autopay up, or changing it: what, when, from where; then the next debits are shown and the text is accepted.

The wizard is read from the address and stores nothing. Its last page shows what the debits of a year would be and asks
for the permission; what is kept is the very text that was shown, after a fresh proof of who accepts it (safety A22).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from wtforms.fields import SelectChoice

from blueprints.portal import permission, portal
from blueprints.portal.agreements import viewed
from blueprints.portal.autopay_form import CADENCES, FIELDS, RULES, STEPS, AcceptForm, AutopayForm, filled
from blueprints.shared import htmx, step_up, visit
from blueprints.shared.clock import now, today
from blueprints.shared.formats import here
from blueprints.shared.signed_in import scope
from domain.actions import autopay as acts
from domain.actions.payment_limits import Accepted
from domain.reports import autopay as report
from domain.reports import my_methods, ways_to_pay
from domain.reports.agreements import View
from domain.reports.ways_to_pay import Way
from domain.rules.authorisations import text_hash
from domain.rules.autopay import Contract, Debit
from domain.rules.autopay_amount import percent
from domain.words import Conflict, Refused


@dataclass(frozen=True)
class Asked:
    """What somebody is asked to accept: a contract on an agreement, its ways to pay in order and its next debits.

    `kind` is "new", "change", "prepared" or "again"; the form goes to `action`, `page` is this page's own address and
    `change` leads to each step of the wizard, where there is one.
    """

    kind: str
    view: View
    contract: Contract
    ways: Sequence[Way]
    debits: Sequence[Debit]
    action: str
    page: str
    change: Mapping[str, str] | None = None
    decline: str = ""


@portal.get("/agreements/<ref>/autopay/new")
def new_autopay(ref: str) -> ResponseReturnValue:
    """One step of the wizard; a step before it that was not filled in well is shown instead, with what is wrong."""
    view = viewed(ref)
    if (answer := _elsewhere(view)) is not None:
        return answer
    form, asked = wizard_form(view), request.args.get("step", "amount")
    wanted = asked if asked in STEPS else "amount"
    for step in STEPS[: STEPS.index(wanted)]:
        if not form.serves(step):
            return step_page(view, form, step, 422)
    if wanted == "check":
        return check_page(view, form)
    return step_page(view, form, wanted)


@portal.get("/agreements/<ref>/autopay/preview")
def preview_autopay(ref: str) -> ResponseReturnValue:
    """What the form as it stands would take; the form stays as it is."""
    view = viewed(ref)
    form = wizard_form(view)
    told = told_of(view, form)
    return htmx.render(
        "portal/autopay_setup/preview.html", "portal/autopay_setup/_preview.html", 422 if told["wrong"] else 200,
        view=view, currency=view.currency, percent=percent, **told,
    )  # fmt: skip


@portal.post("/agreements/<ref>/autopay")
def create_autopay(ref: str) -> ResponseReturnValue:
    """Switch autopay on, or change it, as the address says and the text that was accepted."""
    view = viewed(ref)
    form, accept = wizard_form(view), AcceptForm()
    for step in FIELDS:
        if not form.serves(step):
            return step_page(view, form, step, 422)
    return check_page(view, form, accept)


def _elsewhere(view: View) -> ResponseReturnValue | None:
    """Where to go instead: nothing is set up on an agreement that is closed. What staff prepared is read first, unless
    a step is asked for: then it is to be changed, because its way to pay is gone or the customer wants it otherwise."""
    current = report.contract_of(scope(), view.agreement)
    if current is not None and current.state == "prepared" and "step" not in request.args:
        return htmx.see_other(url_for("portal.accept_autopay", ref=current.ref))
    if not view.open:
        return htmx.see_other(url_for("portal.agreement_autopay", ref=view.ref))
    return None


def wizard_form(view: View) -> AutopayForm:
    """The form as the address says it; with nothing in it, as the contract stands, else with what most people want."""
    given = request.args if set(request.args) & set(AutopayForm.NAMES) else None
    form = AutopayForm(given) if given else AutopayForm(formdata=None)
    current = report.contract_of(scope(), view.agreement)
    if given is None and current is not None:
        filled(form, current.contract, current.method_refs)
    _with_choices(form, view)
    return form


def _with_choices(form: AutopayForm, view: View) -> None:
    offered = report.offered(scope(), view)
    form.rule.choices = [SelectChoice(name, RULES[name]) for name in offered.rules]
    form.rule.data = form.rule.data or offered.rules[0]
    form.above.choices = [
        SelectChoice("ask", gettext("Ask me first, and take nothing before I say yes")),
        SelectChoice("pay_limit", gettext("Take my limit")),
        SelectChoice("skip", gettext("Take nothing and tell me")),
    ]
    form.cadence.choices = [SelectChoice(name, words) for name, words in CADENCES.items()]
    also = form.method.data or ""
    saved = ways_to_pay.ways(scope(), view.agreement, today(), also=also, hosted=False)
    form.saved = [way for way in saved if way.kept]
    form.method.choices = [SelectChoice(way.ref, here().say(way.label)) for way in form.saved]
    usable = [way.ref for way in form.saved if way.problem is None]
    form.method.data = form.method.data or next(iter(usable), None)
    others = [way for way in form.saved if way.problem is None and report.stands_in(way, view.currency)]
    none = SelectChoice("", gettext("nothing else"))
    form.backup.choices = [none, *(SelectChoice(way.ref, here().say(way.label)) for way in others)]
    form.third.choices = form.backup.choices
    form.backup.data, form.third.data = form.backup.data or "", form.third.data or ""
    if len(others) < 2:
        del form.third
    if "share" not in offered.rules:
        del form.share
    if not offered.follows:
        del form.follow
    for field in (form.amount, form.limit, form.low, form.high):
        field.currency = view.currency


def step_page(
    view: View, form: AutopayForm, step: str, status: int = 200, others: list[str] | None = None
) -> ResponseReturnValue:
    told = told_of(view, form) if status == 200 else {"debits": None, "wrong": []}
    return htmx.render(
        "portal/autopay_setup/wizard.html", status=status, view=view, form=form, step=step, steps=STEPS,
        changing=report.contract_of(scope(), view.agreement) is not None, others=others or [], currency=view.currency,
        additions=my_methods.additions(scope()) if step == "methods" else [], percent=percent, **told,
    )  # fmt: skip


def told_of(view: View, form: AutopayForm, count: int = 4) -> dict[str, Any]:
    """The next debits of the form as it stands; none of them while it cannot be told, with what is wrong."""
    if not all(form.serves(step) for step in ("amount", "days")):
        wrong = [words for field in form for words in field.errors]
        return {"debits": None, "wrong": wrong}
    try:
        debits = report.preview(scope(), view, form.contract(view.currency), form.refs, count=count)
    except Refused as refused:
        return {"debits": None, "wrong": [here().say(refused.sentence)]}
    return {"debits": debits, "wrong": []}


def check_page(view: View, form: AutopayForm, accept: AcceptForm | None = None) -> ResponseReturnValue:
    """The last step of the wizard; with `accept`, it was sent."""
    current = report.contract_of(scope(), view.agreement)
    contract, refs = form.contract(view.currency), form.refs
    try:
        debits = report.preview(scope(), view, contract, refs)
    except Refused as refused:
        return refused_at(view, form, refused)
    values = form.values()
    asked = Asked(
        "change" if current else "new", view, contract, [way for ref in refs for way in form.saved if way.ref == ref],
        debits, url_for("portal.create_autopay", ref=view.ref, **values), form.address(view.ref, "check"),
        {step: form.address(view.ref, step) for step in FIELDS},
    )  # fmt: skip
    who: dict[str, Any] = {"who": scope(), "today": today(), "now": now(), "place": visit.place()}

    def done(given: Accepted) -> str:
        if current is None:
            return acts.set_up(view.ref, contract, refs, permission=given, **who)
        for notice in acts.change(current.ref, contract, refs, permission=given, **who):
            flash(here().say(notice), "warning")
        return current.ref

    try:
        return ask(asked, accept, done)
    except Refused as refused:
        return refused_at(view, form, refused)


def refused_at(view: View, form: AutopayForm, refused: Refused) -> ResponseReturnValue:
    """The step whose field was refused, with the sentence beside it."""
    name = refused.field if refused.field in form else "rule"
    form.blame(name, here().say(refused.sentence))
    step = next((step for step, names in FIELDS.items() if name in names), "amount")
    return step_page(view, form, step, 422)


def ask(asked: Asked, accept: AcceptForm | None, done: Callable[[Accepted], str]) -> ResponseReturnValue:
    """The page with debits and text; when it was accepted as it was shown, do it and say so."""
    name = f"autopay:{current_user.user_ref}:{asked.view.ref}:{report.latest_version(scope(), asked.view.agreement)}"
    text = permission.autopay(asked.view, asked.contract, asked.ways, name)
    given = permission.accepted(text, name)
    mark = text_hash(given.text)
    words = gettext("Autopay for %(name)s", name=asked.view.name)
    if proof := step_up.required(about=f"autopay:{asked.view.ref}:{mark}", words=words, back=asked.page):
        return proof
    if accept is None:
        return _shown(asked, AcceptForm(formdata=None), given.text)
    if not accept.validate():
        return _shown(asked, accept, given.text, 422)
    if accept.shown.data != mark:
        said = gettext(
            "What you are asked to allow has changed since. Nothing was changed. Please read it again."
        )
        return _shown(asked, accept, given.text, 409, [said])
    try:
        ref = done(given)
    except Conflict as late:
        flash(here().say(late.sentence), "warning")
        return htmx.see_other(url_for("portal.agreement_autopay", ref=asked.view.ref))
    return htmx.see_other(url_for("portal.autopay", ref=ref, done=asked.kind))


def _shown(
    asked: Asked, form: AcceptForm, text: str, status: int = 200, others: list[str] | None = None
) -> ResponseReturnValue:
    form.shown.data = text_hash(text)
    return htmx.render(
        "portal/autopay_setup/check.html", status=status, view=asked.view, form=form, purpose=asked.kind,
        contract=asked.contract, methods=[way.label for way in asked.ways], debits=asked.debits,
        terms=text.split("\n\n"), others=others or [], action=asked.action, change=asked.change, steps=STEPS,
        decline=asked.decline, percent=percent,
    )  # fmt: skip
