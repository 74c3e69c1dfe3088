"""Ceilings on a yearly rate, for every kind that charges interest: rows of law the operator keeps, never constants."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from domain.rules.legal_caps import LegalCap, in_force
from domain.words import N_, Refused, Sentence


def check_rate_cap(rate_percent: Decimal, caps: Iterable[LegalCap], on: date, kind: str = "") -> None:
    """Refuse a yearly rate (9.9 means 9.9 %) above the lowest ceiling in force on `on`; the Refused names field `rate`.

    `caps` are the rows that count where the agreement is made; those on other things than rates and of other kinds of
    agreement are passed over. A rate equal to the ceiling is allowed; a row without a percentage lifts the one before.
    """
    rows = [(cap.percent, cap) for cap in in_force(caps, "rate", kind, on) if cap.percent is not None]
    if not rows:
        return
    percent, cap = min(rows, key=lambda row: row[0])
    if rate_percent <= percent:
        return
    raise Refused(
        Sentence(
            N_(
                "%(rate)s %% a year is above the %(cap)s %% allowed in %(jurisdiction)s since %(since)s (%(source)s)."
            ),
            {
                "rate": rate_percent,
                "cap": percent,
                "jurisdiction": cap.place,
                "since": cap.effective_from,
                "source": cap.source,
            },
        ),
        "rate",
    )
