"""The timed duties of one day, in order, through the same functions as the timetable. Safe to repeat and to run beside
others: each duty claims what it does, and the day's seal is UNIQUE.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import structlog

from domain.actions import billing, payment_watch
from domain.actions.outbox import Post, deliver
from domain.records.audit_seals import add_audit_seal
from domain.records.seals import add_seal
from domain.transaction import nothing_open, transaction
from gateways import registry
from gateways.base import GatewaySilent

UTC_ZONE = ZoneInfo("UTC")
log = structlog.get_logger()


def pass_sandbox_days(*, today: date, now: datetime) -> int:
    """Tell a gateway that moves no real money which business day it is, so that its settlements and returns happen."""
    nothing_open()
    happened = 0
    for gateway in registry.all_gateways():
        advance = getattr(gateway, "advance", None)
        if advance is not None and not gateway.live:
            try:
                happened += advance(on=today, now=now)
            except GatewaySilent:
                log.warning("gateway_silent", gateway=gateway.name)
    return happened


def seal_books(*, today: date, now: datetime) -> bool:
    """Seal the books under the day before `today`, once."""
    with transaction() as session:
        return add_seal(session, today - timedelta(days=1), now)


def seal_audit(*, now: datetime) -> int:
    """Seal what people did up to some minutes before `now`; returns the number of events sealed."""
    sealed = 0
    while True:
        with transaction() as session:
            count = add_audit_seal(session, now)
        if not count:
            return sealed
        sealed += count


def local_time(on: date, now: datetime, zone: ZoneInfo) -> datetime:
    """The local time for which a run of the business day `on` counts: the time it is, or the end of another day."""
    here = now.astimezone(zone).replace(tzinfo=None)
    return here if here.date() == on else datetime.combine(on, time.max)


def bill_day(*, today: date, now: datetime, zone: ZoneInfo) -> billing.Billed:
    """Bill what falls due through `today`."""
    return billing.bill(today=today, at=local_time(today, now, zone), zone=zone, now=now)


def run_day(
    on: date, *, now: datetime, zone: ZoneInfo = UTC_ZONE, post: Post | None = None
) -> dict[str, int]:
    """Everything that is due on the business day `on` in the zone, in order; duty -> how much was done."""
    sealed = seal_books(today=on, now=now)
    billed = bill_day(today=on, now=now, zone=zone)
    done = {
        "sealed": int(sealed),
        "charges": billed.charges,
        "statements": billed.statements,
        "late_fees": billed.late_fees,
        "not_billed": len(billed.failed),
        "sandbox_events": pass_sandbox_days(today=on, now=now),
        "payments_resolved": payment_watch.resolve_unknown(today=on, now=now),
        "events_read": payment_watch.read_events(today=on, now=now),
        "confirmations_expired": payment_watch.expire_confirmations(today=on, now=now),
        "audit_sealed": seal_audit(now=now),
    }
    if post is not None:
        done["mails_sent"] = deliver(post, now=now)
    return done


def days(first: date, last: date) -> Iterator[date]:
    """Every day from `first` to `last`, both included."""
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)
