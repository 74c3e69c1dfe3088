"""The journal of one agreement: every entry with its lines, who wrote it and why, and the principal as it ran."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from domain.access import Scope
from domain.records.accounts import LOAN_PRINCIPAL as PRINCIPAL
from domain.reports.actors import Name, names_of
from domain.words import N_, Money, Sentence, Trace, trace_from
from models import Agreement, JournalEntry, JournalLine, LedgerAccount, Payment, db

PER_PAGE = 100

CAUSE_WORDS = {
    "opening": N_("Opening balance"),
    "opening_undone": N_("Opening balance taken out again"),
    "interest.accrued": N_("Interest that became owed"),
    "payment.settled": N_("Payment received"),
    "payment.returned": N_("Payment taken back by the bank"),
    "payment.fee": N_("Fee for the way of paying"),
    "payment.fee_returned": N_("Fee for the way of paying given up"),
    "payment.refunded": N_("Money given back"),
    "payment.restored": N_("Money that came again"),
    "charge.given_twice": N_("Money given back and taken back as well"),
    "returned_payment_fee": N_("Fee for a returned payment"),
    "charge.rent": N_("Rent charged"),
    "charge.addon": N_("Add-on charged"),
    "charge.utility": N_("Utilities charged"),
    "charge.one_off": N_("Charge added"),
    "charge.deposit": N_("Security deposit asked for"),
    "charge.lease": N_("Lease payment charged"),
    "charge.purchase": N_("Purchase"),
    "charge.finance_charge": N_("Interest charged"),
    "charge.late_fee": N_("Late fee charged"),
    "charge.returned_payment_fee": N_("Fee for a returned payment"),
    "charge.fee": N_("Fee charged"),
    "charge.waiver": N_("Charge waived"),
    "charge.correction": N_("Charge taken back"),
    "charge.buyout": N_("Charge held in the price of the goods"),
    "charge.raised": N_("Charge owed again"),
    "charge_off": N_("Charged off"),
    "credit.applied": N_("Credit paid charges"),
    "credit.freed": N_("What had paid a charge kept as credit"),
    "credit.taken_back": N_("Credit taken back from charges"),
    "deposit.applied": N_("Security deposit paid what was owed"),
    "deposit.held": N_("Security deposit held again"),
    "deposit.refunded": N_("Security deposit given back"),
    "expense.paid": N_("Spent on a property"),
    "expense.paid.undone": N_("Expense taken back"),
    "owners.month": N_("A month closed for its owners"),
    "owners.payout": N_("Paid out to an owner"),
    "owners.payout.undone": N_("Payout to an owner taken back"),
    "owners.contribution": N_("Put in by an owner"),
    "owners.contribution.undone": N_("Money of an owner taken back"),
    "drawer.counted": N_("Cash drawer counted"),
    "drawer.banked": N_("Counter money carried to the bank, or change fetched"),
    "drawer.banked.undone": N_("A deposit slip taken back"),
}
"""What each cause is called on a page; one that is not here is shown by its own name."""

ACCOUNT_WORDS = {
    "bank": N_("Bank"),
    "clearing_sandbox": N_("On its way: sandbox processor"),
    "undeposited": N_("Counter money not yet deposited"),
    "deposits_in_transit": N_("Between the drawer and our bank"),
    "loan_principal": N_("Loan principal receivable"),
    "loan_interest": N_("Accrued loan interest receivable"),
    "fees_receivable": N_("Fees receivable"),
    "customer_credit": N_("Unapplied customer credit"),
    "interest_income": N_("Interest income"),
    "fee_income": N_("Fee income"),
    "fee_waivers": N_("Fee waivers"),
    "charge_off": N_("Charged off"),
    "processing_fees": N_("Processing fees"),
    "cash_over_short": N_("Cash over and short"),
    "opening_balances": N_("Opening balances"),
    "opening_difference": N_("Opening difference"),
    "rent_receivable": N_("Rent receivable"),
    "other_receivable": N_("Other charges receivable"),
    "lease_receivable": N_("Lease payments receivable"),
    "credit_line_receivable": N_("Credit line purchases receivable"),
    "finance_receivable": N_("Finance charges receivable"),
    "deposits_receivable": N_("Deposits receivable"),
    "deposits_held": N_("Deposits held"),
    "sales_tax_payable": N_("Sales tax payable"),
    "rent_income": N_("Rent income"),
    "other_income": N_("Other income"),
    "lease_income": N_("Lease income"),
    "sales": N_("Sales"),
    "recoveries": N_("Recoveries"),
    "property_expenses": N_("Spent on properties"),
    "owner_payable": N_("Owed to owners"),
    "owners_share": N_("Passed on to owners"),
    "management_fee_income": N_("Management fees"),
    "between_agreements": N_("Moved between agreements"),
}
"""The chart of accounts in words that can be translated; other accounts keep the name in the table."""


@dataclass(frozen=True, slots=True)
class Line:
    """One side of an entry: a debit or a credit, in minor units; the other of the two is zero."""

    account: str
    name: Sentence
    debit_minor: int
    credit_minor: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as the page shows it. `principal_minor` is what the principal was after it."""

    number: int
    effective_on: date
    recorded_at: datetime
    cause: Sentence
    by: Name
    lines: Sequence[Line]
    principal_minor: int
    hash: str
    why: Trace | None
    payment_ref: str
    reverses: int | None


@dataclass(frozen=True, slots=True)
class Journal:
    """One page of the journal, oldest entry first, and the totals of all of it."""

    entries: Sequence[Entry]
    page: int
    pages: int
    total: int
    debit_minor: int
    credit_minor: int
    principal_minor: int


