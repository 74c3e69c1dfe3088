"""One exchange with Stripe's API by its own library, and what its errors mean to us.

Nothing is tried again here: a key decides about repeating, and only the caller knows it. Objects are plain dicts.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import quote

import stripe

from gateways.base import GatewayRefused, GatewaySilent
from gateways.stripe.refusals import refused

TIMEOUT_SECONDS: Final = 20
PAGE: Final = 100


class Declined(Exception):
    """The bank said no. `error` is Stripe's own account of it, `intent` its PaymentIntent where it names one."""

    def __init__(self, error: dict[str, Any]):
        super().__init__(str(error.get("code")))
        self.error = error
        self.intent: dict[str, Any] = error.get("payment_intent") or {}


class KeyInUse(Exception):
    """The key was used before, with other details of the request."""


class NotThere(GatewayRefused):
    """Stripe has no such object."""


class Api:
    """Stripe's API under one secret key. `base` is another address, for tests; `timeout` in whole seconds."""

    def __init__(self, secret_key: str, base: str = "", timeout: int = TIMEOUT_SECONDS):
        self._client = stripe.StripeClient(
            secret_key,
            base_addresses={"api": base.rstrip("/")} if base else {},
            max_network_retries=0,
            http_client=stripe.RequestsClient(timeout=timeout),
        )

    def get(self, *path: str, **params: Any) -> dict[str, Any]:
        return self._ask("get", path, params)

    def post(self, *path: str, key: str = "", **params: Any) -> dict[str, Any]:
        """Make or change something; under `key` at most once within Stripe's key window of a day."""
        return self._ask("post", path, params | ({"idempotency_key": key} if key else {}))

    def newest(self, *path: str, pages: int | None = None, **params: Any) -> Iterator[dict[str, Any]]:
        """The objects of a list, newest first, page by page; at most `pages` of a hundred."""
        after: dict[str, Any] = {}
        while pages is None or pages > 0:
            page = self.get(*path, limit=PAGE, **params, **after)
            yield from page["data"]
            if not page.get("has_more") or not page["data"]:
                return
            after = {"starting_after": page["data"][-1]["id"]}
            pages = None if pages is None else pages - 1

    def _ask(self, method: str, path: tuple[str, ...], params: dict[str, Any]) -> dict[str, Any]:
        url = "/".join(["/v1", path[0], *(quote(part, safe="") for part in path[1:])])
        try:
            answer = self._client.raw_request(method, url, **params).data
        except stripe.CardError as error:
            told: Any = error.json_body
            raise Declined(dict(told["error"])) from error
        except stripe.IdempotencyError as error:
            raise KeyInUse(str(error)) from error
        except stripe.RateLimitError as error:
            raise GatewaySilent(f"Stripe is busy: {error}") from error
        except stripe.InvalidRequestError as error:
            raise _refusal(error) from error
        except (stripe.AuthenticationError, stripe.PermissionError) as error:
            raise refused("not_allowed") from error
        except (stripe.StripeError, ValueError) as error:
            raise GatewaySilent(f"no readable answer from Stripe: {type(error).__name__}") from error
        if not isinstance(answer, dict):
            raise GatewaySilent("no readable answer from Stripe: not an object")
        return answer


def _refusal(error: stripe.InvalidRequestError) -> GatewayRefused:
    sentence = refused("bad_request").sentence
    code = error.code or (f"bad_{error.param}" if error.param else "bad_request")
    if error.http_status == 404:
        return NotThere(sentence, code)
    return GatewayRefused(sentence, code[:40])
