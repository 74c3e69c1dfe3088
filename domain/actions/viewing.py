"""Staff look at a customer's pages as the customer sees them, and may only read. Verbs: `begin`, `stop`.

It hangs on the sign-in and ends with it. Both ends are noted.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from domain.access import Scope
from domain.records.words_out import audit
from domain.transaction import rows_changed, transaction
from domain.words import N_, Gone, Refused, Sentence
from models import Person, SignIn, User

RIGHT = "view_as"


def begin(sign_in_id: int, person_ref: str, *, who: Scope, now: datetime, address: str, device: str) -> None:
    """Show this sign-in the pages of a person from now on. Raises NotAllowed, Gone, Refused for a colleague."""
    who.require(RIGHT)
    with transaction() as session:
        person = session.scalars(who.select(Person).where(Person.ref == person_ref)).first()
        if person is None:
            raise Gone(Sentence(N_("There is no such person.")))
        role = session.scalar(select(User.role).where(User.person_id == person.id))
        if role not in (None, "customer"):
            raise Refused(Sentence(N_("Only the pages of customers can be looked at.")))
        _stop(session, sign_in_id, who, now, address, device)
        session.execute(
            update(SignIn)
            .where(SignIn.id == sign_in_id, SignIn.user_id == who.user_id, SignIn.ended_at.is_(None))
            .values(viewing_person_id=person.id)
        )
        audit(
            session, by=who.by, action="viewing.begun", subject="person", subject_id=person.id, at=now,
            address=address, device=device,
        )  # fmt: skip


def stop(sign_in_id: int, *, who: Scope, now: datetime, address: str, device: str) -> str:
    """Go back to one's own pages; returns the ref of the person looked at, "" when there was none."""
    with transaction() as session:
        return _stop(session, sign_in_id, who, now, address, device)


def _stop(session: Session, sign_in_id: int, who: Scope, now: datetime, address: str, device: str) -> str:
    person = session.scalars(
        select(Person)
        .join(SignIn, SignIn.viewing_person_id == Person.id)
        .where(SignIn.id == sign_in_id, SignIn.user_id == who.user_id)
    ).first()
    statement = update(SignIn).where(SignIn.id == sign_in_id, SignIn.viewing_person_id.is_not(None))
    if person is None or not rows_changed(session, statement.values(viewing_person_id=None)):
        return ""
    audit(
        session, by=who.by, action="viewing.ended", subject="person", subject_id=person.id, at=now,
        address=address, device=device,
    )  # fmt: skip
    return person.ref
