"""The journal entries behind a figure, as their customer reads them: what moved on their own accounts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import selectinload

from domain.access import Scope
from domain.records.accounts import (
    CREDIT_LINE,
    CUSTOMER_CREDIT,
    DEPOSITS_RECEIVABLE,
    FEES_RECEIVABLE,
    FINANCE_RECEIVABLE,
    LEASE_RECEIVABLE,
    LOAN_INTEREST,
    LOAN_PRINCIPAL,
    OTHER_RECEIVABLE,
    RENT_RECEIVABLE,
)
from domain.reports.agreements import View
from domain.reports.journal import CAUSE_WORDS
from domain.words import N_, Sentence
from models import Agreement, Allocation, Charge, JournalEntry, JournalLine, db

MOST_ENTRIES = 12
OWN_WORDS = {
    LOAN_PRINCIPAL: N_("Principal you owe"),
    LOAN_INTEREST: N_("Interest you owe"),
    FEES_RECEIVABLE: N_("Fees you owe"),
    RENT_RECEIVABLE: N_("Rent you owe"),
    OTHER_RECEIVABLE: N_("Other charges you owe"),
    LEASE_RECEIVABLE: N_("Lease payments you owe"),
    CREDIT_LINE: N_("Purchases you owe"),
    FINANCE_RECEIVABLE: N_("Interest you owe"),
    DEPOSITS_RECEIVABLE: N_("Deposit you owe"),
    CUSTOMER_CREDIT: N_("Your credit"),
}
"""The accounts that are about the customer, in their words. The other side of an entry is the business's own."""


@dataclass(frozen=True, slots=True)
class Posting:
    """One journal entry as its customer reads it: what moved on their accounts, plus = owed more (minor units)."""

    number: int
    on: date
    cause: Sentence
    lines: Sequence[tuple[Sentence, int]]


Entries = tuple[list[Posting], int]
"""The newest entries, and how many further ones stand behind them that are not listed (0: none)."""


def of_agreement(scope: Scope, view: View) -> Entries:
    """The newest entries of all, without those that are about another payer's charges."""
    return _shown(_visible(scope, view))


def of_installment(scope: Scope, view: View, number: int) -> Entries:
    """Those that paid an installment of a plan that is not posted."""
    paid = select(Allocation.entry_id).where(Allocation.installment_number == number)
    return _shown(_visible(scope, view).where(JournalEntry.id.in_(paid)))


def of_charges(scope: Scope, view: View, ids: Iterable[int]) -> Entries:
    """Those that posted, lowered or paid charges."""
    wanted = list(ids)
    posted = select(Charge.entry_id).where(or_(Charge.id.in_(wanted), Charge.about_id.in_(wanted)))
    paid = select(Allocation.entry_id).where(Allocation.charge_id.in_(wanted))
    query = _visible(scope, view).where(or_(JournalEntry.id.in_(posted), JournalEntry.id.in_(paid)))
    return _shown(query)


def of_ids(scope: Scope, view: View, entry_ids: Iterable[int]) -> Entries:
    """The named entries of the agreement."""
    return _shown(_visible(scope, view).where(JournalEntry.id.in_(list(entry_ids))))


def of_accounts(scope: Scope, view: View, *accounts: str) -> Entries:
    """Those that moved one of these accounts."""
    query = _visible(scope, view).where(JournalEntry.lines.any(JournalLine.account.in_(accounts)))
    return _shown(query)


def _visible(scope: Scope, view: View) -> Select[Any]:
    visible = scope.select(Agreement, Agreement.id).where(Agreement.id == view.agreement.id)
    query = select(JournalEntry).where(JournalEntry.agreement_id.in_(visible))
    if not view.payer:
        return query
    others = select(Charge.id).where(
        Charge.agreement_id == view.agreement.id, Charge.payer.not_in(("", view.payer))
    )
    return query.where(
        JournalEntry.id.not_in(select(Charge.entry_id).where(Charge.id.in_(others))),
        JournalEntry.id.not_in(select(Allocation.entry_id).where(Allocation.charge_id.in_(others))),
    )


def _shown(query: Select[Any]) -> Entries:
    rows = db.session.scalars(
        query.options(selectinload(JournalEntry.lines))
        .order_by(JournalEntry.position.desc())
        .limit(MOST_ENTRIES + 1)
    ).all()
    shown = [_posting(row) for row in rows[:MOST_ENTRIES]]
    return shown, max((rows[-1].position or 0), 1) if len(rows) > MOST_ENTRIES else 0


def _posting(row: JournalEntry) -> Posting:
    lines = [
        (Sentence(OWN_WORDS[line.account]), line.amount_minor)
        for line in row.lines
        if line.account in OWN_WORDS
    ]
    cause = Sentence(CAUSE_WORDS.get(row.cause, row.cause))
    return Posting(row.position or 0, row.effective_on, cause, lines)
