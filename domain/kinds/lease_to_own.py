"""A lease-to-own: payments with tax, a buyout on every date, ownership at the end. Answers `domain.kinds.base.Kind`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from domain.kinds import charged, lease_figures
from domain.kinds.base import (
    Application,
    Due,
    Figure,
    Installment,
    Missed,
    OpenCharge,
    Part,
    Position,
    Progress,
    Quote,
)
from domain.kinds.closing import Bought, Closing
from domain.rules import lease
from domain.rules.allocation import Profile
from domain.rules.documents import from_document
from domain.rules.late_fees import LateCharge
from domain.rules.lease import LeaseTerms
from domain.rules.planned import BOUGHT_EARLY, PlannedCharge
from domain.words import N_, Money, Refused, Sentence, Step, Trace
from models import Agreement

STATEMENTS: bool = False
PLAN_COLUMNS: tuple[str, ...] = ("tax", "period")
CHARGES: tuple[str, ...] = ("one_off", "fee")
CHANGES: tuple[str, ...] = ("goods_return",)
WORDS: Mapping[str, str] = lease_figures.WORDS
BUYOUT = "lease.buyout"


@dataclass(frozen=True, slots=True)
class Contract:
    """The stored terms of a lease. `ended_on` is the day the goods came back or were bought early (then `bought`)."""

    terms: LeaseTerms
    profile: Profile
    ended_on: date | None
    bought: Bought | None = None


def read(agreement: Agreement) -> Contract:
    """The contract of a stored agreement."""
    document = agreement.terms
    if document is None:
        raise LookupError(f"agreement {agreement.number} has no lease terms")
    terms = from_document(LeaseTerms, document["terms"])
    bought = Bought(**document["bought"]) if "bought" in document else None
    return Contract(terms, from_document(Profile, document.get("allocation", {})), agreement.ended_on, bought)


def of_payer(contract: Contract, payer: str, alone: bool = False) -> Contract:
    return contract


@lru_cache(maxsize=256)
def _asked(contract: Contract, through: date, after: date | None) -> tuple[PlannedCharge, ...]:
    return lease.charges(contract.terms, min(through, contract.ended_on or date.max), after)


def schedule(contract: Contract, position: Position, on: date) -> Sequence[Installment]:
    return charged.plan(_asked(contract, date.max, None), position, on)


def planned(contract: Contract, position: Position, through: date) -> Sequence[PlannedCharge]:
    return _asked(contract, through, position.billed_through)


def next_planned_on(contract: Contract, position: Position) -> date | None:
    coming = _asked(contract, date.max, position.billed_through)
    return coming[0].due_on if coming else None


def due_days(contract: Contract, position: Position, since: date, through: date) -> Sequence[date]:
    return tuple(
        dict.fromkeys(charge.due_on for charge in _asked(contract, through, since - timedelta(days=1)))
    )


def due(contract: Contract, position: Position, on: date) -> Due:
    return charged.due(position, _asked(contract, date.max, position.billed_through), on)


falls_due = charged.summed(due)


def apply(
    contract: Contract,
    position: Position,
    amount_minor: int,
    on: date,
    *,
    extra: str | date = "ahead",
    payer: str = "",
) -> Application:
    return charged.apply(position, amount_minor, on, contract.profile, payer)


def paid_minor(contract: Contract, position: Position) -> int:
    """What was paid on the lease's payments so far, with their tax: billed, less what of it is open, and paid ahead."""
    billed = 0
    if position.billed_through is not None:
        billed = sum(charge.amount_minor for charge in _asked(contract, position.billed_through, None))
    return billed - _open_payments(position) + max(position.credit_minor, 0)


def _open_payments(position: Position) -> int:
    return sum(c.open_minor for c in position.charges if c.type == "lease" and c.rule != BUYOUT)


def _net(terms: LeaseTerms, minor: int) -> int:
    """An amount before its tax: whole payments, and of the rest the same part."""
    gross = terms.payment_minor + lease.tax_minor(terms, terms.payment_minor)
    whole, rest = divmod(minor, gross)
    return whole * terms.payment_minor + rest * terms.payment_minor // gross


