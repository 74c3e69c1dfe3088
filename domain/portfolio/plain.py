"""Our own profile, for a spreadsheet: one line per agreement with its terms, its balance and who owes.

docs/importing.md describes every column.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from domain.portfolio.cells import Cells, Options
from domain.portfolio.columns import Field
from domain.portfolio.meaning import Opening, check_opening, prepared
from domain.portfolio.profile import Profile
from domain.portfolio.standing import settle_terms, stand
from domain.rules.calendar import parse_frequency, previous_due
from domain.rules.schedule import LoanTerms
from domain.rules.sign_in_names import is_email
from domain.words import N_, Refused, Sentence

NAMES = {
    "principal": "principal",
    "rate": "rate",
    "count": "count",
    "frequency": "frequency",
    "start": "start",
    "first_due": "first_due",
    "payment": "payment",
    "paid": "last_payment",
    "balance": "balance",
    "interest": "interest_method",
    "day_count": "day_count",
}
FREQUENCIES = {
    "": "monthly",
    "every two weeks": "biweekly",
    "bi-weekly": "biweekly",
    "fortnightly": "biweekly",
    "every 4 weeks": "every-4-weeks",
    "twice a month": "semimonthly",
    "semi-monthly": "semimonthly",
    "month": "monthly",
    "annual": "yearly",
    "annually": "yearly",
}
"""Other ways to write a frequency."""


def _meaning(cells: Cells, as_of: date, options: Options) -> dict[str, Any] | None:
    number = cells.text("number", 48, required=True)
    title = cells.text("title", 200)
    if cells.raw("kind").lower() not in ("", "loan"):
        cells.refuse("kind", Sentence(N_("Only loans can be brought in so far. Write loan here.")))
    days_late = cells.whole("days_late") or 0
    person = _person(cells)
    terms = _terms(cells)
    opening = _opening(cells)
    if terms is None or opening is None or cells.refused:
        return None
    level = settle_terms(cells, terms, NAMES)
    if level is None:
        return None
    check_opening(cells, opening, NAMES, terms.principal_minor)
    where = stand(cells, level, as_of, days_late, opening.balance, "days_late")
    status = "active" if opening.balance else "closed"
    details = {"days_late": days_late} if days_late else None
    return prepared(number, title or "Loan", status, level, where, opening, person, details)


def _terms(cells: Cells) -> LoanTerms | None:
    principal = cells.amount("principal", required=True)
    rate = cells.rate("rate")
    count = cells.whole("count", required=True)
    first_due_on = cells.day("first_due", required=True)
    start_on = cells.day("start")
    payment = cells.amount("payment")
    name = cells.text("frequency", 40).lower()
    frequency = FREQUENCIES.get(name, name)
    try:
        parse_frequency(frequency)
    except Refused as refused:
        cells.refuse("frequency", refused.sentence)
        return None
    if principal is None or rate is None or count is None or first_due_on is None:
        return None
    if not 1900 <= first_due_on.year <= 2200:
        cells.refuse("first_due", Sentence(N_("The first due date must be between 1900 and 2200.")))
        return None
    return LoanTerms(
        principal_minor=principal,
        annual_rate_percent=rate,
        count=count,
        frequency=frequency,
        start_on=start_on or previous_due(frequency, first_due_on),
        first_due_on=first_due_on,
        interest=cells.text("interest_method", 12).lower() or "period",
        day_count=cells.text("day_count", 20).lower() or "30/360",
        payment_minor=payment,
        currency=cells.currency,
    )


def _opening(cells: Cells) -> Opening | None:
    """The balance, and the last payment's split where the sheet has one."""
    balance = cells.amount("balance", required=True)
    names = ("last_payment", "last_principal", "last_interest", "last_fees")
    paid, principal, interest, fees = (cells.amount(name) for name in names)
    before = cells.amount("balance_before")
    if balance is None:
        return None
    principal, interest, fees = principal or 0, interest or 0, fees or 0
    if before is None:
        before = balance + principal
    if paid is None:
        paid = principal + interest + fees
    return Opening(before, paid, principal, interest, fees, balance)


def _person(cells: Cells) -> dict[str, str] | None:
    """Who owes, as far as the sheet says. An address that is none is left out with a warning."""
    name = " ".join(cells.text("name", 200).split())
    email = cells.text("email", 254)
    if email and not is_email(email):
        cells.warn("email", Sentence(N_("This is not an e-mail address; it was left out.")))
        email = ""
    phone, address = cells.text("phone", 40), cells.text("address", 500)
    if not name:
        if email or phone or address:
            cells.warn("name", Sentence(N_("The person has no name, so nobody was put on the agreement.")))
        return None
    found = {"name": name, "email": email, "phone": phone, "address": address}
    return {key: value for key, value in found.items() if value}


PROFILE = Profile(
    name="duebook",
    title=Sentence(N_("Duebook spreadsheet")),
    fields=(
        Field("number", required=True, also=("agreement_number", "agreement", "loan_no", "loan_number", "account",
                                             "account_number", "contract", "contract_number")),
        Field("kind", also=("type", "agreement_kind")),
        Field("title", also=("description", "what_for", "goods", "vehicle")),
        Field("principal", "amount", required=True, also=("amount", "loan_amount", "amount_financed",
                                                          "original_amount", "original_balance")),
        Field("rate", "rate", required=True, also=("annual_rate_percent", "interest_rate", "annual_rate",
                                                   "rate_percent", "apr")),
        Field("count", "whole", required=True, also=("payments", "number_of_payments", "term", "term_months",
                                                     "terms", "installments")),
        Field("frequency", also=("payment_frequency", "every")),
        Field("start", "day", also=("start_date", "start_on", "contract_date", "origination_date", "date")),
        Field("first_due", "day", required=True, also=("first_due_date", "first_due_on", "first_payment",
                                                       "first_payment_date")),
        Field("payment", "amount", also=("installment", "payment_amount", "scheduled_payment", "monthly_payment")),
        Field("balance", "amount", required=True, also=("current_balance", "outstanding", "outstanding_balance",
                                                        "principal_balance", "balance_end")),
        Field("days_late", "whole", also=("past_due_days", "days_past_due", "days_delinquent", "dpd")),
        Field("balance_before", "amount", also=("balance_begin", "previous_balance")),
        Field("last_payment", "amount", also=("last_payment_amount", "paid_total")),
        Field("last_principal", "amount", also=("last_payment_principal", "paid_principal")),
        Field("last_interest", "amount", also=("last_payment_interest", "paid_interest")),
        Field("last_fees", "amount", also=("last_payment_fees", "paid_late_fees")),
        Field("interest_method", also=("interest",)),
        Field("day_count"),
        Field("name", also=("customer", "customer_name", "borrower", "borrower_name", "full_name", "person")),
        Field("email", also=("e_mail", "email_address", "mail")),
        Field("phone", also=("telephone", "phone_number", "mobile", "cell")),
        Field("address", also=("street_address", "postal_address", "mailing_address")),
    ),
    default_as_of=lambda options: options.today,
    meaning=_meaning,
)  # fmt: skip
