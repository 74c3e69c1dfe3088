"""Give up what an agreement owes, and know what of it came back, inside the caller's transaction.

Verbs: `write_off`, `not_recovered`. One entry takes every receivable off the books against the expense; each open
charge gets a further row that lowers it by what was open, so that charges and balances still agree.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import insert

from domain.kinds.base import Position
from domain.records.accounts import (
    BUCKET_ACCOUNT,
    CHARGE_OFF,
    CUSTOMER_CREDIT,
    DEPOSITS_HELD,
    DEPOSITS_RECEIVABLE,
    LOAN_INTEREST,
    LOAN_PRINCIPAL,
    RECOVERIES,
)
from domain.records.books import Draft, Head, post
from domain.records.position import AnySession, balances_of
from domain.records.writers import Writer
from domain.rules.planned import BUCKET_OF_TYPE
from domain.words import N_, Sentence, Step, Trace, trace_json
from models import Charge

_CHARGE = insert(Charge.__table__)


def receivables(position: Position) -> dict[str, int]:
    """Account -> what is owed on it by the position (minor units); accounts with nothing are left out."""
    owed = {LOAN_PRINCIPAL: position.principal_minor, LOAN_INTEREST: position.interest_minor}
    for charge in position.charges:
        account = BUCKET_ACCOUNT[BUCKET_OF_TYPE[charge.type]]
        owed[account] = owed.get(account, 0) + charge.open_minor
    return {account: amount for account, amount in owed.items() if amount}


def loss_minor(position: Position) -> int:
    """What the business loses when the agreement is charged off: all that is owed, less the customer's credit.

    A deposit that was asked for and never paid is no loss: it was never income.
    """
    owed = receivables(position)
    return sum(owed.values()) - owed.get(DEPOSITS_RECEIVABLE, 0) - position.credit_minor


def write_off(
    session: Writer, head: Head, currency: str, position: Position, reason: str | Sentence, *,
    key: str, on: date, now: datetime, by: str,
) -> int:  # fmt: skip
    """Charge off everything the position owes; returns what was lost (minor units). 0 posts nothing.

    `key` names the charge-off within the agreement, so that it cannot be posted twice.
    """
    owed, loss = receivables(position), loss_minor(position)
    if not owed and not position.credit_minor:
        return 0
    lines = [(account, -amount) for account, amount in owed.items()]
    if DEPOSITS_RECEIVABLE in owed:
        lines.append((DEPOSITS_HELD, owed[DEPOSITS_RECEIVABLE]))
    if position.credit_minor:
        lines.append((CUSTOMER_CREDIT, position.credit_minor))
    if loss:
        lines.append((CHARGE_OFF, loss))
    words = Sentence(N_("Charged off: %(reason)s"), {"reason": reason})
    draft = Draft(
        key=f"charge_off:{head.agreement_id}:{key}",
        cause="charge_off",
        currency=currency,
        effective_on=on,
        lines=tuple(lines),
        note=trace_json(Trace("charge_off", 1, (Step(words, loss),))),
    )
    entry_id = post(session, head, draft, now=now, by=by)
    rows = [
        {
            "agreement_id": head.agreement_id, "entry_id": entry_id, "rule": "charge_off",
            "period": f"{key}:{charge.id}", "due_on": on, "amount_minor": -charge.open_minor, "type": charge.type,
            "name": charge.name, "period_from": None, "period_to": None, "tax_minor": 0, "payer": charge.payer,
            "posted_on": on, "about_id": charge.id,
        }
        for charge in position.charges
    ]  # fmt: skip
    if rows:
        session.execute(_CHARGE, rows)
    return loss


def not_recovered(session: AnySession, agreement_id: int) -> int:
    """What was charged off on the agreement and has not come back (minor units)."""
    kept = balances_of(session, agreement_id)
    return kept.get(CHARGE_OFF, 0) + kept.get(RECOVERIES, 0)
