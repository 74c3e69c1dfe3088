"""Who pays which part of the rent, and what is given back to whom when somebody moves out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from domain.rules.planned import PlannedCharge
from domain.rules.rent import Concession, RentLine, RentTerms, Share, charges, moved_out
from domain.words import Trace

RENT = RentLine("rent", "Rent", 120000)
PARKING = RentLine("addon", "Parking", 5000)
YEAR = RentTerms(date(2026, 1, 1), date(2026, 12, 31), 1, lines=(RENT,))


def lease(*lines: RentLine, **changed: object) -> RentTerms:
    return replace(YEAR, **({"lines": lines or YEAR.lines} | changed))


def told(trace: Trace) -> str:
    return "\n".join(str(step.sentence) for step in trace.steps)


def on(terms: RentTerms, day: date) -> list[PlannedCharge]:
    return [charge for charge in charges(terms, day) if charge.due_on == day]


@pytest.mark.parametrize("percent", [Fraction(100, 3), Decimal("33.3333333333")])
def test_2000_among_three_roommates(percent: Decimal | Fraction) -> None:
    shares = tuple(Share(name, percent) for name in ("ann", "bea", "cy"))
    plan = charges(lease(replace(RENT, amount_minor=200000), shares=shares), date(2026, 1, 1))
    assert [(charge.payer, charge.amount_minor) for charge in plan] == [
        ("ann", 66667),
        ("bea", 66667),
        ("cy", 66666),
    ]
    assert [charge.key for charge in plan] == [f"2026-01-01:rent:{name}" for name in ("ann", "bea", "cy")]


def test_what_nobody_takes_is_nobodys_alone() -> None:
    plan = charges(lease(shares=(Share("ann", Decimal(40)),)), date(2026, 1, 1))
    assert [(charge.payer, charge.amount_minor) for charge in plan] == [("ann", 48000), ("", 72000)]
    assert "A share of 40 % of 1200.00 USD: 480.00 USD." in told(plan[0].trace)
    assert "What is left of 1200.00 USD after the shares of others: 720.00 USD." in told(plan[1].trace)


def test_an_agency_pays_900_of_1400() -> None:
    terms = lease(replace(RENT, amount_minor=140000), PARKING, shares=(Share("agency", amount_minor=90000),))
    plan = charges(terms, date(2026, 1, 1))
    assert [(charge.type, charge.payer, charge.amount_minor) for charge in plan] == [
        ("rent", "agency", 90000), ("rent", "", 50000), ("addon", "", 5000),
    ]  # fmt: skip


def test_an_agencys_share_goes_with_the_days_and_roommates_split_the_rest() -> None:
    shares = (Share("ann", Decimal(50)), Share("agency", amount_minor=90000), Share("bea", Decimal(50)))
    terms = lease(replace(RENT, amount_minor=140000), shares=shares, from_on=date(2026, 1, 17))
    first = {charge.payer: charge.amount_minor for charge in charges(terms, date(2026, 1, 31))}
    assert first == {"agency": 43548, "ann": 12097, "bea": 12097}  # 900 x 15/31; 677.42 in all
    february = {charge.payer: charge.amount_minor for charge in on(terms, date(2026, 2, 1))}
    assert february == {"agency": 90000, "ann": 25000, "bea": 25000}


def test_an_agency_never_pays_more_than_the_rent() -> None:
    plan = charges(lease(shares=(Share("agency", amount_minor=130000),)), date(2026, 1, 1))
    assert [(charge.payer, charge.amount_minor) for charge in plan] == [("agency", 120000)]


def test_shares_of_the_day_a_charge_is_due_count_for_all_of_it() -> None:
    shares = (
        Share("ann", Decimal(50)),
        Share("bea", Decimal(50), until_on=date(2026, 2, 14)),
        Share("cy", Decimal(50), from_on=date(2026, 2, 15)),
    )
    plan = charges(lease(shares=shares), date(2026, 3, 1))
    assert [charge.payer for charge in plan] == ["ann", "bea", "ann", "bea", "ann", "cy"]


def test_a_share_may_be_of_one_line() -> None:
    plan = charges(lease(RENT, PARKING, shares=(Share("ann", Decimal(100), of="Parking"),)), date(2026, 1, 1))
    assert [(charge.name, charge.payer) for charge in plan] == [("Rent", ""), ("Parking", "ann")]


def test_1200_billed_and_out_on_15_march_gives_back_619_35() -> None:
    billed = charges(YEAR, date(2026, 4, 1))
    march, april = moved_out(YEAR, date(2026, 3, 15), billed)
    assert (march.amount_minor, march.kept_minor, march.charge) == (61935, 58065, billed[2])
    assert (march.period_from, march.period_to) == (date(2026, 3, 16), date(2026, 3, 31))
    assert (april.amount_minor, april.kept_minor, april.period_from) == (120000, 0, date(2026, 4, 1))
    assert told(march.trace) == (
        "Billed for 2026-03-01 to 2026-03-31: 1200.00 USD.\n"
        "Through 2026-03-15, the last day, it is 580.65 USD.\n"
        "Given back: 619.35 USD."
    )


def test_moving_out_gives_back_to_each_payer_and_leaves_whole_charges_alone() -> None:
    terms = lease(RENT, replace(PARKING, prorate=False), shares=(Share("ann", Decimal(50), of="Rent"),))
    back = moved_out(terms, date(2026, 3, 15), charges(terms, date(2026, 3, 1)))
    assert [(credit.charge.payer, credit.amount_minor) for credit in back] == [("ann", 30967), ("", 30968)]
    assert moved_out(lease(proration="none"), date(2026, 3, 15), charges(YEAR, date(2026, 3, 1))) == ()


def test_moving_out_takes_a_part_of_the_concession_too() -> None:
    terms = lease(concessions=(Concession("Welcome", "off", 10000),))
    (credit,) = moved_out(terms, date(2026, 3, 15), charges(terms, date(2026, 3, 1)))
    assert (credit.kept_minor, credit.amount_minor) == (53226, 56774)  # 1,100 x 15/31


def test_moving_out_leaves_charges_of_other_rules_alone() -> None:
    rent = charges(YEAR, date(2026, 3, 1))[2]
    strange = (replace(rent, rule="fees.late"), replace(rent, key="2026-03-01:sauna:"))
    assert moved_out(YEAR, date(2026, 3, 15), strange) == ()
    assert moved_out(YEAR, date(2026, 3, 31), (rent,)) == ()


def test_never_moving_in_gives_everything_back() -> None:
    billed = charges(YEAR, date(2026, 1, 1))
    assert [credit.amount_minor for credit in moved_out(YEAR, date(2025, 12, 31), billed)] == [120000]
