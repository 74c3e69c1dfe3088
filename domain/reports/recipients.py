"""Who reads a mail that waits, as far as the address tells: the phrase by which they know us, and their clock."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.rules.sign_in_names import folded
from models import Person, User


@dataclass(frozen=True, slots=True)
class Recipient:
    """`phrase` "" for somebody without an account; `zone` (IANA) "" for the business's."""

    phrase: str = ""
    zone: str = ""


def recipient(session: Session, to_address: str, name: str) -> Recipient:
    """The person on file with this address; of several who share one, the one with this name.

    An address that is not on file (a new one that is to be confirmed, an old one) is nobody's: a phrase must not reach
    a stranger's mailbox.
    """
    rows = session.execute(
        select(Person.name, Person.zone, User.phrase)
        .outerjoin(User, User.person_id == Person.id)
        .where(Person.email_folded == folded(to_address))
        .limit(20)
    ).all()
    found = [row for row in rows if row.name == name] if len(rows) > 1 else rows
    return Recipient(found[0].phrase or "", found[0].zone) if len(found) == 1 else Recipient()
