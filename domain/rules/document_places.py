"""The names that may stand in braces in a document's template, by kind of agreement. Nothing else is a place."""

from __future__ import annotations

from collections.abc import Mapping

from domain.words import N_

COMMON: Mapping[str, str] = {
    "business.name": N_("Name of the business"),
    "business.address": N_("Address of the business"),
    "business.phone": N_("Phone of the business"),
    "business.email": N_("Mail address of the business"),
    "today": N_("The day on which it is written"),
    "agreement.number": N_("Number of the agreement"),
    "agreement.title": N_("What the agreement is for"),
    "agreement.start": N_("First day of the agreement"),
    "agreement.end": N_("Last day of the agreement"),
    "people": N_("Everybody on it, with their part (a list)"),
    "customers": N_("Names of those who owe"),
    "guarantors": N_("Names of guarantors"),
    "terms": N_("Everything that was agreed (a table)"),
    "order": N_("What was bought or leased (a table)"),
    "late_fees": N_("What happens when a payment is late (a list)"),
    "plan": N_("The payments, each with its day and amount (a table)"),
    "plan.count": N_("How many payments"),
    "plan.total": N_("What all payments come to"),
    "plan.first": N_("Day of the first payment"),
    "plan.last": N_("Day of the last payment"),
    "payment": N_("The regular payment"),
}
OF_KIND: Mapping[str, Mapping[str, str]] = {
    "loan": {"vehicles": N_("The vehicles behind it (a list)")},
    "lease_to_own": {"vehicles": N_("The vehicles behind it (a list)")},
    "rental": {
        "property": N_("Name of the house"),
        "property.address": N_("Address of the house"),
        "unit": N_("Name of the flat"),
        "home": N_("The flat with what it has (a table)"),
        "owners": N_("Names of the owners of the house"),
        "deposit": N_("The deposit that is held"),
        "payment.due": N_("On which day the rent is due"),
        "payment.total": N_("The rent with all that comes with it"),
    },
    "credit_line": {},
}
KIND_WORDS: Mapping[str, str] = {
    "loan": N_("Loan"),
    "lease_to_own": N_("Lease to own"),
    "rental": N_("Rental"),
    "credit_line": N_("Credit line"),
}
MOST_PLAN_ROWS = 400


def places_of(kind: str) -> Mapping[str, str]:
    """Name -> what it is, for a kind of agreement; what all have in common for ""."""
    return {**COMMON, **OF_KIND.get(kind, {})}
