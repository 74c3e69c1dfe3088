"""Which part of the business somebody sees: the SELECTs that the rules of `domain.access.visible` are made of.

Four ways of seeing: the whole business (staff without limits, administrators); a part of it (staff limited to
properties or branches); one's own properties (landlords); what one is a party to (customers). And whoever opened a
link to pay one amount, who sees the agreement it is for and what was paid by it (`by_link`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, false, literal, or_, select

from models import Agreement, AgreementParty, PayLink, Property, Unit, UserLimit

if TYPE_CHECKING:
    from domain.access.scope import Scope

Rule = Callable[["Scope", Select[Any]], Select[Any]]
Condition = Callable[["Scope"], Any]

BY_LINK = "link"
"""The role of whoever opened a link to pay: no user and no person, but `Scope.link`."""
HOLDERS = ("customer", "joint")
"""Parties of an agreement who know everything about it, but for what is another's alone."""


def staff_only(scope: Scope, query: Select[Any]) -> Select[Any]:
    """For what belongs to the business as a whole: nobody who sees a part of it sees any."""
    return query if scope.everything else query.where(false())


def narrow(
    scope: Scope, query: Select[Any], part: Condition, own: Condition, by_link: Condition | None = None
) -> Select[Any]:
    """All rows, those that meet `part` (limited staff, landlords), `own` (customers) or `by_link`."""
    if scope.everything:
        return query
    if scope.part:
        return query.where(part(scope))
    if scope.role == BY_LINK:
        return query.where(by_link(scope) if by_link is not None else false())
    return query.where(own(scope) if scope.role == "customer" and scope.somebody else false())


def ids_of(column: Any, *conditions: Any) -> Select[Any]:
    """A SELECT that stands for itself, whichever tables the statement around it names."""
    return select(column).where(*conditions).correlate(None)


def own_properties(scope: Scope) -> Select[Any]:
    """The ids of the properties a user is limited to, or owns. A branch, for staff, is all that belongs to it."""
    mine = UserLimit.user_id == scope.user_id
    wanted: Any = Property.id.in_(ids_of(UserLimit.property_id, mine, UserLimit.property_id.is_not(None)))
    if scope.role != "landlord":
        wanted = or_(wanted, Property.branch.in_(own_branches(scope)))
    return ids_of(Property.id, wanted)


def own_branches(scope: Scope) -> Select[Any]:
    """The branches a user is limited to."""
    return ids_of(UserLimit.branch, UserLimit.user_id == scope.user_id, UserLimit.branch != "")


def units_within(scope: Scope) -> Select[Any]:
    return ids_of(Unit.id, Unit.property_id.in_(own_properties(scope)))


def agreements_within(scope: Scope) -> Select[Any]:
    """The ids of the agreements of a part of the business: of its units, and for staff those of its branches."""
    theirs: Any = Agreement.unit_id.in_(units_within(scope))
    if scope.role != "landlord":
        theirs = or_(theirs, Agreement.branch.in_(own_branches(scope)))
    return ids_of(Agreement.id, theirs, Agreement.status != "undone")


def people_within(scope: Scope) -> Select[Any]:
    """The ids of the people who are or were on the agreements of a part of the business."""
    return ids_of(AgreementParty.person_id, AgreementParty.agreement_id.in_(agreements_within(scope)))


def own_agreements(scope: Scope, *roles: str) -> Select[Any]:
    """The ids of the agreements that a customer is a party to today, or only those where they are one of `roles`."""
    mine = [AgreementParty.person_id == scope.person_id, AgreementParty.until_on.is_(None)]
    return ids_of(
        AgreementParty.agreement_id, *mine, *([AgreementParty.role.in_(literals(roles))] if roles else [])
    )


def literals(words: Iterable[str]) -> list[ColumnElement[str]]:
    """Words that stand in a ready-made statement as they are."""
    return [literal(word) for word in words]


def linked_agreement(scope: Scope) -> Select[Any]:
    """The id of the agreement that a link to pay is for."""
    return ids_of(PayLink.agreement_id, PayLink.id == scope.link)


def of_agreement(model: Any, *roles: str) -> Rule:
    """Rows of the agreements a person sees; with `roles`, a customer sees those of agreements where they are one."""

    def rule(scope: Scope, query: Select[Any]) -> Select[Any]:
        return narrow(
            scope,
            query,
            lambda who: model.agreement_id.in_(agreements_within(who)),
            lambda who: model.agreement_id.in_(own_agreements(who, *roles)),
        )

    return rule


def of_person(column: Any) -> Rule:
    """A person's own rows; staff see those of the people of their part, landlords none."""

    def rule(scope: Scope, query: Select[Any]) -> Select[Any]:
        return narrow(
            scope,
            query,
            lambda who: column.in_(people_within(who)) if who.staff else false(),
            lambda who: column == who.person_id,
        )

    return rule


def of_user(model: Any, *conditions: Any) -> Rule:
    """A user's own rows, whoever they are."""
    return lambda scope, query: query.where(model.user_id == scope.user_id, *conditions)


def for_staff(part: Condition) -> Rule:
    """Rows of the business: limited staff see those that meet `part`, nobody else but the business sees any."""

    def rule(scope: Scope, query: Select[Any]) -> Select[Any]:
        return narrow(scope, query, lambda who: part(who) if who.staff else false(), lambda _who: false())

    return rule


def all_staff(model: Any) -> Rule:
    """Rows that everybody who works for the business may see: there is one drawer for all."""
    return for_staff(lambda _scope: model.id.is_not(None))


def in_properties(column: Any) -> Rule:
    def rule(scope: Scope, query: Select[Any]) -> Select[Any]:
        return narrow(scope, query, lambda who: column.in_(own_properties(who)), lambda _who: false())

    return rule
