"""Planned payments on their day: what may still be sent, and how much of it. Inside the caller's transaction.

Between planning and sending other money may have come, the agreement may have been closed or put on hold, the way to
pay may be gone. Nothing above what is owed is ever sent: `standing_of` says what is left of the plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, exists, func, literal, or_, select

from domain.kinds import kind_of
from domain.kinds.charged import seen_by
from domain.records.attempts import obligation_of
from domain.records.autopay_left import autopay_off, left_of_debit
from domain.records.books import Head, lock
from domain.records.charging import payer_key
from domain.records.held_debits import debit_held
from domain.records.parties import pays_alone
from domain.records.position import position_of
from domain.records.ready_made import ReadyMade
from domain.records.stored_terms import COLUMNS, stored
from domain.rules.payment_states import ON_ITS_WAY
from models import (
    Agreement,
    Attempt,
    Business,
    Hold,
    JournalEntry,
    Loan,
    Mandate,
    Payment,
    PaymentMethod,
    RunDecision,
)

_OTHERS = select(func.coalesce(func.sum(Payment.amount_minor), 0)).where(
    Payment.agreement_id == bindparam("of"),
    Payment.id != bindparam("this"),
    Payment.state.in_([literal(state) for state in ON_ITS_WAY if state != "scheduled"]),
)

_TRIED = ReadyMade(
    select(Attempt.payment_id, Attempt.obligation).where(
        Attempt.payment_id.in_(bindparam("ids", expanding=True))
    )
)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is left of a plan on its day: the amount that may be sent, or the code of why none may."""

    amount_minor: int
    code: str = ""


@dataclass(frozen=True, slots=True)
class Tried:
    """The obligation of a payment and the number of its next attempt."""

    obligation: str
    number: int


def due(gateways: Sequence[str], on: date) -> Select[Any]:
    """Ids of the payments of these gateways whose day has come, the oldest first. None while payments are paused."""
    planned = literal(
        "scheduled", literal_execute=True
    )  # in the text, so that the index of planned ones is found
    return (
        select(Payment.id)
        .where(Payment.state == planned, Payment.gateway.in_(gateways), Payment.scheduled_on <= on)
        .where(not_paused())
        .order_by(Payment.scheduled_on, Payment.id)
    )


def not_paused() -> Any:
    """A condition on Payment: the business takes it now. Debits of autopay have a switch of their own."""
    paused = func.coalesce(select(Business.payments_paused).scalar_subquery(), False)
    debits = func.coalesce(select(Business.debits_paused).scalar_subquery(), False)
    return and_(paused.is_(False), or_(Payment.channel != "autopay", debits.is_(False)))


def changed_since_planned() -> Any:
    """A condition on Payment: something happened since it was planned that `standing_of` has to look at."""
    moved = _any(
        JournalEntry.agreement_id == Payment.agreement_id, JournalEntry.recorded_at > Payment.begun_at
    )
    stopped = or_(
        PaymentMethod.removed_at.is_not(None),
        PaymentMethod.stopped_code != "",
        PaymentMethod.verification.in_(("sent", "failed")),
    )
    gone = _said(stopped, PaymentMethod.id == Payment.method_id)
    ended = _said(Mandate.ended_at.is_not(None), Mandate.id == Payment.mandate_id)
    closed = _said(Agreement.status != "active", Agreement.id == Payment.agreement_id)
    twin = Payment.__table__.alias("another")
    others = _any(
        twin.c.agreement_id == Payment.agreement_id,
        twin.c.id != Payment.id,
        twin.c.state.in_(ON_ITS_WAY),
    )
    held = _any(Hold.agreement_id == Payment.agreement_id, Hold.lifted_at.is_(None))
    off = and_(Payment.channel == "autopay", autopay_off())
    decided = and_(Payment.channel == "autopay", _any(RunDecision.agreement_id == Payment.agreement_id))
    return or_(moved, gone, ended, closed, others, held, off, decided)


def _any(*conditions: Any) -> Any:
    """Whether there is such a row for the payment that is asked about, whatever else the statement around it names."""
    return exists().where(*conditions).correlate(Payment)


def _said(what: Any, of: Any) -> Any:
    """What is said of the one row `of` the payment. Where rows are asked for by EXISTS, Postgres reads the whole table
    of them for each chunk of payments.
    """
    return select(what).where(of).correlate(Payment).scalar_subquery()


