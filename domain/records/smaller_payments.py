"""Smaller payments that a payer chose for extra money, and what becomes of them when the money goes back.

Verbs: `after_payment`, `after_return`. Inside the transaction of the payment's event. The plan is set anew with as many
payments as are left (`loan_revisions`); who did it and why stands in the agreement's history like every change.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from domain.kinds import kind_of
from domain.kinds.base import Part
from domain.kinds.loan_rest import ReAmortise
from domain.kinds.loan_revisions import propose
from domain.records.books import lock
from domain.records.changes import keep, known, plan_change, revise
from domain.records.position import position_of
from domain.records.writers import Writer
from domain.words import N_, Refused, Sentence, Step

CHOICE = "smaller"


def after_payment(
    session: Writer, agreement: Any, payment: Any, parts: Sequence[Part], *, now: datetime, by: str
) -> None:
    """Set the payments anew once an extra payment has settled; `parts` are what it paid.

    Only where money went to principal beyond the installments. Where no payment is left to set anew the money has
    shortened the loan, and nothing is recorded.
    """
    extra = any(part.bucket == "principal" and part.installment_number is None for part in parts)
    if extra and _may(agreement):
        words = N_("An extra payment came, and smaller payments were chosen for it.")
        _set_anew(session, agreement, payment.begun_on, f"payment:{payment.ref}", words, now, by)


def after_return(session: Writer, agreement: Any, payment: Any, *, on: date, now: datetime, by: str) -> None:
    """The payments had become smaller for money that went back: they are set anew for what is owed again.

    The first change stays in the history and this one follows it, so that nothing that fell due in between is late
    after the fact.
    """
    if _may(agreement) and known(session, agreement.id, f"payment:{payment.ref}"):
        words = N_("The extra payment went back, so the payments are set anew for what is owed again.")
        _set_anew(session, agreement, on, f"return:{payment.ref}", words, now, by)


def _may(agreement: Any) -> bool:
    return agreement.status in ("active", "closed") and "re_amortise" in kind_of(agreement.kind).CHANGES


def _set_anew(
    session: Writer, agreement: Any, on: date, ref: str, words: str, now: datetime, by: str
) -> None:
    contract = kind_of(agreement.kind).read(agreement)
    head = lock(session, agreement.id)
    position = position_of(session, agreement.id, agreement.kind, head)
    # Not before what is posted already, nor before an earlier change of the plan.
    on = max(on, position.interest_from, *(one.on for one in contract.revisions))
    try:
        proposal = propose(contract, position, on, ReAmortise())
    except Refused:
        return
    revise(session, agreement, proposal.revision)
    keep(session, agreement.id, ref, plan_change(proposal, Step(Sentence(words))), now=now, by=by)
