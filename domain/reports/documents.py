"""Documents as pages show them: those of an agreement, one with who signed, those that wait for somebody. Read-only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from domain.access import Scope
from domain.records.signers import Party, parties_of
from domain.rules.signing import ROLE_WORDS, part_of
from domain.words import N_, Sentence
from models import Agreement, Document, DocumentSigner, Signature, db

STATE_WORDS: Mapping[str, tuple[str, str]] = {
    "draft": (N_("Draft"), "secondary"),
    "signing": (N_("Out for signatures"), "warning"),
    "signed": (N_("Signed by all"), "success"),
    "kept": (N_("On file"), "secondary"),
    "declined": (N_("Signature refused"), "danger"),
    "void": (N_("Taken back"), "secondary"),
}
"""State -> what it is called, and how its badge looks."""
TYPE_WORDS: Mapping[str, str] = {
    "agreement": N_("Contract"),
    "addendum": N_("Addendum"),
    "order": N_("Order"),
    "letter": N_("Letter"),
    "paper": N_("Signed on paper"),
}


@dataclass(frozen=True, slots=True)
class SignerLine:
    """One of those who sign, and how they signed."""

    signer: DocumentSigner
    role: Sentence
    signature: Signature | None
    sent: bool = True

    @property
    def state(self) -> Sentence:
        if self.signature is not None:
            return Sentence(N_("signed"))
        if self.signer.declined_at is not None:
            return Sentence(N_("declined"))
        if not self.sent:
            return Sentence(N_("not sent yet"))
        return Sentence(N_("has opened it") if self.signer.viewed_at else N_("has not opened it"))


@dataclass(frozen=True, slots=True)
class Shown:
    """A document with its agreement and signers. `mine` is the line of who looks, if their signature is asked for now;
    `own` the line of who looks, whatever became of it.
    """

    row: Document
    agreement: Agreement
    signers: Sequence[SignerLine]
    mine: SignerLine | None = None
    own: SignerLine | None = None

    @property
    def title(self) -> str:
        return self.row.title

    @property
    def state(self) -> Sentence:
        return Sentence(STATE_WORDS[self.row.state][0])

    @property
    def look(self) -> str:
        return STATE_WORDS[self.row.state][1]

    @property
    def sort(self) -> Sentence:
        return Sentence(TYPE_WORDS[self.row.type])

    @property
    def blocks(self) -> Sequence[Mapping[str, Any]]:
        """Its text for a page; nothing for a paper that was handed in."""
        return self.row.facts.get("blocks", ())

    @property
    def missing(self) -> int:
        """How many signatures are missing."""
        return sum(1 for one in self.signers if one.signature is None)


def of_agreement(scope: Scope, agreement: Agreement) -> list[Shown]:
    """Every document of an agreement that the person may see, newest first."""
    return _shown(scope, Document.agreement_id == agreement.id)


def one(scope: Scope, row: Document) -> Shown:
    """A document that was looked up."""
    return _shown(scope, Document.id == row.id)[0]


def to_sign(scope: Scope) -> list[Shown]:
    """The documents that wait for this person's signature, oldest first."""
    mine = select(DocumentSigner.document_id).where(DocumentSigner.person_id == scope.person_id)
    found = _shown(scope, Document.state == "signing", Document.id.in_(mine)) if scope.person_id else []
    return [shown for shown in reversed(found) if shown.mine is not None]


def _shown(scope: Scope, *which: Any) -> list[Shown]:
    rows = db.session.scalars(
        scope.select(Document)
        .where(*which)
        .options(selectinload(Document.signers), joinedload(Document.file), joinedload(Document.signed_file))
        .order_by(Document.made_at.desc(), Document.id.desc())
    ).unique().all()  # fmt: skip
    ids = [row.id for row in rows]
    signatures = {
        found.signer_id: found
        for found in db.session.scalars(select(Signature).where(Signature.document_id.in_(ids)))
    }
    agreements = {
        found.id: found
        for found in db.session.scalars(
            select(Agreement).where(Agreement.id.in_({row.agreement_id for row in rows}))
        )
    }
    return [_one(scope, row, agreements[row.agreement_id], signatures) for row in rows]


def _one(scope: Scope, row: Document, agreement: Agreement, signatures: Mapping[int, Signature]) -> Shown:
    lines = [
        SignerLine(
            signer,
            Sentence(ROLE_WORDS[part_of(signer.role, agreement.kind)]),
            signatures.get(signer.id),
            row.state != "draft",
        )  # fmt: skip
        for signer in row.signers
    ]
    own = next((line for line in lines if _is(line, scope)), None)
    asked = own is not None and row.state == "signing" and own.signature is None and not scope.reading
    others = any(line.signature is None for line in lines if line.signer.role != "business")
    if own is not None and own.signer.role == "business" and others:
        asked = False
    return Shown(row, agreement, lines, own if asked else None, own)


def _is(line: SignerLine, scope: Scope) -> bool:
    if line.signer.role == "business":
        return scope.staff and scope.may("opening")
    return line.signer.person_id == scope.person_id and scope.person_id > 0


def when(shown: Shown) -> datetime:
    """The moment it is listed under."""
    return shown.row.finished_at or shown.row.made_at


def parties(agreement: Agreement, on: date) -> Sequence[Party]:
    """Who can sign a document of an agreement that was looked up."""
    return parties_of(db.session, agreement, on)
