"""Payments as people read them: history with filters, the lately begun, what is on its way, one payment's story.

Every list starts from the Scope. A line carries its shown state: returned and disputed come from the row that says the
money went back, never from the payment's own state.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, null, select
from sqlalchemy.orm import aliased

from domain.access import Scope
from domain.reports.finding import Wanted, every_word, page_of
from domain.reports.shown_states import DISPUTE, REFUNDED, WORDS, shown_state
from domain.rules.money import parse_amount_any
from domain.rules.money_in_hand import IN_HAND
from domain.rules.payment_states import ON_ITS_WAY
from domain.words import N_, Money, Refused, Sentence
from models import Agreement, Allocation, Charge, Dispute, Payment, PaymentMethod, PaymentReturn, Receipt, db

STATUSES: dict[str, str] = {
    "way": N_("On its way"),
    "settled": N_("Settled"),
    "returned": N_("Came back"),
    "disputed": N_("Disputed"),
    "refunded": N_("Given back"),
    "failed": N_("Did not go through"),
}
"""What a history can be narrowed to, in the words of the filter."""
INSTRUMENTS = {
    "bank": N_("Bank account"),
    "card": N_("Card"),
    "transfer": N_("Bank transfer"),
    **IN_HAND,
}
_BUCKETS = {
    "principal": N_("principal %(amount)s"),
    "interest": N_("interest %(amount)s"),
    "rent": N_("rent %(amount)s"),
    "lease": N_("lease payments %(amount)s"),
    "purchases": N_("purchases %(amount)s"),
    "finance": N_("interest charged %(amount)s"),
    "other": N_("other charges %(amount)s"),
    "deposit": N_("deposit %(amount)s"),
    "fees": N_("fees %(amount)s"),
    "credit": N_("credit %(amount)s"),
}
OF_SOMEBODY_ELSE = {
    "bank": N_("Bank account of another person on this agreement"),
    "card": N_("Card of another person on this agreement"),
}
"""What a joint holder reads in place of the name and last digits of a method that is not theirs."""
_LOWER = aliased(Charge)
_FEE_LOWERED = (
    select(func.coalesce(func.sum(-_LOWER.amount_minor), 0)).where(_LOWER.about_id == Charge.id).correlate(Charge)
).scalar_subquery()  # fmt: skip
_COLUMNS = (
    Payment.id, Payment.ref, Payment.agreement_id, Payment.amount_minor, Payment.currency, Payment.state,
    Payment.begun_on, Payment.begun_at, Payment.expected_on, Payment.settled_on, Payment.returnable_until,
    Payment.failure_code, Payment.instrument, Agreement.ref, Agreement.number, Agreement.title,
    PaymentReturn.code, PaymentReturn.returned_on, Charge.amount_minor, _FEE_LOWERED, DISPUTE.label("dispute"),
    REFUNDED.label("refunded"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One payment in a list. `fee_minor` is what its return cost, `fee_lowered_minor` what was taken off that again;
    `return_code` is empty unless it went back; `dispute` is the state of the case about it, `refunded_minor` what was
    given back of it.

    `label` is the method's own name, for its owner and staff; `of_another` says that the reader is neither.
    """

    id: int
    ref: str
    agreement_id: int
    amount_minor: int
    currency: str
    state: str
    begun_on: date
    begun_at: datetime
    expected_on: date | None
    settled_on: date | None
    returnable_until: date | None
    failure_code: str
    instrument: str
    agreement_ref: str
    agreement_number: str
    agreement_title: str
    return_code: str | None
    returned_on: date | None
    fee_minor: int | None
    fee_lowered_minor: int
    dispute: str | None
    refunded_minor: int
    label: str | None
    of_another: bool

    @property
    def shown(self) -> str:
        return shown_state(
            self.state, self.return_code, self.dispute, int(self.refunded_minor), self.amount_minor
        )

    @property
    def agreement_name(self) -> str:
        return self.agreement_title or self.agreement_number

    @property
    def method(self) -> Sentence | str:
        """The method's own name, or cash or check; of somebody else's method only what it is."""
        if self.of_another:
            return Sentence(OF_SOMEBODY_ELSE[self.instrument])
        return self.label or Sentence(INSTRUMENTS[self.instrument])

    def returnable(self, on: date) -> date | None:
        """Until when settled money may still be taken back; None when that day is over or there is none."""
        until = self.returnable_until if self.shown in ("settled", "partly_refunded") else None
        return until if until and until >= on else None

    @property
    def on_its_way(self) -> bool:
        return self.state in ON_ITS_WAY


@dataclass(frozen=True, slots=True)
class Filters:
    """What a history is narrowed to; empty values do not narrow. Days are those on which payments were begun."""

    agreement_ref: str = ""
    status: str = ""
    from_on: date | None = None
    to_on: date | None = None
    words: str = ""

    @property
    def any(self) -> bool:
        return bool(self.agreement_ref or self.status or self.from_on or self.to_on or self.words)


@dataclass(frozen=True, slots=True)
class History:
    """One page of payments, newest first; `paid` says what each paid, by payment id."""

    lines: Sequence[Line]
    total: int
    page: int
    pages: int
    paid: dict[int, list[Sentence]] = field(default_factory=dict)


def state_words(line: Line) -> Sentence:
    """The state in a few words. What may still happen to it is `Line.returnable`."""
    return Sentence(WORDS[line.shown])


def state_in_full(line: Line, on: date) -> Sentence:
    """The state with what may still happen to it, where there is one place for both."""
    until = line.returnable(on)
    if until:
        return Sentence(N_("Settled; the bank can return it until %(day)s"), {"day": until})
    return state_words(line)


