"""Tell people what autopay will take before it does. Verb: `announce`.

Each period is looked at once some days before its notices are due: then its row is written, and another amount than the
last one is told of (12 CFR 1005.10(d): ten days before; Bacs and SEPA: as long before as the scheme asks), or asked
about where it is above the limit. The day before it is begun the exact amount is told. Nothing is begun of which nobody
was told: a debit whose notice was missed moves to the day after its notice.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, exists, select
from sqlalchemy.orm import Session

from domain.actions.autopay_chunks import ACTIVE, House, house, in_chunks, take
from domain.actions.autopay_run import amount_now, facts_of, gateway_of
from domain.actions.autopay_telling import tell_payer, why
from domain.points import reach
from domain.records.autopay_cases import Case, next_turn
from domain.records.autopay_debits import advance, write_down
from domain.records.autopay_rows import ahead
from domain.reports.autopay_days import calendar_of, gateways_with_notice, notice_until, send_day
from domain.rules.autopay import Amount, differs, limit_of
from domain.rules.autopay_verdict import Told, may_take, told
from models import Agreement, Autopay, AutopayDebit, AutopayMethod, PaymentMethod

CHUNK = 200
MOST = 1_000_000
SPARE_DAYS = 2
"""How many days before the last one for a notice a period is looked at, so that a day off makes no notice late."""
SCHEME_DAYS = 45
"""How far ahead debits of schemes with a notice of their own are looked at."""
_A, _D = Autopay.__table__.c, AutopayDebit.__table__.c
_DAY = timedelta(days=1)


@dataclass(slots=True)
class Announced:
    """How many were told of another amount or asked, how many of the exact amount of tomorrow."""

    looked_at: int = 0
    told: int = 0
    failed: list[int] = field(default_factory=list)


def announce(*, today: date, now: datetime, limit: int = MOST) -> Announced:
    """Send every notice of autopay that is due today; safe to repeat and to run beside itself."""
    done = Announced()

    def find(session: Session, ids: list[int]) -> bool:
        return _each(session, ids, today, now, _A.next_send_on.is_(None), _find_next)

    def look(session: Session, ids: list[int]) -> bool:
        done.looked_at += len(ids)
        return _each(session, ids, today, now, _A.next_send_on.is_not(None), _look)

    def tell(session: Session, ids: list[int]) -> bool:
        done.told += len(ids)
        return _each(session, ids, today, now, _A.next_send_on <= today + _DAY, _tell_exactly)

    for which, work in ((_ended(), find), (_unseen(today), look), (_tomorrow(today), tell)):
        done.failed += in_chunks(which, work, limit=limit, now=now, size=CHUNK).failed
    scheme = gateways_with_notice()
    if scheme:
        done.failed += in_chunks(_of_schemes(today, scheme), look, limit=limit, now=now, size=CHUNK).failed
    return done


def _ended() -> Any:
    """Contracts that had nothing ahead, on agreements that run: something may fall due again."""
    return (
        select(_A.id, _A.next_send_on)
        .join(Agreement, Agreement.id == _A.agreement_id)
        .where(_A.state == ACTIVE, _A.next_send_on.is_(None), Agreement.status == "active")
    )


def _row() -> Any:
    return exists().where(_D.autopay_id == _A.id, _D.period == _A.next_period)


def _unseen(today: date, days: int = 0) -> Any:
    """Contracts whose next period comes near and has no row."""
    until = today + timedelta(days=days or 10 + SPARE_DAYS)
    return select(_A.id, _A.next_send_on).where(_A.state == ACTIVE, _A.next_send_on <= until, ~_row())


def _of_schemes(today: date, gateways: list[str]) -> Any:
    """The same, further ahead, of accounts whose scheme asks for a notice of its own."""
    first = (
        select(AutopayMethod.autopay_id)
        .join(PaymentMethod, PaymentMethod.id == AutopayMethod.method_id)
        .where(PaymentMethod.gateway.in_(gateways))
    )
    return _unseen(today, SCHEME_DAYS).where(_A.id.in_(first))


def _tomorrow(today: date) -> Any:
    """Contracts to be begun tomorrow, or that were to be begun already, whose exact amount nobody was told."""
    silent = exists().where(
        _D.autopay_id == _A.id, _D.period == _A.next_period, _D.announced_on.is_(None),
        _D.state.in_(("planned", "approved", "held")),
    )  # fmt: skip
    return select(_A.id, _A.next_send_on).where(_A.state == ACTIVE, _A.next_send_on <= today + _DAY, silent)


def _each(session: Session, ids: list[int], today: date, now: datetime, still: Any, work: Any) -> bool:
    door = session.connection()
    rules = house(door)
    if rules.paused:
        return False
    for case in take(door, ids, still):
        work(door, case, rules, today, now)
    reach("autopay.announced_before_commit")
    return True


def _find_next(door: Connection, case: Case, rules: House, today: date, now: datetime) -> None:
    """Set what is ahead of a contract that had nothing."""
    gateway = gateway_of(case)
    last = _last_period(door, case.row.id) or today - _DAY
    turn = next_turn(case, last, today + _DAY, calendar_of(gateway))
    if turn is not None:
        send_on = max(send_day(gateway, turn.debit_on), today + _DAY)
        advance(door, [(case.row.id, ahead(turn, send_on))])


def _last_period(door: Connection, autopay_id: int) -> date | None:
    query = select(_D.period).where(_D.autopay_id == autopay_id).order_by(_D.period.desc()).limit(1)
    period = door.execute(query).scalar()
    return date.fromisoformat(period) if period else None


def _look(door: Connection, case: Case, rules: House, today: date, now: datetime) -> None:
    """Write the row of a period down, and tell of another amount or ask."""
    row = case.row
    if case.debit is not None or row.revoked_at is not None or _late(case, rules, today):
        return
    gateway = gateway_of(case)
    if _before_scheme_asks(gateway, row.next_debit_on, rules, today) or _moved(door, case, gateway, today):
        return
    amount = amount_now(door, case)
    if amount.code == "nothing_due":
        return
    values: dict[str, Any] = {"state": "planned", "amount_minor": amount.minor, "code": amount.code}
    if amount.asks:
        values |= {"state": "asked", "amount_minor": amount.wanted_minor}
        _ask(door, case, amount, today, now)
    elif amount.minor and _is_news(case, amount.minor, gateway):
        values["changed_told_on"] = today
        tell_payer(
            door, case, "autopay_amount_changed", row.next_period, on=row.next_debit_on, now=now, today=today,
            amount_minor=amount.minor, was_minor=row.last_minor, method=_label(case),
        )  # fmt: skip
    elif not amount.minor:
        _leave_out(door, case, amount, today, now)
    write_down(door, [(case, values)])


def _before_scheme_asks(gateway: str, debit_on: date, rules: House, today: date) -> bool:
    """Whether it is too early to look: nothing is to be told yet, and until then the amount may change."""
    until = notice_until(gateway, debit_on)
    first = debit_on - timedelta(days=rules.policy.notice_days)
    return today < min(first, until or first) - timedelta(days=SPARE_DAYS)


def _moved(door: Connection, case: Case, gateway: str, today: date) -> bool:
    """Move the first debit under a permission to the day for which its scheme's notice is early enough today."""
    debit_on, until = case.row.next_debit_on, notice_until(gateway, case.row.next_debit_on)
    if case.row.last_minor is not None or until is None or until >= today:
        return False
    while until is not None and until < today:
        debit_on += _DAY
        until = notice_until(gateway, debit_on)
    send_on = send_day(gateway, debit_on, first=True)
    advance(door, [(case.row.id, {"next_debit_on": debit_on, "next_send_on": max(send_on, today + _DAY)})])
    return True


