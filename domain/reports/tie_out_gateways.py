"""The tie-out's rows of the gateways: our payments, each gateway's own record, and what the books say of both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import and_, case, func, literal, or_, select

from domain.records.accounts import BANK, UNDEPOSITED
from domain.reports.tie_out_rows import Row
from domain.words import N_, Sentence
from gateways import registry
from gateways.base import GatewaySilent
from models import Attempt, JournalEntry, JournalLine, Payment, PaymentReturn, db

KEPT = ("settled", "returned", "disputed")
"""States of a charge that settled once. One that went back counts until we have read that it did."""
NAMES = {
    "counter": N_("Counter"),
    "bank_transfer": N_("Bank transfers"),
    "ach_file": N_("US bank debits"),
    "sepa_file": N_("SEPA debits"),
    "bacs_file": N_("UK bank debits"),
    "sandbox": N_("Sandbox"),
}
"""What ways of paying are called here; others by their own name."""


def named(gateway: str) -> Sentence | str:
    """What a way of paying is called."""
    return Sentence(NAMES[gateway]) if gateway in NAMES else gateway


def gateway_rows(on: date, today: date) -> Iterator[Row]:
    """What each gateway settled and did not give back: by our payments, by its own record."""
    ours = _settled(on)
    for gateway in registry.able_to("charge"):
        try:
            theirs = _record(gateway, on) if on == today else None
            silent = False
        except GatewaySilent:
            theirs, silent = None, True
        currencies = {money for name, money in ours if name == gateway.name} | set(theirs or ())
        for currency in sorted(currencies):
            mine = ours.get((gateway.name, currency), 0)
            if theirs is None and not silent:
                continue
            yield Row(
                "gateways", named(gateway.name), currency, Sentence(N_("Our payments")), mine,
                Sentence(N_("Its own record")), None if theirs is None else theirs.get(currency, 0),
                f"payments:{gateway.name}:{currency}",
            )  # fmt: skip
    posted = _posted(on)
    for name, currency in sorted({*ours, *posted}):
        lines = f"payments:{name}:{currency}"
        yield Row(
            "gateways", Sentence(N_("%(name)s in the books"), {"name": named(name)}), currency,
            Sentence(N_("Our payments")), ours.get((name, currency), 0), Sentence(N_("Ledger")),
            posted.get((name, currency), 0), lines,
        )  # fmt: skip


def _settled(on: date) -> Mapping[tuple[str, str], int]:
    """(gateway, currency) -> what settled payments that count until the day came to, without those that went back."""
    back = select(PaymentReturn.payment_id).where(PaymentReturn.returned_on <= on)
    query = (
        select(Payment.gateway, Payment.currency, func.sum(Payment.amount_minor))
        .where(Payment.state == "settled", Payment.begun_on <= on, Payment.id.not_in(back))
        .group_by(Payment.gateway, Payment.currency)
    )
    return {(name, money): int(total) for name, money, total in db.session.execute(query)}


def _posted(on: date) -> Mapping[tuple[str, str], int]:
    """The same by the entries of the books: what was settled less what was taken back, whole."""
    amount = case((JournalLine.amount_minor > 0, JournalLine.amount_minor), else_=0)
    back = select(PaymentReturn.payment_id).where(PaymentReturn.returned_on <= on)
    query = (
        select(Payment.gateway, JournalEntry.currency, func.sum(amount))
        .join(JournalEntry, JournalEntry.key == literal("payment:") + Payment.ref + literal(":settled"))
        .join(JournalLine, JournalLine.entry_id == JournalEntry.id)
        .where(JournalEntry.effective_on <= on, Payment.id.not_in(back))
        .where(or_(JournalLine.account.startswith("clearing_"), JournalLine.account.in_((UNDEPOSITED, BANK))))
        .group_by(Payment.gateway, JournalEntry.currency)
    )
    return {(name, money): int(total) for name, money, total in db.session.execute(query)}


def _record(gateway: Any, on: date) -> Mapping[str, int]:
    """Currency -> what the gateway's own record says it settled and kept, of charges that we know as settled too.

    A settlement that it has and that we have not read yet is on its way to us, and no difference.
    """
    query = (
        select(Attempt.key, Payment.state, Payment.fee_minor, PaymentReturn.id.label("back"))
        .join(Payment, Payment.id == Attempt.payment_id)
        .outerjoin(
            PaymentReturn, and_(PaymentReturn.payment_id == Payment.id, PaymentReturn.returned_on <= on)
        )
        .where(Payment.gateway == gateway.name)
    )
    known = {row.key: row for row in db.session.execute(query)}
    sums: dict[str, int] = {}
    for charge in gateway.charges():
        row = known.get(charge.key)
        if row is not None and (row.state != "settled" or row.back is not None):
            continue
        if charge.state in KEPT:
            minor = charge.amount_minor - (row.fee_minor if row is not None else 0)
            sums[charge.currency] = sums.get(charge.currency, 0) + minor
    return sums
