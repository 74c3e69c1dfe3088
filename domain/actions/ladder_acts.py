"""What a rung of the delinquency ladder does, inside the climb's transaction: a notice, a call, a proposed fee, a hold.

Verbs: `do_act`, `close_cured`. A fee is never taken by itself: it waits
on the desk, already lowered to what the law leaves.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.records.ladder import Case, fee_of
from domain.records.names import new_ref
from domain.records.notices import tell
from domain.records.promise_notices import holder_ids
from domain.records.tasks import close_task, open_task
from domain.records.words_out import audit
from domain.rules.ladder import Rung
from domain.rules.ladder_words import words_of
from domain.words import N_, Money, Sentence, trace_json
from models import Hold, Task

BY = "ladder"
KINDS = ("ladder_call", "ladder_fee")


def do_act(session: Session, case: Case, rung: Rung, *, today: date, now: datetime) -> None:
    """Do what the rung says for an agreement that has reached it."""
    detail = _ACTS[rung.act](session, case, rung, today, now)
    assert case.late is not None
    since = case.late.since.isoformat()
    audit(
        session, by=BY, action=f"ladder.{rung.act}", subject="agreement", subject_id=case.row.id, at=now,
        detail={"number": case.row.number, "rung": rung.name, "late_since": since, **detail},
    )  # fmt: skip


def close_cured(session: Session, cases: Sequence[Case], *, now: datetime) -> None:
    """Close the tasks about what was late of these agreements and is not late any more."""
    since = {case.row.id: case.late.since if case.late else None for case in cases}
    query = select(Task.agreement_id, Task.dedupe_key).where(
        Task.agreement_id.in_(list(since)), Task.kind.in_(KINDS), Task.closed_at.is_(None)
    )
    for agreement_id, key in session.execute(query).all():
        if not key.startswith(f"ladder:{agreement_id}:{since[agreement_id]}:"):
            close_task(session, key, now=now)


def _key(case: Case, rung: Rung) -> str:
    assert case.late is not None
    return f"ladder:{case.row.id}:{case.late.since}:{rung.name}"


def _notice(session: Session, case: Case, rung: Rung, today: date, now: datetime) -> dict[str, Any]:
    assert case.late is not None
    data: dict[str, Any] = {
        "agreement_ref": case.row.ref,
        "agreement_number": case.row.number,
        "amount_minor": case.late.amount_minor,
        "currency": case.row.currency,
        "on": case.late.since,
        "days_late": case.late.days(today),
    }
    data["headline"], data["what"] = words_of(rung, case.rungs, case.late, case.row.number, case.row.currency)
    told = [
        channel
        for person_id in holder_ids(session, case.row.id)
        for channel in tell(
            session, "ladder_notice", person_id, agreement_id=case.row.id, data=data, now=now, today=today,
            dedupe_key=_key(case, rung)[:120], path=f"/agreements/{case.row.ref}/payments/new",
        )
    ]  # fmt: skip
    return {"told": sorted(set(told))}


def _call(session: Session, case: Case, rung: Rung, today: date, now: datetime) -> dict[str, Any]:
    words = N_("%(number)s is %(days)s days late with %(amount)s. %(words)s")
    _task(session, case, rung, "ladder_call", words, {"words": rung.body.get("words", "")}, today, now)
    return {}


def _fee(session: Session, case: Case, rung: Rung, today: date, now: datetime) -> dict[str, Any]:
    fee = fee_of(session, case, rung)
    if fee.amount_minor:
        words = N_("%(number)s is %(days)s days late with %(amount)s: add a fee of %(fee)s, or leave it.")
        money = Money(fee.amount_minor, case.row.currency)
        _task(session, case, rung, "ladder_fee", words, {"fee": money}, today, now)
    return {"fee_minor": fee.amount_minor, "why": trace_json(fee.trace)}


def _task(
    session: Session, case: Case, rung: Rung, kind: str, words: str, more: dict[str, Any], today: date, now: datetime
) -> None:  # fmt: skip
    assert case.late is not None
    amount = Money(case.late.amount_minor, case.row.currency)
    said = {"number": case.row.number, "days": case.late.days(today), "amount": amount, **more}
    open_task(
        session,
        kind,
        _key(case, rung),
        Sentence(words, said),
        now=now,
        agreement_id=case.row.id,
        due_on=today,
    )


def _hold(session: Session, case: Case, rung: Rung, today: date, now: datetime) -> dict[str, Any]:
    type_, reason = str(rung.body["hold"]), str(rung.body["words"])
    stands = select(Hold.id).where(
        Hold.agreement_id == case.row.id, Hold.type == type_, Hold.lifted_at.is_(None)
    )
    if session.execute(stands).first() is None:
        session.add(
            Hold(
                ref=new_ref(), agreement_id=case.row.id, type=type_, reason=reason, placed_at=now, placed_by=BY
            )
        )  # fmt: skip
        session.flush()
    return {"type": type_}


_ACTS = {"notice": _notice, "call": _call, "fee": _fee, "hold": _hold}
