"""Whatever the terms and whoever pays what and when: nothing is lost, nothing is owed below zero, the end is zero."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from domain.kinds import loan
from domain.kinds.base import Application, OpenCharge, Position
from domain.kinds.loan import Contract
from domain.rules.calendar import due_dates
from domain.rules.day_count import CONVENTIONS
from domain.rules.money import MODES
from domain.rules.schedule import LoanTerms, loan_schedule
from domain.words import Refused, Trace
from tests.fixtures.torture import torturing

EXAMPLES = 2_000 if torturing() else 100
WATERFALLS = (("interest", "principal", "fees"), ("fees", "interest", "principal"))
calm = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    phases=(
        Phase.explicit,
        Phase.reuse,
        Phase.generate,
    ),  # the terms print whole; shrinking them takes minutes
)


@st.composite
def contracts(draw: st.DrawFn) -> Contract:
    start = draw(st.dates(date(2019, 1, 1), date(2027, 12, 31)))
    frequency = draw(
        st.sampled_from(("weekly", "biweekly", "every-4-weeks", "monthly", "quarterly", "every-10-days"))
    )
    principal = draw(st.integers(100, 5_000_000))
    terms = LoanTerms(
        principal_minor=principal,
        annual_rate_percent=Decimal(draw(st.integers(0, 4_000))).scaleb(-2),
        count=draw(st.integers(1, 40)),
        frequency=frequency,
        start_on=start,
        first_due_on=start + timedelta(days=draw(st.integers(1, 45))),
        interest=draw(st.sampled_from(("daily", "period", "flat"))),
        day_count=draw(st.sampled_from(CONVENTIONS)),
        rounding=draw(st.sampled_from(tuple(MODES))),
        payment_rounding=draw(st.sampled_from(tuple(MODES))),
        balloon_minor=draw(st.sampled_from((0, 0, principal // 3))),
    )
    try:
        loan_schedule(terms)
    except Refused:
        assume(False)
    return Contract(terms, draw(st.sampled_from(WATERFALLS)), terms.currency)


def opening(contract: Contract, charges: tuple[OpenCharge, ...] = (), credit: int = 0) -> Position:
    return Position(contract.terms.principal_minor, 0, charges, credit, 0, contract.terms.start_on)


def total(trace: Trace) -> int:
    return sum(step.amount_minor or 0 for step in trace.steps)


def check_sound(before: Position, applied: Application, amount: int) -> None:
    """What must hold for every payment whatsoever."""
    after, by_bucket = applied.after, dict.fromkeys(("interest", "principal", "fees", "credit"), 0)
    for part in applied.parts:
        by_bucket[part.bucket] += part.amount_minor
        assert part.amount_minor > 0 or part.bucket == "credit"
        assert (part.charge_id is not None) == (part.bucket == "fees")
    assert sum(by_bucket.values()) == amount == total(applied.trace)
    assert applied.accrual_minor >= 0
    assert total(applied.accrual_trace) == applied.accrual_minor
    assert after.principal_minor == before.principal_minor - by_bucket["principal"] >= 0
    assert after.interest_minor == before.interest_minor + applied.accrual_minor - by_bucket["interest"] >= 0
    assert after.fees_minor == before.fees_minor - by_bucket["fees"] >= 0
    assert after.credit_minor == before.credit_minor + by_bucket["credit"] >= 0
    assert all(charge.open_minor > 0 for charge in after.charges)
    numbered = sum(part.amount_minor for part in applied.parts if part.installment_number is not None)
    assert applied.met_minor == numbered == after.met_minor - before.met_minor
    assert after.interest_from >= before.interest_from


def possible(terms: LoanTerms) -> bool:
    """Whether a schedule can be made of the terms: a payment that never covers its interest is refused."""
    try:
        return bool(loan_schedule(terms).rows)
    except Refused:
        return False


@pytest.mark.safety("M21")
@calm
@given(st.data(), contracts())
def test_any_payments_on_any_days_are_spent_to_the_cent(data, contract) -> None:
    charges = tuple(
        OpenCharge(
            number,
            "nsf",
            contract.terms.start_on + timedelta(days=data.draw(st.integers(0, 90))),
            100 * number,
        )
        for number in range(1, data.draw(st.integers(1, 4)))
    )
    position = opening(contract, charges, data.draw(st.sampled_from((0, 0, 50, 10**7))))
    on = contract.terms.start_on
    for _ in range(data.draw(st.integers(1, 6))):
        on += timedelta(days=data.draw(st.integers(0, 120)))
        amount = data.draw(st.integers(1, 2 * contract.terms.principal_minor))
        applied = loan.apply(contract, position, amount, on)
        check_sound(position, applied, amount)
        position = applied.after
        due = loan.due(contract, position, on)
        plan = loan.schedule(contract, position, on)
        assert all(
            row.open_minor >= 0 and row.interest_minor >= 0 and row.principal_minor >= 0 for row in plan
        )
        assert due.now_minor >= 0
        owed = position.principal_minor + sum(row.interest_minor for row in plan if row.open_minor)
        assert sum(row.open_minor for row in plan) == owed


@calm
@given(st.data(), contracts())
def test_paying_the_quote_ends_the_loan_at_zero(data, contract) -> None:
    position = opening(contract)
    on = contract.terms.start_on
    for _ in range(data.draw(st.integers(0, 3))):
        on += timedelta(days=data.draw(st.integers(0, 60)))
        position = loan.apply(
            contract, position, data.draw(st.integers(1, contract.terms.principal_minor)), on
        ).after
    on += timedelta(days=data.draw(st.integers(0, 60)))
    credit = data.draw(st.sampled_from((0, 0, 1, 700)))
    fee = (OpenCharge(9, "nsf", on, 2_500),) if data.draw(st.booleans()) else ()
    position = Position(
        position.principal_minor, position.interest_minor, (*position.charges, *fee), position.credit_minor + credit,
        position.met_minor, position.interest_from,
    )  # fmt: skip
    quote = loan.close(contract, position, on)
    parts = quote.principal_minor + quote.interest_minor + quote.fees_minor - quote.credit_minor
    assert quote.total_minor == parts == total(quote.trace)
    if not quote.total_minor:
        return
    applied = loan.apply(contract, position, quote.total_minor, on)
    check_sound(position, applied, quote.total_minor)
    after = applied.after
    assert (after.principal_minor, after.interest_minor, after.fees_minor, after.credit_minor) == (0, 0, 0, 0)
    assert loan.close(contract, after, on + timedelta(days=400)).total_minor == 0
    assert loan.due(contract, after, on + timedelta(days=400)).left == 0


@calm
@given(st.data(), contracts())
def test_one_cent_less_than_the_quote_leaves_one_cent_where_interest_runs_by_the_day(data, contract) -> None:
    """By the period it may leave more: what is paid ahead of its due day carries that whole period's interest."""
    contract = replace(contract, terms=replace(contract.terms, interest="daily"))
    assume(possible(contract.terms))
    position = opening(contract)
    on = contract.terms.start_on + timedelta(days=data.draw(st.integers(0, 200)))
    quote = loan.close(contract, position, on)
    assume(quote.total_minor > 1)
    after = loan.apply(contract, position, quote.total_minor - 1, on).after
    assert loan.close(contract, after, on).total_minor == 1


