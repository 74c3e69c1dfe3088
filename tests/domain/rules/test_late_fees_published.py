"""Late fees that others published, with where: each figure is reproduced by a policy."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from domain.rules.late_fees import FeeBase
from tests.domain.rules.late_fee_samples import FIFTY, fees, minor, percent, rent

# Oracle Lease Servicing Setup Guide, "Late fee term definitions" (docs.oracle.com/cd/F27106_01).
ORACLE = [
    (FeeBase("flat", 2_500), "900", "900", "25.00"),
    (percent("of_overdue", "10"), "200", "90", "9.00"),
    (percent("of_overdue", "10"), "200", "3000", "20.00"),  # on one month only, not on what has piled up
    (percent("of_standard", "10"), "500", "2000", "50.00"),
    (percent("of_standard", "10"), "500", "100", "50.00"),  # 400 of 500 paid, the fee is still on 500
]


@pytest.mark.parametrize(("base", "standard", "unpaid", "expected"), ORACLE)
def test_the_fees_of_a_lease_servicing_guide(base, standard, unpaid, expected) -> None:
    policy = replace(FIFTY, bases=(base,))
    (fee,) = fees(policy, rent(minor(unpaid)), standard=minor(standard))
    assert fee.amount_minor == minor(expected)


# help.paloaltou.edu, "How is the late payment fee calculated" (1.5 % a month, at least 5.00);
# mycustomsoftware.com, "How to calculate late fees on invoices".
BY_DAY = [
    ("1.5", "5000", 7, "17.26"),
    ("1.5", "5000", 30, "73.97"),
    ("1.5", "5000", 60, "147.95"),
    ("5", "1000", 60, "98.63"),
    ("2", "100", 30, "1.97"),
]


@pytest.mark.parametrize(("rate", "balance", "days", "expected"), BY_DAY)
def test_a_monthly_percent_runs_by_the_day(rate, balance, days, expected) -> None:
    policy = replace(FIFTY, bases=(percent("monthly_by_day", rate),), first_fee_offset=days)
    due_on = date(2026, 3, 1)
    at = datetime(2026, 3, 1) + timedelta(days=days, hours=1)
    (fee,) = fees(policy, rent(minor(balance), due_on), at=at)
    assert fee.amount_minor == minor(expected)


def test_the_least_fee_of_the_monthly_percent_is_five() -> None:
    policy = replace(FIFTY, bases=(percent("monthly_by_day", "1.5"),), minimum_minor=500, first_fee_offset=7)
    assert [fee.amount_minor for fee in fees(policy, rent(10_000))] == [500]


def test_one_flat_fee_makes_no_other_when_the_next_payment_is_made_in_full() -> None:
    """Oracle's "flat amount pyramid law": behind by the fee alone, the next standard payment makes no new fee."""
    first, second = rent(50_000, date(2026, 10, 1), 1), rent(50_000, date(2026, 11, 1), 2)
    paid = [(1, datetime(2026, 10, 20), 50_000), (2, datetime(2026, 11, 1, 9), 50_000)]
    assert [(fee.charge_id, fee.amount_minor) for fee in fees(FIFTY, first, second, paid=paid)] == [
        (1, 5_000)
    ]
