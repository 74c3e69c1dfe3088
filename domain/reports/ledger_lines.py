"""The lines of one account of the ledger, the latest first: what a figure of the books is made of. Read-only.

Amounts stand in the account's own direction: what a debit adds to an asset or expense, what a credit adds to the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import Select, case, func

from domain.access import Scope
from domain.reports.journal import ACCOUNT_WORDS, CAUSE_WORDS
from domain.reports.narrowing import of_entries
from domain.reports.sheet import Asked, Column, Link, Row, Sheet
from domain.words import N_, Sentence
from models import Agreement, JournalEntry, JournalLine, LedgerAccount, Payment, db

TITLE = Sentence(N_("Lines of an account"))
COLUMNS = (
    Column("day", Sentence(N_("Day")), "day"),
    Column("what", Sentence(N_("What"))),
    Column("account", Sentence(N_("Account"))),
    Column("agreement", Sentence(N_("Agreement"))),
    Column("amount", Sentence(N_("Amount")), "money"),
    Column("recorded", Sentence(N_("Written down")), "day", hidden=True),
    Column("currency", Sentence(N_("Currency")), hidden=True),
)
CHOICES = {"by": {"": N_("These days"), "all": N_("From the beginning")}}
TYPE_WORDS = {
    "asset": N_("Asset"),
    "liability": N_("Liability"),
    "equity": N_("Equity"),
    "income": N_("Income"),
    "expense": N_("Expense"),
}
BY_DEBIT = ("asset", "expense")
"""Types of accounts that a debit adds to."""
AT_ONCE = 500
_OWN = case((LedgerAccount.type.in_(BY_DEBIT), JournalLine.amount_minor), else_=-JournalLine.amount_minor)


def account_words(code: str, name: str = "") -> Sentence | str:
    """What an account is called: in words that can be translated, else by its name in the chart."""
    return Sentence(ACCOUNT_WORDS[code]) if code in ACCOUNT_WORDS else name or code


def lines_until(account: str, currency: str, on: date) -> Link:
    """What opens the lines behind a balance of an account as of a day."""
    return _link(account, currency, since=on, until=on, by="all")


def lines_within(account: str, currency: str, since: date, until: date, **more: str) -> Link:
    """What opens the lines behind what an account came to in some days."""
    return _link(account, currency, since=since, until=until, **more)


def _link(account: str, currency: str, *, since: date, until: date, **more: str) -> Link:
    given = {"account": account, "what": currency, "since": since.isoformat(), "until": until.isoformat()}
    return "office.report", {
        "name": "ledger_lines",
        **given,
        **{name: text for name, text in more.items() if text},
    }


def make(scope: Scope, asked: Asked) -> Sheet:
    """The lines of `asked.account` (all accounts where none is asked), in the currency `asked.what` if one is."""
    columns = (
        JournalEntry.effective_on, JournalEntry.cause, JournalEntry.currency, JournalEntry.recorded_at,
        JournalLine.account, LedgerAccount.name, _OWN.label("amount"), Agreement.number,
        Agreement.ref.label("agreement_ref"), Payment.ref.label("payment_ref"),
    )  # fmt: skip
    query = _lines(scope, asked, *columns).order_by(
        JournalEntry.effective_on.desc(), JournalEntry.id.desc(), JournalLine.id
    )
    sums = _lines(scope, asked, JournalEntry.currency, func.sum(_OWN)).group_by(JournalEntry.currency)
    totals = [
        Row({"day": Sentence(N_("Total")), "amount": int(amount), "currency": currency}, kind="total")
        for currency, amount in db.session.execute(sums.order_by(JournalEntry.currency))
        if asked.account
    ]
    return Sheet("ledger_lines", TITLE, asked, COLUMNS, _rows(query), totals)


def _lines(scope: Scope, asked: Asked, *columns: Any) -> Select[Any]:
    query = (
        scope.select(JournalEntry, *columns)
        .join(JournalLine, JournalLine.entry_id == JournalEntry.id)
        .join(LedgerAccount, LedgerAccount.code == JournalLine.account)
        .outerjoin(Agreement, Agreement.id == JournalEntry.agreement_id)
        .outerjoin(Payment, Payment.id == JournalEntry.payment_id)
        .where(JournalEntry.effective_on <= asked.until)
    )
    if asked.by != "all":
        query = query.where(JournalEntry.effective_on >= asked.since)
    if asked.account:
        query = query.where(JournalLine.account == asked.account)
    if asked.what:
        query = query.where(JournalEntry.currency == asked.what)
    return of_entries(scope, query, asked)


def _rows(query: Select[Any]) -> Iterator[Row]:
    for line in db.session.execute(query.execution_options(yield_per=AT_ONCE)):
        cause = Sentence(CAUSE_WORDS[line.cause]) if line.cause in CAUSE_WORDS else line.cause
        values = {
            "day": line.effective_on, "what": cause, "account": account_words(line.account, line.name),
            "agreement": line.number, "amount": line.amount, "recorded": line.recorded_at, "currency": line.currency,
        }  # fmt: skip
        opens: dict[str, Link] = {}
        if line.agreement_ref:
            opens["agreement"] = ("office.journal", {"ref": line.agreement_ref})
        if line.payment_ref:
            opens["what"] = ("office.payment", {"ref": line.payment_ref})
        yield Row(values, opens=opens)
