"""Buyouts and partial payments of leases that others publish come out to the cent.

Most are from the vendor manual of RTO Pro (rtopro.com/help, as mirrored in matthiasmiller/codehaus-content at
7a7237f10005, rtopro-help/); each test names its page.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from domain.rules.lease import (
    BuyoutRule,
    LeaseTerms,
    buyout,
    days_bought,
    periods_bought,
    plan,
    standing,
    total_cost_minor,
)


def minor(text: str) -> int:
    return int(Decimal(text).scaleb(2))


def monthly(payment: str, count: int, start: date = date(2010, 1, 1), **more: object) -> LeaseTerms:
    given: dict[str, object] = {
        "cash_price_minor": 100_000,
        "payment_minor": minor(payment),
        "count": count,
        "frequency": "monthly",
        "start_on": start,
        "first_due_on": start,
    }
    return LeaseTerms(**(given | more))


@pytest.mark.parametrize(
    ("balance", "discount", "prepaid", "on_prepaid", "epo"),
    [
        ("500.00", "40", "100.00", False, "300.00"),
        ("500.00", "40", "100.00", True, "260.00"),
        ("450.00", "50", "50.00", True, "200.00"),
        ("450.00", "50", "0.00", True, "225.00"),
    ],
)
def test_a_discount_on_what_remains(
    balance: str, discount: str, prepaid: str, on_prepaid: bool, epo: str
) -> None:
    """RTO Pro help, "Payoff with discount for prepaid rent option"."""
    terms = monthly("50.00", 18, buyout=BuyoutRule("discount", Decimal(discount), on_prepaid))
    found = buyout(
        terms, date(2010, 1, 1), remaining_minor=minor(balance), prepaid_minor=minor(prepaid), paid_minor=0
    )
    assert found.total_minor == minor(epo)


def test_the_buyout_rises_from_january_to_february_without_a_payment() -> None:
    """The same page: 200.00 on 1 January 2010, 225.00 on 1 February, when the prepaid month has been used."""
    terms = monthly("50.00", 18, date(2009, 6, 1), buyout=BuyoutRule("discount", Decimal(50), True))
    totals = []
    for on in (date(2010, 1, 1), date(2010, 2, 1)):
        at = standing(terms, on, minor("450.00"))
        totals.append(
            buyout(
                terms,
                on,
                remaining_minor=at.remaining_minor,
                prepaid_minor=at.prepaid_minor,
                back_rent_minor=at.back_rent_minor,
                paid_minor=at.paid_minor,
            )
        )
    assert [found.total_minor for found in totals] == [minor("200.00"), minor("225.00")]
    assert totals[0].good_through == date(2010, 1, 31)


def test_the_federal_lease_with_a_balloon() -> None:
    """RTO Pro help, "Federal lease agreement": 18 x 25.00 + 75.00; after 4 payments (425.00 - 75.00) x 25 % + 75.00."""
    terms = monthly("25.00", 18, balloon_minor=minor("75.00"), buyout=BuyoutRule("balloon", Decimal(25)))
    assert terms.total_payments_minor == minor("525.00")
    at = standing(terms, date(2010, 4, 1), minor("100.00"))
    assert at.remaining_minor == minor("425.00")
    found = buyout(terms, date(2010, 4, 1), remaining_minor=at.remaining_minor, paid_minor=at.paid_minor)
    assert found.total_minor == minor("162.50")


def test_tax_comes_on_top_and_the_deposit_is_taken_off() -> None:
    """RTO Pro help, "Deposits (aka suspense credit)": 2,000.00 + 6 % - 500.00 = 1,620.00."""
    terms = monthly("200.00", 18, tax_percent=Decimal(6), deposit_minor=minor("500.00"))
    found = buyout(terms, date(2010, 1, 1), remaining_minor=minor("2000.00"))
    assert found.parts == (
        ("price", 200_000), ("tax", 12_000), ("back_rent", 0), ("fees", 0), ("deposit", -50_000),
    )  # fmt: skip
    assert found.total_minor == minor("1620.00")


def test_a_statute_asks_for_55_percent_of_what_is_unpaid() -> None:
    """South Carolina Code 37-2-702(1)(g): 55 % of (total of scheduled payments - total paid); it prints no figures."""
    terms = monthly("25.00", 18, buyout=BuyoutRule("share", Decimal(55)))
    found = buyout(
        terms, date(2010, 6, 15), remaining_minor=1, back_rent_minor=5_000, paid_minor=minor("100.00")
    )
    assert found.total_minor == minor("192.50")  # 55 % of (450.00 - 100.00)


def test_back_rent_is_never_discounted() -> None:
    """RTO Pro manual, "Terms used": back rent due + remaining x (1 - discount) + tax + other charges, and nothing
    off in the final months where so configured.
    """
    rule = BuyoutRule("discount", Decimal(50), full_price_payments=3)
    terms = monthly("50.00", 18, tax_percent=Decimal(6), buyout=rule)
    asked = {"remaining_minor": 40_000, "back_rent_minor": 10_000, "fees_minor": 700}
    found = buyout(terms, date(2010, 3, 1), **asked)
    assert found.total_minor == 10_000 + 20_000 + 1_200 + 700
    assert buyout(terms, date(2011, 4, 1), **asked).total_minor == 10_000 + 40_000 + 2_400 + 700


@pytest.mark.parametrize(("paid", "days"), [("50.00", 15), ("150.00", 45)])
def test_a_part_of_a_payment_buys_days(paid: str, days: int) -> None:
    """RTO Pro help, "Partial payment option": a month has 30 days, a day costs payment / 30."""
    found = days_bought(monthly("100.00", 18, partial="buys-days"), minor(paid))
    assert (found.days, found.left_minor) == (days, 0)


def test_money_for_less_than_a_day_is_left_over() -> None:
    found = days_bought(monthly("100.00", 18), minor("12.00"))
    assert (found.days, found.left_minor) == (3, minor("2.00"))


@pytest.mark.parametrize(
    ("payment", "before", "paid", "periods", "after"),
    [
        ("100.00", "0", "150.00", 2, "50.00"),
        ("10.00", "5.00", "6.00", 1, "9.00"),
        ("10.00", "5.00", "12.00", 1, "3.00"),
        ("100.00", "0", "220.00", 3, "80.00"),
    ],
)
def test_any_part_moves_the_due_day_a_whole_period_and_leaves_back_rent(
    payment: str, before: str, paid: str, periods: int, after: str
) -> None:
    """The same page, "back rent due" mode."""
    found = periods_bought(monthly(payment, 18, partial="back-rent"), minor(paid), minor(before))
    assert (found.periods, found.back_rent_minor) == (periods, minor(after))


def test_the_due_day_moves_from_july_to_september_for_one_and_a_half_payments() -> None:
    """The same page: due 1 July 2016, 150.00 of 100.00 paid, due again 1 September."""
    terms = monthly("100.00", 18, date(2016, 7, 1), partial="back-rent")
    assert plan(terms)[periods_bought(terms, minor("150.00")).periods].due_on == date(2016, 9, 1)


@pytest.mark.parametrize(
    ("cash", "weekly", "total"),
    [
        ("500.00", "12.00", "936.00"),  # New Hampshire DOJ, consumer sourcebook, rent-to-own
        ("700.00", "18.00", "1404.00"),  # americanfirstfinance.com, rent-to-own electronics
    ],
)
def test_78_weeks_cost_what_the_disclosure_says(cash: str, weekly: str, total: str) -> None:
    start = date(2026, 1, 2)
    terms = LeaseTerms(minor(cash), minor(weekly), 78, "weekly", start, start)
    assert total_cost_minor(terms) == minor(total)
    assert len(plan(terms)) == 78
