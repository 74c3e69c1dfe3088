"""What a debit of autopay that was begun may still take, as it is claimed. Inside the caller's transaction; only reads.

Verbs: `left_of_debit`, `autopay_off`. Between the run and the claim (hours for a file, minutes on line) its person may
have paid by hand, paused or ended the contract: the contract's own rule is asked once more.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, or_, select

from domain.records.autopay_cases import cases_of, contracts, owing, turn_of
from domain.records.books import Head
from domain.rules.autopay import amount_of
from models import Autopay, AutopayDebit, Payment

_DEBIT = AutopayDebit.__table__


def autopay_off() -> Any:
    """A condition on Payment: it is of a contract that takes nothing now, or of a period that was skipped."""
    off = or_(Autopay.state != "active", AutopayDebit.state == "skipped")
    return (
        select(off)
        .select_from(AutopayDebit)
        .join(Autopay, Autopay.id == AutopayDebit.autopay_id)
        .where(AutopayDebit.payment_id == Payment.id)
        .correlate(Payment)
        .scalar_subquery()
    )


def left_of_debit(door: Connection, payment_id: int, head: Head) -> int | None:
    """How much the contract would take for the period of this payment now, in minor units; None where it takes nothing
    any more: ended, stopped, paused, or the period skipped. `head`: the agreement's standing, locked.

    The limit was looked at when the debit was begun, and nobody is asked twice: the payment's own amount bounds this.
    """
    debit = door.execute(select(_DEBIT).where(_DEBIT.c.payment_id == payment_id)).first()
    if debit is None:
        return None
    row = door.execute(contracts().where(Autopay.id == debit.autopay_id)).one()
    if row.state != "active" or debit.state == "skipped":
        return None
    case = cases_of(door, [row], {head.agreement_id: head})[0]
    if case.contract.paused_on(debit.debit_on):
        return None
    owed = owing(door, case, turn_of(row.cadence, debit), this=payment_id)
    return amount_of(case.contract, owed, approved=True).minor
