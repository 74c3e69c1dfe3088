"""The loans that the tests of the kind speak of, and short ways to ask about them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from domain.kinds import loan
from domain.kinds.base import Application, OpenCharge, Position
from domain.kinds.loan import Contract
from domain.rules.schedule import LoanTerms

CAR = LoanTerms(
    principal_minor=900_000, annual_rate_percent=Decimal(21), count=78, frequency="biweekly",
    start_on=date(2026, 1, 9), first_due_on=date(2026, 1, 23), interest="daily", day_count="actual/365",
)  # fmt: skip
THREE = LoanTerms(
    principal_minor=300_000, annual_rate_percent=Decimal(0), count=3, frequency="monthly",
    start_on=date(2023, 1, 1), first_due_on=date(2023, 2, 1),
)  # fmt: skip
BY_PERIOD = replace(CAR, interest="period", day_count="30/360")
INTEREST_FIRST = ("interest", "principal", "fees")
FEES_FIRST = ("fees", "interest", "principal")


def contract(terms: LoanTerms, waterfall: tuple[str, ...] = INTEREST_FIRST) -> Contract:
    return Contract(terms, waterfall, terms.currency)


def new(terms: LoanTerms, *charges: OpenCharge, **other) -> Position:
    values = {"principal_minor": terms.principal_minor, "interest_minor": 0, "charges": charges, "credit_minor": 0,
              "met_minor": 0, "interest_from": terms.start_on}  # fmt: skip
    return Position(**(values | other))


def parts(applied: Application) -> list[tuple[str, int, int | None]]:
    return [(part.bucket, part.amount_minor, part.installment_number) for part in applied.parts]


def pay(
    terms: LoanTerms, position: Position, *payments: tuple[int, date], waterfall=INTEREST_FIRST
) -> Position:
    for amount, on in payments:
        position = loan.apply(contract(terms, waterfall), position, amount, on).after
    return position
