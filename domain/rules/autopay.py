"""When autopay takes money, by its contract. Pure. Verbs: `turns`, `next_debits`, `next_after`; how much: `amount_of`.

A debit belongs to a period, named by an ISO date: the due date it pays, or the day of the contract's own cadence. The
name depends on nothing but terms and calendar, so a period is taken once whoever asks and whenever.

A due date on a weekend or bank holiday stays what it is; the debit moves: to the next business day, or, where the
contract takes the money days before it is due, to the business day before. No two periods have one day: the later one
then goes to the business day after.

Source of the rules and their numbers: the design's section 7 (balance 1,350 with limit 1,300: pay 1,300, or stop and
tell; fixed 1,200 with a credit of 200 and a balance of 1,000: 1,000); 12 CFR 1005.10(b) to (d) for limits and ranges.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from domain.rules.autopay_amount import Amount, Owing, amount_of, differs, horizon_of, limit_of
from domain.rules.business_days import next_business_day, previous_business_day
from domain.rules.calendar import anchors_for, parse_frequency
from domain.rules.recurrence import nth_day

__all__ = [
    "Amount",
    "Contract",
    "Debit",
    "Obligation",
    "Owing",
    "Turn",
    "amount_of",
    "differs",
    "limit_of",
    "next_after",
    "next_debits",
    "turns",
]

AmountRule = Literal["due", "minimum", "statement", "fixed", "due_plus", "share"]
AboveLimit = Literal["pay_limit", "skip", "ask"]
Cadence = Literal["due", "weekly", "biweekly", "semimonthly", "monthly"]
MOST_TURNS = 4_000
"""How many days of a cadence of its own are ever looked at: 76 years of weeks."""


@dataclass(frozen=True, slots=True)
class Contract:
    """What the person agreed on, as `models.Autopay` keeps it; see there for each field.

    `standard_minor` is the regular payment (the rent) when they accepted it, from which `follow_rent_bp` counts.
    """

    currency: str
    amount_rule: AmountRule
    starts_on: date
    amount_minor: int = 0
    share_bp: int = 0
    limit_minor: int | None = None
    above_limit: AboveLimit = "ask"
    cadence: Cadence = "due"
    days_before: int = 0
    anchor_on: date | None = None
    second_day: int = 0
    range_min_minor: int | None = None
    range_max_minor: int | None = None
    follow_rent_bp: int = 0
    standard_minor: int | None = None
    ends_on: date | None = None
    paused_from: date | None = None
    paused_until: date | None = None

    def paused_on(self, day: date) -> bool:
        """Whether nothing is taken on the day because the person paused it."""
        return self.paused_from is not None and self.paused_from <= day <= (self.paused_until or date.max)


@dataclass(frozen=True, slots=True)
class Obligation:
    """Something that falls due: what is open of it in minor units, None where nobody knows yet (a later statement)."""

    due_on: date
    amount_minor: int | None


@dataclass(frozen=True, slots=True)
class Turn:
    """One period of a contract: its name, the day it is for, and the day on which the money is taken.

    The debit counts what is due through `through_on`. `shifted`: banks are closed on the day it would have been.
    """

    period: str
    due_on: date
    debit_on: date
    through_on: date
    shifted: bool = False


@dataclass(frozen=True, slots=True)
class Debit:
    """A debit as it is expected now. `amount_minor` is None where it is not known yet.

    `notes`: "limited", "over_limit", "shifted", "credit", "paused", "skipped", "nothing_due", "rent_rise", "held" (by
    the business).
    `wanted_minor` is what it would be without the limit.
    """

    period: str
    due_on: date
    debit_on: date
    through_on: date
    amount_minor: int | None
    notes: tuple[str, ...] = ()
    wanted_minor: int | None = None

    @property
    def taken(self) -> bool:
        """Whether money is expected to be taken without anybody doing anything."""
        return not {"over_limit", "paused", "skipped", "nothing_due", "rent_rise", "held"} & set(self.notes)


@dataclass(slots=True)
class _Forecast:
    """What falls due, what was covered of it so far by credit, money on its way and debits, and what else is owed."""

    dues: list[Obligation]
    covered: int
    owed: int
    plain: int = 0
    """What the debits so far would have taken without the credit and without money on its way."""

    def through(self, day: date) -> int | None:
        """What falls due through a day; None where that is not known."""
        amounts = [one.amount_minor for one in self.dues if one.due_on <= day]
        return None if None in amounts else sum(amount or 0 for amount in amounts)

    def owing(self, contract: Contract, turn: Turn) -> Owing | None:
        due = self.through(turn.through_on)
        if due is None:
            return None
        ahead = due
        if contract.cadence != "due":
            days = (one.due_on for one in self.dues)
            ahead = self.through(horizon_of(contract.cadence, turn.debit_on, days)) or due
        before = self.through(turn.due_on - timedelta(days=1)) or 0
        if contract.amount_rule == "share" and self.covered >= before:
            # What was due before is paid: the share is counted from this period alone.
            return Owing(due - before, max(ahead, self.owed) - before, credit_minor=self.covered - before)
        return Owing(due, max(ahead, self.owed), credit_minor=self.covered)

    @property
    def over(self) -> bool:
        """Whether everything is covered that is known to be owed."""
        whole = self.through(date.max)
        return whole is not None and max(whole, self.owed) <= self.covered


def turns(contract: Contract, dues: Iterable[Obligation], calendar: str = "XFED") -> Iterator[Turn]:
    """The periods of the contract in order, from its first: of the given due dates, or of its own cadence for ever.

    Those outside `starts_on` .. `ends_on` are left out, paused ones are not.
    """
    last: date | None = None
    for nominal in _nominal_days(contract, dues):
        day = _banking_day(contract, nominal, calendar)
        if last is not None and day <= last:
            day = next_business_day(last, 1, calendar)
        last = day
        if contract.ends_on is not None and day > contract.ends_on:
            return
        if day < contract.starts_on:
            continue
        wanted = nominal - timedelta(days=contract.days_before) if contract.cadence == "due" else nominal
        through = nominal if contract.cadence == "due" else day
        yield Turn(nominal.isoformat(), nominal, day, through, day != wanted)


def _nominal_days(contract: Contract, dues: Iterable[Obligation]) -> Iterator[date]:
    if contract.cadence == "due":
        yield from sorted({one.due_on for one in dues})
        return
    first = contract.anchor_on or contract.starts_on
    frequency = parse_frequency(contract.cadence)
    anchors = anchors_for(frequency, first, _anchor_days(contract, first))
    for number in range(1, MOST_TURNS + 1):
        yield nth_day(frequency, first, anchors, number)


def _anchor_days(contract: Contract, first: date) -> tuple[int, ...] | None:
    if not contract.second_day:
        return None
    return (first.day, contract.second_day) if contract.cadence == "semimonthly" else (contract.second_day,)


def _banking_day(contract: Contract, nominal: date, calendar: str) -> date:
    """The day of the debit: never after the due date where the contract takes the money before it."""
    if contract.cadence == "due" and contract.days_before:
        return previous_business_day(nominal - timedelta(days=contract.days_before), 0, calendar)
    return next_business_day(nominal, 0, calendar)


def next_debits(
    contract: Contract,
    dues: Iterable[Obligation],
    on: date,
    count: int = 12,
    *,
    calendar: str = "XFED",
    credit_minor: int = 0,
    on_its_way_minor: int = 0,
    owed_minor: int = 0,
    skipped: Collection[str] = (),
    over: Collection[str] = (),
) -> tuple[Debit, ...]:
    """The next `count` debits from the day `on` on, in order, as far as anybody can say.

    `dues`: what falls due, with what is open of it; `owed_minor`: what is owed in all, where more than what falls due
    can be paid down; `skipped`: periods the person skipped; `over`: those that were taken or given up already.
    """
    known = sorted(dues, key=lambda one: one.due_on)
    forecast = _Forecast(known, credit_minor + on_its_way_minor, owed_minor)
    found: list[Debit] = []
    for turn in turns(contract, known, calendar):
        if turn.debit_on < on or turn.period in over:
            continue
        if len(found) == count:
            break
        found.append(_expected(contract, turn, forecast, turn.period in skipped))
        if contract.cadence != "due" and forecast.over:
            break
    return tuple(found)


def _expected(contract: Contract, turn: Turn, forecast: _Forecast, skipped: bool) -> Debit:
    notes = ["shifted"] if turn.shifted else []
    if skipped or contract.paused_on(turn.debit_on):
        notes.append("skipped" if skipped else "paused")
        return _debit(turn, 0, notes)
    owing = forecast.owing(contract, turn)
    if owing is None:
        fixed = contract.amount_minor if contract.amount_rule == "fixed" else None
        return _debit(turn, fixed, notes)
    amount = amount_of(contract, owing)
    less = forecast.covered - owing.credit_minor
    plain = amount_of(contract, replace(owing, credit_minor=max(forecast.plain - less, 0))).minor
    if amount.code:
        notes.append(amount.code)
    elif amount.minor < plain:
        notes.append("credit")
    # Where everybody pays a share, the others pay theirs by themselves.
    others = (
        max(owing.due_minor - owing.credit_minor - amount.minor, 0) if contract.amount_rule == "share" else 0
    )
    forecast.covered += amount.minor + others
    forecast.plain += plain + others
    return _debit(turn, amount.minor, notes, amount.wanted_minor)


def _debit(turn: Turn, minor: int | None, notes: list[str], wanted: int | None = None) -> Debit:
    return Debit(turn.period, turn.due_on, turn.debit_on, turn.through_on, minor, tuple(notes), wanted)


def next_after(
    contract: Contract, dues: Iterable[Obligation], after: str, on: date, *, calendar: str = "XFED"
) -> Turn | None:
    """The first turn of a period later than `after` ("" for none) whose debit day is not before `on`, paused ones left
    out; None where nothing is ahead.
    """
    for turn in turns(contract, dues, calendar):
        if turn.debit_on < on or (after and turn.period <= after):
            continue
        if not contract.paused_on(turn.debit_on):
            return turn
        if contract.paused_until is None:
            return None
    return None
