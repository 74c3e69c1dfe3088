"""Close an agreement early by the payment that buys it, and take that back, inside the caller's transaction.

Verbs: `close_early`, `take_back`. What is open afterwards is what the payment has to pay and not a unit more: a charge
for the price is added, or open charges that the price holds already are lowered; deposit and credit are used first.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from domain.kinds import kind_of
from domain.kinds.base import OpenCharge, Part, Position
from domain.kinds.closing import Closing
from domain.records.accounts import CUSTOMER_CREDIT, DEPOSITS_HELD
from domain.records.books import Draft, Head, post
from domain.records.charging import lower, post_charges, raise_again, use_credit
from domain.records.corrections import correct, standing_of
from domain.records.position import position_of
from domain.records.writers import Writer
from domain.rules.corrections import corrected
from domain.words import N_, Sentence, Step, Trace, trace_json
from models import Agreement, Allocation, Charge, JournalEntry, JournalLine

LOWERED = "buyout"
"""The rule of a row that lowers a charge because the price of a purchase holds it already."""
_END = update(Agreement.__table__).where(Agreement.__table__.c.id == bindparam("of"))
_END = _END.values(ended_on=bindparam("day"), terms=bindparam("document"))
_TAX = select(Charge.amount_minor, Charge.tax_minor).where(Charge.id == bindparam("charge"))
_MADE = select(Charge.id).where(
    Charge.agreement_id == bindparam("of"), Charge.period == bindparam("key"), Charge.about_id.is_(None)
)
_LOWERINGS = (
    select(*Charge.__table__.c)
    .where(Charge.agreement_id == bindparam("of"), Charge.rule == LOWERED)
    .where(Charge.period.endswith(bindparam("key")))
    .order_by(Charge.id)
)
_DEPOSIT_USED = (
    select(JournalLine.amount_minor)
    .join(JournalEntry, JournalEntry.id == JournalLine.entry_id)
    .where(JournalEntry.key == bindparam("key"), JournalLine.account == DEPOSITS_HELD)
)


def close_early(
    session: Writer, head: Head, agreement: Any, closing: Closing, *, ref: str, on: date, now: datetime, by: str
) -> Position:  # fmt: skip
    """Post what the payment `ref` is to pay, end the agreement on the day; returns where it stands then."""
    currency = agreement.currency
    if closing.charge is not None:
        post_charges(session, [(head, currency, closing.charge)], today=on, now=now, by=by)
    for charge, amount in closing.lowered:
        why = Step(Sentence(N_("The price of the goods holds it already.")), -amount)
        lower(
            session, head, charge, amount, currency=currency, rule=LOWERED, key=f"{charge.id}:{ref}",
            tax_minor=_tax_in(session, charge, amount), on=on, trace=Trace("lease.buyout", 1, (why,)),
            now=now, by=by,
        )  # fmt: skip
    if closing.deposit_minor:
        _move_deposit(session, head, currency, closing.deposit_minor, f"deposit:{ref}:used", on, now, by)
    document = {**agreement.terms, "bought": asdict(closing.bought)}
    session.execute(_END, {"of": head.agreement_id, "day": on, "document": document})
    position = position_of(session, head.agreement_id, agreement.kind, head)
    kind = kind_of(agreement.kind)
    # What falls due later is no part of the price: credit and deposit do not pay it before the price is paid.
    parts = kind.credit_parts(kind.read(agreement), position, on)
    if parts:
        why = Step(Sentence(N_("Credit is taken off.")), -sum(part.amount_minor for part in parts))
        trace = Trace("credit.applied", 1, (why,))
        use_credit(session, head, currency, parts, trace, on=on, now=now, by=by)
        position = position_of(session, head.agreement_id, agreement.kind, head)
    return position


def take_back(
    session: Writer, head: Head, agreement: Any, *, ref: str, on: date, now: datetime, by: str
) -> None:
    """The payment that closed it went back: the price is not owed any more, and the agreement runs on."""
    of = {"of": head.agreement_id}
    made = session.execute(_MADE, {**of, "key": ref}).scalar()
    lowerings = session.execute(_LOWERINGS, {**of, "key": f":{ref}"}).all()
    used = -(session.execute(_DEPOSIT_USED, {"key": f"deposit:{ref}:used"}).scalar() or 0)
    if made is None and not lowerings and not used:
        return
    reason = Sentence(N_("The payment that closed it went back."))
    if made is not None and (charge := standing_of(session, head.agreement_id, made)):
        correction = corrected(charge.stands_minor, charge.tax_minor, charge.paid_minor, 0, reason)
        correct(
            session, head, agreement.currency, charge, correction, key=f"{made}:{ref}", on=on, now=now, by=by
        )
    for row in lowerings:
        raise_again(
            session, head, row, key=f"{row.id}:{ref}", currency=agreement.currency, on=on, now=now, by=by
        )
    if used:
        _move_deposit(session, head, agreement.currency, used, f"deposit:{ref}:held", on, now, by)
    document = {name: said for name, said in agreement.terms.items() if name != "bought"}
    session.execute(_END, {**of, "day": None, "document": document})


def _tax_in(session: Writer, charge: OpenCharge, amount_minor: int) -> int:
    """The tax in a part of a charge, in proportion, rounded down."""
    whole, tax = session.execute(_TAX, {"charge": charge.id}).one()
    return int(tax) * amount_minor // int(whole)


def _move_deposit(
    session: Writer, head: Head, currency: str, amount_minor: int, key: str, on: date, now: datetime, by: str
) -> None:
    """What is held becomes the customer's credit; below zero, credit is held again."""
    used = amount_minor > 0
    words = N_("The deposit is taken off.") if used else N_("The deposit is held again.")
    draft = Draft(
        key=key,
        cause="deposit.applied" if used else "deposit.held",
        currency=currency,
        effective_on=on,
        lines=((DEPOSITS_HELD, amount_minor), (CUSTOMER_CREDIT, -amount_minor)),
        note=trace_json(Trace("lease.buyout", 1, (Step(Sentence(words), amount_minor),))),
    )
    entry_id = post(session, head, draft, now=now, by=by)
    credit = Part("credit", amount_minor)
    session.execute(
        insert(Allocation.__table__),
        {"entry_id": entry_id, "bucket": credit.bucket, "amount_minor": credit.amount_minor},
    )
