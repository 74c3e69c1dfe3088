"""What the law allows at most: dated figures the operator keeps, given to the rules as rows and never written in code.

A row says where it counts, for what, from when, by which source and when somebody last looked. Of each jurisdiction the
latest row that counts on a day is in force; where a state and a city both have one, the stricter figure decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from domain.rules.money import round_ratio
from domain.words import N_, Refused, Sentence, Step, Trace

What = Literal[
    "late_fee", "rate", "returned_payment_fee", "card_fee", "bank_fee", "interest_reported", "rent_reported"
]
RETURNED = "returned_payment_fee"


@dataclass(frozen=True, slots=True)
class LegalCap:
    """One figure of law. `amount_minor` in minor units, `percent` of one payment (rent or installment); with both, the
    `combine` of them ("lesser" or "greater"); with neither, only the day counts.

    `kind` is the kind of agreement, "" for all. `earliest_days`: how many days after the due day a fee may first be
    asked.
    """

    jurisdiction: str
    what: str
    effective_from: date
    source: str
    verified_on: date
    kind: str = ""
    amount_minor: int | None = None
    percent: Decimal | None = None
    earliest_days: int | None = None
    combine: Literal["lesser", "greater"] = "lesser"

    @property
    def place(self) -> str | Sentence:
        """Where it counts, for a sentence: the jurisdiction, or the business's own place where none is named."""
        return self.jurisdiction or Sentence(N_("the business's own place"))

    def limit_minor(self, payment_minor: int) -> int | None:
        """The most the law allows for one payment of that size, rounded down; None when it names no amount."""
        by_percent = None
        if self.percent is not None:
            part, whole = self.percent.as_integer_ratio()
            by_percent = round_ratio(payment_minor * part, 100 * whole, "floor")
        limits = [limit for limit in (self.amount_minor, by_percent) if limit is not None]
        if not limits:
            return None
        return min(limits) if self.combine == "lesser" else max(limits)


def in_force(caps: Iterable[LegalCap], what: str, kind: str, on: date) -> tuple[LegalCap, ...]:
    """The rows that count on a day: of each jurisdiction the latest, one for this kind before one for every kind."""
    found: dict[str, LegalCap] = {}
    for cap in caps:
        if cap.what != what or cap.kind not in ("", kind) or cap.effective_from > on:
            continue
        best = found.get(cap.jurisdiction)
        if best is None or (cap.kind != "", cap.effective_from) > (best.kind != "", best.effective_from):
            found[cap.jurisdiction] = cap
    return tuple(found[name] for name in sorted(found))


def strictest(caps: Iterable[LegalCap], payment_minor: int) -> tuple[LegalCap, int] | None:
    """The row with the smallest figure for a payment of that size, and the figure; None when none names an amount."""
    limits = [(cap, limit) for cap in caps if (limit := cap.limit_minor(payment_minor)) is not None]
    return min(limits, key=lambda found: found[1], default=None)


def limit_step(cap: LegalCap, limit_minor: int) -> Step:
    """One line of a reason: what the law allows at most for one payment."""
    words = N_(
        "The most that the law allows for one payment in %(jurisdiction)s (%(source)s, checked on %(day)s):"
    )
    params = {"jurisdiction": cap.place, "source": cap.source, "day": cap.verified_on}
    return Step(Sentence(words, params), limit_minor)


@dataclass(frozen=True, slots=True)
class ReturnedFee:
    """The fee for one payment that came back. `clamped_from_minor` is what it would be without the law's limit."""

    amount_minor: int
    clamped_from_minor: int | None
    trace: Trace


def returned_payment_fee(
    fee_minor: int, caps: Iterable[LegalCap], kind: str, payment_minor: int, on: date
) -> ReturnedFee:
    """The business's fee for a payment of `payment_minor` that came back on a day, at most what the law allows.

    One fee for one payment: the caller keys it by the payment. Raises Refused for a fee below zero.
    """
    if fee_minor < 0:
        raise Refused(Sentence(N_("A fee must not be below zero.")), "returned_payment_fee")
    asked = Step(Sentence(N_("The fee of the business for a payment that came back.")), fee_minor)
    limit = strictest(in_force(caps, RETURNED, kind, on), payment_minor)
    if limit is None or limit[1] >= fee_minor:
        return ReturnedFee(fee_minor, None, Trace(RETURNED, 1, (asked,)))
    return ReturnedFee(limit[1], fee_minor, Trace(RETURNED, 1, (asked, limit_step(*limit))))


MOST_MINOR = 10**12
MOST_DAYS = 366
MOST_SOURCE = 300
MOST_PLACE = 16
WHATS: tuple[What, ...] = (
    "late_fee", "rate", "returned_payment_fee", "card_fee", "bank_fee", "interest_reported", "rent_reported",
)  # fmt: skip


def check_cap(cap: LegalCap, today: date) -> None:
    """Raise Refused, naming the field, for a figure of law that cannot be meant. `today`: nobody looked later."""
    _need(cap.what in WHATS, N_("This is not one of the choices."), "what")
    _need(cap.combine in ("lesser", "greater"), N_("This is not one of the choices."), "combine")
    _need(len(cap.jurisdiction) <= MOST_PLACE, N_("Use at most 16 characters."), "jurisdiction")
    _need(bool(cap.source.strip()), N_("Say where the figure stands: a statute, a page."), "source")
    _need(len(cap.source) <= MOST_SOURCE, N_("Use at most 300 characters."), "source")
    _need(cap.verified_on <= today, N_("Nobody can have looked on a day that has not come."), "verified_on")
    amount, percent, days = cap.amount_minor, cap.percent, cap.earliest_days
    _need(
        amount is None or 0 <= amount <= MOST_MINOR,
        N_("This figure must be zero or above, and small enough to be meant."),
        "amount_minor",
    )
    _need(
        percent is None or (percent.is_finite() and 0 <= percent <= 1000),
        N_("A limit is between 0 and 1,000 percent."),
        "percent",
    )
    _need(
        days is None or 0 <= days <= MOST_DAYS,
        N_("The first fee falls 0 to 366 days after the due day."),
        "earliest_days",
    )
    if cap.what == "rate":
        _need(
            amount is None,
            N_("A ceiling on rates is a percentage a year, without an amount."),
            "amount_minor",
        )
    if cap.what != "late_fee":
        _need(days is None, N_("Only late fees have a first day."), "earliest_days")


def _need(holds: bool, msgid: str, field: str) -> None:
    if not holds:
        raise Refused(Sentence(msgid), field)
