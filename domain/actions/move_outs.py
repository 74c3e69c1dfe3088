"""The end of an agreement whose deposit is settled: a tenant has moved out, or leased goods have come back.

What was billed for days after the last one is taken back, deductions become charges, the deposit pays what is owed, and
what is left of it goes back. Nothing is billed after the day; the agreement closes when nothing is owed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from domain.actions.adjusting import Adjusting
from domain.kinds.base import OpenCharge, part_sentence
from domain.kinds.charged import called
from domain.records import deposits
from domain.records.changes import Kept, set_terms
from domain.records.charging import post_charges, use_credit
from domain.records.repricing import Desk, charged_more, of_rule, reprice, take_off
from domain.rules.deposits import Deduction, ReturnDeadline, settle_deposit
from domain.rules.lease import returned_goods
from domain.rules.rent import moved_out
from domain.rules.rent_changes import Repriced
from domain.words import N_, Refused, Sentence, Step, Trace, sentence_json

DEDUCTION = "move_out.deduction"
LEASE_PAYMENT = "lease.payment"
MOST_DEDUCTIONS = 20


@dataclass(frozen=True, slots=True)
class MoveOut:
    """The last day of a stay, and what is taken from the deposit. `days` to settle it from that day, by `source`."""

    last_on: date
    deductions: tuple[Deduction, ...] = ()
    days: int | None = None
    source: str = ""
    name: str = "move_out"

    @property
    def deadlines(self) -> tuple[ReturnDeadline, ...]:
        return () if self.days is None else (ReturnDeadline(self.last_on, self.days, self.source),)


@dataclass(frozen=True, slots=True)
class GoodsReturn:
    """Leased goods came back on a day, which is the last one owed."""

    on: date
    name: str = "goods_return"
    deductions: tuple[Deduction, ...] = ()
    deadlines: tuple[ReturnDeadline, ...] = ()


def carry_out_move_out(at: Adjusting, wanted: MoveOut, desk: Desk) -> Kept:
    """End the stay and settle the deposit. Raises Refused, naming the field."""
    last = wanted.last_on
    _check_day(at, last, at.terms.terms.from_on, "last_on")
    if wanted.days is not None and not wanted.source.strip():
        raise Refused(Sentence(N_("Say where these days come from: the law or the lease.")), "source")
    if len(wanted.deductions) > MOST_DEDUCTIONS:
        raise Refused(Sentence(N_("There are too many lines.")), "deductions")
    steps = end_stay(at, last, desk)
    first = Step(Sentence(N_("Moved out: %(day)s was the last day."), {"day": last}))
    return _settled(at, wanted, desk, (first, *steps), last)


def end_stay(at: Adjusting, last: date, desk: Desk, field_name: str = "last_on") -> tuple[Step, ...]:
    """End a stay: rent through its last day is billed, rent after it taken back. Raises Refused for a wrong day."""
    terms = at.terms.terms
    _check_day(at, last, terms.from_on, field_name)
    agreed, through = at.terms, max(at.head.billed_through or last, last)
    set_terms(at.session, at.agreement, ended_on=last)
    at.read_again()
    bill_the_rest(at)
    billed = at.kind.planned(agreed, replace(at.position, billed_through=None), through)
    lowered = [Repriced(one.charge, -one.amount_minor, True) for one in moved_out(terms, last, billed)]
    return reprice(desk, lowered, Sentence(N_("the stay ended on %(day)s"), {"day": last}))


def carry_out_goods_return(at: Adjusting, wanted: GoodsReturn, desk: Desk) -> Kept:
    """End the lease: what is owed up to the day, nothing after. Raises Refused, naming the field."""
    terms, on = at.terms.terms, wanted.on
    _check_day(at, on, terms.start_on, "on")
    billed = at.kind.planned(
        at.terms, replace(at.position, billed_through=None), at.head.billed_through or date.min
    )
    owed = returned_goods(terms, on)
    set_terms(at.session, at.agreement, ended_on=on)
    at.read_again()
    _bill_nothing_more(at)
    more = owed.amount_minor - sum(charge.amount_minor for charge in billed)
    steps = [Step(Sentence(N_("The goods came back on %(day)s, the last day owed."), {"day": on}))]
    if more > 0:
        charged_more(desk, "lease", "lease.last_days", "", more, owed.trace)
        steps.append(Step(Sentence(N_("Days used and not billed yet.")), more))
    elif more < 0:
        why = Sentence(N_("the goods came back on %(day)s"), {"day": on})
        less = take_off(desk, of_rule(desk, LEASE_PAYMENT), -more, why)
        steps.append(Step(Sentence(N_("Billed in advance and not owed.")), -less))
    return _settled(at, wanted, desk, (*steps, *owed.trace.steps), on)


def _check_day(at: Adjusting, on: date, began_on: date, field_name: str) -> None:
    if at.agreement.ended_on is not None:
        raise Refused(Sentence(N_("This agreement ended on %(day)s."), {"day": at.agreement.ended_on}))
    if on < began_on:
        words = N_("The agreement began on %(day)s.")
        raise Refused(Sentence(words, {"day": began_on}), field_name)
    if on > at.today:
        words = N_("That day has not come. What is owed is settled on the last day or after it.")
        raise Refused(Sentence(words), field_name)


def bill_the_rest(at: Adjusting) -> None:
    """Post what fell due through the last day and was not posted yet: the day's run may still be to come."""
    planned = at.kind.planned(at.terms, at.position, at.today)
    charged = [(at.head, at.currency, charge) for charge in planned]
    post_charges(at.session, charged, today=at.today, now=at.now, by=at.who.by)
    _bill_nothing_more(at)


