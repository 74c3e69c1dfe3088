"""The policies, charges and payments that the tests of late fees speak of, and short ways to ask about them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from decimal import Decimal

from domain.rules.late_fees import (
    Cap,
    Fee,
    FeeBase,
    LateCharge,
    LateFeePolicy,
    PostedFee,
    Recurring,
    assess_all,
)
from domain.rules.legal_caps import LegalCap

NOVEMBER = date(2026, 11, 1)
FIFTY = LateFeePolicy(
    name="House rule", version=1, effective_from=date(2026, 1, 1), first_fee_offset=4,
    bases=(FeeBase("flat", 5_000),),
)  # fmt: skip
DAILY = LateFeePolicy(
    name="Daily", version=1, effective_from=date(2026, 1, 1), first_fee_offset=4, bases=(FeeBase("flat", 5_000),),
    recurring=Recurring(FeeBase("flat", 500), first_after_days=1, at=time(6)), caps=(Cap("charge", 10_000),),
)  # fmt: skip


def rent(amount_minor: int = 120_000, due_on: date = NOVEMBER, id: int = 1, **other) -> LateCharge:
    return LateCharge(id, other.pop("type", "rent"), due_on, amount_minor, **other)


def percent(kind: str, number: str) -> FeeBase:
    return FeeBase(kind, percent=Decimal(number))


def cap(**other) -> LegalCap:
    values = {"jurisdiction": "US-XX", "what": "late_fee", "effective_from": date(2020, 1, 1),
              "source": "Code 1-2-3", "verified_on": date(2026, 6, 1)}  # fmt: skip
    return LegalCap(**(values | other))


def unpaid(
    charges: Sequence[LateCharge], *payments: tuple[int, datetime, int]
) -> Callable[[int, datetime], int]:
    """What is unpaid, given payments (charge id, begun at, amount): those begun before the moment count."""
    amounts = {charge.id: charge.amount_minor for charge in charges}

    def unpaid_at(charge_id: int, moment: datetime) -> int:
        return amounts[charge_id] - sum(
            amount for id, begun, amount in payments if id == charge_id and begun < moment
        )

    return unpaid_at


def fees(
    policy: LateFeePolicy | Sequence[LateFeePolicy],
    *charges: LateCharge,
    paid: Sequence[tuple[int, datetime, int]] = (),
    at: datetime = datetime(2026, 11, 30, 23, 59),
    caps: Sequence[LegalCap] = (),
    standard: int | None = None,
    already: Sequence[PostedFee] = (),
    **other,
) -> tuple[Fee, ...]:
    versions = (policy,) if isinstance(policy, LateFeePolicy) else policy
    whole = charges[0].amount_minor if standard is None else standard
    return assess_all(versions, caps, charges, whole, already, at, unpaid(charges, *paid), **other)


def posted(found: Sequence[Fee]) -> tuple[PostedFee, ...]:
    return tuple(PostedFee(fee.charge_id, fee.occurrence, fee.on, fee.amount_minor) for fee in found)


def total(found: Sequence[Fee]) -> int:
    return sum(fee.amount_minor for fee in found)


def minor(text: str) -> int:
    return int(Decimal(text) * 100)
