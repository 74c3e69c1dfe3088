"""All reports there are: one row for each, by name. The page, the files and the mails know no other list.

To add one: write `domain/reports/<report>.py` with `make(scope, asked) -> Sheet`, and put its row here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from domain.access import Scope
from domain.reports import (
    audit_sheet,
    bank_deposit_list,
    cash_received,
    collecting,
    credit_reporting,
    delinquency_sheet,
    expenses,
    fees_and_waivers,
    forecast_sheet,
    gaps,
    held_money,
    income,
    ledger_lines,
    owner_papers,
    portfolio,
    rent_roll,
    rent_roll_columns,
    roll_rates,
    tax_lists,
    trial_balance,
)
from domain.reports.promises import STATE_WORDS
from domain.reports.sheet import Asked, Sheet
from domain.rules.expenses import CATEGORIES
from domain.words import N_, Sentence

GROUPS: Mapping[str, str] = {
    "properties": N_("Properties"),
    "money": N_("Money in"),
    "owed": N_("What is owed"),
    "portfolio": N_("Portfolio"),
    "owners": N_("Owners"),
    "books": N_("The books"),
    "tax": N_("Tax"),
    "house": N_("Control"),
}
"""Groups of the index, in their order."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One report: what it is called, what it answers (one sentence), how it is made, and by what it can be narrowed.

    `filters` are names of `Asked`: "on" (as of), "period" (since and until), and of the others those that it reads, in
    the order of the form. `period` says which days it covers unless somebody says: "month", "last_month", "year" (so
    far), "twelve" (the twelve months that end with this one). `landlord`: landlords may read it, for what is theirs.
    `page` is the endpoint of a page of its own, for those that have one; that page then leads to the files.
    `choices` are words for the values of "by", "what", "status" and "category" where the report reads them.
    """

    title: Sentence
    what: Sentence
    group: str
    make: Callable[[Scope, Asked], Sheet]
    filters: tuple[str, ...] = ("on",)
    period: str = "month"
    landlord: bool = False
    page: str = ""
    right: str = "reports"
    choices: Mapping[str, Mapping[str, str]] | None = None
    listed: bool = True


REPORTS: dict[str, Entry] = {
    "owner_statement": Entry(
        owner_papers.TITLE,
        Sentence(
            N_(
                "Closed months of owners: beginning cash, income, expenses, fee, reserve, what may be paid out."
            )
        ),
        "owners",
        owner_papers.make,
        ("period", "property_ref"),
        period="year",
        landlord=True,
    ),
    "expenses": Entry(
        expenses.TITLE,
        Sentence(N_("What was spent on houses, by category, each with its invoice.")),
        "owners",
        expenses.make,
        ("period", "property_ref", "category"),
        period="year",
        landlord=True,
        choices={"category": CATEGORIES},
    ),
    "gaps": Entry(
        gaps.TITLE,
        Sentence(N_("What does not fit together: leases without rent, autopay below it, credit that waits.")),
        "house",
        gaps.make,
        ("property_ref", "what"),
        page="office.gaps",
        choices=gaps.CHOICES,
    ),
    "rent_roll": Entry(
        rent_roll_columns.TITLE,
        Sentence(N_("Every unit as of a day: who lives there, what it is let for, and what is owed.")),
        "properties",
        rent_roll.make,
        ("on", "property_ref"),
        landlord=True,
        page="office.rent_roll",
    ),
    "delinquency": Entry(
        delinquency_sheet.TITLE,
        delinquency_sheet.WHAT,
        "owed",
        delinquency_sheet.make,
        delinquency_sheet.FILTERS,
        landlord=True,
        page="office.delinquency",
        choices=delinquency_sheet.CHOICES,
    ),
    "ledger_lines": Entry(
        ledger_lines.TITLE,
        Sentence(N_("Every line of one account: what happened, on which agreement, and how much.")),
        "books",
        ledger_lines.make,
        ("period", "account", "by"),
        choices=ledger_lines.CHOICES,
    ),
    "portfolio": Entry(
        portfolio.TITLE,
        Sentence(N_("How much is owed, at which rate, for how long, and what is earned and lost on it.")),
        "portfolio",
        portfolio.make,
        ("on", "kind", "branch", "property_ref", "by"),
        choices=portfolio.CHOICES,
    ),
    "roll_rates": Entry(
        roll_rates.TITLE,
        Sentence(N_("How much of each aging bucket rolled on to the next, or back, in some days.")),
        "portfolio",
        roll_rates.make,
        ("period", "kind", "branch", "property_ref"),
        period="last_month",
    ),
    "collections": Entry(
        collecting.TITLE,
        Sentence(N_("How much of what was due came in, and what stayed late.")),
        "portfolio",
        collecting.make,
        ("period", "kind", "branch", "property_ref", "by"),
        period="last_month",
        choices=collecting.CHOICES,
    ),
    "promises_kept": Entry(
        collecting.PROMISES_TITLE,
        Sentence(N_("Which promises to pay were due in some days, and how many were kept.")),
        "portfolio",
        collecting.make_promises,
        ("period", "kind", "branch", "property_ref", "status"),
        choices={"status": STATE_WORDS},
    ),
    "expected_debits": Entry(
        forecast_sheet.TITLE,
        Sentence(N_("Which debits are expected in the next 30 days, day by day.")),
        "money",
        forecast_sheet.make,
        (),
    ),
    "held_money": Entry(
        held_money.TITLE,
        Sentence(N_("Security deposits and credit of customers that the business holds as of a day.")),
        "owed",
        held_money.make,
        ("on", "property_ref", "kind", "branch", "what"),
        choices=held_money.CHOICES,
    ),
    "interest_received": Entry(
        tax_lists.INTEREST_TITLE,
        Sentence(N_("What each borrower paid of interest in a year.")),
        "tax",
        tax_lists.make_interest,
        ("period", "kind", "branch"),
        period="last_year",
    ),
    "rents_received": Entry(
        tax_lists.RENTS_TITLE,
        Sentence(N_("What came in of rent in a year, by owner and property.")),
        "tax",
        tax_lists.make_rents,
        ("period", "property_ref", "by"),
        period="year",
        choices=tax_lists.RENT_CHOICES,
    ),
    "audit_list": Entry(
        audit_sheet.TITLE,
        Sentence(N_("Who did what, when, and from where.")),
        "house",
        audit_sheet.make,
        ("period", "what"),
        right="audit",
        choices=audit_sheet.CHOICES,
    ),
    "cash_received": Entry(
        cash_received.TITLE,
        cash_received.WHAT,
        "money",
        cash_received.make,
        cash_received.FILTERS,
        choices=cash_received.CHOICES,
    ),
    "bank_deposits": Entry(
        bank_deposit_list.TITLE,
        bank_deposit_list.WHAT,
        "money",
        bank_deposit_list.make,
        bank_deposit_list.FILTERS,
    ),
    "fees_and_waivers": Entry(
        fees_and_waivers.TITLE,
        fees_and_waivers.WHAT,
        "owed",
        fees_and_waivers.make,
        fees_and_waivers.FILTERS,
        choices=fees_and_waivers.CHOICES,
    ),
    "income_statement": Entry(
        income.TITLE,
        income.WHAT,
        "books",
        income.make,
        income.FILTERS,
        period="year",
        choices=income.CHOICES,
    ),
    "twelve_months": Entry(
        income.TWELVE_TITLE,
        income.TWELVE_WHAT,
        "books",
        income.make_twelve,
        income.TWELVE_FILTERS,
        period="twelve",
    ),
    "credit_reporting": Entry(
        credit_reporting.TITLE,
        credit_reporting.WHAT,
        "portfolio",
        credit_reporting.make,
        ("on", "kind", "property_ref"),
        right="export",
    ),  # fmt: skip
    "trial_balance": Entry(
        trial_balance.TITLE,
        Sentence(N_("Every account of the books as of a day, debits and credits.")),
        "books",
        trial_balance.make,
        ("on",),
    ),
}


def reports_of(scope: Scope) -> dict[str, Entry]:
    """The reports that a person may read."""
    return {
        name: entry
        for name, entry in REPORTS.items()
        if scope.may(entry.right) and (entry.landlord or scope.role != "landlord")
    }
