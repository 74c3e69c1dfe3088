"""Promises to pay and more time: what a customer may promise by themselves, and whether a promise was kept.

`policy_of` reads the business's policy, `check` says whether a promise may be made, `outcome` what became of one. An
open promise lets reminders and the delinquency ladder wait; late fees go on as the contract says. Pure: no clock, no
database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta
from typing import Any, Literal

from domain.words import N_, Money, Refused, Sentence, Step, Trace

RULE = "promise"
Outcome = Literal["open", "waiting", "kept", "broken"]


@dataclass(frozen=True, slots=True)
class PromisePolicy:
    """What customers may promise by themselves.

    A promise is for a day at most `most_days` ahead and for at least `least_percent` of what is due. `most_open` may
    stand at once on an agreement. Whoever broke `most_broken` of them within `barred_days` asks the office instead.
    A request for more time reaches at most `most_more_days` ahead; while nobody has answered, the ladder waits for
    `asked_waits_days`.
    """

    offered: bool = True
    most_days: int = 14
    least_percent: int = 50
    most_open: int = 1
    most_broken: int = 2
    barred_days: int = 90
    most_more_days: int = 60
    asked_waits_days: int = 3


USUAL = PromisePolicy()
LIMITS: Mapping[str, tuple[int, int]] = {
    "most_days": (1, 60),
    "least_percent": (1, 100),
    "most_open": (1, 5),
    "most_broken": (1, 20),
    "barred_days": (1, 730),
    "most_more_days": (1, 366),
    "asked_waits_days": (0, 14),
}
"""The least and the most that each figure of a policy may be."""


def policy_of(stored: Mapping[str, Any]) -> PromisePolicy:
    """The policy as stored; what is left out, or is no figure of ours, counts as usual."""
    kept: dict[str, Any] = {}
    for field in fields(PromisePolicy):
        value = stored.get(field.name)
        if type(value) is type(getattr(USUAL, field.name)):
            kept[field.name] = value
    return PromisePolicy(**kept)


def policy_json(policy: PromisePolicy) -> dict[str, Any]:
    """The policy as it is stored."""
    return asdict(policy)


def check_policy(policy: PromisePolicy) -> None:
    """Raise Refused, naming the field, for a policy that cannot be meant."""
    for name, (least, most) in LIMITS.items():
        if not least <= getattr(policy, name) <= most:
            words = N_("Choose a number from %(least)s to %(most)s.")
            raise Refused(Sentence(words, {"least": least, "most": most}), name)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a promise is checked against: `due_minor` is due and not on its way on `today` (minor units of `currency`).

    `open_until` are the days of the promises that stand on the agreement, `broken_on` those of the person's broken
    ones there.
    """

    due_minor: int
    currency: str
    today: date
    open_until: Sequence[date] = ()
    broken_on: Sequence[date] = ()


def least_minor(policy: PromisePolicy, due_minor: int) -> int:
    """The smallest amount that may be promised: the policy's share of what is due, rounded up to a whole unit."""
    return -(-due_minor * policy.least_percent // 100)


def barred(policy: PromisePolicy, asked: Asked) -> Sentence | None:
    """Why no promise may be made here at all today; None where one may."""
    if not policy.offered:
        return Sentence(N_("Promises cannot be made here. Call us, and we will look for a way."))
    if asked.due_minor <= 0:
        return Sentence(N_("Nothing is due that is not already on its way."))
    if len(asked.open_until) >= policy.most_open:
        words = N_("There is a promise to pay by %(day)s already.")
        return Sentence(words, {"day": max(asked.open_until)})
    since = asked.today - timedelta(days=policy.barred_days)
    if len([day for day in asked.broken_on if day >= since]) >= policy.most_broken:
        words = N_("Earlier promises were not kept, so ask us for more time instead, or call us.")
        return Sentence(words)
    return None


def last_day(policy: PromisePolicy, today: date) -> date:
    """The latest day that may be promised today."""
    return today + timedelta(days=policy.most_days)


def check(policy: PromisePolicy, asked: Asked, amount_minor: int, until_on: date) -> None:
    """Raise Refused, naming "amount" or "until" where it is about one of them, for a promise that may not be made."""
    if why := barred(policy, asked):
        raise Refused(why)
    least = least_minor(policy, asked.due_minor)
    if amount_minor < least:
        words = N_("Promise at least %(least)s, which is %(percent)s %% of what is due.")
        params = {"least": Money(least, asked.currency), "percent": policy.least_percent}
        raise Refused(Sentence(words, params), "amount")
    if amount_minor > asked.due_minor:
        words = N_("No more than %(due)s is due.")
        raise Refused(Sentence(words, {"due": Money(asked.due_minor, asked.currency)}), "amount")
    _check_day(asked.today, until_on, last_day(policy, asked.today))


def check_more_time(policy: PromisePolicy, asked: Asked, until_on: date) -> None:
    """Raise Refused for a request for more time that cannot be meant."""
    if asked.due_minor <= 0:
        raise Refused(Sentence(N_("Nothing is due that is not already on its way.")))
    _check_day(asked.today, until_on, asked.today + timedelta(days=policy.most_more_days))


def _check_day(today: date, until_on: date, last: date) -> None:
    if until_on <= today:
        raise Refused(Sentence(N_("Choose a day after today.")), "until")
    if until_on > last:
        raise Refused(Sentence(N_("Choose a day by %(day)s at the latest."), {"day": last}), "until")


@dataclass(frozen=True, slots=True)
class Became:
    """What became of a promise, and why: `open` until its day, `waiting` while money on its way may still keep it."""

    outcome: Outcome
    trace: Trace


def outcome(
    amount_minor: int, until_on: date, came_minor: int, on_its_way_minor: int, due_minor: int, today: date
) -> Became:
    """Whether enough came in by the day.

    `came_minor` arrived and stayed of what was begun from the promise through its day, `on_its_way_minor` was begun
    in that time and has not arrived. A promise is also kept when nothing is due any more, whoever saw to it. It is
    broken only on the day after.
    """
    steps = [
        Step(Sentence(N_("Promised by %(day)s."), {"day": until_on}), amount_minor),
        Step(Sentence(N_("Came in since it was made.")), came_minor),
    ]
    if came_minor >= amount_minor:
        return Became("kept", Trace(RULE, 1, tuple(steps)))
    if on_its_way_minor:
        steps.append(Step(Sentence(N_("On its way, begun in time.")), on_its_way_minor))
    if due_minor <= 0 and not on_its_way_minor:
        steps.append(Step(Sentence(N_("Nothing is due any more.")), 0))
        return Became("kept", Trace(RULE, 1, tuple(steps)))
    if today <= until_on:
        return Became("open", Trace(RULE, 1, tuple(steps)))
    enough = came_minor + on_its_way_minor >= amount_minor
    return Became("waiting" if enough else "broken", Trace(RULE, 1, tuple(steps)))
