"""A loan computed a second time, slowly and by the definitions: the witness against `domain.rules.schedule`.

Fractions throughout, one row after the other, nothing shared with the code it checks but due dates, day counts and the
rounding of one number. `agrees` compares every row of a schedule and what must hold for any of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from hypothesis import strategies as st

from domain.rules.calendar import due_dates, is_one_period, kept_anchors, periods_per_year
from domain.rules.day_count import CONVENTIONS, year_fraction
from domain.rules.money import MODES, round_minor
from domain.rules.schedule import LoanTerms, Schedule, loan_schedule
from domain.words import Refused

FREQUENCIES = (
    "weekly", "biweekly", "every-4-weeks", "semimonthly", "monthly", "quarterly", "yearly", "every-10-days",
)  # fmt: skip


@st.composite
def any_terms(draw: st.DrawFn) -> LoanTerms:
    """Terms of every kind; some make no sense, and `made` gives None for them."""
    start = draw(st.dates(date(2000, 1, 1), date(2060, 12, 31)))
    principal, count = draw(st.integers(10_000, 50_000_000)), draw(st.integers(1, 72))
    interest = draw(st.sampled_from(("period", "daily", "flat")))
    paused = interest != "flat" and draw(st.booleans())
    usual = principal // count + 1
    steps = draw(st.dictionaries(st.integers(1, count), st.integers(usual, 4 * usual), max_size=3))
    frequency = draw(st.sampled_from(FREQUENCIES))
    first = start + timedelta(days=draw(st.integers(1, 70)))
    if draw(st.booleans()) and frequency != "semimonthly":
        first = due_dates(frequency, start, 2)[1]
    return LoanTerms(
        principal_minor=principal,
        annual_rate_percent=draw(st.decimals(Decimal(0), Decimal(45), places=3)),
        count=count,
        frequency=frequency,
        start_on=start,
        first_due_on=first,
        interest=interest,
        day_count=draw(st.sampled_from(CONVENTIONS)),
        rounding=draw(st.sampled_from(MODES)),
        payment_rounding=draw(st.sampled_from(MODES)),
        payment_unit_minor=draw(st.sampled_from((1, 1, 5, 100))),
        balloon_minor=draw(st.sampled_from((0, 0, 0, principal // 4))),
        last=draw(st.sampled_from(("absorb", "absorb", "equal", "interest"))),
        skip_months=tuple(sorted(draw(st.sets(st.integers(1, 12), max_size=5)))) if paused else (),
        interest_only=draw(st.integers(0, min(3, count - 1))) if paused else 0,
        steps=tuple(sorted(steps.items())) if draw(st.booleans()) else (),
        carried_minor=draw(st.sampled_from((0, 0, 0, principal // 50))),
    )


def made(wanted: LoanTerms) -> Schedule | None:
    try:
        return loan_schedule(wanted)
    except Refused:
        return None


@dataclass
class _Loan:
    """What is owed while the naive loan runs: principal, interest not rounded, and what was paid of it."""

    balance: int
    carried: Fraction
    paid: int = 0

    def clear(self) -> None:
        self.carried, self.paid = Fraction(0), 0


def naive_rows(asked: LoanTerms, payment: int) -> list[tuple[int, int, int, int]]:
    """Payment, interest, principal and balance of every row."""
    anchors = kept_anchors(asked.frequency, asked.start_on, asked.first_due_on, asked.anchor_days)
    dues = due_dates(asked.frequency, asked.first_due_on, asked.count, anchors)
    pays = [
        index
        for index, due in enumerate(dues)
        if index >= asked.interest_only and due.month not in asked.skip_months
    ]
    dues = dues[: pays[-1] + 1]
    factors = [
        _factor(asked, start, due, number == 0, anchors)
        for number, (start, due) in enumerate(pairwise([asked.start_on, *dues]))
    ]
    flat = _flat(asked, factors) if asked.interest == "flat" else None
    now, rows = _Loan(asked.principal_minor, Fraction(asked.carried_minor)), []
    for index, due in enumerate(dues):
        agreed = max(
            [(number, amount) for number, amount in asked.steps if number <= index + 1], default=(0, payment)
        )[1]
        now.carried += flat[index] if flat else max(now.balance, 0) * factors[index]
        interest = round_minor(now.carried, asked.rounding) - now.paid
        if due == dues[-1]:
            rows.append(_last_row(asked, now.balance, interest, agreed))
            return rows
        if due.month in asked.skip_months or index < asked.interest_only:
            agreed = 0 if due.month in asked.skip_months else interest
        if agreed < interest or not agreed:
            now.paid += agreed
            rows.append((agreed, agreed, 0, now.balance))
            continue
        principal = agreed - interest
        if principal >= now.balance and asked.last != "equal" and not flat:
            rows.append((now.balance + interest, interest, now.balance, 0))
            return rows
        if flat:
            principal = min(principal, now.balance)
        now.balance -= principal
        now.clear()
        rows.append((interest + principal, interest, principal, now.balance))
    return rows


def _factor(asked: LoanTerms, start: date, due: date, first: bool, anchors: object) -> Fraction:
    """A period's interest on one unit of principal."""
    yearly = Fraction(asked.annual_rate_percent) / 100
    whole = not first or is_one_period(asked.frequency, start, due, anchors)  # type: ignore[arg-type]
    if asked.interest != "daily" and whole:
        return yearly / periods_per_year(asked.frequency)
    months = asked.frequency in ("semimonthly", "monthly", "quarterly", "yearly")
    if asked.day_count == "30/360" and months and whole:  # a whole month is 30 days, in February too
        return yearly / periods_per_year(asked.frequency)
    return yearly * year_fraction(start, due, asked.day_count)


