"""Papers of agreements: templates, documents, who signs them and how they signed, statements, and credit reporting."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Integer,
    String,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tables.base import BigId, Model, fk, one_of, pk
from tables.office import KeptFile


class DocumentTemplate(Model):
    """The operator's own text of a sort of document, in one language; each change is a new version, none is altered.

    `type` is "agreement", "addendum" or "letter"; `agreement_kind` the kind it is for. `body` is text in the safe
    template language of `domain.rules.document_text`: Markdown with {{places}}, nothing that runs.
    """

    __tablename__ = "document_template"
    __table_args__ = (
        CheckConstraint(one_of("type", "agreement", "addendum", "letter"), name="type"),
        UniqueConstraint("slug", "language", "version"),
    )
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    slug: Mapped[str] = mapped_column(String(60))
    type: Mapped[str] = mapped_column(String(12))
    agreement_kind: Mapped[str] = mapped_column(String(16), default="")
    language: Mapped[str] = mapped_column(String(8), default="en")
    title: Mapped[str] = mapped_column(String(160))
    version: Mapped[int] = mapped_column(Integer)
    body: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime]
    written_by: Mapped[str] = mapped_column(String(64))
    retired_at: Mapped[datetime | None]


class Document(Model):
    """One paper of an agreement, kept for ever as the bytes it was made of.

    `state`: "draft" (only the business sees it), "signing" (out for signatures), "signed" (by all), "kept" (nothing to
    sign), "declined", "void". `file_id` is the PDF that is read and signed, `sha256` its hash; `signed_file_id` the
    same with the certificate page once everybody has signed, `signed_sha256` its hash. `facts` are the terms it was
    filled from. `person_id` names whose it is where not all parties may read it (a letter to one of them).
    """

    __tablename__ = "document"
    __table_args__ = (
        CheckConstraint(
            one_of("type", "agreement", "addendum", "order", "letter", "paper"), name="type"
        ),
        CheckConstraint(
            one_of("state", "draft", "signing", "signed", "kept", "declined", "void"), name="state"
        ),
    )  # fmt: skip
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    number: Mapped[str] = mapped_column(String(24), unique=True)
    agreement_id: Mapped[int] = fk("agreement.id")
    person_id: Mapped[int | None] = fk("person.id", nullable=True)
    type: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(String(160))
    language: Mapped[str] = mapped_column(String(8), default="en")
    state: Mapped[str] = mapped_column(String(12), default="draft")
    template_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("document_template.id"))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    file_id: Mapped[int] = fk("kept_file.id", index=False)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    signed_file_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("kept_file.id"))
    signed_sha256: Mapped[str] = mapped_column(String(64), default="", index=True)
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(64))
    finished_at: Mapped[datetime | None]
    void_reason: Mapped[str] = mapped_column(String(300), default="")
    file: Mapped[KeptFile] = relationship(foreign_keys=[file_id])
    signed_file: Mapped[KeptFile | None] = relationship(foreign_keys=[signed_file_id])
    signers: Mapped[list[DocumentSigner]] = relationship(order_by="DocumentSigner.sequence")


class DocumentSigner(Model):
    """Who is to sign a document: a party (`person_id`), or for the business whoever of the office may ("business")."""

    __tablename__ = "document_signer"
    __table_args__ = (
        CheckConstraint(one_of("role", "customer", "joint", "guarantor", "owner", "business"), name="role"),
        UniqueConstraint("document_id", "sequence"),
    )
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    document_id: Mapped[int] = fk("document.id", index=False)
    sequence: Mapped[int] = mapped_column(Integer)
    role: Mapped[str] = mapped_column(String(12))
    person_id: Mapped[int | None] = fk("person.id", nullable=True)
    name: Mapped[str] = mapped_column(String(120))
    invited_at: Mapped[datetime | None]
    viewed_at: Mapped[datetime | None]
    declined_at: Mapped[datetime | None]
    decline_reason: Mapped[str] = mapped_column(String(300), default="")


class Signature(Model):
    """One signature; a row of the books: only ever added.

    `document_sha256` is the hash of the exact bytes signed; `hash` covers this row and `previous_hash`, the one of the
    signature before it on the document, so that none can be changed, taken out or put elsewhere unseen. `consent` and
    `intent` are the texts that were agreed to (E-SIGN, 15 U.S.C. 7001(c); UETA 7), `proof` how the signer was known:
    the ways used in this sign-in, in words of `domain.rules.signing`.
    """

    __tablename__ = "signature"
    id: Mapped[int] = pk()
    document_id: Mapped[int] = fk("document.id")
    signer_id: Mapped[int] = mapped_column(BigId, ForeignKey("document_signer.id"), unique=True)
    document_sha256: Mapped[str] = mapped_column(String(64))
    typed_name: Mapped[str] = mapped_column(String(120))
    consent: Mapped[str] = mapped_column(Text)
    intent: Mapped[str] = mapped_column(Text)
    texts_version: Mapped[str] = mapped_column(String(24))
    language: Mapped[str] = mapped_column(String(8))
    proof: Mapped[str] = mapped_column(String(120))
    signed_at: Mapped[datetime]
    signed_by: Mapped[str] = mapped_column(String(64))
    address: Mapped[str] = mapped_column(String(64), default="")
    device: Mapped[str] = mapped_column(String(200), default="")
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class PeriodStatement(Model):
    """What happened on an agreement in a month or a year, frozen; a row of the books: only ever added.

    `body` has everything the page and the paper show (opening, movements, closing, aging, next due; for years interest,
    rent and fees paid) with names and sentences, so that it reads the same for ever, in every language. What is
    corrected later stands on the next one: `through_entry` is the last entry of the agreement's chain that was known.
    (A `Statement` bills a credit line, with a minimum and a due day.)
    """

    __tablename__ = "period_statement"
    __table_args__ = (
        CheckConstraint(one_of("span", "month", "year"), name="span"),
        UniqueConstraint("agreement_id", "span", "period_from"),
    )
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    number: Mapped[str] = mapped_column(String(32), unique=True)
    agreement_id: Mapped[int] = fk("agreement.id", index=False)
    span: Mapped[str] = mapped_column(String(8))
    period_from: Mapped[date]
    period_to: Mapped[date]
    currency: Mapped[str] = mapped_column(String(3))
    opening_minor: Mapped[int] = mapped_column(BigInteger)
    closing_minor: Mapped[int] = mapped_column(BigInteger)
    through_entry: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    issued_at: Mapped[datetime]


class CreditReporting(Model):
    """Whether the business reports payments to a credit bureau, to whom, and since when; each change is a new row."""

    __tablename__ = "credit_reporting"
    id: Mapped[int] = pk()
    reports: Mapped[bool] = mapped_column(default=False, server_default=false())
    furnisher: Mapped[str] = mapped_column(String(120), default="")
    bureaus: Mapped[str] = mapped_column(String(200), default="")
    dispute_address: Mapped[str] = mapped_column(Text, default="")
    needs_consent: Mapped[bool] = mapped_column(default=True)
    effective_from: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(64))


class CreditConsent(Model):
    """A person agreed that payments on an agreement are reported, or took that back; the newest row counts."""

    __tablename__ = "credit_consent"
    id: Mapped[int] = pk()
    agreement_id: Mapped[int] = fk("agreement.id")
    person_id: Mapped[int] = fk("person.id")
    agreed: Mapped[bool]
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(64))
