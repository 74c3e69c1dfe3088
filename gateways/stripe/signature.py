"""Whether a webhook is Stripe's: the signature over the raw body, as Stripe's page "Webhook signatures" says."""

from __future__ import annotations

import hmac
from datetime import datetime
from hashlib import sha256
from typing import Final

from gateways.base import NoticeRefused

TOLERANCE_SECONDS: Final = 300
HEADER: Final = "Stripe-Signature"


def check(body: bytes, header: str, secret: str, now: datetime) -> None:
    """Raise NoticeRefused unless `header` signs `body` with `secret` within five minutes of `now`.

    The header is "t=<seconds>,v1=<hex>" and may carry several signatures while a secret is being changed.
    """
    parts = [part.strip().partition("=") for part in header[:2000].split(",")]
    moments = [value for name, _, value in parts if name == "t"]
    given = [value for name, _, value in parts if name == "v1"]
    if not secret or len(moments) != 1 or not (moments[0].isascii() and moments[0].isdigit()) or not given:
        raise NoticeRefused("no signature")
    right = signed(body, moments[0], secret)
    # Every signature is compared, each in constant time.
    matches = [hmac.compare_digest(right.encode(), one.encode()) for one in given]
    if not any(matches):
        raise NoticeRefused("wrong signature")
    if len(moments[0]) > 12 or abs(int(now.timestamp()) - int(moments[0])) > TOLERANCE_SECONDS:
        raise NoticeRefused("old signature")


def signed(body: bytes, moment: str, secret: str) -> str:
    """The v1 signature of `body` at `moment` (seconds since 1970, as text)."""
    return hmac.new(secret.encode(), f"{moment}.".encode() + body, sha256).hexdigest()
