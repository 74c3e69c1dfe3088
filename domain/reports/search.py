"""Find anything the office works with by what is printed on paper or said on the telephone."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_

from domain.access import Scope
from domain.reports import agreement_list, payment_desk, people
from domain.reports.finding import Found, Wanted
from domain.reports.office_views import Held
from domain.reports.payments import Line, lines, read
from domain.reports.people import Known
from domain.rules.money import parse_amount_any
from domain.words import Refused
from models import Payment

EACH = 10


@dataclass(frozen=True, slots=True)
class Hit:
    """The one thing that bears a number: `what` is person, agreement or payment."""

    what: str
    ref: str


@dataclass(frozen=True, slots=True)
class Everything:
    """At most ten of each, and how many there are of the first two."""

    people: Found[Known]
    agreements: Found[Held]
    payments: Sequence[Line]

    @property
    def nothing(self) -> bool:
        return not (self.people.total or self.agreements.total or self.payments)


def exact(scope: Scope, number: str) -> Hit | None:
    """What has exactly this number or reference, in any case; None when nothing does."""
    for what, find in (
        ("agreement", agreement_list.exact),
        ("person", people.exact),
        ("payment", payment_desk.exact),
    ):
        if ref := find(scope, number):
            return Hit(what, ref)
    return None


def search(scope: Scope, q: str, on: date, now: datetime) -> Everything:
    """People, agreements and payments that fit the words."""
    asked = Wanted(q=q, per_page=EACH)
    return Everything(
        people.people(scope, asked, now), agreement_list.agreements(scope, asked, on), _payments(scope, q)
    )


def _payments(scope: Scope, q: str) -> list[Line]:
    """The newest payments whose reference begins with the words, whose note holds them, or of just that amount."""
    fits = [Payment.note.icontains(q, autoescape=True)]
    if len(q) >= 6:
        fits.append(Payment.ref.startswith(q, autoescape=True))
    with suppress(Refused):
        fits.append(Payment.amount_minor == parse_amount_any(q, "USD"))
    return read(lines(scope).where(or_(*fits)).limit(EACH))
