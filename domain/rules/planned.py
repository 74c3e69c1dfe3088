"""What an agreement's own terms ask for: one planned charge, with its period and its reason.

Rentals, leases and credit lines fall due in charges. The rules plan them here as plain values; the day's billing posts
them, once each: `key` names the charge within its agreement and rule for ever, so it must depend on nothing but the
terms and the period.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.words import N_, Sentence, Trace

CHARGE_TYPES = (
    "rent",  # the rent of a unit
    "addon",  # what comes with it each period: parking, a pet
    "utility",  # water, power, as metered or shared out
    "one_off",  # anything else the business adds on a day
    "deposit",  # security, to be given back: never income
    "lease",  # a payment of a lease-to-own, with its tax
    "purchase",  # bought on a credit line
    "finance_charge",  # interest of a credit line's statement cycle
    "late_fee",
    "returned_payment_fee",
    "fee",  # any other fee
)

BUCKET_OF_TYPE = {
    "rent": "rent",
    "addon": "other",
    "utility": "other",
    "one_off": "other",
    "deposit": "deposit",
    "lease": "lease",
    "purchase": "purchases",
    "finance_charge": "finance",
    "late_fee": "fees",
    "returned_payment_fee": "fees",
    "fee": "fees",
}
"""Type of a charge -> the bucket it is owed in: what allocations, balances and reports keep apart."""

BOUGHT_EARLY = N_("Early purchase")
"""The name of the charge for the price of goods that are bought before their last payment."""

FEE_TYPES = frozenset(type_ for type_, bucket in BUCKET_OF_TYPE.items() if bucket == "fees")

TYPE_WORDS = {
    "rent": N_("Rent"),
    "addon": N_("Add-on"),
    "utility": N_("Utilities"),
    "one_off": N_("Charge"),
    "deposit": N_("Security deposit"),
    "lease": N_("Lease payment"),
    "purchase": N_("Purchase"),
    "finance_charge": N_("Interest"),
    "late_fee": N_("Late fee"),
    "returned_payment_fee": N_("Fee for a returned payment"),
    "fee": N_("Fee"),
}
"""What a type of charge is called; a charge with a name of its own is called by that."""


def called_by(name: str, type_: str) -> str | Sentence:
    """A name of its own as it was written; the name of its type, as for plain rent, in the reader's language."""
    words = TYPE_WORDS[type_]
    if name == BOUGHT_EARLY:
        return Sentence(name)
    return Sentence(words) if name in ("", words) else name


@dataclass(frozen=True, slots=True)
class PlannedCharge:
    """One charge the terms ask for.

    `number` counts from 1 in the plan. `amount_minor` is the whole amount in minor units, `tax_minor` the part of it
    that is tax. The period is the days it pays for, both ends included. `payer` names whose share it is (a payer's
    key), "" when nobody's alone. `effective_on` is the day the books count it for where that is not its due day (the
    interest of a statement is charged when the cycle closes and due later). `rule` and `key` together are unique within
    an agreement.
    """

    number: int
    type: str
    rule: str
    key: str
    due_on: date
    period_from: date
    period_to: date
    amount_minor: int
    trace: Trace
    name: str = ""
    tax_minor: int = 0
    payer: str = ""
    effective_on: date | None = None

    @property
    def counts_on(self) -> date:
        """The day the books count it for: its due day where nothing else is said."""
        return self.effective_on or self.due_on
