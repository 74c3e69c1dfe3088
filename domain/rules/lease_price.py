"""What the goods cost early on a day by each of the contract's rules, before tax, back rent and fees; and why.

All return the price in minor units and the steps that led to it.
"""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from domain.rules.lease_plan import due_on
from domain.rules.lease_terms import LeaseTerms
from domain.rules.money import round_minor
from domain.words import N_, Money, Sentence, Step


def cash_window_ends_on(terms: LeaseTerms) -> date | None:
    """The last day of the same-as-cash option; None where there is none."""
    if not terms.same_as_cash_days:
        return None
    return terms.start_on + timedelta(days=terms.same_as_cash_days)


def in_cash_window(terms: LeaseTerms, on: date) -> bool:
    """Whether the same-as-cash option still holds on a day."""
    last = cash_window_ends_on(terms)
    return last is not None and on <= last


def _full_price(terms: LeaseTerms, on: date) -> bool:
    """Whether `on` is in the last payments, where nothing is taken off."""
    last = terms.buyout.full_price_payments
    return bool(last) and on >= due_on(terms, terms.count - last + 1)


def cash_price(terms: LeaseTerms, paid_minor: int) -> tuple[int, tuple[Step, ...]]:
    """The same-as-cash price, less all that was paid."""
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


def share_price(terms: LeaseTerms, on: date, paid_minor: int) -> tuple[int, tuple[Step, ...]]:
    """A part of all payments less all that was paid."""
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


def price_of_remaining(
    terms: LeaseTerms, on: date, remaining: int, prepaid: int
) -> tuple[int, tuple[Step, ...]]:
    """What the payments not due yet cost, by the discount or the balloon form."""
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


def _money(terms: LeaseTerms, minor: int) -> Money:
    return Money(minor, terms.currency)
