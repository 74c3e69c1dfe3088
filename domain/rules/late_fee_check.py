"""Whether a late-fee policy can be, and whether the law of the day allows it: refused with the field and the reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from decimal import Decimal
from fractions import Fraction

from domain.rules.late_fee_amounts import plain_percent
from domain.rules.late_fee_policy import USUAL_TYPES, FeeBase, LateFeePolicy
from domain.rules.legal_caps import LegalCap, in_force
from domain.rules.money import MODES
from domain.rules.planned import CHARGE_TYPES
from domain.words import N_, Money, Refused, Sentence

MOST_DAYS = 366
MOST_DECIMALS = 4
MOST_MINOR = 10**12
TYPES = frozenset(CHARGE_TYPES) | {kind for kinds in USUAL_TYPES.values() for kind in kinds}
_CHOICES = {
    "combine": ("sum", "greater", "lesser"),
    "tier_by": ("", "days_late", "overdue"),
    "per": ("agreement", "payer"),
    "posting": ("post", "propose"),
    "rounding": MODES,
    "kind": tuple(USUAL_TYPES),
}
BASES = ("flat", "of_standard", "of_overdue", "of_overdue_charges", "monthly_by_day")


def check_policy(policy: LateFeePolicy, caps: Sequence[LegalCap], on: date) -> None:
    """Raise Refused when the policy cannot be, or surely passes a limit of the law in force on the day.

    What depends on the size of a payment is not refused here: the assessment holds such a fee to the law's limit.
    """
    for name, choices in _CHOICES.items():
        _need(getattr(policy, name) in choices, N_("This is not one of the choices."), name)
    _need(bool(policy.name.strip()), N_("Give the policy a name."), "name")
    _need(policy.version >= 1, N_("Versions are counted from 1."), "version")
    _check_first_day(policy)
    _check_bases(policy.bases, "bases")
    _check_amounts(policy)
    _check_tiers(policy)
    _check_recurring(policy)
    _check_caps(policy)
    for kind in policy.charge_types:
        _need(kind in TYPES, N_("This is not a type of charge."), "charge_types")
    for cap in in_force(caps, "late_fee", policy.kind, on):
        _check_law(policy, cap)


def _need(holds: bool, msgid: str, field: str, **params: object) -> None:
    if not holds:
        raise Refused(Sentence(msgid, params), field)


def _check_first_day(policy: LateFeePolicy) -> None:
    offset, day = policy.first_fee_offset, policy.first_fee_day
    _need(
        (offset is None) != (day is None),
        N_("Say either how many days after the due day the first fee falls, or on which day of the month."),
        "first_fee_offset",
    )
    if day is not None:
        _need(1 <= day <= 31, N_("Give one day of the month, between 1 and 31."), "first_fee_day")
    if offset is not None:
        _need(
            0 <= offset <= MOST_DAYS,
            N_("The first fee falls 0 to 366 days after the due day."),
            "first_fee_offset",
        )
        _need(
            offset > 0 or policy.cut_off > time(0),
            N_("A payment is not late when its due day begins. Choose a later day or a time of the day."),
            "first_fee_offset",
        )


def _check_bases(bases: tuple[FeeBase, ...], field: str) -> None:
    for base in bases:
        _need(base.kind in BASES, N_("This is not one of the choices."), field)
        if base.kind == "flat":
            _need(0 < base.amount_minor <= MOST_MINOR, N_("The amount of the fee must be above zero."), field)
        else:
            _check_percent(base.percent, field)


def _check_percent(percent: Decimal, field: str) -> None:
    _need(
        percent.is_finite() and 0 < percent <= 100,
        N_("The percent must be above zero and at most 100."),
        field,
    )
    places = percent.normalize().as_tuple().exponent
    _need(
        isinstance(places, int) and places >= -MOST_DECIMALS, N_("The percent has too many decimals."), field
    )


def _check_amounts(policy: LateFeePolicy) -> None:
    _need(policy.minimum_minor >= 0, N_("The least fee must not be below zero."), "minimum_minor")
    most = policy.maximum_minor
    if most is not None:
        _need(most > 0, N_("The highest fee must be above zero."), "maximum_minor")
        _need(most >= policy.minimum_minor, N_("The highest fee is below the least fee."), "maximum_minor")
    _need(
        policy.minimum_balance_minor >= 0,
        N_("The overdue amount that makes a fee must not be below zero."),
        "minimum_balance_minor",
    )


def _check_tiers(policy: LateFeePolicy) -> None:
    _need(
        bool(policy.tiers) == bool(policy.tier_by),
        N_("Say what the steps of the fee go by, and give at least one step."),
        "tiers",
    )
    starts = [tier.at_least for tier in policy.tiers]
    _need(starts == sorted(set(starts)), N_("Each step must begin above the one before it."), "tiers")
    for tier in policy.tiers:
        most = MOST_DAYS if policy.tier_by == "days_late" else MOST_MINOR
        _need(0 < tier.at_least <= most, N_("A step of the fee must begin above zero."), "tiers")
        _need(bool(tier.bases), N_("Give an amount or a percent for each step."), "tiers")
        _need(tier.combine in _CHOICES["combine"], N_("This is not one of the choices."), "tiers")
        _check_bases(tier.bases, "tiers")


def _check_recurring(policy: LateFeePolicy) -> None:
    recurring = policy.recurring
    if recurring is None:
        return
    _need(
        recurring.unit in ("day", "week") and recurring.every >= 1 and recurring.days <= MOST_DAYS,
        N_("A further fee comes every 1 to 366 days."),
        "recurring",
    )
    _need(
        1 <= recurring.first_after_days <= MOST_DAYS,
        N_("The first further fee comes at least one day after the first fee."),
        "recurring",
    )
    stop = recurring.stop_after
    _need(stop is None or stop >= 1, N_("Let at least one further fee come, or none at all."), "recurring")
    _check_bases((recurring.base,), "recurring")


def _check_caps(policy: LateFeePolicy) -> None:
    for cap in policy.caps:
        _need(cap.per in ("charge", "period", "total"), N_("This is not one of the choices."), "caps")
        _need(
            cap.amount_minor is not None or cap.percent is not None,
            N_("A limit needs an amount or a percent."),
            "caps",
        )
        _need(
            cap.amount_minor is None or 0 < cap.amount_minor <= MOST_MINOR,
            N_("A limit must be above zero."),
            "caps",
        )
        if cap.percent is not None:
            _need(
                cap.percent.is_finite() and 0 < cap.percent <= 1000,
                N_("A limit must be above zero and at most 1,000 percent."),
                "caps",
            )


# --- the law -------------------------------------------------------------------------------------------------


def _check_law(policy: LateFeePolicy, cap: LegalCap) -> None:
    where = {"jurisdiction": cap.place, "source": cap.source}
    if cap.earliest_days and policy.first_fee_offset is not None and (policy.bases or policy.tiers):
        _need(
            policy.first_fee_offset >= cap.earliest_days,
            N_(
                "In %(jurisdiction)s a late fee may first be asked %(days)s days after the due day (%(source)s)."
            ),
            "first_fee_offset",
            days=cap.earliest_days,
            **where,
        )
    most_minor = cap.amount_minor if cap.percent is None or cap.combine == "lesser" else None
    if most_minor is not None:
        surely, field = _surely_minor(policy)
        _need(
            surely is not None and surely <= most_minor,
            N_("In %(jurisdiction)s late fees for one payment are at most %(limit)s (%(source)s)."),
            field,
            limit=Money(most_minor, policy.currency),
            **where,
        )
    most_percent = cap.percent if cap.amount_minor is None or cap.combine == "lesser" else None
    if most_percent is not None:
        surely_percent, field = _surely_percent(policy)
        _need(
            surely_percent <= Fraction(most_percent),
            N_(
                "In %(jurisdiction)s late fees for one payment are at most %(percent)s percent of it (%(source)s)."
            ),
            field,
            percent=plain_percent(most_percent),
            **where,
        )


def _surely_minor(policy: LateFeePolicy) -> tuple[int | None, str]:
    """The money that one unpaid payment surely comes to, whatever its size, and the field to blame; None: no end."""
    first = max(_at_least(policy.bases, policy.combine), policy.minimum_minor if policy.bases else 0)
    field = "minimum_minor" if first > _at_least(policy.bases, policy.combine) else "bases"
    for tier in policy.tiers if policy.tier_by == "days_late" else ():
        if _at_least(tier.bases, tier.combine) > first:
            first, field = _at_least(tier.bases, tier.combine), "tiers"
    if policy.maximum_minor is not None:
        first = min(first, policy.maximum_minor)
    held = [cap.amount_minor for cap in policy.caps if cap.per != "period" and cap.amount_minor is not None]
    sized = any(cap.percent is not None and cap.per != "period" for cap in policy.caps)
    recurring, total = policy.recurring, first
    if recurring is not None:
        if recurring.stop_after is None:
            if not held:
                return (first, field) if sized else (None, "caps")
            return min(held), "caps"
        further = recurring.base.amount_minor if recurring.base.kind == "flat" else 0
        if further:
            total, field = first + further * recurring.stop_after, "recurring"
    if held and min(held) < total:
        return min(held), "caps"
    return (0, field) if sized else (total, field)


def _at_least(bases: tuple[FeeBase, ...], combine: str) -> int:
    """What these bases come to for however small a payment."""
    flat = [base.amount_minor if base.kind == "flat" else 0 for base in bases]
    if not flat:
        return 0
    return {"sum": sum(flat), "greater": max(flat), "lesser": min(flat)}[combine]


def _surely_percent(policy: LateFeePolicy) -> tuple[Fraction, str]:
    """The percent of a wholly unpaid payment that the first fee surely comes to, and the field to blame."""
    if policy.maximum_minor is not None or any(cap.per != "period" for cap in policy.caps):
        return Fraction(0), "bases"
    parts = [
        Fraction(base.percent)
        if base.kind in ("of_standard", "of_overdue", "of_overdue_charges")
        else Fraction(0)
        for base in policy.bases
    ]
    if not parts:
        return Fraction(0), "bases"
    return {"sum": sum(parts, Fraction(0)), "greater": max(parts), "lesser": min(parts)}[
        policy.combine
    ], "bases"
