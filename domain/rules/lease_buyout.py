"""What buying the goods early costs on a day, part by part, and why.

`standing` says from the terms alone how much is remaining, prepaid and behind; `buyout` prices it by the contract's
rule. The price rises as time passes without payment, so each buyout names the day it is good through.
Source of the shapes: vendor manual of RTO Pro (payoff with discount on prepaid rent, federal lease, deposits) and
South Carolina Code 37-2-702(1)(g).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from domain.rules.checks import check_amount
from domain.rules.lease_plan import balloon_due_on, due_on, payments_due, tax_minor, tax_steps
from domain.rules.lease_price import (
    cash_price,
    cash_window_ends_on,
    in_cash_window,
    price_of_remaining,
    share_price,
)
from domain.rules.lease_terms import LeaseTerms, rhythm_of
from domain.words import N_, Money, Refused, Sentence, Step, Trace

RULE = "lease.buyout"
VERSION = 1


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a lease stands on a day. Minor units before tax, but `back_rent_minor`, which holds its tax.

    `remaining_minor`: payments (and the balloon) not due yet and not paid. `prepaid_minor`: money that paid payments
    not due yet. `back_rent_minor`: what fell due and is not paid. `paid_minor`: all paid on payments.
    """

    remaining_minor: int
    prepaid_minor: int
    back_rent_minor: int
    paid_minor: int


@dataclass(frozen=True, slots=True)
class Buyout:
    """What buys the goods on a day, in minor units: price + tax + back rent + fees - deposit = total.

    `same_as_cash` says that the cash price was used. `deposit_minor` is the part of the deposit that was used; the rest
    stays the customer's. The total buys the goods through `good_through` if nothing is paid and no fee is added until
    then.
    """

    on: date
    same_as_cash: bool
    price_minor: int
    tax_minor: int
    back_rent_minor: int
    fees_minor: int
    deposit_minor: int
    total_minor: int
    good_through: date
    trace: Trace

    @property
    def parts(self) -> tuple[tuple[str, int], ...]:
        """The total by parts, which sum to it."""
        return (
            ("price", self.price_minor),
            ("tax", self.tax_minor),
            ("back_rent", self.back_rent_minor),
            ("fees", self.fees_minor),
            ("deposit", -self.deposit_minor),
        )


def standing(terms: LeaseTerms, on: date, paid_minor: int) -> Standing:
    """Where the lease stands on `on` when `paid_minor` (before tax) was paid on it in all, oldest payment first."""
    number = payments_due(terms, on)
    lines = [(number, terms.payment_minor)]
    if terms.balloon_minor and balloon_due_on(terms) <= on:
        lines.append((1, terms.balloon_minor))
    due = sum(times * line for times, line in lines)
    left, back = paid_minor, 0
    for times, line in lines:
        open_net = max(times * line - left, 0)
        left = max(left - times * line, 0)
        whole, part = divmod(open_net, line)
        back += open_net + whole * tax_minor(terms, line) + tax_minor(terms, part)
    return Standing(
        remaining_minor=max(terms.total_payments_minor - max(due, paid_minor), 0),
        prepaid_minor=max(paid_minor - due, 0),
        back_rent_minor=back,
        paid_minor=paid_minor,
    )


def buyout(
    terms: LeaseTerms,
    on: date,
    *,
    remaining_minor: int,
    prepaid_minor: int = 0,
    back_rent_minor: int = 0,
    fees_minor: int = 0,
    paid_minor: int = 0,
) -> Buyout:
    """What buys the goods on `on`, given where the lease stands (see `Standing`; `fees_minor` are the open fees).

    While the same-as-cash option lasts, the lower of its price and the early-purchase price counts. The same-as-cash
    price and the "share" form count everything unpaid, so back rent is inside them and not added again. Raises Refused
    for terms that make no sense, a day before the start, and negative figures.
    """
    rhythm_of(terms)
    if on < terms.start_on:
        raise Refused(
            Sentence(
                N_("The lease begins on %(start)s; there is nothing to buy before."),
                {"start": terms.start_on},
            ),
            "on",
        )
    for field, figure in (
        ("remaining", remaining_minor), ("prepaid", prepaid_minor), ("back_rent", back_rent_minor),
        ("fees", fees_minor), ("paid", paid_minor),
    ):  # fmt: skip
        check_amount(figure, field)
    standing_at = Standing(remaining_minor, prepaid_minor, back_rent_minor, paid_minor)
    early = _early(terms, on, standing_at, fees_minor)
    if not in_cash_window(terms, on):
        return early
    cash = _same_as_cash(terms, on, paid_minor, fees_minor)
    if cash.total_minor <= early.total_minor:
        return cash
    words = N_("The same-as-cash price would be %(cash)s; the lower of the two counts.")
    lower = Step(Sentence(words, {"cash": Money(cash.total_minor, terms.currency)}))
    return replace(early, trace=replace(early.trace, steps=(lower, *early.trace.steps)))


