"""What the portfolio report is made of: each agreement's balance, rate and term, and what a group earned and lost.

Verbs: `facts` by agreement as of a day; `earned` by currency, kind and branch in the twelve months through it, and
`earned_by_agreement`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from domain.access import Scope
from domain.kinds import kind_of, loan
from domain.records.accounts import (
    CHARGE_OFF,
    CREDIT_LINE,
    FEE_INCOME,
    INTEREST_INCOME,
    LOAN_PRINCIPAL,
    RECOVERIES,
)
from domain.reports.as_of_rows import balances, who
from domain.rules.calendar import add_months, anchors_for, parse_frequency
from domain.rules.money import round_ratio
from domain.rules.recurrence import nth_day
from domain.rules.rent_terms import FOREVER
from models import Agreement, JournalEntry, JournalLine, db

CHUNK = 500
PRINCIPAL = (LOAN_PRINCIPAL, CREDIT_LINE)
EARNED = (INTEREST_INCOME, FEE_INCOME)
_MONTH = Fraction(1461, 48)
"""Days of an average month."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One agreement: amounts in minor units; `rate` in percent a year and `months` left, None where it has none."""

    kind: str
    branch: str
    currency: str
    balance_minor: int
    principal_minor: int
    rate: Decimal | None
    months: Fraction | None


@dataclass(frozen=True, slots=True)
class Earned:
    """What a group earned, lost and got back in twelve months, and its average daily principal; minor units."""

    earned_minor: int = 0
    lost_minor: int = 0
    recovered_minor: int = 0
    average_minor: int = 0

    @property
    def told(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.earned_minor or self.lost_minor or self.recovered_minor)

    @classmethod
    def of(cls, parts: Sequence[Earned]) -> Earned:
        """Several groups of one currency as one."""
        return cls(
            sum(one.earned_minor for one in parts), sum(one.lost_minor for one in parts),
            sum(one.recovered_minor for one in parts), sum(one.average_minor for one in parts),
        )  # fmt: skip


def year_before(on: date) -> date:
    """The first of the twelve months through a day."""
    return add_months(on, -12) + timedelta(days=1)


def facts(
    scope: Scope, on: date, *, today: date, agreements: Select[Any], also: Collection[int] = ()
) -> dict[int, Fact]:
    """Agreement id -> its figures as of a day: of those that owe something or keep credit, and those of `also`."""
    moved = balances(who(scope, agreements), on, kept=on >= today)
    owing = sorted({*also, *(key for key, accounts in moved.items() if sum(accounts.values()))})
    found: dict[int, Fact] = {}
    for first in range(0, len(owing), CHUNK):
        rows = db.session.scalars(
            select(Agreement)
            .where(Agreement.id.in_(owing[first : first + CHUNK]))
            .options(joinedload(Agreement.loan))
        )
        for row in rows.unique():
            kept = moved.get(row.id, {})
            found[row.id] = Fact(
                row.kind, row.branch, row.currency, sum(kept.values()),
                sum(kept.get(account, 0) for account in PRINCIPAL), _rate(row), _months(row, on),
            )  # fmt: skip
    return found


def _rate(row: Agreement) -> Decimal | None:
    """The yearly rate as it stands now: of a loan by its latest change, of a credit line by its terms."""
    terms = kind_of(row.kind).read(row)
    if row.loan is not None:
        latest = terms.revisions[-1].terms if terms.revisions else terms.terms
        return Decimal(latest.annual_rate_percent)
    rate = getattr(terms.terms, "annual_rate_percent", None)
    return None if rate is None else Decimal(rate)


def _months(row: Agreement, on: date) -> Fraction | None:
    """Months from a day to the last due day by the contract; None without an end."""
    last = row.ended_on or row.ends_on
    if row.loan is not None:
        contract = loan.read(row)
        plain = not contract.revisions and not contract.terms.skip_months
        last = _matures_on(row) if plain else contract.plan.rows[-1].due_on
    elif last is not None:
        # A lease may go on from month to month after its last day.
        last = getattr(kind_of(row.kind).read(row), "last_on", last)
    return None if last is None or last >= FOREVER else Fraction(max((last - on).days, 0)) / _MONTH


def _matures_on(row: Agreement) -> date:
    """The last due day of a loan without changes, by arithmetic: its schedule need not be made."""
    kept = row.loan
    assert kept is not None
    frequency = parse_frequency(kept.frequency)
    days = tuple(int(day) for day in kept.anchor_days.split(",")) if kept.anchor_days else None
    return nth_day(frequency, kept.first_due_on, anchors_for(frequency, kept.first_due_on, days), kept.count)


def earned(scope: Scope, on: date, *, agreements: Select[Any]) -> dict[tuple[str, str, str], Earned]:
    """(currency, kind, branch) -> what the year through a day brought and cost."""
    since = year_before(on)
    days = (on - since).days + 1
    by_account: dict[tuple[str, str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    standing: dict[tuple[str, str, str], int] = defaultdict(int)
    within = _lines(scope, agreements).where(JournalEntry.effective_on.between(since, on))
    for currency, kind, branch, account, day, amount in db.session.execute(within):
        by_account[currency, kind, branch][account] += int(amount)
        if account in PRINCIPAL:
            standing[currency, kind, branch] += int(amount) * ((on - day).days + 1)
    before = _sums(scope, agreements).where(JournalEntry.effective_on < since)
    for currency, kind, branch, amount in db.session.execute(before):
        standing[currency, kind, branch] += int(amount) * days
    return {
        key: Earned(
            -sum(by_account[key][account] for account in EARNED), by_account[key][CHARGE_OFF],
            -by_account[key][RECOVERIES], max(round_ratio(standing[key], days), 0),
        )
        for key in {*by_account, *standing}
    }  # fmt: skip


def earned_by_agreement(scope: Scope, on: date, *, agreements: Select[Any]) -> dict[int, Earned]:
    """Agreement id -> what the year through a day brought and cost on it, without averages."""
    accounts = (*EARNED, CHARGE_OFF, RECOVERIES)
    query = _of(scope, agreements, (Agreement.id, JournalLine.account)).where(
        JournalLine.account.in_(accounts), JournalEntry.effective_on.between(year_before(on), on)
    )
    found: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for key, account, amount in db.session.execute(query):
        found[key][account] = int(amount)
    return {
        key: Earned(-sum(one[account] for account in EARNED), one[CHARGE_OFF], -one[RECOVERIES])
        for key, one in found.items()
    }


def _lines(scope: Scope, agreements: Select[Any]) -> Select[Any]:
    columns = (
        Agreement.currency, Agreement.kind, Agreement.branch, JournalLine.account, JournalEntry.effective_on,
    )  # fmt: skip
    accounts = (*PRINCIPAL, *EARNED, CHARGE_OFF, RECOVERIES)
    return _of(scope, agreements, columns).where(JournalLine.account.in_(accounts))


def _sums(scope: Scope, agreements: Select[Any]) -> Select[Any]:
    columns = (Agreement.currency, Agreement.kind, Agreement.branch)
    return _of(scope, agreements, columns).where(JournalLine.account.in_(PRINCIPAL))


def _of(scope: Scope, agreements: Select[Any], columns: tuple[Any, ...]) -> Select[Any]:
    return (
        scope.select(JournalEntry, *columns, func.sum(JournalLine.amount_minor))
        .join(JournalLine, JournalLine.entry_id == JournalEntry.id)
        .join(Agreement, Agreement.id == JournalEntry.agreement_id)
        .where(Agreement.id.in_(agreements))
        .group_by(*columns)
    )
