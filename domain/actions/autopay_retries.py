"""Try periods of autopay again whose day for it has come. Verb: `begin_retries`.

A retry is a new payment of the same obligation, for no more than the first and no more than is owed now: what was paid
by hand meanwhile shrinks or ends it. One transaction for each; the payment that failed is locked first, then the
agreement's standing, then the contract.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection, exists, literal, select, update
from sqlalchemy.orm import Session

from domain.actions.autopay_caps import Caps
from domain.actions.autopay_chunks import House, house
from domain.actions.autopay_run import BY
from domain.actions.autopay_telling import why
from domain.actions.notices import LOST_DATABASE
from domain.actions.payment_limits import planned_for
from domain.points import reach
from domain.records.autopay_cases import Case, cases_of, contracts, owing, turn_of
from domain.records.autopay_debits import begin_payments, payment_row
from domain.records.autopay_names import payment_ref
from domain.records.autopay_rows import tell_holder
from domain.records.books import lock_many
from domain.records.run_decisions import debit_key
from domain.rules.autopay import amount_of
from domain.transaction import transaction
from models import Attempt, Autopay, AutopayDebit, Payment

MOST = 10_000
_A, _D, _P = Autopay.__table__, AutopayDebit.__table__, Payment.__table__
_DAY = timedelta(days=1)
log = structlog.get_logger()


@dataclass(slots=True)
class Retried:
    """How many periods were begun again, how many ended instead; the ids of those that failed."""

    begun: int = 0
    ended: int = 0
    failed: list[int] = field(default_factory=list)


def begin_retries(*, today: date, now: datetime, limit: int = MOST) -> Retried:
    """Begin every retry whose day has come; safe to repeat and to run beside itself. One that fails blocks no other."""
    run = Retried()
    with transaction() as session:
        waits = _D.c.state == literal(
            "retry", literal_execute=True
        )  # in the text, so that its index is found
        wanted = select(_D.c.id).where(waits, _D.c.retry_on <= today)
        ids = session.scalars(wanted.order_by(_D.c.retry_on, _D.c.id).limit(limit)).all()
    for debit_id in ids:
        try:
            with transaction() as session:
                found = _again(session, debit_id, today, now)
                reach("autopay.retry_before_commit")
        except LOST_DATABASE:
            raise
        except Exception as fault:
            log.error("autopay_retry_failed", debit=debit_id, exc_info=fault)
            run.failed.append(debit_id)
            continue
        if found is None:
            break
        run.begun += found == "begun"
        run.ended += found == "ended"
    return run


def _again(session: Session, debit_id: int, today: date, now: datetime) -> str | None:
    """Begin one period again; None when nothing may be begun now at all."""
    door = session.connection()
    rules = house(door)
    if rules.paused:
        return None
    found = _locked(door, debit_id, today)
    if found is None:
        return ""
    case, debit, payment = found
    decided = case.decisions.of(debit_key(case.row.ref, debit.period))
    decision = decided.decision if decided is not None else ""
    if case.row.state != "active" or case.row.revoked_at is not None:
        return _end(door, debit, "given_up", "autopay_off")
    if case.agreement.status != "active" or decision == "waive":
        return _end(
            door, debit, "covered" if decision != "waive" else "skipped", decision or "agreement_closed"
        )
    if case.contract.paused_on(today):
        # The person was told that nothing is taken on these days: that goes for what failed before them, too.
        return _end(door, debit, "skipped", "paused")
    if case.held or (decided is not None and decided.holds(today)):
        return _wait(door, debit, "on_hold" if case.held else "held", rules, today, now)
    owed = owing(door, case, turn_of(case.row.cadence, debit))
    minor = min(amount_of(case.contract, owed, approved=True).minor, payment.amount_minor)
    if not minor:
        return _end(door, debit, "covered", "nothing_due")
    method = case.method(debit.method_position)
    if method is None:
        return _end(door, debit, "given_up", "method_stopped")
    caps = Caps(door, rules.policy, today)
    if not caps.allows(case, minor, decision == "approve"):
        caps.tell(now)
        return "" if not caps.full else None
    _begin(door, case, debit, payment, method, minor, today, now)
    return "begun"


def _locked(door: Connection, debit_id: int, today: date) -> tuple[Case, Any, Any] | None:
    """(case, debit, its last payment), locked; None where somebody else has one of them in hand."""
    last = select(_D.c.payment_id).where(_D.c.id == debit_id).scalar_subquery()
    payment = door.execute(select(_P).where(_P.c.id == last).with_for_update(skip_locked=True)).first()
    if payment is None:
        return None
    heads = lock_many(door, [payment.agreement_id])
    debit = door.execute(
        select(_D).where(_D.c.id == debit_id, _D.c.state == "retry", _D.c.retry_on <= today)
    ).first()
    if debit is None or not heads:
        return None
    query = contracts().where(_A.c.id == debit.autopay_id)
    row = door.execute(query.with_for_update(of=_A, skip_locked=True)).first()
    if row is None:
        return None
    return cases_of(door, [row], heads)[0], debit, payment


def _begin(
    door: Connection,
    case: Case,
    debit: Any,
    payment: Any,
    method: Any,
    minor: int,
    today: date,
    now: datetime,
) -> None:
    tries = debit.tries + 1
    went = door.execute(select(exists().where(Attempt.payment_id == payment.id))).scalar_one()
    row = payment_row(
        case, method, payment_ref(case.row.ref, debit.period, tries), minor, today,
        planned_for(method.gateway, today, today, now) or today, by=BY, now=now,
        represents_id=payment.id if went else payment.represents_id,
    )  # fmt: skip
    (payment_id,) = begin_payments(door, [row], by=BY, now=now)
    _change(
        door, debit, state="begun", payment_id=payment_id, tries=tries, retry_on=None, amount_minor=minor,
        method_position=method.position,
    )  # fmt: skip


def _wait(door: Connection, debit: Any, code: str, rules: House, today: date, now: datetime) -> str:
    """A hold stands: look again tomorrow, but not for ever; then its payer is told to pay another way."""
    if today <= debit.retry_on + timedelta(days=rules.policy.late_days):
        return ""
    tell_holder(
        door, debit.autopay_id, "autopay_missed", f"{debit.period}:{code}", on=debit.debit_on, now=now, today=today,
        amount_minor=debit.amount_minor, what=why(code),
    )  # fmt: skip
    return _end(door, debit, "given_up", code)


def _end(door: Connection, debit: Any, state: str, code: str) -> str:
    _change(door, debit, state=state, code=code, retry_on=None)
    return "ended"


def _change(door: Connection, debit: Any, **values: Any) -> None:
    door.execute(update(_D).where(_D.c.id == debit.id).values(**values))
