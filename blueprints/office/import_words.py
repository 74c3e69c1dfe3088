"""The fields of an imported file in words: name -> (label, one sentence). The names are those of domain/portfolio."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

_NUMBER = (_("Number of the agreement"), _("By which you and the customer call it."))
_PRINCIPAL = (_("Amount of the loan"), _("What was lent in the beginning."))
_RATE = (_("Interest rate"), _("Percent a year."))
_COUNT = (_("Number of payments"), _("Over the whole loan, those made already among them."))
_PAYMENT = (_("Regular payment"), _("What is due each time by the contract."))
_BALANCE = (_("Balance"), _("Principal still owed on the day of the balances."))
_BEFORE = (_("Balance before the last payment"), _("Principal owed before the last payment was counted."))
_LATE = (_("Days late"), _("Since the oldest payment that is still open was due."))
_PAID = (_("Money paid"), _("With the last payment or since the start, as this kind of file counts."))
_PAID_PRINCIPAL = (_("Money paid: principal"), _("The part of it that reduced the balance."))
_PAID_INTEREST = (_("Money paid: interest"), _("The part of it that paid interest."))
_PAID_FEES = (_("Money paid: fees"), _("The part of it that paid late fees."))

FIELDS = {
    "number": _NUMBER,
    "loan_no": _NUMBER,
    "kind": (_("Kind of agreement"), _("A loan, where the file says nothing.")),
    "title": (_("What for"), _("The goods, in the customer's words: 2021 Toyota Camry.")),
    "purpose": (_("What for"), _("What the loan was taken for.")),
    "principal": _PRINCIPAL,
    "amount": _PRINCIPAL,
    "rate": _RATE,
    "annual_rate_percent": _RATE,
    "count": _COUNT,
    "payments": _COUNT,
    "term_months": (_("Term"), _("In months; one payment a month.")),
    "frequency": (
        _("How often"),
        _("Weekly, every two weeks, monthly; monthly where the file says nothing."),
    ),
    "start": (_("Start"), _("The day from which interest counts.")),
    "issue_month": (_("Month of the start"), _("The month in which the loan was paid out.")),
    "first_due": (_("First due day"), _("The day of the first payment.")),
    "first_payment_month": (
        _("Month of the first payment"),
        _("The month in which the first payment was due."),
    ),
    "payment": _PAYMENT,
    "scheduled_payment": _PAYMENT,
    "installment": _PAYMENT,
    "balance": _BALANCE,
    "balance_end": _BALANCE,
    "balance_before": _BEFORE,
    "balance_begin": _BEFORE,
    "days_late": _LATE,
    "days_delinquent": _LATE,
    "loan_status": (_("State of the loan"), _("As its lender writes it: current, late, paid off.")),
    "last_payment": _PAID,
    "paid_total": _PAID,
    "last_principal": _PAID_PRINCIPAL,
    "paid_principal": _PAID_PRINCIPAL,
    "last_interest": _PAID_INTEREST,
    "paid_interest": _PAID_INTEREST,
    "last_fees": _PAID_FEES,
    "paid_late_fees": _PAID_FEES,
    "interest_method": (_("How interest counts"), _("Per period of the plan, or by the day.")),
    "day_count": (_("Day count"), _("How days become parts of a year, for example actual/365.")),
    "name": (_("Customer"), _("The name of the person on the agreement.")),
    "email": (_("E-mail"), _("Where the link to their account can be mailed.")),
    "phone": (_("Phone"), _("With the area code.")),
    "address": (_("Postal address"), _("In one cell.")),
}
