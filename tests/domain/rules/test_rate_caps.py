"""A rate above the ceiling of its day and place is refused, and says whose ceiling it is."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from domain.rules.legal_caps import LegalCap
from domain.rules.rate_caps import check_rate_cap
from domain.words import Refused

SEEN = date(2026, 1, 1)


def cap(place: str, since: date, percent: str | None, kind: str = "", what: str = "rate") -> LegalCap:
    return LegalCap(
        place, what, since, f"Act of {since.year}", SEEN, kind, percent=Decimal(percent) if percent else None
    )


CAPS = [
    cap("US-XX", date(2024, 1, 1), "36"),
    cap("US-XX", date(2026, 7, 1), "30"),
    cap("US-XX", date(2030, 1, 1), None),
]


def test_the_row_of_the_day_counts() -> None:
    check_rate_cap(Decimal("99"), CAPS, date(2023, 12, 31))
    check_rate_cap(Decimal("36"), CAPS, date(2026, 6, 30))
    with pytest.raises(Refused) as refused:
        check_rate_cap(Decimal("36"), reversed(CAPS), date(2026, 7, 1))
    assert refused.value.field == "rate"
    assert str(refused.value) == (
        "36 % a year is above the 30 % allowed in US-XX since 2026-07-01 (Act of 2026)."
    )


def test_without_a_row_or_after_the_ceiling_was_lifted_any_rate_stands() -> None:
    check_rate_cap(Decimal("99"), [], date(2026, 1, 1))
    check_rate_cap(Decimal("99"), CAPS, date(2030, 1, 1))


def test_the_lowest_ceiling_decides_where_two_places_have_one() -> None:
    both = [*CAPS, cap("US-XX-city", date(2020, 1, 1), "24.5")]
    check_rate_cap(Decimal("24.5"), both, date(2026, 1, 1))
    with pytest.raises(Refused, match=r"24\.5 % allowed in US-XX-city"):
        check_rate_cap(Decimal("24.51"), both, date(2026, 1, 1))


def test_a_row_for_loans_leaves_credit_lines_alone_and_one_on_fees_leaves_rates_alone() -> None:
    rows = [
        cap("US-XX", date(2020, 1, 1), "10", "loan"),
        cap("US-XX", date(2020, 1, 1), "5", what="late_fee"),
    ]
    check_rate_cap(Decimal("20"), rows, date(2026, 1, 1), "credit_line")
    with pytest.raises(Refused):
        check_rate_cap(Decimal("20"), rows, date(2026, 1, 1), "loan")
