"""Lena raises a rent, adds parking, gives a month, hears that somebody leaves: from a day on, the difference posted."""

from __future__ import annotations

from datetime import date

import pytest

from domain.actions.rental_changes import AddOn, EndAddOn, GiveConcession, NewRent, Notice
from domain.words import Refused

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-01")
FIRST, SECOND = date(2026, 3, 1), date(2026, 3, 2)
APRIL, MAY = date(2026, 4, 1), date(2026, 5, 1)


def test_a_new_rent_counts_from_its_day_and_the_months_before_stay(desk, open_rental) -> None:
    ref = open_rental("tess")
    desk.change(ref, NewRent("Rent", 130_000, APRIL), SECOND)
    assert desk.owed(ref) == 120_000
    assert desk.plan(ref, SECOND)[1] == (APRIL, 130_000)
    desk.bill(APRIL)
    assert desk.owed(ref) == 250_000
    [change] = desk.history(ref)
    assert (change.type, change.effective_on, change.reason) == ("rent", APRIL, "agreed by phone")
    assert change.body["before"]["lines"] != change.body["after"]["lines"]
    assert desk.differences() == []


def test_a_raise_inside_a_fixed_term_is_questioned_until_both_sides_are_said_to_have_agreed(
    desk, open_rental
) -> None:
    ref = open_rental("tess", to_on=date(2027, 2, 28))
    with pytest.raises(Refused, match="fixed through") as refused:
        desk.change(ref, NewRent("Rent", 130_000, APRIL), SECOND)
    assert refused.value.field == "agreed"
    desk.change(ref, NewRent("Rent", 110_000, APRIL), SECOND, form="less")
    desk.change(ref, NewRent("Rent", 130_000, MAY, agreed=True), SECOND, form="agreed")
    assert [change.type for change in desk.history(ref)] == ["rent", "rent"]


def test_a_raise_in_a_month_that_was_billed_asks_for_the_difference(desk, open_rental) -> None:
    """1,200 becomes 1,300 on 16 March, 16 of 31 days: 51.61 more."""
    ref = open_rental("tess")
    desk.change(ref, NewRent("Rent", 130_000, date(2026, 3, 16)), SECOND)
    assert desk.charges(ref)[1:] == [("rent.change", "Rent", 5_161)]
    assert desk.owed(ref) == 125_161
    desk.bill(APRIL)
    assert desk.owed(ref) == 255_161
    assert desk.differences() == []


def test_a_lower_rent_in_a_month_that_was_paid_leaves_credit_that_pays_the_next(desk, open_rental) -> None:
    ref = open_rental("tess")
    desk.take(ref, 120_000, FIRST)
    desk.change(ref, NewRent("Rent", 110_000, FIRST), SECOND)
    assert desk.owed(ref) == -10_000
    desk.bill(APRIL)
    assert desk.owed(ref) == 100_000
    assert desk.differences() == []


def test_a_raise_and_a_lower_rent_after_it_end_where_the_terms_say(desk, open_rental) -> None:
    ref = open_rental("tess")
    desk.change(ref, NewRent("Rent", 150_000, FIRST), SECOND)
    desk.change(ref, NewRent("Rent", 100_000, FIRST), SECOND)
    assert desk.owed(ref) == 100_000
    assert desk.plan(ref, SECOND)[1] == (APRIL, 100_000)
    assert desk.differences() == []


def test_parking_comes_on_top_and_goes_again(desk, open_rental) -> None:
    ref = open_rental("tess")
    desk.change(ref, AddOn("Parking", 10_000, APRIL), SECOND)
    desk.bill(APRIL)
    assert desk.owed(ref) == 250_000 - 10_000 + 10_000 - 120_000 + 120_000
    desk.change(ref, EndAddOn("Parking", date(2026, 4, 15)), date(2026, 4, 2))
    assert desk.owed(ref) == 245_000
    desk.bill(MAY)
    assert desk.owed(ref) == 365_000
    assert desk.differences() == []


def test_parking_from_a_day_of_a_month_that_was_billed_is_asked_for_at_once(desk, open_rental) -> None:
    ref = open_rental("tess")
    desk.change(ref, AddOn("Parking", 31_000, date(2026, 3, 1)), SECOND)
    assert desk.charges(ref)[1:] == [("rent.addon", "Parking", 31_000)]
    [_, parking] = desk.position(ref).charges
    assert parking.due_on == SECOND
    assert desk.differences() == []


def test_free_days_of_a_month_that_was_billed_are_given_back(desk, open_rental) -> None:
    ref = open_rental("tess", rent_minor=31_000)
    desk.change(ref, GiveConcession("free", "Broken heating", 0, FIRST, date(2026, 3, 10)), SECOND)
    assert desk.owed(ref) == 21_000
    desk.change(ref, GiveConcession("off", "Loyal tenant", 1_000, APRIL, MAY), SECOND)
    assert [amount for _, amount in desk.plan(ref, SECOND)[1:4]] == [30_000, 30_000, 31_000]
    assert desk.differences() == []


def test_notice_ends_a_stay_that_runs_month_to_month(desk, open_rental) -> None:
    ref = open_rental("tess")
    desk.change(ref, Notice(date(2026, 4, 10)), SECOND)
    assert desk.agreement(ref).ends_on == date(2026, 4, 10)
    assert desk.plan(ref, SECOND) == [(FIRST, 120_000), (APRIL, 40_000)]
    desk.bill(date(2026, 6, 1))
    assert desk.owed(ref) == 160_000
    desk.take(ref, 160_000, date(2026, 6, 1))
    assert desk.agreement(ref).status == "closed"
    assert desk.differences() == []


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (NewRent("Rent", 120_000, APRIL), "amount"),
        (NewRent("Rent", 0, APRIL), "amount"),
        (NewRent("Rent", 130_000, date(2026, 2, 1)), "from_on"),
        (NewRent("Garage", 130_000, APRIL), "from_on"),
        (AddOn("Rent", 10_000, APRIL), "name"),
        (AddOn(" ", 10_000, APRIL), "name"),
        (AddOn("x" * 41, 10_000, APRIL), "name"),
        (AddOn("Parking", 0, APRIL), "amount"),
        (EndAddOn("Rent", APRIL), "name"),
        (EndAddOn("Parking", APRIL), "last_on"),
        (GiveConcession("off", "Gift", 0, APRIL, MAY), "amount"),
        (GiveConcession("free", "Gift", 0, MAY, APRIL), "until_on"),
        (GiveConcession("spread", "Gift", 100, APRIL, MAY), "kind"),
        (Notice(date(2026, 2, 20)), "last_on"),
        (Notice(date(2026, 3, 1)), "last_on"),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(desk, open_rental, wanted, field) -> None:
    ref = open_rental("tess")
    before = (desk.balances(ref), desk.terms(ref))
    with pytest.raises(Refused) as refused:
        desk.change(ref, wanted, SECOND)
    assert refused.value.field == field
    assert (desk.balances(ref), desk.terms(ref), desk.history(ref)) == (*before, [])
