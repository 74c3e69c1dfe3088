"""Promises to pay and requests for more time. Verbs: `make`, `ask`, `withdraw`, `decide`, `set_policy`.

A promise inside the business's policy stands at once; more time is decided by somebody of the office, with an answer.
While one stands, reminders and the delinquency ladder wait; late fees go on as the contract says. What became of it is
looked at every day (`domain.actions.promise_watch`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.access import Scope
from domain.actions.adjusting import Adjusting, adjusting
from domain.kinds.charged import seen_by
from domain.records.charging import payer_key
from domain.records.ladder_looks import look_soon
from domain.records.parties import pays_alone
from domain.records.promise_notices import tell_of
from domain.records.promises import counts_as_broken
from domain.records.tasks import close_task, open_task
from domain.records.words_out import audit
from domain.rules.payment_states import ON_ITS_WAY
from domain.rules.promises import (
    Asked,
    PromisePolicy,
    check,
    check_more_time,
    check_policy,
    policy_json,
    policy_of,
)
from domain.transaction import transaction
from domain.words import N_, Conflict, Gone, Money, NotAllowed, Refused, Sentence
from models import AgreementParty, Business, Payment, Person, Promise

MOST_REASON = 300
_HOLDERS = ("customer", "joint")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is promised: so much (minor units) by a day, and why it is late, in the customer's own words."""

    amount_minor: int
    until_on: date
    reason: str = ""


def right_of(who: Scope) -> str:
    """The right by which somebody may promise: customers for themselves, staff for a caller."""
    return "counter" if who.staff else "pay"


def make(
    agreement_ref: str, wish: Wish, ref: str, *, who: Scope, today: date, now: datetime, person_ref: str = ""
) -> str:
    """Write a promise down; returns its ref, which is that of the form. Safe to repeat.

    `person_ref`: for whom staff write it down. Raises NotAllowed, Gone, Refused (beside "amount", "until" or
    "reason"), or Conflict when `ref` was used for another.
    """
    return _keep("promise", agreement_ref, wish, ref, who, today, now, person_ref)


def ask(
    agreement_ref: str, wish: Wish, ref: str, *, who: Scope, today: date, now: datetime, person_ref: str = ""
) -> str:
    """Ask the office for more time: a task for them until somebody answers. What `wish` names as its amount counts for
    nothing: it is about all that is due. Returns and raises as `make`.
    """
    return _keep("more_time", agreement_ref, wish, ref, who, today, now, person_ref)


def _keep(
    type_: str, agreement_ref: str, wish: Wish, ref: str, who: Scope, today: date, now: datetime, person_ref: str
) -> str:  # fmt: skip
    with adjusting(agreement_ref, right_of(who), who=who, today=today, now=now) as at:
        known = at.session.scalars(select(Promise).where(Promise.ref == ref)).first()
        if known is not None:
            same = (known.agreement_id, known.type, known.until_on) == (at.agreement.id, type_, wish.until_on)
            if not same or (type_ == "promise" and known.amount_minor != wish.amount_minor):
                raise Conflict(Sentence(N_("This form was already used for something else. Open it again.")))
            return known.ref
        at.must_run()
        if len(wish.reason) > MOST_REASON:
            words = N_("Use at most %(count)s characters.")
            raise Refused(Sentence(words, {"count": MOST_REASON}), "reason")
        person_id = _whose(at, person_ref)
        asked = _asked(at, person_id)
        policy = stored_policy(at.session)
        if type_ == "promise":
            check(policy, asked, wish.amount_minor, wish.until_on)
        else:
            _check_request(at, policy, asked, wish)
        row = Promise(
            ref=ref, agreement_id=at.agreement.id, person_id=person_id, type=type_,
            state="open" if type_ == "promise" else "asked",
            amount_minor=wish.amount_minor if type_ == "promise" else asked.due_minor, currency=at.currency,
            until_on=wish.until_on, reason=wish.reason.strip(), made_on=today, made_at=now, made_by=who.by,
            kept_minor=0,
        )  # fmt: skip
        at.session.add(row)
        at.session.flush()
        if type_ == "promise":
            tell_of(at.session, row, at.agreement, now=now, today=today)
        else:
            _open_request(at, row)
        at.audit(f"{type_}.made", amount_minor=row.amount_minor, until=wish.until_on.isoformat())
    return ref


def _check_request(at: Adjusting, policy: PromisePolicy, asked: Asked, wish: Wish) -> None:
    check_more_time(policy, asked, wish.until_on)
    if not wish.reason.strip():
        raise Refused(Sentence(N_("Say in a few words why you need more time.")), "reason")
    waiting = select(Promise.id).where(Promise.agreement_id == at.agreement.id, Promise.state == "asked")
    if at.session.execute(waiting).first() is not None:
        raise Refused(Sentence(N_("You have asked already. We will answer.")))


def _open_request(at: Adjusting, row: Promise) -> None:
    words = N_("%(number)s: more time until %(day)s for %(amount)s. %(reason)s")
    said = Sentence(words, {
        "number": at.agreement.number, "day": row.until_on, "amount": Money(row.amount_minor, row.currency),
        "reason": row.reason,
    })  # fmt: skip
    open_task(
        at.session, "more_time", f"more-time:{row.id}", said, now=at.now, subject="promise", subject_id=row.id,
        agreement_id=at.agreement.id, due_on=at.today,
    )  # fmt: skip


