"""Prove the books: kept balances, standings and allocations against the lines, the chains of hashes, the seals, the
audit trail, and the gateways' own records. Read-only; every finding is one sentence that names the row.

A cheap pass by SQL finds what does not add up; a second pass reads every entry once, in the order of its chain, and
computes its hash again. Our own ledger cannot see a double charge: only the gateway's record can, so it is compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import and_, case, func, select, union_all
from sqlalchemy.orm import Session, scoped_session

from domain.records.accounts import BUCKET_ACCOUNT, CHARGED
from domain.records.seals import heads_hash, seal_hash
from domain.reports.audit_check import audit_differences
from domain.reports.book_chains import chains, house_chain, name_of
from domain.reports.document_check import document_differences
from domain.reports.gateway_check import gateway_differences
from domain.reports.mandate_check import mandate_differences
from domain.reports.money_back_check import allocation_differences, dispute_differences, refund_differences
from domain.reports.owner_check import owner_differences
from domain.rules.planned import BUCKET_OF_TYPE
from gateways import registry
from gateways.base import GatewaySilent as GatewayUnread
from models import (
    Allocation,
    Balance,
    Charge,
    JournalEntry,
    JournalLine,
    Loan,
    Payment,
    PaymentReturn,
    Receipt,
    Seal,
    Standing,
)

__all__ = ["Checked", "GatewayUnread", "check"]

AnySession = Session | scoped_session[Session]

_ACCOUNT_OF_TYPE = {type_: BUCKET_ACCOUNT[bucket] for type_, bucket in BUCKET_OF_TYPE.items()}


@dataclass(frozen=True, slots=True)
class Checked:
    """What was read, and the differences found, in words; none means that everything agrees."""

    entries: int
    agreements: int
    charges: int
    differences: list[str]


def check_copy(session: AnySession, most: int = 50) -> Checked:
    """Check the books in a copy of the database; no gateway is asked, whose record has gone on since."""
    return _look(session, most, asking=False)


def check(session: AnySession, most: int = 50) -> Checked:
    """Check everything, with every configured gateway; stops collecting after `most` differences.

    What is found is looked at a second time with fresh eyes, and only what is still so is told: while the portal runs,
    a gateway's record and ours are never read at the same instant. Raises GatewayUnread when a gateway's record cannot
    be read.
    """
    checked = _look(session, most)
    if not checked.differences:
        return checked
    session.rollback()
    still = set(_look(session, most).differences)
    return replace(
        checked, differences=[difference for difference in checked.differences if difference in still]
    )


def _look(session: AnySession, most: int, *, asking: bool = True) -> Checked:
    found: list[str] = []
    counts = {"entries": 0, "charges": 0}
    for source in (
        _sums,
        _balances,
        _standings,
        allocation_differences,
        _buckets,
        _charges,
        _settled,
        refund_differences,
        dispute_differences,
        _seals,
        audit_differences,
        mandate_differences,
        document_differences,
        owner_differences,
    ):
        found.extend(_first(source(session), most))
    found.extend(_first(chains(session, counts), most))
    found.extend(_first(house_chain(session, counts), most))
    for gateway in registry.able_to("charge") if asking else ():
        found.extend(_first(gateway_differences(session, gateway, counts), most))
    agreements = session.scalar(select(func.count()).select_from(Standing)) or 0
    return Checked(counts["entries"], agreements, counts["charges"], found[:most])


def _first(differences: Iterator[str], most: int) -> list[str]:
    return [difference for _, difference in zip(range(most), differences, strict=False)]


def _sums(session: AnySession) -> Iterator[str]:
    total = func.coalesce(func.sum(JournalLine.amount_minor), 0)
    query = (
        select(JournalEntry.key, total)
        .outerjoin(JournalLine, JournalLine.entry_id == JournalEntry.id)
        .group_by(JournalEntry.id, JournalEntry.key)
        .having((total != 0) | (func.count(JournalLine.id) == 0))
    )
    for key, amount in session.execute(query):
        yield f"entry {key}: its lines sum to {amount}, not to zero"
    headless = ~select(JournalEntry.id).where(JournalEntry.id == JournalLine.entry_id).exists()
    for line_id, entry_id in session.execute(select(JournalLine.id, JournalLine.entry_id).where(headless)):
        yield f"line {line_id}: its entry {entry_id} is not there"


def _balances(session: AnySession) -> Iterator[str]:
    summed = (
        select(
            JournalEntry.agreement_id.label("agreement_id"),
            JournalLine.account.label("account"),
            func.sum(JournalLine.amount_minor).label("amount"),
        )
        .join(JournalLine, JournalLine.entry_id == JournalEntry.id)
        .where(JournalEntry.agreement_id.is_not(None))
        .group_by(JournalEntry.agreement_id, JournalLine.account)
        .subquery()
    )
    same = and_(Balance.agreement_id == summed.c.agreement_id, Balance.account == summed.c.account)
    lines_first = (
        select(summed.c.agreement_id, summed.c.account, Balance.amount_minor, summed.c.amount)
        .outerjoin(Balance, same)
        .where(summed.c.amount != func.coalesce(Balance.amount_minor, 0))
    )
    balances_first = (
        select(Balance.agreement_id, Balance.account, Balance.amount_minor, summed.c.amount)
        .outerjoin(summed, same)
        .where(Balance.amount_minor != 0, summed.c.amount.is_(None))
    )
    for query in (lines_first, balances_first):
        for agreement_id, account, kept, lines in session.execute(query):
            yield f"{name_of(session, agreement_id)}: {account} is kept as {kept or 0}, its lines sum to {lines or 0}"


def _standings(session: AnySession) -> Iterator[str]:
    met = (
        select(JournalEntry.agreement_id, func.sum(Allocation.amount_minor).label("met"))
        .join(Allocation, Allocation.entry_id == JournalEntry.id)
        .where(Allocation.installment_number.is_not(None))
        .group_by(JournalEntry.agreement_id)
        .subquery()
    )
    expected = Loan.opening_met_minor + func.coalesce(met.c.met, 0)
    query = (
        select(Standing.agreement_id, Standing.installments_met_minor, expected)
        .join(Loan, Loan.agreement_id == Standing.agreement_id)
        .outerjoin(met, met.c.agreement_id == Standing.agreement_id)
        .where(Standing.installments_met_minor != expected)
    )
    for agreement_id, kept, summed in session.execute(query):
        yield f"{name_of(session, agreement_id)}: installments met is kept as {kept}, its allocations give {summed}"


def _buckets(session: AnySession) -> Iterator[str]:
    """Each bucket that an entry allocates is the line it has on the bucket's account."""
    account = case(BUCKET_ACCOUNT, value=Allocation.bucket)
    said = (
        select(
            Allocation.entry_id, account.label("account"), func.sum(Allocation.amount_minor).label("amount")
        )
        .group_by(Allocation.entry_id, account)
        .subquery()
    )
    line = (
        select(func.coalesce(func.sum(JournalLine.amount_minor), 0))
        .where(JournalLine.entry_id == said.c.entry_id, JournalLine.account == said.c.account)
        .scalar_subquery()
    )
    query = select(JournalEntry.key, said.c.account, said.c.amount, line).join(
        said, said.c.entry_id == JournalEntry.id
    )
    for key, name, amount, posted in session.execute(query.where(said.c.amount != -line)):
        yield f"entry {key}: {amount} is allocated to {name}, its line says {-posted}"


