"""Terms no rent can be charged by are refused, each beside its field."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from domain.rules.rent import Concession, RentLine, RentTerms, Share, charges, check_terms
from domain.words import Refused

RENT = RentLine("rent", "Rent", 120000)
PARKING = RentLine("addon", "Parking", 5000)
YEAR = RentTerms(date(2026, 1, 1), date(2026, 12, 31), 1, lines=(RENT,))


def lease(*lines: RentLine, **changed: object) -> RentTerms:
    return replace(YEAR, **({"lines": lines or YEAR.lines} | changed))


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"from_on": date(1800, 1, 1)}, "from"),
        ({"to_on": date(2025, 12, 31)}, "to"),
        ({"to_on": date(2126, 1, 2)}, "to"),
        ({"due_day": 0}, "due_day"),
        ({"due_day": 32}, "due_day"),
        ({"frequency": "hourly"}, "frequency"),
        ({"anchor_days": (1, 15)}, "anchor_days"),
        ({"frequency": "semimonthly", "anchor_days": (15, 15)}, "anchor_days"),
        ({"frequency": "semimonthly", "anchor_days": (28, 31)}, "anchor_days"),
        ({"proration": "lunar"}, "proration"),
        ({"rounding": "up"}, "rounding"),
        ({"lines": ()}, "rent"),
        ({"lines": (RENT,) * 201}, "rent"),
        ({"lines": (replace(RENT, type="gift"),)}, "type"),
        ({"lines": (replace(RENT, name=" - "),)}, "name"),
        ({"lines": (replace(RENT, amount_minor=-1),)}, "rent"),
        ({"lines": (replace(RENT, amount_minor=10**14),)}, "rent"),
        ({"lines": (replace(RENT, from_on=date(2026, 5, 2), until_on=date(2026, 5, 1)),)}, "rent"),
        ({"lines": (RENT, replace(RENT, from_on=date(2026, 5, 1)))}, "from"),
        (
            {"lines": (replace(RENT, until_on=date(2026, 5, 1)), replace(RENT, from_on=date(2026, 5, 1)))},
            "from",
        ),
        ({"lines": (RENT, replace(PARKING, name="rent"))}, "name"),
        ({"concessions": (Concession("x", "gift"),)}, "concession"),
        ({"concessions": (Concession("x", "off", -1),)}, "concession"),
        ({"concessions": (Concession("x", "free"),)}, "concession"),
        ({"concessions": (Concession("x", "spread", 100),), "to_on": None}, "concession"),
        ({"concessions": (Concession("x", "spread", 100),), "to_on": date(2026, 1, 30)}, "concession"),
        ({"concessions": (Concession("x", "off", 1),), "lines": (PARKING,)}, "concession"),
        ({"shares": (Share("", Decimal(10)),)}, "share"),
        ({"shares": (Share("ann"),)}, "share"),
        ({"shares": (Share("ann", Decimal(10), 100),)}, "share"),
        ({"shares": (Share("ann", Decimal(0)),)}, "share"),
        ({"shares": (Share("ann", Decimal("NaN")),)}, "share"),
        ({"shares": (Share("ann", Decimal(101)),)}, "share"),
        ({"shares": (Share("ann", Decimal(60)), Share("bea", Decimal("40.01")))}, "share"),
        (
            {"shares": (Share("ann", Decimal(60)), Share("bea", Decimal(50), from_on=date(2026, 6, 1)))},
            "share",
        ),
        ({"shares": (Share("ann", Decimal(10)), Share("ann", amount_minor=100))}, "share"),
        ({"shares": (Share("ann", Decimal(10), of="Sauna"),)}, "share"),
        ({"shares": (Share("ann", amount_minor=-5),)}, "share"),
    ],
)
def test_terms_that_make_no_sense_are_refused_beside_their_field(
    changed: dict[str, object], field: str
) -> None:
    terms = replace(YEAR, **changed)  # type: ignore[arg-type]
    with pytest.raises(Refused) as refused:
        check_terms(terms)
    assert refused.value.field == field
    with pytest.raises(Refused):
        charges(terms, date(2026, 12, 31))


def test_shares_of_different_times_or_lines_may_each_be_everything() -> None:
    check_terms(
        lease(
            RENT,
            PARKING,
            shares=(
                Share("ann", Decimal(100), until_on=date(2026, 5, 31), of="Rent"),
                Share("bea", Decimal(100), from_on=date(2026, 6, 1), of="Rent"),
                Share("ann", Decimal(100), of="Parking"),
            ),
        )
    )


def test_terms_can_be_kept_in_sets() -> None:
    assert len({YEAR, lease(), lease(due_day=2)}) == 2
