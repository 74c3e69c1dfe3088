"""Holds of an agreement: why nobody may pay it through the portal for now, and how to pay instead.

Read by whoever lets a payment begin and by the pages that say so; placed and lifted by `domain.actions.holds`.
"""

from __future__ import annotations

from sqlalchemy import bindparam, select

from domain.records.position import AnySession
from domain.rules.money_in_hand import UNCERTIFIED
from domain.words import N_, Refused, Sentence
from models import Hold

TYPES = ("eviction", "certified_funds", "other")

HELD = (
    select(Hold.id)
    .where(Hold.agreement_id == bindparam("agreement"), Hold.lifted_at.is_(None))
    .order_by(Hold.id)
    .limit(1)
    .scalar_subquery()
    .label("held")
)
"""The first hold that stands on the bound `agreement`, as a column of a statement that is run anyway."""

_CERTIFIED_ONLY = select(Hold.id).where(
    Hold.agreement_id == bindparam("agreement"), Hold.lifted_at.is_(None), Hold.type == "certified_funds"
)

_WHY = {
    "eviction": N_(
        "Payments here are stopped because of a court case about this home. Call or visit us before you pay."
    ),
    "certified_funds": N_(
        "For now we take only cash, a cashier's check or a money order on this agreement. Bring or mail it to us."
    ),
    "other": N_("Payments here are stopped for now: %(reason)s To pay, call or visit us."),
}
_CLERK = {
    "eviction": N_(
        "Eviction: ask before you take money. In some places taking a part of the rent ends the case."
    ),
    "certified_funds": N_(
        "Certified funds: take cash, a cashier's check or a money order, no personal check."
    ),
    "other": N_("On hold: %(reason)s"),
}


def refuse_held(session: AnySession, hold_id: int | None) -> None:
    """Raise Refused, saying why and how to pay instead, where a hold stands."""
    if hold_id:
        hold = session.execute(select(Hold.type, Hold.reason).where(Hold.id == hold_id)).one()
        raise Refused(why_held(hold.type, hold.reason))


def refuse_uncertified(session: AnySession, agreement_id: int, instrument: str) -> None:
    """Raise Refused for money that can still come back, where a hold asks for certified funds."""
    if instrument in UNCERTIFIED and session.execute(_CERTIFIED_ONLY, {"agreement": agreement_id}).first():
        words = N_("On this agreement only cash, a cashier's or certified check or a money order is taken.")
        raise Refused(Sentence(words), "instrument")


def why_held(type_: str, reason: str) -> Sentence:
    """To the payer: why nothing can be paid here, and how to pay instead."""
    return _said(_WHY[type_], type_, reason)


def told_to_clerk(type_: str, reason: str) -> Sentence:
    """To whoever stands at the counter: what to watch for before money is taken."""
    return _said(_CLERK[type_], type_, reason)


def _said(words: str, type_: str, reason: str) -> Sentence:
    ended = reason if reason.endswith((".", "!", "?")) else f"{reason}."
    return Sentence(words, {"reason": ended} if type_ == "other" else {})