def _charges(session: AnySession) -> Iterator[str]:
    """What is owed in charges, by account, is what was charged less what lowered and paid it."""
    account = case(_ACCOUNT_OF_TYPE, value=Charge.type)
    charged = select(Charge.agreement_id, account.label("account"), Charge.amount_minor.label("amount"))
    paid = select(
        Charge.agreement_id, account.label("account"), (-Allocation.amount_minor).label("amount")
    ).join(Allocation, Allocation.charge_id == Charge.id)
    moved = union_all(charged, paid).subquery()
    expected = (
        select(moved.c.agreement_id, moved.c.account, func.sum(moved.c.amount).label("amount"))
        .group_by(moved.c.agreement_id, moved.c.account)
        .subquery()
    )
    kept = and_(Balance.agreement_id == expected.c.agreement_id, Balance.account == expected.c.account)
    query = (
        select(expected.c.agreement_id, expected.c.account, Balance.amount_minor, expected.c.amount)
        .outerjoin(Balance, kept)
        .where(expected.c.amount != func.coalesce(Balance.amount_minor, 0))
    )
    for agreement_id, name, amount, summed in session.execute(query):
        yield f"{name_of(session, agreement_id)}: {name} is kept as {amount or 0}, charges less payments give {summed}"
    without = ~select(expected.c.agreement_id).where(kept).exists()
    owed = select(Balance.agreement_id, Balance.account, Balance.amount_minor)
    owed = owed.where(Balance.account.in_(CHARGED), Balance.amount_minor != 0, without)
    for agreement_id, name, amount in session.execute(owed):
        yield f"{name_of(session, agreement_id)}: {name} is kept as {amount}, and it has no charge"


def _sum_by_agreement(query: Any, model: Any) -> Any:
    return query.group_by(model.agreement_id).subquery()


def _settled(session: AnySession) -> Iterator[str]:
    """A settled payment has its entry and its receipt; no other payment has; a return has its reversal."""
    entry = select(JournalEntry.id).where(
        JournalEntry.payment_id == Payment.id, JournalEntry.cause == "payment.settled"
    )
    receipt = select(Receipt.id).where(Receipt.payment_id == Payment.id)
    settled = Payment.state == "settled"
    query = select(Payment.ref, Payment.state).where(
        (settled & (~entry.exists() | ~receipt.exists())) | (~settled & (entry.exists() | receipt.exists()))
    )
    for ref, state in session.execute(query):
        yield f"payment {ref}: it is {state}, and its entry or receipt says otherwise"
    reversal = select(JournalEntry.id).where(
        JournalEntry.payment_id == Payment.id, JournalEntry.cause == "payment.returned"
    )
    back = select(PaymentReturn.id).where(PaymentReturn.payment_id == Payment.id)
    for ref in session.scalars(select(Payment.ref).where(back.exists() != reversal.exists())):
        yield f"payment {ref}: its return and its reversing entry do not go together"


def _seals(session: AnySession) -> Iterator[str]:
    before = ""
    seals = list(session.scalars(select(Seal).order_by(Seal.id)))
    for seal in seals:
        if seal.previous_hash != before or seal.hash != seal_hash(seal):
            yield f"seal of {seal.day}: it does not follow the seal before it, or was changed"
        before = seal.hash
    if seals and heads_hash(session, seals[-1].through_entry_id) != (seals[-1].heads_hash, seals[-1].entries):
        yield f"seal of {seals[-1].day}: the chains are not those that were sealed"
