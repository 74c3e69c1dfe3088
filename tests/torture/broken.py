"""Builds that are broken on purpose, one mistake each. A torture that finds nothing wrong with them proves nothing."""

from __future__ import annotations

import secrets
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert, select, update

from domain import sealing
from domain.actions import (
    autopay_announcing,
    autopay_run,
    batches,
    notices,
    outbox,
    payment_consequences,
    payment_intents,
    payment_watch,
    payments,
    representment,
    scheduled,
)
from domain.actions.payment_limits import PLAIN
from domain.points import reach
from domain.records import planned_payments, reversing, settlement
from domain.rules import autopay_verdict
from domain.rules.payment_states import TABLE
from domain.rules.representment import Verdict
from domain.transaction import transaction
from domain.words import Sentence, Step, Trace
from gateways import registry
from gateways.base import GatewaySilent
from gateways.stripe import signature
from keeping import databases
from models import Autopay, AutopayMethod, Payment, PaymentMethod, Receipt


def copy_the_file_alone(patch) -> None:
    """SQLite's file is copied piece by piece as it lies there, while others write."""

    def copy(source: Path, target: Path) -> None:
        with source.open("rb") as old, target.open("wb") as new:
            while piece := old.read(1 << 16):
                new.write(piece)
                time.sleep(0.03)

    patch.setattr(databases, "copy_sqlite", copy)


def charge_first(patch) -> None:
    """The gateway is called before anything is kept, under a key of its own for each call."""

    def start(agreement, amount, method, ref, *, who, today, now, again=False, return_url="", wanted=PLAIN):
        with transaction() as session:
            if payment_intents._began_before(
                session, ref, payment_intents.agreement_of(session, agreement, who).id, amount, method, who
            ):
                return ref
        outcome = registry.default().charge(
            key=secrets.token_hex(8), ref=ref, amount_minor=amount, currency="USD", token="sbx_card",
            on=today, now=now,
        )  # fmt: skip
        reach("payment.gateway_answered")
        payment_intents.keep_intent(agreement, amount, method, ref, who, today, now, again)
        payments.settle(ref, payments.event_of(outcome, today), by="naive", today=today, now=now)
        return ref

    patch.setattr(payments, "start", start)


def fresh_key_for_every_retry(patch) -> None:
    """The watch does not look up what became of an attempt: it sends the payment once more under a new key."""
    send = payments.send

    def send_anew(ref, sending, **days):
        send(ref, replace(sending, key=f"{sending.key}:{secrets.token_hex(4)}"), **days)

    patch.setattr(payment_watch, "send", send_anew)
    patch.setattr(registry.default(), "look_up", lambda *_: payment_watch.Outcome("not_found"))


def silence_is_failure(patch) -> None:
    """No answer from the gateway is taken for a no."""

    def send(ref, sending, *, today, now, return_url=""):
        try:
            outcome = registry.default().charge(
                key=sending.key, ref=ref, amount_minor=sending.amount_minor, currency="USD", token="sbx_bank",
                on=today, now=now,
            )  # fmt: skip
            event = payments.event_of(outcome, today)
        except GatewaySilent:
            event = payments.Event("declined", today, code="timeout")
        payments.settle(ref, event, by="naive", today=today, now=now)

    patch.setattr(payments, "send", send)


def door_without_guard(patch) -> None:
    """A settlement passes as often as it is told, and nothing in the database is UNIQUE enough to notice."""
    patch.setitem(TABLE, "settled", (TABLE["settled"][0] | {"settled"}, "settled"))
    settled = settlement._settled

    def entry(payment, applied):
        return replace(settled(payment, applied), key=f"payment:{payment.ref}:settled:{secrets.token_hex(4)}")

    patch.setattr(settlement, "_settled", entry)
    patch.setattr(
        payment_consequences.settlement,
        "_accrual",
        lambda payment, applied: replace(ACCRUAL(payment, applied), key=secrets.token_hex(8)),
    )

    def receipt(session, payment_id, body, now):
        row = {"payment_id": payment_id, "issued_at": now, "body": body}
        if (
            session.execute(Receipt.__table__.select().where(Receipt.payment_id == payment_id)).first()
            is None
        ):
            session.execute(insert(Receipt.__table__), row)

    patch.setattr(payment_consequences.settlement, "issue_receipt", receipt)
    patch.setattr(payments, "keep_event", keep_without_source)


ACCRUAL = settlement._accrual
_keep_event = payments.keep_event


def keep_without_source(session, payment_id, name, before, target, gateway, by, now, code="", source_id=None):
    _keep_event(session, payment_id, name, before, target, gateway, by, now, code)


def marked_before_sent(patch) -> None:
    """A mail is called sent before the server has it."""
    mark = outbox._mark

    def claim(post, mail_id, now, then=outbox._claim):
        claimed = then(post, mail_id, now)
        if claimed is not None:
            mark(mail_id, "sent", now)
        return claimed

    patch.setattr(outbox, "_claim", claim)


