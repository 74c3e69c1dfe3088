"""The tie-out: ledger = sub-ledgers = gateways = bank, as of a day, and every figure opens to its lines. Read-only.

The ledger is the sum of the journal's lines. It is held against what is kept beside it by other code: the balances per
agreement, the payments and the gateways' own records, the movements of the bank's statements. `tie_out` gives the rows,
`lines_of` what a figure is made of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import CompoundSelect, and_, case, func, literal, or_, select

from domain.access import Scope
from domain.records.accounts import BANK, CUSTOMER_CREDIT, DEPOSITS_HELD, OWNER_PAYABLE, RECEIVABLES
from domain.reports.journal import ACCOUNT_WORDS
from domain.reports.owner_check import owed_by_ledger, owed_by_rows
from domain.reports.tie_out_gateways import gateway_rows
from domain.reports.tie_out_rows import Row
from domain.words import N_, Sentence
from models import (
    Balance,
    BankLine,
    BankMatch,
    JournalEntry,
    JournalLine,
    Payment,
    Task,
    db,
)

SUB_LEDGERS = (*RECEIVABLES, CUSTOMER_CREDIT, DEPOSITS_HELD)
"""Accounts that are kept agreement by agreement as well."""
SECTIONS = {
    "ledger": N_("The ledger"),
    "agreements": N_("Agreement by agreement"),
    "owners": N_("Owners"),
    "gateways": N_("Gateways"),
    "bank": N_("Bank"),
}


@dataclass(frozen=True, slots=True)
class TieOut:
    """All comparisons as of a day, and how many movements and differences wait for somebody."""

    on: date
    rows: Sequence[Row]
    open_lines: int
    open_tasks: int

    @property
    def ties(self) -> bool:
        """Whether everything agrees and nothing waits."""
        return all(row.ties for row in self.rows) and not self.open_lines and not self.open_tasks

    def of(self, section: str) -> list[Row]:
        return [row for row in self.rows if row.section == section]


def tie_out(scope: Scope, on: date, today: date) -> TieOut:
    """Everything as of `on`. The gateways' own records are of now, so they are read only where `on` is today."""
    rows = [*_ledger(on), *_agreements(on), *_owners(on), *gateway_rows(on, today), *_bank(on)]
    waiting = scope.select(BankLine, func.count()).where(BankLine.state == "open", BankLine.booked_on <= on)
    differences = scope.select(Task, func.count()).where(
        Task.closed_at.is_(None),
        or_(Task.dedupe_key.startswith("recon:"), Task.dedupe_key.startswith("bank:gap:")),
    )
    return TieOut(on, rows, db.session.scalar(waiting) or 0, db.session.scalar(differences) or 0)


def _sums(on: date, *conditions: Any) -> dict[tuple[str, str], int]:
    """(account, currency) -> sum of the journal's lines that count until the day."""
    query = (
        select(JournalLine.account, JournalEntry.currency, func.sum(JournalLine.amount_minor))
        .join(JournalEntry, JournalEntry.id == JournalLine.entry_id)
        .where(JournalEntry.effective_on <= on, *conditions)
        .group_by(JournalLine.account, JournalEntry.currency)
    )
    return {(account, currency): int(total) for account, currency, total in db.session.execute(query)}


def _ledger(on: date) -> Iterator[Row]:
    """Debits are credits, currency by currency."""
    debit = func.sum(case((JournalLine.amount_minor > 0, JournalLine.amount_minor), else_=0))
    credit = func.sum(case((JournalLine.amount_minor < 0, -JournalLine.amount_minor), else_=0))
    query = (
        select(JournalEntry.currency, debit, credit)
        .join(JournalLine, JournalLine.entry_id == JournalEntry.id)
        .where(JournalEntry.effective_on <= on)
        .group_by(JournalEntry.currency)
        .order_by(JournalEntry.currency)
    )
    for currency, debits, credits in db.session.execute(query):
        yield Row(
            "ledger", Sentence(N_("All accounts")), currency, Sentence(N_("Debits")), int(debits),
            Sentence(N_("Credits")), int(credits),
        )  # fmt: skip


