"""The operator's own templates of documents: each change is a new version, none is altered. Verbs: `write`, `retire`.

Without one of its own the business uses the contracts that we bring along (`papers.contracts`).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from domain.access import Scope
from domain.records.names import new_ref
from domain.records.words_out import audit
from domain.rules.document_places import KIND_WORDS, places_of
from domain.rules.document_text import check
from domain.transaction import transaction
from domain.words import N_, Conflict, Gone, Refused, Sentence
from models import DocumentTemplate
from papers.contracts import LANGUAGES

RIGHT = "settings"
TYPES = ("agreement", "addendum", "letter")
MOST_TITLE = 160


@dataclass(frozen=True, slots=True)
class Draft:
    """A template as somebody wrote it. `slug` is "" for a new one: its name is then made of the title."""

    title: str
    body: str
    type: str = "agreement"
    agreement_kind: str = ""
    language: str = "en"
    slug: str = ""


def write(draft: Draft, expected_version: int, *, who: Scope, now: datetime) -> str:
    """Keep a template as a further version; returns its ref.

    `expected_version` is the one that was looked at (0 for none). Raises NotAllowed, Refused beside the field that is
    wrong, Conflict where somebody wrote one in between.
    """
    who.require(RIGHT)
    _check(draft)
    with transaction() as session:
        slug = draft.slug or _free_slug(session, draft.title)
        latest = session.scalar(
            select(func.max(DocumentTemplate.version)).where(
                DocumentTemplate.slug == slug, DocumentTemplate.language == draft.language
            )
        )
        if (latest or 0) != expected_version:
            raise Conflict(
                Sentence(
                    N_(
                        "Somebody else changed this template meanwhile. Look at it again before you change it."
                    )
                )
            )
        row = DocumentTemplate(
            ref=new_ref(), slug=slug, type=draft.type, agreement_kind=draft.agreement_kind, language=draft.language,
            title=draft.title.strip(), version=expected_version + 1, body=draft.body, written_at=now, written_by=who.by,
        )  # fmt: skip
        session.add(row)
        session.flush()
        audit(
            session, by=who.by, action="document_template.written", subject="document_template", subject_id=row.id,
            at=now, detail={"slug": slug, "language": draft.language, "version": row.version},
        )  # fmt: skip
        return row.ref


def retire(ref: str, *, who: Scope, now: datetime) -> bool:
    """Offer a template no more, in this language; documents made of it stay. False when it was retired before."""
    who.require(RIGHT)
    with transaction() as session:
        row = session.scalars(who.select(DocumentTemplate).where(DocumentTemplate.ref == ref)).first()
        if row is None:
            raise Gone(Sentence(N_("There is no such template.")))
        done = session.execute(
            update(DocumentTemplate)
            .where(
                DocumentTemplate.slug == row.slug, DocumentTemplate.language == row.language,
                DocumentTemplate.retired_at.is_(None),
            )
            .values(retired_at=now)
        )  # fmt: skip
        if not done.rowcount:  # type: ignore[attr-defined]
            return False
        audit(
            session, by=who.by, action="document_template.retired", subject="document_template", subject_id=row.id,
            at=now, detail={"slug": row.slug, "language": row.language},
        )  # fmt: skip
        return True


def _check(draft: Draft) -> None:
    if not draft.title.strip():
        raise Refused(Sentence(N_("Write a title.")), "title")
    if len(draft.title) > MOST_TITLE:
        raise Refused(Sentence(N_("Use at most %(count)s characters."), {"count": MOST_TITLE}), "title")
    for field, value, choices in (
        ("type", draft.type, TYPES),
        ("agreement_kind", draft.agreement_kind, ("", *KIND_WORDS)),
        ("language", draft.language, LANGUAGES),
    ):
        if value not in choices:
            raise Refused(Sentence(N_("This is not one of the choices.")), field)
    check(draft.body, places_of(draft.agreement_kind))


def _free_slug(session: Session, title: str) -> str:
    letters = unicodedata.normalize("NFKD", title.casefold()).encode("ascii", "ignore").decode()
    base = re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:40] or "template"
    taken = set(
        session.scalars(
            select(DocumentTemplate.slug).where(DocumentTemplate.slug.startswith(base, autoescape=True))
        )
    )
    slug, number = base, 2
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug
