"""Every table of Duebook: declarations only, no queries and no behaviour.

**The nouns, in the order in which money meets them.**

A `Business` runs the portal; there is one per installation. A `Person` is somebody it knows: a borrower, a tenant, a
clerk, the landlord. A person who may sign in has one `User`; each time they do is a `SignIn`, a row the server can end.
A `Token` is a link we mailed (to claim an account, to recover a password), a `Code` six digits that we sent: only their
hash is here, and they work once. A user may have `Passkey`s and `RecoveryCode`s; a `KnownDevice` is a browser they
signed in from before. A `UserLimit` says which property or branch a user of the office is limited to, or owns. A
`Throttle` counts tries. An `AuditSeal` seals what people did, as a `Seal` does with the books.

An `Agreement` is what somebody owes under: a loan, a lease-to-own, a rental or a credit line. The terms of a loan stand
in `Loan`; those of the others are lists of dated lines and stand as one document in `Agreement.terms`, which the rules
of the kind check before it is kept. Each later change of terms is an `AgreementChange`, a row that is only ever added.
The people on it are its `AgreementParty` rows, and it may have none yet; a rental is of a `Unit` in a `Property`.

What falls due under a loan comes from the terms by rule and is called an installment. What falls due under the others,
and every fee, is a `Charge`, posted once per agreement, rule and period by the day's billing or by a person. A charge
is lowered by a further one that names it (a waiver is a second row, the first one stays). A `Statement` closes a cycle
of a credit line. A `LateFeePolicy` is one version of a fee rule; a `LegalCap` a dated figure of law, kept by the
operator. A `Hold` stops payments of an agreement and says why.

The books are double entry. A `JournalEntry` has one cause, one key that is UNIQUE for that cause, and `JournalLine`s
that sum to zero: debit is positive, credit negative, in integer minor units of the entry's currency. An `Allocation`
says which installment, charge or bucket a piece of a payment paid. Rows of the books are only ever added; triggers
refuse UPDATE and DELETE. Entries are chained by hash per agreement, and a daily `Seal` covers the heads of all chains.
A `Balance` (per agreement and account) and a `Standing` (per agreement) are kept in the same transaction as the lines,
so that pages need not add up history; `flask books verify` proves them against the lines.

A `Payment` is one intent to pay one agreement. It has `Attempt`s, each one try at a gateway under a key of its own;
what happened to it is a list of `PaymentEvent`s, and its state changes through one door only. Money that comes back is
a `PaymentReturn`, a row of its own. A settled payment has a `Receipt`. A `PaymentMethod` is a bank account or card that
a gateway keeps for us: we hold its sealed token and its last four digits, never its number.

An `ImportBatch` is one file brought in, an `ImportRow` one line of it. `Outbox` holds mails to be sent, written in the
transaction that caused them. An `AuditEvent` says who did what. A `DutyRun` says that a timed duty was done for a day.

Money columns end in `_minor`, local calendar dates in `_on`, instants (UTC) in `_at`. `ref` is a random public name:
addresses in the browser use it, never the integer id.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry, relationship

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python on both databases (SQLite would otherwise give back a naive one)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("an instant needs its zone")
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


class ExactDecimal(TypeDecorator[Decimal]):
    """A decimal kept as its text, because SQLite stores NUMERIC as binary fractions."""

    impl = String(40)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Any) -> str | None:
        return None if value is None else format(value, "f")

    def process_result_value(self, value: str | None, dialect: Any) -> Decimal | None:
        return None if value is None else Decimal(value)


class Base(DeclarativeBase):
    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={datetime: UTCDateTime(), date: Date(), Decimal: ExactDecimal()},
    )
    if TYPE_CHECKING:
        __table__: ClassVar[Table]


db = SQLAlchemy(model_class=Base)
if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model

BigId = BigInteger().with_variant(Integer, "sqlite")


def one_of(column: str, *values: str) -> str:
    """The text of a CHECK that lets `column` be one of `values` only."""
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def pk() -> Mapped[int]:
    return mapped_column(BigId, primary_key=True)


def fk(target: str, *, index: bool = True, nullable: bool = False) -> Mapped[Any]:
    return mapped_column(BigId, ForeignKey(target), index=index, nullable=nullable)


# --- the business and its people ---------------------------------------------------------------------------------


class Business(Model):
    """Who runs this portal: its name, how to reach it, its currency, its zone and its policies. One row."""

    __tablename__ = "business"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)
    id: Mapped[int] = mapped_column(Integer, primary_key=True, default=1)
    name: Mapped[str] = mapped_column(String(120))
    tagline: Mapped[str] = mapped_column(String(200), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    address: Mapped[str] = mapped_column(Text, default="")
    hours: Mapped[str] = mapped_column(Text, default="")
    currency: Mapped[str] = mapped_column(String(3), default="USD")
    language: Mapped[str] = mapped_column(String(8), default="en")
    returned_payment_fee_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    payments_paused: Mapped[bool] = mapped_column(default=False)


class Person(Model):
    """Somebody the business knows. `number` is the customer number printed on letters ("C-10001").

    `zone` is their time zone (IANA name), "" for the business's; the two hours say from when until when, by their own
    clock, they wish to be written to or called.
    """

    __tablename__ = "person"
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    number: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(200), index=True)
    email: Mapped[str] = mapped_column(String(254), default="")
    email_folded: Mapped[str] = mapped_column(String(254), default="", index=True)
    phone: Mapped[str] = mapped_column(String(40), default="")
    address: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(8), default="")
    zone: Mapped[str] = mapped_column(String(40), default="", server_default="")
    contact_from_hour: Mapped[int | None] = mapped_column(Integer)
    contact_until_hour: Mapped[int | None] = mapped_column(Integer)
    created_at: Mapped[datetime]
    user: Mapped[User | None] = relationship(back_populates="person")
    parties: Mapped[list[AgreementParty]] = relationship(back_populates="person")


class User(Model):
    """A person's way in. The three names (username, e-mail, customer number) lead to at most one user.

    `failed_count` and `locked_until` are the lockout counters: in the database, so they hold for every worker.
    `frozen_at`: the owner said "this was not me"; nobody signs in until a new password is set by a mailed link.
    `phrase` is what our mails quote so that they can be told from forged ones. `sms_number` (E.164) was proved by a
    code. `duties` narrow what staff may do (`domain.access.DUTIES`); null means every duty of the role.
    """

    __tablename__ = "user_account"
    __table_args__ = (CheckConstraint(one_of("role", "customer", "staff", "admin", "landlord"), name="role"),)
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"), unique=True)
    role: Mapped[str] = mapped_column(String(16))
    username: Mapped[str] = mapped_column(String(64))
    username_folded: Mapped[str] = mapped_column(String(64), unique=True)
    email_folded: Mapped[str | None] = mapped_column(String(254), unique=True)
    password_hash: Mapped[str] = mapped_column(String(255))
    password_changed_at: Mapped[datetime]
    totp_sealed: Mapped[str | None] = mapped_column(Text)
    totp_last_step: Mapped[int] = mapped_column(BigInteger, default=0)
    failed_count: Mapped[int] = mapped_column(Integer, default=0)
    locked_until: Mapped[datetime | None]
    frozen_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    phrase: Mapped[str] = mapped_column(String(80), default="", server_default="")
    sms_number: Mapped[str] = mapped_column(String(20), default="", server_default="")
    sms_verified_at: Mapped[datetime | None]
    duties: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    created_at: Mapped[datetime]
    person: Mapped[Person] = relationship(back_populates="user")


class SignIn(Model):
    """One signed-in browser. The cookie holds a random id; its SHA-256 is here, so a stolen table opens nothing.

    `stage` is "password" until a second factor that the user has was given, "device" until the mailed code of a sign-in
    from an unknown browser was given, then "full". `strength` says by what it was proved. `stepped_up_at`: when the
    person last proved again that it is them, and `stepped_up_for` what it was asked for (a hash of the shown amount or
    account; "" for anything). `viewing_person_id`: staff look at this customer's pages, and may only read.
    """

    __tablename__ = "sign_in"
    __table_args__ = (CheckConstraint(one_of("stage", "password", "device", "full"), name="stage"),)
    id: Mapped[int] = pk()
    id_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = fk("user_account.id")
    stage: Mapped[str] = mapped_column(String(16), default="full")
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_why: Mapped[str] = mapped_column(String(32), default="")
    address: Mapped[str] = mapped_column(String(64), default="")
    device: Mapped[str] = mapped_column(String(200), default="")
    strength: Mapped[str] = mapped_column(String(16), default="password", server_default="password")
    known_device_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("known_device.id"))
    stepped_up_at: Mapped[datetime | None]
    stepped_up_for: Mapped[str] = mapped_column(String(64), default="", server_default="")
    viewing_person_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))


class KnownDevice(Model):
    """A browser that a user signed in from in full: a cookie of its own holds a random secret, its hash is here.

    A sign-in from a known one needs no mailed code. Where the person asked for it, it also stands for the second factor
    until `trusted_until` (30 days at most), never for a step-up.
    """

    __tablename__ = "known_device"
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    user_id: Mapped[int] = fk("user_account.id")
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    device: Mapped[str] = mapped_column(String(200), default="")
    address: Mapped[str] = mapped_column(String(64), default="")
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
    trusted_until: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class Code(Model):
    """Six digits sent by mail or text message, for one purpose of one sign-in, good for ten minutes and five tries.

    Only a keyed hash is kept. "device": a sign-in from an unknown browser; "sms": the second step of a sign-in or a
    step-up; "number": proof of a telephone number; "email": step-up of a user without any second factor.
    """

    __tablename__ = "code"
    __table_args__ = (CheckConstraint(one_of("purpose", "device", "sms", "number", "email"), name="purpose"),)
    id: Mapped[int] = pk()
    purpose: Mapped[str] = mapped_column(String(16))
    user_id: Mapped[int] = fk("user_account.id")
    sign_in_id: Mapped[int] = fk("sign_in.id")
    sent_to: Mapped[str] = mapped_column(String(254))
    code_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(Integer, default=0)
    used_at: Mapped[datetime | None]
    voided_at: Mapped[datetime | None]


class RecoveryCode(Model):
    """One of ten codes on paper that stand for the second factor once. A new set voids the old one."""

    __tablename__ = "recovery_code"
    id: Mapped[int] = pk()
    user_id: Mapped[int] = fk("user_account.id")
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    voided_at: Mapped[datetime | None]


class Passkey(Model):
    """A passkey (WebAuthn) of a user: the public key of a fingerprint or face sign-in. `name` is the person's own."""

    __tablename__ = "passkey"
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    user_id: Mapped[int] = fk("user_account.id")
    credential_id: Mapped[str] = mapped_column(String(512), unique=True)
    public_key: Mapped[str] = mapped_column(Text)
    sign_count: Mapped[int] = mapped_column(BigInteger, default=0)
    transports: Mapped[str] = mapped_column(String(80), default="")
    backed_up: Mapped[bool] = mapped_column(default=False)
    name: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]


