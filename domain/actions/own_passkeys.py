"""The passkeys that somebody has: add one, call it something, remove it. Verbs: `ask`, `add`, `ask_first`, `add_first`,
`rename`, `remove`.

Whoever may do it was asked to prove themselves before (step-up, by the pages). The owner is told by mail each time.
Staff keep at least one second factor; who has none yet may take a passkey for it at the first sign-in (safety A21).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from domain.actions.passkeys import Visit, kept
from domain.actions.second_factors import changed, finish, waiting_user
from domain.records import passkey_challenges
from domain.records.factors import factors_of
from domain.records.names import new_ref
from domain.records.words_out import audit
from domain.rules import passkeys as rules
from domain.rules.passkeys import NewKey
from domain.transaction import rows_changed, transaction
from domain.words import N_, Gone, Refused, Sentence
from models import Passkey, Person, User

MOST = 20
LONGEST_NAME = 60
NOT_ADDED = Sentence(N_("The passkey could not be added. Try once more; a question stands for five minutes."))
ENOUGH = Sentence(N_("You have as many passkeys as one account can hold. Remove one that you do not use."))
THERE_ALREADY = Sentence(N_("This passkey is set up already."))
LAST_FACTOR = Sentence(
    N_("This is your only second factor, and your account needs one. Add another passkey or an app first.")
)
GONE = Sentence(N_("This passkey is not there any more."))


def ask(user_id: int, visit: Visit, *, now: datetime) -> dict[str, Any]:
    """The question that makes a new passkey, as JSON of `PublicKeyCredentialCreationOptions`. Raises Refused."""
    with transaction() as session:
        return _question(session, session.get_one(User, user_id), visit, now)


def _question(session: Session, user: User, visit: Visit, now: datetime) -> dict[str, Any]:
    keys = kept(session, user.id)
    if len(keys) >= MOST:
        raise Refused(ENOUGH)
    person = session.get_one(Person, user.person_id)
    challenge = passkey_challenges.ask(session, "add", visit.bound_to, user.id, now)
    known = [(key.credential_id, key.transports) for key in keys]
    return rules.question_for_new(visit.site, challenge, user.ref, user.username, person.name, known)


def add(
    user_id: int, name: str, answer: str, visit: Visit, *, sign_in_id: int | None = None, now: datetime
) -> str:
    """Keep the passkey that answered the question of `ask`; returns its ref. All sign-ins but `sign_in_id` end.

    Raises Refused, beside "name" where the name is missing or too long.
    """
    name = tidy_name(name)
    made = _made(user_id, answer, visit, now)
    try:
        with transaction() as session:
            return _keep(session, session.get_one(User, user_id), sign_in_id, name, made, visit, now)
    except IntegrityError:
        raise Refused(THERE_ALREADY) from None


def ask_first(sign_in_id: int, visit: Visit, *, now: datetime) -> dict[str, Any] | None:
    """The same for a sign-in that waits for a second factor, of a user who has none of any kind; else None."""
    with transaction() as session:
        user = _bare(session, sign_in_id)
        return _question(session, user, visit, now) if user else None


def add_first(sign_in_id: int, name: str, answer: str, visit: Visit, *, now: datetime) -> str | None:
    """Keep the first passkey and finish the sign-in with it: the secret of the full one, or None. Raises Refused."""
    name = tidy_name(name)
    with transaction() as session:
        user = _bare(session, sign_in_id)
    if user is None:
        return None
    made = _made(user.id, answer, visit, now)
    try:
        with transaction() as session:
            # Looked at again: meanwhile another browser may have set up a factor, and that one is then to be asked for.
            user = _bare(session, sign_in_id)
            if user is None:
                return None
            _keep(session, user, sign_in_id, name, made, visit, now)
            return finish(session, sign_in_id, user.id, strength="passkey", place=visit.place, now=now)
    except IntegrityError:
        raise Refused(THERE_ALREADY) from None


def _bare(session: Session, sign_in_id: int) -> User | None:
    """The user of a waiting sign-in who has no second factor at all. The row is held, so that one comes first."""
    user_id = waiting_user(session, sign_in_id, "password")
    if user_id is None:
        return None
    user = session.scalars(
        select(User)
        .where(User.id == user_id, User.disabled_at.is_(None), User.frozen_at.is_(None))
        .with_for_update()
    ).first()
    return None if user is None or factors_of(session, user_id).any else user


def _made(user_id: int, answer: str, visit: Visit, now: datetime) -> NewKey:
    _credential_id, challenge = rules.named(answer)
    with transaction() as session:
        asked = passkey_challenges.use(session, challenge, "add", visit.bound_to, user_id, now)
    made = rules.new_key(answer, visit.site, challenge) if asked else None
    if made is None:
        raise Refused(NOT_ADDED)
    return made


def _keep(
    session: Session, user: User, sign_in_id: int | None, name: str, made: NewKey, visit: Visit, now: datetime
) -> str:
    if len(kept(session, user.id)) >= MOST:
        raise Refused(ENOUGH)
    row = Passkey(
        ref=new_ref(), user_id=user.id, credential_id=made.credential_id, public_key=made.public_key,
        sign_count=made.sign_count, transports=made.transports, backed_up=made.backed_up, name=name, created_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    said = Sentence(N_("A passkey was added to your account: %(name)s."), {"name": name})
    changed(session, user, said, action="passkey.added", keep=sign_in_id, place=visit.place, now=now)
    return row.ref


def rename(user_id: int, ref: str, name: str, *, now: datetime) -> None:
    """Call the passkey something else. Raises Gone, or Refused beside "name"."""
    name = tidy_name(name)
    with transaction() as session:
        renamed = update(Passkey).where(_live(user_id, ref)).values(name=name)
        if not rows_changed(session, renamed):
            raise Gone(GONE)
        audit(
            session, by=f"user:{user_id}", action="passkey.renamed", subject="user", subject_id=user_id, at=now,
            detail={"name": name},
        )  # fmt: skip


def remove(user_id: int, ref: str, visit: Visit, *, sign_in_id: int | None = None, now: datetime) -> None:
    """Let the passkey open nothing any more; all sign-ins but `sign_in_id` end.

    Raises Gone, or Refused where it is the last second factor of staff or of a landlord.
    """
    with transaction() as session:
        user = session.scalars(select(User).where(User.id == user_id).with_for_update()).one()
        row = session.scalars(select(Passkey).where(_live(user_id, ref))).first()
        if row is None:
            raise Gone(GONE)
        has = factors_of(session, user_id)
        if user.role != "customer" and not has.app and has.passkeys == 1:
            raise Refused(LAST_FACTOR)
        row.removed_at = now
        session.flush()
        said = Sentence(N_("A passkey was removed from your account: %(name)s."), {"name": row.name})
        changed(session, user, said, action="passkey.removed", keep=sign_in_id, place=visit.place, now=now)


def _live(user_id: int, ref: str) -> Any:
    return (Passkey.user_id == user_id) & (Passkey.ref == ref) & Passkey.removed_at.is_(None)


def tidy_name(name: str) -> str:
    """The name as it is kept. Raises Refused beside "name"."""
    name = " ".join("".join(c for c in name if c.isprintable()).split())
    if not name:
        raise Refused(
            Sentence(N_("Give the passkey a name, so that you know which device it is.")), field="name"
        )
    if len(name) > LONGEST_NAME:
        raise Refused(Sentence(N_("A name has at most 60 characters.")), field="name")
    return name
