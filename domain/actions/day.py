"""The timed duties of one day, in order, through the same functions as the timetable. Safe to repeat and to run beside
others: each duty claims what it does, and the day's seal is UNIQUE.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import structlog

from domain.actions import (
    autopay_announcing,
    autopay_endings,
    autopay_retries,
    autopay_run,
    billing,
    deposit_watch,
    file_duties,
    ladder,
    late_payments,
    owners,
    payment_watch,
    period_statements,
    promise_watch,
    reconciling,
    refund_watch,
    reminders,
    return_rates,
    run_decisions,
    scheduled,
)
from domain.actions.outbox import Post, deliver
from domain.records.audit_seals import add_audit_seal
from domain.records.seals import add_seal
from domain.reports.reconciliation import AnySession
from domain.rules.late_fees import Fee
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


def decide_day(
    *, today: date, now: datetime, zone: ZoneInfo, proposed: list[tuple[int, Fee]] | None = None
) -> dict[str, int]:
    """The duties of a day that only decide and write down: what falls due, what is late, what will be debited and told.

    Nothing here calls anything outside. "Tonight's run" rehearses just these (`actions.tonight`), so each duty that
    comes belongs here, in its order, when it only writes rows. The late fees that wait for somebody to confirm them are
    added to `proposed`, as (agreement's id, fee).
    """
    billed = bill_day(today=today, now=now, zone=zone)
    if proposed is not None:
        proposed += billed.proposed
    return {
        "charges": billed.charges,
        "statements": billed.statements,
        "late_fees": billed.late_fees,
        "not_billed": len(billed.failed),
        **watch_late(today=today, now=now),
        **debit_day(today=today, now=now),
        "reminders": reminders.remind(today=today, now=now).reminders,
    }


def debit_day(*, today: date, now: datetime) -> dict[str, int]:
    """Tell of the debits of autopay that come, begin those of the day, and those that are tried again."""
    told = autopay_announcing.announce(today=today, now=now)
    begun = autopay_run.begin_due(today=today, now=now)
    again = autopay_retries.begin_retries(today=today, now=now)
    autopay_endings.end_over(today=today, now=now)
    return {
        "debits_told": told.told,
        "debits_begun": begun.begun,
        "debits_held": begun.held,
        "debits_again": again.begun,
        "held_back": run_decisions.watch(today=today, now=now),
        "not_debited": len({*told.failed, *begun.failed}) + len(again.failed),
    }


def watch_late(*, today: date, now: datetime) -> dict[str, int]:
    """What became of the promises to pay, what the delinquency ladder does about what is late, and whose deposit is to
    be settled.
    """
    looked = promise_watch.look(today=today, now=now)
    climbed = ladder.climb(today=today, now=now)
    deposits = deposit_watch.look(today=today, now=now)
    return {
        "promises_kept": looked.kept,
        "promises_broken": looked.broken,
        "ladder_acts": climbed.acts,
        "not_on_ladder": climbed.failed + looked.failed,
        "deposits_to_settle": deposits,
    }


def run_day(
    on: date,
    *,
    now: datetime,
    zone: ZoneInfo = UTC_ZONE,
    post: Post | None = None,
    files: file_duties.Places | None = None,
    reader: AnySession | None = None,
) -> dict[str, int]:
    """Everything that is due on the business day `on` in the zone, in order; duty -> how much was done.

    `reader` is a session that reads, for what holds the records against each other.
    """
    owners.end_ownerships(today=on)
    done = {
        "sealed": int(seal_books(today=on, now=now)),
        **decide_day(today=on, now=now, zone=zone),
        "planned_sent": scheduled.send_due(today=on, now=now).sent,
        "sandbox_events": pass_sandbox_days(today=on, now=now),
        "payments_resolved": payment_watch.resolve_unknown(today=on, now=now),
        "events_read": payment_watch.read_events(today=on, now=now),
        "refunds_resolved": refund_watch.resolve(today=on, now=now),
        "refunds_settled": refund_watch.settle_filed(today=on, now=now),
        "confirmations_expired": payment_watch.expire_confirmations(today=on, now=now),
        "late_payments": late_payments.look(today=on, now=now),
        "return_rates": return_rates.watch(today=on, now=now),
        "audit_sealed": seal_audit(now=now),
    }
    if files is not None:
        done["files_built"] = file_duties.build(today=on, now=now, places=files, whole_day=True)
        done["debits_settled"] = file_duties.settle(today=on, now=now, places=files)
    if reader is not None:
        done["payouts_read"] = reconciling.read_payouts(today=on, now=now)
        done["differences"] = reconciling.reconcile_once(reader, today=on, now=now)
        if post is not None:
            done["statements_made"] = period_statements.issue(
                reader, address=post.base_url, test_mode=post.test_mode, today=on, now=now
            )
    if post is not None:
        done["mails_sent"] = deliver(post, now=now)
    return done


def days(first: date, last: date) -> Iterator[date]:
    """Every day from `first` to `last`, both included."""
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)
