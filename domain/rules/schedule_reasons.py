"""Why a payment, or a row of a schedule, is what it is: the same numbers as the walk, told step by step.

The reason is put together only when somebody asks. It takes its numbers from the plan, the standing before the row
and the row itself, as the walk made them; nothing is computed here in a second way.
"""

from __future__ import annotations

from decimal import Decimal, localcontext

from domain.rules.calendar import periods_per_year
from domain.rules.day_count import days
from domain.rules.money import ROUNDED
from domain.rules.periods import INTEREST_ALONE, SKIPPED, pays_by_weeks
from domain.rules.schedule_walk import Plan, Row, Standing
from domain.words import N_, Money, Sentence, Step, Trace, exponent

RULE = "loan.schedule"
VERSION = 1


def payment_reason(plan: Plan) -> Trace:
    """Why the level payment is what it is."""
    terms = plan.terms
    steps = [
        Step(
            Sentence(
                N_("%(principal)s at %(rate)s %% a year, to be paid in %(count)s payments."),
                {
                    "principal": _money(plan, terms.principal_minor),
                    "rate": terms.annual_rate_percent,
                    "count": terms.count,
                },
            ),
            terms.principal_minor,
        )
    ]
    if plan.exact is None:
        stated = Sentence(
            N_("The agreement states the payment: %(payment)s."),
            {"payment": _money(plan, plan.payment_minor)},
        )
        return Trace(
            f"{RULE}.payment", VERSION, (*steps, Step(stated, plan.payment_minor), *_step_steps(plan))
        )
    steps.append(Step(_how_interest(plan)))
    if terms.balloon_minor:
        balloon = Sentence(
            N_("A balloon of %(balloon)s is left for the last payment."),
            {"balloon": _money(plan, terms.balloon_minor)},
        )
        steps.append(Step(balloon, terms.balloon_minor))
    rounded = Sentence(
        N_("The equal payment that pays this off is %(exact)s, %(rounded)s to %(payment)s."),
        {
            "exact": _major(plan, *plan.exact),
            "rounded": Sentence(ROUNDED[terms.payment_rounding]),
            "payment": _money(plan, plan.payment_minor),
        },
    )
    return Trace(f"{RULE}.payment", VERSION, (*steps, Step(rounded, plan.payment_minor), *_step_steps(plan)))


def row_reason(plan: Plan, before: Standing, row: Row, after: Standing) -> Trace:
    """Why `row` is what it is, given the standing before and after it."""
    index = row.number - 1
    use = None if plan.periods.uses is None else plan.periods.uses[index]
    steps = [
        Step(
            Sentence(
                N_("Before this payment %(balance)s of principal is owed."),
                {"balance": _money(plan, before.balance_minor)},
            ),
            before.balance_minor,
        )
    ]
    steps += _interest_steps(plan, before, row, index)
    if use == SKIPPED:
        steps.append(
            _carried(plan, after, N_("Nothing is paid in this month. Interest of %(carried)s is carried."))
        )
    elif after.accrued:
        steps.append(
            _carried(
                plan,
                after,
                N_("The payment does not cover the interest. Interest of %(carried)s is carried."),
            )
        )
    steps += _payment_steps(plan, row, use == INTEREST_ALONE)
    return Trace(f"{RULE}.row", VERSION, tuple(steps))


