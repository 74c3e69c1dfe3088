"""The terms of a rental as its page lists them: each amount with the days it counts for, where those are not all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from domain.rules.planned import called_by
from domain.rules.rent_terms import RentLine, RentTerms, rows_by_line
from domain.words import N_, Money, Sentence

PRORATION = {
    "actual": N_("by the days of that month"),
    "30": N_("by days of a month of 30"),
    "30/360": N_("by days, each month counted as 30"),
    "365": N_("by the day, a year of 365"),
    "366": N_("by the day of the year"),
    "none": N_("charged as a whole one"),
}

Fact = tuple[str | Sentence, Any]


def facts(terms: RentTerms, ended_on: date | None) -> Sequence[Fact]:
    """Label and value pairs; values are formatted by the page. `ended_on`: the last day of a stay that is over, which
    then stands instead of the end that was agreed.
    """
    found: list[Fact] = [(N_("From"), terms.from_on)]
    if ended_on:
        found.append((N_("Moved out"), ended_on))
    else:
        if terms.to_on:
            found.append((N_("To"), terms.to_on))
        if terms.to_on is None or terms.goes_on:
            found.append((N_("After that"), Sentence(N_("month to month"))))
    last_on = min(terms.last_on, ended_on or date.max)
    for rows in rows_by_line(terms).values():
        found += [_line(terms, row, last_on) for row in rows if _counts(terms, row, last_on)]
    found.append((N_("Part of a month"), Sentence(PRORATION[terms.proration])))
    return found


def _counts(terms: RentTerms, row: RentLine, last_on: date) -> bool:
    begins, ends = row.from_on or terms.from_on, row.until_on or last_on
    return max(begins, terms.from_on) <= min(ends, last_on)


def _line(terms: RentTerms, row: RentLine, last_on: date) -> Fact:
    """The amount of a row, with its days where it does not count for the whole stay."""
    name = called_by(row.name, row.type)
    label = name if isinstance(name, Sentence) else Sentence("%(name)s", {"name": name})
    amount = Money(row.amount_minor, terms.currency)
    begins = row.from_on if row.from_on and row.from_on > terms.from_on else None
    ends = row.until_on if row.until_on and row.until_on < last_on else None
    if begins and ends:
        words = N_("%(amount)s from %(first)s to %(last)s")
        return label, Sentence(words, {"amount": amount, "first": begins, "last": ends})
    if begins:
        return label, Sentence(N_("%(amount)s from %(first)s on"), {"amount": amount, "first": begins})
    if ends:
        return label, Sentence(N_("%(amount)s through %(last)s"), {"amount": amount, "last": ends})
    return label, amount
