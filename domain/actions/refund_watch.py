"""Bring refunds to their end that have no answer yet. Verbs: `resolve`, `settle_filed`, `did_not_arrive`.

Inside the key window the same key decides for certain; after it only a look-up may ask. What stays unknown is a task
for a person. All are safe to repeat and to run beside themselves.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import structlog
from sqlalchemy import select, update
from sqlalchemy.exc import InterfaceError, OperationalError

from domain.access import Scope
from domain.actions.refund_ends import BY_HAND, Asking, asking_of, move, send
from domain.records.tasks import open_task
from domain.rules.business_days import next_business_day
from domain.transaction import nothing_open, rows_changed, transaction
from domain.words import N_, Gone, Money, Refused, Sentence
from gateways import registry
from gateways.base import GatewayRefused, GatewaySilent
from models import Batch, BatchLine, Payment, Refund

KEY_WINDOW = timedelta(hours=23)
BACK_OFF = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
A_PERSON_AFTER = timedelta(hours=24)
ARRIVES_AFTER = 2
"""Business days after which a credit by file has arrived, unless the bank sent it back."""
PAGE = 200
LOST_DATABASE = (OperationalError, InterfaceError)
LOOKED_AT = ("attempting", "unknown", "pending")

log = structlog.get_logger()


def resolve(*, today: date, now: datetime, limit: int = PAGE) -> int:
    """Ask the gateways about refunds whose next look is due; how many changed."""
    changed = 0
    for refund_id in _claim(now, limit):
        try:
            changed += _resolve(refund_id, today, now)
        except LOST_DATABASE:
            raise
        except Exception as fault:
            # One refund that cannot be asked about blocks no other.
            log.error("refund_not_resolved", refund_id=refund_id, exc_info=fault)
    return changed


def _claim(now: datetime, limit: int) -> list[int]:
    """The refunds to ask about now; their next look is moved ahead by the back-off.

    What somebody else holds just now is for later: two runs that each waited for the other's would stop each other.
    """
    with transaction() as session:
        rows = session.execute(
            select(Refund.id, Refund.looks)
            .where(Refund.way == "gateway", Refund.state.in_(LOOKED_AT), Refund.next_look_at <= now)
            .order_by(Refund.next_look_at, Refund.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        ).all()
        claimed = []
        for refund_id, looks in rows:
            wait = BACK_OFF[min(looks, len(BACK_OFF) - 1)]
            mine = update(Refund).where(Refund.id == refund_id, Refund.looks == looks)
            if rows_changed(session, mine.values(looks=looks + 1, next_look_at=now + wait)):
                claimed.append(refund_id)
    return claimed


def _resolve(refund_id: int, today: date, now: datetime) -> int:
    with transaction() as session:
        refund = session.execute(select(*Refund.__table__.c).where(Refund.id == refund_id)).one()
        asking = asking_of(session, refund_id)
    nothing_open()
    by = "job:resolve_refunds"
    try:
        outcome = registry.online(refund.gateway).look_up(refund.key, "")
    except (GatewaySilent, GatewayRefused):
        return _no_answer(refund_id, refund.begun_at, by, today, now)
    if outcome.state == "not_found":
        return _not_known(asking, refund.begun_at, by, today, now) if asking is not None else 0
    event = "failed" if outcome.state in ("returned", "declined") else outcome.state
    with transaction() as session:
        return int(move(
            session, refund_id, event, on=outcome.on or today, by=by, now=now, code=outcome.code,
            gateway_ref=outcome.gateway_ref,
        ))  # fmt: skip


def _no_answer(refund_id: int, begun_at: datetime, by: str, today: date, now: datetime) -> int:
    with transaction() as session:
        changed = move(session, refund_id, "no_answer", on=today, by=by, now=now)
        if now - begun_at >= A_PERSON_AFTER:
            row = session.execute(
                select(
                    Refund.ref, Refund.payment_id, Refund.amount_minor, Refund.currency, Payment.agreement_id
                )
                .join(Payment, Payment.id == Refund.payment_id)
                .where(Refund.id == refund_id)
            ).one()
            money = Money(row.amount_minor, row.currency)
            words = N_(
                "Nobody knows whether %(amount)s was given back. Ask the processor before anything else."
            )
            open_task(
                session, "unknown_outcome", f"refund:{row.ref}", Sentence(words, {"amount": money}), now=now,
                subject="payment", subject_id=row.payment_id, agreement_id=row.agreement_id,
            )  # fmt: skip
    return int(changed)


def _not_known(asking: Asking, begun_at: datetime, by: str, today: date, now: datetime) -> int:
    """The gateway never heard of it: inside its key window the same key decides, after it nothing was given back."""
    if now - begun_at < KEY_WINDOW:
        return int(send(asking, by=by, today=today, now=now))
    with transaction() as session:
        return int(move(session, asking.refund_id, "not_found", on=today, by=by, now=now))


def settle_filed(*, today: date, now: datetime) -> int:
    """Refunds by file that nobody sent back until their money must have arrived; how many are settled now."""
    with transaction() as session:
        rows = session.execute(
            select(Refund.id, Batch.leaves_on)
            .join(BatchLine, BatchLine.refund_id == Refund.id)
            .join(Batch, Batch.id == BatchLine.batch_id)
            .where(Refund.way == "file", Refund.state == "pending", Batch.leaves_on < today)
            .order_by(Refund.id)
            .limit(PAGE)
        ).all()
    settled = 0
    for refund_id, left_on in rows:
        arrives_on = next_business_day(left_on, ARRIVES_AFTER)
        if arrives_on <= today:
            with transaction() as session:
                settled += move(
                    session, refund_id, "settled", on=arrives_on, by="job:settle_refunds", now=now
                )
    return settled


def did_not_arrive(ref: str, *, who: Scope, today: date, now: datetime) -> bool:
    """A check that was never cashed, or a transfer that came back: the money is put back. Raises Gone, Refused."""
    who.require("refund")
    with transaction() as session:
        seen = who.select(Payment, Payment.id)
        row = session.execute(
            select(Refund.id, Refund.way).where(Refund.ref == ref, Refund.payment_id.in_(seen))
        ).first()
        if row is None:
            raise Gone(Sentence(N_("There is no such refund.")))
        if row.way not in BY_HAND:
            raise Refused(Sentence(N_("The bank itself tells what became of this refund.")))
        return move(session, row.id, "failed", on=today, by=who.by, now=now, code="did_not_arrive")
