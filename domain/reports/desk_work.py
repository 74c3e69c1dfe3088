"""What waits for somebody at the desk: what is due today and late by step, promises, unmatched money, cards that end.

Read-only, each in a fixed number of statements but for loans, which are told one by one up to a number that
`domain.reports.delinquency` sets.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from domain.access import Scope
from domain.reports import delinquency, promises
from domain.reports.as_of import Figures
from domain.reports.delinquency import NO_STEP, Cover
from domain.reports.delinquency_facts import Facts, facts
from domain.reports.finding import Wanted
from domain.reports.sheet import Asked
from domain.rules.calendar import add_months
from domain.rules.method_notices import last_day
from models import Autopay, AutopayMethod, BankLine, PaymentMethod, Person, Promise, db

SHOWN = 10
WEEK = timedelta(days=7)
Sums = Sequence[tuple[str, int, int]]
"""(currency, count of agreements, minor units), in the order of the codes."""


@dataclass(frozen=True, slots=True)
class Step:
    """Those that are late on one rung of the ladder, by its name ("" for none yet); `asked` finds them in the list."""

    name: str
    asked: str
    sums: Sums


@dataclass(frozen=True, slots=True)
class Late:
    """What falls due today and is still open, what is late from before, by step, and the `oldest` of it."""

    cover: Cover
    today: Sums
    behind: Sums
    steps: Sequence[Step]
    oldest: Sequence[tuple[Figures, Facts]]


def late(scope: Scope, on: date) -> Late:
    """Today's dues and the past due of what a page looks through."""
    cover = delinquency.cover(scope, Asked(today=on, on=on, since=on, until=on))
    on_step = delinquency.current_steps(scope, cover.late)
    by_step: dict[str, list[tuple[str, int]]] = {}
    for one in cover.late:
        amount = (one.currency, one.past_due_minor)
        by_step.setdefault(on_step.get(one.agreement_id, ""), []).append(amount)
    steps = [Step(name, name or NO_STEP, _sums(rows)) for name, rows in sorted(by_step.items())]
    known = facts(scope, [one.agreement_id for one in cover.late[:SHOWN]], on)
    return Late(
        cover,
        _sums((one.currency, one.today_minor) for one in cover.today),
        _sums((one.currency, one.past_due_minor) for one in cover.late),
        steps,
        [(one, known[one.agreement_id]) for one in cover.late[:SHOWN] if one.agreement_id in known],
    )


def _sums(rows: Iterable[tuple[str, int]]) -> Sums:
    found: dict[str, list[int]] = {}
    for currency, amount in rows:
        found.setdefault(currency, []).append(amount)
    return [(currency, len(amounts), sum(amounts)) for currency, amounts in sorted(found.items())]


@dataclass(frozen=True, slots=True)
class Promised:
    """Promises that stand and requests that wait, the nearest day first; `broken` were not kept in the last week."""

    lines: Sequence[promises.Line]
    total: int
    broken: int


def promised(scope: Scope, on: date) -> Promised:
    found = promises.listed(scope, Wanted(per_page=SHOWN))
    broken = db.session.scalar(
        scope.select(Promise, func.count()).where(
            Promise.state == "broken", Promise.until_on.between(on - WEEK, on)
        )
    )
    return Promised(found.rows, found.total, broken or 0)


@dataclass(frozen=True, slots=True)
class Unmatched:
    """Movements of our bank account that nobody explained: `sums` of what came in, `lines` the oldest of `total`."""

    lines: Sequence[BankLine]
    total: int
    sums: Sums


def unmatched(scope: Scope) -> Unmatched:
    rows = db.session.execute(
        scope.select(BankLine, BankLine.currency, func.count(), func.sum(BankLine.amount_minor))
        .where(BankLine.state == "open", BankLine.amount_minor > 0)
        .group_by(BankLine.currency)
        .order_by(BankLine.currency)
    )
    waiting = scope.select(BankLine).where(BankLine.state == "open")
    total = db.session.scalar(scope.select(BankLine, func.count()).where(BankLine.state == "open")) or 0
    lines = db.session.scalars(waiting.order_by(BankLine.booked_on, BankLine.id).limit(SHOWN)).all()
    return Unmatched(lines, total, [(currency, count, int(amount)) for currency, count, amount in rows])


@dataclass(frozen=True, slots=True)
class Ending:
    """A saved card that ends: whose it is, its last day, and whether autopay takes from it."""

    name: str
    person_ref: str
    label: str
    last_on: date
    autopay: bool


def ending_cards(scope: Scope, on: date) -> tuple[Sequence[Ending], int]:
    """Saved cards that end this month or the next, the first of them, and how many there are."""
    months = [f"{on:%Y-%m}", f"{add_months(on.replace(day=1), 1):%Y-%m}"]
    ending = (
        PaymentMethod.expires.in_(months), PaymentMethod.kept, PaymentMethod.removed_at.is_(None),
    )  # fmt: skip
    taken = select(AutopayMethod.method_id).join(Autopay, Autopay.id == AutopayMethod.autopay_id)
    debited: Any = PaymentMethod.id.in_(taken.where(Autopay.state == "active"))
    rows = db.session.execute(
        scope.select(
            PaymentMethod, Person.name, Person.ref, PaymentMethod.label, PaymentMethod.expires, debited
        )
        .join(Person, Person.id == PaymentMethod.person_id)
        .where(*ending)
        .order_by(PaymentMethod.expires, PaymentMethod.id)
        .limit(SHOWN)
    ).all()
    total = db.session.scalar(scope.select(PaymentMethod, func.count()).where(*ending)) or 0
    told = [
        Ending(name, ref, label, last_day(expires) or on, bool(used))
        for name, ref, label, expires, used in rows
    ]
    return told, total
