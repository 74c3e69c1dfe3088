"""Who may see rows of properties and their owners, and what the office keeps for itself (`domain.access.visible`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, false, or_

from domain.access.parts import (
    HOLDERS,
    Rule,
    agreements_within,
    all_staff,
    for_staff,
    in_properties,
    narrow,
    of_agreement,
    of_user,
    own_properties,
    people_within,
    staff_only,
    units_within,
)
from models import (
    ColumnChoice,
    Expense,
    ExportRun,
    KeptFile,
    LegalDays,
    ManagementTerms,
    MarketRent,
    MoveNotice,
    Note,
    OffMarket,
    OwnerMovement,
    OwnerStatement,
    PropertyOwner,
    RentalApplication,
    ReportSchedule,
    Vehicle,
)

if TYPE_CHECKING:
    from domain.access.scope import Scope


def _owned(model: Any) -> Rule:
    """Rows of owners: a landlord sees their own, limited staff those of their properties, customers none."""

    def rule(scope: Scope, query: Select[Any]) -> Select[Any]:
        if scope.role == "landlord":
            return query.where(
                model.person_id == scope.person_id, model.property_id.in_(own_properties(scope))
            )
        return narrow(
            scope, query, lambda who: model.property_id.in_(own_properties(who)), lambda _who: false()
        )

    return rule


def _of_units(model: Any) -> Rule:
    def rule(scope: Scope, query: Select[Any]) -> Select[Any]:
        return narrow(scope, query, lambda who: model.unit_id.in_(units_within(who)), lambda _who: false())

    return rule


HOUSES: dict[type[Any], Rule] = {
    ExportRun: staff_only,
    **{model: of_user(model) for model in (ColumnChoice, ReportSchedule)},
    **{model: _owned(model) for model in (OwnerMovement, OwnerStatement, PropertyOwner)},
    **{model: in_properties(model.property_id) for model in (Expense, KeptFile, ManagementTerms)},
    **{model: _of_units(model) for model in (MarketRent, OffMarket)},
    LegalDays: all_staff(LegalDays),
    MoveNotice: of_agreement(MoveNotice, *HOLDERS),
    Note: for_staff(
        lambda scope: or_(
            Note.agreement_id.in_(agreements_within(scope)), Note.person_id.in_(people_within(scope))
        )
    ),
    RentalApplication: for_staff(lambda scope: RentalApplication.unit_id.in_(units_within(scope))),
    Vehicle: of_agreement(Vehicle),
}
