"""How a payment on a loan is applied, as Apache Fineract's own tests have it.

Source: apache/fineract at 4198b0bcf9a9, LoanRepayment.feature, lines 1296 to 1475, "due-penalty-fee-interest-principal-
in-advance-principal-penalty-fee-interest": 3,000 in three monthly installments from 1 January 2023.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from domain.kinds import loan
from domain.kinds.base import OpenCharge
from domain.kinds.loan_waterfall import PENALTY_RULES
from tests.domain.kinds.samples import THREE, contract, new

PENALTIES_FIRST = (
    "penalties", "fees", "interest", "principal;principal", "penalties", "fees", "interest",  # as it is kept, at commas
)  # fmt: skip
FLAT = replace(THREE, annual_rate_percent=Decimal(12), interest="flat")
FEBRUARY = date(2023, 2, 1)
NSF, SNOOZE = "returned_payment_fee", "fee"

# line, terms, charges (rule, due on, amount), paid, on -> principal, interest, fees, penalties, principal left,
# and what was paid of each installment by the published table (with its charges)
CASES = [
    (1296, THREE, (), 1000, FEBRUARY, (1000, 0, 0, 0), 2000, (1000, 0, 0)),
    (1321, THREE, (), 1000, date(2023, 1, 10), (1000, 0, 0, 0), 2000, (1000, 0, 0)),
    (1346, THREE, (), 1500, FEBRUARY, (1500, 0, 0, 0), 1500, (1000, 500, 0)),
    (1371, THREE, ((NSF, FEBRUARY, 50),), 500, FEBRUARY, (450, 0, 0, 50), 2550, (500, 0, 0)),
    (1397, THREE, ((SNOOZE, FEBRUARY, 50),), 500, FEBRUARY, (450, 0, 50, 0), 2550, (500, 0, 0)),
    (1423, FLAT, (), 500, FEBRUARY, (470, 30, 0, 0), 2530, (500, 0, 0)),
    (1448, THREE, ((NSF, FEBRUARY, 50), (SNOOZE, FEBRUARY, 50)), 500, FEBRUARY, (400, 0, 50, 50), 2600, (500, 0, 0)),
    (1475, THREE, ((NSF, date(2023, 1, 15), 50),), 500, date(2023, 1, 15), (450, 0, 0, 50), 2550, (500, 0, 0)),
]  # fmt: skip


@pytest.mark.parametrize(("line", "terms", "charged", "paid", "on", "split", "left", "met"), CASES)
def test_a_payment_is_split_as_published(line, terms, charged, paid, on, split, left, met) -> None:
    charges = tuple(
        OpenCharge(number, rule, due_on, amount * 100)
        for number, (rule, due_on, amount) in enumerate(charged, 1)
    )
    applied = loan.apply(contract(terms, PENALTIES_FIRST), new(terms, *charges), paid * 100, on)
    rules = {charge.id: charge.rule for charge in charges}
    found = dict.fromkeys(("principal", "interest", "fees", "penalties"), 0)
    of_installment = [0, 0, 0]
    for part in applied.parts:
        penalty = part.charge_id is not None and rules[part.charge_id] in PENALTY_RULES
        found["penalties" if penalty else part.bucket] += part.amount_minor
        of_installment[(part.installment_number or 1) - 1] += part.amount_minor
    assert tuple(found.values()) == tuple(amount * 100 for amount in split)
    assert applied.after.principal_minor == left * 100
    assert tuple(of_installment) == tuple(amount * 100 for amount in met)


def test_the_penalty_of_today_and_the_one_of_a_later_day_are_paid_before_the_installment() -> None:
    """3,000 in three installments, 50 due today and 50 due in 5 days, 1,100 paid with penalties first."""
    charges = (OpenCharge(1, NSF, FEBRUARY, 5_000), OpenCharge(2, NSF, date(2023, 2, 6), 5_000))
    first = ("penalties", "fees", "interest", "principal")
    applied = loan.apply(contract(THREE, first), new(THREE, *charges), 110_000, FEBRUARY)
    assert [(part.bucket, part.amount_minor) for part in applied.parts] == [
        ("fees", 5_000), ("fees", 5_000), ("principal", 100_000),
    ]  # fmt: skip
