"""Who asks for a unit, and what was decided. Verbs: `receive`, `decide`. What follows: `records.applications`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.access import Scope
from domain.actions.people import add_person
from domain.records.words_out import audit
from domain.transaction import transaction
from domain.words import N_, Conflict, Gone, Refused, Sentence
from models import Person, RentalApplication, Unit

RIGHT = "opening"
MOST_REASON = 300
MOST_INCOME_MINOR = 10**12
LEADS_TO: Mapping[str, frozenset[str]] = {
    "received": frozenset({"approved", "declined", "withdrawn"}),
    "approved": frozenset({"declined", "withdrawn"}),
}
"""State -> the states that it may become. What was declined or withdrawn stays so: they may ask again."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What somebody says who asks for a unit. Either their customer `number`, or a new person by name and address.

    `income_minor` is of a month. `facts` are further answers, label -> text.
    """

    received_on: date
    number: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""
    wanted_from: date | None = None
    income_minor: int | None = None
    occupants: int | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


def receive(unit_ref: str, asking: Asking, ref: str, *, who: Scope, today: date, now: datetime) -> str:
    """Note down an application; returns its ref, which is that of the form: sent twice, it is one.

    Raises NotAllowed, Gone, Conflict, or Refused naming the field.
    """
    who.require(RIGHT)
    _check(asking, today)
    with transaction() as session:
        unit = session.scalars(who.select(Unit).where(Unit.ref == unit_ref).with_for_update()).first()
        if unit is None:
            raise Gone(Sentence(N_("There is no such unit.")))
        known = session.scalars(select(RentalApplication).where(RentalApplication.ref == ref)).first()
        if known is not None:
            if known.unit_id != unit.id:
                raise Conflict(Sentence(N_("This form was already used for something else. Open it again.")))
            return known.ref
        row = RentalApplication(
            ref=ref, unit_id=unit.id, person_id=_person(session, asking, who, now).id,
            received_on=asking.received_on, wanted_from=asking.wanted_from, income_minor=asking.income_minor,
            occupants=asking.occupants, facts={name: text for name, text in asking.facts.items() if text},
            recorded_at=now, recorded_by=who.by,
        )  # fmt: skip
        session.add(row)
        session.flush()
        audit(session, by=who.by, action="application.received", subject="unit", subject_id=unit.id, at=now,
              detail={"unit": unit.name})  # fmt: skip
    return ref


def decide(ref: str, state: str, reason: str, *, who: Scope, today: date, now: datetime) -> bool:
    """Approve, decline (with a reason) or withdraw; False where it was so already. Raises Gone, or Refused where what
    was decided, or the lease it became, stands against it.
    """
    who.require(RIGHT)
    if state == "declined" and not reason.strip():
        raise Refused(Sentence(N_("Say why, for those who look later.")), "reason")
    if len(reason) > MOST_REASON:
        raise Refused(Sentence(N_("Use at most %(count)s characters."), {"count": MOST_REASON}), "reason")
    with transaction() as session:
        query = who.select(RentalApplication).where(RentalApplication.ref == ref)
        row = session.scalars(query.with_for_update()).first()
        if row is None:
            raise Gone(Sentence(N_("There is no such application.")))
        if row.state == state:
            return False
        if row.agreement_id is not None:
            raise Refused(Sentence(N_("This application became a lease already.")))
        if state not in LEADS_TO.get(row.state, ()):
            raise Refused(
                Sentence(N_("This was decided already. Somebody who asks again gives a new application."))
            )
        row.state, row.reason = state, reason.strip()
        row.decided_on, row.decided_by = today, who.by
        audit(session, by=who.by, action=f"application.{state}", subject="unit", subject_id=row.unit_id, at=now,
              detail={"reason": row.reason})  # fmt: skip
    return True


def _person(session: Session, asking: Asking, who: Scope, now: datetime) -> Person:
    if asking.number:
        found = session.scalars(
            who.select(Person).where(Person.number == asking.number.strip().upper())
        ).first()
        if found is None:
            raise Refused(Sentence(N_("There is no customer of this number.")), "number")
        return found
    who.require("new_person")
    return add_person(session, asking.name, asking.email, asking.phone, "", by=who.by, now=now)


def _check(asking: Asking, today: date) -> None:
    if not asking.number and not asking.name.strip():
        raise Refused(Sentence(N_("Write who asks: a customer number, or a name.")), "name")
    if asking.received_on > today:
        raise Refused(Sentence(N_("That day has not come.")), "received_on")
    if asking.income_minor is not None and not 0 <= asking.income_minor <= MOST_INCOME_MINOR:
        raise Refused(
            Sentence(N_("This figure must be zero or above, and small enough to be meant.")), "income"
        )
    if asking.occupants is not None and not 1 <= asking.occupants <= 99:
        raise Refused(Sentence(N_("Write how many people will live there, 1 to 99.")), "occupants")
