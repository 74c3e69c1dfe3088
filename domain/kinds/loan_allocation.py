"""What a payment on a loan pays, and what ends the loan.

Money due first, oldest installment first, in the order of the loan's waterfall (default: accrued interest, principal,
fees; `loan_waterfall` reads it, and the order for money in advance where the contract has one); then, where nothing was
due, the next installment; then what is left pays interest accrued and shortens the loan by paying principal; what even
that does not need becomes the customer's credit. A payment that covers the payoff settles everything.
Source of the order: the contract's waterfall; see docs/architecture.md, "One payment".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import takewhile

from domain.kinds.base import Application, Installment, OpenCharge, Part, Position, Quote, part_sentence
from domain.kinds.loan_interest import accrued, payoff_interest, per_diem, posted_through, reason
from domain.kinds.loan_plan import installments, payable
from domain.kinds.loan_waterfall import OF_INSTALLMENT, Waterfall, read_waterfall
from domain.rules.revisions import AgreedPlan
from domain.words import N_, Sentence, Step, Trace

ALLOCATION = "loan.allocation"
PAYOFF = "loan.payoff"


def _nothing(_bucket: str) -> None:
    """No charges stand between the two buckets of an installment."""


@dataclass(slots=True)
class _Purse:
    """The payment while it is being spent."""

    left: int
    principal: int
    interest: int
    met: int = 0
    parts: list[Part] = field(default_factory=list)
    paid_of: dict[int, int] = field(default_factory=dict)

    def pay(self, bucket: str, wanted: int, number: int | None = None, due_on: date | None = None) -> int:
        paid = min(wanted, self.left)
        if paid > 0:
            self.left -= paid
            self.parts.append(Part(bucket, paid, number, due_on))  # type: ignore[arg-type]
            if bucket == "interest":
                self.interest -= paid
            elif bucket == "principal":
                self.principal -= paid
        return max(paid, 0)

    def use_credit(self, used: int) -> None:
        """Say that so much of what was paid was the customer's credit, not this payment."""
        if used:
            self.parts.append(Part("credit", -used))

    def pay_installment(
        self,
        row: Installment,
        order: tuple[str, ...] = OF_INSTALLMENT,
        between: Callable[[str], None] = _nothing,
    ) -> None:
        """Pay a row in the order's buckets; `between` pays the charges that the order names between its two."""
        wanted = min(row.open_minor, self.principal + self.interest)
        first, last = sorted(order.index(bucket) for bucket in OF_INSTALLMENT)
        for bucket in order[first : last + 1]:
            if bucket == "interest":
                paid = self.pay("interest", min(self.interest, wanted), row.number, row.due_on)
            elif bucket == "principal":
                most = wanted if order[first] == "interest" else min(wanted, row.principal_minor)
                paid = self.pay("principal", min(most, self.principal), row.number, row.due_on)
            else:
                between(bucket)
                continue
            wanted -= paid
            self.met += paid
        if order[first] == "principal":  # interest that will only run until the due day is not owed yet
            self.met += self.pay("principal", min(wanted, self.principal), row.number, row.due_on)

    def pay_charges(self, charges: Iterable[OpenCharge]) -> None:
        for charge in sorted(charges, key=lambda charge: (charge.due_on, charge.id)):
            paid = min(charge.open_minor - self.paid_of.get(charge.id, 0), self.left)
            if paid > 0:
                self.left -= paid
                self.paid_of[charge.id] = self.paid_of.get(charge.id, 0) + paid
                self.parts.append(Part("fees", paid, None, charge.due_on, charge.id))


def apply(
    terms: AgreedPlan,
    waterfall: tuple[str, ...],
    position: Position,
    amount_minor: int,
    on: date,
    currency: str,
    extra: str | date = "shorter",
) -> Application:
    """What a payment of `amount_minor` on a day pays. The parts sum to the amount exactly.

    What is above the installments due pays principal ("shorter", and "smaller": then the plan is set anew after it) or
    the installments that follow ("ahead"). A payment made while no installment is due counts for the next one first;
    so does every one where the contract has an order of its own for money in advance. Where `extra` is a day, the money
    was taken for what falls due through it (autopay, days before): those installments are paid before principal is,
    also while others are late. Else they would stay open, and their money would be taken twice.
    The customer's credit pays what is due with it (a part below zero says so), and is not spent in advance.
    """
    quote = payoff(terms, position, on)
    owed = quote.total_minor + quote.credit_minor
    if owed > 0 and amount_minor >= quote.total_minor:
        return _settle_all(terms, position, amount_minor, on, quote, currency)
    start = position.interest_from
    accrual = accrued(terms, position.principal_minor, start, on)
    through = posted_through(terms, start, on)
    own = amount_minor + position.credit_minor
    purse = _Purse(own, position.principal_minor, position.interest_minor + accrual)
    plan = payable(terms, position, on)
    order = read_waterfall(waterfall)
    _pay_due(purse, order, plan, position, on)
    used = max(own - purse.left - amount_minor, 0)
    purse.left -= position.credit_minor - used
    purse.use_credit(used)
    advance, pay = order.advance or OF_INSTALLMENT, _payer(purse, order, position.charges)
    for bucket in takewhile(_of_charges, advance):
        pay(bucket)
    for row in _in_advance(terms, position, plan, order, on, extra):
        if not purse.left:
            break
        if terms.interest != "daily" and row.due_on > through:
            early = accrued(terms, purse.principal, through, row.due_on)
            accrual, purse.interest, through = accrual + early, purse.interest + early, row.due_on
        purse.pay_installment(row, advance, pay)
    for bucket in advance:
        if _of_charges(bucket):
            pay(bucket)
        else:
            purse.pay(bucket, purse.interest if bucket == "interest" else purse.principal)
    purse.pay("credit", purse.left)
    return _application(terms, position, purse, accrual, through, on, currency)


