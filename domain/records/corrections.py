"""Set charges lower and keep what had paid them as the customer's credit, inside the caller's transaction.

Verbs: `standing_of`, `correct`, `pay_again`. A posted row is never changed: a further row lowers the charge, and
allocations with the opposite sign free the money.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import bindparam, func, insert, select
from sqlalchemy.orm import aliased

from domain.kinds.base import Bucket, OpenCharge, Part
from domain.records.accounts import BUCKET_ACCOUNT, CUSTOMER_CREDIT
from domain.records.books import Draft, Head, post
from domain.records.charging import lower, payer_key, use_credit
from domain.records.writers import Writer
from domain.rules.corrections import Correction
from domain.rules.planned import BUCKET_OF_TYPE
from domain.words import N_, Sentence, Step, Trace, trace_json
from models import Allocation, Charge, Payment

_LOWER = aliased(Charge)
_OF_LOWER = (
    select(func.coalesce(func.sum(_LOWER.amount_minor), 0)).where(_LOWER.about_id == Charge.id),
    select(func.coalesce(func.sum(_LOWER.tax_minor), 0)).where(_LOWER.about_id == Charge.id),
)
_LOWERED, _TAX_BACK = (query.correlate(Charge).scalar_subquery() for query in _OF_LOWER)
_PAID = (
    select(func.coalesce(func.sum(Allocation.amount_minor), 0))
    .where(Allocation.charge_id == Charge.id)
    .correlate(Charge)
    .scalar_subquery()
)
_CHARGE = select(
    Charge.id, Charge.rule, Charge.period, Charge.type, Charge.name, Charge.due_on, Charge.payer,
    Charge.amount_minor + _LOWERED, Charge.tax_minor + _TAX_BACK, _PAID,
).where(Charge.agreement_id == bindparam("of"), Charge.about_id.is_(None))  # fmt: skip
_ONE = _CHARGE.where(Charge.id == bindparam("charge"))
_FEES_OF = _CHARGE.where(
    Charge.type == "late_fee", Charge.rule == "late_fee", Charge.period.startswith(bindparam("key"))
).order_by(Charge.id)
_OVERDRAWN = _CHARGE.where(_PAID < 0).order_by(Charge.id)
_PAYERS = (
    select(Allocation.payer, Payment.person_id, func.sum(Allocation.amount_minor))
    .outerjoin(Payment, Payment.id == Allocation.payment_id)
    .where(Allocation.charge_id == bindparam("charge"))
    .group_by(Allocation.payer, Payment.person_id)
    .order_by(func.max(Allocation.id).desc())
)
_ALLOCATION = insert(Allocation.__table__)


@dataclass(frozen=True, slots=True)
class Standing:
    """A charge as it stands: `stands_minor` is its amount less what lowered it, `tax_minor` the tax still in it.

    `paid_minor` was paid of it. The part that is open is what stands less what was paid.
    """

    id: int
    rule: str
    period: str
    type: str
    name: str
    due_on: date
    payer: str
    stands_minor: int
    tax_minor: int
    paid_minor: int

    @property
    def open_minor(self) -> int:
        return self.stands_minor - self.paid_minor

    @property
    def open_charge(self) -> OpenCharge:
        return OpenCharge(
            self.id, self.rule, self.due_on, self.open_minor, self.type, self.payer, self.name, self.period
        )


def _standing(row: Any) -> Standing:
    # Postgres sums whole numbers into a decimal; an amount is an int everywhere else.
    charge_id, rule, period, type_, name, due_on, payer, stands, tax, paid = row
    return Standing(charge_id, rule, period, type_, name, due_on, payer, int(stands), int(tax), int(paid))


def standing_of(session: Writer, agreement_id: int, charge_id: int) -> Standing | None:
    """The charge of this agreement; None for another one's, and for a row that lowers a charge."""
    row = session.execute(_ONE, {"of": agreement_id, "charge": charge_id}).first()
    return _standing(row) if row else None