def _interest_steps(plan: Plan, before: Standing, row: Row, index: int) -> list[Step]:
    """How the interest of the row came about."""
    terms, periods = plan.terms, plan.periods
    if plan.flat is not None:
        flat = Sentence(
            N_("Flat interest of %(interest)s is charged on the first amount, %(principal)s."),
            {"interest": _money(plan, row.interest_minor), "principal": _money(plan, terms.principal_minor)},
        )
        return [Step(flat, row.interest_minor)]
    fresh = periods.parts[index] * before.balance_minor
    exact = {"exact": _major(plan, fresh, periods.denominator), "rate": terms.annual_rate_percent}
    balance = _money(plan, before.balance_minor)
    if periods.counted or (index == 0 and periods.odd_first):
        start = terms.start_on if index == 0 else periods.dues[index - 1]
        counted = days(start, periods.dues[index], terms.day_count)
        said = Sentence(
            N_("%(balance)s x %(rate)s %% x %(days)s days (%(day_count)s) = %(exact)s interest."),
            {"balance": balance, "days": counted, "day_count": terms.day_count, **exact},
        )
    else:
        said = Sentence(
            N_("%(balance)s x %(rate)s %% / %(periods)s periods a year = %(exact)s interest."),
            {"balance": balance, "periods": str(periods_per_year(terms.frequency)), **exact},
        )
    steps = [Step(said)]
    owed = before.accrued - periods.denominator * before.posted
    if owed:
        told = N_("Interest of %(carried)s was carried from before; it bears no interest itself.")
        steps.append(Step(Sentence(told, {"carried": _major(plan, owed, periods.denominator)})))
    if row.payment_minor:
        rounded = Sentence(
            N_("The interest of this payment is %(interest)s, %(rounded)s."),
            {"interest": _money(plan, row.interest_minor), "rounded": Sentence(ROUNDED[terms.rounding])},
        )
        steps.append(Step(rounded, row.interest_minor))
    return steps


def _step_steps(plan: Plan) -> list[Step]:
    """How the stated payment changes on the way."""
    told = N_("From payment %(number)s on the agreement states %(payment)s.")
    return [
        Step(Sentence(told, {"number": number, "payment": _money(plan, amount)}), amount)
        for number, amount in plan.terms.steps
    ]


def _payment_steps(plan: Plan, row: Row, interest_alone: bool) -> list[Step]:
    """How the payment is made up, and what is owed after it."""
    if interest_alone:
        paid = N_("This payment of %(payment)s pays interest alone.")
    elif row.payment_minor == plan.payment_of(row.number - 1):
        paid = N_("The payment of %(payment)s, less the interest, pays %(principal)s of principal.")
    elif row.balance_minor == 0:
        paid = N_(
            "This last payment of %(payment)s pays the interest and the rest of the principal, %(principal)s."
        )
    else:
        paid = N_("This payment of %(payment)s pays %(principal)s of principal.")
    told = Sentence(
        paid, {"payment": _money(plan, row.payment_minor), "principal": _money(plan, row.principal_minor)}
    )
    left = Sentence(
        N_("After it %(balance)s of principal is owed."), {"balance": _money(plan, row.balance_minor)}
    )
    return ([Step(told, row.payment_minor)] if row.payment_minor else []) + [Step(left, row.balance_minor)]


def _how_interest(plan: Plan) -> Sentence:
    terms = plan.terms
    if terms.interest == "daily" and pays_by_weeks(terms):
        return Sentence(
            N_(
                "Interest is counted by days (%(day_count)s); the payment is set at %(rate)s %% / %(periods)s a period."
            ),
            {
                "day_count": terms.day_count,
                "rate": terms.annual_rate_percent,
                "periods": str(periods_per_year(terms.frequency)),
            },
        )
    if terms.interest == "daily":
        return Sentence(
            N_("Interest is counted by days (%(day_count)s) on what is still owed."),
            {"day_count": terms.day_count},
        )
    if plan.flat is not None:
        return Sentence(
            N_("Flat interest on the first amount: %(interest)s in all."),
            {"interest": _money(plan, sum(plan.flat))},
        )
    return Sentence(
        N_("Interest is %(rate)s %% / %(periods)s for each period, on what is still owed."),
        {"rate": terms.annual_rate_percent, "periods": str(periods_per_year(terms.frequency))},
    )


def _carried(plan: Plan, after: Standing, msgid: str) -> Step:
    below = plan.periods.denominator
    return Step(Sentence(msgid, {"carried": _major(plan, after.accrued - after.posted * below, below)}))


def _money(plan: Plan, minor: int) -> Money:
    return Money(minor, plan.terms.currency)


def _major(plan: Plan, numerator: int, denominator: int) -> Decimal:
    """A ratio in minor units as a decimal of major units with two more places than the currency has."""
    places = exponent(plan.terms.currency)
    with localcontext(prec=60):
        return (Decimal(numerator) / Decimal(denominator * 10**places)).quantize(
            Decimal(1).scaleb(-places - 2)
        )
