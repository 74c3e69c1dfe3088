"""Prove what went back: every refund and dispute against its entries, and never more given back than was paid.

Read-only; every finding is one sentence that names the row. Called by `domain.reports.book_check`.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session, scoped_session

from domain.rules.refund_states import COUNTS
from models import Allocation, Dispute, JournalEntry, Payment, PaymentReturn, Refund

AnySession = Session | scoped_session[Session]

_CAUSES = ("payment.settled", "payment.returned", "payment.refunded", "payment.restored")


def allocation_differences(session: AnySession) -> Iterator[str]:
    """Every entry of a payment allocates what its row says: the payment, its return, a refund, a dispute won."""
    allocated = (
        select(Allocation.entry_id, func.sum(Allocation.amount_minor).label("amount"))
        .group_by(Allocation.entry_id)
        .subquery()
    )
    refund = select(Refund.amount_minor).where(
        or_(Refund.entry_id == JournalEntry.id, Refund.undo_entry_id == JournalEntry.id)
    )
    won = select(Dispute.amount_minor).where(Dispute.won_entry_id == JournalEntry.id)
    disputed = (
        select(Dispute.amount_minor)
        .join(PaymentReturn, PaymentReturn.id == Dispute.return_id)
        .where(PaymentReturn.entry_id == JournalEntry.id)
    )
    expected = case(
        (JournalEntry.cause == "payment.settled", Payment.amount_minor),
        (
            JournalEntry.cause == "payment.returned",
            -func.coalesce(disputed.scalar_subquery(), Payment.amount_minor),
        ),
        (JournalEntry.cause == "payment.refunded", -func.coalesce(refund.scalar_subquery(), 0)),
        else_=func.coalesce(refund.scalar_subquery(), won.scalar_subquery(), 0),
    )
    query = (
        select(JournalEntry.key, allocated.c.amount, expected)
        .join(Payment, Payment.id == JournalEntry.payment_id)
        .outerjoin(allocated, allocated.c.entry_id == JournalEntry.id)
        .where(JournalEntry.cause.in_(_CAUSES))
        .where(func.coalesce(allocated.c.amount, 0) != expected)
    )
    for key, amount, wanted in session.execute(query):
        yield f"entry {key}: {amount or 0} is allocated, the payment is {wanted}"


def refund_differences(session: AnySession) -> Iterator[str]:
    """A refund has its entry, one that failed the entry that put it back, and all of them are at most the payment."""
    failed = Refund.state == "failed"
    wrong = or_(Refund.entry_id.is_(None), failed != Refund.undo_entry_id.is_not(None))
    for ref, state in session.execute(select(Refund.ref, Refund.state).where(wrong)):
        yield f"refund {ref}: it is {state}, and its entries say otherwise"
    given = func.sum(Refund.amount_minor)
    query = (
        select(Payment.ref, Payment.amount_minor, Payment.state, given)
        .join(Refund, Refund.payment_id == Payment.id)
        .where(Refund.state.in_(COUNTS))
        .group_by(Payment.id, Payment.ref, Payment.amount_minor, Payment.state)
        .having((given > Payment.amount_minor) | (Payment.state != "settled"))
    )
    for ref, amount, state, back in session.execute(query):
        yield f"payment {ref}: {back} was given back of {amount}, and it is {state}"


def dispute_differences(session: AnySession) -> Iterator[str]:
    """A dispute has the return that took its money, and the entry that brought it again only where it was won."""
    won = Dispute.state == "won"
    wrong = or_(
        won & Dispute.return_id.is_not(None) & Dispute.won_entry_id.is_(None),
        ~won & Dispute.won_entry_id.is_not(None),
    )
    for ref, state in session.execute(select(Dispute.case_ref, Dispute.state).where(wrong)):
        yield f"dispute {ref}: it is {state}, and its entries say otherwise"
