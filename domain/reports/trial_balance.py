"""Trial balance: every account of the ledger as of a day, debits and credits, which come to the same. Read-only."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import func

from domain.access import Scope
from domain.reports.ledger_lines import TYPE_WORDS, account_words, lines_until
from domain.reports.sheet import Asked, Column, Row, Sheet
from domain.words import N_, Sentence
from models import JournalEntry, JournalLine, LedgerAccount, db

TITLE = Sentence(N_("Trial balance"))
COLUMNS = (
    Column("account", Sentence(N_("Account"))),
    Column("type", Sentence(N_("Type"))),
    Column("debit", Sentence(N_("Debit")), "money"),
    Column("credit", Sentence(N_("Credit")), "money"),
    Column("lines", Sentence(N_("Lines")), "number", hidden=True),
    Column("currency", Sentence(N_("Currency")), hidden=True),
)
ORDER = tuple(TYPE_WORDS)


def make(scope: Scope, asked: Asked) -> Sheet:
    """The balances of all accounts that have one as of `asked.on`, by what counted until then."""
    query = (
        scope.select(
            JournalEntry, JournalEntry.currency, JournalLine.account, LedgerAccount.name, LedgerAccount.type,
            func.sum(JournalLine.amount_minor), func.count(),
        )
        .join(JournalLine, JournalLine.entry_id == JournalEntry.id)
        .join(LedgerAccount, LedgerAccount.code == JournalLine.account)
        .where(JournalEntry.effective_on <= asked.on)
        .group_by(JournalEntry.currency, JournalLine.account, LedgerAccount.name, LedgerAccount.type)
        .having(func.sum(JournalLine.amount_minor) != 0)
    )  # fmt: skip
    found = sorted(db.session.execute(query).all(), key=lambda row: (row[0], ORDER.index(row[3]), row[1]))
    rows: list[Row] = []
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for currency, code, name, type_, amount, count in found:
        debit, credit = max(int(amount), 0), max(-int(amount), 0)
        sums[currency][0] += debit
        sums[currency][1] += credit
        opens = lines_until(code, currency, asked.on)
        values = {
            "account": account_words(code, name), "type": Sentence(TYPE_WORDS[type_]), "debit": debit or None,
            "credit": credit or None, "lines": count, "currency": currency,
        }  # fmt: skip
        rows.append(Row(values, opens))
    totals = [
        Row(
            {"account": Sentence(N_("Total")), "debit": debit, "credit": credit, "currency": currency},
            kind="total",
        )
        for currency, (debit, credit) in sums.items()
    ]
    notes = [Sentence(N_("Debits and credits come to the same: every entry of the books does."))]
    return Sheet("trial_balance", TITLE, asked, COLUMNS, rows, totals, notes)