class PasskeyChallenge(Model):
    """A question for a passkey, good once and for five minutes. `bound_to`: the hash of the page session it was for."""

    __tablename__ = "passkey_challenge"
    __table_args__ = (
        CheckConstraint(one_of("purpose", "add", "sign_in", "second", "step_up"), name="purpose"),
    )
    id: Mapped[int] = pk()
    challenge: Mapped[str] = mapped_column(String(128), unique=True)
    purpose: Mapped[str] = mapped_column(String(16))
    user_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("user_account.id"))
    bound_to: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class UserLimit(Model):
    """One property or one branch that a user of the office is limited to; for a landlord, the properties they own.

    Staff without any row see the whole business; a landlord without any row sees nothing.
    """

    __tablename__ = "user_limit"
    __table_args__ = (
        UniqueConstraint("user_id", "property_id", "branch"),
        CheckConstraint("(property_id IS NULL) <> (branch = '')", name="one"),
    )
    id: Mapped[int] = pk()
    user_id: Mapped[int] = fk("user_account.id", index=False)
    property_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("property.id"), index=True)
    branch: Mapped[str] = mapped_column(String(60), default="")
    added_at: Mapped[datetime]
    added_by: Mapped[str] = mapped_column(String(64))


class Throttle(Model):
    """How often something was tried within a window of time: by an address, at a name, at a costly page, by all."""

    __tablename__ = "throttle"
    bucket: Mapped[str] = mapped_column(String(120), primary_key=True)
    window_start: Mapped[datetime] = mapped_column(primary_key=True, index=True)
    count: Mapped[int] = mapped_column(Integer, default=0)
    blocked_until: Mapped[datetime | None]


