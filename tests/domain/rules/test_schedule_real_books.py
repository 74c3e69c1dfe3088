"""Two real loan books: our installments and scheduled interest against what the lenders filed.

The files are not part of the project; without them these tests are skipped and say so. The figures are those of
rules that fit the files: World Omni rounds the installment down, Lending Club rounds it up.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

from domain.rules.calendar import add_months
from domain.rules.money import parse_amount
from domain.rules.schedule import LoanTerms, level_payment_minor, scheduled_through


def records(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def monthly(record: dict[str, str], count: str, first_due: date, rounding: str) -> LoanTerms:
    return LoanTerms(
        parse_amount(record["amount"], "USD"), Decimal(record["annual_rate_percent"]), int(record[count]), "monthly",
        add_months(first_due, -1), first_due, payment_rounding=rounding,
    )  # fmt: skip


def test_an_auto_lenders_payments_and_scheduled_interest_come_out(peer_data: Callable[[str], Path]) -> None:
    """7,572 loans as of July 2020. The rest of the file states figures that no rounding of its own terms gives."""
    loans = records(peer_data("loan_portfolio/auto_worldomni_7572.csv"))
    payments = interests = 0
    for loan in loans:
        month, year = loan["first_payment_month"].split("/")
        terms = monthly(loan, "payments", date(int(year), int(month), 1), "floor")
        payments += level_payment_minor(terms) == parse_amount(loan["scheduled_payment"], "USD")
        number = (2020 - int(year)) * 12 + 7 - int(month) + 1
        row = scheduled_through(terms, number).row
        scheduled = parse_amount(loan["scheduled_interest"], "USD", allow_negative=True)
        interests += row is not None and abs(row.interest_minor - scheduled) <= 1
    assert len(loans) == 7572
    assert payments >= 7414
    assert interests >= 7324


def test_a_peer_lenders_installments_come_out(peer_data: Callable[[str], Path]) -> None:
    """10,000 loans of early 2018."""
    loans = records(peer_data("loan_portfolio/lendingclub_10000.csv"))
    right = sum(
        level_payment_minor(monthly(loan, "term_months", date(2018, 4, 1), "ceiling"))
        == parse_amount(loan["installment"], "USD")
        for loan in loans
    )
    assert len(loans) == 10000
    assert right >= 9997
