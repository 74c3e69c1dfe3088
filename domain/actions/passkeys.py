"""Proving by a passkey that it is you. Verbs: `ask`, `sign_in`, `confirm`, `step_up`, `verify`.

A passkey is asked a question that stands for five minutes, once, for one page session; its answer counts for its own
user only. The device has recognised finger, face or its code before it answers, so one passkey is two factors: it opens
everything by itself, and a lockout of the password does not close it (safety A8, A20). Never here: adding and removing
them (`domain.actions.own_passkeys`), what a right answer looks like (`domain.rules.passkeys`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from domain.actions import sign_ins, step_ups
from domain.actions.credentials import SignedIn, tell_of_new_device
from domain.actions.second_factors import Place, finish, waiting_user
from domain.records import passkey_challenges
from domain.records.alerts import tell_owner
from domain.records.words_out import audit
from domain.rules import passkeys as rules
from domain.rules.passkeys import Site
from domain.transaction import rows_changed, transaction
from domain.words import N_, Sentence
from models import Passkey, User

COPIED = Sentence(
    N_("The passkey %(name)s was refused, because there may be a copy of it on another device. Remove it.")
)


@dataclass(frozen=True, slots=True)
class Visit:
    """Who asks: our site, the hash of the page session, and from where."""

    site: Site
    bound_to: str
    place: Place


def ask(purpose: str, user_id: int | None, visit: Visit, *, now: datetime) -> dict[str, Any] | None:
    """The question for the browser, as JSON of `PublicKeyCredentialRequestOptions`; None for a user without passkeys.

    `purpose`: "sign_in" (no user is known yet: any passkey of this site may answer), "second" or "step_up".
    """
    with transaction() as session:
        keys = [] if user_id is None else kept(session, user_id)
        if user_id is not None and not keys:
            return None
        challenge = passkey_challenges.ask(session, purpose, visit.bound_to, user_id, now)
    return rules.question(visit.site, challenge, [(key.credential_id, key.transports) for key in keys])


def kept(session: Session, user_id: int) -> list[Passkey]:
    """The passkeys of a user, oldest first, without those removed."""
    query = select(Passkey).where(Passkey.user_id == user_id, Passkey.removed_at.is_(None))
    return list(session.scalars(query.order_by(Passkey.id)))


def verify(user_id: int, answer: str, purpose: str, visit: Visit, *, now: datetime) -> bool:
    """Whether `answer` proves this user by a passkey, to a question that was asked for this purpose. Spends it."""
    return _proved(user_id, answer, purpose, visit, now) is not None


def sign_in(answer: str, visit: Visit, *, now: datetime) -> SignedIn | None:
    """The whole sign-in by a passkey, without name and password: full at once, also for staff. None: not like this."""
    key = _proved(None, answer, "sign_in", visit, now)
    if key is None:
        return None
    with transaction() as session:
        role = _still_welcome(session, key)
        if not role:
            return None
        at = visit.place
        tell_of_new_device(
            session, session.get_one(User, key.user_id), at.address, at.device, at.base_url, now
        )
        secret = sign_ins.add(
            session, key.user_id, stage="full", strength="passkey", address=at.address, device=at.device, now=now
        )  # fmt: skip
        return SignedIn(secret, "full", role)


def confirm(sign_in_id: int, answer: str, visit: Visit, *, now: datetime) -> str | None:
    """Finish a sign-in that waits for its second factor: the secret of the new, full one, or None."""
    with transaction() as session:
        user_id = waiting_user(session, sign_in_id, "password")
    key = user_id and _proved(user_id, answer, "second", visit, now)
    if not key:
        return None
    with transaction() as session:
        if not _still_welcome(session, key):
            return None
        return finish(session, sign_in_id, key.user_id, strength="passkey", place=visit.place, now=now)


def step_up(
    sign_in_id: int, user_id: int, answer: str, visit: Visit, *, about: str, now: datetime
) -> str | None:
    """Prove by a passkey alone what `step_ups.prove` proves by password and code: the secret of the sign-in that goes
    on, or None."""
    if not verify(user_id, answer, "step_up", visit, now=now):
        return None
    with transaction() as session:
        return step_ups.grant(session, sign_in_id, by_what="passkey", about=about, place=visit.place, now=now)


def _still_welcome(session: Session, key: Passkey) -> str:
    """The role of the passkey's user, whose failed tries are forgiven; "" when something was closed meanwhile."""
    here = select(Passkey.id).where(Passkey.id == key.id, Passkey.removed_at.is_(None))
    statement = update(User).where(
        User.id == key.user_id, User.disabled_at.is_(None), User.frozen_at.is_(None), here.exists()
    )
    free = statement.values(failed_count=0, locked_until=None).execution_options(synchronize_session=False)
    if not rows_changed(session, free):
        return ""
    return session.scalar(select(User.role).where(User.id == key.user_id)) or ""


def _proved(user_id: int | None, answer: str, purpose: str, visit: Visit, now: datetime) -> Passkey | None:
    """The passkey that answered rightly. The question is spent first, whatever then comes of the answer."""
    credential_id, challenge = rules.named(answer)
    with transaction() as session:
        asked = passkey_challenges.use(session, challenge, purpose, visit.bound_to, user_id, now)
        found = session.execute(
            select(Passkey, User.ref)
            .join(User, User.id == Passkey.user_id)
            .where(
                Passkey.credential_id == credential_id, Passkey.removed_at.is_(None),
                User.disabled_at.is_(None), User.frozen_at.is_(None),
            )
        ).first()  # fmt: skip
    if not asked or found is None or user_id not in (None, found.Passkey.user_id):
        return None
    key: Passkey = found.Passkey
    given = rules.proof(answer, visit.site, challenge, key.public_key)
    # A passkey that names its user must name its own; where nobody was named before, it must name one.
    wanted = (found.ref,) if user_id is None else (found.ref, None)
    if given is None or given.user_handle not in wanted:
        return None
    if rules.goes_back(key.sign_count, given.sign_count):
        _tell_of_copy(key, visit, now)
        return None
    with transaction() as session:
        # Two answers at once that both count on from the same number: the second one is as good as a copy.
        noted = update(Passkey).where(
            Passkey.id == key.id, Passkey.sign_count == key.sign_count, Passkey.removed_at.is_(None)
        )
        news = {"sign_count": given.sign_count, "backed_up": given.backed_up, "last_used_at": now}
        return key if rows_changed(session, noted.values(news)) else None


def _tell_of_copy(key: Passkey, visit: Visit, now: datetime) -> None:
    with transaction() as session:
        user = session.get_one(User, key.user_id)
        audit(
            session, by=f"user:{user.id}", action="passkey.copy_refused", subject="user", subject_id=user.id, at=now,
            detail={"name": key.name}, address=visit.place.address, device=visit.place.device,
        )  # fmt: skip
        tell_owner(
            session, user, Sentence(COPIED.msgid, {"name": key.name}), now=now, base_url=visit.place.base_url,
            address=visit.place.address, device=visit.place.device,
        )  # fmt: skip
