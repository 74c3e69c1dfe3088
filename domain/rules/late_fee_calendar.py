"""When late fees of one payment fall due: what is late together, the day of the first fee, each occurrence after it.

Charges that are due on one day are late together and make one fee, on the first of them; with `per` "payer" each
payer's shares do. Occurrences have names that depend on the policy alone ("first", "tier-2", "every-3"), so that a fee
is known again whenever the assessment runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from domain.rules.late_fee_policy import (
    NEVER_LATE,
    PAYMENT_TYPES,
    LateCharge,
    LateFeePolicy,
    first_fee_on,
)
from domain.rules.legal_caps import LegalCap, in_force

MOST_OCCURRENCES = 4_000  # eleven years of a fee a day; no payment is chased longer


@dataclass(frozen=True, slots=True)
class Fallen:
    """What fell due together. `charges[0]` bears the fee; `standard_minor` is the standard payment of this share.

    `day_ids` and `day_standard_minor` are of every share due that day: the law looks at the whole payment.
    """

    due_on: date
    payer: str
    charges: tuple[LateCharge, ...]
    standard_minor: int
    day_ids: frozenset[int]
    day_standard_minor: int

    @property
    def id(self) -> int:
        return self.charges[0].id

    @property
    def payments(self) -> tuple[LateCharge, ...]:
        """The rent or the installment itself; where only other charges fell due, those."""
        return tuple(one for one in self.charges if one.type in PAYMENT_TYPES) or self.charges


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One moment at which a fee falls due if the payment is unpaid. `days`: since the one before (or the due day)."""

    at: datetime
    name: str
    days: int
    days_late: int


def fallen_due(
    policy: LateFeePolicy, charges: Iterable[LateCharge], standard_payment_minor: int
) -> list[Fallen]:
    """The charges that may be late by the policy, put together by due day (and payer), oldest first.

    Where the rent is shared out among payers, each share is its own standard payment; an unknown standard payment (0)
    is what fell due.
    """
    order = {name: place for place, name in enumerate(policy.eligible)}
    days: dict[date, dict[str, list[LateCharge]]] = {}
    for charge in charges:
        if (
            charge.type in order
            and charge.type not in NEVER_LATE
            and charge.payer not in policy.exclude_payers
        ):
            payer = charge.payer if policy.per == "payer" else ""
            days.setdefault(charge.due_on, {}).setdefault(payer, []).append(charge)
    found = []
    for due_on in sorted(days):
        ids = frozenset(charge.id for shares in days[due_on].values() for charge in shares)
        standards = {
            payer: _standard(shares, standard_payment_minor) for payer, shares in days[due_on].items()
        }
        for payer in sorted(days[due_on]):
            shares = sorted(days[due_on][payer], key=lambda charge: (order[charge.type], charge.id))
            whole = sum(standards.values())
            found.append(Fallen(due_on, payer, tuple(shares), standards[payer], ids, whole))
    return found


def _standard(charges: list[LateCharge], standard_payment_minor: int) -> int:
    payments = [charge for charge in charges if charge.type in PAYMENT_TYPES] or charges
    if standard_payment_minor and not any(charge.payer for charge in payments):
        return standard_payment_minor
    return sum(charge.amount_minor for charge in payments)


def first_allowed_on(policy: LateFeePolicy, caps: Iterable[LegalCap], due_on: date) -> date:
    """The day of the first fee: the policy's, or the first one the law allows when that is later."""
    earliest = [
        cap.earliest_days for cap in in_force(caps, "late_fee", policy.kind, due_on) if cap.earliest_days
    ]
    return max(first_fee_on(policy, due_on), due_on + timedelta(days=max(earliest, default=0)))


def occurrences(
    policy: LateFeePolicy, caps: Iterable[LegalCap], due_on: date, until: datetime
) -> Iterator[Occurrence]:
    """The moments up to `until` at which a payment due on a day makes a fee if it is unpaid, in no special order.

    Moments are local times in the zone of `until` (or plain local times when it has none).
    """

    def moment(day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, until.tzinfo)

    first_on = first_allowed_on(policy, caps, due_on)
    late = (first_on - due_on).days
    if policy.bases or policy.tiers:
        yield from _up_to(until, Occurrence(moment(first_on, policy.cut_off), "first", late, late))
    for number, tier in enumerate(policy.tiers if policy.tier_by == "days_late" else (), 1):
        if tier.at_least > late:
            when = moment(due_on + timedelta(days=tier.at_least), policy.cut_off)
            yield from _up_to(until, Occurrence(when, f"tier-{number}", tier.at_least, tier.at_least))
    recurring = policy.recurring
    if recurring is None:
        return
    stop = MOST_OCCURRENCES if recurring.stop_after is None else min(recurring.stop_after, MOST_OCCURRENCES)
    day = first_on + timedelta(days=recurring.first_after_days)
    for number in range(1, stop + 1):
        when = moment(day, recurring.at)
        if when > until:
            return
        days = recurring.first_after_days if number == 1 else recurring.days
        yield Occurrence(when, f"every-{number}", days, (day - due_on).days)
        day += timedelta(days=recurring.days)


def _up_to(until: datetime, one: Occurrence) -> Iterator[Occurrence]:
    if one.at <= until:
        yield one
