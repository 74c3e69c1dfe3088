"""What the fake processor pays out to our bank: each day's money, net of what went back, on the next business day.

It takes no fees. A day on which more went back than came in is a payout below zero: our bank is debited. It names the
charges of a payout only where nothing went back that day: then they come to its amount.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final

from gateways.base import Payout
from gateways.sandbox.store import Store

SIGNS: Final = {
    "settled": 1, "dispute_won": 1, "refund_failed": 1, "returned": -1, "disputed": -1, "refunded": -1,
}  # fmt: skip
"""Kind of event -> whether its money came or went."""


def payouts(store: Store, settling: Callable[[date, int, str], date], since: date) -> list[Payout]:
    """The payouts that arrived from `since` on, up to the latest business date that anybody has named."""
    today = store.rows("SELECT latest_day FROM processor")[0]["latest_day"]
    days: dict[tuple[str, str], tuple[int, list[str]]] = {}
    mixed: set[tuple[str, str]] = set()
    for row in store.rows("SELECT kind, key, amount_minor, currency, happened_on FROM events ORDER BY seq"):
        if row["kind"] in SIGNS:
            of = row["happened_on"], row["currency"]
            total, keys = days.get(of, (0, []))
            days[of] = total + SIGNS[row["kind"]] * row["amount_minor"], [*keys, row["key"]]
            if row["kind"] != "settled":
                mixed.add(of)
    found = []
    for (day, currency), (amount, keys) in sorted(days.items()):
        arrives_on = settling(date.fromisoformat(day), 1, currency)
        if amount and since <= arrives_on and arrives_on.isoformat() <= today:
            named = () if (day, currency) in mixed else tuple(keys)
            found.append(Payout(f"sbx_po_{day}_{currency}", amount, 0, currency, arrives_on, named))
    return found
