"""Which ways to pay are taken, and what each costs on top: `refusal`, `fee_of`, `totals`, `check_rule` for a new one.

The business keeps dated rules; without any, everything is taken and nothing costs more. A fee is a percentage of the
amount, a fixed sum, or both, at most a cap, and never above what the law allows: the operator's figures of law on
"card_fee" and "bank_fee" (`domain.rules.legal_caps`) hold it, and a figure of zero forbids it. It is rounded once, half
up, to the minor unit. Nothing here knows the law or the card networks.

Worked: 1,200.00 at 3.49 % costs 41.88, in all 1,241.88.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from domain.rules.checks import check_amount, check_choice, check_percent
from domain.rules.legal_caps import LegalCap, in_force, limit_step, strictest
from domain.rules.money import round_ratio
from domain.words import N_, Money, Refused, Sentence, Step, Trace

INSTRUMENTS = ("bank", "credit", "debit", "prepaid", "transfer", "counter")
CARDS = ("credit", "debit", "prepaid")
WITH_FEE = ("bank", *CARDS)
"""What may cost more. Money that came by itself or is counted out in the office costs what it is."""
MOST_PERCENT = 20

NAMES: dict[str, str] = {
    "bank": N_("Bank account"),
    "credit": N_("Credit cards"),
    "debit": N_("Debit cards"),
    "prepaid": N_("Prepaid cards"),
    "transfer": N_("Bank transfers"),
    "counter": N_("Cash and checks in the office"),
}
"""What each way to pay is called on a page."""

CAP_OF = {"bank": "bank_fee", "credit": "card_fee", "debit": "card_fee", "prepaid": "card_fee"}
"""Way to pay -> the figures of law that hold its fee."""


@dataclass(frozen=True, slots=True)
class MethodRule:
    """Whether a way to pay is taken from a day on for a kind of agreement ("" = all), and its fee in minor units."""

    instrument: str
    from_on: date
    agreement_kind: str = ""
    accepted: bool = True
    fee_percent: Decimal | None = None
    fee_fixed_minor: int = 0
    fee_cap_minor: int | None = None

    @property
    def has_fee(self) -> bool:
        return bool(self.fee_percent) or self.fee_fixed_minor > 0


@dataclass(frozen=True, slots=True)
class MethodFee:
    """The fee for one payment and why. `clamped_from_minor` is what it would be without the law's limit."""

    amount_minor: int
    clamped_from_minor: int | None
    trace: Trace


@dataclass(frozen=True, slots=True)
class Total:
    """What one payment comes to by one way: the amount, the fee on top, and the sum of both, in minor units."""

    instrument: str
    amount_minor: int
    fee: MethodFee

    @property
    def total_minor(self) -> int:
        return self.amount_minor + self.fee.amount_minor


_FREE = MethodFee(
    0, None, Trace("method_fee", 1, (Step(Sentence(N_("Paying this way costs nothing more.")), 0),))
)


def instruments_of(method_kind: str, funding: str = "") -> tuple[str, ...]:
    """What a method may be: a card whose kind nobody told may be any kind of card."""
    if method_kind != "card":
        return (method_kind,)
    return (funding,) if funding in CARDS else CARDS


def in_force_on(rules: Iterable[MethodRule], kind: str, instrument: str, on: date) -> MethodRule | None:
    """The rule that counts on a day: one for this kind before one for every kind, the later before the earlier.

    Of two from the same day the one that comes last in `rules` counts. None: taken, without a fee.
    """
    best: MethodRule | None = None
    for rule in rules:
        if rule.instrument != instrument or rule.agreement_kind not in ("", kind) or rule.from_on > on:
            continue
        if best is None or _weight(rule) >= _weight(best):
            best = rule
    return best


def _weight(rule: MethodRule) -> tuple[bool, date]:
    return rule.agreement_kind != "", rule.from_on


def refusal(rules: Sequence[MethodRule], kind: str, instruments: Sequence[str], on: date) -> Sentence | None:
    """Why a method is not taken for this kind of agreement on a day; None where it is.

    A card of unknown kind is taken only where every kind is.
    """
    closed = [
        name for name in instruments if (rule := in_force_on(rules, kind, name, on)) and not rule.accepted
    ]
    if not closed:
        return None
    if len(instruments) > 1 and len(closed) < len(instruments):
        return Sentence(
            N_(
                "Nobody told us whether this is a credit, debit or prepaid card, and not every kind is taken here."
                " Choose another way to pay."
            )
        )
    words = {
        "bank": N_("Payments from a bank account are not taken for this agreement."),
        "credit": N_("Credit cards are not taken for this agreement."),
        "debit": N_("Debit cards are not taken for this agreement."),
        "prepaid": N_("Prepaid cards are not taken for this agreement."),
        "transfer": N_("Bank transfers are not taken for this agreement."),
        "counter": N_("Payments in the office are not taken for this agreement."),
    }
    several = N_("Cards are not taken for this agreement.")
    return Sentence(words[closed[0]] if len(instruments) == 1 else several)


