"""The gateway of an installation, from its settings by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from gateways.stripe.client import LIVE_KEYS, StripeGateway

TEST_KEYS = ("sk_test_", "rk_test_")


def configured(values: Mapping[str, str], zone: ZoneInfo, home_urls: Sequence[str]) -> StripeGateway | None:
    """The gateway that DUEBOOK_STRIPE_* describe, or None without a key. `home_urls` are where our own pages are.

    Raises ValueError with what is wrong in words: among it, whatever would mix test and live (safety M25).
    """
    key = values.get("DUEBOOK_STRIPE_KEY", "")
    secret = values.get("DUEBOOK_STRIPE_WEBHOOK_SECRET", "")
    api = values.get("DUEBOOK_STRIPE_API", "").rstrip("/")
    if secret and not secret.startswith("whsec_"):
        raise ValueError("DUEBOOK_STRIPE_WEBHOOK_SECRET must be a signing secret: it begins with whsec_.")
    if not key:
        if secret:
            raise ValueError("DUEBOOK_STRIPE_WEBHOOK_SECRET is of no use without DUEBOOK_STRIPE_KEY.")
        return None
    if not key.startswith(LIVE_KEYS + TEST_KEYS):
        raise ValueError("DUEBOOK_STRIPE_KEY must be a secret key: it begins with sk_live_ or sk_test_.")
    if key.startswith(LIVE_KEYS) and api:
        raise ValueError("DUEBOOK_STRIPE_API is for tests: a live key is sent to nobody but Stripe.")
    types = (values.get("DUEBOOK_STRIPE_METHODS") or "card,us_bank_account").replace(" ", "").split(",")
    return StripeGateway(
        key, zone=zone, home_urls=home_urls, webhook_secret=secret, method_types=types, api=api
    )
