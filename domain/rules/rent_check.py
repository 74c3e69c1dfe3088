"""Whether charges can be made of a rental's terms: dates, calendar, lines, concessions and shares.

The limits only keep out slips of the keyboard and sizes no lease has; what a law allows is not decided here.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise, product

from domain.rules.calendar import add_months, parse_frequency
from domain.rules.money import MODES
from domain.rules.proration import check_method
from domain.rules.rent_periods import whole_periods
from domain.rules.rent_terms import (
    CONCESSIONS,
    FOREVER,
    LINE_TYPES,
    Concession,
    RentLine,
    RentTerms,
    Share,
    first_rent,
    in_force,
    is_of,
    slug,
)
from domain.words import N_, Refused, Sentence

MOST_YEARS = 100
MOST_AMOUNT_MINOR = 10**13
MOST_ROWS = 200


def check_terms(terms: RentTerms) -> None:
    """Refuse terms no charges can be made of; the Refused carries the sentence and the name of the field."""
    _check_dates(terms)
    _check_calendar(terms)
    check_method(terms.proration)
    if terms.rounding not in MODES:
        raise _not_a_choice(terms.rounding, MODES, "rounding")
    if not terms.lines:
        raise Refused(Sentence(N_("A rental needs at least one line of rent.")), "rent")
    if max(len(terms.lines), len(terms.concessions), len(terms.shares)) > MOST_ROWS:
        raise Refused(Sentence(N_("A rental has at most %(most)s such rows."), {"most": MOST_ROWS}), "rent")
    _check_lines(terms)
    for concession in terms.concessions:
        _check_concession(terms, concession)
    if terms.shares:
        _check_shares(terms)


def _check_dates(terms: RentTerms) -> None:
    if not 1900 <= terms.from_on.year <= 2200:
        raise Refused(Sentence(N_("The lease must begin between 1900 and 2200.")), "from")
    if terms.to_on is None:
        return
    if terms.to_on < terms.from_on:
        raise Refused(
            Sentence(
                N_("The lease ends on %(end)s, before it begins on %(start)s."),
                {"end": terms.to_on, "start": terms.from_on},
            ),
            "to",
        )
    if terms.to_on > add_months(terms.from_on, 12 * MOST_YEARS):
        raise Refused(
            Sentence(N_("The lease would run for more than %(years)s years."), {"years": MOST_YEARS}), "to"
        )


def _check_calendar(terms: RentTerms) -> None:
    frequency = parse_frequency(terms.frequency)
    if terms.due_day is not None and not 1 <= terms.due_day <= 31:
        raise Refused(Sentence(N_("The due day must be a day of the month, 1 to 31.")), "due_day")
    if terms.anchor_days is None:
        return
    if frequency.unit != "semimonth":
        raise Refused(
            Sentence(N_("Two days of the month belong to rent that is due twice a month only.")),
            "anchor_days",
        )
    days = sorted(terms.anchor_days)
    if len(days) != 2 or days[0] < 1 or days[1] > 31 or min(days[0], 28) == min(days[1], 28):
        raise Refused(
            Sentence(N_("Twice a month needs two different days between 1 and 31, for example 15 and 31.")),
            "anchor_days",
        )


def _check_lines(terms: RentTerms) -> None:
    for row in terms.lines:
        if row.type not in LINE_TYPES:
            raise _not_a_choice(row.type, LINE_TYPES, "type")
        if not slug(row.name):
            raise Refused(Sentence(N_("Each line of rent needs a name.")), "name")
        _check_amount(row.amount_minor, "rent")
        _check_order(row.from_on, row.until_on, "rent")
    named: dict[str, list[RentLine]] = {}
    for row in terms.lines:
        named.setdefault(slug(row.name), []).append(row)
    for rows in named.values():
        if len(rows) == 1:
            continue
        if len({(row.type, row.name) for row in rows}) > 1:
            raise Refused(
                Sentence(N_("Two lines are named alike: %(name)s."), {"name": rows[-1].name}), "name"
            )
        spans = sorted((row.from_on or terms.from_on, row.until_on or FOREVER) for row in rows)
        if any(earlier[1] >= later[0] for earlier, later in pairwise(spans)):
            raise Refused(
                Sentence(
                    N_("%(name)s has two amounts on the same day. End one before the next."),
                    {"name": rows[0].name},
                ),
                "from",
            )


def _check_concession(terms: RentTerms, concession: Concession) -> None:
    if concession.kind not in CONCESSIONS:
        raise _not_a_choice(concession.kind, CONCESSIONS, "concession")
    _check_amount(concession.amount_minor, "concession")
    _check_order(concession.from_on, concession.until_on, "concession")
    if concession.kind == "free" and (concession.from_on is None or concession.until_on is None):
        raise Refused(Sentence(N_("Say from which day until which day rent is free.")), "concession")
    if concession.kind == "spread":
        first, last = whole_periods(terms)
        if last < first:
            raise Refused(
                Sentence(
                    N_("A concession is spread over the whole periods of a lease whose last day is known.")
                ),
                "concession",
            )
    if not first_rent(terms):
        raise Refused(Sentence(N_("A concession needs a rent to reduce.")), "concession")


def _check_shares(terms: RentTerms) -> None:
    names = {row.name for row in terms.lines}
    for share in terms.shares:
        if not share.payer:
            raise Refused(Sentence(N_("Each share needs its payer.")), "share")
        if (share.percent is None) == (share.amount_minor is None):
            raise Refused(Sentence(N_("A share is a percentage or an amount, one of the two.")), "share")
        percent = share.percent
        if percent is not None and not (_is_finite(percent) and 0 < percent <= 100):
            raise Refused(Sentence(N_("A share is above zero and at most 100 percent.")), "share")
        _check_amount(share.amount_minor or 0, "share")
        _check_order(share.from_on, share.until_on, "share")
        if share.of and share.of not in names:
            raise Refused(Sentence(N_("There is no line named %(name)s."), {"name": share.of[:40]}), "share")
    first = first_rent(terms)
    begins = {terms.from_on} | {share.from_on for share in terms.shares if share.from_on}
    for day, name in product(sorted(begins), sorted(names)):
        _check_together(
            [share for share in terms.shares if in_force(share, day) and is_of(share, name, first)], day
        )


def _check_together(shares: list[Share], day: date) -> None:
    """Shares of one charge: no payer twice, and not more than everything."""
    if sum((Fraction(share.percent) for share in shares if share.percent is not None), Fraction()) > 100:
        raise Refused(
            Sentence(N_("From %(day)s the shares add up to more than 100 %%."), {"day": day}), "share"
        )
    if len({share.payer for share in shares}) < len(shares):
        raise Refused(
            Sentence(N_("From %(day)s one payer has two shares of the same charge."), {"day": day}), "share"
        )


def _check_amount(minor: int, field: str) -> None:
    if minor < 0:
        raise Refused(Sentence(N_("The amount must be zero or above.")), field)
    if minor > MOST_AMOUNT_MINOR:
        raise Refused(Sentence(N_("The amount is too large to be meant.")), field)


def _check_order(first: date | None, last: date | None, field: str) -> None:
    if first is not None and last is not None and last < first:
        raise Refused(
            Sentence(N_("%(end)s is before %(start)s."), {"end": last, "start": first}),
            field,
        )


def _is_finite(percent: Decimal | Fraction) -> bool:
    return not isinstance(percent, Decimal) or percent.is_finite()


def _not_a_choice(value: str, choices: Iterable[str], field: str) -> Refused:
    return Refused(
        Sentence(
            N_("%(value)s is not a choice here. Choose one of %(choices)s."),
            {"value": str(value)[:40], "choices": ", ".join(choices)},
        ),
        field,
    )
