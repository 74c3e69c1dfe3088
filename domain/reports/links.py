"""What a mailed link is good for, read without using it up. The secret in the link is the right to read this."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from domain import sealing
from domain.records.factors import factors_of
from domain.rules.sign_in_names import suggested_username
from models import Agreement, Person, Token, User, db


@dataclass(frozen=True, slots=True)
class LinkState:
    """`state`: open, used, expired, void or unknown. The rest is empty unless the link is open.

    `claimed`: the person has an account already; `second_factor`: with which a shorter password may be chosen.
    `sent_to` and `agreement` are masked: a forwarded mail tells no more than it said itself. `shown`: it was shown at
    the counter and mailed to nobody; `begins` is the ref of the agreement that is handed over there.
    """

    state: str
    claimed: bool = False
    name: str = ""
    role: str = "customer"
    second_factor: bool = False
    username: str = ""
    sent_to: str = ""
    agreement: str = ""
    shown: bool = False
    begins: str = ""


def look(secret: str, purpose: str, now: datetime, *, person_id: int | None = None) -> LinkState:
    """The state at `now` of the link with this secret; "unknown" when there is none of this purpose, or when it is not
    the one of `person_id`, where that is given."""
    row = db.session.execute(
        select(Token, Person)
        .join(Person, Person.id == Token.person_id)
        .options(joinedload(Person.user))
        .where(Token.secret_hash == sealing.fingerprint(secret[:200]), Token.purpose == purpose)
    ).first()
    if row is None or person_id not in (None, row[1].id):
        return LinkState("unknown")
    token, person = row
    state = _state(token, person.user, now)
    if state != "open":
        return LinkState(state, claimed=person.user is not None, shown=not token.sent_to)
    of = select(Agreement.number, Agreement.ref).where(Agreement.id == token.agreement_id)
    number, ref = db.session.execute(of).first() or ("", "")
    return LinkState(
        state,
        claimed=person.user is not None,
        name=person.name,
        role=person.user.role if person.user else token.detail.get("role", "customer"),
        second_factor=person.user is not None and factors_of(db.session(), person.user.id).any,
        username=person.user.username if person.user else _free_username(person),
        sent_to=masked_email(token.sent_to),
        agreement=masked_number(number),
        shown=not token.sent_to,
        begins="" if token.sent_to else ref,
    )


def _state(token: Token, user: User | None, now: datetime) -> str:
    if token.used_at is not None:
        return "used"
    if token.voided_at is not None:
        return "void"
    if token.expires_at <= now:
        return "expired"
    if user is not None and user.disabled_at is not None:
        return "void"
    return "open"


def _free_username(person: Person) -> str:
    wanted = suggested_username(person.name, person.email)
    taken = set(
        db.session.scalars(select(User.username_folded).where(User.username_folded.startswith(wanted)))
    )
    return next((name for name in [wanted, *(f"{wanted}{n}" for n in range(2, 30))] if name not in taken), "")


def masked_email(address: str) -> str:
    """`bo.rivera@example.org` as `b•••@example.org`."""
    local, _at, domain = address.rpartition("@")
    return f"{local[:1]}•••@{domain}" if local else ""


def masked_number(number: str) -> str:
    """`L-10042` as `••042`."""
    return f"••{number[-3:]}" if len(number) > 4 else number
