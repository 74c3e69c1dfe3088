"""Terms as documents: what is written is read back exactly, and what is no document is refused."""

from __future__ import annotations

import json
from datetime import date, time
from decimal import Decimal
from fractions import Fraction

import pytest

from domain.rules.allocation import Profile
from domain.rules.credit_line import CreditTerms, MinimumRule, MinimumTier
from domain.rules.documents import from_document, to_document
from domain.rules.late_fees import Recurring
from domain.rules.lease import BuyoutRule, LeaseTerms
from domain.rules.rent import RentTerms
from domain.rules.rent_terms import Concession, RentLine, Share

DAY = date(2026, 1, 31)
TERMS = [
    RentTerms(
        from_on=DAY, to_on=None, due_day=15, anchor_days=(1, 15), goes_on=True,
        lines=(RentLine("rent", "Rent", 120_000), RentLine("addon", "Hund & Katze", 1, DAY, DAY, prorate=False)),
        concessions=(Concession("x", "off", 5),),
        shares=(Share("7", percent=Fraction(100, 3)), Share("8", percent=Decimal("12.50")), Share("9", amount_minor=4)),
    ),
    LeaseTerms(80_000, 10_000, 12, "monthly", DAY, DAY, tax_percent=Decimal("6.25"), buyout=BuyoutRule("share")),
    CreditTerms(200_000, Decimal("23.990"), 31, MinimumRule((MinimumTier(0, Decimal(5), plus_fees=True),), 2_500)),
    Profile("custom", ("late_fee", "rent")),
]  # fmt: skip


@pytest.mark.parametrize("terms", TERMS, ids=lambda terms: type(terms).__name__)
def test_terms_come_back_as_they_were_through_json(terms) -> None:
    stored = json.loads(json.dumps(to_document(terms)))
    assert from_document(type(terms), stored) == terms


def test_what_was_left_at_its_default_is_not_written() -> None:
    assert to_document(Profile("rent-first")) == {} or "order" not in to_document(Profile("rent-first"))
    assert "currency" not in to_document(TERMS[0])


def test_a_time_of_the_day_is_kept() -> None:
    from domain.rules.late_fees import FeeBase

    recurring = Recurring(FeeBase("flat", 500), at=time(6, 30))
    assert from_document(Recurring, to_document(recurring)) == recurring


@pytest.mark.parametrize(
    "document",
    [
        None, [], "x", 5, {}, {"from_on": "soon"}, {"from_on": 20260101}, {"from_on": "2026-01-01", "unknown": 1},
        {"from_on": "2026-01-01", "due_day": "1"}, {"from_on": "2026-01-01", "due_day": True},
        {"from_on": "2026-01-01", "goes_on": 1}, {"from_on": "2026-01-01", "lines": 5},
        {"from_on": "2026-01-01", "lines": [{"type": "rent", "name": "R", "amount_minor": "12"}]},
        {"from_on": "2026-01-01", "lines": [{"type": "rent", "name": "R", "amount_minor": 12.5}]},
        {"from_on": "2026-01-01", "shares": [{"payer": "7", "percent": "a/b"}]},
        {"from_on": "2026-01-01", "shares": [{"payer": "7", "percent": "1/0"}]},
    ],
)  # fmt: skip
def test_what_is_not_a_document_of_the_class_is_refused(document) -> None:
    with pytest.raises(ValueError, match=r"RentTerms|RentLine|Share|isoformat|Fraction"):
        from_document(RentTerms, document)
