"""A lease-to-own: payments with tax, a buyout on every date, ownership at the end. Answers `domain.kinds.base.Kind`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from domain.kinds import charged, lease_figures
from domain.kinds.base import (
    Application,
    Closing,
    Due,
    Figure,
    Installment,
    Missed,
    Part,
    Position,
    Progress,
    Quote,
)
from domain.rules import lease
from domain.rules.allocation import Profile
from domain.rules.documents import from_document
from domain.rules.late_fees import LateCharge
from domain.rules.lease import LeaseTerms
from domain.rules.planned import PlannedCharge
from domain.words import N_, Refused, Sentence, Step, Trace
from models import Agreement

STATEMENTS: bool = False
PLAN_COLUMNS: tuple[str, ...] = ("tax", "period")
CHARGES: tuple[str, ...] = ("one_off", "fee")
CHANGES: tuple[str, ...] = ("goods_return",)
WORDS: Mapping[str, str] = lease_figures.WORDS
BUYOUT = "lease.buyout"


@dataclass(frozen=True, slots=True)
class Contract:
    """The stored terms of a lease. `ended_on` is the day the goods came back or were bought early."""

    terms: LeaseTerms
    profile: Profile
    ended_on: date | None


def read(agreement: Agreement) -> Contract:
    """The contract of a stored agreement."""
    document = agreement.terms
    if document is None:
        raise LookupError(f"agreement {agreement.number} has no lease terms")
    terms = from_document(LeaseTerms, document["terms"])
    return Contract(terms, from_document(Profile, document.get("allocation", {})), agreement.ended_on)


def of_payer(contract: Contract, payer: str) -> Contract:
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


def due(contract: Contract, position: Position, on: date) -> Due:
    return charged.due(position, _asked(contract, date.max, position.billed_through), on)


def apply(
    contract: Contract,
    position: Position,
    amount_minor: int,
    on: date,
    *,
    extra: str = "ahead",
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

    A lease that ended, or whose every payment fell due, costs what is open.
    """
    terms = contract.terms
    open_minor = position.fees_minor + sum(
        charge.amount_minor for charge in _asked(contract, on, position.billed_through)
    )
    if contract.ended_on is not None or not _asked(
        contract, date.max, max(on, position.billed_through or on)
    ):
        return _settled(position, on, open_minor)
    # The deposit counts as far as it was paid; what is still asked of it is not asked any more.
    waiting = sum(charge.open_minor for charge in position.charges if charge.type == "deposit")
    terms = replace(terms, deposit_minor=max(terms.deposit_minor - waiting, 0))
    at = lease.standing(terms, max(on, terms.start_on), _net(terms, paid_minor(contract, position)))
    fees = sum(charge.open_minor for charge in position.charges if charge.type not in ("lease", "deposit"))
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
        trace=bought.trace,
        good_through=bought.good_through,
        buys=True,
    )


def _settled(position: Position, on: date, owed: int) -> Quote:
    used = min(position.credit_minor, owed)
    steps = (
        Step(Sentence(N_("Charges not yet paid.")), owed),
        Step(Sentence(N_("Your credit is taken off.")), -used),
    )
    return Quote(
        on=on, principal_minor=0, interest_minor=0, fees_minor=owed, credit_minor=used,
        total_minor=max(owed - position.credit_minor, 0), per_diem_minor=0,
        trace=Trace("charges.close", 1, tuple(step for step in steps if step.amount_minor)),
    )  # fmt: skip


def payable(contract: Contract, position: Position, on: date) -> int:
    """What is owed and every payment still to come: payments may be made ahead."""
    coming = _asked(contract, date.max, position.billed_through)
    owed = position.fees_minor + sum(c.amount_minor for c in coming) - position.credit_minor
    return max(owed, close(contract, position, on).total_minor)


def closing(contract: Contract, position: Position, on: date, key: str) -> Closing | None:
    """The price of the goods: a charge for what it costs beyond what is open, or open charges lowered to it.

    What is open afterwards is the quote, the deposit that is used and the customer's credit; no more and no less.
    """
    quote = close(contract, position, on)
    if not quote.buys:
        return None
    waiting = [charge for charge in position.charges if charge.type == "deposit"]
    lowered = [(charge, charge.open_minor) for charge in waiting]
    owed = position.fees_minor - sum(amount for _, amount in lowered)
    price = quote.total_minor + quote.credit_minor + position.credit_minor - owed
    if price > 0:
        terms = contract.terms
        tax = price - _net(terms, price) if terms.tax_on_buyout else 0
        charge = PlannedCharge(
            number=0, type="lease", rule=BUYOUT, key=key, due_on=on, period_from=on, period_to=on,
            amount_minor=price, tax_minor=tax, trace=quote.trace, name="",
        )  # fmt: skip
        return Closing(charge, tuple(lowered), quote.credit_minor)
    # The newest first, payments before what was added to them: the price holds what is owed for the goods.
    order = sorted(position.charges, key=lambda one: (one.type == "lease", one.due_on, one.id), reverse=True)
    for one in order:
        part = min(one.open_minor, -price) if one not in waiting else 0
        if part:
            lowered.append((one, part))
            price += part
    return Closing(None, tuple(lowered), quote.credit_minor)


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


payers = charged.nobody_apart


def facts(contract: Contract) -> Sequence[tuple[str, Any]]:
    return lease_figures.facts(contract.terms, contract.ended_on)


def left_minor(contract: Contract, position: Position) -> int:
    """What the lease's payments still cost until the goods are the customer's, with their tax."""
    if contract.ended_on is not None:
        return 0
    coming = sum(charge.amount_minor for charge in _asked(contract, date.max, position.billed_through))
    return max(_open_payments(position) + coming - max(position.credit_minor, 0), 0)


def progress(contract: Contract, position: Position, on: date) -> Progress:
    whole = sum(charge.amount_minor for charge in _asked(contract, date.max, None))
    left = left_minor(contract, position)
    if contract.ended_on is not None and position.charges:
        return Progress(0, 0)  # the goods came back, something is owed: no part of the plan says it
    if contract.ended_on is not None or not left:
        return Progress(whole, whole)
    words = Sentence(N_("Yours on %(day)s"), {"day": lease.ends_on(contract.terms)})
    to_come = due(contract, position, on).left
    return Progress(max(whole - left, 0), whole, (words,), to_come)


def figures(contract: Contract, position: Position, on: date) -> Sequence[Figure]:
    coming = [charge.amount_minor for charge in _asked(contract, date.max, position.billed_through)]
    paid, left = paid_minor(contract, position), left_minor(contract, position)
    return lease_figures.figures(paid, _open_payments(position), max(position.credit_minor, 0), coming, left)
