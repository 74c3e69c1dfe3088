"""A security deposit when the agreement ends: what it pays of what is owed, and what goes back.

Verbs: `held`, `forget_unpaid`, `pay_with_deposit`, `give_back`. Inside the caller's transaction. A deposit is a
liability from first to last: what is kept pays charges, each of which is income by its own entry; nothing of the
deposit itself ever is.
"""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import insert

from domain.kinds.base import Bucket, Part, Position, part_sentence
from domain.records.accounts import BANK, BUCKET_ACCOUNT, CUSTOMER_CREDIT, DEPOSITS_HELD
from domain.records.books import Draft, post
from domain.records.charging import lower
from domain.records.position import balances_of, own_credit
from domain.records.repricing import Desk
from domain.rules.planned import BUCKET_OF_TYPE
from domain.words import N_, Sentence, Step, Trace, trace_json
from models import Allocation

_ALLOCATION = insert(Allocation.__table__)


def held(desk: Desk, position: Position) -> int:
    """The deposit that was paid and is held, in minor units."""
    owed_back = -balances_of(desk.session, desk.head.agreement_id).get(DEPOSITS_HELD, 0)
    unpaid = sum(charge.open_minor for charge in position.charges if charge.type == "deposit")
    return max(owed_back - unpaid, 0)


def forget_unpaid(desk: Desk, position: Position) -> None:
    """A deposit that was asked for and never paid is not owed any more: it was to be given back anyway."""
    why = Step(Sentence(N_("The agreement ended, so no deposit is asked for any more.")))
    for charge in position.charges:
        if charge.type == "deposit":
            lower(
                desk.session, desk.head, charge, charge.open_minor, currency=desk.currency, rule="correction",
                key=f"change:{desk.number}:{charge.id}", on=desk.today, trace=Trace("deposit", 1, (why,)),
                now=desk.now, by=desk.by,
            )  # fmt: skip


def pay_with_deposit(desk: Desk, position: Position, amount_minor: int) -> int:
    """Let the deposit pay open charges, the oldest first; returns how much it paid."""
    left, parts = amount_minor, []
    for charge in sorted(position.charges, key=lambda one: (one.due_on, one.id)):
        paid = min(left, charge.open_minor)
        if paid > 0:
            bucket = cast("Bucket", BUCKET_OF_TYPE[charge.type])
            parts.append(Part(bucket, paid, None, charge.due_on, charge.id, charge.name))
            left -= paid
    if not parts:
        return 0
    sums: dict[str, int] = {}
    for part in parts:
        account = BUCKET_ACCOUNT[part.bucket]
        sums[account] = sums.get(account, 0) - part.amount_minor
    steps = tuple(Step(part_sentence(part), part.amount_minor) for part in parts)
    entry_id = _post(desk, "deposit.applied", ((DEPOSITS_HELD, amount_minor - left), *sums.items()), steps)
    desk.session.execute(_ALLOCATION, [_row(entry_id, part) for part in parts])
    return amount_minor - left


def give_back(desk: Desk, deposit_minor: int, credit_minor: int) -> None:
    """Pay the rest of the deposit, and credit that nothing is left for, to the customer from our bank account."""
    steps = []
    if deposit_minor:
        steps.append(Step(Sentence(N_("What is left of the deposit is given back.")), deposit_minor))
    if credit_minor:
        steps.append(Step(Sentence(N_("Paid ahead for days that are not owed: given back.")), credit_minor))
    if not steps:
        return
    lines = ((DEPOSITS_HELD, deposit_minor), (CUSTOMER_CREDIT, credit_minor))
    kept = tuple((account, amount) for account, amount in lines if amount)
    entry_id = _post(desk, "deposit.refunded", (*kept, (BANK, -deposit_minor - credit_minor)), tuple(steps))
    if credit_minor:
        own = own_credit(desk.session, [desk.head.agreement_id]).get(desk.head.agreement_id, ())
        pots = [*own, ("", credit_minor - sum(amount for _, amount in own))]
        parts = [Part("credit", -amount, payer=payer) for payer, amount in pots if amount]
        desk.session.execute(_ALLOCATION, [_row(entry_id, part) for part in parts])


def _post(desk: Desk, cause: str, lines: tuple[tuple[str, int], ...], steps: tuple[Step, ...]) -> int:
    draft = Draft(
        key=f"{cause}:{desk.head.agreement_id}:{desk.number}",
        cause=cause,
        currency=desk.currency,
        effective_on=desk.today,
        lines=lines,
        note=trace_json(Trace("rent.deposit", 1, steps)),
    )
    return post(desk.session, desk.head, draft, now=desk.now, by=desk.by)


def _row(entry_id: int, part: Part) -> dict[str, Any]:
    return {
        "entry_id": entry_id, "payment_id": None, "bucket": part.bucket, "installment_number": None,
        "due_on": part.due_on, "charge_id": part.charge_id, "amount_minor": part.amount_minor,
        "payer": part.payer,
    }  # fmt: skip
