"""The order in which a payment on a loan pays its buckets: as the contract says, for money due and in advance."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.kinds import loan
from domain.kinds.base import OpenCharge
from domain.kinds.loan_waterfall import BUCKETS, LONGEST, check_waterfall, read_waterfall
from domain.words import Refused
from tests.domain.kinds.samples import CAR, INTEREST_FIRST, THREE, contract, new

FLAT = replace(THREE, annual_rate_percent=Decimal(12), interest="flat")
DUE = date(2023, 2, 1)
CHARGES = (OpenCharge(1, "fee", DUE, 5_000), OpenCharge(2, "late_fee", DUE, 3_000))


def named(text: str) -> tuple[str, ...]:
    return tuple(text.split(","))


def paid(text: str, amount: int, *charges: OpenCharge, terms=FLAT, on: date = DUE) -> list[tuple[str, int]]:
    rules = {charge.id: charge.rule for charge in charges}
    applied = loan.apply(contract(terms, named(text)), new(terms, *charges), amount, on)
    return [
        (rules[part.charge_id] if part.charge_id else part.bucket, part.amount_minor)
        for part in applied.parts
    ]


@pytest.mark.safety("M21")
@pytest.mark.parametrize("order", list(permutations(BUCKETS)))
def test_money_due_is_paid_in_any_order_of_the_four(order) -> None:
    """One installment due (30.00 interest, 1,000.00 principal), a fee of 50.00 and a late fee of 30.00."""
    words = {"interest": ("interest", 3_000), "principal": ("principal", 100_000),
             "fees": ("fee", 5_000), "penalties": ("late_fee", 3_000)}  # fmt: skip
    expected = [words[bucket] for bucket in order]
    assert paid(",".join(order), 111_000, *CHARGES) == expected
    assert paid(",".join(order), 500, *CHARGES) == [(expected[0][0], 500)]


def test_of_two_late_installments_the_oldest_is_paid_whole_before_the_next() -> None:
    on = date(2023, 3, 1)
    for text in ("interest,principal,fees", "principal,interest,fees", "penalties,principal,fees,interest"):
        applied = loan.apply(contract(THREE, named(text)), new(THREE), 150_000, on)
        numbers = [(part.installment_number, part.amount_minor) for part in applied.parts]
        assert numbers == [(1, 100_000), (2, 50_000)]


def test_without_penalties_in_the_order_they_are_fees_and_the_oldest_is_paid_first() -> None:
    late = replace(CHARGES[1], due_on=date(2023, 1, 20))
    assert paid("fees,interest,principal", 8_000, CHARGES[0], late) == [("late_fee", 3_000), ("fee", 5_000)]


def test_a_charge_of_a_later_day_waits_where_money_in_advance_has_its_own_order() -> None:
    later = OpenCharge(1, "fee", date(2023, 2, 20), 5_000)
    assert paid("fees,interest,principal", 103_000, later) == [
        ("fee", 5_000), ("interest", 3_000), ("principal", 95_000),
    ]  # fmt: skip
    for advance, expected in (
        ("principal,fees,interest", [("principal", 100_000), ("fee", 5_000), ("interest", 1_000)]),
        ("fees,principal,interest", [("fee", 5_000), ("principal", 100_000), ("interest", 1_000)]),
        ("interest,fees,principal", [("interest", 3_000), ("fee", 5_000), ("principal", 98_000)]),
    ):
        found = paid(f"fees,interest,principal;{advance}", 103_000 + 106_000, later)
        assert found == [("interest", 3_000), ("principal", 100_000), *expected]


def test_a_charge_of_the_day_itself_is_due_and_comes_before_money_in_advance() -> None:
    assert paid("interest,principal,fees;principal,interest,fees", 110_000, CHARGES[0]) == [
        ("interest", 3_000), ("principal", 100_000), ("fee", 5_000), ("principal", 2_000),
    ]  # fmt: skip


def test_money_in_advance_by_principal_first_still_meets_the_next_installment() -> None:
    """By the day: the interest that will run until the due day is not owed yet, so it cannot leave the row open."""
    on = date(2026, 1, 15)
    for text in ("interest,principal,fees", "interest,principal,fees;principal,interest,fees"):
        applied = loan.apply(contract(CAR, named(text)), new(CAR), 15_597, on)
        assert applied.met_minor == 15_597
        assert loan.schedule(contract(CAR, named(text)), applied.after, on)[0].state == "paid"


def test_buckets_that_are_not_named_come_last_in_the_usual_order() -> None:
    assert read_waterfall(INTEREST_FIRST) == read_waterfall(("interest",)) == read_waterfall(("",))
    assert read_waterfall(named("penalties")).due == ("penalties", "interest", "principal", "fees")
    assert read_waterfall(named("fees;penalties,principal")).due == (
        "fees",
        "interest",
        "principal",
        "penalties",
    )


def test_an_order_is_kept_in_its_shortest_text_and_always_fits() -> None:
    assert check_waterfall(" interest, principal, fees ") == "interest"
    assert check_waterfall("penalties,fees,interest,principal;principal,penalties,fees,interest") == (
        "penalties,fees;principal,penalties,fees"
    )
    for due in permutations(BUCKETS):
        for advance in permutations(BUCKETS):
            text = f"{','.join(due)};{','.join(advance)}"
            kept = check_waterfall(text)
            assert len(kept) <= LONGEST
            assert read_waterfall(named(kept)) == read_waterfall(named(text))


@pytest.mark.parametrize("text", ["", ";", "interest;", "interest,interest", "gift", "fees;fees;fees"])
def test_an_order_that_cannot_be_is_refused(text) -> None:
    with pytest.raises(Refused) as refusal:
        check_waterfall(text)
    assert refusal.value.field == "waterfall"


orders = st.permutations(BUCKETS).map(",".join)


@pytest.mark.safety("M21")
@settings(max_examples=150, deadline=None)
@given(
    orders, st.none() | orders, st.integers(1, 400_000), st.integers(0, 120), st.sampled_from((THREE, FLAT))
)
def test_whatever_the_order_the_parts_are_the_payment_and_nothing_goes_below_zero(
    due, advance, amount, day, terms
) -> None:
    on = date.fromordinal(terms.start_on.toordinal() + day)
    text = due if advance is None else f"{due};{advance}"
    charges = (*CHARGES, OpenCharge(3, "returned_payment_fee", date(2023, 3, 10), 2_500))
    before = new(terms, *charges)
    applied = loan.apply(contract(terms, named(text)), before, amount, on)
    after = applied.after
    assert sum(part.amount_minor for part in applied.parts) == amount
    assert all(part.amount_minor > 0 for part in applied.parts)
    assert min(after.principal_minor, after.interest_minor, after.credit_minor) >= 0
    owed = before.principal_minor + before.fees_minor + applied.accrual_minor
    assert (
        after.principal_minor + after.interest_minor + after.fees_minor - after.credit_minor == owed - amount
    )
    plain = loan.apply(contract(terms), before, amount, on)
    assert (plain.after.credit_minor == 0) == (after.credit_minor == 0)
