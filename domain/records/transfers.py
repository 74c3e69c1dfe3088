"""Move what stands on one agreement to another of the same people: deposit, credit, what is still owed.

Verb: `move`. By new entries alone, each balanced on its own chain against the account between agreements, which is zero
again when both are posted. No charge that was posted changes: the old one is paid by the move, the new one is owed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import insert

from domain.kinds.base import OpenCharge, Part, Position
from domain.kinds.charged import called
from domain.records.accounts import (
    BETWEEN_AGREEMENTS,
    BUCKET_ACCOUNT,
    CUSTOMER_CREDIT,
    DEPOSITS_HELD,
    OTHER_RECEIVABLE,
)
from domain.records.books import Draft, post
from domain.records.position import own_credit
from domain.records.repricing import Desk
from domain.rules.planned import BUCKET_OF_TYPE
from domain.words import N_, Sentence, Step, Trace, trace_json
from models import Allocation, Charge

_ALLOCATION = insert(Allocation.__table__)
_CHARGE = insert(Charge.__table__)
RULE = "transfer"
MOST_NAME = 120


@dataclass(frozen=True, slots=True)
class Moved:
    """What was moved, in minor units, and the steps that say so."""

    deposit_minor: int
    credit_minor: int
    owed_minor: int
    steps: tuple[Step, ...]


def move(old: Desk, new: Desk, position: Position, deposit_minor: int, number: str) -> Moved:
    """Move the deposit held, the customer's credit and every open charge of `position` from `old` to `new`.

    `number` is the old agreement's, which the new charges name. Deposits that were never paid are the caller's to drop.
    """
    steps: list[Step] = []
    if deposit_minor:
        steps.append(Step(Sentence(N_("The deposit goes with them.")), deposit_minor))
        _across(old, new, "deposit", DEPOSITS_HELD, -deposit_minor, steps[-1])
    credit = max(position.credit_minor, 0)
    if credit:
        steps.append(Step(Sentence(N_("Money paid ahead goes with them.")), credit))
        entries = _across(old, new, "credit", CUSTOMER_CREDIT, -credit, steps[-1])
        _credit_rows(old, new, credit, entries)
    owed = 0
    for charge in position.charges:
        name = called(charge)
        said = {"name": name, "number": number, "due": charge.due_on}
        step = Step(Sentence(N_("%(name)s of %(number)s, due %(due)s: owed on.")), charge.open_minor)
        step = replace(step, sentence=Sentence(step.sentence.msgid, said))
        _charge_across(old, new, charge, number, step)
        steps.append(step)
        owed += charge.open_minor
    return Moved(deposit_minor, credit, owed, tuple(steps))


def _across(
    old: Desk, new: Desk, what: str, account: str, stands_minor: int, step: Step, new_account: str = ""
) -> tuple[int, int]:
    """Two entries: what stands on `account` (debit positive) leaves the old agreement and stands on the new one."""
    note = trace_json(Trace(RULE, 1, (step,)))
    place = f"{old.head.agreement_id}:{old.number}:{what}"
    ids = []
    for desk, side, here, amount in (
        (old, "out", account, -stands_minor), (new, "in", new_account or account, stands_minor),
    ):  # fmt: skip
        draft = Draft(
            key=f"{RULE}.{side}:{place}", cause=f"{RULE}.{side}", currency=old.currency, effective_on=old.today,
            lines=((here, amount), (BETWEEN_AGREEMENTS, -amount)), note=note,
        )  # fmt: skip
        ids.append(post(desk.session, desk.head, draft, now=old.now, by=old.by))
    return ids[0], ids[1]


def _credit_rows(old: Desk, new: Desk, credit_minor: int, entries: tuple[int, int]) -> None:
    own = own_credit(old.session, [old.head.agreement_id]).get(old.head.agreement_id, ())
    pots = [*own, ("", credit_minor - sum(amount for _, amount in own))]
    for desk, entry_id, sign in ((old, entries[0], -1), (new, entries[1], 1)):
        rows = [
            _allocation(entry_id, Part("credit", sign * amount, payer=payer))
            for payer, amount in pots
            if amount
        ]
        desk.session.execute(_ALLOCATION, rows)


def _charge_across(old: Desk, new: Desk, charge: OpenCharge, number: str, step: Step) -> None:
    """The old charge is paid by the move. The new one is due on the same day, so its age stays; it is no rent, since a
    late fee for it may have been asked already.
    """
    bucket = BUCKET_OF_TYPE[charge.type]
    account = BUCKET_ACCOUNT[bucket]
    paid, entry_id = _across(
        old, new, f"charge-{charge.id}", account, charge.open_minor, step, OTHER_RECEIVABLE
    )
    part = Part(bucket, charge.open_minor, None, charge.due_on, charge.id, charge.name)  # type: ignore[arg-type]
    old.session.execute(_ALLOCATION, [_allocation(paid, replace(part, payer=charge.payer))])
    new.session.execute(
        _CHARGE,
        {
            "agreement_id": new.head.agreement_id, "entry_id": entry_id, "rule": RULE, "period": str(charge.id),
            "due_on": charge.due_on, "amount_minor": charge.open_minor, "type": "one_off",
            "name": f"{number}: {charge.name or charge.type}"[:MOST_NAME], "period_from": None, "period_to": None,
            "tax_minor": 0, "payer": charge.payer, "posted_on": old.today, "about_id": None,
        },
    )  # fmt: skip


def _allocation(entry_id: int, part: Part) -> dict[str, Any]:
    return {
        "entry_id": entry_id, "payment_id": None, "bucket": part.bucket, "installment_number": None,
        "due_on": part.due_on, "charge_id": part.charge_id, "amount_minor": part.amount_minor,
        "payer": part.payer,
    }  # fmt: skip
