"""Close a month of a property for its owners, and move money between them and the business.

Verbs: `close`, `move`, `take_back`. A month that is closed is frozen and posted once; what settles later for a day
in it belongs to the next one. What is owed to an owner is their closed months and what moved since;
never more is paid out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.access import Scope
from domain.records.accounts import BANK, OWNER_PAYABLE
from domain.records.books import Draft
from domain.records.house_entries import house_head, post_house, reverse_house
from domain.records.names import new_ref
from domain.records.owner_months import owed_to, reserve_of
from domain.records.owner_statements import drafted, prepare
from domain.records.words_out import audit
from domain.transaction import transaction
from domain.words import N_, Conflict, Gone, Money, Refused, Sentence, Step, Trace, trace_json
from models import Business, OwnerMovement, OwnerStatement, Person, Property, PropertyOwner

RIGHT = "owners"
MOST_MINOR = 10**12
MOST_REASON = 120


@dataclass(frozen=True, slots=True)
class Movement:
    """Money to move: `type` is "payout" or "contribution", `amount_minor` above zero, in the business's currency."""

    property_ref: str
    person_ref: str
    type: str
    amount_minor: int
    on: date
    reference: str = ""


def close(
    property_ref: str, first: date, *, letterhead: Sequence[str], who: Scope, today: date, now: datetime
) -> int:
    """Freeze the month that begins on `first` for every owner, and post it; returns how many statements there are.

    Safe to repeat: a month that is closed stays as it is. `letterhead` is what its papers are headed with, for good.
    Raises NotAllowed, Gone, Refused while the month is not over, or as `owner_statements.prepare` does.
    """
    who.require(RIGHT)
    with transaction() as session:
        house_head(session)
        house = _house(session, property_ref, who)
        known = session.scalars(
            select(OwnerStatement.id).where(
                OwnerStatement.property_id == house.id, OwnerStatement.period_from == first
            )
        ).all()
        if known:
            return len(known)
        prepared = prepare(session, house, first, _currency(session))
        if prepared.last >= today:
            raise Refused(Sentence(N_("A month is closed when it is over.")), "month")
        draft = drafted(house, prepared)
        entry_id = post_house(session, draft, now=now, by=who.by) if draft else None
        session.add_all(
            OwnerStatement(
                ref=new_ref(), property_id=house.id, person_id=person_id, period_from=prepared.first,
                period_to=prepared.last, currency=prepared.currency, net_minor=body["account"]["net_minor"],
                body={**body, "letterhead": list(letterhead)}, entry_id=entry_id, closed_at=now, closed_by=who.by,
            )
            for person_id, body in prepared.bodies.items()
        )  # fmt: skip
        session.flush()
        audit(
            session, by=who.by, action="owners.month_closed", subject="property", subject_id=house.id, at=now,
            detail={"house": house.name, "month": first.isoformat(), "net_minor": prepared.result.net_minor},
        )  # fmt: skip
        return len(prepared.bodies)


def move(moved: Movement, ref: str, *, who: Scope, today: date, now: datetime) -> str:
    """Write down money paid out to an owner or put in by one, and post it; returns its ref, which is the form's.

    Raises NotAllowed, Gone, Refused (above what is owed less the reserve, no owner of the property) and Conflict for a
    used form.
    """
    who.require(RIGHT)
    _check(moved, today)
    out = moved.type == "payout"
    with transaction() as session:
        house_head(session)
        house = _house(session, moved.property_ref, who)
        person = _owner(session, house, moved.person_ref)
        amount = -moved.amount_minor if out else moved.amount_minor
        known = session.scalars(select(OwnerMovement).where(OwnerMovement.ref == ref)).first()
        if known is not None:
            if (known.property_id, known.person_id, known.amount_minor) != (house.id, person.id, amount):
                raise Conflict(Sentence(N_("This form was already used. Open it again.")))
            return ref
        currency = _currency(session)
        owed = owed_to(session, house.id, person.id, currency)
        if out and moved.amount_minor > owed:
            words = N_("Only %(owed)s is owed to this owner. Close a month first, or pay less.")
            raise Refused(Sentence(words, {"owed": Money(max(owed, 0), currency)}), "amount")
        kept = reserve_of(session, house.id, person.id, moved.on) if out else 0
        if kept and moved.amount_minor > owed - kept:
            words = N_(
                "%(reserve)s of it is kept as the reserve for repairs, so at most %(most)s can be paid out. "
                "To pay out more, add terms with a lower reserve first."
            )
            most = Money(max(owed - kept, 0), currency)
            raise Refused(Sentence(words, {"reserve": Money(kept, currency), "most": most}), "amount")
        told = N_("Paid out to %(name)s for %(house)s.") if out else N_("Put in by %(name)s for %(house)s.")
        step = Step(Sentence(told, {"name": person.name, "house": house.name}), moved.amount_minor)
        entry_id = post_house(
            session,
            Draft(
                key=f"owner_movement:{ref}", cause=f"owners.{moved.type}", currency=currency, effective_on=moved.on,
                lines=((BANK, amount), (OWNER_PAYABLE, -amount)), note=trace_json(Trace("owner_movement", 1, (step,))),
            ),
            now=now, by=who.by,
        )  # fmt: skip
        row = OwnerMovement(
            ref=ref, property_id=house.id, person_id=person.id, type=moved.type, moved_on=moved.on, currency=currency,
            amount_minor=amount, reference=moved.reference[:MOST_REASON], entry_id=entry_id, recorded_at=now,
            recorded_by=who.by,
        )  # fmt: skip
        _keep(session, row, house, person.name, f"owners.{moved.type}", who, now)
    return ref


