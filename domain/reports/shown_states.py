"""What a payment is called on a page: its own state, and on top of `settled` what its other rows say.

Money that went back is returned, disputed (won or lost) or reversed; money that we gave back is refunded, all or a
part. None of it is stored with the payment.
"""

from __future__ import annotations

from sqlalchemy import func, select

from domain.rules import dispute_states, payment_states, refund_states
from domain.words import N_, Sentence
from models import Dispute, Payment, Refund

WORDS: dict[str, str] = payment_states.WORDS | {
    "won": N_("Settled, dispute won"),
    "lost": N_("Dispute lost"),
    "reversed": N_("Entered by mistake, taken back"),
    "refunded": N_("Given back"),
    "partly_refunded": N_("Partly given back"),
}
EVENT_WORDS: dict[str, str] = (
    payment_states.EVENT_WORDS | refund_states.EVENT_WORDS | dispute_states.EVENT_WORDS
)
"""What each line of a payment's timeline is called."""
UNWELCOME = (
    "declined", "not_found", "returned_unsettled", "returned", "disputed", "expired", "stopped", "refund_failed",
    "dispute_lost", "reversed",
)  # fmt: skip
WELCOME = ("settled", "dispute_won", "refunded")
WENT_BACK = ("returned", "disputed", "lost", "reversed")
"""Shown states in which the money of a payment is not with us."""
PAID = ("settled", "won", "partly_refunded")
"""Shown states in which it is, or a part of it."""

DISPUTE = (
    select(Dispute.state)
    .where(Dispute.payment_id == Payment.id)
    .order_by(Dispute.id.desc())
    .limit(1)
    .correlate(Payment)
    .scalar_subquery()
)
REFUNDED = (
    select(func.coalesce(func.sum(Refund.amount_minor), 0))
    .where(Refund.payment_id == Payment.id, Refund.state.in_(refund_states.COUNTS))
    .correlate(Payment)
    .scalar_subquery()
)


def shown_state(
    state: str, return_code: str | None, dispute: str | None = None, refunded_minor: int = 0, amount_minor: int = 0
) -> str:  # fmt: skip
    """The state as people are told it, from the payment's own and the rows about its money."""
    if dispute == "won":
        return _given(refunded_minor, amount_minor) or "won"
    if dispute:
        return "lost" if dispute in ("lost", "accepted") else "disputed"
    if return_code == "reversed":
        return "reversed"
    if return_code:
        return "disputed" if return_code in ("dispute", "disputed") else "returned"
    return _given(refunded_minor, amount_minor) or state


def _given(refunded_minor: int, amount_minor: int) -> str:
    if not refunded_minor:
        return ""
    return "refunded" if refunded_minor >= amount_minor else "partly_refunded"


def event_words(event: str) -> Sentence:
    """What happened, in words; the event's own name where nobody gave it any."""
    return Sentence(EVENT_WORDS.get(event, event))