def _bill_nothing_more(at: Adjusting) -> None:
    at.head.billed_through = max(at.head.billed_through or at.today, at.today)


def _settled(
    at: Adjusting, wanted: MoveOut | GoodsReturn, desk: Desk, steps: Sequence[Step], last_on: date
) -> Kept:
    """Credit pays what is owed, the deposit pays the rest of it and the deductions; what is left goes back."""
    deposit = deposits.held(desk, at.position)
    deposits.forget_unpaid(desk, at.position)
    spend_all_credit(at)
    owed = at.position.charges
    deductions, deadlines = wanted.deductions, wanted.deadlines
    settled = settle_deposit(
        deposit, sum(one.open_minor for one in owed), deductions, last_on, deadlines, at.currency
    )
    for one in deductions:
        why = Step(Sentence(N_("Taken from the deposit: %(name)s."), {"name": one.name}), one.amount_minor)
        charged_more(desk, "one_off", DEDUCTION, one.name, one.amount_minor, Trace(DEDUCTION, 1, (why,)))
    deposits.pay_with_deposit(desk, at.position, settled.kept_minor)
    spent = spend_all_credit(at)
    credit = max(at.position.credit_minor, 0)
    deposits.give_back(desk, settled.refund_minor, credit)
    told = list(settled.trace.steps) if deposit or deductions else []
    if spent:
        told.append(Step(Sentence(N_("Credit pays of it.")), -spent))
    if credit:
        told.append(Step(Sentence(N_("Paid ahead for days that are not owed: given back.")), credit))
    balance = settled.balance_due_minor - spent
    if balance and not (deposit or deductions):
        told.append(Step(Sentence(N_("Still owed under the agreement.")), balance))
    statement = {
        "last_on": last_on.isoformat(),
        "settled_on": at.today.isoformat(),
        "deposit_minor": deposit,
        "owed": [_line(one) for one in owed],
        "deductions": [{"name": one.name, "amount_minor": one.amount_minor} for one in deductions],
        "kept_minor": settled.kept_minor,
        "refund_minor": settled.refund_minor,
        "credit_minor": credit,
        "credit_used_minor": spent,
        "balance_minor": balance,
        "settle_by": settled.settle_by.isoformat() if settled.settle_by else None,
        "source": deadlines[0].source if deadlines else "",
    }
    trace = Trace(f"change.{wanted.name}", 1, (*steps, *told))
    return Kept(wanted.name, last_on, trace, body={"statement": statement})


def _line(charge: OpenCharge) -> dict[str, Any]:
    name = called(charge)
    said = name if isinstance(name, Sentence) else Sentence("%(name)s", {"name": name})
    return {
        "name": sentence_json(said), "due_on": charge.due_on.isoformat(), "amount_minor": charge.open_minor
    }  # fmt: skip


def spend_all_credit(at: Adjusting) -> int:
    """Whatever the customer's credit can pay is paid, also what falls due later; returns how much that was."""
    parts = at.kind.credit_parts(at.terms, at.position, date.max)
    steps = tuple(Step(part_sentence(part), part.amount_minor) for part in parts)
    return use_credit(
        at.session, at.head, at.currency, parts, Trace("credit.applied", 1, steps),
        on=at.today, now=at.now, by=at.who.by,
    )  # fmt: skip
