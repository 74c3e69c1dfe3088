"""Keep the intent to pay before anything is sent: the payment, its attempt and the first line of its timeline.

Verbs: `keep_intent`, and `check_intent` for what would be refused. What may not be paid is refused here, under the lock
of the agreement's standing, so that two clicks, two tabs or a clerk and a customer cannot both pass.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select
from sqlalchemy.exc import IntegrityError

from domain.access import Scope, any_of
from domain.actions.payment_limits import (
    PLAIN,
    TwinPayment,
    Wanted,
    check_amount,
    check_currency,
    check_day,
    planned_for,
)
from domain.kinds import kind_of
from domain.kinds.charged import seen_by
from domain.kinds.offers import check_extra
from domain.records.attempts import Sending, keep_attempt, obligation_of
from domain.records.books import lock
from domain.records.charging import payer_key
from domain.records.holds import HELD, refuse_held
from domain.records.mandates import keep_mandate
from domain.records.method_rules import check_method
from domain.records.parties import ALONE
from domain.records.pay_links import use_up
from domain.records.payment_events import keep_event
from domain.records.payment_mails import tell_payer
from domain.records.position import position_of
from domain.records.ready_made import ReadyMade
from domain.records.stored_terms import COLUMNS, stored
from domain.records.words_out import audit
from domain.records.writers import Writer
from domain.transaction import transaction
from domain.words import N_, Conflict, Gone, Refused, Sentence
from gateways import registry
from models import Agreement, Business, Loan, Payment, PaymentMethod

__all__ = ["Sending", "TwinPayment", "Wanted", "check_intent", "keep_intent", "planned_for"]

FIRST_LOOK = timedelta(minutes=1)

_PAYMENT = Payment.__table__

_DEFAULTS = {
    column.name: getattr(column.default, "arg", None)
    for column in _PAYMENT.columns
    if getattr(column.default, "is_scalar", False)
}
_INSERT_PAYMENT = ReadyMade(insert(_PAYMENT).returning(_PAYMENT.c.id))
_KNOWN = ReadyMade(
    select(Payment.agreement_id, Payment.amount_minor, PaymentMethod.ref, Payment.person_id)
    .outerjoin(PaymentMethod)
    .where(Payment.ref == bindparam("of"))
)
_PAUSED = select(Business.payments_paused).scalar_subquery().label("paused")
_STANDS = select(_PAUSED, HELD, ALONE)


@dataclass(frozen=True, slots=True)
class Hosted:
    """What stands for a method while the payer chooses one on the page of `gateway`, with what `_STANDS` found."""

    gateway: str
    paused: bool
    held: int | None
    alone: int | None
    id: int | None = None
    ref: str = ""
    kind: str = "card"
    funding: str = ""
    token_sealed: str = ""


def keep_intent(
    agreement_ref: str,
    amount_minor: int,
    method_ref: str,
    ref: str,
    who: Scope,
    today: date,
    now: datetime,
    again: bool,
    wanted: Wanted = PLAIN,
) -> tuple[str, Sending | None]:
    """Transaction 1: the payment and its attempt, or the payment that this `ref` began before.

    A payment for a later day, or by a gateway of files, is kept as planned and has no attempt before its day.
    """
    wish = (agreement_ref, amount_minor, method_ref, ref, who, today, now, again)
    try:
        return _keep(*wish, wanted)
    except IntegrityError:
        # The same ref was used for another agreement at the same instant: now it is found.
        return _keep(*wish, wanted)


def check_intent(
    agreement_ref: str, amount_minor: int, method_ref: str, ref: str, who: Scope, today: date, now: datetime,
    again: bool, wanted: Wanted = PLAIN,
) -> bool:  # fmt: skip
    """Whether `keep_intent` would begin a payment now; False when `ref` began it before. Keeps nothing.

    Raises what `keep_intent` would raise. Somebody may still be quicker between the two.
    """
    with transaction() as session:
        door = session.connection()
        found = _allowed(door, agreement_ref, amount_minor, method_ref, ref, who, today, now, again, wanted)
        return found is not None


def _keep(
    agreement_ref: str, amount_minor: int, method_ref: str, ref: str, who: Scope, today: date, now: datetime,
    again: bool, wanted: Wanted,
) -> tuple[str, Sending | None]:  # fmt: skip
    with transaction() as session:
        door = session.connection()
        found = _allowed(door, agreement_ref, amount_minor, method_ref, ref, who, today, now, again, wanted)
        if found is None:
            return ref, None
        agreement, method = found
        check_extra(agreement.kind, wanted.extra)
        check_day(wanted.on, today)
        check_currency(method.gateway, agreement.currency)
        planned = planned_for(method.gateway, wanted.on, today, now)
        if planned is not None and wanted.hosted:
            raise Refused(Sentence(N_("On the processor's page you can only pay today.")), "on")
        if wanted.pay_link_id is not None:
            use_up(door, wanted.pay_link_id, now)
        if wanted.permission is not None:
            mandate_id = keep_mandate(
                door, wanted.permission, method_id=method.id, person_id=who.person_id or None,
                agreement_id=agreement.id, by=who.by, today=today, now=now,
            )  # fmt: skip
            wanted = replace(wanted, mandate_id=mandate_id)
        payment = _new_payment(agreement, amount_minor, method, ref, who, today, now, wanted, planned)
        payment_id = _INSERT_PAYMENT.first(door, payment).id
        sending = None
        if planned is None:
            sending = keep_attempt(
                door, payment_id, ref, obligation=obligation_of(agreement.ref, ref), number=1,
                amount_minor=amount_minor + wanted.fee_minor, currency=agreement.currency, gateway=method.gateway,
                method=method if method.ref else None, now=now,
            )  # fmt: skip
        if planned is not None:
            tell_payer(door, payment_id, "payment_planned", now)
        name = "begun" if planned is None else "planned"
        keep_event(door, payment_id, name, "", payment["state"], method.gateway, who.by, now)
        audit(
            door, by=who.by, action=f"payment.{name}", subject="payment", subject_id=payment_id, at=now,
            detail={"agreement": agreement.number, "amount_minor": amount_minor}
            | ({"on": planned.isoformat()} if planned else {}),
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
    wanted: Wanted = PLAIN,
) -> tuple[Any, Any] | None:
    """(agreement, method) of a payment that may begin, under the lock of the standing; None when `ref` began it before.

    Raises Gone, Refused, TwinPayment and Conflict, as `payments.start` says.
    """
    agreement = agreement_of(door, agreement_ref, who)
    standing = lock(door, agreement.id)
    if _began_before(door, ref, agreement.id, amount_minor, method_ref, who):
        return None
    method = _method_of(door, agreement.id, method_ref, who, wanted)
    refuse_held(door, method.held)
    kind, payer = kind_of(agreement.kind), payer_key(who.person_id)
    alone = method.alone is not None
    position = seen_by(position_of(door, agreement.id, agreement.kind, standing), payer, alone)
    owed = kind.payable(kind.of_payer(kind.read(agreement), payer, alone), position, wanted.on or today)
    check_amount(door, agreement, method.paused, amount_minor, owed, who, now, again)
    check_method(door, agreement, method.kind, method.funding, amount_minor, wanted.fee_minor, today)
    return agreement, method


def _method_of(door: Connection, agreement_id: int, method_ref: str, who: Scope, wanted: Wanted) -> Any:
    """The method to pay with, or the gateway on whose page the payer will choose. Raises Refused."""
    values = {**who.values, "of": method_ref, "payer": who.person_id, "agreement": agreement_id}
    if wanted.hosted:
        if "hosted_page" not in registry.gateway(wanted.hosted).abilities:
            raise Refused(
                Sentence(N_("This way to pay has no page of its own. Choose another one.")), "method"
            )
        found = door.execute(_STANDS, {"payer": who.person_id, "agreement": agreement_id}).one()
        return Hosted(wanted.hosted, found.paused, found.held, found.alone)
    method = _method(who.role).first(door, values)
    if method is None or method.removed_at is not None:
        raise Refused(Sentence(N_("Choose a way to pay that is saved in your account.")), "method")
    if method.stopped_code or method.verification in ("sent", "failed"):
        raise Refused(Sentence(N_("This way to pay cannot be used now. “Ways to pay” says why.")), "method")
    return method


def _began_before(
    door: Connection, ref: str, agreement_id: int, amount_minor: int, method_ref: str, who: Scope
) -> bool:
    """Whether this very payment was begun under `ref` before. Raises Conflict when it was another one."""
    known = _KNOWN.first(door, {"of": ref})
    asked = (agreement_id, amount_minor, method_ref or None, who.person_id or None)
    if known is not None and tuple(known) != asked:
        raise Conflict(Sentence(N_("This form was already used for another payment. Open it again.")))
    return known is not None


@cache
def _method(role: str) -> ReadyMade:
    """A way to pay of the person, whether the business takes payments just now, and a hold of the agreement."""
    wanted = PaymentMethod.id, PaymentMethod.ref, PaymentMethod.gateway, PaymentMethod.kind
    return ReadyMade(
        any_of(role)
        .select(
            PaymentMethod,
            *wanted,
            PaymentMethod.funding,
            PaymentMethod.token_sealed,
            PaymentMethod.removed_at,
            PaymentMethod.stopped_code,
            PaymentMethod.verification,
            _PAUSED,
            HELD,
            ALONE,
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


def _new_payment(
    agreement: Any, amount_minor: int, method: Any, ref: str, who: Scope, today: date, now: datetime, wanted: Wanted,
    planned: date | None,
) -> dict[str, Any]:  # fmt: skip
    return _DEFAULTS | {
        "ref": ref,
        "agreement_id": agreement.id,
        "person_id": who.person_id or None,
        "method_id": method.id,
        "gateway": method.gateway,
        "channel": wanted.channel,
        "instrument": method.kind,
        "amount_minor": amount_minor,
        "fee_minor": wanted.fee_minor,
        "currency": agreement.currency,
        "state": "attempting" if planned is None else "scheduled",
        "scheduled_on": planned,
        "begun_on": wanted.on or today,
        "begun_at": now,
        "begun_by": who.by,
        "failure_code": "",
        "confirm_url": "",
        "next_look_at": now + FIRST_LOOK if planned is None else None,
        "looks": 0,
        "note": "",
        "choice": wanted.choice,
        "checkout_ref": wanted.checkout_ref,
        "extra": wanted.extra,
        "mandate_id": wanted.mandate_id,
        "pay_link_id": wanted.pay_link_id,
    }
