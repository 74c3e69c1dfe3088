"""Income statement, accrual: what was earned and spent in some days, in all or month by month. Read-only.

Made of the lines of the income and expense accounts, by the day for which each counts. The twelve-month statement is
the same over twelve months, each in a column of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import extract, func

from domain.access import Scope
from domain.reports.ledger_lines import account_words, lines_within
from domain.reports.narrowing import carried, of_entries
from domain.reports.sheet import Asked, Chart, Column, Row, Series, Sheet
from domain.rules.calendar import add_months, month_end
from domain.words import N_, Money, Sentence
from models import JournalEntry, JournalLine, LedgerAccount, db

TITLE = Sentence(N_("Income statement"))
WHAT = Sentence(N_("What was earned and what it cost, as charged and accrued, in all or month by month."))
TWELVE_TITLE = Sentence(N_("Twelve-month statement"))
TWELVE_WHAT = Sentence(N_("Income and expenses of twelve months side by side."))
FILTERS = ("period", "by", "property_ref", "branch")
TWELVE_FILTERS = ("period", "property_ref", "branch")
CHOICES = {"by": {"": N_("In all"), "month": N_("Month by month")}}
MOST_MONTHS = 24
SECTIONS = {"income": N_("Income"), "expense": N_("Expenses")}
SUMS = {"income": N_("Income in all"), "expense": N_("Expenses in all")}
NET = Sentence(N_("Net income"))
NOTES = (Sentence(N_("Accrual: what was charged counts when it fell due, whether it was paid or not.")),)

Months = Sequence[tuple[date, date]]
"""First and last day of each column of months."""


@dataclass(frozen=True, slots=True)
class _Account:
    code: str
    name: str
    type: str
    currency: str


def make(scope: Scope, asked: Asked) -> Sheet:
    """The statement from `since` to `until`; a column for each month where `asked.by` is "month"."""
    return _sheet(scope, asked, "income_statement", TITLE, asked.by == "month")


def make_twelve(scope: Scope, asked: Asked) -> Sheet:
    """The statement with a column for each month."""
    return _sheet(scope, asked, "twelve_months", TWELVE_TITLE, True)


def _sheet(scope: Scope, asked: Asked, name: str, title: Sentence, monthly: bool) -> Sheet:
    months = months_of(asked) if monthly else []
    since = months[0][0] if months else asked.since
    found = _sums(scope, asked, since)
    columns = [
        Column("account", Sentence(N_("Account"))),
        *(Column(_key(first), _month(first), "money") for first, _last in months),
        Column("amount", Sentence(N_("Amount")), "money"),
        Column("currency", Sentence(N_("Currency")), hidden=True),
    ]  # fmt: skip
    currencies = sorted({account.currency for account in found})
    rows, totals, lead = [], [], []
    for currency in currencies:
        mine = {account: sums for account, sums in found.items() if account.currency == currency}
        more, net = _of_currency(asked, since, months, mine, currency)
        rows += more
        totals.append(Row({"account": NET, **_figures(net, months), "currency": currency}, kind="total"))
        lead.append((Money(sum(net.values()), currency), NET))
    chart = _chart(found, months, currencies[0]) if len(months) > 1 and len(currencies) == 1 else None
    return Sheet(name, title, asked, columns, rows, totals, NOTES, chart, lead=lead)


def months_of(asked: Asked) -> Months:
    """The months of the days asked for, the last MOST_MONTHS of them; the first and last only as far as asked."""
    first = asked.until.replace(day=1)
    found: list[tuple[date, date]] = []
    while first >= asked.since.replace(day=1) and len(found) < MOST_MONTHS:
        last = first.replace(day=month_end(first.year, first.month))
        found.append((max(first, asked.since), min(last, asked.until)))
        first = add_months(first, -1)
    return found[::-1]


def _sums(scope: Scope, asked: Asked, since: date) -> dict[_Account, dict[tuple[int, int], int]]:
    """Account -> (year, month) -> what it came to, income and expenses both positive as they are spoken of."""
    year, month = extract("year", JournalEntry.effective_on), extract("month", JournalEntry.effective_on)
    columns = (
        JournalEntry.currency,
        JournalLine.account,
        LedgerAccount.name,
        LedgerAccount.type,
        year,
        month,
    )
    query = (
        scope.select(JournalEntry, *columns, func.sum(JournalLine.amount_minor))
        .join(JournalLine, JournalLine.entry_id == JournalEntry.id)
        .join(LedgerAccount, LedgerAccount.code == JournalLine.account)
        .where(JournalEntry.effective_on.between(since, asked.until), LedgerAccount.type.in_(SECTIONS))
        .group_by(*columns)
    )
    found: dict[_Account, dict[tuple[int, int], int]] = defaultdict(lambda: defaultdict(int))
    for currency, code, name, type_, in_year, in_month, amount in db.session.execute(
        of_entries(scope, query, asked)
    ):
        own = int(amount) if type_ == "expense" else -int(amount)
        found[_Account(code, name, type_, currency)][int(in_year), int(in_month)] += own
    return found


def _of_currency(
    asked: Asked, since: date, months: Months, found: Mapping[_Account, Any], currency: str
) -> tuple[list[Row], Mapping[tuple[int, int], int]]:
    """The rows of one currency, and its net income by month."""
    rows: list[Row] = []
    net: dict[tuple[int, int], int] = defaultdict(int)
    for section, words in SECTIONS.items():
        mine = [account for account in found if account.type == section]
        if not mine:
            continue
        rows.append(Row({"account": Sentence(words)}, kind="heading"))
        together: dict[tuple[int, int], int] = defaultdict(int)
        for account in sorted(mine, key=lambda one: one.code):
            rows.append(_row(asked, since, months, account, found[account]))
            for month, amount in found[account].items():
                together[month] += amount
                net[month] += amount if section == "income" else -amount
        figures = _figures(together, months)
        rows.append(
            Row({"account": Sentence(SUMS[section]), **figures, "currency": currency}, kind="subtotal")
        )
    return rows, net


def _row(
    asked: Asked, since: date, months: Months, account: _Account, sums: Mapping[tuple[int, int], int]
) -> Row:
    more = carried(asked)
    opens = {
        _key(first): lines_within(account.code, account.currency, first, last, **more)
        for first, last in months
    }
    opens["amount"] = lines_within(account.code, account.currency, since, asked.until, **more)
    values = {"account": account_words(account.code, account.name), "currency": account.currency}
    return Row({**values, **_figures(sums, months)}, opens["amount"], opens=opens)


def _figures(sums: Mapping[tuple[int, int], int], months: Months) -> dict[str, Any]:
    by_month = {_key(first): sums.get((first.year, first.month), 0) for first, _last in months}
    return {**by_month, "amount": sum(sums.values())}


def _month(first: date) -> Sentence:
    return Sentence(N_("%(month)s/%(year)s"), {"month": f"{first:%m}", "year": str(first.year)})


def _key(first: date) -> str:
    return f"m{first:%Y%m}"


def _chart(found: Mapping[_Account, Mapping[tuple[int, int], int]], months: Months, currency: str) -> Chart:
    def of(section: str) -> Iterator[int]:
        for first, _last in months:
            month = (first.year, first.month)
            yield sum(sums.get(month, 0) for account, sums in found.items() if account.type == section)

    series = [Series(Sentence(words), list(of(section))) for section, words in SECTIONS.items()]
    labels = [first for first, _last in months]
    return Chart(Sentence(N_("Income and expenses by month")), labels, series, currency)
