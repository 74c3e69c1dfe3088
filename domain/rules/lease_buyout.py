"""What buying the goods early costs on a day, part by part, and why.

`standing` says from the terms alone how much is remaining, prepaid and behind; `buyout` prices it by the contract's
rule. The price rises as time passes without payment, so each buyout names the day it is good through.
Source of the shapes: vendor manual of RTO Pro (payoff with discount on prepaid rent, federal lease, deposits) and
South Carolina Code 37-2-702(1)(g).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from domain.rules.checks import check_amount
from domain.rules.lease_plan import balloon_due_on, due_on, payments_due, tax_minor, tax_steps
from domain.rules.lease_terms import LeaseTerms, rhythm_of
from domain.rules.money import round_minor
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
    stays the customer's. The total is good through `good_through` if nothing is paid and no fee is added until then.
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

    The same-as-cash price and the "share" form count everything unpaid, so back rent is inside them and not added
    again. Raises Refused for terms that make no sense, a day before the start, and negative figures.
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
    cash = _in_cash_window(terms, on)
    if cash:
        price, steps = _cash_price(terms, paid_minor)
    elif terms.buyout.form == "share":
        price, steps = _share(terms, on, paid_minor)
    else:
        price, steps = _of_remaining(terms, on, remaining_minor, prepaid_minor)
    tax = tax_minor(terms, price) if terms.tax_on_buyout else 0
    if terms.tax_on_buyout:
        steps += tax_steps(terms, price, tax)
    behind = 0 if cash or terms.buyout.form == "share" else back_rent_minor
    deposit = min(terms.deposit_minor, price + tax + behind + fees_minor)
    total = price + tax + behind + fees_minor - deposit
    return Buyout(
        on=on,
        same_as_cash=cash,
        price_minor=price,
        tax_minor=tax,
        back_rent_minor=behind,
        fees_minor=fees_minor,
        deposit_minor=deposit,
        total_minor=total,
        good_through=_good_through(terms, on, cash),
        trace=Trace(RULE, VERSION, (*steps, *_closing_steps(terms, behind, fees_minor, deposit, total))),
    )


def cash_window_ends_on(terms: LeaseTerms) -> date | None:
    """The last day of the same-as-cash option; None where there is none."""
    if not terms.same_as_cash_days:
        return None
    return terms.start_on + timedelta(days=terms.same_as_cash_days)


def _in_cash_window(terms: LeaseTerms, on: date) -> bool:
    last = cash_window_ends_on(terms)
    return last is not None and on <= last


def _full_price(terms: LeaseTerms, on: date) -> bool:
    """Whether `on` is in the last payments, where nothing is taken off."""
    last = terms.buyout.full_price_payments
    return bool(last) and on >= due_on(terms, terms.count - last + 1)


def _cash_price(terms: LeaseTerms, paid_minor: int) -> tuple[int, tuple[Step, ...]]:
    price = max(terms.cash_price_minor + terms.same_as_cash_fee_minor - paid_minor, 0)
    said = Sentence(
        N_(
            "Same as cash through %(last)s: the cash price %(cash)s + fee %(fee)s - paid %(paid)s = %(price)s."
        ),
        {
            "last": cash_window_ends_on(terms),
            "cash": _money(terms, terms.cash_price_minor),
            "fee": _money(terms, terms.same_as_cash_fee_minor),
            "paid": _money(terms, paid_minor),
            "price": _money(terms, price),
        },
    )
    return price, (Step(said, price),)


def _share(terms: LeaseTerms, on: date, paid_minor: int) -> tuple[int, tuple[Step, ...]]:
    full = _full_price(terms, on)
    percent = 100 if full else terms.buyout.percent
    unpaid = max(terms.total_payments_minor - paid_minor, 0)
    price = round_minor(unpaid * Fraction(percent) / 100, terms.rounding)
    said = Sentence(
        N_("%(percent)s %% of all payments %(all)s less what was paid, %(paid)s: %(price)s."),
        {
            "percent": percent,
            "all": _money(terms, terms.total_payments_minor),
            "paid": _money(terms, paid_minor),
            "price": _money(terms, price),
        },
    )
    return price, (*_last_payments(terms, full), Step(said, price))


def _of_remaining(terms: LeaseTerms, on: date, remaining: int, prepaid: int) -> tuple[int, tuple[Step, ...]]:
    rule, full = terms.buyout, _full_price(terms, on)
    figures = {
        "remaining": _money(terms, remaining),
        "prepaid": _money(terms, prepaid),
        "percent": rule.percent,
    }
    if full:
        price = remaining
        told = N_("The payments not due yet are %(price)s.")
    elif rule.form == "balloon":
        balloon = min(terms.balloon_minor, remaining)
        price = round_minor((remaining - balloon) * Fraction(rule.percent) / 100, terms.rounding) + balloon
        figures["balloon"] = _money(terms, balloon)
        told = N_(
            "(%(remaining)s not due yet - balloon %(balloon)s) x %(percent)s %% + %(balloon)s = %(price)s."
        )
    elif rule.discount_prepaid:
        kept = (remaining + prepaid) * (1 - Fraction(rule.percent) / 100)
        price = max(round_minor(kept, terms.rounding) - prepaid, 0)
        told = N_(
            "(%(remaining)s not due yet + %(prepaid)s paid ahead) less %(percent)s %%, less %(prepaid)s: %(price)s."
        )
    else:
        price = round_minor(remaining * (1 - Fraction(rule.percent) / 100), terms.rounding)
        told = N_("%(remaining)s not due yet, less %(percent)s %%: %(price)s.")
    said = Sentence(told, {**figures, "price": _money(terms, price)})
    return price, (*_last_payments(terms, full), Step(said, price))


def _last_payments(terms: LeaseTerms, full: bool) -> tuple[Step, ...]:
    if not full:
        return ()
    number = terms.buyout.full_price_payments
    return (Step(Sentence(N_("Nothing is taken off in the last %(number)s payments."), {"number": number})),)


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


def _money(terms: LeaseTerms, minor: int) -> Money:
    return Money(minor, terms.currency)
