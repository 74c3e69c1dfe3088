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
    "property": (_("Property"), _("The name of the house or building; an address may follow after a dash.")),
    "property_address": (_("Address of the property"), _("In one cell.")),
    "unit": (_("Unit"), _("The flat, room or store. Empty for a house that is let as a whole.")),
    "tenant": (_("Tenant"), _("Several tenants by lines or semicolons.")),
    "first_name": (_("First name"), _("Where the file has two columns for the name.")),
    "last_name": (_("Last name"), _("Where the file has two columns for the name.")),
    "other_tenants": (_("Other tenants"), _("Who lives there too, by lines or semicolons.")),
    "status": (_("Status"), _("Current, vacant, notice, future: as the file writes it.")),
    "lease_type": (_("Type of lease"), _("Fixed or month to month.")),
    "rooms": (_("Beds and baths"), _("In one cell: 2/1.5.")),
    "beds": (_("Beds"), _("How many bedrooms.")),
    "baths": (_("Baths"), _("How many bathrooms.")),
    "size": (_("Size"), _("In your own measure.")),
    "market_rent": (_("Market rent"), _("What a month could be let for today.")),
    "rent": (_("Rent"), _("A month's rent.")),
    "charge_code": (
        _("Code of a charge"),
        _("Where each charge stands on a line of its own: rent, pet, parking."),
    ),
    "charge_amount": (_("Amount of that charge"), _("A month.")),
    "other_charges": (_("Other charges"), _("What is asked for each month beside the rent.")),
    "deposit": (_("Deposit held"), _("The security deposit that you hold.")),
    "other_deposit": (_("Other deposits held"), _("For pets or keys; added to the deposit.")),
    "lease_from": (_("Lease from"), _("The first day of the lease.")),
    "lease_to": (_("Lease to"), _("The last day of the lease. Empty, or in the past: month to month.")),
    "move_in": (_("Moved in"), _("The first day of the stay.")),
    "move_out": (_("Moves out"), _("The last day of the stay, where notice was given.")),
    "past_due": (_("Past due"), _("What is owed. Below zero is paid ahead.")),
    "prepaid": (_("Paid ahead"), _("What the tenant paid before it was due.")),
}
