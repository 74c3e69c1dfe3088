"""What a settled payment does to the books: interest posted, the money allocated, a receipt issued.

Inside the caller's transaction; nothing here commits. How money goes back: `domain.records.reversing`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from domain.kinds import kind_of, recovery
from domain.kinds.base import Application, Part, part_sentence
from domain.kinds.charged import seen_by
from domain.kinds.owed import owed_on
from domain.kinds.replay import Paid
from domain.records.accounts import BUCKET_ACCOUNT, INTEREST_INCOME, LOAN_INTEREST, clearing
from domain.records.books import Draft, lock, post_many, save
from domain.records.charge_offs import not_recovered
from domain.records.charging import post_charges
from domain.records.closings import close_early
from domain.records.parties import pays_alone
from domain.records.position import position_of
from domain.records.ready_made import ReadyMade
from domain.records.replaying import post_corrections, retell
from domain.records.writers import Writer
from domain.rules.legal_caps import RETURNED, ReturnedFee
from domain.rules.planned import PlannedCharge
from domain.words import sentence_json, trace_json
from models import Allocation, Receipt

_ALLOCATION = ReadyMade(insert(Allocation.__table__))
_RECEIPT = ReadyMade(insert(Receipt.__table__))


@dataclass(frozen=True, slots=True)
class PaymentFacts:
    """What the books need to know of a payment.

    `payer` is the key of who paid, `extra` what their money above what is due is for (`Kind.apply`). `again` names why
    money of it comes once more (":won" for a dispute that was won): it is then allocated anew under keys of its own.
    `account` is where the money stands, if not where the gateway leaves it.
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
    extra: str | date = "shorter"
    again: str = ""
    account: str = ""

    @property
    def stem(self) -> str:
        """What the keys of its entries begin with."""
        return f"payment:{self.ref}{self.again}"

    @property
    def money(self) -> str:
        """The account in which its money stands."""
        return self.account or clearing(self.gateway)


@dataclass(frozen=True, slots=True)
class Settled:
    """What a settled payment did: its entry, what it paid, the body of its receipt, and whether nothing is left to
    fall due.
    """

    entry_id: int
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
    elif position.interest_from > payment.begun_on and not payment.again:
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
    _ALLOCATION.change_many(session, [allocation(entry_id, payment, part) for part in applied.parts])
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
    return Settled(entry_id, applied, body, kind.finished(terms, after))


def issue_receipt(session: Writer, payment_id: int, body: dict[str, Any], now: datetime) -> None:
    """Freeze the receipt of a payment; a payment has one."""
    _RECEIPT.change(session, {"payment_id": payment_id, "issued_at": now, "body": body})


def _accrual(payment: PaymentFacts, applied: Application) -> Draft:
    return Draft(
        key=f"{payment.stem}:accrual",
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
        key=f"{payment.stem}:settled",
        cause="payment.restored" if payment.again else "payment.settled",
        currency=payment.currency,
        effective_on=payment.begun_on,
        lines=((payment.money, payment.amount_minor), *sums.items()),
        payment_id=payment.id,
        note=trace_json(applied.trace),
    )


def allocation(entry_id: int, payment: PaymentFacts, part: Part) -> dict[str, Any]:
    """The row that says what a part of a payment paid; below nothing where the part is taken back."""
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
