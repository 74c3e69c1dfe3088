"""What a lease answers by itself: its quote in its forms, what a purchase posts, when it is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.kinds import lease_to_own
from domain.kinds.base import OpenCharge, Position
from domain.rules.allocation import RENT_FIRST
from domain.rules.lease import BuyoutRule, LeaseTerms

FIRST = date(2026, 1, 1)
ON = date(2026, 4, 10)
TERMS = LeaseTerms(
    80_000, 10_000, 12, "monthly", FIRST, FIRST, tax_percent=Decimal("6.25"), buyout=BuyoutRule("discount", Decimal(40))
)  # fmt: skip
FORMS = {
    "discount": TERMS,
    "share": replace(TERMS, buyout=BuyoutRule("share", Decimal(55))),
    "cash": replace(TERMS, same_as_cash_days=120, cash_price_minor=30_000),
    "deposit": replace(TERMS, deposit_minor=15_000),
}


def contract(terms: LeaseTerms) -> lease_to_own.Contract:
    return lease_to_own.Contract(terms, RENT_FIRST, None)


def position(*left: int, credit: int = 0, fee: int = 0) -> Position:
    open_ = [
        OpenCharge(number, "lease.payment", date(2026, number, 1), amount, "lease")
        for number, amount in enumerate(left, 1)
        if amount
    ]
    if fee:
        open_.append(OpenCharge(99, "late_fee", ON, fee, "late_fee"))
    return Position(0, 0, tuple(open_), credit, 0, FIRST, billed_through=ON)


@settings(max_examples=80)
@given(
    st.sampled_from(sorted(FORMS)), st.lists(st.integers(0, 10_625), min_size=4, max_size=4), st.integers(0, 5_000),
    st.integers(0, 4_000),
)  # fmt: skip
def test_what_is_open_after_a_purchase_is_the_quote_the_deposit_and_the_credit(
    form, left, credit, fee
) -> None:
    at = position(*left, credit=credit, fee=fee)
    terms = contract(FORMS[form])
    quote, closing = lease_to_own.close(terms, at, ON), lease_to_own.closing(terms, at, ON, "key")
    price = closing.charge.amount_minor if closing.charge else 0
    lowered = sum(amount for _, amount in closing.lowered)
    if quote.total_minor:
        assert at.fees_minor + price - lowered == quote.total_minor + closing.deposit_minor + credit
    assert all(0 < amount <= charge.open_minor for charge, amount in closing.lowered)


def test_a_purchase_before_anything_is_owed_takes_forty_percent_off_what_is_not_due_yet() -> None:
    # Eight of twelve payments of 100.00 are not due: 800.00 less 40 % = 480.00, + 6.25 % tax = 510.00.
    assert lease_to_own.close(contract(TERMS), position(), ON).total_minor == 51_000


def test_a_deposit_that_was_never_paid_is_not_taken_off_and_not_asked_for_any_more() -> None:
    waiting = OpenCharge(50, "deposit", FIRST, 15_000, "deposit")
    at = replace(position(), charges=(waiting,))
    quote = lease_to_own.close(contract(FORMS["deposit"]), at, ON)
    assert (quote.total_minor, quote.credit_minor) == (51_000, 0)
    closing = lease_to_own.closing(contract(FORMS["deposit"]), at, ON, "key")
    assert closing.lowered == ((waiting, 15_000),)
    assert closing.charge.amount_minor == 51_000


def test_a_charge_that_falls_due_after_the_day_is_no_part_of_the_price_and_stays_owed() -> None:
    # The price of 510.00 as above; 35.00 are charged while the money is on its way.
    later = OpenCharge(60, "added", date(2026, 4, 12), 3_500, "one_off")
    at = replace(position(10_000), charges=(*position(10_000).charges, later))
    quote, closing = (
        lease_to_own.close(contract(TERMS), at, ON),
        lease_to_own.closing(contract(TERMS), at, ON, "key"),
    )
    assert quote.total_minor == lease_to_own.close(contract(TERMS), position(10_000), ON).total_minor
    assert "35.00 USD" in str(quote.trace.steps[-1].sentence)
    assert later.id not in [charge.id for charge, _ in closing.lowered]
    assert closing.charge.amount_minor + 10_000 == quote.total_minor
    assert lease_to_own.close(contract(TERMS), at, date(2026, 4, 12)).total_minor == quote.total_minor + 3_500


def test_a_payment_billed_after_the_day_is_not_asked_for_beside_the_price() -> None:
    may = OpenCharge(61, "lease.payment", date(2026, 5, 1), 10_625, "lease")
    at = replace(position(), charges=(may,), billed_through=date(2026, 5, 2))
    closing = lease_to_own.closing(contract(TERMS), at, ON, "key")
    assert closing.lowered == ((may, 10_625),)
    assert closing.charge.amount_minor == 51_000


def test_goods_that_were_bought_say_what_they_cost_and_since_when_they_are_the_customers() -> None:
    # Four payments of 106.25 = 425.00 and the price of 510.00.
    bought = lease_to_own.closing(contract(TERMS), position(), ON, "key").bought
    theirs = replace(contract(TERMS), ended_on=ON, bought=bought)
    [paid] = lease_to_own.figures(theirs, position(), ON)
    assert (paid.name, paid.amount_minor) == ("paid", 42_500 + 51_000)
    assert sum(step.amount_minor for step in paid.trace.steps) == paid.amount_minor
    facts = dict(lease_to_own.facts(theirs))
    assert "Yours on" not in facts
    assert facts["Yours since"] == ON
    at = lease_to_own.progress(theirs, position(fee=500), ON)
    assert (at.percent, [words.msgid for words in at.words]) == (100, ["Yours since %(day)s"])


def test_goods_that_came_back_are_nobodys_on_no_day() -> None:
    facts = dict(lease_to_own.facts(replace(contract(TERMS), ended_on=ON)))
    assert "Yours on" not in facts
    assert facts["Ended"] == ON


def test_a_lease_that_still_owes_is_never_over() -> None:
    ended = replace(contract(TERMS), ended_on=ON)
    assert lease_to_own.finished(ended, position())
    assert not lease_to_own.finished(ended, position(0, 0, 0, 1))
    assert not lease_to_own.finished(ended, position(fee=1))
    assert not lease_to_own.finished(contract(TERMS), position())


def test_a_lease_that_ended_has_nothing_to_buy() -> None:
    assert lease_to_own.closing(replace(contract(TERMS), ended_on=ON), position(5), ON, "key") is None


def test_goods_that_came_back_while_something_is_owed_are_not_told_to_be_paid() -> None:
    ended = replace(contract(TERMS), ended_on=ON)
    assert lease_to_own.progress(ended, position(5_000), ON).whole_minor == 0
    assert lease_to_own.progress(ended, position(), ON).percent == 100


def test_an_agreement_without_terms_is_told() -> None:
    agreement = type("A", (), {"terms": None, "number": "X-1", "ended_on": None})()
    with pytest.raises(LookupError, match="X-1"):
        lease_to_own.read(agreement)
