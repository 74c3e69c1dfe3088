"""Ask for the late fees that have fallen due, inside the caller's transaction.

Verbs: `ask_late_fees`; or its halves, `due_late_fees` (which only reads) and `post_late_fees`.

What counts as unpaid is read by the time a payment was begun, so that a run which comes late asks for the same fees. A
fee is a charge of its own with the key charge (or installment) and occurrence: it is asked for once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, func, select

from domain.kinds import kind_of
from domain.kinds.base import OpenCharge, Position
from domain.records.books import Head
from domain.records.charging import lower, payer_key, post_charges
from domain.records.fee_policies import Policies
from domain.records.held_debits import held_debits, late_from
from domain.records.run_decisions import NONE, Decided, Decisions, fee_key
from domain.records.unpaid import begun_at, unpaid_charges, unpaid_lines, unpaid_minimum, went_to_fees
from domain.records.writers import Writer
from domain.rules import late_fees
from domain.rules.late_fees import Fee, LateCharge, PostedFee
from domain.rules.legal_caps import LegalCap
from domain.rules.payment_states import ON_ITS_WAY
from domain.rules.planned import PlannedCharge
from domain.words import N_, Sentence, Step, Trace
from models import Allocation, Charge, JournalEntry, Payment, Property, Statement, Unit

LOOK_BACK_DAYS = 62
"""How far back a paid charge is looked at again: it may have been paid late, between two runs."""

_PLACE = (
    select(Unit.property_id, Property.jurisdiction)
    .join(Property, Property.id == Unit.property_id)
    .where(Unit.id == bindparam("of"))
)
_LOWERED = (
    select(Charge.about_id, func.sum(Charge.amount_minor))
    .where(Charge.agreement_id == bindparam("of"), Charge.about_id.is_not(None))
    .group_by(Charge.about_id)
)
_CHARGES = select(
    Charge.id, Charge.type, Charge.rule, Charge.period, Charge.due_on, Charge.posted_on, Charge.amount_minor,
    Charge.payer,
).where(Charge.agreement_id == bindparam("of"), Charge.about_id.is_(None))  # fmt: skip
_PAID = (
    select(
        Allocation.payment_id,
        Allocation.charge_id,
        Allocation.installment_number,
        Allocation.amount_minor,
        JournalEntry.effective_on,
        Payment.begun_on,
        Payment.begun_at,
    )
    .join(JournalEntry, JournalEntry.id == Allocation.entry_id)
    .outerjoin(Payment, Payment.id == Allocation.payment_id)
    .where(JournalEntry.agreement_id == bindparam("of"))
)
_PENDING = (
    select(Payment.amount_minor, Payment.begun_on, Payment.begun_at, Payment.person_id)
    .where(Payment.agreement_id == bindparam("of"), Payment.state.in_(ON_ITS_WAY))
    .order_by(Payment.begun_at, Payment.id)
)
_ISSUED = (
    select(Statement.body)
    .where(Statement.agreement_id == bindparam("of"))
    .order_by(Statement.closing_on.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Late:
    """What may be late of one agreement, and how much of each was unpaid at a moment."""

    charges: tuple[LateCharge, ...]
    posted: tuple[PostedFee, ...]
    unpaid_at: Callable[[int, datetime], int]
    went_to_fees: Callable[[int, datetime], int]
    under_way: bool


def ask_late_fees(
    session: Writer, head: Head, agreement: Any, terms: Any, position: Position, rules: Policies, *,
    today: date, at: datetime, zone: ZoneInfo, now: datetime, by: str, decided: Decisions = NONE,
) -> tuple[Sequence[Fee], date | None]:  # fmt: skip
    """Post the late fees of an agreement that have fallen due by the local time `at`.

    What staff `decided` counts: a fee held back is not posted and is looked at again tomorrow, a proposed one that was
    approved is posted. One that is waived is posted and lowered by all of it in the same commit, as a waiver at the
    desk does: so it is never asked for again, counts towards the limits of its policy, and the books say who gave it
    up and why.

    Returns them, with those that a person is to confirm and that are not posted (`proposed`), and the day on which a
    further one may fall due (None when none can).
    """
    found, following = due_late_fees(
        session, agreement, terms, position, rules, today=today, at=at, zone=zone
    )
    keys = {fee.key: fee_key(agreement.ref, fee.key) for fee in found}
    fees = [
        replace(fee, proposed=False) if _decided(decided, keys[fee.key]) else fee
        for fee in found
        if not decided.held(keys[fee.key], today)
    ]
    if len(fees) < len(found) or any(decided.waived(key) for key in keys.values()):
        # What was held back is looked at again; what was given up may have been the last that was owed.
        tomorrow = today + timedelta(days=1)
        following = min(following or tomorrow, tomorrow)
    asked = [fee for fee in fees if fee.amount_minor and not fee.proposed]
    untold = {fee.key for fee in asked if decided.waived(keys[fee.key])}
    ids = post_late_fees(session, head, agreement.currency, asked, today=today, now=now, by=by, untold=untold)
    for fee, charge_id in zip(asked, ids, strict=True):
        waiver = decided.waived(keys[fee.key])
        if waiver is not None:
            give_up(
                session, head, agreement.currency, _charge(1, fee), charge_id, waiver, today=today, now=now
            )
    return fees, following


def _decided(decided: Decisions, key: str) -> bool:
    """Whether somebody confirmed a fee that was only proposed, or gave it up: then it is posted, and lowered."""
    return decided.approved(key) or decided.waived(key) is not None


def give_up(
    session: Writer, head: Head, currency: str, charge: PlannedCharge, charge_id: int, waiver: Decided, *,
    today: date, now: datetime,
) -> None:  # fmt: skip
    """Lower a charge that was just posted by all of it, in the name of who waived it."""
    said = Sentence(N_("Waived: %(reason)s"), {"reason": waiver.reason})
    posted = OpenCharge(
        charge_id, charge.rule, charge.due_on, charge.amount_minor, charge.type, charge.payer, charge.name,
        charge.key,
    )  # fmt: skip
    lower(
        session, head, posted, charge.amount_minor, currency=currency, rule="waiver", key=f"run:{waiver.ref}",
        on=max(today, charge.due_on), trace=Trace("charge.waiver", 1, (Step(said, -charge.amount_minor),)), now=now,
        by=waiver.by,
    )  # fmt: skip


def due_late_fees(
    session: Writer, agreement: Any, terms: Any, position: Position, rules: Policies, *,
    today: date, at: datetime, zone: ZoneInfo,
) -> tuple[Sequence[Fee], date | None]:  # fmt: skip
    """What `ask_late_fees` returns, posting nothing."""
    place = session.execute(_PLACE, {"of": agreement.unit_id}).first() if agreement.unit_id else None
    scoped = rules.of(agreement.kind, place.property_id if place else None, agreement.id)
    if not scoped:
        return (), None
    late = _late(session, agreement, terms, position, zone, today)
    if held := held_debits(session, agreement.id, today):
        late = replace(late, charges=late_from(late.charges, held, today))
    caps = rules.caps_of(agreement.kind, place.jurisdiction if place else "")
    fees: list[Fee] = []
    following: list[date] = []
    kind = kind_of(agreement.kind)
    for charges, versions in _by_scope(late.charges, scoped):
        fees += late_fees.assess_all(
            versions,
            caps,
            charges,
            kind.standard_payment(terms, today),
            late.posted,
            at,
            late.unpaid_at,
            late.went_to_fees,
        )
        following += _next_looks(charges, versions, caps, late, today, at)
    return fees, min(following, default=None)


def post_late_fees(
    session: Writer, head: Head, currency: str, fees: Sequence[Fee], *, today: date, now: datetime, by: str,
    untold: Collection[str] = (),
) -> list[int]:  # fmt: skip
    """Post these fees, each as a charge under its own key; returns their ids. One that was posted before raises.

    Who owes them is told, but of those whose keys are `untold`.
    """
    charged = [(head, currency, _charge(number, fee)) for number, fee in enumerate(fees, 1)]
    return post_charges(session, charged, today=today, now=now, by=by, untold=untold)


def _charge(number: int, fee: Fee) -> PlannedCharge:
    return PlannedCharge(
        number=number, type="late_fee", rule="late_fee", key=fee.key, due_on=fee.on, period_from=fee.on,
        period_to=fee.on, amount_minor=fee.amount_minor, trace=fee.trace, payer=fee.payer,
    )  # fmt: skip


def _by_scope(
    charges: Iterable[LateCharge], scoped: Mapping[str, Sequence[late_fees.LateFeePolicy]]
) -> list[tuple[list[LateCharge], Sequence[late_fees.LateFeePolicy]]]:
    """Charges with the versions of the policy that counts for them: the agreement's, the property's, the company's."""
    groups: dict[str, list[LateCharge]] = defaultdict(list)
    for charge in charges:
        chosen = late_fees.choose(scoped, charge.due_on)
        if chosen is not None:
            groups[chosen.name].append(charge)
    named: dict[str, list[late_fees.LateFeePolicy]] = defaultdict(list)
    for versions in scoped.values():
        for version in versions:
            named[version.name].append(version)
    return [(found, named[name]) for name, found in groups.items()]


