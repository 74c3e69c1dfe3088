"""A payer's bank asks why: the case, our answer, and how it ended. Verbs: `heard`, `answer`, `accept`.

The money is taken back when the case opens, like a return; a case that is won brings it again by a new entry, allocated
like a payment of that day. What gateways tell comes inside the caller's transaction; what people do opens its own.
"""

from __future__ import annotations

import secrets
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from domain.access import Scope
from domain.actions.payment_consequences import settling_of
from domain.actions.payments import Event, pass_the_door
from domain.records import reversing
from domain.records.books import lock
from domain.records.payment_events import keep_event
from domain.records.payment_fees import post_fee
from domain.records.settlement import Settled
from domain.records.tasks import close_task, open_task
from domain.rules.dispute_states import after
from domain.transaction import rows_changed, transaction
from domain.words import N_, Conflict, Gone, Money, Refused, Sentence
from gateways.base import GatewayEvent
from models import Agreement, Dispute, Payment, PaymentReturn

RIGHT = "refund"
MOST_NOTE = 1_000
_DISPUTE = Dispute.__table__


def heard(
    session: Session, payment_id: int, event: GatewayEvent, by: str, today: date, now: datetime
) -> bool:
    """News of a gateway about a dispute ("disputed", "dispute_won", "dispute_lost"); whether it changed anything."""
    if event.kind == "disputed":
        return _open(session, payment_id, event, by, today, now)
    found = _case(session, payment_id, event)
    if found is None:
        return False
    return _end(session, found, "won" if event.kind == "dispute_won" else "lost", event.on, by, now)


def _open(
    session: Session, payment_id: int, event: GatewayEvent, by: str, today: date, now: datetime
) -> bool:
    """Take the money back and open the case, once: its news may come again with another date."""
    payment = session.execute(
        select(Payment.ref, Payment.gateway, Payment.amount_minor, Payment.agreement_id, Payment.currency)
        .where(Payment.id == payment_id)
    ).one()  # fmt: skip
    news = Event(
        "disputed", event.on, code=event.code or "disputed", source_id=event.id, gateway_ref=event.gateway_ref,
        amount_minor=event.amount_minor, currency=event.currency,
    )  # fmt: skip
    if not pass_the_door(session, payment.ref, news, by=by, today=today, now=now):
        return False
    return_id = session.scalar(select(PaymentReturn.id).where(PaymentReturn.payment_id == payment_id))
    if return_id is None:
        # It had not settled: nothing was taken back, so there is no case of ours.
        return True
    amount = min(event.amount_minor, payment.amount_minor)
    ref = secrets.token_urlsafe(12)
    dispute_id = session.execute(insert(_DISPUTE).returning(_DISPUTE.c.id), {
        "ref": ref, "payment_id": payment_id, "gateway": payment.gateway, "case_ref": event.case_ref or event.id,
        "amount_minor": amount, "currency": payment.currency, "code": event.code[:40], "state": "open",
        "opened_on": event.on, "due_on": event.due_on, "evidence": [], "return_id": return_id,
        "changed_at": now, "changed_by": by,
    }).scalar_one()  # fmt: skip
    money = Money(amount, payment.currency)
    open_task(
        session, "dispute", f"dispute:{ref}",
        Sentence(N_("A payer's bank took %(amount)s back and asks why."), {"amount": money}), now=now,
        subject="dispute", subject_id=dispute_id, agreement_id=payment.agreement_id, due_on=event.due_on,
    )  # fmt: skip
    return True


def _case(session: Session, payment_id: int, event: GatewayEvent) -> Any:
    """The case that the news is about: by the gateway's name of it, else the payment's own."""
    query = select(*_DISPUTE.c).where(_DISPUTE.c.payment_id == payment_id)
    named = session.execute(query.where(_DISPUTE.c.case_ref == event.case_ref)).first()
    return named or session.execute(query.order_by(_DISPUTE.c.id.desc())).first()


