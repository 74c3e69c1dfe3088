"""Questions about amounts: what one is about, those of a customer, the office's list, one of them with what helps to
decide it. Read-only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, case, or_, select
from sqlalchemy.orm import aliased

from domain.access import Scope
from domain.reports import charges, payments, reasons
from domain.reports.agreements import View
from domain.reports.finding import Found, Wanted, page_of
from domain.reports.reasons import Reason
from domain.rules.inquiries import ABOUT_WORDS, OPEN, PAID_BY, STATE_WORDS, outcome
from domain.words import N_, Gone, Money, Sentence
from models import (
    Agreement,
    AgreementParty,
    BankLine,
    Charge,
    Inquiry,
    JournalEntry,
    Payment,
    Person,
    Thread,
    db,
)

AROUND = timedelta(days=14)
MOST_PAYMENTS, MOST_LINES = 40, 5
_FOUND = aliased(Payment)
LOOK = {
    "received": "info", "in_review": "info", "waived": "success", "reduced": "success", "found": "success",
    "answered": "success", "rejected": "warning",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Matter:
    """What somebody wants to ask about. `most_minor` is the amount, None where there is none; `reason` why it is so."""

    about: str
    title: Sentence
    most_minor: int | None = None
    charge_id: int | None = None
    payment_ref: str = ""
    reason: Reason | None = None


def matter(scope: Scope, view: View, what: str) -> Matter:
    """What `what` names: "missing", "payment-REF", or a figure of `domain.reports.reasons`. Raises Gone."""
    if what == "missing":
        return Matter("missing", Sentence(N_("A payment that is missing")))
    if what.startswith("payment-"):
        return _payment(scope, view, what.removeprefix("payment-"))
    reason = reasons.reason(scope, view, what)
    charge_id = _charge_id(scope, view, what)
    if charge_id is None:
        return Matter("balance", reason.title, reason=reason)
    stands = charges.charge_lines.line(scope, view.agreement, charge_id)
    return Matter("charge", reason.title, stands.stands_minor if stands else 0, charge_id, reason=reason)


def _payment(scope: Scope, view: View, ref: str) -> Matter:
    query = scope.select(Payment, Payment.amount_minor, Payment.fee_minor, Payment.begun_on)
    row = db.session.execute(
        query.where(Payment.ref == ref[:64], Payment.agreement_id == view.agreement.id)
    ).first()
    if row is None:
        raise Gone(Sentence(N_("There is no such payment.")))
    amount = row.amount_minor + row.fee_minor
    words = N_("Payment of %(amount)s on %(day)s")
    title = Sentence(words, {"amount": Money(amount, view.currency), "day": row.begun_on})
    return Matter("payment", title, amount, payment_ref=ref)


def _charge_id(scope: Scope, view: View, what: str) -> int | None:
    """The charge behind a figure, where it is exactly one that is posted."""
    word, _, digits = what.rpartition("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 6):
        return None
    if word == "charge":
        return charges.charge(scope, view, int(digits)).id
    row = (
        next((row for row in view.plan if row.number == int(digits)), None) if word == "installment" else None
    )
    found = charges.ids_of(scope, view, row.rule, row.key) if row is not None and row.rule else ()
    return found[0] if len(found) == 1 else None


@dataclass(frozen=True, slots=True)
class Line:
    """An inquiry as a list and its page show it. `entry` is the number of the entry that lowered the charge, and
    `charge_entry` that of the charge's own; 0 where there is none. `found_ref` and `payment_ref` name payments."""

    row: Inquiry
    subject: str
    person: str
    person_ref: str
    agreement_ref: str
    agreement_number: str
    thread_ref: str
    payment_ref: str
    found_ref: str
    charge_entry: int
    entry: int

    @property
    def about(self) -> Sentence:
        return Sentence(ABOUT_WORDS[self.row.about])

    @property
    def state(self) -> Sentence:
        return Sentence(STATE_WORDS[self.row.state])

    @property
    def look(self) -> str:
        return LOOK.get(self.row.state, "")

    @property
    def open(self) -> bool:
        return self.row.state in OPEN

    @property
    def outcome(self) -> Sentence:
        return outcome(self.row.state, self.row.outcome_minor, self.row.currency)

    @property
    def way(self) -> Sentence | None:
        """How the customer paid what is missing."""
        return Sentence(PAID_BY[self.row.paid_by]) if self.row.paid_by in PAID_BY else None


