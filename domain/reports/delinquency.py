"""Who is late as of a day, with how much and since when: the aging of every kind of agreement. Verbs: `cover`, `lines`.

The figures are those of `domain.reports.as_of`, which the rent roll reads too, so both agree to the cent; days late and
buckets count from the due day of each open line, not from the oldest alone.

What falls due as charges is asked of the database at once. Loans and credit lines owe by a plan and are told one by
one, so of a book with many of them a page looks through a part, in the order of numbers, and says which.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import BigInteger, ColumnElement, Select, bindparam, or_, select

from domain.access import Scope
from domain.kinds import kind_of
from domain.reports import as_of
from domain.reports.as_of import Figures
from domain.reports.as_of_rows import OWED, later_than
from domain.reports.policies import KIND_WORDS
from domain.reports.sheet import Asked
from domain.words import N_
from models import Agreement, Balance, Hold, LadderAct, LadderStep, Loan, Promise, Property, Unit, db

CHUNK = 10_000
"""How many agreements one statement asks about."""
Thing = TypeVar("Thing")
NO_STEP = "-"
"""Asked for as a step (`Asked.what`): those that are late and on no rung of the ladder yet."""
SMALL_BOOK = 500
PART = 500
"""How many agreements that owe by a plan a page tells one by one: about a second."""

LATE: Mapping[str, str] = {
    "b0": N_("Something in 0 to 30 days"),
    "b1": N_("Something in 31 to 60 days"),
    "b2": N_("Something in 61 to 90 days"),
    "b3": N_("Something in 91 days or more"),
    "5": N_("At least 5 days late"),
    "15": N_("At least 15 days late"),
    "30": N_("At least 30 days late"),
    "60": N_("At least 60 days late"),
    "90": N_("At least 90 days late"),
}
STATES: Mapping[str, str] = {
    "promise": N_("With a promise that stands"),
    "no_promise": N_("Without a promise"),
    "hold": N_("On hold"),
    "no_hold": N_("Not on hold"),
}


@dataclass(frozen=True, slots=True)
class Cover:
    """What was looked at: `told` of `planned` agreements that owe by a plan, numbered `first` to `last`.

    `before` of them came earlier; `after` is the number to read on from, "" at the end. `charged`: whether those whose
    charges say what is due, all of them, were looked at too. `late` are the figures of those past due, oldest first,
    `today` of those of which something is due on the day itself.
    """

    late: Sequence[Figures]
    today: Sequence[Figures]
    planned: int
    told: int
    charged: bool = True
    before: int = 0
    first: str = ""
    last: str = ""
    after: str = ""

    @property
    def whole(self) -> bool:
        return self.charged and self.told == self.planned


def cover(scope: Scope, asked: Asked, after: str = "") -> Cover:
    """Those past due on the day: of the whole book where that is quick, else of its part after a number."""
    rows = db.session.execute(_asked_for(scope, asked).add_columns(Agreement.number, _by_plan())).all()
    charged = [row[0] for row in rows if not row[2]]
    planned = sorted((row[1], row[0]) for row in rows if row[2])
    if len(planned) <= SMALL_BOOK and not after:
        ids = charged + [key for _number, key in planned]
        return Cover(*_looked_at(scope, asked, ids), len(planned), len(planned))
    before = bisect_right(planned, after, key=lambda one: one[0]) if after else 0
    part = planned[before : before + PART]
    ids = ([] if after else charged) + [key for _number, key in part]
    first, last = (part[0][0], part[-1][0]) if part else ("", "")
    more = last if before + len(part) < len(planned) else ""
    found = _looked_at(scope, asked, ids)
    return Cover(*found, len(planned), len(part), not after, before, first, last, more)


def whole(scope: Scope, asked: Asked) -> list[Figures]:
    """All that are past due on the day, however long it takes: for files, and for what has to tie."""
    return _looked_at(scope, asked, list(db.session.scalars(_asked_for(scope, asked))))[0]


def of_agreement(scope: Scope, agreement: Agreement, on: date, today: date) -> Figures:
    """The figures of one agreement as of a day, also where nothing is past due."""
    mine = select(Agreement.id).where(Agreement.id == agreement.id)
    found = as_of.figures(scope, on, today=today, agreements=mine)
    return found.get(agreement.id) or Figures(agreement.id, agreement.currency, on)


def totals(late: Sequence[Figures]) -> dict[str, list[Figures]]:
    """Currency -> the figures in it, by the order of the codes: amounts of two currencies are never added up."""
    found: dict[str, list[Figures]] = {}
    for one in late:
        found.setdefault(one.currency, []).append(one)
    return dict(sorted(found.items()))


def batched(things: Sequence[Thing], size: int) -> Iterator[Sequence[Thing]]:
    """The things in their order, so many at a time."""
    for start in range(0, len(things), size):
        yield things[start : start + size]


def _by_plan() -> ColumnElement[bool]:
    """Whether what an agreement owes on a day follows from its plan, so that each has to be computed."""
    closing = [name for name in KIND_WORDS if name and kind_of(name).STATEMENTS]
    return or_(Agreement.kind.in_(closing), Agreement.id.in_(select(Loan.agreement_id)))


def _asked_for(scope: Scope, asked: Asked) -> Select[Any]:
    """The ids of agreements that may be late and meet the filters on the agreement itself."""
    query = scope.select(Agreement, Agreement.id).where(Agreement.status != "undone")
    if asked.property_ref:
        units = select(Unit.id).join(Property, Property.id == Unit.property_id)
        query = query.where(Agreement.unit_id.in_(units.where(Property.ref == asked.property_ref)))
    if asked.kind:
        query = query.where(Agreement.kind == asked.kind)
    if asked.branch:
        query = query.where(Agreement.branch == asked.branch)
    for condition in _states(asked.status, asked.today):
        query = query.where(condition)
    if asked.on < asked.today:
        return query
    # Who owes nothing by the books cannot be late; what counts for a later day says nothing of this one.
    owing = select(Balance.agreement_id).where(Balance.account.in_(OWED), Balance.amount_minor > 0)
    return query.where(or_(Agreement.id.in_(owing), Agreement.id.in_(later_than(asked.on))))


def _states(state: str, today: date) -> list[ColumnElement[bool]]:
    promised = Agreement.id.in_(select(Promise.agreement_id).where(Promise.state == "open"))
    held = Agreement.id.in_(select(Hold.agreement_id).where(Hold.lifted_at.is_(None)))
    known = {"promise": promised, "no_promise": ~promised, "hold": held, "no_hold": ~held}
    return [known[state]] if state in known else []


def _looked_at(scope: Scope, asked: Asked, ids: Sequence[int]) -> tuple[list[Figures], list[Figures]]:
    """Those past due as long as was asked, the oldest debt first, the larger one of the same day before; and those of
    which something is due on the day.
    """
    found: list[Figures] = []
    for some in batched(ids, CHUNK):
        # As numbers in the statement: a database takes only so many parameters.
        known = bindparam("known", list(some), expanding=True, literal_execute=True, type_=BigInteger)
        mine = select(Agreement.id).where(Agreement.id.in_(known))
        found += as_of.figures(scope, asked.on, today=asked.today, agreements=mine).values()
    late = [one for one in found if one.past_due_minor > 0 and _as_late(one, asked.late)]
    if asked.what:
        steps = current_steps(scope, late)
        late = [one for one in late if steps.get(one.agreement_id, NO_STEP) == asked.what]
    late.sort(key=lambda one: (one.oldest_on or one.on, -one.past_due_minor, one.agreement_id))
    return late, [one for one in found if one.today_minor]


def current_steps(scope: Scope, late: Sequence[Figures]) -> dict[int, str]:
    """Agreement id -> the highest rung of the ladder climbed for what is late now; none for those on no rung yet."""
    found: dict[int, tuple[int, str]] = {}
    for some in batched(late, 1_000):
        since = {one.agreement_id: one.oldest_on for one in some}
        query = (
            scope.select(
                LadderAct,
                LadderAct.agreement_id,
                LadderAct.late_since,
                LadderStep.days_late,
                LadderAct.step_name,
            )
            .join(LadderStep, LadderStep.id == LadderAct.step_id)
            .where(LadderAct.agreement_id.in_(since))
        )
        for agreement_id, day, days, name in db.session.execute(query):
            if day == since[agreement_id]:
                found[agreement_id] = max(found.get(agreement_id, (0, "")), (days, name))
    return {key: name for key, (_days, name) in found.items()}


def _as_late(one: Figures, late: str) -> bool:
    if late not in LATE:
        return True
    return one.aging[int(late[1])] > 0 if late.startswith("b") else one.days_late >= int(late)
