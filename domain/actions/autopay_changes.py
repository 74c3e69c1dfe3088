"""Change or end an autopay contract. Verbs: `change`, `end`; callers take them from `domain.actions.autopay`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from domain.access import Scope
from domain.actions import autopay_acceptance as acceptance
from domain.actions import autopay_work as work
from domain.actions.payment_limits import Accepted
from domain.actions.payments import Event, pass_the_door
from domain.actions.second_factors import Place
from domain.records.autopay_cases import contract_of
from domain.records.autopay_rows import end_contract, tell_holder
from domain.records.books import lock
from domain.records.mandates import end_mandate
from domain.rules.autopay import Contract
from domain.rules.autopay_checks import widens
from domain.rules.method_notices import change_notice
from domain.transaction import transaction
from domain.words import N_, Conflict, Refused, Sentence
from models import Autopay, AutopayDebit, Payment, PaymentMethod

NOT_BEGUN = ("planned", "asked", "approved", "held")


def themselves(who: Scope) -> Scope:
    """Only the person themselves accepts and changes: staff are taken for nobody but themselves here."""
    return who if not who.staff else replace(who, role="customer")


def change(
    ref: str,
    contract: Contract,
    methods: Sequence[str],
    *,
    permission: Accepted | None = None,
    who: Scope,
    today: date,
    now: datetime,
    place: Place | None = None,
) -> list[Sentence]:
    """Change a contract; returns what that means for debits that are near, the rule of two days.

    One that staff prepared can be changed before it is accepted: the permission that comes with the change accepts it.

    Raises Gone, Refused (also where the change needs a new acceptance and none came), Conflict for one that has ended.
    """
    with transaction() as session:
        row = work.own(session, ref, themselves(who))
        at = work.begin(session, work.agreement_ref_of(session, row), who, row.person_id, today)
        work.hold(session, row)
        if row.state not in ("active", "paused", "stopped", "prepared"):
            raise Conflict(Sentence(N_("This autopay has ended. Set it up anew.")))
        if row.state in ("stopped", "prepared"):
            acceptance.refuse_on_hold(at)
        event = "autopay_on" if row.state == "prepared" else "autopay_changed"
        chosen = work.methods_of(at, methods)
        before = contract_of(row, at.agreement.currency)
        after = replace(contract, starts_on=max(contract.starts_on, min(before.starts_on, today)))
        work.check(at, replace(after, starts_on=max(after.starts_on, today)), today)
        notices = _near(session, row, today)
        if permission is not None:
            acceptance.renew(at, row, permission, chosen, who, now)
        elif needs_acceptance(
            row, before, after, work.method_ids(session, row.id), [one.id for one in chosen]
        ):
            raise Refused(
                Sentence(N_("This change reaches beyond what you allowed. Read the new text and accept it."))
            )
        for name, value in work.columns_of(at, after).items():
            if name not in ("paused_from", "paused_until"):
                setattr(row, name, value)
        session.flush()
        work.set_methods(session, row, chosen)
        session.execute(delete(AutopayDebit).where(AutopayDebit.autopay_id == row.id, _untouched()))
        work.set_ahead(at, row, chosen[0].gateway)
        work.done(
            session,
            row,
            "autopay.changed",
            who,
            now,
            place,
            rule=row.amount_rule,
            accepted=permission is not None,
        )
        tell_holder(session, row.id, event, now.isoformat(), now=now, today=today, on=work.begins(row))
        return notices


def needs_acceptance(
    row: Any, before: Contract, after: Contract, methods: Sequence[int], chosen: Sequence[int]
) -> bool:
    """Whether a change of the contract has to be accepted anew."""
    return row.state in ("stopped", "prepared") or widens(before, after, methods, chosen)


def _untouched() -> Any:
    """A condition: of this period nothing was begun, so it is looked at and told of anew."""
    return (AutopayDebit.state.in_(NOT_BEGUN)) & (AutopayDebit.payment_id.is_(None))


def _near(session: Session, row: Autopay, today: date) -> list[Sentence]:
    """What a change means for a debit that was begun and not sent yet, and for the next one."""
    query = (
        select(Payment.begun_on, PaymentMethod.label)
        .join(AutopayDebit, AutopayDebit.payment_id == Payment.id)
        .outerjoin(PaymentMethod, PaymentMethod.id == Payment.method_id)
        .where(AutopayDebit.autopay_id == row.id, Payment.state == "scheduled")
        .order_by(Payment.begun_on)
    )
    said = [
        change_notice(day, today, begun=True, method=label or "") for day, label in session.execute(query)
    ]
    if row.next_debit_on is not None:
        said.append(change_notice(row.next_debit_on, today, begun=False, method=""))
    return [one for one in said if one is not None]


def end(ref: str, *, who: Scope, today: date, now: datetime, place: Place | None = None) -> int:
    """End autopay, by its person or by staff whom they asked; returns how many debits were cancelled with it.

    What was sent already is not called back. Doing it twice changes nothing. Raises Gone.
    """
    with transaction() as session:
        row = work.own(session, ref, who)
        cancelled = _cancel_planned(session, row, who, today, now)
        lock(session.connection(), row.agreement_id)
        work.hold(session, row)
        if row.state == "ended":
            return 0
        if row.state == "prepared":
            end_prepared(session, row, "by_office" if who.staff else "declined", by=who.by, now=now)
            work.done(session, row, "autopay.ended", who, now, place)
            return 0
        end_contract(
            session, row.id, "by_office" if who.staff else "by_payer", by=who.by, now=now, today=today
        )
        if row.mandate_id is not None:
            end_mandate(session, row.mandate_id, by=who.by, now=now)
        return cancelled


def _cancel_planned(session: Session, row: Autopay, who: Scope, today: date, now: datetime) -> int:
    """Cancel what was begun and not sent yet."""
    planned = select(Payment.ref).join(AutopayDebit, AutopayDebit.payment_id == Payment.id)
    refs = session.scalars(
        planned.where(AutopayDebit.autopay_id == row.id, Payment.state == "scheduled")
    ).all()
    event = Event("cancelled", today, code="permission_ended")
    return sum(bool(pass_the_door(session, one, event, by=who.by, today=today, now=now)) for one in refs)


def end_prepared(session: Session, row: Autopay, code: str, *, by: str, now: datetime) -> None:
    """Take back a contract that was prepared and never accepted: nobody needs to be told that it has ended."""
    row.state, row.ended_at, row.ended_by, row.stopped_code = "ended", now, by, code
    session.flush()
