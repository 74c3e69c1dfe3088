"""Hand an agreement over at the counter, on the customer's own phone. Verb: `begin`.

Staff show a code; the customer's camera opens it. Who has no account yet gets it there, and the link by which they can
do it later goes to the address on file by itself. Who has one signs in. Both come to the same walk: the facts, what
waits for their signature, how they pay, autopay.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.access import Scope
from domain.actions.claims import mail_invitation
from domain.records.links import make_link_to_show
from domain.records.words_out import audit
from domain.transaction import transaction
from domain.words import N_, Conflict, Gone, Refused, Sentence
from models import Agreement, AgreementParty, Person, Token, User

RIGHT = "contact"


def begin(agreement_ref: str, person_ref: str, *, who: Scope, now: datetime, base_url: str) -> str:
    """The address that the code opens, for the eyes of the person who stands there and nobody else.

    Each call makes the code before it worthless. Raises NotAllowed, Gone where the person is not on the agreement,
    Refused for somebody who was invited as a colleague or whose account is closed, Conflict on one that has ended.
    """
    who.require(RIGHT)
    with transaction() as session:
        agreement, person = _who(session, agreement_ref, person_ref)
        user = session.scalar(select(User).where(User.person_id == person.id))
        if user is not None:
            if user.disabled_at is not None or user.frozen_at is not None:
                raise Refused(Sentence(N_("Their account is closed. Open it again first.")), "person")
            audit(session, by=who.by, action="hand_over.begun", subject="person", subject_id=person.id, at=now,
                  detail={"agreement": agreement.number})  # fmt: skip
            return f"{base_url}/sign-in?next=/agreements/{agreement.ref}/start"
        waiting = _waiting(session, person.id, now)
        if waiting is not None and waiting.detail:
            raise Refused(
                Sentence(N_("They were invited as a colleague: that link sets up their account.")), "person"
            )
        if waiting is None and person.email:
            mail_invitation(session, person, agreement.id, base_url, now)
        audit(session, by=who.by, action="hand_over.code_shown", subject="person", subject_id=person.id, at=now,
              detail={"agreement": agreement.number})  # fmt: skip
        return make_link_to_show(session, person, agreement.id, base_url, now)


def _who(session: Session, agreement_ref: str, person_ref: str) -> tuple[Agreement, Person]:
    row = session.execute(
        select(Agreement, Person)
        .join(AgreementParty, AgreementParty.agreement_id == Agreement.id)
        .join(Person, Person.id == AgreementParty.person_id)
        .where(Agreement.ref == agreement_ref, Person.ref == person_ref, AgreementParty.until_on.is_(None))
    ).first()
    if row is None:
        raise Gone(Sentence(N_("This person is not on this agreement.")))
    if row[0].status != "active":
        raise Conflict(Sentence(N_("This agreement has ended: there is nothing to hand over.")))
    return row[0], row[1]


def _waiting(session: Session, person_id: int, now: datetime) -> Token | None:
    """The mailed link to their account that still works."""
    return session.scalars(
        select(Token)
        .where(
            Token.person_id == person_id, Token.purpose == "claim", Token.sent_to != "", Token.used_at.is_(None),
            Token.voided_at.is_(None), Token.expires_at > now,
        )
        .order_by(Token.id.desc())
        .limit(1)
    ).first()  # fmt: skip
