"""What payments of autopay are called, and what their names say. Verbs: `payment_ref`, `wish_of`."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

_NAME = re.compile(r"-(\d{4}-\d{2}-\d{2})(?:-\d+)?$")


def payment_ref(autopay_ref: str, period: str, tries: int = 1) -> str:
    """The ref of the payment of a period: made of the contract and the period alone, never of a clock."""
    return f"autopay-{autopay_ref}-{period}" + (f"-{tries}" if tries > 1 else "")


def wish_of(payment: Any) -> str | date:
    """What the money of a payment above what is due is for, as `Kind.apply` takes it.

    Autopay takes what falls due through the day of its period, so its money pays that even before it is due. The period
    is read off the payment's name: the row of the debit knows only its last payment, and a history has all of them.
    """
    found = _NAME.search(payment.ref) if payment.channel == "autopay" else None
    return date.fromisoformat(found[1]) if found else str(payment.extra)
