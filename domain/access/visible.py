"""Who may see which rows, as SELECTs: one rule per model. A model that is not listed in `VISIBLE` cannot be selected at
all, so a new table is closed until somebody writes down who may see it.

The ways of seeing are in `domain.access.parts`. A joint holder sees what the customer sees, a guarantor the balance and
the plan, a payer (an agency) their own share alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, and_, false, or_

from domain.access import paid
from domain.access.houses import HOUSES
from domain.access.parts import (
    BY_LINK,
    HOLDERS,
    Rule,
    agreements_within,
    all_staff,
    for_staff,
    ids_of,
    in_properties,
    linked_agreement,
    narrow,
    of_agreement,
    of_person,
    of_user,
    own_agreements,
    own_properties,
    people_within,
    staff_only,
    units_within,
)
from domain.access.talk import TALK
from models import (
    AddressTrouble,
    Agreement,
    AgreementChange,
    AuditEvent,
    Autopay,
    AutopayDebit,
    BankDeposit,
    BankDepositItem,
    BankFile,
    BankLine,
    BankMatch,
    BankStatement,
    Batch,
    BellNotice,
    CalendarFeed,
    Charge,
    ContactConsent,
    CsvLayout,
    Dispute,
    DrawerCount,
    GatewayPayout,
    Hold,
    ImportBatch,
    ImportRow,
    JournalEntry,
    KnownDevice,
    LadderAct,
    LadderStep,
    LateFeePolicy,
    LegalCap,
    Mandate,
    MethodRule,
    NoticeText,
    NoticeWish,
    Outbox,
    Passkey,
    PayLink,
    Payment,
    PaymentMethod,
    Person,
    Promise,
    Property,
    PushDevice,
    Receipt,
    Refund,
    ReminderDay,
    RunDecision,
    SignIn,
    Statement,
    Task,
    Unit,
    User,
)

if TYPE_CHECKING:
    from domain.access.scope import Scope


def _agreement(scope: Scope, query: Select[Any]) -> Select[Any]:
    return narrow(
        scope,
        query,
        lambda who: Agreement.id.in_(agreements_within(who)),
        lambda who: and_(Agreement.status != "undone", Agreement.id.in_(own_agreements(who))),
        lambda who: and_(Agreement.status != "undone", Agreement.id.in_(linked_agreement(who))),
    )


def _person(scope: Scope, query: Select[Any]) -> Select[Any]:
    # Whoever has a link to pay learns nobody's name by it.
    me = false() if scope.role == BY_LINK else Person.id == scope.person_id
    if scope.part:
        return query.where(or_(me, Person.id.in_(people_within(scope))))
    return query if scope.everything else query.where(me)


def _user(scope: Scope, query: Select[Any]) -> Select[Any]:
    me = User.id == scope.user_id
    if scope.part and scope.staff:
        return query.where(or_(me, User.person_id.in_(people_within(scope))))
    return query if scope.everything else query.where(me)


def _about(scope: Scope) -> ColumnElement[bool]:
    """Which lines of the audit trail are about something of a part of the business."""
    agreements, people = agreements_within(scope), people_within(scope)
    subjects = {
        "agreement": agreements,
        "payment": ids_of(Payment.id, Payment.agreement_id.in_(agreements)),
        "person": people,
        "user": ids_of(User.id, User.person_id.in_(people)),
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


_WHOLE = (
    BankFile, BankLine, BankMatch, BankStatement, Batch, CsvLayout, GatewayPayout, ImportBatch, ImportRow, MethodRule,
)  # fmt: skip
"""What belongs to the business as a whole."""


def _of_payments(model: Any) -> Rule:
    """Rows about payments, for the office: those of the agreements that one sees."""

    def part(scope: Scope) -> ColumnElement[bool]:
        return model.payment_id.in_(ids_of(Payment.id, Payment.agreement_id.in_(agreements_within(scope))))

    return for_staff(part)


def _debit(scope: Scope, query: Select[Any]) -> Select[Any]:
    return narrow(
        scope,
        query,
        lambda who: AutopayDebit.agreement_id.in_(agreements_within(who)) if who.staff else false(),
        lambda who: AutopayDebit.autopay_id.in_(ids_of(Autopay.id, Autopay.person_id == who.person_id)),
    )


def _task(scope: Scope) -> ColumnElement[bool]:
    """Tasks about agreements of a part of the business, and those that somebody opened about its people."""
    about = and_(Task.subject == "person", Task.subject_id.in_(people_within(scope)))
    return or_(Task.agreement_id.in_(agreements_within(scope)), about)


VISIBLE: dict[type[Any], Rule] = {
    **HOUSES,
    **TALK,
    AddressTrouble: staff_only,
    NoticeText: staff_only,
    **{
        model: of_person(model.person_id)
        for model in (Autopay, BellNotice, CalendarFeed, ContactConsent, NoticeWish, ReminderDay)
    },
    AutopayDebit: _debit,
    LadderAct: for_staff(lambda scope: LadderAct.agreement_id.in_(agreements_within(scope))),
    LadderStep: all_staff(LadderStep),
    Promise: of_agreement(Promise, *HOLDERS),
    PushDevice: of_user(PushDevice, PushDevice.ended_at.is_(None)),
    RunDecision: for_staff(lambda scope: RunDecision.agreement_id.in_(agreements_within(scope))),
    Dispute: _of_payments(Dispute),
    Refund: _of_payments(Refund),
    **dict.fromkeys(_WHOLE, staff_only),
    **{model: all_staff(model) for model in (BankDeposit, BankDepositItem, DrawerCount)},
    Agreement: _agreement,
    AuditEvent: for_staff(_about),
    AgreementChange: of_agreement(AgreementChange, *HOLDERS),
    Charge: paid.charge,
    Hold: of_agreement(Hold),
    JournalEntry: for_staff(lambda scope: JournalEntry.agreement_id.in_(agreements_within(scope))),
    KnownDevice: of_user(KnownDevice, KnownDevice.revoked_at.is_(None)),
    LateFeePolicy: for_staff(_house_rules),
    LegalCap: for_staff(lambda _scope: LegalCap.id.is_not(None)),
    Mandate: of_person(Mandate.person_id),
    Outbox: for_staff(
        lambda scope: Outbox.to_address.in_(
            ids_of(Person.email, Person.id.in_(people_within(scope)), Person.email != "")
        )
    ),
    Passkey: of_user(Passkey, Passkey.removed_at.is_(None)),
    PayLink: paid.pay_link,
    Payment: paid.payment,
    PaymentMethod: of_person(PaymentMethod.person_id),
    Person: _person,
    Property: in_properties(Property.id),
    Receipt: paid.receipt,
    SignIn: of_user(SignIn),
    Statement: of_agreement(Statement, *HOLDERS),
    Task: for_staff(_task),
    Unit: in_properties(Unit.property_id),
    User: _user,
}
