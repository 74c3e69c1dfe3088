"""`flask quote` and `flask explain`: what an agreement costs on a day, and why each open amount is what it is.

Both read the books as they stand and look ahead from there: a day before the newest entry is refused, since what the
books said then is not what they say now. Nothing is written.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from datetime import date
from typing import Any

import click
from flask import current_app

from commands.typed import typed_day
from domain.access import Scope
from domain.reports import agreements, by_number, reasons
from domain.reports.agreements import View
from domain.reports.reasons import Reason
from domain.words import Money, plain_amount, plain_money

HEADER = ("as_of", "principal", "interest", "fees", "credit", "total", "per_diem")
OPERATOR = Scope("admin")
"""Whoever may start a program on this machine sees the whole business."""


@click.command("quote")
@click.argument("number", metavar="AGREEMENT")
@click.option("--on", "day", metavar="DATE", help="The day of the payoff, YYYY-MM-DD. Default: today.")
def quote(number: str, day: str | None) -> None:
    """What ends AGREEMENT on a day, as CSV: the payoff, the buyout, or everything that is owed.

    fees is everything else that is owed; credit is what is taken off: total = principal + interest + fees - credit.
    """
    view = _view(number, day)
    told = view.quote
    amounts = (
        told.principal_minor, told.interest_minor, told.fees_minor, told.credit_minor, told.total_minor,
        told.per_diem_minor,
    )  # fmt: skip
    rows = csv.writer(sys.stdout, lineterminator="\n")
    rows.writerow(HEADER)
    rows.writerow((view.on.isoformat(), *(plain_amount(minor, view.currency) for minor in amounts)))


@click.command("explain")
@click.argument("number", metavar="AGREEMENT")
@click.option("--on", "day", metavar="DATE", help="The day it is told for, YYYY-MM-DD. Default: today.")
def explain(number: str, day: str | None) -> None:
    """Every open amount of AGREEMENT on a day, with the rule, what went in and the journal lines behind it."""
    view = _view(number, day)
    click.echo(f"{view.number}  {view.name}  as of {view.on}")
    for name in reasons.names(OPERATOR, view):
        click.echo("")
        for line in _told(name, reasons.reason(OPERATOR, view, name)):
            click.echo(line)


def _view(number: str, day: str | None) -> View:
    today = current_app.extensions["clock"].today()
    on = typed_day(day) if day else today
    found = by_number.numbered(OPERATOR, number)
    by_number.check_not_before_books(OPERATOR, found, on, today)
    return agreements.view(found, on)


def _told(name: str, reason: Reason) -> Iterator[str]:
    """One figure: its name and amount, then lines that begin with what they are (rule, step, input, entry, line)."""
    yield f"{name}  {plain_money(Money(reason.amount_minor, reason.currency))}  {reason.title}"
    yield f"  rule   {reason.trace.rule} version {reason.trace.version}"
    for step in reason.trace.steps:
        amount = (
            "" if step.amount_minor is None else f"  {plain_money(Money(step.amount_minor, reason.currency))}"
        )
        yield f"  step   {step.sentence}{amount}"
    for label, value in reason.inputs:
        yield f"  input  {label}: {_plain(value)}"
    for entry in reason.entries:
        yield f"  entry  {entry.number}  {entry.on}  {entry.cause}"
        for words, minor in entry.lines:
            yield f"  line   {entry.number}  {words}  {plain_money(Money(minor, reason.currency))}"
    if reason.more:
        yield f"  more   {reason.more} older entries"


def _plain(value: Any) -> str:
    if isinstance(value, Money):
        return plain_money(value)
    return value.isoformat() if isinstance(value, date) else str(value)
