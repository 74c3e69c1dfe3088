"""The annual percentage rate agrees with the examples of the regulation."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from domain.rules.apr import annual_percentage_rate, loan_apr, single_unit_period, unit_periods
from domain.rules.calendar import periods_per_year
from domain.rules.schedule import LoanTerms
from domain.words import Refused

# 12 CFR 1026 Appendix J (c), and four more of FSharp.Finance.Personal's AprUsActuarialTests: advance, its date, the
# first payment's date, frequency, anchor days, number of equal payments and their amount, other payments by index,
# t, f, published rate.
EXAMPLES = [
    ("5000", "1978-01-10", "1978-02-10", "monthly", None, 24, "230.00", {}, 1, "0", "9.69"),
    ("6000", "1978-02-10", "1978-04-01", "monthly", None, 36, "200.00", {}, 1, "19/30", "11.82"),
    ("5000", "1978-02-23", "1978-03-01", "semimonthly", (1, 16), 24, "219.17", {}, 0, "6/15", "10.34"),
    ("10000", "1978-05-23", "1978-10-01", "quarterly", None, 40, "385.00", {}, 1, "39/90", "8.97"),
    ("500", "1978-03-20", "1978-04-21", "weekly", None, 30, "17.60", {}, 4, "4/7", "14.96"),
    ("5000", "1978-01-10", "1978-02-10", "monthly", None, 24, "230.00", {0: "250"}, 1, "0", "10.08"),
    ("400", "1978-03-18", "1978-04-20", "every-4-weeks", None, 12, "38.31", {0: "39.50"}, 1, "5/28", "28.50"),
    ("5000", "1978-01-10", "1978-02-10", "monthly", None, 24, "230.00", {23: "280"}, 1, "0", "10.50"),
    ("200", "1978-04-03", "1978-04-11", "biweekly", None, 20, "9.50", {19: "30"}, 0, "8/14", "12.22"),
    ("5000", "1978-01-10", "1978-02-10", "monthly", None, 24, "230.00", {0: "250", 23: "280"}, 1, "0", "10.90"),
    ("8000", "1978-01-10", "1978-03-01", "every-2-months", None, 20, "465", {0: "449.36", 19: "200"}, 0, "52/60",
     "7.30"),
    ("10000", "1978-06-23", "1978-10-01", "quarterly", None, 40, "385.00", {}, 1, "8/90", "9.15"),
    ("10000", "1978-07-23", "1978-10-01", "quarterly", None, 40, "385.00", {}, 0, "69/90", "9.32"),
    ("1000", "2023-10-26", "2023-11-30", "every-1-days", None, 5, "220.00", {}, 35, "0", "94.15"),
    ("1000", "2023-10-28", "2023-11-30", "weekly", None, 5, "250.00", {}, 4, "5/7", "176.52"),
    ("1000", "2023-11-23", "2023-11-30", "weekly", None, 5, "250.00", {}, 1, "0", "412.40"),
    ("1000", "2023-11-24", "2023-11-30", "weekly", None, 5, "250.00", {}, 0, "6/7", "434.30"),
]  # fmt: skip


@pytest.mark.parametrize("example", EXAMPLES, ids=[f"{e[3]}-{e[-1]}" for e in EXAMPLES])
def test_the_examples_of_the_regulation_come_out(example: tuple) -> None:
    advance, start, first_due, frequency, anchors, count, equal, others, t, f, published = example
    whole, fraction = unit_periods(
        frequency, date.fromisoformat(start), date.fromisoformat(first_due), anchors
    )
    assert (whole, fraction) == (t, Fraction(f))
    payments = [(index, int(Decimal(others.get(index, equal)) * 100)) for index in range(count)]
    rate = annual_percentage_rate(int(advance) * 100, payments, whole, fraction, periods_per_year(frequency))
    assert rate.quantize(Decimal("0.01")) == Decimal(published)


@pytest.mark.parametrize(
    ("start", "due", "amount", "published"),
    [("1978-01-03", "1978-09-15", 108000, "11.45"), ("1978-01-10", "1978-07-10", 104400, "8.80")],
)
def test_a_single_payment_has_its_term_as_unit_period(
    start: str, due: str, amount: int, published: str
) -> None:
    """Appendix J (c)(5)(i), and the same rule with a term of six whole months: 4.4 % twice a year."""
    whole, fraction, units = single_unit_period(date.fromisoformat(start), date.fromisoformat(due))
    rate = annual_percentage_rate(100000, [(0, amount)], whole, fraction, units)
    assert rate.quantize(Decimal("0.01")) == Decimal(published)


def test_a_single_payment_after_more_than_a_year_counts_in_years() -> None:
    assert single_unit_period(date(2026, 1, 10), date(2027, 7, 10)) == (1, Fraction(1, 2), Fraction(1))
    assert single_unit_period(date(2026, 1, 10), date(2027, 1, 20)) == (1, Fraction(10, 365), Fraction(1))


def test_a_loan_without_odd_days_has_its_own_rate_as_apr() -> None:
    terms = LoanTerms(1850000, Decimal("9.9"), 60, "monthly", date(2026, 1, 15), date(2026, 2, 15))
    assert loan_apr(terms).quantize(Decimal("0.01")) == Decimal("9.90")
    assert loan_apr(terms, financed_minor=1800000) > Decimal(11)
    once = LoanTerms(100000, Decimal(12), 1, "yearly", date(2026, 1, 15), date(2027, 1, 15))
    assert loan_apr(once) == 12


def test_no_interest_is_no_rate() -> None:
    assert annual_percentage_rate(1200, [(k, 100) for k in range(12)], 1, Fraction(0), 12) == 0


def test_payments_below_the_amount_financed_are_refused() -> None:
    with pytest.raises(Refused, match="less than the amount financed"):
        annual_percentage_rate(1201, [(k, 100) for k in range(12)], 1, Fraction(0), 12)
