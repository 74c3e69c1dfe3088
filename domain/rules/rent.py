"""What a rental asks for, rent in advance on each due day with add-ons, concessions and shares; and what it gives back.

`charges` plans any stretch of time without walking from the start, `moved_out` the unused part of what was billed.
`yearly_increase` and `monthly_equivalent` are the sums a rent roll needs. All are pure: no clock, nothing stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from domain.rules.calendar import add_months, periods_per_year
from domain.rules.money import round_minor
from domain.rules.planned import PlannedCharge
from domain.rules.proration import Span
from domain.rules.rent_amounts import asked, days_of_rows
from domain.rules.rent_check import check_terms
from domain.rules.rent_periods import Periods
from domain.rules.rent_shares import shared
from domain.rules.rent_terms import FOREVER, Concession, RentLine, RentTerms, Share, first_rent, rows_by_line
from domain.words import N_, Money, Sentence, Step, Trace

__all__ = [
    "Concession",
    "Credit",
    "RentLine",
    "RentTerms",
    "Share",
    "charges",
    "check_terms",
    "monthly_equivalent",
    "moved_out",
    "next_charge_on",
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
    check_terms(terms)
    plan = _Plan(terms)
    through = min(through, terms.last_on)
    if through < terms.from_on:
        return ()
    begin = plan.periods.first
    if after is not None and after > terms.from_on:
        begin = plan.periods.index_of(min(after, FOREVER) + _ONE_DAY)
    found = [
        charge
        for index in range(begin, plan.periods.index_of(through) + 1)
        for charge in plan.charges_of(index, terms.last_on, after)
        if charge.due_on <= through
    ]
    return tuple(sorted(found, key=lambda charge: charge.due_on))


def next_charge_on(terms: RentTerms, after: date | None, through: date) -> date | None:
    """The due day of the first charge after `after` through `through` with anything to collect, as `charges` has it.

    It looks no further than that charge's period. None where there is no such charge.
    """
    plan, through = _Plan(terms), min(through, terms.last_on)
    if through < terms.from_on:
        return None
    begin = plan.periods.first
    if after is not None and after > terms.from_on:
        begin = plan.periods.index_of(min(after, FOREVER) + _ONE_DAY)
    for index in range(begin, plan.periods.index_of(through) + 1):
        found = plan.charges_of(index, terms.last_on, after)
        if days := [charge.due_on for charge in found if charge.amount_minor and charge.due_on <= through]:
            return min(days)
    return None


def moved_out(terms: RentTerms, out_on: date, billed: Sequence[PlannedCharge]) -> tuple[Credit, ...]:
    """What is given back of charges already billed when `out_on` is the last day: the unused part of each.

    What is kept is what the same terms ask for through that day, so it is prorated (or not) as the rent is. Charges of
    other rules, and charges these terms do not ask for, are left alone unless their whole period lies after the day.
    """
    check_terms(terms)
    plan, found = _Plan(terms), []
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


class _Plan:
    """Terms made ready to ask for any period."""

    def __init__(self, terms: RentTerms):
        self.terms, self.periods, self.first = terms, Periods(terms), first_rent(terms)
        self.lines = rows_by_line(terms)

    def charges_of(self, index: int, last_on: date, after: date | None = None) -> list[PlannedCharge]:
        """The charges of one period that are due after `after`, for days through `last_on` only."""
        terms, (number, period) = self.terms, self.periods.at(index)
        stay = Span(max(period.first, terms.from_on), min(period.last, last_on))
        if stay.last < stay.first:
            return []
        found = []
        for (kind, slug), rows in self.lines.items():
            spans = days_of_rows(rows, stay)
            if not spans or (after is not None and spans[0][1].first <= after):
                continue
            name = rows[0].name
            given = terms.concessions if name == self.first else ()
            line = asked(terms, spans, period, given, self.periods)
            rule = f"rent.{kind}"
            for payer, amount, steps in shared(terms, name, self.first, line):
                found.append(
                    PlannedCharge(
                        number=number,
                        type=kind,
                        rule=rule,
                        key=f"{period.first}:{slug}:{payer}",
                        due_on=line.span.first,
                        period_from=line.span.first,
                        period_to=line.span.last,
                        amount_minor=amount,
                        trace=Trace(rule, VERSION, line.steps + steps),
                        name=name,
                        payer=payer,
                    )
                )
        return found


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