def _agreements(on: date) -> Iterator[Row]:
    """Each account of the ledger against the balances that are kept per agreement."""
    ledger = _sums(on, JournalLine.account.in_(SUB_LEDGERS))
    kept = _kept(on)
    for account in SUB_LEDGERS:
        for currency in sorted({money for name, money in {*ledger, *kept} if name == account}):
            left, right = ledger.get((account, currency), 0), kept.get((account, currency), 0)
            if left or right:
                lines = f"{account}:{currency}"
                yield Row(
                    "agreements", Sentence(ACCOUNT_WORDS[account]), currency, Sentence(N_("Ledger")), left,
                    Sentence(N_("All agreements")), right, f"ledger:{lines}", f"agreements:{lines}",
                )  # fmt: skip


def _owners(on: date) -> Iterator[Row]:
    """What is owed to owners against their closed months and what moved; as in the ledger, what is owed is negative."""
    ledger, rows = owed_by_ledger(db.session, on), owed_by_rows(db.session, on)
    for currency in sorted({*ledger, *rows}):
        left, right = -ledger.get(currency, 0), -rows.get(currency, 0)
        if left or right:
            yield Row(
                "owners", Sentence(ACCOUNT_WORDS[OWNER_PAYABLE]), currency, Sentence(N_("Ledger")), left,
                Sentence(N_("Statements and payouts")), right, f"ledger:{OWNER_PAYABLE}:{currency}",
            )  # fmt: skip


def _kept(on: date) -> Mapping[tuple[str, str], int]:
    """The kept balances, without what was posted for days after `on`."""
    currency = select(JournalEntry.currency).where(JournalEntry.agreement_id == Balance.agreement_id).limit(1)
    of_agreement = currency.scalar_subquery().label("currency")
    now = (
        select(Balance.account, of_agreement, func.sum(Balance.amount_minor))
        .where(Balance.account.in_(SUB_LEDGERS), Balance.amount_minor != 0)
        .group_by(Balance.account, of_agreement)
    )
    kept = {(account, money): int(total) for account, money, total in db.session.execute(now)}
    later = (
        select(JournalLine.account, JournalEntry.currency, func.sum(JournalLine.amount_minor))
        .join(JournalEntry, JournalEntry.id == JournalLine.entry_id)
        .where(JournalEntry.effective_on > on, JournalEntry.agreement_id.is_not(None))
        .where(JournalLine.account.in_(SUB_LEDGERS))
        .group_by(JournalLine.account, JournalEntry.currency)
    )
    for account, money, total in db.session.execute(later):
        kept[account, money] = kept.get((account, money), 0) - int(total)
    return kept


def _bank(on: date) -> Iterator[Row]:
    """What the ledger has on the bank for movements that were matched, against those movements."""
    linked = _linked(on)
    moved = (
        select(BankLine.currency, func.sum(BankLine.amount_minor))
        .where(BankLine.state == "matched", BankLine.booked_on <= on)
        .group_by(BankLine.currency)
    )
    matched = {currency: int(total) for currency, total in db.session.execute(moved)}
    ledger = {
        currency: total for (_account, currency), total in _sums(on, JournalLine.account == BANK).items()
    }
    for currency in sorted({*linked, *matched, *ledger}):
        title = Sentence(N_("Matched movements"))
        yield Row(
            "bank", title, currency, Sentence(N_("Ledger")), linked.get(currency, 0),
            Sentence(N_("Bank statements")), matched.get(currency, 0), f"bank:{currency}", f"movements:{currency}",
        )  # fmt: skip
        waits = ledger.get(currency, 0) - linked.get(currency, 0)
        if waits:
            words = Sentence(N_("In the books, on no statement yet"))
            yield Row(
                "bank", words, currency, Sentence(N_("Ledger")), waits, Sentence(N_("Not seen at the bank yet")),
                waits, f"unseen:{currency}",
            )  # fmt: skip


def linked_entries() -> CompoundSelect[Any]:
    """The ids of the entries that a match of a movement stands for."""
    standing = BankMatch.undone_at.is_(None)
    named = select(BankMatch.entry_id).where(standing, BankMatch.entry_id.is_not(None))
    paid = (
        select(JournalEntry.id)
        .join(Payment, JournalEntry.key == literal("payment:") + Payment.ref + literal(":settled"))
        .join(BankMatch, and_(BankMatch.payment_id == Payment.id, BankMatch.kind == "transfer"))
        .where(standing)
    )
    return named.union(paid)


def _linked(on: date) -> Mapping[str, int]:
    ids = linked_entries().subquery()
    sums = _sums(on, JournalLine.account == BANK, JournalEntry.id.in_(select(ids.c[0])))
    return {currency: total for (_account, currency), total in sums.items()}
