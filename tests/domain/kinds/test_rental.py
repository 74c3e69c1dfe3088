"""What a rental answers by itself: when billing looks again, and when the stay is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.kinds import rental
from domain.kinds.base import OpenCharge, Position
from domain.rules.allocation import RENT_FIRST
from domain.rules.rent import RentTerms
from domain.rules.rent_terms import RentLine

FIRST, LAST = date(2026, 1, 10), date(2026, 5, 14)
TERMS = RentTerms(from_on=FIRST, to_on=LAST, due_day=1, lines=(RentLine("rent", "Rent", 120_000),))


def contract(**wishes) -> rental.Contract:
    return rental.Contract(replace(TERMS, **wishes), RENT_FIRST, None)


def at(billed: date | None, *charges: OpenCharge, credit: int = 0) -> Position:
    return Position(0, 0, charges, credit, 0, FIRST, billed_through=billed)


@settings(max_examples=40)
@given(st.integers(0, 140), st.sampled_from(("monthly", "weekly", "biweekly", "quarterly")))
def test_no_day_on_which_something_falls_due_is_skipped(days: int, frequency: str) -> None:
    wishes = {"frequency": frequency}
    if frequency != "monthly":
        wishes |= {"anchor": FIRST, "due_day": None}
    terms, billed = contract(**wishes), FIRST + timedelta(days=days)
    following = rental.next_planned_on(terms, at(billed))
    if following is None:
        assert billed >= LAST
        return
    assert following > billed
    assert rental.planned(terms, at(billed), following - timedelta(days=1)) == ()
    assert rental.planned(terms, at(billed), following) != () or following == LAST


def test_a_stay_without_an_end_is_looked_at_month_by_month_and_never_over() -> None:
    terms = contract(to_on=None)
    assert rental.next_planned_on(terms, at(date(2030, 6, 1))) == date(2030, 7, 1)
    assert not rental.finished(terms, at(date(2040, 1, 1)))


def test_a_stay_is_over_on_its_last_day_when_nothing_is_owed_either_way() -> None:
    open_ = OpenCharge(1, "rent", date(2026, 5, 1), 1, "rent")
    assert rental.next_planned_on(contract(), at(date(2026, 5, 2))) == LAST
    assert not rental.finished(contract(), at(date(2026, 5, 13)))
    assert rental.finished(contract(), at(LAST))
    assert not rental.finished(contract(), at(LAST, open_))
    assert not rental.finished(contract(), at(LAST, credit=5))
    assert rental.next_planned_on(contract(), at(LAST)) is None


def test_an_agreement_without_terms_is_told() -> None:
    agreement = type("A", (), {"terms": None, "number": "X-1", "ended_on": None})()
    with pytest.raises(LookupError, match="X-1"):
        rental.read(agreement)


def test_a_stay_that_ends_within_a_billed_month_owes_its_days_only() -> None:
    terms = RentTerms(from_on=date(2026, 1, 1), due_day=1, lines=(RentLine("rent", "Rent", 120_000),))
    stay = rental.Contract(terms, RENT_FIRST, None)
    charge = OpenCharge(1, "rent.rent", date(2026, 3, 1), 120_000, "rent", period="2026-03-01:rent:")
    position = Position(0, 0, (charge,), 0, 0, terms.from_on, billed_through=date(2026, 3, 10))
    assert rental.close(stay, position, date(2026, 3, 15)).total_minor == 58_065
    assert rental.close(stay, position, date(2026, 3, 31)).total_minor == 120_000