class Token(Model):
    """A link we mailed: one purpose, one person, one use. Only the SHA-256 of its secret is kept.

    "claim" gets an account, "recover" sets a new password, "email" proves the new address in `sent_to`, "alarm" says
    "this was not me". `detail` is what the link brings: the role, duties and limits of an invited colleague.
    """

    __tablename__ = "token"
    __table_args__ = (
        CheckConstraint(one_of("purpose", "claim", "recover", "email", "alarm"), name="purpose"),
    )
    id: Mapped[int] = pk()
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[str] = mapped_column(String(16))
    person_id: Mapped[int] = fk("person.id")
    agreement_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("agreement.id"))
    sent_to: Mapped[str] = mapped_column(String(254))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    voided_at: Mapped[datetime | None]


# --- agreements ----------------------------------------------------------------------------------------------------


class Agreement(Model):
    """What somebody owes under. `number` is printed on paper ("L-10042"); `title` says what for, in plain words.

    `batch_id` names the import that brought it in, if one did. `terms` is the document of a kind that has no table of
    its own; `details` is what was bought or leased. `ends_on` is the contract's end, `ended_on` the day it really ended
    (goods returned, moved out): nothing falls due after it. `branch` is the office or lot that looks after it, "" for
    the whole business.
    """

    __tablename__ = "agreement"
    __table_args__ = (
        CheckConstraint(one_of("kind", "loan", "lease_to_own", "rental", "credit_line"), name="kind"),
        CheckConstraint(one_of("status", "active", "closed", "charged_off", "undone"), name="status"),
    )
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    number: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(16), default="active", index=True)
    title: Mapped[str] = mapped_column(String(200), default="")
    currency: Mapped[str] = mapped_column(String(3))
    start_on: Mapped[date]
    opened_on: Mapped[date]
    created_at: Mapped[datetime]
    batch_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("import_batch.id"), index=True)
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    terms: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    unit_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("unit.id"), index=True)
    ends_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    branch: Mapped[str] = mapped_column(String(60), default="", server_default="", index=True)
    parties: Mapped[list[AgreementParty]] = relationship(back_populates="agreement")
    standing: Mapped[Standing] = relationship(back_populates="agreement")
    loan: Mapped[Loan | None] = relationship(back_populates="agreement")
    unit: Mapped[Unit | None] = relationship()
    changes: Mapped[list[AgreementChange]] = relationship(order_by="AgreementChange.number")


