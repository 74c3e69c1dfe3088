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
CASH_OVER_SHORT = "cash_over_short"
DEPOSITS_IN_TRANSIT = "deposits_in_transit"
METHOD_FEE_INCOME = "method_fee_income"
PROPERTY_EXPENSES = "property_expenses"
OWNER_PAYABLE = "owner_payable"
OWNERS_SHARE = "owners_share"
MANAGEMENT_FEES = "management_fee_income"
BETWEEN_AGREEMENTS = "between_agreements"

RENT_RECEIVABLE = "rent_receivable"
OTHER_RECEIVABLE = "other_receivable"
LEASE_RECEIVABLE = "lease_receivable"
CREDIT_LINE = "credit_line_receivable"
FINANCE_RECEIVABLE = "finance_receivable"
DEPOSITS_RECEIVABLE = "deposits_receivable"
DEPOSITS_HELD = "deposits_held"
SALES_TAX = "sales_tax_payable"
RENT_INCOME = "rent_income"
OTHER_INCOME = "other_income"
LEASE_INCOME = "lease_income"
SALES = "sales"
RECOVERIES = "recoveries"

BUCKET_ACCOUNT = {
    "interest": LOAN_INTEREST,
    "principal": LOAN_PRINCIPAL,
    "fees": FEES_RECEIVABLE,
    "rent": RENT_RECEIVABLE,
    "other": OTHER_RECEIVABLE,
    "lease": LEASE_RECEIVABLE,
    "purchases": CREDIT_LINE,
    "finance": FINANCE_RECEIVABLE,
    "deposit": DEPOSITS_RECEIVABLE,
    "credit": CUSTOMER_CREDIT,
    "recovery": RECOVERIES,
}
"""Bucket of an allocation -> the account it moves: the customer's, but for money that comes after a charge-off."""

CHARGE_INCOME = {
    "rent": RENT_INCOME,
    "addon": OTHER_INCOME,
    "utility": OTHER_INCOME,
    "one_off": OTHER_INCOME,
    "deposit": DEPOSITS_HELD,
    "lease": LEASE_INCOME,
    "purchase": SALES,
    "finance_charge": INTEREST_INCOME,
    "late_fee": FEE_INCOME,
    "returned_payment_fee": FEE_INCOME,
    "fee": FEE_INCOME,
}
"""Type of a charge -> where the business earns it. A deposit is never earned: it is owed back."""

CHARGED = (
    FEES_RECEIVABLE, RENT_RECEIVABLE, OTHER_RECEIVABLE, LEASE_RECEIVABLE, CREDIT_LINE, FINANCE_RECEIVABLE,
    DEPOSITS_RECEIVABLE,
)  # fmt: skip
"""What is owed in charges, whatever the kind of agreement."""

RECEIVABLES = (LOAN_PRINCIPAL, LOAN_INTEREST, *CHARGED)


def clearing(gateway: str) -> str:
    """Where money stands that a gateway has taken and not yet paid out to our bank.

    What a customer transferred is at the bank already: it is known by its line of a statement.
    """
    return _IN_HAND.get(gateway, f"clearing_{gateway}")


_IN_HAND = {"counter": UNDEPOSITED, "bank_transfer": BANK}
