"""The step after the password, and the authenticator app behind it (TOTP, RFC 6238).

Verbs: `confirm`, `confirm_text`, `confirm_recovery_code` finish a sign-in that waits; `set_app`, `remove_app` are for
somebody signed in. Wrong codes count like wrong passwords. Any change of a second factor ends the other sign-ins, makes
every known browser unknown, and is told by mail (`changed`; safety S5, A24). Never here: passkeys (`passkeys`).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import pyotp
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from domain import sealing
from domain.actions import sign_ins
from domain.records import codes, devices
from domain.records.alerts import tell_owner
from domain.records.factors import (
    clock_of_app,
    clock_problem,
    factors_of,
    totp_place,
    use_recovery_code,
    use_totp,
    void_recovery_codes,
)
from domain.records.tries import count_try
from domain.records.words_out import audit
from domain.rules.authenticator import matching_step
from domain.transaction import rows_changed, transaction
from domain.words import N_, Refused, Sentence
from models import SignIn, User

NOT_RIGHT = Sentence(N_("This code is not right. Wait for the next one and write it as it stands."))
BURNED = Sentence(N_("A recovery code was used to sign in to your account. %(left)s are left."))


@dataclass(frozen=True, slots=True)
class Place:
    """From where somebody does something: network address, browser, and our own address for the links in mails."""

    address: str
    device: str
    base_url: str


def pending_seed(key: bytes, sign_in_id: int, user_ref: str, instead_of: str = "") -> str:
    """The seed offered to a user (base32, 160 bits): the same on every load of the page during one sign-in and stored
    nowhere until a code proves that the app has it. `key` is the installation's secret key; `instead_of` the sealed
    seed that it would replace."""
    text = f"authenticator:{user_ref}:{sign_in_id}{':' if instead_of else ''}{instead_of}"
    return base64.b32encode(hmac.new(key, text.encode(), hashlib.sha256).digest()[:20]).decode()


def setup_address(seed: str, username: str, issuer: str) -> str:
    """The otpauth address that authenticator apps read from a QR code."""
    return pyotp.TOTP(seed).provisioning_uri(name=username, issuer_name=issuer)


def confirm(sign_in_id: int, code: str, *, key: bytes, place: Place, now: datetime) -> str | None:
    """Finish a sign-in that waits for its second factor by a code of the app: the secret of the new, full one, or None.

    Where the user has no second factor at all yet, a right code for the pending seed makes the app theirs. Raises
    Refused beside "code" where the code is right by a clock that is wrong.
    """

    def by_app(session: Session, user_id: int) -> bool | Sentence:
        if use_totp(session, user_id, code, now):
            return True
        return clock_of_app(session, user_id, code, now) or False

    def first_app(session: Session, user_id: int) -> bool | Sentence:
        user = session.get_one(User, user_id)
        seed = pending_seed(key, sign_in_id, user.ref)
        step = matching_step(seed, code, 0, now)
        if step is None:
            return clock_problem(seed, code, now) or False
        if not _keep_seed(session, user, seed, step):
            return False
        audit(
            session, by=f"user:{user_id}", action="user.second_factor_added", subject="user", subject_id=user_id,
            at=now, address=place.address, device=place.device,
        )  # fmt: skip
        said = Sentence(N_("An authenticator app was added to your account."))
        tell_owner(
            session, user, said, now=now, base_url=place.base_url, address=place.address, device=place.device
        )
        return True

    def either(session: Session, user_id: int) -> bool | Sentence:
        factors = factors_of(session, user_id)
        return by_app(session, user_id) if factors.any else first_app(session, user_id)

    return _finished(sign_in_id, either, "totp", place, now)


def confirm_text(sign_in_id: int, code: str, *, place: Place, now: datetime) -> str | None:
    """The same by the code of a text message (`sms_numbers.send_code`)."""

    def by_text(session: Session, user_id: int) -> bool:
        number = session.scalar(select(User.sms_number).where(User.id == user_id))
        used = codes.use(session, sign_in_id, "sms", code, now)
        return used is not None and used.sent_to == number

    return _finished(sign_in_id, by_text, "sms", place, now)


def confirm_recovery_code(sign_in_id: int, code: str, *, place: Place, now: datetime) -> str | None:
    """The same by a recovery code, which is burned by it; the owner is told how many are left."""

    def by_paper(session: Session, user_id: int) -> bool:
        factors = factors_of(session, user_id)
        if not factors.any or not use_recovery_code(session, user_id, code, now):
            return False
        audit(
            session, by=f"user:{user_id}", action="recovery_code.used", subject="user", subject_id=user_id, at=now,
            detail={"left": factors.recovery_codes - 1}, address=place.address, device=place.device,
        )  # fmt: skip
        said = Sentence(BURNED.msgid, {"left": factors.recovery_codes - 1})
        tell_owner(
            session, session.get_one(User, user_id), said, now=now, base_url=place.base_url,
            address=place.address, device=place.device,
        )  # fmt: skip
        return True

    return _finished(sign_in_id, by_paper, "recovery_code", place, now)


def _finished(
    sign_in_id: int,
    proof: Callable[[Session, int], bool | Sentence],
    strength: str,
    place: Place,
    now: datetime,
) -> str | None:
    """Count the try, look at the proof, let the sign-in rise. A sentence in place of a proof is raised as Refused."""
    with transaction() as session:
        user_id = waiting_user(session, sign_in_id, "password")
        if user_id is None or not count_try(session, user_id, now):
            return None
        proved = proof(session, user_id)
        if proved is True:
            return finish(session, sign_in_id, user_id, strength=strength, place=place, now=now)
    # Outside the transaction: the try was counted.
    if isinstance(proved, Sentence):
        raise Refused(proved, field="code")
    return None


def waiting_user(session: Session, sign_in_id: int, stage: str) -> int | None:
    """The user of this sign-in while it waits at `stage`."""
    return session.scalar(
        select(SignIn.user_id).where(
            SignIn.id == sign_in_id, SignIn.stage == stage, SignIn.ended_at.is_(None)
        )
    )


def finish(
    session: Session, sign_in_id: int, user_id: int, *, strength: str, place: Place, now: datetime
) -> str | None:
    """A full sign-in in the place of the one that waited (safety S2), inside the transaction of its proof.

    Forgives the failed tries. None when the sign-in ended meanwhile, or the account was closed.
    """
    open_account = update(User).where(
        User.id == user_id, User.disabled_at.is_(None), User.frozen_at.is_(None)
    )
    forgiven = open_account.values(failed_count=0, locked_until=None).execution_options(
        synchronize_session=False
    )
    if not rows_changed(session, forgiven):
        return None
    why = "second factor" if strength != "device" else "mailed code"
    if not sign_ins.close(session, sign_in_id, why=why, by=f"user:{user_id}", now=now):
        return None
    return sign_ins.add(
        session, user_id, stage="full", strength=strength, address=place.address, device=place.device, now=now
    )


def set_app(user_id: int, sign_in_id: int, code: str, *, key: bytes, place: Place, now: datetime) -> None:
    """Make the app that shows the codes of the pending seed this user's, in place of one they may have.

    Raises Refused beside "code".
    """
    with transaction() as session:
        if not count_try(session, user_id, now):
            raise Refused(NOT_RIGHT, field="code")
        user = session.get_one(User, user_id)
        before = user.totp_sealed
        seed = pending_seed(key, sign_in_id, user.ref, before or "")
        step = matching_step(seed, code, 0, now)
        kept = step is not None and _keep_seed(session, user, seed, step)
        if kept:
            _forgive(session, user_id)
            action = "user.second_factor_replaced" if before else "user.second_factor_added"
            said = N_("The authenticator app of your account was replaced by another one.") if before else N_(
                "An authenticator app was added to your account."
            )  # fmt: skip
            changed(session, user, Sentence(said), action=action, keep=sign_in_id, place=place, now=now)
            keep_proved(session, sign_in_id, now)
    if not kept:
        raise Refused(clock_problem(seed, code, now) or NOT_RIGHT, field="code")


def remove_app(user_id: int, sign_in_id: int, *, place: Place, now: datetime) -> None:
    """Take the authenticator app off a customer's account. Staff may only replace theirs: Refused."""
    with transaction() as session:
        user = session.get_one(User, user_id)
        if user.role != "customer":
            raise Refused(
                Sentence(N_("Your account needs a second factor. You can replace the app by another one."))
            )
        gone = update(User).where(User.id == user_id, User.totp_sealed.is_not(None)).values(totp_sealed=None)
        if rows_changed(session, gone.execution_options(synchronize_session=False)):
            said = Sentence(N_("The authenticator app was removed from your account."))
            changed(
                session, user, said, action="user.second_factor_removed", keep=sign_in_id, place=place, now=now
            )  # fmt: skip


