"""A move-out that was a mistake is taken back: the stay goes on as if it had not been recorded. Verb: `carry_out`.

Nothing is erased. Each entry of the move-out gets one that reverses it: rent that was taken back is owed again,
deductions are taken off, the deposit is held again, and the charges it had paid are open again. Only while nothing was
paid out: money that the tenant has cannot be held.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import insert, select

from domain.actions.adjusting import Adjusting
from domain.actions.move_outs import DEDUCTION
from domain.kinds import kind_of
from domain.records.books import Draft, post
from domain.records.changes import Kept, set_terms
from domain.records.charging import post_charges, raise_again
from domain.records.repricing import Desk, of_rule, take_off
from domain.records.stays import check_free
from domain.words import N_, Money, Refused, Sentence, Step, Trace, trace_json
from models import AgreementChange, Allocation, Charge, JournalEntry, JournalLine, Unit

ENDED = ("deposit.refunded", "deposit.applied")
"""The entries of a move-out about its deposit, the last one first."""


@dataclass(frozen=True, slots=True)
class MoveOutBack:
    """They never moved out, or not then. `nothing_paid`: whoever asks says that no money was handed over or sent."""

    nothing_paid: bool = False
    name: str = "move_out_back"


def carry_out(at: Adjusting, wanted: MoveOutBack, desk: Desk) -> Kept:
    """Take the move-out back. Raises Refused where something stands on it already."""
    if at.agreement.status not in ("active", "closed"):
        at.must_run()
    made = _move_out(at)
    statement = made.body["statement"]
    given_back = statement["refund_minor"] + statement["credit_minor"]
    if given_back and not wanted.nothing_paid:
        words = N_(
            "%(amount)s is booked as given back. The move-out can be taken back only if it was not handed over or "
            "sent: say so."
        )
        said = {"amount": Money(given_back, at.currency)}
        raise Refused(Sentence(words, said), "nothing_paid")
    last = at.agreement.ended_on
    why = Sentence(N_("the move-out was taken back"))
    for cause in ENDED:
        _reverse(desk, f"{cause}:{at.agreement.id}:{made.number}")
    _take_deductions_off(desk, made.number, why)
    _raise_what_was_lowered(desk, made.number)
    set_terms(at.session, at.agreement, ended_on=None)
    at.read_again()
    _check_unit(at)
    _bill_what_was_left_out(at, last)
    first = Step(
        Sentence(N_("The move-out of %(day)s was taken back: the stay goes on as agreed."), {"day": last})
    )
    steps = [first]
    if statement["deposit_minor"]:
        steps.append(Step(Sentence(N_("The deposit is held again.")), statement["deposit_minor"]))
    return Kept(wanted.name, at.today, Trace("change.move_out_back", 1, tuple(steps)))


def _move_out(at: Adjusting) -> Any:
    """The move-out that ended the stay, where it is the last that was changed."""
    newest = at.session.scalars(
        select(AgreementChange)
        .where(AgreementChange.agreement_id == at.agreement.id)
        .order_by(AgreementChange.number.desc())
        .limit(1)
    ).first()
    if newest is None or newest.type != "move_out" or at.agreement.ended_on is None:
        raise Refused(Sentence(N_("No move-out stands that could be taken back.")), "reason")
    return newest


def _reverse(desk: Desk, key: str) -> None:
    """Post the opposite of the entry of this key, with the opposite of what it paid; nothing where there is none."""
    entry_id = desk.session.execute(select(JournalEntry.id).where(JournalEntry.key == key)).scalar()
    if entry_id is None:
        return
    lines = select(JournalLine.account, JournalLine.amount_minor).where(JournalLine.entry_id == entry_id)
    step = Step(Sentence(N_("The deposit is held again.")))
    draft = Draft(
        key=f"{key}:taken_back", cause="deposit.held", currency=desk.currency, effective_on=desk.today,
        lines=tuple((account, -amount) for account, amount in desk.session.execute(lines.order_by(JournalLine.id))),
        note=trace_json(Trace("rent.deposit", 1, (step,))),
    )  # fmt: skip
    back = post(desk.session, desk.head, draft, now=desk.now, by=desk.by)
    columns = [column for column in Allocation.__table__.c if column.name != "id"]
    paid = desk.session.execute(
        select(*columns).where(Allocation.entry_id == entry_id).order_by(Allocation.id)
    ).all()
    rows = [row._asdict() | {"entry_id": back, "amount_minor": -row.amount_minor} for row in paid]
    if rows:
        desk.session.execute(insert(Allocation.__table__), rows)


def _take_deductions_off(desk: Desk, number: int, why: Sentence) -> None:
    rows = select(Charge.id, Charge.amount_minor).where(
        Charge.id.in_(of_rule(desk, DEDUCTION)), Charge.period.startswith(f"{number}:")
    )
    for charge_id, amount in desk.session.execute(rows.order_by(Charge.id)).all():
        take_off(desk, [charge_id], amount, why)


def _raise_what_was_lowered(desk: Desk, number: int) -> None:
    """Rent for the days after it, and a deposit that was not asked for any more, are owed again."""
    lowered = (
        select(*Charge.__table__.c)
        .where(Charge.agreement_id == desk.head.agreement_id, Charge.rule == "correction")
        .where(Charge.period.startswith(f"change:{number}:"))
    )
    for row in desk.session.execute(lowered.order_by(Charge.id)).all():
        raise_again(
            desk.session, desk.head, row, key=f"{row.id}:{desk.number}", currency=desk.currency, on=desk.today,
            now=desk.now, by=desk.by,
        )  # fmt: skip


def _check_unit(at: Adjusting) -> None:
    """Refuse where somebody else has the unit by now."""
    if at.agreement.unit_id is None:
        return
    unit = at.session.scalars(select(Unit).where(Unit.id == at.agreement.unit_id).with_for_update()).one()
    ends = kind_of(at.agreement.kind).read(at.agreement).last_on
    try:
        check_free(at.session, unit, at.terms.terms.from_on, ends, but=at.agreement.id)
    except Refused as refused:
        raise Refused(refused.sentence, "reason") from refused


def _bill_what_was_left_out(at: Adjusting, last: Any) -> None:
    """Post what fell due since the last day while the stay counted as over."""
    at.head.billed_through = max(at.head.billed_through or at.today, at.today)
    rows = select(Charge.rule, Charge.period).where(Charge.agreement_id == at.agreement.id)
    there = {(row.rule, row.period) for row in at.session.execute(rows)}
    planned = at.kind.planned(at.terms, replace(at.position, billed_through=None), at.today)
    missing = [
        (at.head, at.currency, charge)
        for charge in planned
        if charge.due_on > last and (charge.rule, charge.key) not in there
    ]
    post_charges(at.session, missing, today=at.today, now=at.now, by=at.who.by)
