"""Present a debit again that failed or came back: a new payment under the same obligation. Verb: `again`.

The rules of the scheme decide (`domain.rules.representment`). The new payment is planned, so that it leaves like any
other: with the next file, or by the next run of `scheduled.send_due`. Its attempt has the obligation of the first and
the next number, so no two of them can be under way at once.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from domain.access import Scope
from domain.actions.adjusting import adjusting
from domain.actions.payment_intents import planned_for
from domain.actions.refunds import agreement_of_payment
from domain.records.holds import HELD, refuse_held
from domain.records.payment_events import keep_event
from domain.records.representing import tried_before
from domain.records.words_out import audit
from domain.rules.payment_states import ON_ITS_WAY
from domain.rules.representment import represent
from domain.words import N_, Conflict, Money, Refused, Sentence
from gateways import registry
from gateways.codes import reason
from models import Payment, PaymentMethod

RIGHT = "counter"
_PAYMENT = Payment.__table__


def again(payment_ref: str, ref: str, *, who: Scope, today: date, now: datetime) -> str:
    """Present a payment again; returns the ref of the new one.

    `ref` comes from the form: the same one again finds what it began. Raises NotAllowed, Gone, Refused (with what the
    rules say), or Conflict where it was presented again already.
    """
    agreement = agreement_of_payment(payment_ref, who)
    with adjusting(agreement, RIGHT, who=who, today=today, now=now, payment_ref=payment_ref) as at:
        session = at.session
        payment = session.execute(select(*_PAYMENT.c).where(_PAYMENT.c.ref == payment_ref)).one()
        known = session.execute(select(_PAYMENT.c.represents_id).where(_PAYMENT.c.ref == ref)).first()
        if known is not None:
            if known.represents_id != payment.id:
                raise Conflict(Sentence(N_("This form was already used for another payment. Open it again.")))
            return ref
        _check(session, at, payment, today)
        _keep(session, at, payment, ref, who, today, now)
    return ref


def _check(session: Session, at: Any, payment: Any, today: date) -> None:
    after = session.scalar(select(_PAYMENT.c.ref).where(_PAYMENT.c.represents_id == payment.id))
    if after is not None:
        raise Conflict(Sentence(N_("It was presented again already.")))
    before = tried_before(session, payment)
    found = represent(before[0], reason(before[0]).retryable, before[1], today) if before else None
    if found is None:
        raise Refused(Sentence(N_("This payment did not come back, so it is not presented again.")))
    if not found.allowed:
        raise Refused(found.reason)
    method = session.execute(
        select(PaymentMethod.removed_at, PaymentMethod.stopped_code).where(
            PaymentMethod.id == payment.method_id
        )
    ).one()
    if method.removed_at is not None or method.stopped_code:
        raise Refused(Sentence(N_("This way to pay cannot be used any more.")))
    at.must_run()
    refuse_held(
        session.connection(), session.execute(select(HELD), {"agreement": payment.agreement_id}).scalar()
    )
    on_the_way = session.scalar(
        select(func.coalesce(func.sum(_PAYMENT.c.amount_minor), 0)).where(
            _PAYMENT.c.agreement_id == payment.agreement_id, _PAYMENT.c.state.in_(ON_ITS_WAY)
        )
    )
    owed = at.kind.payable(at.terms, at.position, today) - int(on_the_way or 0)
    if payment.amount_minor > owed:
        words = N_("Only %(owed)s is still owed. Take a new payment instead.")
        raise Refused(Sentence(words, {"owed": Money(max(owed, 0), payment.currency)}))


def _keep(session: Session, at: Any, payment: Any, ref: str, who: Scope, today: date, now: datetime) -> None:
    online = "file" not in registry.gateway(payment.gateway).abilities
    leaves = today if online else planned_for(payment.gateway, None, today, now)
    copied = {
        name: getattr(payment, name)
        for name in (
            "agreement_id", "person_id", "method_id", "gateway", "instrument", "amount_minor", "currency", "channel",
            "mandate_id",
        )
    }  # fmt: skip
    row = copied | {
        "ref": ref, "fee_minor": 0, "state": "scheduled", "scheduled_on": leaves, "begun_on": today, "begun_at": now,
        "begun_by": who.by, "failure_code": "", "confirm_url": "", "looks": 0, "note": "", "choice": "",
        "extra": "shorter", "represents_id": payment.id,
    }  # fmt: skip
    payment_id = session.execute(insert(_PAYMENT).returning(_PAYMENT.c.id), row).scalar_one()
    keep_event(session, payment_id, "planned", "", "scheduled", payment.gateway, who.by, now)
    audit(
        session, by=who.by, action="payment.presented_again", subject="payment", subject_id=payment_id, at=now,
        detail={"agreement": at.agreement.number, "amount_minor": payment.amount_minor, "of": payment.ref},
    )  # fmt: skip
