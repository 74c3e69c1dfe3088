"""Post what falls due in charges, lower it, and let the customer's credit pay it, inside the caller's transaction.

Verbs: `post_charges`, `lower`, `use_credit`, `restore_charges`. A charge is posted once per (agreement, rule, key): the
key of its entry is UNIQUE. Nothing here commits; a posted charge is never changed, a further row lowers it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import bindparam, func, insert, select

from domain.kinds.base import Bucket, OpenCharge, Part, Position
from domain.records.accounts import (
    BUCKET_ACCOUNT,
    CHARGE_INCOME,
    CUSTOMER_CREDIT,
    FEE_WAIVERS,
    SALES_TAX,
)
from domain.records.books import Draft, Head, post_many
from domain.records.holder_notices import tell_fee
from domain.records.position import own_credit
from domain.records.ready_made import ReadyMade
from domain.records.writers import Writer, dialect_of
from domain.rules.planned import BUCKET_OF_TYPE, PlannedCharge
from domain.words import Trace, trace_text
from models import Allocation, Charge, JournalLine

_CHARGE = Charge.__table__
_INSERT_CHARGE = insert(_CHARGE)
_INSERT_CHARGES = ReadyMade(_INSERT_CHARGE)
_INSERT_CHARGE_RETURNING = insert(_CHARGE).returning(_CHARGE.c.id, sort_by_parameter_order=True)
_LAST_ID = select(func.coalesce(func.max(_CHARGE.c.id), 0))
_INSERT_ALLOCATION = insert(Allocation.__table__)
_PAID_BY_CREDIT = (
    select(
        Allocation.charge_id, Allocation.bucket, Allocation.payer, func.sum(Allocation.amount_minor),
        func.max(Allocation.due_on),
    )
    .join(Charge, Charge.id == Allocation.charge_id)
    .where(Charge.agreement_id == bindparam("of"), Allocation.payment_id.is_(None))
    .group_by(Allocation.charge_id, Allocation.bucket, Allocation.payer)
    .order_by(func.max(Allocation.id).desc())
)  # fmt: skip


def payer_key(person_id: int | None) -> str:
    """The key under which a person's share of charges stands; "" for nobody."""
    return str(person_id) if person_id else ""


def payer_of(payment: Any) -> str:
    """The key under which a payment pays: its payer's. At the counter, and of a transfer that came to our bank, only
    where somebody was named; else it pays whatever is due. `payment` has the columns `gateway`, `payer_named` and
    `person_id`."""
    anybody = payment.gateway in ("counter", "bank_transfer") and not payment.payer_named
    return "" if anybody else payer_key(payment.person_id)


def post_charges(
    session: Writer,
    charged: Sequence[tuple[Head, str, PlannedCharge]],
    *,
    today: date,
    now: datetime,
    by: str,
    untold: Collection[str] = (),
) -> list[int]:
    """Post (head, currency, charge) each on the business day `today`; returns the charges' ids in their order.

    Who owes a fee is told, but of those whose keys are `untold`. Raises IntegrityError when one was posted before.
    """
    if not charged:
        return []
    drafts = [(head, charge_draft(head, currency, charge)) for head, currency, charge in charged]
    entries = post_many(session, drafts, now=now, by=by)
    for head, _, charge in charged:
        if charge.key not in untold:
            tell_fee(session, head.agreement_id, charge, today, now)
    rows = [
        _row(head.agreement_id, entry_id, charge, today)
        for (head, _, charge), entry_id in zip(charged, entries, strict=True)
    ]
    if dialect_of(session) != "sqlite":
        return [int(key) for key in session.execute(_INSERT_CHARGE_RETURNING, rows).scalars()]
    # One writer at a time: what follows the last id is free.
    first = (session.scalar(_LAST_ID) or 0) + 1
    for number, row in enumerate(rows):
        row["id"] = first + number
    _INSERT_CHARGES.change_many(session, rows)
    return list(range(first, first + len(rows)))