def lines(scope: Scope) -> Select[Any]:
    """SELECT of the columns of `Line` for the payments that the person may see."""
    return (
        scope.select(Payment, *_COLUMNS, _label(scope), _of_another(scope))
        .join(Agreement, Agreement.id == Payment.agreement_id)
        .outerjoin(PaymentMethod, PaymentMethod.id == Payment.method_id)
        .outerjoin(PaymentReturn, PaymentReturn.payment_id == Payment.id)
        .outerjoin(Charge, Charge.id == PaymentReturn.fee_charge_id)
    )


def _of_another(scope: Scope) -> ColumnElement[bool]:
    """Whether the payment was made with a method of somebody else than the reader; staff read every name."""
    if scope.staff:
        return false()
    return and_(PaymentMethod.id.is_not(None), PaymentMethod.person_id != scope.person_id)


def _label(scope: Scope) -> ColumnElement[Any]:
    """The method's name and last digits as the reader may know them, also for the search: else NULL."""
    return case((_of_another(scope), null()), else_=PaymentMethod.label)


NEWEST_FIRST = (Payment.begun_on.desc(), Payment.begun_at.desc(), Payment.id.desc())
"""By the day a payment counts for: what was written down late stands on its own day."""


def read(query: Select[Any]) -> list[Line]:
    """The lines of such a query, newest first."""
    return [Line(*row) for row in db.session.execute(query.order_by(*NEWEST_FIRST))]


def history(scope: Scope, filters: Filters, *, page: int = 1, size: int = 20) -> History:
    """One page of the payments that fit the filters. A page beyond the last is the last."""
    query = _narrowed(lines(scope), scope, filters)
    found = page_of(query, Wanted(page=page, per_page=size), NEWEST_FIRST)
    shown = [Line(*row) for row in found.rows]
    return History(shown, found.total, found.page, found.pages, what_they_paid(shown))


def everything(
    scope: Scope, filters: Filters, most: int = 50_000
) -> tuple[list[Line], dict[int, list[Sentence]]]:
    """All payments that fit, for a file, with what each paid."""
    found = read(_narrowed(lines(scope), scope, filters).limit(most))
    return found, what_they_paid(found)


def begun(scope: Scope, ref: str) -> bool:
    """Whether the person's form with this ref has begun a payment already."""
    return db.session.scalar(scope.select(Payment, Payment.id).where(Payment.ref == ref)) is not None


def recent(scope: Scope, limit: int = 5) -> list[Line]:
    return read(lines(scope).limit(limit))


def on_their_way(scope: Scope, limit: int = 20) -> list[Line]:
    """Payments begun and not yet at their end."""
    return read(lines(scope).where(Payment.state.in_(ON_ITS_WAY)).limit(limit))


def _narrowed(query: Select[Any], scope: Scope, filters: Filters) -> Select[Any]:
    if filters.agreement_ref:
        query = query.where(Agreement.ref == filters.agreement_ref)
    if filters.from_on:
        query = query.where(Payment.begun_on >= filters.from_on)
    if filters.to_on:
        query = query.where(Payment.begun_on <= filters.to_on)
    if filters.status:
        query = query.where(_STATUS[filters.status])
    fits = every_word(filters.words, (*_SEARCHED, _label(scope)), _number, _amount)
    if fits is not None:
        query = query.where(fits)
    return query


_SEARCHED = (Agreement.number, Agreement.title, Payment.note)
_WENT_BACK = PaymentReturn.id.is_not(None)
_STATUS: dict[str, ColumnElement[bool]] = {
    "way": Payment.state.in_(ON_ITS_WAY),
    "settled": and_(Payment.state == "settled", PaymentReturn.id.is_(None)),
    "returned": _WENT_BACK,
    "disputed": Payment.id.in_(select(Dispute.payment_id)),
    "refunded": REFUNDED > 0,
    "failed": Payment.state.in_(("failed", "cancelled")),
}


def _number(word: str) -> ColumnElement[bool] | None:
    """The payment with this reference or receipt number ("R-000042")."""
    digits = word.upper().removeprefix("R-")
    if word[:2].upper() == "R-" and digits.isascii() and digits.isdigit() and len(digits) < 12:
        return Payment.id.in_(select(Receipt.payment_id).where(Receipt.id == int(digits)))
    return Payment.ref == word


def _amount(word: str) -> ColumnElement[bool] | None:
    try:
        return Payment.amount_minor == parse_amount_any(word, "USD")
    except Refused:
        return None


def what_they_paid(found: Sequence[Line]) -> dict[int, list[Sentence]]:
    """Payment id -> what it paid, in words; what went back is not listed."""
    ids = [line.id for line in found if line.state == "settled" and not line.return_code]
    if not ids:
        return {}
    rows = db.session.execute(
        select(Payment.id, Allocation.bucket, func.sum(Allocation.amount_minor))
        .join(Allocation, Allocation.payment_id == Payment.id)
        .where(Payment.id.in_(ids))
        .group_by(Payment.id, Allocation.bucket)
    )
    currency = {line.id: line.currency for line in found}
    sums: dict[int, dict[str, int]] = defaultdict(dict)
    for payment_id, bucket, amount in rows:
        sums[payment_id][bucket] = int(amount)
    return {
        payment_id: [
            Sentence(words, {"amount": Money(by_bucket[bucket], currency[payment_id])})
            for bucket, words in _BUCKETS.items()
            if by_bucket.get(bucket)
        ]
        for payment_id, by_bucket in sums.items()
    }
