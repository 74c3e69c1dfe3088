"""How far a handing-over has come: for the customer their own steps, for staff everybody on the agreement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, select

from domain.access import Scope
from domain.reports import autopay, documents, my_methods
from domain.reports.agreements import View
from models import (
    Agreement,
    AgreementParty,
    Autopay,
    Document,
    DocumentSigner,
    PaymentMethod,
    Person,
    Signature,
    Token,
    User,
    db,
)


@dataclass(frozen=True, slots=True)
class Walk:
    """The customer's steps. `to_sign` waits for them, `signed` has their name under it; `methods` are kept ways to pay;
    `autopay` is the state of their contract, "" without one.
    """

    to_sign: Sequence[documents.Shown]
    signed: Sequence[documents.Shown]
    methods: Sequence[my_methods.Method]
    autopay: str

    @property
    def finished(self) -> bool:
        return not self.to_sign and bool(self.methods) and self.autopay == "active"


def walk(scope: Scope, view: View) -> Walk:
    """The steps of the visitor on an agreement that was looked up."""
    papers = [one for one in documents.of_agreement(scope, view.agreement) if one.own is not None]
    current = autopay.contract_of(scope, view.agreement)
    return Walk(
        [one for one in papers if one.row.state == "signing" and one.mine is not None],
        [one for one in papers if one.own is not None and one.own.signature is not None],
        [one for one in my_methods.methods(scope) if one.kept],
        current.state if current else "",
    )


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody on the agreement. `account`: they have one; `to_sign`: something waits for their signature; `method`,
    `autopay`: a way to pay is kept, autopay runs. `mailed`: a link to their account was mailed at some time.
    """

    ref: str
    name: str
    role: str
    email: str
    account: bool
    mailed: bool
    to_sign: bool
    method: bool
    autopay: bool


def holders(scope: Scope, view: View) -> list[Holder]:
    """How far everybody on an agreement has come, first signed first."""
    person, agreement = Person.id, view.agreement.id
    columns = (
        Person.ref, Person.name, AgreementParty.role, Person.email,
        exists().where(User.person_id == person),
        exists().where(Token.person_id == person, Token.purpose == "claim", Token.sent_to != ""),
        _unsigned(agreement),
        exists().where(PaymentMethod.person_id == person, PaymentMethod.kept, PaymentMethod.removed_at.is_(None)),
        exists().where(
            Autopay.agreement_id == agreement, Autopay.person_id == person, Autopay.state == "active"
        ),
    )  # fmt: skip
    query = (
        scope.select(Agreement, *columns)
        .join(AgreementParty, AgreementParty.agreement_id == Agreement.id)
        .join(Person, Person.id == AgreementParty.person_id)
        .where(Agreement.id == agreement, AgreementParty.until_on.is_(None))
        .order_by(AgreementParty.id)
    )
    return [Holder(*row) for row in db.session.execute(query)]


def _unsigned(agreement_id: int) -> ColumnElement[bool]:
    given = select(Signature.id).where(Signature.signer_id == DocumentSigner.id)
    return (
        exists()
        .where(
            and_(DocumentSigner.document_id == Document.id, Document.agreement_id == agreement_id),
            Document.state == "signing", DocumentSigner.person_id == Person.id, ~given.exists(),
        )
    )  # fmt: skip
