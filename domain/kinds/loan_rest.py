"""The terms of what is left of a loan when its plan changes: the four changes, and what each makes of the rest.

`rest_of` takes the plan, where it is cut and the change, and gives the terms the coming payments follow. Amounts that
were stated stay stated, anchors and conventions stay, and the last payment takes what is left. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from domain.rules.calendar import add_months, anchors_for, due_dates, kept_anchors, parse_frequency
from domain.rules.revisions import AgreedPlan
from domain.rules.schedule import LoanTerms, loan_schedule
from domain.rules.terms import MOST_PAYMENTS, MOST_YEARS
from domain.words import N_, Refused, Sentence


@dataclass(frozen=True, slots=True)
class Deferral:
    """Every open payment moves by `periods`, late ones too; `with_interest`: whether interest runs meanwhile."""

    periods: int
    with_interest: bool = True


@dataclass(frozen=True, slots=True)
class DueDayMove:
    """The coming payments fall due from `first_due_on` on; the amounts stay. `anchor_days` as in the terms."""

    first_due_on: date
    anchor_days: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class ReAge:
    """What is late goes into the coming payments: as many as are left, or `count`, or as `payment_minor` needs."""

    count: int | None = None
    payment_minor: int | None = None


@dataclass(frozen=True, slots=True)
class ReAmortise:
    """The coming payments are set anew: the same number, or `count`, or as many as `payment_minor` needs; a new rate
    counts from the day (for interest by the period: from the period under way).
    """

    count: int | None = None
    payment_minor: int | None = None
    annual_rate_percent: Decimal | None = None


Change = Deferral | DueDayMove | ReAge | ReAmortise


@dataclass(frozen=True, slots=True)
class Cut:
    """Where the plan is cut: rows that stay, what was met of the next, and what is owed beyond the rows that stay."""

    kept: int
    closed_minor: int
    opened_on: date
    interest_minor: int
    rest_principal_minor: int
    rest_interest_minor: int


def rest_of(plan: AgreedPlan, cut: Cut, on: date, change: Change) -> LoanTerms:
    """The terms of the rest."""
    now, rows, after = plan.stretches[-1].terms, plan.rows[cut.kept :], max(on, cut.opened_on)
    place, passed = plan.places[cut.kept]
    rest = replace(
        now,
        principal_minor=cut.rest_principal_minor,
        carried_minor=cut.rest_interest_minor,
        start_on=cut.opened_on,
        first_due_on=rows[0].due_on,
        anchor_days=_anchors(plan.stretches[place].terms),
        count=len(rows),
        interest_only=max(plan.stretches[place].terms.interest_only - passed + 1, 0),
        last="absorb",
        balloon_minor=min(now.balloon_minor, cut.rest_principal_minor),
        payment_unit_minor=min(now.payment_unit_minor, cut.rest_principal_minor),
        flat_interest_minor=_fixed_interest(plan, cut.opened_on),
    )
    if isinstance(change, ReAge | ReAmortise):
        coming = [row.due_on for row in rows if row.due_on > after]
        first = coming[0] if coming else _following(rest, rows[-1].due_on, after)
        return _set_anew(replace(rest, first_due_on=first, count=max(len(coming), 1)), change)
    rest = replace(rest, payment_minor=plan.payment_minor, steps=_steps(plan, cut))
    if isinstance(change, Deferral):
        rest = _deferred(rest, change)
    else:
        rest = replace(rest, first_due_on=change.first_due_on, anchor_days=change.anchor_days)
    if rest.first_due_on <= after:
        words = N_("The first payment would fall due on %(due)s; it must come after %(day)s.")
        raise Refused(Sentence(words, {"due": rest.first_due_on, "day": after}), "first_due")
    paying = sum(1 for row in rows if row.payment_minor)
    return _fit(replace(rest, count=_count(rest, paying) if rest.skip_months else len(rows)))


def _deferred(rest: LoanTerms, change: Deferral) -> LoanTerms:
    """Every payment `periods` later; free of interest for as long, at most until the day before the first one."""
    if not 1 <= change.periods <= MOST_PAYMENTS:
        raise Refused(Sentence(N_("Put off by at least one payment.")), "periods")
    first = due_dates(rest.frequency, rest.first_due_on, change.periods + 1, rest.anchor_days)[-1]
    start = rest.start_on
    if not change.with_interest:
        start = min(_later(rest.frequency, start, change.periods), first - timedelta(days=1))
    return replace(rest, first_due_on=first, start_on=start)


def _set_anew(rest: LoanTerms, change: ReAge | ReAmortise) -> LoanTerms:
    """Payment, number and rate as asked for; what was not asked for follows from the others."""
    rest = replace(rest, steps=(), payment_minor=change.payment_minor, count=change.count or rest.count)
    rate = change.annual_rate_percent if isinstance(change, ReAmortise) else None
    if rate is not None:
        if rest.interest == "flat":
            raise Refused(Sentence(N_("Flat interest is fixed; its rate cannot change.")), "rate")
        rest = replace(rest, annual_rate_percent=rate)
    if change.payment_minor is None or change.count:
        return _fit(rest)
    frequency = parse_frequency(rest.frequency)
    a_period = {"day": frequency.step, "semimonth": 15, "month": 30 * frequency.step}[frequency.unit]
    most = _fit(replace(rest, count=min(MOST_PAYMENTS, MOST_YEARS * 365 // a_period)))
    needed = loan_schedule(most).rows
    paid_off = next((row.number for row in needed if not row.balance_minor), len(needed))
    return replace(most, count=paid_off, interest_only=min(most.interest_only, paid_off - 1))


def _fit(rest: LoanTerms) -> LoanTerms:
    """What only made sense with more payments is cut to the number that is left."""
    steps = tuple((number, amount) for number, amount in rest.steps if number <= rest.count)
    return replace(rest, steps=steps, interest_only=min(rest.interest_only, rest.count - 1))


def _steps(plan: AgreedPlan, cut: Cut) -> tuple[tuple[int, int], ...]:
    """The payments of the rows that are left, as steps; the first is what is left of a row begun."""
    rows = plan.rows[cut.kept :]
    amounts = [row.payment_minor for row in rows[:-1]] or [plan.payment_minor]
    amounts[0] = max(amounts[0] - cut.closed_minor, 1) if amounts[0] else 0
    steps: list[tuple[int, int]] = []
    for number, amount in enumerate(amounts, 1):
        if amount and (not steps or steps[-1][1] != amount):
            steps.append((number, amount))
    return tuple(steps)


def _count(rest: LoanTerms, paying: int) -> int:
    """How many rows hold so many payments when months are skipped."""
    dues = due_dates(rest.frequency, rest.first_due_on, 12 * paying + 12, rest.anchor_days)
    at = [number for number, due in enumerate(dues, 1) if due.month not in rest.skip_months]
    return at[paying - 1]


def _fixed_interest(plan: AgreedPlan, opened_on: date) -> int | None:
    """The flat interest of the periods after the day: it was fixed, and the rest shares it out anew."""
    flat = plan.stretches[-1].schedule.plan.flat
    if flat is None:
        return None
    last = len(plan.stretches) - 1
    places = zip(plan.dues, plan.ends, strict=True)
    return sum(flat[index] for due, (place, index) in places if place == last and due > opened_on)


def _anchors(terms: LoanTerms) -> tuple[int, ...] | None:
    frequency = parse_frequency(terms.frequency)
    if frequency.unit == "day":
        return None
    kept = kept_anchors(frequency, terms.start_on, terms.first_due_on, terms.anchor_days)
    return anchors_for(frequency, terms.first_due_on, kept)


def _following(rest: LoanTerms, last_due: date, after: date) -> date:
    """The first regular due day after a day, where the plan itself has none left."""
    step = 1
    while True:
        found = due_dates(rest.frequency, last_due, step + 1, rest.anchor_days)[-1]
        if found > after:
            return found
        step += 1


def _later(frequency_name: str, day: date, periods: int) -> date:
    frequency = parse_frequency(frequency_name)
    if frequency.unit == "day":
        return day + timedelta(days=frequency.step * periods)
    if frequency.unit == "month":
        return add_months(day, frequency.step * periods)
    return add_months(day, periods // 2) + timedelta(days=15 * (periods % 2))
