"""People sign documents on a screen. Verbs: `seen`, `sign`, `decline`, `finish`.

A signature is bound to the exact bytes that were shown: their SHA-256 comes back with the form, is held against the
kept file, and goes into the signature's hash with that of the signature before it. The certificate is made once all
have signed, after the last signature is kept; `finish` may be repeated and makes the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from domain.access import Scope
from domain.actions.documents import RIGHT, data_of, keep_pdf, locked, move, note, terms_of
from domain.actions.handed_in_files import open_file
from domain.actions.outbox import Post
from domain.actions.second_factors import Place
from domain.records.document_notices import tell_signed, tell_to_sign, waiting
from domain.records.tasks import close_task, open_task
from domain.rules.signing import (
    HASHED,
    TEXTS_VERSION,
    chain_problem,
    check_name,
    first_link,
    has_terms,
    signature_hash,
)
from domain.transaction import transaction
from domain.words import N_, Conflict, Gone, NotAllowed, Refused, Sentence
from models import Agreement, Document, DocumentSigner, Person, Signature
from papers.document import Signed, document_pdf
from papers.voice import Voice

log = structlog.get_logger()
MOST_REASON = 300


@dataclass(frozen=True, slots=True)
class Given:
    """What a signer gave. `sha256` is of the document they were shown; `consent` and `intent` are the texts, "" where
    the box was left empty; `proof` is the strength of their sign-in.
    """

    typed_name: str
    sha256: str
    consent: str
    intent: str
    proof: str


def signer_of(session: Session, row: Document, who: Scope) -> DocumentSigner | None:
    """As whom somebody signs a document: themselves, or for the business where they may."""
    mine = [one for one in row.signers if one.person_id is not None and one.person_id == who.person_id]
    business = [one for one in row.signers if one.role == "business" and who.staff and who.may(RIGHT)]
    return next(iter([*mine, *business]), None)


def seen(ref: str, *, who: Scope, now: datetime) -> None:
    """Note that a signer has opened the document, the first time they do."""
    with transaction() as session:
        row = session.scalars(who.select(Document).where(Document.ref == ref)).first()
        signer = signer_of(session, row, who) if row is not None else None
        if signer is not None and signer.role != "business":
            session.execute(
                update(DocumentSigner)
                .where(DocumentSigner.id == signer.id, DocumentSigner.viewed_at.is_(None))
                .values(viewed_at=now)
            )


def sign(
    ref: str, given: Given, *, who: Scope, uploads: Path, today: date, now: datetime, place: Place
) -> bool:  # fmt: skip
    """Add somebody's signature; whether it was the last that was missing (then `finish` follows).

    Signing twice adds nothing. Raises Gone, NotAllowed for somebody who is not to sign, Refused beside "consent",
    "intent" or "name", Conflict where the document is not the one that was shown, or is not out to be signed.
    """
    with transaction() as session:
        row = locked(session, ref, who)
        signer = _must_sign(session, row, who)
        if _signed(session, signer):
            return row.state == "signing" and not waiting(session, row)
        _check_open(session, row, signer, given, uploads)
        name = check_name(given.typed_name, _own_name(session, signer, who))
        before = session.scalar(
            select(Signature.hash)
            .where(Signature.document_id == row.id)
            .order_by(Signature.id.desc())
            .limit(1)
        )
        facts = {
            "document_id": row.id, "signer_id": signer.id, "document_sha256": row.sha256, "typed_name": name,
            "consent": given.consent, "intent": given.intent, "texts_version": TEXTS_VERSION, "language": row.language,
            "proof": given.proof[:120], "signed_at": now, "signed_by": who.by, "address": place.address[:64],
            "device": place.device[:200], "previous_hash": before or first_link(row.ref, row.sha256, terms_of(row)),
        }  # fmt: skip
        session.add(Signature(**facts, hash=signature_hash(facts)))
        session.flush()
        note(session, row, "document.signed", who, now, role=signer.role)
        left = waiting(session, row)
        if left and all(one.role == "business" for one in left):
            _ask_business(session, row, now)
        elif left:
            tell_to_sign(session, row, now=now, today=today)
        return not left


def decline(ref: str, reason: str, *, who: Scope, now: datetime) -> bool:
    """Say no to a document: it is then signed by nobody. A task tells the office. False when it was declined before.

    Raises Gone, NotAllowed, Conflict for one that is not out to be signed.
    """
    with transaction() as session:
        row = locked(session, ref, who)
        signer = _must_sign(session, row, who)
        if row.state == "declined":
            return False
        if _signed(session, signer):
            raise Refused(Sentence(N_("You have signed this already. Call us if it is wrong.")), "reason")
        move(session, row, "signing", "declined", finished_at=now)
        signer.declined_at, signer.decline_reason = now, reason.strip()[:MOST_REASON]
        words = N_("%(name)s does not sign “%(title)s”.")
        if signer.decline_reason:
            words = N_("%(name)s does not sign “%(title)s”: %(reason)s")
        said = {"name": signer.name, "title": row.title, "reason": signer.decline_reason}
        open_task(
            session, "document_declined", f"document:{row.ref}", Sentence(words, said), now=now, subject="document",
            subject_id=row.id, agreement_id=row.agreement_id,
        )  # fmt: skip
        note(session, row, "document.declined", who, now, role=signer.role)
    return True


def finish(ref: str, *, voice: Voice, verify_at: str, uploads: Path, today: date, now: datetime) -> bool:
    """Make the certificate of a document that all have signed, and tell them; whether it is there now.

    Safe to repeat, also beside itself. `voice` writes the document's language, `verify_at` is where anybody checks it.
    Raises Gone, Conflict where the record is not what was signed.
    """
    with transaction() as session:
        row = session.scalars(select(Document).where(Document.ref == ref)).first()
        if row is None:
            raise Gone(Sentence(N_("There is no such document.")))
        if row.state != "signing" or waiting(session, row):
            return row.state == "signed"
        data, sha256, terms = data_of(row), row.sha256, terms_of(row)
        rows = list(
            session.scalars(select(Signature).where(Signature.document_id == row.id).order_by(Signature.id))
        )
        _check_terms(row, uploads, rows)
        signers = {one.id: (one.name, data.signers[one.sequence - 1][1]) for one in row.signers}
        signed = [
            Signed(
                name=signers[one.signer_id][0], role=signers[one.signer_id][1], typed_name=one.typed_name,
                signed_at=one.signed_at, proof=one.proof, address=one.address, device=one.device, hash=one.hash,
            )
            for one in rows
        ]  # fmt: skip
        texts = list(dict.fromkeys(part for one in rows for part in [*one.consent.split("\n\n"), one.intent]))
    content = document_pdf(
        data, voice, terms=terms, sha256=sha256, verify_at=verify_at, signed=signed, texts=texts
    )
    with transaction() as session:
        row = session.scalars(select(Document).where(Document.ref == ref).with_for_update()).one()
        if row.state != "signing":
            return row.state == "signed"
        agreement = session.get_one(Agreement, row.agreement_id)
        file = keep_pdf(session, content, f"{row.number}-signed", agreement, uploads, now)
        move(
            session,
            row,
            "signing",
            "signed",
            signed_file_id=file.id,
            signed_sha256=file.sha256,
            finished_at=now,
        )
        close_task(session, f"document:{row.ref}", now=now)
        tell_signed(session, row, now=now, today=today)
    return True


def finish_all(post: Post, *, uploads: Path, today: date, now: datetime) -> int:
    """Finish every document that all have signed and that has no certificate yet: a process ended in between.

    Returns how many were finished. One that cannot be is logged and keeps no other from its certificate.
    """
    with transaction() as session:
        left = (
            select(DocumentSigner.id)
            .where(
                DocumentSigner.document_id == Document.id,
                DocumentSigner.id.not_in(
                    select(Signature.signer_id).where(Signature.document_id == Document.id)
                ),
            )
            .correlate(Document)
        )
        found = session.execute(
            select(Document.ref, Document.language).where(Document.state == "signing", ~left.exists())
        ).all()
    done = 0
    for row in found:
        voice, verify_at = post.formats(row.language, "").voice(), f"{post.base_url}/verify"
        try:
            done += finish(row.ref, voice=voice, verify_at=verify_at, uploads=uploads, today=today, now=now)
        except Exception as fault:
            log.error("document_not_finished", ref=row.ref, exc_info=fault)
    return done


def _must_sign(session: Session, row: Document, who: Scope) -> DocumentSigner:
    signer = signer_of(session, row, who)
    if signer is None or who.reading:
        raise NotAllowed(Sentence(N_("Your signature is not asked for here.")))
    return signer


def _signed(session: Session, signer: DocumentSigner) -> bool:
    return session.scalar(select(Signature.id).where(Signature.signer_id == signer.id)) is not None


def _check_open(session: Session, row: Document, signer: DocumentSigner, given: Given, uploads: Path) -> None:
    """Refuse what may not be signed now, or not like this."""
    if row.state != "signing":
        raise Conflict(Sentence(N_("This document is not open for signatures any more.")))
    if given.sha256 != row.sha256:
        raise Conflict(Sentence(N_("This is not the document you were shown. Open it again and read it.")))
    if not given.consent:
        raise Refused(Sentence(N_("Agree to sign on a screen first, or ask us for paper.")), "consent")
    if not given.intent:
        raise Refused(Sentence(N_("Say that you have read it and mean to sign.")), "intent")
    if signer.role == "business" and signer not in waiting(session, row):
        raise Refused(Sentence(N_("The business signs when everybody else has.")))
    _check_terms(row, uploads)


def _check_terms(row: Document, uploads: Path, signatures: Sequence[Signature] = ()) -> None:
    """Raise Conflict where the kept file was not printed from the kept terms, or is not what was signed."""
    rows = [{name: getattr(one, name) for name in (*HASHED, "hash")} for one in signatures]
    whole = has_terms(open_file(row.file, uploads), terms_of(row))
    if not whole or chain_problem(rows, row.ref, row.sha256, terms_of(row)) is not None:
        raise Conflict(Sentence(N_("The record of this document was changed. Ask us for a new one.")))


def _own_name(session: Session, signer: DocumentSigner, who: Scope) -> str:
    """The name a signer types: for the business, that of the person who signs."""
    if signer.role != "business":
        return signer.name
    return session.get_one(Person, who.person_id).name


def _ask_business(session: Session, row: Document, now: datetime) -> None:
    words = Sentence(N_("“%(title)s” waits for the signature of the business."), {"title": row.title})
    open_task(
        session, "document_countersign", f"document:{row.ref}", words, now=now, subject="document", subject_id=row.id,
        agreement_id=row.agreement_id,
    )  # fmt: skip
