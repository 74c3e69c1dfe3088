"""What the office makes of a customer's inquiry. Verbs: `look_into`, `answer`, `relieve` (with `preview_relieve`).

`relieve` lowers the charge by a waiver or a correction in one transaction with the answer, so that no inquiry says
"taken off" without its entry. Who decides needs the right of what they do: `adjust` for what touches the books, `talk`
for words.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.access import Scope
from domain.actions.adjusting import Adjusting, Effect, adjusting, rehearse
from domain.actions.charges import correct_at, waive_at
from domain.records.corrections import standing_of
from domain.records.inquiries import end, locked
from domain.rules.inquiries import ANSWERS, MOST_ANSWER, OPEN, WAYS
from domain.transaction import transaction
from domain.words import N_, Conflict, Gone, Money, NotAllowed, Refused, Sentence
from models import AgreementParty, Charge, Inquiry, Payment

RIGHT = "talk"


def look_into(ref: str, *, who: Scope, now: datetime) -> bool:
    """Somebody of the office begins to look, and the customer sees it. False where that is known.

    Raises NotAllowed, Gone.
    """
    _require_staff(who, RIGHT)
    with transaction() as session:
        row = locked(session, ref, who)
        if row.state != "received":
            return False
        row.state = "in_review"
    return True


def answer(ref: str, state: str, words: str, *, who: Scope, now: datetime, payment_ref: str = "") -> bool:
    """Answer in words: "answered" explains, "rejected" leaves it as it is, "found" names the payment.

    False where it was decided like this. Raises NotAllowed, Gone, Refused beside "state", "answer" or "payment",
    Conflict where somebody decided otherwise.
    """
    _require_staff(who, RIGHT)
    if state not in ANSWERS:
        raise Refused(Sentence(N_("Choose one.")), "state")
    check_answer(words)
    with transaction() as session:
        row = locked(session, ref, who)
        if row.state == state and row.answer == words.strip():
            return False
        _must_be_open(row)
        facts: dict[str, Any] = {}
        if state == "found":
            facts["found_payment_id"] = _found(session, row, payment_ref, who)
        end(session, row, state, words, who=who, now=now, **facts)
    return True


def _found(session: Session, row: Inquiry, payment_ref: str, who: Scope) -> int:
    """The payment that was found: on one of this customer's agreements."""
    theirs = select(AgreementParty.agreement_id).where(AgreementParty.person_id == row.person_id)
    found = session.scalar(
        who.select(Payment, Payment.id).where(Payment.ref == payment_ref, Payment.agreement_id.in_(theirs))
    )
    if found is None:
        raise Refused(Sentence(N_("Choose the payment that was found.")), "payment")
    return int(found)


@dataclass(frozen=True, slots=True)
class Relief:
    """What is taken off the charge (minor units, above zero), in which `way` ("waive" or "correct"), and the words
    that the customer reads and the entry keeps."""

    amount_minor: int
    way: str
    answer: str


def relieve(
    agreement_ref: str, ref: str, relief: Relief, key: str, *, who: Scope, today: date, now: datetime
) -> int:
    """Take something off the charge that was asked about, and say so; returns the id of the row that lowers it.

    Safe to repeat with the form's `key`. Raises NotAllowed, Gone, Refused beside "amount", "way" or "answer",
    Conflict for an inquiry that somebody decided.
    """
    with adjusting(agreement_ref, "adjust", who=who, today=today, now=now) as at:
        return _relieve(at, ref, relief, key)


def preview_relieve(
    agreement_ref: str, ref: str, relief: Relief, key: str, *,
    charge_id: int, who: Scope, today: date, now: datetime,
) -> Effect:  # fmt: skip
    """What `relieve` would post; raises what it would raise."""
    return rehearse(
        agreement_ref, "adjust", lambda at: _relieve(at, ref, relief, key), who=who, today=today, now=now,
        charge_id=charge_id,
    )  # fmt: skip


def _relieve(at: Adjusting, ref: str, relief: Relief, key: str) -> int:
    row = locked(at.session, ref, at.who)
    if row.agreement_id != at.agreement.id or row.charge_id is None:
        raise Gone(Sentence(N_("There is no such question.")))
    done = at.session.execute(select(Charge.id, Charge.period).where(Charge.entry_id == row.entry_id)).first()
    if done is not None and done.period == key:
        return int(done.id)
    _must_be_open(row)
    if relief.way not in WAYS:
        raise Refused(Sentence(N_("Choose one.")), "way")
    check_answer(relief.answer)
    if relief.amount_minor <= 0:
        raise Refused(Sentence(N_("Enter an amount above zero.")), "amount")
    before = standing_of(at.session, at.agreement.id, row.charge_id)
    if before is None or relief.amount_minor > before.stands_minor:
        stands = Money(before.stands_minor if before else 0, at.currency)
        raise Refused(Sentence(N_("Only %(amount)s is left of this charge."), {"amount": stands}), "amount")
    if relief.way == "waive":
        made = waive_at(at, row.charge_id, relief.amount_minor, relief.answer, key)
    else:
        to_minor = before.stands_minor - relief.amount_minor
        made = correct_at(at, row.charge_id, to_minor, relief.answer, key)
    state = "waived" if relief.amount_minor == before.stands_minor else "reduced"
    entry_id = at.session.scalar(select(Charge.entry_id).where(Charge.id == made))
    end(at.session, row, state, relief.answer, who=at.who, now=at.now, entry_id=entry_id,
        outcome_minor=relief.amount_minor)  # fmt: skip
    return made


def check_answer(words: str) -> None:
    if not words.strip():
        raise Refused(Sentence(N_("Say why, so that the customer understands.")), "answer")
    if len(words) > MOST_ANSWER:
        raise Refused(Sentence(N_("Use at most %(count)s characters."), {"count": MOST_ANSWER}), "answer")


def _must_be_open(row: Inquiry) -> None:
    if row.state not in OPEN:
        raise Conflict(Sentence(N_("This was decided already. Look at it again.")))


def _require_staff(who: Scope, right: str) -> None:
    who.require(right)
    if not who.staff:
        raise NotAllowed(Sentence(N_("Your account may not do this. Ask an administrator of this portal.")))