class AgreementParty(Model):
    """A person on an agreement, from a day and perhaps until a day. A "payer" is an agency that pays a share."""

    __tablename__ = "agreement_party"
    __table_args__ = (
        UniqueConstraint("agreement_id", "person_id"),
        CheckConstraint(one_of("role", "customer", "joint", "guarantor", "payer"), name="role"),
    )
    id: Mapped[int] = pk()
    agreement_id: Mapped[int] = fk("agreement.id", index=False)
    person_id: Mapped[int] = fk("person.id")
    role: Mapped[str] = mapped_column(String(16), default="customer")
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    agreement: Mapped[Agreement] = relationship(back_populates="parties")
    person: Mapped[Person] = relationship(back_populates="parties")


class Loan(Model):
    """The terms of an agreement that is a loan, as `domain.rules.schedule.LoanTerms` reads them.

    `payment_minor` is the installment stated in the contract: it is accepted as it is, since lenders round both ways.
    `skip_months` are calendar months with commas between, `steps` pairs of a payment's number and the amount from it.
    The `opening_*` columns say where a loan stood when it was brought in: money already met on the schedule, and the
    day through which its interest was paid. `revisions` are the changes of its plan since, in order
    (`domain.rules.revisions`); who made each and why stands in `AgreementChange`.
    """

    __tablename__ = "loan"
    __table_args__ = (
        CheckConstraint("principal_minor >= 0 AND count > 0", name="terms"),
        CheckConstraint(one_of("interest", "period", "daily", "flat"), name="interest"),
        CheckConstraint("opening_met_minor >= 0", name="opening_met"),
    )
    agreement_id: Mapped[int] = mapped_column(BigId, ForeignKey("agreement.id"), primary_key=True)
    principal_minor: Mapped[int] = mapped_column(BigInteger)
    annual_rate_percent: Mapped[Decimal]
    count: Mapped[int]
    frequency: Mapped[str] = mapped_column(String(24))
    anchor_days: Mapped[str] = mapped_column(String(16), default="")
    first_due_on: Mapped[date]
    interest: Mapped[str] = mapped_column(String(8), default="period")
    day_count: Mapped[str] = mapped_column(String(16), default="30/360")
    rounding: Mapped[str] = mapped_column(String(16), default="half-up")
    payment_rounding: Mapped[str] = mapped_column(String(16), default="half-up")
    payment_unit_minor: Mapped[int] = mapped_column(BigInteger, default=1)
    payment_minor: Mapped[int | None] = mapped_column(BigInteger)
    last: Mapped[str] = mapped_column(String(16), default="absorb")
    balloon_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    skip_months: Mapped[str] = mapped_column(String(32), default="", server_default="")
    interest_only: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    steps: Mapped[list[Any]] = mapped_column(JSON, default=list, server_default="[]")
    rebate: Mapped[str] = mapped_column(String(16), default="days", server_default="days")
    waterfall: Mapped[str] = mapped_column(String(64), default="interest,principal,fees")
    opening_met_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    opening_interest_from: Mapped[date]
    revisions: Mapped[list[Any]] = mapped_column(JSON, default=list, server_default="[]")
    agreement: Mapped[Agreement] = relationship(back_populates="loan")


class AgreementChange(Model):
    """A change of terms, agreed on later and counting from a day: a deferral, a rent increase, another due day.

    Only ever added. `body` is what the rules of the kind need to know of it; for a document of terms, before and after.
    """

    __tablename__ = "agreement_change"
    __table_args__ = (UniqueConstraint("agreement_id", "number"),)
    id: Mapped[int] = pk()
    agreement_id: Mapped[int] = fk("agreement.id", index=False)
    number: Mapped[int] = mapped_column(Integer)
    type: Mapped[str] = mapped_column(String(24))
    effective_on: Mapped[date]
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(String(300), default="")
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(64))


class Property(Model):
    """A house or a building with units to let. `jurisdiction` names whose law holds there ("US-CA")."""

    __tablename__ = "property"
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    address: Mapped[str] = mapped_column(Text, default="")
    jurisdiction: Mapped[str] = mapped_column(String(16), default="")
    branch: Mapped[str] = mapped_column(String(60), default="", server_default="", index=True)
    created_at: Mapped[datetime]
    units: Mapped[list[Unit]] = relationship(back_populates="property", order_by="Unit.name")


class Unit(Model):
    """A flat, a room, a store: what a rental is of. `size` is in the business's own measure (square feet or metres)."""

    __tablename__ = "unit"
    __table_args__ = (UniqueConstraint("property_id", "name"),)
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    property_id: Mapped[int] = fk("property.id", index=False)
    name: Mapped[str] = mapped_column(String(60))
    beds: Mapped[int | None]
    baths: Mapped[Decimal | None]
    size: Mapped[int | None]
    market_rent_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    created_at: Mapped[datetime]
    property: Mapped[Property] = relationship(back_populates="units")


class Hold(Model):
    """Why nobody may pay an agreement through the portal for now: an eviction, certified funds only, a dispute."""

    __tablename__ = "hold"
    __table_args__ = (CheckConstraint(one_of("type", "eviction", "certified_funds", "other"), name="type"),)
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    agreement_id: Mapped[int] = fk("agreement.id")
    type: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(300))
    placed_at: Mapped[datetime]
    placed_by: Mapped[str] = mapped_column(String(64))
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[str] = mapped_column(String(64), default="")


