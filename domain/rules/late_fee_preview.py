"""The preview of a late-fee policy: day by day what happens to one payment that stays unpaid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from domain.rules.calendar import add_months
from domain.rules.late_fee_policy import PAYMENT_TYPES, LateCharge, LateFeePolicy
from domain.rules.late_fees import assess, occurrences
from domain.rules.legal_caps import LegalCap
from domain.words import N_, Sentence


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """One line of the preview. `fee_minor` falls due on the day, `total_minor` is all so far.

    `capped`: a limit of the policy or of the law holds the fee.
    """

    on: date
    what: Sentence
    fee_minor: int
    total_minor: int
    capped: bool = False


def calendar(
    policy: LateFeePolicy, due_on: date, amount_minor: int, months: int, caps: Sequence[LegalCap] = ()
) -> tuple[CalendarRow, ...]:
    """What the policy does to a payment of `amount_minor` that falls due on a day and stays unpaid for some months.

    The first row is the due day; the row at which a limit is reached is marked, and days that add nothing after it
    are left out.
    """
    kind = next((name for name in policy.eligible if name in PAYMENT_TYPES), policy.eligible[0])
    charge = LateCharge(1, kind, due_on, amount_minor)
    until = datetime.combine(add_months(due_on, months), time.max)
    begun = replace(policy, effective_from=min(policy.effective_from, due_on))
    fees = {
        fee.occurrence: fee
        for fee in assess(begun, caps, charge, amount_minor, (), until, lambda _id, _moment: amount_minor)
    }
    rows = [CalendarRow(due_on, Sentence(N_("The payment falls due.")), 0, 0)]
    total, reached = 0, False
    for one in sorted(occurrences(policy, caps, due_on, until), key=lambda one: (one.at, one.name)):
        fee = fees.get(one.name)
        if fee is None and (reached or not fees or not one.name.startswith("every")):
            continue
        total += fee.amount_minor if fee else 0
        reached = fee is None or fee.clamped_from_minor is not None
        rows.append(
            CalendarRow(
                one.at.date(), _what(one.name, reached), fee.amount_minor if fee else 0, total, reached
            )
        )
    return tuple(rows)


def _what(occurrence: str, capped: bool) -> Sentence:
    if capped:
        return Sentence(N_("A limit is reached: no more than this is asked."))
    if occurrence == "first":
        return Sentence(N_("The first late fee."))
    if occurrence.startswith("tier"):
        return Sentence(N_("The late fee rises."))
    return Sentence(N_("A further late fee."))
