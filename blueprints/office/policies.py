"""Late-fee policies: what counts now, one page each with all its versions, a new one, a change from a day on.

The form shows beside it, day by day, what the policy does to a payment that stays unpaid.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from blueprints.office import office
from blueprints.office.policy_form import PolicyForm, blame_policy, filled, fits, policy_of
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import now, today
from blueprints.shared.frame import business
from blueprints.shared.signed_in import scope
from domain.actions import policies as acts
from domain.reports import policies as reports
from domain.rules.calendar import add_months
from domain.words import N_, Refused, Sentence
from models import LateFeePolicy

SAMPLE_MINOR = 100_000


def currency() -> str:
    return str((business() or {}).get("currency", "USD"))


def sample_day() -> date:
    """The first of the next month: the due day that a reader has in mind."""
    return add_months(today().replace(day=1), 1)


def formed(money: str, **given: Any) -> PolicyForm:
    """The form with its choices: with the `given` fields, or as it was sent."""
    form = PolicyForm(formdata=None, data=given) if given else PolicyForm()
    kinds = {name: gettext(words) for name, words in reports.KIND_WORDS.items()}
    return form.ask_for(money, kinds, reports.property_choices(scope()), reports.places(scope()))


def excluded(form: PolicyForm) -> tuple[str, ...]:
    """The keys of the payers whose customer numbers were typed. Raises Refused for a number nobody has."""
    numbers = [number for number in re.split(r"[,;\s]+", form.exclude.data or "") if number]
    keys = reports.payer_keys(scope(), numbers)
    for number in numbers:
        if number not in keys:
            words = N_("Nobody has the customer number %(number)s.")
            raise Refused(Sentence(words, {"number": number}), "exclude")
    return tuple(keys[number] for number in dict.fromkeys(numbers))


def preview_of(form: PolicyForm, kind: str, place: str | None = None) -> reports.Preview:
    """What the policy would do as it is typed so far, in a place or in the one that was chosen. Nothing is kept."""
    due_on, minor = form.sample_due.data or sample_day(), form.sample_amount.data
    wrong = [str(error) for field in form for error in field.process_errors]
    if wrong:
        return reports.Preview(missing=Sentence(wrong[0]))
    try:
        policy = policy_of(form, kind, excluded(form))
    except Refused as refused:
        return reports.Preview(missing=refused.sentence)
    return reports.preview(
        scope(), policy, form.sample_place.data or "" if place is None else place, due_on,
        SAMPLE_MINOR if minor is None else minor, everywhere=place is None,
    )  # fmt: skip


def wants_calendar() -> bool:
    """Whether the button was pressed that shows the calendar and keeps nothing."""
    return "show" in request.form


@office.get("/office/policies")
def policies() -> ResponseReturnValue:
    lookup.require("adjust")
    known = reports.policies(scope(), today())
    return htmx.render("office/policies/index.html", known=known, due_on=sample_day())


@office.get("/office/policies/new")
def new_policy() -> ResponseReturnValue:
    lookup.require("settings")
    form = formed(
        currency(), effective_from=today(), first_fee_offset=4, kind="rental", base1_kind="flat",
        sample_due=sample_day(), sample_amount=SAMPLE_MINOR,
    )  # fmt: skip
    return new_page(form)


def new_page(form: PolicyForm, status: int = 200) -> ResponseReturnValue:
    calendar = preview_of(form, form.kind.data if form.kind.data in reports.KIND_WORDS else "rental")
    return htmx.render("office/policies/new.html", status=status, form=form, preview=calendar)


@office.post("/office/policies/preview")
def preview_policy() -> ResponseReturnValue:
    """The calendar of what is typed so far, while it is typed."""
    lookup.require("settings")
    form = formed(currency())
    kind = form.kind.data if form.kind.data in reports.KIND_WORDS else "rental"
    return htmx.render(
        "office/policies/preview.html", "office/policies/_calendar.html", preview=preview_of(form, kind)
    )


@office.post("/office/policies")
def create_policy() -> ResponseReturnValue:
    lookup.require("settings")
    form = formed(currency())
    if wants_calendar():
        return new_page(form)
    if form.validate():
        try:
            ref = acts.add_policy(
                policy_of(form, form.kind.data, excluded(form)),
                acts.Concerns(form.property_ref.data or "", form.agreement_number.data or ""),
                who=scope(), today=today(), now=now(),
            )  # fmt: skip
            flash(gettext("The policy was kept. Late fees by it begin with the next daily run."))
            return htmx.see_other(url_for("office.policy", ref=ref))
        except Refused as refused:
            blame_policy(form, refused)
    return new_page(form, 422)


def versions_of(ref: str) -> tuple[LateFeePolicy, list[reports.Version]]:
    """The row asked for, and every version of its policy, the last one first."""
    row = lookup.get_or_404(LateFeePolicy, ref)
    return row, reports.versions(scope(), row.name)


@office.get("/office/policies/<ref>", endpoint="policy")
def show_policy(ref: str) -> ResponseReturnValue:
    lookup.require("adjust")
    _row, versions = versions_of(ref)
    last = versions[0]
    calendar = reports.preview(
        scope(), last.policy, last.jurisdiction, sample_day(), SAMPLE_MINOR, everywhere=not last.narrow
    )
    return htmx.render(
        "office/policies/policy.html", versions=versions, last=last, preview=calendar, due_on=sample_day(),
        sample_minor=SAMPLE_MINOR,
    )  # fmt: skip


@office.get("/office/policies/<ref>/change")
def change_policy(ref: str) -> ResponseReturnValue:
    lookup.require("settings")
    _row, versions = versions_of(ref)
    last = versions[0]
    given = filled(last.policy) | {
        "effective_from": max(today(), last.policy.effective_from), "sample_due": sample_day(),
        "sample_amount": SAMPLE_MINOR, "sample_place": last.jurisdiction,
        "exclude": ", ".join(reports.payer_numbers(scope(), last.policy.exclude_payers)),
    }  # fmt: skip
    return change_page(last, formed(last.policy.currency, **given))


def change_page(last: reports.Version, form: PolicyForm, status: int = 200) -> ResponseReturnValue:
    calendar = preview_of(form, last.kind, last.jurisdiction if last.narrow else None)
    return htmx.render(
        "office/policies/change.html", status=status, form=form, last=last, preview=calendar,
        whole=fits(last.policy),
    )  # fmt: skip


@office.post("/office/policies/<ref>/preview")
def preview_version(ref: str) -> ResponseReturnValue:
    """The calendar of a change while it is typed."""
    lookup.require("settings")
    _row, versions = versions_of(ref)
    last = versions[0]
    calendar = preview_of(formed(last.policy.currency), last.kind, last.jurisdiction if last.narrow else None)
    return htmx.render("office/policies/preview.html", "office/policies/_calendar.html", preview=calendar)


@office.post("/office/policies/<ref>")
def create_version(ref: str) -> ResponseReturnValue:
    """Keep a further version. Rows that stand are never changed."""
    lookup.require("settings")
    row, versions = versions_of(ref)
    last = versions[0]
    form = formed(last.policy.currency)
    form.name.data, form.kind.data, form.property_ref.data = last.policy.name, last.kind, ""
    if wants_calendar():
        return change_page(last, form)
    if form.validate():
        try:
            policy = policy_of(form, last.kind, excluded(form))
            made = acts.change_policy(row.ref, policy, who=scope(), today=today(), now=now())
            flash(gettext("The new version was kept. What fell due before its day keeps the old one."))
            return htmx.see_other(url_for("office.policy", ref=made))
        except Refused as refused:
            blame_policy(form, refused)
    return change_page(last, form, 422)
