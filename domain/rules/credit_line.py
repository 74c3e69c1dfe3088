"""A credit line: statement cycles, interest on the average daily balance, a minimum payment, and a limit.

The door of its rules: terms in `credit_terms`, cycles in `credit_cycles`, interest and grace in `credit_interest`, what
closes a cycle in `credit_statement`. None reads a clock; all say why. Ceilings on the rate are in `rate_caps`.
"""

from domain.rules.credit_cycles import Cycle, cycles
from domain.rules.credit_interest import (
    Activity,
    average_daily_balance,
    bearing_interest,
    finance_charge,
    grace_holds,
    interest_free_opening_minor,
)
from domain.rules.credit_statement import (
    Paid,
    Statement,
    apply_payment,
    available_minor,
    check_purchase,
    close_cycle,
    interest_charge,
    minimum_payment,
)
from domain.rules.credit_terms import CreditTerms, MinimumRule, MinimumTier, check_terms

__all__ = [
    "Activity",
    "CreditTerms",
    "Cycle",
    "MinimumRule",
    "MinimumTier",
    "Paid",
    "Statement",
    "apply_payment",
    "available_minor",
    "average_daily_balance",
    "bearing_interest",
    "check_purchase",
    "check_terms",
    "close_cycle",
    "cycles",
    "finance_charge",
    "grace_holds",
    "interest_charge",
    "interest_free_opening_minor",
    "minimum_payment",
]
