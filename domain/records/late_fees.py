"""Ask for the late fees that have fallen due, inside the caller's transaction. Verb: `ask_late_fees`.

What counts as unpaid is read by the time a payment was begun, so that a run which comes late asks for the same fees. A
fee is a charge of its own with the key charge (or installment) and occurrence: it is asked for once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, func, select

from domain.kinds import kind_of
from domain.kinds.base import Position
from domain.records.books import Head
from domain.records.charging import post_charges
from domain.records.fee_policies import Policies
from domain.records.writers import Writer
from domain.rules import late_fees
from domain.rules.late_fees import Fee, LateCharge, PostedFee
from domain.rules.legal_caps import LegalCap
from domain.rules.payment_states import ON_ITS_WAY
from domain.rules.planned import PlannedCharge
from models import Allocation, Charge, JournalEntry, Payment, Property, Unit

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
    .where(JournalEntry.agreement_id == bindparam("of"), Allocation.bucket != "credit")
)
_PENDING = select(Payment.amount_minor, Payment.begun_on, Payment.begun_at).where(
    Payment.agreement_id == bindparam("of"), Payment.state.in_(ON_ITS_WAY)
)


@dataclass(frozen=True, slots=True)
class Late:
    """What may be late of one agreement, and how much of each was unpaid at a moment."""

    charges: tuple[LateCharge, ...]
    posted: tuple[PostedFee, ...]
    unpaid_at: Callable[[int, datetime], int]
    went_to_fees: Callable[[int, datetime], int]


def ask_late_fees(
    session: Writer, head: Head, agreement: Any, terms: Any, position: Position, rules: Policies, *,
    today: date, at: datetime, zone: ZoneInfo, now: datetime, by: str,
) -> tuple[Sequence[Fee], date | None]:  # fmt: skip
    """Post the late fees of an agreement that have fallen due by the local time `at`.

    Returns them, with those that a person is to confirm and that are not posted, and the day on which a further one may
    fall due (None when none can).
    """
    place = session.execute(_PLACE, {"of": agreement.unit_id}).first() if agreement.unit_id else None
    scoped = rules.of(agreement.kind, place.property_id if place else None, agreement.id)
    if not scoped:
        return (), None
    late = _late(session, agreement, terms, position, zone, today)
    here = {"", place.jurisdiction} if place else {""}
    caps = [cap for cap in rules.caps if cap.jurisdiction in here and cap.kind in ("", agreement.kind)]
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
    charged = [
        (head, agreement.currency, _charge(number, fee))
        for number, fee in enumerate(fees, 1)
        if fee.amount_minor and not fee.proposed
    ]
    post_charges(session, charged, today=today, now=now, by=by)
    return fees, min(following, default=None)


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
    return found


def _late(
    session: Writer, agreement: Any, terms: Any, position: Position, zone: ZoneInfo, today: date
) -> Late:
    of = {"of": agreement.id}
    lowered = {about: int(amount) for about, amount in session.execute(_LOWERED, of)}
    allocated = session.execute(_PAID, of).all()
    paid = [(row.charge_id, row.installment_number, row.amount_minor, _begun(row, zone)) for row in allocated]
    pending = [(row.amount_minor, _begun(row, zone)) for row in session.execute(_PENDING, of)]
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
    taken = _went_to_fees(allocated, {row.id for row in rows if row.type == "late_fee"}, zone)
    lines = kind_of(agreement.kind).late_lines(terms, position, since, today)
    if lines is not None:
        chosen = tuple(line for line, _ in lines)
        return Late(chosen, posted, _unpaid_lines(lines, paid, pending), taken)
    return Late(tuple(charges), posted, _unpaid_charges(amounts, charges, paid, pending), taken)


def _went_to_fees(allocated: Sequence[Any], fees: set[int], zone: ZoneInfo) -> Callable[[int, datetime], int]:
    """How much of the money that paid a charge (or installment) went to late fees instead, by a moment."""
    to_fees: dict[int, int] = defaultdict(int)
    for row in allocated:
        if row.payment_id and row.charge_id in fees:
            to_fees[row.payment_id] += row.amount_minor

    def taken(key: int, when: datetime) -> int:
        paying = {
            row.payment_id
            for row in allocated
            if key in (row.charge_id, row.installment_number) and row.payment_id and _begun(row, zone) < when
        }
        return sum(to_fees[payment_id] for payment_id in paying)

    return taken


def _begun(row: Any, zone: ZoneInfo) -> datetime:
    """The local time a payment was begun: its business day, and the time of that day by the clock on the wall."""
    day = row.begun_on if row.begun_on is not None else row.effective_on
    if row.begun_at is None:
        return datetime.combine(day, time(0))
    return datetime.combine(day, row.begun_at.astimezone(zone).time())


def _unpaid_charges(
    amounts: Mapping[int, int], charges: Sequence[LateCharge],
    paid: Sequence[tuple[int | None, int | None, int, datetime]],
    pending: Sequence[tuple[int, datetime]],
) -> Callable[[int, datetime], int]:  # fmt: skip
    """Unpaid of a charge at a moment, where money on its way pays the oldest charges first."""
    order = sorted(charges, key=lambda charge: (charge.due_on, charge.id))

    def unpaid(charge_id: int, when: datetime) -> int:
        def booked(key: int) -> int:
            return amounts[key] - sum(amount for of, _, amount, begun in paid if of == key and begun < when)

        under_way = sum(amount for amount, begun in pending if begun < when)
        for charge in order:
            left = max(booked(charge.id), 0)
            used = min(left, under_way)
            if charge.id == charge_id:
                return left - used
            under_way -= used
        return max(booked(charge_id), 0)

    return unpaid


def _unpaid_lines(
    lines: Sequence[tuple[LateCharge, int]], paid: Sequence[tuple[int | None, int | None, int, datetime]],
    pending: Sequence[tuple[int, datetime]],
) -> Callable[[int, datetime], int]:  # fmt: skip
    """Unpaid of an installment at a moment: what is open of it now, and what was paid of it since."""
    now_open = {line.id: open_minor for line, open_minor in lines}
    order = [line for line, _ in sorted(lines, key=lambda item: (item[0].due_on, item[0].id))]

    def unpaid(number: int, when: datetime) -> int:
        def booked(key: int) -> int:
            return now_open[key] + sum(amount for _, of, amount, begun in paid if of == key and begun >= when)

        under_way = sum(amount for amount, begun in pending if begun < when)
        for line in order:
            used = min(booked(line.id), under_way)
            if line.id == number:
                return booked(line.id) - used
            under_way -= used
        return 0

    return unpaid
