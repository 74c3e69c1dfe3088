"""Debits of autopay that staff hold back of the runs, as their payers know of them. Never commits.

Verbs: `tell_held` and `let_go` for a decision that was just kept, `held_debits` for what is not late because of it.
A payer who did nothing wrong is told what waits and why, and no late fee comes of a debit that the business held.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, literal, select
from sqlalchemy.orm import Session

from domain.records.charging import payer_key
from domain.records.notices import tell
from domain.records.ready_made import ReadyMade
from domain.records.run_decisions import debit_key, decisions
from domain.records.writers import Writer
from domain.rules.autopay_policy import autopay_policy
from domain.rules.late_fees import LateCharge
from domain.words import N_, Sentence
from models import Agreement, Autopay, AutopayDebit, Business, RunDecision

_DAY = timedelta(days=1)
_DECIDED = ReadyMade(
    select(RunDecision.key, RunDecision.decision, RunDecision.until_on, RunDecision.decided_at)
    .where(RunDecision.agreement_id == bindparam("of"), RunDecision.key.startswith(literal("debit:")))
    .order_by(RunDecision.id)
)
_PERIODS = ReadyMade(
    select(
        Autopay.ref, Autopay.person_id, AutopayDebit.period, AutopayDebit.due_on, AutopayDebit.send_on,
        AutopayDebit.state,
    )
    .join(AutopayDebit, AutopayDebit.autopay_id == Autopay.id)
    .where(Autopay.agreement_id == bindparam("of"))
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class HeldDebit:
    """A debit that was held back, of what its payer owed by `due_on`. `until`: the day from which it was held no more,
    or on which the payer was told to pay another way; None while it is held.
    """

    due_on: date
    payer: str
    until: date | None


def tell_held(session: Session, decision: RunDecision, *, today: date, now: datetime) -> None:
    """Tell the payer of a debit that it is held back, and why."""
    words = N_("The reason: %(reason)s")
    _tell(
        session, "autopay_held", decision, None, today, now, what=Sentence(words, {"reason": decision.reason})
    )


def let_go(session: Session, decision: RunDecision, *, today: date, now: datetime) -> None:
    """A debit is held back no more: it is begun tomorrow at the earliest, and its payer is told so today."""
    ref, period = _named(decision.key)
    tomorrow = today + _DAY
    found = session.execute(
        select(Autopay, AutopayDebit)
        .outerjoin(AutopayDebit, (AutopayDebit.autopay_id == Autopay.id) & (AutopayDebit.period == period))
        .where(Autopay.ref == ref)
    ).first()
    contract, debit = found if found is not None else (None, None)
    if contract is not None and contract.next_period == period and contract.next_send_on is not None:
        contract.next_send_on = max(contract.next_send_on, tomorrow)
        contract.next_debit_on = max(contract.next_debit_on or tomorrow, tomorrow)
        if debit is not None:
            debit.send_on = max(debit.send_on, tomorrow)
        _tell(session, "autopay_let_go", decision, contract.next_debit_on, today, now)
    elif debit is not None and debit.retry_on is not None:
        debit.retry_on = max(debit.retry_on, tomorrow)
        _tell(session, "autopay_let_go", decision, debit.retry_on, today, now)


def _tell(
    session: Session, event: str, decision: RunDecision, on: date | None, today: date, now: datetime, **said: Any
) -> None:  # fmt: skip
    """Tell the payer of the debit; `on` is the day to name, None for the debit's own."""
    ref, period = _named(decision.key)
    row = session.execute(
        select(
            Autopay.person_id, Autopay.agreement_id, Autopay.next_period, Autopay.next_debit_on, AutopayDebit.debit_on,
            AutopayDebit.amount_minor, Agreement.ref.label("agreement_ref"), Agreement.currency,
        )
        .join(Agreement, Agreement.id == Autopay.agreement_id)
        .outerjoin(AutopayDebit, (AutopayDebit.autopay_id == Autopay.id) & (AutopayDebit.period == period))
        .where(Autopay.ref == ref)
    ).first()  # fmt: skip
    if row is None:
        return
    on = on or (row.next_debit_on if row.next_period == period else row.debit_on)
    amount = {"amount_minor": row.amount_minor} if row.amount_minor else {}
    tell(
        session, event, row.person_id, agreement_id=row.agreement_id,
        data={"agreement_ref": row.agreement_ref, "autopay_ref": ref, "currency": row.currency,
              "on": on or date.fromisoformat(period), **amount, **said},
        dedupe_key=f"{event}:{decision.ref}", path=f"/agreements/{row.agreement_ref}/autopay", now=now, today=today,
    )  # fmt: skip


def _named(key: str) -> tuple[str, str]:
    """(ref of the contract, period) of a debit's key."""
    _, ref, period = key.split(":", 2)
    return ref, period


def debit_held(session: Writer, payment: Any, on: date) -> bool:
    """Whether staff hold the debit back for which autopay began this payment."""
    row = session.execute(
        select(Autopay.ref, AutopayDebit.period)
        .join(AutopayDebit, AutopayDebit.autopay_id == Autopay.id)
        .where(AutopayDebit.payment_id == payment.id)
    ).first()
    if row is None:
        return False
    return decisions(session, [payment.agreement_id]).held(debit_key(row.ref, row.period), on)


def held_debits(session: Writer, agreement_id: int, today: date) -> list[HeldDebit]:
    """Every debit of the agreement that staff held back at some time, and until when."""
    rows = _DECIDED.all(session, {"of": agreement_id})
    if not any(row.decision == "hold" for row in rows):
        return []
    ends: dict[str, date | None] = {}
    for row in rows:
        if row.decision == "hold":
            over = row.until_on is not None and row.until_on < today
            ends[row.key] = row.until_on + _DAY if over else None
        elif row.key in ends:
            known = ends[row.key] or row.decided_at.date() + _DAY
            ends[row.key] = min(known, row.decided_at.date() + _DAY)
    late = timedelta(days=autopay_policy(session.execute(select(Business.autopay_policy)).scalar()).late_days)
    found = []
    for row in _PERIODS.all(session, {"of": agreement_id}):
        key = debit_key(row.ref, row.period)
        if key in ends:
            until = ends[key]
            if until is None and row.state == "given_up":
                until = row.send_on + late + _DAY
            found.append(HeldDebit(row.due_on, payer_key(row.person_id), until))
    return found


def late_from(
    charges: Iterable[LateCharge], held: Sequence[HeldDebit], today: date
) -> tuple[LateCharge, ...]:
    """The charges, each late no sooner than the debit that was to pay it was held no more."""
    return tuple(replace(charge, due_on=_late_from(charge, held, today)) for charge in charges)


def _late_from(charge: LateCharge, held: Sequence[HeldDebit], today: date) -> date:
    mine = [one for one in held if charge.due_on <= one.due_on and charge.payer in ("", one.payer)]
    return max([charge.due_on, *(one.until or today + _DAY for one in mine)])
