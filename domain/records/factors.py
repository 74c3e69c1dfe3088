"""The second factors of a user: which there are, and one code of them used once.

Verbs: `factors_of`, `use_totp`, `use_recovery_code`. Passkeys are checked elsewhere; here they only count. Inside the
caller's transaction; the caller counts the try first (`domain.records.tries`) and commits also when a code was wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, CursorResult, bindparam, func, select, update
from sqlalchemy.orm import Session

from domain import sealing
from domain.records.ready_made import ReadyMade
from domain.rules.authenticator import matching_step, minutes_off
from domain.words import N_, Sentence
from models import Passkey, RecoveryCode, User


@dataclass(frozen=True, slots=True)
class Factors:
    """What a user has besides the password. A mailed code is none of them (safety A15).

    `passkeys` and `recovery_codes` are how many there are; `number` is the proved telephone number (E.164) or "".
    """

    passkeys: int = 0
    app: bool = False
    number: str = ""
    recovery_codes: int = 0

    @property
    def any(self) -> bool:
        """Whether there is a second factor. Recovery codes stand for one and are none by themselves."""
        return bool(self.passkeys or self.app or self.number)


# Every sign-in asks this, so the statement is made once.
_FACTORS = ReadyMade(
    select(
        select(func.count())
        .where(Passkey.user_id == bindparam("of"), Passkey.removed_at.is_(None))
        .scalar_subquery().label("passkeys"),
        User.totp_sealed.is_not(None).label("app"),
        User.sms_number,
        select(func.count())
        .where(
            RecoveryCode.user_id == bindparam("of"), RecoveryCode.used_at.is_(None),
            RecoveryCode.voided_at.is_(None),
        )
        .scalar_subquery().label("codes"),
    ).where(User.id == bindparam("of"))
)  # fmt: skip


def factors_of(session: Session, user_id: int) -> Factors:
    """The second factors of the user."""
    row = _FACTORS.first(session.connection(), {"of": user_id})
    return Factors(row[0], bool(row[1]), row[2], row[3]) if row else Factors()


def totp_place(user_ref: str) -> str:
    """Where the sealed seed of this user's authenticator app belongs."""
    return f"user_account.totp:{user_ref}"


def use_totp(session: Session, user_id: int, typed: str, now: datetime) -> bool:
    """Use a code of the user's authenticator app: once, and none before it either (safety A18)."""
    row = session.execute(
        select(User.ref, User.totp_sealed, User.totp_last_step).where(User.id == user_id)
    ).one()
    if row.totp_sealed is None:
        return False
    step = matching_step(sealing.unseal(row.totp_sealed, totp_place(row.ref)), typed, row.totp_last_step, now)
    if step is None:
        return False
    accepted: CursorResult[tuple[()]] = session.execute(  # type: ignore[assignment]
        update(User)
        .where(
            User.id == user_id, User.totp_last_step < step, User.totp_sealed == row.totp_sealed,
            User.disabled_at.is_(None),
        )
        .values(totp_last_step=step)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    return accepted.rowcount == 1


def clock_of_app(session: Session, user_id: int, typed: str, now: datetime) -> Sentence | None:
    """What is wrong with the clock of the user's phone, where that explains why its code was not taken."""
    row = session.execute(select(User.ref, User.totp_sealed).where(User.id == user_id)).one()
    if row.totp_sealed is None:
        return None
    return clock_problem(sealing.unseal(row.totp_sealed, totp_place(row.ref)), typed, now)


def clock_problem(seed: str, typed: str, now: datetime) -> Sentence | None:
    """What to tell somebody whose code is right by a clock that is wrong; None when that explains nothing."""
    minutes = minutes_off(seed, typed, now)
    if minutes > 0:
        said = N_(
            "The clock of your phone is about %(minutes)s min fast. Let it set the time by itself and take the "
            "next code."
        )
    elif minutes < 0:
        said = N_(
            "The clock of your phone is about %(minutes)s min slow. Let it set the time by itself and take the "
            "next code."
        )
    else:
        return None
    return Sentence(said, {"minutes": abs(minutes)})


def use_recovery_code(session: Session, user_id: int, typed: str, now: datetime) -> bool:
    """Burn one recovery code of the user (safety A19); capitals, spaces and hyphens do not matter."""
    burned: CursorResult[tuple[()]] = session.execute(  # type: ignore[assignment]
        update(RecoveryCode)
        .where(*_standing(user_id), RecoveryCode.code_hash == recovery_hash(user_id, typed))
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )
    return burned.rowcount == 1


def recovery_hash(user_id: int, typed: str) -> str:
    """What is kept of a recovery code: 80 random bits need no slow hash."""
    letters = "".join(c for c in typed.lower() if c.isalnum())
    return sealing.fingerprint(f"recovery:{user_id}:{letters}")


def void_recovery_codes(session: Session, user_id: int, now: datetime) -> None:
    """Let none of the user's recovery codes work any more."""
    session.execute(
        update(RecoveryCode)
        .where(*_standing(user_id))
        .values(voided_at=now)
        .execution_options(synchronize_session=False)
    )


def _standing(user_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None), RecoveryCode.voided_at.is_(None)
    )  # fmt: skip
