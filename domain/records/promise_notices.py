"""Tell of a promise: made, kept or broken, or the answer to a request for more time. Verb: `tell_of`. Never commits.

Told is who made it; where the office wrote it down for nobody by name, everybody whose agreement it is.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.records.notices import tell
from domain.words import N_, Sentence
from models import Agreement, AgreementParty, Promise

EVENT_OF = {"kept": "promise_kept", "broken": "promise_broken"}


def event_of(promise: Promise) -> str:
    """Which event the state of the promise is."""
    if promise.state in EVENT_OF:
        return EVENT_OF[promise.state]
    return "more_time_decided" if promise.type == "more_time" else "promise_made"


def tell_of(session: Session, promise: Promise, agreement: Any, *, now: datetime, today: date) -> None:
    """Tell of the promise as it stands, once for each state. `agreement` may be None: then it is looked up."""
    if agreement is None:
        query = select(Agreement.ref, Agreement.number).where(Agreement.id == promise.agreement_id)
        agreement = session.execute(query).one()
    event = event_of(promise)
    data: dict[str, Any] = {
        "agreement_ref": agreement.ref,
        "agreement_number": agreement.number,
        "amount_minor": promise.amount_minor,
        "currency": promise.currency,
        "on": promise.until_on,
        "kept_minor": promise.kept_minor,
    }
    if event == "more_time_decided":
        words = N_("We cannot give you more time.")
        if promise.state != "refused":
            words = N_("You have time until %(day)s. Reminders wait until then; late fees go on.")
        said = Sentence(words, {} if promise.state == "refused" else {"day": promise.until_on})
        data |= {"what": said, "answer": promise.answer}
    for person_id in people_of(session, promise):
        tell(
            session, event, person_id, agreement_id=promise.agreement_id, data=data, now=now, today=today,
            dedupe_key=f"{event}:{promise.ref}", path=f"/agreements/{agreement.ref}/promises",
        )  # fmt: skip


def people_of(session: Session, promise: Promise) -> list[int]:
    """The ids of those who are told of the promise."""
    return [promise.person_id] if promise.person_id else holder_ids(session, promise.agreement_id)


def holder_ids(session: Session, agreement_id: int) -> list[int]:
    """The ids of those whose agreement it is today, first signed first."""
    query = select(AgreementParty.person_id).where(
        AgreementParty.agreement_id == agreement_id, AgreementParty.role.in_(("customer", "joint")),
        AgreementParty.until_on.is_(None),
    )  # fmt: skip
    return list(session.scalars(query.order_by(AgreementParty.id)))