def claim_without_guard(patch) -> None:
    """Whoever read that a planned payment is due sends it, under a key of its own, whatever became of it meanwhile."""

    def send(payment_id, today, now):
        with transaction() as session:
            payment = session.get(Payment, payment_id)
            method = session.get(PaymentMethod, payment.method_id)
            token = sealing.unseal(method.token_sealed, f"payment_method.token:{method.ref}")
            wish = payment.ref, payment.amount_minor, payment.currency
            payment.state = "pending"
        ref, amount, currency = wish
        try:
            registry.default().charge(
                key=secrets.token_hex(8),
                ref=ref,
                amount_minor=amount,
                currency=currency,
                token=token,
                on=today,
                now=now,
            )
        except GatewaySilent:
            return 0
        return 1

    patch.setattr(scheduled, "_send", send)


def news_without_unique_id(patch) -> None:
    """Every piece of news counts as new, however often it comes, and so does what it says."""
    door_without_guard(patch)
    keep = notices._kept

    def anew(session, gateway, event, via, now):
        return keep(session, gateway, replace(event, id=f"{event.id}:{secrets.token_hex(4)}"), via, now)

    patch.setattr(notices, "_kept", anew)


def signature_not_checked(patch) -> None:
    """Whoever sends a webhook is believed."""
    patch.setattr(signature, "check", lambda body, header, secret, now: None)


def early_news_dropped(patch) -> None:
    """News of a payment that is not known yet is taken for somebody else's, also when it is read again."""
    patch.setattr(notices, "match_parked", lambda **_days: 0)


def file_again(patch) -> None:
    """A run that finds debits under way takes it that a crash lost them, and files them once more."""
    build = batches.build

    def anew(*given, **named):
        with transaction() as session:
            session.execute(
                update(Payment)
                .where(Payment.gateway == "ach_file", Payment.state == "pending")
                .values(state="scheduled")
            )
        return build(*given, **named)

    patch.setattr(batches, "build", anew)


def presents_as_often_as_asked(patch) -> None:
    """A debit that came back is presented again whatever its code, however often, on any day."""
    patch.setattr(
        representment, "represent",
        lambda code, retryable, tried, on: Verdict(True, 9, on, Trace("always", 1, (Step(Sentence("yes")),))),
    )  # fmt: skip


def takes_back_too_little(patch) -> None:
    """A return leaves a cent of what the payment had paid where it was, and books the rest."""
    latest = reversing.latest

    def all_but_a_cent(parts, amount_minor):
        return latest(parts, amount_minor - 1)

    def lines(account, amount_minor, parts):
        found = reversing_lines(account, amount_minor, parts)
        return ((account, found[0][1] + 1), *found[1:])

    reversing_lines = reversing._lines
    patch.setattr(reversing, "latest", all_but_a_cent)
    patch.setattr(reversing, "_lines", lines)


def run_without_claim(patch) -> None:
    """The run reads what is due in one transaction and begins it in the next, under a ref of its own each time."""

    def begin_due(*, today, now, limit=1_000):
        with transaction() as session:
            row = Autopay.__table__
            wanted = select(row).where(row.c.state == "active", row.c.next_send_on <= today).limit(limit)
            due = session.execute(wanted).all()
        time.sleep(0.5)  # the others read the same
        for one in due:
            with transaction() as session:
                by = select(AutopayMethod.method_id).where(AutopayMethod.autopay_id == one.id)
                session.execute(
                    insert(Payment.__table__).values(
                        ref=f"autopay-{one.ref}-{one.next_period}~{secrets.token_hex(4)}", amount_minor=15_597,
                        agreement_id=one.agreement_id, person_id=one.person_id, method_id=session.scalar(by),
                        gateway="sandbox", channel="autopay", instrument="card", currency="USD", state="scheduled",
                        begun_on=today, begun_at=now, begun_by="naive", scheduled_on=today,
                    )
                )  # fmt: skip
                session.execute(
                    update(Autopay)
                    .where(Autopay.id == one.id)
                    .values(next_send_on=today + timedelta(days=14))
                )
        return autopay_run.Begun()

    patch.setattr(autopay_run, "begin_due", begin_due)
    patch.setattr(planned_payments, "left_of_debit", lambda door, payment_id, head: 10**9)


def cancel_without_looking(patch) -> None:
    """A cancel is accepted whatever became of the payment meanwhile."""
    patch.setattr(scheduled, "cancel", lambda ref, **_named: True)


def run_without_notice(patch) -> None:
    """The run takes what is owed on the day, whatever anybody was told."""

    def verdict(facts, amount, today, late_days):
        if facts.state in ("begun", "done", "retry", "given_up", "covered", "skipped"):
            return autopay_verdict.Verdict("over")
        wanted = amount.wanted_minor if amount else 0
        return autopay_verdict.Verdict("begin" if wanted else "covered", wanted)

    patch.setattr(autopay_run, "verdict", verdict)
    patch.setattr(autopay_announcing, "_tell_exactly", lambda *_given: None)
