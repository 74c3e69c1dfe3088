"""Put a payment, or a return, into the past of an agreement: everything after it is told again.

Verbs: `retell` (what would change, nothing written) and `post_corrections` (inside the caller's transaction). The rows
that stand are never touched: each later payment that pays something else gets one entry with the difference, dated as
the payment, and interest that runs differently an entry of its own. Only histories whose every fact is known and that
end, told again, exactly where the books stand are replayed; for any other `retell` gives None.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, insert, select

from domain.kinds import kind_of
from domain.kinds.base import OpenCharge, Part, Position
from domain.kinds.replay import Charged, Fact, Paid, Told, WentBack, agrees, tell
from domain.records.accounts import BUCKET_ACCOUNT, INTEREST_INCOME, LOAN_INTEREST, LOAN_PRINCIPAL
from domain.records.autopay_names import wish_of
from domain.records.books import Draft, Head, post_many
from domain.records.charging import payer_of
from domain.records.position import position_of
from domain.records.writers import Writer
from domain.words import N_, Sentence, Step, Trace, trace_json
from models import AgreementChange, Allocation, Charge, JournalEntry, JournalLine, Loan, Payment

_ENTRIES = (
    select(
        JournalEntry.id, JournalEntry.cause, JournalEntry.effective_on, JournalEntry.payment_id,
        Payment.ref, Payment.amount_minor, Payment.extra, Payment.channel, Payment.person_id,
        Payment.gateway, Payment.payer_named,
        Charge.id.label("charge_id"), Charge.rule, Charge.due_on, Charge.amount_minor.label("charged"),
        Charge.type, Charge.payer, Charge.name, Charge.period, Charge.about_id,
    )
    .outerjoin(Payment, Payment.id == JournalEntry.payment_id)
    .outerjoin(Charge, Charge.entry_id == JournalEntry.id)
    .where(JournalEntry.agreement_id == bindparam("of"))
    .order_by(JournalEntry.effective_on, JournalEntry.id)
)  # fmt: skip
_OPENING = select(JournalLine.account, JournalLine.amount_minor).where(
    JournalLine.entry_id == bindparam("of")
)
_CHANGED = select(AgreementChange.id).where(
    AgreementChange.agreement_id == bindparam("of"), AgreementChange.effective_on >= bindparam("since")
)
_FIRST = select(Loan.opening_met_minor, Loan.opening_interest_from).where(
    Loan.agreement_id == bindparam("of")
)
_PARTS = select(
    Allocation.bucket, Allocation.installment_number, Allocation.due_on, Allocation.charge_id,
    Allocation.amount_minor,
).where(Allocation.payment_id == bindparam("of")).order_by(Allocation.id)  # fmt: skip
_ALLOCATION = insert(Allocation.__table__)

_DERIVED = ("interest.accrued", "payment.replayed", "interest.replayed")


@dataclass(frozen=True, slots=True)
class Later:
    """A fact after the new one, as it stands and as it would be."""

    before: Told
    after: Told

    @property
    def changes(self) -> bool:
        return self.before.accrual_minor != self.after.accrual_minor or bool(
            differences(self.before, self.after)
        )


@dataclass(frozen=True, slots=True)
class Retold:
    """A history with one fact more: what that fact does itself, what every later one would do, where it all ends."""

    new: Told
    later: tuple[Later, ...]
    before: Position
    after: Position


def retell(session: Writer, head: Head, agreement: Any, fact: Paid | WentBack) -> Retold | None:
    """The history with `fact` in its place; None when it cannot be told again from what the books hold."""
    if session.execute(_CHANGED, {"of": agreement.id, "since": fact.on}).first() is not None:
        return None
    read = _history(session, agreement)
    if read is None:
        return None
    start, facts = read
    kind = kind_of(agreement.kind)
    terms = kind.read(agreement)
    booked = position_of(session, agreement.id, agreement.kind, head)
    standing = tell(kind, terms, start, facts)
    if not standing or not agrees(standing[-1].after, booked):
        return None
    place = _place(facts, fact)
    told = tell(kind, terms, start, [*facts[:place], fact, *facts[place:]])
    later = tuple(Later(old, new) for old, new in zip(standing[place:], told[place + 1 :], strict=True))
    return Retold(told[place], later, booked, told[-1].after)


def _place(facts: Sequence[Fact], fact: Fact) -> int:
    """Behind everything of the same day; a return never before the payment it takes back."""
    place = sum(1 for one in facts if one.on <= fact.on)
    if isinstance(fact, WentBack):
        paid = next(i for i, one in enumerate(facts) if isinstance(one, Paid) and one.key == fact.key)
        place = max(place, paid + 1)
    return place


def _history(session: Writer, agreement: Any) -> tuple[Position, list[Fact]] | None:
    first = session.execute(_FIRST, {"of": agreement.id}).first()
    entries = session.execute(_ENTRIES, {"of": agreement.id}).all()
    if first is None or not entries or entries[0].cause != "opening":
        return None
    lines = {row.account: row.amount_minor for row in session.execute(_OPENING, {"of": entries[0].id})}
    start = Position(
        lines.get(LOAN_PRINCIPAL, 0), lines.get(LOAN_INTEREST, 0), (), 0,
        first.opening_met_minor, first.opening_interest_from,
    )  # fmt: skip
    facts: list[Fact] = []
    for row in entries[1:]:
        if row.cause in _DERIVED:
            continue
        if row.cause == "payment.settled":
            facts.append(Paid(row.ref, row.effective_on, row.amount_minor, wish_of(row), payer_of(row)))
        elif row.cause == "payment.returned":
            facts.append(WentBack(row.ref, row.effective_on))
        elif row.charge_id is not None:
            charge = OpenCharge(
                row.about_id or row.charge_id, row.rule, row.due_on, row.charged, row.type, row.payer, row.name,
                row.period,
            )  # fmt: skip
            facts.append(Charged(row.effective_on, charge))
        else:
            return None
    return start, facts


Slot = tuple[str, int | None, date | None, int | None]


def differences(before: Told, after: Told) -> dict[Slot, int]:
    """What each slot (bucket, installment, due day, charge) gets more or less when told again."""
    found: dict[Slot, int] = {}
    for sign, told in ((-1, before), (1, after)):
        for part in told.parts:
            slot = (part.bucket, part.installment_number, part.due_on, part.charge_id)
            found[slot] = found.get(slot, 0) + sign * part.amount_minor
    return {slot: amount for slot, amount in found.items() if amount}


def post_corrections(
    session: Writer, head: Head, agreement: Any, retold: Retold, cause_ref: str, beside_entry: int, *,
    now: datetime, by: str,
) -> int:  # fmt: skip
    """Post what changes in later payments; returns how many entries. Moves `head` to where the history ends.

    `cause_ref` names the payment or return that was put before them. Allocations that change their installment but no
    account have no entry of their own: they go with `beside_entry`, the new fact's.
    """
    posted = 0
    payments = {row.ref: row.payment_id for row in session.execute(_ENTRIES, {"of": agreement.id}) if row.ref}
    for number, later in enumerate(retold.later, 1):
        if not later.changes or isinstance(later.before.fact, Charged):
            continue
        fact = later.before.fact
        name = f"{fact.key}:{'returned' if isinstance(fact, WentBack) else 'settled'}:{cause_ref}:{number}"
        run = later.after.accrual_minor - later.before.accrual_minor
        if run:
            why = Step(Sentence(N_("Interest told again after an earlier payment changed.")), run)
            post_many(session, [(head, _draft(
                f"replay:{name}:accrual", "interest.replayed", agreement.currency, fact.on,
                ((LOAN_INTEREST, run), (INTEREST_INCOME, -run)), None, why,
            ))], now=now, by=by)  # fmt: skip
            posted += 1
        moved = differences(later.before, later.after)
        if not moved:
            continue
        sums: dict[str, int] = {}
        for slot, amount in moved.items():
            sums[BUCKET_ACCOUNT[slot[0]]] = sums.get(BUCKET_ACCOUNT[slot[0]], 0) - amount
        lines = tuple((account, amount) for account, amount in sums.items() if amount)
        entry_id = beside_entry
        if lines:
            why = Step(Sentence(N_("What this payment paid, told again after an earlier one changed.")))
            draft = _draft(
                f"replay:{name}",
                "payment.replayed",
                agreement.currency,
                fact.on,
                lines,
                payments[fact.key],
                why,
            )
            (entry_id,) = post_many(session, [(head, draft)], now=now, by=by)
            posted += 1
        rows = [
            {
                "entry_id": entry_id, "payment_id": payments[fact.key], "bucket": slot[0],
                "installment_number": slot[1], "due_on": slot[2], "charge_id": slot[3], "amount_minor": amount,
            }
            for slot, amount in moved.items()
        ]  # fmt: skip
        session.execute(_ALLOCATION, rows)
    head.installments_met_minor = retold.after.met_minor
    head.interest_from = retold.after.interest_from
    return posted


def _draft(
    key: str, cause: str, currency: str, on: date, lines: tuple[tuple[str, int], ...], payment_id: int | None,
    why: Step,
) -> Draft:  # fmt: skip
    return Draft(
        key=key, cause=cause, currency=currency, effective_on=on, lines=lines, payment_id=payment_id,
        note=trace_json(Trace("replay", 1, (why,))),
    )  # fmt: skip


def parts_paid(session: Writer, payment_id: int) -> list[Part]:
    """What a settled payment pays as of now, its corrections included."""
    rows = session.execute(_PARTS, {"of": payment_id})
    sums: dict[Slot, int] = {}
    for bucket, number, due_on, charge_id, amount in rows:
        slot = (bucket, number, due_on, charge_id)
        sums[slot] = sums.get(slot, 0) + amount
    return [Part(slot[0], amount, slot[1], slot[2], slot[3]) for slot, amount in sums.items() if amount]  # type: ignore[arg-type]
