"""The delinquency ladder as stored, and agreements with all that decides their next rung. Only reads.

Questions: `rungs`, `cases`. The climb and its preview read the same, so that what a page shows is what is done.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import bindparam, exists, func, select
from sqlalchemy.orm import aliased

from domain.kinds import kind_of
from domain.kinds.base import Due
from domain.records.autopay_cases import contract_of
from domain.records.fee_policies import caps_at
from domain.records.holder_notices import FEES
from domain.records.position import AnySession, positions_of
from domain.records.promises import waiting_until
from domain.records.stored_terms import COLUMNS, stored
from domain.rules.ladder import Climb, Fee, Late, Rung, Standing, acts_of, in_use, limited_fee, next_look
from domain.rules.payment_states import ON_ITS_WAY
from domain.rules.reminders import takes_late
from models import (
    Agreement,
    Autopay,
    AutopayDebit,
    Charge,
    Hold,
    LadderAct,
    LadderStep,
    Loan,
    Payment,
    Promise,
)
from models import Standing as StandingRow

_AGREEMENTS = (
    select(*COLUMNS)
    .select_from(Agreement)
    .outerjoin(Loan, Loan.agreement_id == Agreement.id)
    .where(Agreement.id.in_(bindparam("ids", expanding=True)), Agreement.status == "active")
    .order_by(Agreement.id)
)
_COMING = (
    select(Payment.agreement_id, func.sum(Payment.amount_minor))
    .where(Payment.agreement_id.in_(bindparam("ids", expanding=True)), Payment.state.in_(ON_ITS_WAY))
    .group_by(Payment.agreement_id)
)
_HELD = select(Hold.agreement_id).where(
    Hold.agreement_id.in_(bindparam("ids", expanding=True)), Hold.lifted_at.is_(None)
)
_LOWERING = aliased(Charge)
_FEES_TODAY = select(Charge.agreement_id).where(
    Charge.agreement_id.in_(bindparam("ids", expanding=True)), Charge.type.in_(FEES), Charge.about_id.is_(None),
    Charge.posted_on == bindparam("today"), ~exists().where(_LOWERING.about_id == Charge.id),
)  # fmt: skip
_BROKEN = select(Promise.agreement_id).where(
    Promise.agreement_id.in_(bindparam("ids", expanding=True)), Promise.state == "broken",
    Promise.until_on == bindparam("yesterday"),
)  # fmt: skip
_NEXT, _AGAIN = aliased(AutopayDebit), aliased(AutopayDebit)
_CONTRACTS = (
    select(
        *Autopay.__table__.c, _NEXT.state.label("debit_state"), _AGAIN.retry_on,
        _AGAIN.amount_minor.label("retry_minor"),
    )
    .outerjoin(_NEXT, (_NEXT.autopay_id == Autopay.id) & (_NEXT.period == Autopay.next_period))
    .outerjoin(_AGAIN, (_AGAIN.autopay_id == Autopay.id) & (_AGAIN.state == "retry"))
    .where(Autopay.agreement_id.in_(bindparam("ids", expanding=True)), Autopay.state == "active")
)  # fmt: skip
_DONE = select(LadderAct.agreement_id, LadderAct.late_since, LadderAct.step_name).where(
    LadderAct.agreement_id.in_(bindparam("ids", expanding=True))
)


@dataclass(frozen=True, slots=True)
class Case:
    """One agreement as the ladder sees it on a day. `row` has its columns and terms; `entries` its last entry."""

    row: Any
    terms: Any
    due: Due
    entries: int
    late: Late | None
    standing: Standing
    done: frozenset[str]
    rungs: tuple[Rung, ...]
    on: date

    @property
    def climb(self) -> Climb:
        return acts_of(self.late, self.rungs, self.done, self.standing, self.on)

    def look_on(self, climb: Climb) -> date | None:
        """When to look again after this climb."""
        done = self.done | {rung.name for rung in (*climb.do, *climb.passed)}
        # What is due today is late from tomorrow on, long before the next due day.
        next_on = self.on if self.due.today_minor else self.due.next_on
        return next_look(self.late, self.rungs, done, self.standing, self.on, next_on)


def rungs(session: AnySession) -> tuple[Rung, ...]:
    """Every version of every rung, in the order in which they were written down."""
    rows = session.execute(select(LadderStep.__table__).order_by(LadderStep.id))
    return tuple(rung_of(row) for row in rows)


def rung_of(row: Any) -> Rung:
    """The rung that a row of `LadderStep` is."""
    return Rung(
        name=row.name,
        act=row.act,
        days_late=row.days_late,
        kind=row.kind,
        least_minor=row.least_minor,
        active=row.active,
        version=row.version,
        effective_from=row.effective_from,
        body=dict(row.body or {}),
        id=row.id,
    )


def cases(session: AnySession, ids: Sequence[int], ladder: Sequence[Rung], on: date) -> list[Case]:
    """The agreements of these ids that are under way, in ten statements at most for any number of them."""
    rows = [stored(row) for row in session.execute(_AGREEMENTS, {"ids": list(ids)})]
    if not rows:
        return []
    wanted = {"ids": [row.id for row in rows]}
    heads = {row.agreement_id: row for row in _standings(session, wanted["ids"])}
    at = positions_of(session, [(row.id, row.kind, heads[row.id]) for row in rows])
    coming = {key: int(amount) for key, amount in session.execute(_COMING, wanted)}
    held = set(session.execute(_HELD, wanted).scalars())
    waiting = waiting_until(session, wanted["ids"], on)
    done: dict[tuple[int, date], set[str]] = defaultdict(set)
    for key, since, name in session.execute(_DONE, wanted):
        done[key, since].add(name)
    read = []
    for row in rows:
        kind = kind_of(row.kind)
        terms = kind.read(row)
        due = kind.due(terms, at[row.id], on)
        read.append((row, terms, due, late_of(due)))
    lates = {row.id: late for row, _terms, _due, late in read if late is not None}
    told, debits = told_today(session, list(lates), on), _debits(session, read, on)
    found = []
    for row, terms, due, late in read:
        stands = Standing(
            coming.get(row.id, 0), row.id in held, waiting.get(row.id), debits.get(row.id), row.id in told
        )
        climbed = frozenset(done[row.id, late.since]) if late else frozenset()
        found.append(
            Case(row, terms, due, heads[row.id].entries, late, stands, climbed, in_use(ladder, row.kind, on), on)
        )  # fmt: skip
    return found


def told_today(session: AnySession, ids: Sequence[int], on: date) -> set[int]:
    """Of these agreements those whose people hear of money that is late by another notice of the day: of a fee that is
    charged, of a promise that was not kept.
    """
    if not ids:
        return set()
    wanted = {"ids": list(ids), "today": on, "yesterday": on - timedelta(days=1)}
    return {*session.scalars(_FEES_TODAY, wanted), *session.scalars(_BROKEN, wanted)}


def _debits(
    session: AnySession, read: Sequence[tuple[Any, Any, Due, Late | None]], on: date
) -> dict[int, date]:
    """Agreement id -> the day of the debit that takes all that is late of it, for those where one is near.

    Where several people pay their own shares of an agreement, nobody's debit takes what is late of another.
    """
    late = {
        row.id: (row, known.amount_minor)
        for row, terms, _due, known in read
        if known is not None and not kind_of(row.kind).payers(terms, on)
    }
    found: dict[int, date] = {}
    for contract in session.execute(_CONTRACTS, {"ids": list(late)}) if late else ():
        row, amount = late[contract.agreement_id]
        again = [contract.retry_on] if contract.retry_on is not None else []
        if again and (contract.retry_minor or 0) >= amount:
            day: date | None = max(contract.retry_on, on)
        else:
            wish = contract_of(contract, row.currency)
            day = takes_late(wish, contract.next_debit_on, contract.debit_state or "", amount, on)
        if day is not None:
            found[row.id] = min(day, found.get(row.id, day))
    return found


def _standings(session: AnySession, ids: Sequence[int]) -> Sequence[Any]:
    table = StandingRow.__table__
    return session.execute(select(table).where(table.c.agreement_id.in_(ids))).all()


def late_of(due: Due) -> Late | None:
    """What is late of all that is due; the customer's credit is taken off. None where nothing is."""
    if not due.days_late or due.oldest_on is None:
        return None
    amount = min(due.past_due_minor, due.now_minor)
    return Late(due.oldest_on, amount) if amount > 0 else None


def fee_of(session: AnySession, case: Case, rung: Rung) -> Fee:
    """What a fee of the rung may be after the law's limit and the late fees asked for since the payment was due."""
    assert case.late is not None
    asked = session.scalar(
        select(func.coalesce(func.sum(Charge.amount_minor), 0)).where(
            Charge.agreement_id == case.row.id, Charge.type == "late_fee", Charge.due_on >= case.late.since
        )
    )
    payment = kind_of(case.row.kind).standard_payment(case.terms, case.late.since)
    caps = [cap for cap in caps_at(session, "late_fee", case.row.unit_id) if cap.kind in ("", case.row.kind)]
    return limited_fee(rung, case.late, caps, case.row.kind, payment, int(asked or 0), case.on)
