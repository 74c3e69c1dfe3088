"""A customer says that an amount is wrong or a payment is missing. Verbs: `ask`, `withdraw`.

Asking opens a conversation and a task; nothing is taken off by asking. What the office makes of it stands in
`domain.actions.inquiry_answers`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.access import Scope
from domain.actions.threads import author_of
from domain.actions.uploads import HandedIn, keep, prepare
from domain.records.books import lock
from domain.records.corrections import standing_of
from domain.records.inquiries import end, locked, task_key
from domain.records.tasks import open_task
from domain.records.threads import Author, Matter, add_message, add_thread, mark
from domain.records.words_out import audit
from domain.rules.inquiries import OPEN, Asked, answer_by, check
from domain.rules.upload_checks import Upload
from domain.transaction import transaction
from domain.words import N_, Conflict, Gone, Money, NotAllowed, Refused, Sentence
from models import Agreement, Charge, Inquiry, Payment, Person

RIGHT = "talk"


@dataclass(frozen=True, slots=True)
class Question:
    """What a customer sends: what they say, what it is about (at most one of charge and payment), and files.

    `subject` is what the conversation is called, in their language.
    """

    asked: Asked
    subject: str
    charge_id: int | None = None
    payment_ref: str = ""
    files: Sequence[HandedIn] = ()


def ask(
    agreement_ref: str, question: Question, ref: str, *, who: Scope, today: date, now: datetime, uploads: Path
) -> str:
    """Ask about an amount of one's own agreement; returns the inquiry's ref, which is the form's. Safe to repeat.

    Raises NotAllowed, Gone (an agreement, charge or payment that is not theirs), Refused beside "text", "amount",
    "day", "way" or "file", Conflict for a used form.
    """
    who.require(RIGHT)
    if who.role != "customer":
        raise NotAllowed(Sentence(N_("Only customers ask here. Write a note or change the amount yourself.")))
    files = prepare(question.files, by=who.by, now=now)
    with transaction() as session:
        agreement = session.scalars(who.select(Agreement).where(Agreement.ref == agreement_ref)).first()
        if agreement is None:
            raise Gone(Sentence(N_("There is no such agreement.")))
        lock(session, agreement.id)
        known = session.scalars(select(Inquiry).where(Inquiry.ref == ref)).first()
        if known is not None:
            if (known.agreement_id, known.person_id) != (agreement.id, who.person_id):
                raise Conflict(Sentence(N_("This form was already used for something else. Open it again.")))
            return ref
        payment_id, most = _about(session, agreement, question, who)
        check(question.asked, most, agreement.currency, today)
        _check_once(session, question, payment_id, agreement.id)
        row = _row(agreement, question, payment_id, ref, who, today, now)
        row.thread_id = _thread(session, row, question, files, who, now, uploads)
        session.add(row)
        session.flush()
        _say_it_is_there(session, row, agreement, who, today, now)
    return ref


def _about(
    session: Session, agreement: Agreement, question: Question, who: Scope
) -> tuple[int | None, int | None]:
    """The id of the payment, and the amount that it is about; of a charge, what stands of it."""
    if question.charge_id is not None:
        seen = who.select(Charge, Charge.id).where(Charge.id == question.charge_id)
        charge = standing_of(session, agreement.id, question.charge_id)
        if charge is None or session.scalar(seen) is None:
            raise Gone(Sentence(N_("There is no such charge.")))
        return None, charge.stands_minor
    if question.payment_ref:
        query = who.select(Payment, Payment.id, Payment.amount_minor, Payment.fee_minor)
        found = session.execute(
            query.where(Payment.ref == question.payment_ref, Payment.agreement_id == agreement.id)
        ).first()
        if found is None:
            raise Gone(Sentence(N_("There is no such payment.")))
        return found.id, found.amount_minor + found.fee_minor
    return None, None


def _check_once(session: Session, question: Question, payment_id: int | None, agreement_id: int) -> None:
    """One question at a time about a charge or a payment, whoever of the agreement asked it."""
    about = (
        Inquiry.charge_id == question.charge_id if question.charge_id else Inquiry.payment_id == payment_id
    )
    if question.charge_id is None and payment_id is None:
        return
    waiting = select(Inquiry.id).where(about, Inquiry.agreement_id == agreement_id, Inquiry.state.in_(OPEN))
    if session.execute(waiting).first() is not None:
        raise Refused(Sentence(N_("This was asked already. We will answer.")))


def _row(
    agreement: Agreement, question: Question, payment_id: int | None, ref: str, who: Scope, today: date, now: datetime
) -> Inquiry:  # fmt: skip
    asked = question.asked
    return Inquiry(
        ref=ref, agreement_id=agreement.id, person_id=who.person_id, about=asked.about, charge_id=question.charge_id,
        payment_id=payment_id, paid_on=asked.paid_on, paid_by=asked.paid_by, asked_minor=asked.asked_minor,
        currency=agreement.currency, reason=asked.reason.strip(), state="received", received_at=now,
        answer_by_on=answer_by(today),
    )  # fmt: skip


def _thread(
    session: Session, row: Inquiry, question: Question, files: Sequence[Upload], who: Scope, now: datetime,
    uploads: Path,
) -> int:  # fmt: skip
    """The conversation about it, which the customer's words and files begin."""
    language = session.scalar(select(Person.language).where(Person.id == who.person_id)) or "en"
    topic = "charge" if row.about in ("charge", "balance") else "payment"
    matter = Matter(question.subject, topic, who.person_id, row.agreement_id, language=language)
    thread, _fresh = add_thread(session, row.ref, matter, by=who.by, now=now)
    said = _what_is_asked(row)
    if said is not None:
        add_message(session, thread, Author("system"), "", key=f"{row.ref}:asked", now=now, said=said)
    kept = keep(session, files, uploads, by=who.by, now=now, property_id=thread.property_id)
    if row.reason or kept:
        add_message(session, thread, author_of(session, who), row.reason, key=row.ref, now=now, files=kept)
    thread.waits_since = now
    if who.user_id:
        mark(session, thread, who.user_id, now)
    return int(thread.id)


