"""Questions for passkeys: each is asked once, of one page session, and stands for five minutes (safety A20).

Verbs: `ask`, `use`. Inside the caller's transaction; `use` is to be committed before the answer is judged, so that a
wrong answer has spent its question as well.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import CursorResult, delete, update
from sqlalchemy.orm import Session

from models import PasskeyChallenge

LIFE = timedelta(minutes=5)
KEPT = timedelta(days=1)
"""How long a question that ran out stays, for whoever looks into what happened."""


def ask(session: Session, purpose: str, bound_to: str, user_id: int | None, now: datetime) -> str:
    """A new challenge (256 random bits in base64url) for the page session whose hash is `bound_to`.

    `user_id`: whose passkey is to answer; None where the passkey says so itself.
    """
    session.execute(delete(PasskeyChallenge).where(PasskeyChallenge.expires_at < now - KEPT))
    challenge = secrets.token_urlsafe(32)
    session.add(
        PasskeyChallenge(
            challenge=challenge, purpose=purpose, user_id=user_id, bound_to=bound_to, created_at=now,
            expires_at=now + LIFE,
        )
    )  # fmt: skip
    session.flush()
    return challenge


def use(
    session: Session, challenge: str, purpose: str, bound_to: str, user_id: int | None, now: datetime
) -> bool:
    """Spend the question that was asked for just this; False when there is none, or somebody was first."""
    spent = update(PasskeyChallenge).where(
        PasskeyChallenge.challenge == challenge,
        PasskeyChallenge.purpose == purpose,
        PasskeyChallenge.bound_to == bound_to,
        PasskeyChallenge.user_id.is_(None) if user_id is None else PasskeyChallenge.user_id == user_id,
        PasskeyChallenge.used_at.is_(None),
        PasskeyChallenge.expires_at > now,
    )
    result: CursorResult[tuple[()]] = session.execute(  # type: ignore[assignment]
        spent.values(used_at=now).execution_options(synchronize_session=False)
    )
    return result.rowcount == 1
