"""The vehicles behind agreements. Verbs: `add`, `change`, `set_title`, `set_custody`.

Where a vehicle is and who holds its title is written down with its day and why; what stood there before is in the trail
of what was done. Nothing here moves money: what a sale brought is taken at the counter or booked as a recovery.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.access import Scope
from domain.records.vehicles import keep_vehicle
from domain.records.words_out import audit
from domain.rules.vehicles import MOST_TEXT, TITLES, Facts, check_custody, checked
from domain.transaction import transaction
from domain.words import N_, Conflict, Gone, Refused, Sentence
from models import Agreement, Vehicle

RIGHT = "adjust"


@dataclass(frozen=True, slots=True)
class Custody:
    """Where the vehicle is, since when and why."""

    state: str
    on: date
    note: str


def add(agreement_ref: str, facts: Facts, ref: str, *, who: Scope, now: datetime) -> str:
    """Write down a vehicle under an agreement; returns its ref, that of the form. Safe to repeat.

    Raises NotAllowed, Gone where there is no such agreement for the reader, Refused beside a field of `Facts`.
    """
    who.require(RIGHT)
    values = checked(facts)
    with transaction() as session:
        known = session.scalars(select(Vehicle).where(Vehicle.ref == ref)).first()
        found = session.execute(
            who.select(Agreement, Agreement.id, Agreement.number).where(Agreement.ref == agreement_ref)
        ).first()
        if found is None:
            raise Gone(Sentence(N_("This is not there any more.")))
        if known is not None:
            if known.agreement_id != found.id:
                raise Conflict(Sentence(N_("This form was already used for something else. Open it again.")))
            return known.ref
        keep_vehicle(session, found.id, values, ref=ref, by=who.by, now=now)
        _audit(session, "vehicle.added", found.id, who, now, vin=values["vin"], plate=values["plate"])
    return ref


def change(ref: str, facts: Facts, *, who: Scope, now: datetime) -> None:
    """Change what is known of a vehicle. Raises as `add` does."""
    who.require(RIGHT)
    values = checked(facts)
    with transaction() as session:
        vehicle = _locked(session, ref, who)
        before = {name: getattr(vehicle, name) for name in values if getattr(vehicle, name) != values[name]}
        if not before:
            return
        keep_vehicle(session, vehicle.agreement_id, values, vehicle=vehicle, by=who.by, now=now)
        before.pop("plate_folded", None)
        _audit(session, "vehicle.changed", vehicle.agreement_id, who, now, before=before)


def set_title(ref: str, status: str, number: str, *, who: Scope, now: datetime) -> None:
    """Write down who has the title, and its number. Raises as `add` does."""
    who.require(RIGHT)
    number = " ".join(number.split())
    if status not in TITLES:
        raise Refused(Sentence(N_("This is not one of the choices.")), "title_status")
    if len(number) > 40:
        raise Refused(Sentence(N_("Use at most %(count)s characters."), {"count": 40}), "title_number")
    with transaction() as session:
        vehicle = _locked(session, ref, who)
        was = (vehicle.title_status, vehicle.title_number)
        if was == (status, number):
            return
        vehicle.title_status, vehicle.title_number = status, number
        _audit(session, "vehicle.title_set", vehicle.agreement_id, who, now, was=was[0], title=status)


def set_custody(ref: str, custody: Custody, *, who: Scope, today: date, now: datetime) -> None:
    """Write down where the vehicle is: assigned for repossession, repossessed, redeemed, sold. Safe to repeat.

    Raises Refused where one cannot follow the other, for a day to come or before the last step, and without a reason.
    """
    who.require(RIGHT)
    note = " ".join(custody.note.split())
    if not note:
        raise Refused(Sentence(N_("Say why, for those who look later.")), "note")
    if len(note) > MOST_TEXT:
        raise Refused(Sentence(N_("Use at most %(count)s characters."), {"count": MOST_TEXT}), "note")
    if custody.on > today:
        raise Refused(Sentence(N_("This day is still to come.")), "on")
    with transaction() as session:
        vehicle = _locked(session, ref, who)
        if (vehicle.custody, vehicle.custody_on, vehicle.custody_note) == (custody.state, custody.on, note):
            return
        check_custody(vehicle.custody, custody.state)
        if vehicle.custody_on is not None and custody.on < vehicle.custody_on:
            words = N_("The last step was on %(day)s; this one cannot have been before.")
            raise Refused(Sentence(words, {"day": vehicle.custody_on}), "on")
        was = vehicle.custody
        vehicle.custody, vehicle.custody_on, vehicle.custody_note = custody.state, custody.on, note
        _audit(
            session, "vehicle.custody_set", vehicle.agreement_id, who, now,
            was=was, custody=custody.state, on=custody.on.isoformat(), note=note,
        )  # fmt: skip


def _locked(session: Session, ref: str, who: Scope) -> Vehicle:
    vehicle = session.scalars(who.select(Vehicle).where(Vehicle.ref == ref).with_for_update()).first()
    if vehicle is None:
        raise Gone(Sentence(N_("This is not there any more.")))
    return vehicle


def _audit(
    session: Session, action: str, agreement_id: int, who: Scope, now: datetime, **detail: Any
) -> None:
    audit(
        session, by=who.by, action=action, subject="agreement", subject_id=agreement_id, at=now, detail=detail
    )
