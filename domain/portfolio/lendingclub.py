"""Lending Club's public release of instalment loans.

The installment is the annuity rounded up. The file names the month of issue and a status instead of days late, and
does not say the day its balances are of: the person must. Payments are given in sum since the beginning, so the
opening entry starts from the amount lent.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from domain.portfolio.cells import Cells, Options
from domain.portfolio.columns import Field
from domain.portfolio.meaning import Opening, check_opening, prepared
from domain.portfolio.profile import Profile
from domain.portfolio.standing import settle_terms, stand
from domain.portfolio.worldomni import dates
from domain.rules.calendar import add_months
from domain.rules.schedule import LoanTerms
from domain.words import N_, Refused, Sentence

STATUSES = {
    "current": ("active", 0),
    "issued": ("active", 0),
    "in grace period": ("active", 1),
    "late (16-30 days)": ("active", 16),
    "late (31-120 days)": ("active", 31),
    "default": ("active", 121),
    "fully paid": ("closed", 0),
    "charged off": ("charged_off", 0),
}
"""The file's status -> ours, and the days late it means at least."""

NAMES = {
    "principal": "amount",
    "rate": "annual_rate_percent",
    "count": "term_months",
    "start": "issue_month",
    "first_due": "issue_month",
    "payment": "installment",
    "paid": "paid_total",
    "balance": "balance",
}


def _meaning(cells: Cells, as_of: date, options: Options) -> dict[str, Any] | None:
    number = cells.text("loan_no", 48, required=True)
    amount = cells.amount("amount", required=True)
    rate = cells.rate("annual_rate_percent")
    count = cells.whole("term_months", required=True)
    month = cells.month("issue_month", required=True)
    payment = cells.amount("installment")
    balance = cells.amount("balance", required=True)
    names = ("paid_total", "paid_principal", "paid_interest", "paid_late_fees")
    paid, principal, interest, fees = (cells.amount(name) or 0 for name in names)
    purpose = cells.text("purpose", 100)
    said = _status(cells)
    if said is None or cells.refused or amount is None or rate is None or count is None:
        return None
    if month is None or balance is None:
        return None
    status, days_late = said
    start_on, first_due_on = dates(add_months(month, 1), options.due_day)
    terms = LoanTerms(
        amount, rate, count, "monthly", start_on, first_due_on,
        payment_rounding="ceiling", payment_minor=payment or 0, currency=cells.currency,
    )  # fmt: skip
    level = settle_terms(cells, terms, NAMES)
    if level is None:
        return None
    opening = Opening(amount, paid, principal, interest, fees, balance)
    check_opening(cells, opening, NAMES, amount)
    if status == "active" and not balance:
        status = "closed"
    where = stand(cells, level, as_of, days_late, balance, "loan_status")
    title = purpose.replace("_", " ").strip().capitalize()
    details = {"days_late": days_late} if days_late else None
    return prepared(number, title or "Loan", status, level, where, opening, details=details)


def _status(cells: Cells) -> tuple[str, int] | None:
    text = cells.raw("loan_status")
    found = STATUSES.get(text.lower())
    if found is None:
        cells.refuse(
            "loan_status", Sentence(N_("%(text)s is not a status we know."), {"text": text[:40] or "-"})
        )
    elif found[0] == "charged_off":
        cells.warn("loan_status", Sentence(N_("The loan was charged off and is brought in as such.")))
    return found


def _as_of(_options: Options) -> date:
    raise Refused(Sentence(N_("This file does not say the day its balances are of. Give that day.")), "as_of")


PROFILE = Profile(
    name="lendingclub",
    title=Sentence(N_("Lending Club instalment loans (public release)")),
    fields=(
        Field("loan_no", required=True),
        Field("amount", "amount", required=True, also=("loan_amnt", "loan_amount")),
        Field("annual_rate_percent", "rate", required=True, also=("int_rate", "interest_rate")),
        Field("term_months", "whole", required=True, also=("term",)),
        Field("installment", "amount", required=True),
        Field("issue_month", "month", required=True, also=("issue_d",)),
        Field("loan_status", required=True),
        Field("balance", "amount", required=True),
        Field("paid_total", "amount", required=True),
        Field("paid_principal", "amount", required=True),
        Field("paid_interest", "amount", required=True),
        Field("paid_late_fees", "amount"),
        Field("purpose"),
    ),
    default_as_of=_as_of,
    meaning=_meaning,
    needs_as_of=True,
)