def _move(session: Session, case: Any, event: str, by: str, now: datetime, **more: Any) -> bool:
    target = after(case.state, event)
    if target is None:
        return False
    mine = update(_DISPUTE).where(_DISPUTE.c.id == case.id, _DISPUTE.c.state == case.state)
    return rows_changed(session, mine.values(state=target, changed_at=now, changed_by=by, **more)) == 1


def _end(session: Session, case: Any, event: str, on: date, by: str, now: datetime) -> bool:
    # The payment before the agreement, as its own door locks them.
    session.execute(select(Payment.id).where(Payment.id == case.payment_id).with_for_update())
    if not _move(session, case, event, by, now, closed_on=on):
        return False
    settling = settling_of(session, case.payment_id, on=on, by=by, today=on, now=now)
    keep_event(
        session, case.payment_id, f"dispute_{event}", "settled", "settled", case.gateway, by, now, case.code
    )
    settling.audit(f"payment.dispute_{event}", amount_minor=case.amount_minor)
    close_task(session, f"dispute:{case.ref}", now=now, by=by)
    if event == "won" and case.return_id is not None:
        lock(session, settling.row.agreement_id)
        done = reversing.put_back(
            session, settling.facts, settling.agreement, case.amount_minor, ":won", on=on, now=now, by=by
        )
        assert isinstance(done, Settled)
        session.execute(update(_DISPUTE).where(_DISPUTE.c.id == case.id).values(won_entry_id=done.entry_id))
        post_fee(settling.door, settling.row, on=on, now=now, by=by)
        settling.mail(
            "dispute_won", each=f":{case.ref}", words_of="dispute_won", on=on, amount_minor=case.amount_minor,
            currency=case.currency,
        )  # fmt: skip
        if done.finished:
            running = (Agreement.id == settling.row.agreement_id, Agreement.status == "active")
            session.execute(update(Agreement).where(*running).values(status="closed"))
    return True


def answer(ref: str, note: str, *, who: Scope, today: date, now: datetime) -> None:
    """Write down that the evidence was sent to the payer's bank, and what. Raises Gone, Refused, Conflict."""
    note = note.strip()
    if not note or len(note) > MOST_NOTE:
        words = N_("Say what was sent and how, in at most %(most)s letters.")
        raise Refused(Sentence(words, {"most": MOST_NOTE}), "note")
    _by_hand(ref, "answered", who, now, {"note": note, "at": now.isoformat(), "by": who.by})


def accept(ref: str, *, who: Scope, today: date, now: datetime) -> None:
    """Give in: the money stays with the payer. Raises Gone, Conflict."""
    _by_hand(ref, "accepted", who, now, {"note": "", "at": now.isoformat(), "by": who.by})


def _by_hand(ref: str, event: str, who: Scope, now: datetime, said: dict[str, str]) -> None:
    who.require(RIGHT)
    with transaction() as session:
        seen = who.select(Payment, Payment.id)
        case = session.execute(
            select(*_DISPUTE.c).where(_DISPUTE.c.ref == ref, _DISPUTE.c.payment_id.in_(seen))
        ).first()
        if case is None:
            raise Gone(Sentence(N_("There is no such dispute.")))
        evidence = [*case.evidence, {"event": event, **said}]
        if not _move(session, case, event, who.by, now, evidence=evidence):
            raise Conflict(Sentence(N_("This dispute has moved on. Look at it again.")))
        keep_event(
            session,
            case.payment_id,
            f"dispute_{event}",
            "settled",
            "settled",
            case.gateway,
            who.by,
            now,
            case.code,
        )
        settling = settling_of(session, case.payment_id, on=now.date(), by=who.by, today=now.date(), now=now)
        settling.audit(f"payment.dispute_{event}", amount_minor=case.amount_minor)
        close_task(session, f"dispute:{case.ref}", now=now, by=who.by)
