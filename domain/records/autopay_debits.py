"""Write down what became of periods of autopay, and the payments they begin, many at once. Never commits.

Verbs: `write_down`, `begin_payments`, `advance`. The caller holds the contracts, so each period has one writer; that a
period has one row and a payment one ref, the database holds besides.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, update

from domain.records.autopay_cases import Case
from domain.records.bulk import add_many, next_ids
from domain.records.names import new_ref
from domain.records.ready_made import ReadyMade
from models import Autopay, AutopayDebit, Payment, PaymentEvent

_AUTOPAY, _DEBIT, _PAYMENT = Autopay.__table__, AutopayDebit.__table__, Payment.__table__
_ADVANCE = ReadyMade(update(_AUTOPAY).where(_AUTOPAY.c.id == bindparam("of")))
_CHANGE = ReadyMade(update(_DEBIT).where(_DEBIT.c.id == bindparam("of")))
_NEW: dict[str, Any] = {
    "amount_minor": None, "announced_on": None, "changed_told_on": None, "payment_id": None, "tries": 0,
    "retry_on": None, "method_position": 0, "code": "", "decided_at": None, "decided_by": "",
}  # fmt: skip
_DEFAULTS = {
    column.name: getattr(column.default, "arg", None)
    for column in _PAYMENT.columns
    if getattr(column.default, "is_scalar", False)
}


def write_down(door: Connection, changes: Sequence[tuple[Case, dict[str, Any]]]) -> None:
    """Give the next period of each contract its row, or change the one it has."""
    fresh = []
    changed: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for case, values in changes:
        if case.debit is None:
            row = case.row
            fresh.append(
                {
                    "ref": new_ref(), "autopay_id": row.id, "agreement_id": row.agreement_id,
                    "period": row.next_period, "due_on": row.next_due_on, "debit_on": row.next_debit_on,
                    "send_on": row.next_send_on, **_NEW, **values,
                }
            )  # fmt: skip
        else:
            changed.setdefault(tuple(values), []).append({"of": case.debit.id, **values})
    add_many(door, _DEBIT, fresh)
    for rows in changed.values():
        _CHANGE.change_many(door, rows)


def payment_row(
    case: Case, method: Any, ref: str, amount_minor: int, on: date, sent_on: date, *, by: str, now: datetime,
    represents_id: int | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The row of a payment that counts for the day `on` and is sent on `sent_on`."""
    return _DEFAULTS | {
        "ref": ref, "checkout_ref": None, "agreement_id": case.row.agreement_id, "person_id": case.row.person_id,
        "method_id": method.id, "gateway": method.gateway, "channel": "autopay", "instrument": method.kind,
        "amount_minor": amount_minor, "fee_minor": 0, "currency": case.agreement.currency, "state": "scheduled",
        "scheduled_on": sent_on, "begun_on": on, "begun_at": now, "begun_by": by, "failure_code": "",
        "confirm_url": "", "next_look_at": None, "looks": 0, "note": "", "choice": "", "extra": "shorter",
        "mandate_id": case.row.mandate_id, "pay_link_id": None, "represents_id": represents_id, "payer_named": False,
        "expected_on": None, "settled_on": None, "returnable_until": None,
    }  # fmt: skip


def begin_payments(door: Connection, rows: Sequence[dict[str, Any]], *, by: str, now: datetime) -> list[int]:
    """Insert planned payments with the first line of each one's timeline; their ids, in the order of the rows."""
    if not rows:
        return []
    ids = next_ids(door, _PAYMENT, len(rows))
    add_many(door, _PAYMENT, [row | {"id": key} for row, key in zip(rows, ids, strict=True)])
    told = {
        "at": now, "event": "planned", "from_state": "", "to_state": "scheduled", "code": "", "source_id": None,
        "by": by,
    }  # fmt: skip
    events = [
        told | {"payment_id": key, "gateway": row["gateway"]} for row, key in zip(rows, ids, strict=True)
    ]
    add_many(door, PaymentEvent.__table__, events)
    return ids


def advance(door: Connection, ahead: Sequence[tuple[int, dict[str, Any]]]) -> None:
    """Write what is ahead of contracts: (id, columns), all naming the same columns."""
    _ADVANCE.change_many(door, [{"of": key, **values} for key, values in ahead])
