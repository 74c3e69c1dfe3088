"""The delinquency ladder: what is done after so many days late, as data, for every kind of agreement alike.

`acts_of` says which rungs are climbed today and why nothing is where it waits; `next_look` when an agreement can next
reach a rung; `limited_fee` what the law leaves of a fee. A rung counts the days since the oldest payment that is late,
and is climbed once for that payment. Pure: no clock, no database.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from domain.rules.legal_caps import LegalCap, in_force, limit_step, strictest
from domain.words import N_, Refused, Sentence, Step, Trace

RULE = "ladder"
ACTS: Mapping[str, str] = {
    "notice": N_("Send a notice"),
    "call": N_("Ask somebody to call"),
    "fee": N_("Propose a fee"),
    "hold": N_("Stop payments in the portal"),
}
"""What a rung may do, in words."""
HOLD_TYPES = ("certified_funds", "other")
"""The holds that a rung may place. An eviction is a decision of people and courts."""
KINDS = ("", "loan", "lease_to_own", "rental", "credit_line")
PAST_HOLD = ("call", "hold")
"""What goes on while a hold stands: nobody is pressed to pay where nothing can be paid."""
MOST_NAME, MOST_WORDS = 80, 500


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung: `act` is done when something has been late for `days_late` days and at least `least_minor` of it is.

    `kind` is the kind of agreement, "" for all. `body` holds `words` (a notice, a call, the reason of a hold),
    `amount_minor` (a fee), `hold` (its type).
    """

    name: str
    act: str
    days_late: int
    kind: str = ""
    least_minor: int = 0
    active: bool = True
    version: int = 1
    effective_from: date = date.min
    body: Mapping[str, Any] = field(default_factory=dict)
    id: int = 0


DEFAULT: tuple[Rung, ...] = (
    Rung("First notice", "notice", 5),
    Rung("Second notice", "notice", 15),
    Rung("Call", "call", 15),
    Rung("Third notice", "notice", 30),
    Rung("Second call", "call", 30),
)
"""A ladder that presses nobody hard: notices and calls, no fee and no hold. Nothing of it runs until it is chosen."""


@dataclass(frozen=True, slots=True)
class Late:
    """What is late of an agreement: `amount_minor` (minor units), the oldest of it due on `since`."""

    since: date
    amount_minor: int

    def days(self, on: date) -> int:
        return (on - self.since).days


@dataclass(frozen=True, slots=True)
class Standing:
    """What lets the ladder wait: money on its way, a hold, the last day through which a promise counts, and the day on
    which autopay takes what is late. `told_today`: they hear of the same money by another notice of the day.
    """

    on_its_way_minor: int = 0
    held: bool = False
    waits_until: date | None = None
    debit_on: date | None = None
    told_today: bool = False


@dataclass(frozen=True, slots=True)
class Climb:
    """The rungs climbed today, and those passed over because a later one of their act is climbed instead."""

    do: tuple[Rung, ...]
    passed: tuple[Rung, ...]
    waits: Sentence | None
    trace: Trace


def in_use(rungs: Iterable[Rung], kind: str, on: date) -> tuple[Rung, ...]:
    """Of each name the version that counts on a day, where it is switched on and meant for the kind; by days."""
    newest: dict[str, Rung] = {}
    for rung in rungs:
        best = newest.get(rung.name)
        if rung.effective_from <= on and (best is None or rung.version > best.version):
            newest[rung.name] = rung
    found = [rung for rung in newest.values() if rung.active and rung.kind in ("", kind)]
    return tuple(sorted(found, key=lambda rung: (rung.days_late, rung.name)))


def acts_of(
    late: Late | None, rungs: Sequence[Rung], done: Collection[str], standing: Standing, on: date
) -> Climb:
    """What is done today. `rungs` are those in use, `done` the names climbed for this `late.since` before.

    Where several notices (or several of another act) are reached on one day, as when the ladder is switched on or the
    program did not run, only the last of them is sent; the others are passed over for good.
    """
    if late is None:
        return Climb((), (), None, Trace(RULE, 1))
    days = late.days(on)
    said = N_("Late since %(since)s, %(days)s days.")
    steps = [Step(Sentence(said, {"since": late.since, "days": days}), late.amount_minor)]
    if why := _waits(late, standing, on):
        return Climb((), (), why, Trace(RULE, 1, (*steps, Step(why))))
    do: dict[str, Rung] = {}
    passed: list[Rung] = []
    for rung in sorted(rungs, key=lambda rung: (rung.days_late, rung.name)):
        if rung.name in done or rung.days_late > days or late.amount_minor < rung.least_minor:
            continue
        if standing.held and rung.act not in PAST_HOLD or standing.told_today and rung.act == "notice":
            continue
        if rung.act in do:
            passed.append(do[rung.act])
        do[rung.act] = rung
    for rung in do.values():
        words = N_("%(name)s: after %(days)s days.")
        steps.append(Step(Sentence(words, {"name": rung.name, "days": rung.days_late})))
    return Climb(tuple(do.values()), tuple(passed), None, Trace(RULE, 1, tuple(steps)))


