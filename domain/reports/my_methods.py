"""The ways to pay that a person saved, and which of them need attention."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, or_

from domain.access import Scope, any_of
from domain.rules.calendar import add_months, month_end
from models import PaymentMethod, db

_COLUMNS = (
    PaymentMethod.ref, PaymentMethod.label, PaymentMethod.kind, PaymentMethod.bank_name, PaymentMethod.expires,
    PaymentMethod.kept,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Method:
    """A saved way to pay. `expires` is the last month of a card ("2030-12"), empty for a bank account."""

    ref: str
    label: str
    instrument: str
    bank_name: str
    expires: str
    kept: bool

    def expires_on(self) -> date | None:
        """The last day of the month printed on the card."""
        if not self.expires:
            return None
        year, month = (int(part) for part in self.expires.split("-"))
        return date(year, month, month_end(year, month))

    def state(self, on: date) -> str:
        """ "expired", "soon" (within two months) or "" as of a day."""
        last = self.expires_on()
        if last is None:
            return ""
        return "expired" if last < on else "soon" if last <= add_months(on, 2) else ""


def methods(scope: Scope, also: str = "") -> list[Method]:
    """What the person can pay with; `also` names one that is to serve once and is not kept."""
    values = {**scope.values, "person": scope.person_id, "also": also}
    return [Method(*row) for row in db.session.execute(_saved(scope.role), values)]


@cache
def _saved(role: str) -> Select[Any]:
    return (
        any_of(role)
        .select(PaymentMethod, *_COLUMNS)
        .where(PaymentMethod.person_id == bindparam("person"), PaymentMethod.removed_at.is_(None))
        .where(or_(PaymentMethod.kept, PaymentMethod.ref == bindparam("also")))
        .order_by(PaymentMethod.id)
    )
