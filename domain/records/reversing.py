"""Money that goes back, in the books: a payment that its bank took back, or a part of it that we give back.

Verbs: `reverse`, `give_back`, `put_back`. All inside the caller's transaction; nothing here commits and no posted row
is changed: the entries that take back name the same buckets and installments, so that what had been paid is open again
with its old due days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from domain.kinds import kind_of
from domain.kinds.base import Missed, Part
from domain.kinds.replay import WentBack, taken_back
from domain.records.accounts import (
    BUCKET_ACCOUNT,
    CUSTOMER_CREDIT,
    FEES_RECEIVABLE,
    INTEREST_INCOME,
    LOAN_INTEREST,
)
from domain.records.books import Draft, Head, lock, post_many, save
from domain.records.charge_offs import write_off
from domain.records.charging import restore_charges
from domain.records.closings import take_back
from domain.records.corrections import pay_again
from domain.records.position import own_credit, position_of
from domain.records.replaying import Retold, parts_paid, post_corrections, retell
from domain.records.settlement import PaymentFacts, Settled, allocate, allocation
from domain.words import N_, Sentence, Step, Trace, trace_json
from models import Allocation, Charge, JournalEntry

GIVEN_TWICE = N_("Money that was given back and taken back by the bank as well")
"""The name of the charge for it."""

_ALLOCATION = insert(Allocation.__table__)


@dataclass(frozen=True, slots=True)
class GivenBack:
    """What we give back of a payment: `key` names it in the books, `account` is where the money leaves from.

    `from_credit` takes only what was paid too much; else what the payment had paid is open again, the latest first.
    """

    key: str
    amount_minor: int
    account: str
    from_credit: bool
    reason: str


def reverse(
    session: Session, payment: PaymentFacts, agreement: Any, *, on: date, now: datetime, by: str,
    amount_minor: int = 0,
) -> int:  # fmt: skip
    """Post the entry that takes a settled payment back on a day; returns its id.

    `amount_minor` is what went back, the whole payment where nothing is said. Every bucket is restored and the
    installments are open again with their old due days. Interest that the principal would have borne meanwhile is
    posted first: simple interest is linear in the principal, so what the returned part would have earned is added to
    what was earned without it. What we had given back already is then owed as a charge: the payer has it twice.
    """
    head = lock(session, payment.agreement_id)
    amount_minor = amount_minor or payment.amount_minor
    paid = parts_paid(session, payment.id)
    whole = sum(part.amount_minor for part in paid)
    twice = max(amount_minor - whole, 0)
    parts = latest(paid, amount_minor - twice)
    retold, missed = _missed(session, head, payment, agreement, parts, on, amount_minor == whole)
    given_up = agreement.status == "charged_off"
    if given_up:
        missed = replace(missed, amount_minor=0)
    drafts = [
        (head, draft) for draft in _interest(f"payment:{payment.ref}:return-accrual", payment, missed, on)
    ]
    head.interest_from = missed.interest_from
    back = [*parts, *([Part("credit", twice)] if twice else [])]
    lines = _lines(payment.money, amount_minor, back)
    key = f"payment:{payment.ref}:returned"
    drafts.append((head, Draft(
        key=key, cause="payment.returned", currency=payment.currency, effective_on=on, lines=lines,
        payment_id=payment.id, reverses_id=settled_entry(session, payment.ref),
    )))  # fmt: skip
    entry_id = post_many(session, drafts, now=now, by=by)[-1]
    _allocate_back(session, entry_id, payment, back)
    head.installments_met_minor -= _met(parts)
    if retold is not None:
        post_corrections(session, head, agreement, retold, f"{payment.ref}:back", entry_id, now=now, by=by)
    if payment.extra == "close":
        take_back(session, head, agreement, ref=payment.ref, on=on, now=now, by=by)
    if twice:
        _owed_twice(session, head, payment, twice, on, now, by)
    _open_again(session, head, payment, agreement, f"{payment.ref}:back", on, now, by)
    save(session, head)
    return entry_id


def settled_entry(session: Session, ref: str) -> int:
    """The id of the entry by which a payment settled."""
    return session.scalars(select(JournalEntry.id).where(JournalEntry.key == f"payment:{ref}:settled")).one()


def _missed(
    session: Session, head: Head, payment: PaymentFacts, agreement: Any, parts: Sequence[Part], on: date,
    all_of_it: bool,
) -> tuple[Retold | None, Missed]:  # fmt: skip
    """The history told again where the return belongs before what is posted, and the interest missed."""
    before = position_of(session, payment.agreement_id, agreement.kind, head)
    retold = None
    if before.interest_from > on and all_of_it:
        retold = retell(session, head, agreement, WentBack(payment.ref, on))
    if retold and retold.new.missed:
        return retold, retold.new.missed
    kind = kind_of(agreement.kind)
    _, missed = taken_back(kind, kind.read(agreement), before, parts, payment.begun_on, on)
    return retold, missed


def give_back(
    session: Session, payment: PaymentFacts, agreement: Any, back: GivenBack, *, on: date, now: datetime, by: str
) -> int:  # fmt: skip
    """Post what we give back of a settled payment on a day; returns the entry's id.

    Unlike a return the money was ours until the day, so no interest is missed for the time before it.
    """
    head = lock(session, payment.agreement_id)
    position = position_of(session, payment.agreement_id, agreement.kind, head)
    drafts = []
    if back.from_credit:
        parts = [Part("credit", back.amount_minor)]
    else:
        parts = latest(parts_paid(session, payment.id), back.amount_minor)
        kind = kind_of(agreement.kind)
        _, missed = taken_back(kind, kind.read(agreement), position, parts, on, on)
        if agreement.status != "charged_off":
            drafts += [(head, draft) for draft in _interest(f"{back.key}:accrual", payment, missed, on)]
        head.interest_from = missed.interest_from
    why = Trace(
        "refund",
        1,
        (Step(Sentence(N_("Given back: %(reason)s"), {"reason": back.reason}), back.amount_minor),),
    )
    drafts.append((head, Draft(
        key=back.key, cause="payment.refunded", currency=payment.currency, effective_on=on,
        lines=_lines(back.account, back.amount_minor, parts), payment_id=payment.id, note=trace_json(why),
    )))  # fmt: skip
    owners = _of_credit(session, payment, back.amount_minor) if back.from_credit else {}
    entry_id = post_many(session, drafts, now=now, by=by)[-1]
    if back.from_credit:
        rows = [
            allocation(entry_id, replace(payment, payer=one), Part("credit", -share))
            for one, share in owners.items()
        ]
        session.execute(_ALLOCATION, rows)
    else:
        _allocate_back(session, entry_id, payment, parts)
        head.installments_met_minor -= _met(parts)
        if payment.extra == "close":
            take_back(session, head, agreement, ref=payment.ref, on=on, now=now, by=by)
        _open_again(session, head, payment, agreement, back.key, on, now, by)
    save(session, head)
    return entry_id


def put_back(
    session: Session, payment: PaymentFacts, agreement: Any, amount_minor: int, again: str, *, on: date,
    now: datetime, by: str, account: str = "", to_credit: bool = False,
) -> Settled | int:  # fmt: skip
    """Money of a payment that comes once more, on a day: a dispute was won, or what we gave back did not arrive.

    It is allocated like a payment of that day, or kept as the customer's credit (then only the entry's id is told).
    `again` names it in the books.
    """
    facts = replace(
        payment, amount_minor=amount_minor, begun_on=on, again=again, account=account or payment.money,
        extra="shorter",
    )  # fmt: skip
    if not to_credit:
        return allocate(session, facts, agreement, now=now, by=by)
    head = lock(session, payment.agreement_id)
    draft = Draft(
        key=f"{facts.stem}:settled", cause="payment.restored", currency=payment.currency, effective_on=on,
        lines=((facts.money, amount_minor), (CUSTOMER_CREDIT, -amount_minor)), payment_id=payment.id,
    )  # fmt: skip
    (entry_id,) = post_many(session, [(head, draft)], now=now, by=by)
    session.execute(_ALLOCATION, [allocation(entry_id, facts, Part("credit", amount_minor))])
    save(session, head)
    return entry_id


def latest(parts: Sequence[Part], amount_minor: int) -> list[Part]:
    """The parts of a payment that come to `amount_minor`, what it paid last first, each at most as it stands.

    All of them, with what corrections took off, where the amount is the whole of it.
    """
    if amount_minor == sum(part.amount_minor for part in parts):
        return list(parts)
    found: list[Part] = []
    for part in reversed(parts):
        take = min(max(part.amount_minor, 0), amount_minor)
        if take:
            found.append(replace(part, amount_minor=take))
            amount_minor -= take
    if amount_minor:
        raise ValueError(f"{amount_minor} more than the payment pays cannot be taken back")
    return found


def credit_of(session: Session, payment: PaymentFacts, credit_minor: int) -> int:
    """What of an agreement's credit may be given back to the payer: theirs, and what is nobody's alone."""
    own = dict(own_credit(session, [payment.agreement_id]).get(payment.agreement_id, ()))
    return credit_minor - sum(
        amount for payer, amount in own.items() if payer != payment.payer and amount > 0
    )


def _of_credit(session: Session, payment: PaymentFacts, amount_minor: int) -> dict[str, int]:
    """Payer's key -> credit of theirs to take: the payer's own first, then what is nobody's alone."""
    own = dict(own_credit(session, [payment.agreement_id]).get(payment.agreement_id, ()))
    mine = min(max(own.get(payment.payer, 0), 0), amount_minor) if payment.payer else 0
    return {payer: share for payer, share in ((payment.payer, mine), ("", amount_minor - mine)) if share}


