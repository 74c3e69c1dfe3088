"""A move-out recorded by mistake is taken back: every balance stands as if it had not been, while nothing was paid."""

from __future__ import annotations

from datetime import date

import pytest

from domain.actions.move_out_backs import MoveOutBack
from domain.actions.move_outs import MoveOut
from domain.rules.deposits import Deduction
from domain.words import Refused

pytestmark = pytest.mark.settings(DUEBOOK_TODAY="2026-03-01")
FIRST, OUT, LATER = date(2026, 3, 1), date(2026, 3, 15), date(2026, 4, 20)
CLEANING = Deduction("Cleaning", 15_000)


def test_after_it_everything_stands_as_before_and_rent_goes_on(desk, open_rental) -> None:
    ref, other = (open_rental(name, deposit_minor=150_000) for name in ("tess", "bo"))
    for one in (ref, other):
        desk.take(one, 270_000, FIRST)
    desk.change(ref, MoveOut(OUT, (CLEANING,)), OUT)
    assert desk.agreement(ref).status == "closed"
    desk.bill(LATER)
    desk.change(ref, MoveOutBack(nothing_paid=True), LATER, form="back")
    assert (desk.agreement(ref).status, desk.agreement(ref).ended_on) == ("active", None)
    assert desk.balances(ref) == desk.balances(other)
    assert desk.owed(ref) == desk.owed(other) == 120_000
    desk.bill(date(2026, 5, 1))
    assert desk.owed(ref) == desk.owed(other) == 240_000
    assert desk.differences() == []


def test_charges_that_the_deposit_paid_are_owed_again(desk, open_rental) -> None:
    ref = open_rental("tess", deposit_minor=150_000)
    desk.take(ref, 270_000, FIRST)
    desk.charge(ref, 180_000, FIRST)
    out = date(2026, 3, 31)
    desk.change(ref, MoveOut(out), out)
    assert desk.owed(ref) == 30_000
    desk.change(ref, MoveOutBack(), out, form="back")
    assert desk.owed(ref) == 180_000
    assert desk.balances(ref)["deposits_held"] == -150_000
    assert desk.differences() == []


def test_a_deposit_that_was_not_asked_for_any_more_is_asked_for_again(desk, open_rental) -> None:
    ref = open_rental("tess", deposit_minor=150_000)
    before = desk.balances(ref)
    desk.change(ref, MoveOut(OUT), OUT)
    desk.change(ref, MoveOutBack(), OUT, form="back")
    assert desk.balances(ref) == before
    assert desk.differences() == []


def test_it_waits_for_the_word_that_nothing_was_paid_and_is_done_once(desk, open_rental) -> None:
    ref = open_rental("tess", deposit_minor=150_000)
    desk.take(ref, 270_000, FIRST)
    with pytest.raises(Refused, match="No move-out stands"):
        desk.change(ref, MoveOutBack(nothing_paid=True), OUT, form="none")
    desk.change(ref, MoveOut(OUT), OUT)
    with pytest.raises(Refused, match="booked as given back") as refused:
        desk.change(ref, MoveOutBack(), OUT, form="back")
    assert refused.value.field == "nothing_paid"
    desk.change(ref, MoveOutBack(nothing_paid=True), OUT, form="back")
    with pytest.raises(Refused, match="No move-out stands"):
        desk.change(ref, MoveOutBack(nothing_paid=True), OUT, form="again")
    desk.change(ref, MoveOut(OUT), OUT, form="out again")
    assert desk.agreement(ref).status == "closed"
    assert desk.differences() == []