def _whose(at: Adjusting, person_ref: str) -> int | None:
    """The id of who promises; None where staff name nobody. Raises NotAllowed for somebody who does not hold it."""
    holders = select(AgreementParty.person_id).where(
        AgreementParty.agreement_id == at.agreement.id, AgreementParty.role.in_(_HOLDERS),
        AgreementParty.until_on.is_(None),
    )  # fmt: skip
    if at.who.staff:
        if not person_ref:
            return None
        query = select(Person.id).where(Person.ref == person_ref, Person.id.in_(holders))
        found = at.session.scalar(query)
        if found is None:
            raise Gone(Sentence(N_("There is no such person on this agreement.")))
        return int(found)
    if at.who.person_id not in at.session.scalars(holders).all():
        raise NotAllowed(Sentence(N_("Only somebody whose agreement this is can promise here.")))
    return at.who.person_id


def _asked(at: Adjusting, person_id: int | None) -> Asked:
    rows = at.session.execute(
        select(Promise.state, Promise.until_on, Promise.person_id, Promise.made_on, Promise.decided_at).where(
            Promise.agreement_id == at.agreement.id, Promise.state.in_(("open", "broken", "withdrawn"))
        )
    ).all()
    return Asked(
        due_minor=due_minor(at.session, at, person_id, at.today),
        currency=at.currency,
        today=at.today,
        open_until=[row.until_on for row in rows if row.state == "open"],
        broken_on=[row.until_on for row in rows if row.person_id == person_id and counts_as_broken(row)],
    )


def due_minor(session: Session, at: Any, person_id: int | None, on: date) -> int:
    """What is due of the agreement on a day and not on its way, as the person sees it; never below zero.

    `at` gives the agreement's `kind`, `terms` and `position`.
    """
    payer = payer_key(person_id)
    alone = pays_alone(session, at.agreement.id, payer)
    terms = at.kind.of_payer(at.terms, payer, alone)
    due = at.kind.due(terms, seen_by(at.position, payer, alone), on).now_minor
    pending = session.scalar(
        select(func.coalesce(func.sum(Payment.amount_minor), 0)).where(
            Payment.agreement_id == at.agreement.id, Payment.state.in_(ON_ITS_WAY)
        )
    )
    return max(due - int(pending or 0), 0)


def withdraw(ref: str, *, who: Scope, today: date, now: datetime) -> bool:
    """Take a promise or a request back; False where it had ended. Raises Gone, NotAllowed."""
    who.require(right_of(who))
    with transaction() as session:
        row = _row(session, ref, who)
        if row.state not in ("asked", "open"):
            return False
        row.state, row.decided_at, row.decided_by = "withdrawn", now, who.by
        session.flush()
        close_task(session, f"more-time:{row.id}", now=now, by=who.by)
        look_soon(session, [row.agreement_id])
        _audit(session, row, f"{row.type}.withdrawn", who, now)
    return True


def decide(
    ref: str, granted: bool, answer: str, *, who: Scope, today: date, now: datetime, until_on: date | None = None
) -> bool:  # fmt: skip
    """Answer a request for more time; `until_on` is another day than was asked for. False where it was answered.

    Granted, it stands as a promise of all that was due does. Raises NotAllowed, Gone, Refused beside "answer" or
    "until".
    """
    who.require("counter")
    if len(answer) > MOST_REASON:
        raise Refused(Sentence(N_("Use at most %(count)s characters."), {"count": MOST_REASON}), "answer")
    if not granted and not answer.strip():
        raise Refused(Sentence(N_("Say why, so that the customer understands.")), "answer")
    with transaction() as session:
        row = _row(session, ref, who)
        if row.state != "asked":
            return False
        until = until_on or row.until_on
        if granted and until <= today:
            raise Refused(Sentence(N_("Choose a day after today.")), "until")
        row.state, row.until_on = ("open" if granted else "refused"), until
        row.decided_at, row.decided_by, row.answer = now, who.by, answer.strip()
        session.flush()
        close_task(session, f"more-time:{row.id}", now=now, by=who.by, note=answer.strip())
        look_soon(session, [row.agreement_id])
        tell_of(session, row, None, now=now, today=today)
        _audit(session, row, "more_time.granted" if granted else "more_time.refused", who, now)
    return True


def _row(session: Session, ref: str, who: Scope) -> Promise:
    row = session.scalars(who.select(Promise).where(Promise.ref == ref).with_for_update()).first()
    if row is None:
        raise Gone(Sentence(N_("There is no such promise.")))
    if not who.staff and row.person_id != who.person_id:
        raise NotAllowed(Sentence(N_("Somebody else made this promise.")))
    return row


def _audit(session: Session, row: Promise, action: str, who: Scope, now: datetime) -> None:
    detail = {"until": row.until_on.isoformat(), "amount_minor": row.amount_minor}
    audit(
        session, by=who.by, action=action, subject="agreement", subject_id=row.agreement_id, at=now,
        detail=detail,
    )  # fmt: skip


def stored_policy(session: Session) -> PromisePolicy:
    return policy_of(session.scalar(select(Business.promise_policy)) or {})


def set_policy(policy: PromisePolicy, *, who: Scope, now: datetime) -> None:
    """Change what customers may promise by themselves; promises that stand stay. Raises NotAllowed, Refused."""
    who.require("settings")
    check_policy(policy)
    with transaction() as session:
        business = session.scalars(select(Business).with_for_update()).one()
        before, business.promise_policy = business.promise_policy, policy_json(policy)
        if before != business.promise_policy:
            audit(
                session, by=who.by, action="settings.promise_policy", subject="business", subject_id=1, at=now,
                detail={"before": before, "after": business.promise_policy},
            )  # fmt: skip
