"""The schedule as a table of text."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from domain.reports.schedule_table import LOAN_HEADER, loan_rows
from domain.rules.schedule import LoanTerms


def test_amounts_are_plain_text_in_the_currencys_own_decimals() -> None:
    shown = {}
    for currency in ("USD", "JPY", "KWD"):
        terms = LoanTerms(
            120000, Decimal(12), 2, "monthly", date(2026, 1, 31), date(2026, 2, 28), currency=currency
        )
        shown[currency] = loan_rows(terms)
    assert len(LOAN_HEADER) == len(shown["USD"][0])
    assert shown["USD"][0] == ("1", "2026-02-28", "609.01", "12.00", "597.01", "602.99")
    assert shown["JPY"][0] == ("1", "2026-02-28", "60901", "1200", "59701", "60299")
    assert shown["KWD"][1] == ("2", "2026-03-31", "60.902", "0.603", "60.299", "0.000")