def _lines(account: str, amount_minor: int, parts: Sequence[Part]) -> tuple[tuple[str, int], ...]:
    """The money out again, each account as it was before what is taken back."""
    sums: dict[str, int] = {}
    for part in parts:
        owed = BUCKET_ACCOUNT[part.bucket]
        sums[owed] = sums.get(owed, 0) + part.amount_minor
    return ((account, -amount_minor), *((owed, amount) for owed, amount in sums.items() if amount))


def _interest(key: str, payment: PaymentFacts, missed: Missed, on: date) -> list[Draft]:
    if not missed.amount_minor:
        return []
    lines = ((LOAN_INTEREST, missed.amount_minor), (INTEREST_INCOME, -missed.amount_minor))
    return [Draft(
        key=key, cause="interest.accrued", currency=payment.currency, effective_on=on, lines=lines,
        note=trace_json(missed.trace),
    )]  # fmt: skip


def _allocate_back(session: Session, entry_id: int, payment: PaymentFacts, parts: Sequence[Part]) -> None:
    rows = [allocation(entry_id, payment, replace(part, amount_minor=-part.amount_minor)) for part in parts]
    session.execute(_ALLOCATION, rows)


def _met(parts: Sequence[Part]) -> int:
    return sum(part.amount_minor for part in parts if part.installment_number is not None)


