"""The end of a month for every house at once: close the months, pay the owners, tell them where their statements are.

Verbs: `close_all`, `pay_all`, `mail_statements`. Each house and each payout is a transaction of its own, by the
verbs of one: what is refused is told, and the others go on. All of it is safe to repeat.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from domain.access import Scope
from domain.actions import owner_months
from domain.actions.owner_months import RIGHT, Movement
from domain.records.words_out import audit, enqueue_mail
from domain.transaction import transaction
from domain.words import N_, Conflict, Gone, Refused, Sentence, sentence_json
from models import OwnerStatement, Person, User

LATELY = timedelta(days=40)
"""Statements closed so long ago are still told by mail."""


@dataclass(frozen=True, slots=True)
class Done:
    """How many were done (or had been before), and why others were not: (ref of the house, sentence)."""

    count: int
    refused: Sequence[tuple[str, Sentence]] = ()


@dataclass(frozen=True, slots=True)
class Payout:
    """What one owner of one house is paid, in minor units."""

    property_ref: str
    person_ref: str
    amount_minor: int


def close_all(
    picked: Sequence[tuple[str, date]], *, letterhead: Sequence[str], who: Scope, today: date, now: datetime
) -> Done:
    """Close the month that begins on a day for each of these houses. Raises NotAllowed."""
    who.require(RIGHT)
    count, refused = 0, []
    for house, first in picked:
        try:
            owner_months.close(house, first, letterhead=letterhead, who=who, today=today, now=now)
            count += 1
        except (Refused, Gone) as why:
            refused.append((house, why.sentence))
    return Done(count, refused)


def pay_all(
    picked: Sequence[Payout], ref: str, *, on: date, reference: str, who: Scope, today: date, now: datetime
) -> Done:
    """Write down what was paid out to each of these owners, each once for the form `ref`. Raises NotAllowed."""
    who.require(RIGHT)
    count, refused = 0, []
    for one in picked:
        moved = Movement(one.property_ref, one.person_ref, "payout", one.amount_minor, on, reference)
        try:
            owner_months.move(moved, _ref_of(ref, one), who=who, today=today, now=now)
            count += 1
        except (Refused, Gone, Conflict) as why:
            refused.append((one.property_ref, why.sentence))
    return Done(count, refused)


def _ref_of(ref: str, one: Payout) -> str:
    """The ref of one payout: of the form, the house and the owner, so that the form pays each of them once."""
    digest = hashlib.sha256(f"{ref}:{one.property_ref}:{one.person_ref}".encode()).digest()
    return base64.urlsafe_b64encode(digest[:16]).decode().rstrip("=")


def mail_statements(*, who: Scope, now: datetime) -> tuple[int, int]:
    """Mail each owner of months that were closed lately a link to their statements: (how many mails, how many owners
    cannot sign in and got none). Nobody is mailed twice about the same statements, and no figure is in the mail.
    """
    who.require(RIGHT)
    with transaction() as session:
        newest = (
            who.select(OwnerStatement, OwnerStatement.person_id, func.max(OwnerStatement.id).label("id"))
            .where(OwnerStatement.closed_at >= now - LATELY)
            .group_by(OwnerStatement.person_id)
        ).subquery()
        rows = session.execute(
            select(newest.c.id, OwnerStatement.period_to, Person, User.id)
            .join(OwnerStatement, OwnerStatement.id == newest.c.id)
            .join(Person, Person.id == newest.c.person_id)
            .outerjoin(
                User, (User.person_id == Person.id) & User.disabled_at.is_(None) & (User.role != "customer")
            )
        ).all()
        sent = 0
        for statement_id, through, person, user_id in rows:
            what = Sentence(N_("Owner statements through %(day)s"), {"day": through})
            if user_id is not None:
                sent += enqueue_mail(
                    session, to=person.email, template="owner_statements", language=person.language or "en", now=now,
                    dedupe_key=f"owner_statements:{person.id}:{statement_id}",
                    data={"what": sentence_json(what), "name": person.name, "path": "/office/owner-statements"},
                )  # fmt: skip
        if sent:
            audit(
                session, by=who.by, action="owners.statements_mailed", subject="property", subject_id=None, at=now,
                detail={"mails": sent},
            )  # fmt: skip
    return sent, sum(1 for row in rows if row[3] is None)
