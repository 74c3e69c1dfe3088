"""The gateway: what `gateways.base.Gateway` asks, in Stripe's words.

Off-session charges are PaymentIntents of a saved method; without one, and to save one, the payer is sent to Stripe's
own page (Checkout). Our key is Stripe's idempotency key, key and ref stand in the metadata, and whatever Stripe says of
a request that was sent before is held against what was first sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from domain.rules.business_days import next_business_day
from gateways.base import (
    Ability,
    ChargeRecord,
    GatewayEvent,
    GatewayRefused,
    GatewaySilent,
    MethodDetails,
    MethodKind,
    Outcome,
    Payout,
)
from gateways.stripe import checkout, codes, objects, reading
from gateways.stripe.amounts import from_stripe, to_stripe
from gateways.stripe.api import TIMEOUT_SECONDS, Api, Declined, KeyInUse, NotThere
from gateways.stripe.finding import Finder, carries
from gateways.stripe.objects import PAGED, part
from gateways.stripe.refusals import refused

LIVE_KEYS: Final = ("sk_live_", "rk_live_")
PAGES: Final = ("https://checkout.stripe.com", "https://hooks.stripe.com")
"""Where its pages are: a form of ours may lead there."""
RETURNABLE_DAYS: Final = 60
TOO_MUCH: Final = ("charge_already_refunded", "bad_amount")
TAKES: Final[frozenset[MethodKind]] = frozenset({"bank", "card"})
ABILITIES: Final[frozenset[Ability]] = frozenset(
    {"charge", "hosted_page", "refund", "look_up", "events", "webhooks", "payouts"}
)


class StripeGateway:
    """Stripe under one secret key; `live` follows from it.

    `webhook_secret` checks webhooks ("" = none are taken). `zone` is the business's. Pages send people back only to
    addresses below `home_urls`, the first of which stands in where the caller names none. `method_types` are what the
    pages offer. `settle_days` are the business days until a bank debit has usually settled. `api` is another address
    of the API, for tests.
    """

    name = "stripe"
    takes = TAKES
    abilities = ABILITIES

    def __init__(
        self,
        secret_key: str,
        *,
        zone: ZoneInfo,
        home_urls: Sequence[str],
        webhook_secret: str = "",
        method_types: Sequence[str] = ("card", "us_bank_account"),
        settle_days: int = 4,
        api: str = "",
        timeout: int = TIMEOUT_SECONDS,
    ):
        self.live = secret_key.startswith(LIVE_KEYS)
        self.page_origins = (api.rstrip("/"),) if api else PAGES
        self._api = Api(secret_key, api, timeout)
        self._zone = zone
        self._homes = tuple(home_urls)
        self._types = tuple(method_types)
        self._settle_days = settle_days
        self._finder = Finder(self._api)
        self._news = reading.News(self._api, self._finder, zone, webhook_secret, self.live)

    def charge(
        self,
        *,
        key: str,
        ref: str,
        amount_minor: int,
        currency: str,
        token: str,
        on: date,
        now: datetime,
        return_url: str = "",
    ) -> Outcome:
        _check_names(key, ref)
        self._check_return(return_url)
        sum_there = to_stripe(amount_minor, currency)
        kept = {"key": key, "ref": ref}
        try:
            if not token:
                page = checkout.paying(
                    sum_there, currency, kept, return_url or self._homes[0], self._types, now
                )
                return objects.of_open_session(self._api.post("checkout/sessions", key=key, **page))
            customer, method, kind = _opened(token)
            # With the payer there the bank may ask them; without, it has to decide by itself.
            there: dict[str, Any] = {"return_url": return_url} if return_url else {"off_session": "true"}
            intent = self._api.post(
                "payment_intents", key=key, amount=sum_there, currency=currency.lower(), customer=customer,
                payment_method=method, payment_method_types=[kind], confirm="true", metadata=kept, **there,
            )  # fmt: skip
            return self._came_to(intent)
        except Declined as no:
            return Outcome("declined", str(no.intent.get("id") or ""), codes.declined(no.error))
        except KeyInUse:
            return self._first_answer(key, ref, sum_there, currency, token)
        except GatewayRefused as wrong:
            raise refused("unknown_method") if token and isinstance(wrong, NotThere) else wrong from wrong

    def _first_answer(self, key: str, ref: str, amount: int, currency: str, token: str) -> Outcome:
        """What became of a key that was sent before with another request: ours again, or somebody else's mistake.

        Only what moves money is held against the first request; where to send the payer back may differ.
        """
        intent = self._finder.intent(key, "")
        page = None if intent else self._finder.session(lambda one: carries(one, key, ""))
        found = intent or page
        if found is None:
            raise GatewaySilent("Stripe knows the key and not yet what it was used for")
        there = found.get("amount", found.get("amount_total")), str(found.get("currency"))
        method = found.get("payment_method") or part(found, "last_payment_error", "payment_method").get("id")
        paged = page is not None or part(found, "metadata").get("page") == PAGED
        same_method = paged if not token else not paged and method in (_opened(token)[1], None)
        if not carries(found, key, ref) or there != (amount, currency.lower()) or not same_method:
            raise refused("key_reused")
        return self._came_to(intent) if intent else objects.of_open_session(found)

    def _came_to(self, intent: dict[str, Any]) -> Outcome:
        """What a PaymentIntent has come to, with all that only other objects tell."""
        if part(intent, "metadata").get("page") == PAGED:
            page = self._finder.session_of(intent["id"])
            if page is not None and page["status"] == "open":
                return objects.of_open_session(page)
        bank = objects.kind_of(intent) == "bank"
        if bank and part(intent, "latest_charge").get("disputed"):
            case = self._finder.dispute_of(intent["id"])
            if case is not None:
                return objects.of_return(intent, case, self._zone)
        if intent["status"] == "requires_action" and not objects.page_of(intent):
            # Nobody could say yes anywhere, so it may not stay open.
            intent = self._api.post("payment_intents", intent["id"], "cancel", key=f"{intent['id']}:cancel")
        return objects.of_intent(intent, self._zone, lambda sent_on: self.expected_on("bank", sent_on))

    def look_up(self, key: str, ref: str) -> Outcome:
        if not key and not ref:
            return Outcome("not_found")
        intent = self._finder.intent(key, ref)
        if intent is not None:
            return self._came_to(intent)
        page = self._finder.session(lambda one: carries(one, key, ref))
        if page is not None:
            return self._of_page(page)
        refund = self._finder.refund(key) if key else None
        return objects.of_refund(refund, self._zone) if refund else Outcome("not_found")

    def _of_page(self, page: dict[str, Any]) -> Outcome:
        intent = page.get("payment_intent")
        if page["status"] == "complete" and intent:
            return self._came_to(self._finder.whole(str(intent)))
        return objects.of_open_session(page)

    def expire(self, key: str, ref: str) -> Outcome:
        page = self._finder.session(lambda one: carries(one, key, ref))
        intent = self._finder.intent(key, ref)
        try:
            if page is not None and page["status"] == "open":
                return objects.of_open_session(self._api.post("checkout/sessions", page["id"], "expire"))
            if intent is not None and intent["status"] == "requires_action":
                self._api.post("payment_intents", intent["id"], "cancel", cancellation_reason="abandoned")
        except GatewayRefused:
            # It was paid, or closed, while we asked: what it came to now is the answer.
            return self.look_up(key, ref)
        return self.look_up(key, ref)

    def begin_method(self, *, setup_ref: str, return_url: str, name: str, now: datetime) -> str:
        if len(setup_ref) < 20 or not setup_ref.replace("-", "").replace("_", "").isalnum():
            raise refused("bad_setup_ref")
        self._check_return(return_url)
        try:
            kept = {"setup": setup_ref}
            customer = self._api.post("customers", key=f"customer:{setup_ref}", metadata=kept)
            page = checkout.saving(setup_ref, customer["id"], return_url, self._types)
            return str(self._api.post("checkout/sessions", key=f"setup:{setup_ref}", **page)["url"])
        except KeyInUse as used:
            raise refused("bad_setup_ref") from used

    def read_method(self, setup_ref: str) -> MethodDetails | None:
        page = self._finder.session(lambda one: one.get("client_reference_id") == setup_ref)
        if page is None or page.get("mode") != "setup" or page["status"] != "complete":
            return None
        chosen = self._api.get("setup_intents", page["setup_intent"], expand=["payment_method"])
        method = part(chosen, "payment_method")
        if chosen["status"] != "succeeded" or not method:
            return None
        return objects.of_method(f"{page['customer']}/{method['id']}/{method['type']}", method)

    def refund(
        self, *, key: str, charge_key: str, amount_minor: int, on: date, now: datetime, charge_ref: str = ""
    ) -> Outcome:
        _check_names(key, charge_ref or charge_key)
        intent = self._finder.intent(charge_key, charge_ref)
        if intent is None:
            raise refused("unknown_charge")
        amount = to_stripe(amount_minor, str(intent["currency"]).upper())
        kept = {"key": key, "charge_key": charge_key}
        try:
            made = self._api.post(
                "refunds", key=key, payment_intent=intent["id"], amount=amount, metadata=kept
            )
            return objects.of_refund(made, self._zone)
        except KeyInUse as used:
            raise refused("key_reused") from used
        except Declined as no:
            return Outcome("declined", code=codes.declined(no.error))
        except GatewayRefused as wrong:
            if self._finder.whole(intent["id"])["status"] != "succeeded":
                raise refused("not_settled") from wrong
            raise refused("refund_too_much") if wrong.code in TOO_MUCH else wrong from wrong

    def events(self, after: str, limit: int) -> Sequence[GatewayEvent]:
        return self._news.events(after, limit)

    def read_event(self, body: bytes, headers: Mapping[str, str], now: datetime) -> Sequence[GatewayEvent]:
        return self._news.read(body, headers, now)

    def charges(self) -> Iterable[ChargeRecord]:
        found = [
            self._record(intent)
            for intent in self._api.newest("payment_intents", expand=["data.latest_charge"])
            if part(intent, "metadata").get("key")
        ]
        return found[::-1]

    def _record(self, intent: dict[str, Any]) -> ChargeRecord:
        kept, currency = intent["metadata"], str(intent["currency"]).upper()
        back = objects.kind_of(intent) == "bank" and part(intent, "latest_charge").get("disputed")
        state = "returned" if back else objects.of_intent(intent, self._zone, lambda sent_on: sent_on).state
        return ChargeRecord(
            kept["key"], kept.get("ref", ""), from_stripe(int(intent["amount"]), currency), currency, state,
            objects.moment(intent["created"]),
        )  # fmt: skip

    def payouts(self, since: date) -> Sequence[Payout]:
        return self._news.payouts(since)

    def expected_on(self, kind: MethodKind, sent_on: date) -> date:
        return next_business_day(sent_on, self._settle_days) if kind == "bank" else sent_on

    def returnable_until(self, kind: MethodKind, settled_on: date) -> date | None:
        return settled_on + timedelta(days=RETURNABLE_DAYS) if kind == "bank" else None

    def _check_return(self, address: str) -> None:
        if address and not any(address == home or address.startswith(f"{home}/") for home in self._homes):
            raise refused("bad_return_url")


def _check_names(key: str, ref: str) -> None:
    if not 0 < len(key) <= 200:
        raise refused("bad_key")
    if not 0 < len(ref) <= 200:
        raise refused("bad_ref")


def _opened(token: str) -> tuple[str, str, str]:
    """(customer, payment method, its type) of a token that `read_method` made."""
    parts = token.split("/")
    if len(parts) != 3 or not parts[0].startswith("cus_") or not parts[1].startswith("pm_"):
        raise refused("unknown_method")
    return parts[0], parts[1], parts[2]
