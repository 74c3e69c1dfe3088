"""The permission that a payer gives with one payment, as the review shows it and as it is kept.

Built anew when it is accepted, of the same facts, so that what is kept is what was shown.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from flask import current_app
from flask_login import current_user

from blueprints.shared import frame, visit
from blueprints.shared.formats import here
from domain.actions.payment_limits import Accepted
from domain.reports.agreements import View
from domain.reports.ways_to_pay import Way, creditor_id
from domain.rules.authorisations import Authorisation, Facts, Scheme, authorisation, scheme_of
from domain.rules.autopay import Contract
from domain.rules.autopay_text import Backup, autopay_text
from domain.rules.instruction_names import instruction_name


def mandate_name(payment_ref: str) -> str:
    """The name of the permission of one payment, as banks take names: capitals and digits."""
    return "M" + hashlib.sha256(payment_ref.encode()).hexdigest()[:15].upper()


def asked(
    view: View, way: Way, amount_minor: int, fee_minor: int, on: date, payment_ref: str
) -> Authorisation:
    """What the payer is asked to allow: `amount_minor` and the fee in one sum, taken on a day."""
    scheme = scheme_of(way.instrument, view.currency, way.gateway)
    facts = replace(
        _facts(view, way, scheme, payment_ref),
        amount_minor=amount_minor + fee_minor,
        fee_minor=fee_minor,
        on=on,
    )
    return authorisation(scheme, facts)


def _facts(view: View, way: Way, scheme: Scheme, name: str) -> Facts:
    """Who takes the money, from which account, for what; `name` is what the permission's own name is made of."""
    business = frame.business() or {}
    names = {"sepa": mandate_name(name), "bacs": instruction_name(way.ref)}
    return Facts(
        business=business.get("name") or current_app.config["BASE_URL"],
        contact=business.get("phone") or business.get("email") or current_app.config["BASE_URL"],
        account=here().say(way.in_sentence),
        agreement=f"{view.name} ({view.number})" if view.name != view.number else view.number,
        currency=view.currency,
        payer=str(current_user.name),
        mandate_ref=names.get(scheme, ""),
        creditor_id=creditor_id(way.gateway) if scheme in names else "",
    )


def accepted(asked_for: Authorisation, payment_ref: str) -> Accepted:
    """The permission as this visitor has just given it."""
    place = visit.place()
    return Accepted(
        scheme=asked_for.scheme,
        text=asked_for.text(here().say),
        version=asked_for.version,
        class_code=asked_for.class_code,
        recurring=asked_for.recurring,
        language=here().voice().language[:8],
        strength=current_user.strength,
        address=place.address,
        device=place.device,
        ref=mandate_name(payment_ref) if asked_for.scheme == "sepa" else "",
    )


def autopay(view: View, contract: Contract, ways: Sequence[Way], name: str) -> Authorisation:
    """What the payer is asked to allow for autopay: `ways` are the ways to pay in their order."""
    first, *others = ways
    scheme = scheme_of(first.instrument, view.currency, first.gateway)
    facts = _facts(view, first, scheme, name)
    backups = [
        Backup(scheme_of(way.instrument, view.currency, way.gateway), here().say(way.in_sentence))
        for way in others
    ]
    return autopay_text(scheme, facts, contract, backups)
