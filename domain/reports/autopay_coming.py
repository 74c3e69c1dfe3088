"""Everything that is coming of a person in one list: debits of autopay, planned payments, money under way.

Questions: `upcoming`, `first_of`. A debit that autopay has begun is one of the payments, so nothing stands in it twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.access import Scope
from domain.reports import autopay
from domain.rules.autopay import Debit
from domain.rules.payment_states import ON_ITS_WAY
from domain.words import N_, Sentence
from models import Agreement, Autopay, Payment, PaymentMethod, db

COUNT = 3


@dataclass(frozen=True, slots=True)
class Coming:
    """Something that will be taken or is on its way, on the day `on`.

    `stage`: "autopay" (a debit that is ahead), "planned" (can be changed or cancelled until it is sent) or "way".
    `amount_minor` is in `currency`, with the fee; None where nobody knows yet. `state` is that of the debit's row.
    """

    stage: str
    on: date
    agreement_ref: str
    name: str
    method: str | Sentence
    amount_minor: int | None
    currency: str
    payment_ref: str = ""
    autopay_ref: str = ""
    debit: Debit | None = None
    state: str = ""
    told: tuple[Sentence, ...] = ()


def upcoming(scope: Scope, on: date, agreement: Any = None, count: int = COUNT) -> list[Coming]:
    """What is coming of the reader, the next first, with the next `count` debits of each contract.

    `agreement`: of this one only.
    """
    of = () if agreement is None else (Autopay.agreement_id == agreement.id,)
    running = scope.select(Autopay, Autopay.ref).where(
        Autopay.person_id == scope.person_id, Autopay.state == "active", *of
    )
    found = _payments(scope, agreement)
    for ref in db.session.scalars(running):
        told = autopay.told(scope, ref, on)
        if told is not None and told.open:
            found += [_debit(told, debit) for debit in told.debits[:count]]
    return sorted(found, key=lambda item: (item.on, item.stage, item.agreement_ref))


def first_of(coming: Sequence[Coming], count: int = COUNT) -> list[Coming]:
    """Of such a list the first `count` debits of each contract, and everything that is no debit ahead."""
    seen: Counter[str] = Counter()
    found = []
    for one in coming:
        seen[one.autopay_ref] += one.stage == "autopay"
        if one.stage != "autopay" or seen[one.autopay_ref] <= count:
            found.append(one)
    return found


def next_debit(scope: Scope, agreement: Any, on: date) -> Coming | None:
    """The next debit of the reader's own autopay on an agreement; None where none is ahead."""
    ahead = upcoming(scope, on, agreement, count=1)
    return next((one for one in ahead if one.stage == "autopay"), None)


def _debit(told: autopay.Told, debit: Debit) -> Coming:
    return Coming(
        "autopay", debit.debit_on, told.agreement_ref, told.name, told.methods[0] if told.methods else "",
        debit.amount_minor, told.contract.currency, autopay_ref=told.ref, debit=debit,
        state=told.waits.get(debit.period, ""),
    )  # fmt: skip


def _payments(scope: Scope, agreement: Any) -> list[Coming]:
    """What the person planned, what autopay began for them and what is under way, by the day it counts for."""
    of = () if agreement is None else (Payment.agreement_id == agreement.id,)
    query = (
        scope.select(
            Payment, Payment.ref, Payment.state, Payment.channel, Payment.begun_on, Payment.expected_on,
            Payment.amount_minor, Payment.fee_minor, Payment.currency, Agreement.ref.label("agreement_ref"),
            Agreement.title, Agreement.number, PaymentMethod.label, PaymentMethod.nickname,
        )
        .join(Agreement, Agreement.id == Payment.agreement_id)
        .outerjoin(PaymentMethod, PaymentMethod.id == Payment.method_id)
        .where(Payment.person_id == scope.person_id, Payment.state.in_(ON_ITS_WAY), *of)
    )  # fmt: skip
    return [_payment(row) for row in db.session.execute(query)]


def _payment(row: Any) -> Coming:
    planned = row.state == "scheduled"
    said = []
    if planned and row.channel == "autopay":
        said.append(Sentence(N_("Autopay has begun this debit. It can be cancelled until it is sent.")))
    if not planned and row.expected_on is not None:
        said.append(Sentence(N_("It should arrive on %(day)s."), {"day": row.expected_on}))
    return Coming(
        "planned" if planned else "way", row.begun_on, row.agreement_ref, row.title or row.number,
        row.nickname or row.label or "", row.amount_minor + row.fee_minor, row.currency, payment_ref=row.ref,
        state=row.state, told=tuple(said),
    )  # fmt: skip