def _query(scope: Scope) -> Any:
    own, lowering = aliased(JournalEntry), aliased(JournalEntry)
    return (
        scope.select(
            Inquiry, Inquiry, Thread.subject, Person.name, Person.ref, Agreement.ref, Agreement.number, Thread.ref,
            Payment.ref, _FOUND.ref, own.position, lowering.position,
        )
        .join(Thread, Thread.id == Inquiry.thread_id)
        .join(Person, Person.id == Inquiry.person_id)
        .join(Agreement, Agreement.id == Inquiry.agreement_id)
        .outerjoin(Payment, Payment.id == Inquiry.payment_id)
        .outerjoin(_FOUND, _FOUND.id == Inquiry.found_payment_id)
        .outerjoin(Charge, Charge.id == Inquiry.charge_id)
        .outerjoin(own, own.id == Charge.entry_id)
        .outerjoin(lowering, lowering.id == Inquiry.entry_id)
    )  # fmt: skip


def _line(row: Any) -> Line:
    inquiry, subject, person, person_ref, ref, number, thread, payment, found, charge, entry = row
    return Line(
        inquiry, subject, person, person_ref, ref, number, thread, payment or "", found or "", charge or 0, entry or 0
    )  # fmt: skip


def one(scope: Scope, ref: str) -> Line | None:
    row = db.session.execute(_query(scope).where(Inquiry.ref == ref)).first()
    return _line(row) if row else None


def asked_already(scope: Scope, view: View, about: Matter, subject: str) -> Line | None:
    """The question about this that waits for an answer; of a figure, the one that is called `subject`."""
    same: Any = Thread.subject == subject
    if about.charge_id is not None:
        same = Inquiry.charge_id == about.charge_id
    elif about.payment_ref:
        same = Payment.ref == about.payment_ref
    query = _query(scope).where(
        Inquiry.agreement_id == view.agreement.id, Inquiry.about == about.about, Inquiry.state.in_(OPEN), same
    )
    row = (
        db.session.execute(query.order_by(Inquiry.id).limit(1)).first() if about.about != "missing" else None
    )
    return _line(row) if row else None


def mine(scope: Scope, count: int = 50) -> list[Line]:
    """A customer's own, the newest first."""
    rows = db.session.execute(_query(scope).order_by(Inquiry.id.desc()).limit(count))
    return [_line(row) for row in rows]


def listed(scope: Scope, wanted: Wanted) -> Found[Line]:
    """One page for the office: those that wait, the nearest day first; with filter state=decided the others."""
    decided = wanted.filters.get("state", "") == "decided"
    query = _query(scope).where(Inquiry.state.not_in(OPEN) if decided else Inquiry.state.in_(OPEN))
    found = page_of(
        query,
        wanted,
        [Inquiry.decided_at.desc(), Inquiry.id.desc()] if decided else [Inquiry.answer_by_on, Inquiry.id],
    )
    return Found([_line(row) for row in found.rows], found.total, found.page, found.pages, found.per_page)


def candidates(scope: Scope, line: Line) -> list[payments.Line]:
    """The payments that may be the missing one: those of the amount, whatever their day, those on the agreement it is
    about first; then the others of the customer's agreements around the day they name."""
    theirs = select(AgreementParty.agreement_id).where(AgreementParty.person_id == line.row.person_id)
    query = payments.lines(scope).where(Payment.agreement_id.in_(theirs))
    fits = Payment.amount_minor == (line.row.asked_minor or 0)
    here = and_(fits, Payment.agreement_id == line.row.agreement_id)
    day = line.row.paid_on
    if day is not None:
        query = query.where(or_(fits, Payment.begun_on.between(day - AROUND, day + AROUND)))
    query = query.order_by(case((here, 0), (fits, 1), else_=2), *payments.NEWEST_FIRST).limit(MOST_PAYMENTS)
    return [payments.Line(*row) for row in db.session.execute(query)]


def unexplained(scope: Scope, line: Line) -> Sequence[BankLine]:
    """Movements of our bank account that nobody explained yet: of this amount, around the day."""
    day = line.row.paid_on
    if day is None or line.row.asked_minor is None:
        return ()
    query = scope.select(BankLine).where(
        BankLine.state == "open", BankLine.amount_minor == line.row.asked_minor,
        BankLine.currency == line.row.currency, BankLine.booked_on.between(day - AROUND, day + AROUND),
    )  # fmt: skip
    return db.session.scalars(query.order_by(BankLine.booked_on, BankLine.id).limit(MOST_LINES)).all()
