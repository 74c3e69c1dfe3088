"""The browsers of a user, known by a cookie of their own. Verbs: `remember`, `revoke`, `revoke_all`.

A browser becomes known by a full sign-in from it. What that is good for: `domain.records.devices`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update

from domain import sealing
from domain.records import devices
from domain.records.factors import factors_of
from domain.records.words_out import audit
from domain.transaction import rows_changed, transaction
from domain.words import N_, Gone, Sentence
from models import KnownDevice, SignIn, User


def remember(secret: str, known: Sequence[str], *, trust: bool = False, now: datetime) -> str:
    """Know the browser that has just been given the full sign-in with this secret; `known`: what its cookie holds.

    Returns the secret to add to the cookie: "" when the cookie names this user's browser already, or the sign-in is not
    full. `trust` lets it stand for the second factor for 30 days, for customers who have one.
    """
    with transaction() as session:
        sign_in = session.scalars(
            select(SignIn).where(
                SignIn.id_hash == sealing.fingerprint(secret),
                SignIn.stage == "full",
                SignIn.ended_at.is_(None),
            )
        ).first()
        if sign_in is None:
            return ""
        row, fresh = devices.remember(
            session, sign_in.user_id, known, address=sign_in.address, device=sign_in.device, now=now
        )
        sign_in.known_device_id = row.id
        may = trust and session.scalar(select(User.role).where(User.id == sign_in.user_id)) == "customer"
        if may and factors_of(session, sign_in.user_id).any:
            devices.trust(session, row, now)
            audit(
                session, by=f"user:{sign_in.user_id}", action="device.trusted", subject="user",
                subject_id=sign_in.user_id, at=now, address=sign_in.address, device=sign_in.device,
            )  # fmt: skip
        session.flush()
        return fresh


def revoke(user_id: int, ref: str, *, by: str, now: datetime) -> None:
    """Know this browser no more; the next sign-in from it is asked for everything again. Raises Gone."""
    with transaction() as session:
        row = session.scalars(
            select(KnownDevice).where(KnownDevice.user_id == user_id, KnownDevice.ref == ref)
        ).first()
        if row is None:
            raise Gone(Sentence(N_("This browser is not in your list any more.")))
        forgotten = update(KnownDevice).where(KnownDevice.id == row.id, KnownDevice.revoked_at.is_(None))
        if rows_changed(session, forgotten.values(revoked_at=now)):
            audit(
                session, by=by, action="device.revoked", subject="user", subject_id=user_id, at=now,
                detail={"device": row.device},
            )  # fmt: skip


def revoke_all(user_id: int, *, by: str, now: datetime) -> None:
    """Know none of the user's browsers any more."""
    with transaction() as session:
        devices.revoke_all(session, user_id, now)
        audit(session, by=by, action="device.all_revoked", subject="user", subject_id=user_id, at=now)
