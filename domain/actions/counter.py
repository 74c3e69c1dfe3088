"""Take money at the counter: it is in hand, so the payment begins and settles in one commit.

Verbs: `take` for one agreement, `take_all` for several of a person in one go. What was handed over, and who pays, is
judged before anything is written (`domain.rules.money_in_hand`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from domain.access import Scope
from domain.actions.checkouts import ref_of
from domain.actions.payment_intents import agreement_of
from domain.actions.payment_limits import TwinPayment
from domain.actions.payments import Event, pass_the_door
from domain.kinds.offers import check_extra
from domain.points import reach
from domain.records import search_words
from domain.records.books import lock
from domain.records.holds import refuse_uncertified
from domain.records.payment_events import keep_event
from domain.records.words_out import audit
from domain.rules.money_in_hand import IN_HAND, PLAIN, Particulars, change_of, check_particulars, note_of
from domain.transaction import transaction
from domain.words import N_, Conflict, Money, Refused, Sentence
from models import AgreementParty, Payment, PaymentReturn, Person

__all__ = ["IN_HAND", "MOST_MINOR", "Particulars", "take", "take_all", "what_it_does"]

MOST_MINOR = 10**12


@dataclass(frozen=True, slots=True)
class Taking:
    """One payment that is to be taken, and what all of them share: what was handed over, by whom, for which day.

    `payer` is the ref of the person who pays, "" for whoever brought it. `again`: a paper of this number and amount
    may have been taken before.
    """

    agreement_ref: str
    amount_minor: int
    ref: str
    instrument: str
    day: date
    paper: Particulars
    payer: str = ""
    extra: str = "shorter"
    checkout_ref: str | None = None
    again: bool = False


def take(
    agreement_ref: str,
    amount_minor: int,
    instrument: str,
    ref: str,
    *,
    who: Scope,
    today: date,
    now: datetime,
    paper: Particulars = PLAIN,
    payer: str = "",
    on: date | None = None,
    extra: str = "shorter",
    again: bool = False,
) -> str:
    """Take `amount_minor` of what `IN_HAND` names on the agreement; returns the payment's ref.

    It counts from `on`, today where nothing is said: a day before today has what was posted since told again. More
    than is owed is kept as the customer's credit. `extra`: what the payer wants of money above what is due. `payer` is
    the ref of the party who pays: then it pays what is theirs and everybody's; "" pays whatever is due. `ref` comes
    from the form: the same one again returns the payment it made. Raises NotAllowed, Gone, Refused, Conflict when `ref`
    was used for another payment, or TwinPayment when the same paper seems to have been taken before and `again` does
    not say that this is meant.
    """
    taking = Taking(
        agreement_ref, amount_minor, ref, instrument, on or today, paper, payer, extra, again=again
    )  # fmt: skip
    return _taken([taking], who, today, now)[0]


def take_all(
    wishes: Sequence[tuple[str, int]],
    instrument: str,
    checkout_ref: str,
    *,
    who: Scope,
    today: date,
    now: datetime,
    paper: Particulars = PLAIN,
    payer: str = "",
    on: date | None = None,
    again: bool = False,
) -> list[str]:
    """Take (agreement's ref, minor units) of each in one commit, all or none; the payments' refs in that order.

    Each becomes a payment of its own with its own receipt; they share `checkout_ref`, from which and the agreement each
    one's ref is made, so the same form again finds them. `paper.given_minor` is held against the sum. Raises as `take`.
    """
    if not wishes:
        raise Refused(Sentence(N_("Choose at least one agreement.")), "agreements")
    takings = [
        Taking(
            agreement, amount, ref_of(checkout_ref, agreement), instrument, on or today, paper, payer,
            checkout_ref=checkout_ref, again=again,
        )
        for agreement, amount in wishes
    ]  # fmt: skip
    return _taken(takings, who, today, now)


def _taken(takings: Sequence[Taking], who: Scope, today: date, now: datetime) -> list[str]:
    who.require("counter")
    first = takings[0]
    for taking in takings:
        if not 0 < taking.amount_minor <= MOST_MINOR:
            raise Refused(Sentence(N_("Enter an amount above zero.")), "amount")
    check_particulars(first.instrument, first.paper)
    if first.day > today:
        raise Refused(Sentence(N_("A payment cannot count from a day that has not come.")), "day")
    try:
        return _take_each(takings, who, today, now)
    except IntegrityError:
        # The same ref was used for another agreement at the same instant: now it is found.
        return _take_each(takings, who, today, now)


def _take_each(takings: Sequence[Taking], who: Scope, today: date, now: datetime) -> list[str]:
    total = sum(taking.amount_minor for taking in takings)
    with transaction() as session:
        # In one order for everybody: two clerks with the same agreements never wait for each other in a ring.
        in_order = sorted(takings, key=lambda one: one.agreement_ref)
        if len({_take(session, taking, total, who, now) for taking in in_order}) > 1:
            words = N_("These agreements are in different currencies. Take the money for each by itself.")
            raise Refused(Sentence(words), "agreements")
        reach("payment.counter_before_commit")
    return [taking.ref for taking in takings]


def _take(session: Session, taking: Taking, total: int, who: Scope, now: datetime) -> str:
    """Take one of them inside the transaction; returns the currency of its agreement."""
    agreement = agreement_of(session, taking.agreement_ref, who)
    lock(session, agreement.id)
    if _taken_before(session, taking, agreement.id):
        return str(agreement.currency)
    if agreement.status == "undone":
        raise Refused(Sentence(N_("This agreement was taken out again with its import.")))
    if taking.day < agreement.opened_on:
        words = N_("This agreement stands in these books since %(day)s; no payment can count from before.")
        raise Refused(Sentence(words, {"day": agreement.opened_on}), "day")
    check_extra(agreement.kind, taking.extra)
    refuse_uncertified(session, agreement.id, taking.instrument)
    change = change_of(taking.instrument, total, taking.paper.given_minor, agreement.currency)
    payer_id = _payer_of(session, agreement.id, taking.payer)
    if not taking.again:
        _refuse_twin(session, agreement, taking, payer_id)
    statement = insert(Payment.__table__).returning(Payment.__table__.c.id)
    payment_id = int(
        session.execute(statement, _new_payment(agreement, taking, payer_id, who, now)).scalar_one()
    )
    search_words.keep(session, "payment", [payment_id], fresh=True)
    keep_event(session, payment_id, "begun", "", "attempting", "counter", who.by, now)
    audit(
        session, by=who.by, action="payment.taken_at_counter", subject="payment", subject_id=payment_id, at=now,
        detail={
            "agreement": agreement.number, "amount_minor": taking.amount_minor, "instrument": taking.instrument,
            "on": taking.day.isoformat(),
            **({"given_minor": taking.paper.given_minor, "change_minor": change} if taking.paper.given_minor else {}),
        },
    )  # fmt: skip
    pass_the_door(session, taking.ref, Event("settled", taking.day), by=who.by, today=taking.day, now=now)
    return str(agreement.currency)


def _taken_before(session: Session, taking: Taking, agreement_id: int) -> bool:
    """Whether this very payment was taken under its ref before. Raises Conflict when it was another one."""
    known = session.scalars(select(Payment).where(Payment.ref == taking.ref)).first()
    wanted = (agreement_id, taking.amount_minor, taking.instrument)
    if known is not None and (known.agreement_id, known.amount_minor, known.instrument) != wanted:
        raise Conflict(Sentence(N_("This form was already used for another payment. Open it again.")))
    return known is not None


def _refuse_twin(session: Session, agreement: Any, taking: Taking, payer_id: int | None) -> None:
    """Raises TwinPayment when a paper of this kind, number and amount was taken before: here, or from the same payer.

    What was taken with it in one go is no twin, nor is what was entered by mistake and taken back.
    """
    known_by = note_of(taking.instrument, replace(taking.paper, bank="", note=""))
    if not known_by:
        return
    whose = [Payment.agreement_id == agreement.id]
    if payer_id is not None:
        whose.append(Payment.person_id == payer_id)
    mistaken = select(PaymentReturn.payment_id).where(PaymentReturn.code == "reversed")
    query = select(Payment.ref, Payment.begun_at).where(
        Payment.channel == "counter", Payment.instrument == taking.instrument,
        Payment.amount_minor == taking.amount_minor, Payment.currency == agreement.currency,
        or_(*whose),
        or_(Payment.note == known_by, Payment.note.startswith(f"{known_by} · ", autoescape=True)),
        or_(Payment.checkout_ref.is_(None), Payment.checkout_ref != (taking.checkout_ref or "")),
        Payment.id.not_in(mistaken),
    )  # fmt: skip
    twin = session.execute(query.order_by(Payment.id.desc()).limit(1)).first()
    if twin is not None:
        raise TwinPayment(twin.ref, twin.begun_at)


def _payer_of(session: Session, agreement_id: int, payer: str) -> int | None:
    """The person with this ref, who must be on the agreement; the first one on it where nobody was named."""
    parties = (
        select(AgreementParty.person_id)
        .where(AgreementParty.agreement_id == agreement_id, AgreementParty.until_on.is_(None))
        .order_by(AgreementParty.id)
    )
    if not payer:
        return session.scalar(parties)
    found = session.scalar(
        parties.join(Person, Person.id == AgreementParty.person_id).where(Person.ref == payer)
    )
    if found is None:
        raise Refused(Sentence(N_("Choose who pays: somebody on this agreement.")), "payer")
    return found


def _new_payment(
    agreement: Any, taking: Taking, payer_id: int | None, who: Scope, now: datetime
) -> dict[str, Any]:
    return {
        "ref": taking.ref,
        "checkout_ref": taking.checkout_ref,
        "agreement_id": agreement.id,
        "person_id": payer_id,
        "payer_named": bool(taking.payer),
        "gateway": "counter",
        "channel": "counter",
        "instrument": taking.instrument,
        "amount_minor": taking.amount_minor,
        "currency": agreement.currency,
        "state": "attempting",
        "begun_on": taking.day,
        "begun_at": now,
        "begun_by": who.by,
        "failure_code": "",
        "confirm_url": "",
        "looks": 0,
        "note": note_of(taking.instrument, taking.paper),
        "extra": taking.extra,
    }


def what_it_does(amount: Money, owed: Money) -> Sentence:
    """One sentence for the clerk when the amount is above what is owed."""
    return Sentence(
        N_("%(amount)s is more than the %(owed)s owed. The rest is kept as the customer's credit."),
        {"amount": amount, "owed": owed},
    )
