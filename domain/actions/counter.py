"""Take cash or a check at the counter: the money is in hand, so the payment begins and settles in one commit."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from domain.access import Scope
from domain.actions.payment_intents import agreement_of
from domain.actions.payments import Event, pass_the_door
from domain.kinds.offers import check_extra
from domain.points import reach
from domain.records.books import lock
from domain.records.payment_events import keep_event
from domain.records.words_out import audit
from domain.transaction import transaction
from domain.words import N_, Conflict, Money, Refused, Sentence
from models import AgreementParty, Payment

INSTRUMENTS = ("cash", "check")
MOST_MINOR = 10**12


def take(
    agreement_ref: str,
    amount_minor: int,
    instrument: str,
    ref: str,
    *,
    who: Scope,
    today: date,
    now: datetime,
    note: str = "",
    on: date | None = None,
    extra: str = "shorter",
) -> str:
    """Take `amount_minor` in "cash" or by "check" on the agreement; returns the payment's ref.

    It counts from `on`, today where nothing is said: a day before today has what was posted since told again. More
    than is owed is kept as the customer's credit. `extra`: what the payer wants of money above what is due. `ref` comes
    from the form: the same one again returns the payment it made. Raises NotAllowed, Gone, Refused, or Conflict when
    `ref` was used for another payment.
    """
    who.require("counter")
    if instrument not in INSTRUMENTS:
        raise Refused(Sentence(N_("Choose cash or check.")), "instrument")
    if not 0 < amount_minor <= MOST_MINOR:
        raise Refused(Sentence(N_("Enter an amount above zero.")), "amount")
    day = on or today
    if day > today:
        raise Refused(Sentence(N_("A payment cannot count from a day that has not come.")), "day")
    try:
        return _take(agreement_ref, amount_minor, instrument, ref, who, day, now, note, extra)
    except IntegrityError:
        # The same ref was used for another agreement at the same instant: now it is found.
        return _take(agreement_ref, amount_minor, instrument, ref, who, day, now, note, extra)


def _take(
    agreement_ref: str,
    amount_minor: int,
    instrument: str,
    ref: str,
    who: Scope,
    day: date,
    now: datetime,
    note: str,
    extra: str,
) -> str:
    with transaction() as session:
        agreement = agreement_of(session, agreement_ref, who)
        lock(session, agreement.id)
        known = session.scalars(select(Payment).where(Payment.ref == ref)).first()
        if known is not None:
            if (known.agreement_id, known.amount_minor, known.instrument) != (
                agreement.id,
                amount_minor,
                instrument,
            ):
                raise Conflict(Sentence(N_("This form was already used for another payment. Open it again.")))
            return known.ref
        if agreement.status == "undone":
            raise Refused(Sentence(N_("This agreement was taken out again with its import.")))
        if day < agreement.opened_on:
            words = N_(
                "This agreement stands in these books since %(day)s; no payment can count from before."
            )
            raise Refused(Sentence(words, {"day": agreement.opened_on}), "day")
        check_extra(agreement.kind, extra)
        values = _new_payment(agreement, amount_minor, instrument, ref, who, day, now, note) | {
            "extra": extra
        }
        payment_id = _insert(session, values)
        keep_event(session, payment_id, "begun", "", "attempting", "counter", who.by, now)
        audit(
            session, by=who.by, action="payment.taken_at_counter", subject="payment", subject_id=payment_id, at=now,
            detail={
                "agreement": agreement.number, "amount_minor": amount_minor, "instrument": instrument,
                "on": day.isoformat(),
            },
        )  # fmt: skip
        pass_the_door(session, ref, Event("settled", day), by=who.by, today=day, now=now)
        reach("payment.counter_before_commit")
    return ref


def _insert(session: Session, values: dict[str, Any]) -> int:
    """The payment's row, with the first person on the agreement as its payer."""
    payer = session.scalar(
        select(AgreementParty.person_id)
        .where(AgreementParty.agreement_id == values["agreement_id"], AgreementParty.until_on.is_(None))
        .order_by(AgreementParty.id)
    )
    statement = insert(Payment.__table__).returning(Payment.__table__.c.id)
    return int(session.execute(statement, values | {"person_id": payer}).scalar_one())


def _new_payment(
    agreement: Any,
    amount_minor: int,
    instrument: str,
    ref: str,
    who: Scope,
    today: date,
    now: datetime,
    note: str,
) -> dict[str, Any]:
    return {
        "ref": ref,
        "agreement_id": agreement.id,
        "gateway": "counter",
        "channel": "counter",
        "instrument": instrument,
        "amount_minor": amount_minor,
        "currency": agreement.currency,
        "state": "attempting",
        "begun_on": today,
        "begun_at": now,
        "begun_by": who.by,
        "failure_code": "",
        "confirm_url": "",
        "looks": 0,
        "note": note[:200],
    }


def what_it_does(amount: Money, owed: Money) -> Sentence:
    """One sentence for the clerk when the amount is above what is owed."""
    return Sentence(
        N_("%(amount)s is more than the %(owed)s owed. The rest is kept as the customer's credit."),
        {"amount": amount, "owed": owed},
    )
