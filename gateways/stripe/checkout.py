"""What Stripe is asked for when the payer is to go to its own page: to pay once, or to save a method."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import quote, urlsplit, urlunsplit

from gateways.stripe.objects import PAGED

OPEN_HOURS: Final = 2


def paying(
    amount: int, currency: str, kept: dict[str, str], return_url: str, types: Sequence[str], now: datetime
) -> dict[str, Any]:
    """A page on which `amount` (Stripe's minor units) is paid once, open for one to two hours.

    It ends at a full hour, so that the same request sent again within the hour is the same to Stripe.
    """
    ends = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=OPEN_HOURS)
    price = {"currency": currency.lower(), "unit_amount": amount, "product_data": {"name": "Payment"}}
    return {
        "mode": "payment",
        "line_items": [{"price_data": price, "quantity": 1}],
        "payment_method_types": list(types),
        "client_reference_id": kept["ref"],
        "metadata": kept,
        "payment_intent_data": {"metadata": kept | {"page": PAGED}},
        "success_url": return_url,
        "cancel_url": return_url,
        "expires_at": int(ends.timestamp()),
    }


def saving(setup_ref: str, customer: str, return_url: str, types: Sequence[str]) -> dict[str, Any]:
    """A page on which the payer chooses a method for later; both ways out lead back with `setup=<setup_ref>`."""
    parts = urlsplit(return_url)
    query = f"{parts.query}&setup={quote(setup_ref)}" if parts.query else f"setup={quote(setup_ref)}"
    back = urlunsplit(parts._replace(query=query))
    return {
        "mode": "setup",
        "customer": customer,
        "payment_method_types": list(types),
        "client_reference_id": setup_ref,
        "metadata": {"setup": setup_ref},
        "success_url": back,
        "cancel_url": back,
    }
