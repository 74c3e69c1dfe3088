"""Six digits sent to somebody: made, used once, forgotten. Verbs: `make`, `use`, `may_send_again`, `waiting`.

A code belongs to one sign-in and one purpose (`models.Code`), is good for ten minutes and five tries, and only a keyed
hash of it is kept. A new one replaces the one before. Inside the caller's transaction, which must be committed also
when a code was wrong: the try was counted in it (safety A17).
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, CursorResult, select, update
from sqlalchemy.orm import Session

from domain import sealing
from models import Code, SignIn

LIFE = timedelta(minutes=10)
MOST_TRIES = 5
PAUSE = timedelta(seconds=60)
"""How long to wait before another code may be sent for the same sign-in and purpose."""


def make(session: Session, user_id: int, sign_in_id: int, purpose: str, sent_to: str, now: datetime) -> str:
    """A new code, to be sent to `sent_to` and kept nowhere else; an earlier one of this purpose stops working."""
    _hold(session, sign_in_id)
    void(session, sign_in_id, purpose, now)
    typed = f"{secrets.randbelow(10**6):06d}"
    session.add(
        Code(
            purpose=purpose, user_id=user_id, sign_in_id=sign_in_id, sent_to=sent_to,
            code_hash=sealing.keyed_hash(typed, _place(sign_in_id, purpose)),
            created_at=now, expires_at=now + LIFE, tries=0,
        )
    )  # fmt: skip
    session.flush()
    return typed


def void(session: Session, sign_in_id: int, purpose: str, now: datetime) -> None:
    """Let the open code of this sign-in and purpose work no more."""
    session.execute(
        update(Code)
        .where(*_open(sign_in_id, purpose))
        .values(voided_at=now)
        .execution_options(synchronize_session=False)
    )


def use(session: Session, sign_in_id: int, purpose: str, typed: str, now: datetime) -> Code | None:
    """Use the code once, whoever comes first: the row (its `sent_to` is what it proves), or None.

    The try is counted before the digits are compared, so that a thousand tries at once are still five.
    """
    _hold(session, sign_in_id)
    counted: CursorResult[tuple[()]] = session.execute(  # type: ignore[assignment]
        update(Code)
        .where(*_open(sign_in_id, purpose), Code.expires_at > now, Code.tries < MOST_TRIES)
        .values(tries=Code.tries + 1)
        .execution_options(synchronize_session=False)
    )
    if counted.rowcount != 1:
        return None
    row = session.scalars(select(Code).where(*_open(sign_in_id, purpose)).with_for_update()).one()
    digits = "".join(typed.split())
    if len(digits) != 6 or not sealing.is_keyed_hash(digits, _place(sign_in_id, purpose), row.code_hash):
        return None
    row.used_at = now
    session.flush()
    return row


def waiting(session: Session, sign_in_id: int, purpose: str, now: datetime) -> Code | None:
    """The code that this sign-in may still type, if one was sent; for the page that asks for it."""
    query = select(Code).where(*_open(sign_in_id, purpose), Code.expires_at > now, Code.tries < MOST_TRIES)
    return session.scalars(query).first()


def may_send_again(session: Session, sign_in_id: int, purpose: str, now: datetime) -> datetime | None:
    """From when another code may be sent; None when it may be sent now."""
    latest = session.scalar(
        select(Code.created_at)
        .where(Code.sign_in_id == sign_in_id, Code.purpose == purpose)
        .order_by(Code.id.desc())
        .limit(1)
    )
    return latest + PAUSE if latest is not None and latest + PAUSE > now else None


def _hold(session: Session, sign_in_id: int) -> None:
    """Let whoever makes or uses a code of this sign-in wait for the other: two codes made at once must not both stand.

    Rows are always held in this order, so that nobody waits in a circle: the user, the sign-in, its codes.
    """
    session.execute(select(SignIn.id).where(SignIn.id == sign_in_id).with_for_update())


def _open(sign_in_id: int, purpose: str) -> tuple[ColumnElement[bool], ...]:
    return (
        Code.sign_in_id == sign_in_id, Code.purpose == purpose, Code.used_at.is_(None), Code.voided_at.is_(None),
    )  # fmt: skip


def _place(sign_in_id: int, purpose: str) -> str:
    return f"code:{sign_in_id}:{purpose}"
