"""Keep the intent to pay before anything is sent: the payment, its attempt and the first line of its timeline.

Verbs: `keep_intent`, and `check_intent` for what would be refused. What may not be paid is refused here, under the lock
of the agreement's standing, so that two clicks, two tabs or a clerk and a customer cannot both pass.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, Integer, bindparam, insert, literal, select
from sqlalchemy.exc import IntegrityError

from domain.access import Scope, any_of, known_to
from domain.kinds import kind_of
from domain.kinds.charged import seen_by
from domain.kinds.offers import check_extra
from domain.records.books import lock
from domain.records.charging import payer_key
from domain.records.holds import HELD, refuse_held
from domain.records.parties import ALONE
from domain.records.payment_events import keep_event
from domain.records.position import position_of
from domain.records.ready_made import ReadyMade
from domain.records.stored_terms import COLUMNS, stored
from domain.records.words_out import audit
from domain.records.writers import Writer
from domain.rules.payment_states import ON_ITS_WAY
from domain.transaction import transaction
from domain.words import N_, Conflict, Gone, Money, Refused, Sentence
from models import Agreement, Attempt, Business, Loan, Payment, PaymentMethod

TWIN_WINDOW = timedelta(minutes=10)
FIRST_LOOK = timedelta(minutes=1)

_PAYMENT = Payment.__table__

_INSERT_PAYMENT = ReadyMade(insert(_PAYMENT).returning(_PAYMENT.c.id))
_INSERT_ATTEMPT = ReadyMade(insert(Attempt.__table__))
_KNOWN = ReadyMade(
    select(Payment.agreement_id, Payment.amount_minor, PaymentMethod.ref, Payment.person_id)
    .outerjoin(PaymentMethod)
    .where(Payment.ref == bindparam("of"))
)
_PAUSED = select(Business.payments_paused).scalar_subquery().label("paused")
_LATELY = ReadyMade(
    select(Payment.ref, Payment.amount_minor, Payment.state, Payment.begun_at)
    .where(Payment.agreement_id == bindparam("of"), known_to(bindparam("payer", type_=Integer)))
    .where(
        Payment.state.in_([literal(state) for state in ON_ITS_WAY]) | (Payment.begun_at > bindparam("since"))
    )
)


class TwinPayment(Conflict):
    """A payment of the same amount was begun minutes ago; `ref` names it. `again=True` begins another all the same."""

    def __init__(self, ref: str, begun_at: datetime):
        super().__init__(Sentence(N_("You began a payment of the same amount a few minutes ago.")))
        self.ref = ref
        self.begun_at = begun_at


@dataclass(frozen=True, slots=True)
class Sending:
    """One attempt as the gateway is to see it. `token` is opened only for the call."""

    gateway: str
    key: str
    ref: str
    amount_minor: int
    currency: str
    token_sealed: str
    method_ref: str


def keep_intent(
    agreement_ref: str,
    amount_minor: int,
    method_ref: str,
    ref: str,
    who: Scope,
    today: date,
    now: datetime,
    again: bool,
    checkout_ref: str | None = None,
    extra: str = "shorter",
) -> tuple[str, Sending | None]:
    """Transaction 1: the payment and its attempt, or the payment that this `ref` began before."""
    wish = (agreement_ref, amount_minor, method_ref, ref, who, today, now, again)
    try:
        return _keep(*wish, checkout_ref, extra)
    except IntegrityError:
        # The same ref was used for another agreement at the same instant: now it is found.
        return _keep(*wish, checkout_ref, extra)


def check_intent(
    agreement_ref: str, amount_minor: int, method_ref: str, ref: str, who: Scope, today: date, now: datetime,
    again: bool,
) -> bool:  # fmt: skip
    """Whether `keep_intent` would begin a payment now; False when `ref` began it before. Keeps nothing.

    Raises what `keep_intent` would raise. Somebody may still be quicker between the two.
    """
    with transaction() as session:
        door = session.connection()
        found = _allowed(door, agreement_ref, amount_minor, method_ref, ref, who, today, now, again)
        return found is not None


def _keep(
    agreement_ref: str, amount_minor: int, method_ref: str, ref: str, who: Scope, today: date, now: datetime,
    again: bool, checkout_ref: str | None, extra: str,
) -> tuple[str, Sending | None]:  # fmt: skip
    with transaction() as session:
        door = session.connection()
        found = _allowed(door, agreement_ref, amount_minor, method_ref, ref, who, today, now, again)
        if found is None:
            return ref, None
        agreement, method = found
        check_extra(agreement.kind, extra)
        payment = _new_payment(agreement, amount_minor, method, ref, who, today, now)
        chosen = {"checkout_ref": checkout_ref, "extra": extra}
        payment_id = _INSERT_PAYMENT.first(door, payment | chosen).id
        sending = _attempt(door, payment_id, 1, agreement, amount_minor, method, ref, now)
        keep_event(door, payment_id, "begun", "", "attempting", method.gateway, who.by, now)
        audit(
            door, by=who.by, action="payment.begun", subject="payment", subject_id=payment_id, at=now,
            detail={"agreement": agreement.number, "amount_minor": amount_minor},
        )  # fmt: skip
        return ref, sending


def _allowed(
    door: Connection,
    agreement_ref: str,
    amount_minor: int,
    method_ref: str,
    ref: str,
    who: Scope,
    today: date,
    now: datetime,
    again: bool,
) -> tuple[Any, Any] | None:
    """(agreement, method) of a payment that may begin, under the lock of the standing; None when `ref` began it before.

    Raises Gone, Refused, TwinPayment and Conflict, as `payments.start` says.
    """
    agreement = agreement_of(door, agreement_ref, who)
    standing = lock(door, agreement.id)
    if _began_before(door, ref, agreement.id, amount_minor, method_ref, who):
        return None
    wanted = {**who.values, "of": method_ref, "payer": who.person_id, "agreement": agreement.id}
    method = _method(who.role).first(door, wanted)
    refuse_held(door, method.held if method else None)
    if method is None or method.removed_at is not None:
        raise Refused(Sentence(N_("Choose a way to pay that is saved in your account.")), "method")
    kind, payer = kind_of(agreement.kind), payer_key(who.person_id)
    alone = method.alone is not None
    position = seen_by(position_of(door, agreement.id, agreement.kind, standing), payer, alone)
    owed = kind.payable(kind.of_payer(kind.read(agreement), payer, alone), position, today)
    _check(door, agreement, method.paused, amount_minor, owed, who, now, again)
    return agreement, method


def _began_before(
    door: Connection, ref: str, agreement_id: int, amount_minor: int, method_ref: str, who: Scope
) -> bool:
    """Whether this very payment was begun under `ref` before. Raises Conflict when it was another one."""
    known = _KNOWN.first(door, {"of": ref})
    if known is not None and tuple(known) != (agreement_id, amount_minor, method_ref, who.person_id):
        raise Conflict(Sentence(N_("This form was already used for another payment. Open it again.")))
    return known is not None


@cache
def _method(role: str) -> ReadyMade:
    """A way to pay of the person, whether the business takes payments just now, and a hold of the agreement."""
    wanted = PaymentMethod.id, PaymentMethod.ref, PaymentMethod.gateway, PaymentMethod.kind
    return ReadyMade(
        any_of(role)
        .select(
            PaymentMethod, *wanted, PaymentMethod.token_sealed, PaymentMethod.removed_at, _PAUSED, HELD, ALONE
        )
        .where(PaymentMethod.ref == bindparam("of"), PaymentMethod.person_id == bindparam("payer"))
    )


@cache
def _agreement(role: str, limited: bool) -> ReadyMade:
    query = (
        any_of(role, limited).select(Agreement, *COLUMNS).outerjoin(Loan, Loan.agreement_id == Agreement.id)
    )
    return ReadyMade(query.where(Agreement.ref == bindparam("of")))


def agreement_of(session: Writer, ref: str, who: Scope) -> Any:
    """The agreement through what the person may see, with its terms (see `stored`). Raises Gone."""
    row = _agreement(who.role, who.limited).first(session, {**who.values, "of": ref})
    if row is None:
        raise Gone(Sentence(N_("There is no such agreement.")))
    return stored(row)


def _check(
    door: Connection, agreement: Any, paused: bool, amount_minor: int, owed: int, who: Scope, now: datetime,
    again: bool,
) -> None:  # fmt: skip
    """Refuse what may not be paid: nothing, more than is owed and not yet on its way, or the same again by mistake."""
    currency = agreement.currency
    if amount_minor <= 0:
        raise Refused(Sentence(N_("Enter an amount above zero.")), "amount")
    if agreement.status != "active":
        raise Refused(Sentence(N_("This agreement is closed. Nothing can be paid on it here.")), "amount")
    if paused:
        raise Refused(Sentence(N_("Payments are paused for a short while. Try again later.")))
    rows = _LATELY.all(door, {"of": agreement.id, "since": now - TWIN_WINDOW, "payer": who.person_id})
    on_its_way = sum(row.amount_minor for row in rows if row.state in ON_ITS_WAY)
    if amount_minor > owed - on_its_way:
        raise Refused(_too_much(owed, on_its_way, currency), "amount")
    for row in rows:
        recent = row.begun_at > now - TWIN_WINDOW and row.state not in ("failed", "cancelled")
        if recent and row.amount_minor == amount_minor and not again:
            raise TwinPayment(row.ref, row.begun_at)


def _too_much(owed_minor: int, on_its_way: int, currency: str) -> Sentence:
    most = Money(max(owed_minor - on_its_way, 0), currency)
    if on_its_way:
        return Sentence(
            N_(
                "You owe %(owed)s in all and %(pending)s is already on its way, so at most %(most)s can be paid."
            ),
            {"owed": Money(owed_minor, currency), "pending": Money(on_its_way, currency), "most": most},
        )
    return Sentence(N_("That is more than you owe. At most %(most)s can be paid today."), {"most": most})


def _new_payment(
    agreement: Any, amount_minor: int, method: Any, ref: str, who: Scope, today: date, now: datetime
) -> dict[str, Any]:
    return {
        "ref": ref,
        "agreement_id": agreement.id,
        "person_id": who.person_id or None,
        "method_id": method.id,
        "gateway": method.gateway,
        "channel": "portal",
        "instrument": method.kind,
        "amount_minor": amount_minor,
        "currency": agreement.currency,
        "state": "attempting",
        "begun_on": today,
        "begun_at": now,
        "begun_by": who.by,
        "failure_code": "",
        "confirm_url": "",
        "next_look_at": now + FIRST_LOOK,
        "looks": 0,
        "note": "",
    }


def _attempt(
    door: Connection, payment_id: int, number: int, agreement: Any, amount_minor: int,
    method: Any, ref: str, now: datetime,
) -> Sending:  # fmt: skip
    """Keep the attempt before anything is sent. Its key is made of the obligation and the number, never of a clock."""
    obligation = f"{agreement.ref}:{ref}"
    request = json.dumps([amount_minor, agreement.currency, method.ref, method.gateway])
    _INSERT_ATTEMPT.change(
        door,
        {
            "payment_id": payment_id,
            "number": number,
            "obligation": obligation,
            "key": f"{obligation}:{number}",
            "request_hash": hashlib.sha256(request.encode()).hexdigest(),
            "state": "attempting",
            "sent_at": now,
            "gateway_ref": "",
        },
    )
    return Sending(
        method.gateway,
        f"{obligation}:{number}",
        ref,
        amount_minor,
        agreement.currency,
        method.token_sealed,
        method.ref,
    )
