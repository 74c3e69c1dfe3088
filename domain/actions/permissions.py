"""What customers do with the permissions they gave: end one, have a copy mailed. Verbs: `end`, `mail_copy`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from domain.access import Scope
from domain.actions.payments import Event, pass_the_door
from domain.actions.second_factors import Place
from domain.records.mandates import end_mandate
from domain.records.words_out import audit, enqueue_mail
from domain.transaction import transaction
from domain.words import N_, Gone, Sentence
from models import Mandate, Payment, Person

CODE = "permission_ended"
"""Why a planned payment was not sent: a code of `domain.rules.stop_codes`."""


def end(ref: str, *, who: Scope, today: date, now: datetime, place: Place | None = None) -> int:
    """End a permission; returns how many planned payments under it were cancelled with it.

    What was sent already is not called back. Doing it twice changes nothing. Raises Gone for somebody else's.
    """
    with transaction() as session:
        mandate = _own(session, who, ref)
        if not end_mandate(session, mandate.id, by=who.by, now=now):
            return 0
        planned = session.scalars(
            select(Payment.ref).where(Payment.mandate_id == mandate.id, Payment.state == "scheduled")
        ).all()
        event = Event("cancelled", today, code=CODE)
        cancelled = [
            one for one in planned if pass_the_door(session, one, event, by=who.by, today=today, now=now)
        ]
        audit(
            session, by=who.by, action="permission.ended", subject="mandate", subject_id=mandate.id, at=now,
            detail={"ref": ref, "payments": len(cancelled)}, address=place.address if place else "",
            device=place.device if place else "",
        )  # fmt: skip
        return len(cancelled)


def mail_copy(ref: str, *, who: Scope, now: datetime) -> bool:
    """Mail the permission as it was accepted to the person's address; False where there is none.

    Once a day is enough: a second copy on the same day is not sent. Raises Gone for somebody else's.
    """
    with transaction() as session:
        mandate = _own(session, who, ref)
        person = session.get_one(Person, who.person_id)
        enqueue_mail(
            session, to=person.email, template="permission", language=mandate.language, now=now,
            dedupe_key=f"permission:{ref}:{now:%Y-%m-%d}", data={"permission_ref": ref},
        )  # fmt: skip
        return bool(person.email)


def _own(session: Any, who: Scope, ref: str) -> Mandate:
    mandate: Mandate | None = session.scalars(
        who.select(Mandate).where(Mandate.ref == ref, Mandate.person_id == who.person_id)
    ).first()
    if mandate is None:
        raise Gone(Sentence(N_("There is no such permission.")))
    return mandate
