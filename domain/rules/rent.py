"""What a rental asks for, rent in advance on each due day with add-ons, concessions and shares; and what it gives back.

`charges` plans any stretch of time without walking from the start, `moved_out` the unused part of what was billed.
`yearly_increase` and `monthly_equivalent` are the sums a rent roll needs. All are pure: no clock, nothing stored.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from domain.rules.calendar import add_months, periods_per_year
from domain.rules.money import round_minor
from domain.rules.planned import PlannedCharge
from domain.rules.proration import Span
from domain.rules.rent_amounts import Asked, asked, days_of_rows, is_whole
from domain.rules.rent_check import check_terms
from domain.rules.rent_periods import Periods
from domain.rules.rent_shares import shared
from domain.rules.rent_terms import FOREVER, Concession, RentLine, RentTerms, Share, first_rent, rows_by_line
from domain.words import N_, Money, Sentence, Step, Trace

__all__ = [
    "Concession",
    "Credit",
    "Plan",
    "RentLine",
    "RentTerms",
    "Share",
    "charges",
    "check_terms",
    "monthly_equivalent",
    "moved_out",
    "yearly_increase",
    "yearly_rows",
]

VERSION = 1
_ONE_DAY = timedelta(days=1)
UNUSED = "rent.unused"


@dataclass(frozen=True, slots=True)
class Credit:
    """What is given back of one billed charge: `amount_minor` for the days of the period, of which the rest is kept.

    `rule` and `key` name it within its agreement for ever, as those of a charge do.
    """

    charge: PlannedCharge
    rule: str
    key: str
    on: date
    period_from: date
    period_to: date
    amount_minor: int
    kept_minor: int
    trace: Trace


def charges(terms: RentTerms, through: date, after: date | None = None) -> tuple[PlannedCharge, ...]:
    """The charges due after `after` (None: from the start) through `through`, in order of their due days.

    Each is due on the first day it pays for. `number` is the number of its period, from 1: lines and shares of one
    period have the same. `rule` is `rent.<type>`; `key` is the period's first day by the calendar, the line's slug and
    the payer. An amount of 0 is a period that is free: shown, with nothing to collect. Raises Refused for terms that
    make no sense.
    """
    return Plan(terms).charges(through, after)


def moved_out(terms: RentTerms, out_on: date, billed: Sequence[PlannedCharge]) -> tuple[Credit, ...]:
    """What is given back of charges already billed when `out_on` is the last day: the unused part of each.

    What is kept is what the same terms ask for through that day, so it is prorated (or not) as the rent is. Charges of
    other rules, and charges these terms do not ask for, are left alone unless their whole period lies after the day.
    """
    plan, found = Plan(terms), []
    for charge in billed:
        if not charge.rule.startswith("rent.") or charge.period_to <= out_on:
            continue
        kept = 0
        if charge.period_from <= out_on:
            index = plan.periods.index_of(charge.period_from)
            used = plan.charges_of(index, min(out_on, terms.last_on))
            kept = next((one.amount_minor for one in used if one.key == charge.key), charge.amount_minor)
        if kept < charge.amount_minor:
            found.append(_credit(terms, charge, out_on, kept))
    return tuple(found)


def yearly_increase(
    rent_minor: int, percent: Decimal, years: int, rounding: str = "half-up"
) -> tuple[int, ...]:
    """The rent of each of the next `years` years: `percent` more than the rounded rent of the year before."""
    rents: list[int] = []
    for _ in range(years):
        rent_minor = round_minor(rent_minor * (1 + Fraction(percent) / 100), rounding)
        rents.append(rent_minor)
    return tuple(rents)


def yearly_rows(
    line: RentLine, starts_on: date, percent: Decimal, years: int, rounding: str = "half-up"
) -> tuple[RentLine, ...]:
    """A line and its yearly increases as dated rows: the first year from `starts_on`, then `years` raises."""
    amounts = (line.amount_minor, *yearly_increase(line.amount_minor, percent, years, rounding))
    starts = [add_months(starts_on, 12 * year) for year in range(years + 1)]
    ends = [start - timedelta(days=1) for start in starts[1:]] + [line.until_on]
    return tuple(
        replace(line, amount_minor=amount, from_on=start, until_on=end)
        for amount, start, end in zip(amounts, starts, ends, strict=True)
    )


def monthly_equivalent(amount_minor: int, frequency: str, rounding: str = "half-up") -> int:
    """An amount per period as a rent roll shows it, per month: weekly x 52/12, two weeks x 26/12, twice a month x 2."""
    return round_minor(amount_minor * periods_per_year(frequency) / 12, rounding)


class Plan:
    """Terms made ready to ask for any period. Raises Refused for terms that make no sense."""

    def __init__(self, terms: RentTerms):
        check_terms(terms)
        self.terms, self.periods, self.first = terms, Periods(terms), first_rent(terms)
        self.lines = rows_by_line(terms)
        self.dated = any(row.from_on for row in terms.lines)

    def charges(self, through: date, after: date | None = None) -> tuple[PlannedCharge, ...]:
        """What `charges` says of these terms."""
        found = [
            charge
            for index in self._indexes(after, through)
            for charge in self.charges_of(index, self.terms.last_on, after)
            if charge.due_on <= through
        ]
        found.sort(key=lambda charge: charge.due_on)
        return tuple(found)

    def next_on(self, after: date | None, through: date) -> date | None:
        """The due day of the first charge after `after` through `through` with anything to collect.

        It looks no further than that charge's period. None where there is no such charge.
        """
        for index in self._indexes(after, through):
            days = [
                line.spans[0][1].first
                for line in self._lines_of(index, self.terms.last_on, after)
                if line.spans[0][1].first <= through and self._collects(line)
            ]
            if days:
                return min(days)
        return None

    def charges_of(self, index: int, last_on: date, after: date | None = None) -> list[PlannedCharge]:
        """The charges of one period that are due after `after`, for days through `last_on` only."""
        return [
            charge for line in self._lines_of(index, last_on, after) for charge in self._charges_of_line(line)
        ]

    def _indexes(self, after: date | None, through: date) -> range:
        """The periods with days after one day and through another, within the terms."""
        through = min(through, self.terms.last_on)
        if through < self.terms.from_on:
            return range(0)
        begin = self.periods.first
        if after is not None and after > self.terms.from_on:
            begin = self.periods.index_of(min(after, FOREVER) + _ONE_DAY)
            if not self.dated and self.periods.start_of(begin) <= after:
                begin += 1  # its lines all began with it
        return range(begin, self.periods.index_of(through) + 1)

    def _lines_of(self, index: int, last_on: date, after: date | None) -> Iterator[_Line]:
        """The lines that count in a period on days through `last_on`, those due by `after` left out."""
        terms, (number, period) = self.terms, self.periods.at(index)
        stay = period
        if period.first < terms.from_on or period.last > last_on:
            stay = Span(max(period.first, terms.from_on), min(period.last, last_on))
            if stay.last < stay.first:
                return
        for (kind, slug), rows in self.lines.items():
            spans = days_of_rows(rows, stay)
            if spans and (after is None or spans[0][1].first > after):
                given = terms.concessions if rows[0].name == self.first else ()
                yield _Line(number, period, kind, slug, rows[0].name, spans, given)

    def _collects(self, line: _Line) -> bool:
        """Whether a line has anything to collect; of a whole period that is known without its reason."""
        if is_whole(line.spans, line.period, line.given):
            return line.spans[0][0].amount_minor != 0
        return self._asked(line).amount_minor != 0

    def _asked(self, line: _Line) -> Asked:
        return asked(self.terms, line.spans, line.period, line.given, self.periods)

    def _charges_of_line(self, line: _Line) -> list[PlannedCharge]:
        """A charge for each payer of the line."""
        rule, its = f"rent.{line.kind}", self._asked(line)
        return [
            PlannedCharge(
                number=line.number,
                type=line.kind,
                rule=rule,
                key=f"{line.period.first}:{line.slug}:{payer}",
                due_on=its.span.first,
                period_from=its.span.first,
                period_to=its.span.last,
                amount_minor=amount,
                trace=Trace(rule, VERSION, its.steps + steps),
                name=line.name,
                payer=payer,
            )
            for payer, amount, steps in shared(self.terms, line.name, self.first, its)
        ]


class _Line(NamedTuple):
    """One line of the terms in one period: its rows with the days they count on, and what is given away of it."""

    number: int
    period: Span
    kind: str
    slug: str
    name: str
    spans: list[tuple[RentLine, Span]]
    given: tuple[Concession, ...]


def _credit(terms: RentTerms, charge: PlannedCharge, out_on: date, kept: int) -> Credit:
    back = charge.amount_minor - kept
    billed = {
        "amount": Money(charge.amount_minor, terms.currency),
        "first": charge.period_from,
        "last": charge.period_to,
    }
    steps = (
        Step(Sentence(N_("Billed for %(first)s to %(last)s: %(amount)s."), billed), charge.amount_minor),
        Step(
            Sentence(
                N_("Through %(day)s, the last day, it is %(kept)s."),
                {"day": out_on, "kept": Money(kept, terms.currency)},
            ),
            kept,
        ),
        Step(Sentence(N_("Given back: %(back)s."), {"back": Money(back, terms.currency)}), back),
    )
    first = max(charge.period_from, out_on + timedelta(days=1))
    trace = Trace(UNUSED, VERSION, steps)
    return Credit(charge, UNUSED, charge.key, out_on, first, charge.period_to, back, kept, trace)
