"""What a settled payment does to the books: interest posted, the money allocated, a receipt issued.

Also its reversal, when the money goes back. Both inside the caller's transaction; nothing here commits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from domain.kinds import kind_of, recovery
from domain.kinds.base import Application, Missed, Part, part_sentence
from domain.kinds.charged import seen_by
from domain.kinds.owed import owed_on
from domain.kinds.replay import Paid, WentBack, taken_back
from domain.records.accounts import BUCKET_ACCOUNT, INTEREST_INCOME, LOAN_INTEREST, clearing
from domain.records.books import Draft, Head, lock, post_many, save
from domain.records.charge_offs import not_recovered, write_off
from domain.records.charging import post_charges, restore_charges
from domain.records.closings import close_early, take_back
from domain.records.corrections import pay_again
from domain.records.parties import pays_alone
from domain.records.position import position_of
from domain.records.ready_made import ReadyMade
from domain.records.replaying import parts_paid, post_corrections, retell
from domain.records.writers import Writer
from domain.rules.legal_caps import RETURNED, ReturnedFee
from domain.rules.planned import PlannedCharge
from domain.words import N_, Sentence, sentence_json, trace_json
from models import Allocation, JournalEntry, Receipt

_ALLOCATION = ReadyMade(insert(Allocation.__table__))
_RECEIPT = ReadyMade(insert(Receipt.__table__))


@dataclass(frozen=True, slots=True)
class PaymentFacts:
    """What the books need to know of a payment.

    `payer` is the key of who paid, `extra` what they want of money above what is due.
    """

    id: int
    ref: str
    agreement_id: int
    gateway: str
    amount_minor: int
    currency: str
    begun_on: date
    method_label: str
    payer: str = ""
    extra: str = "shorter"


@dataclass(frozen=True, slots=True)
class Settled:
    """What a settled payment did: what it paid, the body of its receipt, and whether nothing is left to fall due."""

    applied: Application
    body: dict[str, Any]
    finished: bool


def allocate(session: Writer, payment: PaymentFacts, agreement: Any, *, now: datetime, by: str) -> Settled:
    """Post the settled payment as of the day it was begun.

    When something that counts later was posted before it, what follows is told again and posted as corrections. A
    history that cannot be told again keeps what stands: the payment then counts from the day through which interest
    was posted.
    """
    head = lock(session, payment.agreement_id)
    kind = kind_of(agreement.kind)
    terms = kind.read(agreement)
    position = position_of(session, payment.agreement_id, agreement.kind, head)
    if payment.extra == "close" and (closing := kind.closing(terms, position, payment.begun_on, payment.ref)):
        if payment.amount_minor >= kind.close(terms, position, payment.begun_on).total_minor:
            position = close_early(
                session, head, agreement, closing, ref=payment.ref, on=payment.begun_on, now=now, by=by
            )
            terms = replace(terms, ended_on=payment.begun_on)
    retold, recovered = None, None
    if agreement.status == "charged_off":
        lost = not_recovered(session, payment.agreement_id)
        recovered = recovery.apply(position, lost, payment.amount_minor)
    elif position.interest_from > payment.begun_on:
        fact = Paid(payment.ref, payment.begun_on, payment.amount_minor, payment.extra, payment.payer)
        retold = retell(session, head, agreement, fact)
    applied = retold.new.applied if retold else recovered
    if applied is None:
        applied = kind.apply(
            terms, position, payment.amount_minor, payment.begun_on, extra=payment.extra, payer=payment.payer
        )
    drafts = []
    if applied.accrual_minor:
        drafts.append((head, _accrual(payment, applied)))
    drafts.append((head, _settled(payment, applied)))
    entry_id = post_many(session, drafts, now=now, by=by)[-1]
    _ALLOCATION.change_many(session, [_allocation(entry_id, payment, part) for part in applied.parts])
    head.installments_met_minor += applied.met_minor
    head.interest_from = applied.interest_from
    if retold is not None:
        post_corrections(session, head, agreement, retold, payment.ref, entry_id, now=now, by=by)
    save(session, head)
    after = retold.after if retold else applied.after
    # What another owes alone does not stand on this payer's receipt.
    shared = bool(payment.payer) and bool(kind.payers(terms, payment.begun_on))
    alone = shared and pays_alone(session, payment.agreement_id, payment.payer)
    theirs = seen_by(after, payment.payer, alone)
    body = {
        "rows": [
            {**sentence_json(part_sentence(part)), "amount_minor": part.amount_minor}
            for part in applied.parts
        ],
        "balance_after_minor": owed_on(
            kind, kind.of_payer(terms, payment.payer, alone) if alone else terms, theirs, payment.begun_on
        ),
        "principal_after_minor": after.principal_minor,
        "method": payment.method_label,
        "effective_on": payment.begun_on.isoformat(),
    }
    return Settled(applied, body, kind.finished(terms, after))


def issue_receipt(session: Writer, payment_id: int, body: dict[str, Any], now: datetime) -> None:
    """Freeze the receipt of a payment; a payment has one."""
    _RECEIPT.change(session, {"payment_id": payment_id, "issued_at": now, "body": body})


def _accrual(payment: PaymentFacts, applied: Application) -> Draft:
    return Draft(
        key=f"payment:{payment.ref}:accrual",
        cause="interest.accrued",
        currency=payment.currency,
        effective_on=payment.begun_on,
        lines=((LOAN_INTEREST, applied.accrual_minor), (INTEREST_INCOME, -applied.accrual_minor)),
        note=trace_json(applied.accrual_trace),
    )


def _settled(payment: PaymentFacts, applied: Application) -> Draft:
    sums: dict[str, int] = {}
    for part in applied.parts:
        account = BUCKET_ACCOUNT[part.bucket]
        sums[account] = sums.get(account, 0) - part.amount_minor
    return Draft(
        key=f"payment:{payment.ref}:settled",
        cause="payment.settled",
        currency=payment.currency,
        effective_on=payment.begun_on,
        lines=((clearing(payment.gateway), payment.amount_minor), *sums.items()),
        payment_id=payment.id,
        note=trace_json(applied.trace),
    )


def _allocation(entry_id: int, payment: PaymentFacts, part: Part) -> dict[str, Any]:
    return {
        "payer": payment.payer if part.bucket == "credit" else "",
        "entry_id": entry_id,
        "payment_id": payment.id,
        "bucket": part.bucket,
        "installment_number": part.installment_number,
        "due_on": part.due_on,
        "charge_id": part.charge_id,
        "amount_minor": part.amount_minor,
    }


def reverse(
    session: Session, payment: PaymentFacts, agreement: Any, *, on: date, now: datetime, by: str
) -> int:
    """Post the entry that takes a settled payment back on a day; returns its id.

    Every bucket is restored and the installments are open again with their old due days. Interest that the principal
    would have borne meanwhile is posted first: simple interest is linear in the principal, so what the returned part
    would have earned is added to what was earned without it.
    """
    head = lock(session, payment.agreement_id)
    entry_id = session.scalars(
        select(JournalEntry.id).where(JournalEntry.key == f"payment:{payment.ref}:settled")
    ).one()
    parts = parts_paid(session, payment.id)
    met = sum(part.amount_minor for part in parts if part.installment_number is not None)
    before = position_of(session, payment.agreement_id, agreement.kind, head)
    retold = (
        retell(session, head, agreement, WentBack(payment.ref, on)) if before.interest_from > on else None
    )
    missed = retold.new.missed if retold else None
    if missed is None:
        kind = kind_of(agreement.kind)
        _, missed = taken_back(kind, kind.read(agreement), before, parts, payment.begun_on, on)
    given_up = agreement.status == "charged_off"
    if given_up:
        missed = replace(missed, amount_minor=0)
    drafts = [(head, draft) for draft in _missed_interest(payment, missed, on)]
    head.interest_from = missed.interest_from
    drafts.append(
        (
            head,
            Draft(
                key=f"payment:{payment.ref}:returned",
                cause="payment.returned",
                currency=payment.currency,
                effective_on=on,
                lines=_lines_back(payment, parts),
                payment_id=payment.id,
                reverses_id=entry_id,
            ),
        )
    )
    reversal_id = post_many(session, drafts, now=now, by=by)[-1]
    _ALLOCATION.change_many(session, [_taken_back(reversal_id, payment, part) for part in parts])
    head.installments_met_minor -= met
    if retold is not None:
        post_corrections(session, head, agreement, retold, f"{payment.ref}:back", reversal_id, now=now, by=by)
    if payment.extra == "close":
        take_back(session, head, agreement, ref=payment.ref, on=on, now=now, by=by)
    pay_again(session, head, payment.currency, on=on, now=now, by=by)
    position = position_of(session, payment.agreement_id, agreement.kind, head)
    restore_charges(session, head, payment.currency, position, on=on, now=now, by=by)
    if given_up:
        _give_up_again(session, head, payment, agreement, on, now, by)
    # What the payment kept from falling due late, or from falling due at all, is looked at again by the next run.
    head.next_bill_on = min(head.next_bill_on or on, on)
    save(session, head)
    return reversal_id


def _give_up_again(
    session: Session, head: Head, payment: PaymentFacts, agreement: Any, on: date, now: datetime, by: str
) -> None:
    """What is owed again on an agreement that was charged off as a whole is given up like the rest."""
    position = position_of(session, payment.agreement_id, agreement.kind, head)
    reason = Sentence(N_("a payment went back after the charge-off"))
    write_off(
        session, head, payment.currency, position, reason, key=f"{payment.ref}:back", on=on, now=now, by=by
    )


def _lines_back(payment: PaymentFacts, parts: Sequence[Part]) -> tuple[tuple[str, int], ...]:
    """The lines of a reversal: the money out again, each account as it was before what the payment pays now."""
    sums: dict[str, int] = {}
    for part in parts:
        account = BUCKET_ACCOUNT[part.bucket]
        sums[account] = sums.get(account, 0) + part.amount_minor
    moved = tuple((account, amount) for account, amount in sums.items() if amount)
    return ((clearing(payment.gateway), -payment.amount_minor), *moved)


def _missed_interest(payment: PaymentFacts, missed: Missed, on: date) -> list[Draft]:
    if not missed.amount_minor:
        return []
    return [
        Draft(
            key=f"payment:{payment.ref}:return-accrual",
            cause="interest.accrued",
            currency=payment.currency,
            effective_on=on,
            lines=((LOAN_INTEREST, missed.amount_minor), (INTEREST_INCOME, -missed.amount_minor)),
            note=trace_json(missed.trace),
        )
    ]


def _taken_back(entry_id: int, payment: PaymentFacts, part: Part) -> dict[str, Any]:
    return _allocation(entry_id, payment, replace(part, amount_minor=-part.amount_minor))


def charge_fee(
    session: Session, agreement_id: int, fee: ReturnedFee, *, currency: str, period: str, on: date, now: datetime,
    by: str,
) -> int:  # fmt: skip
    """Add the fee for a payment that came back to what is owed, once per (agreement, period), with its reason; returns
    the charge's id.
    """
    head = lock(session, agreement_id)
    charge = PlannedCharge(1, RETURNED, RETURNED, period, on, on, on, fee.amount_minor, fee.trace)
    (charge_id,) = post_charges(session, [(head, currency, charge)], today=on, now=now, by=by)
    save(session, head)
    return charge_id
