"""What every kind of agreement can answer, so that pages, actions and reports never ask which kind it is.

`schedule` what falls due when; `due` what is owed as of a day; `apply` what a payment on a day pays; `close` what ends
it on a day; and each answer carries its `Trace`, the reason in steps. All are pure: terms and position in, values out.
Amounts are integer minor units of the agreement's currency; days are local calendar dates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, Protocol

from domain.words import N_, Sentence, Trace

Bucket = Literal["interest", "principal", "fees", "credit"]
State = Literal["paid", "late", "due", "next", "upcoming", "skipped", "not_needed"]


@dataclass(frozen=True, slots=True)
class OpenCharge:
    """A charge that is not wholly paid. `open_minor` is what is left of it."""

    id: int
    rule: str
    due_on: date
    open_minor: int


@dataclass(frozen=True, slots=True)
class Position:
    """What the books say about one agreement.

    `principal_minor` and `interest_minor` are what is owed and posted; interest accrued since `interest_from` is not
    posted yet. `credit_minor` is money of the customer that pays nothing yet. `met_minor` is the money applied to
    installments so far.
    """

    principal_minor: int
    interest_minor: int
    charges: tuple[OpenCharge, ...]
    credit_minor: int
    met_minor: int
    interest_from: date

    @property
    def fees_minor(self) -> int:
        return sum(charge.open_minor for charge in self.charges)


@dataclass(frozen=True, slots=True)
class Installment:
    """One line of "your plan": what was agreed, and what is still to be paid of it as of a day.

    `amount_minor` is what falls due by the contract; `open_minor` what is left to pay of it, split into
    `interest_minor` and `principal_minor` as it would be paid on its due day (or today, when late); for a paid one the
    split is the contract's. `balance_minor` is the principal after it.
    """

    number: int
    due_on: date
    amount_minor: int
    open_minor: int
    interest_minor: int
    principal_minor: int
    balance_minor: int
    state: State


@dataclass(frozen=True, slots=True)
class Due:
    """What is owed as of a day, and next.

    `past_due_minor`: installments due before the day; `today_minor`: due on it; `fees_minor`: open charges;
    `credit_minor`: the customer's money that is taken off. `now_minor` = past due + today + fees - credit, not below
    zero. `next_minor` on `next_on` is the first installment after the day. `days_late` runs from `oldest_on`.
    `left` counts the installments still open.
    """

    on: date
    past_due_minor: int
    today_minor: int
    fees_minor: int
    credit_minor: int
    now_minor: int
    next_minor: int
    next_on: date | None
    oldest_on: date | None
    days_late: int
    left: int
    trace: Trace

    @property
    def headline_minor(self) -> int:
        """The one figure a payer comes for: what is due now, or the next installment when nothing is."""
        return self.now_minor or self.next_minor

    @property
    def headline_on(self) -> date | None:
        """The day of the headline: the oldest open one, or the next due day."""
        return (self.oldest_on or self.on) if self.now_minor else self.next_on


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a payment and what it pays: a bucket, and the installment or charge in it.

    Above zero, but for credit that was used together with the payment: that part is below zero.
    """

    bucket: Bucket
    amount_minor: int
    installment_number: int | None = None
    due_on: date | None = None
    charge_id: int | None = None


_PART_WORDS = {
    ("interest", True): N_("Interest of payment %(number)s, due %(due)s."),
    ("principal", True): N_("Principal of payment %(number)s, due %(due)s."),
    ("interest", False): N_("Interest that had built up."),
    ("principal", False): N_("Extra: pays principal and shortens the loan."),
    ("fees", False): N_("Fee of %(due)s."),
    ("credit", False): N_("Above what is owed: kept as your credit."),
}


def part_sentence(part: Part) -> Sentence:
    """What one part of a payment paid, in words."""
    if part.bucket == "credit" and part.amount_minor < 0:
        return Sentence(N_("Your credit is taken off."))
    numbered = part.installment_number is not None
    params = {"number": part.installment_number or 0, "due": part.due_on or ""}
    return Sentence(_PART_WORDS[part.bucket, numbered], params)


@dataclass(frozen=True, slots=True)
class Application:
    """What a payment does: interest to post first, then the parts it pays (they sum to the payment exactly).

    `interest_from` is the day through which interest is posted afterwards, `met_minor` what the payment adds to the
    money applied to installments.
    """

    accrual_minor: int
    interest_from: date
    parts: tuple[Part, ...]
    met_minor: int
    after: Position
    accrual_trace: Trace
    trace: Trace


@dataclass(frozen=True, slots=True)
class Quote:
    """What ends the agreement on a day (a payoff): principal + interest + fees - credit = total.

    `per_diem_minor` is one more day's interest; the quote is good through its own day.
    """

    on: date
    principal_minor: int
    interest_minor: int
    fees_minor: int
    credit_minor: int
    total_minor: int
    per_diem_minor: int
    trace: Trace


@dataclass(frozen=True, slots=True)
class Missed:
    """Interest to post when a payment goes back: what would have run had it never come."""

    amount_minor: int
    interest_from: date
    trace: Trace


class Kind(Protocol):
    """One kind of agreement. `terms` is what its `read` made from the stored row."""

    def read(self, agreement: Any) -> Any: ...

    def schedule(self, terms: Any, position: Position, on: date) -> Sequence[Installment]: ...

    def due(self, terms: Any, position: Position, on: date) -> Due: ...

    def apply(self, terms: Any, position: Position, amount_minor: int, on: date) -> Application: ...

    def close(self, terms: Any, position: Position, on: date) -> Quote: ...

    def missed(
        self, terms: Any, position: Position, restored_minor: int, since: date, covered_to: date, on: date
    ) -> Missed: ...

    def explain(self, terms: Any, position: Position, on: date, number: int) -> Trace: ...

    def facts(self, terms: Any) -> Sequence[tuple[str, Any]]: ...
