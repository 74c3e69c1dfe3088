"""Somebody who has a paper with an agreement's number wants an account. Verb: `ask_by_agreement`.

The number proves nothing (safety A5): it only says whose address on file the link goes to. The answer is always the
same.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.actions.claims import mail_invitation, tell_owner_of_claim
from domain.records.links import may_ask
from domain.records.words_out import audit
from domain.transaction import transaction
from models import Agreement, AgreementParty, Person, User

LONGEST_NUMBER = 40


def ask_by_agreement(number: str, *, base_url: str, now: datetime) -> None:
    """Mail a link to everybody on the agreement with this number who has no account; owners of one are told."""
    with transaction() as session:
        agreement_id = _agreement(session, number)
        audit(
            session, by="anonymous", action="register.asked", subject="agreement", subject_id=agreement_id, at=now
        )  # fmt: skip
        for person, owner in _people_on(session, agreement_id):
            if owner is not None:
                tell_owner_of_claim(session, owner, agreement_id, base_url, now)
            elif person.email and may_ask(session, person.id, "claim", now):
                mail_invitation(session, person, agreement_id, base_url, now)


def _agreement(session: Session, number: str) -> int | None:
    typed = number.replace("\x00", "\ufffd").strip()[:LONGEST_NUMBER]
    return session.scalar(select(Agreement.id).where(Agreement.number.in_([typed, typed.upper()])).limit(1))


def _people_on(session: Session, agreement_id: int | None) -> list[tuple[Person, User | None]]:
    rows = session.execute(
        select(Person, User)
        .join(AgreementParty, AgreementParty.person_id == Person.id)
        .outerjoin(User, User.person_id == Person.id)
        .where(AgreementParty.agreement_id == agreement_id, AgreementParty.until_on.is_(None))
        .order_by(Person.id)
        .limit(10)
    ).all()
    return [(person, owner) for person, owner in rows]