def method_fee(
    rule: MethodRule | None, amount_minor: int, caps: Iterable[LegalCap], kind: str, on: date
) -> MethodFee:
    """The fee of one rule on an amount in minor units, held to the law's figures; with its reason."""
    if rule is None or not rule.has_fee:
        return _FREE
    fee, steps = _by_rule(rule, amount_minor)
    limit = strictest(in_force(caps, CAP_OF[rule.instrument], kind, on), amount_minor)
    if limit is None or limit[1] >= fee:
        return MethodFee(fee, None, Trace("method_fee", 1, tuple(steps)))
    return MethodFee(limit[1], fee, Trace("method_fee", 1, (*steps, limit_step(*limit))))


def _by_rule(rule: MethodRule, amount_minor: int) -> tuple[int, list[Step]]:
    fee, steps = 0, []
    if rule.fee_percent:
        part, whole = rule.fee_percent.as_integer_ratio()
        fee = round_ratio(amount_minor * part, 100 * whole)
        words = N_("%(percent)s percent of the amount, rounded half up.")
        steps.append(Step(Sentence(words, {"percent": rule.fee_percent}), fee))
    if rule.fee_fixed_minor:
        fee += rule.fee_fixed_minor
        steps.append(Step(Sentence(N_("With the fixed part of the fee.")), fee))
    if rule.fee_cap_minor is not None and fee > rule.fee_cap_minor:
        fee = rule.fee_cap_minor
        steps.append(Step(Sentence(N_("The business asks at most this much.")), fee))
    return fee, steps


def fee_of(
    rules: Sequence[MethodRule], caps: Sequence[LegalCap], kind: str, instruments: Sequence[str], amount_minor: int,
    on: date,
) -> MethodFee:  # fmt: skip
    """The fee for paying an amount by a method. A card of unknown kind costs what the cheapest kind costs."""
    fees = [
        method_fee(in_force_on(rules, kind, name, on), amount_minor, caps, kind, on) for name in instruments
    ]
    return min(fees, key=lambda fee: fee.amount_minor)


def totals(
    rules: Sequence[MethodRule], caps: Sequence[LegalCap], kind: str, amount_minor: int, on: date,
    instruments: Sequence[str] = WITH_FEE,
) -> list[Total]:  # fmt: skip
    """What an amount comes to by each way that is taken, in the order of `instruments`."""
    return [
        Total(name, amount_minor, fee_of(rules, caps, kind, (name,), amount_minor, on))
        for name in instruments
        if refusal(rules, kind, (name,), on) is None
    ]


def check_rule(rule: MethodRule, caps: Sequence[LegalCap], currency: str, today: date) -> None:
    """Raise Refused, naming the field, for a rule that cannot be meant or that the law forbids.

    What was taken before today cannot be decided any more; a fee above what the law allows is refused, not lowered.
    """
    check_choice(rule.instrument, "instrument", INSTRUMENTS)
    if rule.from_on < today:
        raise Refused(
            Sentence(N_("Choose today or a later day: what was paid before stays as it was.")), "from_on"
        )
    if rule.fee_percent is not None:
        check_percent(rule.fee_percent, "fee_percent", MOST_PERCENT)
    check_amount(rule.fee_fixed_minor, "fee_fixed_minor")
    if rule.fee_cap_minor is not None:
        check_amount(rule.fee_cap_minor, "fee_cap_minor", 1)
    if not rule.has_fee:
        return
    if rule.instrument not in WITH_FEE:
        raise Refused(
            Sentence(N_("Only payments by card or from a bank account can cost more.")), "fee_percent"
        )
    if not rule.accepted:
        raise Refused(Sentence(N_("What is not taken has no fee.")), "fee_percent")
    _check_law(rule, caps, currency)


SAMPLE_MINOR = 100_000
"""The amount by which a new rule is held to the law (1,000.00 where there are cents)."""


def _check_law(rule: MethodRule, caps: Sequence[LegalCap], currency: str) -> None:
    fee, _ = _by_rule(rule, SAMPLE_MINOR)
    limit = strictest(
        in_force(caps, CAP_OF[rule.instrument], rule.agreement_kind, rule.from_on), SAMPLE_MINOR
    )
    if limit is None or fee <= limit[1]:
        return
    cap, most = limit
    params: dict[str, Any] = {"jurisdiction": cap.place, "source": cap.source}
    if not most:
        words = N_("The law of %(jurisdiction)s forbids this fee (%(source)s).")
        raise Refused(Sentence(words, params), "fee_percent")
    words = N_(
        "For a payment of %(amount)s the law of %(jurisdiction)s allows at most %(most)s (%(source)s)."
    )
    params |= {"amount": Money(SAMPLE_MINOR, currency), "most": Money(most, currency)}
    raise Refused(Sentence(words, params), "fee_percent")
