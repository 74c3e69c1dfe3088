"""Ways to pay: methods, the permissions they rest on, links that pay one amount."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from tables.base import BigId, Model, fk, one_of, pk


class PaymentMethod(Model):
    """A bank account or card: its token (sealed), what to call it, and its last digits.

    The token is what the gateway gave us or, for gateways of files, the account itself as JSON of
    `gateways.files.BankAccount`. A person has at most one `rank` "primary" and one "backup". `fingerprint` is a keyed
    hash of the account, so that one added twice is found. `stopped_code` is the return after which it is not to be used
    before it is put right.
    """

    __tablename__ = "payment_method"
    __table_args__ = (
        CheckConstraint(one_of("kind", "bank", "card"), name="kind"),
        CheckConstraint(one_of("rank", "primary", "backup", "other"), name="rank"),
        CheckConstraint(one_of("verification", "none", "sent", "passed", "failed"), name="verification"),
        *(
            Index(
                f"uq_payment_method_{rank}",
                "person_id",
                unique=True,
                sqlite_where=text(f"rank = '{rank}' AND removed_at IS NULL"),
                postgresql_where=text(f"rank = '{rank}' AND removed_at IS NULL"),
            )
            for rank in ("primary", "backup")
        ),
    )
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    person_id: Mapped[int] = fk("person.id")
    gateway: Mapped[str] = mapped_column(String(24))
    setup_ref: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(8))
    label: Mapped[str] = mapped_column(String(80))
    last4: Mapped[str] = mapped_column(String(4))
    bank_name: Mapped[str] = mapped_column(String(80), default="")
    expires: Mapped[str] = mapped_column(String(7), default="")
    funding: Mapped[str] = mapped_column(String(8), default="", server_default="")
    account_type: Mapped[str] = mapped_column(String(8), default="", server_default="")
    holder: Mapped[str] = mapped_column(String(120), default="", server_default="")
    country: Mapped[str] = mapped_column(String(2), default="", server_default="")
    nickname: Mapped[str] = mapped_column(String(40), default="", server_default="")
    rank: Mapped[str] = mapped_column(String(8), default="other", server_default="other")
    fingerprint: Mapped[str] = mapped_column(String(64), default="", server_default="", index=True)
    verification: Mapped[str] = mapped_column(String(8), default="none", server_default="none")
    verify_sent_on: Mapped[date | None]
    verify_amounts_sealed: Mapped[str | None] = mapped_column(Text)
    verify_tries: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    stopped_code: Mapped[str] = mapped_column(String(16), default="", server_default="")
    stopped_at: Mapped[datetime | None]
    token_sealed: Mapped[str] = mapped_column(Text)
    kept: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class Mandate(Model):
    """A permission to take money as it was given: its text, who accepted it, when and how safely they were signed in.

    For one payment or (`recurring`) for more. `class_code` is the ACH entry class (WEB, PPD, CCD, TEL). The row stands
    as it was accepted; only its end is written to it later.
    """

    __tablename__ = "mandate"
    __table_args__ = (CheckConstraint(one_of("scheme", "ach", "sepa", "bacs", "card"), name="scheme"),)
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(35), unique=True)
    method_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("payment_method.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"), index=True)
    agreement_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("agreement.id"), index=True)
    scheme: Mapped[str] = mapped_column(String(8))
    class_code: Mapped[str] = mapped_column(String(4), default="")
    recurring: Mapped[bool] = mapped_column(default=False)
    channel: Mapped[str] = mapped_column(String(8), default="portal")
    language: Mapped[str] = mapped_column(String(8), default="en")
    version: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text)
    text_hash: Mapped[str] = mapped_column(String(64))
    accepted_at: Mapped[datetime]
    accepted_on: Mapped[date]
    accepted_by: Mapped[str] = mapped_column(String(64))
    strength: Mapped[str] = mapped_column(String(12), default="")
    address: Mapped[str] = mapped_column(String(64), default="")
    device: Mapped[str] = mapped_column(String(200), default="")
    content_hash: Mapped[str] = mapped_column(String(64))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str] = mapped_column(String(64), default="")


class PayLink(Model):
    """A link by which one amount of one agreement can be paid without signing in, once. Only its hash is here."""

    __tablename__ = "pay_link"
    __table_args__ = (CheckConstraint("amount_minor > 0", name="positive"),)
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    agreement_id: Mapped[int] = fk("agreement.id")
    person_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"), index=True)
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    note: Mapped[str] = mapped_column(String(120), default="")
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
