"""Documents of agreements: write one from a template, send it out to be signed, hand one in on paper, take one back.

Verbs: `draw_up`, `send`, `hand_in`, `void`. The PDF is made before the transaction, from facts that are kept with it,
so that it can be printed again, the same to the byte. How people sign stands in `domain.actions.signing`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from domain.access import Scope
from domain.actions import kept_files
from domain.actions.handed_in_files import FOLDER, HandedIn, take
from domain.records.document_files import made_with
from domain.records.document_notices import tell_to_sign
from domain.records.names import new_ref
from domain.records.signers import Party, parties_of
from domain.records.words_out import audit
from domain.rules.signing import number_of, part_of, terms_hash
from domain.transaction import transaction
from domain.words import N_, Conflict, Gone, Refused, Sentence
from models import Agreement, Document, DocumentSigner, DocumentTemplate, KeptFile, Unit
from papers.document import DocumentData, document_pdf
from papers.voice import Voice

RIGHT = "opening"
MOST_TITLE = 160
MOST_REASON = 300


@dataclass(frozen=True, slots=True)
class Draft:
    """A document to write. `facts` is what it prints (`as_facts`), with `signers` by the keys of `parties_of`.

    `template_ref` is "" for a contract that we bring along.
    """

    agreement_ref: str
    title: str
    language: str
    blocks: Sequence[Mapping[str, Any]]
    business_lines: Sequence[str]
    signers: Sequence[str] = ()
    type: str = "agreement"
    template_ref: str = ""
    test_mode: bool = False


def draw_up(
    draft: Draft, ref: str, *, voice: Voice, who: Scope, uploads: Path, today: date, now: datetime
) -> str:
    """Write a document down as a draft; returns its ref, which is the form's. Nobody but the business sees it yet.

    The same form twice finds what it made. Raises NotAllowed, Gone, Refused beside "title" or "signers".
    """
    who.require(RIGHT)
    if not draft.title.strip():
        raise Refused(Sentence(N_("Write a title.")), "title")
    if not any(line.strip() for line in draft.business_lines):
        raise Refused(
            Sentence(N_("Say first what the business is called: its name stands in every document."))
        )
    with transaction() as session:
        if _known(session, ref, who):
            return ref
        agreement = _agreement(session, draft.agreement_ref, who)
        chosen = _chosen(session, agreement, draft.signers, today)
    data = DocumentData(
        number=number_of(ref), title=draft.title.strip()[:MOST_TITLE], language=draft.language,
        currency=agreement.currency, written_on=today, agreement_number=agreement.number,
        business_lines=list(draft.business_lines), blocks=list(draft.blocks),
        signers=[(one.name, part_of(one.role, agreement.kind)) for one in chosen], test_mode=draft.test_mode,
    )  # fmt: skip
    facts = as_facts(data)
    content = document_pdf(data, voice, terms=terms_hash(data.number, data.title, data.language, facts))
    with transaction() as session:
        if _known(session, ref, who):
            return ref
        agreement = _agreement(session, draft.agreement_ref, who)
        template = session.scalars(
            who.select(DocumentTemplate).where(DocumentTemplate.ref == draft.template_ref)
        ).first()
        file = keep_pdf(session, content, data.number, agreement, uploads, now)
        row = Document(
            ref=ref, number=data.number, agreement_id=agreement.id, type=draft.type, title=data.title,
            language=draft.language, state="draft", template_id=template.id if template else None,
            facts=facts, file_id=file.id, sha256=file.sha256, made_at=now, made_by=who.by,
        )  # fmt: skip
        session.add(row)
        session.flush()
        session.add_all(
            DocumentSigner(
                ref=new_ref(), document_id=row.id, sequence=place, role=one.role, person_id=one.person_id, name=one.name
            )
            for place, one in enumerate(chosen, start=1)
        )  # fmt: skip
        note(session, row, "document.written", who, now)
    return ref


def send(ref: str, *, who: Scope, today: date, now: datetime) -> bool:
    """Send a draft to everybody who is to sign it, or let the people on the agreement read it where nobody is.

    False when it is out already. Raises NotAllowed, Gone, Refused for one that was taken back.
    """
    who.require(RIGHT)
    with transaction() as session:
        row = locked(session, ref, who)
        if row.state in ("signing", "kept", "signed"):
            return False
        if row.state != "draft":
            raise Refused(Sentence(N_("This document was taken back. Write a new one.")))
        state = "signing" if row.signers else "kept"
        move(session, row, "draft", state, finished_at=None if row.signers else now)
        for signer in row.signers:
            signer.invited_at = now
        tell_to_sign(session, row, now=now, today=today)
        note(session, row, "document.sent", who, now)
    return True


def remind(ref: str, *, who: Scope, today: date, now: datetime) -> int:
    """Tell those again who have not signed, at most once a day; returns how many were told."""
    who.require(RIGHT)
    with transaction() as session:
        row = locked(session, ref, who)
        if row.state != "signing":
            return 0
        return tell_to_sign(session, row, now=now, today=today, again=True)


def void(ref: str, reason: str, *, who: Scope, now: datetime) -> bool:
    """Take a document back; it stays to be read, as void. False when it was before.

    What all have signed stands: it is changed by an addendum. Raises NotAllowed, Gone, Refused beside "reason".
    """
    who.require(RIGHT)
    if not reason.strip():
        raise Refused(Sentence(N_("Say why.")), "reason")
    with transaction() as session:
        row = locked(session, ref, who)
        if row.state == "void":
            return False
        if row.state == "signed":
            words = N_("Everybody has signed this, so it stands. Write an addendum instead.")
            raise Refused(Sentence(words), "reason")
        move(session, row, row.state, "void", finished_at=now, void_reason=reason.strip()[:MOST_REASON])
        note(session, row, "document.voided", who, now, reason=reason.strip()[:MOST_REASON])
    return True


def hand_in(
    agreement_ref: str,
    title: str,
    given: HandedIn | None,
    ref: str,
    *,
    who: Scope,
    uploads: Path,
    now: datetime,
) -> str:
    """Keep a paper that was signed by hand (a scan, a photograph) beside the agreement; returns its ref.

    The people on the agreement can read it. Raises NotAllowed, Gone, Refused beside "title" or "file".
    """
    who.require(RIGHT)
    if not title.strip():
        raise Refused(Sentence(N_("Write a title.")), "title")
    if given is None:
        raise Refused(Sentence(N_("Choose the file.")), "file")
    with transaction() as session:
        if _known(session, ref, who):
            return ref
        agreement = _agreement(session, agreement_ref, who)
        if session.scalar(select(Document.id).where(made_with(hashlib.sha256(given.content).hexdigest()))):
            raise Refused(Sentence(N_("We made this file ourselves: it is kept already.")), "file")
        place = _house_of(session, agreement)
        file = take(session, given, uploads, property_id=place, by=who.by, now=now)
        row = Document(
            ref=ref, number=number_of(ref), agreement_id=agreement.id, type="paper", title=title.strip()[:MOST_TITLE],
            state="kept", facts={}, file_id=file.id, sha256=file.sha256, made_at=now, made_by=who.by, finished_at=now,
        )  # fmt: skip
        session.add(row)
        session.flush()
        note(session, row, "document.handed_in", who, now)
    return ref


def as_facts(data: DocumentData) -> dict[str, Any]:
    """What a document prints, as JSON."""
    return {
        "blocks": [dict(block) for block in data.blocks],
        "currency": data.currency,
        "written_on": data.written_on.isoformat(),
        "agreement_number": data.agreement_number,
        "business_lines": list(data.business_lines),
        "signers": [list(one) for one in data.signers],
        "test_mode": data.test_mode,
    }


def data_of(row: Document) -> DocumentData:
    """What a kept document prints."""
    facts = row.facts
    return DocumentData(
        number=row.number, title=row.title, language=row.language, currency=facts["currency"],
        written_on=date.fromisoformat(facts["written_on"]), agreement_number=facts["agreement_number"],
        business_lines=facts["business_lines"], blocks=facts["blocks"],
        signers=[(name, role) for name, role in facts["signers"]], test_mode=facts["test_mode"],
    )  # fmt: skip


def terms_of(row: Document) -> str:
    """The hash of everything that a kept document is printed from."""
    return terms_hash(row.number, row.title, row.language, row.facts)


def keep_pdf(
    session: Session, content: bytes, name: str, agreement: Agreement, uploads: Path, now: datetime
) -> KeptFile:
    """Keep a PDF that we made ourselves: it counts against nobody's quota."""
    ref = new_ref()
    file = KeptFile(
        ref=ref, name=f"{name}.pdf", media_type="application/pdf", size=len(content),
        sha256=hashlib.sha256(content).hexdigest(), path=kept_files.keep(uploads / FOLDER, ref, content),
        property_id=None, kept_at=now, kept_by=f"document:{name}",
    )  # fmt: skip
    session.add(file)
    session.flush()
    return file


