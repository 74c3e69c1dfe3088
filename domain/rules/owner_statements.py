"""What a month of a property comes to for its owners: the manager's fee, the result, each owner's share and account.

Money counts when it came or went (a cash basis). The columns are those of owner statements as property managers print
them: beginning cash, income, expenses, the fee, contributions and draws, ending cash, the reserve, what is available.
Security deposits and rent paid ahead are held for tenants: they are told beside the owners' cash and are never part
of it. Verbs: `result_of`, `shared`, `account_of`, `check_shares`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from domain.rules.money import round_minor
from domain.words import N_, Money, Refused, Sentence, Step, Trace

VERSION = 1
WHOLE = Decimal(100)
MOST_PLACES = 4


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms a property is managed; the default is without a fee. Amounts in minor units, a month.

    `fee_percent` of the `fee_base`: of what was "collected", or of the rent "charged". At least `minimum_minor`, and
    `flat_minor` for each unit beside it. `reserve_minor` stays with the manager for repairs.
    """

    fee_percent: Decimal = Decimal(0)
    fee_base: str = "collected"
    minimum_minor: int = 0
    flat_minor: int = 0
    reserve_minor: int = 0


@dataclass(frozen=True, slots=True)
class Month:
    """What happened in a month of a property, in minor units of one currency.

    `income` is type of charge -> money that came for it less what went back; `spent_minor` is what was spent.
    `charged_minor` is the rent that was asked for, `units` how many the property has.
    """

    income: Mapping[str, int]
    spent_minor: int
    charged_minor: int
    units: int

    @property
    def collected_minor(self) -> int:
        return sum(self.income.values())


@dataclass(frozen=True, slots=True)
class Result:
    """`net_minor` = collected - spent - fee: what the month leaves to the owners, below zero where it cost them."""

    collected_minor: int
    spent_minor: int
    fee_minor: int
    net_minor: int
    trace: Trace


@dataclass(frozen=True, slots=True)
class Account:
    """One owner's cash over a month. `draws_minor` is zero or below; ending = beginning + net + contributions + draws.

    `available_minor` is what may be paid out: the ending cash above the reserve, never below zero.
    """

    beginning_minor: int
    net_minor: int
    contributions_minor: int
    draws_minor: int
    ending_minor: int
    reserve_minor: int
    available_minor: int


def result_of(month: Month, terms: Terms, currency: str) -> Result:
    """The result of a month, and why.

    Where more went back than came, the percentage is negative as well: a fee taken of a check that bounced is given
    back with it, unless the terms have a minimum.
    """
    collected = month.collected_minor
    steps = [Step(Sentence(N_("Money collected, less what went back.")), collected)]
    steps.append(Step(Sentence(N_("Spent on the property.")), -month.spent_minor))
    fee, why = _fee(month, terms, currency)
    steps += why
    net = collected - month.spent_minor - fee
    steps.append(Step(Sentence(N_("What the month leaves to the owners.")), net))
    return Result(collected, month.spent_minor, fee, net, Trace("owner_statement", VERSION, tuple(steps)))


def _fee(month: Month, terms: Terms, currency: str) -> tuple[int, list[Step]]:
    base = month.charged_minor if terms.fee_base == "charged" else month.collected_minor
    fee = round_minor(Fraction(terms.fee_percent) * base / 100)
    steps = []
    if terms.fee_percent:
        of = (
            N_("Management fee: %(percent)s %% of the rent charged, %(base)s.")
            if terms.fee_base == "charged"
            else N_("Management fee: %(percent)s %% of what was collected, %(base)s.")
        )
        params = {"percent": plain_percent(terms.fee_percent), "base": Money(base, currency)}
        steps.append(Step(Sentence(of, params), -fee))
    if terms.minimum_minor and terms.minimum_minor > fee:
        least = Sentence(
            N_("The fee is at least %(least)s."), {"least": Money(terms.minimum_minor, currency)}
        )
        fee = terms.minimum_minor
        steps.append(Step(least, -fee))
    if terms.flat_minor and month.units:
        each = {"each": Money(terms.flat_minor, currency), "units": month.units}
        flat = terms.flat_minor * month.units
        steps.append(Step(Sentence(N_("And %(each)s for each of %(units)s units."), each), -flat))
        fee += flat
    return fee, steps


def shared(minor: int, shares: Sequence[tuple[str, Decimal]]) -> dict[str, int]:
    """`minor` by shares in percent, to the cent: the parts add up to it and have its sign.

    Each owner gets the rounded running total less the one before, so nobody is off by a whole cent and the last one
    takes what is left. 1,000.01 by 60 and 40 is 600.01 and 400.00.
    """
    parts, done, told = {}, Decimal(0), 0
    whole = sum((percent for _, percent in shares), Decimal(0))
    for owner, percent in shares:
        done += percent
        upto = round_minor(Fraction(minor) * Fraction(done) / Fraction(whole))
        parts[owner], told = upto - told, upto
    return parts


def account_of(beginning_minor: int, net_minor: int, moved: Sequence[int], reserve_minor: int) -> Account:
    """An owner's cash over the month. `moved`: put in above zero, paid out below."""
    put_in = sum(amount for amount in moved if amount > 0)
    drawn = sum(amount for amount in moved if amount < 0)
    ending = beginning_minor + net_minor + put_in + drawn
    return Account(
        beginning_minor, net_minor, put_in, drawn, ending, reserve_minor, max(ending - reserve_minor, 0)
    )


def check_shares(shares: Sequence[tuple[str, Decimal]]) -> None:
    """Raise Refused unless every share is above zero, nobody stands twice, and they make 100 percent exactly."""
    if not shares:
        raise Refused(Sentence(N_("Name at least one owner.")), "owners")
    if any(not 0 < percent <= WHOLE or _places(percent) > MOST_PLACES for _, percent in shares):
        raise Refused(
            Sentence(N_("A share is above 0 and at most 100 percent, with at most four decimals.")), "owners"
        )
    if len({owner for owner, _ in shares}) != len(shares):
        raise Refused(Sentence(N_("Nobody can stand in the list twice.")), "owners")
    total = sum((percent for _, percent in shares), Decimal(0))
    if total != WHOLE:
        words = N_("The shares make %(total)s percent. They have to make 100.")
        raise Refused(Sentence(words, {"total": plain_percent(total)}), "owners")


def _places(percent: Decimal) -> int:
    exponent = percent.normalize().as_tuple().exponent
    return -exponent if isinstance(exponent, int) else MOST_PLACES + 1


def plain_percent(percent: Decimal) -> str:
    """The number without zeros behind it: 8, 8.5, 33.3333."""
    text = format(percent, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
