"""Settling a security deposit when somebody has moved out: what is kept, what goes back, and by when.

A deposit is a liability, never income, until it is settled. How many days the business has is law of a place: it comes
as dated rows that the operator edits, never from here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from domain.words import N_, Money, Refused, Sentence, Step, Trace

RULE = "rent.deposit"
VERSION = 1
MOST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Deduction:
    """One line of the letter: what it is for and its amount in minor units."""

    name: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class ReturnDeadline:
    """One dated row: for who moves out on or after `effective_from`, the deposit is settled within `days` days."""

    effective_from: date
    days: int
    source: str


@dataclass(frozen=True, slots=True)
class Settlement:
    """What becomes of a deposit, in minor units: deposit = kept + refund, and what is still owed is the balance due.

    `settle_by` is the last day to do it, None where no dated row counts.
    """

    deposit_minor: int
    kept_minor: int
    refund_minor: int
    balance_due_minor: int
    settle_by: date | None
    trace: Trace


def settle_deposit(
    deposit_minor: int,
    owed_minor: int,
    deductions: Sequence[Deduction],
    moved_out_on: date,
    deadlines: Sequence[ReturnDeadline] = (),
    currency: str = "USD",
) -> Settlement:
    """Set what is owed (open charges) and the deductions against the deposit; the trace is the itemised letter.

    Raises Refused for an amount below zero, a deduction without a name, or a deadline that no law has.
    """
    _check(deposit_minor, owed_minor, deductions, deadlines)

    def line(msgid: str, minor: int, **more: object) -> Step:
        return Step(Sentence(msgid, {"amount": Money(minor, currency), **more}), minor)

    claimed = owed_minor + sum(deduction.amount_minor for deduction in deductions)
    kept = min(deposit_minor, claimed)
    refund, balance = deposit_minor - kept, claimed - kept
    steps = [line(N_("Deposit held: %(amount)s."), deposit_minor)]
    if owed_minor:
        steps.append(line(N_("Still owed under the agreement: %(amount)s."), owed_minor))
    steps += [line(N_("%(name)s: %(amount)s."), one.amount_minor, name=one.name) for one in deductions]
    steps.append(line(N_("Kept from the deposit: %(amount)s."), kept))
    steps.append(line(N_("To be given back: %(amount)s."), refund))
    if balance:
        steps.append(line(N_("Still due after the deposit: %(amount)s."), balance))
    row = deadline_in_force(deadlines, moved_out_on)
    settle_by = None
    if row is not None:
        settle_by = moved_out_on + timedelta(days=row.days)
        said = {"day": settle_by, "days": row.days, "out": moved_out_on, "source": row.source}
        steps.append(
            Step(Sentence(N_("To be settled by %(day)s, %(days)s days after %(out)s (%(source)s)."), said))
        )
    return Settlement(deposit_minor, kept, refund, balance, settle_by, Trace(RULE, VERSION, tuple(steps)))


def deadline_in_force(deadlines: Sequence[ReturnDeadline], day: date) -> ReturnDeadline | None:
    """The row that counts for somebody who moves out on `day`: the latest one in effect by then."""
    begun = [row for row in deadlines if row.effective_from <= day]
    return max(begun, key=lambda row: row.effective_from, default=None)


def _check(
    deposit_minor: int, owed_minor: int, deductions: Sequence[Deduction], deadlines: Sequence[ReturnDeadline]
) -> None:
    for minor, field in ((deposit_minor, "deposit"), (owed_minor, "owed")):
        if minor < 0:
            raise Refused(Sentence(N_("The amount must be zero or above.")), field)
    for deduction in deductions:
        if not deduction.name.strip():
            raise Refused(Sentence(N_("Say what each deduction is for.")), "deduction")
        if deduction.amount_minor <= 0:
            raise Refused(
                Sentence(N_("%(name)s: the amount must be above zero."), {"name": deduction.name}),
                "deduction",
            )
    if any(not 0 <= row.days <= MOST_DAYS for row in deadlines):
        raise Refused(
            Sentence(N_("The days to settle a deposit are 0 to %(most)s."), {"most": MOST_DAYS}), "days"
        )