def _is_news(case: Case, minor: int, gateway: str) -> bool:
    """Whether the amount has to be told of before the day before: it differs from the last, or the scheme asks."""
    first_of_scheme = (
        case.row.last_minor is None and notice_until(gateway, case.row.next_debit_on) is not None
    )
    return first_of_scheme or differs(case.contract, minor, case.row.last_minor)


def _tell_exactly(door: Connection, case: Case, rules: House, today: date, now: datetime) -> None:
    """Tell what is begun tomorrow, to the cent; what was to be begun before moves to tomorrow."""
    row, debit = case.row, case.debit
    facts = facts_of(case, today)
    if debit is None or debit.announced_on is not None or facts.held or facts.decision in ("hold", "waive"):
        return
    if row.revoked_at is not None or _late(case, rules, today) or told(facts, today):
        return
    amount = amount_now(door, case)
    if amount.asks:
        write_down(
            door, [(case, {"state": "asked", "amount_minor": amount.wanted_minor, "code": amount.code})]
        )
        _ask(door, case, amount, today, now)
        return
    method = case.method(debit.method_position)
    if not amount.minor or method is None:
        return
    minor, code = _allowed(case, amount.minor, rules, method.gateway), amount.code
    if minor < amount.minor:
        code = "notice_short"
    values: dict[str, Any] = {"announced_on": today, "amount_minor": minor, "code": code}
    on = row.next_debit_on
    if row.next_send_on <= today:
        on = max(on, today + _DAY)
        values |= {"send_on": today + _DAY, "debit_on": on}
        advance(door, [(row.id, {"next_send_on": today + _DAY, "next_debit_on": on})])
    write_down(door, [(case, values)])
    tell_payer(
        door, case, "autopay_tomorrow", f"{row.next_period}:{on}", on=on, now=now, today=today, amount_minor=minor,
        method=method.label, what=why(code),
    )  # fmt: skip


def _allowed(case: Case, minor: int, rules: House, gateway: str) -> int:
    """How much of the amount may be taken by the notices that were given."""
    debit = case.debit
    approved = debit.state == "approved"
    notice = Told(debit.amount_minor, debit.changed_told_on, approved)
    return may_take(
        case.contract, minor, case.row.last_minor, notice, case.row.next_debit_on,
        notice_days=rules.policy.notice_days, until=notice_until(gateway, case.row.next_debit_on),
    )  # fmt: skip


def _late(case: Case, rules: House, today: date) -> bool:
    """Whether it is too late to take it at all: the run gives it up."""
    send_on = case.debit.send_on if case.debit is not None else case.row.next_send_on
    return bool(today > send_on + timedelta(days=rules.policy.late_days))


def _ask(door: Connection, case: Case, amount: Amount, today: date, now: datetime) -> None:
    row = case.row
    tell_payer(
        door, case, "autopay_over_limit", row.next_period, on=row.next_due_on, now=now, today=today,
        amount_minor=amount.wanted_minor, limit_minor=limit_of(case.contract, case.contract.standard_minor),
        what=amount.trace.steps[-1].sentence,
    )  # fmt: skip


def _leave_out(door: Connection, case: Case, amount: Amount, today: date, now: datetime) -> None:
    """Above the limit, and the contract says that nothing is taken then: told as soon as it is known."""
    tell_payer(
        door, case, "autopay_skipped", case.row.next_period, on=case.row.next_debit_on, now=now, today=today,
        what=why("over_limit"), amount_minor=amount.wanted_minor,
    )  # fmt: skip


def _label(case: Case) -> str | None:
    method = case.method()
    return method.label if method is not None else None
