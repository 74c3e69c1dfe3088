"""The day's billing: charges that fall due, credit that pays them, statements, late fees. Verb: `bill`.

Which agreements are looked at stands in the database (`Standing.next_bill_on`); each is taken under its lock, so any
number of processes may bill at once, and again: a charge is posted once per agreement, rule and period. Days that were
missed are made up: each charge keeps its due day, but counts as late no sooner than it was posted. One agreement that
cannot be billed is left, told, and never holds up the others.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import Connection, bindparam, select, update

from domain.kinds import charged, kind_of
from domain.kinds.base import Position
from domain.points import reach
from domain.records.books import Head, lock_many, save_many
from domain.records.charging import post_charges, use_credit
from domain.records.fee_policies import Policies, policies
from domain.records.late_fees import ask_late_fees, give_up
from domain.records.position import positions_of
from domain.records.ready_made import ReadyMade
from domain.records.run_decisions import NONE, Decisions, charge_key, decisions
from domain.records.statements import close_cycles
from domain.records.stored_terms import COLUMNS, stored
from domain.rules.late_fees import Fee
from domain.rules.planned import PlannedCharge
from domain.transaction import transaction
from domain.words import Step, Trace
from models import Agreement, Charge, Loan, Standing

log = structlog.get_logger()

BY = "billing"
CHUNK = 1000

_DUE = (
    select(Standing.agreement_id)
    .join(Agreement, Agreement.id == Standing.agreement_id)
    .where(Standing.next_bill_on <= bindparam("today"), Agreement.status == "active")
    .where(Standing.agreement_id > bindparam("after"))
    .order_by(Standing.agreement_id)
    .limit(CHUNK)
)
_AGREEMENTS = ReadyMade(
    select(*COLUMNS)
    .select_from(Agreement)
    .outerjoin(Loan, Loan.agreement_id == Agreement.id)
    .where(Agreement.id.in_(bindparam("ids", expanding=True)), Agreement.status == "active")
    .order_by(Agreement.id)
)
_POSTED = select(Charge.rule, Charge.period).where(Charge.agreement_id == bindparam("of"))
_CLOSE = (
    update(Agreement.__table__).where(Agreement.__table__.c.id == bindparam("of")).values(status="closed")
)


@dataclass(slots=True)
class Billed:
    """What a run did, in counts; `failed` are the ids of the agreements it could not bill."""

    agreements: int = 0
    charges: int = 0
    late_fees: int = 0
    statements: int = 0
    failed: list[int] = field(default_factory=list)
    proposed: list[tuple[int, Fee]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Run:
    """The day of a run, the local time it counts for, and who does it."""

    today: date
    at: datetime
    zone: ZoneInfo
    now: datetime


def bill(
    *, today: date, at: datetime, zone: ZoneInfo, now: datetime, only: Sequence[int] | None = None
) -> Billed:
    """Bill everything that falls due through `today` (or the agreements `only`); `at` is the local time it is."""
    run, done, after = Run(today, at, zone, now), Billed(), 0
    if only is not None:
        _several(list(only), run, done)
        return done
    while True:
        with transaction() as session:
            ids = list(session.connection().execute(_DUE, {"today": today, "after": after}).scalars())
        if not ids:
            return done
        after = ids[-1]
        _several(ids, run, done)


def _several(ids: list[int], run: Run, done: Billed) -> None:
    """One transaction for all of them; when it fails, one for each, so that a bad row stands alone."""
    try:
        with _no_collecting():
            _chunk(ids, run, done)
    except Exception as fault:  # whatever is wrong with one agreement, the others are billed
        if len(ids) == 1:
            log.error("agreement_not_billed", agreement=ids[0], exc_info=fault)
            done.failed.append(ids[0])
            return
        for one in ids:
            _several([one], run, done)


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Let Python look for cyclic garbage between the chunks only: none of a chunk's many rows is, and looking through
    them again and again takes a third of the run.
    """
    looking = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if looking:
            gc.enable()


@dataclass(slots=True)
class _Case:
    """One agreement while it is billed."""

    row: Any
    head: Head
    terms: Any
    position: Position
    posted: bool = False
    held: bool = False
    decided: Decisions = NONE


def _chunk(ids: list[int], run: Run, done: Billed) -> None:
    counts = Billed()
    with transaction() as session:
        door = session.connection()
        heads = lock_many(door, ids)
        rows = [stored(row) for row in _AGREEMENTS.all_of(door, list(heads))]
        at = positions_of(door, [(row.id, row.kind, heads[row.id]) for row in rows])
        decided = decisions(door, heads)
        cases = [
            _Case(row, heads[row.id], kind_of(row.kind).read(row), at[row.id], decided=decided)
            for row in rows
        ]
        rules = policies(door)
        _charge(door, cases, run, counts)
        _close_cycles(door, cases, run, counts)
        _spend_credit(door, cases, rules, run)
        for case in cases:
            following = _late_fees(door, case, rules, run, counts)
            kind, position = kind_of(case.row.kind), _billed(case)
            planned = kind.next_planned_on(case.terms, position)
            again = _hold_ends_on(case, run.today)
            case.head.next_bill_on = min((day for day in (following, planned, again) if day), default=None)
            if (
                not case.posted
                and not case.held
                and case.head.entries
                and kind.finished(case.terms, position)
            ):
                door.execute(_CLOSE, {"of": case.row.id})
                case.head.next_bill_on = None
        save_many(door, [case.head for case in cases])
        reach("bill.before_commit")
        counts.agreements = len(cases)
    reach("bill.chunk_kept")
    for name in ("agreements", "charges", "late_fees", "statements"):
        setattr(done, name, getattr(done, name) + getattr(counts, name))
    done.proposed += counts.proposed


