"""What a day's run writes down, as rows people can read: charges, late fees, statements, debits, payments, notices.

`marks` remembers where the tables end; `made_since` reads what came after. It is the same reading for a rehearsal and
for a run that happened, so the two can be held against each other row by row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from domain.records.bulk import among
from domain.records.run_decisions import Decisions, charge_key, debit_key, decisions, fee_key
from domain.reports.run_notices import notices
from domain.reports.run_words import DEBIT_CODES, DEBIT_STATES, FATES, GROUPS
from domain.reports.tonight import Row
from domain.rules.late_fees import Fee
from domain.rules.planned import called_by
from domain.words import N_, Sentence, Step, Trace, trace_from
from models import (
    Agreement,
    Autopay,
    AutopayDebit,
    BellNotice,
    Charge,
    JournalEntry,
    LadderAct,
    LadderStep,
    Outbox,
    Payment,
    PaymentEvent,
    Statement,
)

_TABLES: Mapping[str, Any] = {
    "charge": Charge.id,
    "statement": Statement.id,
    "event": PaymentEvent.id,
    "payment": Payment.id,
    "ladder": LadderAct.id,
    "outbox": Outbox.id,
    "bell": BellNotice.id,
    "debit": AutopayDebit.id,
}
_WAITING = ("planned", "asked", "approved", "held", "retry")
_ENDS = {"claimed": "", "filed": "", "stopped": "not_sent", "cancelled": "not_sent"}
"""Events of a payment that a run brings about before anybody outside is asked -> what they mean."""


@dataclass(frozen=True, slots=True)
class Marks:
    """Where the tables ended, and how the debits stood that were touched already."""

    last: Mapping[str, int]
    debits: Mapping[int, tuple[Any, ...]]


def marks(session: Session) -> Marks:
    """Where everything stands now."""
    last = {
        name: int(session.scalar(select(func.coalesce(func.max(column), 0))) or 0)
        for name, column in _TABLES.items()
    }
    rows = session.execute(_debits().where(AutopayDebit.state.in_(_WAITING)))
    return Marks(last, {row.id: _state(row) for row in rows})


def made_since(session: Session, at: Marks, on: date, proposed: Sequence[tuple[int, Fee]] = ()) -> list[Row]:
    """Everything that a run of the day `on` did after the marks, in the order of the groups, then by agreement; also
    the late fees it only `proposed`, as (agreement's id, fee).
    """
    rows = [
        *_charges(session, at),
        *_proposed(session, proposed),
        *_statements(session, at),
        *_ladder(session, at),
        *_payments(session, at),
        *_not_taken(session, at, on),
        *notices(session, at.last["outbox"], at.last["bell"]),
    ]
    found = _with_decisions(session, rows)
    order = {name: number for number, name in enumerate(GROUPS)}
    return sorted(found, key=lambda row: (order[row.group], row.number, row.on or date.min, str(row.what)))


def _with_decisions(session: Session, rows: Sequence[Row]) -> list[Row]:
    known: Decisions = decisions(session, (row.agreement_id for row in rows if row.agreement_id and row.key))
    return [replace(row, decided=known.of(row.key)) if row.key else row for row in rows]


def _of_agreement(*columns: Any) -> Select[Any]:
    return select(Agreement.id.label("agreement_id"), Agreement.ref.label("agreement_ref"), Agreement.number,
                  Agreement.currency, *columns)  # fmt: skip


def _charges(session: Session, at: Marks) -> list[Row]:
    """Charges and late fees; a fee that was given up in the same run says so."""
    query = (
        _of_agreement(Charge.id, Charge.rule, Charge.period, Charge.type, Charge.name, Charge.due_on,
                      Charge.amount_minor, Charge.about_id, JournalEntry.note)
        .join(Charge, Charge.agreement_id == Agreement.id)
        .join(JournalEntry, JournalEntry.id == Charge.entry_id)
        .where(Charge.id > at.last["charge"])
        .order_by(Charge.id)
    )  # fmt: skip
    found = session.execute(query).all()
    lowered = {row.about_id for row in found if row.about_id is not None}
    rows = []
    for row in found:
        if row.about_id is not None:
            continue
        late = row.rule == "late_fee"
        key = (
            fee_key(row.agreement_ref, row.period)
            if late
            else charge_key(row.agreement_ref, row.rule, row.period)
        )
        rows.append(
            Row(
                "fee" if late else "charge", row.agreement_id, row.agreement_ref, row.number,
                called_by(row.name, row.type), row.due_on, row.amount_minor, row.currency,
                key="" if row.type == "finance_charge" else key, fate="waived" if row.id in lowered else "",
                why=trace_from(row.note),
            )
        )  # fmt: skip
    return rows


def _proposed(session: Session, proposed: Sequence[tuple[int, Fee]]) -> list[Row]:
    """Late fees that wait for somebody to confirm them: one is posted by the run once it was approved."""
    if not proposed:
        return []
    query = _of_agreement().where(Agreement.id.in_({key for key, _ in proposed}))
    of = {row.agreement_id: row for row in session.execute(query)}
    return [
        Row(
            "fee", key, of[key].agreement_ref, of[key].number, called_by("", "late_fee"), fee.on, fee.amount_minor,
            of[key].currency, key=fee_key(of[key].agreement_ref, fee.key), fate="proposed", why=fee.trace,
        )
        for key, fee in proposed
        if fee.amount_minor
    ]  # fmt: skip


def _statements(session: Session, at: Marks) -> list[Row]:
    query = (
        _of_agreement(Statement.closing_on, Statement.due_on, Statement.closing_minor, Statement.body)
        .join(Statement, Statement.agreement_id == Agreement.id)
        .where(Statement.id > at.last["statement"])
    )
    words = N_("Statement through %(closing)s, due on %(due)s")
    return [
        Row(
            "statement", row.agreement_id, row.agreement_ref, row.number,
            Sentence(words, {"closing": row.closing_on, "due": row.due_on}), row.closing_on, row.closing_minor,
            row.currency, why=trace_from(row.body.get("why", {})),
        )
        for row in session.execute(query)
    ]  # fmt: skip


def _ladder(session: Session, at: Marks) -> list[Row]:
    """The rungs that are climbed; those passed over are only written down and do nothing."""
    query = (
        _of_agreement(
            LadderAct.step_name, LadderAct.late_since, LadderAct.result, LadderStep.act, LadderStep.days_late
        )
        .join(LadderAct, LadderAct.agreement_id == Agreement.id)
        .join(LadderStep, LadderStep.id == LadderAct.step_id)
        .where(LadderAct.id > at.last["ladder"])
    )
    why = N_("Late since %(since)s; the step comes after %(days)s days.")
    return [
        Row(
            "ladder", row.agreement_id, row.agreement_ref, row.number, row.step_name, row.late_since,
            currency=row.currency, fate=f"ladder_{row.act}",
            why=Trace("ladder", 1, (Step(Sentence(why, {"since": row.late_since, "days": row.days_late})),)),
        )
        for row in session.execute(query)
        if not (row.result or {}).get("passed")
    ]  # fmt: skip


def _payments(session: Session, at: Marks) -> list[Row]:
    """Debits and planned payments that are sent, that end because nothing may be sent, and that are begun for later."""
    debit = _debits().subquery()
    columns = (
        Payment.id, Payment.channel, Payment.gateway, Payment.state, Payment.scheduled_on, Payment.begun_on,
        (Payment.amount_minor + Payment.fee_minor).label("amount_minor"), Payment.currency.label("paid_in"),
        debit.c.autopay_ref, debit.c.period, debit.c.due_on,
    )  # fmt: skip
    query = (
        _of_agreement(*columns)
        .join(Payment, Payment.agreement_id == Agreement.id)
        .outerjoin(debit, debit.c.payment_id == Payment.id)
    )
    ends = {
        row.payment_id: (row.event, row.code)
        for row in session.execute(
            select(PaymentEvent.payment_id, PaymentEvent.event, PaymentEvent.code)
            .where(PaymentEvent.id > at.last["event"], PaymentEvent.event.in_(_ENDS))
            .order_by(PaymentEvent.id)
        )
    }
    begun = session.execute(query.where(Payment.id > at.last["payment"], Payment.state == "scheduled")).all()
    ended: list[Any] = []
    ids = sorted(ends)
    for first in range(0, len(ids), 500):
        ended += session.execute(query.where(Payment.id.in_(ids[first : first + 500]))).all()
    rows = [_payment(row, *ends[row.id]) for row in ended]
    return rows + [_payment(row, "begun", "") for row in begun if row.id not in ends]


def _payment(row: Any, event: str, code: str) -> Row:
    autopay = row.channel == "autopay"
    words = N_("Autopay for %(day)s") if row.due_on else N_("Payment planned for %(day)s")
    fate = "later" if event == "begun" else _ENDS[event]
    steps = [
        Step(
            Sentence(words, {"day": row.due_on or row.begun_on}),
            None if fate == "not_sent" else row.amount_minor,
        )
    ]
    if code and code in FATES:
        steps.append(Step(Sentence(FATES[code])))
    return Row(
        "debit" if autopay else "planned", row.agreement_id, row.agreement_ref, row.number,
        Sentence(words, {"day": row.due_on or row.begun_on}), row.scheduled_on, row.amount_minor, row.paid_in,
        row.gateway, debit_key(row.autopay_ref, row.period) if row.autopay_ref else "", fate,
        Trace(f"run.{event}", 1, tuple(steps)),
    )  # fmt: skip


def _debits() -> Any:
    return select(
        AutopayDebit.id, AutopayDebit.state, AutopayDebit.amount_minor, AutopayDebit.payment_id, AutopayDebit.tries,
        AutopayDebit.code, AutopayDebit.period, AutopayDebit.due_on, AutopayDebit.debit_on, AutopayDebit.agreement_id,
        Autopay.ref.label("autopay_ref"),
        (AutopayDebit.period == Autopay.next_period).label("ahead"), Autopay.next_send_on,
    ).join(Autopay, Autopay.id == AutopayDebit.autopay_id)  # fmt: skip


def _state(row: Any) -> tuple[Any, ...]:
    return (row.state, row.amount_minor, row.payment_id, row.tries, row.code)


def _not_taken(session: Session, at: Marks, on: date) -> list[Row]:
    """Debits whose period passes without a payment, and those that wait for somebody: skipped, held, asked about.

    One that was held back before and is again has not changed; its contract looks at it again tomorrow.
    """
    door = session.connection()
    looked_at = (AutopayDebit.state == "held") & (Autopay.next_send_on == on + timedelta(days=1))
    touched = among(door, AutopayDebit.id, list(at.debits)) | (AutopayDebit.id > at.last["debit"]) | looked_at
    debit = _debits().where(touched, AutopayDebit.state.in_(DEBIT_STATES)).subquery()
    query = _of_agreement(*debit.c).join(debit, debit.c.agreement_id == Agreement.id)
    words = N_("Autopay for %(day)s")
    return [
        Row(
            "debit", row.agreement_id, row.agreement_ref, row.number, Sentence(words, {"day": row.due_on}),
            row.debit_on, row.amount_minor, row.currency, "", debit_key(row.autopay_ref, row.period),
            f"debit_{row.state}", Trace("run.debit", 1, _why_not(row.state, row.code)),
        )
        for row in session.execute(query)
        if at.debits.get(row.id) != _state(row)
        or (row.state == "held" and row.ahead and row.next_send_on == on + timedelta(days=1))
    ]  # fmt: skip


def _why_not(state: str, code: str) -> tuple[Step, ...]:
    words = [DEBIT_STATES[state], *([DEBIT_CODES[code]] if code in DEBIT_CODES else [])]
    return tuple(Step(Sentence(one)) for one in words)
