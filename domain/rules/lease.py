"""Lease-to-own: rental payments with tax, then ownership; a buyout on every date; goods that come back.

The door of its rules: terms in `lease_terms`, what falls due in `lease_plan`, the early purchase in `lease_buyout`,
partial payments and returned goods in `lease_partial`. None reads a clock; all say why.
"""

from domain.rules.lease_buyout import Buyout, Standing, buyout, cash_doubt, standing
from domain.rules.lease_partial import (
    DaysBought,
    PeriodsBought,
    Returned,
    days_bought,
    periods_bought,
    returned_goods,
)
from domain.rules.lease_plan import charges, ends_on, plan, tax_minor, total_cost_minor
from domain.rules.lease_price import cash_window_ends_on
from domain.rules.lease_terms import BuyoutRule, LeaseTerms, check_terms

__all__ = [
    "Buyout",
    "BuyoutRule",
    "DaysBought",
    "LeaseTerms",
    "PeriodsBought",
    "Returned",
    "Standing",
    "buyout",
    "cash_doubt",
    "cash_window_ends_on",
    "charges",
    "check_terms",
    "days_bought",
    "ends_on",
    "periods_bought",
    "plan",
    "returned_goods",
    "standing",
    "tax_minor",
    "total_cost_minor",
]