def _billed(case: _Case) -> Position:
    return replace(case.position, billed_through=case.head.billed_through)


def _charge(door: Connection, cases: Sequence[_Case], run: Run, counts: Billed) -> None:
    """Post what the terms ask for through the day, but what somebody holds back; and what is held back no more. What is
    waived is posted and given up at once.
    """
    planned: list[tuple[_Case, PlannedCharge]] = []
    for case in cases:
        kind = kind_of(case.row.kind)
        asked = [*_kept_back(door, case), *kind.planned(case.terms, case.position, run.today)]
        found = [charge for charge in asked if not case.decided.held(_key(case, charge), run.today)]
        planned += [(case, charge) for charge in found]
        case.posted, case.held = bool(found), len(found) < len(asked)
        if not kind.STATEMENTS:
            case.head.billed_through = max(case.head.billed_through or run.today, run.today)
    posting = [(case.head, case.row.currency, charge) for case, charge in planned]
    ids = post_charges(door, posting, today=run.today, now=run.now, by=BY)
    for (case, charge), charge_id in zip(planned, ids, strict=True):
        waiver = case.decided.waived(_key(case, charge))
        if waiver is not None:
            give_up(
                door, case.head, case.row.currency, charge, charge_id, waiver, today=run.today, now=run.now
            )
    counts.charges += len(planned)


def _key(case: _Case, charge: PlannedCharge) -> str:
    return charge_key(case.row.ref, charge.rule, charge.key)


def _kept_back(door: Connection, case: _Case) -> list[PlannedCharge]:
    """The charges that fell due on days billed already and were held back then, by their decisions."""
    through, prefix = case.position.billed_through, charge_key(case.row.ref, "", "").removesuffix(":")
    keys = {key for key in case.decided.by_agreement.get(case.row.id, ()) if key.startswith(prefix)}
    if not keys or through is None:
        return []
    posted = {(row.rule, row.period) for row in door.execute(_POSTED, {"of": case.row.id})}
    whole = kind_of(case.row.kind).planned(case.terms, replace(case.position, billed_through=None), through)
    return [one for one in whole if _key(case, one) in keys and (one.rule, one.key) not in posted]


def _hold_ends_on(case: _Case, today: date) -> date | None:
    """The first day on which a hold of a charge of the agreement counts no more."""
    keys = case.decided.by_agreement.get(case.row.id, ()) if case.held else ()
    holds = [case.decided.newest[key] for key in keys if case.decided.held(key, today)]
    return min((one.until_on + timedelta(days=1) for one in holds if one.until_on), default=None)


def _close_cycles(door: Connection, cases: Sequence[_Case], run: Run, counts: Billed) -> None:
    """Close the cycles that ended before the day."""
    for case in cases:
        if kind_of(case.row.kind).STATEMENTS:
            closed = close_cycles(
                door, case.head, case.terms, run.today - timedelta(days=1), now=run.now, by=BY
            )
            counts.statements += closed
            case.posted = case.posted or closed > 0


def _spend_credit(door: Connection, cases: Sequence[_Case], rules: Policies, run: Run) -> None:
    """Let customers' credit pay what fell due. Positions are read again where more is asked of them than this."""
    _reread(
        door,
        [
            case
            for case in cases
            if case.posted and (case.position.credit_minor != 0 or rules.any_of(case.row.kind))
        ],
    )
    spent = []
    for case in cases:
        kind = kind_of(case.row.kind)
        parts = kind.credit_parts(case.terms, case.position, run.today)
        if parts:
            steps = tuple(Step(charged.part_sentence(part), part.amount_minor) for part in parts)
            trace = Trace("credit.applied", 1, steps)
            use_credit(door, case.head, case.row.currency, parts, trace, on=run.today, now=run.now, by=BY)
            spent.append(case)
    _reread(door, spent)


def _reread(door: Connection, cases: Sequence[_Case]) -> None:
    """Read the positions again, after something was posted."""
    if not cases:
        return
    at = positions_of(door, [(case.row.id, case.row.kind, case.head) for case in cases])
    for case in cases:
        case.position, case.posted = at[case.row.id], False


def _late_fees(door: Connection, case: _Case, rules: Policies, run: Run, counts: Billed) -> date | None:
    """Ask for late fees; returns the next day on which to look for one."""
    if not rules.any_of(case.row.kind):
        return None
    fees, following = ask_late_fees(
        door, case.head, case.row, case.terms, case.position, rules,
        today=run.today, at=run.at, zone=run.zone, now=run.now, by=BY, decided=case.decided,
    )  # fmt: skip
    asked = len([fee for fee in fees if not fee.proposed])
    counts.late_fees += asked
    # A fee that was just posted is owed: the position of this case does not hold it yet.
    case.posted = case.posted or asked > 0
    counts.proposed += [(case.row.id, fee) for fee in fees if fee.proposed]
    if following is None:
        coming = kind_of(case.row.kind).due(case.terms, case.position, run.today).next_on
        following = coming
    return following
