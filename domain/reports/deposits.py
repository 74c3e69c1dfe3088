"""The security deposit that is held for a customer: what was asked, less what of it is not paid yet. Never income."""

from __future__ import annotations

from domain.access import Scope
from domain.records.accounts import DEPOSITS_HELD
from domain.reports.agreements import View
from domain.words import N_, Sentence, Step, Trace
from models import Agreement, Balance, db


def held_minor(scope: Scope, view: View) -> int:
    """What is held today, in minor units; 0 where there is none, or where it is not the reader's."""
    if view.alone:
        return 0
    query = (
        scope.select(Agreement, Balance.amount_minor)
        .join(Balance, Balance.agreement_id == Agreement.id)
        .where(Agreement.id == view.agreement.id, Balance.account == DEPOSITS_HELD)
    )
    owed_back = -(db.session.scalar(query) or 0)
    unpaid = sum(charge.open_minor for charge in view.position.charges if charge.type == "deposit")
    return max(owed_back - unpaid, 0)


def trace(held: int) -> Trace:
    """Why it is that amount."""
    words = N_(
        "Paid for your security deposit: held for you, and given back at the end but for what you owe then."
    )
    return Trace("deposit.held", 1, (Step(Sentence(words), held),))
