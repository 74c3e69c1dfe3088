"""The nouns of late fees: a versioned policy, its parts, and what goes into and comes out of an assessment.

A policy is one version of a business's rule. It is kept as JSON with exact decimals as text; the versions are never
changed, only followed by a further one, and a charge keeps the version that was in force on its due day. Precedence:
the agreement's own policy, then the property's, then the company's. Amounts are minor units of `currency`, days are
local calendar dates, times are local.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Literal

from domain.rules.calendar import add_months
from domain.words import Trace

Kind = Literal["flat", "of_standard", "of_overdue", "of_overdue_charges", "monthly_by_day"]
Combine = Literal["sum", "greater", "lesser"]
SCOPES = ("agreement", "property", "company")

# What must be late for a fee when nothing else is ticked. Late fees themselves never make a fee fall due.
USUAL_TYPES = {
    "rental": ("rent",),
    "loan": ("installment",),
    "lease_to_own": ("lease",),
    "credit_line": ("minimum_payment",),
}
PAYMENT_TYPES = frozenset(kind for kinds in USUAL_TYPES.values() for kind in kinds)
NEVER_LATE = frozenset({"late_fee"})


@dataclass(frozen=True, slots=True)
class FeeBase:
    """One way to count a fee.

    flat: `amount_minor`. of_standard: `percent` of the standard payment (the periodic rent, the regular installment).
    of_overdue: `percent` of what is unpaid of the late payment, at most of one standard payment, never of the pile.
    of_overdue_charges: `percent` of all overdue eligible charges. monthly_by_day: `percent` a month of what is unpaid
    of the charges due that day, by the day: percent x 12 x days / 365, for the days since the fee before.
    """

    kind: Kind
    amount_minor: int = 0
    percent: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Tier:
    """What the fee is from a number of days late, or from an overdue amount in minor units, on (`at_least`)."""

    at_least: int
    bases: tuple[FeeBase, ...]
    combine: Combine = "sum"


@dataclass(frozen=True, slots=True)
class Recurring:
    """A further fee every so many days or weeks while the payment stays unpaid.

    The first falls `first_after_days` after the day of the first fee, at the local time `at`; `stop_after` is how many
    there are at most (None: until paid, or until a limit is reached).
    """

    base: FeeBase
    every: int = 1
    unit: Literal["day", "week"] = "day"
    first_after_days: int = 1
    at: time = time(0)
    stop_after: int | None = None

    @property
    def days(self) -> int:
        """Days from one to the next."""
        return self.every * (7 if self.unit == "week" else 1)


@dataclass(frozen=True, slots=True)
class Cap:
    """The policy's own limit: per charge, per calendar month ("period"), or in all for the agreement ("total").

    Money, or percent of the standard payment; with both, the lesser.
    """

    per: Literal["charge", "period", "total"]
    amount_minor: int | None = None
    percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class LateFeePolicy:
    """One version of a late-fee rule. No bases: no late fees (an agreement that is spared, for example).

    The first fee falls `first_fee_offset` days after the due day (due on the 1st, offset 4: the 5th), or on the first
    `first_fee_day` of a month after it; always show the date. `cut_off`: money begun before this local time of the fee
    day is in time. `tier_by` "overdue": the tier for the overdue amount replaces the bases. "days_late": from each
    tier's day the fee rises to that tier's. `minimum_minor` and `maximum_minor` hold the first fee and the tiers.
    `minimum_balance_minor`: less than this overdue makes no fee. `charge_types`: what may be late; empty: the usual of
    the kind. `exclude_payers`: whose shares never count (an agency's subsidy). `per` "payer": each payer's share has
    its own fee. `posting` "propose": a person confirms each fee.
    """

    name: str
    version: int
    effective_from: date
    kind: str = "rental"
    currency: str = "USD"
    first_fee_offset: int | None = 5
    first_fee_day: int | None = None
    cut_off: time = time(0)
    bases: tuple[FeeBase, ...] = ()
    combine: Combine = "sum"
    tier_by: Literal["", "days_late", "overdue"] = ""
    tiers: tuple[Tier, ...] = ()
    minimum_minor: int = 0
    maximum_minor: int | None = None
    recurring: Recurring | None = None
    caps: tuple[Cap, ...] = ()
    minimum_balance_minor: int = 0
    charge_types: tuple[str, ...] = ()
    exclude_payers: tuple[str, ...] = ()
    per: Literal["agreement", "payer"] = "agreement"
    posting: Literal["post", "propose"] = "post"
    rounding: str = "half-up"

    @property
    def eligible(self) -> tuple[str, ...]:
        """The types of charges whose lateness counts."""
        return self.charge_types or USUAL_TYPES.get(self.kind, ())


@dataclass(frozen=True, slots=True)
class LateCharge:
    """A charge or installment that fell due. `amount_minor` is the whole of it; `payer` whose share it is, or ""."""

    id: int
    type: str
    due_on: date
    amount_minor: int
    payer: str = ""


@dataclass(frozen=True, slots=True)
class PostedFee:
    """A late fee that was posted (or proposed) before. A waived one stays in the list, so it is not asked again."""

    charge_id: int
    occurrence: str
    on: date
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Fee:
    """A fee that has fallen due. `on` is its local day; `clamped_from_minor` what it would be without any limit, when
    a limit of the policy or of the law made it smaller. `proposed`: a person confirms it first.
    """

    charge_id: int
    occurrence: str
    on: date
    amount_minor: int
    trace: Trace
    clamped_from_minor: int | None = None
    proposed: bool = False
    payer: str = ""

    @property
    def key(self) -> str:
        """What this fee is called for ever: one fee per charge and occurrence."""
        return fee_key(self.charge_id, self.occurrence)


def fee_key(charge_id: int, occurrence: str) -> str:
    """The key of a fee within its agreement. A voided charge takes all fees with it whose keys begin with its id."""
    return f"{charge_id}:{occurrence}"


def first_fee_on(policy: LateFeePolicy, due_on: date) -> date:
    """The day of the first fee for something due on a day."""
    if policy.first_fee_day is None:
        return due_on + timedelta(days=policy.first_fee_offset or 0)
    found = add_months(due_on, 0, policy.first_fee_day)
    return found if found > due_on else add_months(due_on, 1, policy.first_fee_day)


def policy_for(versions: Iterable[LateFeePolicy], due_on: date) -> LateFeePolicy | None:
    """The version in force on the due day: the latest that had begun by then. None when none had."""
    begun = [policy for policy in versions if policy.effective_from <= due_on]
    return max(begun, key=lambda policy: (policy.effective_from, policy.version), default=None)


def choose(policies: Mapping[str, Iterable[LateFeePolicy]], due_on: date) -> LateFeePolicy | None:
    """The policy that counts for a charge: the agreement's before the property's before the company's."""
    for scope in SCOPES:
        found = policy_for(policies.get(scope, ()), due_on)
        if found is not None:
            return found
    return None