def journal(scope: Scope, agreement: Agreement, page: int = 0) -> Journal:
    """The journal of an agreement; page 0 is the last one, where the newest entries stand."""
    mine = JournalEntry.agreement_id == agreement.id
    total = db.session.scalar(scope.select(JournalEntry, func.count()).where(mine)) or 0
    pages = max(-(-total // PER_PAGE), 1)
    page = pages if page < 1 else min(page, pages)
    rows = db.session.scalars(
        scope.select(JournalEntry)
        .where(mine)
        .options(selectinload(JournalEntry.lines))
        .order_by(JournalEntry.position)
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    ).all()
    debit, credit, principal = _totals(scope, mine)
    return Journal(
        _shown(scope, rows, _before(scope, mine, rows)), page, pages, total, debit, credit, principal
    )


def entry(scope: Scope, agreement: Agreement, number: int) -> Entry | None:
    """One entry of the agreement by its number in the journal."""
    if number > 10**9:
        return None
    mine = JournalEntry.agreement_id == agreement.id
    rows = db.session.scalars(
        scope.select(JournalEntry)
        .where(mine, JournalEntry.position == number)
        .options(selectinload(JournalEntry.lines))
    ).all()
    return _shown(scope, rows, _before(scope, mine, rows))[0] if rows else None


def _totals(scope: Scope, mine: Any) -> tuple[int, int, int]:
    """(all debits, all credits, the principal) of the agreement, in minor units."""
    amount = JournalLine.amount_minor
    query = (
        scope.select(
            JournalEntry,
            func.coalesce(func.sum(amount).filter(amount > 0), 0),
            func.coalesce(func.sum(-amount).filter(amount < 0), 0),
            func.coalesce(func.sum(amount).filter(JournalLine.account == PRINCIPAL), 0),
        )
        .join(JournalLine, JournalLine.entry_id == JournalEntry.id)
        .where(mine)
    )
    debit, credit, principal = db.session.execute(query).one()
    return int(debit), int(credit), int(principal)


def _before(scope: Scope, mine: Any, rows: Sequence[JournalEntry]) -> int:
    """The principal before the first of these entries."""
    if not rows or rows[0].position == 1:
        return 0
    query = (
        scope.select(JournalEntry, func.coalesce(func.sum(JournalLine.amount_minor), 0))
        .join(JournalLine, JournalLine.entry_id == JournalEntry.id)
        .where(mine, JournalEntry.position < rows[0].position, JournalLine.account == PRINCIPAL)
    )
    return int(db.session.scalar(query) or 0)


def _shown(scope: Scope, rows: Sequence[JournalEntry], principal: int) -> list[Entry]:
    names = names_of(row.recorded_by for row in rows)
    payments = _payments(scope, {row.payment_id for row in rows if row.payment_id})
    numbers = _numbers({row.reverses_id for row in rows if row.reverses_id})
    accounts = _accounts()
    shown = []
    for row in rows:
        principal += sum(line.amount_minor for line in row.lines if line.account == PRINCIPAL)
        shown.append(
            Entry(
                number=row.position or 0,
                effective_on=row.effective_on,
                recorded_at=row.recorded_at,
                cause=Sentence(CAUSE_WORDS.get(row.cause, row.cause)),
                by=names[row.recorded_by],
                lines=[_line(line, accounts) for line in row.lines],
                principal_minor=principal,
                hash=row.hash,
                why=trace_from(row.note) if row.note.get("steps") else None,
                payment_ref=payments.get(row.payment_id or 0, ""),
                reverses=numbers.get(row.reverses_id or 0),
            )
        )
    return shown


def _line(line: JournalLine, accounts: dict[str, str]) -> Line:
    amount = line.amount_minor
    name = Sentence(ACCOUNT_WORDS.get(line.account) or accounts.get(line.account, line.account))
    return Line(line.account, name, max(amount, 0), max(-amount, 0))


def _accounts() -> dict[str, str]:
    rows = db.session.execute(select(LedgerAccount.code, LedgerAccount.name))
    return {row.code: row.name for row in rows}


def _payments(scope: Scope, ids: set[int]) -> dict[int, str]:
    if not ids:
        return {}
    rows = db.session.execute(scope.select(Payment, Payment.id, Payment.ref).where(Payment.id.in_(ids)))
    return {row.id: row.ref for row in rows}


def _numbers(ids: set[int]) -> dict[int, int]:
    if not ids:
        return {}
    rows = db.session.execute(select(JournalEntry.id, JournalEntry.position).where(JournalEntry.id.in_(ids)))
    return {entry_id: position or 0 for entry_id, position in rows}


TABLE_HEAD = (
    N_("Entry"), N_("Date"), N_("Recorded"), N_("What happened"), N_("Account"), N_("Debit"), N_("Credit"),
    N_("Currency"), N_("Principal after"), N_("Recorded by"), N_("Hash"),
)  # fmt: skip
"""The columns of `table_rows`, still to be translated."""


def table_rows(scope: Scope, agreement: Agreement, say: Any) -> list[list[Any]]:
    """Every line of the journal under TABLE_HEAD, for a file; `say` turns a Sentence or name into text."""
    rows: list[list[Any]] = []
    first = journal(scope, agreement, 1)
    for page in range(1, first.pages + 1):
        part = first if page == 1 else journal(scope, agreement, page)
        for entry in part.entries:
            for line in entry.lines:
                rows.append(
                    [
                        entry.number, entry.effective_on, entry.recorded_at, say(entry.cause), say(line.name),
                        Money(line.debit_minor, agreement.currency) if line.debit_minor else None,
                        Money(line.credit_minor, agreement.currency) if line.credit_minor else None,
                        agreement.currency, Money(entry.principal_minor, agreement.currency), say(entry.by),
                        entry.hash,
                    ]
                )  # fmt: skip
    return rows
