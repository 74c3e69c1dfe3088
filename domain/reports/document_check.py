"""Is a file one of our documents, unchanged? `look` for anybody who holds it, `problems` for the books' own check.

A file is known by its SHA-256 alone, so that any changed byte, whichever it is, makes it a stranger. What is said of a
file that is ours stands in the file itself; nothing else of an account is told.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session, joinedload, scoped_session, selectinload

from domain.records.document_files import made_with
from domain.rules.signing import ROLE_WORDS, chain_problem, terms_hash
from domain.words import N_, Sentence
from models import Document, Signature, db

MOST_BYTES = 25 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Known:
    """A file that is ours. `whole`: it has the certificate of all signatures. `broken`: our own record of it does not
    agree with itself, so nothing is vouched for. `signed` is (name, role, when) of each signature.
    """

    number: str
    title: str
    state: str
    made_at: datetime
    finished_at: datetime | None
    whole: bool
    broken: bool
    signed: Sequence[tuple[str, Sentence, datetime]]


def sha256_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def look(sha256: str) -> Known | None:
    """What is known of a file with this SHA-256 (hex); None where it is none of ours.

    Drafts are nobody's to check, and a paper that was handed in is nothing that we made: it vouches for no file.
    """
    row = db.session.scalars(
        select(Document)
        .where(Document.state != "draft", made_with(sha256))
        .order_by((Document.signed_sha256 == sha256).desc(), Document.id)
        .options(selectinload(Document.signers), joinedload(Document.file), joinedload(Document.signed_file))
    ).unique().first() if len(sha256) == 64 else None  # fmt: skip
    if row is None:
        return None
    signatures = _signatures(db.session, row)
    parts = [role for _name, role in row.facts["signers"]]
    names = {one.id: (one.name, Sentence(ROLE_WORDS[parts[one.sequence - 1]])) for one in row.signers}
    return Known(
        row.number, row.title, row.state, row.made_at, row.finished_at, sha256 == row.signed_sha256,
        problem_of(row, signatures) is not None,
        [(*names[one.signer_id], one.signed_at) for one in signatures if one.signer_id in names],
    )  # fmt: skip


def problems(session: Session | scoped_session[Any]) -> list[Sentence]:
    """What in the record of documents does not agree with itself: the hashes of signatures, computed again."""
    found = []
    for row in session.scalars(
        select(Document)
        .where(Document.state.in_(("signing", "signed", "declined", "void")))
        .options(selectinload(Document.signers), joinedload(Document.file), joinedload(Document.signed_file))
        .order_by(Document.id)
    ).unique():  # fmt: skip
        problem = problem_of(row, _signatures(session, row))
        found += [problem] if problem is not None else []
    return found


def document_differences(session: Session | scoped_session[Any]) -> Iterator[str]:
    """The same, one line each, for `flask books verify`."""
    for problem in problems(session):
        yield str(problem)


def problem_of(row: Document, signatures: Sequence[Signature]) -> Sentence | None:
    """What is wrong with the record of one document; None where nothing is."""
    said: dict[str, Any] = {"number": row.number}
    if row.file.sha256 != row.sha256 or (row.signed_file and row.signed_file.sha256 != row.signed_sha256):
        return Sentence(N_("Document %(number)s: the kept file is not the one that is named."), said)
    terms = terms_hash(row.number, row.title, row.language, row.facts)
    place = chain_problem([_columns(one) for one in signatures], row.ref, row.sha256, terms)
    if place is not None:
        words = N_("Document %(number)s: signature %(place)s is not what was signed.")
        return Sentence(words, said | {"place": place})
    signers = {one.id for one in row.signers}
    stray = {one.signer_id for one in signatures} - signers
    missing = row.state == "signed" and len(signatures) < len(signers)
    if stray or missing:
        return Sentence(N_("Document %(number)s: signatures and signers do not match."), said)
    return None


def _signatures(session: Session | scoped_session[Any], row: Document) -> list[Signature]:
    return list(
        session.scalars(select(Signature).where(Signature.document_id == row.id).order_by(Signature.id))
    )


def _columns(row: Signature) -> dict[str, Any]:
    return {attribute.key: getattr(row, attribute.key) for attribute in inspect(Signature).column_attrs}
