"""What each kind offers to a payer, and that the three ways of more money do what is told of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.kinds import loan
from domain.kinds.loan_what_if import extras, set_anew
from domain.kinds.offers import check_extra, offers_of
from domain.rules.schedule import LoanTerms
from domain.words import Refused
from tests.domain.kinds.samples import BY_PERIOD, CAR, contract, new

AUTO = LoanTerms(1_850_000, Decimal("9.9"), 60, "monthly", date(2026, 1, 15), date(2026, 2, 15))
DUE = date(2026, 2, 15)


def offered(terms: LoanTerms, position, on: date) -> dict[str, int]:
    choices = offers_of("loan").choices(contract(terms), position, on)
    return {choice.name: choice.amount_minor for choice in choices}


def test_a_loan_offers_what_is_due_what_is_past_due_the_next_payment_and_the_payoff() -> None:
    late = offered(AUTO, new(AUTO), date(2026, 3, 15))
    assert list(late) == ["due", "past", "oldest", "next", "payoff"]
    assert late["past"] == late["oldest"] == 39_216
    assert late["next"] == late["due"] + 39_216
    assert offered(AUTO, new(AUTO), date(2026, 2, 1)).keys() == {"next", "payoff"}


def test_the_choice_of_the_next_payment_pays_it_ahead_and_not_principal() -> None:
    choices = offers_of("loan").choices(contract(AUTO), new(AUTO), DUE)
    wanted = next(choice for choice in choices if choice.name == "next")
    after = loan.apply(contract(AUTO), new(AUTO), wanted.amount_minor, DUE, extra=wanted.extra).after
    assert loan.due(contract(AUTO), after, DUE).next_on == date(2026, 4, 15)


def test_the_three_ways_differ_as_they_say() -> None:
    """2,000 above the installment due: sooner saves most, smaller keeps the last day, ahead keeps the payment too."""
    ways = {way.name: way for way in extras(contract(AUTO), new(AUTO), 39_216 + 200_000, DUE)}
    assert list(ways) == ["shorter", "smaller", "ahead"]
    ends = date(2031, 1, 15)
    assert ways["shorter"].ends_on < ends == ways["smaller"].ends_on == ways["ahead"].ends_on
    assert (
        ways["smaller"].payment_minor < 39_216 == ways["shorter"].payment_minor == ways["ahead"].payment_minor
    )
    assert ways["shorter"].saved_minor > ways["smaller"].saved_minor > ways["ahead"].saved_minor == 0


@pytest.mark.parametrize("amount", [1, 39_216])
def test_nothing_is_asked_about_money_that_is_not_above_what_is_due(amount) -> None:
    assert extras(contract(AUTO), new(AUTO), amount, DUE) == ()


def test_nothing_is_asked_where_the_payment_ends_the_loan() -> None:
    total = loan.close(contract(AUTO), new(AUTO), DUE).total_minor
    assert extras(contract(AUTO), new(AUTO), total, DUE) == ()


def test_a_wish_that_the_kind_does_not_know_is_refused() -> None:
    for name, extra in (("rental", "smaller"), ("loan", "sooner")):
        with pytest.raises(Refused) as refused:
            check_extra(name, extra)
        assert refused.value.field == "extra"
    for name in ("loan", "rental", "lease_to_own", "credit_line"):
        check_extra(name, "shorter")


@settings(deadline=None, max_examples=30)
@given(
    st.sampled_from((AUTO, replace(AUTO, interest="daily", day_count="actual/365"), CAR, BY_PERIOD)),
    st.integers(1, 900_000),
    st.integers(0, 120),
)
def test_interest_told_for_each_way_is_what_the_plan_after_the_payment_holds(terms, amount, later) -> None:
    on, position = terms.start_on + timedelta(days=later), new(terms)
    for way in extras(contract(terms), position, amount, on):
        after, agreed = (
            loan.apply(contract(terms), position, amount, on, extra=way.name).after,
            contract(terms),
        )
        if way.name == "smaller":
            agreed = replace(agreed, revisions=(set_anew(agreed, after, on),))
        rows = [row for row in loan.schedule(agreed, after, on) if row.open_minor]
        assert (rows[-1].due_on, sum(row.interest_minor for row in rows)) == (way.ends_on, way.interest_minor)
