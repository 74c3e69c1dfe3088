"""The code of an authenticator app (TOTP, RFC 6238). Verbs: `pending_seed`, `setup_address`, `confirm`.

A code is good for its own 30 seconds and the 30 before and after; the last step that was accepted is kept, and only a
later one is accepted, by one guarded UPDATE: a code works once (safety A18). Wrong codes count like wrong passwords.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime

import pyotp
from sqlalchemy import CursorResult, select, update

from domain import sealing
from domain.actions import sign_ins
from domain.records.tries import count_try
from domain.records.words_out import audit
from domain.transaction import transaction
from models import SignIn, User

STEP_SECONDS = 30


def pending_seed(key: bytes, sign_in_id: int, user_ref: str) -> str:
    """The seed offered to a user who has none yet (base32, 160 bits): the same on every load of the page during one
    sign-in and stored nowhere until a code proves that the app has it. `key` is the installation's secret key."""
    digest = hmac.new(key, f"authenticator:{user_ref}:{sign_in_id}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest[:20]).decode()


def setup_address(seed: str, username: str, issuer: str) -> str:
    """The otpauth address that authenticator apps read from a QR code."""
    return pyotp.TOTP(seed).provisioning_uri(name=username, issuer_name=issuer)


def confirm(
    sign_in_id: int, code: str, *, key: bytes, address: str, device: str, now: datetime
) -> str | None:
    """Finish a sign-in that waits for its code: the secret of the new, full one, or None when the code is not right.

    Where the user has no app yet, a right code for the pending seed enrols it.
    """
    with transaction() as session:
        row = session.execute(
            select(User.id, User.ref, User.totp_sealed, User.totp_last_step)
            .join(SignIn, SignIn.user_id == User.id)
            .where(SignIn.id == sign_in_id, SignIn.stage == "password", SignIn.ended_at.is_(None))
        ).first()
        if row is None or not count_try(session, row.id, now):
            return None
    place = f"user_account.totp:{row.ref}"
    seed = (
        sealing.unseal(row.totp_sealed, place) if row.totp_sealed else pending_seed(key, sign_in_id, row.ref)
    )
    step = matching_step(seed, code, row.totp_last_step, now)
    if step is None:
        return None
    enrolling = row.totp_sealed is None
    with transaction() as session:
        accepted: CursorResult[tuple[()]] = session.execute(  # type: ignore[assignment]
            update(User)
            .where(
                User.id == row.id, User.totp_last_step < step, User.disabled_at.is_(None),
                User.totp_sealed.is_(None) if enrolling else User.totp_sealed == row.totp_sealed,
            )
            .values(
                totp_last_step=step, failed_count=0, locked_until=None,
                totp_sealed=sealing.seal(seed, place) if enrolling else row.totp_sealed,
            )
            .execution_options(synchronize_session=False)
        )  # fmt: skip
        if accepted.rowcount != 1:
            return None
        if enrolling:
            audit(
                session, by=f"user:{row.id}", action="user.second_factor_added", subject="user", subject_id=row.id,
                at=now,
            )  # fmt: skip
        # A sign-in that ended meanwhile (signed out, a new password) goes no further.
        if not sign_ins.close(session, sign_in_id, why="second factor", by=f"user:{row.id}", now=now):
            return None
        return sign_ins.add(session, row.id, stage="full", address=address, device=device, now=now)


def matching_step(seed: str, code: str, after: int, now: datetime) -> int | None:
    """The 30-second step whose code this is, among the one before now, now and the next, and later than `after`."""
    code = "".join(code.split())
    if len(code) != 6 or not (code.isascii() and code.isdigit()):
        return None
    current = int(now.timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(seed)
    found = None
    for step in (current - 1, current, current + 1):
        if sealing.same(totp.at(step * STEP_SECONDS), code) and step > after:
            found = found or step
    return found
