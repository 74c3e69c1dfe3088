"""Sign-ins: begin one, use it, end it. Each is a row that the server can end; the browser holds only a random id.

Never here: passwords and second factors (`domain.actions.credentials`), cookies (the pages).
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from domain import sealing
from domain.records.ready_made import ReadyMade
from domain.records.words_out import audit
from domain.rules import phrases
from domain.transaction import rows_changed, transaction
from models import SignIn, User

IDLE = {"customer": timedelta(minutes=30)}
IDLE_STAFF = timedelta(minutes=15)
ABSOLUTE = {"customer": timedelta(hours=24)}
ABSOLUTE_STAFF = timedelta(hours=12)

STRENGTHS = ("password", "device", "totp", "sms", "recovery_code", "passkey", "trusted")
"""By what a sign-in was proved: the password alone, a mailed code besides, a second factor, or a trusted browser."""
KEPT = (
    "user_id", "stage", "created_at", "address", "device", "strength", "known_device_id", "stepped_up_at",
    "stepped_up_for",
)  # fmt: skip
"""What of a sign-in goes over to the row that takes its place. Looking at a customer's pages does not."""

# Every sign-in runs these, so they are made once.
_USER: Any = User.__table__
_ADD = ReadyMade(insert(SignIn.__table__))
_GIVE_PHRASE = ReadyMade(
    update(_USER).where(_USER.c.id == bindparam("of"), _USER.c.phrase == "").values(phrase=bindparam("made"))
)


def still_stands(role: str, created_at: datetime, last_used_at: datetime, now: datetime) -> bool:
    """Whether a sign-in may still be used: idle and absolute limits by role (safety S4)."""
    idle, absolute = IDLE.get(role, IDLE_STAFF), ABSOLUTE.get(role, ABSOLUTE_STAFF)
    return now - last_used_at <= idle and now - created_at <= absolute


def begin(
    user_id: int, *, stage: str, address: str, device: str, now: datetime, strength: str = "password"
) -> str:
    """A new sign-in of the user; returns the secret id for the cookie, which is kept nowhere else."""
    with transaction() as session:
        return add(session, user_id, stage=stage, address=address, device=device, now=now, strength=strength)


def add(
    session: Session,
    user_id: int,
    *,
    stage: str,
    address: str,
    device: str,
    now: datetime,
    strength: str = "password",
    known_device_id: int | None = None,
) -> str:
    """The same inside the caller's transaction, beside the check that lets the user in: nothing comes between.

    `strength`: by what it was proved, one of `STRENGTHS`.
    """
    secret = secrets.token_urlsafe(32)
    if stage == "full":
        _give_phrase(session, user_id)
    door = session.connection()
    _ADD.change(
        door,
        {
            "id_hash": sealing.fingerprint(secret),
            "user_id": user_id,
            "stage": stage,
            "created_at": now,
            "last_used_at": now,
            "ended_why": "",
            "address": address[:64],
            "device": device[:200],
            "strength": strength,
            "known_device_id": known_device_id,
            "stepped_up_for": "",
        },
    )
    audit(
        session, by=f"user:{user_id}", action=f"sign_in.{stage}", subject="user", subject_id=user_id, at=now,
        detail={"strength": strength}, address=address, device=device,
    )  # fmt: skip
    return secret


def _give_phrase(session: Session, user_id: int) -> None:
    """Whoever comes in for the first time has words by which to know our mail; they may choose others."""
    _GIVE_PHRASE.change(session.connection(), {"of": user_id, "made": phrases.made(secrets.choice)})


def renew(session: Session, sign_in_id: int, *, why: str, now: datetime, **changed: Any) -> str | None:
    """Give a sign-in a new secret id (safety S2) inside the caller's transaction; None when it has ended.

    The new row goes on where the old one was: same stage, strength and age, so that nothing lasts longer by it.
    `changed`: columns that are different from now on.
    """
    old = session.get_one(SignIn, sign_in_id)
    _one_at_a_time(session, old.user_id)
    ended = update(SignIn).where(SignIn.id == sign_in_id, SignIn.ended_at.is_(None))
    if not rows_changed(session, ended.values(ended_at=now, ended_why=why)):
        return None
    secret = secrets.token_urlsafe(32)
    kept = {name: getattr(old, name) for name in KEPT}
    session.add(SignIn(id_hash=sealing.fingerprint(secret), last_used_at=now, **(kept | changed)))
    session.flush()
    return secret


def _one_at_a_time(session: Session, user_id: int) -> None:
    """Let one transaction at a time end or replace sign-ins of the user, whatever it changes first.

    Else, on Postgres, ending all of them would not see the row that a step-up puts in the place of one (safety S9).
    """
    session.execute(select(User.id).where(User.id == user_id).with_for_update(key_share=True))


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
    _one_at_a_time(session, session.get_one(SignIn, sign_in_id).user_id)
    statement = update(SignIn).where(SignIn.id == sign_in_id, SignIn.ended_at.is_(None))
    if not rows_changed(session, statement.values(ended_at=now, ended_why=why)):
        return False
    audit(session, by=by, action="sign_in.ended", subject="sign_in", subject_id=sign_in_id, at=now)
    return True


def end_all(user_id: int, *, why: str, by: str, now: datetime, except_id: int | None = None) -> int:
    """End every sign-in of the user but `except_id`; returns how many ended."""
    with transaction() as session:
        ended = end_others(session, user_id, why=why, now=now, except_id=except_id)
        audit(
            session, by=by, action="sign_in.all_ended", subject="user", subject_id=user_id, at=now,
            detail={"ended": ended},
        )  # fmt: skip
    return ended


def end_others(session: Session, user_id: int, *, why: str, now: datetime, except_id: int | None) -> int:
    """The same inside the caller's transaction, beside the change that asks for it (safety S5)."""
    _one_at_a_time(session, user_id)
    query = update(SignIn).where(SignIn.user_id == user_id, SignIn.ended_at.is_(None))
    if except_id is not None:
        query = query.where(SignIn.id != except_id)
    return rows_changed(session, query.values(ended_at=now, ended_why=why))