def changed(
    session: Session, user: User, said: Sentence, *, action: str, keep: int | None, place: Place, now: datetime,
    by: str = "",
) -> None:  # fmt: skip
    """What follows any change of a second factor, inside its transaction: all sign-ins but `keep` end, no browser is
    known any more, codes on paper without a factor beside them are void, the owner is told `said`."""
    sign_ins.end_others(session, user.id, why="second factor changed", now=now, except_id=keep)
    devices.revoke_all(session, user.id, now)
    if not factors_of(session, user.id).any:
        void_recovery_codes(session, user.id, now)
    audit(
        session, by=by or f"user:{user.id}", action=action, subject="user", subject_id=user.id, at=now,
        address=place.address, device=place.device,
    )  # fmt: skip
    tell_owner(
        session, user, said, now=now, base_url=place.base_url, address=place.address, device=place.device
    )


def keep_proved(session: Session, sign_in_id: int, now: datetime) -> None:
    """Whoever has just proved a new second factor, after a step-up, is not asked for it again at once."""
    session.execute(
        update(SignIn)
        .where(SignIn.id == sign_in_id)
        .values(stepped_up_at=now, stepped_up_for="")
        .execution_options(synchronize_session=False)
    )


def _keep_seed(session: Session, user: User, seed: str, step: int) -> bool:
    """Seal the seed into the user's row unless it was changed meanwhile; `step` is spent."""
    same = User.totp_sealed.is_(None) if user.totp_sealed is None else User.totp_sealed == user.totp_sealed
    kept = (
        update(User)
        .where(User.id == user.id, same, User.disabled_at.is_(None))
        .values(totp_sealed=sealing.seal(seed, totp_place(user.ref)), totp_last_step=step)
        .execution_options(synchronize_session=False)
    )
    return rows_changed(session, kept) == 1


def _forgive(session: Session, user_id: int) -> None:
    session.execute(
        update(User)
        .where(User.id == user_id)
        .values(failed_count=0, locked_until=None)
        .execution_options(synchronize_session=False)
    )