def charge_draft(head: Head, currency: str, charge: PlannedCharge) -> Draft:
    """The entry of a charge: the customer owes it, the business earned it, its tax is owed on."""
    owed = BUCKET_ACCOUNT[BUCKET_OF_TYPE[charge.type]]
    lines = [(owed, charge.amount_minor)]
    earned = charge.amount_minor - charge.tax_minor
    if earned:
        lines.append((CHARGE_INCOME[charge.type], -earned))
    if charge.tax_minor:
        lines.append((SALES_TAX, -charge.tax_minor))
    return Draft(
        key=f"charge:{head.agreement_id}:{charge.rule}:{charge.key}",
        cause=f"charge.{charge.type}",
        currency=currency,
        effective_on=charge.counts_on,
        lines=tuple(lines),
        note=trace_text(charge.trace),
    )


def _row(agreement_id: int, entry_id: int, charge: PlannedCharge, today: date) -> dict[str, Any]:
    return {
        "agreement_id": agreement_id,
        "entry_id": entry_id,
        "rule": charge.rule,
        "period": charge.key,
        "due_on": charge.due_on,
        "amount_minor": charge.amount_minor,
        "type": charge.type,
        "name": charge.name,
        "period_from": charge.period_from,
        "period_to": charge.period_to,
        "tax_minor": charge.tax_minor,
        "payer": charge.payer,
        "posted_on": today,
        "about_id": None,
    }


def lower(
    session: Writer,
    head: Head,
    charge: OpenCharge,
    amount_minor: int,
    *,
    currency: str,
    rule: str,
    key: str,
    tax_minor: int = 0,
    on: date,
    trace: Trace,
    now: datetime,
    by: str,
) -> int:
    """Lower a charge by `amount_minor` with a further row; returns the row's id.

    `rule` "waiver" leaves the income standing and books the loss; any other takes the income itself back, with
    `tax_minor` of tax. Never more than is open: a charge that was paid is refunded, not lowered.
    """
    if not 0 < amount_minor <= charge.open_minor:
        raise ValueError(f"charge {charge.id}: {amount_minor} of {charge.open_minor} cannot be lowered")
    # A deposit was never income: what is not asked for any more is not owed back either.
    lost = rule == "waiver" and charge.type != "deposit"
    against = FEE_WAIVERS if lost else CHARGE_INCOME[charge.type]
    owed = BUCKET_ACCOUNT[BUCKET_OF_TYPE[charge.type]]
    lines = [(owed, -amount_minor)]
    if amount_minor - tax_minor:
        lines.append((against, amount_minor - tax_minor))
    if tax_minor:
        lines.append((SALES_TAX, tax_minor))
    draft = Draft(
        key=f"charge:{head.agreement_id}:{rule}:{key}",
        cause=f"charge.{rule}",
        currency=currency,
        effective_on=on,
        lines=tuple(lines),
        note=trace_text(trace),
    )
    (entry_id,) = post_many(session, [(head, draft)], now=now, by=by)
    row = {
        "agreement_id": head.agreement_id,
        "entry_id": entry_id,
        "rule": rule,
        "period": key,
        "due_on": on,
        "amount_minor": -amount_minor,
        "type": charge.type,
        "name": charge.name,
        "period_from": None,
        "period_to": None,
        "tax_minor": -tax_minor,
        "payer": charge.payer,
        "posted_on": on,
        "about_id": charge.id,
    }
    return int(session.execute(_INSERT_CHARGE.returning(_CHARGE.c.id), row).scalar_one())


def raise_again(
    session: Writer, head: Head, lowering: Any, *, key: str, currency: str, on: date, now: datetime, by: str
) -> None:
    """Take a row that lowered a charge back by a further row: what it had taken off is owed again."""
    entry = select(JournalLine.account, JournalLine.amount_minor).where(
        JournalLine.entry_id == lowering.entry_id
    )
    draft = Draft(
        key=f"charge:{head.agreement_id}:correction:{key}",
        cause="charge.raised",
        currency=currency,
        effective_on=on,
        lines=tuple((account, -amount) for account, amount in session.execute(entry)),
    )
    (entry_id,) = post_many(session, [(head, draft)], now=now, by=by)
    row = lowering._asdict() | {
        "entry_id": entry_id, "rule": "correction", "period": key, "due_on": on, "posted_on": on,
        "amount_minor": -lowering.amount_minor, "tax_minor": -lowering.tax_minor,
    }  # fmt: skip
    row.pop("id")
    session.execute(_INSERT_CHARGE, row)


