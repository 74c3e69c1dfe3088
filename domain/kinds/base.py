"""What every kind of agreement can answer, so that pages, actions and reports never ask which kind it is.

`schedule` what falls due when; `due` what is owed as of a day; `apply` what a payment on a day pays; `close` what ends
it on a day; and each answer carries its `Trace`, the reason in steps. All are pure: terms and position in, values out.
Amounts are integer minor units of the agreement's currency; days are local calendar dates.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from domain.rules.planned import BOUGHT_EARLY
from domain.words import N_, Sentence, Trace

Bucket = Literal[
    "interest",
    "principal",
    "fees",
    "credit",
    "rent",
    "other",
    "lease",
    "purchases",
    "finance",
    "deposit",
    "recovery",
]
State = Literal["paid", "late", "due", "next", "upcoming", "skipped", "not_needed"]


@dataclass(frozen=True, slots=True)
class OpenCharge:
    """A charge that is not wholly paid; `open_minor` is what is left of it.

    `payer` names whose share it is, "" when nobody's alone. `type` is one of
    `domain.rules.planned.CHARGE_TYPES`; `period` is its key within the rule.
    """

    id: int
    rule: str
    due_on: date
    open_minor: int
    type: str = "fee"
    payer: str = ""
    name: str = ""
    period: str = ""


@dataclass(frozen=True, slots=True)
class OpenStatement:
    """The last statement of a credit line, and what was paid since. `past_due_minor` of its minimum was due before."""

    closing_on: date
    due_on: date
    balance_minor: int
    minimum_minor: int
    paid_since_minor: int
    past_due_minor: int = 0
    late_since: date | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """What the books say about one agreement.

    `principal_minor` and `interest_minor` are what is owed and posted; interest accrued since `interest_from` is not
    posted yet. `credit_minor` is money of the customer that pays nothing yet. `met_minor` is the money applied to
    installments so far. What the terms ask for is in the charges through `billed_through`; `statement` is the last one
    of a credit line. `own_credit` says how much of the credit is whose, by payer's key, where charges are open too.
    """

    principal_minor: int
    interest_minor: int
    charges: tuple[OpenCharge, ...]
    credit_minor: int
    met_minor: int
    interest_from: date
    billed_through: date | None = None
    statement: OpenStatement | None = None
    own_credit: tuple[tuple[str, int], ...] = ()

    @property
    def fees_minor(self) -> int:
        """Everything owed in charges: for a loan that is its fees."""
        return sum(charge.open_minor for charge in self.charges)

    @property
    def owed_minor(self) -> int:
        """What the books say is owed in all, less the customer's credit."""
        return self.principal_minor + self.interest_minor + self.fees_minor - self.credit_minor


@dataclass(frozen=True, slots=True)
class Installment:
    """One line of "your plan": what was agreed, and what is still to be paid of it as of a day.

    `amount_minor` is what falls due by the contract; `open_minor` what is left to pay of it, split into
    `interest_minor` and `principal_minor` as it would be paid on its due day (or today, when late); for a paid one the
    split is the contract's. `balance_minor` is the principal after it. Where it falls due as a charge, `rule` and `key`
    name that charge within its agreement.
    """

    number: int
    due_on: date
    amount_minor: int
    open_minor: int
    interest_minor: int
    principal_minor: int
    balance_minor: int
    state: State
    name: str | Sentence = ""
    tax_minor: int = 0
    period_from: date | None = None
    period_to: date | None = None
    rule: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an agreement has come: `met_minor` of `whole_minor` (both 0 where that says nothing), told in `words`.

    `left` counts the payments still to come, None where their number says nothing.
    """

    met_minor: int
    whole_minor: int
    words: tuple[Sentence, ...] = ()
    left: int | None = None

    @property
    def percent(self) -> int:
        """How much of the whole is met, in whole percent rounded down: 100 means nothing is left."""
        return 100 * min(self.met_minor, self.whole_minor) // self.whole_minor if self.whole_minor else 100


@dataclass(frozen=True, slots=True)
class Figure:
    """A further figure of an agreement's page: its name in addresses, what it is called, and why it is that amount."""

    name: str
    title: Sentence
    amount_minor: int
    trace: Trace
    note: Sentence | None = None


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

    Above zero, but for credit that was used together with the payment: that part is below zero. `payer` is the key of
    whose credit is kept or used, "" for nobody's alone.
    """

    bucket: Bucket
    amount_minor: int
    installment_number: int | None = None
    due_on: date | None = None
    charge_id: int | None = None
    name: str = ""
    payer: str = ""


_PART_WORDS = {
    ("interest", True): N_("Interest of payment %(number)s, due %(due)s."),
    ("principal", True): N_("Principal of payment %(number)s, due %(due)s."),
    ("interest", False): N_("Interest that had built up."),
    ("principal", False): N_("Extra: pays principal."),
    ("fees", False): N_("Fee of %(due)s."),
    ("rent", False): N_("Rent due %(due)s."),
    ("other", False): N_("%(name)s, due %(due)s."),
    ("lease", False): N_("Lease payment due %(due)s."),
    ("purchases", False): N_("Purchase of %(due)s."),
    ("finance", False): N_("Interest of the statement due %(due)s."),
    ("deposit", False): N_("Security deposit asked for on %(due)s."),
    ("recovery", False): N_("Paid after the debt was charged off."),
    ("credit", False): N_("Above what is owed: kept as credit."),
}


def part_sentence(part: Part) -> Sentence:
    """What one part of a payment paid, in words."""
    if part.bucket == "credit" and part.amount_minor < 0:
        return Sentence(N_("Credit is taken off."))
    if part.bucket == "lease" and part.name == BOUGHT_EARLY:
        return Sentence(N_("Bought early on %(due)s: this is yours now."), {"due": part.due_on})
    numbered = part.installment_number is not None
    params: dict[str, Any] = {"number": part.installment_number or 0, "due": part.due_on or ""}
    if part.bucket == "other":
        params["name"] = part.name or Sentence(N_("Charge"))
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

    `per_diem_minor` is one more day's interest. The quote is good through its own day, or through `good_through` when
    nothing happens until then. `buys`: paying it closes the agreement early, and the goods become the customer's.
    """

    on: date
    principal_minor: int
    interest_minor: int
    fees_minor: int
    credit_minor: int
    total_minor: int
    per_diem_minor: int
    trace: Trace
    good_through: date | None = None
    buys: bool = False


@dataclass(frozen=True, slots=True)
class Missed:
    """Interest to post when a payment goes back: what would have run had it never come."""

    amount_minor: int
    interest_from: date
    trace: Trace


WORDS = {
    "due": "what is due now",
    "next": "what falls due next",
    "nothing": "said when nothing is due and nothing is coming",
    "owed": "everything owed by the books",
    "credit": "the same below zero: money of the customer that pays nothing yet",
    "close": "what ends it today; empty where no sum ends it, as a stay goes on when all is paid",
    "to_go": "the same in one line, with %(amount)s; empty where that line would only say again what is due",
    "percent": "how far the progress is, with %(percent)s; empty where there is none",
    "plan": "the heading of what falls due when",
    "ahead": "the heading of what is still to come of it",
    "done": "the heading of what was paid of it",
}
"""The names under which a kind's `WORDS` stand, and what each is the word for."""
