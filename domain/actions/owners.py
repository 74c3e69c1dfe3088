"""Who owns a property and on which terms it is managed. Verbs: `set_shares`, `set_terms`, `end_ownerships`.

Shares change with the first of a month, so that a month has one set of owners, and never in a month that was closed.
Terms are only ever added; those of the last day of a month count for it. An owner who signs in as a landlord sees what
they own: `UserLimit` is kept in step here and by `domain.records.posts`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from domain.access import Scope
from domain.records.house_entries import house_head
from domain.records.owner_months import closed
from domain.records.owners_view import end_views, let_see
from domain.records.words_out import audit
from domain.rules.owner_statements import Terms, check_shares, plain_percent
from domain.rules.sign_in_names import folded
from domain.transaction import transaction
from domain.words import N_, Gone, Refused, Sentence
from models import ManagementTerms, Person, Property, PropertyOwner

RIGHT = "owners"
MOST_MINOR = 10**12


def set_shares(
    property_ref: str, shares: Sequence[tuple[str, Decimal]], from_on: date, *, who: Scope, now: datetime
) -> None:
    """Say who owns how much of a property from a day on; whoever is not named owns none of it from then.

    `shares`: (e-mail, number or ref of a person, percent). Raises NotAllowed, Gone, Refused beside "owners" or "day".
    """
    who.require(RIGHT)
    if from_on.day != 1:
        words = N_("Owners change with the first of a month, so that a month has one set of owners.")
        raise Refused(Sentence(words), "day")
    with transaction() as session:
        house_head(session)  # whoever closes a month waits for it too, so no month closes in between
        house = _house(session, property_ref, who)
        people = [(_person(session, name), percent) for name, percent in shares]
        check_shares([(str(person.id), percent) for person, percent in people])
        before = closed(session, house.id)
        if before and from_on <= before[-1].period_to:
            words = N_("The months until %(day)s are closed. Choose a later day.")
            raise Refused(Sentence(words, {"day": before[-1].period_to}), "day")
        here = PropertyOwner.property_id == house.id
        session.execute(delete(PropertyOwner).where(here, PropertyOwner.from_on >= from_on))
        session.execute(
            update(PropertyOwner)
            .where(here, or_(PropertyOwner.until_on.is_(None), PropertyOwner.until_on >= from_on))
            .values(until_on=from_on - timedelta(days=1))
        )
        said = {"from_on": from_on, "recorded_at": now, "recorded_by": who.by}
        session.add_all(
            PropertyOwner(property_id=house.id, person_id=person.id, share_percent=percent, **said)
            for person, percent in people
        )
        session.flush()
        let_see(session, house.id, [person.id for person, _ in people], by=who.by, now=now)
        audit(
            session, by=who.by, action="owners.set", subject="property", subject_id=house.id, at=now,
            detail={
                "house": house.name, "from": from_on.isoformat(),
                "shares": {person.name: plain_percent(percent) for person, percent in people},
            },
        )  # fmt: skip


def set_terms(property_ref: str, terms: Terms, from_on: date, *, who: Scope, now: datetime) -> None:
    """Add the terms on which a property is managed from a day on. Raises NotAllowed, Gone, Refused."""
    who.require(RIGHT)
    if not 0 <= terms.fee_percent <= 100 or len(format(terms.fee_percent, "f")) > 10:
        raise Refused(Sentence(N_("Write a percentage from 0 to 100.")), "percent")
    if terms.fee_base not in ("collected", "charged"):
        raise Refused(Sentence(N_("This is not one of the choices.")), "base")
    for field, amount in (
        ("minimum", terms.minimum_minor), ("flat", terms.flat_minor), ("reserve", terms.reserve_minor)
    ):  # fmt: skip
        if not 0 <= amount <= MOST_MINOR:
            raise Refused(Sentence(N_("This amount is too large. Check the number of digits.")), field)
    try:
        with transaction() as session:
            house_head(session)
            house = _house(session, property_ref, who)
            before = closed(session, house.id)
            if before and from_on <= before[-1].period_to:
                words = N_("The months until %(day)s are closed. Choose a later day.")
                raise Refused(Sentence(words, {"day": before[-1].period_to}), "day")
            session.add(
                ManagementTerms(
                    property_id=house.id, from_on=from_on, fee_percent=terms.fee_percent, fee_base=terms.fee_base,
                    fee_minimum_minor=terms.minimum_minor, fee_flat_minor=terms.flat_minor,
                    reserve_minor=terms.reserve_minor, recorded_at=now, recorded_by=who.by,
                )
            )  # fmt: skip
            session.flush()
            audit(
                session, by=who.by, action="management_terms.added", subject="property", subject_id=house.id, at=now,
                detail={"house": house.name, "from": from_on.isoformat(), "percent": str(terms.fee_percent)},
            )  # fmt: skip
    except IntegrityError as error:
        words = N_("There are terms from this day already. They are only added to: choose the day after.")
        raise Refused(Sentence(words), "day") from error


def _house(session: Session, ref: str, who: Scope) -> Property:
    house = session.scalars(who.select(Property).where(Property.ref == ref).with_for_update()).first()
    if house is None:
        raise Gone(Sentence(N_("There is no such property.")))
    return house


def _person(session: Session, name: str) -> Person:
    """The one person whom an e-mail, a customer number or a ref names."""
    name = name.strip()
    found = session.scalars(
        select(Person)
        .where(or_(Person.ref == name, Person.number == name.upper(), Person.email_folded == folded(name)))
        .limit(2)
    ).all()
    if len(found) == 1 and name:
        return found[0]
    words = N_("Nobody is known by %(name)s. Write an e-mail address or a number from People.")
    raise Refused(Sentence(words, {"name": name[:60] or "–"}), "owners")


def end_ownerships(*, today: date) -> int:
    """Take properties from landlords who sold them; a timed duty, safe to repeat. Returns how many."""
    with transaction() as session:
        return end_views(session, today)
