"""How far a new installation is: which of the questions of the beginning are answered, and what is there already."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from domain.access import Scope
from gateways import registry
from models import Agreement, Business, Person, Property, User, db


@dataclass(frozen=True, slots=True)
class Known:
    """The business (None before it said who it is), how much is in the books, and by what money can come."""

    business: Business | None
    properties: int
    agreements: int
    people: int
    colleagues: int
    gateways: tuple[str, ...]


def known(scope: Scope) -> Known:
    """What the pages of the beginning show; the right was asked for by the page."""

    def count(model: type, *conditions: object) -> int:
        found = scope.select(model, func.count()).where(*conditions)  # type: ignore[arg-type]
        return int(db.session.scalar(found) or 0)

    return Known(
        db.session.scalars(select(Business)).first(),
        count(Property),
        count(Agreement, Agreement.status != "undone"),
        count(Person),
        count(User, User.role.in_(("staff", "admin"))),
        tuple(gateway.name for gateway in registry.all_gateways()),
    )


def answered(scope: Scope) -> frozenset[str]:
    """The questions that need no answer any more."""
    there = known(scope)
    if there.business is None:
        return frozenset()
    done = {"business", "money"} if there.agreements or there.business.set_up_at else {"business"}
    if there.business.set_up_at:
        done |= {"ways", "mail"}
    return frozenset(done)


def demo_name() -> str:
    """The name of the business where the demo made it up, else "". For the command line, which sees everything."""
    row = db.session.execute(select(Business.name, Business.demo_at)).first()
    return row.name if row is not None and row.demo_at is not None else ""
