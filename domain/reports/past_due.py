"""Who is behind. What an agreement owes by today follows from its terms, so each one has to be computed.

A small book is looked through as a whole. A large one would keep a page waiting for seconds, so its list is read on in
parts, in the order of numbers, and says how far it looked. Within what was looked at the longest late come first; to
order a large book as a whole would take a kept figure that grows old by itself every night.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, true

from domain.access import Scope
from domain.reports.agreements import WITH_TERMS
from domain.reports.office_views import Held, held
from models import Agreement, db

SMALL_BOOK = 500
PART = 150
"""How many agreements one part looks through: a fraction of a second, also where every one of them is years behind."""


@dataclass(frozen=True, slots=True)
class Behind:
    """Agreements that are past due among those looked at. `sums`: (currency, minor units past due) of `held`.

    `looked` agreements of `active` were looked at, those numbered `first` to `last` and `before` of them earlier;
    `after` is the number to read on from, empty at the end.
    """

    held: Sequence[Held]
    sums: Sequence[tuple[str, int]]
    looked: int
    active: int
    after: str
    before: int = 0
    first: str = ""
    last: str = ""


def small(scope: Scope) -> bool:
    """Whether the whole book can be looked through while somebody waits."""
    return active(scope) <= SMALL_BOOK


def active(scope: Scope) -> int:
    return _count(scope, true())


def _count(scope: Scope, which: ColumnElement[bool]) -> int:
    query = scope.select(Agreement, func.count()).where(Agreement.status == "active", which)
    return db.session.scalar(query) or 0


def whole_book(scope: Scope, on: date) -> Behind | None:
    """Everybody who is past due on the day, the oldest debt first; None for a book too large to look through."""
    count = active(scope)
    if count > SMALL_BOOK:
        return None
    query = scope.select(Agreement).where(Agreement.status == "active").options(*WITH_TERMS)
    late = _late(held(db.session.scalars(query).unique().all(), on), on)
    return Behind(late, _sums(late), count, count, "")


def part(scope: Scope, on: date, after: str = "") -> Behind:
    """Those past due among the next PART active agreements whose number comes after `after`, the longest late first."""
    count = active(scope)
    query = (
        scope.select(Agreement)
        .where(Agreement.status == "active", Agreement.number > after)
        .options(*WITH_TERMS)
    )
    rows = db.session.scalars(query.order_by(Agreement.number).limit(PART + 1)).unique().all()
    looked, more = rows[:PART], len(rows) > PART
    late = _late(held(looked, on), on)
    first, last = (looked[0].number, looked[-1].number) if looked else ("", "")
    before = _count(scope, Agreement.number <= after) if after else 0
    return Behind(late, _sums(late), len(looked), count, last if more else "", before, first, last)


def _late(told: Sequence[Held], on: date) -> list[Held]:
    """Those past due, the longest late first."""
    late = [one for one in told if one.view.due.past_due_minor > 0]
    return sorted(late, key=lambda one: (one.view.due.oldest_on or on, one.view.number))


def _sums(late: Sequence[Held]) -> list[tuple[str, int]]:
    sums: dict[str, int] = {}
    for one in late:
        currency = one.view.currency
        sums[currency] = sums.get(currency, 0) + one.view.due.past_due_minor
    return sorted(sums.items())
