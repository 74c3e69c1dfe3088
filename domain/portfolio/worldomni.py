"""The loan file of World Omni's public filing (SEC ABS-EE, July 2020).

What its makers do, found by computing all 7,572 loans again: `payments` = original term less the grace number; the
scheduled payment is the annuity rounded down; months, not days, are named, so the due day is the person's to say. Where
a balance is not explained by the last payment, `balance_end` is right and the rest is an opening difference.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

from domain.portfolio.cells import Cells, Options
from domain.portfolio.columns import Field
from domain.portfolio.meaning import Opening, check_opening, prepared
from domain.portfolio.profile import Profile
from domain.portfolio.standing import settle_terms, stand
from domain.rules.calendar import add_months
from domain.rules.schedule import LoanTerms
from domain.words import N_, Sentence

FILED_AS_OF = date(2020, 7, 31)
NAMES = {
    "principal": "amount",
    "rate": "annual_rate_percent",
    "count": "payments",
    "start": "first_payment_month",
    "first_due": "first_payment_month",
    "payment": "scheduled_payment",
    "paid": "paid_total",
    "balance": "balance_end",
}


@lru_cache(maxsize=1024)
def dates(first_month: date, due_day: int) -> tuple[date, date]:
    """(start, first due date): the due day of the month, or its last day, and one month before."""
    first_due = add_months(first_month, 0, due_day)
    return add_months(first_due, -1, due_day), first_due


def _meaning(cells: Cells, as_of: date, options: Options) -> dict[str, Any] | None:
    number = cells.text("loan_no", 48, required=True)
    amount = cells.amount("amount", required=True)
    rate = cells.rate("annual_rate_percent")
    count = cells.whole("payments", required=True)
    month = cells.month("first_payment_month", required=True)
    payment = cells.amount("scheduled_payment")
    opening = _opening(cells)
    days_late = cells.whole("days_delinquent") or 0
    if cells.refused or amount is None or rate is None or count is None or month is None or opening is None:
        return None
    start_on, first_due_on = dates(month, options.due_day)
    terms = LoanTerms(
        amount, rate, count, "monthly", start_on, first_due_on,
        payment_rounding="floor", payment_minor=payment or 0, currency=cells.currency,
    )  # fmt: skip
    level = settle_terms(cells, terms, NAMES)
    if level is None:
        return None
    check_opening(cells, opening, NAMES, amount)
    where = stand(cells, level, as_of, days_late, opening.balance, "days_delinquent")
    return prepared(
        number,
        "Auto loan",
        "active" if opening.balance else "closed",
        level,
        where,
        opening,
        details={"days_late": days_late} if days_late else None,
    )


def _opening(cells: Cells) -> Opening | None:
    balance = cells.amount("balance_end", required=True)
    before = cells.amount("balance_begin", required=True)
    paid, principal, interest = (
        cells.amount(name) or 0 for name in ("paid_total", "paid_principal", "paid_interest")
    )
    if balance is None or before is None:
        return None
    return Opening(before, paid, principal, interest, 0, balance)


PROFILE = Profile(
    name="auto_worldomni",
    title=Sentence(N_("World Omni auto loans (public filing of July 2020)")),
    fields=(
        Field("loan_no", required=True),
        Field("amount", "amount", required=True, also=("originalloanamount", "original_loan_amount")),
        Field("annual_rate_percent", "rate", required=True, also=("rate", "interest_rate")),
        Field("payments", "whole", required=True),
        Field("first_payment_month", "month", required=True),
        Field("balance_begin", "amount", required=True),
        Field("scheduled_payment", "amount", required=True),
        Field("paid_total", "amount", required=True),
        Field("paid_interest", "amount", required=True),
        Field("paid_principal", "amount", required=True),
        Field("balance_end", "amount", required=True),
        Field("days_delinquent", "whole", required=True),
    ),
    default_as_of=lambda _options: FILED_AS_OF,
    meaning=_meaning,
    date_order="month",
)
