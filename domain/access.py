"""What a person may see and do. Every look-up, report, search, export and mail starts from a `Scope`.

`Scope.select(Model)` gives the rows of a model that the person may see, as a SELECT to narrow further. A model that is
not listed here cannot be selected at all: a new table is closed until somebody writes down who may see it.
`Scope.may(right)` says whether the role has a right; whose row it is was decided by the SELECT before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, String, bindparam, cast, false, not_, or_, select

from domain.words import N_, NotAllowed, Sentence
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
    LateFeePolicy,
    LegalCap,
    Outbox,
    Payment,
    PaymentMethod,
    Person,
    Property,
    Receipt,
    SignIn,
    Statement,
    Unit,
    User,
)

RIGHTS: dict[str, frozenset[str]] = {
    "customer": frozenset({"pay", "methods", "profile"}),
    "landlord": frozenset({"office"}),
    "staff": frozenset(
        {"office", "people", "counter", "imports", "journal", "adjust", "properties", "opening"}
    ),
    "admin": frozenset(
        {
            "office",
            "people",
            "counter",
            "imports",
            "journal",
            "adjust",
            "charge_off",
            "properties",
            "opening",
            "users",
            "settings",
        }
    ),
}
"""Role -> rights. A landlord's properties come with a later part of the product; until then a landlord sees no rows."""


@dataclass(frozen=True, slots=True)
class Scope:
    """One signed-in person as the rest of the program sees them. `by` is the actor written into the books."""

    role: str
    user_id: int = 0
    person_id: int = 0

    @property
    def by(self) -> str:
        return f"user:{self.user_id}"

    @property
    def everything(self) -> bool:
        """Whether the person sees the whole business (staff), not only what is theirs."""
        return self.role in ("staff", "admin")

    @property
    def somebody(self) -> bool:
        """Whether a person is named, now or (see `any_of`) when the statement runs."""
        return not isinstance(self.person_id, int) or self.person_id > 0

    @property
    def values(self) -> dict[str, int]:
        """What a statement made from `any_of(role)` is to be run with."""
        return {"scope_user": self.user_id, "scope_person": self.person_id}

    def may(self, right: str) -> bool:
        return right in RIGHTS.get(self.role, frozenset())

    def require(self, right: str) -> None:
        """Raise NotAllowed when the person lacks the right."""
        if not self.may(right):
            raise NotAllowed(
                Sentence(N_("Your account may not do this. Ask an administrator of this portal."))
            )

    def select(self, model: type[Any], *columns: Any) -> Select[Any]:
        """SELECT of the rows of `model` that this person may see (whole rows, or the given columns of them).

        Raises LookupError for a model with no rule.
        """
        rule = _VISIBLE.get(model)
        if rule is None:
            raise LookupError(f"nobody wrote down who may see {model.__name__}")
        return rule(self, select(*columns).select_from(model) if columns else select(model))


STRANGER = Scope("anonymous")


@cache
def any_of(role: str) -> Scope:
    """A Scope of the role whose person is named only when a statement runs (with `Scope.values`).

    For statements that are run so often that they stand ready made; the rows are those of `Scope.select`.
    """
    return Scope(role, bindparam("scope_user"), bindparam("scope_person"))  # type: ignore[arg-type]


def staff_only(scope: Scope, query: Select[Any]) -> Select[Any]:
    return query if scope.everything else query.where(false())


def own_agreements(scope: Scope) -> Select[Any]:
    """The ids of the agreements that a customer is a party to today."""
    return select(AgreementParty.agreement_id).where(
        AgreementParty.person_id == scope.person_id, AgreementParty.until_on.is_(None)
    )


def _agreement(scope: Scope, query: Select[Any]) -> Select[Any]:
    query = query.where(Agreement.status != "undone") if not scope.everything else query
    return query if scope.everything else _mine(scope, query, Agreement.id.in_(own_agreements(scope)))


def _mine(scope: Scope, query: Select[Any], condition: Any) -> Select[Any]:
    return query.where(condition) if scope.role == "customer" and scope.somebody else query.where(false())


def _of_agreement(model: Any) -> Callable[[Scope, Select[Any]], Select[Any]]:
    def rule(scope: Scope, query: Select[Any]) -> Select[Any]:
        if scope.everything:
            return query
        return _mine(scope, query, model.agreement_id.in_(own_agreements(scope)))

    return rule


def _charge(scope: Scope, query: Select[Any]) -> Select[Any]:
    """A customer sees nobody's charges and their own: what a roommate or an agency owes is theirs to know."""
    query = _of_agreement(Charge)(scope, query)
    if scope.everything:
        return query
    return query.where(or_(Charge.payer == "", Charge.payer == cast(scope.person_id, String)))


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


def _payment(scope: Scope, query: Select[Any]) -> Select[Any]:
    query = _of_agreement(Payment)(scope, query)
    return query if scope.everything else query.where(known_to(scope.person_id))


def _receipt(scope: Scope, query: Select[Any]) -> Select[Any]:
    if scope.everything:
        return query
    payments = select(Payment.id).where(
        Payment.agreement_id.in_(own_agreements(scope)), known_to(scope.person_id)
    )
    return _mine(scope, query, Receipt.payment_id.in_(payments))


def _method(scope: Scope, query: Select[Any]) -> Select[Any]:
    # Staff see that a method exists (label and last digits); only its owner pays with it.
    if scope.everything:
        return query
    return _mine(scope, query, PaymentMethod.person_id == scope.person_id)


def _person(scope: Scope, query: Select[Any]) -> Select[Any]:
    return query if scope.everything else query.where(Person.id == scope.person_id)


def _user(scope: Scope, query: Select[Any]) -> Select[Any]:
    return query if scope.everything else query.where(User.id == scope.user_id)


def _sign_in(scope: Scope, query: Select[Any]) -> Select[Any]:
    return query.where(SignIn.user_id == scope.user_id)


_VISIBLE: dict[type[Any], Callable[[Scope, Select[Any]], Select[Any]]] = {
    Agreement: _agreement,
    AuditEvent: staff_only,
    AgreementChange: _of_agreement(AgreementChange),
    Charge: _charge,
    Hold: _of_agreement(Hold),
    ImportBatch: staff_only,
    ImportRow: staff_only,
    JournalEntry: staff_only,
    LateFeePolicy: staff_only,
    LegalCap: staff_only,
    Outbox: staff_only,
    Payment: _payment,
    PaymentMethod: _method,
    Person: _person,
    Property: staff_only,
    Receipt: _receipt,
    SignIn: _sign_in,
    Statement: _of_agreement(Statement),
    Unit: staff_only,
    User: _user,
}
