"""Finding what was made before, by the key and ref that stand in its metadata.

Stripe's search is quick but up to a minute behind, so what it does not find is looked for among the newest as well.
Checkout Sessions cannot be searched: a page that may still be paid on is among the newest.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from gateways.base import GatewayRefused, GatewaySilent
from gateways.stripe.api import Api

CHARGE: Final = "latest_charge.balance_transaction"
SESSION_PAGES: Final = 5
REFUND_PAGES: Final = 50
Found = dict[str, Any] | None


def carries(found: dict[str, Any], key: str, ref: str) -> bool:
    """Whether the object was made with this key and ref; an empty one does not narrow."""
    kept = found.get("metadata") or {}
    return all(not wanted or kept.get(name) == wanted for name, wanted in (("key", key), ("ref", ref)))


class Finder:
    """Looks through Stripe's record; makes and changes nothing."""

    def __init__(self, api: Api):
        self._api = api

    def intent(self, key: str, ref: str) -> Found:
        """The first PaymentIntent made with this key and ref."""
        found = self._searched(key, ref)
        if found is None:
            return self._oldest(self._api.newest("payment_intents", expand=[f"data.{CHARGE}"]), key, ref)
        if not found:
            newest = self._api.newest("payment_intents", pages=1, expand=[f"data.{CHARGE}"])
            return self._oldest(newest, key, ref)
        return self._oldest(found, key, ref)

    def _searched(self, key: str, ref: str) -> list[dict[str, Any]] | None:
        """What the search finds; None where this Stripe has no search (it is not offered everywhere)."""
        named = [(name, value) for name, value in (("key", key), ("ref", ref)) if value]
        query = " AND ".join(f"metadata['{name}']:'{_quoted(value)}'" for name, value in named)
        try:
            page = self._api.get(
                "payment_intents", "search", query=query, limit=100, expand=[f"data.{CHARGE}"]
            )
        except GatewayRefused:
            return None
        return list(page["data"])

    @staticmethod
    def _oldest(newest_first: Any, key: str, ref: str) -> Found:
        found = [one for one in newest_first if carries(one, key, ref)]
        return min(reversed(found), key=lambda one: int(one["created"]), default=None)

    def whole(self, intent_id: str) -> dict[str, Any]:
        """One PaymentIntent with its charge, as it stands now."""
        return self._api.get("payment_intents", intent_id, expand=[CHARGE])

    def session(self, fits: Callable[[dict[str, Any]], bool]) -> Found:
        """The newest Checkout Session that fits, of the newest few hundred."""
        try:
            newest = self._api.newest("checkout/sessions", pages=SESSION_PAGES)
            return next((one for one in newest if fits(one)), None)
        except GatewayRefused:
            return None

    def session_of(self, intent_id: str) -> Found:
        page = self._api.get("checkout/sessions", payment_intent=intent_id, limit=1)
        return next(iter(page["data"]), None)

    def dispute_of(self, intent_id: str) -> Found:
        """The case by which the bank took the money of this PaymentIntent back."""
        page = self._api.get("disputes", payment_intent=intent_id, limit=10)
        taken = [
            one for one in page["data"] if not one["status"].startswith("warning") and one["status"] != "won"
        ]
        return taken[-1] if taken else None

    def refund(self, key: str) -> Found:
        """The refund made with this key. Raises GatewaySilent when there are too many to look through."""
        seen, found = 0, None
        for one in self._api.newest("refunds", pages=REFUND_PAGES):
            seen += 1
            found = one if carries(one, key, "") else found
        if found is None and seen >= REFUND_PAGES * 100:
            raise GatewaySilent("too many refunds to look through")
        return found


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "\\'")
