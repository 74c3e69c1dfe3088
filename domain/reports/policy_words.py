"""A late-fee policy in the words of somebody who must keep to it. Verb: `words_of`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time

from domain.rules.late_fee_amounts import plain_percent
from domain.rules.late_fee_policy import (
    USUAL_TYPES,
    Cap,
    FeeBase,
    LateFeePolicy,
    Recurring,
    Tier,
    first_fee_on,
)
from domain.rules.planned import TYPE_WORDS
from domain.words import N_, Money, Sentence

BASE_WORDS = {
    "flat": N_("a fixed amount"),
    "of_standard": N_("a percentage of the regular rent or payment"),
    "of_overdue": N_("a percentage of what is unpaid of the late payment"),
    "of_overdue_charges": N_("a percentage of all overdue charges"),
    "monthly_by_day": N_("a percentage a month, by the day"),
}
COMBINE_WORDS = {
    "sum": N_("both together"),
    "greater": N_("the greater of the two"),
    "lesser": N_("the lesser of the two"),
}
_PERCENT = {
    "of_standard": N_("%(percent)s percent of the regular payment"),
    "of_overdue": N_("%(percent)s percent of what is unpaid of it"),
    "of_overdue_charges": N_("%(percent)s percent of everything overdue"),
    "monthly_by_day": N_("%(percent)s percent a month of what is unpaid, by the day"),
}
_TWO = {
    "sum": N_("%(one)s and %(other)s"),
    "greater": N_("the greater of %(one)s and %(other)s"),
    "lesser": N_("the lesser of %(one)s and %(other)s"),
}
_CAPS = {
    "charge": N_("For one payment, late fees are at most %(limit)s."),
    "period": N_("In a calendar month, late fees are at most %(limit)s."),
    "total": N_("For the whole agreement, late fees are at most %(limit)s."),
}
ROUNDING_WORDS = {
    "half-up": N_("half up"),
    "half-even": N_("half to even"),
    "floor": N_("down"),
    "ceiling": N_("up"),
}


def words_of(policy: LateFeePolicy, due_on: date) -> list[Sentence]:
    """What the policy says, with the date of the first fee for a payment due on `due_on`."""
    if not policy.bases and not policy.tiers and not policy.recurring:
        return [Sentence(N_("No late fees are asked."))]
    said = [*_when(policy, due_on)]
    if policy.bases:
        fee = bases_words(policy.bases, policy.combine, policy.currency)
        said.append(Sentence(N_("The fee is %(fee)s."), {"fee": fee}))
    said += [_tier(policy, tier) for tier in policy.tiers]
    if policy.minimum_minor:
        said.append(_money(N_("A fee is at least %(amount)s."), policy.minimum_minor, policy))
    if policy.maximum_minor is not None:
        said.append(_money(N_("A fee is at most %(amount)s."), policy.maximum_minor, policy))
    if policy.recurring:
        said += _recurring(policy, policy.recurring)
    said += [_cap(policy, cap) for cap in policy.caps]
    return [*said, *_what_counts(policy), *_how(policy)]


def _when(policy: LateFeePolicy, due_on: date) -> Iterable[Sentence]:
    day = first_fee_on(policy, due_on)
    yield Sentence(N_("Due on %(due)s: the first fee falls on %(day)s."), {"due": due_on, "day": day})
    if policy.cut_off > time(0):
        words = N_("Money begun before %(time)s on that day is in time.")
        yield Sentence(words, {"time": clock(policy.cut_off)})
    else:
        yield Sentence(N_("Money begun before that day is in time."))


def clock(at: time) -> str:
    return at.strftime("%H:%M")


def bases_words(bases: tuple[FeeBase, ...], combine: str, currency: str) -> Sentence:
    """What a fee is, as a part of a sentence."""
    said = [_base(base, currency) for base in bases]
    together = said[0]
    for other in said[1:]:
        together = Sentence(_TWO[combine], {"one": together, "other": other})
    return together


def _base(base: FeeBase, currency: str) -> Sentence:
    if base.kind == "flat":
        return Sentence(N_("%(amount)s"), {"amount": Money(base.amount_minor, currency)})
    return Sentence(_PERCENT[base.kind], {"percent": plain_percent(base.percent)})


def _money(msgid: str, minor: int, policy: LateFeePolicy) -> Sentence:
    return Sentence(msgid, {"amount": Money(minor, policy.currency)})


def _tier(policy: LateFeePolicy, tier: Tier) -> Sentence:
    fee = bases_words(tier.bases, tier.combine, policy.currency)
    if policy.tier_by == "days_late":
        return Sentence(
            N_("From %(days)s days after the due day the fee is %(fee)s."),
            {"days": tier.at_least, "fee": fee},
        )
    return Sentence(
        N_("When %(amount)s or more is overdue, the fee is %(fee)s."),
        {"amount": Money(tier.at_least, policy.currency), "fee": fee},
    )


def _recurring(policy: LateFeePolicy, again: Recurring) -> Iterable[Sentence]:
    params = {
        "days": again.first_after_days,
        "fee": _base(again.base, policy.currency),
        "every": again.days,
    }
    if again.days == 1 == again.first_after_days:
        yield Sentence(N_("From the day after the first fee, %(fee)s more each day until paid."), params)
    elif again.days == 1:
        yield Sentence(
            N_("From %(days)s days after the first fee, %(fee)s more each day until paid."), params
        )
    else:
        words = N_(
            "%(days)s days after the first fee, %(fee)s more, and again every %(every)s days until paid."
        )
        yield Sentence(words, params)
    if again.stop_after is not None:
        yield Sentence(N_("At most %(count)s such further fees come."), {"count": again.stop_after})


def _cap(policy: LateFeePolicy, cap: Cap) -> Sentence:
    parts: list[Sentence] = []
    if cap.amount_minor is not None:
        parts.append(_base(FeeBase("flat", cap.amount_minor), policy.currency))
    if cap.percent is not None:
        parts.append(_base(FeeBase("of_standard", percent=cap.percent), policy.currency))
    limit = parts[0]
    if len(parts) > 1:
        limit = Sentence(_TWO["lesser"], {"one": parts[0], "other": parts[1]})
    return Sentence(_CAPS[cap.per], {"limit": limit})


def _what_counts(policy: LateFeePolicy) -> Iterable[Sentence]:
    if policy.minimum_balance_minor:
        yield _money(N_("Less than %(amount)s overdue makes no fee."), policy.minimum_balance_minor, policy)
    more = [kind for kind in policy.charge_types if kind not in USUAL_TYPES.get(policy.kind, ())]
    for kind in more:
        what = Sentence(TYPE_WORDS[kind]) if kind in TYPE_WORDS else kind
        yield Sentence(N_("Also counts when unpaid: %(what)s."), {"what": what})
    if policy.exclude_payers:
        yield Sentence(
            N_("Shares of %(count)s payers never count, such as an agency's."),
            {"count": len(policy.exclude_payers)},
        )


def _how(policy: LateFeePolicy) -> Iterable[Sentence]:
    if policy.per == "payer":
        yield Sentence(N_("Each payer's share has a fee of its own."))
    if policy.posting == "propose":
        yield Sentence(N_("Fees are proposed: a person posts each of them."))
    if policy.rounding != "half-up":
        yield Sentence(N_("Fees are rounded %(how)s."), {"how": Sentence(ROUNDING_WORDS[policy.rounding])})