def _pay_due(purse: _Purse, order: Waterfall, plan: list[Installment], position: Position, on: date) -> None:
    """Pay what is due in the order for money due: charges named before the installments, those, then the rest."""
    charges = position.charges
    if order.advance is not None:
        charges = tuple(charge for charge in charges if charge.due_on <= on)
    pay = _payer(purse, order, charges)
    for bucket in takewhile(_of_charges, order.due):
        pay(bucket)
    for row in plan:
        if row.state in ("late", "due"):
            purse.pay_installment(row, order.due, pay)
    for bucket in filter(_of_charges, order.due):
        pay(bucket)


def _of_charges(bucket: str) -> bool:
    return bucket not in OF_INSTALLMENT


def _payer(purse: _Purse, order: Waterfall, charges: tuple[OpenCharge, ...]) -> Callable[[str], None]:
    """Pays the charges of a bucket, the oldest first."""

    def pay(bucket: str) -> None:
        purse.pay_charges(charge for charge in charges if order.bucket_of(charge.rule) == bucket)

    return pay


def _in_advance(
    terms: AgreedPlan,
    position: Position,
    plan: list[Installment],
    order: Waterfall,
    on: date,
    extra: str | date,
) -> list[Installment]:
    """The installments that money above what is due pays: the next one where none was due, those due through a day, or
    ahead all that follow.
    """
    if extra == "ahead" or isinstance(extra, date):
        through = extra if isinstance(extra, date) else date.max
        rows = installments(terms, position, on)
        found = [row for row in rows if row.open_minor and on < row.due_on <= through]
        if found or extra == "ahead":
            return found
    was_due = any(row.state in ("late", "due") for row in plan)
    return [] if was_due and order.advance is None else [row for row in plan if row.state == "next"]


def _settle_all(
    terms: AgreedPlan, position: Position, amount_minor: int, on: date, quote: Payoff, currency: str
) -> Application:
    accrual = quote.interest_minor - position.interest_minor
    used = max(quote.total_minor + quote.credit_minor - amount_minor, 0)
    purse = _Purse(amount_minor + used, position.principal_minor, quote.interest_minor)
    for row in payable(terms, position, on):
        purse.pay_installment(row)
    purse.pay("interest", purse.interest)
    purse.pay("principal", purse.principal)
    purse.pay_charges(position.charges)
    purse.use_credit(used)
    purse.pay("credit", purse.left)
    return _application(terms, position, purse, accrual, max(on, position.interest_from), on, currency)


def _application(
    terms: AgreedPlan, position: Position, purse: _Purse, accrual: int, through: date, on: date, currency: str
) -> Application:
    charges = tuple(
        replace(charge, open_minor=charge.open_minor - purse.paid_of.get(charge.id, 0))
        for charge in position.charges
        if charge.open_minor > purse.paid_of.get(charge.id, 0)
    )
    credit = sum(part.amount_minor for part in purse.parts if part.bucket == "credit")
    after = Position(
        purse.principal,
        purse.interest,
        charges,
        position.credit_minor + credit,
        position.met_minor + purse.met,
        through,
    )
    return Application(
        accrual_minor=accrual,
        interest_from=through,
        parts=tuple(purse.parts),
        met_minor=purse.met,
        after=after,
        accrual_trace=reason(
            terms, position.principal_minor, position.interest_from, through, accrual, currency
        ),
        trace=_spent(purse.parts),
    )


def _spent(parts: list[Part]) -> Trace:
    return Trace(ALLOCATION, 1, tuple(Step(part_sentence(part), part.amount_minor) for part in parts))


@dataclass(frozen=True, slots=True)
class Payoff:
    """The figures of a payoff in minor units: `unposted` is the part of its interest that is not in the books yet."""

    interest_minor: int
    unposted_minor: int
    credit_minor: int
    total_minor: int


def payoff(terms: AgreedPlan, position: Position, on: date) -> Payoff:
    """What ends the loan on a day: principal + accrued interest + fees - credit. `close` gives the reason with it."""
    unposted = payoff_interest(terms, position, on)
    interest = position.interest_minor + unposted
    gross = position.principal_minor + interest + position.fees_minor
    credit = min(position.credit_minor, gross)
    return Payoff(interest, unposted, credit, max(gross - position.credit_minor, 0))


def close(terms: AgreedPlan, position: Position, on: date, currency: str) -> Quote:
    """The payoff on a day with its reason."""
    figures = payoff(terms, position, on)
    unposted = figures.unposted_minor
    steps = [
        Step(Sentence(N_("Principal still owed.")), position.principal_minor),
        Step(Sentence(N_("Interest posted and not yet paid.")), position.interest_minor),
        *reason(terms, position.principal_minor, position.interest_from, on, unposted, currency).steps,
        Step(Sentence(N_("Open fees.")), position.fees_minor),
        Step(Sentence(N_("Credit is taken off.")), -figures.credit_minor),
    ]
    return Quote(
        on=on,
        principal_minor=position.principal_minor,
        interest_minor=figures.interest_minor,
        fees_minor=position.fees_minor,
        credit_minor=figures.credit_minor,
        total_minor=figures.total_minor,
        per_diem_minor=per_diem(terms, position.principal_minor, on),
        trace=Trace(PAYOFF, 1, tuple(step for step in steps if step.amount_minor)),
    )
