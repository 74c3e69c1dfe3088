"""Changes of a rental's terms: nothing before the day changes, and differences add up to what the new terms ask."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.rules.rent import RentLine, RentTerms, charges
from domain.rules.rent_changes import (
    concession_given,
    last_day,
    line_ended,
    new_amount,
    new_line,
    repriced,
)
from domain.rules.rent_terms import Concession
from domain.words import Refused

START = date(2026, 1, 1)
TERMS = RentTerms(START, due_day=1, lines=(RentLine("rent", "Rent", 120_000),))
days = st.integers(0, 700).map(lambda count: START + timedelta(days=count))


def total(terms: RentTerms, through: date) -> int:
    return sum(charge.amount_minor for charge in charges(terms, through))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(days, st.integers(1, 300_000)), min_size=1, max_size=4), days)
def test_differences_of_any_raises_add_up_to_what_the_terms_ask_now(raises, through):
    before, booked = TERMS, total(TERMS, through)
    for from_on, amount in raises:
        try:
            after = new_amount(before, "Rent", amount, from_on).terms
        except Refused:
            continue
        found = repriced(charges(before, through), charges(after, through))
        assert all(one.charge.period_to >= from_on for one in found)
        booked += sum(one.more_minor for one in found)
        assert booked == total(after, through)
        before = after


def test_a_raise_that_was_agreed_for_later_stays():
    later = new_amount(TERMS, "Rent", 140_000, date(2026, 6, 1)).terms
    both = new_amount(later, "rent", 130_000, date(2026, 3, 1)).terms
    assert [charge.amount_minor for charge in charges(both, date(2026, 6, 1))] == [
        120_000, 120_000, 130_000, 130_000, 130_000, 140_000,
    ]  # fmt: skip


def test_the_amount_of_a_day_can_be_corrected_from_that_very_day():
    once = new_amount(TERMS, "Rent", 130_000, date(2026, 3, 1)).terms
    again = new_amount(once, "Rent", 125_000, date(2026, 3, 1)).terms
    assert [charge.amount_minor for charge in charges(again, date(2026, 3, 1))] == [120_000, 120_000, 125_000]
    with pytest.raises(Refused, match="already"):
        new_amount(again, "Rent", 125_000, date(2026, 4, 1))


def test_a_line_comes_goes_and_may_come_again():
    with_parking = new_line(TERMS, RentLine("addon", "Parking", 5_000, date(2026, 2, 1))).terms
    assert total(with_parking, date(2026, 2, 1)) == 245_000
    without = line_ended(with_parking, "Parking", date(2026, 2, 28)).terms
    assert total(without, date(2026, 3, 1)) == 365_000
    back = new_line(without, RentLine("addon", "Parking", 6_000, date(2026, 4, 1))).terms
    assert total(back, date(2026, 4, 1)) == 365_000 + 126_000


def test_a_gift_and_a_last_day_count_from_their_day():
    gift = concession_given(TERMS, Concession("Sorry", "free", 0, date(2026, 2, 1), date(2026, 2, 14))).terms
    assert total(gift, date(2026, 2, 1)) == 180_000
    assert total(last_day(TERMS, date(2026, 2, 14)).terms, date(2026, 6, 1)) == 180_000


def test_a_gift_spread_over_the_stay_keeps_its_length():
    spread = Concession("A month free", "spread", 120_000)
    terms = RentTerms(START, date(2026, 12, 31), due_day=1, lines=TERMS.lines, concessions=(spread,))
    with pytest.raises(Refused, match="spread"):
        last_day(terms, date(2026, 6, 30))