def cash_doubt(terms: LeaseTerms) -> Sentence | None:
    """Said where same as cash costs more, on the first day, than buying early by the contract's other rule.

    None where it costs less, or there is no such option. The first day decides: each payment lowers the cash price by
    all of it, the other by no more.
    """
    if not terms.same_as_cash_days:
        return None
    on = terms.start_on
    at = standing(terms, on, payments_due(terms, on) * terms.payment_minor)
    early, cash = _early(terms, on, at, 0), _same_as_cash(terms, on, at.paid_minor, 0)
    if cash.total_minor <= early.total_minor:
        return None
    words = N_(
        "Same as cash costs %(cash)s on the first day, buying early by the rule after it only %(early)s."
        " The customer is asked for the lower price."
    )
    asked = {
        "cash": Money(cash.total_minor, terms.currency),
        "early": Money(early.total_minor, terms.currency),
    }
    return Sentence(words, asked)


def _early(terms: LeaseTerms, on: date, at: Standing, fees: int) -> Buyout:
    """The price by the contract's early-purchase rule."""
    share = terms.buyout.form == "share"
    if share:
        price, steps = share_price(terms, on, at.paid_minor)
    else:
        price, steps = price_of_remaining(terms, on, at.remaining_minor, at.prepaid_minor)
    behind = 0 if share else at.back_rent_minor
    return _in_all(terms, on, price, steps, behind, fees, cash=False)


def _same_as_cash(terms: LeaseTerms, on: date, paid: int, fees: int) -> Buyout:
    """The price by the same-as-cash option."""
    price, steps = cash_price(terms, paid)
    return _in_all(terms, on, price, steps, 0, fees, cash=True)


def _in_all(
    terms: LeaseTerms, on: date, price: int, steps: tuple[Step, ...], behind: int, fees: int, *, cash: bool
) -> Buyout:
    """The price with tax, what is behind, fees, and less the deposit."""
    tax = tax_minor(terms, price) if terms.tax_on_buyout else 0
    if terms.tax_on_buyout:
        steps += tax_steps(terms, price, tax)
    deposit = min(terms.deposit_minor, price + tax + behind + fees)
    total = price + tax + behind + fees - deposit
    return Buyout(
        on=on,
        same_as_cash=cash,
        price_minor=price,
        tax_minor=tax,
        back_rent_minor=behind,
        fees_minor=fees,
        deposit_minor=deposit,
        total_minor=total,
        good_through=_good_through(terms, on, cash),
        trace=Trace(RULE, VERSION, (*steps, *_closing_steps(terms, behind, fees, deposit, total))),
    )


def _good_through(terms: LeaseTerms, on: date, cash: bool) -> date:
    """The last day on which nothing but a payment or a new fee changes the price: the one before the next due day,
    or the end of the same-as-cash option. After the last due day: `on` itself.
    """
    last = cash_window_ends_on(terms)
    if cash and last is not None:
        return last
    number = payments_due(terms, on)
    if number < terms.count:
        return due_on(terms, number + 1) - timedelta(days=1)
    if terms.balloon_minor and on < balloon_due_on(terms):
        return balloon_due_on(terms) - timedelta(days=1)
    return on


def _closing_steps(terms: LeaseTerms, behind: int, fees: int, deposit: int, total: int) -> tuple[Step, ...]:
    steps = []
    if behind:
        steps.append(Step(Sentence(N_("Payments that fell due and are not paid, in full.")), behind))
    if fees:
        steps.append(Step(Sentence(N_("Open fees.")), fees))
    if deposit:
        steps.append(Step(Sentence(N_("The deposit is taken off.")), -deposit))
    return (*steps, Step(Sentence(N_("This buys the goods.")), total))
