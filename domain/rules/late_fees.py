"""Late fees: which have fallen due and are not asked yet, how much each is, and why.

`assess` looks at one charge, `assess_all` at everything of one agreement. A payment counts by the time it was begun,
also when the assessment runs later: what was unpaid at a cut-off is asked of a function the caller gives. Running
again, late, or once for many days gives the same fees: every fee has a name, and is counted as of its own moment. Fees
stay within the policy's limits and the law's; a reason tells both numbers when a limit made one smaller. No pyramiding:
late fees never make a fee fall due, and money that an order of payment took for them can be told (`went_to_fees`).
This module never posts anything. Source of the rules: a business's own policy, and the law's dated rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction

from domain.rules.late_fee_amounts import Facts, counted, first_fee, not_paid
from domain.rules.late_fee_calendar import Fallen, Occurrence, fallen_due, first_allowed_on, occurrences
from domain.rules.late_fee_json import from_json, to_json
from domain.rules.late_fee_policy import (
    Cap,
    Fee,
    FeeBase,
    LateCharge,
    LateFeePolicy,
    PostedFee,
    Recurring,
    Tier,
    choose,
    fee_key,
    first_fee_on,
    policy_for,
)
from domain.rules.legal_caps import LegalCap, in_force, limit_step, strictest
from domain.rules.money import round_minor
from domain.words import N_, Sentence, Step, Trace

__all__ = [
    "Cap", "Fee", "FeeBase", "LateCharge", "LateFeePolicy", "PostedFee", "Recurring", "Tier", "Unpaid", "assess",
    "assess_all", "choose", "fee_key", "first_allowed_on", "first_fee_on", "from_json", "policy_for", "to_json",
]  # fmt: skip

RULE = "late_fee"
# What is unpaid of a charge, counting every payment begun before a moment (and not come back since).
Unpaid = Callable[[int, datetime], int]
_LIMITS = {
    "charge": N_("The policy's limit for one payment leaves:"),
    "period": N_("The policy's limit for a calendar month leaves:"),
    "total": N_("The policy's limit in all leaves:"),
}


@dataclass(frozen=True, slots=True)
class _Case:
    """One policy with everything that its fees are counted from."""

    policy: LateFeePolicy
    caps: tuple[LegalCap, ...]
    unpaid_at: Unpaid
    went_to_fees: Unpaid
    fallen: Sequence[Fallen]
    only_counted: Sequence[LateCharge]


def assess(
    policy: LateFeePolicy,
    caps: Sequence[LegalCap],
    charge: LateCharge,
    standard_payment_minor: int,
    already: Sequence[PostedFee],
    at: datetime,
    unpaid_at: Unpaid,
) -> tuple[Fee, ...]:
    """The fees of one charge that have fallen due by the local time `at` and are not in `already`."""
    return assess_all((policy,), caps, (charge,), standard_payment_minor, already, at, unpaid_at)


def assess_all(
    versions: Sequence[LateFeePolicy],
    caps: Sequence[LegalCap],
    charges: Sequence[LateCharge],
    standard_payment_minor: int,
    already: Sequence[PostedFee],
    at: datetime,
    unpaid_at: Unpaid,
    went_to_fees: Unpaid = lambda _charge_id, _moment: 0,
) -> tuple[Fee, ...]:
    """The fees of one agreement that have fallen due by the local time `at` and are not in `already`, in their order.

    `versions` of one policy: a charge keeps the one in force on its due day. `charges` are all that may be overdue, the
    paid ones of the time since the last run among them. `already` are the agreement's late fees so far.
    `went_to_fees(charge_id, moment)`: how much of the money begun for this payment an order of payment took for earlier
    late fees; a payment short only by that makes no fee.
    """
    waiting: list[tuple[datetime, int, Occurrence, Fallen, _Case]] = []
    for policy, chosen in _by_policy(versions, charges).items():
        fallen = fallen_due(policy, chosen, standard_payment_minor)
        every = fallen if len(chosen) == len(charges) else fallen_due(policy, charges, standard_payment_minor)
        counted_only = [one for one in charges if one.type == "late_fee" and one.type in policy.eligible]
        case = _Case(policy, tuple(caps), unpaid_at, went_to_fees, every, counted_only)
        for one in fallen:
            for occurrence in occurrences(policy, caps, one.due_on, at):
                waiting.append((occurrence.at, one.id, occurrence, one, case))
    waiting.sort(key=lambda item: (item[0], item[1], item[2].name))
    asked = list(already)
    known = {(fee.charge_id, fee.occurrence) for fee in already}
    fees: list[Fee] = []
    full: set[int] = set()
    for _, _, occurrence, one, case in waiting:
        if one.id in full or any((charge.id, occurrence.name) in known for charge in one.charges):
            continue
        fee = _fee(case, one, occurrence, asked)
        if fee is not None:
            fees.append(fee)
            asked.append(PostedFee(fee.charge_id, fee.occurrence, fee.on, fee.amount_minor))
        elif _is_full(case, one, asked):
            full.add(one.id)
    return tuple(fees)


def _by_policy(
    versions: Sequence[LateFeePolicy], charges: Iterable[LateCharge]
) -> dict[LateFeePolicy, list[LateCharge]]:
    found: dict[LateFeePolicy, list[LateCharge]] = {}
    for charge in charges:
        policy = policy_for(versions, charge.due_on)
        if policy is not None:
            found.setdefault(policy, []).append(charge)
    return found


def _fee(case: _Case, one: Fallen, occurrence: Occurrence, asked: Sequence[PostedFee]) -> Fee | None:
    """The fee of one occurrence; None when nothing is unpaid, too little is overdue, or no limit leaves room."""
    policy = case.policy
    unpaid = _unpaid(case, one, one.charges, occurrence.at)
    if unpaid <= 0:
        return None
    overdue = _overdue(case, one, occurrence.at) if _asks_for_all(policy) else unpaid
    if overdue < policy.minimum_balance_minor:
        return None
    payment = _unpaid(case, one, one.payments, occurrence.at)
    facts = Facts(one.standard_minor, payment, unpaid, overdue, occurrence.days, occurrence.days_late)
    own = [fee for fee in asked if any(fee.charge_id == charge.id for charge in one.charges)]
    if occurrence.name.startswith("every") and policy.recurring:
        wanted, steps = counted(policy, (policy.recurring.base,), "sum", facts)
    else:
        wanted, steps = first_fee(policy, facts)
        before = sum(fee.amount_minor for fee in own if not fee.occurrence.startswith("every"))
        if before:
            wanted = max(wanted - before, 0)
            steps.append(Step(Sentence(N_("Already asked for this payment:")), -before))
    day = occurrence.at.date()
    amount, limits = _limited(case, one, day, wanted, own, asked)
    if amount <= 0:
        return None
    named = Step(
        Sentence(
            N_("Late fee by %(policy)s, version %(version)s."),
            {"policy": policy.name, "version": policy.version},
        )
    )
    missing = not_paid(one.due_on, day, occurrence.at.strftime("%H:%M"), unpaid)
    asks = [Step(Sentence(N_("The policy asks for:")), wanted), *limits] if limits else []
    last = Step(Sentence(N_("The late fee:")), amount)
    return Fee(
        charge_id=one.id,
        occurrence=occurrence.name,
        on=day,
        amount_minor=amount,
        trace=Trace(RULE, policy.version, (named, missing, *steps, *asks, last)),
        clamped_from_minor=wanted if amount < wanted else None,
        proposed=policy.posting == "propose",
        payer=one.payer,
    )


def _asks_for_all(policy: LateFeePolicy) -> bool:
    bases = [*policy.bases, *(base for tier in policy.tiers for base in tier.bases)]
    if policy.recurring:
        bases.append(policy.recurring.base)
    whole = any(base.kind == "of_overdue_charges" for base in bases)
    return whole or policy.minimum_balance_minor > 0 or policy.tier_by == "overdue"


def _unpaid(case: _Case, one: Fallen, charges: Iterable[LateCharge], moment: datetime) -> int:
    """What is unpaid of these, as if no late fee had taken money meant for them."""
    unpaid = sum(max(case.unpaid_at(charge.id, moment), 0) for charge in charges)
    return max(unpaid - case.went_to_fees(one.id, moment), 0) if unpaid else 0


def _overdue(case: _Case, one: Fallen, moment: datetime) -> int:
    """All eligible charges of this payer that were due before the moment's day, with this payment's own."""
    day = moment.date()
    total = 0
    for other in case.fallen:
        if other.id == one.id:
            total += _unpaid(case, one, one.charges, moment)
        elif other.payer == one.payer and other.due_on < day:
            total += sum(max(case.unpaid_at(charge.id, moment), 0) for charge in other.charges)
    fees = [charge for charge in case.only_counted if charge.due_on < day]
    if case.policy.per == "payer":
        fees = [charge for charge in fees if charge.payer == one.payer]
    return total + sum(max(case.unpaid_at(charge.id, moment), 0) for charge in fees)


def _limited(
    case: _Case, one: Fallen, day: date, wanted: int, own: Sequence[PostedFee], asked: Sequence[PostedFee]
) -> tuple[int, list[Step]]:
    """The fee held to what the policy's limits and then the law's still leave, with a step for each that held it."""
    amount, steps = wanted, []
    for cap in case.policy.caps:
        counted_fees = {
            "charge": own,
            "period": [fee for fee in asked if (fee.on.year, fee.on.month) == (day.year, day.month)],
            "total": asked,
        }[cap.per]
        room = max(_cap_minor(cap, one.standard_minor) - sum(fee.amount_minor for fee in counted_fees), 0)
        if room < amount:
            amount = room
            steps.append(Step(Sentence(_LIMITS[cap.per]), room))
    law = in_force(case.caps, RULE, case.policy.kind, one.due_on)
    limit = strictest(law, one.day_standard_minor)
    if limit is not None:
        before = sum(fee.amount_minor for fee in asked if fee.charge_id in one.day_ids)
        if limit[1] - before < amount:
            amount = max(limit[1] - before, 0)
            steps.append(limit_step(*limit))
            if before:
                steps.append(Step(Sentence(N_("Already asked for this payment:")), -before))
    return amount, steps


def _is_full(case: _Case, one: Fallen, asked: Sequence[PostedFee]) -> bool:
    """Whether a limit that never opens again leaves no room, so that a year of daily fees need not be walked."""
    lasting = tuple(cap for cap in case.policy.caps if cap.per != "period")
    own = [fee for fee in asked if any(fee.charge_id == charge.id for charge in one.charges)]
    held = replace(case, policy=replace(case.policy, caps=lasting))
    return _limited(held, one, one.due_on, 1, own, asked)[0] == 0


def _cap_minor(cap: Cap, standard_minor: int) -> int:
    """The figure of a policy's limit in minor units; percents are of the standard payment, rounded down."""
    limits = [] if cap.amount_minor is None else [cap.amount_minor]
    if cap.percent is not None:
        limits.append(round_minor(standard_minor * Fraction(cap.percent) / 100, "floor"))
    return min(limits, default=0)
