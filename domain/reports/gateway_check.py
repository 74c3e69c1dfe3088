"""Hold a gateway's own record against our attempts: only it can see a charge that was made twice. Read-only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import case, select
from sqlalchemy.orm import Session, scoped_session

from domain.words import N_, Money, Sentence
from gateways.base import ChargeRecord, Gateway
from models import Attempt, Dispute, Payment, PaymentReturn

AnySession = Session | scoped_session[Session]


DISPUTES = ("dispute", "disputed")
"""Codes of a `PaymentReturn` that came by a dispute."""
MOVED = ("accepted", "settled", "returned", "disputed")
"""States of a charge in which the gateway took, or takes, money."""
DAYS_APART = timedelta(days=2)
"""How far the moment of a charge may be from that of our attempt: our key is good for a day, and zones differ."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing on which two records do not agree. `kind` is one of the eight of `domain.records.tasks`.

    `key` names it for good, so that it is told once; `plain` tells it on the command line, `sentence` to people.
    `payment_id` and `agreement_id` say what it is about, where that is known.
    """

    kind: str
    key: str
    plain: str
    sentence: Sentence
    payment_id: int | None = None
    agreement_id: int | None = None
    subject: str = "payment"


def gateway_differences(session: AnySession, gateway: Gateway, counts: dict[str, int]) -> Iterator[str]:
    """The gateway's own record against our attempts: nothing missing, nothing extra, same amount, same end."""
    return (difference.plain for difference in record_differences(session, gateway, counts))


def record_differences(session: AnySession, gateway: Gateway, counts: dict[str, int]) -> Iterator[Difference]:
    """Every difference between the gateway's record and our attempts, each once, of the kind that says it best."""
    ours = {row.key: row for row in session.execute(_attempts(gateway.name))}
    known = {row.ref: row for row in ours.values()}
    seen: set[str] = set()
    taken: dict[str, int] = {}
    strays: list[ChargeRecord] = []
    for charge in gateway.charges():
        counts["charges"] += 1
        row = ours.get(charge.key)
        if row is None:
            strays.append(charge)
            continue
        seen.add(row.ref)
        if charge.state in MOVED:
            taken[row.ref] = taken.get(row.ref, 0) + 1
            if taken[row.ref] > 1:
                yield _twice(gateway.name, row, taken[row.ref])
                continue
        yield from _differs(gateway.name, charge, row)
    for charge in strays:
        yield _stray(gateway.name, charge, known.get(charge.ref), taken)
    for row in known.values():
        if row.state in ("settled", "pending") and row.ref not in seen:
            yield _missing(gateway.name, row)


def _attempts(name: str) -> Any:
    return (
        select(
            Attempt.key,
            Attempt.sent_at,
            Payment.id,
            Payment.ref,
            Payment.agreement_id,
            (Payment.amount_minor + Payment.fee_minor).label("amount_minor"),
            Payment.currency,
            Payment.state,
            case((Dispute.id.is_(None), PaymentReturn.code)).label("return_code"),
        )
        .join(Payment, Payment.id == Attempt.payment_id)
        .outerjoin(PaymentReturn, PaymentReturn.payment_id == Payment.id)
        .outerjoin(Dispute, Dispute.return_id == PaymentReturn.id)
        .where(Payment.gateway == name)
    )


def _of(kind: str, name: str, row: Any, plain: str, sentence: Sentence) -> Difference:
    return Difference(kind, f"{name}:{kind}:{row.ref}", plain, sentence, row.id, row.agreement_id)


def _twice(name: str, row: Any, times: int) -> Difference:
    words = N_("%(gateway)s charged this payment of %(amount)s %(times)s times.")
    said = {"gateway": name, "amount": Money(row.amount_minor, row.currency), "times": times}
    return _of(
        "duplicate", name, row, f"payment {row.ref}: {name} charged it {times} times", Sentence(words, said)
    )


def _stray(name: str, charge: ChargeRecord, row: Any, taken: dict[str, int]) -> Difference:
    """A charge under a key that is not ours: a second one of a payment that was charged, or nobody's."""
    plain = f"{name}: it has a charge {charge.key} that we never asked for"
    amount = Money(charge.amount_minor, charge.currency)
    if row is not None and row.ref in taken and charge.state in MOVED:
        words = N_("%(gateway)s has a second charge of %(amount)s for this payment.")
        return _of("duplicate", name, row, plain, Sentence(words, {"gateway": name, "amount": amount}))
    words = N_("%(gateway)s has a charge of %(amount)s that we never asked for (%(key)s).")
    said = Sentence(words, {"gateway": name, "amount": amount, "key": charge.key[:60]})
    return Difference("extra", f"{name}:extra:{charge.key}", plain, said, subject="")


def _missing(name: str, row: Any) -> Difference:
    words = N_("We count %(amount)s as taken; %(gateway)s has no such charge.")
    said = Sentence(words, {"amount": Money(row.amount_minor, row.currency), "gateway": name})
    return _of(
        "missing", name, row, f"payment {row.ref}: we call it {row.state}, {name} has no such charge", said
    )


def _differs(name: str, charge: ChargeRecord, row: Any) -> Iterator[Difference]:
    theirs, mine = Money(charge.amount_minor, charge.currency), Money(row.amount_minor, row.currency)
    plain = f"payment {row.ref}: {name} has {charge.amount_minor} {charge.currency}, we"
    plain = f"{plain} {row.amount_minor} {row.currency}"
    words = N_("%(gateway)s has %(theirs)s for this payment, we have %(ours)s.")
    said = Sentence(words, {"gateway": name, "theirs": theirs, "ours": mine})
    if charge.currency != row.currency:
        yield _of("currency", name, row, plain, said)
    elif charge.amount_minor != row.amount_minor:
        yield _of("amount", name, row, plain, said)
    if abs(charge.at - row.sent_at) > DAYS_APART:
        words = N_("%(gateway)s took this payment on %(theirs)s, we sent it on %(ours)s.")
        days = {"gateway": name, "theirs": charge.at.date(), "ours": row.sent_at.date()}
        plain = f"payment {row.ref}: {name} took it on {charge.at.date()}, we sent it on {row.sent_at.date()}"
        yield _of("date", name, row, plain, Sentence(words, days))
    yield from _ends_differ(name, charge, row)


def _ends_differ(name: str, charge: ChargeRecord, row: Any) -> Iterator[Difference]:
    """Whether both sides name the same end; a settlement or return we have not read yet is not a difference.

    Nor is a dispute: it leaves the charge itself settled.
    """
    went_back = row.return_code is not None and row.return_code not in DISPUTES
    may_be = {
        "settled": ("settled", "pending", "attempting", "unknown", "awaiting"),
        "accepted": ("pending", "attempting", "unknown", "awaiting"),
        "declined": ("failed", "cancelled", "attempting", "unknown", "awaiting", "pending"),
        "needs_confirmation": ("awaiting", "attempting", "unknown", "cancelled"),
        "returned": ("settled", "failed", "pending", "attempting", "unknown"),
        "disputed": ("settled",),
    }.get(charge.state, ())
    if row.state not in may_be or (went_back and charge.state == "settled"):
        mine = "returned" if went_back else row.state
        words = N_("%(gateway)s says “%(theirs)s” of this payment, we say “%(ours)s”.")
        said = Sentence(words, {"gateway": name, "theirs": charge.state, "ours": mine})
        yield _of("status", name, row, f"payment {row.ref}: {name} says {charge.state}, we say {mine}", said)
