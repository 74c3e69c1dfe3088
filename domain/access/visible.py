"""Who may see which rows, as SELECTs: one rule per model. A model that is not listed in `VISIBLE` cannot be selected at
all, so a new table is closed until somebody writes down who may see it.

Four ways of seeing: the whole business (staff without limits, administrators); a part of it (staff limited to
properties or branches); one's own properties (landlords); what one is a party to (customers). A joint holder sees what
the customer sees, a guarantor the balance and the plan, a payer (an agency) their own share alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, false, literal, not_, or_, select

from models import (
    Agreement,
    AgreementChange,
    AgreementParty,
    AuditEvent,
    Charge,
    Hold,
    ImportBatch,
    ImportRow,
    JournalEntry,
    KnownDevice,
    LateFeePolicy,
    LegalCap,
    Outbox,
    Passkey,
    Payment,
    PaymentMethod,
    Person,
    Property,
    Receipt,
    SignIn,
    Statement,
    Unit,
    User,
    UserLimit,
)

if TYPE_CHECKING:
    from domain.access.scope import Scope

Rule = Callable[["Scope", Select[Any]], Select[Any]]
Condition = Callable[["Scope"], Any]

HOLDERS = ("customer", "joint")
"""Parties of an agreement who know everything about it, but for what is another's alone."""


def staff_only(scope: Scope, query: Select[Any]) -> Select[Any]:
    """For what belongs to the business as a whole: nobody who sees a part of it sees any."""
    return query if scope.everything else query.where(false())


def _narrow(scope: Scope, query: Select[Any], part: Condition, own: Condition) -> Select[Any]:
    """All rows, those that meet `part` (limited staff, landlords) or those that meet `own` (customers)."""
    if scope.everything:
        return query
    if scope.part:
        return query.where(part(scope))
    return query.where(own(scope) if scope.role == "customer" and scope.somebody else false())


def _ids(column: Any, *conditions: Any) -> Select[Any]:
    """A SELECT that stands for itself, whichever tables the statement around it names."""
    return select(column).where(*conditions).correlate(None)


def own_properties(scope: Scope) -> Select[Any]:
    """The ids of the properties a user is limited to, or owns. A branch, for staff, is all that belongs to it."""
    mine = UserLimit.user_id == scope.user_id
    wanted: Any = Property.id.in_(_ids(UserLimit.property_id, mine, UserLimit.property_id.is_not(None)))
    if scope.role != "landlord":
        wanted = or_(wanted, Property.branch.in_(own_branches(scope)))
    return _ids(Property.id, wanted)


def own_branches(scope: Scope) -> Select[Any]:
    """The branches a user is limited to."""
    return _ids(UserLimit.branch, UserLimit.user_id == scope.user_id, UserLimit.branch != "")


def units_within(scope: Scope) -> Select[Any]:
    return _ids(Unit.id, Unit.property_id.in_(own_properties(scope)))


def agreements_within(scope: Scope) -> Select[Any]:
    """The ids of the agreements of a part of the business: of its units, and for staff those of its branches."""
    theirs: Any = Agreement.unit_id.in_(units_within(scope))
    if scope.role != "landlord":
        theirs = or_(theirs, Agreement.branch.in_(own_branches(scope)))
    return _ids(Agreement.id, theirs, Agreement.status != "undone")


def people_within(scope: Scope) -> Select[Any]:
    """The ids of the people who are or were on the agreements of a part of the business."""
    return _ids(AgreementParty.person_id, AgreementParty.agreement_id.in_(agreements_within(scope)))


def own_agreements(scope: Scope, *roles: str) -> Select[Any]:
    """The ids of the agreements that a customer is a party to today, or only those where they are one of `roles`."""
    mine = [AgreementParty.person_id == scope.person_id, AgreementParty.until_on.is_(None)]
    return _ids(
        AgreementParty.agreement_id, *mine, *([AgreementParty.role.in_(literals(roles))] if roles else [])
    )


def literals(words: Iterable[str]) -> list[ColumnElement[str]]:
    """Words that stand in a ready-made statement as they are."""
    return [literal(word) for word in words]


def _agreement(scope: Scope, query: Select[Any]) -> Select[Any]:
    return _narrow(
        scope,
        query,
        lambda who: Agreement.id.in_(agreements_within(who)),
        lambda who: and_(Agreement.status != "undone", Agreement.id.in_(own_agreements(who))),
    )


def _of_agreement(model: Any, *roles: str) -> Rule:
    """Rows of the agreements a person sees; with `roles`, a customer sees those of agreements where they are one."""

    def rule(scope: Scope, query: Select[Any]) -> Select[Any]:
        return _narrow(
            scope,
            query,
            lambda who: model.agreement_id.in_(agreements_within(who)),
            lambda who: model.agreement_id.in_(own_agreements(who, *roles)),
        )

    return rule


def _own_charges(scope: Scope) -> ColumnElement[bool]:
    """A customer sees nobody's charges and their own: what a roommate or an agency owes is theirs to know.

    A payer sees their own only: what is left of the rent is the tenant's.
    """
    shared = and_(Charge.payer == "", Charge.agreement_id.in_(own_agreements(scope, *HOLDERS, "guarantor")))
    mine = Charge.payer == cast(scope.person_id, String)
    return or_(shared, and_(mine, Charge.agreement_id.in_(own_agreements(scope))))


def _charge(scope: Scope, query: Select[Any]) -> Select[Any]:
    return _narrow(scope, query, lambda who: Charge.agreement_id.in_(agreements_within(who)), _own_charges)


