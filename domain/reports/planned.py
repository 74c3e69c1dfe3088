"""Payments that somebody planned and can still change or cancel. Verbs: `planned`, `one`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select

from domain.access import Scope
from domain.words import Sentence
from models import Agreement, Payment, PaymentMethod, db


@dataclass(frozen=True, slots=True)
class Planned:
    """One planned payment of the reader: it counts for the day `on` and leaves on `leaves_on`.

    Amounts are minor units of `currency`; `fee_minor` comes on top. `method` is the name of the way to pay.
    """

    ref: str
    agreement_ref: str
    agreement_name: str
    agreement_number: str
    amount_minor: int
    fee_minor: int
    currency: str
    on: date
    leaves_on: date
    method_ref: str
    method: str | Sentence

    @property
    def total_minor(self) -> int:
        return self.amount_minor + self.fee_minor

    @property
    def shifted(self) -> bool:
        return self.leaves_on != self.on


def planned(scope: Scope) -> list[Planned]:
    """What the person has planned, the next first: two agreements or twenty, one statement."""
    return _read(_query(scope).order_by(Payment.scheduled_on, Payment.id))


def one(scope: Scope, ref: str) -> Planned | None:
    """The person's planned payment of this ref; None where it is not planned (any more) or not theirs."""
    return next(iter(_read(_query(scope).where(Payment.ref == ref))), None)


def _query(scope: Scope) -> Select[Any]:
    return (
        scope.select(
            Payment, Payment.ref, Agreement.ref, Agreement.title, Agreement.number, Payment.amount_minor,
            Payment.fee_minor, Payment.currency, Payment.begun_on, Payment.scheduled_on, PaymentMethod.ref,
            PaymentMethod.label, PaymentMethod.nickname,
        )
        .join(Agreement, Agreement.id == Payment.agreement_id)
        .outerjoin(PaymentMethod, PaymentMethod.id == Payment.method_id)
        # A debit of autopay is skipped, never changed: it takes what its contract says.
        .where(Payment.state == "scheduled", Payment.person_id == scope.person_id, Payment.channel != "autopay")
    )  # fmt: skip


def _read(query: Select[Any]) -> list[Planned]:
    found = []
    for (
        ref,
        agreement,
        title,
        number,
        amount,
        fee,
        currency,
        on,
        leaves_on,
        method,
        label,
        nickname,
    ) in db.session.execute(query):
        found.append(
            Planned(
                ref, agreement, title or number, number, amount, fee, currency, on, leaves_on, method or "",
                nickname or label or "",
            )
        )  # fmt: skip
    return found
