"""Payments that take longer than usual, and outcomes that nobody knows: a task for a person, and that person's word.

`look` opens a task for each and closes it when its cause is gone. `decide` is how a person who looked at the
processor's own pages ends an unknown outcome: through the one door like everything else. Until then a second attempt of
the same obligation is impossible.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import or_, select

from domain.access import Scope
from domain.actions.payment_watch import KEY_WINDOW
from domain.actions.payments import Event, pass_the_door
from domain.records.tasks import close_task, close_tasks_but, open_task
from domain.records.words_out import audit
from domain.rules.payment_states import LIVE
from domain.transaction import transaction
from domain.words import N_, Conflict, Gone, Money, Refused, Sentence
from models import Agreement, Payment

LATE_AFTER = timedelta(days=1)
"""How long after its usual day a payment counts as late: the bank's file of that day may come in the morning."""
DECISIONS = ("taken", "not_taken")
MOST = 500


def look(*, today: date, now: datetime) -> int:
    """Open a task for each late payment and each outcome still unknown after the key window; how many are open now."""
    with transaction() as session:
        late = Payment.expected_on < today - LATE_AFTER, Payment.state == "pending"
        unknown = Payment.begun_at < now - KEY_WINDOW, Payment.state.in_(LIVE)
        query = (
            select(
                Payment.id, Payment.ref, Payment.state, Payment.amount_minor, Payment.currency, Payment.expected_on,
                Payment.begun_on, Payment.gateway, Payment.agreement_id, Agreement.number,
            )
            .join(Agreement, Agreement.id == Payment.agreement_id)
            .where(or_(late[0] & late[1], unknown[0] & unknown[1]))
            .order_by(Payment.id)
            .limit(MOST)
        )  # fmt: skip
        rows = session.execute(query).all()
        keys = []
        for row in rows:
            kind = "late_payment" if row.state == "pending" else "unknown_outcome"
            keys.append(f"slow:{kind}:{row.ref}")
            open_task(
                session, kind, keys[-1], _why(row), now=now, subject="payment", subject_id=row.id,
                agreement_id=row.agreement_id,
            )  # fmt: skip
        if len(rows) < MOST:
            close_tasks_but(session, "slow:", keys, now=now)
    return len(keys)


def _why(row) -> Sentence:  # type: ignore[no-untyped-def]
    amount = Money(row.amount_minor, row.currency)
    if row.state == "pending":
        return Sentence(
            N_("%(amount)s on %(agreement)s should have settled by %(day)s. Ask the bank or the processor."),
            {"amount": amount, "agreement": row.number, "day": row.expected_on},
        )
    return Sentence(
        N_(
            "Nobody knows whether %(amount)s on %(agreement)s was taken on %(day)s. Look it up at the processor and say"
            " what you found. It is not tried again before that."
        ),
        {"amount": amount, "agreement": row.number, "day": row.begun_on},
    )


def decide(ref: str, decision: str, *, on: date, note: str, who: Scope, today: date, now: datetime) -> None:
    """End an unknown outcome by what a person found: the money was "taken" on a day, or it was "not_taken".

    Needs the right "bank" and a note that says where it was looked up. Raises NotAllowed, Gone, Refused, and Conflict
    when the outcome is known by now, or not yet old enough for a person: the processor is still asked.
    """
    who.require("bank")
    if decision not in DECISIONS:
        raise Refused(Sentence(N_("Say whether the money was taken.")), "decision")
    if len(note.strip()) < 5:
        raise Refused(Sentence(N_("Write down where you looked it up.")), "note")
    if on > today:
        raise Refused(Sentence(N_("This day has not come.")), "on")
    with transaction() as session:
        query = who.select(Payment).where(Payment.ref == ref).with_for_update(of=Payment)
        payment = session.scalars(query).first()
        if payment is None:
            raise Gone(Sentence(N_("There is no such payment.")))
        if payment.state not in LIVE:
            raise Conflict(Sentence(N_("The outcome of this payment is known by now.")))
        if payment.begun_at > now - KEY_WINDOW:
            raise Conflict(
                Sentence(N_("The processor is still being asked. Come back a day after the payment."))
            )
        event = Event("settled", on) if decision == "taken" else Event("not_found", on)
        pass_the_door(session, ref, event, by=who.by, today=today, now=now)
        close_task(session, f"slow:unknown_outcome:{ref}", now=now, by=who.by, note=note.strip())
        audit(
            session, by=who.by, action="payment.decided", subject="payment", subject_id=payment.id, at=now,
            detail={"decision": decision, "on": on.isoformat(), "note": note.strip()[:300]},
        )  # fmt: skip
