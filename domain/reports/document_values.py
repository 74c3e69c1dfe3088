"""What stands in the places of a document's template: the agreement's own terms and people, in one language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func

from domain.access import Scope
from domain.records.signers import parties_of
from domain.reports import vehicles
from domain.reports.agreements import View
from domain.reports.late_terms import late_terms
from domain.reports.unit_facts import unit_facts
from domain.rules.document_places import MOST_PLAN_ROWS
from domain.rules.rent_terms import RentTerms
from domain.rules.signing import ROLE_WORDS, part_of
from domain.words import N_, Money, Sentence
from models import Charge, Property, Unit, db
from papers.voice import Voice

HOLDER_ROLES = ("customer", "joint")


def values(
    scope: Scope, view: View, voice: Voice, business: Mapping[str, Any], today: date
) -> dict[str, Any]:
    """Place -> value, as `domain.rules.document_text.fill` takes them. Everything is text by now, in `voice`."""
    agreement = view.agreement
    people = [one for one in parties_of(db.session, agreement, today) if one.person_id]
    found: dict[str, Any] = {
        "business.name": str(business.get("name", "")),
        "business.address": ", ".join(business.get("address_lines", ())),
        "business.phone": str(business.get("phone", "")),
        "business.email": str(business.get("email", "")),
        "today": voice.day(today),
        "agreement.number": agreement.number,
        "agreement.title": agreement.title,
        "agreement.start": voice.day(agreement.start_on),
        "agreement.end": voice.day(agreement.ends_on) if agreement.ends_on else "",
        "people": {
            "lines": [f"{one.name}, {voice(ROLE_WORDS[part_of(one.role, agreement.kind)])}" for one in people]
        },
        "customers": ", ".join(one.name for one in people if one.role in HOLDER_ROLES),
        "guarantors": ", ".join(one.name for one in people if one.role == "guarantor"),
        "terms": _table([(label, value) for label, value in view.facts], voice),
        "order": _table([(name, value) for name, value in view.details], voice, plain=True),
        "late_fees": {"lines": [voice.words(line) for line in late_terms(view)]},
        **_plan(view, voice),
    }
    rent = getattr(view.terms, "terms", None)
    if isinstance(rent, RentTerms):
        found |= _rent(rent, voice)
    if agreement.unit_id:
        found |= _home(scope, view, voice) | {
            "owners": ", ".join(one.name for one in people if one.role == "owner")
        }
    lines = _vehicles(scope, view, voice)
    return {name: value for name, value in (found | lines).items() if not _empty(value)}


def _empty(value: Any) -> bool:
    return not (value.get("rows") or value.get("lines")) if isinstance(value, Mapping) else not value


def _label(label: str | Sentence, voice: Voice) -> str:
    return voice.label(label) if isinstance(label, Sentence) else voice(label)


def _table(pairs: Sequence[tuple[Any, Any]], voice: Voice, *, plain: bool = False) -> dict[str, Any]:
    """Label and value; with `plain` the labels are somebody's own words and are not translated."""
    return {
        "rows": [[label if plain else _label(label, voice), voice.words(value)] for label, value in pairs]
    }


def _plan(view: View, voice: Voice) -> dict[str, Any]:
    """The payments of the contract; where they have no end, nothing but the regular one."""

    def money(minor: int) -> str:
        return voice.money(Money(minor, view.currency))

    start = view.agreement.start_on
    regular = view.kind.standard_payment(view.terms, start)
    found: dict[str, Any] = {"payment": money(regular) if regular else ""}
    rows = [row for row in view.plan if row.state != "not_needed" and row.amount_minor]
    if not rows or not view.progress.whole_minor:
        return found
    head = [voice(N_("Payment")), voice(N_("Due on")), voice(N_("Amount"))]
    shown = [
        [str(row.number), voice.day(row.due_on), money(row.amount_minor)] for row in rows[:MOST_PLAN_ROWS]
    ]
    return found | {
        "plan": {"head": head, "rows": shown},
        "plan.count": str(len(rows)),
        "plan.total": money(sum(row.amount_minor for row in rows)),
        "plan.first": voice.day(rows[0].due_on),
        "plan.last": voice.day(rows[-1].due_on),
    }


def _rent(terms: RentTerms, voice: Voice) -> dict[str, Any]:
    """On which day the rent falls due, and what a whole period comes to in all where more than rent is asked."""
    day = terms.due_day or terms.from_on.day
    words = N_("on the first day of each period")
    if terms.frequency == "monthly":
        words = N_("on day %(day)s of each month")
    if terms.frequency == "monthly" and day > 28:
        words = N_("on day %(day)s of each month, or on its last day where it is shorter")
    asked = [
        row for row in terms.lines if (row.from_on or date.min) <= terms.from_on <= (row.until_on or date.max)
    ]
    total = sum(row.amount_minor for row in asked)
    more = any(row.type != "rent" for row in asked)
    return {
        "payment.due": voice.words(Sentence(words, {"day": str(day)})),
        "payment.total": voice.money(Money(total, terms.currency)) if more else "",
    }


def _home(scope: Scope, view: View, voice: Voice) -> dict[str, Any]:
    unit = db.session.get(Unit, view.agreement.unit_id)
    house = db.session.get(Property, unit.property_id) if unit else None
    asked = db.session.scalar(
        scope.select(Charge, func.sum(Charge.amount_minor)).where(
            Charge.agreement_id == view.agreement.id, Charge.type == "deposit"
        )
    )
    return {
        "property": house.name if house else "",
        "property.address": ", ".join((house.address if house else "").splitlines()),
        "unit": unit.name if unit else "",
        "home": _table(unit_facts(scope, view.agreement), voice),
        "deposit": voice.money(Money(int(asked), view.currency)) if asked else "",
    }


def _vehicles(scope: Scope, view: View, voice: Voice) -> dict[str, Any]:
    found = vehicles.for_customer(scope, view.agreement)
    lines = [
        ", ".join([name, *(f"{_label(label, voice)} {value}" for label, value in facts)])
        for name, facts in found
    ]
    return {"vehicles": {"lines": lines}}
