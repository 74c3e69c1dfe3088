"""What a lease asks for a month, as a rent roll prints it: whatever its frequency, and as its terms stand on a day.

Verbs: `month_of`, `raises_of`. Weekly rent counts 52/12 of a month, every two weeks 26/12, twice a month 2 (rules.md,
section 8: 350 weekly is 1,516.67): each line is rounded once, half up. What was charged really stands in the books.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from domain.rules.calendar import periods_per_year
from domain.rules.money import round_ratio, split_evenly
from domain.rules.rent_periods import Periods, whole_periods
from domain.rules.rent_terms import Concession, RentLine, RentTerms, first_rent, in_force, is_of


@dataclass(frozen=True, slots=True)
class Month:
    """A month of a lease in minor units: rent, what comes with it, what is given away, what an agency pays of it."""

    rent_minor: int = 0
    addon_minor: int = 0
    utility_minor: int = 0
    concession_minor: int = 0
    subsidy_minor: int = 0

    @property
    def other_minor(self) -> int:
        return self.addon_minor + self.utility_minor

    @property
    def total_minor(self) -> int:
        """What the month costs: rent and the rest, less what is given away."""
        return self.rent_minor + self.other_minor - self.concession_minor


@dataclass(frozen=True, slots=True)
class Raise:
    """Another amount of the rent: from a day on, a month in minor units."""

    from_on: date
    amount_minor: int


def in_a_month(amount_minor: int, frequency: str) -> int:
    """An amount per period as an amount per month, rounded half up."""
    exact = amount_minor * periods_per_year(frequency) / 12
    return round_ratio(exact.numerator, exact.denominator)


def month_of(terms: RentTerms, on: date, agencies: Container[str] = ()) -> Month:
    """What the terms ask for a month as they stand on the day. `agencies`: keys of payers whose share is a subsidy."""
    sums = {"rent": 0, "addon": 0, "utility": 0}
    for line in terms.lines:
        if _counts(line, on):
            sums[line.type] += in_a_month(line.amount_minor, terms.frequency)
    given = sum(_given(terms, one, sums["rent"], on) for one in terms.concessions if in_force(one, on))
    paid_for = _subsidy(terms, on, agencies) if agencies and terms.shares else 0
    return Month(sums["rent"], sums["addon"], sums["utility"], min(given, sums["rent"]), paid_for)


def _counts(line: RentLine, on: date) -> bool:
    return (line.from_on is None or line.from_on <= on) and (line.until_on is None or line.until_on >= on)


def _given(terms: RentTerms, one: Concession, rent_minor: int, on: date) -> int:
    if one.kind == "free":
        return rent_minor
    if one.kind == "off":
        return in_a_month(one.amount_minor, terms.frequency)
    periods = Periods(terms)
    first, last = whole_periods(terms, periods)
    index = periods.index_of(on)
    if not first <= index <= last:
        return 0
    return in_a_month(split_evenly(one.amount_minor, last - first + 1)[index - first], terms.frequency)


def _subsidy(terms: RentTerms, on: date, agencies: Container[str]) -> int:
    """What agencies pay of the month: fixed amounts first, percents of what these leave."""
    first, paid = first_rent(terms), 0
    shares = [share for share in terms.shares if in_force(share, on)]
    for line in terms.lines:
        if not _counts(line, on):
            continue
        left = month = in_a_month(line.amount_minor, terms.frequency)
        of_it = [share for share in shares if is_of(share, line.name, first)]
        for share in of_it:
            if share.amount_minor is not None:
                part = min(in_a_month(share.amount_minor, terms.frequency), left)
                left -= part
                paid += part if share.payer in agencies else 0
        for share in of_it:
            if share.percent is not None and share.payer in agencies:
                exact = left * Fraction(share.percent) / 100
                paid += min(round_ratio(exact.numerator, exact.denominator), month)
    return paid


def raises_of(terms: RentTerms, on: date) -> tuple[Raise | None, Raise | None]:
    """The last change of the first rent by the day, and the next one after it that is agreed on already."""
    name = first_rent(terms)
    rows = [line for line in terms.lines if line.type == "rent" and line.name == name]
    changes = [
        Raise(line.from_on, in_a_month(line.amount_minor, terms.frequency))
        for line in rows
        if line.from_on is not None and line.from_on > terms.from_on
    ]
    past = [one for one in changes if one.from_on <= on]
    coming = [one for one in changes if one.from_on > on]
    return (
        max(past, key=lambda one: one.from_on, default=None),
        min(coming, key=lambda one: one.from_on, default=None),
    )
