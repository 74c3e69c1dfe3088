"""Begin the debits of autopay whose day has come. Verb: `begin_due`.

Contracts are found by an index of the day on which each is to be begun, and decided by a pure rule
(`domain.rules.autopay_verdict`) under the lock of their agreement. In the commit that keeps the payment the period is
written down and the contract goes on to its next one: whoever comes second finds nothing, and a clock that is turned
back finds the period taken. Nothing here calls a gateway: what is begun is a planned payment, sent like any other.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from domain.actions.autopay_caps import Caps
from domain.actions.autopay_chunks import ACTIVE, House, house, in_chunks, take
from domain.actions.autopay_outcomes import failures_of
from domain.actions.autopay_telling import NO_MONEY, tell_ended
from domain.actions.payment_limits import planned_for
from domain.points import reach
from domain.records.autopay_cases import Case, next_turn, owing
from domain.records.autopay_debits import advance, begin_payments, payment_row, write_down
from domain.records.autopay_names import payment_ref
from domain.records.autopay_rows import ahead, stop_contract
from domain.records.run_decisions import debit_key
from domain.reports.autopay_days import calendar_of, send_day
from domain.rules.autopay import Amount, Turn, amount_of
from domain.rules.autopay_verdict import Facts, Verdict, verdict
from models import Autopay

BY = "job:autopay"
MOST = 1_000_000
_A = Autopay.__table__.c
_DAY = timedelta(days=1)
_LATEST = 1 << 62


@dataclass(slots=True)
class Begun:
    """What a run did, in counts; `failed` are the ids of contracts it could not work on, `paused` and `capped` why it
    ended before all were looked at.
    """

    begun: int = 0
    held: int = 0
    ended: int = 0
    failed: list[int] = field(default_factory=list)
    paused: bool = False
    capped: bool = False


@dataclass(slots=True)
class _Plan:
    """What a chunk is about to write."""

    payments: list[dict[str, Any]] = field(default_factory=list)
    paying: list[tuple[Case, dict[str, Any]]] = field(default_factory=list)
    debits: list[tuple[Case, dict[str, Any]]] = field(default_factory=list)
    ahead: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    endings: list[tuple[Case, Verdict]] = field(default_factory=list)
    counts: Begun = field(default_factory=Begun)


def due(today: date) -> Any:
    """The contracts with a debit to begin by today."""
    return select(_A.id, _A.next_send_on).where(_A.state == ACTIVE, _A.next_send_on <= today)


def begin_due(*, today: date, now: datetime, limit: int = MOST) -> Begun:
    """Begin what is due by today, at most `limit` contracts; safe to repeat, to crash in and to run beside itself."""
    run = Begun()

    def work(session: Session, ids: list[int]) -> bool:
        counts = _chunk(session, ids, today, now)
        for name in ("begun", "held", "ended"):
            setattr(run, name, getattr(run, name) + getattr(counts, name))
        run.paused, run.capped = run.paused or counts.paused, run.capped or counts.capped
        return not (counts.paused or counts.capped)

    while True:
        ended = run.ended
        done = in_chunks(due(today), work, limit=limit, now=now)
        run.failed = [*run.failed, *(one for one in done.failed if one not in run.failed)]
        # What was missed for long has several periods behind it, each told of in its turn.
        if done.stopped or run.ended == ended:
            return run


def _chunk(session: Session, ids: list[int], today: date, now: datetime) -> Begun:
    door, plan = session.connection(), _Plan()
    rules = house(door)
    if rules.paused:
        return Begun(paused=True)
    caps = Caps(door, rules.policy, today)
    for case in take(door, ids, _A.next_send_on <= today):
        if caps.full:
            break
        _decide(door, case, plan, caps, rules, today, now)
    ids_of = begin_payments(door, plan.payments, by=BY, now=now)
    paid = [
        (case, values | {"payment_id": key}) for (case, values), key in zip(plan.paying, ids_of, strict=True)
    ]
    write_down(door, paid + plan.debits)
    advance(door, plan.ahead)
    for case, found in plan.endings:
        _tell(door, case, found, rules, today, now)
    caps.tell(now)
    plan.counts.capped = bool(caps.full)
    reach("autopay.before_commit")
    return plan.counts


def _decide(
    door: Connection, case: Case, plan: _Plan, caps: Caps, rules: House, today: date, now: datetime
) -> None:
    row = case.row
    if row.revoked_at is not None or row.mandate_id is None:
        stop_contract(door, row.id, "permission_ended", by=BY, now=now, today=today)
        plan.counts.ended += 1
        return
    amount, method = amount_now(door, case), case.method(_position(case))
    facts = facts_of(case, today)
    found = verdict(facts, amount if method is not None else None, today, rules.policy.late_days)
    if found.act == "wait":
        return
    if found.act == "begin" and not caps.allows(case, found.minor, facts.decision == "approve"):
        if caps.full:
            return
        found = Verdict("hold", code="cap_customer")
    if found.act == "hold":
        values = {"state": "held", "code": found.code} | (
            {} if case.debit else {"amount_minor": amount.minor}
        )
        plan.debits.append((case, values))
        plan.ahead.append((row.id, _same_again(row, today) | {"last_minor": row.last_minor}))
        plan.counts.held += 1
        return
    if found.act == "begin":
        _begin(case, method, found, plan, today, now)
    elif found.act != "over":
        plan.debits.append((case, {"state": STATES[found.act], "code": found.code}))
        plan.endings.append((case, found))
        plan.counts.ended += 1
    begun = found.act == "begin"
    # What was told of and begun is the last amount, long before its money has come: the next notice names it.
    last = found.minor if begun else row.last_minor
    plan.ahead.append((row.id, following(case, today, begun=begun) | {"last_minor": last}))


STATES = {"skip": "skipped", "covered": "covered", "give_up": "given_up"}


def _begin(case: Case, method: Any, found: Verdict, plan: _Plan, today: date, now: datetime) -> None:
    row = case.row
    on = max(row.next_debit_on, today)
    ref = payment_ref(row.ref, row.next_period)
    sent = planned_for(method.gateway, today, today, now) or today
    plan.payments.append(payment_row(case, method, ref, found.minor, on, sent, by=BY, now=now))
    values = {
        "state": "begun", "amount_minor": found.minor, "tries": 1, "method_position": method.position,
        "code": found.code or _short(case), "retry_on": None,
    }  # fmt: skip
    plan.paying.append((case, values))
    plan.counts.begun += 1
    # A second contract of this agreement finds the money on its way.
    case.under_way.append(
        SimpleNamespace(
            id=_LATEST, agreement_id=row.agreement_id, person_id=row.person_id, amount_minor=found.minor,
            state="scheduled", begun_on=min(on, row.next_due_on), gateway=method.gateway, payer_named=False,
            channel="autopay",
        )
    )  # fmt: skip


def turn_of(row: Any) -> Turn:
    """The next period of a contract, as its row says."""
    through = row.next_due_on if row.cadence == "due" else row.next_debit_on
    return Turn(row.next_period, row.next_due_on, row.next_debit_on, through)


def _short(case: Case) -> str:
    """The code of a debit that takes less because another amount could not be told of in time."""
    return "notice_short" if case.debit is not None and case.debit.code == "notice_short" else ""


def amount_now(door: Connection, case: Case) -> Amount:
    """What the contract takes of what is owed now; nothing above what its person said yes to."""
    approved = case.debit is not None and case.debit.state == "approved"
    amount = amount_of(case.contract, owing(door, case, turn_of(case.row)), approved=approved)
    if approved and case.debit.amount_minor is not None and amount.minor > case.debit.amount_minor:
        return replace(amount, minor=case.debit.amount_minor)
    return amount


def facts_of(case: Case, today: date) -> Facts:
    """What is known of the next debit of a contract, for the rule that decides."""
    row, debit = case.row, case.debit
    decided = case.decisions.of(debit_key(row.ref, row.next_period))
    decision = decided.decision if decided is not None else ""
    if decided is not None and decision == "hold" and not decided.holds(today):
        decision = ""
    return Facts(
        send_on=debit.send_on if debit is not None else row.next_send_on,
        debit_on=row.next_debit_on,
        state=debit.state if debit is not None else "",
        announced_on=debit.announced_on if debit is not None else None,
        announced_minor=debit.amount_minor if debit is not None else None,
        accepted_on=row.accepted_on,
        decision=decision,
        held=case.held,
        paused=case.contract.paused_on(row.next_debit_on),
        open=case.agreement.status == "active",
    )


def _position(case: Case) -> int:
    return int(case.debit.method_position) if case.debit is not None else 0


def gateway_of(case: Case) -> str:
    """The gateway by which the next debit is taken, as far as it can be told."""
    method = case.method() or (case.methods[0] if case.methods else None)
    return str(method.gateway) if method is not None else ""


def following(case: Case, today: date, *, begun: bool) -> dict[str, Any]:
    """What is ahead of a contract after its present period; never two that are begun on one day."""
    row, gateway = case.row, gateway_of(case)
    turn = next_turn(
        case, date.fromisoformat(row.next_period), row.next_debit_on + _DAY, calendar_of(gateway)
    )
    if turn is None:
        return ahead(None, None)
    send_on = send_day(gateway, turn.debit_on)
    return ahead(turn, max(send_on, today + _DAY) if begun else send_on)


def _same_again(row: Any, today: date) -> dict[str, Any]:
    """The same period, looked at again tomorrow."""
    return {
        "next_period": row.next_period, "next_due_on": row.next_due_on, "next_debit_on": row.next_debit_on,
        "next_send_on": today + _DAY,
    }  # fmt: skip


def _tell(door: Connection, case: Case, found: Verdict, rules: House, today: date, now: datetime) -> None:
    """Tell both sides of a period that ended without a debit."""
    tell_ended(door, case, found, today=today, now=now)
    if found.code in NO_MONEY and failures_of(door, case.row.id, today) >= rules.policy.stop_after:
        stop_contract(door, case.row.id, found.code, by=BY, now=now, today=today)
