"""Bring each refund to its end: ask its gateway, hear what became of it. Verbs: `send`, `move`, `heard`.

`move` is the one door by which a refund changes state. One that fails is put back by a new entry, and a person is told.
What does not answer is asked about by `domain.actions.refund_watch`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from domain.actions.payment_consequences import Settling, settling_of
from domain.points import reach
from domain.records import reversing
from domain.records.accounts import BANK, UNDEPOSITED, clearing
from domain.records.books import lock
from domain.records.payment_events import keep_event
from domain.records.settlement import Settled
from domain.records.tasks import close_task, open_task
from domain.rules.refund_states import LIVE, TABLE, after
from domain.transaction import nothing_open, rows_changed, transaction
from domain.words import N_, Money, Sentence
from gateways import registry
from gateways.base import GatewayEvent, GatewayRefused, GatewaySilent
from models import Agreement, Attempt, Payment, Refund

BY_HAND = ("cash", "check", "transfer")
"""Ways by which the money is handed over before it is written down."""
_TIMELINE = {"settled": "refunded", "failed": "refund_failed", "declined": "refund_failed",
             "not_found": "refund_failed", "accepted": "refund_sent", "no_answer": "refund_unknown"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asking:
    """One refund as its gateway is to see it. `day` is that on which it was begun."""

    refund_id: int
    gateway: str
    key: str
    charge_key: str
    charge_ref: str
    amount_minor: int
    day: date


def account_of(way: str, gateway: str) -> str:
    """The account that money leaves from when it is given back in a way."""
    return {"cash": UNDEPOSITED, "check": BANK, "transfer": BANK}.get(way) or clearing(gateway)


def asking_of(session: Session, refund_id: int) -> Asking | None:
    """What to ask the gateway for; None for a refund that no gateway has to be asked for (any more)."""
    row = session.execute(
        select(Refund, Payment.ref, Attempt.key)
        .join(Payment, Payment.id == Refund.payment_id)
        .join(Attempt, Attempt.payment_id == Payment.id)
        .where(Refund.id == refund_id, Refund.way == "gateway", Refund.state.in_(LIVE))
        .order_by(Attempt.number.desc())
    ).first()
    if row is None:
        return None
    refund = row.Refund
    return Asking(
        refund.id, refund.gateway, refund.key, row.key, row.ref, refund.amount_minor, refund.begun_on
    )


def send(asking: Asking, *, by: str, today: date, now: datetime) -> bool:
    """Ask the gateway for the refund under its key; whether its state changed. Safe to repeat in the key window."""
    nothing_open()
    event, code, gateway_ref = "", "", ""
    try:
        outcome = registry.online(asking.gateway).refund(
            key=asking.key, charge_key=asking.charge_key, charge_ref=asking.charge_ref,
            amount_minor=asking.amount_minor, on=asking.day, now=now,
        )  # fmt: skip
        event, code, gateway_ref = outcome.state, outcome.code, outcome.gateway_ref
    except GatewaySilent:
        event = "no_answer"
    except GatewayRefused as refused:
        # A key that was used for something else may have moved money: nobody knows before a look-up tells.
        event, code = ("no_answer" if refused.code == "key_reused" else "declined"), refused.code
    reach("refund.gateway_answered")
    with transaction() as session:
        return move(
            session, asking.refund_id, event, on=today, by=by, now=now, code=code, gateway_ref=gateway_ref
        )


def move(
    session: Session, refund_id: int, event: str, *, on: date, by: str, now: datetime, code: str = "",
    gateway_ref: str = "",
) -> bool:  # fmt: skip
    """The one door by which a refund changes state; False where the table does not allow the event (any more).

    `event` is one of `refund_states.TABLE`. One that failed is put back by a new entry, and a person is told.
    """
    if event not in TABLE:
        return False
    of = (
        select(Payment.agreement_id)
        .join(Refund, Refund.payment_id == Payment.id)
        .where(Refund.id == refund_id)
    )
    # The payment before the agreement, as its own door locks them.
    agreement_id = session.scalars(of.with_for_update(of=Payment)).one()
    lock(session, agreement_id)
    refund = session.execute(select(*Refund.__table__.c).where(Refund.id == refund_id)).one()
    target = after(refund.state, event)
    if target is None:
        return False
    changes: dict[str, Any] = {"state": target, "code": code[:40]}
    if gateway_ref:
        changes["gateway_ref"] = gateway_ref[:80]
    if target == "settled":
        changes["settled_on"] = on
    if target in ("settled", "failed"):
        changes["next_look_at"] = None
    mine = update(Refund).where(Refund.id == refund_id, Refund.state == refund.state)
    if not rows_changed(session, mine.values(**changes)):
        return False
    settling = settling_of(session, refund.payment_id, on=on, by=by, today=on, now=now, code=code)
    if event in _TIMELINE:
        keep_event(
            session,
            refund.payment_id,
            _TIMELINE[event],
            "settled",
            "settled",
            refund.gateway,
            by,
            now,
            code[:40],
        )
    if target == "failed":
        _put_back(settling, refund, code)
    elif target in ("pending", "settled"):
        close_task(session, f"refund:{refund.ref}", now=now)
        tell(settling, refund.ref, refund.amount_minor, refund.way)
    return True


def _put_back(settling: Settling, refund: Any, code: str) -> None:
    """What could not be given back is the customer's again, by a new entry of the day it is known."""
    session = settling.session
    again = f":refund:{refund.ref}"
    done = reversing.put_back(
        session, settling.facts, settling.agreement, refund.amount_minor, again, on=settling.on, now=settling.now,
        by=settling.by, account=account_of(refund.way, refund.gateway), to_credit=refund.from_credit,
    )  # fmt: skip
    entry_id = done.entry_id if isinstance(done, Settled) else done
    session.execute(update(Refund).where(Refund.id == refund.id).values(undo_entry_id=entry_id))
    if isinstance(done, Settled) and done.finished:
        running = (Agreement.id == settling.row.agreement_id, Agreement.status == "active")
        session.execute(update(Agreement).where(*running).values(status="closed"))
    settling.audit("payment.refund_failed", amount_minor=refund.amount_minor, code=code)
    money = Money(refund.amount_minor, refund.currency)
    open_task(
        session, "status", f"refund:{refund.ref}",
        Sentence(N_("%(amount)s could not be given back. Give it back in another way."), {"amount": money}),
        now=settling.now, subject="payment", subject_id=refund.payment_id, agreement_id=settling.row.agreement_id,
    )  # fmt: skip


