"""What the business does for somebody who cannot get in. Verbs: `open_again`, `start_reset`.

Staff open a door that too many wrong tries closed, and start a new password; they never choose or see one: the link
goes to the address on file (safety A25).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.actions.people import find
from domain.records.links import mail_link, sent_lately
from domain.records.tries import forget_tries
from domain.records.words_out import audit
from domain.transaction import transaction
from domain.words import N_, Refused, Sentence
from models import Person, User


def open_again(person_ref: str, *, by: str, now: datetime) -> None:
    """Forget the wrong tries at this person's account. Raises Gone, Refused where there is none."""
    with transaction() as session:
        _person, user = _account(session, person_ref)
        forget_tries(session, user.id)
        audit(session, by=by, action="user.unlocked", subject="user", subject_id=user.id, at=now)


def start_reset(person_ref: str, *, by: str, now: datetime, base_url: str) -> None:
    """Mail a link for a new password to the address on file. Raises Gone, Refused when it cannot go out."""
    with transaction() as session:
        person, user = _account(session, person_ref)
        if not person.email:
            raise Refused(
                Sentence(N_("There is no mail address on file to send the link to.")), field="email"
            )
        if sent_lately(session, person.id, "recover", now):
            raise Refused(Sentence(N_("A link was mailed a moment ago. Wait two minutes.")))
        mail_link(session, person, "recover", template="recover_password", base_url=base_url, now=now)
        audit(session, by=by, action="recover.started", subject="user", subject_id=user.id, at=now)


def _account(session: Session, person_ref: str) -> tuple[Person, User]:
    person = find(session, person_ref)
    user = session.scalar(select(User).where(User.person_id == person.id))
    if user is None:
        raise Refused(Sentence(N_("This person has no account yet.")))
    if user.disabled_at is not None:
        raise Refused(Sentence(N_("This account is disabled. An administrator can open it again.")))
    return person, user
