"""Messages that were given up, as tasks of the office: one for each address, or for each mail that cannot be made.

Verb: `note`. Inside the transaction that gives the message up. Sent again by `domain.actions.dead_letters`.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain import sealing
from domain.records.tasks import open_task
from domain.words import N_, Sentence
from models import AgreementParty, Outbox, Person

KIND = "dead_letter"


def note(session: Session, mail_id: int, why: str, now: datetime) -> None:
    """Open the task of a message that was given up. A browser that listens no more is nobody's work."""
    mail = session.get_one(Outbox, mail_id)
    if mail.channel == "push":
        return
    whose = select(Person.id, Person.name).where(
        Person.id == mail.person_id if mail.person_id else Person.email == mail.to_address
    )
    person = session.execute(whose.limit(1)).first()
    agreement_id = None
    if person is not None:
        party = select(AgreementParty.agreement_id).where(AgreementParty.person_id == person.id)
        agreement_id = session.scalar(party.order_by(AgreementParty.id.desc()).limit(1))
    words = N_("A message to %(name)s (%(address)s) could not be sent: %(why)s")
    said = {"name": person.name if person else "?", "address": mail.to_address, "why": why[:200] or "?"}
    open_task(
        session, KIND, key_of(mail.channel, mail.to_address), Sentence(words, said), now=now, subject="outbox",
        subject_id=mail.id, agreement_id=agreement_id,
    )  # fmt: skip


def key_of(channel: str, address: str) -> str:
    """The key of the task about an address."""
    return f"dead-letter:{channel}:{sealing.fingerprint(address)[:40]}"
