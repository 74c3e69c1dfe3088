"""New agreements: choose a kind, fill in its form with the plan beside it, check, open.

The form travels whole with every press, so the rows grow, people are found and the plan is shown without scripts too.
Nothing is written before the confirmation, and its form carries a sealed ref: sent twice, it opens one agreement.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import abort, current_app, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from blueprints.office import office
from blueprints.office.opening_credit import CreditForm
from blueprints.office.opening_fields import OpeningForm, Rows
from blueprints.office.opening_lease import LeaseForm
from blueprints.office.opening_loan import LoanForm
from blueprints.office.opening_rental import RentalForm
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import now, today
from blueprints.shared.fields import seal_ref
from blueprints.shared.formats import here
from blueprints.shared.frame import business
from blueprints.shared.signed_in import scope
from domain.actions import new_agreements as acts
from domain.actions import people
from domain.reports import parties, users
from domain.reports import people as people_reports
from domain.reports.finding import Wanted
from domain.reports.proposals import KINDS, Proposal, proposal
from domain.sealing import fresh_ref
from domain.words import N_, Refused, Sentence

FORMS: dict[str, type[OpeningForm]] = {
    "loan": LoanForm, "lease_to_own": LeaseForm, "rental": RentalForm, "credit_line": CreditForm,
}  # fmt: skip
NAMES = {name: label for name, label, _text in KINDS}
STEERING = {"csrf_token", "more", "add", "new"}


@dataclass
class Draft:
    """What somebody is filling in: the form, and the plan of what it says so far or why there is none yet."""

    kind: str
    form: OpeningForm
    plan: Proposal | None = None
    why_not: str = ""
    missing: list[Any] | None = None

    @property
    def doubts(self) -> list[Sentence]:
        return [*self.form.doubts(), *(self.plan.doubts if self.plan else ())]


def form_of(kind: str, *, fresh: bool = False) -> OpeningForm:
    """The form as it was sent, or a fresh one. 404 for a kind nobody can make."""
    lookup.require("opening")
    if kind not in FORMS:
        abort(404)
    currency = (business() or {}).get("currency", "USD")
    owner = f"{current_user.user_ref}:{kind}"
    if fresh:
        form = FORMS[kind](currency, owner, formdata=None)
        form.form_ref.data = seal_ref("opening", fresh_ref(), owner)
        form.people = parties.named(scope(), form.begin())
        for ref in form.people:
            form.holders.append_entry({"ref": ref, "keep": True, "role": "customer"})
        return form
    form = FORMS[kind](currency, owner)
    form.take_people()
    form.people = parties.named(scope(), [entry.form.ref.data for entry in form.holders.entries])
    return form


def drafted(kind: str, form: OpeningForm) -> Draft:
    """The plan of what was typed so far. Nothing is said beside fields that are still being filled in."""
    fine = form.validate()
    missing = [field.label.text for field in form if field.errors and not field.data]
    wrong = [str(error) for field in form if field.data for error in field.errors]
    for field in form.every():
        field.errors = []
    if not fine:
        return Draft(kind, form, None, wrong[0] if wrong else "", missing)
    try:
        return Draft(kind, form, planned(form))
    except Refused as refused:
        return Draft(kind, form, None, here().say(refused.sentence))


def planned(form: OpeningForm) -> Proposal:
    options = form.opening_options()
    return proposal(
        form.terms(),
        form.starts(),
        deposit_minor=options.get("deposit_minor", 0),
        bill_from=options.get("bill_from"),
    )


@office.get("/office/agreements/new")
def choose_agreement() -> ResponseReturnValue:
    lookup.require("opening")
    return htmx.render("office/openings/choose.html", kinds=KINDS)


@office.get("/office/agreements/new/<kind>")
def new_agreement(kind: str) -> ResponseReturnValue:
    return form_page(Draft(kind, form_of(kind, fresh=True)))


def form_page(draft: Draft, status: int = 200) -> ResponseReturnValue:
    return htmx.render(
        "office/openings/new.html", status=status, draft=draft, form=draft.form, kind=draft.kind,
        name=NAMES[draft.kind], matches=matches(draft.form),
    )  # fmt: skip


def matches(form: OpeningForm) -> Any:
    """People who fit what was typed into the search, but for those chosen already."""
    words = (form.who.data or "").strip()
    if not words:
        return None
    found = people_reports.people(scope(), Wanted(q=words, filters={"role": "customers"}, per_page=8), now())
    return [known for known in found.rows if known.ref not in form.people]


@office.post("/office/agreements/new/<kind>")
def draft_agreement(kind: str) -> ResponseReturnValue:
    """The form again with what was typed: with more rows, with people found, with the plan; or to change it."""
    form = form_of(kind)
    draft = drafted(kind, form)
    rows = form._fields.get(request.form.get("more", "")[:40])
    if isinstance(rows, Rows):
        rows.more()
        draft.form.seen.data = rows.short_name
    return form_page(draft)


@office.post("/office/agreements/new/<kind>/preview")
def preview_agreement(kind: str) -> ResponseReturnValue:
    """The plan beside the form, as far as it can be made."""
    draft = drafted(kind, form_of(kind))
    return htmx.render(
        "office/openings/new.html", "office/openings/_proposal.html", draft=draft, form=draft.form, kind=kind,
        name=NAMES[kind], matches=matches(draft.form),
    )  # fmt: skip


@office.post("/office/agreements/new/<kind>/people")
def find_holders(kind: str) -> ResponseReturnValue:
    """People found by name, those chosen so far, and somebody new who is added to People and put on."""
    form, refused = form_of(kind), None
    if "new" in request.form:
        refused = put_on_new(form)
    draft = drafted(kind, form)
    if refused:
        form.accuse(refused)
    return htmx.render(
        "office/openings/new.html", "office/openings/_holders.html", 422 if refused else 200, draft=draft,
        form=draft.form, kind=kind,
        name=NAMES[kind], matches=matches(draft.form),
    )  # fmt: skip


def put_on_new(form: OpeningForm) -> Refused | None:
    """Add who was typed to People and put them on the form; why not, beside its field, where that cannot be."""
    lookup.require("new_person")
    email = form.new_email.data or ""
    if same := people_reports.same_address(scope(), email):
        words = N_("%(name)s, %(number)s, has this address. Find them above.")
        return Refused(Sentence(words, {"name": same.name, "number": same.number}), "new_email")
    try:
        ref = people.create_person(
            form.new_name.data or "", email, form.new_phone.data or "", by=scope().by, now=now()
        )
    except Refused as refused:
        return Refused(refused.sentence, "new_email" if refused.field == "email" else "new_name")
    lookup.forget()
    form.put_on(ref)
    form.people = parties.named(scope(), [entry.form.ref.data for entry in form.holders.entries])
    for field in (form.new_name, form.new_email, form.new_phone, form.who):
        field.data = ""
    return None


@office.post("/office/agreements/new/<kind>/why/<what>")
def why_draft(kind: str, what: str) -> ResponseReturnValue:
    """The reason for one figure of what is being filled in. Its fields travel with the question."""
    draft = drafted(kind, form_of(kind))
    if draft.plan is None:
        return form_page(draft, 422)
    title, value, trace = draft.plan.reason(what[:40])
    return htmx.render(
        "office/openings/why.html", "office/openings/_why.html", title=title, value=value, trace=trace, draft=draft,
        kind=kind, name=NAMES[kind], sent=sent(),
    )  # fmt: skip


def sent() -> list[tuple[str, str]]:
    """Everything the form said, to be carried on by the next one."""
    return [(name, value) for name, value in request.form.items(multi=True) if name not in STEERING]


def whole(kind: str) -> tuple[Draft, bool]:
    """The form checked to the end: shape, terms, law, unit and number. What is wrong stands beside its field."""
    form = form_of(kind)
    draft = Draft(kind, form)
    fine = form.validate()
    if (
        form.who.data and not form.chosen
    ):  # a name was typed and nobody ticked: never open it without them unseen
        form.who.errors = [gettext("Tick who is meant, or empty this field.")]
        fine = False
    if form.new_name.data or form.new_email.data:
        form.new_name.errors = [gettext("Press “Add this person”, or empty this field.")]
        fine = False
    if not fine:
        return draft, False
    try:
        terms, opening = form.terms(), form.opening()
        users.check_within(scope(), branch=opening.branch, unit=bool(opening.unit_ref))
        draft.plan = planned(form)
        acts.check(terms, opening, form.waterfall_text)
    except Refused as refused:
        form.accuse(refused)
        draft.plan, draft.why_not = None, here().say(refused.sentence)
        return draft, False
    return draft, True


@office.post("/office/agreements/new/<kind>/review")
def review_agreement(kind: str) -> ResponseReturnValue:
    draft, fine = whole(kind)
    if not fine:
        return form_page(draft, 422)
    return htmx.render(
        "office/openings/review.html", draft=draft, form=draft.form, kind=kind, name=NAMES[kind], sent=sent()
    )


@office.post("/office/agreements/new/<kind>/open")
def create_agreement(kind: str) -> ResponseReturnValue:
    """Open it, once."""
    form = form_of(kind)
    if not form.validate() or form.form_ref.ref is None:
        return form_page(Draft(kind, form), 422)
    zone = current_app.extensions["clock"].zone
    at = datetime.combine(today(), now().astimezone(zone).time())
    try:
        opening = form.opening()
        users.check_within(scope(), branch=opening.branch, unit=bool(opening.unit_ref))
        ref = acts.make(
            form.terms(), opening, by=scope().by, today=today(), at=at, zone=zone, now=now(),
            waterfall=form.waterfall_text,
        )  # fmt: skip
    except Refused as refused:
        form.accuse(refused)
        return form_page(Draft(kind, form), 422)
    flash(gettext("The agreement was opened."))
    for doubt in form.doubts():
        flash(here().say(doubt), "warning")
    return htmx.see_other(url_for("office.agreement", ref=ref))