def use_credit(
    session: Writer, head: Head, currency: str, parts: Sequence[Part], trace: Trace, *,
    on: date, now: datetime, by: str,
) -> int:  # fmt: skip
    """Let the customer's credit pay `parts` of charges; returns the amount used (0 posts nothing)."""
    used = sum(part.amount_minor for part in parts)
    if not used:
        return 0
    sums: dict[str, int] = {}
    for part in parts:
        account = BUCKET_ACCOUNT[part.bucket]
        sums[account] = sums.get(account, 0) - part.amount_minor
    draft = Draft(
        key=f"credit:{head.agreement_id}:{head.entries + 1}",
        cause="credit.applied",
        currency=currency,
        effective_on=on,
        lines=((CUSTOMER_CREDIT, used), *sums.items()),
        note=trace_text(trace),
    )
    (entry_id,) = post_many(session, [(head, draft)], now=now, by=by)
    taken: dict[str, int] = defaultdict(int)
    for part in parts:
        taken[part.payer] -= part.amount_minor
    credit = [Part("credit", amount, payer=payer) for payer, amount in sorted(taken.items()) if amount]
    session.execute(_INSERT_ALLOCATION, [_part(entry_id, part) for part in (*parts, *credit)])
    return used


def restore_charges(
    session: Writer, head: Head, currency: str, position: Position, *, on: date, now: datetime, by: str
) -> None:
    """Open again what credit paid that has since gone back: charges, newest first, until no credit is owed to us.

    Each payer for themselves: what one's credit paid is opened when one's own money went back.
    """
    own = own_credit(session, [head.agreement_id]).get(head.agreement_id, ())
    missing = {payer: -amount for payer, amount in own if amount < 0}
    missing[""] = -position.credit_minor - sum(missing.values())
    parts = []
    for charge_id, bucket, payer, paid, due_on in session.execute(_PAID_BY_CREDIT, {"of": head.agreement_id}):
        # What nobody's alone is missing is looked for in everything that credit paid.
        payer = payer if missing.get(payer, 0) > 0 else ""
        back = min(int(paid), missing[payer])
        if back > 0:
            missing[payer] -= back
            parts.append(Part(cast("Bucket", bucket), back, None, due_on, charge_id, payer=payer))
    if not parts:
        return
    sums: dict[str, int] = {}
    for part in parts:
        account = BUCKET_ACCOUNT[part.bucket]
        sums[account] = sums.get(account, 0) + part.amount_minor
    back = sum(sums.values())
    draft = Draft(
        key=f"credit:{head.agreement_id}:{head.entries + 1}",
        cause="credit.taken_back",
        currency=currency,
        effective_on=on,
        lines=((CUSTOMER_CREDIT, -back), *sums.items()),
    )
    (entry_id,) = post_many(session, [(head, draft)], now=now, by=by)
    given: dict[str, int] = defaultdict(int)
    for part in parts:
        given[part.payer] += part.amount_minor
    rows_back = [replace(part, amount_minor=-part.amount_minor) for part in parts]
    credit = [Part("credit", amount, payer=payer) for payer, amount in sorted(given.items())]
    session.execute(_INSERT_ALLOCATION, [_part(entry_id, part) for part in (*rows_back, *credit)])


def _part(entry_id: int, part: Part) -> dict[str, Any]:
    return {
        "entry_id": entry_id,
        "payment_id": None,
        "bucket": part.bucket,
        "installment_number": part.installment_number,
        "due_on": part.due_on,
        "charge_id": part.charge_id,
        "amount_minor": part.amount_minor,
        "payer": part.payer,
    }
