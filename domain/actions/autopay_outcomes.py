"""What follows for autopay from the end of one of its payments, in the commit of that end. Never commits.

Verbs: `done`, `failed`, `cancelled`; called only from the table of `payment_consequences`. A debit
that failed is tried again by the next way to pay, or by the same one on a day that code and scheme allow, and never on
the day of the news; after a number of failed periods in a row the contract stops. Both sides are told of each.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, case, func, select, update

from domain.records.autopay_cases import usable
from domain.records.autopay_rows import stop_contract, tell_holder
from domain.records.tasks import open_task
from domain.rules.autopay_policy import Policy, autopay_policy
from domain.rules.autopay_verdict import failed_in_a_row, settled_for_good
from domain.rules.representment import Tried
from domain.rules.retries import RetryPlan, next_try
from domain.words import N_, Sentence
from gateways.codes import reason
from models import Autopay, AutopayDebit, AutopayMethod, Business, Payment, PaymentMethod

_A, _D = Autopay.__table__, AutopayDebit.__table__
_P = Payment.__table__
_LINK = (_P.c.id, _P.c.represents_id, _P.c.begun_on, _P.c.settled_on, _P.c.method_id)
_LAST_TAKEN = func.coalesce(
    select(_P.c.amount_minor)
    .join(_D, _D.c.payment_id == _P.c.id)
    .where(_D.c.autopay_id == _A.c.id, _D.c.state.in_(("begun", "done")))
    .order_by(_D.c.period.desc())
    .limit(1)
    .scalar_subquery(),
    _A.c.last_minor,
)
"""The amount of the latest debit that arrived or is on its way: what a notice of another amount calls the last one."""
_DAY = timedelta(days=1)
COVERED = ("nothing_owed", "agreement_closed")
BACK = ("returned", "disputed")
SCHEMES = {"ach_file": "ach", "sepa_file": "sepa", "bacs_file": "bacs"}


def done(settling: Any) -> None:
    """The money arrived: the period is done, and failures before it count no more once it cannot bounce any more."""
    debit = _debit(settling)
    if debit is None:
        return
    door = settling.door
    _change(door, debit.id, state="done", code="", retry_on=None)
    failures = failures_of(door, debit.autopay_id, settling.today)
    kept = case((_A.c.failures < failures, _A.c.failures), else_=failures)
    door.execute(update(_A).where(_A.c.id == debit.autopay_id).values(failures=kept, last_minor=_LAST_TAKEN))


def cancelled(settling: Any) -> None:
    """Nothing was sent: nothing was owed any more, or its person cancelled it."""
    debit = _debit(settling)
    if debit is not None:
        state = "covered" if settling.code in COVERED else "skipped"
        _change(settling.door, debit.id, state=state, code=settling.code or "by_payer", retry_on=None)
        settling.door.execute(update(_A).where(_A.c.id == debit.autopay_id).values(last_minor=_LAST_TAKEN))


def failed(settling: Any) -> None:
    """The money did not come, or went back: try again as far as that is allowed, or give the period up."""
    debit = _debit(settling)
    if debit is None:
        return
    door, code, today = settling.door, settling.code, settling.today
    if code in COVERED or code == "autopay_off":
        cancelled(settling)
        return
    if code in ("on_hold", "held"):
        _change(door, debit.id, state="retry", code=code, retry_on=today + _DAY)
        return
    policy = _policy(door)
    contract = door.execute(select(_A).where(_A.c.id == debit.autopay_id).with_for_update()).one()
    position, plan = _next_way(settling, debit, policy)
    running = contract.state in ("active", "paused")
    on = max(plan.on, today + _DAY) if plan.on is not None and running else None
    _change(
        door, debit.id, state="retry" if on is not None else "given_up", code=code[:40], retry_on=on,
        method_position=position,
    )  # fmt: skip
    # Counted from the last time its person accepted it: what failed before that does not count.
    failures = min(failures_of(door, contract.id, today), contract.failures + 1)
    door.execute(update(_A).where(_A.c.id == contract.id).values(failures=failures, last_minor=_LAST_TAKEN))
    if running and failures >= policy.stop_after:
        _change(door, debit.id, state="given_up", retry_on=None)
        _stop(settling, contract, failures)
    elif on is not None:
        _tell(settling, contract, "autopay_retry", on=on, what=plan.sentence)
    elif settling.event not in BACK:
        _tell(settling, contract, "autopay_missed", on=debit.due_on, what=reason(code).title)


def failures_of(door: Connection, autopay_id: int, today: date) -> int:
    """How many periods of a contract failed in a row, by what became of each."""
    query = (
        select(_D.c.state, _D.c.code, _D.c.tries, _P.c.settled_on, _P.c.returnable_until)
        .outerjoin(_P, _P.c.id == _D.c.payment_id)
        .where(_D.c.autopay_id == autopay_id)
    )
    rows = door.execute(query.order_by(_D.c.period.desc()).limit(12)).all()
    return failed_in_a_row(
        (
            row.state
            if row.state != "done" or settled_for_good(row.settled_on, row.returnable_until, today)
            else "taken",
            row.code,
            row.tries,
        )
        for row in rows
    )


def _next_way(settling: Any, debit: Any, policy: Policy) -> tuple[int, RetryPlan]:
    """(position of the way to pay, when): by the next one in order tomorrow, else by the same as its scheme allows."""
    payment, why = settling.row, reason(settling.code)
    if settling.event == "disputed":
        return debit.method_position, RetryPlan(None, why.title)
    if settling.event != "returned":
        following = _following(settling.door, debit)
        if following is not None:
            words = N_("The other way to pay that you named is tried next.")
            return following, RetryPlan(settling.today + _DAY, Sentence(words))
    scheme = "card" if payment.instrument == "card" else SCHEMES.get(payment.gateway, "ach")
    plan = next_try(
        settling.code, scheme, _tried(settling.door, payment, settling.today), settling.today, policy,
        retryable=why.retryable,
    )  # fmt: skip
    return debit.method_position, plan


def _following(door: Connection, debit: Any) -> int | None:
    """The position of the next way to pay after the one that failed; None where none is left."""
    query = (
        select(
            AutopayMethod.position,
            PaymentMethod.removed_at,
            PaymentMethod.stopped_code,
            PaymentMethod.verification,
        )
        .join(PaymentMethod, PaymentMethod.id == AutopayMethod.method_id)
        .where(AutopayMethod.autopay_id == debit.autopay_id, AutopayMethod.position > debit.method_position)
        .order_by(AutopayMethod.position)
    )
    return next((row.position for row in door.execute(query) if usable(row)), None)


def _tried(door: Connection, payment: Any, today: date) -> Tried:
    """What was tried so far by this way to pay, from the first payment of the chain on. That an account was put right
    meanwhile is for a person to know: what needs it is not tried again by itself.
    """
    first, again = payment, 0
    while first.represents_id is not None:
        before = door.execute(select(*_LINK).where(_P.c.id == first.represents_id)).one()
        if before.method_id != first.method_id:
            break
        first, again = before, again + 1
    return Tried(first.settled_on or first.begun_on, today, again)


def _stop(settling: Any, contract: Any, failures: int) -> None:
    door, now = settling.door, settling.now
    stop_contract(door, contract.id, settling.code, by=settling.by, now=now, today=settling.today)
    words = N_("Autopay stopped after %(count)s failed debits in a row. Its payer was told.")
    open_task(
        door, "autopay", f"autopay:{contract.ref}:stopped", Sentence(words, {"count": failures}), now=now,
        subject="autopay", subject_id=contract.id, agreement_id=contract.agreement_id,
    )  # fmt: skip


def _tell(settling: Any, contract: Any, event: str, **said: Any) -> None:
    tell_holder(
        settling.door, contract.id, event, settling.row.ref, now=settling.now, today=settling.today,
        amount_minor=settling.row.amount_minor, **said,
    )  # fmt: skip


def _debit(settling: Any) -> Any:
    """The period whose latest payment this is; None for any other payment."""
    if settling.row.channel != "autopay":
        return None
    return settling.door.execute(select(_D).where(_D.c.payment_id == settling.row.id)).first()


def _change(door: Connection, debit_id: int, **values: Any) -> None:
    door.execute(update(_D).where(_D.c.id == debit_id).values(**values))


def _policy(door: Connection) -> Policy:
    return autopay_policy(door.execute(select(Business.autopay_policy)).scalar())
