"""Autopay contracts as rows: say what is ahead of one, end it, stop it. Inside the caller's transaction.

Verbs: `ahead`, `end_contract`, `stop_contract`, `permission_gone`, `method_gone`, `drop_waiting`. Whatever takes a
permission or a way to pay away ends or stops what rests on it in the same commit, and its person is told.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, bindparam, exists, literal, or_, select, update

from domain.records.notices import tell
from domain.records.ready_made import ReadyMade
from domain.records.words_out import audit
from domain.records.writers import Writer
from domain.rules.autopay import Turn
from domain.rules.autopay_ends import why_ended
from domain.words import N_, Money, Sentence
from models import Agreement, Autopay, AutopayDebit, AutopayMethod, Payment, PaymentMethod

_AUTOPAY, _DEBIT = Autopay.__table__, AutopayDebit.__table__
NOTHING_AHEAD: dict[str, Any] = {
    "next_period": "",
    "next_due_on": None,
    "next_debit_on": None,
    "next_send_on": None,
}
WAITING = ("planned", "asked", "approved", "held", "retry")
"""The states of a debit for which nothing is under way just now."""
_RUNNING = [literal("active"), literal("paused")]
_END = ReadyMade(update(_AUTOPAY).where(_AUTOPAY.c.id == bindparam("of"), _AUTOPAY.c.state != "ended"))
_STOP = ReadyMade(update(_AUTOPAY).where(_AUTOPAY.c.id == bindparam("of"), _AUTOPAY.c.state.in_(_RUNNING)))
_OF = ReadyMade(
    select(
        _AUTOPAY.c.ref, _AUTOPAY.c.person_id, _AUTOPAY.c.agreement_id, Agreement.ref.label("agreement_ref"),
        Agreement.currency,
    )
    .join(Agreement, Agreement.id == _AUTOPAY.c.agreement_id)
    .where(_AUTOPAY.c.id == bindparam("of"))
)  # fmt: skip
_RESTING = ReadyMade(
    select(_AUTOPAY.c.id).where(_AUTOPAY.c.mandate_id == bindparam("mandate"), _AUTOPAY.c.state != "ended")
)
_TRIES = ReadyMade(
    select(_DEBIT.c.retry_on, Payment.begun_on, Payment.amount_minor, Payment.currency)
    .join(Payment, Payment.id == _DEBIT.c.payment_id)
    .where(
        _DEBIT.c.autopay_id == bindparam("of"),
        or_(
            _DEBIT.c.state == literal("retry"),
            and_(_DEBIT.c.state == literal("begun"), _DEBIT.c.tries > 1, Payment.state == literal("scheduled")),
        ),
    )
    .order_by(_DEBIT.c.period)
)  # fmt: skip
_OTHER = PaymentMethod.__table__.alias("other_method")
_ALSO = AutopayMethod.__table__.alias("also_by")
_STANDS_IN = exists().where(
    _ALSO.c.autopay_id == _AUTOPAY.c.id, _OTHER.c.id == _ALSO.c.method_id, _OTHER.c.id != bindparam("method"),
    _OTHER.c.removed_at.is_(None), _OTHER.c.stopped_code == "",
    _OTHER.c.verification.not_in([literal("sent"), literal("failed")]),
)  # fmt: skip
_ALONE = ReadyMade(
    select(_AUTOPAY.c.id)
    .join(AutopayMethod, AutopayMethod.autopay_id == _AUTOPAY.c.id)
    .where(AutopayMethod.method_id == bindparam("method"), _AUTOPAY.c.state.in_(_RUNNING))
    .where(~_STANDS_IN)
)


def ahead(turn: Turn | None, send_on: date | None) -> dict[str, Any]:
    """The columns that say what is ahead; `send_on` is the day the run begins the debit."""
    if turn is None:
        return NOTHING_AHEAD
    return {
        "next_period": turn.period,
        "next_due_on": turn.due_on,
        "next_debit_on": turn.debit_on,
        "next_send_on": send_on,
    }


def end_contract(
    writer: Writer, autopay_id: int, code: str, *, by: str, now: datetime, today: date | None = None
) -> bool:
    """End the contract for good; False when it had ended. `code` says why (`domain.rules.autopay_ends`).

    What was begun goes on; what waits is not begun any more. The person is told.
    """
    values = {"state": "ended", "ended_at": now, "ended_by": by, "stopped_code": code, **NOTHING_AHEAD}
    if _END.change(writer, {"of": autopay_id, **values}) != 1:
        return False
    _said(writer, autopay_id, "autopay_ended", "autopay.ended", code, by, now, today)
    return True


def stop_contract(
    writer: Writer, autopay_id: int, code: str, *, by: str, now: datetime, today: date | None = None
) -> bool:
    """Let the contract take nothing until its person puts it right; False when it was not running."""
    values = {"state": "stopped", "stopped_code": code, **NOTHING_AHEAD}
    if _STOP.change(writer, {"of": autopay_id, **values}) != 1:
        return False
    _said(writer, autopay_id, "autopay_stopped", "autopay.stopped", code, by, now, today)
    return True


def _said(
    writer: Writer, autopay_id: int, event: str, action: str, code: str, by: str, now: datetime,
    today: date | None,
) -> None:  # fmt: skip
    cancelled = _tries_ahead(writer, autopay_id)
    drop_waiting(writer, autopay_id, code)
    audit(
        writer, by=by, action=action, subject="autopay", subject_id=autopay_id, at=now, detail={"code": code}
    )
    why = _with_tries(why_ended(code), cancelled)
    tell_holder(
        writer, autopay_id, event, now.isoformat(), now=now, today=today, code=code, on=today or now.date(),
        **({"what": why} if why is not None else {}),
    )  # fmt: skip


def _tries_ahead(writer: Writer, autopay_id: int) -> list[Sentence]:
    """The next tries of debits that failed, of which the person was told, as sentences: they are not made any more."""
    words = N_("The try of %(amount)s on %(day)s, of which we told you, is cancelled.")
    return [
        Sentence(
            words, {"amount": Money(row.amount_minor, row.currency), "day": row.retry_on or row.begun_on}
        )
        for row in _TRIES.all(writer, {"of": autopay_id})
    ]


def _with_tries(why: Sentence | None, cancelled: list[Sentence]) -> Sentence | None:
    """The reason with what it cancels, as one sentence for a notice."""
    for one in cancelled:
        why = Sentence(N_("%(said)s %(more)s"), {"said": why, "more": one}) if why is not None else one
    return why


def tell_holder(
    writer: Writer, autopay_id: int, event: str, key: str, *, now: datetime, today: date | None = None,
    **data: Any,
) -> None:  # fmt: skip
    """Tell the person of a contract of something that happened to it, once per `key`."""
    row = _OF.first(writer, {"of": autopay_id})
    tell(
        writer, event, row.person_id, agreement_id=row.agreement_id,
        data={"agreement_ref": row.agreement_ref, "autopay_ref": row.ref, "currency": row.currency, **data},
        dedupe_key=f"{event}:{row.ref}:{key}"[:120], path=f"/autopay/{row.ref}", now=now,
        today=today,
    )  # fmt: skip


def permission_gone(writer: Writer, mandate_id: int, code: str, *, by: str, now: datetime) -> int:
    """A permission has ended: the contracts that rest on it end as well. How many did."""
    ids = [row.id for row in _RESTING.all(writer, {"mandate": mandate_id})]
    return sum(end_contract(writer, one, code, by=by, now=now) for one in ids)


def method_gone(writer: Writer, method_id: int, code: str, *, by: str, now: datetime) -> int:
    """A way to pay can be used no more: contracts that have no other one stop. How many did."""
    ids = [row.id for row in _ALONE.all(writer, {"method": method_id})]
    return sum(stop_contract(writer, one, code, by=by, now=now) for one in ids)


def drop_waiting(writer: Writer, autopay_id: int, code: str) -> int:
    """Give up the periods of a contract that wait; how many."""
    mine = update(_DEBIT).where(_DEBIT.c.autopay_id == autopay_id, _DEBIT.c.state.in_(WAITING))
    done: Any = writer.execute(mine.values(state="given_up", code=code[:40], retry_on=None))
    return int(done.rowcount)
