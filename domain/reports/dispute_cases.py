"""Disputes for the office: the list, and one case with the evidence that we have. Read-only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, select

from domain.access import Scope
from domain.reports.actors import Name, names_of
from domain.reports.payments import Line, lines, read
from domain.rules.dispute_states import WORDS
from domain.words import N_, Sentence
from gateways.codes import reason
from models import Agreement, Dispute, Mandate, Payment, Person, Receipt, SignIn, User, db

_WAITING_FIRST = case((Dispute.state == "open", 0), (Dispute.state.in_(("answered", "accepted")), 1), else_=2)
MOST = 200


@dataclass(frozen=True, slots=True)
class Listed:
    """One case in the list."""

    case: Dispute
    number: str
    words: Sentence


@dataclass(frozen=True, slots=True)
class Proof:
    """One thing we can send: its title and what it says, as (label, text, moment, day or amount) pairs."""

    title: Sentence
    rows: Sequence[tuple[Sentence, Any]]
    text: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What was done about the case by a person."""

    at: datetime
    by: Name
    note: str


@dataclass(frozen=True, slots=True)
class Case:
    """One dispute with its payment and the evidence; `open` while an answer is waited for."""

    case: Dispute
    line: Line
    words: Sentence
    why: Sentence
    evidence: Sequence[Proof]
    said: Sequence[Said]

    @property
    def open(self) -> bool:
        return self.case.state == "open"


def disputes(scope: Scope) -> list[Listed]:
    """The cases one may see: those that wait for an answer first, by the last day for it."""
    rows = db.session.execute(
        scope.select(Dispute, Dispute, Agreement.number)
        .join(Payment, Payment.id == Dispute.payment_id)
        .join(Agreement, Agreement.id == Payment.agreement_id)
        .order_by(_WAITING_FIRST, Dispute.due_on, Dispute.id.desc())
        .limit(MOST)
    ).all()
    return [Listed(row.Dispute, row.number, Sentence(WORDS[row.Dispute.state])) for row in rows]


def dispute(scope: Scope, ref: str) -> Case | None:
    """One case, or None where the person sees none of this name."""
    found = db.session.scalars(scope.select(Dispute).where(Dispute.ref == ref)).first()
    if found is None:
        return None
    payment = db.session.scalars(scope.select(Payment).where(Payment.id == found.payment_id)).one()
    names = names_of([one["by"] for one in found.evidence])
    said = [Said(datetime.fromisoformat(one["at"]), names[one["by"]], one["note"]) for one in found.evidence]
    return Case(
        found, read(lines(scope).where(Payment.id == payment.id))[0], Sentence(WORDS[found.state]),
        reason(found.code).title, evidence(payment), said,
    )  # fmt: skip


def evidence(payment: Payment) -> list[Proof]:
    """What we have: the agreement, the receipt, the permission with its hash, and the sign-in it was given in."""
    found = [_agreement(payment), _receipt(payment), _permission(payment), _sign_in(payment)]
    return [one for one in found if one is not None]


def _agreement(payment: Payment) -> Proof:
    agreement = payment.agreement
    rows: list[tuple[Sentence, Any]] = [
        (Sentence(N_("Agreement")), agreement.number),
        (Sentence(N_("For")), agreement.title or agreement.number),
        (Sentence(N_("Runs since")), agreement.opened_on),
    ]
    name = db.session.scalar(select(Person.name).where(Person.id == payment.person_id))
    if name:
        rows.append((Sentence(N_("Paid by")), name))
    return Proof(Sentence(N_("The agreement")), rows)


def _receipt(payment: Payment) -> Proof | None:
    receipt = db.session.scalars(select(Receipt).where(Receipt.payment_id == payment.id)).first()
    if receipt is None:
        return None
    rows = [(Sentence(N_("Receipt")), receipt.number), (Sentence(N_("Issued")), receipt.issued_at)]
    return Proof(Sentence(N_("The receipt")), rows)


def _permission(payment: Payment) -> Proof | None:
    mandate = db.session.get(Mandate, payment.mandate_id) if payment.mandate_id else None
    if mandate is None:
        return None
    rows = [
        (Sentence(N_("Accepted")), mandate.accepted_at),
        (Sentence(N_("Signed in by")), mandate.strength),
        (Sentence(N_("From")), " · ".join(part for part in (mandate.address, mandate.device) if part)),
        (Sentence(N_("Hash of the text")), mandate.text_hash),
    ]
    return Proof(
        Sentence(N_("The permission, as it was shown")), [row for row in rows if row[1]], mandate.text
    )


def _sign_in(payment: Payment) -> Proof | None:
    """The sign-in in which the payment was begun: the latest of its payer before it."""
    if not payment.begun_by.startswith("user:"):
        return None
    row = db.session.execute(
        select(SignIn.created_at, SignIn.strength, SignIn.address, SignIn.device)
        .join(User, User.id == SignIn.user_id)
        .where(User.id == int(payment.begun_by[5:]), SignIn.created_at <= payment.begun_at)
        .order_by(SignIn.created_at.desc())
    ).first()
    if row is None:
        return None
    rows = [
        (Sentence(N_("Signed in")), row.created_at),
        (Sentence(N_("By")), row.strength),
        (Sentence(N_("From")), " · ".join(part for part in (row.address, row.device) if part)),
        (Sentence(N_("Payment begun")), payment.begun_at),
    ]
    return Proof(Sentence(N_("The sign-in")), [one for one in rows if one[1]])