def close(contract: Contract, position: Position, on: date) -> Quote:
    """What buys the goods on a day. Nothing runs by the day: the price changes when the next payment falls due.

    A lease that ended, or whose every payment fell due, costs what is open. A charge that falls due after the day is no
    part of the price: what is added while the money is on its way cannot undo what was promised.
    """
    terms = contract.terms
    open_minor = position.fees_minor + sum(
        charge.amount_minor for charge in _asked(contract, on, position.billed_through)
    )
    if contract.ended_on is not None or not _asked(
        contract, date.max, max(on, position.billed_through or on)
    ):
        return lease_figures.settled(position, on, open_minor)
    # The deposit counts as far as it was paid; what is still asked of it is not asked any more.
    waiting = sum(charge.open_minor for charge in position.charges if charge.type == "deposit")
    terms = replace(terms, deposit_minor=max(terms.deposit_minor - waiting, 0))
    at = lease.standing(terms, max(on, terms.start_on), _net(terms, paid_minor(contract, position)))
    added = [charge for charge in position.charges if charge.type not in ("lease", "deposit")]
    fees = sum(charge.open_minor for charge in added if charge.due_on <= on)
    bought = lease.buyout(
        terms, max(on, terms.start_on), remaining_minor=at.remaining_minor, prepaid_minor=at.prepaid_minor,
        back_rent_minor=at.back_rent_minor, fees_minor=fees, paid_minor=at.paid_minor,
    )  # fmt: skip
    return Quote(
        on=on,
        principal_minor=bought.price_minor + bought.tax_minor,
        interest_minor=0,
        fees_minor=bought.back_rent_minor + bought.fees_minor,
        credit_minor=bought.deposit_minor,
        total_minor=bought.total_minor,
        per_diem_minor=0,
        trace=_with_later(bought.trace, terms.currency, sum(one.open_minor for one in added) - fees),
        good_through=bought.good_through,
        buys=True,
    )


def _with_later(trace: Trace, currency: str, later_minor: int) -> Trace:
    """The reason of a price, with what falls due after its day and stays owed."""
    words = N_("Charges of %(amount)s that fall due later are not in it and stay owed.")
    said = Step(Sentence(words, {"amount": Money(later_minor, currency)}))
    return trace.plus(said) if later_minor else trace


def payable(contract: Contract, position: Position, on: date) -> int:
    """What is owed and every payment still to come: payments may be made ahead."""
    coming = _asked(contract, date.max, position.billed_through)
    owed = position.fees_minor + sum(c.amount_minor for c in coming) - position.credit_minor
    return max(owed, close(contract, position, on).total_minor)


def closing(contract: Contract, position: Position, on: date, key: str) -> Closing | None:
    """The price of the goods: a charge for what it costs beyond what is open, or open charges lowered to it.

    What is open afterwards of what fell due through the day is the quote, the deposit that is used and the customer's
    credit; no more and no less. Payments that fell due later are not asked for any more, other later charges stay owed.
    """
    quote = close(contract, position, on)
    if not quote.buys:
        return None
    spared = [one for one in position.charges if one.type == "deposit" or _falls_later(one, on)]
    lowered = [(charge, charge.open_minor) for charge in spared]
    asked = [one for one in position.charges if one.due_on <= on and one not in spared]
    price = quote.total_minor + quote.credit_minor + position.credit_minor - sum(c.open_minor for c in asked)
    fees = sum(charge.open_minor for charge in asked if charge.type != "lease")
    bought = Bought(paid_minor(contract, position), quote.total_minor + quote.credit_minor - fees)
    if price > 0:
        terms = contract.terms
        tax = price - _net(terms, price) if terms.tax_on_buyout else 0
        charge = PlannedCharge(
            number=0, type="lease", rule=BUYOUT, key=key, due_on=on, period_from=on, period_to=on,
            amount_minor=price, tax_minor=tax, trace=quote.trace, name=BOUGHT_EARLY,
        )  # fmt: skip
        return Closing(charge, tuple(lowered), quote.credit_minor, bought)
    # The newest first, payments before what was added to them: the price holds what is owed for the goods.
    for one in sorted(asked, key=lambda one: (one.type == "lease", one.due_on, one.id), reverse=True):
        part = min(one.open_minor, -price)
        if part:
            lowered.append((one, part))
            price += part
    return Closing(None, tuple(lowered), quote.credit_minor, bought)


