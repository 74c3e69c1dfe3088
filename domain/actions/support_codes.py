"""A code by which staff on the telephone know who calls. Verbs: `make`, `use`.

Somebody signed in is shown it once and says it; it works once, for fifteen minutes, and only the newest one does. It
opens nothing: it says who calls, as a check among others.
"""

from __future__ import annotations

import re
import secrets
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from domain import sealing
from domain.access import Scope
from domain.records import throttles
from domain.records.words_out import audit
from domain.transaction import transaction
from domain.words import N_, NotAllowed, Refused, Sentence
from models import Person, SupportCode

RIGHT = "people"
LASTS = timedelta(minutes=15)
DIGITS = 8
MOST_MADE, MOST_TRIED = 20, 40
"""How many codes somebody makes, and how many a colleague tries, in an hour."""
HOUR = timedelta(hours=1)
PLACE = "support_code"


def make(*, who: Scope, now: datetime) -> tuple[str, datetime]:
    """(a new code of a customer, until when it works). Those before it work no more.

    Raises NotAllowed for anybody else and for staff who look at a customer's pages, Refused for too many.
    """
    if who.role != "customer" or who.reading or not who.person_id:
        raise NotAllowed(Sentence(N_("Your account may not do this. Ask an administrator of this portal.")))
    with transaction() as session:
        _count(session, f"support-code:made:{who.person_id}", MOST_MADE, now)
        mine = SupportCode.person_id == who.person_id, SupportCode.used_at.is_(None)
        session.execute(update(SupportCode).where(*mine, SupportCode.expires_at > now).values(expires_at=now))
        code, kept = _fresh(session, now)
        session.add(SupportCode(person_id=who.person_id, code_hash=kept, made_at=now, expires_at=now + LASTS))
    return code, now + LASTS


def use(typed: str, *, who: Scope, now: datetime) -> str:
    """The ref of the person whose code this is; it is then used up. Raises NotAllowed, Refused beside "code".

    One that is wrong, old, used or of somebody whom this colleague does not look after is refused in the same words.
    """
    who.require(RIGHT)
    code = re.sub(r"[\s-]", "", typed)
    with transaction() as session:  # a try is counted, whatever comes of it
        _count(session, f"support-code:tried:{who.user_id}", MOST_TRIED, now)
    with transaction() as session:
        query = (
            select(SupportCode)
            .where(
                SupportCode.code_hash == sealing.keyed_hash(code, PLACE), SupportCode.used_at.is_(None),
                SupportCode.expires_at > now, SupportCode.person_id.in_(who.select(Person, Person.id)),
            )
            .with_for_update()
        )  # fmt: skip
        row = session.scalars(query).first()
        if row is None:
            raise Refused(
                Sentence(N_("This code is wrong or too old. Ask the caller for a new one.")), "code"
            )
        row.used_at, row.used_by = now, who.by
        session.flush()
        audit(
            session, by=who.by, action="support_code.used", subject="person", subject_id=row.person_id, at=now
        )
        return session.scalars(select(Person.ref).where(Person.id == row.person_id)).one()


def _fresh(session: Session, now: datetime) -> tuple[str, str]:
    """A code that nobody else has just now, and its hash."""
    while True:
        code = "".join(secrets.choice("0123456789") for _digit in range(DIGITS))
        kept = sealing.keyed_hash(code, PLACE)
        taken = select(SupportCode.id).where(SupportCode.code_hash == kept, SupportCode.expires_at > now)
        if session.execute(taken).first() is None:
            return code, kept


def _count(session: Session, bucket: str, most: int, now: datetime) -> None:
    if not throttles.count(session, bucket, now, limit=most, window=HOUR):
        raise Refused(Sentence(N_("Enough codes for now. Try again in an hour.")), "code")
