"""The chart of accounts by the names the code uses. The rows stand in `ledger_account`; a test compares the two."""

from __future__ import annotations

BANK = "bank"
UNDEPOSITED = "undeposited"
LOAN_PRINCIPAL = "loan_principal"
LOAN_INTEREST = "loan_interest"
FEES_RECEIVABLE = "fees_receivable"
CUSTOMER_CREDIT = "customer_credit"
INTEREST_INCOME = "interest_income"
FEE_INCOME = "fee_income"
OPENING_BALANCES = "opening_balances"
OPENING_DIFFERENCE = "opening_difference"
FEE_WAIVERS = "fee_waivers"
CHARGE_OFF = "charge_off"
PROCESSING_FEES = "processing_fees"

RECEIVABLES = (LOAN_PRINCIPAL, LOAN_INTEREST, FEES_RECEIVABLE)


def clearing(gateway: str) -> str:
    """Where money stands that a gateway has taken and not yet paid out to our bank."""
    return UNDEPOSITED if gateway == "counter" else f"clearing_{gateway}"