def standing_of(door: Connection, payment: Any, on: date) -> Standing:
    """What is left of the planned `payment` on its day, under the lock of its agreement's standing.

    `payment` has `id`, `agreement_id`, `person_id`, `method_id`, `mandate_id`, `amount_minor`, `channel`. A debit of
    autopay takes no more than its contract would take now: money that came meanwhile, or is on its way, counts as paid.
    """
    head = lock(door, payment.agreement_id)
    query = select(*COLUMNS).select_from(Agreement).outerjoin(Loan, Loan.agreement_id == Agreement.id)
    agreement = stored(door.execute(query.where(Agreement.id == payment.agreement_id)).one())
    if agreement.status != "active":
        return Standing(0, "agreement_closed")
    held = select(Hold.id).where(Hold.agreement_id == payment.agreement_id, Hold.lifted_at.is_(None))
    if door.execute(held).first() is not None:
        return Standing(0, "on_hold")
    if payment.channel == "autopay" and debit_held(door, payment, on):
        return Standing(0, "held")
    if code := _method_gone(door, payment):
        return Standing(0, code)
    owed = owed_by(door, agreement, head, payment.person_id, on)
    others = int(door.execute(_OTHERS, {"of": payment.agreement_id, "this": payment.id}).scalar_one())
    left = min(payment.amount_minor, owed - others)
    if payment.channel == "autopay" and left > 0:
        by_contract = left_of_debit(door, payment.id, head)
        if by_contract is None:
            return Standing(0, "autopay_off")
        left = min(left, by_contract)
    return Standing(left) if left > 0 else Standing(0, "nothing_owed")


def owed_before(door: Connection, payment: Any, on: date) -> int:
    """What the payer of `payment` may pay on its agreement on a day, in minor units, whatever is on its way."""
    head = lock(door, payment.agreement_id)
    query = select(*COLUMNS).select_from(Agreement).outerjoin(Loan, Loan.agreement_id == Agreement.id)
    agreement = stored(door.execute(query.where(Agreement.id == payment.agreement_id)).one())
    return owed_by(door, agreement, head, payment.person_id, on)


def owed_by(door: Connection, agreement: Any, head: Head, person_id: int | None, on: date) -> int:
    """What the person may pay on the agreement on a day, in minor units, whatever is on its way."""
    kind, payer = kind_of(agreement.kind), payer_key(person_id)
    alone = pays_alone(door, agreement.id, payer)
    position = seen_by(position_of(door, agreement.id, agreement.kind, head), payer, alone)
    return kind.payable(kind.of_payer(kind.read(agreement), payer, alone), position, on)


def _method_gone(door: Connection, payment: Any) -> str:
    """Why the way to pay cannot be used, as a code; "" when it can."""
    if payment.mandate_id is not None:
        ended = door.execute(select(Mandate.ended_at).where(Mandate.id == payment.mandate_id)).scalar_one()
        if ended is not None:
            return "permission_ended"
    if payment.method_id is None:
        return ""
    wanted = PaymentMethod.removed_at, PaymentMethod.stopped_code, PaymentMethod.verification
    method = door.execute(select(*wanted).where(PaymentMethod.id == payment.method_id)).one()
    if method.removed_at is not None:
        return "method_removed"
    return "method_stopped" if method.stopped_code or method.verification in ("sent", "failed") else ""


def tried(door: Connection, payments: Sequence[Any]) -> dict[int, Tried]:
    """For each payment (`id`, `ref`, `agreement_ref`, `represents_id`) its obligation and the next attempt's number.

    A payment that presents a returned one again has the obligation of the first; a retry never makes a fresh one.
    """
    ids = {row.id for row in payments} | {row.represents_id for row in payments if row.represents_id}
    of_payment = {row.payment_id: row.obligation for row in _TRIED.all_of(door, sorted(ids))} if ids else {}
    counted: dict[str, int] = {}
    if of_payment:
        numbers = select(Attempt.obligation, func.max(Attempt.number)).where(
            Attempt.obligation.in_(set(of_payment.values()))
        )
        counted = {row[0]: row[1] for row in door.execute(numbers.group_by(Attempt.obligation))}
    found = {}
    for row in payments:
        own = of_payment.get(row.id) or of_payment.get(row.represents_id or 0)
        obligation = own or obligation_of(row.agreement_ref, row.ref)
        found[row.id] = Tried(obligation, counted.get(obligation, 0) + 1)
    return found