def known_to(person_id: Any) -> ColumnElement[bool]:
    """Whether a payment on an agreement of theirs is a person's to know of.

    Joint holders know of each other's payments: what one pays the other need not. Where one of the two owes a share
    alone, what the other pays is nobody else's business. The counter's money pays whatever is due.
    """
    keys = [cast(person_id, String), cast(Payment.person_id, String)]
    apart = select(Charge.id).where(Charge.agreement_id == Payment.agreement_id, Charge.payer.in_(keys))
    return or_(
        Payment.person_id == person_id,
        Payment.person_id.is_(None),
        Payment.channel == "counter",
        not_(apart.correlate(Payment).exists()),
    )


def _paid(scope: Scope) -> ColumnElement[bool]:
    """Which payments are a customer's to see: those of agreements they hold, and their own on any they are on."""
    held = and_(Payment.agreement_id.in_(own_agreements(scope, *HOLDERS)), known_to(scope.person_id))
    mine = and_(Payment.person_id == scope.person_id, Payment.agreement_id.in_(own_agreements(scope)))
    return or_(held, mine)


def _payment(scope: Scope, query: Select[Any]) -> Select[Any]:
    return _narrow(scope, query, lambda who: Payment.agreement_id.in_(agreements_within(who)), _paid)


def _receipt(scope: Scope, query: Select[Any]) -> Select[Any]:
    def of(condition: Any) -> ColumnElement[bool]:
        return Receipt.payment_id.in_(_ids(Payment.id, condition))

    return _narrow(
        scope,
        query,
        lambda who: of(Payment.agreement_id.in_(agreements_within(who))),
        lambda who: of(_paid(who)),
    )


def _method(scope: Scope, query: Select[Any]) -> Select[Any]:
    # Staff see that a method exists (label and last digits); only its owner pays with it. Landlords see none.
    return _narrow(
        scope,
        query,
        lambda who: PaymentMethod.person_id.in_(people_within(who)) if who.staff else false(),
        lambda who: PaymentMethod.person_id == who.person_id,
    )


def _person(scope: Scope, query: Select[Any]) -> Select[Any]:
    me = Person.id == scope.person_id
    if scope.part:
        return query.where(or_(me, Person.id.in_(people_within(scope))))
    return query if scope.everything else query.where(me)


def _user(scope: Scope, query: Select[Any]) -> Select[Any]:
    me = User.id == scope.user_id
    if scope.part and scope.staff:
        return query.where(or_(me, User.person_id.in_(people_within(scope))))
    return query if scope.everything else query.where(me)


def _passkey(scope: Scope, query: Select[Any]) -> Select[Any]:
    return query.where(Passkey.user_id == scope.user_id, Passkey.removed_at.is_(None))


def _known_device(scope: Scope, query: Select[Any]) -> Select[Any]:
    return query.where(KnownDevice.user_id == scope.user_id, KnownDevice.revoked_at.is_(None))


def _sign_in(scope: Scope, query: Select[Any]) -> Select[Any]:
    return query.where(SignIn.user_id == scope.user_id)


def _for_staff(part: Condition) -> Rule:
    """Rows of the business: limited staff see those that meet `part`, nobody else but the business sees any."""

    def rule(scope: Scope, query: Select[Any]) -> Select[Any]:
        return _narrow(scope, query, lambda who: part(who) if who.staff else false(), lambda _who: false())

    return rule


def _about(scope: Scope) -> ColumnElement[bool]:
    """Which lines of the audit trail are about something of a part of the business."""
    agreements, people = agreements_within(scope), people_within(scope)
    subjects = {
        "agreement": agreements,
        "payment": _ids(Payment.id, Payment.agreement_id.in_(agreements)),
        "person": people,
        "user": _ids(User.id, User.person_id.in_(people)),
        "property": own_properties(scope),
        "unit": units_within(scope),
    }
    return or_(
        *(and_(AuditEvent.subject == name, AuditEvent.subject_id.in_(ids)) for name, ids in subjects.items())
    )


def _house_rules(scope: Scope) -> ColumnElement[bool]:
    """Late-fee policies for all, and those of properties and agreements of a part of the business."""
    for_all = and_(LateFeePolicy.property_id.is_(None), LateFeePolicy.agreement_id.is_(None))
    return or_(
        for_all,
        LateFeePolicy.property_id.in_(own_properties(scope)),
        LateFeePolicy.agreement_id.in_(agreements_within(scope)),
    )


def _in_properties(column: Any) -> Rule:
    def rule(scope: Scope, query: Select[Any]) -> Select[Any]:
        return _narrow(scope, query, lambda who: column.in_(own_properties(who)), lambda _who: false())

    return rule


VISIBLE: dict[type[Any], Rule] = {
    Agreement: _agreement,
    AuditEvent: _for_staff(_about),
    AgreementChange: _of_agreement(AgreementChange, *HOLDERS),
    Charge: _charge,
    Hold: _of_agreement(Hold),
    ImportBatch: staff_only,
    ImportRow: staff_only,
    JournalEntry: _for_staff(lambda scope: JournalEntry.agreement_id.in_(agreements_within(scope))),
    KnownDevice: _known_device,
    LateFeePolicy: _for_staff(_house_rules),
    LegalCap: _for_staff(lambda _scope: LegalCap.id.is_not(None)),
    Outbox: _for_staff(
        lambda scope: Outbox.to_address.in_(
            _ids(Person.email, Person.id.in_(people_within(scope)), Person.email != "")
        )
    ),
    Passkey: _passkey,
    Payment: _payment,
    PaymentMethod: _method,
    Person: _person,
    Property: _in_properties(Property.id),
    Receipt: _receipt,
    SignIn: _sign_in,
    Statement: _of_agreement(Statement, *HOLDERS),
    Unit: _in_properties(Unit.property_id),
    User: _user,
}