def late_fees_of(session: Writer, agreement_id: int, charge_id: int) -> list[Standing]:
    """The late fees that were asked for because this charge was not paid: their keys begin with its id."""
    rows = session.execute(_FEES_OF, {"of": agreement_id, "key": f"{charge_id}:"})
    return [_standing(row) for row in rows]


def correct(
    session: Writer, head: Head, currency: str, charge: Standing, correction: Correction, *,
    key: str, on: date, now: datetime, by: str,
) -> int:  # fmt: skip
    """Lower the charge as the correction says; what had paid it becomes credit first. Returns the new row's id."""
    if correction.credit_minor:
        _free(session, head, currency, charge, correction.credit_minor, on=on, now=now, by=by)
    current = standing_of(session, head.agreement_id, charge.id)
    assert current is not None
    return lower(
        session, head, current.open_charge, correction.lower_minor, currency=currency, rule="correction",
        key=key, tax_minor=correction.tax_minor, on=on, trace=correction.trace, now=now, by=by,
    )  # fmt: skip


def _free(
    session: Writer, head: Head, currency: str, charge: Standing, amount_minor: int, *,
    on: date, now: datetime, by: str,
) -> None:  # fmt: skip
    bucket = cast("Bucket", BUCKET_OF_TYPE[charge.type])
    why = Step(Sentence(N_("What had paid a charge that was taken back is kept as credit.")), amount_minor)
    draft = Draft(
        key=f"credit:{head.agreement_id}:{head.entries + 1}",
        cause="credit.freed",
        currency=currency,
        effective_on=on,
        lines=((BUCKET_ACCOUNT[bucket], amount_minor), (CUSTOMER_CREDIT, -amount_minor)),
        note=trace_json(Trace("credit.freed", 1, (why,))),
    )
    entry_id = post(session, head, draft, now=now, by=by)
    rows: list[dict[str, Any]] = []
    for payer, freed in _latest_first(_paid_by(session, charge.id), amount_minor):
        shared = {"entry_id": entry_id, "payment_id": None, "installment_number": None, "payer": payer}
        rows += [
            shared
            | {"bucket": bucket, "due_on": charge.due_on, "charge_id": charge.id, "amount_minor": -freed},
            shared | {"bucket": "credit", "due_on": None, "charge_id": None, "amount_minor": freed},
        ]
    session.execute(_ALLOCATION, rows)


def _paid_by(session: Writer, charge_id: int) -> dict[str, int]:
    """Whose money or credit paid the charge, by payer's key, who paid last first: freed, it is theirs again."""
    sums: dict[str, int] = {}
    for payer, person_id, amount in session.execute(_PAYERS, {"charge": charge_id}):
        key = payer or payer_key(person_id)
        sums[key] = sums.get(key, 0) + int(amount)
    return sums


def _latest_first(paid: Mapping[str, int], amount_minor: int) -> list[tuple[str, int]]:
    """(payer, part of the amount) from those who paid, in their order; they paid at least that much together."""
    found = []
    for payer, theirs in paid.items():
        part = min(max(theirs, 0), amount_minor)
        if part:
            found.append((payer, part))
            amount_minor -= part
    return found


def pay_again(
    session: Writer, head: Head, currency: str, *, on: date, now: datetime, by: str
) -> None:  # fmt: skip
    """After a payment went back: what it had paid of corrected charges was made credit, so that credit goes with it.

    Without this a charge that was taken back would be open again. It may leave the credit below nothing, where it was
    used in the meantime: `charging.restore_charges` opens what it paid.
    """
    overdrawn: Sequence[Standing] = [
        _standing(row) for row in session.execute(_OVERDRAWN, {"of": head.agreement_id})
    ]
    parts = [
        Part(
            cast("Bucket", BUCKET_OF_TYPE[one.type]), -short, None, one.due_on, one.id, one.name, payer=payer
        )
        for one in overdrawn
        for payer, short in _paid_by(session, one.id).items()
        if short < 0
    ]
    why = tuple(
        Step(Sentence(N_("Credit of a payment that has gone back.")), part.amount_minor) for part in parts
    )
    use_credit(session, head, currency, parts, Trace("credit.applied", 1, why), on=on, now=now, by=by)
