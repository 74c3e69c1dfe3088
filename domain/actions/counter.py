"""Take cash or a check at the counter: the money is in hand, so the payment begins and settles in one commit."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import joinedload

from domain.access import Scope
from domain.actions.payments import MOST_MINOR, Event, keep_event, pass_the_door
from domain.points import reach
from domain.records.books import lock
from domain.records.words_out import audit
from domain.transaction import transaction
from domain.words import N_, Conflict, Gone, Money, Refused, Sentence
from models import Agreement, AgreementParty, Payment

INSTRUMENTS = ("cash", "check")


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
) -> str:
    """Take `amount_minor` in "cash" or by "check" on the agreement; returns the payment's ref.

    More than is owed is kept as the customer's credit. `ref` comes from the form: the same one again returns the
    payment it made. Raises NotAllowed, Gone, Refused, or Conflict when `ref` was used for another payment.
    """
    who.require("counter")
    if instrument not in INSTRUMENTS:
        raise Refused(Sentence(N_("Choose cash or check.")), "instrument")
    if not 0 < amount_minor <= MOST_MINOR:
        raise Refused(Sentence(N_("Enter an amount above zero.")), "amount")
    with transaction() as session:
        query = who.select(Agreement).where(Agreement.ref == agreement_ref).options(joinedload(Agreement.loan))
        agreement = session.scalars(query).unique().first()
        if agreement is None:
            raise Gone(Sentence(N_("There is no such agreement.")))
        lock(session, agreement.id)
        known = session.scalars(select(Payment).where(Payment.ref == ref)).first()
        if known is not None:
            if (known.agreement_id, known.amount_minor, known.instrument) != (agreement.id, amount_minor, instrument):
                raise Conflict(Sentence(N_("This form was already used for another payment. Open it again.")))
            return known.ref
        if agreement.status == "undone":
            raise Refused(Sentence(N_("This agreement was taken out again with its import.")))
        payer = session.scalar(
            select(AgreementParty.person_id)
            .where(AgreementParty.agreement_id == agreement.id, AgreementParty.until_on.is_(None))
            .order_by(AgreementParty.id)
        )
        payment_id = session.execute(
            insert(Payment.__table__).returning(Payment.__table__.c.id),
            {
                "ref": ref,
                "agreement_id": agreement.id,
                "person_id": payer,
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
            },
        ).scalar_one()
        keep_event(session, payment_id, "begun", "", "attempting", "counter", who.by, now)
        audit(
            session, by=who.by, action="payment.taken_at_counter", subject="payment", subject_id=payment_id, at=now,
            detail={"agreement": agreement.number, "amount_minor": amount_minor, "instrument": instrument},
        )  # fmt: skip
        pass_the_door(session, ref, Event("settled", today), by=who.by, today=today, now=now)
        reach("payment.counter_before_commit")
    return ref


def what_it_does(amount: Money, owed: Money) -> Sentence:
    """One sentence for the clerk when the amount is above what is owed."""
    return Sentence(
        N_("%(amount)s is more than the %(owed)s owed. The rest is kept as the customer's credit."),
        {"amount": amount, "owed": owed},
    )
