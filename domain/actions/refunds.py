"""Give money of a settled payment back. Verbs: `start`, `preview`.

A refund is kept and booked before anybody is asked for it, under the lock of the agreement's standing: two clerks
cannot give the same money back. The gateway is asked under the refund's own key with no transaction open; what becomes
of it is the business of `domain.actions.refund_ends`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from domain.access import Scope
from domain.actions.adjusting import Adjusting, Effect, adjusting, rehearse
from domain.actions.payment_consequences import Settling, settling_of
from domain.actions.refund_ends import BY_HAND, account_of, asking_of, send, tell
from domain.points import reach
from domain.records import reversing
from domain.records.books import lock
from domain.records.payment_events import keep_event
from domain.records.refund_limits import left_of
from domain.rules.refund_states import ways_of
from domain.transaction import transaction
from domain.words import N_, Conflict, Gone, Money, Refused, Sentence
from gateways import registry
from models import Agreement, Payment, Refund

RIGHT = "refund"
MOST_REASON = 200
FIRST_LOOK = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A refund somebody wants to give: minor units, how it travels, only of what was paid too much, and why."""

    amount_minor: int
    way: str
    reason: str
    from_credit: bool = False


def start(payment_ref: str, wanted: Wanted, ref: str, *, who: Scope, today: date, now: datetime) -> str:
    """Give part or all of a settled payment back; returns the refund's ref.

    `ref` comes from the form: the same one again returns the refund it began and gives back nothing more. Raises
    NotAllowed, Gone, Refused (naming the field), or Conflict when `ref` was used for another refund.
    """
    agreement = agreement_of_payment(payment_ref, who)
    with adjusting(agreement, RIGHT, who=who, today=today, now=now, payment_ref=payment_ref) as at:
        refund_id = _begin(at, payment_ref, wanted, ref)
        asking = asking_of(at.session, refund_id) if refund_id else None
    reach("refund.kept")
    if asking is not None:
        send(asking, by=f"gateway:{asking.gateway}", today=today, now=now)
    return ref


def preview(payment_ref: str, wanted: Wanted, ref: str, *, who: Scope, today: date, now: datetime) -> Effect:
    """What `start` would post; raises what it would raise."""

    def work(at: Adjusting) -> int:
        _begin(at, payment_ref, wanted, ref)
        return 0

    agreement = agreement_of_payment(payment_ref, who)
    return rehearse(agreement, RIGHT, work, who=who, today=today, now=now, payment_ref=payment_ref)


def agreement_of_payment(payment_ref: str, who: Scope) -> str:
    """The ref of the agreement of a payment that the person may see. Raises Gone."""
    query = who.select(Payment, Agreement.ref).join(Agreement, Agreement.id == Payment.agreement_id)
    with transaction() as session:
        found = session.scalar(query.where(Payment.ref == payment_ref))
    if found is None:
        raise Gone(Sentence(N_("There is no such payment.")))
    return str(found)


def _begin(at: Adjusting, payment_ref: str, wanted: Wanted, ref: str) -> int:
    """The refund of this `ref`, kept and booked; the id of its row, or 0 for one that was begun before.

    That one is asked about, never sent once more from here: its key may be too old to tell a second request.
    """
    session = at.session
    payment_id = session.scalars(select(Payment.id).where(Payment.ref == payment_ref)).one()
    known = session.execute(
        select(Refund.id, Refund.payment_id, Refund.amount_minor, Refund.way, Refund.from_credit)
        .where(Refund.ref == ref)
    ).first()  # fmt: skip
    if known is not None:
        if tuple(known[1:]) != (payment_id, wanted.amount_minor, wanted.way, wanted.from_credit):
            raise Conflict(Sentence(N_("This form was already used for another refund. Open it again.")))
        return 0
    settling = settling_of(session, payment_id, on=at.today, by=at.who.by, today=at.today, now=at.now)
    _check(at, settling, wanted)
    row = settling.row
    account = account_of(wanted.way, row.gateway)
    back = reversing.GivenBack(
        f"refund:{ref}", wanted.amount_minor, account, wanted.from_credit, wanted.reason.strip()
    )
    entry_id = reversing.give_back(
        session, settling.facts, settling.agreement, back, on=at.today, now=at.now, by=at.who.by
    )
    if not wanted.from_credit:
        _open(session, row.agreement_id)
    at.head = lock(session, at.agreement.id)
    at.read_again()
    state = "settled" if wanted.way in BY_HAND else "attempting"
    refund_id = session.execute(insert(Refund.__table__).returning(Refund.__table__.c.id), {
        "ref": ref, "payment_id": payment_id, "amount_minor": wanted.amount_minor, "currency": row.currency,
        "way": wanted.way, "from_credit": wanted.from_credit, "state": state,
        "key": f"{at.agreement.ref}:{payment_ref}:refund:{ref}"[:160], "gateway": row.gateway,
        "reason": wanted.reason.strip(), "begun_on": at.today, "begun_at": at.now, "begun_by": at.who.by,
        "settled_on": at.today if state == "settled" else None, "entry_id": entry_id, "looks": 0,
        "next_look_at": at.now + FIRST_LOOK if wanted.way == "gateway" else None,
    }).scalar_one()  # fmt: skip
    keep_event(
        session, payment_id, "refund_begun", "settled", "settled", row.gateway, at.who.by, at.now, wanted.way
    )
    settling.audit("payment.refund_begun", amount_minor=wanted.amount_minor, way=wanted.way)
    if state == "settled":
        tell(settling, ref, wanted.amount_minor, wanted.way)
    return int(refund_id)


def _check(at: Adjusting, settling: Settling, wanted: Wanted) -> None:
    row, currency = settling.row, settling.row.currency
    if at.agreement.status == "undone":
        raise Refused(Sentence(N_("This agreement was taken out again with its import.")))
    left = left_of(at.session, row.id)
    if not left:
        raise Refused(Sentence(N_("There is nothing left of this payment to give back.")), "amount")
    if wanted.amount_minor <= 0:
        raise Refused(Sentence(N_("Enter an amount above zero.")), "amount")
    if wanted.amount_minor > left:
        words = N_("At most %(left)s is left of this payment.")
        raise Refused(Sentence(words, {"left": Money(left, currency)}), "amount")
    if wanted.way not in ways_of(
        registry.abilities_of(row.gateway), row.instrument, row.method_id is not None
    ):
        raise Refused(Sentence(N_("This payment cannot be given back in this way.")), "way")
    reason = wanted.reason.strip()
    if not reason or len(reason) > MOST_REASON:
        words = N_("Say why, in at most %(most)s letters.")
        raise Refused(Sentence(words, {"most": MOST_REASON}), "reason")
    if wanted.from_credit:
        credit = max(reversing.credit_of(at.session, settling.facts, at.position.credit_minor), 0)
        if wanted.amount_minor > credit:
            words = N_("Only %(credit)s was paid too much.")
            raise Refused(Sentence(words, {"credit": Money(credit, currency)}), "amount")
    elif row.extra == "close" and wanted.amount_minor != row.amount_minor:
        words = N_(
            "This payment closed the agreement. Give back the whole of it, or only what was paid too much."
        )
        raise Refused(Sentence(words), "amount")


def _open(session: Session, agreement_id: int) -> None:
    """An agreement that the money had closed runs again."""
    closed = (Agreement.id == agreement_id, Agreement.status == "closed")
    session.execute(update(Agreement).where(*closed).values(status="active"))