def _open_again(
    session: Session, head: Head, payment: PaymentFacts, agreement: Any, key: str, on: date, now: datetime, by: str
) -> None:  # fmt: skip
    """What follows from an open debt: corrected charges, used credit, a charge-off, the next run of the day."""
    pay_again(session, head, payment.currency, on=on, now=now, by=by)
    position = position_of(session, payment.agreement_id, agreement.kind, head)
    restore_charges(session, head, payment.currency, position, on=on, now=now, by=by)
    if agreement.status == "charged_off":
        position = position_of(session, payment.agreement_id, agreement.kind, head)
        reason = Sentence(N_("a payment went back after the charge-off"))
        write_off(session, head, payment.currency, position, reason, key=key, on=on, now=now, by=by)
    # What the payment kept from falling due late, or from falling due at all, is looked at again by the next run.
    head.next_bill_on = min(head.next_bill_on or on, on)


def _owed_twice(
    session: Session, head: Head, payment: PaymentFacts, amount_minor: int, on: date, now: datetime, by: str
) -> None:
    """What we had given back of a payment that its bank took back as a whole is owed to us: no income, a charge."""
    key = f"charge:{payment.agreement_id}:given_twice:{payment.ref}"
    why = Trace("given_twice", 1, (Step(Sentence(GIVEN_TWICE), amount_minor),))
    draft = Draft(
        key=key, cause="charge.given_twice", currency=payment.currency, effective_on=on,
        lines=((FEES_RECEIVABLE, amount_minor), (CUSTOMER_CREDIT, -amount_minor)), note=trace_json(why),
    )  # fmt: skip
    (entry_id,) = post_many(session, [(head, draft)], now=now, by=by)
    session.execute(_ALLOCATION, [
        allocation(entry_id, payment, Part("credit", amount_minor)) | {"payment_id": None}
    ])  # fmt: skip
    session.execute(insert(Charge.__table__), {
        "agreement_id": payment.agreement_id, "entry_id": entry_id, "rule": "given_twice", "period": payment.ref,
        "due_on": on, "amount_minor": amount_minor, "type": "fee", "name": GIVEN_TWICE, "period_from": on,
        "period_to": on, "tax_minor": 0, "payer": "", "posted_on": on, "about_id": None,
    })  # fmt: skip