class LateFeePolicy(Model):
    """One version of a late-fee rule (`domain.rules.late_fees`): for a kind, a property or one agreement, from a day.

    Only ever added: a change is a further version, and charges due before its day keep the old one.
    """

    __tablename__ = "late_fee_policy"
    __table_args__ = (
        UniqueConstraint("name", "version"),
        CheckConstraint(one_of("kind", "loan", "lease_to_own", "rental", "credit_line"), name="kind"),
    )
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    version: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(16))
    property_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("property.id"), index=True)
    agreement_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("agreement.id"), index=True)
    effective_from: Mapped[date]
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(64))


class LegalCap(Model):
    """A figure of law as the operator knows it: where, what, from when, by which source, checked on which day.

    `what` is "late_fee", "rate" or "returned_payment_fee"; money in minor units, `percent` of the rent or payment (of
    the year for a rate), with both the "lesser" or the "greater" as `combine` says; `earliest_days` is how many days
    after the due day a fee may first be asked.
    """

    __tablename__ = "legal_cap"
    __table_args__ = (
        CheckConstraint(one_of("what", "late_fee", "rate", "returned_payment_fee"), name="what"),
    )
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    jurisdiction: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(16), default="")
    what: Mapped[str] = mapped_column(String(24))
    effective_from: Mapped[date]
    amount_minor: Mapped[int | None] = mapped_column(BigInteger)
    percent: Mapped[Decimal | None]
    earliest_days: Mapped[int | None]
    combine: Mapped[str] = mapped_column(String(8), default="lesser")
    source: Mapped[str] = mapped_column(String(300))
    verified_on: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(64))


class Standing(Model):
    """Where an agreement stands, kept in the transaction that posts: the head of its chain and what has been met.

    `installments_met_minor` is the money applied to installments so far; `interest_from` is the day through which
    interest has been posted. What the terms ask for is posted through `billed_through`; `next_bill_on` is the day on
    which the day's billing looks again. Locking this row makes postings to one agreement wait in line.
    """

    __tablename__ = "standing"
    agreement_id: Mapped[int] = mapped_column(BigId, ForeignKey("agreement.id"), primary_key=True)
    entries: Mapped[int] = mapped_column(Integer, default=0)
    head_hash: Mapped[str] = mapped_column(String(64), default="")
    installments_met_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    interest_from: Mapped[date]
    billed_through: Mapped[date | None]
    next_bill_on: Mapped[date | None] = mapped_column(index=True)
    agreement: Mapped[Agreement] = relationship(back_populates="standing")


# --- the books: rows are only ever added ---------------------------------------------------------------------------


class LedgerAccount(Model):
    """One account of the chart. Asset and expense balances are debits (positive), the others credits (negative)."""

    __tablename__ = "ledger_account"
    __table_args__ = (
        CheckConstraint(one_of("type", "asset", "liability", "equity", "income", "expense"), name="type"),
    )
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    type: Mapped[str] = mapped_column(String(12))


class JournalEntry(Model):
    """One thing that happened to money. `key` is UNIQUE, so the same cause cannot be posted twice.

    `effective_on` is the local day it counts for, `recorded_at` when we wrote it down. `position` and `previous_hash`
    chain the entries of one agreement; entries without an agreement are not chained. `note` holds the reason.
    """

    __tablename__ = "journal_entry"
    __table_args__ = (
        UniqueConstraint("agreement_id", "position"),
        Index("ix_journal_entry_agreement_effective", "agreement_id", "effective_on"),
    )
    id: Mapped[int] = pk()
    key: Mapped[str] = mapped_column(String(160), unique=True)
    cause: Mapped[str] = mapped_column(String(40))
    agreement_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("agreement.id"))
    position: Mapped[int | None] = mapped_column(Integer)
    payment_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("payment.id"), index=True)
    reverses_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("journal_entry.id"))
    currency: Mapped[str] = mapped_column(String(3))
    effective_on: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(64))
    note: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    previous_hash: Mapped[str] = mapped_column(String(64), default="")
    hash: Mapped[str] = mapped_column(String(64))
    lines: Mapped[list[JournalLine]] = relationship(back_populates="entry", order_by="JournalLine.id")


class JournalLine(Model):
    """One side of an entry: `amount_minor` is positive for a debit and negative for a credit, never zero.

    The foreign key is deferred: on SQLite the lines are written before their header, whose trigger checks their sum.
    """

    __tablename__ = "journal_line"
    __table_args__ = (CheckConstraint("amount_minor <> 0", name="not_zero"),)
    id: Mapped[int] = pk()
    entry_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("journal_entry.id", deferrable=True, initially="DEFERRED"), index=True
    )
    account: Mapped[str] = mapped_column(String(40), ForeignKey("ledger_account.code"))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    entry: Mapped[JournalEntry] = relationship(back_populates="lines")


