"""What was unpaid of a charge, an installment or a minimum at a moment, by the time each payment was begun. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from domain.rules.late_fees import LateCharge, Unpaid


def unpaid_minimum(
    lines: Sequence[tuple[LateCharge, int]], paid_since: int, paid: Sequence[tuple[int, datetime]],
    pending: Sequence[tuple[int, datetime, str]],
) -> Unpaid:  # fmt: skip
    """Unpaid of a statement's minimum at a moment: any money pays it, whatever it is allocated to."""
    asked = {line.id: (line.amount_minor, left) for line, left in lines}

    def unpaid(key: int, when: datetime) -> int:
        minimum, open_now = asked[key]
        later = sum(amount for amount, begun in paid if begun >= when)
        under_way = sum(amount for amount, begun, _ in pending if begun < when)
        return max(min(minimum - (paid_since - later), open_now + max(later, 0)) - under_way, 0)

    return unpaid


def went_to_fees(
    allocated: Sequence[Any], fees: set[int], zone: ZoneInfo, lines: Sequence[LateCharge], unpaid: Unpaid
) -> Unpaid:
    """How much of what is unpaid of a charge (or installment) is missing only because late fees took it, by a moment.

    Payment by payment: what late fees took is missing from what was due then, and stays missing (the next payment in
    full pays that first and is short by as much), until everything that was due has been paid.
    """
    begun: dict[int, datetime] = {}
    took: dict[int, int] = defaultdict(int)
    for row in allocated:
        if row.payment_id:
            begun[row.payment_id] = begun_at(row, zone)
            took[row.payment_id] += row.amount_minor if row.charge_id in fees else 0
    payments = sorted((when, took[payment_id]) for payment_id, when in begun.items())
    order = sorted(lines, key=lambda line: (line.due_on, line.id))
    if not any(amount for _, amount in payments):
        return lambda _key, _when: 0

    def taken(key: int, when: datetime) -> int:
        missing = 0
        for at, amount in payments:
            if at < when and missing + amount:
                due = [line.id for line in order if line.due_on <= at.date()]
                after = at + timedelta(microseconds=1)
                missing = min(missing + amount, sum(unpaid(one, after) for one in due))
        for line in order:
            if line.id == key:
                break
            missing -= unpaid(line.id, when)
        return max(missing, 0)

    return taken


def begun_at(row: Any, zone: ZoneInfo) -> datetime:
    """The local time a payment was begun: its business day, and the time of that day by the clock on the wall."""
    day = row.begun_on if row.begun_on is not None else row.effective_on
    if row.begun_at is None:
        return datetime.combine(day, time(0))
    return datetime.combine(day, row.begun_at.astimezone(zone).time())


def unpaid_charges(
    amounts: Mapping[int, int], charges: Sequence[LateCharge],
    paid: Sequence[tuple[int | None, int | None, int, datetime]],
    pending: Sequence[tuple[int, datetime, str]],
) -> Unpaid:  # fmt: skip
    """Unpaid of a charge at a moment, where money on its way pays its payer's oldest charges first."""
    order = sorted(charges, key=lambda charge: (charge.due_on, charge.id))

    def unpaid(charge_id: int, when: datetime) -> int:
        def booked(key: int) -> int:
            return amounts[key] - sum(amount for of, _, amount, begun in paid if of == key and begun < when)

        left = {charge.id: max(booked(charge.id), 0) for charge in order}
        for amount, begun, payer in pending:
            for charge in order:
                if begun < when and (not payer or charge.payer in ("", payer)):
                    used = min(left[charge.id], amount)
                    left[charge.id] -= used
                    amount -= used
        return left[charge_id] if charge_id in left else max(booked(charge_id), 0)

    return unpaid


def unpaid_lines(
    lines: Sequence[tuple[LateCharge, int]], paid: Sequence[tuple[int | None, int | None, int, datetime]],
    pending: Sequence[tuple[int, datetime, str]],
) -> Unpaid:  # fmt: skip
    """Unpaid of an installment at a moment: what is open of it now, and what was paid of it since."""
    now_open = {line.id: open_minor for line, open_minor in lines}
    order = [line for line, _ in sorted(lines, key=lambda item: (item[0].due_on, item[0].id))]

    def unpaid(number: int, when: datetime) -> int:
        def booked(key: int) -> int:
            return now_open[key] + sum(amount for _, of, amount, begun in paid if of == key and begun >= when)

        under_way = sum(amount for amount, begun, _ in pending if begun < when)
        for line in order:
            used = min(booked(line.id), under_way)
            if line.id == number:
                return booked(line.id) - used
            under_way -= used
        return 0

    return unpaid