def _waits(late: Late, standing: Standing, on: date) -> Sentence | None:
    if standing.waits_until is not None and standing.waits_until >= on:
        return Sentence(N_("Somebody promised to pay by %(day)s."), {"day": standing.waits_until})
    if standing.on_its_way_minor >= late.amount_minor:
        return Sentence(N_("All that is late is on its way."))
    if standing.debit_on is not None:
        return Sentence(N_("Autopay takes what is late on %(day)s."), {"day": standing.debit_on})
    return None


def next_look(
    late: Late | None,
    rungs: Sequence[Rung],
    done: Collection[str],
    standing: Standing,
    on: date,
    next_on: date | None,
) -> date | None:
    """The next day on which something may be climbed if nothing is posted before; None where none is in sight.

    `next_on` is the day on which the next payment falls due; `done` includes what was climbed today.
    """
    left = [rung for rung in rungs if rung.name not in done]
    if not rungs:
        return None
    if late is None:
        return next_on + timedelta(days=min(rung.days_late for rung in rungs)) if next_on else None
    tomorrow, days = on + timedelta(days=1), late.days(on)
    if left and standing.waits_until is not None and standing.waits_until >= on:
        return standing.waits_until + timedelta(days=1)
    reached = [rung for rung in left if rung.days_late <= days]
    blocked = [rung for rung in reached if late.amount_minor >= rung.least_minor]
    covered = standing.on_its_way_minor >= late.amount_minor or standing.debit_on is not None
    if left and (blocked or covered):
        return tomorrow
    ahead = [late.since + timedelta(days=rung.days_late) for rung in left if rung.days_late > days]
    if len(reached) > len(blocked) and next_on is not None:
        ahead.append(max(next_on + timedelta(days=1), tomorrow))
    return min(ahead, default=None)


@dataclass(frozen=True, slots=True)
class Fee:
    """What may be asked: `amount_minor` after the law's limit, and why; 0 where the law leaves nothing today."""

    amount_minor: int
    trace: Trace


def limited_fee(
    rung: Rung,
    late: Late,
    caps: Iterable[LegalCap],
    kind: str,
    payment_minor: int,
    asked_minor: int,
    on: date,
) -> Fee:
    """The fee of a rung, at most what the law leaves after `asked_minor` of late fees since the payment fell due.

    `payment_minor` is the regular payment, which figures in percent are counted from.
    """
    wanted = int(rung.body.get("amount_minor", 0))
    steps = [Step(Sentence(N_("The fee of the rung “%(name)s”."), {"name": rung.name}), wanted)]
    law = in_force(caps, "late_fee", kind, late.since)
    for cap in law:
        if cap.earliest_days is not None and late.days(on) < cap.earliest_days:
            words = N_("The law allows no fee before %(days)s days.")
            steps.append(Step(Sentence(words, {"days": cap.earliest_days}), 0))
            return Fee(0, Trace("ladder.fee", 1, tuple(steps)))
    amount, limit = wanted, strictest(law, payment_minor)
    if limit is not None and limit[1] - asked_minor < wanted:
        amount = max(limit[1] - asked_minor, 0)
        steps.append(limit_step(*limit))
        steps.append(Step(Sentence(N_("Late fees asked for since then.")), -asked_minor))
    return Fee(amount, Trace("ladder.fee", 1, tuple(steps)))


def check_rung(rung: Rung) -> None:
    """Raise Refused, naming the field, for a rung that cannot be meant."""
    _need(bool(rung.name.strip()) and len(rung.name) <= MOST_NAME, N_("Give it a name."), "name")
    _need(rung.act in ACTS, N_("This is not one of the choices."), "act")
    _need(rung.kind in KINDS, N_("This is not one of the choices."), "kind")
    _need(1 <= rung.days_late <= 3650, N_("Choose 1 to 3,650 days."), "days_late")
    _need(0 <= rung.least_minor <= 10**12, N_("This amount cannot be meant."), "least")
    words = str(rung.body.get("words", ""))
    _need(len(words) <= MOST_WORDS, N_("Use at most 500 characters."), "words")
    if rung.act == "fee":
        amount = rung.body.get("amount_minor", 0)
        _need(isinstance(amount, int) and 0 < amount <= 10**9, N_("Enter an amount above zero."), "amount")
    if rung.act == "hold":
        _need(rung.body.get("hold") in HOLD_TYPES, N_("This is not one of the choices."), "hold")
        _need(bool(words.strip()), N_("Say why, for those who look later."), "words")
        _need(len(words) <= 300, N_("Use at most 300 characters."), "words")


def _need(holds: bool, msgid: str, field_name: str) -> None:
    if not holds:
        raise Refused(Sentence(msgid), field_name)