class Balance(Model):
    """The sum of an agreement's lines on one account, kept as they are posted."""

    __tablename__ = "balance"
    agreement_id: Mapped[int] = mapped_column(BigId, ForeignKey("agreement.id"), primary_key=True)
    account: Mapped[str] = mapped_column(String(40), ForeignKey("ledger_account.code"), primary_key=True)
    amount_minor: Mapped[int] = mapped_column(BigInteger)


class Charge(Model):
    """Something that fell due: a month's rent, a lease payment, a purchase, a fee. Unique per agreement, rule, period.

    `type` is one of `domain.rules.planned.CHARGE_TYPES` and decides the accounts. `tax_minor` is the part of the amount
    that is tax. `payer` names whose share it is, "" when nobody's alone. `posted_on` is the business day on which it
    was posted: a charge that was posted late is late no sooner than somebody could see it. `about_id` names the charge
    that this row lowers: a waiver, a correction.
    """

    __tablename__ = "charge"
    __table_args__ = (
        UniqueConstraint("agreement_id", "rule", "period"),
        CheckConstraint("amount_minor <> 0", name="not_zero"),
    )
    id: Mapped[int] = pk()
    agreement_id: Mapped[int] = fk("agreement.id", index=False)
    entry_id: Mapped[int] = fk("journal_entry.id")
    rule: Mapped[str] = mapped_column(String(40))
    period: Mapped[str] = mapped_column(String(64))
    due_on: Mapped[date]
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    type: Mapped[str] = mapped_column(String(24), default="fee", server_default="fee")
    name: Mapped[str] = mapped_column(String(120), default="", server_default="")
    period_from: Mapped[date | None]
    period_to: Mapped[date | None]
    tax_minor: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    payer: Mapped[str] = mapped_column(String(32), default="", server_default="")
    posted_on: Mapped[date | None]
    about_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("charge.id"), index=True)


class Statement(Model):
    """A closed cycle of a credit line, frozen as it was issued: what it began with, what happened, what is asked.

    `past_due_minor` is what of the minimum was due before already, since `late_since`.
    """

    __tablename__ = "statement"
    __table_args__ = (UniqueConstraint("agreement_id", "closing_on"),)
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    agreement_id: Mapped[int] = fk("agreement.id", index=False)
    period_from: Mapped[date]
    closing_on: Mapped[date]
    due_on: Mapped[date]
    closing_minor: Mapped[int] = mapped_column(BigInteger)
    minimum_minor: Mapped[int] = mapped_column(BigInteger)
    past_due_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    late_since: Mapped[date | None]
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    issued_at: Mapped[datetime]


BUCKETS = (
    "interest", "principal", "fees", "credit", "rent", "other", "lease", "purchases", "finance", "deposit",
    "recovery",
)  # fmt: skip


class Allocation(Model):
    """What a piece of a payment paid: interest or principal of an installment, a charge, or credit kept for later.

    A returned payment's allocations are repeated with the opposite sign by the entry that reverses it. Credit that pays
    a charge later has rows of its own, without a payment. `payer` says whose credit was kept or used, "" where it is
    nobody's alone: roommates do not pay with each other's money.
    """

    __tablename__ = "allocation"
    __table_args__ = (
        CheckConstraint(one_of("bucket", *BUCKETS), name="bucket"),
        CheckConstraint("amount_minor <> 0", name="not_zero"),
    )
    id: Mapped[int] = pk()
    entry_id: Mapped[int] = fk("journal_entry.id")
    payment_id: Mapped[int | None] = fk("payment.id", nullable=True)
    bucket: Mapped[str] = mapped_column(String(12))
    installment_number: Mapped[int | None] = mapped_column(Integer)
    due_on: Mapped[date | None]
    charge_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("charge.id"), index=True)
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    payer: Mapped[str] = mapped_column(String(32), server_default="")


class Seal(Model):
    """The books of one day, sealed: a hash over the head of every chain up to and with entry `through_entry_id`."""

    __tablename__ = "seal"
    id: Mapped[int] = pk()
    day: Mapped[date] = mapped_column(unique=True)
    through_entry_id: Mapped[int] = mapped_column(BigInteger)
    entries: Mapped[int] = mapped_column(BigInteger)
    heads_hash: Mapped[str] = mapped_column(String(64))
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    sealed_at: Mapped[datetime]


# --- payments ------------------------------------------------------------------------------------------------------


class PaymentMethod(Model):
    """A bank account or card that a gateway keeps: its token (sealed), what to call it, and its last digits."""

    __tablename__ = "payment_method"
    __table_args__ = (CheckConstraint(one_of("kind", "bank", "card"), name="kind"),)
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
    token_sealed: Mapped[str] = mapped_column(Text)
    kept: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


PAYMENT_STATES = (
    "scheduled",
    "awaiting",
    "attempting",
    "unknown",
    "pending",
    "settled",
    "failed",
    "cancelled",
)


