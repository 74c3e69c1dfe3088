"""Applications for units: the list, and one of them. Verbs: `applications`, `shown`, `for_move_in`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from domain.access import Scope
from domain.reports.actors import Name, names_of
from domain.reports.finding import Found, Wanted, every_word, page_of
from domain.words import N_
from models import Agreement, Person, Property, RentalApplication, Unit, db

STATES = {
    "received": N_("To be decided"),
    "approved": N_("Approved"),
    "declined": N_("Declined"),
    "withdrawn": N_("Withdrawn"),
}
LOOKS = {"received": "warning", "approved": "success", "declined": "danger", "withdrawn": None}


@dataclass(frozen=True, slots=True)
class Shown:
    """An application with the names around it. `agreement` is (ref, number) of the lease it became."""

    row: RentalApplication
    person_ref: str
    person: str
    email: str
    phone: str
    unit_ref: str
    unit: str
    house: str
    agreement: tuple[str, str] | None
    decided_by: Name = ""


def applications(scope: Scope, wanted: Wanted) -> Found[Shown]:
    """One page of applications, the newest first; filters: state, property (its ref)."""
    query = _joined(scope)
    words = every_word(wanted.q, (Person.name, Unit.name, Property.name))
    if words is not None:
        query = query.where(words)
    if wanted.filters.get("state") in STATES:
        query = query.where(RentalApplication.state == wanted.filters["state"])
    if wanted.filters.get("property"):
        query = query.where(Property.ref == wanted.filters["property"])
    order = (RentalApplication.received_on.desc(), RentalApplication.id.desc())
    found = page_of(query, wanted, list(order))
    return Found([_shown(row) for row in found.rows], found.total, found.page, found.pages, found.per_page)


def shown(scope: Scope, row: RentalApplication) -> Shown:
    """One application as its page shows it."""
    found = db.session.execute(_joined(scope).where(RentalApplication.id == row.id)).one()
    return _shown(found, names_of([row.decided_by]).get(row.decided_by, "") if row.decided_by else "")


def for_move_in(scope: Scope, ref: str) -> Shown | None:
    """The approved application of this ref that has become no lease yet; None for any other."""
    query = _joined(scope).where(RentalApplication.ref == ref, RentalApplication.state == "approved")
    row = db.session.execute(query.where(RentalApplication.agreement_id.is_(None))).first()
    return _shown(row) if row else None


def _joined(scope: Scope) -> Any:
    return (
        scope.select(RentalApplication)
        .add_columns(Person.ref, Person.name, Person.email, Person.phone, Unit.ref, Unit.name, Property.name,
                     Agreement.ref, Agreement.number)
        .join(Person, Person.id == RentalApplication.person_id)
        .join(Unit, Unit.id == RentalApplication.unit_id)
        .join(Property, Property.id == Unit.property_id)
        .outerjoin(Agreement, Agreement.id == RentalApplication.agreement_id)
    )  # fmt: skip


def _shown(row: Any, decided_by: Name = "") -> Shown:
    application, person_ref, person, email, phone, unit_ref, unit, house, agreement_ref, number = row
    agreement = (agreement_ref, number) if agreement_ref else None
    return Shown(application, person_ref, person, email, phone, unit_ref, unit, house, agreement, decided_by)
