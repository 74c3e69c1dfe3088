"""`flask schedule rent`: what a rental asks for, computed from terms given on the command line.

Amounts are in major units, days local calendar dates with both ends included. Bad input ends with exit code 1 and one
line that says what is wrong; wrong usage with 2.
"""

from __future__ import annotations

from typing import Any

import click

from commands.schedule_lease import print_charges
from commands.typed import typed_currency, typed_day, typed_number, typed_numbers
from domain.rules.money import MODES, parse_amount
from domain.rules.proration import METHODS
from domain.rules.rent import RentLine, RentTerms, charges
from domain.words import N_, DomainError, Refused, Sentence


@click.command("rent")
@click.option("--rent", "amount", required=True, metavar="AMOUNT", help="The rent of one period.")
@click.option("--from", "begin", required=True, metavar="DATE", help="The first day, YYYY-MM-DD.")
@click.option("--to", "end", required=True, metavar="DATE", help="The last day, YYYY-MM-DD; it counts.")
@click.option(
    "--due-day",
    metavar="N",
    help="The day of the month rent falls due; 31 is the last day. Default: the first day's.",
)
@click.option(
    "--proration",
    default="actual",
    show_default=True,
    metavar="|".join(METHODS),
    help="What a part of a period pays: days of its month, thirtieths, months of 30 days, days of a year (366 only "
    "in leap years), or the whole.",
)
@click.option(
    "--frequency",
    default="monthly",
    show_default=True,
    metavar="NAME",
    help="weekly, biweekly, every-4-weeks, semimonthly, monthly, quarterly, yearly or every-N-days.",
)
@click.option("--anchor-days", metavar="A,B", help="Days of the month for semimonthly; 31 is the last day.")
@click.option("--rounding", default="half-up", show_default=True, metavar="|".join(MODES), help="Of a part.")
@click.option("--currency", default="USD", show_default=True, metavar="CODE", help="ISO 4217 code.")
def rent(**given: Any) -> None:
    """Print what a rental asks for, in advance: one row per charge."""
    try:
        terms = rent_terms(**given)
        made = charges(terms, through=terms.last_on)
    except DomainError as problem:
        raise click.ClickException(str(problem)) from problem
    print_charges(made, terms.currency)


def rent_terms(
    *, amount: str, begin: str, end: str, due_day: str | None, proration: str, frequency: str,
    anchor_days: str | None, rounding: str, currency: str,
) -> RentTerms:  # fmt: skip
    """The terms that the texts of the command line mean. Raises Refused with the sentence to print."""
    typed_currency(currency)
    rent_minor = parse_amount(amount, currency)
    if rent_minor <= 0:
        raise Refused(Sentence(N_("The rent must be above zero.")), "rent")
    anchors = typed_numbers(anchor_days)
    return RentTerms(
        from_on=typed_day(begin),
        to_on=typed_day(end),
        due_day=typed_number(due_day) if due_day is not None else None,
        frequency=frequency,
        anchor_days=anchors or None,
        proration=proration,
        rounding=rounding,
        currency=currency,
        lines=(RentLine("rent", "Rent", rent_minor),),
    )
