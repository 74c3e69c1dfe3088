"""Taking a charge back: what goes, what of it was tax, what had been paid. Amounts in minor units."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.corrections import corrected
from domain.words import Refused


def test_an_unpaid_charge_taken_back_is_owed_no_more() -> None:
    told = corrected(120_000, 0, 0, 0, "moved out")
    assert (told.lower_minor, told.tax_minor, told.credit_minor) == (120_000, 0, 0)


def test_what_was_paid_of_it_becomes_credit_and_the_tax_goes_with_it() -> None:
    # 80.00 and 10 % tax, 50.00 of it paid.
    told = corrected(8_800, 800, 5_000, 0, "not delivered")
    assert (told.lower_minor, told.tax_minor, told.credit_minor) == (8_800, 800, 5_000)


def test_a_part_takes_the_same_part_of_the_tax() -> None:
    # 88.00 of which 8.00 is tax, set to 33.00: three eighths stay, so 3.00 of the tax do.
    told = corrected(8_800, 800, 8_800, 3_300, "three days only")
    assert (told.lower_minor, told.tax_minor, told.credit_minor) == (5_500, 500, 5_500)


@pytest.mark.parametrize("to", [-1, 8_800, 9_000])
def test_a_charge_is_set_lower_or_not_at_all(to) -> None:
    with pytest.raises(Refused) as told:
        corrected(8_800, 800, 0, to, "why")
    assert told.value.field == "amount"


def test_nobody_takes_a_charge_back_without_saying_why() -> None:
    with pytest.raises(Refused) as told:
        corrected(8_800, 800, 0, 0, "")
    assert told.value.field == "reason"


@given(st.integers(1, 10**9), st.data())
def test_what_stays_is_never_below_what_stays_paid_and_no_tax_is_made(stands: int, data) -> None:
    tax = data.draw(st.integers(0, stands))
    paid = data.draw(st.integers(0, stands))
    to = data.draw(st.integers(0, stands - 1))
    told = corrected(stands, tax, paid, to, "why")
    assert stands - told.lower_minor == to
    assert 0 <= told.tax_minor <= tax
    assert told.tax_minor <= told.lower_minor
    assert paid - told.credit_minor == min(paid, to)
    if to == 0:
        assert told.tax_minor == tax
