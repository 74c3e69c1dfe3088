"""Put people on an agreement, inside the caller's transaction. Verb: `put_on`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.words import N_, Gone, Sentence
from models import AgreementParty, Person


def put_on(
    session: Session,
    agreement_id: int,
    person_refs: Sequence[str],
    from_on: date,
    roles: Mapping[str, str] | None = None,
) -> None:
    """Let each person be a party from a day on: in the role given for the ref, else as customer.

    Raises Gone for one who is not there.
    """
    for ref in person_refs:
        person_id = session.scalar(select(Person.id).where(Person.ref == ref))
        if person_id is None:
            raise Gone(Sentence(N_("There is no such person.")))
        role = (roles or {}).get(ref, "customer")
        session.add(
            AgreementParty(agreement_id=agreement_id, person_id=person_id, role=role, from_on=from_on)
        )
