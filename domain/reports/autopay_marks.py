"""How autopay stands on each agreement of a person, in one statement: for tiles, lists and ways to pay."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from domain.access import Scope
from models import Agreement, Autopay, AutopayMethod, PaymentMethod, db


@dataclass(frozen=True, slots=True)
class Mark:
    """One contract that has not ended. `next_on` is the day of the next debit, None while none is ahead."""

    ref: str
    agreement_ref: str
    agreement: str
    state: str
    next_on: date | None
    paused_until: date | None


def marks(scope: Scope) -> dict[str, Mark]:
    """Agreement ref -> how the person's own autopay on it stands; agreements without one are left out."""
    query = (
        scope.select(
            Autopay, Autopay.ref, Agreement.ref, Agreement.title, Agreement.number, Autopay.state,
            Autopay.next_debit_on,
            Autopay.paused_until,
        )
        .join(Agreement, Agreement.id == Autopay.agreement_id)
        .where(Autopay.person_id == scope.person_id, Autopay.state != "ended")
    )  # fmt: skip
    return {
        agreement: Mark(ref, agreement, title or number, state, next_on, until)
        for ref, agreement, title, number, state, next_on, until in db.session.execute(query)
    }


def by_method(scope: Scope) -> dict[str, list[Mark]]:
    """Method ref -> the contracts that take money from it, the first choice or a backup."""
    query = (
        scope.select(
            Autopay, PaymentMethod.ref, Autopay.ref, Agreement.ref, Agreement.title, Agreement.number, Autopay.state,
            Autopay.next_debit_on, Autopay.paused_until,
        )
        .join(Agreement, Agreement.id == Autopay.agreement_id)
        .join(AutopayMethod, AutopayMethod.autopay_id == Autopay.id)
        .join(PaymentMethod, PaymentMethod.id == AutopayMethod.method_id)
        .where(Autopay.person_id == scope.person_id, Autopay.state != "ended")
        .order_by(Autopay.next_debit_on, Autopay.id)
    )  # fmt: skip
    found: dict[str, list[Mark]] = defaultdict(list)
    for method, ref, agreement, title, number, state, next_on, until in db.session.execute(query):
        found[method].append(Mark(ref, agreement, title or number, state, next_on, until))
    return dict(found)
