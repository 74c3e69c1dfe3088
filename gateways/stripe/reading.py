"""What Stripe tells: its list of events, webhooks, payouts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from gateways.base import GatewayEvent, GatewayRefused, NoticeRefused, Payout
from gateways.stripe import events, signature
from gateways.stripe.amounts import from_stripe
from gateways.stripe.api import PAGE, Api
from gateways.stripe.finding import Finder
from gateways.stripe.objects import day, kind_of, part
from gateways.stripe.refusals import refused

REMEMBERED = 5_000
SHAPELESS = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, OSError)
"""What reading raises for an event that is not as Stripe describes it."""


class News:
    """Reads news of one account. What a PaymentIntent was made with never changes, so it is remembered."""

    def __init__(self, api: Api, finder: Finder, zone: ZoneInfo, secret: str, live: bool):
        self._api = api
        self._finder = finder
        self._zone = zone
        self._secret = secret
        self._live = live
        self._remembered: dict[str, events.Charged] = {}

    def charged(self, intent_id: str, fresh: bool = False) -> events.Charged | None:
        """What this PaymentIntent was made with; None for one that is not ours. Raises GatewaySilent."""
        if not fresh and intent_id in self._remembered:
            return self._remembered[intent_id]
        try:
            intent = self._finder.whole(intent_id)
        except GatewayRefused:
            return None
        kept = intent.get("metadata") or {}
        if not kept.get("key"):
            return None
        found = events.Charged(
            kept["key"], kept.get("ref", ""), kind_of(intent), part(intent, "last_payment_error")
        )
        if len(self._remembered) >= REMEMBERED:
            self._remembered.clear()
        self._remembered[intent_id] = found
        return found

    def token(self, method_id: str) -> str:
        """What we call this PaymentMethod; "" when it belongs to nobody any more."""
        try:
            method = self._api.get("payment_methods", method_id)
        except GatewayRefused:
            return ""
        customer = method.get("customer")
        return f"{customer}/{method_id}/{method['type']}" if customer else ""

    def read(self, body: bytes, headers: Mapping[str, str], now: datetime) -> list[GatewayEvent]:
        """A webhook. Raises NoticeRefused, and GatewaySilent when what it names had to be asked for in vain."""
        given = next((value for name, value in headers.items() if name.lower() == "stripe-signature"), "")
        signature.check(body, given, self._secret, now)
        try:
            event = json.loads(body)
            if event["object"] != "event" or bool(event["livemode"]) is not self._live:
                raise NoticeRefused("of the other mode, or no event")
            return events.read(event, self._zone, self)
        except (*SHAPELESS, RecursionError) as problem:
            raise NoticeRefused("not readable") from problem

    def events(self, after: str, limit: int) -> list[GatewayEvent]:
        """See gateways.base.Gateway.events. `after` is an event's id, or a moment that `events.resume_at` made."""
        found: list[GatewayEvent] = []
        for event in self._following(after):
            try:
                found += events.read(event, self._zone, self)
            except SHAPELESS:
                # One without shape is passed over: it would hold up all that follow.
                continue
            if len(found) >= limit:
                break
        return found[:limit]

    def _following(self, after: str) -> Iterator[dict[str, Any]]:
        """Events in the order they happened; Stripe lists the newest first."""
        wanted: dict[str, Any] = {"types": list(events.TYPES)}
        if not after or after.startswith("~"):
            wanted |= {"created": {"gte": int(after[1:])}} if after else {}
            yield from reversed(list(self._api.newest("events", **wanted)))
            return
        while True:
            try:
                page = self._api.get("events", limit=PAGE, ending_before=after, **wanted)
            except GatewayRefused as unknown:
                raise refused("bad_cursor") from unknown
            if not page["data"]:
                return
            yield from reversed(page["data"])
            after = page["data"][0]["id"]
            if not page.get("has_more"):
                return

    def payouts(self, since: date) -> list[Payout]:
        """What was sent to the bank of the business, to arrive on `since` or later."""
        first = int(datetime.combine(since, time(), UTC).timestamp())
        found = self._api.newest("payouts", arrival_date={"gte": first})
        return [self._payout(one) for one in found if one["status"] in ("paid", "in_transit")][::-1]

    def _payout(self, payout: dict[str, Any]) -> Payout:
        currency = str(payout["currency"]).upper()
        fees, keys = 0, []
        for line in self._api.newest("balance_transactions", payout=payout["id"], expand=["data.source"]):
            fees += int(line.get("fee") or 0)
            key = part(line, "source", "metadata").get("key")
            keys += [str(key)] if key else []
        # Stripe means a calendar day and writes it as midnight UTC.
        arrives = day(payout["arrival_date"], ZoneInfo("UTC"))
        amount = from_stripe(int(payout["amount"]), currency)
        return Payout(payout["id"], amount, from_stripe(fees, currency), currency, arrives, tuple(keys[::-1]))
