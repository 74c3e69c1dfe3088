"""An application that became a lease. Verb: `moved_in`, inside the transaction that opens the agreement."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.words import N_, Gone, Refused, Sentence
from models import AgreementParty, RentalApplication


def moved_in(session: Session, application_ref: str, agreement: Any) -> None:
    """Note down the lease that an approved application became. Raises Gone, or Refused where it cannot be."""
    row = session.scalars(
        select(RentalApplication).where(RentalApplication.ref == application_ref).with_for_update()
    ).first()
    if row is None:
        raise Gone(Sentence(N_("There is no such application.")))
    if row.agreement_id is not None:
        raise Refused(Sentence(N_("This application became a lease already.")))
    if row.state != "approved":
        raise Refused(Sentence(N_("This application is not approved.")))
    if row.unit_id != agreement.unit_id:
        raise Refused(Sentence(N_("This application is for another unit.")), "unit")
    session.flush()  # whoever is on the lease was only just put there
    on_it = (AgreementParty.agreement_id == agreement.id, AgreementParty.person_id == row.person_id)
    if session.scalar(select(AgreementParty.id).where(*on_it)) is None:
        raise Refused(Sentence(N_("Whoever applied is not on this lease.")), "who")
    row.agreement_id = agreement.id
