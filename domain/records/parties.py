"""Put people on an agreement, inside the caller's transaction. Verb: `put_on`.

`ALONE` and `pays_alone` say whether somebody is on it for their own share only, as an agency that pays part of a rent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import bindparam, literal, select
from sqlalchemy.orm import Session, scoped_session

from domain.records.writers import Writer
from domain.words import N_, Gone, Sentence
from models import AgreementParty, Person

ROLES = ("customer", "joint", "guarantor", "payer")
_PAYER = (
    select(AgreementParty.id)
    .where(AgreementParty.role == literal("payer"), AgreementParty.until_on.is_(None))
    .limit(1)
)
ALONE = (
    _PAYER.where(
        AgreementParty.agreement_id == bindparam("agreement"), AgreementParty.person_id == bindparam("payer")
    )
    .scalar_subquery()
    .label("alone")
)
"""The party row of the bound `payer` on the bound `agreement`, if they pay a share alone, as a column."""


def pays_alone(session: scoped_session[Any] | Writer, agreement_id: int, payer: str) -> bool:
    """Whether the payer of this key is on the agreement for their own share only."""
    if not payer:
        return False
    query = _PAYER.where(AgreementParty.agreement_id == agreement_id, AgreementParty.person_id == int(payer))
    return session.execute(query).first() is not None


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
