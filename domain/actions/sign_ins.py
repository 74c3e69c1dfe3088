"""Sign-ins: begin one, use it, end it. Each is a row that the server can end; the browser holds only a random id.

Never here: passwords and second factors (`domain.actions.credentials`), cookies (the pages).
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from domain import sealing
from domain.records.words_out import audit
from domain.transaction import rows_changed, transaction
from models import SignIn

IDLE = {"customer": timedelta(minutes=30)}
IDLE_STAFF = timedelta(minutes=15)
ABSOLUTE = {"customer": timedelta(hours=24)}
ABSOLUTE_STAFF = timedelta(hours=12)


def still_stands(role: str, created_at: datetime, last_used_at: datetime, now: datetime) -> bool:
    """Whether a sign-in may still be used: idle and absolute limits by role (safety S4)."""
    idle, absolute = IDLE.get(role, IDLE_STAFF), ABSOLUTE.get(role, ABSOLUTE_STAFF)
    return now - last_used_at <= idle and now - created_at <= absolute


def begin(user_id: int, *, stage: str, address: str, device: str, now: datetime) -> str:
    """A new sign-in of the user; returns the secret id for the cookie, which is kept nowhere else."""
    with transaction() as session:
        return add(session, user_id, stage=stage, address=address, device=device, now=now)


def add(session: Session, user_id: int, *, stage: str, address: str, device: str, now: datetime) -> str:
    """The same inside the caller's transaction, beside the check that lets the user in: nothing comes between."""
    secret = secrets.token_urlsafe(32)
    session.add(
        SignIn(
            id_hash=sealing.fingerprint(secret),
            user_id=user_id,
            stage=stage,
            created_at=now,
            last_used_at=now,
            address=address[:64],
            device=device[:200],
        )
    )
    session.flush()
    by, action = f"user:{user_id}", f"sign_in.{stage}"
    audit(session, by=by, action=action, subject="user", subject_id=user_id, at=now)
    return secret


def touch(sign_in_id: int, now: datetime) -> None:
    """Note that the sign-in was used just now; one that ended meanwhile is not revived."""
    with transaction() as session:
        session.execute(
            update(SignIn).where(SignIn.id == sign_in_id, SignIn.ended_at.is_(None)).values(last_used_at=now)
        )


def end(sign_in_id: int, *, why: str, by: str, now: datetime) -> None:
    """End one sign-in; ending it twice changes nothing."""
    with transaction() as session:
        close(session, sign_in_id, why=why, by=by, now=now)


def close(session: Session, sign_in_id: int, *, why: str, by: str, now: datetime) -> bool:
    """The same inside the caller's transaction. False when it had ended already."""
    statement = update(SignIn).where(SignIn.id == sign_in_id, SignIn.ended_at.is_(None))
    if not rows_changed(session, statement.values(ended_at=now, ended_why=why)):
        return False
    audit(session, by=by, action="sign_in.ended", subject="sign_in", subject_id=sign_in_id, at=now)
    return True


def end_all(user_id: int, *, why: str, by: str, now: datetime, except_id: int | None = None) -> int:
    """End every sign-in of the user but `except_id`; returns how many ended."""
    with transaction() as session:
        query = update(SignIn).where(SignIn.user_id == user_id, SignIn.ended_at.is_(None))
        if except_id is not None:
            query = query.where(SignIn.id != except_id)
        ended = rows_changed(session, query.values(ended_at=now, ended_why=why))
        audit(
            session, by=by, action="sign_in.all_ended", subject="user", subject_id=user_id, at=now,
            detail={"ended": ended},
        )  # fmt: skip
    return ended
