"""The fee for a way of paying in the books: earned when the payment settles, given back when it goes back.

Verbs: `post_fee`, `take_back_fee`. The fee pays nothing of the agreement, so it is an entry of its own and no
allocation. Both inside the caller's transaction.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, func, select

from domain.records.accounts import METHOD_FEE_INCOME, clearing
from domain.records.books import Draft, lock, post_many, save
from domain.records.ready_made import ReadyMade
from domain.records.writers import Writer
from models import JournalEntry

POSTED = "payment.fee"
TAKEN_BACK = "payment.fee_returned"
_LAST = ReadyMade(
    select(func.max(JournalEntry.id).label("id"), func.count().label("entries")).where(
        JournalEntry.payment_id == bindparam("of"), JournalEntry.cause == bindparam("cause")
    )
)


def post_fee(session: Writer, payment: Any, *, on: date, now: datetime, by: str) -> None:
    """Earn the fee of a payment (`id`, `ref`, `agreement_id`, `gateway`, `fee_minor`, `currency`) from a day on."""
    before = _LAST.first(session, {"of": payment.id, "cause": POSTED}).entries if payment.fee_minor else 0
    _post(session, payment, POSTED, _key(payment.ref, "fee", before), payment.fee_minor, None, on, now, by)


def take_back_fee(session: Writer, payment: Any, *, on: date, now: datetime, by: str) -> None:
    """Give the fee of a payment that went back up again; nothing where it was not earned or is given up already."""
    if not payment.fee_minor:
        return
    earned = _LAST.first(session, {"of": payment.id, "cause": POSTED})
    back = _LAST.first(session, {"of": payment.id, "cause": TAKEN_BACK})
    if earned.entries > back.entries:
        key = _key(payment.ref, "fee-returned", back.entries)
        _post(session, payment, TAKEN_BACK, key, -payment.fee_minor, earned.id, on, now, by)


def _key(ref: str, what: str, before: int) -> str:
    return f"payment:{ref}:{what}" + (f":{before + 1}" if before else "")


def _post(
    session: Writer, payment: Any, cause: str, key: str, fee_minor: int, reverses: int | None, on: date,
    now: datetime, by: str,
) -> None:  # fmt: skip
    if not fee_minor:
        return
    head = lock(session, payment.agreement_id)
    lines = ((clearing(payment.gateway), fee_minor), (METHOD_FEE_INCOME, -fee_minor))
    draft = Draft(
        key=key, cause=cause, currency=payment.currency, effective_on=on, lines=lines, payment_id=payment.id,
        reverses_id=reverses,
    )  # fmt: skip
    post_many(session, [(head, draft)], now=now, by=by)
    save(session, head)