def _flat(asked: LoanTerms, factors: list[Fraction]) -> list[int]:
    """Flat interest row by row: each rounded, the last takes what is left of the rounded total."""
    each = [round_minor(asked.principal_minor * factor, asked.rounding) for factor in factors]
    total = round_minor(asked.principal_minor * sum(factors), asked.rounding)
    if total - sum(each[:-1]) >= 0:
        return [*each[:-1], total - sum(each[:-1])]
    so_far = [
        round_minor(asked.principal_minor * sum(factors[: n + 1]), asked.rounding)
        for n in range(len(factors))
    ]
    return [so_far[0], *(later - earlier for earlier, later in pairwise(so_far))]


def _last_row(asked: LoanTerms, balance: int, interest: int, agreed: int) -> tuple[int, int, int, int]:
    if asked.last == "absorb":
        return balance + interest, interest, balance, 0
    payment = agreed + asked.balloon_minor
    if asked.last == "interest":
        return payment, payment - balance, balance, 0
    principal = max(payment - interest, 0)
    return payment, payment - principal, principal, balance - principal


def textbook_payment(asked: LoanTerms) -> Fraction | None:
    """P i / (1 - (1 + i)^-n) where all periods are alike and nothing else was agreed on."""
    odd = not is_one_period(asked.frequency, asked.start_on, asked.first_due_on)
    if (
        asked.interest != "period"
        or odd
        or asked.balloon_minor
        or asked.carried_minor
        or asked.skip_months
        or asked.interest_only
    ):
        return None
    rate = Fraction(asked.annual_rate_percent) / 100 / periods_per_year(asked.frequency)
    if not rate:
        return Fraction(asked.principal_minor, asked.count)
    return asked.principal_minor * rate / (1 - (1 + rate) ** -asked.count)


def agrees(schedule: Schedule) -> None:
    """Assert that a schedule is the naive one, and what must hold for every schedule."""
    asked, rows = schedule.plan.terms, schedule.rows
    found = [(row.payment_minor, row.interest_minor, row.principal_minor, row.balance_minor) for row in rows]
    assert found == naive_rows(asked, schedule.payment_minor)
    assert sum(row.principal_minor for row in rows) == asked.principal_minor - schedule.remainder_minor
    assert asked.last == "equal" or rows[-1].balance_minor == schedule.remainder_minor == 0
    if asked.last != "equal":
        assert all(amount >= 0 for row in found for amount in row)
    exact = textbook_payment(asked)
    if exact is not None and not asked.steps:
        assert schedule.payment_minor == asked.payment_unit_minor * round_minor(
            exact / asked.payment_unit_minor, asked.payment_rounding
        )
        level = [row.interest_minor for row in (rows[:-1] if asked.last == "interest" else rows)]
        assert all(earlier >= later for earlier, later in pairwise(level))