def tell(settling: Settling, ref: str, amount_minor: int, way: str) -> None:
    """The mail to the payer, once per refund."""
    settling.audit("payment.refunded", amount_minor=amount_minor, way=way)
    settling.mail(
        "payment_refunded",
        each=f":{ref}",
        refund_minor=amount_minor,
        way=way,
        refunded_on=settling.on.isoformat(),
    )


def heard(
    session: Session, payment_id: int, event: GatewayEvent, by: str, today: date, now: datetime
) -> bool:
    """News of a gateway about a refund ("refunded", "refund_failed"), inside the caller's transaction.

    Whether it changed one of ours. A refund that nobody here asked for becomes a task for a person.
    """
    refund_id = _meant(session, payment_id, event)
    if refund_id is None:
        if event.kind == "refunded":
            _unasked(session, payment_id, event, now)
        return False
    name = "settled" if event.kind == "refunded" else "failed"
    names = event.gateway_ref or event.case_ref
    return move(session, refund_id, name, on=event.on, by=by, now=now, code=event.code, gateway_ref=names)


def _meant(session: Session, payment_id: int, event: GatewayEvent) -> int | None:
    """The refund that the news is about: by the gateway's own name of it, else the only one that it can be."""
    names = [name for name in (event.gateway_ref, event.case_ref) if name]
    mine = select(Refund.id).where(Refund.payment_id == payment_id)
    found = session.scalars(mine.where(Refund.gateway_ref.in_(names), Refund.gateway_ref != "")).first()
    if found is not None:
        return found
    unnamed = session.scalars(
        mine.where(
            Refund.gateway_ref == "", Refund.way == "gateway", Refund.amount_minor == event.amount_minor,
            Refund.state.in_(LIVE),
        ).order_by(Refund.id)
    ).all()  # fmt: skip
    return unnamed[0] if unnamed else None


def _unasked(session: Session, payment_id: int, event: GatewayEvent, now: datetime) -> None:
    agreement_id = session.scalar(select(Payment.agreement_id).where(Payment.id == payment_id))
    money = Money(event.amount_minor, event.currency)
    words = N_("The processor gave %(amount)s of this payment back, and nobody here asked for it.")
    open_task(
        session, "extra", f"refund:{event.gateway_ref or event.id}", Sentence(words, {"amount": money}), now=now,
        subject="payment", subject_id=payment_id, agreement_id=agreement_id,
    )  # fmt: skip
