"""What a lease asks for a month. The worked number is that of the design's rules: 350 weekly is 1,516.67."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from domain.rules.rent_roll import in_a_month, month_of, raises_of
from domain.rules.rent_terms import Concession, RentLine, RentTerms, Share

JAN, JUNE = date(2026, 1, 1), date(2026, 6, 15)
LINES = (
    RentLine("rent", "Rent", 145_000, until_on=date(2026, 6, 30)),
    RentLine("rent", "Rent", 149_350, from_on=date(2026, 7, 1)),
    RentLine("addon", "Parking", 7_500),
    RentLine("utility", "Water", 4_000, from_on=date(2026, 8, 1)),
)
TERMS = RentTerms(JAN, lines=LINES)


@pytest.mark.parametrize(
    ("amount", "frequency", "month"),
    [
        (35_000, "weekly", 151_667),
        (70_000, "biweekly", 151_667),
        (60_000, "semimonthly", 120_000),
        (9, "monthly", 9),
    ],
)
def test_an_amount_of_any_frequency_is_an_amount_a_month(amount, frequency, month):
    assert in_a_month(amount, frequency) == month


def test_a_month_is_what_the_lines_of_the_day_ask():
    before, after = month_of(TERMS, JUNE), month_of(TERMS, date(2026, 9, 1))
    assert (before.rent_minor, before.other_minor, before.total_minor) == (145_000, 7_500, 152_500)
    assert (after.rent_minor, after.addon_minor, after.utility_minor) == (149_350, 7_500, 4_000)


def test_what_is_given_away_is_never_more_than_the_rent():
    free = RentTerms(JAN, lines=LINES, concessions=(Concession("First month", "free", until_on=JUNE),))
    assert month_of(free, JAN).concession_minor == 145_000
    assert month_of(free, date(2026, 6, 16)).concession_minor == 0


def test_only_what_an_agency_pays_is_a_subsidy():
    shares = (Share("7", amount_minor=90_000), Share("8", percent=Decimal(50)))
    shared = RentTerms(JAN, lines=LINES, shares=shares)
    assert month_of(shared, JUNE, {"7"}).subsidy_minor == 90_000
    assert month_of(shared, JUNE).subsidy_minor == 0


def test_the_last_raise_and_the_next_one_are_told_as_of_the_day():
    assert raises_of(TERMS, JUNE)[0] is None
    assert raises_of(TERMS, JUNE)[1].from_on == date(2026, 7, 1)
    assert raises_of(TERMS, date(2026, 7, 1))[0].amount_minor == 149_350
