"""Hold autopay back for a while: pause and resume it, leave one debit out, answer when more is due than allowed.

Everything works until a debit is sent: one that was begun and still waits is cancelled with it. What is left out stays
owed. Callers take these verbs from `domain.actions.autopay`.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.access import Scope
from domain.actions import autopay_acceptance as acceptance
from domain.actions import autopay_work as work
from domain.actions.payments import Event, pass_the_door
from domain.actions.second_factors import Place
from domain.records.autopay_rows import tell_holder
from domain.records.books import lock
from domain.records.names import new_ref
from domain.rules.autopay_ends import RESUMABLE
from domain.transaction import transaction
from domain.words import N_, Conflict, Refused, Sentence
from models import Autopay, AutopayDebit, Mandate, Payment, PaymentMethod

LONGEST = timedelta(days=366)


def pause(
    ref: str,
    *,
    from_on: date | None = None,
    until_on: date | None = None,
    who: Scope,
    today: date,
    now: datetime,
    place: Place | None = None,
) -> None:
    """Take nothing from a day (today) through another (until it is switched on again). What falls due stays owed.

    A debit of these days that was begun and not sent yet is cancelled. Raises Gone, Refused, Conflict.
    """
    first = from_on or today
    if first < today or (until_on is not None and until_on < first):
        raise Refused(Sentence(N_("This day has gone. Choose today or a later day.")), "until")
    if until_on is not None and until_on > today + LONGEST:
        raise Refused(Sentence(N_("Choose a day within a year from now.")), "until")
    with transaction() as session:
        row = work.own(session, ref, who)
        _cancel_between(session, row, first, until_on or date.max, who, today, now)
        at = work.begin(session, work.agreement_ref_of(session, row), who, row.person_id, today)
        work.hold(session, row)
        if row.state not in ("active", "paused"):
            raise Conflict(Sentence(N_("This autopay is not running, so it cannot be paused.")))
        row.paused_from, row.paused_until = first, until_on
        # With a last day it goes on by itself after it; without one only when somebody says so.
        row.state = "paused" if until_on is None and first <= today else "active"
        _set_ahead(at, row)
        work.done(
            session, row, "autopay.paused", who, now, place, until=until_on.isoformat() if until_on else ""
        )
        words = (
            Sentence(N_("It is paused from %(first)s through %(last)s."), {"first": first, "last": until_on})
            if until_on is not None
            else Sentence(
                N_("It is paused from %(first)s on, until you switch it on again."), {"first": first}
            )
        )
        tell_holder(
            session, row.id, "autopay_changed", now.isoformat(), now=now, today=today, on=first, what=words
        )


def resume(ref: str, *, who: Scope, today: date, now: datetime, place: Place | None = None) -> None:
    """Let a paused contract, or one whose way to pay works again, take money again. Doing it twice changes nothing.

    Raises Gone; Refused for one that stopped after failures, or whose permission ended: its text is accepted anew.
    """
    with transaction() as session:
        row = work.own(session, ref, who)
        at = work.begin(session, work.agreement_ref_of(session, row), who, row.person_id, today)
        work.hold(session, row)
        if row.state == "active" and row.paused_from is None:
            return
        if row.state not in ("active", "paused", "stopped"):
            raise Conflict(Sentence(N_("This autopay has ended. Set it up anew.")))
        if row.state == "stopped" and row.stopped_code not in RESUMABLE:
            raise Refused(Sentence(N_("It stopped after failures. Read the text and accept it again.")))
        ended = session.scalar(select(Mandate.ended_at).where(Mandate.id == row.mandate_id))
        if ended is not None:
            raise Refused(Sentence(N_("Its permission has ended. Read the text and accept it again.")))
        acceptance.refuse_on_hold(at)
        if row.state == "stopped" and not _usable(session, row):
            raise Refused(
                Sentence(N_("None of its ways to pay can be used. “Ways to pay” says why.")), "method"
            )
        row.state, row.stopped_code, row.paused_from, row.paused_until = "active", "", None, None
        _set_ahead(at, row)
        work.done(session, row, "autopay.resumed", who, now, place)
        words = Sentence(N_("It takes money again."))
        tell_holder(
            session, row.id, "autopay_changed", now.isoformat(), now=now, today=today, on=work.begins(row),
            what=words,
        )  # fmt: skip


def skip(
    ref: str, period: str, *, who: Scope, today: date, now: datetime, place: Place | None = None
) -> None:
    """Leave out the debit of one period of the contract `ref`, until it is sent. Doing it twice changes nothing.

    Raises Gone, and Conflict once it has been sent or is over.
    """
    _decide(ref, period, "skipped", who=who, today=today, now=now, place=place)


def unskip(
    ref: str, period: str, *, who: Scope, today: date, now: datetime, place: Place | None = None
) -> None:
    """Take the debit of a period after all. Raises Gone, and Conflict once its day has come."""
    _decide(ref, period, "planned", who=who, today=today, now=now, place=place)


def answer_limit(
    ref: str, period: str, yes: bool, *, who: Scope, today: date, now: datetime, place: Place | None = None
) -> None:
    """Say whether a debit above the limit is to be taken all the same, this one time. The last answer counts.

    Raises Gone, and Conflict once it has been sent or is over.
    """
    _decide(ref, period, "approved" if yes else "skipped", who=who, today=today, now=now, place=place)


ACTIONS = {"skipped": "autopay.skipped", "planned": "autopay.unskipped", "approved": "autopay.approved"}
OPEN = ("planned", "asked", "approved", "held", "skipped")


def _decide(
    ref: str, period: str, state: str, *, who: Scope, today: date, now: datetime, place: Place | None
) -> None:
    """Give the period the state its person wants, while nothing of it was sent."""
    with transaction() as session:
        row = work.own(session, ref, who)
        if state == "skipped":
            _cancel_period(session, row, period, who, today, now)
        lock(session.connection(), row.agreement_id)
        work.hold(session, row)
        if row.state not in ("active", "paused"):
            raise Conflict(Sentence(N_("This autopay is not running.")))
        debit = _debit(session, row, period)
        if debit is None:
            debit = _new_debit(session, row, period, who, today)
        elif debit.state == state:
            return
        elif debit.state not in OPEN and not (debit.state == "skipped" or _was_cancelled(session, debit)):
            raise _too_late()
        debit.state, debit.decided_at, debit.decided_by = state, now, who.by
        debit.code = "by_payer" if state == "skipped" else ""
        if state == "planned" and debit.debit_on < today:
            raise _too_late()
        session.flush()
        work.done(session, row, ACTIONS[state], who, now, place, period=period)


def _debit(session: Session, row: Autopay, period: str) -> AutopayDebit | None:
    query = select(AutopayDebit).where(AutopayDebit.autopay_id == row.id, AutopayDebit.period == period)
    return session.scalars(query.with_for_update()).first()


def _new_debit(session: Session, row: Autopay, period: str, who: Scope, today: date) -> AutopayDebit:
    """The row of a coming period that nothing was written down of. Raises Conflict for one that does not come."""
    at = work.begin(session, work.agreement_ref_of(session, row), who, row.person_id, today)
    method = _first_method(session, row)
    turn, send_on = work.turn_of_period(at, row, period, method.gateway if method else "")
    if turn is None:
        raise _too_late()
    debit = AutopayDebit(
        ref=new_ref(), autopay_id=row.id, agreement_id=row.agreement_id, period=period, due_on=turn.due_on,
        debit_on=turn.debit_on, send_on=send_on, state="planned", tries=0, method_position=0, code="", decided_by="",
    )  # fmt: skip
    session.add(debit)
    return debit


def _cancel_period(
    session: Session, row: Autopay, period: str, who: Scope, today: date, now: datetime
) -> None:
    """Cancel the payment of a period that waits to be sent. Raises Conflict where it has been sent."""
    query = select(Payment.ref, Payment.state).join(AutopayDebit, AutopayDebit.payment_id == Payment.id)
    payment = session.execute(
        query.where(AutopayDebit.autopay_id == row.id, AutopayDebit.period == period)
    ).first()
    if payment is None or payment.state == "cancelled":
        return
    _cancel(session, payment.ref, who, today, now)


def _cancel_between(
    session: Session, row: Autopay, first: date, last: date, who: Scope, today: date, now: datetime
) -> None:
    """Cancel what was begun for a debit of these days and waits to be sent."""
    planned = select(Payment.ref, AutopayDebit).join(AutopayDebit, AutopayDebit.payment_id == Payment.id)
    rows = session.execute(
        planned.where(
            AutopayDebit.autopay_id == row.id, Payment.state == "scheduled", AutopayDebit.debit_on >= first,
            AutopayDebit.debit_on <= last,
        )
    ).all()  # fmt: skip
    for payment_ref, debit in rows:
        _cancel(session, payment_ref, who, today, now)
        debit.state, debit.code, debit.decided_at, debit.decided_by = "skipped", "paused", now, who.by
    session.flush()


def _cancel(session: Session, payment_ref: str, who: Scope, today: date, now: datetime) -> None:
    event = Event("cancelled", today, code="by_payer")
    if not pass_the_door(session, payment_ref, event, by=who.by, today=today, now=now):
        raise Conflict(
            Sentence(N_("This debit is being sent already. It can no longer be changed or cancelled."))
        )


def _was_cancelled(session: Session, debit: AutopayDebit) -> bool:
    state = session.scalar(select(Payment.state).where(Payment.id == debit.payment_id))
    return state == "cancelled"


def _first_method(session: Session, row: Autopay) -> Any:
    refs = work.method_ids(session, row.id)
    return session.get(PaymentMethod, refs[0]) if refs else None


def _usable(session: Session, row: Autopay) -> bool:
    """Whether one of its ways to pay can be used."""
    ids = work.method_ids(session, row.id)
    found = select(PaymentMethod.id).where(
        PaymentMethod.id.in_(ids), PaymentMethod.removed_at.is_(None), PaymentMethod.stopped_code == "",
        PaymentMethod.verification.not_in(("sent", "failed")),
    )  # fmt: skip
    return session.scalar(found.limit(1)) is not None


def _set_ahead(at: work.Work, row: Autopay) -> None:
    method = _first_method(at.session, row)
    work.set_ahead(at, row, method.gateway if method is not None else "")
    at.session.flush()


def _too_late() -> Conflict:
    return Conflict(Sentence(N_("This debit is over or is being sent already. Nothing was changed.")))