class Payment(Model):
    """One intent to pay one agreement. Its state changes only through `domain.actions.payments.settle`.

    `ref` comes from the form, so that a second click finds the first payment. `begun_on` is the local day it was begun
    and the day it counts for. A returned payment stays settled; its `PaymentReturn` row says that the money went back.
    Payments of several agreements that were made in one go share a `checkout_ref`. `extra` is what the payer wants of
    money above what is due: a shorter term, smaller payments, the next ones paid ahead, or the agreement closed.
    """

    __tablename__ = "payment"
    __table_args__ = (
        CheckConstraint(one_of("state", *PAYMENT_STATES), name="state"),
        CheckConstraint(one_of("channel", "portal", "counter"), name="channel"),
        CheckConstraint(one_of("instrument", "bank", "card", "cash", "check"), name="instrument"),
        CheckConstraint("amount_minor > 0", name="positive"),
        CheckConstraint(one_of("extra", "shorter", "smaller", "ahead", "close"), name="extra"),
        Index("ix_payment_agreement_begun", "agreement_id", "begun_at"),
        Index("ix_payment_state_next_look", "state", "next_look_at"),
    )
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(64), unique=True)
    checkout_ref: Mapped[str | None] = mapped_column(String(64), index=True)
    agreement_id: Mapped[int] = fk("agreement.id", index=False)
    person_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"), index=True)
    method_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("payment_method.id"), index=True)
    gateway: Mapped[str] = mapped_column(String(24))
    channel: Mapped[str] = mapped_column(String(8), default="portal")
    instrument: Mapped[str] = mapped_column(String(8))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    state: Mapped[str] = mapped_column(String(12))
    begun_on: Mapped[date]
    begun_at: Mapped[datetime]
    begun_by: Mapped[str] = mapped_column(String(64))
    expected_on: Mapped[date | None]
    settled_on: Mapped[date | None]
    returnable_until: Mapped[date | None]
    failure_code: Mapped[str] = mapped_column(String(40), default="")
    confirm_url: Mapped[str] = mapped_column(Text, default="")
    next_look_at: Mapped[datetime | None]
    looks: Mapped[int] = mapped_column(Integer, default=0)
    note: Mapped[str] = mapped_column(String(200), default="")
    extra: Mapped[str] = mapped_column(String(8), default="shorter", server_default="shorter")
    agreement: Mapped[Agreement] = relationship()
    method: Mapped[PaymentMethod | None] = relationship()
    events: Mapped[list[PaymentEvent]] = relationship(order_by="PaymentEvent.id")
    returns: Mapped[list[PaymentReturn]] = relationship()
    receipt: Mapped[Receipt | None] = relationship(back_populates="payment")


class Attempt(Model):
    """One try at a gateway. `key` = obligation and attempt number; a retry never makes a fresh one.

    At most one attempt per obligation may be live (attempting or unknown): a partial unique index holds it.
    """

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("payment_id", "number"),
        CheckConstraint(one_of("state", "attempting", "unknown", "answered"), name="state"),
        Index(
            "uq_attempt_live_obligation",
            "obligation",
            unique=True,
            sqlite_where=text("state IN ('attempting', 'unknown')"),
            postgresql_where=text("state IN ('attempting', 'unknown')"),
        ),
    )
    id: Mapped[int] = pk()
    payment_id: Mapped[int] = fk("payment.id", index=False)
    number: Mapped[int] = mapped_column(Integer)
    obligation: Mapped[str] = mapped_column(String(128))
    key: Mapped[str] = mapped_column(String(160), unique=True)
    request_hash: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(12))
    sent_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    gateway_ref: Mapped[str] = mapped_column(String(80), default="")


class PaymentEvent(Model):
    """What happened to a payment, in order. `source_id` is the gateway's own event id: one event acts once."""

    __tablename__ = "payment_event"
    __table_args__ = (UniqueConstraint("gateway", "source_id"),)
    id: Mapped[int] = pk()
    payment_id: Mapped[int] = fk("payment.id")
    at: Mapped[datetime]
    event: Mapped[str] = mapped_column(String(24))
    from_state: Mapped[str] = mapped_column(String(12))
    to_state: Mapped[str] = mapped_column(String(12))
    code: Mapped[str] = mapped_column(String(40), default="")
    gateway: Mapped[str] = mapped_column(String(24))
    source_id: Mapped[str | None] = mapped_column(String(160))
    by: Mapped[str] = mapped_column(String(64))


class PaymentReturn(Model):
    """Money of a settled payment that went back. The entry that reverses it reopened the debt."""

    __tablename__ = "payment_return"
    id: Mapped[int] = pk()
    payment_id: Mapped[int] = mapped_column(BigId, ForeignKey("payment.id"), unique=True)
    entry_id: Mapped[int] = fk("journal_entry.id")
    code: Mapped[str] = mapped_column(String(40))
    returned_on: Mapped[date]
    recorded_at: Mapped[datetime]
    fee_charge_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("charge.id"))


class Receipt(Model):
    """Proof of a settled payment, frozen as it was issued: `body` holds what it paid and what was left."""

    __tablename__ = "receipt"
    id: Mapped[int] = pk()
    payment_id: Mapped[int] = mapped_column(BigId, ForeignKey("payment.id"), unique=True)
    issued_at: Mapped[datetime]
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    payment: Mapped[Payment] = relationship(back_populates="receipt")

    @property
    def number(self) -> str:
        """The printed number, "R-000042"."""
        return f"R-{self.id:06d}"


