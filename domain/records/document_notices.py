"""Tell people of documents: that one waits for their signature, that all have signed. Never commits."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.records.notices import tell
from domain.words import N_, Sentence
from models import Agreement, Document, DocumentSigner, Signature


def waiting(session: Session, document: Document) -> list[DocumentSigner]:
    """Those who have not signed, in order. The business is among them only once everybody else has."""
    signed = select(Signature.signer_id).where(Signature.document_id == document.id)
    found = list(
        session.scalars(
            select(DocumentSigner)
            .where(DocumentSigner.document_id == document.id, DocumentSigner.id.not_in(signed))
            .order_by(DocumentSigner.sequence)
        )
    )
    others = [one for one in found if one.role != "business"]
    return others or found


def tell_to_sign(
    session: Session, document: Document, *, now: datetime, today: date, again: bool = False
) -> int:
    """Tell those who are to sign; once, or once a day where they are told `again`. Returns how many were told."""
    told = 0
    for signer in waiting(session, document):
        words = Sentence(N_("“%(title)s” waits for your signature."), {"title": document.title})
        key = f"sign:{document.ref}" + (f":{today.isoformat()}" if again else "")
        told += _tell(session, document, signer, "document_to_sign", words, key, now, today)
    return told


def tell_signed(session: Session, document: Document, *, now: datetime, today: date) -> None:
    """Tell everybody who signed that all have, with the way to their copy."""
    for signer in document.signers:
        words = Sentence(
            N_("Everybody has signed “%(title)s”. Your copy is on your pages."), {"title": document.title}
        )
        _tell(session, document, signer, "document_signed", words, f"signed:{document.ref}", now, today)


def _tell(
    session: Session, document: Document, signer: DocumentSigner, event: str, words: Sentence, key: str,
    now: datetime, today: date,
) -> int:  # fmt: skip
    if signer.person_id is None:
        return 0
    face = "/office/documents" if signer.role == "owner" else "/documents"
    agreement = session.get_one(Agreement, document.agreement_id)
    told = tell(
        session, event, signer.person_id, agreement_id=agreement.id,
        data={"agreement_ref": agreement.ref, "what": words}, dedupe_key=key, path=f"{face}/{document.ref}", now=now,
        today=today,
    )  # fmt: skip
    return int(bool(told))