def locked(session: Session, ref: str, who: Scope) -> Document:
    """The document, for this transaction alone. Raises Gone where the person may not see it."""
    row = session.scalars(who.select(Document).where(Document.ref == ref).with_for_update()).first()
    if row is None:
        raise Gone(Sentence(N_("There is no such document.")))
    return row


def move(session: Session, row: Document, before: str, after: str, **values: Any) -> None:
    """Change its state, from `before` only. Raises Conflict where somebody was first."""
    done: CursorResult[tuple[()]] = session.execute(  # type: ignore[assignment]
        update(Document).where(Document.id == row.id, Document.state == before).values(state=after, **values)
    )
    if done.rowcount != 1:
        raise Conflict(Sentence(N_("Something else happened to this document meanwhile. Look at it again.")))


def note(session: Session, row: Document, action: str, who: Scope, now: datetime, **detail: Any) -> None:
    """Write into the audit trail what was done to a document."""
    audit(
        session, by=who.by, action=action, subject="document", subject_id=row.id, at=now,
        detail={"number": row.number, "title": row.title, **detail},
    )  # fmt: skip


def _known(session: Session, ref: str, who: Scope) -> bool:
    """Whether this form was used before. Raises Conflict where somebody else's document has this name."""
    row = session.scalars(select(Document).where(Document.ref == ref)).first()
    if row is not None and row.made_by != who.by:
        raise Conflict(Sentence(N_("This form was already used. Open it again.")))
    return row is not None


def _agreement(session: Session, ref: str, who: Scope) -> Agreement:
    found = session.scalars(who.select(Agreement).where(Agreement.ref == ref)).first()
    if found is None:
        raise Gone(Sentence(N_("There is no such agreement.")))
    return found


def _house_of(session: Session, agreement: Agreement) -> int | None:
    return session.scalar(select(Unit.property_id).where(Unit.id == agreement.unit_id))


def _chosen(session: Session, agreement: Agreement, keys: Sequence[str], on: date) -> list[Party]:
    """Who is to sign, in the order of papers. Raises Refused beside "signers" for somebody who is not on it."""
    wanted, parties = set(keys), parties_of(session, agreement, on)
    if wanted - {one.key for one in parties}:
        raise Refused(Sentence(N_("This is not one of the choices.")), "signers")
    return [one for one in parties if one.key in wanted]
