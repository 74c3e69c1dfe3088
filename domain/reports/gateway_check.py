"""Hold a gateway's own record against our attempts: only it can see a charge that was made twice. Read-only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from gateways.base import ChargeRecord, Gateway
from models import Attempt, Payment, PaymentReturn

AnySession = Session | scoped_session[Session]


DISPUTES = ("dispute", "disputed")
"""Codes of a `PaymentReturn` that came by a dispute."""


def gateway_differences(session: AnySession, gateway: Gateway, counts: dict[str, int]) -> Iterator[str]:
    """The gateway's own record against our attempts: nothing missing, nothing extra, same amount, same end."""
    ours: dict[str, Any] = {
        row.key: row
        for row in session.execute(
            select(
                Attempt.key,
                Payment.ref,
                Payment.amount_minor,
                Payment.currency,
                Payment.state,
                PaymentReturn.code.label("return_code"),
            )
            .join(Payment, Payment.id == Attempt.payment_id)
            .outerjoin(PaymentReturn, PaymentReturn.payment_id == Payment.id)
            .where(Payment.gateway == gateway.name)
        )
    }
    taken: dict[str, int] = {}
    for charge in gateway.charges():
        counts["charges"] += 1
        row = ours.get(charge.key)
        if row is None:
            yield f"{gateway.name}: it has a charge {charge.key} that we never asked for"
            continue
        if charge.state in ("accepted", "settled", "returned", "disputed"):
            taken[row.ref] = taken.get(row.ref, 0) + 1
            if taken[row.ref] > 1:
                yield f"payment {row.ref}: {gateway.name} charged it {taken[row.ref]} times"
        if (charge.amount_minor, charge.currency) != (row.amount_minor, row.currency):
            theirs = f"{charge.amount_minor} {charge.currency}"
            yield f"payment {row.ref}: {gateway.name} has {theirs}, we {row.amount_minor} {row.currency}"
        yield from _ends_differ(gateway.name, charge, row)
    for row in ours.values():
        if row.state in ("settled", "pending") and row.ref not in taken:
            yield f"payment {row.ref}: we call it {row.state}, {gateway.name} has no such charge"


def _ends_differ(name: str, charge: ChargeRecord, row: Any) -> Iterator[str]:
    """Whether both sides name the same end; a settlement or return we have not read yet is not a difference.

    Nor is a dispute: it leaves the charge itself settled.
    """
    went_back = row.return_code is not None and row.return_code not in DISPUTES
    may_be = {
        "settled": ("settled", "pending", "attempting", "unknown", "awaiting"),
        "accepted": ("pending", "attempting", "unknown", "awaiting"),
        "declined": ("failed", "cancelled", "attempting", "unknown", "awaiting", "pending"),
        "needs_confirmation": ("awaiting", "attempting", "unknown", "cancelled"),
        "returned": ("settled", "failed", "pending", "attempting", "unknown"),
        "disputed": ("settled",),
    }.get(charge.state, ())
    if row.state not in may_be or (went_back and charge.state == "settled"):
        yield f"payment {row.ref}: {name} says {charge.state}, we say {'returned' if went_back else row.state}"
