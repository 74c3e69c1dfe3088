"""The daily duty that holds the records of money against each other, and the payouts that gateways tell of.

Every difference is one task for a person, named for good; it is closed by itself on the day it is gone. Read-only but
for the tasks. Verbs: `reconcile`, `reconcile_once` (a day), `read_payouts`.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import structlog
from sqlalchemy import delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from domain.records.tasks import close_tasks_but, open_task
from domain.records.writers import dialect_of
from domain.reports.gateway_check import Difference
from domain.reports.reconciliation import AnySession, Compared, compare
from domain.transaction import nothing_open, transaction
from gateways import registry
from gateways.base import GatewaySilent, Payout
from models import DutyRun, GatewayPayout

LOOK_BACK = timedelta(days=30)
"""How far back payouts are read again: one that was told late, or changed, is not missed."""
STALE = timedelta(hours=6)
DUTY = "reconcile"
PREFIX = "recon:"
BANK = "bank:line:"

_DIALECTS = {"sqlite": sqlite, "postgresql": postgresql}

log = structlog.get_logger()


def reconcile(session: AnySession, *, today: date, now: datetime) -> int:
    """Compare everything, open a task for each difference and close those whose cause is gone; how many stand.

    `session` reads: the caller's, so that no write waits while a gateway tells its record. The tasks of a gateway that
    did not answer stay as they are.
    """
    return len(_compared(session, today, now).differences)


def reconcile_once(session: AnySession, *, today: date, now: datetime) -> int:
    """`reconcile`, unless it was done for this day; it counts as done when every gateway answered."""
    with transaction() as claim:
        if not _claimed(claim, today, now):
            return 0
    compared = _compared(session, today, now)
    with transaction() as claim:
        mine = DutyRun.duty == DUTY, DutyRun.period == today.isoformat()
        if compared.silent:
            claim.execute(delete(DutyRun).where(*mine))
        else:
            outcome = {"differences": len(compared.differences)}
            claim.execute(update(DutyRun).where(*mine).values(finished_at=now, outcome=outcome))
    return len(compared.differences)


def _claimed(session: Session, today: date, now: datetime) -> bool:
    """Whether this run is the one of the day. One that was begun long ago and never ended is begun anew."""
    period = today.isoformat()
    stale = DutyRun.finished_at.is_(None), DutyRun.started_at < now - STALE
    session.execute(delete(DutyRun).where(DutyRun.duty == DUTY, DutyRun.period == period, *stale))
    row = {"duty": DUTY, "period": period, "started_at": now, "outcome": {}}
    statement = (
        _DIALECTS[dialect_of(session)]
        .insert(DutyRun.__table__)
        .values(row)
        .on_conflict_do_nothing(index_elements=["duty", "period"])
        .returning(DutyRun.__table__.c.id)
    )
    return session.execute(statement).first() is not None


def _compared(session: AnySession, today: date, now: datetime) -> Compared:
    nothing_open()
    compared = compare(session, today)
    session.rollback()
    for name in compared.silent:
        log.warning("gateway_silent", gateway=name)
    _keep(compared, now)
    return compared


def _keep(compared: Compared, now: datetime) -> None:
    for name, found in compared.sections.items():
        with transaction() as session:
            keys = {_key(name, one): one for one in found}
            for key, one in keys.items():
                open_task(
                    session, one.kind, key, one.sentence, now=now, agreement_id=one.agreement_id,
                    subject=one.subject, subject_id=one.payment_id,
                )  # fmt: skip
            close_tasks_but(session, f"{PREFIX}{name}:", keys, now=now)
            if name == "bank":
                close_tasks_but(session, BANK, keys, now=now)


def _key(section: str, one: Difference) -> str:
    # A movement that is explained closes its task in the same commit, so its task has one name everywhere.
    return one.key if one.key.startswith(BANK) else f"{PREFIX}{section}:{one.key}"


def read_payouts(*, today: date, now: datetime) -> int:
    """Keep what the gateways say they paid out to the bank; how many were new. A silent gateway is asked tomorrow."""
    nothing_open()
    new = 0
    for gateway in registry.able_to("payouts"):
        try:
            payouts = gateway.payouts(today - LOOK_BACK)
        except GatewaySilent:
            log.warning("gateway_silent", gateway=gateway.name)
            continue
        with transaction() as session:
            new += sum(_keep_payout(session, gateway.name, payout, now) for payout in payouts)
    return new


def _keep_payout(session: Session, name: str, payout: Payout, now: datetime) -> bool:
    row = {
        "gateway": name, "payout_id": payout.id, "amount_minor": payout.amount_minor,
        "fees_minor": payout.fees_minor, "currency": payout.currency, "arrives_on": payout.arrives_on,
        "keys": list(payout.keys), "heard_at": now,
    }  # fmt: skip
    statement = (
        _DIALECTS[dialect_of(session)]
        .insert(GatewayPayout.__table__)
        .values(row)
        .on_conflict_do_nothing(index_elements=["gateway", "payout_id"])
        .returning(GatewayPayout.__table__.c.id)
    )
    return session.execute(statement).first() is not None
