"""Who may see what was charged and what was paid: the rules of payments, receipts, charges and links to pay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, false, not_, or_, select

from domain.access.parts import (
    HOLDERS,
    agreements_within,
    ids_of,
    literals,
    narrow,
    own_agreements,
)
from models import Charge, PayLink, Payment, Receipt

if TYPE_CHECKING:
    from domain.access.scope import Scope


def _own_charges(scope: Scope) -> ColumnElement[bool]:
    """A customer sees nobody's charges and their own: what a roommate or an agency owes is theirs to know.

    A payer sees their own only: what is left of the rent is the tenant's.
    """
    shared = and_(Charge.payer == "", Charge.agreement_id.in_(own_agreements(scope, *HOLDERS, "guarantor")))
    mine = Charge.payer == cast(scope.person_id, String)
    return or_(shared, and_(mine, Charge.agreement_id.in_(own_agreements(scope))))


def charge(scope: Scope, query: Select[Any]) -> Select[Any]:
    return narrow(scope, query, lambda who: Charge.agreement_id.in_(agreements_within(who)), _own_charges)


def known_to(person_id: Any) -> ColumnElement[bool]:
    """Whether a payment on an agreement of theirs is a person's to know of.

    Joint holders know of each other's payments: what one pays the other need not. Where one of the two owes a share
    alone, what the other pays is nobody else's business. The counter's money pays whatever is due, and so does a
    transfer that came to our bank.
    """
    keys = [cast(person_id, String), cast(Payment.person_id, String)]
    apart = select(Charge.id).where(Charge.agreement_id == Payment.agreement_id, Charge.payer.in_(keys))
    return or_(
        Payment.person_id == person_id,
        Payment.person_id.is_(None),
        Payment.channel.in_(literals(("counter", "transfer"))),
        not_(apart.correlate(Payment).exists()),
    )


def _paid(scope: Scope) -> ColumnElement[bool]:
    """Which payments are a customer's to see: those of agreements they hold, and their own on any they are on."""
    held = and_(Payment.agreement_id.in_(own_agreements(scope, *HOLDERS)), known_to(scope.person_id))
    mine = and_(Payment.person_id == scope.person_id, Payment.agreement_id.in_(own_agreements(scope)))
    return or_(held, mine)


def payment(scope: Scope, query: Select[Any]) -> Select[Any]:
    return narrow(scope, query, lambda who: Payment.agreement_id.in_(agreements_within(who)), _paid, _by_link)


def _by_link(scope: Scope) -> ColumnElement[bool]:
    """The payments that were begun by a link to pay."""
    return Payment.pay_link_id == scope.link


def pay_link(scope: Scope, query: Select[Any]) -> Select[Any]:
    # Whom a link was made for may see it. What opens it is no column.
    return narrow(
        scope,
        query,
        lambda who: PayLink.agreement_id.in_(agreements_within(who)) if who.staff else false(),
        lambda who: and_(
            PayLink.person_id == who.person_id, PayLink.agreement_id.in_(own_agreements(who, *HOLDERS))
        ),
        lambda who: PayLink.id == who.link,
    )


def receipt(scope: Scope, query: Select[Any]) -> Select[Any]:
    def of(condition: Any) -> ColumnElement[bool]:
        return Receipt.payment_id.in_(ids_of(Payment.id, condition))

    return narrow(
        scope,
        query,
        lambda who: of(Payment.agreement_id.in_(agreements_within(who))),
        lambda who: of(_paid(who)),
        lambda who: of(_by_link(who)),
    )