def take_back(ref: str, reason: str, *, who: Scope, today: date, now: datetime) -> bool:
    """Take a movement back that was a mistake or came back, by a second row of today; False when it was before."""
    who.require(RIGHT)
    if not reason.strip():
        raise Refused(Sentence(N_("Say why.")), "reason")
    with transaction() as session:
        house_head(session)
        row = session.scalars(who.select(OwnerMovement).where(OwnerMovement.ref == ref)).first()
        if row is None:
            raise Gone(Sentence(N_("This is not there any more.")))
        if row.about_id is not None:
            raise Refused(Sentence(N_("This takes a movement back already.")), "reason")
        if session.scalar(select(OwnerMovement.id).where(OwnerMovement.about_id == row.id)) is not None:
            return False
        on = max(today, row.moved_on)
        entry_id = reverse_house(
            session, row.entry_id, f"owner_movement:{ref}:taken_back", on=on, note={"reason": reason.strip()},
            now=now, by=who.by,
        )  # fmt: skip
        back = OwnerMovement(
            ref=new_ref(), property_id=row.property_id, person_id=row.person_id, type="taken_back", moved_on=on,
            currency=row.currency, amount_minor=-row.amount_minor, reference=reason.strip()[:MOST_REASON],
            about_id=row.id, entry_id=entry_id, recorded_at=now, recorded_by=who.by,
        )  # fmt: skip
        house = session.get_one(Property, row.property_id)
        name = session.get_one(Person, row.person_id).name
        _keep(session, back, house, name, "owners.taken_back", who, now)
    return True


def _keep(
    session: Session, row: OwnerMovement, house: Property, name: str, action: str, who: Scope, now: datetime
) -> None:
    session.add(row)
    session.flush()
    audit(
        session, by=who.by, action=action, subject="property", subject_id=house.id, at=now,
        detail={"house": house.name, "owner": name, "amount_minor": row.amount_minor, "reference": row.reference},
    )  # fmt: skip


def _check(moved: Movement, today: date) -> None:
    if moved.type not in ("payout", "contribution"):
        raise Refused(Sentence(N_("This is not one of the choices.")), "type")
    if moved.amount_minor <= 0:
        raise Refused(Sentence(N_("Write an amount above zero.")), "amount")
    if moved.amount_minor > MOST_MINOR:
        raise Refused(Sentence(N_("This amount is too large. Check the number of digits.")), "amount")
    if moved.on > today:
        raise Refused(Sentence(N_("This day has not come.")), "day")


def _house(session: Session, ref: str, who: Scope) -> Property:
    house = session.scalars(who.select(Property).where(Property.ref == ref)).first()
    if house is None:
        raise Gone(Sentence(N_("There is no such property.")))
    return house


def _owner(session: Session, house: Property, person_ref: str) -> Person:
    """Somebody who owns or owned a part of the property."""
    found = session.scalars(
        select(Person)
        .join(PropertyOwner, PropertyOwner.person_id == Person.id)
        .where(Person.ref == person_ref, PropertyOwner.property_id == house.id)
        .limit(1)
    ).first()
    if found is None:
        raise Refused(Sentence(N_("Choose one of the owners of this property.")), "owner")
    return found


def _currency(session: Session) -> str:
    return session.scalars(select(Business.currency)).first() or "USD"
