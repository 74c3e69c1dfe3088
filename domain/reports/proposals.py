"""What terms would ask for, before anybody agrees on them: figures, lines of the plan, and the reason for each.

Made by the same rules as the plan of an agreement that stands, from terms alone: nothing stored is read, so no Scope is
needed. `KINDS` are the kinds of agreement that can be made; `proposal` computes. Raises Refused for impossible terms.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from domain.kinds.charged import called
from domain.rules import credit_line, lease, rent
from domain.rules.apr import apr_reason, loan_apr
from domain.rules.calendar import add_months
from domain.rules.checks import check_start
from domain.rules.credit_line import CreditTerms
from domain.rules.lease import LeaseTerms
from domain.rules.planned import PlannedCharge
from domain.rules.rent import RentTerms
from domain.rules.schedule import LoanTerms, loan_schedule
from domain.words import N_, Gone, Money, Sentence, Step, Trace

Terms = LoanTerms | RentTerms | LeaseTerms | CreditTerms
AHEAD_MONTHS = 12
CYCLES = 6

KINDS: tuple[tuple[str, str, str], ...] = (
    ("loan", N_("Loan"), N_("Money or a car, paid back in installments with interest.")),
    (
        "lease_to_own",
        N_("Lease-to-own"),
        N_("Goods paid for in rental payments, with a buyout on every date."),
    ),
    ("rental", N_("Rental"), N_("A flat, a room or a store: rent in advance, add-ons, a deposit.")),
    (
        "credit_line",
        N_("Credit line"),
        N_("Purchases up to a limit, a statement each month, a minimum payment."),
    ),
)
"""(name, what it is called, what it is for) of every kind that the office can make an agreement of."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the whole: Money, a percentage (Decimal) or a day, with its reason where it was computed."""

    key: str
    label: str
    value: Money | Decimal | date
    trace: Trace | None = None
    note: Sentence | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the plan in minor units. `name` where lines differ in what they are for; a line of a credit line
    closes a statement and asks for no amount yet.
    """

    number: int
    due_on: date
    amount_minor: int | None
    name: str | Sentence = ""
    period_from: date | None = None
    period_to: date | None = None
    tax_minor: int = 0
    interest_minor: int = 0
    principal_minor: int = 0
    balance_minor: int = 0


@dataclass(frozen=True, slots=True)
class Proposal:
    """Figures and plan. `columns` names which parts of a Line its table shows: name, period, tax, interest, principal,
    balance. `reasons` gives the reason of line n, `doubts` what is odd and told without refusing it.
    """

    currency: str
    figures: Sequence[Figure]
    columns: tuple[str, ...]
    lines: Sequence[Line]
    reasons: Callable[[int], Trace]
    through: Sentence | None = None
    doubts: Sequence[Sentence] = ()

    def reason(self, what: str) -> tuple[str | Sentence, Money | Decimal | date, Trace]:
        """Title, value and reason of a figure by its key, or of "line-3". Raises Gone for another name."""
        for figure in self.figures:
            if figure.key == what and figure.trace is not None:
                return Sentence(figure.label), figure.value, figure.trace
        place = what.removeprefix("line-")
        if place.isdigit() and len(place) < 6 and 1 <= int(place) <= len(self.lines):
            line = self.lines[int(place) - 1]
            title = line.name or Sentence(N_("Payment %(number)s"), {"number": line.number})
            value = line.due_on if line.amount_minor is None else Money(line.amount_minor, self.currency)
            return title, value, self.reasons(int(place))
        raise Gone(Sentence(N_("There is no such figure.")))


def proposal(
    terms: Terms, start_on: date, *, deposit_minor: int = 0, bill_from: date | None = None
) -> Proposal:
    """What the terms would ask for from `start_on` on. Raises Refused for terms that make no sense."""
    check_start(start_on)
    return _MAKERS[type(terms)](terms, start_on, deposit_minor, bill_from)


def _loan(terms: LoanTerms, start_on: date, deposit_minor: int, bill_from: date | None) -> Proposal:
    made, currency = loan_schedule(terms), terms.currency
    money, interest = made.total_minor, made.interest_minor
    count = len([row for row in made.rows if row.payment_minor])
    said = Sentence(
        N_("%(count)s payments are %(total)s, of which %(principal)s is the loan itself."),
        {"count": count, "total": Money(money, currency), "principal": Money(money - interest, currency)},
    )
    figures = [
        Figure("payment", N_("Payment"), Money(made.payment_minor, currency), made.trace),
        Figure(
            "interest",
            N_("Total interest"),
            Money(interest, currency),
            _steps("loan.total", (said, interest)),
        ),
        Figure("total", N_("All payments"), Money(money, currency), _steps("loan.total", (said, money))),
        Figure("ends", N_("Last payment on"), made.rows[-1].due_on),
    ]
    if interest and money >= terms.principal_minor:
        apr = loan_apr(terms)
        figures.insert(1, Figure("apr", N_("APR"), apr.quantize(Decimal("0.01")), apr_reason(terms, apr)))
    if made.remainder_minor:
        words = N_("Left after the last payment, as the payments are all equal:")
        left = Sentence(words)
        figures.append(
            Figure("left", N_("Left after it"), Money(made.remainder_minor, currency),
                   _steps("loan.total", (left, made.remainder_minor)))
        )  # fmt: skip
    lines = [
        Line(
            row.number, row.due_on, row.payment_minor, interest_minor=row.interest_minor,
            principal_minor=row.principal_minor, balance_minor=row.balance_minor,
        )
        for row in made.rows
    ]  # fmt: skip
    return Proposal(currency, figures, ("interest", "principal", "balance"), lines, made.row_trace)


def _rental(terms: RentTerms, start_on: date, deposit_minor: int, bill_from: date | None) -> Proposal:
    endless = terms.to_on is None or terms.goes_on
    ahead = add_months(terms.from_on, AHEAD_MONTHS)
    through = min(terms.last_on, ahead) if endless else terms.last_on
    asked = rent.charges(terms, through)
    ours = [one for one in asked if bill_from is None or one.due_on >= bill_from]
    figures = []
    currency = terms.currency
    if ours:
        first_on = ours[0].due_on
        rents = [one for one in ours if one.due_on == first_on and one.type == "rent"]
        sums = sum(one.amount_minor for one in rents)
        steps = tuple(step for one in rents for step in one.trace.steps)
        figures.append(
            Figure("first_rent", N_("First rent"), Money(sums, currency), Trace("rent.first", 1, steps),
                   Sentence(N_("Due %(day)s."), {"day": first_on}))
        )  # fmt: skip
        figures.append(_move_in([one for one in ours if one.due_on == first_on], deposit_minor, currency))
        later = next((one.due_on for one in ours if one.due_on > first_on), None)
        if later:
            figures.append(_of_day("each", N_("Then, each time"), ours, later, currency))
    if deposit_minor:
        held = Sentence(N_("Asked for on the first day, held, and given back: never income."))
        figures.append(
            Figure("deposit", N_("Security deposit"), Money(deposit_minor, currency),
                   _steps("deposit", (held, deposit_minor)))
        )  # fmt: skip
    if endless:
        until = Sentence(N_("Rent goes on after this; the plan shows the first year."))
        return _charged(ours, currency, figures, ("name", "period"), until)
    total = sum(one.amount_minor for one in ours)
    told = Sentence(N_("Everything the lease asks for until %(day)s."), {"day": terms.last_on})
    figures.append(
        Figure(
            "total", N_("Over the whole lease"), Money(total, currency), _steps("rent.total", (told, total))
        )
    )
    return _charged(ours, currency, figures, ("name", "period"))


def _move_in(first: Sequence[PlannedCharge], deposit_minor: int, currency: str) -> Figure:
    parts = [(Sentence(N_("%(name)s"), {"name": called(one)}), one.amount_minor) for one in first]
    if deposit_minor:
        parts.append((Sentence(N_("Security deposit")), deposit_minor))
    total = sum(amount for _, amount in parts)
    return Figure("move_in", N_("To move in"), Money(total, currency), _steps("rent.move_in", *parts))


def _of_day(key: str, label: str, asked: Sequence[PlannedCharge], day: date, currency: str) -> Figure:
    parts = [
        (Sentence(N_("%(name)s"), {"name": called(one)}), one.amount_minor)
        for one in asked
        if one.due_on == day
    ]
    total = sum(amount for _, amount in parts)
    note = Sentence(N_("From %(day)s."), {"day": day})
    return Figure(key, label, Money(total, currency), _steps("rent.each", *parts), note)


def _lease(terms: LeaseTerms, start_on: date, deposit_minor: int, bill_from: date | None) -> Proposal:
    asked, currency = lease.plan(terms), terms.currency
    total, net = lease.total_cost_minor(terms), terms.total_payments_minor
    cost = (
        (Sentence(N_("All payments and the balloon, before tax.")), net),
        (Sentence(N_("Tax on them.")), total - net),
        (Sentence(N_("What owning the goods costs in all.")), total),
    )
    above = (
        (Sentence(N_("All payments and the balloon, before tax.")), net),
        (Sentence(N_("The cash price.")), -terms.cash_price_minor),
    )
    figures = [
        Figure("payment", N_("Payment with tax"), Money(asked[0].amount_minor, currency), asked[0].trace),
        Figure("total", N_("Total cost"), Money(total, currency), _steps("lease.total", *cost)),
        Figure("above", N_("Above the cash price"), Money(net - terms.cash_price_minor, currency),
               _steps("lease.above", *above)),
    ]  # fmt: skip
    if terms.same_as_cash_days:
        cash = terms.cash_price_minor + terms.same_as_cash_fee_minor
        words = Sentence(N_("Cash price and fee, less what was paid."))
        note = Sentence(N_("Through %(day)s."), {"day": lease.cash_window_ends_on(terms)})
        figures.append(
            Figure(
                "cash", N_("Same as cash"), Money(cash, currency), _steps("lease.cash", (words, cash)), note
            )
        )
    figures.append(Figure("ends", N_("The customer's on"), max(asked[-1].due_on, lease.ends_on(terms))))
    made, doubt = _charged(asked, currency, figures, ("tax", "period")), lease.cash_doubt(terms)
    return replace(made, doubts=(doubt,)) if doubt else made


def _credit(terms: CreditTerms, start_on: date, deposit_minor: int, bill_from: date | None) -> Proposal:
    found = credit_line.cycles(terms, start_on, add_months(start_on, CYCLES + 2))[:CYCLES]
    first, whole = found[0], found[1]
    limit, currency = terms.limit_minor, terms.currency
    interest, charged = credit_line.finance_charge(terms, Fraction(limit), whole.period_from, whole.period_to)
    least, minimum = credit_line.minimum_payment(terms, limit + interest, interest)
    example = Sentence(
        N_("An example: the whole limit is used for the month to %(day)s."), {"day": whole.closing_on}
    )
    figures = [
        Figure("closes", N_("First statement on"), first.closing_on, None,
               Sentence(N_("Due %(day)s."), {"day": first.due_on})),
        Figure("limit", N_("Limit"), Money(limit, currency)),
        Figure("interest", N_("A month's interest on the whole limit"), Money(interest, currency),
               Trace(charged.rule, charged.version, (Step(example), *charged.steps))),
        Figure("minimum", N_("Minimum payment then"), Money(least, currency),
               Trace(minimum.rule, minimum.version, (Step(example, limit + interest), *minimum.steps))),
    ]  # fmt: skip
    words = N_("Statement of %(day)s")
    lines = [
        Line(one.number, one.due_on, None, Sentence(words, {"day": one.closing_on}), one.period_from, one.period_to)
        for one in found
    ]  # fmt: skip

    def why(number: int) -> Trace:
        one = found[number - 1]
        words = N_(
            "Purchases from %(begins)s to %(ends)s stand on the statement of %(ends)s, due %(days)s days later."
        )
        said = Sentence(words, {"begins": one.period_from, "ends": one.closing_on, "days": terms.due_days})
        return _steps("credit.cycle", (said, None))

    until = Sentence(N_("The next statements; what they ask for comes from what is bought."))
    return Proposal(currency, figures, ("name",), lines, why, until)


def _charged(
    asked: Sequence[PlannedCharge], currency: str, figures: Sequence[Figure], columns: tuple[str, ...],
    through: Sentence | None = None,
) -> Proposal:  # fmt: skip
    lines = [
        Line(number, one.due_on, one.amount_minor, called(one), one.period_from, one.period_to, one.tax_minor)
        for number, one in enumerate(asked, 1)
    ]
    return Proposal(currency, figures, columns, lines, lambda number: asked[number - 1].trace, through)


def _steps(rule: str, *parts: tuple[Sentence, int | None]) -> Trace:
    return Trace(rule, 1, tuple(Step(sentence, amount) for sentence, amount in parts))


_MAKERS: Mapping[type, Callable[[Any, date, int, date | None], Proposal]] = {
    LoanTerms: _loan, RentTerms: _rental, LeaseTerms: _lease, CreditTerms: _credit,
}  # fmt: skip
