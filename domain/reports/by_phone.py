"""What staff see while somebody calls: what a caller may be asked, how they can pay by telephone, what was allowed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from domain.access import Scope
from domain.reports import ways_to_pay
from domain.reports.actors import Name, names_of
from domain.reports.links import masked_email
from domain.reports.payments import Line, lines, read
from domain.reports.ways_to_pay import Way
from domain.rules.account_entry import FIELDS
from domain.rules.authorisations import scheme_of
from domain.rules.caller_checks import CHECKS
from domain.words import Sentence
from gateways import registry
from models import Mandate, Payment, Person, db

BY_PHONE = ("ach", "bacs")


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody on the agreement who may be calling. `scope` is theirs, with the clerk as the one who acts.

    `phone` shows its last digits and `email` is masked: staff ask for them, they do not read them out.
    """

    ref: str
    name: str
    number: str
    address: str
    phone: str
    email: str
    last_payment: Line | None
    scope: Scope

    @property
    def first_name(self) -> str:
        return self.name.split()[0] if self.name else ""


@dataclass(frozen=True, slots=True)
class Allowed:
    """A permission that was given by telephone, as it was read aloud."""

    ref: str
    text: str
    text_hash: str
    at: datetime
    by: Name
    heard: tuple[Sentence, ...]
    ended: bool


def caller(scope: Scope, person_ref: str) -> Caller | None:
    """The person as staff see them while they call; None where the clerk does not see them."""
    person = db.session.scalars(scope.select(Person).where(Person.ref == person_ref)).first()
    if person is None:
        return None
    last = read(lines(scope).where(Payment.person_id == person.id, Payment.state == "settled").limit(1))
    digits = "".join(char for char in person.phone if char.isdigit())
    return Caller(
        person.ref, person.name, person.number, person.address, f"••{digits[-4:]}" if len(digits) > 4 else "",
        masked_email(person.email) if person.email else "", last[0] if last else None,
        Scope("customer", scope.user_id, person.id),
    )  # fmt: skip


def ways(by: Caller, agreement: Any, on: date, also: str = "") -> list[Way]:
    """The caller's bank accounts that can be debited by telephone; `also` is one that was typed for this call."""
    found = ways_to_pay.ways(by.scope, agreement, on, also=also, hosted=False)
    return [
        way
        for way in found
        if way.instrument == "bank" and scheme_of("bank", agreement.currency, way.gateway) in BY_PHONE
    ]


def typed_gateways(currency: str) -> list[str]:
    """The gateways of files for which staff can type an account that a caller names."""
    return [
        one.name
        for one in registry.all_gateways()
        if one.name in FIELDS
        and getattr(one, "currency", "") == currency
        and scheme_of("bank", currency, one.name) in BY_PHONE
    ]


def paid_by_link(scope: Scope, payment_ref: str) -> Line | None:
    """What was begun by a link during the call, if anything was."""
    found = read(lines(scope).where(Payment.ref == payment_ref)) if payment_ref else []
    return found[0] if found else None


def allowed(scope: Scope, payment: Payment) -> Allowed | None:
    """The permission by telephone that a payment rests on."""
    if payment.channel != "phone" or payment.mandate_id is None:
        return None
    row = db.session.scalars(scope.select(Mandate).where(Mandate.id == payment.mandate_id)).first()
    if row is None:
        return None
    heard = tuple(Sentence(CHECKS[name]) for name in row.device.split(", ") if name in CHECKS)
    return Allowed(
        row.ref, row.text, row.text_hash, row.accepted_at, names_of([row.accepted_by])[row.accepted_by], heard,
        row.ended_at is not None,
    )  # fmt: skip
