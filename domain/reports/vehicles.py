"""The vehicles behind an agreement, as staff and as the customer read them. Read-only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.access import Scope
from domain.rules.vehicles import CUSTODIES, FOLLOWS, TITLES
from domain.rules.vin import doubt_of
from domain.rules.vin_decoding import decode
from domain.words import N_, Sentence
from models import Agreement, Vehicle, db

WITH_VEHICLES = ("loan", "lease_to_own")
"""Kinds of agreement that a vehicle may stand behind."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A vehicle as staff read it: its columns, what is odd about its VIN, where it may be next."""

    vehicle: Vehicle
    title: Sentence
    custody: Sentence
    country: Sentence | None
    doubt: Sentence | None
    following: Sequence[tuple[str, Sentence]]

    @property
    def name(self) -> str:
        return name_of(self.vehicle)


def name_of(vehicle: Vehicle) -> str:
    """ "2019 Honda Civic", or what else there is to name it by."""
    words = [str(vehicle.year or ""), vehicle.make, vehicle.model]
    return " ".join(word for word in words if word) or vehicle.plate or vehicle.vin


def may_have(agreement: Agreement) -> bool:
    """Whether a vehicle may stand behind the agreement: not behind a rent or a line of credit."""
    return agreement.kind in WITH_VEHICLES and agreement.status != "undone"


def of_agreement(scope: Scope, agreement: Agreement) -> list[Shown]:
    """The agreement's vehicles in the order in which they were written down."""
    rows = db.session.scalars(
        scope.select(Vehicle).where(Vehicle.agreement_id == agreement.id).order_by(Vehicle.id)
    )
    return [shown(row) for row in rows]


def shown(vehicle: Vehicle) -> Shown:
    return Shown(
        vehicle,
        Sentence(TITLES[vehicle.title_status]),
        Sentence(CUSTODIES[vehicle.custody]),
        decode(vehicle.vin).country,
        doubt_of(vehicle.vin),
        [(state, Sentence(CUSTODIES[state])) for state in FOLLOWS[vehicle.custody]],
    )


def for_customer(scope: Scope, agreement: Agreement) -> list[tuple[str, list[tuple[Sentence, str]]]]:
    """(name, facts) of each vehicle: what stands on its papers, but for what the agreement's own details say.

    Nothing of titles, custody or what the office noted.
    """
    said = set((agreement.details or {}).values())
    rows = db.session.scalars(
        scope.select(Vehicle).where(Vehicle.agreement_id == agreement.id).order_by(Vehicle.id)
    )
    found = []
    for row in rows:
        plate = " ".join(word for word in (row.plate, row.plate_state) if word)
        facts = ((N_("VIN"), row.vin), (N_("Plate"), plate), (N_("Colour"), row.color))
        found.append(
            (
                name_of(row),
                [(Sentence(label), value) for label, value in facts if value and value not in said],
            )
        )
    return found


def agreement_of(scope: Scope, vehicle: Vehicle) -> Agreement:
    """The agreement that the vehicle stands behind: whoever sees one sees the other."""
    return db.session.scalars(scope.select(Agreement).where(Agreement.id == vehicle.agreement_id)).one()


def on_page(scope: Scope, agreement: Agreement) -> list[Shown] | None:
    """The vehicles for the page of an agreement; None where none may stand behind it."""
    return of_agreement(scope, agreement) if scope.staff and may_have(agreement) else None
