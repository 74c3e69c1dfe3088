"""Whether a contract of autopay makes sense, and whether a change of it needs a new yes. Pure.

Verbs: `check_contract`, `widens`. A change that takes no more, no earlier and from no other account than the text that
was accepted stays inside it; everything else is accepted anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import get_args

from domain.rules.autopay import AboveLimit, AmountRule, Cadence, Contract
from domain.rules.calendar import anchors_for, parse_frequency
from domain.words import N_, Refused, Sentence

MOST_MINOR = 10**12
MOST_DAYS_BEFORE = 28
MOST_METHODS = 3
WITH_AMOUNT = ("fixed", "due_plus")


def check_contract(contract: Contract, *, statements: bool, follows: bool, today: date) -> None:
    """Raise Refused, naming the field, for a contract that makes no sense on an agreement.

    `statements`: it closes cycles, so that there is a minimum and a balance of a statement; `follows`: it has a regular
    payment that can rise, as a rent does.
    """
    _check_choices(contract, statements)
    _check_amounts(contract)
    if contract.follow_rent_bp and not follows:
        raise Refused(Sentence(N_("There is no rent here that could rise.")), "follow")
    if not 0 <= contract.follow_rent_bp <= 10_000:
        raise Refused(Sentence(N_("Enter a percentage from 0 to 100.")), "follow")
    _check_days(contract, today)


def _check_choices(contract: Contract, statements: bool) -> None:
    wrong = Sentence(N_("This is not one of the choices."))
    if contract.amount_rule not in get_args(AmountRule):
        raise Refused(wrong, "rule")
    if contract.amount_rule in ("minimum", "statement") and not statements:
        raise Refused(Sentence(N_("There are no statements here. Choose what is due.")), "rule")
    if contract.above_limit not in get_args(AboveLimit):
        raise Refused(wrong, "above")
    if contract.cadence not in get_args(Cadence):
        raise Refused(wrong, "cadence")


def _check_amounts(contract: Contract) -> None:
    above_zero = Sentence(N_("Enter an amount above zero."))
    if contract.amount_rule in WITH_AMOUNT and not 0 < contract.amount_minor <= MOST_MINOR:
        raise Refused(above_zero, "amount")
    if contract.amount_rule == "share" and not 0 < contract.share_bp <= 10_000:
        raise Refused(Sentence(N_("Enter a share above 0 and up to 100 percent.")), "share")
    if contract.limit_minor is not None and not 0 < contract.limit_minor <= MOST_MINOR:
        raise Refused(above_zero, "limit")
    if contract.amount_rule == "fixed" and (contract.limit_minor or MOST_MINOR) < contract.amount_minor:
        raise Refused(
            Sentence(N_("Your limit is below the fixed amount, so nothing could be taken.")), "limit"
        )
    low, high = contract.range_min_minor, contract.range_max_minor
    if (low is not None and low < 0) or (high is not None and high <= 0):
        raise Refused(above_zero, "low" if low is not None and low < 0 else "high")
    if low is not None and high is not None and high < low:
        raise Refused(Sentence(N_("This is below the amount in “From”.")), "high")


def _check_days(contract: Contract, today: date) -> None:
    if not 0 <= contract.days_before <= MOST_DAYS_BEFORE:
        words = N_("Enter a number of days from 0 to %(most)s.")
        raise Refused(Sentence(words, {"most": MOST_DAYS_BEFORE}), "before")
    if contract.starts_on < today:
        raise Refused(Sentence(N_("This day has gone. Choose today or a later day.")), "starts")
    if contract.ends_on is not None and contract.ends_on < contract.starts_on:
        raise Refused(Sentence(N_("This day is before autopay begins. Choose a later one.")), "ends")
    if contract.cadence == "due":
        return
    if contract.anchor_on is None:
        raise Refused(Sentence(N_("Choose the day of the first debit.")), "anchor")
    if contract.cadence == "semimonthly":
        if not 1 <= contract.second_day <= 31:
            raise Refused(Sentence(N_("Enter a day of the month from 1 to 31.")), "second")
        anchors_for(parse_frequency("semimonthly"), contract.anchor_on, _pair(contract))


def _pair(contract: Contract) -> tuple[int, int]:
    return (contract.anchor_on.day if contract.anchor_on else 0, contract.second_day)


def check_methods(count: int) -> None:
    """Raise Refused for no way to pay, or more than are ever tried."""
    if not 1 <= count <= MOST_METHODS:
        words = N_("Choose one way to pay, and at most two more for when it fails.")
        raise Refused(Sentence(words), "method")


def widens(before: Contract, after: Contract, methods: Sequence[int], chosen: Sequence[int]) -> bool:
    """Whether a change reaches beyond what was accepted, so that it needs a new yes.

    `methods` and `chosen` are the ways to pay before and after, in order.
    """
    return _takes_more(before, after) or _other_times(before, after) or not _within(methods, chosen)


def _takes_more(before: Contract, after: Contract) -> bool:
    if before.amount_rule != after.amount_rule:
        return True
    if after.amount_minor > before.amount_minor or after.share_bp > before.share_bp:
        return True
    if before.limit_minor is not None:
        if after.limit_minor is None or after.limit_minor > before.limit_minor:
            return True
        if after.above_limit != before.above_limit and after.above_limit == "pay_limit":
            return True
    return after.follow_rent_bp > before.follow_rent_bp or _told_less(before, after)


def _told_less(before: Contract, after: Contract) -> bool:
    """Whether the payer would be told of fewer amounts."""
    old, new = (
        (before.range_min_minor, before.range_max_minor),
        (after.range_min_minor, after.range_max_minor),
    )
    if new in (old, (None, None)):
        return False
    if old == (None, None):
        return True
    lower = (new[0] or 0) < (old[0] or 0)
    higher = old[1] is not None and (new[1] is None or new[1] > old[1])
    return lower or higher


def _other_times(before: Contract, after: Contract) -> bool:
    same = replace(
        after, cadence=before.cadence, days_before=before.days_before, anchor_on=before.anchor_on,
        second_day=before.second_day,
    )  # fmt: skip
    if same != after:
        return True
    if after.starts_on < before.starts_on:
        return True
    return before.ends_on is not None and (after.ends_on is None or after.ends_on > before.ends_on)


def _within(before: Sequence[int], after: Sequence[int]) -> bool:
    """Whether the ways to pay are some of those before, in the same order and with the same first one."""
    kept = [one for one in before if one in after]
    return bool(after) and list(after) == kept and after[0] == before[0]
