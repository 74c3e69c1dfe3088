"""Holds: the portal takes no payment and says why; the counter does; what is on its way goes on."""

from __future__ import annotations

import pytest

from domain.actions import counter, holds
from domain.words import Conflict, Gone, NotAllowed, Refused
from models import Hold, Payment
from tests.domain.actions.paying import NOW, TODAY

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-02")


@pytest.mark.parametrize(
    ("type_", "words"),
    [
        ("eviction", "court case"), ("certified_funds", "cashier's check"), ("other", "The house burned."),
    ],
)  # fmt: skip
def test_a_hold_stops_the_portal_and_says_why_and_how_to_pay_instead(
    till, loan, bank, clock, type_, words
) -> None:
    holds.place(loan, type_, "The house burned", "form-1", **clock())
    with pytest.raises(Refused) as told:
        till.pay(loan, 1_000, bank)
    assert words in str(told.value.sentence)
    assert ("visit" in str(told.value.sentence)) or ("Bring or mail" in str(told.value.sentence))
    assert till.count(Payment) == 0


def test_the_counter_still_takes_money_and_what_is_on_its_way_goes_on(till, loan, bank, clock) -> None:
    under_way = till.pay(loan, 1_000, bank)
    holds.place(loan, "certified_funds", "two checks bounced", "form-1", **clock())
    assert till.state(under_way) == "pending"
    counter.take(loan, 2_000, "cash", "cash-1", who=till.who("dana"), today=TODAY, now=NOW)
    assert till.total("undeposited") == 2_000
    assert till.differences() == []


def test_a_lifted_hold_lets_payments_begin_again(till, loan, bank, clock) -> None:
    ref = holds.place(loan, "other", "Audit", "form-1", **clock())
    for _ in range(2):
        holds.lift(loan, ref, **clock())
    till.pay(loan, 1_000, bank)
    assert till.count(Payment) == 1
    assert till.count(Hold, Hold.lifted_at.is_(None)) == 0


def test_the_same_form_places_one_hold_and_no_two_of_a_type_stand(till, loan, clock) -> None:
    for _ in range(2):
        assert holds.place(loan, "eviction", "Case 12", "form-1", **clock()) == "form-1"
    with pytest.raises(Refused) as told:
        holds.place(loan, "eviction", "Case 12", "form-2", **clock())
    assert told.value.field == "type"
    with pytest.raises(Conflict):
        holds.place(loan, "other", "Case 12", "form-1", **clock())
    holds.place(loan, "certified_funds", "Case 12", "form-3", **clock())
    assert till.count(Hold) == 2


def test_what_is_no_hold_is_refused_beside_its_field(till, loan, clock) -> None:
    for type_, reason, field in (
        ("frozen", "why", "type"),
        ("other", " ", "reason"),
        ("other", "x" * 301, "reason"),
    ):
        with pytest.raises(Refused) as told:
            holds.place(loan, type_, reason, "form-1", **clock())
        assert told.value.field == field
    assert till.count(Hold) == 0


def test_only_staff_place_and_lift_and_only_on_the_agreement_it_is_on(
    till, loan, open_agreement, clock
) -> None:
    ref = holds.place(loan, "other", "Audit", "form-1", **clock())
    other = open_agreement("tess")
    for name in ("bo", "lena"):
        with pytest.raises(NotAllowed):
            holds.place(loan, "other", "Audit", "form-2", **clock(name))
        with pytest.raises(NotAllowed):
            holds.lift(loan, ref, **clock(name))
    with pytest.raises(Gone):
        holds.lift(other, ref, **clock())
    assert till.count(Hold, Hold.lifted_at.is_(None)) == 1
