"""`flask schedule lease`: what a lease-to-own asks for, computed from terms given on the command line.

Amounts are in major units. Bad input ends with exit code 1 and one line that says what is wrong; wrong usage with 2.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable
from typing import Any

import click

from commands.typed import typed_currency, typed_day, typed_number, typed_numbers, typed_percent
from domain.rules.lease import LeaseTerms, plan
from domain.rules.money import MODES, parse_amount
from domain.rules.planned import PlannedCharge
from domain.rules.recurrence import first_due_from
from domain.words import DomainError, plain_amount

CHARGE_HEADER = ("number", "due_on", "period_from", "period_to", "amount")


@click.command("lease")
@click.option("--cash-price", required=True, metavar="AMOUNT", help="What the goods cost in cash.")
@click.option("--payment", required=True, metavar="AMOUNT", help="One payment, before tax.")
@click.option("--count", required=True, metavar="N", help="How many payments.")
@click.option(
    "--frequency",
    default="monthly",
    show_default=True,
    metavar="NAME",
    help="weekly, biweekly, every-4-weeks, semimonthly, monthly, quarterly, yearly or every-N-days.",
)
@click.option("--start", required=True, metavar="DATE", help="The first day of the lease, YYYY-MM-DD.")
@click.option("--first-due", metavar="DATE", help="The first due date. Default: the start, in advance.")
@click.option("--anchor-days", metavar="A,B", help="Days of the month payments fall on; 31 is the last day.")
@click.option(
    "--tax", default="0", show_default=True, metavar="PERCENT", help="Tax on each payment: 6 means 6 %."
)
@click.option(
    "--balloon", metavar="AMOUNT", help="Due when the payments have run, for ownership; before tax."
)
@click.option("--rounding", default="half-up", show_default=True, metavar="|".join(MODES), help="Of the tax.")
@click.option("--currency", default="USD", show_default=True, metavar="CODE", help="ISO 4217 code.")
def lease(**given: Any) -> None:
    """Print what a lease-to-own asks for: one row per charge, its amount with tax."""
    try:
        terms = lease_terms(**given)
        made = plan(terms)
    except DomainError as problem:
        raise click.ClickException(str(problem)) from problem
    print_charges(made, terms.currency)


def print_charges(charges: Iterable[PlannedCharge], currency: str) -> None:
    """One row per charge under CHARGE_HEADER."""
    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(CHARGE_HEADER)
    for charge in charges:
        days = (charge.due_on.isoformat(), charge.period_from.isoformat(), charge.period_to.isoformat())
        table.writerow((charge.number, *days, plain_amount(charge.amount_minor, currency)))


def lease_terms(
    *, cash_price: str, payment: str, count: str, frequency: str, start: str, first_due: str | None,
    anchor_days: str | None, tax: str, balloon: str | None, rounding: str, currency: str,
) -> LeaseTerms:  # fmt: skip
    """The terms that the texts of the command line mean. Raises Refused with the sentence to print."""
    typed_currency(currency)
    begin = typed_day(start)
    anchors = typed_numbers(anchor_days)
    return LeaseTerms(
        cash_price_minor=parse_amount(cash_price, currency),
        payment_minor=parse_amount(payment, currency),
        count=typed_number(count),
        frequency=frequency,
        start_on=begin,
        first_due_on=typed_day(first_due) if first_due else first_due_from(frequency, begin, anchors),
        anchor_days=anchors or None,
        tax_percent=typed_percent(tax),
        balloon_minor=parse_amount(balloon, currency) if balloon else 0,
        rounding=rounding,
        currency=currency,
    )
