"""Proof, once more, that it is the account's owner who asks: before a password, an address or a payee is changed.

Verbs: `prove` (password, and a code where the user has a second factor), `grant` (inside the transaction of another
proof, as of a passkey), `stands`. It holds for ten minutes and, where something was shown, for just what was shown
(safety A22, A23). The sign-in gets a new id by it (S2) and lasts no longer.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from domain import sealing
from domain.actions import hashing, sign_ins
from domain.actions.second_factors import Place
from domain.records import codes, factors
from domain.records.tries import count_try
from domain.records.words_out import audit
from domain.transaction import transaction
from domain.words import N_, Refused, Sentence
from models import SignIn, User

LIFE = timedelta(minutes=10)
BY_TWO = frozenset({"totp", "sms", "recovery_code", "passkey"})
"""Strengths of a sign-in that was itself proof of a second factor. A trusted browser is not (safety A28)."""
BY_ONE = frozenset({"password", "device"})
NOT_RIGHT = Sentence(N_("This is not right. Check what you typed and try again."))
TOO_MANY = Sentence(N_("Too many tries. Wait a while before the next one."))


def bound_to(about: str) -> str:
    """The mark of what was shown (an amount, an account); "" for nothing in particular."""
    return sealing.fingerprint(about) if about else ""


def stands(
    *, stepped_up_at: datetime | None, stepped_up_for: str, strength: str, created_at: datetime, about: str,
    second_factor: bool, now: datetime,
) -> bool:  # fmt: skip
    """Whether nothing needs to be proved now.

    A sign-in that is itself ten minutes old at most counts, when it was by a second factor, or by the password of a
    user who has nothing more (`second_factor` False).
    """
    if stepped_up_at is not None and now - stepped_up_at <= LIFE and stepped_up_for in ("", bound_to(about)):
        return True
    by_all = strength in BY_TWO or (strength in BY_ONE and not second_factor)
    return by_all and now - created_at <= LIFE


def prove(sign_in_id: int, password: str, code: str, *, about: str, place: Place, now: datetime) -> str:
    """Step up by password and, where the user has one, a code of the app or of a text message: the secret of the
    sign-in that goes on. Counts like a try at the password. Raises Refused."""
    with transaction() as session:
        user = _user_of(session, sign_in_id)
        if user is None or not count_try(session, user.id, now):
            raise Refused(TOO_MANY, field="password")
        has = factors.factors_of(session, user.id)
    if not hashing.matches(user.password_hash, password):
        raise Refused(NOT_RIGHT, field="password")
    with transaction() as session:
        proved = _second(session, sign_in_id, user.id, has, code, now) if has.any else "password"
        clock = None if proved else factors.clock_of_app(session, user.id, code, now)
    if not proved:
        raise Refused(clock or NOT_RIGHT, field="code" if clock else "password")
    with transaction() as session:
        same: CursorResult[tuple[()]] = session.execute(  # type: ignore[assignment]
            update(User)
            .where(User.id == user.id, User.password_hash == user.password_hash)
            .values(failed_count=0, locked_until=None)
            .execution_options(synchronize_session=False)
        )
        secret = (
            grant(session, sign_in_id, by_what=proved, about=about, place=place, now=now)
            if same.rowcount == 1
            else None
        )
        if secret is None:
            raise Refused(NOT_RIGHT, field="password")
        return secret


def grant(
    session: Session, sign_in_id: int, *, by_what: str, about: str, place: Place, now: datetime
) -> str | None:
    """Note the step-up inside the caller's transaction, beside the proof: the new secret, or None when the sign-in has
    ended. `by_what`: one of `sign_ins.STRENGTHS`."""
    user = _user_of(session, sign_in_id)
    if user is None:
        return None
    audit(
        session, by=f"user:{user.id}", action="sign_in.stepped_up", subject="user", subject_id=user.id, at=now,
        detail={"strength": by_what}, address=place.address, device=place.device,
    )  # fmt: skip
    return sign_ins.renew(
        session, sign_in_id, why="stepped up", now=now, stepped_up_at=now, stepped_up_for=bound_to(about)
    )


def _user_of(session: Session, sign_in_id: int) -> User | None:
    return session.scalar(
        select(User)
        .join(SignIn, SignIn.user_id == User.id)
        .where(
            SignIn.id == sign_in_id, SignIn.stage == "full", SignIn.ended_at.is_(None), User.disabled_at.is_(None),
            User.frozen_at.is_(None),
        )
    )  # fmt: skip


def _second(
    session: Session, sign_in_id: int, user_id: int, has: factors.Factors, typed: str, now: datetime
) -> str:
    """By which of the user's factors the code is right; "" when it is by none."""
    if has.app and factors.use_totp(session, user_id, typed, now):
        return "totp"
    if has.number and codes.use(session, sign_in_id, "sms", typed, now):
        return "sms"
    if has.recovery_codes and factors.use_recovery_code(session, user_id, typed, now):
        return "recovery_code"
    return ""