def _what_is_asked(row: Inquiry) -> Sentence | None:
    if row.asked_minor is None:
        return None
    amount = Money(row.asked_minor, row.currency)
    if row.about == "missing":
        return Sentence(
            N_("%(amount)s was paid on %(day)s and is missing."), {"amount": amount, "day": row.paid_on}
        )
    return Sentence(N_("The customer asks for %(amount)s to be taken off."), {"amount": amount})


def _say_it_is_there(
    session: Session, row: Inquiry, agreement: Agreement, who: Scope, today: date, now: datetime
) -> None:
    words = N_("%(number)s: a customer asks about an amount.")
    if row.about == "missing":
        words = N_("%(number)s: a customer misses a payment.")
    open_task(
        session, "inquiry", task_key(row), Sentence(words, {"number": agreement.number}), now=now, subject="inquiry",
        subject_id=row.id, agreement_id=agreement.id, due_on=row.answer_by_on,
    )  # fmt: skip
    audit(session, by=who.by, action="inquiry.received", subject="agreement", subject_id=agreement.id, at=now,
          detail={"number": agreement.number, "inquiry": row.ref, "about": row.about})  # fmt: skip


def withdraw(ref: str, *, who: Scope, now: datetime) -> bool:
    """The customer takes their own question back; False where it was decided. Raises NotAllowed, Gone."""
    who.require(RIGHT)
    with transaction() as session:
        row = locked(session, ref, who)
        if row.person_id != who.person_id:
            raise NotAllowed(Sentence(N_("Somebody else asked this.")))
        if row.state not in OPEN:
            return False
        end(session, row, "withdrawn", "", who=who, now=now)
    return True