@calm
@given(contracts())
def test_paying_each_installment_on_its_day_ends_at_zero_with_what_the_contract_said(contract) -> None:
    plan = loan_schedule(contract.terms)
    # A row that pays no principal carries interest on; the contract keeps its fraction, the books post whole cents.
    assume(all(row.principal_minor for row in plan.rows))
    position, paid = opening(contract), 0
    for row in plan.rows:
        due = loan.due(contract, position, row.due_on)
        assert (due.past_due_minor, due.today_minor) == (0, row.payment_minor)
        applied = loan.apply(contract, position, row.payment_minor, row.due_on) if row.payment_minor else None
        if applied is None:
            continue
        check_sound(position, applied, row.payment_minor)
        position, paid = applied.after, paid + row.payment_minor
    assert (position.principal_minor, position.interest_minor, position.credit_minor) == (0, 0, 0)
    assert paid == plan.total_minor


@calm
@given(contracts(), st.integers(0, 30))
def test_the_plan_of_an_untouched_loan_is_its_contract(contract, days) -> None:
    rows = loan_schedule(contract.terms).rows
    assume(all(row.principal_minor for row in rows))  # as above: a fraction of interest carried on
    plan = loan.schedule(contract, opening(contract), contract.terms.start_on)
    assert [row.due_on for row in plan] == [row.due_on for row in rows]
    dates = due_dates(contract.terms.frequency, contract.terms.first_due_on, contract.terms.count)
    assert [row.due_on for row in plan] == list(dates)[: len(plan)]
    assert [row.amount_minor for row in plan] == [row.payment_minor for row in rows]
    late = loan.due(contract, opening(contract), rows[-1].due_on + timedelta(days=days))
    assert late.now_minor == late.past_due_minor + late.today_minor
    assert 0 < late.left <= len(rows)
