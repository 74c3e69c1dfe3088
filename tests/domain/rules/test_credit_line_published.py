"""Average daily balances, finance charges and minimum payments that others publish come out to the cent.

OpenStax is "Contemporary Mathematics" (openstax/osbooks-contemporary-mathematics at 6458acc5d453, modules/m00066).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from domain.rules.credit_line import (
    CreditTerms,
    MinimumRule,
    MinimumTier,
    average_daily_balance,
    close_cycle,
    cycles,
    finance_charge,
    minimum_payment,
)
from domain.rules.money import round_minor

OPENSTAX_POLICY = MinimumRule(
    (
        MinimumTier(above_minor=100_000, percent=Decimal("2.5"), plus_fees=True),
        MinimumTier(above_minor=49_999, money_minor=5_000),
        MinimumTier(money_minor=2_500),
    )
)


def minor(text: str) -> int:
    return int(Decimal(text).scaleb(2))


def line(
    rate: str, closing_day: int = 31, minimum: MinimumRule = OPENSTAX_POLICY, **more: str
) -> CreditTerms:
    return CreditTerms(
        limit_minor=1_000_000,
        annual_rate_percent=Decimal(rate),
        closing_day=closing_day,
        minimum=minimum,
        **more,
    )


def moves(lines: str, year: int) -> list[tuple[date, int]]:
    """`05-10 -120.00` and so on, of one year."""
    pairs = [line.split() for line in lines.split(",")]
    return [(date.fromisoformat(f"{year}-{day}"), minor(amount)) for day, amount in pairs]


MAY = ("2022-05-01", "2022-05-31", "450.21", "05-10 -120.00, 05-15 83.43, 05-26 130.46, 05-30 98.23")
KAYLEN = (
    "2022-11-01", "2022-11-30", "1845.23",
    "11-03 78.50, 11-04 246.09, 11-10 -300.00, 11-13 193.75, 11-18 51.75, 11-28 43.79",
)  # fmt: skip
WIZEDU = ("2022-07-06", "2022-08-05", "784.50", "07-15 -300.00, 07-26 35.64, 08-04 77.75")
JISKHA = ("2011-07-21", "2011-08-19", "400", "07-28 -40, 07-31 60, 08-06 -10, 08-13 50")
TANNENBAUM = ("2016-06-19", "2016-07-18", "1200.00", "06-21 179.58, 06-30 40.00, 07-05 98.35, 07-15 -500.00")


@pytest.mark.parametrize(
    ("case", "total", "average"),
    [
        (MAY, "13714.04", "442.39"),  # OpenStax
        (KAYLEN, "62190.95", "2073.03"),  # OpenStax
        (WIZEDU, "18267.04", "589.26"),  # wizedu.com/questions/1583591
        (JISKHA, "12490.00", "416.33"),  # jiskha.com, id 1322156378; it prints the average alone
        # "Excursions in Modern Mathematics", 9th ed., chapter 10, problem 65. The printed solution (1,412.17) is wrong
        # by exactly 40.00; this is the figure recomputed from its inputs.
        (TANNENBAUM, "41165.14", "1372.17"),
    ],
    ids=["openstax-may", "openstax-kaylen", "wizedu", "jiskha", "tannenbaum"],
)
def test_an_average_daily_balance(case: tuple[str, str, str, str], total: str, average: str) -> None:
    begins, ends = date.fromisoformat(case[0]), date.fromisoformat(case[1])
    found, trace = average_daily_balance(minor(case[2]), moves(case[3], begins.year), begins, ends)
    assert found * ((ends - begins).days + 1) == minor(total)
    assert round_minor(found) == trace.steps[-1].amount_minor == minor(average)


def test_kaylens_november_statement() -> None:
    """OpenStax: ADB 2,073.03 at 16.9 % -> 28.80. It prints a balance due of 2,101.83, which adds the interest to the
    average; the balance is 2,159.11 + 28.80 = 2,187.91.
    """
    terms = line("16.9")
    november = cycles(terms, date(2022, 11, 1), date(2022, 11, 30))[0]
    statement = close_cycle(terms, november, minor(KAYLEN[2]), moves(KAYLEN[3], 2022), grace=False)
    assert statement.interest_minor == minor("28.80")
    assert statement.closing_minor == minor("2187.91")


def test_a_monthly_rate() -> None:
    """wizedu.com/questions/1583591: 1.2 % a month on 589.26 is 7.07; balance 604.96."""
    terms = line("14.4", closing_day=5, basis="monthly")
    cycle = cycles(terms, date(2022, 7, 6), date(2022, 8, 5))[0]
    statement = close_cycle(terms, cycle, minor(WIZEDU[2]), moves(WIZEDU[3], 2022), grace=False)
    assert statement.interest_minor == minor("7.07")
    assert statement.closing_minor == minor("604.96")


def test_elizabeths_balance_before_interest() -> None:
    """Tannenbaum, problem 65: 1,017.93 before interest."""
    terms = line("0", closing_day=18)
    cycle = cycles(terms, date(2016, 6, 19), date(2016, 7, 18))[0]
    statement = close_cycle(terms, cycle, minor(TANNENBAUM[2]), moves(TANNENBAUM[3], 2016), grace=False)
    assert statement.closing_minor == minor("1017.93")


def test_ten_days_ten_days_eleven_days() -> None:
    """1,200 for 10 days, 1,500 for 10, 900 for 11: 1,190.32; at 23.99 % for 31 days, actual/365: 24.25."""
    begins, ends = date(2026, 1, 1), date(2026, 1, 31)
    average, _ = average_daily_balance(
        120_000, [(date(2026, 1, 11), 30_000), (date(2026, 1, 21), -60_000)], begins, ends
    )
    assert round_minor(average) == minor("1190.32")
    assert finance_charge(line("23.99"), average, begins, ends)[0] == minor("24.25")


@pytest.mark.parametrize(
    ("average", "rate", "days", "interest"),
    [("2765.00", "13.99", 30, "31.80"), ("789.30", "17.99", 31, "12.06"), ("1037.85", "11.99", 28, "9.55")],
)
def test_interest_on_a_given_average(average: str, rate: str, days: int, interest: str) -> None:
    """OpenStax, actual/365. Exactly 31.7937, 12.0598 and 9.5459: the printed figures are rounded up."""
    begins = date(2026, 3, 1)
    ends = date(2026, 3, days)
    terms = line(rate, rounding="ceiling")
    assert finance_charge(terms, Fraction(minor(average)), begins, ends)[0] == minor(interest)


@pytest.mark.parametrize(
    ("balance", "fees", "least"),
    [("1309.00", "0", "32.73"), ("265.50", "35", "25.00"), ("784.90", "0", "50.00")],
)
def test_one_issuers_minimum_payments(balance: str, fees: str, least: str) -> None:
    """OpenStax: over 1,000: 2.5 % plus fees; 500.00 to 999.99: 50.00; to 499.99: the lesser of 25.00 and balance."""
    assert minimum_payment(line("10"), minor(balance), fees_minor=minor(fees))[0] == minor(least)


@pytest.mark.parametrize(
    ("balance", "least"),
    [
        ("1000.01", "25.00"),
        ("1000.00", "50.00"),
        ("500.00", "50.00"),
        ("499.99", "25.00"),
        ("12.00", "12.00"),
    ],
)
def test_the_same_issuers_table_at_its_edges(balance: str, least: str) -> None:
    assert minimum_payment(line("10"), minor(balance))[0] == minor(least)


def test_one_percent_and_the_interest_in_whole_dollars() -> None:
    """vectorimages.org, credit card minimum payment formula: max(25, 1 % + interest), 1 % + 43.62 -> 67. It does not
    print the balance; any from 2,288.00 to 2,386.99 gives 67, so this checks the formula alone.
    """
    rule = MinimumRule(
        (MinimumTier(percent=Decimal(1), plus_interest=True),), floor_minor=2_500, unit_minor=100
    )
    for balance in ("2288.00", "2330.00", "2386.99"):
        assert minimum_payment(line("22", minimum=rule), minor(balance), minor("43.62"))[0] == minor("67")


def test_the_minimum_of_the_regulations_example() -> None:
    """12 CFR 1026 Appendix M2: max(20, 2 % of the balance), on its 500 + 250 + 250. It prints no answer."""
    rule = MinimumRule((MinimumTier(percent=Decimal(2)),), floor_minor=2_000)
    assert minimum_payment(line("17", minimum=rule), minor("1000"))[0] == minor("20.00")
    assert minimum_payment(line("17", minimum=rule), minor("1500"))[0] == minor("30.00")
