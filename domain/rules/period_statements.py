"""Statements of months and years: when each is made, under which heading a line counts, and what the lines come to.

A statement is made once, some days after its period is over, so that most of what was begun in it has arrived. What
arrives or is corrected later stands on the next one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from domain.words import N_

MONTH_WAITS = timedelta(days=2)
"""A month's statement is made on the 3rd."""
YEAR_WAITS = timedelta(days=9)
"""A year's on 10 January: what was begun in its last days by bank debit has arrived by then."""
MOST_MONTHS = 12

GROUPS: Mapping[str, str] = {
    "charges": N_("Charges"),
    "interest": N_("Interest"),
    "fees": N_("Fees"),
    "payments": N_("Payments"),
    "back": N_("Payments that went back"),
    "changes": N_("Corrections and other changes"),
}
"""The movements of a statement in their order: with the opening balance they sum to the closing balance."""

PAID: Mapping[str, str] = {
    "interest": N_("Interest paid"),
    "principal": N_("Principal paid"),
    "rent": N_("Rent paid"),
    "lease": N_("Lease payments paid"),
    "purchases": N_("Purchases paid"),
    "fees": N_("Fees paid"),
    "other": N_("Other charges paid"),
    "deposit": N_("Security deposit paid"),
}
"""What the money of a period paid, in order, less what went back."""
_PAID_AS = {"finance": "interest"}
_FEES = ("charge.late_fee", "charge.returned_payment_fee", "charge.fee", "returned_payment_fee")
_OTHER = ("charge.waiver", "charge.correction", "charge.buyout", "charge.given_twice")
_CAME = ("payment.settled", "payment.restored")
_WENT = ("payment.returned", "payment.refunded", "deposit.refunded")


@dataclass(frozen=True, slots=True)
class Period:
    """A calendar month or year, both ends included; `span` is "month" or "year"."""

    span: str
    first: date
    last: date

    @property
    def mark(self) -> str:
        """The middle of a statement's number: "202610", "2026"."""
        return f"{self.first:%Y%m}" if self.span == "month" else f"{self.first:%Y}"


def month_of(day: date) -> Period:
    """The month of a day."""
    first = day.replace(day=1)
    return Period("month", first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1))


def year_of(day: date) -> Period:
    """The year of a day."""
    return Period("year", date(day.year, 1, 1), date(day.year, 12, 31))


def to_make(today: date, month_made: date | None, year_made: date | None) -> list[Period]:
    """The periods whose statements are to be made by a day, the oldest first.

    `month_made` and `year_made` are the last days of the latest ones that were made. Where there were none yet, only
    the latest is made; months that a program stood still through are made up for, up to a year of them.
    """
    found = []
    month = month_of((today - MONTH_WAITS).replace(day=1) - timedelta(days=1))
    for _ in range(MOST_MONTHS):
        found.append(month)
        if month_made is None or month.first <= month_made:
            break
        month = month_of(month.first - timedelta(days=1))
    year = year_of((today - YEAR_WAITS).replace(month=1, day=1) - timedelta(days=1))
    return [*reversed(found), year]


def group_of(cause: str) -> str:
    """Under which heading an entry of this cause counts (a name of GROUPS)."""
    if cause in ("interest.accrued", "charge.finance_charge"):
        return "interest"
    if cause in _FEES:
        return "fees"
    if cause in _CAME:
        return "payments"
    if cause in _WENT:
        return "back"
    if cause.startswith("charge.") and cause not in _OTHER and cause != "charge.raised":
        return "charges"
    return "changes"


@dataclass(frozen=True, slots=True)
class Line:
    """One entry: the day it counts for, what it is called (stored words), its heading, and what it adds (minor units;
    below zero it lowers what is owed).
    """

    on: date
    words: Any
    group: str
    amount_minor: int


def account(
    opening_minor: int, lines: Sequence[Line], paid: Mapping[str, int], owed: Mapping[str, Any]
) -> dict[str, Any]:
    """One account of a statement as it is frozen: opening + the sums of the headings = closing.

    `paid`: bucket of an allocation -> money; `owed` is stored beside (what is late at the end, what is due next).
    """
    sums = dict.fromkeys(GROUPS, 0)
    for line in lines:
        sums[line.group] += line.amount_minor
    by_name: dict[str, int] = {}
    for bucket, amount in paid.items():
        name = _PAID_AS.get(bucket, bucket)
        if name in PAID:
            by_name[name] = by_name.get(name, 0) + amount
    return {
        "opening_minor": opening_minor,
        "closing_minor": opening_minor + sum(sums.values()),
        "sums": {name: amount for name, amount in sums.items() if amount},
        "paid": {name: by_name[name] for name in PAID if by_name.get(name)},
        "lines": [[line.on.isoformat(), line.words, line.group, line.amount_minor] for line in lines],
        **owed,
    }
