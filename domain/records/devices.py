"""Browsers that a user signed in from in full. Verbs: `recognise`, `remember`, `trust`, `revoke_all`.

A known browser is asked for no mailed code. Where a customer asked for it, it stands for the second factor as well, for
30 days, and never for a step-up (safety A28). Its cookie holds a random secret for each user of that browser; only the
hash of each is kept. Inside the caller's transaction.
"""

from __future__ import annotations

import ipaddress
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, exists, select, update
from sqlalchemy.orm import Session

from domain import sealing
from domain.records.names import new_ref
from models import KnownDevice, SignIn

TRUSTED = timedelta(days=30)
LOOKED_BACK = timedelta(days=90)
"""How long the network of a full sign-in is remembered."""
NOT_THEIRS = "reported"
"""Why a sign-in ended that its owner says was not theirs: its network says nothing for them."""

# Every sign-in asks this, so the statement is made once.
_THEIRS = (
    select(KnownDevice)
    .where(
        KnownDevice.user_id == bindparam("of"), KnownDevice.revoked_at.is_(None),
        KnownDevice.secret_hash.in_(bindparam("hashes", expanding=True)),
    )
    .order_by(KnownDevice.id.desc())
)  # fmt: skip


def recognise(session: Session, user_id: int, known: Sequence[str]) -> KnownDevice | None:
    """The browser whose cookie holds these secrets, if it is one of this user's."""
    if not known:
        return None
    hashes = [sealing.fingerprint(secret) for secret in known]
    return session.scalars(_THEIRS, {"of": user_id, "hashes": hashes}).first()


def is_familiar(session: Session, user_id: int, address: str, now: datetime) -> bool:
    """Whether the user signed in from this network lately (IPv4 /24, IPv6 /64), or never signed in before."""
    full = (SignIn.user_id == user_id, SignIn.stage == "full")
    if not session.scalar(select(exists().where(*full))):
        return True
    seen = session.scalars(
        select(SignIn.address)
        .where(*full, SignIn.created_at > now - LOOKED_BACK, SignIn.ended_why != NOT_THEIRS)
        .distinct()
    )
    return network(address) in {network(one) for one in seen} - {""}


def network(address: str) -> str:
    """The network that an address is counted to; "" for one that nobody can read."""
    try:
        version = ipaddress.ip_address(address).version
    except ValueError:
        return ""
    return str(ipaddress.ip_network(f"{address}/{24 if version == 4 else 64}", strict=False))


def remember(
    session: Session, user_id: int, known: Sequence[str], *, address: str, device: str, now: datetime
) -> tuple[KnownDevice, str]:
    """The browser of a full sign-in, and the secret to add to its cookie: "" when it is known by one it has."""
    row = recognise(session, user_id, known)
    if row is not None:
        row.last_used_at, row.address, row.device = now, address[:64], device[:200]
        session.flush()
        return row, ""
    secret = secrets.token_urlsafe(32)
    row = KnownDevice(
        ref=new_ref(), user_id=user_id, secret_hash=sealing.fingerprint(secret), device=device[:200],
        address=address[:64], created_at=now, last_used_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row, secret


def trust(session: Session, row: KnownDevice, now: datetime) -> None:
    """Let this browser stand for the second factor for 30 days."""
    row.trusted_until = now + TRUSTED
    session.flush()


def revoke_all(session: Session, user_id: int, now: datetime) -> None:
    """Know none of the user's browsers any more: after a new password, and after any change of a second factor."""
    session.execute(
        update(KnownDevice)
        .where(KnownDevice.user_id == user_id, KnownDevice.revoked_at.is_(None))
        .values(revoked_at=now)
        .execution_options(synchronize_session=False)
    )