def _next_looks(
    charges: Sequence[LateCharge], versions: Sequence[late_fees.LateFeePolicy], caps: Sequence[LegalCap],
    late: Late, today: date, at: datetime,
) -> list[date]:  # fmt: skip
    """When each unpaid charge is to be looked at again: the day of its first fee, or tomorrow where more may follow."""
    found = []
    for charge in charges:
        policy = late_fees.policy_for(versions, charge.due_on)
        if policy is None or charge.type not in policy.eligible or late.unpaid_at(charge.id, at) <= 0:
            continue
        first = late_fees.first_allowed_on(policy, caps, charge.due_on)
        if first > today:
            found.append(first)
        elif policy.recurring or policy.tiers or datetime.combine(first, policy.cut_off) > at:
            found.append(today + timedelta(days=1))
    if late.under_way:
        # Money on its way may yet fail: then what it was to pay was never paid.
        found.append(today + timedelta(days=1))
    return found


def _late(
    session: Writer, agreement: Any, terms: Any, position: Position, zone: ZoneInfo, today: date
) -> Late:
    of = {"of": agreement.id}
    lowered = {about: int(amount) for about, amount in session.execute(_LOWERED, of)}
    allocated = session.execute(_PAID, of).all()
    paid = [
        (row.charge_id, row.installment_number, row.amount_minor, begun_at(row, zone)) for row in allocated
    ]
    pending = [
        (row.amount_minor, begun_at(row, zone), payer_key(row.person_id))
        for row in session.execute(_PENDING, of)
    ]
    rows = session.execute(_CHARGES, of).all()
    posted = tuple(
        PostedFee(int(source), occurrence, row.due_on, row.amount_minor)
        for row in rows
        if row.type == "late_fee" and row.rule == "late_fee"
        for source, _, occurrence in [row.period.partition(":")]
    )
    still_open = {charge.id for charge in position.charges}
    since = today - timedelta(days=LOOK_BACK_DAYS)
    amounts = {row.id: row.amount_minor + lowered.get(row.id, 0) for row in rows}
    charges = [
        LateCharge(row.id, row.type, max(row.due_on, row.posted_on or row.due_on), amounts[row.id], row.payer)
        for row in rows
        if row.due_on <= today and (row.id in still_open or row.due_on >= since) and amounts[row.id] > 0
    ]
    fees = {row.id for row in rows if row.type == "late_fee"}
    lines = kind_of(agreement.kind).late_lines(terms, position, since, today)
    if lines is None:
        unpaid = unpaid_charges(amounts, charges, paid, pending)
        taken = went_to_fees(allocated, fees, zone, charges, unpaid)
        return Late(tuple(charges), posted, unpaid, taken, bool(pending))
    if position.statement is not None:
        body = session.scalar(_ISSUED, of) or {}
        lines = _not_before(lines, date.fromisoformat(body.get("issued_on", "0001-01-01")))
        ever = [
            (amount, begun)
            for row, (_, _, amount, begun) in zip(allocated, paid, strict=True)
            if row.payment_id
        ]
        unpaid = unpaid_minimum(lines, position.statement.paid_since_minor, ever, pending)
        return Late(tuple(line for line, _ in lines), posted, unpaid, lambda _key, _when: 0, bool(pending))
    # What was late before the loan was brought in was somebody else's to ask a fee for.
    lines = _not_before(lines, agreement.opened_on)
    unpaid = unpaid_lines(lines, paid, pending)
    chosen = tuple(line for line, _ in lines)
    return Late(chosen, posted, unpaid, went_to_fees(allocated, fees, zone, chosen, unpaid), bool(pending))


def _not_before(lines: Sequence[tuple[LateCharge, int]], day: date) -> list[tuple[LateCharge, int]]:
    """What nobody could see before a day (a statement that was made late) is late no sooner than from then."""
    return [(replace(line, due_on=max(line.due_on, day)), left) for line, left in lines]
