"""The business and its people: who is known, who may sign in, and by what."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

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

if TYPE_CHECKING:
    from tables.agreements import AgreementParty


class Business(Model):
    """Who runs this portal: its name, how to reach it, its currency, its zone and its policies. One row.

    `primary_required` lists the kinds of agreement for which a customer must keep a primary method. `payments_paused`
    stops every payment, `debits_paused` those that autopay would begin. `autopay_policy` and `promise_policy` are read
    by `domain.rules.autopay_policy` and `domain.rules.promises`, which know what is left out. `reminder_days` are the
    days before (after: negative) a due date on which people are reminded who chose none; the two hours say when nobody
    is written to by the reader's own clock. `opening_hours` are read by `domain.rules.opening_hours`, `hours` are the
    words for people. `area_unit` is what sizes are in ("sqft" or "m2"). `set_up_at`: the
    questions of the beginning were answered; `demo_at`: what is in the books is made up, and may be removed.
    """

    __tablename__ = "business"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)
    id: Mapped[int] = mapped_column(Integer, primary_key=True, default=1)
    name: Mapped[str] = mapped_column(String(120))
    tagline: Mapped[str] = mapped_column(String(200), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    address: Mapped[str] = mapped_column(Text, default="")
    hours: Mapped[str] = mapped_column(Text, default="")
    opening_hours: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    currency: Mapped[str] = mapped_column(String(3), default="USD")
    language: Mapped[str] = mapped_column(String(8), default="en")
    returned_payment_fee_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    payments_paused: Mapped[bool] = mapped_column(default=False)
    primary_required: Mapped[list[Any]] = mapped_column(JSON, default=list, server_default="[]")
    debits_paused: Mapped[bool] = mapped_column(default=False, server_default=false())
    autopay_policy: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    promise_policy: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    reminder_days: Mapped[list[Any]] = mapped_column(JSON, default=lambda: [3, 0], server_default="[3, 0]")
    quiet_from_hour: Mapped[int] = mapped_column(Integer, default=21, server_default="21")
    quiet_until_hour: Mapped[int] = mapped_column(Integer, default=8, server_default="8")
    area_unit: Mapped[str] = mapped_column(String(8), default="sqft", server_default="sqft")
    set_up_at: Mapped[datetime | None]
    demo_at: Mapped[datetime | None]
    restored_at: Mapped[datetime | None]
    copied_at: Mapped[datetime | None]


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
