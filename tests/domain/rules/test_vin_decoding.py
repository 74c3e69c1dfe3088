"""What a VIN says for certain, and where it is silent."""

from __future__ import annotations

import pytest

from domain.rules.vin_decoding import Decoded, decode


@pytest.mark.parametrize(
    ("vin", "year", "make", "country"),
    [
        # 49 CFR 565.15(d): a digit as the seventh character means 1980 to 2009, a letter 2010 to 2039.
        ("1HGCM82633A004352", 2003, "Honda", "the United States"),
        ("1M8GDM9AXKP042788", 1989, "", "the United States"),
        ("5YJSA1E27HF000337", 2017, "Tesla", "the United States"),
        ("WBA3A5C53CF256551", None, "BMW", "Germany"),
        ("11111111111111111", 2001, "", "the United States"),
    ],
)
def test_year_make_and_country_are_told_where_they_are_certain(vin, year, make, country):
    said = decode(vin.lower())
    assert (said.make, str(said.country)) == (make, country)
    assert said.year == year


@pytest.mark.parametrize("vin", ["", "1HGCM8263", "IOQ", "0" * 40])
def test_no_whole_number_says_nothing(vin):
    assert decode(vin) == Decoded()


def test_a_number_whose_check_digit_does_not_fit_says_at_most_where_the_car_was_made():
    said = decode("1HGCM82633A004353")
    assert (said.year, said.make) == (None, "")
    assert str(said.country) == "the United States"
