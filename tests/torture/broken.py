"""Builds that are broken on purpose, one mistake each. A torture that finds nothing wrong with them proves nothing."""

from __future__ import annotations

import secrets
from dataclasses import replace

from sqlalchemy import insert

from domain.actions import outbox, payment_consequences, payment_intents, payment_watch, payments
from domain.points import reach
from domain.records import settlement
from domain.rules.payment_states import TABLE
from domain.transaction import transaction
from gateways import registry
from gateways.base import GatewaySilent
from models import Receipt


def charge_first(patch) -> None:
    """The gateway is called before anything is kept, under a key of its own for each call."""

    def start(agreement, amount, method, ref, *, who, today, now, again=False, return_url=""):
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