class GatewayCursor(Model):
    """How far we have read a gateway's list of events."""

    __tablename__ = "gateway_cursor"
    gateway: Mapped[str] = mapped_column(String(24), primary_key=True)
    after: Mapped[str] = mapped_column(String(80), default="")


# --- bringing a book in --------------------------------------------------------------------------------------------


class ImportBatch(Model):
    """One file brought in. It is read, staged in chunks, and made live in one guarded step, or not at all."""

    __tablename__ = "import_batch"
    __table_args__ = (
        CheckConstraint(
            one_of("state", "reading", "checked", "staging", "staged", "live", "undone", "failed"),
            name="state",
        ),
    )
    id: Mapped[int] = pk()
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    profile: Mapped[str] = mapped_column(String(40))
    filename: Mapped[str] = mapped_column(String(200))
    file_hash: Mapped[str] = mapped_column(String(64), index=True)
    file_path: Mapped[str] = mapped_column(String(300), default="")
    options: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    mapping: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    state: Mapped[str] = mapped_column(String(12))
    as_of: Mapped[date | None]
    rows_read: Mapped[int] = mapped_column(Integer, default=0)
    accepted: Mapped[int] = mapped_column(Integer, default=0)
    warned: Mapped[int] = mapped_column(Integer, default=0)
    refused: Mapped[int] = mapped_column(Integer, default=0)
    already: Mapped[int] = mapped_column(Integer, default=0)
    progress: Mapped[int] = mapped_column(Integer, default=0)
    totals: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    problem: Mapped[str] = mapped_column(Text, default="")
    created_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    live_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]


class ImportRow(Model):
    """One line of a file: what it became, or why not. The same line under the same profile is brought in once."""

    __tablename__ = "import_row"
    __table_args__ = (
        UniqueConstraint("batch_id", "line"),
        Index("ix_import_row_line_hash", "line_hash"),
        CheckConstraint(one_of("outcome", "accepted", "warned", "refused", "already"), name="outcome"),
    )
    id: Mapped[int] = pk()
    batch_id: Mapped[int] = fk("import_batch.id", index=False)
    line: Mapped[int] = mapped_column(Integer)
    line_hash: Mapped[str] = mapped_column(String(64))
    outcome: Mapped[str] = mapped_column(String(12))
    problems: Mapped[list[Any]] = mapped_column(JSON, default=list)
    prepared: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    agreement_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("agreement.id"), index=True)


# --- words out, who did what, timed duties -------------------------------------------------------------------------


class Outbox(Model):
    """A mail or text message to be sent, written in the transaction that caused it: one `dedupe_key`, one message.

    `to_address` is a mail address, or a telephone number where the channel is "sms".
    """

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint(one_of("state", "due", "sending", "sent", "dead"), name="state"),
        CheckConstraint(one_of("channel", "email", "sms"), name="channel"),
        Index("ix_outbox_state_not_before", "state", "not_before"),
    )
    id: Mapped[int] = pk()
    dedupe_key: Mapped[str] = mapped_column(String(160), unique=True)
    channel: Mapped[str] = mapped_column(String(8), default="email", server_default="email")
    to_address: Mapped[str] = mapped_column(String(254))
    template: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(8), default="en")
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    sealed: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(8), default="due")
    tries: Mapped[int] = mapped_column(Integer, default=0)
    not_before: Mapped[datetime]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(String(300), default="")


class AuditEvent(Model):
    """Who did what to which row, when, and from where it was done if a browser did it. Only ever added."""

    __tablename__ = "audit_event"
    __table_args__ = (Index("ix_audit_event_subject", "subject", "subject_id"),)
    id: Mapped[int] = pk()
    at: Mapped[datetime] = mapped_column(index=True)
    by: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(24))
    subject_id: Mapped[int | None] = mapped_column(BigInteger)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    address: Mapped[str] = mapped_column(String(64), default="", server_default="")
    device: Mapped[str] = mapped_column(String(200), default="", server_default="")


class AuditSeal(Model):
    """The audit trail up to and with event `through_event_id`, sealed: a hash over every event since the last seal.

    Events are sealed some minutes after they were written, when none with a lower id can still come.
    """

    __tablename__ = "audit_seal"
    id: Mapped[int] = pk()
    after_event_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    through_event_id: Mapped[int] = mapped_column(BigInteger)
    events: Mapped[int] = mapped_column(BigInteger)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    sealed_at: Mapped[datetime]


class DutyRun(Model):
    """A timed duty that was done for a day: whoever adds the row does it, everybody else finds it done."""

    __tablename__ = "duty_run"
    __table_args__ = (UniqueConstraint("duty", "period"),)
    id: Mapped[int] = pk()
    duty: Mapped[str] = mapped_column(String(40))
    period: Mapped[str] = mapped_column(String(40))
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    outcome: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


BOOK_TABLES = (
    "journal_entry",
    "journal_line",
    "charge",
    "allocation",
    "statement",
    "agreement_change",
    "late_fee_policy",
    "seal",
    "payment_event",
    "payment_return",
    "receipt",
    "audit_event",
    "audit_seal",
)
"""Tables whose rows are only ever added: triggers refuse UPDATE and DELETE on each of them."""
