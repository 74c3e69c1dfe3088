"""`flask schedule ...`: schedules computed from terms given on the command line. Nothing is read or stored.

Amounts are in major units (`18500`, `18,500.00`). Bad input ends with exit code 1 and one line that says what is
wrong; wrong usage (an unknown or missing option) with 2.
"""

from __future__ import annotations

import csv
import sys
from decimal import Decimal
from typing import Any

import click

from commands.schedule_lease import lease
from commands.schedule_rent import rent
from commands.typed import typed_currency, typed_day, typed_number, typed_numbers, typed_percent
from domain.reports.schedule_table import LOAN_HEADER, schedule_rows
from domain.rules.apr import loan_apr
from domain.rules.day_count import CONVENTIONS
from domain.rules.money import MODES, parse_amount
from domain.rules.recurrence import first_due_after
from domain.rules.schedule import LoanTerms, loan_schedule
from domain.rules.terms import INTEREST, LAST
from domain.words import DomainError, plain_amount

schedule = click.Group("schedule", help="Schedules computed from terms, as CSV.")
schedule.add_command(lease)
schedule.add_command(rent)


@schedule.command("loan")
@click.option("--principal", required=True, metavar="AMOUNT", help="The amount of the loan.")
@click.option("--rate", required=True, metavar="PERCENT", help="Interest a year: 9.9 means 9.9 %.")
@click.option("--count", required=True, metavar="N", help="How many payments.")
@click.option(
    "--frequency",
    default="monthly",
    show_default=True,
    metavar="NAME",
    help=("weekly, biweekly, every-4-weeks, semimonthly, monthly, quarterly, yearly or every-N-days."),
)
@click.option("--start", required=True, metavar="DATE", help="The day interest begins, YYYY-MM-DD.")
@click.option("--first-due", metavar="DATE", help="The first due date. Default: one period after the start.")
@click.option("--anchor-days", metavar="A,B", help="Days of the month for semimonthly; 31 is the last day.")
@click.option(
    "--interest",
    default="period",
    show_default=True,
    metavar="|".join(INTEREST),
    help=("period: rate / periods a year. daily: days counted. flat: on the first amount throughout."),
)
@click.option(
    "--day-count",
    default="30/360",
    show_default=True,
    metavar="|".join(CONVENTIONS),
    help=("For daily interest and an odd first period."),
)
@click.option(
    "--rounding", default="half-up", show_default=True, metavar="|".join(MODES), help="Of interest."
)
@click.option(
    "--payment-rounding",
    default="half-up",
    show_default=True,
    metavar="|".join(MODES),
    help=("Of the payment."),
)
@click.option(
    "--payment-unit",
    metavar="AMOUNT",
    help=("Round the payment to multiples of this: 0.01 or 1. Default: the smallest amount of the currency."),
)
@click.option("--payment", metavar="AMOUNT", help="The stated installment, taken as it is.")
@click.option(
    "--last",
    default="absorb",
    show_default=True,
    metavar="|".join(LAST),
    help=("The last payment absorbs the rest, equals the others, or its interest absorbs the rest."),
)
@click.option("--balloon", metavar="AMOUNT", help="Paid on top of the last payment.")
@click.option("--skip-months", metavar="M,M", help="Calendar months without a payment, 1 to 12.")
@click.option("--interest-only", default="0", metavar="N", help="How many first payments pay interest alone.")
@click.option("--currency", default="USD", show_default=True, metavar="CODE", help="ISO 4217 code.")
@click.option("--apr", is_flag=True, help="Print the annual percentage rate alone (US Regulation Z).")
def loan(apr: bool, **given: Any) -> None:
    """Print the schedule of a loan."""
    try:
        terms = loan_terms(**given)
        if apr:
            click.echo(loan_apr(terms).quantize(Decimal("0.01")))
            return
        made = loan_schedule(terms)
    except DomainError as problem:
        raise click.ClickException(str(problem)) from problem
    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(LOAN_HEADER)
    table.writerows(schedule_rows(made))
    if made.remainder_minor:
        left = plain_amount(made.remainder_minor, terms.currency)
        click.echo(f"Left after the last payment: {left}", err=True)


def loan_terms(
    *, principal: str, rate: str, count: str, frequency: str, start: str, first_due: str | None,
    anchor_days: str | None, payment_unit: str | None, payment: str | None, balloon: str | None,
    skip_months: str | None, interest_only: str, currency: str, **choices: str,
) -> LoanTerms:  # fmt: skip
    """The terms that the texts of the command line mean. Raises Refused with the sentence to print."""
    typed_currency(currency)
    begin = typed_day(start)
    anchors = typed_numbers(anchor_days)
    return LoanTerms(
        principal_minor=parse_amount(principal, currency),
        annual_rate_percent=typed_percent(rate),
        count=typed_number(count),
        frequency=frequency,
        start_on=begin,
        first_due_on=typed_day(first_due) if first_due else first_due_after(frequency, begin, anchors),
        payment_unit_minor=parse_amount(payment_unit, currency) if payment_unit else 1,
        payment_minor=parse_amount(payment, currency) if payment else None,
        balloon_minor=parse_amount(balloon, currency) if balloon else 0,
        skip_months=typed_numbers(skip_months),
        interest_only=typed_number(interest_only),
        anchor_days=anchors or None,
        currency=currency,
        **choices,
    )