def _falls_later(charge: OpenCharge, on: date) -> bool:
    """Whether it is a payment of the lease that fell due after a day (and was billed by now)."""
    return charge.type == "lease" and charge.due_on > on


def finished(contract: Contract, position: Position) -> bool:
    """The goods were bought, came back, or every payment was made; and nothing is owed."""
    if position.charges or position.credit_minor < 0:
        return False
    return contract.ended_on is not None or not _asked(contract, date.max, position.billed_through)


def credit_parts(contract: Contract, position: Position, on: date) -> Sequence[Part]:
    return charged.credit_parts(position, on, contract.profile)


def standard_payment(contract: Contract, on: date) -> int:
    return contract.terms.payment_minor


def late_lines(
    contract: Contract, position: Position, since: date, on: date
) -> Sequence[tuple[LateCharge, int]] | None:
    """None: every charge is posted with its own due day."""
    return None


def missed(
    contract: Contract, position: Position, restored_minor: int, since: date, covered_to: date, on: date
) -> Missed:
    return charged.nothing_missed(position, "lease.missed")


def explain(contract: Contract, position: Position, on: date, number: int) -> Trace:
    return charged.explained(_asked(contract, date.max, None), position, number)


def check_charge(
    contract: Contract, position: Position, type_: str, amount_minor: int, due_on: date, today: date
) -> None:
    charged.check_added(CHARGES, type_, amount_minor, due_on, today)


def check_correction(contract: Contract, type_: str) -> None:
    """A payment of the lease is part of its price: without it, what buys the goods would be told wrong."""
    if type_ == "lease":
        words = N_(
            "A payment of the lease is part of its price and cannot be taken back alone. Waive it instead."
        )
        raise Refused(Sentence(words))


payers, statement_open = charged.nobody_apart, charged.no_statement


def facts(contract: Contract) -> Sequence[tuple[str, Any]]:
    return lease_figures.facts(contract.terms, contract.ended_on, contract.bought)


def left_minor(contract: Contract, position: Position) -> int:
    """What the lease's payments still cost until the goods are the customer's, with their tax."""
    if contract.ended_on is not None:
        return 0
    coming = sum(charge.amount_minor for charge in _asked(contract, date.max, position.billed_through))
    return max(_open_payments(position) + coming - max(position.credit_minor, 0), 0)


def progress(contract: Contract, position: Position, on: date) -> Progress:
    whole = sum(charge.amount_minor for charge in _asked(contract, date.max, None))
    left = left_minor(contract, position)
    if contract.bought is not None:
        since = Sentence(N_("Yours since %(day)s"), {"day": contract.ended_on})
        return Progress(contract.bought.all_minor, contract.bought.all_minor, (since,))
    if contract.ended_on is not None and position.charges:
        return Progress(0, 0)  # the goods came back, something is owed: no part of the plan says it
    if contract.ended_on is not None or not left:
        return Progress(whole, whole)
    words = Sentence(N_("Yours on %(day)s"), {"day": lease.ends_on(contract.terms)})
    to_come = due(contract, position, on).left
    return Progress(max(whole - left, 0), whole, (words,), to_come)


def figures(contract: Contract, position: Position, on: date) -> Sequence[Figure]:
    if contract.bought is not None:
        return lease_figures.of_bought(contract.bought, contract.ended_on)
    coming = [charge.amount_minor for charge in _asked(contract, date.max, position.billed_through)]
    paid, left = paid_minor(contract, position), left_minor(contract, position)
    return lease_figures.figures(paid, _open_payments(position), max(position.credit_minor, 0), coming, left)
