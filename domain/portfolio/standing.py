"""Where a loan stands on its own schedule when it is brought in, and whether the terms of the file make a loan.

The file says a balance and days late; the schedule says what was due. From both follows which installments count as
met (money is not invented: a loan that is not late has met all that was due), and from which day interest runs on.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from domain.portfolio.cells import Cells
from domain.rules.calendar import due_dates
from domain.rules.schedule import LoanTerms, level_payment_minor, scheduled_through
from domain.words import N_, Money, Refused, Sentence


class Stand(NamedTuple):
    """`met_minor`: scheduled money counted as met; `interest_from`: the day through which interest was paid;
    `past_due_minor`: scheduled money due by the as-of date and not met.
    """

    met_minor: int
    interest_from: date
    past_due_minor: int


class Level(NamedTuple):
    """The terms as they will be kept, their installment, and whether no row before the last can be a smaller one."""

    terms: LoanTerms
    payment_minor: int
    even: bool


def settle_terms(cells: Cells, terms: LoanTerms, names: dict[str, str]) -> Level | None:
    """Check the terms and find the installment; None when no loan can be made of them (noted in `cells`).

    `names`: the rule's name of a field -> the profile's. A stated payment that cannot pay the loan is replaced by the
    computed one, with a warning: a file may carry 0.00 or a payment that was cut.
    """
    stated = terms.payment_minor
    try:
        computed = level_payment_minor(replace(terms, payment_minor=None) if stated is not None else terms)
    except Refused as refused:
        cells.refuse(names.get(refused.field or "", refused.field or ""), refused.sentence)
        return None
    money = Money(computed, terms.currency)
    if stated is None:
        return Level(terms, computed, _even(terms, computed, computed))
    if 0 < stated < computed:  # one that is not smaller pays the loan as the computed one does
        try:
            level_payment_minor(terms)
        except Refused as refused:
            cells.warn(names["payment"], refused.sentence)
            stated = 0
    if stated == 0:
        cells.warn(
            names["payment"],
            Sentence(
                N_("No payment is stated that pays the loan; %(payment)s was computed."), {"payment": money}
            ),
        )
        return Level(replace(terms, payment_minor=None), computed, _even(terms, computed, computed))
    if abs(stated - computed) * 100 > computed:
        cells.warn(
            names["payment"],
            Sentence(
                N_("The terms give a payment of %(payment)s; the stated one of %(stated)s is kept."),
                {"payment": money, "stated": Money(stated, terms.currency)},
            ),
        )
    return Level(terms, stated, _even(terms, stated, computed))


def _even(terms: LoanTerms, payment: int, computed: int) -> bool:
    """Whether every row but the last takes the whole payment, without walking through them.

    So it is when the payment is not above the computed one by more than rounding, and rounding cannot add up to a
    payment over the loan's life.
    """
    return terms.interest == "period" and payment <= computed + 1 and payment > 8 * terms.count


@lru_cache(maxsize=1024)
def _due(frequency: str, first_due_on: date, count: int) -> list[date]:
    return due_dates(frequency, first_due_on, count)


def stand(
    cells: Cells, level: Level, as_of: date, days_late: int, balance_minor: int, late_name: str
) -> Stand:
    """Where the loan stands on `as_of`, `days_late` days past the due date of its oldest unpaid installment.

    Days are counted from the latest due date at least that many days back, since the file counts them from its own due
    days. An unpaid balance after the last due date, and days late before the first, are warnings.
    """
    terms = level.terms
    dues = _due(terms.frequency, terms.first_due_on, terms.count)
    fallen = bisect_right(dues, as_of)
    met = fallen
    if days_late and balance_minor:
        oldest = bisect_right(dues, as_of - timedelta(days=days_late))
        met = max(oldest - 1, 0)
        if not oldest:
            cells.warn(
                late_name,
                Sentence(
                    N_(
                        "%(days)s days late is more than the %(first)s due date allows; the first one is unpaid."
                    ),
                    {"days": days_late, "first": terms.first_due_on},
                ),
            )
    elif fallen >= terms.count and balance_minor:
        cells.warn(
            late_name,
            Sentence(N_("The last payment was due on %(day)s, yet a balance is left."), {"day": dues[-1]}),
        )
    met_minor = _through(level, met)
    past_due = _through(level, fallen) - met_minor if fallen > met else 0
    return Stand(met_minor, dues[met - 1] if met else terms.start_on, past_due)


def _through(level: Level, rows: int) -> int:
    """The scheduled money of the first `rows` installments, in minor units."""
    if not rows:
        return 0
    if level.even and rows < level.terms.count:
        return rows * level.payment_minor
    return scheduled_through(level.terms, rows).payment_minor
