"""What debits are expected in the coming days: of autopay, of planned payments, and what is on its way. Read-only.

Of a contract only the next debit is certain enough to be listed before its period: its announced amount, else what was
taken last; for contracts that never took anything, what the rules expect, as far as there are not too many of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from domain.access import Scope
from domain.reports import autopay
from models import Agreement, Autopay, AutopayDebit, Payment, db

DAYS = 30
MOST_FORESEEN = 60
"""For how many contracts the rules are asked what they would take."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day and currency: how many debits of autopay and planned payments, what they come to, and how many of them
    nobody can put a figure on yet."""

    on: date
    currency: str
    autopay: int
    autopay_minor: int
    unknown: int
    planned: int
    planned_minor: int

    @property
    def minor(self) -> int:
        return self.autopay_minor + self.planned_minor


@dataclass(frozen=True, slots=True)
class Forecast:
    """The coming days that have something, and the sums by currency."""

    first: date
    last: date
    days: Sequence[Day]
    sums: Sequence[tuple[str, int]]


def forecast(scope: Scope, on: date) -> Forecast:
    """The debits expected in the 30 days from a day on."""
    last = on + timedelta(days=DAYS - 1)
    found: dict[tuple[date, str], list[int]] = {}
    known = func.coalesce(AutopayDebit.amount_minor, Autopay.last_minor)
    ahead = (
        scope.select(Autopay, Autopay.next_debit_on, Agreement.currency, func.count(), func.sum(known),
                     func.count(known))
        .join(Agreement, Agreement.id == Autopay.agreement_id)
        .outerjoin(AutopayDebit, (AutopayDebit.autopay_id == Autopay.id) & (AutopayDebit.period == Autopay.next_period))
        .where(Autopay.state == "active", Autopay.next_debit_on.between(on, last))
        .group_by(Autopay.next_debit_on, Agreement.currency)
    )  # fmt: skip
    for day, currency, count, minor, told in db.session.execute(ahead):
        found[day, currency] = [count, int(minor or 0), count - told, 0, 0]
    for day, currency, minor in _expected(scope, on, last):
        at = found[day, currency]
        at[1], at[2] = at[1] + minor, at[2] - 1
    planned = (
        scope.select(Payment, Payment.scheduled_on, Payment.currency, func.count(),
                     func.sum(Payment.amount_minor + Payment.fee_minor))
        .where(Payment.state == "scheduled", Payment.scheduled_on <= last)
        .group_by(Payment.scheduled_on, Payment.currency)
    )  # fmt: skip
    for day, currency, count, minor in db.session.execute(planned):
        at = found.setdefault((max(day or on, on), currency), [0, 0, 0, 0, 0])
        at[3], at[4] = at[3] + count, at[4] + int(minor)
    days = [
        Day(day, code, one[0], one[1], one[2], one[3], one[4]) for (day, code), one in sorted(found.items())
    ]
    sums: dict[str, int] = {}
    for day in days:
        sums[day.currency] = sums.get(day.currency, 0) + day.minor
    return Forecast(on, last, days, sorted(sums.items()))


def _expected(scope: Scope, on: date, last: date) -> list[tuple[date, str, int]]:
    """(day, currency, amount) of next debits that nobody was told of yet and whose contract never took anything."""
    query = (
        scope.select(Autopay, Autopay.ref, Autopay.person_id, Autopay.next_debit_on, Agreement.currency)
        .join(Agreement, Agreement.id == Autopay.agreement_id)
        .outerjoin(AutopayDebit, (AutopayDebit.autopay_id == Autopay.id) & (AutopayDebit.period == Autopay.next_period))
        .where(Autopay.state == "active", Autopay.next_debit_on.between(on, last))
        .where(AutopayDebit.amount_minor.is_(None), Autopay.last_minor.is_(None))
        .order_by(Autopay.next_debit_on, Autopay.id)
        .limit(MOST_FORESEEN)
    )  # fmt: skip
    found = []
    for ref, person_id, day, currency in db.session.execute(query):
        told = autopay.told(Scope("customer", scope.user_id, person_id), ref, on)
        first = next((one for one in told.debits if one.debit_on == day), None) if told else None
        if first is not None and first.taken and first.amount_minor is not None:
            found.append((day, currency, first.amount_minor))
    return found


def running(scope: Scope) -> int:
    """How many contracts run."""
    found = select(func.count()).select_from(
        scope.select(Autopay, Autopay.id).where(Autopay.state == "active").subquery()
    )
    return db.session.scalar(found) or 0
